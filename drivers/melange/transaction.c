/*
 * Transactions: with the extension only. The service keeps one open for us; the requests that belong to it name it
 * in a header. One of which we hear no more is undone by the service after a while.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "extension.h"
#include "uuid.h"

#include <string.h>

#define TRANSACTION_PATH EXTENSION_PATH "/transaction"
/* The longest id that a service may give a transaction. */
#define ID_MAX 128

/* It becomes part of a header. */
static gboolean
is_id (const char *text)
{
	return text != NULL && *text != '\0' && strlen (text) <= ID_MAX &&
	       strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.") == strlen (text);
}

static void
transaction_free (melange_instance *self)
{
	g_free (self->transaction);
	g_free (self);
}

static ip_driver_status
melange_transaction_begin (ip_driver_instance *instance, ip_driver_instance **ret_transaction, ip_driver_error *error)
{
	melange_instance *self = instance;
	g_autofree char *key = melange_new_uuid ();
	g_auto (service_answer) answer = {0};
	gboolean unknown = FALSE;
	const char *id;
	ip_driver_status status = melange_attempt_settle (self, error);

	if (status != IP_DRIVER_OK)
		return status;
	status = melange_extension_post (self, TRANSACTION_PATH "/begin", NULL, key, &answer, &unknown, error);
	id = json_string_value (json_object_get (answer.body, "transaction"));
	if (status == IP_DRIVER_OK && !is_id (id)) {
		status = melange_extension_nonsense (self, "transaction.begin", "transaction is not an id", error);
		unknown = TRUE;
	}
	if (status != IP_DRIVER_OK) {
		/* An open transaction would keep all others waiting. */
		if (unknown)
			melange_attempt_abandon (self->extension, key);
		return status;
	}
	melange_instance *transaction = g_new0 (melange_instance, 1);
	*transaction = *self;
	transaction->transaction = g_strdup (id);
	*ret_transaction = transaction;
	return IP_DRIVER_OK;
}

static void
melange_transaction_rollback (ip_driver_instance *transaction)
{
	melange_instance *self = transaction;
	g_autofree char *key = melange_new_uuid ();
	g_auto (service_answer) answer = {0};
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	gboolean unknown = FALSE;

	if (melange_extension_post (self, TRANSACTION_PATH "/rollback", NULL, key, &answer, &unknown, &error) !=
	    IP_DRIVER_OK) {
		g_autofree char *message =
			g_strdup_printf ("a transaction will be undone by the service only: %s", error.message);
		ip_driver_log (IP_DRIVER_LOG_WARNING, message);
	}
	transaction_free (self);
}

static ip_driver_status
melange_transaction_commit (ip_driver_instance *transaction, ip_driver_error *error)
{
	melange_instance *self = transaction;
	g_autofree char *key = melange_new_uuid ();
	g_auto (service_answer) answer = {0};
	gboolean unknown = FALSE;
	ip_driver_status status;

	if (self->broken) {
		melange_transaction_rollback (self);
		return ip_driver_fail (error, IP_DRIVER_UNAVAILABLE,
		                       "the transaction was undone: an earlier call of it got no answer");
	}
	status = melange_extension_post (self, TRANSACTION_PATH "/commit", NULL, key, &answer, &unknown, error);
	if (status != IP_DRIVER_OK && (unknown || answer.status == 412)) {
		g_autofree char *message =
			g_strdup_printf ("it is not known whether the transaction was committed: %s", error->message);
		status = ip_driver_fail (error, IP_DRIVER_UNAVAILABLE, message);
		error->retryable = 0;
		/* Should the request still be under way, it comes too late. */
		melange_attempt_abandon (self->extension, key);
	}
	transaction_free (self);
	return status;
}

const ip_driver_transaction_ops melange_transaction_ops = {
	.size = sizeof (ip_driver_transaction_ops),
	.begin = melange_transaction_begin,
	.commit = melange_transaction_commit,
	.rollback = melange_transaction_rollback,
};
