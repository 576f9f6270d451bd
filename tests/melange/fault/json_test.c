/*
 * Reading answers: what is well-formed comes out in canonical form, and what is not is IP_DRIVER_PROTOCOL with the key
 * named. And paths, and the arithmetic of addresses.
 */
#include "fake.h"

#include <string.h>

#include "json.h"
#include "path.h"
#include "state.h"

static json_t *
parse (const char *text)
{
	json_error_t error;
	json_t *object = json_loads (text, JSON_ALLOW_NUL, &error);

	if (!object)
		fail_msg ("%s: %s", text, error.text);
	return object;
}

typedef enum { AS_TEXT, AS_PROSE, AS_NEEDED, AS_ID, AS_ADDRESS, AS_CIDR, AS_MAC, AS_RANGE, AS_MASK4, AS_MASK6 } kind;

static const char *
get (json_reader *reader, json_t *object, kind as)
{
	ip_block block;
	int version;

	switch (as) {
	case AS_TEXT:
		return json_text (reader, object, "key");
	case AS_PROSE:
		return json_prose (reader, object, "key");
	case AS_NEEDED:
		return json_needed (reader, object, "key");
	case AS_ID:
		return json_id (reader, object, "key");
	case AS_ADDRESS:
		return json_address_or_null (reader, object, "key", &version);
	case AS_CIDR:
		return json_cidr (reader, object, "key", &block);
	case AS_MAC:
		return json_mac (reader, object, "key");
	case AS_RANGE:
		return json_mac_range (reader, object, "key");
	case AS_MASK4:
		return json_netmask (reader, object, "key", 4);
	default:
		return json_netmask (reader, object, "key", 6);
	}
}

static const struct {
	kind as;
	const char *object;
	const char *value;
} good[] = {
	{AS_TEXT, "{}", NULL},
	{AS_TEXT, "{\"key\": null}", NULL},
	{AS_TEXT, "{\"key\": \"\"}", ""},
	{AS_TEXT, "{\"key\": \"n\u00e9t\"}", "n\u00e9t"},
	{AS_PROSE, "{\"key\": \"a\\nb\\tc\"}", "a\nb\tc"},
	{AS_NEEDED, "{\"key\": \"x\"}", "x"},
	{AS_ID, "{\"key\": \"e9d71f5e-e7c9-5d6d-a9e9-2ffdad17b8bd\"}", "e9d71f5e-e7c9-5d6d-a9e9-2ffdad17b8bd"},
	{AS_ADDRESS, "{\"key\": \"\"}", NULL},
	{AS_ADDRESS, "{\"key\": \"10.0.0.9\"}", "10.0.0.9"},
	{AS_ADDRESS, "{\"key\": \"fd00:0000:0000:0000:a947:7290:ff00:0022\"}", "fd00::a947:7290:ff00:22"},
	{AS_ADDRESS, "{\"key\": \"0000:0000:0000:0000:0000:0000:0001:0002\"}", "::1:2"},
	{AS_ADDRESS, "{\"key\": \"::\"}", "::"},
	{AS_ADDRESS, "{\"key\": \"::1\"}", "::1"},
	{AS_ADDRESS, "{\"key\": \"::ffff:10.0.0.1\"}", "::ffff:10.0.0.1"},
	{AS_CIDR, "{\"key\": \"FD00:0:0:2:0:0:0:5/64\"}", "fd00:0:0:2::/64"},
	{AS_CIDR, "{\"key\": \"10.2.3.77/24\"}", "10.2.3.0/24"},
	{AS_CIDR, "{\"key\": \"0.0.0.0/0\"}", "0.0.0.0/0"},
	{AS_CIDR, "{\"key\": \"::/0\"}", "::/0"},
	{AS_MAC, "{\"key\": null}", NULL},
	{AS_MAC, "{\"key\": \"AA:BB:CC:DD:EE:FF\"}", "aa:bb:cc:dd:ee:ff"},
	{AS_MAC, "{\"key\": \"aa-bb-cc-dd-ee-ff\"}", "aa:bb:cc:dd:ee:ff"},
	{AS_MAC, "{\"key\": \"aabb.ccdd.ee01\"}", "aa:bb:cc:dd:ee:01"},
	{AS_MAC, "{\"key\": \"aabbccddee02\"}", "aa:bb:cc:dd:ee:02"},
	{AS_MAC, "{\"key\": \"0:1:2:3:4:5\"}", "00:01:02:03:04:05"},
	{AS_RANGE, "{\"key\": \"AB-BC-CD-12-23-34/24\"}", "ab:bc:cd:00:00:00/24"},
	{AS_RANGE, "{\"key\": \"04-00-00-00-00-07/46\"}", "04:00:00:00:00:04/46"},
	{AS_RANGE, "{\"key\": \"ab:bc:cd:00:00:01/48\"}", "ab:bc:cd:00:00:01/48"},
	{AS_MASK4, "{\"key\": null}", NULL},
	{AS_MASK4, "{\"key\": \"255.255.248.0\"}", "255.255.248.0"},
	{AS_MASK4, "{\"key\": \"0.0.0.0\"}", "0.0.0.0"},
	{AS_MASK4, "{\"key\": \"24\"}", "255.255.255.0"},
	{AS_MASK4, "{\"key\": \"0\"}", "0.0.0.0"},
	{AS_MASK4, "{\"key\": \"32\"}", "255.255.255.255"},
	{AS_MASK6, "{\"key\": \"64\"}", "64"},
};

