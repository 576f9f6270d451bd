/*
 * export.c: the command `export`: everything that import can bring back, as JSON, an object per line. It is
 * written while it is read, so that a large database needs no large memory.
 *
 * What the clock made (times of creation, ends of quarantines) is left out, since no import could restore it,
 * and so are holds, which end by themselves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"
#include "paging.h"
#include "present.h"
#include "progress.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The walk through the database. */
typedef struct exporter {
	ip_driver *driver;
	/* NULL: standard output. */
	FILE *file;
	progress *progress;
	/* In the section that is open. */
	guint64 count;
	/* Ids that were written, in order; and the same as sets, with "BLOCK ADDRESS" for addresses. What refers
	 * to something else came or went during a live export, or belongs to a hold. */
	GPtrArray *blocks;
	GPtrArray *interfaces;
	GHashTable *known_policies;
	GHashTable *known_blocks;
	GHashTable *known_interfaces;
	GHashTable *known_addresses;
	/* Found on the way, written in a section of its own. */
	GPtrArray *nat;
} exporter;

static void
put (exporter *self, const char *text)
{
	if (self->file != NULL)
		fputs (text, self->file);
	else
		out_text (text);
}

/* Takes the object. */
static void
put_object (exporter *self, json_t *object)
{
	char *text = json_dumps (object, JSON_COMPACT);

	g_assert (text != NULL);
	put (self, self->count++ > 0 ? ",\n" : "\n");
	put (self, text);
	free (text);
	json_decref (object);
	progress_step (self->progress);
}

/* Keeps only the keys that import reads. keys: ends with NULL. Takes the object, returns a new one. */
static json_t *
only (json_t *object, const char *const *keys)
{
	json_t *kept = json_object ();

	for (; *keys != NULL; keys++) {
		json_t *value = json_object_get (object, *keys);

		json_object_set (kept, *keys, value != NULL ? value : json_null ());
	}
	json_decref (object);
	return kept;
}

static gboolean
is_known (GHashTable *set, const char *id)
{
	return id == NULL || g_hash_table_contains (set, id);
}

static gboolean
is_known_address (const exporter *self, const char *block, const char *address)
{
	g_autofree char *key = g_strdup_printf ("%s %s", block, address);

	return g_hash_table_contains (self->known_addresses, key);
}

/* In a live export, what is gone since it was listed has no parts. */
static ip_driver_status
or_gone (ip_driver_status status)
{
	return status == IP_DRIVER_NOT_FOUND ? IP_DRIVER_OK : status;
}

static ip_driver_status
append_range (const ip_driver_policy_range *item, void *data, ip_driver_error *error)
{
	static const char *const keys[] = {"id", "offset", "length", NULL};

	json_array_append_new (data, only (present_policy_range (item), keys));
	return IP_DRIVER_OK;
}

static ip_driver_status
append_octet (const ip_driver_policy_octet *item, void *data, ip_driver_error *error)
{
	static const char *const keys[] = {"id", "octet", NULL};

	json_array_append_new (data, only (present_policy_octet (item), keys));
	return IP_DRIVER_OK;
}

static ip_driver_status
export_policy (const ip_driver_policy *item, void *data, ip_driver_error *error)
{
	static const char *const keys[] = {"id", "tenant", "name", "description", NULL};
	exporter *self = data;
	ip_driver_policy_part_list_args args = IP_DRIVER_POLICY_PART_LIST_ARGS_INIT;
	json_t *object = only (present_policy (item), keys), *ranges = json_array (), *octets = json_array ();
	ip_driver_status status;

	json_object_set_new (object, "ranges", ranges);
	json_object_set_new (object, "octets", octets);
	args.policy = item->id;
	status = or_gone (each_policy_range (self->driver, &args, G_MAXUINT64, NULL, append_range, ranges, error));
	if (status == IP_DRIVER_OK)
		status = or_gone (
			each_policy_octet (self->driver, &args, G_MAXUINT64, NULL, append_octet, octets, error));
	if (status != IP_DRIVER_OK) {
		json_decref (object);
		return status;
	}
	g_hash_table_add (self->known_policies, g_strdup (item->id));
	put_object (self, object);
	return IP_DRIVER_OK;
}

