/*
 * address.c: the commands `address ...`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"
#include "paging.h"
#include "present.h"

#include <string.h>

/* Lists what a call returned at once. */
static void
show_addresses (const ip_driver_addresses *addresses)
{
	out_list *list = out_list_begin ("addresses", address_columns);

	for (size_t i = 0; i < addresses->count; i++)
		out_list_add (list, present_address (addresses->items[i]));
	out_list_end (list, FALSE);
}

static ip_driver_status
address_allocate (cli_context *cli, ip_driver_error *error)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	g_autoptr (ip_driver_addresses) addresses = NULL;
	g_autofree char *block = NULL;
	guint64 count = 0, hold = 0;
	ip_driver_status status = cli_unsigned (cli, "count", 1, IP_DRIVER_ADDRESSES_MAX, &count, error);

	if (status == IP_DRIVER_OK)
		status = cli_unsigned (cli, "hold", 1, IP_DRIVER_HOLD_MAX, &hold, error);
	if (status == IP_DRIVER_OK)
		status = cli_resolve_block (cli, cli_arg (cli, 0), &block, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.block = block;
	args.address = cli_text (cli, "address");
	args.interface = cli_text (cli, "interface");
	args.device = cli_text (cli, "device");
	args.mac = cli_text (cli, "mac");
	args.used_by_tenant = cli_text (cli, "used-by-tenant");
	args.request_key = cli_text (cli, "request-key");
	args.id = cli_text (cli, "id");
	args.count = (uint32_t)count;
	args.hold = (uint32_t)hold;
	status = ip_driver_address_allocate (cli->driver, &args, &addresses, error);
	if (status == IP_DRIVER_OK)
		show_addresses (addresses);
	return status;
}

/* Confirm and cancel: both take any number of holds, all or none. */
static ip_driver_status
with_refs (cli_context *cli, const char *verb,
           ip_driver_status (*call) (ip_driver *, const ip_driver_address_refs_args *, ip_driver_error *),
           ip_driver_error *error)
{
	ip_driver_address_refs_args args = IP_DRIVER_ADDRESS_REFS_ARGS_INIT;
	g_autofree ip_driver_address_ref *refs = g_new0 (ip_driver_address_ref, cli->arg_count);
	g_autofree cli_address *addresses = g_new0 (cli_address, cli->arg_count);
	const char *id = cli_text (cli, "id");
	ip_driver_status status = IP_DRIVER_OK;

	if (id != NULL && cli->arg_count > 1)
		return cli_error (error, CLI_USAGE, "--id goes with one address only");
	for (unsigned i = 0; i < cli->arg_count && status == IP_DRIVER_OK; i++) {
		status = cli_resolve_address (cli, cli->args[i], id == NULL, &addresses[i], error);
		refs[i] = (ip_driver_address_ref){addresses[i].block, addresses[i].address,
		                                  id != NULL ? id : addresses[i].id};
	}
	if (status == IP_DRIVER_OK) {
		args.tenant = cli->tenant;
		args.refs = refs;
		args.ref_count = cli->arg_count;
		status = call (cli->driver, &args, error);
	}
	if (status == IP_DRIVER_OK) {
		g_autoptr (GString) all = g_string_new (NULL);

		for (unsigned i = 0; i < cli->arg_count; i++)
			g_string_append_printf (all, "%s%s", i > 0 ? " " : "", refs[i].address);
		out_done (verb, all->str);
	}
	for (unsigned i = 0; i < cli->arg_count; i++)
		cli_address_clear (&addresses[i]);
	return status;
}

static ip_driver_status
address_confirm (cli_context *cli, ip_driver_error *error)
{
	return with_refs (cli, "confirmed", ip_driver_address_confirm, error);
}

static ip_driver_status
address_cancel (cli_context *cli, ip_driver_error *error)
{
	return with_refs (cli, "cancelled", ip_driver_address_cancel, error);
}

