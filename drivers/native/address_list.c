/*
 * Looking addresses up: get, list, find.
 */
#include <string.h>

#include "address.h"

ip_driver_status
address_get (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_auto (native_block) block = {0};
	ip_address address;
	guint8 bytes[16];
	ip_driver_status status = native_block_load (op, names->tenant, names->first, &block);

	if (status != IP_DRIVER_OK)
		return status;
	if (!ip_address_parse (names->second, &address))
		return native_fail (op, IP_DRIVER_INVALID, "address \"%s\" is not an IP address", names->second);
	gsize size = ip_address_to_bytes (address.version, address.value, bytes);
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection,
		"SELECT " ADDRESS_COLUMNS ADDRESS_FROM " WHERE a.block_no = $2 AND a.address = $3 AND" ADDRESS_LIVES,
		"iib", op->now, block.no, bytes, size);
	if (!storage_next (cursor))
		return native_fail (op, IP_DRIVER_NOT_FOUND, "address %s is not allocated in block %s", names->second,
		                    names->first);
	native_return_address_row (op, cursor);
	return IP_DRIVER_OK;
}

/*
 * Lists. Whatever is asked for, rows come in the order (block, address), from an index that leads with
 * the most selective filter given; the other filters are conditions. Common parameters:
 * $1 now, $2 and $3 the position, $4 limit + 1, $5 state or 0, $6 tenant or 0, $7 network or NULL,
 * $8 device or NULL, $9 interface number or 0.
 */
#define LIST_FILTERS                                                                                                   \
	" AND (a.block_no, a.address) > ($2, $3) AND" ADDRESS_LIVES                                                    \
	" AND ($5 = 0 OR a.state = $5) AND ($6 = 0 OR a.tenant_no = $6)"                                               \
	" AND ($7 IS NULL OR b.network = $7) AND ($8 IS NULL OR i.device = $8) AND ($9 = 0 OR a.interface_no = $9)"    \
	" ORDER BY a.block_no, a.address LIMIT $4"
#define LIST_TYPES "iibiiitti"

typedef struct {
	native_position position;
	gint64 limit, state, tenant_no, interface_no;
	const char *network, *device;
} list_filter;

#define LIST_VALUES(f)                                                                                                 \
	op->now, (f)->position.block_no, (f)->position.bytes, (f)->position.size, (f)->limit, (f)->state,              \
		(f)->tenant_no, (f)->network, (f)->device, (f)->interface_no

/* Of one block. The position is told once more as an address: what SQLite gathers from the pair begins at the
 * block's start. */
static storage_cursor *
query_block (native_op *op, const list_filter *f, gint64 block_no)
{
	return storage_query (op->connection,
	                      "SELECT " ADDRESS_COLUMNS ADDRESS_FROM
	                      " WHERE a.block_no = $10 AND a.address > $11" LIST_FILTERS,
	                      LIST_TYPES "ib", LIST_VALUES (f), block_no, f->position.bytes,
	                      block_no == f->position.block_no ? f->position.size : (gsize)0);
}

static storage_cursor *
query_all (native_op *op, const list_filter *f)
{
	if (f->interface_no)
		return storage_query (op->connection,
		                      "SELECT " ADDRESS_COLUMNS ADDRESS_FROM
		                      " WHERE a.interface_no IS NOT NULL AND a.interface_no = $9" LIST_FILTERS,
		                      LIST_TYPES, LIST_VALUES (f));
	if (f->device)
		return storage_query (op->connection,
		                      "SELECT " ADDRESS_COLUMNS ADDRESS_FROM
		                      " WHERE a.interface_no IS NOT NULL AND a.interface_no IN"
		                      " (SELECT no FROM interface WHERE device = $8)" LIST_FILTERS,
		                      LIST_TYPES, LIST_VALUES (f));
	if (f->tenant_no)
		return storage_query (op->connection,
		                      "SELECT " ADDRESS_COLUMNS ADDRESS_FROM " WHERE a.tenant_no = $6" LIST_FILTERS,
		                      LIST_TYPES, LIST_VALUES (f));
	return storage_query (op->connection,
	                      "SELECT " ADDRESS_COLUMNS ADDRESS_FROM " WHERE a.block_no > 0" LIST_FILTERS, LIST_TYPES,
	                      LIST_VALUES (f));
}

/* Of a network: block by block, from where the position is. */
static void
list_network (native_op *op, list_filter *f)
{
	g_autoptr (GArray) blocks = g_array_new (FALSE, FALSE, sizeof (gint64));
	char marker[NATIVE_MARKER_SIZE];
	gint64 left = f->limit - 1;

	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection,
			"SELECT no FROM block WHERE network IS NOT NULL AND network = $1 AND no >= $2 ORDER BY no",
			"ti", f->network, f->position.block_no);
		while (storage_next (cursor)) {
			gint64 no = storage_int (cursor, 0);
			g_array_append_val (blocks, no);
		}
	}
	for (guint i = 0; i < blocks->len; i++) {
		g_autoptr (storage_cursor) cursor = query_block (op, f, g_array_index (blocks, gint64, i));
		for (; storage_next (cursor); left--) {
			if (left == 0) {
				ip_driver_return_next_marker (op->results, marker);
				return;
			}
			native_return_address_row (op, cursor);
			native_address_marker (cursor, marker);
		}
	}
}

