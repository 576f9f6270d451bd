/* Addresses and CIDRs as numbers: text forms, bytes, containment, aligned runs. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ip.h"
#include "random.h"

#define ALL (~(ip_value)0)

static void
assert_value (ip_value got, ip_value want)
{
	char left[IP_TEXT_SIZE], right[IP_TEXT_SIZE];

	assert_string_equal (ip_count_format (got, FALSE, left), ip_count_format (want, FALSE, right));
}

static ip_value
value_of (const char *text)
{
	ip_address address;

	assert_true (ip_address_parse (text, &address));
	return address.value;
}

static void
test_canonical_text (void **state)
{
	static const struct {
		const char *input;
		const char *canonical;
		int version;
	} table[] = {
		{"0.0.0.0", "0.0.0.0", 4},
		{"255.255.255.255", "255.255.255.255", 4},
		{"10.0.200.7", "10.0.200.7", 4},
		{"::", "::", 6},
		{"::1", "::1", 6},
		{"1::", "1::", 6},
		{"0:0:0:0:0:0:0:0", "::", 6},
		{"FD00:0000:0000:0000:0200:00FF:FE00:0001", "fd00::200:ff:fe00:1", 6},
		/* RFC 5952, 4.2.2: one group is not shortened. */
		{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", 6},
		{"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1", 6},
		{"0:1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7", 6},
		{"1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0", 6},
		/* 4.2.3: the longest run, the first of equals. */
		{"2001:0:0:1:0:0:0:1", "2001:0:0:1::1", 6},
		{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", 6},
		{"0:0:1:0:0:0:1:1", "0:0:1::1:1", 6},
		{"1:0:0:2:0:0:0:0", "1:0:0:2::", 6},
		{"0:0:1:1:1:1:0:0", "::1:1:1:1:0:0", 6},
		{"1:1:1:1:1:1:0:0", "1:1:1:1:1:1::", 6},
		{"0:0:1:1:1:1:1:1", "::1:1:1:1:1:1", 6},
		/* 5: IPv4-mapped is dotted; the deprecated IPv4-compatible form is not. */
		{"::ffff:10.0.0.1", "::ffff:10.0.0.1", 6},
		{"::ffff:0:0", "::ffff:0.0.0.0", 6},
		{"::ffff:ffff:ffff", "::ffff:255.255.255.255", 6},
		{"::10.0.0.1", "::a00:1", 6},
		{"::1:ffff:10.0.0.1", "::1:ffff:a00:1", 6},
		{"::fffe:10.0.0.1", "::fffe:a00:1", 6},
		{"64:ff9b::1.2.3.4", "64:ff9b::102:304", 6},
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 6},
	};
	char text[IP_TEXT_SIZE];

	for (size_t i = 0; i < G_N_ELEMENTS (table); i++) {
		ip_address address;

		assert_true (ip_address_parse (table[i].input, &address));
		assert_int_equal (address.version, table[i].version);
		assert_string_equal (ip_address_format (address.version, address.value, text), table[i].canonical);
	}
}

static void
test_malformed_addresses (void **state)
{
	static const char *const table[] = {
		"",           "1.2.3",    "1.2.3.4.5", "010.0.0.1",         "256.0.0.1", "1.2.3.4 ",      " 1.2.3.4",
		"0x1.2",      "::1%eth0", ":::",       "1::2::3",           "12345::",   "1:2:3:4:5:6:7", "g::",
		"1.2.3.4/32", "1.2.3.",   "::1.2.3",   "1:2:3:4:5:6:7:8:9", ":1::",      "-1.0.0.0",
	};
	ip_address address;

	for (size_t i = 0; i < G_N_ELEMENTS (table); i++) {
		if (ip_address_parse (table[i], &address))
			fail_msg ("accepted '%s'", table[i]);
	}
}

