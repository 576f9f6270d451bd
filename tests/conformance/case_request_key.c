/*
 * Request keys: the same call with the same key gives the same thing, as long as that lives.
 */
#include "check.h"

static void
check_same (const ip_driver_addresses *got, const ip_driver_addresses *want, const char *file, int line)
{
	if (got->count != want->count)
		check_fail (file, line, "%zu addresses instead of %zu", got->count, want->count);
	for (size_t i = 0; i < got->count; i++) {
		check_text (got->items[i]->id, want->items[i]->id, "id", file, line);
		check_address (got->items[i], want->items[i], file, line);
	}
}

void
case_request_key_repeat (void)
{
	const char *tenant = fresh ("tenant");
	const char *interface = fresh ("interface");
	const char *block = new_block (tenant, fresh ("network"), "10.90.0.0/28");
	g_autofree char *longest = g_strnfill (IP_DRIVER_ID_MAX - 2, 'k');
	const char *keys[] = {"a", text ("\xc3\xa9%s", longest), "it's 100% \"safe\""};
	for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
		g_autoptr (ip_driver_addresses) first =
			ALLOCATE (.tenant = tenant, .block = block, .interface = interface, .request_key = keys[i]);
		CHECK_TEXT (first->items[0]->request_key, keys[i]);
		CHECK_TEXT (first->items[0]->address, at ("10.90.0.0", i + 1));
		for (int round = 0; round < 2; round++) {
			g_autoptr (ip_driver_addresses) again =
				ALLOCATE (.tenant = tenant, .block = block, .interface = interface,
			                  .request_key = keys[i]);
			check_same (again, first, __FILE__, __LINE__);
			reopen ();
		}
	}
	CHECK_USAGE (tenant, block, .total = "16", .allocated = "3", .excluded = "2", .free = "11");
	ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .request_key = "");
	ALLOCATE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .request_key = text ("%sk", keys[1]));
	ALLOCATE_FAILS (IP_DRIVER_INVALID, .block = block, .request_key = "without tenant");
}

/* Also on a given address, without an interface, and on one that was made by a device's name. */
void
case_request_key_kinds (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, fresh ("network"), "10.90.1.0/28");
	g_autoptr (ip_driver_addresses) given =
		ALLOCATE (.tenant = tenant, .block = block, .address = "10.90.1.9", .request_key = "given");
	g_autoptr (ip_driver_addresses) bare = ALLOCATE (.tenant = tenant, .block = block, .request_key = "bare");
	g_autoptr (ip_driver_addresses) device =
		ALLOCATE (.tenant = tenant, .block = block, .device = "d-7", .request_key = "device");
	g_autoptr (ip_driver_addresses) given_again =
		ALLOCATE (.tenant = tenant, .block = block, .address = "10.90.1.9", .request_key = "given");
	g_autoptr (ip_driver_addresses) bare_again = ALLOCATE (.tenant = tenant, .block = block, .request_key = "bare");
	g_autoptr (ip_driver_addresses) device_again =
		ALLOCATE (.tenant = tenant, .block = block, .device = "d-7", .request_key = "device");
	check_same (given_again, given, __FILE__, __LINE__);
	check_same (bare_again, bare, __FILE__, __LINE__);
	check_same (device_again, device, __FILE__, __LINE__);
	/* With a full block, what was given is given again. */
	for (int i = 0; i < 11; i++)
		allocate_next (tenant, block);
	g_autoptr (ip_driver_addresses) in_full = ALLOCATE (.tenant = tenant, .block = block, .request_key = "bare");
	check_same (in_full, bare, __FILE__, __LINE__);
	ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block, .request_key = "new");
}

void
case_request_key_mismatch (void)
{
	const char *tenant = fresh ("tenant");
	const char *interface = fresh ("interface");
	const char *network = fresh ("network");
	const char *block = new_block (tenant, network, "10.90.2.0/28");
	const char *beside = new_block (tenant, network, "10.90.3.0/28");
	ip_driver_addresses_free (ALLOCATE (.tenant = tenant, .block = block, .interface = interface,
	                                    .address = "10.90.2.4", .request_key = "mismatch"));
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = beside, .interface = interface,
	                .address = "10.90.3.4", .request_key = "mismatch");
	CHECK_MESSAGE ("mismatch");
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block, .interface = fresh ("interface"),
	                .address = "10.90.2.4", .request_key = "mismatch");
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block, .address = "10.90.2.4",
	                .request_key = "mismatch");
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block, .interface = interface,
	                .address = "10.90.2.5", .request_key = "mismatch");
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block, .interface = interface,
	                .request_key = "mismatch");
	if (supports ("many"))
		ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block, .interface = interface,
		                .count = 2, .request_key = "mismatch");
	if (supports ("network.allocate"))
		DO_FAILS (IP_DRIVER_DUPLICATE, network_allocate, allocations, .tenant = tenant, .network = network,
		          .interface = interface, .request_key = "mismatch");
	CHECK_USAGE (tenant, block, .total = "16", .allocated = "1", .excluded = "2", .free = "13");
	CHECK_USAGE (tenant, beside, .total = "16", .excluded = "2", .free = "14");
}

