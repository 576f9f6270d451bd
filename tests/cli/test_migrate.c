/*
 * test_migrate.c: `migrate`: what arrives, what is refused, and that a migration that was cut anywhere is made whole by
 * the next.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "populate.h"

#include <signal.h>
#include <string.h>

/* A database behind the driver `lesser` (modules/lesser.c); returns its configuration, to be freed. Each
 * configuration of the same database has another file. */
static char *
lesser_config (cli_env *env, const char *file, const char *database, const char *extra)
{
	const char *folder = g_getenv ("IP_DRIVER_TEST_LESSER"), *before = g_getenv ("IP_DRIVER_MODULE_PATH");
	g_autofree char *path = g_strconcat (before, ":", folder, NULL), *name = g_strconcat (file, ".conf", NULL),
			*text = g_strdup_printf ("[ip_driver]\nbackend = lesser\n\n[lesser]\n"
	                                         "connection = sqlite:///%s.db\ndurability = normal\n%s",
	                                         database, extra);

	env->environment = g_environ_setenv (env->environment, "IP_DRIVER_MODULE_PATH", path, TRUE);
	return cli_file (env, name, text);
}

static char *
exported (cli_env *env, const char *config)
{
	OK (env, "--config", config, "export");
	return g_strdup (env->out);
}

#define MIGRATE(to, ...) "migrate", "--from", env->config, "--to", to, ##__VA_ARGS__

static void
everything (void **state)
{
	cli_env *env = *state;
	/* Defaults of new blocks must not creep in. */
	g_autofree char *second = cli_second_config (env, "second", "dns1 = 1.1.1.1\ndns2 = 1.0.0.1\n"), *here = NULL,
			*there = NULL;

	populate (env);
	here = exported (env, env->config);
	OK (env, MIGRATE (second, "--dry-run"));
	assert_string_equal (env->out, "would migrate " POPULATED "\n");
	assert_string_equal (env->err, "ip-driver: holds are not copied, as they end by themselves: 1\n");
	there = exported (env, second);
	assert_lacks (there, "\"id\"");
	g_clear_pointer (&there, g_free);

	OK (env, MIGRATE (second));
	assert_string_equal (env->out, "migrated " POPULATED "\n");
	OK (env, "--config", second, "check");
	there = exported (env, second);
	assert_same_export (there, here);
	OK (env, "compare", env->config, second);
	assert_string_equal (env->out, "equal: " POPULATED "\n");

	OK (env, MIGRATE (second));
	assert_string_equal (env->out, "nothing to do: " POPULATED " already there\n");
	OK (env, MIGRATE (second, "--dry-run"));
	assert_string_equal (env->out, "nothing to do: " POPULATED " already there\n");
	g_clear_pointer (&there, g_free);
	there = exported (env, second);
	assert_same_export (there, here);
	/* The source is as it was. */
	g_clear_pointer (&there, g_free);
	there = exported (env, env->config);
	assert_string_equal (there, here);

	/* It is alive: what was excluded and resting still is. */
	EXPECT (env, 7, "--config", second, "address", "allocate", "10.0.0.0/24", "--address", "10.0.0.7");
	EXPECT (env, 7, "--config", second, "address", "allocate", "10.0.0.0/24", "--address", "10.0.0.50");
	EXPECT (env, 5, "--config", second, "address", "allocate", "10.0.0.0/24", "--address", "10.0.0.1");
	OK (env, "--config", second, "--tenant", "t", "interface", "create", "--id", "fresh", "--network", "n");
	/* A request is not carried out again. */
	EXPECT (env, 5, "--config", second, "--tenant", "t", "address", "allocate", "10.0.0.0/24", "--request-key",
	        "k");
}

static void
empty (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", ""),
			*expected = g_strdup_printf ("nothing to do: %s is empty\n", env->config);

	OK (env, MIGRATE (second));
	assert_string_equal (env->out, expected);
}

