/*
 * Which addresses of a block are free, and taking and giving them back. Free are: the extents (runs
 * never used), and the addresses that were used once and are free again, which queue by the time
 * since which they are. Every step is a few index look-ups, whatever the block's size, fill,
 * fragmentation and exclusions; docs/native.md says why.
 *
 * Only taking: what an address then is, is allocation.h's matter.
 */
#ifndef NATIVE_SPACE_H
#define NATIVE_SPACE_H

#include "rows.h"

/* The space of a new block: one extent. */
void space_create (native_op *op, gint64 block_no, const ip_cidr *cidr);
/* Drops all of it, with the block's addresses. */
void space_drop (native_op *op, gint64 block_no);

/* Subnets. carve: takes the run out of a parent; FALSE: not all of it is free. find: the lowest free
 * prefix of a length. join: gives the run back. prepare: makes the space of a block fit for carving
 * after it had addresses; FALSE: it has some. */
gboolean space_prepare_carving (native_op *op, const native_block *block);
gboolean space_carve (native_op *op, gint64 block_no, const ip_cidr *cidr);
gboolean space_find (native_op *op, const native_block *block, int prefix, ip_cidr *ret);
void space_join (native_op *op, gint64 block_no, const ip_cidr *cidr);

/* How a taken address came to be free: whether it has a row. */
typedef enum {
	SPACE_NONE, /* not taken */
	SPACE_NEW,  /* never used: has no row */
	SPACE_USED  /* used before: has a row, still in the state that it was in */
} space_origin;

/* Takes the next address in the order of the family: see ip_driver_address_allocate(). start: for IPv6,
 * where to begin; NULL for IPv4. Updates block->scan_from, not the pool row. */
space_origin space_take_next (native_op *op, native_block *block, const exclusion *excluding, const ip_value *start,
                              ip_value *ret);
/* Takes this address out of the extents. FALSE: it is in none. */
gboolean space_take (native_op *op, const native_block *block, ip_value address);

/* Writes the pool's counters after a change, and block->scan_from. */
void space_count (native_op *op, native_block *block, gint64 allocated, gint64 held, gint64 quarantined,
                  gint64 excluded_taken);

#endif
