/*
 * interface.c: the commands `interface ...`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"
#include "paging.h"
#include "present.h"

#include <string.h>

static void
show_interface (const ip_driver_interface *interface)
{
	out_list *list;

	out_record ("interface", present_interface (interface));
	if (out_is_json () || interface->allocation_count == 0)
		return;
	out_text ("\n");
	list = out_list_begin ("allocations", allocation_columns);
	for (size_t i = 0; i < interface->allocation_count; i++)
		out_list_add (list, present_allocation (interface->allocations[i]));
	out_list_end (list, FALSE);
}

static ip_driver_status
interface_create (cli_context *cli, ip_driver_error *error)
{
	ip_driver_interface_create_args args = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	ip_driver_interface_network network = {0};
	g_autoptr (ip_driver_interface) interface = NULL;
	guint64 hold = 0;
	ip_driver_status status = cli_unsigned (cli, "hold", 1, IP_DRIVER_HOLD_MAX, &hold, error);

	if (status != IP_DRIVER_OK)
		return status;
	network.network = cli_text (cli, "network");
	network.tenant = cli_text (cli, "network-tenant");
	network.addresses = cli_texts (cli, "address", &network.address_count);
	if (network.network == NULL && (network.tenant != NULL || network.address_count > 0))
		return cli_error (error, CLI_USAGE, "--network-tenant and --address need --network");
	args.tenant = cli->tenant;
	args.id = cli_text (cli, "id");
	args.device = cli_text (cli, "device");
	args.mac = cli_text (cli, "mac");
	args.request_key = cli_text (cli, "request-key");
	args.networks = &network;
	args.network_count = network.network != NULL;
	args.hold = (uint32_t)hold;
	status = ip_driver_interface_create (cli->driver, &args, &interface, error);
	if (status == IP_DRIVER_OK)
		show_interface (interface);
	return status;
}

static ip_driver_status
interface_show (cli_context *cli, ip_driver_error *error)
{
	g_autoptr (ip_driver_interface) interface = NULL;
	ip_driver_status status =
		ip_driver_interface_get (cli->driver, cli->tenant, cli_arg (cli, 0), &interface, error);

	if (status == IP_DRIVER_OK)
		show_interface (interface);
	return status;
}

static ip_driver_status
interface_list (cli_context *cli, ip_driver_error *error)
{
	ip_driver_interface_list_args args = IP_DRIVER_INTERFACE_LIST_ARGS_INIT;
	g_autoptr (out_list) list = NULL;
	gboolean more;
	guint64 limit;
	ip_driver_status status = cli_limit (cli, &limit, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.device = cli_text (cli, "device");
	list = out_list_begin ("interfaces", interface_columns);
	status = each_interface (cli->driver, &args, limit, &more, list_interface, list, error);
	if (status == IP_DRIVER_OK)
		out_list_end (g_steal_pointer (&list), more);
	return status;
}

static ip_driver_status
interface_delete (cli_context *cli, ip_driver_error *error)
{
	ip_driver_status status = ip_driver_interface_delete (cli->driver, cli->tenant, cli_arg (cli, 0), error);

	if (status == IP_DRIVER_OK)
		out_done ("deleted", cli_arg (cli, 0));
	return status;
}

static ip_driver_status
interface_delete_all (cli_context *cli, ip_driver_error *error)
{
	ip_driver_status status = ip_driver_interface_delete_all (cli->driver, cli->tenant, cli_arg (cli, 0), error);

	/* The device is no thing of ours, and may have had none. */
	if (status == IP_DRIVER_OK)
		out_done ("cleared", cli_arg (cli, 0));
	return status;
}

/* An interface as `--interface id=a,mac=…,network=n,address=…` describes it; owns its texts. */
typedef struct wanted {
	ip_driver_interface_create_args args;
	ip_driver_interface_network network;
	GPtrArray *addresses;
	char **fields;
} wanted;

static void
wanted_free (void *data)
{
	wanted *self = data;

	g_ptr_array_unref (self->addresses);
	g_strfreev (self->fields);
	g_free (self);
}

/* Splits at commas; "\," is a comma and "\\" a backslash. */
static char **
split_fields (const char *text)
{
	g_autoptr (GPtrArray) fields = g_ptr_array_new ();
	GString *field = g_string_new (NULL);

	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\\' && (p[1] == ',' || p[1] == '\\')) {
			g_string_append_c (field, *++p);
		} else if (*p == ',') {
			g_ptr_array_add (fields, g_string_free (field, FALSE));
			field = g_string_new (NULL);
		} else {
			g_string_append_c (field, *p);
		}
	}
	g_ptr_array_add (fields, g_string_free (field, FALSE));
	g_ptr_array_add (fields, NULL);
	return (char **)g_ptr_array_steal (fields, NULL);
}

