/*
 * See view.h. Fields that the service does not tell are left out of both sides, unless the ABI says what they are then.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "view.h"

#include "canon.h"

#include <string.h>

/* json_pack() refuses what is no UTF-8. */
static json_t *
checked (json_t *value)
{
	g_assert (value != NULL);
	return value;
}

json_t *
view_block (const ip_driver_block *block)
{
	json_t *view = json_pack ("{s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?}", "id", block->id,
	                          "tenant", block->tenant, "network", block->network, "cidr", block->cidr, "gateway",
	                          block->gateway, "broadcast", block->broadcast, "netmask", block->netmask, "dns1",
	                          block->dns1, "dns2", block->dns2, "policy", block->policy, "parent", block->parent);
	json_t *numbers = json_pack ("{s:I, s:I, s:i, s:i, s:i}", "created_at", (json_int_t)block->created_at,
	                             "updated_at", (json_int_t)block->updated_at, "type", block->type, "version",
	                             block->version, "prefix_length", block->prefix_length);

	json_object_update_new (checked (view), numbers);
	return view;
}

json_t *
view_address (const ip_driver_address *address)
{
	json_t *view = json_pack ("{s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?}", "id", address->id, "block",
	                          address->block, "address", address->address, "interface", address->interface,
	                          "used_by_tenant", address->used_by_tenant, "used_by_device", address->used_by_device,
	                          "request_key", address->request_key);
	json_t *numbers = json_pack (
		"{s:I, s:I, s:I, s:I, s:i, s:i}", "created_at", (json_int_t)address->created_at, "updated_at",
		(json_int_t)address->updated_at, "hold_until", (json_int_t)address->hold_until, "quarantine_until",
		(json_int_t)address->quarantine_until, "state", address->state, "version", address->version);

	json_object_update_new (checked (view), numbers);
	return view;
}

json_t *
view_allocation (const ip_driver_allocation *allocation)
{
	const ip_driver_address *address = allocation->address;
	json_t *view = json_pack ("{s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?}", "network", allocation->network, "cidr",
	                          allocation->cidr, "gateway", allocation->gateway, "broadcast", allocation->broadcast,
	                          "netmask", allocation->netmask, "dns1", allocation->dns1, "dns2", allocation->dns2);
	json_t *part = json_pack ("{s:s?, s:s?, s:s?, s:s?, s:i, s:i}", "id", address->id, "block", address->block,
	                          "address", address->address, "interface", address->interface, "version",
	                          address->version, "state", address->state);
	json_t *routes = json_array ();

	for (size_t i = 0; i < allocation->route_count; i++) {
		const ip_driver_route *route = allocation->routes[i];

		json_array_append_new (routes, json_pack ("{s:s?, s:s?, s:s?, s:s?, s:s?}", "id", route->id, "block",
		                                          route->block, "destination", route->destination, "netmask",
		                                          route->netmask, "gateway", route->gateway));
	}
	json_object_set_new (checked (view), "address", checked (part));
	json_object_set_new (view, "routes", routes);
	return view;
}

json_t *
view_interface (const ip_driver_interface *interface)
{
	json_t *view = json_pack ("{s:s?, s:s?, s:s?, s:s?, s:I, s:I}", "id", interface->id, "tenant",
	                          interface->tenant, "device", interface->device, "mac", interface->mac, "created_at",
	                          (json_int_t)interface->created_at, "updated_at", (json_int_t)interface->updated_at);
	json_t *allocations = json_array ();

	for (size_t i = 0; i < interface->allocation_count; i++)
		json_array_append_new (allocations, view_allocation (interface->allocations[i]));
	json_object_set_new (checked (view), "allocations", allocations);
	return view;
}

json_t *
view_mac_range (const ip_driver_mac_range *range)
{
	return checked (json_pack ("{s:s?, s:s?, s:I, s:I}", "id", range->id, "cidr", range->cidr, "created_at",
	                           (json_int_t)range->created_at, "updated_at", (json_int_t)range->updated_at));
}

json_t *
view_route (const ip_driver_route *route)
{
	return checked (json_pack ("{s:s?, s:s?, s:s?, s:s?, s:s?, s:I, s:I}", "id", route->id, "block", route->block,
	                           "destination", route->destination, "netmask", route->netmask, "gateway",
	                           route->gateway, "created_at", (json_int_t)route->created_at, "updated_at",
	                           (json_int_t)route->updated_at));
}

