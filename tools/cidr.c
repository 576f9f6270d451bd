/*
 * cidr.c: parsing, printing and comparing CIDRs and MAC prefixes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cidr.h"

#include <arpa/inet.h>
#include <string.h>

static void
clear_bits (guint8 *bytes, unsigned size, unsigned keep)
{
	for (unsigned i = 0; i < size; i++) {
		unsigned from = i * 8;

		if (keep <= from)
			bytes[i] = 0;
		else if (keep < from + 8)
			bytes[i] &= (guint8)(0xff << (from + 8 - keep));
	}
}

/* A decimal number without sign or leading zeros. */
static gboolean
parse_length (const char *text, unsigned max, guint8 *ret)
{
	unsigned value = 0;

	if (!g_ascii_isdigit (text[0]) || (text[0] == '0' && text[1] != '\0') || strlen (text) > 3)
		return FALSE;
	for (; *text != '\0'; text++) {
		if (!g_ascii_isdigit (*text))
			return FALSE;
		value = value * 10 + (unsigned)(*text - '0');
	}
	if (value > max)
		return FALSE;
	*ret = (guint8)value;
	return TRUE;
}

gboolean
cidr_parse_address (const char *text, cidr *ret)
{
	cidr parsed = {0};

	if (inet_pton (AF_INET, text, parsed.bytes) == 1) {
		parsed.version = 4;
		parsed.length = 32;
	} else if (inet_pton (AF_INET6, text, parsed.bytes) == 1) {
		parsed.version = 6;
		parsed.length = 128;
	} else {
		return FALSE;
	}
	*ret = parsed;
	return TRUE;
}

gboolean
cidr_parse (const char *text, cidr *ret)
{
	const char *slash = strchr (text, '/');
	g_autofree char *address = NULL;
	cidr parsed;

	if (slash == NULL)
		return FALSE;
	address = g_strndup (text, (gsize)(slash - text));
	if (!cidr_parse_address (address, &parsed) ||
	    !parse_length (slash + 1, parsed.version == 4 ? 32 : 128, &parsed.length))
		return FALSE;
	clear_bits (parsed.bytes, parsed.version == 4 ? 4 : 16, parsed.length);
	*ret = parsed;
	return TRUE;
}

char *
cidr_address_text (const cidr *self)
{
	char text[INET6_ADDRSTRLEN];

	return g_strdup (inet_ntop (self->version == 4 ? AF_INET : AF_INET6, self->bytes, text, sizeof text));
}

char *
cidr_text (const cidr *self)
{
	g_autofree char *address = cidr_address_text (self);

	return g_strdup_printf ("%s/%u", address, self->length);
}

int
cidr_compare (const cidr *a, const cidr *b)
{
	int order = (int)a->version - (int)b->version;

	if (order == 0)
		order = memcmp (a->bytes, b->bytes, sizeof a->bytes);
	return order != 0 ? order : (int)a->length - (int)b->length;
}

gboolean
cidr_contains (const cidr *outer, const cidr *inner)
{
	cidr masked = *inner;

	if (outer->version != inner->version || outer->length > inner->length)
		return FALSE;
	clear_bits (masked.bytes, sizeof masked.bytes, outer->length);
	return memcmp (masked.bytes, outer->bytes, sizeof masked.bytes) == 0;
}

/* Takes xx:xx:…, xx-xx-…, xxxx.xxxx.xxxx and xxxxxxxxxxxx. */
static gboolean
parse_mac (const char *text, gsize length, guint8 bytes[6])
{
	unsigned digits = 0, group;
	char separator;

	switch (length) {
	case 17:
		separator = text[2];
		group = 2;
		if (separator != ':' && separator != '-')
			return FALSE;
		break;
	case 14:
		separator = '.';
		group = 4;
		break;
	case 12:
		separator = '\0';
		group = 12;
		break;
	default:
		return FALSE;
	}
	for (gsize i = 0; i < length; i++) {
		if (i % (group + 1) == group && separator != '\0') {
			if (text[i] != separator)
				return FALSE;
			continue;
		}
		if (!g_ascii_isxdigit (text[i]))
			return FALSE;
		bytes[digits / 2] = (guint8)(bytes[digits / 2] << 4 | g_ascii_xdigit_value (text[i]));
		digits++;
	}
	return TRUE;
}

static char *
format_mac (const guint8 bytes[6])
{
	return g_strdup_printf ("%02x:%02x:%02x:%02x:%02x:%02x", bytes[0], bytes[1], bytes[2], bytes[3], bytes[4],
	                        bytes[5]);
}

char *
mac_text (const char *text)
{
	guint8 bytes[6] = {0};

	return parse_mac (text, strlen (text), bytes) ? format_mac (bytes) : NULL;
}

char *
mac_prefix_text (const char *text)
{
	const char *slash = strchr (text, '/');
	guint8 bytes[6] = {0}, length;
	g_autofree char *mac = NULL;

	if (slash == NULL || !parse_mac (text, (gsize)(slash - text), bytes) || !parse_length (slash + 1, 48, &length))
		return NULL;
	clear_bits (bytes, sizeof bytes, length);
	mac = format_mac (bytes);
	return g_strdup_printf ("%s/%u", mac, length);
}
