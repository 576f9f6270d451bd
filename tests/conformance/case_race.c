/*
 * Many threads on one handle: nothing is given twice, nothing is lost.
 */
#include "check.h"

#define THREADS 8
#define EACH 50

struct race {
	const char *tenant, *block, *network;
	char given[THREADS][EACH][64];
	ip_driver_status statuses[THREADS][EACH];
	ip_driver *other;
};

static void
take (struct race *race, guint number, guint i, ip_driver_addresses *got, ip_driver_status status)
{
	race->statuses[number][i] = status;
	if (got)
		g_strlcpy (race->given[number][i], got->items[0]->address, sizeof race->given[number][i]);
	ip_driver_addresses_free (got);
}

/* How many calls succeeded; what they gave is distinct and inside. Others must have ended with `failure`. */
static guint
count_given (const struct race *race, guint each, const char *cidr, ip_driver_status failure)
{
	g_autoptr (GHashTable) distinct = g_hash_table_new (g_str_hash, g_str_equal);
	guint count = 0;
	for (guint i = 0; i < THREADS; i++) {
		for (guint j = 0; j < each; j++) {
			const char *given = race->given[i][j];
			if (race->statuses[i][j] != IP_DRIVER_OK) {
				assert_int_equal (race->statuses[i][j], failure);
				continue;
			}
			count++;
			assert_true (is_in (cidr, given));
			if (!g_hash_table_add (distinct, (char *)(uintptr_t)given))
				check_fail (__FILE__, __LINE__, "%s was given twice", given);
		}
	}
	return count;
}

static void
allocate_some (guint number, gpointer data)
{
	struct race *race = data;
	for (guint i = 0; i < EACH; i++) {
		ip_driver_addresses *got = NULL;
		ip_driver_status status = ip_driver_address_allocate (
			driver, ARGS (address_allocate, .tenant = race->tenant, .block = race->block), &got, NULL);
		take (race, number, i, got, status);
	}
}

void
case_race_next (void)
{
	const char *tenant = fresh ("tenant");
	g_autofree struct race *race = g_malloc0 (sizeof *race);
	race->tenant = tenant;
	race->block = new_block (tenant, NULL, "10.220.0.0/22");
	run_threads (THREADS, allocate_some, race);
	assert_int_equal (count_given (race, EACH, "10.220.0.0/22", IP_DRIVER_OK), THREADS * EACH);
	reopen ();
	CHECK_USAGE (tenant, race->block, .total = "1024", .allocated = "400", .excluded = "2", .free = "622");
	/* Without a gap. */
	CHECK_TEXT (allocate_next (tenant, race->block), "10.220.1.145");
}

/* Half of the threads on another handle of the same data. */
static void
allocate_on_two_handles (guint number, gpointer data)
{
	struct race *race = data;
	for (guint i = 0; i < EACH; i++) {
		ip_driver_addresses *got = NULL;
		ip_driver_status status = ip_driver_address_allocate (
			number % 2 ? race->other : driver,
			ARGS (address_allocate, .tenant = race->tenant, .block = race->block), &got, NULL);
		take (race, number, i, got, status);
	}
}

void
case_race_two_handles (void)
{
	if (!configuration.persistent)
		check_skip ("the data of a handle are its own");
	const char *tenant = fresh ("tenant");
	g_autofree struct race *race = g_malloc0 (sizeof *race);
	race->tenant = tenant;
	race->block = new_block (tenant, NULL, "10.220.9.0/24");
	CHECK_STATUS_ (IP_DRIVER_OK, ip_driver_open (configuration.path, &race->other, &check_error), "open");
	run_threads (THREADS, allocate_on_two_handles, race);
	ip_driver_close (race->other);
	assert_int_equal (count_given (race, EACH, "10.220.9.0/24", IP_DRIVER_EXHAUSTED), 254);
	CHECK_USAGE (tenant, race->block, .total = "256", .allocated = "254", .excluded = "2");
}

/* More callers than addresses: each address is given once, and the others are told. */
void
case_race_exhaustion (void)
{
	const char *tenant = fresh ("tenant");
	g_autofree struct race *race = g_malloc0 (sizeof *race);
	race->tenant = tenant;
	race->block = new_block (tenant, NULL, "10.220.4.0/24");
	run_threads (THREADS, allocate_some, race);
	assert_int_equal (count_given (race, EACH, "10.220.4.0/24", IP_DRIVER_EXHAUSTED), 254);
	CHECK_USAGE (tenant, race->block, .total = "256", .allocated = "254", .excluded = "2");
}

static void
allocate_same (guint number, gpointer data)
{
	struct race *race = data;
	for (guint i = 0; i < 20; i++) {
		ip_driver_addresses *got = NULL;
		g_autofree char *address = g_strdup_printf ("10.220.5.%u", i + 10);
		ip_driver_status status = ip_driver_address_allocate (
			driver,
			ARGS (address_allocate, .tenant = race->tenant, .block = race->block, .address = address), &got,
			NULL);
		take (race, number, i, got, status);
	}
}

/* An explicit address has exactly one winner. */
void
case_race_given (void)
{
	const char *tenant = fresh ("tenant");
	g_autofree struct race *race = g_malloc0 (sizeof *race);
	race->tenant = tenant;
	race->block = new_block (tenant, NULL, "10.220.5.0/24");
	run_threads (THREADS, allocate_same, race);
	assert_int_equal (count_given (race, 20, "10.220.5.0/24", IP_DRIVER_DUPLICATE), 20);
	CHECK_USAGE (tenant, race->block, .total = "256", .allocated = "20", .excluded = "2", .free = "234");
}

