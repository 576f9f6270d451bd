/*
 * The life of an address.
 */
#include "allocation.h"

#include <string.h>

#include "interface.h"
#include "space.h"

#define SWEEP_BATCH 64

static gboolean
load_row (native_op *op, const native_block *block, ip_value address, allocation_row *ret)
{
	native_key k = native_key_of (block->cidr.version, address);
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection,
	                       "SELECT id, state, interface_no, request_no, hold_until, free_at, updated_at"
	                       " FROM address WHERE block_no = $1 AND address = $2",
	                       "ib", block->no, k.bytes, k.size);
	gsize size;
	const guint8 *id;

	memset (ret, 0, sizeof *ret);
	if (!storage_next (cursor))
		return FALSE;
	id = storage_blob (cursor, 0, &size);
	if (size == NATIVE_ID_SIZE)
		memcpy (ret->id, id, size);
	ret->state = (int)storage_int (cursor, 1);
	ret->interface_no = storage_int (cursor, 2);
	ret->request_no = storage_int (cursor, 3);
	ret->hold_until = storage_int (cursor, 4);
	ret->free_at = storage_int (cursor, 5);
	ret->updated_at = storage_int (cursor, 6);
	return TRUE;
}

static gboolean
has_lapsed (const native_op *op, const allocation_row *row)
{
	return row->hold_until && row->hold_until <= op->now;
}

gboolean
allocation_load (native_op *op, native_block *block, ip_value address, allocation_row *ret)
{
	if (!load_row (op, block, address, ret))
		return FALSE;
	if (has_lapsed (op, ret)) {
		allocation_free (op, block, address, ret);
		return load_row (op, block, address, ret);
	}
	return TRUE;
}

ip_driver_status
allocation_find (native_op *op, const char *tenant, const char *block_id, const char *address, native_block *block,
                 ip_value *ret_address, allocation_row *ret_row)
{
	ip_address parsed;
	ip_driver_status status = native_block_load (op, tenant, block_id, block);

	if (status != IP_DRIVER_OK)
		return status;
	if (!ip_address_parse (address, &parsed))
		return native_fail (op, IP_DRIVER_INVALID, "address \"%s\" is not an IP address", address);
	if (!ip_cidr_contains (&block->cidr, &parsed) || !load_row (op, block, parsed.value, ret_row) ||
	    ret_row->state > STATE_RESTING || has_lapsed (op, ret_row))
		return native_fail (op, IP_DRIVER_NOT_FOUND, "address %s is not allocated in block %s", address,
		                    block_id);
	*ret_address = parsed.value;
	return IP_DRIVER_OK;
}

/* Gives a taken address to its owner. */
static void
grant (native_op *op, native_block *block, ip_value address, const allocation_owner *owner, space_origin origin,
       const allocation_row *row)
{
	native_key k = native_key_of (block->cidr.version, address);
	guint8 id[NATIVE_ID_SIZE];
	const gint64 *interface_no = owner->interface_no ? &owner->interface_no : NULL;
	const gint64 *request_no = owner->request_no ? &owner->request_no : NULL;
	const gint64 *hold_until = owner->hold_until ? &owner->hold_until : NULL;
	gint64 state = STATE_ALLOCATED;

	if (!owner->id || !native_id_parse (owner->id, id))
		native_id_new_ordered (op->now, id);
	if (origin == SPACE_NEW) {
		storage_execute (
			op->connection,
			"INSERT INTO address (block_no, address, id, state, tenant_no, interface_no, request_no,"
			" hold_until, free_at, created_at, updated_at)"
			" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, $9, $9)",
			"ibbiioooi", block->no, k.bytes, k.size, id, sizeof id, state, owner->tenant_no, interface_no,
			request_no, hold_until, op->now);
	} else {
		if (row->state == STATE_RESTING)
			storage_execute (op->connection, "DELETE FROM lease WHERE block_no = $1 AND address = $2", "ib",
			                 block->no, k.bytes, k.size);
		storage_execute (op->connection,
		                 "UPDATE address SET id = $3, state = $4, tenant_no = $5, interface_no = $6,"
		                 " request_no = $7, hold_until = $8, free_at = NULL, created_at = $9, updated_at = $9"
		                 " WHERE block_no = $1 AND address = $2",
		                 "ibbiioooi", block->no, k.bytes, k.size, id, sizeof id, state, owner->tenant_no,
		                 interface_no, request_no, hold_until, op->now);
	}
	if (interface_no && hold_until)
		interface_prolong (op, *interface_no, *hold_until);
	space_count (op, block, owner->hold_until ? 0 : 1, owner->hold_until ? 1 : 0,
	             origin == SPACE_USED && row->state == STATE_RESTING ? -1 : 0, 0);
}

