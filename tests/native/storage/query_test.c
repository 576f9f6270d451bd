/* Statements, parameters, rows, sticky errors, savepoints, snapshots. */
#include "place.h"

#include <string.h>

static storage_connection *
begin (storage *store)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	storage_connection *connection = NULL;

	assert_int_equal (storage_write_begin (store, &connection, &error), IP_DRIVER_OK);
	return connection;
}

static void
commit (storage_connection *connection)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	assert_int_equal (storage_write_commit (connection, &error), IP_DRIVER_OK);
}

static storage_connection *
begin_reading (storage *store)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	storage_connection *connection = NULL;

	assert_int_equal (storage_read_begin (store, &connection, &error), IP_DRIVER_OK);
	return connection;
}

static gint64
count (storage_connection *connection)
{
	g_autoptr (storage_cursor) cursor = storage_query (connection, "SELECT count(*) FROM item", "");

	return storage_next (cursor) ? storage_int (cursor, 0) : -1;
}

static void
add (storage_connection *connection, gint64 key)
{
	storage_execute (connection, "INSERT INTO item (key) VALUES ($1)", "i", key);
}

static void
test_values_come_back (void **state)
{
	storage *store = place_open (*state, 2, 5000);
	storage_connection *connection = begin (store);
	gint64 number = -7, big = G_MAXINT64;
	const guint8 bytes[] = {0, 1, 0, 255};
	storage_cursor *cursor;
	const guint8 *got;
	size_t size;

	assert_int_equal (storage_execute (connection, "INSERT INTO item (key, name, bytes) VALUES ($1, $2, $3)", "itb",
	                                   big, "nämé'; DROP", bytes, sizeof (bytes)),
	                  1);
	assert_true (storage_last_key (connection) == big);
	storage_execute (connection, "INSERT INTO item (key, name, bytes) VALUES ($1, $2, $3)", "otb", &number, "", "",
	                 (size_t)0);
	storage_execute (connection, "INSERT INTO item (key, name, bytes) VALUES ($1, $2, $3)", "otb", NULL, NULL, NULL,
	                 (size_t)5);

	cursor = storage_query (connection, "SELECT key, name, bytes FROM item WHERE key = $1 OR key = $2 ORDER BY key",
	                        "io", big, &number);
	assert_int_equal (storage_int (cursor, 0), 0);
	assert_null (storage_text (cursor, 1));
	assert_true (storage_next (cursor));
	assert_int_equal (storage_int (cursor, 0), -7);
	assert_string_equal (storage_text (cursor, 1), "");
	assert_false (storage_is_null (cursor, 1));
	assert_false (storage_is_null (cursor, 2));
	assert_null (storage_blob (cursor, 2, &size));
	assert_int_equal (size, 0);
	assert_true (storage_next (cursor));
	assert_true (storage_int (cursor, 0) == big);
	assert_string_equal (storage_text (cursor, 1), "nämé'; DROP");
	got = storage_blob (cursor, 2, &size);
	assert_int_equal (size, sizeof (bytes));
	assert_memory_equal (got, bytes, sizeof (bytes));
	assert_false (storage_next (cursor));
	assert_false (storage_next (cursor));
	assert_int_equal (storage_int (cursor, 0), 0);
	assert_true (storage_is_null (cursor, 0));
	storage_cursor_free (cursor);

	cursor = storage_query (connection, "SELECT name, bytes FROM item WHERE name IS NULL", "");
	assert_true (storage_next (cursor));
	assert_true (storage_is_null (cursor, 0));
	assert_null (storage_text (cursor, 0));
	assert_true (storage_is_null (cursor, 1));
	storage_cursor_free (cursor);
	storage_cursor_free (NULL);
	commit (connection);
	storage_close (store);
}

