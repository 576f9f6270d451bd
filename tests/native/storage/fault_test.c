/* Every place where creating, migrating and writing may be cut off or fail: the Nth call, for N = 1, 2, ...,
 * until it is not reached any more. What was acknowledged must be there, nothing half, and the next one
 * must be able to go on. */
#include "fault.h"
#include "place.h"

#include <string.h>
#include <unistd.h>

/* More than any of it takes. */
#define CALLS_MAX 1000

static void
remove_database (const place *p)
{
	static const char *const suffixes[] = {"", "-journal", "-wal", "-shm", "-queue"};

	for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++) {
		g_autofree char *path = g_strconcat (p->path, suffixes[i], NULL);

		unlink (path);
	}
}

static storage *
open_durable (const place *p, size_t version, ip_driver_error *error)
{
	storage_options options = {.url = p->url, .folder = "/", .durable = TRUE, .timeout = 5000};
	storage *opened = NULL;

	if (storage_open (&options, test_migrations, version, &opened, error) != IP_DRIVER_OK)
		return NULL;
	return opened;
}

/* Opens in a child that ends at the Nth call. Returns whether it came to that. */
static gboolean
open_and_end (const place *p, int n)
{
	pid_t pid = start_child ();
	int code;

	if (pid == 0) {
		fault_at (n, FAULT_END);
		storage_close (open_durable (p, 2, NULL));
		_exit (0);
	}
	code = end_child (pid);
	assert_true (code == 0 || code == FAULT_EXIT);
	return code == FAULT_EXIT;
}

static void
test_creation_cut_off (void **state)
{
	place *p = *state;
	gboolean cut = TRUE;
	int n;

	for (n = 1; cut && n < CALLS_MAX; n++) {
		storage *store;

		cut = open_and_end (p, n);
		store = place_open (p, 2, 5000);
		assert_int_equal (ask_number (store, "SELECT value FROM counter"), 100);
		assert_int_equal (ask_number (store, "SELECT count(*) FROM counter"), 1);
		storage_close (store);
		remove_database (p);
	}
	assert_in_range (n, 10, CALLS_MAX - 1);
}

static void
test_migration_cut_off (void **state)
{
	place *p = *state;
	gboolean cut = TRUE;
	int n;

	for (n = 1; cut && n < CALLS_MAX; n++) {
		storage *store = place_open (p, 1, 5000);
		storage_connection *connection;

		assert_int_equal (storage_write_begin (store, &connection, NULL), IP_DRIVER_OK);
		storage_execute (connection, "INSERT INTO item (key) VALUES (7)", "");
		assert_int_equal (storage_write_commit (connection, NULL), IP_DRIVER_OK);
		storage_close (store);
		cut = open_and_end (p, n);
		store = place_open (p, 2, 5000);
		assert_int_equal (ask_number (store, "SELECT key FROM item"), 7);
		assert_int_equal (ask_number (store, "SELECT count(*) FROM counter"), 1);
		storage_close (store);
		remove_database (p);
	}
	assert_in_range (n, 5, CALLS_MAX - 1);
}

/* In a child: opening fails at the Nth call, says so, and works when the fault is over. */
static int
fail_opening (const place *p, int n, fault_kind kind)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	storage *store;
	int met;

	fault_at (n, kind);
	store = open_durable (p, 2, &error);
	met = fault_met ();
	fault_at (0, kind);
	/* Some calls may fail without harm. */
	if (store == NULL && (error.status != IP_DRIVER_STORAGE || strstr (error.message, p->path) == NULL))
		return 2;
	if (store == NULL && !met)
		return 3;
	storage_close (store);
	store = open_durable (p, 2, &error);
	if (store == NULL || ask_number (store, "SELECT value FROM counter") != 100)
		return 4;
	storage_close (store);
	return met ? 1 : 0;
}

static void
check_failing_opening (place *p, fault_kind kind)
{
	int met = 1, n;

	for (n = 1; met == 1 && n < CALLS_MAX; n++) {
		pid_t pid = start_child ();

		if (pid == 0)
			_exit (fail_opening (p, n, kind));
		met = end_child (pid);
		assert_in_range (met, 0, 1);
		remove_database (p);
	}
	assert_in_range (n, 10, CALLS_MAX - 1);
}

static void
test_creation_fails (void **state)
{
	check_failing_opening (*state, FAULT_ERROR_ONCE);
	check_failing_opening (*state, FAULT_ERROR);
}

/* Writing: 12 transactions that fill some pages, of which each third is a held one, and a checkpoint. */

#define WRITES 12

static ip_driver_status
add_filled (storage_connection *connection, gpointer data, ip_driver_error *error)
{
	static const char bytes[9000];

	storage_execute (connection, "INSERT INTO item (key, bytes) VALUES ($1, $2)", "ib", *(gint64 *)data, bytes,
	                 sizeof (bytes));
	return IP_DRIVER_OK;
}

static ip_driver_status
write_one (writer *w, gint64 key, ip_driver_error *error)
{
	storage_connection *connection;
	ip_driver_status status;

	if (key % 3 != 0)
		return writer_run (w, add_filled, &key, error);
	status = writer_hold (w, &connection, error);
	if (status != IP_DRIVER_OK)
		return status;
	status = writer_run_held (connection, add_filled, &key, error);
	if (status == IP_DRIVER_OK)
		return writer_commit_held (w, connection, error);
	writer_rollback_held (w, connection);
	return status;
}

