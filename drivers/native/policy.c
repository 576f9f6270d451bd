/*
 * Policies: life, and what they exclude in a block. Their ranges and octets are policy_part.c.
 */
#include "policy.h"

#include <string.h>

#include "policy_row.h"

/* Blocks whose exclusions are kept in memory; more are made anew when needed. */
#define CACHE_MAX 256

void
block_exclusion_unref (block_exclusion *self)
{
	if (self && g_atomic_ref_count_dec (&self->references)) {
		exclusion_free (self->set);
		g_free (self);
	}
}

GHashTable *
policy_cache_new (void)
{
	return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)block_exclusion_unref);
}

gboolean
policy_is_reserved (const native *self, const native_block *block, ip_value address)
{
	int width = block->cidr.version == 4 ? 32 : 128;

	if (block->has_gateway && block->gateway.version == block->cidr.version && block->gateway.value == address)
		return TRUE;
	if (width - block->cidr.prefix < 2)
		return FALSE;
	return address == block->cidr.last || (address == block->cidr.first && !self->allocate_network_address);
}

static block_exclusion *
build (native_op *op, const native_block *block)
{
	block_exclusion *self = g_new0 (block_exclusion, 1);

	g_atomic_ref_count_init (&self->references);
	self->policy_no = block->policy_no;
	self->revision = block->policy_revision;
	self->cidr = block->cidr;
	self->has_gateway = block->has_gateway;
	self->gateway = block->gateway.value;
	self->set = exclusion_new (&block->cidr);
	if (policy_is_reserved (op->native, block, block->cidr.first))
		exclusion_add_address (self->set, block->cidr.first);
	if (policy_is_reserved (op->native, block, block->cidr.last))
		exclusion_add_address (self->set, block->cidr.last);
	if (block->has_gateway && block->gateway.version == block->cidr.version)
		exclusion_add_address (self->set, block->gateway.value);
	if (block->policy_no) {
		g_autoptr (storage_cursor) ranges = storage_query (
			op->connection, "SELECT first_offset, length FROM policy_range WHERE policy_no = $1", "i",
			block->policy_no);
		while (storage_next (ranges))
			exclusion_add_range (self->set, storage_int (ranges, 0), (guint64)storage_int (ranges, 1));
		g_autoptr (storage_cursor) octets = storage_query (
			op->connection, "SELECT octet FROM policy_octet WHERE policy_no = $1", "i", block->policy_no);
		while (storage_next (octets))
			exclusion_add_octet (self->set, (int)storage_int (octets, 0));
	}
	exclusion_seal (self->set);
	return self;
}

static gboolean
is_of (const block_exclusion *self, const native_block *block)
{
	return self->policy_no == block->policy_no && self->revision == block->policy_revision &&
	       self->cidr.first == block->cidr.first && self->cidr.last == block->cidr.last &&
	       self->cidr.version == block->cidr.version && self->has_gateway == block->has_gateway &&
	       self->gateway == block->gateway.value;
}

block_exclusion *
policy_exclusion (native_op *op, const native_block *block)
{
	native *self = op->native;
	block_exclusion *found;

	if (!block->policy_no)
		return build (op, block);
	g_mutex_lock (&self->exclusion_lock);
	found = g_hash_table_lookup (self->exclusions, &block->no);
	if (found && is_of (found, block))
		g_atomic_ref_count_inc (&found->references);
	else
		found = NULL;
	g_mutex_unlock (&self->exclusion_lock);
	if (found)
		return found;

	found = build (op, block);
	/* Not one that an error has left incomplete. */
	if (storage_error (op->connection, NULL) != IP_DRIVER_OK)
		return found;
	g_atomic_ref_count_inc (&found->references);
	g_mutex_lock (&self->exclusion_lock);
	if (g_hash_table_size (self->exclusions) >= CACHE_MAX)
		g_hash_table_remove_all (self->exclusions);
	g_hash_table_replace (self->exclusions, g_memdup2 (&block->no, sizeof block->no), found);
	g_mutex_unlock (&self->exclusion_lock);
	return found;
}

