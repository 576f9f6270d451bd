/*
 * Interfaces: see ip_driver/interface.h for what the functions do, and driver.h here for their shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"

ip_driver_status
ip_driver_interface_create (ip_driver *driver, const ip_driver_interface_create_args *args,
                            ip_driver_interface **ret_interface, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_interface_create_args *checked =
		call_begin (&call, driver, OPERATION_interface_create, args, ret_interface, error);

	if (checked != NULL)
		call.status = driver->groups->interface.create (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_interface);
}

ip_driver_status
ip_driver_interface_get (ip_driver *driver, const char *tenant, const char *id, ip_driver_interface **ret_interface,
                         ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, id};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_interface_get, &args, ret_interface, error);

	if (checked != NULL)
		call.status = driver->groups->interface.get (driver->instance, checked->tenant, checked->first,
		                                             &call.results, &call.error);
	return call_end (&call, ret_interface);
}

ip_driver_status
ip_driver_interface_delete (ip_driver *driver, const char *tenant, const char *id, ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, id};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_interface_delete_, &args, NULL, error);

	if (checked != NULL)
		call.status = driver->groups->interface.delete_ (driver->instance, checked->tenant, checked->first,
		                                                 &call.error);
	return call_end (&call, NULL);
}

ip_driver_status
ip_driver_interface_list (ip_driver *driver, const ip_driver_interface_list_args *args,
                          ip_driver_interfaces **ret_interfaces, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_interface_list_args *checked =
		call_begin (&call, driver, OPERATION_interface_list, args, ret_interfaces, error);

	if (checked != NULL)
		call.status = driver->groups->interface.list (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_interfaces);
}

ip_driver_status
ip_driver_interface_replace_all (ip_driver *driver, const ip_driver_interface_replace_all_args *args,
                                 ip_driver_interfaces **ret_interfaces, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_interface_replace_all_args *checked =
		call_begin (&call, driver, OPERATION_interface_replace_all, args, ret_interfaces, error);

	if (checked != NULL) {
		call.least = call.results.most = checked->interface_count;
		call.status =
			driver->groups->interface.replace_all (driver->instance, checked, &call.results, &call.error);
	}
	return call_end (&call, ret_interfaces);
}

ip_driver_status
ip_driver_interface_delete_all (ip_driver *driver, const char *tenant, const char *device, ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, device};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_interface_delete_all, &args, NULL, error);

	if (checked != NULL)
		call.status = driver->groups->interface.delete_all (driver->instance, checked->tenant, checked->first,
		                                                    &call.error);
	return call_end (&call, NULL);
}
