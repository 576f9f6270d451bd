/*
 * Checking the store: every invariant that the other files rely on, verified on one snapshot. The
 * space of a block is walked once, side by side with its addresses and subnets, in order.
 */
#include <stdarg.h>

#include "policy.h"

#define PROBLEMS_KEPT 1000
#define RULES_MAX 64

typedef struct {
	native_op *op;
	const char *rules[RULES_MAX];
	gsize rule_count;
	GPtrArray *problems;
	guint64 total;
	guint64 blocks, addresses, interfaces;
} check;

static void G_GNUC_PRINTF (2, 3) problem (check *self, const char *format, ...)
{
	va_list arguments;

	self->total++;
	if (self->problems->len == PROBLEMS_KEPT)
		return;
	va_start (arguments, format);
	g_ptr_array_add (self->problems, g_strdup_vprintf (format, arguments));
	va_end (arguments);
}

static void
rule (check *self, const char *text)
{
	g_assert (self->rule_count < RULES_MAX);
	self->rules[self->rule_count++] = text;
}

/* Runs a query that finds what breaks a rule; its one column names it. */
static void
expect_none (check *self, const char *text, const char *sql)
{
	g_autoptr (storage_cursor) cursor = storage_query (self->op->connection, sql, "");

	rule (self, text);
	while (storage_next (cursor))
		problem (self, "%s: %s", text, storage_text (cursor, 0));
}

/* blocks among one another */

typedef struct {
	ip_cidr cidr;
	gboolean any;
} previous;

static void
check_order (check *self, previous *last, gboolean same_group, const ip_cidr *cidr, const char *what)
{
	char text[IP_TEXT_SIZE], other[IP_TEXT_SIZE];

	if (same_group && last->any && last->cidr.last >= cidr->first)
		problem (self, "%s: %s and %s", what, ip_cidr_format (&last->cidr, other), ip_cidr_format (cidr, text));
	last->cidr = *cidr;
	last->any = TRUE;
}

static void
check_public_roots (check *self)
{
	static const char what[] = "root public blocks do not overlap";
	previous last = {.any = FALSE};
	g_autoptr (storage_cursor) cursor =
		storage_query (self->op->connection,
	                       "SELECT first, prefix FROM block WHERE parent_no IS NULL AND type = 1"
	                       " ORDER BY version, first, prefix",
	                       "");

	rule (self, what);
	while (storage_next (cursor)) {
		ip_cidr cidr = {0};
		native_cidr_at (cursor, 0, 1, &cidr);
		check_order (self, &last, last.any && last.cidr.version == cidr.version, &cidr, what);
	}
}

static void
check_network_roots (check *self)
{
	static const char what[] = "top-level blocks of a network do not overlap";
	static const char one_type[] = "all blocks of a network have one type";
	previous last = {.any = FALSE};
	g_autofree char *network = NULL;
	g_autoptr (storage_cursor) cursor =
		storage_query (self->op->connection,
	                       "SELECT network, first, prefix FROM block WHERE network_root = 1"
	                       " ORDER BY network, version, first, prefix",
	                       "");

	rule (self, what);
	while (storage_next (cursor)) {
		ip_cidr cidr = {0};
		gboolean same = g_strcmp0 (network, storage_text (cursor, 0)) == 0;
		native_cidr_at (cursor, 1, 2, &cidr);
		check_order (self, &last, same && last.any && last.cidr.version == cidr.version, &cidr, what);
		if (!same) {
			g_free (network);
			network = g_strdup (storage_text (cursor, 0));
		}
	}
	expect_none (self, "a top-level block of a network is one whose parent is on none",
	             "SELECT hex (b.id) FROM block b LEFT JOIN block p ON p.no = b.parent_no WHERE b.network_root <>"
	             " CASE WHEN b.network IS NOT NULL AND p.network IS NULL THEN 1 ELSE 0 END");
	expect_none (
		self, one_type,
		"SELECT network FROM block WHERE network IS NOT NULL GROUP BY network HAVING min (type) <> max (type)");
}

/* the space of one block */

/* A sorted stream of runs: extents, subnets or addresses. */
typedef struct {
	storage_cursor *cursor;
	ip_value first, last;
	gboolean any;
} stream;

static void
advance (stream *self)
{
	self->any = storage_next (self->cursor);
	if (self->any) {
		self->first = native_value_at (self->cursor, 0);
		self->last = native_value_at (self->cursor, 1);
	}
}

