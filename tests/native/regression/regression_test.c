/*
 * Defects that were found by review, each with the calls that showed it. Through the public ABI alone, and
 * on a clock of the test's own: this program's g_get_real_time() is the one that the driver calls.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <ip_driver/ip_driver.h>
#include <sqlite3.h>

#define TENANT "tenant"
#define NETWORK "network"
/* Seconds; `pass` them and the hold has lapsed. */
#define HOLD 10
/* More holds than a single call ends by the way. */
#define BACKLOG 100

static gint64 passed;
static gint64 steps;

/* Seen by the modules only if it is exported. */
__attribute__ ((visibility ("default"))) gint64
g_get_real_time (void)
{
	struct timespec now;

	clock_gettime (CLOCK_REALTIME, &now);
	return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000 + passed;
}

static void
pass (gint64 seconds)
{
	passed += seconds * G_USEC_PER_SEC;
}

static int
on_statement_end (unsigned event, void *unused, void *statement, void *nanoseconds)
{
	steps += sqlite3_stmt_status (statement, SQLITE_STMTSTATUS_VM_STEP, 1);
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

static ip_driver_error error = IP_DRIVER_ERROR_INIT;

#define MUST(call) expect_status (call, IP_DRIVER_OK, __LINE__)
#define MUST_FAIL(wanted, call) expect_status (call, wanted, __LINE__)

static void
expect_status (ip_driver_status status, ip_driver_status wanted, int line)
{
	if (status != wanted)
		fail_msg ("line %d: %s instead of %s: %s", line, ip_driver_status_name (status),
		          ip_driver_status_name (wanted), status != IP_DRIVER_OK ? error.message : "");
}

static void
open_store (store *self, const char *network_address)
{
	g_autofree char *url = g_strdup_printf ("sqlite:///%s/ipam.db", self->folder);
	ip_driver_setting settings[] = {
		{"ip_driver", "backend", "native"},
		{"ip_driver", "module_path", g_getenv ("IP_DRIVER_MODULE_PATH")},
		{"native", "connection", url},
		{"native", "durability", "normal"},
		{"native", "ipv6_generator", "random"},
		{"native", "allocate_network_address", network_address},
	};

	MUST (ip_driver_open_settings (settings, G_N_ELEMENTS (settings), &self->driver, &error));
}

static void
reopen_store (store *self, const char *network_address)
{
	ip_driver_close (self->driver);
	open_store (self, network_address);
}

static int
set_up (void **state)
{
	store *self = g_new0 (store, 1);

	self->folder = g_dir_make_tmp ("ip_driver-regression-XXXXXX", NULL);
	open_store (self, "false");
	*state = self;
	return 0;
}

static void
assert_sound (const store *self)
{
	ip_driver_check_report *report;

	MUST (ip_driver_store_check (self->driver, &report, &error));
	for (gsize i = 0; i < report->problem_count; i++)
		print_error ("%s\n", report->problems[i]);
	assert_int_equal (report->problems_total, 0);
	ip_driver_check_report_free (report);
}

static int
tear_down (void **state)
{
	store *self = *state;
	GDir *dir = g_dir_open (self->folder, 0, NULL);

	ip_driver_close (self->driver);
	for (const char *name; (name = g_dir_read_name (dir));) {
		g_autofree char *path = g_build_filename (self->folder, name, NULL);
		g_unlink (path);
	}
	g_dir_close (dir);
	g_rmdir (self->folder);
	g_free (self->folder);
	g_free (self);
	return 0;
}

static char *
new_block (const store *self, const char *cidr, const char *network)
{
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_block *block;

	args.tenant = TENANT;
	args.cidr = cidr;
	args.network = network;
	args.type = IP_DRIVER_BLOCK_PRIVATE;
	MUST (ip_driver_block_create (self->driver, &args, &block, &error));
	char *id = g_strdup (block->id);
	ip_driver_block_free (block);
	return id;
}

static ip_driver_status
carve (const store *self, const char *block, const char *cidr)
{
	ip_driver_subnet_create_args args = IP_DRIVER_SUBNET_CREATE_ARGS_INIT;
	ip_driver_block *subnet;

	args.block = block;
	args.cidr = cidr;
	ip_driver_status status = ip_driver_subnet_create (self->driver, &args, &subnet, &error);
	if (status == IP_DRIVER_OK)
		ip_driver_block_free (subnet);
	return status;
}

#define ALLOCATE(ret, ...)                                                                                             \
	allocate (self->driver,                                                                                        \
	          &(ip_driver_address_allocate_args){                                                                  \
			  .size = sizeof (ip_driver_address_allocate_args), .tenant = TENANT, __VA_ARGS__},            \
	          ret)

/* *ret: its id and text; may be NULL. */
typedef struct {
	char address[64], id[64];
} allocated;

static ip_driver_status
allocate (ip_driver *driver, const ip_driver_address_allocate_args *args, allocated *ret)
{
	ip_driver_addresses *got;
	ip_driver_status status = ip_driver_address_allocate (driver, args, &got, &error);

	if (status != IP_DRIVER_OK)
		return status;
	if (ret) {
		g_strlcpy (ret->address, got->items[0]->address, sizeof ret->address);
		g_strlcpy (ret->id, got->items[0]->id, sizeof ret->id);
	}
	ip_driver_addresses_free (got);
	return status;
}

/* Holds that lapse before all others. They belong to nobody. */
static void
make_backlog (const store *self)
{
	g_autofree char *block = new_block (self, "192.168.0.0/16", NULL);

	MUST (ALLOCATE (NULL, .block = block, .hold = 1, .count = BACKLOG));
}

static ip_driver_status
make_interface (ip_driver *driver, const char *id, const char *network, const char *key, uint32_t hold)
{
	const ip_driver_interface_network wanted = {.network = network};
	ip_driver_interface_create_args args = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	ip_driver_interface *interface;

	args.tenant = TENANT;
	args.id = id;
	args.request_key = key;
	args.networks = network ? &wanted : NULL;
	args.network_count = network ? 1 : 0;
	args.hold = hold;
	ip_driver_status status = ip_driver_interface_create (driver, &args, &interface, &error);
	if (status == IP_DRIVER_OK)
		ip_driver_interface_free (interface);
	return status;
}

static ip_driver_status
get_interface (const store *self, const char *id)
{
	ip_driver_interface *interface;
	ip_driver_status status = ip_driver_interface_get (self->driver, TENANT, id, &interface, &error);

	if (status == IP_DRIVER_OK)
		ip_driver_interface_free (interface);
	return status;
}

static void
assert_interface_of (const store *self, const char *block, const char *address, const char *interface)
{
	ip_driver_address *got;

	MUST (ip_driver_address_get (self->driver, TENANT, block, address, &got, &error));
	assert_int_equal (got->state, IP_DRIVER_ADDRESS_ALLOCATED);
	if (interface) {
		assert_non_null (got->interface);
		assert_string_equal (got->interface, interface);
	}
	ip_driver_address_free (got);
}

static void
assert_usage (const store *self, const char *block, const char *wanted)
{
	ip_driver_usage *usage;

	MUST (ip_driver_block_usage (self->driver, TENANT, block, &usage, &error));
	g_autofree char *text = g_strjoin (" ", usage->allocated, usage->held, usage->quarantined, usage->excluded,
	                                   usage->subnetted, usage->free, NULL);
	ip_driver_usage_free (usage);
	assert_string_equal (text, wanted);
}

static char *
take_snapshot (ip_driver *driver)
{
	ip_driver_address_snapshot_result *result;

	MUST (ip_driver_address_snapshot (driver, &result, &error));
	char *token = g_strdup (result->token);
	ip_driver_address_snapshot_result_free (result);
	return token;
}

/* Nothing lives; returns how many addresses went. */
static gsize
reconcile (const store *self, const char *token)
{
	ip_driver_address_reconcile_args args = IP_DRIVER_ADDRESS_RECONCILE_ARGS_INIT;
	ip_driver_addresses *released;

	args.tenant = TENANT;
	args.token = token;
	MUST (ip_driver_address_reconcile (self->driver, &args, &released, &error));
	gsize count = released->count;
	ip_driver_addresses_free (released);
	return count;
}

/* the setting */

/* Found: the recount for a changed setting was rolled back each time. */
static void
network_address_setting_takes_effect (void **state)
{
	store *self = *state;
	allocated got;
	g_autofree char *block = new_block (self, "10.0.0.0/29", NULL);

	MUST (ALLOCATE (NULL, .block = block));
	reopen_store (self, "true");
	assert_sound (self);
	MUST (ALLOCATE (&got, .block = block));
	assert_string_equal (got.address, "10.0.0.0");
	reopen_store (self, "false");
	assert_sound (self);
	assert_usage (self, block, "2 0 0 1 0 5");
}

/* reconciling */

/* Found: what was being allocated while the snapshot was taken was older than it. */
static void
allocation_in_flight_outlives_the_snapshot (void **state)
{
	store *self = *state;
	g_autofree char *block = new_block (self, "10.0.0.0/24", NETWORK);
	ip_driver *transaction;
	ip_driver_address_snapshot_result *early = NULL;

	MUST (ip_driver_transaction_begin (self->driver, &transaction, &error));
	MUST (make_interface (transaction, "interface", NETWORK, NULL, 0));
	store other = {.folder = self->folder};
	g_autofree char *url = g_strdup_printf ("sqlite:///%s/ipam.db", self->folder);
	ip_driver_setting settings[] = {
		{"ip_driver", "backend", "native"},
		{"ip_driver", "module_path", g_getenv ("IP_DRIVER_MODULE_PATH")},
		{"native", "connection", url},
		{"native", "write_timeout", "1"},
	};
	MUST (ip_driver_open_settings (settings, G_N_ELEMENTS (settings), &other.driver, &error));
	/* Either there is no such moment, or it is one before the allocation. */
	ip_driver_status status = ip_driver_address_snapshot (other.driver, &early, &error);
	MUST (ip_driver_transaction_commit (transaction, &error));
	if (status == IP_DRIVER_OK) {
		assert_int_equal (reconcile (self, early->token), 0);
		ip_driver_address_snapshot_result_free (early);
	} else {
		MUST_FAIL (IP_DRIVER_UNAVAILABLE, status);
	}
	ip_driver_close (other.driver);
	assert_interface_of (self, block, "10.0.0.1", "interface");
	g_autofree char *late = take_snapshot (self->driver);
	assert_int_equal (reconcile (self, late), 1);
}

/* Found: a hold that was confirmed after the snapshot was released, though it was none of the living yet. */
static void
confirmed_hold_outlives_the_snapshot (void **state)
{
	store *self = *state;
	g_autofree char *block = new_block (self, "10.0.0.0/24", NETWORK);
	allocated got;

	MUST (ALLOCATE (&got, .block = block, .interface = "interface", .hold = HOLD));
	g_autofree char *token = take_snapshot (self->driver);
	ip_driver_address_ref ref = {.block = block, .address = got.address, .id = got.id};
	ip_driver_address_refs_args args = IP_DRIVER_ADDRESS_REFS_ARGS_INIT;
	args.refs = &ref;
	args.ref_count = 1;
	MUST (ip_driver_address_confirm (self->driver, &args, &error));
	assert_int_equal (reconcile (self, token), 0);
	assert_interface_of (self, block, got.address, "interface");
}

/* Found: the interfaces that are out of scope were all looked at in one call, while every other writer waited. */
static void
reconciling_looks_at_so_many (void **state)
{
	store *self = *state;
	ip_driver_address_reconcile_args args = IP_DRIVER_ADDRESS_RECONCILE_ARGS_INIT;
	ip_driver *transaction;
	guint calls = 0;
	g_autofree char *marker = NULL;

	MUST (ip_driver_transaction_begin (self->driver, &transaction, &error));
	for (int i = 0; i < 6000; i++)
		MUST (make_interface (transaction, NULL, NULL, NULL, 0));
	MUST (ip_driver_transaction_commit (transaction, &error));
	g_autofree char *token = take_snapshot (self->driver);
	args.token = token;
	args.device_prefix = "node";
	do {
		ip_driver_addresses *released;
		args.marker = marker;
		MUST (ip_driver_address_reconcile (self->driver, &args, &released, &error));
		assert_int_equal (released->count, 0);
		g_free (marker);
		marker = g_strdup (released->next_marker);
		ip_driver_addresses_free (released);
		calls++;
	} while (marker);
	assert_int_equal (calls, 2);
	/* Those of others are not even looked at. */
	ip_driver_interface_create_args create_args = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	ip_driver_interface *interface;
	create_args.tenant = "another tenant";
	MUST (ip_driver_interface_create (self->driver, &create_args, &interface, &error));
	ip_driver_interface_free (interface);
	args.tenant = "another tenant";
	args.marker = NULL;
	steps = 0;
	ip_driver_addresses *released;
	MUST (ip_driver_address_reconcile (self->driver, &args, &released, &error));
	assert_null (released->next_marker);
	ip_driver_addresses_free (released);
	assert_true (steps < 6000);
}

/* holds that have lapsed, and that nobody has touched since */

/* Found: looking for the partners of a lapsed hold wrote to a reading connection. */
static void
partners_of_a_lapsed_hold (void **state)
{
	store *self = *state;
	g_autofree char *block = new_block (self, "10.0.0.0/24", NETWORK);
	ip_driver_nat_list_args args = IP_DRIVER_NAT_LIST_ARGS_INIT;
	ip_driver_addresses *partners;

	MUST (ALLOCATE (NULL, .block = block, .address = "10.0.0.1", .hold = HOLD));
	pass (HOLD);
	args.block = block;
	args.address = "10.0.0.1";
	MUST_FAIL (IP_DRIVER_NOT_FOUND, ip_driver_nat_list_globals (self->driver, &args, &partners, &error));
	MUST_FAIL (IP_DRIVER_NOT_FOUND, ip_driver_nat_list_locals (self->driver, &args, &partners, &error));
}

/* Found: releasing all of an interface put its lapsed holds into quarantine. */
static void
lapsed_hold_does_not_rest (void **state)
{
	store *self = *state;
	g_autofree char *block = new_block (self, "10.0.0.0/24", NETWORK);

	for (int round = 0; round < 2; round++) {
		MUST (make_interface (self->driver, "interface", NETWORK, NULL, 0));
		MUST (ALLOCATE (NULL, .block = block, .interface = "interface", .address = "10.0.0.9", .hold = HOLD));
		pass (HOLD);
		if (round == 0)
			MUST (ip_driver_network_deallocate (self->driver, TENANT, NETWORK, "interface", &error));
		MUST (ip_driver_interface_delete (self->driver, TENANT, "interface", &error));
		assert_sound (self);
		MUST (ALLOCATE (NULL, .block = block, .address = "10.0.0.9", .hold = HOLD));
		pass (HOLD);
	}
}

/* Found: a block whose holds had all lapsed could neither be subnetted nor change its network. */
static void
lapsed_hold_is_no_address_of_its_block (void **state)
{
	store *self = *state;
	g_autofree char *block = new_block (self, "10.0.0.0/24", NETWORK);
	ip_driver_block_update_args args = IP_DRIVER_BLOCK_UPDATE_ARGS_INIT;
	ip_driver_block *changed;

	MUST (make_interface (self->driver, "interface", NETWORK, "key", HOLD));
	MUST_FAIL (IP_DRIVER_NOT_ALLOWED, carve (self, block, "10.0.0.0/25"));
	args.id = block;
	args.network = "another";
	args.set = IP_DRIVER_BLOCK_SET_NETWORK;
	MUST_FAIL (IP_DRIVER_NOT_ALLOWED, ip_driver_block_update (self->driver, &args, &changed, &error));
	pass (HOLD);
	MUST (ip_driver_block_update (self->driver, &args, &changed, &error));
	ip_driver_block_free (changed);
	assert_sound (self);
	MUST (make_interface (self->driver, "interface", "another", "key", HOLD));
	pass (HOLD);
	MUST (carve (self, block, "10.0.0.0/25"));
	assert_sound (self);
	MUST_FAIL (IP_DRIVER_NOT_FOUND, get_interface (self, "interface"));
}

/* Found: an interface was still taken to be on the network of a hold of it that had lapsed. */
static void
lapsed_hold_does_not_bind_its_interface (void **state)
{
	store *self = *state;
	g_autofree char *block = new_block (self, "10.0.0.0/24", NETWORK);
	g_autofree char *other = new_block (self, "10.0.1.0/24", "another");
	ip_driver_network_allocate_args args = IP_DRIVER_NETWORK_ALLOCATE_ARGS_INIT;
	ip_driver_allocations *got;

	make_backlog (self);
	for (int round = 0; round < 2; round++) {
		const char *id = round ? "first" : "second";
		MUST (make_interface (self->driver, id, NULL, NULL, 0));
		MUST (ALLOCATE (NULL, .block = block, .interface = id, .hold = HOLD));
	}
	pass (HOLD);
	MUST (ALLOCATE (NULL, .block = other, .interface = "first"));
	args.network = "another";
	args.interface = "second";
	MUST (ip_driver_network_allocate (self->driver, &args, &got, &error));
	ip_driver_allocations_free (got);
	assert_sound (self);
}

/* Found: when the longest hold of an interface was cancelled, it outlived the others; and an allocation that
 * swept those away lost its own interface. */
static void
interface_ends_with_the_last_of_its_holds (void **state)
{
	store *self = *state;
	g_autofree char *block = new_block (self, "10.0.0.0/24", NETWORK);
	allocated longest;

	make_backlog (self);
	MUST (ALLOCATE (NULL, .block = block, .interface = "interface", .address = "10.0.0.1", .hold = HOLD));
	MUST (ALLOCATE (&longest, .block = block, .interface = "interface", .hold = 100 * HOLD));
	pass (HOLD / 2);
	assert_int_equal (get_interface (self, "interface"), IP_DRIVER_OK);
	ip_driver_address_ref ref = {.block = block, .address = longest.address, .id = longest.id};
	ip_driver_address_refs_args args = IP_DRIVER_ADDRESS_REFS_ARGS_INIT;
	args.refs = &ref;
	args.ref_count = 1;
	MUST (ip_driver_address_cancel (self->driver, &args, &error));
	assert_sound (self);
	pass (HOLD);
	ip_driver_status status = get_interface (self, "interface");
	MUST (ALLOCATE (NULL, .block = block, .interface = "interface", .address = "10.0.0.1", .hold = 200 * HOLD));
	assert_sound (self);
	assert_interface_of (self, block, "10.0.0.1", "interface");
	MUST_FAIL (IP_DRIVER_NOT_FOUND, status);
}

/* An interface that was made for a hold grows old with the longest, in whatever order they come and go. */
static void
interface_lives_with_the_longest_of_its_holds (void **state)
{
	store *self = *state;
	g_autofree char *block = new_block (self, "10.0.0.0/30", NETWORK);

	make_backlog (self);
	MUST (ALLOCATE (NULL, .block = block, .interface = "interface", .hold = HOLD));
	MUST (ALLOCATE (NULL, .block = block, .interface = "interface", .hold = 2 * HOLD));
	pass (HOLD);
	/* The block is full until the first is swept away. */
	MUST (ALLOCATE (NULL, .block = block, .interface = "interface", .hold = 4 * HOLD));
	pass (2 * HOLD);
	MUST (get_interface (self, "interface"));
	assert_interface_of (self, block, "10.0.0.1", "interface");
	assert_sound (self);
	pass (2 * HOLD);
	MUST_FAIL (IP_DRIVER_NOT_FOUND, get_interface (self, "interface"));
}

/* Found: the request key of an interface that had lapsed was not free. */
static void
lapsed_interface_frees_its_request_key (void **state)
{
	store *self = *state;
	g_autofree char *block = new_block (self, "10.0.0.0/24", NETWORK);

	make_backlog (self);
	MUST (make_interface (self->driver, "interface", NETWORK, "key", HOLD));
	MUST_FAIL (IP_DRIVER_DUPLICATE, ALLOCATE (NULL, .block = block, .request_key = "key"));
	pass (HOLD);
	MUST (ALLOCATE (NULL, .block = block, .request_key = "key"));
	assert_sound (self);
}

/* Found: the ids and the MACs of lapsed holds were taken. */
static void
lapsed_hold_frees_its_id_and_mac (void **state)
{
	store *self = *state;
	g_autofree char *block = new_block (self, "10.0.0.0/24", NETWORK);
	ip_driver_mac_range_create_args args = IP_DRIVER_MAC_RANGE_CREATE_ARGS_INIT;
	ip_driver_mac_range *range;
	static const char id[] = "00000000-0000-4000-8000-000000000001";

	args.cidr = "02:00:00:00:00:00/48";
	MUST (ip_driver_mac_range_create (self->driver, &args, &range, &error));
	ip_driver_mac_range_free (range);
	make_backlog (self);
	MUST (ALLOCATE (NULL, .block = block, .id = id, .interface = "first", .hold = HOLD));
	MUST_FAIL (IP_DRIVER_EXHAUSTED, ALLOCATE (NULL, .block = block, .interface = "second"));
	MUST_FAIL (IP_DRIVER_DUPLICATE, ALLOCATE (NULL, .block = block, .id = id));
	pass (HOLD);
	MUST (ALLOCATE (NULL, .block = block, .id = id));
	MUST (ALLOCATE (NULL, .block = block, .interface = "second"));
	assert_sound (self);
}

/* Found: the lease of a lapsed hold was still there. */
static void
lapsed_hold_has_no_lease (void **state)
{
	store *self = *state;
	g_autofree char *block = new_block (self, "10.0.0.0/24", NETWORK);
	ip_driver_lease_grant_args args = IP_DRIVER_LEASE_GRANT_ARGS_INIT;
	ip_driver_lease_list_args list_args = IP_DRIVER_LEASE_LIST_ARGS_INIT;
	ip_driver_lease_expire_args expire_args = IP_DRIVER_LEASE_EXPIRE_ARGS_INIT;
	ip_driver_lease *lease;
	ip_driver_leases *leases;

	MUST (ALLOCATE (NULL, .block = block, .address = "10.0.0.1", .hold = HOLD));
	args.block = block;
	args.address = "10.0.0.1";
	args.duration = HOLD;
	MUST (ip_driver_lease_grant (self->driver, &args, &lease, &error));
	ip_driver_lease_free (lease);
	for (int i = 0; i < 2; i++) {
		gsize wanted = i == 0;
		MUST_FAIL (wanted ? IP_DRIVER_OK : IP_DRIVER_NOT_FOUND,
		           ip_driver_lease_get (self->driver, TENANT, block, "10.0.0.1", &lease, &error));
		if (wanted)
			ip_driver_lease_free (lease);
		MUST (ip_driver_lease_list (self->driver, &list_args, &leases, &error));
		assert_int_equal (leases->count, wanted);
		ip_driver_leases_free (leases);
		pass (2 * HOLD);
	}
	MUST (ip_driver_lease_expire (self->driver, &expire_args, &leases, &error));
	assert_int_equal (leases->count, 0);
	ip_driver_leases_free (leases);
	assert_sound (self);
}

/* Found: an interface was on the network of a lapsed hold, also for what it may be allowed. */
static void
lapsed_hold_allows_nothing (void **state)
{
	store *self = *state;
	g_autofree char *block = new_block (self, "10.0.0.0/24", NETWORK);
	ip_driver_allowed_ip_allow_args args = IP_DRIVER_ALLOWED_IP_ALLOW_ARGS_INIT;
	ip_driver_address *allowed_ip;

	MUST (ALLOCATE (NULL, .block = block, .address = "10.0.0.1"));
	MUST (make_interface (self->driver, "interface", NULL, NULL, 0));
	MUST (ALLOCATE (NULL, .block = block, .interface = "interface", .address = "10.0.0.2", .hold = HOLD));
	MUST (ip_driver_allowed_ip_disallow (self->driver, TENANT, "interface", "10.0.0.2", &error));
	pass (HOLD);
	args.interface = "interface";
	args.network = NETWORK;
	args.address = "10.0.0.1";
	MUST_FAIL (IP_DRIVER_NOT_ALLOWED, ip_driver_allowed_ip_allow (self->driver, &args, &allowed_ip, &error));
	MUST_FAIL (IP_DRIVER_NOT_FOUND,
	           ip_driver_allowed_ip_disallow (self->driver, TENANT, "interface", "10.0.0.2", &error));
}

/* counting */

/* Found: a hold in a block made its usage visit all of the block's addresses. */
static void
usage_with_a_hold_visits_no_addresses (void **state)
{
	store *self = *state;
	g_autofree char *block = new_block (self, "10.0.0.0/16", NULL);
	gint64 costs[2];

	MUST (ALLOCATE (NULL, .block = block, .hold = 100 * HOLD));
	for (int i = 0; i < 2; i++) {
		ip_driver_usage *usage;
		MUST (ALLOCATE (NULL, .block = block, .count = i ? 5000 : 1));
		steps = 0;
		MUST (ip_driver_block_usage (self->driver, TENANT, block, &usage, &error));
		ip_driver_usage_free (usage);
		costs[i] = steps;
	}
	assert_true (costs[1] < 2 * costs[0]);
}

/* Found: every page of a block's addresses began to look at the block's start. */
static void
page_of_addresses_begins_where_it_begins (void **state)
{
	store *self = *state;
	g_autofree char *block = new_block (self, "10.0.0.0/16", NULL);
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;
	g_autofree char *marker = NULL;
	gint64 first = 0;
	gsize count = 0;

	MUST (ALLOCATE (NULL, .block = block, .count = 5000));
	args.block = block;
	args.limit = 100;
	do {
		ip_driver_addresses *page;
		args.marker = marker;
		steps = 0;
		MUST (ip_driver_address_list (self->driver, &args, &page, &error));
		g_free (marker);
		marker = g_strdup (page->next_marker);
		count += page->count;
		ip_driver_addresses_free (page);
		first = first ? first : steps;
		assert_true (steps < 2 * first);
	} while (marker);
	assert_int_equal (count, 5000);
}

/* Found: 2^128 subnetted was 0, and 2^128 - 1 excluded was 2^128. */
static void
usage_of_all_of_ipv6 (void **state)
{
	store *self = *state;
	g_autofree char *block = new_block (self, "::/0", NULL);
	g_autofree char *other = new_block (self, "::/0", NULL);
	ip_driver_policy_create_args policy_args = IP_DRIVER_POLICY_CREATE_ARGS_INIT;
	ip_driver_block_update_args update = IP_DRIVER_BLOCK_UPDATE_ARGS_INIT;
	ip_driver_policy *policy;
	ip_driver_block *changed;
	ip_driver *transaction;

	MUST (carve (self, block, "::/1"));
	assert_usage (self, block,
	              "0 0 0 0 170141183460469231731687303715884105728 170141183460469231731687303715884105728");
	MUST (carve (self, block, "8000::/1"));
	assert_usage (self, block, "0 0 0 0 340282366920938463463374607431768211456 0");

	policy_args.tenant = TENANT;
	policy_args.name = "everything";
	MUST (ip_driver_policy_create (self->driver, &policy_args, &policy, &error));
	MUST (ip_driver_transaction_begin (self->driver, &transaction, &error));
	for (int i = 0; i < 256; i++) {
		ip_driver_policy_octet_create_args args = IP_DRIVER_POLICY_OCTET_CREATE_ARGS_INIT;
		ip_driver_policy_octet *octet;
		args.policy = policy->id;
		args.octet = i;
		MUST (ip_driver_policy_octet_create (transaction, &args, &octet, &error));
		ip_driver_policy_octet_free (octet);
	}
	MUST (ip_driver_transaction_commit (transaction, &error));
	update.id = other;
	update.policy = policy->id;
	update.set = IP_DRIVER_BLOCK_SET_POLICY;
	MUST (ip_driver_block_update (self->driver, &update, &changed, &error));
	ip_driver_block_free (changed);
	assert_usage (self, other, "0 0 0 340282366920938463463374607431768211456 0 0");
	update.policy = NULL;
	MUST (ip_driver_block_update (self->driver, &update, &changed, &error));
	ip_driver_block_free (changed);
	MUST (ALLOCATE (NULL, .block = other));
	update.policy = policy->id;
	MUST (ip_driver_block_update (self->driver, &update, &changed, &error));
	ip_driver_block_free (changed);
	ip_driver_policy_free (policy);
	assert_usage (self, other, "1 0 0 340282366920938463463374607431768211455 0 0");
	assert_sound (self);
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		TEST (network_address_setting_takes_effect),
		TEST (allocation_in_flight_outlives_the_snapshot),
		TEST (confirmed_hold_outlives_the_snapshot),
		TEST (reconciling_looks_at_so_many),
		TEST (partners_of_a_lapsed_hold),
		TEST (lapsed_hold_does_not_rest),
		TEST (lapsed_hold_is_no_address_of_its_block),
		TEST (lapsed_hold_does_not_bind_its_interface),
		TEST (interface_ends_with_the_last_of_its_holds),
		TEST (interface_lives_with_the_longest_of_its_holds),
		TEST (lapsed_interface_frees_its_request_key),
		TEST (lapsed_hold_frees_its_id_and_mac),
		TEST (lapsed_hold_has_no_lease),
		TEST (lapsed_hold_allows_nothing),
		TEST (usage_with_a_hold_visits_no_addresses),
		TEST (page_of_addresses_begins_where_it_begins),
		TEST (usage_of_all_of_ipv6),
	};

	sqlite3_auto_extension ((void (*) (void))set_up_trace);
	return cmocka_run_group_tests (tests, NULL, NULL);
}
