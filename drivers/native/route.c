/*
 * Routes of blocks.
 */
#include "rows.h"

#define COLUMNS "no, id, destination, netmask, gateway, created_at, updated_at"

static gint64
return_row (native_op *op, const native_block *block, storage_cursor *cursor)
{
	char id[NATIVE_ID_TEXT], block_id[NATIVE_ID_TEXT];
	gsize size;
	const guint8 *bytes = storage_blob (cursor, 1, &size);
	ip_driver_route result = {
		.size = sizeof result,
		.id = native_id_format (size == NATIVE_ID_SIZE ? bytes : NULL, id),
		.block = native_id_format (block->id, block_id),
		.destination = storage_text (cursor, 2),
		.netmask = storage_text (cursor, 3),
		.gateway = storage_text (cursor, 4),
		.created_at = native_seconds (storage_int (cursor, 5)),
		.updated_at = native_seconds (storage_int (cursor, 6)),
	};

	ip_driver_return_route (op->results, &result);
	return storage_int (cursor, 0);
}

/* A route of a block; the cursor is on it. */
static ip_driver_status
find (native_op *op, const native_block *block, const char *id, storage_cursor **ret)
{
	guint8 bytes[NATIVE_ID_SIZE] = {0};

	native_id_parse (id, bytes);
	*ret = storage_query (op->connection, "SELECT " COLUMNS " FROM route WHERE id = $1 AND block_no = $2", "bi",
	                      bytes, (gsize)NATIVE_ID_SIZE, block->no);
	if (storage_next (*ret))
		return IP_DRIVER_OK;
	g_clear_pointer (ret, storage_cursor_free);
	return native_fail (op, IP_DRIVER_NOT_FOUND, "no route %s in this block", id);
}

static ip_driver_status
return_route (native_op *op, const native_block *block, const char *id)
{
	g_autoptr (storage_cursor) cursor = NULL;
	ip_driver_status status = find (op, block, id, &cursor);

	if (status == IP_DRIVER_OK)
		return_row (op, block, cursor);
	return status;
}

static ip_driver_status
create (native_op *op, gconstpointer data)
{
	const ip_driver_route_create_args *args = data;
	g_auto (native_block) block = {0};
	guint8 id[NATIVE_ID_SIZE];
	char text[NATIVE_ID_TEXT];
	ip_driver_status status = native_block_load (op, args->tenant, args->block, &block);

	if (status != IP_DRIVER_OK)
		return status;
	native_id_choose (args->id, id);
	if (args->id) {
		g_autoptr (storage_cursor) cursor = storage_query (op->connection, "SELECT 1 FROM route WHERE id = $1",
		                                                   "b", id, (gsize)NATIVE_ID_SIZE);
		if (storage_next (cursor))
			return native_fail (op, IP_DRIVER_DUPLICATE, "route id %s is taken", args->id);
	}
	storage_execute (op->connection,
	                 "INSERT INTO route (id, block_no, destination, netmask, gateway, created_at, updated_at)"
	                 " VALUES ($1, $2, $3, $4, $5, $6, $6)",
	                 "bittti", id, (gsize)NATIVE_ID_SIZE, block.no, args->destination, args->netmask, args->gateway,
	                 op->now);
	return return_route (op, &block, native_id_format (id, text));
}

static ip_driver_status
get (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_auto (native_block) block = {0};
	ip_driver_status status = native_block_load (op, names->tenant, names->first, &block);

	return status == IP_DRIVER_OK ? return_route (op, &block, names->second) : status;
}

static ip_driver_status
list (native_op *op, gconstpointer data)
{
	const ip_driver_route_list_args *args = data;
	g_auto (native_block) block = {0};
	gint64 after, last = 0;
	ip_driver_status status = native_block_load (op, args->tenant, args->block, &block);

	if (status != IP_DRIVER_OK)
		return status;
	if (!native_marker_number (op, args->marker, &after))
		return IP_DRIVER_INVALID;
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection, "SELECT " COLUMNS " FROM route WHERE block_no = $1 AND no > $2 ORDER BY no LIMIT $3",
		"iii", block.no, after, (gint64)args->limit + 1);
	for (guint i = 0; storage_next (cursor); i++) {
		if (i == args->limit) {
			native_return_marker_number (op, last);
			break;
		}
		last = return_row (op, &block, cursor);
	}
	return IP_DRIVER_OK;
}

/* What a route is to be after an update. */
typedef struct {
	char destination[IP_TEXT_SIZE];
	char netmask[IP_TEXT_SIZE];
} checked;

