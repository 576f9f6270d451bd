/*
 * Blocks: what they are made of, which may stand beside which, lists, changes, deletion.
 */
#include "check.h"

#define PUBLIC IP_DRIVER_BLOCK_PUBLIC
#define PRIVATE IP_DRIVER_BLOCK_PRIVATE

/* Got, and listed under its tenant, a block is what it was made as. */
static void
check_stored (const char *tenant, const ip_driver_block *want, const char *file, int line)
{
	g_autoptr (ip_driver_block) got = GET (block_get, block, tenant, want->id);
	check_block (got, want, file, line);
	g_autoptr (ip_driver_blocks) listed = DO (block_list, blocks, .tenant = tenant);
	size_t found = 0;
	for (size_t i = 0; i < listed->count; i++) {
		if (strcmp (listed->items[i]->id, want->id) != 0)
			continue;
		check_block (listed->items[i], want, file, line);
		found++;
	}
	assert_int_equal (found, 1);
}

void
case_block_create (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	g_autoptr (ip_driver_block) block =
		DO (block_create, block, .tenant = tenant, .cidr = "10.11.13.77/22", .network = network,
	            .gateway = "10.11.12.3", .dns1 = "192.0.2.53", .dns2 = "2001:DB8:0::35", .type = PRIVATE);
	CHECK_BLOCK (block, .tenant = tenant, .cidr = "10.11.12.0/22", .network = network, .gateway = "10.11.12.3",
	             .dns1 = "192.0.2.53", .dns2 = "2001:db8::35", .broadcast = "10.11.15.255",
	             .netmask = "255.255.252.0", .type = PRIVATE, .version = 4, .prefix_length = 22);
	check_stored (tenant, block, __FILE__, __LINE__);
	reopen ();
	check_stored (tenant, block, __FILE__, __LINE__);
}

void
case_block_create_ipv6 (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_block) block =
		DO (block_create, block, .tenant = tenant, .cidr = "2001:0DB8:0000:00A0:0:0:9:1/59",
	            .gateway = "FE80::0:1", .dns1 = "2001:db8::1:35", .dns2 = "192.0.2.54", .type = PRIVATE);
	CHECK_BLOCK (block, .tenant = tenant, .cidr = "2001:db8:0:a0::/59", .gateway = "fe80::1",
	             .dns1 = "2001:db8::1:35", .dns2 = "192.0.2.54", .broadcast = "2001:db8:0:bf:ffff:ffff:ffff:ffff",
	             .netmask = "59", .type = PRIVATE, .version = 6, .prefix_length = 59);
	check_stored (tenant, block, __FILE__, __LINE__);
	reopen ();
	check_stored (tenant, block, __FILE__, __LINE__);
}

/* Without dns the configured defaults are taken, the same for every block; nothing else is made up. */
void
case_block_create_minimal (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_block) first =
		DO (block_create, block, .tenant = tenant, .cidr = "172.16.5.0/25", .type = PRIVATE);
	g_autoptr (ip_driver_block) second =
		DO (block_create, block, .tenant = tenant, .cidr = "172.16.6.0/26", .type = PRIVATE);
	CHECK_BLOCK (first, .tenant = tenant, .cidr = "172.16.5.0/25", .broadcast = "172.16.5.127",
	             .netmask = "255.255.255.128", .dns1 = second->dns1, .dns2 = second->dns2, .type = PRIVATE,
	             .version = 4, .prefix_length = 25);
}

