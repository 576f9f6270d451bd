/*
 * block.c: the operations of ip_driver_block_ops, and the rules of what may overlap.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "rules.h"

#include <stdlib.h>
#include <string.h>

struct block *
block_find (struct store *store, const char *tenant, const char *id)
{
	for (size_t i = 0; i < store->blocks.count; i++) {
		struct block *block = STORE_BLOCK (store, i);

		if (strcmp (block->id, id) == 0)
			return text_matches (tenant, block->tenant) ? block : NULL;
	}
	return NULL;
}

ip_driver_status
block_require (struct store *store, const char *tenant, const char *id, struct block **ret_block,
               ip_driver_error *error)
{
	*ret_block = block_find (store, tenant, id);
	return *ret_block != NULL ? IP_DRIVER_OK : fail (error, IP_DRIVER_NOT_FOUND, "there is no block %s", id);
}

int
block_has_subnets (struct store *store, const struct block *block)
{
	for (size_t i = 0; i < store->blocks.count; i++)
		if (STORE_BLOCK (store, i)->parent == block)
			return 1;
	return 0;
}

/* Whether `block` is `top` or lies under it. */
static int
block_is_under (const struct block *block, const struct block *top)
{
	while (block != NULL && block != top)
		block = block->parent;
	return block != NULL;
}

int
block_excludes (struct store *store, const struct block *block, ip_number value)
{
	int version;

	if (block->gateway[0] != '\0' && ip_parse (block->gateway, &version) == value && version == block->cidr.version)
		return 1;
	/* /31, /32, /127 and /128 are fully usable. */
	if (block->cidr.last - block->cidr.first <= 1)
		return 0;
	return value == block->cidr.last || (value == block->cidr.first && !store->allocate_network_address);
}

/* Whether a block is a top-level one of its network: its parent, if it has one, is on no network. */
static int
is_top_level (const struct block *block)
{
	return block->parent == NULL || block->parent->network[0] == '\0';
}

ip_driver_status
network_admits (struct store *store, const char *network, const struct cidr *cidr, ip_driver_block_type type,
                const struct block *block, int is_top, ip_driver_error *error)
{
	char text[2][IP_TEXT_SIZE];

	if (network[0] == '\0')
		return IP_DRIVER_OK;
	for (size_t i = 0; i < store->blocks.count; i++) {
		const struct block *other = STORE_BLOCK (store, i);

		if (strcmp (other->network, network) != 0 || other == block)
			continue;
		if (other->type != type)
			return fail (error, IP_DRIVER_NOT_ALLOWED,
			             "network \"%s\" has blocks of the other type, such as %s (%s)", network,
			             cidr_format (&other->cidr, text[0]), other->id);
		if (is_top && is_top_level (other) && (block == NULL || other->parent != block) &&
		    cidr_overlaps (&other->cidr, cidr))
			return fail (error, IP_DRIVER_NOT_ALLOWED, "%s overlaps block %s (%s) of network \"%s\"",
			             cidr_format (cidr, text[0]), cidr_format (&other->cidr, text[1]), other->id,
			             network);
	}
	return IP_DRIVER_OK;
}

ip_driver_status
gateway_check (const char *gateway, const struct cidr *cidr, ip_driver_error *error)
{
	int version = cidr->version;

	if (gateway != NULL)
		ip_parse (gateway, &version);
	return version == cidr->version
	               ? IP_DRIVER_OK
	               : fail (error, IP_DRIVER_INVALID, "gateway %s is not of the block's family, IPv%d", gateway,
	                       cidr->version);
}

ip_driver_status
policy_refuse (const char *policy, ip_driver_error *error)
{
	return policy == NULL ? IP_DRIVER_OK : fail (error, IP_DRIVER_NOT_FOUND, "there is no policy %s", policy);
}

ip_driver_status
block_insert (struct store *store, const char *id, const struct block *template, struct block **ret_block,
              ip_driver_error *error)
{
	struct block *block;

	if (id != NULL && block_find (store, NULL, id) != NULL)
		return fail (error, IP_DRIVER_DUPLICATE, "block id %s is taken", id);
	block = memory_allocate (sizeof *block);
	*block = *template;
	if (id != NULL)
		TEXT_SET (block->id, id);
	else
		uuid_make (block->id);
	block->sequence = ++store->last_sequence;
	block->unused_from = block->cidr.first;
	block->created_at = block->updated_at = store->now;
	store_append (store, &store->blocks, block);
	*ret_block = block;
	return IP_DRIVER_OK;
}

