/*
 * Allocated addresses over all blocks, of a tenant or of all.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "controllers.h"
#include "paging.h"
#include "params.h"
#include "represent.h"

PAGING_DEFINE_FETCH (fetch_addresses, ip_driver_address_list_args, ip_driver_addresses, ip_driver_address_list,
                     represent_address)

void
allocated_addresses_index (const server_request *request, server_answer *answer)
{
	const char *device = server_request_query (request, "used_by_device");
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	args.tenant = params_tenant (request);
	args.device = device != NULL && *device != '\0' ? device : NULL;
	args.state = IP_DRIVER_ADDRESS_ALLOCATED;
	if (!paging_answer (request, "ip_addresses", TRUE, fetch_addresses, &args, answer, &error))
		server_answer_error (answer, &error);
}
