/*
 * policy.c: the commands `policy ...`; those of its parts are in policy_part.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"
#include "paging.h"
#include "present.h"

static ip_driver_status
policy_create (cli_context *cli, ip_driver_error *error)
{
	ip_driver_policy_create_args args = IP_DRIVER_POLICY_CREATE_ARGS_INIT;
	g_autoptr (ip_driver_policy) policy = NULL;
	ip_driver_status status;

	args.tenant = cli->tenant;
	args.name = cli_arg (cli, 0);
	args.description = cli_text (cli, "description");
	args.id = cli_text (cli, "id");
	status = ip_driver_policy_create (cli->driver, &args, &policy, error);
	if (status == IP_DRIVER_OK)
		out_record ("policy", present_policy (policy));
	return status;
}

static ip_driver_status
policy_show (cli_context *cli, ip_driver_error *error)
{
	g_autoptr (ip_driver_policy) policy = NULL;
	g_autofree char *id = NULL;
	ip_driver_status status = cli_resolve_policy (cli, cli_arg (cli, 0), &id, error);

	if (status == IP_DRIVER_OK)
		status = ip_driver_policy_get (cli->driver, cli->tenant, id, &policy, error);
	if (status == IP_DRIVER_OK)
		out_record ("policy", present_policy (policy));
	return status;
}

static ip_driver_status
policy_list (cli_context *cli, ip_driver_error *error)
{
	ip_driver_policy_list_args args = IP_DRIVER_POLICY_LIST_ARGS_INIT;
	g_autoptr (out_list) list = NULL;
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	list = out_list_begin ("policies", policy_columns);
	status = each_policy (cli->driver, &args, limit, &more, list_policy, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

static ip_driver_status
policy_update (cli_context *cli, ip_driver_error *error)
{
	ip_driver_policy_update_args args = IP_DRIVER_POLICY_UPDATE_ARGS_INIT;
	g_autoptr (ip_driver_policy) policy = NULL;
	g_autofree char *id = NULL;
	ip_driver_status status = cli_resolve_policy (cli, cli_arg (cli, 0), &id, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.id = id;
	args.set |= cli_change (cli, "name", &args.name) ? IP_DRIVER_POLICY_SET_NAME : 0;
	args.set |= cli_change (cli, "description", &args.description) ? IP_DRIVER_POLICY_SET_DESCRIPTION : 0;
	if (args.set == 0)
		return cli_error (error, CLI_USAGE, "nothing to change: give an option");
	status = ip_driver_policy_update (cli->driver, &args, &policy, error);
	if (status == IP_DRIVER_OK)
		out_record ("policy", present_policy (policy));
	return status;
}

static ip_driver_status
policy_delete (cli_context *cli, ip_driver_error *error)
{
	g_autofree char *id = NULL;
	ip_driver_status status = cli_resolve_policy (cli, cli_arg (cli, 0), &id, error);

	if (status == IP_DRIVER_OK)
		status = ip_driver_policy_delete (cli->driver, cli->tenant, id, error);
	if (status == IP_DRIVER_OK)
		out_done ("deleted", id);
	return status;
}

static const cli_option create_options[] = {
	{"description", CLI_TEXT, "TEXT", "What it is for"},
	{"id", CLI_TEXT, "UUID", "Id of the new policy"},
	{NULL},
};
static const cli_option update_options[] = {
	{"name", CLI_TEXT, "NAME", "New name"},
	{"description", CLI_TEXT, "TEXT", "New description; empty: none"},
	{NULL},
};
static const cli_option limit_options[] = {CLI_OPTION_LIMIT, {NULL}};

const cli_command policy_commands[] = {
	{"policy create", "NAME", "Create a policy that excludes nothing yet", NULL, create_options, policy_create,
         CLI_NEEDS_TENANT},
	{"policy show", "POLICY", "Show a policy", NULL, NULL, policy_show},
	{"policy list", "", "List policies, oldest first", NULL, limit_options, policy_list},
	{"policy update", "POLICY", "Change a policy's name or description", NULL, update_options, policy_update},
	{"policy delete", "POLICY", "Delete a policy; blocks that name it lose it", NULL, NULL, policy_delete},
	{NULL},
};
