/* Random calls: blocks, subnets and routes. */
#include "choices.h"
#include "operations.h"

static const char *const cidrs[] = {
	"10.0.0.0/28",
	"10.0.0.16/29",
	"10.0.0.8/30",
	"10.0.0.5/29",
	"10.0.1.0/31",
	"10.0.1.7/32",
	"10.0.2.0/24",
	"192.0.2.0/29",
	"192.0.2.5/30",
	"192.0.2.8/30",
	"fd00::/120",
	"fd00::40/124",
	"fd00::80/126",
	"fd00::ab/126",
	"fd00::fe/127",
	"fd00::1:1/128",
	"2001:db8:1::/64",
	"2001:db8::/125",
	"2001:db8::10:5/124",
	"255.255.255.240/28",
	"0.0.0.0/29",
	"::1:0:0:0/126",
	"10.128.0.0/9",
	"2001:db8:2::/48",
	"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0/125",
};

void
create_block (world *self, const char *cidr, ip_driver_block_type type, const char *network)
{
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;

	args.tenant = pick_tenant (self);
	args.cidr = cidr;
	args.network = network;
	args.type = type;
	args.id = fresh_id (self, self->model->data.blocks);
	if (chance (self, 30))
		args.gateway = chance (self, 30)
		                       ? pick_stranger (self)
		                       : g_string_chunk_insert_len (self->texts, cidr, (gssize)strcspn (cidr, "/"));
	args.dns1 = maybe (self, 20, pick_server (self));
	args.dns2 = maybe (self, 20, pick_server (self));
	args.policy = some_policy (self, 40);
	world_note (self,
	            "block.create tenant=%s cidr=%s network=%s type=%d gateway=%s dns1=%s dns2=%s policy=%s id=%s",
	            args.tenant, args.cidr, TEXT (args.network), args.type, TEXT (args.gateway), TEXT (args.dns1),
	            TEXT (args.dns2), TEXT (args.policy), args.id);
	CALL_ONE (block, render_block, ip_driver_block_create (self->driver, &args, &result, &self->error))
	self->model->follow = status;
	world_compare (self, status, model_block_create (self->model, &args, self->want), FALSE);
}

void
step_block_create (world *self)
{
	const char *cidr = PICK (self, cidrs);
	gboolean public = chance (self, 30);
	const char *network = maybe (self, 75, pick_network (self));

	create_block (self, cidr, public ? IP_DRIVER_BLOCK_PUBLIC : IP_DRIVER_BLOCK_PRIVATE, network);
}

void
step_block_get (world *self)
{
	const char *id = some_block (self);
	const char *tenant = tenant_of_block (self, id);

	world_note (self, "block.get tenant=%s id=%s", TEXT (tenant), id);
	CALL_ONE (block, render_block, ip_driver_block_get (self->driver, tenant, id, &result, &self->error))
	world_compare (self, status, model_block_get (self->model, tenant, id, self->want), FALSE);
}

void
step_block_list (world *self)
{
	ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;

	args.tenant = maybe (self, 40, pick_tenant (self));
	args.network = maybe (self, 40, pick_network (self));
	args.type = (ip_driver_block_type)below (self, 3);
	args.flags = chance (self, 30) ? IP_DRIVER_BLOCK_LIST_ROOTS : 0;
	args.limit = some_limit (self);
	world_note (self, "block.list tenant=%s network=%s type=%d flags=%u limit=%u", TEXT (args.tenant),
	            TEXT (args.network), args.type, args.flags, args.limit);
	CALL_LIST (blocks, render_block, args, ip_driver_block_list (self->driver, &args, &page, &self->error));
	world_compare (self, status, model_block_list (self->model, &args, self->want), FALSE);
}

void
step_block_update (world *self)
{
	ip_driver_block_update_args args = IP_DRIVER_BLOCK_UPDATE_ARGS_INIT;

	args.id = some_block (self);
	args.tenant = tenant_of_block (self, args.id);
	args.set = 1 + below (self, 31);
	args.network = maybe (self, 75, pick_network (self));
	args.gateway = maybe (self, 70, address_in (self, args.id));
	args.dns1 = maybe (self, 60, pick_server (self));
	args.dns2 = maybe (self, 60, pick_server (self));
	args.policy = some_policy (self, 70);
	world_note (self, "block.update tenant=%s id=%s set=0x%x network=%s gateway=%s dns1=%s dns2=%s policy=%s",
	            TEXT (args.tenant), args.id, args.set, TEXT (args.network), TEXT (args.gateway), TEXT (args.dns1),
	            TEXT (args.dns2), TEXT (args.policy));
	CALL_ONE (block, render_block, ip_driver_block_update (self->driver, &args, &result, &self->error))
	world_compare (self, status, model_block_update (self->model, &args, self->want), FALSE);
}

