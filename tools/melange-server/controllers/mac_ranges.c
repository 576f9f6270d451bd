/*
 * MAC address ranges.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "controllers.h"
#include "faults.h"
#include "paging.h"
#include "params.h"
#include "represent.h"

PAGING_DEFINE_FETCH (fetch_ranges, ip_driver_mac_range_list_args, ip_driver_mac_ranges, ip_driver_mac_range_list,
                     represent_mac_range)

static void
answer_range (server_answer *answer, guint status, const ip_driver_mac_range *range)
{
	server_answer_set (answer, status, json_pack ("{s:o}", "mac_address_range", represent_mac_range (range)));
}

static void
range_fault (server_answer *answer, const ip_driver_error *error)
{
	if (error->status == IP_DRIVER_NOT_FOUND)
		fault_not_found (answer, "MacAddressRange");
	else
		server_answer_error (answer, error);
}

void
mac_ranges_index (const server_request *request, server_answer *answer)
{
	ip_driver_mac_range_list_args args = IP_DRIVER_MAC_RANGE_LIST_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	json_t *ranges = paging_all (request->driver, fetch_ranges, &args, &error);

	if (ranges != NULL)
		server_answer_set (answer, 200, json_pack ("{s:o}", "mac_address_ranges", ranges));
	else
		server_answer_error (answer, &error);
}

void
mac_ranges_create (const server_request *request, server_answer *answer)
{
	ip_driver_mac_range_create_args args = IP_DRIVER_MAC_RANGE_CREATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_mac_range) range = NULL;
	g_auto (params) body = {0};

	params_open (&body, request, "mac_address_range", answer);
	args.cidr = params_text (&body, "cidr");
	if (body.failed)
		return;
	if (ip_driver_mac_range_create (request->driver, &args, &range, &error) == IP_DRIVER_OK)
		answer_range (answer, 201, range);
	else if (args.cidr == NULL)
		fault_reword (answer, 400, &error, "Failed to save MacAddressRange because: %s", error.message);
	else
		server_answer_error (answer, &error);
}

void
mac_ranges_show (const server_request *request, server_answer *answer)
{
	const char *id = params_uuid (request, "id", "MacAddressRange", answer);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_mac_range) range = NULL;

	if (id == NULL)
		return;
	if (ip_driver_mac_range_get (request->driver, id, &range, &error) == IP_DRIVER_OK)
		answer_range (answer, 200, range);
	else
		range_fault (answer, &error);
}

void
mac_ranges_delete (const server_request *request, server_answer *answer)
{
	const char *id = params_uuid (request, "id", "MacAddressRange", answer);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	if (id == NULL)
		return;
	if (ip_driver_mac_range_delete (request->driver, id, &error) == IP_DRIVER_OK)
		server_answer_set (answer, 200, NULL);
	else
		range_fault (answer, &error);
}
