/*
 * Addresses: see ip_driver/address.h for what the functions do, and driver.h here for their shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"

ip_driver_status
ip_driver_address_allocate (ip_driver *driver, const ip_driver_address_allocate_args *args,
                            ip_driver_addresses **ret_addresses, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_address_allocate_args *checked =
		call_begin (&call, driver, OPERATION_address_allocate, args, ret_addresses, error);

	if (checked != NULL) {
		call.results.most = checked->count;
		/* Of a repeated request some may have been released since. */
		call.least = checked->request_key != NULL ? 1 : checked->count;
		call.status = driver->groups->address.allocate (driver->instance, checked, &call.results, &call.error);
	}
	return call_end (&call, ret_addresses);
}

ip_driver_status
ip_driver_address_confirm (ip_driver *driver, const ip_driver_address_refs_args *args, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_address_refs_args *checked =
		call_begin (&call, driver, OPERATION_address_confirm, args, NULL, error);

	if (checked != NULL)
		call.status = driver->groups->address.confirm (driver->instance, checked, &call.error);
	return call_end (&call, NULL);
}

ip_driver_status
ip_driver_address_cancel (ip_driver *driver, const ip_driver_address_refs_args *args, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_address_refs_args *checked =
		call_begin (&call, driver, OPERATION_address_cancel, args, NULL, error);

	if (checked != NULL)
		call.status = driver->groups->address.cancel (driver->instance, checked, &call.error);
	return call_end (&call, NULL);
}

ip_driver_status
ip_driver_address_get (ip_driver *driver, const char *tenant, const char *block, const char *address,
                       ip_driver_address **ret_address, ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, block, address};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_address_get, &args, ret_address, error);

	if (checked != NULL)
		call.status = driver->groups->address.get (driver->instance, checked->tenant, checked->first,
		                                           checked->second, &call.results, &call.error);
	return call_end (&call, ret_address);
}

ip_driver_status
ip_driver_address_list (ip_driver *driver, const ip_driver_address_list_args *args, ip_driver_addresses **ret_addresses,
                        ip_driver_error *error)
{
	driver_call call;
	const ip_driver_address_list_args *checked =
		call_begin (&call, driver, OPERATION_address_list, args, ret_addresses, error);

	if (checked != NULL)
		call.status = driver->groups->address.list (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_addresses);
}

ip_driver_status
ip_driver_address_find (ip_driver *driver, const ip_driver_address_find_args *args,
                        ip_driver_address_matches **ret_matches, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_address_find_args *checked =
		call_begin (&call, driver, OPERATION_address_find, args, ret_matches, error);

	if (checked != NULL)
		call.status = driver->groups->address.find (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_matches);
}

ip_driver_status
ip_driver_address_deallocate (ip_driver *driver, const ip_driver_address_deallocate_args *args, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_address_deallocate_args *checked =
		call_begin (&call, driver, OPERATION_address_deallocate, args, NULL, error);

	if (checked != NULL)
		call.status = driver->groups->address.deallocate (driver->instance, checked, &call.error);
	return call_end (&call, NULL);
}

ip_driver_status
ip_driver_address_restore (ip_driver *driver, const char *tenant, const char *block, const char *address,
                           ip_driver_address **ret_address, ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, block, address};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_address_restore, &args, ret_address, error);

	if (checked != NULL)
		call.status = driver->groups->address.restore (driver->instance, checked->tenant, checked->first,
		                                               checked->second, &call.results, &call.error);
	return call_end (&call, ret_address);
}

ip_driver_status
ip_driver_address_purge (ip_driver *driver, const ip_driver_address_purge_args *args, uint64_t *ret_purged,
                         ip_driver_error *error)
{
	driver_call call;
	const ip_driver_address_purge_args *checked =
		call_begin (&call, driver, OPERATION_address_purge, args, ret_purged, error);
	uint64_t purged = 0;

	if (checked != NULL)
		call.status = driver->groups->address.purge (driver->instance, checked, &purged, &call.error);
	if (call_end (&call, NULL) == IP_DRIVER_OK)
		*ret_purged = purged;
	return call.status;
}

ip_driver_status
ip_driver_address_snapshot (ip_driver *driver, ip_driver_address_snapshot_result **ret_result, ip_driver_error *error)
{
	driver_call call;

	if (call_begin (&call, driver, OPERATION_address_snapshot, NULL, ret_result, error) != NULL)
		call.status = driver->groups->address.snapshot (driver->instance, &call.results, &call.error);
	return call_end (&call, ret_result);
}

ip_driver_status
ip_driver_address_reconcile (ip_driver *driver, const ip_driver_address_reconcile_args *args,
                             ip_driver_addresses **ret_addresses, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_address_reconcile_args *checked =
		call_begin (&call, driver, OPERATION_address_reconcile, args, ret_addresses, error);

	if (checked != NULL)
		call.status = driver->groups->address.reconcile (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_addresses);
}
