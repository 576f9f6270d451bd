/*
 * Interfaces: life, MAC, addresses.
 */
#include "interface.h"

#include "allocation.h"
#include "mac_range.h"
#include "network.h"

#define SWEEP_BATCH 64

#define COLUMNS                                                                                                        \
	"i.no, i.id, i.tenant_no, t.name, i.device, i.mac, i.hold_until, i.request_no, i.created_at, i.updated_at"
#define FROM " FROM interface i LEFT JOIN tenant t ON t.no = i.tenant_no"

void
native_interface_clear (native_interface *interface)
{
	g_clear_pointer (&interface->id, g_free);
	g_clear_pointer (&interface->tenant, g_free);
	g_clear_pointer (&interface->device, g_free);
}

static void
take (storage_cursor *cursor, native_interface *ret)
{
	*ret = (native_interface){
		.no = storage_int (cursor, 0),
		.id = g_strdup (storage_text (cursor, 1)),
		.tenant_no = storage_int (cursor, 2),
		.tenant = g_strdup (storage_text (cursor, 3)),
		.device = g_strdup (storage_text (cursor, 4)),
		.has_mac = !storage_is_null (cursor, 5),
		.mac = (guint64)storage_int (cursor, 5),
		.hold_until = storage_int (cursor, 6),
		.request_no = storage_int (cursor, 7),
		.created_at = storage_int (cursor, 8),
		.updated_at = storage_int (cursor, 9),
	};
}

static gboolean
has_lapsed (const native_op *op, const native_interface *interface)
{
	return interface->hold_until && interface->hold_until <= op->now;
}

/* Loads by id, whosever it is, lapsed or not. */
static gboolean
load (native_op *op, const char *id, native_interface *ret)
{
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection, "SELECT " COLUMNS FROM " WHERE i.id = $1", "t", id);

	if (!storage_next (cursor))
		return FALSE;
	take (cursor, ret);
	return TRUE;
}

ip_driver_status
interface_load (native_op *op, const char *tenant, const char *id, native_interface *ret)
{
	if (load (op, id, ret) && !has_lapsed (op, ret) && (!tenant || g_strcmp0 (tenant, ret->tenant) == 0))
		return IP_DRIVER_OK;
	native_interface_clear (ret);
	ret->no = 0;
	return native_fail (op, IP_DRIVER_NOT_FOUND, "no interface %s%s%s", id, tenant ? " of tenant " : "",
	                    tenant ? tenant : "");
}

/* Deletes the row and gives the MAC back. */
static void
delete_row (native_op *op, const native_interface *interface)
{
	storage_execute (op->connection, "DELETE FROM interface WHERE no = $1", "i", interface->no);
	if (interface->has_mac)
		mac_range_give_back (op, interface->mac);
	if (interface->request_no)
		request_end (op, interface->request_no);
}

static GArray *
addresses_of (native_op *op, gint64 no)
{
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection,
		"SELECT block_no, address FROM address WHERE interface_no IS NOT NULL AND interface_no = $1", "i", no);

	return allocation_keys (cursor);
}

/* A hold that has lapsed: as if it had never been. */
static void
lapse (native_op *op, const native_interface *interface)
{
	g_autoptr (GArray) keys = addresses_of (op, interface->no);

	allocation_each (op, keys, allocation_free);
	interface_end_idle_hold (op, interface->no);
}

void
interface_confirm (native_op *op, gint64 no)
{
	storage_execute (
		op->connection,
		"UPDATE interface SET hold_until = NULL, updated_at = $2 WHERE no = $1 AND hold_until IS NOT NULL",
		"ii", no, op->now);
}

void
interface_prolong (native_op *op, gint64 no, gint64 hold_until)
{
	storage_execute (op->connection, "UPDATE interface SET hold_until = $2 WHERE no = $1 AND hold_until < $2", "ii",
	                 no, hold_until);
}

