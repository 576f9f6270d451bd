/*
 * Subnets: carved by CIDR or by length, nested, of other tenants, within a network's rules; their space
 * comes back.
 */
#include "check.h"

/* Carves by length; gives the CIDR. */
static const char *
carve (const char *tenant, const char *parent, int length)
{
	g_autoptr (ip_driver_block) subnet =
		DO (subnet_create, block, .tenant = tenant, .block = parent, .prefix_length = length);
	CHECK_TEXT (subnet->parent, parent);
	assert_int_equal (subnet->prefix_length, length);
	return text ("%s", subnet->cidr);
}

void
case_subnet_create (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	g_autoptr (ip_driver_block) parent = DO (block_create, block, .tenant = tenant, .cidr = "10.30.0.0/16",
	                                         .network = network, .gateway = "10.30.0.1", .dns1 = "192.0.2.21",
	                                         .dns2 = "192.0.2.22", .type = IP_DRIVER_BLOCK_PRIVATE);
	g_autoptr (ip_driver_block) subnet =
		DO (subnet_create, block, .tenant = tenant, .block = parent->id, .cidr = "10.30.77.99/20");
	ip_driver_block inherited = {.id = subnet->id,
	                             .tenant = tenant,
	                             .network = network,
	                             .cidr = "10.30.64.0/20",
	                             .broadcast = "10.30.79.255",
	                             .netmask = "255.255.240.0",
	                             .dns1 = "192.0.2.21",
	                             .dns2 = "192.0.2.22",
	                             .parent = parent->id,
	                             .type = IP_DRIVER_BLOCK_PRIVATE,
	                             .version = 4,
	                             .prefix_length = 20};
	check_block (subnet, &inherited, __FILE__, __LINE__);
	g_autoptr (ip_driver_block) own =
		DO (subnet_create, block, .tenant = tenant, .block = parent->id, .cidr = "10.30.4.0/23",
	            .network = network, .gateway = "10.30.5.254", .dns1 = "192.0.2.31", .dns2 = "2001:db8::32");
	CHECK_BLOCK (own, .tenant = tenant, .network = network, .cidr = "10.30.4.0/23", .gateway = "10.30.5.254",
	             .broadcast = "10.30.5.255", .netmask = "255.255.254.0", .dns1 = "192.0.2.31",
	             .dns2 = "2001:db8::32", .parent = parent->id, .type = IP_DRIVER_BLOCK_PRIVATE, .version = 4,
	             .prefix_length = 23);
	reopen ();
	g_autoptr (ip_driver_block) again = GET (block_get, block, tenant, subnet->id);
	check_block (again, &inherited, __FILE__, __LINE__);
	g_autoptr (ip_driver_block) own_again = GET (block_get, block, tenant, own->id);
	check_block (own_again, own, __FILE__, __LINE__);
	/* A subnet serves addresses like any block. */
	CHECK_TEXT (allocate_next (tenant, own->id), "10.30.4.1");
}

void
case_subnet_of_public_block (void)
{
	const char *tenant = fresh ("tenant");
	const char *space = fresh_public4 ();
	g_autoptr (ip_driver_block) parent =
		DO (block_create, block, .tenant = tenant, .cidr = space, .type = IP_DRIVER_BLOCK_PUBLIC);
	g_autoptr (ip_driver_block) subnet = DO (subnet_create, block, .tenant = tenant, .block = parent->id,
	                                         .cidr = text ("%s/26", at (space, 64)));
	assert_int_equal (subnet->type, IP_DRIVER_BLOCK_PUBLIC);
	CHECK_TEXT (allocate_next (tenant, subnet->id), at (space, 65));
	const char *private_network = fresh ("network");
	new_block (tenant, private_network, "10.0.0.0/24");
	DO_FAILS (IP_DRIVER_NOT_ALLOWED, subnet_create, block, .tenant = tenant, .block = parent->id,
	          .cidr = text ("%s/26", at (space, 128)), .network = private_network);
}