static ip_driver_status
address_list (cli_context *cli, ip_driver_error *error)
{
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;
	const char *state = cli_text (cli, "state"), *block_name = cli_text (cli, "block");
	g_autoptr (out_list) list = NULL;
	g_autofree char *block = NULL;
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status == IP_DRIVER_OK && block_name != NULL)
		status = cli_resolve_block (cli, block_name, &block, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.block = block;
	args.network = cli_text (cli, "network");
	args.device = cli_text (cli, "device");
	args.interface = cli_text (cli, "interface");
	if (state != NULL) {
		args.state =
			strcmp (state, "allocated") == 0 ? IP_DRIVER_ADDRESS_ALLOCATED : IP_DRIVER_ADDRESS_DEALLOCATED;
	}
	list = out_list_begin ("addresses", address_columns);
	status = each_address (cli->driver, &args, limit, &more, list_address, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

static ip_driver_status
address_show (cli_context *cli, ip_driver_error *error)
{
	g_auto (cli_address) named = {0};
	g_autoptr (ip_driver_address) address = NULL;
	ip_driver_status status = cli_resolve_address (cli, cli_arg (cli, 0), FALSE, &named, error);

	if (status == IP_DRIVER_OK)
		status = ip_driver_address_get (cli->driver, cli->tenant, named.block, named.address, &address, error);
	if (status == IP_DRIVER_OK)
		out_record ("address", present_address (address));
	return status;
}

static ip_driver_status
address_find (cli_context *cli, ip_driver_error *error)
{
	ip_driver_address_find_args args = IP_DRIVER_ADDRESS_FIND_ARGS_INIT;
	g_autoptr (out_list) list = NULL;
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.address = cli_arg (cli, 0);
	list = out_list_begin ("matches", match_columns);
	status = each_match (cli->driver, &args, limit, &more, list_match, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

static ip_driver_status
address_release (cli_context *cli, ip_driver_error *error)
{
	ip_driver_address_deallocate_args args = IP_DRIVER_ADDRESS_DEALLOCATE_ARGS_INIT;
	g_auto (cli_address) named = {0};
	ip_driver_status status = cli_resolve_address (cli, cli_arg (cli, 0), FALSE, &named, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.block = named.block;
	args.address = named.address;
	args.id = cli_text (cli, "id") != NULL ? cli_text (cli, "id") : named.id;
	status = ip_driver_address_deallocate (cli->driver, &args, error);
	if (status == IP_DRIVER_OK)
		out_done ("released", named.address);
	return status;
}

static ip_driver_status
address_restore (cli_context *cli, ip_driver_error *error)
{
	g_auto (cli_address) named = {0};
	g_autoptr (ip_driver_address) address = NULL;
	ip_driver_status status = cli_resolve_address (cli, cli_arg (cli, 0), FALSE, &named, error);

	if (status == IP_DRIVER_OK) {
		status = ip_driver_address_restore (cli->driver, cli->tenant, named.block, named.address, &address,
		                                    error);
	}
	if (status == IP_DRIVER_OK)
		out_record ("address", present_address (address));
	return status;
}

static ip_driver_status
address_purge (cli_context *cli, ip_driver_error *error)
{
	ip_driver_address_purge_args args = IP_DRIVER_ADDRESS_PURGE_ARGS_INIT;
	const char *block_name = cli_text (cli, "block");
	g_auto (cli_address) named = {0};
	uint64_t purged;
	ip_driver_status status = IP_DRIVER_OK;

	if (cli_arg (cli, 0) != NULL && block_name != NULL)
		return cli_error (error, CLI_USAGE, "give either an address or --block");
	if (cli_arg (cli, 0) != NULL)
		status = cli_resolve_address (cli, cli_arg (cli, 0), FALSE, &named, error);
	else if (block_name != NULL)
		status = cli_resolve_block (cli, block_name, &named.block, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.block = named.block;
	args.address = named.address;
	args.flags = cli_flag (cli, "all") ? IP_DRIVER_ADDRESS_PURGE_ALL : 0;
	status = ip_driver_address_purge (cli->driver, &args, &purged, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (purged == 0 && cli_flag (cli, "quiet"))
		return IP_DRIVER_OK;
	if (cli->json)
		out_json (json_pack ("{s:I}", "purged", (json_int_t)purged));
	else
		out_printf ("purged %" G_GUINT64_FORMAT "\n", (guint64)purged);
	return IP_DRIVER_OK;
}

static ip_driver_status
address_snapshot (cli_context *cli, ip_driver_error *error)
{
	g_autoptr (ip_driver_address_snapshot_result) result = NULL;
	ip_driver_status status = ip_driver_address_snapshot (cli->driver, &result, error);

	if (status != IP_DRIVER_OK)
		return status;
	if (cli->json)
		out_json (json_pack ("{s:s}", "token", result->token));
	else
		out_printf ("%s\n", result->token);
	return IP_DRIVER_OK;
}

/* One id per line; empty lines mean nothing. */
static ip_driver_status
read_living (const char *path, GPtrArray **ret_living, ip_driver_error *error)
{
	g_autoptr (GPtrArray) living = g_ptr_array_new_with_free_func (g_free);
	g_auto (GStrv) lines = NULL;
	g_autofree char *text = NULL;
	gsize length;
	ip_driver_status status = cli_read_file (path, &text, &length, error);

	if (status != IP_DRIVER_OK)
		return status;
	if (strlen (text) != length)
		return cli_error (error, IP_DRIVER_INVALID, "%s is not a text file: it holds a NUL byte", path);
	lines = g_strsplit (text, "\n", -1);
	for (unsigned i = 0; lines[i] != NULL; i++) {
		gsize end = strlen (lines[i]);

		if (end > 0 && lines[i][end - 1] == '\r')
			lines[i][--end] = '\0';
		if (!g_utf8_validate (lines[i], -1, NULL))
			return cli_error (error, IP_DRIVER_INVALID, "%s: line %u is not valid UTF-8", path, i + 1);
		if (end > 0)
			g_ptr_array_add (living, g_strdup (lines[i]));
	}
	*ret_living = g_steal_pointer (&living);
	return IP_DRIVER_OK;
}

static ip_driver_status
address_reconcile (cli_context *cli, ip_driver_error *error)
{
	ip_driver_address_reconcile_args args = IP_DRIVER_ADDRESS_RECONCILE_ARGS_INIT;
	g_autoptr (GPtrArray) living = NULL;
	g_autoptr (out_list) list = NULL;
	guint64 grace = 300;
	ip_driver_status status;

	args.tenant = cli->tenant;
	args.network = cli_text (cli, "network");
	args.device_prefix = cli_text (cli, "device-prefix");
	args.token = cli_text (cli, "token");
	if (args.tenant == NULL && args.network == NULL && args.device_prefix == NULL)
		return cli_error (error, CLI_USAGE, "say where: --tenant, --network or --device-prefix");
	if (args.token == NULL || cli_text (cli, "living") == NULL)
		return cli_error (error, CLI_USAGE, "--token and --living are needed");
	status = cli_unsigned (cli, "grace", 0, G_MAXUINT32, &grace, error);
	if (status == IP_DRIVER_OK)
		status = read_living (cli_text (cli, "living"), &living, error);
	if (status != IP_DRIVER_OK)
		return status;
	/* The usual reason for an empty list is that the command that made it has failed. */
	if (living->len == 0 && !cli_flag (cli, "allow-empty"))
		return cli_error (error, IP_DRIVER_INVALID,
		                  "the list of what lives is empty; if that is so, add --allow-empty");
	args.grace = (uint32_t)grace;
	args.living = (const char *const *)living->pdata;
	args.living_count = living->len;
	args.flags |= cli_flag (cli, "devices") ? IP_DRIVER_ADDRESS_RECONCILE_DEVICES : 0;
	args.flags |= cli_flag (cli, "dry-run") ? IP_DRIVER_ADDRESS_RECONCILE_DRY_RUN : 0;
	list = out_list_begin ("addresses", address_columns);
	status = each_reconciled (cli->driver, &args, G_MAXUINT64, NULL, list_address, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), FALSE);
	return status;
}

static const cli_option allocate_options[] = {
	{"address", CLI_TEXT, "ADDRESS", "The address wanted (default: the next one)"},
	{"interface", CLI_TEXT, "ID", "Interface that will use it, made if it does not exist"},
	{"device", CLI_TEXT, "DEVICE", "Device of an interface that is made"},
	{"mac", CLI_TEXT, "MAC", "MAC address of an interface that is made"},
	{"used-by-tenant", CLI_TEXT, "TENANT", "Tenant that uses the address (default: the block's)"},
	{"request-key", CLI_TEXT, "KEY", "Makes the command repeatable: the same key gives the same addresses"},
	{"count", CLI_TEXT, "N", "How many, all or none (default: 1)"},
	{"hold", CLI_TEXT, "SECONDS", "Only hold it: it ends by itself unless confirmed"},
	{"id", CLI_TEXT, "UUID", "Id of the allocation"},
	{NULL},
};
static const cli_option id_options[] = {
	{"id", CLI_TEXT, "UUID", "Only if it is still this allocation"},
	{NULL},
};
static const cli_option list_options[] = {
	{"block", CLI_TEXT, "BLOCK", "Only this block"},
	{"network", CLI_TEXT, "NETWORK", "Only this network"},
	{"device", CLI_TEXT, "DEVICE", "Only this device"},
	{"interface", CLI_TEXT, "ID", "Only this interface"},
	{"state", CLI_CHOICE, "allocated|deallocated", "Only this state"},
	CLI_OPTION_LIMIT,
	{NULL},
};
static const cli_option find_options[] = {CLI_OPTION_LIMIT, {NULL}};
static const cli_option purge_options[] = {
	{"block", CLI_TEXT, "BLOCK", "Only this block"},
	{"all", CLI_FLAG, NULL, "Also addresses whose rest is not over"},
	{"quiet", CLI_FLAG, NULL, "Print nothing if there was nothing to end, for cron"},
	{NULL},
};
static const cli_option reconcile_options[] = {
	{"token", CLI_TEXT, "TOKEN", "What 'address snapshot' printed, before the living were listed"},
	{"living", CLI_FILE, "FILE", "Ids of the interfaces that exist, one per line; - is stdin"},
	{"grace", CLI_TEXT, "SECONDS", "Release nothing younger at the snapshot (default: 300)"},
	{"network", CLI_TEXT, "NETWORK", "Only this network"},
	{"device-prefix", CLI_TEXT, "TEXT", "Only devices whose name begins so"},
	{"devices", CLI_FLAG, NULL, "The file names devices, not interfaces"},
	{"allow-empty", CLI_FLAG, NULL, "The file may be empty: nothing lives"},
	{"dry-run", CLI_FLAG, NULL, "Only show what would be released"},
	{NULL},
};

const cli_command address_commands[] = {
	{"address allocate", "BLOCK", "Allocate addresses from a block", NULL, allocate_options, address_allocate},
	{"address confirm", "ADDRESS...", "Make holds permanent, all or none", NULL, id_options, address_confirm},
	{"address cancel", "ADDRESS...", "End holds at once, all or none", NULL, id_options, address_cancel},
	{"address list", "", "List allocated and resting addresses",
         "With --block, --tenant is the block's tenant; without, the tenant that uses the address.", list_options,
         address_list},
	{"address show", "ADDRESS", "Show an address", NULL, NULL, address_show},
	{"address find", "ADDRESS", "List the blocks that contain an address, the smallest first", NULL, find_options,
         address_find},
	{"address release", "ADDRESS", "Release an address into quarantine", NULL, id_options, address_release},
	{"address restore", "ADDRESS", "Take an address out of quarantine", NULL, NULL, address_restore},
	{"address purge", "[ADDRESS]", "End quarantines that are over, and holds that have lapsed",
         "Of all tenants, unless --tenant is given. To be run now and then; ip-driver(1) has a line for cron and a "
         "timer for systemd.",
         purge_options, address_purge},
	{"address snapshot", "", "Print a token to reconcile against", NULL, NULL, address_snapshot},
	{"address reconcile", "", "Release the addresses of interfaces that do not exist any more",
         "First take a token with 'address snapshot', then list what lives, then reconcile: so an address that is "
         "allocated in between is never released. The addresses are shown as they were before.",
         reconcile_options, address_reconcile},
	{NULL},
};
