/*
 * Where in an IPv6 block the search for an address begins.
 *
 *   rfc2462  EUI-64 of the MAC address (RFC 4862, formerly 2462; RFC 4291, appendix A)
 *   tenant   as the historical Melange service: the first 32 bits of SHA-1(tenant), ff, the low 24
 *            bits of the MAC address
 *   stable   RFC 7217: a keyed hash of prefix, interface and network
 *   random   64 random bits
 *
 * In a block longer than /64 the low bits of the same identifier are used; in a shorter one it is put
 * in the block's first /64.
 */
#ifndef NATIVE_RULES_GENERATOR_H
#define NATIVE_RULES_GENERATOR_H

#include "ip.h"

typedef enum {
	GENERATOR_RFC2462,
	GENERATOR_TENANT,
	GENERATOR_STABLE,
	GENERATOR_RANDOM
} generator_kind;

#define GENERATOR_SECRET_SIZE 32

typedef struct {
	/* Tenant that uses the address. */
	const char *tenant;
	/* Interface id and network; may be NULL. Without interface and MAC, `stable` is `random`. */
	const char *interface;
	const char *network;
	gboolean has_mac;
	guint64 mac; /* 48 bits */
	/* Of the database. */
	const guint8 *secret; /* GENERATOR_SECRET_SIZE bytes */
} generator_input;

/* "rfc2462", ... FALSE: no such name. */
gboolean generator_kind_parse (const char *name, generator_kind *ret);
gboolean generator_needs_mac (generator_kind kind);

/* The address to begin with; always inside the block. `stable` and `random` avoid the reserved
 * interface identifiers of RFC 5453. Not to be called without MAC if the kind needs one. */
ip_value generator_start (generator_kind kind, const ip_cidr *block, const generator_input *input);

#endif
