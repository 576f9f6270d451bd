/*
 * The storage seam: all that the native driver knows of an SQL engine. SQLite stands behind it
 * (sqlite*.c, the only files that call it); PostgreSQL will, chosen by the URL.
 *
 * SQL is written once, in the subset that both understand, with $1, $2, ... for parameters.
 *
 * ERRORS ARE STICKY. The first failure on a connection inside a transaction is kept; from then on
 * queries yield no rows and executions do nothing, and the transaction can only be rolled back (to
 * its savepoint). Callers therefore need not check each call: whoever ran the operation asks
 * storage_error() once before it believes the outcome.
 *
 * Statuses: IP_DRIVER_STORAGE, the database cannot be used (unreadable, full, corrupt, foreign, gone);
 * IP_DRIVER_UNAVAILABLE, others were writing for longer than the time-out; IP_DRIVER_INTERNAL, a
 * statement that the engine refuses, also for a constraint that the operation should have looked at
 * before; IP_DRIVER_CONFIG, only of storage_open(). Messages name the database.
 *
 * After fork() a child must not use what its parent opened; it opens its own.
 */
#ifndef NATIVE_STORAGE_H
#define NATIVE_STORAGE_H

#include <glib.h>
#include <ip_driver/backend.h>

/* A database. Any thread. */
typedef struct storage storage;
/* One connection to it. One thread at a time. */
typedef struct storage_connection storage_connection;
/* A running query. Belongs to the thread that uses the connection. */
typedef struct storage_cursor storage_cursor;

typedef struct {
	/* sqlite:///relative, sqlite:////absolute. */
	const char *url;
	/* Folder that a relative path refers to; NULL: the working directory. */
	const char *folder;
	/* An acknowledged commit survives a power loss, not only a crash of the program. */
	gboolean durable;
	/* How long to wait for other writers, in milliseconds. */
	guint timeout;
} storage_options;

/* A step of the schema's history: SQL statements, one after the other. Step n (from 0) leads to
 * version n + 1. All missing steps are one transaction, with foreign keys checked only at its end, so
 * that a step may rebuild a table. */
typedef struct {
	const char *const *statements; /* NULL-terminated */
	/* Optional: rows that only a program can make. */
	void (*fill) (storage_connection *connection);
} storage_migration;

/*
 * Opens the database, creating it if it does not exist, and brings it to the newest version. Refuses,
 * untouched: a file that is no database, another program's database, a newer version, a folder
 * that cannot be written. The message names the path. Creates the folder of the database if need be.
 * A wrong URL is IP_DRIVER_CONFIG, with `connection` named and no secret told. Waits for writers only
 * if there is something to create or migrate.
 */
ip_driver_status storage_open (const storage_options *options, const storage_migration *migrations,
                               size_t migration_count, storage **ret_storage, ip_driver_error *error);
/* No connection may be out. */
void storage_close (storage *storage);
/* The path or URL, without secrets. */
const char *storage_location (storage *storage);
/* storage_options.timeout. */
guint storage_timeout (storage *storage);

/*
 * Reading. Takes a connection from the pool with a snapshot of the last commit; gives it back.
 * Readers never wait for writers. All cursors must have been freed before the end, also of writing.
 *
 * A handle whose database was moved, replaced, or migrated by a newer program fails here and in
 * storage_write_begin() with IP_DRIVER_STORAGE.
 */
ip_driver_status storage_read_begin (storage *storage, storage_connection **ret_connection, ip_driver_error *error);
void storage_read_end (storage_connection *connection);

/*
 * Writing. There is one writing connection. begin waits for its turn among the threads of this
 * process and, first come first served, among processes; it gives up with IP_DRIVER_UNAVAILABLE after
 * the time-out. commit returns only when the change is as durable as configured; on an error
 * nothing is left of the transaction. Either ends the turn.
 */
ip_driver_status storage_write_begin (storage *storage, storage_connection **ret_connection, ip_driver_error *error);
/* The same with a time of its own to give up, on the clock of g_get_monotonic_time(). */
ip_driver_status storage_write_begin_until (storage *storage, gint64 deadline, storage_connection **ret_connection,
                                            ip_driver_error *error);
ip_driver_status storage_write_commit (storage_connection *connection, ip_driver_error *error);
void storage_write_rollback (storage_connection *connection);

/* Inside a writing transaction: a part that can be undone alone. Savepoints do not nest. undo also
 * forgets the sticky error, unless the connection itself is lost. */
void storage_savepoint (storage_connection *connection);
void storage_savepoint_release (storage_connection *connection);
void storage_savepoint_undo (storage_connection *connection);

/* The sticky error of the connection: IP_DRIVER_OK, or the status, with `error` filled. */
ip_driver_status storage_error (storage_connection *connection, ip_driver_error *error);

/*
 * Runs a query. `sql` must be a string literal (statements are cached by its address). `types` has a
 * letter per parameter, from $1, whose values follow and are copied:
 *   i  gint64
 *   o  const gint64 *, NULL binds NULL
 *   t  const char *, NULL binds NULL
 *   b  const void *, size_t; a NULL pointer binds NULL
 * Returns a cursor before its first row; never NULL. The same SQL may be running already.
 */
storage_cursor *storage_query (storage_connection *connection, const char *sql, const char *types, ...);
/* Goes to the next row. FALSE: there is none, or an error. */
gboolean storage_next (storage_cursor *cursor);
void storage_cursor_free (storage_cursor *cursor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (storage_cursor, storage_cursor_free)

/* Values of the current row, columns from 0; 0 or NULL off a row. Pointers are valid until the next
 * storage_next() or free. */
gint64 storage_int (storage_cursor *cursor, int column);
/* NULL if NULL. */
const char *storage_text (storage_cursor *cursor, int column);
/* NULL if NULL or empty. */
const guint8 *storage_blob (storage_cursor *cursor, int column, size_t *ret_size);
gboolean storage_is_null (storage_cursor *cursor, int column);

/* Runs a statement that yields no rows. Returns the number of rows that an INSERT, UPDATE or DELETE
 * changed itself; 0 after an error. */
gint64 storage_execute (storage_connection *connection, const char *sql, const char *types, ...);
/* The key that the last INSERT into a table with an INTEGER PRIMARY KEY was given. */
gint64 storage_last_key (storage_connection *connection);

/* Lets the engine verify its own structures: calls `found` with each thing that is wrong, a line of text. */
void storage_verify (storage_connection *connection, void (*found) (const char *text, gpointer data), gpointer data);

#endif