/* What came later goes over with a second run; what B has besides stays. */
static void
later (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", "");

	populate (env);
	OK (env, MIGRATE (second));
	OK (env, "--tenant", "t", "interface", "create", "--id", "new", "--network", "n");
	OK (env, "lease", "grant", "10.0.0.3", "--duration", "600");
	OK (env, "policy", "octet", "create", "skip", "9");
	OK (env, "route", "create", "fd00::/64", "fd02::/16", "fd00::1");
	OK (env, "nat", "add", "--local", "10.0.0.3", "--global", "203.0.113.1");
	OK (env, "--config", second, "--tenant", "other", "block", "create", "192.168.0.0/16");
	OK (env, MIGRATE (second));
	assert_contains (env->out, "migrated 1 policy octet, 1 route, 1 interface, 2 addresses, 1 lease, 1 NAT pair; "
	                           "1 policy, ");
	EXPECT (env, 1, "compare", env->config, second);
	assert_true (g_str_has_prefix (env->out, "block 192.168.0.0/16 of tenant other: only in "));
	assert_contains (env->out, "\n1 difference; the same: ");
}

/* B makes its own ids: things are known by what they are. */
static void
without_ids (void **state)
{
	cli_env *env = *state;
	g_autofree char *lesser = lesser_config (env, "lesser", "second", "lacks = chosen_ids\n"),
			*second = cli_second_config (env, "second", ""), *third = cli_second_config (env, "third", "");

	populate (env);
	EXPECT (env, 5, MIGRATE (lesser));
	assert_contains (env->out,
	                 "block 172.16.0.0/12 of tenant t: cannot be told from another one like it but by its id");
	assert_contains (env->err, "1 thing is in the way; nothing was overwritten");
	OK (env, "--config", lesser, "block", "list", "--json");
	assert_lacks (env->out, "cidr");
	EXPECT (env, 10, MIGRATE (lesser, "--ids", "yes"));

	/* The second of the two; the first has subnets. */
	OK (env, "block", "list", "--json");
	{
		json_t *list = json_loads (env->out, 0, NULL);
		g_autofree char *id = NULL;

		for (size_t i = 0; i < length_at (list, "blocks"); i++) {
			g_autofree char *cidr = g_strdup_printf ("blocks.%zu.cidr", i),
					*path = g_strdup_printf ("blocks.%zu.id", i);

			if (strcmp (at (list, cidr), "172.16.0.0/12") == 0) {
				g_free (id);
				id = g_strdup (at (list, path));
			}
		}
		json_decref (list);
		OK (env, "block", "delete", id);
	}
	OK (env, MIGRATE (lesser));
	assert_contains (env->out, "migrated 1 policy, 1 policy range, 2 policy octets, 4 root blocks");
	assert_contains (env->err, "lesser.conf makes its own ids");
	OK (env, MIGRATE (lesser));
	assert_true (g_str_has_prefix (env->out, "nothing to do: "));
	OK (env, "compare", env->config, lesser);
	assert_true (g_str_has_prefix (env->out, "equal: 1 policy, "));
	/* Their ids are others. */
	EXPECT (env, 1, "compare", "--ids", "yes", env->config, lesser);
	assert_contains (env->out, "address 10.0.0.100 in block 10.0.0.0/24 of tenant t: id is ");
	OK (env, "compare", "--ids", "no", env->config, second);
	/* And back. */
	OK (env, "migrate", "--from", lesser, "--to", third);
	OK (env, "compare", lesser, third);
	OK (env, "compare", "--ids", "yes", second, third);
	OK (env, "compare", "--ids", "no", env->config, third);
	OK (env, "--config", third, "check");
}

