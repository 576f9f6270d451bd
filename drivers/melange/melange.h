/*
 * What the files of the melange driver share: the instance, and the two ways to carry out an operation: by
 * the historical API (the file of the object), or, where the service offers it, by its API extension.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_MELANGE_H
#define MELANGE_MELANGE_H

#include "service.h"
#include "wire/wire.h"

/* What is known of the service's extension; see extension.h. */
typedef struct melange_extension melange_extension;
/* What the historical side remembers; see state.h. */
typedef struct melange_state melange_state;

typedef struct {
	melange_service *service;
	/* The service has the API extension: every operation goes through it. */
	gboolean extended;
	/* NULL unless `extended`. */
	melange_extension *extension;
	/* NULL until it is needed, and where `extended`. */
	melange_state *state;
	/* NULL, or the id of the transaction that this instance is; it shares what is above with the instance on which
	 * it was begun. */
	char *transaction;
	/* Of a transaction: it is not known what became of one of its requests, so it can only be undone. */
	gboolean broken;
} melange_instance;

/* extension.c: carries out an operation through the extension. `args` is the struct of the ABI; or NULL. */
ip_driver_status melange_extension_call (melange_instance *self, wire_operation_id operation, gconstpointer args,
                                         ip_driver_results *results, ip_driver_error *error);
/* The same for an operation whose arguments have no struct. */
ip_driver_status melange_extension_call_key (melange_instance *self, wire_operation_id operation, const char *tenant,
                                             const char *first, const char *second, ip_driver_results *results,
                                             ip_driver_error *error);
/* The same for one that returns a number. */
ip_driver_status melange_extension_call_number (melange_instance *self, wire_operation_id operation, gconstpointer args,
                                                uint64_t *ret_number, ip_driver_error *error);

/* Each in the file of its object. */
extern const ip_driver_block_ops melange_block_ops;
extern const ip_driver_subnet_ops melange_subnet_ops;
extern const ip_driver_address_ops melange_address_ops;
extern const ip_driver_network_ops melange_network_ops;
extern const ip_driver_interface_ops melange_interface_ops;
extern const ip_driver_mac_range_ops melange_mac_range_ops;
extern const ip_driver_allowed_ip_ops melange_allowed_ip_ops;
extern const ip_driver_route_ops melange_route_ops;
extern const ip_driver_policy_ops melange_policy_ops;
extern const ip_driver_policy_range_ops melange_policy_range_ops;
extern const ip_driver_policy_octet_ops melange_policy_octet_ops;
extern const ip_driver_nat_ops melange_nat_ops;
/* The extension only. */
extern const ip_driver_lease_ops melange_lease_ops;
extern const ip_driver_store_ops melange_store_ops;
extern const ip_driver_transaction_ops melange_transaction_ops;

#endif
