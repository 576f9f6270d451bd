/*
 * Holds: allocations that end by themselves unless they are confirmed.
 */
#include "check.h"

#define REFS(...)                                                                                                      \
	(&(ip_driver_address_refs_args){.size = sizeof (ip_driver_address_refs_args),                                  \
	                                .tenant = tenant,                                                              \
	                                .refs = (const ip_driver_address_ref[]){__VA_ARGS__},                          \
	                                .ref_count = sizeof ((const ip_driver_address_ref[]){__VA_ARGS__}) /           \
	                                             sizeof (ip_driver_address_ref)})

static ip_driver_address_ref
ref_of (const ip_driver_addresses *addresses)
{
	return (ip_driver_address_ref){.block = addresses->items[0]->block,
	                               .address = addresses->items[0]->address,
	                               .id = addresses->items[0]->id};
}

void
case_hold_confirm (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, fresh ("network"), "10.100.0.0/28");
	gint64 before = g_get_real_time () / G_USEC_PER_SEC;
	g_autoptr (ip_driver_addresses) held =
		ALLOCATE (.tenant = tenant, .block = block, .interface = fresh ("interface"), .hold = 900);
	gint64 after = g_get_real_time () / G_USEC_PER_SEC;
	const ip_driver_address *address = held->items[0];
	CHECK_ADDRESS (address, .block = block, .address = "10.100.0.1", .interface = address->interface,
	               .used_by_tenant = tenant);
	assert_true (address->hold_until >= before + 899 && address->hold_until <= after + 901);
	for (int round = 0; round < 2; round++) {
		g_autoptr (ip_driver_address) got = GET (address_get, address, tenant, block, "10.100.0.1");
		assert_true (got->hold_until == address->hold_until);
		CHECK_USAGE (tenant, block, .total = "16", .held = "1", .excluded = "2", .free = "13");
		ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block, .address = "10.100.0.1");
		reopen ();
	}
	for (int round = 0; round < 3; round++) {
		RUN (address_confirm, REFS (ref_of (held)));
		g_autoptr (ip_driver_address) got = GET (address_get, address, tenant, block, "10.100.0.1");
		assert_true (got->hold_until == 0);
		check_address (got, address, __FILE__, __LINE__);
		reopen ();
	}
	RUN_FAILS (IP_DRIVER_NOT_ALLOWED, address_cancel, REFS (ref_of (held)));
	CHECK_USAGE (tenant, block, .total = "16", .allocated = "1", .excluded = "2", .free = "13");
}

void
case_hold_cancel (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, fresh ("network"), "10.100.1.0/28");
	const char *interface = fresh ("interface");
	g_autoptr (ip_driver_addresses) held = ALLOCATE (.tenant = tenant, .block = block, .address = "10.100.1.7",
	                                                 .interface = interface, .hold = 900);
	for (int round = 0; round < 2; round++) {
		RUN (address_cancel, REFS (ref_of (held)));
		GET_FAILS (IP_DRIVER_NOT_FOUND, address_get, address, tenant, block, "10.100.1.7");
		CHECK_USAGE (tenant, block, .total = "16", .excluded = "2", .free = "14");
		reopen ();
	}
	RUN_FAILS (IP_DRIVER_NOT_FOUND, address_confirm, REFS (ref_of (held)));
	/* The interface that was made for it is gone too, and nothing rests. */
	if (supports ("interface.get"))
		GET_FAILS (IP_DRIVER_NOT_FOUND, interface_get, interface, tenant, interface);
	allocate_given (tenant, block, "10.100.1.7");
}

/* An interface that was there before the hold stays behind it. */
void
case_hold_on_own_interface (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, fresh ("network"), "10.100.2.0/28");
	const char *interface = fresh ("interface");
	g_autoptr (ip_driver_addresses) permanent =
		ALLOCATE (.tenant = tenant, .block = block, .interface = interface, .device = "d-11");
	g_autoptr (ip_driver_addresses) held =
		ALLOCATE (.tenant = tenant, .block = block, .interface = interface, .hold = 900);
	CHECK_TEXT (held->items[0]->used_by_device, "d-11");
	RUN (address_cancel, REFS (ref_of (held)));
	g_autoptr (ip_driver_interface) stays = GET (interface_get, interface, tenant, interface);
	assert_int_equal (stays->allocation_count, 1);
	CHECK_TEXT (stays->allocations[0]->address->id, permanent->items[0]->id);
}

