/*
 * network.c: the commands `network ...`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"
#include "paging.h"
#include "present.h"

static ip_driver_status
network_show (cli_context *cli, ip_driver_error *error)
{
	ip_driver_network_get_args args = IP_DRIVER_NETWORK_GET_ARGS_INIT;
	g_autoptr (out_list) list = NULL;
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.network = cli_arg (cli, 0);
	list = out_list_begin ("blocks", block_columns);
	status = each_network_block (cli->driver, &args, limit, &more, list_block, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

static ip_driver_status
network_allocate (cli_context *cli, ip_driver_error *error)
{
	ip_driver_network_allocate_args args = IP_DRIVER_NETWORK_ALLOCATE_ARGS_INIT;
	g_autoptr (ip_driver_allocations) allocations = NULL;
	guint64 hold = 0;
	ip_driver_status status = cli_unsigned (cli, "hold", 1, IP_DRIVER_HOLD_MAX, &hold, error);
	out_list *list;

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.network = cli_arg (cli, 0);
	args.interface = cli_text (cli, "interface");
	args.device = cli_text (cli, "device");
	args.mac = cli_text (cli, "mac");
	args.used_by_tenant = cli_text (cli, "used-by-tenant");
	args.request_key = cli_text (cli, "request-key");
	args.addresses = cli_texts (cli, "address", &args.address_count);
	args.hold = (uint32_t)hold;
	status = ip_driver_network_allocate (cli->driver, &args, &allocations, error);
	if (status != IP_DRIVER_OK)
		return status;
	list = out_list_begin ("allocations", allocation_columns);
	for (size_t i = 0; i < allocations->count; i++)
		out_list_add (list, present_allocation (allocations->items[i]));
	out_list_end (list, FALSE);
	return IP_DRIVER_OK;
}

static ip_driver_status
network_list (cli_context *cli, ip_driver_error *error)
{
	ip_driver_network_list_args args = IP_DRIVER_NETWORK_LIST_ARGS_INIT;
	g_autoptr (out_list) list = NULL;
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.network = cli_arg (cli, 0);
	args.interface = cli_arg (cli, 1);
	list = out_list_begin ("allocations", allocation_columns);
	status = each_allocation (cli->driver, &args, limit, &more, list_allocation, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

static ip_driver_status
network_release (cli_context *cli, ip_driver_error *error)
{
	ip_driver_status status =
		ip_driver_network_deallocate (cli->driver, cli->tenant, cli_arg (cli, 0), cli_arg (cli, 1), error);

	if (status == IP_DRIVER_OK)
		out_done ("released", cli_arg (cli, 1));
	return status;
}

static const cli_option limit_options[] = {CLI_OPTION_LIMIT, {NULL}};
static const cli_option allocate_options[] = {
	{"interface", CLI_TEXT, "ID", "Interface that will use them, made if it does not exist"},
	{"device", CLI_TEXT, "DEVICE", "Device of an interface that is made"},
	{"mac", CLI_TEXT, "MAC", "MAC address of an interface that is made"},
	{"address", CLI_MANY, "ADDRESS", "An address wanted; may be repeated, all or none"},
	{"used-by-tenant", CLI_TEXT, "TENANT", "Tenant that uses the addresses (default: the blocks')"},
	{"request-key", CLI_TEXT, "KEY", "Makes the command repeatable: the same key gives the same addresses"},
	{"hold", CLI_TEXT, "SECONDS", "Only hold them: they end by themselves unless confirmed"},
	{NULL},
};

const cli_command network_commands[] = {
	{"network show", "NETWORK", "List the blocks of a network, oldest first", NULL, limit_options, network_show},
	{"network allocate", "NETWORK", "Allocate one address of each family, or the given ones, in one step", NULL,
         allocate_options, network_allocate},
	{"network list", "NETWORK INTERFACE", "List what an interface holds on a network", NULL, limit_options,
         network_list},
	{"network release", "NETWORK INTERFACE", "Release all that an interface holds on a network", NULL, NULL,
         network_release},
	{NULL},
};
