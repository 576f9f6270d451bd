/*
 * Blocks: overlap rules, life, usage. Subnets are carved in subnet.c.
 */
#include "block.h"

#include <string.h>

#include "allocation.h"
#include "space.h"

/* Whether the block whose `first` and `prefix` are in columns 0 and 1 reaches into cidr; it is the
 * last of its kind that begins at or below cidr's end, and those do not overlap one another. */
static gboolean
reaches (storage_cursor *cursor, const ip_cidr *cidr, ip_cidr *ret_other)
{
	return storage_next (cursor) && native_cidr_at (cursor, 0, 1, ret_other) && ret_other->last >= cidr->first;
}

ip_driver_status
block_check_network (native_op *op, const char *network, const ip_cidr *cidr, ip_driver_block_type type, gboolean root,
                     gint64 but)
{
	native_key last = native_key_of (cidr->version, cidr->last);
	ip_cidr other;
	char text[IP_TEXT_SIZE], other_text[IP_TEXT_SIZE];

	{
		g_autoptr (storage_cursor) cursor =
			storage_query (op->connection,
		                       "SELECT type FROM block WHERE network IS NOT NULL AND network = $1 AND no <> $2"
		                       " ORDER BY no LIMIT 1",
		                       "ti", network, but);
		if (storage_next (cursor) && storage_int (cursor, 0) != type)
			return native_fail (op, IP_DRIVER_NOT_ALLOWED, "the blocks of network \"%s\" are %s", network,
			                    type == IP_DRIVER_BLOCK_PUBLIC ? "private" : "public");
	}
	if (!root)
		return IP_DRIVER_OK;
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection,
	                       "SELECT first, prefix FROM block WHERE network_root = 1 AND network = $1"
	                       " AND version = $2 AND first <= $3 AND no <> $4"
	                       " ORDER BY first DESC LIMIT 1",
	                       "tibi", network, (gint64)cidr->version, last.bytes, last.size, but);
	if (reaches (cursor, cidr, &other))
		return native_fail (op, IP_DRIVER_NOT_ALLOWED, "cidr %s overlaps block %s of network \"%s\"",
		                    ip_cidr_format (cidr, text), ip_cidr_format (&other, other_text), network);
	return IP_DRIVER_OK;
}

static ip_driver_status
check_public (native_op *op, const ip_cidr *cidr)
{
	native_key last = native_key_of (cidr->version, cidr->last);
	ip_cidr other;
	char text[IP_TEXT_SIZE], other_text[IP_TEXT_SIZE];
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection,
	                       "SELECT first, prefix FROM block WHERE parent_no IS NULL AND type = 1 AND version = $1"
	                       " AND first <= $2 ORDER BY first DESC LIMIT 1",
	                       "ib", (gint64)cidr->version, last.bytes, last.size);

	if (!reaches (cursor, cidr, &other))
		return IP_DRIVER_OK;
	return native_fail (op, IP_DRIVER_NOT_ALLOWED, "cidr %s overlaps public block %s", ip_cidr_format (cidr, text),
	                    ip_cidr_format (&other, other_text));
}

ip_driver_status
block_find_policy (native_op *op, const char *id, gint64 *ret_no)
{
	guint8 bytes[NATIVE_ID_SIZE];

	*ret_no = 0;
	if (!id)
		return IP_DRIVER_OK;
	if (native_id_parse (id, bytes)) {
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection, "SELECT no FROM policy WHERE id = $1", "b", bytes, (gsize)NATIVE_ID_SIZE);
		if (storage_next (cursor))
			*ret_no = storage_int (cursor, 0);
	}
	if (!*ret_no)
		return native_fail (op, IP_DRIVER_NOT_FOUND, "no policy %s", id);
	return IP_DRIVER_OK;
}

