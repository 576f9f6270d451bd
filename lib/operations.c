/*
 * See operations.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "operations.h"

#define OPERATION_ROW(group, member, name, args, result, returns)                                                      \
	[OPERATION_##group##_##                                                                                        \
		member] = {name, args, result, returns,                                                                \
	                   offsetof (operation_groups, group) + offsetof (ip_driver_##group##_ops, member)},

const driver_operation operations[OPERATION_COUNT] = {OPERATIONS (OPERATION_ROW)};

const operation_feature operation_features[OPERATION_FEATURE_COUNT] = {
	{IP_DRIVER_FEATURE_REQUEST_KEY, "request_key", "a request_key"},
	{IP_DRIVER_FEATURE_HOLD, "hold", "a hold"},
	{IP_DRIVER_FEATURE_MANY, "many", "a count above 1"},
	{IP_DRIVER_FEATURE_ALL_TENANTS, "all_tenants", "a call without tenant"},
	{IP_DRIVER_FEATURE_CHOSEN_IDS, "chosen_ids", "a chosen id"},
};
