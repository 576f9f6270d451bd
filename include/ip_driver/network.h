/*
 * ip_driver/network.h: networks: an opaque id that groups blocks. Allocating on a network gives an
 * interface what it needs there: one address per family, with the configuration that goes with it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_NETWORK_H
#define IP_DRIVER_NETWORK_H

#include <ip_driver/address.h>
#include <ip_driver/route.h>

IP_DRIVER_BEGIN_DECLS

/* An address with what its user must configure. Since 1.0. */
typedef struct ip_driver_allocation {
	size_t size;
	ip_driver_address *address;
	/* Of its block. */
	const char *network;
	const char *cidr;
	const char *gateway;
	const char *broadcast;
	const char *netmask;
	const char *dns1;
	const char *dns2;
	size_t route_count;
	ip_driver_route **routes;
} ip_driver_allocation;

IP_DRIVER_API void ip_driver_allocation_free (ip_driver_allocation *allocation);

typedef struct ip_driver_allocations {
	size_t size;
	size_t count;
	ip_driver_allocation **items;
	const char *next_marker;
} ip_driver_allocations;

IP_DRIVER_API void ip_driver_allocations_free (ip_driver_allocations *allocations);

/* Since 1.0. */
typedef struct ip_driver_network_get_args {
	size_t size;
	/* Optional: the blocks' tenant. */
	const char *tenant;
	/* Required. */
	const char *network;
	const char *marker;
	uint32_t limit;
	uint32_t reserved;
} ip_driver_network_get_args;
#define IP_DRIVER_NETWORK_GET_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_network_get_args)

/* Lists the blocks (and subnets) of a network, oldest first. IP_DRIVER_NOT_FOUND: the tenant has none
 * in it. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_network_get (ip_driver *driver, const ip_driver_network_get_args *args,
                                                      ip_driver_blocks **ret_blocks, ip_driver_error *error);

/* Since 1.0. */
typedef struct ip_driver_network_allocate_args {
	size_t size;
	/* The blocks' tenant. Optional, but required with a request key, and where the network has no
	 * block yet and one is to be made (see `default_cidr` in the configuration). */
	const char *tenant;
	/* Required. */
	const char *network;
	/* Optional, as in ip_driver_address_allocate_args. */
	const char *interface;
	const char *device;
	const char *mac;
	/* Not given: the tenant of the blocks. */
	const char *used_by_tenant;
	const char *request_key;
	/* Optional: the addresses wanted, each in some block of the network, all or none. */
	const char *const *addresses;
	size_t address_count;
	/* As in ip_driver_address_allocate_args. */
	uint32_t hold;
	uint32_t reserved;
} ip_driver_network_allocate_args;
#define IP_DRIVER_NETWORK_ALLOCATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_network_allocate_args)

/*
 * Allocates, in one step, the wanted addresses, or one address of each family that the network has:
 * from the oldest block of the family that has no subnets and is not full. A family that is full
 * is left out; IP_DRIVER_EXHAUSTED only if no family could give one. Any other error of
 * ip_driver_address_allocate() fails the whole call and leaves nothing behind. The IPv4 address
 * comes first. Since 1.0.
 *
 * IP_DRIVER_NOT_FOUND: the tenant has no block in the network, and no default_cidr is configured.
 * IP_DRIVER_NOT_ALLOWED: every block of the network, or the one that a wanted address lies in, has
 * subnets. IP_DRIVER_NOT_IN_BLOCK: a wanted address lies in no block of the network.
 */
IP_DRIVER_API ip_driver_status ip_driver_network_allocate (ip_driver *driver,
                                                           const ip_driver_network_allocate_args *args,
                                                           ip_driver_allocations **ret_allocations,
                                                           ip_driver_error *error);

/* Since 1.0. */
typedef struct ip_driver_network_list_args {
	size_t size;
	/* Optional: the blocks' tenant. */
	const char *tenant;
	/* Required. */
	const char *network;
	const char *interface;
	const char *marker;
	uint32_t limit;
	uint32_t reserved;
} ip_driver_network_list_args;
#define IP_DRIVER_NETWORK_LIST_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_network_list_args)

/* Lists what an interface (any tenant's) holds on a network, in the order of ip_driver_address_list().
 * IP_DRIVER_NOT_FOUND: no such network, or no such interface. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_network_list (ip_driver *driver, const ip_driver_network_list_args *args,
                                                       ip_driver_allocations **ret_allocations,
                                                       ip_driver_error *error);

/* Releases all that an interface (any tenant's) holds on a network; the interface stays. tenant:
 * optional, the blocks'. IP_DRIVER_NOT_FOUND: no such network, or no such interface. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_network_deallocate (ip_driver *driver, const char *tenant,
                                                             const char *network, const char *interface,
                                                             ip_driver_error *error);

IP_DRIVER_END_DECLS

#endif
