/*
 * The forms of text that the service takes and gives beyond those of the ABI.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "forms.h"

typedef struct {
	const char *text;
	/* NULL: as it is. */
	const char *form;
} form_case;

static void
check_forms (char *(*convert) (const char *text), const form_case *cases, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autofree char *form = convert (cases[i].text);

		assert_string_equal (form, cases[i].form != NULL ? cases[i].form : cases[i].text);
	}
}

static void
test_address (void **state)
{
	static const form_case cases[] = {
		{"10.0.0.1", "10.0.0.1"},
		{"10.13", "10.0.0.13"},
		{"10.258", "10.0.1.2"},
		{"10.1.515", "10.1.2.3"},
		{"10.16777215", "10.255.255.255"},
		{"10.16777216", NULL},
		{"10.1.65536", NULL},
		{"10.0.0.256", NULL},
		{"256.1", NULL},
		{"5", NULL},
		{"010.1", NULL},
		{"10.", NULL},
		{"10..1", NULL},
		{".10", NULL},
		{"1.2.3.4.5", NULL},
		{"10.99999999999999999999", NULL},
		{"10.1 ", NULL},
		{"junk", NULL},
		{"", NULL},
		{"fd00::1", NULL},
	};

	check_forms (forms_address, cases, G_N_ELEMENTS (cases));
}

static void
test_long_address (void **state)
{
	static const form_case cases[] = {
		{"fd00::1", "fd00:0000:0000:0000:0000:0000:0000:0001"},
		{"FD00:0:0:2::ABCD", "fd00:0000:0000:0002:0000:0000:0000:abcd"},
		{"::", "0000:0000:0000:0000:0000:0000:0000:0000"},
		{"10.0.0.1", NULL},
		{"fd00::1::2", NULL},
	};

	check_forms (forms_long_address, cases, G_N_ELEMENTS (cases));
}

static void
test_mac (void **state)
{
	static const form_case cases[] = {
		{"aa:bb:cc:dd:ee:ff", "aa:bb:cc:dd:ee:ff"},
		{"AA-BB-CC-DD-EE-0F", "aa:bb:cc:dd:ee:0f"},
		{"0:1:2:3:4:5", "00:01:02:03:04:05"},
		{"aabb.ccdd.eeff", "aa:bb:cc:dd:ee:ff"},
		{"1.2.3", "00:01:00:02:00:03"},
		{"aabbccddee02", NULL},
		{"0:1:2:3:4", NULL},
		{"0:1:2:3:4:5:6", NULL},
		{"0:1:2:3:4:", NULL},
		{"0:1:2-3:4:5", NULL},
		{"000:1:2:3:4:5", NULL},
		{"junk", NULL},
		{"", NULL},
	};
	g_autofree char *of_number = forms_mac_of_number (G_GUINT64_CONSTANT (0x0102030405ff));

	check_forms (forms_mac, cases, G_N_ELEMENTS (cases));
	assert_string_equal (of_number, "01:02:03:04:05:ff");
}

static void
test_cidr (void **state)
{
	/* NULL: malformed. */
	static const struct {
		const char *text, *form;
	} cases[] = {
		{"10.0.0.0/24", "10.0.0.0/24"},
		{"10.2.3.77/24", "10.2.3.77/24"},
		{"10.6.0.5", "10.6.0.5/32"},
		{"10.7.0.0/255.255.0.0", "10.7.0.0/16"},
		{"10.7.0.0/0.0.255.255", "10.7.0.0/16"},
		{"10.7.0.0/0.0.0.0", "10.7.0.0/0"},
		{"10.7.0.0/255.255.255.255", "10.7.0.0/32"},
		{"10.8/16", "10.8.0.0/16"},
		{"10/8", "10.0.0.0/8"},
		{"0.0.0.0/0", "0.0.0.0/0"},
		{"FD00:0:0:2::5/64", "fd00:0:0:2::5/64"},
		{"fd00::1", "fd00::1/128"},
		{"::/0", "::/0"},
		{"10.0.0.0/33", NULL},
		{"fd00::/129", NULL},
		{"fd00::/255.0.0.0", NULL},
		{"10.0.0.0/255.0.255.0", NULL},
		{"10.0.0.0/", NULL},
		{"10.0.0.0/-1", NULL},
		{"10.0.0.0/024", NULL},
		{"10.0.0.0/24/24", NULL},
		{"10.0.0.300/24", NULL},
		{"10.0.0.0.0/24", NULL},
		{"010.0.0.0/8", NULL},
		{"10...", NULL},
		{"/24", NULL},
		{"", NULL},
		{"junk", NULL},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		forms_cidr cidr;
		g_autofree char *form = NULL;

		if (!forms_cidr_parse (cases[i].text, &cidr)) {
			assert_null (cases[i].form);
			continue;
		}
		assert_non_null (cases[i].form);
		form = forms_cidr_format (&cidr);
		assert_string_equal (form, cases[i].form);
	}
}

static void
test_overlap (void **state)
{
	static const struct {
		const char *a, *b;
		gboolean overlap;
	} cases[] = {
		{"10.0.0.0/8", "10.255.0.0/16", TRUE},     {"10.0.0.0/24", "10.0.1.0/24", FALSE},
		{"10.0.0.0/25", "10.0.0.128/25", FALSE},   {"10.0.0.0/24", "10.0.0.128/25", TRUE},
		{"0.0.0.0/0", "255.255.255.255/32", TRUE}, {"0.0.0.0/0", "::/0", FALSE},
		{"fd00::/48", "fd00:0:0:1::/64", TRUE},    {"fd00::/64", "fd00:0:0:1::/64", FALSE},
		{"10.0.0.7/32", "10.0.0.7/32", TRUE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		forms_cidr a, b;

		assert_true (forms_cidr_parse (cases[i].a, &a));
		assert_true (forms_cidr_parse (cases[i].b, &b));
		assert_int_equal (forms_cidr_overlap (&a, &b), cases[i].overlap);
		assert_int_equal (forms_cidr_overlap (&b, &a), cases[i].overlap);
	}
}

static void
test_repr (void **state)
{
	static const form_case cases[] = {
		{"", "u''"},
		{"cidr is invalid", "u'cidr is invalid'"},
		{"doesn't", "u\"doesn't\""},
		{"a \"b\"", "u'a \"b\"'"},
		{"'\"", "u'\\'\"'"},
		{"back\\slash", "u'back\\\\slash'"},
		{"a\nb\rc\td\x01\x7f", "u'a\\nb\\rc\\td\\x01\\x7f'"},
		{"n\xc3\xa9t", "u'n\\xe9t'"},
		{"\xe2\x82\xac", "u'\\u20ac'"},
		{"\xf0\x9f\x90\x8d", "u'\\U0001f40d'"},
	};

	check_forms (forms_repr, cases, G_N_ELEMENTS (cases));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_address), cmocka_unit_test (test_long_address), cmocka_unit_test (test_mac),
		cmocka_unit_test (test_cidr),    cmocka_unit_test (test_overlap),      cmocka_unit_test (test_repr),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