/* What the address rows of a block add up to. */
typedef struct {
	gint64 allocated, held, quarantined, excluded_taken, rows;
} counts;

static void
count_address (check *self, const native_block *block, const exclusion *excluding, stream *addresses, counts *sums)
{
	storage_cursor *cursor = addresses->cursor;
	gint64 state = storage_int (cursor, 2);
	gboolean hold = !storage_is_null (cursor, 3), has_free_at = !storage_is_null (cursor, 4);
	char text[IP_TEXT_SIZE];

	ip_address_format (block->cidr.version, addresses->first, text);
	sums->rows++;
	if (state < STATE_ALLOCATED || state > STATE_PARKED || (hold && state != STATE_ALLOCATED) ||
	    has_free_at != (state != STATE_ALLOCATED))
		problem (self, "addresses are in one of their states: %s", text);
	if (state == STATE_ALLOCATED)
		*(hold ? &sums->held : &sums->allocated) += 1;
	else if (state == STATE_RESTING)
		sums->quarantined++;
	if (state <= STATE_RESTING && exclusion_contains (excluding, addresses->first))
		sums->excluded_taken++;
}

/* Extents, subnets and addresses, in order, must cover the block without gap or overlap. */
static void
check_cover (check *self, const native_block *block, const exclusion *excluding, counts *sums)
{
	native_op *op = self->op;
	g_autoptr (storage_cursor) extents = storage_query (
		op->connection, "SELECT first, last FROM extent WHERE block_no = $1 ORDER BY last", "i", block->no);
	g_autoptr (storage_cursor) subnets = storage_query (
		op->connection,
		"SELECT first, last FROM block WHERE parent_no IS NOT NULL AND parent_no = $1 ORDER BY first", "i",
		block->no);
	g_autoptr (storage_cursor) addresses = storage_query (
		op->connection,
		"SELECT address, address, state, hold_until, free_at FROM address WHERE block_no = $1 ORDER BY address",
		"i", block->no);
	stream streams[] = {{.cursor = extents}, {.cursor = subnets}, {.cursor = addresses}};
	ip_value next = block->cidr.first;
	gboolean complete = FALSE, subnetted = FALSE;
	char text[IP_TEXT_SIZE], cidr[IP_TEXT_SIZE];

	ip_cidr_format (&block->cidr, cidr);
	for (int i = 0; i < 3; i++)
		advance (&streams[i]);
	while (streams[0].any || streams[1].any || streams[2].any) {
		stream *lowest = NULL;
		for (int i = 0; i < 3; i++)
			if (streams[i].any && (!lowest || streams[i].first < lowest->first))
				lowest = &streams[i];
		if (complete || lowest->first != next || lowest->last < lowest->first ||
		    lowest->last > block->cidr.last) {
			problem (self, "each address of a block is free, taken or in a subnet, once: block %s at %s",
			         cidr, ip_address_format (block->cidr.version, lowest->first, text));
			return;
		}
		if (lowest == &streams[0] && lowest->first < block->scan_from) {
			ip_value found;
			if (exclusion_next (excluding, lowest->first, &found) &&
			    found <= MIN (lowest->last, block->scan_from - 1))
				problem (self, "no free address is overlooked: block %s at %s", cidr,
				         ip_address_format (block->cidr.version, found, text));
		}
		subnetted = subnetted || lowest == &streams[1];
		if (lowest == &streams[2])
			count_address (self, block, excluding, lowest, sums);
		complete = lowest->last == block->cidr.last;
		next = lowest->last + 1;
		advance (lowest);
	}
	if (!complete)
		problem (self, "each address of a block is free, taken or in a subnet, once: block %s at its end",
		         cidr);
	if (subnetted && sums->rows > 0)
		problem (self, "a block with subnets has no addresses: block %s", cidr);
}

static void
check_parent (check *self, const native_block *block)
{
	g_auto (native_block) parent = {0};
	char text[IP_TEXT_SIZE];

	if (!block->parent_no)
		return;
	if (!native_block_load_number (self->op, block->parent_no, &parent) ||
	    !ip_cidr_is_part (&parent.cidr, &block->cidr) || parent.type != block->type ||
	    (parent.network && g_strcmp0 (parent.network, block->network) != 0))
		problem (self, "a subnet lies in its parent and has its type and network: %s",
		         ip_cidr_format (&block->cidr, text));
}

