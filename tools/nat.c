/*
 * nat.c: the commands `nat ...`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"
#include "paging.h"
#include "present.h"

/* Addresses named on the command line, and the same as the library takes them. */
typedef struct ref_list {
	GArray *addresses;
	ip_driver_address_ref *refs;
	size_t count;
} ref_list;

static void
ref_list_clear (ref_list *self)
{
	for (guint i = 0; self->addresses != NULL && i < self->addresses->len; i++)
		cli_address_clear (&g_array_index (self->addresses, cli_address, i));
	g_clear_pointer (&self->addresses, g_array_unref);
	g_free (self->refs);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ref_list, ref_list_clear)

static ip_driver_status
read_refs (cli_context *cli, const char *option, ref_list *self, ip_driver_error *error)
{
	const char *const *texts = cli_texts (cli, option, &self->count);

	self->addresses = g_array_new (FALSE, TRUE, sizeof (cli_address));
	self->refs = g_new0 (ip_driver_address_ref, self->count + 1);
	for (size_t i = 0; i < self->count; i++) {
		cli_address *address;
		ip_driver_status status;

		g_array_set_size (self->addresses, (guint)i + 1);
		address = &g_array_index (self->addresses, cli_address, i);
		status = cli_resolve_address (cli, texts[i], FALSE, address, error);
		if (status != IP_DRIVER_OK)
			return status;
		self->refs[i] = (ip_driver_address_ref){address->block, address->address, address->id};
	}
	return IP_DRIVER_OK;
}

static ip_driver_status
with_pairs (cli_context *cli, const char *verb,
            ip_driver_status (*call) (ip_driver *, const ip_driver_nat_args *, ip_driver_error *),
            ip_driver_error *error)
{
	ip_driver_nat_args args = IP_DRIVER_NAT_ARGS_INIT;
	g_auto (ref_list) locals = {0}, globals = {0};
	ip_driver_status status = read_refs (cli, "local", &locals, error);

	if (status == IP_DRIVER_OK)
		status = read_refs (cli, "global", &globals, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (locals.count + globals.count == 0)
		return cli_error (error, CLI_USAGE, "--local and --global say which addresses");
	args.tenant = cli->tenant;
	args.locals = locals.refs;
	args.local_count = locals.count;
	args.globals = globals.refs;
	args.global_count = globals.count;
	status = call (cli->driver, &args, error);
	if (status != IP_DRIVER_OK)
		return status;
	out_done (verb, locals.count == 1 ? locals.refs[0].address : globals.refs[0].address);
	return IP_DRIVER_OK;
}

static ip_driver_status
nat_add (cli_context *cli, ip_driver_error *error)
{
	return with_pairs (cli, "added", ip_driver_nat_add, error);
}

static ip_driver_status
nat_remove (cli_context *cli, ip_driver_error *error)
{
	return with_pairs (cli, "removed", ip_driver_nat_remove, error);
}

static ip_driver_status
list_partners (cli_context *cli,
               ip_driver_status (*each) (ip_driver *, ip_driver_nat_list_args *, guint64, gboolean *,
                                         ip_driver_status (*) (const ip_driver_address *, void *, ip_driver_error *),
                                         void *, ip_driver_error *),
               ip_driver_error *error)
{
	ip_driver_nat_list_args args = IP_DRIVER_NAT_LIST_ARGS_INIT;
	g_auto (cli_address) named = {0};
	g_autoptr (out_list) list = NULL;
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status == IP_DRIVER_OK)
		status = cli_resolve_address (cli, cli_arg (cli, 0), FALSE, &named, error);
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.block = named.block;
	args.address = named.address;
	list = out_list_begin ("addresses", address_columns);
	status = each (cli->driver, &args, limit, &more, list_address, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

static ip_driver_status
nat_globals (cli_context *cli, ip_driver_error *error)
{
	return list_partners (cli, each_nat_global, error);
}

static ip_driver_status
nat_locals (cli_context *cli, ip_driver_error *error)
{
	return list_partners (cli, each_nat_local, error);
}

static const cli_option pair_options[] = {
	{"local", CLI_MANY, "ADDRESS", "An inside local address; may be repeated if there is one global"},
	{"global", CLI_MANY, "ADDRESS", "An inside global address; may be repeated if there is one local"},
	{NULL},
};
static const cli_option limit_options[] = {CLI_OPTION_LIMIT, {NULL}};

const cli_command nat_commands[] = {
	{"nat add", "", "Pair local addresses with global ones, all or nothing", NULL, pair_options, nat_add},
	{"nat remove", "", "End pairs; of one address alone: all of its pairs", NULL, pair_options, nat_remove},
	{"nat globals", "ADDRESS", "List the inside globals of a local address", NULL, limit_options, nat_globals},
	{"nat locals", "ADDRESS", "List the inside locals of a global address", NULL, limit_options, nat_locals},
	{NULL},
};
