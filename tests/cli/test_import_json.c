/*
 * test_import_json.c: export and import are inverse: what is exported, imported elsewhere and exported again is
 * the same; and a second import changes nothing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "populate.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
round_trip (void **state)
{
	cli_env *env = *state;
	/* Defaults of new blocks must not creep in. */
	g_autofree char *second = cli_second_config (env, "second", "dns1 = 1.1.1.1\ndns2 = 1.0.0.1\n"), *first = NULL,
			*file = g_build_filename (env->folder, "export.json", NULL), *written = NULL;
	json_t *json;

	populate (env);
	OK (env, "export");
	first = g_strdup (env->out);
	OK (env, "export", "--output", file);
	assert_string_equal (env->out, "");
	assert_true (g_file_get_contents (file, &written, NULL, NULL));
	assert_string_equal (written, first);
	OK (env, "export", "--live");
	assert_string_equal (env->out, first);
	assert_lacks (first, "10.0.0.60");

	OK (env, "--config", second, "import", file);
	assert_string_equal (env->out,
	                     "imported 5 root blocks, 2 subnets, 1 policy, 2 routes, 1 MAC range, 6 interfaces, "
	                     "14 addresses, 4 allowed IPs, 2 NAT pairs, 3 leases\n");
	assert_string_equal (env->err, "");
	OK (env, "--config", second, "check");
	OK (env, "--config", second, "export");
	assert_same_export (env->out, first);

	/* It is alive: what was excluded and resting still is. */
	EXPECT (env, 7, "--config", second, "address", "allocate", "10.0.0.0/24", "--address", "10.0.0.7");
	EXPECT (env, 7, "--config", second, "address", "allocate", "10.0.0.0/24", "--address", "10.0.0.50");
	EXPECT (env, 5, "--config", second, "address", "allocate", "10.0.0.0/24", "--address", "10.0.0.1");
	assert_string_equal (at (JSON (env, "--config", second, "address", "show", "10.0.0.50"), "address.state"),
	                     "deallocated");
	/* The ids are the same. */
	json = JSON (env, "--config", second, "address", "show", "10.0.0.100");
	assert_contains (first, at (json, "address.id"));

	/* Again, there and here: nothing changes. */
	OK (env, "--config", second, "import", file);
	assert_string_equal (env->out, "nothing to do: 7 prefixes, 1 policy, 2 routes, 1 MAC range, 6 interfaces, "
	                               "14 addresses, 4 allowed IPs, 2 NAT pairs, 3 leases already there\n");
	OK (env, "import", file);
	assert_true (g_str_has_prefix (env->out, "nothing to do: 7 prefixes"));
	OK (env, "export");
	assert_string_equal (env->out, first);
}

/* Only a key that one address has can be kept. */
static void
shared_request_keys (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", ""), *block = make_block (env, "10.0.0.0/24", NULL);

	OK (env, "--tenant", "t", "address", "allocate", block, "--request-key", "two", "--count", "2");
	OK (env, "--tenant", "t", "address", "allocate", block, "--request-key", "one");
	OK (env, "export", "--output", "export.json");
	OK (env, "--config", second, "import", "export.json");
	assert_contains (env->err, "2 addresses that shared a request key with others lose it");
	assert_string_equal (at (JSON (env, "--config", second, "address", "show", "10.0.0.1"), "address.request_key"),
	                     "(null)");
	assert_string_equal (at (JSON (env, "--config", second, "address", "show", "10.0.0.3"), "address.request_key"),
	                     "one");
}

/* Into a database that already has some of it, under other ids. */
static void
other_ids (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", ""), *block = make_block (env, "10.0.0.0/16", NULL);
	const char *there;

	OK (env, "subnet", "create", block, "--cidr", "10.0.1.0/24");
	OK (env, "address", "allocate", "10.0.1.0/24");
	OK (env, "export", "--output", "export.json");
	OK (env, "--config", second, "--tenant", "t", "block", "create", "10.0.0.0/16");
	OK (env, "--config", second, "import", "export.json");
	assert_string_equal (env->out, "imported 1 subnet, 1 address; 1 prefix already there\n");
	there = at (JSON (env, "--config", second, "block", "show", "10.0.0.0/16"), "block.id");
	assert_string_not_equal (there, block);
	OK (env, "--config", second, "import", "export.json");
	assert_string_equal (env->out, "nothing to do: 2 prefixes, 1 address already there\n");
}