/* A list in the order of random ids, as the historical service has it. */
static void
out_of_order (void **state)
{
	cli_env *env = *state;
	g_autofree char *lesser = lesser_config (env, "lesser", "main", "by_id = true\n"),
			*second = cli_second_config (env, "second", ""), *here = NULL, *there = NULL;
	g_autoptr (GString) csv = g_string_new ("kind,cidr,tenant,address,id\nblock,10.0.0.0/16,t,,\n");

	for (guint i = 1; i <= 2500; i++) {
		g_autofree char *id = g_uuid_string_random ();

		g_string_append_printf (csv, "address,,t,10.0.%u.%u,%s\n", i / 250, i % 250 + 1, id);
	}
	cli_write (env, "plan.csv", csv->str);
	OK (env, "import", "plan.csv");
	OK (env, "migrate", "--from", lesser, "--to", second);
	assert_string_equal (env->out, "migrated 1 root block, 2,500 addresses\n");
	here = exported (env, env->config);
	there = exported (env, second);
	assert_same_export (there, here);
	OK (env, "compare", second, lesser);
	OK (env, "compare", lesser, second);
}

/* Kills the process before every change there is, each time in a new B, and makes it whole. */
static void
die_everywhere (cli_env *env, const char *lacks, const char *expected)
{
	guint k;

	for (k = 1;; k++) {
		g_autofree char *name = g_strdup_printf ("die%u-%s", k, lacks[0] != '\0' ? "plain" : "whole"),
				*extra = g_strdup_printf ("lacks = %s\ndie_at = %u\ndns1 = 1.1.1.1\n", lacks, k),
				*dying = lesser_config (env, name, name, extra),
				*whole_name = g_strconcat (name, "-2", NULL),
				*whole_extra = g_strdup_printf ("lacks = %s\n", lacks),
				*whole = lesser_config (env, whole_name, name, whole_extra);
		int code = RUN (env, MIGRATE (dying));

		if (code == 0)
			break;
		if (env->signal != SIGKILL)
			fail_msg ("change %u ended with %d, signal %d: %s", k, code, env->signal, env->err);
		OK (env, MIGRATE (whole));
		OK (env, "compare", env->config, whole);
		assert_string_equal (env->out, expected);
		OK (env, "--config", whole, "check");
	}
	/* It has not ended at once. */
	if (lacks[0] == '\0')
		assert_true (k > 1);
	else
		assert_true (k > 40);
}

static void
killed_in_transactions (void **state)
{
	cli_env *env = *state;

	populate (env);
	die_everywhere (env, "", "equal: " POPULATED "\n");
}

static void
killed_without_transactions (void **state)
{
	cli_env *env = *state;

	populate (env);
	die_everywhere (env, "transaction", "equal: " POPULATED "\n");
}

/* As the historical service is: no transactions, no ids. */
static void
killed_without_anything (void **state)
{
	cli_env *env = *state;
	g_autofree char *block = make_block (env, "10.0.0.0/24", "--network", "n", "--gateway", "10.0.0.1", NULL);

	OK (env, "--tenant", "t", "policy", "create", "skip");
	OK (env, "policy", "octet", "create", "skip", "7");
	OK (env, "--tenant", "t", "interface", "create", "--id", "a", "--device", "vm-a", "--network", "n");
	OK (env, "address", "allocate", block, "--address", "10.0.0.7");
	OK (env, "block", "update", block, "--policy", "skip");
	OK (env, "address", "allocate", block, "--address", "10.0.0.50");
	OK (env, "address", "release", "10.0.0.50");
	for (guint k = 1;; k++) {
		g_autofree char *name = g_strdup_printf ("die%u", k),
				*extra = g_strdup_printf ("lacks = transaction chosen_ids\ndie_at = %u\n", k),
				*dying = lesser_config (env, name, name, extra),
				*whole_name = g_strconcat (name, "-2", NULL),
				*whole = lesser_config (env, whole_name, name, "lacks = transaction chosen_ids\n");

		if (RUN (env, MIGRATE (dying)) == 0) {
			assert_true (k > 8);
			break;
		}
		assert_int_equal (env->signal, SIGKILL);
		if (RUN (env, MIGRATE (whole)) != 0) {
			/* Allocated, not yet released: only an id could tell whose it is. */
			assert_int_equal (env->code, 5);
			assert_contains (env->out,
			                 "address 10.0.0.50 in block 10.0.0.0/24 of tenant t: state is resting in ");
			OK (env, "--config", whole, "address", "release", "10.0.0.50");
			OK (env, MIGRATE (whole));
		}
		OK (env, "compare", env->config, whole);
		OK (env, "--config", whole, "check");
	}
}

