/*
 * lease.c: the commands `lease ...`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"
#include "paging.h"
#include "present.h"

#include <string.h>

static ip_driver_status
lease_grant (cli_context *cli, ip_driver_error *error)
{
	ip_driver_lease_grant_args args = IP_DRIVER_LEASE_GRANT_ARGS_INIT;
	const char *duration = cli_text (cli, "duration");
	g_auto (cli_address) named = {0};
	g_autoptr (ip_driver_lease) lease = NULL;
	guint64 seconds = G_MAXUINT32;
	ip_driver_status status = IP_DRIVER_OK;

	if (duration == NULL)
		return cli_error (error, CLI_USAGE, "--duration is needed");
	if (strcmp (duration, "infinite") != 0)
		status = cli_unsigned (cli, "duration", 0, G_MAXUINT32, &seconds, error);
	if (status == IP_DRIVER_OK)
		status = cli_resolve_address (cli, cli_arg (cli, 0), FALSE, &named, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.block = named.block;
	args.address = named.address;
	args.mac = cli_text (cli, "mac");
	args.client_id = cli_text (cli, "client-id");
	args.hostname = cli_text (cli, "hostname");
	args.duration = (uint32_t)seconds;
	status = ip_driver_lease_grant (cli->driver, &args, &lease, error);
	if (status == IP_DRIVER_OK)
		out_record ("lease", present_lease (lease));
	return status;
}

static ip_driver_status
lease_release (cli_context *cli, ip_driver_error *error)
{
	g_auto (cli_address) named = {0};
	ip_driver_status status = cli_resolve_address (cli, cli_arg (cli, 0), FALSE, &named, error);

	if (status == IP_DRIVER_OK)
		status = ip_driver_lease_release (cli->driver, cli->tenant, named.block, named.address, error);
	if (status == IP_DRIVER_OK)
		out_done ("released", named.address);
	return status;
}

static ip_driver_status
lease_show (cli_context *cli, ip_driver_error *error)
{
	g_auto (cli_address) named = {0};
	g_autoptr (ip_driver_lease) lease = NULL;
	ip_driver_status status = cli_resolve_address (cli, cli_arg (cli, 0), FALSE, &named, error);

	if (status == IP_DRIVER_OK)
		status = ip_driver_lease_get (cli->driver, cli->tenant, named.block, named.address, &lease, error);
	if (status == IP_DRIVER_OK)
		out_record ("lease", present_lease (lease));
	return status;
}

static ip_driver_status
lease_list (cli_context *cli, ip_driver_error *error)
{
	ip_driver_lease_list_args args = IP_DRIVER_LEASE_LIST_ARGS_INIT;
	const char *block_name = cli_text (cli, "block");
	g_autoptr (out_list) list = NULL;
	g_autofree char *block = NULL;
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status == IP_DRIVER_OK)
		status = cli_time (cli, "expired-at", &args.expired_at, error);
	if (status == IP_DRIVER_OK && block_name != NULL)
		status = cli_resolve_block (cli, block_name, &block, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (cli_flag (cli, "expired") && args.expired_at == 0)
		args.expired_at = g_get_real_time () / G_USEC_PER_SEC;
	args.tenant = cli->tenant;
	args.block = block;
	list = out_list_begin ("leases", lease_columns);
	status = each_lease (cli->driver, &args, limit, &more, list_lease, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

static ip_driver_status
lease_expire (cli_context *cli, ip_driver_error *error)
{
	ip_driver_lease_expire_args args = IP_DRIVER_LEASE_EXPIRE_ARGS_INIT;
	const char *block_name = cli_text (cli, "block");
	g_autoptr (out_list) list = NULL;
	g_autofree char *block = NULL;
	gboolean more = TRUE;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status == IP_DRIVER_OK)
		status = cli_time (cli, "expired-at", &args.expired_at, error);
	if (status == IP_DRIVER_OK && block_name != NULL)
		status = cli_resolve_block (cli, block_name, &block, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.block = block;
	args.flags = cli_flag (cli, "release") ? IP_DRIVER_LEASE_EXPIRE_DEALLOCATE : 0;
	list = out_list_begin ("leases", lease_columns);
	/* Each call ends what it returns, so there is no marker to hand back. */
	while (more && limit > 0) {
		g_autoptr (ip_driver_leases) page = NULL;

		args.limit = (uint32_t)MIN (limit, IP_DRIVER_PAGE_MAX);
		status = ip_driver_lease_expire (cli->driver, &args, &page, error);
		if (status != IP_DRIVER_OK)
			return status;
		for (size_t i = 0; i < page->count; i++)
			out_list_add (list, present_lease (page->items[i]));
		limit -= MIN (limit, page->count);
		more = page->next_marker != NULL;
	}
	out_list_end (g_steal_pointer (&list), more);
	return IP_DRIVER_OK;
}

static const cli_option grant_options[] = {
	{"duration", CLI_TEXT, "SECONDS", "How long, or \"infinite\"; needed"},
	{"mac", CLI_TEXT, "MAC", "MAC address of the client"},
	{"client-id", CLI_TEXT, "TEXT", "DHCP client id"},
	{"hostname", CLI_TEXT, "NAME", "Host name of the client"},
	{NULL},
};
static const cli_option list_options[] = {
	{"block", CLI_TEXT, "BLOCK", "Only this block"},
	{"expired", CLI_FLAG, NULL, "Only leases that have run out"},
	{"expired-at", CLI_TEXT, "TIME", "Only leases that have run out at this time"},
	CLI_OPTION_LIMIT,
	{NULL},
};
static const cli_option expire_options[] = {
	{"block", CLI_TEXT, "BLOCK", "Only this block"},
	{"expired-at", CLI_TEXT, "TIME", "Leases that have run out at this time (default: now)"},
	{"release", CLI_FLAG, NULL, "Also release the addresses"},
	{"limit", CLI_TEXT, "N", "End at most N leases (default: all)"},
	{NULL},
};

const cli_command lease_commands[] = {
	{"lease grant", "ADDRESS", "Lease an allocated address, or renew its lease", NULL, grant_options, lease_grant},
	{"lease release", "ADDRESS", "End the lease of an address, which stays allocated", NULL, NULL, lease_release},
	{"lease show", "ADDRESS", "Show the lease of an address", NULL, NULL, lease_show},
	{"lease list", "", "List leases, the first to run out first", NULL, list_options, lease_list},
	{"lease expire", "", "End the leases that have run out, and list them", NULL, expire_options, lease_expire},
	{NULL},
};