static void
conflicts (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", "");
	static const char id[] = "11111111-2222-4333-8444-555555555555";

	OK (env, "--tenant", "t", "block", "create", "10.0.0.0/16", "--id", id);
	OK (env, "address", "allocate", id, "--interface", "i", "--address", "10.0.0.9");
	OK (env, "export", "--output", "export.json");
	OK (env, "--config", second, "--tenant", "t", "block", "create", "10.9.0.0/16", "--id", id);
	EXPECT (env, 5, "--config", second, "import", "export.json");
	assert_contains (env->err,
	                 "export.json: blocks[0]: block 11111111-2222-4333-8444-555555555555 is there already, as "
	                 "private 10.9.0.0/16 of tenant t");
	OK (env, "--config", second, "block", "delete", id);
	OK (env, "--config", second, "--tenant", "t", "block", "create", "10.0.0.0/16", "--id", id);
	OK (env, "--config", second, "--tenant", "t", "interface", "create", "--id", "i", "--device", "another");
	EXPECT (env, 5, "--config", second, "import", "export.json");
	assert_contains (env->err,
	                 "export.json: interfaces[0]: interface i is there already, with another tenant, device");
	OK (env, "--config", second, "interface", "delete", "i");
	OK (env, "--config", second, "address", "allocate", id, "--address", "10.0.0.9");
	EXPECT (env, 5, "--config", second, "import", "export.json");
	assert_contains (env->err,
	                 "export.json: addresses[0]: 10.0.0.9 is there already, but it has another interface");
	OK (env, "--config", second, "address", "release", "10.0.0.9");
	OK (env, "--config", second, "address", "purge", "10.0.0.9", "--all");
	OK (env, "--config", second, "import", "export.json");
}

static void
bad_files (void **state)
{
	cli_env *env = *state;
#define BLOCK(more)                                                                                                    \
	"{\"ip_driver_export\":1,\"blocks\":[{\"id\":\"11111111-2222-4333-8444-555555555555\",\"tenant\":\"t\","       \
	"\"cidr\":\"10.0.0.0/8\",\"type\":\"private\"" more "}]"
	static const struct {
		const char *text;
		int code;
		const char *message;
	} cases[] = {
		{"{\"ip_driver_export\":2}", 3, "this tool reads exports of version 1"},
		{"{\"ip_driver_export\":\"1\"}", 3, "this tool reads exports of version 1"},
		{"{\"ip_driver_export\":1,\"things\":[]}", 3, "there is no key “things”"},
		{"{\"ip_driver_export\":1,\"blocks\":{}}", 3, "blocks is not an array"},
		{"{\"ip_driver_export\":1,\"blocks\":[[]]}", 3, "blocks[0]: this is not an object"},
		{"{\"ip_driver_export\":1,\"ip_driver_export\":1}", 3, "line 1, column "},
		{BLOCK (",\"colour\":\"red\"") "}", 3, "blocks[0]: there is no key “colour”"},
		{BLOCK (",\"network\":7") "}", 3, "blocks[0]: network is not a text"},
		{BLOCK (",\"parent\":\"11111111-2222-4333-8444-555555555555\"") "}", 3,
	         "blocks[0]: it is its own ancestor"},
		{BLOCK (",\"parent\":\"91111111-2222-4333-8444-555555555555\"") "}", 4, "blocks[0]: there is no block"},
		{BLOCK (",\"policy\":\"91111111-2222-4333-8444-555555555555\"") "}", 4,
	         "blocks[0]: there is no policy"},
		{BLOCK ("") ",\"addresses\":[{\"id\":\"21111111-2222-4333-8444-555555555555\",\"block\":"
	                    "\"11111111-2222-4333-8444-555555555555\",\"address\":\"10.0.0.1\",\"state\":\"lost\"}]}",
	         3, "addresses[0]: state “lost” is not allocated or deallocated"},
		{BLOCK ("") ",\"addresses\":[{\"id\":\"21111111-2222-4333-8444-555555555555\",\"block\":"
	                    "\"11111111-2222-4333-8444-555555555555\",\"address\":\"11.0.0.1\",\"state\":\"allocated\"}"
	                    "]}",
	         7, "addresses[0]: "},
		{BLOCK ("") ",\"leases\":[{\"block\":\"11111111-2222-4333-8444-555555555555\",\"address\":\"10.0.0.1\","
	                    "\"leased_until\":\"soon\"}]}",
	         3, "leases[0]: leased_until “soon” is not a time"},
		{BLOCK ("") ",\"leases\":[{\"block\":\"11111111-2222-4333-8444-555555555555\",\"address\":\"10.0.0.1\","
	                    "\"leased_until\":\"2100-01-01T00:00:00Z\"}]}",
	         4, "leases[0]: "},
		{"{\"ip_driver_export\":1,\"policies\":[{\"id\":\"11111111-2222-4333-8444-555555555555\",\"tenant\":"
	         "\"t\","
	         "\"name\":\"p\",\"ranges\":[{\"offset\":1,\"length\":1},{\"offset\":\"1\",\"length\":1}]}]}",
	         3, "policies[0] (ranges[1]): offset is not a number"},
		{"{\"ip_driver_export\":1,\"policies\":[{\"id\":\"11111111-2222-4333-8444-555555555555\",\"tenant\":"
	         "\"t\","
	         "\"name\":\"p\",\"octets\":[{\"octet\":256}]}]}",
	         3, "policies[0] (octets[0]): octet is not a number from 0 to 255"},
		{"{\"ip_driver_export\":1,\"mac_ranges\":[{\"id\":\"11111111-2222-4333-8444-555555555555\",\"cidr\":"
	         "\"x\"}]}",
	         3, "mac_ranges[0]: cidr “x” is not a MAC"},
	};

	for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++) {
		g_autofree char *full = g_strconcat ("ip-driver: bad.json: ", cases[i].message, NULL);

		cli_write (env, "bad.json", cases[i].text);
		if (RUN (env, "import", "bad.json") != cases[i].code)
			fail_msg ("%s: %d, not %d: %s", cases[i].message, env->code, cases[i].code, env->err);
		if (!g_str_has_prefix (env->err, full))
			fail_msg ("“%s” does not begin with “%s”", env->err, full);
		assert_int_equal (length_at (JSON (env, "block", "list"), "blocks"), 0);
		assert_int_equal (length_at (JSON (env, "policy", "list"), "policies"), 0);
	}
}

