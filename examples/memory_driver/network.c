/*
 * network.c: the operations of ip_driver_network_ops. What allocating does is in allocate.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "rules.h"

#include <stdlib.h>
#include <string.h>

void
allocation_describe (const struct address *address, ip_driver_allocation *ret, struct allocation_text *text)
{
	const struct block *block = address->block;

	address_describe (address, &text->address, text->texts[0]);
	*ret = (ip_driver_allocation){
		.size = sizeof *ret,
		.address = &text->address,
		.network = text_or_null (block->network),
		.cidr = cidr_format (&block->cidr, text->texts[1]),
		.gateway = text_or_null (block->gateway),
		.broadcast = ip_format (block->cidr.version, block->cidr.last, text->texts[2]),
		.netmask = netmask_format (&block->cidr, text->texts[3]),
		.dns1 = text_or_null (block->dns1),
		.dns2 = text_or_null (block->dns2),
	};
}

void
allocation_return (const struct address *address, ip_driver_results *results)
{
	struct allocation_text text;
	ip_driver_allocation described;

	allocation_describe (address, &described, &text);
	ip_driver_return_allocation (results, &described);
}

/* The oldest block of a network that a tenant (NULL: anyone) has, or an error. */
static ip_driver_status
network_require (struct store *store, const char *tenant, const char *network, const struct block **ret_block,
                 ip_driver_error *error)
{
	for (size_t i = 0; i < store->blocks.count; i++) {
		*ret_block = STORE_BLOCK (store, i);
		if (strcmp ((*ret_block)->network, network) == 0 && text_matches (tenant, (*ret_block)->tenant))
			return IP_DRIVER_OK;
	}
	return fail (error, IP_DRIVER_NOT_FOUND, "there is no network \"%s\"", network);
}

static ip_driver_status
memory_network_get (ip_driver_instance *instance, const ip_driver_network_get_args *args, ip_driver_results *results,
                    ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	const struct block *first;
	uint64_t after, last = 0;
	uint32_t count = 0;
	ip_driver_status status = network_require (store, args->tenant, args->network, &first, error);

	if (status == IP_DRIVER_OK)
		status = marker_parse (args->marker, &after, error);
	for (size_t i = 0; status == IP_DRIVER_OK && i < store->blocks.count; i++) {
		const struct block *block = STORE_BLOCK (store, i);

		if (block->sequence <= after || strcmp (block->network, args->network) != 0 ||
		    !text_matches (args->tenant, block->tenant))
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

static ip_driver_status
network_allocate_new (struct store *store, const ip_driver_network_allocate_args *args, struct request *request,
                      ip_driver_results *results, ip_driver_error *error)
{
	struct user user = {.tenant = args->used_by_tenant, .hold = args->hold, .request = request};
	struct address **given;
	const struct block *first;
	ip_driver_status status = network_require (store, args->tenant, args->network, &first, error);

	if (status != IP_DRIVER_OK)
		return status;
	if (user.tenant == NULL)
		user.tenant = first->tenant;
	status = interface_for_allocation (store, user.tenant, args->interface, args->device, args->mac, args->hold,
	                                   &user.interface, error);
	if (status != IP_DRIVER_OK)
		return status;
	/* One of each family, if none is wanted in particular. */
	given = memory_allocate ((args->address_count + 2) * sizeof (struct address *));
	status = allocate_on_network (store, args->tenant, args->network, args->addresses, args->address_count, &user,
	                              given, error);
	for (uint32_t i = 0; status == IP_DRIVER_OK && i < user.given; i++)
		allocation_return (given[i], results);
	free (given);
	return status;
}

static ip_driver_status
network_allocate (struct store *store, const ip_driver_network_allocate_args *args, ip_driver_results *results,
                  ip_driver_error *error)
{
	struct signature signature = {NULL, 0};
	struct address **addresses;
	struct request *request;
	int repeated;
	size_t count;
	ip_driver_status status;

	signature_add (&signature, "network");
	signature_add (&signature, args->network);
	signature_add (&signature, args->interface);
	for (size_t i = 0; i < args->address_count; i++)
		signature_add (&signature, args->addresses[i]);
	status = request_enter (store, args->tenant, args->request_key, &signature, &request, &repeated, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (!repeated)
		return network_allocate_new (store, args, request, results, error);
	addresses = request_addresses (store, request, &count);
	for (size_t i = 0; i < count; i++)
		allocation_return (addresses[i], results);
	free (addresses);
	return IP_DRIVER_OK;
}

static ip_driver_status
memory_network_allocate (ip_driver_instance *instance, const ip_driver_network_allocate_args *args,
                         ip_driver_results *results, ip_driver_error *error)
{
	struct store *store = store_begin (instance);

	return store_end (store, network_allocate (store, args, results, error));
}

/* Whether an address is one of an interface on a network. */
static int
is_held_on (const struct address *address, const char *tenant, const char *network, const struct interface *interface)
{
	return address->interface == interface && strcmp (address->block->network, network) == 0 &&
	       text_matches (tenant, address->block->tenant);
}

static ip_driver_status
interface_require_any (struct store *store, const char *id, struct interface **ret_interface, ip_driver_error *error)
{
	*ret_interface = interface_find (store, NULL, id);
	return *ret_interface != NULL ? IP_DRIVER_OK
	                              : fail (error, IP_DRIVER_NOT_FOUND, "there is no interface \"%s\"", id);
}

static ip_driver_status
memory_network_list (ip_driver_instance *instance, const ip_driver_network_list_args *args, ip_driver_results *results,
                     ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	const struct address *last = NULL;
	struct interface *interface;
	const struct block *first;
	uint64_t after_block;
	ip_number after_value;
	uint32_t count = 0;
	ip_driver_status status = network_require (store, args->tenant, args->network, &first, error);

	if (status == IP_DRIVER_OK)
		status = interface_require_any (store, args->interface, &interface, error);
	if (status == IP_DRIVER_OK)
		status = address_marker_parse (args->marker, &after_block, &after_value, error);
	for (size_t i = 0; status == IP_DRIVER_OK && i < store->addresses.count; i++) {
		const struct address *address = STORE_ADDRESS (store, i);

		if (address->block->sequence < after_block ||
		    (address->block->sequence == after_block && address->value <= after_value) ||
		    !is_held_on (address, args->tenant, args->network, interface))
			continue;
		if (count++ == args->limit) {
			address_marker_return (last, results);
			break;
		}
		allocation_return (address, results);
		last = address;
	}
	return store_end (store, status);
}

static ip_driver_status
memory_network_deallocate (ip_driver_instance *instance, const char *tenant, const char *network,
                           const char *interface_id, ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	struct interface *interface;
	const struct block *first;
	ip_driver_status status = network_require (store, tenant, network, &first, error);

	if (status == IP_DRIVER_OK)
		status = interface_require_any (store, interface_id, &interface, error);
	for (size_t i = 0; status == IP_DRIVER_OK && i < store->addresses.count; i++)
		if (is_held_on (STORE_ADDRESS (store, i), tenant, network, interface))
			address_release (store, STORE_ADDRESS (store, i));
	return store_end (store, status);
}

const ip_driver_network_ops memory_network_ops = {
	.size = sizeof (ip_driver_network_ops),
	.get = memory_network_get,
	.allocate = memory_network_allocate,
	.list = memory_network_list,
	.deallocate = memory_network_deallocate,
};
