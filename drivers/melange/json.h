/*
 * Reading an answer: typed getters over a JSON object. The first field that is missing, of the wrong type or
 * malformed makes the reader fail, as IP_DRIVER_PROTOCOL with the key named; after that every getter gives
 * NULL or 0, so that a record is read without a look at each field.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_JSON_H
#define MELANGE_JSON_H

#include "ip.h"

#include <ip_driver/backend.h>
#include <jansson.h>

typedef struct {
	ip_driver_error *error;
	/* What the getters return lives in it, or in the JSON object. */
	GStringChunk *texts;
	gboolean failed;
} json_reader;

void json_reader_init (json_reader *reader, ip_driver_error *error);
void json_reader_clear (json_reader *reader);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (json_reader, json_reader_clear)
/* OK, or PROTOCOL and the error is filled. */
ip_driver_status json_reader_status (const json_reader *reader);

/* Fails the reader because of a key. */
void json_fail (json_reader *reader, const char *key, const char *problem);

/* A text without control characters; missing or null: NULL. */
const char *json_text (json_reader *reader, json_t *object, const char *key);
/* One that may have line breaks and tabs. */
const char *json_prose (json_reader *reader, json_t *object, const char *key);
/* Missing or null fails, and so does an empty one. */
const char *json_needed (json_reader *reader, json_t *object, const char *key);
/* An id that the service gave: a UUID. */
const char *json_id (json_reader *reader, json_t *object, const char *key);
/* The same, but null is NULL. */
const char *json_id_or_null (json_reader *reader, json_t *object, const char *key);
/* An address in canonical form; its version in *ret_version. */
const char *json_address (json_reader *reader, json_t *object, const char *key, int *ret_version);
/* The same, but null and empty are NULL (and 0). */
const char *json_address_or_null (json_reader *reader, json_t *object, const char *key, int *ret_version);
/* A CIDR in canonical form. */
const char *json_cidr (json_reader *reader, json_t *object, const char *key, ip_block *ret_block);
/* A MAC, canonical; null: NULL. */
const char *json_mac (json_reader *reader, json_t *object, const char *key);
const char *json_mac_range (json_reader *reader, json_t *object, const char *key);
/* A netmask, canonical; null or empty: NULL. */
const char *json_netmask (json_reader *reader, json_t *object, const char *key, int version);
gint64 json_number (json_reader *reader, json_t *object, const char *key, gint64 minimum, gint64 maximum);
/* YYYY-MM-DDTHH:MM:SS, in UTC; missing or null: 0. */
gint64 json_time (json_reader *reader, json_t *object, const char *key);
/* An object, an array of objects. Borrowed. */
json_t *json_member (json_reader *reader, json_t *object, const char *key);
json_t *json_list (json_reader *reader, json_t *object, const char *key);

#endif
