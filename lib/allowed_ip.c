/*
 * Allowed IPs: see ip_driver/allowed_ip.h for what the functions do, and driver.h here for their shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"

ip_driver_status
ip_driver_allowed_ip_allow (ip_driver *driver, const ip_driver_allowed_ip_allow_args *args,
                            ip_driver_address **ret_address, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_allowed_ip_allow_args *checked =
		call_begin (&call, driver, OPERATION_allowed_ip_allow, args, ret_address, error);

	if (checked != NULL)
		call.status = driver->groups->allowed_ip.allow (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_address);
}

ip_driver_status
ip_driver_allowed_ip_get (ip_driver *driver, const char *tenant, const char *interface, const char *address,
                          ip_driver_address **ret_address, ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, interface, address};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_allowed_ip_get, &args, ret_address, error);

	if (checked != NULL)
		call.status = driver->groups->allowed_ip.get (driver->instance, checked->tenant, checked->first,
		                                              checked->second, &call.results, &call.error);
	return call_end (&call, ret_address);
}

ip_driver_status
ip_driver_allowed_ip_list (ip_driver *driver, const ip_driver_allowed_ip_list_args *args,
                           ip_driver_addresses **ret_addresses, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_allowed_ip_list_args *checked =
		call_begin (&call, driver, OPERATION_allowed_ip_list, args, ret_addresses, error);

	if (checked != NULL)
		call.status = driver->groups->allowed_ip.list (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_addresses);
}

ip_driver_status
ip_driver_allowed_ip_disallow (ip_driver *driver, const char *tenant, const char *interface, const char *address,
                               ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, interface, address};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_allowed_ip_disallow, &args, NULL, error);

	if (checked != NULL)
		call.status = driver->groups->allowed_ip.disallow (driver->instance, checked->tenant, checked->first,
		                                                   checked->second, &call.error);
	return call_end (&call, NULL);
}
