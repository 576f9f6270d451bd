/* The fair queue by itself: order, giving up, side files that are missing or wrong, fork. */
#include "place.h"
#include "storage/queue.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND G_USEC_PER_SEC

static const struct stat like = {.st_mode = S_IFREG | 0600};

static gint64
in (gint64 microseconds)
{
	return g_get_monotonic_time () + microseconds;
}

static char *
side_path (const place *p)
{
	return g_strconcat (p->path, "-queue", NULL);
}

static queue *
open_queue (const place *p)
{
	g_autofree char *path = side_path (p);
	queue *opened = queue_open (path, &like);

	g_assert (opened != NULL);
	return opened;
}

/* Who came in, in order. */
typedef struct {
	gint count;
	char names[32];
} arrivals;

/* One who waits in a thread, and writes his number down when his turn comes. */
typedef struct {
	queue *queue;
	arrivals *order;
	gint64 patience;
	queue_result result;
	char name;
	GThread *thread;
} waiting;

static gpointer
wait_for_turn (gpointer data)
{
	waiting *w = data;

	w->result = queue_enter (w->queue, in (w->patience));
	if (w->result == QUEUE_ENTERED) {
		w->order->names[g_atomic_int_add (&w->order->count, 1)] = w->name;
		queue_leave (w->queue);
	}
	return NULL;
}

static void
start_waiting (waiting *w, queue *line, arrivals *order, gint64 patience, char name)
{
	*w = (waiting){.queue = line, .order = order, .patience = patience, .name = name};
	w->thread = g_thread_new ("waiting", wait_for_turn, w);
}

static void
test_first_come_first_served (void **state)
{
	place *p = *state;
	queue *queues[6];
	waiting waiters[5];
	arrivals order = {0};

	for (int i = 0; i < 6; i++)
		queues[i] = open_queue (p);
	for (int round = 0; round < 20; round++) {
		guint64 taken = count_tickets (p);

		memset (&order, 0, sizeof (order));
		assert_int_equal (queue_enter (queues[5], in (SECOND)), QUEUE_ENTERED);
		for (int i = 0; i < 5; i++) {
			start_waiting (&waiters[i], queues[i], &order, 30 * SECOND, (char)('a' + i));
			await_tickets (p, taken + 2 + (guint64)i);
		}
		assert_int_equal (g_atomic_int_get (&order.count), 0);
		queue_leave (queues[5]);
		for (int i = 0; i < 5; i++)
			g_thread_join (waiters[i].thread);
		assert_string_equal (order.names, "abcde");
	}
	for (int i = 0; i < 6; i++)
		queue_close (queues[i]);
}

/* One in the middle who gives up does not let those behind him pass those before him. */
static void
test_giving_up (void **state)
{
	place *p = *state;
	queue *a = open_queue (p), *b = open_queue (p), *c = open_queue (p), *d = open_queue (p);
	arrivals order = {0};
	waiting impatient, patient;
	gint64 start;

	assert_int_equal (queue_enter (a, in (SECOND)), QUEUE_ENTERED);
	start_waiting (&impatient, b, &order, SECOND / 20, 'b');
	await_tickets (p, 2);
	start_waiting (&patient, c, &order, 30 * SECOND, 'c');
	await_tickets (p, 3);
	start = g_get_monotonic_time ();
	g_thread_join (impatient.thread);
	assert_int_equal (impatient.result, QUEUE_TIMED_OUT);
	assert_true (g_get_monotonic_time () - start < SECOND);
	/* And one who looks now and then gives up too. */
	assert_int_equal (queue_enter (d, in (SECOND / 20)), QUEUE_TIMED_OUT);
	assert_int_equal (g_atomic_int_get (&order.count), 0);
	queue_leave (a);
	g_thread_join (patient.thread);
	assert_string_equal (order.names, "c");
	assert_int_equal (queue_enter (d, in (SECOND)), QUEUE_ENTERED);
	queue_leave (d);
	queue_close (a);
	queue_close (b);
	queue_close (c);
	queue_close (d);
}

/* Threads on one handle line up as well, and give up as well. */
static void
test_threads_of_one_handle (void **state)
{
	place *p = *state;
	queue *shared = open_queue (p);
	arrivals order = {0};
	waiting waiters[8];

	assert_int_equal (queue_enter (shared, in (SECOND)), QUEUE_ENTERED);
	for (int i = 0; i < 8; i++)
		start_waiting (&waiters[i], shared, &order, i % 2 == 0 ? SECOND / 50 : 30 * SECOND, (char)('a' + i));
	for (int i = 0; i < 8; i += 2) {
		g_thread_join (waiters[i].thread);
		assert_int_equal (waiters[i].result, QUEUE_TIMED_OUT);
	}
	assert_int_equal (g_atomic_int_get (&order.count), 0);
	queue_leave (shared);
	for (int i = 1; i < 8; i += 2) {
		g_thread_join (waiters[i].thread);
		assert_int_equal (waiters[i].result, QUEUE_ENTERED);
	}
	assert_int_equal (g_atomic_int_get (&order.count), 4);
	queue_close (shared);
}

