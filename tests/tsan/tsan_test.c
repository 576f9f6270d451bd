/*
 * Whether ThreadSanitizer finds the races that planted.c has, and none where there is none. The argument is
 * that program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include <glib.h>

/* With which a program ends that the sanitizer has found fault with. */
#define FOUND 66

static const char *program;

/* Runs it; returns its exit status. What it says goes to *ret_said. */
static int
run_planted (const char *kind, const char *form, char **ret_said)
{
	const char *argv[] = {program, kind, form, NULL};
	g_autoptr (GError) error = NULL;
	g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "TSAN_OPTIONS", "exitcode=66", TRUE);
	int status;

	if (!g_spawn_sync (NULL, (char **)(gpointer)argv, environment, G_SPAWN_DEFAULT, NULL, NULL, NULL, ret_said,
	                   &status, &error))
		fail_msg ("%s: %s", program, error->message);
	assert_true (WIFEXITED (status));
	return WEXITSTATUS (status);
}

static void
check_kind (const char *kind, const char *finding)
{
	g_autofree char *of_clean = NULL, *of_race = NULL;

	if (run_planted (kind, "clean", &of_clean) != 0)
		fail_msg ("%s: something was found where there is nothing:\n%s", kind, of_clean);
	if (run_planted (kind, "race", &of_race) != FOUND || !strstr (of_race, finding))
		fail_msg ("%s: the race was not found: %s", kind, of_race);
}

static void
sees_mutexes (void **state)
{
	check_kind ("mutex", "data race");
	check_kind ("trylock", "data race");
}

static void
sees_conditions (void **state)
{
	check_kind ("condition", "data race");
}

static void
sees_initialisations (void **state)
{
	check_kind ("once_init", "data race");
	check_kind ("once", "data race");
}

static void
sees_containers (void **state)
{
	check_kind ("hash_table", "race on GHashTable");
	check_kind ("ptr_array", "race on GPtrArray");
}

int
main (int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (sees_mutexes),
		cmocka_unit_test (sees_conditions),
		cmocka_unit_test (sees_initialisations),
		cmocka_unit_test (sees_containers),
	};

	if (argc != 2) {
		print_error ("usage: %s PLANTED\n", argv[0]);
		return 2;
	}
	program = argv[1];
	return cmocka_run_group_tests_name ("tsan", tests, NULL, NULL);
}
