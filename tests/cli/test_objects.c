/*
 * test_objects.c: every command of every group of objects does what it says, and prints the JSON that programs
 * rely on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "harness.h"

#include <string.h>

static void
blocks (void **state)
{
	cli_env *env = *state;
	g_autofree char *id = make_block (env, "10.0.0.77/24", "--network", "n", "--gateway", "10.0.0.1", "--dns1",
	                                  "9.9.9.9", "--dns2", "2620:fe::fe", NULL);
	g_autofree char *public = make_block (env, "203.0.113.0/24", "--type", "public", NULL);
	json_t *json = JSON (env, "block", "show", id);

	assert_string_equal (at (json, "block.id"), id);
	assert_string_equal (at (json, "block.cidr"), "10.0.0.0/24");
	assert_string_equal (at (json, "block.type"), "private");
	assert_string_equal (at (json, "block.tenant"), "t");
	assert_string_equal (at (json, "block.network"), "n");
	assert_string_equal (at (json, "block.gateway"), "10.0.0.1");
	assert_string_equal (at (json, "block.broadcast"), "10.0.0.255");
	assert_string_equal (at (json, "block.netmask"), "255.255.255.0");
	assert_string_equal (at (json, "block.dns1"), "9.9.9.9");
	assert_string_equal (at (json, "block.dns2"), "2620:fe::fe");
	assert_string_equal (at (json, "block.policy"), "(null)");
	assert_string_equal (at (json, "block.parent"), "(null)");
	assert_int_equal (integer_at (json, "block.version"), 4);
	assert_int_equal (integer_at (json, "block.prefix_length"), 24);
	assert_true (g_regex_match_simple ("^20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$",
	                                   at (json, "block.created_at"), 0, 0));
	assert_string_equal (at (json, "block.updated_at"), at (json, "block.created_at"));

	json = JSON (env, "block", "list");
	assert_int_equal (length_at (json, "blocks"), 2);
	assert_string_equal (at (json, "blocks.0.id"), id);
	assert_string_equal (at (json, "blocks.1.id"), public);
	assert_true (json_is_false (json_object_get (json, "truncated")));
	json = JSON (env, "block", "list", "--type", "public");
	assert_int_equal (length_at (json, "blocks"), 1);
	assert_string_equal (at (json, "blocks.0.id"), public);
	assert_int_equal (length_at (JSON (env, "block", "list", "--network", "n"), "blocks"), 1);
	assert_int_equal (length_at (JSON (env, "block", "list", "--tenant", "other"), "blocks"), 0);
	json = JSON (env, "block", "list", "--limit", "1");
	assert_int_equal (length_at (json, "blocks"), 1);
	assert_true (json_is_true (json_object_get (json, "truncated")));
	assert_true (json_is_false (json_object_get (JSON (env, "block", "list", "--limit", "2"), "truncated")));

	/* By CIDR, however it is written. */
	assert_string_equal (at (JSON (env, "block", "show", "10.0.0.0/24"), "block.id"), id);
	assert_string_equal (at (JSON (env, "block", "show", "10.0.0.9/24"), "block.id"), id);
	EXPECT (env, 4, "block", "show", "10.0.0.0/25");
	EXPECT (env, 4, "block", "show", "--tenant", "other", id);

	json = JSON (env, "block", "update", id, "--gateway", "10.0.0.254", "--dns1", "");
	assert_string_equal (at (json, "block.gateway"), "10.0.0.254");
	assert_string_equal (at (json, "block.dns1"), "(null)");
	assert_string_equal (at (json, "block.dns2"), "2620:fe::fe");
	json = JSON (env, "block", "update", id, "--network", "m", "--dns2", "9.9.9.10");
	assert_string_equal (at (json, "block.network"), "m");
	assert_string_equal (at (json, "block.dns2"), "9.9.9.10");
	assert_string_equal (at (json, "block.gateway"), "10.0.0.254");
	EXPECT (env, 2, "block", "update", id);

	json = JSON (env, "block", "delete", id);
	assert_string_equal (at (json, "deleted"), id);
	EXPECT (env, 4, "block", "show", id);
}

static void
ambiguous_cidrs (void **state)
{
	cli_env *env = *state;
	g_autofree char *mine = make_block (env, "10.0.0.0/24", NULL);

	OK (env, "--tenant", "u", "block", "create", "10.0.0.0/24");
	EXPECT (env, 3, "block", "show", "10.0.0.0/24");
	assert_contains (env->err, "2 blocks are 10.0.0.0/24 (");
	assert_contains (env->err, mine);
	assert_string_equal (at (JSON (env, "--tenant", "t", "block", "show", "10.0.0.0/24"), "block.id"), mine);
}

