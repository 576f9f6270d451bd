/*
 * present.c: see present.h. The order of the keys is the order in which a person sees them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "present.h"

json_t *
present_text (const char *text)
{
	json_t *value;

	if (text == NULL)
		return json_null ();
	value = json_string (text);
	if (value == NULL) {
		/* Not valid UTF-8, from a backend that should not have it: better shown badly than not at all. */
		g_autofree char *valid = g_utf8_make_valid (text, -1);

		value = json_string (valid);
	}
	return value;
}

/* The year 10000 and later, such as an infinite lease, have no ISO 8601 text of four-digit years. */
json_t *
present_time (gint64 seconds)
{
	g_autoptr (GDateTime) time = NULL;
	g_autofree char *text = NULL;

	if (seconds == 0)
		return json_null ();
	time = g_date_time_new_from_unix_utc (seconds);
	if (time == NULL)
		return json_string ("infinite");
	text = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
	return json_string (text);
}

const char *
present_block_type (ip_driver_block_type type)
{
	return type == IP_DRIVER_BLOCK_PUBLIC ? "public" : type == IP_DRIVER_BLOCK_PRIVATE ? "private" : "unknown";
}

const char *
present_address_state (ip_driver_address_state state)
{
	switch (state) {
	case IP_DRIVER_ADDRESS_ALLOCATED:
		return "allocated";
	case IP_DRIVER_ADDRESS_DEALLOCATED:
		return "deallocated";
	default:
		return "unknown";
	}
}

static void
put_text (json_t *object, const char *key, const char *value)
{
	json_object_set_new (object, key, present_text (value));
}

static void
put_integer (json_t *object, const char *key, gint64 value)
{
	json_object_set_new (object, key, json_integer (value));
}

static void
put_times (json_t *object, gint64 created_at, gint64 updated_at)
{
	json_object_set_new (object, "created_at", present_time (created_at));
	json_object_set_new (object, "updated_at", present_time (updated_at));
}

json_t *
present_block (const ip_driver_block *block)
{
	json_t *object = json_object ();

	put_text (object, "id", block->id);
	put_text (object, "cidr", block->cidr);
	put_text (object, "type", present_block_type (block->type));
	put_integer (object, "version", block->version);
	put_integer (object, "prefix_length", block->prefix_length);
	put_text (object, "tenant", block->tenant);
	put_text (object, "network", block->network);
	put_text (object, "gateway", block->gateway);
	put_text (object, "broadcast", block->broadcast);
	put_text (object, "netmask", block->netmask);
	put_text (object, "dns1", block->dns1);
	put_text (object, "dns2", block->dns2);
	put_text (object, "policy", block->policy);
	put_text (object, "parent", block->parent);
	put_times (object, block->created_at, block->updated_at);
	return object;
}

json_t *
present_usage (const ip_driver_block *block, const ip_driver_usage *usage)
{
	json_t *object = json_object ();

	put_text (object, "block", block->id);
	put_text (object, "cidr", block->cidr);
	put_text (object, "type", present_block_type (block->type));
	put_text (object, "tenant", block->tenant);
	put_text (object, "total", usage->total);
	put_text (object, "allocated", usage->allocated);
	put_text (object, "held", usage->held);
	put_text (object, "quarantined", usage->quarantined);
	put_text (object, "excluded", usage->excluded);
	put_text (object, "subnetted", usage->subnetted);
	put_text (object, "free", usage->free);
	return object;
}

json_t *
present_address (const ip_driver_address *address)
{
	json_t *object = json_object ();

	put_text (object, "id", address->id);
	put_text (object, "block", address->block);
	put_text (object, "address", address->address);
	put_integer (object, "version", address->version);
	put_text (object, "state", present_address_state (address->state));
	put_text (object, "interface", address->interface);
	put_text (object, "used_by_tenant", address->used_by_tenant);
	put_text (object, "used_by_device", address->used_by_device);
	put_text (object, "request_key", address->request_key);
	json_object_set_new (object, "hold_until", present_time (address->hold_until));
	json_object_set_new (object, "quarantine_until", present_time (address->quarantine_until));
	put_times (object, address->created_at, address->updated_at);
	return object;
}

