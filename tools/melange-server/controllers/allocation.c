/*
 * Why the ABI did not allocate: see allocation.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "allocation.h"

#include <string.h>

#include "faults.h"
#include "represent.h"

/* One page of the network's blocks, which says enough. NULL: it has none. */
static ip_driver_blocks *
network_blocks (ip_driver *driver, const char *tenant, const char *network)
{
	ip_driver_network_get_args args = IP_DRIVER_NETWORK_GET_ARGS_INIT;
	ip_driver_blocks *blocks = NULL;

	args.tenant = tenant;
	args.network = network;
	args.limit = IP_DRIVER_PAGE_MAX;
	return ip_driver_network_get (driver, &args, &blocks, NULL) == IP_DRIVER_OK ? blocks : NULL;
}

gboolean
allocation_network_exists (ip_driver *driver, const char *tenant, const char *network)
{
	g_autoptr (ip_driver_blocks) blocks = network_blocks (driver, tenant, network);

	return blocks != NULL;
}

/* NULL: it does not exist. */
static ip_driver_interface *
wished_interface (const server_request *request, const allocation_wish *wish)
{
	ip_driver_interface *interface = NULL;

	if (wish->interface == NULL ||
	    ip_driver_interface_get (request->driver, NULL, wish->interface, &interface, NULL) != IP_DRIVER_OK)
		return NULL;
	return interface;
}

static gboolean
has_free_address (ip_driver *driver, const char *block)
{
	g_autoptr (ip_driver_usage) usage = NULL;

	return ip_driver_block_usage (driver, NULL, block, &usage, NULL) == IP_DRIVER_OK &&
	       strcmp (usage->free, "0") != 0 && strcmp (usage->subnetted, "0") == 0;
}

/* Whether there is an address, so that it must be MAC addresses that are used up. */
static gboolean
place_has_free_address (const server_request *request, const allocation_wish *wish)
{
	g_autoptr (ip_driver_blocks) blocks = NULL;

	if (wish->block != NULL)
		return has_free_address (request->driver, wish->block);
	if (wish->network != NULL)
		blocks = network_blocks (request->driver, wish->tenant, wish->network);
	for (gsize i = 0; blocks != NULL && i < blocks->count; i++) {
		if (has_free_address (request->driver, blocks->items[i]->id))
			return TRUE;
	}
	return FALSE;
}

static void
fault_exhausted (const server_request *request, const allocation_wish *wish, const ip_driver_error *error,
                 server_answer *answer)
{
	g_autoptr (ip_driver_interface) interface = wished_interface (request, wish);
	gboolean takes_mac = wish->mac == NULL && interface == NULL;

	if (takes_mac && ((wish->block == NULL && wish->network == NULL) || place_has_free_address (request, wish)))
		fault_reword (answer, 422, error, "No more mac Addresses");
	else if (wish->block != NULL)
		fault_reword (answer, 422, error, "IpBlock is full");
	else
		fault_reword (answer, 422, error, "ip blocks in this network are full");
}

static void
fault_duplicate (const server_request *request, const allocation_wish *wish, const ip_driver_error *error,
                 server_answer *answer)
{
	g_autoptr (ip_driver_interface) interface = wished_interface (request, wish);

	if (interface != NULL && (wish->new_interface || g_strcmp0 (interface->tenant, wish->used_by_tenant) != 0)) {
		g_auto (fault_values) values = {0};

		fault_values_add (&values, "virtual_interface_id", "Virtual Interface %s already exists",
		                  interface->id);
		fault_values_answer (&values, error->status, answer);
	} else if (interface == NULL && wish->mac != NULL && wish->address_count == 0) {
		fault_reword (answer, 400, error, "Failed to save MacAddress because: %s", error->message);
	} else if (wish->mac == NULL || interface != NULL) {
		fault_reword (answer, 409, error, "Address is already allocated");
	} else {
		/* The MAC, or one of the addresses. */
		server_answer_error (answer, error);
	}
}