ip_driver_status
block_insert (native_op *op, const block_wish *wish, native_block *ret)
{
	const ip_cidr *cidr = &wish->cidr;
	native_key first = native_key_of (cidr->version, cidr->first), last = native_key_of (cidr->version, cidr->last),
		   gateway = {.size = 0};
	guint8 id[NATIVE_ID_SIZE];
	gint64 policy_no;
	ip_address address;
	ip_driver_status status = block_find_policy (op, wish->policy, &policy_no);

	if (status != IP_DRIVER_OK)
		return status;
	native_id_choose (wish->id, id);
	if (wish->id) {
		g_autoptr (storage_cursor) cursor = storage_query (op->connection, "SELECT 1 FROM block WHERE id = $1",
		                                                   "b", id, (gsize)NATIVE_ID_SIZE);
		if (storage_next (cursor))
			return native_fail (op, IP_DRIVER_DUPLICATE, "block id %s is taken", wish->id);
	}
	if (wish->gateway && ip_address_parse (wish->gateway, &address)) {
		if (address.version != cidr->version)
			return native_fail (op, IP_DRIVER_INVALID, "gateway \"%s\" is not of the block's family",
			                    wish->gateway);
		gateway.size = ip_address_to_bytes (address.version, address.value, gateway.bytes);
	}
	storage_execute (
		op->connection,
		"INSERT INTO block (id, tenant_no, network, network_root, type, version, prefix, first, last, gateway,"
		" dns1, dns2, policy_no, parent_no, created_at, updated_at)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)",
		"bitiiiibbbttooi", id, (gsize)NATIVE_ID_SIZE, native_tenant_make (op, wish->tenant), wish->network,
		wish->network_root, (gint64)wish->type, (gint64)cidr->version, (gint64)cidr->prefix, first.bytes,
		first.size, last.bytes, last.size, gateway.size ? gateway.bytes : NULL, gateway.size, wish->dns1,
		wish->dns2, policy_no ? &policy_no : NULL, wish->parent_no ? &wish->parent_no : NULL, op->now);
	gint64 no = storage_last_key (op->connection);
	space_create (op, no, cidr);
	if (!native_block_load_number (op, no, ret))
		return native_fail (op, IP_DRIVER_STORAGE, "the new block cannot be read back");
	return IP_DRIVER_OK;
}

ip_driver_status
block_create_root (native_op *op, const block_wish *wish, native_block *ret)
{
	ip_driver_status status = IP_DRIVER_OK;

	if (wish->type == IP_DRIVER_BLOCK_PUBLIC)
		status = check_public (op, &wish->cidr);
	if (status == IP_DRIVER_OK && wish->network)
		status = block_check_network (op, wish->network, &wish->cidr, wish->type, TRUE, 0);
	if (status != IP_DRIVER_OK)
		return status;
	block_wish complete = *wish;
	complete.network_root = wish->network != NULL;
	if (!complete.dns1)
		complete.dns1 = op->native->dns1;
	if (!complete.dns2)
		complete.dns2 = op->native->dns2;
	return block_insert (op, &complete, ret);
}

static ip_driver_status
create (native_op *op, gconstpointer data)
{
	const ip_driver_block_create_args *args = data;
	g_auto (native_block) block = {0};
	block_wish wish = {
		.tenant = args->tenant,
		.network = args->network,
		.gateway = args->gateway,
		.dns1 = args->dns1,
		.dns2 = args->dns2,
		.policy = args->policy,
		.id = args->id,
		.type = args->type,
	};

	if (!ip_cidr_parse (args->cidr, &wish.cidr))
		return native_fail (op, IP_DRIVER_INVALID, "cidr \"%s\" is not a CIDR", args->cidr);
	ip_driver_status status = block_create_root (op, &wish, &block);
	if (status == IP_DRIVER_OK)
		native_return_block (op, &block);
	return status;
}

static ip_driver_status
get (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_auto (native_block) block = {0};
	ip_driver_status status = native_block_load (op, names->tenant, names->first, &block);

	if (status == IP_DRIVER_OK)
		native_return_block (op, &block);
	return status;
}

void
block_return_rows (native_op *op, storage_cursor *cursor, guint limit)
{
	gint64 last = 0;

	for (guint i = 0; storage_next (cursor); i++) {
		g_auto (native_block) block = {0};
		if (i == limit) {
			native_return_marker_number (op, last);
			break;
		}
		native_block_take (cursor, &block);
		native_return_block (op, &block);
		last = block.no;
	}
}

/* The conditions that all lists of blocks share: $1 after, $2 limit + 1, $3 type or 0, $4 1 for roots. */
#define LIST_TAIL                                                                                                      \
	" AND b.no > $1 AND ($3 = 0 OR b.type = $3) AND ($4 = 0 OR b.parent_no IS NULL) ORDER BY b.no LIMIT $2"

