/*
 * test_compare.c: `compare`: it sees every single difference that there can be, from both sides, and nothing where
 * there is none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "populate.h"

#include <string.h>

/* Runs a command that is written in one line, on a configuration. */
static void
run_line (cli_env *env, const char *config, const char *line)
{
	g_auto (GStrv) words = g_strsplit (line, " ", -1);
	g_autoptr (GPtrArray) args = g_ptr_array_new ();

	g_ptr_array_add (args, (void *)(gintptr) "--config");
	g_ptr_array_add (args, (void *)(gintptr)config);
	for (unsigned i = 0; words[i] != NULL; i++)
		g_ptr_array_add (args, words[i]);
	g_ptr_array_add (args, NULL);
	cli_expect (env, 0, (const char *const *)args->pdata, __FILE__, __LINE__);
}

/* What is done to a copy, and the lines that tell it: A is the original. "<" stands for "only in A", ">" for "only in
 * B"; the path of A stands where "{A}" is. */
static const struct {
	const char *command;
	const char *lines[4];
} changes[] = {
	{"policy update skip --name leap", {"policy “skip” of tenant t: name is skip in {A}, leap in {B}"}},
	{"policy update skip --description x",
         {"policy “skip” of tenant t: description is ünï\\ncode in {A}, x in {B}"}},
	{"--tenant v policy create more", {"policy “more” of tenant v: only in {B}"}},
	{"policy range create skip --offset 9 --length 1", {"range 9+1 of policy “skip” of tenant t: only in {B}"}},
	{"policy octet create skip 250", {"octet 250 of policy “skip” of tenant t: only in {B}"}},
	{"block update 10.0.0.0/24 --gateway 10.0.0.9",
         {"block 10.0.0.0/24 of tenant t: gateway is 10.0.0.1 in {A}, 10.0.0.9 in {B}"}},
	{"block update 10.0.0.0/24 --dns1 8.8.8.8",
         {"block 10.0.0.0/24 of tenant t: dns1 is 9.9.9.9 in {A}, 8.8.8.8 in {B}"}},
	{"block update 10.0.0.0/24 --dns2 8.8.8.8",
         {"block 10.0.0.0/24 of tenant t: dns2 is none in {A}, 8.8.8.8 in {B}"}},
	{"block update fd00::/64 --policy skip", {"block fd00::/64 of tenant t: policy is none in {A}, "}},
	{"block update 10.0.0.0/24 --gateway ",
         {"block 10.0.0.0/24 of tenant t: gateway is 10.0.0.1 in {A}, none in {B}"}},
	{"block update 172.16.9.0/24 --network k", {"subnet 172.16.9.0/24 of tenant u: network is m in {A}, k in {B}"}},
	{"--tenant v block create 192.168.0.0/24", {"block 192.168.0.0/24 of tenant v: only in {B}"}},
	{"subnet create 172.16.0.0/16 --cidr 172.16.4.0/24", {"subnet 172.16.4.0/24 of tenant u: only in {B}"}},
	{"block delete 172.16.9.0/24", {"subnet 172.16.9.0/24 of tenant u: only in {A}"}},
	{"route create 203.0.113.0/24 10.9.0.0/16 203.0.113.9",
         {"route 10.9.0.0/255.255.0.0 via 203.0.113.9 of block 203.0.113.0/24 of tenant t: only in {B}"}},
	{"--tenant t interface create --id more --mac 02:00:00:ff:00:01", {"interface more: only in {B}"}},
	{"interface delete a",
         {"interface a: only in {A}",
          "address 10.0.0.2 in block 10.0.0.0/24 of tenant t: interface is a in {A}, none in {B}",
          "address fd00::ff:fe00:0 in block fd00::/64 of tenant t: interface is a in {A}, none in {B}", NULL}},
	{"address allocate 203.0.113.0/24 --address 203.0.113.77",
         {"address 203.0.113.77 in block 203.0.113.0/24 of tenant t: only in {B}"}},
	{"address purge 10.0.0.50 --all", {"address 10.0.0.50 in block 10.0.0.0/24 of tenant t: only in {A}"}},
	{"address restore 10.0.0.50",
         {"address 10.0.0.50 in block 10.0.0.0/24 of tenant t: state is resting in {A}, allocated in {B}"}},
	{"address release 10.0.0.100",
         {"address 10.0.0.100 in block 10.0.0.0/24 of tenant t: state is allocated in {A}, resting in {B}"}},
	{"lease release 10.0.0.2", {"lease of 10.0.0.2 in block 10.0.0.0/24 of tenant t: only in {A}"}},
	{"lease grant 10.0.0.3 --duration 60", {"lease of 10.0.0.3 in block 10.0.0.0/24 of tenant t: only in {B}"}},
	{"lease grant 203.0.113.1 --duration 900",
         {"lease of 203.0.113.1 in block 203.0.113.0/24 of tenant t: leased_until is infinite in {A}, "}},
	{"lease grant 203.0.113.1 --duration infinite --hostname h",
         {"lease of 203.0.113.1 in block 203.0.113.0/24 of tenant t: hostname is none in {A}, h in {B}"}},
	{"lease grant 203.0.113.1 --duration infinite --client-id c",
         {"lease of 203.0.113.1 in block 203.0.113.0/24 of tenant t: client_id is none in {A}, c in {B}"}},
	{"lease grant 203.0.113.1 --duration infinite --mac 02:00:00:00:00:09",
         {"lease of 203.0.113.1 in block 203.0.113.0/24 of tenant t: mac is none in {A}, 02:00:00:00:00:09 in {B}"}},
	{"nat remove --local 10.0.0.2 --global 203.0.113.2",
         {"NAT pair of 10.0.0.2 in block 10.0.0.0/24 of tenant t with 203.0.113.2 in block 203.0.113.0/24 of tenant t: "
          "only "
          "in {A}"}},
	{"nat add --local 10.0.0.3 --global 203.0.113.2",
         {"NAT pair of 10.0.0.3 in block 10.0.0.0/24 of tenant t with 203.0.113.2 in block 203.0.113.0/24 of tenant t: "
          "only "
          "in {B}"}},
	{"allowed-ip disallow b 10.0.0.2",
         {"allowed IP 10.0.0.2 in block 10.0.0.0/24 of tenant t, on interface b: only in {A}"}},
	{"allowed-ip allow a 10.0.0.100 --network n",
         {"allowed IP 10.0.0.100 in block 10.0.0.0/24 of tenant t, on interface a: only in {B}"}},
	{"mac-range create 06:00:00:00:00:00/24", {"MAC range 06:00:00:00:00:00/24: only in {B}"}},
};