void
case_subnet_next_prefix (void)
{
	const char *tenant = fresh ("tenant");
	const char *parent = new_block (tenant, NULL, "10.31.7.0/24");
	CHECK_TEXT (carve (tenant, parent, 26), "10.31.7.0/26");
	CHECK_TEXT (carve (tenant, parent, 27), "10.31.7.64/27");
	CHECK_TEXT (carve (tenant, parent, 26), "10.31.7.128/26");
	CHECK_TEXT (carve (tenant, parent, 28), "10.31.7.96/28");
	DO_FAILS (IP_DRIVER_EXHAUSTED, subnet_create, block, .tenant = tenant, .block = parent, .prefix_length = 25);
	CHECK_TEXT (carve (tenant, parent, 27), "10.31.7.192/27");
	reopen ();
	CHECK_TEXT (carve (tenant, parent, 32), "10.31.7.112/32");
	CHECK_TEXT (carve (tenant, parent, 31), "10.31.7.114/31");
	CHECK_TEXT (carve (tenant, parent, 32), "10.31.7.113/32");
	CHECK_TEXT (carve (tenant, parent, 27), "10.31.7.224/27");
	DO_FAILS (IP_DRIVER_EXHAUSTED, subnet_create, block, .tenant = tenant, .block = parent, .prefix_length = 28);
	CHECK_TEXT (carve (tenant, parent, 29), "10.31.7.120/29");
	CHECK_TEXT (carve (tenant, parent, 30), "10.31.7.116/30");
	DO_FAILS (IP_DRIVER_EXHAUSTED, subnet_create, block, .tenant = tenant, .block = parent, .prefix_length = 32);
	CHECK_USAGE (tenant, parent, .total = "256", .subnetted = "256");
}

/* The next prefix goes around those that were given by CIDR. */
void
case_subnet_next_prefix_between (void)
{
	const char *tenant = fresh ("tenant");
	const char *parent = new_block (tenant, NULL, "10.32.0.0/16");
	g_autoptr (ip_driver_block) first =
		DO (subnet_create, block, .tenant = tenant, .block = parent, .cidr = "10.32.1.0/24");
	g_autoptr (ip_driver_block) second =
		DO (subnet_create, block, .tenant = tenant, .block = parent, .cidr = "10.32.64.0/18");
	CHECK_TEXT (carve (tenant, parent, 18), "10.32.128.0/18");
	CHECK_TEXT (carve (tenant, parent, 24), "10.32.0.0/24");
	CHECK_TEXT (carve (tenant, parent, 23), "10.32.2.0/23");
	CHECK_TEXT (carve (tenant, parent, 19), "10.32.32.0/19");
	CHECK_TEXT (carve (tenant, parent, 18), "10.32.192.0/18");
	DO_FAILS (IP_DRIVER_EXHAUSTED, subnet_create, block, .tenant = tenant, .block = parent, .prefix_length = 19);
	CHECK_TEXT (carve (tenant, parent, 20), "10.32.16.0/20");
	/* What is deleted is the lowest free one again. */
	RUN (block_delete, tenant, second->id);
	CHECK_TEXT (carve (tenant, parent, 20), "10.32.64.0/20");
	RUN (block_delete, tenant, first->id);
	CHECK_TEXT (carve (tenant, parent, 24), "10.32.1.0/24");
}

