/*
 * Networks, interfaces and MAC ranges.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "call.h"

/* A list of addresses in a request; NULL: none. To be freed, the texts not. */
static const char **
texts_of (call *self, json_t *list, size_t *ret_count)
{
	const char **texts = g_new0 (const char *, json_array_size (list) + 1);
	json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
	{
		texts[i] = json_string_value (item);
		if (texts[i] == NULL)
			self->skipped = "a value of a type that the ABI's field does not have";
	}
	if (list != NULL && !json_is_array (list))
		self->skipped = "a value of a type that the ABI's field does not have";
	*ret_count = json_array_size (list);
	return texts;
}

static void
gave_allocations (call *self, ip_driver_allocations *allocations)
{
	json_t *list;

	if (self->status != IP_DRIVER_OK)
		return;
	CALL_VIEW_LIST (allocations, view_allocation, list);
	call_gave_list (self, list, allocations->next_marker, "ip_addresses", recorded_allocation);
	ip_driver_allocations_free (allocations);
}

void
call_network_get (call *self)
{
	ip_driver_network_get_args args = IP_DRIVER_NETWORK_GET_ARGS_INIT;
	ip_driver_blocks *blocks = NULL;
	json_t *list;

	args.tenant = call_path (self, "tenant");
	args.network = call_path (self, "network");
	if (!call_ready (self))
		return;
	self->status = ip_driver_network_get (self->driver, &args, &blocks, &self->error);
	if (self->status != IP_DRIVER_OK)
		return;
	CALL_VIEW_LIST (blocks, view_block, list);
	call_gave_list (self, list, blocks->next_marker, "ip_blocks", recorded_block);
	ip_driver_blocks_free (blocks);
}

void
call_network_allocate (call *self)
{
	ip_driver_network_allocate_args args = IP_DRIVER_NETWORK_ALLOCATE_ARGS_INIT;
	ip_driver_allocations *allocations = NULL;
	g_autofree const char **addresses = texts_of (self, call_member (self, "addresses"), &args.address_count);

	args.addresses = addresses;
	args.tenant = call_path (self, "tenant");
	args.network = call_path (self, "network");
	args.interface = call_path (self, "interface");
	args.device = call_text (self, "used_by_device");
	args.mac = call_text (self, "mac_address");
	args.used_by_tenant = call_text (self, "tenant_id");
	if (!call_ready (self))
		return;
	self->status = ip_driver_network_allocate (self->driver, &args, &allocations, &self->error);
	gave_allocations (self, allocations);
}

void
call_network_list (call *self)
{
	ip_driver_network_list_args args = IP_DRIVER_NETWORK_LIST_ARGS_INIT;
	ip_driver_allocations *allocations = NULL;

	args.tenant = call_path (self, "tenant");
	args.network = call_path (self, "network");
	args.interface = call_path (self, "interface");
	if (!call_ready (self))
		return;
	self->any_order = TRUE;
	self->status = ip_driver_network_list (self->driver, &args, &allocations, &self->error);
	gave_allocations (self, allocations);
}

void
call_network_deallocate (call *self)
{
	if (!call_ready (self))
		return;
	self->status =
		ip_driver_network_deallocate (self->driver, call_path (self, "tenant"), call_path (self, "network"),
	                                      call_path (self, "interface"), &self->error);
}

/* The network of an interface that is to be created. */
static size_t
network_of (call *self, json_t *value, ip_driver_interface_network *network)
{
	static const char *const known[] = {"id", "tenant_id", "addresses", NULL};
	const char *key;
	json_t *item;

	if (json_object_size (value) == 0)
		return 0;
	json_object_foreach (value, key, item)
	{
		if (!g_strv_contains (known, key))
			self->skipped = "a field that the ABI does not have";
	}
	network->network = json_string_value (json_object_get (value, "id"));
	network->tenant = json_string_value (json_object_get (value, "tenant_id"));
	network->addresses = texts_of (self, json_object_get (value, "addresses"), &network->address_count);
	return 1;
}

static void
gave_interface (call *self, ip_driver_interface *interface)
{
	if (self->status == IP_DRIVER_OK)
		call_gave (self, view_interface (interface), "interface", recorded_interface);
	ip_driver_interface_free (interface);
}

void
call_interface_create (call *self)
{
	ip_driver_interface_create_args args = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	ip_driver_interface_network network = {0};
	ip_driver_interface *interface = NULL;

	args.tenant = call_text (self, "tenant_id");
	args.id = call_text (self, "id");
	args.device = call_text (self, "device_id");
	args.mac = call_text (self, "mac_address");
	args.networks = &network;
	args.network_count = network_of (self, call_member (self, "network"), &network);
	if (call_ready (self)) {
		self->status = ip_driver_interface_create (self->driver, &args, &interface, &self->error);
		gave_interface (self, interface);
	}
	g_free ((gpointer)(guintptr)network.addresses);
}

void
call_interface_get (call *self)
{
	ip_driver_interface *interface = NULL;

	if (!call_ready (self))
		return;
	self->status = ip_driver_interface_get (self->driver, call_path (self, "tenant"), call_path (self, "interface"),
	                                        &interface, &self->error);
	gave_interface (self, interface);
}

void
call_interface_delete (call *self)
{
	const char *id = call_path (self, "interface");
	const char *tenant = call_tenant_of (self, "id", id);

	if (call_ready (self))
		self->status = ip_driver_interface_delete (self->driver, tenant, id, &self->error);
}

