/*
 * `check` finds what is wrong: a sound database is damaged in one way after the other, behind the driver's
 * back, and each time the check must name the rule that is broken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <sqlite3.h>

#include "support.h"

#define TENANT "tenant-of-check"

static char *folder;
static char *path;

static void
allocate (ip_driver *driver, const char *block, const char *interface, const char *key, guint hold)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver_addresses *got;

	args.tenant = TENANT;
	args.block = block;
	args.interface = interface;
	args.request_key = key;
	args.hold = hold;
	must (ip_driver_address_allocate (driver, &args, &got, &error), &error);
	ip_driver_addresses_free (got);
}

/* Something of everything. */
static void
fill (ip_driver *driver)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autofree char *red = make_block (driver, TENANT, "10.0.0.0/24", "red", NULL, IP_DRIVER_BLOCK_PRIVATE);
	g_autofree char *first = make_block (driver, TENANT, "20.0.0.0/24", NULL, NULL, IP_DRIVER_BLOCK_PUBLIC);
	g_autofree char *parent = make_block (driver, TENANT, "30.0.0.0/16", NULL, NULL, IP_DRIVER_BLOCK_PRIVATE);

	g_free (make_block (driver, TENANT, "20.0.1.0/24", NULL, NULL, IP_DRIVER_BLOCK_PUBLIC));
	g_free (make_block (driver, TENANT, "10.1.0.0/24", "red", NULL, IP_DRIVER_BLOCK_PRIVATE));
	allocate (driver, red, "vif-1", "key-1", 0);
	allocate (driver, red, "vif-2", NULL, 0);
	allocate (driver, red, "vif-3", NULL, 5000);
	allocate (driver, first, NULL, NULL, 0);

	ip_driver_subnet_create_args subnet = IP_DRIVER_SUBNET_CREATE_ARGS_INIT;
	ip_driver_block *made;
	subnet.block = parent;
	subnet.prefix_length = 24;
	must (ip_driver_subnet_create (driver, &subnet, &made, &error), &error);
	ip_driver_block_free (made);

	ip_driver_address_ref local = {.block = red, .address = "10.0.0.1"};
	ip_driver_address_ref global = {.block = first, .address = "20.0.0.1"};
	ip_driver_nat_args nat = IP_DRIVER_NAT_ARGS_INIT;
	nat.locals = &local;
	nat.globals = &global;
	nat.local_count = nat.global_count = 1;
	must (ip_driver_nat_add (driver, &nat, &error), &error);

	ip_driver_allowed_ip_allow_args allowed = IP_DRIVER_ALLOWED_IP_ALLOW_ARGS_INIT;
	ip_driver_address *address;
	allowed.interface = "vif-1";
	allowed.network = "red";
	allowed.address = "10.0.0.2";
	must (ip_driver_allowed_ip_allow (driver, &allowed, &address, &error), &error);
	ip_driver_address_free (address);

	ip_driver_lease_grant_args grant = IP_DRIVER_LEASE_GRANT_ARGS_INIT;
	ip_driver_lease *lease;
	grant.block = red;
	grant.address = "10.0.0.1";
	grant.duration = 100;
	must (ip_driver_lease_grant (driver, &grant, &lease, &error), &error);
	ip_driver_lease_free (lease);

	ip_driver_mac_range_create_args range = IP_DRIVER_MAC_RANGE_CREATE_ARGS_INIT;
	ip_driver_mac_range *mac_range;
	range.cidr = "02:00:00:00:00:00/24";
	must (ip_driver_mac_range_create (driver, &range, &mac_range, &error), &error);
	ip_driver_mac_range_free (mac_range);
}