void
case_subnet_next_prefix_ipv6 (void)
{
	const char *tenant = fresh ("tenant");
	const char *parent = new_block (tenant, NULL, "2001:db8:7::/48");
	CHECK_TEXT (carve (tenant, parent, 64), "2001:db8:7::/64");
	CHECK_TEXT (carve (tenant, parent, 56), "2001:db8:7:100::/56");
	CHECK_TEXT (carve (tenant, parent, 64), "2001:db8:7:1::/64");
	CHECK_TEXT (carve (tenant, parent, 128), "2001:db8:7:2::/128");
	CHECK_TEXT (carve (tenant, parent, 49), "2001:db8:7:8000::/49");
	DO_FAILS (IP_DRIVER_EXHAUSTED, subnet_create, block, .tenant = tenant, .block = parent, .prefix_length = 49);
	const char *all = new_block (tenant, NULL, "::/0");
	CHECK_TEXT (carve (tenant, all, 1), "::/1");
	CHECK_TEXT (carve (tenant, all, 1), "8000::/1");
	DO_FAILS (IP_DRIVER_EXHAUSTED, subnet_create, block, .tenant = tenant, .block = all, .prefix_length = 128);
	const char *pair = new_block (tenant, NULL, "2001:db8:8::1:4/127");
	CHECK_TEXT (carve (tenant, pair, 128), "2001:db8:8::1:4/128");
	CHECK_TEXT (carve (tenant, pair, 128), "2001:db8:8::1:5/128");
}

void
case_subnet_refused (void)
{
	const char *tenant = fresh ("tenant");
	const char *parent = new_block (tenant, NULL, "10.33.16.0/20");
	static const char *const outside[] = {"10.33.16.0/20", "10.33.0.0/16",  "10.33.32.0/24", "10.33.15.0/24",
	                                      "10.34.16.0/24", "2001:db8::/64", "0.0.0.0/0"};
	for (guint i = 0; i < G_N_ELEMENTS (outside); i++) {
		DO_FAILS (IP_DRIVER_NOT_IN_BLOCK, subnet_create, block, .tenant = tenant, .block = parent,
		          .cidr = outside[i]);
		CHECK_MESSAGE (outside[i]);
	}
	ip_driver_block_free (DO (subnet_create, block, .tenant = tenant, .block = parent, .cidr = "10.33.20.0/22"));
	static const char *const taken[] = {"10.33.20.0/22", "10.33.16.0/21", "10.33.23.255/32", "10.33.22.0/24"};
	for (guint i = 0; i < G_N_ELEMENTS (taken); i++)
		DO_FAILS (IP_DRIVER_NOT_ALLOWED, subnet_create, block, .tenant = tenant, .block = parent,
		          .cidr = taken[i]);
	DO_FAILS (IP_DRIVER_NOT_FOUND, subnet_create, block, .tenant = fresh ("tenant"), .block = parent,
	          .cidr = "10.33.24.0/24");
	DO_FAILS (IP_DRIVER_NOT_FOUND, subnet_create, block, .tenant = tenant, .block = fresh_id (),
	          .cidr = "10.33.24.0/24");
	g_autoptr (ip_driver_blocks) only = DO (subnet_list, blocks, .tenant = tenant, .block = parent);
	assert_int_equal (only->count, 1);
}

/* Lengths that cannot be: no longer than the parent, or than an address is. */
void
case_subnet_length_refused (void)
{
	const char *tenant = fresh ("tenant");
	const char *parent = new_block (tenant, NULL, "10.33.16.0/20");
	for (int length = 19; length <= 20; length++) {
		ip_driver_block *subnet = NULL;
		ip_driver_status status = ip_driver_subnet_create (
			driver, ARGS (subnet_create, .tenant = tenant, .block = parent, .prefix_length = length),
			&subnet, NULL);
		assert_null (subnet);
		/* The header names two that fit. */
		assert_true (status == IP_DRIVER_NOT_IN_BLOCK || status == IP_DRIVER_EXHAUSTED ||
		             status == IP_DRIVER_INVALID);
	}
	DO_FAILS (IP_DRIVER_INVALID, subnet_create, block, .tenant = tenant, .block = parent, .prefix_length = 33);
	DO_FAILS (IP_DRIVER_INVALID, subnet_create, block, .tenant = tenant, .block = parent, .prefix_length = 129);
	DO_FAILS (IP_DRIVER_INVALID, subnet_create, block, .tenant = tenant, .block = parent, .prefix_length = -1);
	DO_FAILS (IP_DRIVER_INVALID, subnet_create, block, .tenant = tenant, .block = parent);
	DO_FAILS (IP_DRIVER_INVALID, subnet_create, block, .tenant = tenant, .block = parent, .cidr = "10.33.16.0/24",
	          .prefix_length = 24);
	g_autoptr (ip_driver_blocks) none = DO (subnet_list, blocks, .tenant = tenant, .block = parent);
	assert_int_equal (none->count, 0);
}

