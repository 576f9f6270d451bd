/*
 * blocks.c: blocks with their tree, and their routes.
 *
 * A block is created with all it has, except that a gateway and a policy wait where there are addresses to come: these
 * may have been allocated before they were excluded. An earlier run may have been stopped in between; so what is
 * empty in B is filled, and what B has by default is emptied, and only what is otherwise there is in the way.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "records.h"

#include "paging.h"
#include "present.h"
#include "same.h"

enum { ROUTE_DESTINATION, ROUTE_NETMASK, ROUTE_GATEWAY };

#define WAITS (IP_DRIVER_BLOCK_SET_GATEWAY | IP_DRIVER_BLOCK_SET_POLICY)

/* The bit with which each value is updated; 0: it cannot be. */
static const guint32 set_bits[RECORD_VALUES] = {
	[BLOCK_NETWORK] = IP_DRIVER_BLOCK_SET_NETWORK, [BLOCK_GATEWAY] = IP_DRIVER_BLOCK_SET_GATEWAY,
	[BLOCK_DNS1] = IP_DRIVER_BLOCK_SET_DNS1,       [BLOCK_DNS2] = IP_DRIVER_BLOCK_SET_DNS2,
	[BLOCK_POLICY] = IP_DRIVER_BLOCK_SET_POLICY,
};

static transfer_kind
block_counts_as (const record *self)
{
	return self->parent != NULL ? TRANSFER_SUBNETS : TRANSFER_ROOT_BLOCKS;
}

static transfer_kind
route_counts_as (const record *self)
{
	return TRANSFER_ROUTES;
}

static char *
block_label (const record *self)
{
	return g_strdup_printf ("%s %s of tenant %s", self->parent != NULL ? "subnet" : "block",
	                        self->values[BLOCK_CIDR], self->values[BLOCK_TENANT]);
}

static char *
route_label (const record *self)
{
	g_autofree char *block = block_label (self->parent);

	return g_strdup_printf ("route %s%s%s via %s of %s", self->values[ROUTE_DESTINATION],
	                        self->values[ROUTE_NETMASK] != NULL ? "/" : "",
	                        self->values[ROUTE_NETMASK] != NULL ? self->values[ROUTE_NETMASK] : "",
	                        self->values[ROUTE_GATEWAY], block);
}

/* A policy that B has not (yet) goes by its id in A. */
static const char *
block_translate (const transfer *self, const record *item, unsigned value)
{
	const char *text = item->values[value];
	const record *policy =
		value == BLOCK_POLICY && text != NULL ? g_hash_table_lookup (self->a.policy_ids, text) : NULL;

	return policy != NULL && policy->other != NULL ? policy->other : text;
}

static gboolean
block_forgive (const transfer *self, record *item, transfer_value *values)
{
	const record *there = item->twin;
	/* Our own copy, of which nothing was changed since: what it has otherwise is a default of B. In a transaction
	 * that is set right with it. */
	gboolean raw = !ip_driver_supports (self->b.opened, "transaction.begin") && self->ids && there->untouched &&
	               g_strcmp0 (item->id, there->id) == 0;

	for (unsigned i = 0; i < RECORD_VALUES; i++) {
		if ((set_bits[i] & ~(guint32)IP_DRIVER_BLOCK_SET_NETWORK) == 0 ||
		    same_value (values[i].a, values[i].b) || (values[i].b != NULL && !(raw && values[i].a == NULL)))
			continue;
		item->late |= set_bits[i];
		values[i].b = values[i].a;
	}
	return item->late != 0;
}

static ip_driver_status
update_block (transfer *self, const record *item, guint32 set, ip_driver_error *error)
{
	ip_driver_block_update_args args = IP_DRIVER_BLOCK_UPDATE_ARGS_INIT;
	g_autoptr (ip_driver_block) updated = NULL;

	args.tenant = transfer_tenant (&self->b, item->values[BLOCK_TENANT]);
	args.id = item->other;
	args.network = item->values[BLOCK_NETWORK];
	args.gateway = item->values[BLOCK_GATEWAY];
	args.dns1 = item->values[BLOCK_DNS1];
	args.dns2 = item->values[BLOCK_DNS2];
	args.policy = block_translate (self, item, BLOCK_POLICY);
	args.set = set;
	return ip_driver_block_update (self->b.driver, &args, &updated, error);
}

