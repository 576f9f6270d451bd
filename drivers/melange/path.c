/*
 * See path.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "path.h"

#include <stdarg.h>
#include <string.h>

static gboolean
can_be_sent (const char *segment)
{
	return !strchr (segment, '/') && strcmp (segment, ".") != 0 && strcmp (segment, "..") != 0;
}

char *
melange_path (ip_driver_error *error, ...)
{
	g_autoptr (GString) path = g_string_new ("/v0.1/ipam");
	const char *segment, *last = "";
	va_list segments;

	va_start (segments, error);
	while ((segment = va_arg (segments, const char *))) {
		if (!can_be_sent (segment)) {
			g_autofree char *message = g_strdup_printf (
				"\"%s\" cannot be part of a path of the historical Melange API", segment);
			ip_driver_fail (error, IP_DRIVER_INVALID, message);
			va_end (segments);
			return NULL;
		}
		g_string_append_c (path, '/');
		g_string_append_uri_escaped (path, segment, NULL, FALSE);
		last = segment;
	}
	va_end (segments);
	/* The service takes these for the format that is wanted, and drops one of them. */
	if (g_str_has_suffix (last, ".json") || g_str_has_suffix (last, ".xml"))
		g_string_append (path, ".json");
	return g_string_free (g_steal_pointer (&path), FALSE);
}

char *
melange_path_query (char *path, const char *name, const char *value)
{
	GString *whole = g_string_new (path);

	g_free (path);
	g_string_append_c (whole, strchr (whole->str, '?') ? '&' : '?');
	g_string_append (whole, name);
	g_string_append_c (whole, '=');
	g_string_append_uri_escaped (whole, value, NULL, FALSE);
	return g_string_free (whole, FALSE);
}
