/*
 * ip_driver/interface.h: virtual interfaces (VIFs): what uses addresses. An interface belongs to a
 * tenant, usually sits on a device (an instance), has at most one MAC address, and all its
 * addresses are on one network.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_INTERFACE_H
#define IP_DRIVER_INTERFACE_H

#include <ip_driver/network.h>

IP_DRIVER_BEGIN_DECLS

/* An interface with its addresses. NULL where it has no such value. Since 1.0. */
typedef struct ip_driver_interface {
	size_t size;
	const char *id;
	const char *tenant;
	const char *device;
	const char *mac;
	int64_t created_at;
	int64_t updated_at;
	/* Its allocated addresses, in the order of ip_driver_address_list(). */
	size_t allocation_count;
	ip_driver_allocation **allocations;
} ip_driver_interface;

IP_DRIVER_API void ip_driver_interface_free (ip_driver_interface *interface);

typedef struct ip_driver_interfaces {
	size_t size;
	size_t count;
	ip_driver_interface **items;
	const char *next_marker;
} ip_driver_interfaces;

IP_DRIVER_API void ip_driver_interfaces_free (ip_driver_interfaces *interfaces);

/* Addresses wanted on a network. Since 1.0; this struct does not grow. */
typedef struct ip_driver_interface_network {
	/* Optional: the tenant of the network's blocks. Not given: the interface's. */
	const char *tenant;
	/* Required. */
	const char *network;
	/* As in ip_driver_network_allocate_args. */
	const char *const *addresses;
	size_t address_count;
} ip_driver_interface_network;

/* Since 1.0. */
typedef struct ip_driver_interface_create_args {
	size_t size;
	/* Required. */
	const char *tenant;
	/* Optional. Not given: a UUID is generated. */
	const char *id;
	const char *device;
	/* Optional. Not given: taken from the oldest MAC range that has one left; none if there is no
	 * range. */
	const char *mac;
	/* Optional, as in ip_driver_address_allocate_args: the same call with the same key gives the
	 * same interface again while it lives. */
	const char *request_key;
	/* Optional: the network on which to allocate. More than one element is
	 * IP_DRIVER_NOT_ALLOWED unless they name the same network. */
	const ip_driver_interface_network *networks;
	size_t network_count;
	/* Seconds; as in ip_driver_address_allocate_args. The interface lapses with its addresses
	 * and is confirmed with any of them; it needs at least one network. */
	uint32_t hold;
	uint32_t reserved;
} ip_driver_interface_create_args;
#define IP_DRIVER_INTERFACE_CREATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_interface_create_args)

/*
 * Creates an interface with its MAC and its addresses in one step; on an error nothing is left
 * behind. Since 1.0.
 *
 * IP_DRIVER_DUPLICATE: the id (in any tenant) or the MAC is taken. IP_DRIVER_EXHAUSTED: the MAC
 * ranges or the network are used up. Errors of ip_driver_network_allocate().
 */
IP_DRIVER_API ip_driver_status ip_driver_interface_create (ip_driver *driver,
                                                           const ip_driver_interface_create_args *args,
                                                           ip_driver_interface **ret_interface,
                                                           ip_driver_error *error);

/* Gets an interface. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_interface_get (ip_driver *driver, const char *tenant, const char *id,
                                                        ip_driver_interface **ret_interface, ip_driver_error *error);

/* Deletes an interface: its MAC is free, its addresses are released as by
 * ip_driver_address_deallocate(), its allowed IPs end. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_interface_delete (ip_driver *driver, const char *tenant, const char *id,
                                                           ip_driver_error *error);

/* What to list; a filter that is not given lets everything through. Since 1.0. */
typedef struct ip_driver_interface_list_args {
	size_t size;
	const char *tenant;
	const char *device;
	const char *marker;
	uint32_t limit;
	uint32_t reserved;
} ip_driver_interface_list_args;
#define IP_DRIVER_INTERFACE_LIST_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_interface_list_args)

/* Lists interfaces, oldest first. A device without interfaces is an empty list. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_interface_list (ip_driver *driver, const ip_driver_interface_list_args *args,
                                                         ip_driver_interfaces **ret_interfaces,
                                                         ip_driver_error *error);

/* Since 1.0. */
typedef struct ip_driver_interface_replace_all_args {
	size_t size;
	/* Required: tenant of the new interfaces. */
	const char *tenant;
	/* Required. */
	const char *device;
	/* The new interfaces; their tenant and device must be NULL or these, request_key NULL, hold 0.
	 * Array of pointers, so that the element may grow. */
	const ip_driver_interface_create_args *const *interfaces;
	size_t interface_count;
} ip_driver_interface_replace_all_args;
#define IP_DRIVER_INTERFACE_REPLACE_ALL_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_interface_replace_all_args)

/* Deletes all of the device's interfaces (this tenant's) and creates the given ones, all or nothing. The
 * result is not paged: it has all of them, in the order given. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_interface_replace_all (ip_driver *driver,
                                                                const ip_driver_interface_replace_all_args *args,
                                                                ip_driver_interfaces **ret_interfaces,
                                                                ip_driver_error *error);

/* Deletes all interfaces of a device; none is IP_DRIVER_OK. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_interface_delete_all (ip_driver *driver, const char *tenant,
                                                               const char *device, ip_driver_error *error);

IP_DRIVER_END_DECLS

#endif