/* Checked as a whole, since the new parts may not suit the old ones: the families agree, the netmask is in
 * the family's form, host bits are cleared. */
static ip_driver_status
check (native_op *op, const char *destination, const char *netmask, const char *gateway, checked *ret)
{
	ip_address to, via, mask;
	ip_cidr cidr;
	guint64 prefix;

	if (!ip_address_parse (destination, &to) || !ip_address_parse (gateway, &via) || to.version != via.version)
		return native_fail (op, IP_DRIVER_INVALID, "gateway \"%s\" is not of the destination's family",
		                    gateway);
	prefix = to.version == 4 ? 32 : 128;
	if (netmask && to.version == 4 && ip_address_parse (netmask, &mask) && mask.version == 4) {
		for (prefix = 0; prefix < 32 && (mask.value >> (31 - prefix)) & 1;)
			prefix++;
	} else if (netmask && !g_ascii_string_to_unsigned (netmask, 10, 0, prefix, &prefix, NULL)) {
		return native_fail (op, IP_DRIVER_INVALID, "netmask \"%s\" is not of the destination's family",
		                    netmask);
	}
	ip_cidr_make (to.version, to.value, (int)prefix, &cidr);
	ip_address_format (cidr.version, cidr.first, ret->destination);
	ip_netmask_format (&cidr, ret->netmask);
	return IP_DRIVER_OK;
}

static ip_driver_status
update (native_op *op, gconstpointer data)
{
	const ip_driver_route_update_args *args = data;
	g_auto (native_block) block = {0};
	g_autoptr (storage_cursor) cursor = NULL;
	checked result;
	ip_driver_status status = native_block_load (op, args->tenant, args->block, &block);

	if (status == IP_DRIVER_OK)
		status = find (op, &block, args->id, &cursor);
	if (status != IP_DRIVER_OK)
		return status;
	g_autofree char *old_netmask = g_strdup (storage_text (cursor, 3));
	g_autofree char *old_gateway = g_strdup (storage_text (cursor, 4));
	const char *netmask = args->set & IP_DRIVER_ROUTE_SET_NETMASK ? args->netmask : old_netmask;
	const char *gateway = args->set & IP_DRIVER_ROUTE_SET_GATEWAY ? args->gateway : old_gateway;
	status = check (op, args->set & IP_DRIVER_ROUTE_SET_DESTINATION ? args->destination : storage_text (cursor, 2),
	                netmask, gateway, &result);
	if (status != IP_DRIVER_OK)
		return status;
	storage_execute (op->connection,
	                 "UPDATE route SET destination = $2, netmask = $3, gateway = $4, updated_at = $5 WHERE no = $1",
	                 "ittti", storage_int (cursor, 0), result.destination, netmask ? result.netmask : NULL, gateway,
	                 op->now);
	g_clear_pointer (&cursor, storage_cursor_free);
	return return_route (op, &block, args->id);
}

static ip_driver_status
delete_ (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_auto (native_block) block = {0};
	g_autoptr (storage_cursor) cursor = NULL;
	ip_driver_status status = native_block_load (op, names->tenant, names->first, &block);

	if (status == IP_DRIVER_OK)
		status = find (op, &block, names->second, &cursor);
	if (status != IP_DRIVER_OK)
		return status;
	gint64 no = storage_int (cursor, 0);
	g_clear_pointer (&cursor, storage_cursor_free);
	storage_execute (op->connection, "DELETE FROM route WHERE no = $1", "i", no);
	return IP_DRIVER_OK;
}

NATIVE_MEMBER (write, route, create, create, ip_driver_route_create_args)
NATIVE_MEMBER (read, route, list, list, ip_driver_route_list_args)
NATIVE_MEMBER (write, route, update, update, ip_driver_route_update_args)

static ip_driver_status
native_route_get (ip_driver_instance *instance, const char *tenant, const char *block, const char *id,
                  ip_driver_results *results, ip_driver_error *error)
{
	return native_read (instance, get, &(native_names){.tenant = tenant, .first = block, .second = id}, results,
	                    error);
}

static ip_driver_status
native_route_delete (ip_driver_instance *instance, const char *tenant, const char *block, const char *id,
                     ip_driver_error *error)
{
	return native_write (instance, delete_, &(native_names){.tenant = tenant, .first = block, .second = id}, NULL,
	                     error);
}

const ip_driver_route_ops native_route_ops = {
	.size = sizeof (ip_driver_route_ops),
	.create = native_route_create,
	.get = native_route_get,
	.list = native_route_list,
	.update = native_route_update,
	.delete_ = native_route_delete,
};
