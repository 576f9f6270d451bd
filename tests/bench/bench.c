/*
 * Benchmarks of the native driver, each beside its yardstick in the same run, in turn, so that what
 * the machine does meanwhile hits both. Prints rates and their ratios; judges nothing.
 *
 *   bench --modules build/drivers/native [--count 100000] [--durability full] [--only flat]
 */
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

static char *modules;
static char *folder;
static char *durability;
static char *only;
static char *server;
static int count = 100000;

/* Rate of ours and of raw SQLite for `batch` allocations each. */
static void
pair (bench_store *store, const char *block, raw_store *raw, int batch, double *ours, double *theirs)
{
	double start = bench_now ();

	for (int i = 0; i < batch; i++)
		bench_allocate (store->driver, block, NULL);
	*ours = batch / (bench_now () - start);
	start = bench_now ();
	for (int i = 0; i < batch; i++)
		raw_allocate (raw);
	*theirs = batch / (bench_now () - start);
}

/* One by one out of a /8: is the last as cheap as the first? */
static void
flat (void)
{
	bench_store store;
	bench_open (&store, folder, modules, durability, "600");
	g_autofree char *block = bench_block (store.driver, "10.0.0.0/8", NULL);
	raw_store *raw = raw_open (folder, durability);
	double first = 0, last = 0;

	printf ("%d allocations one by one from a /8 (durability %s)\n", count, durability);
	printf ("%12s %12s %14s %8s\n", "allocated", "ours/s", "raw SQLite/s", "ratio");
	for (int tenth = 1; tenth <= 10; tenth++) {
		double ours, theirs;
		pair (&store, block, raw, count / 10, &ours, &theirs);
		printf ("%12d %12.0f %14.0f %8.2f\n", count / 10 * tenth, ours, theirs, ours / theirs);
		fflush (stdout);
		if (tenth == 1)
			first = ours / theirs;
		last = ours / theirs;
	}
	printf ("last tenth against first, each relative to raw SQLite: %.2f\n\n", last / first);
	raw_close (raw);
	bench_close (&store);
}

/* An allocation in blocks of every shape, each beside an empty /24's. */
static void
shapes (void)
{
	static const struct {
		const char *name, *cidr;
		guint fill;
		gboolean holes, excluded;
	} cases[] = {
		{"empty /16", "10.1.0.0/16", 0, FALSE, FALSE},
		{"/16, 90 % full", "10.2.0.0/16", 58980, FALSE, FALSE},
		{"/16, every second address taken", "10.3.0.0/16", 0, TRUE, FALSE},
		{"IPv4 /8, 16,000,000 addresses excluded", "11.0.0.0/8", 0, FALSE, TRUE},
	};
	bench_store store, plain;
	bench_open (&store, folder, modules, durability, "600");
	bench_open (&plain, folder, modules, durability, "600");
	g_autofree char *yardstick = bench_block (plain.driver, "10.0.0.0/8", NULL);
	int turns = MIN (count / 10, 2000);

	printf ("%d allocations in blocks of different shapes, beside an empty /8\n", turns);
	printf ("%-44s %10s %10s %8s\n", "block", "this/s", "empty/s", "ratio");
	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		ip_driver_policy *policy = NULL;
		if (cases[i].excluded) {
			ip_driver_policy_create_args args = IP_DRIVER_POLICY_CREATE_ARGS_INIT;
			ip_driver_policy_range_create_args range = IP_DRIVER_POLICY_RANGE_CREATE_ARGS_INIT;
			ip_driver_policy_range *made;
			args.tenant = "bench";
			args.name = "most";
			bench_check (ip_driver_policy_create (store.driver, &args, &policy, &error), &error);
			range.tenant = "bench";
			range.policy = policy->id;
			range.offset = 2;
			range.length = 16000000;
			bench_check (ip_driver_policy_range_create (store.driver, &range, &made, &error), &error);
			ip_driver_policy_range_free (made);
		}
		g_autofree char *block = bench_block (store.driver, cases[i].cidr, policy ? policy->id : NULL);
		if (cases[i].fill)
			bench_allocate_many (store.driver, block, cases[i].fill);
		if (cases[i].holes) {
			ip_driver *transaction;
			bench_check (ip_driver_transaction_begin (store.driver, &transaction, &error), &error);
			for (int j = 2; j < 65534; j += 2) {
				char address[32];
				g_snprintf (address, sizeof address, "10.3.%d.%d", j / 256, j % 256);
				bench_allocate (transaction, block, address);
			}
			bench_check (ip_driver_transaction_commit (transaction, &error), &error);
		}
		double ours = 0, empty = 0, start;
		for (int turn = 0; turn < 10; turn++) {
			start = bench_now ();
			for (int j = 0; j < turns / 10; j++)
				bench_allocate (store.driver, block, NULL);
			ours += bench_now () - start;
			start = bench_now ();
			for (int j = 0; j < turns / 10; j++)
				bench_allocate (plain.driver, yardstick, NULL);
			empty += bench_now () - start;
		}
		printf ("%-44s %10.0f %10.0f %8.2f\n", cases[i].name, turns / ours, turns / empty, empty / ours);
		fflush (stdout);
		ip_driver_policy_free (policy);
	}
	printf ("\n");
	bench_close (&plain);
	bench_close (&store);
}

