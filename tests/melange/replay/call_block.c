/*
 * Blocks, subnets and routes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "call.h"

/* What is neither is given to the library as a type that does not exist. */
static ip_driver_block_type
type_of (const char *text)
{
	if (text == NULL)
		return IP_DRIVER_BLOCK_ANY;
	if (g_str_equal (text, "public"))
		return IP_DRIVER_BLOCK_PUBLIC;
	return g_str_equal (text, "private") ? IP_DRIVER_BLOCK_PRIVATE : 77;
}

static void
gave_block (call *self, ip_driver_block *block, const char *key)
{
	if (self->status == IP_DRIVER_OK)
		call_gave (self, view_block (block), key, recorded_block);
	ip_driver_block_free (block);
}

static void
gave_blocks (call *self, ip_driver_blocks *blocks, const char *key)
{
	json_t *list;

	if (self->status != IP_DRIVER_OK)
		return;
	CALL_VIEW_LIST (blocks, view_block, list);
	call_gave_list (self, list, blocks->next_marker, key, recorded_block);
	ip_driver_blocks_free (blocks);
}

void
call_block_create (call *self)
{
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_block *block = NULL;

	args.tenant = call_path (self, "tenant");
	args.cidr = call_text (self, "cidr");
	args.type = type_of (call_text (self, "type"));
	args.network = call_text (self, "network_id");
	args.gateway = call_text (self, "gateway");
	args.dns1 = call_text (self, "dns1");
	args.dns2 = call_text (self, "dns2");
	args.policy = call_text (self, "policy_id");
	if (!call_ready (self))
		return;
	self->status = ip_driver_block_create (self->driver, &args, &block, &self->error);
	gave_block (self, block, "ip_block");
}

void
call_block_list (call *self)
{
	ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	ip_driver_blocks *blocks = NULL;

	args.tenant = call_path (self, "tenant");
	args.type = type_of (call_query (self, "type"));
	args.limit = call_limit (self);
	args.marker = call_marker (self);
	if (!call_ready (self))
		return;
	self->status = ip_driver_block_list (self->driver, &args, &blocks, &self->error);
	gave_blocks (self, blocks, "ip_blocks");
}

void
call_block_get (call *self)
{
	ip_driver_block *block = NULL;

	if (!call_ready (self))
		return;
	self->status = ip_driver_block_get (self->driver, call_path (self, "tenant"), call_path (self, "block"), &block,
	                                    &self->error);
	gave_block (self, block, "ip_block");
}

void
call_block_update (call *self)
{
	ip_driver_block_update_args args = IP_DRIVER_BLOCK_UPDATE_ARGS_INIT;
	ip_driver_block *block = NULL;

	args.tenant = call_path (self, "tenant");
	args.id = call_path (self, "block");
	args.network = call_text (self, "network_id");
	args.gateway = call_text (self, "gateway");
	args.dns1 = call_text (self, "dns1");
	args.dns2 = call_text (self, "dns2");
	args.policy = call_text (self, "policy_id");
	args.set = (call_has (self, "network_id") ? IP_DRIVER_BLOCK_SET_NETWORK : 0) |
	           (call_has (self, "gateway") ? IP_DRIVER_BLOCK_SET_GATEWAY : 0) |
	           (call_has (self, "dns1") ? IP_DRIVER_BLOCK_SET_DNS1 : 0) |
	           (call_has (self, "dns2") ? IP_DRIVER_BLOCK_SET_DNS2 : 0) |
	           (call_has (self, "policy_id") ? IP_DRIVER_BLOCK_SET_POLICY : 0);
	if (!call_ready (self))
		return;
	self->status = ip_driver_block_update (self->driver, &args, &block, &self->error);
	gave_block (self, block, "ip_block");
}

void
call_block_delete (call *self)
{
	if (!call_ready (self))
		return;
	self->status = ip_driver_block_delete (self->driver, call_path (self, "tenant"), call_path (self, "block"),
	                                       &self->error);
}

