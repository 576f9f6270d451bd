/*
 * Networks: what an interface needs there in one step, one address of each family or the given ones.
 */
#include "check.h"

#define ON(...) DO (network_allocate, allocations, __VA_ARGS__)
#define ON_FAILS(status, ...) DO_FAILS (status, network_allocate, allocations, __VA_ARGS__)

static void
check_allocation (const ip_driver_allocation *got, const ip_driver_block *block, const char *address, const char *file,
                  int line)
{
	check_text (got->address->block, block->id, "address->block", file, line);
	check_text (got->address->address, address, "address->address", file, line);
	check_text (got->network, block->network, "network", file, line);
	check_text (got->cidr, block->cidr, "cidr", file, line);
	check_text (got->gateway, block->gateway, "gateway", file, line);
	check_text (got->broadcast, block->broadcast, "broadcast", file, line);
	check_text (got->netmask, block->netmask, "netmask", file, line);
	check_text (got->dns1, block->dns1, "dns1", file, line);
	check_text (got->dns2, block->dns2, "dns2", file, line);
}

void
case_network_dual_stack (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *interface = fresh ("interface");
	/* The IPv6 block is the older one; IPv4 comes first all the same. */
	g_autoptr (ip_driver_block) block6 =
		DO (block_create, block, .tenant = tenant, .network = network, .cidr = "2001:db8:120::/64",
	            .gateway = "2001:db8:120::1", .dns1 = "2001:db8::53", .dns2 = "2001:db8::54",
	            .type = IP_DRIVER_BLOCK_PRIVATE);
	g_autoptr (ip_driver_block) block4 = DO (block_create, block, .tenant = tenant, .network = network,
	                                         .cidr = "10.120.0.0/26", .gateway = "10.120.0.1", .dns1 = "192.0.2.41",
	                                         .dns2 = "192.0.2.42", .type = IP_DRIVER_BLOCK_PRIVATE);
	g_autoptr (ip_driver_route) route =
		DO (route_create, route, .tenant = tenant, .block = block4->id, .destination = "192.168.77.0",
	            .netmask = "255.255.255.128", .gateway = "10.120.0.3");
	g_autoptr (ip_driver_allocations) made = ON (.tenant = tenant, .network = network, .interface = interface,
	                                             .device = "server-71", .mac = fresh_mac ());
	assert_int_equal (made->count, 2);
	CHECK_ADDRESS (made->items[0]->address, .block = block4->id, .address = "10.120.0.2", .interface = interface,
	               .used_by_tenant = tenant, .used_by_device = "server-71");
	const char *address6 = made->items[1]->address->address;
	CHECK_ADDRESS (made->items[1]->address, .block = block6->id, .address = address6, .interface = interface,
	               .used_by_tenant = tenant, .used_by_device = "server-71", .version = 6);
	assert_true (is_in ("2001:db8:120::/64", address6));
	for (int round = 0; round < 2; round++) {
		g_autoptr (ip_driver_allocations) listed =
			DO (network_list, allocations, .tenant = tenant, .network = network, .interface = interface);
		assert_int_equal (listed->count, 2);
		/* By block, the oldest first. */
		check_allocation (listed->items[0], block6, address6, __FILE__, __LINE__);
		check_allocation (listed->items[1], block4, "10.120.0.2", __FILE__, __LINE__);
		const ip_driver_allocation *with[] = {made->items[0], listed->items[1]};
		for (int i = 0; i < 2; i++) {
			check_allocation (with[i], block4, "10.120.0.2", __FILE__, __LINE__);
			assert_int_equal (with[i]->route_count, 1);
			CHECK_TEXT (with[i]->routes[0]->id, route->id);
			CHECK_TEXT (with[i]->routes[0]->block, NULL);
			CHECK_TEXT (with[i]->routes[0]->destination, "192.168.77.0");
			CHECK_TEXT (with[i]->routes[0]->netmask, "255.255.255.128");
			CHECK_TEXT (with[i]->routes[0]->gateway, "10.120.0.3");
		}
		assert_int_equal (listed->items[0]->route_count, 0);
		reopen ();
	}
}

