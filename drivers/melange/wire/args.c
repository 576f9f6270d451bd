/*
 * The args structs of the ABI as tables, and the arguments of operations that have no struct. A field that is
 * missing here would not reach the service: each field of the headers but `size`, `set` and `reserved` must
 * stand here. A test compares them.
 *
 * Texts are taken as they are: what form they must have is the library's business, which sees them next.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "types.h"

/* Keys: operations without a struct. The names are those of the parameters in the client headers. */
#define S wire_key
#define KEY(place_, name_)                                                                                             \
	{                                                                                                              \
		.name = name_, .offset = AT (place_), .kind = WIRE_FREE_TEXT                                           \
	}
#define KEY_TYPE(variable, ...)                                                                                        \
	static const wire_field variable##_fields[] = {FREE_TEXT (tenant), __VA_ARGS__};                               \
	TYPE_UNSIZED (wire_##variable, variable##_fields)

KEY_TYPE (tenant_id_args, KEY (first, "id"));
KEY_TYPE (tenant_device_args, KEY (first, "device"));
KEY_TYPE (block_address_args, KEY (first, "block"), KEY (second, "address"));
KEY_TYPE (interface_address_args, KEY (first, "interface"), KEY (second, "address"));
KEY_TYPE (network_interface_args, KEY (first, "network"), KEY (second, "interface"));
KEY_TYPE (block_route_args, KEY (first, "block"), KEY (second, "id"));
KEY_TYPE (policy_part_args, KEY (first, "policy"), KEY (second, "id"));

/* MAC ranges belong to no tenant. */
static const wire_field id_args_fields[] = {
	KEY (first, "id"),
};
TYPE_UNSIZED (wire_id_args, id_args_fields);

/* block.h */
#undef S
#define S ip_driver_block_create_args
static const wire_field block_create_fields[] = {
	FREE_TEXT (tenant),  FREE_TEXT (cidr), FREE_TEXT (network),
	FREE_TEXT (gateway), FREE_TEXT (dns1), FREE_TEXT (dns2),
	FREE_TEXT (policy),  FREE_TEXT (id),   CHOICE (type, wire_block_types),
};
TYPE (wire_block_create_args, block_create_fields);

#undef S
#define S ip_driver_block_list_args
static const wire_field block_list_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (network),
	FREE_TEXT (marker),
	UINT32 (limit),
	FLAG (roots, IP_DRIVER_BLOCK_LIST_ROOTS),
	CHOICE (type, wire_block_types),
};
TYPE (wire_block_list_args, block_list_fields);

#undef S
#define S ip_driver_block_update_args
static const wire_field block_update_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (id),
	SET (network, WIRE_FREE_TEXT, IP_DRIVER_BLOCK_SET_NETWORK),
	SET (gateway, WIRE_FREE_TEXT, IP_DRIVER_BLOCK_SET_GATEWAY),
	SET (dns1, WIRE_FREE_TEXT, IP_DRIVER_BLOCK_SET_DNS1),
	SET (dns2, WIRE_FREE_TEXT, IP_DRIVER_BLOCK_SET_DNS2),
	SET (policy, WIRE_FREE_TEXT, IP_DRIVER_BLOCK_SET_POLICY),
};
TYPE_SET (wire_block_update_args, block_update_fields);

/* subnet.h */
#undef S
#define S ip_driver_subnet_create_args
static const wire_field subnet_create_fields[] = {
	FREE_TEXT (tenant),  FREE_TEXT (block),   FREE_TEXT (cidr),      FREE_TEXT (subnet_tenant),
	FREE_TEXT (network), FREE_TEXT (gateway), FREE_TEXT (dns1),      FREE_TEXT (dns2),
	FREE_TEXT (policy),  FREE_TEXT (id),      INT32 (prefix_length),
};
TYPE (wire_subnet_create_args, subnet_create_fields);

#undef S
#define S ip_driver_subnet_list_args
static const wire_field subnet_list_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (block),
	FREE_TEXT (marker),
	UINT32 (limit),
};
TYPE (wire_subnet_list_args, subnet_list_fields);

/* address.h */
#undef S
#define S ip_driver_address_ref
static const wire_field address_ref_fields[] = {
	FREE_TEXT (block),
	FREE_TEXT (address),
	FREE_TEXT (id),
};
static TYPE_UNSIZED (address_ref, address_ref_fields);

#undef S
#define S ip_driver_address_allocate_args
static const wire_field address_allocate_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (block),
	FREE_TEXT (address),
	FREE_TEXT (interface),
	FREE_TEXT (device),
	FREE_TEXT (mac),
	FREE_TEXT (used_by_tenant),
	FREE_TEXT (request_key),
	FREE_TEXT (id),
	UINT32 (count),
	UINT32 (hold),
};
TYPE (wire_address_allocate_args, address_allocate_fields);

#undef S
#define S ip_driver_address_refs_args
static const wire_field address_refs_fields[] = {
	FREE_TEXT (tenant),
	STRUCTS (refs, ref_count, address_ref),
};
TYPE (wire_address_refs_args, address_refs_fields);