void
case_block_sizes (void)
{
	static const struct {
		const char *cidr, *broadcast, *netmask;
		int prefix;
	} sizes[] = {
		{"0.0.0.0/0", "255.255.255.255", "0.0.0.0", 0},
		{"128.0.0.0/1", "255.255.255.255", "128.0.0.0", 1},
		{"10.0.0.0/8", "10.255.255.255", "255.0.0.0", 8},
		{"10.20.0.0/30", "10.20.0.3", "255.255.255.252", 30},
		{"10.20.0.4/31", "10.20.0.5", "255.255.255.254", 31},
		{"10.20.0.9/32", "10.20.0.9", "255.255.255.255", 32},
		{"::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "0", 0},
		{"2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "32", 32},
		{"2001:db8::1:6/127", "2001:db8::1:7", "127", 127},
		{"2001:db8::2:0/128", "2001:db8::2:0", "128", 128},
	};
	const char *tenant = fresh ("tenant");
	for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
		g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .cidr = sizes[i].cidr,
		                                        .dns1 = "192.0.2.1", .dns2 = "192.0.2.2", .type = PRIVATE);
		ip_driver_block want = {.id = block->id,
		                        .tenant = tenant,
		                        .cidr = sizes[i].cidr,
		                        .broadcast = sizes[i].broadcast,
		                        .netmask = sizes[i].netmask,
		                        .dns1 = "192.0.2.1",
		                        .dns2 = "192.0.2.2",
		                        .type = PRIVATE,
		                        .version = strchr (sizes[i].cidr, ':') ? 6 : 4,
		                        .prefix_length = sizes[i].prefix};
		check_stored (tenant, &want, __FILE__, __LINE__);
	}
}

void
case_block_chosen_id (void)
{
	const char *tenant = fresh ("tenant");
	const char *id = fresh_id ();
	g_autoptr (ip_driver_block) block =
		DO (block_create, block, .tenant = tenant, .cidr = "10.0.4.0/24", .id = id, .type = PRIVATE);
	CHECK_TEXT (block->id, id);
	DO_FAILS (IP_DRIVER_DUPLICATE, block_create, block, .tenant = fresh ("tenant"), .cidr = "10.0.5.0/24", .id = id,
	          .type = PRIVATE);
	CHECK_MESSAGE (id);
	reopen ();
	check_stored (tenant, block, __FILE__, __LINE__);
}

/* Names are any UTF-8 text of 1 to 255 bytes, and only that. */
void
case_block_any_name (void)
{
	static const char *const names[] = {"'; DROP TABLE block; --",
	                                    "%s%n",
	                                    "a/b?c=d&e#f",
	                                    "Zürich \xe2\x82\xac",
	                                    " ",
	                                    "..",
	                                    "\t\"quoted\"",
	                                    "a+b%20c"};
	for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
		const char *tenant = text ("%s%s", names[i], fresh_id ());
		const char *network = text ("%s%s", fresh_id (), names[i]);
		g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .network = network,
		                                        .cidr = "10.3.2.0/24", .type = PRIVATE);
		CHECK_TEXT (block->tenant, tenant);
		CHECK_TEXT (block->network, network);
		check_stored (tenant, block, __FILE__, __LINE__);
	}
	g_autofree char *filler = g_strnfill (IP_DRIVER_ID_MAX - strlen (fresh ("t")), 'x');
	const char *longest = text ("%s%s", fresh ("t"), filler);
	assert_int_equal (strlen (longest), IP_DRIVER_ID_MAX);
	g_autoptr (ip_driver_block) block =
		DO (block_create, block, .tenant = longest, .cidr = "10.3.4.0/24", .type = PRIVATE);
	check_stored (longest, block, __FILE__, __LINE__);
	DO_FAILS (IP_DRIVER_INVALID, block_create, block, .tenant = text ("%sy", longest), .cidr = "10.3.4.0/24",
	          .type = PRIVATE);
}

