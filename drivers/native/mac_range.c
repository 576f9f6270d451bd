/*
 * MAC ranges: life, and giving MACs out of them.
 */
#include "mac_range.h"

#include <string.h>

/* Below `next` every MAC was given or skipped once; those given back queue in mac_rest. */
static gboolean
is_free (native_op *op, guint64 mac)
{
	g_autoptr (storage_cursor) cursor = storage_query (op->connection,
	                                                   "SELECT 1 FROM interface WHERE mac IS NOT NULL AND mac = $1 "
	                                                   "UNION ALL SELECT 1 FROM mac_rest WHERE mac = $1"
	                                                   " LIMIT 1",
	                                                   "i", (gint64)mac);

	return !storage_next (cursor);
}

typedef struct {
	gint64 no;
	guint64 last;
	guint64 next;
} range;

static gboolean
take_new (native_op *op, const range *from, guint64 *ret)
{
	guint64 mac = from->next;

	/* MACs that interfaces brought along are stepped over, once. */
	while (mac <= from->last && !is_free (op, mac))
		mac++;
	if (mac > from->last && from->next > from->last)
		return FALSE;
	storage_execute (op->connection, "UPDATE mac_range SET next = $2 WHERE no = $1", "ii", from->no,
	                 (gint64)MIN (mac, from->last) + 1);
	*ret = mac;
	return mac <= from->last;
}

static gboolean
take_rested (native_op *op, const range *from, guint64 *ret)
{
	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection, "SELECT mac FROM mac_rest WHERE range_no = $1 ORDER BY freed_at, mac LIMIT 1",
			"i", from->no);
		if (!storage_next (cursor))
			return FALSE;
		*ret = (guint64)storage_int (cursor, 0);
	}
	storage_execute (op->connection, "DELETE FROM mac_rest WHERE mac = $1", "i", (gint64)*ret);
	return TRUE;
}

ip_driver_status
mac_range_take (native_op *op, guint64 *ret, gboolean *ret_given)
{
	g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (range));

	{
		g_autoptr (storage_cursor) cursor =
			storage_query (op->connection, "SELECT no, last, next FROM mac_range ORDER BY no", "");
		while (storage_next (cursor)) {
			range each = {storage_int (cursor, 0), (guint64)storage_int (cursor, 1),
			              (guint64)storage_int (cursor, 2)};
			g_array_append_val (ranges, each);
		}
	}
	*ret_given = FALSE;
	if (ranges->len == 0)
		return IP_DRIVER_OK;
	for (guint i = 0; i < ranges->len; i++) {
		const range *each = &g_array_index (ranges, range, i);
		if (take_new (op, each, ret) || take_rested (op, each, ret)) {
			*ret_given = TRUE;
			return IP_DRIVER_OK;
		}
	}
	return native_fail (op, IP_DRIVER_EXHAUSTED, "no MAC address is left in any MAC range");
}

void
mac_range_give_back (native_op *op, guint64 mac)
{
	gint64 range_no;

	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection, "SELECT no, last FROM mac_range WHERE first <= $1 ORDER BY first DESC LIMIT 1",
			"i", (gint64)mac);
		if (!storage_next (cursor) || (guint64)storage_int (cursor, 1) < mac)
			return;
		range_no = storage_int (cursor, 0);
	}
	storage_execute (op->connection,
	                 "INSERT INTO mac_rest (mac, range_no, freed_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
	                 "iii", (gint64)mac, range_no, op->now);
}

void
mac_range_claim (native_op *op, guint64 mac)
{
	storage_execute (op->connection, "DELETE FROM mac_rest WHERE mac = $1", "i", (gint64)mac);
}

#define COLUMNS "no, id, first, prefix, created_at, updated_at"

static gint64
return_row (native_op *op, storage_cursor *cursor)
{
	char id[NATIVE_ID_TEXT], cidr[MAC_TEXT_SIZE];
	gsize size;
	const guint8 *bytes = storage_blob (cursor, 1, &size);
	ip_driver_mac_range result = {
		.size = sizeof result,
		.id = native_id_format (size == NATIVE_ID_SIZE ? bytes : NULL, id),
		.cidr = mac_range_format ((guint64)storage_int (cursor, 2), (int)storage_int (cursor, 3), cidr),
		.created_at = native_seconds (storage_int (cursor, 4)),
		.updated_at = native_seconds (storage_int (cursor, 5)),
	};

	ip_driver_return_mac_range (op->results, &result);
	return storage_int (cursor, 0);
}

