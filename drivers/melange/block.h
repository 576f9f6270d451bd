/*
 * Blocks and their addresses, as other objects need them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_BLOCK_H
#define MELANGE_BLOCK_H

#include "paging.h"

/* Gets a block's record: a new reference. */
ip_driver_status melange_block_load (melange_instance *self, const char *tenant, const char *id, json_t **ret_block,
                                     ip_driver_error *error);

/* All subnets of a block: a new array. */
ip_driver_status melange_block_subnets (melange_instance *self, const char *tenant, const char *id,
                                        json_t **ret_subnets, ip_driver_error *error);

/*
 * All addresses of a block as far as the service shows them: a new array. *ret_partial: it has addresses
 * that rest, for which the service cannot list the block, so these are the allocated ones, taken from the
 * lists of allocated addresses; `IP_DRIVER_LOG_WARNING` says if those of other tenants are missing.
 */
ip_driver_status melange_block_addresses (melange_instance *self, const char *tenant, const char *id,
                                          json_t **ret_addresses, gboolean *ret_partial, ip_driver_error *error);

/* usage.c */
ip_driver_status melange_block_usage (ip_driver_instance *instance, const char *tenant, const char *id,
                                      ip_driver_results *results, ip_driver_error *error);

#endif
