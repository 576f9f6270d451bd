/*
 * Which addresses of a block are free: extents and the queue of used ones.
 */
#include "space.h"

/* Inserts an extent. fit: whether subnets may be carved from it. */
static void
insert_extent (native_op *op, gint64 block_no, const ip_cidr *cidr, ip_value first, ip_value last, gboolean fit)
{
	native_key low = native_key_of (cidr->version, first), high = native_key_of (cidr->version, last);
	gint64 bits = fit ? ip_run_fit (first, last) : 0;

	storage_execute (op->connection, "INSERT INTO extent (block_no, last, first, fit) VALUES ($1, $2, $3, $4)",
	                 "ibbo", block_no, high.bytes, high.size, low.bytes, low.size, fit ? &bits : NULL);
}

static void
delete_extent (native_op *op, gint64 block_no, const ip_cidr *cidr, ip_value last)
{
	native_key high = native_key_of (cidr->version, last);

	storage_execute (op->connection, "DELETE FROM extent WHERE block_no = $1 AND last = $2", "ib", block_no,
	                 high.bytes, high.size);
}

/* The extent that contains `from`, or else the next one. */
static gboolean
find_extent (native_op *op, gint64 block_no, const ip_cidr *cidr, ip_value from, ip_value *first, ip_value *last)
{
	native_key low = native_key_of (cidr->version, from);
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection,
		"SELECT first, last FROM extent WHERE block_no = $1 AND last >= $2 ORDER BY last LIMIT 1", "ib",
		block_no, low.bytes, low.size);

	if (!storage_next (cursor))
		return FALSE;
	*first = native_value_at (cursor, 0);
	*last = native_value_at (cursor, 1);
	return TRUE;
}

/* Takes [from, to] out of the extent [first, last] that contains it. */
static void
cut_extent (native_op *op, gint64 block_no, const ip_cidr *cidr, ip_value first, ip_value last, ip_value from,
            ip_value to, gboolean fit)
{
	if (to == last) {
		delete_extent (op, block_no, cidr, last);
	} else {
		/* The key stays, so the common case, taking from the front, is one update in place. */
		native_key low = native_key_of (cidr->version, to + 1), high = native_key_of (cidr->version, last);
		gint64 bits = fit ? ip_run_fit (to + 1, last) : 0;
		storage_execute (op->connection,
		                 "UPDATE extent SET first = $3, fit = $4 WHERE block_no = $1 AND last = $2", "ibbo",
		                 block_no, high.bytes, high.size, low.bytes, low.size, fit ? &bits : NULL);
	}
	if (from > first)
		insert_extent (op, block_no, cidr, first, from - 1, fit);
}

void
space_create (native_op *op, gint64 block_no, const ip_cidr *cidr)
{
	storage_execute (op->connection,
	                 "INSERT INTO pool (block_no, allocated, held, quarantined, excluded_taken, scan_from)"
	                 " VALUES ($1, 0, 0, 0, 0, NULL)",
	                 "i", block_no);
	insert_extent (op, block_no, cidr, cidr->first, cidr->last, TRUE);
}

void
space_drop (native_op *op, gint64 block_no)
{
	storage_execute (op->connection, "DELETE FROM address WHERE block_no = $1", "i", block_no);
	storage_execute (op->connection, "DELETE FROM extent WHERE block_no = $1", "i", block_no);
	storage_execute (op->connection, "DELETE FROM pool WHERE block_no = $1", "i", block_no);
}

gboolean
space_prepare_carving (native_op *op, const native_block *block)
{
	gboolean used;

	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection, "SELECT 1 FROM address WHERE block_no = $1 AND state < 3 LIMIT 1", "i",
			block->no);
		if (block->allocated + block->held + block->quarantined > 0 && storage_next (cursor))
			return FALSE;
	}
	{
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection, "SELECT 1 FROM address WHERE block_no = $1 LIMIT 1", "i", block->no);
		used = storage_next (cursor);
	}
	if (!used) {
		g_autoptr (storage_cursor) cursor = storage_query (
			op->connection, "SELECT 1 FROM extent WHERE block_no = $1 AND fit IS NULL LIMIT 1", "i",
			block->no);
		used = storage_next (cursor);
	}
	if (used) {
		space_drop (op, block->no);
		space_create (op, block->no, &block->cidr);
	}
	return TRUE;
}

