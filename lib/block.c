/*
 * Blocks: see ip_driver/block.h for what the functions do, and driver.h here for their shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"

ip_driver_status
ip_driver_block_create (ip_driver *driver, const ip_driver_block_create_args *args, ip_driver_block **ret_block,
                        ip_driver_error *error)
{
	driver_call call;
	const ip_driver_block_create_args *checked =
		call_begin (&call, driver, OPERATION_block_create, args, ret_block, error);

	if (checked != NULL)
		call.status = driver->groups->block.create (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_block);
}

ip_driver_status
ip_driver_block_get (ip_driver *driver, const char *tenant, const char *id, ip_driver_block **ret_block,
                     ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, id};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_block_get, &args, ret_block, error);

	if (checked != NULL)
		call.status = driver->groups->block.get (driver->instance, checked->tenant, checked->first,
		                                         &call.results, &call.error);
	return call_end (&call, ret_block);
}

ip_driver_status
ip_driver_block_list (ip_driver *driver, const ip_driver_block_list_args *args, ip_driver_blocks **ret_blocks,
                      ip_driver_error *error)
{
	driver_call call;
	const ip_driver_block_list_args *checked =
		call_begin (&call, driver, OPERATION_block_list, args, ret_blocks, error);

	if (checked != NULL)
		call.status = driver->groups->block.list (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_blocks);
}

ip_driver_status
ip_driver_block_update (ip_driver *driver, const ip_driver_block_update_args *args, ip_driver_block **ret_block,
                        ip_driver_error *error)
{
	driver_call call;
	const ip_driver_block_update_args *checked =
		call_begin (&call, driver, OPERATION_block_update, args, ret_block, error);

	if (checked != NULL)
		call.status = driver->groups->block.update (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_block);
}

ip_driver_status
ip_driver_block_delete (ip_driver *driver, const char *tenant, const char *id, ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, id};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_block_delete_, &args, NULL, error);

	if (checked != NULL)
		call.status =
			driver->groups->block.delete_ (driver->instance, checked->tenant, checked->first, &call.error);
	return call_end (&call, NULL);
}

ip_driver_status
ip_driver_block_usage (ip_driver *driver, const char *tenant, const char *id, ip_driver_usage **ret_usage,
                       ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, id};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_block_usage, &args, ret_usage, error);

	if (checked != NULL)
		call.status = driver->groups->block.usage (driver->instance, checked->tenant, checked->first,
		                                           &call.results, &call.error);
	return call_end (&call, ret_usage);
}
