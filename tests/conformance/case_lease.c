/*
 * Leases: the DHCP state of allocated addresses.
 */
#include "check.h"

#define GRANT(...) DO (lease_grant, lease, __VA_ARGS__)
#define GRANT_FAILS(status, ...) DO_FAILS (status, lease_grant, lease, __VA_ARGS__)

static gint64
now (void)
{
	return g_get_real_time () / G_USEC_PER_SEC;
}

static void
check_lease (const ip_driver_lease *got, const char *block, const char *address, const char *mac, const char *client_id,
             const char *hostname, const char *file, int line)
{
	check_text (got->block, block, "block", file, line);
	check_text (got->address, address, "address", file, line);
	check_text (got->mac, mac, "mac", file, line);
	check_text (got->client_id, client_id, "client_id", file, line);
	check_text (got->hostname, hostname, "hostname", file, line);
}
#define CHECK_LEASE(...) check_lease (__VA_ARGS__, __FILE__, __LINE__)

void
case_lease_grant (void)
{
	const char *tenant = fresh ("tenant");
	const char *mac = fresh_mac ();
	const char *block = new_block (tenant, NULL, "10.190.0.0/28");
	allocate_given (tenant, block, "10.190.0.7");
	gint64 before = now ();
	g_autoptr (ip_driver_lease) granted =
		GRANT (.tenant = tenant, .block = block, .address = "10.190.0.7", .mac = mac, .client_id = "01:aa:bb",
	               .hostname = "host-\xc3\xbc", .duration = 5000);
	assert_true (granted->leased_until >= before + 5000 && granted->leased_until <= now () + 5000);
	for (int round = 0; round < 2; round++) {
		g_autoptr (ip_driver_lease) got = GET (lease_get, lease, tenant, block, "10.190.0.7");
		CHECK_LEASE (got, block, "10.190.0.7", mac, "01:aa:bb", "host-\xc3\xbc");
		assert_true (got->leased_until == granted->leased_until);
		reopen ();
	}
	/* Renewed, everything is as the last call says. */
	before = now ();
	g_autoptr (ip_driver_lease) renewed =
		GRANT (.tenant = tenant, .block = block, .address = "10.190.0.7", .hostname = "other", .duration = 300);
	CHECK_LEASE (renewed, block, "10.190.0.7", NULL, NULL, "other");
	assert_true (renewed->leased_until >= before + 300 && renewed->leased_until <= now () + 300);
	g_autoptr (ip_driver_leases) listed = DO (lease_list, leases, .tenant = tenant, .block = block);
	assert_int_equal (listed->count, 1);
	CHECK_LEASE (listed->items[0], block, "10.190.0.7", NULL, NULL, "other");
	RUN (lease_release, tenant, block, "10.190.0.7");
	for (int round = 0; round < 2; round++) {
		RUN_FAILS (IP_DRIVER_NOT_FOUND, lease_release, tenant, block, "10.190.0.7");
		GET_FAILS (IP_DRIVER_NOT_FOUND, lease_get, lease, tenant, block, "10.190.0.7");
		reopen ();
	}
	g_autoptr (ip_driver_address) stays = GET (address_get, address, tenant, block, "10.190.0.7");
	assert_int_equal (stays->state, IP_DRIVER_ADDRESS_ALLOCATED);
}

void
case_lease_refused (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.190.1.0/28");
	allocate_given (tenant, block, "10.190.1.7");
	g_autofree char *too_long = g_strnfill (IP_DRIVER_ID_MAX + 1, 'h');
	GRANT_FAILS (IP_DRIVER_NOT_FOUND, .tenant = tenant, .block = block, .address = "10.190.1.8", .duration = 60);
	GRANT_FAILS (IP_DRIVER_NOT_FOUND, .tenant = fresh ("tenant"), .block = block, .address = "10.190.1.7",
	             .duration = 60);
	GRANT_FAILS (IP_DRIVER_NOT_FOUND, .tenant = tenant, .block = fresh_id (), .address = "10.190.1.7",
	             .duration = 60);
	GRANT_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .address = "10.190.1.7", .mac = "1:2:3",
	             .duration = 60);
	GRANT_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .address = "10.190.1.7", .hostname = too_long,
	             .duration = 60);
	GRANT_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .address = "10.190.1.7",
	             .client_id = too_long, .duration = 60);
	GET_FAILS (IP_DRIVER_NOT_FOUND, lease_get, lease, tenant, block, "10.190.1.7");
	DEALLOCATE (.tenant = tenant, .block = block, .address = "10.190.1.7");
	GRANT_FAILS (IP_DRIVER_LOCKED, .tenant = tenant, .block = block, .address = "10.190.1.7", .duration = 60);
}

