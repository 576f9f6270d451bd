/*
 * Looking for addresses: lists with their filters and order, and the blocks that hold an IP.
 */
#include "check.h"

void
case_address_list (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *first = new_block (tenant, network, "10.80.9.0/27");
	const char *second = new_block (tenant, network, "10.80.1.0/27");
	const char *device = fresh ("device");
	const char *interface = fresh ("interface");
	g_autoptr (GPtrArray) all = texts_new ();
	g_autoptr (GPtrArray) of_second = texts_new ();
	g_autoptr (GPtrArray) of_device = texts_new ();
	g_autoptr (GPtrArray) of_interface = texts_new ();
	g_autoptr (GPtrArray) resting = texts_new ();
	g_autoptr (GPtrArray) none = texts_new ();
	/* Made from the top down, so that numeric order is not the order of making. */
	for (int i = 24; i > 0; i -= 3) {
		for (int j = 0; j < 2; j++) {
			ip_driver_addresses_free (
				ALLOCATE (.tenant = tenant, .block = j ? second : first,
			                  .address = at (j ? "10.80.1.0" : "10.80.9.0", i),
			                  .interface = i == 12 ? interface : text ("%s-%d-%d", interface, i, j),
			                  .device = i % 2 ? device : fresh ("device")));
		}
	}
	DEALLOCATE (.tenant = tenant, .block = second, .address = "10.80.1.18");
	for (int j = 0; j < 2; j++) {
		for (int i = 3; i <= 24; i += 3) {
			const char *address = at (j ? "10.80.1.0" : "10.80.9.0", i);
			texts_add (all, address);
			if (j)
				texts_add (of_second, address);
			if (i % 2)
				texts_add (of_device, address);
			if (i == 12)
				texts_add (of_interface, address);
			if (j && i == 18)
				texts_add (resting, address);
		}
	}
	for (int round = 0; round < 2; round++) {
		CHECK_PAGES (all, address_list, addresses, address, .tenant = tenant);
		CHECK_PAGES (all, address_list, addresses, address, .tenant = tenant, .network = network);
		CHECK_PAGES (of_second, address_list, addresses, address, .tenant = tenant, .block = second);
		CHECK_PAGES (of_device, address_list, addresses, address, .tenant = tenant, .device = device);
		CHECK_PAGES (of_interface, address_list, addresses, address, .tenant = tenant, .interface = interface);
		CHECK_PAGES (resting, address_list, addresses, address, .tenant = tenant,
		             .state = IP_DRIVER_ADDRESS_DEALLOCATED);
		CHECK_PAGES (resting, address_list, addresses, address, .tenant = tenant, .block = second,
		             .network = network, .state = IP_DRIVER_ADDRESS_DEALLOCATED);
		CHECK_PAGES (none, address_list, addresses, address, .tenant = tenant, .block = first,
		             .state = IP_DRIVER_ADDRESS_DEALLOCATED);
		CHECK_PAGES (none, address_list, addresses, address, .tenant = tenant, .network = fresh ("network"));
		g_autoptr (ip_driver_addresses) allocated =
			DO (address_list, addresses, .tenant = tenant, .state = IP_DRIVER_ADDRESS_ALLOCATED);
		assert_int_equal (allocated->count, 15);
		reopen ();
	}
	if (supports ("all_tenants")) {
		CHECK_PAGES (of_device, address_list, addresses, address, .device = device);
		CHECK_PAGES (of_interface, address_list, addresses, address, .interface = interface);
		CHECK_PAGES (of_second, address_list, addresses, address, .block = second);
	}
	DO_FAILS (IP_DRIVER_NOT_FOUND, address_list, addresses, .tenant = tenant, .block = fresh_id ());
	DO_FAILS (IP_DRIVER_NOT_FOUND, address_list, addresses, .tenant = fresh ("tenant"), .block = first);
	DO_FAILS (IP_DRIVER_INVALID, address_list, addresses, .tenant = tenant, .state = 3);
}