void
block_describe (const struct block *block, ip_driver_block *ret, char text[3][IP_TEXT_SIZE])
{
	*ret = (ip_driver_block){
		.size = sizeof *ret,
		.id = block->id,
		.tenant = block->tenant,
		.network = text_or_null (block->network),
		.cidr = cidr_format (&block->cidr, text[0]),
		.gateway = text_or_null (block->gateway),
		.broadcast = ip_format (block->cidr.version, block->cidr.last, text[1]),
		.netmask = netmask_format (&block->cidr, text[2]),
		.dns1 = text_or_null (block->dns1),
		.dns2 = text_or_null (block->dns2),
		.parent = block->parent != NULL ? block->parent->id : NULL,
		.created_at = block->created_at,
		.updated_at = block->updated_at,
		.type = block->type,
		.version = block->cidr.version,
		.prefix_length = block->cidr.prefix,
	};
}

void
block_return (const struct block *block, ip_driver_results *results)
{
	char text[3][IP_TEXT_SIZE];
	ip_driver_block described;

	block_describe (block, &described, text);
	ip_driver_return_block (results, &described);
}

ip_driver_status
marker_parse (const char *marker, uint64_t *ret_sequence, ip_driver_error *error)
{
	size_t length;

	*ret_sequence = 0;
	if (marker == NULL)
		return IP_DRIVER_OK;
	length = strspn (marker, "0123456789");
	if (length == 0 || length > 19 || marker[length] != '\0')
		return fail (error, IP_DRIVER_INVALID, "\"%s\" is no marker of this list", marker);
	*ret_sequence = strtoull (marker, NULL, 10);
	return IP_DRIVER_OK;
}

void
marker_return (uint64_t sequence, ip_driver_results *results)
{
	char marker[IP_TEXT_SIZE];

	ip_driver_return_next_marker (results, count_format (sequence, 0, marker));
}

static ip_driver_status
block_create (struct store *store, const ip_driver_block_create_args *args, ip_driver_results *results,
              ip_driver_error *error)
{
	struct block template = {.type = args->type};
	struct block *block;
	ip_driver_status status;
	char text[2][IP_TEXT_SIZE];

	cidr_parse (args->cidr, &template.cidr);
	TEXT_SET (template.tenant, args->tenant);
	TEXT_SET (template.network, args->network);
	TEXT_SET (template.gateway, args->gateway);
	TEXT_SET (template.dns1, args->dns1 != NULL ? args->dns1 : store->dns1);
	TEXT_SET (template.dns2, args->dns2 != NULL ? args->dns2 : store->dns2);

	status = policy_refuse (args->policy, error);
	if (status == IP_DRIVER_OK)
		status = gateway_check (args->gateway, &template.cidr, error);
	if (status != IP_DRIVER_OK)
		return status;
	for (size_t i = 0; args->type == IP_DRIVER_BLOCK_PUBLIC && i < store->blocks.count; i++) {
		const struct block *other = STORE_BLOCK (store, i);

		if (other->parent == NULL && other->type == IP_DRIVER_BLOCK_PUBLIC &&
		    cidr_overlaps (&other->cidr, &template.cidr))
			return fail (error, IP_DRIVER_NOT_ALLOWED, "%s overlaps public block %s (%s)",
			             cidr_format (&template.cidr, text[0]), cidr_format (&other->cidr, text[1]),
			             other->id);
	}
	status = network_admits (store, template.network, &template.cidr, template.type, NULL, 1, error);
	if (status == IP_DRIVER_OK)
		status = block_insert (store, args->id, &template, &block, error);
	if (status == IP_DRIVER_OK)
		block_return (block, results);
	return status;
}

static ip_driver_status
memory_block_create (ip_driver_instance *instance, const ip_driver_block_create_args *args, ip_driver_results *results,
                     ip_driver_error *error)
{
	struct store *store = store_begin (instance);

	return store_end (store, block_create (store, args, results, error));
}

