/*
 * paging.h: walking through whole lists of the library, page by page. One function per list; all have
 * the same form.
 *
 * each_x (driver, args, limit, &more, sink, data, error): sets args->marker and args->limit, calls `sink`
 * for every item until `limit` items were seen, the list ends, or the sink returns something else than
 * IP_DRIVER_OK, which is then returned. more: whether the limit cut the list off; may be NULL.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "cli.h"

#define CLI_DECLARE_EACH(name, Args, Item)                                                                             \
	typedef ip_driver_status (*name##_sink) (const Item *item, void *data, ip_driver_error *error);                \
	ip_driver_status each_##name (ip_driver *driver, Args *args, guint64 limit, gboolean *ret_more,                \
	                              name##_sink sink, void *data, ip_driver_error *error);

CLI_DECLARE_EACH (block, ip_driver_block_list_args, ip_driver_block)
CLI_DECLARE_EACH (subnet, ip_driver_subnet_list_args, ip_driver_block)
CLI_DECLARE_EACH (network_block, ip_driver_network_get_args, ip_driver_block)
CLI_DECLARE_EACH (address, ip_driver_address_list_args, ip_driver_address)
CLI_DECLARE_EACH (match, ip_driver_address_find_args, ip_driver_address_match)
CLI_DECLARE_EACH (reconciled, ip_driver_address_reconcile_args, ip_driver_address)
CLI_DECLARE_EACH (allocation, ip_driver_network_list_args, ip_driver_allocation)
CLI_DECLARE_EACH (interface, ip_driver_interface_list_args, ip_driver_interface)
CLI_DECLARE_EACH (mac_range, ip_driver_mac_range_list_args, ip_driver_mac_range)
CLI_DECLARE_EACH (allowed_ip, ip_driver_allowed_ip_list_args, ip_driver_address)
CLI_DECLARE_EACH (route, ip_driver_route_list_args, ip_driver_route)
CLI_DECLARE_EACH (policy, ip_driver_policy_list_args, ip_driver_policy)
CLI_DECLARE_EACH (policy_range, ip_driver_policy_part_list_args, ip_driver_policy_range)
CLI_DECLARE_EACH (policy_octet, ip_driver_policy_part_list_args, ip_driver_policy_octet)
CLI_DECLARE_EACH (nat_global, ip_driver_nat_list_args, ip_driver_address)
CLI_DECLARE_EACH (nat_local, ip_driver_nat_list_args, ip_driver_address)
CLI_DECLARE_EACH (lease, ip_driver_lease_list_args, ip_driver_lease)
