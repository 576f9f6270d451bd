/*
 * route.c: the commands `route ...`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"
#include "paging.h"
#include "present.h"

#include <string.h>

static ip_driver_status
route_create (cli_context *cli, ip_driver_error *error)
{
	ip_driver_route_create_args args = IP_DRIVER_ROUTE_CREATE_ARGS_INIT;
	g_autoptr (ip_driver_route) route = NULL;
	g_autofree char *block = NULL, *destination = g_strdup (cli_arg (cli, 1));
	char *slash = strchr (destination, '/');
	ip_driver_status status;

	args.netmask = cli_text (cli, "netmask");
	if (slash != NULL) {
		if (args.netmask != NULL)
			return cli_error (error, CLI_USAGE, "give the netmask once: %s has a prefix length",
			                  destination);
		*slash = '\0';
		args.netmask = slash + 1;
	}
	status = cli_resolve_block (cli, cli_arg (cli, 0), &block, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.block = block;
	args.destination = destination;
	args.gateway = cli_arg (cli, 2);
	args.id = cli_text (cli, "id");
	status = ip_driver_route_create (cli->driver, &args, &route, error);
	if (status == IP_DRIVER_OK)
		out_record ("route", present_route (route));
	return status;
}

static ip_driver_status
route_show (cli_context *cli, ip_driver_error *error)
{
	g_autoptr (ip_driver_route) route = NULL;
	g_autofree char *block = NULL;
	ip_driver_status status = cli_resolve_block (cli, cli_arg (cli, 0), &block, error);

	if (status == IP_DRIVER_OK)
		status = ip_driver_route_get (cli->driver, cli->tenant, block, cli_arg (cli, 1), &route, error);
	if (status == IP_DRIVER_OK)
		out_record ("route", present_route (route));
	return status;
}

static ip_driver_status
route_list (cli_context *cli, ip_driver_error *error)
{
	ip_driver_route_list_args args = IP_DRIVER_ROUTE_LIST_ARGS_INIT;
	g_autoptr (out_list) list = NULL;
	g_autofree char *block = NULL;
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status == IP_DRIVER_OK)
		status = cli_resolve_block (cli, cli_arg (cli, 0), &block, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.block = block;
	list = out_list_begin ("routes", route_columns);
	status = each_route (cli->driver, &args, limit, &more, list_route, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

static ip_driver_status
route_update (cli_context *cli, ip_driver_error *error)
{
	ip_driver_route_update_args args = IP_DRIVER_ROUTE_UPDATE_ARGS_INIT;
	g_autoptr (ip_driver_route) route = NULL;
	g_autofree char *block = NULL;
	ip_driver_status status = cli_resolve_block (cli, cli_arg (cli, 0), &block, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.block = block;
	args.id = cli_arg (cli, 1);
	args.set |= cli_change (cli, "destination", &args.destination) ? IP_DRIVER_ROUTE_SET_DESTINATION : 0;
	args.set |= cli_change (cli, "netmask", &args.netmask) ? IP_DRIVER_ROUTE_SET_NETMASK : 0;
	args.set |= cli_change (cli, "gateway", &args.gateway) ? IP_DRIVER_ROUTE_SET_GATEWAY : 0;
	if (args.set == 0)
		return cli_error (error, CLI_USAGE, "nothing to change: give an option");
	status = ip_driver_route_update (cli->driver, &args, &route, error);
	if (status == IP_DRIVER_OK)
		out_record ("route", present_route (route));
	return status;
}

static ip_driver_status
route_delete (cli_context *cli, ip_driver_error *error)
{
	g_autofree char *block = NULL;
	ip_driver_status status = cli_resolve_block (cli, cli_arg (cli, 0), &block, error);

	if (status == IP_DRIVER_OK)
		status = ip_driver_route_delete (cli->driver, cli->tenant, block, cli_arg (cli, 1), error);
	if (status == IP_DRIVER_OK)
		out_done ("deleted", cli_arg (cli, 1));
	return status;
}

static const cli_option create_options[] = {
	{"netmask", CLI_TEXT, "NETMASK", "Netmask of the destination: dotted (IPv4), or a prefix length"},
	{"id", CLI_TEXT, "UUID", "Id of the new route"},
	{NULL},
};
static const cli_option update_options[] = {
	{"destination", CLI_TEXT, "ADDRESS", "New destination"},
	{"netmask", CLI_TEXT, "NETMASK", "New netmask; empty: none"},
	{"gateway", CLI_TEXT, "ADDRESS", "New gateway"},
	{NULL},
};
static const cli_option limit_options[] = {CLI_OPTION_LIMIT, {NULL}};

const cli_command route_commands[] = {
	{"route create", "BLOCK DESTINATION GATEWAY", "Create a route of a block",
         "The destination is an address or, in place of --netmask, a CIDR.", create_options, route_create},
	{"route show", "BLOCK ID", "Show a route", NULL, NULL, route_show},
	{"route list", "BLOCK", "List the routes of a block, oldest first", NULL, limit_options, route_list},
	{"route update", "BLOCK ID", "Change a route", "Only what is given changes.", update_options, route_update},
	{"route delete", "BLOCK ID", "Delete a route", NULL, NULL, route_delete},
	{NULL},
};