static void
gave_interfaces (call *self, ip_driver_interfaces *interfaces)
{
	json_t *recorded = json_object_get (self->answer, "instance");
	json_t *list;

	if (self->status != IP_DRIVER_OK)
		return;
	CALL_VIEW_LIST (interfaces, view_interface, list);
	self->result = list;
	self->expected = recorded_list (json_object_get (recorded, "interfaces"), recorded_interface);
	self->next_marker = g_strdup (interfaces->next_marker);
	ip_driver_interfaces_free (interfaces);
}

/* An interface of a replacement; its network's memory is left to the caller. */
static void
fill_in_interface (call *self, json_t *item, ip_driver_interface_create_args *args,
                   ip_driver_interface_network *network)
{
	static const char *const known[] = {"virtual_interface_id", "mac_address", "network", NULL};
	const char *key;
	json_t *value;

	*args = (ip_driver_interface_create_args)IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	json_object_foreach (item, key, value)
	{
		if (!g_strv_contains (known, key))
			self->skipped = "a field that the ABI does not have";
	}
	args->id = json_string_value (json_object_get (item, "virtual_interface_id"));
	args->mac = json_string_value (json_object_get (item, "mac_address"));
	args->networks = network;
	args->network_count = network_of (self, json_object_get (item, "network"), network);
}

void
call_interface_replace_all (call *self)
{
	ip_driver_interface_replace_all_args args = IP_DRIVER_INTERFACE_REPLACE_ALL_ARGS_INIT;
	json_t *list = call_member (self, "interfaces");
	size_t count = json_array_size (list);
	g_autofree ip_driver_interface_create_args *items = g_new0 (ip_driver_interface_create_args, count + 1);
	g_autofree ip_driver_interface_network *networks = g_new0 (ip_driver_interface_network, count + 1);
	g_autofree const ip_driver_interface_create_args **pointers =
		g_new0 (const ip_driver_interface_create_args *, count + 1);
	ip_driver_interfaces *interfaces = NULL;

	for (size_t i = 0; i < count; i++) {
		fill_in_interface (self, json_array_get (list, i), &items[i], &networks[i]);
		pointers[i] = &items[i];
	}
	if (list == NULL)
		self->skipped = "no list of interfaces";
	args.tenant = call_text (self, "tenant_id");
	args.device = call_path (self, "device");
	args.interfaces = pointers;
	args.interface_count = count;
	if (call_ready (self)) {
		self->status = ip_driver_interface_replace_all (self->driver, &args, &interfaces, &self->error);
		gave_interfaces (self, interfaces);
	}
	for (size_t i = 0; i < count; i++)
		g_free ((gpointer)(guintptr)networks[i].addresses);
}

void
call_interface_list (call *self)
{
	ip_driver_interface_list_args args = IP_DRIVER_INTERFACE_LIST_ARGS_INIT;
	ip_driver_interfaces *interfaces = NULL;

	args.device = call_path (self, "device");
	args.tenant = call_tenant_of (self, "device_id", args.device);
	if (!call_ready (self))
		return;
	self->status = ip_driver_interface_list (self->driver, &args, &interfaces, &self->error);
	gave_interfaces (self, interfaces);
}

void
call_interface_delete_all (call *self)
{
	const char *device = call_path (self, "device");
	const char *tenant = call_tenant_of (self, "device_id", device);

	if (call_ready (self))
		self->status = ip_driver_interface_delete_all (self->driver, tenant, device, &self->error);
}

static void
gave_mac_range (call *self, ip_driver_mac_range *range)
{
	if (self->status == IP_DRIVER_OK)
		call_gave (self, view_mac_range (range), "mac_address_range", recorded_mac_range);
	ip_driver_mac_range_free (range);
}

void
call_mac_range_create (call *self)
{
	ip_driver_mac_range_create_args args = IP_DRIVER_MAC_RANGE_CREATE_ARGS_INIT;
	ip_driver_mac_range *range = NULL;

	args.cidr = call_text (self, "cidr");
	if (!call_ready (self))
		return;
	self->status = ip_driver_mac_range_create (self->driver, &args, &range, &self->error);
	gave_mac_range (self, range);
}

void
call_mac_range_list (call *self)
{
	ip_driver_mac_range_list_args args = IP_DRIVER_MAC_RANGE_LIST_ARGS_INIT;
	ip_driver_mac_ranges *ranges = NULL;
	json_t *list;

	if (!call_ready (self))
		return;
	self->status = ip_driver_mac_range_list (self->driver, &args, &ranges, &self->error);
	if (self->status != IP_DRIVER_OK)
		return;
	CALL_VIEW_LIST (ranges, view_mac_range, list);
	call_gave_list (self, list, ranges->next_marker, "mac_address_ranges", recorded_mac_range);
	ip_driver_mac_ranges_free (ranges);
}

void
call_mac_range_get (call *self)
{
	ip_driver_mac_range *range = NULL;

	if (!call_ready (self))
		return;
	self->status = ip_driver_mac_range_get (self->driver, call_path (self, "range"), &range, &self->error);
	gave_mac_range (self, range);
}

void
call_mac_range_delete (call *self)
{
	if (call_ready (self))
		self->status = ip_driver_mac_range_delete (self->driver, call_path (self, "range"), &self->error);
}
