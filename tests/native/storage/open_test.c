/* Opening: URLs, creation, migration, and everything that is to be refused, untouched. SQLite is used
 * directly only to make what other programs would have made. */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Runs SQL as another program. `leave`: without closing, as if it had been killed. */
static void
run_foreign (const char *path, const char *sql, gboolean leave)
{
	pid_t pid = start_child ();
	sqlite3 *db;

	if (pid == 0) {
		if (sqlite3_open (path, &db) != SQLITE_OK || sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
			_exit (1);
		if (!leave)
			sqlite3_close (db);
		_exit (0);
	}
	assert_int_equal (end_child (pid), 0);
}

static gint64
ask_foreign (const char *path, const char *sql)
{
	sqlite3_stmt *statement;
	gint64 number;
	sqlite3 *db;

	assert_int_equal (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal (sqlite3_step (statement), SQLITE_ROW);
	number = sqlite3_column_int64 (statement, 0);
	sqlite3_finalize (statement);
	sqlite3_close (db);
	return number;
}

/* Whether opening fails as it should: with IP_DRIVER_STORAGE and one line that has the path and the text. */
static gboolean
is_refused (place *p, const char *text)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	storage *store = NULL;

	if (place_try_open (p, 2, 1000, &store, &error) == IP_DRIVER_STORAGE && store == NULL &&
	    strstr (error.message, text) != NULL && strstr (error.message, p->path) != NULL &&
	    strchr (error.message, '\n') == NULL && error.retryable == 0)
		return TRUE;
	g_printerr ("not refused as \"%s\": %s\n", text, error.message);
	return FALSE;
}

static void
assert_refused (place *p, const char *text)
{
	assert_true (is_refused (p, text));
}

/* The same, and nothing in the folder may have changed. */
static void
assert_refused_untouched (place *p, const char *text)
{
	g_autofree char *log = g_strconcat (p->path, "-wal", NULL);
	g_autofree char *names = list_folder (p->folder), *names_after = NULL;
	g_autoptr (GBytes) content = read_file (p->path), content_after = NULL, log_content = NULL, log_after = NULL;

	if (g_file_test (log, G_FILE_TEST_EXISTS))
		log_content = read_file (log);
	assert_refused (p, text);
	names_after = list_folder (p->folder);
	assert_string_equal (names, names_after);
	content_after = read_file (p->path);
	assert_true (g_bytes_equal (content, content_after));
	if (log_content != NULL) {
		log_after = read_file (log);
		assert_true (g_bytes_equal (log_content, log_after));
	}
}

static void
overwrite (const char *path, off_t offset, const void *bytes, size_t size)
{
	int fd = open (path, O_WRONLY | O_CLOEXEC);

	assert_true (fd >= 0);
	assert_int_equal (pwrite (fd, bytes, size, offset), size);
	close (fd);
}

static void
test_urls (void **state)
{
	static const struct {
		const char *url;
		const char *text;
	} wrong[] = {
		{"postgresql://me:secret@host/db", "postgresql"},
		{"me:secret@host", "me..."},
		{"/var/lib/ipam.db", "\"/var/lib/ipam.db\""},
		{"", "sqlite:///"},
		{"sqlite:", "sqlite:///"},
		{"sqlite://", "sqlite:///"},
		{"sqlite:/x", "sqlite:///"},
		{"sqlite://host/x", "sqlite:///"},
		{"SQLITE:///x", "sqlite:///"},
		{"sqlite:///", "no path"},
		{"sqlite:///x%2", "percent"},
		{"sqlite:///x%00y", "percent"},
		{"sqlite:///x%zzy", "percent"},
		{"sqlite:///x?mode=ro", "parameters"},
		{"sqlite:///x#y", "parameters"},
		{"sqlite:///:memory:", "memory"},
	};
	place *p = *state;

	for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++) {
		storage_options options = {.url = wrong[i].url, .folder = p->folder, .timeout = 1000};
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		storage *store = NULL;

		assert_int_equal (storage_open (&options, test_migrations, 2, &store, &error), IP_DRIVER_CONFIG);
		if (strstr (error.message, wrong[i].text) == NULL || strstr (error.message, "connection") == NULL ||
		    strstr (error.message, "secret") != NULL)
			fail_msg ("%s: %s", wrong[i].url, error.message);
	}
}

