/*
 * The values of an interface: see interface_values.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "interface_values.h"

#include "faults.h"

gboolean
interface_values_read (interface_values *self, server_answer *answer)
{
	self->args = (ip_driver_interface_create_args)IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	self->args.id = params_id (&self->body, "id");
	/* What the historical service calls it inside an instance. */
	if (self->args.id == NULL)
		self->args.id = params_id (&self->body, "virtual_interface_id");
	self->args.tenant = params_id (&self->body, "tenant_id");
	self->args.device = params_id (&self->body, "device_id");
	self->args.mac = params_mac (&self->body, "mac_address");
	params_open_value (&self->network_body, json_object_get (self->body.values, "network"), "network", answer);
	self->network.network = params_id (&self->network_body, "id");
	self->network.tenant = params_id (&self->network_body, "tenant_id");
	self->network.addresses = params_addresses (&self->network_body, "addresses", &self->network.address_count);
	if (self->body.failed || self->network_body.failed)
		return FALSE;
	if (json_object_size (self->network_body.values) > 0) {
		if (self->network.network == NULL) {
			fault_set (answer, 400, IP_DRIVER_INVALID, "network: id should be present");
			return FALSE;
		}
		self->args.networks = &self->network;
		self->args.network_count = 1;
	}
	return TRUE;
}

void
interface_values_clear (interface_values *self)
{
	params_clear (&self->body);
	params_clear (&self->network_body);
}

void
interface_values_fault (const server_request *request, const interface_values *self, const ip_driver_error *error,
                        server_answer *answer)
{
	const allocation_wish wish = {
		.tenant = self->network.tenant != NULL ? self->network.tenant : self->args.tenant,
		.network = self->args.network_count > 0 ? self->network.network : NULL,
		.interface = self->args.id,
		.used_by_tenant = self->args.tenant,
		.mac = self->args.mac,
		.addresses = self->network.addresses,
		.address_count = self->network.address_count,
		.new_interface = TRUE,
	};

	allocation_fault (request, &wish, error, answer);
}