static ip_driver_status
export_block (const ip_driver_block *item, void *data, ip_driver_error *error)
{
	static const char *const keys[] = {"id",   "tenant", "network", "cidr",   "type", "gateway",
	                                   "dns1", "dns2",   "policy",  "parent", NULL};
	exporter *self = data;

	if (!is_known (self->known_blocks, item->parent) || !is_known (self->known_policies, item->policy))
		return IP_DRIVER_OK;
	g_hash_table_add (self->known_blocks, g_strdup (item->id));
	g_ptr_array_add (self->blocks, g_strdup (item->id));
	put_object (self, only (present_block (item), keys));
	return IP_DRIVER_OK;
}

static ip_driver_status
export_route (const ip_driver_route *item, void *data, ip_driver_error *error)
{
	static const char *const keys[] = {"id", "block", "destination", "netmask", "gateway", NULL};

	put_object (data, only (present_route (item), keys));
	return IP_DRIVER_OK;
}

static ip_driver_status
export_mac_range (const ip_driver_mac_range *item, void *data, ip_driver_error *error)
{
	static const char *const keys[] = {"id", "cidr", NULL};

	put_object (data, only (present_mac_range (item), keys));
	return IP_DRIVER_OK;
}

static ip_driver_status
export_interface (const ip_driver_interface *item, void *data, ip_driver_error *error)
{
	static const char *const keys[] = {"id", "tenant", "device", "mac", NULL};
	exporter *self = data;

	g_hash_table_add (self->known_interfaces, g_strdup (item->id));
	g_ptr_array_add (self->interfaces, g_strdup (item->id));
	put_object (self, only (present_interface (item), keys));
	return IP_DRIVER_OK;
}

/* The local address of the pairs that are being listed. */
typedef struct pair_walk {
	exporter *exporter;
	const ip_driver_address *local;
} pair_walk;

static ip_driver_status
keep_pair (const ip_driver_address *item, void *data, ip_driver_error *error)
{
	const pair_walk *walk = data;

	g_ptr_array_add (walk->exporter->nat, json_pack ("{s:s, s:s, s:s, s:s}", "local_block", walk->local->block,
	                                                 "local_address", walk->local->address, "global_block",
	                                                 item->block, "global_address", item->address));
	return IP_DRIVER_OK;
}

static ip_driver_status
export_address (const ip_driver_address *item, void *data, ip_driver_error *error)
{
	static const char *const keys[] = {"id",          "block", "address", "interface", "used_by_tenant",
	                                   "request_key", "state", NULL};
	exporter *self = data;
	ip_driver_nat_list_args args = IP_DRIVER_NAT_LIST_ARGS_INIT;
	pair_walk walk = {self, item};

	if (item->hold_until != 0 || !is_known (self->known_blocks, item->block) ||
	    !is_known (self->known_interfaces, item->interface))
		return IP_DRIVER_OK;
	g_hash_table_add (self->known_addresses, g_strdup_printf ("%s %s", item->block, item->address));
	put_object (self, only (present_address (item), keys));
	if (item->state != IP_DRIVER_ADDRESS_ALLOCATED || !ip_driver_supports (self->driver, "nat.list_globals"))
		return IP_DRIVER_OK;
	args.block = item->block;
	args.address = item->address;
	return or_gone (each_nat_global (self->driver, &args, G_MAXUINT64, NULL, keep_pair, &walk, error));
}

/* The interface whose allowed IPs are being listed. */
typedef struct allowed_walk {
	exporter *exporter;
	const char *interface;
} allowed_walk;

static ip_driver_status
export_allowed_ip (const ip_driver_address *item, void *data, ip_driver_error *error)
{
	const allowed_walk *walk = data;

	/* The list has the interface's own addresses too. */
	if (g_strcmp0 (item->interface, walk->interface) == 0 ||
	    !is_known_address (walk->exporter, item->block, item->address))
		return IP_DRIVER_OK;
	put_object (walk->exporter, json_pack ("{s:s, s:s, s:s}", "interface", walk->interface, "block", item->block,
	                                       "address", item->address));
	return IP_DRIVER_OK;
}

static ip_driver_status
export_lease (const ip_driver_lease *item, void *data, ip_driver_error *error)
{
	static const char *const keys[] = {"block", "address", "mac", "client_id", "hostname", "leased_until", NULL};

	if (is_known_address (data, item->block, item->address))
		put_object (data, only (present_lease (item), keys));
	return IP_DRIVER_OK;
}

static ip_driver_status
export_policies (exporter *self, ip_driver_error *error)
{
	ip_driver_policy_list_args args = IP_DRIVER_POLICY_LIST_ARGS_INIT;

	return each_policy (self->driver, &args, G_MAXUINT64, NULL, export_policy, self, error);
}