static ip_driver_status
check_unsubnetted (native_op *op, const native_block *block)
{
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection, "SELECT 1 FROM block WHERE parent_no = $1 LIMIT 1", "i", block->no);
	char text[IP_TEXT_SIZE];

	if (!storage_next (cursor))
		return IP_DRIVER_OK;
	return native_fail (op, IP_DRIVER_NOT_ALLOWED, "block %s has subnets and allocates no addresses itself",
	                    ip_cidr_format (&block->cidr, text));
}

ip_driver_status
allocation_next (native_op *op, native_block *block, const allocation_owner *owner, ip_value *ret)
{
	g_autoptr (block_exclusion) excluded = policy_exclusion (op, block);
	gboolean six = block->cidr.version == 6;
	ip_value start = 0;
	space_origin origin;
	allocation_row row = {.state = 0};
	ip_driver_status status = check_unsubnetted (op, block);
	char text[IP_TEXT_SIZE];

	if (status != IP_DRIVER_OK)
		return status;
	if (six) {
		generator_kind kind = op->native->generator;
		if (generator_needs_mac (kind) && !owner->generator.has_mac)
			return native_fail (op, IP_DRIVER_INVALID,
			                    "mac is required to allocate from the IPv6 block %s: the generator is %s",
			                    ip_cidr_format (&block->cidr, text),
			                    kind == GENERATOR_RFC2462 ? "rfc2462" : "tenant");
		start = generator_start (kind, &block->cidr, &owner->generator);
	}
	origin = space_take_next (op, block, excluded->set, six ? &start : NULL, ret);
	while (origin == SPACE_NONE && allocation_sweep (op, SWEEP_BATCH) > 0)
		origin = space_take_next (op, block, excluded->set, six ? &start : NULL, ret);
	if (origin == SPACE_NONE)
		return native_fail (op, IP_DRIVER_EXHAUSTED, "block %s is full", ip_cidr_format (&block->cidr, text));
	if (origin == SPACE_USED)
		load_row (op, block, *ret, &row);
	grant (op, block, *ret, owner, origin, &row);
	return IP_DRIVER_OK;
}

ip_driver_status
allocation_given (native_op *op, native_block *block, const allocation_owner *owner, const char *text, ip_value *ret)
{
	g_autoptr (block_exclusion) excluded = policy_exclusion (op, block);
	ip_address address;
	allocation_row row;
	space_origin origin = SPACE_NEW;
	char cidr[IP_TEXT_SIZE];
	ip_driver_status status = check_unsubnetted (op, block);

	if (status != IP_DRIVER_OK)
		return status;
	if (!ip_address_parse (text, &address))
		return native_fail (op, IP_DRIVER_INVALID, "address \"%s\" is not an IP address", text);
	if (!ip_cidr_contains (&block->cidr, &address))
		return native_fail (op, IP_DRIVER_NOT_IN_BLOCK, "address %s is not in block %s", text,
		                    ip_cidr_format (&block->cidr, cidr));
	if (allocation_load (op, block, address.value, &row)) {
		origin = SPACE_USED;
		if (row.state == STATE_ALLOCATED)
			return native_fail (op, IP_DRIVER_DUPLICATE, "address %s is allocated already", text);
		if (row.state == STATE_RESTING && row.free_at > op->now)
			return native_fail (op, IP_DRIVER_LOCKED, "address %s is in quarantine", text);
	}
	if (policy_is_reserved (op->native, block, address.value))
		return native_fail (op, IP_DRIVER_DUPLICATE,
		                    "address %s is the gateway, network or broadcast address of block %s", text,
		                    ip_cidr_format (&block->cidr, cidr));
	if (exclusion_contains (excluded->set, address.value))
		return native_fail (op, IP_DRIVER_DENIED_BY_POLICY, "address %s is excluded by the policy of block %s",
		                    text, ip_cidr_format (&block->cidr, cidr));
	if (origin == SPACE_NEW && !space_take (op, block, address.value))
		return native_fail (op, IP_DRIVER_STORAGE, "address %s is neither free nor taken in database %s", text,
		                    storage_location (op->native->storage));
	grant (op, block, address.value, owner, origin, &row);
	*ret = address.value;
	return IP_DRIVER_OK;
}

