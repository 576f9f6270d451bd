/*
 * DHCP leases. The historical service has none: they are there with the extension only, and `supports` says so.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "melange.h"

static ip_driver_status
melange_lease_grant (ip_driver_instance *instance, const ip_driver_lease_grant_args *args, ip_driver_results *results,
                     ip_driver_error *error)
{
	return melange_extension_call (instance, WIRE_lease_grant, args, results, error);
}

static ip_driver_status
melange_lease_release (ip_driver_instance *instance, const char *tenant, const char *block, const char *address,
                       ip_driver_error *error)
{
	return melange_extension_call_key (instance, WIRE_lease_release, tenant, block, address, NULL, error);
}

static ip_driver_status
melange_lease_get (ip_driver_instance *instance, const char *tenant, const char *block, const char *address,
                   ip_driver_results *results, ip_driver_error *error)
{
	return melange_extension_call_key (instance, WIRE_lease_get, tenant, block, address, results, error);
}

static ip_driver_status
melange_lease_list (ip_driver_instance *instance, const ip_driver_lease_list_args *args, ip_driver_results *results,
                    ip_driver_error *error)
{
	return melange_extension_call (instance, WIRE_lease_list, args, results, error);
}

static ip_driver_status
melange_lease_expire (ip_driver_instance *instance, const ip_driver_lease_expire_args *args, ip_driver_results *results,
                      ip_driver_error *error)
{
	return melange_extension_call (instance, WIRE_lease_expire, args, results, error);
}

const ip_driver_lease_ops melange_lease_ops = {
	.size = sizeof (ip_driver_lease_ops),
	.grant = melange_lease_grant,
	.release = melange_lease_release,
	.get = melange_lease_get,
	.list = melange_lease_list,
	.expire = melange_lease_expire,
};