void
step_block_delete (world *self)
{
	GArray *blocks = self->model->data.blocks;
	const char *id = some_block (self);

	/* Mostly a subnet, if there is one: its space goes back to its parent. */
	for (guint k = 0; k < blocks->len && chance (self, 90); k++) {
		const model_block *block = &g_array_index (blocks, model_block, k);
		if (block->parent)
			id = block->id;
	}
	const char *tenant = tenant_of_block (self, id);

	world_note (self, "block.delete tenant=%s id=%s", TEXT (tenant), id);
	ip_driver_status status = ip_driver_block_delete (self->driver, tenant, id, &self->error);
	world_compare (self, status, model_block_delete (self->model, tenant, id), FALSE);
}

void
world_compare_usage (world *self)
{
	for (guint i = 0; i < self->model->data.blocks->len && !self->trouble; i++) {
		const model_block *block = &g_array_index (self->model->data.blocks, model_block, i);
		if (block->last - block->first >= 1024)
			continue;
		gsize length = self->log->len;
		g_string_truncate (self->got, 0);
		g_string_truncate (self->want, 0);
		world_note (self, "block.usage id=%s", block->id);
		CALL_ONE (usage, render_usage,
		          ip_driver_block_usage (self->driver, NULL, block->id, &result, &self->error))
		world_compare (self, status, model_block_usage (self->model, NULL, block->id, self->want), FALSE);
		/* Only of interest if it is what went wrong. */
		if (!self->trouble)
			g_string_truncate (self->log, length);
	}
}

void
step_subnet_create (world *self)
{
	ip_driver_subnet_create_args args = IP_DRIVER_SUBNET_CREATE_ARGS_INIT;
	g_autofree char *cidr = NULL;

	args.block = some_block (self);
	args.tenant = tenant_of_block (self, args.block);
	const model_block *parent = model_find_block (self->model, args.block);
	int prefix = parent ? parent->prefix + g_rand_int_range (self->random, 0, 5) : 30;
	if (parent && prefix > (parent->version == 4 ? 32 : 128) && !chance (self, 10))
		prefix = parent->version == 4 ? 32 : 128;
	/* The model looks for a prefix from the start, which must not be far away. */
	if (chance (self, 50) || (parent && prefix > (parent->version == 4 ? 32 : 128))) {
		args.prefix_length = CLAMP (prefix, 1, 128);
	} else {
		cidr = g_strdup_printf ("%s/%d", address_in (self, args.block), prefix);
		if (parent && parent->version == 6 && !strchr (cidr, ':'))
			args.prefix_length = MIN (prefix, 128);
		else if (prefix > 32 && !strchr (cidr, ':'))
			args.prefix_length = MIN (prefix, 128);
		else
			args.cidr = cidr;
	}
	args.subnet_tenant = maybe (self, 30, pick_tenant (self));
	args.network = maybe (self, 30, pick_network (self));
	args.gateway = maybe (self, 30, address_in (self, args.block));
	args.dns1 = maybe (self, 20, pick_server (self));
	args.policy = some_policy (self, 20);
	args.id = fresh_id (self, self->model->data.blocks);
	world_note (self,
	            "subnet.create tenant=%s block=%s cidr=%s prefix=%d subnet_tenant=%s network=%s gateway=%s dns1=%s "
	            "policy=%s id=%s",
	            TEXT (args.tenant), args.block, TEXT (args.cidr), args.prefix_length, TEXT (args.subnet_tenant),
	            TEXT (args.network), TEXT (args.gateway), TEXT (args.dns1), TEXT (args.policy), args.id);
	CALL_ONE (block, render_block, ip_driver_subnet_create (self->driver, &args, &result, &self->error))
	world_compare (self, status, model_subnet_create (self->model, &args, self->want), FALSE);
}

void
step_subnet_list (world *self)
{
	ip_driver_subnet_list_args args = IP_DRIVER_SUBNET_LIST_ARGS_INIT;

	args.block = some_block (self);
	args.tenant = tenant_of_block (self, args.block);
	args.limit = some_limit (self);
	world_note (self, "subnet.list tenant=%s block=%s limit=%u", TEXT (args.tenant), args.block, args.limit);
	CALL_LIST (blocks, render_block, args, ip_driver_subnet_list (self->driver, &args, &page, &self->error));
	world_compare (self, status, model_subnet_list (self->model, &args, self->want), FALSE);
}