/* A file that cannot be written leaves the old one as it was. */
static void
export_to_nowhere (void **state)
{
	cli_env *env = *state;

	EXPECT (env, 14, "export", "--output", "/nowhere/export.json");
	assert_contains (env->err, "/nowhere/export.json");
	/* An empty database is a good export too. */
	OK (env, "export", "--output", "export.json");
	OK (env, "import", "export.json");
	assert_string_equal (env->out, "nothing to do: export.json is empty\n");
}

/* A pipe or a device is written to, a link followed: a file in their place would remove them. */
static void
export_to_other_than_files (void **state)
{
	cli_env *env = *state;
	g_autofree char *pipe = g_build_filename (env->folder, "pipe", NULL),
			*link = g_build_filename (env->folder, "link", NULL), *file = cli_file (env, "file.json", ""),
			*text = NULL;
	char got[4096] = "";
	struct stat there;
	int end;

	assert_int_equal (mkfifo (pipe, 0600), 0);
	end = open (pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	assert_true (end >= 0);
	OK (env, "export", "--output", pipe);
	assert_int_equal (lstat (pipe, &there), 0);
	assert_true (S_ISFIFO (there.st_mode));
	assert_true (read (end, got, sizeof got - 1) > 0);
	close (end);
	OK (env, "export", "--output", "-");
	assert_string_equal (env->out, got);
	assert_int_equal (symlink ("file.json", link), 0);
	OK (env, "export", "--output", link);
	assert_int_equal (lstat (link, &there), 0);
	assert_true (S_ISLNK (there.st_mode));
	assert_true (g_file_get_contents (file, &text, NULL, NULL));
	assert_string_equal (text, got);
	EXPECT (env, 14, "export", "--output", env->folder);
	assert_contains (env->err, "Is a directory");
}

int
main (void)
{
#define CASE(name) cmocka_unit_test_setup_teardown (name, cli_setup, cli_teardown)
	const struct CMUnitTest tests[] = {
		CASE (round_trip),
		CASE (shared_request_keys),
		CASE (other_ids),
		CASE (conflicts),
		CASE (bad_files),
		CASE (export_to_nowhere),
		CASE (export_to_other_than_files),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
