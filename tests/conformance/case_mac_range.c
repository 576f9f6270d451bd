/*
 * MAC ranges: where interfaces get a MAC address that were not given one. Ranges are nobody's, so each case
 * leaves none behind.
 */
#include "check.h"

/* Makes an interface without saying its MAC; gives its id, and its MAC. */
static const char *
make (const char *tenant, const char **ret_mac)
{
	g_autoptr (ip_driver_interface) made =
		DO (interface_create, interface, .tenant = tenant, .id = fresh ("interface"));
	*ret_mac = text ("%s", made->mac ? made->mac : "none");
	return text ("%s", made->id);
}

/* The n-th MAC of a range like 06:aa:bb:cc:dd:00/40. */
static const char *
nth (const char *cidr, guint n)
{
	return text ("%.15s%02x", cidr, n);
}

static const char *
range_cidr (const char *id)
{
	g_autoptr (ip_driver_mac_range) range = GET (mac_range_get, mac_range, id);
	return text ("%s", range->cidr);
}

void
case_mac_range_create (void)
{
	const char *first = new_mac_range (NULL);
	const char *cidr = range_cidr (first);
	/* Host bits are cleared, and every form is taken. */
	const char *wide = new_mac_range ("0E-5A-3F-FF-FF-FF/28");
	for (int round = 0; round < 2; round++) {
		CHECK_TEXT (range_cidr (wide), "0e:5a:3f:f0:00:00/28");
		g_autoptr (ip_driver_mac_ranges) listed = DO (mac_range_list, mac_ranges, .limit = 0);
		assert_int_equal (listed->count, 2);
		CHECK_TEXT (listed->items[0]->id, first);
		CHECK_TEXT (listed->items[0]->cidr, cidr);
		CHECK_TEXT (listed->items[1]->id, wide);
		reopen ();
	}
	/* The ranges may not overlap. */
	const char *refused[] = {cidr, text ("%.12s00:00/32", cidr), text ("%.15sfe/48", cidr), "0e:5a:3f:f1:00:00/32",
	                         "0e:00:00:00:00:00/8"};
	for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
		DO_FAILS (IP_DRIVER_NOT_ALLOWED, mac_range_create, mac_range, .cidr = refused[i]);
	RUN (mac_range_delete, wide);
	GET_FAILS (IP_DRIVER_NOT_FOUND, mac_range_get, mac_range, wide);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, mac_range_delete, wide);
	reopen ();
	GET_FAILS (IP_DRIVER_NOT_FOUND, mac_range_get, mac_range, wide);
	if (supports ("chosen_ids")) {
		const char *id = fresh_id ();
		g_autoptr (ip_driver_mac_range) chosen =
			DO (mac_range_create, mac_range, .cidr = "0e:5a:3f:f1:00:00/32", .id = id);
		CHECK_TEXT (chosen->id, id);
		DO_FAILS (IP_DRIVER_DUPLICATE, mac_range_create, mac_range, .cidr = "0e:5a:3f:f2:00:00/32", .id = id);
		RUN (mac_range_delete, id);
	}
}

void
case_mac_range_list (void)
{
	g_autoptr (GPtrArray) want = texts_new ();
	for (int i = 0; i < 9; i++)
		texts_add (want, new_mac_range (NULL));
	CHECK_PAGES (want, mac_range_list, mac_ranges, id, .reserved = 0);
}

/* Upwards, from the oldest range that has one left. */
void
case_mac_range_order (void)
{
	const char *tenant = fresh ("tenant");
	const char *base = range_cidr (new_mac_range (NULL));
	new_mac_range (NULL);
	const char *mac = NULL;
	for (guint i = 0; i < 5; i++) {
		make (tenant, &mac);
		CHECK_TEXT (mac, nth (base, i));
		reopen ();
	}
	/* One that was given explicitly, ahead in the range, is gone around. */
	const char *sixth = nth (base, 6);
	ip_driver_interface_free (
		DO (interface_create, interface, .tenant = tenant, .id = fresh ("interface"), .mac = sixth));
	make (tenant, &mac);
	CHECK_TEXT (mac, nth (base, 5));
	make (tenant, &mac);
	CHECK_TEXT (mac, nth (base, 7));
	DO_FAILS (IP_DRIVER_DUPLICATE, interface_create, interface, .tenant = tenant, .mac = nth (base, 3));
}