/* Root public blocks do not overlap, whoever owns them. */
void
case_block_public_overlap (void)
{
	const char *tenant = fresh ("tenant");
	const char *other = fresh ("tenant");
	for (int version = 4; version <= 6; version += 2) {
		const char *space = version == 4 ? fresh_public4 () : fresh_public6 ();
		int length = version == 4 ? 26 : 66;
		const char *cidr = text ("%s/%d", at (space, 64), length);
		if (version == 6)
			cidr = text ("%s/%d", at (space, (gint64)1 << 62), length);
		g_autoptr (ip_driver_block) block =
			DO (block_create, block, .tenant = tenant, .cidr = cidr, .type = PUBLIC);
		const char *refused[] = {cidr,
		                         space,
		                         text ("%s/%d", at (cidr, 0), length + 2),
		                         text ("%s/%d", at (cidr, -1), version == 4 ? 32 : 128),
		                         text ("%s/%d", at (cidr, 0), version == 4 ? 32 : 128),
		                         text ("%s/%d", at (space, 0), length - 1)};
		for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
			DO_FAILS (IP_DRIVER_NOT_ALLOWED, block_create, block, .tenant = i % 2 ? tenant : other,
			          .cidr = refused[i], .type = PUBLIC);
			if (!strstr (check_error.message, cidr) && !strstr (check_error.message, block->id))
				check_fail (__FILE__, __LINE__, "\"%s\" does not name the block in the way, %s",
				            check_error.message, cidr);
		}
		/* On either side there is room, and private blocks do not care. */
		ip_driver_block_free (DO (block_create, block, .tenant = other,
		                          .cidr = text ("%s/%d", at (space, 0), length), .type = PUBLIC));
		ip_driver_block_free (DO (block_create, block, .tenant = tenant,
		                          .cidr = text ("%s/%d", at (space, version == 4 ? 128 : G_MININT64), length),
		                          .type = PUBLIC));
		ip_driver_block_free (DO (block_create, block, .tenant = other, .cidr = space, .type = PRIVATE));
		/* Deleting it makes room again. */
		RUN (block_delete, tenant, block->id);
		g_autoptr (ip_driver_block) again =
			DO (block_create, block, .tenant = other, .cidr = cidr, .type = PUBLIC);
		CHECK_TEXT (again->tenant, other);
	}
}

void
case_block_private_overlap (void)
{
	const char *tenant = fresh ("tenant");
	const char *other = fresh ("tenant");
	const char *network = fresh ("network");
	new_block (tenant, NULL, "10.64.0.0/16");
	new_block (tenant, NULL, "10.64.0.0/16");
	new_block (tenant, NULL, "10.64.7.0/24");
	new_block (other, NULL, "10.64.7.0/24");
	new_block (tenant, network, "10.64.8.0/22");
	static const char *const refused[] = {"10.64.8.0/22", "10.64.11.255/32", "10.64.0.0/16", "10.64.9.0/24",
	                                      "0.0.0.0/0"};
	for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
		DO_FAILS (IP_DRIVER_NOT_ALLOWED, block_create, block, .tenant = i % 2 ? tenant : other,
		          .network = network, .cidr = refused[i], .type = PRIVATE);
		CHECK_MESSAGE ("10.64.8.0/22");
	}
	new_block (other, network, "10.64.12.0/22");
	new_block (tenant, network, "10.64.4.0/22");
	new_block (tenant, network, "::/0");
	new_block (tenant, fresh ("network"), "10.64.8.0/22");
}

void
case_block_network_of_one_type (void)
{
	const char *tenant = fresh ("tenant");
	const char *private_network = fresh ("network");
	const char *public_network = fresh ("network");
	const char *space = fresh_public4 ();
	new_block (tenant, private_network, "10.1.0.0/24");
	g_autoptr (ip_driver_block) public_block = DO (block_create, block, .tenant = tenant, .network = public_network,
	                                               .cidr = text ("%s/27", at (space, 32)), .type = PUBLIC);
	DO_FAILS (IP_DRIVER_NOT_ALLOWED, block_create, block, .tenant = fresh ("tenant"), .network = private_network,
	          .cidr = text ("%s/27", at (space, 64)), .type = PUBLIC);
	DO_FAILS (IP_DRIVER_NOT_ALLOWED, block_create, block, .tenant = tenant, .network = public_network,
	          .cidr = "2001:db8::/64", .type = PRIVATE);
	/* The last block gone, the network may be of another type. */
	RUN (block_delete, tenant, public_block->id);
	new_block (tenant, public_network, "10.1.1.0/24");
}

