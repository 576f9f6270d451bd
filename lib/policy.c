/*
 * Policies: see ip_driver/policy.h for what the functions do, and driver.h here for their shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"

ip_driver_status
ip_driver_policy_create (ip_driver *driver, const ip_driver_policy_create_args *args, ip_driver_policy **ret_policy,
                         ip_driver_error *error)
{
	driver_call call;
	const ip_driver_policy_create_args *checked =
		call_begin (&call, driver, OPERATION_policy_create, args, ret_policy, error);

	if (checked != NULL)
		call.status = driver->groups->policy.create (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_policy);
}

ip_driver_status
ip_driver_policy_get (ip_driver *driver, const char *tenant, const char *id, ip_driver_policy **ret_policy,
                      ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, id};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_policy_get, &args, ret_policy, error);

	if (checked != NULL)
		call.status = driver->groups->policy.get (driver->instance, checked->tenant, checked->first,
		                                          &call.results, &call.error);
	return call_end (&call, ret_policy);
}

ip_driver_status
ip_driver_policy_list (ip_driver *driver, const ip_driver_policy_list_args *args, ip_driver_policies **ret_policies,
                       ip_driver_error *error)
{
	driver_call call;
	const ip_driver_policy_list_args *checked =
		call_begin (&call, driver, OPERATION_policy_list, args, ret_policies, error);

	if (checked != NULL)
		call.status = driver->groups->policy.list (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_policies);
}

ip_driver_status
ip_driver_policy_update (ip_driver *driver, const ip_driver_policy_update_args *args, ip_driver_policy **ret_policy,
                         ip_driver_error *error)
{
	driver_call call;
	const ip_driver_policy_update_args *checked =
		call_begin (&call, driver, OPERATION_policy_update, args, ret_policy, error);

	if (checked != NULL)
		call.status = driver->groups->policy.update (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_policy);
}

ip_driver_status
ip_driver_policy_delete (ip_driver *driver, const char *tenant, const char *id, ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, id};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_policy_delete_, &args, NULL, error);

	if (checked != NULL)
		call.status =
			driver->groups->policy.delete_ (driver->instance, checked->tenant, checked->first, &call.error);
	return call_end (&call, NULL);
}
