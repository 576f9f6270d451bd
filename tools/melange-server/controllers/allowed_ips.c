/*
 * Allowed IPs: the addresses that may be used on an interface.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "allocation.h"
#include "controllers.h"
#include "faults.h"
#include "forms.h"
#include "paging.h"
#include "params.h"
#include "represent.h"

PAGING_DEFINE_FETCH (fetch_addresses, ip_driver_allowed_ip_list_args, ip_driver_addresses, ip_driver_allowed_ip_list,
                     represent_address)

static gboolean
interface_exists (const server_request *request)
{
	g_autoptr (ip_driver_interface) interface = NULL;

	return ip_driver_interface_get (request->driver, params_tenant (request),
	                                server_request_path (request, "interface_id"), &interface,
	                                NULL) != IP_DRIVER_NOT_FOUND;
}

/* What is not there may be the interface, or the allowance. A junk address has none. */
static void
allowance_fault (const server_request *request, const ip_driver_error *error, server_answer *answer)
{
	if (error->status != IP_DRIVER_NOT_FOUND && error->status != IP_DRIVER_INVALID)
		server_answer_error (answer, error);
	else if (!interface_exists (request))
		fault_not_found (answer, "Interface");
	else
		fault_set (answer, 404, IP_DRIVER_NOT_FOUND, "Ip Address %s hasnt been allowed on interface %s",
		           server_request_path (request, "address"), server_request_path (request, "interface_id"));
}

void
allowed_ips_index (const server_request *request, server_answer *answer)
{
	ip_driver_allowed_ip_list_args args = IP_DRIVER_ALLOWED_IP_LIST_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	json_t *addresses;

	args.tenant = params_tenant (request);
	args.interface = server_request_path (request, "interface_id");
	addresses = paging_all (request->driver, fetch_addresses, &args, &error);
	if (addresses != NULL)
		server_answer_set (answer, 200, json_pack ("{s:o}", "ip_addresses", addresses));
	else if (error.status == IP_DRIVER_NOT_FOUND)
		fault_not_found (answer, "Interface");
	else
		server_answer_error (answer, &error);
}

static void
allow_fault (const server_request *request, const ip_driver_allowed_ip_allow_args *args, const ip_driver_error *error,
             server_answer *answer)
{
	if (error->status == IP_DRIVER_DUPLICATE) {
		fault_reword (answer, 400, error, "Failed to save AllowedIp because: %s", error->message);
	} else if (error->status == IP_DRIVER_NOT_ALLOWED) {
		fault_reword (answer, 422, error,
		              "Ip %s cannot be allowed on interface %s as interface is not configured for ip's network",
		              args->address, args->interface);
	} else if (error->status != IP_DRIVER_NOT_FOUND) {
		server_answer_error (answer, error);
	} else if (!interface_exists (request)) {
		fault_not_found (answer, "Interface");
	} else if (!allocation_network_exists (request->driver, NULL, args->network)) {
		fault_network_not_found (answer, args->network);
	} else {
		g_autofree char *tenant = forms_repr (args->tenant);
		g_autofree char *address = forms_repr (args->address);

		fault_reword (answer, 404, error,
		              "IpAddress with {'used_by_tenant_id': %s, 'address': %s} for network %s not found",
		              tenant, address, args->network);
	}
}

void
allowed_ips_create (const server_request *request, server_answer *answer)
{
	ip_driver_allowed_ip_allow_args args = IP_DRIVER_ALLOWED_IP_ALLOW_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_address) address = NULL;
	g_auto (fault_values) values = {0};
	g_auto (params) body = {0};

	params_open (&body, request, "allowed_ip", answer);
	args.tenant = params_tenant (request);
	args.interface = server_request_path (request, "interface_id");
	args.network = params_id (&body, "network_id");
	args.address = params_address (&body, "ip_address");
	if (body.failed)
		return;
	if (args.network == NULL)
		fault_values_add (&values, "network_id", "network_id should be present");
	if (args.address == NULL)
		fault_values_add (&values, "ip_address", "ip_address should be present");
	if (fault_values_answer (&values, IP_DRIVER_INVALID, answer))
		return;
	if (ip_driver_allowed_ip_allow (request->driver, &args, &address, &error) == IP_DRIVER_OK)
		server_answer_set (answer, 201, json_pack ("{s:o}", "ip_address", represent_address (address)));
	else
		allow_fault (request, &args, &error, answer);
}

void
allowed_ips_show (const server_request *request, server_answer *answer)
{
	g_autofree char *text = forms_address (server_request_path (request, "address"));
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_address) address = NULL;

	if (ip_driver_allowed_ip_get (request->driver, params_tenant (request),
	                              server_request_path (request, "interface_id"), text, &address,
	                              &error) == IP_DRIVER_OK)
		server_answer_set (answer, 200, json_pack ("{s:o}", "ip_address", represent_address (address)));
	else
		allowance_fault (request, &error, answer);
}

void
allowed_ips_delete (const server_request *request, server_answer *answer)
{
	g_autofree char *text = forms_address (server_request_path (request, "address"));
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	if (ip_driver_allowed_ip_disallow (request->driver, params_tenant (request),
	                                   server_request_path (request, "interface_id"), text, &error) == IP_DRIVER_OK)
		server_answer_set (answer, 200, NULL);
	else
		allowance_fault (request, &error, answer);
}
