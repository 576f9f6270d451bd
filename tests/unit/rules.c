/*
 * Arguments: the rules of single structs: numbers, flags, `set` bits, combinations; and what of them
 * reaches the driver. Those of addresses, networks and interfaces are in rules_address.c, the general ones
 * in args.c, the forms of text in text.c.
 */
#include "support.h"

#include <string.h>

static int calls;

static ip_driver_status
count_calls (const fake_call *call)
{
	calls++;
	return support_answer (call);
}

/* ---- ids to choose ---- */

/* chosen_ids stands for every struct that has an id to choose. */
static void
test_chosen_ids (void **state)
{
	ip_driver *driver = support_open_without ("chosen_ids");
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_block_create_args block = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_subnet_create_args subnet = IP_DRIVER_SUBNET_CREATE_ARGS_INIT;
	ip_driver_mac_range_create_args mac_range = IP_DRIVER_MAC_RANGE_CREATE_ARGS_INIT;
	ip_driver_route_create_args route = IP_DRIVER_ROUTE_CREATE_ARGS_INIT;
	ip_driver_policy_create_args policy = IP_DRIVER_POLICY_CREATE_ARGS_INIT;
	ip_driver_policy_range_create_args range = IP_DRIVER_POLICY_RANGE_CREATE_ARGS_INIT;
	ip_driver_policy_octet_create_args octet = IP_DRIVER_POLICY_OCTET_CREATE_ARGS_INIT;
	ip_driver_interface_create_args interface = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	ip_driver_block *ret_block = NULL;
	ip_driver_mac_range *ret_mac_range = NULL;
	ip_driver_route *ret_route = NULL;
	ip_driver_policy *ret_policy = NULL;
	ip_driver_policy_range *ret_range = NULL;
	ip_driver_policy_octet *ret_octet = NULL;
	ip_driver_interface *ret_interface = NULL;

	fake ()->handler = count_calls;
	calls = 0;
	block.tenant = policy.tenant = interface.tenant = "blue";
	block.id = subnet.id = mac_range.id = route.id = policy.id = range.id = octet.id = UUID_C;
	block.cidr = "10.0.0.0/8";
	block.type = IP_DRIVER_BLOCK_PUBLIC;
	assert_error (ip_driver_block_create (driver, &block, &ret_block, &error), &error, IP_DRIVER_NOT_SUPPORTED,
	              "chosen_ids");
	subnet.block = route.block = range.policy = octet.policy = UUID_A;
	subnet.tenant = route.tenant = range.tenant = octet.tenant = "blue";
	subnet.prefix_length = 9;
	assert_error (ip_driver_subnet_create (driver, &subnet, &ret_block, &error), &error, IP_DRIVER_NOT_SUPPORTED,
	              "chosen_ids");
	mac_range.cidr = "02:00:00:00:00:00/8";
	assert_error (ip_driver_mac_range_create (driver, &mac_range, &ret_mac_range, &error), &error,
	              IP_DRIVER_NOT_SUPPORTED, "chosen_ids");
	route.destination = route.gateway = "10.0.0.1";
	assert_error (ip_driver_route_create (driver, &route, &ret_route, &error), &error, IP_DRIVER_NOT_SUPPORTED,
	              "chosen_ids");
	policy.name = "p";
	assert_error (ip_driver_policy_create (driver, &policy, &ret_policy, &error), &error, IP_DRIVER_NOT_SUPPORTED,
	              "chosen_ids");
	assert_error (ip_driver_policy_range_create (driver, &range, &ret_range, &error), &error,
	              IP_DRIVER_NOT_SUPPORTED, "chosen_ids");
	assert_error (ip_driver_policy_octet_create (driver, &octet, &ret_octet, &error), &error,
	              IP_DRIVER_NOT_SUPPORTED, "chosen_ids");
	assert_int_equal (calls, 0);
	/* The ids of interfaces are the caller's in any case. */
	interface.id = "eth0";
	assert_ok (ip_driver_interface_create (driver, &interface, &ret_interface, &error), &error);
	ip_driver_interface_free (ret_interface);
	ip_driver_close (driver);
}