void
case_subnet_nested (void)
{
	const char *tenant = fresh ("tenant");
	const char *root = new_block (tenant, NULL, "10.35.0.0/16");
	g_autoptr (ip_driver_block) middle =
		DO (subnet_create, block, .tenant = tenant, .block = root, .cidr = "10.35.128.0/17");
	g_autoptr (ip_driver_block) leaf =
		DO (subnet_create, block, .tenant = tenant, .block = middle->id, .prefix_length = 24);
	CHECK_TEXT (leaf->cidr, "10.35.128.0/24");
	CHECK_TEXT (leaf->parent, middle->id);
	CHECK_USAGE (tenant, root, .total = "65536", .subnetted = "32768", .free = "32768");
	/* Only the leaf allocates. */
	ALLOCATE_FAILS (IP_DRIVER_NOT_ALLOWED, .tenant = tenant, .block = root);
	ALLOCATE_FAILS (IP_DRIVER_NOT_ALLOWED, .tenant = tenant, .block = middle->id, .address = "10.35.200.7");
	CHECK_TEXT (allocate_next (tenant, leaf->id), "10.35.128.1");
	RUN (block_delete, tenant, middle->id);
	GET_FAILS (IP_DRIVER_NOT_FOUND, block_get, block, tenant, leaf->id);
	/* The root is whole again. */
	CHECK_USAGE (tenant, root, .total = "65536", .excluded = "2", .free = "65534");
	CHECK_TEXT (allocate_next (tenant, root), "10.35.0.1");
}

void
case_subnet_of_other_tenant (void)
{
	const char *tenant = fresh ("tenant");
	const char *other = fresh ("tenant");
	const char *root = new_block (tenant, NULL, "10.36.0.0/16");
	g_autoptr (ip_driver_block) subnet =
		DO (subnet_create, block, .tenant = tenant, .block = root, .prefix_length = 24, .subnet_tenant = other);
	CHECK_TEXT (subnet->tenant, other);
	for (int round = 0; round < 2; round++) {
		g_autoptr (ip_driver_block) got = GET (block_get, block, other, subnet->id);
		CHECK_TEXT (got->parent, root);
		GET_FAILS (IP_DRIVER_NOT_FOUND, block_get, block, tenant, subnet->id);
		DO_FAILS (IP_DRIVER_NOT_FOUND, subnet_list, blocks, .tenant = other, .block = root);
		g_autoptr (ip_driver_blocks) listed = DO (subnet_list, blocks, .tenant = tenant, .block = root);
		assert_int_equal (listed->count, 1);
		check_block (listed->items[0], subnet, __FILE__, __LINE__);
		reopen ();
	}
	CHECK_TEXT (allocate_next (other, subnet->id), "10.36.0.1");
	ALLOCATE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = tenant, .block = subnet->id);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, block_delete, tenant, subnet->id);
	RUN (block_delete, other, subnet->id);
	CHECK_TEXT (allocate_next (tenant, root), "10.36.0.1");
}