static void
chosen_ids (void **state)
{
	cli_env *env = *state;
	static const char id[] = "11111111-2222-4333-8444-555555555555";
	g_autofree char *block = make_block (env, "10.0.0.0/24", "--id", id, NULL);

	assert_string_equal (block, id);
	EXPECT (env, 5, "--tenant", "t", "block", "create", "10.1.0.0/24", "--id", id);
	EXPECT (env, 3, "--tenant", "t", "block", "create", "10.1.0.0/24", "--id", "no-uuid");
}

static void
usage (void **state)
{
	cli_env *env = *state;
	g_autofree char *id = make_block (env, "10.0.0.0/24", "--gateway", "10.0.0.1", NULL);
	json_t *json;

	OK (env, "address", "allocate", id, "--count", "10");
	OK (env, "address", "allocate", id, "--hold", "600");
	OK (env, "address", "release", "10.0.0.2");
	json = JSON (env, "block", "usage", id);
	assert_string_equal (at (json, "usage.block"), id);
	assert_string_equal (at (json, "usage.cidr"), "10.0.0.0/24");
	assert_string_equal (at (json, "usage.total"), "256");
	assert_string_equal (at (json, "usage.allocated"), "9");
	assert_string_equal (at (json, "usage.held"), "1");
	assert_string_equal (at (json, "usage.quarantined"), "1");
	assert_string_equal (at (json, "usage.excluded"), "3");
	assert_string_equal (at (json, "usage.subnetted"), "0");
	assert_string_equal (at (json, "usage.free"), "242");
	json = JSON (env, "block", "usage");
	assert_int_equal (length_at (json, "usages"), 1);
	assert_string_equal (at (json, "usages.0.free"), "242");
}

static void
subnets (void **state)
{
	cli_env *env = *state;
	g_autofree char *id = make_block (env, "10.0.0.0/16", NULL);
	json_t *json = JSON (env, "subnet", "create", id, "--cidr", "10.0.0.0/24");

	assert_string_equal (at (json, "block.parent"), id);
	json = JSON (env, "subnet", "create", "10.0.0.0/16", "--prefix-length", "24", "--subnet-tenant", "u",
	             "--network", "n", "--gateway", "10.0.1.1");
	assert_string_equal (at (json, "block.cidr"), "10.0.1.0/24");
	assert_string_equal (at (json, "block.tenant"), "u");
	assert_string_equal (at (json, "block.network"), "n");
	assert_string_equal (at (json, "block.gateway"), "10.0.1.1");
	json = JSON (env, "subnet", "list", id);
	assert_int_equal (length_at (json, "blocks"), 2);
	assert_string_equal (at (json, "blocks.0.cidr"), "10.0.0.0/24");
	assert_int_equal (length_at (JSON (env, "block", "list", "--roots"), "blocks"), 1);
	assert_int_equal (length_at (JSON (env, "block", "list"), "blocks"), 3);
	assert_string_equal (at (JSON (env, "block", "usage", id), "usage.subnetted"), "512");

	EXPECT (env, 7, "subnet", "create", id, "--cidr", "10.1.0.0/24");
	EXPECT (env, 7, "subnet", "create", id, "--cidr", "10.0.0.0/25");
	OK (env, "subnet", "create", "10.0.0.0/24", "--cidr", "10.0.0.0/25");
	OK (env, "subnet", "create", "10.0.0.0/24", "--prefix-length", "25");
	EXPECT (env, 6, "subnet", "create", "10.0.0.0/24", "--prefix-length", "25");
	EXPECT (env, 2, "subnet", "create", id);
	EXPECT (env, 2, "subnet", "create", id, "--cidr", "10.0.9.0/24", "--prefix-length", "24");
	EXPECT (env, 2, "subnet", "create", id, "--prefix-length", "0");
	EXPECT (env, 2, "subnet", "create", id, "--prefix-length", "129");
}