/* ---- blocks and subnets ---- */

static void
test_block_create (void **state)
{
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_block *block = NULL;

	fake ()->handler = count_calls;
	calls = 0;
	args.tenant = "blue";
	args.cidr = "10.0.0.0/8";
	args.gateway = "192.168.0.1";
	args.dns1 = "::1";
	args.dns2 = "1.1.1.1";
	assert_error (ip_driver_block_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID, "type 0");
	args.type = 3;
	assert_error (ip_driver_block_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID, "type 3");
	args.type = -1;
	assert_error (ip_driver_block_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID, "type -1");
	args.type = IP_DRIVER_BLOCK_PRIVATE;
	args.gateway = "fe80::1";
	assert_error (ip_driver_block_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID,
	              "gateway \"fe80::1\" is not of the family of cidr \"10.0.0.0/8\"");
	args.gateway = "192.168.0.1/8";
	assert_error (ip_driver_block_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID, "gateway");
	args.gateway = NULL;
	args.dns1 = "dns";
	assert_error (ip_driver_block_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID,
	              "dns1 \"dns\"");
	args.dns1 = NULL;
	args.dns2 = "";
	assert_error (ip_driver_block_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID, "dns2 \"\"");
	args.dns2 = NULL;
	args.policy = "p";
	assert_error (ip_driver_block_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID, "policy");
	args.policy = NULL;
	args.network = "";
	assert_error (ip_driver_block_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID, "network");
	args.network = NULL;
	args.cidr = "10.0.0.0/33";
	assert_error (ip_driver_block_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID,
	              "cidr \"10.0.0.0/33\" is not a CIDR");
	assert_null (block);
	assert_int_equal (calls, 0);
	/* A gateway may lie outside of the block, name servers may be of any family. */
	args.cidr = "2001:db8::/64";
	args.gateway = "fe80::1";
	args.dns1 = "1.1.1.1";
	args.dns2 = "::1";
	assert_ok (ip_driver_block_create (*state, &args, &block, &error), &error);
	ip_driver_block_free (block);
}

static ip_driver_block_update_args seen_update;

static ip_driver_status
keep_update (const fake_call *call)
{
	calls++;
	seen_update = *(const ip_driver_block_update_args *)call->args;
	return support_answer (call);
}

static void
test_block_update (void **state)
{
	ip_driver_block_update_args args = IP_DRIVER_BLOCK_UPDATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_block *block = NULL;

	fake ()->handler = keep_update;
	calls = 0;
	args.id = UUID_A;
	/* What is not set is not looked at, and does not reach the driver. */
	args.network = "";
	args.gateway = args.dns1 = args.dns2 = args.policy = "nonsense";
	args.set = 0;
	assert_ok (ip_driver_block_update (*state, &args, &block, &error), &error);
	ip_driver_block_free (block);
	assert_null (seen_update.network);
	assert_null (seen_update.gateway);
	assert_null (seen_update.dns1);
	assert_null (seen_update.dns2);
	assert_null (seen_update.policy);
	calls = 0;
	args.set = IP_DRIVER_BLOCK_SET_NETWORK;
	assert_error (ip_driver_block_update (*state, &args, &block, &error), &error, IP_DRIVER_INVALID, "network");
	args.set = IP_DRIVER_BLOCK_SET_GATEWAY;
	assert_error (ip_driver_block_update (*state, &args, &block, &error), &error, IP_DRIVER_INVALID, "gateway");
	args.set = IP_DRIVER_BLOCK_SET_DNS1;
	assert_error (ip_driver_block_update (*state, &args, &block, &error), &error, IP_DRIVER_INVALID, "dns1");
	args.set = IP_DRIVER_BLOCK_SET_DNS2;
	assert_error (ip_driver_block_update (*state, &args, &block, &error), &error, IP_DRIVER_INVALID, "dns2");
	args.set = IP_DRIVER_BLOCK_SET_POLICY;
	assert_error (ip_driver_block_update (*state, &args, &block, &error), &error, IP_DRIVER_INVALID, "policy");
	args.set = 0x20;
	assert_error (ip_driver_block_update (*state, &args, &block, &error), &error, IP_DRIVER_INVALID, "set 0x20");
	assert_int_equal (calls, 0);
	/* NULL clears. */
	args.network = args.gateway = args.dns1 = args.dns2 = args.policy = NULL;
	args.set = 0x1f;
	assert_ok (ip_driver_block_update (*state, &args, &block, &error), &error);
	ip_driver_block_free (block);
	assert_int_equal (seen_update.set, 0x1f);
}

