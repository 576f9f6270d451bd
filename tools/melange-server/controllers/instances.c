/*
 * The interfaces of an instance (a device).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "controllers.h"
#include "faults.h"
#include "interface_values.h"
#include "paging.h"
#include "represent.h"

PAGING_DEFINE_FETCH (fetch_interfaces, ip_driver_interface_list_args, ip_driver_interfaces, ip_driver_interface_list,
                     represent_interface)

static void
answer_interfaces (server_answer *answer, json_t *interfaces)
{
	server_answer_set (answer, 200, json_pack ("{s:{s:o}}", "instance", "interfaces", interfaces));
}

void
instances_show (const server_request *request, server_answer *answer)
{
	ip_driver_interface_list_args args = IP_DRIVER_INTERFACE_LIST_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	json_t *interfaces;

	args.device = server_request_path (request, "device_id");
	interfaces = paging_all (request->driver, fetch_interfaces, &args, &error);
	if (interfaces != NULL)
		answer_interfaces (answer, interfaces);
	else
		server_answer_error (answer, &error);
}

/* Why the interfaces were not replaced: known if it is the only one, or if a network is not there. */
static void
replace_fault (const server_request *request, const interface_values *wishes, gsize count, const ip_driver_error *error,
               server_answer *answer)
{
	for (gsize i = 0; i < count && error->status == IP_DRIVER_NOT_FOUND; i++) {
		const ip_driver_interface_network *network = &wishes[i].network;

		if (network->network != NULL &&
		    !allocation_network_exists (request->driver,
		                                network->tenant != NULL ? network->tenant : wishes[i].args.tenant,
		                                network->network)) {
			fault_network_not_found (answer, network->network);
			return;
		}
	}
	if (count == 1)
		interface_values_fault (request, &wishes[0], error, answer);
	else
		server_answer_error (answer, error);
}

/* Reads the list's elements; their tenant and device are those of the instance. */
static gboolean
read_interfaces (json_t *list, const char *tenant, const char *device, interface_values *wishes,
                 const ip_driver_interface_create_args **elements, server_answer *answer)
{
	json_t *value;
	gsize i;

	json_array_foreach (list, i, value)
	{
		params_open_value (&wishes[i].body, value, "interface", answer);
		if (!interface_values_read (&wishes[i], answer))
			return FALSE;
		wishes[i].args.tenant = tenant;
		wishes[i].args.device = device;
		elements[i] = &wishes[i].args;
	}
	return TRUE;
}

void
instances_update (const server_request *request, server_answer *answer)
{
	ip_driver_interface_replace_all_args args = IP_DRIVER_INTERFACE_REPLACE_ALL_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_interfaces) interfaces = NULL;
	g_autofree const ip_driver_interface_create_args **elements = NULL;
	g_autofree interface_values *wishes = NULL;
	g_auto (fault_values) values = {0};
	g_auto (params) body = {0};
	json_t *list;
	gsize count;

	params_open (&body, request, "instance", answer);
	args.tenant = params_id (&body, "tenant_id");
	args.device = server_request_path (request, "device_id");
	list = json_object_get (body.values, "interfaces");
	count = json_array_size (list);
	if (body.failed)
		return;
	if (args.tenant == NULL)
		fault_values_add (&values, "tenant_id", "tenant_id should be present");
	if (!json_is_array (list))
		fault_values_add (&values, "interfaces", "interfaces should be a list");
	if (fault_values_answer (&values, IP_DRIVER_INVALID, answer))
		return;
	wishes = g_new0 (interface_values, count + 1);
	elements = g_new0 (const ip_driver_interface_create_args *, count + 1);
	args.interfaces = elements;
	args.interface_count = count;
	if (!read_interfaces (list, args.tenant, args.device, wishes, elements, answer)) {
		/* Answered. */
	} else if (ip_driver_interface_replace_all (request->driver, &args, &interfaces, &error) == IP_DRIVER_OK) {
		json_t *all = json_array ();

		for (gsize i = 0; i < interfaces->count; i++)
			json_array_append_new (all, represent_interface (interfaces->items[i]));
		answer_interfaces (answer, all);
	} else {
		replace_fault (request, wishes, count, &error, answer);
	}
	for (gsize i = 0; i < count; i++)
		interface_values_clear (&wishes[i]);
}

void
instances_delete (const server_request *request, server_answer *answer)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	if (ip_driver_interface_delete_all (request->driver, NULL, server_request_path (request, "device_id"),
	                                    &error) == IP_DRIVER_OK)
		server_answer_set (answer, 200, NULL);
	else
		server_answer_error (answer, &error);
}
