/*
 * workers.c: threads and their queue.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "workers.h"

struct workers {
	GFunc function;
	gpointer data;
	GMutex lock;
	/* There are items, or all threads are to end. */
	GCond wake;
	/* A thread has ended. */
	GCond ended;
	GQueue items;
	guint threads_max;
	guint threads;
	guint idle;
	gboolean stop;
};

workers *
workers_new (guint threads, GFunc function, gpointer data)
{
	workers *self = g_new0 (workers, 1);

	self->function = function;
	self->data = data;
	self->threads_max = threads;
	g_mutex_init (&self->lock);
	g_cond_init (&self->wake);
	g_cond_init (&self->ended);
	g_queue_init (&self->items);
	return self;
}

/* The next item; NULL: the thread is to end. Under the lock. */
static gpointer
next_item (workers *self)
{
	self->idle++;
	while (g_queue_is_empty (&self->items) && !self->stop && self->threads <= self->threads_max)
		g_cond_wait (&self->wake, &self->lock);
	self->idle--;
	return self->threads <= self->threads_max ? g_queue_pop_head (&self->items) : NULL;
}

static gpointer
run (gpointer data)
{
	workers *self = data;
	gpointer item;

	g_mutex_lock (&self->lock);
	while ((item = next_item (self)) != NULL) {
		g_mutex_unlock (&self->lock);
		self->function (item, self->data);
		g_mutex_lock (&self->lock);
	}
	self->threads--;
	g_cond_signal (&self->ended);
	g_mutex_unlock (&self->lock);
	return NULL;
}

void
workers_push (workers *self, gpointer item)
{
	g_mutex_lock (&self->lock);
	g_queue_push_tail (&self->items, item);
	if (g_queue_get_length (&self->items) > self->idle && self->threads < self->threads_max) {
		self->threads++;
		g_thread_unref (g_thread_new ("worker", run, self));
	} else {
		g_cond_signal (&self->wake);
	}
	g_mutex_unlock (&self->lock);
}

void
workers_set_threads (workers *self, guint threads)
{
	g_mutex_lock (&self->lock);
	self->threads_max = threads;
	g_cond_broadcast (&self->wake);
	g_mutex_unlock (&self->lock);
}

void
workers_free (workers *self)
{
	g_mutex_lock (&self->lock);
	self->stop = TRUE;
	g_cond_broadcast (&self->wake);
	while (self->threads > 0)
		g_cond_wait (&self->ended, &self->lock);
	g_mutex_unlock (&self->lock);
	g_mutex_clear (&self->lock);
	g_cond_clear (&self->wake);
	g_cond_clear (&self->ended);
	g_free (self);
}