/* A signal ends it after the step, and what was done is kept. */
static void
stopped (void **state)
{
	cli_env *env = *state;
	static const struct {
		const char *option;
		const char *lacks;
	} ways[] = {
		{"interrupt_at", ""},
		{"terminate_at", ""},
		{"interrupt_at", "transaction"},
	};

	populate (env);
	for (unsigned i = 0; i < G_N_ELEMENTS (ways); i++) {
		g_autofree char *name = g_strdup_printf ("stop%u", i),
				*extra = g_strdup_printf ("lacks = %s\n%s = 20\n", ways[i].lacks, ways[i].option),
				*lesser = lesser_config (env, name, name, extra);

		EXPECT (env, 15, MIGRATE (lesser));
		assert_string_equal (env->out, "");
		assert_contains (env->err, "stopped; run the same command again to go on");
		OK (env, "--config", lesser, "interface", "list", "--json");
		assert_contains (env->out, "\"bare\"");
		OK (env, "--config", lesser, "check");
		/* The second run makes fewer changes than 20, or is stopped in its turn. */
		while (RUN (env, MIGRATE (lesser)) == 15)
			;
		assert_int_equal (env->code, 0);
		assert_contains (env->out, " already there\n");
		OK (env, "compare", env->config, lesser);
	}
}

/* Each is in the way of a migration; after it B is made as before. */
static void
conflicts (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", ""), *there = NULL, *before = NULL;
	/* What is done to B, and what is then said. */
	static const struct {
		const char *command;
		const char *said;
	} cases[] = {
		{"policy update skip --description other", "policy “skip” of tenant t: description is ünï\\ncode in "},
		{"block update 10.0.0.0/24 --gateway 10.0.0.254",
	         "block 10.0.0.0/24 of tenant t: gateway is 10.0.0.1 in "},
		{"block update 203.0.113.0/24 --dns1 8.8.8.8", "block 203.0.113.0/24 of tenant t: dns1 is none in "},
		{"block update 172.16.9.0/24 --dns2 8.8.8.8", "subnet 172.16.9.0/24 of tenant u: dns2 is none in "},
		{"address restore 10.0.0.50", NULL},
		{"address release 10.0.0.100",
	         "address 10.0.0.100 in block 10.0.0.0/24 of tenant t: state is allocated in "},
		{"lease grant 10.0.0.2 --duration 100 --mac 02:00:00:00:00:01 --client-id c --hostname h",
	         "lease of 10.0.0.2 in block 10.0.0.0/24 of tenant t: leased_until is "},
		{"lease grant 203.0.113.1 --duration infinite --hostname x",
	         "lease of 203.0.113.1 in block 203.0.113.0/24 of tenant t: hostname is none in "},
	};

	populate (env);
	for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++) {
		g_autofree char *name = g_strdup_printf ("conflict%u", i), *config = cli_second_config (env, name, "");
		g_auto (GStrv) words = g_strsplit (cases[i].command, " ", -1);
		g_autoptr (GPtrArray) args = g_ptr_array_new ();

		OK (env, MIGRATE (config));
		g_ptr_array_add (args, (void *)(gintptr) "--config");
		g_ptr_array_add (args, config);
		for (unsigned j = 0; words[j] != NULL; j++)
			g_ptr_array_add (args, words[j]);
		g_ptr_array_add (args, NULL);
		cli_expect (env, 0, (const char *const *)args->pdata, __FILE__, __LINE__);
		OK (env, "--config", config, "export");
		before = g_strdup (env->out);
		/* More to do: it is not done either. */
		OK (env, "--tenant", "t", "interface", "create", "--id", name);
		if (cases[i].said != NULL) {
			EXPECT (env, 5, MIGRATE (config, "--dry-run"));
			assert_contains (env->out, cases[i].said);
			assert_contains (env->err, "in the way; nothing was overwritten");
			EXPECT (env, 5, MIGRATE (config));
			assert_contains (env->out, cases[i].said);
			there = exported (env, config);
			assert_string_equal (there, before);
			g_clear_pointer (&there, g_free);
		} else {
			/* The same allocation, that ought to rest: it is made to. */
			OK (env, MIGRATE (config));
			assert_contains (env->out, "completed 1 address;");
			OK (env, "compare", env->config, config);
		}
		g_clear_pointer (&before, g_free);
		OK (env, "interface", "delete", name);
	}
	/* As JSON. */
	OK (env, MIGRATE (second));
	OK (env, "--config", second, "block", "update", "10.0.0.0/24", "--gateway", "10.0.0.254");
	EXPECT (env, 5, MIGRATE (second, "--json"));
	{
		json_t *json = json_loads (env->out, 0, NULL);

		assert_non_null (json);
		assert_int_equal (integer_at (json, "migrate.conflicts_total"), 1);
		assert_string_equal (at (json, "migrate.conflicts.0.kind"), "root_blocks");
		assert_string_equal (at (json, "migrate.conflicts.0.field"), "gateway");
		assert_string_equal (at (json, "migrate.conflicts.0.a"), "10.0.0.1");
		assert_string_equal (at (json, "migrate.conflicts.0.b"), "10.0.0.254");
		json_decref (json);
	}
}

