/*
 * The promise over a network that breaks at every point of an exchange: no address that was acknowledged is lost or
 * handed out twice, none leaks, nobody crashes, and nobody waits for longer than he was told. Workers call a
 * melange-server through proxies (proxy.h), with its API extension, and with the historical API alone.
 *
 *   IP_DRIVER_SEED    where to begin; printed
 *   IP_DRIVER_FAULTS  how many faults of each of both
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "work.h"

#define WORKERS 32
#define CALLS 20

static guint32 seed;
static guint wanted;
/* Of both. */
static guint total;

static gpointer
work (gpointer data)
{
	guint struck;

	do {
		if (!worker_round (data, CALLS))
			return NULL;
		struck = 0;
		for (guint kind = 0; kind < FAULT_KINDS; kind++)
			for (guint point = 0; point < FAULT_POINTS; point++)
				struck += proxy_count (worker_proxy (data), (fault_kind)kind, (fault_point)point);
	} while (struck < wanted / WORKERS);
	return NULL;
}

/* Prints how often what has struck; each must have. With the historical API some strike only what changes nothing,
 * which does not happen often. */
static void
print_counts (worker *const *workers, gboolean historical)
{
	guint sum = 0;

	for (guint kind = 0; kind < FAULT_KINDS; kind++) {
		g_autoptr (GString) line = g_string_new (NULL);
		for (guint point = 0; point < FAULT_POINTS; point++) {
			guint count = 0;
			for (guint i = 0; i < WORKERS; i++)
				count += proxy_count (worker_proxy (workers[i]), (fault_kind)kind, (fault_point)point);
			if (fault_is_possible ((fault_kind)kind, (fault_point)point)) {
				g_string_append_printf (line, " %s %u", fault_point_names[point], count);
				gboolean seldom = historical && (kind == FAULT_TWICE || kind == FAULT_DELAY);
				if (count == 0 && !seldom)
					print_error ("%s at %s: not once\n", fault_kind_names[kind],
					             fault_point_names[point]);
				assert_true (count > 0 || seldom);
			}
			sum += count;
		}
		print_message ("# %-8s%s\n", fault_kind_names[kind], line->str);
	}
	total += sum;
	print_message ("# %u faults\n", sum);
}

static void
check_store (ip_driver *native)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_check_report *report;

	must (ip_driver_store_check (native, &report, &error), &error);
	for (size_t i = 0; i < report->problem_count; i++)
		print_error ("%s\n", report->problems[i]);
	assert_int_equal (report->problems_total, 0);
	ip_driver_check_report_free (report);
}

static void
run_workers (gboolean historical)
{
	static const ip_driver_setting settings[] = {{"native", "durability", "normal"}, {"native", "quarantine", "0"}};
	/* What never came as a whole is not waited for long in the end. */
	server *service = server_start (settings, G_N_ELEMENTS (settings),
	                                historical ? "timeout = 2\nannounce_extension = false\n" : "timeout = 2\n");
	size_t count;
	const ip_driver_setting *of_native = server_native_settings (service, &count);
	ip_driver *native = open_settings (of_native, count);
	worker *workers[WORKERS];
	GThread *threads[WORKERS];
	guint calls = 0, failed = 0, troubles = 0;
	gint64 longest = 0, began = g_get_monotonic_time ();

	for (guint i = 0; i < WORKERS; i++)
		workers[i] = worker_new (service, native, historical, i, seed + i);
	for (guint i = 0; i < WORKERS; i++)
		threads[i] = g_thread_new ("worker", work, workers[i]);
	for (guint i = 0; i < WORKERS; i++)
		g_thread_join (threads[i]);
	for (guint i = 0; i < WORKERS; i++) {
		guint made, lost;
		gint64 took;
		worker_figures (workers[i], &made, &lost, &took);
		calls += made;
		failed += lost;
		longest = MAX (longest, took);
		if (worker_trouble (workers[i])) {
			/* Longer than what cmocka prints. */
			g_printerr ("%s\n", worker_trouble (workers[i]));
			troubles++;
		}
	}
	print_message ("# %u calls, %u failed, the longest took %d ms, all %d ms\n", calls, failed,
	               (int)(longest / 1000), (int)((g_get_monotonic_time () - began) / 1000));
	assert_int_equal (troubles, 0);
	print_counts (workers, historical);
	check_store (native);
	for (guint i = 0; i < WORKERS; i++)
		worker_free (workers[i]);
	ip_driver_close (native);
	server_stop (service);
}

static void
faults_with_the_extension (void **state)
{
	run_workers (FALSE);
}

static void
faults_with_the_historical_api (void **state)
{
	run_workers (TRUE);
}

static void
faults_were_enough (void **state)
{
	assert_true (total >= 1000);
}

static guint
number_from (const char *variable, guint otherwise)
{
	const char *text = g_getenv (variable);

	return text ? (guint)g_ascii_strtoull (text, NULL, 10) : otherwise;
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (faults_with_the_extension),
		cmocka_unit_test (faults_with_the_historical_api),
		cmocka_unit_test (faults_were_enough),
	};

	seed = number_from ("IP_DRIVER_SEED", g_random_int ());
	wanted = number_from ("IP_DRIVER_FAULTS", 800);
	print_message ("IP_DRIVER_SEED=%u\n", seed);
	return cmocka_run_group_tests_name ("melange/fault_proxy", tests, NULL, NULL);
}