static ip_driver_status
create_root (transfer *self, const record *item, const char *gateway, const char *policy, ip_driver_block **ret_block,
             ip_driver_error *error)
{
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;

	args.tenant = item->values[BLOCK_TENANT];
	args.cidr = item->values[BLOCK_CIDR];
	args.type = g_str_equal (item->values[BLOCK_TYPE], "public") ? IP_DRIVER_BLOCK_PUBLIC : IP_DRIVER_BLOCK_PRIVATE;
	args.network = item->values[BLOCK_NETWORK];
	args.gateway = gateway;
	args.dns1 = item->values[BLOCK_DNS1];
	args.dns2 = item->values[BLOCK_DNS2];
	args.policy = policy;
	args.id = record_chosen_id (self, item);
	return ip_driver_block_create (self->b.driver, &args, ret_block, error);
}

static ip_driver_status
create_subnet (transfer *self, const record *item, const char *gateway, const char *policy, ip_driver_block **ret_block,
               ip_driver_error *error)
{
	ip_driver_subnet_create_args args = IP_DRIVER_SUBNET_CREATE_ARGS_INIT;

	args.tenant = transfer_tenant (&self->b, item->parent->values[BLOCK_TENANT]);
	args.block = item->parent->other;
	args.cidr = item->values[BLOCK_CIDR];
	args.subnet_tenant = item->values[BLOCK_TENANT];
	args.network = item->values[BLOCK_NETWORK];
	args.gateway = gateway;
	args.dns1 = item->values[BLOCK_DNS1];
	args.dns2 = item->values[BLOCK_DNS2];
	args.policy = policy;
	args.id = record_chosen_id (self, item);
	return ip_driver_subnet_create (self->b.driver, &args, ret_block, error);
}

static ip_driver_status
block_create (transfer *self, record *item, ip_driver_error *error)
{
	gboolean wait = g_hash_table_contains (self->used_blocks, item->id);
	const char *policy = block_translate (self, item, BLOCK_POLICY);
	g_autoptr (ip_driver_block) created = NULL;
	ip_driver_status status = (item->parent != NULL ? create_subnet : create_root) (
		self, item, wait ? NULL : item->values[BLOCK_GATEWAY], wait ? NULL : policy, &created, error);
	guint32 now;

	if (status != IP_DRIVER_OK)
		return status;
	item->other = g_strdup (created->id);
	/* A default of B has crept in, or it had to wait. */
	item->late |= same_value (item->values[BLOCK_NETWORK], created->network) ? 0 : IP_DRIVER_BLOCK_SET_NETWORK;
	item->late |= same_value (item->values[BLOCK_GATEWAY], created->gateway) ? 0 : IP_DRIVER_BLOCK_SET_GATEWAY;
	item->late |= same_value (item->values[BLOCK_DNS1], created->dns1) ? 0 : IP_DRIVER_BLOCK_SET_DNS1;
	item->late |= same_value (item->values[BLOCK_DNS2], created->dns2) ? 0 : IP_DRIVER_BLOCK_SET_DNS2;
	item->late |= same_value (policy, created->policy) ? 0 : IP_DRIVER_BLOCK_SET_POLICY;
	now = item->late & ~(wait ? WAITS : 0);
	item->late &= ~now;
	return now != 0 ? update_block (self, item, now, error) : IP_DRIVER_OK;
}

ip_driver_status
block_finish (transfer *self, record *block, ip_driver_error *error)
{
	guint32 late = block->late;
	ip_driver_status status;

	if (self->mode != TRANSFER_WRITE || late == 0)
		return IP_DRIVER_OK;
	block->late = 0;
	status = transfer_begin_write (self, error);
	if (status == IP_DRIVER_OK)
		status = update_block (self, block, late, error);
	if (status != IP_DRIVER_OK) {
		g_autofree char *what = block_label (block);

		return transfer_fail (self, what, error);
	}
	return status;
}

static ip_driver_status
route_create (transfer *self, record *item, ip_driver_error *error)
{
	ip_driver_route_create_args args = IP_DRIVER_ROUTE_CREATE_ARGS_INIT;
	g_autoptr (ip_driver_route) created = NULL;
	ip_driver_status status;

	args.tenant = transfer_tenant (&self->b, item->parent->values[BLOCK_TENANT]);
	args.block = item->parent->other;
	args.destination = item->values[ROUTE_DESTINATION];
	args.netmask = item->values[ROUTE_NETMASK];
	args.gateway = item->values[ROUTE_GATEWAY];
	args.id = record_chosen_id (self, item);
	status = ip_driver_route_create (self->b.driver, &args, &created, error);
	if (status == IP_DRIVER_OK)
		item->other = g_strdup (created->id);
	return status;
}