static const char *const destinations[][3] = {
	{"0.0.0.0", "10.1.2.3", "10.1.2.0"},
	{"2001:db8:f::7", "::", "2001:db8:f::"},
};
static const char *const netmasks[][5] = {
	{"0.0.0.0", "255.255.255.0", "24", "0", "255.255.255.255"},
	{"0", "64", "128", "48", "255.255.0.0"},
};
static const char *const gateways[][3] = {{"10.0.0.1", "10.0.0.254", "10.0.0.77"}, {"fd00::1", "fd00::2", "::"}};

void
step_route_create (world *self)
{
	ip_driver_route_create_args args = IP_DRIVER_ROUTE_CREATE_ARGS_INIT;
	int six = chance (self, 50);

	args.block = some_block (self);
	args.tenant = tenant_of_block (self, args.block);
	args.destination = PICK (self, destinations[six]);
	args.netmask = maybe (self, 70, PICK (self, netmasks[six]));
	args.gateway = PICK (self, gateways[chance (self, 95) ? six : !six]);
	args.id = fresh_id (self, self->model->data.routes);
	world_note (self, "route.create tenant=%s block=%s destination=%s netmask=%s gateway=%s id=%s",
	            TEXT (args.tenant), args.block, args.destination, TEXT (args.netmask), args.gateway, args.id);
	CALL_ONE (route, render_route, ip_driver_route_create (self->driver, &args, &result, &self->error))
	world_compare (self, status, model_route_create (self->model, &args, self->want), FALSE);
}

static void
some_route (world *self, const char **block, const char **id)
{
	GArray *routes = self->model->data.routes;

	*id = known_id (self, routes);
	*block = some_block (self);
	for (guint i = 0; i < routes->len && chance (self, 95); i++) {
		if (strcmp (g_array_index (routes, model_route, i).id, *id) == 0)
			*block = g_array_index (routes, model_route, i).block;
	}
}

void
step_route_look (world *self)
{
	if (chance (self, 50)) {
		const char *block, *id;
		some_route (self, &block, &id);
		const char *tenant = tenant_of_block (self, block);
		world_note (self, "route.get tenant=%s block=%s id=%s", TEXT (tenant), block, id);
		CALL_ONE (route, render_route,
		          ip_driver_route_get (self->driver, tenant, block, id, &result, &self->error))
		world_compare (self, status, model_route_get (self->model, tenant, block, id, self->want), FALSE);
	} else {
		ip_driver_route_list_args args = IP_DRIVER_ROUTE_LIST_ARGS_INIT;
		args.block = some_block (self);
		args.tenant = tenant_of_block (self, args.block);
		args.limit = some_limit (self);
		world_note (self, "route.list tenant=%s block=%s limit=%u", TEXT (args.tenant), args.block, args.limit);
		CALL_LIST (routes, render_route, args, ip_driver_route_list (self->driver, &args, &page, &self->error));
		world_compare (self, status, model_route_list (self->model, &args, self->want), FALSE);
	}
}

void
step_route_update (world *self)
{
	ip_driver_route_update_args args = IP_DRIVER_ROUTE_UPDATE_ARGS_INIT;

	int six = chance (self, 10);

	some_route (self, &args.block, &args.id);
	/* Of the family that it is of, mostly. */
	for (guint i = 0; i < self->model->data.routes->len; i++) {
		const model_route *route = &g_array_index (self->model->data.routes, model_route, i);
		if (strcmp (route->id, args.id) == 0 && strchr (route->destination, ':'))
			six = !six;
	}
	args.tenant = tenant_of_block (self, args.block);
	args.set = 1 + below (self, 7);
	args.destination = PICK (self, destinations[six]);
	args.netmask = maybe (self, 70, PICK (self, netmasks[six]));
	args.gateway = PICK (self, gateways[chance (self, 95) ? six : !six]);
	world_note (self, "route.update tenant=%s block=%s id=%s set=%u destination=%s netmask=%s gateway=%s",
	            TEXT (args.tenant), args.block, args.id, args.set, args.destination, TEXT (args.netmask),
	            args.gateway);
	CALL_ONE (route, render_route, ip_driver_route_update (self->driver, &args, &result, &self->error))
	world_compare (self, status, model_route_update (self->model, &args, self->want), FALSE);
}

void
step_route_delete (world *self)
{
	const char *block, *id;

	some_route (self, &block, &id);
	const char *tenant = tenant_of_block (self, block);
	world_note (self, "route.delete tenant=%s block=%s id=%s", TEXT (tenant), block, id);
	ip_driver_status status = ip_driver_route_delete (self->driver, tenant, block, id, &self->error);
	world_compare (self, status, model_route_delete (self->model, tenant, block, id), FALSE);
}