/* Things of B that are taken for others: by an id, a name, a place. */
static void
other_conflicts (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", ""), *block = make_block (env, "10.0.0.0/24", NULL);
	const char *there = NULL;

	OK (env, "address", "allocate", block, "--interface", "i", "--address", "10.0.0.9");
	/* The same block, but another id: it is not known whether it is the same. */
	OK (env, "--config", second, "--tenant", "t", "block", "create", "10.0.0.0/24");
	EXPECT (env, 5, MIGRATE (second));
	assert_contains (env->out, "block 10.0.0.0/24 of tenant t: id is ");
	/* It is, says the user. */
	OK (env, MIGRATE (second, "--ids", "no", "--dry-run"));
	assert_string_equal (env->out, "would migrate 1 interface, 1 address; 1 root block already there\n");
	there = at (JSON (env, "--config", second, "block", "show", "10.0.0.0/24"), "block.id");
	assert_string_not_equal (there, block);
	/* The interface is somebody's. */
	OK (env, "--config", second, "--tenant", "u", "interface", "create", "--id", "i");
	EXPECT (env, 5, MIGRATE (second, "--ids", "no"));
	assert_contains (env->out, "interface i: tenant is t in ");
	OK (env, "--config", second, "interface", "delete", "i");
	/* The address is. */
	OK (env, "--config", second, "address", "allocate", "10.0.0.0/24", "--address", "10.0.0.9");
	EXPECT (env, 5, MIGRATE (second, "--ids", "no"));
	assert_contains (env->out, "address 10.0.0.9 in block 10.0.0.0/24 of tenant t: interface is i in ");
	OK (env, "--config", second, "address", "release", "10.0.0.9");
	OK (env, "--config", second, "address", "purge", "10.0.0.9", "--all");
	/* Held by somebody. */
	OK (env, "--config", second, "address", "allocate", "10.0.0.0/24", "--address", "10.0.0.9", "--hold", "600");
	EXPECT (env, 5, MIGRATE (second, "--ids", "no"));
	assert_contains (env->out, "address 10.0.0.9 in block 10.0.0.0/24 of tenant t: state is allocated in ");
	assert_contains (env->out, ", held in ");
	OK (env, "--config", second, "address", "list", "--json");
	{
		json_t *list = json_loads (env->out, 0, NULL);
		const char *id = at (list, "addresses.0.id");

		OK (env, "--config", second, "address", "cancel", "10.0.0.9", "--id", id);
		json_decref (list);
	}
	OK (env, MIGRATE (second, "--ids", "no"));
	OK (env, "compare", "--ids", "no", env->config, second);
}