void
case_mac_range_exhaustion (void)
{
	const char *tenant = fresh ("tenant");
	const char *small = text ("0a%.13s40/46", fresh_mac () + 2);
	const char *next = text ("0a%.13s81/48", fresh_mac () + 2);
	new_mac_range (small);
	new_mac_range (next);
	const char *ids[5];
	const char *mac = NULL;
	for (guint i = 0; i < 4; i++) {
		ids[i] = make (tenant, &mac);
		CHECK_TEXT (mac, nth (small, 0x40 + i));
	}
	ids[4] = make (tenant, &mac);
	CHECK_TEXT (mac, nth (next, 0x81));
	DO_FAILS (IP_DRIVER_EXHAUSTED, interface_create, interface, .tenant = tenant, .id = fresh ("interface"));
	/* One's own MAC still does. */
	ip_driver_interface_free (
		DO (interface_create, interface, .tenant = tenant, .id = fresh ("interface"), .mac = fresh_mac ()));
	/* What is given back is given again, the longest-rested first. */
	RUN (interface_delete, tenant, ids[2]);
	RUN (interface_delete, tenant, ids[4]);
	RUN (interface_delete, tenant, ids[1]);
	make (tenant, &mac);
	CHECK_TEXT (mac, nth (small, 0x42));
	make (tenant, &mac);
	CHECK_TEXT (mac, nth (small, 0x41));
	make (tenant, &mac);
	CHECK_TEXT (mac, nth (next, 0x81));
	DO_FAILS (IP_DRIVER_EXHAUSTED, interface_create, interface, .tenant = tenant, .id = fresh ("interface"));
	g_autoptr (ip_driver_interfaces) all = DO (interface_list, interfaces, .tenant = tenant);
	assert_int_equal (all->count, 6);
}

/* Returned ones come after those that were never used. */
void
case_mac_range_returned (void)
{
	const char *tenant = fresh ("tenant");
	const char *small = text ("0a%.13s48/45", fresh_mac () + 2);
	new_mac_range (small);
	const char *mac = NULL;
	const char *first = make (tenant, &mac);
	make (tenant, &mac);
	RUN (interface_delete, tenant, first);
	for (guint i = 2; i < 8; i++) {
		make (tenant, &mac);
		CHECK_TEXT (mac, nth (small, 0x48 + i));
	}
	reopen ();
	make (tenant, &mac);
	CHECK_TEXT (mac, nth (small, 0x48));
}

/* Without a range there is no MAC; interfaces keep theirs when the range goes, and give it back to none. */
void
case_mac_range_delete (void)
{
	const char *tenant = fresh ("tenant");
	const char *mac = NULL;
	const char *range = new_mac_range (NULL);
	const char *cidr = range_cidr (range);
	const char *with = make (tenant, &mac);
	CHECK_TEXT (mac, nth (cidr, 0));
	RUN (mac_range_delete, range);
	make (tenant, &mac);
	CHECK_TEXT (mac, "none");
	reopen ();
	g_autoptr (ip_driver_interface) kept = GET (interface_get, interface, tenant, with);
	CHECK_TEXT (kept->mac, nth (cidr, 0));
	DO_FAILS (IP_DRIVER_DUPLICATE, interface_create, interface, .tenant = tenant, .mac = kept->mac);
	/* The same range again knows what is still in use. */
	new_mac_range (cidr);
	make (tenant, &mac);
	CHECK_TEXT (mac, nth (cidr, 1));
	RUN (interface_delete, tenant, with);
}

/* An interface that is made on the way gets one too. */
void
case_mac_range_on_allocation (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *interface = fresh ("interface");
	const char *cidr = range_cidr (new_mac_range (NULL));
	new_block (tenant, network, "10.149.0.0/28");
	const char *block6 = new_block (tenant, network, "2001:db8:149::/64");
	g_autoptr (ip_driver_interface) made =
		DO (interface_create, interface, .tenant = tenant, .id = interface,
	            .networks = &(ip_driver_interface_network){.network = network}, .network_count = 1);
	CHECK_TEXT (made->mac, nth (cidr, 0));
	assert_int_equal (made->allocation_count, 2);
	CHECK_TEXT (made->allocations[1]->address->block, block6);
}
