/*
 * Reconciling: releasing what belongs to nothing that lives. The snapshot is a moment between two
 * writes; what was allocated after it is out of reach, so the reservations are in effect read before
 * the living.
 */
#include <string.h>

#include "address.h"

/* Interfaces looked at in one call, so that a call holds the writer for a bounded time. */
#define LOOK_AT 5000

ip_driver_status
address_snapshot (native_op *op, gconstpointer unused)
{
	char token[NATIVE_MARKER_SIZE];

	g_snprintf (token, sizeof token, "t%" G_GINT64_FORMAT, op->now);
	ip_driver_address_snapshot_result result = {.size = sizeof result, .token = token};
	ip_driver_return_snapshot (op->results, &result);
	return IP_DRIVER_OK;
}

/* Takes a dead interface's addresses that are old enough. A hold counts from its confirmation: before that
 * it did not have to belong to anything that lives. */
static void
release_interface (native_op *op, const ip_driver_address_reconcile_args *args, gint64 interface_no, gint64 before)
{
	g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (allocation_key));
	g_autoptr (storage_cursor) cursor =
		storage_query (op->connection,
	                       "SELECT " ADDRESS_COLUMNS ADDRESS_FROM
	                       " WHERE a.interface_no IS NOT NULL AND a.interface_no = $1 AND a.state = 1"
	                       " AND a.hold_until IS NULL AND a.updated_at < $2 AND ($3 IS NULL OR b.network = $3)"
	                       " ORDER BY a.block_no, a.address",
	                       "iit", interface_no, before, args->network);

	while (storage_next (cursor)) {
		allocation_key k = {.block_no = storage_int (cursor, 0), .address = native_value_at (cursor, 1)};
		native_return_address_row (op, cursor);
		g_array_append_val (keys, k);
	}
	if (!(args->flags & IP_DRIVER_ADDRESS_RECONCILE_DRY_RUN))
		allocation_each (op, keys, allocation_release);
}

/* Interfaces in order, whether they are in scope or not: what is skipped is looked at, too. */
#define INTERFACES                                                                                                     \
	"SELECT no, id, device, CASE WHEN $2 IS NULL OR substr (device, 1, length ($2)) = $2 THEN 1 ELSE 0 END"        \
	" FROM interface WHERE no > $1"
#define INTERFACES_TAIL " ORDER BY no LIMIT $3"

static storage_cursor *
query_interfaces (native_op *op, gint64 tenant_no, gint64 after, const char *device_prefix)
{
	if (tenant_no)
		return storage_query (op->connection, INTERFACES " AND tenant_no = $4" INTERFACES_TAIL, "itii", after,
		                      device_prefix, (gint64)LOOK_AT + 1, tenant_no);
	return storage_query (op->connection, INTERFACES INTERFACES_TAIL, "iti", after, device_prefix,
	                      (gint64)LOOK_AT + 1);
}

ip_driver_status
address_reconcile (native_op *op, gconstpointer data)
{
	const ip_driver_address_reconcile_args *args = data;
	gboolean by_device = (args->flags & IP_DRIVER_ADDRESS_RECONCILE_DEVICES) != 0;
	g_autoptr (GHashTable) living = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr (GArray) dead = g_array_new (FALSE, FALSE, sizeof (gint64));
	gint64 moment, after, tenant_no, last = 0;
	guint looked_at = 0;
	gboolean more = FALSE;

	if (args->token[0] != 't' || !g_ascii_string_to_signed (args->token + 1, 10, 1, op->now, &moment, NULL))
		return native_fail (op, IP_DRIVER_INVALID, "token \"%s\" is not of a snapshot", args->token);
	if (!native_marker_number (op, args->marker, &after))
		return IP_DRIVER_INVALID;
	if (!native_tenant_filter (op, args->tenant, &tenant_no))
		return IP_DRIVER_OK;
	for (gsize i = 0; i < args->living_count; i++)
		g_hash_table_add (living, g_strdup (args->living[i]));
	{
		g_autoptr (storage_cursor) cursor = query_interfaces (op, tenant_no, after, args->device_prefix);
		while (storage_next (cursor)) {
			const char *name = storage_text (cursor, by_device ? 2 : 1);
			if (looked_at++ == LOOK_AT || dead->len == args->limit) {
				more = TRUE;
				break;
			}
			last = storage_int (cursor, 0);
			if (storage_int (cursor, 3) && name && !g_hash_table_contains (living, name))
				g_array_append_val (dead, last);
		}
	}
	gint64 before = moment - args->grace * NATIVE_SECOND;
	for (guint i = 0; i < dead->len; i++)
		release_interface (op, args, g_array_index (dead, gint64, i), before);
	if (more)
		native_return_marker_number (op, last);
	return IP_DRIVER_OK;
}