static ip_driver_status
list (native_op *op, gconstpointer data)
{
	const ip_driver_block_list_args *args = data;
	gint64 after, tenant_no, limit = (gint64)args->limit + 1, type = args->type;
	gint64 roots = args->flags & IP_DRIVER_BLOCK_LIST_ROOTS ? 1 : 0;
	storage_cursor *rows;

	if (!native_marker_number (op, args->marker, &after))
		return IP_DRIVER_INVALID;
	if (!native_tenant_filter (op, args->tenant, &tenant_no))
		return IP_DRIVER_OK;
	if (args->network)
		rows = storage_query (op->connection,
		                      "SELECT " BLOCK_COLUMNS BLOCK_FROM
		                      " WHERE b.network IS NOT NULL AND b.network = $5"
		                      " AND ($6 = 0 OR b.tenant_no = $6)" LIST_TAIL,
		                      "iiiiti", after, limit, type, roots, args->network, tenant_no);
	else if (tenant_no)
		rows = storage_query (op->connection,
		                      "SELECT " BLOCK_COLUMNS BLOCK_FROM " WHERE b.tenant_no = $5" LIST_TAIL, "iiiii",
		                      after, limit, type, roots, tenant_no);
	else
		rows = storage_query (op->connection, "SELECT " BLOCK_COLUMNS BLOCK_FROM " WHERE b.no > 0" LIST_TAIL,
		                      "iiii", after, limit, type, roots);
	g_autoptr (storage_cursor) cursor = rows;
	block_return_rows (op, cursor, args->limit);
	return IP_DRIVER_OK;
}

/* The blocks below a block, and itself: parents before children. */
static GArray *
tree_of (native_op *op, gint64 no)
{
	GArray *numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection,
		"WITH RECURSIVE tree (no, depth) AS ("
		"  SELECT no, 0 FROM block WHERE no = $1"
		"  UNION ALL SELECT c.no, tree.depth + 1 FROM block c JOIN tree ON c.parent_no = tree.no)"
		" SELECT no FROM tree ORDER BY depth",
		"i", no);

	while (storage_next (cursor)) {
		gint64 each = storage_int (cursor, 0);
		g_array_append_val (numbers, each);
	}
	return numbers;
}

/* Changes the network, which must suit the addresses, the subnets, the parent and the network's other blocks. */
static ip_driver_status
change_network (native_op *op, const native_block *block, const char *network)
{
	g_autoptr (GArray) tree = tree_of (op, block->no);
	gint64 root = network != NULL;
	char text[IP_TEXT_SIZE];

	ip_cidr_format (&block->cidr, text);
	for (guint i = 0; i < tree->len; i++) {
		g_auto (native_block) each = {0};
		if (!native_block_load_number (op, g_array_index (tree, gint64, i), &each))
			continue;
		allocation_end_lapsed (op, &each);
		if (each.allocated + each.held + each.quarantined > 0)
			return native_fail (op, IP_DRIVER_NOT_ALLOWED,
			                    "block %s cannot change its network: it has addresses", text);
		if (network && each.parent_no == block->no && g_strcmp0 (each.network, network) != 0)
			return native_fail (op, IP_DRIVER_NOT_ALLOWED,
			                    "block %s cannot change its network: it has subnets on another", text);
	}
	if (block->parent_no) {
		g_auto (native_block) parent = {0};
		if (native_block_load_number (op, block->parent_no, &parent) && parent.network) {
			root = 0;
			if (g_strcmp0 (parent.network, network) != 0)
				return native_fail (op, IP_DRIVER_NOT_ALLOWED,
				                    "subnet %s must be on its parent's network \"%s\"", text,
				                    parent.network);
		}
	}
	/* First the subnets, which the block takes in as the network's top-level block, or sets free. */
	storage_execute (
		op->connection,
		"UPDATE block SET network_root = CASE WHEN $2 IS NULL AND network IS NOT NULL THEN 1 ELSE 0 END"
		" WHERE parent_no IS NOT NULL AND parent_no = $1",
		"it", block->no, network);
	storage_execute (op->connection, "UPDATE block SET network = $2, network_root = $3 WHERE no = $1", "iti",
	                 block->no, network, root);
	if (!network)
		return IP_DRIVER_OK;
	return block_check_network (op, network, &block->cidr, block->type, root != 0, block->no);
}

