/*
 * policy_part.c: the commands `policy range ...` and `policy octet ...`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"
#include "paging.h"
#include "present.h"

static ip_driver_status
policy_range_create (cli_context *cli, ip_driver_error *error)
{
	ip_driver_policy_range_create_args args = IP_DRIVER_POLICY_RANGE_CREATE_ARGS_INIT;
	g_autoptr (ip_driver_policy_range) range = NULL;
	g_autofree char *policy = NULL;
	ip_driver_status status;

	if (cli_text (cli, "offset") == NULL || cli_text (cli, "length") == NULL)
		return cli_error (error, CLI_USAGE, "--offset and --length are needed");
	status = cli_signed (cli, "offset", &args.offset, error);
	if (status == IP_DRIVER_OK)
		status = cli_unsigned (cli, "length", 0, G_MAXINT64, &args.length, error);
	if (status == IP_DRIVER_OK)
		status = cli_resolve_policy (cli, cli_arg (cli, 0), &policy, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.policy = policy;
	args.id = cli_text (cli, "id");
	status = ip_driver_policy_range_create (cli->driver, &args, &range, error);
	if (status == IP_DRIVER_OK)
		out_record ("policy_range", present_policy_range (range));
	return status;
}

static ip_driver_status
policy_range_show (cli_context *cli, ip_driver_error *error)
{
	g_autoptr (ip_driver_policy_range) range = NULL;
	g_autofree char *policy = NULL;
	ip_driver_status status = cli_resolve_policy (cli, cli_arg (cli, 0), &policy, error);

	if (status == IP_DRIVER_OK)
		status = ip_driver_policy_range_get (cli->driver, cli->tenant, policy, cli_arg (cli, 1), &range, error);
	if (status == IP_DRIVER_OK)
		out_record ("policy_range", present_policy_range (range));
	return status;
}

static ip_driver_status
policy_range_list (cli_context *cli, ip_driver_error *error)
{
	ip_driver_policy_part_list_args args = IP_DRIVER_POLICY_PART_LIST_ARGS_INIT;
	g_autoptr (out_list) list = NULL;
	g_autofree char *policy = NULL;
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status == IP_DRIVER_OK)
		status = cli_resolve_policy (cli, cli_arg (cli, 0), &policy, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.policy = policy;
	list = out_list_begin ("policy_ranges", policy_range_columns);
	status = each_policy_range (cli->driver, &args, limit, &more, list_policy_range, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

static ip_driver_status
policy_range_update (cli_context *cli, ip_driver_error *error)
{
	ip_driver_policy_range_update_args args = IP_DRIVER_POLICY_RANGE_UPDATE_ARGS_INIT;
	g_autoptr (ip_driver_policy_range) range = NULL;
	g_autofree char *policy = NULL;
	ip_driver_status status;

	args.set |= cli_text (cli, "offset") != NULL ? IP_DRIVER_POLICY_RANGE_SET_OFFSET : 0;
	args.set |= cli_text (cli, "length") != NULL ? IP_DRIVER_POLICY_RANGE_SET_LENGTH : 0;
	if (args.set == 0)
		return cli_error (error, CLI_USAGE, "nothing to change: give an option");
	status = cli_signed (cli, "offset", &args.offset, error);
	if (status == IP_DRIVER_OK)
		status = cli_unsigned (cli, "length", 0, G_MAXINT64, &args.length, error);
	if (status == IP_DRIVER_OK)
		status = cli_resolve_policy (cli, cli_arg (cli, 0), &policy, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.policy = policy;
	args.id = cli_arg (cli, 1);
	status = ip_driver_policy_range_update (cli->driver, &args, &range, error);
	if (status == IP_DRIVER_OK)
		out_record ("policy_range", present_policy_range (range));
	return status;
}

static ip_driver_status
policy_range_delete (cli_context *cli, ip_driver_error *error)
{
	g_autofree char *policy = NULL;
	ip_driver_status status = cli_resolve_policy (cli, cli_arg (cli, 0), &policy, error);

	if (status == IP_DRIVER_OK)
		status = ip_driver_policy_range_delete (cli->driver, cli->tenant, policy, cli_arg (cli, 1), error);
	if (status == IP_DRIVER_OK)
		out_done ("deleted", cli_arg (cli, 1));
	return status;
}

/* The octet given as an argument. */
static ip_driver_status
octet_argument (cli_context *cli, unsigned index, int32_t *ret, ip_driver_error *error)
{
	guint64 octet;
	ip_driver_status status = cli_parse_unsigned ("OCTET", cli_arg (cli, index), 0, 255, &octet, error);

	if (status == IP_DRIVER_OK)
		*ret = (int32_t)octet;
	return status;
}

