/*
 * operations.c: the operations of the API extension, by a table from the wire's to the library's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "operations.h"

#include <string.h>

/* Calls the function; *ret_result is the list or object that it returns, *ret_number the number. */
typedef ip_driver_status (*operation_call) (ip_driver *driver, gconstpointer args, gpointer *ret_result,
                                            uint64_t *ret_number, ip_driver_error *error);

typedef struct {
	operation_call call;
	GDestroyNotify free;
} operation_entry;

/* The beginning that all lists of the ABI share. */
typedef struct {
	size_t size;
	size_t count;
	gpointer *items;
	const char *next_marker;
} any_list;

#define CALL(name)                                                                                                     \
	static ip_driver_status name (ip_driver *driver, gconstpointer args, gpointer *ret_result,                     \
	                              uint64_t *ret_number, ip_driver_error *error)
#define RESULT(Type)                                                                                                   \
	static void free_##Type (gpointer result)                                                                      \
	{                                                                                                              \
		ip_driver_##Type##_free (result);                                                                      \
	}

/* An operation that returns a Type, by what it takes: */
#define RETURNING(name, Type, ...)                                                                                     \
	CALL (call_##name)                                                                                             \
	{                                                                                                              \
		ip_driver_##Type *result = NULL;                                                                       \
		ip_driver_status status = ip_driver_##name (driver, __VA_ARGS__ & result, error);                      \
                                                                                                                       \
		*ret_result = result;                                                                                  \
		return status;                                                                                         \
	}
#define PLAIN(name, ...)                                                                                               \
	CALL (call_##name)                                                                                             \
	{                                                                                                              \
		return ip_driver_##name (driver, __VA_ARGS__ error);                                                   \
	}
#define KEY ((const wire_key *)args)
#define ARGS args,
#define NO_ARGS
#define FIRST KEY->first,
#define TENANT_FIRST KEY->tenant, KEY->first,
#define TENANT_BOTH KEY->tenant, KEY->first, KEY->second,

/* clang-format off */
RESULT (block) RESULT (blocks) RESULT (usage)
RESULT (address) RESULT (addresses) RESULT (address_matches) RESULT (address_snapshot_result)
RESULT (allocations)
RESULT (interface) RESULT (interfaces)
RESULT (mac_range) RESULT (mac_ranges)
RESULT (route) RESULT (routes)
RESULT (policy) RESULT (policies)
RESULT (policy_range) RESULT (policy_ranges)
RESULT (policy_octet) RESULT (policy_octets)
RESULT (lease) RESULT (leases)
RESULT (check_report)

RETURNING (block_create, block, ARGS)
RETURNING (block_get, block, TENANT_FIRST)
RETURNING (block_list, blocks, ARGS)
RETURNING (block_update, block, ARGS)
PLAIN (block_delete, TENANT_FIRST)
RETURNING (block_usage, usage, TENANT_FIRST)
RETURNING (subnet_create, block, ARGS)
RETURNING (subnet_list, blocks, ARGS)
RETURNING (address_allocate, addresses, ARGS)
PLAIN (address_confirm, ARGS)
PLAIN (address_cancel, ARGS)
RETURNING (address_get, address, TENANT_BOTH)
RETURNING (address_list, addresses, ARGS)
RETURNING (address_find, address_matches, ARGS)
PLAIN (address_deallocate, ARGS)
RETURNING (address_restore, address, TENANT_BOTH)
RETURNING (address_snapshot, address_snapshot_result, NO_ARGS)
RETURNING (address_reconcile, addresses, ARGS)
RETURNING (network_get, blocks, ARGS)
RETURNING (network_allocate, allocations, ARGS)
RETURNING (network_list, allocations, ARGS)
PLAIN (network_deallocate, TENANT_BOTH)
RETURNING (interface_create, interface, ARGS)
RETURNING (interface_get, interface, TENANT_FIRST)
PLAIN (interface_delete, TENANT_FIRST)
RETURNING (interface_list, interfaces, ARGS)
RETURNING (interface_replace_all, interfaces, ARGS)
PLAIN (interface_delete_all, TENANT_FIRST)
RETURNING (mac_range_create, mac_range, ARGS)
RETURNING (mac_range_get, mac_range, FIRST)
RETURNING (mac_range_list, mac_ranges, ARGS)
PLAIN (mac_range_delete, FIRST)
RETURNING (allowed_ip_allow, address, ARGS)
RETURNING (allowed_ip_get, address, TENANT_BOTH)
RETURNING (allowed_ip_list, addresses, ARGS)
PLAIN (allowed_ip_disallow, TENANT_BOTH)
RETURNING (route_create, route, ARGS)
RETURNING (route_get, route, TENANT_BOTH)
RETURNING (route_list, routes, ARGS)
RETURNING (route_update, route, ARGS)
PLAIN (route_delete, TENANT_BOTH)
RETURNING (policy_create, policy, ARGS)
RETURNING (policy_get, policy, TENANT_FIRST)
RETURNING (policy_list, policies, ARGS)
RETURNING (policy_update, policy, ARGS)
PLAIN (policy_delete, TENANT_FIRST)
RETURNING (policy_range_create, policy_range, ARGS)
RETURNING (policy_range_get, policy_range, TENANT_BOTH)
RETURNING (policy_range_list, policy_ranges, ARGS)
RETURNING (policy_range_update, policy_range, ARGS)
PLAIN (policy_range_delete, TENANT_BOTH)
RETURNING (policy_octet_create, policy_octet, ARGS)
RETURNING (policy_octet_get, policy_octet, TENANT_BOTH)
RETURNING (policy_octet_list, policy_octets, ARGS)
RETURNING (policy_octet_update, policy_octet, ARGS)
PLAIN (policy_octet_delete, TENANT_BOTH)
PLAIN (nat_add, ARGS)
PLAIN (nat_remove, ARGS)
RETURNING (nat_list_globals, addresses, ARGS)
RETURNING (nat_list_locals, addresses, ARGS)
RETURNING (lease_grant, lease, ARGS)
PLAIN (lease_release, TENANT_BOTH)
RETURNING (lease_get, lease, TENANT_BOTH)
RETURNING (lease_list, leases, ARGS)
RETURNING (lease_expire, leases, ARGS)
RETURNING (store_check, check_report, NO_ARGS)

CALL (call_address_purge)
{
	return ip_driver_address_purge (driver, args, ret_number, error);
}

static const operation_entry entries[WIRE_OPERATION_COUNT] = {
	[WIRE_block_create] = {call_block_create, free_block},
	[WIRE_block_get] = {call_block_get, free_block},
	[WIRE_block_list] = {call_block_list, free_blocks},
	[WIRE_block_update] = {call_block_update, free_block},
	[WIRE_block_delete_] = {call_block_delete},
	[WIRE_block_usage] = {call_block_usage, free_usage},
	[WIRE_subnet_create] = {call_subnet_create, free_block},
	[WIRE_subnet_list] = {call_subnet_list, free_blocks},
	[WIRE_address_allocate] = {call_address_allocate, free_addresses},
	[WIRE_address_confirm] = {call_address_confirm},
	[WIRE_address_cancel] = {call_address_cancel},
	[WIRE_address_get] = {call_address_get, free_address},
	[WIRE_address_list] = {call_address_list, free_addresses},
	[WIRE_address_find] = {call_address_find, free_address_matches},
	[WIRE_address_deallocate] = {call_address_deallocate},
	[WIRE_address_restore] = {call_address_restore, free_address},
	[WIRE_address_purge] = {call_address_purge},
	[WIRE_address_snapshot] = {call_address_snapshot, free_address_snapshot_result},
	[WIRE_address_reconcile] = {call_address_reconcile, free_addresses},
	[WIRE_network_get] = {call_network_get, free_blocks},
	[WIRE_network_allocate] = {call_network_allocate, free_allocations},
	[WIRE_network_list] = {call_network_list, free_allocations},
	[WIRE_network_deallocate] = {call_network_deallocate},
	[WIRE_interface_create] = {call_interface_create, free_interface},
	[WIRE_interface_get] = {call_interface_get, free_interface},
	[WIRE_interface_delete_] = {call_interface_delete},
	[WIRE_interface_list] = {call_interface_list, free_interfaces},
	[WIRE_interface_replace_all] = {call_interface_replace_all, free_interfaces},
	[WIRE_interface_delete_all] = {call_interface_delete_all},
	[WIRE_mac_range_create] = {call_mac_range_create, free_mac_range},
	[WIRE_mac_range_get] = {call_mac_range_get, free_mac_range},
	[WIRE_mac_range_list] = {call_mac_range_list, free_mac_ranges},
	[WIRE_mac_range_delete_] = {call_mac_range_delete},
	[WIRE_allowed_ip_allow] = {call_allowed_ip_allow, free_address},
	[WIRE_allowed_ip_get] = {call_allowed_ip_get, free_address},
	[WIRE_allowed_ip_list] = {call_allowed_ip_list, free_addresses},
	[WIRE_allowed_ip_disallow] = {call_allowed_ip_disallow},
	[WIRE_route_create] = {call_route_create, free_route},
	[WIRE_route_get] = {call_route_get, free_route},
	[WIRE_route_list] = {call_route_list, free_routes},
	[WIRE_route_update] = {call_route_update, free_route},
	[WIRE_route_delete_] = {call_route_delete},
	[WIRE_policy_create] = {call_policy_create, free_policy},
	[WIRE_policy_get] = {call_policy_get, free_policy},
	[WIRE_policy_list] = {call_policy_list, free_policies},
	[WIRE_policy_update] = {call_policy_update, free_policy},
	[WIRE_policy_delete_] = {call_policy_delete},
	[WIRE_policy_range_create] = {call_policy_range_create, free_policy_range},
	[WIRE_policy_range_get] = {call_policy_range_get, free_policy_range},
	[WIRE_policy_range_list] = {call_policy_range_list, free_policy_ranges},
	[WIRE_policy_range_update] = {call_policy_range_update, free_policy_range},
	[WIRE_policy_range_delete_] = {call_policy_range_delete},
	[WIRE_policy_octet_create] = {call_policy_octet_create, free_policy_octet},
	[WIRE_policy_octet_get] = {call_policy_octet_get, free_policy_octet},
	[WIRE_policy_octet_list] = {call_policy_octet_list, free_policy_octets},
	[WIRE_policy_octet_update] = {call_policy_octet_update, free_policy_octet},
	[WIRE_policy_octet_delete_] = {call_policy_octet_delete},
	[WIRE_nat_add] = {call_nat_add},
	[WIRE_nat_remove] = {call_nat_remove},
	[WIRE_nat_list_globals] = {call_nat_list_globals, free_addresses},
	[WIRE_nat_list_locals] = {call_nat_list_locals, free_addresses},
	[WIRE_lease_grant] = {call_lease_grant, free_lease},
	[WIRE_lease_release] = {call_lease_release},
	[WIRE_lease_get] = {call_lease_get, free_lease},
	[WIRE_lease_list] = {call_lease_list, free_leases},
	[WIRE_lease_expire] = {call_lease_expire, free_leases},
	[WIRE_store_check] = {call_store_check, free_check_report},
};
/* clang-format on */

static json_t *
encode (const wire_operation *operation, gconstpointer result, uint64_t number)
{
	json_t *body = json_object ();

	if (operation->returns == WIRE_NUMBER) {
		json_object_set_new (body, operation->result_name,
		                     json_integer ((json_int_t)MIN (number, (uint64_t)G_MAXINT64)));
	} else if (operation->returns == WIRE_ONE) {
		json_object_set_new (body, operation->result_name, wire_encode (operation->result, result));
	} else if (operation->returns == WIRE_LIST) {
		const any_list *list = result;
		json_t *items = json_array ();

		for (gsize i = 0; i < list->count; i++)
			json_array_append_new (items, wire_encode (operation->result, list->items[i]));
		json_object_set_new (body, operation->result_name, items);
		if (list->next_marker != NULL)
			json_object_set_new (body, "next_marker", json_string (list->next_marker));
	}
	return body;
}

void
operations_run (ip_driver *driver, wire_operation_id id, json_t *args, const char *tenant, server_answer *answer)
{
	const wire_operation *operation = &wire_operations[id];
	const operation_entry *entry = &entries[id];
	g_autoptr (wire_memory) memory = wire_memory_new ();
	json_auto_t *object = args != NULL ? json_incref (args) : json_object ();
	g_autofree char *problem = NULL;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	gpointer decoded = NULL, result = NULL;
	uint64_t number = 0;

	if (tenant != NULL && wire_names_another (object, tenant)) {
		server_answer_fault (answer, 403, NAMES_ANOTHER);
		return;
	}
	if (tenant != NULL)
		json_object_set_new (object, "tenant", json_string (tenant));
	if (operation->args != NULL) {
		decoded = wire_decode (operation->args, object, TRUE, memory, &problem);
	} else if (json_object_size (object) > 0) {
		problem = g_strdup_printf ("%s takes no arguments", operation->name);
	}
	if (problem != NULL) {
		error.status = IP_DRIVER_INVALID;
		g_strlcpy (error.message, problem, sizeof (error.message));
		server_answer_error (answer, &error);
		return;
	}
	if (entry->call (driver, decoded, &result, &number, &error) != IP_DRIVER_OK)
		server_answer_error (answer, &error);
	else
		server_answer_set (answer, 200, encode (operation, result, number));
	if (result != NULL)
		entry->free (result);
}
