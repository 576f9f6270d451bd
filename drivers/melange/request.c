/*
 * See request.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "request.h"

#include <string.h>

#include "state.h"

static ip_driver_status
call (melange_instance *self, const service_request *request, service_answer *answer, gboolean *ret_unknown,
      ip_driver_error *error)
{
	ip_driver_status status;

	melange_state_settle (self);
	status = melange_service_call (self->service, request, answer, ret_unknown, error);
	melange_state_heard (self, request, status, answer);
	/* The service says "IpBlock Not Found"; which one stands in the path. */
	if (status != IP_DRIVER_OK && answer->body) {
		gint32 retryable = error->retryable;
		g_autofree char *reason = g_strdup (error->message);

		melange_fail (error, status, "%s (%s %s)", reason, request->method, request->path);
		error->retryable = retryable;
	}
	return status;
}

ip_driver_status
melange_get (melange_instance *self, char *path, service_answer *answer, ip_driver_error *error)
{
	g_autofree char *owned = path;
	service_request request = {.method = "GET", .path = owned, .kind = SERVICE_REPEATABLE};

	return owned ? call (self, &request, answer, NULL, error) : IP_DRIVER_INVALID;
}

ip_driver_status
melange_put (melange_instance *self, char *path, json_t *body, service_answer *answer, ip_driver_error *error)
{
	g_autofree char *owned = path;
	json_auto_t *owned_body = body;
	g_auto (service_answer) unwanted = {0};
	service_request request = {.method = "PUT", .path = owned, .body = owned_body, .kind = SERVICE_REPEATABLE};

	return owned ? call (self, &request, answer ? answer : &unwanted, NULL, error) : IP_DRIVER_INVALID;
}

ip_driver_status
melange_delete (melange_instance *self, char *path, ip_driver_error *error)
{
	g_autofree char *owned = path;
	g_auto (service_answer) answer = {0};
	gboolean unknown = FALSE;
	service_request request = {.method = "DELETE", .path = owned, .kind = SERVICE_REPEATABLE};
	ip_driver_status status = owned ? call (self, &request, &answer, &unknown, error) : IP_DRIVER_INVALID;

	return status == IP_DRIVER_NOT_FOUND && unknown ? IP_DRIVER_OK : status;
}

ip_driver_status
melange_once (melange_instance *self, const char *method, char *path, json_t *body, service_answer *answer,
              gboolean *ret_unknown, ip_driver_error *error)
{
	g_autofree char *owned = path;
	json_auto_t *owned_body = body;
	service_request request = {.method = method, .path = owned, .body = owned_body, .kind = SERVICE_ONCE};

	*ret_unknown = FALSE;
	return owned ? call (self, &request, answer, ret_unknown, error) : IP_DRIVER_INVALID;
}

json_t *
melange_body (const char *name, json_t *fields)
{
	json_t *body = json_object ();

	json_object_set_new (body, name, fields);
	return body;
}

void
melange_set (json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new (object, key, json_string (text));
}

void
melange_set_or_null (json_t *object, const char *key, const char *text)
{
	json_object_set_new (object, key, text ? json_string (text) : json_null ());
}

melange_moment
melange_now (void)
{
	return g_get_monotonic_time ();
}

gboolean
melange_is_since (melange_moment began, gint64 date, gint64 created_at)
{
	gint64 elapsed = (g_get_monotonic_time () - began + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;

	/* Without the service's clock nothing can be ruled out. */
	return date == 0 || created_at == 0 || created_at >= date - elapsed;
}

ip_driver_status
melange_fail (ip_driver_error *error, ip_driver_status status, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list values;

	va_start (values, format);
	message = g_strdup_vprintf (format, values);
	va_end (values);
	return ip_driver_fail (error, status, message);
}

void
melange_name (ip_driver_error *error, const char *value)
{
	gint32 retryable = error->retryable;
	g_autofree char *reason = g_strdup (error->message);

	if (strstr (reason, value))
		return;
	melange_fail (error, error->status, "%s: %s", value, reason);
	error->retryable = retryable;
}

ip_driver_status
melange_fail_unknown (ip_driver_error *error, const char *what)
{
	melange_fail (error, IP_DRIVER_UNAVAILABLE, "no usable answer, and it is not known whether %s", what);
	error->retryable = 0;
	return IP_DRIVER_UNAVAILABLE;
}

gboolean
melange_is_own (const service_answer *answer)
{
	return answer->ip_driver_status != NULL;
}