void
case_network_full_family (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *first4 = new_block (tenant, network, "10.121.0.0/30");
	const char *second4 = new_block (tenant, network, "10.121.1.0/31");
	const char *block6 = new_block (tenant, network, "2001:db8:121::2/127");
	/* Four IPv4 addresses, from the oldest block that is not full; two of IPv6. */
	static const char *const want4[] = {"10.121.0.1", "10.121.0.2", "10.121.1.0", "10.121.1.1"};
	for (guint i = 0; i < G_N_ELEMENTS (want4); i++) {
		g_autoptr (ip_driver_allocations) made = ON (.tenant = tenant, .network = network,
		                                             .interface = fresh ("interface"), .mac = fresh_mac ());
		assert_int_equal (made->count, i < 2 ? 2 : 1);
		CHECK_TEXT (made->items[0]->address->address, want4[i]);
		if (i < 2)
			assert_true (is_in ("2001:db8:121::2/127", made->items[1]->address->address));
	}
	const char *interface = fresh ("interface");
	ON_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .network = network, .interface = interface,
	          .mac = fresh_mac ());
	if (supports ("interface.get"))
		GET_FAILS (IP_DRIVER_NOT_FOUND, interface_get, interface, tenant, interface);
	CHECK_USAGE (tenant, first4, .total = "4", .allocated = "2", .excluded = "2");
	CHECK_USAGE (tenant, second4, .total = "2", .allocated = "2");
	CHECK_USAGE (tenant, block6, .total = "2", .allocated = "2");
}

void
case_network_given_addresses (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *block4 = new_block (tenant, network, "10.122.0.0/28");
	const char *other4 = new_block (tenant, network, "10.122.1.0/28");
	const char *block6 = new_block (tenant, network, "2001:db8:122::/64");
	static const char *const wanted[] = {"2001:db8:122::5", "10.122.1.9", "10.122.0.6"};
	g_autoptr (ip_driver_allocations) made =
		ON (.tenant = tenant, .network = network, .interface = fresh ("interface"), .mac = fresh_mac (),
	            .addresses = wanted, .address_count = 3);
	assert_int_equal (made->count, 3);
	for (guint i = 0; i < 3; i++) {
		guint found = 0;
		for (size_t j = 0; j < 3; j++)
			found += strcmp (made->items[j]->address->address, wanted[i]) == 0;
		assert_int_equal (found, 1);
	}
	const char *interface = fresh ("interface");
	const char *const taken[] = {"10.122.0.7", "10.122.1.9"};
	ON_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .network = network, .interface = interface, .addresses = taken,
	          .address_count = 2);
	CHECK_MESSAGE ("10.122.1.9");
	const char *const outside[] = {"10.122.0.8", "10.123.0.8"};
	ON_FAILS (IP_DRIVER_NOT_IN_BLOCK, .tenant = tenant, .network = network, .interface = interface,
	          .addresses = outside, .address_count = 2);
	CHECK_MESSAGE ("10.123.0.8");
	const char *const broadcast[] = {"10.122.0.9", "10.122.1.15"};
	ON_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .network = network, .interface = interface,
	          .addresses = broadcast, .address_count = 2);
	const char *const malformed[] = {"10.122.0.10", "10.122.0.010"};
	ON_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .network = network, .interface = interface,
	          .addresses = malformed, .address_count = 2);
	CHECK_MESSAGE ("10.122.0.010");
	if (supports ("interface.get"))
		GET_FAILS (IP_DRIVER_NOT_FOUND, interface_get, interface, tenant, interface);
	reopen ();
	CHECK_USAGE (tenant, block4, .total = "16", .allocated = "1", .excluded = "2", .free = "13");
	CHECK_USAGE (tenant, other4, .total = "16", .allocated = "1", .excluded = "2", .free = "13");
	CHECK_USAGE (tenant, block6, .total = "18446744073709551616", .allocated = "1", .excluded = "2",
	             .free = "18446744073709551613");
}

