/*
 * The promise: no address is handed out twice, and none that was acknowledged is lost. Kept by several
 * processes at once, by threads, and by processes that are killed at any moment. Through the public ABI
 * alone; the modules are found through IP_DRIVER_MODULE_PATH.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support.h"

#define TENANT "tenant-of-promise"

typedef struct {
	char *folder;
	char *path;
	char *block;
} store;

static guint32 seed;

static int
set_up (void **state)
{
	store *self = g_new0 (store, 1);

	self->folder = folder_new ();
	self->path = g_build_filename (self->folder, "ipam.db", NULL);
	ip_driver *driver = open_native (self->path, NULL);
	self->block = make_block (driver, TENANT, "10.64.0.0/16", NULL, NULL, IP_DRIVER_BLOCK_PRIVATE);
	ip_driver_close (driver);
	*state = self;
	return 0;
}

static int
tear_down (void **state)
{
	store *self = *state;

	folder_remove (self->folder);
	g_free (self->path);
	g_free (self->block);
	g_free (self);
	return 0;
}

/* Allocates one address; writes it and its id to `text`. */
static gboolean
allocate (ip_driver *driver, const store *self, char *text, gsize size)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver_addresses *got;

	args.tenant = TENANT;
	args.block = self->block;
	if (ip_driver_address_allocate (driver, &args, &got, &error) != IP_DRIVER_OK) {
		fprintf (stderr, "allocate: %s\n", error.message);
		return FALSE;
	}
	g_snprintf (text, size, "%s %s", got->items[0]->address, got->items[0]->id);
	ip_driver_addresses_free (got);
	return TRUE;
}

/* A child: allocates `count` addresses and writes each, a line, after it was acknowledged. */
static void G_GNUC_NORETURN
child (const store *self, int pipe_end, int count)
{
	ip_driver *driver = open_native (self->path, NULL);
	char line[128];

	for (int i = 0; i < count; i++) {
		if (!allocate (driver, self, line, sizeof line - 1))
			_exit (2);
		strcat (line, "\n");
		if (write (pipe_end, line, strlen (line)) != (gssize)strlen (line))
			_exit (3);
	}
	ip_driver_close (driver);
	_exit (0);
}

static pid_t
start_child (const store *self, int pipe_end, int count)
{
	pid_t pid = fork ();

	assert_int_not_equal (pid, -1);
	if (pid == 0)
		child (self, pipe_end, count);
	return pid;
}

/* Reads the lines that are in the pipe until its last writer is gone; no address may come twice. */
static void
collect (int pipe_end, GHashTable *acknowledged)
{
	FILE *in = fdopen (pipe_end, "r");
	char address[64], id[64];

	while (fscanf (in, "%63s %63s", address, id) == 2) {
		if (g_hash_table_contains (acknowledged, address))
			fail_msg ("%s was handed out twice", address);
		g_hash_table_insert (acknowledged, g_strdup (address), g_strdup (id));
	}
	fclose (in);
}

/* Every acknowledged allocation is there, and the database is sound. */
static void
verify (const store *self, GHashTable *acknowledged)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = open_native (self->path, NULL);
	ip_driver_check_report *report;
	GHashTableIter iterator;
	gpointer address, id;

	g_hash_table_iter_init (&iterator, acknowledged);
	while (g_hash_table_iter_next (&iterator, &address, &id)) {
		ip_driver_address *found;
		if (ip_driver_address_get (driver, TENANT, self->block, address, &found, &error) != IP_DRIVER_OK)
			fail_msg ("%s was acknowledged and is lost: %s", (char *)address, error.message);
		assert_string_equal (found->id, id);
		ip_driver_address_free (found);
	}
	assert_int_equal (ip_driver_store_check (driver, &report, &error), IP_DRIVER_OK);
	for (gsize i = 0; i < report->problem_count; i++)
		print_error ("%s\n", report->problems[i]);
	assert_int_equal (report->problems_total, 0);
	ip_driver_check_report_free (report);
	ip_driver_close (driver);
}

