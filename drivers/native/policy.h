/*
 * What the policies exclude, for the files that allocate.
 */
#ifndef NATIVE_POLICY_H
#define NATIVE_POLICY_H

#include "rows.h"

/* The exclusions of a block, shared and never changed. */
typedef struct {
	gatomicrefcount references;
	exclusion *set;
	/* What it was made from. */
	gint64 policy_no;
	gint64 revision;
	ip_cidr cidr;
	gboolean has_gateway;
	ip_value gateway;
} block_exclusion;

void block_exclusion_unref (block_exclusion *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (block_exclusion, block_exclusion_unref)

/* The table in `native`. */
GHashTable *policy_cache_new (void);

/* The exclusions of a block as its policy is now. */
block_exclusion *policy_exclusion (native_op *op, const native_block *block);

/* Whether an address is never given, whatever the policy: gateway, network, broadcast. */
gboolean policy_is_reserved (const native *self, const native_block *block, ip_value address);

/* Makes the pool of a block, or of all, agree with changed exclusions. Visits the block's addresses. */
void policy_recount (native_op *op, gint64 block_no);
void policy_recount_all (native_op *op);

#endif
