/*
 * The historical representations: see represent.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "represent.h"

#include "forms.h"

/* A time; the ABI's "none" is null. */
static json_t *
represent_time (gint64 seconds)
{
	g_autoptr (GDateTime) time = seconds != 0 ? g_date_time_new_from_unix_utc (seconds) : NULL;
	g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S") : NULL;

	return text != NULL ? json_string (text) : json_null ();
}

static json_t *
with_times (json_t *object, gint64 created_at, gint64 updated_at)
{
	json_object_set_new (object, "created_at", represent_time (created_at));
	json_object_set_new (object, "updated_at", represent_time (updated_at));
	return object;
}

json_t *
represent_block (const ip_driver_block *block)
{
	json_t *object =
		json_pack ("{s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s, s:s?, s:s?, s:s?, s:s?}", "id", block->id,
	                   "cidr", block->cidr, "network_id", block->network, "policy_id", block->policy, "tenant_id",
	                   block->tenant, "gateway", block->gateway, "parent_id", block->parent, "type",
	                   block->type == IP_DRIVER_BLOCK_PUBLIC ? "public" : "private", "dns1", block->dns1, "dns2",
	                   block->dns2, "broadcast", block->broadcast, "netmask", block->netmask);

	return with_times (object, block->created_at, block->updated_at);
}

json_t *
represent_address (const ip_driver_address *address)
{
	g_autofree char *text = forms_long_address (address->address);
	json_t *object =
		json_pack ("{s:s, s:s, s:s, s:i, s:s?, s:s?, s:s?}", "id", address->id, "ip_block_id", address->block,
	                   "address", text, "version", address->version, "interface_id", address->interface,
	                   "used_by_tenant", address->used_by_tenant, "used_by_device", address->used_by_device);

	return with_times (object, address->created_at, address->updated_at);
}

json_t *
represent_allocation (const ip_driver_allocation *allocation)
{
	g_autofree char *text = forms_long_address (allocation->address->address);
	json_t *routes = json_array ();

	for (gsize i = 0; i < allocation->route_count; i++) {
		const ip_driver_route *route = allocation->routes[i];

		json_array_append_new (routes, json_pack ("{s:s, s:s, s:s, s:s?}", "id", route->id, "destination",
		                                          route->destination, "gateway", route->gateway, "netmask",
		                                          route->netmask));
	}
	return json_pack ("{s:s, s:s?, s:s, s:i, s:{s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:o}}", "id",
	                  allocation->address->id, "interface_id", allocation->address->interface, "address", text,
	                  "version", allocation->address->version, "ip_block", "id", allocation->address->block, "cidr",
	                  allocation->cidr, "broadcast", allocation->broadcast, "gateway", allocation->gateway,
	                  "network_id", allocation->network, "netmask", allocation->netmask, "dns1", allocation->dns1,
	                  "dns2", allocation->dns2, "ip_routes", routes);
}

json_t *
represent_allocations (ip_driver_allocation *const *allocations, gsize count)
{
	json_t *list = json_array ();

	for (gsize i = 0; i < count; i++)
		json_array_append_new (list, represent_allocation (allocations[i]));
	return list;
}

json_t *
represent_interface (const ip_driver_interface *interface)
{
	g_autofree char *mac = interface->mac != NULL ? g_ascii_strup (interface->mac, -1) : NULL;
	json_t *object = json_pack ("{s:s, s:s?, s:s?, s:s?, s:o}", "id", interface->id, "device_id", interface->device,
	                            "tenant_id", interface->tenant, "mac_address", mac, "ip_addresses",
	                            represent_allocations (interface->allocations, interface->allocation_count));

	return with_times (object, interface->created_at, interface->updated_at);
}

json_t *
represent_mac_range (const ip_driver_mac_range *range)
{
	return with_times (json_pack ("{s:s, s:s}", "id", range->id, "cidr", range->cidr), range->created_at,
	                   range->updated_at);
}

json_t *
represent_route (const ip_driver_route *route)
{
	return with_times (json_pack ("{s:s, s:s, s:s, s:s?}", "id", route->id, "destination", route->destination,
	                              "gateway", route->gateway, "netmask", route->netmask),
	                   route->created_at, route->updated_at);
}

json_t *
represent_policy (const ip_driver_policy *policy)
{
	return with_times (json_pack ("{s:s, s:s?, s:s, s:s?}", "id", policy->id, "tenant_id", policy->tenant, "name",
	                              policy->name, "description", policy->description),
	                   policy->created_at, policy->updated_at);
}

json_t *
represent_policy_range (const ip_driver_policy_range *range)
{
	return with_times (json_pack ("{s:s, s:s, s:I, s:I}", "id", range->id, "policy_id", range->policy, "offset",
	                              (json_int_t)range->offset, "length", (json_int_t)range->length),
	                   range->created_at, range->updated_at);
}

json_t *
represent_policy_octet (const ip_driver_policy_octet *octet)
{
	return with_times (
		json_pack ("{s:s, s:s, s:i}", "id", octet->id, "policy_id", octet->policy, "octet", octet->octet),
		octet->created_at, octet->updated_at);
}
