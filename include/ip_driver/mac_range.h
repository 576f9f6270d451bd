/*
 * ip_driver/mac_range.h: the prefixes from which interfaces get MAC addresses. They belong to no
 * tenant.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_MAC_RANGE_H
#define IP_DRIVER_MAC_RANGE_H

#include <ip_driver/driver.h>

IP_DRIVER_BEGIN_DECLS

/* A MAC range. Since 1.0. */
typedef struct ip_driver_mac_range {
	size_t size;
	const char *id;
	/* aa:bb:cc:00:00:00/24. */
	const char *cidr;
	int64_t created_at;
	int64_t updated_at;
} ip_driver_mac_range;

IP_DRIVER_API void ip_driver_mac_range_free (ip_driver_mac_range *range);

typedef struct ip_driver_mac_ranges {
	size_t size;
	size_t count;
	ip_driver_mac_range **items;
	const char *next_marker;
} ip_driver_mac_ranges;

IP_DRIVER_API void ip_driver_mac_ranges_free (ip_driver_mac_ranges *ranges);

/* Since 1.0. */
typedef struct ip_driver_mac_range_create_args {
	size_t size;
	/* Required: a MAC address and a prefix length of 8 to 48; host bits are cleared. */
	const char *cidr;
	/* Optional: the id of the new range. Needs "chosen_ids". */
	const char *id;
} ip_driver_mac_range_create_args;
#define IP_DRIVER_MAC_RANGE_CREATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_mac_range_create_args)

/* Creates a range. From then on, an interface without a given MAC gets one: upwards through never-used
 * ones, then those given back, the longest-rested first. IP_DRIVER_NOT_ALLOWED: it overlaps another
 * range. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_mac_range_create (ip_driver *driver,
                                                           const ip_driver_mac_range_create_args *args,
                                                           ip_driver_mac_range **ret_range, ip_driver_error *error);

/* Gets a range. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_mac_range_get (ip_driver *driver, const char *id,
                                                        ip_driver_mac_range **ret_range, ip_driver_error *error);

/* Since 1.0. */
typedef struct ip_driver_mac_range_list_args {
	size_t size;
	const char *marker;
	uint32_t limit;
	uint32_t reserved;
} ip_driver_mac_range_list_args;
#define IP_DRIVER_MAC_RANGE_LIST_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_mac_range_list_args)

/* Lists the ranges, oldest first. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_mac_range_list (ip_driver *driver, const ip_driver_mac_range_list_args *args,
                                                         ip_driver_mac_ranges **ret_ranges, ip_driver_error *error);

/* Deletes a range. Interfaces keep their MACs. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_mac_range_delete (ip_driver *driver, const char *id, ip_driver_error *error);

IP_DRIVER_END_DECLS

#endif