/* A released address rests until its lease has run out, or is given back. */
void
case_lease_prolongs_rest (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.190.2.0/28");
	allocate_given (tenant, block, "10.190.2.4");
	allocate_given (tenant, block, "10.190.2.5");
	g_autoptr (ip_driver_lease) lease =
		GRANT (.tenant = tenant, .block = block, .address = "10.190.2.4", .duration = 30000000);
	DEALLOCATE (.tenant = tenant, .block = block, .address = "10.190.2.4");
	DEALLOCATE (.tenant = tenant, .block = block, .address = "10.190.2.5");
	g_autoptr (ip_driver_address) leased = GET (address_get, address, tenant, block, "10.190.2.4");
	g_autoptr (ip_driver_address) plain = GET (address_get, address, tenant, block, "10.190.2.5");
	assert_true (leased->quarantine_until >= lease->leased_until);
	assert_true (plain->quarantine_until < lease->leased_until);
	reopen ();
	g_autoptr (ip_driver_lease) still = GET (lease_get, lease, tenant, block, "10.190.2.4");
	assert_true (still->leased_until == lease->leased_until);
	RUN (lease_release, tenant, block, "10.190.2.4");
	g_autoptr (ip_driver_address) rested = GET (address_get, address, tenant, block, "10.190.2.4");
	assert_int_equal (rested->state, IP_DRIVER_ADDRESS_DEALLOCATED);
	/* As if there had been none: released a moment before the other, it is free no later. */
	assert_true (rested->quarantine_until <= plain->quarantine_until + 1);
	GET_FAILS (IP_DRIVER_NOT_FOUND, lease_get, lease, tenant, block, "10.190.2.4");
}

void
case_lease_list (void)
{
	const char *tenant = fresh ("tenant");
	const char *first = new_block (tenant, NULL, "10.190.3.0/27");
	const char *second = new_block (tenant, NULL, "10.190.4.0/27");
	const char *addresses[9];
	g_autoptr (GPtrArray) all = texts_new ();
	g_autoptr (GPtrArray) of_second = texts_new ();
	g_autoptr (GPtrArray) early = texts_new ();
	for (int i = 0; i < 9; i++) {
		const char *block = i % 3 ? first : second;
		/* The i-th to run out lies somewhere in the block; one never does. */
		addresses[i] = at (i % 3 ? "10.190.3.0" : "10.190.4.0", 1 + (i * 5 + 3) % 29);
		allocate_given (tenant, block, addresses[i]);
	}
	for (int i = 8; i >= 0; i--) {
		int j = (i * 4) % 9;
		g_autoptr (ip_driver_lease) lease =
			GRANT (.tenant = tenant, .block = j % 3 ? first : second, .address = addresses[j],
		               .duration = j == 8 ? G_MAXUINT32 : 10000 + 1000 * (guint32)j);
		CHECK_TEXT (lease->address, addresses[j]);
	}
	for (int i = 0; i < 9; i++) {
		texts_add (all, addresses[i]);
		if (i % 3 == 0)
			texts_add (of_second, addresses[i]);
		if (i < 5)
			texts_add (early, addresses[i]);
	}
	gint64 moment = now () + 14500;
	for (int round = 0; round < 2; round++) {
		CHECK_PAGES (all, lease_list, leases, address, .tenant = tenant);
		CHECK_PAGES (of_second, lease_list, leases, address, .tenant = tenant, .block = second);
		CHECK_PAGES (early, lease_list, leases, address, .tenant = tenant, .expired_at = moment);
		reopen ();
	}
	/* An infinite lease has run out at no time. */
	g_autoptr (ip_driver_leases) some =
		DO (lease_list, leases, .tenant = tenant, .expired_at = now () + ((gint64)1 << 34));
	assert_int_equal (some->count, 8);
	g_autoptr (ip_driver_leases) none = DO (lease_list, leases, .tenant = tenant, .expired_at = now ());
	assert_int_equal (none->count, 0);
	DO_FAILS (IP_DRIVER_NOT_FOUND, lease_list, leases, .tenant = fresh ("tenant"), .block = first);
	DO_FAILS (IP_DRIVER_INVALID, lease_list, leases, .tenant = tenant, .expired_at = -5);
}

