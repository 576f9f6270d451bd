/*
 * IP addresses and CIDRs as numbers: the plain values on which every rule of the native driver is
 * written. No SQL, no allocation of memory, no state.
 */
#ifndef NATIVE_RULES_IP_H
#define NATIVE_RULES_IP_H

#include <glib.h>

/* An address as a number: 32 bits for IPv4, 128 for IPv6. */
typedef unsigned __int128 ip_value;

typedef struct {
	ip_value value;
	int version; /* 4 or 6 */
} ip_address;

/* A CIDR as the run of addresses that it is, both ends inclusive. */
typedef struct {
	ip_value first;
	ip_value last;
	int version; /* 4 or 6 */
	int prefix;
} ip_cidr;

/* Room for any address or CIDR with its NUL, and for any count in decimal. */
#define IP_TEXT_SIZE 64

/* Parse canonical or any other strict form (inet_pton's). FALSE: malformed. */
gboolean ip_address_parse (const char *text, ip_address *ret);
gboolean ip_cidr_parse (const char *text, ip_cidr *ret);

/* The CIDR of a given first address and prefix length; host bits are cleared. */
void ip_cidr_make (int version, ip_value address, int prefix, ip_cidr *ret);

/* RFC 5952 for IPv6, dotted quad for IPv4. Return `text`. */
const char *ip_address_format (int version, ip_value value, char text[IP_TEXT_SIZE]);
const char *ip_cidr_format (const ip_cidr *cidr, char text[IP_TEXT_SIZE]);
/* Dotted for IPv4, the prefix length for IPv6. */
const char *ip_netmask_format (const ip_cidr *cidr, char text[IP_TEXT_SIZE]);
/* `count` in decimal; 2^128 if `overflow` (a count of 2^128 is 0 in an ip_value). */
const char *ip_count_format (ip_value count, gboolean overflow, char text[IP_TEXT_SIZE]);

/* Network byte order, so that memcmp order is numeric order. Returns 4 or 16, the bytes written. */
size_t ip_address_to_bytes (int version, ip_value value, guint8 bytes[16]);
/* FALSE unless size is 4 or 16. */
gboolean ip_address_from_bytes (const guint8 *bytes, size_t size, ip_address *ret);

gboolean ip_cidr_contains (const ip_cidr *cidr, const ip_address *address);
/* TRUE if `inner` lies in `outer` and is longer. */
gboolean ip_cidr_is_part (const ip_cidr *outer, const ip_cidr *inner);

/* The largest n such that [first, last] contains a run of 2^n addresses that begins at a multiple of
 * 2^n: how large a prefix fits. 128 only for all of IPv6. */
int ip_run_fit (ip_value first, ip_value last);
/* The lowest such run of 2^bits in [first, last]. FALSE: none fits. */
gboolean ip_run_find (ip_value first, ip_value last, int bits, ip_value *ret);

#endif
