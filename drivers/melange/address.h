/*
 * Addresses, as other objects need them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_ADDRESS_H
#define MELANGE_ADDRESS_H

#include "request.h"

char *melange_address_path (const char *tenant, const char *block, const char *address, ip_driver_error *error);

/* Gets an address's record, a new reference. OK and *ret_record NULL: there is one, but its interface is gone: it
 * rests, and the historical service cannot show it. */
ip_driver_status melange_address_load (melange_instance *self, const char *tenant, const char *block,
                                       const char *address, json_t **ret_record, ip_driver_error *error);

/* Fails because of such an address. */
ip_driver_status melange_address_fail_unseen (const char *address, ip_driver_error *error);

/* Checks that an allocation still has the id that a ref names; without an id: nothing. */
ip_driver_status melange_address_check (melange_instance *self, const char *tenant, const ip_driver_address_ref *ref,
                                        ip_driver_error *error);

/* address_list.c */
ip_driver_status melange_address_list (ip_driver_instance *instance, const ip_driver_address_list_args *args,
                                       ip_driver_results *results, ip_driver_error *error);
ip_driver_status melange_address_find (ip_driver_instance *instance, const ip_driver_address_find_args *args,
                                       ip_driver_results *results, ip_driver_error *error);

#endif