/* An id protects what came after it. */
void
case_hold_ids (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.100.3.0/28");
	g_autoptr (ip_driver_addresses) old =
		ALLOCATE (.tenant = tenant, .block = block, .address = "10.100.3.5", .hold = 900);
	RUN (address_cancel, REFS (ref_of (old)));
	g_autoptr (ip_driver_addresses) new =
		ALLOCATE (.tenant = tenant, .block = block, .address = "10.100.3.5", .hold = 950);
	assert_string_not_equal (old->items[0]->id, new->items[0]->id);
	RUN (address_cancel, REFS (ref_of (old)));
	RUN_FAILS (IP_DRIVER_NOT_FOUND, address_confirm, REFS (ref_of (old)));
	g_autoptr (ip_driver_address) got = GET (address_get, address, tenant, block, "10.100.3.5");
	CHECK_TEXT (got->id, new->items[0]->id);
	assert_true (got->hold_until == new->items[0]->hold_until);
	/* A reference without id names nothing in particular. */
	RUN_FAILS (IP_DRIVER_INVALID, address_cancel, REFS ({.block = block, .address = "10.100.3.5"}));
	RUN_FAILS (IP_DRIVER_INVALID, address_confirm, REFS ({.block = block, .address = "10.100.3.5"}));
	RUN_FAILS (IP_DRIVER_INVALID, address_confirm,
	           &(ip_driver_address_refs_args){.size = sizeof (ip_driver_address_refs_args), .tenant = tenant});
	/* Another tenant's is not found, which for a cancelled one is as it should be. */
	tenant = fresh ("other");
	RUN_FAILS (IP_DRIVER_NOT_FOUND, address_confirm, REFS (ref_of (new)));
}

void
case_hold_all_or_none (void)
{
	const char *tenant = fresh ("tenant");
	const char *first_block = new_block (tenant, NULL, "10.100.4.0/28");
	const char *second_block = new_block (tenant, NULL, "10.100.5.0/28");
	g_autoptr (ip_driver_addresses) a = ALLOCATE (.tenant = tenant, .block = first_block, .hold = 900);
	g_autoptr (ip_driver_addresses) b = ALLOCATE (.tenant = tenant, .block = second_block, .hold = 901);
	g_autoptr (ip_driver_addresses) c = ALLOCATE (.tenant = tenant, .block = first_block, .hold = 902);
	g_autoptr (ip_driver_addresses) d = ALLOCATE (.tenant = tenant, .block = second_block, .hold = 903);
	RUN (address_cancel, REFS (ref_of (c)));
	RUN_FAILS (IP_DRIVER_NOT_FOUND, address_confirm, REFS (ref_of (a), ref_of (c), ref_of (b)));
	CHECK_USAGE (tenant, first_block, .total = "16", .held = "1", .excluded = "2", .free = "13");
	CHECK_USAGE (tenant, second_block, .total = "16", .held = "2", .excluded = "2", .free = "12");
	RUN (address_confirm, REFS (ref_of (b)));
	RUN_FAILS (IP_DRIVER_NOT_ALLOWED, address_cancel, REFS (ref_of (a), ref_of (b), ref_of (d)));
	reopen ();
	CHECK_USAGE (tenant, first_block, .total = "16", .held = "1", .excluded = "2", .free = "13");
	CHECK_USAGE (tenant, second_block, .total = "16", .allocated = "1", .held = "1", .excluded = "2", .free = "12");
	/* What has ended counts as cancelled, what is permanent as confirmed. */
	RUN (address_confirm, REFS (ref_of (b), ref_of (d)));
	RUN (address_cancel, REFS (ref_of (c), ref_of (a)));
	CHECK_USAGE (tenant, first_block, .total = "16", .excluded = "2", .free = "14");
	CHECK_USAGE (tenant, second_block, .total = "16", .allocated = "2", .excluded = "2", .free = "12");
}

void
case_hold_longest (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.100.6.0/28");
	g_autoptr (ip_driver_addresses) longest =
		ALLOCATE (.tenant = tenant, .block = block, .hold = IP_DRIVER_HOLD_MAX);
	assert_true (longest->items[0]->hold_until > 0);
	ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .hold = IP_DRIVER_HOLD_MAX + 1);
	CHECK_MESSAGE ("86401");
	ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .hold = G_MAXUINT32);
}

void
case_hold_many (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.100.7.0/28");
	g_autoptr (ip_driver_addresses) five = ALLOCATE (.tenant = tenant, .block = block, .count = 5, .hold = 800);
	ip_driver_address_ref refs[5];
	for (size_t i = 0; i < 5; i++)
		refs[i] = (ip_driver_address_ref){
			.block = block, .address = five->items[i]->address, .id = five->items[i]->id};
	CHECK_USAGE (tenant, block, .total = "16", .held = "5", .excluded = "2", .free = "9");
	ip_driver_address_refs_args args = IP_DRIVER_ADDRESS_REFS_ARGS_INIT;
	args.tenant = tenant;
	args.refs = refs;
	args.ref_count = 3;
	RUN (address_confirm, &args);
	args.refs = refs + 3;
	args.ref_count = 2;
	RUN (address_cancel, &args);
	CHECK_USAGE (tenant, block, .total = "16", .allocated = "3", .excluded = "2", .free = "11");
}

