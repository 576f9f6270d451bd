/*
 * Addresses: allocating, and what changes or ends an allocation. Looking them up is address_list.c,
 * reconciling reconcile.c.
 */
#include "address.h"

#include <string.h>

#include "interface.h"
#include "space.h"

#define SWEEP_EACH_TIME 16

void
address_owner (native_op *op, const native_interface *interface, gint64 tenant_no, const char *tenant,
               const char *network, gint64 request_no, gint64 hold_until, allocation_owner *ret)
{
	*ret = (allocation_owner){
		.tenant_no = interface->no ? interface->tenant_no : tenant_no,
		.interface_no = interface->no,
		.request_no = request_no,
		.hold_until = hold_until,
		.generator =
			{
				.tenant = interface->no ? interface->tenant : tenant,
				.interface = interface->id,
				.network = network,
				.has_mac = interface->has_mac,
				.mac = interface->mac,
				.secret = op->native->secret,
			},
	};
}

void
address_return (native_op *op, const native_block *block, ip_value address)
{
	guint8 bytes[16];
	gsize size = ip_address_to_bytes (block->cidr.version, address, bytes);
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection, "SELECT " ADDRESS_COLUMNS ADDRESS_FROM " WHERE a.block_no = $1 AND a.address = $2",
		"ib", block->no, bytes, size);

	if (storage_next (cursor))
		native_return_address_row (op, cursor);
}

/* What makes two requests the same. */
static char *
fingerprint_of (const ip_driver_address_allocate_args *args)
{
	g_autoptr (GChecksum) digest = g_checksum_new (G_CHECKSUM_SHA256);
	g_autofree char *count = g_strdup_printf ("%u", args->count);

	request_digest (digest, "address");
	request_digest (digest, args->block);
	request_digest (digest, args->interface);
	request_digest (digest, args->address);
	request_digest (digest, count);
	return g_strdup (g_checksum_get_string (digest));
}

static void
return_request (native_op *op, gint64 request_no)
{
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection,
	                       "SELECT " ADDRESS_COLUMNS ADDRESS_FROM
	                       " WHERE a.request_no IS NOT NULL AND a.request_no = $1 ORDER BY a.block_no, a.address",
	                       "i", request_no);

	while (storage_next (cursor))
		native_return_address_row (op, cursor);
}

/* A chosen id must be new. */
static ip_driver_status
check_id (native_op *op, const char *id)
{
	guint8 bytes[NATIVE_ID_SIZE];

	if (!native_id_parse (id, bytes))
		return native_fail (op, IP_DRIVER_INVALID, "id \"%s\" is not a UUID", id);
	allocation_end_lapsed_id (op, bytes);
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection, "SELECT 1 FROM address WHERE id = $1 AND state < 3", "b", bytes, sizeof bytes);
	if (storage_next (cursor))
		return native_fail (op, IP_DRIVER_DUPLICATE, "address id %s is taken", id);
	return IP_DRIVER_OK;
}

static ip_driver_status
allocate (native_op *op, gconstpointer data)
{
	const ip_driver_address_allocate_args *args = data;
	g_auto (native_block) block = {0};
	g_auto (native_interface) interface = {0};
	gint64 request_no = 0, key_tenant = 0;
	gint64 hold_until = args->hold ? op->now + args->hold * NATIVE_SECOND : 0;
	g_autofree char *fingerprint = NULL;
	allocation_owner owner;
	ip_driver_status status;

	allocation_sweep (op, SWEEP_EACH_TIME);
	status = native_block_load (op, args->tenant, args->block, &block);
	if (status != IP_DRIVER_OK)
		return status;
	if (args->request_key) {
		key_tenant = native_tenant_make (op, args->tenant);
		fingerprint = fingerprint_of (args);
		status = request_find (op, key_tenant, args->request_key, fingerprint, &request_no);
		if (status != IP_DRIVER_OK)
			return status;
		if (request_no) {
			return_request (op, request_no);
			return IP_DRIVER_OK;
		}
		request_no = request_make (op, key_tenant, args->request_key, fingerprint);
	}
	const char *tenant = args->used_by_tenant ? args->used_by_tenant : block.tenant;
	interface_wish wish = {
		.id = args->interface,
		.tenant = tenant,
		.device = args->device,
		.mac = args->mac,
		.hold_until = hold_until,
	};
	status = interface_ensure (op, &wish, &interface);
	if (status == IP_DRIVER_OK && interface.no)
		status = interface_check_network (op, &interface, block.network);
	if (status != IP_DRIVER_OK)
		return status;
	gint64 tenant_no = g_strcmp0 (tenant, block.tenant) == 0 ? block.tenant_no : native_tenant_make (op, tenant);
	address_owner (op, &interface, tenant_no, tenant, block.network, request_no, hold_until, &owner);
	owner.id = args->id;
	if (args->id)
		status = check_id (op, args->id);
	for (guint i = 0; status == IP_DRIVER_OK && i < args->count; i++) {
		ip_value address;
		status = args->address ? allocation_given (op, &block, &owner, args->address, &address)
		                       : allocation_next (op, &block, &owner, &address);
		if (status == IP_DRIVER_OK)
			address_return (op, &block, address);
	}
	return status;
}