void
case_block_policy_of_any_tenant (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_policy) policy = DO (policy_create, policy, .tenant = fresh ("owner"), .name = "shared");
	g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .cidr = "10.2.0.0/24",
	                                        .policy = policy->id, .type = PRIVATE);
	CHECK_TEXT (block->policy, policy->id);
	DO_FAILS (IP_DRIVER_NOT_FOUND, block_create, block, .tenant = tenant, .cidr = "10.2.1.0/24",
	          .policy = fresh_id (), .type = PRIVATE);
	reopen ();
	check_stored (tenant, block, __FILE__, __LINE__);
}

void
case_block_list (void)
{
	const char *tenant = fresh ("tenant");
	const char *other = fresh ("tenant");
	const char *network = fresh ("network");
	const char *public_network = fresh ("network");
	const char *space = fresh_public4 ();
	g_autoptr (GPtrArray) all = texts_new ();
	g_autoptr (GPtrArray) of_network = texts_new ();
	g_autoptr (GPtrArray) of_public_type = texts_new ();
	g_autoptr (GPtrArray) of_private_type = texts_new ();
	g_autoptr (GPtrArray) none = texts_new ();
	for (guint i = 0; i < 15; i++) {
		gboolean is_public = i % 3 == 1;
		const char *cidr = is_public ? text ("%s/29", at (space, 240 - 8 * i)) : text ("10.5.%u.0/24", 90 - i);
		g_autoptr (ip_driver_block) block =
			DO (block_create, block, .tenant = tenant,
		            .network = is_public ? public_network : (i % 2 ? network : NULL), .cidr = cidr,
		            .type = is_public ? PUBLIC : PRIVATE);
		texts_add (all, block->id);
		texts_add (is_public ? of_public_type : of_private_type, block->id);
		if (!is_public && i % 2)
			texts_add (of_network, block->id);
		new_block (other, NULL, "10.5.77.0/24");
	}
	for (int round = 0; round < 2; round++) {
		CHECK_PAGES (all, block_list, blocks, id, .tenant = tenant);
		CHECK_PAGES (of_network, block_list, blocks, id, .tenant = tenant, .network = network);
		CHECK_PAGES (of_public_type, block_list, blocks, id, .tenant = tenant, .type = PUBLIC);
		CHECK_PAGES (of_private_type, block_list, blocks, id, .tenant = tenant, .type = PRIVATE);
		CHECK_PAGES (of_public_type, block_list, blocks, id, .tenant = tenant, .network = public_network,
		             .type = PUBLIC);
		CHECK_PAGES (none, block_list, blocks, id, .tenant = tenant, .network = network, .type = PUBLIC);
		CHECK_PAGES (none, block_list, blocks, id, .tenant = fresh ("tenant"));
		reopen ();
	}
	if (supports ("all_tenants"))
		CHECK_PAGES (of_network, block_list, blocks, id, .network = network);
}

void
case_block_list_roots (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (GPtrArray) all = texts_new ();
	g_autoptr (GPtrArray) roots = texts_new ();
	for (int i = 0; i < 4; i++) {
		const char *root = new_block (tenant, NULL, text ("10.%d.0.0/16", 40 - i));
		texts_add (all, root);
		texts_add (roots, root);
		g_autoptr (ip_driver_block) subnet =
			DO (subnet_create, block, .tenant = tenant, .block = root, .prefix_length = 20 + i);
		texts_add (all, subnet->id);
	}
	CHECK_PAGES (all, block_list, blocks, id, .tenant = tenant);
	CHECK_PAGES (roots, block_list, blocks, id, .tenant = tenant, .flags = IP_DRIVER_BLOCK_LIST_ROOTS);
}

/* What stays is seen once, whatever is made and deleted between two pages. */
void
case_block_list_while_changing (void)
{
	const char *tenant = fresh ("tenant");
	const char *stays[9];
	const char *goes[9];
	for (int i = 0; i < 9; i++) {
		stays[i] = new_block (tenant, NULL, "10.6.0.0/24");
		goes[i] = new_block (tenant, NULL, "10.6.0.0/24");
	}
	int seen[9] = {0};
	g_autofree char *marker = NULL;
	int page_number = 0;
	do {
		g_autoptr (ip_driver_blocks) page =
			DO (block_list, blocks, .tenant = tenant, .limit = 2, .marker = marker);
		for (size_t i = 0; i < page->count; i++)
			for (int j = 0; j < 9; j++)
				seen[j] += strcmp (page->items[i]->id, stays[j]) == 0;
		g_free (marker);
		marker = g_strdup (page->next_marker);
		/* From both ends: what was seen last, too. */
		if (page_number < 9)
			RUN (block_delete, tenant, goes[page_number % 2 ? 8 - page_number / 2 : page_number / 2]);
		assert_true (++page_number < 20);
	} while (marker);
	for (int i = 0; i < 9; i++)
		assert_int_equal (seen[i], 1);
}

