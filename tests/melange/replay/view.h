/*
 * Two ways to the same JSON: from a result of the ABI, and from the recorded answer that it must have come from. The
 * keys are the ABI's names of the fields; the values are in the ABI's forms.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_MELANGE_REPLAY_VIEW_H
#define TESTS_MELANGE_REPLAY_VIEW_H

#include <ip_driver/ip_driver.h>
#include <jansson.h>

/* New references. */
json_t *view_block (const ip_driver_block *block);
json_t *view_address (const ip_driver_address *address);
json_t *view_allocation (const ip_driver_allocation *allocation);
json_t *view_interface (const ip_driver_interface *interface);
json_t *view_mac_range (const ip_driver_mac_range *range);
json_t *view_route (const ip_driver_route *route);
json_t *view_policy (const ip_driver_policy *policy);
json_t *view_policy_range (const ip_driver_policy_range *range);
json_t *view_policy_octet (const ip_driver_policy_octet *octet);

typedef json_t *(*view_recorded) (json_t *recorded);
json_t *recorded_block (json_t *recorded);
json_t *recorded_address (json_t *recorded);
json_t *recorded_allocation (json_t *recorded);
json_t *recorded_interface (json_t *recorded);
json_t *recorded_mac_range (json_t *recorded);
json_t *recorded_route (json_t *recorded);
json_t *recorded_policy (json_t *recorded);
json_t *recorded_policy_range (json_t *recorded);
json_t *recorded_policy_octet (json_t *recorded);
/* Each of a list. */
json_t *recorded_list (json_t *recorded, view_recorded view);

#endif