/* Leases of a second run out, are listed, end in portions; with DEALLOCATE the addresses go too. */
void
case_lease_expire (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.190.5.0/28");
	const char *beside = new_block (tenant, NULL, "10.190.6.0/28");
	for (int i = 1; i <= 6; i++) {
		allocate_given (tenant, block, at ("10.190.5.0", i));
		g_autoptr (ip_driver_lease) lease =
			GRANT (.tenant = tenant, .block = block, .address = at ("10.190.5.0", i),
		               .duration = i == 6 ? 5000 : 1);
		CHECK_TEXT (lease->address, at ("10.190.5.0", i));
	}
	allocate_given (tenant, beside, "10.190.6.3");
	ip_driver_lease_free (GRANT (.tenant = tenant, .block = beside, .address = "10.190.6.3", .duration = 1));
	gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
	for (size_t count = 0; count < 6;) {
		g_autoptr (ip_driver_leases) out = DO (lease_list, leases, .tenant = tenant, .expired_at = now ());
		count = out->count;
		assert_true (g_get_monotonic_time () < deadline);
		g_usleep (20000);
	}
	DO_FAILS (IP_DRIVER_INVALID, lease_expire, leases, .tenant = tenant, .expired_at = now () + 1000);
	DO_FAILS (IP_DRIVER_INVALID, lease_expire, leases, .tenant = tenant, .flags = 0x2);
	g_autoptr (ip_driver_leases) too_early =
		DO (lease_expire, leases, .tenant = tenant, .expired_at = now () - 5000);
	assert_int_equal (too_early->count, 0);
	g_autoptr (ip_driver_leases) first = DO (lease_expire, leases, .tenant = tenant, .block = block, .limit = 2);
	assert_int_equal (first->count, 2);
	assert_non_null (first->next_marker);
	g_autoptr (ip_driver_leases) rest = DO (lease_expire, leases, .tenant = tenant, .block = block, .limit = 3,
	                                        .flags = IP_DRIVER_LEASE_EXPIRE_DEALLOCATE);
	assert_int_equal (rest->count, 3);
	assert_null (rest->next_marker);
	reopen ();
	g_autoptr (ip_driver_leases) none = DO (lease_expire, leases, .tenant = tenant, .block = block);
	assert_int_equal (none->count, 0);
	for (size_t i = 0; i < 2; i++) {
		g_autoptr (ip_driver_address) kept =
			GET (address_get, address, tenant, block, first->items[i]->address);
		assert_int_equal (kept->state, IP_DRIVER_ADDRESS_ALLOCATED);
		GET_FAILS (IP_DRIVER_NOT_FOUND, lease_get, lease, tenant, block, first->items[i]->address);
	}
	for (size_t i = 0; i < 3; i++) {
		g_autoptr (ip_driver_address) gone = GET (address_get, address, tenant, block, rest->items[i]->address);
		assert_int_equal (gone->state, IP_DRIVER_ADDRESS_DEALLOCATED);
	}
	g_autoptr (ip_driver_lease) longer = GET (lease_get, lease, tenant, block, "10.190.5.6");
	CHECK_TEXT (longer->address, "10.190.5.6");
	g_autoptr (ip_driver_leases) last = DO (lease_expire, leases, .tenant = tenant);
	assert_int_equal (last->count, 1);
	CHECK_LEASE (last->items[0], beside, "10.190.6.3", NULL, NULL, NULL);
}

/* A lease goes with its block, and with its address when that is purged. */
void
case_lease_of_purged_address (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.190.7.0/28");
	allocate_given (tenant, block, "10.190.7.2");
	ip_driver_lease_free (GRANT (.tenant = tenant, .block = block, .address = "10.190.7.2", .duration = 7777));
	DEALLOCATE (.tenant = tenant, .block = block, .address = "10.190.7.2");
	guint64 purged = 0;
	RUN (address_purge,
	     ARGS (address_purge, .tenant = tenant, .block = block, .flags = IP_DRIVER_ADDRESS_PURGE_ALL), &purged);
	assert_int_equal (purged, 1);
	allocate_given (tenant, block, "10.190.7.2");
	GET_FAILS (IP_DRIVER_NOT_FOUND, lease_get, lease, tenant, block, "10.190.7.2");
	g_autoptr (ip_driver_leases) none = DO (lease_list, leases, .tenant = tenant);
	assert_int_equal (none->count, 0);
}