static void
test_parameters_in_any_order_and_often (void **state)
{
	storage *store = place_open (*state, 2, 5000);
	storage_connection *connection = begin_reading (store);
	g_autofree char *text = g_strdup ("t");
	storage_cursor *cursor = storage_query (connection, "SELECT $3, $1, $2, $1, $10, $4 + $5 + $6 + $7 + $8 + $9",
	                                        "itiiiiiiii", (gint64)1, text, (gint64)3, (gint64)4, (gint64)5,
	                                        (gint64)6, (gint64)7, (gint64)8, (gint64)9, (gint64)10);

	/* The query keeps a copy. */
	text[0] = 'x';
	assert_true (storage_next (cursor));
	assert_int_equal (storage_int (cursor, 0), 3);
	assert_int_equal (storage_int (cursor, 1), 1);
	assert_string_equal (storage_text (cursor, 2), "t");
	assert_int_equal (storage_int (cursor, 3), 1);
	assert_int_equal (storage_int (cursor, 4), 10);
	assert_int_equal (storage_int (cursor, 5), 39);
	storage_cursor_free (cursor);
	storage_read_end (connection);
	storage_close (store);
}

static gint64
count_down (storage_connection *connection, gint64 from)
{
	g_autoptr (storage_cursor) cursor =
		storage_query (connection, "SELECT key FROM item WHERE key <= $1 ORDER BY key DESC", "i", from);
	gint64 sum = 0;

	/* The same SQL runs at each depth. */
	while (storage_next (cursor)) {
		gint64 key = storage_int (cursor, 0);

		sum += key + (key > 0 ? count_down (connection, key - 1) : 0);
		assert_int_equal (storage_int (cursor, 0), key);
	}
	return sum;
}

static void
test_the_same_query_nests (void **state)
{
	storage *store = place_open (*state, 2, 5000);
	storage_connection *connection = begin (store);
	storage_cursor *ended, *other;
	static const char sql[] = "SELECT key FROM item WHERE key = $1";

	for (gint64 key = 0; key < 5; key++)
		add (connection, key);
	/* f(n) = n + the sum of f and of all below it. */
	assert_int_equal (count_down (connection, 4), 4 + 3 * 2 + 2 * 4 + 1 * 8);

	/* One that has ended but is not freed is not taken over either. */
	ended = storage_query (connection, sql, "i", (gint64)77);
	assert_false (storage_next (ended));
	other = storage_query (connection, sql, "i", (gint64)3);
	assert_true (storage_next (other));
	storage_cursor_free (ended);
	assert_int_equal (storage_int (other, 0), 3);
	storage_cursor_free (other);
	commit (connection);
	storage_close (store);
}

static void
test_changes_are_counted (void **state)
{
	storage *store = place_open (*state, 2, 5000);
	storage_connection *connection = begin (store);

	for (gint64 key = 0; key < 5; key++)
		add (connection, key);
	assert_int_equal (storage_execute (connection, "UPDATE item SET bytes = $1 WHERE key >= $2", "bi", "x",
	                                   (size_t)1, (gint64)2),
	                  3);
	assert_int_equal (storage_execute (connection, "DELETE FROM item WHERE key = $1", "i", (gint64)99), 0);
	commit (connection);
	storage_close (store);
}

/* Defects of the caller: each is an error that names the SQL, and sticks. */
static void
test_defects_are_reported (void **state)
{
	storage *store = place_open (*state, 2, 5000);
	storage_connection *connection = begin (store);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	static const char *const wrong[] = {
		"SELECT nonsense FROM item", "SELECT $1", "SELECT $2, $3",   "SELECT ?", "SELECT $0", "SELECT :name",
		"SELECT 1; SELECT 2",        "",          "SELECT \"text\"",
	};

	for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++) {
		storage_cursor *cursor = storage_query (connection, wrong[i], "");

		assert_non_null (cursor);
		assert_false (storage_next (cursor));
		storage_cursor_free (cursor);
		assert_int_equal (storage_error (connection, &error), IP_DRIVER_INTERNAL);
		assert_non_null (strstr (error.message, wrong[i]));
		storage_savepoint_undo (connection);
		storage_write_rollback (connection);
		connection = begin (store);
	}
	storage_write_rollback (connection);
	storage_close (store);
}

