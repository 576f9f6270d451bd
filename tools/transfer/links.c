/*
 * links.c: NAT pairs and allowed IPs, which tie together what is there by now. Both are asked for address by address,
 * interface by interface; the other side is asked only where there is something to look for. To compare, the walk
 * is made from both sides.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "address_cursor.h"
#include "records.h"

#include "paging.h"
#include "same.h"
#include "stand_in.h"

/* One direction of a walk. */
typedef struct link_walk {
	transfer *transfer;
	const transfer_side *from;
	const transfer_side *to;
} link_walk;

/* An address: its block on the side `from`, and its text. */
typedef struct place {
	const record *block;
	char *address;
} place;

static void
free_place (void *data)
{
	place *self = data;

	g_free (self->address);
	g_free (self);
}

/* What a list is read into. */
typedef struct place_list {
	const transfer_side *side;
	/* Of place. */
	GPtrArray *places;
	/* NULL, or the interface whose own addresses do not count; their networks are collected. */
	const char *interface;
	GHashTable *networks;
} place_list;

static ip_driver_status
keep_place (const ip_driver_address *item, void *data, ip_driver_error *error)
{
	place_list *into = data;
	const record *block = g_hash_table_lookup (into->side->block_ids, item->block);
	place *kept;

	/* A block that is not known belongs to a tenant that is not meant, or has just been made. */
	if (block == NULL || item->hold_until != 0)
		return IP_DRIVER_OK;
	if (into->interface != NULL && g_strcmp0 (item->interface, into->interface) == 0) {
		if (block->values[BLOCK_NETWORK] != NULL)
			g_hash_table_add (into->networks, block->values[BLOCK_NETWORK]);
		return IP_DRIVER_OK;
	}
	kept = g_new0 (place, 1);
	kept->block = block;
	kept->address = g_strdup (item->address);
	g_ptr_array_add (into->places, kept);
	return IP_DRIVER_OK;
}

/* A set of "block id of `to`, address". */
static ip_driver_status
keep_key (const ip_driver_address *item, void *data, ip_driver_error *error)
{
	g_hash_table_add (data, address_key (item->block, item->address));
	return IP_DRIVER_OK;
}