json_t *
present_match (const ip_driver_address_match *match)
{
	json_t *object = json_object ();

	json_object_set_new (object, "block", present_block (match->block));
	json_object_set_new (object, "address",
	                     match->address != NULL ? present_address (match->address) : json_null ());
	return object;
}

json_t *
present_route (const ip_driver_route *route)
{
	json_t *object = json_object ();

	put_text (object, "id", route->id);
	put_text (object, "block", route->block);
	put_text (object, "destination", route->destination);
	put_text (object, "netmask", route->netmask);
	put_text (object, "gateway", route->gateway);
	put_times (object, route->created_at, route->updated_at);
	return object;
}

json_t *
present_allocation (const ip_driver_allocation *allocation)
{
	json_t *object = json_object (), *routes = json_array ();

	json_object_set_new (object, "address", present_address (allocation->address));
	put_text (object, "network", allocation->network);
	put_text (object, "cidr", allocation->cidr);
	put_text (object, "gateway", allocation->gateway);
	put_text (object, "broadcast", allocation->broadcast);
	put_text (object, "netmask", allocation->netmask);
	put_text (object, "dns1", allocation->dns1);
	put_text (object, "dns2", allocation->dns2);
	for (size_t i = 0; i < allocation->route_count; i++)
		json_array_append_new (routes, present_route (allocation->routes[i]));
	json_object_set_new (object, "routes", routes);
	return object;
}

json_t *
present_interface (const ip_driver_interface *interface)
{
	json_t *object = json_object (), *allocations = json_array ();
	g_autoptr (GString) addresses = g_string_new (NULL);

	for (size_t i = 0; i < interface->allocation_count; i++) {
		json_array_append_new (allocations, present_allocation (interface->allocations[i]));
		g_string_append_printf (addresses, "%s%s", i > 0 ? " " : "",
		                        interface->allocations[i]->address->address);
	}
	put_text (object, "id", interface->id);
	put_text (object, "tenant", interface->tenant);
	put_text (object, "device", interface->device);
	put_text (object, "mac", interface->mac);
	/* A person sees the addresses on one line; a program has them in the allocations. */
	if (!out_is_json ())
		put_text (object, "addresses", addresses->len > 0 ? addresses->str : NULL);
	put_times (object, interface->created_at, interface->updated_at);
	json_object_set_new (object, "allocations", allocations);
	return object;
}

json_t *
present_mac_range (const ip_driver_mac_range *range)
{
	json_t *object = json_object ();

	put_text (object, "id", range->id);
	put_text (object, "cidr", range->cidr);
	put_times (object, range->created_at, range->updated_at);
	return object;
}

json_t *
present_policy (const ip_driver_policy *policy)
{
	json_t *object = json_object ();

	put_text (object, "id", policy->id);
	put_text (object, "tenant", policy->tenant);
	put_text (object, "name", policy->name);
	put_text (object, "description", policy->description);
	put_times (object, policy->created_at, policy->updated_at);
	return object;
}

json_t *
present_policy_range (const ip_driver_policy_range *range)
{
	json_t *object = json_object ();

	put_text (object, "id", range->id);
	put_text (object, "policy", range->policy);
	put_integer (object, "offset", range->offset);
	put_integer (object, "length", (gint64)range->length);
	put_times (object, range->created_at, range->updated_at);
	return object;
}

json_t *
present_policy_octet (const ip_driver_policy_octet *octet)
{
	json_t *object = json_object ();

	put_text (object, "id", octet->id);
	put_text (object, "policy", octet->policy);
	put_integer (object, "octet", octet->octet);
	put_times (object, octet->created_at, octet->updated_at);
	return object;
}

json_t *
present_lease (const ip_driver_lease *lease)
{
	json_t *object = json_object ();

	put_text (object, "block", lease->block);
	put_text (object, "address", lease->address);
	put_text (object, "mac", lease->mac);
	put_text (object, "client_id", lease->client_id);
	put_text (object, "hostname", lease->hostname);
	json_object_set_new (object, "leased_until", present_time (lease->leased_until));
	put_times (object, lease->created_at, lease->updated_at);
	return object;
}

