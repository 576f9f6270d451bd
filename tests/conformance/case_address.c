/*
 * Allocating addresses: the order, what is never given, given addresses, many at once, and the interface
 * that is made on the way.
 */
#include "check.h"

void
case_address_next (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .cidr = "10.60.0.8/29",
	                                        .gateway = "10.60.0.11", .type = IP_DRIVER_BLOCK_PRIVATE);
	g_autoptr (ip_driver_addresses) first = ALLOCATE (.tenant = tenant, .block = block->id);
	assert_int_equal (first->count, 1);
	CHECK_ADDRESS (first->items[0], .block = block->id, .address = "10.60.0.9", .used_by_tenant = tenant);
	assert_true (first->items[0]->hold_until == 0);
	reopen ();
	static const char *const rest[] = {"10.60.0.10", "10.60.0.12", "10.60.0.13", "10.60.0.14"};
	for (guint i = 0; i < G_N_ELEMENTS (rest); i++)
		CHECK_TEXT (allocate_next (tenant, block->id), rest[i]);
	for (int i = 0; i < 2; i++) {
		ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block->id);
		reopen ();
	}
	g_autoptr (ip_driver_address) got = GET (address_get, address, tenant, block->id, "10.60.0.9");
	check_address (got, first->items[0], __FILE__, __LINE__);
	CHECK_USAGE (tenant, block->id, .total = "8", .allocated = "5", .excluded = "3");
}

/* A gateway elsewhere takes no address of the block. */
void
case_address_next_gateway_outside (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .cidr = "10.60.1.0/30",
	                                        .gateway = "10.60.0.1", .type = IP_DRIVER_BLOCK_PRIVATE);
	CHECK_TEXT (allocate_next (tenant, block->id), "10.60.1.1");
	CHECK_TEXT (allocate_next (tenant, block->id), "10.60.1.2");
	ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block->id);
}

/* Blocks of one and two addresses are fully usable, but for a gateway. */
void
case_address_small_blocks (void)
{
	static const struct {
		const char *cidr;
		const char *gateway;
		const char *addresses[3];
	} blocks[] = {
		{"10.61.0.0/31", NULL, {"10.61.0.0", "10.61.0.1"}},
		{"10.61.0.2/31", "10.61.0.2", {"10.61.0.3"}},
		{"10.61.0.9/32", NULL, {"10.61.0.9"}},
		{"10.61.0.255/32", "10.61.0.1", {"10.61.0.255"}},
	};
	const char *tenant = fresh ("tenant");
	for (guint i = 0; i < G_N_ELEMENTS (blocks); i++) {
		g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .cidr = blocks[i].cidr,
		                                        .gateway = blocks[i].gateway, .type = IP_DRIVER_BLOCK_PRIVATE);
		for (guint j = 0; blocks[i].addresses[j]; j++)
			CHECK_TEXT (allocate_next (tenant, block->id), blocks[i].addresses[j]);
		ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block->id);
	}
}

/* The network address is given only if that is configured; the broadcast address never is. */
void
case_address_network_address (void)
{
	const char *tenant = fresh ("tenant");
	const char *given = new_block (tenant, NULL, "10.60.2.0/30");
	const char *next = new_block (tenant, NULL, "10.60.3.0/30");
	gboolean allowed = configuration.network_address;
	CHECK_USAGE (tenant, next, .total = "4", .excluded = allowed ? "1" : "2", .free = allowed ? "3" : "2");
	if (allowed)
		allocate_given (tenant, given, "10.60.2.0");
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = given, .address = "10.60.2.0");
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = given, .address = "10.60.2.3");
	for (int i = allowed ? 0 : 1; i < 3; i++)
		CHECK_TEXT (allocate_next (tenant, next), at ("10.60.3.0", i));
	ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = next);
}

