/*
 * Networks: see ip_driver/network.h for what the functions do, and driver.h here for their shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"

ip_driver_status
ip_driver_network_get (ip_driver *driver, const ip_driver_network_get_args *args, ip_driver_blocks **ret_blocks,
                       ip_driver_error *error)
{
	driver_call call;
	const ip_driver_network_get_args *checked =
		call_begin (&call, driver, OPERATION_network_get, args, ret_blocks, error);

	if (checked != NULL)
		call.status = driver->groups->network.get (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_blocks);
}

ip_driver_status
ip_driver_network_allocate (ip_driver *driver, const ip_driver_network_allocate_args *args,
                            ip_driver_allocations **ret_allocations, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_network_allocate_args *checked =
		call_begin (&call, driver, OPERATION_network_allocate, args, ret_allocations, error);

	if (checked != NULL) {
		if (checked->address_count > 0)
			call.least = call.results.most = checked->address_count;
		call.status = driver->groups->network.allocate (driver->instance, checked, &call.results, &call.error);
	}
	return call_end (&call, ret_allocations);
}

ip_driver_status
ip_driver_network_list (ip_driver *driver, const ip_driver_network_list_args *args,
                        ip_driver_allocations **ret_allocations, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_network_list_args *checked =
		call_begin (&call, driver, OPERATION_network_list, args, ret_allocations, error);

	if (checked != NULL)
		call.status = driver->groups->network.list (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_allocations);
}

ip_driver_status
ip_driver_network_deallocate (ip_driver *driver, const char *tenant, const char *network, const char *interface,
                              ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, network, interface};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_network_deallocate, &args, NULL, error);

	if (checked != NULL)
		call.status = driver->groups->network.deallocate (driver->instance, checked->tenant, checked->first,
		                                                  checked->second, &call.error);
	return call_end (&call, NULL);
}
