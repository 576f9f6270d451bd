/*
 * Allowed IPs: addresses that may be used on a further interface.
 */
#include "address.h"

typedef struct {
	guint8 bytes[16];
	gsize size;
} key;

static ip_driver_status
parse (native_op *op, const char *text, key *ret)
{
	ip_address address;

	if (!ip_address_parse (text, &address))
		return native_fail (op, IP_DRIVER_INVALID, "address \"%s\" is not an IP address", text);
	ret->size = ip_address_to_bytes (address.version, address.value, ret->bytes);
	return IP_DRIVER_OK;
}

static ip_driver_status
allow (native_op *op, gconstpointer data)
{
	const ip_driver_allowed_ip_allow_args *args = data;
	g_auto (native_interface) interface = {0};
	g_auto (native_block) block = {0};
	gint64 block_no;
	key k;
	ip_address address = {0, 4};
	ip_driver_status status = interface_load (op, args->tenant, args->interface, &interface);

	if (status == IP_DRIVER_OK)
		status = parse (op, args->address, &k);
	if (status != IP_DRIVER_OK)
		return status;
	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection,
			"SELECT a.block_no FROM block b JOIN address a ON a.block_no = b.no AND a.address = $2"
			" WHERE b.network IS NOT NULL AND b.network = $3 AND a.tenant_no = $4 AND a.state = 1"
			" AND (a.hold_until IS NULL OR a.hold_until > $1) ORDER BY a.block_no LIMIT 1",
			"ibti", op->now, k.bytes, k.size, args->network, interface.tenant_no);
		if (!storage_next (cursor))
			return native_fail (op, IP_DRIVER_NOT_FOUND,
			                    "address %s is not allocated to tenant %s on network \"%s\"", args->address,
			                    interface.tenant, args->network);
		block_no = storage_int (cursor, 0);
	}
	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection,
			"SELECT 1 FROM address a JOIN block b ON b.no = a.block_no"
			" WHERE a.interface_no IS NOT NULL AND a.interface_no = $2 AND b.network = $3 AND" ADDRESS_LIVES
			" LIMIT 1",
			"iit", op->now, interface.no, args->network);
		if (!storage_next (cursor))
			return native_fail (op, IP_DRIVER_NOT_ALLOWED, "interface \"%s\" is not on network \"%s\"",
			                    args->interface, args->network);
	}
	if (storage_execute (op->connection,
	                     "INSERT INTO allowed_ip (interface_no, block_no, address) VALUES ($1, $2, $3)"
	                     " ON CONFLICT DO NOTHING",
	                     "iib", interface.no, block_no, k.bytes, k.size) == 0)
		return native_fail (op, IP_DRIVER_DUPLICATE, "address %s is allowed on interface \"%s\" already",
		                    args->address, args->interface);
	if (native_block_load_number (op, block_no, &block) && ip_address_from_bytes (k.bytes, k.size, &address))
		address_return (op, &block, address.value);
	return IP_DRIVER_OK;
}

/* An address that may be used on the interface: own or allowed. $1 now, $2 interface. */
#define USABLE                                                                                                         \
	"SELECT " ADDRESS_COLUMNS " FROM (SELECT block_no, address FROM address"                                       \
	" WHERE interface_no IS NOT NULL AND interface_no = $2"                                                        \
	" UNION SELECT block_no, address FROM allowed_ip WHERE interface_no = $2) u"                                   \
	" JOIN address a ON a.block_no = u.block_no AND a.address = u.address" ADDRESS_JOINS " WHERE" ADDRESS_LIVES

static ip_driver_status
not_allowed (native_op *op, const native_names *names)
{
	return native_fail (op, IP_DRIVER_NOT_FOUND, "address %s may not be used on interface \"%s\"", names->second,
	                    names->first);
}

