/*
 * ip_driver/route.h: static routes that belong to a block and are told to whoever gets an address
 * of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_ROUTE_H
#define IP_DRIVER_ROUTE_H

#include <ip_driver/block.h>

IP_DRIVER_BEGIN_DECLS

/* A route. Since 1.0. */
typedef struct ip_driver_route {
	size_t size;
	const char *id;
	/* Id of the block. NULL inside an ip_driver_allocation. */
	const char *block;
	const char *destination;
	/* Dotted for IPv4, the prefix length for IPv6; NULL: not told. */
	const char *netmask;
	const char *gateway;
	int64_t created_at;
	int64_t updated_at;
} ip_driver_route;

IP_DRIVER_API void ip_driver_route_free (ip_driver_route *route);

typedef struct ip_driver_routes {
	size_t size;
	size_t count;
	ip_driver_route **items;
	const char *next_marker;
} ip_driver_routes;

IP_DRIVER_API void ip_driver_routes_free (ip_driver_routes *routes);

/* Since 1.0. */
typedef struct ip_driver_route_create_args {
	size_t size;
	/* Optional: the block's tenant. */
	const char *tenant;
	/* Required: id of the block. */
	const char *block;
	/* Required: an address. */
	const char *destination;
	/* Optional: dotted (IPv4) or a prefix length, in decimal. */
	const char *netmask;
	/* Required: an address of the destination's family. */
	const char *gateway;
	/* Optional: the id of the new route. Needs "chosen_ids". */
	const char *id;
} ip_driver_route_create_args;
#define IP_DRIVER_ROUTE_CREATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_route_create_args)

/* Creates a route. Host bits of the destination are cleared if a netmask is given. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_route_create (ip_driver *driver, const ip_driver_route_create_args *args,
                                                       ip_driver_route **ret_route, ip_driver_error *error);

/* Gets a route of a block. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_route_get (ip_driver *driver, const char *tenant, const char *block,
                                                    const char *id, ip_driver_route **ret_route,
                                                    ip_driver_error *error);

/* Since 1.0. */
typedef struct ip_driver_route_list_args {
	size_t size;
	/* Optional: the block's tenant. */
	const char *tenant;
	/* Required: id of the block. */
	const char *block;
	const char *marker;
	uint32_t limit;
	uint32_t reserved;
} ip_driver_route_list_args;
#define IP_DRIVER_ROUTE_LIST_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_route_list_args)

/* Lists the routes of a block, oldest first. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_route_list (ip_driver *driver, const ip_driver_route_list_args *args,
                                                     ip_driver_routes **ret_routes, ip_driver_error *error);

/* Which fields ip_driver_route_update() sets. Since 1.0. */
#define IP_DRIVER_ROUTE_SET_DESTINATION 0x1u
#define IP_DRIVER_ROUTE_SET_NETMASK 0x2u
#define IP_DRIVER_ROUTE_SET_GATEWAY 0x4u

/* Since 1.0. */
typedef struct ip_driver_route_update_args {
	size_t size;
	/* Optional: the block's tenant. */
	const char *tenant;
	/* Required. */
	const char *block;
	const char *id;
	/* Read if the bit in `set` is 1. Only the netmask may then be NULL. */
	const char *destination;
	const char *netmask;
	const char *gateway;
	uint32_t set;
	uint32_t reserved;
} ip_driver_route_update_args;
#define IP_DRIVER_ROUTE_UPDATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_route_update_args)

/* Changes a route. What results must satisfy the rules of ip_driver_route_create(). Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_route_update (ip_driver *driver, const ip_driver_route_update_args *args,
                                                       ip_driver_route **ret_route, ip_driver_error *error);

/* Deletes a route. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_route_delete (ip_driver *driver, const char *tenant, const char *block,
                                                       const char *id, ip_driver_error *error);

IP_DRIVER_END_DECLS

#endif
