/*
 * cli.c: errors, exit codes and access to options; see cli.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *const cli_exit_code_lines[] = {
	"0   success",
	"1   check found problems, or compare differences",
	"2   wrong usage of the command line",
	"3   a value is invalid",
	"4   not found",
	"5   it exists already, or another writer was first",
	"6   exhausted: no address, MAC or prefix is left",
	"7   not allowed: resting, not in the block, denied by policy, or by its state",
	"8   denied: the backend refuses the credentials",
	"9   unavailable: no answer, or busy; trying again can help",
	"10  the backend does not support it",
	"11  the configuration or the driver module is missing or wrong",
	"12  the database is unreadable, read-only, full, corrupt or of a newer version",
	"13  internal error, or the backend answered nonsense",
	"14  a file or standard output cannot be read or written",
	"15  stopped by a signal; what was done so far is kept",
	NULL,
};

int
cli_exit_code (ip_driver_status status)
{
	switch (status) {
	case IP_DRIVER_OK:
		return 0;
	case CLI_PROBLEMS:
		return 1;
	case CLI_USAGE:
		return 2;
	case IP_DRIVER_INVALID:
		return 3;
	case IP_DRIVER_NOT_FOUND:
		return 4;
	case IP_DRIVER_DUPLICATE:
	case IP_DRIVER_CONFLICT:
		return 5;
	case IP_DRIVER_EXHAUSTED:
		return 6;
	case IP_DRIVER_LOCKED:
	case IP_DRIVER_NOT_IN_BLOCK:
	case IP_DRIVER_DENIED_BY_POLICY:
	case IP_DRIVER_NOT_ALLOWED:
		return 7;
	case IP_DRIVER_DENIED:
		return 8;
	case IP_DRIVER_UNAVAILABLE:
		return 9;
	case IP_DRIVER_NOT_SUPPORTED:
		return 10;
	case IP_DRIVER_CONFIG:
		return 11;
	case IP_DRIVER_STORAGE:
		return 12;
	case CLI_IO:
		return 14;
	case CLI_STOPPED:
		return 15;
	default:
		return 13;
	}
}

static void
set_message (ip_driver_error *error, const char *message)
{
	g_autofree char *valid = g_utf8_make_valid (message, -1);
	const char *end;

	g_strlcpy (error->message, valid, sizeof error->message);
	/* Cut at a character's border. */
	if (!g_utf8_validate (error->message, -1, &end))
		error->message[end - error->message] = '\0';
}

ip_driver_status
cli_error (ip_driver_error *error, ip_driver_status status, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list args;

	va_start (args, format);
	message = g_strdup_vprintf (format, args);
	va_end (args);
	error->status = status;
	error->retryable = 0;
	set_message (error, message);
	return status;
}

ip_driver_status
cli_prefix_error (ip_driver_error *error, const char *format, ...)
{
	g_autofree char *prefix = NULL, *message = NULL;
	va_list args;

	va_start (args, format);
	prefix = g_strdup_vprintf (format, args);
	va_end (args);
	message = g_strconcat (prefix, error->message, NULL);
	set_message (error, message);
	return error->status;
}

const char *
cli_arg (const cli_context *cli, unsigned index)
{
	return index < cli->arg_count ? cli->args[index] : NULL;
}

gboolean
cli_flag (const cli_context *cli, const char *option)
{
	return g_hash_table_contains (cli->values, option);
}

const char *
cli_text (const cli_context *cli, const char *option)
{
	const GPtrArray *values = g_hash_table_lookup (cli->values, option);

	return values != NULL ? values->pdata[0] : NULL;
}

const char *const *
cli_texts (const cli_context *cli, const char *option, size_t *ret_count)
{
	const GPtrArray *values = g_hash_table_lookup (cli->values, option);

	*ret_count = values != NULL ? values->len : 0;
	return values != NULL ? (const char *const *)values->pdata : NULL;
}

gboolean
cli_change (const cli_context *cli, const char *option, const char **ret_value)
{
	const char *value = cli_text (cli, option);

	*ret_value = value != NULL && value[0] != '\0' ? value : NULL;
	return value != NULL;
}

ip_driver_status
cli_parse_unsigned (const char *what, const char *text, guint64 min, guint64 max, guint64 *ret, ip_driver_error *error)
{
	if (!g_ascii_string_to_unsigned (text, 10, min, max, ret, NULL)) {
		return cli_error (error, CLI_USAGE,
		                  "%s is a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ", not “%s”", what,
		                  min, max, text);
	}
	return IP_DRIVER_OK;
}

ip_driver_status
cli_unsigned (const cli_context *cli, const char *option, guint64 min, guint64 max, guint64 *ret,
              ip_driver_error *error)
{
	const char *text = cli_text (cli, option);
	g_autofree char *what = g_strconcat ("--", option, NULL);

	return text == NULL ? IP_DRIVER_OK : cli_parse_unsigned (what, text, min, max, ret, error);
}

ip_driver_status
cli_signed (const cli_context *cli, const char *option, gint64 *ret, ip_driver_error *error)
{
	const char *text = cli_text (cli, option);

	if (text != NULL && !g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, ret, NULL))
		return cli_error (error, CLI_USAGE, "--%s is a number, not “%s”", option, text);
	return IP_DRIVER_OK;
}

ip_driver_status
cli_time (const cli_context *cli, const char *option, gint64 *ret, ip_driver_error *error)
{
	const char *text = cli_text (cli, option);
	g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
	g_autoptr (GDateTime) time = NULL;

	if (text == NULL || g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, ret, NULL))
		return IP_DRIVER_OK;
	time = g_date_time_new_from_iso8601 (text, utc);
	if (time == NULL) {
		return cli_error (error, CLI_USAGE, "--%s is a time such as 2026-08-22T15:17:05Z, not “%s”", option,
		                  text);
	}
	*ret = g_date_time_to_unix (time);
	return IP_DRIVER_OK;
}

ip_driver_status
cli_limit (const cli_context *cli, guint64 *ret, ip_driver_error *error)
{
	*ret = G_MAXUINT64;
	return cli_unsigned (cli, "limit", 1, G_MAXINT64, ret, error);
}

ip_driver_block_type
cli_block_type (const cli_context *cli)
{
	const char *text = cli_text (cli, "type");

	if (text == NULL)
		return IP_DRIVER_BLOCK_ANY;
	return strcmp (text, "public") == 0 ? IP_DRIVER_BLOCK_PUBLIC : IP_DRIVER_BLOCK_PRIVATE;
}

ip_driver_status
cli_read_file (const char *path, char **ret_text, gsize *ret_length, ip_driver_error *error)
{
	gboolean standard = strcmp (path, "-") == 0;
	FILE *file = standard ? stdin : fopen (path, "re");
	g_autoptr (GString) text = g_string_new (NULL);
	char chunk[65536];
	size_t got;
	int failed = 0;

	if (file == NULL)
		return cli_error (error, CLI_IO, "cannot open %s: %s", path, g_strerror (errno));
	while ((got = fread (chunk, 1, sizeof chunk, file)) > 0)
		g_string_append_len (text, chunk, (gssize)got);
	if (ferror (file))
		failed = errno;
	if (!standard)
		fclose (file);
	if (failed != 0)
		return cli_error (error, CLI_IO, "cannot read %s: %s", path, g_strerror (failed));
	*ret_length = text->len;
	*ret_text = g_string_free (g_steal_pointer (&text), FALSE);
	return IP_DRIVER_OK;
}
