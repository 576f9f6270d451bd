/*
 * NAT pairs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "address.h"
#include "paging.h"

#define GLOBALS "inside_globals"
#define LOCALS "inside_locals"

/* Partners that an error names: the service does not say which of them it is about. */
#define NAMED 3

static char *
pairs_path (const char *tenant, const char *block, const char *address, const char *side, const char *partner,
            ip_driver_error *error)
{
	/* `partner` may be NULL: that ends the path. */
	return melange_tenant_path (error, tenant, "ip_blocks", block, "ip_addresses", address, side, partner);
}

/* The one address of a call, and its partners. */
typedef struct {
	const ip_driver_address_ref *one;
	const ip_driver_address_ref *partners;
	gsize partner_count;
	/* Where the partners are. */
	const char *side;
} sides;

static sides
find_sides (const ip_driver_nat_args *args)
{
	if (args->local_count == 1)
		return (sides){args->locals, args->globals, args->global_count, GLOBALS};
	return (sides){args->globals, args->locals, args->local_count, LOCALS};
}

static ip_driver_status
check_ids (melange_instance *self, const ip_driver_nat_args *args, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	for (gsize i = 0; status == IP_DRIVER_OK && i < args->local_count; i++)
		status = melange_address_check (self, args->tenant, &args->locals[i], error);
	for (gsize i = 0; status == IP_DRIVER_OK && i < args->global_count; i++)
		status = melange_address_check (self, args->tenant, &args->globals[i], error);
	return status;
}

static ip_driver_status
melange_nat_add (ip_driver_instance *instance, const ip_driver_nat_args *args, ip_driver_error *error)
{
	melange_instance *self = instance;
	sides sides = find_sides (args);
	json_t *list;
	g_auto (service_answer) answer = {0};
	gboolean unknown;
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call (self, WIRE_nat_add, args, NULL, error);
	status = check_ids (self, args, error);
	/* A pair that is added twice is one. */
	for (guint i = 0; status == IP_DRIVER_OK && i < 3; i++) {
		list = json_array ();
		for (gsize at = 0; at < sides.partner_count; at++) {
			json_t *partner = json_object ();

			melange_set (partner, "ip_block_id", sides.partners[at].block);
			melange_set (partner, "ip_address", sides.partners[at].address);
			json_array_append_new (list, partner);
		}
		service_answer_clear (&answer);
		status = melange_once (
			self, "POST",
			pairs_path (args->tenant, sides.one->block, sides.one->address, sides.side, NULL, error),
			melange_body ("ip_addresses", list), &answer, &unknown, error);
		if (!unknown)
			break;
	}
	for (gsize i = 0; status != IP_DRIVER_OK && i < sides.partner_count && i < NAMED; i++)
		melange_name (error, sides.partners[i].address);
	return status;
}

static ip_driver_status
melange_nat_remove (ip_driver_instance *instance, const ip_driver_nat_args *args, ip_driver_error *error)
{
	melange_instance *self = instance;
	sides sides = find_sides (args);
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call (self, WIRE_nat_remove, args, NULL, error);
	status = check_ids (self, args, error);
	if (status == IP_DRIVER_OK && sides.partner_count == 0)
		return melange_delete (
			self, pairs_path (args->tenant, sides.one->block, sides.one->address, sides.side, NULL, error),
			error);
	for (gsize i = 0; status == IP_DRIVER_OK && i < sides.partner_count; i++)
		status = melange_delete (self,
		                         pairs_path (args->tenant, sides.one->block, sides.one->address, sides.side,
		                                     sides.partners[i].address, error),
		                         error);
	return status;
}

static ip_driver_status
list_side (melange_instance *self, const char *side, const ip_driver_nat_list_args *args, ip_driver_results *results,
           ip_driver_error *error)
{
	paging_list list = {
		.name = "ip_addresses",
		.kind = PAGED_SILENTLY,
		.key = paging_key_address,
		.give = record_give_address,
	};

	return melange_list (self, &list, pairs_path (args->tenant, args->block, args->address, side, NULL, error),
	                     args->marker, args->limit, results, error);
}

static ip_driver_status
melange_nat_list_globals (ip_driver_instance *instance, const ip_driver_nat_list_args *args, ip_driver_results *results,
                          ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call (self, WIRE_nat_list_globals, args, results, error);
	return list_side (self, GLOBALS, args, results, error);
}

static ip_driver_status
melange_nat_list_locals (ip_driver_instance *instance, const ip_driver_nat_list_args *args, ip_driver_results *results,
                         ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call (self, WIRE_nat_list_locals, args, results, error);
	return list_side (self, LOCALS, args, results, error);
}

const ip_driver_nat_ops melange_nat_ops = {
	.size = sizeof (ip_driver_nat_ops),
	.add = melange_nat_add,
	.remove = melange_nat_remove,
	.list_globals = melange_nat_list_globals,
	.list_locals = melange_nat_list_locals,
};