static void
test_paths (void **state)
{
	static const struct {
		const char *url;
		const char *name;
	} right[] = {
		{"sqlite:///plain.db", "plain.db"},
		{"sqlite:///a%20%23%3F%25.db", "a #?%.db"},
		{"sqlite:///nämé.db", "nämé.db"},
		{"sqlite:///file:x.db", "file:x.db"},
		{"sqlite:///new/folder/x.db", "new/folder/x.db"},
	};
	place *p = *state;
	g_autofree char *folder = g_build_filename (p->folder, "new", NULL);
	struct stat status;

	for (size_t i = 0; i < G_N_ELEMENTS (right); i++) {
		g_autofree char *path = g_build_filename (p->folder, right[i].name, NULL);
		storage_options options = {.url = right[i].url, .folder = p->folder, .timeout = 1000};
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		storage *store = NULL;

		if (storage_open (&options, test_migrations, 2, &store, &error) != IP_DRIVER_OK)
			fail_msg ("%s: %s", right[i].url, error.message);
		assert_string_equal (storage_location (store), path);
		assert_int_equal (storage_timeout (store), 1000);
		storage_close (store);
		assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
	}
	assert_int_equal (stat (folder, &status), 0);
	assert_int_equal (status.st_mode & 0777, 0700);
}

static void
test_a_link_is_followed (void **state)
{
	place *p = *state;
	g_autofree char *folder = g_build_filename (p->folder, "real", NULL);
	g_autofree char *target = g_build_filename (folder, "real.db", NULL);
	g_autofree char *side = g_strconcat (target, "-queue", NULL);
	storage *store;

	assert_int_equal (g_mkdir (folder, 0700), 0);
	assert_int_equal (symlink (target, p->path), 0);
	store = place_open (p, 2, 1000);
	/* Whoever comes by the real name must meet the others. */
	assert_true (g_file_test (side, G_FILE_TEST_IS_REGULAR));
	assert_int_equal (ask_number (store, "SELECT value FROM counter"), 100);
	storage_close (store);
}