static ip_driver_status
memory_block_get (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_results *results,
                  ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	struct block *block;
	ip_driver_status status = block_require (store, tenant, id, &block, error);

	if (status == IP_DRIVER_OK)
		block_return (block, results);
	return store_end (store, status);
}

static ip_driver_status
memory_block_list (ip_driver_instance *instance, const ip_driver_block_list_args *args, ip_driver_results *results,
                   ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	uint64_t after, last = 0;
	uint32_t count = 0;
	ip_driver_status status = marker_parse (args->marker, &after, error);

	for (size_t i = 0; status == IP_DRIVER_OK && i < store->blocks.count; i++) {
		const struct block *block = STORE_BLOCK (store, i);

		if (block->sequence <= after || !text_matches (args->tenant, block->tenant) ||
		    !text_matches (args->network, block->network) ||
		    (args->type != IP_DRIVER_BLOCK_ANY && args->type != block->type) ||
		    ((args->flags & IP_DRIVER_BLOCK_LIST_ROOTS) != 0 && block->parent != NULL))
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

/* Moves a block to another network, or to none. */
static ip_driver_status
block_set_network (struct store *store, struct block *block, const char *network, ip_driver_error *error)
{
	char text[IP_TEXT_SIZE];
	ip_driver_status status;

	if (strcmp (block->network, network) == 0)
		return IP_DRIVER_OK;
	for (size_t i = 0; i < store->addresses.count; i++) {
		const struct address *address = STORE_ADDRESS (store, i);

		if (block_is_under (address->block, block) && address->state != ADDRESS_FREE)
			return fail (error, IP_DRIVER_NOT_ALLOWED, "block %s has addresses, such as %s", block->id,
			             ip_format (address->block->cidr.version, address->value, text));
	}
	/* A subnet is on its parent's network, if that has one. */
	if (block->parent != NULL && block->parent->network[0] != '\0' && strcmp (block->parent->network, network) != 0)
		return fail (error, IP_DRIVER_NOT_ALLOWED, "the parent of block %s is on network \"%s\"", block->id,
		             block->parent->network);
	for (size_t i = 0; network[0] != '\0' && i < store->blocks.count; i++) {
		const struct block *subnet = STORE_BLOCK (store, i);

		if (subnet->parent == block && strcmp (subnet->network, network) != 0)
			return fail (error, IP_DRIVER_NOT_ALLOWED, "subnet %s of block %s is not on network \"%s\"",
			             subnet->id, block->id, network);
	}
	status = network_admits (store, network, &block->cidr, block->type, block, is_top_level (block), error);
	if (status == IP_DRIVER_OK) {
		store_change (store, block, sizeof *block);
		TEXT_SET (block->network, network);
	}
	return status;
}

static ip_driver_status
block_update (struct store *store, const ip_driver_block_update_args *args, ip_driver_results *results,
              ip_driver_error *error)
{
	struct block *block;
	ip_driver_status status = block_require (store, args->tenant, args->id, &block, error);

	if (status == IP_DRIVER_OK && (args->set & IP_DRIVER_BLOCK_SET_POLICY) != 0)
		status = policy_refuse (args->policy, error);
	if (status == IP_DRIVER_OK && (args->set & IP_DRIVER_BLOCK_SET_GATEWAY) != 0)
		status = gateway_check (args->gateway, &block->cidr, error);
	if (status == IP_DRIVER_OK && (args->set & IP_DRIVER_BLOCK_SET_NETWORK) != 0)
		status = block_set_network (store, block, args->network != NULL ? args->network : "", error);
	if (status != IP_DRIVER_OK)
		return status;
	store_change (store, block, sizeof *block);
	if ((args->set & IP_DRIVER_BLOCK_SET_GATEWAY) != 0)
		TEXT_SET (block->gateway, args->gateway);
	if ((args->set & IP_DRIVER_BLOCK_SET_DNS1) != 0)
		TEXT_SET (block->dns1, args->dns1);
	if ((args->set & IP_DRIVER_BLOCK_SET_DNS2) != 0)
		TEXT_SET (block->dns2, args->dns2);
	/* The old gateway may be given now. */
	block->unused_from = block->cidr.first;
	block->updated_at = store->now;
	block_return (block, results);
	return IP_DRIVER_OK;
}

static ip_driver_status
memory_block_update (ip_driver_instance *instance, const ip_driver_block_update_args *args, ip_driver_results *results,
                     ip_driver_error *error)
{
	struct store *store = store_begin (instance);

	return store_end (store, block_update (store, args, results, error));
}

static ip_driver_status
memory_block_delete (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	struct block *top;
	ip_driver_status status = block_require (store, tenant, id, &top, error);

	if (status != IP_DRIVER_OK)
		return store_end (store, status);
	for (size_t i = store->addresses.count; i-- > 0;) {
		struct address *address = STORE_ADDRESS (store, i);

		if (!block_is_under (address->block, top))
			continue;
		address_free (store, address);
		store_remove (store, &store->addresses, address);
	}
	/* A subnet is younger than its parent, so it is met, and removed, before it. */
	for (size_t i = store->blocks.count; i-- > 0;)
		if (block_is_under (STORE_BLOCK (store, i), top))
			store_remove (store, &store->blocks, STORE_BLOCK (store, i));
	return store_end (store, IP_DRIVER_OK);
}

/* How many addresses are never given and in no other state. */
static ip_number
count_excluded (struct store *store, const struct block *block)
{
	/* All that may be excluded; the same address may stand here twice. */
	ip_number candidates[3] = {block->cidr.first, block->cidr.last, block->cidr.last};
	ip_number count = 0;
	int version;

	if (block->gateway[0] != '\0')
		candidates[2] = ip_parse (block->gateway, &version);
	for (int i = 0; i < 3; i++) {
		const struct address *address = address_find (store, block, candidates[i]);
		int seen = 0;

		for (int j = 0; j < i; j++)
			seen = seen || candidates[j] == candidates[i];
		if (!seen && cidr_contains (&block->cidr, block->cidr.version, candidates[i]) &&
		    block_excludes (store, block, candidates[i]) &&
		    (address == NULL || address_is_available (store, address)))
			count++;
	}
	return count;
}

static ip_driver_status
memory_block_usage (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_results *results,
                    ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	ip_number allocated = 0, held = 0, quarantined = 0, excluded = 0, subnetted = 0;
	ip_number total, free;
	char text[7][IP_TEXT_SIZE];
	struct block *block;
	int has_subnets;
	ip_driver_status status = block_require (store, tenant, id, &block, error);

	if (status != IP_DRIVER_OK)
		return store_end (store, status);
	has_subnets = block_has_subnets (store, block);
	for (size_t i = 0; i < store->blocks.count; i++) {
		const struct cidr *cidr = &STORE_BLOCK (store, i)->cidr;

		if (STORE_BLOCK (store, i)->parent == block)
			subnetted += cidr->last - cidr->first + 1;
	}
	for (size_t i = address_index (store, block, block->cidr.first); i < store->addresses.count; i++) {
		const struct address *address = STORE_ADDRESS (store, i);

		if (address->block != block)
			break;
		if (address->state == IP_DRIVER_ADDRESS_ALLOCATED && address->hold_until == 0)
			allocated++;
		else if (address->state == IP_DRIVER_ADDRESS_ALLOCATED)
			held++;
		else if (!address_is_available (store, address))
			quarantined++;
	}
	if (!has_subnets)
		excluded = count_excluded (store, block);
	/* Of all IPv6, these are 2^128, which is 0: every sum here is right all the same. */
	total = block->cidr.last - block->cidr.first + 1;
	free = total - allocated - held - quarantined - excluded - subnetted;
	ip_driver_return_usage (results,
	                        &(ip_driver_usage){
					.size = sizeof (ip_driver_usage),
					.total = count_format (total, total == 0, text[0]),
					.allocated = count_format (allocated, 0, text[1]),
					.held = count_format (held, 0, text[2]),
					.quarantined = count_format (quarantined, 0, text[3]),
					.excluded = count_format (excluded, 0, text[4]),
					.subnetted = count_format (subnetted, has_subnets && subnetted == 0, text[5]),
					.free = count_format (free, 0, text[6]),
				});
	return store_end (store, IP_DRIVER_OK);
}

const ip_driver_block_ops memory_block_ops = {
	.size = sizeof (ip_driver_block_ops),
	.create = memory_block_create,
	.get = memory_block_get,
	.list = memory_block_list,
	.update = memory_block_update,
	.delete_ = memory_block_delete,
	.usage = memory_block_usage,
};
