/*
 * Policies with their ranges and octets: kept, listed, changed, and obeyed from the next allocation on.
 */
#include "check.h"

static const char *
new_policy (const char *tenant)
{
	g_autoptr (ip_driver_policy) made = DO (policy_create, policy, .tenant = tenant, .name = "policy");
	return text ("%s", made->id);
}

static const char *
new_range (const char *tenant, const char *policy, gint64 offset, guint64 length)
{
	g_autoptr (ip_driver_policy_range) made = DO (policy_range_create, policy_range, .tenant = tenant,
	                                              .policy = policy, .offset = offset, .length = length);
	return text ("%s", made->id);
}

static const char *
new_octet (const char *tenant, const char *policy, int octet)
{
	g_autoptr (ip_driver_policy_octet) made =
		DO (policy_octet_create, policy_octet, .tenant = tenant, .policy = policy, .octet = octet);
	return text ("%s", made->id);
}

static const char *
block_under (const char *tenant, const char *policy, const char *cidr)
{
	g_autoptr (ip_driver_block) made = DO (block_create, block, .tenant = tenant, .cidr = cidr, .policy = policy,
	                                       .type = IP_DRIVER_BLOCK_PRIVATE);
	return text ("%s", made->id);
}

static void
check_policy (const char *tenant, const char *id, const char *name, const char *description, const char *file, int line)
{
	g_autoptr (ip_driver_policy) got = GET (policy_get, policy, tenant, id);
	check_text (got->id, id, "id", file, line);
	check_text (got->tenant, tenant, "tenant", file, line);
	check_text (got->name, name, "name", file, line);
	check_text (got->description, description, "description", file, line);
}

void
case_policy_create (void)
{
	const char *tenant = fresh ("tenant");
	g_autofree char *long_name = g_strnfill (IP_DRIVER_ID_MAX, 'n');
	g_autofree char *long_description = g_strnfill (IP_DRIVER_DESCRIPTION_MAX, 'd');
	g_autofree char *too_long = g_strnfill (IP_DRIVER_DESCRIPTION_MAX + 1, 'd');
	struct {
		const char *name, *description;
	} const policies[] = {
		{"first", "never the first ten"},
		{"first", NULL},
		{"Stra\xc3\x9f"
	         "e; DROP",
	         ""},
		{long_name, long_description},
		{"lines", "one\ntwo\n\t."},
	};
	for (guint i = 0; i < G_N_ELEMENTS (policies); i++) {
		g_autoptr (ip_driver_policy) made =
			DO (policy_create, policy, .tenant = tenant, .name = policies[i].name,
		            .description = policies[i].description);
		check_policy (tenant, made->id, policies[i].name, policies[i].description, __FILE__, __LINE__);
		reopen ();
		check_policy (tenant, made->id, policies[i].name, policies[i].description, __FILE__, __LINE__);
	}
	DO_FAILS (IP_DRIVER_INVALID, policy_create, policy, .tenant = tenant, .name = "");
	DO_FAILS (IP_DRIVER_INVALID, policy_create, policy, .tenant = tenant);
	DO_FAILS (IP_DRIVER_INVALID, policy_create, policy, .tenant = tenant, .name = text ("%sn", long_name));
	DO_FAILS (IP_DRIVER_INVALID, policy_create, policy, .tenant = tenant, .name = "x", .description = too_long);
	if (supports ("chosen_ids")) {
		const char *id = fresh_id ();
		g_autoptr (ip_driver_policy) chosen =
			DO (policy_create, policy, .tenant = tenant, .name = "chosen", .id = id);
		CHECK_TEXT (chosen->id, id);
		DO_FAILS (IP_DRIVER_DUPLICATE, policy_create, policy, .tenant = fresh ("tenant"), .name = "chosen",
		          .id = id);
	}
}

void
case_policy_list (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (GPtrArray) want = texts_new ();
	g_autoptr (GPtrArray) none = texts_new ();
	for (int i = 0; i < 9; i++) {
		texts_add (want, new_policy (tenant));
		new_policy (fresh ("tenant"));
	}
	CHECK_PAGES (want, policy_list, policies, id, .tenant = tenant);
	reopen ();
	CHECK_PAGES (want, policy_list, policies, id, .tenant = tenant);
	CHECK_PAGES (none, policy_list, policies, id, .tenant = fresh ("tenant"));
}