#undef S
#define S ip_driver_address_list_args
static const wire_field address_list_fields[] = {
	FREE_TEXT (tenant),    FREE_TEXT (block),  FREE_TEXT (network), FREE_TEXT (device),
	FREE_TEXT (interface), FREE_TEXT (marker), UINT32 (limit),      CHOICE (state, wire_address_states),
};
TYPE (wire_address_list_args, address_list_fields);

#undef S
#define S ip_driver_address_find_args
static const wire_field address_find_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (address),
	FREE_TEXT (marker),
	UINT32 (limit),
};
TYPE (wire_address_find_args, address_find_fields);

#undef S
#define S ip_driver_address_deallocate_args
static const wire_field address_deallocate_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (block),
	FREE_TEXT (address),
	FREE_TEXT (id),
};
TYPE (wire_address_deallocate_args, address_deallocate_fields);

#undef S
#define S ip_driver_address_purge_args
static const wire_field address_purge_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (block),
	FREE_TEXT (address),
	FLAG (all, IP_DRIVER_ADDRESS_PURGE_ALL),
};
TYPE (wire_address_purge_args, address_purge_fields);

#undef S
#define S ip_driver_address_reconcile_args
static const wire_field address_reconcile_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (network),
	FREE_TEXT (device_prefix),
	FREE_TEXT (token),
	TEXTS (living, living_count),
	FREE_TEXT (marker),
	UINT32 (grace),
	UINT32 (limit),
	FLAG (devices, IP_DRIVER_ADDRESS_RECONCILE_DEVICES),
	FLAG (dry_run, IP_DRIVER_ADDRESS_RECONCILE_DRY_RUN),
};
TYPE (wire_address_reconcile_args, address_reconcile_fields);

/* network.h */
#undef S
#define S ip_driver_network_get_args
static const wire_field network_get_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (network),
	FREE_TEXT (marker),
	UINT32 (limit),
};
TYPE (wire_network_get_args, network_get_fields);

#undef S
#define S ip_driver_network_allocate_args
static const wire_field network_allocate_fields[] = {
	FREE_TEXT (tenant), FREE_TEXT (network),        FREE_TEXT (interface),   FREE_TEXT (device),
	FREE_TEXT (mac),    FREE_TEXT (used_by_tenant), FREE_TEXT (request_key), TEXTS (addresses, address_count),
	UINT32 (hold),
};
TYPE (wire_network_allocate_args, network_allocate_fields);

#undef S
#define S ip_driver_network_list_args
static const wire_field network_list_fields[] = {
	FREE_TEXT (tenant), FREE_TEXT (network), FREE_TEXT (interface), FREE_TEXT (marker), UINT32 (limit),
};
TYPE (wire_network_list_args, network_list_fields);

/* interface.h */
#undef S
#define S ip_driver_interface_network
static const wire_field interface_network_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (network),
	TEXTS (addresses, address_count),
};
static TYPE_UNSIZED (interface_network, interface_network_fields);

#undef S
#define S ip_driver_interface_create_args
static const wire_field interface_create_fields[] = {
	FREE_TEXT (tenant), FREE_TEXT (id),          FREE_TEXT (device),
	FREE_TEXT (mac),    FREE_TEXT (request_key), STRUCTS (networks, network_count, interface_network),
	UINT32 (hold),
};
TYPE (wire_interface_create_args, interface_create_fields);

#undef S
#define S ip_driver_interface_list_args
static const wire_field interface_list_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (device),
	FREE_TEXT (marker),
	UINT32 (limit),
};
TYPE (wire_interface_list_args, interface_list_fields);

#undef S
#define S ip_driver_interface_replace_all_args
static const wire_field interface_replace_all_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (device),
	POINTERS (interfaces, interface_count, wire_interface_create_args),
};
TYPE (wire_interface_replace_all_args, interface_replace_all_fields);

/* mac_range.h */
#undef S
#define S ip_driver_mac_range_create_args
static const wire_field mac_range_create_fields[] = {
	FREE_TEXT (cidr),
	FREE_TEXT (id),
};
TYPE (wire_mac_range_create_args, mac_range_create_fields);

#undef S
#define S ip_driver_mac_range_list_args
static const wire_field mac_range_list_fields[] = {
	FREE_TEXT (marker),
	UINT32 (limit),
};
TYPE (wire_mac_range_list_args, mac_range_list_fields);

/* allowed_ip.h */
#undef S
#define S ip_driver_allowed_ip_allow_args
static const wire_field allowed_ip_allow_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (interface),
	FREE_TEXT (network),
	FREE_TEXT (address),
};
TYPE (wire_allowed_ip_allow_args, allowed_ip_allow_fields);

#undef S
#define S ip_driver_allowed_ip_list_args
static const wire_field allowed_ip_list_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (interface),
	FREE_TEXT (marker),
	UINT32 (limit),
};
TYPE (wire_allowed_ip_list_args, allowed_ip_list_fields);