void
case_subnet_network (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *other = fresh ("network");
	const char *parent = new_block (tenant, network, "10.37.0.0/16");
	DO_FAILS (IP_DRIVER_NOT_ALLOWED, subnet_create, block, .tenant = tenant, .block = parent, .prefix_length = 24,
	          .network = other);
	g_autoptr (ip_driver_block) same =
		DO (subnet_create, block, .tenant = tenant, .block = parent, .prefix_length = 24, .network = network);
	CHECK_TEXT (same->network, network);
	/* Under a parent without network each may have its own. */
	const char *free_parent = new_block (tenant, NULL, "10.38.0.0/16");
	g_autoptr (ip_driver_block) first = DO (subnet_create, block, .tenant = tenant, .block = free_parent,
	                                        .prefix_length = 24, .network = fresh ("network"));
	g_autoptr (ip_driver_block) second = DO (subnet_create, block, .tenant = tenant, .block = free_parent,
	                                         .prefix_length = 24, .network = other);
	g_autoptr (ip_driver_block) third =
		DO (subnet_create, block, .tenant = tenant, .block = free_parent, .prefix_length = 24);
	CHECK_TEXT (second->network, other);
	CHECK_TEXT (third->network, NULL);
	assert_string_not_equal (first->network, second->network);
}

/* No address is twice on a network, whatever the blocks are that it was carved from. */
void
case_subnet_network_overlap (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *one = new_block (tenant, NULL, "10.39.0.0/16");
	const char *two = new_block (fresh ("tenant"), NULL, "10.39.0.0/16");
	g_autoptr (ip_driver_block) first =
		DO (subnet_create, block, .block = one, .cidr = "10.39.1.0/24", .network = network);
	CHECK_TEXT (first->cidr, "10.39.1.0/24");
	DO_FAILS (IP_DRIVER_NOT_ALLOWED, subnet_create, block, .block = two, .cidr = "10.39.1.128/25",
	          .network = network);
	CHECK_MESSAGE ("10.39.1.0/24");
	DO_FAILS (IP_DRIVER_NOT_ALLOWED, block_create, block, .tenant = tenant, .cidr = "10.39.0.0/17",
	          .network = network, .type = IP_DRIVER_BLOCK_PRIVATE);
	/* Beside it there is room; and a subnet may come to a network by an update, but not onto it. */
	g_autoptr (ip_driver_block) beside =
		DO (subnet_create, block, .block = two, .cidr = "10.39.2.0/24", .network = network);
	CHECK_TEXT (beside->cidr, "10.39.2.0/24");
	g_autoptr (ip_driver_block) later = DO (subnet_create, block, .block = two, .cidr = "10.39.1.0/24");
	DO_FAILS (IP_DRIVER_NOT_ALLOWED, block_update, block, .id = later->id, .network = network,
	          .set = IP_DRIVER_BLOCK_SET_NETWORK);
	/* A parent whose subnets are all on the network may take them in, unless it then overlaps another. */
	DO_FAILS (IP_DRIVER_NOT_ALLOWED, block_update, block, .id = one, .network = network,
	          .set = IP_DRIVER_BLOCK_SET_NETWORK);
	CHECK_MESSAGE ("10.39.2.0/24");
	const char *alone = fresh ("network");
	const char *three = new_block (tenant, NULL, "10.40.0.0/16");
	g_autoptr (ip_driver_block) part =
		DO (subnet_create, block, .block = three, .cidr = "10.40.1.0/24", .network = alone);
	CHECK_TEXT (part->cidr, "10.40.1.0/24");
	g_autoptr (ip_driver_block) joined =
		DO (block_update, block, .id = three, .network = alone, .set = IP_DRIVER_BLOCK_SET_NETWORK);
	CHECK_TEXT (joined->network, alone);
	g_autoptr (ip_driver_block) left = DO (block_update, block, .id = three, .set = IP_DRIVER_BLOCK_SET_NETWORK);
	CHECK_TEXT (left->network, NULL);
	DO_FAILS (IP_DRIVER_NOT_ALLOWED, block_create, block, .tenant = tenant, .cidr = "10.40.1.0/25",
	          .network = alone, .type = IP_DRIVER_BLOCK_PRIVATE);
	g_autoptr (ip_driver_block) room = DO (block_create, block, .tenant = tenant, .cidr = "10.40.2.0/24",
	                                       .network = alone, .type = IP_DRIVER_BLOCK_PRIVATE);
	CHECK_TEXT (room->cidr, "10.40.2.0/24");
}