static ip_driver_status
update (native_op *op, gconstpointer data)
{
	const ip_driver_block_update_args *args = data;
	g_auto (native_block) block = {0};
	g_auto (native_block) result = {0};
	gint64 policy_no;
	native_key gateway = {.size = 0};
	ip_driver_status status = native_block_load (op, args->tenant, args->id, &block);

	if (status != IP_DRIVER_OK)
		return status;
	if ((args->set & IP_DRIVER_BLOCK_SET_NETWORK) && g_strcmp0 (args->network, block.network) != 0) {
		status = change_network (op, &block, args->network);
		if (status != IP_DRIVER_OK)
			return status;
	}
	policy_no = block.policy_no;
	if (args->set & IP_DRIVER_BLOCK_SET_POLICY) {
		status = block_find_policy (op, args->policy, &policy_no);
		if (status != IP_DRIVER_OK)
			return status;
	}
	if (args->set & IP_DRIVER_BLOCK_SET_GATEWAY) {
		ip_address address;
		if (args->gateway && ip_address_parse (args->gateway, &address)) {
			if (address.version != block.cidr.version)
				return native_fail (op, IP_DRIVER_INVALID,
				                    "gateway \"%s\" is not of the block's family", args->gateway);
			gateway.size = ip_address_to_bytes (address.version, address.value, gateway.bytes);
		}
	} else if (block.has_gateway) {
		gateway = native_key_of (block.cidr.version, block.gateway.value);
	}
	storage_execute (
		op->connection,
		"UPDATE block SET gateway = $2, dns1 = $3, dns2 = $4, policy_no = $5, updated_at = $6 WHERE no = $1",
		"ibttoi", block.no, gateway.size ? gateway.bytes : NULL, gateway.size,
		args->set & IP_DRIVER_BLOCK_SET_DNS1 ? args->dns1 : block.dns1,
		args->set & IP_DRIVER_BLOCK_SET_DNS2 ? args->dns2 : block.dns2, policy_no ? &policy_no : NULL, op->now);
	if (args->set & (IP_DRIVER_BLOCK_SET_GATEWAY | IP_DRIVER_BLOCK_SET_POLICY))
		policy_recount (op, block.no);
	if (!native_block_load_number (op, block.no, &result))
		return native_fail (op, IP_DRIVER_STORAGE, "block %s cannot be read back", args->id);
	native_return_block (op, &result);
	return IP_DRIVER_OK;
}

/* Deletes one block with all that hangs on its addresses. */
static void
drop (native_op *op, gint64 no)
{
	g_autoptr (GArray) requests = g_array_new (FALSE, FALSE, sizeof (gint64));
	g_autoptr (GArray) holds = g_array_new (FALSE, FALSE, sizeof (gint64));
	gint64 each;

	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection,
			"SELECT DISTINCT request_no FROM address WHERE block_no = $1 AND request_no IS NOT NULL", "i",
			no);
		for (; storage_next (cursor); g_array_append_val (requests, each))
			each = storage_int (cursor, 0);
	}
	{
		g_autoptr (storage_cursor) cursor =
			storage_query (op->connection,
		                       "SELECT DISTINCT i.no FROM interface i JOIN address a ON a.interface_no = i.no"
		                       " WHERE a.block_no = $1 AND i.hold_until IS NOT NULL",
		                       "i", no);
		for (; storage_next (cursor); g_array_append_val (holds, each))
			each = storage_int (cursor, 0);
	}
	storage_execute (op->connection, "DELETE FROM allowed_ip WHERE block_no = $1", "i", no);
	storage_execute (op->connection, "DELETE FROM nat WHERE local_block_no = $1", "i", no);
	storage_execute (op->connection, "DELETE FROM nat WHERE global_block_no = $1", "i", no);
	storage_execute (op->connection, "DELETE FROM lease WHERE block_no = $1", "i", no);
	storage_execute (op->connection, "DELETE FROM route WHERE block_no = $1", "i", no);
	space_drop (op, no);
	storage_execute (op->connection, "DELETE FROM block WHERE no = $1", "i", no);
	for (guint i = 0; i < requests->len; i++)
		request_end (op, g_array_index (requests, gint64, i));
	for (guint i = 0; i < holds->len; i++)
		interface_end_idle_hold (op, g_array_index (holds, gint64, i));
}

static ip_driver_status
delete_ (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_auto (native_block) block = {0};
	ip_driver_status status = native_block_load (op, names->tenant, names->first, &block);

	if (status != IP_DRIVER_OK)
		return status;
	g_autoptr (GArray) tree = tree_of (op, block.no);
	for (guint i = tree->len; i > 0; i--)
		drop (op, g_array_index (tree, gint64, i - 1));
	if (block.parent_no)
		space_join (op, block.parent_no, &block.cidr);
	return IP_DRIVER_OK;
}

/* Addresses whose hold or rest has ended but whose row has not been touched since: they are free. Few:
 * each write that allocates, and each purge, takes them away. */