void
case_block_update (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	g_autoptr (ip_driver_block) made =
		DO (block_create, block, .tenant = tenant, .cidr = "10.7.0.0/24", .gateway = "10.7.0.1",
	            .dns1 = "192.0.2.11", .dns2 = "192.0.2.12", .type = PRIVATE);
	ip_driver_block want = *made;
	/* Without its bit, a field is not read. */
	ip_driver_block_free (DO (block_update, block, .tenant = tenant, .id = made->id, .network = network,
	                          .gateway = "10.7.0.2", .dns1 = "192.0.2.13", .dns2 = "192.0.2.14", .set = 0));
	check_stored (tenant, &want, __FILE__, __LINE__);
	struct {
		guint32 bit;
		const char **field;
		const char *value;
	} const steps[] = {
		{IP_DRIVER_BLOCK_SET_NETWORK, &want.network, network},
		{IP_DRIVER_BLOCK_SET_GATEWAY, &want.gateway, "10.7.0.200"},
		{IP_DRIVER_BLOCK_SET_DNS1, &want.dns1, "192.0.2.13"},
		{IP_DRIVER_BLOCK_SET_DNS2, &want.dns2, "2001:db8::14"},
		{IP_DRIVER_BLOCK_SET_GATEWAY, &want.gateway, NULL},
		{IP_DRIVER_BLOCK_SET_DNS2, &want.dns2, NULL},
		{IP_DRIVER_BLOCK_SET_NETWORK, &want.network, NULL},
		{IP_DRIVER_BLOCK_SET_DNS1, &want.dns1, NULL},
	};
	for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
		*steps[i].field = steps[i].value;
		/* The other fields carry values that must be ignored. */
		ip_driver_block_update_args args = IP_DRIVER_BLOCK_UPDATE_ARGS_INIT;
		args.tenant = tenant;
		args.id = made->id;
		args.set = steps[i].bit;
		args.network = args.set == IP_DRIVER_BLOCK_SET_NETWORK ? want.network : "ignored";
		args.gateway = args.set == IP_DRIVER_BLOCK_SET_GATEWAY ? want.gateway : "10.7.0.99";
		args.dns1 = args.set == IP_DRIVER_BLOCK_SET_DNS1 ? want.dns1 : "192.0.2.98";
		args.dns2 = args.set == IP_DRIVER_BLOCK_SET_DNS2 ? want.dns2 : "192.0.2.97";
		g_autoptr (ip_driver_block) updated = GET (block_update, block, &args);
		check_block (updated, &want, __FILE__, __LINE__);
		check_stored (tenant, &want, __FILE__, __LINE__);
	}
	g_autoptr (ip_driver_block) all = DO (block_update, block, .tenant = tenant, .id = made->id, .network = network,
	                                      .gateway = "10.8.0.1", .dns1 = "192.0.2.15", .dns2 = "192.0.2.16",
	                                      .set = IP_DRIVER_BLOCK_SET_NETWORK | IP_DRIVER_BLOCK_SET_GATEWAY |
	                                             IP_DRIVER_BLOCK_SET_DNS1 | IP_DRIVER_BLOCK_SET_DNS2);
	want.network = network;
	want.gateway = "10.8.0.1";
	want.dns1 = "192.0.2.15";
	want.dns2 = "192.0.2.16";
	check_block (all, &want, __FILE__, __LINE__);
	reopen ();
	check_stored (tenant, &want, __FILE__, __LINE__);
}

