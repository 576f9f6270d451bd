/* Random calls: networks, interfaces and MAC ranges. */
#include "choices.h"
#include "operations.h"

static const char *const mac_cidrs[] = {"02:16:3e:00:00:00/47", "02:16:3e:00:00:08/46", "02:16:3e:00:00:03/46",
                                        "02:16:3e:00:01:00/48"};

void
step_network_get (world *self)
{
	ip_driver_network_get_args args = IP_DRIVER_NETWORK_GET_ARGS_INIT;

	args.tenant = maybe (self, 40, pick_tenant (self));
	args.network = pick_network (self);
	args.limit = some_limit (self);
	world_note (self, "network.get tenant=%s network=%s limit=%u", TEXT (args.tenant), args.network, args.limit);
	CALL_LIST (blocks, render_block, args, ip_driver_network_get (self->driver, &args, &page, &self->error));
	world_compare (self, status, model_network_get (self->model, &args, self->want), FALSE);
}

/* The tenant of a block of the network, mostly. */
static const char *
tenant_of_network (world *self, const char *network)
{
	GArray *blocks = self->model->data.blocks;

	for (int i = 0; i < 8 && blocks->len > 0; i++) {
		const model_block *block = &g_array_index (blocks, model_block, below (self, blocks->len));
		if (g_strcmp0 (block->network, network) == 0 && chance (self, 90))
			return block->tenant;
	}
	return pick_tenant (self);
}

/* An address of some block of the network, mostly. */
static const char *
address_on (world *self, const char *network)
{
	GArray *blocks = self->model->data.blocks;

	for (int i = 0; i < 8 && blocks->len > 0; i++) {
		const model_block *block = &g_array_index (blocks, model_block, below (self, blocks->len));
		if (g_strcmp0 (block->network, network) == 0)
			return address_in (self, block->id);
	}
	return pick_stranger (self);
}

static const char *const *
some_addresses (world *self, const char *network, size_t *ret_count)
{
	static const char *addresses[2];

	*ret_count = chance (self, 25) ? 1 + below (self, 2) : 0;
	for (size_t i = 0; i < *ret_count; i++)
		addresses[i] = address_on (self, network);
	return addresses;
}

static void
note_addresses (world *self, const char *const *addresses, size_t count)
{
	for (size_t i = 0; i < count; i++)
		world_note (self, "  address %s", addresses[i]);
}

void
step_network_allocate (world *self)
{
	ip_driver_network_allocate_args args = IP_DRIVER_NETWORK_ALLOCATE_ARGS_INIT;
	ip_driver_allocations *result = NULL;

	if (self->keyed_network.size && chance (self, 15)) {
		args = self->keyed_network;
	} else {
		args.network = pick_network (self);
		args.tenant = maybe (self, 80, tenant_of_network (self, args.network));
		args.interface = maybe (self, 90, some_interface (self));
		args.device = maybe (self, 30, pick_device (self));
		args.mac = maybe (self, 70, pick_mac (self));
		args.used_by_tenant = maybe (self, args.tenant ? 20 : 100, pick_tenant (self));
		if (args.interface && model_find_interface (self->model, args.interface) && chance (self, 80))
			args.used_by_tenant = model_find_interface (self->model, args.interface)->tenant;
		args.hold = some_hold (self);
		if (args.tenant && chance (self, 25)) {
			args.request_key = pick_key (self);
			self->keyed_network = args;
		} else {
			args.addresses = some_addresses (self, args.network, &args.address_count);
		}
	}
	world_note (self,
	            "network.allocate tenant=%s network=%s interface=%s device=%s mac=%s used_by=%s key=%s hold=%u",
	            TEXT (args.tenant), args.network, TEXT (args.interface), TEXT (args.device), TEXT (args.mac),
	            TEXT (args.used_by_tenant), TEXT (args.request_key), args.hold);
	note_addresses (self, args.addresses, args.address_count);
	ip_driver_status status = ip_driver_network_allocate (self->driver, &args, &result, &self->error);
	for (size_t i = 0; status == IP_DRIVER_OK && i < result->count; i++) {
		render_allocation (self->got, result->items[i]);
		model_hint_allocation (self->model, result->items[i]);
		if (i == 0)
			model_hint_interface (self->model, result->items[i]->address->interface);
	}
	if (status == IP_DRIVER_OK)
		ip_driver_allocations_free (result);
	self->model->follow = status;
	world_compare (self, status, model_network_allocate (self->model, &args, self->want),
	               args.address_count > 0 || args.request_key);
}

void
step_network_list (world *self)
{
	ip_driver_network_list_args args = IP_DRIVER_NETWORK_LIST_ARGS_INIT;

	args.network = pick_network (self);
	args.tenant = maybe (self, 40, tenant_of_network (self, args.network));
	args.interface = some_interface (self);
	args.limit = some_limit (self);
	world_note (self, "network.list tenant=%s network=%s interface=%s limit=%u", TEXT (args.tenant), args.network,
	            args.interface, args.limit);
	CALL_LIST (allocations, render_allocation, args,
	           ip_driver_network_list (self->driver, &args, &page, &self->error));
	world_compare (self, status, model_network_list (self->model, &args, self->want), FALSE);
}