/* IPv6 too is in numeric order, and a page may begin anywhere. */
void
case_address_list_ipv6 (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "2001:db8:9::/48");
	static const char *const addresses[] = {"2001:db8:9::9",    "2001:db8:9::10", "2001:db8:9::1:0",
	                                        "2001:db8:9:0:1::", "2001:db8:9:2::", "2001:db8:9:10::",
	                                        "2001:db8:9:ffff::"};
	g_autoptr (GPtrArray) want = texts_new ();
	for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
		guint j = (i * 3 + 1) % G_N_ELEMENTS (addresses);
		ip_driver_addresses_free (
			ALLOCATE (.tenant = tenant, .block = block, .address = addresses[j], .mac = fresh_mac ()));
		texts_add (want, addresses[i]);
	}
	CHECK_PAGES (want, address_list, addresses, address, .tenant = tenant, .block = block);
}

/* With a block, the tenant is the block's; without, it is who uses the address. */
void
case_address_list_tenant (void)
{
	const char *owner = fresh ("owner");
	const char *user = fresh ("user");
	const char *block = new_block (owner, NULL, "10.81.0.0/28");
	const char *own = allocate_next (owner, block);
	g_autoptr (ip_driver_addresses) given = ALLOCATE (.tenant = owner, .block = block, .used_by_tenant = user);
	g_autoptr (ip_driver_addresses) of_block = DO (address_list, addresses, .tenant = owner, .block = block);
	CHECK_ADDRESSES (of_block, own, given->items[0]->address);
	g_autoptr (ip_driver_addresses) of_user = DO (address_list, addresses, .tenant = user);
	CHECK_ADDRESSES (of_user, given->items[0]->address);
	g_autoptr (ip_driver_addresses) of_owner = DO (address_list, addresses, .tenant = owner);
	CHECK_ADDRESSES (of_owner, own);
	DO_FAILS (IP_DRIVER_NOT_FOUND, address_list, addresses, .tenant = user, .block = block);
}

void
case_address_list_while_changing (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.82.0.0/26");
	for (int i = 1; i <= 40; i++)
		allocate_next (tenant, block);
	int seen[64] = {0};
	int page_number = 0;
	g_autofree char *marker = NULL;
	do {
		g_autoptr (ip_driver_addresses) page =
			DO (address_list, addresses, .tenant = tenant, .block = block, .limit = 3, .marker = marker,
		            .state = IP_DRIVER_ADDRESS_ALLOCATED);
		for (size_t i = 0; i < page->count; i++)
			for (int j = 1; j <= 40; j++)
				seen[j] += strcmp (page->items[i]->address, at ("10.82.0.0", j)) == 0;
		/* What was seen last goes, and something is made behind. */
		if (page->count > 0 && page_number % 2 == 0)
			DEALLOCATE (.tenant = tenant, .block = block, .address = page->items[page->count - 1]->address);
		if (page_number < 10)
			allocate_next (tenant, block);
		g_free (marker);
		marker = g_strdup (page->next_marker);
		assert_true (++page_number < 40);
	} while (marker);
	for (int j = 1; j <= 40; j++)
		assert_int_equal (seen[j], 1);
}

static void
check_find (const char *tenant, const char *address, const char *const *blocks, guint count, guint limit,
            const char *file, int line)
{
	g_autofree char *marker = NULL;
	guint found = 0;
	do {
		g_autoptr (ip_driver_address_matches) page = DO (address_find, address_matches, .tenant = tenant,
		                                                 .address = address, .limit = limit, .marker = marker);
		check_page (page->count, limit, page->next_marker, found, "address_find", file, line);
		for (size_t i = 0; i < page->count; i++, found++) {
			if (found == count)
				check_fail (file, line, "found one more: %s", page->items[i]->block->cidr);
			check_text (page->items[i]->block->id, blocks[found], page->items[i]->block->cidr, file, line);
		}
		g_free (marker);
		marker = g_strdup (page->next_marker);
	} while (marker);
	if (found != count)
		check_fail (file, line, "found %u, expected %u", found, count);
}

