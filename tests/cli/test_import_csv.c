/*
 * test_import_csv.c: address plans as CSV: what is loaded, what is recognised, and that a bad line is named and
 * leaves nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "harness.h"

#include <string.h>

/* Imports text, and returns the exit code. */
static int
import (cli_env *env, const char *text)
{
	cli_write (env, "plan.csv", text);
	return RUN (env, "import", "plan.csv");
}

static void
expect_import (cli_env *env, const char *text, const char *said)
{
	if (import (env, text) != 0)
		fail_msg ("the import failed: %s", env->err);
	assert_string_equal (env->out, said);
	assert_string_equal (env->err, "");
}

/* Expects a refusal with this code and message, and that nothing stays. */
static void
expect_refusal (cli_env *env, const char *text, int code, const char *message)
{
	g_autofree char *full = g_strdup_printf ("ip-driver: plan.csv: %s", message);

	assert_int_equal (import (env, text), code);
	assert_string_equal (env->out, "");
	if (!g_str_has_prefix (env->err, full))
		fail_msg ("“%s” does not begin with “%s”", env->err, full);
	assert_int_equal (length_at (JSON (env, "block", "list"), "blocks"), 0);
	assert_int_equal (length_at (JSON (env, "policy", "list"), "policies"), 0);
	assert_int_equal (length_at (JSON (env, "mac-range", "list"), "mac_ranges"), 0);
}

static const char whole_plan[] =
	"\xef\xbb\xbfkind,cidr,type,tenant,network,gateway,dns1,dns2,policy,parent,address,interface,device,mac,name,"
	"description,exclude,id\r\n"
	"policy,,,t,,,,,,,,,,,skip,\"says \"\"no\"\",\r\n twice\",0+10 -5+5  .7,\r\n"
	"\r\n"
	"block,10.0.0.0/8,,t,,,,,,,,,,,,,,11111111-2222-4333-8444-555555555555\r\n"
	"block,10.1.0.0/24,,,n,10.1.0.1,9.9.9.9,9.9.9.10,skip,10.0.0.0/8,,,,,,,,\r\n"
	"block,10.1.1.0/24,private,u,,,,,,11111111-2222-4333-8444-555555555555,,,,,,,,\r\n"
	",203.0.113.99/24,public,t,,,,,,,,,,,,,,\r\n"
	"route,192.168.0.0/16,,,,10.1.0.254,,,,10.1.0.0/24,,,,,,,,\r\n"
	"mac_range,00-16-3E-00-00-00/24,,,,,,,,,,,,,,,,\r\n"
	"address,,,t,,,,,,,10.1.0.20,i,\"d,1\",02:00:00:00:00:01,,,,\r\n"
	"address,,,,,,,,,203.0.113.0/24,203.0.113.5,,,,,,,\r\n";

