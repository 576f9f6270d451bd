/*
 * Interfaces: made with MAC and addresses in one step, listed and replaced by device, deleted with all they
 * hold.
 */
#include "check.h"

#define INTERFACE(...) DO (interface_create, interface, __VA_ARGS__)
#define INTERFACE_FAILS(status, ...) DO_FAILS (status, interface_create, interface, __VA_ARGS__)

static void
check_interface (const ip_driver_interface *got, const ip_driver_interface *want, const char *file, int line)
{
	check_text (got->id, want->id, "id", file, line);
	check_text (got->tenant, want->tenant, "tenant", file, line);
	check_text (got->device, want->device, "device", file, line);
	check_text (got->mac, want->mac, "mac", file, line);
	if (got->allocation_count != want->allocation_count)
		check_fail (file, line, "%zu addresses instead of %zu", got->allocation_count, want->allocation_count);
	for (size_t i = 0; i < got->allocation_count; i++) {
		size_t same = 0;
		for (size_t j = 0; j < got->allocation_count; j++)
			same += g_str_equal (got->allocations[i]->address->id, want->allocations[j]->address->id);
		if (same != 1)
			check_fail (file, line, "%s is none of its addresses", got->allocations[i]->address->address);
		check_text (got->allocations[i]->address->interface, want->id, "interface", file, line);
	}
}

void
case_interface_create (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *id = fresh ("interface");
	const char *mac = fresh_mac ();
	new_block (tenant, network, "10.140.0.0/28");
	new_block (tenant, network, "2001:db8:140::/64");
	g_autofree char *upper = g_ascii_strup (mac, -1);
	g_autoptr (ip_driver_interface) made =
		INTERFACE (.tenant = tenant, .id = id, .device = "server-81", .mac = g_strdelimit (upper, ":", '-'),
	                   .networks = &(ip_driver_interface_network){.network = network}, .network_count = 1);
	CHECK_TEXT (made->id, id);
	CHECK_TEXT (made->tenant, tenant);
	CHECK_TEXT (made->device, "server-81");
	CHECK_TEXT (made->mac, mac);
	assert_int_equal (made->allocation_count, 2);
	CHECK_TEXT (made->allocations[0]->address->address, "10.140.0.1");
	CHECK_TEXT (made->allocations[0]->address->used_by_device, "server-81");
	CHECK_TEXT (made->allocations[0]->network, network);
	assert_true (is_in ("2001:db8:140::/64", made->allocations[1]->address->address));
	for (int round = 0; round < 2; round++) {
		g_autoptr (ip_driver_interface) got = GET (interface_get, interface, tenant, id);
		check_interface (got, made, __FILE__, __LINE__);
		g_autoptr (ip_driver_interfaces) listed = DO (interface_list, interfaces, .tenant = tenant);
		assert_int_equal (listed->count, 1);
		check_interface (listed->items[0], made, __FILE__, __LINE__);
		reopen ();
	}
}

void
case_interface_create_minimal (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_interface) made = INTERFACE (.tenant = tenant);
	assert_true (g_uuid_string_is_valid (made->id));
	CHECK_TEXT (made->device, NULL);
	assert_int_equal (made->allocation_count, 0);
	g_autoptr (ip_driver_interface) other = INTERFACE (.tenant = tenant);
	assert_string_not_equal (other->id, made->id);
	reopen ();
	g_autoptr (ip_driver_interface) got = GET (interface_get, interface, tenant, made->id);
	check_interface (got, made, __FILE__, __LINE__);
	/* It may get addresses later, and each family's. */
	const char *network = fresh ("network");
	const char *block = new_block (tenant, network, "10.140.1.0/28");
	g_autoptr (ip_driver_addresses) address = ALLOCATE (.tenant = tenant, .block = block, .interface = made->id);
	CHECK_TEXT (address->items[0]->interface, made->id);
}

