/*
 * Every operation of the driver ABI, in one list, from which its enumeration, its place in the vtable,
 * its capability name, the form of its arguments and results follow. A test compares it with
 * ip_driver/backend.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LIB_OPERATIONS_H
#define LIB_OPERATIONS_H

#include "args.h"
#include "result.h"

/* X (group) */
#define GROUPS(X)                                                                                                      \
	X (block)                                                                                                      \
	X (subnet)                                                                                                     \
	X (address)                                                                                                    \
	X (network)                                                                                                    \
	X (interface)                                                                                                  \
	X (mac_range)                                                                                                  \
	X (allowed_ip)                                                                                                 \
	X (route)                                                                                                      \
	X (policy)                                                                                                     \
	X (policy_range)                                                                                               \
	X (policy_octet)                                                                                               \
	X (nat)                                                                                                        \
	X (lease)                                                                                                      \
	X (transaction)                                                                                                \
	X (store)

typedef enum {
	RETURNS_NOTHING,
	RETURNS_NUMBER, /* not with the results: the public function hands it over */
	RETURNS_ONE,
	RETURNS_PAGE,     /* at most `limit`, perhaps a marker */
	RETURNS_RELEASED, /* `limit` counts something else than the items; perhaps a marker */
	RETURNS_ALL,      /* at least one, no marker */
} operation_returns;

