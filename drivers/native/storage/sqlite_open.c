/*
 * Finds a SQLite database by its URL, refuses what is not ours without touching it, creates what is
 * missing and brings the schema up to date. See sqlite.h for its neighbours.
 */
#include "sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCHEME "sqlite://"
/* The database header and the header of the first page of the schema, which follows it. */
#define HEADER_SIZE 108
#define HEADER_MAGIC "SQLite format 3"

/* Turns the URL into a path. */
static ip_driver_status
find_path (const storage_options *options, char **ret_path, ip_driver_error *error)
{
	g_autofree char *path = NULL, *message = NULL, *scheme = NULL;
	const char *url = options->url, *problem = NULL;

	scheme = g_uri_parse_scheme (url);
	if (scheme != NULL && g_ascii_strcasecmp (scheme, "sqlite") != 0)
		/* Only the scheme: the rest may hold a password. */
		problem = "is of a kind that is not supported; sqlite is";
	else if (scheme == NULL || !g_str_has_prefix (url, SCHEME "/"))
		problem = "is not of the form sqlite:///relative/path or sqlite:////absolute/path";
	else if (strpbrk (url, "?#") != NULL)
		problem = "has parameters, which are not supported (write %3f for ? and %23 for # in a path)";
	else if ((path = g_uri_unescape_string (url + strlen (SCHEME "/"), NULL)) == NULL)
		problem = "has a wrong percent-encoding";
	else if (path[0] == '\0')
		problem = "has no path";
	else if (strcmp (path, ":memory:") == 0)
		problem = "is a database in memory, which is not supported";
	if (problem != NULL) {
		gboolean secret =
			scheme == NULL ? strchr (url, '@') != NULL : g_ascii_strcasecmp (scheme, "sqlite") != 0;

		message = g_strdup_printf ("connection: \"%s%s\" %s", secret && scheme != NULL ? scheme : "",
		                           secret ? "..." : url, problem);
		return ip_driver_fail (error, IP_DRIVER_CONFIG, message);
	}
	*ret_path = g_canonicalize_filename (path, options->folder);
	return IP_DRIVER_OK;
}

/* Makes a folder and what is missing above it, durably. Returns FALSE with errno. */
static gboolean
make_folder (const char *folder)
{
	g_autofree char *above = g_path_get_dirname (folder);
	gboolean done;
	int fd;

	if (mkdir (folder, 0700) != 0) {
		if (errno == EEXIST)
			return TRUE;
		if (errno != ENOENT || !make_folder (above))
			return FALSE;
		if (mkdir (folder, 0700) != 0 && errno != EEXIST)
			return FALSE;
	}
	fd = open (above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* A folder that may be entered but not listed cannot be opened, nor synced. */
	if (fd < 0)
		return errno == EACCES;
	done = fsync (fd) == 0;
	close (fd);
	return done;
}

/* Looks at the path before anything is opened. */
static ip_driver_status
check_path (storage *store, const char *path, ip_driver_error *error)
{
	g_autofree char *folder = NULL;
	char *real = realpath (path, NULL);
	struct stat status;

	/* SQLite writes beside the file that a link leads to. */
	folder = g_path_get_dirname (real != NULL ? real : path);
	free (real);
	if (stat (path, &status) == 0) {
		if (S_ISDIR (status.st_mode))
			return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "is a folder");
		if (!S_ISREG (status.st_mode))
			return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "is not a regular file");
		/* SQLite takes a file of one byte for an empty one. */
		if (status.st_size > 0 && status.st_size < HEADER_SIZE)
			return sqlite_fail (store, NULL, SQLITE_NOTADB, NULL, error);
		if (faccessat (AT_FDCWD, path, R_OK, AT_EACCESS) != 0)
			return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "cannot be read: %s",
			                      g_strerror (errno));
		if (faccessat (AT_FDCWD, path, W_OK, AT_EACCESS) != 0)
			return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "cannot be written: %s",
			                      g_strerror (errno));
	} else if (errno != ENOENT) {
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "cannot be found: %s", g_strerror (errno));
	} else if (!make_folder (folder)) {
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "cannot be created, nor its folder: %s",
		                      g_strerror (errno));
	}
	if (faccessat (AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) != 0)
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "lies in a folder that cannot be written: %s",
		                      g_strerror (errno));
	return IP_DRIVER_OK;
}