gboolean
space_carve (native_op *op, gint64 block_no, const ip_cidr *cidr)
{
	ip_value first, last;

	if (!find_extent (op, block_no, cidr, cidr->first, &first, &last) || first > cidr->first || last < cidr->last)
		return FALSE;
	cut_extent (op, block_no, cidr, first, last, cidr->first, cidr->last, TRUE);
	return TRUE;
}

gboolean
space_find (native_op *op, const native_block *block, int prefix, ip_cidr *ret)
{
	int width = block->cidr.version == 4 ? 32 : 128;
	gint64 fit = width - prefix;
	gboolean found = FALSE;
	ip_value best = 0;

	/* One step per size of run that there is: at most as many as an address has bits. */
	for (;; fit++) {
		{
			g_autoptr (storage_cursor) sizes = storage_query (
				op->connection,
				"SELECT fit FROM extent WHERE block_no = $1 AND fit IS NOT NULL AND fit >= $2"
				" ORDER BY fit LIMIT 1",
				"ii", block->no, fit);
			if (!storage_next (sizes))
				break;
			fit = storage_int (sizes, 0);
		}
		g_autoptr (storage_cursor) runs = storage_query (
			op->connection,
			"SELECT first, last FROM extent WHERE block_no = $1 AND fit IS NOT NULL AND fit = $2"
			" ORDER BY last LIMIT 1",
			"ii", block->no, fit);
		ip_value candidate;
		if (storage_next (runs) &&
		    ip_run_find (native_value_at (runs, 0), native_value_at (runs, 1), width - prefix, &candidate) &&
		    (!found || candidate < best)) {
			best = candidate;
			found = TRUE;
		}
	}
	if (found)
		ip_cidr_make (block->cidr.version, best, prefix, ret);
	return found;
}

void
space_join (native_op *op, gint64 block_no, const ip_cidr *cidr)
{
	ip_value first = cidr->first, last = cidr->last, other_first, other_last;

	if (first > 0 && find_extent (op, block_no, cidr, first - 1, &other_first, &other_last) &&
	    other_last == first - 1) {
		delete_extent (op, block_no, cidr, other_last);
		first = other_first;
	}
	if (find_extent (op, block_no, cidr, last, &other_first, &other_last) && other_first == last + 1) {
		delete_extent (op, block_no, cidr, other_last);
		last = other_last;
	}
	insert_extent (op, block_no, cidr, first, last, TRUE);
}

gboolean
space_take (native_op *op, const native_block *block, ip_value address)
{
	ip_value first, last;

	if (!find_extent (op, block->no, &block->cidr, address, &first, &last) || first > address)
		return FALSE;
	cut_extent (op, block->no, &block->cidr, first, last, address, address, FALSE);
	return TRUE;
}

/* Takes the lowest never-used address from `from` on that is not excluded. */
static gboolean
take_new (native_op *op, const native_block *block, const exclusion *excluding, ip_value from, ip_value *ret)
{
	ip_value first, last, candidate;

	/* Each turn skips a whole run that is excluded, or a whole run that is not free. What was skipped
	 * stays skipped (scan_from), so turns do not repeat from call to call. */
	while (find_extent (op, block->no, &block->cidr, from, &first, &last)) {
		if (!exclusion_next (excluding, MAX (first, from), &candidate))
			return FALSE;
		if (candidate <= last) {
			cut_extent (op, block->no, &block->cidr, first, last, candidate, candidate, FALSE);
			*ret = candidate;
			return TRUE;
		}
		from = candidate;
	}
	return FALSE;
}

