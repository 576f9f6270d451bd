/*
 * test_usage.c: the command line itself: help on every level, wrong usage, completion, and the manual page,
 * all held against the one table of commands, which `ip-driver __complete` shows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "harness.h"

#include <string.h>

/* The candidates that completion offers after these words; owned. */
static char **
complete (cli_env *env, const char *words, const char *start)
{
	g_autoptr (GPtrArray) args = g_ptr_array_new ();
	g_auto (GStrv) split = g_strsplit (words, " ", -1);
	char **lines;

	g_ptr_array_add (args, (void *)(gintptr) "__complete");
	for (unsigned i = 0; split[i] != NULL; i++) {
		if (split[i][0] != '\0')
			g_ptr_array_add (args, split[i]);
	}
	g_ptr_array_add (args, (void *)(gintptr)start);
	g_ptr_array_add (args, NULL);
	assert_int_equal (cli_run (env, NULL, (const char *const *)args->pdata), 0);
	assert_string_equal (env->err, "");
	lines = g_strsplit (env->out, "\n", -1);
	/* The last line ends too; without any there is nothing to split. */
	if (lines[0] != NULL)
		g_clear_pointer (&lines[g_strv_length (lines) - 1], g_free);
	return lines;
}

static int
help_of (cli_env *env, const char *words)
{
	g_autofree char *line = g_strconcat (words, " --help", NULL);
	g_auto (GStrv) args = g_strsplit (g_strstrip (line), " ", -1);

	return cli_run (env, NULL, (const char *const *)args);
}

/* Calls `see` for every command and (leaf FALSE) group below these words. */
static void
walk (cli_env *env, const char *words, void (*see) (cli_env *, const char *, gboolean, void *), void *data)
{
	g_auto (GStrv) next = complete (env, words, "");

	for (unsigned i = 0; next[i] != NULL; i++) {
		g_autofree char *longer =
			words[0] == '\0' ? g_strdup (next[i]) : g_strconcat (words, " ", next[i], NULL);
		gboolean leaf;

		if (strcmp (next[i], ":files") == 0)
			continue;
		assert_int_equal (help_of (env, longer), 0);
		leaf = strstr (env->out, "COMMAND [OPTION...]") == NULL;
		see (env, longer, leaf, data);
		if (!leaf)
			walk (env, longer, see, data);
	}
}

static void
see_help (cli_env *env, const char *words, gboolean leaf, void *data)
{
	g_autofree char *usage = g_strconcat ("Usage: ip-driver ", words, leaf ? " [OPTION...]" : " COMMAND", NULL);
	guint *commands = data;
	g_auto (GStrv) lines = NULL;

	assert_true (g_str_has_prefix (env->out, usage));
	assert_string_equal (env->err, "");
	lines = g_strsplit (env->out, "\n", -1);
	for (unsigned i = 0; lines[i] != NULL; i++) {
		if (g_utf8_strlen (lines[i], -1) > 80)
			fail_msg ("a line of the help of “%s” is too long: %s", words, lines[i]);
	}
	if (leaf) {
		assert_contains (env->out, "Options of every command:");
		assert_contains (env->out, "--tenant TENANT");
		++*commands;
	}
}

static void
help (void **state)
{
	cli_env *env = *state;
	guint commands = 0;

	OK (env, "--help");
	assert_contains (env->out, "Exit codes:\n  0   success\n");
	assert_contains (env->out, "\n  14  ");
	OK (env, "-h");
	walk (env, "", see_help, &commands);
	/* Every operation of the headers, and the commands that stand alone. */
	assert_int_equal (commands, 73);
	/* Help wins over what is wrong. */
	OK (env, "block", "create", "--help");
	OK (env, "block", "create", "a", "b", "-h");
}

/* Operations of the headers that have no command of their own name. */
static const struct {
	const char *operation;
	const char *command;
} other_names[] = {
	{"address deallocate", "address release"}, {"allowed_ip allow", "allowed-ip allow"},
	{"nat list_globals", "nat globals"},       {"nat list_locals", "nat locals"},
	{"network deallocate", "network release"}, {"store check", "check"},
	{"transaction begin", "import"},           {"transaction commit", "import"},
	{"transaction rollback", "import"},
};

static void
collect (cli_env *env, const char *words, gboolean leaf, void *data)
{
	if (leaf)
		g_hash_table_add (data, g_strdup (words));
}

