/*
 * Statements, parameters, rows and errors of a SQLite connection. See sqlite.h for its neighbours.
 */
#include "sqlite.h"

#include <string.h>

static const char *const control_sql[CONTROL_COUNT] = {
	[CONTROL_VERSION] = "PRAGMA user_version",
	[CONTROL_BEGIN] = "BEGIN IMMEDIATE",
	[CONTROL_COMMIT] = "COMMIT",
	[CONTROL_ROLLBACK] = "ROLLBACK",
	[CONTROL_SAVEPOINT] = "SAVEPOINT part",
	[CONTROL_RELEASE] = "RELEASE part",
	[CONTROL_UNDO] = "ROLLBACK TO part",
};

ip_driver_status
sqlite_refuse (storage *store, ip_driver_status status, ip_driver_error *error, const char *format, ...)
{
	g_autofree char *text = NULL, *message = NULL;
	va_list values;

	va_start (values, format);
	text = g_strdup_vprintf (format, values);
	va_end (values);
	message = g_strdup_printf ("database %s %s", store->location, text);
	return ip_driver_fail (error, status, message);
}

ip_driver_status
sqlite_fail (storage *store, sqlite3 *db, int code, const char *sql, ip_driver_error *error)
{
	const char *text = db != NULL ? sqlite3_errmsg (db) : sqlite3_errstr (code);
	int problem = db != NULL ? sqlite3_system_errno (db) : 0;

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return sqlite_refuse (store, IP_DRIVER_UNAVAILABLE, error, "is busy: others are writing");
	case SQLITE_NOTADB:
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "is not a database");
	case SQLITE_CORRUPT:
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "is corrupt");
	case SQLITE_FULL:
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "cannot grow: the disk is full");
	case SQLITE_READONLY:
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "cannot be written: it is read-only");
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_NOLFS:
		return sqlite_refuse (store, IP_DRIVER_STORAGE, error, "cannot be used: %s%s%s", text,
		                      problem != 0 ? ": " : "", problem != 0 ? g_strerror (problem) : "");
	default:
		return sqlite_refuse (store, IP_DRIVER_INTERNAL, error, "refused a statement: %s%s%s", text,
		                      sql != NULL ? ": " : "", sql != NULL ? sql : "");
	}
}

void
sqlite_stick (storage_connection *connection, int code, const char *sql)
{
	/* SQLite ends the whole transaction by itself when it can no longer be completed. */
	if (connection->writer && sqlite3_get_autocommit (connection->db))
		connection->lost = TRUE;
	if (connection->error.status == IP_DRIVER_OK)
		connection->error.status =
			sqlite_fail (connection->storage, connection->db, code, sql, &connection->error);
}

/* Makes a defect of the caller the sticky error. */
static void
stick_defect (storage_connection *connection, const char *problem, const char *sql)
{
	if (connection->error.status == IP_DRIVER_OK)
		connection->error.status = sqlite_refuse (connection->storage, IP_DRIVER_INTERNAL, &connection->error,
		                                          "refused a statement: %s: %s", problem, sql);
}

void
sqlite_forget_error (storage_connection *connection)
{
	connection->lost = FALSE;
	connection->error.status = IP_DRIVER_OK;
}

ip_driver_status
storage_error (storage_connection *connection, ip_driver_error *error)
{
	if (connection->error.status != IP_DRIVER_OK)
		ip_driver_fail (error, connection->error.status, connection->error.message);
	return connection->error.status;
}

/* The seam's own statements. */

static int
get_control (storage_connection *connection, sqlite_control control, sqlite3_stmt **ret_statement)
{
	sqlite3_stmt **place = &connection->controls[control];
	int code = SQLITE_OK;

	if (*place == NULL)
		code = sqlite3_prepare_v3 (connection->db, control_sql[control], -1, SQLITE_PREPARE_PERSISTENT, place,
		                           NULL);
	*ret_statement = *place;
	return code;
}