static void
count_ended (native_op *op, const native_block *block, const exclusion *excluding, ip_value *holds, ip_value *rests,
             ip_value *excluded)
{
	g_autoptr (storage_cursor) held =
		storage_query (op->connection,
	                       /* The plus keeps SQLite from walking the block instead of the few. */
	                       "SELECT address, 0 FROM address WHERE hold_until IS NOT NULL AND hold_until <= $2"
	                       " AND +block_no = $1",
	                       "ii", block->no, op->now);
	g_autoptr (storage_cursor) rested = storage_query (
		op->connection, "SELECT address, 1 FROM address WHERE block_no = $1 AND state = 2 AND free_at <= $2",
		"ii", block->no, op->now);
	storage_cursor *cursors[] = {block->held > 0 ? held : NULL, block->quarantined > 0 ? rested : NULL};

	*holds = *rests = *excluded = 0;
	for (int i = 0; i < 2; i++) {
		while (cursors[i] && storage_next (cursors[i])) {
			*(i ? rests : holds) += 1;
			if (exclusion_contains (excluding, native_value_at (cursors[i], 0)))
				*excluded += 1;
		}
	}
}

/* Modulo 2^128. FALSE: there are no subnets. */
static gboolean
count_subnetted (native_op *op, const native_block *block, ip_value *ret)
{
	int width = block->cidr.version == 4 ? 32 : 128;
	gboolean any = FALSE;
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection,
		"SELECT prefix, count(*) FROM block WHERE parent_no IS NOT NULL AND parent_no = $1 GROUP BY prefix",
		"i", block->no);

	for (*ret = 0; storage_next (cursor); any = TRUE)
		*ret += (ip_value)storage_int (cursor, 1) << (width - storage_int (cursor, 0));
	return any;
}

static ip_driver_status
usage (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_auto (native_block) block = {0};
	ip_driver_status status = native_block_load (op, names->tenant, names->first, &block);
	ip_value ended_holds, ended_rests, ended_excluded, held, quarantined, excluded = 0, subnetted, free;
	gboolean everything, any_subnet, overflow = FALSE;
	char texts[7][IP_TEXT_SIZE];

	if (status != IP_DRIVER_OK)
		return status;
	g_autoptr (block_exclusion) exclusions = policy_exclusion (op, &block);
	count_ended (op, &block, exclusions->set, &ended_holds, &ended_rests, &ended_excluded);
	held = (ip_value)block.held - ended_holds;
	quarantined = (ip_value)block.quarantined - ended_rests;
	any_subnet = count_subnetted (op, &block, &subnetted);
	if (!any_subnet)
		excluded = exclusion_count (exclusions->set, block.cidr.first, block.cidr.last, &overflow) -
		           ((ip_value)block.excluded_taken - ended_excluded);
	/* Modulo 2^128, which is what all of IPv6 counts to. */
	free = block.cidr.last - block.cidr.first + 1 - (ip_value)block.allocated - held - quarantined - excluded -
	       subnetted;
	everything = block.cidr.version == 6 && block.cidr.prefix == 0;
	ip_driver_usage result = {
		.size = sizeof result,
		.total = ip_count_format (block.cidr.last - block.cidr.first + 1, everything, texts[0]),
		.allocated = ip_count_format ((ip_value)block.allocated, FALSE, texts[1]),
		.held = ip_count_format (held, FALSE, texts[2]),
		.quarantined = ip_count_format (quarantined, FALSE, texts[3]),
		.excluded = ip_count_format (excluded, overflow && excluded == 0, texts[4]),
		.subnetted = ip_count_format (subnetted, any_subnet && subnetted == 0, texts[5]),
		/* Never all of IPv6: without subnets the last address is excluded. */
		.free = ip_count_format (free, FALSE, texts[6]),
	};
	ip_driver_return_usage (op->results, &result);
	return IP_DRIVER_OK;
}

NATIVE_MEMBER (write, block, create, create, ip_driver_block_create_args)
NATIVE_MEMBER (read, block, list, list, ip_driver_block_list_args)
NATIVE_MEMBER (write, block, update, update, ip_driver_block_update_args)

static ip_driver_status
native_block_get (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_results *results,
                  ip_driver_error *error)
{
	return native_read (instance, get, &(native_names){.tenant = tenant, .first = id}, results, error);
}

static ip_driver_status
native_block_delete (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_error *error)
{
	return native_write (instance, delete_, &(native_names){.tenant = tenant, .first = id}, NULL, error);
}

static ip_driver_status
native_block_usage (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_results *results,
                    ip_driver_error *error)
{
	return native_read (instance, usage, &(native_names){.tenant = tenant, .first = id}, results, error);
}

const ip_driver_block_ops native_block_ops = {
	.size = sizeof (ip_driver_block_ops),
	.create = native_block_create,
	.get = native_block_get,
	.list = native_block_list,
	.update = native_block_update,
	.delete_ = native_block_delete,
	.usage = native_block_usage,
};