static void
run_sql (const char *database, const char *sql)
{
	sqlite3 *db;
	char *message = NULL;

	assert_int_equal (sqlite3_open (database, &db), SQLITE_OK);
	if (sqlite3_exec (db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg ("%s: %s", sql, message);
	assert_true (sqlite3_total_changes (db) > 0);
	sqlite3_close (db);
}

static ip_driver_check_report *
check (const char *database)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_check_report *report;
	ip_driver *driver = open_native (database, NULL);

	must (ip_driver_store_check (driver, &report, &error), &error);
	ip_driver_close (driver);
	return report;
}

static void
sound_database (void **state)
{
	ip_driver_check_report *report = check (path);

	for (size_t i = 0; i < report->problem_count; i++)
		print_error ("%s\n", report->problems[i]);
	assert_int_equal (report->problems_total, 0);
	assert_int_equal (report->blocks, 6);
	assert_int_equal (report->addresses, 4);
	assert_int_equal (report->interfaces, 3);
	ip_driver_check_report_free (report);
}

static const struct {
	const char *rule, *sql;
} damages[] = {
	{"the database's own structures are sound", "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = "
                                                    "replace (sql, 'request_no IS NOT NULL', 'request_no IS NULL')"
                                                    " WHERE name = 'address_request'"},
	{"root public blocks do not overlap",
         "UPDATE block SET prefix = 23, last = x'140001ff' WHERE first = x'14000000'"},
	{"top-level blocks of a network do not overlap",
         "UPDATE block SET first = x'0a000080' WHERE first = x'0a010000'"},
	{"a top-level block of a network is one whose parent is on none", "UPDATE block SET network_root = 0"},
	{"all blocks of a network have one type", "UPDATE block SET type = 1 WHERE first = x'0a010000'"},
	{"a subnet lies in its parent",
         "UPDATE block SET first = x'1f000000', last = x'1f0000ff' WHERE parent_no IS NOT NULL"},
	{"a subnet lies in its parent", "UPDATE block SET type = 1 WHERE parent_no IS NOT NULL"},
	{"each address of a block is free, taken or in a subnet, once", "DELETE FROM extent WHERE last = x'0a0000ff'"},
	{"each address of a block is free, taken or in a subnet, once",
         "UPDATE extent SET first = x'0a000001' WHERE last = x'0a0000ff'"},
	{"each address of a block is free, taken or in a subnet, once",
         "DELETE FROM address WHERE address = x'0a000002'"},
	{"each address of a block is free, taken or in a subnet, once",
         "UPDATE extent SET first = x'1e000000' WHERE last = x'1e00ffff'"},
	{"addresses are in one of their states", "UPDATE address SET state = 7 WHERE address = x'0a000002'"},
	{"addresses are in one of their states", "UPDATE address SET state = 2 WHERE address = x'0a000002'"},
	{"no free address is overlooked",
         "UPDATE pool SET scan_from = x'0a000064' WHERE block_no = (SELECT no FROM block WHERE first = x'0a000000')"},
	{"the counters of a block are right", "UPDATE pool SET allocated = allocated + 1 WHERE held = 1"},
	{"the counters of a block are right", "UPDATE pool SET excluded_taken = 3 WHERE held = 1"},
	{"every block has a tenant", "DELETE FROM tenant"},
	{"every row belongs to a block that exists",
         "INSERT INTO route (id, block_no, destination, gateway, created_at, updated_at) VALUES (x'00', 999, "
         "'1.1.1.1', '2.2.2.2', 0, 0)"},
	{"an address belongs to a tenant", "UPDATE address SET interface_no = 77 WHERE address = x'0a000002'"},
	{"the addresses of an interface are on one network",
         "UPDATE address SET interface_no = (SELECT no FROM interface WHERE id = 'vif-1') WHERE address = x'14000001'"},
	{"an address without interface that was released is still allowed elsewhere",
         "UPDATE address SET interface_no = 0 WHERE address = x'14000001'"},
	{"allowed IPs are allocated", "UPDATE allowed_ip SET address = x'0a0000aa'"},
	{"both ends of a NAT pair are allocated", "UPDATE nat SET global_address = x'140000aa'"},
	{"leased addresses are allocated or at rest", "UPDATE lease SET address = x'0a0000aa'"},
	{"a request key lives as long", "INSERT INTO request (tenant_no, key, fingerprint) VALUES (1, 'dead', '')"},
	{"a request key lives as long", "DELETE FROM request"},
	{"ranges and octets belong to policies",
         "INSERT INTO policy_octet (id, policy_no, octet, created_at, updated_at) VALUES (x'00', 9, 1, 0, 0)"},
	{"MAC ranges do not overlap", "INSERT INTO mac_range (id, first, last, prefix, next, created_at, updated_at)"
                                      " SELECT x'00', first, last, prefix, next, 0, 0 FROM mac_range"},
	{"a MAC that was given back", "INSERT INTO mac_rest (mac, range_no, freed_at) VALUES (5, 1, 0)"},
	{"an interface that was made for a hold has an address",
         "INSERT INTO interface (id, tenant_no, hold_until, created_at, updated_at) VALUES ('lost', 1, 1, 0, 0)"},
};

static void
damaged_databases (void **state)
{
	for (gsize i = 0; i < G_N_ELEMENTS (damages); i++) {
		g_autofree char *copy = g_strdup_printf ("%s/damaged-%zu.db", folder, i);
		g_autofree char *content = NULL;
		gsize size;
		gboolean named = FALSE;
		assert_true (g_file_get_contents (path, &content, &size, NULL));
		assert_true (g_file_set_contents (copy, content, (gssize)size, NULL));
		run_sql (copy, damages[i].sql);
		ip_driver_check_report *report = check (copy);
		for (size_t j = 0; j < report->problem_count; j++)
			named = named || g_str_has_prefix (report->problems[j], damages[i].rule);
		if (!named)
			fail_msg ("\"%s\" was not found broken by: %s", damages[i].rule, damages[i].sql);
		ip_driver_check_report_free (report);
	}
}

static int
set_up (void **state)
{
	folder = folder_new ();
	path = g_build_filename (folder, "ipam.db", NULL);
	ip_driver *driver = open_native (path, NULL);
	fill (driver);
	ip_driver_close (driver);
	return 0;
}

static int
tear_down (void **state)
{
	folder_remove (folder);
	g_free (path);
	return 0;
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (sound_database),
		cmocka_unit_test (damaged_databases),
	};

	return cmocka_run_group_tests (tests, set_up, tear_down);
}
