/*
 * DHCP leases of addresses.
 */
#include <string.h>

#include "address.h"

#define COLUMNS                                                                                                        \
	"l.block_no, l.address, b.id, l.mac, l.client_id, l.hostname, l.leased_until, l.created_at, l.updated_at"
/* Not of a hold that has lapsed. $1 is op->now. */
#define FROM                                                                                                           \
	" FROM lease l JOIN block b ON b.no = l.block_no"                                                              \
	" JOIN address a ON a.block_no = l.block_no AND a.address = l.address WHERE" ADDRESS_LIVES

static void
return_row (native_op *op, storage_cursor *cursor)
{
	char block[NATIVE_ID_TEXT], address_text[IP_TEXT_SIZE], mac[MAC_TEXT_SIZE];
	ip_address address = {0, 4};
	gsize id_size;
	const guint8 *id = storage_blob (cursor, 2, &id_size);
	gint64 until = storage_int (cursor, 6);

	native_address_at (cursor, 1, &address);
	ip_driver_lease result = {
		.size = sizeof result,
		.block = native_id_format (id_size == NATIVE_ID_SIZE ? id : NULL, block),
		.address = ip_address_format (address.version, address.value, address_text),
		.mac = storage_is_null (cursor, 3) ? NULL : mac_format ((guint64)storage_int (cursor, 3), mac),
		.client_id = storage_text (cursor, 4),
		.hostname = storage_text (cursor, 5),
		.leased_until = until == NATIVE_NEVER ? NATIVE_NEVER : native_seconds (until),
		.created_at = native_seconds (storage_int (cursor, 7)),
		.updated_at = native_seconds (storage_int (cursor, 8)),
	};
	ip_driver_return_lease (op->results, &result);
}

/* Returns the lease of an address; NOT_FOUND if it has none. */
static ip_driver_status
return_lease (native_op *op, const native_block *block, ip_value address)
{
	guint8 bytes[16];
	char text[IP_TEXT_SIZE];
	gsize size = ip_address_to_bytes (block->cidr.version, address, bytes);
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection, "SELECT " COLUMNS FROM " AND l.block_no = $2 AND l.address = $3", "iib",
	                       op->now, block->no, bytes, size);

	if (!storage_next (cursor))
		return native_fail (op, IP_DRIVER_NOT_FOUND, "address %s has no lease",
		                    ip_address_format (block->cidr.version, address, text));
	return_row (op, cursor);
	return IP_DRIVER_OK;
}

static ip_driver_status
grant (native_op *op, gconstpointer data)
{
	const ip_driver_lease_grant_args *args = data;
	g_auto (native_block) block = {0};
	allocation_row row;
	ip_value address;
	guint8 bytes[16];
	guint64 mac = 0;
	ip_driver_status status =
		allocation_find (op, args->tenant, args->block, args->address, &block, &address, &row);

	if (status != IP_DRIVER_OK)
		return status;
	if (row.state == STATE_RESTING)
		return native_fail (op, IP_DRIVER_LOCKED, "address %s is in quarantine", args->address);
	if (args->mac && !mac_parse (args->mac, &mac))
		return native_fail (op, IP_DRIVER_INVALID, "mac \"%s\" is not a MAC address", args->mac);
	/* Whole seconds, as everyone sees it, so that it runs out for everyone at once. */
	gint64 until = args->duration == G_MAXUINT32 ? NATIVE_NEVER
	                                             : (op->now / NATIVE_SECOND + args->duration) * NATIVE_SECOND;
	gint64 mac_number = (gint64)mac;
	gsize size = ip_address_to_bytes (block.cidr.version, address, bytes);
	storage_execute (
		op->connection,
		"INSERT INTO lease (block_no, address, leased_until, mac, client_id, hostname, created_at, updated_at)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (block_no, address) DO UPDATE SET"
		" leased_until = excluded.leased_until, mac = excluded.mac, client_id = excluded.client_id,"
		" hostname = excluded.hostname, updated_at = excluded.updated_at",
		"ibiotti", block.no, bytes, size, until, args->mac ? &mac_number : NULL, args->client_id,
		args->hostname, op->now);
	return return_lease (op, &block, address);
}