static void
addresses (void **state)
{
	cli_env *env = *state;
	g_autofree char *id = make_block (env, "10.0.0.0/24", "--network", "n", NULL), *address_id = NULL;
	json_t *json = JSON (env, "address", "allocate", id, "--interface", "i", "--device", "d", "--mac",
	                     "AA-BB-CC-DD-EE-FF", "--used-by-tenant", "u");

	assert_int_equal (length_at (json, "addresses"), 1);
	assert_string_equal (at (json, "addresses.0.address"), "10.0.0.1");
	assert_string_equal (at (json, "addresses.0.block"), id);
	assert_string_equal (at (json, "addresses.0.interface"), "i");
	assert_string_equal (at (json, "addresses.0.used_by_tenant"), "u");
	assert_string_equal (at (json, "addresses.0.used_by_device"), "d");
	assert_string_equal (at (json, "addresses.0.state"), "allocated");
	assert_string_equal (at (json, "addresses.0.hold_until"), "(null)");
	assert_int_equal (integer_at (json, "addresses.0.version"), 4);
	address_id = g_strdup (at (json, "addresses.0.id"));
	assert_string_equal (at (JSON (env, "interface", "show", "i"), "interface.mac"), "aa:bb:cc:dd:ee:ff");

	json = JSON (env, "address", "allocate", "10.0.0.0/24", "--count", "3");
	assert_int_equal (length_at (json, "addresses"), 3);
	json = JSON (env, "address", "allocate", id, "--address", "10.0.0.99", "--id",
	             "99999999-2222-4333-8444-555555555555");
	assert_string_equal (at (json, "addresses.0.id"), "99999999-2222-4333-8444-555555555555");
	EXPECT (env, 5, "address", "allocate", id, "--address", "10.0.0.99");
	EXPECT (env, 7, "address", "allocate", id, "--address", "10.0.1.99");

	json = JSON (env, "address", "list", "--block", "10.0.0.0/24");
	assert_int_equal (length_at (json, "addresses"), 5);
	assert_string_equal (at (json, "addresses.4.address"), "10.0.0.99");
	assert_int_equal (length_at (JSON (env, "address", "list", "--device", "d"), "addresses"), 1);
	assert_int_equal (length_at (JSON (env, "address", "list", "--interface", "i"), "addresses"), 1);
	assert_int_equal (length_at (JSON (env, "address", "list", "--network", "n"), "addresses"), 5);
	assert_int_equal (length_at (JSON (env, "address", "list", "--tenant", "u"), "addresses"), 1);
	assert_int_equal (length_at (JSON (env, "address", "list", "--limit", "2"), "addresses"), 2);

	assert_string_equal (at (JSON (env, "address", "show", "10.0.0.1"), "address.id"), address_id);
	assert_string_equal (at (JSON (env, "address", "show", "10.0.0.1@10.0.0.0/24"), "address.id"), address_id);
	json = JSON (env, "address", "find", "10.0.0.1");
	assert_int_equal (length_at (json, "matches"), 1);
	assert_string_equal (at (json, "matches.0.block.id"), id);
	assert_string_equal (at (json, "matches.0.address.id"), address_id);
	assert_string_equal (at (JSON (env, "address", "find", "10.0.0.200"), "matches.0.address"), "(null)");
	assert_int_equal (length_at (JSON (env, "address", "find", "11.0.0.1"), "matches"), 0);

	assert_string_equal (at (JSON (env, "address", "release", "10.0.0.1"), "released"), "10.0.0.1");
	json = JSON (env, "address", "show", "10.0.0.1");
	assert_string_equal (at (json, "address.state"), "deallocated");
	assert_string_not_equal (at (json, "address.quarantine_until"), "(null)");
	assert_int_equal (length_at (JSON (env, "address", "list", "--state", "deallocated"), "addresses"), 1);
	assert_int_equal (length_at (JSON (env, "address", "list", "--state", "allocated"), "addresses"), 4);
	EXPECT (env, 7, "address", "allocate", id, "--address", "10.0.0.1");
	json = JSON (env, "address", "restore", "10.0.0.1");
	assert_string_equal (at (json, "address.state"), "allocated");

	/* Only if it is still that allocation. */
	EXPECT (env, 4, "address", "release", "10.0.0.2", "--id", address_id);
	OK (env, "address", "release", "10.0.0.2");
	assert_int_equal (integer_at (JSON (env, "address", "purge"), "purged"), 0);
	/* As cron wants it. */
	OK (env, "address", "purge", "--quiet");
	assert_string_equal (env->out, "");
	EXPECT (env, 7, "address", "purge", "10.0.0.2");
	assert_int_equal (integer_at (JSON (env, "address", "purge", "--block", id, "--all", "--quiet"), "purged"), 1);
	EXPECT (env, 4, "address", "show", "10.0.0.2");
	EXPECT (env, 4, "address", "show", "10.0.0.2@10.0.0.0/24");
	EXPECT (env, 2, "address", "purge", "10.0.0.2", "--block", id);
}

/* One address, held by two tenants' blocks. */
static void
ambiguous_addresses (void **state)
{
	cli_env *env = *state;
	g_autofree char *mine = make_block (env, "10.0.0.0/24", NULL);
	g_autofree char *theirs =
		g_strdup (at (JSON (env, "--tenant", "u", "block", "create", "10.0.0.0/24"), "block.id"));
	g_autofree char *named = g_strconcat ("10.0.0.1@", theirs, NULL);

	OK (env, "address", "allocate", mine);
	OK (env, "address", "allocate", theirs);
	EXPECT (env, 3, "address", "release", "10.0.0.1");
	assert_contains (env->err, "10.0.0.1@BLOCK");
	OK (env, "address", "release", named);
	OK (env, "--tenant", "t", "address", "release", "10.0.0.1");
	assert_int_equal (length_at (JSON (env, "address", "list", "--state", "allocated"), "addresses"), 0);
}