json_t *
present_info (const ip_driver_info *info)
{
	json_t *object = json_object (), *capabilities = json_array ();

	put_text (object, "backend", info->backend);
	put_text (object, "description", info->description);
	put_text (object, "module_path", info->module_path);
	put_text (object, "config_path", info->config_path);
	put_text (object, "location", info->location);
	put_text (object, "problem", info->problem);
	for (size_t i = 0; i < info->capability_count; i++)
		json_array_append_new (capabilities, json_string (info->capabilities[i]));
	json_object_set_new (object, "capabilities", capabilities);
	return object;
}

const out_column block_columns[] = {
	{"CIDR", "cidr"},       {"TYPE", "type"}, {"TENANT", "tenant"}, {"NETWORK", "network"},
	{"GATEWAY", "gateway"}, {"ID", "id"},     {"PARENT", "parent"}, {NULL},
};
const out_column address_columns[] = {
	{"ADDRESS", "address"},
	{"STATE", "state"},
	{"INTERFACE", "interface"},
	{"TENANT", "used_by_tenant"},
	{"DEVICE", "used_by_device"},
	{"HOLD UNTIL", "hold_until"},
	{"RESTS UNTIL", "quarantine_until"},
	{"BLOCK", "block"},
	{NULL},
};
const out_column match_columns[] = {
	{"CIDR", "block.cidr"},
	{"TYPE", "block.type"},
	{"TENANT", "block.tenant"},
	{"STATE", "address.state"},
	{"INTERFACE", "address.interface"},
	{"DEVICE", "address.used_by_device"},
	{"BLOCK", "block.id"},
	{NULL},
};
const out_column allocation_columns[] = {
	{"ADDRESS", "address.address"},
	{"CIDR", "cidr"},
	{"NETMASK", "netmask"},
	{"GATEWAY", "gateway"},
	{"DNS1", "dns1"},
	{"DNS2", "dns2"},
	{"NETWORK", "network"},
	{"INTERFACE", "address.interface"},
	{NULL},
};
const out_column interface_columns[] = {
	{"ID", "id"}, {"TENANT", "tenant"}, {"DEVICE", "device"}, {"MAC", "mac"}, {"ADDRESSES", "addresses"}, {NULL},
};
const out_column mac_range_columns[] = {{"CIDR", "cidr"}, {"ID", "id"}, {"CREATED", "created_at"}, {NULL}};
const out_column route_columns[] = {
	{"DESTINATION", "destination"}, {"NETMASK", "netmask"}, {"GATEWAY", "gateway"}, {"ID", "id"}, {NULL},
};
const out_column policy_columns[] = {
	{"NAME", "name"}, {"TENANT", "tenant"}, {"ID", "id"}, {"DESCRIPTION", "description"}, {NULL},
};
const out_column policy_range_columns[] = {
	{"OFFSET", "offset", TRUE}, {"LENGTH", "length", TRUE}, {"ID", "id"}, {NULL}};
const out_column policy_octet_columns[] = {{"OCTET", "octet", TRUE}, {"ID", "id"}, {NULL}};
const out_column lease_columns[] = {
	{"ADDRESS", "address"},
	{"LEASED UNTIL", "leased_until"},
	{"MAC", "mac"},
	{"HOSTNAME", "hostname"},
	{"CLIENT ID", "client_id"},
	{"BLOCK", "block"},
	{NULL},
};

#define DEFINE_LIST_SINK(name, Item)                                                                                   \
	ip_driver_status list_##name (const Item *item, void *data, ip_driver_error *error)                            \
	{                                                                                                              \
		out_list_add (data, present_##name (item));                                                            \
		return IP_DRIVER_OK;                                                                                   \
	}

DEFINE_LIST_SINK (block, ip_driver_block)
DEFINE_LIST_SINK (address, ip_driver_address)
DEFINE_LIST_SINK (match, ip_driver_address_match)
DEFINE_LIST_SINK (allocation, ip_driver_allocation)
DEFINE_LIST_SINK (interface, ip_driver_interface)
DEFINE_LIST_SINK (mac_range, ip_driver_mac_range)
DEFINE_LIST_SINK (route, ip_driver_route)
DEFINE_LIST_SINK (policy, ip_driver_policy)
DEFINE_LIST_SINK (policy_range, ip_driver_policy_range)
DEFINE_LIST_SINK (policy_octet, ip_driver_policy_octet)
DEFINE_LIST_SINK (lease, ip_driver_lease)
