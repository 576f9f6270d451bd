/*
 * The same allocations by way of the Melange driver and service: a service of its own, over a native database.
 */
#include "bench.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

struct bench_service {
	char *url;
	GPid pid;
	FILE *said;
};

/* Writes a file into the folder; returns its path. */
static char *
put (const char *folder, const char *name, const char *text)
{
	g_autoptr (GError) error = NULL;
	char *path = g_build_filename (folder, name, NULL);

	if (!g_file_set_contents (path, text, -1, &error)) {
		fprintf (stderr, "%s\n", error->message);
		exit (1);
	}
	return path;
}

bench_service *
bench_service_start (const char *program, const char *folder, const char *modules, const char *durability)
{
	bench_service *self = g_new0 (bench_service, 1);
	g_autoptr (GError) error = NULL;
	g_autofree char *backend = g_strdup_printf ("[ip_driver]\nbackend = native\nmodule_path = %s\n\n[native]\n"
	                                            "connection = sqlite:///service.db\ndurability = %s\n",
	                                            modules, durability);
	g_autofree char *backend_path = put (folder, "service-backend.conf", backend);
	g_autofree char *service = g_strdup_printf (
		"[melange-server]\nport = 0\nlog_level = warning\nbackend_config = %s\n", backend_path);
	g_autofree char *service_path = put (folder, "service.conf", service);
	g_autofree char *program_path = g_strdup (program), *option = g_strdup ("--config");
	char *arguments[] = {program_path, option, service_path, NULL};
	char line[512];
	int said;

	if (!g_spawn_async_with_pipes (NULL, arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &self->pid, NULL,
	                               NULL, &said, &error)) {
		fprintf (stderr, "%s\n", error->message);
		exit (1);
	}
	self->said = fdopen (said, "r");
	while (!self->url && fgets (line, sizeof line, self->said)) {
		char *at = strstr (line, "listening on ");
		if (at)
			self->url = g_strdup (g_strchomp (at + strlen ("listening on ")));
	}
	if (!self->url) {
		fprintf (stderr, "%s does not listen\n", program);
		exit (1);
	}
	return self;
}

void
bench_service_stop (bench_service *self)
{
	kill (self->pid, SIGTERM);
	waitpid (self->pid, NULL, 0);
	g_spawn_close_pid (self->pid);
	fclose (self->said);
	g_free (self->url);
	g_free (self);
}

ip_driver *
bench_service_open (bench_service *self, const char *modules, const char *extension)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	const ip_driver_setting settings[] = {
		{"ip_driver", "backend", "melange"},
		{"ip_driver", "module_path", modules},
		{"melange", "url", self->url},
		{"melange", "extension", extension},
	};
	ip_driver *driver;

	bench_check (ip_driver_open_settings (settings, G_N_ELEMENTS (settings), &driver, &error), &error);
	return driver;
}
