/*
 * Networks: their blocks, and what interfaces hold on them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "allocation.h"
#include "controllers.h"
#include "faults.h"
#include "paging.h"
#include "params.h"
#include "represent.h"

PAGING_DEFINE_FETCH (fetch_blocks, ip_driver_network_get_args, ip_driver_blocks, ip_driver_network_get, represent_block)
PAGING_DEFINE_FETCH (fetch_allocations, ip_driver_network_list_args, ip_driver_allocations, ip_driver_network_list,
                     represent_allocation)

void
networks_index (const server_request *request, server_answer *answer)
{
	ip_driver_network_get_args args = IP_DRIVER_NETWORK_GET_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	json_t *blocks;

	args.tenant = params_tenant (request);
	args.network = server_request_path (request, "network_id");
	blocks = paging_all (request->driver, fetch_blocks, &args, &error);
	if (blocks != NULL)
		server_answer_set (answer, 200, json_pack ("{s:o}", "ip_blocks", blocks));
	else if (error.status == IP_DRIVER_NOT_FOUND)
		fault_network_not_found (answer, args.network);
	else
		server_answer_error (answer, &error);
}

/* What is not there may be the network or the interface. */
static void
allocations_fault (const server_request *request, const ip_driver_error *error, server_answer *answer)
{
	const char *network = server_request_path (request, "network_id");

	if (error->status != IP_DRIVER_NOT_FOUND)
		server_answer_error (answer, error);
	else if (allocation_network_exists (request->driver, params_tenant (request), network))
		fault_not_found (answer, "Interface");
	else
		fault_network_not_found (answer, network);
}

void
networks_allocations_index (const server_request *request, server_answer *answer)
{
	ip_driver_network_list_args args = IP_DRIVER_NETWORK_LIST_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	json_t *allocations;

	args.tenant = params_tenant (request);
	args.network = server_request_path (request, "network_id");
	args.interface = server_request_path (request, "interface_id");
	allocations = paging_all (request->driver, fetch_allocations, &args, &error);
	if (allocations != NULL)
		server_answer_set (answer, 200, json_pack ("{s:o}", "ip_addresses", allocations));
	else
		allocations_fault (request, &error, answer);
}

void
networks_allocations_create (const server_request *request, server_answer *answer)
{
	ip_driver_network_allocate_args args = IP_DRIVER_NETWORK_ALLOCATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_allocations) allocations = NULL;
	g_auto (params) body = {0};

	params_open (&body, request, "network", answer);
	args.tenant = params_tenant (request);
	args.network = server_request_path (request, "network_id");
	args.interface = server_request_path (request, "interface_id");
	args.device = params_id (&body, "used_by_device");
	args.mac = params_mac (&body, "mac_address");
	args.used_by_tenant = params_id (&body, "tenant_id");
	args.addresses = params_addresses (&body, "addresses", &args.address_count);
	if (body.failed)
		return;
	if (args.used_by_tenant == NULL)
		args.used_by_tenant = args.tenant;
	if (ip_driver_network_allocate (request->driver, &args, &allocations, &error) == IP_DRIVER_OK) {
		server_answer_set (answer, 201,
		                   json_pack ("{s:o}", "ip_addresses",
		                              represent_allocations (allocations->items, allocations->count)));
	} else {
		const allocation_wish wish = {
			.tenant = args.tenant,
			.network = args.network,
			.interface = args.interface,
			.used_by_tenant = args.used_by_tenant,
			.mac = args.mac,
			.addresses = args.addresses,
			.address_count = args.address_count,
		};

		allocation_fault (request, &wish, &error, answer);
	}
}

void
networks_allocations_delete (const server_request *request, server_answer *answer)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	if (ip_driver_network_deallocate (request->driver, params_tenant (request),
	                                  server_request_path (request, "network_id"),
	                                  server_request_path (request, "interface_id"), &error) == IP_DRIVER_OK)
		server_answer_set (answer, 200, NULL);
	else
		allocations_fault (request, &error, answer);
}
