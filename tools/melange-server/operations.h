/*
 * The operations of the API extension: a body to the ABI's arguments, a call of the public function, its result to
 * a body.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_OPERATIONS_H
#define SERVER_OPERATIONS_H

#include "controller.h"
#include "wire.h"

/* To a tenant who names another one in a request's body. */
#define NAMES_ANOTHER "a tenant may name no other tenant than itself"

/*
 * Carries out an operation. args: an object, or NULL for none. tenant: NULL, or the tenant who calls for himself: the
 * arguments get him as their tenant, and may name no other one.
 */
void operations_run (ip_driver *driver, wire_operation_id operation, json_t *args, const char *tenant,
                     server_answer *answer);

#endif
