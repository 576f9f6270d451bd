/*
 * paging.c: the page loop of paging.h, once for each list type.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "paging.h"

#define CLI_DEFINE_EACH(name, Args, List, Item, call)                                                                  \
	ip_driver_status each_##name (ip_driver *driver, Args *args, guint64 limit, gboolean *ret_more,                \
	                              name##_sink sink, void *data, ip_driver_error *error)                            \
	{                                                                                                              \
		g_autofree char *marker = NULL;                                                                        \
		ip_driver_status status = IP_DRIVER_OK;                                                                \
		gboolean more = TRUE;                                                                                  \
                                                                                                                       \
		while (more && limit > 0) {                                                                            \
			g_autoptr (List) page = NULL;                                                                  \
                                                                                                                       \
			args->marker = marker;                                                                         \
			args->limit = (uint32_t)MIN (limit, IP_DRIVER_PAGE_MAX);                                       \
			status = call (driver, args, &page, error);                                                    \
			args->marker = NULL;                                                                           \
			if (status != IP_DRIVER_OK)                                                                    \
				return status;                                                                         \
			for (size_t i = 0; i < page->count; i++) {                                                     \
				const Item *item = page->items[i];                                                     \
                                                                                                                       \
				status = sink (item, data, error);                                                     \
				if (status != IP_DRIVER_OK)                                                            \
					return status;                                                                 \
			}                                                                                              \
			limit -= MIN (limit, page->count);                                                             \
			g_free (marker);                                                                               \
			marker = g_strdup (page->next_marker);                                                         \
			more = marker != NULL;                                                                         \
		}                                                                                                      \
		if (ret_more != NULL)                                                                                  \
			*ret_more = more;                                                                              \
		return IP_DRIVER_OK;                                                                                   \
	}

CLI_DEFINE_EACH (block, ip_driver_block_list_args, ip_driver_blocks, ip_driver_block, ip_driver_block_list)
CLI_DEFINE_EACH (subnet, ip_driver_subnet_list_args, ip_driver_blocks, ip_driver_block, ip_driver_subnet_list)
CLI_DEFINE_EACH (network_block, ip_driver_network_get_args, ip_driver_blocks, ip_driver_block, ip_driver_network_get)
CLI_DEFINE_EACH (address, ip_driver_address_list_args, ip_driver_addresses, ip_driver_address, ip_driver_address_list)
CLI_DEFINE_EACH (match, ip_driver_address_find_args, ip_driver_address_matches, ip_driver_address_match,
                 ip_driver_address_find)
CLI_DEFINE_EACH (reconciled, ip_driver_address_reconcile_args, ip_driver_addresses, ip_driver_address,
                 ip_driver_address_reconcile)
CLI_DEFINE_EACH (allocation, ip_driver_network_list_args, ip_driver_allocations, ip_driver_allocation,
                 ip_driver_network_list)
CLI_DEFINE_EACH (interface, ip_driver_interface_list_args, ip_driver_interfaces, ip_driver_interface,
                 ip_driver_interface_list)
CLI_DEFINE_EACH (mac_range, ip_driver_mac_range_list_args, ip_driver_mac_ranges, ip_driver_mac_range,
                 ip_driver_mac_range_list)
CLI_DEFINE_EACH (allowed_ip, ip_driver_allowed_ip_list_args, ip_driver_addresses, ip_driver_address,
                 ip_driver_allowed_ip_list)
CLI_DEFINE_EACH (route, ip_driver_route_list_args, ip_driver_routes, ip_driver_route, ip_driver_route_list)
CLI_DEFINE_EACH (policy, ip_driver_policy_list_args, ip_driver_policies, ip_driver_policy, ip_driver_policy_list)
CLI_DEFINE_EACH (policy_range, ip_driver_policy_part_list_args, ip_driver_policy_ranges, ip_driver_policy_range,
                 ip_driver_policy_range_list)
CLI_DEFINE_EACH (policy_octet, ip_driver_policy_part_list_args, ip_driver_policy_octets, ip_driver_policy_octet,
                 ip_driver_policy_octet_list)
CLI_DEFINE_EACH (nat_global, ip_driver_nat_list_args, ip_driver_addresses, ip_driver_address,
                 ip_driver_nat_list_globals)
CLI_DEFINE_EACH (nat_local, ip_driver_nat_list_args, ip_driver_addresses, ip_driver_address, ip_driver_nat_list_locals)
CLI_DEFINE_EACH (lease, ip_driver_lease_list_args, ip_driver_leases, ip_driver_lease, ip_driver_lease_list)
