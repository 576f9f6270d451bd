/*
 * Subnets of an IP block.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "block_values.h"
#include "controllers.h"
#include "paging.h"
#include "params.h"
#include "represent.h"

PAGING_DEFINE_FETCH (fetch_subnets, ip_driver_subnet_list_args, ip_driver_blocks, ip_driver_subnet_list,
                     represent_block)

static void
subnets_fault (server_answer *answer, const ip_driver_error *error)
{
	if (error->status == IP_DRIVER_NOT_FOUND)
		fault_not_found (answer, "IpBlock");
	else
		server_answer_error (answer, error);
}

void
subnets_index (const server_request *request, server_answer *answer)
{
	ip_driver_subnet_list_args args = IP_DRIVER_SUBNET_LIST_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	json_t *subnets;

	args.tenant = params_tenant (request);
	args.block = params_uuid (request, "block_id", "IpBlock", answer);
	if (args.block == NULL)
		return;
	subnets = paging_all (request->driver, fetch_subnets, &args, &error);
	if (subnets != NULL)
		server_answer_set (answer, 200, json_pack ("{s:o}", "subnets", subnets));
	else
		subnets_fault (answer, &error);
}

void
subnets_create (const server_request *request, server_answer *answer)
{
	ip_driver_subnet_create_args args = IP_DRIVER_SUBNET_CREATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_block) parent = NULL, subnet = NULL;
	g_auto (fault_values) values = {0};
	g_autofree char *cidr = NULL;
	g_auto (params) body = {0};
	block_values block = {0};
	const char *text;

	args.tenant = params_tenant (request);
	args.block = params_uuid (request, "block_id", "IpBlock", answer);
	if (args.block == NULL)
		return;
	params_open (&body, request, "subnet", answer);
	text = params_only_text (&body, "cidr");
	args.network = params_id (&body, "network_id");
	args.subnet_tenant = params_id (&body, "tenant_id");
	if (args.subnet_tenant == NULL)
		args.subnet_tenant = args.tenant;
	if (body.failed)
		return;
	block.has_cidr = text != NULL && forms_cidr_parse (text, &block.cidr);
	if (block.has_cidr) {
		args.cidr = cidr = forms_cidr_format (&block.cidr);
		if (ip_driver_subnet_create (request->driver, &args, &subnet, &error) == IP_DRIVER_OK) {
			server_answer_set (answer, 201, json_pack ("{s:o}", "subnet", represent_block (subnet)));
			return;
		}
		if (error.status != IP_DRIVER_NOT_ALLOWED && error.status != IP_DRIVER_NOT_IN_BLOCK) {
			subnets_fault (answer, &error);
			return;
		}
	} else {
		fault_values_add (&values, "cidr", "cidr is invalid");
	}
	if (ip_driver_block_get (request->driver, args.tenant, args.block, &parent, &error) != IP_DRIVER_OK) {
		subnets_fault (answer, &error);
		return;
	}
	block.parent = parent;
	block.type = parent->type;
	block.network = args.network != NULL ? args.network : parent->network;
	if (block.has_cidr)
		block_values_check_place (request->driver, &block, &values);
	if (!fault_values_answer (&values, error.status != IP_DRIVER_OK ? error.status : IP_DRIVER_INVALID, answer))
		server_answer_error (answer, &error);
}
