/*
 * interfaces.c: interfaces, whose ids are always the caller's. A's list is read page by page, and B's beside it: as a
 * migration creates them in A's order, each is usually found in the page of B that was just read. What is not is
 * asked for by its id.
 *
 * Where not every interface of A is listed (by the historical service none are), those that addresses name are
 * paired when the address is met.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "transfer.h"

#include "paging.h"

/* Interfaces of the other side that are kept until they are asked for. */
#define WINDOW (8 * IP_DRIVER_PAGE_MAX)

typedef struct facts {
	char *id;
	char *tenant;
	char *device;
	char *mac;
} facts;

static facts *
facts_of (const ip_driver_interface *interface)
{
	facts *self = g_new0 (facts, 1);

	self->id = g_strdup (interface->id);
	self->tenant = g_strdup (interface->tenant);
	self->device = g_strdup (interface->device);
	self->mac = g_strdup (interface->mac);
	return self;
}

static void
facts_free (facts *self)
{
	g_free (self->id);
	g_free (self->tenant);
	g_free (self->device);
	g_free (self->mac);
	g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (facts, facts_free)

static void
free_facts (void *data)
{
	facts_free (data);
}

/* The other side's list. */
typedef struct finder {
	const transfer_side *side;
	const char *tenant;
	/* Id → facts. */
	GHashTable *window;
	/* The ids in the window, the first read first; some may have been taken out already. Owned. */
	GQueue order;
	char *marker;
	gboolean ended;
	/* Not all that was read is or was in the window when it was asked for. */
	gboolean partial;
} finder;

static void
finder_init (finder *self, const transfer_side *side, const char *tenant)
{
	*self = (finder){.side = side, .tenant = tenant};
	self->window = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_facts);
	g_queue_init (&self->order);
	/* Of one tenant's list, what is not in it may be another's. */
	self->partial = tenant != NULL;
	self->ended = !side->lists_interfaces;
	self->partial |= self->ended;
}

