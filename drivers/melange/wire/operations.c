/*
 * The operations of the extension: a row each, in the order of WIRE_OPERATIONS. See wire.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "types.h"

#include <string.h>

/* clang-format off */
#define READ .changes = FALSE
#define CHANGE .changes = TRUE
/* A tenant may call it for himself: its arguments name a tenant. */
#define TENANT .of_tenant = TRUE
#define ARGS(type) .args = &wire_##type##_args
#define NOTHING .returns = WIRE_NOTHING
#define NUMBER(name_) .returns = WIRE_NUMBER, .result_name = name_
#define ONE(type, name_) .returns = WIRE_ONE, .result = &wire_##type, .result_name = name_
#define LIST(type, name_) .returns = WIRE_LIST, .result = &wire_##type, .result_name = name_
#define CREATION .undo = WIRE_UNDO_CREATION
#define ADDRESSES .undo = WIRE_UNDO_ADDRESSES

const wire_operation wire_operations[WIRE_OPERATION_COUNT] = {
	[WIRE_block_create] = {"block.create", ARGS (block_create), ONE (block, "block"), CHANGE, CREATION, TENANT},
	[WIRE_block_get] = {"block.get", ARGS (tenant_id), ONE (block, "block"), READ, TENANT},
	[WIRE_block_list] = {"block.list", ARGS (block_list), LIST (block, "blocks"), READ, TENANT},
	[WIRE_block_update] = {"block.update", ARGS (block_update), ONE (block, "block"), CHANGE, TENANT},
	[WIRE_block_delete_] = {"block.delete", ARGS (tenant_id), NOTHING, CHANGE, TENANT},
	[WIRE_block_usage] = {"block.usage", ARGS (tenant_id), ONE (usage, "usage"), READ, TENANT},

	[WIRE_subnet_create] = {"subnet.create", ARGS (subnet_create), ONE (block, "block"), CHANGE, CREATION, TENANT},
	[WIRE_subnet_list] = {"subnet.list", ARGS (subnet_list), LIST (block, "blocks"), READ, TENANT},

	[WIRE_address_allocate] = {"address.allocate", ARGS (address_allocate), LIST (address, "addresses"), CHANGE,
	                           ADDRESSES, TENANT},
	[WIRE_address_confirm] = {"address.confirm", ARGS (address_refs), NOTHING, CHANGE, TENANT},
	[WIRE_address_cancel] = {"address.cancel", ARGS (address_refs), NOTHING, CHANGE, TENANT},
	[WIRE_address_get] = {"address.get", ARGS (block_address), ONE (address, "address"), READ, TENANT},
	[WIRE_address_list] = {"address.list", ARGS (address_list), LIST (address, "addresses"), READ, TENANT},
	[WIRE_address_find] = {"address.find", ARGS (address_find), LIST (address_match, "matches"), READ, TENANT},
	[WIRE_address_deallocate] = {"address.deallocate", ARGS (address_deallocate), NOTHING, CHANGE, TENANT},
	[WIRE_address_restore] = {"address.restore", ARGS (block_address), ONE (address, "address"), CHANGE, TENANT},
	[WIRE_address_purge] = {"address.purge", ARGS (address_purge), NUMBER ("purged"), CHANGE, TENANT},
	[WIRE_address_snapshot] = {"address.snapshot", ONE (snapshot, "snapshot"), READ},
	[WIRE_address_reconcile] = {"address.reconcile", ARGS (address_reconcile), LIST (address, "addresses"), CHANGE,
	                            TENANT},

	[WIRE_network_get] = {"network.get", ARGS (network_get), LIST (block, "blocks"), READ, TENANT},
	[WIRE_network_allocate] = {"network.allocate", ARGS (network_allocate), LIST (allocation, "allocations"),
	                           CHANGE, ADDRESSES, TENANT},
	[WIRE_network_list] = {"network.list", ARGS (network_list), LIST (allocation, "allocations"), READ, TENANT},
	[WIRE_network_deallocate] = {"network.deallocate", ARGS (network_interface), NOTHING, CHANGE, TENANT},

	[WIRE_interface_create] = {"interface.create", ARGS (interface_create), ONE (interface, "interface"), CHANGE,
	                           CREATION, TENANT},
	[WIRE_interface_get] = {"interface.get", ARGS (tenant_id), ONE (interface, "interface"), READ, TENANT},
	[WIRE_interface_delete_] = {"interface.delete", ARGS (tenant_id), NOTHING, CHANGE, TENANT},
	[WIRE_interface_list] = {"interface.list", ARGS (interface_list), LIST (interface, "interfaces"), READ, TENANT},
	[WIRE_interface_replace_all] = {"interface.replace_all", ARGS (interface_replace_all),
	                                LIST (interface, "interfaces"), CHANGE, TENANT},
	[WIRE_interface_delete_all] = {"interface.delete_all", ARGS (tenant_device), NOTHING, CHANGE, TENANT},

	[WIRE_mac_range_create] = {"mac_range.create", ARGS (mac_range_create), ONE (mac_range, "mac_range"), CHANGE,
	                           CREATION},
	[WIRE_mac_range_get] = {"mac_range.get", ARGS (id), ONE (mac_range, "mac_range"), READ},
	[WIRE_mac_range_list] = {"mac_range.list", ARGS (mac_range_list), LIST (mac_range, "mac_ranges"), READ},
	[WIRE_mac_range_delete_] = {"mac_range.delete", ARGS (id), NOTHING, CHANGE},

	[WIRE_allowed_ip_allow] = {"allowed_ip.allow", ARGS (allowed_ip_allow), ONE (address, "address"), CHANGE,
	                           TENANT},
	[WIRE_allowed_ip_get] = {"allowed_ip.get", ARGS (interface_address), ONE (address, "address"), READ, TENANT},
	[WIRE_allowed_ip_list] = {"allowed_ip.list", ARGS (allowed_ip_list), LIST (address, "addresses"), READ, TENANT},
	[WIRE_allowed_ip_disallow] = {"allowed_ip.disallow", ARGS (interface_address), NOTHING, CHANGE, TENANT},

	[WIRE_route_create] = {"route.create", ARGS (route_create), ONE (route, "route"), CHANGE, CREATION, TENANT},
	[WIRE_route_get] = {"route.get", ARGS (block_route), ONE (route, "route"), READ, TENANT},
	[WIRE_route_list] = {"route.list", ARGS (route_list), LIST (route, "routes"), READ, TENANT},
	[WIRE_route_update] = {"route.update", ARGS (route_update), ONE (route, "route"), CHANGE, TENANT},
	[WIRE_route_delete_] = {"route.delete", ARGS (block_route), NOTHING, CHANGE, TENANT},

	[WIRE_policy_create] = {"policy.create", ARGS (policy_create), ONE (policy, "policy"), CHANGE, CREATION,
	                        TENANT},
	[WIRE_policy_get] = {"policy.get", ARGS (tenant_id), ONE (policy, "policy"), READ, TENANT},
	[WIRE_policy_list] = {"policy.list", ARGS (policy_list), LIST (policy, "policies"), READ, TENANT},
	[WIRE_policy_update] = {"policy.update", ARGS (policy_update), ONE (policy, "policy"), CHANGE, TENANT},
	[WIRE_policy_delete_] = {"policy.delete", ARGS (tenant_id), NOTHING, CHANGE, TENANT},

	[WIRE_policy_range_create] = {"policy_range.create", ARGS (policy_range_create), ONE (policy_range, "range"),
	                              CHANGE, CREATION, TENANT},
	[WIRE_policy_range_get] = {"policy_range.get", ARGS (policy_part), ONE (policy_range, "range"), READ, TENANT},
	[WIRE_policy_range_list] = {"policy_range.list", ARGS (policy_part_list), LIST (policy_range, "ranges"), READ,
	                            TENANT},
	[WIRE_policy_range_update] = {"policy_range.update", ARGS (policy_range_update), ONE (policy_range, "range"),
	                              CHANGE, TENANT},
	[WIRE_policy_range_delete_] = {"policy_range.delete", ARGS (policy_part), NOTHING, CHANGE, TENANT},

	[WIRE_policy_octet_create] = {"policy_octet.create", ARGS (policy_octet_create), ONE (policy_octet, "octet"),
	                              CHANGE, CREATION, TENANT},
	[WIRE_policy_octet_get] = {"policy_octet.get", ARGS (policy_part), ONE (policy_octet, "octet"), READ, TENANT},
	[WIRE_policy_octet_list] = {"policy_octet.list", ARGS (policy_part_list), LIST (policy_octet, "octets"), READ,
	                            TENANT},
	[WIRE_policy_octet_update] = {"policy_octet.update", ARGS (policy_octet_update), ONE (policy_octet, "octet"),
	                              CHANGE, TENANT},
	[WIRE_policy_octet_delete_] = {"policy_octet.delete", ARGS (policy_part), NOTHING, CHANGE, TENANT},

	[WIRE_nat_add] = {"nat.add", ARGS (nat), NOTHING, CHANGE, TENANT},
	[WIRE_nat_remove] = {"nat.remove", ARGS (nat), NOTHING, CHANGE, TENANT},
	[WIRE_nat_list_globals] = {"nat.list_globals", ARGS (nat_list), LIST (address, "addresses"), READ, TENANT},
	[WIRE_nat_list_locals] = {"nat.list_locals", ARGS (nat_list), LIST (address, "addresses"), READ, TENANT},

	[WIRE_lease_grant] = {"lease.grant", ARGS (lease_grant), ONE (lease, "lease"), CHANGE, TENANT},
	[WIRE_lease_release] = {"lease.release", ARGS (block_address), NOTHING, CHANGE, TENANT},
	[WIRE_lease_get] = {"lease.get", ARGS (block_address), ONE (lease, "lease"), READ, TENANT},
	[WIRE_lease_list] = {"lease.list", ARGS (lease_list), LIST (lease, "leases"), READ, TENANT},
	[WIRE_lease_expire] = {"lease.expire", ARGS (lease_expire), LIST (lease, "leases"), CHANGE, TENANT},

	[WIRE_store_check] = {"store.check", ONE (check_report, "report"), READ},
};
/* clang-format on */