static void
test_new (void **state)
{
	place *p = *state;
	storage *store = place_open (p, 2, 1000);

	assert_int_equal (ask_number (store, "SELECT value FROM counter WHERE id = 1"), 100);
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item"), 0);
	storage_close (store);
	assert_int_equal (ask_foreign (p->path, "PRAGMA application_id"), 0x49504452);
	assert_int_equal (ask_foreign (p->path, "PRAGMA user_version"), 2);
	assert_int_equal (
		ask_foreign (p->path, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
	store = place_open (p, 2, 1000);
	assert_int_equal (ask_number (store, "SELECT value FROM counter WHERE id = 1"), 100);
	storage_close (store);
}

static void
test_an_empty_file_and_an_empty_database_are_new (void **state)
{
	place *p = *state;
	storage *store;

	assert_true (g_file_set_contents (p->path, "", 0, NULL));
	store = place_open (p, 2, 1000);
	assert_int_equal (ask_number (store, "SELECT value FROM counter"), 100);
	storage_close (store);
	assert_int_equal (g_unlink (p->path), 0);
	run_foreign (p->path, "PRAGMA journal_mode = WAL; CREATE TABLE t (a); DROP TABLE t; VACUUM", FALSE);
	store = place_open (p, 2, 1000);
	assert_int_equal (ask_number (store, "SELECT value FROM counter"), 100);
	storage_close (store);
}

static void
test_an_older_version_is_migrated (void **state)
{
	place *p = *state;
	storage *store = place_open (p, 1, 1000);
	storage_connection *connection;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	assert_int_equal (storage_write_begin (store, &connection, &error), IP_DRIVER_OK);
	storage_execute (connection, "INSERT INTO item (key) VALUES (7)", "");
	assert_int_equal (storage_write_commit (connection, &error), IP_DRIVER_OK);
	storage_close (store);
	assert_int_equal (ask_foreign (p->path, "PRAGMA user_version"), 1);
	store = place_open (p, 2, 1000);
	assert_int_equal (ask_number (store, "SELECT key FROM item"), 7);
	assert_int_equal (ask_number (store, "SELECT value FROM counter"), 100);
	storage_close (store);
	assert_int_equal (ask_foreign (p->path, "PRAGMA user_version"), 2);
}

/* Whatever step fails, nothing of the migration stays. */
static void
test_a_failed_migration_leaves_nothing (void **state)
{
	static const char *const good[] = {"CREATE TABLE good (key INTEGER PRIMARY KEY)", NULL};
	static const char *const bad[] = {"CREATE TABLE other (key)", "CREATE TABLE nonsense (", NULL};
	static const char *const broken[] = {"CREATE TABLE child (key REFERENCES good)", "INSERT INTO child VALUES (5)",
	                                     NULL};
	static const storage_migration wrong[][2] = {
		{{good, NULL}, {bad, NULL}},
		{{good, NULL}, {broken, NULL}},
	};
	place *p = *state;
	storage_options options = {.url = p->url, .folder = "/", .timeout = 1000};
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	storage *store = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++) {
		g_autoptr (GBytes) content = NULL;

		assert_int_not_equal (storage_open (&options, wrong[i], 2, &store, &error), IP_DRIVER_OK);
		assert_null (store);
		content = read_file (p->path);
		assert_int_equal (g_bytes_get_size (content), 0);
	}
	assert_int_equal (storage_open (&options, wrong[0], 1, &store, &error), IP_DRIVER_OK);
	storage_close (store);
	for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++) {
		store = NULL;
		assert_int_not_equal (storage_open (&options, wrong[i], 2, &store, &error), IP_DRIVER_OK);
		assert_null (store);
		assert_int_equal (ask_foreign (p->path, "PRAGMA user_version"), 1);
		assert_int_equal (ask_foreign (p->path, "SELECT count(*) FROM sqlite_schema"), 1);
	}
}

/* A migration may rebuild a table that others refer to. */
static void
test_a_migration_may_rebuild_a_table (void **state)
{
	static const char *const first[] = {
		"CREATE TABLE parent (key INTEGER PRIMARY KEY)",
		"CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent ON DELETE CASCADE)",
		"INSERT INTO parent VALUES (1)",
		"INSERT INTO child VALUES (1)",
		NULL,
	};
	static const char *const second[] = {
		"CREATE TABLE parent_new (key INTEGER PRIMARY KEY, more TEXT)",
		"INSERT INTO parent_new (key) SELECT key FROM parent",
		"DROP TABLE parent",
		"ALTER TABLE parent_new RENAME TO parent",
		NULL,
	};
	static const storage_migration migrations[] = {{first, NULL}, {second, NULL}};
	place *p = *state;
	storage_options options = {.url = p->url, .folder = "/", .timeout = 1000};
	storage *store;

	assert_int_equal (storage_open (&options, migrations, 1, &store, NULL), IP_DRIVER_OK);
	storage_close (store);
	assert_int_equal (storage_open (&options, migrations, 2, &store, NULL), IP_DRIVER_OK);
	assert_int_equal (ask_number (store, "SELECT count(*) FROM child"), 1);
	storage_close (store);
}

static void
die_in_the_middle (storage_connection *connection)
{
	storage_execute (connection, "INSERT INTO item (key) VALUES (1)", "");
	kill (getpid (), SIGKILL);
}