/* The tenant says whose blocks of a network; not given, any. */
void
case_network_tenants (void)
{
	const char *first = fresh ("tenant");
	const char *second = fresh ("tenant");
	const char *user = fresh ("user");
	const char *network = fresh ("network");
	const char *first_block = new_block (first, network, "10.124.0.0/28");
	const char *second_block = new_block (second, network, "10.124.1.0/28");
	g_autoptr (ip_driver_allocations) of_second =
		ON (.tenant = second, .network = network, .interface = fresh ("interface"), .used_by_tenant = user);
	assert_int_equal (of_second->count, 1);
	CHECK_TEXT (of_second->items[0]->address->block, second_block);
	CHECK_TEXT (of_second->items[0]->address->used_by_tenant, user);
	const char *const wanted[] = {"10.124.0.7"};
	ON_FAILS (IP_DRIVER_NOT_IN_BLOCK, .tenant = second, .network = network, .interface = fresh ("interface"),
	          .addresses = wanted, .address_count = 1);
	/* Where unknown networks are made, one is not made for an address that would not lie in it. */
	const char *unknown = fresh ("network");
	ON_FAILS (configuration.default_cidr ? IP_DRIVER_NOT_IN_BLOCK : IP_DRIVER_NOT_FOUND, .tenant = second,
	          .network = unknown, .interface = fresh ("interface"), .addresses = wanted, .address_count = 1);
	DO_FAILS (IP_DRIVER_NOT_FOUND, network_get, blocks, .tenant = second, .network = unknown);
	if (supports ("all_tenants")) {
		g_autoptr (ip_driver_allocations) of_any =
			ON (.network = network, .interface = fresh ("interface"), .used_by_tenant = user);
		CHECK_TEXT (of_any->items[0]->address->block, first_block);
	}
}

void
case_network_of_unknown_name (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *interface = fresh ("interface");
	if (!configuration.default_cidr) {
		ON_FAILS (IP_DRIVER_NOT_FOUND, .tenant = tenant, .network = network, .interface = interface,
		          .mac = fresh_mac ());
		if (supports ("interface.get"))
			GET_FAILS (IP_DRIVER_NOT_FOUND, interface_get, interface, tenant, interface);
		DO_FAILS (IP_DRIVER_NOT_FOUND, network_get, blocks, .tenant = tenant, .network = network);
		return;
	}
	g_autoptr (ip_driver_allocations) made =
		ON (.tenant = tenant, .network = network, .interface = interface, .mac = fresh_mac ());
	assert_int_equal (made->count, 1);
	CHECK_TEXT (made->items[0]->cidr, configuration.default_cidr);
	g_autoptr (ip_driver_blocks) blocks = DO (network_get, blocks, .tenant = tenant, .network = network);
	assert_int_equal (blocks->count, 1);
	CHECK_TEXT (blocks->items[0]->tenant, tenant);
	assert_int_equal (blocks->items[0]->type, IP_DRIVER_BLOCK_PRIVATE);
	/* The network is known now: another interface is served from the same block. */
	g_autoptr (ip_driver_allocations) more =
		ON (.tenant = tenant, .network = network, .interface = fresh ("interface"), .mac = fresh_mac ());
	CHECK_TEXT (more->items[0]->address->block, blocks->items[0]->id);
	/* Whose block would it be? */
	if (supports ("all_tenants"))
		ON_FAILS (IP_DRIVER_INVALID, .network = fresh ("network"), .interface = fresh ("interface"),
		          .mac = fresh_mac ());
}

void
case_network_get (void)
{
	const char *tenant = fresh ("tenant");
	const char *other = fresh ("tenant");
	const char *network = fresh ("network");
	g_autoptr (GPtrArray) want = texts_new ();
	g_autoptr (GPtrArray) of_other = texts_new ();
	for (int i = 0; i < 9; i++)
		texts_add (want, new_block (tenant, network, text ("10.125.%d.0/24", 90 - i)));
	texts_add (of_other, new_block (other, network, "10.125.200.0/24"));
	g_autoptr (ip_driver_block) subnet =
		DO (subnet_create, block, .tenant = tenant, .block = want->pdata[3], .prefix_length = 26);
	texts_add (want, subnet->id);
	CHECK_PAGES (want, network_get, blocks, id, .tenant = tenant, .network = network);
	reopen ();
	CHECK_PAGES (want, network_get, blocks, id, .tenant = tenant, .network = network);
	CHECK_PAGES (of_other, network_get, blocks, id, .tenant = other, .network = network);
	DO_FAILS (IP_DRIVER_NOT_FOUND, network_get, blocks, .tenant = fresh ("tenant"), .network = network);
	DO_FAILS (IP_DRIVER_NOT_FOUND, network_get, blocks, .tenant = tenant, .network = fresh ("network"));
}

