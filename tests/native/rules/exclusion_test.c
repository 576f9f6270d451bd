/* Exclusions against a naive array of flags, one per address, and at the edges of 128 bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "exclusion.h"
#include "random.h"

#define ALL (~(ip_value)0)

static ip_cidr
cidr_of (const char *text)
{
	ip_cidr cidr;

	assert_true (ip_cidr_parse (text, &cidr));
	return cidr;
}

static ip_value
value_of (const char *text)
{
	ip_address address;

	assert_true (ip_address_parse (text, &address));
	return address.value;
}

static void
assert_count (const exclusion *excluded, ip_value first, ip_value last, const char *want)
{
	char text[IP_TEXT_SIZE];
	gboolean overflow;
	ip_value count = exclusion_count (excluded, first, last, &overflow);

	assert_string_equal (ip_count_format (count, overflow, text), want);
}

static void
assert_next (const exclusion *excluded, int version, ip_value from, const char *want)
{
	char text[IP_TEXT_SIZE];
	ip_value next;

	if (exclusion_next (excluded, from, &next))
		assert_string_equal (ip_address_format (version, next, text), want);
	else
		assert_string_equal ("none", want);
}

/* The same, an element per address of the block. */
typedef struct {
	ip_cidr block;
	guint size;
	guint8 *flags;
} naive;

static void
naive_add_range (naive *self, gint64 offset, guint64 length)
{
	/* 128 bits hold every sum. */
	__int128 start = offset >= 0 ? (__int128)offset : (__int128)self->size + offset;
	__int128 end = start + length;

	for (guint i = 0; i < self->size; i++) {
		if (i >= start && i < end)
			self->flags[i] = 1;
	}
}

static void
naive_add_octet (naive *self, int octet)
{
	for (guint i = 0; i < self->size; i++) {
		if (((self->block.first + i) & 255) == (ip_value)octet)
			self->flags[i] = 1;
	}
}

static void
compare (const exclusion *excluded, const naive *model, GRand *random)
{
	g_autofree guint *next = g_new (guint, model->size + 1);
	g_autofree guint *before = g_new (guint, model->size + 1);
	ip_value base = model->block.first;
	ip_value found;
	gboolean overflow;

	next[model->size] = model->size;
	for (guint i = model->size; i-- > 0;)
		next[i] = model->flags[i] ? next[i + 1] : i;
	before[0] = 0;
	for (guint i = 0; i < model->size; i++)
		before[i + 1] = before[i] + model->flags[i];

	for (guint i = 0; i < model->size; i++) {
		assert_int_equal (exclusion_contains (excluded, base + i), model->flags[i]);
		gboolean exists = exclusion_next (excluded, base + i, &found);
		assert_int_equal (exists, next[i] < model->size);
		if (exists)
			assert_true (found == base + next[i]);
	}
	if (model->block.last != ALL)
		assert_false (exclusion_next (excluded, model->block.last + 1, &found));
	/* From before the block is from its start. */
	assert_int_equal (exclusion_next (excluded, 0, &found), next[0] < model->size);
	for (int i = 0; i < 300; i++) {
		guint first = (guint)g_rand_int_range (random, 0, (gint32)model->size);
		guint last = (guint)g_rand_int_range (random, (gint32)first, (gint32)model->size);
		ip_value count = exclusion_count (excluded, base + first, base + last, &overflow);

		assert_false (overflow);
		assert_int_equal ((guint)count, before[last + 1] - before[first]);
	}
	assert_int_equal ((guint)exclusion_count (excluded, base, model->block.last, &overflow), before[model->size]);
}

static gint64
random_offset (GRand *random, guint size)
{
	switch (g_rand_int_range (random, 0, 8)) {
	case 0:
		return INT64_MIN + g_rand_int_range (random, 0, 3);
	case 1:
		return INT64_MAX - g_rand_int_range (random, 0, 3);
	default:
		return g_rand_int_range (random, -(gint32)size - 5, (gint32)size + 5);
	}
}

static guint64
random_length (GRand *random, guint size)
{
	switch (g_rand_int_range (random, 0, 10)) {
	case 0:
		return (guint64)INT64_MAX - (guint64)g_rand_int_range (random, 0, 3);
	case 1:
		return 0;
	case 2:
		return (guint64)g_rand_int_range (random, 0, (gint32)(2 * size + 2));
	default:
		return (guint64)g_rand_int_range (random, 0, (gint32)(size / 8 + 2));
	}
}

