/*
 * The handle, and the one shape of every public call: call_begin() checks handle, arguments and
 * capabilities, the caller dispatches, call_end() checks and hands over what came back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LIB_DRIVER_H
#define LIB_DRIVER_H

#include "module.h"

struct ip_driver {
	const driver_module *module;
	/* The module's groups, for dispatch. */
	const operation_groups *groups;
	ip_driver_instance *instance;
	/* What this handle can do. */
	gboolean can[OPERATION_COUNT];
	guint32 features;
	/* An instance from transaction.begin: commit and rollback end it, `close` does not. */
	gboolean is_transaction;
	/* NULL: none. */
	char *config_path;
	char *location;
};

/* Frees the handle, not the instance. */
void driver_free (ip_driver *driver);

/* One call, on the stack. */
typedef struct {
	ip_driver *driver;
	const driver_operation *operation;
	ip_driver_error *caller_error;
	ip_driver_status status;
	/* The checks have passed: `status` is the driver's. */
	gboolean dispatched;
	/* How many items the driver must return at least; results.most is the other end. */
	size_t least;
	ip_driver_results results;
	mem_arena arena;
	_Alignas(ARENA_ALIGNMENT) char buffer[768];
	/* For the driver. */
	ip_driver_error error;
} driver_call;

/*
 * Starts a call. `args`: the struct of the operation, or an args_key; `output`: the caller's place for
 * the result. Both are only checked for NULL if the operation has them. Returns the checked copy of
 * the arguments (something that is not NULL, if it has none); NULL: do not dispatch.
 */
const void *call_begin (driver_call *call, ip_driver *driver, operation_id id, const void *args, const void *output,
                        ip_driver_error *error);

/* Ends it: call->status is what the driver returned. `output`: as before, is set if all went well. */
ip_driver_status call_end (driver_call *call, void *output);

#endif
