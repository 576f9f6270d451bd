/*
 * test_import_aws.c: Amazon's ip-ranges.json: all of the published plan, a small part of it held against a
 * naive reading, and bad entries.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "harness.h"

#include <arpa/inet.h>
#include <string.h>

/* An entry of the file, for the naive reading. */
typedef struct prefix {
	guint8 bytes[16];
	int family;
	unsigned length;
	const char *text;
	const char *region;
} prefix;

static gboolean
contains (const prefix *outer, const prefix *inner)
{
	if (outer->family != inner->family || outer->length > inner->length)
		return FALSE;
	for (unsigned bit = 0; bit < outer->length; bit++) {
		unsigned mask = 0x80u >> bit % 8;

		if ((outer->bytes[bit / 8] & mask) != (inner->bytes[bit / 8] & mask))
			return FALSE;
	}
	return TRUE;
}

static void
add_prefixes (GArray *prefixes, const json_t *root, const char *array, const char *key, int family)
{
	size_t i;
	json_t *entry;

	json_array_foreach (json_object_get (root, array), i, entry)
	{
		prefix new = {.family = family, .text = json_string_value (json_object_get (entry, key))};
		g_autofree char *address = g_strndup (new.text, strcspn (new.text, "/"));
		gboolean known = FALSE;

		assert_int_equal (inet_pton (family, address, new.bytes), 1);
		new.length = (unsigned)g_ascii_strtoull (strchr (new.text, '/') + 1, NULL, 10);
		new.region = json_string_value (json_object_get (entry, "region"));
		for (guint j = 0; j < prefixes->len; j++) {
			const prefix *other = &g_array_index (prefixes, prefix, j);

			known |= other->length == new.length &&contains (other, &new);
		}
		if (!known)
			g_array_append_val (prefixes, new);
	}
}

/* The text of the smallest prefix that contains this one, found by looking at all; NULL if there is none. */
static const char *
naive_parent (const GArray *prefixes, const prefix *inner)
{
	const prefix *best = NULL;

	for (guint i = 0; i < prefixes->len; i++) {
		const prefix *outer = &g_array_index (prefixes, prefix, i);

		if (outer->length < inner->length && contains (outer, inner) &&
		    (best == NULL || outer->length > best->length))
			best = outer;
	}
	return best != NULL ? best->text : NULL;
}

static void
sample (void **state)
{
	cli_env *env = *state;
	g_autofree char *file = cli_data ("aws-sample.json");
	g_autoptr (GArray) prefixes = g_array_new (FALSE, FALSE, sizeof (prefix));
	g_autoptr (GHashTable) cidr_of = g_hash_table_new (g_str_hash, g_str_equal);
	json_t *root = json_load_file (file, 0, NULL);
	const json_t *blocks;

	add_prefixes (prefixes, root, "prefixes", "ip_prefix", AF_INET);
	add_prefixes (prefixes, root, "ipv6_prefixes", "ipv6_prefix", AF_INET6);
	OK (env, "import", file);
	assert_string_equal (env->out, "imported 73 root blocks, 107 subnets; 151 equal entries merged\n");
	blocks = json_object_get (JSON (env, "block", "list"), "blocks");
	assert_int_equal (json_array_size (blocks), prefixes->len);
	for (size_t i = 0; i < json_array_size (blocks); i++) {
		const json_t *block = json_array_get (blocks, i);

		g_hash_table_insert (cidr_of, (void *)(gintptr)at (block, "id"), (void *)(gintptr)at (block, "cidr"));
	}
	for (guint i = 0; i < prefixes->len; i++) {
		const prefix *one = &g_array_index (prefixes, prefix, i);
		const char *parent = naive_parent (prefixes, one);
		const json_t *found = NULL;

		for (size_t j = 0; j < json_array_size (blocks); j++) {
			const json_t *block = json_array_get (blocks, j);

			if (strcmp (at (block, "cidr"), one->text) == 0)
				found = block;
		}
		if (found == NULL)
			fail_msg ("%s was not imported", one->text);
		assert_string_equal (at (found, "tenant"), one->region);
		assert_string_equal (at (found, "type"), "public");
		if (parent == NULL)
			assert_string_equal (at (found, "parent"), "(null)");
		else
			assert_string_equal (g_hash_table_lookup (cidr_of, at (found, "parent")), parent);
	}
	OK (env, "check");
	OK (env, "import", file);
	assert_string_equal (env->out, "nothing to do: 180 prefixes already there\n");
	json_decref (root);
}

