/*
 * Bad input: every malformed value of every operation is IP_DRIVER_INVALID, and named.
 */
#include "check.h"

static const char *const bad_addresses[] = {
	"010.0.0.1",         "1.2.3",      "1.2.3.4.5",   "256.1.1.1", "1.2.3.4 ", " 1.2.3.4", "0x1.2.3.4",
	"1.2.3.-4",          "::1%eth0",   "1::2::3",     ":::",       "12345::",  "::g",      "1:2:3:4:5:6:7",
	"1:2:3:4:5:6:7:8:9", "::1/64",     "10.0.0.1/24", "localhost", "1.2.3.04", "::1.2.3",  "[::1]",
	"1,2,3,4",           "1.2.3.4\n5", "fe80::1%1",   "::01234",
};

static const char *const bad_cidrs[] = {
	"10.0.0.0",
	"10.0.0.0/33",
	"10.0.0.0/-1",
	"10.0.0.0/",
	"/24",
	"10.0.0/24",
	"010.0.0.0/8",
	"10.0.0.0/24 ",
	" 10.0.0.0/24",
	"10.0.0.256/24",
	"10.0.0.0/a",
	"10.0.0.0/255.0.0.0",
	"::1%eth0/64",
	"2001:db8::/129",
	"2001:db8:::/64",
	"::g/64",
	"10.0.0.0/8/8",
	"12345::/16",
	"10.0.0.0/+8",
	"10.0.0.0/ 8",
	"10.0.0.0/8x",
	"10.0.0.0/1000000000000",
	"::/",
	"1.2.3/24",
};

static const char *const bad_macs[] = {
	"02:00:00:00:00",   "02:00:00:00:00:00:01", "02:00:00:00:00:0g", "02-00:00-00:00-00",  "0200.0000.00",
	"02000000000",      "0200000000000",        "2:0:0:0:0:1",       "02:00:00:00:00:00 ", "mac",
	"0200.0000.000000",
};

static const char *const bad_mac_ranges[] = {
	"02:00:00:00:00:00",  "02:00:00:00:00:00/7",  "02:00:00:00:00:00/49", "02:00:00:00:00/24",
	"02:00:00:00:00:00/", "02:00:00:00:00:00/-8", "02:00:00:00:00:00/x",  "junk",
	"10.0.0.0/8",
};

static const char *const bad_ids[] = {
	"not-a-uuid",
	"123e4567-e89b-12d3-a456-42661417400",
	"123e4567-e89b-12d3-a456-4266141740000",
	"123e4567e89b12d3a456426614174000",
	"123e4567-e89b-12d3-a456-42661417400g",
	"../123e4567-e89b-12d3-a456-4266141740",
	"%31%32%33",
};

#define EACH(values, bad)                                                                                              \
	for (guint each_ = 0; each_ < G_N_ELEMENTS (values) && ((bad) = (values)[each_], TRUE); each_++)

/* A call that must refuse the value and name it. */
#define NAMES(bad, ...)                                                                                                \
	do {                                                                                                           \
		__VA_ARGS__;                                                                                           \
		check_named (bad, __FILE__, __LINE__);                                                                 \
	} while (0)

/* A message is one line: of a value that is not, the part before. */
static void
check_named (const char *bad, const char *file, int line)
{
	g_autofree char *part = g_strndup (bad, strcspn (bad, "\n"));
	check_message (part, file, line);
}

