/*
 * Subnets: carving blocks from blocks.
 *
 * The service takes the CIDR, network and tenant of a new subnet; the rest is set by an update that follows. The
 * next free prefix is looked for in the list of the subnets; another who takes it first is noticed by
 * the overlap.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "block.h"
#include "create.h"

/* How often another may be faster. */
#define ATTEMPTS 100

/* An element of an array of ip_block. */
static const ip_block *
block_at (GArray *blocks, guint i)
{
	return &g_array_index (blocks, ip_block, i);
}

static gint
compare_blocks (gconstpointer a, gconstpointer b)
{
	const ip_block *block_a = a, *block_b = b;

	return block_a->first < block_b->first ? -1 : block_a->first > block_b->first;
}

/* The lowest free prefix of a length. FALSE: there is none. */
static gboolean
find_free (const ip_block *parent, GArray *taken, int prefix, ip_block *ret)
{
	ip_number start = parent->first;

	g_array_sort (taken, compare_blocks);
	for (guint i = 0;; i++) {
		ip_block at = ip_block_at (parent->version, start, prefix);

		/* The first one that begins at `start` or behind it. */
		if (at.first < start) {
			if (at.last >= parent->last)
				return FALSE;
			at = ip_block_at (parent->version, at.last + 1, prefix);
		}
		if (at.last > parent->last || at.first < parent->first)
			return FALSE;
		while (i < taken->len && block_at (taken, i)->last < at.first)
			i++;
		if (i == taken->len || block_at (taken, i)->first > at.last) {
			*ret = at;
			return TRUE;
		}
		if (block_at (taken, i)->last >= parent->last)
			return FALSE;
		start = block_at (taken, i)->last + 1;
	}
}

static ip_driver_status
choose_cidr (melange_instance *self, const ip_driver_subnet_create_args *args, const ip_block *parent, ip_block *ret,
             ip_driver_error *error)
{
	g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (ip_block));
	g_auto (json_reader) reader = {0};
	json_auto_t *subnets = NULL;
	json_t *subnet;
	char text[IP_TEXT];
	gsize i;
	ip_driver_status status;

	json_reader_init (&reader, error);
	status = melange_block_subnets (self, args->tenant, args->block, &subnets, error);
	if (status != IP_DRIVER_OK)
		return status;
	json_array_foreach (subnets, i, subnet)
	{
		ip_block cidr;

		json_cidr (&reader, subnet, "cidr", &cidr);
		g_array_append_val (taken, cidr);
	}
	if (reader.failed)
		return json_reader_status (&reader);
	if (!find_free (parent, taken, args->prefix_length, ret))
		return melange_fail (error, IP_DRIVER_EXHAUSTED, "block %s has no free /%d",
		                     ip_block_format (parent, text), args->prefix_length);
	return IP_DRIVER_OK;
}

/* What the headers demand of the size and place of a subnet; the service lets it be as large as its parent. */
static ip_driver_status
check_part (const ip_driver_subnet_create_args *args, const ip_block *parent, ip_driver_error *error)
{
	ip_block cidr = {.prefix = args->prefix_length, .version = parent->version, .first = parent->first};
	char text[IP_TEXT];

	if (args->cidr) {
		if (!ip_block_parse (args->cidr, &cidr) || !ip_block_is_part (parent, &cidr) ||
		    cidr.prefix == parent->prefix)
			return melange_fail (error, IP_DRIVER_NOT_IN_BLOCK, "cidr %s is not a part of block %s",
			                     args->cidr, ip_block_format (parent, text));
		return IP_DRIVER_OK;
	}
	if (args->prefix_length > (parent->version == 4 ? 32 : 128))
		return melange_fail (error, IP_DRIVER_INVALID, "prefix_length %d is too long for block %s",
		                     args->prefix_length, ip_block_format (parent, text));
	if (cidr.prefix <= parent->prefix)
		return melange_fail (error, IP_DRIVER_NOT_IN_BLOCK, "a /%d is not a part of block %s", cidr.prefix,
		                     ip_block_format (parent, text));
	return IP_DRIVER_OK;
}

