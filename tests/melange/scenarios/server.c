/*
 * See server.h. The service is handed its listening socket as a service manager would, so its port is known, and
 * connections wait for it, from the beginning.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <ip_driver/ip_driver.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define DAY (24 * 60 * 60)

struct server {
	char *folder;
	char *backend_config;
	char *base;
	GPid pid;
	guint16 port;
};

/* A setting of the scenario; NULL: not set. */
static const char *
setting (const transcript *scenario, const char *name)
{
	return json_string_value (json_object_get (scenario->server, name));
}

static gboolean
has_step (const transcript *scenario)
{
	for (guint i = 0; i < scenario->exchanges->len; i++) {
		if (((const transcript_exchange *)scenario->exchanges->pdata[i])->admin != NULL)
			return TRUE;
	}
	return FALSE;
}

/* The backend's configuration; NULL: the scenario wants something that is not known. */
static char *
backend_text (const transcript *scenario, char **ret_problem)
{
	const char *generator = setting (scenario, "ipv6_generator");
	json_t *days = json_object_get (scenario->server, "keep_deallocated_ips_for_days");
	GString *text;

	if (generator == NULL ||
	    (strstr (generator, ".RFC2462") == NULL && strstr (generator, ".TenantBased") == NULL)) {
		*ret_problem = g_strdup_printf ("%s: no generator like ours: %s", scenario->name, generator);
		return NULL;
	}
	if (!json_is_integer (days)) {
		*ret_problem = g_strdup_printf ("%s: no keep_deallocated_ips_for_days", scenario->name);
		return NULL;
	}
	text = g_string_new ("[ip_driver]\nbackend = native\n\n[native]\nconnection = sqlite:///ipam.db\n"
	                     "durability = normal\nallocate_network_address = true\n");
	g_string_append_printf (text, "ipv6_generator = %s\n",
	                        strstr (generator, ".RFC2462") != NULL ? "rfc2462" : "tenant");
	/* Where the purge is a step, nothing may rest so shortly that it ends before. */
	g_string_append_printf (text, "quarantine = %" JSON_INTEGER_FORMAT "\n",
	                        MAX (json_integer_value (days), has_step (scenario) ? 1 : 0) * DAY);
	for (guint i = 0; i < 3; i++) {
		static const char *const names[] = {"default_cidr", "dns1", "dns2"};

		if (setting (scenario, names[i]) != NULL)
			g_string_append_printf (text, "%s = %s\n", names[i], setting (scenario, names[i]));
	}
	return g_string_free (text, FALSE);
}

static char *
write_file (const server *self, const char *name, const char *text, char **ret_problem)
{
	g_autofree char *path = g_build_filename (self->folder, name, NULL);
	g_autoptr (GError) error = NULL;

	if (!g_file_set_contents (path, text, -1, &error)) {
		*ret_problem = g_strdup (error->message);
		return NULL;
	}
	return g_steal_pointer (&path);
}

static int
listen_anywhere (guint16 *ret_port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind (fd, (struct sockaddr *)&address, size) != 0 || listen (fd, 64) != 0 ||
	    getsockname (fd, (struct sockaddr *)&address, &size) != 0)
		g_error ("cannot listen: %s", g_strerror (errno));
	*ret_port = ntohs (address.sin_port);
	return fd;
}

static gboolean
spawn (server *self, const char *program, const char *config, char **ret_problem)
{
	/* The variable names the process that is meant, which only that process knows. */
	const char *const command[] = {
		"/bin/sh", "-c", "LISTEN_FDS=1 LISTEN_PID=$$ exec \"$@\"", "sh", program, "--config", config, NULL};
	g_auto (GStrv) environment = g_get_environ ();
	g_autoptr (GError) error = NULL;
	const int target = 3;
	int fd = listen_anywhere (&self->port);

	/* Times on the wire are UTC wherever the service runs. */
	environment = g_environ_setenv (environment, "TZ", "XXX-05:45", TRUE);
	if (!g_spawn_async_with_pipes_and_fds (NULL, command, (const char *const *)environment,
	                                       G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, -1, -1, -1, &fd, &target, 1,
	                                       &self->pid, NULL, NULL, NULL, &error))
		*ret_problem = g_strdup (error->message);
	close (fd);
	self->base = g_strdup_printf ("http://127.0.0.1:%u", self->port);
	return error == NULL;
}

static void
server_free (server *self)
{
	const char *name;
	g_autoptr (GDir) files = g_dir_open (self->folder, 0, NULL);

	while (files != NULL && (name = g_dir_read_name (files)) != NULL) {
		g_autofree char *path = g_build_filename (self->folder, name, NULL);

		g_unlink (path);
	}
	g_rmdir (self->folder);
	g_free (self->folder);
	g_free (self->backend_config);
	g_free (self->base);
	g_free (self);
}

server *
server_start (const char *program, const transcript *scenario, char **ret_problem)
{
	const char *pipeline = setting (scenario, "pipeline");
	g_autofree char *backend = backend_text (scenario, ret_problem);
	g_autofree char *text = NULL;
	g_autofree char *config = NULL;
	server *self;

	if (backend == NULL)
		return NULL;
	self = g_new0 (server, 1);
	self->folder = g_dir_make_tmp ("melange-scenario-XXXXXX", NULL);
	self->backend_config = write_file (self, "backend.conf", backend, ret_problem);
	text = g_strdup_printf ("[melange-server]\nbackend_config = backend.conf\nauth = %s\n"
	                        "announce_extension = false\npurge_interval = 0\nlog_level = warning\n",
	                        pipeline != NULL && g_str_has_prefix (pipeline, "authorization ") ? "headers" : "none");
	if (self->backend_config != NULL)
		config = write_file (self, "melange-server.conf", text, ret_problem);
	if (config == NULL || !spawn (self, program, config, ret_problem))
		g_clear_pointer (&self, server_free);
	return self;
}

const char *
server_base (const server *self)
{
	return self->base;
}

guint16
server_port (const server *self)
{
	return self->port;
}

gboolean
server_purge (server *self, char **ret_problem)
{
	ip_driver_address_purge_args args = IP_DRIVER_ADDRESS_PURGE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = NULL;
	uint64_t purged;

	args.flags = IP_DRIVER_ADDRESS_PURGE_ALL;
	if (ip_driver_open (self->backend_config, &driver, &error) != IP_DRIVER_OK ||
	    ip_driver_address_purge (driver, &args, &purged, &error) != IP_DRIVER_OK)
		*ret_problem = g_strdup (error.message);
	ip_driver_close (driver);
	return error.status == IP_DRIVER_OK;
}

gboolean
server_stop (server *self, char **ret_problem)
{
	int status = 0;
	pid_t ended;

	kill (self->pid, SIGTERM);
	do {
		ended = waitpid (self->pid, &status, 0);
	} while (ended < 0 && errno == EINTR);
	server_free (self);
	if (ended > 0 && WIFEXITED (status) && WEXITSTATUS (status) == 0)
		return TRUE;
	*ret_problem = g_strdup_printf ("the service did not end well: wait status %d", status);
	return FALSE;
}