/* A block that has subnets gives nothing; its subnets do. */
void
case_network_with_subnets (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *root = new_block (tenant, network, "10.126.0.0/24");
	g_autoptr (ip_driver_block) subnet =
		DO (subnet_create, block, .tenant = tenant, .block = root, .cidr = "10.126.0.64/30");
	for (int i = 65; i <= 66; i++) {
		g_autoptr (ip_driver_allocations) made =
			ON (.tenant = tenant, .network = network, .interface = fresh ("interface"));
		assert_int_equal (made->count, 1);
		CHECK_TEXT (made->items[0]->address->address, at ("10.126.0.0", i));
		CHECK_TEXT (made->items[0]->address->block, subnet->id);
	}
	ON_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .network = network, .interface = fresh ("interface"));
}

/* A block that is under a policy gives within it, and refuses what is wanted outside. */
void
case_network_policy (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	g_autoptr (ip_driver_policy) policy = DO (policy_create, policy, .tenant = tenant, .name = "n");
	ip_driver_policy_range_free (DO (policy_range_create, policy_range, .tenant = tenant, .policy = policy->id,
	                                 .offset = 0, .length = 6));
	ip_driver_block_free (DO (block_create, block, .tenant = tenant, .network = network, .cidr = "10.126.1.0/28",
	                          .policy = policy->id, .type = IP_DRIVER_BLOCK_PRIVATE));
	const char *const wanted[] = {"10.126.1.5"};
	ON_FAILS (IP_DRIVER_DENIED_BY_POLICY, .tenant = tenant, .network = network, .interface = fresh ("interface"),
	          .addresses = wanted, .address_count = 1);
	g_autoptr (ip_driver_allocations) made = ON (.tenant = tenant, .network = network, .interface = fresh ("i"));
	CHECK_TEXT (made->items[0]->address->address, "10.126.1.6");
}

void
case_network_list (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *interface = fresh ("interface");
	const char *blocks[] = {new_block (tenant, network, "10.127.9.0/28"),
	                        new_block (tenant, network, "10.127.1.0/28")};
	g_autoptr (GPtrArray) want = texts_new ();
	for (int i = 0; i < 2; i++) {
		for (int j = 5; j > 0; j--) {
			const char *const wanted[] = {at (i ? "10.127.1.0" : "10.127.9.0", 2 * j)};
			g_autoptr (ip_driver_allocations) made =
				ON (.tenant = tenant, .network = network, .interface = j % 2 ? interface : fresh ("i"),
			            .addresses = wanted, .address_count = 1);
			CHECK_TEXT (made->items[0]->address->block, blocks[i]);
		}
		for (int j = 1; j <= 5; j += 2)
			texts_add (want, at (i ? "10.127.1.0" : "10.127.9.0", 2 * j));
	}
	CHECK_PAGES (want, network_list, allocations, address->address, .tenant = tenant, .network = network,
	             .interface = interface);
	reopen ();
	CHECK_PAGES (want, network_list, allocations, address->address, .tenant = tenant, .network = network,
	             .interface = interface);
	DO_FAILS (IP_DRIVER_NOT_FOUND, network_list, allocations, .tenant = tenant, .network = network,
	          .interface = fresh ("interface"));
	DO_FAILS (IP_DRIVER_NOT_FOUND, network_list, allocations, .tenant = tenant, .network = fresh ("network"),
	          .interface = interface);
	DO_FAILS (IP_DRIVER_NOT_FOUND, network_list, allocations, .tenant = fresh ("tenant"), .network = network,
	          .interface = interface);
}

