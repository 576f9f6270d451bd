/*
 * server.c: generations, and which thread does what.
 *
 * A request of a transaction goes straight to the transaction's own thread: all workers may be waiting for the very
 * writer that the transaction is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "server.h"

#include "attempts.h"
#include "fault.h"
#include "keystone.h"
#include "metrics.h"
#include "transactions.h"

generation *
generation_open (server_config *config, char **ret_problem)
{
	generation *self = g_new0 (generation, 1);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	self->references = 1;
	self->config = config;
	if (config->auth == SERVER_AUTH_KEYSTONE) {
		self->keystone = keystone_new (config, ret_problem);
		if (self->keystone == NULL) {
			generation_unref (self);
			return NULL;
		}
	}
	if (ip_driver_open (config->backend_config, &self->driver, &error) != IP_DRIVER_OK) {
		*ret_problem = g_strdup (error.message);
		generation_unref (self);
		return NULL;
	}
	return self;
}

generation *
generation_ref (generation *self)
{
	g_atomic_int_inc (&self->references);
	return self;
}

void
generation_unref (generation *self)
{
	if (self == NULL || !g_atomic_int_dec_and_test (&self->references))
		return;
	ip_driver_close (self->driver);
	keystone_free (self->keystone);
	server_config_free (self->config);
	g_free (self);
}

static void
work (gpointer data, gpointer user_data)
{
	exchange *item = data;

	handler_run (user_data, item);
	item->done (item);
}

server *
server_new (generation *first)
{
	server *self = g_new0 (server, 1);

	self->served_by = g_uuid_string_random ();
	self->current = first;
	g_mutex_init (&self->lock);
	self->attempts = attempts_new ();
	self->metrics = metrics_new ();
	self->transactions = transactions_new (self);
	self->readers = workers_new (first->config->threads, work, self);
	self->writers = workers_new (first->config->threads, work, self);
	return self;
}

void
server_free (server *self)
{
	workers_free (self->readers);
	workers_free (self->writers);
	transactions_free (self->transactions);
	attempts_free (self->attempts);
	metrics_free (self->metrics);
	generation_unref (self->current);
	g_mutex_clear (&self->lock);
	g_free (self->served_by);
	g_free (self);
}

generation *
server_generation (server *self)
{
	g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

	(void)locker;
	return generation_ref (self->current);
}

void
server_replace (server *self, generation *next)
{
	g_autoptr (generation) last = NULL;

	workers_set_threads (self->readers, next->config->threads);
	workers_set_threads (self->writers, next->config->threads);
	g_mutex_lock (&self->lock);
	last = self->current;
	self->current = next;
	g_mutex_unlock (&self->lock);
}

void
server_dispatch (server *self, exchange *item)
{
	const char *id = item->headers[HEADER_TRANSACTION];
	gboolean writes;

	item->generation = server_generation (self);
	router_find (item->method, item->target, item->headers[HEADER_ACCEPT], &item->match);
	if (item->match.target == TARGET_BEGIN) {
		transactions_start (self->transactions, item);
		return;
	}
	if (id != NULL && transactions_push (self->transactions, id, item))
		return;
	if (item->match.target == TARGET_ABANDON) {
		const char *key = g_hash_table_lookup (item->match.variables, "key");
		g_autofree char *of = attempts_transaction (self->attempts, key);

		/* What was done in a transaction is undone in it. */
		if (of != NULL && transactions_push (self->transactions, of, item))
			return;
	}
	/* Abandoning can be what the writers wait for. */
	writes = item->match.changes && item->match.target != TARGET_ABANDON;
	workers_push (writes ? self->writers : self->readers, item);
}
