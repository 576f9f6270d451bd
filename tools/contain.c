/*
 * contain.c: which block contains which. One sort, then one pass with a stack of the containers that are
 * open: a prefix comes after all that contain it, so the top of the stack that still contains it is the
 * smallest. O(n log n), whatever the nesting.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "apply.h"

#include <string.h>

/* Blocks contain each other only within a scope: all public ones, or the private ones of one tenant's
 * network. */
static int
compare_scopes (const plan_block *a, const plan_block *b)
{
	int order = (int)a->type - (int)b->type;

	if (order == 0 && a->type == IP_DRIVER_BLOCK_PRIVATE) {
		order = g_strcmp0 (a->tenant, b->tenant);
		if (order == 0)
			order = g_strcmp0 (a->network, b->network);
	}
	return order;
}

/* Containers first; of equal ones those of the backend first, then in the order of the file. */
static int
compare_blocks (const void *a, const void *b)
{
	const plan_block *left = *(const plan_block *const *)a, *right = *(const plan_block *const *)b;
	int order = compare_scopes (left, right);

	if (order == 0)
		order = cidr_compare (&left->range, &right->range);
	if (order == 0)
		order = (int)right->known - (int)left->known;
	/* The entries of a file stand in arrays of their own ("prefixes", then "ipv6_prefixes"), but equal
	 * ones in the same. */
	if (order == 0)
		order = left->source.number < right->source.number ? -1 : left->source.number > right->source.number;
	return order;
}

/* A block that equals the one before it, which is the first in the file, or the backend's. */
static ip_driver_status
meet_equal (apply *self, plan_block *block, plan_block *first, ip_driver_error *error)
{
	g_autofree char *place = NULL, *text = NULL;

	if (first->known && first->claimed_by == NULL) {
		block->twin = first;
		first->claimed_by = block;
		return IP_DRIVER_OK;
	}
	if (self->plan->merge_equal) {
		block->merged = TRUE;
		self->merged++;
		return IP_DRIVER_OK;
	}
	text = cidr_text (&block->range);
	place = plan_source_text (first->known ? first->claimed_by->source : first->source);
	return plan_error (self->plan, block->source, error, IP_DRIVER_DUPLICATE, "%s stands already at %s", text,
	                   place);
}

ip_driver_status
apply_find_containers (apply *self, ip_driver_error *error)
{
	g_autoptr (GPtrArray) all = g_ptr_array_new (), open = g_ptr_array_new ();
	gboolean wanted = FALSE;
	ip_driver_status status = IP_DRIVER_OK;

	for (guint i = 0; i < self->plan->blocks->len; i++) {
		plan_block *block = self->plan->blocks->pdata[i];

		wanted |= block->parent_auto;
		/* One without a type takes its parent's, which is known later. */
		if (block->type != IP_DRIVER_BLOCK_ANY)
			g_ptr_array_add (all, block);
	}
	if (!wanted)
		return IP_DRIVER_OK;
	g_ptr_array_extend (all, self->known_blocks, NULL, NULL);
	g_ptr_array_sort (all, compare_blocks);
	for (guint i = 0; i < all->len && status == IP_DRIVER_OK; i++) {
		plan_block *block = all->pdata[i], *top = NULL;

		while (open->len > 0) {
			top = open->pdata[open->len - 1];
			if (compare_scopes (top, block) == 0 && cidr_contains (&top->range, &block->range))
				break;
			g_ptr_array_set_size (open, (gint)open->len - 1);
			top = NULL;
		}
		if (block->parent_auto && top != NULL && top->range.length == block->range.length)
			status = meet_equal (self, block, top, error);
		else if (block->parent_auto)
			block->container = top;
		if (!block->merged && block->twin == NULL)
			g_ptr_array_add (open, block);
	}
	return status;
}