/* A creation that is killed leaves nothing that keeps the next one from working. */
static void
test_a_killed_creation (void **state)
{
	static const storage_migration deadly[] = {{NULL, die_in_the_middle}};
	storage_migration migrations[2] = {test_migrations[0], deadly[0]};
	static const char *const none[] = {NULL};
	place *p = *state;
	storage_options options = {.url = p->url, .folder = "/", .timeout = 1000};
	storage *store;
	pid_t pid;

	migrations[1].statements = none;
	pid = start_child ();
	if (pid == 0) {
		storage_open (&options, migrations, 2, &store, NULL);
		_exit (0);
	}
	assert_int_equal (end_child (pid), -SIGKILL);
	store = place_open (p, 2, 1000);
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item"), 0);
	assert_int_equal (ask_number (store, "SELECT value FROM counter"), 100);
	storage_close (store);
}

/* A power loss may leave the file long enough but without content, beside its journal. */
static void
test_a_torn_creation (void **state)
{
	place *p = *state;
	g_autofree char *journal = g_strconcat (p->path, "-journal", NULL);
	static const guint8 head[] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 0, 0, 0, 0, 0,  0,
	                              0,    1,    0,    0,    0,    0,    0,    0,    2, 0, 0, 0, 16, 0};
	g_autofree char *zeros = g_malloc0 (16384);
	storage *store;

	assert_true (g_file_set_contents (p->path, zeros, 8192, NULL));
	assert_refused_untouched (p, "not a database");
	memcpy (zeros, head, sizeof (head));
	assert_true (g_file_set_contents (journal, zeros, 512, NULL));
	store = place_open (p, 2, 1000);
	assert_int_equal (ask_number (store, "SELECT value FROM counter"), 100);
	storage_close (store);
}

static void
test_newer_is_refused (void **state)
{
	place *p = *state;
	storage *store = place_open (p, 2, 1000);

	storage_close (store);
	run_foreign (p->path, "PRAGMA user_version = 3", FALSE);
	assert_refused_untouched (p, "version 3, newer than 2");
	/* Also if only the log knows. */
	run_foreign (p->path, "PRAGMA user_version = 2", FALSE);
	run_foreign (p->path, "PRAGMA user_version = 4", TRUE);
	assert_refused (p, "version 4, newer than 2");
	assert_int_equal (ask_foreign (p->path, "PRAGMA user_version"), 4);
}

static void
test_foreign_databases_are_refused (void **state)
{
	place *p = *state;

	run_foreign (p->path, "CREATE TABLE other (a)", FALSE);
	assert_refused_untouched (p, "another program");
	g_unlink (p->path);
	run_foreign (p->path, "PRAGMA application_id = 0x12345678", FALSE);
	assert_refused_untouched (p, "0x12345678");
	g_unlink (p->path);
	run_foreign (p->path, "PRAGMA user_version = 5", FALSE);
	assert_refused_untouched (p, "another program");
	g_unlink (p->path);
	run_foreign (p->path, "PRAGMA journal_mode = WAL; CREATE TABLE other (a)", FALSE);
	assert_refused_untouched (p, "another program");
	/* One that was killed: all that it has lies in its log, which must stay as it is. */
	g_unlink (p->path);
	run_foreign (p->path, "PRAGMA journal_mode = WAL; CREATE TABLE other (a)", TRUE);
	assert_refused_untouched (p, "another program");
	assert_int_equal (ask_foreign (p->path, "SELECT count(*) FROM other"), 0);
}

static void
test_what_is_no_database_is_refused (void **state)
{
	place *p = *state;
	g_autofree char *long_text = g_strnfill (10000, 'x');

	assert_true (g_file_set_contents (p->path, "x", 1, NULL));
	assert_refused_untouched (p, "not a database");
	assert_true (g_file_set_contents (p->path, long_text, -1, NULL));
	assert_refused_untouched (p, "not a database");
	g_unlink (p->path);
	assert_int_equal (g_mkdir (p->path, 0700), 0);
	assert_refused (p, "is a folder");
	assert_int_equal (g_rmdir (p->path), 0);
	assert_int_equal (mkfifo (p->path, 0600), 0);
	assert_refused (p, "not a regular file");
	g_unlink (p->path);
}

