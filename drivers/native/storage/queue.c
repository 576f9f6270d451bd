/*
 * The fair queue between writers: see queue.h for the protocol. Knows nothing of databases.
 */
#include "queue.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Changes with the layout of `shared`. */
#define MAGIC G_GUINT64_CONSTANT (0x3151445049717565)
/* Where the lock bytes begin: behind all that the file contains. */
#define BASE ((off_t)4096)
/* Keeps BASE + ticket within off_t; no honest counter comes near. */
#define TICKET_MAX (G_GUINT64_CONSTANT (1) << 61)
/* How long, in microseconds, the death of a process may go unnoticed. */
#define FALLBACK 10000
/* How long, in microseconds, one may be at the head of the line without going inside. */
#define STALL 250000

/* The beginning of the side file. */
typedef struct {
	_Atomic guint64 magic;
	_Atomic guint64 next;
	_Atomic guint64 inside;
	_Atomic guint64 floor;
	_Atomic guint32 changes;
	/* May stay too high after a kill: that costs a needless wake-up, no more. */
	_Atomic guint32 sleepers;
} shared;

G_STATIC_ASSERT (sizeof (shared) == 40);

/* A thread that waits for the threads of its own process. */
typedef struct waiter waiter;
struct waiter {
	waiter *next;
	pthread_cond_t wake;
	gboolean granted;
};

struct queue {
	char *path;
	struct stat like;
	/* Belong to the thread that is inside, or first in line. */
	int fd;
	shared *shared;
	guint64 ticket;
	/* The line inside the process. */
	pthread_mutex_t mutex;
	pthread_condattr_t monotonic;
	gboolean taken;
	waiter *first;
	waiter *last;
	/* All queues of the process. */
	queue *next;
	/* This is a child's copy. */
	gboolean left_behind;
};

/* A child of fork() shares the parent's locks through its copies of the descriptors and of the mappings:
 * with them it would keep the turn of a parent that died. */
static pthread_mutex_t queues_mutex = PTHREAD_MUTEX_INITIALIZER;
static queue *queues;

static void
before_fork (void)
{
	pthread_mutex_lock (&queues_mutex);
}

static void
after_fork_in_parent (void)
{
	pthread_mutex_unlock (&queues_mutex);
}

static void
after_fork_in_child (void)
{
	for (queue *q = queues; q != NULL; q = q->next) {
		if (q->shared != NULL) {
			munmap (q->shared, sizeof (shared));
			close (q->fd);
			q->shared = NULL;
		}
		q->left_behind = TRUE;
	}
	pthread_mutex_unlock (&queues_mutex);
}

static void
watch_forks (void)
{
	pthread_atfork (before_fork, after_fork_in_parent, after_fork_in_child);
}

/* Sets or ends this queue's lock on a ticket, without waiting. Returns 0 or an errno; EAGAIN: it is
 * another's. */
static int
lock_ticket (queue *q, short type, guint64 ticket)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = BASE + (off_t)ticket, .l_len = 1};

	if (fcntl (q->fd, F_OFD_SETLK, &lock) == 0)
		return 0;
	return errno == EACCES ? EAGAIN : errno;
}

/* Whether another holds a ticket in [first, end); end 0: no end. */
static gboolean
is_held (queue *q, guint64 first, guint64 end, guint64 *ret_ticket)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = BASE + (off_t)first};

	lock.l_len = end == 0 ? 0 : (off_t)(end - first);
	if (fcntl (q->fd, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK)
		return FALSE;
	if (ret_ticket != NULL)
		*ret_ticket = (guint64)(lock.l_start - BASE);
	return TRUE;
}

static long
futex (_Atomic guint32 *word, int operation, guint32 value, const struct timespec *deadline, guint32 bits)
{
	return syscall (SYS_futex, word, operation, value, deadline, NULL, bits);
}

static guint32
wake_bit (guint64 ticket)
{
	return (guint32)1 << (ticket % 32);
}

/* Wakes who comes after a ticket that does not count any more. */
static void
wake_after (queue *q, guint64 ticket)
{
	guint32 bits = FUTEX_BITSET_MATCH_ANY;

	/* In this order, against a sleeper that counts itself and then compares the word. */
	atomic_fetch_add (&q->shared->changes, 1);
	if (atomic_load (&q->shared->sleepers) == 0)
		return;
	if (is_held (q, ticket + 1, ticket + 2, NULL))
		bits = wake_bit (ticket + 1);
	futex (&q->shared->changes, FUTEX_WAKE_BITSET, INT_MAX, NULL, bits);
}

static void
give_back (queue *q, guint64 ticket)
{
	lock_ticket (q, F_UNLCK, ticket);
	wake_after (q, ticket);
}

