/*
 * Addresses, NAT pairs and allowed IPs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "call.h"

static void
gave_address (call *self, ip_driver_address *address)
{
	if (self->status == IP_DRIVER_OK)
		call_gave (self, view_address (address), "ip_address", recorded_address);
	ip_driver_address_free (address);
}

static void
gave_addresses (call *self, ip_driver_addresses *addresses)
{
	json_t *list;

	if (self->status != IP_DRIVER_OK)
		return;
	CALL_VIEW_LIST (addresses, view_address, list);
	call_gave_list (self, list, addresses->next_marker, "ip_addresses", recorded_address);
	ip_driver_addresses_free (addresses);
}

void
call_address_allocate (call *self)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver_addresses *addresses = NULL;

	args.tenant = call_path (self, "tenant");
	args.block = call_path (self, "block");
	args.address = call_text (self, "address");
	args.interface = call_text (self, "interface_id");
	args.device = call_text (self, "used_by_device");
	args.mac = call_text (self, "mac_address");
	args.used_by_tenant = call_text (self, "tenant_id");
	if (!call_ready (self))
		return;
	self->status = ip_driver_address_allocate (self->driver, &args, &addresses, &self->error);
	if (self->status != IP_DRIVER_OK)
		return;
	/* The answer is one address, not a list. */
	CALL_VIEW_LIST (addresses, view_address, self->result);
	self->expected = json_pack ("[o]", recorded_address (json_object_get (self->answer, "ip_address")));
	/* The service makes one for each allocation; the ABI has promised that there is none. */
	if (args.interface == NULL && args.device == NULL && args.mac == NULL)
		json_object_set_new (json_array_get (self->expected, 0), "interface", json_null ());
	ip_driver_addresses_free (addresses);
}

void
call_address_list_of_block (call *self)
{
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;
	ip_driver_addresses *addresses = NULL;

	args.tenant = call_path (self, "tenant");
	args.block = call_path (self, "block");
	args.limit = call_limit (self);
	args.marker = call_marker (self);
	if (!call_ready (self))
		return;
	self->status = ip_driver_address_list (self->driver, &args, &addresses, &self->error);
	gave_addresses (self, addresses);
}

void
call_address_list_of_tenant (call *self)
{
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;
	ip_driver_addresses *addresses = NULL;

	args.tenant = call_path (self, "tenant");
	args.device = call_query (self, "used_by_device");
	args.limit = call_limit (self);
	args.marker = call_marker (self);
	/* What rests is not told by this route. */
	args.state = IP_DRIVER_ADDRESS_ALLOCATED;
	if (!call_ready (self))
		return;
	self->status = ip_driver_address_list (self->driver, &args, &addresses, &self->error);
	gave_addresses (self, addresses);
}

void
call_address_get (call *self)
{
	ip_driver_address *address = NULL;

	if (!call_ready (self))
		return;
	self->status = ip_driver_address_get (self->driver, call_path (self, "tenant"), call_path (self, "block"),
	                                      call_path (self, "address"), &address, &self->error);
	gave_address (self, address);
}

void
call_address_deallocate (call *self)
{
	ip_driver_address_deallocate_args args = IP_DRIVER_ADDRESS_DEALLOCATE_ARGS_INIT;

	args.tenant = call_path (self, "tenant");
	args.block = call_path (self, "block");
	args.address = call_path (self, "address");
	if (call_ready (self))
		self->status = ip_driver_address_deallocate (self->driver, &args, &self->error);
}

void
call_address_restore (call *self)
{
	ip_driver_address *address = NULL;

	if (!call_ready (self))
		return;
	self->status = ip_driver_address_restore (self->driver, call_path (self, "tenant"), call_path (self, "block"),
	                                          call_path (self, "address"), &address, &self->error);
	gave_address (self, address);
}

static void
list_partners (call *self, ip_driver_status (*list) (ip_driver *, const ip_driver_nat_list_args *,
                                                     ip_driver_addresses **, ip_driver_error *))
{
	ip_driver_nat_list_args args = IP_DRIVER_NAT_LIST_ARGS_INIT;
	ip_driver_addresses *addresses = NULL;

	args.tenant = call_path (self, "tenant");
	args.block = call_path (self, "block");
	args.address = call_path (self, "address");
	args.limit = call_limit (self);
	args.marker = call_marker (self);
	if (!call_ready (self))
		return;
	self->status = list (self->driver, &args, &addresses, &self->error);
	gave_addresses (self, addresses);
}

