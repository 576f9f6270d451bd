/*
 * The historical representations of the ABI's results, and g_autoptr() for these.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONTROLLERS_REPRESENT_H
#define CONTROLLERS_REPRESENT_H

#include <glib.h>
#include <ip_driver/ip_driver.h>
#include <jansson.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_block, ip_driver_block_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_blocks, ip_driver_blocks_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_usage, ip_driver_usage_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_address, ip_driver_address_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_addresses, ip_driver_addresses_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_allocations, ip_driver_allocations_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_interface, ip_driver_interface_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_interfaces, ip_driver_interfaces_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_mac_range, ip_driver_mac_range_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_mac_ranges, ip_driver_mac_ranges_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_route, ip_driver_route_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_routes, ip_driver_routes_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policy, ip_driver_policy_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policies, ip_driver_policies_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policy_range, ip_driver_policy_range_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policy_ranges, ip_driver_policy_ranges_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policy_octet, ip_driver_policy_octet_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policy_octets, ip_driver_policy_octets_free)

json_t *represent_block (const ip_driver_block *block);
json_t *represent_address (const ip_driver_address *address);
/* An address with its configuration. */
json_t *represent_allocation (const ip_driver_allocation *allocation);
json_t *represent_allocations (ip_driver_allocation *const *allocations, gsize count);
json_t *represent_interface (const ip_driver_interface *interface);
json_t *represent_mac_range (const ip_driver_mac_range *range);
json_t *represent_route (const ip_driver_route *route);
json_t *represent_policy (const ip_driver_policy *policy);
json_t *represent_policy_range (const ip_driver_policy_range *range);
json_t *represent_policy_octet (const ip_driver_policy_octet *octet);

#endif