void
case_input_block (void)
{
	const char *tenant = fresh ("tenant");
	const char *bad;
#define REFUSED(...) DO_FAILS (IP_DRIVER_INVALID, block_create, block, __VA_ARGS__)
	EACH (bad_cidrs, bad)
	NAMES (bad, REFUSED (.tenant = tenant, .cidr = bad, .type = IP_DRIVER_BLOCK_PRIVATE));
	EACH (bad_addresses, bad)
	{
		NAMES (bad, REFUSED (.tenant = tenant, .cidr = "10.0.0.0/24", .gateway = bad,
		                     .type = IP_DRIVER_BLOCK_PRIVATE));
		NAMES (bad,
		       REFUSED (.tenant = tenant, .cidr = "10.0.0.0/24", .dns1 = bad, .type = IP_DRIVER_BLOCK_PRIVATE));
		NAMES (bad,
		       REFUSED (.tenant = tenant, .cidr = "10.0.0.0/24", .dns2 = bad, .type = IP_DRIVER_BLOCK_PRIVATE));
	}
	EACH (bad_ids, bad)
	{
		NAMES (bad, REFUSED (.tenant = tenant, .cidr = "10.0.0.0/24", .policy = bad,
		                     .type = IP_DRIVER_BLOCK_PRIVATE));
		if (supports ("chosen_ids"))
			NAMES (bad, REFUSED (.tenant = tenant, .cidr = "10.0.0.0/24", .id = bad,
			                     .type = IP_DRIVER_BLOCK_PRIVATE));
		NAMES (bad, GET_FAILS (IP_DRIVER_INVALID, block_get, block, tenant, bad));
		if (supports ("block.usage"))
			NAMES (bad, GET_FAILS (IP_DRIVER_INVALID, block_usage, usage, tenant, bad));
		if (supports ("block.delete"))
			NAMES (bad, RUN_FAILS (IP_DRIVER_INVALID, block_delete, tenant, bad));
		if (supports ("block.update"))
			NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, block_update, block, .tenant = tenant, .id = bad,
			                      .set = IP_DRIVER_BLOCK_SET_DNS1));
	}
	REFUSED (.tenant = tenant, .cidr = "10.0.0.0/24", .gateway = "2001:db8::1", .type = IP_DRIVER_BLOCK_PRIVATE);
	CHECK_MESSAGE ("2001:db8::1");
	REFUSED (.tenant = tenant, .cidr = "2001:db8::/64", .gateway = "10.0.0.1", .type = IP_DRIVER_BLOCK_PRIVATE);
	CHECK_MESSAGE ("10.0.0.1");
	REFUSED (.tenant = tenant, .cidr = "10.0.0.0/24");
	REFUSED (.tenant = tenant, .cidr = "10.0.0.0/24", .type = 3);
	CHECK_MESSAGE ("3");
	REFUSED (.tenant = tenant, .type = IP_DRIVER_BLOCK_PRIVATE);
	REFUSED (.cidr = "10.0.0.0/24", .type = IP_DRIVER_BLOCK_PRIVATE);
	REFUSED (.tenant = "", .cidr = "10.0.0.0/24", .type = IP_DRIVER_BLOCK_PRIVATE);
	REFUSED (.tenant = tenant, .cidr = "", .type = IP_DRIVER_BLOCK_PRIVATE);
	REFUSED (.tenant = tenant, .cidr = "10.0.0.0/24", .network = "", .type = IP_DRIVER_BLOCK_PRIVATE);
	REFUSED (.tenant = "not \xff utf-8", .cidr = "10.0.0.0/24", .type = IP_DRIVER_BLOCK_PRIVATE);
	REFUSED (.tenant = "cut \xc3", .cidr = "10.0.0.0/24", .type = IP_DRIVER_BLOCK_PRIVATE);
	REFUSED (.tenant = tenant, .cidr = "10.0.0.0/24", .network = "\xed\xa0\x80", .type = IP_DRIVER_BLOCK_PRIVATE);
	GET_FAILS (IP_DRIVER_INVALID, block_get, block, tenant, NULL);
	GET_FAILS (IP_DRIVER_INVALID, block_get, block, "", fresh_id ());
	GET_FAILS (IP_DRIVER_INVALID, block_create, block, NULL);
#undef REFUSED
	g_autoptr (ip_driver_blocks) none = DO (block_list, blocks, .tenant = tenant);
	assert_int_equal (none->count, 0);
}

void
case_input_subnet (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.0.0.0/16");
	const char *bad;
	EACH (bad_cidrs, bad)
	NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, subnet_create, block, .tenant = tenant, .block = block, .cidr = bad));
	EACH (bad_addresses, bad)
	{
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, subnet_create, block, .tenant = tenant, .block = block,
		                      .prefix_length = 24, .gateway = bad));
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, subnet_create, block, .tenant = tenant, .block = block,
		                      .prefix_length = 24, .dns2 = bad));
	}
	EACH (bad_ids, bad)
	{
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, subnet_create, block, .tenant = tenant, .block = bad,
		                      .prefix_length = 24));
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, subnet_create, block, .tenant = tenant, .block = block,
		                      .prefix_length = 24, .policy = bad));
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, subnet_list, blocks, .tenant = tenant, .block = bad));
	}
	DO_FAILS (IP_DRIVER_INVALID, subnet_create, block, .tenant = tenant, .prefix_length = 24);
	DO_FAILS (IP_DRIVER_INVALID, subnet_create, block, .tenant = tenant, .block = block, .prefix_length = 24,
	          .subnet_tenant = "");
	DO_FAILS (IP_DRIVER_INVALID, subnet_list, blocks, .tenant = tenant);
	g_autoptr (ip_driver_blocks) none = DO (subnet_list, blocks, .tenant = tenant, .block = block);
	assert_int_equal (none->count, 0);
}