void
case_address_given (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .cidr = "10.62.0.0/28",
	                                        .gateway = "10.62.0.5", .type = IP_DRIVER_BLOCK_PRIVATE);
	const char *id = block->id;
	allocate_given (tenant, id, "10.62.0.2");
	allocate_given (tenant, id, "10.62.0.14");
	reopen ();
	static const char *const never[] = {"10.62.0.2", "10.62.0.14", "10.62.0.5", "10.62.0.0", "10.62.0.15"};
	for (guint i = 0; i < G_N_ELEMENTS (never); i++) {
		ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = id, .address = never[i]);
		CHECK_MESSAGE (never[i]);
	}
	static const char *const outside[] = {"10.61.255.255", "10.62.0.16", "0.0.0.0", "255.255.255.255",
	                                      "2001:db8::3"};
	for (guint i = 0; i < G_N_ELEMENTS (outside); i++) {
		ALLOCATE_FAILS (IP_DRIVER_NOT_IN_BLOCK, .tenant = tenant, .block = id, .address = outside[i]);
		CHECK_MESSAGE (outside[i]);
	}
	ALLOCATE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = fresh ("tenant"), .block = id, .address = "10.62.0.3");
	ALLOCATE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = tenant, .block = fresh_id (), .address = "10.62.0.3");
	/* Next goes around what was given. */
	CHECK_TEXT (allocate_next (tenant, id), "10.62.0.1");
	CHECK_TEXT (allocate_next (tenant, id), "10.62.0.3");
	CHECK_TEXT (allocate_next (tenant, id), "10.62.0.4");
	CHECK_TEXT (allocate_next (tenant, id), "10.62.0.6");
	CHECK_USAGE (tenant, id, .total = "16", .allocated = "6", .excluded = "3", .free = "7");
}

/* Addresses outside a full block are told from a full block. */
void
case_address_given_in_full_block (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.62.1.4/30");
	allocate_next (tenant, block);
	allocate_next (tenant, block);
	ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block);
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block, .address = "10.62.1.5");
	ALLOCATE_FAILS (IP_DRIVER_NOT_IN_BLOCK, .tenant = tenant, .block = block, .address = "10.62.1.8");
}

void
case_address_given_policy (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_policy) policy = DO (policy_create, policy, .tenant = tenant, .name = "low");
	ip_driver_policy_range_free (DO (policy_range_create, policy_range, .tenant = tenant, .policy = policy->id,
	                                 .offset = 3, .length = 5));
	g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .cidr = "10.62.2.0/28",
	                                        .policy = policy->id, .type = IP_DRIVER_BLOCK_PRIVATE);
	static const char *const denied[] = {"10.62.2.3", "10.62.2.7"};
	for (guint i = 0; i < G_N_ELEMENTS (denied); i++) {
		ALLOCATE_FAILS (IP_DRIVER_DENIED_BY_POLICY, .tenant = tenant, .block = block->id, .address = denied[i]);
		CHECK_MESSAGE (denied[i]);
	}
	allocate_given (tenant, block->id, "10.62.2.2");
	allocate_given (tenant, block->id, "10.62.2.8");
}

void
case_address_chosen_id (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.62.3.0/28");
	const char *id = fresh_id ();
	g_autoptr (ip_driver_addresses) made = ALLOCATE (.tenant = tenant, .block = block, .id = id);
	CHECK_TEXT (made->items[0]->id, id);
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block, .id = id);
	CHECK_MESSAGE (id);
	CHECK_TEXT (allocate_next (tenant, block), "10.62.3.2");
	reopen ();
	g_autoptr (ip_driver_address) got = GET (address_get, address, tenant, block, "10.62.3.1");
	CHECK_TEXT (got->id, id);
	if (supports ("many"))
		ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .id = fresh_id (), .count = 2);
}

