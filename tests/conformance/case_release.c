/*
 * The end of an allocation: release into quarantine, restore, purge, and when an address is given again.
 */
#include "check.h"

static guint64
purge_all (const char *tenant, const char *block, const char *address)
{
	guint64 purged = G_MAXUINT64;
	RUN (address_purge,
	     ARGS (address_purge, .tenant = tenant, .block = block, .address = address,
	           .flags = IP_DRIVER_ADDRESS_PURGE_ALL),
	     &purged);
	return purged;
}

void
case_address_deallocate (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, fresh ("network"), "10.70.0.0/28");
	const char *interface = fresh ("interface");
	g_autoptr (ip_driver_addresses) made =
		ALLOCATE (.tenant = tenant, .block = block, .interface = interface, .device = "server-51");
	const ip_driver_address *address = made->items[0];
	gint64 before = g_get_real_time () / G_USEC_PER_SEC;
	DEALLOCATE (.tenant = tenant, .block = block, .address = address->address);
	gint64 until = 0;
	for (int round = 0; round < 3; round++) {
		g_autoptr (ip_driver_address) resting = GET (address_get, address, tenant, block, address->address);
		CHECK_TEXT (resting->id, address->id);
		CHECK_TEXT (resting->interface, NULL);
		assert_int_equal (resting->state, IP_DRIVER_ADDRESS_DEALLOCATED);
		assert_true (resting->quarantine_until == 0 || resting->quarantine_until >= before);
		/* Releasing it again does not prolong its rest. */
		assert_true (round == 0 || resting->quarantine_until == until);
		until = resting->quarantine_until;
		DEALLOCATE (.tenant = tenant, .block = block, .address = address->address);
		DEALLOCATE (.tenant = tenant, .block = block, .address = address->address, .id = address->id);
		reopen ();
	}
	ALLOCATE_FAILS (IP_DRIVER_LOCKED, .tenant = tenant, .block = block, .address = address->address);
	CHECK_MESSAGE (address->address);
	CHECK_TEXT (allocate_next (tenant, block), "10.70.0.2");
	if (supports ("interface.get")) {
		g_autoptr (ip_driver_interface) left = GET (interface_get, interface, tenant, interface);
		assert_int_equal (left->allocation_count, 0);
	}
}

void
case_address_deallocate_refused (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.70.1.0/28");
	const char *address = allocate_next (tenant, block);
	DEALLOCATE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = tenant, .block = block, .address = "10.70.1.2");
	DEALLOCATE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = tenant, .block = block, .address = "10.71.1.2");
	DEALLOCATE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = tenant, .block = fresh_id (), .address = address);
	DEALLOCATE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = fresh ("tenant"), .block = block, .address = address);
	DEALLOCATE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = tenant, .block = block, .address = address, .id = fresh_id ());
	CHECK_USAGE (tenant, block, .total = "16", .allocated = "1", .excluded = "2", .free = "13");
}

/* An id names one allocation, not its address: what came after is out of reach. */
void
case_address_deallocate_by_id (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.70.2.0/28");
	g_autoptr (ip_driver_addresses) old = ALLOCATE (.tenant = tenant, .block = block, .address = "10.70.2.5");
	DEALLOCATE (.tenant = tenant, .block = block, .address = "10.70.2.5", .id = old->items[0]->id);
	assert_int_equal (purge_all (tenant, block, "10.70.2.5"), 1);
	DEALLOCATE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = tenant, .block = block, .address = "10.70.2.5",
	                  .id = old->items[0]->id);
	g_autoptr (ip_driver_addresses) new = ALLOCATE (.tenant = tenant, .block = block, .address = "10.70.2.5");
	assert_string_not_equal (old->items[0]->id, new->items[0]->id);
	DEALLOCATE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = tenant, .block = block, .address = "10.70.2.5",
	                  .id = old->items[0]->id);
	g_autoptr (ip_driver_address) alive = GET (address_get, address, tenant, block, "10.70.2.5");
	CHECK_ADDRESS (alive, .id = new->items[0]->id, .block = block, .address = "10.70.2.5",
	               .used_by_tenant = tenant);
	DEALLOCATE (.tenant = tenant, .block = block, .address = "10.70.2.5", .id = new->items[0]->id);
}

/* A resting address is not given while another is left, nor when none is. */
void
case_address_quarantine (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.71.0.0/29");
	for (int i = 1; i <= 3; i++)
		CHECK_TEXT (allocate_next (tenant, block), at ("10.71.0.0", i));
	DEALLOCATE (.tenant = tenant, .block = block, .address = "10.71.0.2");
	for (int i = 4; i <= 6; i++)
		CHECK_TEXT (allocate_next (tenant, block), at ("10.71.0.0", i));
	ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block);
	CHECK_USAGE (tenant, block, .total = "8", .allocated = "5", .quarantined = "1", .excluded = "2");
}

/* Released addresses are used after all that never were, the longest-rested first. */
void
case_address_reuse_order (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.71.1.0/28");
	for (int i = 1; i <= 9; i++)
		allocate_next (tenant, block);
	static const int released[] = {7, 2, 9, 4};
	for (guint i = 0; i < G_N_ELEMENTS (released); i++)
		DEALLOCATE (.tenant = tenant, .block = block, .address = at ("10.71.1.0", released[i]));
	assert_int_equal (purge_all (tenant, block, NULL), 4);
	CHECK_USAGE (tenant, block, .total = "16", .allocated = "5", .excluded = "2", .free = "9");
	for (int i = 10; i <= 14; i++)
		CHECK_TEXT (allocate_next (tenant, block), at ("10.71.1.0", i));
	reopen ();
	for (guint i = 0; i < G_N_ELEMENTS (released); i++)
		CHECK_TEXT (allocate_next (tenant, block), at ("10.71.1.0", released[i]));
	ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block);
}