void
case_input_address (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.0.0.0/16");
	g_autofree char *too_long = g_strnfill (IP_DRIVER_ID_MAX + 1, 'l');
	const char *bad;
	EACH (bad_addresses, bad)
	{
		NAMES (bad, ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .address = bad));
		NAMES (bad, DEALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .address = bad));
		NAMES (bad, GET_FAILS (IP_DRIVER_INVALID, address_get, address, tenant, block, bad));
		if (supports ("address.find"))
			NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, address_find, address_matches, .tenant = tenant,
			                      .address = bad));
		if (supports ("address.restore"))
			NAMES (bad, GET_FAILS (IP_DRIVER_INVALID, address_restore, address, tenant, block, bad));
		if (supports ("address.purge")) {
			guint64 purged = 0;
			NAMES (bad, RUN_FAILS (IP_DRIVER_INVALID, address_purge,
			                       ARGS (address_purge, .tenant = tenant, .block = block, .address = bad),
			                       &purged));
		}
	}
	EACH (bad_ids, bad)
	{
		NAMES (bad, ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = bad));
		NAMES (bad,
		       DEALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = bad, .address = "10.0.0.1"));
		NAMES (bad, DEALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block,
		                              .address = "10.0.0.1", .id = bad));
		NAMES (bad, GET_FAILS (IP_DRIVER_INVALID, address_get, address, tenant, bad, "10.0.0.1"));
		if (supports ("chosen_ids"))
			NAMES (bad, ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .id = bad));
		if (supports ("address.list"))
			NAMES (bad,
			       DO_FAILS (IP_DRIVER_INVALID, address_list, addresses, .tenant = tenant, .block = bad));
		if (supports ("address.confirm address.cancel")) {
			ip_driver_address_ref refs[] = {{.block = bad, .address = "10.0.0.1", .id = fresh_id ()},
			                                {.block = block, .address = "10.0.0.1", .id = bad}};
			for (int i = 0; i < 2; i++) {
				NAMES (bad, RUN_FAILS (IP_DRIVER_INVALID, address_confirm,
				                       ARGS (address_confirm, .tenant = tenant, .refs = &refs[i],
				                             .ref_count = 1)));
				NAMES (bad, RUN_FAILS (IP_DRIVER_INVALID, address_cancel,
				                       ARGS (address_cancel, .tenant = tenant, .refs = &refs[i],
				                             .ref_count = 1)));
			}
		}
	}
	EACH (bad_macs, bad)
	NAMES (bad, ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .mac = bad));
	const char *const bad_names[] = {"", too_long, "\xc0\x80"};
	for (guint i = 0; i < G_N_ELEMENTS (bad_names); i++) {
		ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = bad_names[i], .block = block);
		ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .interface = bad_names[i]);
		ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .device = bad_names[i]);
		ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .used_by_tenant = bad_names[i]);
	}
	ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant);
	DEALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block);
	DEALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .address = "10.0.0.1");
	GET_FAILS (IP_DRIVER_INVALID, address_get, address, tenant, block, NULL);
	if (supports ("address.find"))
		DO_FAILS (IP_DRIVER_INVALID, address_find, address_matches, .tenant = tenant);
	CHECK_USAGE (tenant, block, .total = "65536", .excluded = "2", .free = "65534");
}

