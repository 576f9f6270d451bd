/*
 * main.c: the command melange-server: its options, starting, signals, stopping.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "config.h"
#include "listener.h"
#include "log.h"
#include "maintenance.h"
#include "server.h"
#include "transactions.h"

/* As the ip-driver tool ends. */
#define EXIT_USAGE 2
#define EXIT_CONFIG IP_DRIVER_CONFIG

typedef struct {
	listener *listener;
	/* Until then it may have idle connections; monotonic. */
	gint64 until;
} retired_listener;

typedef struct {
	GMainLoop *loop;
	server *server;
	listener *listener;
	/* Of retired_listener. */
	GPtrArray *retired;
	maintenance *maintenance;
	int fd;
	char *config_path;
	/* Of the command line; NULL, -1: the configuration's. */
	char *bind;
	gint port;
} program;

/* The command line goes before the file. */
static server_config *
load (const program *self, char **ret_problem)
{
	g_autoptr (server_config) config = server_config_load (self->config_path, ret_problem);

	if (config == NULL)
		return NULL;
	if (self->bind != NULL) {
		g_free (config->bind_address);
		config->bind_address = g_strdup (self->bind);
	}
	if (self->port >= 0)
		config->port = (guint)self->port;
	return g_steal_pointer (&config);
}

static int
fail (const char *problem, int status)
{
	log_line (IP_DRIVER_LOG_ERROR, "%s", problem);
	return status;
}

/* Whether the module of the configured backend can be loaded. FALSE: *ret_problem says why not. */
static gboolean
check_backend (const char *path, char **ret_problem)
{
	g_autoptr (GKeyFile) file = g_key_file_new ();
	g_autoptr (GError) problem = NULL;
	g_autofree char *name = NULL;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_infos *backends = NULL;
	gboolean found = FALSE;

	if (ip_driver_backend_list (path, &backends, &error) != IP_DRIVER_OK) {
		*ret_problem = g_strdup (error.message);
		return FALSE;
	}
	if (path != NULL && g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &problem))
		name = g_key_file_get_string (file, "ip_driver", "backend", &problem);
	if (path != NULL && name == NULL)
		*ret_problem = g_strdup_printf ("%s: %s", path, problem->message);
	for (gsize i = 0; i < backends->count && name != NULL; i++) {
		if (strcmp (backends->items[i]->backend, name) != 0)
			continue;
		found = backends->items[i]->problem == NULL;
		if (!found)
			*ret_problem = g_strdup (backends->items[i]->problem);
	}
	if (name != NULL && !found && *ret_problem == NULL)
		*ret_problem = g_strdup_printf ("%s: [ip_driver] backend: there is no backend '%s'", path, name);
	ip_driver_infos_free (backends);
	return path == NULL || found;
}

/* What can be known without changing anything: an opened backend might create its database, as the wrong user. */
static int
check_config (const program *self)
{
	g_autofree char *problem = NULL;
	g_autoptr (server_config) config = load (self, &problem);

	if (config == NULL || !listener_check (config, &problem) || !check_backend (config->backend_config, &problem))
		return fail (problem, EXIT_CONFIG);
	return EXIT_SUCCESS;
}

/* From systemd, or opened here. -1: *ret_problem says why. */
static int
get_socket (const server_config *config, char **ret_problem)
{
	int count = sd_listen_fds (1);

	if (count == 0)
		return listener_open_socket (config, ret_problem);
	if (count > 1 || sd_is_socket (SD_LISTEN_FDS_START, AF_UNSPEC, SOCK_STREAM, 1) <= 0) {
		*ret_problem = g_strdup ("socket activation must hand over one listening stream socket");
		return -1;
	}
	fcntl (SD_LISTEN_FDS_START, F_SETFL, fcntl (SD_LISTEN_FDS_START, F_GETFL) | O_NONBLOCK);
	return SD_LISTEN_FDS_START;
}

/* A descriptor per connection, and some. */
static void
raise_limit (void)
{
	struct rlimit limit;

	if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit (RLIMIT_NOFILE, &limit);
	}
}

static gboolean
is_loopback (const char *name)
{
	return g_str_has_prefix (name, "127.") || g_str_has_prefix (name, "[::1]");
}