/* What ends with any end of an allocation. */
static void
cut_ties (native_op *op, const native_block *block, const native_key *k, const allocation_row *row)
{
	storage_execute (op->connection, "DELETE FROM nat WHERE local_block_no = $1 AND local_address = $2", "ib",
	                 block->no, k->bytes, k->size);
	storage_execute (op->connection, "DELETE FROM nat WHERE global_block_no = $1 AND global_address = $2", "ib",
	                 block->no, k->bytes, k->size);
	if (row->request_no)
		request_end (op, row->request_no);
	if (row->interface_no)
		interface_end_idle_hold (op, row->interface_no);
}

void
allocation_release (native_op *op, native_block *block, ip_value address, const allocation_row *row)
{
	native_key k = native_key_of (block->cidr.version, address);
	gint64 free_at = op->now + op->native->quarantine;
	gboolean shared;

	if (row->state != STATE_ALLOCATED)
		return;
	if (has_lapsed (op, row)) {
		allocation_free (op, block, address, row);
		return;
	}
	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection, "SELECT 1 FROM allowed_ip WHERE block_no = $1 AND address = $2 LIMIT 1", "ib",
			block->no, k.bytes, k.size);
		shared = storage_next (cursor);
	}
	if (shared) {
		/* 0: it has lost its interface, and goes with its last allowance (allowed_ip.c). */
		storage_execute (op->connection,
		                 "UPDATE address SET interface_no = 0, updated_at = $3"
		                 " WHERE block_no = $1 AND address = $2",
		                 "ibi", block->no, k.bytes, k.size, op->now);
		if (row->interface_no)
			interface_end_idle_hold (op, row->interface_no);
		return;
	}
	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection, "SELECT leased_until FROM lease WHERE block_no = $1 AND address = $2", "ib",
			block->no, k.bytes, k.size);
		if (storage_next (cursor))
			free_at = MAX (free_at, storage_int (cursor, 0));
	}
	storage_execute (op->connection,
	                 "UPDATE address SET state = 2, interface_no = NULL, request_no = NULL, hold_until = NULL,"
	                 " free_at = $3, updated_at = $4 WHERE block_no = $1 AND address = $2",
	                 "ibii", block->no, k.bytes, k.size, free_at, op->now);
	space_count (op, block, row->hold_until ? 0 : -1, row->hold_until ? -1 : 0, 1, 0);
	cut_ties (op, block, &k, row);
}

void
allocation_free (native_op *op, native_block *block, ip_value address, const allocation_row *row)
{
	native_key k = native_key_of (block->cidr.version, address);
	/* It has rested since it was released. */
	gint64 free_at = row->state == STATE_RESTING ? row->updated_at : op->now;
	gint64 state = STATE_FREE;

	if (block->excluded_taken > 0) {
		g_autoptr (block_exclusion) excluded = policy_exclusion (op, block);
		if (exclusion_contains (excluded->set, address))
			state = STATE_PARKED;
	}
	storage_execute (op->connection,
	                 "UPDATE address SET state = $3, interface_no = NULL, request_no = NULL, hold_until = NULL,"
	                 " free_at = $4, updated_at = $5 WHERE block_no = $1 AND address = $2",
	                 "ibiii", block->no, k.bytes, k.size, state, free_at, op->now);
	storage_execute (op->connection, "DELETE FROM lease WHERE block_no = $1 AND address = $2", "ib", block->no,
	                 k.bytes, k.size);
	storage_execute (op->connection, "DELETE FROM allowed_ip WHERE block_no = $1 AND address = $2", "ib", block->no,
	                 k.bytes, k.size);
	space_count (op, block, row->state == STATE_ALLOCATED && !row->hold_until ? -1 : 0, row->hold_until ? -1 : 0,
	             row->state == STATE_RESTING ? -1 : 0, state == STATE_PARKED ? -1 : 0);
	cut_ties (op, block, &k, row);
}

GArray *
allocation_keys (storage_cursor *cursor)
{
	GArray *keys = g_array_new (FALSE, FALSE, sizeof (allocation_key));

	while (storage_next (cursor)) {
		allocation_key k = {.block_no = storage_int (cursor, 0), .address = native_value_at (cursor, 1)};
		g_array_append_val (keys, k);
	}
	return keys;
}

void
allocation_each (native_op *op, GArray *keys, allocation_step step)
{
	g_auto (native_block) block = {0};

	for (guint i = 0; i < keys->len; i++) {
		const allocation_key *k = &g_array_index (keys, allocation_key, i);
		allocation_row row;
		if (block.no != k->block_no) {
			native_block_clear (&block);
			if (!native_block_load_number (op, k->block_no, &block))
				continue;
		}
		if (load_row (op, &block, k->address, &row))
			step (op, &block, k->address, &row);
	}
}