static void
allocate_and_release (guint number, gpointer data)
{
	struct race *race = data;
	for (guint i = 0; i < 20; i++) {
		ip_driver_addresses *got = NULL;
		ip_driver_status status = ip_driver_address_allocate (
			driver, ARGS (address_allocate, .tenant = race->tenant, .block = race->block), &got, NULL);
		if (status == IP_DRIVER_OK && i % 2) {
			ip_driver_status released = ip_driver_address_deallocate (
				driver,
				ARGS (address_deallocate, .tenant = race->tenant, .block = race->block,
			              .address = got->items[0]->address, .id = got->items[0]->id),
				NULL);
			if (released != IP_DRIVER_OK)
				status = released;
		}
		take (race, number, i, got, status);
	}
}

void
case_race_release (void)
{
	const char *tenant = fresh ("tenant");
	g_autofree struct race *race = g_malloc0 (sizeof *race);
	race->tenant = tenant;
	race->block = new_block (tenant, NULL, "10.220.6.0/24");
	run_threads (THREADS, allocate_and_release, race);
	/* What rests is not given again, so all are distinct. */
	assert_int_equal (count_given (race, 20, "10.220.6.0/24", IP_DRIVER_OK), 160);
	CHECK_USAGE (tenant, race->block, .total = "256", .allocated = "80", .quarantined = "80", .excluded = "2",
	             .free = "94");
}

static void
carve_some (guint number, gpointer data)
{
	struct race *race = data;
	for (guint i = 0; i < 10; i++) {
		ip_driver_block *got = NULL;
		race->statuses[number][i] = ip_driver_subnet_create (
			driver, ARGS (subnet_create, .tenant = race->tenant, .block = race->block, .prefix_length = 30),
			&got, NULL);
		if (got)
			g_strlcpy (race->given[number][i], got->cidr, sizeof race->given[number][i]);
		ip_driver_block_free (got);
	}
}

void
case_race_subnet (void)
{
	const char *tenant = fresh ("tenant");
	g_autofree struct race *race = g_malloc0 (sizeof *race);
	race->tenant = tenant;
	race->block = new_block (tenant, NULL, "10.220.7.0/24");
	run_threads (THREADS, carve_some, race);
	assert_int_equal (count_given (race, 10, "10.220.7.0/24", IP_DRIVER_EXHAUSTED), 64);
	CHECK_USAGE (tenant, race->block, .total = "256", .subnetted = "256");
}

static void
create_public (guint number, gpointer data)
{
	struct race *race = data;
	ip_driver_block *got = NULL;
	/* Either half of the space, or all of it. */
	race->statuses[number][0] =
		ip_driver_block_create (driver,
	                                ARGS (block_create, .tenant = race->tenant, .cidr = race->given[number][1],
	                                      .type = IP_DRIVER_BLOCK_PUBLIC),
	                                &got, NULL);
	ip_driver_block_free (got);
}

/* Of overlapping public blocks one is made. */
void
case_race_block (void)
{
	const char *tenant = fresh ("tenant");
	g_autofree struct race *race = g_malloc0 (sizeof *race);
	const char *space = fresh_public4 ();
	race->tenant = tenant;
	for (guint i = 0; i < THREADS; i++)
		g_strlcpy (race->given[i][1], text ("%s/%u", at (space, 0), 24 + i), sizeof race->given[i][1]);
	run_threads (THREADS, create_public, race);
	guint made = 0;
	for (guint i = 0; i < THREADS; i++) {
		made += race->statuses[i][0] == IP_DRIVER_OK;
		assert_true (race->statuses[i][0] == IP_DRIVER_OK || race->statuses[i][0] == IP_DRIVER_NOT_ALLOWED);
	}
	assert_int_equal (made, 1);
	g_autoptr (ip_driver_blocks) blocks = DO (block_list, blocks, .tenant = tenant);
	assert_int_equal (blocks->count, 1);
}

static void
allocate_on_network (guint number, gpointer data)
{
	struct race *race = data;
	for (guint i = 0; i < 5; i++) {
		ip_driver_allocations *got = NULL;
		g_autofree char *interface = g_strdup_printf ("%s-%u-%u", race->network, number, i);
		g_autofree char *mac = g_strdup_printf ("%.12s%02x:%02x", race->given[number][EACH - 1], number, i);
		race->statuses[number][i] =
			ip_driver_network_allocate (driver,
		                                    ARGS (network_allocate, .tenant = race->tenant,
		                                          .network = race->network, .interface = interface, .mac = mac),
		                                    &got, NULL);
		if (got)
			g_strlcpy (race->given[number][i], got->items[0]->address->address,
			           sizeof race->given[number][i]);
		ip_driver_allocations_free (got);
	}
}

void
case_race_network (void)
{
	const char *tenant = fresh ("tenant");
	g_autofree struct race *race = g_malloc0 (sizeof *race);
	race->tenant = tenant;
	race->network = fresh ("network");
	race->block = new_block (tenant, race->network, "10.220.8.0/24");
	const char *block6 = new_block (tenant, race->network, "2001:db8:220::/64");
	/* The first four bytes of MAC addresses that nobody else has. */
	for (guint i = 0; i < THREADS; i++)
		g_strlcpy (race->given[i][EACH - 1], text ("12%s", fresh_mac () + 2), sizeof race->given[i][0]);
	run_threads (THREADS, allocate_on_network, race);
	assert_int_equal (count_given (race, 5, "10.220.8.0/24", IP_DRIVER_OK), 40);
	CHECK_USAGE (tenant, race->block, .total = "256", .allocated = "40", .excluded = "2", .free = "214");
	g_autoptr (ip_driver_usage) usage = GET (block_usage, usage, tenant, block6);
	CHECK_TEXT (usage->allocated, "40");
}