json_t *
view_policy (const ip_driver_policy *policy)
{
	return checked (json_pack ("{s:s?, s:s?, s:s?, s:s?, s:I, s:I}", "id", policy->id, "tenant", policy->tenant,
	                           "name", policy->name, "description", policy->description, "created_at",
	                           (json_int_t)policy->created_at, "updated_at", (json_int_t)policy->updated_at));
}

json_t *
view_policy_range (const ip_driver_policy_range *range)
{
	return checked (json_pack ("{s:s?, s:s?, s:I, s:I, s:I, s:I}", "id", range->id, "policy", range->policy,
	                           "offset", (json_int_t)range->offset, "length", (json_int_t)range->length,
	                           "created_at", (json_int_t)range->created_at, "updated_at",
	                           (json_int_t)range->updated_at));
}

json_t *
view_policy_octet (const ip_driver_policy_octet *octet)
{
	return checked (json_pack ("{s:s?, s:s?, s:i, s:I, s:I}", "id", octet->id, "policy", octet->policy, "octet",
	                           octet->octet, "created_at", (json_int_t)octet->created_at, "updated_at",
	                           (json_int_t)octet->updated_at));
}

/*
 * From recorded answers.
 */

typedef enum { TEXT, CANONICAL, TIME, TYPE, NUMBER } kind;

typedef struct {
	const char *recorded;
	const char *view;
	kind kind;
} field;

static json_t *
convert_value (json_t *value, kind how)
{
	const char *text = json_string_value (value);
	g_autofree char *canonical = NULL;

	switch (how) {
	case CANONICAL:
		canonical = text != NULL ? canon_text (text) : NULL;
		return canonical != NULL ? json_string (canonical) : json_incref (value);
	case TIME:
		return json_integer (canon_time (text));
	case TYPE:
		return json_integer (g_strcmp0 (text, "public") == 0 ? IP_DRIVER_BLOCK_PUBLIC
		                                                     : IP_DRIVER_BLOCK_PRIVATE);
	case TEXT:
	case NUMBER:
	default:
		return json_incref (value);
	}
}

static json_t *
convert (json_t *recorded, const field *fields, gsize count)
{
	json_t *view = json_object ();

	for (gsize i = 0; i < count; i++) {
		json_t *value = json_object_get (recorded, fields[i].recorded);

		json_object_set_new (view, fields[i].view,
		                     value != NULL ? convert_value (value, fields[i].kind) : json_null ());
	}
	return view;
}

json_t *
recorded_block (json_t *recorded)
{
	static const field fields[] = {
		{"id", "id", TEXT},
		{"tenant_id", "tenant", TEXT},
		{"network_id", "network", TEXT},
		{"cidr", "cidr", CANONICAL},
		{"gateway", "gateway", CANONICAL},
		{"broadcast", "broadcast", CANONICAL},
		{"netmask", "netmask", TEXT},
		{"dns1", "dns1", CANONICAL},
		{"dns2", "dns2", CANONICAL},
		{"policy_id", "policy", TEXT},
		{"parent_id", "parent", TEXT},
		{"type", "type", TYPE},
		{"created_at", "created_at", TIME},
		{"updated_at", "updated_at", TIME},
	};
	json_t *view = convert (recorded, fields, G_N_ELEMENTS (fields));
	const char *cidr = json_string_value (json_object_get (view, "cidr"));
	const char *slash = strchr (cidr, '/');

	json_object_set_new (view, "version", json_integer (strchr (cidr, ':') != NULL ? 6 : 4));
	json_object_set_new (view, "prefix_length", json_integer ((json_int_t)g_ascii_strtoull (slash + 1, NULL, 10)));
	return view;
}

json_t *
recorded_address (json_t *recorded)
{
	static const field fields[] = {
		{"id", "id", TEXT},
		{"ip_block_id", "block", TEXT},
		{"address", "address", CANONICAL},
		{"interface_id", "interface", TEXT},
		{"used_by_tenant", "used_by_tenant", TEXT},
		{"used_by_device", "used_by_device", TEXT},
		{"version", "version", NUMBER},
		{"created_at", "created_at", TIME},
		{"updated_at", "updated_at", TIME},
	};
	json_t *view = convert (recorded, fields, G_N_ELEMENTS (fields));

	json_object_update_new (view, json_pack ("{s:n, s:i, s:i, s:i}", "request_key", "hold_until", 0,
	                                         "quarantine_until", 0, "state", IP_DRIVER_ADDRESS_ALLOCATED));
	return view;
}

