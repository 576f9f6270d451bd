/*
 * See text.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

/* Plain decimal without sign or leading zero, 0 to `largest`; -1 otherwise. */
static int
parse_length (const char *text, int largest)
{
	int value = 0;

	if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0'))
		return -1;
	for (; *text != '\0'; text++) {
		if (!g_ascii_isdigit (*text))
			return -1;
		value = value * 10 + (*text - '0');
		if (value > largest)
			return -1;
	}
	return value;
}

/* inet_pton() takes exactly the strict forms: no leading zeros, no short forms, no zone. */
static int
parse_address (const char *text, guint8 bytes[16])
{
	if (strchr (text, ':') != NULL)
		return inet_pton (AF_INET6, text, bytes) == 1 ? 6 : 0;
	return inet_pton (AF_INET, text, bytes) == 1 ? 4 : 0;
}

static char *
put_decimal (char *to, unsigned value)
{
	if (value >= 100)
		*to++ = (char)('0' + value / 100);
	if (value >= 10)
		*to++ = (char)('0' + value / 10 % 10);
	*to++ = (char)('0' + value % 10);
	return to;
}

static char *
put_ipv4 (char *to, const guint8 bytes[4])
{
	for (int i = 0; i < 4; i++) {
		if (i > 0)
			*to++ = '.';
		to = put_decimal (to, bytes[i]);
	}
	return to;
}

static char *
put_group (char *to, unsigned group)
{
	static const char digits[] = "0123456789abcdef";
	int shift = 12;

	while (shift > 0 && group >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*to++ = digits[group >> shift & 15];
	return to;
}

/*
 * RFC 5952. Not inet_ntop(), which writes ::1:2 as ::0.1.0.2: of the addresses that embed IPv4, only
 * the mapped ones (::ffff:0:0/96) are written dotted, since ::/96 has been out of use since RFC 4291.
 */
static char *
put_ipv6 (char *to, const guint8 bytes[16])
{
	static const guint8 mapped[12] = {[10] = 0xff, [11] = 0xff};
	unsigned groups[8];
	int start = -1, length = 1;

	if (memcmp (bytes, mapped, sizeof mapped) == 0) {
		memcpy (to, "::ffff:", 7);
		return put_ipv4 (to + 7, bytes + 12);
	}
	for (int i = 0; i < 8; i++)
		groups[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
	/* The longest run of at least two zero groups, the first of equals. */
	for (int i = 0; i < 8; i++) {
		int end = i;

		while (end < 8 && groups[end] == 0)
			end++;
		if (end - i > length) {
			start = i;
			length = end - i;
		}
		if (end > i)
			i = end - 1;
	}
	for (int i = 0; i < 8; i++) {
		if (i == start) {
			*to++ = ':';
			*to++ = ':';
			i += length - 1;
			continue;
		}
		if (i > 0 && to[-1] != ':')
			*to++ = ':';
		to = put_group (to, groups[i]);
	}
	return to;
}

static char *
put_address (char *to, int version, const guint8 bytes[16])
{
	return version == 4 ? put_ipv4 (to, bytes) : put_ipv6 (to, bytes);
}

static void
clear_host_bits (guint8 *bytes, size_t size, int prefix)
{
	for (size_t i = 0; i < size; i++) {
		int kept = CLAMP (prefix - (int)i * 8, 0, 8);

		bytes[i] &= (guint8)(0xff00 >> kept);
	}
}

int
text_address (const char *text, char canonical[TEXT_SIZE])
{
	guint8 bytes[16];
	int version = parse_address (text, bytes);

	if (version != 0)
		*put_address (canonical, version, bytes) = '\0';
	return version;
}

/* Splits at the slash into `head` and the length behind it; NULL: no slash, or the head too long. */
static const char *
split_length (const char *text, char head[TEXT_SIZE])
{
	const char *slash = strchr (text, '/');

	if (slash == NULL || slash - text >= TEXT_SIZE)
		return NULL;
	memcpy (head, text, (size_t)(slash - text));
	head[slash - text] = '\0';
	return slash + 1;
}

int
text_cidr (const char *text, char canonical[TEXT_SIZE])
{
	char head[TEXT_SIZE];
	const char *tail = split_length (text, head);
	guint8 bytes[16];
	int version, prefix;

	if (tail == NULL)
		return 0;
	version = parse_address (head, bytes);
	if (version == 0)
		return 0;
	prefix = parse_length (tail, version == 4 ? 32 : 128);
	if (prefix < 0)
		return 0;
	clear_host_bits (bytes, version == 4 ? 4 : 16, prefix);
	canonical = put_address (canonical, version, bytes);
	*canonical++ = '/';
	*put_decimal (canonical, (unsigned)prefix) = '\0';
	return version;
}

/* The forms that base.h lists: pairs with ':' or '-', fours with '.', or bare. */
static gboolean
parse_mac (const char *text, guint8 bytes[6])
{
	size_t length = strnlen (text, 18), step;
	char separator;
	int digits = 0;

	switch (length) {
	case 12:
		separator = '\0';
		step = 12;
		break;
	case 14:
		separator = '.';
		step = 4;
		break;
	case 17:
		separator = text[2];
		step = 2;
		if (separator != ':' && separator != '-')
			return FALSE;
		break;
	default:
		return FALSE;
	}
	for (size_t i = 0; i < length; i++) {
		int digit;

		if (i % (step + 1) == step) {
			if (text[i] != separator)
				return FALSE;
			continue;
		}
		digit = g_ascii_xdigit_value (text[i]);
		if (digit < 0)
			return FALSE;
		bytes[digits / 2] = (guint8)(digits % 2 == 0 ? digit << 4 : bytes[digits / 2] | digit);
		digits++;
	}
	return TRUE;
}

static char *
put_mac (char *to, const guint8 bytes[6])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < 6; i++) {
		if (i > 0)
			*to++ = ':';
		*to++ = digits[bytes[i] >> 4];
		*to++ = digits[bytes[i] & 15];
	}
	return to;
}