/* Ends what an interface was allowed to use; what that leaves without any interface is released. */
static void
end_allowances (native_op *op, gint64 no)
{
	g_autoptr (GArray) keys = NULL;

	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection,
			"SELECT a.block_no, a.address FROM allowed_ip l JOIN address a"
			" ON a.block_no = l.block_no AND a.address = l.address"
			" WHERE l.interface_no = $1 AND a.interface_no IS NOT NULL AND a.interface_no = 0",
			"i", no);
		keys = allocation_keys (cursor);
	}
	storage_execute (op->connection, "DELETE FROM allowed_ip WHERE interface_no = $1", "i", no);
	/* One that is still allowed elsewhere stays as it is. */
	allocation_each (op, keys, allocation_release);
}

void
interface_end_idle_hold (native_op *op, gint64 no)
{
	g_auto (native_interface) interface = {0};
	gint64 hold_until;

	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection,
			"SELECT " COLUMNS ", (SELECT max (coalesce (a.hold_until, i.hold_until)) FROM address a"
			" WHERE a.interface_no IS NOT NULL AND a.interface_no = i.no)" FROM
			" WHERE i.no = $1 AND i.hold_until IS NOT NULL",
			"i", no);
		if (!storage_next (cursor))
			return;
		take (cursor, &interface);
		hold_until = storage_int (cursor, 10);
	}
	if (hold_until) {
		storage_execute (op->connection, "UPDATE interface SET hold_until = $2 WHERE no = $1", "ii", no,
		                 hold_until);
		return;
	}
	end_allowances (op, no);
	delete_row (op, &interface);
}

void
interface_remove (native_op *op, const native_interface *interface)
{
	g_autoptr (GArray) keys = NULL;

	interface_confirm (op, interface->no);
	end_allowances (op, interface->no);
	keys = addresses_of (op, interface->no);
	allocation_each (op, keys, allocation_release);
	delete_row (op, interface);
}

/* Whether a MAC can be given to a new interface. */
static ip_driver_status
check_mac (native_op *op, guint64 mac, const char *text)
{
	g_auto (native_interface) other = {0};

	{
		g_autoptr (storage_cursor) cursor =
			storage_query (op->connection, "SELECT " COLUMNS FROM " WHERE i.mac IS NOT NULL AND i.mac = $1",
		                       "i", (gint64)mac);
		if (!storage_next (cursor))
			return IP_DRIVER_OK;
		take (cursor, &other);
	}
	if (has_lapsed (op, &other)) {
		lapse (op, &other);
		return IP_DRIVER_OK;
	}
	return native_fail (op, IP_DRIVER_DUPLICATE, "mac %s is taken by another interface", text);
}

ip_driver_status
interface_make (native_op *op, const interface_wish *wish, native_interface *ret)
{
	char generated[NATIVE_ID_TEXT];
	guint8 bytes[NATIVE_ID_SIZE];
	gboolean has_mac = FALSE;
	guint64 mac = 0;
	ip_driver_status status;

	if (wish->id) {
		g_auto (native_interface) other = {0};
		if (load (op, wish->id, &other)) {
			if (!has_lapsed (op, &other))
				return native_fail (op, IP_DRIVER_DUPLICATE, "interface \"%s\" exists already",
				                    wish->id);
			lapse (op, &other);
		}
	} else {
		native_id_new (bytes);
		native_id_format (bytes, generated);
	}
	if (wish->mac) {
		if (!mac_parse (wish->mac, &mac))
			return native_fail (op, IP_DRIVER_INVALID, "mac \"%s\" is not a MAC address", wish->mac);
		status = check_mac (op, mac, wish->mac);
		if (status != IP_DRIVER_OK)
			return status;
		mac_range_claim (op, mac);
		has_mac = TRUE;
	} else {
		status = mac_range_take (op, &mac, &has_mac);
		while (status == IP_DRIVER_EXHAUSTED && allocation_sweep (op, SWEEP_BATCH) > 0)
			status = mac_range_take (op, &mac, &has_mac);
		if (status != IP_DRIVER_OK)
			return status;
	}
	gint64 mac_number = (gint64)mac;
	storage_execute (op->connection,
	                 "INSERT INTO interface (id, tenant_no, device, mac, hold_until, request_no, created_at,"
	                 " updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
	                 "titoooi", wish->id ? wish->id : generated, native_tenant_make (op, wish->tenant),
	                 wish->device, has_mac ? &mac_number : NULL, wish->hold_until ? &wish->hold_until : NULL,
	                 wish->request_no ? &wish->request_no : NULL, op->now);
	if (!load (op, wish->id ? wish->id : generated, ret))
		return native_fail (op, IP_DRIVER_STORAGE, "the new interface cannot be read back");
	return IP_DRIVER_OK;
}

