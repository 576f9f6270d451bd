/*
 * allowed_ip.c: the commands `allowed-ip ...`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"
#include "paging.h"
#include "present.h"

static ip_driver_status
allowed_ip_allow (cli_context *cli, ip_driver_error *error)
{
	ip_driver_allowed_ip_allow_args args = IP_DRIVER_ALLOWED_IP_ALLOW_ARGS_INIT;
	g_autoptr (ip_driver_address) address = NULL;
	ip_driver_status status;

	args.tenant = cli->tenant;
	args.interface = cli_arg (cli, 0);
	args.address = cli_arg (cli, 1);
	args.network = cli_text (cli, "network");
	if (args.network == NULL)
		return cli_error (error, CLI_USAGE, "--network is needed");
	status = ip_driver_allowed_ip_allow (cli->driver, &args, &address, error);
	if (status == IP_DRIVER_OK)
		out_record ("address", present_address (address));
	return status;
}

static ip_driver_status
allowed_ip_show (cli_context *cli, ip_driver_error *error)
{
	g_autoptr (ip_driver_address) address = NULL;
	ip_driver_status status = ip_driver_allowed_ip_get (cli->driver, cli->tenant, cli_arg (cli, 0),
	                                                    cli_arg (cli, 1), &address, error);

	if (status == IP_DRIVER_OK)
		out_record ("address", present_address (address));
	return status;
}

static ip_driver_status
allowed_ip_list (cli_context *cli, ip_driver_error *error)
{
	ip_driver_allowed_ip_list_args args = IP_DRIVER_ALLOWED_IP_LIST_ARGS_INIT;
	g_autoptr (out_list) list = NULL;
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.interface = cli_arg (cli, 0);
	list = out_list_begin ("addresses", address_columns);
	status = each_allowed_ip (cli->driver, &args, limit, &more, list_address, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

static ip_driver_status
allowed_ip_disallow (cli_context *cli, ip_driver_error *error)
{
	ip_driver_status status =
		ip_driver_allowed_ip_disallow (cli->driver, cli->tenant, cli_arg (cli, 0), cli_arg (cli, 1), error);

	if (status == IP_DRIVER_OK)
		out_done ("disallowed", cli_arg (cli, 1));
	return status;
}

static const cli_option allow_options[] = {
	{"network", CLI_TEXT, "NETWORK", "Network on which the address is looked up; needed"},
	{NULL},
};
static const cli_option limit_options[] = {CLI_OPTION_LIMIT, {NULL}};

const cli_command allowed_ip_commands[] = {
	{"allowed-ip allow", "INTERFACE IP", "Allow an allocated address on a further interface", NULL, allow_options,
         allowed_ip_allow},
	{"allowed-ip show", "INTERFACE IP", "Show an address that an interface may use", NULL, NULL, allowed_ip_show},
	{"allowed-ip list", "INTERFACE", "List what an interface may use: its own addresses and the allowed ones", NULL,
         limit_options, allowed_ip_list},
	{"allowed-ip disallow", "INTERFACE IP", "End an allowance", NULL, NULL, allowed_ip_disallow},
	{NULL},
};
