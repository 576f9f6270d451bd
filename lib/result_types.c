/*
 * The result structs of the ABI as tables for result.c, and the functions that differ only in the
 * type: ip_driver_return_..., ..._free.
 *
 * A field that is missing in a table would be copied as the driver's own pointer: each pointer of
 * the headers must stand here. tests/unit checks it with results that are freed before they are read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "result.h"

#define TEXT(type, field)                                                                                              \
	{                                                                                                              \
#field, NULL, offsetof(ip_driver_##type, field), 0, RESULT_TEXT, FALSE                                 \
	}
#define REQUIRED_TEXT(type, field)                                                                                     \
	{                                                                                                              \
#field, NULL, offsetof(ip_driver_##type, field), 0, RESULT_TEXT, TRUE                                  \
	}
#define TEXTS(type, field, count)                                                                                      \
	{                                                                                                              \
#field, NULL, offsetof(ip_driver_##type, field), offsetof(ip_driver_##type, count), RESULT_TEXTS,      \
			FALSE                                                                                          \
	}
#define STRUCT(type, field, element, required)                                                                         \
	{                                                                                                              \
#field, &element##_result, offsetof(ip_driver_##type, field), 0, RESULT_STRUCT, required               \
	}
#define STRUCTS(type, field, count, element)                                                                           \
	{                                                                                                              \
#field, &element##_result, offsetof(ip_driver_##type, field), offsetof(ip_driver_##type, count),       \
			RESULT_STRUCTS, FALSE                                                                          \
	}
#define TYPE(variable, type, name)                                                                                     \
	const result_type variable = {name, sizeof (ip_driver_##type), type##_fields, G_N_ELEMENTS (type##_fields)}

static const result_field block_fields[] = {
	REQUIRED_TEXT (block, id), REQUIRED_TEXT (block, tenant), TEXT (block, network), REQUIRED_TEXT (block, cidr),
	TEXT (block, gateway),     TEXT (block, broadcast),       TEXT (block, netmask), TEXT (block, dns1),
	TEXT (block, dns2),        TEXT (block, policy),          TEXT (block, parent),
};
TYPE (block_result, block, "a block");

static const result_field usage_fields[] = {
	REQUIRED_TEXT (usage, total),       REQUIRED_TEXT (usage, allocated), REQUIRED_TEXT (usage, held),
	REQUIRED_TEXT (usage, quarantined), REQUIRED_TEXT (usage, excluded),  REQUIRED_TEXT (usage, subnetted),
	REQUIRED_TEXT (usage, free),
};
TYPE (usage_result, usage, "a usage");

static const result_field address_fields[] = {
	REQUIRED_TEXT (address, id), REQUIRED_TEXT (address, block), REQUIRED_TEXT (address, address),
	TEXT (address, interface),   TEXT (address, used_by_tenant), TEXT (address, used_by_device),
	TEXT (address, request_key),
};
TYPE (address_result, address, "an address");

static const result_field address_match_fields[] = {
	STRUCT (address_match, block, block, TRUE),
	STRUCT (address_match, address, address, FALSE),
};
TYPE (address_match_result, address_match, "an address match");

static const result_field address_snapshot_result_fields[] = {
	REQUIRED_TEXT (address_snapshot_result, token),
};
TYPE (snapshot_result, address_snapshot_result, "a snapshot");

static const result_field route_fields[] = {
	REQUIRED_TEXT (route, id),      TEXT (route, block), REQUIRED_TEXT (route, destination), TEXT (route, netmask),
	REQUIRED_TEXT (route, gateway),
};
TYPE (route_result, route, "a route");

static const result_field allocation_fields[] = {
	STRUCT (allocation, address, address, TRUE),
	TEXT (allocation, network),
	REQUIRED_TEXT (allocation, cidr),
	TEXT (allocation, gateway),
	TEXT (allocation, broadcast),
	TEXT (allocation, netmask),
	TEXT (allocation, dns1),
	TEXT (allocation, dns2),
	STRUCTS (allocation, routes, route_count, route),
};
TYPE (allocation_result, allocation, "an allocation");

static const result_field interface_fields[] = {
	REQUIRED_TEXT (interface, id),
	REQUIRED_TEXT (interface, tenant),
	TEXT (interface, device),
	TEXT (interface, mac),
	STRUCTS (interface, allocations, allocation_count, allocation),
};
TYPE (interface_result, interface, "an interface");

static const result_field mac_range_fields[] = {
	REQUIRED_TEXT (mac_range, id),
	REQUIRED_TEXT (mac_range, cidr),
};
TYPE (mac_range_result, mac_range, "a MAC range");

static const result_field policy_fields[] = {
	REQUIRED_TEXT (policy, id),
	REQUIRED_TEXT (policy, tenant),
	REQUIRED_TEXT (policy, name),
	TEXT (policy, description),
};
TYPE (policy_result, policy, "a policy");

static const result_field policy_range_fields[] = {
	REQUIRED_TEXT (policy_range, id),
	REQUIRED_TEXT (policy_range, policy),
};
TYPE (policy_range_result, policy_range, "a policy range");

static const result_field policy_octet_fields[] = {
	REQUIRED_TEXT (policy_octet, id),
	REQUIRED_TEXT (policy_octet, policy),
};
TYPE (policy_octet_result, policy_octet, "a policy octet");

static const result_field lease_fields[] = {
	REQUIRED_TEXT (lease, block), REQUIRED_TEXT (lease, address), TEXT (lease, mac),
	TEXT (lease, client_id),      TEXT (lease, hostname),
};
TYPE (lease_result, lease, "a lease");

static const result_field check_report_fields[] = {
	TEXTS (check_report, rules, rule_count),
	TEXTS (check_report, problems, problem_count),
};
TYPE (check_report_result, check_report, "a check report");

static const result_field info_fields[] = {
	REQUIRED_TEXT (info, backend),
	TEXT (info, description),
	TEXT (info, module_path),
	TEXT (info, config_path),
	TEXT (info, location),
	TEXT (info, problem),
	TEXTS (info, capabilities, capability_count),
};
TYPE (info_result, info, "an info");

/* ip_driver_return_NAME(), for the result struct STRUCT. */
#define RETURN(name, type)                                                                                             \
	void ip_driver_return_##name (ip_driver_results *results, const ip_driver_##type *item)                        \
	{                                                                                                              \
		results_add (results, &name##_result, item);                                                           \
	}

RETURN (block, block)
RETURN (usage, usage)
RETURN (address, address)
RETURN (address_match, address_match)
RETURN (snapshot, address_snapshot_result)
RETURN (allocation, allocation)
RETURN (interface, interface)
RETURN (mac_range, mac_range)
RETURN (route, route)
RETURN (policy, policy)
RETURN (policy_range, policy_range)
RETURN (policy_octet, policy_octet)
RETURN (lease, lease)
RETURN (check_report, check_report)

#define FREE(type)                                                                                                     \
	void ip_driver_##type##_free (ip_driver_##type *result)                                                        \
	{                                                                                                              \
		result_free (result);                                                                                  \
	}
/* With the list of it, which must have the shape of result_list. */
#define FREE_BOTH(type, list)                                                                                          \
	FREE (type)                                                                                                    \
	FREE (list)                                                                                                    \
	G_STATIC_ASSERT (sizeof (ip_driver_##list) == sizeof (result_list) &&                                          \
	                 offsetof (ip_driver_##list, count) == offsetof (result_list, count) &&                        \
	                 offsetof (ip_driver_##list, items) == offsetof (result_list, items) &&                        \
	                 offsetof (ip_driver_##list, next_marker) == offsetof (result_list, next_marker));

FREE_BOTH (block, blocks)
FREE (usage)
FREE_BOTH (address, addresses)
FREE_BOTH (address_match, address_matches)
FREE (address_snapshot_result)
FREE_BOTH (allocation, allocations)
FREE_BOTH (interface, interfaces)
FREE_BOTH (mac_range, mac_ranges)
FREE_BOTH (route, routes)
FREE_BOTH (policy, policies)
FREE_BOTH (policy_range, policy_ranges)
FREE_BOTH (policy_octet, policy_octets)
FREE_BOTH (lease, leases)
FREE (check_report)
FREE_BOTH (info, infos)
