/*
 * Subnets: see ip_driver/subnet.h for what the functions do, and driver.h here for their shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"

ip_driver_status
ip_driver_subnet_create (ip_driver *driver, const ip_driver_subnet_create_args *args, ip_driver_block **ret_block,
                         ip_driver_error *error)
{
	driver_call call;
	const ip_driver_subnet_create_args *checked =
		call_begin (&call, driver, OPERATION_subnet_create, args, ret_block, error);

	if (checked != NULL)
		call.status = driver->groups->subnet.create (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_block);
}

ip_driver_status
ip_driver_subnet_list (ip_driver *driver, const ip_driver_subnet_list_args *args, ip_driver_blocks **ret_blocks,
                       ip_driver_error *error)
{
	driver_call call;
	const ip_driver_subnet_list_args *checked =
		call_begin (&call, driver, OPERATION_subnet_list, args, ret_blocks, error);

	if (checked != NULL)
		call.status = driver->groups->subnet.list (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_blocks);
}