static void
check_block (check *self, const native_block *block)
{
	counts sums = {0};
	char text[IP_TEXT_SIZE];
	g_autoptr (block_exclusion) excluded = policy_exclusion (self->op, block);

	ip_cidr_format (&block->cidr, text);
	self->blocks++;
	check_parent (self, block);
	check_cover (self, block, excluded->set, &sums);
	self->addresses += (guint64)(sums.allocated + sums.held + sums.quarantined);
	if (sums.allocated != block->allocated || sums.held != block->held || sums.quarantined != block->quarantined)
		problem (self,
		         "the counters of a block are right: block %s has %" G_GINT64_FORMAT "+%" G_GINT64_FORMAT
		         "+%" G_GINT64_FORMAT ", counted %" G_GINT64_FORMAT "+%" G_GINT64_FORMAT "+%" G_GINT64_FORMAT,
		         text, sums.allocated, sums.held, sums.quarantined, block->allocated, block->held,
		         block->quarantined);
	if (sums.excluded_taken != block->excluded_taken)
		problem (self,
		         "the counters of a block are right: block %s has %" G_GINT64_FORMAT
		         " excluded addresses in use, counted %" G_GINT64_FORMAT,
		         text, sums.excluded_taken, block->excluded_taken);
}

static void
check_blocks (check *self)
{
	gint64 after = 0;
	gboolean more = TRUE;

	rule (self, "a subnet lies in its parent and has its type and network");
	rule (self, "each address of a block is free, taken or in a subnet, once");
	rule (self, "a block with subnets has no addresses");
	rule (self, "addresses are in one of their states");
	rule (self, "no free address is overlooked");
	rule (self, "the counters of a block are right");
	while (more) {
		g_auto (native_block) block = {0};
		{
			g_autoptr (storage_cursor) cursor = storage_query (self->op->connection,
			                                                   "SELECT " BLOCK_COLUMNS BLOCK_FROM
			                                                   " WHERE b.no > $1 ORDER BY b.no LIMIT 1",
			                                                   "i", after);
			more = storage_next (cursor);
			if (more)
				native_block_take (cursor, &block);
		}
		if (more)
			check_block (self, &block);
		after = block.no;
	}
}

/* what refers to what */