void
case_block_update_policy (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.7.1.0/24");
	g_autoptr (ip_driver_policy) policy = DO (policy_create, policy, .tenant = fresh ("owner"), .name = "any");
	g_autoptr (ip_driver_block) with = DO (block_update, block, .tenant = tenant, .id = block, .policy = policy->id,
	                                       .set = IP_DRIVER_BLOCK_SET_POLICY);
	CHECK_TEXT (with->policy, policy->id);
	DO_FAILS (IP_DRIVER_NOT_FOUND, block_update, block, .tenant = tenant, .id = block, .policy = fresh_id (),
	          .set = IP_DRIVER_BLOCK_SET_POLICY);
	reopen ();
	g_autoptr (ip_driver_block) still = GET (block_get, block, tenant, block);
	CHECK_TEXT (still->policy, policy->id);
	g_autoptr (ip_driver_block) without =
		DO (block_update, block, .tenant = tenant, .id = block, .set = IP_DRIVER_BLOCK_SET_POLICY);
	CHECK_TEXT (without->policy, NULL);
}

/* A failed change changes nothing, also of the fields that were right. */
void
case_block_update_refused (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *public_network = fresh ("network");
	g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .cidr = "10.9.0.0/24",
	                                        .gateway = "10.9.0.1", .type = PRIVATE);
	new_block (tenant, network, "10.9.0.128/25");
	ip_driver_block_free (DO (block_create, block, .tenant = tenant, .cidr = fresh_public4 (),
	                          .network = public_network, .type = PUBLIC));
	DO_FAILS (IP_DRIVER_NOT_ALLOWED, block_update, block, .tenant = tenant, .id = block->id, .network = network,
	          .gateway = "10.9.0.2", .set = IP_DRIVER_BLOCK_SET_NETWORK | IP_DRIVER_BLOCK_SET_GATEWAY);
	DO_FAILS (IP_DRIVER_NOT_ALLOWED, block_update, block, .tenant = tenant, .id = block->id,
	          .network = public_network, .set = IP_DRIVER_BLOCK_SET_NETWORK);
	DO_FAILS (IP_DRIVER_INVALID, block_update, block, .tenant = tenant, .id = block->id, .gateway = "2001:db8::9",
	          .set = IP_DRIVER_BLOCK_SET_GATEWAY);
	CHECK_MESSAGE ("2001:db8::9");
	DO_FAILS (IP_DRIVER_INVALID, block_update, block, .tenant = tenant, .id = block->id, .set = 0x20);
	DO_FAILS (IP_DRIVER_NOT_FOUND, block_update, block, .tenant = tenant, .id = fresh_id (), .dns1 = "192.0.2.9",
	          .set = IP_DRIVER_BLOCK_SET_DNS1);
	check_stored (tenant, block, __FILE__, __LINE__);
}

/* The network is fixed while the block, or a subnet of it, has allocated or resting addresses. */
void
case_block_update_network_in_use (void)
{
	const char *tenant = fresh ("tenant");
	const char *root = new_block (tenant, NULL, "10.10.0.0/24");
	g_autoptr (ip_driver_block) subnet =
		DO (subnet_create, block, .tenant = tenant, .block = root, .prefix_length = 28);
	const char *address = allocate_next (tenant, subnet->id);
	const char *ids[] = {root, subnet->id};
	for (int resting = 0; resting < 2; resting++) {
		for (int i = 0; i < 2; i++)
			DO_FAILS (IP_DRIVER_NOT_ALLOWED, block_update, block, .tenant = tenant, .id = ids[i],
			          .network = fresh ("network"), .set = IP_DRIVER_BLOCK_SET_NETWORK);
		g_autoptr (ip_driver_block) other_field = DO (block_update, block, .tenant = tenant, .id = subnet->id,
		                                              .dns1 = "192.0.2.77", .set = IP_DRIVER_BLOCK_SET_DNS1);
		CHECK_TEXT (other_field->dns1, "192.0.2.77");
		if (!resting)
			DEALLOCATE (.tenant = tenant, .block = subnet->id, .address = address);
	}
	if (!supports ("address.purge"))
		return;
	guint64 purged = 0;
	RUN (address_purge, ARGS (address_purge, .tenant = tenant, .flags = IP_DRIVER_ADDRESS_PURGE_ALL), &purged);
	assert_int_equal (purged, 1);
	const char *network = fresh ("network");
	g_autoptr (ip_driver_block) moved = DO (block_update, block, .tenant = tenant, .id = subnet->id,
	                                        .network = network, .set = IP_DRIVER_BLOCK_SET_NETWORK);
	CHECK_TEXT (moved->network, network);
}