static void
processes_share_a_database (void **state)
{
	const store *self = *state;
	g_autoptr (GHashTable) acknowledged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
	int ends[2];
	pid_t children[4];

	assert_int_equal (pipe (ends), 0);
	for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
		children[i] = start_child (self, ends[1], 100);
	close (ends[1]);
	collect (ends[0], acknowledged);
	for (gsize i = 0; i < G_N_ELEMENTS (children); i++) {
		int status;
		assert_int_equal (waitpid (children[i], &status, 0), children[i]);
		assert_int_equal (status, 0);
	}
	assert_int_equal (g_hash_table_size (acknowledged), 400);
	verify (self, acknowledged);
}

/* Kills all of them once a random number of allocations has been acknowledged. */
static void
killed_processes_lose_nothing (void **state)
{
	const store *self = *state;
	g_autoptr (GHashTable) acknowledged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr (GRand) random = g_rand_new_with_seed (seed);

	for (int round = 0; round < 12; round++) {
		int ends[2];
		pid_t children[3];
		int before_kill = g_rand_int_range (random, 1, 40);
		char byte;
		g_autoptr (GString) seen = g_string_new (NULL);
		assert_int_equal (pipe (ends), 0);
		for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
			children[i] = start_child (self, ends[1], 100000);
		close (ends[1]);
		while (before_kill > 0 && read (ends[0], &byte, 1) == 1) {
			g_string_append_c (seen, byte);
			before_kill -= byte == '\n';
		}
		for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
			kill (children[i], SIGKILL);
		for (gsize i = 0; i < G_N_ELEMENTS (children); i++)
			assert_int_equal (waitpid (children[i], NULL, 0), children[i]);
		while (read (ends[0], &byte, 1) == 1)
			g_string_append_c (seen, byte);
		close (ends[0]);
		g_auto (GStrv) lines = g_strsplit (seen->str, "\n", -1);
		for (char **line = lines; *line && **line; line++) {
			g_auto (GStrv) words = g_strsplit (*line, " ", 2);
			if (g_hash_table_contains (acknowledged, words[0]))
				fail_msg ("%s was handed out twice", words[0]);
			g_hash_table_insert (acknowledged, g_strdup (words[0]), g_strdup (words[1]));
		}
		verify (self, acknowledged);
	}
}

/* What the threads share. */
typedef struct {
	const store *store;
	GMutex lock;
	GHashTable *acknowledged;
	gboolean failed;
} crew;

typedef struct {
	crew *shared;
	ip_driver *driver;
} member;

static gpointer
thread (gpointer data)
{
	const member *self = data;
	crew *shared = self->shared;
	char line[128];

	for (int i = 0; i < 60; i++) {
		gboolean got = allocate (self->driver, shared->store, line, sizeof line);
		g_auto (GStrv) words = g_strsplit (line, " ", 2);
		g_mutex_lock (&shared->lock);
		if (!got || g_hash_table_contains (shared->acknowledged, words[0]))
			shared->failed = TRUE;
		else
			g_hash_table_insert (shared->acknowledged, g_strdup (words[0]), g_strdup (words[1]));
		g_mutex_unlock (&shared->lock);
	}
	return NULL;
}

static void
threads_on_two_handles (void **state)
{
	const store *self = *state;
	g_autoptr (GHashTable) acknowledged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
	GThread *threads[16];
	crew shared = {.store = self, .acknowledged = acknowledged};
	member members[2] = {{&shared, open_native (self->path, NULL)}, {&shared, open_native (self->path, NULL)}};

	for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
		threads[i] = g_thread_new ("member", thread, &members[i % 2]);
	for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
		g_thread_join (threads[i]);
	assert_false (shared.failed);
	assert_int_equal (g_hash_table_size (acknowledged), 16 * 60);
	ip_driver_close (members[0].driver);
	ip_driver_close (members[1].driver);
	verify (self, acknowledged);
}

int
main (void)
{
	const char *given = g_getenv ("IP_DRIVER_SEED");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown (processes_share_a_database, set_up, tear_down),
		cmocka_unit_test_setup_teardown (killed_processes_lose_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown (threads_on_two_handles, set_up, tear_down),
	};

	seed = given ? (guint32)g_ascii_strtoull (given, NULL, 10) : g_random_int ();
	print_message ("IP_DRIVER_SEED=%u\n", seed);
	return cmocka_run_group_tests (tests, NULL, NULL);
}