void
case_network_deallocate (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *interface = fresh ("interface");
	const char *block4 = new_block (tenant, network, "10.128.0.0/28");
	const char *block6 = new_block (tenant, network, "2001:db8:128::/120");
	const char *mac = fresh_mac ();
	g_autoptr (ip_driver_allocations) first =
		ON (.tenant = tenant, .network = network, .interface = interface, .mac = mac);
	ip_driver_allocations_free (ON (.tenant = tenant, .network = network, .interface = interface));
	ip_driver_allocations_free (
		ON (.tenant = tenant, .network = network, .interface = fresh ("interface"), .mac = fresh_mac ()));
	RUN_FAILS (IP_DRIVER_NOT_FOUND, network_deallocate, fresh ("tenant"), network, interface);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, network_deallocate, tenant, fresh ("network"), interface);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, network_deallocate, tenant, network, fresh ("interface"));
	for (int round = 0; round < 2; round++) {
		RUN (network_deallocate, tenant, network, interface);
		CHECK_USAGE (tenant, block4, .total = "16", .allocated = "1", .quarantined = "2", .excluded = "2",
		             .free = "11");
		CHECK_USAGE (tenant, block6, .total = "256", .allocated = "1", .quarantined = "2", .excluded = "2",
		             .free = "251");
		g_autoptr (ip_driver_allocations) none =
			DO (network_list, allocations, .tenant = tenant, .network = network, .interface = interface);
		assert_int_equal (none->count, 0);
		reopen ();
	}
	g_autoptr (ip_driver_address) resting =
		GET (address_get, address, tenant, block4, first->items[0]->address->address);
	assert_int_equal (resting->state, IP_DRIVER_ADDRESS_DEALLOCATED);
	/* The interface stays, with its MAC, and is free for another network. */
	const char *elsewhere = fresh ("network");
	new_block (tenant, elsewhere, "10.128.1.0/28");
	g_autoptr (ip_driver_allocations) moved = ON (.tenant = tenant, .network = elsewhere, .interface = interface);
	CHECK_TEXT (moved->items[0]->address->interface, interface);
	if (supports ("interface.get")) {
		g_autoptr (ip_driver_interface) stays = GET (interface_get, interface, tenant, interface);
		CHECK_TEXT (stays->mac, mac);
		assert_int_equal (stays->allocation_count, 1);
	}
}

/* An interface is on one network. */
void
case_network_one_per_interface (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *other = fresh ("network");
	const char *interface = fresh ("interface");
	new_block (tenant, network, "10.129.0.0/28");
	const char *other_block = new_block (tenant, other, "10.129.1.0/28");
	ip_driver_allocations_free (ON (.tenant = tenant, .network = network, .interface = interface));
	ON_FAILS (IP_DRIVER_NOT_ALLOWED, .tenant = tenant, .network = other, .interface = interface);
	ALLOCATE_FAILS (IP_DRIVER_NOT_ALLOWED, .tenant = tenant, .block = other_block, .interface = interface);
	ON_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .network = network, .interface = interface,
	          .used_by_tenant = fresh ("user"));
	CHECK_USAGE (tenant, other_block, .total = "16", .excluded = "2", .free = "14");
}

void
case_network_hold (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *interface = fresh ("interface");
	const char *block4 = new_block (tenant, network, "10.130.0.0/28");
	const char *block6 = new_block (tenant, network, "2001:db8:130::/127");
	g_autoptr (ip_driver_allocations) made =
		ON (.tenant = tenant, .network = network, .interface = interface, .mac = fresh_mac (), .hold = 800);
	assert_int_equal (made->count, 2);
	CHECK_USAGE (tenant, block4, .total = "16", .held = "1", .excluded = "2", .free = "13");
	CHECK_USAGE (tenant, block6, .total = "2", .held = "1", .free = "1");
	ip_driver_address_ref refs[2];
	for (int i = 0; i < 2; i++) {
		assert_true (made->items[i]->address->hold_until > 0);
		refs[i] = (ip_driver_address_ref){.block = made->items[i]->address->block,
		                                  .address = made->items[i]->address->address,
		                                  .id = made->items[i]->address->id};
	}
	RUN (address_cancel,
	     &(ip_driver_address_refs_args){
		     .size = sizeof (ip_driver_address_refs_args), .tenant = tenant, .refs = refs, .ref_count = 2});
	CHECK_USAGE (tenant, block6, .total = "2", .free = "2");
	DO_FAILS (IP_DRIVER_NOT_FOUND, network_list, allocations, .tenant = tenant, .network = network,
	          .interface = interface);
}