ip_driver_status
address_list (native_op *op, gconstpointer data)
{
	const ip_driver_address_list_args *args = data;
	g_auto (native_block) block = {0};
	list_filter filter = {
		.limit = (gint64)args->limit + 1,
		.state = args->state,
		.network = args->network,
		.device = args->device,
	};

	if (args->block) {
		ip_driver_status status = native_block_load (op, args->tenant, args->block, &block);
		if (status != IP_DRIVER_OK)
			return status;
	} else if (!native_tenant_filter (op, args->tenant, &filter.tenant_no)) {
		return IP_DRIVER_OK;
	}
	if (!native_marker_position (op, args->marker, &filter.position))
		return IP_DRIVER_INVALID;
	if (args->interface) {
		g_auto (native_interface) interface = {0};
		ip_driver_error ignored = IP_DRIVER_ERROR_INIT;
		native_op quiet = *op;
		quiet.error = &ignored;
		if (interface_load (&quiet, NULL, args->interface, &interface) != IP_DRIVER_OK)
			return IP_DRIVER_OK;
		filter.interface_no = interface.no;
	}
	if (!args->block && args->network && !filter.interface_no && !args->device) {
		list_network (op, &filter);
		return IP_DRIVER_OK;
	}
	g_autoptr (storage_cursor) cursor = args->block ? query_block (op, &filter, block.no) : query_all (op, &filter);
	native_return_address_rows (op, cursor, args->limit);
	return IP_DRIVER_OK;
}

/* Returns a block that contains the address, and the address if it lives there. */
static void
return_match (native_op *op, const native_block *block, const guint8 *bytes, gsize size)
{
	ip_driver_block described;
	native_block_texts block_texts;
	ip_driver_address address;
	native_address_texts address_texts;
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection,
		"SELECT " ADDRESS_COLUMNS ADDRESS_FROM " WHERE a.block_no = $2 AND a.address = $3 AND" ADDRESS_LIVES,
		"iib", op->now, block->no, bytes, size);
	gboolean lives = storage_next (cursor);

	native_block_describe (block, &described, &block_texts);
	if (lives)
		native_address_describe (cursor, &address, &address_texts);
	ip_driver_address_match match = {
		.size = sizeof match,
		.block = &described,
		.address = lives ? &address : NULL,
	};
	ip_driver_return_address_match (op->results, &match);
}

/* One index look-up per prefix length that there can be, however many blocks there are. */
ip_driver_status
address_find (native_op *op, gconstpointer data)
{
	const ip_driver_address_find_args *args = data;
	ip_address address;
	guint8 bytes[16], first[16];
	gint64 tenant_no, after_no = 0, after_prefix;
	guint found = 0;
	char marker[NATIVE_MARKER_SIZE];

	if (!ip_address_parse (args->address, &address))
		return native_fail (op, IP_DRIVER_INVALID, "address \"%s\" is not an IP address", args->address);
	if (!native_tenant_filter (op, args->tenant, &tenant_no))
		return IP_DRIVER_OK;
	gsize size = ip_address_to_bytes (address.version, address.value, bytes);
	after_prefix = (gint64)size * 8;
	if (args->marker) {
		char *end;
		after_prefix = g_ascii_strtoll (args->marker, &end, 10);
		if (end == args->marker || *end != ':' || after_prefix < 0 || after_prefix > (gint64)size * 8 ||
		    !g_ascii_string_to_signed (end + 1, 10, 0, G_MAXINT64, &after_no, NULL))
			return native_bad_marker (op, args->marker);
	}
	for (gint64 prefix = after_prefix; prefix >= 0; prefix--, after_no = 0) {
		ip_cidr cidr;
		ip_cidr_make (address.version, address.value, (int)prefix, &cidr);
		ip_address_to_bytes (address.version, cidr.first, first);
		g_autoptr (storage_cursor) cursor =
			storage_query (op->connection,
		                       "SELECT " BLOCK_COLUMNS BLOCK_FROM
		                       " WHERE b.version = $1 AND b.prefix = $2 AND b.first = $3 AND b.no > $4"
		                       " AND ($5 = 0 OR b.tenant_no = $5) ORDER BY b.no LIMIT $6",
		                       "iibiii", (gint64)address.version, prefix, first, size, after_no, tenant_no,
		                       (gint64)args->limit + 1 - found);
		while (storage_next (cursor)) {
			g_auto (native_block) block = {0};
			if (found == args->limit) {
				ip_driver_return_next_marker (op->results, marker);
				return IP_DRIVER_OK;
			}
			native_block_take (cursor, &block);
			return_match (op, &block, bytes, size);
			g_snprintf (marker, sizeof marker, "%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, prefix, block.no);
			found++;
		}
	}
	return IP_DRIVER_OK;
}
