/*
 * Private to the SQLite side of the storage seam: what its three files share.
 *   sqlite_open.c   finding, refusing, creating and migrating a database file
 *   sqlite.c        connections, the pool of readers, transactions
 *   sqlite_query.c  statements, parameters, rows, errors
 */
#ifndef NATIVE_STORAGE_SQLITE_H
#define NATIVE_STORAGE_SQLITE_H

#include "queue.h"
#include "storage.h"

#include <pthread.h>
#include <sqlite3.h>

/* "IPDR": marks a file as ours. */
#define APPLICATION_ID 0x49504452

/* Statements that the seam itself runs. */
typedef enum {
	CONTROL_VERSION,
	CONTROL_BEGIN,
	CONTROL_COMMIT,
	CONTROL_ROLLBACK,
	CONTROL_SAVEPOINT,
	CONTROL_RELEASE,
	CONTROL_UNDO,
	CONTROL_COUNT
} sqlite_control;

struct storage {
	/* As configured, for people. */
	char *location;
	/* As opened, links resolved. */
	char *path;
	/* The file that was opened, to notice that another has taken its place. */
	dev_t device;
	ino_t inode;
	gboolean durable;
	guint timeout;
	/* Of the schema. */
	int version;
	queue *queue;
	/* Belongs to whoever has the turn. */
	storage_connection *writer;
	/* Readers at rest. */
	pthread_mutex_t pool_mutex;
	storage_connection *idle;
	guint idle_count;
};

struct storage_cursor {
	storage_connection *connection;
	/* NULL: the empty cursor. */
	sqlite3_stmt *statement;
	gboolean temporary;
	/* In somebody's hands. */
	gboolean out;
	/* On a row; past the last one. */
	gboolean row;
	gboolean ended;
	/* SQLite's index of $1, $2, ... */
	int parameter_count;
	int parameters[];
};

struct storage_connection {
	storage *storage;
	sqlite3 *db;
	storage_connection *next;
	gboolean writer;
	/* When to stop waiting for other programs. */
	gint64 deadline;
	gboolean checkpointing;
	/* WAL frames at which to checkpoint next. */
	int checkpoint_at;
	/* Address of a literal -> storage_cursor. */
	GHashTable *statements;
	sqlite3_stmt *controls[CONTROL_COUNT];
	/* Cursors that are out. */
	guint cursors;
	/* The sticky error. */
	gboolean lost;
	ip_driver_error error;
	/* What a failed query gives; has no statement. */
	storage_cursor nothing;
};

/* sqlite.c */

/* Opens a file without looking into it. */
ip_driver_status sqlite_connect (storage *storage, const char *path, int flags, storage_connection **ret_connection,
                                 ip_driver_error *error);
/* Takes NULL. */
void sqlite_disconnect (storage_connection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (storage_connection, sqlite_disconnect)
/* Makes it a connection for reading, or the one for writing. Reads the file. */
ip_driver_status sqlite_configure (storage_connection *connection, gboolean writer, ip_driver_error *error);

/* sqlite_query.c */

/* Fills `error` from a result code of SQLite (on a connection, or NULL). `sql`: for defects; or NULL. */
ip_driver_status sqlite_fail (storage *storage, sqlite3 *db, int code, const char *sql, ip_driver_error *error);
/* Fills `error` with "database LOCATION FORMAT". */
ip_driver_status sqlite_refuse (storage *storage, ip_driver_status status, ip_driver_error *error, const char *format,
                                ...) G_GNUC_PRINTF (4, 5);
/* Makes a result code the sticky error. */
void sqlite_stick (storage_connection *connection, int code, const char *sql);
void sqlite_forget_error (storage_connection *connection);
/* Runs a statement of the seam to its end. Returns a result code. */
int sqlite_run_control (storage_connection *connection, sqlite_control control);
/* Starts CONTROL_VERSION and leaves it on its row, which keeps the snapshot open until it is reset. */
int sqlite_read_version (storage_connection *connection, int *ret_version);
/* An empty cache of statements. */
GHashTable *sqlite_new_statements (void);
void sqlite_free_statements (storage_connection *connection);

#endif