static void
test_block_list (void **state)
{
	ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_blocks *blocks = NULL;

	fake ()->handler = count_calls;
	calls = 0;
	args.flags = 2;
	assert_error (ip_driver_block_list (*state, &args, &blocks, &error), &error, IP_DRIVER_INVALID, "flags 0x2");
	args.flags = 0x80000001u;
	assert_error (ip_driver_block_list (*state, &args, &blocks, &error), &error, IP_DRIVER_INVALID,
	              "flags 0x80000001");
	args.flags = 0;
	args.type = 3;
	assert_error (ip_driver_block_list (*state, &args, &blocks, &error), &error, IP_DRIVER_INVALID, "type 3");
	assert_int_equal (calls, 0);
	args.flags = IP_DRIVER_BLOCK_LIST_ROOTS;
	args.type = IP_DRIVER_BLOCK_ANY;
	assert_ok (ip_driver_block_list (*state, &args, &blocks, &error), &error);
	ip_driver_blocks_free (blocks);
}

static void
test_subnet_create (void **state)
{
	ip_driver_subnet_create_args args = IP_DRIVER_SUBNET_CREATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_block *block = NULL;

	fake ()->handler = count_calls;
	calls = 0;
	args.block = UUID_A;
	assert_error (ip_driver_subnet_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID,
	              "cidr or prefix_length is required");
	args.prefix_length = 129;
	assert_error (ip_driver_subnet_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID,
	              "prefix_length 129");
	args.prefix_length = -1;
	assert_error (ip_driver_subnet_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID,
	              "prefix_length -1");
	args.prefix_length = 24;
	args.cidr = "10.0.0.0/24";
	assert_error (ip_driver_subnet_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID, "exclude");
	args.prefix_length = 0;
	args.gateway = "::1";
	assert_error (ip_driver_subnet_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID, "gateway");
	args.gateway = "10.0.0.1";
	args.subnet_tenant = "";
	assert_error (ip_driver_subnet_create (*state, &args, &block, &error), &error, IP_DRIVER_INVALID,
	              "subnet_tenant");
	assert_int_equal (calls, 0);
	args.subnet_tenant = "red";
	assert_ok (ip_driver_subnet_create (*state, &args, &block, &error), &error);
	ip_driver_block_free (block);
	args.cidr = NULL;
	args.prefix_length = 128;
	args.gateway = "::1";
	assert_ok (ip_driver_subnet_create (*state, &args, &block, &error), &error);
	ip_driver_block_free (block);
	args.prefix_length = 1;
	assert_ok (ip_driver_subnet_create (*state, &args, &block, &error), &error);
	ip_driver_block_free (block);
}

/* ---- the others ---- */

static ip_driver_route_update_args seen_route;

static ip_driver_status
keep_route (const fake_call *call)
{
	calls++;
	seen_route = *(const ip_driver_route_update_args *)call->args;
	if (seen_route.destination != NULL && seen_route.netmask != NULL) {
		assert_string_equal (seen_route.destination, "10.1.0.0");
		assert_string_equal (seen_route.netmask, "255.255.0.0");
	}
	return support_answer (call);
}

