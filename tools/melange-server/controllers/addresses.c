/*
 * IP addresses of a block.
 *
 * An allocation that names no interface gets one of its own, since the historical service shows an interface for each;
 * it is deleted with its last address.
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

/* What the id of an interface that nobody named begins with. */
#define ANONYMOUS "anonymous-"
/* As long as a UUID, for which clients have room. */
#define ANONYMOUS_LENGTH 36

PAGING_DEFINE_FETCH (fetch_addresses, ip_driver_address_list_args, ip_driver_addresses, ip_driver_address_list,
                     represent_address)

void
addresses_index (const server_request *request, server_answer *answer)
{
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	args.tenant = params_tenant (request);
	args.block = params_uuid (request, "block_id", "IpBlock", answer);
	if (args.block == NULL)
		return;
	if (!paging_answer (request, "ip_addresses", TRUE, fetch_addresses, &args, answer, &error))
		fault_in_block (request, &error, "IpAddress", answer);
}

static char *
anonymous_interface (void)
{
	g_autofree char *uuid = g_uuid_string_random ();
	g_auto (GStrv) parts = g_strsplit (uuid, "-", -1);
	g_autofree char *digits = g_strjoinv ("", parts);

	return g_strdup_printf (ANONYMOUS "%.*s", ANONYMOUS_LENGTH - (int)strlen (ANONYMOUS), digits);
}

void
addresses_create (const server_request *request, server_answer *answer)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_addresses) addresses = NULL;
	g_autofree char *anonymous = NULL;
	g_auto (params) body = {0};

	args.tenant = params_tenant (request);
	args.block = params_uuid (request, "block_id", "IpBlock", answer);
	if (args.block == NULL)
		return;
	params_open (&body, request, "ip_address", answer);
	args.address = params_address (&body, "address");
	args.interface = params_id (&body, "interface_id");
	args.device = params_id (&body, "used_by_device");
	args.mac = params_mac (&body, "mac_address");
	args.used_by_tenant = params_id (&body, "tenant_id");
	if (body.failed)
		return;
	if (args.used_by_tenant == NULL)
		args.used_by_tenant = args.tenant;
	if (args.interface == NULL)
		args.interface = anonymous = anonymous_interface ();
	if (ip_driver_address_allocate (request->driver, &args, &addresses, &error) == IP_DRIVER_OK) {
		server_answer_set (answer, 201,
		                   json_pack ("{s:o}", "ip_address", represent_address (addresses->items[0])));
	} else {
		const allocation_wish wish = {
			.tenant = args.tenant,
			.block = args.block,
			.interface = args.interface,
			.used_by_tenant = args.used_by_tenant,
			.mac = args.mac,
			.addresses = &args.address,
			.address_count = args.address != NULL ? 1 : 0,
		};

		allocation_fault (request, &wish, &error, answer);
	}
}

void
addresses_show (const server_request *request, server_answer *answer)
{
	g_autofree char *text = forms_address (server_request_path (request, "address"));
	const char *block = params_uuid (request, "block_id", "IpBlock", answer);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_address) address = NULL;

	if (block == NULL)
		return;
	if (ip_driver_address_get (request->driver, params_tenant (request), block, text, &address, &error) ==
	    IP_DRIVER_OK)
		server_answer_set (answer, 200, json_pack ("{s:o}", "ip_address", represent_address (address)));
	else
		fault_in_block (request, &error, "IpAddress", answer);
}

/* Releases an address, and its interface if nobody named that and it has no further address. */
static ip_driver_status
release (ip_driver *driver, const ip_driver_address_deallocate_args *args, const char *interface_id,
         ip_driver_error *error)
{
	g_autoptr (ip_driver_interface) interface = NULL;
	ip_driver_status status = ip_driver_address_deallocate (driver, args, error);

	if (status != IP_DRIVER_OK || interface_id == NULL)
		return status;
	status = ip_driver_interface_get (driver, NULL, interface_id, &interface, error);
	if (status == IP_DRIVER_OK && interface->allocation_count == 0)
		status = ip_driver_interface_delete (driver, NULL, interface_id, error);
	/* Somebody else has deleted it. */
	return status == IP_DRIVER_NOT_FOUND ? IP_DRIVER_OK : status;
}

void
addresses_delete (const server_request *request, server_answer *answer)
{
	g_autofree char *text = forms_address (server_request_path (request, "address"));
	ip_driver_address_deallocate_args args = IP_DRIVER_ADDRESS_DEALLOCATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_address) address = NULL;
	ip_driver *transaction = NULL;
	ip_driver_status status;

	args.tenant = params_tenant (request);
	args.block = params_uuid (request, "block_id", "IpBlock", answer);
	args.address = text;
	if (args.block == NULL)
		return;
	status = ip_driver_address_get (request->driver, args.tenant, args.block, text, &address, &error);
	if (status == IP_DRIVER_OK) {
		gboolean anonymous = address->interface != NULL && g_str_has_prefix (address->interface, ANONYMOUS);

		args.id = address->id;
		if (anonymous && ip_driver_supports (request->driver, "transaction.begin"))
			status = ip_driver_transaction_begin (request->driver, &transaction, &error);
		if (status == IP_DRIVER_OK)
			status = release (transaction != NULL ? transaction : request->driver, &args,
			                  anonymous ? address->interface : NULL, &error);
	}
	if (transaction != NULL && status == IP_DRIVER_OK)
		status = ip_driver_transaction_commit (transaction, &error);
	else
		ip_driver_transaction_rollback (transaction);
	if (status == IP_DRIVER_OK)
		server_answer_set (answer, 200, NULL);
	else
		fault_in_block (request, &error, "IpAddress", answer);
}

void
addresses_restore (const server_request *request, server_answer *answer)
{
	g_autofree char *text = forms_address (server_request_path (request, "address"));
	const char *block = params_uuid (request, "block_id", "IpBlock", answer);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_address) address = NULL;

	if (block == NULL)
		return;
	if (ip_driver_address_restore (request->driver, params_tenant (request), block, text, &address, &error) ==
	    IP_DRIVER_OK)
		server_answer_set (answer, 200, NULL);
	else
		fault_in_block (request, &error, "IpAddress", answer);
}
