/*
 * Transactions: several calls as one, seen as a whole or not at all; and the check of the store.
 */
#include "check.h"

void
case_transaction_commit (void)
{
	const char *tenant = fresh ("tenant");
	const char *outside = new_block (tenant, NULL, "10.200.0.0/28");
	check_begin ();
	const char *block = new_block (tenant, NULL, "10.200.1.0/28");
	/* Its own changes are seen in it. */
	CHECK_TEXT (allocate_next (tenant, block), "10.200.1.1");
	CHECK_TEXT (allocate_next (tenant, block), "10.200.1.2");
	CHECK_TEXT (allocate_next (tenant, outside), "10.200.0.1");
	DEALLOCATE (.tenant = tenant, .block = block, .address = "10.200.1.1");
	CHECK_USAGE (tenant, block, .total = "16", .allocated = "1", .quarantined = "1", .excluded = "2", .free = "12");
	g_autoptr (ip_driver_block) got = GET (block_get, block, tenant, block);
	CHECK_TEXT (got->cidr, "10.200.1.0/28");
	check_commit ();
	for (int round = 0; round < 2; round++) {
		CHECK_USAGE (tenant, block, .total = "16", .allocated = "1", .quarantined = "1", .excluded = "2",
		             .free = "12");
		CHECK_USAGE (tenant, outside, .total = "16", .allocated = "1", .excluded = "2", .free = "13");
		reopen ();
	}
	CHECK_TEXT (allocate_next (tenant, block), "10.200.1.3");
}

void
case_transaction_rollback (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *kept = new_block (tenant, network, "10.200.2.0/28");
	const char *doomed = new_block (tenant, NULL, "10.200.3.0/28");
	const char *public_cidr = fresh_public4 ();
	const char *interface = fresh ("interface");
	const char *mac = fresh_mac ();
	allocate_given (tenant, kept, "10.200.2.9");
	check_begin ();
	const char *block = new_block (tenant, NULL, "10.200.4.0/28");
	g_autoptr (ip_driver_block) public_block =
		DO (block_create, block, .tenant = tenant, .cidr = public_cidr, .type = IP_DRIVER_BLOCK_PUBLIC);
	g_autoptr (ip_driver_addresses) made =
		ALLOCATE (.tenant = tenant, .block = kept, .interface = interface, .mac = mac,
	                  .request_key = supports ("request_key") ? "rolled back" : NULL);
	DEALLOCATE (.tenant = tenant, .block = kept, .address = "10.200.2.9");
	RUN (block_delete, tenant, doomed);
	check_rollback ();
	for (int round = 0; round < 2; round++) {
		GET_FAILS (IP_DRIVER_NOT_FOUND, block_get, block, tenant, block);
		GET_FAILS (IP_DRIVER_NOT_FOUND, block_get, block, tenant, public_block->id);
		g_autoptr (ip_driver_block) alive = GET (block_get, block, tenant, doomed);
		CHECK_TEXT (alive->cidr, "10.200.3.0/28");
		CHECK_USAGE (tenant, kept, .total = "16", .allocated = "1", .excluded = "2", .free = "13");
		reopen ();
	}
	/* Space, names, MAC, key and the next address are as free as before. */
	g_autoptr (ip_driver_block) again =
		DO (block_create, block, .tenant = tenant, .cidr = public_cidr, .type = IP_DRIVER_BLOCK_PUBLIC);
	CHECK_TEXT (again->cidr, public_cidr);
	g_autoptr (ip_driver_addresses) anew =
		ALLOCATE (.tenant = tenant, .block = kept, .interface = interface, .mac = mac,
	                  .request_key = supports ("request_key") ? "rolled back" : NULL);
	CHECK_ADDRESSES (anew, "10.200.2.1");
	assert_string_not_equal (anew->items[0]->id, made->items[0]->id);
	ip_driver_transaction_rollback (NULL);
}