/* Without a MAC address there, never with one here. */
static void
mac_ranges_there (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", "");

	OK (env, "--tenant", "t", "interface", "create", "--id", "bare");
	OK (env, "--config", second, "mac-range", "create", "02:00:00:00:00:00/24");
	EXPECT (env, 5, MIGRATE (second));
	assert_contains (env->out, "interface bare: it has no MAC address, but the MAC ranges of ");
	EXPECT (env, 4, "--config", second, "interface", "show", "bare");
}

/* More than are shown. */
static void
many_conflicts (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", ""), *block = make_block (env, "10.0.0.0/24", NULL);

	OK (env, "address", "allocate", block, "--count", "30");
	OK (env, MIGRATE (second));
	for (guint i = 1; i <= 25; i++) {
		g_autofree char *address = g_strdup_printf ("10.0.0.%u", i);

		OK (env, "--config", second, "address", "release", address);
	}
	EXPECT (env, 5, MIGRATE (second));
	assert_contains (env->out, "... and 5 more\n");
	assert_contains (env->err, "25 things are in the way");
}

/* What a backend cannot take is told before anything is done. */
static void
losses (void **state)
{
	cli_env *env = *state;
	static const struct {
		const char *lacks;
		const char *lost;
		const char *skip;
	} cases[] = {
		{"policy policy_range policy_octet", "1 policy", "policies"},
		{"route", "2 routes", "routes"},
		{"lease", "3 leases", "leases"},
		{"nat", "2 NAT pairs", "nat"},
		{"allowed_ip", "4 allowed IPs", "allowed-ips"},
		{"mac_range", "1 MAC range", "mac-ranges"},
		{"request_key", "1 request key", "request-keys"},
		{"hold", "3 stranded allowed IPs", "stranded-allowed-ips"},
	};

	populate (env);
	for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++) {
		g_autofree char *name = g_strdup_printf ("loss%u", i),
				*extra = g_strdup_printf ("lacks = %s\n", cases[i].lacks),
				*lesser = lesser_config (env, name, name, extra),
				*message = g_strdup_printf (
					"%s cannot take %s; nothing was changed. To leave them out: --skip %s\n",
					lesser, cases[i].lost, cases[i].skip),
				*there = NULL;

		for (unsigned dry = 0; dry < 2; dry++) {
			EXPECT (env, 10, MIGRATE (lesser, dry ? "--dry-run" : NULL));
			assert_contains (env->err, message);
			assert_string_equal (env->out, "");
		}
		there = g_strdup (at (JSON (env, "--config", lesser, "info"), "info.backend"));
		assert_string_equal (there, "lesser");
		assert_int_equal (length_at (JSON (env, "--config", lesser, "block", "list"), "blocks"), 0);
		OK (env, MIGRATE (lesser, "--skip", cases[i].skip));
		OK (env, MIGRATE (lesser, "--skip", cases[i].skip));
		assert_true (g_str_has_prefix (env->out, "nothing to do: "));
		OK (env, "compare", "--skip", cases[i].skip, env->config, lesser);
		OK (env, "compare", "--skip", cases[i].skip, lesser, env->config);
		EXPECT (env, 1, "compare", env->config, lesser);
		OK (env, "--config", lesser, "check");
	}
}