static ip_driver_status
get (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_auto (native_interface) interface = {0};
	key k;
	ip_driver_status status = interface_load (op, names->tenant, names->first, &interface);

	if (status == IP_DRIVER_OK)
		status = parse (op, names->second, &k);
	if (status != IP_DRIVER_OK)
		return status;
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection, USABLE " AND a.address = $3 ORDER BY a.block_no LIMIT 1", "iib", op->now,
	                       interface.no, k.bytes, k.size);
	if (!storage_next (cursor))
		return not_allowed (op, names);
	native_return_address_row (op, cursor);
	return IP_DRIVER_OK;
}

static ip_driver_status
list (native_op *op, gconstpointer data)
{
	const ip_driver_allowed_ip_list_args *args = data;
	g_auto (native_interface) interface = {0};
	native_position position;
	ip_driver_status status = interface_load (op, args->tenant, args->interface, &interface);

	if (status != IP_DRIVER_OK)
		return status;
	if (!native_marker_position (op, args->marker, &position))
		return IP_DRIVER_INVALID;
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection,
		USABLE " AND (a.block_no, a.address) > ($3, $4) ORDER BY a.block_no, a.address LIMIT $5", "iiibi",
		op->now, interface.no, position.block_no, position.bytes, position.size, (gint64)args->limit + 1);
	native_return_address_rows (op, cursor, args->limit);
	return IP_DRIVER_OK;
}

/* Releases an address that had nothing but the allowance that has just ended. */
static void
release_orphan (native_op *op, native_block *block, ip_value address, const allocation_row *row)
{
	guint8 bytes[16];
	gsize size = ip_address_to_bytes (block->cidr.version, address, bytes);
	gboolean orphan;

	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection,
			"SELECT 1 FROM address WHERE block_no = $1 AND address = $2 AND interface_no = 0", "ib",
			block->no, bytes, size);
		orphan = storage_next (cursor);
	}
	if (orphan)
		allocation_release (op, block, address, row);
}

static ip_driver_status
disallow (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_auto (native_interface) interface = {0};
	g_autoptr (GArray) keys = NULL;
	key k;
	ip_driver_status status = interface_load (op, names->tenant, names->first, &interface);

	if (status == IP_DRIVER_OK)
		status = parse (op, names->second, &k);
	if (status != IP_DRIVER_OK)
		return status;
	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection,
			"SELECT block_no, address FROM allowed_ip WHERE interface_no = $1 AND address = $2", "ib",
			interface.no, k.bytes, k.size);
		keys = allocation_keys (cursor);
	}
	if (keys->len == 0) {
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection,
			"SELECT 1 FROM address a WHERE a.interface_no IS NOT NULL AND a.interface_no = $2"
			" AND a.address = $3 AND" ADDRESS_LIVES " LIMIT 1",
			"iib", op->now, interface.no, k.bytes, k.size);
		return storage_next (cursor) ? IP_DRIVER_OK : not_allowed (op, names);
	}
	storage_execute (op->connection, "DELETE FROM allowed_ip WHERE interface_no = $1 AND address = $2", "ib",
	                 interface.no, k.bytes, k.size);
	allocation_each (op, keys, release_orphan);
	return IP_DRIVER_OK;
}

NATIVE_MEMBER (write, allowed_ip, allow, allow, ip_driver_allowed_ip_allow_args)
NATIVE_MEMBER (read, allowed_ip, list, list, ip_driver_allowed_ip_list_args)

static ip_driver_status
native_allowed_ip_get (ip_driver_instance *instance, const char *tenant, const char *interface, const char *address,
                       ip_driver_results *results, ip_driver_error *error)
{
	return native_read (instance, get, &(native_names){.tenant = tenant, .first = interface, .second = address},
	                    results, error);
}

static ip_driver_status
native_allowed_ip_disallow (ip_driver_instance *instance, const char *tenant, const char *interface,
                            const char *address, ip_driver_error *error)
{
	return native_write (instance, disallow,
	                     &(native_names){.tenant = tenant, .first = interface, .second = address}, NULL, error);
}

const ip_driver_allowed_ip_ops native_allowed_ip_ops = {
	.size = sizeof (ip_driver_allowed_ip_ops),
	.allow = native_allowed_ip_allow,
	.get = native_allowed_ip_get,
	.list = native_allowed_ip_list,
	.disallow = native_allowed_ip_disallow,
};
