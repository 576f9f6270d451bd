/*
 * The conformance suite: what every backend must do, checked through the client ABI alone, over whatever
 * backend a configuration file names.
 *
 *   conformance [OPTION...] CONFIGURATION [DEVIATIONS]
 *
 * The cases are the table in cases.h; a case that needs what the handle cannot do is skipped. DEVIATIONS
 * names known deviations of a backend, a line each: a case and the reason. Such a case is run too, and must
 * fail.
 */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct {
	const char *name;
	/* What the handle must be able to do, separated by blanks. */
	const char *needs;
	void (*function) (void);
} conformance_case;

static const conformance_case cases[] = {
#define CASE(group, name, needs) {#group "." #name, needs, case_##group##_##name},
#include "cases.h"
#undef CASE
};

static guint32 seed;
/* Problems that a check of the store found before the running case. */
static guint64 problems_before;
static gboolean is_store_checked;

/* A case fails that leaves more problems in the store than it found. */
static void
check_store (void)
{
	if (!supports ("store.check"))
		return;
	g_autoptr (ip_driver_check_report) report = NULL;
	CHECK_STATUS_ (IP_DRIVER_OK, ip_driver_store_check (driver, &report, &check_error), "store_check");
	guint64 before = problems_before;
	problems_before = report->problems_total;
	is_store_checked = TRUE;
	if (report->problems_total > before)
		check_fail (__FILE__, __LINE__,
		            "the case leaves %" G_GUINT64_FORMAT " problems in the store, such as: %s",
		            report->problems_total - before, report->problems[report->problem_count - 1]);
}

/* The first of the capabilities that the handle lacks, until the case ends; NULL: none. */
static const char *
lacking (const char *needs)
{
	g_auto (GStrv) names = g_strsplit (needs, " ", -1);
	for (guint i = 0; names[i]; i++)
		if (!supports (names[i]))
			return text ("%s", names[i]);
	return NULL;
}

static void
run_case (void **state)
{
	const conformance_case *running = *state;
	const char *name = lacking (running->needs);
	if (name)
		check_skip (text ("%s is not supported", name));
	running->function ();
	check_store ();
}

static int
set_up (void **state)
{
	const conformance_case *running = *state;
	check_case_begin (running->name, seed);
	is_store_checked = FALSE;
	return 0;
}

static int
tear_down (void **state)
{
	check_case_end ();
	/* The case failed between closing and opening. */
	if (!driver && ip_driver_open (configuration.path, &driver, NULL) != IP_DRIVER_OK)
		return -1;
	/* What a case that failed before its end has left is not to be laid at the next one's door. */
	g_autoptr (ip_driver_check_report) report = NULL;
	if (!is_store_checked && supports ("store.check") &&
	    ip_driver_store_check (driver, &report, NULL) == IP_DRIVER_OK)
		problems_before = report->problems_total;
	return 0;
}

/* A case whose name this stands before may fail, or not, by chance. */
#define BY_CHANCE '?'

/* Case name to the line from the name on. NULL: it cannot be read, or says nonsense. */
static GHashTable *
read_deviations (const char *path)
{
	g_autoptr (GHashTable) deviations = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
	g_autofree char *contents = NULL;
	g_autoptr (GError) error = NULL;
	if (path && !g_file_get_contents (path, &contents, NULL, &error)) {
		fprintf (stderr, "%s\n", error->message);
		return NULL;
	}
	g_auto (GStrv) lines = g_strsplit (contents ? contents : "", "\n", -1);
	for (guint i = 0; lines[i]; i++) {
		const char *line = g_strstrip (lines[i]);
		if (line[0] == '\0' || line[0] == '#')
			continue;
		g_auto (GStrv) words = g_strsplit_set (line, " \t", 2);
		const char *name = words[0] + (words[0][0] == BY_CHANCE);
		gboolean known = FALSE;
		for (guint j = 0; j < G_N_ELEMENTS (cases); j++)
			known |= strcmp (cases[j].name, name) == 0;
		if (!known || !words[1]) {
			fprintf (stderr, "%s:%u: %s: %s\n", path, i + 1, name,
			         known ? "the reason is missing" : "there is no such case");
			return NULL;
		}
		g_hash_table_insert (deviations, g_strdup (name), g_strdup (line));
	}
	return g_steal_pointer (&deviations);
}

static gboolean
is_wanted (const conformance_case *one, char *const *names, const char *group)
{
	if (group && !(g_str_has_prefix (one->name, group) && one->name[strlen (group)] == '.'))
		return FALSE;
	return !names || g_strv_contains ((const char *const *)names, one->name);
}

static struct CMUnitTest
test_of (const conformance_case *one)
{
	return (struct CMUnitTest){.name = one->name,
	                           .test_func = run_case,
	                           .setup_func = set_up,
	                           .teardown_func = tear_down,
	                           .initial_state = (void *)(uintptr_t)one};
}