static void
everything (void **state)
{
	cli_env *env = *state;
	json_t *json;

	expect_import (env, whole_plan,
	               "imported 2 root blocks, 2 subnets, 1 policy, 1 route, 1 MAC range, 2 addresses\n");
	json = JSON (env, "block", "show", "10.1.0.0/24");
	assert_string_equal (at (json, "block.tenant"), "t");
	assert_string_equal (at (json, "block.network"), "n");
	assert_string_equal (at (json, "block.gateway"), "10.1.0.1");
	assert_string_equal (at (json, "block.dns1"), "9.9.9.9");
	assert_string_equal (at (json, "block.dns2"), "9.9.9.10");
	assert_string_equal (at (json, "block.parent"), "11111111-2222-4333-8444-555555555555");
	assert_string_not_equal (at (json, "block.policy"), "(null)");
	assert_string_equal (at (JSON (env, "block", "show", "10.1.1.0/24"), "block.tenant"), "u");
	assert_string_equal (at (JSON (env, "block", "show", "203.0.113.0/24"), "block.type"), "public");
	assert_string_equal (at (JSON (env, "policy", "show", "skip"), "policy.description"), "says \"no\",\r\n twice");
	json = JSON (env, "policy", "range", "list", "skip");
	assert_int_equal (length_at (json, "policy_ranges"), 2);
	assert_int_equal (integer_at (json, "policy_ranges.1.offset"), -5);
	assert_int_equal (integer_at (JSON (env, "policy", "octet", "list", "skip"), "policy_octets.0.octet"), 7);
	json = JSON (env, "route", "list", "10.1.0.0/24");
	assert_string_equal (at (json, "routes.0.destination"), "192.168.0.0");
	assert_string_equal (at (json, "routes.0.netmask"), "255.255.0.0");
	json = JSON (env, "interface", "show", "i");
	assert_string_equal (at (json, "interface.device"), "d,1");
	assert_string_equal (at (json, "interface.mac"), "02:00:00:00:00:01");
	assert_string_equal (at (json, "interface.allocations.0.address.address"), "10.1.0.20");
	assert_string_equal (at (JSON (env, "address", "show", "203.0.113.5"), "address.used_by_tenant"), "t");
	OK (env, "check");

	/* Again: nothing changes. */
	expect_import (env, whole_plan,
	               "nothing to do: 4 prefixes, 1 policy, 1 route, 1 MAC range, 2 addresses already there\n");
	/* What is new is added to what is there. */
	expect_import (env, "cidr,tenant,parent\n10.0.0.0/8,t,\n10.1.2.0/24,t,10.0.0.0/8\n",
	               "imported 1 subnet; 1 prefix already there\n");
	assert_int_equal (length_at (JSON (env, "block", "list"), "blocks"), 5);
}

static void
automatic_parents (void **state)
{
	cli_env *env = *state;
	g_autofree char *top = make_block (env, "10.0.0.0/8", NULL);
	json_t *json;

	/* In any order; in the file, or in the database; within the tenant and network. */
	expect_import (env,
	               "cidr,tenant,parent,network\n"
	               "10.1.1.128/25,t,auto,\n"
	               "10.1.1.0/24,t,auto,\n"
	               "10.1.0.0/16,t,auto,\n"
	               "10.2.0.0/16,u,auto,\n"
	               "10.3.0.0/16,t,auto,n\n"
	               "192.168.0.0/16,t,auto,\n",
	               "imported 3 root blocks, 3 subnets\n");
	json = JSON (env, "subnet", "list", top);
	assert_int_equal (length_at (json, "blocks"), 1);
	assert_string_equal (at (json, "blocks.0.cidr"), "10.1.0.0/16");
	json = JSON (env, "subnet", "list", "10.1.0.0/16");
	assert_string_equal (at (json, "blocks.0.cidr"), "10.1.1.0/24");
	json = JSON (env, "subnet", "list", "10.1.1.0/24");
	assert_string_equal (at (json, "blocks.0.cidr"), "10.1.1.128/25");
	assert_string_equal (at (JSON (env, "block", "show", "10.2.0.0/16"), "block.parent"), "(null)");
	OK (env, "check");
}

static void
conflicts (void **state)
{
	cli_env *env = *state;

	OK (env, "--tenant", "t", "block", "create", "10.0.0.0/8", "--gateway", "10.0.0.1");
	OK (env, "--tenant", "t", "block", "create", "203.0.113.0/24", "--type", "public");
	assert_int_equal (import (env, "cidr,tenant,gateway\n11.0.0.0/8,t,\n10.0.0.0/8,t,10.0.0.2\n"), 5);
	assert_contains (env->err, "plan.csv: line 3: 10.0.0.0/8 is there already (block ");
	assert_contains (env->err, "with gateway 10.0.0.1, not 10.0.0.2");
	assert_int_equal (import (env, "cidr,tenant,type\n11.0.0.0/8,t,\n203.0.113.128/25,t,public\n"), 7);
	assert_contains (env->err, "plan.csv: line 3: ");
	assert_contains (env->err, "203.0.113.0/24");
	assert_int_equal (import (env, "cidr,tenant,type,parent\n203.0.113.0/24,u,public,auto\n"), 5);
	assert_contains (env->err, "with tenant t, not u");
	assert_int_equal (import (env, "cidr,tenant\n10.0.0.0/8,t\n10.0.0.0/8,t\n"), 5);
	assert_contains (env->err, "plan.csv: line 3: 10.0.0.0/8 stands already at line 2");
	assert_int_equal (length_at (JSON (env, "block", "list"), "blocks"), 2);
	/* An address that is held is not one that is there. */
	OK (env, "address", "allocate", "203.0.113.0/24", "--address", "203.0.113.9", "--hold", "600");
	assert_int_equal (import (env, "kind,address\naddress,203.0.113.9\n"), 5);
	assert_contains (env->err, "line 2: 203.0.113.9 is there already, but it is only held");
}

