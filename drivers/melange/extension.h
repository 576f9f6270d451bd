/*
 * The service's API extension (docs/rest.md) as the driver uses it: whether it is there, one request of it, and
 * what happens when it is not known what became of one. Used by the files that speak the extension only:
 * extension.c, extension_open.c, attempt.c, outcome.c, transaction.c, and by melange.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_EXTENSION_H
#define MELANGE_EXTENSION_H

#include "melange.h"

#define EXTENSION_ALIAS "IPDRIVER"
#define EXTENSION_PATH "/v0.1/ip_driver"

struct melange_extension {
	/* Capabilities that the service says it has: a set of names. Constant. */
	GHashTable *capabilities;
	/* Microseconds that closing may take. Constant. */
	gint64 patience;
	GMutex lock;
	/* Under the lock. The process that serves: another one after a restart. */
	char *served_by;
	/* Under the lock. Keys of attempts whose outcome nobody knows, and which are to be undone. */
	GQueue *abandoned;
};

/* extension_open.c */

/* Asks the service for its extension. *ret_extension is NULL if it has none that this driver knows, which is
 * IP_DRIVER_OK. */
ip_driver_status melange_extension_open (melange_service *service, melange_extension **ret_extension,
                                         ip_driver_error *error);
void melange_extension_free (melange_extension *extension);
/* Takes note of which process serves now (of an answer; NULL: it does not say). */
void melange_extension_served_by (melange_extension *extension, const char *served_by);
/* Asks for it. */
ip_driver_status melange_extension_refresh (melange_instance *self, ip_driver_error *error);

/* extension.c */

/* A call that is being carried out. */
typedef struct {
	melange_instance *self;
	const wire_operation *operation;
	wire_operation_id id;
	/* NULL: none. Otherwise as operation->args says. */
	gconstpointer args;
	/* The arguments as JSON, the path, and the key by which the service knows the call (NULL: it changes
	 * nothing). Owned. */
	json_t *body;
	char *path;
	char *key;
	/* The driver chose the id of what is created. */
	gboolean own_id;
	ip_driver_results *results;
	uint64_t *ret_number;
	ip_driver_error *error;
} melange_call;

/* POSTs to the extension. `key` and `body` may be NULL. *ret_unknown: nobody knows whether it was carried out. If
 * the service was restarted in between, answer->status is 412. */
ip_driver_status melange_extension_post (melange_instance *self, const char *path, json_t *body, const char *key,
                                         service_answer *answer, gboolean *ret_unknown, ip_driver_error *error);
/* Carries out a call whose body, path and key are there; see melange_outcome_settle() for a restarted service. */
ip_driver_status melange_call_run (melange_call *call, gboolean *ret_restarted);
/* Returns the value of a result type of the wire. */
void melange_return (const wire_type *type, ip_driver_results *results, gconstpointer value);
/* Fails with IP_DRIVER_PROTOCOL: the answer to `what` makes no sense. */
ip_driver_status melange_extension_nonsense (melange_instance *self, const char *what, const char *problem,
                                             ip_driver_error *error);

/* attempt.c */

/* Notes an attempt that is to be undone as soon as the service can be reached. */
void melange_attempt_abandon (melange_extension *extension, const char *key);
/* Undoes what was abandoned. Otherwise the service cannot be reached, and the rest stays noted. */
ip_driver_status melange_attempt_settle (melange_instance *self, ip_driver_error *error);

/* The same before the instance is closed: as far as it goes within a time-out. */
void melange_attempt_settle_last (melange_instance *self);

/* outcome.c */

/* The service was restarted during a call, and does not know what became of it: finds out, and carries the call
 * out again if that is safe. */
ip_driver_status melange_outcome_settle (melange_call *call);

#endif
