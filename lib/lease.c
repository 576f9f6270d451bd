/*
 * Leases: see ip_driver/lease.h for what the functions do, and driver.h here for their shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"

ip_driver_status
ip_driver_lease_grant (ip_driver *driver, const ip_driver_lease_grant_args *args, ip_driver_lease **ret_lease,
                       ip_driver_error *error)
{
	driver_call call;
	const ip_driver_lease_grant_args *checked =
		call_begin (&call, driver, OPERATION_lease_grant, args, ret_lease, error);

	if (checked != NULL)
		call.status = driver->groups->lease.grant (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_lease);
}

ip_driver_status
ip_driver_lease_release (ip_driver *driver, const char *tenant, const char *block, const char *address,
                         ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, block, address};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_lease_release, &args, NULL, error);

	if (checked != NULL)
		call.status = driver->groups->lease.release (driver->instance, checked->tenant, checked->first,
		                                             checked->second, &call.error);
	return call_end (&call, NULL);
}

ip_driver_status
ip_driver_lease_get (ip_driver *driver, const char *tenant, const char *block, const char *address,
                     ip_driver_lease **ret_lease, ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, block, address};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_lease_get, &args, ret_lease, error);

	if (checked != NULL)
		call.status = driver->groups->lease.get (driver->instance, checked->tenant, checked->first,
		                                         checked->second, &call.results, &call.error);
	return call_end (&call, ret_lease);
}

ip_driver_status
ip_driver_lease_list (ip_driver *driver, const ip_driver_lease_list_args *args, ip_driver_leases **ret_leases,
                      ip_driver_error *error)
{
	driver_call call;
	const ip_driver_lease_list_args *checked =
		call_begin (&call, driver, OPERATION_lease_list, args, ret_leases, error);

	if (checked != NULL)
		call.status = driver->groups->lease.list (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_leases);
}

ip_driver_status
ip_driver_lease_expire (ip_driver *driver, const ip_driver_lease_expire_args *args, ip_driver_leases **ret_leases,
                        ip_driver_error *error)
{
	driver_call call;
	const ip_driver_lease_expire_args *checked =
		call_begin (&call, driver, OPERATION_lease_expire, args, ret_leases, error);

	if (checked != NULL)
		call.status = driver->groups->lease.expire (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_leases);
}