/* A listener that is done with is ended: when its last connection has gone, or after a while its last request. */
static gboolean
end_retired (gpointer data)
{
	program *self = data;
	gint64 now = g_get_monotonic_time ();

	for (guint i = self->retired->len; i > 0; i--) {
		retired_listener *item = self->retired->pdata[i - 1];

		if (listener_wait (item->listener, now < item->until, now))
			g_ptr_array_remove_index (self->retired, i - 1);
	}
	return G_SOURCE_CONTINUE;
}

static void
retired_listener_free (retired_listener *item)
{
	listener_free (item->listener);
	g_free (item);
}

static void
retire (program *self, listener *last, const server_config *config)
{
	retired_listener *item = g_new0 (retired_listener, 1);

	listener_quiesce (last);
	item->listener = last;
	item->until = g_get_monotonic_time () + 2 * (gint64)config->timeout * G_USEC_PER_SEC;
	g_ptr_array_add (self->retired, item);
}

/* FALSE: told; everything is as it was. */
static gboolean
start_generation (program *self, char **ret_problem)
{
	server_config *config = load (self, ret_problem);
	g_autoptr (generation) next = config != NULL ? generation_open (config, ret_problem) : NULL;
	g_autoptr (generation) last = self->server != NULL ? server_generation (self->server) : NULL;
	server *owner = self->server;
	listener *fresh;

	if (next == NULL)
		return FALSE;
	if (last != NULL &&
	    (strcmp (last->config->bind_address, config->bind_address) != 0 || last->config->port != config->port))
		log_line (IP_DRIVER_LOG_WARNING, "bind_address and port change with the next start only");
	if (self->fd < 0 && (self->fd = get_socket (config, ret_problem)) < 0)
		return FALSE;
	if (owner == NULL)
		owner = self->server = server_new (generation_ref (next));
	fresh = listener_start (owner, next, self->fd, ret_problem);
	if (fresh == NULL)
		return FALSE;
	if (self->listener != NULL) {
		server_replace (owner, generation_ref (next));
		retire (self, self->listener, last->config);
	}
	self->listener = fresh;
	log_set_level (config->log_level);
	return TRUE;
}