static json_t *
recorded_allocation_route (json_t *recorded)
{
	static const field fields[] = {
		{"id", "id", TEXT},
		{"destination", "destination", CANONICAL},
		{"netmask", "netmask", TEXT},
		{"gateway", "gateway", CANONICAL},
	};
	json_t *view = convert (recorded, fields, G_N_ELEMENTS (fields));

	json_object_set_new (view, "block", json_null ());
	return view;
}

json_t *
recorded_allocation (json_t *recorded)
{
	static const field fields[] = {
		{"network_id", "network", TEXT},       {"cidr", "cidr", CANONICAL},  {"gateway", "gateway", CANONICAL},
		{"broadcast", "broadcast", CANONICAL}, {"netmask", "netmask", TEXT}, {"dns1", "dns1", CANONICAL},
		{"dns2", "dns2", CANONICAL},
	};
	static const field address_fields[] = {
		{"id", "id", TEXT},
		{"address", "address", CANONICAL},
		{"interface_id", "interface", TEXT},
		{"version", "version", NUMBER},
	};
	json_t *block = json_object_get (recorded, "ip_block");
	json_t *view = convert (block, fields, G_N_ELEMENTS (fields));
	json_t *address = convert (recorded, address_fields, G_N_ELEMENTS (address_fields));

	json_object_set (address, "block", json_object_get (block, "id"));
	json_object_set_new (address, "state", json_integer (IP_DRIVER_ADDRESS_ALLOCATED));
	json_object_set_new (view, "address", address);
	json_object_set_new (view, "routes",
	                     recorded_list (json_object_get (block, "ip_routes"), recorded_allocation_route));
	return view;
}

json_t *
recorded_interface (json_t *recorded)
{
	static const field fields[] = {
		{"id", "id", TEXT},
		{"tenant_id", "tenant", TEXT},
		{"device_id", "device", TEXT},
		{"mac_address", "mac", CANONICAL},
		{"created_at", "created_at", TIME},
		{"updated_at", "updated_at", TIME},
	};
	json_t *view = convert (recorded, fields, G_N_ELEMENTS (fields));

	json_object_set_new (view, "allocations",
	                     recorded_list (json_object_get (recorded, "ip_addresses"), recorded_allocation));
	return view;
}

json_t *
recorded_mac_range (json_t *recorded)
{
	static const field fields[] = {
		{"id", "id", TEXT},
		{"cidr", "cidr", CANONICAL},
		{"created_at", "created_at", TIME},
		{"updated_at", "updated_at", TIME},
	};

	return convert (recorded, fields, G_N_ELEMENTS (fields));
}

json_t *
recorded_route (json_t *recorded)
{
	static const field fields[] = {
		{"id", "id", TEXT},
		{"destination", "destination", CANONICAL},
		{"netmask", "netmask", TEXT},
		{"gateway", "gateway", CANONICAL},
		{"created_at", "created_at", TIME},
		{"updated_at", "updated_at", TIME},
	};

	return convert (recorded, fields, G_N_ELEMENTS (fields));
}

json_t *
recorded_policy (json_t *recorded)
{
	static const field fields[] = {
		{"id", "id", TEXT},
		{"tenant_id", "tenant", TEXT},
		{"name", "name", TEXT},
		{"description", "description", TEXT},
		{"created_at", "created_at", TIME},
		{"updated_at", "updated_at", TIME},
	};

	return convert (recorded, fields, G_N_ELEMENTS (fields));
}

json_t *
recorded_policy_range (json_t *recorded)
{
	static const field fields[] = {
		{"id", "id", TEXT},           {"policy_id", "policy", TEXT},      {"offset", "offset", NUMBER},
		{"length", "length", NUMBER}, {"created_at", "created_at", TIME}, {"updated_at", "updated_at", TIME},
	};

	return convert (recorded, fields, G_N_ELEMENTS (fields));
}

json_t *
recorded_policy_octet (json_t *recorded)
{
	static const field fields[] = {
		{"id", "id", TEXT},
		{"policy_id", "policy", TEXT},
		{"octet", "octet", NUMBER},
		{"created_at", "created_at", TIME},
		{"updated_at", "updated_at", TIME},
	};

	return convert (recorded, fields, G_N_ELEMENTS (fields));
}

json_t *
recorded_list (json_t *recorded, view_recorded view)
{
	json_t *list = json_array ();
	json_t *item;
	size_t i;

	json_array_foreach (recorded, i, item)
	{
		json_array_append_new (list, view (item));
	}
	return list;
}
