/*
 * Usage: exact counts for any size of block, and that its parts always make the whole (CHECK_USAGE adds
 * them up each time).
 */
#include "check.h"

#include <stdlib.h>

static void
add_range (const char *tenant, const char *policy, gint64 offset, guint64 length)
{
	g_autoptr (ip_driver_policy_range) range = DO (policy_range_create, policy_range, .tenant = tenant,
	                                               .policy = policy, .offset = offset, .length = length);
	assert_true (range->offset == offset);
	assert_true (range->length == length);
}

static void
add_octet (const char *tenant, const char *policy, int octet)
{
	g_autoptr (ip_driver_policy_octet) added =
		DO (policy_octet_create, policy_octet, .tenant = tenant, .policy = policy, .octet = octet);
	assert_int_equal (added->octet, octet);
}

void
case_usage_life_of_addresses (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .cidr = "10.50.0.0/24",
	                                        .gateway = "10.50.0.1", .type = IP_DRIVER_BLOCK_PRIVATE);
	CHECK_USAGE (tenant, block->id, .total = "256", .excluded = "3", .free = "253");
	for (int i = 2; i < 9; i++)
		allocate_given (tenant, block->id, at ("10.50.0.0", i));
	CHECK_USAGE (tenant, block->id, .total = "256", .allocated = "7", .excluded = "3", .free = "246");
	for (int i = 3; i < 6; i++)
		DEALLOCATE (.tenant = tenant, .block = block->id, .address = at ("10.50.0.0", i));
	CHECK_USAGE (tenant, block->id, .total = "256", .allocated = "4", .quarantined = "3", .excluded = "3",
	             .free = "246");
	if (supports ("hold")) {
		g_autoptr (ip_driver_addresses) first = ALLOCATE (.tenant = tenant, .block = block->id, .hold = 500);
		ip_driver_addresses_free (ALLOCATE (.tenant = tenant, .block = block->id, .hold = 600));
		CHECK_USAGE (tenant, block->id, .total = "256", .allocated = "4", .held = "2", .quarantined = "3",
		             .excluded = "3", .free = "244");
		ip_driver_address_ref refs[] = {
			{.block = block->id, .address = first->items[0]->address, .id = first->items[0]->id}};
		RUN (address_confirm, &(ip_driver_address_refs_args){.size = sizeof (ip_driver_address_refs_args),
		                                                     .tenant = tenant,
		                                                     .refs = refs,
		                                                     .ref_count = 1});
		CHECK_USAGE (tenant, block->id, .total = "256", .allocated = "5", .held = "1", .quarantined = "3",
		             .excluded = "3", .free = "244");
		reopen ();
		CHECK_USAGE (tenant, block->id, .total = "256", .allocated = "5", .held = "1", .quarantined = "3",
		             .excluded = "3", .free = "244");
	}
	GET_FAILS (IP_DRIVER_NOT_FOUND, block_usage, usage, fresh ("tenant"), block->id);
	GET_FAILS (IP_DRIVER_NOT_FOUND, block_usage, usage, tenant, fresh_id ());
}

void
case_usage_sizes (void)
{
	static const struct {
		const char *cidr, *gateway, *total, *excluded, *free;
	} sizes[] = {
		{"10.51.0.0/32", NULL, "1", "0", "1"},
		{"10.51.0.0/31", NULL, "2", "0", "2"},
		{"10.51.0.0/31", "10.51.0.1", "2", "1", "1"},
		{"10.51.0.0/32", "10.51.0.1", "1", "0", "1"},
		{"10.51.0.0/30", NULL, "4", "2", "2"},
		{"10.51.0.0/30", "10.51.0.2", "4", "3", "1"},
		{"10.51.0.0/30", "10.51.0.0", "4", "2", "2"},
		{"10.51.0.0/30", "10.51.0.3", "4", "2", "2"},
		{"10.51.0.0/24", "10.99.0.1", "256", "2", "254"},
		{"10.0.0.0/8", "10.200.0.1", "16777216", "3", "16777213"},
		{"0.0.0.0/0", NULL, "4294967296", "2", "4294967294"},
		{"2001:db8::5/128", NULL, "1", "0", "1"},
		{"2001:db8::4/127", NULL, "2", "0", "2"},
		{"2001:db8::/126", NULL, "4", "2", "2"},
		{"2001:db8::/64", "2001:db8::1", "18446744073709551616", "3", "18446744073709551613"},
		{"2001:db8::/64", "fe80::1", "18446744073709551616", "2", "18446744073709551614"},
		{"2001:db8::/32", NULL, "79228162514264337593543950336", "2", "79228162514264337593543950334"},
		{"::/0", NULL, "340282366920938463463374607431768211456", "2",
	         "340282366920938463463374607431768211454"},
		{"::/1", NULL, "170141183460469231731687303715884105728", "2",
	         "170141183460469231731687303715884105726"},
	};
	const char *tenant = fresh ("tenant");
	for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
		g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .cidr = sizes[i].cidr,
		                                        .gateway = sizes[i].gateway, .type = IP_DRIVER_BLOCK_PRIVATE);
		CHECK_USAGE (tenant, block->id, .total = sizes[i].total, .excluded = sizes[i].excluded,
		             .free = sizes[i].free);
	}
}