void
case_interface_create_given_addresses (void)
{
	const char *tenant = fresh ("tenant");
	const char *owner = fresh ("owner");
	const char *network = fresh ("network");
	const char *block = new_block (owner, network, "10.140.2.0/28");
	new_block (tenant, network, "10.140.3.0/28");
	const char *const wanted[] = {"10.140.2.9", "10.140.2.5"};
	g_autoptr (ip_driver_interface) made =
		INTERFACE (.tenant = tenant, .id = fresh ("interface"),
	                   .networks = &(ip_driver_interface_network){.tenant = owner,
	                                                              .network = network,
	                                                              .addresses = wanted,
	                                                              .address_count = 2},
	                   .network_count = 1);
	assert_int_equal (made->allocation_count, 2);
	for (int i = 0; i < 2; i++) {
		CHECK_TEXT (made->allocations[i]->address->block, block);
		CHECK_TEXT (made->allocations[i]->address->used_by_tenant, tenant);
	}
	/* The same network twice is one network, another is one too many. */
	const char *other = fresh ("network");
	new_block (tenant, other, "10.140.4.0/28");
	const ip_driver_interface_network two[] = {{.network = network}, {.network = other}};
	INTERFACE_FAILS (IP_DRIVER_NOT_ALLOWED, .tenant = tenant, .id = fresh ("interface"), .networks = two,
	                 .network_count = 2);
	const char *const low[] = {"10.140.3.3"};
	const char *const high[] = {"10.140.3.11"};
	const ip_driver_interface_network same[] = {
		{.network = network, .addresses = low, .address_count = 1},
		{.network = network, .addresses = high, .address_count = 1},
	};
	g_autoptr (ip_driver_interface) both =
		INTERFACE (.tenant = tenant, .id = fresh ("interface"), .networks = same, .network_count = 2);
	assert_int_equal (both->allocation_count, 2);
}

/* A failed creation leaves neither interface, nor MAC, nor address. */
void
case_interface_create_refused (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *id = fresh ("interface");
	const char *mac = fresh_mac ();
	const char *block = new_block (tenant, network, "10.141.0.0/30");
	ip_driver_interface_free (INTERFACE (.tenant = tenant, .id = id, .mac = mac));
	INTERFACE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .id = id);
	CHECK_MESSAGE (id);
	INTERFACE_FAILS (IP_DRIVER_DUPLICATE, .tenant = fresh ("tenant"), .id = id);
	const char *second = fresh ("interface");
	const char *free_mac = fresh_mac ();
	ip_driver_interface_network here = {.network = network};
	ip_driver_interface_network nowhere = {.network = fresh ("network")};
	INTERFACE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .id = second, .mac = mac, .networks = &here,
	                 .network_count = 1);
	CHECK_MESSAGE (mac);
	if (!configuration.default_cidr)
		INTERFACE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = tenant, .id = second, .mac = free_mac,
		                 .networks = &nowhere, .network_count = 1);
	const char *const wanted[] = {"10.141.0.1", "10.141.0.3"};
	ip_driver_interface_network broadcast = {.network = network, .addresses = wanted, .address_count = 2};
	INTERFACE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .id = second, .mac = free_mac, .networks = &broadcast,
	                 .network_count = 1);
	const char *const foreign[] = {"10.141.0.2", "10.141.0.4"};
	ip_driver_interface_network outside = {.network = network, .addresses = foreign, .address_count = 2};
	INTERFACE_FAILS (IP_DRIVER_NOT_IN_BLOCK, .tenant = tenant, .id = second, .mac = free_mac, .networks = &outside,
	                 .network_count = 1);
	CHECK_USAGE (tenant, block, .total = "4", .excluded = "2", .free = "2");
	allocate_next (tenant, block);
	allocate_next (tenant, block);
	INTERFACE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .id = second, .mac = free_mac, .networks = &here,
	                 .network_count = 1);
	INTERFACE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .id = second, .hold = 500);
	GET_FAILS (IP_DRIVER_NOT_FOUND, interface_get, interface, tenant, second);
	g_autoptr (ip_driver_interface) now = INTERFACE (.tenant = tenant, .id = second, .mac = free_mac);
	CHECK_TEXT (now->mac, free_mac);
	g_autoptr (ip_driver_interfaces) all = DO (interface_list, interfaces, .tenant = tenant);
	assert_int_equal (all->count, 2);
}