/* The command of an operation such as policy_range.get; owned. */
static char *
command_of (const char *capability)
{
	g_auto (GStrv) parts = g_strsplit (capability, ".", 2);
	g_autofree char *operation = g_strconcat (parts[0], " ", parts[1], NULL);
	const char *verb = strcmp (parts[1], "get") == 0 ? "show" : parts[1];

	for (unsigned i = 0; i < G_N_ELEMENTS (other_names); i++) {
		if (strcmp (other_names[i].operation, operation) == 0)
			return g_strdup (other_names[i].command);
	}
	if (g_str_has_prefix (parts[0], "policy_"))
		return g_strconcat ("policy ", parts[0] + strlen ("policy_"), " ", verb, NULL);
	operation = (g_free (operation), g_strconcat (parts[0], " ", verb, NULL));
	return g_strdelimit (g_steal_pointer (&operation), "_", '-');
}

static void
every_operation_has_a_command (void **state)
{
	cli_env *env = *state;
	g_autoptr (GHashTable) commands = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	const json_t *capabilities;
	size_t i, operations = 0;
	const json_t *capability;

	walk (env, "", collect, commands);
	capabilities = json_object_get (json_object_get (JSON (env, "info"), "info"), "capabilities");
	json_array_foreach ((json_t *)(gintptr)capabilities, i, capability)
	{
		const char *name = json_string_value (capability);
		g_autofree char *command = NULL;

		/* The others are features. */
		if (strchr (name, '.') == NULL)
			continue;
		command = command_of (name);
		operations++;
		if (!g_hash_table_contains (commands, command))
			fail_msg ("%s has no command “%s”", name, command);
	}
	assert_true (operations > 60);
}

static void
wrong_usage (void **state)
{
	cli_env *env = *state;

	EXPECT (env, 2, NULL);
	assert_contains (env->err, "ip-driver: which command?\nTry 'ip-driver --help'.\n");
	EXPECT (env, 2, "block");
	assert_contains (env->err, "block: which command?\nTry 'ip-driver block --help'.\n");
	EXPECT (env, 2, "blck", "list");
	assert_contains (env->err, "there is no command “blck”");
	EXPECT (env, 2, "block", "lst");
	assert_contains (env->err, "there is no command “block lst”\nTry 'ip-driver block --help'.\n");
	EXPECT (env, 2, "block list");
	EXPECT (env, 2, "");
	EXPECT (env, 2, "block", "show");
	assert_contains (env->err, "BLOCK is missing\nTry 'ip-driver block show --help'.\n");
	EXPECT (env, 2, "block", "show", "a", "b");
	assert_contains (env->err, "“b” is one argument too many");
	EXPECT (env, 2, "block", "list", "--no-such-option");
	EXPECT (env, 2, "block", "list", "--type", "secret");
	assert_contains (env->err, "--type is one of public|private, not “secret”");
	EXPECT (env, 2, "block", "list", "--network", "a", "--network", "b");
	assert_contains (env->err, "--network is given twice");
	EXPECT (env, 2, "block", "list", "--network");
	EXPECT (env, 2, "block", "list", "--limit", "0");
	EXPECT (env, 2, "block", "list", "--limit", "-1");
	EXPECT (env, 2, "block", "list", "--limit", "1x");
	EXPECT (env, 2, "block", "list", "--limit", "99999999999999999999");
	/* To the library 0 is "not given": a hold of 0 seconds would be an address for ever. */
	EXPECT (env, 2, "address", "allocate", "10.0.0.0/8", "--hold", "0");
	assert_contains (env->err, "--hold is a number from 1 to 86400, not “0”");
	EXPECT (env, 2, "address", "allocate", "10.0.0.0/8", "--count", "0");
	EXPECT (env, 2, "network", "allocate", "n", "--interface", "i", "--hold", "0");
	assert_contains (env->err, "--hold is a number from 1");
	EXPECT (env, 2, "interface", "create", "--tenant", "t", "--hold", "0");
	assert_contains (env->err, "--hold is a number from 1");
	EXPECT (env, 2, "subnet", "create", "10.0.0.0/8", "--prefix-length", "0");
	assert_contains (env->err, "--prefix-length is a number from 1 to 128, not “0”");
	EXPECT (env, 2, "block", "create", "10.0.0.0/8");
	assert_contains (env->err, "block create needs --tenant");
	EXPECT (env, 2, "block", "show", "\xff\xfe");
	EXPECT (env, 2, "--tenant", "\xff", "block", "list");
	EXPECT (env, 2, "--tenant", "", "block", "list");
	assert_contains (env->err, "--tenant is empty");
	EXPECT (env, 2, "block", "usage", "10.0.0.0/8", "--limit", "1");
	assert_string_equal (env->out, "");
}