void
case_request_key_freed (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.90.4.0/28");
	g_autoptr (ip_driver_addresses) first = ALLOCATE (.tenant = tenant, .block = block, .request_key = "again");
	DEALLOCATE (.tenant = tenant, .block = block, .address = "10.90.4.1");
	/* Free for whatever other call. */
	g_autoptr (ip_driver_addresses) second =
		ALLOCATE (.tenant = tenant, .block = block, .address = "10.90.4.6", .request_key = "again");
	CHECK_ADDRESSES (second, "10.90.4.6");
	assert_string_not_equal (second->items[0]->id, first->items[0]->id);
	reopen ();
	g_autoptr (ip_driver_addresses) third =
		ALLOCATE (.tenant = tenant, .block = block, .address = "10.90.4.6", .request_key = "again");
	check_same (third, second, __FILE__, __LINE__);
}

/* Of several, what still lives is given; with the last one the key is free. */
void
case_request_key_many (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.90.5.0/28");
	g_autoptr (ip_driver_addresses) three =
		ALLOCATE (.tenant = tenant, .block = block, .count = 3, .request_key = "three");
	CHECK_ADDRESSES (three, "10.90.5.1", "10.90.5.2", "10.90.5.3");
	g_autoptr (ip_driver_addresses) again =
		ALLOCATE (.tenant = tenant, .block = block, .count = 3, .request_key = "three");
	check_same (again, three, __FILE__, __LINE__);
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block, .count = 4, .request_key = "three");
	DEALLOCATE (.tenant = tenant, .block = block, .address = "10.90.5.2");
	reopen ();
	g_autoptr (ip_driver_addresses) two =
		ALLOCATE (.tenant = tenant, .block = block, .count = 3, .request_key = "three");
	CHECK_ADDRESSES (two, "10.90.5.1", "10.90.5.3");
	DEALLOCATE (.tenant = tenant, .block = block, .address = "10.90.5.1");
	DEALLOCATE (.tenant = tenant, .block = block, .address = "10.90.5.3");
	g_autoptr (ip_driver_addresses) new =
		ALLOCATE (.tenant = tenant, .block = block, .count = 2, .request_key = "three");
	CHECK_ADDRESSES (new, "10.90.5.4", "10.90.5.5");
}

void
case_request_key_of_other_tenant (void)
{
	const char *tenants[] = {fresh ("tenant"), fresh ("tenant")};
	const char *blocks[] = {new_block (tenants[0], NULL, "10.90.6.0/28"),
	                        new_block (tenants[1], NULL, "10.90.6.0/28")};
	g_autoptr (ip_driver_addresses) first =
		ALLOCATE (.tenant = tenants[0], .block = blocks[0], .request_key = "common");
	g_autoptr (ip_driver_addresses) second =
		ALLOCATE (.tenant = tenants[1], .block = blocks[1], .request_key = "common");
	assert_string_not_equal (first->items[0]->id, second->items[0]->id);
	DEALLOCATE (.tenant = tenants[0], .block = blocks[0], .address = "10.90.6.1");
	g_autoptr (ip_driver_addresses) again =
		ALLOCATE (.tenant = tenants[1], .block = blocks[1], .request_key = "common");
	check_same (again, second, __FILE__, __LINE__);
}