typedef struct {
	ip_driver *driver;
	const char *block;
	int count;
} job;

static gpointer
work (gpointer data)
{
	job *self = data;

	for (int i = 0; i < self->count; i++)
		bench_allocate (self->driver, self->block, NULL);
	return NULL;
}

/* Allocations per second of `n` threads, `all` of them. */
static double
rate_of (ip_driver *driver, const char *block, int n, int all)
{
	GThread *running[16];
	job each = {driver, block, all / n};
	double start = bench_now ();

	for (int i = 0; i < n; i++)
		running[i] = g_thread_new ("bench", work, &each);
	for (int i = 0; i < n; i++)
		g_thread_join (running[i]);
	return each.count * n / (bench_now () - start);
}

/* Threads share transactions: how much does that give? */
static void
threads (void)
{
	bench_store store;
	bench_open (&store, folder, modules, durability, "600");
	g_autofree char *block = bench_block (store.driver, "10.0.0.0/8", NULL);
	double alone = 0;

	printf ("threads on one handle (durability %s)\n%8s %12s %8s\n", durability, "threads", "all/s", "ratio");
	for (int n = 1; n <= 16; n *= 2) {
		double rate = rate_of (store.driver, block, n, MIN (count / 10, 4000));
		if (n == 1)
			alone = rate;
		printf ("%8d %12.0f %8.2f\n", n, rate, rate / alone);
		fflush (stdout);
	}
	printf ("\n");
	bench_close (&store);
}

/* Looking up, in a store of `count` addresses. */
static void
reads (void)
{
	bench_store store;
	bench_open (&store, folder, modules, durability, "600");
	g_autofree char *block = bench_block (store.driver, "10.0.0.0/8", NULL);
	int turns = MIN (count, 20000);
	double start;

	for (int left = count; left > 0; left -= 50000)
		bench_allocate_many (store.driver, block, (guint)MIN (left, 50000));
	printf ("reading, %d addresses in a /8\n", count);
	start = bench_now ();
	for (int i = 0; i < turns; i++) {
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		ip_driver_address *address;
		char text[32];
		int host = 1 + (int)((gint64)i * 7919 % count);
		g_snprintf (text, sizeof text, "10.%d.%d.%d", host >> 16 & 255, host >> 8 & 255, host & 255);
		bench_check (ip_driver_address_get (store.driver, "bench", block, text, &address, &error), &error);
		ip_driver_address_free (address);
	}
	printf ("%-24s %12.0f/s\n", "address get", turns / (bench_now () - start));
	start = bench_now ();
	for (int i = 0; i < turns; i++) {
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		ip_driver_usage *usage;
		bench_check (ip_driver_block_usage (store.driver, "bench", block, &usage, &error), &error);
		ip_driver_usage_free (usage);
	}
	printf ("%-24s %12.0f/s\n", "block usage", turns / (bench_now () - start));
	start = bench_now ();
	int listed = 0;
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;
	g_autofree char *marker = NULL;
	args.tenant = "bench";
	args.block = block;
	args.limit = IP_DRIVER_PAGE_MAX;
	do {
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		ip_driver_addresses *page;
		args.marker = marker;
		bench_check (ip_driver_address_list (store.driver, &args, &page, &error), &error);
		listed += (int)page->count;
		g_free (marker);
		marker = g_strdup (page->next_marker);
		ip_driver_addresses_free (page);
	} while (marker);
	printf ("%-24s %12.0f addresses/s\n\n", "address list", listed / (bench_now () - start));
	bench_close (&store);
}