/* The gateway moves: the new one is not given from now on, the old one is. */
void
case_block_update_gateway_takes_effect (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .cidr = "10.12.0.0/29",
	                                        .gateway = "10.12.0.1", .type = PRIVATE);
	CHECK_TEXT (allocate_next (tenant, block->id), "10.12.0.2");
	ip_driver_block_free (DO (block_update, block, .tenant = tenant, .id = block->id, .gateway = "10.12.0.3",
	                          .set = IP_DRIVER_BLOCK_SET_GATEWAY));
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block->id, .address = "10.12.0.3");
	allocate_given (tenant, block->id, "10.12.0.1");
	CHECK_TEXT (allocate_next (tenant, block->id), "10.12.0.4");
	/* One that is allocated may become the gateway, and stays allocated. */
	ip_driver_block_free (DO (block_update, block, .tenant = tenant, .id = block->id, .gateway = "10.12.0.4",
	                          .set = IP_DRIVER_BLOCK_SET_GATEWAY));
	CHECK_USAGE (tenant, block->id, .total = "8", .allocated = "3", .excluded = "2", .free = "3");
	/* 10.12.0.3 was passed over as a gateway, and now is like any other. */
	for (int i = 0; i < 3; i++)
		allocate_next (tenant, block->id);
	if (supports ("address.list")) {
		g_autoptr (ip_driver_addresses) all =
			DO (address_list, addresses, .tenant = tenant, .block = block->id);
		CHECK_ADDRESSES (all, "10.12.0.1", "10.12.0.2", "10.12.0.3", "10.12.0.4", "10.12.0.5", "10.12.0.6");
	}
	ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block->id);
}

void
case_block_delete (void)
{
	const char *tenant = fresh ("tenant");
	const char *other = fresh ("tenant");
	const char *root = new_block (tenant, NULL, "10.13.0.0/16");
	const char *beside = new_block (tenant, NULL, "10.14.0.0/16");
	g_autoptr (ip_driver_block) subnet = DO (subnet_create, block, .tenant = tenant, .block = root,
	                                         .cidr = "10.13.4.0/22", .subnet_tenant = other);
	g_autoptr (ip_driver_block) nested =
		DO (subnet_create, block, .tenant = other, .block = subnet->id, .cidr = "10.13.5.0/24");
	g_autoptr (ip_driver_addresses) addresses =
		ALLOCATE (.tenant = other, .block = nested->id, .interface = fresh ("interface"), .device = "server-9");
	const char *kept = allocate_next (tenant, beside);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, block_delete, other, root);
	RUN (block_delete, tenant, root);
	for (int round = 0; round < 2; round++) {
		GET_FAILS (IP_DRIVER_NOT_FOUND, block_get, block, tenant, root);
		GET_FAILS (IP_DRIVER_NOT_FOUND, block_get, block, other, subnet->id);
		GET_FAILS (IP_DRIVER_NOT_FOUND, block_get, block, other, nested->id);
		GET_FAILS (IP_DRIVER_NOT_FOUND, address_get, address, other, nested->id, addresses->items[0]->address);
		g_autoptr (ip_driver_address) survivor = GET (address_get, address, tenant, beside, kept);
		CHECK_TEXT (survivor->block, beside);
		reopen ();
	}
	RUN_FAILS (IP_DRIVER_NOT_FOUND, block_delete, tenant, root);
	if (supports ("interface.get")) {
		g_autoptr (ip_driver_interface) interface =
			GET (interface_get, interface, other, addresses->items[0]->interface);
		assert_int_equal (interface->allocation_count, 0);
	}
}