typedef struct {
	queue *queue;
	gint *inside;
	gint *broken;
	int rounds;
} visitor;

static gpointer
visit (gpointer data)
{
	visitor *v = data;

	for (int i = 0; i < v->rounds; i++) {
		if (queue_enter (v->queue, in (60 * SECOND)) != QUEUE_ENTERED || g_atomic_int_add (v->inside, 1) != 0)
			g_atomic_int_set (v->broken, 1);
		g_atomic_int_add (v->inside, -1);
		queue_leave (v->queue);
	}
	return NULL;
}

/* Two threads on each of four handles, as fast as they can: never two inside. */
static void
test_one_at_a_time (void **state)
{
	place *p = *state;
	queue *queues[4];
	visitor visitors[8];
	GThread *threads[8];
	gint inside = 0, broken = 0;

	for (int i = 0; i < 4; i++)
		queues[i] = open_queue (p);
	for (int i = 0; i < 8; i++) {
		visitors[i] = (visitor){queues[i / 2], &inside, &broken, 2000};
		threads[i] = g_thread_new ("visitor", visit, &visitors[i]);
	}
	for (int i = 0; i < 8; i++)
		g_thread_join (threads[i]);
	assert_int_equal (broken, 0);
	for (int i = 0; i < 4; i++)
		queue_close (queues[i]);
}

/* Enters and leaves on both, and finds that each keeps the other out. */
static void
assert_meet (queue *a, queue *b)
{
	assert_int_equal (queue_enter (a, in (SECOND)), QUEUE_ENTERED);
	assert_int_equal (queue_enter (b, in (SECOND / 50)), QUEUE_TIMED_OUT);
	queue_leave (a);
	assert_int_equal (queue_enter (b, in (SECOND)), QUEUE_ENTERED);
	assert_int_equal (queue_enter (a, in (SECOND / 50)), QUEUE_TIMED_OUT);
	queue_leave (b);
}