void
policy_recount (native_op *op, gint64 block_no)
{
	g_auto (native_block) block = {0};
	gint64 taken = 0;

	if (!native_block_load_number (op, block_no, &block))
		return;
	g_autoptr (block_exclusion) excluded = policy_exclusion (op, &block);
	if (block.allocated + block.held + block.quarantined > 0) {
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection, "SELECT address FROM address WHERE block_no = $1 AND state < 3", "i", block_no);
		while (storage_next (cursor)) {
			if (exclusion_contains (excluded->set, native_value_at (cursor, 0)))
				taken++;
		}
	}
	storage_execute (op->connection, "UPDATE pool SET excluded_taken = $2, scan_from = NULL WHERE block_no = $1",
	                 "ii", block_no, taken);
	storage_execute (op->connection,
	                 "UPDATE address SET state = 3 WHERE block_no = $1 AND state = 4 AND free_at IS NOT NULL", "i",
	                 block_no);
}

static void
recount_each (native_op *op, storage_cursor *cursor)
{
	g_autoptr (GArray) blocks = g_array_new (FALSE, FALSE, sizeof (gint64));

	while (storage_next (cursor)) {
		gint64 no = storage_int (cursor, 0);
		g_array_append_val (blocks, no);
	}
	for (guint i = 0; i < blocks->len; i++)
		policy_recount (op, g_array_index (blocks, gint64, i));
}

void
policy_recount_all (native_op *op)
{
	g_autoptr (storage_cursor) cursor = storage_query (op->connection, "SELECT no FROM block", "");

	recount_each (op, cursor);
}

static void
recount_blocks_of (native_op *op, gint64 policy_no)
{
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection, "SELECT no FROM block WHERE policy_no IS NOT NULL AND policy_no = $1", "i", policy_no);

	recount_each (op, cursor);
}

/* Random, not counted: what a transaction that is rolled back had numbered must not come again. */
static gint64
new_revision (void)
{
	guint8 bytes[NATIVE_ID_SIZE];
	guint64 revision;

	native_id_new (bytes);
	memcpy (&revision, bytes, sizeof revision);
	return (gint64)(revision >> 1);
}

void
policy_touch (native_op *op, gint64 no)
{
	storage_execute (op->connection, "UPDATE policy SET revision = $2 WHERE no = $1", "ii", no, new_revision ());
	recount_blocks_of (op, no);
}

ip_driver_status
policy_find (native_op *op, const char *tenant, const char *id, gint64 *ret_no)
{
	guint8 bytes[NATIVE_ID_SIZE] = {0};

	native_id_parse (id, bytes);
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection,
		"SELECT p.no, t.name FROM policy p LEFT JOIN tenant t ON t.no = p.tenant_no WHERE p.id = $1", "b",
		bytes, (gsize)NATIVE_ID_SIZE);
	if (!storage_next (cursor) || (tenant && g_strcmp0 (tenant, storage_text (cursor, 1)) != 0))
		return native_fail (op, IP_DRIVER_NOT_FOUND, "no policy %s%s%s", id, tenant ? " of tenant " : "",
		                    tenant ? tenant : "");
	*ret_no = storage_int (cursor, 0);
	return IP_DRIVER_OK;
}

#define COLUMNS "p.no, p.id, t.name, p.name, p.description, p.created_at, p.updated_at"
#define FROM " FROM policy p LEFT JOIN tenant t ON t.no = p.tenant_no"

static gint64
return_row (native_op *op, storage_cursor *cursor)
{
	char id[NATIVE_ID_TEXT];
	gsize size;
	const guint8 *bytes = storage_blob (cursor, 1, &size);
	ip_driver_policy result = {
		.size = sizeof result,
		.id = native_id_format (size == NATIVE_ID_SIZE ? bytes : NULL, id),
		.tenant = storage_text (cursor, 2),
		.name = storage_text (cursor, 3),
		.description = storage_text (cursor, 4),
		.created_at = native_seconds (storage_int (cursor, 5)),
		.updated_at = native_seconds (storage_int (cursor, 6)),
	};

	ip_driver_return_policy (op->results, &result);
	return storage_int (cursor, 0);
}

static ip_driver_status
return_number (native_op *op, gint64 no)
{
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection, "SELECT " COLUMNS FROM " WHERE p.no = $1", "i", no);

	if (storage_next (cursor))
		return_row (op, cursor);
	return IP_DRIVER_OK;
}

static ip_driver_status
create (native_op *op, gconstpointer data)
{
	const ip_driver_policy_create_args *args = data;
	guint8 id[NATIVE_ID_SIZE];

	native_id_choose (args->id, id);
	if (args->id) {
		g_autoptr (storage_cursor) cursor = storage_query (op->connection, "SELECT 1 FROM policy WHERE id = $1",
		                                                   "b", id, (gsize)NATIVE_ID_SIZE);
		if (storage_next (cursor))
			return native_fail (op, IP_DRIVER_DUPLICATE, "policy id %s is taken", args->id);
	}
	storage_execute (op->connection,
	                 "INSERT INTO policy (id, tenant_no, name, description, revision, created_at, updated_at)"
	                 " VALUES ($1, $2, $3, $4, $5, $6, $6)",
	                 "bittii", id, (gsize)NATIVE_ID_SIZE, native_tenant_make (op, args->tenant), args->name,
	                 args->description, new_revision (), op->now);
	return return_number (op, storage_last_key (op->connection));
}