static const record_kind block_kind = {
	.fields = {"cidr", "type", "tenant", "network", "gateway", "dns1", "dns2", "policy"},
	.counts_as = block_counts_as,
	.label = block_label,
	.create = block_create,
	.forgive = block_forgive,
	.translate = block_translate,
};
static const record_kind route_kind = {
	.fields = {"destination", "netmask", "gateway"},
	.counts_as = route_counts_as,
	.label = route_label,
	.create = route_create,
};

typedef struct block_reading {
	const transfer *transfer;
	transfer_side *side;
	/* In the order of the list. */
	GPtrArray *blocks;
} block_reading;

static ip_driver_status
read_block (const ip_driver_block *item, void *data, ip_driver_error *error)
{
	block_reading *into = data;
	record *block = record_new (&block_kind, item->id, NULL);

	g_ptr_array_add (into->blocks, block);
	if (!cidr_parse (item->cidr, &block->range)) {
		return cli_error (error, IP_DRIVER_PROTOCOL, "%s returned block %s with the CIDR “%s”",
		                  into->side->name, item->id, item->cidr);
	}
	block->values[BLOCK_CIDR] = cidr_text (&block->range);
	record_set (block, BLOCK_TYPE, present_block_type (item->type));
	record_set (block, BLOCK_TENANT, item->tenant);
	record_set (block, BLOCK_NETWORK, item->network);
	record_set (block, BLOCK_GATEWAY, item->gateway);
	record_set (block, BLOCK_DNS1, item->dns1);
	record_set (block, BLOCK_DNS2, item->dns2);
	if (transfer_wants (into->transfer, TRANSFER_PART_POLICIES))
		record_set (block, BLOCK_POLICY, item->policy);
	block->key =
		key_of (block->values[BLOCK_CIDR], block->values[BLOCK_TYPE], item->tenant, item->network, key_end);
	block->lost_parent = g_strdup (item->parent);
	block->untouched = item->created_at != 0 && item->created_at == item->updated_at;
	g_hash_table_insert (into->side->block_ids, block->id, block);
	return IP_DRIVER_OK;
}

/* A subnet may lie in a block of a tenant that is not meant; then that belongs to it. */
static ip_driver_status
fetch_parents (block_reading *into, ip_driver_error *error)
{
	for (guint i = 0; i < into->blocks->len && into->side->all_tenants; i++) {
		const char *id = ((record *)into->blocks->pdata[i])->lost_parent;
		g_autoptr (ip_driver_block) parent = NULL;
		ip_driver_status status;

		if (id == NULL || g_hash_table_contains (into->side->block_ids, id))
			continue;
		status = ip_driver_block_get (into->side->driver, NULL, id, &parent, error);
		/* It may have been deleted since the subnet was listed. */
		if (status == IP_DRIVER_OK)
			status = read_block (parent, into, error);
		if (status != IP_DRIVER_OK && status != IP_DRIVER_NOT_FOUND)
			return status;
	}
	return IP_DRIVER_OK;
}

/* Puts a block behind its parent. The depth of recursion is that of the tree: at most 128. */
static void
put_in_order (const block_reading *from, record *block, GHashTable *done)
{
	record *parent =
		block->lost_parent != NULL ? g_hash_table_lookup (from->side->block_ids, block->lost_parent) : NULL;

	if (!g_hash_table_add (done, block))
		return;
	if (parent != NULL && parent->range.length < block->range.length) {
		put_in_order (from, parent, done);
		block->parent = parent;
		parent->has_subnets = TRUE;
		g_clear_pointer (&block->lost_parent, g_free);
	}
	g_ptr_array_add (from->side->blocks, block);
}

/* The two lists of the step. */
static ip_driver_status
list_blocks (transfer *self, transfer_side *side, const char *tenant, ip_driver_error *error)
{
	ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	block_reading into = {self, side, side->unordered};

	args.tenant = tenant;
	return each_block (side->driver, &args, G_MAXUINT64, NULL, read_block, &into, error);
}