static void
test_a_side_file_that_is_wrong (void **state)
{
	place *p = *state;
	g_autofree char *path = side_path (p);
	g_autofree char *garbage = g_strnfill (5000, '\xff');
	queue *a, *b;

	/* From before. */
	assert_true (g_file_set_contents (path, garbage, 5000, NULL));
	a = open_queue (p);
	b = open_queue (p);
	assert_meet (a, b);
	queue_close (b);
	/* Deleted meanwhile. */
	assert_int_equal (g_unlink (path), 0);
	b = open_queue (p);
	assert_meet (a, b);
	assert_int_equal (g_unlink (path), 0);
	assert_meet (b, a);
	/* Overwritten, cut and emptied in place. */
	assert_true (g_file_set_contents_full (path, garbage, 5000, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	assert_meet (a, b);
	assert_int_equal (truncate (path, 0), 0);
	assert_meet (a, b);
	assert_int_equal (truncate (path, 3), 0);
	assert_meet (b, a);
	queue_close (a);
	queue_close (b);
}

/* The counter is lost while somebody is inside: he still keeps others out. */
static void
test_emptied_while_inside (void **state)
{
	place *p = *state;
	g_autofree char *path = side_path (p);
	queue *a = open_queue (p), *b = open_queue (p);

	for (int i = 0; i < 5; i++)
		assert_meet (a, b);
	assert_int_equal (queue_enter (a, in (SECOND)), QUEUE_ENTERED);
	assert_int_equal (truncate (path, 0), 0);
	assert_int_equal (queue_enter (b, in (SECOND / 50)), QUEUE_TIMED_OUT);
	queue_leave (a);
	assert_meet (b, a);
	queue_close (a);
	queue_close (b);
}

static void
test_a_side_file_that_cannot_be (void **state)
{
	place *p = *state;
	g_autofree char *path = side_path (p);
	queue *a = open_queue (p);

	assert_int_equal (g_unlink (path), 0);
	assert_int_equal (g_mkdir (path, 0700), 0);
	assert_null (queue_open (path, &like));
	assert_int_equal (errno, EISDIR);
	assert_int_equal (queue_enter (a, in (SECOND)), QUEUE_FAILED);
	assert_int_equal (errno, EISDIR);
	assert_int_equal (g_rmdir (path), 0);
	assert_int_equal (symlink (p->path, path), 0);
	assert_int_equal (queue_enter (a, in (SECOND)), QUEUE_FAILED);
	assert_int_equal (g_unlink (path), 0);
	assert_int_equal (queue_enter (a, in (SECOND)), QUEUE_ENTERED);
	queue_leave (a);
	queue_close (a);
}

/* A child must not keep the turn of a parent that died. */
static void
test_fork (void **state)
{
	place *p = *state;
	signal_pipe forked, stop;
	queue *mine;
	pid_t parent;
	char byte;

	signal_pipe_open (&forked);
	signal_pipe_open (&stop);
	parent = start_child ();
	if (parent == 0) {
		queue *inherited = open_queue (p);

		if (queue_enter (inherited, in (SECOND)) != QUEUE_ENTERED)
			_exit (1);
		if (start_child () == 0) {
			if (queue_enter (inherited, in (SECOND / 50)) == QUEUE_ENTERED)
				_exit (1);
			signal_give (&forked);
			signal_await (&stop);
			/* Says so by closing the pipe. */
			_exit (0);
		}
		pause ();
	}
	signal_await (&forked);
	mine = open_queue (p);
	assert_int_equal (queue_enter (mine, in (SECOND / 50)), QUEUE_TIMED_OUT);
	assert_int_equal (kill (parent, SIGKILL), 0);
	assert_int_equal (end_child (parent), -SIGKILL);
	/* The grandchild lives. */
	assert_int_equal (queue_enter (mine, in (10 * SECOND)), QUEUE_ENTERED);
	queue_leave (mine);
	signal_give (&stop);
	close (forked.write);
	assert_int_equal (read (forked.read, &byte, 1), 0);
	close (forked.read);
	signal_pipe_close (&stop);
	queue_close (mine);
}

/* Waits in a child until its turn comes; exits with the result. */
static pid_t
wait_in_child (place *p, guint64 ticket)
{
	pid_t pid = start_child ();

	if (pid == 0) {
		queue *own = open_queue (p);
		queue_result result = queue_enter (own, in (30 * SECOND));

		if (result == QUEUE_ENTERED)
			queue_leave (own);
		_exit ((int)result);
	}
	await_tickets (p, ticket);
	return pid;
}

static void
test_a_waiting_process_is_killed (void **state)
{
	place *p = *state;
	queue *mine = open_queue (p);
	pid_t first, second;
	gint64 start;

	assert_int_equal (queue_enter (mine, in (SECOND)), QUEUE_ENTERED);
	first = wait_in_child (p, 2);
	second = wait_in_child (p, 3);
	assert_int_equal (kill (first, SIGKILL), 0);
	assert_int_equal (end_child (first), -SIGKILL);
	assert_int_equal (waitpid (second, NULL, WNOHANG), 0);
	start = g_get_monotonic_time ();
	queue_leave (mine);
	assert_int_equal (end_child (second), QUEUE_ENTERED);
	assert_true (g_get_monotonic_time () - start < 5 * SECOND);
	queue_close (mine);
}

/* One who was stopped while he waited holds up those behind him for a moment only. */
static void
test_a_waiting_process_is_stopped (void **state)
{
	place *p = *state;
	queue *mine = open_queue (p);
	pid_t stopped, second;
	gint64 start;

	assert_int_equal (queue_enter (mine, in (SECOND)), QUEUE_ENTERED);
	stopped = wait_in_child (p, 2);
	second = wait_in_child (p, 3);
	assert_int_equal (kill (stopped, SIGSTOP), 0);
	assert_int_equal (waitpid (stopped, NULL, WUNTRACED), stopped);
	/* He who is inside is not passed over, however long he takes: here a second. */
	assert_int_equal (queue_enter (mine, in (SECOND)), QUEUE_TIMED_OUT);
	assert_int_equal (waitpid (second, NULL, WNOHANG), 0);
	start = g_get_monotonic_time ();
	queue_leave (mine);
	assert_int_equal (end_child (second), QUEUE_ENTERED);
	assert_true (g_get_monotonic_time () - start < 5 * SECOND);
	/* From now on he is not even waited for. */
	start = g_get_monotonic_time ();
	for (int i = 0; i < 100; i++) {
		assert_int_equal (queue_enter (mine, in (10 * SECOND)), QUEUE_ENTERED);
		queue_leave (mine);
	}
	assert_true (g_get_monotonic_time () - start < 5 * SECOND);
	assert_int_equal (kill (stopped, SIGCONT), 0);
	assert_int_equal (end_child (stopped), QUEUE_ENTERED);
	queue_close (mine);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown (name, place_setup, place_teardown)
		TEST (test_first_come_first_served),     TEST (test_giving_up),
		TEST (test_threads_of_one_handle),       TEST (test_one_at_a_time),
		TEST (test_a_side_file_that_is_wrong),   TEST (test_emptied_while_inside),
		TEST (test_a_side_file_that_cannot_be),  TEST (test_fork),
		TEST (test_a_waiting_process_is_killed), TEST (test_a_waiting_process_is_stopped),
	};

	return cmocka_run_group_tests_name ("storage queue", tests, NULL, NULL);
}