static void
test_cidr_text (void **state)
{
	static const struct {
		const char *input;
		const char *canonical;
		const char *last;
		const char *netmask;
	} table[] = {
		{"0.0.0.0/0", "0.0.0.0/0", "255.255.255.255", "0.0.0.0"},
		{"255.255.255.255/0", "0.0.0.0/0", "255.255.255.255", "0.0.0.0"},
		{"10.1.2.3/8", "10.0.0.0/8", "10.255.255.255", "255.0.0.0"},
		{"10.0.0.77/31", "10.0.0.76/31", "10.0.0.77", "255.255.255.254"},
		{"10.0.0.77/32", "10.0.0.77/32", "10.0.0.77", "255.255.255.255"},
		{"255.255.255.255/20", "255.255.240.0/20", "255.255.255.255", "255.255.240.0"},
		{"::/0", "::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "0"},
		{"2001:DB8::1/32", "2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "32"},
		{"fd00::3/127", "fd00::2/127", "fd00::3", "127"},
		{"fd00::3/128", "fd00::3/128", "fd00::3", "128"},
		{"::ffff:10.0.0.9/120", "::ffff:10.0.0.0/120", "::ffff:10.0.0.255", "120"},
	};
	static const char *const malformed[] = {
		"10.0.0.0",
		"10.0.0.0/",
		"10.0.0.0/33",
		"10.0.0.0/-1",
		"10.0.0.0/+8",
		"10.0.0.0/08",
		"10.0.0.0/8 ",
		"10.0.0.0/ 8",
		"10.0.0/8",
		"::/129",
		"::/1280",
		"::/00",
		"10.0.0.0/8/8",
		"/8",
		"",
		"/",
		"10.0.0.0/a",
		"10.0.0.0/255.0.0.0",
		"fd00::%1/64",
		"10.0.0.0/999",
		"1111111111111111111111111111111111111111111111111111111111111111111111111111111111/8",
	};
	char text[IP_TEXT_SIZE];
	ip_cidr cidr;

	for (size_t i = 0; i < G_N_ELEMENTS (table); i++) {
		assert_true (ip_cidr_parse (table[i].input, &cidr));
		assert_string_equal (ip_cidr_format (&cidr, text), table[i].canonical);
		assert_string_equal (ip_address_format (cidr.version, cidr.last, text), table[i].last);
		assert_string_equal (ip_netmask_format (&cidr, text), table[i].netmask);
	}
	for (size_t i = 0; i < G_N_ELEMENTS (malformed); i++) {
		if (ip_cidr_parse (malformed[i], &cidr))
			fail_msg ("accepted '%s'", malformed[i]);
	}
}

/* glibc's inet_ntop() differs from ours only in ::/96, where it prints the IPv4-compatible form. */
static void
test_text_round_trip (void **state)
{
	g_autoptr (GRand) random = test_random_new ("text round trip");

	for (int i = 0; i < 50000; i++) {
		int version = g_rand_boolean (random) ? 4 : 6;
		ip_value value = test_random_value (random);
		guint8 bytes[16];
		char text[IP_TEXT_SIZE], expected[IP_TEXT_SIZE];
		ip_address again;

		if (version == 4)
			value &= 0xffffffff;
		/* Many zero groups, for the rules of shortening. */
		for (int group = 0; version == 6 && group < 8; group++) {
			if (g_rand_int_range (random, 0, 5) < 2)
				value &= ~((ip_value)0xffff << 16 * group);
		}
		ip_address_to_bytes (version, value, bytes);
		ip_address_format (version, value, text);
		assert_non_null (inet_ntop (version == 4 ? AF_INET : AF_INET6, bytes, expected, sizeof expected));
		if (version == 4 || value >> 32 != 0)
			assert_string_equal (text, expected);
		assert_true (ip_address_parse (text, &again));
		assert_int_equal (again.version, version);
		assert_value (again.value, value);
	}
}

static void
test_bytes (void **state)
{
	g_autoptr (GRand) random = test_random_new ("bytes");
	static const guint8 known[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xab, 0xcd};
	guint8 left[16], right[16];
	ip_address address;

	assert_int_equal (ip_address_to_bytes (6, value_of ("2001:db8::abcd"), left), 16);
	assert_memory_equal (left, known, 16);
	assert_int_equal (ip_address_to_bytes (4, value_of ("1.2.3.4"), left), 4);
	assert_memory_equal (left, "\1\2\3\4", 4);
	for (size_t size = 0; size <= 20; size++) {
		guint8 any[20] = {0};
		assert_int_equal (ip_address_from_bytes (any, size, &address), size == 4 || size == 16);
	}
	for (int i = 0; i < 10000; i++) {
		ip_value a = test_random_value (random);
		ip_value b = g_rand_boolean (random) ? a + 1 : test_random_value (random);
		int order;

		ip_address_to_bytes (6, a, left);
		ip_address_to_bytes (6, b, right);
		order = memcmp (left, right, 16);
		assert_int_equal (order < 0, a < b);
		assert_int_equal (order > 0, a > b);
		assert_true (ip_address_from_bytes (left, 16, &address));
		assert_int_equal (address.version, 6);
		assert_value (address.value, a);
	}
}

static void
test_count_text (void **state)
{
	char text[IP_TEXT_SIZE];

	assert_string_equal (ip_count_format (0, FALSE, text), "0");
	assert_string_equal (ip_count_format (7, FALSE, text), "7");
	assert_string_equal (ip_count_format (16777216, FALSE, text), "16777216");
	assert_string_equal (ip_count_format ((ip_value)1 << 96, FALSE, text), "79228162514264337593543950336");
	assert_string_equal (ip_count_format (ALL, FALSE, text), "340282366920938463463374607431768211455");
	assert_string_equal (ip_count_format (0, TRUE, text), "340282366920938463463374607431768211456");
}

static void
test_containment (void **state)
{
	static const struct {
		const char *outer;
		const char *inner;
		gboolean part;
	} table[] = {
		{"10.0.0.0/8", "10.1.0.0/16", TRUE},
		{"10.0.0.0/8", "10.0.0.0/8", FALSE},
		{"10.1.0.0/16", "10.0.0.0/8", FALSE},
		{"10.0.0.0/8", "11.0.0.0/16", FALSE},
		{"0.0.0.0/0", "255.255.255.255/32", TRUE},
		{"::/0", "10.0.0.0/8", FALSE},
		{"0.0.0.0/0", "::/128", FALSE},
		{"::/0", "ffff::/128", TRUE},
		{"10.0.0.0/31", "10.0.0.1/32", TRUE},
	};
	ip_cidr outer, inner;
	ip_address address;

	for (size_t i = 0; i < G_N_ELEMENTS (table); i++) {
		assert_true (ip_cidr_parse (table[i].outer, &outer));
		assert_true (ip_cidr_parse (table[i].inner, &inner));
		assert_int_equal (ip_cidr_is_part (&outer, &inner), table[i].part);
	}
	assert_true (ip_cidr_parse ("10.0.0.4/30", &outer));
	for (int last = 0; last < 12; last++) {
		address = (ip_address){value_of ("10.0.0.0") + (ip_value)last, 4};
		assert_int_equal (ip_cidr_contains (&outer, &address), last >= 4 && last <= 7);
	}
	assert_true (ip_cidr_parse ("::/0", &outer));
	address = (ip_address){0, 4};
	assert_false (ip_cidr_contains (&outer, &address));
	address = (ip_address){ALL, 6};
	assert_true (ip_cidr_contains (&outer, &address));
}

/* The same by trying every start. */
static gboolean
naive_run_find (guint first, guint last, int bits, guint *ret)
{
	for (guint start = first; start <= last; start++) {
		if (start % (1u << bits) == 0 && start + (1u << bits) - 1 <= last) {
			*ret = start;
			return TRUE;
		}
	}
	return FALSE;
}

static void
check_run (guint first, guint last)
{
	/* The same run at the bottom and at the very top of the number space. */
	static const ip_value bases[] = {0, (ip_value)1 << 64, ALL - 4095};
	int fit = -1;

	for (int bits = 0; bits <= 12; bits++) {
		guint want;
		gboolean found = naive_run_find (first, last, bits, &want);

		if (found)
			fit = bits;
		for (size_t i = 0; i < G_N_ELEMENTS (bases); i++) {
			ip_value got;

			assert_int_equal (ip_run_find (bases[i] + first, bases[i] + last, bits, &got), found);
			if (found)
				assert_value (got, bases[i] + want);
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS (bases); i++)
		assert_int_equal (ip_run_fit (bases[i] + first, bases[i] + last), fit);
}

static void
test_runs (void **state)
{
	g_autoptr (GRand) random = test_random_new ("runs");
	ip_value found;

	for (guint first = 0; first < 40; first++) {
		for (guint last = first; last < 40; last++)
			check_run (first, last);
	}
	for (int i = 0; i < 300; i++) {
		guint first = (guint)g_rand_int_range (random, 0, 4096);
		check_run (first, (guint)g_rand_int_range (random, (gint32)first, 4096));
	}

	assert_int_equal (ip_run_fit (0, ALL), 128);
	assert_int_equal (ip_run_fit (1, ALL), 127);
	assert_int_equal (ip_run_fit (0, ALL - 1), 127);
	assert_int_equal (ip_run_fit (1, ALL - 1), 126);
	assert_int_equal (ip_run_fit (ALL, ALL), 0);
	assert_true (ip_run_find (0, ALL, 128, &found));
	assert_value (found, 0);
	assert_false (ip_run_find (1, ALL, 128, &found));
	assert_false (ip_run_find (0, ALL - 1, 128, &found));
	assert_true (ip_run_find (1, ALL, 127, &found));
	assert_value (found, (ip_value)1 << 127);
	assert_false (ip_run_find (((ip_value)1 << 127) + 1, ALL, 127, &found));
	assert_true (ip_run_find (0, ((ip_value)1 << 32) - 1, 32, &found));
	assert_value (found, 0);
}

static void
test_make (void **state)
{
	ip_cidr cidr;

	ip_cidr_make (6, ALL, 0, &cidr);
	assert_value (cidr.first, 0);
	assert_value (cidr.last, ALL);
	ip_cidr_make (6, ALL, 128, &cidr);
	assert_value (cidr.first, ALL);
	assert_value (cidr.last, ALL);
	ip_cidr_make (4, 0xffffffff, 0, &cidr);
	assert_value (cidr.first, 0);
	assert_value (cidr.last, 0xffffffff);
	ip_cidr_make (4, 0xffffffff, 32, &cidr);
	assert_value (cidr.first, 0xffffffff);
	for (int prefix = 0; prefix <= 128; prefix++) {
		ip_cidr_make (6, ALL, prefix, &cidr);
		assert_int_equal (ip_run_fit (cidr.first, cidr.last), 128 - prefix);
		assert_value (cidr.last, ALL);
	}
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_canonical_text), cmocka_unit_test (test_malformed_addresses),
		cmocka_unit_test (test_cidr_text),      cmocka_unit_test (test_text_round_trip),
		cmocka_unit_test (test_bytes),          cmocka_unit_test (test_count_text),
		cmocka_unit_test (test_containment),    cmocka_unit_test (test_runs),
		cmocka_unit_test (test_make),
	};
	return cmocka_run_group_tests_name ("rules/ip", tests, NULL, NULL);
}