void
case_policy_update (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_policy) made =
		DO (policy_create, policy, .tenant = tenant, .name = "old", .description = "old words");
	g_autoptr (ip_driver_policy) name = DO (policy_update, policy, .tenant = tenant, .id = made->id, .name = "new",
	                                        .description = "not read", .set = IP_DRIVER_POLICY_SET_NAME);
	CHECK_TEXT (name->name, "new");
	check_policy (tenant, made->id, "new", "old words", __FILE__, __LINE__);
	g_autoptr (ip_driver_policy) description =
		DO (policy_update, policy, .tenant = tenant, .id = made->id, .name = "not read",
	            .description = "new words", .set = IP_DRIVER_POLICY_SET_DESCRIPTION);
	CHECK_TEXT (description->description, "new words");
	check_policy (tenant, made->id, "new", "new words", __FILE__, __LINE__);
	DO_FAILS (IP_DRIVER_INVALID, policy_update, policy, .tenant = tenant, .id = made->id,
	          .set = IP_DRIVER_POLICY_SET_NAME);
	DO_FAILS (IP_DRIVER_INVALID, policy_update, policy, .tenant = tenant, .id = made->id, .set = 0x4);
	DO_FAILS (IP_DRIVER_NOT_FOUND, policy_update, policy, .tenant = fresh ("tenant"), .id = made->id, .name = "x",
	          .set = IP_DRIVER_POLICY_SET_NAME);
	DO_FAILS (IP_DRIVER_NOT_FOUND, policy_update, policy, .tenant = tenant, .id = fresh_id (), .name = "x",
	          .set = IP_DRIVER_POLICY_SET_NAME);
	reopen ();
	check_policy (tenant, made->id, "new", "new words", __FILE__, __LINE__);
	g_autoptr (ip_driver_policy) cleared =
		DO (policy_update, policy, .tenant = tenant, .id = made->id, .set = IP_DRIVER_POLICY_SET_DESCRIPTION);
	CHECK_TEXT (cleared->description, NULL);
	CHECK_TEXT (cleared->name, "new");
}

/* With a policy go its parts, and what it excluded is free. */
void
case_policy_delete (void)
{
	const char *tenant = fresh ("tenant");
	const char *policy = new_policy (tenant);
	const char *range = new_range (tenant, policy, 0, 4);
	const char *octet = new_octet (tenant, policy, 5);
	const char *block = block_under (fresh ("owner"), policy, "10.170.0.0/29");
	const char *own = block_under (tenant, policy, "10.170.1.0/29");
	CHECK_USAGE (tenant, own, .total = "8", .excluded = "6", .free = "2");
	CHECK_TEXT (allocate_next (tenant, own), "10.170.1.4");
	RUN_FAILS (IP_DRIVER_NOT_FOUND, policy_delete, fresh ("tenant"), policy);
	RUN (policy_delete, tenant, policy);
	for (int round = 0; round < 2; round++) {
		GET_FAILS (IP_DRIVER_NOT_FOUND, policy_get, policy, tenant, policy);
		GET_FAILS (IP_DRIVER_NOT_FOUND, policy_range_get, policy_range, tenant, policy, range);
		GET_FAILS (IP_DRIVER_NOT_FOUND, policy_octet_get, policy_octet, tenant, policy, octet);
		RUN_FAILS (IP_DRIVER_NOT_FOUND, policy_delete, tenant, policy);
		g_autoptr (ip_driver_block) without = GET (block_get, block, tenant, own);
		CHECK_TEXT (without->policy, NULL);
		CHECK_USAGE (tenant, own, .total = "8", .allocated = "1", .excluded = "2", .free = "5");
		reopen ();
	}
	allocate_given (tenant, own, "10.170.1.5");
	allocate_given (tenant, own, "10.170.1.2");
	if (supports ("all_tenants")) {
		g_autoptr (ip_driver_block) foreign = GET (block_get, block, NULL, block);
		CHECK_TEXT (foreign->policy, NULL);
	}
}