/* Sets what the service does not take when a subnet is made: a subnet that cannot have it is deleted again. */
static ip_driver_status
complete (melange_instance *self, const ip_driver_subnet_create_args *args, const ip_driver_block *parent,
          json_t *subnet, ip_driver_results *results, ip_driver_error *error)
{
	const char *tenant = json_string_value (json_object_get (subnet, "tenant_id"));
	const char *id = json_string_value (json_object_get (subnet, "id"));
	const char *dns1 = args->dns1 ? args->dns1 : parent->dns1, *dns2 = args->dns2 ? args->dns2 : parent->dns2;
	record_context context = {.parent = id};
	ip_driver_error unused = IP_DRIVER_ERROR_INIT;
	g_auto (service_answer) answer = {0};
	g_auto (json_reader) reader = {0};
	ip_driver_block made;
	ip_block cidr;
	ip_driver_status status;

	json_reader_init (&reader, error);
	made = record_read_block (&reader, subnet, NULL, &cidr);
	if (reader.failed)
		return json_reader_status (&reader);
	if (!args->gateway && !args->policy && g_strcmp0 (made.dns1, dns1) == 0 && g_strcmp0 (made.dns2, dns2) == 0) {
		ip_driver_return_block (results, &made);
		return IP_DRIVER_OK;
	}
	json_t *fields = json_object ();
	melange_set (fields, "gateway", args->gateway);
	melange_set (fields, "policy_id", args->policy);
	melange_set_or_null (fields, "dns1", dns1);
	melange_set_or_null (fields, "dns2", dns2);
	status = melange_put (self, melange_tenant_path (error, tenant, "ip_blocks", id),
	                      melange_body ("ip_block", fields), &answer, error);
	if (status == IP_DRIVER_OK)
		return record_give_one (answer.body, "ip_block", record_give_block, &context, results, error);
	melange_delete (self, melange_tenant_path (&unused, tenant, "ip_blocks", id), &unused);
	return status;
}

static ip_driver_status
carve (melange_instance *self, const ip_driver_subnet_create_args *args, const char *cidr, json_t **ret_subnet,
       ip_driver_error *error)
{
	g_auto (creation) creation = {.name = "subnet", .list_name = "subnets", .kind = WHOLE};

	creation.path = melange_tenant_path (error, args->tenant, "ip_blocks", args->block, "subnets");
	creation.fields = json_object ();
	melange_set (creation.fields, "cidr", cidr);
	melange_set (creation.fields, "network_id", args->network);
	melange_set (creation.fields, "tenant_id", args->subnet_tenant);
	return melange_create (self, &creation, ret_subnet, error);
}

/* Carves the next free prefix. Another was faster if the next one is another now. */
static ip_driver_status
carve_next (melange_instance *self, const ip_driver_subnet_create_args *args, const ip_block *parent,
            json_t **ret_subnet, ip_driver_error *error)
{
	ip_block last = {0};
	ip_driver_status status = IP_DRIVER_INVALID;

	for (guint i = 0; i < ATTEMPTS; i++) {
		ip_driver_error refusal = *error;
		char text[IP_TEXT];
		ip_block next;
		ip_driver_status chosen = choose_cidr (self, args, parent, &next, error);

		if (chosen != IP_DRIVER_OK)
			return chosen;
		if (last.version && last.first == next.first) {
			*error = refusal;
			return status;
		}
		last = next;
		status = carve (self, args, ip_block_format (&next, text), ret_subnet, error);
		if (status != IP_DRIVER_NOT_ALLOWED)
			return status;
	}
	return status;
}

static ip_driver_status
melange_subnet_create (ip_driver_instance *instance, const ip_driver_subnet_create_args *args,
                       ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (json_reader) reader = {0};
	json_auto_t *object = NULL, *subnet = NULL;
	ip_driver_block parent;
	ip_block parent_cidr;
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call (self, WIRE_subnet_create, args, results, error);
	json_reader_init (&reader, error);
	status = melange_block_load (self, args->tenant, args->block, &object, error);
	if (status != IP_DRIVER_OK)
		return status;
	parent = record_read_block (&reader, object, NULL, &parent_cidr);
	status = check_part (args, &parent_cidr, error);
	if (status == IP_DRIVER_OK)
		status = args->cidr ? carve (self, args, args->cidr, &subnet, error)
		                    : carve_next (self, args, &parent_cidr, &subnet, error);
	return status == IP_DRIVER_OK ? complete (self, args, &parent, subnet, results, error) : status;
}

static ip_driver_status
melange_subnet_list (ip_driver_instance *instance, const ip_driver_subnet_list_args *args, ip_driver_results *results,
                     ip_driver_error *error)
{
	melange_instance *self = instance;
	paging_list list = {
		.name = "subnets",
		.kind = WHOLE,
		.key = paging_key_age,
		.in_order = TRUE,
		.give = record_give_block,
	};

	if (self->extended)
		return melange_extension_call (self, WIRE_subnet_list, args, results, error);
	return melange_list (self, &list,
	                     melange_tenant_path (error, args->tenant, "ip_blocks", args->block, "subnets"),
	                     args->marker, args->limit, results, error);
}

const ip_driver_subnet_ops melange_subnet_ops = {
	.size = sizeof (ip_driver_subnet_ops),
	.create = melange_subnet_create,
	.list = melange_subnet_list,
};
