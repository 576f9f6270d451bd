/*
 * undo.c: undoing requests, those of the extension and those of Melange's own routes.
 *
 * What was allocated with a request key is left alone: the key gave it, perhaps to an earlier request that was
 * answered, and gives it again. An address that is released here does not rest: nobody has learned of it, and the
 * caller may want the same one again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "undo.h"

#include <string.h>

typedef enum {
	UNDO_ADDRESS,
	UNDO_HOLD,
	UNDO_BLOCK,
	UNDO_INTERFACE,
	UNDO_MAC_RANGE,
	UNDO_ROUTE,
	UNDO_POLICY,
	UNDO_RANGE,
	UNDO_OCTET,
} undo_kind;

typedef struct {
	undo_kind kind;
	/* NULL: any. */
	char *tenant;
	/* What it lies in: the block, the policy. */
	char *parent;
	char *address;
	char *id;
} undo_step;

static void
undo_step_free (undo_step *self)
{
	g_free (self->tenant);
	g_free (self->parent);
	g_free (self->address);
	g_free (self->id);
	g_free (self);
}

static const char *
text_of (const json_t *object, const char *key)
{
	return json_string_value (json_object_get (object, key));
}

static void
add (GPtrArray *steps, undo_kind kind, const char *tenant, const char *parent, const char *address, const char *id)
{
	undo_step *step;

	if (id == NULL)
		return;
	step = g_new0 (undo_step, 1);
	step->kind = kind;
	step->tenant = g_strdup (tenant);
	step->parent = g_strdup (parent);
	step->address = g_strdup (address);
	step->id = g_strdup (id);
	g_ptr_array_add (steps, step);
}

static void
add_address (GPtrArray *steps, const char *tenant, const json_t *address)
{
	gboolean hold = json_object_get (address, "hold_until") != NULL;

	add (steps, hold ? UNDO_HOLD : UNDO_ADDRESS, tenant, text_of (address, "block"), text_of (address, "address"),
	     text_of (address, "id"));
}

/* Addresses, as they are or within allocations. An interface that was not named was made for them. */
static void
add_addresses (GPtrArray *steps, const json_t *args, const json_t *list)
{
	const char *tenant = text_of (args, "tenant"), *interface = NULL;
	const json_t *item, *address;
	gsize i;

	json_array_foreach (list, i, item)
	{
		address = json_object_get (item, "address");
		if (!json_is_object (address))
			address = item;
		add_address (steps, tenant, address);
		interface = text_of (address, "interface");
	}
	if (text_of (args, "interface") == NULL)
		add (steps, UNDO_INTERFACE, NULL, NULL, NULL, interface);
}

static void
steps_of_operation (GPtrArray *steps, wire_operation_id operation, const json_t *args, const json_t *answer)
{
	const char *tenant = text_of (args, "tenant");
	const json_t *result = json_object_get (answer, wire_operations[operation].result_name), *item;
	gsize i;

	if (text_of (args, "request_key") != NULL)
		return;
	switch (operation) {
	case WIRE_address_allocate:
	case WIRE_network_allocate:
		add_addresses (steps, args, result);
		break;
	case WIRE_block_create:
	case WIRE_subnet_create:
		add (steps, UNDO_BLOCK, text_of (result, "tenant"), NULL, NULL, text_of (result, "id"));
		break;
	case WIRE_interface_create:
		json_array_foreach (json_object_get (result, "allocations"), i, item)
			add_address (steps, NULL, json_object_get (item, "address"));
		add (steps, UNDO_INTERFACE, text_of (result, "tenant"), NULL, NULL, text_of (result, "id"));
		break;
	case WIRE_mac_range_create:
		add (steps, UNDO_MAC_RANGE, NULL, NULL, NULL, text_of (result, "id"));
		break;
	case WIRE_route_create:
		add (steps, UNDO_ROUTE, tenant, text_of (result, "block"), NULL, text_of (result, "id"));
		break;
	case WIRE_policy_create:
		add (steps, UNDO_POLICY, tenant, NULL, NULL, text_of (result, "id"));
		break;
	case WIRE_policy_range_create:
		add (steps, UNDO_RANGE, tenant, text_of (result, "policy"), NULL, text_of (result, "id"));
		break;
	case WIRE_policy_octet_create:
		add (steps, UNDO_OCTET, tenant, text_of (result, "policy"), NULL, text_of (result, "id"));
		break;
	default:
		/* Repeating it does no harm, or undoing it would. */
		break;
	}
}

/* The segment of a path that follows `name`. */
static char *
segment_after (const char *path, const char *name)
{
	g_auto (GStrv) segments = g_strsplit (path, "/", -1);

	for (char **at = segments; at[0] != NULL && at[1] != NULL; at++) {
		if (strcmp (at[0], name) == 0)
			return g_strdup (at[1]);
	}
	return NULL;
}

/* Addresses as Melange shows them with their blocks. */
static void
add_configurations (GPtrArray *steps, const char *tenant, const json_t *list)
{
	const json_t *item;
	gsize i;

	json_array_foreach (list, i, item)
		add (steps, UNDO_ADDRESS, tenant, text_of (json_object_get (item, "ip_block"), "id"),
	             text_of (item, "address"), text_of (item, "id"));
}

