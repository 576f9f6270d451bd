/*
 * IP addresses and CIDRs as numbers. See ip.h. The text forms are the canonical ones of the whole
 * project, so nothing here depends on what a C library's inet_ntop() happens to print.
 */
#include "ip.h"

#include <arpa/inet.h>
#include <string.h>

static ip_value
value_of_bytes (const guint8 *bytes, size_t size)
{
	ip_value value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | bytes[i];
	return value;
}

gboolean
ip_address_parse (const char *text, ip_address *ret)
{
	guint8 bytes[16];

	if (inet_pton (AF_INET, text, bytes) == 1)
		return ip_address_from_bytes (bytes, 4, ret);
	if (inet_pton (AF_INET6, text, bytes) == 1)
		return ip_address_from_bytes (bytes, 16, ret);
	return FALSE;
}

gboolean
ip_cidr_parse (const char *text, ip_cidr *ret)
{
	const char *slash = strchr (text, '/');
	char host[IP_TEXT_SIZE];
	ip_address address;
	int prefix = 0;

	if (!slash || (size_t)(slash - text) >= sizeof host)
		return FALSE;
	memcpy (host, text, slash - text);
	host[slash - text] = '\0';
	if (!ip_address_parse (host, &address))
		return FALSE;

	const char *digits = slash + 1;
	size_t count = strlen (digits);
	if (count < 1 || count > 3 || (count > 1 && digits[0] == '0'))
		return FALSE;
	for (size_t i = 0; i < count; i++) {
		if (!g_ascii_isdigit (digits[i]))
			return FALSE;
		prefix = prefix * 10 + (digits[i] - '0');
	}
	if (prefix > (address.version == 4 ? 32 : 128))
		return FALSE;
	ip_cidr_make (address.version, address.value, prefix, ret);
	return TRUE;
}

void
ip_cidr_make (int version, ip_value address, int prefix, ip_cidr *ret)
{
	int width = version == 4 ? 32 : 128;
	ip_value all = ~(ip_value)0 >> (128 - width);
	/* A shift by the full width would be undefined. */
	ip_value host = prefix == width ? 0 : all >> prefix;

	g_assert (prefix >= 0 && prefix <= width);
	ret->version = version;
	ret->prefix = prefix;
	ret->first = address & all & ~host;
	ret->last = ret->first | host;
}

static void
format_ipv4 (ip_value value, char *text, size_t size)
{
	guint32 bits = (guint32)value;

	g_snprintf (text, size, "%u.%u.%u.%u", bits >> 24, bits >> 16 & 255, bits >> 8 & 255, bits & 255);
}

/* The longest run of at least two zero groups, the first of equals (RFC 5952, 4.2). Length 0: none. */
static void
find_zero_run (const guint16 groups[8], int *ret_start, int *ret_length)
{
	*ret_start = -1;
	*ret_length = 0;
	for (int i = 0; i < 8; i++) {
		int end = i;

		while (end < 8 && groups[end] == 0)
			end++;
		if (end - i >= 2 && end - i > *ret_length) {
			*ret_start = i;
			*ret_length = end - i;
		}
		if (end > i)
			i = end;
	}
}

static void
format_ipv6 (ip_value value, char *text, size_t size)
{
	guint16 groups[8];
	int start, length;
	char *end = text;

	/* IPv4-mapped, the one prefix whose embedded address anyone can tell (RFC 5952, 5). */
	if (value >> 32 == 0xffff) {
		end = g_stpcpy (text, "::ffff:");
		format_ipv4 (value & 0xffffffff, end, size - (end - text));
		return;
	}
	for (int i = 0; i < 8; i++)
		groups[i] = (guint16)(value >> (112 - 16 * i));
	find_zero_run (groups, &start, &length);
	for (int i = 0; i < 8; i++) {
		if (i == start) {
			end = g_stpcpy (end, "::");
			i += length - 1;
			continue;
		}
		if (i > 0 && i != start + length)
			*end++ = ':';
		end += g_snprintf (end, size - (end - text), "%x", groups[i]);
	}
}

const char *
ip_address_format (int version, ip_value value, char text[IP_TEXT_SIZE])
{
	if (version == 4)
		format_ipv4 (value, text, IP_TEXT_SIZE);
	else
		format_ipv6 (value, text, IP_TEXT_SIZE);
	return text;
}

const char *
ip_cidr_format (const ip_cidr *cidr, char text[IP_TEXT_SIZE])
{
	ip_address_format (cidr->version, cidr->first, text);
	size_t length = strlen (text);
	g_snprintf (text + length, IP_TEXT_SIZE - length, "/%d", cidr->prefix);
	return text;
}

const char *
ip_netmask_format (const ip_cidr *cidr, char text[IP_TEXT_SIZE])
{
	if (cidr->version == 4)
		return ip_address_format (4, ~(cidr->first ^ cidr->last) & 0xffffffff, text);
	g_snprintf (text, IP_TEXT_SIZE, "%d", cidr->prefix);
	return text;
}

const char *
ip_count_format (ip_value count, gboolean overflow, char text[IP_TEXT_SIZE])
{
	char digits[IP_TEXT_SIZE];
	char *start = digits + sizeof digits - 1;
	/* One less is in range; the last digit of 2^128 is a 6, so adding it back carries nothing. */
	ip_value rest = overflow ? ~(ip_value)0 : count;

	*start = '\0';
	do {
		*--start = '0' + (char)(rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (overflow)
		digits[sizeof digits - 2]++;
	strcpy (text, start);
	return text;
}

size_t
ip_address_to_bytes (int version, ip_value value, guint8 bytes[16])
{
	size_t size = version == 4 ? 4 : 16;

	for (size_t i = size; i-- > 0; value >>= 8)
		bytes[i] = (guint8)value;
	return size;
}

gboolean
ip_address_from_bytes (const guint8 *bytes, size_t size, ip_address *ret)
{
	if (size != 4 && size != 16)
		return FALSE;
	ret->version = size == 4 ? 4 : 6;
	ret->value = value_of_bytes (bytes, size);
	return TRUE;
}

gboolean
ip_cidr_contains (const ip_cidr *cidr, const ip_address *address)
{
	return cidr->version == address->version && cidr->first <= address->value && address->value <= cidr->last;
}

gboolean
ip_cidr_is_part (const ip_cidr *outer, const ip_cidr *inner)
{
	return outer->version == inner->version && inner->prefix > outer->prefix && outer->first <= inner->first &&
	       inner->last <= outer->last;
}

int
ip_run_fit (ip_value first, ip_value last)
{
	ip_value size = last - first + 1;
	ip_value run;
	int bits = 0;

	if (size == 0)
		return 128;
	while (size >> bits > 1)
		bits++;
	/* size >= 2^bits, and any 2^bits - 1 addresses contain an aligned run of half of that. */
	return ip_run_find (first, last, bits, &run) ? bits : bits - 1;
}

gboolean
ip_run_find (ip_value first, ip_value last, int bits, ip_value *ret)
{
	ip_value mask = bits == 128 ? ~(ip_value)0 : ((ip_value)1 << bits) - 1;
	ip_value start = first;

	if (first & mask) {
		start = (first | mask) + 1;
		/* The next multiple is 2^128. */
		if (start == 0)
			return FALSE;
	}
	if (start > last || last - start < mask)
		return FALSE;
	*ret = start;
	return TRUE;
}
