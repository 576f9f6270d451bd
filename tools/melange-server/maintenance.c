/*
 * maintenance.c: the purge on a timer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "maintenance.h"

#include "log.h"
#include "metrics.h"

struct maintenance {
	server *owner;
	GThread *thread;
	GMutex lock;
	GCond wake;
	gboolean stop;
};

static void
purge (server *owner, generation *current)
{
	ip_driver_address_purge_args args = IP_DRIVER_ADDRESS_PURGE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	uint64_t purged = 0;

	if (!ip_driver_supports (current->driver, "address.purge") ||
	    !ip_driver_supports (current->driver, "all_tenants"))
		return;
	if (ip_driver_address_purge (current->driver, &args, &purged, &error) != IP_DRIVER_OK) {
		log_line (IP_DRIVER_LOG_WARNING, "purging failed: %s", error.message);
		return;
	}
	metrics_count_purged (owner->metrics, purged);
	if (purged > 0)
		log_line (IP_DRIVER_LOG_INFO, "purged %" G_GUINT64_FORMAT " addresses", (guint64)purged);
}

static gpointer
run (gpointer data)
{
	maintenance *self = data;
	gint64 last = g_get_monotonic_time ();

	g_mutex_lock (&self->lock);
	while (!self->stop) {
		g_autoptr (generation) current = server_generation (self->owner);
		gint64 interval = (gint64)current->config->purge_interval * G_USEC_PER_SEC;

		if (interval > 0 && g_get_monotonic_time () >= last + interval) {
			g_mutex_unlock (&self->lock);
			purge (self->owner, current);
			last = g_get_monotonic_time ();
			g_mutex_lock (&self->lock);
			continue;
		}
		/* Now and then, in case a reload has changed the interval. */
		g_clear_pointer (&current, generation_unref);
		g_cond_wait_until (&self->wake, &self->lock,
		                   MIN (interval > 0 ? last + interval : G_MAXINT64,
		                        g_get_monotonic_time () + 10 * G_USEC_PER_SEC));
	}
	g_mutex_unlock (&self->lock);
	return NULL;
}

maintenance *
maintenance_start (server *owner)
{
	maintenance *self = g_new0 (maintenance, 1);

	self->owner = owner;
	g_mutex_init (&self->lock);
	g_cond_init (&self->wake);
	self->thread = g_thread_new ("maintenance", run, self);
	return self;
}

void
maintenance_stop (maintenance *self)
{
	g_mutex_lock (&self->lock);
	self->stop = TRUE;
	g_cond_signal (&self->wake);
	g_mutex_unlock (&self->lock);
	g_thread_join (self->thread);
	g_mutex_clear (&self->lock);
	g_cond_clear (&self->wake);
	g_free (self);
}