static GHashTable *
key_set (void)
{
	return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static char *
place_label (const place *self)
{
	g_autofree char *block = self->block->kind->label (self->block);

	return g_strdup_printf ("%s in %s", self->address, block);
}

/* Whether the other side has it, of what it was found to have. */
static gboolean
is_there (const place *self, GHashTable *keys)
{
	g_autofree char *key = self->block->other != NULL ? address_key (self->block->other, self->address) : NULL;

	return key != NULL && g_hash_table_contains (keys, key);
}

/* One thing of `from`. Takes what. */
static ip_driver_status
note_link (const link_walk *walk, transfer_kind kind, transfer_part part, gboolean there, char *what,
           ip_driver_error *error)
{
	g_autofree char *owned = what;
	transfer *self = walk->transfer;
	gboolean from_a = walk->from == &self->a;

	if (transfer_is_lost (self, part))
		self->lost[part]++;
	else if (!there)
		transfer_note_only (self, kind, owned, !from_a);
	else if (from_a)
		self->same[kind]++;
	return transfer_step (self, error);
}

static ip_driver_status
or_none (ip_driver_status status)
{
	return status == IP_DRIVER_NOT_FOUND ? IP_DRIVER_OK : status;
}

static ip_driver_status
list_globals (const transfer_side *side, const char *tenant, const char *block, const char *address, address_sink sink,
              void *data, ip_driver_error *error)
{
	ip_driver_nat_list_args args = IP_DRIVER_NAT_LIST_ARGS_INIT;

	if (block == NULL || !transfer_can (side, "nat.list_globals"))
		return IP_DRIVER_OK;
	args.tenant = transfer_tenant (side, tenant);
	args.block = block;
	args.address = address;
	/* It may have been released since it was listed. */
	return or_none (each_nat_global (side->driver, &args, G_MAXUINT64, NULL, sink, data, error));
}

static ip_driver_status
add_pair (transfer *self, const place *local, const place *global, ip_driver_error *error)
{
	ip_driver_nat_args args = IP_DRIVER_NAT_ARGS_INIT;
	const ip_driver_address_ref local_ref = {local->block->other, local->address, NULL},
				    global_ref = {global->block->other, global->address, NULL};
	ip_driver_status status = transfer_begin_write (self, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = transfer_tenant (&self->b, local->block->values[BLOCK_TENANT]);
	args.locals = &local_ref;
	args.local_count = 1;
	args.globals = &global_ref;
	args.global_count = 1;
	return ip_driver_nat_add (self->b.driver, &args, error);
}

static ip_driver_status
walk_globals (const link_walk *walk, const record *block, const ip_driver_address *item, ip_driver_error *error)
{
	g_autoptr (GPtrArray) globals = g_ptr_array_new_with_free_func (free_place);
	g_autoptr (GHashTable) others = key_set ();
	const place local = {block, (char *)(gintptr)item->address};
	place_list into = {.side = walk->from, .places = globals};
	const char *tenant = block->values[BLOCK_TENANT];
	gboolean write = walk->transfer->mode == TRANSFER_WRITE;
	ip_driver_status status =
		list_globals (walk->from, tenant, item->block, item->address, keep_place, &into, error);

	if (status == IP_DRIVER_OK && globals->len > 0)
		status = list_globals (walk->to, tenant, block->other, item->address, keep_key, others, error);
	for (guint i = 0; i < globals->len && status == IP_DRIVER_OK; i++) {
		const place *global = globals->pdata[i];
		gboolean there = is_there (global, others);
		g_autofree char *from = place_label (&local), *to = place_label (global),
				*what = g_strdup_printf ("NAT pair of %s with %s", from, to);

		if (!there && write)
			status = add_pair (walk->transfer, &local, global, error);
		if (status != IP_DRIVER_OK)
			return transfer_fail (walk->transfer, what, error);
		status = note_link (walk, TRANSFER_NAT_PAIRS, TRANSFER_PART_NAT, there, g_steal_pointer (&what), error);
	}
	return status;
}

static ip_driver_status
walk_pairs_of_block (const link_walk *walk, const record *block, ip_driver_error *error)
{
	g_auto (address_cursor) cursor = {NULL};
	ip_driver_status status =
		address_cursor_open (&cursor, walk->from, block->values[BLOCK_TENANT], block->id, error);

	while (status == IP_DRIVER_OK && cursor.item != NULL) {
		if (cursor.item->state == IP_DRIVER_ADDRESS_ALLOCATED && cursor.item->hold_until == 0)
			status = walk_globals (walk, block, cursor.item, error);
		if (status == IP_DRIVER_OK)
			status = transfer_step (walk->transfer, error);
		if (status == IP_DRIVER_OK)
			status = address_cursor_next (&cursor, error);
	}
	return status;
}

static ip_driver_status
walk_pairs (transfer *self, const transfer_side *from, const transfer_side *to, ip_driver_error *error)
{
	const link_walk walk = {self, from, to};
	ip_driver_status status = IP_DRIVER_OK;

	for (guint i = 0; i < from->blocks->len && status == IP_DRIVER_OK; i++) {
		const record *block = from->blocks->pdata[i];

		/* Of a block that only one side has, comparing tells nothing more. */
		if (!block->has_subnets && (block->twin != NULL || self->mode != TRANSFER_COMPARE))
			status = walk_pairs_of_block (&walk, block, error);
	}
	return status;
}

/* Whether a part is to be walked here; see `with_links`. */
static gboolean
wants_links (const transfer *self, transfer_part part)
{
	return transfer_wants (self, part) && (self->with_links || transfer_is_lost (self, part));
}

ip_driver_status
transfer_nat_pairs (transfer *self, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	if (!wants_links (self, TRANSFER_PART_NAT))
		return IP_DRIVER_OK;
	if (transfer_can (&self->a, "nat.list_globals"))
		status = walk_pairs (self, &self->a, &self->b, error);
	if (status == IP_DRIVER_OK && self->mode == TRANSFER_COMPARE && transfer_can (&self->b, "nat.list_globals"))
		status = walk_pairs (self, &self->b, &self->a, error);
	return status;
}

static ip_driver_status
list_usable (const transfer_side *side, const char *tenant, const char *interface, address_sink sink, void *data,
             ip_driver_error *error)
{
	ip_driver_allowed_ip_list_args args = IP_DRIVER_ALLOWED_IP_LIST_ARGS_INIT;

	if (!transfer_can (side, "allowed_ip.list"))
		return IP_DRIVER_OK;
	args.tenant = transfer_tenant (side, tenant);
	args.interface = interface;
	return or_none (each_allowed_ip (side->driver, &args, G_MAXUINT64, NULL, sink, data, error));
}

static ip_driver_status
allow (transfer *self, const ip_driver_interface *interface, const place *allowed, ip_driver_error *error)
{
	ip_driver_allowed_ip_allow_args args = IP_DRIVER_ALLOWED_IP_ALLOW_ARGS_INIT;
	g_autoptr (ip_driver_address) address = NULL;
	ip_driver_status status = transfer_begin_write (self, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = transfer_tenant (&self->b, interface->tenant);
	args.interface = interface->id;
	args.network = allowed->block->values[BLOCK_NETWORK];
	args.address = allowed->address;
	status = ip_driver_allowed_ip_allow (self->b.driver, &args, &address, error);
	if (status == IP_DRIVER_NOT_ALLOWED &&
	    stand_in_allow (self->b.driver, transfer_tenant (&self->b, allowed->block->values[BLOCK_TENANT]),
	                    allowed->block->other, &allowed->block->range, &args))
		status = IP_DRIVER_OK;
	return status;
}

/* networks: on which the interface has addresses of its own. */
static gboolean
is_stranded (const place *allowed, GHashTable *networks)
{
	const char *network = allowed->block->values[BLOCK_NETWORK];

	return network == NULL || !g_hash_table_contains (networks, network);
}

static ip_driver_status
walk_allowed (const ip_driver_interface *item, void *data, ip_driver_error *error)
{
	const link_walk *walk = data;
	transfer *self = walk->transfer;
	g_autoptr (GPtrArray) allowed = g_ptr_array_new_with_free_func (free_place);
	g_autoptr (GHashTable) others = key_set (), networks = g_hash_table_new (g_str_hash, g_str_equal);
	place_list into = {walk->from, allowed, item->id, networks};
	ip_driver_status status = list_usable (walk->from, item->tenant, item->id, keep_place, &into, error);

	if (status == IP_DRIVER_OK && allowed->len > 0)
		status = list_usable (walk->to, item->tenant, item->id, keep_key, others, error);
	for (guint i = 0; i < allowed->len && status == IP_DRIVER_OK; i++) {
		const place *address = allowed->pdata[i];
		transfer_part part = TRANSFER_PART_ALLOWED_IPS;
		gboolean there = is_there (address, others);
		g_autofree char *where = place_label (address),
				*what = g_strdup_printf ("allowed IP %s, on interface %s", where, item->id);

		if (!there && is_stranded (address, networks) && !transfer_is_lost (self, part)) {
			part = TRANSFER_PART_STRANDED;
			if (transfer_skips (self, part))
				continue;
		}
		if (!there && self->mode == TRANSFER_WRITE)
			status = allow (self, item, address, error);
		if (status != IP_DRIVER_OK)
			return transfer_fail (self, what, error);
		status = note_link (walk, TRANSFER_ALLOWED_IPS, part, there, g_steal_pointer (&what), error);
	}
	return status == IP_DRIVER_OK ? transfer_step (self, error) : status;
}

static ip_driver_status
list_interfaces (transfer *self, transfer_side *side, const char *tenant, ip_driver_error *error)
{
	ip_driver_interface_list_args args = IP_DRIVER_INTERFACE_LIST_ARGS_INIT;
	link_walk walk = {self, side, side == &self->a ? &self->b : &self->a};

	args.tenant = tenant;
	return each_interface (side->driver, &args, G_MAXUINT64, NULL, walk_allowed, &walk, error);
}

/* Those of the side A that no list shows. */
static ip_driver_status
walk_met_interfaces (transfer *self, ip_driver_error *error)
{
	link_walk walk = {self, &self->a, &self->b};
	GHashTableIter iter;
	void *id, *tenant;
	ip_driver_status status = IP_DRIVER_OK;

	g_hash_table_iter_init (&iter, self->met_interfaces);
	while (status == IP_DRIVER_OK && g_hash_table_iter_next (&iter, &id, &tenant)) {
		const ip_driver_interface interface = {.size = sizeof interface, .id = id, .tenant = tenant};

		status = walk_allowed (&interface, &walk, error);
	}
	return status;
}

ip_driver_status
transfer_allowed_ips (transfer *self, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	/* Whether some are stranded shows only when they are looked at. */
	if (!wants_links (self, TRANSFER_PART_ALLOWED_IPS) &&
	    !(transfer_wants (self, TRANSFER_PART_ALLOWED_IPS) && transfer_is_lost (self, TRANSFER_PART_STRANDED)))
		return IP_DRIVER_OK;
	if (self->met_interfaces != NULL)
		status = walk_met_interfaces (self, error);
	else if (transfer_can (&self->a, "allowed_ip.list"))
		status = transfer_each_tenant (self, &self->a, list_interfaces, error);
	if (status == IP_DRIVER_OK && self->mode == TRANSFER_COMPARE && transfer_can (&self->b, "allowed_ip.list") &&
	    self->b.lists_interfaces)
		status = transfer_each_tenant (self, &self->b, list_interfaces, error);
	return status;
}
