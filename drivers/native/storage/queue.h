/*
 * A fair queue of those who want to write to one database: the threads of a process, the handles of a
 * process, and the processes of a machine, first come first served. SQLite has only "try again later",
 * which lets whoever is luckiest write most. sqlite.c holds the turn during each writing transaction.
 *
 * PROTOCOL. All meet at one side file. Its first bytes are mapped by everyone and hold the number of
 * the next ticket, of the ticket that is inside, and of the first that still counts (the floor); a
 * word to sleep on; and the number of sleepers. Whoever wants to write
 *   1. takes ticket t: locks byte BASE + t of the side file (an open file description lock), makes
 *      sure that the next ticket still is t, and sets it to t + 1. One who finds the byte locked while
 *      the next ticket is still t moves it on himself, so that nobody waits for a process that was
 *      stopped in between;
 *   2. waits until no byte from BASE + floor to BASE + t - 1 is locked, and says that t is inside;
 *   3. writes;
 *   4. unlocks its byte, counts the word up and wakes ticket t + 1; all, if that is not there.
 * Giving up is step 4 alone. A process that dies loses its locks, which is the same as giving up but
 * for the wake-up; therefore nobody sleeps longer than FALLBACK without looking again. One whose
 * turn has come and who does not go inside within STALL is taken to be stopped: those behind raise the
 * floor above him. Tickets are 64 bits wide and never used twice, so what a dead process leaves
 * behind cannot be mistaken.
 *
 * The queue gives order, not safety: that two never write at once is SQLite's own lock, at which one who
 * was overtaken while stopped waits as any other program. If the side
 * file is deleted or overwritten while in use, it is made anew, and order is as good as before once
 * everyone has come by.
 *
 * After fork() the child has left the queue: its copy is closed, so that it cannot keep the parent's
 * lock alive, and entering fails with EBADF.
 */
#ifndef NATIVE_STORAGE_QUEUE_H
#define NATIVE_STORAGE_QUEUE_H

#include <glib.h>
#include <sys/stat.h>

typedef struct queue queue;

typedef enum {
	QUEUE_ENTERED,
	QUEUE_TIMED_OUT,
	/* errno says why. */
	QUEUE_FAILED
} queue_result;

/* Opens the side file, creating it if need be with the permissions (and, for root, the owner) of
 * `like`. Returns NULL and sets errno if it cannot. */
queue *queue_open (const char *path, const struct stat *like);
/* Nobody may be inside or waiting. Takes NULL. The side file stays: others may be using it. */
void queue_close (queue *queue);

/* Waits for the turn until `deadline`, on the clock of g_get_monotonic_time(). Any thread. */
queue_result queue_enter (queue *queue, gint64 deadline);
/* Ends the turn. Any thread. */
void queue_leave (queue *queue);

#endif
