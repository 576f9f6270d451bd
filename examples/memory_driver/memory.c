/*
 * memory.c: the driver's entry: its vtable, its configuration, and the life of an instance.
 *
 * The groups are in a file each (block.c, subnet.c, address.c, network.c, interface.c). What
 * this driver does not offer is simply absent from the vtable, and callers get "not supported".
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "rules.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Every key has a default, so a file with nothing but `backend = memory` is enough. */
static const ip_driver_option options[] = {
	{.key = "quarantine",
         .description = "Seconds that a released address rests",
         .default_value = "600",
         .type = IP_DRIVER_OPTION_INTEGER,
         .minimum = 0,
         .maximum = 31536000},
	{.key = "allocate_network_address",
         .description = "Whether the first address of a block may be given",
         .default_value = "false",
         .type = IP_DRIVER_OPTION_BOOLEAN},
	{.key = "dns1",
         .description = "First name server of new blocks",
         .default_value = "",
         .type = IP_DRIVER_OPTION_TEXT},
	{.key = "dns2",
         .description = "Second name server of new blocks",
         .default_value = "",
         .type = IP_DRIVER_OPTION_TEXT},
};

/* The library checks the form of a value, the driver its meaning. The value is stored as the library
 * would give it. */
static ip_driver_status
option_address (const ip_driver_options *values, const char *key, char address[ADDRESS_SIZE], ip_driver_error *error)
{
	const char *value = ip_driver_options_text (values, key);
	unsigned char bytes[16];
	int family;

	if (value[0] == '\0')
		return IP_DRIVER_OK;
	family = strchr (value, ':') != NULL ? AF_INET6 : AF_INET;
	if (inet_pton (family, value, bytes) != 1)
		return fail (error, IP_DRIVER_CONFIG, "%s: \"%s\" is not an address", key, value);
	inet_ntop (family, bytes, address, ADDRESS_SIZE);
	return IP_DRIVER_OK;
}

static ip_driver_status
memory_open (const ip_driver_options *values, ip_driver_instance **ret_instance, ip_driver_error *error)
{
	struct store *store = store_new ();
	ip_driver_status status;

	store->quarantine = ip_driver_options_integer (values, "quarantine");
	store->allocate_network_address = ip_driver_options_boolean (values, "allocate_network_address");
	status = option_address (values, "dns1", store->dns1, error);
	if (status == IP_DRIVER_OK)
		status = option_address (values, "dns2", store->dns2, error);
	if (status != IP_DRIVER_OK) {
		store_free (store);
		return status;
	}
	*ret_instance = store;
	return IP_DRIVER_OK;
}

static void
memory_close (ip_driver_instance *instance)
{
	store_free (instance);
}

static const char *
memory_location (ip_driver_instance *instance)
{
	(void)instance;
	return "the memory of this process";
}

static const ip_driver_backend memory_backend = {
	.size = sizeof (ip_driver_backend),
	.abi = IP_DRIVER_BACKEND_ABI,
	.features = IP_DRIVER_FEATURE_REQUEST_KEY | IP_DRIVER_FEATURE_HOLD | IP_DRIVER_FEATURE_MANY |
                    IP_DRIVER_FEATURE_ALL_TENANTS | IP_DRIVER_FEATURE_CHOSEN_IDS,
	.name = "memory",
	.description = "Example: everything in the memory of the process, forgotten when it ends",
	.options = options,
	.option_count = sizeof options / sizeof options[0],
	.open = memory_open,
	.close = memory_close,
	.location = memory_location,
	.block = &memory_block_ops,
	.subnet = &memory_subnet_ops,
	.address = &memory_address_ops,
	.network = &memory_network_ops,
	.interface = &memory_interface_ops,
};

const ip_driver_backend *
ip_driver_backend_entry (uint32_t host_abi)
{
	/* Within a major version either side may be the newer: the tables tell their sizes. */
	return host_abi >> 16 == IP_DRIVER_BACKEND_ABI >> 16 ? &memory_backend : NULL;
}