static void
test_route_update (void **state)
{
	ip_driver_route_update_args args = IP_DRIVER_ROUTE_UPDATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_route *route = NULL;

	fake ()->handler = keep_route;
	calls = 0;
	args.block = UUID_A;
	args.id = UUID_B;
	args.set = IP_DRIVER_ROUTE_SET_DESTINATION;
	assert_error (ip_driver_route_update (*state, &args, &route, &error), &error, IP_DRIVER_INVALID,
	              "destination is required");
	args.set = IP_DRIVER_ROUTE_SET_GATEWAY;
	assert_error (ip_driver_route_update (*state, &args, &route, &error), &error, IP_DRIVER_INVALID,
	              "gateway is required");
	args.set = 8;
	assert_error (ip_driver_route_update (*state, &args, &route, &error), &error, IP_DRIVER_INVALID, "set 0x8");
	args.set = IP_DRIVER_ROUTE_SET_DESTINATION | IP_DRIVER_ROUTE_SET_GATEWAY;
	args.destination = "10.1.2.3";
	args.gateway = "::1";
	assert_error (ip_driver_route_update (*state, &args, &route, &error), &error, IP_DRIVER_INVALID, "gateway");
	args.set = IP_DRIVER_ROUTE_SET_NETMASK;
	args.netmask = "255.0.255.0";
	assert_error (ip_driver_route_update (*state, &args, &route, &error), &error, IP_DRIVER_INVALID, "netmask");
	args.netmask = "129";
	assert_error (ip_driver_route_update (*state, &args, &route, &error), &error, IP_DRIVER_INVALID, "netmask");
	assert_int_equal (calls, 0);
	args.netmask = "16";
	args.set = IP_DRIVER_ROUTE_SET_NETMASK | IP_DRIVER_ROUTE_SET_DESTINATION;
	assert_ok (ip_driver_route_update (*state, &args, &route, &error), &error);
	ip_driver_route_free (route);
	assert_null (seen_route.gateway);
	/* NULL takes the netmask away. */
	args.netmask = NULL;
	args.set = IP_DRIVER_ROUTE_SET_NETMASK;
	assert_ok (ip_driver_route_update (*state, &args, &route, &error), &error);
	ip_driver_route_free (route);
	assert_null (seen_route.destination);
	assert_int_equal (seen_route.set, IP_DRIVER_ROUTE_SET_NETMASK);
}

static ip_driver_policy_update_args seen_policy;

static ip_driver_status
keep_policy (const fake_call *call)
{
	calls++;
	seen_policy = *(const ip_driver_policy_update_args *)call->args;
	return support_answer (call);
}

static void
test_policy_update (void **state)
{
	ip_driver_policy_update_args args = IP_DRIVER_POLICY_UPDATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_policy *policy = NULL;

	fake ()->handler = keep_policy;
	calls = 0;
	args.id = UUID_A;
	args.set = IP_DRIVER_POLICY_SET_NAME;
	assert_error (ip_driver_policy_update (*state, &args, &policy, &error), &error, IP_DRIVER_INVALID,
	              "name is required");
	args.name = "";
	assert_error (ip_driver_policy_update (*state, &args, &policy, &error), &error, IP_DRIVER_INVALID, "name \"\"");
	args.set = 4;
	assert_error (ip_driver_policy_update (*state, &args, &policy, &error), &error, IP_DRIVER_INVALID, "set 0x4");
	assert_int_equal (calls, 0);
	args.set = IP_DRIVER_POLICY_SET_DESCRIPTION;
	args.description = "";
	assert_ok (ip_driver_policy_update (*state, &args, &policy, &error), &error);
	ip_driver_policy_free (policy);
	assert_null (seen_policy.name);
	assert_string_equal (seen_policy.description, "");
	args.description = NULL;
	assert_ok (ip_driver_policy_update (*state, &args, &policy, &error), &error);
	ip_driver_policy_free (policy);
	assert_null (seen_policy.description);
}

static ip_driver_policy_range_update_args seen_range;

static ip_driver_status
keep_range (const fake_call *call)
{
	calls++;
	if (strcmp (call->operation, "policy_range.update") == 0)
		seen_range = *(const ip_driver_policy_range_update_args *)call->args;
	return support_answer (call);
}