/* One ref of a confirm or cancel. *ret_found: it is there, and still this allocation. */
static ip_driver_status
find_ref (native_op *op, const char *tenant, const ip_driver_address_ref *ref, native_block *block,
          ip_value *ret_address, allocation_row *row, gboolean *ret_found)
{
	guint8 id[NATIVE_ID_SIZE];
	ip_address address;
	ip_driver_status status;

	native_block_clear (block);
	memset (block, 0, sizeof *block);
	*ret_found = FALSE;
	status = native_block_load (op, tenant, ref->block, block);
	if (status != IP_DRIVER_OK)
		return status;
	if (!ip_address_parse (ref->address, &address))
		return native_fail (op, IP_DRIVER_INVALID, "address \"%s\" is not an IP address", ref->address);
	*ret_address = address.value;
	*ret_found = ip_cidr_contains (&block->cidr, &address) && allocation_load (op, block, address.value, row) &&
	             row->state == STATE_ALLOCATED &&
	             (!ref->id || (native_id_parse (ref->id, id) && memcmp (id, row->id, sizeof id) == 0));
	return IP_DRIVER_OK;
}

static ip_driver_status
confirm (native_op *op, gconstpointer data)
{
	const ip_driver_address_refs_args *args = data;
	g_auto (native_block) block = {0};

	for (gsize i = 0; i < args->ref_count; i++) {
		const ip_driver_address_ref *ref = &args->refs[i];
		allocation_row row;
		ip_value address;
		gboolean found;
		ip_driver_status status = find_ref (op, args->tenant, ref, &block, &address, &row, &found);
		if (status != IP_DRIVER_OK)
			return status;
		if (!found)
			return native_fail (op, IP_DRIVER_NOT_FOUND, "hold %s of address %s has ended", ref->id,
			                    ref->address);
		if (!row.hold_until)
			continue;
		guint8 bytes[16];
		gsize size = ip_address_to_bytes (block.cidr.version, address, bytes);
		storage_execute (op->connection,
		                 "UPDATE address SET hold_until = NULL, updated_at = $3"
		                 " WHERE block_no = $1 AND address = $2",
		                 "ibi", block.no, bytes, size, op->now);
		space_count (op, &block, 1, -1, 0, 0);
		if (row.interface_no)
			interface_confirm (op, row.interface_no);
	}
	return IP_DRIVER_OK;
}

static ip_driver_status
cancel (native_op *op, gconstpointer data)
{
	const ip_driver_address_refs_args *args = data;
	g_auto (native_block) block = {0};

	for (gsize i = 0; i < args->ref_count; i++) {
		const ip_driver_address_ref *ref = &args->refs[i];
		allocation_row row;
		ip_value address;
		gboolean found;
		ip_driver_status status = find_ref (op, args->tenant, ref, &block, &address, &row, &found);
		if (status != IP_DRIVER_OK)
			return status;
		if (!found)
			continue;
		if (!row.hold_until)
			return native_fail (op, IP_DRIVER_NOT_ALLOWED, "address %s is not a hold: it was confirmed",
			                    ref->address);
		allocation_free (op, &block, address, &row);
	}
	return IP_DRIVER_OK;
}

