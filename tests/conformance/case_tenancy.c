/*
 * Tenancy: whatever belongs to another tenant is not found, by any operation, and is left as it was. What a
 * handle cannot do is left out, so that one case covers every backend.
 */
#include "check.h"

void
case_tenancy_block (void)
{
	const char *owner = fresh ("owner");
	const char *other = fresh ("other");
	const char *block = new_block (owner, NULL, "10.210.0.0/28");
	GET_FAILS (IP_DRIVER_NOT_FOUND, block_get, block, other, block);
	if (supports ("block.update"))
		DO_FAILS (IP_DRIVER_NOT_FOUND, block_update, block, .tenant = other, .id = block, .dns1 = "192.0.2.9",
		          .set = IP_DRIVER_BLOCK_SET_DNS1);
	if (supports ("block.usage"))
		GET_FAILS (IP_DRIVER_NOT_FOUND, block_usage, usage, other, block);
	if (supports ("block.delete"))
		RUN_FAILS (IP_DRIVER_NOT_FOUND, block_delete, other, block);
	if (supports ("subnet.create"))
		DO_FAILS (IP_DRIVER_NOT_FOUND, subnet_create, block, .tenant = other, .block = block,
		          .prefix_length = 30);
	if (supports ("subnet.list"))
		DO_FAILS (IP_DRIVER_NOT_FOUND, subnet_list, blocks, .tenant = other, .block = block);
	if (supports ("route.create route.list")) {
		DO_FAILS (IP_DRIVER_NOT_FOUND, route_create, route, .tenant = other, .block = block,
		          .destination = "192.168.0.0", .gateway = "10.210.0.1");
		DO_FAILS (IP_DRIVER_NOT_FOUND, route_list, routes, .tenant = other, .block = block);
		g_autoptr (ip_driver_route) route = DO (route_create, route, .tenant = owner, .block = block,
		                                        .destination = "192.168.1.0", .gateway = "10.210.0.2");
		GET_FAILS (IP_DRIVER_NOT_FOUND, route_get, route, other, block, route->id);
		DO_FAILS (IP_DRIVER_NOT_FOUND, route_update, route, .tenant = other, .block = block, .id = route->id,
		          .gateway = "10.210.0.3", .set = IP_DRIVER_ROUTE_SET_GATEWAY);
		RUN_FAILS (IP_DRIVER_NOT_FOUND, route_delete, other, block, route->id);
		g_autoptr (ip_driver_route) same = GET (route_get, route, owner, block, route->id);
		CHECK_TEXT (same->gateway, "10.210.0.2");
	}
	g_autoptr (ip_driver_block) same = GET (block_get, block, owner, block);
	CHECK_TEXT (same->tenant, owner);
	if (supports ("all_tenants")) {
		g_autoptr (ip_driver_block) anyone = GET (block_get, block, NULL, block);
		CHECK_TEXT (anyone->tenant, owner);
	} else {
		GET_FAILS (IP_DRIVER_NOT_SUPPORTED, block_get, block, NULL, block);
	}
}

void
case_tenancy_address (void)
{
	const char *owner = fresh ("owner");
	const char *other = fresh ("other");
	const char *block = new_block (owner, NULL, "10.210.1.0/28");
	allocate_given (owner, block, "10.210.1.3");
	ALLOCATE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = other, .block = block);
	ALLOCATE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = other, .block = block, .address = "10.210.1.4");
	GET_FAILS (IP_DRIVER_NOT_FOUND, address_get, address, other, block, "10.210.1.3");
	DEALLOCATE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = other, .block = block, .address = "10.210.1.3");
	if (supports ("address.list"))
		DO_FAILS (IP_DRIVER_NOT_FOUND, address_list, addresses, .tenant = other, .block = block);
	if (supports ("address.find")) {
		g_autoptr (ip_driver_address_matches) none =
			DO (address_find, address_matches, .tenant = other, .address = "10.210.1.3");
		assert_int_equal (none->count, 0);
	}
	if (supports ("lease.grant"))
		DO_FAILS (IP_DRIVER_NOT_FOUND, lease_grant, lease, .tenant = other, .block = block,
		          .address = "10.210.1.3", .duration = 99);
	if (supports ("lease.grant lease.get lease.release")) {
		g_autoptr (ip_driver_lease) lease = DO (lease_grant, lease, .tenant = owner, .block = block,
		                                        .address = "10.210.1.3", .duration = 99);
		GET_FAILS (IP_DRIVER_NOT_FOUND, lease_get, lease, other, block, "10.210.1.3");
		RUN_FAILS (IP_DRIVER_NOT_FOUND, lease_release, other, block, "10.210.1.3");
		RUN (lease_release, owner, block, "10.210.1.3");
		CHECK_TEXT (lease->address, "10.210.1.3");
	}
	if (supports ("nat.list_globals nat.list_locals")) {
		DO_FAILS (IP_DRIVER_NOT_FOUND, nat_list_globals, addresses, .tenant = other, .block = block,
		          .address = "10.210.1.3");
		DO_FAILS (IP_DRIVER_NOT_FOUND, nat_list_locals, addresses, .tenant = other, .block = block,
		          .address = "10.210.1.3");
	}
	DEALLOCATE (.tenant = owner, .block = block, .address = "10.210.1.3");
	if (supports ("address.restore"))
		GET_FAILS (IP_DRIVER_NOT_FOUND, address_restore, address, other, block, "10.210.1.3");
	if (supports ("address.purge")) {
		guint64 purged = 0;
		RUN_FAILS (IP_DRIVER_NOT_FOUND, address_purge,
		           ARGS (address_purge, .tenant = other, .block = block, .address = "10.210.1.3",
		                 .flags = IP_DRIVER_ADDRESS_PURGE_ALL),
		           &purged);
		RUN (address_purge, ARGS (address_purge, .tenant = other, .flags = IP_DRIVER_ADDRESS_PURGE_ALL),
		     &purged);
		assert_int_equal (purged, 0);
	}
	g_autoptr (ip_driver_address) same = GET (address_get, address, owner, block, "10.210.1.3");
	assert_int_equal (same->state, IP_DRIVER_ADDRESS_DEALLOCATED);
}