/* Waits until a block holds nothing any more, at most 20 seconds. */
static void
await_lapse (const char *tenant, const char *block)
{
	gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
	for (;;) {
		g_autoptr (ip_driver_usage) usage = GET (block_usage, usage, tenant, block);
		if (strcmp (usage->held, "1") == 0)
			return;
		if (g_get_monotonic_time () > deadline)
			check_fail (__FILE__, __LINE__, "after 20 seconds, %s are held", usage->held);
		g_usleep (20000);
	}
}

/* The one case that waits: holds of one second end by themselves, with all that was made for them. */
void
case_hold_lapse (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *block = new_block (tenant, network, "10.100.8.0/28");
	const char *made = fresh ("interface");
	const char *there = fresh ("interface");
	const char *created = fresh ("interface");
	const char *on_network = fresh ("interface");
	const char *mac = fresh_mac ();
	gboolean keys = supports ("request_key");
	g_autoptr (ip_driver_addresses) long_hold =
		ALLOCATE (.tenant = tenant, .block = block, .address = "10.100.8.14", .hold = 900);
	ip_driver_addresses_free (
		ALLOCATE (.tenant = tenant, .block = block, .interface = there, .address = "10.100.8.13"));
	g_autoptr (ip_driver_addresses) lapses =
		ALLOCATE (.tenant = tenant, .block = block, .interface = made, .device = "d-12", .hold = 1,
	                  .request_key = keys ? "lapsing" : NULL);
	ip_driver_addresses_free (ALLOCATE (.tenant = tenant, .block = block, .interface = there, .hold = 1));
	if (supports ("network.allocate")) {
		g_autoptr (ip_driver_allocations) allocations =
			DO (network_allocate, allocations, .tenant = tenant, .network = network,
		            .interface = on_network, .hold = 1);
		assert_true (allocations->items[0]->address->hold_until > 0);
	}
	if (supports ("interface.create")) {
		g_autoptr (ip_driver_interface) interface =
			DO (interface_create, interface, .tenant = tenant, .id = created, .mac = mac, .hold = 1,
		            .networks = &(ip_driver_interface_network){.network = network}, .network_count = 1);
		assert_int_equal (interface->allocation_count, 1);
		assert_true (interface->allocations[0]->address->hold_until > 0);
	}
	await_lapse (tenant, block);
	CHECK_USAGE (tenant, block, .total = "16", .allocated = "1", .held = "1", .excluded = "2", .free = "12");
	const char *address = lapses->items[0]->address;
	GET_FAILS (IP_DRIVER_NOT_FOUND, address_get, address, tenant, block, address);
	DEALLOCATE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = tenant, .block = block, .address = address);
	if (supports ("address.list")) {
		g_autoptr (ip_driver_addresses) listed = DO (address_list, addresses, .tenant = tenant, .block = block);
		CHECK_ADDRESSES (listed, "10.100.8.13", "10.100.8.14");
	}
	if (supports ("address.find")) {
		g_autoptr (ip_driver_address_matches) matches =
			DO (address_find, address_matches, .tenant = tenant, .address = address);
		assert_int_equal (matches->count, 1);
		assert_null (matches->items[0]->address);
	}
	RUN_FAILS (IP_DRIVER_NOT_FOUND, address_confirm, REFS (ref_of (lapses)));
	RUN (address_cancel, REFS (ref_of (lapses)));
	if (supports ("interface.get interface.list")) {
		GET_FAILS (IP_DRIVER_NOT_FOUND, interface_get, interface, tenant, made);
		GET_FAILS (IP_DRIVER_NOT_FOUND, interface_get, interface, tenant, on_network);
		GET_FAILS (IP_DRIVER_NOT_FOUND, interface_get, interface, tenant, created);
		g_autoptr (ip_driver_interfaces) interfaces = DO (interface_list, interfaces, .tenant = tenant);
		assert_int_equal (interfaces->count, 1);
		CHECK_TEXT (interfaces->items[0]->id, there);
		assert_int_equal (interfaces->items[0]->allocation_count, 1);
	}
	/* Names, key, MAC and address are free, and the address need not rest. */
	g_autoptr (ip_driver_addresses) new =
		ALLOCATE (.tenant = tenant, .block = block, .address = address, .interface = made, .mac = mac,
	                  .request_key = keys ? "lapsing" : NULL);
	assert_string_not_equal (new->items[0]->id, lapses->items[0]->id);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, address_confirm, REFS (ref_of (lapses)));
	RUN (address_confirm, REFS (ref_of (long_hold)));
}
