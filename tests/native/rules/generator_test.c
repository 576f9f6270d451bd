/*
 * The IPv6 generators: `rfc2462` and `tenant` against what the historical service answered, `stable`
 * and `random` against their RFCs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "generator.h"
#include "mac.h"

static const guint8 secret[GENERATOR_SECRET_SIZE] = {
	0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
};

static ip_value
start_of (generator_kind kind, const char *cidr, const generator_input *input)
{
	ip_cidr block;

	assert_true (ip_cidr_parse (cidr, &block));
	ip_value start = generator_start (kind, &block, input);
	assert_true (start >= block.first && start <= block.last);
	return start;
}

static void
assert_start (generator_kind kind, const char *cidr, const char *tenant, const char *mac, const char *want)
{
	generator_input input = {.tenant = tenant, .has_mac = TRUE, .secret = secret};
	char text[IP_TEXT_SIZE];

	assert_true (mac_parse (mac, &input.mac));
	assert_string_equal (ip_address_format (6, start_of (kind, cidr, &input), text), want);
}

/* First addresses that the historical service gave, as recorded. */
static void
test_recorded (void **state)
{
	static const struct {
		const char *cidr;
		const char *tenant;
		const char *mac;
		const char *rfc2462;
		const char *by_tenant;
	} table[] = {
		{"fd00::/64", "tenant1", "00:00:00:00:00:01", "fd00::200:ff:fe00:1", "fd00::a947:7290:ff00:1"},
		{"fd00::/64", "tenant1", "aa:bb:cc:dd:ee:ff", "fd00::a8bb:ccff:fedd:eeff", "fd00::a947:7290:ffdd:eeff"},
		{"2001:db8:1::/48", "tenant1", "02:16:3e:12:34:56", "2001:db8:1:0:16:3eff:fe12:3456",
	         "2001:db8:1:0:a947:7290:ff12:3456"},
		{"2001:db8:2::/64", "tenant2", "02:16:3e:12:34:99", "2001:db8:2:0:16:3eff:fe12:3499",
	         "2001:db8:2:0:b9f0:8bd5:ff12:3499"},
		{"2001:db8:3::/96", "tenant1", "02:16:3e:65:43:21", "2001:db8:3::fe65:4321", "2001:db8:3::ff65:4321"},
		{"2001:db8:4::/120", "tenant1", "02:16:3e:12:34:57", "2001:db8:4::57", "2001:db8:4::57"},
		{"fe80::/10", "123", "ff:ff:ff:ff:ff:fe", "fe80::fdff:ffff:feff:fffe", "fe80::40bd:15:ffff:fffe"},
		{"2001:db8:5::/64", "RAX", "00:11:22:33:44:55", "2001:db8:5:0:211:22ff:fe33:4455",
	         "2001:db8:5:0:9305:92b4:ff33:4455"},
		{"2001:db8:7::/126", "tenant1", "00:00:00:00:00:70", "2001:db8:7::", "2001:db8:7::"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS (table); i++) {
		assert_start (GENERATOR_RFC2462, table[i].cidr, table[i].tenant, table[i].mac, table[i].rfc2462);
		assert_start (GENERATOR_TENANT, table[i].cidr, table[i].tenant, table[i].mac, table[i].by_tenant);
	}
}

static void
test_every_prefix (void **state)
{
	generator_input input = {.tenant = "t",
	                         .interface = "if",
	                         .network = "net",
	                         .has_mac = TRUE,
	                         .mac = 0xfeedfacecafe,
	                         .secret = secret};

	for (int kind = GENERATOR_RFC2462; kind <= GENERATOR_RANDOM; kind++) {
		for (int prefix = 0; prefix <= 128; prefix++) {
			g_autofree char *cidr = g_strdup_printf ("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/%d", prefix);
			ip_cidr block;

			ip_value start = start_of ((generator_kind)kind, cidr, &input);
			/* In the first /64. */
			assert_true (ip_cidr_parse (cidr, &block));
			assert_true (start >> 64 == block.first >> 64);
		}
	}
}

static guint64
stable (const char *cidr, const char *interface, const char *network, gint64 mac, const guint8 *key)
{
	generator_input input = {.tenant = "t",
	                         .interface = interface,
	                         .network = network,
	                         .has_mac = mac >= 0,
	                         .mac = mac >= 0 ? (guint64)mac : 0,
	                         .secret = key};
	return (guint64)start_of (GENERATOR_STABLE, cidr, &input);
}

static void
test_stable (void **state)
{
	guint8 other_secret[GENERATOR_SECRET_SIZE] = {1};
	guint64 reference = stable ("fd00::/64", "if", "net", 5, secret);

	assert_int_equal (stable ("fd00::/64", "if", "net", 5, secret), reference);
	/* The interface outlives its hardware. */
	assert_int_equal (stable ("fd00::/64", "if", "net", 6, secret), reference);
	assert_int_equal (stable ("fd00::/64", "if", "net", -1, secret), reference);
	assert_int_not_equal (stable ("fd00:1::/64", "if", "net", 5, secret), reference);
	assert_int_not_equal (stable ("fd00::/63", "if", "net", 5, secret), reference);
	assert_int_not_equal (stable ("fd00::/64", "ig", "net", 5, secret), reference);
	assert_int_not_equal (stable ("fd00::/64", "if", "net2", 5, secret), reference);
	assert_int_not_equal (stable ("fd00::/64", "if", NULL, 5, secret), reference);
	assert_int_not_equal (stable ("fd00::/64", "if", "net", 5, other_secret), reference);
	/* No two lists of fields are one text. */
	assert_int_not_equal (stable ("fd00::/64", "ifn", "et", 5, secret), reference);
	assert_int_not_equal (stable ("fd00::/64", "if", "", 5, secret), stable ("fd00::/64", "if", NULL, 5, secret));
	/* Without interface the MAC address counts, and without either it is random. */
	assert_int_equal (stable ("fd00::/64", NULL, "net", 5, secret), stable ("fd00::/64", NULL, "net", 5, secret));
	assert_int_not_equal (stable ("fd00::/64", NULL, "net", 5, secret),
	                      stable ("fd00::/64", NULL, "net", 6, secret));
	assert_int_not_equal (stable ("fd00::/64", NULL, "net", -1, secret),
	                      stable ("fd00::/64", NULL, "net", -1, secret));
}

/* The value is in databases and in firewall rules: it may never change. Computed independently, with
 * Python's hmac over the fields as generator.c documents them. */
static void
test_stable_is_fixed (void **state)
{
	assert_true (stable ("2001:db8::/64", "vif-1", "net-1", 0x02163e123456, secret) ==
	             G_GUINT64_CONSTANT (0xed3900e746e46fac));
	assert_true (stable ("2001:db8::/64", NULL, "net-1", 0x02163e123456, secret) ==
	             G_GUINT64_CONSTANT (0xf5bef90bcf65e8dc));
	assert_true (stable ("2001:db8::/64", "vif-1", NULL, -1, secret) == G_GUINT64_CONSTANT (0x275a449e41a4747d));
}

/* Blocks in which some, or all but one, of the identifiers are reserved. */
static void
test_reserved_identifiers (void **state)
{
	static const struct {
		const char *cidr;
		guint64 first;
		guint64 last;
	} table[] = {
		{"fd00::/127", 0, 0},
		{"fd00::/126", 0, 0},
		{"fd00::200:5eff:fe00:0/103", G_GUINT64_CONSTANT (0x02005efffe000000),
	         G_GUINT64_CONSTANT (0x02005efffeffffff)},
		{"fd00::fdff:ffff:ffff:ff00/120", G_GUINT64_CONSTANT (0xfdffffffffffff80),
	         G_GUINT64_CONSTANT (0xfdffffffffffffff)},
	};

	for (size_t i = 0; i < G_N_ELEMENTS (table); i++) {
		for (int kind = GENERATOR_STABLE; kind <= GENERATOR_RANDOM; kind++) {
			for (guint64 mac = 0; mac < 200; mac++) {
				generator_input input = {.tenant = "t", .has_mac = TRUE, .mac = mac, .secret = secret};
				guint64 identifier = (guint64)start_of ((generator_kind)kind, table[i].cidr, &input);

				assert_false (identifier >= table[i].first && identifier <= table[i].last);
			}
		}
	}
}

/* Where nothing else is left a reserved identifier must do. */
static void
test_wholly_reserved (void **state)
{
	generator_input input = {.tenant = "t", .interface = "if", .secret = secret};

	for (int kind = GENERATOR_STABLE; kind <= GENERATOR_RANDOM; kind++) {
		assert_true ((guint64)start_of ((generator_kind)kind, "fd00::/128", &input) == 0);
		start_of ((generator_kind)kind, "fd00::fdff:ffff:ffff:ff80/121", &input);
		start_of ((generator_kind)kind, "fd00::200:5eff:fe00:0/104", &input);
	}
}

static void
test_random (void **state)
{
	generator_input input = {.tenant = "t", .interface = "if", .has_mac = TRUE, .mac = 1, .secret = secret};
	guint64 ones = 0;
	guint64 zeros = 0;
	guint64 previous = 0;

	for (int i = 0; i < 200; i++) {
		guint64 identifier = (guint64)start_of (GENERATOR_RANDOM, "fd00::/64", &input);

		assert_true (identifier != previous);
		previous = identifier;
		ones |= identifier;
		zeros |= ~identifier;
	}
	/* Every bit was seen both ways: a bit that was not has a chance of 2^-199. */
	assert_true (ones == G_MAXUINT64 && zeros == G_MAXUINT64);
}

static void
test_names (void **state)
{
	static const char *const names[] = {"rfc2462", "tenant", "stable", "random"};
	generator_kind kind;

	for (int i = 0; i < 4; i++) {
		assert_true (generator_kind_parse (names[i], &kind));
		assert_int_equal (kind, i);
		assert_int_equal (generator_needs_mac (kind), i < 2);
	}
	assert_false (generator_kind_parse ("", &kind));
	assert_false (generator_kind_parse ("RFC2462", &kind));
	assert_false (generator_kind_parse ("stable ", &kind));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_recorded),
		cmocka_unit_test (test_every_prefix),
		cmocka_unit_test (test_stable),
		cmocka_unit_test (test_stable_is_fixed),
		cmocka_unit_test (test_reserved_identifiers),
		cmocka_unit_test (test_wholly_reserved),
		cmocka_unit_test (test_random),
		cmocka_unit_test (test_names),
	};
	return cmocka_run_group_tests_name ("rules/generator", tests, NULL, NULL);
}