static ip_driver_status
refuse_foreign (storage *store, guint32 application, ip_driver_error *error)
{
	return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "belongs to another program (application id 0x%08x)",
	                      application);
}

static ip_driver_status
refuse_newer (storage *store, int version, ip_driver_error *error)
{
	return sqlite_refuse (store, IP_DRIVER_STORAGE, error,
	                      "has schema version %d, newer than %d, the newest that this program knows", version,
	                      store->version);
}

/* Whether a file beside the database exists and is not empty. */
static gboolean
has_companion (storage *store, const char *suffix)
{
	g_autofree char *path = g_strconcat (store->path, suffix, NULL);
	struct stat status;

	return stat (path, &status) == 0 && status.st_size > 0;
}

static guint32
get_number (const guint8 *bytes)
{
	return (guint32)bytes[0] << 24 | (guint32)bytes[1] << 16 | (guint32)bytes[2] << 8 | bytes[3];
}

/*
 * Looks at the header of the file, to refuse what is not ours before SQLite so much as locks it, or
 * recovers or creates a WAL beside it. The file is read through SQLite's descriptor: to open and close
 * another would drop all locks that other connections of this process have on it.
 *
 * The header is telling because our databases are created in one transaction of a rollback journal,
 * and turned to WAL only then.
 */
static ip_driver_status
inspect (storage *store, storage_connection *connection, ip_driver_error *error)
{
	guint8 header[HEADER_SIZE], zeros[HEADER_SIZE] = {0};
	sqlite3_file *file = NULL;
	sqlite3_int64 size = 0;
	guint32 application;
	int version;
	int code = sqlite3_file_control (connection->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);

	if (code == SQLITE_OK)
		code = file->pMethods->xFileSize (file, &size);
	if (code == SQLITE_OK && size == 0)
		return IP_DRIVER_OK;
	if (code == SQLITE_OK)
		code = file->pMethods->xRead (file, header, sizeof (header), 0);
	if (code == SQLITE_IOERR_SHORT_READ)
		code = SQLITE_NOTADB;
	if (code != SQLITE_OK)
		return sqlite_fail (store, NULL, code, NULL, error);
	/* A power loss during creation: SQLite makes it empty again by the journal. */
	if (memcmp (header, zeros, sizeof (header)) == 0 && has_companion (store, "-journal"))
		return IP_DRIVER_OK;
	if (memcmp (header, HEADER_MAGIC, sizeof (HEADER_MAGIC)) != 0)
		return sqlite_fail (store, NULL, SQLITE_NOTADB, NULL, error);
	version = (int)get_number (header + 60);
	application = get_number (header + 68);
	if (application == APPLICATION_ID)
		return version > store->version ? refuse_newer (store, version, error) : IP_DRIVER_OK;
	/* An empty database, made by hand: the schema is a leaf without cells. */
	if (application == 0 && version == 0 && header[100] == 0x0d && header[103] == 0 && header[104] == 0 &&
	    !has_companion (store, "-wal"))
		return IP_DRIVER_OK;
	return refuse_foreign (store, application, error);
}

typedef struct {
	int application;
	int version;
	/* Entries of the schema. */
	int entries;
	gboolean wal;
} database_state;

/* Runs a statement and looks at the first value of its first row, if there is one. */
static int
ask (sqlite3 *db, const char *sql, int *ret_number, gboolean *ret_is_wal)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step (statement);
	if (code == SQLITE_ROW && ret_number != NULL)
		*ret_number = sqlite3_column_int (statement, 0);
	if (code == SQLITE_ROW && ret_is_wal != NULL)
		*ret_is_wal = g_strcmp0 ((const char *)sqlite3_column_text (statement, 0), "wal") == 0;
	sqlite3_finalize (statement);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int