static ip_driver_status
get (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	gint64 no;
	ip_driver_status status = policy_find (op, names->tenant, names->first, &no);

	return status == IP_DRIVER_OK ? return_number (op, no) : status;
}

static ip_driver_status
list (native_op *op, gconstpointer data)
{
	const ip_driver_policy_list_args *args = data;
	gint64 after, tenant_no, last = 0;

	if (!native_marker_number (op, args->marker, &after))
		return IP_DRIVER_INVALID;
	if (!native_tenant_filter (op, args->tenant, &tenant_no))
		return IP_DRIVER_OK;
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection,
		"SELECT " COLUMNS FROM " WHERE p.no > $1 AND ($2 = 0 OR p.tenant_no = $2) ORDER BY p.no LIMIT $3",
		"iii", after, tenant_no, (gint64)args->limit + 1);
	for (guint i = 0; storage_next (cursor); i++) {
		if (i == args->limit) {
			native_return_marker_number (op, last);
			break;
		}
		last = return_row (op, cursor);
	}
	return IP_DRIVER_OK;
}

static ip_driver_status
update (native_op *op, gconstpointer data)
{
	const ip_driver_policy_update_args *args = data;
	gint64 no;
	ip_driver_status status = policy_find (op, args->tenant, args->id, &no);

	if (status != IP_DRIVER_OK)
		return status;
	if (args->set & IP_DRIVER_POLICY_SET_NAME)
		storage_execute (op->connection, "UPDATE policy SET name = $2 WHERE no = $1", "it", no, args->name);
	if (args->set & IP_DRIVER_POLICY_SET_DESCRIPTION)
		storage_execute (op->connection, "UPDATE policy SET description = $2 WHERE no = $1", "it", no,
		                 args->description);
	storage_execute (op->connection, "UPDATE policy SET updated_at = $2 WHERE no = $1", "ii", no, op->now);
	return return_number (op, no);
}

static ip_driver_status
delete_ (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_autoptr (GArray) blocks = g_array_new (FALSE, FALSE, sizeof (gint64));
	gint64 no;
	ip_driver_status status = policy_find (op, names->tenant, names->first, &no);

	if (status != IP_DRIVER_OK)
		return status;
	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection, "SELECT no FROM block WHERE policy_no IS NOT NULL AND policy_no = $1", "i", no);
		while (storage_next (cursor)) {
			gint64 each = storage_int (cursor, 0);
			g_array_append_val (blocks, each);
		}
	}
	storage_execute (
		op->connection,
		"UPDATE block SET policy_no = NULL, updated_at = $2 WHERE policy_no IS NOT NULL AND policy_no = $1",
		"ii", no, op->now);
	for (guint i = 0; i < blocks->len; i++)
		policy_recount (op, g_array_index (blocks, gint64, i));
	storage_execute (op->connection, "DELETE FROM policy_range WHERE policy_no = $1", "i", no);
	storage_execute (op->connection, "DELETE FROM policy_octet WHERE policy_no = $1", "i", no);
	storage_execute (op->connection, "DELETE FROM policy WHERE no = $1", "i", no);
	return IP_DRIVER_OK;
}

NATIVE_MEMBER (write, policy, create, create, ip_driver_policy_create_args)
NATIVE_MEMBER (read, policy, list, list, ip_driver_policy_list_args)
NATIVE_MEMBER (write, policy, update, update, ip_driver_policy_update_args)

static ip_driver_status
native_policy_get (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_results *results,
                   ip_driver_error *error)
{
	return native_read (instance, get, &(native_names){.tenant = tenant, .first = id}, results, error);
}

static ip_driver_status
native_policy_delete (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_error *error)
{
	return native_write (instance, delete_, &(native_names){.tenant = tenant, .first = id}, NULL, error);
}

const ip_driver_policy_ops native_policy_ops = {
	.size = sizeof (ip_driver_policy_ops),
	.create = native_policy_create,
	.get = native_policy_get,
	.list = native_policy_list,
	.update = native_policy_update,
	.delete_ = native_policy_delete,
};