static void
test_errors_stick (void **state)
{
	storage *store = place_open (*state, 2, 5000);
	storage_connection *connection = begin (store);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	storage_cursor *running;

	add (connection, 1);
	add (connection, 2);
	running = storage_query (connection, "SELECT key FROM item ORDER BY key", "");
	assert_true (storage_next (running));
	assert_int_equal (storage_error (connection, &error), IP_DRIVER_OK);
	add (connection, 1);
	assert_int_equal (storage_error (connection, &error), IP_DRIVER_INTERNAL);
	assert_non_null (strstr (error.message, "UNIQUE constraint failed: item.key"));
	assert_non_null (strstr (error.message, ((place *)*state)->path));
	/* From now on nothing happens. */
	assert_false (storage_next (running));
	storage_cursor_free (running);
	assert_int_equal (count (connection), -1);
	add (connection, 3);
	storage_savepoint (connection);
	storage_savepoint_release (connection);
	error.message[0] = '\0';
	assert_int_equal (storage_write_commit (connection, &error), IP_DRIVER_INTERNAL);
	assert_non_null (strstr (error.message, "item.key"));
	/* Nothing was kept, and the next transaction starts clean. */
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item"), 0);
	connection = begin (store);
	add (connection, 3);
	commit (connection);
	assert_int_equal (ask_number (store, "SELECT key FROM item"), 3);
	storage_close (store);
}

static void
test_foreign_keys_and_types_are_watched (void **state)
{
	static const char *const statements[] = {
		"CREATE TABLE parent (key INTEGER PRIMARY KEY)",
		"CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent)",
		NULL,
	};
	static const storage_migration migrations[] = {{statements, NULL}};
	place *p = *state;
	storage_options options = {.url = p->url, .folder = p->folder, .timeout = 5000};
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	storage_connection *connection;
	storage *store;

	assert_int_equal (storage_open (&options, migrations, 1, &store, &error), IP_DRIVER_OK);
	connection = begin (store);
	storage_execute (connection, "INSERT INTO child (parent) VALUES (5)", "");
	assert_int_equal (storage_error (connection, &error), IP_DRIVER_INTERNAL);
	storage_write_rollback (connection);
	storage_close (store);
}

static void
test_savepoints (void **state)
{
	storage *store = place_open (*state, 2, 5000);
	storage_connection *connection = begin (store);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	storage_savepoint (connection);
	add (connection, 1);
	storage_savepoint_release (connection);
	storage_savepoint (connection);
	add (connection, 2);
	storage_savepoint_undo (connection);
	storage_savepoint (connection);
	add (connection, 3);
	add (connection, 1);
	assert_int_equal (storage_error (connection, &error), IP_DRIVER_INTERNAL);
	storage_savepoint_undo (connection);
	assert_int_equal (storage_error (connection, &error), IP_DRIVER_OK);
	storage_savepoint (connection);
	add (connection, 4);
	storage_savepoint_release (connection);
	commit (connection);
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item"), 2);
	assert_int_equal (ask_number (store, "SELECT sum(key) FROM item"), 5);
	storage_close (store);
}

static void
test_rollback (void **state)
{
	storage *store = place_open (*state, 2, 5000);
	storage_connection *connection = begin (store);

	add (connection, 1);
	storage_write_rollback (connection);
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item"), 0);
	storage_close (store);
}

static void
test_a_reader_keeps_its_snapshot (void **state)
{
	storage *store = place_open (*state, 2, 5000);
	storage_connection *writing = begin (store), *before, *after;
	gint64 start;

	add (writing, 1);
	commit (writing);
	writing = begin (store);
	add (writing, 2);
	start = g_get_monotonic_time ();
	/* It has not looked yet, and its snapshot is from here all the same. */
	before = begin_reading (store);
	commit (writing);
	writing = begin (store);
	add (writing, 3);
	commit (writing);
	assert_int_equal (count (before), 1);
	after = begin_reading (store);
	assert_int_equal (count (after), 3);
	assert_int_equal (count (before), 1);
	assert_true (g_get_monotonic_time () - start < 2 * G_USEC_PER_SEC);
	storage_read_end (before);
	storage_read_end (after);
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item"), 3);
	storage_close (store);
}

static void
test_a_reader_cannot_write (void **state)
{
	storage *store = place_open (*state, 2, 5000);
	storage_connection *connection = begin_reading (store);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	add (connection, 1);
	assert_int_equal (storage_error (connection, &error), IP_DRIVER_STORAGE);
	storage_read_end (connection);
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item"), 0);
	storage_close (store);
}

