/* What the tests of this folder share: a temporary place for a database, a small schema, threads' and
 * processes' meeting points. */
#ifndef TEST_STORAGE_PLACE_H
#define TEST_STORAGE_PLACE_H

#include "storage/storage.h"
#include "storage/writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>

#include <cmocka.h>

/* A folder of its own, with the path and URL of a database that does not exist yet. */
typedef struct {
	char *folder;
	char *path;
	char *url;
} place;

/* For cmocka: state is a place. */
int place_setup (void **state);
int place_teardown (void **state);

/* item (key, name UNIQUE, bytes); since version 2 also counter (id, value), with one row (1, 100). */
extern const storage_migration test_migrations[2];

/* Opens without syncing. */
ip_driver_status place_try_open (const place *where, size_t version, guint timeout, storage **ret_storage,
                                 ip_driver_error *error);
storage *place_open (const place *where, size_t version, guint timeout);

/* The one number that a query gives, on a snapshot of its own. */
gint64 ask_number (storage *storage, const char *sql);

/* Adds an item with the given key (const gint64 *). A writer_operation. */
ip_driver_status add_item (storage_connection *connection, gpointer data, ip_driver_error *error);

/* All bytes of a file; all names in a folder, sorted, one per line. */
GBytes *read_file (const char *path);
char *list_folder (const char *folder);

GRand *test_random (void);

/* Forks. The child returns 0 and must end with _exit(). */
pid_t start_child (void);
/* Waits for a child and returns its exit code, or minus the signal that killed it. */
int end_child (pid_t pid);

/* A pipe that says "now". */
typedef struct {
	int read;
	int write;
} signal_pipe;
void signal_pipe_open (signal_pipe *pipe);
void signal_pipe_close (signal_pipe *pipe);
void signal_give (signal_pipe *pipe);
void signal_await (signal_pipe *pipe);

/* Tickets that were ever taken for a database, read from its side file. */
guint64 count_tickets (const place *where);
/* Waits until that many have been. */
void await_tickets (const place *where, guint64 count);

#endif
