/* Several processes on one database: each gets its share, and what happens to one is its own affair:
 * kill -9, stopping, at any moment. */
#include "place.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
	/* Processes that have written once. */
	gint ready;
	gint stop;
	gint written;
	/* Transactions of each process since all are ready; as it was when the first had finished. */
	gint done[8];
	gint snapshot[8];
} scoreboard;

static scoreboard *
make_scoreboard (void)
{
	scoreboard *board = mmap (NULL, sizeof (*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	g_assert (board != MAP_FAILED);
	return board;
}

static void
compete (place *p, scoreboard *board, int number, int processes, int rounds)
{
	/* With syncing, so that it is the queue that decides, and not who gets the processor. */
	storage_options options = {.url = p->url, .folder = "/", .durable = TRUE, .timeout = 60000};
	gboolean was_ready = FALSE;
	storage *store;

	if (storage_open (&options, test_migrations, 2, &store, NULL) != IP_DRIVER_OK)
		_exit (1);
	while (!g_atomic_int_get (&board->stop)) {
		gboolean counts = g_atomic_int_get (&board->ready) == processes;
		storage_connection *connection;

		if (storage_write_begin (store, &connection, NULL) != IP_DRIVER_OK)
			_exit (1);
		storage_execute (connection, "UPDATE counter SET value = value + 1 WHERE id = 1", "");
		if (storage_write_commit (connection, NULL) != IP_DRIVER_OK)
			_exit (2);
		if (!was_ready)
			g_atomic_int_inc (&board->ready);
		was_ready = TRUE;
		g_atomic_int_inc (&board->written);
		if (counts && g_atomic_int_add (&board->done[number], 1) + 1 == rounds &&
		    g_atomic_int_compare_and_exchange (&board->stop, 0, 1))
			memcpy (board->snapshot, board->done, sizeof (board->done));
	}
	storage_close (store);
	_exit (0);
}

static void
check_shares (place *p, int processes, int rounds)
{
	scoreboard *board = make_scoreboard ();
	pid_t children[8];
	gint total = 0, least = G_MAXINT;
	storage *store = place_open (p, 2, 5000);

	storage_close (store);
	for (int i = 0; i < processes; i++) {
		children[i] = start_child ();
		if (children[i] == 0)
			compete (p, board, i, processes, rounds);
	}
	for (int i = 0; i < processes; i++)
		assert_int_equal (end_child (children[i]), 0);
	for (int i = 0; i < processes; i++) {
		total += board->snapshot[i];
		least = MIN (least, board->snapshot[i]);
	}
	print_message ("least of %d processes: %d of %d\n", processes, least, total / processes);
	assert_true (least * processes * 10 >= total * 6);
	store = place_open (p, 2, 5000);
	assert_int_equal (ask_number (store, "SELECT value FROM counter"), 100 + board->written);
	storage_close (store);
	munmap (board, sizeof (*board));
}

static void
test_two_processes_share (void **state)
{
	check_shares (*state, 2, 200);
}

static void
test_four_processes_share (void **state)
{
	check_shares (*state, 4, 100);
}

/* A process that has the turn, with a change that is not committed. */
static pid_t
start_holder (place *p, signal_pipe *holding, signal_pipe *release)
{
	pid_t pid = start_child ();
	storage *store;
	storage_connection *connection;

	if (pid != 0)
		return pid;
	store = place_open (p, 2, 30000);
	if (storage_write_begin (store, &connection, NULL) != IP_DRIVER_OK)
		_exit (1);
	storage_execute (connection, "INSERT INTO item (key) VALUES (1)", "");
	signal_give (holding);
	signal_await (release);
	if (storage_write_commit (connection, NULL) != IP_DRIVER_OK)
		_exit (2);
	storage_close (store);
	_exit (0);
}

static void
write_one (storage *store, gint64 key)
{
	storage_connection *connection;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	if (storage_write_begin (store, &connection, &error) != IP_DRIVER_OK)
		fail_msg ("%s", error.message);
	storage_execute (connection, "INSERT INTO item (key) VALUES ($1)", "i", key);
	assert_int_equal (storage_write_commit (connection, &error), IP_DRIVER_OK);
}

static void
test_the_writing_process_is_killed (void **state)
{
	place *p = *state;
	signal_pipe holding, release;
	storage *store;
	gint64 start;
	pid_t holder;

	signal_pipe_open (&holding);
	signal_pipe_open (&release);
	storage_close (place_open (p, 2, 5000));
	holder = start_holder (p, &holding, &release);
	store = place_open (p, 2, 30000);
	signal_await (&holding);
	start = g_get_monotonic_time ();
	assert_int_equal (kill (holder, SIGKILL), 0);
	write_one (store, 2);
	assert_true (g_get_monotonic_time () - start < 5 * G_USEC_PER_SEC);
	assert_int_equal (end_child (holder), -SIGKILL);
	assert_int_equal (ask_number (store, "SELECT sum(key) FROM item"), 2);
	storage_close (store);
	signal_pipe_close (&holding);
	signal_pipe_close (&release);
}

static void
test_the_writing_process_is_stopped (void **state)
{
	place *p = *state;
	signal_pipe holding, release;
	storage_connection *connection;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	storage *store;
	gint64 start;
	pid_t holder;

	signal_pipe_open (&holding);
	signal_pipe_open (&release);
	storage_close (place_open (p, 2, 5000));
	holder = start_holder (p, &holding, &release);
	store = place_open (p, 2, 400);
	signal_await (&holding);
	assert_int_equal (kill (holder, SIGSTOP), 0);
	assert_int_equal (waitpid (holder, NULL, WUNTRACED), holder);
	start = g_get_monotonic_time ();
	assert_int_equal (storage_write_begin (store, &connection, &error), IP_DRIVER_UNAVAILABLE);
	assert_in_range (g_get_monotonic_time () - start, 400000, 2000000);
	assert_int_equal (error.retryable, 1);
	assert_non_null (strstr (error.message, p->path));
	/* Readers do not care. */
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item"), 0);
	assert_int_equal (kill (holder, SIGCONT), 0);
	signal_give (&release);
	assert_int_equal (end_child (holder), 0);
	write_one (store, 2);
	assert_int_equal (ask_number (store, "SELECT sum(key) FROM item"), 3);
	storage_close (store);
	signal_pipe_close (&holding);
	signal_pipe_close (&release);
}

/* Another program, which knows nothing of the queue, is waited for as well. */
static void
test_a_writer_outside_the_queue (void **state)
{
	place *p = *state;
	g_autofree char *side = g_strconcat (p->path, "-queue", NULL);
	signal_pipe holding, release;
	storage_connection *connection;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	storage *store;
	pid_t holder;

	signal_pipe_open (&holding);
	signal_pipe_open (&release);
	storage_close (place_open (p, 2, 5000));
	holder = start_holder (p, &holding, &release);
	signal_await (&holding);
	/* With another side file they do not meet. */
	assert_int_equal (unlink (side), 0);
	store = place_open (p, 2, 200);
	assert_int_equal (storage_write_begin (store, &connection, &error), IP_DRIVER_UNAVAILABLE);
	signal_give (&release);
	assert_int_equal (end_child (holder), 0);
	write_one (store, 2);
	storage_close (store);
	signal_pipe_close (&holding);
	signal_pipe_close (&release);
}

/* Two threads commit through the writer and say through a pipe what was acknowledged. */
typedef struct {
	writer *writer;
	int pipe;
	gint64 first;
} teller;

static gpointer
commit_and_tell (gpointer data)
{
	teller *self = data;

	for (gint64 key = self->first;; key += 2) {
		if (writer_run (self->writer, add_item, &key, NULL) != IP_DRIVER_OK)
			_exit (1);
		if (write (self->pipe, &key, sizeof (key)) != sizeof (key))
			_exit (2);
	}
	return NULL;
}

static void
test_what_was_acknowledged_survives (void **state)
{
	place *p = *state;
	g_autoptr (GRand) random = test_random ();
	gint64 first = 0;

	storage_close (place_open (p, 2, 5000));
	for (int round = 0; round < 8; round++) {
		g_autoptr (GHashTable) told = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
		gint32 patience = g_rand_int_range (random, 1, 300);
		GHashTableIter iter;
		signal_pipe telling;
		storage *store;
		gpointer key;
		gint64 number;
		pid_t child;

		signal_pipe_open (&telling);
		child = start_child ();
		if (child == 0) {
			writer *w = writer_new (place_open (p, 2, 5000));
			teller tellers[2] = {{w, telling.write, first}, {w, telling.write, first + 1}};

			g_thread_new ("teller", commit_and_tell, &tellers[0]);
			commit_and_tell (&tellers[1]);
		}
		close (telling.write);
		while (read (telling.read, &number, sizeof (number)) == sizeof (number)) {
			g_hash_table_add (told, g_memdup2 (&number, sizeof (number)));
			if (--patience == 0)
				assert_int_equal (kill (child, SIGKILL), 0);
		}
		close (telling.read);
		assert_int_equal (end_child (child), -SIGKILL);
		store = place_open (p, 2, 5000);
		g_hash_table_iter_init (&iter, told);
		while (g_hash_table_iter_next (&iter, &key, NULL)) {
			storage_connection *connection;
			storage_cursor *cursor;

			assert_int_equal (storage_read_begin (store, &connection, NULL), IP_DRIVER_OK);
			cursor = storage_query (connection, "SELECT 1 FROM item WHERE key = $1", "o", key);
			if (!storage_next (cursor))
				fail_msg ("%" G_GINT64_FORMAT " was acknowledged and is gone", *(gint64 *)key);
			storage_cursor_free (cursor);
			storage_read_end (connection);
		}
		first = ask_number (store, "SELECT max(key) + 2 FROM item");
		first += first % 2;
		assert_int_equal (
			ask_number (store, "SELECT count(*) FROM pragma_quick_check WHERE quick_check = 'ok'"), 1);
		storage_close (store);
	}
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown (name, place_setup, place_teardown)
		TEST (test_two_processes_share),           TEST (test_four_processes_share),
		TEST (test_the_writing_process_is_killed), TEST (test_the_writing_process_is_stopped),
		TEST (test_a_writer_outside_the_queue),    TEST (test_what_was_acknowledged_survives),
	};

	return cmocka_run_group_tests_name ("storage process", tests, NULL, NULL);
}