/* A call that fails changes nothing, and leaves what was done before it and what is done after it. */
void
case_transaction_failed_call (void)
{
	const char *tenant = fresh ("tenant");
	check_begin ();
	const char *block = new_block (tenant, NULL, "10.200.5.0/30");
	CHECK_TEXT (allocate_next (tenant, block), "10.200.5.1");
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block, .address = "10.200.5.1");
	GET_FAILS (IP_DRIVER_NOT_FOUND, block_get, block, tenant, fresh_id ());
	if (supports ("many"))
		ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block, .count = 2,
		                .interface = fresh ("interface"));
	CHECK_TEXT (allocate_next (tenant, block), "10.200.5.2");
	ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block);
	check_commit ();
	reopen ();
	CHECK_USAGE (tenant, block, .total = "4", .allocated = "2", .excluded = "2");
	if (supports ("interface.list")) {
		g_autoptr (ip_driver_interfaces) none = DO (interface_list, interfaces, .tenant = tenant);
		assert_int_equal (none->count, 0);
	}
}

/* A transaction begins none itself. */
void
case_transaction_nested (void)
{
	check_begin ();
	ip_driver *inner = NULL;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_status status = ip_driver_transaction_begin (driver, &inner, &error);
	assert_int_not_equal (status, IP_DRIVER_OK);
	assert_int_equal (status, error.status);
	assert_null (inner);
	check_commit ();
}

typedef struct {
	const char *tenant, *block;
	gint written;
	ip_driver_status status;
	char address[64];
} other_writer;

static void
write_beside (guint number, gpointer data)
{
	other_writer *other = data;
	if (number == 0) {
		ip_driver *transaction = NULL;
		ip_driver_addresses *got = NULL;
		if (ip_driver_transaction_begin (driver, &transaction, NULL) != IP_DRIVER_OK)
			return;
		for (int i = 0; i < 5; i++) {
			if (ip_driver_address_allocate (
				    transaction,
				    ARGS (address_allocate, .tenant = other->tenant, .block = other->block), &got,
				    NULL) == IP_DRIVER_OK)
				g_atomic_int_inc (&other->written);
			ip_driver_addresses_free (g_steal_pointer (&got));
		}
		ip_driver_transaction_rollback (transaction);
	} else {
		ip_driver_addresses *got = NULL;
		other->status = ip_driver_address_allocate (
			driver, ARGS (address_allocate, .tenant = other->tenant, .block = other->block), &got, NULL);
		if (got)
			g_strlcpy (other->address, got->items[0]->address, sizeof other->address);
		ip_driver_addresses_free (got);
	}
}

/* A writer beside the transaction waits for it, and never sees what is rolled back. */
void
case_transaction_beside_writer (void)
{
	const char *tenant = fresh ("tenant");
	for (int round = 0; round < 5; round++) {
		other_writer other = {.tenant = tenant, .block = new_block (tenant, NULL, "10.200.6.0/28")};
		run_threads (2, write_beside, &other);
		assert_int_equal (other.written, 5);
		assert_int_equal (other.status, IP_DRIVER_OK);
		CHECK_TEXT (other.address, "10.200.6.1");
		CHECK_USAGE (tenant, other.block, .total = "16", .allocated = "1", .excluded = "2", .free = "13");
	}
}

/* The last case of the table: after all the others, the store is sound. */
void
case_store_check (void)
{
	g_autoptr (ip_driver_check_report) report = NULL;
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, fresh ("network"), "10.201.0.0/28");
	g_autoptr (ip_driver_addresses) made =
		ALLOCATE (.tenant = tenant, .block = block, .interface = fresh ("interface"));
	assert_int_equal (made->count, 1);
	CHECK_STATUS_ (IP_DRIVER_OK, ip_driver_store_check (driver, &report, &check_error), "store_check");
	assert_true (report->size >= sizeof *report);
	assert_true (report->blocks >= 1);
	assert_true (report->addresses >= 1);
	assert_true (report->interfaces >= 1);
	assert_true (report->rule_count > 0);
	for (size_t i = 0; i < report->rule_count; i++)
		assert_true (strlen (report->rules[i]) > 0);
	for (size_t i = 0; i < report->problem_count; i++)
		print_error ("%s\n", report->problems[i]);
	assert_int_equal (report->problem_count, 0);
	assert_int_equal (report->problems_total, 0);
}
