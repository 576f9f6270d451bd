/*
 * health.c: asks the backend for something small.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "health.h"

#include "log.h"
#include "server.h"

static ip_driver_status
ask (ip_driver *driver, ip_driver_error *error)
{
	ip_driver_block_list_args blocks = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	ip_driver_mac_range_list_args ranges = IP_DRIVER_MAC_RANGE_LIST_ARGS_INIT;
	ip_driver_blocks *block_list = NULL;
	ip_driver_mac_ranges *range_list = NULL;
	ip_driver_status status = IP_DRIVER_OK;

	blocks.limit = ranges.limit = 1;
	if (ip_driver_supports (driver, "block.list") && ip_driver_supports (driver, "all_tenants"))
		status = ip_driver_block_list (driver, &blocks, &block_list, error);
	else if (ip_driver_supports (driver, "mac_range.list"))
		status = ip_driver_mac_range_list (driver, &ranges, &range_list, error);
	ip_driver_blocks_free (block_list);
	ip_driver_mac_ranges_free (range_list);
	return status;
}

void
health_answer (exchange *item)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	if (ask (item->generation->driver, &error) == IP_DRIVER_OK) {
		exchange_answer (item, 200, "application/json", "{\"status\":\"ok\"}", -1);
		return;
	}
	log_line (IP_DRIVER_LOG_WARNING, "the backend does not answer: %s", error.message);
	exchange_answer (item, 503, "application/json", "{\"status\":\"unavailable\"}", -1);
}
