/* Group commit: many threads, failures that are one's own, failures that are everybody's, transactions
 * that are held, waiting that ends. */
#include "place.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static storage_connection *
hold (writer *w)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	storage_connection *connection = NULL;

	assert_int_equal (writer_hold (w, &connection, &error), IP_DRIVER_OK);
	return connection;
}

static void
run_add (writer *w, gint64 key, ip_driver_status expected)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	assert_int_equal (writer_run (w, add_item, &key, &error), expected);
}

static void
test_one (void **state)
{
	storage *store = place_open (*state, 2, 5000);
	writer *w = writer_new (store);

	run_add (w, 1, IP_DRIVER_OK);
	run_add (w, 1, IP_DRIVER_INTERNAL);
	run_add (w, 2, IP_DRIVER_OK);
	assert_int_equal (ask_number (store, "SELECT sum(key) FROM item"), 3);
	writer_free (w);
	writer_free (NULL);
	storage_close (store);
}

/* What one of many threads does: adds to the counter, and sometimes fails, in one way or the other. */
typedef struct {
	writer *writer;
	int number;
	int rounds;
	int round;
	/* Of what succeeded. */
	gint64 sum;
	const char *problem;
} worker;

static ip_driver_status
count_up (storage_connection *connection, gpointer data, ip_driver_error *error)
{
	worker *self = data;

	storage_execute (connection, "UPDATE counter SET value = value + $1 WHERE id = 1", "i", (gint64)self->number);
	switch ((self->number + self->round) % 4) {
	case 0:
		/* By the rules: after having changed something. */
		return ip_driver_fail (error, IP_DRIVER_EXHAUSTED, "no more");
	case 1:
		/* By the storage; and the outcome of the operation does not hide it. */
		storage_execute (connection, "INSERT INTO counter (id, value) VALUES (1, 5)", "");
		return IP_DRIVER_OK;
	case 2: {
		/* By both: what came first is what counts. */
		g_autoptr (storage_cursor) cursor = NULL;

		if (self->round % 2 == 0)
			return IP_DRIVER_OK;
		storage_execute (connection, "INSERT INTO counter (id, value) VALUES (1, 5)", "");
		cursor = storage_query (connection, "SELECT value FROM counter", "");
		return storage_next (cursor) ? IP_DRIVER_OK : ip_driver_fail (error, IP_DRIVER_NOT_FOUND, "no row");
	}
	default:
		return IP_DRIVER_OK;
	}
}

static ip_driver_status
expected_status (worker *self)
{
	switch ((self->number + self->round) % 4) {
	case 0:
		return IP_DRIVER_EXHAUSTED;
	case 1:
		return IP_DRIVER_INTERNAL;
	case 2:
		return self->round % 2 == 0 ? IP_DRIVER_OK : IP_DRIVER_INTERNAL;
	default:
		return IP_DRIVER_OK;
	}
}

static gpointer
work (gpointer data)
{
	worker *self = data;

	for (self->round = 0; self->round < self->rounds; self->round++) {
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		ip_driver_status status = writer_run (self->writer, count_up, self, &error);

		if (status != expected_status (self))
			self->problem = "wrong status";
		else if (status == IP_DRIVER_EXHAUSTED && strcmp (error.message, "no more") != 0)
			self->problem = "another's message";
		else if (status == IP_DRIVER_INTERNAL && strstr (error.message, "counter.id") == NULL)
			self->problem = "not the storage's message";
		else if (status == IP_DRIVER_OK)
			self->sum += self->number;
	}
	return NULL;
}

static void
test_sixteen_threads (void **state)
{
	storage *store = place_open (*state, 2, 60000);
	writer *w = writer_new (store);
	worker workers[16];
	GThread *threads[16];
	gint64 sum = 100;

	for (int i = 0; i < 16; i++) {
		workers[i] = (worker){.writer = w, .number = i + 1, .rounds = 200};
		threads[i] = g_thread_new ("worker", work, &workers[i]);
	}
	for (int i = 0; i < 16; i++) {
		g_thread_join (threads[i]);
		if (workers[i].problem != NULL)
			fail_msg ("%s", workers[i].problem);
		sum += workers[i].sum;
	}
	assert_int_equal (ask_number (store, "SELECT value FROM counter"), sum);
	writer_free (w);
	storage_close (store);
}

/* One thread that adds an item. */
typedef struct {
	writer *writer;
	gint64 key;
	ip_driver_status status;
	ip_driver_error error;
	GThread *thread;
	gint id;
} adding;

