/*
 * The octets of policies: see ip_driver/policy.h for what the functions do, and driver.h here for their shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"

ip_driver_status
ip_driver_policy_octet_create (ip_driver *driver, const ip_driver_policy_octet_create_args *args,
                               ip_driver_policy_octet **ret_octet, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_policy_octet_create_args *checked =
		call_begin (&call, driver, OPERATION_policy_octet_create, args, ret_octet, error);

	if (checked != NULL)
		call.status =
			driver->groups->policy_octet.create (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_octet);
}

ip_driver_status
ip_driver_policy_octet_get (ip_driver *driver, const char *tenant, const char *policy, const char *id,
                            ip_driver_policy_octet **ret_octet, ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, policy, id};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_policy_octet_get, &args, ret_octet, error);

	if (checked != NULL)
		call.status = driver->groups->policy_octet.get (driver->instance, checked->tenant, checked->first,
		                                                checked->second, &call.results, &call.error);
	return call_end (&call, ret_octet);
}

ip_driver_status
ip_driver_policy_octet_list (ip_driver *driver, const ip_driver_policy_part_list_args *args,
                             ip_driver_policy_octets **ret_octets, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_policy_part_list_args *checked =
		call_begin (&call, driver, OPERATION_policy_octet_list, args, ret_octets, error);

	if (checked != NULL)
		call.status = driver->groups->policy_octet.list (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_octets);
}

ip_driver_status
ip_driver_policy_octet_update (ip_driver *driver, const ip_driver_policy_octet_update_args *args,
                               ip_driver_policy_octet **ret_octet, ip_driver_error *error)
{
	driver_call call;
	const ip_driver_policy_octet_update_args *checked =
		call_begin (&call, driver, OPERATION_policy_octet_update, args, ret_octet, error);

	if (checked != NULL)
		call.status =
			driver->groups->policy_octet.update (driver->instance, checked, &call.results, &call.error);
	return call_end (&call, ret_octet);
}

ip_driver_status
ip_driver_policy_octet_delete (ip_driver *driver, const char *tenant, const char *policy, const char *id,
                               ip_driver_error *error)
{
	const args_key args = {sizeof args, tenant, policy, id};
	driver_call call;
	const args_key *checked = call_begin (&call, driver, OPERATION_policy_octet_delete_, &args, NULL, error);

	if (checked != NULL)
		call.status = driver->groups->policy_octet.delete_ (driver->instance, checked->tenant, checked->first,
		                                                    checked->second, &call.error);
	return call_end (&call, NULL);
}
