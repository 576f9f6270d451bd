/*
 * Blocks; how much of one is in use is in usage.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "block.h"

#include <string.h>

#include "create.h"

static char *
block_path (const char *tenant, const char *id, ip_driver_error *error)
{
	return melange_tenant_path (error, tenant, "ip_blocks", id);
}

ip_driver_status
melange_block_load (melange_instance *self, const char *tenant, const char *id, json_t **ret_block,
                    ip_driver_error *error)
{
	g_auto (service_answer) answer = {0};
	g_auto (json_reader) reader = {0};
	record_context context = {.parent = id};
	ip_block cidr;
	json_t *block;
	ip_driver_status status = melange_get (self, block_path (tenant, id, error), &answer, error);

	if (status != IP_DRIVER_OK)
		return status;
	json_reader_init (&reader, error);
	block = json_member (&reader, answer.body, "ip_block");
	record_read_block (&reader, block, &context, &cidr);
	if (!reader.failed)
		*ret_block = json_incref (block);
	return json_reader_status (&reader);
}

ip_driver_status
melange_block_subnets (melange_instance *self, const char *tenant, const char *id, json_t **ret_subnets,
                       ip_driver_error *error)
{
	return melange_list_all (self, "subnets", WHOLE,
	                         melange_tenant_path (error, tenant, "ip_blocks", id, "subnets"), ret_subnets, NULL,
	                         error);
}

static const char *
type_name (ip_driver_block_type type)
{
	return type == IP_DRIVER_BLOCK_PUBLIC ? "public" : "private";
}

static ip_driver_status
melange_block_create (ip_driver_instance *instance, const ip_driver_block_create_args *args, ip_driver_results *results,
                      ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (creation) creation = {.name = "ip_block", .list_name = "ip_blocks", .kind = PAGED};

	if (self->extended)
		return melange_extension_call (self, WIRE_block_create, args, results, error);
	creation.path = melange_tenant_path (error, args->tenant, "ip_blocks");
	creation.fields = json_object ();
	melange_set (creation.fields, "cidr", args->cidr);
	melange_set (creation.fields, "type", type_name (args->type));
	melange_set (creation.fields, "network_id", args->network);
	melange_set (creation.fields, "gateway", args->gateway);
	melange_set (creation.fields, "dns1", args->dns1);
	melange_set (creation.fields, "dns2", args->dns2);
	melange_set (creation.fields, "policy_id", args->policy);
	return melange_create_and_give (self, &creation, record_give_block, NULL, results, error);
}

static ip_driver_status
melange_block_get (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_results *results,
                   ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (service_answer) answer = {0};
	record_context context = {.parent = id};
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_block_get, tenant, id, NULL, results, error);
	status = melange_get (self, block_path (tenant, id, error), &answer, error);
	return status == IP_DRIVER_OK
	               ? record_give_one (answer.body, "ip_block", record_give_block, &context, results, error)
	               : status;
}

static gboolean
is_wanted (json_t *item, gconstpointer filter)
{
	const ip_driver_block_list_args *args = filter;
	const char *network = json_string_value (json_object_get (item, "network_id"));
	const char *parent = json_string_value (json_object_get (item, "parent_id"));

	if (args->flags & IP_DRIVER_BLOCK_LIST_ROOTS && parent && *parent)
		return FALSE;
	return !args->network || g_strcmp0 (network, args->network) == 0;
}

static ip_driver_status
melange_block_list (ip_driver_instance *instance, const ip_driver_block_list_args *args, ip_driver_results *results,
                    ip_driver_error *error)
{
	melange_instance *self = instance;
	char *path;
	paging_list list = {
		.name = "ip_blocks",
		.kind = PAGED,
		.key = paging_key_age,
		.wanted = args->network || args->flags ? is_wanted : NULL,
		.filter = args,
		.give = record_give_block,
	};

	if (self->extended)
		return melange_extension_call (self, WIRE_block_list, args, results, error);
	path = melange_tenant_path (error, args->tenant, "ip_blocks");
	if (path && args->type != IP_DRIVER_BLOCK_ANY)
		path = melange_path_query (path, "type", type_name (args->type));
	return melange_list (self, &list, path, args->marker, args->limit, results, error);
}

/* Whether a block or a subnet of it has addresses, allocated or resting. */
static ip_driver_status
check_unused (melange_instance *self, const char *tenant, const char *id, ip_driver_error *error)
{
	g_auto (service_answer) answer = {0};
	json_auto_t *subnets = NULL;
	json_t *subnet;
	gsize i;
	char *path = melange_tenant_path (error, tenant, "ip_blocks", id, "ip_addresses");
	ip_driver_status status =
		path ? melange_get (self, melange_path_query (path, "limit", "1"), &answer, error) : IP_DRIVER_INVALID;

	if (melange_fault_is_resting (&answer) || json_array_size (json_object_get (answer.body, "ip_addresses")) > 0)
		return melange_fail (error, IP_DRIVER_NOT_ALLOWED,
		                     "block %s has addresses and cannot change its network", id);
	if (status == IP_DRIVER_OK)
		status = melange_block_subnets (self, tenant, id, &subnets, error);
	json_array_foreach (subnets, i, subnet)
	{
		const char *owner = json_string_value (json_object_get (subnet, "tenant_id"));
		const char *child = json_string_value (json_object_get (subnet, "id"));

		if (status == IP_DRIVER_OK && owner && child)
			status = check_unused (self, owner, child, error);
	}
	return status;
}

