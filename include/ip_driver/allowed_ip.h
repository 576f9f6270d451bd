/*
 * ip_driver/allowed_ip.h: addresses that may be used on a further interface than their own: shared
 * IPs, and virtual IPs of highly available services.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_ALLOWED_IP_H
#define IP_DRIVER_ALLOWED_IP_H

#include <ip_driver/address.h>

IP_DRIVER_BEGIN_DECLS

/* Since 1.0. */
typedef struct ip_driver_allowed_ip_allow_args {
	size_t size;
	/* Optional: tenant of the interface, and of the user of the address. */
	const char *tenant;
	/* Required. */
	const char *interface;
	/* Required: the network on which the address is looked up. */
	const char *network;
	/* Required: an allocated address. */
	const char *address;
} ip_driver_allowed_ip_allow_args;
#define IP_DRIVER_ALLOWED_IP_ALLOW_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_allowed_ip_allow_args)

/*
 * Allows an address on an interface. It must be used by the interface's tenant. Allowing what is
 * allowed already is IP_DRIVER_DUPLICATE; the interface's own address may be allowed too and then
 * survives its release. IP_DRIVER_NOT_FOUND: no such interface, network, or address allocated to
 * this tenant there. IP_DRIVER_NOT_ALLOWED: the interface is not on that network. Since 1.0.
 */
IP_DRIVER_API ip_driver_status ip_driver_allowed_ip_allow (ip_driver *driver,
                                                           const ip_driver_allowed_ip_allow_args *args,
                                                           ip_driver_address **ret_address, ip_driver_error *error);

/* Gets an address that may be used on an interface: its own, or an allowed one. tenant: optional,
 * the interface's. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_allowed_ip_get (ip_driver *driver, const char *tenant, const char *interface,
                                                         const char *address, ip_driver_address **ret_address,
                                                         ip_driver_error *error);

/* Since 1.0. */
typedef struct ip_driver_allowed_ip_list_args {
	size_t size;
	/* Optional: the interface's tenant. */
	const char *tenant;
	/* Required. */
	const char *interface;
	const char *marker;
	uint32_t limit;
	uint32_t reserved;
} ip_driver_allowed_ip_list_args;
#define IP_DRIVER_ALLOWED_IP_LIST_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_allowed_ip_list_args)

/* Lists what may be used on an interface: its own addresses and the allowed ones, each once, in the
 * order of ip_driver_address_list(). Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_allowed_ip_list (ip_driver *driver,
                                                          const ip_driver_allowed_ip_list_args *args,
                                                          ip_driver_addresses **ret_addresses,
                                                          ip_driver_error *error);

/*
 * Ends an allowance. An address that has lost its own interface is released with its last allowance.
 * Disallowing an own address that was not explicitly allowed changes nothing. tenant: optional,
 * the interface's. IP_DRIVER_NOT_FOUND: it may not be used on this interface. Since 1.0.
 */
IP_DRIVER_API ip_driver_status ip_driver_allowed_ip_disallow (ip_driver *driver, const char *tenant,
                                                              const char *interface, const char *address,
                                                              ip_driver_error *error);

IP_DRIVER_END_DECLS

#endif