static void
holds (void **state)
{
	cli_env *env = *state;
	g_autofree char *id = make_block (env, "10.0.0.0/24", NULL), *hold = NULL, *named = NULL;
	json_t *json = JSON (env, "address", "allocate", id, "--count", "3", "--hold", "600");

	assert_string_not_equal (at (json, "addresses.0.hold_until"), "(null)");
	hold = g_strdup (at (json, "addresses.2.id"));
	OK (env, "address", "confirm", "10.0.0.1", "10.0.0.2");
	assert_string_equal (env->out, "confirmed 10.0.0.1 10.0.0.2\n");
	assert_string_equal (at (JSON (env, "address", "show", "10.0.0.1"), "address.hold_until"), "(null)");
	EXPECT (env, 7, "address", "cancel", "10.0.0.1");
	named = g_strconcat ("10.0.0.3@", id, NULL);
	OK (env, "address", "cancel", named, "--id", hold);
	EXPECT (env, 4, "address", "show", named);
	/* It may be repeated. */
	OK (env, "address", "cancel", named, "--id", hold);
	EXPECT (env, 4, "address", "confirm", named, "--id", hold);
	EXPECT (env, 2, "address", "confirm", "10.0.0.1", "10.0.0.2", "--id", hold);
}

static void
request_keys (void **state)
{
	cli_env *env = *state;
	g_autofree char *id = make_block (env, "10.0.0.0/24", NULL);
	g_autofree char *first = g_strdup (
		at (JSON (env, "--tenant", "t", "address", "allocate", id, "--request-key", "k"), "addresses.0.id"));

	assert_string_equal (
		at (JSON (env, "--tenant", "t", "address", "allocate", id, "--request-key", "k"), "addresses.0.id"),
		first);
	EXPECT (env, 5, "--tenant", "t", "address", "allocate", id, "--request-key", "k", "--count", "2");
}

static void
reconcile (void **state)
{
	cli_env *env = *state;
	g_autofree char *id = make_block (env, "10.0.0.0/24", NULL), *token = NULL, *living = NULL, *empty = NULL;
	json_t *json;

	OK (env, "address", "allocate", id, "--interface", "a", "--device", "vm-a");
	OK (env, "address", "allocate", id, "--interface", "b", "--device", "vm-b");
	token = g_strdup (at (JSON (env, "address", "snapshot"), "token"));
	OK (env, "address", "allocate", id, "--interface", "late", "--device", "vm-late");
	living = cli_file (env, "living", "a\r\n\nunknown\n");
	empty = cli_file (env, "empty", "\n");

	json = JSON (env, "--tenant", "t", "address", "reconcile", "--token", token, "--living", living);
	/* Younger than the grace period. */
	assert_int_equal (length_at (json, "addresses"), 0);
	json = JSON (env, "--tenant", "t", "address", "reconcile", "--token", token, "--living", living, "--grace", "0",
	             "--dry-run");
	assert_int_equal (length_at (json, "addresses"), 1);
	assert_string_equal (at (json, "addresses.0.interface"), "b");
	assert_string_equal (at (JSON (env, "address", "show", "10.0.0.2"), "address.state"), "allocated");
	EXPECT (env, 3, "--tenant", "t", "address", "reconcile", "--token", token, "--living", empty, "--grace", "0");
	assert_contains (env->err, "--allow-empty");
	assert_string_equal (at (JSON (env, "address", "show", "10.0.0.2"), "address.state"), "allocated");

	/* From stdin, by device. */
	assert_int_equal (cli_run (env, "vm-a\n",
	                           (const char *const[]){"address", "reconcile", "--device-prefix", "vm-", "--devices",
	                                                 "--token", token, "--living", "-", "--grace", "0", NULL}),
	                  0);
	assert_contains (env->out, "10.0.0.2");
	assert_string_equal (at (JSON (env, "address", "show", "10.0.0.1"), "address.state"), "allocated");
	assert_string_equal (at (JSON (env, "address", "show", "10.0.0.2"), "address.state"), "deallocated");
	assert_string_equal (at (JSON (env, "address", "show", "10.0.0.3"), "address.state"), "allocated");
	json = JSON (env, "--tenant", "t", "address", "reconcile", "--token", token, "--living", empty, "--grace", "0",
	             "--allow-empty");
	assert_int_equal (length_at (json, "addresses"), 1);
	assert_string_equal (at (json, "addresses.0.interface"), "a");

	EXPECT (env, 2, "address", "reconcile", "--token", token, "--living", living);
	EXPECT (env, 2, "--tenant", "t", "address", "reconcile", "--token", token);
	EXPECT (env, 3, "--tenant", "t", "address", "reconcile", "--token", "junk", "--living", living);
	EXPECT (env, 14, "--tenant", "t", "address", "reconcile", "--token", token, "--living", "/nowhere");
}