const wire_operation *
wire_operation_find (const char *name)
{
	for (gsize i = 0; i < WIRE_OPERATION_COUNT; i++) {
		if (strcmp (wire_operations[i].name, name) == 0)
			return &wire_operations[i];
	}
	return NULL;
}

static gboolean
is_tenant (const char *key)
{
	static const char *const names[] = {"tenant", "used_by_tenant", "subnet_tenant", "tenant_id"};

	for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
		if (strcmp (key, names[i]) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Null and "" name nobody. What is no text cannot be the tenant. */
static gboolean
is_another (const json_t *value, const char *tenant)
{
	const char *name = json_string_value (value);

	return !json_is_null (value) && g_strcmp0 (name, "") != 0 && g_strcmp0 (name, tenant) != 0;
}

gboolean
wire_names_another (const json_t *body, const char *tenant)
{
	const char *key;
	json_t *child;
	gsize i;

	/* The macro's iterator takes no const. */
	json_object_foreach ((json_t *)(guintptr)body, key, child)
	{
		if ((is_tenant (key) && is_another (child, tenant)) || wire_names_another (child, tenant))
			return TRUE;
	}
	json_array_foreach (body, i, child)
	{
		if (wire_names_another (child, tenant))
			return TRUE;
	}
	return FALSE;
}