/* Exclusions that overlap one another, the ends, the gateway, and what is in use, are counted once. */
void
case_usage_policy_ipv4 (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_policy) policy = DO (policy_create, policy, .tenant = tenant, .name = "slash 8");
	g_autoptr (ip_driver_block) block =
		DO (block_create, block, .tenant = tenant, .cidr = "10.0.0.0/8", .gateway = "10.0.0.9",
	            .policy = policy->id, .type = IP_DRIVER_BLOCK_PRIVATE);
	allocate_given (tenant, block->id, "10.0.1.7");
	allocate_given (tenant, block->id, "10.0.200.7");
	add_range (tenant, policy->id, 0, 1000);
	CHECK_USAGE (tenant, block->id, .total = "16777216", .allocated = "2", .excluded = "1000", .free = "16776214");
	add_range (tenant, policy->id, 900, 200);
	CHECK_USAGE (tenant, block->id, .total = "16777216", .allocated = "2", .excluded = "1100", .free = "16776114");
	add_range (tenant, policy->id, -50, 100);
	CHECK_USAGE (tenant, block->id, .total = "16777216", .allocated = "2", .excluded = "1149", .free = "16776065");
	/* Every address that ends in .7: 65536 of them. Five lie below 1100 (one of these is allocated, the
	 * others are excluded already), none in the last 50, and 10.0.200.7 is allocated. */
	add_octet (tenant, policy->id, 7);
	CHECK_USAGE (tenant, block->id, .total = "16777216", .allocated = "2",
	             .excluded = text ("%d", 1149 + 65536 - 5 - 1), .free = text ("%d", 16776065 - 65536 + 5 + 1));
	add_octet (tenant, policy->id, 7);
	add_range (tenant, policy->id, G_MAXINT64, G_MAXINT64);
	add_range (tenant, policy->id, 0, 0);
	CHECK_USAGE (tenant, block->id, .total = "16777216", .allocated = "2",
	             .excluded = text ("%d", 1149 + 65536 - 5 - 1), .free = text ("%d", 16776065 - 65536 + 5 + 1));
	add_range (tenant, policy->id, G_MININT64, G_MAXINT64);
	add_range (tenant, policy->id, -16777216, 16777216);
	CHECK_USAGE (tenant, block->id, .total = "16777216", .allocated = "2", .excluded = "16777214");
	ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block->id);
}

void
case_usage_policy_ipv6 (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_policy) policy = DO (policy_create, policy, .tenant = tenant, .name = "slash 32");
	g_autoptr (ip_driver_block) block =
		DO (block_create, block, .tenant = tenant, .cidr = "2001:db8::/32", .gateway = "2001:db8::1",
	            .policy = policy->id, .type = IP_DRIVER_BLOCK_PRIVATE);
	const char *total = "79228162514264337593543950336";
	CHECK_USAGE (tenant, block->id, .total = total, .excluded = "3", .free = "79228162514264337593543950333");
	/* 2^40 = 1099511627776 of them, beyond the gateway */
	add_range (tenant, policy->id, 16, (guint64)1 << 40);
	CHECK_USAGE (tenant, block->id, .total = total, .excluded = "1099511627779",
	             .free = "79228162514264336494032322557");
	/* and as many at the end, where the last address was excluded already */
	add_range (tenant, policy->id, -((gint64)1 << 40), (guint64)1 << 40);
	CHECK_USAGE (tenant, block->id, .total = total, .excluded = "2199023255554",
	             .free = "79228162514264335394520694782");
	ip_driver_addresses_free (
		ALLOCATE (.tenant = tenant, .block = block->id, .address = "2001:db8:0:1::77", .mac = fresh_mac ()));
	CHECK_USAGE (tenant, block->id, .total = total, .allocated = "1", .excluded = "2199023255554",
	             .free = "79228162514264335394520694781");
	reopen ();
	CHECK_USAGE (tenant, block->id, .total = total, .allocated = "1", .excluded = "2199023255554",
	             .free = "79228162514264335394520694781");
}

/* A last octet takes one address in 256, in a block of any length. */
void
case_usage_octets (void)
{
	static const struct {
		const char *cidr, *total, *excluded, *free;
	} sizes[] = {
		/* .0 and .255 of a /24 are network and broadcast already */
		{"10.52.3.0/24", "256", "3", "253"},
		{"10.52.0.0/16", "65536", "768", "64768"},
		{"10.52.3.64/26", "64", "3", "61"},
		{"10.52.3.128/26", "64", "2", "62"},
		{"10.52.3.77/32", "1", "1", "0"},
		{"2001:db8::/120", "256", "3", "253"},
		{"2001:db8::/64", "18446744073709551616", "216172782113783808", "18230571291595767808"},
	};
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_policy) policy = DO (policy_create, policy, .tenant = tenant, .name = "octets");
	add_octet (tenant, policy->id, 77);
	add_octet (tenant, policy->id, 0);
	add_octet (tenant, policy->id, 255);
	for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
		g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .cidr = sizes[i].cidr,
		                                        .policy = policy->id, .type = IP_DRIVER_BLOCK_PRIVATE);
		CHECK_USAGE (tenant, block->id, .total = sizes[i].total, .excluded = sizes[i].excluded,
		             .free = sizes[i].free);
	}
}

