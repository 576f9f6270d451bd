/*
 * block.c: the commands `block ...` and `subnet ...`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"
#include "paging.h"
#include "present.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#define BAR_WIDTH 40
#define SMALL_BAR_WIDTH 20

/* The policy named by --policy, as an id; NULL if none is. An empty name stays empty. */
static ip_driver_status
resolve_policy_option (cli_context *cli, char **ret_id, ip_driver_error *error)
{
	const char *text = cli_text (cli, "policy");
	/* The policy may be any tenant's. */
	cli_context any = *cli;

	if (text == NULL || text[0] == '\0')
		return IP_DRIVER_OK;
	if (ip_driver_supports (cli->driver, "all_tenants"))
		any.tenant = NULL;
	return cli_resolve_policy (&any, text, ret_id, error);
}

static ip_driver_status
block_create (cli_context *cli, ip_driver_error *error)
{
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	g_autoptr (ip_driver_block) block = NULL;
	g_autofree char *policy = NULL;
	ip_driver_status status = resolve_policy_option (cli, &policy, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.cidr = cli_arg (cli, 0);
	args.type = cli_block_type (cli);
	if (args.type == IP_DRIVER_BLOCK_ANY)
		args.type = IP_DRIVER_BLOCK_PRIVATE;
	args.network = cli_text (cli, "network");
	args.gateway = cli_text (cli, "gateway");
	args.dns1 = cli_text (cli, "dns1");
	args.dns2 = cli_text (cli, "dns2");
	args.policy = policy;
	args.id = cli_text (cli, "id");
	status = ip_driver_block_create (cli->driver, &args, &block, error);
	if (status == IP_DRIVER_OK)
		out_record ("block", present_block (block));
	return status;
}

static ip_driver_status
block_list (cli_context *cli, ip_driver_error *error)
{
	ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	g_autoptr (out_list) list = NULL;
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.network = cli_text (cli, "network");
	args.type = cli_block_type (cli);
	args.flags = cli_flag (cli, "roots") ? IP_DRIVER_BLOCK_LIST_ROOTS : 0;
	list = out_list_begin ("blocks", block_columns);
	status = each_block (cli->driver, &args, limit, &more, list_block, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

static ip_driver_status
get_block (cli_context *cli, const char *text, ip_driver_block **ret_block, ip_driver_error *error)
{
	g_autofree char *id = NULL;
	ip_driver_status status = cli_resolve_block (cli, text, &id, error);

	return status != IP_DRIVER_OK ? status : ip_driver_block_get (cli->driver, cli->tenant, id, ret_block, error);
}

static ip_driver_status
block_show (cli_context *cli, ip_driver_error *error)
{
	g_autoptr (ip_driver_block) block = NULL;
	ip_driver_status status = get_block (cli, cli_arg (cli, 0), &block, error);

	if (status == IP_DRIVER_OK)
		out_record ("block", present_block (block));
	return status;
}

static ip_driver_status
block_update (cli_context *cli, ip_driver_error *error)
{
	ip_driver_block_update_args args = IP_DRIVER_BLOCK_UPDATE_ARGS_INIT;
	g_autoptr (ip_driver_block) block = NULL;
	g_autofree char *id = NULL, *policy = NULL;
	ip_driver_status status = cli_resolve_block (cli, cli_arg (cli, 0), &id, error);

	if (status == IP_DRIVER_OK)
		status = resolve_policy_option (cli, &policy, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.id = id;
	args.set |= cli_change (cli, "network", &args.network) ? IP_DRIVER_BLOCK_SET_NETWORK : 0;
	args.set |= cli_change (cli, "gateway", &args.gateway) ? IP_DRIVER_BLOCK_SET_GATEWAY : 0;
	args.set |= cli_change (cli, "dns1", &args.dns1) ? IP_DRIVER_BLOCK_SET_DNS1 : 0;
	args.set |= cli_change (cli, "dns2", &args.dns2) ? IP_DRIVER_BLOCK_SET_DNS2 : 0;
	args.set |= cli_change (cli, "policy", &args.policy) ? IP_DRIVER_BLOCK_SET_POLICY : 0;
	args.policy = policy;
	if (args.set == 0)
		return cli_error (error, CLI_USAGE, "nothing to change: give an option");
	status = ip_driver_block_update (cli->driver, &args, &block, error);
	if (status == IP_DRIVER_OK)
		out_record ("block", present_block (block));
	return status;
}

static ip_driver_status
block_delete (cli_context *cli, ip_driver_error *error)
{
	g_autofree char *id = NULL;
	ip_driver_status status = cli_resolve_block (cli, cli_arg (cli, 0), &id, error);

	if (status == IP_DRIVER_OK)
		status = ip_driver_block_delete (cli->driver, cli->tenant, id, error);
	if (status == IP_DRIVER_OK)
		out_done ("deleted", id);
	return status;
}

/* Counts have up to 39 digits; a long double holds them to 19, enough for a percentage. A part that is not the
 * whole never becomes it by rounding. */
static long double
share (const char *part, const char *total)
{
	long double whole = strtold (total, NULL), result = whole > 0 ? strtold (part, NULL) / whole : 0;

	return result >= 1 && strcmp (part, total) != 0 ? 1 - LDBL_EPSILON : result;
}

static void
show_usage (const ip_driver_block *block, const ip_driver_usage *usage)
{
	const struct {
		const char *name;
		const char *count;
	} rows[] = {
		{"total", usage->total},       {"allocated", usage->allocated},
		{"held", usage->held},         {"quarantined", usage->quarantined},
		{"excluded", usage->excluded}, {"subnetted", usage->subnetted},
		{"free", usage->free},
	};
	long double used = 1 - share (usage->free, usage->total);
	g_autofree char *bar = out_bar (used, BAR_WIDTH), *percent = out_percent (used),
			*tenant = out_escape (block->tenant);
	unsigned widest = 0;

	out_heading (block->cidr);
	out_printf ("  %s  tenant %s\n%s  %s used\n", present_block_type (block->type), tenant, bar, percent);
	for (unsigned i = 0; i < G_N_ELEMENTS (rows); i++) {
		g_autofree char *grouped = out_grouped (rows[i].count);

		widest = MAX (widest, out_width (grouped));
	}
	for (unsigned i = 0; i < G_N_ELEMENTS (rows); i++) {
		g_autofree char *grouped = out_grouped (rows[i].count),
				*part = out_percent (share (rows[i].count, usage->total));

		out_printf ("%-11s  %*s  %8s\n", rows[i].name, (int)widest, grouped, part);
	}
}

static const out_column usage_columns[] = {
	{"CIDR", "cidr"},
	{"TENANT", "tenant"},
	{"USED", "bar"},
	{"", "percent", TRUE},
	{"FREE", "free_grouped", TRUE},
	{"TOTAL", "total_grouped", TRUE},
	{NULL},
};

/* What usage_of_all() carries along. */
typedef struct usage_walk {
	cli_context *cli;
	out_list *list;
} usage_walk;

static void
put_taken (json_t *object, const char *key, char *text)
{
	json_object_set_new (object, key, json_string (text));
	g_free (text);
}

static ip_driver_status
list_usage (const ip_driver_block *block, void *data, ip_driver_error *error)
{
	usage_walk *walk = data;
	g_autoptr (ip_driver_usage) usage = NULL;
	ip_driver_status status =
		ip_driver_block_usage (walk->cli->driver, walk->cli->tenant, block->id, &usage, error);
	json_t *object;

	/* Deleted between the list and now. */
	if (status == IP_DRIVER_NOT_FOUND)
		return IP_DRIVER_OK;
	if (status != IP_DRIVER_OK)
		return status;
	object = present_usage (block, usage);
	if (!walk->cli->json) {
		long double used = 1 - share (usage->free, usage->total);

		put_taken (object, "bar", out_bar (used, SMALL_BAR_WIDTH));
		put_taken (object, "percent", out_percent (used));
		put_taken (object, "free_grouped", out_grouped (usage->free));
		put_taken (object, "total_grouped", out_grouped (usage->total));
	}
	out_list_add (walk->list, object);
	return IP_DRIVER_OK;
}

static ip_driver_status
usage_of_all (cli_context *cli, ip_driver_error *error)
{
	ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	g_autoptr (out_list) list = NULL;
	usage_walk walk = {.cli = cli};
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.flags = IP_DRIVER_BLOCK_LIST_ROOTS;
	walk.list = list = out_list_begin ("usages", usage_columns);
	status = each_block (cli->driver, &args, limit, &more, list_usage, &walk, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

static ip_driver_status
block_usage (cli_context *cli, ip_driver_error *error)
{
	g_autoptr (ip_driver_block) block = NULL;
	g_autoptr (ip_driver_usage) usage = NULL;
	ip_driver_status status;

	if (cli_arg (cli, 0) == NULL)
		return usage_of_all (cli, error);
	if (cli_text (cli, "limit") != NULL)
		return cli_error (error, CLI_USAGE, "--limit goes without a block only");
	status = get_block (cli, cli_arg (cli, 0), &block, error);
	if (status == IP_DRIVER_OK)
		status = ip_driver_block_usage (cli->driver, cli->tenant, block->id, &usage, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (cli->json)
		out_record ("usage", present_usage (block, usage));
	else
		show_usage (block, usage);
	return IP_DRIVER_OK;
}

static ip_driver_status
subnet_create (cli_context *cli, ip_driver_error *error)
{
	ip_driver_subnet_create_args args = IP_DRIVER_SUBNET_CREATE_ARGS_INIT;
	g_autoptr (ip_driver_block) block = NULL;
	g_autofree char *parent = NULL, *policy = NULL;
	guint64 length = 0;
	ip_driver_status status;

	args.cidr = cli_text (cli, "cidr");
	if ((args.cidr == NULL) == (cli_text (cli, "prefix-length") == NULL))
		return cli_error (error, CLI_USAGE, "give either --cidr or --prefix-length");
	status = cli_unsigned (cli, "prefix-length", 1, 128, &length, error);
	if (status == IP_DRIVER_OK)
		status = cli_resolve_block (cli, cli_arg (cli, 0), &parent, error);
	if (status == IP_DRIVER_OK)
		status = resolve_policy_option (cli, &policy, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.block = parent;
	args.prefix_length = (int32_t)length;
	args.subnet_tenant = cli_text (cli, "subnet-tenant");
	args.network = cli_text (cli, "network");
	args.gateway = cli_text (cli, "gateway");
	args.dns1 = cli_text (cli, "dns1");
	args.dns2 = cli_text (cli, "dns2");
	args.policy = policy;
	args.id = cli_text (cli, "id");
	status = ip_driver_subnet_create (cli->driver, &args, &block, error);
	if (status == IP_DRIVER_OK)
		out_record ("block", present_block (block));
	return status;
}

static ip_driver_status
subnet_list (cli_context *cli, ip_driver_error *error)
{
	ip_driver_subnet_list_args args = IP_DRIVER_SUBNET_LIST_ARGS_INIT;
	g_autoptr (out_list) list = NULL;
	g_autofree char *parent = NULL;
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status == IP_DRIVER_OK)
		status = cli_resolve_block (cli, cli_arg (cli, 0), &parent, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.block = parent;
	list = out_list_begin ("blocks", block_columns);
	status = each_subnet (cli->driver, &args, limit, &more, list_block, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

#define OPTIONS_OF_CONTENT                                                                                             \
	{"network", CLI_TEXT, "NETWORK", "Network that it belongs to"},                                                \
		{"gateway", CLI_TEXT, "ADDRESS", "Gateway, an address of its family"},                                 \
		{"dns1", CLI_TEXT, "ADDRESS", "First DNS server"}, {"dns2", CLI_TEXT, "ADDRESS", "Second DNS server"}, \
	{                                                                                                              \
		"policy", CLI_TEXT, "POLICY", "Policy that excludes addresses"                                         \
	}

static const cli_option create_options[] = {
	{"type", CLI_CHOICE, "public|private", "Type (default: private)"},
	OPTIONS_OF_CONTENT,
	{"id", CLI_TEXT, "UUID", "Id of the new block"},
	{NULL},
};
static const cli_option list_options[] = {
	{"type", CLI_CHOICE, "public|private", "Only this type"},
	{"network", CLI_TEXT, "NETWORK", "Only this network"},
	{"roots", CLI_FLAG, NULL, "Only blocks without a parent"},
	CLI_OPTION_LIMIT,
	{NULL},
};
static const cli_option update_options[] = {OPTIONS_OF_CONTENT, {NULL}};
static const cli_option limit_options[] = {CLI_OPTION_LIMIT, {NULL}};
static const cli_option subnet_options[] = {
	{"cidr", CLI_TEXT, "CIDR", "The subnet's CIDR"},
	{"prefix-length", CLI_TEXT, "N", "Take the lowest free prefix of this length"},
	{"subnet-tenant", CLI_TEXT, "TENANT", "Tenant of the subnet (default: the parent's)"},
	OPTIONS_OF_CONTENT,
	{"id", CLI_TEXT, "UUID", "Id of the new subnet"},
	{NULL},
};

const cli_command block_commands[] = {
	{"block create", "CIDR", "Create a root block", "Host bits of the CIDR are cleared.", create_options,
         block_create, CLI_NEEDS_TENANT},
	{"block list", "", "List blocks and subnets, oldest first", NULL, list_options, block_list},
	{"block show", "BLOCK", "Show a block", NULL, NULL, block_show},
	{"block update", "BLOCK", "Change a block", "Only what is given changes; an empty value clears.",
         update_options, block_update},
	{"block delete", "BLOCK", "Delete a block with its subnets, addresses and routes", NULL, NULL, block_delete},
	{"block usage", "[BLOCK]", "Show how much of a block, or of each root block, is in use", NULL, limit_options,
         block_usage},
	{NULL},
};

const cli_command subnet_commands[] = {
	{"subnet create", "BLOCK", "Carve a subnet from a block",
         "Give its CIDR, or a prefix length: then the lowest free prefix of that length is found and taken in one "
         "step.",
         subnet_options, subnet_create},
	{"subnet list", "BLOCK", "List the direct subnets of a block, oldest first", NULL, limit_options, subnet_list},
	{NULL},
};
