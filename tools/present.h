/*
 * present.h: the library's structs as JSON objects, with the field names of the ABI, and the columns under
 * which each kind is listed. Times become ISO 8601 text, types and states words, what is not there null.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "output.h"

/* text, or null. */
json_t *present_text (const char *text);
/* 2026-08-22T15:17:05Z, or null for 0. */
json_t *present_time (gint64 seconds);
const char *present_block_type (ip_driver_block_type type);
const char *present_address_state (ip_driver_address_state state);

json_t *present_block (const ip_driver_block *block);
json_t *present_usage (const ip_driver_block *block, const ip_driver_usage *usage);
json_t *present_address (const ip_driver_address *address);
json_t *present_match (const ip_driver_address_match *match);
json_t *present_allocation (const ip_driver_allocation *allocation);
json_t *present_interface (const ip_driver_interface *interface);
json_t *present_mac_range (const ip_driver_mac_range *range);
json_t *present_route (const ip_driver_route *route);
json_t *present_policy (const ip_driver_policy *policy);
json_t *present_policy_range (const ip_driver_policy_range *range);
json_t *present_policy_octet (const ip_driver_policy_octet *octet);
json_t *present_lease (const ip_driver_lease *lease);
json_t *present_info (const ip_driver_info *info);

extern const out_column block_columns[], address_columns[], match_columns[], allocation_columns[], interface_columns[],
	mac_range_columns[], route_columns[], policy_columns[], policy_range_columns[], policy_octet_columns[],
	lease_columns[];

/* Sinks for paging.h that put each item into the out_list given as `data`. */
ip_driver_status list_block (const ip_driver_block *item, void *data, ip_driver_error *error);
ip_driver_status list_address (const ip_driver_address *item, void *data, ip_driver_error *error);
ip_driver_status list_match (const ip_driver_address_match *item, void *data, ip_driver_error *error);
ip_driver_status list_allocation (const ip_driver_allocation *item, void *data, ip_driver_error *error);
ip_driver_status list_interface (const ip_driver_interface *item, void *data, ip_driver_error *error);
ip_driver_status list_mac_range (const ip_driver_mac_range *item, void *data, ip_driver_error *error);
ip_driver_status list_route (const ip_driver_route *item, void *data, ip_driver_error *error);
ip_driver_status list_policy (const ip_driver_policy *item, void *data, ip_driver_error *error);
ip_driver_status list_policy_range (const ip_driver_policy_range *item, void *data, ip_driver_error *error);
ip_driver_status list_policy_octet (const ip_driver_policy_octet *item, void *data, ip_driver_error *error);
ip_driver_status list_lease (const ip_driver_lease *item, void *data, ip_driver_error *error);
