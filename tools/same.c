/*
 * same.c: see same.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "same.h"

#include "cidr.h"

#include <stdarg.h>
#include <string.h>

/* 9999-12-31T23:59:59Z: what lies behind it has no date, and is as good as infinite. */
#define LAST_DATE G_GINT64_CONSTANT (253402300799)
/* Seconds that reading, sending and granting may take. */
#define LEASE_SLACK 5

static const char end_mark[] = "end";
const char *const key_end = end_mark;

char *
key_of (const char *first, ...)
{
	GString *key = g_string_new (NULL);
	va_list args;

	va_start (args, first);
	/* The length in front tells ("a", "bc") from ("ab", "c"). */
	for (const char *part = first; part != key_end; part = va_arg (args, const char *)) {
		if (part == NULL)
			g_string_append_c (key, '-');
		else
			g_string_append_printf (key, "%zu:%s", strlen (part), part);
	}
	va_end (args);
	return g_string_free (key, FALSE);
}

gboolean
same_value (const char *a, const char *b)
{
	cidr left, right;

	if (g_strcmp0 (a, b) == 0)
		return TRUE;
	return a != NULL && b != NULL && cidr_parse_address (a, &left) && cidr_parse_address (b, &right) &&
	       cidr_compare (&left, &right) == 0;
}

/* Canonical, if it is an address. */
static char *
address_text (const char *address)
{
	cidr parsed;

	return cidr_parse_address (address, &parsed) ? cidr_address_text (&parsed) : g_strdup (address);
}

char *
address_key (const char *block, const char *address)
{
	g_autofree char *text = address_text (address);

	return key_of (block, text, key_end);
}

/* A netmask as a prefix length, however it is written; NULL stays NULL. */
static char *
netmask_text (const char *netmask)
{
	cidr mask;
	unsigned length = 0;

	if (netmask == NULL || strchr (netmask, '.') == NULL || !cidr_parse_address (netmask, &mask))
		return g_strdup (netmask);
	while (length < 32 && (mask.bytes[length / 8] & (0x80u >> length % 8)) != 0)
		length++;
	return g_strdup_printf ("%u", length);
}

char *
route_key (const char *destination, const char *netmask, const char *gateway)
{
	g_autofree char *mask = netmask_text (netmask), *to = address_text (destination), *via = address_text (gateway);

	return key_of (to, mask, via, key_end);
}

static gint64
now (void)
{
	return g_get_real_time () / G_USEC_PER_SEC;
}

gboolean
same_lease_end (gint64 a, gint64 b)
{
	return (a <= now () && b <= now ()) || (a > LAST_DATE && b > LAST_DATE) || ABS (a - b) <= LEASE_SLACK;
}

guint32
lease_duration (gint64 leased_until)
{
	if (leased_until > LAST_DATE)
		return G_MAXUINT32;
	return (guint32)CLAMP (leased_until - now (), 0, (gint64)G_MAXUINT32 - 1);
}
