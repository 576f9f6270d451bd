/*
 * Forms of text: see forms.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "forms.h"

#include <arpa/inet.h>
#include <string.h>

/* Up to `most` decimal parts without leading zeros, separated by dots; 0: malformed. */
static guint
read_parts (const char *text, guint64 parts[4])
{
	guint count = 0;

	for (const char *at = text;; at++) {
		char *end;

		if (count == 4 || !g_ascii_isdigit (*at) || (at[0] == '0' && g_ascii_isdigit (at[1])))
			return 0;
		parts[count] = g_ascii_strtoull (at, &end, 10);
		if (parts[count++] > G_MAXUINT32)
			return 0;
		if (*end == '\0')
			return count;
		if (*end != '.')
			return 0;
		at = end;
	}
}

char *
forms_address (const char *text)
{
	guint64 parts[4], number = 0;
	guint count = read_parts (text, parts);

	if (count < 2)
		return g_strdup (text);
	for (guint i = 0; i + 1 < count; i++) {
		if (parts[i] > 255)
			return g_strdup (text);
		number |= parts[i] << (24 - 8 * i);
	}
	if (parts[count - 1] >= G_GUINT64_CONSTANT (1) << (8 * (5 - count)))
		return g_strdup (text);
	number |= parts[count - 1];
	return g_strdup_printf ("%u.%u.%u.%u", (guint)(number >> 24), (guint)(number >> 16 & 255),
	                        (guint)(number >> 8 & 255), (guint)(number & 255));
}

char *
forms_long_address (const char *text)
{
	GString *out;
	guint8 bytes[16];

	if (inet_pton (AF_INET6, text, bytes) != 1)
		return g_strdup (text);
	out = g_string_sized_new (40);
	for (guint i = 0; i < 16; i += 2)
		g_string_append_printf (out, "%s%02x%02x", i > 0 ? ":" : "", bytes[i], bytes[i + 1]);
	return g_string_free (out, FALSE);
}

char *
forms_mac_of_number (guint64 number)
{
	return g_strdup_printf ("%02x:%02x:%02x:%02x:%02x:%02x", (guint)(number >> 40 & 255),
	                        (guint)(number >> 32 & 255), (guint)(number >> 24 & 255), (guint)(number >> 16 & 255),
	                        (guint)(number >> 8 & 255), (guint)(number & 255));
}

/* `count` groups of one to `longest` hexadecimal digits. */
static gboolean
read_groups (const char *text, char separator, guint count, guint longest, guint64 *ret_number)
{
	const char *at = text;
	guint64 number = 0;

	for (guint i = 0; i < count; i++) {
		guint64 group = 0;
		guint length = 0;

		for (; g_ascii_isxdigit (*at) && length < longest; length++)
			group = group << 4 | (guint64)g_ascii_xdigit_value (*at++);
		if (length == 0 || *at != (i + 1 < count ? separator : '\0'))
			return FALSE;
		at++;
		number = number << (4 * longest) | group;
	}
	*ret_number = number;
	return TRUE;
}

char *
forms_mac (const char *text)
{
	guint64 number;

	if (read_groups (text, ':', 6, 2, &number) || read_groups (text, '-', 6, 2, &number) ||
	    read_groups (text, '.', 3, 4, &number))
		return forms_mac_of_number (number);
	return g_strdup (text);
}

static gboolean
is_run_of_ones (guint32 mask)
{
	return (~mask & (~mask + 1)) == 0;
}

/* A prefix length, or for IPv4 a netmask or its inverse; -1: neither. */
static int
read_prefix (const char *text, int version)
{
	guint64 parts[4];
	guint count = read_parts (text, parts);
	guint32 mask;

	if (count == 1)
		return parts[0] <= (version == 4 ? 32 : 128) ? (int)parts[0] : -1;
	if (count != 4 || version != 4 || parts[0] > 255 || parts[1] > 255 || parts[2] > 255 || parts[3] > 255)
		return -1;
	mask = (guint32)(parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3]);
	if (!is_run_of_ones (mask))
		mask = ~mask;
	return is_run_of_ones (mask) ? __builtin_popcount (mask) : -1;
}

gboolean
forms_cidr_parse (const char *text, forms_cidr *ret_cidr)
{
	const char *slash = strchr (text, '/');
	g_autofree char *address = slash != NULL ? g_strndup (text, (gsize)(slash - text)) : g_strdup (text);
	forms_cidr cidr = {0};
	guint64 parts[4];
	guint count = read_parts (address, parts);

	if (count > 0) {
		cidr.version = 4;
		for (guint i = 0; i < count; i++) {
			if (parts[i] > 255)
				return FALSE;
			cidr.bytes[i] = (guint8)parts[i];
		}
	} else if (inet_pton (AF_INET6, address, cidr.bytes) == 1) {
		cidr.version = 6;
	} else {
		return FALSE;
	}
	cidr.prefix = slash != NULL ? read_prefix (slash + 1, cidr.version) : cidr.version == 4 ? 32 : 128;
	if (cidr.prefix < 0)
		return FALSE;
	*ret_cidr = cidr;
	return TRUE;
}

char *
forms_cidr_format (const forms_cidr *cidr)
{
	char address[INET6_ADDRSTRLEN];

	inet_ntop (cidr->version == 4 ? AF_INET : AF_INET6, cidr->bytes, address, sizeof address);
	return g_strdup_printf ("%s/%d", address, cidr->prefix);
}

gboolean
forms_cidr_overlap (const forms_cidr *a, const forms_cidr *b)
{
	int bits = MIN (a->prefix, b->prefix);
	gsize bytes = (gsize)bits / 8;

	return a->version == b->version && memcmp (a->bytes, b->bytes, bytes) == 0 &&
	       (bits % 8 == 0 || (a->bytes[bytes] ^ b->bytes[bytes]) >> (8 - bits % 8) == 0);
}

char *
forms_repr (const char *text)
{
	GString *out = g_string_new ("u");
	char quote = strchr (text, '\'') != NULL && strchr (text, '"') == NULL ? '"' : '\'';

	g_string_append_c (out, quote);
	for (const char *at = text; *at != '\0'; at += g_utf8_skip[(guchar)*at]) {
		gunichar character = g_utf8_get_char (at);

		if (character == '\n')
			g_string_append (out, "\\n");
		else if (character == '\r')
			g_string_append (out, "\\r");
		else if (character == '\t')
			g_string_append (out, "\\t");
		else if (character == '\\' || character == (gunichar)quote)
			g_string_append_printf (out, "\\%c", (char)character);
		else if (character >= 0x20 && character < 0x7f)
			g_string_append_c (out, (char)character);
		else if (character <= 0xff)
			g_string_append_printf (out, "\\x%02x", character);
		else
			g_string_append_printf (out, character <= 0xffff ? "\\u%04x" : "\\U%08x", character);
	}
	g_string_append_c (out, quote);
	return g_string_free (out, FALSE);
}
