/*
 * Attempts that were given up: the request may have been carried out, or may yet arrive, but no answer came and
 * the caller was told so. Each is undone, or kept from being carried out, by its key (docs/rest.md), before
 * the next call: so nothing leaks, and a call that is made again does not meet what it left behind.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "extension.h"

void
melange_attempt_abandon (melange_extension *extension, const char *key)
{
	g_mutex_lock (&extension->lock);
	g_queue_push_tail (extension->abandoned, g_strdup (key));
	g_mutex_unlock (&extension->lock);
}

/* NULL: none. */
static char *
take_key (melange_extension *extension)
{
	char *key;

	g_mutex_lock (&extension->lock);
	key = g_queue_pop_head (extension->abandoned);
	g_mutex_unlock (&extension->lock);
	return key;
}

/* Undoes one. UNAVAILABLE, PROTOCOL: it is noted again. */
static ip_driver_status
undo (melange_instance *self, const char *key, service_kind kind, ip_driver_error *error)
{
	g_autofree char *path = g_strconcat (EXTENSION_PATH "/attempts/", key, NULL);
	g_auto (service_answer) answer = {0};
	service_request request = {.method = "DELETE", .path = path, .kind = kind};
	ip_driver_status status = melange_service_call (self->service, &request, &answer, NULL, error);

	if (status == IP_DRIVER_OK)
		return status;
	if (status == IP_DRIVER_UNAVAILABLE || status == IP_DRIVER_PROTOCOL) {
		melange_attempt_abandon (self->extension, key);
		return status;
	}
	/* To ask again would not help. */
	g_autofree char *message =
		g_strdup_printf ("an attempt of unknown outcome cannot be undone: %s", error->message);
	ip_driver_log (IP_DRIVER_LOG_WARNING, message);
	return IP_DRIVER_OK;
}

ip_driver_status
melange_attempt_settle (melange_instance *self, ip_driver_error *error)
{
	char *next;

	while ((next = take_key (self->extension)) != NULL) {
		g_autofree char *key = next;
		ip_driver_status status = undo (self, key, SERVICE_REPEATABLE, error);

		if (status != IP_DRIVER_OK)
			return status;
	}
	return IP_DRIVER_OK;
}

void
melange_attempt_settle_last (melange_instance *self)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	gint64 end = g_get_monotonic_time () + self->extension->patience;
	char *next;

	while (g_get_monotonic_time () < end && (next = take_key (self->extension)) != NULL) {
		g_autofree char *key = next;

		if (undo (self, key, SERVICE_SINGLE, &error) != IP_DRIVER_OK)
			break;
	}
	if (!g_queue_is_empty (self->extension->abandoned))
		ip_driver_log (IP_DRIVER_LOG_WARNING, "attempts of unknown outcome could not be undone before the "
		                                      "handle was closed");
}