static ip_driver_status
load_blocks (transfer *self, transfer_side *side, ip_driver_error *error)
{
	g_autoptr (GPtrArray) blocks = record_list_new ();
	g_autoptr (GHashTable) done = g_hash_table_new (NULL, NULL);
	block_reading reading = {self, side, blocks};
	ip_driver_status status;

	side->unordered = blocks;
	status = transfer_each_tenant (self, side, list_blocks, error);
	side->unordered = NULL;
	if (status == IP_DRIVER_OK)
		status = fetch_parents (&reading, error);
	if (status != IP_DRIVER_OK)
		return status;
	for (guint i = 0; i < blocks->len; i++)
		put_in_order (&reading, blocks->pdata[i], done);
	/* Each is in side->blocks now, which owns it. */
	g_ptr_array_set_free_func (blocks, NULL);
	return IP_DRIVER_OK;
}

ip_driver_status
transfer_load_blocks (transfer *self, ip_driver_error *error)
{
	ip_driver_status status = load_blocks (self, &self->a, error);

	return status == IP_DRIVER_OK ? load_blocks (self, &self->b, error) : status;
}

/* What would make a migration go wrong, however little of it were there. */
static void
look_for_problems (transfer *self)
{
	g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < self->a.blocks->len; i++) {
		const record *block = self->a.blocks->pdata[i];
		g_autofree char *what = block_label (block);
		const char *policy = block->values[BLOCK_POLICY];
		gboolean is_new = g_hash_table_add (
			keys, key_of (block->key, block->parent != NULL ? block->parent->id : NULL, key_end));

		if (!self->ids && !is_new) {
			transfer_note_problem (
				self, block_counts_as (block), what,
				"cannot be told from another one like it but by its id, and %s makes its own",
				self->b.name);
		}
		if (block->lost_parent != NULL) {
			transfer_note_problem (self, block_counts_as (block), what,
			                       "it lies in block %s, which is not among what %s shows of this tenant",
			                       block->lost_parent, self->a.name);
		}
		if (policy != NULL && !g_hash_table_contains (self->a.policy_ids, policy)) {
			transfer_note_problem (self, block_counts_as (block), what,
			                       "it has policy %s, which is not among what %s shows of this tenant",
			                       policy, self->a.name);
		}
	}
}

ip_driver_status
transfer_blocks (transfer *self, ip_driver_error *error)
{
	if (self->mode == TRANSFER_LOOK)
		look_for_problems (self);
	return record_walk (self, self->a.blocks, self->b.blocks, error);
}

static ip_driver_status
read_route (const ip_driver_route *item, void *data, ip_driver_error *error)
{
	void **into = data;
	record *route = record_new (&route_kind, item->id, into[1]);

	record_set (route, ROUTE_DESTINATION, item->destination);
	record_set (route, ROUTE_NETMASK, item->netmask);
	record_set (route, ROUTE_GATEWAY, item->gateway);
	route->key = route_key (item->destination, item->netmask, item->gateway);
	g_ptr_array_add (into[0], route);
	return IP_DRIVER_OK;
}

static ip_driver_status
read_routes (const transfer_side *side, record *block, GPtrArray *routes, ip_driver_error *error)
{
	ip_driver_route_list_args args = IP_DRIVER_ROUTE_LIST_ARGS_INIT;
	void *into[2] = {routes, block};

	if (!transfer_can (side, "route.list"))
		return IP_DRIVER_OK;
	args.tenant = transfer_tenant (side, block->values[BLOCK_TENANT]);
	args.block = block->id;
	return each_route (side->driver, &args, G_MAXUINT64, NULL, read_route, into, error);
}

ip_driver_status
transfer_routes (transfer *self, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	if (!transfer_wants (self, TRANSFER_PART_ROUTES))
		return IP_DRIVER_OK;
	for (guint i = 0; i < self->a.blocks->len && status == IP_DRIVER_OK; i++) {
		g_autoptr (GPtrArray) a = record_list_new (), b = record_list_new ();
		record *block = self->a.blocks->pdata[i];

		if (block->twin == NULL && self->mode == TRANSFER_COMPARE)
			continue;
		status = read_routes (&self->a, block, a, error);
		if (transfer_is_lost (self, TRANSFER_PART_ROUTES)) {
			self->lost[TRANSFER_PART_ROUTES] += a->len;
			continue;
		}
		if (status == IP_DRIVER_OK && block->twin != NULL)
			status = read_routes (&self->b, block->twin, b, error);
		if (status == IP_DRIVER_OK)
			status = record_walk (self, a, b, error);
	}
	return status;
}