static gboolean
has_item (storage *store, gint64 key)
{
	storage_connection *connection;
	storage_cursor *cursor;
	gboolean found;

	if (storage_read_begin (store, &connection, NULL) != IP_DRIVER_OK)
		_exit (10);
	cursor = storage_query (connection, "SELECT 1 FROM item WHERE key = $1", "i", key);
	found = storage_next (cursor);
	storage_cursor_free (cursor);
	storage_read_end (connection);
	return found;
}

/* In a child: what is told of each write is what is there, during the fault and after it. */
static int
fail_writing (const place *p, int n, fault_kind kind)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	gboolean done[WRITES];
	storage *store;
	writer *w;
	int met;

	store = open_durable (p, 2, &error);
	if (store == NULL)
		return 2;
	w = writer_new (store);
	fault_at (n, kind);
	for (gint64 key = 0; key < WRITES; key++) {
		ip_driver_status status = write_one (w, key, &error);

		done[key] = status == IP_DRIVER_OK;
		if (!done[key] && (status != IP_DRIVER_STORAGE || strstr (error.message, p->path) == NULL))
			return 3;
		if (!done[key] && !fault_met ())
			return 4;
	}
	met = fault_met ();
	fault_at (0, kind);
	for (gint64 key = 0; key < WRITES; key++) {
		if (has_item (store, key) != done[key])
			return 5;
	}
	/* And it goes on. */
	if (write_one (w, WRITES, &error) != IP_DRIVER_OK)
		return 6;
	writer_free (w);
	storage_close (store);
	store = open_durable (p, 2, &error);
	if (store == NULL)
		return 7;
	for (gint64 key = 0; key < WRITES; key++) {
		if (has_item (store, key) != done[key])
			return 8;
	}
	if (ask_number (store, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") != 1)
		return 9;
	storage_close (store);
	return met ? 1 : 0;
}

/* In a child: the same, but the process ends as if killed, right after the failure. Tells what was done. */
static void
fail_writing_and_end (const place *p, int n, signal_pipe *told)
{
	storage *store = open_durable (p, 2, NULL);
	writer *w = writer_new (store);

	fault_at (n, FAULT_ERROR_ONCE);
	for (gint64 key = 0; key < WRITES; key++) {
		if (write_one (w, key, NULL) != IP_DRIVER_OK)
			_exit (FAULT_EXIT);
		if (write (told->write, &key, sizeof (key)) != sizeof (key))
			_exit (1);
	}
	_exit (fault_met () ? FAULT_EXIT : 0);
}

static void
check_failing_writing (place *p, fault_kind kind)
{
	int met = 1, n;

	for (n = 1; met == 1 && n < CALLS_MAX; n++) {
		pid_t pid;

		storage_close (place_open (p, 2, 5000));
		pid = start_child ();
		if (pid == 0)
			_exit (fail_writing (p, n, kind));
		met = end_child (pid);
		if (met != 0 && met != 1)
			fail_msg ("call %d: %d", n, met);
		remove_database (p);
	}
	assert_in_range (n, WRITES, CALLS_MAX - 1);
}

static void
test_writing_fails (void **state)
{
	check_failing_writing (*state, FAULT_ERROR_ONCE);
	check_failing_writing (*state, FAULT_ERROR);
}

/* In a child: is cut off at the Nth call of writing and a clean end. */
static void
write_and_be_cut_off (const place *p, int n, signal_pipe *told)
{
	storage *store = open_durable (p, 2, NULL);
	writer *w = writer_new (store);

	fault_at (n, FAULT_END);
	for (gint64 key = 0; key < WRITES; key++) {
		if (write_one (w, key, NULL) != IP_DRIVER_OK || write (told->write, &key, sizeof (key)) != sizeof (key))
			_exit (1);
	}
	writer_free (w);
	storage_close (store);
	_exit (0);
}

/* What was told is there, and of what was not told at most so many. */
static void
check_what_was_told (place *p, void (*child) (const place *p, int n, signal_pipe *told), int untold)
{
	int code = FAULT_EXIT, n;

	for (n = 1; code == FAULT_EXIT && n < CALLS_MAX; n++) {
		storage *store = place_open (p, 2, 5000);
		gint64 key, last = -1;
		signal_pipe told;
		pid_t pid;

		storage_close (store);
		signal_pipe_open (&told);
		pid = start_child ();
		if (pid == 0)
			child (p, n, &told);
		close (told.write);
		while (read (told.read, &key, sizeof (key)) == sizeof (key))
			last = key;
		close (told.read);
		code = end_child (pid);
		assert_true (code == 0 || code == FAULT_EXIT);
		store = place_open (p, 2, 5000);
		for (key = 0; key <= last; key++)
			assert_true (has_item (store, key));
		assert_in_range (ask_number (store, "SELECT count(*) FROM item"), last + 1, last + 1 + untold);
		storage_close (store);
		remove_database (p);
	}
	assert_in_range (n, WRITES, CALLS_MAX - 1);
}

static void
test_writing_cut_off (void **state)
{
	/* The one that was on its way may have arrived. */
	check_what_was_told (*state, write_and_be_cut_off, 1);
}

static void
test_a_failed_write_does_not_come_back (void **state)
{
	check_what_was_told (*state, fail_writing_and_end, 0);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown (name, place_setup, place_teardown)
		TEST (test_creation_cut_off), TEST (test_migration_cut_off),
		TEST (test_creation_fails),   TEST (test_writing_fails),
		TEST (test_writing_cut_off),  TEST (test_a_failed_write_does_not_come_back),
	};

	fault_install ();
	return cmocka_run_group_tests_name ("storage fault", tests, NULL, NULL);
}