void
case_interface_request_key (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *block = new_block (tenant, network, "10.142.0.0/28");
	ip_driver_interface_network here = {.network = network};
	g_autoptr (ip_driver_interface) made = INTERFACE (.tenant = tenant, .device = "server-82", .mac = fresh_mac (),
	                                                  .request_key = "vif", .networks = &here, .network_count = 1);
	for (int round = 0; round < 2; round++) {
		g_autoptr (ip_driver_interface) again =
			INTERFACE (.tenant = tenant, .device = "server-82", .mac = made->mac, .request_key = "vif",
		                   .networks = &here, .network_count = 1);
		check_interface (again, made, __FILE__, __LINE__);
		reopen ();
	}
	CHECK_USAGE (tenant, block, .total = "16", .allocated = "1", .excluded = "2", .free = "13");
	INTERFACE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .id = fresh ("interface"), .mac = fresh_mac (),
	                 .request_key = "vif", .networks = &here, .network_count = 1);
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block, .request_key = "vif");
	RUN (interface_delete, tenant, made->id);
	g_autoptr (ip_driver_interface) new = INTERFACE (.tenant = tenant, .mac = fresh_mac (), .request_key = "vif",
	                                                 .networks = &here, .network_count = 1);
	assert_string_not_equal (new->id, made->id);
}

void
case_interface_hold (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *block = new_block (tenant, network, "10.143.0.0/28");
	new_block (tenant, network, "2001:db8:143::/64");
	ip_driver_interface_network here = {.network = network};
	for (int confirmed = 0; confirmed < 2; confirmed++) {
		g_autoptr (ip_driver_interface) made =
			INTERFACE (.tenant = tenant, .id = fresh ("interface"), .mac = fresh_mac (), .hold = 700,
		                   .networks = &here, .network_count = 1);
		assert_int_equal (made->allocation_count, 2);
		ip_driver_address_ref refs[2];
		for (int i = 0; i < 2; i++) {
			const ip_driver_address *address = made->allocations[i]->address;
			assert_true (address->hold_until > 0);
			refs[i] = (ip_driver_address_ref){
				.block = address->block, .address = address->address, .id = address->id};
		}
		ip_driver_address_refs_args args = {
			.size = sizeof args, .tenant = tenant, .refs = refs, .ref_count = 1};
		ip_driver_address_refs_args rest = {
			.size = sizeof rest, .tenant = tenant, .refs = refs + 1, .ref_count = 1};
		if (confirmed) {
			/* With any of its addresses the interface is confirmed; the other still may go. */
			RUN (address_confirm, &args);
			RUN (address_cancel, &rest);
			g_autoptr (ip_driver_interface) stays = GET (interface_get, interface, tenant, made->id);
			assert_int_equal (stays->allocation_count, 1);
			CHECK_TEXT (stays->mac, made->mac);
		} else {
			args.ref_count = 2;
			RUN (address_cancel, &args);
			GET_FAILS (IP_DRIVER_NOT_FOUND, interface_get, interface, tenant, made->id);
		}
		CHECK_USAGE (tenant, block, .total = "16", .allocated = confirmed ? "1" : "0", .excluded = "2",
		             .free = confirmed ? "13" : "14");
	}
}

void
case_interface_delete (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *mac = fresh_mac ();
	const char *block = new_block (tenant, network, "10.144.0.0/28");
	g_autoptr (ip_driver_interface) made =
		INTERFACE (.tenant = tenant, .id = fresh ("interface"), .mac = mac,
	                   .networks = &(ip_driver_interface_network){.network = network}, .network_count = 1);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, interface_delete, fresh ("tenant"), made->id);
	RUN (interface_delete, tenant, made->id);
	for (int round = 0; round < 2; round++) {
		GET_FAILS (IP_DRIVER_NOT_FOUND, interface_get, interface, tenant, made->id);
		RUN_FAILS (IP_DRIVER_NOT_FOUND, interface_delete, tenant, made->id);
		CHECK_USAGE (tenant, block, .total = "16", .quarantined = "1", .excluded = "2", .free = "13");
		reopen ();
	}
	g_autoptr (ip_driver_interface) again = INTERFACE (.tenant = fresh ("tenant"), .id = made->id, .mac = mac);
	CHECK_TEXT (again->mac, mac);
}

