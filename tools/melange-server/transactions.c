/*
 * transactions.c: transactions and their threads.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "transactions.h"

#include "fault.h"
#include "log.h"

struct transactions {
	server *owner;
	GMutex lock;
	/* Signalled when a thread has ended. */
	GCond ended;
	/* Id to transaction, while it is open. */
	GHashTable *open;
	/* All whose thread runs (a set). */
	GHashTable *running;
	gboolean stopping;
};

struct transaction {
	gint references;
	transactions *owner;
	char *id;
	generation *generation;
	ip_driver *handle;
	/* Guarded by the owner's lock. */
	transaction_state state;
	GQueue jobs;
	GCond arrived;
};

transactions *
transactions_new (server *owner)
{
	transactions *self = g_new0 (transactions, 1);

	self->owner = owner;
	g_mutex_init (&self->lock);
	g_cond_init (&self->ended);
	self->open = g_hash_table_new (g_str_hash, g_str_equal);
	self->running = g_hash_table_new (NULL, NULL);
	return self;
}

void
transactions_stop (transactions *self)
{
	GHashTableIter iterator;
	gpointer item;

	g_mutex_lock (&self->lock);
	self->stopping = TRUE;
	g_hash_table_iter_init (&iterator, self->running);
	while (g_hash_table_iter_next (&iterator, &item, NULL))
		g_cond_signal (&((transaction *)item)->arrived);
	while (g_hash_table_size (self->running) > 0)
		g_cond_wait (&self->ended, &self->lock);
	g_mutex_unlock (&self->lock);
}

void
transactions_free (transactions *self)
{
	transactions_stop (self);
	g_hash_table_unref (self->open);
	g_hash_table_unref (self->running);
	g_mutex_clear (&self->lock);
	g_cond_clear (&self->ended);
	g_free (self);
}

guint
transactions_count (transactions *self)
{
	g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

	(void)locker;
	return g_hash_table_size (self->open);
}

transaction *
transaction_ref (transaction *self)
{
	g_atomic_int_inc (&self->references);
	return self;
}

void
transaction_unref (transaction *self)
{
	if (self == NULL || !g_atomic_int_dec_and_test (&self->references))
		return;
	generation_unref (self->generation);
	g_cond_clear (&self->arrived);
	g_free (self->id);
	g_free (self);
}

const char *
transaction_id (const transaction *self)
{
	return self->id;
}

transaction_state
transaction_get_state (transaction *self)
{
	g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->owner->lock);

	(void)locker;
	return self->state;
}

ip_driver *
transaction_handle (transaction *self)
{
	return self->handle;
}

static void
set_state (transaction *self, transaction_state state)
{
	g_mutex_lock (&self->owner->lock);
	self->state = state;
	if (state == TRANSACTION_OPEN)
		g_hash_table_insert (self->owner->open, self->id, self);
	g_mutex_unlock (&self->owner->lock);
}

ip_driver_status
transaction_begin (transaction *self, ip_driver_error *error)
{
	ip_driver_status status = ip_driver_transaction_begin (self->generation->driver, &self->handle, error);

	if (status == IP_DRIVER_OK)
		set_state (self, TRANSACTION_OPEN);
	return status;
}

ip_driver_status
transaction_commit (transaction *self, ip_driver_error *error)
{
	ip_driver_status status = ip_driver_transaction_commit (g_steal_pointer (&self->handle), error);

	set_state (self, status == IP_DRIVER_OK ? TRANSACTION_COMMITTED : TRANSACTION_ROLLED_BACK);
	return status;
}

void
transaction_rollback (transaction *self)
{
	ip_driver_transaction_rollback (g_steal_pointer (&self->handle));
	set_state (self, TRANSACTION_ROLLED_BACK);
}

static void
carry_out (transaction *self, exchange *item)
{
	item->transaction = self;
	handler_run (self->owner->owner, item);
	item->transaction = NULL;
	item->done (item);
}

/* The next request; NULL: none came in time, or the service stops. */
static exchange *
next_job (transaction *self)
{
	gint64 end = g_get_monotonic_time () + (gint64)self->generation->config->transaction_timeout * G_USEC_PER_SEC;
	exchange *item = NULL;

	g_mutex_lock (&self->owner->lock);
	/* What is there already is carried out also when the service stops. */
	while ((item = g_queue_pop_head (&self->jobs)) == NULL && !self->owner->stopping &&
	       g_cond_wait_until (&self->arrived, &self->owner->lock, end))
		continue;
	g_mutex_unlock (&self->owner->lock);
	return item;
}

static gpointer
run (gpointer data)
{
	transaction *self = data;
	transactions *owner = self->owner;
	exchange *item = NULL;

	while ((item = next_job (self)) != NULL) {
		carry_out (self, item);
		/* Not begun, or ended. */
		if (self->handle == NULL)
			break;
	}
	if (self->handle != NULL) {
		log_line (IP_DRIVER_LOG_WARNING, "transaction rolled back: %s",
		          owner->stopping ? "the service stops" : "no request came in time");
		transaction_rollback (self);
	}
	g_mutex_lock (&owner->lock);
	g_hash_table_remove (owner->open, self->id);
	g_mutex_unlock (&owner->lock);
	/* Nobody adds to them any more. */
	while ((item = g_queue_pop_head (&self->jobs)) != NULL)
		carry_out (self, item);
	g_mutex_lock (&owner->lock);
	g_hash_table_remove (owner->running, self);
	g_cond_signal (&owner->ended);
	g_mutex_unlock (&owner->lock);
	transaction_unref (self);
	return NULL;
}

void
transactions_start (transactions *self, exchange *item)
{
	transaction *fresh = NULL;
	GThread *thread;

	g_mutex_lock (&self->lock);
	if (!self->stopping && g_hash_table_size (self->running) < item->generation->config->max_transactions) {
		fresh = g_new0 (transaction, 1);
		fresh->references = 1;
		fresh->owner = self;
		fresh->id = g_uuid_string_random ();
		fresh->generation = generation_ref (item->generation);
		g_cond_init (&fresh->arrived);
		g_queue_push_tail (&fresh->jobs, item);
		g_hash_table_add (self->running, fresh);
	}
	g_mutex_unlock (&self->lock);
	if (fresh == NULL) {
		g_auto (server_answer) answer = {0};
		ip_driver_error error = IP_DRIVER_ERROR_INIT;

		error.status = IP_DRIVER_UNAVAILABLE;
		error.retryable = 1;
		g_strlcpy (error.message, "too many transactions are open", sizeof (error.message));
		server_answer_error (&answer, &error);
		fault_render_answer (item, &answer);
		item->done (item);
		return;
	}
	thread = g_thread_new ("transaction", run, fresh);
	g_thread_unref (thread);
}

gboolean
transactions_push (transactions *self, const char *id, exchange *item)
{
	g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
	transaction *found = g_hash_table_lookup (self->open, id);

	(void)locker;
	if (found == NULL)
		return FALSE;
	g_queue_push_tail (&found->jobs, item);
	g_cond_signal (&found->arrived);
	return TRUE;
}