/* Makes sense of a new or overwritten side file: counts on behind all tickets that are held. */
static void
repair (queue *q)
{
	guint64 found = atomic_load (&q->shared->next);
	guint64 next = 1, held;

	while (is_held (q, next, 0, &held) && held >= next)
		next = held + 1;
	atomic_compare_exchange_strong (&q->shared->next, &found, next);
	atomic_store (&q->shared->floor, 0);
	atomic_store (&q->shared->magic, MAGIC);
}

/* Takes a ticket. Returns 0 or an errno. */
static int
take_ticket (queue *q)
{
	for (;;) {
		guint64 ticket = atomic_load (&q->shared->next);
		guint64 expected = ticket;
		int problem;

		if (atomic_load (&q->shared->magic) != MAGIC || ticket == 0 || ticket > TICKET_MAX) {
			repair (q);
			continue;
		}
		problem = lock_ticket (q, F_WRLCK, ticket);
		if (problem == 0 && atomic_load (&q->shared->next) == ticket) {
			/* Ours from here on; should the exchange fail, then another has moved it on. */
			atomic_compare_exchange_strong (&q->shared->next, &expected, ticket + 1);
			q->ticket = ticket;
			return 0;
		}
		if (problem == 0)
			give_back (q, ticket);
		else if (problem == EAGAIN)
			atomic_compare_exchange_strong (&q->shared->next, &expected, ticket + 1);
		else if (problem != EINTR)
			return problem;
	}
}

/* Who is at the head of the line, and since when. */
typedef struct {
	guint64 ticket;
	gint64 since;
} head;

/* Passes over the head of the line if it has not moved for long. `held`: an earlier ticket than ours. */
static void
pass_over_stopped (queue *q, head *seen, guint64 floor, guint64 held, gint64 now)
{
	guint64 inside = atomic_load (&q->shared->inside);

	if (is_held (q, inside, inside + 1, NULL)) {
		seen->ticket = 0;
		return;
	}
	while (held > floor && is_held (q, floor, held, &held))
		;
	if (seen->ticket != held) {
		seen->ticket = held;
		seen->since = now;
	} else if (now - seen->since >= STALL && atomic_compare_exchange_strong (&q->shared->floor, &floor, held + 1)) {
		wake_after (q, held);
	}
}

/* Waits until no earlier ticket is held. Returns FALSE at the deadline. */
static gboolean
await_turn (queue *q, gint64 deadline)
{
	head seen = {0};

	for (;;) {
		guint32 changes = atomic_load (&q->shared->changes);
		guint64 floor = atomic_load (&q->shared->floor), held;
		gint64 now, until;
		struct timespec time;

		if (floor >= q->ticket || !is_held (q, floor, q->ticket, &held)) {
			atomic_store (&q->shared->inside, q->ticket);
			return TRUE;
		}
		now = g_get_monotonic_time ();
		if (now >= deadline)
			return FALSE;
		pass_over_stopped (q, &seen, floor, held, now);
		until = MIN (deadline, now + FALLBACK);
		time.tv_sec = until / G_USEC_PER_SEC;
		time.tv_nsec = until % G_USEC_PER_SEC * 1000;
		atomic_fetch_add (&q->shared->sleepers, 1);
		futex (&q->shared->changes, FUTEX_WAIT_BITSET, changes, &time, wake_bit (q->ticket));
		atomic_fetch_sub (&q->shared->sleepers, 1);
	}
}

/* Makes the file long enough, with its space reserved: touching a mapped page that the disk has no
 * room for would be a SIGBUS. */
static gboolean
reserve (int fd)
{
	static const char zeros[sizeof (shared)];

	if (fallocate (fd, 0, 0, sizeof (shared)) == 0)
		return TRUE;
	if (errno != EOPNOTSUPP)
		return FALSE;
	return pwrite (fd, zeros, sizeof (zeros), 0) == sizeof (zeros);
}

static int
open_side_file (const char *path, const struct stat *like)
{
	for (;;) {
		int fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

		if (fd >= 0 || errno != ENOENT)
			return fd;
		fd = open (path, O_RDWR | O_CLOEXEC | O_CREAT | O_EXCL, like->st_mode & 0666);
		if (fd < 0 && errno == EEXIST)
			continue;
		/* As far as it goes: whoever may write the database must be able to queue for it. */
		if (fd >= 0 && fchmod (fd, like->st_mode & 0666) == 0 && geteuid () == 0 &&
		    fchown (fd, like->st_uid, like->st_gid) != 0)
			errno = 0;
		return fd;
	}
}

