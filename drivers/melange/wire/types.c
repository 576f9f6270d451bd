/*
 * The result structs of the ABI as tables. A field that is missing here would not reach the caller: each
 * field of the headers but `size` and `reserved` must stand here. A test compares them. What is required is
 * what the library requires of a driver's results, and the family, type and state.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "types.h"

const char *const wire_block_types[] = {"any", "public", "private", NULL};
const char *const wire_address_states[] = {"any", "allocated", "deallocated", NULL};

/* block.h */
#define S ip_driver_block
static const wire_field block_fields[] = {
	REQUIRED (id, WIRE_TEXT),
	REQUIRED (tenant, WIRE_FREE_TEXT),
	FREE_TEXT (network),
	REQUIRED (cidr, WIRE_TEXT),
	TEXT (gateway),
	TEXT (broadcast),
	TEXT (netmask),
	TEXT (dns1),
	TEXT (dns2),
	TEXT (policy),
	TEXT (parent),
	INT64 (created_at),
	INT64 (updated_at),
	REQUIRED (version, WIRE_INT32),
	INT32 (prefix_length),
	REQUIRED_CHOICE (type, wire_block_types),
};
TYPE (wire_block, block_fields);

#undef S
#define S ip_driver_usage
static const wire_field usage_fields[] = {
	REQUIRED (total, WIRE_TEXT),       REQUIRED (allocated, WIRE_TEXT), REQUIRED (held, WIRE_TEXT),
	REQUIRED (quarantined, WIRE_TEXT), REQUIRED (excluded, WIRE_TEXT),  REQUIRED (subnetted, WIRE_TEXT),
	REQUIRED (free, WIRE_TEXT),
};
TYPE (wire_usage, usage_fields);

/* address.h */
#undef S
#define S ip_driver_address
static const wire_field address_fields[] = {
	REQUIRED (id, WIRE_TEXT),
	REQUIRED (block, WIRE_TEXT),
	REQUIRED (address, WIRE_TEXT),
	FREE_TEXT (interface),
	FREE_TEXT (used_by_tenant),
	FREE_TEXT (used_by_device),
	FREE_TEXT (request_key),
	INT64 (created_at),
	INT64 (updated_at),
	INT64 (hold_until),
	INT64 (quarantine_until),
	REQUIRED_CHOICE (state, wire_address_states),
	REQUIRED (version, WIRE_INT32),
};
TYPE (wire_address, address_fields);

#undef S
#define S ip_driver_address_match
static const wire_field address_match_fields[] = {
	REQUIRED_STRUCT (block, wire_block),
	STRUCT (address, wire_address),
};
TYPE (wire_address_match, address_match_fields);

#undef S
#define S ip_driver_address_snapshot_result
static const wire_field snapshot_fields[] = {
	REQUIRED (token, WIRE_FREE_TEXT),
};
TYPE (wire_snapshot, snapshot_fields);

/* route.h */
#undef S
#define S ip_driver_route
static const wire_field route_fields[] = {
	REQUIRED (id, WIRE_TEXT),
	TEXT (block),
	REQUIRED (destination, WIRE_TEXT),
	TEXT (netmask),
	REQUIRED (gateway, WIRE_TEXT),
	INT64 (created_at),
	INT64 (updated_at),
};
TYPE (wire_route, route_fields);

/* network.h */
#undef S
#define S ip_driver_allocation
static const wire_field allocation_fields[] = {
	REQUIRED_STRUCT (address, wire_address),
	FREE_TEXT (network),
	REQUIRED (cidr, WIRE_TEXT),
	TEXT (gateway),
	TEXT (broadcast),
	TEXT (netmask),
	TEXT (dns1),
	TEXT (dns2),
	POINTERS (routes, route_count, wire_route),
};
TYPE (wire_allocation, allocation_fields);

/* interface.h */
#undef S
#define S ip_driver_interface
static const wire_field interface_fields[] = {
	REQUIRED (id, WIRE_FREE_TEXT),
	REQUIRED (tenant, WIRE_FREE_TEXT),
	FREE_TEXT (device),
	TEXT (mac),
	INT64 (created_at),
	INT64 (updated_at),
	POINTERS (allocations, allocation_count, wire_allocation),
};
TYPE (wire_interface, interface_fields);

/* mac_range.h */
#undef S
#define S ip_driver_mac_range
static const wire_field mac_range_fields[] = {
	REQUIRED (id, WIRE_TEXT),
	REQUIRED (cidr, WIRE_TEXT),
	INT64 (created_at),
	INT64 (updated_at),
};
TYPE (wire_mac_range, mac_range_fields);

/* policy.h */
#undef S
#define S ip_driver_policy
static const wire_field policy_fields[] = {
	REQUIRED (id, WIRE_TEXT),
	REQUIRED (tenant, WIRE_FREE_TEXT),
	REQUIRED (name, WIRE_FREE_TEXT),
	FREE_TEXT (description),
	INT64 (created_at),
	INT64 (updated_at),
};
TYPE (wire_policy, policy_fields);

#undef S
#define S ip_driver_policy_range
static const wire_field policy_range_fields[] = {
	REQUIRED (id, WIRE_TEXT), REQUIRED (policy, WIRE_TEXT), INT64 (offset),
	UINT64 (length),          INT64 (created_at),           INT64 (updated_at),
};
TYPE (wire_policy_range, policy_range_fields);

#undef S
#define S ip_driver_policy_octet
static const wire_field policy_octet_fields[] = {
	REQUIRED (id, WIRE_TEXT), REQUIRED (policy, WIRE_TEXT), INT64 (created_at), INT64 (updated_at), INT32 (octet),
};
TYPE (wire_policy_octet, policy_octet_fields);

/* lease.h */
#undef S
#define S ip_driver_lease
static const wire_field lease_fields[] = {
	REQUIRED (block, WIRE_TEXT), REQUIRED (address, WIRE_TEXT), TEXT (mac),         FREE_TEXT (client_id),
	FREE_TEXT (hostname),        INT64 (leased_until),          INT64 (created_at), INT64 (updated_at),
};
TYPE (wire_lease, lease_fields);

/* store.h */
#undef S
#define S ip_driver_check_report
static const wire_field check_report_fields[] = {
	UINT64 (blocks),
	UINT64 (addresses),
	UINT64 (interfaces),
	TEXTS (rules, rule_count),
	TEXTS (problems, problem_count),
	UINT64 (problems_total),
};
TYPE (wire_check_report, check_report_fields);
