/*
 * Routes: see ip_driver/route.h for what the functions do, and driver.h here for their shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"

ip_driver_status
ip_driver_route_create (ip_driver *driver, const ip_driver_route_create_args *args, ip_driver_route **ret_route,
                        ip_driver_error *error)
{
	driver_call call;
	const ip_driver_route_create_args *checked =
		call_begin (&call, driver, OPERATION_route_create, args, ret_route, error);

	if (checked != NULL)
		call.status = driver->groups->route.create (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_route);
}

ip_driver_status
ip_driver_route_get (ip_driver *driver, const char *tenant, const char *block, const char *id,
                     ip_driver_route **ret_route, ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, block, id};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_route_get, &args, ret_route, error);

	if (checked != NULL)
		call.status = driver->groups->route.get (driver->instance, checked->tenant, checked->first,
		                                         checked->second, &call.results, &call.error);
	return call_end (&call, ret_route);
}

ip_driver_status
ip_driver_route_list (ip_driver *driver, const ip_driver_route_list_args *args, ip_driver_routes **ret_routes,
                      ip_driver_error *error)
{
	driver_call call;
	const ip_driver_route_list_args *checked =
		call_begin (&call, driver, OPERATION_route_list, args, ret_routes, error);

	if (checked != NULL)
		call.status = driver->groups->route.list (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_routes);
}

ip_driver_status
ip_driver_route_update (ip_driver *driver, const ip_driver_route_update_args *args, ip_driver_route **ret_route,
                        ip_driver_error *error)
{
	driver_call call;
	const ip_driver_route_update_args *checked =
		call_begin (&call, driver, OPERATION_route_update, args, ret_route, error);

	if (checked != NULL)
		call.status = driver->groups->route.update (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_route);
}

ip_driver_status
ip_driver_route_delete (ip_driver *driver, const char *tenant, const char *block, const char *id,
                        ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, block, id};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_route_delete_, &args, NULL, error);

	if (checked != NULL)
		call.status = driver->groups->route.delete_ (driver->instance, checked->tenant, checked->first,
		                                             checked->second, &call.error);
	return call_end (&call, NULL);
}
