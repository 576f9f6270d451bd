/*
 * The cost of an operation does not depend on how large, full, fragmented or excluded a block is, nor on
 * how many blocks there are. Measured not in time but in steps of SQLite's virtual machine, which is
 * exact: SQLite calls set_up_trace() for every connection that the driver opens in this process. And the
 * memory that SQLite holds does not grow with the database.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "support.h"

#define TENANT "tenant-of-cost"
/* Steps differ a little with the depth of B-trees and with which branch a statement takes. */
#define TOLERANCE 1.5

static gint64 steps;
static gint64 scans;

static int
on_statement_end (unsigned event, void *unused, void *statement, void *nanoseconds)
{
	steps += sqlite3_stmt_status (statement, SQLITE_STMTSTATUS_VM_STEP, 1);
	scans += sqlite3_stmt_status (statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
	return 0;
}

static int
set_up_trace (sqlite3 *db, char **error, const struct sqlite3_api_routines *unused)
{
	return sqlite3_trace_v2 (db, SQLITE_TRACE_PROFILE, on_statement_end, NULL);
}

typedef struct {
	char *folder;
	ip_driver *driver;
} store;

static int
set_up (void **state)
{
	store *self = g_new0 (store, 1);

	self->folder = folder_new ();
	g_autofree char *path = g_build_filename (self->folder, "ipam.db", NULL);
	self->driver = open_native (path, "durability", "normal", "quarantine", "0", "ipv6_generator", "random", NULL);
	*state = self;
	return 0;
}

static int
tear_down (void **state)
{
	store *self = *state;

	ip_driver_close (self->driver);
	folder_remove (self->folder);
	g_free (self);
	return 0;
}

static char *
new_block (const store *self, const char *cidr, const char *policy, ip_driver_block_type type)
{
	return make_block (self->driver, TENANT, cidr, NULL, policy, type);
}

/* What the next allocation costs: the least of several, since now and then one also splits a page or
 * meets the end of a run. */
static gint64
cost_of_allocation (const store *self, const char *block)
{
	gint64 least = G_MAXINT64;

	for (int i = 0; i < 5; i++) {
		steps = scans = 0;
		allocate_plain (self->driver, TENANT, block, NULL, 1);
		least = MIN (least, steps);
		assert_int_equal (scans, 0);
	}
	return least;
}

static void
assert_flat (gint64 before, gint64 after)
{
	assert_true (before > 0);
	if ((double)after > (double)before * TOLERANCE)
		fail_msg ("%" G_GINT64_FORMAT " steps have become %" G_GINT64_FORMAT, before, after);
}

static void
allocation_as_a_block_fills (void **state)
{
	const store *self = *state;
	g_autofree char *large = new_block (self, "10.0.0.0/8", NULL, IP_DRIVER_BLOCK_PRIVATE);
	g_autofree char *small = new_block (self, "10.0.0.0/16", NULL, IP_DRIVER_BLOCK_PRIVATE);
	gint64 empty = cost_of_allocation (self, large);

	assert_flat (empty, cost_of_allocation (self, small));
	allocate_plain (self->driver, TENANT, large, NULL, 30000);
	assert_flat (empty, cost_of_allocation (self, large));
	allocate_plain (self->driver, TENANT, small, NULL, 58980);
	assert_flat (empty, cost_of_allocation (self, small));
}

static void
allocation_in_a_block_full_of_holes (void **state)
{
	const store *self = *state;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autofree char *plain = new_block (self, "10.0.0.0/16", NULL, IP_DRIVER_BLOCK_PRIVATE);
	g_autofree char *holes = new_block (self, "10.1.0.0/16", NULL, IP_DRIVER_BLOCK_PRIVATE);
	gint64 empty = cost_of_allocation (self, plain);
	ip_driver *transaction;

	must (ip_driver_transaction_begin (self->driver, &transaction, &error), &error);
	for (int i = 2; i < 20000; i += 2) {
		char address[32];
		g_snprintf (address, sizeof address, "10.1.%d.%d", i / 256, i % 256);
		allocate_plain (transaction, TENANT, holes, address, 1);
	}
	must (ip_driver_transaction_commit (transaction, &error), &error);
	assert_flat (empty, cost_of_allocation (self, holes));
}

static void
allocation_of_released_addresses (void **state)
{
	const store *self = *state;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autofree char *plain = new_block (self, "10.0.0.0/16", NULL, IP_DRIVER_BLOCK_PRIVATE);
	g_autofree char *used = new_block (self, "10.1.0.0/18", NULL, IP_DRIVER_BLOCK_PRIVATE);
	gint64 empty = cost_of_allocation (self, plain), few = 0;
	ip_driver *transaction;

	allocate_plain (self->driver, TENANT, used, NULL, 16382);
	must (ip_driver_transaction_begin (self->driver, &transaction, &error), &error);
	for (int i = 1; i < 16383; i++) {
		char address[32];
		ip_driver_address_deallocate_args args = IP_DRIVER_ADDRESS_DEALLOCATE_ARGS_INIT;
		g_snprintf (address, sizeof address, "10.1.%d.%d", i / 256, i % 256);
		args.tenant = TENANT;
		args.block = used;
		args.address = address;
		must (ip_driver_address_deallocate (transaction, &args, &error), &error);
		if (i == 10) {
			/* With ten of them in the queue... */
			steps = 0;
			allocate_plain (transaction, TENANT, used, NULL, 1);
			few = steps;
		}
	}
	must (ip_driver_transaction_commit (transaction, &error), &error);
	/* ... and with sixteen thousand. */
	assert_flat (few, cost_of_allocation (self, used));
	assert_flat (empty * 2, cost_of_allocation (self, used));
}

static char *
make_policy (const store *self, gint64 offset, guint64 length, int octet)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_policy_create_args args = IP_DRIVER_POLICY_CREATE_ARGS_INIT;
	ip_driver_policy_range_create_args range = IP_DRIVER_POLICY_RANGE_CREATE_ARGS_INIT;
	ip_driver_policy_octet_create_args last = IP_DRIVER_POLICY_OCTET_CREATE_ARGS_INIT;
	ip_driver_policy *policy;
	ip_driver_policy_range *made_range;
	ip_driver_policy_octet *made_octet;

	args.tenant = TENANT;
	args.name = "excluded";
	must (ip_driver_policy_create (self->driver, &args, &policy, &error), &error);
	range.policy = last.policy = policy->id;
	range.offset = offset;
	range.length = length;
	must (ip_driver_policy_range_create (self->driver, &range, &made_range, &error), &error);
	last.octet = octet;
	must (ip_driver_policy_octet_create (self->driver, &last, &made_octet, &error), &error);
	char *id = g_strdup (policy->id);
	ip_driver_policy_free (policy);
	ip_driver_policy_range_free (made_range);
	ip_driver_policy_octet_free (made_octet);
	return id;
}