static const struct {
	kind as;
	const char *object;
} bad[] = {
	{AS_TEXT, "{\"key\": 5}"},
	{AS_TEXT, "{\"key\": {\"a\": 1}}"},
	{AS_TEXT, "{\"key\": \"a\\nb\"}"},
	{AS_TEXT, "{\"key\": \"a\\u0000b\"}"},
	{AS_TEXT, "{\"key\": \"a\\u0085b\"}"},
	{AS_PROSE, "{\"key\": \"a\\u001bb\"}"},
	{AS_NEEDED, "{}"},
	{AS_NEEDED, "{\"key\": null}"},
	{AS_NEEDED, "{\"key\": \"\"}"},
	{AS_ID, "{}"},
	{AS_ID, "{\"key\": \"my-own-id\"}"},
	{AS_ID, "{\"key\": 42}"},
	{AS_ADDRESS, "{\"key\": \"junk\"}"},
	{AS_ADDRESS, "{\"key\": \"10.0.0\"}"},
	{AS_ADDRESS, "{\"key\": \"10.0.0.1/24\"}"},
	{AS_ADDRESS, "{\"key\": 167772160}"},
	{AS_CIDR, "{}"},
	{AS_CIDR, "{\"key\": \"10.0.0.1\"}"},
	{AS_CIDR, "{\"key\": \"10.0.0.0/33\"}"},
	{AS_CIDR, "{\"key\": \"10.0.0.0/-1\"}"},
	{AS_CIDR, "{\"key\": \"10.0.0.0/\"}"},
	{AS_CIDR, "{\"key\": \"fd00::/129\"}"},
	{AS_MAC, "{\"key\": \"junk\"}"},
	{AS_MAC, "{\"key\": \"aa:bb:cc:dd:ee\"}"},
	{AS_MAC, "{\"key\": \"aa:bb:cc:dd:ee:ff:00\"}"},
	{AS_MAC, "{\"key\": \"aa:bb-cc:dd:ee:ff\"}"},
	{AS_MAC, "{\"key\": \"aa::cc:dd:ee:ff\"}"},
	{AS_MAC, "{\"key\": \"aabb.ccdd.ee\"}"},
	{AS_MAC, "{\"key\": \"aabbccddee0g\"}"},
	{AS_MAC, "{\"key\": \"aa.bb.cc.dd.ee.ff\"}"},
	{AS_RANGE, "{\"key\": \"00-00-00-00-00-00\"}"},
	{AS_RANGE, "{\"key\": \"00-00-00-00-00-00/49\"}"},
	{AS_RANGE, "{\"key\": \"junk\"}"},
	{AS_MASK4, "{\"key\": \"255.0.255.0\"}"},
	{AS_MASK4, "{\"key\": \"33\"}"},
	{AS_MASK4, "{\"key\": \"64junk\"}"},
	{AS_MASK6, "{\"key\": \"129\"}"},
	{AS_MASK6, "{\"key\": \"255.255.0.0\"}"},
};

static void
fields (void **state)
{
	for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
		json_auto_t *object = parse (good[i].object);
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		g_auto (json_reader) reader = {0};

		json_reader_init (&reader, &error);
		const char *value = get (&reader, object, good[i].as);
		if (reader.failed || g_strcmp0 (value, good[i].value) != 0)
			fail_msg ("%s is %s (%s)", good[i].object, value, error.message);
	}
}

static void
nonsense (void **state)
{
	for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
		json_auto_t *object = parse (bad[i].object);
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		g_auto (json_reader) reader = {0};

		json_reader_init (&reader, &error);
		if (get (&reader, object, bad[i].as) || !reader.failed)
			fail_msg ("%s is taken", bad[i].object);
		assert_int_equal (json_reader_status (&reader), IP_DRIVER_PROTOCOL);
		assert_int_equal (error.status, IP_DRIVER_PROTOCOL);
		assert_non_null (strstr (error.message, "\"key\""));
		/* The first problem stays. */
		json_fail (&reader, "other", "is wrong too");
		assert_null (strstr (error.message, "other"));
	}
}

