/*
 * Requests of the historical API.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_REQUEST_H
#define MELANGE_REQUEST_H

#include "json.h"
#include "melange.h"
#include "path.h"

/* Every function takes `path`, which may be NULL: then it could not be made, `error` is filled already, and
 * the status is INVALID. `body` is taken too. */

ip_driver_status melange_get (melange_instance *self, char *path, service_answer *answer, ip_driver_error *error);
/* A change that may be carried out twice. `answer` may be NULL. */
ip_driver_status melange_put (melange_instance *self, char *path, json_t *body, service_answer *answer,
                              ip_driver_error *error);
/* What an earlier attempt of the same call has deleted is deleted. */
ip_driver_status melange_delete (melange_instance *self, char *path, ip_driver_error *error);
/* A change that is never repeated: *ret_unknown says that it may have been carried out although it failed. */
ip_driver_status melange_once (melange_instance *self, const char *method, char *path, json_t *body,
                               service_answer *answer, gboolean *ret_unknown, ip_driver_error *error);

/* A body {"NAME": {...}}; `fields` is taken. */
json_t *melange_body (const char *name, json_t *fields);
/* Sets a key to a text; NULL: leaves it out. */
void melange_set (json_t *object, const char *key, const char *text);
/* Sets a key to a text or to null. */
void melange_set_or_null (json_t *object, const char *key, const char *text);

/* A call whose outcome may become unknown: how far back its effects may lie. */
typedef gint64 melange_moment;

melange_moment melange_now (void);
/* Whether something was created since a moment, by the service's clock, as an answer with that `date` shows it. */
gboolean melange_is_since (melange_moment began, gint64 date, gint64 created_at);

/* Fails with a formatted message. */
ip_driver_status melange_fail (ip_driver_error *error, ip_driver_status status, const char *format, ...)
	G_GNUC_PRINTF (3, 4);
/* Sees to it that the message of a failure names a value. */
void melange_name (ip_driver_error *error, const char *value);
/* Nobody knows what became of a change, and asking has not told: IP_DRIVER_UNAVAILABLE, not to be retried. */
ip_driver_status melange_fail_unknown (ip_driver_error *error, const char *what);
/* Whether an answer comes from our own service, which leaves nothing behind when a call fails. */
gboolean melange_is_own (const service_answer *answer);

#endif
