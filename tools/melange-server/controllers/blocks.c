/*
 * IP blocks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <arpa/inet.h>

#include "block_values.h"
#include "controllers.h"
#include "paging.h"
#include "params.h"
#include "represent.h"

PAGING_DEFINE_FETCH (fetch_blocks, ip_driver_block_list_args, ip_driver_blocks, ip_driver_block_list, represent_block)

static ip_driver_block_type
type_of (const char *text)
{
	return g_strcmp0 (text, "public") == 0    ? IP_DRIVER_BLOCK_PUBLIC
	       : g_strcmp0 (text, "private") == 0 ? IP_DRIVER_BLOCK_PRIVATE
	                                          : IP_DRIVER_BLOCK_ANY;
}

static void
answer_block (server_answer *answer, guint status, const ip_driver_block *block)
{
	server_answer_set (answer, status, json_pack ("{s:o}", "ip_block", represent_block (block)));
}

static void
block_fault (server_answer *answer, const ip_driver_error *error)
{
	if (error->status == IP_DRIVER_NOT_FOUND)
		fault_not_found (answer, "IpBlock");
	else
		server_answer_error (answer, error);
}

void
blocks_index (const server_request *request, server_answer *answer)
{
	ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	const char *type = server_request_query (request, "type");

	args.tenant = params_tenant (request);
	args.type = type_of (type);
	if (type != NULL && *type != '\0' && args.type == IP_DRIVER_BLOCK_ANY)
		server_answer_set (answer, 200, json_pack ("{s:[]}", "ip_blocks"));
	else if (!paging_answer (request, "ip_blocks", TRUE, fetch_blocks, &args, answer, &error))
		server_answer_error (answer, &error);
}

static gboolean
is_address (const char *text)
{
	guint8 bytes[16];

	return inet_pton (AF_INET, text, bytes) == 1 || inet_pton (AF_INET6, text, bytes) == 1;
}

/* A gateway that is given must be an address; null and "" are none. */
static const char *
read_gateway (params *body, fault_values *values)
{
	json_t *value = json_object_get (body->values, "gateway");
	const char *gateway = json_is_string (value) ? params_address (body, "gateway") : NULL;

	if (gateway != NULL ? !is_address (gateway) : value != NULL && !json_is_null (value) && !json_is_string (value))
		fault_values_add (values, "gateway", "Gateway is not a valid address");
	return gateway;
}

/* Adds all that is wrong with a block, in the order of the historical service. */
static void
check_block (ip_driver *driver, const block_values *block, params *body, fault_values *values)
{
	if (!block->has_cidr)
		fault_values_add (values, "cidr", "cidr is invalid");
	if (block->has_cidr && block->type != IP_DRIVER_BLOCK_ANY)
		block_values_check_place (driver, block, values);
	if (block->type == IP_DRIVER_BLOCK_ANY)
		fault_values_add (values, "type", "type should be one among public, private");
	read_gateway (body, values);
	block_values_check_policy (driver, block, values);
}

void
blocks_create (const server_request *request, server_answer *answer)
{
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_block) created = NULL;
	g_auto (fault_values) wrong = {0}, values = {0};
	g_autofree char *cidr = NULL;
	g_auto (params) body = {0};
	block_values block = {0};
	const char *text;

	params_open (&body, request, "ip_block", answer);
	text = params_only_text (&body, "cidr");
	block.has_cidr = text != NULL && forms_cidr_parse (text, &block.cidr);
	block.type = type_of (params_only_text (&body, "type"));
	block.network = params_id (&body, "network_id");
	block.policy = params_text (&body, "policy_id");
	args.tenant = params_tenant (request);
	args.type = block.type;
	args.network = block.network;
	args.policy = block.policy;
	args.gateway = read_gateway (&body, &wrong);
	args.dns1 = params_address (&body, "dns1");
	args.dns2 = params_address (&body, "dns2");
	if (body.failed)
		return;
	if (block.has_cidr && block.type != IP_DRIVER_BLOCK_ANY && wrong.text == NULL &&
	    (block.policy == NULL || g_uuid_string_is_valid (block.policy))) {
		args.cidr = cidr = forms_cidr_format (&block.cidr);
		if (ip_driver_block_create (request->driver, &args, &created, &error) == IP_DRIVER_OK) {
			answer_block (answer, 201, created);
			return;
		}
		if (error.status != IP_DRIVER_NOT_ALLOWED && error.status != IP_DRIVER_NOT_FOUND) {
			server_answer_error (answer, &error);
			return;
		}
	}
	check_block (request->driver, &block, &body, &values);
	if (!fault_values_answer (&values, error.status != IP_DRIVER_OK ? error.status : IP_DRIVER_INVALID, answer))
		server_answer_error (answer, &error);
}

void
blocks_show (const server_request *request, server_answer *answer)
{
	const char *id = params_uuid (request, "block_id", "IpBlock", answer);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_block) block = NULL;

	if (id == NULL)
		return;
	if (ip_driver_block_get (request->driver, params_tenant (request), id, &block, &error) == IP_DRIVER_OK)
		answer_block (answer, 200, block);
	else
		block_fault (answer, &error);
}