/* Runs the wanted cases. Gives the number of those that did not end as they should. */
static guint
run (char *const *names, const char *group, GHashTable *deviations, guint *ret_run)
{
	g_autoptr (GArray) tests = g_array_new (FALSE, FALSE, sizeof (struct CMUnitTest));
	guint failed = 0;
	*ret_run = 0;
	for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
		const char *deviation = g_hash_table_lookup (deviations, cases[i].name);
		if (!is_wanted (&cases[i], names, group))
			continue;
		struct CMUnitTest test = test_of (&cases[i]);
		++*ret_run;
		if (!deviation) {
			g_array_append_val (tests, test);
			continue;
		}
		guint skipped = check_skipped;
		gboolean by_chance = deviation[0] == BY_CHANCE;
		print_message ("%s fail: %s\n", by_chance ? "may" : "must", deviation + by_chance);
		if (_cmocka_run_group_tests ("deviations", &test, 1, NULL, NULL) == 0 && check_skipped == skipped &&
		    !by_chance) {
			print_error ("%s is a listed deviation, but passes\n", cases[i].name);
			failed++;
		}
	}
	if (tests->len)
		failed += (guint)_cmocka_run_group_tests ("conformance", (const struct CMUnitTest *)tests->data,
		                                          tests->len, NULL, NULL);
	return failed;
}

static void
list_cases (char *const *names, const char *group)
{
	for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
		if (is_wanted (&cases[i], names, group))
			printf ("%-40s %s\n", cases[i].name, cases[i].needs);
}

/* --seed, or IP_DRIVER_SEED, or any. */
static gboolean
choose_seed (const char *option)
{
	const char *given = option ? option : g_getenv ("IP_DRIVER_SEED");
	guint64 number = g_random_int ();
	if (given && !g_ascii_string_to_unsigned (given, 10, 0, G_MAXUINT32, &number, NULL)) {
		fprintf (stderr, "%s: not a seed\n", given);
		return FALSE;
	}
	seed = (guint32)number;
	return TRUE;
}

int
main (int argc, char **argv)
{
	gboolean list = FALSE;
	g_auto (GStrv) names = NULL;
	g_autofree char *group = NULL;
	g_autofree char *seed_option = NULL;
	g_autofree char *default_cidr = NULL;
	g_autofree char *ipv6_generator = NULL;
	gboolean network_address = FALSE;
	const GOptionEntry entries[] = {
		{"list", 0, 0, G_OPTION_ARG_NONE, &list, "List the cases and what they need", NULL},
		{"case", 0, 0, G_OPTION_ARG_STRING_ARRAY, &names, "Run only this case (may be repeated)", "NAME"},
		{"group", 0, 0, G_OPTION_ARG_STRING, &group, "Run only the cases of this group", "NAME"},
		{"seed", 0, 0, G_OPTION_ARG_STRING, &seed_option, "Seed of the random choices", "NUMBER"},
		{"persistent", 0, 0, G_OPTION_ARG_NONE, &configuration.persistent,
	         "What is written survives closing: check it again after reopening", NULL},
		{"default-cidr", 0, 0, G_OPTION_ARG_STRING, &default_cidr,
	         "What the configuration says of blocks for unknown networks", "CIDR"},
		{"ipv6-generator", 0, 0, G_OPTION_ARG_STRING, &ipv6_generator,
	         "What the configuration says of the IPv6 generator", "NAME"},
		{"network-address", 0, 0, G_OPTION_ARG_NONE, &network_address,
	         "The configuration lets the network address be allocated", NULL},
		{NULL},
	};
	g_autoptr (GOptionContext) context = g_option_context_new ("CONFIGURATION [DEVIATIONS]");
	g_autoptr (GError) error = NULL;
	g_option_context_add_main_entries (context, entries, NULL);
	if (!g_option_context_parse (context, &argc, &argv, &error)) {
		fprintf (stderr, "%s\n", error->message);
		return 2;
	}
	if (list) {
		list_cases (names, group);
		return 0;
	}
	if (argc < 2 || argc > 3) {
		fprintf (stderr, "usage: %s [OPTION...] CONFIGURATION [DEVIATIONS]\n", g_get_prgname ());
		return 2;
	}
	g_autoptr (GHashTable) deviations = read_deviations (argc > 2 ? argv[2] : NULL);
	if (!deviations || !choose_seed (seed_option))
		return 2;
	configuration.path = argv[1];
	configuration.default_cidr = default_cidr;
	configuration.ipv6_generator = ipv6_generator;
	configuration.network_address = network_address;

	ip_driver_error open_error = IP_DRIVER_ERROR_INIT;
	if (ip_driver_open (configuration.path, &driver, &open_error) != IP_DRIVER_OK) {
		fprintf (stderr, "%s: %s\n", ip_driver_status_name (open_error.status), open_error.message);
		return 2;
	}
	printf ("%s: seed %" G_GUINT32_FORMAT "\n", configuration.path, seed);
	fflush (stdout);
	guint count = 0;
	guint failed = run (names, group, deviations, &count);
	ip_driver_close (driver);
	printf ("%u cases, %u skipped, %u known deviations, %u failed; seed %" G_GUINT32_FORMAT "\n", count,
	        check_skipped, g_hash_table_size (deviations), failed, seed);
	if (count == 0)
		fprintf (stderr, "no such case\n");
	return failed || count == 0 ? 1 : 0;
}
