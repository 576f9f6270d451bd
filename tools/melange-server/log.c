/*
 * log.c: lines to stderr.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "log.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[] = {"error", "warning", "info", "debug"};
/* LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG of syslog. */
static const char priorities[] = {'3', '4', '6', '7'};

static gint threshold = IP_DRIVER_LOG_INFO;

/* Whether stderr is the socket that systemd says it is. */
static gboolean
is_journal (void)
{
	static gsize once, result;

	if (g_once_init_enter (&once)) {
		const char *stream = g_getenv ("JOURNAL_STREAM");
		struct stat status;
		unsigned long device, inode;

		result = stream != NULL && sscanf (stream, "%lu:%lu", &device, &inode) == 2 &&
		         fstat (STDERR_FILENO, &status) == 0 && (unsigned long)status.st_dev == device &&
		         (unsigned long)status.st_ino == inode;
		g_once_init_leave (&once, 1);
	}
	return result != 0;
}

gboolean
log_wants (ip_driver_log_level level)
{
	return level <= g_atomic_int_get (&threshold);
}

static void
write_line (ip_driver_log_level level, const char *message)
{
	guint index = (guint)CLAMP (level, IP_DRIVER_LOG_ERROR, IP_DRIVER_LOG_DEBUG);
	GString *line = g_string_new (NULL);

	if (is_journal ())
		g_string_append_printf (line, "<%c>", priorities[index]);
	else
		g_string_append_printf (line, "melange-server: %s: ", names[index]);
	for (const guchar *at = (const guchar *)message; *at != '\0'; at++) {
		if (*at < ' ' || *at == 0x7f)
			g_string_append_printf (line, "\\x%02x", *at);
		else
			g_string_append_c (line, (char)*at);
	}
	g_string_append_c (line, '\n');
	/* In one piece, so that lines of different threads do not mix. A log that cannot be written is no reason
	 * to stop. */
	if (write (STDERR_FILENO, line->str, line->len) < 0)
		clearerr (stderr);
	g_string_free (line, TRUE);
}

static void
library_line (ip_driver_log_level level, const char *message, void *user_data)
{
	write_line (level, message);
}

void
log_set_level (ip_driver_log_level level)
{
	g_atomic_int_set (&threshold, level);
	ip_driver_log_set (level, library_line, NULL);
}

void
log_line (ip_driver_log_level level, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list args;

	if (!log_wants (level))
		return;
	va_start (args, format);
	message = g_strdup_vprintf (format, args);
	va_end (args);
	write_line (level, message);
}