/* Options may stand anywhere, and end with "--". */
static void
option_places (void **state)
{
	cli_env *env = *state;

	OK (env, "--tenant=t", "block", "--json", "create", "--type", "private", "10.0.0.0/24", "--network=n");
	assert_true (g_str_has_prefix (env->out, "{\"block\":{\"id\":"));
	OK (env, "block", "show", "--", "10.0.0.0/24");
	EXPECT (env, 3, "block", "show", "--", "--json");
	assert_contains (env->err, "--json");
	EXPECT (env, 4, "network", "list", "n", "--", "-vif-");
	assert_lacks (env->err, "too many");
	EXPECT (env, 4, "network", "list", "--", "--", "-vif-");
	OK (env, "--version");
	assert_string_equal (env->out, "ip-driver 1.0.0 (library 1.0.0)\n");
	OK (env, "--verbose", "block", "list", "--json");
	assert_true (g_str_has_prefix (env->out, "{\"blocks\":["));
}

static void
completion (void **state)
{
	cli_env *env = *state;
	g_auto (GStrv)
		groups = complete (env, "", "al"),
		commands = complete (env, "block", ""), parts = complete (env, "policy", ""),
		options = complete (env, "block create", "--t"), choices = complete (env, "block create --type", "pu"),
		split = complete (env, "block create --type =", "pr"), after = complete (env, "--tenant x block", "sh"),
		files = complete (env, "address reconcile --living", ""), file = complete (env, "import", ""),
		value = complete (env, "block list --network", "--"), nothing = complete (env, "block show", "x");
	static const char
		*const block_commands[] = {"create", "list", "show", "update", "delete", "usage", NULL},
		       *const policy_parts[] = {"create", "show", "list", "update", "delete", "range", "octet", NULL},
		       *const t_options[] = {"--type", "--tenant", NULL}, *const allowed[] = {"allowed-ip", NULL},
		       *const public[] = {"public", NULL}, *const private[] = {"private", NULL},
		       *const show[] = {"show", NULL}, *const names[] = {":files", NULL};

	assert_true (g_strv_equal ((const char *const *)groups, allowed));
	assert_true (g_strv_equal ((const char *const *)commands, block_commands));
	assert_true (g_strv_equal ((const char *const *)parts, policy_parts));
	assert_true (g_strv_equal ((const char *const *)options, t_options));
	assert_true (g_strv_equal ((const char *const *)choices, public));
	assert_true (g_strv_equal ((const char *const *)split, private));
	assert_true (g_strv_equal ((const char *const *)after, show));
	assert_true (g_strv_equal ((const char *const *)files, names));
	assert_true (g_strv_equal ((const char *const *)file, names));
	/* Free text has no candidates. */
	assert_int_equal (g_strv_length (value), 0);
	assert_int_equal (g_strv_length (nothing), 0);
}

/* Runs bash with the completion script, as if Tab were pressed after the words, and returns COMPREPLY, a line
 * each; owned. */
static char *
press_tab (cli_env *env, const char *words)
{
	static const char script[] = "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); "
				     "complete -p ip-driver >/dev/null || exit 1; _ip_driver; "
				     "printf '%s\\n' \"${COMPREPLY[@]}\"";
	g_autofree char *file =
		g_build_filename (g_getenv ("IP_DRIVER_TEST_SOURCE"), "tools", "completion", "ip-driver", NULL);
	g_auto (GStrv) split = g_strsplit (words, " ", -1);
	g_autoptr (GPtrArray) argv = g_ptr_array_new ();
	const char *const first[] = {"bash", "--norc", "-c", script, "bash", file, cli_program ()};
	char *out = NULL;
	int status;

	for (unsigned i = 0; i < G_N_ELEMENTS (first); i++)
		g_ptr_array_add (argv, (void *)(gintptr)first[i]);
	for (unsigned i = 0; split[i] != NULL; i++)
		g_ptr_array_add (argv, split[i]);
	g_ptr_array_add (argv, NULL);
	assert_true (g_spawn_sync (env->folder, (char **)argv->pdata, env->environment, G_SPAWN_SEARCH_PATH, NULL, NULL,
	                           &out, NULL, &status, NULL));
	assert_true (g_spawn_check_wait_status (status, NULL));
	return out;
}