static void
fault_not_allowed (const server_request *request, const allocation_wish *wish, const ip_driver_error *error,
                   server_answer *answer)
{
	g_autoptr (ip_driver_interface) interface = wished_interface (request, wish);
	g_autoptr (ip_driver_block) block = NULL;
	g_autoptr (ip_driver_blocks) others = NULL;
	const char *network = wish->network;

	if (wish->block != NULL &&
	    ip_driver_block_get (request->driver, wish->tenant, wish->block, &block, NULL) == IP_DRIVER_OK)
		network = block->network;
	if (interface != NULL && interface->allocation_count > 0 &&
	    g_strcmp0 (interface->allocations[0]->network, network) != 0) {
		fault_reword (answer, 422, error, "Interface %s is configured on another network", interface->id);
		return;
	}
	/* A block was to be made by default, and overlaps another tenant's. */
	if (wish->block == NULL && wish->network != NULL &&
	    !allocation_network_exists (request->driver, wish->tenant, wish->network))
		others = network_blocks (request->driver, NULL, wish->network);
	if (others != NULL && others->count > 0) {
		g_auto (fault_values) values = {0};

		fault_values_add (&values, "cidr", "cidr overlaps with block %s in same network",
		                  others->items[0]->cidr);
		fault_values_answer (&values, error->status, answer);
		return;
	}
	fault_reword (answer, 422, error, "Subnetted block cannot allocate IPAddress");
}

/* Whether what is invalid is that IPv6 lacks a MAC address. */
static gboolean
lacks_mac (const server_request *request, const allocation_wish *wish)
{
	g_autoptr (ip_driver_interface) interface = wished_interface (request, wish);
	g_autoptr (ip_driver_block) block = NULL;
	g_autoptr (ip_driver_blocks) blocks = NULL;

	if (wish->address_count > 0 || (interface != NULL ? interface->mac : wish->mac) != NULL)
		return FALSE;
	if (wish->block != NULL)
		return ip_driver_block_get (request->driver, wish->tenant, wish->block, &block, NULL) == IP_DRIVER_OK &&
		       block->version == 6;
	if (wish->network != NULL)
		blocks = network_blocks (request->driver, wish->tenant, wish->network);
	for (gsize i = 0; blocks != NULL && i < blocks->count; i++) {
		if (blocks->items[i]->version == 6)
			return TRUE;
	}
	return FALSE;
}

void
allocation_fault (const server_request *request, const allocation_wish *wish, const ip_driver_error *error,
                  server_answer *answer)
{
	switch (error->status) {
	case IP_DRIVER_NOT_FOUND:
		if (wish->block != NULL)
			fault_not_found (answer, "IpBlock");
		else if (wish->network != NULL)
			fault_network_not_found (answer, wish->network);
		else
			server_answer_error (answer, error);
		return;
	case IP_DRIVER_INVALID:
		if (lacks_mac (request, wish))
			fault_reword (answer, 400, error, "Required params are missing: mac_address");
		else
			server_answer_error (answer, error);
		return;
	case IP_DRIVER_CONFLICT:
		if (wish->block != NULL)
			fault_reword (answer, 409, error, "Cannot allocate address for block %s at this time",
			              wish->block);
		else
			server_answer_error (answer, error);
		return;
	case IP_DRIVER_DUPLICATE:
		fault_duplicate (request, wish, error, answer);
		return;
	case IP_DRIVER_EXHAUSTED:
		fault_exhausted (request, wish, error, answer);
		return;
	case IP_DRIVER_LOCKED:
		fault_reword (answer, 422, error, "Address is locked");
		return;
	case IP_DRIVER_NOT_IN_BLOCK:
		fault_reword (answer, 422, error, "Address does not belong to IpBlock");
		return;
	case IP_DRIVER_DENIED_BY_POLICY:
		fault_reword (answer, 422, error, "Block policy does not allow this address");
		return;
	case IP_DRIVER_NOT_ALLOWED:
		fault_not_allowed (request, wish, error, answer);
		return;
	default:
		server_answer_error (answer, error);
		return;
	}
}