void
case_interface_list (void)
{
	const char *tenant = fresh ("tenant");
	const char *other = fresh ("tenant");
	const char *device = fresh ("device");
	const char *block = new_block (tenant, fresh ("network"), "10.145.0.0/24");
	g_autoptr (GPtrArray) all = texts_new ();
	g_autoptr (GPtrArray) of_device = texts_new ();
	g_autoptr (GPtrArray) of_both = texts_new ();
	g_autoptr (GPtrArray) none = texts_new ();
	for (int i = 0; i < 15; i++) {
		gboolean foreign = i % 5 == 4;
		gboolean here = i % 2;
		g_autoptr (ip_driver_interface) made =
			INTERFACE (.tenant = foreign ? other : tenant, .id = text ("%02x-%s", 0xff - i, fresh ("i")),
		                   .device = here ? device : NULL, .mac = fresh_mac ());
		for (int j = 0; j < i % 3; j++) {
			g_autoptr (ip_driver_addresses) addresses =
				ALLOCATE (.tenant = tenant, .block = block, .interface = made->id,
			                  .used_by_tenant = made->tenant);
			assert_int_equal (addresses->count, 1);
		}
		if (!foreign)
			texts_add (all, made->id);
		if (here)
			texts_add (of_device, made->id);
		if (here && !foreign)
			texts_add (of_both, made->id);
	}
	for (int round = 0; round < 2; round++) {
		CHECK_PAGES (all, interface_list, interfaces, id, .tenant = tenant);
		CHECK_PAGES (of_both, interface_list, interfaces, id, .tenant = tenant, .device = device);
		CHECK_PAGES (none, interface_list, interfaces, id, .tenant = tenant, .device = fresh ("device"));
		if (supports ("all_tenants"))
			CHECK_PAGES (of_device, interface_list, interfaces, id, .device = device);
		reopen ();
	}
	g_autoptr (ip_driver_interfaces) listed = DO (interface_list, interfaces, .tenant = tenant);
	assert_int_equal (listed->items[2]->allocation_count, 2);
}

