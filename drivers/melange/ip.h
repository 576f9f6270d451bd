/*
 * Addresses as numbers, and the canonical forms of the ABI. The historical service writes IPv6 in its long
 * form, MACs in upper case and MAC ranges as they were given.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_IP_H
#define MELANGE_IP_H

#include <glib.h>

/* Room for any address, CIDR, MAC or decimal count. */
#define IP_TEXT 64

__extension__ typedef unsigned __int128 ip_number;

typedef struct {
	/* 4 or 6. */
	int version;
	int prefix;
	ip_number first;
	ip_number last;
} ip_block;

/* Returns 4, 6, or 0: not an address. */
int ip_parse (const char *text, ip_number *ret);
const char *ip_format (int version, ip_number number, char text[IP_TEXT]);
/* A CIDR; host bits are cleared. */
gboolean ip_block_parse (const char *text, ip_block *ret);
const char *ip_block_format (const ip_block *block, char text[IP_TEXT]);
gboolean ip_block_contains (const ip_block *block, int version, ip_number number);
gboolean ip_block_is_part (const ip_block *whole, const ip_block *part);
/* The block of that prefix that begins at `first`. */
ip_block ip_block_at (int version, ip_number first, int prefix);

/* Each returns FALSE for what is none. */
gboolean ip_mac (const char *text, char canonical[IP_TEXT]);
/* A MAC, a slash, a length; host bits are cleared. */
gboolean ip_mac_range (const char *text, char canonical[IP_TEXT]);
/* A netmask of an IPv4 or IPv6 route: dotted for 4, a length for 6. */
gboolean ip_netmask (int version, const char *text, char canonical[IP_TEXT]);

/* A count of addresses: 0 to 2^128. */
typedef struct {
	ip_number low;
	/* 1: 2^128, and `low` is 0. */
	int high;
} ip_count;

ip_count ip_block_size (const ip_block *block);
ip_count ip_count_add (ip_count a, ip_count b);
/* 0 if b is more than a. */
ip_count ip_count_subtract (ip_count a, ip_count b);
const char *ip_count_format (ip_count count, char text[IP_TEXT]);

#endif