/* X (group, member, name, args or NULL, result or NULL, returns) */
#define OPERATIONS(X)                                                                                                  \
	X (block, create, "block.create", &block_create_args, &block_result, RETURNS_ONE)                              \
	X (block, get, "block.get", &tenant_uuid_args, &block_result, RETURNS_ONE)                                     \
	X (block, list, "block.list", &block_list_args, &block_result, RETURNS_PAGE)                                   \
	X (block, update, "block.update", &block_update_args, &block_result, RETURNS_ONE)                              \
	X (block, delete_, "block.delete", &tenant_uuid_args, NULL, RETURNS_NOTHING)                                   \
	X (block, usage, "block.usage", &tenant_uuid_args, &usage_result, RETURNS_ONE)                                 \
	X (subnet, create, "subnet.create", &subnet_create_args, &block_result, RETURNS_ONE)                           \
	X (subnet, list, "subnet.list", &subnet_list_args, &block_result, RETURNS_PAGE)                                \
	X (address, allocate, "address.allocate", &address_allocate_args, &address_result, RETURNS_ALL)                \
	X (address, confirm, "address.confirm", &address_refs_args, NULL, RETURNS_NOTHING)                             \
	X (address, cancel, "address.cancel", &address_refs_args, NULL, RETURNS_NOTHING)                               \
	X (address, get, "address.get", &block_address_args, &address_result, RETURNS_ONE)                             \
	X (address, list, "address.list", &address_list_args, &address_result, RETURNS_PAGE)                           \
	X (address, find, "address.find", &address_find_args, &address_match_result, RETURNS_PAGE)                     \
	X (address, deallocate, "address.deallocate", &address_deallocate_args, NULL, RETURNS_NOTHING)                 \
	X (address, restore, "address.restore", &block_address_args, &address_result, RETURNS_ONE)                     \
	X (address, purge, "address.purge", &address_purge_args, NULL, RETURNS_NUMBER)                                 \
	X (address, snapshot, "address.snapshot", NULL, &snapshot_result, RETURNS_ONE)                                 \
	X (address, reconcile, "address.reconcile", &address_reconcile_args, &address_result, RETURNS_RELEASED)        \
	X (network, get, "network.get", &network_get_args, &block_result, RETURNS_PAGE)                                \
	X (network, allocate, "network.allocate", &network_allocate_args, &allocation_result, RETURNS_ALL)             \
	X (network, list, "network.list", &network_list_args, &allocation_result, RETURNS_PAGE)                        \
	X (network, deallocate, "network.deallocate", &network_interface_args, NULL, RETURNS_NOTHING)                  \
	X (interface, create, "interface.create", &interface_create_args, &interface_result, RETURNS_ONE)              \
	X (interface, get, "interface.get", &tenant_interface_args, &interface_result, RETURNS_ONE)                    \
	X (interface, delete_, "interface.delete", &tenant_interface_args, NULL, RETURNS_NOTHING)                      \
	X (interface, list, "interface.list", &interface_list_args, &interface_result, RETURNS_PAGE)                   \
	X (interface, replace_all, "interface.replace_all", &interface_replace_all_args, &interface_result,            \
	   RETURNS_ALL)                                                                                                \
	X (interface, delete_all, "interface.delete_all", &tenant_device_args, NULL, RETURNS_NOTHING)                  \
	X (mac_range, create, "mac_range.create", &mac_range_create_args, &mac_range_result, RETURNS_ONE)              \
	X (mac_range, get, "mac_range.get", &uuid_args, &mac_range_result, RETURNS_ONE)                                \
	X (mac_range, list, "mac_range.list", &mac_range_list_args, &mac_range_result, RETURNS_PAGE)                   \
	X (mac_range, delete_, "mac_range.delete", &uuid_args, NULL, RETURNS_NOTHING)                                  \
	X (allowed_ip, allow, "allowed_ip.allow", &allowed_ip_allow_args, &address_result, RETURNS_ONE)                \
	X (allowed_ip, get, "allowed_ip.get", &interface_address_args, &address_result, RETURNS_ONE)                   \
	X (allowed_ip, list, "allowed_ip.list", &allowed_ip_list_args, &address_result, RETURNS_PAGE)                  \
	X (allowed_ip, disallow, "allowed_ip.disallow", &interface_address_args, NULL, RETURNS_NOTHING)                \
	X (route, create, "route.create", &route_create_args, &route_result, RETURNS_ONE)                              \
	X (route, get, "route.get", &block_route_args, &route_result, RETURNS_ONE)                                     \
	X (route, list, "route.list", &route_list_args, &route_result, RETURNS_PAGE)                                   \
	X (route, update, "route.update", &route_update_args, &route_result, RETURNS_ONE)                              \
	X (route, delete_, "route.delete", &block_route_args, NULL, RETURNS_NOTHING)                                   \
	X (policy, create, "policy.create", &policy_create_args, &policy_result, RETURNS_ONE)                          \
	X (policy, get, "policy.get", &tenant_uuid_args, &policy_result, RETURNS_ONE)                                  \
	X (policy, list, "policy.list", &policy_list_args, &policy_result, RETURNS_PAGE)                               \
	X (policy, update, "policy.update", &policy_update_args, &policy_result, RETURNS_ONE)                          \
	X (policy, delete_, "policy.delete", &tenant_uuid_args, NULL, RETURNS_NOTHING)                                 \
	X (policy_range, create, "policy_range.create", &policy_range_create_args, &policy_range_result, RETURNS_ONE)  \
	X (policy_range, get, "policy_range.get", &policy_part_args, &policy_range_result, RETURNS_ONE)                \
	X (policy_range, list, "policy_range.list", &policy_part_list_args, &policy_range_result, RETURNS_PAGE)        \
	X (policy_range, update, "policy_range.update", &policy_range_update_args, &policy_range_result, RETURNS_ONE)  \
	X (policy_range, delete_, "policy_range.delete", &policy_part_args, NULL, RETURNS_NOTHING)                     \
	X (policy_octet, create, "policy_octet.create", &policy_octet_create_args, &policy_octet_result, RETURNS_ONE)  \
	X (policy_octet, get, "policy_octet.get", &policy_part_args, &policy_octet_result, RETURNS_ONE)                \
	X (policy_octet, list, "policy_octet.list", &policy_part_list_args, &policy_octet_result, RETURNS_PAGE)        \
	X (policy_octet, update, "policy_octet.update", &policy_octet_update_args, &policy_octet_result, RETURNS_ONE)  \
	X (policy_octet, delete_, "policy_octet.delete", &policy_part_args, NULL, RETURNS_NOTHING)                     \
	X (nat, add, "nat.add", &nat_add_args, NULL, RETURNS_NOTHING)                                                  \
	X (nat, remove, "nat.remove", &nat_remove_args, NULL, RETURNS_NOTHING)                                         \
	X (nat, list_globals, "nat.list_globals", &nat_list_args, &address_result, RETURNS_PAGE)                       \
	X (nat, list_locals, "nat.list_locals", &nat_list_args, &address_result, RETURNS_PAGE)                         \
	X (lease, grant, "lease.grant", &lease_grant_args, &lease_result, RETURNS_ONE)                                 \
	X (lease, release, "lease.release", &block_address_args, NULL, RETURNS_NOTHING)                                \
	X (lease, get, "lease.get", &block_address_args, &lease_result, RETURNS_ONE)                                   \
	X (lease, list, "lease.list", &lease_list_args, &lease_result, RETURNS_PAGE)                                   \
	X (lease, expire, "lease.expire", &lease_expire_args, &lease_result, RETURNS_PAGE)                             \
	X (transaction, begin, "transaction.begin", NULL, NULL, RETURNS_NOTHING)                                       \
	X (transaction, commit, "transaction.commit", NULL, NULL, RETURNS_NOTHING)                                     \
	X (transaction, rollback, "transaction.rollback", NULL, NULL, RETURNS_NOTHING)                                 \
	X (store, check, "store.check", NULL, &check_report_result, RETURNS_ONE)

/* OPERATION_block_create, OPERATION_block_delete_, ... */
#define OPERATION_ENUM(group, member, name, args, result, returns) OPERATION_##group##_##member,
typedef enum { OPERATIONS (OPERATION_ENUM) OPERATION_COUNT } operation_id;
#undef OPERATION_ENUM

/* The groups of a driver, complete: what the driver lacks is NULL. */
#define GROUP_MEMBER(group) ip_driver_##group##_ops group;
typedef struct {
	GROUPS (GROUP_MEMBER)
} operation_groups;
#undef GROUP_MEMBER

typedef struct {
	/* The capability: "block.delete". */
	const char *name;
	const args_type *args;
	const result_type *result;
	operation_returns returns;
	/* Of the function pointer in operation_groups. */
	size_t offset;
} driver_operation;

extern const driver_operation operations[OPERATION_COUNT];

/* What IP_DRIVER_FEATURE_... bits are called as capabilities. */
typedef struct {
	guint32 bit;
	const char *name;
	/* What a call did that lacks it, for messages. */
	const char *use;
} operation_feature;

#define OPERATION_FEATURE_COUNT 5
extern const operation_feature operation_features[OPERATION_FEATURE_COUNT];

#endif