static ip_driver_status
policy_octet_create (cli_context *cli, ip_driver_error *error)
{
	ip_driver_policy_octet_create_args args = IP_DRIVER_POLICY_OCTET_CREATE_ARGS_INIT;
	g_autoptr (ip_driver_policy_octet) octet = NULL;
	g_autofree char *policy = NULL;
	ip_driver_status status = octet_argument (cli, 1, &args.octet, error);

	if (status == IP_DRIVER_OK)
		status = cli_resolve_policy (cli, cli_arg (cli, 0), &policy, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.policy = policy;
	args.id = cli_text (cli, "id");
	status = ip_driver_policy_octet_create (cli->driver, &args, &octet, error);
	if (status == IP_DRIVER_OK)
		out_record ("policy_octet", present_policy_octet (octet));
	return status;
}

static ip_driver_status
policy_octet_show (cli_context *cli, ip_driver_error *error)
{
	g_autoptr (ip_driver_policy_octet) octet = NULL;
	g_autofree char *policy = NULL;
	ip_driver_status status = cli_resolve_policy (cli, cli_arg (cli, 0), &policy, error);

	if (status == IP_DRIVER_OK)
		status = ip_driver_policy_octet_get (cli->driver, cli->tenant, policy, cli_arg (cli, 1), &octet, error);
	if (status == IP_DRIVER_OK)
		out_record ("policy_octet", present_policy_octet (octet));
	return status;
}

static ip_driver_status
policy_octet_list (cli_context *cli, ip_driver_error *error)
{
	ip_driver_policy_part_list_args args = IP_DRIVER_POLICY_PART_LIST_ARGS_INIT;
	g_autoptr (out_list) list = NULL;
	g_autofree char *policy = NULL;
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status == IP_DRIVER_OK)
		status = cli_resolve_policy (cli, cli_arg (cli, 0), &policy, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.policy = policy;
	list = out_list_begin ("policy_octets", policy_octet_columns);
	status = each_policy_octet (cli->driver, &args, limit, &more, list_policy_octet, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

static ip_driver_status
policy_octet_update (cli_context *cli, ip_driver_error *error)
{
	ip_driver_policy_octet_update_args args = IP_DRIVER_POLICY_OCTET_UPDATE_ARGS_INIT;
	g_autoptr (ip_driver_policy_octet) octet = NULL;
	g_autofree char *policy = NULL;
	ip_driver_status status = octet_argument (cli, 2, &args.octet, error);

	if (status == IP_DRIVER_OK)
		status = cli_resolve_policy (cli, cli_arg (cli, 0), &policy, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.policy = policy;
	args.id = cli_arg (cli, 1);
	status = ip_driver_policy_octet_update (cli->driver, &args, &octet, error);
	if (status == IP_DRIVER_OK)
		out_record ("policy_octet", present_policy_octet (octet));
	return status;
}

static ip_driver_status
policy_octet_delete (cli_context *cli, ip_driver_error *error)
{
	g_autofree char *policy = NULL;
	ip_driver_status status = cli_resolve_policy (cli, cli_arg (cli, 0), &policy, error);

	if (status == IP_DRIVER_OK)
		status = ip_driver_policy_octet_delete (cli->driver, cli->tenant, policy, cli_arg (cli, 1), error);
	if (status == IP_DRIVER_OK)
		out_done ("deleted", cli_arg (cli, 1));
	return status;
}

static const cli_option range_create_options[] = {
	{"offset", CLI_TEXT, "N", "Where it begins, from the block's first address; negative: from behind its last"},
	{"length", CLI_TEXT, "N", "How many addresses"},
	{"id", CLI_TEXT, "UUID", "Id of the new range"},
	{NULL},
};
static const cli_option range_update_options[] = {
	{"offset", CLI_TEXT, "N", "New offset"},
	{"length", CLI_TEXT, "N", "New length"},
	{NULL},
};
static const cli_option octet_create_options[] = {{"id", CLI_TEXT, "UUID", "Id of the new octet"}, {NULL}};
static const cli_option limit_options[] = {CLI_OPTION_LIMIT, {NULL}};

const cli_command policy_range_commands[] = {
	{"policy range create", "POLICY", "Exclude a run of addresses; needs --offset and --length", NULL,
         range_create_options, policy_range_create},
	{"policy range show", "POLICY ID", "Show a range", NULL, NULL, policy_range_show},
	{"policy range list", "POLICY", "List the ranges of a policy, oldest first", NULL, limit_options,
         policy_range_list},
	{"policy range update", "POLICY ID", "Change a range", NULL, range_update_options, policy_range_update},
	{"policy range delete", "POLICY ID", "Delete a range", NULL, NULL, policy_range_delete},
	{NULL},
};

const cli_command policy_octet_commands[] = {
	{"policy octet create", "POLICY OCTET", "Exclude every address that ends in this octet", NULL,
         octet_create_options, policy_octet_create},
	{"policy octet show", "POLICY ID", "Show an octet", NULL, NULL, policy_octet_show},
	{"policy octet list", "POLICY", "List the octets of a policy, oldest first", NULL, limit_options,
         policy_octet_list},
	{"policy octet update", "POLICY ID OCTET", "Change an octet", NULL, NULL, policy_octet_update},
	{"policy octet delete", "POLICY ID", "Delete an octet", NULL, NULL, policy_octet_delete},
	{NULL},
};