static void
allocation_beside_exclusions (void **state)
{
	const store *self = *state;
	g_autofree char *few = make_policy (self, 5, 3, 77);
	g_autofree char *most = make_policy (self, 2, 16000000, 78);
	g_autofree char *huge = make_policy (self, 0, G_GUINT64_CONSTANT (1) << 40, 79);
	g_autofree char *plain = new_block (self, "10.0.0.0/8", few, IP_DRIVER_BLOCK_PRIVATE);
	g_autofree char *excluded = new_block (self, "11.0.0.0/8", most, IP_DRIVER_BLOCK_PRIVATE);
	g_autofree char *six = new_block (self, "fd00::/64", few, IP_DRIVER_BLOCK_PRIVATE);
	g_autofree char *six_excluded = new_block (self, "fd01::/80", huge, IP_DRIVER_BLOCK_PRIVATE);

	assert_flat (cost_of_allocation (self, plain), cost_of_allocation (self, excluded));
	assert_flat (cost_of_allocation (self, six), cost_of_allocation (self, six_excluded));
}

static gint64
cost_of_block (const store *self, const char *cidr)
{
	steps = scans = 0;
	g_free (new_block (self, cidr, NULL, IP_DRIVER_BLOCK_PUBLIC));
	assert_int_equal (scans, 0);
	return steps;
}

static gint64
cost_of_find (const store *self, const char *address)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_address_find_args args = IP_DRIVER_ADDRESS_FIND_ARGS_INIT;
	ip_driver_address_matches *matches;

	steps = scans = 0;
	args.address = address;
	must (ip_driver_address_find (self->driver, &args, &matches, &error), &error);
	assert_int_equal (matches->count, 1);
	ip_driver_address_matches_free (matches);
	assert_int_equal (scans, 0);
	return steps;
}

