/*
 * Virtual interfaces.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "controllers.h"
#include "faults.h"
#include "interface_values.h"
#include "represent.h"

static void
interface_fault (server_answer *answer, const ip_driver_error *error)
{
	if (error->status == IP_DRIVER_NOT_FOUND)
		fault_not_found (answer, "Interface");
	else
		server_answer_error (answer, error);
}

void
interfaces_create (const server_request *request, server_answer *answer)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_interface) interface = NULL;
	g_auto (interface_values) wish = {0};
	g_auto (fault_values) values = {0};

	params_open (&wish.body, request, "interface", answer);
	if (!interface_values_read (&wish, answer))
		return;
	if (wish.args.tenant == NULL) {
		fault_values_add (&values, "tenant_id", "tenant_id should be present");
		fault_values_answer (&values, IP_DRIVER_INVALID, answer);
	} else if (ip_driver_interface_create (request->driver, &wish.args, &interface, &error) == IP_DRIVER_OK) {
		server_answer_set (answer, 201, json_pack ("{s:o}", "interface", represent_interface (interface)));
	} else {
		interface_values_fault (request, &wish, &error, answer);
	}
}

void
interfaces_show (const server_request *request, server_answer *answer)
{
	const char *id = server_request_path (request, "interface_id");
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_interface) interface = NULL;

	if (ip_driver_interface_get (request->driver, params_tenant (request), id, &interface, &error) == IP_DRIVER_OK)
		server_answer_set (answer, 200, json_pack ("{s:o}", "interface", represent_interface (interface)));
	else
		interface_fault (answer, &error);
}

void
interfaces_delete (const server_request *request, server_answer *answer)
{
	const char *id = server_request_path (request, "interface_id");
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	if (ip_driver_interface_delete (request->driver, NULL, id, &error) == IP_DRIVER_OK)
		server_answer_set (answer, 200, NULL);
	else
		interface_fault (answer, &error);
}
