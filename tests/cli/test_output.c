/*
 * test_output.c: what a person sees: aligned tables, bars, escapes, bold headings on a terminal only; and what
 * happens if nobody can or wants to read it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "harness.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
set (cli_env *env, const char *name, const char *value)
{
	env->environment = g_environ_setenv (env->environment, name, value, TRUE);
}

/* Columns are aligned whatever the width of the characters, and names cannot touch the terminal. */
static void
tables (void **state)
{
	cli_env *env = *state;
	g_auto (GStrv) lines = NULL;
	static const char *const names[] = {"plain",           "日本",    "e\xcc\x81t\xc3\xa9", "a\tb\n\x1b[31mred",
	                                    "\xe2\x80\xaetxt", "\xc2\x9b"};

	for (unsigned i = 0; i < G_N_ELEMENTS (names); i++) {
		g_autofree char *cidr = g_strdup_printf ("10.%u.0.0/24", i);

		OK (env, "--tenant", names[i], "block", "create", cidr);
	}
	OK (env, "block", "list");
	lines = g_strsplit (env->out, "\n", -1);
	assert_int_equal (g_strv_length (lines), 8);
	assert_true (g_str_has_prefix (lines[0], "CIDR         TYPE     TENANT               NETWORK  GATEWAY  ID  "));
	assert_true (g_str_has_prefix (lines[1], "10.0.0.0/24  private  plain                -        -        "));
	assert_true (g_str_has_prefix (lines[2], "10.1.0.0/24  private  日本                 -        -        "));
	assert_true (g_str_has_prefix (lines[3],
	                               "10.2.0.0/24  private  e\xcc\x81t\xc3\xa9                  -        -        "));
	assert_true (g_str_has_prefix (lines[4], "10.3.0.0/24  private  a\\tb\\n\\u{1b}[31mred  -        -        "));
	assert_true (g_str_has_prefix (lines[5], "10.4.0.0/24  private  \\u{202e}txt          -        -        "));
	assert_true (g_str_has_prefix (lines[6], "10.5.0.0/24  private  \\u{9b}               -        -        "));
	for (unsigned i = 0; i < 7; i++)
		assert_false (g_str_has_suffix (lines[i], " "));
	/* JSON has the names as they are. */
	assert_string_equal (at (JSON (env, "block", "list", "--tenant", names[3]), "blocks.0.tenant"), names[3]);

	OK (env, "block", "list", "--tenant", "nobody");
	assert_string_equal (env->out, "");
	assert_contains (env->err, "nothing found");

	/* A locale that cannot show them. */
	set (env, "LC_ALL", "C");
	OK (env, "block", "list", "--tenant", names[1]);
	assert_contains (env->out, "\\u{65e5}\\u{672c}");
	for (const char *p = env->out; *p != '\0'; p++)
		assert_true (*p > 0);
}

/* Errors show what was typed, escaped too. */
static void
messages (void **state)
{
	cli_env *env = *state;

	EXPECT (env, 2, "\x1b[31m");
	assert_true (g_str_has_prefix (env->err, "ip-driver: "));
	assert_contains (env->err, "\\u{1b}[31m");
	assert_lacks (env->err, "\x1b");
	EXPECT (env, 3, "address", "find", "\x1b[31m");
	assert_lacks (env->err, "\x1b");
	assert_string_equal (env->out, "");
}