/* Skipped although it could be taken. */
static void
skipped (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", ""), *block = make_block (env, "10.9.0.0/24", NULL);

	populate (env);
	OK (env, "--tenant", "t", "address", "allocate", block, "--request-key", "two", "--count", "2");
	EXPECT (env, 10, MIGRATE (second));
	assert_contains (env->err, "cannot take 2 shared request keys; nothing was changed. To leave them out: --skip "
	                           "shared-request-keys\n");
	OK (env, MIGRATE (second, "--skip", "shared-request-keys", "--skip", "resting"));
	EXPECT (env, 4, "--config", second, "address", "show", "10.0.0.50");
	assert_string_equal (at (JSON (env, "--config", second, "address", "show", "10.9.0.1"), "address.request_key"),
	                     "(null)");
	assert_string_equal (at (JSON (env, "--config", second, "address", "show", "10.0.0.6"), "address.request_key"),
	                     "k");
	OK (env, MIGRATE (second, "--skip", "shared-request-keys", "--skip", "resting"));
	assert_true (g_str_has_prefix (env->out, "nothing to do: "));
	OK (env, "compare", "--skip", "resting", "--skip", "shared-request-keys", env->config, second);
	EXPECT (env, 1, "compare", "--skip", "shared-request-keys", env->config, second);
	assert_contains (env->out, "address 10.0.0.50 in block 10.0.0.0/24 of tenant t: only in ");
	EXPECT (env, 1, "compare", "--skip", "resting", env->config, second);
	assert_contains (env->out, "address 10.9.0.1 in block 10.9.0.0/24 of tenant t: request_key is two in ");
	EXPECT (env, 2, MIGRATE (second, "--skip", "everything"));
}

/* The example driver has no more than blocks, addresses and interfaces. It forgets, so only one run can be seen. */
static void
to_memory (void **state)
{
	cli_env *env = *state;
	g_autofree char *memory = cli_file (env, "memory.conf", "[ip_driver]\nbackend = memory\n");

	if (g_getenv ("IP_DRIVER_TEST_MEMORY") == NULL)
		skip ();
	populate (env);
	EXPECT (env, 10, MIGRATE (memory));
	assert_contains (env->err,
	                 "cannot take 1 policy, 2 routes, 3 leases, 2 NAT pairs, 4 allowed IPs, 1 MAC range;");
	OK (env, MIGRATE (memory, "--skip", "policies", "--skip", "routes", "--skip", "leases", "--skip", "nat",
	                  "--skip", "allowed-ips", "--skip", "mac-ranges"));
	assert_string_equal (env->out, "migrated 5 root blocks, 2 subnets, 6 interfaces, 14 addresses\n");
	/* From an empty one, to one that is not. */
	OK (env, "migrate", "--from", memory, "--to", env->config);
	assert_contains (env->out, "nothing to do: ");
}

/* Only what belongs to some. */
static void
tenants (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", ""), *third = cli_second_config (env, "third", ""),
			*narrow = lesser_config (env, "narrow", "fourth", "lacks = all_tenants interface.list\n"),
			*narrow_main =
				lesser_config (env, "narrow_main", "main", "lacks = all_tenants interface.list\n"),
			*block = NULL;

	populate (env);
	/* u's subnet lies in t's block. */
	OK (env, "--tenant", "u", MIGRATE (second));
	assert_string_equal (env->out, "migrated 1 root block, 2 subnets, 1 MAC range\n");
	OK (env, "--tenant", "u", "compare", env->config, second);
	OK (env, "--tenant", "t", MIGRATE (third, "--also-tenant", "u"));
	OK (env, "compare", env->config, third);
	/* Another tenant's interface uses an address of t. */
	block = make_block (env, "10.7.0.0/24", NULL);
	OK (env, "address", "allocate", block, "--interface", "v-1", "--used-by-tenant", "v");
	OK (env, "--tenant", "t", MIGRATE (third));
	assert_contains (env->out, "migrated 1 root block, 1 interface, 1 address; ");
	OK (env, "compare", env->config, third);

	/* Shows one tenant at a time, and lists no interfaces. */
	EXPECT (env, 10, MIGRATE (narrow));
	assert_contains (env->err, "narrow.conf shows what one tenant has at a time; name them with --tenant and "
	                           "--also-tenant");
	EXPECT (env, 2, MIGRATE (narrow, "--also-tenant", "t"));
	OK (env, "--tenant", "t", MIGRATE (narrow, "--also-tenant", "u"));
	OK (env, "--tenant", "t", MIGRATE (narrow, "--also-tenant", "u"));
	assert_true (g_str_has_prefix (env->out, "nothing to do: "));
	OK (env, "--tenant", "t", "compare", "--also-tenant", "u", env->config, narrow);
	EXPECT (env, 5, "--tenant", "u", "migrate", "--from", narrow_main, "--to", narrow);
	assert_contains (env->out, "which is not among what ");
}