static void
networks (void **state)
{
	cli_env *env = *state;
	g_autofree char *four = make_block (env, "10.0.0.0/24", "--network", "n", "--gateway", "10.0.0.1", NULL);
	g_autofree char *six = make_block (env, "fd00::/64", "--network", "n", NULL);
	json_t *json = JSON (env, "network", "show", "n");

	assert_int_equal (length_at (json, "blocks"), 2);
	assert_string_equal (at (json, "blocks.0.id"), four);
	assert_string_equal (at (json, "blocks.1.id"), six);
	OK (env, "route", "create", four, "10.9.0.0/16", "10.0.0.9");
	json = JSON (env, "network", "allocate", "n", "--interface", "i", "--device", "d", "--mac",
	             "02:00:00:00:00:01");
	assert_int_equal (length_at (json, "allocations"), 2);
	assert_string_equal (at (json, "allocations.0.address.address"), "10.0.0.2");
	assert_string_equal (at (json, "allocations.0.network"), "n");
	assert_string_equal (at (json, "allocations.0.gateway"), "10.0.0.1");
	assert_string_equal (at (json, "allocations.0.netmask"), "255.255.255.0");
	assert_string_equal (at (json, "allocations.0.routes.0.gateway"), "10.0.0.9");
	assert_string_equal (at (json, "allocations.1.address.address"), "fd00::ff:fe00:1");
	json = JSON (env, "network", "list", "n", "i");
	assert_int_equal (length_at (json, "allocations"), 2);
	OK (env, "network", "release", "n", "i");
	assert_int_equal (length_at (JSON (env, "network", "list", "n", "i"), "allocations"), 0);
	json = JSON (env, "network", "allocate", "n", "--interface", "i", "--address", "10.0.0.50", "--address",
	             "fd00::50");
	assert_string_equal (at (json, "allocations.1.address.address"), "fd00::50");
	EXPECT (env, 4, "network", "show", "none");
	EXPECT (env, 7, "network", "allocate", "n", "--address", "10.3.0.1");
}

static void
interfaces (void **state)
{
	cli_env *env = *state;
	json_t *json;

	OK (env, "--tenant", "t", "block", "create", "10.0.0.0/24", "--network", "n,1");
	json = JSON (env, "--tenant", "t", "interface", "create", "--id", "i", "--device", "d", "--mac",
	             "02:00:00:00:00:01", "--network", "n,1", "--address", "10.0.0.7");

	assert_string_equal (at (json, "interface.id"), "i");
	assert_string_equal (at (json, "interface.tenant"), "t");
	assert_string_equal (at (json, "interface.device"), "d");
	assert_string_equal (at (json, "interface.mac"), "02:00:00:00:00:01");
	assert_string_equal (at (json, "interface.allocations.0.address.address"), "10.0.0.7");
	EXPECT (env, 5, "--tenant", "t", "interface", "create", "--id", "i");
	EXPECT (env, 2, "--tenant", "t", "interface", "create", "--address", "10.0.0.8");
	OK (env, "interface", "show", "i");
	assert_contains (env->out, "10.0.0.7");
	json = JSON (env, "interface", "list", "--device", "d");
	assert_int_equal (length_at (json, "interfaces"), 1);
	assert_int_equal (length_at (JSON (env, "interface", "list", "--device", "e"), "interfaces"), 0);

	/* A comma in a value is written with a backslash. */
	json = JSON (env, "--tenant", "t", "interface", "replace-all", "d", "--interface",
	             "id=a,mac=02:00:00:00:00:02,network=n\\,1,address=10.0.0.20,address=10.0.0.21", "--interface",
	             "id=b", "--interface", "");
	assert_int_equal (length_at (json, "interfaces"), 3);
	assert_string_equal (at (json, "interfaces.0.id"), "a");
	assert_int_equal (length_at (json, "interfaces.0.allocations"), 2);
	assert_string_equal (at (json, "interfaces.1.id"), "b");
	EXPECT (env, 4, "interface", "show", "i");
	EXPECT (env, 2, "--tenant", "t", "interface", "replace-all", "d");
	EXPECT (env, 2, "--tenant", "t", "interface", "replace-all", "d", "--interface", "name=x");
	EXPECT (env, 2, "--tenant", "t", "interface", "replace-all", "d", "--interface", "address=10.0.0.9");
	EXPECT (env, 2, "--tenant", "t", "interface", "replace-all", "d", "--interface", "id=x,id=y");
	assert_contains (env->err, "--interface “id=x,id=y” has id= twice");
	OK (env, "interface", "delete", "b");
	assert_int_equal (length_at (JSON (env, "interface", "list"), "interfaces"), 2);
	OK (env, "--tenant", "t", "interface", "delete-all", "d");
	assert_int_equal (length_at (JSON (env, "interface", "list"), "interfaces"), 0);
	EXPECT (env, 4, "interface", "delete", "b");
}