void
case_input_network_and_interface (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *block = new_block (tenant, network, "10.0.0.0/24");
	g_autofree char *too_long = g_strnfill (IP_DRIVER_ID_MAX + 1, 'l');
	const char *bad;
	EACH (bad_addresses, bad)
	{
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, network_allocate, allocations, .tenant = tenant,
		                      .network = network, .addresses = &bad, .address_count = 1));
		ip_driver_interface_network here = {.network = network, .addresses = &bad, .address_count = 1};
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, interface_create, interface, .tenant = tenant,
		                      .networks = &here, .network_count = 1));
	}
	EACH (bad_macs, bad)
	{
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, network_allocate, allocations, .tenant = tenant,
		                      .network = network, .mac = bad));
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, interface_create, interface, .tenant = tenant, .mac = bad));
	}
	const char *const bad_names[] = {"", too_long, "\xfe"};
	ip_driver_interface_network nameless = {.network = NULL};
	for (guint i = 0; i < G_N_ELEMENTS (bad_names); i++) {
		bad = bad_names[i];
		DO_FAILS (IP_DRIVER_INVALID, network_allocate, allocations, .tenant = tenant, .network = bad);
		DO_FAILS (IP_DRIVER_INVALID, network_allocate, allocations, .tenant = tenant, .network = network,
		          .interface = bad);
		DO_FAILS (IP_DRIVER_INVALID, network_get, blocks, .tenant = tenant, .network = bad);
		DO_FAILS (IP_DRIVER_INVALID, network_list, allocations, .tenant = tenant, .network = network,
		          .interface = bad);
		RUN_FAILS (IP_DRIVER_INVALID, network_deallocate, tenant, bad, "interface");
		RUN_FAILS (IP_DRIVER_INVALID, network_deallocate, tenant, network, bad);
		DO_FAILS (IP_DRIVER_INVALID, interface_create, interface, .tenant = bad);
		DO_FAILS (IP_DRIVER_INVALID, interface_create, interface, .tenant = tenant, .id = bad);
		DO_FAILS (IP_DRIVER_INVALID, interface_create, interface, .tenant = tenant, .device = bad);
		GET_FAILS (IP_DRIVER_INVALID, interface_get, interface, tenant, bad);
		RUN_FAILS (IP_DRIVER_INVALID, interface_delete, tenant, bad);
		RUN_FAILS (IP_DRIVER_INVALID, interface_delete_all, tenant, bad);
		DO_FAILS (IP_DRIVER_INVALID, interface_list, interfaces, .tenant = tenant, .device = bad);
		DO_FAILS (IP_DRIVER_INVALID, interface_replace_all, interfaces, .tenant = tenant, .device = bad);
	}
	const char *const two[] = {"10.0.0.9", NULL};
	DO_FAILS (IP_DRIVER_INVALID, network_allocate, allocations, .tenant = tenant, .network = network,
	          .addresses = two, .address_count = 2);
	DO_FAILS (IP_DRIVER_INVALID, network_allocate, allocations, .tenant = tenant, .network = network,
	          .address_count = 2);
	DO_FAILS (IP_DRIVER_INVALID, network_allocate, allocations, .tenant = tenant);
	DO_FAILS (IP_DRIVER_INVALID, network_get, blocks, .tenant = tenant);
	DO_FAILS (IP_DRIVER_INVALID, network_list, allocations, .tenant = tenant, .network = network);
	DO_FAILS (IP_DRIVER_INVALID, interface_create, interface, .device = "server-5");
	DO_FAILS (IP_DRIVER_INVALID, interface_create, interface, .tenant = tenant, .networks = &nameless,
	          .network_count = 1);
	DO_FAILS (IP_DRIVER_INVALID, interface_create, interface, .tenant = tenant, .network_count = 1);
	DO_FAILS (IP_DRIVER_INVALID, interface_replace_all, interfaces, .tenant = tenant, .device = "server-5",
	          .interface_count = 1);
	DO_FAILS (IP_DRIVER_INVALID, interface_replace_all, interfaces, .device = "server-5");
	CHECK_USAGE (tenant, block, .total = "256", .excluded = "2", .free = "254");
	g_autoptr (ip_driver_interfaces) none = DO (interface_list, interfaces, .tenant = tenant);
	assert_int_equal (none->count, 0);
}

void
case_input_mac_range (void)
{
	const char *bad;
	EACH (bad_mac_ranges, bad)
	NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, mac_range_create, mac_range, .cidr = bad));
	EACH (bad_ids, bad)
	{
		NAMES (bad, GET_FAILS (IP_DRIVER_INVALID, mac_range_get, mac_range, bad));
		NAMES (bad, RUN_FAILS (IP_DRIVER_INVALID, mac_range_delete, bad));
	}
	DO_FAILS (IP_DRIVER_INVALID, mac_range_create, mac_range, .cidr = NULL);
	GET_FAILS (IP_DRIVER_INVALID, mac_range_get, mac_range, NULL);
}