/* From a service that lists no interfaces, those that have an address go over. */
static void
from_unlisted_interfaces (void **state)
{
	cli_env *env = *state;
	g_autofree char *narrow = lesser_config (env, "narrow", "main", "lacks = all_tenants interface.list\n"),
			*second = cli_second_config (env, "second", "");

	populate (env);
	OK (env, "--tenant", "t", "migrate", "--also-tenant", "u", "--from", narrow, "--to", second, "--skip",
	    "allowed-ips");
	assert_contains (env->out, " 3 interfaces, 14 addresses, ");
	assert_contains (env->err, "narrow.conf lists no interfaces: those that have no address cannot be seen\n");
	OK (env, "--tenant", "t", "compare", "--also-tenant", "u", "--skip", "allowed-ips", narrow, second);
	EXPECT (env, 4, "--config", second, "interface", "show", "c");
}

static void
usage (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", ""),
			*poor = lesser_config (env, "poor", "fifth", "lacks = subnet.create\n");

	EXPECT (env, 2, "migrate", "--from", env->config);
	assert_contains (env->err, "--from and --to are needed");
	EXPECT (env, 11, MIGRATE ("/nowhere.conf"));
	EXPECT (env, 10, MIGRATE (poor));
	assert_contains (env->err, "poor.conf cannot do subnet.create");
	EXPECT (env, 2, "compare", env->config);
	EXPECT (env, 2, "compare", env->config, second, "--limit", "0");
	/* The environment's own backend has nothing to do with it. */
	env->environment = g_environ_setenv (env->environment, "IP_DRIVER_CONFIG", "/nowhere.conf", TRUE);
	OK (env, MIGRATE (second));
}

/* 10,000 addresses of 10,000 interfaces: several pages of everything, several transactions. */
static void
large (void **state)
{
	cli_env *env = *state;
	g_autofree char *second = cli_second_config (env, "second", "");
	g_autoptr (GString) csv = g_string_new ("kind,cidr,tenant,network,gateway,address,interface\n"
	                                        "block,10.0.0.0/16,t,n,10.0.0.1,,\n");
	gint64 start;

	for (guint i = 0; i < 10000; i++)
		g_string_append_printf (csv, "address,,t,n,,10.0.%u.%u,if-%u\n", i / 200 + 1, i % 200 + 1, i);
	cli_write (env, "plan.csv", csv->str);
	OK (env, "import", "plan.csv");
	start = g_get_monotonic_time ();
	OK (env, MIGRATE (second));
	assert_string_equal (env->out, "migrated 1 root block, 10,000 interfaces, 10,000 addresses\n");
	OK (env, "compare", env->config, second);
	OK (env, MIGRATE (second));
	assert_string_equal (env->out,
	                     "nothing to do: 1 root block, 10,000 interfaces, 10,000 addresses already there\n");
	/* Far from what anything quadratic would take. */
	assert_true (g_get_monotonic_time () - start < 120 * G_USEC_PER_SEC);
	OK (env, "--config", second, "check");
}

int
main (void)
{
#define CASE(name) cmocka_unit_test_setup_teardown (name, cli_setup, cli_teardown)
	const struct CMUnitTest tests[] = {
		CASE (everything),
		CASE (empty),
		CASE (later),
		CASE (without_ids),
		CASE (out_of_order),
		CASE (killed_in_transactions),
		CASE (killed_without_transactions),
		CASE (killed_without_anything),
		CASE (stopped),
		CASE (conflicts),
		CASE (other_conflicts),
		CASE (mac_ranges_there),
		CASE (many_conflicts),
		CASE (losses),
		CASE (skipped),
		CASE (to_memory),
		CASE (tenants),
		CASE (from_unlisted_interfaces),
		CASE (usage),
		CASE (large),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