ask_state (sqlite3 *db, database_state *state)
{
	int code = ask (db, "SELECT count(*) FROM sqlite_schema", &state->entries, NULL);

	if (code == SQLITE_OK)
		code = ask (db, "PRAGMA application_id", &state->application, NULL);
	if (code == SQLITE_OK)
		code = ask (db, "PRAGMA user_version", &state->version, NULL);
	if (code == SQLITE_OK)
		code = ask (db, "PRAGMA journal_mode", NULL, &state->wal);
	return code;
}

static int
set_number (sqlite3 *db, const char *pragma, int number)
{
	g_autofree char *sql = g_strdup_printf ("PRAGMA %s = %d", pragma, number);

	return sqlite3_exec (db, sql, NULL, NULL, NULL);
}

/* Runs the missing steps, inside a transaction and without foreign keys, as tables can then be rebuilt. */
static ip_driver_status
migrate (storage_connection *connection, const storage_migration *migrations, const database_state *state,
         ip_driver_error *error)
{
	storage *store = connection->storage;
	int broken = 0;
	int code = SQLITE_OK;

	if (state->application == 0)
		code = set_number (connection->db, "application_id", APPLICATION_ID);
	for (int i = state->version; code == SQLITE_OK && i < store->version; i++) {
		for (const char *const *sql = migrations[i].statements; code == SQLITE_OK && *sql != NULL; sql++) {
			code = sqlite3_exec (connection->db, *sql, NULL, NULL, NULL);
			if (code != SQLITE_OK)
				return sqlite_fail (store, connection->db, code, *sql, error);
		}
		if (migrations[i].fill != NULL) {
			ip_driver_status status;

			migrations[i].fill (connection);
			status = storage_error (connection, error);
			if (status != IP_DRIVER_OK)
				return status;
		}
	}
	if (code == SQLITE_OK)
		code = ask (connection->db, "SELECT count(*) FROM pragma_foreign_key_check", &broken, NULL);
	if (code == SQLITE_OK && broken > 0)
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error,
		                      "cannot be brought to schema version %d: %d rows refer to rows that do not exist",
		                      store->version, broken);
	if (code == SQLITE_OK)
		code = set_number (connection->db, "user_version", store->version);
	return code == SQLITE_OK ? IP_DRIVER_OK : sqlite_fail (store, connection->db, code, NULL, error);
}

/* Creates or migrates, in one transaction. Others may have done so in the meantime. */
static ip_driver_status
upgrade (storage_connection *connection, const storage_migration *migrations, ip_driver_error *error)
{
	storage *store = connection->storage;
	database_state state = {0};
	ip_driver_status status = IP_DRIVER_OK;
	/* EXTRA: no journal may come back after a power loss and undo the creation. */
	int code = sqlite3_exec (connection->db, "PRAGMA foreign_keys = OFF; PRAGMA synchronous = EXTRA", NULL, NULL,
	                         NULL);

	if (code == SQLITE_OK)
		code = sqlite_run_control (connection, CONTROL_BEGIN);
	if (code == SQLITE_OK)
		code = ask_state (connection->db, &state);
	if (code != SQLITE_OK)
		status = sqlite_fail (store, connection->db, code, NULL, error);
	else if (state.application != APPLICATION_ID &&
	         (state.application != 0 || state.entries > 0 || state.version != 0))
		status = refuse_foreign (store, (guint32)state.application, error);
	else if (state.version > store->version)
		status = refuse_newer (store, state.version, error);
	else if (state.version < store->version || state.application == 0)
		status = migrate (connection, migrations, &state, error);
	if (status == IP_DRIVER_OK) {
		code = sqlite_run_control (connection, CONTROL_COMMIT);
		if (code != SQLITE_OK)
			status = sqlite_fail (store, connection->db, code, NULL, error);
	}
	if (!sqlite3_get_autocommit (connection->db))
		sqlite_run_control (connection, CONTROL_ROLLBACK);
	return status;
}

