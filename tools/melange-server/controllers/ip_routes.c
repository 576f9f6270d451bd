/*
 * Routes of an IP block.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "controllers.h"
#include "faults.h"
#include "paging.h"
#include "params.h"
#include "represent.h"

PAGING_DEFINE_FETCH (fetch_routes, ip_driver_route_list_args, ip_driver_routes, ip_driver_route_list, represent_route)

static const ip_driver_error no_route = {.size = sizeof no_route, .status = IP_DRIVER_NOT_FOUND};

static void
answer_route (server_answer *answer, guint status, const ip_driver_route *route)
{
	server_answer_set (answer, status, json_pack ("{s:o}", "ip_route", represent_route (route)));
}

/* The path's block and route; FALSE: one of them is not there, which is answered. */
static gboolean
path_route (const server_request *request, const char **ret_block, const char **ret_id, server_answer *answer)
{
	const char *block = params_uuid (request, "block_id", "IpBlock", answer);
	const char *id = server_request_path (request, "id");

	if (block == NULL)
		return FALSE;
	if (!g_uuid_string_is_valid (id)) {
		fault_in_block (request, &no_route, "IpRoute", answer);
		return FALSE;
	}
	*ret_block = block;
	*ret_id = id;
	return TRUE;
}

void
ip_routes_index (const server_request *request, server_answer *answer)
{
	ip_driver_route_list_args args = IP_DRIVER_ROUTE_LIST_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	args.tenant = params_tenant (request);
	args.block = params_uuid (request, "block_id", "IpBlock", answer);
	if (args.block == NULL)
		return;
	if (!paging_answer (request, "ip_routes", TRUE, fetch_routes, &args, answer, &error))
		fault_in_block (request, &error, "IpRoute", answer);
}

void
ip_routes_create (const server_request *request, server_answer *answer)
{
	ip_driver_route_create_args args = IP_DRIVER_ROUTE_CREATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_route) route = NULL;
	g_autoptr (ip_driver_block) block = NULL;
	g_auto (fault_values) values = {0};
	g_auto (params) body = {0};

	args.tenant = params_tenant (request);
	args.block = params_uuid (request, "block_id", "IpBlock", answer);
	if (args.block == NULL)
		return;
	params_open (&body, request, "ip_route", answer);
	args.destination = params_address (&body, "destination");
	args.netmask = params_text (&body, "netmask");
	args.gateway = params_address (&body, "gateway");
	if (body.failed)
		return;
	if (args.destination == NULL)
		fault_values_add (&values, "destination", "destination should be present");
	if (args.gateway == NULL)
		fault_values_add (&values, "gateway", "gateway should be present");
	if (values.text != NULL) {
		/* A block that is not there comes first. */
		if (ip_driver_block_get (request->driver, args.tenant, args.block, &block, &error) == IP_DRIVER_OK)
			fault_values_answer (&values, IP_DRIVER_INVALID, answer);
		else
			fault_in_block (request, &error, "IpRoute", answer);
	} else if (ip_driver_route_create (request->driver, &args, &route, &error) == IP_DRIVER_OK) {
		answer_route (answer, 201, route);
	} else {
		fault_in_block (request, &error, "IpRoute", answer);
	}
}

void
ip_routes_show (const server_request *request, server_answer *answer)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_route) route = NULL;
	const char *block, *id;

	if (!path_route (request, &block, &id, answer))
		return;
	if (ip_driver_route_get (request->driver, params_tenant (request), block, id, &route, &error) == IP_DRIVER_OK)
		answer_route (answer, 200, route);
	else
		fault_in_block (request, &error, "IpRoute", answer);
}

void
ip_routes_update (const server_request *request, server_answer *answer)
{
	ip_driver_route_update_args args = IP_DRIVER_ROUTE_UPDATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_route) route = NULL, there = NULL;
	g_auto (fault_values) values = {0};
	g_auto (params) body = {0};

	if (!path_route (request, &args.block, &args.id, answer))
		return;
	params_open (&body, request, "ip_route", answer);
	args.tenant = params_tenant (request);
	args.destination = params_address (&body, "destination");
	args.netmask = params_text (&body, "netmask");
	args.gateway = params_address (&body, "gateway");
	if (body.failed)
		return;
	args.set = (params_has (&body, "destination") ? IP_DRIVER_ROUTE_SET_DESTINATION : 0) |
	           (params_has (&body, "netmask") ? IP_DRIVER_ROUTE_SET_NETMASK : 0) |
	           (params_has (&body, "gateway") ? IP_DRIVER_ROUTE_SET_GATEWAY : 0);
	if ((args.set & IP_DRIVER_ROUTE_SET_DESTINATION) != 0 && args.destination == NULL)
		fault_values_add (&values, "destination", "destination should be present");
	if ((args.set & IP_DRIVER_ROUTE_SET_GATEWAY) != 0 && args.gateway == NULL)
		fault_values_add (&values, "gateway", "gateway should be present");
	if (values.text != NULL) {
		if (ip_driver_route_get (request->driver, args.tenant, args.block, args.id, &there, &error) ==
		    IP_DRIVER_OK)
			fault_values_answer (&values, IP_DRIVER_INVALID, answer);
		else
			fault_in_block (request, &error, "IpRoute", answer);
	} else if (ip_driver_route_update (request->driver, &args, &route, &error) == IP_DRIVER_OK) {
		answer_route (answer, 200, route);
	} else {
		fault_in_block (request, &error, "IpRoute", answer);
	}
}

void
ip_routes_delete (const server_request *request, server_answer *answer)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	const char *block, *id;

	if (!path_route (request, &block, &id, answer))
		return;
	if (ip_driver_route_delete (request->driver, params_tenant (request), block, id, &error) == IP_DRIVER_OK)
		server_answer_set (answer, 200, NULL);
	else
		fault_in_block (request, &error, "IpRoute", answer);
}
