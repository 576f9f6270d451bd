/*
 * Transactions: a handle of the same type over the driver's transaction instance. See
 * ip_driver/transaction.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"
#include "error.h"
#include "log.h"

#include <string.h>

ip_driver_status
ip_driver_transaction_begin (ip_driver *driver, ip_driver **ret_transaction, ip_driver_error *error)
{
	ip_driver_instance *instance = NULL;
	ip_driver *transaction;
	driver_call call;

	if (ret_transaction == NULL)
		return ip_driver_fail (error, IP_DRIVER_INVALID, "ret_transaction is NULL");
	if (call_begin (&call, driver, OPERATION_transaction_begin, NULL, NULL, error) == NULL)
		return call_end (&call, NULL);
	call.status = driver->groups->transaction.begin (driver->instance, &instance, &call.error);
	if (call.status == IP_DRIVER_OK && instance == NULL)
		call.status = error_set (&call.error, IP_DRIVER_INTERNAL,
		                         "driver \"%s\": transaction.begin returned no instance", driver->module->name);
	if (call_end (&call, NULL) != IP_DRIVER_OK)
		return call.status;
	transaction = g_new (ip_driver, 1);
	*transaction = *driver;
	transaction->instance = instance;
	transaction->is_transaction = TRUE;
	transaction->config_path = g_strdup (driver->config_path);
	transaction->location = g_strdup (driver->location);
	transaction->can[OPERATION_transaction_begin] = FALSE;
	transaction->can[OPERATION_transaction_commit] = FALSE;
	transaction->can[OPERATION_transaction_rollback] = FALSE;
	*ret_transaction = transaction;
	return IP_DRIVER_OK;
}

ip_driver_status
ip_driver_transaction_commit (ip_driver *transaction, ip_driver_error *error)
{
	ip_driver_error own;
	ip_driver_status status;

	if (transaction == NULL)
		return ip_driver_fail (error, IP_DRIVER_INVALID, "transaction is NULL");
	if (!transaction->is_transaction)
		return ip_driver_fail (error, IP_DRIVER_INVALID, "the handle is not a transaction");
	error_init (&own);
	status = transaction->groups->transaction.commit (transaction->instance, &own);
	if (status != IP_DRIVER_OK) {
		status = error_settle (&own, status, transaction->module->name, "transaction.commit");
		error_export (&own, error);
	}
	driver_free (transaction);
	return status;
}

void
ip_driver_transaction_rollback (ip_driver *transaction)
{
	if (transaction == NULL)
		return;
	if (!transaction->is_transaction) {
		log_message (IP_DRIVER_LOG_ERROR, "ip_driver_transaction_rollback() was called with no transaction");
		return;
	}
	transaction->groups->transaction.rollback (transaction->instance);
	driver_free (transaction);
}