void
case_interface_replace_all (void)
{
	const char *tenant = fresh ("tenant");
	const char *other = fresh ("tenant");
	const char *device = fresh ("device");
	const char *network = fresh ("network");
	const char *mac = fresh_mac ();
	const char *block = new_block (tenant, network, "10.146.0.0/28");
	ip_driver_interface_network here = {.network = network};
	g_autoptr (ip_driver_interface) old = INTERFACE (.tenant = tenant, .id = fresh ("interface"), .device = device,
	                                                 .mac = mac, .networks = &here, .network_count = 1);
	g_autoptr (ip_driver_interface) old_too =
		INTERFACE (.tenant = tenant, .id = fresh ("interface"), .device = device, .mac = fresh_mac ());
	g_autoptr (ip_driver_interface) foreign =
		INTERFACE (.tenant = other, .id = fresh ("interface"), .device = device, .mac = fresh_mac ());
	g_autoptr (ip_driver_interface) beside = INTERFACE (.tenant = tenant, .id = fresh ("interface"),
	                                                    .device = fresh ("device"), .mac = fresh_mac ());
	/* The MAC of an old one may be given on, and so may its id. */
	const ip_driver_interface_create_args *new[] = {
		ARGS (interface_create, .id = fresh ("z"), .mac = fresh_mac (), .networks = &here, .network_count = 1),
		ARGS (interface_create, .tenant = tenant, .id = old_too->id, .device = device, .mac = mac),
		ARGS (interface_create, .id = fresh ("a"), .mac = fresh_mac (), .networks = &here, .network_count = 1),
	};
	g_autoptr (ip_driver_interfaces) replaced = DO (interface_replace_all, interfaces, .tenant = tenant,
	                                                .device = device, .interfaces = new, .interface_count = 3);
	assert_int_equal (replaced->count, 3);
	for (int i = 0; i < 3; i++) {
		CHECK_TEXT (replaced->items[i]->id, new[i]->id);
		CHECK_TEXT (replaced->items[i]->mac, new[i]->mac);
		CHECK_TEXT (replaced->items[i]->device, device);
		CHECK_TEXT (replaced->items[i]->tenant, tenant);
		assert_int_equal (replaced->items[i]->allocation_count, new[i]->network_count);
	}
	for (int round = 0; round < 2; round++) {
		GET_FAILS (IP_DRIVER_NOT_FOUND, interface_get, interface, tenant, old->id);
		g_autoptr (ip_driver_interfaces) listed =
			DO (interface_list, interfaces, .tenant = tenant, .device = device);
		assert_int_equal (listed->count, 3);
		g_autoptr (ip_driver_interface) still_foreign = GET (interface_get, interface, other, foreign->id);
		check_interface (still_foreign, foreign, __FILE__, __LINE__);
		g_autoptr (ip_driver_interface) still_beside = GET (interface_get, interface, tenant, beside->id);
		check_interface (still_beside, beside, __FILE__, __LINE__);
		CHECK_USAGE (tenant, block, .total = "16", .allocated = "2", .quarantined = "1", .excluded = "2",
		             .free = "11");
		reopen ();
	}
	/* By none: all of them go. */
	g_autoptr (ip_driver_interfaces) emptied =
		DO (interface_replace_all, interfaces, .tenant = tenant, .device = device);
	assert_int_equal (emptied->count, 0);
	g_autoptr (ip_driver_interfaces) none = DO (interface_list, interfaces, .tenant = tenant, .device = device);
	assert_int_equal (none->count, 0);
	CHECK_USAGE (tenant, block, .total = "16", .quarantined = "3", .excluded = "2", .free = "11");
}

/* If the last of the new ones cannot be, the old ones stay as they were. */
void
case_interface_replace_all_refused (void)
{
	const char *tenant = fresh ("tenant");
	const char *device = fresh ("device");
	const char *network = fresh ("network");
	const char *block = new_block (tenant, network, "10.147.0.0/30");
	ip_driver_interface_network here = {.network = network};
	g_autoptr (ip_driver_interface) old = INTERFACE (.tenant = tenant, .id = fresh ("interface"), .device = device,
	                                                 .mac = fresh_mac (), .networks = &here, .network_count = 1);
	g_autoptr (ip_driver_interface) beside = INTERFACE (.tenant = tenant, .id = fresh ("interface"),
	                                                    .device = fresh ("device"), .mac = fresh_mac ());
	/* One address is free, the old one's will rest: two are too many. */
	const ip_driver_interface_create_args *too_many[] = {
		ARGS (interface_create, .id = fresh ("i"), .mac = fresh_mac (), .networks = &here, .network_count = 1),
		ARGS (interface_create, .id = fresh ("i"), .mac = fresh_mac (), .networks = &here, .network_count = 1),
	};
	DO_FAILS (IP_DRIVER_EXHAUSTED, interface_replace_all, interfaces, .tenant = tenant, .device = device,
	          .interfaces = too_many, .interface_count = 2);
	const ip_driver_interface_create_args *taken_mac[] = {
		ARGS (interface_create, .id = fresh ("i"), .mac = fresh_mac ()),
		ARGS (interface_create, .id = fresh ("i"), .mac = beside->mac),
	};
	DO_FAILS (IP_DRIVER_DUPLICATE, interface_replace_all, interfaces, .tenant = tenant, .device = device,
	          .interfaces = taken_mac, .interface_count = 2);
	const ip_driver_interface_create_args *wrong[] = {
		ARGS (interface_create, .tenant = fresh ("tenant")),
		ARGS (interface_create, .device = fresh ("device")),
		ARGS (interface_create, .request_key = "key"),
		ARGS (interface_create, .hold = 300, .networks = &here, .network_count = 1),
		ARGS (interface_create, .mac = "not a mac"),
		NULL};
	for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
		if (wrong[i] &&
		    ((wrong[i]->hold && !supports ("hold")) || (wrong[i]->request_key && !supports ("request_key"))))
			continue;
		DO_FAILS (IP_DRIVER_INVALID, interface_replace_all, interfaces, .tenant = tenant, .device = device,
		          .interfaces = &wrong[i], .interface_count = 1);
	}
	reopen ();
	g_autoptr (ip_driver_interfaces) listed = DO (interface_list, interfaces, .tenant = tenant, .device = device);
	assert_int_equal (listed->count, 1);
	check_interface (listed->items[0], old, __FILE__, __LINE__);
	CHECK_USAGE (tenant, block, .total = "4", .allocated = "1", .excluded = "2", .free = "1");
}