ip_driver_status
interface_ensure (native_op *op, const interface_wish *wish, native_interface *ret)
{
	if (!wish->id && !wish->device && !wish->mac)
		return IP_DRIVER_OK;
	if (!wish->id || !load (op, wish->id, ret))
		return interface_make (op, wish, ret);
	if (has_lapsed (op, ret)) {
		native_interface_clear (ret);
		return interface_make (op, wish, ret);
	}
	if (g_strcmp0 (ret->tenant, wish->tenant) != 0)
		return native_fail (op, IP_DRIVER_DUPLICATE, "interface \"%s\" belongs to another tenant", wish->id);
	if (ret->hold_until && !wish->hold_until)
		interface_confirm (op, ret->no);
	allocation_end_lapsed_of (op, ret->no);
	return IP_DRIVER_OK;
}

ip_driver_status
interface_check_network (native_op *op, const native_interface *interface, const char *network)
{
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection,
	                       "SELECT b.network FROM address a JOIN block b ON b.no = a.block_no"
	                       " WHERE a.interface_no IS NOT NULL AND a.interface_no = $1 LIMIT 1",
	                       "i", interface->no);

	if (!storage_next (cursor) || g_strcmp0 (storage_text (cursor, 0), network) == 0)
		return IP_DRIVER_OK;
	return native_fail (op, IP_DRIVER_NOT_ALLOWED, "interface \"%s\" is on another network%s%s%s", interface->id,
	                    storage_text (cursor, 0) ? ", \"" : "",
	                    storage_text (cursor, 0) ? storage_text (cursor, 0) : "",
	                    storage_text (cursor, 0) ? "\"" : "");
}

static void
return_interface (native_op *op, const native_interface *interface)
{
	char mac[MAC_TEXT_SIZE];
	g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func ((GDestroyNotify)native_allocation_free);
	g_autoptr (GPtrArray) allocations = g_ptr_array_new ();
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection,
	                       "SELECT " ADDRESS_COLUMNS ADDRESS_FROM
	                       " WHERE a.interface_no IS NOT NULL AND a.interface_no = $2 AND" ADDRESS_LIVES
	                       " ORDER BY a.block_no, a.address",
	                       "ii", op->now, interface->no);

	while (storage_next (cursor)) {
		native_allocation *each = native_allocation_read (op, cursor);
		g_ptr_array_add (owned, each);
		g_ptr_array_add (allocations, native_allocation_result (each));
	}
	ip_driver_interface result = {
		.size = sizeof result,
		.id = interface->id,
		.tenant = interface->tenant,
		.device = interface->device,
		.mac = interface->has_mac ? mac_format (interface->mac, mac) : NULL,
		.created_at = native_seconds (interface->created_at),
		.updated_at = native_seconds (interface->updated_at),
		.allocation_count = allocations->len,
		.allocations = (ip_driver_allocation **)allocations->pdata,
	};
	ip_driver_return_interface (op->results, &result);
}

static char *
fingerprint_of (const ip_driver_interface_create_args *args)
{
	g_autoptr (GChecksum) digest = g_checksum_new (G_CHECKSUM_SHA256);

	request_digest (digest, "interface");
	request_digest (digest, args->id);
	for (gsize i = 0; i < args->network_count; i++) {
		const ip_driver_interface_network *network = &args->networks[i];
		request_digest (digest, "on");
		request_digest (digest, network->tenant ? network->tenant : args->tenant);
		request_digest (digest, network->network);
		for (gsize j = 0; j < network->address_count; j++)
			request_digest (digest, network->addresses[j]);
	}
	return g_strdup (g_checksum_get_string (digest));
}