static void
usage_bar (void **state)
{
	cli_env *env = *state;
	g_autofree char *small = make_block (env, "10.0.0.0/29", NULL), *huge = make_block (env, "fd00::/8", NULL),
			*all = make_block (env, "::/0", NULL);

	OK (env, "address", "allocate", small, "--count", "3");
	OK (env, "block", "usage", small);
	/* Five of eight are used: three, and two that are never given. */
	assert_contains (env->out, "█████████████████████████░░░░░░░░░░░░░░░  62.5 % used");
	assert_contains (env->out, "allocated    3    37.5 %\n");
	assert_contains (env->out, "total        8   100.0 %\n");
	OK (env, "address", "allocate", small, "--count", "3");
	OK (env, "block", "usage", small);
	assert_contains (env->out, "████████████████████████████████████████  100.0 % used");

	OK (env, "block", "usage", huge);
	assert_contains (env->out, "total        1,329,227,995,784,915,872,903,807,060,280,344,576   100.0 %");
	assert_contains (env->out, "█░░░░░░░░░");
	OK (env, "address", "allocate", all, "--address", "::5");
	OK (env, "block", "usage", all);
	assert_contains (env->out, "340,282,366,920,938,463,463,374,607,431,768,211,456");
	assert_contains (env->out, "allocated                                                      1    <0.1 %");
	assert_contains (env->out, ">99.9 %");

	/* All root blocks; and without UTF-8. */
	set (env, "LC_ALL", "C");
	OK (env, "block", "usage");
	assert_contains (env->out, "####################  100.0 %");
	assert_contains (env->out, "#-------------------");
}

static void
not_on_a_terminal (void **state)
{
	cli_env *env = *state;

	OK (env, "--tenant", "t", "block", "create", "10.0.0.0/24");
	OK (env, "block", "list");
	assert_lacks (env->out, "\x1b");
	OK (env, "--help");
	assert_lacks (env->out, "\x1b");
}

/* Runs the command with its output and errors on a terminal, and returns what appeared there. */
static char *
run_on_terminal (cli_env *env, const char *const *args)
{
	GString *seen = g_string_new (NULL);
	g_autoptr (GPtrArray) argv = g_ptr_array_new ();
	char chunk[4096];
	int terminal, status;
	ssize_t got;
	pid_t child;

	g_ptr_array_add (argv, (void *)(gintptr)cli_program ());
	for (; *args != NULL; args++)
		g_ptr_array_add (argv, (void *)(gintptr)*args);
	g_ptr_array_add (argv, NULL);
	child = forkpty (&terminal, NULL, NULL, NULL);
	assert_true (child >= 0);
	if (child == 0) {
		execve (cli_program (), (char *const *)argv->pdata, env->environment);
		_exit (127);
	}
	/* Linux answers EIO when the other side is closed. */
	while ((got = read (terminal, chunk, sizeof chunk)) > 0)
		g_string_append_len (seen, chunk, got);
	close (terminal);
	assert_int_equal (waitpid (child, &status, 0), child);
	assert_true (WIFEXITED (status));
	assert_int_equal (WEXITSTATUS (status), 0);
	return g_string_free (seen, FALSE);
}

static void
on_a_terminal (void **state)
{
	cli_env *env = *state;
	static const char *const list[] = {"block", "list", NULL}, *const json[] = {"--json", "block", "list", NULL},
				 *const help[] = {"block", "--help", NULL};
	g_autofree char *bold = NULL, *bold_help = NULL, *as_json = NULL, *plain = NULL, *empty = NULL, *dumb = NULL;

	OK (env, "--tenant", "t", "block", "create", "10.0.0.0/24");
	bold = run_on_terminal (env, list);
	bold_help = run_on_terminal (env, help);
	as_json = run_on_terminal (env, json);
	assert_contains (bold, "\x1b[1mCIDR\x1b[0m");
	assert_contains (bold_help, "\x1b[1mUsage:\x1b[0m");
	assert_lacks (as_json, "\x1b");
	set (env, "NO_COLOR", "1");
	plain = run_on_terminal (env, list);
	assert_contains (plain, "CIDR");
	assert_lacks (plain, "\x1b");
	/* Set but empty does not count (no-color.org). */
	set (env, "NO_COLOR", "");
	empty = run_on_terminal (env, list);
	assert_contains (empty, "\x1b[1mCIDR");
	set (env, "TERM", "dumb");
	dumb = run_on_terminal (env, list);
	assert_lacks (dumb, "\x1b");
}