/* Turns the database to WAL, which stays with the file. */
static ip_driver_status
turn_to_wal (storage_connection *connection, gint64 deadline, ip_driver_error *error)
{
	gboolean wal = FALSE;
	int code;

	/* SQLite does not call the busy handler here, and others may just be looking at the file. */
	for (;;) {
		code = sqlite3_exec (connection->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		if ((code & 0xff) != SQLITE_BUSY || g_get_monotonic_time () >= deadline)
			break;
		g_usleep (1000);
	}
	if (code == SQLITE_OK)
		code = ask (connection->db, "PRAGMA journal_mode", NULL, &wal);
	if (code != SQLITE_OK)
		return sqlite_fail (connection->storage, connection->db, code, NULL, error);
	if (!wal)
		return sqlite_refuse (connection->storage, IP_DRIVER_STORAGE, error,
		                      "lies on a file system that cannot share memory, as its write-ahead log needs");
	return IP_DRIVER_OK;
}

/* Makes the database ours, of the newest version, in WAL mode. Waits its turn only if there is
 * something to do. */
static ip_driver_status
bring_up_to_date (storage_connection *connection, const storage_migration *migrations, ip_driver_error *error)
{
	storage *store = connection->storage;
	gint64 deadline = g_get_monotonic_time () + (gint64)store->timeout * 1000;
	database_state state = {0};
	ip_driver_status status;
	int code = ask_state (connection->db, &state);

	if (code != SQLITE_OK)
		return sqlite_fail (store, connection->db, code, NULL, error);
	if (state.application == APPLICATION_ID && state.version == store->version && state.wal)
		return IP_DRIVER_OK;
	if (state.application == APPLICATION_ID && state.version > store->version)
		return refuse_newer (store, state.version, error);
	switch (queue_enter (store->queue, deadline)) {
	case QUEUE_TIMED_OUT:
		return sqlite_fail (store, NULL, SQLITE_BUSY, NULL, error);
	case QUEUE_FAILED:
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "cannot be queued for (its -queue file): %s",
		                      g_strerror (errno));
	case QUEUE_ENTERED:
		break;
	}
	status = upgrade (connection, migrations, error);
	if (status == IP_DRIVER_OK)
		status = turn_to_wal (connection, deadline, error);
	queue_leave (store->queue);
	return status;
}

/* Opens the database at a path that is in order, up to the point where it can be used. */
static ip_driver_status
open_at (storage *store, const char *path, const storage_migration *migrations, ip_driver_error *error)
{
	g_autoptr (storage_connection) connection = NULL;
	g_autofree char *queue_path = NULL;
	struct stat place;
	ip_driver_status status = sqlite_connect (store, path, SQLITE_OPEN_CREATE, &connection, error);

	if (status != IP_DRIVER_OK)
		return status;
	store->path = g_strdup (sqlite3_db_filename (connection->db, "main"));
	status = inspect (store, connection, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (stat (store->path, &place) != 0)
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "is gone: %s", g_strerror (errno));
	store->device = place.st_dev;
	store->inode = place.st_ino;
	queue_path = g_strconcat (store->path, "-queue", NULL);
	store->queue = queue_open (queue_path, &place);
	if (store->queue == NULL)
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "cannot be queued for (its -queue file): %s",
		                      g_strerror (errno));
	status = bring_up_to_date (connection, migrations, error);
	if (status == IP_DRIVER_OK)
		status = sqlite_configure (connection, TRUE, error);
	if (status == IP_DRIVER_OK)
		store->writer = g_steal_pointer (&connection);
	return status;
}

ip_driver_status
storage_open (const storage_options *options, const storage_migration *migrations, size_t migration_count,
              storage **ret_storage, ip_driver_error *error)
{
	g_autofree char *path = NULL;
	storage *opened;
	ip_driver_status status = find_path (options, &path, error);

	if (status != IP_DRIVER_OK)
		return status;
	opened = g_new0 (storage, 1);
	pthread_mutex_init (&opened->pool_mutex, NULL);
	opened->location = g_filename_display_name (path);
	opened->durable = options->durable;
	opened->timeout = options->timeout;
	opened->version = (int)migration_count;
	status = check_path (opened, path, error);
	if (status == IP_DRIVER_OK)
		status = open_at (opened, path, migrations, error);
	if (status != IP_DRIVER_OK) {
		storage_close (opened);
		return status;
	}
	*ret_storage = opened;
	return IP_DRIVER_OK;
}
