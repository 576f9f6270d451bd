/*
 * Connections to a SQLite database, the pool of readers, and transactions. See sqlite.h for its
 * neighbours.
 */
#include "sqlite.h"

#include <errno.h>
#include <sys/stat.h>

/* Readers kept at rest; more are opened when needed, and closed after. */
#define IDLE_MAX 8
/* WAL frames (pages of 4 KiB) after which a commit moves them into the database. */
#define CHECKPOINT 4000
/* How long a commit may wait, in milliseconds, for readers to leave a WAL that has outgrown twice that. Not
 * counted is the time of the checkpoint itself. */
#define RESTART_WAIT 20

/* Other programs than ours do not stand in the queue: wait for them as SQLite does, but to a deadline. */
static int
wait_for_others (void *data, int attempt)
{
	storage_connection *connection = data;
	gint64 now;

	if (connection->checkpointing) {
		g_usleep (1000);
		return attempt < RESTART_WAIT;
	}
	now = g_get_monotonic_time ();
	if (attempt == 0 && !connection->writer)
		connection->deadline = now + (gint64)connection->storage->timeout * 1000;
	if (now >= connection->deadline)
		return 0;
	g_usleep (MIN (MIN (100u << MIN (attempt, 8), 20000u), (gulong)(connection->deadline - now)));
	return 1;
}