/* An interface that does not exist is made, with device and MAC; one that exists is used as it is. */
void
case_address_with_interface (void)
{
	const char *tenant = fresh ("tenant");
	const char *interface = fresh ("interface");
	const char *mac = fresh_mac ();
	const char *block = new_block (tenant, fresh ("network"), "10.63.0.0/28");
	g_autoptr (ip_driver_addresses) first =
		ALLOCATE (.tenant = tenant, .block = block, .interface = interface, .device = "server-31", .mac = mac);
	CHECK_ADDRESS (first->items[0], .block = block, .address = "10.63.0.1", .interface = interface,
	               .used_by_tenant = tenant, .used_by_device = "server-31");
	g_autoptr (ip_driver_addresses) second = ALLOCATE (.tenant = tenant, .block = block, .interface = interface,
	                                                   .device = "server-32", .mac = fresh_mac ());
	CHECK_ADDRESS (second->items[0], .block = block, .address = "10.63.0.2", .interface = interface,
	               .used_by_tenant = tenant, .used_by_device = "server-31");
	reopen ();
	g_autoptr (ip_driver_address) got = GET (address_get, address, tenant, block, "10.63.0.2");
	check_address (got, second->items[0], __FILE__, __LINE__);
	if (!supports ("interface.get"))
		return;
	g_autoptr (ip_driver_interface) stored = GET (interface_get, interface, tenant, interface);
	CHECK_TEXT (stored->mac, mac);
	CHECK_TEXT (stored->device, "server-31");
	CHECK_TEXT (stored->tenant, tenant);
	assert_int_equal (stored->allocation_count, 2);
}

/* Without an interface id but with a device or a MAC, an interface gets an id of its own. */
void
case_address_with_generated_interface (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, fresh ("network"), "10.63.1.0/28");
	g_autoptr (ip_driver_addresses) by_device = ALLOCATE (.tenant = tenant, .block = block, .device = "server-41");
	g_autoptr (ip_driver_addresses) by_mac = ALLOCATE (.tenant = tenant, .block = block, .mac = fresh_mac ());
	g_autoptr (ip_driver_addresses) neither = ALLOCATE (.tenant = tenant, .block = block);
	assert_non_null (by_device->items[0]->interface);
	assert_non_null (by_mac->items[0]->interface);
	assert_string_not_equal (by_device->items[0]->interface, by_mac->items[0]->interface);
	CHECK_TEXT (by_device->items[0]->used_by_device, "server-41");
	CHECK_TEXT (by_mac->items[0]->used_by_device, NULL);
	CHECK_TEXT (neither->items[0]->interface, NULL);
}

void
case_address_for_other_tenant (void)
{
	const char *tenant = fresh ("tenant");
	const char *user = fresh ("user");
	const char *block = new_block (tenant, fresh ("network"), "10.63.2.0/28");
	g_autoptr (ip_driver_addresses) alone = ALLOCATE (.tenant = tenant, .block = block, .used_by_tenant = user);
	CHECK_ADDRESS (alone->items[0], .block = block, .address = "10.63.2.1", .used_by_tenant = user);
	const char *interface = fresh ("interface");
	g_autoptr (ip_driver_addresses) with = ALLOCATE (.tenant = tenant, .block = block, .interface = interface,
	                                                 .device = "server-42", .used_by_tenant = user);
	CHECK_ADDRESS (with->items[0], .block = block, .address = "10.63.2.2", .interface = interface,
	               .used_by_tenant = user, .used_by_device = "server-42");
	/* The interface is the user's, and nobody else's. */
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block, .interface = interface);
	CHECK_MESSAGE (interface);
	CHECK_USAGE (tenant, block, .total = "16", .allocated = "2", .excluded = "2", .free = "12");
	reopen ();
	g_autoptr (ip_driver_address) got = GET (address_get, address, tenant, block, "10.63.2.1");
	check_address (got, alone->items[0], __FILE__, __LINE__);
}