/* An interface that was not named was made for the address. */
static void
add_anonymous (GPtrArray *steps, const json_t *args, const json_t *address)
{
	const json_t *named = json_object_get (json_object_get (args, "ip_address"), "interface_id");

	if (named == NULL || json_is_null (named) || (json_is_string (named) && json_string_length (named) == 0))
		add (steps, UNDO_INTERFACE, NULL, NULL, NULL, text_of (address, "interface_id"));
}

/* Of one of Melange's routes: what was created is known by the name of the answer's member. */
static void
steps_of_route (GPtrArray *steps, const router_match *match, const json_t *args, const json_t *answer)
{
	static const struct {
		const char *name;
		undo_kind kind;
		/* In the path, before its id. */
		const char *parent;
	} created[] = {
		{"ip_block", UNDO_BLOCK, NULL},        {"subnet", UNDO_BLOCK, NULL},
		{"interface", UNDO_INTERFACE, NULL},   {"mac_address_range", UNDO_MAC_RANGE, NULL},
		{"ip_route", UNDO_ROUTE, "ip_blocks"}, {"policy", UNDO_POLICY, NULL},
		{"ip_range", UNDO_RANGE, "policies"},  {"ip_octet", UNDO_OCTET, "policies"},
	};
	const json_t *address = json_object_get (answer, "ip_address");
	gsize i;

	if (strcmp (match->method, "POST") != 0)
		return;
	add (steps, UNDO_ADDRESS, match->tenant, text_of (address, "ip_block_id"), text_of (address, "address"),
	     text_of (address, "id"));
	add_anonymous (steps, args, address);
	add_configurations (steps, match->tenant, json_object_get (answer, "ip_addresses"));
	add_configurations (steps, NULL, json_object_get (json_object_get (answer, "interface"), "ip_addresses"));
	for (i = 0; i < G_N_ELEMENTS (created); i++) {
		const json_t *object = json_object_get (answer, created[i].name);
		g_autofree char *parent =
			created[i].parent != NULL ? segment_after (match->path, created[i].parent) : NULL;
		const char *owner = text_of (object, "tenant_id");

		add (steps, created[i].kind, owner != NULL ? owner : match->tenant, parent, NULL,
		     text_of (object, "id"));
	}
}

GPtrArray *
undo_steps (const router_match *match, const json_t *args, const json_t *answer)
{
	g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func ((GDestroyNotify)undo_step_free);

	if (match->target == TARGET_OPERATION)
		steps_of_operation (steps, match->operation, args, answer);
	else if (match->target == TARGET_CONTROLLER)
		steps_of_route (steps, match, args, answer);
	return steps->len > 0 ? g_steal_pointer (&steps) : NULL;
}

static ip_driver_status
free_address (ip_driver *driver, const undo_step *step, ip_driver_error *error)
{
	ip_driver_address_deallocate_args release = IP_DRIVER_ADDRESS_DEALLOCATE_ARGS_INIT;
	ip_driver_address_purge_args purge = IP_DRIVER_ADDRESS_PURGE_ARGS_INIT;
	ip_driver_status status;
	uint64_t purged;

	release.tenant = purge.tenant = step->tenant;
	release.block = purge.block = step->parent;
	release.address = purge.address = step->address;
	release.id = step->id;
	purge.flags = IP_DRIVER_ADDRESS_PURGE_ALL;
	status = ip_driver_address_deallocate (driver, &release, error);
	if (status != IP_DRIVER_OK || !ip_driver_supports (driver, "address.purge"))
		return status;
	return ip_driver_address_purge (driver, &purge, &purged, error);
}

static ip_driver_status
run_step (ip_driver *driver, const undo_step *step, ip_driver_error *error)
{
	ip_driver_address_ref ref = {.block = step->parent, .address = step->address, .id = step->id};
	ip_driver_address_refs_args refs = IP_DRIVER_ADDRESS_REFS_ARGS_INIT;

	switch (step->kind) {
	case UNDO_HOLD:
		refs.tenant = step->tenant;
		refs.refs = &ref;
		refs.ref_count = 1;
		return ip_driver_address_cancel (driver, &refs, error);
	case UNDO_ADDRESS:
		return free_address (driver, step, error);
	case UNDO_BLOCK:
		return ip_driver_block_delete (driver, step->tenant, step->id, error);
	case UNDO_INTERFACE:
		return ip_driver_interface_delete (driver, step->tenant, step->id, error);
	case UNDO_MAC_RANGE:
		return ip_driver_mac_range_delete (driver, step->id, error);
	case UNDO_ROUTE:
		return ip_driver_route_delete (driver, step->tenant, step->parent, step->id, error);
	case UNDO_POLICY:
		return ip_driver_policy_delete (driver, step->tenant, step->id, error);
	case UNDO_RANGE:
		return ip_driver_policy_range_delete (driver, step->tenant, step->parent, step->id, error);
	case UNDO_OCTET:
		return ip_driver_policy_octet_delete (driver, step->tenant, step->parent, step->id, error);
	default:
		g_assert_not_reached ();
	}
}

ip_driver_status
undo_run (ip_driver *driver, const GPtrArray *steps, ip_driver_error *error)
{
	for (guint i = 0; i < steps->len; i++) {
		ip_driver_status status = run_step (driver, steps->pdata[i], error);

		/* It has ended by itself, or a hold was confirmed, which says that its caller did learn of it. */
		if (status != IP_DRIVER_OK && status != IP_DRIVER_NOT_FOUND && status != IP_DRIVER_NOT_ALLOWED)
			return status;
	}
	return IP_DRIVER_OK;
}