/* route.h */
#undef S
#define S ip_driver_route_create_args
static const wire_field route_create_fields[] = {
	FREE_TEXT (tenant),  FREE_TEXT (block),   FREE_TEXT (destination),
	FREE_TEXT (netmask), FREE_TEXT (gateway), FREE_TEXT (id),
};
TYPE (wire_route_create_args, route_create_fields);

#undef S
#define S ip_driver_route_list_args
static const wire_field route_list_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (block),
	FREE_TEXT (marker),
	UINT32 (limit),
};
TYPE (wire_route_list_args, route_list_fields);

#undef S
#define S ip_driver_route_update_args
static const wire_field route_update_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (block),
	FREE_TEXT (id),
	SET (destination, WIRE_FREE_TEXT, IP_DRIVER_ROUTE_SET_DESTINATION),
	SET (netmask, WIRE_FREE_TEXT, IP_DRIVER_ROUTE_SET_NETMASK),
	SET (gateway, WIRE_FREE_TEXT, IP_DRIVER_ROUTE_SET_GATEWAY),
};
TYPE_SET (wire_route_update_args, route_update_fields);

/* policy.h */
#undef S
#define S ip_driver_policy_create_args
static const wire_field policy_create_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (name),
	FREE_TEXT (description),
	FREE_TEXT (id),
};
TYPE (wire_policy_create_args, policy_create_fields);

#undef S
#define S ip_driver_policy_list_args
static const wire_field policy_list_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (marker),
	UINT32 (limit),
};
TYPE (wire_policy_list_args, policy_list_fields);

#undef S
#define S ip_driver_policy_update_args
static const wire_field policy_update_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (id),
	SET (name, WIRE_FREE_TEXT, IP_DRIVER_POLICY_SET_NAME),
	SET (description, WIRE_FREE_TEXT, IP_DRIVER_POLICY_SET_DESCRIPTION),
};
TYPE_SET (wire_policy_update_args, policy_update_fields);

#undef S
#define S ip_driver_policy_range_create_args
static const wire_field policy_range_create_fields[] = {
	FREE_TEXT (tenant), FREE_TEXT (policy), FREE_TEXT (id), INT64 (offset), UINT64 (length),
};
TYPE (wire_policy_range_create_args, policy_range_create_fields);

#undef S
#define S ip_driver_policy_range_update_args
static const wire_field policy_range_update_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (policy),
	FREE_TEXT (id),
	SET (offset, WIRE_INT64, IP_DRIVER_POLICY_RANGE_SET_OFFSET),
	SET (length, WIRE_UINT64, IP_DRIVER_POLICY_RANGE_SET_LENGTH),
};
TYPE_SET (wire_policy_range_update_args, policy_range_update_fields);

#undef S
#define S ip_driver_policy_octet_create_args
static const wire_field policy_octet_create_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (policy),
	FREE_TEXT (id),
	INT32 (octet),
};
TYPE (wire_policy_octet_create_args, policy_octet_create_fields);

#undef S
#define S ip_driver_policy_octet_update_args
static const wire_field policy_octet_update_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (policy),
	FREE_TEXT (id),
	INT32 (octet),
};
TYPE (wire_policy_octet_update_args, policy_octet_update_fields);

#undef S
#define S ip_driver_policy_part_list_args
static const wire_field policy_part_list_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (policy),
	FREE_TEXT (marker),
	UINT32 (limit),
};
TYPE (wire_policy_part_list_args, policy_part_list_fields);

/* nat.h */
#undef S
#define S ip_driver_nat_args
static const wire_field nat_fields[] = {
	FREE_TEXT (tenant),
	STRUCTS (locals, local_count, address_ref),
	STRUCTS (globals, global_count, address_ref),
};
TYPE (wire_nat_args, nat_fields);

#undef S
#define S ip_driver_nat_list_args
static const wire_field nat_list_fields[] = {
	FREE_TEXT (tenant), FREE_TEXT (block), FREE_TEXT (address), FREE_TEXT (marker), UINT32 (limit),
};
TYPE (wire_nat_list_args, nat_list_fields);

/* lease.h */
#undef S
#define S ip_driver_lease_grant_args
static const wire_field lease_grant_fields[] = {
	FREE_TEXT (tenant),    FREE_TEXT (block),    FREE_TEXT (address), FREE_TEXT (mac),
	FREE_TEXT (client_id), FREE_TEXT (hostname), UINT32 (duration),
};
TYPE (wire_lease_grant_args, lease_grant_fields);

#undef S
#define S ip_driver_lease_list_args
static const wire_field lease_list_fields[] = {
	FREE_TEXT (tenant), FREE_TEXT (block), INT64 (expired_at), FREE_TEXT (marker), UINT32 (limit),
};
TYPE (wire_lease_list_args, lease_list_fields);

#undef S
#define S ip_driver_lease_expire_args
static const wire_field lease_expire_fields[] = {
	FREE_TEXT (tenant),
	FREE_TEXT (block),
	INT64 (expired_at),
	UINT32 (limit),
	FLAG (deallocate, IP_DRIVER_LEASE_EXPIRE_DEALLOCATE),
};
TYPE (wire_lease_expire_args, lease_expire_fields);