void
case_input_route (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.0.0.0/24");
	const char *bad;
#define REFUSED(...) DO_FAILS (IP_DRIVER_INVALID, route_create, route, .tenant = tenant, .block = block, __VA_ARGS__)
	EACH (bad_addresses, bad)
	{
		NAMES (bad, REFUSED (.destination = bad, .gateway = "10.0.0.1"));
		NAMES (bad, REFUSED (.destination = "192.168.0.0", .gateway = bad));
	}
	static const char *const bad_netmasks[] = {"255.255.0.255",   "0.255.255.255", "255.255.255", "33", "-1", "x",
	                                           "255.255.255.256", "24 ",           "+24"};
	EACH (bad_netmasks, bad)
	NAMES (bad, REFUSED (.destination = "192.168.0.0", .gateway = "10.0.0.1", .netmask = bad));
	NAMES ("129", REFUSED (.destination = "2001:db8::", .gateway = "2001:db8::1", .netmask = "129"));
	NAMES ("255.255.0.0",
	       REFUSED (.destination = "2001:db8::", .gateway = "2001:db8::1", .netmask = "255.255.0.0"));
#undef REFUSED
	EACH (bad_ids, bad)
	{
		NAMES (bad, GET_FAILS (IP_DRIVER_INVALID, route_get, route, tenant, block, bad));
		NAMES (bad, GET_FAILS (IP_DRIVER_INVALID, route_get, route, tenant, bad, fresh_id ()));
		NAMES (bad, RUN_FAILS (IP_DRIVER_INVALID, route_delete, tenant, block, bad));
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, route_list, routes, .tenant = tenant, .block = bad));
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, route_update, route, .tenant = tenant, .block = block,
		                      .id = bad, .set = IP_DRIVER_ROUTE_SET_NETMASK));
	}
	g_autoptr (ip_driver_routes) none = DO (route_list, routes, .tenant = tenant, .block = block);
	assert_int_equal (none->count, 0);
}

void
case_input_policy (void)
{
	const char *tenant = fresh ("tenant");
	const char *bad;
	g_autoptr (ip_driver_policy) policy = DO (policy_create, policy, .tenant = tenant, .name = "p");
	EACH (bad_ids, bad)
	{
		NAMES (bad, GET_FAILS (IP_DRIVER_INVALID, policy_get, policy, tenant, bad));
		NAMES (bad, RUN_FAILS (IP_DRIVER_INVALID, policy_delete, tenant, bad));
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, policy_update, policy, .tenant = tenant, .id = bad,
		                      .set = IP_DRIVER_POLICY_SET_DESCRIPTION));
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, policy_range_create, policy_range, .tenant = tenant,
		                      .policy = bad, .offset = 1, .length = 2));
		NAMES (bad, GET_FAILS (IP_DRIVER_INVALID, policy_range_get, policy_range, tenant, policy->id, bad));
		NAMES (bad, GET_FAILS (IP_DRIVER_INVALID, policy_range_get, policy_range, tenant, bad, fresh_id ()));
		NAMES (bad, RUN_FAILS (IP_DRIVER_INVALID, policy_range_delete, tenant, policy->id, bad));
		NAMES (bad,
		       DO_FAILS (IP_DRIVER_INVALID, policy_range_list, policy_ranges, .tenant = tenant, .policy = bad));
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, policy_octet_create, policy_octet, .tenant = tenant,
		                      .policy = bad, .octet = 4));
		NAMES (bad, GET_FAILS (IP_DRIVER_INVALID, policy_octet_get, policy_octet, tenant, policy->id, bad));
		NAMES (bad, RUN_FAILS (IP_DRIVER_INVALID, policy_octet_delete, tenant, policy->id, bad));
		NAMES (bad,
		       DO_FAILS (IP_DRIVER_INVALID, policy_octet_list, policy_octets, .tenant = tenant, .policy = bad));
	}
	DO_FAILS (IP_DRIVER_INVALID, policy_create, policy, .tenant = tenant, .name = "\xff");
	DO_FAILS (IP_DRIVER_INVALID, policy_create, policy, .tenant = tenant, .name = "x", .description = "\xff");
	DO_FAILS (IP_DRIVER_INVALID, policy_create, policy, .name = "x");
	DO_FAILS (IP_DRIVER_INVALID, policy_range_create, policy_range, .tenant = tenant, .offset = 1, .length = 2);
	DO_FAILS (IP_DRIVER_INVALID, policy_octet_create, policy_octet, .tenant = tenant, .octet = 2);
}