/* A repeated call neither prolongs a hold nor makes it permanent; a cancelled one frees the key. */
void
case_request_key_of_hold (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.90.7.0/28");
	g_autoptr (ip_driver_addresses) first =
		ALLOCATE (.tenant = tenant, .block = block, .hold = 700, .request_key = "held");
	g_autoptr (ip_driver_addresses) longer =
		ALLOCATE (.tenant = tenant, .block = block, .hold = 9000, .request_key = "held");
	g_autoptr (ip_driver_addresses) permanent = ALLOCATE (.tenant = tenant, .block = block, .request_key = "held");
	check_same (longer, first, __FILE__, __LINE__);
	check_same (permanent, first, __FILE__, __LINE__);
	assert_true (first->items[0]->hold_until > 0);
	assert_true (longer->items[0]->hold_until == first->items[0]->hold_until);
	assert_true (permanent->items[0]->hold_until == first->items[0]->hold_until);
	CHECK_USAGE (tenant, block, .total = "16", .held = "1", .excluded = "2", .free = "13");
	ip_driver_address_ref ref = {.block = block, .address = first->items[0]->address, .id = first->items[0]->id};
	RUN (address_cancel,
	     &(ip_driver_address_refs_args){
		     .size = sizeof (ip_driver_address_refs_args), .tenant = tenant, .refs = &ref, .ref_count = 1});
	g_autoptr (ip_driver_addresses) new = ALLOCATE (.tenant = tenant, .block = block, .request_key = "held");
	assert_string_not_equal (new->items[0]->id, first->items[0]->id);
	assert_true (new->items[0]->hold_until == 0);
}

void
case_request_key_of_network (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *interface = fresh ("interface");
	const char *mac = fresh_mac ();
	const char *block4 = new_block (tenant, network, "10.90.8.0/28");
	const char *block6 = new_block (tenant, network, "2001:db8:90:8::/64");
	g_autoptr (ip_driver_allocations) first =
		DO (network_allocate, allocations, .tenant = tenant, .network = network, .interface = interface,
	            .mac = mac, .request_key = "both");
	assert_int_equal (first->count, 2);
	reopen ();
	g_autoptr (ip_driver_allocations) again =
		DO (network_allocate, allocations, .tenant = tenant, .network = network, .interface = interface,
	            .mac = mac, .request_key = "both");
	assert_int_equal (again->count, 2);
	for (size_t i = 0; i < 2; i++)
		CHECK_TEXT (again->items[i]->address->id, first->items[i]->address->id);
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block4, .interface = interface,
	                .request_key = "both");
	const char *elsewhere = fresh ("network");
	new_block (tenant, elsewhere, "10.90.9.0/28");
	DO_FAILS (IP_DRIVER_DUPLICATE, network_allocate, allocations, .tenant = tenant, .network = elsewhere,
	          .interface = interface, .request_key = "both");
	DO_FAILS (IP_DRIVER_INVALID, network_allocate, allocations, .network = network, .request_key = "no tenant");
	CHECK_USAGE (tenant, block4, .total = "16", .allocated = "1", .excluded = "2", .free = "13");
	RUN (network_deallocate, tenant, network, interface);
	g_autoptr (ip_driver_allocations) new = DO (network_allocate, allocations, .tenant = tenant, .network = network,
	                                            .interface = interface, .request_key = "both");
	assert_string_not_equal (new->items[0]->address->id, first->items[0]->address->id);
	g_autoptr (ip_driver_usage) usage = GET (block_usage, usage, tenant, block6);
	CHECK_TEXT (usage->allocated, "1");
	CHECK_TEXT (usage->quarantined, "1");
}

typedef struct {
	const char *tenant, *block;
	ip_driver_status statuses[8];
	char ids[8][64];
} race;

static void
race_for_key (guint number, gpointer data)
{
	race *race = data;
	ip_driver_addresses *got = NULL;
	race->statuses[number] = ip_driver_address_allocate (
		driver, ARGS (address_allocate, .tenant = race->tenant, .block = race->block, .request_key = "raced"),
		&got, NULL);
	if (got)
		g_strlcpy (race->ids[number], got->items[0]->id, sizeof race->ids[number]);
	ip_driver_addresses_free (got);
}

void
case_request_key_race (void)
{
	const char *tenant = fresh ("tenant");
	race race = {.tenant = tenant, .block = new_block (tenant, NULL, "10.90.10.0/24")};
	run_threads (8, race_for_key, &race);
	for (int i = 0; i < 8; i++) {
		assert_int_equal (race.statuses[i], IP_DRIVER_OK);
		CHECK_TEXT (race.ids[i], race.ids[0]);
	}
	CHECK_USAGE (tenant, race.block, .total = "256", .allocated = "1", .excluded = "2", .free = "253");
}
