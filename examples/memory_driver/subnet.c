/*
 * subnet.c: the operations of ip_driver_subnet_ops. A subnet is a block with a parent.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "rules.h"

#include <string.h>

/* The direct subnet of `parent` that overlaps a CIDR, or NULL. */
static const struct block *
find_overlapping (struct store *store, const struct block *parent, const struct cidr *cidr)
{
	for (size_t i = 0; i < store->blocks.count; i++)
		if (STORE_BLOCK (store, i)->parent == parent && cidr_overlaps (&STORE_BLOCK (store, i)->cidr, cidr))
			return STORE_BLOCK (store, i);
	return NULL;
}

/* The lowest free prefix of a length. 0: there is none. */
static int
find_free (struct store *store, const struct block *parent, int prefix, struct cidr *ret)
{
	const struct block *taken;

	cidr_make (parent->cidr.version, parent->cidr.first, prefix, ret);
	while ((taken = find_overlapping (store, parent, ret)) != NULL) {
		/* Go on behind whichever of the two ends later: so the next candidate is aligned again. */
		ip_number last = taken->cidr.last > ret->last ? taken->cidr.last : ret->last;

		if (last >= parent->cidr.last)
			return 0;
		cidr_make (parent->cidr.version, last + 1, prefix, ret);
	}
	return 1;
}

static ip_driver_status
choose_cidr (struct store *store, const struct block *parent, const ip_driver_subnet_create_args *args,
             struct cidr *ret, ip_driver_error *error)
{
	char text[2][IP_TEXT_SIZE];
	const struct block *sibling;

	if (args->cidr == NULL) {
		int width = parent->cidr.version == 4 ? 32 : 128;

		if (args->prefix_length > width)
			return fail (error, IP_DRIVER_INVALID, "prefix length %d is too long for %s",
			             args->prefix_length, cidr_format (&parent->cidr, text[0]));
		if (args->prefix_length <= parent->cidr.prefix)
			return fail (error, IP_DRIVER_NOT_IN_BLOCK, "a /%d is not a part of %s", args->prefix_length,
			             cidr_format (&parent->cidr, text[0]));
		if (!find_free (store, parent, args->prefix_length, ret))
			return fail (error, IP_DRIVER_EXHAUSTED, "no /%d is left in %s", args->prefix_length,
			             cidr_format (&parent->cidr, text[0]));
		return IP_DRIVER_OK;
	}
	cidr_parse (args->cidr, ret);
	if (!cidr_is_part (&parent->cidr, ret))
		return fail (error, IP_DRIVER_NOT_IN_BLOCK, "%s is not a part of %s", args->cidr,
		             cidr_format (&parent->cidr, text[0]));
	sibling = find_overlapping (store, parent, ret);
	if (sibling != NULL)
		return fail (error, IP_DRIVER_NOT_ALLOWED, "%s overlaps subnet %s (%s)", args->cidr,
		             cidr_format (&sibling->cidr, text[1]), sibling->id);
	return IP_DRIVER_OK;
}

/* A block that is carved up gives no addresses. Those that it gave once need no remembering. */
static ip_driver_status
prepare_parent (struct store *store, const struct block *parent, ip_driver_error *error)
{
	char text[IP_TEXT_SIZE];
	size_t i = address_index (store, parent, parent->cidr.first);

	while (i < store->addresses.count && STORE_ADDRESS (store, i)->block == parent) {
		struct address *address = STORE_ADDRESS (store, i);

		if (address->state != ADDRESS_FREE)
			return fail (error, IP_DRIVER_NOT_ALLOWED, "block %s has addresses, such as %s", parent->id,
			             ip_format (parent->cidr.version, address->value, text));
		store_remove (store, &store->addresses, address);
	}
	return IP_DRIVER_OK;
}

static ip_driver_status
subnet_create (struct store *store, const ip_driver_subnet_create_args *args, ip_driver_results *results,
               ip_driver_error *error)
{
	struct block template = {.type = 0};
	struct block *parent, *subnet;
	ip_driver_status status = block_require (store, args->tenant, args->block, &parent, error);

	if (status == IP_DRIVER_OK)
		status = policy_refuse (args->policy, error);
	if (status == IP_DRIVER_OK && args->network != NULL && parent->network[0] != '\0' &&
	    strcmp (args->network, parent->network) != 0)
		status = fail (error, IP_DRIVER_NOT_ALLOWED, "block %s is on network \"%s\"", parent->id,
		               parent->network);
	if (status == IP_DRIVER_OK)
		status = gateway_check (args->gateway, &parent->cidr, error);
	if (status == IP_DRIVER_OK)
		status = prepare_parent (store, parent, error);
	if (status == IP_DRIVER_OK)
		status = choose_cidr (store, parent, args, &template.cidr, error);
	if (status != IP_DRIVER_OK)
		return status;

	template.parent = parent;
	template.type = parent->type;
	TEXT_SET (template.tenant, args->subnet_tenant != NULL ? args->subnet_tenant : parent->tenant);
	TEXT_SET (template.network, args->network != NULL ? args->network : parent->network);
	TEXT_SET (template.gateway, args->gateway);
	TEXT_SET (template.dns1, args->dns1 != NULL ? args->dns1 : parent->dns1);
	TEXT_SET (template.dns2, args->dns2 != NULL ? args->dns2 : parent->dns2);
	status = network_admits (store, template.network, &template.cidr, template.type, NULL,
	                         parent->network[0] == '\0', error);
	if (status == IP_DRIVER_OK)
		status = block_insert (store, args->id, &template, &subnet, error);
	if (status != IP_DRIVER_OK)
		return status;
	/* Its space may come back one day, never used. */
	parent->unused_from = parent->cidr.first;
	block_return (subnet, results);
	return IP_DRIVER_OK;
}

static ip_driver_status
memory_subnet_create (ip_driver_instance *instance, const ip_driver_subnet_create_args *args,
                      ip_driver_results *results, ip_driver_error *error)
{
	struct store *store = store_begin (instance);

	return store_end (store, subnet_create (store, args, results, error));
}

static ip_driver_status
memory_subnet_list (ip_driver_instance *instance, const ip_driver_subnet_list_args *args, ip_driver_results *results,
                    ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	struct block *parent;
	uint64_t after, last = 0;
	uint32_t count = 0;
	ip_driver_status status = block_require (store, args->tenant, args->block, &parent, error);

	if (status == IP_DRIVER_OK)
		status = marker_parse (args->marker, &after, error);
	for (size_t i = 0; status == IP_DRIVER_OK && i < store->blocks.count; i++) {
		const struct block *block = STORE_BLOCK (store, i);

		if (block->parent != parent || block->sequence <= after)
			continue;
		if (count++ == args->limit) {
			marker_return (last, results);
			break;
		}
		block_return (block, results);
		last = block->sequence;
	}
	return store_end (store, status);
}

const ip_driver_subnet_ops memory_subnet_ops = {
	.size = sizeof (ip_driver_subnet_ops),
	.create = memory_subnet_create,
	.list = memory_subnet_list,
};