static void
check_references (check *self)
{
	expect_none (self, "every block has a tenant, and a policy and a parent that exist",
	             "SELECT hex (b.id) FROM block b LEFT JOIN tenant t ON t.no = b.tenant_no"
	             " LEFT JOIN policy p ON p.no = b.policy_no LEFT JOIN block q ON q.no = b.parent_no"
	             " LEFT JOIN pool o ON o.block_no = b.no"
	             " WHERE t.no IS NULL OR o.block_no IS NULL OR (b.policy_no IS NOT NULL AND p.no IS NULL)"
	             " OR (b.parent_no IS NOT NULL AND q.no IS NULL)");
	expect_none (
		self, "every row belongs to a block that exists",
		"SELECT 'address ' || hex (address) FROM address WHERE block_no NOT IN (SELECT no FROM block)"
		" UNION ALL SELECT 'extent ' || hex (first) FROM extent WHERE block_no NOT IN (SELECT no FROM block)"
		" UNION ALL SELECT 'pool' FROM pool WHERE block_no NOT IN (SELECT no FROM block)"
		" UNION ALL SELECT 'route ' || hex (id) FROM route WHERE block_no NOT IN (SELECT no FROM block)");
	expect_none (self, "an address belongs to a tenant, and to an interface of that tenant",
	             "SELECT hex (a.address) FROM address a LEFT JOIN interface i ON i.no = a.interface_no"
	             " LEFT JOIN tenant t ON t.no = a.tenant_no WHERE t.no IS NULL"
	             " OR (a.interface_no > 0 AND (i.no IS NULL OR i.tenant_no <> a.tenant_no))"
	             " OR (a.interface_no IS NOT NULL AND a.state > 1)");
	expect_none (self, "the addresses of an interface are on one network",
	             "SELECT (SELECT id FROM interface WHERE no = a.interface_no) FROM address a"
	             " JOIN block b ON b.no = a.block_no WHERE a.interface_no > 0 GROUP BY a.interface_no"
	             " HAVING count (DISTINCT coalesce ('n' || b.network, '')) > 1");
	expect_none (self, "an address without interface that was released is still allowed elsewhere",
	             "SELECT hex (a.address) FROM address a WHERE a.interface_no = 0 AND NOT EXISTS"
	             " (SELECT 1 FROM allowed_ip l WHERE l.block_no = a.block_no AND l.address = a.address)");
	expect_none (self, "allowed IPs are allocated, and allowed on interfaces that exist",
	             "SELECT hex (l.address) FROM allowed_ip l"
	             " LEFT JOIN address a ON a.block_no = l.block_no AND a.address = l.address"
	             " LEFT JOIN interface i ON i.no = l.interface_no"
	             " WHERE a.state IS NULL OR a.state <> 1 OR i.no IS NULL");
	expect_none (self, "both ends of a NAT pair are allocated",
	             "SELECT hex (n.local_address) || '-' || hex (n.global_address) FROM nat n"
	             " LEFT JOIN address l ON l.block_no = n.local_block_no AND l.address = n.local_address"
	             " LEFT JOIN address g ON g.block_no = n.global_block_no AND g.address = n.global_address"
	             " WHERE l.state IS NULL OR l.state <> 1 OR g.state IS NULL OR g.state <> 1");
	expect_none (self, "leased addresses are allocated or at rest",
	             "SELECT hex (e.address) FROM lease e"
	             " LEFT JOIN address a ON a.block_no = e.block_no AND a.address = e.address"
	             " WHERE a.state IS NULL OR a.state > 2");
	expect_none (
		self, "a request key lives as long as what was allocated with it",
		"SELECT r.key FROM request r"
		" WHERE NOT EXISTS (SELECT 1 FROM address a WHERE a.request_no IS NOT NULL AND a.request_no = r.no)"
		" AND NOT EXISTS (SELECT 1 FROM interface i WHERE i.request_no IS NOT NULL AND i.request_no = r.no)"
		" UNION ALL SELECT hex (address) FROM address"
		" WHERE request_no IS NOT NULL AND request_no NOT IN (SELECT no FROM request)"
		" UNION ALL SELECT id FROM interface"
		" WHERE request_no IS NOT NULL AND request_no NOT IN (SELECT no FROM request)");
	expect_none (self, "ranges and octets belong to policies that exist",
	             "SELECT hex (id) FROM policy_range WHERE policy_no NOT IN (SELECT no FROM policy)"
	             " UNION ALL SELECT hex (id) FROM policy_octet WHERE policy_no NOT IN (SELECT no FROM policy)");
	expect_none (self, "MAC ranges do not overlap",
	             "SELECT hex (m.id) FROM mac_range m JOIN mac_range n ON n.no <> m.no AND n.first <= m.last"
	             " AND m.first <= n.last");
	expect_none (self, "a MAC that was given back is in its range and on no interface",
	             "SELECT mac FROM mac_rest r LEFT JOIN mac_range m ON m.no = r.range_no"
	             " WHERE m.no IS NULL OR r.mac < m.first OR r.mac > m.last"
	             " OR EXISTS (SELECT 1 FROM interface i WHERE i.mac IS NOT NULL AND i.mac = r.mac)");
	expect_none (self, "an interface that was made for a hold has an address",
	             "SELECT i.id FROM interface i WHERE i.hold_until IS NOT NULL AND NOT EXISTS"
	             " (SELECT 1 FROM address a WHERE a.interface_no IS NOT NULL AND a.interface_no = i.no)");
}

static void
engine_problem (const char *text, gpointer data)
{
	problem (data, "the database's own structures are sound: %s", text);
}

static ip_driver_status
run (native_op *op, gconstpointer unused)
{
	g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
	check self = {.op = op, .problems = problems};

	rule (&self, "the database's own structures are sound");
	storage_verify (op->connection, engine_problem, &self);
	check_public_roots (&self);
	check_network_roots (&self);
	check_blocks (&self);
	check_references (&self);
	{
		g_autoptr (storage_cursor) cursor =
			storage_query (op->connection, "SELECT count (*) FROM interface", "");
		if (storage_next (cursor))
			self.interfaces = (guint64)storage_int (cursor, 0);
	}
	ip_driver_check_report report = {
		.size = sizeof report,
		.blocks = self.blocks,
		.addresses = self.addresses,
		.interfaces = self.interfaces,
		.rule_count = self.rule_count,
		.rules = self.rules,
		.problem_count = problems->len,
		.problems = (const char *const *)problems->pdata,
		.problems_total = self.total,
	};
	ip_driver_return_check_report (op->results, &report);
	return IP_DRIVER_OK;
}

static ip_driver_status
native_store_check (ip_driver_instance *instance, ip_driver_results *results, ip_driver_error *error)
{
	return native_read (instance, run, NULL, results, error);
}

const ip_driver_store_ops native_store_ops = {
	.size = sizeof (ip_driver_store_ops),
	.check = native_store_check,
};
