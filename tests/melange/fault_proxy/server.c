/*
 * See server.h. The service is handed its listening socket as a service manager would: so its port is known, and stays
 * the same when it is started again, and connections wait for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"

#define SETTINGS_MAX 16

struct server {
	char *folder;
	char *config;
	char *connection;
	int listener;
	guint16 port;
	GPid pid;
	ip_driver_setting settings[SETTINGS_MAX];
	size_t count;
};

void
must (ip_driver_status status, const ip_driver_error *error)
{
	if (status != IP_DRIVER_OK)
		fail_msg ("%s: %s", ip_driver_status_name (status), error->message);
}

static void
write_file (const char *path, const char *text)
{
	g_autoptr (GError) error = NULL;

	if (!g_file_set_contents (path, text, -1, &error))
		fail_msg ("%s", error->message);
}

static void
listen_anywhere (server *self)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
	socklen_t size = sizeof address;

	self->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_not_equal (self->listener, -1);
	assert_int_equal (bind (self->listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal (listen (self->listener, 256), 0);
	assert_int_equal (getsockname (self->listener, (struct sockaddr *)&address, &size), 0);
	self->port = ntohs (address.sin_port);
}

/* In the child: it does not outlive the test, whatever becomes of that. */
static void
die_with_parent (gpointer data)
{
	prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
spawn (server *self)
{
	/* The variable names the process that is meant, which only that process knows. */
	const char *const command[] = {"/bin/sh",
	                               "-c",
	                               "LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"",
	                               "sh",
	                               g_getenv ("IP_DRIVER_TEST_SERVER"),
	                               "--config",
	                               self->config,
	                               NULL};
	const int target = 3;
	g_autoptr (GError) error = NULL;

	assert_non_null (command[4]);
	if (!g_spawn_async_with_pipes_and_fds (
		    NULL, command, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, die_with_parent, NULL,
		    -1, -1, -1, &self->listener, &target, 1, &self->pid, NULL, NULL, NULL, &error))
		fail_msg ("%s", error->message);
}

server *
server_start (const ip_driver_setting *settings, size_t count, const char *more)
{
	server *self = g_new0 (server, 1);
	g_autoptr (GString) backend = g_string_new ("[ip_driver]\nbackend = native\n");
	g_autofree char *text = NULL;

	self->folder = g_dir_make_tmp ("melange-server-XXXXXX", NULL);
	assert_non_null (self->folder);
	self->connection = g_strdup_printf ("sqlite:///%s/ipam.db", self->folder);
	self->settings[self->count++] = (ip_driver_setting){"native", "connection", self->connection};
	assert_true (count < SETTINGS_MAX);
	for (size_t i = 0; i < count; i++)
		self->settings[self->count++] = settings[i];
	for (size_t i = 0; i < self->count; i++)
		g_string_append_printf (backend, "%s%s = %s\n", i == 0 ? "[native]\n" : "", self->settings[i].key,
		                        self->settings[i].value);
	g_autofree char *backend_config = g_build_filename (self->folder, "backend.conf", NULL);
	write_file (backend_config, backend->str);
	text = g_strdup_printf ("[melange-server]\nbackend_config = backend.conf\nlog_level = error\n%s", more);
	self->config = g_build_filename (self->folder, "melange-server.conf", NULL);
	write_file (self->config, text);
	listen_anywhere (self);
	spawn (self);
	return self;
}

/* Returns the wait status. */
static int
end (server *self, int signal_number)
{
	int status;
	pid_t ended;

	kill (self->pid, signal_number);
	do {
		ended = waitpid (self->pid, &status, 0);
	} while (ended < 0 && errno == EINTR);
	assert_int_equal (ended, self->pid);
	return status;
}

void
server_restart (server *self)
{
	int status = end (self, SIGKILL);

	/* Not before: it must have been alive. */
	assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
	spawn (self);
}

void
server_stop (server *self)
{
	int status = end (self, SIGTERM);
	g_autoptr (GDir) files = g_dir_open (self->folder, 0, NULL);

	if (!WIFEXITED (status) || WEXITSTATUS (status) != 0)
		fail_msg ("the service did not end well: wait status %d", status);
	for (const char *name; (name = g_dir_read_name (files));) {
		g_autofree char *path = g_build_filename (self->folder, name, NULL);
		g_unlink (path);
	}
	g_rmdir (self->folder);
	close (self->listener);
	g_free (self->folder);
	g_free (self->config);
	g_free (self->connection);
	g_free (self);
}

guint16
server_port (const server *self)
{
	return self->port;
}

const ip_driver_setting *
server_native_settings (const server *self, size_t *ret_count)
{
	*ret_count = self->count;
	return self->settings;
}

static ip_driver *
open_backend (const char *backend, const ip_driver_setting *settings, size_t count)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = NULL;
	ip_driver_setting all[SETTINGS_MAX + 2] = {
		{"ip_driver", "backend", backend},
		/* Settings leave the environment aside. */
		{"ip_driver", "module_path", g_getenv ("IP_DRIVER_MODULE_PATH")},
	};

	assert_true (count <= SETTINGS_MAX);
	for (size_t i = 0; i < count; i++)
		all[i + 2] = settings[i];
	must (ip_driver_open_settings (all, count + 2, &driver, &error), &error);
	return driver;
}

ip_driver *
open_settings (const ip_driver_setting *settings, size_t count)
{
	return open_backend (settings[0].group, settings, count);
}

ip_driver *
open_melange (guint port, ...)
{
	g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", port);
	ip_driver_setting settings[SETTINGS_MAX] = {{"melange", "url", url}};
	size_t count = 1;
	va_list pairs;

	va_start (pairs, port);
	for (const char *key; (key = va_arg (pairs, const char *)); count++) {
		assert_true (count < SETTINGS_MAX);
		settings[count] = (ip_driver_setting){"melange", key, va_arg (pairs, const char *)};
	}
	va_end (pairs);
	return open_settings (settings, count);
}
