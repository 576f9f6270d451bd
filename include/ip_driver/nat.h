/*
 * ip_driver/nat.h: many-to-many pairs of an inside local and an inside global address. A floating
 * IP is an address of a public block (global) paired with a fixed one (local).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_NAT_H
#define IP_DRIVER_NAT_H

#include <ip_driver/address.h>

IP_DRIVER_BEGIN_DECLS

/* Since 1.0. */
typedef struct ip_driver_nat_args {
	size_t size;
	/* Optional: the tenant of all the blocks. */
	const char *tenant;
	const ip_driver_address_ref *locals;
	size_t local_count;
	const ip_driver_address_ref *globals;
	size_t global_count;
} ip_driver_nat_args;
#define IP_DRIVER_NAT_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_nat_args)

/*
 * Pairs each local with each global, all or nothing; pairs that exist are left as they are. Both
 * lists must have an element, and one of them has exactly one.
 * IP_DRIVER_NOT_FOUND: one of the addresses is not allocated. IP_DRIVER_LOCKED: one of them rests.
 * Since 1.0.
 */
IP_DRIVER_API ip_driver_status ip_driver_nat_add (ip_driver *driver, const ip_driver_nat_args *args,
                                                  ip_driver_error *error);

/*
 * Ends pairs. One list has exactly one element, which must be a known address; the other names
 * the partners, or is empty: then all pairs of that address end. A pair that does not exist is
 * IP_DRIVER_OK. Since 1.0.
 */
IP_DRIVER_API ip_driver_status ip_driver_nat_remove (ip_driver *driver, const ip_driver_nat_args *args,
                                                     ip_driver_error *error);

/* Since 1.0. */
typedef struct ip_driver_nat_list_args {
	size_t size;
	/* Optional: the block's tenant. */
	const char *tenant;
	/* Required: the address whose partners are wanted. */
	const char *block;
	const char *address;
	const char *marker;
	uint32_t limit;
	uint32_t reserved;
} ip_driver_nat_list_args;
#define IP_DRIVER_NAT_LIST_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_nat_list_args)

/* Lists the inside globals of a local address, in the order of ip_driver_address_list(). Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_nat_list_globals (ip_driver *driver, const ip_driver_nat_list_args *args,
                                                           ip_driver_addresses **ret_addresses,
                                                           ip_driver_error *error);

/* Lists the inside locals of a global address, in the order of ip_driver_address_list(). Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_nat_list_locals (ip_driver *driver, const ip_driver_nat_list_args *args,
                                                          ip_driver_addresses **ret_addresses,
                                                          ip_driver_error *error);

IP_DRIVER_END_DECLS

#endif