void
call_subnet_create (call *self)
{
	ip_driver_subnet_create_args args = IP_DRIVER_SUBNET_CREATE_ARGS_INIT;
	ip_driver_block *block = NULL;

	args.tenant = call_path (self, "tenant");
	args.block = call_path (self, "block");
	args.cidr = call_text (self, "cidr");
	args.network = call_text (self, "network_id");
	args.subnet_tenant = call_text (self, "tenant_id");
	if (!call_ready (self))
		return;
	self->status = ip_driver_subnet_create (self->driver, &args, &block, &self->error);
	gave_block (self, block, "subnet");
}

void
call_subnet_list (call *self)
{
	ip_driver_subnet_list_args args = IP_DRIVER_SUBNET_LIST_ARGS_INIT;
	ip_driver_blocks *blocks = NULL;

	args.tenant = call_path (self, "tenant");
	args.block = call_path (self, "block");
	if (!call_ready (self))
		return;
	self->status = ip_driver_subnet_list (self->driver, &args, &blocks, &self->error);
	gave_blocks (self, blocks, "subnets");
}

/* The service does not tell of which block a route is, but it is known. */
static void
set_block (call *self, json_t *expected)
{
	json_object_set_new (expected, "block", json_string (call_path (self, "block")));
}

static void
gave_route (call *self, ip_driver_route *route)
{
	if (self->status != IP_DRIVER_OK)
		return;
	call_gave (self, view_route (route), "ip_route", recorded_route);
	set_block (self, self->expected);
	ip_driver_route_free (route);
}

void
call_route_create (call *self)
{
	ip_driver_route_create_args args = IP_DRIVER_ROUTE_CREATE_ARGS_INIT;
	ip_driver_route *route = NULL;

	args.tenant = call_path (self, "tenant");
	args.block = call_path (self, "block");
	args.destination = call_text (self, "destination");
	args.netmask = call_text (self, "netmask");
	args.gateway = call_text (self, "gateway");
	if (!call_ready (self))
		return;
	self->status = ip_driver_route_create (self->driver, &args, &route, &self->error);
	gave_route (self, route);
}

void
call_route_list (call *self)
{
	ip_driver_route_list_args args = IP_DRIVER_ROUTE_LIST_ARGS_INIT;
	ip_driver_routes *routes = NULL;
	json_t *list, *item;
	size_t i;

	args.tenant = call_path (self, "tenant");
	args.block = call_path (self, "block");
	args.limit = call_limit (self);
	args.marker = call_marker (self);
	if (!call_ready (self))
		return;
	self->status = ip_driver_route_list (self->driver, &args, &routes, &self->error);
	if (self->status != IP_DRIVER_OK)
		return;
	CALL_VIEW_LIST (routes, view_route, list);
	call_gave_list (self, list, routes->next_marker, "ip_routes", recorded_route);
	json_array_foreach (self->expected, i, item)
	{
		set_block (self, item);
	}
	ip_driver_routes_free (routes);
}

void
call_route_get (call *self)
{
	ip_driver_route *route = NULL;

	if (!call_ready (self))
		return;
	self->status = ip_driver_route_get (self->driver, call_path (self, "tenant"), call_path (self, "block"),
	                                    call_path (self, "route"), &route, &self->error);
	gave_route (self, route);
}

void
call_route_update (call *self)
{
	ip_driver_route_update_args args = IP_DRIVER_ROUTE_UPDATE_ARGS_INIT;
	ip_driver_route *route = NULL;

	args.tenant = call_path (self, "tenant");
	args.block = call_path (self, "block");
	args.id = call_path (self, "route");
	args.destination = call_text (self, "destination");
	args.netmask = call_text (self, "netmask");
	args.gateway = call_text (self, "gateway");
	args.set = (call_has (self, "destination") ? IP_DRIVER_ROUTE_SET_DESTINATION : 0) |
	           (call_has (self, "netmask") ? IP_DRIVER_ROUTE_SET_NETMASK : 0) |
	           (call_has (self, "gateway") ? IP_DRIVER_ROUTE_SET_GATEWAY : 0);
	if (!call_ready (self))
		return;
	self->status = ip_driver_route_update (self->driver, &args, &route, &self->error);
	gave_route (self, route);
}

void
call_route_delete (call *self)
{
	if (!call_ready (self))
		return;
	self->status = ip_driver_route_delete (self->driver, call_path (self, "tenant"), call_path (self, "block"),
	                                       call_path (self, "route"), &self->error);
}