static void
test_an_error_of_a_reader_is_forgotten (void **state)
{
	storage *store = place_open (*state, 2, 5000);
	storage_connection *connection = begin_reading (store);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	storage_cursor_free (storage_query (connection, "SELECT nonsense", ""));
	assert_int_equal (storage_error (connection, &error), IP_DRIVER_INTERNAL);
	storage_read_end (connection);
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item"), 0);
	storage_close (store);
}

/* More readers at once than the pool keeps. */
static void
test_many_readers (void **state)
{
	storage *store = place_open (*state, 2, 5000);
	storage_connection *connections[40];

	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < G_N_ELEMENTS (connections); i++)
			connections[i] = begin_reading (store);
		for (size_t i = 0; i < G_N_ELEMENTS (connections); i++)
			assert_int_equal (count (connections[i]), 0);
		for (size_t i = 0; i < G_N_ELEMENTS (connections); i++)
			storage_read_end (connections[i]);
	}
	storage_close (store);
}

typedef struct {
	storage *store;
	gint stop;
	gint rounds;
} reading;

/* Is never without a snapshot, of which each is kept for some milliseconds. */
static gpointer
read_always (gpointer data)
{
	reading *r = data;
	storage_connection *old = NULL, *new;
	gint64 end;

	while (!g_atomic_int_get (&r->stop)) {
		if (storage_read_begin (r->store, &new, NULL) != IP_DRIVER_OK)
			g_error ("cannot read");
		storage_cursor_free (storage_query (new, "SELECT 1", ""));
		end = g_get_monotonic_time () + 3000;
		while (g_get_monotonic_time () < end)
			g_thread_yield ();
		g_clear_pointer (&old, storage_read_end);
		old = new;
		g_atomic_int_inc (&r->rounds);
	}
	g_clear_pointer (&old, storage_read_end);
	return NULL;
}

/* Somebody always reads: without care, the write-ahead log would grow for ever. */
static void
test_the_log_stays_bounded (void **state)
{
	place *p = *state;
	storage *store = place_open (p, 2, 5000);
	reading r = {.store = store};
	GThread *readers[2];
	g_autofree char *log = g_strconcat (p->path, "-wal", NULL);
	g_autofree char *bytes = g_strnfill (200000, 'x');
	g_autoptr (GBytes) content = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS (readers); i++)
		readers[i] = g_thread_new ("reader", read_always, &r);
	while (g_atomic_int_get (&r.rounds) < 10)
		g_thread_yield ();
	for (gint64 key = 0; key < 600; key++) {
		storage_connection *writing = begin (store);

		storage_execute (writing, "INSERT INTO item (key, bytes) VALUES ($1, $2)", "ib", key % 7, bytes,
		                 (size_t)200000);
		storage_execute (writing, "DELETE FROM item WHERE key = $1", "i", key % 7);
		commit (writing);
	}
	g_atomic_int_set (&r.stop, 1);
	for (size_t i = 0; i < G_N_ELEMENTS (readers); i++)
		g_thread_join (readers[i]);
	content = read_file (log);
	/* 600 times 200 kB were written. */
	assert_in_range (g_bytes_get_size (content), 1, 64 * 1024 * 1024);
	storage_close (store);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown (name, place_setup, place_teardown)
		TEST (test_values_come_back),
		TEST (test_parameters_in_any_order_and_often),
		TEST (test_the_same_query_nests),
		TEST (test_changes_are_counted),
		TEST (test_defects_are_reported),
		TEST (test_errors_stick),
		TEST (test_foreign_keys_and_types_are_watched),
		TEST (test_savepoints),
		TEST (test_rollback),
		TEST (test_a_reader_keeps_its_snapshot),
		TEST (test_a_reader_cannot_write),
		TEST (test_an_error_of_a_reader_is_forgotten),
		TEST (test_many_readers),
		TEST (test_the_log_stays_bounded),
	};

	return cmocka_run_group_tests_name ("storage query", tests, NULL, NULL);
}