/* The DNS servers of a block that is given none, learned from one that is taken back. NULL: the backend cannot say. */
static ip_driver_block *
default_block (const server_request *request)
{
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_block *block = NULL;
	ip_driver *transaction;

	args.tenant = params_tenant (request);
	args.cidr = "192.0.2.0/24";
	args.type = IP_DRIVER_BLOCK_PRIVATE;
	if (!ip_driver_supports (request->driver, "transaction.begin") ||
	    ip_driver_transaction_begin (request->driver, &transaction, NULL) != IP_DRIVER_OK)
		return NULL;
	if (ip_driver_block_create (transaction, &args, &block, NULL) != IP_DRIVER_OK)
		block = NULL;
	ip_driver_transaction_rollback (transaction);
	return block;
}

/* Why the ABI refused an update. */
static void
update_fault (const server_request *request, const ip_driver_block_update_args *args, const ip_driver_error *error,
              server_answer *answer)
{
	g_autoptr (ip_driver_block) old = NULL, parent = NULL;
	g_auto (fault_values) values = {0};
	block_values block = {.id = args->id, .policy = args->policy};

	if ((error->status != IP_DRIVER_NOT_ALLOWED && error->status != IP_DRIVER_NOT_FOUND) ||
	    ip_driver_block_get (request->driver, args->tenant, args->id, &old, NULL) != IP_DRIVER_OK) {
		block_fault (answer, error);
		return;
	}
	if (old->parent != NULL &&
	    ip_driver_block_get (request->driver, NULL, old->parent, &parent, NULL) == IP_DRIVER_OK)
		block.parent = parent;
	block.has_cidr = forms_cidr_parse (old->cidr, &block.cidr);
	block.type = old->type;
	block.network = (args->set & IP_DRIVER_BLOCK_SET_NETWORK) != 0 ? args->network : old->network;
	if (error->status == IP_DRIVER_NOT_ALLOWED)
		block_values_check_place (request->driver, &block, &values);
	block_values_check_policy (request->driver, &block, &values);
	if (!fault_values_answer (&values, error->status, answer))
		server_answer_error (answer, error);
}

void
blocks_update (const server_request *request, server_answer *answer)
{
	ip_driver_block_update_args args = IP_DRIVER_BLOCK_UPDATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autoptr (ip_driver_block) updated = NULL, usual = NULL;
	g_auto (fault_values) wrong = {0};
	g_auto (params) body = {0};
	const struct {
		const char *name;
		uint32_t bit;
	} fields[] = {{"network_id", IP_DRIVER_BLOCK_SET_NETWORK},
	              {"gateway", IP_DRIVER_BLOCK_SET_GATEWAY},
	              {"dns1", IP_DRIVER_BLOCK_SET_DNS1},
	              {"dns2", IP_DRIVER_BLOCK_SET_DNS2},
	              {"policy_id", IP_DRIVER_BLOCK_SET_POLICY}};

	args.id = params_uuid (request, "block_id", "IpBlock", answer);
	if (args.id == NULL)
		return;
	params_open (&body, request, "ip_block", answer);
	for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
		args.set |= params_has (&body, fields[i].name) ? fields[i].bit : 0;
	args.tenant = params_tenant (request);
	args.network = params_id (&body, "network_id");
	args.gateway = read_gateway (&body, &wrong);
	args.dns1 = params_address (&body, "dns1");
	args.dns2 = params_address (&body, "dns2");
	args.policy = params_text (&body, "policy_id");
	if (body.failed)
		return;
	if (((args.set & IP_DRIVER_BLOCK_SET_DNS1) != 0 && args.dns1 == NULL) ||
	    ((args.set & IP_DRIVER_BLOCK_SET_DNS2) != 0 && args.dns2 == NULL))
		usual = default_block (request);
	if (usual != NULL) {
		args.dns1 = args.dns1 != NULL ? args.dns1 : usual->dns1;
		args.dns2 = args.dns2 != NULL ? args.dns2 : usual->dns2;
	}
	if (wrong.text != NULL || (args.policy != NULL && !g_uuid_string_is_valid (args.policy))) {
		const block_values block = {.policy = args.policy};
		g_autoptr (ip_driver_block) block_there = NULL;

		/* A block that is not there comes first. */
		if (ip_driver_block_get (request->driver, args.tenant, args.id, &block_there, &error) != IP_DRIVER_OK) {
			block_fault (answer, &error);
			return;
		}
		block_values_check_policy (request->driver, &block, &wrong);
		fault_values_answer (&wrong, IP_DRIVER_INVALID, answer);
	} else if (ip_driver_block_update (request->driver, &args, &updated, &error) == IP_DRIVER_OK) {
		answer_block (answer, 200, updated);
	} else {
		update_fault (request, &args, &error, answer);
	}
}

void
blocks_delete (const server_request *request, server_answer *answer)
{
	const char *id = params_uuid (request, "block_id", "IpBlock", answer);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	if (id == NULL)
		return;
	if (ip_driver_block_delete (request->driver, params_tenant (request), id, &error) == IP_DRIVER_OK)
		server_answer_set (answer, 200, NULL);
	else
		block_fault (answer, &error);
}
