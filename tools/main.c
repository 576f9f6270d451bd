/*
 * main.c: the ip-driver command: reads the command line (command.c), opens the backend, runs the command,
 * reports. It uses nothing but the public headers of the library.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "output.h"

static void
log_to_stderr (ip_driver_log_level level, const char *message, void *user_data)
{
	static const char *const names[] = {"error", "warning", "info", "debug"};
	g_autofree char *text = out_escape (message);

	g_printerr ("%s: %s\n", level >= 0 && level < (int)G_N_ELEMENTS (names) ? names[level] : "log", text);
}

static const char *
tenant_of (const cli_context *cli)
{
	const char *tenant = cli_text (cli, "tenant"), *preset = g_getenv ("IP_DRIVER_TENANT");

	if (tenant == NULL && preset != NULL && preset[0] != '\0')
		tenant = preset;
	return tenant;
}

static ip_driver_status
run (cli_context *cli, const cli_command *command, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	cli->tenant = tenant_of (cli);
	/* A script's unset variable must not mean every tenant. */
	if (cli->tenant != NULL && cli->tenant[0] == '\0')
		return cli_error (error, CLI_USAGE, "--tenant is empty; leave it out for any tenant");
	if (cli->tenant != NULL && !g_utf8_validate (cli->tenant, -1, NULL))
		return cli_error (error, CLI_USAGE, "IP_DRIVER_TENANT is not valid UTF-8");
	if (cli->tenant == NULL && (command->flags & CLI_NEEDS_TENANT) != 0)
		return cli_error (error, CLI_USAGE, "%s needs --tenant", command->name);
	if ((command->flags & CLI_NO_DRIVER) == 0)
		status = ip_driver_open (cli->config, &cli->driver, error);
	if (status == IP_DRIVER_OK)
		status = command->run (cli, error);
	ip_driver_close (cli->driver);
	return status;
}

static void
show_version (void)
{
	out_printf ("ip-driver %d.%d.%d (library %s)\n", IP_DRIVER_VERSION_MAJOR, IP_DRIVER_VERSION_MINOR,
	            IP_DRIVER_VERSION_PATCH, ip_driver_version ());
}

static void
usage_hint (const char *words)
{
	g_printerr ("Try 'ip-driver%s%s --help'.\n", words[0] != '\0' ? " " : "", words);
}

/* A standard stream that is closed would be the next file that is opened: the database, say. /dev/null,
 * opened for reading, still refuses what is written to it. */
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

int
main (int argc, char **argv)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT, late = IP_DRIVER_ERROR_INIT;
	g_auto (cli_parse_result) line = {0};
	cli_context cli = {0};
	ip_driver_status status, written;

	fill_standard_streams ();
	/* Only characters: a comma in numbers would spoil what programs read. */
	setlocale (LC_CTYPE, "");
	/* A write that fails is reported where it happens, with everything closed properly. */
	signal (SIGPIPE, SIG_IGN);
	if (argc >= 2 && strcmp (argv[1], "__complete") == 0) {
		cli_complete ((const char *const *)argv + 2);
		return 0;
	}
	status = cli_parse ((const char *const *)argv + MIN (argc, 1), &line, &error);
	out_init (line.values != NULL && g_hash_table_contains (line.values, "json"));
	if (status == IP_DRIVER_OK && line.help) {
		cli_help (line.command, line.words);
	} else if (status == IP_DRIVER_OK && line.version) {
		show_version ();
	} else if (status == IP_DRIVER_OK) {
		cli.command = line.command->name;
		cli.values = line.values;
		cli.args = line.args;
		cli.arg_count = g_strv_length (line.args);
		cli.config = cli_text (&cli, "config");
		cli.json = out_is_json ();
		if (cli_flag (&cli, "verbose"))
			ip_driver_log_set (IP_DRIVER_LOG_DEBUG, log_to_stderr, NULL);
		status = run (&cli, line.command, &error);
	}
	if (status != IP_DRIVER_OK && status != CLI_PROBLEMS)
		out_message (error.message);
	if (status == CLI_USAGE)
		usage_hint (line.words != NULL ? line.words : "");
	written = out_finish (&late);
	if (written != IP_DRIVER_OK) {
		out_message (late.message);
		status = status == IP_DRIVER_OK ? written : status;
	}
	return cli_exit_code (status);
}
