/*
 * test_errors.c: an exit code per class of error, and bad surroundings: configurations, databases, backends that
 * cannot do something.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "harness.h"

#include <sqlite3.h>
#include <string.h>

static void
classes (void **state)
{
	cli_env *env = *state;
	g_autofree char *block = make_block (env, "10.0.0.0/30", NULL);

	EXPECT (env, 3, "--tenant", "t", "block", "create", "10.0.0.0/33");
	assert_contains (env->err, "10.0.0.0/33");
	EXPECT (env, 3, "--tenant", "t", "block", "create", "010.0.0.0/8");
	EXPECT (env, 3, "address", "find", "::1%eth0");
	EXPECT (env, 3, "address", "find", "1.2.3");
	EXPECT (env, 3, "block", "show", "no-id");
	assert_contains (env->err, "“no-id” is neither the id of a block nor a CIDR");
	EXPECT (env, 3, "address", "show", "10.0.0.1@10.0.0.0");
	assert_contains (env->err, "“10.0.0.0” is neither the id of a block nor a CIDR");
	EXPECT (env, 4, "block", "show", "11111111-2222-4333-8444-555555555555");
	OK (env, "address", "allocate", block, "--address", "10.0.0.1");
	EXPECT (env, 5, "address", "allocate", block, "--address", "10.0.0.1");
	EXPECT (env, 6, "address", "allocate", block, "--count", "2");
	EXPECT (env, 7, "address", "allocate", block, "--address", "10.0.0.9");
	/* Errors are for stderr, JSON or not. */
	EXPECT (env, 4, "--json", "block", "show", "11111111-2222-4333-8444-555555555555");
	assert_string_equal (env->out, "");
	assert_true (g_str_has_prefix (env->err, "ip-driver: "));
}

static void
configurations (void **state)
{
	cli_env *env = *state;
	g_autofree char *unknown = cli_file (env, "a.conf", "[ip_driver]\nbackend = nosuch\n"),
			*key = cli_file (env, "b.conf", "[ip_driver]\nbackend = native\n[native]\ncolour = red\n"),
			*group = cli_file (env, "c.conf", "[ip_drver]\nbackend = native\n"),
			*missing = g_build_filename (env->folder, "none.conf", NULL);

	EXPECT (env, 11, "--config", unknown, "block", "list");
	assert_contains (env->err, "nosuch");
	EXPECT (env, 11, "--config", key, "block", "list");
	assert_contains (env->err, "colour");
	EXPECT (env, 11, "--config", missing, "block", "list");
	assert_contains (env->err, "none.conf");
	env->environment = g_environ_setenv (env->environment, "IP_DRIVER_CONFIG", unknown, TRUE);
	EXPECT (env, 11, "block", "list");
	EXPECT (env, 11, "--config", group, "block", "list");
	assert_contains (env->err, "[ip_drver]");
	/* What needs no backend works all the same. */
	OK (env, "block", "--help");
}

static void
databases (void **state)
{
	cli_env *env = *state;
	g_autofree char *junk = cli_file (env, "main.db", "this is no database, but long enough to look at it twice"),
			*after = NULL;

	EXPECT (env, 12, "block", "list");
	assert_contains (env->err, "main.db");
	assert_true (g_file_get_contents (junk, &after, NULL, NULL));
	assert_string_equal (after, "this is no database, but long enough to look at it twice");
}

/* With no configuration at all the database is in the user's data directory, never in the working one. */
static void
default_database (void **state)
{
	cli_env *env = *state;
	g_autofree char *expected = g_build_filename (env->folder, ".local", "share", "ip_driver", "ipam.db", NULL);
	g_autofree char *data = g_build_filename (env->folder, "data", NULL);
	g_autofree char *in_data = g_build_filename (data, "ip_driver", "ipam.db", NULL);

	if (g_file_test ("/etc/ip_driver/ip_driver.conf", G_FILE_TEST_EXISTS))
		skip ();
	env->environment = g_environ_unsetenv (env->environment, "IP_DRIVER_CONFIG");
	env->environment = g_environ_setenv (env->environment, "HOME", env->folder, TRUE);
	env->environment = g_environ_setenv (env->environment, "XDG_DATA_HOME", data, TRUE);
	OK (env, "info");
	assert_contains (env->out, in_data);
	env->environment = g_environ_setenv (env->environment, "XDG_DATA_HOME", "relative", TRUE);
	OK (env, "info");
	assert_contains (env->out, expected);
}