void
case_policy_range_keep (void)
{
	static const struct {
		gint64 offset;
		guint64 length;
	} ranges[] = {{0, 1},          {10, 200},       {-1, 1},
	              {-300, 77},      {0, G_MAXINT64}, {G_MAXINT64, 3},
	              {G_MININT64, 4}, {5, 0},          {(gint64)1 << 40, (guint64)1 << 41}};
	const char *tenant = fresh ("tenant");
	const char *policy = new_policy (tenant);
	const char *beside = new_policy (tenant);
	g_autoptr (GPtrArray) want = texts_new ();
	g_autoptr (GPtrArray) none = texts_new ();
	for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
		texts_add (want, new_range (tenant, policy, ranges[i].offset, ranges[i].length));
	for (int round = 0; round < 2; round++) {
		CHECK_PAGES (want, policy_range_list, policy_ranges, id, .tenant = tenant, .policy = policy);
		CHECK_PAGES (none, policy_range_list, policy_ranges, id, .tenant = tenant, .policy = beside);
		for (guint i = 0; i < G_N_ELEMENTS (ranges); i++) {
			g_autoptr (ip_driver_policy_range) got =
				GET (policy_range_get, policy_range, tenant, policy, want->pdata[i]);
			assert_true (got->offset == ranges[i].offset);
			assert_true (got->length == ranges[i].length);
			CHECK_TEXT (got->policy, policy);
		}
		reopen ();
	}
	GET_FAILS (IP_DRIVER_NOT_FOUND, policy_range_get, policy_range, tenant, beside, want->pdata[0]);
	GET_FAILS (IP_DRIVER_NOT_FOUND, policy_range_get, policy_range, tenant, policy, fresh_id ());
	DO_FAILS (IP_DRIVER_INVALID, policy_range_create, policy_range, .tenant = tenant, .policy = policy, .offset = 7,
	          .length = (guint64)G_MAXINT64 + 1);
	CHECK_MESSAGE ("9223372036854775808");
	DO_FAILS (IP_DRIVER_NOT_FOUND, policy_range_create, policy_range, .tenant = tenant, .policy = fresh_id (),
	          .offset = 7, .length = 2);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, policy_range_delete, tenant, beside, want->pdata[2]);
	RUN (policy_range_delete, tenant, policy, want->pdata[2]);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, policy_range_delete, tenant, policy, want->pdata[2]);
	g_ptr_array_remove_index (want, 2);
	reopen ();
	CHECK_PAGES (want, policy_range_list, policy_ranges, id, .tenant = tenant, .policy = policy);
}

void
case_policy_range_update (void)
{
	const char *tenant = fresh ("tenant");
	const char *policy = new_policy (tenant);
	const char *range = new_range (tenant, policy, 1, 3);
	const char *block = block_under (tenant, policy, "10.171.0.0/28");
#define UPDATE(...) DO (policy_range_update, policy_range, .tenant = tenant, .policy = policy, .id = range, __VA_ARGS__)
	g_autoptr (ip_driver_policy_range) offset =
		UPDATE (.offset = -5, .length = 99, .set = IP_DRIVER_POLICY_RANGE_SET_OFFSET);
	assert_true (offset->offset == -5 && offset->length == 3);
	/* 11, 12 and 13 */
	CHECK_USAGE (tenant, block, .total = "16", .excluded = "5", .free = "11");
	ALLOCATE_FAILS (IP_DRIVER_DENIED_BY_POLICY, .tenant = tenant, .block = block, .address = "10.171.0.13");
	ALLOCATE_FAILS (IP_DRIVER_DENIED_BY_POLICY, .tenant = tenant, .block = block, .address = "10.171.0.11");
	allocate_given (tenant, block, "10.171.0.14");
	g_autoptr (ip_driver_policy_range) length =
		UPDATE (.offset = 99, .length = 2, .set = IP_DRIVER_POLICY_RANGE_SET_LENGTH);
	assert_true (length->offset == -5 && length->length == 2);
	allocate_given (tenant, block, "10.171.0.13");
	g_autoptr (ip_driver_policy_range) both =
		UPDATE (.offset = 0, .length = 4,
	                .set = IP_DRIVER_POLICY_RANGE_SET_OFFSET | IP_DRIVER_POLICY_RANGE_SET_LENGTH);
	assert_true (both->offset == 0 && both->length == 4);
	reopen ();
	CHECK_TEXT (allocate_next (tenant, block), "10.171.0.4");
	DO_FAILS (IP_DRIVER_INVALID, policy_range_update, policy_range, .tenant = tenant, .policy = policy, .id = range,
	          .length = G_MAXUINT64, .set = IP_DRIVER_POLICY_RANGE_SET_LENGTH);
	DO_FAILS (IP_DRIVER_INVALID, policy_range_update, policy_range, .tenant = tenant, .policy = policy, .id = range,
	          .set = 0x4);
	DO_FAILS (IP_DRIVER_NOT_FOUND, policy_range_update, policy_range, .tenant = tenant, .policy = fresh_id (),
	          .id = range, .offset = 3, .set = IP_DRIVER_POLICY_RANGE_SET_OFFSET);
#undef UPDATE
}