/* {A} and {B} as they are named; swap: they are the other way round, and so is the difference. Owned by the caller. */
static char *
expected_line (const char *pattern, const char *a, const char *b)
{
	g_autoptr (GString) line = g_string_new (pattern);

	g_string_replace (line, "{A}", a, 0);
	g_string_replace (line, "{B}", b, 0);
	return g_string_free (g_steal_pointer (&line), FALSE);
}

/* Text lines of the output, but for the last, which has the totals. */
static guint
difference_lines (const cli_env *env)
{
	g_auto (GStrv) lines = g_strsplit (env->out, "\n", -1);

	return g_strv_length (lines) - 2;
}

static void
every_difference (void **state)
{
	cli_env *env = *state;

	populate (env);
	for (unsigned i = 0; i < G_N_ELEMENTS (changes); i++) {
		g_autofree char *name = g_strdup_printf ("copy%u", i), *copy = cli_second_config (env, name, "");
		guint count = 0;

		OK (env, "migrate", "--from", env->config, "--to", copy);
		run_line (env, copy, changes[i].command);
		EXPECT (env, 1, "compare", env->config, copy);
		assert_contains (env->err, "holds are not compared, as they end by themselves: 1 in ");
		for (; changes[i].lines[count] != NULL; count++) {
			g_autofree char *line = expected_line (changes[i].lines[count], env->config, copy);

			assert_contains (env->out, line);
		}
		if (difference_lines (env) != count)
			fail_msg ("“%s” makes %u differences, not %u:\n%s", changes[i].command, difference_lines (env),
			          count, env->out);
		/* The other way round it is seen, too. */
		EXPECT (env, 1, "compare", copy, env->config);
		assert_int_equal (difference_lines (env), count);
	}
}

