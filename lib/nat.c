/*
 * NAT pairs: see ip_driver/nat.h for what the functions do, and driver.h here for their shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"

ip_driver_status
ip_driver_nat_add (ip_driver *driver, const ip_driver_nat_args *args, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_nat_args *checked = call_begin (&call, driver, OPERATION_nat_add, args, NULL, error);

	if (checked != NULL)
		call.status = driver->groups->nat.add (driver->instance, checked, &call.error);
	return call_end (&call, NULL);
}

ip_driver_status
ip_driver_nat_remove (ip_driver *driver, const ip_driver_nat_args *args, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_nat_args *checked = call_begin (&call, driver, OPERATION_nat_remove, args, NULL, error);

	if (checked != NULL)
		call.status = driver->groups->nat.remove (driver->instance, checked, &call.error);
	return call_end (&call, NULL);
}

ip_driver_status
ip_driver_nat_list_globals (ip_driver *driver, const ip_driver_nat_list_args *args, ip_driver_addresses **ret_addresses,
                            ip_driver_error *error)
{
	driver_call call;
	const ip_driver_nat_list_args *checked =
		call_begin (&call, driver, OPERATION_nat_list_globals, args, ret_addresses, error);

	if (checked != NULL)
		call.status = driver->groups->nat.list_globals (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_addresses);
}

ip_driver_status
ip_driver_nat_list_locals (ip_driver *driver, const ip_driver_nat_list_args *args, ip_driver_addresses **ret_addresses,
                           ip_driver_error *error)
{
	driver_call call;
	const ip_driver_nat_list_args *checked =
		call_begin (&call, driver, OPERATION_nat_list_locals, args, ret_addresses, error);

	if (checked != NULL)
		call.status = driver->groups->nat.list_locals (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_addresses);
}