/* A refused allocation leaves neither an address nor an interface. */
void
case_address_refused_leaves_nothing (void)
{
	const char *tenant = fresh ("tenant");
	const char *mac = fresh_mac ();
	const char *network = fresh ("network");
	const char *block = new_block (tenant, network, "10.63.3.0/28");
	const char *elsewhere = new_block (tenant, fresh ("network"), "10.63.4.0/28");
	const char *interface = fresh ("interface");
	ip_driver_addresses_free (ALLOCATE (.tenant = tenant, .block = block, .interface = interface, .mac = mac));
	const char *second = fresh ("interface");
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block, .interface = second, .mac = mac);
	CHECK_MESSAGE (mac);
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block, .interface = second,
	                .address = "10.63.3.1");
	ALLOCATE_FAILS (IP_DRIVER_NOT_IN_BLOCK, .tenant = tenant, .block = block, .interface = second,
	                .address = "10.63.4.1");
	ALLOCATE_FAILS (IP_DRIVER_NOT_ALLOWED, .tenant = tenant, .block = elsewhere, .interface = interface);
	CHECK_USAGE (tenant, block, .total = "16", .allocated = "1", .excluded = "2", .free = "13");
	CHECK_USAGE (tenant, elsewhere, .total = "16", .excluded = "2", .free = "14");
	if (supports ("interface.get"))
		GET_FAILS (IP_DRIVER_NOT_FOUND, interface_get, interface, tenant, second);
	/* On the same network, a second block is welcome. */
	const char *beside = new_block (tenant, network, "10.63.5.0/28");
	g_autoptr (ip_driver_addresses) more =
		ALLOCATE (.tenant = tenant, .block = beside, .interface = interface, .address = "10.63.5.7");
	CHECK_TEXT (more->items[0]->interface, interface);
}

void
case_address_many (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_block) block =
		DO (block_create, block, .tenant = tenant, .network = fresh ("network"), .cidr = "10.65.0.0/28",
	            .gateway = "10.65.0.3", .type = IP_DRIVER_BLOCK_PRIVATE);
	const char *interface = fresh ("interface");
	g_autoptr (ip_driver_addresses) four =
		ALLOCATE (.tenant = tenant, .block = block->id, .count = 4, .interface = interface, .device = "d-5");
	CHECK_ADDRESSES (four, "10.65.0.1", "10.65.0.2", "10.65.0.4", "10.65.0.5");
	for (size_t i = 0; i < 4; i++) {
		CHECK_TEXT (four->items[i]->interface, interface);
		CHECK_TEXT (four->items[i]->used_by_device, "d-5");
	}
	/* 13 may be given, 4 are */
	ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block->id, .count = 10,
	                .interface = fresh ("interface"));
	CHECK_USAGE (tenant, block->id, .total = "16", .allocated = "4", .excluded = "3", .free = "9");
	g_autoptr (ip_driver_addresses) nine = ALLOCATE (.tenant = tenant, .block = block->id, .count = 9);
	assert_int_equal (nine->count, 9);
	CHECK_TEXT (nine->items[0]->address, "10.65.0.6");
	CHECK_TEXT (nine->items[8]->address, "10.65.0.14");
	ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block->id, .count = 1);
	reopen ();
	CHECK_USAGE (tenant, block->id, .total = "16", .allocated = "13", .excluded = "3");
}

/* As many as a call may take, and released ones where the new do not suffice. */
void
case_address_many_more (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.66.0.0/20");
	g_autoptr (ip_driver_addresses) thousands = ALLOCATE (.tenant = tenant, .block = block, .count = 4000);
	assert_int_equal (thousands->count, 4000);
	for (int i = 0; i < 4000; i++)
		CHECK_TEXT (thousands->items[i]->address, at ("10.66.0.0", i + 1));
	ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .count = IP_DRIVER_ADDRESSES_MAX + 1);
	ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .count = 2, .address = "10.66.15.253");
	CHECK_USAGE (tenant, block, .total = "4096", .allocated = "4000", .excluded = "2", .free = "94");
	if (!supports ("address.purge"))
		return;
	for (int i = 17; i < 23; i++)
		DEALLOCATE (.tenant = tenant, .block = block, .address = at ("10.66.0.0", i));
	guint64 purged = 0;
	RUN (address_purge,
	     ARGS (address_purge, .tenant = tenant, .block = block, .flags = IP_DRIVER_ADDRESS_PURGE_ALL), &purged);
	assert_int_equal (purged, 6);
	ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block, .count = 101);
	g_autoptr (ip_driver_addresses) rest = ALLOCATE (.tenant = tenant, .block = block, .count = 100);
	assert_int_equal (rest->count, 100);
	CHECK_USAGE (tenant, block, .total = "4096", .allocated = "4094", .excluded = "2");
}