static void
bad_lines (void **state)
{
	cli_env *env = *state;
	static const struct {
		const char *text;
		int code;
		const char *message;
	} cases[] = {
		{"", 3, "the file is empty"},
		{"\n\n", 3, "the file is empty"},
		{"10.0.0.0/8,t\n", 3, "line 1: there is no column “10.0.0.0/8”"},
		{"cidr,tenant,colour\n", 3, "line 1: there is no column “colour”"},
		{"cidr,cidr\n", 3, "line 1: column “cidr” is there twice"},
		{"cidr,tenant\n10.0.0.0/8,t\n10.0.0.0/8\n", 3, "line 3: there are 1 fields, but the first line has 2"},
		{"cidr,tenant\n10.0.0.0/8,t\n10.0.0.0/33,t\n", 3, "line 3: cidr “10.0.0.0/33” is not an address"},
		{"cidr,tenant\n010.0.0.0/8,t\n", 3, "line 2: cidr “010.0.0.0/8” is not"},
		{"cidr,tenant\n10.0.0.0,t\n", 3, "line 2: cidr “10.0.0.0” is not"},
		{"cidr,tenant\n10.0.0.0/+8,t\n", 3, "line 2: cidr “10.0.0.0/+8” is not"},
		{"cidr,tenant\n::1%eth0/64,t\n", 3, "line 2: cidr “::1%eth0/64” is not"},
		{"cidr,tenant\n,t\n", 3, "line 2: cidr is missing"},
		{"cidr,tenant\n10.0.0.0/8,\n", 3, "line 2: tenant is missing"},
		{"cidr,tenant,type\n10.0.0.0/8,t,secret\n", 3, "line 2: type “secret” is not public or private"},
		{"cidr,tenant\n10.0.0.0/8,\"t\n", 3, "line 2: a quote is not closed"},
		{"cidr,tenant\n10.0.0.0/8,\"t\"x\n", 3, "line 2: there is text behind the closing quote of field 2"},
		{"cidr,tenant\n10.0.0.0/8,t\"x\n", 3, "line 2: there is a quote inside field 2"},
		{"cidr,tenant\n\"10.0.0.0/8\",\"a\nb\"\n10.0.0.0/8/8,t\n", 3, "line 4: cidr “10.0.0.0/8/8” is not"},
		{"cidr,tenant\n10.0.0.0/8,t\n\xff\xfe,t\n", 3, "line 3: this is not UTF-8 text"},
		{"kind,cidr,tenant\nthing,10.0.0.0/8,t\n", 3, "line 2: kind “thing” is not block, policy"},
		{"kind,cidr,tenant,gateway\nmac_range,02:00:00:00:00:00/24,,10.0.0.1\n", 3,
	         "line 2: a line of kind mac_range has no gateway, but there is “10.0.0.1”"},
		{"kind,cidr\nmac_range,02:00:00:00:00/24\n", 3, "line 2: cidr “02:00:00:00:00/24” is not a MAC"},
		{"kind,name,tenant,exclude\npolicy,p,t,5\n", 3, "line 2: exclude “5” is not a list such as"},
		{"kind,name,tenant,exclude\npolicy,p,t,.256\n", 3, "line 2: exclude “.256” is not"},
		{"kind,name,tenant\npolicy,,t\n", 3, "line 2: name is missing"},
		{"kind,name\npolicy,p\n", 3, "line 2: tenant is missing"},
		{"kind,address\naddress,10.0.0.300\n", 3, "line 2: address “10.0.0.300” is not an address"},
		{"kind,address\naddress,10.0.0.3\n", 4, "line 2: no block contains 10.0.0.3"},
		{"kind,cidr,tenant,parent,gateway\nblock,10.0.0.0/8,t,,\nroute,x,,10.0.0.0/8,10.0.0.1\n", 3,
	         "line 3: cidr “x” is not an address"},
		{"kind,cidr,tenant,parent,gateway\nblock,10.0.0.0/8,t,,\nroute,1.0.0.0/8,,10.0.0.0/9,10.0.0.1\n", 4,
	         "line 3: there is no block “10.0.0.0/9”"},
		{"cidr,tenant,parent\n10.0.0.0/8,t,\n10.1.0.0/16,t,11.0.0.0/8\n", 4,
	         "line 3: there is no block “11.0.0.0/8”"},
		{"cidr,tenant,parent\n10.0.0.0/8,t,\n11.1.0.0/16,t,10.0.0.0/8\n", 7, "line 3: "},
		{"cidr,tenant,parent,id\n"
	         "10.0.0.0/8,t,11111111-2222-4333-8444-555555555552,11111111-2222-4333-8444-555555555551\n"
	         "10.1.0.0/16,t,11111111-2222-4333-8444-555555555551,11111111-2222-4333-8444-555555555552\n",
	         3, "line 2: it is its own ancestor"},
		{"cidr,tenant,parent,type\n10.0.0.0/8,t,,\n10.1.0.0/16,t,10.0.0.0/8,public\n", 7,
	         "line 3: it is public, but its parent is private"},
		{"cidr,tenant,policy\n10.0.0.0/8,t,nosuch\n", 4, "line 2: there is no policy “nosuch”"},
		{"cidr,tenant,id\n10.0.0.0/8,t,x\n", 3, "line 2: "},
		{"cidr,tenant,parent\n10.0.0.0/8,t,auto\n10.0.0.1/8,t,auto\n", 5,
	         "line 3: 10.0.0.0/8 stands already at line 2"},
		{"cidr,tenant\n10.0.0.0/8,t\n10.0.0.0/8,t\n", 5, "line 3: 10.0.0.0/8 stands already at line 2"},
		{"kind,cidr,tenant,parent,address\nblock,10.0.0.0/8,t,,\nblock,10.1.0.0/16,t,10.0.0.0/8,\n"
	         "address,,,10.0.0.0/8,10.2.0.1\n",
	         7, "line 4: "},
	};

	for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
		expect_refusal (env, cases[i].text, cases[i].code, cases[i].message);
}