static void
mac_ranges (void **state)
{
	cli_env *env = *state;
	g_autofree char *id = g_strdup (at (JSON (env, "mac-range", "create", "0016.3e12.3456/40"), "mac_range.id"));
	json_t *json = JSON (env, "mac-range", "show", id);

	assert_string_equal (at (json, "mac_range.cidr"), "00:16:3e:12:34:00/40");
	assert_int_equal (length_at (JSON (env, "mac-range", "list"), "mac_ranges"), 1);
	json = JSON (env, "--tenant", "t", "interface", "create");
	assert_string_equal (at (json, "interface.mac"), "00:16:3e:12:34:00");
	EXPECT (env, 7, "mac-range", "create", "00:16:3e:12:00:00/32");
	EXPECT (env, 3, "mac-range", "create", "00:16:3e:12:00/32");
	OK (env, "mac-range", "delete", id);
	EXPECT (env, 4, "mac-range", "show", id);
}

static void
allowed_ips (void **state)
{
	cli_env *env = *state;
	json_t *json;

	OK (env, "--tenant", "t", "block", "create", "10.0.0.0/24", "--network", "n");
	OK (env, "network", "allocate", "n", "--interface", "a");
	OK (env, "network", "allocate", "n", "--interface", "b");
	json = JSON (env, "allowed-ip", "allow", "b", "10.0.0.1", "--network", "n");
	assert_string_equal (at (json, "address.address"), "10.0.0.1");
	assert_string_equal (at (json, "address.interface"), "a");
	assert_int_equal (length_at (JSON (env, "allowed-ip", "list", "b"), "addresses"), 2);
	assert_string_equal (at (JSON (env, "allowed-ip", "show", "b", "10.0.0.1"), "address.address"), "10.0.0.1");
	EXPECT (env, 5, "allowed-ip", "allow", "b", "10.0.0.1", "--network", "n");
	EXPECT (env, 2, "allowed-ip", "allow", "b", "10.0.0.1");
	OK (env, "allowed-ip", "disallow", "b", "10.0.0.1");
	EXPECT (env, 4, "allowed-ip", "show", "b", "10.0.0.1");
}

static void
routes (void **state)
{
	cli_env *env = *state;
	g_autofree char *block = make_block (env, "10.0.0.0/24", NULL), *id = NULL;
	json_t *json = JSON (env, "route", "create", "10.0.0.0/24", "192.168.0.0/16", "10.0.0.1");

	assert_string_equal (at (json, "route.block"), block);
	assert_string_equal (at (json, "route.destination"), "192.168.0.0");
	assert_string_equal (at (json, "route.netmask"), "255.255.0.0");
	assert_string_equal (at (json, "route.gateway"), "10.0.0.1");
	id = g_strdup (at (json, "route.id"));
	OK (env, "route", "create", block, "172.16.0.0", "10.0.0.1", "--netmask", "255.240.0.0");
	EXPECT (env, 2, "route", "create", block, "172.16.0.0/12", "10.0.0.1", "--netmask", "255.240.0.0");
	assert_int_equal (length_at (JSON (env, "route", "list", block), "routes"), 2);
	json = JSON (env, "route", "update", block, id, "--gateway", "10.0.0.2", "--netmask", "");
	assert_string_equal (at (json, "route.gateway"), "10.0.0.2");
	assert_string_equal (at (json, "route.netmask"), "(null)");
	json = JSON (env, "route", "update", block, id, "--destination", "192.168.7.0");
	assert_string_equal (at (JSON (env, "route", "show", block, id), "route.destination"), "192.168.7.0");
	EXPECT (env, 2, "route", "update", block, id);
	OK (env, "route", "delete", block, id);
	EXPECT (env, 4, "route", "show", block, id);
}

