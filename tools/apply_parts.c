/*
 * apply_parts.c: writing a plan's routes, interfaces and MAC ranges.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "apply.h"

#include "paging.h"

#include <string.h>

static ip_driver_status
know_route (const ip_driver_route *item, void *data, ip_driver_error *error)
{
	g_hash_table_add (data, route_key (item->destination, item->netmask, item->gateway));
	return IP_DRIVER_OK;
}

/* The routes that a block of the backend has; asked for once per block. */
static ip_driver_status
routes_of (apply *self, GHashTable *by_block, const plan_block *block, GHashTable **ret_routes, ip_driver_error *error)
{
	ip_driver_route_list_args args = IP_DRIVER_ROUTE_LIST_ARGS_INIT;

	*ret_routes = g_hash_table_lookup (by_block, block->real_id);
	if (*ret_routes != NULL)
		return IP_DRIVER_OK;
	*ret_routes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	g_hash_table_insert (by_block, (void *)(gintptr)block->real_id, *ret_routes);
	args.block = block->real_id;
	return block->known ? each_route (self->driver, &args, G_MAXUINT64, NULL, know_route, *ret_routes, error)
	                    : IP_DRIVER_OK;
}

static ip_driver_status
apply_route (apply *self, GHashTable *by_block, const plan_route *route, ip_driver_error *error)
{
	ip_driver_route_create_args args = IP_DRIVER_ROUTE_CREATE_ARGS_INIT;
	g_autofree char *key = route_key (route->destination, route->netmask, route->gateway);
	g_autoptr (ip_driver_route) created = NULL;
	GHashTable *routes;
	plan_block *block;
	ip_driver_status status =
		apply_look_up_block (self, route->block, route->tenant, route->network, route->source, &block, error);

	if (status != IP_DRIVER_OK)
		return status;
	status = routes_of (self, by_block, block, &routes, error);
	if (status != IP_DRIVER_OK)
		return plan_fail (self->plan, route->source, error);
	if (g_hash_table_contains (routes, key)) {
		self->existing[APPLY_ROUTES]++;
		return IP_DRIVER_OK;
	}
	args.block = block->real_id;
	args.destination = route->destination;
	args.netmask = route->netmask;
	args.gateway = route->gateway;
	args.id = apply_id (self, route->id);
	if (ip_driver_route_create (self->driver, &args, &created, error) != IP_DRIVER_OK)
		return plan_fail (self->plan, route->source, error);
	g_hash_table_add (routes, g_steal_pointer (&key));
	self->created[APPLY_ROUTES]++;
	return IP_DRIVER_OK;
}

ip_driver_status
apply_routes (apply *self, ip_driver_error *error)
{
	g_autoptr (GHashTable) by_block =
		g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_hash_table_unref);
	ip_driver_status status = IP_DRIVER_OK;

	for (guint i = 0; i < self->plan->routes->len && status == IP_DRIVER_OK; i++) {
		status = apply_route (self, by_block, self->plan->routes->pdata[i], error);
		progress_step (self->progress);
	}
	return status;
}

static ip_driver_status
know_interface (const ip_driver_interface *item, void *data, ip_driver_error *error)
{
	apply *self = data;
	plan_interface *interface = g_new0 (plan_interface, 1);

	interface->id = plan_text (self->known, item->id);
	interface->tenant = plan_text (self->known, item->tenant);
	interface->device = plan_text (self->known, item->device);
	interface->mac = plan_text (self->known, item->mac);
	g_ptr_array_add (self->known->interfaces, interface);
	return IP_DRIVER_OK;
}

/* Nothing but the id says which interface is meant, so all of it must agree. */
static gboolean
same_interface (const plan_interface *a, const plan_interface *b)
{
	g_autofree char *left = a->mac != NULL ? mac_text (a->mac) : NULL,
			*right = b->mac != NULL ? mac_text (b->mac) : NULL;

	return g_strcmp0 (a->tenant, b->tenant) == 0 && g_strcmp0 (a->device, b->device) == 0 &&
	       g_strcmp0 (left, right) == 0;
}

