/*
 * Attempts: changing requests that carry an Idempotency-Key (docs/rest.md). Each is carried out once; a repetition
 * gets the first answer; one that is abandoned is undone, or refused when it comes late. They are remembered
 * for ten minutes, in memory, up to a limit.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_ATTEMPTS_H
#define SERVER_ATTEMPTS_H

#include "server.h"

typedef struct attempt attempt;

typedef enum {
	/* To be carried out now; attempts_leave() must follow. */
	ATTEMPT_RUN,
	/* The first answer is in the exchange. */
	ATTEMPT_REPEATED,
	/* It was abandoned: 409. */
	ATTEMPT_ABANDONED,
	/* The key belongs to another request: 422. */
	ATTEMPT_OTHER,
	/* A repetition of something that is remembered no longer: 412. */
	ATTEMPT_FORGOTTEN,
} attempt_verdict;

attempts *attempts_new (void);
void attempts_free (attempts *self);
guint attempts_count (attempts *self);

/* Looks at a request with a key. principal: who makes it. Waits while the same request is being carried out. */
attempt_verdict attempts_enter (attempts *self, exchange *item, const char *principal, attempt **ret_attempt);

/* Ends what attempts_enter() began: remembers the exchange's answer and how to undo it (taken; NULL: not at all). keep
 * FALSE: nothing was done, and a repetition is carried out anew. */
void attempts_leave (attempts *self, attempt *entry, exchange *item, GPtrArray *undo, gboolean keep);

/* Abandons an attempt: waits for its end, and undoes it; one that is not known is refused from now on. On an error
 * nothing is forgotten, and it can be tried again. */
ip_driver_status attempts_abandon (attempts *self, exchange *item, const char *key, const char *principal,
                                   ip_driver_error *error);

/* The id of the transaction in which an attempt was made; NULL: in none that is open. Owned by the caller. */
char *attempts_transaction (attempts *self, const char *key);

#endif