static gpointer
add_in_thread (gpointer data)
{
	adding *self = data;

	g_atomic_int_set (&self->id, (gint)gettid ());
	self->status = writer_run (self->writer, add_item, &self->key, &self->error);
	return NULL;
}

static gpointer
hold_in_thread (gpointer data)
{
	adding *self = data;
	storage_connection *connection;

	g_atomic_int_set (&self->id, (gint)gettid ());
	self->status = writer_hold (self->writer, &connection, &self->error);
	if (self->status != IP_DRIVER_OK)
		return NULL;
	self->status = writer_run_held (connection, add_item, &self->key, &self->error);
	if (self->status == IP_DRIVER_OK && self->key % 4 == 0)
		writer_rollback_held (self->writer, connection);
	else if (self->status == IP_DRIVER_OK)
		self->status = writer_commit_held (self->writer, connection, &self->error);
	return NULL;
}

static void
start_adding (adding *self, writer *w, gint64 key, GThreadFunc function)
{
	*self = (adding){.writer = w, .key = key, .error = IP_DRIVER_ERROR_INIT};
	self->thread = g_thread_new ("adding", function, self);
}

static void
end_adding (adding *threads, int count)
{
	for (int i = 0; i < count; i++) {
		g_thread_join (threads[i].thread);
		assert_int_equal (threads[i].status, IP_DRIVER_OK);
	}
}

static gboolean
is_asleep (gint id)
{
	g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/stat", id);
	g_autofree char *status = NULL;

	return id != 0 && g_file_get_contents (path, &status, NULL, NULL) && strstr (status, ") S ") != NULL;
}

/* Waits until all of the threads stand in line, behind somebody who is known to lead: they have nowhere
 * else to sleep. */
static void
await_line (adding *threads, int count)
{
	int asleep;

	do {
		asleep = 0;
		for (int i = 0; i < count; i++)
			asleep += is_asleep (g_atomic_int_get (&threads[i].id));
		g_thread_yield ();
	} while (asleep < count);
}

static void
test_a_held_transaction (void **state)
{
	storage *store = place_open (*state, 2, 30000);
	writer *w = writer_new (store);
	storage_connection *connection = hold (w);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	adding threads[8];
	gint64 key = 1;

	for (int i = 0; i < 8; i++)
		start_adding (&threads[i], w, 10 + i, add_in_thread);
	await_line (threads, 8);
	assert_int_equal (writer_run_held (connection, add_item, &key, &error), IP_DRIVER_OK);
	assert_int_equal (writer_run_held (connection, add_item, &key, &error), IP_DRIVER_INTERNAL);
	key = 2;
	assert_int_equal (writer_run_held (connection, add_item, &key, &error), IP_DRIVER_OK);
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item"), 0);
	assert_int_equal (writer_commit_held (w, connection, &error), IP_DRIVER_OK);
	end_adding (threads, 8);
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item"), 10);

	connection = hold (w);
	key = 3;
	assert_int_equal (writer_run_held (connection, add_item, &key, &error), IP_DRIVER_OK);
	writer_rollback_held (w, connection);
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item WHERE key = 3"), 0);
	run_add (w, 3, IP_DRIVER_OK);
	writer_free (w);
	storage_close (store);
}

/* Those who wait share a transaction, up to 128 of them, but not past one who wants his own: the turns
 * that were taken tell. */
static void
test_who_waits_shares_a_transaction (void **state)
{
	place *p = *state;
	storage *store = place_open (p, 2, 60000);
	writer *w = writer_new (store);
	storage_connection *connection;
	adding threads[130];
	guint64 turns;

	connection = hold (w);
	turns = count_tickets (p);
	for (int i = 0; i < 130; i++)
		start_adding (&threads[i], w, i, add_in_thread);
	await_line (threads, 130);
	writer_rollback_held (w, connection);
	end_adding (threads, 130);
	assert_int_equal (count_tickets (p) - turns, 2);
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item"), 130);

	connection = hold (w);
	turns = count_tickets (p);
	for (int i = 0; i < 7; i++) {
		start_adding (&threads[i], w, 1001 + i, i == 3 ? hold_in_thread : add_in_thread);
		await_line (threads, i + 1);
	}
	writer_rollback_held (w, connection);
	end_adding (threads, 7);
	assert_int_equal (count_tickets (p) - turns, 3);
	/* 1004 was rolled back. */
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item WHERE key > 1000"), 6);
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item WHERE key = 1004"), 0);
	writer_free (w);
	storage_close (store);
}