static void
finder_clear (finder *self)
{
	g_clear_pointer (&self->window, g_hash_table_unref);
	g_queue_clear_full (&self->order, g_free);
	g_free (self->marker);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (finder, finder_clear)

static ip_driver_status
read_page (finder *self, ip_driver_error *error)
{
	ip_driver_interface_list_args args = IP_DRIVER_INTERFACE_LIST_ARGS_INIT;
	g_autoptr (ip_driver_interfaces) page = NULL;
	ip_driver_status status;

	args.tenant = self->tenant;
	args.limit = IP_DRIVER_PAGE_MAX;
	args.marker = self->marker;
	status = ip_driver_interface_list (self->side->driver, &args, &page, error);
	if (status != IP_DRIVER_OK)
		return status;
	for (size_t i = 0; i < page->count; i++) {
		facts *item = facts_of (page->items[i]);

		g_hash_table_replace (self->window, item->id, item);
		g_queue_push_tail (&self->order, g_strdup (item->id));
	}
	while (self->order.length > WINDOW) {
		g_autofree char *id = g_queue_pop_head (&self->order);

		self->partial |= g_hash_table_remove (self->window, id);
	}
	g_free (self->marker);
	self->marker = g_strdup (page->next_marker);
	self->ended = self->marker == NULL;
	return IP_DRIVER_OK;
}

static ip_driver_status
get_facts (const transfer_side *side, const char *tenant, const char *id, facts **ret_facts, ip_driver_error *error)
{
	g_autoptr (ip_driver_interface) interface = NULL;
	ip_driver_status status =
		ip_driver_interface_get (side->driver, transfer_tenant (side, tenant), id, &interface, error);

	*ret_facts = status == IP_DRIVER_OK ? facts_of (interface) : NULL;
	return status == IP_DRIVER_NOT_FOUND ? IP_DRIVER_OK : status;
}

/* *ret_facts NULL: there is none. */
static ip_driver_status
find (finder *self, const facts *wanted, facts **ret_facts, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;
	facts *found = g_hash_table_lookup (self->window, wanted->id);

	/* One page more, not all of them: if the lists are in different orders, asking is cheaper. */
	if (found == NULL && !self->ended) {
		status = read_page (self, error);
		found = g_hash_table_lookup (self->window, wanted->id);
	}
	if (status != IP_DRIVER_OK)
		return status;
	if (found != NULL) {
		g_hash_table_steal (self->window, wanted->id);
	} else if (!self->ended || self->partial) {
		return get_facts (self->side, wanted->tenant, wanted->id, ret_facts, error);
	}
	*ret_facts = found;
	return IP_DRIVER_OK;
}

static ip_driver_status
undo_interface (transfer *self, const ip_driver_interface *created, const char *what, ip_driver_error *error)
{
	ip_driver_status status = ip_driver_interface_delete (
		self->b.driver, transfer_tenant (&self->b, created->tenant), created->id, error);

	if (status != IP_DRIVER_OK)
		return transfer_fail (self, what, error);
	return cli_error (error, IP_DRIVER_NOT_ALLOWED,
	                  "%s: %s: it has no MAC address, but would get %s here, from a MAC range", self->b.name, what,
	                  created->mac);
}

static ip_driver_status
create_interface (transfer *self, const facts *item, const char *what, ip_driver_error *error)
{
	ip_driver_interface_create_args args = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	g_autoptr (ip_driver_interface) created = NULL;
	ip_driver_status status = transfer_begin_write (self, error);

	args.tenant = item->tenant;
	args.id = item->id;
	args.device = item->device;
	args.mac = item->mac;
	if (status == IP_DRIVER_OK)
		status = ip_driver_interface_create (self->b.driver, &args, &created, error);
	if (status != IP_DRIVER_OK)
		return transfer_fail (self, what, error);
	return item->mac == NULL && created->mac != NULL ? undo_interface (self, created, what, error) : IP_DRIVER_OK;
}

/* there: NULL if B has none. */
static ip_driver_status
pair_interface (transfer *self, const facts *item, const facts *there, ip_driver_error *error)
{
	g_autofree char *what = g_strdup_printf ("interface %s", item->id);
	ip_driver_status status = IP_DRIVER_OK;

	if (there != NULL) {
		const transfer_value values[] = {
			{"tenant", item->tenant, there->tenant},
			{"device", item->device, there->device},
			{"mac", item->mac, there->mac},
			{NULL, NULL, NULL},
		};

		if (transfer_values_agree (values))
			self->same[TRANSFER_INTERFACES]++;
		else
			transfer_note_values (self, TRANSFER_INTERFACES, what, values);
	} else {
		if (self->mode == TRANSFER_LOOK && item->mac == NULL && self->gives_macs) {
			transfer_note_problem (self, TRANSFER_INTERFACES, what,
			                       "it has no MAC address, but the MAC ranges of %s would give it one",
			                       self->b.name);
		}
		if (self->mode == TRANSFER_WRITE)
			status = create_interface (self, item, what, error);
		if (status == IP_DRIVER_OK)
			transfer_note_only (self, TRANSFER_INTERFACES, what, FALSE);
	}
	return status == IP_DRIVER_OK ? transfer_step (self, error) : status;
}

/* What a walk through a list carries along. */
typedef struct interface_walk {
	transfer *transfer;
	finder others;
} interface_walk;

static ip_driver_status
walk_a (const ip_driver_interface *item, void *data, ip_driver_error *error)
{
	interface_walk *walk = data;
	g_autoptr (facts) here = facts_of (item), there = NULL;
	ip_driver_status status = find (&walk->others, here, &there, error);

	if (walk->transfer->met_interfaces != NULL)
		g_hash_table_insert (walk->transfer->met_interfaces, g_strdup (here->id), g_strdup (here->tenant));
	return status == IP_DRIVER_OK ? pair_interface (walk->transfer, here, there, error) : status;
}

static ip_driver_status
walk_b (const ip_driver_interface *item, void *data, ip_driver_error *error)
{
	interface_walk *walk = data;
	g_autoptr (facts) here = facts_of (item), there = NULL;
	ip_driver_status status = find (&walk->others, here, &there, error);

	if (status != IP_DRIVER_OK)
		return status;
	if (there == NULL) {
		g_autofree char *what = g_strdup_printf ("interface %s", here->id);

		transfer_note_only (walk->transfer, TRANSFER_INTERFACES, what, TRUE);
	}
	return transfer_step (walk->transfer, error);
}

static ip_driver_status
list_side (transfer *self, transfer_side *side, const char *tenant, ip_driver_error *error)
{
	gboolean is_a = side == &self->a;
	ip_driver_interface_list_args args = IP_DRIVER_INTERFACE_LIST_ARGS_INIT;
	interface_walk walk = {.transfer = self};
	ip_driver_status status;

	finder_init (&walk.others, is_a ? &self->b : &self->a, tenant);
	args.tenant = tenant;
	status = each_interface (side->driver, &args, G_MAXUINT64, NULL, is_a ? walk_a : walk_b, &walk, error);
	finder_clear (&walk.others);
	return status;
}

ip_driver_status
transfer_interfaces (transfer *self, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	if (self->mode == TRANSFER_LOOK && transfer_can (&self->b, "mac_range.list")) {
		ip_driver_mac_range_list_args args = IP_DRIVER_MAC_RANGE_LIST_ARGS_INIT;
		g_autoptr (ip_driver_mac_ranges) ranges = NULL;

		args.limit = 1;
		status = ip_driver_mac_range_list (self->b.driver, &args, &ranges, error);
		if (status != IP_DRIVER_OK)
			return status;
		self->gives_macs = ranges->count > 0;
	}
	if (self->a.lists_interfaces)
		status = transfer_each_tenant (self, &self->a, list_side, error);
	/* Without the other list, what is in this one only cannot be told. */
	if (status == IP_DRIVER_OK && self->mode == TRANSFER_COMPARE && self->b.lists_interfaces &&
	    transfer_can (&self->a, "interface.get"))
		status = transfer_each_tenant (self, &self->b, list_side, error);
	return status;
}

ip_driver_status
transfer_meet_interface (transfer *self, const char *tenant, const char *id, ip_driver_error *error)
{
	g_autoptr (facts) here = NULL, there = NULL;
	ip_driver_status status;

	if (id == NULL || self->met_interfaces == NULL || g_hash_table_contains (self->met_interfaces, id))
		return IP_DRIVER_OK;
	g_hash_table_insert (self->met_interfaces, g_strdup (id), g_strdup (tenant));
	status = get_facts (&self->a, tenant, id, &here, error);
	if (status == IP_DRIVER_OK && here == NULL)
		return cli_error (error, IP_DRIVER_NOT_FOUND, "%s has no interface %s, which an address names",
		                  self->a.name, id);
	if (status == IP_DRIVER_OK)
		status = get_facts (&self->b, tenant, id, &there, error);
	return status == IP_DRIVER_OK ? pair_interface (self, here, there, error) : status;
}