/* In a block with subnets: all that is not in a subnet can be carved. */
void
case_usage_subnetted (void)
{
	const char *tenant = fresh ("tenant");
	const char *other = fresh ("tenant");
	const char *root = new_block (tenant, NULL, "10.53.0.0/16");
	g_autoptr (ip_driver_block) first =
		DO (subnet_create, block, .tenant = tenant, .block = root, .prefix_length = 20, .subnet_tenant = other);
	g_autoptr (ip_driver_block) second =
		DO (subnet_create, block, .tenant = tenant, .block = root, .cidr = "10.53.255.0/24");
	g_autoptr (ip_driver_block) nested =
		DO (subnet_create, block, .tenant = other, .block = first->id, .prefix_length = 30);
	allocate_next (other, nested->id);
	CHECK_USAGE (tenant, root, .total = "65536", .subnetted = "4352", .free = "61184");
	CHECK_USAGE (other, first->id, .total = "4096", .subnetted = "4", .free = "4092");
	CHECK_USAGE (other, nested->id, .total = "4", .allocated = "1", .excluded = "2", .free = "1");
	CHECK_USAGE (tenant, second->id, .total = "256", .excluded = "2", .free = "254");
}

/* Any sequence of operations: the counts follow a model, and the free count is how many there really are. */
void
case_usage_random_operations (void)
{
	enum { FREE, ALLOCATED, HELD, RESTING, STATES };
	const char *tenant = fresh ("tenant");
	const char *cidr = "10.54.0.64/27";
	g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .cidr = cidr,
	                                        .gateway = "10.54.0.70", .type = IP_DRIVER_BLOCK_PRIVATE);
	int states[32] = {FREE};
	g_autoptr (GPtrArray) ids = g_ptr_array_new ();
	g_ptr_array_set_size (ids, 32);
	gboolean holds = supports ("hold address.confirm address.cancel");
	gboolean purges = supports ("address.purge");
	for (int step = 0; step < 150; step++) {
		int offset = g_rand_int_range (check_random, 1, 31);
		const char *address = at (cidr, offset);
		ip_driver_address_ref ref = {.block = block->id, .address = address, .id = ids->pdata[offset]};
		ip_driver_address_refs_args refs = {
			.size = sizeof refs, .tenant = tenant, .refs = &ref, .ref_count = 1};
		if (offset == 6)
			continue;
		switch (states[offset]) {
		case FREE: {
			gboolean hold = holds && g_rand_boolean (check_random);
			g_autoptr (ip_driver_addresses) got = ALLOCATE (.tenant = tenant, .block = block->id,
			                                                .address = address, .hold = hold ? 900 : 0);
			ids->pdata[offset] = (char *)(uintptr_t)text ("%s", got->items[0]->id);
			states[offset] = hold ? HELD : ALLOCATED;
			break;
		}
		case ALLOCATED:
			DEALLOCATE (.tenant = tenant, .block = block->id, .address = address);
			states[offset] = RESTING;
			break;
		case HELD:
			if (g_rand_boolean (check_random)) {
				RUN (address_confirm, &refs);
				states[offset] = ALLOCATED;
			} else {
				RUN (address_cancel, &refs);
				states[offset] = FREE;
			}
			break;
		case RESTING:
			if (purges && g_rand_boolean (check_random)) {
				guint64 purged = 0;
				RUN (address_purge,
				     ARGS (address_purge, .tenant = tenant, .block = block->id, .address = address,
				           .flags = IP_DRIVER_ADDRESS_PURGE_ALL),
				     &purged);
				assert_int_equal (purged, 1);
				states[offset] = FREE;
			} else {
				ALLOCATE_FAILS (IP_DRIVER_LOCKED, .tenant = tenant, .block = block->id,
				                .address = address);
			}
			break;
		default:
			g_assert_not_reached ();
		}
		int counts[STATES] = {0};
		for (int i = 1; i < 31; i++)
			if (i != 6)
				counts[states[i]]++;
		CHECK_USAGE (tenant, block->id, .total = "32", .allocated = text ("%d", counts[ALLOCATED]),
		             .held = text ("%d", counts[HELD]), .quarantined = text ("%d", counts[RESTING]),
		             .excluded = "3", .free = text ("%d", counts[FREE]));
	}
	int rest = 0;
	for (int i = 1; i < 31; i++)
		rest += i != 6 && states[i] == FREE;
	for (; rest > 0; rest--)
		states[atoi (strrchr (allocate_next (tenant, block->id), '.') + 1) - 64]++;
	ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block->id);
	for (int i = 1; i < 31; i++)
		assert_true (i == 6 || states[i] != FREE);
}