static void
test_corrupt_is_refused (void **state)
{
	place *p = *state;
	g_autoptr (GBytes) good = NULL;
	static const guint8 garbage[64] = {0xff, 0xee, 0xdd};

	storage_close (place_open (p, 2, 1000));
	good = read_file (p->path);
	/* The schema's page. */
	overwrite (p->path, 100, garbage, sizeof (garbage));
	assert_refused (p, "corrupt");
	/* Cut short. */
	assert_true (g_file_set_contents (p->path, g_bytes_get_data (good, NULL), 6000, NULL));
	assert_refused (p, "corrupt");
	/* An impossible page size. */
	assert_true (
		g_file_set_contents (p->path, g_bytes_get_data (good, NULL), (gssize)g_bytes_get_size (good), NULL));
	overwrite (p->path, 16, "\x03\x07", 2);
	assert_refused (p, "not a database");
	assert_true (
		g_file_set_contents (p->path, g_bytes_get_data (good, NULL), (gssize)g_bytes_get_size (good), NULL));
	storage_close (place_open (p, 2, 1000));
}

/* Corruption that is met later: the error names the database, the handle lives on. */
static void
test_corruption_at_run_time (void **state)
{
	place *p = *state;
	storage *store = place_open (p, 2, 1000);
	storage_connection *connection;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	static const guint8 garbage[4096] = {0xff, 0xee, 0xdd};
	gint64 page;

	storage_close (store);
	page = ask_foreign (p->path, "SELECT rootpage FROM sqlite_schema WHERE name = 'item'");
	overwrite (p->path, (page - 1) * 4096, garbage, sizeof (garbage));
	store = place_open (p, 2, 1000);
	for (int round = 0; round < 2; round++) {
		storage_cursor *cursor;

		assert_int_equal (storage_read_begin (store, &connection, &error), IP_DRIVER_OK);
		cursor = storage_query (connection, "SELECT * FROM item", "");
		assert_false (storage_next (cursor));
		storage_cursor_free (cursor);
		assert_int_equal (storage_error (connection, &error), IP_DRIVER_STORAGE);
		assert_non_null (strstr (error.message, "corrupt"));
		assert_non_null (strstr (error.message, p->path));
		storage_read_end (connection);

		assert_int_equal (storage_write_begin (store, &connection, &error), IP_DRIVER_OK);
		storage_execute (connection, "INSERT INTO item (key) VALUES (1)", "");
		assert_int_equal (storage_write_commit (connection, &error), IP_DRIVER_STORAGE);
	}
	assert_int_equal (ask_number (store, "SELECT value FROM counter"), 100);
	storage_close (store);
}

/* Changes permissions as who we are, then looks as nobody, whom root's rights do not help. Ends the child
 * unless opening is refused. */
static void
try_as_nobody (place *p, mode_t file, mode_t folder, const char *text)
{
	gboolean root = getuid () == 0;

	if (root && (seteuid (0) != 0 || setegid (0) != 0))
		_exit (2);
	if ((file != 0 && chmod (p->path, file & 0777) != 0) || chmod (p->folder, folder) != 0)
		_exit (2);
	if (root && (setegid (65534) != 0 || seteuid (65534) != 0))
		_exit (2);
	if (!is_refused (p, text))
		_exit (1);
}