static void
policies (void **state)
{
	cli_env *env = *state;
	g_autofree char *id =
		g_strdup (at (JSON (env, "--tenant", "t", "policy", "create", "skip", "--description", "first\nsecond"),
	                      "policy.id"));
	g_autofree char *range = NULL, *octet = NULL, *block = NULL;
	json_t *json = JSON (env, "policy", "show", "skip");

	assert_string_equal (at (json, "policy.id"), id);
	assert_string_equal (at (json, "policy.description"), "first\nsecond");
	json = JSON (env, "policy", "range", "create", "skip", "--offset", "-5", "--length", "5");
	assert_int_equal (integer_at (json, "policy_range.offset"), -5);
	assert_int_equal (integer_at (json, "policy_range.length"), 5);
	range = g_strdup (at (json, "policy_range.id"));
	json = JSON (env, "policy", "octet", "create", id, "2");
	assert_int_equal (integer_at (json, "policy_octet.octet"), 2);
	octet = g_strdup (at (json, "policy_octet.id"));
	block = make_block (env, "10.0.0.0/24", "--policy", "skip", NULL);
	assert_string_equal (at (JSON (env, "block", "show", block), "block.policy"), id);
	EXPECT (env, 7, "address", "allocate", block, "--address", "10.0.0.2");
	EXPECT (env, 7, "address", "allocate", block, "--address", "10.0.0.253");

	json = JSON (env, "policy", "octet", "update", "skip", octet, "3");
	assert_int_equal (integer_at (JSON (env, "policy", "octet", "show", "skip", octet), "policy_octet.octet"), 3);
	OK (env, "address", "allocate", block, "--address", "10.0.0.2");
	json = JSON (env, "policy", "range", "update", "skip", range, "--offset", "9");
	assert_int_equal (integer_at (json, "policy_range.offset"), 9);
	assert_int_equal (integer_at (json, "policy_range.length"), 5);
	json = JSON (env, "policy", "range", "update", "skip", range, "--length", "1");
	json = JSON (env, "policy", "range", "show", "skip", range);
	assert_int_equal (integer_at (json, "policy_range.length"), 1);
	assert_int_equal (length_at (JSON (env, "policy", "range", "list", "skip"), "policy_ranges"), 1);
	assert_int_equal (length_at (JSON (env, "policy", "octet", "list", "skip"), "policy_octets"), 1);
	EXPECT (env, 2, "policy", "range", "create", "skip", "--offset", "1");
	EXPECT (env, 2, "policy", "range", "create", "skip", "--offset", "x", "--length", "1");
	EXPECT (env, 2, "policy", "range", "update", "skip", range);
	EXPECT (env, 2, "policy", "octet", "create", "skip", "256");
	OK (env, "policy", "range", "delete", "skip", range);
	OK (env, "policy", "octet", "delete", "skip", octet);
	EXPECT (env, 4, "policy", "range", "show", "skip", range);
	EXPECT (env, 4, "policy", "octet", "show", "skip", octet);

	json = JSON (env, "policy", "update", "skip", "--name", "leave", "--description", "");
	assert_string_equal (at (json, "policy.name"), "leave");
	assert_string_equal (at (json, "policy.description"), "(null)");
	EXPECT (env, 2, "policy", "update", "leave");
	EXPECT (env, 4, "policy", "show", "skip");
	OK (env, "--tenant", "t", "policy", "create", "leave");
	EXPECT (env, 3, "policy", "show", "leave");
	assert_int_equal (length_at (JSON (env, "policy", "list"), "policies"), 2);
	OK (env, "block", "update", block, "--policy", "");
	assert_string_equal (at (JSON (env, "block", "show", block), "block.policy"), "(null)");
	OK (env, "block", "update", block, "--policy", id);
	OK (env, "policy", "delete", id);
	assert_string_equal (at (JSON (env, "block", "show", block), "block.policy"), "(null)");
}

static void
nat (void **state)
{
	cli_env *env = *state;
	g_autofree char *inside = make_block (env, "10.0.0.0/24", NULL);
	g_autofree char *outside = make_block (env, "203.0.113.0/24", "--type", "public", NULL);
	json_t *json;

	OK (env, "address", "allocate", inside, "--count", "2");
	OK (env, "address", "allocate", outside, "--count", "2");
	OK (env, "nat", "add", "--local", "10.0.0.1", "--global", "203.0.113.1", "--global", "203.0.113.2");
	OK (env, "nat", "add", "--local", "10.0.0.2", "--global", "203.0.113.1");
	json = JSON (env, "nat", "globals", "10.0.0.1");
	assert_int_equal (length_at (json, "addresses"), 2);
	assert_string_equal (at (json, "addresses.0.address"), "203.0.113.1");
	json = JSON (env, "nat", "locals", "203.0.113.1");
	assert_int_equal (length_at (json, "addresses"), 2);
	assert_string_equal (at (json, "addresses.0.address"), "10.0.0.1");
	OK (env, "nat", "remove", "--local", "10.0.0.1", "--global", "203.0.113.2");
	assert_int_equal (length_at (JSON (env, "nat", "globals", "10.0.0.1"), "addresses"), 1);
	OK (env, "nat", "remove", "--global", "203.0.113.1");
	assert_int_equal (length_at (JSON (env, "nat", "locals", "203.0.113.1"), "addresses"), 0);
	EXPECT (env, 2, "nat", "add");
	EXPECT (env, 3, "nat", "add", "--local", "10.0.0.1");
	EXPECT (env, 4, "nat", "add", "--local", "10.0.0.9", "--global", "203.0.113.1");
}