/* A block with addresses, also resting ones, cannot be carved. */
void
case_subnet_parent_in_use (void)
{
	const char *tenant = fresh ("tenant");
	const char *parent = new_block (tenant, NULL, "10.39.0.0/24");
	const char *address = allocate_next (tenant, parent);
	DO_FAILS (IP_DRIVER_NOT_ALLOWED, subnet_create, block, .tenant = tenant, .block = parent, .prefix_length = 28);
	DEALLOCATE (.tenant = tenant, .block = parent, .address = address);
	DO_FAILS (IP_DRIVER_NOT_ALLOWED, subnet_create, block, .tenant = tenant, .block = parent,
	          .cidr = "10.39.0.128/25");
	if (!supports ("address.purge"))
		return;
	guint64 purged = 0;
	RUN (address_purge,
	     ARGS (address_purge, .tenant = tenant, .block = parent, .flags = IP_DRIVER_ADDRESS_PURGE_ALL), &purged);
	CHECK_TEXT (carve (tenant, parent, 28), "10.39.0.0/28");
}

void
case_subnet_policy_and_id (void)
{
	const char *tenant = fresh ("tenant");
	const char *parent = new_block (tenant, NULL, "10.41.0.0/16");
	const char *id = fresh_id ();
	g_autoptr (ip_driver_policy) policy = DO (policy_create, policy, .tenant = tenant, .name = "p");
	g_autoptr (ip_driver_block) subnet = DO (subnet_create, block, .tenant = tenant, .block = parent,
	                                         .prefix_length = 24, .policy = policy->id, .id = id);
	CHECK_TEXT (subnet->id, id);
	CHECK_TEXT (subnet->policy, policy->id);
	DO_FAILS (IP_DRIVER_NOT_FOUND, subnet_create, block, .tenant = tenant, .block = parent, .prefix_length = 24,
	          .policy = fresh_id ());
	DO_FAILS (IP_DRIVER_DUPLICATE, subnet_create, block, .tenant = tenant, .block = parent, .prefix_length = 24,
	          .id = id);
	DO_FAILS (IP_DRIVER_INVALID, subnet_create, block, .tenant = tenant, .block = parent, .prefix_length = 24,
	          .gateway = "2001:db8::6");
	/* What failed has taken no space. */
	CHECK_TEXT (carve (tenant, parent, 24), "10.41.1.0/24");
}

void
case_subnet_list (void)
{
	const char *tenant = fresh ("tenant");
	const char *parent = new_block (tenant, NULL, "10.42.0.0/16");
	g_autoptr (GPtrArray) want = texts_new ();
	g_autoptr (GPtrArray) none = texts_new ();
	const char *last = NULL;
	for (int i = 0; i < 15; i++) {
		g_autoptr (ip_driver_block) subnet =
			DO (subnet_create, block, .tenant = tenant, .block = parent,
		            .cidr = text ("10.42.%d.0/24", 200 - 7 * i), .subnet_tenant = i % 2 ? fresh ("t") : NULL);
		texts_add (want, subnet->id);
		if (i % 2 == 0)
			last = text ("%s", subnet->id);
	}
	g_autoptr (ip_driver_block) nested =
		DO (subnet_create, block, .tenant = tenant, .block = last, .prefix_length = 30);
	CHECK_PAGES (want, subnet_list, blocks, id, .tenant = tenant, .block = parent);
	reopen ();
	CHECK_PAGES (want, subnet_list, blocks, id, .tenant = tenant, .block = parent);
	CHECK_PAGES (none, subnet_list, blocks, id, .tenant = tenant, .block = nested->id);
	DO_FAILS (IP_DRIVER_NOT_FOUND, subnet_list, blocks, .tenant = tenant, .block = fresh_id ());
}