ip_driver_status
sqlite_connect (storage *store, const char *path, int flags, storage_connection **ret_connection,
                ip_driver_error *error)
{
	storage_connection *connection = g_new0 (storage_connection, 1);
	ip_driver_status status;
	int code;

	connection->storage = store;
	connection->error.size = sizeof (connection->error);
	connection->nothing.connection = connection;
	connection->statements = sqlite_new_statements ();
	code = sqlite3_open_v2 (path, &connection->db,
	                        flags | SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
	                                SQLITE_OPEN_EXRESCODE,
	                        NULL);
	if (code == SQLITE_OK && sqlite3_db_readonly (connection->db, "main") == 1)
		code = SQLITE_READONLY;
	if (code != SQLITE_OK) {
		status = sqlite_fail (store, connection->db, code, NULL, error);
		sqlite_disconnect (connection);
		return status;
	}
	sqlite3_busy_handler (connection->db, wait_for_others, connection);
	sqlite3_db_config (connection->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config (connection->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	/* "name" in double quotes is never a text, as in PostgreSQL. */
	sqlite3_db_config (connection->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config (connection->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	*ret_connection = connection;
	return IP_DRIVER_OK;
}

void
sqlite_disconnect (storage_connection *connection)
{
	if (connection == NULL)
		return;
	sqlite_free_statements (connection);
	sqlite3_close (connection->db);
	g_free (connection);
}

/* After a commit: moves a WAL that has grown enough into the database. Its failure is not the commit's. */
static int
checkpoint (void *data, sqlite3 *db, const char *schema, int frames)
{
	storage_connection *connection = data;
	gboolean overgrown = frames >= 2 * CHECKPOINT;

	if (frames < CHECKPOINT)
		connection->checkpoint_at = CHECKPOINT;
	if (frames < connection->checkpoint_at)
		return SQLITE_OK;
	/* Where somebody always reads, the WAL is never started over unless one waits for that. */
	connection->checkpointing = TRUE;
	sqlite3_wal_checkpoint_v2 (db, schema, overgrown ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, NULL,
	                           NULL);
	connection->checkpointing = FALSE;
	/* Not at every commit if a long reader keeps it from being of use. */
	connection->checkpoint_at = frames + CHECKPOINT / 4;
	return SQLITE_OK;
}

static int
set_durability (storage_connection *connection)
{
	return sqlite3_exec (connection->db,
	                     connection->storage->durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
	                     NULL, NULL, NULL);
}

ip_driver_status
sqlite_configure (storage_connection *connection, gboolean writer, ip_driver_error *error)
{
	int code = sqlite3_exec (connection->db,
	                         "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;"
	                         "PRAGMA cell_size_check = ON",
	                         NULL, NULL, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_exec (connection->db,
		                     writer ? "PRAGMA cache_size = -8000; PRAGMA secure_delete = OFF;"
		                              "PRAGMA journal_size_limit = 33554432"
		                            : "PRAGMA cache_size = -2000; PRAGMA query_only = ON",
		                     NULL, NULL, NULL);
	if (code == SQLITE_OK && writer)
		code = set_durability (connection);
	if (code != SQLITE_OK)
		return sqlite_fail (connection->storage, connection->db, code, NULL, error);
	connection->writer = writer;
	if (writer) {
		connection->checkpoint_at = CHECKPOINT;
		sqlite3_wal_hook (connection->db, checkpoint, connection);
	}
	return IP_DRIVER_OK;
}

const char *
storage_location (storage *store)
{
	return store->location;
}

guint
storage_timeout (storage *store)
{
	return store->timeout;
}

void
storage_close (storage *store)
{
	if (store == NULL)
		return;
	while (store->idle != NULL) {
		storage_connection *connection = store->idle;

		store->idle = connection->next;
		sqlite_disconnect (connection);
	}
	sqlite_disconnect (store->writer);
	queue_close (store->queue);
	pthread_mutex_destroy (&store->pool_mutex);
	g_free (store->location);
	g_free (store->path);
	g_free (store);
}

/* Work on a file that is no longer the database would be lost, or be read from the past. */
static ip_driver_status
check_place (storage *store, ip_driver_error *error)
{
	struct stat status;

	if (stat (store->path, &status) != 0)
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "is gone: %s", g_strerror (errno));
	if (status.st_dev != store->device || status.st_ino != store->inode)
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "was replaced while it was open");
	return IP_DRIVER_OK;
}

/* Starts the snapshot of a reader, or looks at the version in a writing transaction. */
static ip_driver_status
check_version (storage_connection *connection, ip_driver_error *error)
{
	storage *store = connection->storage;
	int version = 0;
	int code = sqlite_read_version (connection, &version);

	if (code != SQLITE_OK)
		return sqlite_fail (store, connection->db, code, NULL, error);
	if (version != store->version)
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error,
		                      "was changed to schema version %d while it was open at version %d", version,
		                      store->version);
	return IP_DRIVER_OK;
}

/* Opens a further connection for reading. */
static ip_driver_status
open_reader (storage *store, storage_connection **ret_connection, ip_driver_error *error)
{
	g_autoptr (storage_connection) connection = NULL;
	ip_driver_status status = sqlite_connect (store, store->path, 0, &connection, error);

	if (status == IP_DRIVER_OK)
		status = sqlite_configure (connection, FALSE, error);
	if (status == IP_DRIVER_OK)
		*ret_connection = g_steal_pointer (&connection);
	return status;
}

ip_driver_status
storage_read_begin (storage *store, storage_connection **ret_connection, ip_driver_error *error)
{
	g_autoptr (storage_connection) connection = NULL;
	ip_driver_status status = check_place (store, error);

	if (status != IP_DRIVER_OK)
		return status;
	pthread_mutex_lock (&store->pool_mutex);
	connection = store->idle;
	if (connection != NULL) {
		store->idle = connection->next;
		store->idle_count--;
	}
	pthread_mutex_unlock (&store->pool_mutex);
	if (connection == NULL)
		status = open_reader (store, &connection, error);
	/* The running statement keeps the snapshot: cheaper than BEGIN, a first read and COMMIT. */
	if (status == IP_DRIVER_OK)
		status = check_version (connection, error);
	if (status == IP_DRIVER_OK)
		*ret_connection = g_steal_pointer (&connection);
	return status;
}

void
storage_read_end (storage_connection *connection)
{
	storage *store = connection->storage;

	g_assert (connection->cursors == 0);
	sqlite3_reset (connection->controls[CONTROL_VERSION]);
	sqlite_forget_error (connection);
	pthread_mutex_lock (&store->pool_mutex);
	if (store->idle_count < IDLE_MAX) {
		connection->next = store->idle;
		store->idle = connection;
		store->idle_count++;
		connection = NULL;
	}
	pthread_mutex_unlock (&store->pool_mutex);
	sqlite_disconnect (connection);
}

/*
 * Ends the transaction, if there still is one, and the turn. The connection is kept whatever has happened:
 * it recovers by itself. Closing it, where it is the last one, would leave what a failed commit has
 * written to the WAL to be found by the next that opens it.
 */
static void
end_writing (storage_connection *connection)
{
	g_assert (connection->cursors == 0);
	if (!sqlite3_get_autocommit (connection->db))
		sqlite_run_control (connection, CONTROL_ROLLBACK);
	g_assert (sqlite3_get_autocommit (connection->db));
	sqlite_forget_error (connection);
	queue_leave (connection->storage->queue);
}

/* Starts the transaction of one who has the turn. */
static ip_driver_status
begin_writing (storage *store, gint64 deadline, ip_driver_error *error)
{
	ip_driver_status status = check_place (store, error);
	int code;

	if (status != IP_DRIVER_OK)
		return status;
	store->writer->deadline = deadline;
	code = sqlite_run_control (store->writer, CONTROL_BEGIN);
	if (code != SQLITE_OK) {
		sqlite_stick (store->writer, code, NULL);
		return storage_error (store->writer, error);
	}
	status = check_version (store->writer, error);
	sqlite3_reset (store->writer->controls[CONTROL_VERSION]);
	return status;
}

ip_driver_status
storage_write_begin (storage *store, storage_connection **ret_connection, ip_driver_error *error)
{
	return storage_write_begin_until (store, g_get_monotonic_time () + (gint64)store->timeout * 1000,
	                                  ret_connection, error);
}

ip_driver_status
storage_write_begin_until (storage *store, gint64 deadline, storage_connection **ret_connection, ip_driver_error *error)
{
	ip_driver_status status;

	switch (queue_enter (store->queue, deadline)) {
	case QUEUE_TIMED_OUT:
		return sqlite_fail (store, NULL, SQLITE_BUSY, NULL, error);
	case QUEUE_FAILED:
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "cannot be queued for (its -queue file): %s",
		                      g_strerror (errno));
	case QUEUE_ENTERED:
		break;
	}
	status = begin_writing (store, deadline, error);
	if (status == IP_DRIVER_OK)
		*ret_connection = store->writer;
	else
		end_writing (store->writer);
	return status;
}

/*
 * A commit whose sync failed may lie complete in the WAL, where the next that opens the database after a
 * crash would find it, though its failure was told. Writes an empty transaction over it, without syncing:
 * that did not work, and whatever the disk has lost of the one it may lose of the other.
 */
static void
bury_failed_commit (storage_connection *connection)
{
	if (!sqlite3_get_autocommit (connection->db))
		sqlite_run_control (connection, CONTROL_ROLLBACK);
	sqlite3_exec (connection->db,
	              "PRAGMA synchronous = OFF; BEGIN IMMEDIATE;"
	              "PRAGMA application_id = " G_STRINGIFY (APPLICATION_ID) "; COMMIT",
	              NULL, NULL, NULL);
	if (!sqlite3_get_autocommit (connection->db))
		sqlite_run_control (connection, CONTROL_ROLLBACK);
	set_durability (connection);
}

ip_driver_status
storage_write_commit (storage_connection *connection, ip_driver_error *error)
{
	ip_driver_status status;

	g_assert (connection->cursors == 0);
	if (connection->error.status == IP_DRIVER_OK) {
		int code = sqlite_run_control (connection, CONTROL_COMMIT);

		if (code != SQLITE_OK)
			sqlite_stick (connection, code, NULL);
		if ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_FULL)
			bury_failed_commit (connection);
	}
	status = storage_error (connection, error);
	end_writing (connection);
	return status;
}

void
storage_write_rollback (storage_connection *connection)
{
	end_writing (connection);
}

static void
run_or_stick (storage_connection *connection, sqlite_control control)
{
	int code;

	if (connection->error.status != IP_DRIVER_OK)
		return;
	code = sqlite_run_control (connection, control);
	if (code != SQLITE_OK)
		sqlite_stick (connection, code, NULL);
}

void
storage_savepoint (storage_connection *connection)
{
	run_or_stick (connection, CONTROL_SAVEPOINT);
}

void
storage_savepoint_release (storage_connection *connection)
{
	run_or_stick (connection, CONTROL_RELEASE);
}

void
storage_savepoint_undo (storage_connection *connection)
{
	if (connection->lost)
		return;
	sqlite_forget_error (connection);
	run_or_stick (connection, CONTROL_UNDO);
	run_or_stick (connection, CONTROL_RELEASE);
	/* Where not even that works, nothing of the transaction can be kept. */
	connection->lost = connection->error.status != IP_DRIVER_OK;
}