static ip_driver_status
create_interface (apply *self, const plan_interface *interface, ip_driver_error *error)
{
	ip_driver_interface_create_args args = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	g_autoptr (ip_driver_interface) created = NULL;

	args.tenant = interface->tenant;
	args.id = interface->id;
	args.device = interface->device;
	args.mac = interface->mac;
	if (ip_driver_interface_create (self->driver, &args, &created, error) != IP_DRIVER_OK)
		return plan_fail (self->plan, interface->source, error);
	if (interface->mac == NULL && created->mac != NULL) {
		return plan_error (self->plan, interface->source, error, IP_DRIVER_NOT_ALLOWED,
		                   "interface %s has no MAC address, but would get %s here, from a MAC range",
		                   interface->id, created->mac);
	}
	g_hash_table_add (self->new_interfaces, (void *)(gintptr)interface->id);
	self->created[APPLY_INTERFACES]++;
	return IP_DRIVER_OK;
}

ip_driver_status
apply_interfaces (apply *self, ip_driver_error *error)
{
	ip_driver_interface_list_args args = IP_DRIVER_INTERFACE_LIST_ARGS_INIT;
	g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
	ip_driver_status status;

	if (self->plan->interfaces->len == 0)
		return IP_DRIVER_OK;
	status = each_interface (self->driver, &args, G_MAXUINT64, NULL, know_interface, self, error);
	for (guint i = 0; i < self->known->interfaces->len; i++) {
		plan_interface *there = self->known->interfaces->pdata[i];

		g_hash_table_insert (known, (void *)(gintptr)there->id, there);
	}
	for (guint i = 0; i < self->plan->interfaces->len && status == IP_DRIVER_OK; i++) {
		const plan_interface *interface = self->plan->interfaces->pdata[i],
				     *there = g_hash_table_lookup (known, interface->id);

		if (there == NULL) {
			status = create_interface (self, interface, error);
		} else if (same_interface (interface, there)) {
			self->existing[APPLY_INTERFACES]++;
		} else {
			status =
				plan_error (self->plan, interface->source, error, IP_DRIVER_DUPLICATE,
			                    "interface %s is there already, with another tenant, device or MAC address",
			                    interface->id);
		}
		progress_step (self->progress);
	}
	return status;
}

static ip_driver_status
know_mac_range (const ip_driver_mac_range *item, void *data, ip_driver_error *error)
{
	char *text = mac_prefix_text (item->cidr);

	if (text != NULL)
		g_hash_table_add (data, text);
	return IP_DRIVER_OK;
}

ip_driver_status
apply_mac_ranges (apply *self, ip_driver_error *error)
{
	ip_driver_mac_range_list_args list = IP_DRIVER_MAC_RANGE_LIST_ARGS_INIT;
	g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	ip_driver_status status = IP_DRIVER_OK;

	if (self->plan->mac_ranges->len > 0)
		status = each_mac_range (self->driver, &list, G_MAXUINT64, NULL, know_mac_range, known, error);
	for (guint i = 0; i < self->plan->mac_ranges->len && status == IP_DRIVER_OK; i++) {
		const plan_mac_range *range = self->plan->mac_ranges->pdata[i];
		ip_driver_mac_range_create_args args = IP_DRIVER_MAC_RANGE_CREATE_ARGS_INIT;
		g_autoptr (ip_driver_mac_range) created = NULL;

		progress_step (self->progress);
		if (g_hash_table_contains (known, range->cidr)) {
			self->existing[APPLY_MAC_RANGES]++;
			continue;
		}
		args.cidr = range->cidr;
		args.id = apply_id (self, range->id);
		if (ip_driver_mac_range_create (self->driver, &args, &created, error) != IP_DRIVER_OK)
			return plan_fail (self->plan, range->source, error);
		self->created[APPLY_MAC_RANGES]++;
	}
	return status;
}