int
sqlite_run_control (storage_connection *connection, sqlite_control control)
{
	sqlite3_stmt *statement;
	int code = get_control (connection, control, &statement);

	if (code != SQLITE_OK)
		return code;
	do
		code = sqlite3_step (statement);
	while (code == SQLITE_ROW);
	sqlite3_reset (statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

int
sqlite_read_version (storage_connection *connection, int *ret_version)
{
	sqlite3_stmt *statement;
	int code = get_control (connection, CONTROL_VERSION, &statement);

	if (code != SQLITE_OK)
		return code;
	code = sqlite3_step (statement);
	if (code != SQLITE_ROW) {
		sqlite3_reset (statement);
		return code;
	}
	*ret_version = sqlite3_column_int (statement, 0);
	return SQLITE_OK;
}

/* Statements. */

static void
free_statement (gpointer data)
{
	storage_cursor *cursor = data;

	sqlite3_finalize (cursor->statement);
	g_free (cursor);
}

GHashTable *
sqlite_new_statements (void)
{
	return g_hash_table_new_full (NULL, NULL, NULL, free_statement);
}

void
sqlite_free_statements (storage_connection *connection)
{
	g_clear_pointer (&connection->statements, g_hash_table_unref);
	for (int i = 0; i < CONTROL_COUNT; i++)
		g_clear_pointer (&connection->controls[i], sqlite3_finalize);
}

/* Finds SQLite's index of each parameter. FALSE: the names are not $1 ... $count. */
static gboolean
resolve_parameters (storage_cursor *cursor)
{
	for (int i = 1; i <= cursor->parameter_count; i++) {
		const char *name = sqlite3_bind_parameter_name (cursor->statement, i);
		guint64 number;

		if (name == NULL || name[0] != '$' ||
		    !g_ascii_string_to_unsigned (name + 1, 10, 1, (guint64)cursor->parameter_count, &number, NULL))
			return FALSE;
		cursor->parameters[number - 1] = i;
	}
	return TRUE;
}

static storage_cursor *
prepare (storage_connection *connection, const char *sql, gboolean temporary)
{
	sqlite3_stmt *statement = NULL;
	storage_cursor *cursor;
	const char *rest;
	int count;
	int code = sqlite3_prepare_v3 (connection->db, sql, -1, temporary ? 0 : SQLITE_PREPARE_PERSISTENT, &statement,
	                               &rest);

	if (code != SQLITE_OK) {
		sqlite_stick (connection, code, sql);
		return NULL;
	}
	if (statement == NULL || rest[strspn (rest, "; \t\n")] != '\0') {
		stick_defect (connection, "not one statement", sql);
		sqlite3_finalize (statement);
		return NULL;
	}
	count = sqlite3_bind_parameter_count (statement);
	cursor = g_malloc0 (sizeof (*cursor) + (size_t)count * sizeof (cursor->parameters[0]));
	cursor->connection = connection;
	cursor->statement = statement;
	cursor->temporary = temporary;
	cursor->parameter_count = count;
	if (!resolve_parameters (cursor)) {
		stick_defect (connection, "parameters are not $1, $2, ...", sql);
		free_statement (cursor);
		return NULL;
	}
	return cursor;
}

static int
bind_value (sqlite3_stmt *statement, int index, char type, va_list *values, sqlite3_destructor_type keep)
{
	const gint64 *number;
	const void *bytes;
	size_t size;

	switch (type) {
	case 'i':
		return sqlite3_bind_int64 (statement, index, va_arg (*values, gint64));
	case 'o':
		number = va_arg (*values, const gint64 *);
		return number != NULL ? sqlite3_bind_int64 (statement, index, *number)
		                      : sqlite3_bind_null (statement, index);
	case 't':
		return sqlite3_bind_text (statement, index, va_arg (*values, const char *), -1, keep);
	case 'b':
		bytes = va_arg (*values, const void *);
		size = va_arg (*values, size_t);
		return sqlite3_bind_blob64 (statement, index, bytes, size, keep);
	default:
		return SQLITE_MISUSE;
	}
}

/* Gives a statement that is ready to be stepped, or NULL with the error stuck. */
static storage_cursor *
start (storage_connection *connection, const char *sql, const char *types, va_list *values,
       sqlite3_destructor_type keep)
{
	storage_cursor *cursor;
	int code = SQLITE_OK;

	if (connection->error.status != IP_DRIVER_OK)
		return NULL;
	cursor = g_hash_table_lookup (connection->statements, sql);
	if (cursor == NULL) {
		cursor = prepare (connection, sql, FALSE);
		if (cursor != NULL)
			g_hash_table_insert (connection->statements, (gpointer)(guintptr)sql, cursor);
	} else if (cursor->out) {
		cursor = prepare (connection, sql, TRUE);
	}
	if (cursor == NULL)
		return NULL;
	cursor->out = TRUE;
	cursor->ended = FALSE;
	connection->cursors++;
	if (strlen (types) != (size_t)cursor->parameter_count) {
		stick_defect (connection, "wrong number of values", sql);
		storage_cursor_free (cursor);
		return NULL;
	}
	for (int i = 0; types[i] != '\0' && code == SQLITE_OK; i++)
		code = bind_value (cursor->statement, cursor->parameters[i], types[i], values, keep);
	if (code != SQLITE_OK) {
		sqlite_stick (connection, code, sql);
		storage_cursor_free (cursor);
		return NULL;
	}
	return cursor;
}

storage_cursor *
storage_query (storage_connection *connection, const char *sql, const char *types, ...)
{
	storage_cursor *cursor;
	va_list values;

	va_start (values, types);
	cursor = start (connection, sql, types, &values, SQLITE_TRANSIENT);
	va_end (values);
	return cursor != NULL ? cursor : &connection->nothing;
}

gboolean
storage_next (storage_cursor *cursor)
{
	storage_connection *connection = cursor->connection;
	int code;

	cursor->row = FALSE;
	if (cursor->statement == NULL || cursor->ended || connection->error.status != IP_DRIVER_OK)
		return FALSE;
	code = sqlite3_step (cursor->statement);
	if (code == SQLITE_ROW) {
		cursor->row = TRUE;
		return TRUE;
	}
	/* Another step would start it over. */
	cursor->ended = TRUE;
	if (code != SQLITE_DONE)
		sqlite_stick (connection, code, sqlite3_sql (cursor->statement));
	return FALSE;
}

void
storage_cursor_free (storage_cursor *cursor)
{
	if (cursor == NULL || cursor->statement == NULL)
		return;
	cursor->connection->cursors--;
	cursor->row = FALSE;
	cursor->out = FALSE;
	if (cursor->temporary)
		free_statement (cursor);
	else
		sqlite3_reset (cursor->statement);
}

gint64
storage_int (storage_cursor *cursor, int column)
{
	return cursor->row ? sqlite3_column_int64 (cursor->statement, column) : 0;
}

const char *
storage_text (storage_cursor *cursor, int column)
{
	return cursor->row ? (const char *)sqlite3_column_text (cursor->statement, column) : NULL;
}

const guint8 *
storage_blob (storage_cursor *cursor, int column, size_t *ret_size)
{
	const guint8 *bytes = cursor->row ? sqlite3_column_blob (cursor->statement, column) : NULL;

	*ret_size = bytes != NULL ? (size_t)sqlite3_column_bytes (cursor->statement, column) : 0;
	return bytes;
}

gboolean
storage_is_null (storage_cursor *cursor, int column)
{
	return !cursor->row || sqlite3_column_type (cursor->statement, column) == SQLITE_NULL;
}

gint64
storage_execute (storage_connection *connection, const char *sql, const char *types, ...)
{
	storage_cursor *cursor;
	gint64 changes = 0;
	va_list values;

	va_start (values, types);
	/* The values outlive the call, so they need not be copied. */
	cursor = start (connection, sql, types, &values, SQLITE_STATIC);
	va_end (values);
	if (cursor == NULL)
		return 0;
	while (storage_next (cursor))
		;
	if (connection->error.status == IP_DRIVER_OK)
		changes = sqlite3_changes64 (connection->db);
	storage_cursor_free (cursor);
	return changes;
}

gint64
storage_last_key (storage_connection *connection)
{
	return sqlite3_last_insert_rowid (connection->db);
}

void
storage_verify (storage_connection *connection, void (*found) (const char *text, gpointer data), gpointer data)
{
	g_autoptr (storage_cursor) cursor = storage_query (connection, "PRAGMA integrity_check", "");

	while (storage_next (cursor)) {
		const char *text = storage_text (cursor, 0);
		if (g_strcmp0 (text, "ok") != 0)
			found (text, data);
	}
}
