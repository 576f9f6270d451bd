/*
 * See canon.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "canon.h"

#include <arpa/inet.h>
#include <string.h>

/* Clears the bits behind a prefix. */
static void
mask (guint8 *bytes, guint size, guint prefix)
{
	for (guint i = 0; i < size; i++) {
		guint kept = prefix > i * 8 ? MIN (prefix - i * 8, 8) : 0;

		bytes[i] &= (guint8)(0xff00u >> kept);
	}
}

/* A MAC address in any of its spellings. */
static gboolean
parse_mac (const char *text, guint8 bytes[6])
{
	g_autoptr (GString) digits = g_string_new (NULL);

	for (const char *p = text; *p != '\0'; p++) {
		if (g_ascii_isxdigit (*p))
			g_string_append_c (digits, *p);
		else if (strchr (":-.", *p) == NULL)
			return FALSE;
	}
	if (digits->len != 12)
		return FALSE;
	for (guint i = 0; i < 6; i++)
		bytes[i] = (guint8)(g_ascii_xdigit_value (digits->str[2 * i]) << 4 |
		                    g_ascii_xdigit_value (digits->str[2 * i + 1]));
	return TRUE;
}

static char *
format (const guint8 *bytes, guint size, const char *suffix)
{
	char text[INET6_ADDRSTRLEN];

	if (size == 6)
		return g_strdup_printf ("%02x:%02x:%02x:%02x:%02x:%02x%s", bytes[0], bytes[1], bytes[2], bytes[3],
		                        bytes[4], bytes[5], suffix);
	return g_strconcat (inet_ntop (size == 4 ? AF_INET : AF_INET6, bytes, text, sizeof text), suffix, NULL);
}

char *
canon_text (const char *text)
{
	const char *slash = strchr (text, '/');
	g_autofree char *front = slash != NULL ? g_strndup (text, (gsize)(slash - text)) : g_strdup (text);
	guint8 bytes[16];
	guint64 prefix;
	guint size;

	if (inet_pton (AF_INET, front, bytes) == 1)
		size = 4;
	else if (inet_pton (AF_INET6, front, bytes) == 1)
		size = 16;
	/* Twelve digits alone may be something else. */
	else if (strlen (front) > 12 && parse_mac (front, bytes))
		size = 6;
	else
		return g_strdup (text);
	if (slash == NULL)
		return format (bytes, size, "");
	if (!g_ascii_string_to_unsigned (slash + 1, 10, 0, size * 8, &prefix, NULL))
		return g_strdup (text);
	mask (bytes, size, (guint)prefix);
	return format (bytes, size, slash);
}

/* What is known to be a MAC. */
static json_t *
canon_mac (json_t *value)
{
	guint8 bytes[6];
	g_autofree char *text = NULL;

	if (!parse_mac (json_string_value (value), bytes))
		return json_incref (value);
	text = format (bytes, 6, "");
	return json_string (text);
}

json_t *
canon_json (json_t *value)
{
	json_t *canonical, *item;
	const char *key;
	size_t i;

	if (json_is_string (value)) {
		g_autofree char *text = canon_text (json_string_value (value));

		return json_string (text);
	}
	if (json_is_array (value)) {
		canonical = json_array ();
		json_array_foreach (value, i, item)
		{
			json_array_append_new (canonical, canon_json (item));
		}
		return canonical;
	}
	if (json_is_object (value)) {
		canonical = json_object ();
		json_object_foreach (value, key, item)
		{
			json_object_set_new (canonical, key,
			                     g_str_equal (key, "mac_address") && json_is_string (item)
			                             ? canon_mac (item)
			                             : canon_json (item));
		}
		return canonical;
	}
	return json_incref (value);
}

gint64
canon_time (const char *text)
{
	g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
	g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, utc) : NULL;

	return time != NULL ? g_date_time_to_unix (time) : 0;
}