/* The interface that a repeated request made. */
static void
return_request (native_op *op, gint64 request_no)
{
	g_auto (native_interface) interface = {0};

	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection, "SELECT " COLUMNS FROM " WHERE i.request_no IS NOT NULL AND i.request_no = $1",
			"i", request_no);
		if (!storage_next (cursor))
			return;
		take (cursor, &interface);
	}
	return_interface (op, &interface);
}

void
interface_lapse_request (native_op *op, gint64 request_no)
{
	g_auto (native_interface) interface = {0};

	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection, "SELECT " COLUMNS FROM " WHERE i.request_no IS NOT NULL AND i.request_no = $1",
			"i", request_no);
		if (!storage_next (cursor))
			return;
		take (cursor, &interface);
	}
	if (has_lapsed (op, &interface))
		lapse (op, &interface);
}

static ip_driver_status
create_one (native_op *op, const ip_driver_interface_create_args *args, native_interface *ret)
{
	g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (allocation_key));
	gint64 hold_until = args->hold ? op->now + args->hold * NATIVE_SECOND : 0;
	gint64 request_no = 0, key_tenant = 0;
	g_autofree char *fingerprint = NULL;
	ip_driver_status status;

	if (args->request_key) {
		key_tenant = native_tenant_make (op, args->tenant);
		fingerprint = fingerprint_of (args);
		status = request_find (op, key_tenant, args->request_key, fingerprint, &request_no);
		if (status != IP_DRIVER_OK || request_no) {
			if (request_no)
				return_request (op, request_no);
			return status;
		}
		request_no = request_make (op, key_tenant, args->request_key, fingerprint);
	}
	interface_wish wish = {
		.id = args->id,
		.tenant = args->tenant,
		.device = args->device,
		.mac = args->mac,
		.hold_until = hold_until,
		.request_no = request_no,
	};
	status = interface_make (op, &wish, ret);
	for (gsize i = 0; i < args->network_count && status == IP_DRIVER_OK; i++) {
		const ip_driver_interface_network *network = &args->networks[i];
		g_autofree char *tenant = NULL;
		network_wish wanted = {
			.tenant = network->tenant ? network->tenant : args->tenant,
			.network = network->network,
			.addresses = network->addresses,
			.address_count = network->address_count,
			.hold_until = hold_until,
		};
		status = network_tenant (op, wanted.tenant, wanted.network, &tenant);
		if (status == IP_DRIVER_OK)
			status = network_claim (op, &wanted, ret, keys);
	}
	return status;
}

static ip_driver_status
create (native_op *op, gconstpointer data)
{
	g_auto (native_interface) interface = {0};
	ip_driver_status status;

	allocation_sweep (op, 16);
	status = create_one (op, data, &interface);
	if (status == IP_DRIVER_OK && interface.no)
		return_interface (op, &interface);
	return status;
}

static ip_driver_status
get (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_auto (native_interface) interface = {0};
	ip_driver_status status = interface_load (op, names->tenant, names->first, &interface);

	if (status == IP_DRIVER_OK)
		return_interface (op, &interface);
	return status;
}

static ip_driver_status
delete_ (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_auto (native_interface) interface = {0};
	ip_driver_status status = interface_load (op, names->tenant, names->first, &interface);

	if (status == IP_DRIVER_OK)
		interface_remove (op, &interface);
	return status;
}

#define LIST_TAIL                                                                                                      \
	" AND i.no > $1 AND (i.hold_until IS NULL OR i.hold_until > $3) AND ($4 = 0 OR i.tenant_no = $4)"              \
	" ORDER BY i.no LIMIT $2"