static ip_driver_status
deallocate (native_op *op, gconstpointer data)
{
	const ip_driver_address_deallocate_args *args = data;
	g_auto (native_block) block = {0};
	guint8 id[NATIVE_ID_SIZE];
	allocation_row row;
	ip_value address;
	ip_driver_status status =
		allocation_find (op, args->tenant, args->block, args->address, &block, &address, &row);

	if (status != IP_DRIVER_OK)
		return status;
	if (args->id && (!native_id_parse (args->id, id) || memcmp (id, row.id, sizeof id) != 0))
		return native_fail (op, IP_DRIVER_NOT_FOUND, "allocation %s of address %s has ended", args->id,
		                    args->address);
	allocation_release (op, &block, address, &row);
	return IP_DRIVER_OK;
}

static ip_driver_status
restore (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_auto (native_block) block = {0};
	allocation_row row;
	ip_value address;
	ip_driver_status status =
		allocation_find (op, names->tenant, names->first, names->second, &block, &address, &row);

	if (status != IP_DRIVER_OK)
		return status;
	if (row.state == STATE_RESTING) {
		guint8 bytes[16];
		gsize size = ip_address_to_bytes (block.cidr.version, address, bytes);
		storage_execute (op->connection,
		                 "UPDATE address SET state = 1, free_at = NULL, updated_at = $3"
		                 " WHERE block_no = $1 AND address = $2",
		                 "ibi", block.no, bytes, size, op->now);
		space_count (op, &block, 1, 0, -1, 0);
	}
	address_return (op, &block, address);
	return IP_DRIVER_OK;
}

/* purge */

typedef struct {
	const ip_driver_address_purge_args *args;
	uint64_t count;
} purge_args;

static ip_driver_status
purge_one (native_op *op, purge_args *purge)
{
	const ip_driver_address_purge_args *args = purge->args;
	g_auto (native_block) block = {0};
	allocation_row row;
	ip_value address;
	ip_driver_status status =
		allocation_find (op, args->tenant, args->block, args->address, &block, &address, &row);

	if (status != IP_DRIVER_OK)
		return status;
	if (row.state == STATE_ALLOCATED)
		return native_fail (op, IP_DRIVER_NOT_ALLOWED, "address %s is allocated", args->address);
	if (row.free_at > op->now && !(args->flags & IP_DRIVER_ADDRESS_PURGE_ALL))
		return native_fail (op, IP_DRIVER_LOCKED, "address %s is in quarantine", args->address);
	allocation_free (op, &block, address, &row);
	purge->count = 1;
	return IP_DRIVER_OK;
}

#define PURGE_BATCH 1000

/* Purges a batch of one block; returns how many. */
static guint
purge_rests (native_op *op, gint64 block_no, gint64 until)
{
	g_autoptr (GArray) keys = NULL;

	{
		g_autoptr (storage_cursor) cursor =
			storage_query (op->connection,
		                       "SELECT block_no, address FROM address WHERE block_no = $1 AND state = 2"
		                       " AND free_at <= $2 ORDER BY free_at LIMIT $3",
		                       "iii", block_no, until, (gint64)PURGE_BATCH);
		keys = allocation_keys (cursor);
	}
	allocation_each (op, keys, allocation_free);
	return keys->len;
}

static guint
purge_holds (native_op *op, gint64 block_no, gint64 tenant_no)
{
	g_autoptr (GArray) keys = NULL;

	{
		g_autoptr (storage_cursor) cursor =
			storage_query (op->connection,
		                       "SELECT a.block_no, a.address FROM address a JOIN block b ON b.no = a.block_no"
		                       " WHERE a.hold_until IS NOT NULL AND a.hold_until <= $1"
		                       " AND ($2 = 0 OR a.block_no = $2) AND ($3 = 0 OR b.tenant_no = $3) LIMIT $4",
		                       "iiii", op->now, block_no, tenant_no, (gint64)PURGE_BATCH);
		keys = allocation_keys (cursor);
	}
	allocation_each (op, keys, allocation_free);
	return keys->len;
}