static void
test_policy_parts (void **state)
{
	ip_driver_policy_range_create_args range = IP_DRIVER_POLICY_RANGE_CREATE_ARGS_INIT;
	ip_driver_policy_range_update_args update = IP_DRIVER_POLICY_RANGE_UPDATE_ARGS_INIT;
	ip_driver_policy_octet_create_args octet = IP_DRIVER_POLICY_OCTET_CREATE_ARGS_INIT;
	ip_driver_policy_octet_update_args octet_update = IP_DRIVER_POLICY_OCTET_UPDATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_policy_range *ret_range = NULL;
	ip_driver_policy_octet *ret_octet = NULL;

	fake ()->handler = keep_range;
	calls = 0;
	range.policy = update.policy = octet.policy = octet_update.policy = UUID_A;
	update.id = octet_update.id = UUID_B;
	range.length = (uint64_t)INT64_MAX + 1;
	assert_error (ip_driver_policy_range_create (*state, &range, &ret_range, &error), &error, IP_DRIVER_INVALID,
	              "length 9223372036854775808");
	update.length = UINT64_MAX;
	update.set = IP_DRIVER_POLICY_RANGE_SET_LENGTH;
	assert_error (ip_driver_policy_range_update (*state, &update, &ret_range, &error), &error, IP_DRIVER_INVALID,
	              "length 18446744073709551615");
	octet.octet = 256;
	assert_error (ip_driver_policy_octet_create (*state, &octet, &ret_octet, &error), &error, IP_DRIVER_INVALID,
	              "octet 256");
	octet_update.octet = -1;
	assert_error (ip_driver_policy_octet_update (*state, &octet_update, &ret_octet, &error), &error,
	              IP_DRIVER_INVALID, "octet -1");
	update.set = 4;
	assert_error (ip_driver_policy_range_update (*state, &update, &ret_range, &error), &error, IP_DRIVER_INVALID,
	              "set 0x4");
	assert_int_equal (calls, 0);
	range.length = INT64_MAX;
	range.offset = INT64_MIN;
	assert_ok (ip_driver_policy_range_create (*state, &range, &ret_range, &error), &error);
	ip_driver_policy_range_free (ret_range);
	/* What is not set arrives as 0, and is not looked at. */
	update.set = IP_DRIVER_POLICY_RANGE_SET_OFFSET;
	update.offset = -1;
	assert_ok (ip_driver_policy_range_update (*state, &update, &ret_range, &error), &error);
	ip_driver_policy_range_free (ret_range);
	assert_int_equal (seen_range.offset, -1);
	assert_int_equal (seen_range.length, 0);
	octet.octet = 255;
	assert_ok (ip_driver_policy_octet_create (*state, &octet, &ret_octet, &error), &error);
	ip_driver_policy_octet_free (ret_octet);
}

static ip_driver_status
keep_nat (const fake_call *call)
{
	const ip_driver_nat_args *args = call->args;

	calls++;
	/* Which list is which, is what could be mixed up. */
	assert_string_equal (args->locals[0].address, "10.0.0.1");
	if (args->global_count > 0)
		assert_string_equal (args->globals[0].address, "192.0.2.1");
	return IP_DRIVER_OK;
}