static void
no_difference (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", ""), *third = cli_second_config (env, "third", "");

	OK (env, "compare", second, third);
	assert_string_equal (env->out, "equal: both are empty\n");
	populate (env);
	OK (env, "compare", env->config, env->config);
	assert_string_equal (env->out, "equal: " POPULATED "\n");
	/* A hold and a time are no differences. */
	OK (env, "migrate", "--from", env->config, "--to", second);
	OK (env, "--config", second, "address", "allocate", "203.0.113.0/24", "--hold", "600");
	OK (env, "compare", env->config, second);
	assert_contains (env->err, "holds are not compared, as they end by themselves: 1 in ");
}

static void
json (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", ""), *block = make_block (env, "10.0.0.0/24", NULL);
	json_t *root;

	OK (env, "address", "allocate", block, "--count", "3");
	OK (env, "migrate", "--from", env->config, "--to", second);
	root = JSON (env, "compare", env->config, second);
	assert_true (json_is_true (json_object_get (json_object_get (root, "compare"), "equal")));
	assert_int_equal (integer_at (root, "compare.same.addresses"), 3);
	assert_int_equal (integer_at (root, "compare.differences_total"), 0);

	OK (env, "--config", second, "address", "release", "10.0.0.1");
	OK (env, "--config", second, "address", "release", "10.0.0.2");
	OK (env, "--config", second, "address", "allocate", block, "--address", "10.0.0.9");
	EXPECT (env, 1, "--json", "compare", "--limit", "2", env->config, second);
	root = json_loads (env->out, 0, NULL);
	assert_non_null (root);
	assert_true (json_is_false (json_object_get (json_object_get (root, "compare"), "equal")));
	assert_int_equal (integer_at (root, "compare.differences_total"), 3);
	assert_int_equal (length_at (root, "compare.differences"), 2);
	assert_string_equal (at (root, "compare.differences.0.kind"), "addresses");
	assert_string_equal (at (root, "compare.differences.0.what"),
	                     "address 10.0.0.1 in block 10.0.0.0/24 of tenant t");
	assert_string_equal (at (root, "compare.differences.0.field"), "state");
	assert_string_equal (at (root, "compare.differences.0.a"), "allocated");
	assert_string_equal (at (root, "compare.differences.0.b"), "resting");
	assert_string_equal (at (root, "compare.differences.0.only_in"), "(null)");
	json_decref (root);

	EXPECT (env, 1, "compare", "--limit", "2", env->config, second);
	assert_contains (env->out, "\n...\n3 differences; the same: 1 root block, 1 address\n");
	EXPECT (env, 1, "--json", "compare", env->config, second);
	root = json_loads (env->out, 0, NULL);
	assert_string_equal (at (root, "compare.differences.2.only_in"), "b");
	json_decref (root);
}

/* Two interfaces in another order, among more than a page of them. */
static void
other_order (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", "");
	g_autoptr (GString) up = g_string_new (NULL), down = g_string_new (NULL);
	enum { COUNT = 2500 };

	for (guint i = 0; i < COUNT; i++) {
		g_string_append_printf (up, "%s{\"id\":\"if-%u\",\"tenant\":\"t\"}", i > 0 ? "," : "", i);
		g_string_append_printf (down, "%s{\"id\":\"if-%u\",\"tenant\":\"t\"}", i > 0 ? "," : "", COUNT - 1 - i);
	}
	for (unsigned i = 0; i < 2; i++) {
		g_autofree char *text =
			g_strdup_printf ("{\"ip_driver_export\":1,\"interfaces\":[%s]}", i == 0 ? up->str : down->str);

		cli_write (env, "plan.json", text);
		OK (env, "--config", i == 0 ? env->config : second, "import", "plan.json");
	}
	OK (env, "compare", env->config, second);
	assert_string_equal (env->out, "equal: 2,500 interfaces\n");
	OK (env, "interface", "delete", "if-0");
	OK (env, "--config", second, "interface", "delete", "if-1200");
	EXPECT (env, 1, "compare", env->config, second);
	assert_contains (env->out, "2 differences; the same: 2,498 interfaces\n");
	assert_contains (env->out, "interface if-1200: only in ");
	assert_contains (env->out, "interface if-0: only in ");
}

int
main (void)
{
#define CASE(name) cmocka_unit_test_setup_teardown (name, cli_setup, cli_teardown)
	const struct CMUnitTest tests[] = {
		CASE (every_difference),
		CASE (no_difference),
		CASE (json),
		CASE (other_order),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
