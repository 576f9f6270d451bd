/*
 * See ip.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ip.h"

#include <arpa/inet.h>
#include <string.h>

static ip_number
number_of_bytes (const guint8 *bytes, gsize size)
{
	ip_number number = 0;

	for (gsize i = 0; i < size; i++)
		number = number << 8 | bytes[i];
	return number;
}

int
ip_parse (const char *text, ip_number *ret)
{
	guint8 bytes[16];

	if (inet_pton (AF_INET, text, bytes) == 1) {
		*ret = number_of_bytes (bytes, 4);
		return 4;
	}
	if (inet_pton (AF_INET6, text, bytes) == 1) {
		*ret = number_of_bytes (bytes, 16);
		return 6;
	}
	return 0;
}

const char *
ip_format (int version, ip_number number, char text[IP_TEXT])
{
	int size = version == 4 ? 4 : 16;
	guint8 bytes[16];

	/* glibc writes ::1:2 as ::0.1.0.2, which RFC 5952 does not. */
	if (version == 6 && number >> 32 == 0 && number >> 16 != 0) {
		g_snprintf (text, IP_TEXT, "::%x:%x", (guint)(number >> 16), (guint)(number & 0xffff));
		return text;
	}
	for (int i = size - 1; i >= 0; i--, number >>= 8)
		bytes[i] = (guint8)number;
	return inet_ntop (version == 4 ? AF_INET : AF_INET6, bytes, text, IP_TEXT);
}

ip_block
ip_block_at (int version, ip_number first, int prefix)
{
	int bits = (version == 4 ? 32 : 128) - prefix;
	ip_number hosts = bits == 128 ? ~(ip_number)0 : ((ip_number)1 << bits) - 1;

	return (ip_block){.version = version, .prefix = prefix, .first = first & ~hosts, .last = first | hosts};
}

/* A decimal number up to `most` at the end of a text. */
static gboolean
parse_length (const char *text, guint64 most, int *ret)
{
	guint64 length;

	if (!g_ascii_string_to_unsigned (text, 10, 0, most, &length, NULL))
		return FALSE;
	*ret = (int)length;
	return TRUE;
}

gboolean
ip_block_parse (const char *text, ip_block *ret)
{
	const char *slash = strchr (text, '/');
	char address[IP_TEXT];
	ip_number number;
	int version, prefix;

	if (!slash || slash - text >= IP_TEXT)
		return FALSE;
	g_strlcpy (address, text, (gsize)(slash - text) + 1);
	version = ip_parse (address, &number);
	if (!version || !parse_length (slash + 1, version == 4 ? 32 : 128, &prefix))
		return FALSE;
	*ret = ip_block_at (version, number, prefix);
	return TRUE;
}

const char *
ip_block_format (const ip_block *block, char text[IP_TEXT])
{
	char address[IP_TEXT];

	g_snprintf (text, IP_TEXT, "%s/%d", ip_format (block->version, block->first, address), block->prefix);
	return text;
}

gboolean
ip_block_contains (const ip_block *block, int version, ip_number number)
{
	return block->version == version && block->first <= number && number <= block->last;
}

gboolean
ip_block_is_part (const ip_block *whole, const ip_block *part)
{
	return whole->version == part->version && whole->prefix <= part->prefix && whole->first <= part->first &&
	       part->last <= whole->last;
}

/* Six octets of one or two hexadecimal digits between separators of one kind, three groups of four between
 * dots, or twelve digits. */
static gboolean
parse_mac (const char *text, guint64 *ret)
{
	gsize groups = 1, digits = 0, most;
	char separator = '\0';

	*ret = 0;
	for (const char *c = text; *c; c++)
		if (*c == ':' || *c == '-' || *c == '.') {
			if (separator && *c != separator)
				return FALSE;
			separator = *c;
			groups++;
		}
	most = groups == 1 ? 12 : groups == 3 && separator == '.' ? 4 : groups == 6 && separator != '.' ? 2 : 0;
	for (guint64 group = 0;; text++) {
		if (*text == separator || *text == '\0') {
			if (digits == 0 || (most != 2 && digits != most))
				return FALSE;
			*ret = *ret << (4 * most) | group;
			group = digits = 0;
			if (*text == '\0')
				return TRUE;
			continue;
		}
		if (!g_ascii_isxdigit (*text) || ++digits > most)
			return FALSE;
		group = group << 4 | (guint64)g_ascii_xdigit_value (*text);
	}
}

static void
format_mac (guint64 mac, char text[IP_TEXT])
{
	g_snprintf (text, IP_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", (guint)(mac >> 40) & 255, (guint)(mac >> 32) & 255,
	            (guint)(mac >> 24) & 255, (guint)(mac >> 16) & 255, (guint)(mac >> 8) & 255, (guint)mac & 255);
}

gboolean
ip_mac (const char *text, char canonical[IP_TEXT])
{
	guint64 mac;

	if (!parse_mac (text, &mac))
		return FALSE;
	format_mac (mac, canonical);
	return TRUE;
}

gboolean
ip_mac_range (const char *text, char canonical[IP_TEXT])
{
	const char *slash = strchr (text, '/');
	char start[IP_TEXT];
	guint64 mac;
	int prefix;

	if (!slash || slash - text >= IP_TEXT)
		return FALSE;
	g_strlcpy (start, text, (gsize)(slash - text) + 1);
	if (!parse_mac (start, &mac) || !parse_length (slash + 1, 48, &prefix))
		return FALSE;
	mac &= ~((G_GUINT64_CONSTANT (1) << (48 - prefix)) - 1);
	format_mac (mac, start);
	g_snprintf (canonical, IP_TEXT, "%s/%d", start, prefix);
	return TRUE;
}

gboolean
ip_netmask (int version, const char *text, char canonical[IP_TEXT])
{
	ip_number mask;
	int length;

	if (parse_length (text, version == 4 ? 32 : 128, &length)) {
		if (version == 4)
			ip_format (4, (guint32) ~(((guint64)1 << (32 - length)) - 1), canonical);
		else
			g_snprintf (canonical, IP_TEXT, "%d", length);
		return TRUE;
	}
	if (version != 4 || ip_parse (text, &mask) != 4)
		return FALSE;
	/* Ones, then zeros. */
	if ((((guint32)~mask) & ((guint32)~mask + 1)) != 0)
		return FALSE;
	ip_format (4, mask, canonical);
	return TRUE;
}

ip_count
ip_block_size (const ip_block *block)
{
	return ip_count_add ((ip_count){.low = block->last - block->first}, (ip_count){.low = 1});
}

ip_count
ip_count_add (ip_count a, ip_count b)
{
	ip_number low = a.low + b.low;

	return (ip_count){.low = low, .high = a.high + b.high + (low < a.low)};
}

ip_count
ip_count_subtract (ip_count a, ip_count b)
{
	int high = a.high - b.high - (a.low < b.low);

	return high < 0 ? (ip_count){0} : (ip_count){.low = a.low - b.low, .high = high};
}

const char *
ip_count_format (ip_count count, char text[IP_TEXT])
{
	char digits[IP_TEXT];
	gsize at = sizeof digits;

	if (count.high)
		return strcpy (text, "340282366920938463463374607431768211456");
	digits[--at] = '\0';
	do
		digits[--at] = (char)('0' + (int)(count.low % 10));
	while ((count.low /= 10) != 0);
	return strcpy (text, digits + at);
}