void
case_policy_octet_keep (void)
{
	static const int octets[] = {255, 0, 7, 128, 7, 254, 1, 100, 99};
	const char *tenant = fresh ("tenant");
	const char *policy = new_policy (tenant);
	const char *beside = new_policy (tenant);
	g_autoptr (GPtrArray) want = texts_new ();
	for (guint i = 0; i < G_N_ELEMENTS (octets); i++)
		texts_add (want, new_octet (tenant, policy, octets[i]));
	for (int round = 0; round < 2; round++) {
		CHECK_PAGES (want, policy_octet_list, policy_octets, id, .tenant = tenant, .policy = policy);
		for (guint i = 0; i < G_N_ELEMENTS (octets); i++) {
			g_autoptr (ip_driver_policy_octet) got =
				GET (policy_octet_get, policy_octet, tenant, policy, want->pdata[i]);
			assert_int_equal (got->octet, octets[i]);
			CHECK_TEXT (got->policy, policy);
		}
		reopen ();
	}
	GET_FAILS (IP_DRIVER_NOT_FOUND, policy_octet_get, policy_octet, tenant, beside, want->pdata[0]);
	DO_FAILS (IP_DRIVER_INVALID, policy_octet_create, policy_octet, .tenant = tenant, .policy = policy,
	          .octet = 256);
	CHECK_MESSAGE ("256");
	DO_FAILS (IP_DRIVER_INVALID, policy_octet_create, policy_octet, .tenant = tenant, .policy = policy,
	          .octet = -1);
	DO_FAILS (IP_DRIVER_NOT_FOUND, policy_octet_create, policy_octet, .tenant = tenant, .policy = fresh_id (),
	          .octet = 5);
	RUN (policy_octet_delete, tenant, policy, want->pdata[3]);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, policy_octet_delete, tenant, policy, want->pdata[3]);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, policy_octet_delete, tenant, beside, want->pdata[4]);
	g_ptr_array_remove_index (want, 3);
	CHECK_PAGES (want, policy_octet_list, policy_octets, id, .tenant = tenant, .policy = policy);
}

void
case_policy_octet_update (void)
{
	const char *tenant = fresh ("tenant");
	const char *policy = new_policy (tenant);
	const char *octet = new_octet (tenant, policy, 1);
	const char *block = block_under (tenant, policy, "10.172.0.0/23");
	CHECK_TEXT (allocate_next (tenant, block), "10.172.0.2");
	g_autoptr (ip_driver_policy_octet) updated =
		DO (policy_octet_update, policy_octet, .tenant = tenant, .policy = policy, .id = octet, .octet = 3);
	assert_int_equal (updated->octet, 3);
	ALLOCATE_FAILS (IP_DRIVER_DENIED_BY_POLICY, .tenant = tenant, .block = block, .address = "10.172.1.3");
	allocate_given (tenant, block, "10.172.1.1");
	allocate_given (tenant, block, "10.172.0.1");
	reopen ();
	CHECK_TEXT (allocate_next (tenant, block), "10.172.0.4");
	DO_FAILS (IP_DRIVER_INVALID, policy_octet_update, policy_octet, .tenant = tenant, .policy = policy, .id = octet,
	          .octet = 300);
	DO_FAILS (IP_DRIVER_NOT_FOUND, policy_octet_update, policy_octet, .tenant = tenant, .policy = policy,
	          .id = fresh_id (), .octet = 4);
}

/* What allocation makes of ranges from both ends, octets, and their overlaps. */
void
case_policy_allocation (void)
{
	const char *tenant = fresh ("tenant");
	const char *policy = new_policy (tenant);
	const char *block = block_under (tenant, policy, "10.173.0.0/27");
	new_range (tenant, policy, 0, 5);
	new_range (tenant, policy, 7, 4);
	new_range (tenant, policy, 9, 8);
	new_range (tenant, policy, -9, 6);
	new_range (tenant, policy, -3, 100);
	new_range (tenant, policy, 5, 0);
	new_octet (tenant, policy, 18);
	new_octet (tenant, policy, 200);
	/* 0-4, 7-16, 18, 23-28 and 29-31 are excluded */
	static const int left[] = {5, 6, 17, 19, 20, 21, 22};
	CHECK_USAGE (tenant, block, .total = "32", .excluded = "25", .free = "7");
	for (guint i = 0; i < G_N_ELEMENTS (left); i++)
		CHECK_TEXT (allocate_next (tenant, block), at ("10.173.0.0", left[i]));
	ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block);
	for (int i = 1; i < 31; i++) {
		gboolean taken = FALSE;
		for (guint j = 0; j < G_N_ELEMENTS (left); j++)
			taken |= i == left[j];
		ALLOCATE_FAILS (taken ? IP_DRIVER_DUPLICATE : IP_DRIVER_DENIED_BY_POLICY, .tenant = tenant,
		                .block = block, .address = at ("10.173.0.0", i));
	}
}

