/*
 * ip.c: see ip.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ip.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
width (int version)
{
	return version == 4 ? 32 : 128;
}

/* 2^bits - 1; a shift by 128 is undefined in C. */
static ip_number
low_bits (int bits)
{
	return bits == 128 ? ~(ip_number)0 : ((ip_number)1 << bits) - 1;
}

ip_number
ip_parse (const char *text, int *ret_version)
{
	unsigned char bytes[16];
	ip_number number = 0;

	*ret_version = strchr (text, ':') != NULL ? 6 : 4;
	if (inet_pton (*ret_version == 6 ? AF_INET6 : AF_INET, text, bytes) != 1)
		abort (); /* the library lets no malformed text through */
	for (int i = 0; i < width (*ret_version) / 8; i++)
		number = number << 8 | bytes[i];
	return number;
}

void
cidr_make (int version, ip_number first, int prefix, struct cidr *ret)
{
	ret->version = version;
	ret->prefix = prefix;
	ret->first = first;
	ret->last = first | low_bits (width (version) - prefix);
}

void
cidr_parse (const char *text, struct cidr *ret)
{
	char address[IP_TEXT_SIZE];
	size_t length = strcspn (text, "/");
	int version;
	ip_number first;

	snprintf (address, sizeof address, "%.*s", (int)length, text);
	first = ip_parse (address, &version);
	cidr_make (version, first, atoi (text + length + 1), ret);
}

const char *
ip_format (int version, ip_number number, char text[IP_TEXT_SIZE])
{
	unsigned char bytes[16];

	for (int i = width (version) / 8 - 1; i >= 0; i--, number >>= 8)
		bytes[i] = (unsigned char)number;
	return inet_ntop (version == 6 ? AF_INET6 : AF_INET, bytes, text, IP_TEXT_SIZE);
}

const char *
cidr_format (const struct cidr *cidr, char text[IP_TEXT_SIZE])
{
	size_t length = strlen (ip_format (cidr->version, cidr->first, text));

	snprintf (text + length, IP_TEXT_SIZE - length, "/%d", cidr->prefix);
	return text;
}

const char *
netmask_format (const struct cidr *cidr, char text[IP_TEXT_SIZE])
{
	if (cidr->version == 4)
		return ip_format (4, low_bits (32) ^ low_bits (32 - cidr->prefix), text);
	snprintf (text, IP_TEXT_SIZE, "%d", cidr->prefix);
	return text;
}

const char *
count_format (ip_number count, int overflow, char text[IP_TEXT_SIZE])
{
	char digits[IP_TEXT_SIZE];
	char *digit = digits + sizeof digits - 1;

	if (overflow)
		return strcpy (text, "340282366920938463463374607431768211456");
	*digit = '\0';
	do {
		*--digit = (char)('0' + (int)(count % 10));
		count /= 10;
	} while (count != 0);
	return strcpy (text, digit);
}

int
cidr_contains (const struct cidr *cidr, int version, ip_number number)
{
	return cidr->version == version && cidr->first <= number && number <= cidr->last;
}

int
cidr_overlaps (const struct cidr *a, const struct cidr *b)
{
	return a->version == b->version && a->first <= b->last && b->first <= a->last;
}

int
cidr_is_part (const struct cidr *outer, const struct cidr *inner)
{
	return cidr_contains (outer, inner->version, inner->first) && inner->prefix > outer->prefix;
}

ip_number
ip_from_mac (const struct cidr *block, const char *mac)
{
	int host_bits = 128 - block->prefix;
	unsigned int b[6];
	ip_number id;

	if (sscanf (mac, "%2x:%2x:%2x:%2x:%2x:%2x", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5]) != 6)
		abort (); /* the library lets no malformed MAC through */
	id = (ip_number)(b[0] ^ 2) << 56 | (ip_number)b[1] << 48 | (ip_number)b[2] << 40 | (ip_number)0xfffe << 24 |
	     (ip_number)b[3] << 16 | (ip_number)b[4] << 8 | (ip_number)b[5];
	return block->first | (id & low_bits (host_bits < 64 ? host_bits : 64));
}