/* Deletes a lease; the rest of an address ends as if there had been none. */
static void
end_lease (native_op *op, const native_block *block, ip_value address, const allocation_row *row)
{
	guint8 bytes[16];
	gsize size = ip_address_to_bytes (block->cidr.version, address, bytes);

	storage_execute (op->connection, "DELETE FROM lease WHERE block_no = $1 AND address = $2", "ib", block->no,
	                 bytes, size);
	if (row->state == STATE_RESTING)
		storage_execute (op->connection, "UPDATE address SET free_at = $3 WHERE block_no = $1 AND address = $2",
		                 "ibi", block->no, bytes, size, row->updated_at + op->native->quarantine);
}

static ip_driver_status
release (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_auto (native_block) block = {0};
	allocation_row row;
	ip_value address;
	guint8 bytes[16];
	ip_driver_status status =
		allocation_find (op, names->tenant, names->first, names->second, &block, &address, &row);

	if (status != IP_DRIVER_OK)
		return status;
	{
		gsize size = ip_address_to_bytes (block.cidr.version, address, bytes);
		g_autoptr (storage_cursor) cursor =
			storage_query (op->connection, "SELECT 1 FROM lease WHERE block_no = $1 AND address = $2", "ib",
		                       block.no, bytes, size);
		if (!storage_next (cursor))
			return native_fail (op, IP_DRIVER_NOT_FOUND, "address %s has no lease", names->second);
	}
	end_lease (op, &block, address, &row);
	return IP_DRIVER_OK;
}

static ip_driver_status
get (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_auto (native_block) block = {0};
	ip_address address;
	ip_driver_status status = native_block_load (op, names->tenant, names->first, &block);

	if (status != IP_DRIVER_OK)
		return status;
	if (!ip_address_parse (names->second, &address))
		return native_fail (op, IP_DRIVER_INVALID, "address \"%s\" is not an IP address", names->second);
	if (!ip_cidr_contains (&block.cidr, &address))
		return native_fail (op, IP_DRIVER_NOT_FOUND, "address %s has no lease", names->second);
	return return_lease (op, &block, address.value);
}

/* A marker of lists of leases is leased_until, then a position. */
static gboolean
parse_marker (native_op *op, const char *marker, gint64 *ret_until, native_position *ret)
{
	char *end;

	*ret_until = G_MININT64;
	memset (ret, 0, sizeof *ret);
	if (!marker)
		return TRUE;
	*ret_until = g_ascii_strtoll (marker, &end, 10);
	if (end == marker || *end != ':') {
		native_bad_marker (op, marker);
		return FALSE;
	}
	return native_marker_position (op, end + 1, ret);
}

static ip_driver_status
list (native_op *op, gconstpointer data)
{
	const ip_driver_lease_list_args *args = data;
	g_auto (native_block) block = {0};
	native_position position;
	gint64 tenant_no = 0, after;
	gint64 until = args->expired_at && args->expired_at < NATIVE_NEVER / NATIVE_SECOND
	                       ? args->expired_at * NATIVE_SECOND
	                       : NATIVE_NEVER;
	char marker[2 * NATIVE_MARKER_SIZE], where[NATIVE_MARKER_SIZE];

	if (args->block) {
		ip_driver_status status = native_block_load (op, args->tenant, args->block, &block);
		if (status != IP_DRIVER_OK)
			return status;
	} else if (!native_tenant_filter (op, args->tenant, &tenant_no)) {
		return IP_DRIVER_OK;
	}
	if (!parse_marker (op, args->marker, &after, &position))
		return IP_DRIVER_INVALID;
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection,
	                       "SELECT " COLUMNS FROM " AND (l.leased_until, l.block_no, l.address) > ($2, $3, $4)"
	                       " AND l.leased_until <= $5 AND ($6 = 0 OR l.block_no = $6)"
	                       " AND ($7 = 0 OR b.tenant_no = $7)"
	                       " ORDER BY l.leased_until, l.block_no, l.address LIMIT $8",
	                       "iiibiiii", op->now, after, position.block_no, position.bytes, position.size, until,
	                       block.no, tenant_no, (gint64)args->limit + 1);
	for (guint i = 0; storage_next (cursor); i++) {
		if (i == args->limit) {
			ip_driver_return_next_marker (op->results, marker);
			break;
		}
		return_row (op, cursor);
		if (i == args->limit - 1) {
			native_address_marker (cursor, where);
			g_snprintf (marker, sizeof marker, "%" G_GINT64_FORMAT ":%s", storage_int (cursor, 6), where);
		}
	}
	return IP_DRIVER_OK;
}