static void
test_holding_and_running_mixed (void **state)
{
	storage *store = place_open (*state, 2, 60000);
	writer *w = writer_new (store);
	adding threads[12];

	for (int round = 0; round < 50; round++) {
		for (int i = 0; i < 12; i++)
			start_adding (&threads[i], w, round * 12 + i, i % 2 == 0 ? hold_in_thread : add_in_thread);
		end_adding (threads, 12);
	}
	/* The multiples of four were rolled back. */
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item"), 50 * 9);
	writer_free (w);
	storage_close (store);
}

/* Whoever waits behind a transaction that does not end gives up in time, each by himself. */
static void
test_waiting_ends (void **state)
{
	storage *store = place_open (*state, 2, 200);
	writer *w = writer_new (store);
	storage_connection *connection = hold (w);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	adding threads[5];
	gint64 start = g_get_monotonic_time ();

	for (int i = 0; i < 5; i++)
		start_adding (&threads[i], w, i, add_in_thread);
	/* Also one who is the same thread, and one who wants to hold. */
	run_add (w, 77, IP_DRIVER_UNAVAILABLE);
	assert_int_equal (writer_hold (w, &connection, &error), IP_DRIVER_UNAVAILABLE);
	assert_int_equal (error.retryable, 1);
	assert_non_null (strstr (error.message, "others are writing"));
	for (int i = 0; i < 5; i++) {
		g_thread_join (threads[i].thread);
		assert_int_equal (threads[i].status, IP_DRIVER_UNAVAILABLE);
	}
	assert_in_range (g_get_monotonic_time () - start, 350000, 5000000);
	writer_rollback_held (w, connection);
	run_add (w, 1, IP_DRIVER_OK);
	assert_int_equal (ask_number (store, "SELECT sum(key) FROM item"), 1);
	writer_free (w);
	storage_close (store);
}

/* Another handle writes: the time-out is each waiting thread's own, not one after the other. */
static void
test_waiting_for_another_handle_ends (void **state)
{
	storage *store = place_open (*state, 2, 300), *other = place_open (*state, 2, 300);
	writer *w = writer_new (store);
	storage_connection *connection;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	adding threads[8];
	gint64 start;

	assert_int_equal (storage_write_begin (other, &connection, &error), IP_DRIVER_OK);
	start = g_get_monotonic_time ();
	for (int i = 0; i < 8; i++)
		start_adding (&threads[i], w, i, add_in_thread);
	for (int i = 0; i < 8; i++) {
		g_thread_join (threads[i].thread);
		assert_int_equal (threads[i].status, IP_DRIVER_UNAVAILABLE);
	}
	assert_in_range (g_get_monotonic_time () - start, 290000, 2000000);
	storage_write_rollback (connection);
	run_add (w, 1, IP_DRIVER_OK);
	writer_free (w);
	storage_close (store);
	storage_close (other);
}

/* A disk that is full, in the shape of a limit on the size of files. */

static ip_driver_status
add_big (storage_connection *connection, gpointer data, ip_driver_error *error)
{
	static const char bytes[60000];

	storage_execute (connection, "INSERT INTO item (key, bytes) VALUES ($1, $2)", "ib", *(gint64 *)data, bytes,
	                 sizeof (bytes));
	return IP_DRIVER_OK;
}

static void
limit_files (rlim_t size)
{
	struct rlimit limit;

	getrlimit (RLIMIT_FSIZE, &limit);
	limit.rlim_cur = size;
	if (setrlimit (RLIMIT_FSIZE, &limit) != 0)
		_exit (2);
}

typedef struct {
	writer *writer;
	gint64 first;
	/* The keys that were acknowledged. */
	gboolean done[100];
	const char *problem;
} filler;

static gpointer
fill (gpointer data)
{
	filler *self = data;

	for (gint64 i = 0; i < 100; i++) {
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		gint64 key = self->first + i;
		ip_driver_status status = writer_run (self->writer, add_big, &key, &error);

		self->done[i] = status == IP_DRIVER_OK;
		if (status != IP_DRIVER_OK &&
		    (status != IP_DRIVER_STORAGE || strstr (error.message, "test.db") == NULL))
			self->problem = "wrong error";
	}
	return NULL;
}