static ip_driver_status
list (native_op *op, gconstpointer data)
{
	const ip_driver_interface_list_args *args = data;
	gint64 after, tenant_no, last = 0, limit = (gint64)args->limit + 1;
	storage_cursor *rows;

	if (!native_marker_number (op, args->marker, &after))
		return IP_DRIVER_INVALID;
	if (!native_tenant_filter (op, args->tenant, &tenant_no))
		return IP_DRIVER_OK;
	if (args->device)
		rows = storage_query (op->connection,
		                      "SELECT " COLUMNS FROM " WHERE i.device IS NOT NULL AND i.device = $5" LIST_TAIL,
		                      "iiiit", after, limit, op->now, tenant_no, args->device);
	else if (tenant_no)
		rows = storage_query (op->connection, "SELECT " COLUMNS FROM " WHERE i.tenant_no = $4" LIST_TAIL,
		                      "iiii", after, limit, op->now, tenant_no);
	else
		rows = storage_query (op->connection, "SELECT " COLUMNS FROM " WHERE i.no > 0" LIST_TAIL, "iiii", after,
		                      limit, op->now, tenant_no);
	g_autoptr (storage_cursor) cursor = rows;
	for (guint i = 0; storage_next (cursor); i++) {
		g_auto (native_interface) interface = {0};
		if (i == args->limit) {
			native_return_marker_number (op, last);
			break;
		}
		take (cursor, &interface);
		return_interface (op, &interface);
		last = interface.no;
	}
	return IP_DRIVER_OK;
}

/* Removes the interfaces of a device, a tenant's or (NULL) all. */
static void
remove_device (native_op *op, const char *tenant, const char *device)
{
	g_autoptr (GArray) found = g_array_new (FALSE, TRUE, sizeof (native_interface));
	gint64 tenant_no;

	if (!native_tenant_filter (op, tenant, &tenant_no))
		return;
	g_array_set_clear_func (found, (GDestroyNotify)native_interface_clear);
	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection,
			"SELECT " COLUMNS FROM
			" WHERE i.device IS NOT NULL AND i.device = $1 AND ($2 = 0 OR i.tenant_no = $2) ORDER BY i.no",
			"ti", device, tenant_no);
		while (storage_next (cursor)) {
			native_interface each;
			take (cursor, &each);
			g_array_append_val (found, each);
		}
	}
	for (guint i = 0; i < found->len; i++)
		interface_remove (op, &g_array_index (found, native_interface, i));
}

static ip_driver_status
replace_all (native_op *op, gconstpointer data)
{
	const ip_driver_interface_replace_all_args *args = data;

	remove_device (op, args->tenant, args->device);
	for (gsize i = 0; i < args->interface_count; i++) {
		g_auto (native_interface) interface = {0};
		ip_driver_status status = create_one (op, args->interfaces[i], &interface);
		if (status != IP_DRIVER_OK)
			return status;
		return_interface (op, &interface);
	}
	return IP_DRIVER_OK;
}

static ip_driver_status
delete_all (native_op *op, gconstpointer data)
{
	const native_names *names = data;

	remove_device (op, names->tenant, names->first);
	return IP_DRIVER_OK;
}

NATIVE_MEMBER (write, interface, create, create, ip_driver_interface_create_args)
NATIVE_MEMBER (read, interface, list, list, ip_driver_interface_list_args)
NATIVE_MEMBER (write, interface, replace_all, replace_all, ip_driver_interface_replace_all_args)

static ip_driver_status
native_interface_get (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_results *results,
                      ip_driver_error *error)
{
	return native_read (instance, get, &(native_names){.tenant = tenant, .first = id}, results, error);
}

static ip_driver_status
native_interface_delete (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_error *error)
{
	return native_write (instance, delete_, &(native_names){.tenant = tenant, .first = id}, NULL, error);
}

static ip_driver_status
native_interface_delete_all (ip_driver_instance *instance, const char *tenant, const char *device,
                             ip_driver_error *error)
{
	return native_write (instance, delete_all, &(native_names){.tenant = tenant, .first = device}, NULL, error);
}

const ip_driver_interface_ops native_interface_ops = {
	.size = sizeof (ip_driver_interface_ops),
	.create = native_interface_create,
	.get = native_interface_get,
	.delete_ = native_interface_delete,
	.list = native_interface_list,
	.replace_all = native_interface_replace_all,
	.delete_all = native_interface_delete_all,
};