static void
options (void **state)
{
	cli_env *env = *state;
	g_autofree char *file = cli_file (env, "plan.csv", "cidr\n10.0.0.0/8\n");

	/* --tenant stands in for a missing one. */
	OK (env, "--tenant", "t", "import", file, "--dry-run");
	assert_string_equal (env->out, "would import 1 root block\n");
	assert_int_equal (length_at (JSON (env, "block", "list"), "blocks"), 0);
	OK (env, "--tenant", "t", "import", file);
	assert_string_equal (at (JSON (env, "block", "show", "10.0.0.0/8"), "block.tenant"), "t");
	/* From stdin; the format as asked for. */
	assert_int_equal (cli_run (env, "cidr,tenant\n11.0.0.0/8,t\n", (const char *const[]){"import", "-", NULL}), 0);
	assert_string_equal (env->out, "imported 1 root block\n");
	EXPECT (env, 3, "import", file, "--format", "json");
	EXPECT (env, 2, "import", file, "--format", "xml");
	EXPECT (env, 14, "import", "/nowhere/plan.csv");
	assert_contains (env->err, "/nowhere/plan.csv");
	EXPECT (env, 14, "import", env->folder);
	EXPECT (env, 2, "import");
	/* A header and no lines. */
	expect_import (env, "cidr,tenant\n", "nothing to do: plan.csv is empty\n");
}

int
main (void)
{
#define CASE(name) cmocka_unit_test_setup_teardown (name, cli_setup, cli_teardown)
	const struct CMUnitTest tests[] = {
		CASE (everything), CASE (automatic_parents), CASE (conflicts), CASE (bad_lines), CASE (options),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
