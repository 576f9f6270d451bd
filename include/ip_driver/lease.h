/*
 * ip_driver/lease.h: the DHCP state of allocated addresses.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_LEASE_H
#define IP_DRIVER_LEASE_H

#include <ip_driver/address.h>

IP_DRIVER_BEGIN_DECLS

/* A lease. NULL where it has no such value. Since 1.0. */
typedef struct ip_driver_lease {
	size_t size;
	/* Id of the block. */
	const char *block;
	const char *address;
	const char *mac;
	const char *client_id;
	const char *hostname;
	/* When it runs out. */
	int64_t leased_until;
	int64_t created_at;
	int64_t updated_at;
} ip_driver_lease;

IP_DRIVER_API void ip_driver_lease_free (ip_driver_lease *lease);

typedef struct ip_driver_leases {
	size_t size;
	size_t count;
	ip_driver_lease **items;
	const char *next_marker;
} ip_driver_leases;

IP_DRIVER_API void ip_driver_leases_free (ip_driver_leases *leases);

/* Since 1.0. */
typedef struct ip_driver_lease_grant_args {
	size_t size;
	/* Optional: the block's tenant. */
	const char *tenant;
	/* Required. */
	const char *block;
	const char *address;
	/* Optional. */
	const char *mac;
	const char *client_id;
	const char *hostname;
	/* Seconds from now; UINT32_MAX is an infinite lease (RFC 2131, 3.3). */
	uint32_t duration;
	uint32_t reserved;
} ip_driver_lease_grant_args;
#define IP_DRIVER_LEASE_GRANT_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_lease_grant_args)

/* Leases an allocated address, or renews its lease; mac, client_id and hostname are replaced.
 * IP_DRIVER_NOT_FOUND: not allocated. IP_DRIVER_LOCKED: it rests. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_lease_grant (ip_driver *driver, const ip_driver_lease_grant_args *args,
                                                      ip_driver_lease **ret_lease, ip_driver_error *error);

/* Ends the lease of an address, which stays allocated; of a resting one, the rest that the lease
 * had prolonged ends as if there had been none. IP_DRIVER_NOT_FOUND: it has no lease. tenant:
 * optional, the block's. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_lease_release (ip_driver *driver, const char *tenant, const char *block,
                                                        const char *address, ip_driver_error *error);

/* Gets the lease of an address. tenant: optional, the block's. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_lease_get (ip_driver *driver, const char *tenant, const char *block,
                                                    const char *address, ip_driver_lease **ret_lease,
                                                    ip_driver_error *error);

/* What to list; a filter that is not given lets everything through. Since 1.0. */
typedef struct ip_driver_lease_list_args {
	size_t size;
	/* The block's tenant. */
	const char *tenant;
	const char *block;
	/* Not 0: only leases that have run out at that time (leased_until <= expired_at). */
	int64_t expired_at;
	const char *marker;
	uint32_t limit;
	uint32_t reserved;
} ip_driver_lease_list_args;
#define IP_DRIVER_LEASE_LIST_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_lease_list_args)

/* Lists leases, the first to run out first. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_lease_list (ip_driver *driver, const ip_driver_lease_list_args *args,
                                                     ip_driver_leases **ret_leases, ip_driver_error *error);

/* Bits of ip_driver_lease_expire_args.flags. Since 1.0. */
/* Also release the addresses, as ip_driver_address_deallocate() does. */
#define IP_DRIVER_LEASE_EXPIRE_DEALLOCATE 0x1u

/* Since 1.0. */
typedef struct ip_driver_lease_expire_args {
	size_t size;
	/* Optional filters: the block's tenant, the block. */
	const char *tenant;
	const char *block;
	/* Leases that have run out at that time end; 0: now. Not in the future. */
	int64_t expired_at;
	/* The most to end in this call, as for a page. */
	uint32_t limit;
	uint32_t flags;
} ip_driver_lease_expire_args;
#define IP_DRIVER_LEASE_EXPIRE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_lease_expire_args)

/* Ends leases that have run out and returns them; next_marker is not NULL if more are left, and the
 * caller then simply calls again. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_lease_expire (ip_driver *driver, const ip_driver_lease_expire_args *args,
                                                       ip_driver_leases **ret_leases, ip_driver_error *error);

IP_DRIVER_END_DECLS

#endif
