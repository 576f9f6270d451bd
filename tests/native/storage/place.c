/* See place.h. */
#include "place.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const version_1[] = {
	"CREATE TABLE item (key INTEGER PRIMARY KEY, name TEXT UNIQUE, bytes BLOB)",
	NULL,
};

static const char *const version_2[] = {
	"CREATE TABLE counter (id INTEGER PRIMARY KEY, value INTEGER NOT NULL)",
	NULL,
};

static void
fill_version_2 (storage_connection *connection)
{
	storage_execute (connection, "INSERT INTO counter (id, value) VALUES ($1, $2)", "ii", (gint64)1, (gint64)100);
}

const storage_migration test_migrations[2] = {
	{version_1, NULL},
	{version_2, fill_version_2},
};

int
place_setup (void **state)
{
	place *p = g_new0 (place, 1);

	p->folder = g_dir_make_tmp ("ip_driver-storage-XXXXXX", NULL);
	g_assert (p->folder != NULL);
	p->path = g_build_filename (p->folder, "test.db", NULL);
	p->url = g_strconcat ("sqlite:///", p->path, NULL);
	*state = p;
	return 0;
}

static void
remove_all (const char *path)
{
	g_autoptr (GDir) folder = NULL;
	const char *name;

	if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
		folder = g_dir_open (path, 0, NULL);
	while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
		g_autofree char *inner = g_build_filename (path, name, NULL);

		remove_all (inner);
	}
	g_remove (path);
}

int
place_teardown (void **state)
{
	place *p = *state;

	remove_all (p->folder);
	g_free (p->folder);
	g_free (p->path);
	g_free (p->url);
	g_free (p);
	return 0;
}

ip_driver_status
place_try_open (const place *where, size_t version, guint timeout, storage **ret_storage, ip_driver_error *error)
{
	storage_options options = {.url = where->url, .folder = "/", .durable = FALSE, .timeout = timeout};

	return storage_open (&options, test_migrations, version, ret_storage, error);
}

storage *
place_open (const place *where, size_t version, guint timeout)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	storage *opened = NULL;
	ip_driver_status status = place_try_open (where, version, timeout, &opened, &error);

	if (status != IP_DRIVER_OK)
		g_error ("cannot open: %s", error.message);
	return opened;
}

gint64
ask_number (storage *store, const char *sql)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	storage_connection *connection;
	storage_cursor *cursor;
	gint64 number = -1;

	if (storage_read_begin (store, &connection, &error) != IP_DRIVER_OK)
		g_error ("cannot read: %s", error.message);
	cursor = storage_query (connection, sql, "");
	if (storage_next (cursor))
		number = storage_int (cursor, 0);
	storage_cursor_free (cursor);
	if (storage_error (connection, &error) != IP_DRIVER_OK)
		g_error ("cannot read: %s", error.message);
	storage_read_end (connection);
	return number;
}

ip_driver_status
add_item (storage_connection *connection, gpointer data, ip_driver_error *error)
{
	const gint64 *key = data;

	storage_execute (connection, "INSERT INTO item (key) VALUES ($1)", "i", *key);
	return IP_DRIVER_OK;
}

GBytes *
read_file (const char *path)
{
	char *content;
	gsize size;

	if (!g_file_get_contents (path, &content, &size, NULL))
		g_error ("cannot read %s", path);
	return g_bytes_new_take (content, size);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
	return strcmp (*(const char *const *)a, *(const char *const *)b);
}

char *
list_folder (const char *folder)
{
	g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name (dir)) != NULL)
		g_ptr_array_add (names, g_strdup (name));
	g_ptr_array_sort (names, compare_names);
	g_ptr_array_add (names, NULL);
	return g_strjoinv ("\n", (char **)names->pdata);
}

GRand *
test_random (void)
{
	const char *given = g_getenv ("IP_DRIVER_SEED");
	guint32 seed = given != NULL ? (guint32)g_ascii_strtoull (given, NULL, 10) : g_random_int ();

	g_print ("# IP_DRIVER_SEED=%u\n", seed);
	return g_rand_new_with_seed (seed);
}

pid_t
start_child (void)
{
	pid_t pid = fork ();

	g_assert (pid >= 0);
	return pid;
}

int
end_child (pid_t pid)
{
	int status;

	if (waitpid (pid, &status, 0) != pid)
		g_error ("no such child");
	return WIFEXITED (status) ? WEXITSTATUS (status) : -WTERMSIG (status);
}

void
signal_pipe_open (signal_pipe *p)
{
	int ends[2];

	if (pipe2 (ends, O_CLOEXEC) != 0)
		g_error ("no pipe");
	p->read = ends[0];
	p->write = ends[1];
}

void
signal_pipe_close (signal_pipe *p)
{
	close (p->read);
	close (p->write);
}

void
signal_give (signal_pipe *p)
{
	if (write (p->write, "!", 1) != 1)
		g_error ("broken pipe");
}

void
signal_await (signal_pipe *p)
{
	char byte;

	if (read (p->read, &byte, 1) != 1)
		g_error ("broken pipe");
}

guint64
count_tickets (const place *where)
{
	g_autofree char *path = g_strconcat (where->path, "-queue", NULL);
	guint64 numbers[2] = {0, 1};
	int fd = open (path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && read (fd, numbers, sizeof (numbers)) < 0)
		g_error ("cannot read %s", path);
	if (fd >= 0)
		close (fd);
	return numbers[1] > 0 ? numbers[1] - 1 : 0;
}

void
await_tickets (const place *where, guint64 count)
{
	gint64 deadline = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

	while (count_tickets (where) < count) {
		if (g_get_monotonic_time () > deadline)
			g_error ("ticket %" G_GUINT64_FORMAT " was never taken", count);
		g_thread_yield ();
	}
}
