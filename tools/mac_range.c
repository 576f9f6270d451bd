/*
 * mac_range.c: the commands `mac-range ...`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"
#include "paging.h"
#include "present.h"

static ip_driver_status
mac_range_create (cli_context *cli, ip_driver_error *error)
{
	ip_driver_mac_range_create_args args = IP_DRIVER_MAC_RANGE_CREATE_ARGS_INIT;
	g_autoptr (ip_driver_mac_range) range = NULL;
	ip_driver_status status;

	args.cidr = cli_arg (cli, 0);
	args.id = cli_text (cli, "id");
	status = ip_driver_mac_range_create (cli->driver, &args, &range, error);
	if (status == IP_DRIVER_OK)
		out_record ("mac_range", present_mac_range (range));
	return status;
}

static ip_driver_status
mac_range_list (cli_context *cli, ip_driver_error *error)
{
	ip_driver_mac_range_list_args args = IP_DRIVER_MAC_RANGE_LIST_ARGS_INIT;
	g_autoptr (out_list) list = NULL;
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status != IP_DRIVER_OK)
		return status;
	list = out_list_begin ("mac_ranges", mac_range_columns);
	status = each_mac_range (cli->driver, &args, limit, &more, list_mac_range, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

static ip_driver_status
mac_range_show (cli_context *cli, ip_driver_error *error)
{
	g_autoptr (ip_driver_mac_range) range = NULL;
	ip_driver_status status = ip_driver_mac_range_get (cli->driver, cli_arg (cli, 0), &range, error);

	if (status == IP_DRIVER_OK)
		out_record ("mac_range", present_mac_range (range));
	return status;
}

static ip_driver_status
mac_range_delete (cli_context *cli, ip_driver_error *error)
{
	ip_driver_status status = ip_driver_mac_range_delete (cli->driver, cli_arg (cli, 0), error);

	if (status == IP_DRIVER_OK)
		out_done ("deleted", cli_arg (cli, 0));
	return status;
}

static const cli_option create_options[] = {{"id", CLI_TEXT, "UUID", "Id of the new range"}, {NULL}};
static const cli_option limit_options[] = {CLI_OPTION_LIMIT, {NULL}};

const cli_command mac_range_commands[] = {
	{"mac-range create", "PREFIX", "Create a MAC range, such as 00:16:3e:00:00:00/24", NULL, create_options,
         mac_range_create},
	{"mac-range list", "", "List the MAC ranges, oldest first", NULL, limit_options, mac_range_list},
	{"mac-range show", "ID", "Show a MAC range", NULL, NULL, mac_range_show},
	{"mac-range delete", "ID", "Delete a MAC range; interfaces keep their MACs", NULL, NULL, mac_range_delete},
	{NULL},
};
