/*
 * Reconcile: what belongs to nothing that lives is released, and never what is younger than the snapshot.
 */
#include "check.h"

static const char *
take_snapshot (void)
{
	g_autoptr (ip_driver_address_snapshot_result) result = NULL;
	CHECK_STATUS_ (IP_DRIVER_OK, ip_driver_address_snapshot (driver, &result, &check_error), "address_snapshot");
	assert_true (strlen (result->token) > 0 && strlen (result->token) <= IP_DRIVER_ID_MAX);
	return text ("%s", result->token);
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
	return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Runs one to its end, page by page; gives the addresses that it says it released, sorted. */
static GPtrArray *
reconcile (ip_driver_address_reconcile_args args)
{
	GPtrArray *released = texts_new ();
	g_autofree char *marker = NULL;
	int pages = 0;
	args.size = sizeof args;
	do {
		args.marker = marker;
		g_autoptr (ip_driver_addresses) page = GET (address_reconcile, addresses, &args);
		for (size_t i = 0; i < page->count; i++) {
			/* As they were before. */
			assert_int_equal (page->items[i]->state, IP_DRIVER_ADDRESS_ALLOCATED);
			assert_non_null (page->items[i]->interface);
			texts_add (released, page->items[i]->address);
		}
		g_free (marker);
		marker = g_strdup (page->next_marker);
		assert_true (++pages < 100);
	} while (marker);
	g_ptr_array_sort (released, compare_texts);
	return released;
}

#define CHECK_RECONCILE(joined, ...)                                                                                   \
	do {                                                                                                           \
		g_autoptr (GPtrArray) released_ = reconcile ((ip_driver_address_reconcile_args){__VA_ARGS__});         \
		g_ptr_array_add (released_, NULL);                                                                     \
		g_autofree char *got_ = g_strjoinv (" ", (char **)released_->pdata);                                   \
		CHECK_TEXT (got_, joined);                                                                             \
	} while (0)

/* One address on an interface of a device. */
static void
make (const char *tenant, const char *block, const char *address, const char *interface, const char *device)
{
	g_autoptr (ip_driver_addresses) made = ALLOCATE (.tenant = tenant, .block = block, .address = address,
	                                                 .interface = interface, .device = device);
	CHECK_ADDRESSES (made, address);
}

void
case_reconcile_interfaces (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, fresh ("network"), "10.110.0.0/24");
	const char *interfaces[6];
	for (int i = 0; i < 6; i++) {
		interfaces[i] = fresh ("interface");
		make (tenant, block, at ("10.110.0.10", i), interfaces[i], fresh ("device"));
	}
	/* A second address of one, one without interface, and one held. */
	make (tenant, block, "10.110.0.30", interfaces[4], NULL);
	allocate_given (tenant, block, "10.110.0.40");
	if (supports ("hold")) {
		g_autoptr (ip_driver_addresses) held =
			ALLOCATE (.tenant = tenant, .block = block, .address = "10.110.0.41",
		                  .interface = fresh ("interface"), .hold = 900);
		CHECK_ADDRESSES (held, "10.110.0.41");
	}
	const char *token = take_snapshot ();
	make (tenant, block, "10.110.0.50", fresh ("interface"), fresh ("device"));
	const char *living[] = {interfaces[0], "no such interface", interfaces[2], interfaces[3]};
	/* Whoever is older than an hour: nobody. */
	CHECK_RECONCILE ("", .tenant = tenant, .token = token, .living = living, .living_count = 4, .grace = 3600);
	for (guint limit = 0; limit <= 2; limit++)
		CHECK_RECONCILE ("10.110.0.11 10.110.0.14 10.110.0.15 10.110.0.30", .tenant = tenant, .token = token,
		                 .living = living, .living_count = 4, .limit = limit,
		                 .flags = IP_DRIVER_ADDRESS_RECONCILE_DRY_RUN);
	g_autoptr (ip_driver_usage) untouched = GET (block_usage, usage, tenant, block);
	CHECK_TEXT (untouched->quarantined, "0");
	reopen ();
	CHECK_RECONCILE ("10.110.0.11 10.110.0.14 10.110.0.15 10.110.0.30", .tenant = tenant, .token = token,
	                 .living = living, .living_count = 4, .limit = 1);
	CHECK_RECONCILE ("", .tenant = tenant, .token = token, .living = living, .living_count = 4);
	static const char *const released[] = {"10.110.0.11", "10.110.0.14", "10.110.0.15", "10.110.0.30"};
	for (guint i = 0; i < G_N_ELEMENTS (released); i++) {
		g_autoptr (ip_driver_address) got = GET (address_get, address, tenant, block, released[i]);
		assert_int_equal (got->state, IP_DRIVER_ADDRESS_DEALLOCATED);
		CHECK_TEXT (got->interface, NULL);
	}
	static const char *const left[] = {"10.110.0.10", "10.110.0.12", "10.110.0.13", "10.110.0.40", "10.110.0.50"};
	for (guint i = 0; i < G_N_ELEMENTS (left); i++) {
		g_autoptr (ip_driver_address) got = GET (address_get, address, tenant, block, left[i]);
		assert_int_equal (got->state, IP_DRIVER_ADDRESS_ALLOCATED);
	}
	g_autoptr (ip_driver_usage) usage = GET (block_usage, usage, tenant, block);
	CHECK_TEXT (usage->held, supports ("hold") ? "1" : "0");
	/* With nothing living, and a new snapshot, the rest goes. */
	CHECK_RECONCILE ("10.110.0.10 10.110.0.12 10.110.0.13 10.110.0.50", .tenant = tenant,
	                 .token = take_snapshot ());
}