/* The longest prefix first, then the oldest, among blocks that overlap and their subnets. */
void
case_address_find (void)
{
	const char *tenant = fresh ("tenant");
	const char *other = fresh ("tenant");
	const char *wide = new_block (tenant, NULL, "10.0.0.0/8");
	const char *first24 = new_block (tenant, NULL, "10.83.7.0/24");
	const char *parent = new_block (tenant, NULL, "10.83.0.0/16");
	const char *foreign = new_block (other, NULL, "10.83.7.64/26");
	g_autoptr (ip_driver_block) subnet24 =
		DO (subnet_create, block, .tenant = tenant, .block = parent, .cidr = "10.83.7.0/24");
	const char *narrow = new_block (tenant, NULL, "10.83.7.77/32");
	new_block (tenant, NULL, "10.83.8.0/24");
	new_block (tenant, NULL, "::/0");
	g_autoptr (ip_driver_addresses) made =
		ALLOCATE (.tenant = tenant, .block = subnet24->id, .address = "10.83.7.77");
	const char *want[] = {narrow, first24, subnet24->id, parent, wide};
	static const guint limits[] = {0, 1, 2, 7};
	for (guint i = 0; i < G_N_ELEMENTS (limits); i++) {
		check_find (tenant, "10.83.7.77", want, 5, limits[i], __FILE__, __LINE__);
		check_find (tenant, "10.83.7.78", want + 1, 4, limits[i], __FILE__, __LINE__);
		check_find (tenant, "10.83.7.255", want + 1, 4, limits[i], __FILE__, __LINE__);
		check_find (tenant, "10.84.0.0", &wide, 1, limits[i], __FILE__, __LINE__);
		check_find (tenant, "11.0.0.0", NULL, 0, limits[i], __FILE__, __LINE__);
		check_find (other, "10.83.7.77", &foreign, 1, limits[i], __FILE__, __LINE__);
	}
	reopen ();
	g_autoptr (ip_driver_address_matches) matches =
		DO (address_find, address_matches, .tenant = tenant, .address = "10.83.7.77");
	assert_int_equal (matches->count, 5);
	for (size_t i = 0; i < 5; i++) {
		if (i == 2)
			check_address (matches->items[i]->address, made->items[0], __FILE__, __LINE__);
		else
			assert_null (matches->items[i]->address);
	}
	CHECK_TEXT (matches->items[0]->block->cidr, "10.83.7.77/32");
	DEALLOCATE (.tenant = tenant, .block = subnet24->id, .address = "10.83.7.77");
	g_autoptr (ip_driver_address_matches) resting =
		DO (address_find, address_matches, .tenant = tenant, .address = "10.83.7.77");
	assert_non_null (resting->items[2]->address);
	assert_int_equal (resting->items[2]->address->state, IP_DRIVER_ADDRESS_DEALLOCATED);
}

void
case_address_find_ipv6 (void)
{
	const char *tenant = fresh ("tenant");
	const char *all = new_block (tenant, NULL, "::/0");
	const char *wide = new_block (tenant, NULL, "2001:db8::/32");
	const char *narrow = new_block (tenant, NULL, "2001:db8:5::/64");
	const char *want[] = {narrow, wide, all};
	check_find (tenant, "2001:0DB8:5:0::1", want, 3, 2, __FILE__, __LINE__);
	check_find (tenant, "2001:db8:5:1::", want + 1, 2, 1, __FILE__, __LINE__);
	check_find (tenant, "ffff::", want + 2, 1, 0, __FILE__, __LINE__);
	check_find (tenant, "32.1.13.184", NULL, 0, 0, __FILE__, __LINE__);
}

/* Any tenant's, when none is given: at least those of this case. */
void
case_address_find_all_tenants (void)
{
	const char *first = fresh ("tenant");
	const char *second = fresh ("tenant");
	const char *space = fresh_public4 ();
	const char *address = at (space, 9);
	const char *wide = new_block (first, NULL, space);
	const char *narrow = new_block (second, NULL, text ("%s/28", at (space, 0)));
	g_autoptr (GPtrArray) found = texts_new ();
	g_autofree char *marker = NULL;
	do {
		g_autoptr (ip_driver_address_matches) page =
			DO (address_find, address_matches, .address = address, .limit = 2, .marker = marker);
		for (size_t i = 0; i < page->count; i++)
			if (strcmp (page->items[i]->block->id, wide) == 0 ||
			    strcmp (page->items[i]->block->id, narrow) == 0)
				texts_add (found, page->items[i]->block->id);
		g_free (marker);
		marker = g_strdup (page->next_marker);
	} while (marker);
	assert_int_equal (found->len, 2);
	CHECK_TEXT (found->pdata[0], narrow);
	CHECK_TEXT (found->pdata[1], wide);
}