void
case_address_restore (void)
{
	const char *tenant = fresh ("tenant");
	const char *user = fresh ("user");
	const char *block = new_block (tenant, fresh ("network"), "10.72.0.0/28");
	gboolean keys = supports ("request_key");
	ip_driver_addresses_free (ALLOCATE (.tenant = tenant, .block = block, .interface = fresh ("interface"),
	                                    .device = "server-61", .used_by_tenant = user,
	                                    .request_key = keys ? "once" : NULL));
	DEALLOCATE (.tenant = tenant, .block = block, .address = "10.72.0.1");
	g_autoptr (ip_driver_address) restored = GET (address_restore, address, tenant, block, "10.72.0.1");
	CHECK_ADDRESS (restored, .block = block, .address = "10.72.0.1", .used_by_tenant = user);
	for (int round = 0; round < 2; round++) {
		g_autoptr (ip_driver_address) got = GET (address_get, address, tenant, block, "10.72.0.1");
		check_address (got, restored, __FILE__, __LINE__);
		ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block, .address = "10.72.0.1");
		reopen ();
	}
	/* The key is free: it makes another. */
	if (keys) {
		g_autoptr (ip_driver_addresses) other =
			ALLOCATE (.tenant = tenant, .block = block, .request_key = "once");
		CHECK_ADDRESSES (other, "10.72.0.2");
	}
}

void
case_address_restore_refused (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, fresh ("network"), "10.72.1.0/28");
	const char *interface = fresh ("interface");
	g_autoptr (ip_driver_addresses) made = ALLOCATE (.tenant = tenant, .block = block, .interface = interface);
	/* An allocated one is left as it is. */
	g_autoptr (ip_driver_address) same = GET (address_restore, address, tenant, block, "10.72.1.1");
	check_address (same, made->items[0], __FILE__, __LINE__);
	GET_FAILS (IP_DRIVER_NOT_FOUND, address_restore, address, tenant, block, "10.72.1.2");
	DEALLOCATE (.tenant = tenant, .block = block, .address = "10.72.1.1");
	GET_FAILS (IP_DRIVER_NOT_FOUND, address_restore, address, fresh ("tenant"), block, "10.72.1.1");
	GET_FAILS (IP_DRIVER_NOT_FOUND, address_restore, address, tenant, fresh_id (), "10.72.1.1");
	if (!supports ("address.purge"))
		return;
	purge_all (tenant, block, "10.72.1.1");
	GET_FAILS (IP_DRIVER_NOT_FOUND, address_restore, address, tenant, block, "10.72.1.1");
}

void
case_address_purge (void)
{
	const char *tenant = fresh ("tenant");
	const char *other = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.73.0.0/28");
	const char *beside = new_block (tenant, NULL, "10.73.1.0/28");
	const char *foreign = new_block (other, NULL, "10.73.0.0/28");
	const char *blocks[] = {block, beside, foreign};
	for (int i = 0; i < 3; i++) {
		const char *owner = i == 2 ? other : tenant;
		for (int j = 0; j < 4 + i; j++) {
			const char *address = allocate_next (owner, blocks[i]);
			if (j != 0)
				DEALLOCATE (.tenant = owner, .block = blocks[i], .address = address);
		}
	}
	guint64 purged = 99;
	/* Nothing has rested enough; one address can be told so. */
	RUN (address_purge, ARGS (address_purge, .tenant = tenant), &purged);
	assert_int_equal (purged, 0);
	purged = 99;
	RUN_FAILS (IP_DRIVER_LOCKED, address_purge,
	           ARGS (address_purge, .tenant = tenant, .block = block, .address = "10.73.0.2"), &purged);
	RUN_FAILS (IP_DRIVER_NOT_ALLOWED, address_purge,
	           ARGS (address_purge, .tenant = tenant, .block = block, .address = "10.73.0.1",
	                 .flags = IP_DRIVER_ADDRESS_PURGE_ALL),
	           &purged);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, address_purge,
	           ARGS (address_purge, .tenant = tenant, .block = block, .address = "10.73.0.9"), &purged);
	RUN_FAILS (IP_DRIVER_INVALID, address_purge, ARGS (address_purge, .tenant = tenant, .address = "10.73.0.2"),
	           &purged);
	RUN_FAILS (IP_DRIVER_INVALID, address_purge, ARGS (address_purge, .tenant = tenant, .flags = 0x8), &purged);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, address_purge, ARGS (address_purge, .tenant = other, .block = block), &purged);
	assert_int_equal (purged, 99);
	/* One, then a block, then a tenant. */
	assert_int_equal (purge_all (tenant, block, "10.73.0.3"), 1);
	GET_FAILS (IP_DRIVER_NOT_FOUND, address_get, address, tenant, block, "10.73.0.3");
	allocate_given (tenant, block, "10.73.0.3");
	CHECK_USAGE (tenant, block, .total = "16", .allocated = "2", .quarantined = "2", .excluded = "2", .free = "10");
	assert_int_equal (purge_all (tenant, block, NULL), 2);
	assert_int_equal (purge_all (tenant, NULL, NULL), 4);
	assert_int_equal (purge_all (tenant, NULL, NULL), 0);
	reopen ();
	CHECK_USAGE (tenant, block, .total = "16", .allocated = "2", .excluded = "2", .free = "12");
	CHECK_USAGE (tenant, beside, .total = "16", .allocated = "1", .excluded = "2", .free = "13");
	CHECK_USAGE (other, foreign, .total = "16", .allocated = "1", .quarantined = "5", .excluded = "2", .free = "8");
}