static ip_driver_status
export_blocks (exporter *self, ip_driver_error *error)
{
	ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;

	return each_block (self->driver, &args, G_MAXUINT64, NULL, export_block, self, error);
}

static ip_driver_status
export_routes (exporter *self, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	for (guint i = 0; i < self->blocks->len && status == IP_DRIVER_OK; i++) {
		ip_driver_route_list_args args = IP_DRIVER_ROUTE_LIST_ARGS_INIT;

		args.block = self->blocks->pdata[i];
		status = or_gone (each_route (self->driver, &args, G_MAXUINT64, NULL, export_route, self, error));
	}
	return status;
}

static ip_driver_status
export_mac_ranges (exporter *self, ip_driver_error *error)
{
	ip_driver_mac_range_list_args args = IP_DRIVER_MAC_RANGE_LIST_ARGS_INIT;

	return each_mac_range (self->driver, &args, G_MAXUINT64, NULL, export_mac_range, self, error);
}

static ip_driver_status
export_interfaces (exporter *self, ip_driver_error *error)
{
	ip_driver_interface_list_args args = IP_DRIVER_INTERFACE_LIST_ARGS_INIT;

	return each_interface (self->driver, &args, G_MAXUINT64, NULL, export_interface, self, error);
}

static ip_driver_status
export_addresses (exporter *self, ip_driver_error *error)
{
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;

	return each_address (self->driver, &args, G_MAXUINT64, NULL, export_address, self, error);
}

static ip_driver_status
export_allowed_ips (exporter *self, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	for (guint i = 0; i < self->interfaces->len && status == IP_DRIVER_OK; i++) {
		ip_driver_allowed_ip_list_args args = IP_DRIVER_ALLOWED_IP_LIST_ARGS_INIT;
		allowed_walk walk = {self, self->interfaces->pdata[i]};

		args.interface = self->interfaces->pdata[i];
		status = or_gone (
			each_allowed_ip (self->driver, &args, G_MAXUINT64, NULL, export_allowed_ip, &walk, error));
	}
	return status;
}

/* The pairs were found with their local addresses; the global ones are known only now. */
static ip_driver_status
export_nat (exporter *self, ip_driver_error *error)
{
	for (guint i = 0; i < self->nat->len; i++) {
		json_t *pair = self->nat->pdata[i];

		if (is_known_address (self, json_string_value (json_object_get (pair, "global_block")),
		                      json_string_value (json_object_get (pair, "global_address"))))
			put_object (self, json_incref (pair));
	}
	return IP_DRIVER_OK;
}

static ip_driver_status
export_leases (exporter *self, ip_driver_error *error)
{
	ip_driver_lease_list_args args = IP_DRIVER_LEASE_LIST_ARGS_INIT;

	return each_lease (self->driver, &args, G_MAXUINT64, NULL, export_lease, self, error);
}

/* The lists of an export, in order: what is referred to comes first. A backend without the operation has
 * nothing to put there. */
static const struct {
	const char *name;
	const char *operation;
	ip_driver_status (*write) (exporter *self, ip_driver_error *error);
} sections[] = {
	{"policies", "policy.list", export_policies},
	{"blocks", "block.list", export_blocks},
	{"routes", "route.list", export_routes},
	{"mac_ranges", "mac_range.list", export_mac_ranges},
	{"interfaces", "interface.list", export_interfaces},
	{"addresses", "address.list", export_addresses},
	{"allowed_ips", "allowed_ip.list", export_allowed_ips},
	{"nat", "nat.list_globals", export_nat},
	{"leases", "lease.list", export_leases},
};

static ip_driver_status
export_sections (exporter *self, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	put (self, "{\"ip_driver_export\":1");
	for (unsigned i = 0; i < G_N_ELEMENTS (sections) && status == IP_DRIVER_OK; i++) {
		g_autofree char *opening = g_strdup_printf (",\n\"%s\":[", sections[i].name);

		put (self, opening);
		self->count = 0;
		if (ip_driver_supports (self->driver, sections[i].operation))
			status = sections[i].write (self, error);
		put (self, self->count > 0 ? "\n]" : "]");
	}
	put (self, "\n}\n");
	return status;
}

static void
release_json (void *value)
{
	json_decref (value);
}