static void
blocks_among_many (void **state)
{
	const store *self = *state;
	gint64 first_block = cost_of_block (self, "20.0.0.0/24");
	gint64 first_find = cost_of_find (self, "20.0.0.9");

	for (int i = 1; i < 3000; i++) {
		char cidr[32];
		g_snprintf (cidr, sizeof cidr, "20.%d.%d.0/24", i / 256, i % 256);
		g_free (new_block (self, cidr, NULL, IP_DRIVER_BLOCK_PUBLIC));
	}
	assert_flat (first_block, cost_of_block (self, "20.200.0.0/24"));
	assert_flat (first_find, cost_of_find (self, "20.5.5.9"));
}

static gint64
cost_of_subnet (const store *self, const char *parent, int prefix_length)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_subnet_create_args args = IP_DRIVER_SUBNET_CREATE_ARGS_INIT;
	ip_driver_block *subnet;

	steps = 0;
	args.block = parent;
	args.prefix_length = prefix_length;
	must (ip_driver_subnet_create (self->driver, &args, &subnet, &error), &error);
	ip_driver_block_free (subnet);
	return steps;
}

static void
next_free_subnet (void **state)
{
	const store *self = *state;
	g_autofree char *parent = new_block (self, "10.0.0.0/8", NULL, IP_DRIVER_BLOCK_PRIVATE);
	gint64 first = cost_of_subnet (self, parent, 24);

	for (int i = 0; i < 2000; i++)
		cost_of_subnet (self, parent, 24 + i % 3);
	/* There may be a free run of every size by now, and each is looked at once. */
	assert_flat (first * 4, cost_of_subnet (self, parent, 24));
}

static gint64
cost_of_usage (const store *self, const char *block)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_usage *usage;

	steps = scans = 0;
	must (ip_driver_block_usage (self->driver, TENANT, block, &usage, &error), &error);
	ip_driver_usage_free (usage);
	assert_int_equal (scans, 0);
	return steps;
}

static void
usage_of_a_full_block (void **state)
{
	const store *self = *state;
	g_autofree char *block = new_block (self, "10.0.0.0/8", NULL, IP_DRIVER_BLOCK_PRIVATE);
	gint64 empty = cost_of_usage (self, block);

	allocate_plain (self->driver, TENANT, block, NULL, 20000);
	assert_flat (empty, cost_of_usage (self, block));
}

/* The caches of a connection that writes and of one that reads, and what goes with them. */
#define MEMORY_MAX (14 * 1024 * 1024)

static void
memory_of_a_growing_database (void **state)
{
	const store *self = *state;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autofree char *block = new_block (self, "10.0.0.0/8", NULL, IP_DRIVER_BLOCK_PRIVATE);
	g_autofree char *path = g_build_filename (self->folder, "ipam.db", NULL);
	g_autofree char *log = g_build_filename (self->folder, "ipam.db-wal", NULL);
	ip_driver_check_report *report;
	GStatBuf file, log_file;

	for (int i = 0; i < 8; i++)
		allocate_plain (self->driver, TENANT, block, NULL, 20000);
	must (ip_driver_store_check (self->driver, &report, &error), &error);
	assert_int_equal (report->addresses, 160000);
	assert_int_equal (report->problems_total, 0);
	ip_driver_check_report_free (report);
	assert_int_equal (g_stat (path, &file), 0);
	assert_int_equal (g_stat (log, &log_file), 0);
	/* Otherwise this would show nothing. */
	assert_true (file.st_size + log_file.st_size > MEMORY_MAX);
	if (sqlite3_memory_used () > MEMORY_MAX)
		fail_msg ("SQLite holds %" G_GINT64_FORMAT " bytes", (gint64)sqlite3_memory_used ());
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown (allocation_as_a_block_fills, set_up, tear_down),
		cmocka_unit_test_setup_teardown (allocation_in_a_block_full_of_holes, set_up, tear_down),
		cmocka_unit_test_setup_teardown (allocation_of_released_addresses, set_up, tear_down),
		cmocka_unit_test_setup_teardown (allocation_beside_exclusions, set_up, tear_down),
		cmocka_unit_test_setup_teardown (blocks_among_many, set_up, tear_down),
		cmocka_unit_test_setup_teardown (next_free_subnet, set_up, tear_down),
		cmocka_unit_test_setup_teardown (usage_of_a_full_block, set_up, tear_down),
		cmocka_unit_test_setup_teardown (memory_of_a_growing_database, set_up, tear_down),
	};

	sqlite3_auto_extension ((void (*) (void))set_up_trace);
	return cmocka_run_group_tests (tests, NULL, NULL);
}