guint
allocation_sweep (native_op *op, guint limit)
{
	g_autoptr (GArray) keys = NULL;

	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection,
			"SELECT block_no, address FROM address"
			" WHERE hold_until IS NOT NULL AND hold_until <= $1 ORDER BY hold_until LIMIT $2",
			"ii", op->now, (gint64)limit);
		keys = allocation_keys (cursor);
	}
	allocation_each (op, keys, allocation_free);
	return keys->len;
}

/* Ends the holds whose keys a query yields. */
static void
end_found (native_op *op, storage_cursor *found)
{
	g_autoptr (storage_cursor) cursor = found;
	g_autoptr (GArray) keys = allocation_keys (cursor);

	allocation_each (op, keys, allocation_free);
}

void
allocation_end_lapsed (native_op *op, native_block *block)
{
	gint64 no = block->no;

	if (block->held == 0)
		return;
	end_found (op, storage_query (op->connection,
	                              "SELECT block_no, address FROM address WHERE hold_until IS NOT NULL"
	                              " AND hold_until <= $2 AND +block_no = $1",
	                              "ii", no, op->now));
	native_block_clear (block);
	native_block_load_number (op, no, block);
}

void
allocation_end_lapsed_of (native_op *op, gint64 interface_no)
{
	end_found (op, storage_query (op->connection,
	                              "SELECT block_no, address FROM address WHERE interface_no IS NOT NULL"
	                              " AND interface_no = $1 AND hold_until IS NOT NULL AND +hold_until <= $2",
	                              "ii", interface_no, op->now));
}

void
allocation_end_lapsed_id (native_op *op, const guint8 id[NATIVE_ID_SIZE])
{
	end_found (op, storage_query (op->connection,
	                              "SELECT block_no, address FROM address WHERE id = $1 AND state < 3"
	                              " AND hold_until IS NOT NULL AND +hold_until <= $2",
	                              "bi", id, (gsize)NATIVE_ID_SIZE, op->now));
}

void
request_digest (GChecksum *digest, const char *part)
{
	/* With its length: the parts may contain anything. */
	g_autofree char *framed = part ? g_strdup_printf ("%zu:%s", strlen (part), part) : g_strdup ("-");

	g_checksum_update (digest, (const guchar *)framed, -1);
}

ip_driver_status
request_find (native_op *op, gint64 tenant_no, const char *request_key, const char *fingerprint, gint64 *ret_no)
{
	gint64 no;
	gboolean same;

	*ret_no = 0;
	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection, "SELECT no, fingerprint FROM request WHERE tenant_no = $1 AND key = $2", "it",
			tenant_no, request_key);
		if (!storage_next (cursor))
			return IP_DRIVER_OK;
		no = storage_int (cursor, 0);
		same = g_strcmp0 (storage_text (cursor, 1), fingerprint) == 0;
	}
	/* What has lapsed of it does not live. */
	interface_lapse_request (op, no);
	end_found (op, storage_query (op->connection,
	                              "SELECT block_no, address FROM address WHERE request_no = $1"
	                              " AND hold_until IS NOT NULL AND +hold_until <= $2",
	                              "ii", no, op->now));
	{
		g_autoptr (storage_cursor) cursor =
			storage_query (op->connection, "SELECT 1 FROM request WHERE no = $1", "i", no);
		if (!storage_next (cursor))
			return IP_DRIVER_OK;
	}
	if (!same)
		return native_fail (op, IP_DRIVER_DUPLICATE, "request key \"%s\" was used for another request",
		                    request_key);
	*ret_no = no;
	return IP_DRIVER_OK;
}

gint64
request_make (native_op *op, gint64 tenant_no, const char *request_key, const char *fingerprint)
{
	storage_execute (op->connection, "INSERT INTO request (tenant_no, key, fingerprint) VALUES ($1, $2, $3)", "itt",
	                 tenant_no, request_key, fingerprint);
	return storage_last_key (op->connection);
}

void
request_end (native_op *op, gint64 no)
{
	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection,
			"SELECT 1 FROM address WHERE request_no IS NOT NULL AND request_no = $1"
			" UNION ALL SELECT 1 FROM interface WHERE request_no IS NOT NULL AND request_no = $1 LIMIT 1",
			"i", no);
		if (storage_next (cursor))
			return;
	}
	storage_execute (op->connection, "DELETE FROM request WHERE no = $1", "i", no);
}