/* Opens and maps the side file. Returns FALSE with errno. */
static gboolean
attach (queue *q)
{
	struct stat status;
	void *map;
	int fd = open_side_file (q->path, &q->like);
	int problem;

	if (fd < 0)
		return FALSE;
	if (fstat (fd, &status) != 0)
		goto failed;
	if (!S_ISREG (status.st_mode)) {
		errno = EINVAL;
		goto failed;
	}
	if (status.st_size < (off_t)sizeof (shared) && !reserve (fd))
		goto failed;
	map = mmap (NULL, sizeof (shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		goto failed;
	pthread_mutex_lock (&queues_mutex);
	q->fd = fd;
	q->shared = map;
	pthread_mutex_unlock (&queues_mutex);
	return TRUE;
failed:
	problem = errno;
	close (fd);
	errno = problem;
	return FALSE;
}

static void
detach (queue *q)
{
	pthread_mutex_lock (&queues_mutex);
	if (q->shared != NULL) {
		munmap (q->shared, sizeof (shared));
		close (q->fd);
		q->shared = NULL;
	}
	pthread_mutex_unlock (&queues_mutex);
}

/* Sees to it that the side file is the one that others will find. Returns FALSE with errno. */
static gboolean
keep_attached (queue *q)
{
	struct stat status;

	if (q->left_behind) {
		errno = EBADF;
		return FALSE;
	}
	if (q->shared != NULL) {
		if (fstat (q->fd, &status) != 0)
			return FALSE;
		if (status.st_nlink > 0)
			return status.st_size >= (off_t)sizeof (shared) || reserve (q->fd);
		detach (q);
	}
	return attach (q);
}

queue *
queue_open (const char *path, const struct stat *like)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	queue *q = g_new0 (queue, 1);

	pthread_once (&once, watch_forks);
	q->path = g_strdup (path);
	q->like = *like;
	pthread_mutex_init (&q->mutex, NULL);
	pthread_condattr_init (&q->monotonic);
	pthread_condattr_setclock (&q->monotonic, CLOCK_MONOTONIC);
	pthread_mutex_lock (&queues_mutex);
	q->next = queues;
	queues = q;
	pthread_mutex_unlock (&queues_mutex);
	if (!attach (q)) {
		int problem = errno;

		queue_close (q);
		errno = problem;
		return NULL;
	}
	return q;
}

void
queue_close (queue *q)
{
	if (q == NULL)
		return;
	pthread_mutex_lock (&queues_mutex);
	for (queue **place = &queues; *place != NULL; place = &(*place)->next) {
		if (*place == q) {
			*place = q->next;
			break;
		}
	}
	pthread_mutex_unlock (&queues_mutex);
	detach (q);
	pthread_condattr_destroy (&q->monotonic);
	pthread_mutex_destroy (&q->mutex);
	g_free (q->path);
	g_free (q);
}

/* Waits in line with the threads of the process. Returns FALSE at the deadline. */
static gboolean
enter_line (queue *q, gint64 deadline)
{
	struct timespec time = {deadline / G_USEC_PER_SEC, deadline % G_USEC_PER_SEC * 1000};
	waiter self = {.granted = FALSE};
	int waited = 0;

	pthread_mutex_lock (&q->mutex);
	if (!q->taken) {
		q->taken = TRUE;
		pthread_mutex_unlock (&q->mutex);
		return TRUE;
	}
	pthread_cond_init (&self.wake, &q->monotonic);
	if (q->last != NULL)
		q->last->next = &self;
	else
		q->first = &self;
	q->last = &self;
	while (!self.granted && waited == 0)
		waited = pthread_cond_timedwait (&self.wake, &q->mutex, &time);
	if (!self.granted) {
		waiter *before = NULL;

		for (waiter *w = q->first; w != &self; w = w->next)
			before = w;
		if (before != NULL)
			before->next = self.next;
		else
			q->first = self.next;
		if (q->last == &self)
			q->last = before;
	}
	pthread_mutex_unlock (&q->mutex);
	pthread_cond_destroy (&self.wake);
	return self.granted;
}

static void
leave_line (queue *q)
{
	waiter *next;

	pthread_mutex_lock (&q->mutex);
	next = q->first;
	if (next != NULL) {
		q->first = next->next;
		if (q->first == NULL)
			q->last = NULL;
		next->granted = TRUE;
		pthread_cond_signal (&next->wake);
	} else {
		q->taken = FALSE;
	}
	pthread_mutex_unlock (&q->mutex);
}

queue_result
queue_enter (queue *q, gint64 deadline)
{
	int problem;

	if (!enter_line (q, deadline))
		return QUEUE_TIMED_OUT;
	problem = keep_attached (q) ? take_ticket (q) : errno;
	if (problem != 0) {
		leave_line (q);
		errno = problem;
		return QUEUE_FAILED;
	}
	if (!await_turn (q, deadline)) {
		give_back (q, q->ticket);
		leave_line (q);
		return QUEUE_TIMED_OUT;
	}
	return QUEUE_ENTERED;
}

void
queue_leave (queue *q)
{
	if (!q->left_behind)
		give_back (q, q->ticket);
	leave_line (q);
}