static void
whole_plan (void **state)
{
	cli_env *env = *state;
	g_autofree char *file = cli_data ("aws-ip-ranges.json"), *before = NULL;
	json_t *json = JSON (env, "import", file, "--dry-run");

	assert_true (json_is_true (json_object_get (json_object_get (json, "import"), "dry_run")));
	assert_int_equal (integer_at (json, "import.created.root_blocks"), 8049);
	assert_int_equal (length_at (JSON (env, "block", "list"), "blocks"), 0);

	json = JSON (env, "import", file);
	assert_string_equal (at (json, "import.format"), "aws");
	assert_string_equal (at (json, "import.file"), file);
	assert_int_equal (integer_at (json, "import.entries"), 16828);
	assert_int_equal (integer_at (json, "import.merged"), 5815);
	assert_int_equal (integer_at (json, "import.created.root_blocks"), 8049);
	assert_int_equal (integer_at (json, "import.created.subnets"), 2964);
	assert_int_equal (integer_at (json, "import.existing.root_blocks"), 0);
	assert_int_equal (length_at (JSON (env, "block", "list"), "blocks"), 11013);
	assert_int_equal (length_at (JSON (env, "block", "list", "--roots"), "blocks"), 8049);
	assert_int_equal (integer_at (JSON (env, "check"), "check.problems_total"), 0);

	OK (env, "export");
	before = g_strdup (env->out);
	OK (env, "import", file);
	assert_string_equal (env->out, "nothing to do: 11,013 prefixes already there\n");
	json = JSON (env, "import", file);
	assert_int_equal (integer_at (json, "import.existing.root_blocks"), 8049);
	assert_int_equal (integer_at (json, "import.existing.subnets"), 2964);
	assert_int_equal (integer_at (json, "import.created.root_blocks"), 0);
	OK (env, "export");
	assert_string_equal (env->out, before);
}

static int
import (cli_env *env, const char *text)
{
	cli_write (env, "ranges.json", text);
	return RUN (env, "import", "ranges.json");
}

/* Equal prefixes: the first entry's region; a later file finds its containers in the database. */
static void
merging (void **state)
{
	cli_env *env = *state;

	assert_int_equal (import (env, "{\"prefixes\":[{\"ip_prefix\":\"10.0.0.0/16\",\"region\":\"a\"},"
	                               "{\"ip_prefix\":\"10.0.0.0/16\",\"region\":\"b\",\"service\":\"S3\"}]}"),
	                  0);
	assert_string_equal (env->out, "imported 1 root block; 1 equal entry merged\n");
	assert_string_equal (at (JSON (env, "block", "show", "10.0.0.0/16"), "block.tenant"), "a");
	assert_int_equal (import (env, "{\"prefixes\":[{\"ip_prefix\":\"10.0.3.0/24\",\"region\":\"c\"}],"
	                               "\"ipv6_prefixes\":[{\"ipv6_prefix\":\"2001:DB8::/32\",\"region\":\"c\"}]}"),
	                  0);
	assert_string_equal (env->out, "imported 1 root block, 1 subnet\n");
	assert_string_equal (at (JSON (env, "subnet", "list", "10.0.0.0/16"), "blocks.0.tenant"), "c");
	assert_string_equal (at (JSON (env, "block", "show", "2001:db8::/32"), "block.tenant"), "c");
	/* Another region than the one that is there. */
	assert_int_equal (import (env, "{\"prefixes\":[{\"ip_prefix\":\"10.0.3.0/24\",\"region\":\"d\"}]}"), 5);
	assert_contains (env->err, "prefixes[0] (10.0.3.0/24): 10.0.3.0/24 is there already");
	assert_contains (env->err, "with tenant c, not d");
}