void
case_reconcile_devices (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, fresh ("network"), "10.110.1.0/24");
	const char *alive = fresh ("device");
	make (tenant, block, "10.110.1.1", fresh ("interface"), alive);
	make (tenant, block, "10.110.1.2", fresh ("interface"), fresh ("device"));
	make (tenant, block, "10.110.1.3", fresh ("interface"), alive);
	/* An interface without device is left alone when devices are named. */
	make (tenant, block, "10.110.1.4", fresh ("interface"), NULL);
	CHECK_RECONCILE ("10.110.1.2", .tenant = tenant, .token = take_snapshot (), .living = &alive, .living_count = 1,
	                 .flags = IP_DRIVER_ADDRESS_RECONCILE_DEVICES);
	g_autoptr (ip_driver_usage) usage = GET (block_usage, usage, tenant, block);
	CHECK_TEXT (usage->allocated, "3");
	CHECK_TEXT (usage->quarantined, "1");
}

/* All that is given of tenant, network and device prefix must fit. */
void
case_reconcile_scopes (void)
{
	const char *tenant = fresh ("tenant");
	const char *user = fresh ("user");
	const char *networks[] = {fresh ("network"), fresh ("network")};
	const char *blocks[] = {new_block (tenant, networks[0], "10.110.2.0/24"),
	                        new_block (tenant, networks[1], "10.110.3.0/24")};
	const char *prefix = fresh ("node_%");
	const char *similar = text ("nodeX%%%s", prefix + strlen ("node_%"));
	for (int i = 0; i < 2; i++) {
		const char *cidr = i ? "10.110.3.0" : "10.110.2.0";
		make (tenant, blocks[i], at (cidr, 1), fresh ("interface"), text ("%s-1", prefix));
		make (tenant, blocks[i], at (cidr, 2), fresh ("interface"), text ("%s-2", similar));
		make (tenant, blocks[i], at (cidr, 3), fresh ("interface"), prefix);
		make (tenant, blocks[i], at (cidr, 4), fresh ("interface"), NULL);
		ip_driver_addresses_free (ALLOCATE (.tenant = tenant, .block = blocks[i], .address = at (cidr, 5),
		                                    .used_by_tenant = user, .interface = fresh ("interface"),
		                                    .device = text ("%s-5", prefix)));
	}
	const char *token = take_snapshot ();
#define DRY .token = token, .flags = IP_DRIVER_ADDRESS_RECONCILE_DRY_RUN
	CHECK_RECONCILE ("10.110.2.5 10.110.3.5", DRY, .tenant = user);
	CHECK_RECONCILE ("10.110.2.1 10.110.2.2 10.110.2.3 10.110.2.4", DRY, .tenant = tenant, .network = networks[0]);
	CHECK_RECONCILE ("10.110.2.1 10.110.2.3 10.110.3.1 10.110.3.3", DRY, .tenant = tenant, .device_prefix = prefix);
	CHECK_RECONCILE ("10.110.3.5", DRY, .tenant = user, .network = networks[1], .device_prefix = prefix);
	CHECK_RECONCILE ("", DRY, .tenant = fresh ("tenant"), .network = networks[1]);
	CHECK_RECONCILE ("", DRY, .tenant = tenant, .device_prefix = fresh ("node"));
	if (supports ("all_tenants")) {
		CHECK_RECONCILE ("10.110.3.1 10.110.3.2 10.110.3.3 10.110.3.4 10.110.3.5", DRY, .network = networks[1]);
		CHECK_RECONCILE ("10.110.2.1 10.110.2.3 10.110.2.5 10.110.3.1 10.110.3.3 10.110.3.5", DRY,
		                 .device_prefix = prefix);
	}
	CHECK_RECONCILE ("10.110.2.1 10.110.2.3", .token = token, .tenant = tenant, .network = networks[0],
	                 .device_prefix = prefix);
	CHECK_USAGE (tenant, blocks[0], .total = "256", .allocated = "3", .quarantined = "2", .excluded = "2",
	             .free = "249");
	CHECK_USAGE (tenant, blocks[1], .total = "256", .allocated = "5", .excluded = "2", .free = "249");
#undef DRY
}

void
case_reconcile_refused (void)
{
	const char *tenant = fresh ("tenant");
	const char *token = take_snapshot ();
	const char *nobody = NULL;
	const char *empty = "";
	DO_FAILS (IP_DRIVER_INVALID, address_reconcile, addresses, .token = token);
	DO_FAILS (IP_DRIVER_INVALID, address_reconcile, addresses, .tenant = tenant);
	DO_FAILS (IP_DRIVER_INVALID, address_reconcile, addresses, .tenant = tenant, .token = "");
	DO_FAILS (IP_DRIVER_INVALID, address_reconcile, addresses, .tenant = tenant, .token = "not a token");
	DO_FAILS (IP_DRIVER_INVALID, address_reconcile, addresses, .tenant = tenant, .token = text ("%sx", token));
	DO_FAILS (IP_DRIVER_INVALID, address_reconcile, addresses, .tenant = tenant, .token = token, .living_count = 1);
	DO_FAILS (IP_DRIVER_INVALID, address_reconcile, addresses, .tenant = tenant, .token = token, .living = &nobody,
	          .living_count = 1);
	DO_FAILS (IP_DRIVER_INVALID, address_reconcile, addresses, .tenant = tenant, .token = token, .living = &empty,
	          .living_count = 1);
	DO_FAILS (IP_DRIVER_INVALID, address_reconcile, addresses, .tenant = tenant, .token = token, .flags = 0x10);
	DO_FAILS (IP_DRIVER_INVALID, address_reconcile, addresses, .tenant = tenant, .token = token,
	          .limit = IP_DRIVER_PAGE_MAX + 1);
}