static void
test_without_permission (void **state)
{
	place *p = *state;
	pid_t pid;

	storage_close (place_open (p, 2, 1000));
	pid = start_child ();
	if (pid == 0) {
		try_as_nobody (p, S_IFREG | 0444, 0777, "cannot be written: Permission denied");
		try_as_nobody (p, S_IFREG | 0000, 0777, "cannot be read: Permission denied");
		try_as_nobody (p, S_IFREG | 0666, 0555, "folder that cannot be written: Permission denied");
		_exit (0);
	}
	assert_int_equal (end_child (pid), 0);
	assert_int_equal (chmod (p->folder, 0700), 0);
	assert_int_equal (g_unlink (p->path), 0);
	pid = start_child ();
	if (pid == 0) {
		try_as_nobody (p, 0, 0555, "folder that cannot be written: Permission denied");
		_exit (0);
	}
	assert_int_equal (end_child (pid), 0);
	assert_int_equal (chmod (p->folder, 0700), 0);
}

static void
test_paths_that_cannot_be (void **state)
{
	place *p = *state;
	g_autofree char *below = g_strconcat (p->url, "/below.db", NULL);
	place inner = {p->folder, p->path, below};

	assert_true (g_file_set_contents (p->path, "", 0, NULL));
	assert_refused (&inner, "Not a directory");
}

static void
test_the_side_file (void **state)
{
	place *p = *state;
	g_autofree char *side = g_strconcat (p->path, "-queue", NULL);
	struct stat status;

	assert_true (g_file_set_contents (p->path, "", 0, NULL));
	assert_int_equal (chmod (p->path, 0660), 0);
	storage_close (place_open (p, 2, 1000));
	/* Who may write the database may queue. */
	assert_int_equal (stat (side, &status), 0);
	assert_int_equal (status.st_mode & 0777, 0660);
	assert_int_equal (g_unlink (side), 0);
	assert_int_equal (g_mkdir (side, 0700), 0);
	assert_refused (p, "-queue");
}

static void
test_a_file_that_is_gone (void **state)
{
	place *p = *state;
	g_autofree char *aside = g_strconcat (p->path, ".old", NULL);
	storage *store = place_open (p, 2, 1000), *other;
	storage_connection *connection;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	assert_int_equal (g_rename (p->path, aside), 0);
	assert_int_equal (storage_write_begin (store, &connection, &error), IP_DRIVER_STORAGE);
	assert_non_null (strstr (error.message, "gone"));
	assert_int_equal (storage_read_begin (store, &connection, &error), IP_DRIVER_STORAGE);
	/* Back in its place it is as before. */
	assert_int_equal (g_rename (aside, p->path), 0);
	assert_int_equal (ask_number (store, "SELECT value FROM counter"), 100);
	assert_int_equal (storage_write_begin (store, &connection, &error), IP_DRIVER_OK);
	assert_int_equal (storage_write_commit (connection, &error), IP_DRIVER_OK);
	/* Another in its place. */
	assert_int_equal (g_rename (p->path, aside), 0);
	assert_true (g_file_set_contents (p->path, "", 0, NULL));
	assert_int_equal (storage_write_begin (store, &connection, &error), IP_DRIVER_STORAGE);
	assert_non_null (strstr (error.message, "replaced"));
	assert_int_equal (storage_read_begin (store, &connection, &error), IP_DRIVER_STORAGE);
	assert_non_null (strstr (error.message, p->path));
	storage_close (store);
	/* The log of the old one is gone with it; the new one can be used. */
	other = place_open (p, 2, 1000);
	assert_int_equal (ask_number (other, "SELECT value FROM counter"), 100);
	storage_close (other);
}

/* A newer program migrates the database under our feet. */
static void
test_migrated_while_open (void **state)
{
	place *p = *state;
	storage *old = place_open (p, 1, 1000), *new;
	storage_connection *connection;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	assert_int_equal (ask_number (old, "SELECT count(*) FROM item"), 0);
	new = place_open (p, 2, 1000);
	assert_int_equal (storage_write_begin (old, &connection, &error), IP_DRIVER_STORAGE);
	assert_non_null (strstr (error.message, "schema version 2"));
	assert_int_equal (storage_read_begin (old, &connection, &error), IP_DRIVER_STORAGE);
	assert_int_equal (storage_write_begin (new, &connection, &error), IP_DRIVER_OK);
	storage_write_rollback (connection);
	storage_close (old);
	storage_close (new);
}

