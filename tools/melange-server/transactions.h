/*
 * Transactions over HTTP (docs/rest.md). Each has a thread of its own, which begins it, carries out its requests in
 * the order of their arrival, and ends it: a transaction handle serves one thread at a time, and the workers may all
 * be waiting for it to end. One that is idle for too long is rolled back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_TRANSACTIONS_H
#define SERVER_TRANSACTIONS_H

#include "server.h"

typedef struct transaction transaction;

typedef enum { TRANSACTION_NEW, TRANSACTION_OPEN, TRANSACTION_COMMITTED, TRANSACTION_ROLLED_BACK } transaction_state;

transactions *transactions_new (server *owner);
/* Rolls back what is open, and waits for it. Later requests to begin are refused. */
void transactions_stop (transactions *self);
void transactions_free (transactions *self);
guint transactions_count (transactions *self);

/* Hands a request to begin to a new thread, or answers it (too many). */
void transactions_start (transactions *self, exchange *item);
/* Hands a request to the thread of a transaction. FALSE: there is none of that id. */
gboolean transactions_push (transactions *self, const char *id, exchange *item);

/* From here on: on the transaction's thread, by the handler. */

/* Begins. The id is known to others from then on. */
ip_driver_status transaction_begin (transaction *self, ip_driver_error *error);
ip_driver_status transaction_commit (transaction *self, ip_driver_error *error);
void transaction_rollback (transaction *self);
/* The handle; NULL unless OPEN. */
ip_driver *transaction_handle (transaction *self);

/* From any thread. */
const char *transaction_id (const transaction *self);
transaction_state transaction_get_state (transaction *self);
transaction *transaction_ref (transaction *self);
void transaction_unref (transaction *self);

#endif