static GArray *
resting_blocks (native_op *op, gint64 block_no, gint64 tenant_no)
{
	GArray *blocks = g_array_new (FALSE, FALSE, sizeof (gint64));
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection,
	                       "SELECT o.block_no FROM pool o JOIN block b ON b.no = o.block_no WHERE o.quarantined > 0"
	                       " AND ($1 = 0 OR o.block_no = $1) AND ($2 = 0 OR b.tenant_no = $2)",
	                       "ii", block_no, tenant_no);

	while (storage_next (cursor)) {
		gint64 no = storage_int (cursor, 0);
		g_array_append_val (blocks, no);
	}
	return blocks;
}

static ip_driver_status
purge (native_op *op, gconstpointer data)
{
	purge_args *call = *(purge_args *const *)data;
	const ip_driver_address_purge_args *args = call->args;
	g_auto (native_block) block = {0};
	gint64 tenant_no = 0;
	gint64 until = args->flags & IP_DRIVER_ADDRESS_PURGE_ALL ? NATIVE_NEVER : op->now;
	guint done;

	call->count = 0;
	if (args->address)
		return purge_one (op, call);
	if (args->block) {
		ip_driver_status status = native_block_load (op, args->tenant, args->block, &block);
		if (status != IP_DRIVER_OK)
			return status;
	} else if (!native_tenant_filter (op, args->tenant, &tenant_no)) {
		return IP_DRIVER_OK;
	}
	while ((done = purge_holds (op, block.no, tenant_no)) > 0)
		call->count += done;
	g_autoptr (GArray) blocks = resting_blocks (op, block.no, tenant_no);
	for (guint i = 0; i < blocks->len; i++) {
		while ((done = purge_rests (op, g_array_index (blocks, gint64, i), until)) > 0)
			call->count += done;
	}
	return IP_DRIVER_OK;
}

static ip_driver_status
native_address_purge (ip_driver_instance *instance, const ip_driver_address_purge_args *args, uint64_t *ret_purged,
                      ip_driver_error *error)
{
	purge_args call = {.args = args};
	purge_args *handle = &call;
	ip_driver_status status = native_write (instance, purge, &handle, NULL, error);

	if (status == IP_DRIVER_OK)
		*ret_purged = call.count;
	return status;
}

NATIVE_MEMBER (write, address, allocate, allocate, ip_driver_address_allocate_args)
NATIVE_MEMBER_QUIET (write, address, confirm, confirm, ip_driver_address_refs_args)
NATIVE_MEMBER_QUIET (write, address, cancel, cancel, ip_driver_address_refs_args)
NATIVE_MEMBER_QUIET (write, address, deallocate, deallocate, ip_driver_address_deallocate_args)
NATIVE_MEMBER (read, address, list, address_list, ip_driver_address_list_args)
NATIVE_MEMBER (read, address, find, address_find, ip_driver_address_find_args)
NATIVE_MEMBER (write, address, reconcile, address_reconcile, ip_driver_address_reconcile_args)

static ip_driver_status
native_address_get (ip_driver_instance *instance, const char *tenant, const char *block, const char *address,
                    ip_driver_results *results, ip_driver_error *error)
{
	return native_read (instance, address_get, &(native_names){.tenant = tenant, .first = block, .second = address},
	                    results, error);
}

static ip_driver_status
native_address_restore (ip_driver_instance *instance, const char *tenant, const char *block, const char *address,
                        ip_driver_results *results, ip_driver_error *error)
{
	return native_write (instance, restore, &(native_names){.tenant = tenant, .first = block, .second = address},
	                     results, error);
}

static ip_driver_status
native_address_snapshot (ip_driver_instance *instance, ip_driver_results *results, ip_driver_error *error)
{
	/* Writes nothing, but takes its turn, so that nothing older than it is still to be committed. */
	return native_write (instance, address_snapshot, NULL, results, error);
}

const ip_driver_address_ops native_address_ops = {
	.size = sizeof (ip_driver_address_ops),
	.allocate = native_address_allocate,
	.confirm = native_address_confirm,
	.cancel = native_address_cancel,
	.get = native_address_get,
	.list = native_address_list,
	.find = native_address_find,
	.deallocate = native_address_deallocate,
	.restore = native_address_restore,
	.purge = native_address_purge,
	.snapshot = native_address_snapshot,
	.reconcile = native_address_reconcile,
};