static ip_driver_status
parse_wanted (const char *text, wanted *self, ip_driver_error *error)
{
	self->args = (ip_driver_interface_create_args)IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	self->addresses = g_ptr_array_new ();
	self->fields = split_fields (text);
	for (char **field = self->fields; *field != NULL; field++) {
		const struct {
			const char *key;
			const char **value;
		} keys[] = {
			{"id=", &self->args.id},
			{"mac=", &self->args.mac},
			{"network=", &self->network.network},
			{"network_tenant=", &self->network.tenant},
		};
		unsigned i;

		if (g_str_has_prefix (*field, "address=")) {
			g_ptr_array_add (self->addresses, *field + strlen ("address="));
			continue;
		}
		for (i = 0; i < G_N_ELEMENTS (keys) && !g_str_has_prefix (*field, keys[i].key); i++)
			;
		/* "" alone is an interface about which nothing is said. */
		if (i == G_N_ELEMENTS (keys) && (text[0] != '\0'))
			return cli_error (
				error, CLI_USAGE,
				"--interface takes id=, mac=, network=, network_tenant= and address=, not “%s”",
				*field);
		if (i < G_N_ELEMENTS (keys) && *keys[i].value != NULL)
			return cli_error (error, CLI_USAGE, "--interface “%s” has %s twice", text, keys[i].key);
		if (i < G_N_ELEMENTS (keys))
			*keys[i].value = *field + strlen (keys[i].key);
	}
	self->network.addresses = (const char *const *)self->addresses->pdata;
	self->network.address_count = self->addresses->len;
	if (self->network.network == NULL && (self->network.tenant != NULL || self->addresses->len > 0))
		return cli_error (error, CLI_USAGE, "--interface “%s” has no network=", text);
	self->args.networks = &self->network;
	self->args.network_count = self->network.network != NULL;
	return IP_DRIVER_OK;
}

static ip_driver_status
interface_replace_all (cli_context *cli, ip_driver_error *error)
{
	ip_driver_interface_replace_all_args args = IP_DRIVER_INTERFACE_REPLACE_ALL_ARGS_INIT;
	g_autoptr (ip_driver_interfaces) interfaces = NULL;
	g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (wanted_free);
	g_autofree const ip_driver_interface_create_args **pointers = NULL;
	size_t count;
	const char *const *texts = cli_texts (cli, "interface", &count);
	ip_driver_status status = IP_DRIVER_OK;
	out_list *list;

	if (count == 0)
		return cli_error (error, CLI_USAGE, "no --interface is given; to have none, use interface delete-all");
	pointers = g_new0 (const ip_driver_interface_create_args *, count);
	for (size_t i = 0; i < count && status == IP_DRIVER_OK; i++) {
		wanted *one = g_new0 (wanted, 1);

		g_ptr_array_add (all, one);
		pointers[i] = &one->args;
		status = parse_wanted (texts[i], one, error);
	}
	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = cli->tenant;
	args.device = cli_arg (cli, 0);
	args.interfaces = pointers;
	args.interface_count = count;
	status = ip_driver_interface_replace_all (cli->driver, &args, &interfaces, error);
	if (status != IP_DRIVER_OK)
		return status;
	list = out_list_begin ("interfaces", interface_columns);
	for (size_t i = 0; i < interfaces->count; i++)
		out_list_add (list, present_interface (interfaces->items[i]));
	out_list_end (list, FALSE);
	return IP_DRIVER_OK;
}

static const cli_option create_options[] = {
	{"id", CLI_TEXT, "ID", "Id of the interface (default: a new UUID)"},
	{"device", CLI_TEXT, "DEVICE", "Device on which it sits"},
	{"mac", CLI_TEXT, "MAC", "MAC address (default: from the MAC ranges, if there are any)"},
	{"network", CLI_TEXT, "NETWORK", "Allocate on this network"},
	{"network-tenant", CLI_TEXT, "TENANT", "Tenant of the network's blocks (default: the interface's)"},
	{"address", CLI_MANY, "ADDRESS", "An address wanted there; may be repeated, all or none"},
	{"request-key", CLI_TEXT, "KEY", "Makes the command repeatable: the same key gives the same interface"},
	{"hold", CLI_TEXT, "SECONDS", "Only hold it: it ends by itself unless an address is confirmed"},
	{NULL},
};
static const cli_option list_options[] = {
	{"device", CLI_TEXT, "DEVICE", "Only this device"},
	CLI_OPTION_LIMIT,
	{NULL},
};
static const cli_option replace_options[] = {
	{"interface", CLI_MANY, "KEY=VALUE,...",
         "A new interface: id=, mac=, network=, network_tenant=, address= "
         "(may be repeated); write \\, for a comma in a value"},
	{NULL},
};

const cli_command interface_commands[] = {
	{"interface create", "", "Create an interface, with its MAC and its addresses, in one step", NULL,
         create_options, interface_create, CLI_NEEDS_TENANT},
	{"interface show", "ID", "Show an interface", NULL, NULL, interface_show},
	{"interface list", "", "List interfaces, oldest first", NULL, list_options, interface_list},
	{"interface delete", "ID", "Delete an interface and release its addresses", NULL, NULL, interface_delete},
	{"interface replace-all", "DEVICE", "Replace all interfaces of a device, all or nothing", NULL, replace_options,
         interface_replace_all, CLI_NEEDS_TENANT},
	{"interface delete-all", "DEVICE", "Delete all interfaces of a device", NULL, NULL, interface_delete_all},
	{NULL},
};
