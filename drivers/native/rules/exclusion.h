/*
 * Which addresses of a block are never given by the allocator: gateway, network and broadcast
 * address, and what the policy excludes. Answers in time that does not depend on how many
 * addresses are excluded.
 */
#ifndef NATIVE_RULES_EXCLUSION_H
#define NATIVE_RULES_EXCLUSION_H

#include "ip.h"

/* The exclusions of one block. Built by one thread, then sealed, then read by any. */
typedef struct exclusion exclusion;

exclusion *exclusion_new (const ip_cidr *block);
void exclusion_free (exclusion *exclusion);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (exclusion, exclusion_free)

/* A single address; one outside the block is ignored. */
void exclusion_add_address (exclusion *exclusion, ip_value address);
/* A policy's range: length addresses from offset; a negative offset counts from behind the block's
 * end. Clipped to the block; exact for every int64 offset and length up to INT64_MAX. */
void exclusion_add_range (exclusion *exclusion, gint64 offset, guint64 length);
/* Every address whose last byte is `octet` (0 to 255). */
void exclusion_add_octet (exclusion *exclusion, int octet);
/* Ends the building. */
void exclusion_seal (exclusion *exclusion);

gboolean exclusion_contains (const exclusion *exclusion, ip_value address);
/* The lowest address that is not excluded in [from, block's last]. FALSE: none. One step per merged
 * run at most, by bisection; an exclusion of 2^40 addresses is skipped at once. */
gboolean exclusion_next (const exclusion *exclusion, ip_value from, ip_value *ret);
/* How many addresses of [first, last] (within the block) are excluded. *ret_overflow: it is 2^128. */
ip_value exclusion_count (const exclusion *exclusion, ip_value first, ip_value last, gboolean *ret_overflow);

#endif
