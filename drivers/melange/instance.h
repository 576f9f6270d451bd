/*
 * All interfaces of a device: "instance" in the historical API.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_INSTANCE_H
#define MELANGE_INSTANCE_H

#include "interface.h"

ip_driver_status melange_interface_list (ip_driver_instance *instance, const ip_driver_interface_list_args *args,
                                         ip_driver_results *results, ip_driver_error *error);
ip_driver_status melange_interface_replace_all (ip_driver_instance *instance,
                                                const ip_driver_interface_replace_all_args *args,
                                                ip_driver_results *results, ip_driver_error *error);
ip_driver_status melange_interface_delete_all (ip_driver_instance *instance, const char *tenant, const char *device,
                                               ip_driver_error *error);

#endif