void
case_interface_delete_all (void)
{
	const char *tenant = fresh ("tenant");
	const char *other = fresh ("tenant");
	const char *device = fresh ("device");
	const char *network = fresh ("network");
	const char *block = new_block (tenant, network, "10.148.0.0/28");
	ip_driver_interface_network here = {.tenant = tenant, .network = network};
	for (int i = 0; i < 4; i++) {
		g_autoptr (ip_driver_interface) made =
			INTERFACE (.tenant = i == 3 ? other : tenant, .id = fresh ("interface"), .device = device,
		                   .mac = fresh_mac (), .networks = &here, .network_count = 1);
		assert_int_equal (made->allocation_count, 1);
	}
	RUN (interface_delete_all, tenant, fresh ("device"));
	for (int round = 0; round < 2; round++) {
		RUN (interface_delete_all, tenant, device);
		g_autoptr (ip_driver_interfaces) none =
			DO (interface_list, interfaces, .tenant = tenant, .device = device);
		assert_int_equal (none->count, 0);
		g_autoptr (ip_driver_interfaces) left =
			DO (interface_list, interfaces, .tenant = other, .device = device);
		assert_int_equal (left->count, 1);
		CHECK_USAGE (tenant, block, .total = "16", .allocated = "1", .quarantined = "3", .excluded = "2",
		             .free = "10");
		reopen ();
	}
	if (supports ("all_tenants")) {
		RUN (interface_delete_all, NULL, device);
		CHECK_USAGE (tenant, block, .total = "16", .quarantined = "4", .excluded = "2", .free = "10");
	}
}

/* MAC addresses are taken in each of their usual forms, and are unique over all tenants. */
void
case_interface_mac_forms (void)
{
	const char *mac = fresh_mac ();
	g_auto (GStrv) pairs = g_strsplit (mac, ":", -1);
	const char *forms[] = {
		mac,
		text ("%s-%s-%s-%s-%s-%s", pairs[0], pairs[1], pairs[2], pairs[3], pairs[4], pairs[5]),
		text ("%s%s.%s%s.%s%s", pairs[0], pairs[1], pairs[2], pairs[3], pairs[4], pairs[5]),
		text ("%s%s%s%s%s%s", pairs[0], pairs[1], pairs[2], pairs[3], pairs[4], pairs[5]),
	};
	for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
		const char *tenant = fresh ("tenant");
		g_autofree char *upper = g_ascii_strup (forms[i], -1);
		g_autoptr (ip_driver_interface) made =
			INTERFACE (.tenant = tenant, .id = fresh ("interface"), .mac = upper);
		CHECK_TEXT (made->mac, mac);
		for (guint j = 0; j < G_N_ELEMENTS (forms); j++)
			INTERFACE_FAILS (IP_DRIVER_DUPLICATE, .tenant = fresh ("tenant"), .mac = forms[j]);
		RUN (interface_delete, tenant, made->id);
	}
}
