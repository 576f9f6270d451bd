/*
 * The store: see ip_driver/store.h for what the functions do, and driver.h here for their shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"

ip_driver_status
ip_driver_store_check (ip_driver *driver, ip_driver_check_report **ret_report, ip_driver_error *error)
{
	driver_call call;

	if (call_begin (&call, driver, OPERATION_store_check, NULL, ret_report, error) != NULL)
		call.status = driver->groups->store.check (driver->instance, &call.results, &call.error);
	return call_end (&call, ret_report);
}