static gboolean
on_reload (gpointer data)
{
	program *self = data;
	g_autofree char *problem = NULL;

	sd_notifyf (0, "RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());
	if (start_generation (self, &problem))
		log_line (IP_DRIVER_LOG_INFO, "the configuration was read again");
	else
		log_line (IP_DRIVER_LOG_ERROR, "the configuration stays as it was: %s", problem);
	sd_notify (0, "READY=1");
	return G_SOURCE_CONTINUE;
}

static gboolean
on_stop (gpointer data)
{
	program *self = data;

	g_main_loop_quit (self->loop);
	return G_SOURCE_CONTINUE;
}

static void
stop (program *self)
{
	g_autoptr (generation) current = server_generation (self->server);
	/* A little longer than a client may take. */
	gint64 end = g_get_monotonic_time () + ((gint64)current->config->timeout + 5) * G_USEC_PER_SEC;

	sd_notify (0, "STOPPING=1");
	log_line (IP_DRIVER_LOG_INFO, "stopping");
	retire (self, self->listener, current->config);
	close (self->fd);
	for (guint i = 0; i < self->retired->len; i++)
		listener_end_idle (((const retired_listener *)self->retired->pdata[i])->listener);
	/* What is in flight may be waiting for a transaction. */
	transactions_stop (self->server->transactions);
	for (guint i = 0; i < self->retired->len; i++) {
		const retired_listener *item = self->retired->pdata[i];

		if (!listener_wait (item->listener, FALSE, end)) {
			/* Their threads cannot be ended, only left; the backend keeps its promises. */
			log_line (IP_DRIVER_LOG_ERROR, "requests were still being answered; leaving them");
			_exit (EXIT_FAILURE);
		}
	}
	g_ptr_array_set_size (self->retired, 0);
	maintenance_stop (self->maintenance);
	g_clear_pointer (&current, generation_unref);
	server_free (self->server);
}

static void
announce (const program *self)
{
	g_autoptr (generation) current = server_generation (self->server);
	const server_config *config = current->config;
	guint port;
	g_autofree char *name = listener_socket_name (self->fd, &port);
	const char *scheme = config->tls_cert != NULL ? "https" : "http";

	if (!is_loopback (name) && config->auth == SERVER_AUTH_NONE)
		log_line (IP_DRIVER_LOG_WARNING, "auth = none, and not on a loopback address: whoever reaches the port "
		                                 "may change everything");
	if (!is_loopback (name) && config->auth == SERVER_AUTH_HEADERS)
		log_line (IP_DRIVER_LOG_WARNING, "auth = headers, and not on a loopback address: whoever reaches the "
		                                 "port past the proxy may be anyone");
	/* Programs wait for this line, whatever the log's level. */
	g_printerr ("listening on %s://%s\n", scheme, name);
	sd_notifyf (0, "READY=1\nSTATUS=Listening on %s://%s", scheme, name);
}

static int
serve (program *self)
{
	g_autofree char *problem = NULL;
	g_autoptr (server_config) config = load (self, &problem);

	if (config == NULL)
		return fail (problem, EXIT_CONFIG);
	/* Opening the backend is worth lines. */
	log_set_level (config->log_level);
	raise_limit ();
	self->retired = g_ptr_array_new_with_free_func ((GDestroyNotify)retired_listener_free);
	self->loop = g_main_loop_new (NULL, FALSE);
	g_unix_signal_add (SIGTERM, on_stop, self);
	g_unix_signal_add (SIGINT, on_stop, self);
	g_unix_signal_add (SIGHUP, on_reload, self);
	g_timeout_add_seconds (1, end_retired, self);
	if (!start_generation (self, &problem))
		return fail (problem, EXIT_FAILURE);
	self->maintenance = maintenance_start (self->server);
	announce (self);
	g_main_loop_run (self->loop);
	stop (self);
	g_ptr_array_unref (self->retired);
	g_main_loop_unref (self->loop);
	return EXIT_SUCCESS;
}

/* A standard stream that is closed would be the next file that is opened: the database, say. */
static void
fill_standard_streams (void)
{
	int descriptor;

	do
		descriptor = open ("/dev/null", O_RDONLY | O_NOCTTY);
	while (descriptor >= 0 && descriptor <= STDERR_FILENO);
	if (descriptor >= 0)
		close (descriptor);
}

static void
program_clear (program *self)
{
	g_free (self->config_path);
	g_free (self->bind);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (program, program_clear)

int
main (int argc, char **argv)
{
	g_auto (program) self = {.fd = -1, .port = -1};
	gboolean check = FALSE, version = FALSE;
	const GOptionEntry entries[] = {
		{"config", 'c', 0, G_OPTION_ARG_FILENAME, &self.config_path, "Configuration file", "FILE"},
		{"bind", 'b', 0, G_OPTION_ARG_STRING, &self.bind, "Address to listen on", "ADDRESS"},
		{"port", 'p', 0, G_OPTION_ARG_INT, &self.port, "Port to listen on; 0: any", "PORT"},
		{"check-config", 0, 0, G_OPTION_ARG_NONE, &check, "Say what is wrong with the configuration", NULL},
		{"version", 0, 0, G_OPTION_ARG_NONE, &version, "Show the version", NULL},
		{NULL},
	};
	g_autoptr (GOptionContext) context = g_option_context_new ("- Melange's REST API over an ip_driver backend");
	g_autoptr (GError) error = NULL;

	fill_standard_streams ();
	setlocale (LC_CTYPE, "");
	signal (SIGPIPE, SIG_IGN);
	log_set_level (IP_DRIVER_LOG_INFO);
	g_option_context_add_main_entries (context, entries, NULL);
	if (!g_option_context_parse (context, &argc, &argv, &error))
		return fail (error->message, EXIT_USAGE);
	if (argc > 1 || self.port < -1 || self.port > 65535 ||
	    (self.bind != NULL && !g_hostname_is_ip_address (self.bind)))
		return fail (argc > 1            ? "there are no arguments, only options; see --help"
		             : self.bind != NULL ? "--bind takes an IP address, --port a number from 0 to 65535"
		                                 : "--port takes a number from 0 to 65535",
		             EXIT_USAGE);
	if (version) {
		g_print ("melange-server %d.%d.%d (library %s)\n", IP_DRIVER_VERSION_MAJOR, IP_DRIVER_VERSION_MINOR,
		         IP_DRIVER_VERSION_PATCH, ip_driver_version ());
		return EXIT_SUCCESS;
	}
	return check ? check_config (&self) : serve (&self);
}
