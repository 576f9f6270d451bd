/*
 * The health of the service's store: with the extension only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "melange.h"

static ip_driver_status
melange_store_check (ip_driver_instance *instance, ip_driver_results *results, ip_driver_error *error)
{
	return melange_extension_call (instance, WIRE_store_check, NULL, results, error);
}

const ip_driver_store_ops melange_store_ops = {
	.size = sizeof (ip_driver_store_ops),
	.check = melange_store_check,
};