gboolean
text_mac (const char *text, char canonical[TEXT_SIZE])
{
	guint8 bytes[6];

	if (!parse_mac (text, bytes))
		return FALSE;
	*put_mac (canonical, bytes) = '\0';
	return TRUE;
}

gboolean
text_mac_cidr (const char *text, char canonical[TEXT_SIZE])
{
	char head[TEXT_SIZE];
	const char *tail = split_length (text, head);
	guint8 bytes[6];
	int prefix;

	if (tail == NULL || !parse_mac (head, bytes))
		return FALSE;
	prefix = parse_length (tail, 48);
	if (prefix < 8)
		return FALSE;
	clear_host_bits (bytes, sizeof bytes, prefix);
	canonical = put_mac (canonical, bytes);
	*canonical++ = '/';
	*put_decimal (canonical, (unsigned)prefix) = '\0';
	return TRUE;
}

gboolean
text_uuid (const char *text, char canonical[TEXT_SIZE])
{
	for (int i = 0; i < 36; i++) {
		gboolean dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text[i] != '-' : !g_ascii_isxdigit (text[i]))
			return FALSE;
		/* Lower case; digits and '-' have the bit. */
		canonical[i] = (char)(text[i] | 0x20);
	}
	canonical[36] = '\0';
	return text[36] == '\0';
}

int
text_netmask (int version, const char *text, char canonical[TEXT_SIZE])
{
	guint8 bytes[16];
	guint32 mask;
	int prefix;

	if (strchr (text, '.') != NULL) {
		if (version == 6 || parse_address (text, bytes) != 4)
			return -1;
		mask = (guint32)bytes[0] << 24 | (guint32)bytes[1] << 16 | (guint32)bytes[2] << 8 | bytes[3];
		/* Contiguous: the inverse is one less than a power of two. */
		if ((~mask & (~mask + 1)) != 0)
			return -1;
		prefix = __builtin_popcount (mask);
	} else {
		prefix = parse_length (text, version == 4 ? 32 : 128);
		if (prefix < 0)
			return -1;
		if (version != 4) {
			*put_decimal (canonical, (unsigned)prefix) = '\0';
			return prefix;
		}
	}
	memset (bytes, 0xff, 4);
	clear_host_bits (bytes, 4, prefix);
	*put_ipv4 (canonical, bytes) = '\0';
	return prefix;
}

void
text_address_mask (int prefix, char address[TEXT_SIZE])
{
	guint8 bytes[16];
	int version = parse_address (address, bytes);

	g_assert (version != 0);
	clear_host_bits (bytes, version == 4 ? 4 : 16, prefix);
	*put_address (address, version, bytes) = '\0';
}

int
text_version (const char *canonical)
{
	return strchr (canonical, ':') != NULL ? 6 : 4;
}

gboolean
text_is_utf8 (const char *text, size_t longest)
{
	size_t length = strnlen (text, longest + 1);

	return length <= longest && g_utf8_validate (text, (gssize)length, NULL);
}

gboolean
text_integer (const char *text, gint64 *ret)
{
	const char *digits = text[0] == '-' ? text + 1 : text;
	char *end;

	if (!g_ascii_isdigit (digits[0]) || (digits[0] == '0' && text[1] != '\0'))
		return FALSE;
	errno = 0;
	*ret = g_ascii_strtoll (text, &end, 10);
	return errno == 0 && *end == '\0';
}

void
text_copy_line (char *to, size_t room, const char *from, size_t longest)
{
	const char *end = from + strnlen (from, longest);

	while (from < end) {
		gunichar character = g_utf8_get_char_validated (from, end - from);
		size_t size = 1;
		gboolean fit = FALSE;

		/* The beginning of a character, and nothing behind it: cut there. */
		if (character == (gunichar)-2)
			break;
		if (character != (gunichar)-1) {
			size = (size_t)g_unichar_to_utf8 (character, NULL);
			fit = !g_unichar_iscntrl (character) && character != 0x2028 && character != 0x2029;
		}
		if ((fit ? size : 1) >= room)
			break;
		if (fit) {
			memmove (to, from, size);
			to += size;
			room -= size;
		} else {
			*to++ = '?';
			room--;
		}
		from += size;
	}
	*to = '\0';
}