static void
info (void **state)
{
	cli_env *env = *state;
	json_t *json = JSON (env, "info");

	assert_string_equal (at (json, "info.backend"), "native");
	assert_string_equal (at (json, "info.config_path"), env->config);
	assert_contains (at (json, "info.location"), "main.db");
	assert_true (g_str_has_suffix (at (json, "info.module_path"), "native.so"));
	assert_true (length_at (json, "info.capabilities") > 60);
	OK (env, "info");
	assert_contains (env->out, "address.allocate");
	json = JSON (env, "backends");
	for (size_t i = 0; i < length_at (json, "backends"); i++) {
		g_autofree char *path = g_strdup_printf ("backends.%zu.backend", i);

		if (strcmp (at (json, path), "native") == 0) {
			g_autofree char *problem = g_strdup_printf ("backends.%zu.problem", i);

			assert_string_equal (at (json, problem), "(null)");
			return;
		}
	}
	fail_msg ("the native backend is not listed");
}

/* A backend without transactions, all tenants, chosen ids. */
static void
small_backend (void **state)
{
	cli_env *env = *state;
	g_autofree char *config = cli_file (env, "memory.conf", "[ip_driver]\nbackend = memory\n"),
			*file = cli_file (env, "plan.csv", "cidr,tenant\n10.0.0.0/8,t\n");

	if (g_getenv ("IP_DRIVER_TEST_MEMORY") == NULL)
		skip ();
	OK (env, "--config", config, "--tenant", "t", "block", "create", "10.0.0.0/8");
	EXPECT (env, 10, "--config", config, "import", file);
	assert_contains (env->err, "import needs transactions");
	EXPECT (env, 10, "--config", config, "export");
	assert_contains (env->err, "--live");
	EXPECT (env, 10, "--config", config, "check");
	EXPECT (env, 10, "--config", config, "lease", "expire");
}

static void
check (void **state)
{
	cli_env *env = *state;
	g_autofree char *block = make_block (env, "10.0.0.0/24", NULL);
	json_t *json;

	OK (env, "address", "allocate", block, "--interface", "i");
	json = JSON (env, "check");
	assert_int_equal (integer_at (json, "check.blocks"), 1);
	assert_int_equal (integer_at (json, "check.addresses"), 1);
	assert_int_equal (integer_at (json, "check.interfaces"), 1);
	assert_int_equal (integer_at (json, "check.problems_total"), 0);
	assert_int_equal (length_at (json, "check.problems"), 0);
	assert_true (length_at (json, "check.rules") > 5);
	OK (env, "check");
	assert_contains (env->out, "checked 1 block, 1 address, 1 interface\n");
	assert_contains (env->out, "\nno problems found\n");
}

/* A database that something else has spoilt. */
static void
problems (void **state)
{
	cli_env *env = *state;
	g_autofree char *block = make_block (env, "10.0.0.0/24", NULL),
			*path = g_build_filename (env->folder, "main.db", NULL);
	json_t *json;
	sqlite3 *db;

	OK (env, "address", "allocate", block);
	assert_int_equal (sqlite3_open (path, &db), SQLITE_OK);
	assert_int_equal (sqlite3_exec (db, "UPDATE pool SET allocated = allocated + 7", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal (sqlite3_close (db), SQLITE_OK);
	EXPECT (env, 1, "check");
	assert_contains (env->out, " problems found\n  problem: ");
	assert_string_equal (env->err, "");
	EXPECT (env, 1, "check", "--json");
	json = env->json = json_loads (env->out, 0, NULL);
	assert_true (integer_at (json, "check.problems_total") > 0);
	assert_int_equal (length_at (json, "check.problems"), integer_at (json, "check.problems_total"));
}

int
main (void)
{
#define CASE(name) cmocka_unit_test_setup_teardown (name, cli_setup, cli_teardown)
	const struct CMUnitTest tests[] = {
		CASE (classes), CASE (configurations), CASE (databases), CASE (default_database),
		CASE (info),    CASE (small_backend),  CASE (check),     CASE (problems),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