/* A change takes effect for the next allocation; what was allocated stays, and once released is not given. */
void
case_policy_changes_take_effect (void)
{
	const char *tenant = fresh ("tenant");
	const char *policy = new_policy (tenant);
	const char *block = block_under (tenant, policy, "10.174.0.0/28");
	CHECK_TEXT (allocate_next (tenant, block), "10.174.0.1");
	const char *range = new_range (tenant, policy, 1, 5);
	CHECK_TEXT (allocate_next (tenant, block), "10.174.0.6");
	const char *octet = new_octet (tenant, policy, 7);
	reopen ();
	CHECK_TEXT (allocate_next (tenant, block), "10.174.0.8");
	g_autoptr (ip_driver_address) stays = GET (address_get, address, tenant, block, "10.174.0.1");
	assert_int_equal (stays->state, IP_DRIVER_ADDRESS_ALLOCATED);
	CHECK_USAGE (tenant, block, .total = "16", .allocated = "3", .excluded = "7", .free = "6");
	DEALLOCATE (.tenant = tenant, .block = block, .address = "10.174.0.1");
	if (supports ("address.purge")) {
		guint64 purged = 0;
		RUN (address_purge,
		     ARGS (address_purge, .tenant = tenant, .block = block, .flags = IP_DRIVER_ADDRESS_PURGE_ALL),
		     &purged);
		ALLOCATE_FAILS (IP_DRIVER_DENIED_BY_POLICY, .tenant = tenant, .block = block, .address = "10.174.0.1");
		CHECK_USAGE (tenant, block, .total = "16", .allocated = "2", .excluded = "8", .free = "6");
		for (int i = 9; i <= 14; i++)
			CHECK_TEXT (allocate_next (tenant, block), at ("10.174.0.0", i));
		ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block);
		/* Released or never used, what is no longer excluded is given. */
		RUN (policy_range_delete, tenant, policy, range);
		RUN (policy_octet_delete, tenant, policy, octet);
		for (int i = 0; i < 6; i++)
			allocate_next (tenant, block);
		ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block);
		CHECK_USAGE (tenant, block, .total = "16", .allocated = "14", .excluded = "2");
	}
}

/* A range of 2^40 and more is gone around in one step. */
void
case_policy_wide_exclusion (void)
{
	const char *tenant = fresh ("tenant");
	const char *policy = new_policy (tenant);
	const char *block6 = block_under (tenant, policy, "2001:db8:175::/64");
	const char *block4 = block_under (tenant, policy, "0.0.0.0/0");
	new_range (tenant, policy, 0, ((guint64)1 << 32) - 4);
	CHECK_TEXT (allocate_next (tenant, block4), "255.255.255.252");
	new_range (tenant, policy, 0, G_MAXINT64);
	new_range (tenant, policy, G_MAXINT64, G_MAXINT64);
	/* Of the 2^64 of the block, 2^63 - 1 and again as many are excluded: two are left, the last of which is
	 * never given. */
	g_autoptr (ip_driver_addresses) made = ALLOCATE (.tenant = tenant, .block = block6, .mac = fresh_mac ());
	CHECK_ADDRESSES (made, "2001:db8:175:0:ffff:ffff:ffff:fffe");
	ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block6, .mac = fresh_mac ());
}

/* A policy serves several blocks, each by its own size; a subnet does not take its parent's. */
void
case_policy_shared (void)
{
	const char *tenant = fresh ("tenant");
	const char *policy = new_policy (tenant);
	new_range (tenant, policy, -4, 2);
	new_range (tenant, policy, 1, 2);
	static const struct {
		const char *cidr, *first, *last;
	} blocks[] = {{"10.176.0.0/28", "10.176.0.3", "10.176.0.11"}, {"10.176.0.16/29", "10.176.0.19", "10.176.0.19"}};
	for (guint i = 0; i < G_N_ELEMENTS (blocks); i++) {
		const char *block = block_under (tenant, policy, blocks[i].cidr);
		CHECK_TEXT (allocate_next (tenant, block), blocks[i].first);
		ALLOCATE_FAILS (IP_DRIVER_DENIED_BY_POLICY, .tenant = tenant, .block = block,
		                .address = at (blocks[i].last, 1));
		if (i == 0)
			allocate_given (tenant, block, blocks[i].last);
	}
}
