/*
 * NAT pairs.
 */
#include <string.h>

#include "address.h"

typedef struct {
	gint64 block_no;
	guint8 bytes[16];
	gsize size;
} end;

/* Finds an address of a pair. resting: whether one in quarantine will do. */
static ip_driver_status
find_end (native_op *op, const char *tenant, const ip_driver_address_ref *ref, gboolean resting, end *ret)
{
	g_auto (native_block) block = {0};
	allocation_row row;
	ip_value value;
	guint8 id[NATIVE_ID_SIZE];
	ip_driver_status status = allocation_find (op, tenant, ref->block, ref->address, &block, &value, &row);

	if (status != IP_DRIVER_OK)
		return status;
	if (ref->id && (!native_id_parse (ref->id, id) || memcmp (id, row.id, sizeof id) != 0))
		return native_fail (op, IP_DRIVER_NOT_FOUND, "allocation %s of address %s has ended", ref->id,
		                    ref->address);
	if (row.state == STATE_RESTING && !resting)
		return native_fail (op, IP_DRIVER_LOCKED, "address %s is in quarantine", ref->address);
	ret->block_no = block.no;
	ret->size = ip_address_to_bytes (block.cidr.version, value, ret->bytes);
	return IP_DRIVER_OK;
}

static ip_driver_status
add (native_op *op, gconstpointer data)
{
	const ip_driver_nat_args *args = data;

	for (gsize i = 0; i < args->local_count; i++) {
		end local;
		ip_driver_status status = find_end (op, args->tenant, &args->locals[i], FALSE, &local);
		if (status != IP_DRIVER_OK)
			return status;
		for (gsize j = 0; j < args->global_count; j++) {
			end global;
			status = find_end (op, args->tenant, &args->globals[j], FALSE, &global);
			if (status != IP_DRIVER_OK)
				return status;
			storage_execute (
				op->connection,
				"INSERT INTO nat (local_block_no, local_address, global_block_no, global_address)"
				" VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
				"ibib", local.block_no, local.bytes, local.size, global.block_no, global.bytes,
				global.size);
		}
	}
	return IP_DRIVER_OK;
}

/* Ends a pair; a partner that is not there, or an unknown block, has none. */
static void
remove_pair (native_op *op, const char *tenant, const end *one, gboolean one_is_local,
             const ip_driver_address_ref *other)
{
	g_auto (native_block) block = {0};
	ip_driver_error ignored = IP_DRIVER_ERROR_INIT;
	native_op quiet = *op;
	ip_address address;
	guint8 bytes[16];
	gsize size;

	quiet.error = &ignored;
	if (native_block_load (&quiet, tenant, other->block, &block) != IP_DRIVER_OK ||
	    !ip_address_parse (other->address, &address))
		return;
	size = ip_address_to_bytes (address.version, address.value, bytes);
	if (one_is_local)
		storage_execute (op->connection,
		                 "DELETE FROM nat WHERE local_block_no = $1 AND local_address = $2"
		                 " AND global_block_no = $3 AND global_address = $4",
		                 "ibib", one->block_no, one->bytes, one->size, block.no, bytes, size);
	else
		storage_execute (op->connection,
		                 "DELETE FROM nat WHERE global_block_no = $1 AND global_address = $2"
		                 " AND local_block_no = $3 AND local_address = $4",
		                 "ibib", one->block_no, one->bytes, one->size, block.no, bytes, size);
}

static ip_driver_status
remove_ (native_op *op, gconstpointer data)
{
	const ip_driver_nat_args *args = data;
	gboolean one_is_local = args->local_count == 1;
	const ip_driver_address_ref *one = one_is_local ? args->locals : args->globals;
	const ip_driver_address_ref *others = one_is_local ? args->globals : args->locals;
	gsize other_count = one_is_local ? args->global_count : args->local_count;
	end found;
	ip_driver_status status = find_end (op, args->tenant, one, TRUE, &found);

	if (status != IP_DRIVER_OK)
		return status;
	for (gsize i = 0; i < other_count; i++)
		remove_pair (op, args->tenant, &found, one_is_local, &others[i]);
	if (other_count > 0)
		return IP_DRIVER_OK;
	if (one_is_local)
		storage_execute (op->connection, "DELETE FROM nat WHERE local_block_no = $1 AND local_address = $2",
		                 "ib", found.block_no, found.bytes, found.size);
	else
		storage_execute (op->connection, "DELETE FROM nat WHERE global_block_no = $1 AND global_address = $2",
		                 "ib", found.block_no, found.bytes, found.size);
	return IP_DRIVER_OK;
}

#define PARTNERS(mine, theirs)                                                                                         \
	"SELECT " ADDRESS_COLUMNS " FROM nat n JOIN address a ON a.block_no = n." theirs "_block_no"                   \
	" AND a.address = n." theirs "_address" ADDRESS_JOINS " WHERE n." mine "_block_no = $2 AND n." mine            \
	"_address = $3 AND (a.block_no, a.address) > ($4, $5) AND" ADDRESS_LIVES                                       \
	" ORDER BY a.block_no, a.address LIMIT $6"

static ip_driver_status
list (native_op *op, const ip_driver_nat_list_args *args, const char *sql)
{
	ip_driver_address_ref ref = {.block = args->block, .address = args->address};
	end mine;
	native_position position;
	ip_driver_status status = find_end (op, args->tenant, &ref, TRUE, &mine);

	if (status != IP_DRIVER_OK)
		return status;
	if (!native_marker_position (op, args->marker, &position))
		return IP_DRIVER_INVALID;
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection, sql, "iibibi", op->now, mine.block_no, mine.bytes, mine.size,
	                       position.block_no, position.bytes, position.size, (gint64)args->limit + 1);
	native_return_address_rows (op, cursor, args->limit);
	return IP_DRIVER_OK;
}

static ip_driver_status
list_globals (native_op *op, gconstpointer data)
{
	static const char sql[] = PARTNERS ("local", "global");

	return list (op, data, sql);
}

static ip_driver_status
list_locals (native_op *op, gconstpointer data)
{
	static const char sql[] = PARTNERS ("global", "local");

	return list (op, data, sql);
}

NATIVE_MEMBER_QUIET (write, nat, add, add, ip_driver_nat_args)
NATIVE_MEMBER_QUIET (write, nat, remove, remove_, ip_driver_nat_args)
NATIVE_MEMBER (read, nat, list_globals, list_globals, ip_driver_nat_list_args)
NATIVE_MEMBER (read, nat, list_locals, list_locals, ip_driver_nat_list_args)

const ip_driver_nat_ops native_nat_ops = {
	.size = sizeof (ip_driver_nat_ops),
	.add = native_nat_add,
	.remove = native_nat_remove,
	.list_globals = native_nat_list_globals,
	.list_locals = native_nat_list_locals,
};