static void
numbers_and_times (void **state)
{
	json_auto_t *object = parse ("{\"n\": 7, \"real\": 1.5, \"text\": \"7\", \"t\": \"2012-02-29T12:34:56\","
	                             " \"junk\": \"yesterday\", \"none\": null, \"list\": [{}, 1], \"objects\": [{}]}");
	static const char *const wrong[] = {"real", "text", "none", "missing"};
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_auto (json_reader) reader = {0};

	json_reader_init (&reader, &error);
	assert_int_equal (json_number (&reader, object, "n", 0, 7), 7);
	assert_int_equal (json_time (&reader, object, "t"), 1330518896);
	assert_int_equal (json_time (&reader, object, "none"), 0);
	assert_int_equal (json_time (&reader, object, "missing"), 0);
	assert_int_equal (json_array_size (json_list (&reader, object, "objects")), 1);
	assert_false (reader.failed);
	assert_null (json_list (&reader, object, "list"));
	assert_true (reader.failed);
	for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
		reader.failed = FALSE;
		json_number (&reader, object, wrong[i], G_MININT64, G_MAXINT64);
		assert_true (reader.failed);
		assert_non_null (strstr (error.message, wrong[i]));
	}
	reader.failed = FALSE;
	json_number (&reader, object, "n", 0, 6);
	assert_true (reader.failed);
	reader.failed = FALSE;
	json_time (&reader, object, "junk");
	assert_true (reader.failed);
	reader.failed = FALSE;
	assert_null (json_member (&reader, object, "n"));
	assert_true (reader.failed);
}

static void
paths (void **state)
{
	static const char *const refused[] = {"a/b", "/", ".", ".."};
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_autofree char *plain = melange_tenant_path (&error, "t 1?&#%", "interfaces", "v\303\251");
	g_autofree char *json = melange_tenant_path (&error, "x.json", "interfaces", "v.json");
	g_autofree char *xml = melange_path (&error, "interfaces", "v.xml", NULL);

	assert_string_equal (plain, "/v0.1/ipam/tenants/t%201%3F%26%23%25/interfaces/v%C3%A9");
	assert_string_equal (json, "/v0.1/ipam/tenants/x.json/interfaces/v.json.json");
	assert_string_equal (xml, "/v0.1/ipam/interfaces/v.xml.json");
	plain = melange_path_query (plain, "a", "b c");
	plain = melange_path_query (plain, "limit", "1");
	assert_non_null (strstr (plain, "?a=b%20c&limit=1"));
	for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
		error.status = IP_DRIVER_OK;
		assert_null (melange_tenant_path (&error, refused[i], "ip_blocks"));
		assert_int_equal (error.status, IP_DRIVER_INVALID);
		assert_non_null (strstr (error.message, refused[i]));
	}
}

static void
counts (void **state)
{
	static const struct {
		const char *cidr, *size, *last;
	} blocks[] = {
		{"10.0.0.0/32", "1", "10.0.0.0"},
		{"10.0.0.0/8", "16777216", "10.255.255.255"},
		{"0.0.0.0/0", "4294967296", "255.255.255.255"},
		{"fd00::/64", "18446744073709551616", "fd00::ffff:ffff:ffff:ffff"},
		{"::/1", "170141183460469231731687303715884105728", "7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
		{"::/0", "340282366920938463463374607431768211456", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	};
	char text[IP_TEXT];

	for (gsize i = 0; i < G_N_ELEMENTS (blocks); i++) {
		ip_block block;

		assert_true (ip_block_parse (blocks[i].cidr, &block));
		ip_count size = ip_block_size (&block), one = {.low = 1};
		assert_string_equal (ip_count_format (size, text), blocks[i].size);
		assert_string_equal (ip_format (block.version, block.last, text), blocks[i].last);
		ip_count back = ip_count_add (ip_count_subtract (size, one), one);
		assert_string_equal (ip_count_format (back, text), blocks[i].size);
	}
	assert_string_equal (ip_count_format (ip_count_subtract ((ip_count){.low = 1}, (ip_count){.low = 2}), text),
	                     "0");
}

static void
hidden_interfaces (void **state)
{
	g_autofree char *hidden = melange_new_hidden_interface (), *shown = melange_new_interface ();
	g_autofree char *longer = g_strconcat (hidden, "0", NULL);

	assert_true (melange_is_hidden_interface (hidden));
	assert_int_equal (strlen (hidden), 36);
	assert_true (g_uuid_string_is_valid (shown));
	assert_false (melange_is_hidden_interface (shown));
	assert_false (melange_is_hidden_interface (longer));
	assert_false (melange_is_hidden_interface ("ipd-"));
	assert_false (melange_is_hidden_interface ("ipd-0123456789abcdef0123456789abcdeG"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (fields), cmocka_unit_test (nonsense), cmocka_unit_test (numbers_and_times),
		cmocka_unit_test (paths),  cmocka_unit_test (counts),   cmocka_unit_test (hidden_interfaces),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