static void
compare_random_block (GRand *random, const char *base, int prefix)
{
	naive model = {0};
	ip_address address;
	g_autofree guint8 *flags = NULL;

	assert_true (ip_address_parse (base, &address));
	ip_cidr_make (address.version, address.value, prefix, &model.block);
	model.size = (guint)(model.block.last - model.block.first) + 1;
	flags = g_new0 (guint8, model.size);
	model.flags = flags;

	g_autoptr (exclusion) excluded = exclusion_new (&model.block);
	int ranges = g_rand_int_range (random, 0, 12);
	int addresses = g_rand_int_range (random, 0, 6);
	/* None, some, nearly all, all. */
	int octets[] = {0, 0, 3, 128, 253, 255, 256};
	int octet_count = octets[g_rand_int_range (random, 0, G_N_ELEMENTS (octets))];
	int first_octet = g_rand_int_range (random, 0, 256);

	for (int i = 0; i < ranges; i++) {
		gint64 offset = random_offset (random, model.size);
		guint64 length = random_length (random, model.size);

		exclusion_add_range (excluded, offset, length);
		naive_add_range (&model, offset, length);
	}
	for (int i = 0; i < addresses; i++) {
		/* Some of them outside. */
		ip_value one =
			model.block.first + (ip_value)(__int128)g_rand_int_range (random, -3, (gint32)model.size + 3);

		exclusion_add_address (excluded, one);
		if (one >= model.block.first && one <= model.block.last)
			model.flags[one - model.block.first] = 1;
	}
	for (int i = 0; i < octet_count; i++) {
		/* 7 is prime to 256, so this visits each once. */
		int octet = (first_octet + 7 * i) & 255;

		exclusion_add_octet (excluded, octet);
		naive_add_octet (&model, octet);
	}
	exclusion_seal (excluded);
	compare (excluded, &model, random);
}