/* Opens as soon as the pipe says so, and adds an item. */
static void
race (place *p, signal_pipe *go, gint64 key)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	storage_connection *connection;
	storage *store = NULL;

	signal_await (go);
	if (place_try_open (p, 2, 20000, &store, &error) != IP_DRIVER_OK ||
	    storage_write_begin (store, &connection, &error) != IP_DRIVER_OK) {
		g_printerr ("%s\n", error.message);
		_exit (1);
	}
	storage_execute (connection, "INSERT INTO item (key) VALUES ($1)", "i", key);
	if (storage_write_commit (connection, &error) != IP_DRIVER_OK) {
		g_printerr ("%s\n", error.message);
		_exit (1);
	}
	storage_close (store);
	_exit (0);
}

static void
run_race (place *p, int count)
{
	pid_t children[16];
	signal_pipe go;
	storage *store;

	signal_pipe_open (&go);
	for (int i = 0; i < count; i++) {
		children[i] = start_child ();
		if (children[i] == 0)
			race (p, &go, i);
	}
	for (int i = 0; i < count; i++)
		signal_give (&go);
	for (int i = 0; i < count; i++)
		assert_int_equal (end_child (children[i]), 0);
	signal_pipe_close (&go);
	store = place_open (p, 2, 1000);
	assert_int_equal (ask_number (store, "SELECT count(*) FROM item"), count);
	assert_int_equal (ask_number (store, "SELECT count(*) FROM counter"), 1);
	storage_close (store);
}

static void
test_many_create_at_once (void **state)
{
	place *p = *state;

	for (int round = 0; round < 10; round++) {
		run_race (p, 8);
		assert_int_equal (g_unlink (p->path), 0);
	}
}

static void
test_many_migrate_at_once (void **state)
{
	place *p = *state;

	for (int round = 0; round < 10; round++) {
		storage_close (place_open (p, 1, 1000));
		run_race (p, 8);
		assert_int_equal (g_unlink (p->path), 0);
	}
}

/* Opening does not wait for writers when there is nothing to do. */
static void
test_opening_does_not_wait (void **state)
{
	place *p = *state;
	storage *store = place_open (p, 2, 1000), *other;
	storage_connection *connection;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	assert_int_equal (storage_write_begin (store, &connection, &error), IP_DRIVER_OK);
	storage_execute (connection, "INSERT INTO item (key) VALUES (1)", "");
	other = place_open (p, 2, 1);
	assert_int_equal (ask_number (other, "SELECT count(*) FROM item"), 0);
	storage_close (other);
	storage_write_rollback (connection);
	storage_close (store);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown (name, place_setup, place_teardown)
		TEST (test_urls),
		TEST (test_paths),
		TEST (test_a_link_is_followed),
		TEST (test_new),
		TEST (test_an_empty_file_and_an_empty_database_are_new),
		TEST (test_an_older_version_is_migrated),
		TEST (test_a_failed_migration_leaves_nothing),
		TEST (test_a_migration_may_rebuild_a_table),
		TEST (test_a_killed_creation),
		TEST (test_a_torn_creation),
		TEST (test_newer_is_refused),
		TEST (test_foreign_databases_are_refused),
		TEST (test_what_is_no_database_is_refused),
		TEST (test_corrupt_is_refused),
		TEST (test_corruption_at_run_time),
		TEST (test_without_permission),
		TEST (test_paths_that_cannot_be),
		TEST (test_the_side_file),
		TEST (test_a_file_that_is_gone),
		TEST (test_migrated_while_open),
		TEST (test_many_create_at_once),
		TEST (test_many_migrate_at_once),
		TEST (test_opening_does_not_wait),
	};

	return cmocka_run_group_tests_name ("storage open", tests, NULL, NULL);
}
