/*
 * cidr.h: CIDRs as bytes, for what the tool must know before it asks the library: which prefixes of an
 * import contain which, and whether two texts mean the same.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <glib.h>

typedef struct cidr {
	guint8 bytes[16];
	/* 4 or 6. */
	guint8 version;
	guint8 length;
} cidr;

/* Parses ADDRESS/LENGTH, clearing host bits. */
gboolean cidr_parse (const char *text, cidr *ret);
/* Parses an address as a CIDR of full length. */
gboolean cidr_parse_address (const char *text, cidr *ret);
/* Canonical text, so that equal CIDRs are equal texts; with or without the length. */
char *cidr_text (const cidr *self);
char *cidr_address_text (const cidr *self);
/* By family, first address, then the shorter prefix first: a container comes before what it contains. */
int cidr_compare (const cidr *a, const cidr *b);
/* Whether `inner` lies in `outer`, or is the same. */
gboolean cidr_contains (const cidr *outer, const cidr *inner);

/* aa:bb:cc:00:00:00/24 for any spelling of a MAC prefix that the library takes; NULL if it is none. */
char *mac_prefix_text (const char *text);
/* aa:bb:cc:dd:ee:ff, likewise. */
char *mac_text (const char *text);
