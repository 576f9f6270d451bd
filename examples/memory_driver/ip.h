/*
 * ip.h: addresses and CIDRs as numbers. Uses nothing of the rest of the driver.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MEMORY_IP_H
#define MEMORY_IP_H

#include <stdint.h>

/* An address of either family; one of IPv4 uses the low 32 bits. */
__extension__ typedef unsigned __int128 ip_number;

/* Room for an address or a CIDR as text, and for a count of up to 2^128. */
#define IP_TEXT_SIZE 64

/* A CIDR as the run of addresses that it is; both ends belong to it. */
struct cidr {
	ip_number first;
	ip_number last;
	int version; /* 4 or 6 */
	int prefix;
};

/* The library has checked the syntax of all text that these two get. */
ip_number ip_parse (const char *text, int *ret_version);
void cidr_parse (const char *text, struct cidr *ret);
/* The CIDR of `prefix` bits that begins at `first`. */
void cidr_make (int version, ip_number first, int prefix, struct cidr *ret);

/* These return `text`. */
const char *ip_format (int version, ip_number number, char text[IP_TEXT_SIZE]);
const char *cidr_format (const struct cidr *cidr, char text[IP_TEXT_SIZE]);
/* Dotted for IPv4, the prefix length for IPv6. */
const char *netmask_format (const struct cidr *cidr, char text[IP_TEXT_SIZE]);
/* In decimal. 2^128 does not fit into an ip_number: it is 0 with `overflow`. */
const char *count_format (ip_number count, int overflow, char text[IP_TEXT_SIZE]);

int cidr_contains (const struct cidr *cidr, int version, ip_number number);
int cidr_overlaps (const struct cidr *a, const struct cidr *b);
/* Whether `inner` lies in `outer` and is longer. */
int cidr_is_part (const struct cidr *outer, const struct cidr *inner);

/* Where RFC 2462 puts an interface with this MAC address: EUI-64 under the block's prefix. A block
 * longer than /64 takes the low bits of it. */
ip_number ip_from_mac (const struct cidr *block, const char *mac);

#endif