static GHashTable *
new_set (void)
{
	return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* Writes to `file`, or to standard output if it is NULL. */
static ip_driver_status
export_all (ip_driver *driver, FILE *file, ip_driver_error *error)
{
	/* Not in the middle of what is shown. */
	g_autoptr (progress) bar = file != NULL || !out_stdout_is_terminal () ? progress_begin ("exporting", 0) : NULL;
	g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func (g_free),
			      interfaces = g_ptr_array_new_with_free_func (g_free),
			      nat = g_ptr_array_new_with_free_func (release_json);
	g_autoptr (GHashTable) known_policies = new_set (), known_blocks = new_set (), known_interfaces = new_set (),
			       known_addresses = new_set ();
	exporter self = {.driver = driver,
	                 .file = file,
	                 .progress = bar,
	                 .blocks = blocks,
	                 .interfaces = interfaces,
	                 .known_policies = known_policies,
	                 .known_blocks = known_blocks,
	                 .known_interfaces = known_interfaces,
	                 .known_addresses = known_addresses,
	                 .nat = nat};

	return export_sections (&self, error);
}

/* All of it is from one moment only if nobody writes meanwhile. */
static ip_driver_status
export_locked (cli_context *cli, FILE *file, ip_driver_error *error)
{
	ip_driver *transaction;
	ip_driver_status status;

	if (!ip_driver_supports (cli->driver, "all_tenants")) {
		return cli_error (error, IP_DRIVER_NOT_SUPPORTED,
		                  "export needs to see what all tenants have; this backend shows one at a time");
	}
	if (cli_flag (cli, "live"))
		return export_all (cli->driver, file, error);
	if (!ip_driver_supports (cli->driver, "transaction.begin")) {
		return cli_error (error, IP_DRIVER_NOT_SUPPORTED,
		                  "this backend has no transactions to keep other writers out; use --live");
	}
	status = ip_driver_transaction_begin (cli->driver, &transaction, error);
	if (status != IP_DRIVER_OK)
		return status;
	status = export_all (transaction, file, error);
	ip_driver_transaction_rollback (transaction);
	return status;
}

/* Writes a file beside the one that is wanted, and puts it in its place when all of it is on disk. */
static ip_driver_status
export_to_file (cli_context *cli, const char *path, ip_driver_error *error)
{
	g_autofree char *draft = g_strconcat (path, ".XXXXXX", NULL);
	int descriptor = g_mkstemp_full (draft, O_RDWR | O_CLOEXEC, 0666);
	FILE *file = descriptor >= 0 ? fdopen (descriptor, "w") : NULL;
	ip_driver_status status;
	gboolean failed;

	if (file == NULL)
		return cli_error (error, CLI_IO, "cannot write %s: %s", path, g_strerror (errno));
	status = export_locked (cli, file, error);
	failed = fflush (file) != 0 || ferror (file) || fsync (descriptor) != 0;
	failed = fclose (file) != 0 || failed;
	if (status == IP_DRIVER_OK && (failed || g_rename (draft, path) != 0))
		status = cli_error (error, CLI_IO, "cannot write %s: %s", path, g_strerror (errno));
	if (status != IP_DRIVER_OK)
		g_unlink (draft);
	return status;
}

/* Writes to a device or a pipe: a file in its place would remove it. */
static ip_driver_status
export_to_device (cli_context *cli, const char *path, ip_driver_error *error)
{
	FILE *file = fopen (path, "we");
	ip_driver_status status;

	if (file == NULL)
		return cli_error (error, CLI_IO, "cannot write %s: %s", path, g_strerror (errno));
	status = export_locked (cli, file, error);
	if (fclose (file) != 0 && status == IP_DRIVER_OK)
		status = cli_error (error, CLI_IO, "cannot write %s: %s", path, g_strerror (errno));
	return status;
}

ip_driver_status
cmd_export (cli_context *cli, ip_driver_error *error)
{
	const char *path = cli_text (cli, "output");
	struct stat there;
	/* Allocated by libc; NULL if there is no such file yet. */
	char *target;
	ip_driver_status status;

	if (path == NULL || strcmp (path, "-") == 0)
		return export_locked (cli, NULL, error);
	if (stat (path, &there) == 0 && !S_ISREG (there.st_mode))
		return export_to_device (cli, path, error);
	/* What a link points to is replaced, not the link. */
	target = realpath (path, NULL);
	status = export_to_file (cli, target != NULL ? target : path, error);
	free (target);
	return status;
}