void
step_network_deallocate (world *self)
{
	const char *network = pick_network (self);
	const char *tenant = maybe (self, 40, tenant_of_network (self, network));
	const char *interface = some_interface (self);

	world_note (self, "network.deallocate tenant=%s network=%s interface=%s", TEXT (tenant), network, interface);
	ip_driver_status status = ip_driver_network_deallocate (self->driver, tenant, network, interface, &self->error);
	world_compare (self, status, model_network_deallocate (self->model, tenant, network, interface), FALSE);
}

static void
hint_interface (world *self, const ip_driver_interface *interface)
{
	model_hint_interface (self->model, interface->id);
	for (size_t i = 0; i < interface->allocation_count; i++)
		model_hint_allocation (self->model, interface->allocations[i]);
}

/* What an interface is to be, but for its tenant and device. */
static void
wish_interface (world *self, ip_driver_interface_create_args *args, ip_driver_interface_network networks_wanted[2],
                const char *tenant)
{
	args->id = maybe (self, 80, pick_interface (self));
	args->mac = maybe (self, 60, pick_mac (self));
	args->networks = networks_wanted;
	args->network_count = chance (self, 60) ? chance (self, 15) ? 2 : 1 : 0;
	for (size_t i = 0; i < args->network_count; i++) {
		ip_driver_interface_network *wanted = &networks_wanted[i];
		*wanted = (ip_driver_interface_network){
			.network = i == 1 && chance (self, 50) ? networks_wanted[0].network : pick_network (self)};
		wanted->tenant = tenant_of_network (self, wanted->network);
		if (strcmp (wanted->tenant, tenant) == 0 && chance (self, 50))
			wanted->tenant = NULL;
	}
}

static void
note_interface (world *self, const ip_driver_interface_create_args *args)
{
	world_note (self, "  id=%s mac=%s key=%s hold=%u", TEXT (args->id), TEXT (args->mac), TEXT (args->request_key),
	            args->hold);
	for (size_t i = 0; i < args->network_count; i++) {
		world_note (self, "  network=%s of %s", args->networks[i].network, TEXT (args->networks[i].tenant));
		note_addresses (self, args->networks[i].addresses, args->networks[i].address_count);
	}
}

void
step_interface_create (world *self)
{
	ip_driver_interface_create_args args = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	ip_driver_interface_network wanted[2];
	ip_driver_interface *result = NULL;

	if (self->keyed_interface.size && chance (self, 15)) {
		args = self->keyed_interface;
	} else {
		args.tenant = pick_tenant (self);
		args.device = maybe (self, 80, pick_device (self));
		wish_interface (self, &args, wanted, args.tenant);
		if (args.network_count > 0)
			args.hold = some_hold (self);
		if (args.network_count < 2 && chance (self, 25)) {
			args.request_key = pick_key (self);
			self->keyed_interface_network = wanted[0];
			self->keyed_interface = args;
			self->keyed_interface.networks = &self->keyed_interface_network;
		} else if (args.network_count > 0 && chance (self, 30)) {
			wanted[0].addresses = some_addresses (self, wanted[0].network, &wanted[0].address_count);
		}
	}
	world_note (self, "interface.create tenant=%s device=%s", args.tenant, TEXT (args.device));
	note_interface (self, &args);
	ip_driver_status status = ip_driver_interface_create (self->driver, &args, &result, &self->error);
	if (status == IP_DRIVER_OK) {
		render_interface (self->got, result);
		if (!args.id)
			model_hint_interface (self->model, result->id);
		hint_interface (self, result);
		ip_driver_interface_free (result);
	}
	self->model->follow = status;
	world_compare (self, status, model_interface_create (self->model, &args, self->want), FALSE);
}

void
step_interface_get (world *self)
{
	const char *id = some_interface (self);
	const char *tenant = tenant_of_interface (self, id);

	world_note (self, "interface.get tenant=%s id=%s", TEXT (tenant), id);
	CALL_ONE (interface, render_interface,
	          ip_driver_interface_get (self->driver, tenant, id, &result, &self->error))
	world_compare (self, status, model_interface_get (self->model, tenant, id, self->want), FALSE);
}

void
step_interface_delete (world *self)
{
	const char *id = some_interface (self);
	const char *tenant = tenant_of_interface (self, id);

	world_note (self, "interface.delete tenant=%s id=%s", TEXT (tenant), id);
	ip_driver_status status = ip_driver_interface_delete (self->driver, tenant, id, &self->error);
	world_compare (self, status, model_interface_delete (self->model, tenant, id), FALSE);
}