static gboolean
has_item (storage *store, gint64 key)
{
	storage_connection *connection;
	gboolean found;
	storage_cursor *cursor;

	if (storage_read_begin (store, &connection, NULL) != IP_DRIVER_OK)
		return -1;
	cursor = storage_query (connection, "SELECT 1 FROM item WHERE key = $1", "i", key);
	found = storage_next (cursor);
	storage_cursor_free (cursor);
	storage_read_end (connection);
	return found;
}

static void
test_a_full_disk (void **state)
{
	place *p = *state;
	pid_t pid;

	storage_close (place_open (p, 2, 1000));
	pid = start_child ();
	if (pid == 0) {
		storage *store = place_open (p, 2, 30000);
		writer *w = writer_new (store);
		filler fillers[8];
		GThread *threads[8];
		int done = 0, failed = 0;
		gint64 key = 5000;

		signal (SIGXFSZ, SIG_IGN);
		/* Room for some of the 800 times 60 kB. */
		limit_files (5 * 1000 * 1000);
		for (int i = 0; i < 8; i++) {
			fillers[i] = (filler){.writer = w, .first = i * 100};
			threads[i] = g_thread_new ("filler", fill, &fillers[i]);
		}
		for (int i = 0; i < 8; i++) {
			g_thread_join (threads[i]);
			if (fillers[i].problem != NULL)
				_exit (3);
		}
		/* What was acknowledged is there, and nothing else is. */
		for (int i = 0; i < 800; i++) {
			gboolean acknowledged = fillers[i / 100].done[i % 100];

			done += acknowledged;
			failed += !acknowledged;
			if (has_item (store, i) != acknowledged)
				_exit (4);
		}
		if (done == 0 || failed == 0)
			_exit (5);
		/* As soon as there is room, the same handle goes on. */
		limit_files (RLIM_INFINITY);
		if (writer_run (w, add_big, &key, NULL) != IP_DRIVER_OK || !has_item (store, key))
			_exit (6);
		writer_free (w);
		storage_close (store);
		store = place_open (p, 2, 1000);
		for (int i = 0; i < 800; i++) {
			if (has_item (store, i) != fillers[i / 100].done[i % 100])
				_exit (7);
		}
		storage_close (store);
		_exit (0);
	}
	assert_int_equal (end_child (pid), 0);
}

/* A transaction so large that it meets the full disk before its commit: SQLite then ends all of it by
 * itself, and everyone in it must hear so. */
static void
test_a_transaction_that_is_lost (void **state)
{
	place *p = *state;
	pid_t pid;

	storage_close (place_open (p, 2, 1000));
	pid = start_child ();
	if (pid == 0) {
		storage *store = place_open (p, 2, 30000);
		writer *w = writer_new (store);
		storage_connection *connection;
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		ip_driver_status status = IP_DRIVER_OK;
		gint64 key;

		signal (SIGXFSZ, SIG_IGN);
		limit_files (2 * 1000 * 1000);
		if (writer_hold (w, &connection, &error) != IP_DRIVER_OK)
			_exit (3);
		/* Past the writer's cache of 8 MB. */
		for (key = 0; key < 400 && status == IP_DRIVER_OK; key++)
			status = writer_run_held (connection, add_big, &key, &error);
		if (status != IP_DRIVER_STORAGE || strstr (error.message, "test.db") == NULL)
			_exit (4);
		/* It does not recover by undoing one part. */
		if (writer_run_held (connection, add_item, &key, &error) != IP_DRIVER_STORAGE)
			_exit (5);
		if (writer_commit_held (w, connection, &error) != IP_DRIVER_STORAGE)
			_exit (6);
		limit_files (RLIM_INFINITY);
		if (ask_number (store, "SELECT count(*) FROM item") != 0)
			_exit (7);
		key = 1;
		if (writer_run (w, add_big, &key, &error) != IP_DRIVER_OK)
			_exit (8);
		if (ask_number (store, "SELECT count(*) FROM item") != 1)
			_exit (9);
		writer_free (w);
		storage_close (store);
		_exit (0);
	}
	assert_int_equal (end_child (pid), 0);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown (name, place_setup, place_teardown)
		TEST (test_one),
		TEST (test_sixteen_threads),
		TEST (test_a_held_transaction),
		TEST (test_who_waits_shares_a_transaction),
		TEST (test_holding_and_running_mixed),
		TEST (test_waiting_ends),
		TEST (test_waiting_for_another_handle_ends),
		TEST (test_a_full_disk),
		TEST (test_a_transaction_that_is_lost),
	};

	return cmocka_run_group_tests_name ("storage writer", tests, NULL, NULL);
}
