/*
 * What can be wrong with the values of a block: see block_values.h.
 *
 * Looked up only when a block was refused: the ABI says that a rule is broken, the historical texts say which.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "block_values.h"

#include <string.h>

#include "represent.h"

/* Gets a page of blocks. */
typedef ip_driver_status (*blocks_fetch) (ip_driver *driver, const char *of, const char *marker,
                                          ip_driver_blocks **ret_blocks);

static ip_driver_status
fetch_public (ip_driver *driver, const char *of, const char *marker, ip_driver_blocks **ret_blocks)
{
	ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;

	args.type = IP_DRIVER_BLOCK_PUBLIC;
	args.flags = IP_DRIVER_BLOCK_LIST_ROOTS;
	args.marker = marker;
	args.limit = IP_DRIVER_PAGE_MAX;
	return ip_driver_block_list (driver, &args, ret_blocks, NULL);
}

static ip_driver_status
fetch_of_network (ip_driver *driver, const char *of, const char *marker, ip_driver_blocks **ret_blocks)
{
	ip_driver_network_get_args args = IP_DRIVER_NETWORK_GET_ARGS_INIT;

	args.network = of;
	args.marker = marker;
	args.limit = IP_DRIVER_PAGE_MAX;
	return ip_driver_network_get (driver, &args, ret_blocks, NULL);
}

static ip_driver_status
fetch_of_parent (ip_driver *driver, const char *of, const char *marker, ip_driver_blocks **ret_blocks)
{
	ip_driver_subnet_list_args args = IP_DRIVER_SUBNET_LIST_ARGS_INIT;

	args.block = of;
	args.marker = marker;
	args.limit = IP_DRIVER_PAGE_MAX;
	return ip_driver_subnet_list (driver, &args, ret_blocks, NULL);
}

/* The block itself, and what was carved from it, are not in its way; nor is what it is carved from. */
static gboolean
overlaps (const block_values *block, const ip_driver_block *other)
{
	forms_cidr cidr;

	if (block->id != NULL && (g_str_equal (other->id, block->id) || g_strcmp0 (other->parent, block->id) == 0))
		return FALSE;
	if (block->parent != NULL && g_str_equal (other->id, block->parent->id))
		return FALSE;
	return forms_cidr_parse (other->cidr, &cidr) && forms_cidr_overlap (&block->cidr, &cidr);
}

/* The CIDR of the oldest block that overlaps; NULL: none. *ret_other_type: a block is of the other type. */
static char *
find_overlap (ip_driver *driver, const block_values *block, blocks_fetch fetch, const char *of,
              gboolean *ret_other_type)
{
	g_autofree char *marker = NULL, *found = NULL;

	do {
		g_autoptr (ip_driver_blocks) page = NULL;

		if (fetch (driver, of, marker, &page) != IP_DRIVER_OK)
			break;
		for (gsize i = 0; i < page->count; i++) {
			const ip_driver_block *other = page->items[i];

			if (block->has_cidr && found == NULL && overlaps (block, other))
				found = g_strdup (other->cidr);
			if (ret_other_type != NULL && g_strcmp0 (other->id, block->id) != 0 &&
			    other->type != block->type)
				*ret_other_type = TRUE;
		}
		g_free (marker);
		marker = g_strdup (page->next_marker);
	} while (marker != NULL);
	return g_steal_pointer (&found);
}

static gboolean
has_addresses (ip_driver *driver, const char *block)
{
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;
	g_autoptr (ip_driver_addresses) addresses = NULL;

	args.block = block;
	args.limit = 1;
	return ip_driver_address_list (driver, &args, &addresses, NULL) == IP_DRIVER_OK && addresses->count > 0;
}

static void
check_parent (ip_driver *driver, const block_values *block, fault_values *values)
{
	g_autofree char *sibling = NULL;
	forms_cidr parent;

	if (block->id == NULL && block->has_cidr && forms_cidr_parse (block->parent->cidr, &parent) &&
	    (!forms_cidr_overlap (&block->cidr, &parent) || block->cidr.prefix <= parent.prefix))
		fault_values_add (values, "cidr", "cidr should be within parent block's cidr");
	else
		sibling = find_overlap (driver, block, fetch_of_parent, block->parent->id, NULL);
	if (sibling != NULL)
		fault_values_add (values, "cidr", "cidr overlaps with sibling %s", sibling);
	if (block->parent->network != NULL && g_strcmp0 (block->network, block->parent->network) != 0)
		fault_values_add (values, "network_id", "network_id should be same as that of parent");
	if (block->id == NULL && has_addresses (driver, block->parent->id))
		fault_values_add (values, "parent_id", "parent is not subnettable since it has allocated ips");
}

void
block_values_check_place (ip_driver *driver, const block_values *block, fault_values *values)
{
	g_autofree char *public = NULL, *top = NULL;
	gboolean other_type = FALSE;

	if (block->parent != NULL) {
		check_parent (driver, block, values);
		if (block->parent->network != NULL)
			return;
	} else if (block->type == IP_DRIVER_BLOCK_PUBLIC && block->id == NULL) {
		public = find_overlap (driver, block, fetch_public, NULL, NULL);
	}
	if (block->network != NULL)
		top = find_overlap (driver, block, fetch_of_network, block->network, &other_type);
	if (public != NULL)
		fault_values_add (values, "cidr", "cidr overlaps with public block %s", public);
	if (top != NULL)
		fault_values_add (values, "cidr", "cidr overlaps with block %s in same network", top);
	if (other_type)
		fault_values_add (values, "type", "type should be same within a network");
}

void
block_values_check_policy (ip_driver *driver, const block_values *block, fault_values *values)
{
	g_autoptr (ip_driver_policy) policy = NULL;
	g_autofree char *repr = NULL;

	if (block->policy == NULL)
		return;
	if (g_uuid_string_is_valid (block->policy) &&
	    ip_driver_policy_get (driver, NULL, block->policy, &policy, NULL) != IP_DRIVER_NOT_FOUND)
		return;
	repr = forms_repr (block->policy);
	fault_values_add (values, "policy_id", "Policy with id = %s doesn't exist", repr);
}