static void
bad_entries (void **state)
{
	cli_env *env = *state;
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{"{\"prefixes\":{}}", "prefixes is not an array"},
		{"{\"prefixes\":[3]}", "prefixes[0]: this is not an object"},
		{"{\"prefixes\":[{\"region\":\"a\"}]}", "prefixes[0]: ip_prefix is missing"},
		{"{\"prefixes\":[{\"ip_prefix\":7,\"region\":\"a\"}]}", "prefixes[0]: ip_prefix is not a text"},
		{"{\"prefixes\":[{\"ip_prefix\":\"10.0.0.0/8\",\"region\":\"a\"},{\"ip_prefix\":\"1.2.3.4/33\","
	         "\"region\":\"a\"}]}",
	         "prefixes[1] (1.2.3.4/33): this is not an address and a prefix length"},
		{"{\"prefixes\":[{\"ip_prefix\":\"10.0.0.0/8\"}]}", "prefixes[0] (10.0.0.0/8): region is missing"},
		{"{\"prefixes\":[{\"ip_prefix\":\"10.0.0.0/8\",\"region\":\"\"}]}", "prefixes[0] (10.0.0.0/8): "},
		{"{\"prefixes\":[{\"ip_prefix\":\"::/8\",\"region\":\"a\"}]}",
	         "prefixes[0] (::/8): this is of the other address family"},
		{"{\"ipv6_prefixes\":[{\"ipv6_prefix\":\"1.0.0.0/8\",\"region\":\"a\"}]}",
	         "ipv6_prefixes[0] (1.0.0.0/8): this is of the other address family"},
		{"{\"prefixes\":[", "line 1, column "},
		{"{\"prefixes\":[]} x", "line 1, column "},
		{"{\"things\":[]}", "this is neither an export"},
		{"[]", "this is neither an export"},
	};

	for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++) {
		g_autofree char *full = g_strconcat ("ip-driver: ranges.json: ", cases[i].message, NULL);

		assert_int_equal (import (env, cases[i].text), 3);
		if (!g_str_has_prefix (env->err, full))
			fail_msg ("“%s” does not begin with “%s”", env->err, full);
		assert_int_equal (length_at (JSON (env, "block", "list"), "blocks"), 0);
	}
}

/* One bad entry behind ten thousand good ones. */
static void
nothing_stays (void **state)
{
	cli_env *env = *state;
	g_autofree char *file = cli_data ("aws-ip-ranges.json"),
			*copy = g_build_filename (env->folder, "copy.json", NULL);
	json_t *root = json_load_file (file, 0, NULL), *last;
	size_t count = json_array_size (json_object_get (root, "ipv6_prefixes"));
	g_autofree char *message = g_strdup_printf ("ipv6_prefixes[%zu] (2a05::/16): ", count - 1);

	/* Well-formed, but without a region. */
	last = json_array_get (json_object_get (root, "ipv6_prefixes"), count - 1);
	json_object_set_new (last, "ipv6_prefix", json_string ("2a05::/16"));
	json_object_set_new (last, "region", json_string (""));
	assert_int_equal (json_dump_file (root, copy, 0), 0);
	json_decref (root);
	EXPECT (env, 3, "import", copy);
	assert_contains (env->err, message);
	assert_int_equal (length_at (JSON (env, "block", "list"), "blocks"), 0);
	OK (env, "check");
}

int
main (void)
{
#define CASE(name) cmocka_unit_test_setup_teardown (name, cli_setup, cli_teardown)
	const struct CMUnitTest tests[] = {
		CASE (sample), CASE (whole_plan), CASE (merging), CASE (bad_entries), CASE (nothing_stays),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
