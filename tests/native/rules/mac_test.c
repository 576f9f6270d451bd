/* MAC addresses as numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mac.h"
#include "random.h"

static void
test_addresses (void **state)
{
	static const char *const malformed[] = {
		"",
		"aa:bb:cc:dd:ee",
		"aa:bb:cc:dd:ee:f",
		"aa:bb:cc:dd:ee:fg",
		"aa:bb:cc:dd:ee:ff:",
		"aa:bb:cc:dd:ee:ff/24",
		"aa-bb-cc-dd-ee-ff",
		"aabb.ccdd.eeff",
		"aabbccddeeff",
		" aa:bb:cc:dd:ee:ff",
		"aa:bb:cc:dd:ee: ff",
		"aa:bb:cc:dd:e:eff",
		"+a:bb:cc:dd:ee:ff",
	};
	g_autoptr (GRand) random = test_random_new ("mac");
	char text[MAC_TEXT_SIZE];
	guint64 mac;

	assert_true (mac_parse ("02:16:3e:12:34:56", &mac));
	assert_true (mac == G_GUINT64_CONSTANT (0x02163e123456));
	assert_true (mac_parse ("ff:ff:ff:ff:ff:ff", &mac));
	assert_true (mac == G_GUINT64_CONSTANT (0xffffffffffff));
	for (size_t i = 0; i < G_N_ELEMENTS (malformed); i++) {
		if (mac_parse (malformed[i], &mac))
			fail_msg ("accepted '%s'", malformed[i]);
	}
	for (int i = 0; i < 5000; i++) {
		guint64 value = (guint64)test_random_value (random) & G_GUINT64_CONSTANT (0xffffffffffff);

		assert_int_equal (strlen (mac_format (value, text)), 17);
		assert_true (mac_parse (text, &mac));
		assert_true (mac == value);
	}
}

static void
test_ranges (void **state)
{
	static const struct {
		const char *input;
		const char *canonical;
		const char *last;
	} table[] = {
		{"00:16:3e:00:00:00/24", "00:16:3e:00:00:00/24", "00:16:3e:ff:ff:ff"},
		{"00:16:3e:12:34:56/24", "00:16:3e:00:00:00/24", "00:16:3e:ff:ff:ff"},
		{"00:16:3e:12:34:57/47", "00:16:3e:12:34:56/47", "00:16:3e:12:34:57"},
		{"00:16:3e:12:34:57/48", "00:16:3e:12:34:57/48", "00:16:3e:12:34:57"},
		{"ab:ff:ff:ff:ff:ff/8", "ab:00:00:00:00:00/8", "ab:ff:ff:ff:ff:ff"},
		{"ab:cd:ff:ff:ff:ff/9", "ab:80:00:00:00:00/9", "ab:ff:ff:ff:ff:ff"},
	};
	static const char *const malformed[] = {
		"00:16:3e:00:00:00",
		"00:16:3e:00:00:00/",
		"00:16:3e:00:00:00/7",
		"00:16:3e:00:00:00/49",
		"00:16:3e:00:00:00/0",
		"00:16:3e:00:00:00/08",
		"00:16:3e:00:00:00/-8",
		"00:16:3e:00:00:00/240",
		"00:16:3e:00:00:00/24x",
		"00:16:3e:00:00/24",
		"/24",
		"",
		"00:16:3e:00:00:00/ 9",
		"00:16:3e:00:00:00/9 ",
		"00:16:3e:00:00:00/x",
	};
	char text[MAC_TEXT_SIZE];
	guint64 first, last;
	int prefix;

	for (size_t i = 0; i < G_N_ELEMENTS (table); i++) {
		assert_true (mac_range_parse (table[i].input, &first, &last, &prefix));
		assert_string_equal (mac_range_format (first, prefix, text), table[i].canonical);
		assert_string_equal (mac_format (last, text), table[i].last);
	}
	for (size_t i = 0; i < G_N_ELEMENTS (malformed); i++) {
		if (mac_range_parse (malformed[i], &first, &last, &prefix))
			fail_msg ("accepted '%s'", malformed[i]);
	}
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_addresses),
		cmocka_unit_test (test_ranges),
	};
	return cmocka_run_group_tests_name ("rules/mac", tests, NULL, NULL);
}