void
call_nat_list_globals (call *self)
{
	list_partners (self, ip_driver_nat_list_globals);
}

void
call_nat_list_locals (call *self)
{
	list_partners (self, ip_driver_nat_list_locals);
}

/* The partners that the body or the path names; the address of the path is the other side. */
static void
with_partners (call *self, gboolean globals, const ip_driver_address_ref *partners, size_t count,
               ip_driver_status (*change) (ip_driver *, const ip_driver_nat_args *, ip_driver_error *))
{
	ip_driver_nat_args args = IP_DRIVER_NAT_ARGS_INIT;
	ip_driver_address_ref own = {.block = call_path (self, "block"), .address = call_path (self, "address")};

	args.tenant = call_path (self, "tenant");
	args.locals = globals ? &own : partners;
	args.local_count = globals ? 1 : count;
	args.globals = globals ? partners : &own;
	args.global_count = globals ? count : 1;
	if (call_ready (self))
		self->status = change (self->driver, &args, &self->error);
}

static void
add (call *self, gboolean globals)
{
	/* Here the model is the list itself, which is no object. */
	json_t *list = self->model, *item;
	g_autofree ip_driver_address_ref *partners = g_new0 (ip_driver_address_ref, json_array_size (list) + 1);
	size_t i;

	if (!json_is_array (list)) {
		self->skipped = "no list of partners";
		return;
	}
	json_array_foreach (list, i, item)
	{
		partners[i].block = json_string_value (json_object_get (item, "ip_block_id"));
		partners[i].address = json_string_value (json_object_get (item, "ip_address"));
	}
	with_partners (self, globals, partners, json_array_size (list), ip_driver_nat_add);
}

void
call_nat_add_globals (call *self)
{
	add (self, TRUE);
}

void
call_nat_add_locals (call *self)
{
	add (self, FALSE);
}

static void
remove_partner (call *self, gboolean globals)
{
	const char *address = call_path (self, "partner");
	ip_driver_address_ref partner = {.address = address};

	if (address != NULL)
		partner.block = call_block_of (self, address);
	with_partners (self, globals, &partner, address != NULL ? 1 : 0, ip_driver_nat_remove);
}

void
call_nat_remove_globals (call *self)
{
	remove_partner (self, TRUE);
}

void
call_nat_remove_locals (call *self)
{
	remove_partner (self, FALSE);
}

void
call_allowed_ip_allow (call *self)
{
	ip_driver_allowed_ip_allow_args args = IP_DRIVER_ALLOWED_IP_ALLOW_ARGS_INIT;
	ip_driver_address *address = NULL;

	args.tenant = call_path (self, "tenant");
	args.interface = call_path (self, "interface");
	args.network = call_text (self, "network_id");
	args.address = call_text (self, "ip_address");
	if (!call_ready (self))
		return;
	self->status = ip_driver_allowed_ip_allow (self->driver, &args, &address, &self->error);
	gave_address (self, address);
}

void
call_allowed_ip_list (call *self)
{
	ip_driver_allowed_ip_list_args args = IP_DRIVER_ALLOWED_IP_LIST_ARGS_INIT;
	ip_driver_addresses *addresses = NULL;

	args.tenant = call_path (self, "tenant");
	args.interface = call_path (self, "interface");
	if (!call_ready (self))
		return;
	self->status = ip_driver_allowed_ip_list (self->driver, &args, &addresses, &self->error);
	gave_addresses (self, addresses);
}

void
call_allowed_ip_get (call *self)
{
	ip_driver_address *address = NULL;

	if (!call_ready (self))
		return;
	self->status =
		ip_driver_allowed_ip_get (self->driver, call_path (self, "tenant"), call_path (self, "interface"),
	                                  call_path (self, "address"), &address, &self->error);
	gave_address (self, address);
}

void
call_allowed_ip_disallow (call *self)
{
	if (!call_ready (self))
		return;
	self->status =
		ip_driver_allowed_ip_disallow (self->driver, call_path (self, "tenant"), call_path (self, "interface"),
	                                       call_path (self, "address"), &self->error);
}