static storage_cursor *
find (native_op *op, const char *id)
{
	guint8 bytes[NATIVE_ID_SIZE] = {0};

	native_id_parse (id, bytes);
	return storage_query (op->connection, "SELECT " COLUMNS " FROM mac_range WHERE id = $1", "b", bytes,
	                      (gsize)NATIVE_ID_SIZE);
}

static ip_driver_status
create (native_op *op, gconstpointer data)
{
	const ip_driver_mac_range_create_args *args = data;
	guint64 first, last;
	int prefix;
	guint8 id[NATIVE_ID_SIZE];
	char text[NATIVE_ID_TEXT], other[MAC_TEXT_SIZE];

	if (!mac_range_parse (args->cidr, &first, &last, &prefix))
		return native_fail (op, IP_DRIVER_INVALID, "cidr \"%s\" is not a MAC range", args->cidr);
	{
		g_autoptr (storage_cursor) cursor =
			storage_query (op->connection,
		                       "SELECT first, prefix, last FROM mac_range WHERE first <= $1"
		                       " ORDER BY first DESC LIMIT 1",
		                       "i", (gint64)last);
		if (storage_next (cursor) && (guint64)storage_int (cursor, 2) >= first)
			return native_fail (op, IP_DRIVER_NOT_ALLOWED, "cidr %s overlaps MAC range %s", args->cidr,
			                    mac_range_format ((guint64)storage_int (cursor, 0),
			                                      (int)storage_int (cursor, 1), other));
	}
	native_id_choose (args->id, id);
	if (args->id) {
		g_autoptr (storage_cursor) cursor = find (op, args->id);
		if (storage_next (cursor))
			return native_fail (op, IP_DRIVER_DUPLICATE, "MAC range id %s is taken", args->id);
	}
	storage_execute (op->connection,
	                 "INSERT INTO mac_range (id, first, last, prefix, next, created_at, updated_at)"
	                 " VALUES ($1, $2, $3, $4, $2, $5, $5)",
	                 "biiii", id, (gsize)NATIVE_ID_SIZE, (gint64)first, (gint64)last, (gint64)prefix, op->now);
	g_autoptr (storage_cursor) cursor = find (op, native_id_format (id, text));
	if (storage_next (cursor))
		return_row (op, cursor);
	return IP_DRIVER_OK;
}

static ip_driver_status
get (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	g_autoptr (storage_cursor) cursor = find (op, names->first);

	if (!storage_next (cursor))
		return native_fail (op, IP_DRIVER_NOT_FOUND, "no MAC range %s", names->first);
	return_row (op, cursor);
	return IP_DRIVER_OK;
}

static ip_driver_status
list (native_op *op, gconstpointer data)
{
	const ip_driver_mac_range_list_args *args = data;
	gint64 after, last = 0;

	if (!native_marker_number (op, args->marker, &after))
		return IP_DRIVER_INVALID;
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection, "SELECT " COLUMNS " FROM mac_range WHERE no > $1 ORDER BY no LIMIT $2",
	                       "ii", after, (gint64)args->limit + 1);
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
delete_ (native_op *op, gconstpointer data)
{
	const native_names *names = data;
	gint64 no = 0;

	{
		g_autoptr (storage_cursor) cursor = find (op, names->first);
		if (!storage_next (cursor))
			return native_fail (op, IP_DRIVER_NOT_FOUND, "no MAC range %s", names->first);
		no = storage_int (cursor, 0);
	}
	storage_execute (op->connection, "DELETE FROM mac_rest WHERE range_no = $1", "i", no);
	storage_execute (op->connection, "DELETE FROM mac_range WHERE no = $1", "i", no);
	return IP_DRIVER_OK;
}

NATIVE_MEMBER (write, mac_range, create, create, ip_driver_mac_range_create_args)
NATIVE_MEMBER (read, mac_range, list, list, ip_driver_mac_range_list_args)

static ip_driver_status
native_mac_range_get (ip_driver_instance *instance, const char *id, ip_driver_results *results, ip_driver_error *error)
{
	return native_read (instance, get, &(native_names){.first = id}, results, error);
}

static ip_driver_status
native_mac_range_delete (ip_driver_instance *instance, const char *id, ip_driver_error *error)
{
	return native_write (instance, delete_, &(native_names){.first = id}, NULL, error);
}

const ip_driver_mac_range_ops native_mac_range_ops = {
	.size = sizeof (ip_driver_mac_range_ops),
	.create = native_mac_range_create,
	.get = native_mac_range_get,
	.list = native_mac_range_list,
	.delete_ = native_mac_range_delete,
};