/* The first of the queue of a state whose time has come, and since when it has rested. */
static gboolean
peek_used (native_op *op, const native_block *block, gint64 state, gint64 until, ip_value *ret, gint64 *ret_since)
{
	g_autoptr (storage_cursor) cursor = storage_query (op->connection,
	                                                   "SELECT address, free_at, updated_at FROM address"
	                                                   " WHERE block_no = $1 AND state = $2 AND free_at <= $3"
	                                                   " ORDER BY free_at, address LIMIT 1",
	                                                   "iii", block->no, state, until);

	if (!storage_next (cursor))
		return FALSE;
	*ret = native_value_at (cursor, 0);
	*ret_since = storage_int (cursor, state == STATE_RESTING ? 2 : 1);
	return TRUE;
}

static void
park (native_op *op, native_block *block, ip_value address, gboolean resting)
{
	native_key k = native_key_of (block->cidr.version, address);

	storage_execute (op->connection, "UPDATE address SET state = 4 WHERE block_no = $1 AND address = $2", "ib",
	                 block->no, k.bytes, k.size);
	if (resting) {
		storage_execute (op->connection, "DELETE FROM lease WHERE block_no = $1 AND address = $2", "ib",
		                 block->no, k.bytes, k.size);
		/* It was counted as taken and excluded; now it is only excluded. */
		space_count (op, block, 0, 0, -1, -1);
	}
}

static gboolean
take_used (native_op *op, native_block *block, const exclusion *excluding, ip_value *ret)
{
	for (;;) {
		ip_value free_one = 0, rested = 0;
		gint64 free_since = NATIVE_NEVER, rested_since = NATIVE_NEVER;
		gboolean has_free = peek_used (op, block, STATE_FREE, NATIVE_NEVER, &free_one, &free_since);
		gboolean has_rested =
			block->quarantined > 0 && peek_used (op, block, STATE_RESTING, op->now, &rested, &rested_since);
		if (!has_free && !has_rested)
			return FALSE;
		gboolean resting = has_rested && (!has_free || rested_since < free_since);
		*ret = resting ? rested : free_one;
		if (!exclusion_contains (excluding, *ret))
			return TRUE;
		/* Excluded since: out of the queue, once, until the exclusions change again. */
		park (op, block, *ret, resting);
	}
}

/* Whether an address was used before and is free now. */
static gboolean
is_used_and_free (native_op *op, const native_block *block, ip_value address)
{
	native_key k = native_key_of (block->cidr.version, address);
	g_autoptr (storage_cursor) cursor = storage_query (
		op->connection, "SELECT state, free_at FROM address WHERE block_no = $1 AND address = $2", "ib",
		block->no, k.bytes, k.size);

	if (!storage_next (cursor))
		return FALSE;
	gint64 state = storage_int (cursor, 0);
	return state == STATE_FREE || (state == STATE_RESTING && storage_int (cursor, 1) <= op->now);
}

space_origin
space_take_next (native_op *op, native_block *block, const exclusion *excluding, const ip_value *start, ip_value *ret)
{
	if (start) {
		/* An interface that comes back gets the address that its identifier stands for. */
		if (!exclusion_contains (excluding, *start) && is_used_and_free (op, block, *start)) {
			*ret = *start;
			return SPACE_USED;
		}
		if (take_new (op, block, excluding, *start, ret))
			return SPACE_NEW;
	}
	if (take_new (op, block, excluding, block->scan_from, ret)) {
		if (!start && *ret < block->cidr.last)
			block->scan_from = *ret + 1;
		return SPACE_NEW;
	}
	return take_used (op, block, excluding, ret) ? SPACE_USED : SPACE_NONE;
}

void
space_count (native_op *op, native_block *block, gint64 allocated, gint64 held, gint64 quarantined,
             gint64 excluded_taken)
{
	native_key k = native_key_of (block->cidr.version, block->scan_from);

	block->allocated += allocated;
	block->held += held;
	block->quarantined += quarantined;
	block->excluded_taken += excluded_taken;
	storage_execute (op->connection,
	                 "UPDATE pool SET allocated = allocated + $2, held = held + $3, quarantined = quarantined + $4,"
	                 " excluded_taken = excluded_taken + $5, scan_from = $6 WHERE block_no = $1",
	                 "iiiiib", block->no, allocated, held, quarantined, excluded_taken, k.bytes, k.size);
}
