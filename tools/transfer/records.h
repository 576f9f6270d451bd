/*
 * records.h: what is read whole from both sides to be paired: policies and their parts, blocks, routes, MAC ranges,
 * all in one form.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "transfer.h"

/* The most values that a kind of record has. */
#define RECORD_VALUES 8

typedef struct record record;

/* The values of a block. */
enum {
	BLOCK_CIDR,
	BLOCK_TYPE,
	BLOCK_TENANT,
	BLOCK_NETWORK,
	BLOCK_GATEWAY,
	BLOCK_DNS1,
	BLOCK_DNS2,
	/* An id. NULL also if policies are left out. */
	BLOCK_POLICY
};

/* A kind of record. */
typedef struct record_kind {
	/* Names of the values; the rest is NULL. */
	const char *fields[RECORD_VALUES + 1];
	transfer_kind (*counts_as) (const record *self);
	/* "policy “skip” of tenant t". Owned by the caller. */
	char *(*label) (const record *self);
	/* Creates it in B, and sets `other`. */
	ip_driver_status (*create) (transfer *self, record *item, ip_driver_error *error);
	/* Looks at a pair whose values differ: may take what an earlier run has left undone out of `values` (by setting
	 * b to a), noting it in the record. Returns whether it found such. NULL: there is no such thing. */
	gboolean (*forgive) (const transfer *self, record *item, transfer_value *values);
	/* A value as it would stand in B, where values are ids of other records; NULL: as it is. */
	const char *(*translate) (const transfer *self, const record *item, unsigned value);
} record_kind;

struct record {
	const record_kind *kind;
	char *id;
	/* What it is, whatever its id and its parent. */
	char *key;
	char *values[RECORD_VALUES];
	/* A subnet's block; a part's policy; a route's block. Borrowed. */
	record *parent;
	/* The other side's. Borrowed. */
	record *twin;
	/* Its id on the other side; NULL: it is not there (yet). */
	char *other;
	/* Only of a block. Its parent's id, if the parent is nowhere to be found. */
	char *lost_parent;
	cidr range;
	gboolean has_subnets;
	/* It is as it was created. */
	gboolean untouched;
	/* IP_DRIVER_BLOCK_SET_...: what is still to be set in B. */
	guint32 late;
};

/* The texts are copied. */
record *record_new (const record_kind *kind, const char *id, record *parent);
void record_free (record *self);
void record_set (record *self, unsigned value, const char *text);
/* The id to give what is created: none if B makes its own. */
const char *record_chosen_id (const transfer *self, const record *item);
/* A list of records that owns them. */
GPtrArray *record_list_new (void);

/* Sets `twin` and `other` of both lists. A parent must come before what names it, and be paired. */
void record_pair (GPtrArray *a, GPtrArray *b, gboolean ids);
/* Pairs two lists, and notes or creates what is to be. */
ip_driver_status record_walk (transfer *self, GPtrArray *a, GPtrArray *b, ip_driver_error *error);

/* blocks.c: sets in B what had to wait until the addresses of a block were there. */
ip_driver_status block_finish (transfer *self, record *block, ip_driver_error *error);