static void
expire_and_release (native_op *op, native_block *block, ip_value address, const allocation_row *row)
{
	end_lease (op, block, address, row);
	allocation_release (op, block, address, row);
}

static void
expire_only (native_op *op, native_block *block, ip_value address, const allocation_row *row)
{
	end_lease (op, block, address, row);
}

static ip_driver_status
expire (native_op *op, gconstpointer data)
{
	const ip_driver_lease_expire_args *args = data;
	g_auto (native_block) block = {0};
	g_autoptr (GArray) keys = NULL;
	gint64 tenant_no = 0, until = op->now;
	gboolean more = FALSE;

	if (args->expired_at > op->now / NATIVE_SECOND)
		return native_fail (op, IP_DRIVER_INVALID, "expired_at %" G_GINT64_FORMAT " is in the future",
		                    (gint64)args->expired_at);
	if (args->expired_at)
		until = MIN (op->now, args->expired_at * NATIVE_SECOND);
	if (args->block) {
		ip_driver_status status = native_block_load (op, args->tenant, args->block, &block);
		if (status != IP_DRIVER_OK)
			return status;
	} else if (!native_tenant_filter (op, args->tenant, &tenant_no)) {
		return IP_DRIVER_OK;
	}
	{
		g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (allocation_key));
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection,
			"SELECT " COLUMNS FROM " AND l.leased_until <= $2 AND ($3 = 0 OR l.block_no = $3)"
			" AND ($4 = 0 OR b.tenant_no = $4)"
			" ORDER BY l.leased_until, l.block_no, l.address LIMIT $5",
			"iiiii", op->now, until, block.no, tenant_no, (gint64)args->limit + 1);
		while (storage_next (cursor)) {
			if (found->len == args->limit) {
				more = TRUE;
				break;
			}
			allocation_key k = {.block_no = storage_int (cursor, 0),
			                    .address = native_value_at (cursor, 1)};
			g_array_append_val (found, k);
			return_row (op, cursor);
		}
		keys = g_steal_pointer (&found);
	}
	allocation_each (op, keys, args->flags & IP_DRIVER_LEASE_EXPIRE_DEALLOCATE ? expire_and_release : expire_only);
	if (more)
		ip_driver_return_next_marker (op->results, "more");
	return IP_DRIVER_OK;
}

NATIVE_MEMBER (write, lease, grant, grant, ip_driver_lease_grant_args)
NATIVE_MEMBER (read, lease, list, list, ip_driver_lease_list_args)
NATIVE_MEMBER (write, lease, expire, expire, ip_driver_lease_expire_args)

static ip_driver_status
native_lease_release (ip_driver_instance *instance, const char *tenant, const char *block, const char *address,
                      ip_driver_error *error)
{
	return native_write (instance, release, &(native_names){.tenant = tenant, .first = block, .second = address},
	                     NULL, error);
}

static ip_driver_status
native_lease_get (ip_driver_instance *instance, const char *tenant, const char *block, const char *address,
                  ip_driver_results *results, ip_driver_error *error)
{
	return native_read (instance, get, &(native_names){.tenant = tenant, .first = block, .second = address},
	                    results, error);
}

const ip_driver_lease_ops native_lease_ops = {
	.size = sizeof (ip_driver_lease_ops),
	.grant = native_lease_grant,
	.release = native_lease_release,
	.get = native_lease_get,
	.list = native_lease_list,
	.expire = native_lease_expire,
};
