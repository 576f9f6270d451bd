/*
 * The shape of a call; see driver.h. Nothing large is cleared here: this is on the path of every
 * allocation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"
#include "error.h"
#include "log.h"

#include <string.h>

/* Refuses what ip_driver_supports() denies. */
static gboolean
check_support (driver_call *call, guint32 needs)
{
	const ip_driver *driver = call->driver;
	guint32 lacks = needs & ~driver->features;

	if (!driver->can[call->operation - operations]) {
		call->status = error_set (&call->error, IP_DRIVER_NOT_SUPPORTED, "backend \"%s\" does not support %s%s",
		                          driver->module->name, call->operation->name,
		                          driver->is_transaction ? " in a transaction" : "");
		return FALSE;
	}
	for (int i = 0; i < OPERATION_FEATURE_COUNT; i++) {
		const operation_feature *feature = &operation_features[i];

		if ((lacks & feature->bit) == 0)
			continue;
		call->status = error_set (&call->error, IP_DRIVER_NOT_SUPPORTED,
		                          "backend \"%s\" does not support %s (%s) in %s", driver->module->name,
		                          feature->use, feature->name, call->operation->name);
		return FALSE;
	}
	return TRUE;
}

const void *
call_begin (driver_call *call, ip_driver *driver, operation_id id, const void *args, const void *output,
            ip_driver_error *error)
{
	const driver_operation *operation = &operations[id];
	args_state state = {&call->arena, &call->error, 0, 0};
	const void *copy = call;

	call->driver = driver;
	call->operation = operation;
	call->caller_error = error;
	call->status = IP_DRIVER_INVALID;
	call->dispatched = FALSE;
	error_init (&call->error);
	results_init (&call->results, operation->result, 0);
	arena_init (&call->arena, call->buffer, sizeof call->buffer);
	if (driver == NULL) {
		error_set (&call->error, IP_DRIVER_INVALID, "driver is NULL");
		return NULL;
	}
	if (output == NULL && operation->returns != RETURNS_NOTHING) {
		error_set (&call->error, IP_DRIVER_INVALID, "the place for the result of %s is NULL", operation->name);
		return NULL;
	}
	if (operation->args != NULL) {
		if (args == NULL) {
			error_set (&call->error, IP_DRIVER_INVALID, "args of %s is NULL", operation->name);
			return NULL;
		}
		copy = args_copy (&state, operation->args, args);
		if (copy == NULL) {
			call->status = call->error.status;
			return NULL;
		}
	}
	if (!check_support (call, state.needs))
		return NULL;
	call->least = operation->returns == RETURNS_ONE || operation->returns == RETURNS_ALL ? 1 : 0;
	switch (operation->returns) {
	case RETURNS_NOTHING:
	case RETURNS_NUMBER:
		break;
	case RETURNS_ONE:
		call->results.most = 1;
		break;
	case RETURNS_PAGE:
		call->results.most = state.limit;
		break;
	default:
		call->results.most = G_MAXSIZE;
	}
	call->dispatched = TRUE;
	return copy;
}

/* Whether what a driver returned with IP_DRIVER_OK can be handed over. */
static void
check_results (driver_call *call)
{
	const ip_driver_results *results = &call->results;
	const char *name = call->driver->module->name;
	const char *what = call->operation->name;
	operation_returns returns = call->operation->returns;

	if (results->status != IP_DRIVER_OK)
		call->status =
			error_set (&call->error, results->status, "driver \"%s\": %s %s", name, what, results->problem);
	else if (results->count < call->least)
		call->status = error_set (&call->error, IP_DRIVER_INTERNAL,
		                          "driver \"%s\": %s returned %zu results instead of %zu", name, what,
		                          results->count, call->least);
	else if (results->next_marker != NULL && returns != RETURNS_PAGE && returns != RETURNS_RELEASED)
		call->status = error_set (&call->error, IP_DRIVER_INTERNAL,
		                          "driver \"%s\": %s returned a marker, but is not paged", name, what);
	if (call->status != IP_DRIVER_OK)
		log_message (IP_DRIVER_LOG_ERROR, "%s", call->error.message);
}

ip_driver_status
call_end (driver_call *call, void *output)
{
	if (call->dispatched && call->status == IP_DRIVER_OK)
		check_results (call);
	else if (call->dispatched)
		call->status =
			error_settle (&call->error, call->status, call->driver->module->name, call->operation->name);
	if (call->status == IP_DRIVER_OK && call->operation->result != NULL) {
		void *result = call->operation->returns == RETURNS_ONE ? results_steal_one (&call->results)
		                                                       : results_steal_list (&call->results);

		memcpy (output, &result, sizeof result);
	}
	if (call->status != IP_DRIVER_OK)
		error_export (&call->error, call->caller_error);
	results_clear (&call->results);
	arena_clear (&call->arena);
	return call->status;
}