static void
test_nat (void **state)
{
	ip_driver_address_ref locals[] = {{UUID_A, "10.0.0.1", NULL}, {UUID_A, "10.0.0.2", NULL}};
	ip_driver_address_ref globals[] = {{UUID_B, "192.0.2.1", NULL}, {UUID_B, "192.0.2.2", UUID_C}};
	ip_driver_nat_args args = IP_DRIVER_NAT_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	fake ()->handler = keep_nat;
	calls = 0;
	args.locals = locals;
	args.globals = globals;
	args.local_count = 1;
	assert_error (ip_driver_nat_add (*state, &args, &error), &error, IP_DRIVER_INVALID, "globals is required");
	assert_ok (ip_driver_nat_remove (*state, &args, &error), &error);
	args.global_count = 2;
	assert_ok (ip_driver_nat_add (*state, &args, &error), &error);
	assert_ok (ip_driver_nat_remove (*state, &args, &error), &error);
	args.local_count = 2;
	assert_error (ip_driver_nat_add (*state, &args, &error), &error, IP_DRIVER_INVALID, "exactly one");
	assert_error (ip_driver_nat_remove (*state, &args, &error), &error, IP_DRIVER_INVALID, "exactly one");
	args.global_count = 1;
	assert_ok (ip_driver_nat_add (*state, &args, &error), &error);
	args.local_count = 0;
	assert_error (ip_driver_nat_add (*state, &args, &error), &error, IP_DRIVER_INVALID, "locals is required");
	args.global_count = 0;
	assert_error (ip_driver_nat_remove (*state, &args, &error), &error, IP_DRIVER_INVALID, "exactly one");
	args.local_count = args.global_count = 1;
	globals[0].address = "192.0.2.300";
	assert_error (ip_driver_nat_add (*state, &args, &error), &error, IP_DRIVER_INVALID, "globals[0].address");
	globals[0].address = "192.0.2.1";
	locals[0].id = "x";
	assert_error (ip_driver_nat_add (*state, &args, &error), &error, IP_DRIVER_INVALID, "locals[0].id");
	assert_int_equal (calls, 4);
}

static void
test_lease (void **state)
{
	ip_driver_lease_grant_args grant = IP_DRIVER_LEASE_GRANT_ARGS_INIT;
	ip_driver_lease_list_args list = IP_DRIVER_LEASE_LIST_ARGS_INIT;
	ip_driver_lease_expire_args expire = IP_DRIVER_LEASE_EXPIRE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_lease *lease = NULL;
	ip_driver_leases *leases = NULL;

	fake ()->handler = count_calls;
	calls = 0;
	grant.block = UUID_A;
	grant.address = "::1";
	grant.client_id = "";
	assert_error (ip_driver_lease_grant (*state, &grant, &lease, &error), &error, IP_DRIVER_INVALID, "client_id");
	grant.client_id = NULL;
	grant.hostname = "\xff";
	assert_error (ip_driver_lease_grant (*state, &grant, &lease, &error), &error, IP_DRIVER_INVALID, "hostname");
	list.expired_at = -1;
	assert_error (ip_driver_lease_list (*state, &list, &leases, &error), &error, IP_DRIVER_INVALID,
	              "expired_at -1");
	expire.expired_at = g_get_real_time () / G_USEC_PER_SEC + 3600;
	assert_error (ip_driver_lease_expire (*state, &expire, &leases, &error), &error, IP_DRIVER_INVALID, "future");
	expire.expired_at = -1;
	assert_error (ip_driver_lease_expire (*state, &expire, &leases, &error), &error, IP_DRIVER_INVALID,
	              "expired_at -1");
	expire.expired_at = 0;
	expire.flags = 2;
	assert_error (ip_driver_lease_expire (*state, &expire, &leases, &error), &error, IP_DRIVER_INVALID,
	              "flags 0x2");
	assert_int_equal (calls, 0);
	grant.hostname = "host";
	grant.duration = UINT32_MAX;
	assert_ok (ip_driver_lease_grant (*state, &grant, &lease, &error), &error);
	ip_driver_lease_free (lease);
	expire.flags = IP_DRIVER_LEASE_EXPIRE_DEALLOCATE;
	expire.expired_at = g_get_real_time () / G_USEC_PER_SEC - 1;
	assert_ok (ip_driver_lease_expire (*state, &expire, &leases, &error), &error);
	ip_driver_leases_free (leases);
	list.expired_at = INT64_MAX;
	assert_ok (ip_driver_lease_list (*state, &list, &leases, &error), &error);
	ip_driver_leases_free (leases);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_chosen_ids),    cmocka_unit_test (test_block_create),
		cmocka_unit_test (test_block_update),  cmocka_unit_test (test_block_list),
		cmocka_unit_test (test_subnet_create), cmocka_unit_test (test_route_update),
		cmocka_unit_test (test_policy_update), cmocka_unit_test (test_policy_parts),
		cmocka_unit_test (test_nat),           cmocka_unit_test (test_lease),
	};

	return cmocka_run_group_tests_name ("rules", tests, support_setup, support_teardown);
}