/* A full disk is an error, not a silent loss. */
static void
full_disk (void **state)
{
	cli_env *env = *state;
	g_autofree char *err = NULL;
	g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
	g_autoptr (GSubprocess) process = NULL;

	if (!g_file_test ("/dev/full", G_FILE_TEST_EXISTS))
		skip ();
	OK (env, "--tenant", "t", "block", "create", "10.0.0.0/24");
	g_subprocess_launcher_set_environ (launcher, env->environment);
	g_subprocess_launcher_set_stdout_file_path (launcher, "/dev/full");
	process = g_subprocess_launcher_spawn (launcher, NULL, cli_program (), "block", "list", NULL);
	assert_non_null (process);
	assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &err, NULL));
	assert_int_equal (g_subprocess_get_exit_status (process), 14);
	assert_contains (err, "ip-driver: cannot write to standard output: ");
}

/* Without any stdout the output is lost, which is said; the database is not written over. */
static void
closed_stdout (void **state)
{
	cli_env *env = *state;
	g_autofree char *script = g_strdup_printf ("exec '%s' --tenant t block create 10.0.0.0/24 >&-", cli_program ());
	const char *const argv[] = {"sh", "-c", script, NULL};
	g_autofree char *err = NULL;
	int status;

	assert_true (g_spawn_sync (env->folder, (char **)(gintptr)argv, env->environment, G_SPAWN_SEARCH_PATH, NULL,
	                           NULL, NULL, &err, &status, NULL));
	assert_true (WIFEXITED (status));
	assert_int_equal (WEXITSTATUS (status), 14);
	assert_contains (err, "ip-driver: cannot write to standard output: ");
	assert_int_equal (length_at (JSON (env, "block", "list"), "blocks"), 1);
	OK (env, "check");
}

/* `ip-driver ... | head` ends quietly. */
static void
closed_pipe (void **state)
{
	cli_env *env = *state;
	g_autofree char *err = NULL;
	g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
	g_autoptr (GSubprocess) process = NULL;
	int ends[2];

	OK (env, "--tenant", "t", "block", "create", "10.0.0.0/24");
	assert_int_equal (pipe2 (ends, O_CLOEXEC), 0);
	close (ends[0]);
	g_subprocess_launcher_set_environ (launcher, env->environment);
	g_subprocess_launcher_take_stdout_fd (launcher, ends[1]);
	process = g_subprocess_launcher_spawn (launcher, NULL, cli_program (), "block", "list", NULL);
	assert_non_null (process);
	assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &err, NULL));
	assert_true (g_subprocess_get_if_signaled (process));
	assert_int_equal (g_subprocess_get_term_sig (process), SIGPIPE);
	assert_string_equal (err, "");
}

/* The progress bar shows on a terminal only, and leaves nothing behind. */
static void
progress_bar (void **state)
{
	cli_env *env = *state;
	g_autofree char *file = cli_data ("aws-ip-ranges.json"), *config = cli_second_config (env, "second", ""),
			*third = cli_second_config (env, "third", ""), *seen = NULL, *last = NULL;
	const char *const import[] = {"import", file, NULL}, *const migrate[] = {"migrate", "--from", config,
	                                                                         "--to",    third,    NULL};

	OK (env, "--config", config, "import", file);
	assert_string_equal (env->err, "");
	seen = run_on_terminal (env, import);
	assert_contains (seen, "imported 8,049 root blocks, 2,964 subnets");
	/* A fast machine is done before the bar is due. */
	last = g_strdup (strrchr (seen, '\x1b'));
	if (last != NULL) {
		assert_contains (seen, "importing ");
		assert_true (g_str_has_prefix (last, "\x1b[Kimported "));
	}
	g_free (seen);
	seen = run_on_terminal (env, migrate);
	assert_contains (seen, "migrated 8,049 root blocks, 2,964 subnets");
	g_free (last);
	last = g_strdup (strrchr (seen, '\x1b'));
	if (last != NULL) {
		assert_contains (seen, "migrating ");
		assert_true (g_str_has_prefix (last, "\x1b[Kmigrated "));
	}
}

int
main (void)
{
#define CASE(name) cmocka_unit_test_setup_teardown (name, cli_setup, cli_teardown)
	const struct CMUnitTest tests[] = {
		CASE (tables),        CASE (messages),  CASE (usage_bar),     CASE (not_on_a_terminal),
		CASE (on_a_terminal), CASE (full_disk), CASE (closed_stdout), CASE (closed_pipe),
		CASE (progress_bar),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
