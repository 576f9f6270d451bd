/*
 * stand_in.c: see stand_in.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "stand_in.h"

/* An address in a range, at random. */
static char *
random_address (const cidr *range)
{
	cidr address = *range;
	unsigned size = range->version == 4 ? 32 : 128;

	for (unsigned bit = range->length; bit < size; bit++) {
		if (g_random_boolean ())
			address.bytes[bit / 8] |= (guint8)(0x80u >> bit % 8);
	}
	return cidr_address_text (&address);
}

gboolean
stand_in_allow (ip_driver *driver, const char *tenant, const char *block, const cidr *range,
                const ip_driver_allowed_ip_allow_args *args)
{
	ip_driver_address_allocate_args wanted = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver_address_refs_args end = IP_DRIVER_ADDRESS_REFS_ARGS_INIT;
	ip_driver_address_ref ref = {0};
	g_autoptr (ip_driver_interface) interface = NULL;
	g_autoptr (ip_driver_addresses) stand_in = NULL;
	g_autoptr (ip_driver_address) created = NULL;
	gboolean allowed;

	if (!ip_driver_supports (driver, "hold") ||
	    ip_driver_interface_get (driver, args->tenant, args->interface, &interface, NULL) != IP_DRIVER_OK ||
	    interface->allocation_count > 0)
		return FALSE;
	wanted.tenant = tenant;
	wanted.block = block;
	wanted.interface = interface->id;
	wanted.used_by_tenant = interface->tenant;
	wanted.hold = IP_DRIVER_HOLD_MAX;
	/* The next one; for IPv6 there may be none without a MAC address, but any will do. */
	(void)ip_driver_address_allocate (driver, &wanted, &stand_in, NULL);
	for (unsigned tries = 0; stand_in == NULL && tries < 64; tries++) {
		g_autofree char *address = random_address (range);

		wanted.address = address;
		(void)ip_driver_address_allocate (driver, &wanted, &stand_in, NULL);
	}
	if (stand_in == NULL)
		return FALSE;
	ref.block = stand_in->items[0]->block;
	ref.address = stand_in->items[0]->address;
	ref.id = stand_in->items[0]->id;
	end.tenant = tenant;
	end.refs = &ref;
	end.ref_count = 1;
	allowed = ip_driver_allowed_ip_allow (driver, args, &created, NULL) == IP_DRIVER_OK;
	return ip_driver_address_cancel (driver, &end, NULL) == IP_DRIVER_OK && allowed;
}
