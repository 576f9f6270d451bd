/*
 * See log.h. The callback is called outside the lock, so that one that takes long, or that sets
 * another, holds nobody up.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "log.h"

#include "text.h"

#include <ip_driver/backend.h>
#include <string.h>

static GMutex lock;
/* Guarded by `lock`. */
static ip_driver_log_function log_function;
static void *log_data;
/* The most that is let through; -1 without a function. Written under `lock`, read without. */
static gint log_level = -1;

void
ip_driver_log_set (ip_driver_log_level level, ip_driver_log_function function, void *user_data)
{
	g_mutex_lock (&lock);
	log_function = function;
	log_data = user_data;
	g_atomic_int_set (&log_level, function == NULL ? -1 : (gint)level);
	g_mutex_unlock (&lock);
}

static gboolean
is_wanted (ip_driver_log_level level)
{
	return level <= g_atomic_int_get (&log_level);
}

void
ip_driver_log (ip_driver_log_level level, const char *message)
{
	g_autofree char *line = NULL;
	ip_driver_log_function function;
	size_t size;
	void *data;

	if (message == NULL || !is_wanted (level))
		return;
	g_mutex_lock (&lock);
	function = is_wanted (level) ? log_function : NULL;
	data = log_data;
	g_mutex_unlock (&lock);
	if (function == NULL)
		return;
	size = strlen (message) + 1;
	line = g_malloc (size);
	text_copy_line (line, size, message, size);
	function (CLAMP (level, IP_DRIVER_LOG_ERROR, IP_DRIVER_LOG_DEBUG), line, data);
}

void
log_message (ip_driver_log_level level, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list values;

	if (!is_wanted (level))
		return;
	va_start (values, format);
	message = g_strdup_vprintf (format, values);
	va_end (values);
	ip_driver_log (level, message);
}