/* The service would let the network of a block change under its addresses. */
static ip_driver_status
check_network (melange_instance *self, const ip_driver_block_update_args *args, ip_driver_error *error)
{
	json_auto_t *block = NULL;
	ip_driver_status status = melange_block_load (self, args->tenant, args->id, &block, error);

	if (status != IP_DRIVER_OK ||
	    g_strcmp0 (args->network, json_string_value (json_object_get (block, "network_id"))) == 0)
		return status;
	return check_unused (self, args->tenant, args->id, error);
}

static ip_driver_status
melange_block_update (ip_driver_instance *instance, const ip_driver_block_update_args *args, ip_driver_results *results,
                      ip_driver_error *error)
{
	melange_instance *self = instance;
	const struct {
		guint32 bit;
		const char *key;
		const char *value;
	} all[] = {
		{IP_DRIVER_BLOCK_SET_NETWORK, "network_id", args->network},
		{IP_DRIVER_BLOCK_SET_GATEWAY, "gateway", args->gateway},
		{IP_DRIVER_BLOCK_SET_DNS1, "dns1", args->dns1},
		{IP_DRIVER_BLOCK_SET_DNS2, "dns2", args->dns2},
		{IP_DRIVER_BLOCK_SET_POLICY, "policy_id", args->policy},
	};
	g_auto (service_answer) answer = {0};
	record_context context = {.parent = args->id};
	json_t *fields;
	ip_driver_status status = IP_DRIVER_OK;

	if (self->extended)
		return melange_extension_call (self, WIRE_block_update, args, results, error);
	if (args->set & IP_DRIVER_BLOCK_SET_NETWORK)
		status = check_network (self, args, error);
	if (status != IP_DRIVER_OK)
		return status;
	fields = json_object ();
	for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
		if (args->set & all[i].bit)
			melange_set_or_null (fields, all[i].key, all[i].value);
	status = melange_put (self, block_path (args->tenant, args->id, error), melange_body ("ip_block", fields),
	                      &answer, error);
	return status == IP_DRIVER_OK
	               ? record_give_one (answer.body, "ip_block", record_give_block, &context, results, error)
	               : status;
}

static ip_driver_status
melange_block_delete (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_block_delete_, tenant, id, NULL, NULL, error);
	return melange_delete (self, block_path (tenant, id, error), error);
}

const ip_driver_block_ops melange_block_ops = {
	.size = sizeof (ip_driver_block_ops),
	.create = melange_block_create,
	.get = melange_block_get,
	.list = melange_block_list,
	.update = melange_block_update,
	.delete_ = melange_block_delete,
	.usage = melange_block_usage,
};