void
case_input_nat_and_allowed_ip (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, fresh ("network"), "10.0.0.0/24");
	const char *bad;
	ip_driver_address_ref good = {.block = block, .address = "10.0.0.7"};
	EACH (bad_addresses, bad)
	{
		ip_driver_address_ref ref = {.block = block, .address = bad};
		NAMES (bad, RUN_FAILS (IP_DRIVER_INVALID, nat_add,
		                       ARGS (nat_add, .tenant = tenant, .locals = &good, .local_count = 1,
		                             .globals = &ref, .global_count = 1)));
		NAMES (bad, RUN_FAILS (IP_DRIVER_INVALID, nat_remove,
		                       ARGS (nat_remove, .tenant = tenant, .locals = &ref, .local_count = 1)));
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, nat_list_globals, addresses, .tenant = tenant, .block = block,
		                      .address = bad));
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, allowed_ip_allow, address, .tenant = tenant, .interface = "i",
		                      .network = "n", .address = bad));
		NAMES (bad, GET_FAILS (IP_DRIVER_INVALID, allowed_ip_get, address, tenant, "i", bad));
		NAMES (bad, RUN_FAILS (IP_DRIVER_INVALID, allowed_ip_disallow, tenant, "i", bad));
	}
	EACH (bad_ids, bad)
	{
		ip_driver_address_ref refs[] = {{.block = bad, .address = "10.0.0.9"},
		                                {.block = block, .address = "10.0.0.9", .id = bad}};
		for (int i = 0; i < 2; i++)
			NAMES (bad, RUN_FAILS (IP_DRIVER_INVALID, nat_add,
			                       ARGS (nat_add, .tenant = tenant, .locals = &refs[i], .local_count = 1,
			                             .globals = &good, .global_count = 1)));
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, nat_list_locals, addresses, .tenant = tenant, .block = bad,
		                      .address = "10.0.0.9"));
	}
	DO_FAILS (IP_DRIVER_INVALID, allowed_ip_allow, address, .tenant = tenant, .network = "n",
	          .address = "10.0.0.8");
	DO_FAILS (IP_DRIVER_INVALID, allowed_ip_allow, address, .tenant = tenant, .interface = "i",
	          .address = "10.0.0.8");
	DO_FAILS (IP_DRIVER_INVALID, allowed_ip_allow, address, .tenant = tenant, .interface = "i", .network = "n");
	DO_FAILS (IP_DRIVER_INVALID, allowed_ip_list, addresses, .tenant = tenant);
}

void
case_input_lease (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.0.0.0/24");
	const char *bad;
	EACH (bad_addresses, bad)
	{
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, lease_grant, lease, .tenant = tenant, .block = block,
		                      .address = bad, .duration = 60));
		NAMES (bad, GET_FAILS (IP_DRIVER_INVALID, lease_get, lease, tenant, block, bad));
		NAMES (bad, RUN_FAILS (IP_DRIVER_INVALID, lease_release, tenant, block, bad));
	}
	EACH (bad_ids, bad)
	{
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, lease_grant, lease, .tenant = tenant, .block = bad,
		                      .address = "10.0.0.9", .duration = 60));
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, lease_list, leases, .tenant = tenant, .block = bad));
		NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, lease_expire, leases, .tenant = tenant, .block = bad));
	}
	EACH (bad_macs, bad)
	NAMES (bad, DO_FAILS (IP_DRIVER_INVALID, lease_grant, lease, .tenant = tenant, .block = block,
	                      .address = "10.0.0.9", .mac = bad, .duration = 60));
}

/* Markers are opaque, but may have passed through a person's hands: nonsense is refused, not followed. */
void
case_input_marker (void)
{
	static const char *const markers[] = {
		"",     "nonsense",      "-1", "'; DROP TABLE block; --", "999999999999999999999",
		"\xff", "1,2,3,4,5,6,7", "%00"};
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.0.0.0/28");
	allocate_next (tenant, block);
	for (guint i = 0; i < G_N_ELEMENTS (markers); i++) {
		ip_driver_blocks *blocks = NULL;
		ip_driver_addresses *addresses = NULL;
		ip_driver_status of_blocks = ip_driver_block_list (
			driver, ARGS (block_list, .tenant = tenant, .marker = markers[i]), &blocks, NULL);
		assert_true (of_blocks == IP_DRIVER_INVALID || (of_blocks == IP_DRIVER_OK && blocks->count <= 1));
		ip_driver_blocks_free (blocks);
		if (!supports ("address.list"))
			continue;
		ip_driver_status of_addresses = ip_driver_address_list (
			driver, ARGS (address_list, .tenant = tenant, .block = block, .marker = markers[i]), &addresses,
			NULL);
		assert_true (of_addresses == IP_DRIVER_INVALID ||
		             (of_addresses == IP_DRIVER_OK && addresses->count <= 1));
		ip_driver_addresses_free (addresses);
	}
}