void
case_tenancy_network_and_interface (void)
{
	const char *owner = fresh ("owner");
	const char *other = fresh ("other");
	const char *network = fresh ("network");
	const char *interface = fresh ("interface");
	const char *block = new_block (owner, network, "10.210.2.0/28");
	g_autoptr (ip_driver_addresses) made =
		ALLOCATE (.tenant = owner, .block = block, .interface = interface, .device = "server-91");
	DO_FAILS (IP_DRIVER_NOT_FOUND, network_get, blocks, .tenant = other, .network = network);
	DO_FAILS (IP_DRIVER_NOT_FOUND, network_list, allocations, .tenant = other, .network = network,
	          .interface = interface);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, network_deallocate, other, network, interface);
	GET_FAILS (IP_DRIVER_NOT_FOUND, interface_get, interface, other, interface);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, interface_delete, other, interface);
	g_autoptr (ip_driver_interfaces) none = DO (interface_list, interfaces, .tenant = other);
	assert_int_equal (none->count, 0);
	if (supports ("allowed_ip.allow allowed_ip.get allowed_ip.list allowed_ip.disallow")) {
		const char *address = made->items[0]->address;
		DO_FAILS (IP_DRIVER_NOT_FOUND, allowed_ip_allow, address, .tenant = other, .interface = interface,
		          .network = network, .address = address);
		GET_FAILS (IP_DRIVER_NOT_FOUND, allowed_ip_get, address, other, interface, address);
		DO_FAILS (IP_DRIVER_NOT_FOUND, allowed_ip_list, addresses, .tenant = other, .interface = interface);
		RUN_FAILS (IP_DRIVER_NOT_FOUND, allowed_ip_disallow, other, interface, address);
	}
	g_autoptr (ip_driver_interface) same = GET (interface_get, interface, owner, interface);
	assert_int_equal (same->allocation_count, 1);
}

void
case_tenancy_policy (void)
{
	const char *owner = fresh ("owner");
	const char *other = fresh ("other");
	g_autoptr (ip_driver_policy) policy = DO (policy_create, policy, .tenant = owner, .name = "own");
	g_autoptr (ip_driver_policy_range) range =
		DO (policy_range_create, policy_range, .tenant = owner, .policy = policy->id, .offset = 3, .length = 2);
	g_autoptr (ip_driver_policy_octet) octet =
		DO (policy_octet_create, policy_octet, .tenant = owner, .policy = policy->id, .octet = 9);
	GET_FAILS (IP_DRIVER_NOT_FOUND, policy_get, policy, other, policy->id);
	DO_FAILS (IP_DRIVER_NOT_FOUND, policy_update, policy, .tenant = other, .id = policy->id, .name = "theirs",
	          .set = IP_DRIVER_POLICY_SET_NAME);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, policy_delete, other, policy->id);
	DO_FAILS (IP_DRIVER_NOT_FOUND, policy_range_create, policy_range, .tenant = other, .policy = policy->id,
	          .offset = 1, .length = 4);
	GET_FAILS (IP_DRIVER_NOT_FOUND, policy_range_get, policy_range, other, policy->id, range->id);
	DO_FAILS (IP_DRIVER_NOT_FOUND, policy_range_list, policy_ranges, .tenant = other, .policy = policy->id);
	DO_FAILS (IP_DRIVER_NOT_FOUND, policy_range_update, policy_range, .tenant = other, .policy = policy->id,
	          .id = range->id, .offset = 8, .set = IP_DRIVER_POLICY_RANGE_SET_OFFSET);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, policy_range_delete, other, policy->id, range->id);
	DO_FAILS (IP_DRIVER_NOT_FOUND, policy_octet_create, policy_octet, .tenant = other, .policy = policy->id,
	          .octet = 6);
	GET_FAILS (IP_DRIVER_NOT_FOUND, policy_octet_get, policy_octet, other, policy->id, octet->id);
	DO_FAILS (IP_DRIVER_NOT_FOUND, policy_octet_list, policy_octets, .tenant = other, .policy = policy->id);
	DO_FAILS (IP_DRIVER_NOT_FOUND, policy_octet_update, policy_octet, .tenant = other, .policy = policy->id,
	          .id = octet->id, .octet = 5);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, policy_octet_delete, other, policy->id, octet->id);
	g_autoptr (ip_driver_policy_range) same_range =
		GET (policy_range_get, policy_range, owner, policy->id, range->id);
	assert_true (same_range->offset == 3 && same_range->length == 2);
	g_autoptr (ip_driver_policy_octet) same_octet =
		GET (policy_octet_get, policy_octet, owner, policy->id, octet->id);
	assert_int_equal (same_octet->octet, 9);
	g_autoptr (ip_driver_policy) same = GET (policy_get, policy, owner, policy->id);
	CHECK_TEXT (same->name, "own");
}