static void
list_interfaces (world *self, ip_driver_interface_list_args args)
{
	world_note (self, "interface.list tenant=%s device=%s limit=%u", TEXT (args.tenant), TEXT (args.device),
	            args.limit);
	CALL_LIST (interfaces, render_interface, args,
	           ip_driver_interface_list (self->driver, &args, &page, &self->error));
	world_compare (self, status, model_interface_list (self->model, &args, self->want), FALSE);
}

void
step_interface_list (world *self)
{
	ip_driver_interface_list_args args = IP_DRIVER_INTERFACE_LIST_ARGS_INIT;

	args.tenant = maybe (self, 40, pick_tenant (self));
	args.device = maybe (self, 40, pick_device (self));
	args.limit = some_limit (self);
	list_interfaces (self, args);
}

void
step_interface_list_all (world *self)
{
	ip_driver_interface_list_args args = IP_DRIVER_INTERFACE_LIST_ARGS_INIT;

	list_interfaces (self, args);
}

void
step_interface_replace_all (world *self)
{
	ip_driver_interface_replace_all_args args = IP_DRIVER_INTERFACE_REPLACE_ALL_ARGS_INIT;
	ip_driver_interface_create_args each[3];
	const ip_driver_interface_create_args *pointers[3];
	ip_driver_interface_network wanted[3][2];
	ip_driver_interfaces *result = NULL;

	args.tenant = pick_tenant (self);
	args.device = pick_device (self);
	args.interfaces = pointers;
	args.interface_count = below (self, 4);
	world_note (self, "interface.replace_all tenant=%s device=%s", args.tenant, args.device);
	for (size_t i = 0; i < args.interface_count; i++) {
		each[i] = (ip_driver_interface_create_args)IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
		pointers[i] = &each[i];
		each[i].tenant = maybe (self, 50, args.tenant);
		each[i].device = maybe (self, 50, args.device);
		wish_interface (self, &each[i], wanted[i], args.tenant);
		note_interface (self, &each[i]);
	}
	ip_driver_status status = ip_driver_interface_replace_all (self->driver, &args, &result, &self->error);
	for (size_t i = 0; status == IP_DRIVER_OK && i < result->count; i++) {
		render_interface (self->got, result->items[i]);
		if (i < args.interface_count && !each[i].id)
			hint_interface (self, result->items[i]);
		else
			for (size_t j = 0; j < result->items[i]->allocation_count; j++)
				model_hint_allocation (self->model, result->items[i]->allocations[j]);
	}
	if (status == IP_DRIVER_OK)
		ip_driver_interfaces_free (result);
	self->model->follow = status;
	world_compare (self, status, model_interface_replace_all (self->model, &args, self->want), FALSE);
}

void
step_interface_delete_all (world *self)
{
	const char *tenant = maybe (self, 60, pick_tenant (self));
	const char *device = pick_device (self);

	world_note (self, "interface.delete_all tenant=%s device=%s", TEXT (tenant), device);
	ip_driver_status status = ip_driver_interface_delete_all (self->driver, tenant, device, &self->error);
	world_compare (self, status, model_interface_delete_all (self->model, tenant, device), FALSE);
}

void
step_mac_range_create (world *self)
{
	ip_driver_mac_range_create_args args = IP_DRIVER_MAC_RANGE_CREATE_ARGS_INIT;

	args.cidr = PICK (self, mac_cidrs);
	args.id = fresh_id (self, self->model->data.mac_ranges);
	world_note (self, "mac_range.create cidr=%s id=%s", args.cidr, args.id);
	CALL_ONE (mac_range, render_mac_range, ip_driver_mac_range_create (self->driver, &args, &result, &self->error))
	world_compare (self, status, model_mac_range_create (self->model, &args, self->want), FALSE);
}

void
step_mac_range_look (world *self)
{
	if (chance (self, 50)) {
		const char *id = known_id (self, self->model->data.mac_ranges);
		world_note (self, "mac_range.get id=%s", id);
		CALL_ONE (mac_range, render_mac_range,
		          ip_driver_mac_range_get (self->driver, id, &result, &self->error))
		world_compare (self, status, model_mac_range_get (self->model, id, self->want), FALSE);
	} else {
		ip_driver_mac_range_list_args args = IP_DRIVER_MAC_RANGE_LIST_ARGS_INIT;
		args.limit = some_limit (self);
		world_note (self, "mac_range.list limit=%u", args.limit);
		CALL_LIST (mac_ranges, render_mac_range, args,
		           ip_driver_mac_range_list (self->driver, &args, &page, &self->error));
		world_compare (self, status, model_mac_range_list (self->model, self->want), FALSE);
	}
}

void
step_mac_range_delete (world *self)
{
	const char *id = known_id (self, self->model->data.mac_ranges);

	world_note (self, "mac_range.delete id=%s", id);
	ip_driver_status status = ip_driver_mac_range_delete (self->driver, id, &self->error);
	world_compare (self, status, model_mac_range_delete (self->model, id), FALSE);
}
