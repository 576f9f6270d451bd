/*
 * Gives an interface one address of each family that its network has, in one step, and prints how the
 * interface is to be configured.
 *
 *   dual_stack CONFIGURATION INTERFACE MAC
 *
 * The interface's id serves as the request key: a caller that got no answer just asks again, and gets the
 * same addresses, not two more.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ip_driver/ip_driver.h>
#include <stdio.h>
#include <stdlib.h>

static ip_driver_error error = IP_DRIVER_ERROR_INIT;

/* Ends the program if a call has failed. */
static void
check (ip_driver_status status)
{
	if (status == IP_DRIVER_OK)
		return;
	fprintf (stderr, "%s: %s\n", ip_driver_status_name (status), error.message);
	exit (1);
}

/* Makes the network, which is nothing but the blocks that name it, unless it is there. */
static void
make_network (ip_driver *driver, const char *network)
{
	static const char *const cidrs[][2] = {{"10.30.0.0/22", "10.30.0.1"}, {"2001:db8:30::/64", "2001:db8:30::1"}};
	ip_driver_network_get_args wanted = IP_DRIVER_NETWORK_GET_ARGS_INIT;
	ip_driver_blocks *blocks;
	ip_driver_status status;

	wanted.tenant = "example";
	wanted.network = network;
	status = ip_driver_network_get (driver, &wanted, &blocks, &error);
	if (status == IP_DRIVER_OK) {
		ip_driver_blocks_free (blocks);
		return;
	}
	if (status != IP_DRIVER_NOT_FOUND)
		check (status);
	for (size_t i = 0; i < sizeof cidrs / sizeof cidrs[0]; i++) {
		ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
		ip_driver_block *block;

		args.tenant = "example";
		args.network = network;
		args.cidr = cidrs[i][0];
		args.gateway = cidrs[i][1];
		args.type = IP_DRIVER_BLOCK_PRIVATE;
		check (ip_driver_block_create (driver, &args, &block, &error));
		ip_driver_block_free (block);
	}
}

int
main (int argc, char **argv)
{
	ip_driver_network_allocate_args args = IP_DRIVER_NETWORK_ALLOCATE_ARGS_INIT;
	ip_driver_allocations *allocations;
	ip_driver *driver;

	if (argc != 4) {
		fprintf (stderr, "usage: %s CONFIGURATION INTERFACE MAC\n", argv[0]);
		return 2;
	}
	check (ip_driver_open (argv[1], &driver, &error));
	make_network (driver, "example-net");

	args.tenant = "example";
	args.network = "example-net";
	args.interface = argv[2];
	args.mac = argv[3];
	args.request_key = argv[2];
	check (ip_driver_network_allocate (driver, &args, &allocations, &error));

	printf ("interface %s\n", argv[2]);
	for (size_t i = 0; i < allocations->count; i++) {
		const ip_driver_allocation *allocation = allocations->items[i];

		printf ("  IPv%d address %s netmask %s gateway %s\n", (int)allocation->address->version,
		        allocation->address->address, allocation->netmask,
		        allocation->gateway != NULL ? allocation->gateway : "none");
		for (size_t j = 0; j < allocation->route_count; j++)
			printf ("       route %s via %s\n", allocation->routes[j]->destination,
			        allocation->routes[j]->gateway);
	}
	ip_driver_allocations_free (allocations);
	ip_driver_close (driver);
	return 0;
}
