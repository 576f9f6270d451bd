/*
 * MAC ranges: see ip_driver/mac_range.h for what the functions do, and driver.h here for their shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"

ip_driver_status
ip_driver_mac_range_create (ip_driver *driver, const ip_driver_mac_range_create_args *args,
                            ip_driver_mac_range **ret_range, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_mac_range_create_args *checked =
		call_begin (&call, driver, OPERATION_mac_range_create, args, ret_range, error);

	if (checked != NULL)
		call.status = driver->groups->mac_range.create (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_range);
}

ip_driver_status
ip_driver_mac_range_get (ip_driver *driver, const char *id, ip_driver_mac_range **ret_range, ip_driver_error *error)
{
	const args_key args = {sizeof args, NULL, id};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_mac_range_get, &args, ret_range, error);

	if (checked != NULL)
		call.status =
			driver->groups->mac_range.get (driver->instance, checked->first, &call.results, &call.error);
	return call_end (&call, ret_range);
}

ip_driver_status
ip_driver_mac_range_list (ip_driver *driver, const ip_driver_mac_range_list_args *args,
                          ip_driver_mac_ranges **ret_ranges, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_mac_range_list_args *checked =
		call_begin (&call, driver, OPERATION_mac_range_list, args, ret_ranges, error);

	if (checked != NULL)
		call.status = driver->groups->mac_range.list (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_ranges);
}

ip_driver_status
ip_driver_mac_range_delete (ip_driver *driver, const char *id, ip_driver_error *error)
{
	const args_key args = {sizeof args, NULL, id};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_mac_range_delete_, &args, NULL, error);

	if (checked != NULL)
		call.status = driver->groups->mac_range.delete_ (driver->instance, checked->first, &call.error);
	return call_end (&call, NULL);
}