static void
test_against_flags (void **state)
{
	g_autoptr (GRand) random = test_random_new ("exclusions");

	for (int i = 0; i < 12; i++) {
		compare_random_block (random, "10.4.48.0", 20);
		compare_random_block (random, "2001:db8::f000", 116);
		compare_random_block (random, "255.255.240.0", 20);
		compare_random_block (random, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:f000", 116);
		compare_random_block (random, "0.0.0.0", 20);
		compare_random_block (random, "::", 116);
	}
	for (int i = 0; i < 150; i++) {
		compare_random_block (random, "10.0.0.160", g_rand_int_range (random, 23, 33));
		compare_random_block (random, "fd00::77", g_rand_int_range (random, 119, 129));
	}
}

static void
test_nothing (void **state)
{
	static const char *const blocks[] = {"10.0.0.0/32", "10.0.0.0/31", "10.0.0.0/8", "fd00::/64", "::/128"};

	for (size_t i = 0; i < G_N_ELEMENTS (blocks); i++) {
		ip_cidr block = cidr_of (blocks[i]);
		g_autoptr (exclusion) excluded = exclusion_new (&block);
		ip_value next;

		exclusion_seal (excluded);
		assert_count (excluded, block.first, block.last, "0");
		assert_false (exclusion_contains (excluded, block.first));
		assert_false (exclusion_contains (excluded, block.last));
		assert_true (exclusion_next (excluded, block.last, &next));
		assert_true (next == block.last);
	}
}

/* Tiny blocks, with the ranges whose bounds lie farthest outside. */
static void
test_extreme_ranges (void **state)
{
	static const struct {
		const char *block;
		gint64 offset;
		guint64 length;
		const char *count;
		const char *next;
	} table[] = {
		{"10.0.0.0/31", 0, 1, "1", "10.0.0.1"},
		{"10.0.0.0/31", -1, 1, "1", "10.0.0.0"},
		{"10.0.0.0/31", -2, 1, "1", "10.0.0.1"},
		{"10.0.0.0/31", -3, 1, "0", "10.0.0.0"},
		{"10.0.0.0/31", -3, 2, "1", "10.0.0.1"},
		{"10.0.0.0/31", -3, 3, "2", "none"},
		{"10.0.0.0/31", 2, 1, "0", "10.0.0.0"},
		{"10.0.0.0/31", INT64_MAX, INT64_MAX, "0", "10.0.0.0"},
		{"10.0.0.0/31", INT64_MIN, INT64_MAX, "1", "10.0.0.1"},
		{"10.0.0.0/31", INT64_MIN + 2, INT64_MAX, "2", "none"},
		{"10.0.0.0/32", INT64_MIN, INT64_MAX, "0", "10.0.0.0"},
		{"10.0.0.0/32", INT64_MIN + 1, INT64_MAX, "1", "none"},
		{"10.0.0.0/32", 0, INT64_MAX, "1", "none"},
		{"fd00::/127", -2, 2, "2", "none"},
		{"fd00::/128", -1, 1, "1", "none"},
		{"0.0.0.0/0", INT64_MIN, INT64_MAX, "4294967295", "255.255.255.255"},
		{"0.0.0.0/0", 0, INT64_MAX, "4294967296", "none"},
		{"0.0.0.0/0", -1, INT64_MAX, "1", "0.0.0.0"},
		{"fd00::/64", 0, INT64_MAX, "9223372036854775807", "fd00::7fff:ffff:ffff:ffff"},
		{"fd00::/65", 0, INT64_MAX, "9223372036854775807", "fd00::7fff:ffff:ffff:ffff"},
		{"fd00::/65", 1, INT64_MAX, "9223372036854775807", "fd00::"},
		{"fd00::/66", INT64_MIN, INT64_MAX, "4611686018427387903", "fd00::3fff:ffff:ffff:ffff"},
		{"::/0", 0, 1ull << 40, "1099511627776", "::100:0:0"},
		{"::/0", INT64_MIN, INT64_MAX, "9223372036854775807", "::"},
		{"::/0", INT64_MAX, INT64_MAX, "9223372036854775807", "::"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS (table); i++) {
		ip_cidr block = cidr_of (table[i].block);
		g_autoptr (exclusion) excluded = exclusion_new (&block);

		exclusion_add_range (excluded, table[i].offset, table[i].length);
		exclusion_seal (excluded);
		assert_count (excluded, block.first, block.last, table[i].count);
		assert_next (excluded, block.version, block.first, table[i].next);
	}
}

/* All of IPv6 excluded is 2^128, which does not fit in 128 bits. */
static void
test_all_of_ipv6 (void **state)
{
	ip_cidr block = cidr_of ("::/0");
	ip_value next;

	g_autoptr (exclusion) by_octet = exclusion_new (&block);
	for (int octet = 0; octet < 256; octet++)
		exclusion_add_octet (by_octet, octet);
	/* A run on top of them is not counted twice. */
	exclusion_add_range (by_octet, 100, 1ull << 40);
	exclusion_seal (by_octet);
	assert_count (by_octet, 0, ALL, "340282366920938463463374607431768211456");
	assert_count (by_octet, 1, ALL, "340282366920938463463374607431768211455");
	assert_count (by_octet, 0, ALL - 1, "340282366920938463463374607431768211455");
	assert_false (exclusion_next (by_octet, 0, &next));
	assert_false (exclusion_next (by_octet, ALL, &next));

	g_autoptr (exclusion) all_but_one = exclusion_new (&block);
	for (int octet = 0; octet < 256; octet++) {
		if (octet != 7)
			exclusion_add_octet (all_but_one, octet);
	}
	exclusion_seal (all_but_one);
	/* 255 * 2^120 */
	assert_count (all_but_one, 0, ALL, "338953138925153547590470800371487866880");
	assert_next (all_but_one, 6, 0, "::7");
	assert_next (all_but_one, 6, 8, "::107");
	assert_next (all_but_one, 6, ALL - 248, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff07");
	assert_next (all_but_one, 6, ALL - 247, "none");
}

static void
test_all_of_ipv4 (void **state)
{
	ip_cidr block = cidr_of ("0.0.0.0/0");
	g_autoptr (exclusion) excluded = exclusion_new (&block);

	exclusion_add_octet (excluded, 0);
	exclusion_add_octet (excluded, 255);
	exclusion_add_range (excluded, 0, 1u << 24);
	exclusion_add_range (excluded, -(1ll << 29), 1u << 29);
	exclusion_seal (excluded);
	/* 2^24 + 2^29 + 2 * (2^24 - 2^16 - 2^21) */
	assert_count (excluded, 0, 0xffffffff, "582877184");
	assert_next (excluded, 4, 0, "1.0.0.1");
	assert_next (excluded, 4, value_of ("1.0.0.255"), "1.0.1.1");
	assert_next (excluded, 4, value_of ("223.255.255.254"), "223.255.255.254");
	assert_next (excluded, 4, value_of ("223.255.255.255"), "none");
}

/* Runs that only touch are one, also at the top of the number space. */
static void
test_touching_runs (void **state)
{
	ip_cidr block = cidr_of ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0/124");
	g_autoptr (exclusion) excluded = exclusion_new (&block);

	exclusion_add_address (excluded, ALL);
	exclusion_add_address (excluded, ALL);
	exclusion_add_address (excluded, ALL - 1);
	exclusion_add_range (excluded, 4, 4);
	exclusion_add_range (excluded, 8, 2);
	exclusion_add_range (excluded, 5, 1);
	exclusion_seal (excluded);
	assert_count (excluded, block.first, block.last, "8");
	assert_next (excluded, 6, block.first + 4, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffa");
	assert_next (excluded, 6, ALL - 1, "none");
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_against_flags),  cmocka_unit_test (test_nothing),
		cmocka_unit_test (test_extreme_ranges), cmocka_unit_test (test_all_of_ipv6),
		cmocka_unit_test (test_all_of_ipv4),    cmocka_unit_test (test_touching_runs),
	};
	return cmocka_run_group_tests_name ("rules/exclusion", tests, NULL, NULL);
}