static void
leases (void **state)
{
	cli_env *env = *state;
	g_autofree char *block = make_block (env, "10.0.0.0/24", NULL);
	json_t *json;
	unsigned tries = 0;

	OK (env, "address", "allocate", block, "--count", "3");
	json = JSON (env, "lease", "grant", "10.0.0.1", "--duration", "3600", "--mac", "02:00:00:00:00:01",
	             "--client-id", "c", "--hostname", "höst");
	assert_string_equal (at (json, "lease.block"), block);
	assert_string_equal (at (json, "lease.mac"), "02:00:00:00:00:01");
	assert_string_equal (at (json, "lease.client_id"), "c");
	assert_string_equal (at (json, "lease.hostname"), "höst");
	json = JSON (env, "lease", "grant", "10.0.0.2", "--duration", "infinite");
	assert_string_equal (at (json, "lease.leased_until"), "infinite");
	OK (env, "lease", "grant", "10.0.0.3", "--duration", "0");
	assert_int_equal (length_at (JSON (env, "lease", "list"), "leases"), 3);
	/* Times are whole seconds, so it may take until the next one. */
	do
		json = JSON (env, "lease", "list", "--expired");
	while (length_at (json, "leases") == 0 && ++tries < 1000);
	assert_int_equal (length_at (json, "leases"), 1);
	assert_string_equal (at (json, "leases.0.address"), "10.0.0.3");
	json = JSON (env, "lease", "list", "--block", block, "--expired-at", "2100-01-01T00:00:00Z");
	assert_int_equal (length_at (json, "leases"), 2);
	assert_int_equal (length_at (JSON (env, "lease", "list", "--expired-at", "1000"), "leases"), 0);
	EXPECT (env, 2, "lease", "list", "--expired-at", "yesterday");
	json = JSON (env, "lease", "expire", "--release");
	assert_int_equal (length_at (json, "leases"), 1);
	assert_string_equal (at (JSON (env, "address", "show", "10.0.0.3"), "address.state"), "deallocated");
	OK (env, "lease", "release", "10.0.0.1");
	EXPECT (env, 4, "lease", "show", "10.0.0.1");
	assert_string_equal (at (JSON (env, "lease", "show", "10.0.0.2"), "lease.leased_until"), "infinite");
	EXPECT (env, 2, "lease", "grant", "10.0.0.1");
	EXPECT (env, 2, "lease", "grant", "10.0.0.1", "--duration", "-1");
	EXPECT (env, 4, "lease", "grant", "10.0.0.9", "--duration", "1");
}

/* Lists of more than one page, and of more than one call. */
static void
long_lists (void **state)
{
	cli_env *env = *state;
	g_autofree char *block = make_block (env, "10.0.0.0/16", NULL);
	json_t *json;

	OK (env, "address", "allocate", block, "--count", "2500");
	json = JSON (env, "address", "list");
	assert_int_equal (length_at (json, "addresses"), 2500);
	assert_true (json_is_false (json_object_get (json, "truncated")));
	assert_string_equal (at (json, "addresses.2499.address"), "10.0.9.196");
	json = JSON (env, "address", "list", "--limit", "1500");
	assert_int_equal (length_at (json, "addresses"), 1500);
	assert_true (json_is_true (json_object_get (json, "truncated")));
	OK (env, "address", "list", "--limit", "1");
	assert_contains (env->err, "--limit");
}

static void
environment_tenant (void **state)
{
	cli_env *env = *state;

	EXPECT (env, 2, "block", "create", "10.0.0.0/24");
	env->environment = g_environ_setenv (env->environment, "IP_DRIVER_TENANT", "t", TRUE);
	OK (env, "block", "create", "10.0.0.0/24");
	assert_int_equal (length_at (JSON (env, "block", "list"), "blocks"), 1);
	assert_int_equal (length_at (JSON (env, "--tenant", "u", "block", "list"), "blocks"), 0);
}

int
main (void)
{
#define CASE(name) cmocka_unit_test_setup_teardown (name, cli_setup, cli_teardown)
	const struct CMUnitTest tests[] = {
		CASE (blocks),
		CASE (ambiguous_cidrs),
		CASE (chosen_ids),
		CASE (usage),
		CASE (subnets),
		CASE (addresses),
		CASE (ambiguous_addresses),
		CASE (holds),
		CASE (request_keys),
		CASE (reconcile),
		CASE (networks),
		CASE (interfaces),
		CASE (mac_ranges),
		CASE (allowed_ips),
		CASE (routes),
		CASE (policies),
		CASE (nat),
		CASE (leases),
		CASE (long_lists),
		CASE (environment_tenant),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