static void
bash_completion (void **state)
{
	cli_env *env = *state;
	g_autofree char *groups = press_tab (env, "l"), *commands = press_tab (env, "lease "),
			*choices = press_tab (env, "block list --type = p"), *files = NULL,
			*none = press_tab (env, "nonsense ");

	cli_write (env, "plan one.csv", "");
	files = press_tab (env, "import pl");
	assert_string_equal (groups, "lease\n");
	assert_string_equal (commands, "grant\nrelease\nshow\nlist\nexpire\n");
	assert_string_equal (choices, "public\nprivate\n");
	assert_string_equal (files, "plan one.csv\n");
	assert_string_equal (none, "\n");
}

/* What the manual page must have. */
typedef struct manual {
	const char *text;
	guint commands;
} manual;

static void
see_in_manual (cli_env *env, const char *words, gboolean leaf, void *data)
{
	manual *page = data;
	g_auto (GStrv) escaped = NULL, options = NULL;
	g_autofree char *roff = NULL, *heading = NULL, *section = NULL;
	const char *start, *end;

	if (!leaf)
		return;
	escaped = g_strsplit (words, "-", -1);
	roff = g_strjoinv ("\\-", escaped);
	heading = g_strdup_printf ("\n\\fBip\\-driver %s\\fR ", roff);
	start = strstr (page->text, heading);
	if (start == NULL)
		fail_msg ("the manual page lacks “%s”", words);
	/* Up to the next command, or the next section. */
	end = strstr (start + 1, "\n\\fBip\\-driver ");
	if (end == NULL)
		end = strstr (start + 1, "\n.SH ");
	section = g_strndup (start, (gsize)(end - start));
	options = complete (env, words, "--");
	for (unsigned i = 0; options[i] != NULL; i++) {
		g_auto (GStrv) pieces = g_strsplit (options[i], "-", -1);
		g_autofree char *dashed = g_strjoinv ("\\-", pieces),
				*bold = g_strconcat ("\\fB", dashed, "\\fR", NULL);

		if (strstr (section, bold) == NULL && strstr (page->text, bold) == NULL)
			fail_msg ("the manual page lacks %s of “%s”", options[i], words);
		/* A global option is described once. */
		if (strstr (section, bold) == NULL &&
		    !g_regex_match_simple ("^--(config|tenant|json|verbose|version|help)$", options[i], 0, 0))
			fail_msg ("the manual page lacks %s of “%s”", options[i], words);
	}
	page->commands++;
}

static void
manual_page (void **state)
{
	cli_env *env = *state;
	g_autofree char *text = cli_source ("docs/ip-driver.1"), *codes = NULL;
	manual page = {.text = text};
	guint listed = 0;
	g_auto (GStrv) help_codes = NULL;

	walk (env, "", see_in_manual, &page);
	assert_int_equal (page.commands, 73);
	/* And none that does not exist. */
	for (const char *p = strstr (text, ".SH COMMANDS"); (p = strstr (p, "\n\\fBip\\-driver ")) != NULL; p++)
		listed++;
	assert_int_equal (listed, page.commands);
	/* The exit codes are those of the help. */
	OK (env, "--help");
	codes = g_strdup (strstr (env->out, "Exit codes:\n") + strlen ("Exit codes:\n"));
	*strstr (codes, "\n\n") = '\0';
	help_codes = g_strsplit (codes, "\n", -1);
	assert_int_equal (g_strv_length (help_codes), 16);
	for (unsigned i = 0; help_codes[i] != NULL; i++)
		assert_contains (text, g_strstrip (help_codes[i]));
}

int
main (void)
{
#define CASE(name) cmocka_unit_test_setup_teardown (name, cli_setup, cli_teardown)
	const struct CMUnitTest tests[] = {
		CASE (help),        CASE (every_operation_has_a_command),
		CASE (wrong_usage), CASE (option_places),
		CASE (completion),  CASE (bash_completion),
		CASE (manual_page),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