/* The same database behind the service: what does the way there and back cost? */
static void
service (void)
{
	bench_store store;
	bench_open (&store, folder, modules, durability, "600");
	bench_service *service = bench_service_start (server, folder, modules, durability);
	ip_driver *extended = bench_service_open (service, modules, "on");
	ip_driver *historical = bench_service_open (service, modules, "off");
	g_autofree char *block = bench_block (store.driver, "10.0.0.0/8", NULL);
	g_autofree char *far_block = bench_block (extended, "10.0.0.0/8", NULL);
	int all = MIN (count / 10, 8000);

	printf ("by way of the service (durability %s)\n%8s %12s %18s %18s\n", durability, "threads", "native/s",
	        "extension/s", "historical API/s");
	for (int n = 1; n <= 16; n *= 4) {
		double here = rate_of (store.driver, block, n, all);
		double there = rate_of (extended, far_block, n, all);
		double plain = rate_of (historical, far_block, n, all / 8);
		printf ("%8d %12.0f %10.0f (%.2f) %10.0f (%.2f)\n", n, here, there, there / here, plain, plain / here);
		fflush (stdout);
	}
	printf ("\n");
	ip_driver_close (historical);
	ip_driver_close (extended);
	bench_service_stop (service);
	bench_close (&store);
}

static gboolean
wanted (const char *name)
{
	return !only || g_str_equal (only, name);
}

int
main (int argc, char **argv)
{
	GOptionEntry entries[] = {
		{"modules", 0, 0, G_OPTION_ARG_FILENAME, &modules, "Folders of the drivers, separated by colons",
	         "FOLDERS"},
		{"server", 0, 0, G_OPTION_ARG_FILENAME, &server, "melange-server, to measure it too", "PROGRAM"},
		{"count", 0, 0, G_OPTION_ARG_INT, &count, "Allocations (100000)", "N"},
		{"durability", 0, 0, G_OPTION_ARG_STRING, &durability, "full or normal (full)", "LEVEL"},
		{"only", 0, 0, G_OPTION_ARG_STRING, &only, "flat, shapes, threads, reads or service", "NAME"},
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr (GOptionContext) context = g_option_context_new (NULL);
	g_autoptr (GError) error = NULL;

	g_option_context_add_main_entries (context, entries, NULL);
	if (!g_option_context_parse (context, &argc, &argv, &error) || !modules || count < 100) {
		fprintf (stderr, "bench: %s\n",
		         error ? error->message : "--modules is required, --count is at least 100");
		return 2;
	}
	if (!durability)
		durability = g_strdup ("full");
	folder = g_dir_make_tmp ("ip_driver-bench-XXXXXX", &error);
	if (!folder) {
		fprintf (stderr, "bench: %s\n", error->message);
		return 1;
	}
	if (wanted ("flat"))
		flat ();
	if (wanted ("shapes"))
		shapes ();
	if (wanted ("threads"))
		threads ();
	if (wanted ("reads"))
		reads ();
	if (server && wanted ("service"))
		service ();

	GDir *dir = g_dir_open (folder, 0, NULL);
	for (const char *name; dir && (name = g_dir_read_name (dir));) {
		g_autofree char *path = g_build_filename (folder, name, NULL);
		g_unlink (path);
	}
	if (dir)
		g_dir_close (dir);
	g_rmdir (folder);
	return 0;
}
