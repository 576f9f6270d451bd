/*
 * See error.h; and the public functions on status codes and errors.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "error.h"

#include "text.h"

#include <ip_driver/backend.h>
#include <stdarg.h>
#include <string.h>

/* Marks a `retryable` that the driver has not set. */
#define RETRYABLE_UNSET (-1)
#define MESSAGE_OFFSET offsetof (ip_driver_error, message)

static const char *const status_names[] = {
	[IP_DRIVER_OK] = "ok",
	[IP_DRIVER_INVALID] = "invalid",
	[IP_DRIVER_NOT_FOUND] = "not_found",
	[IP_DRIVER_DUPLICATE] = "duplicate",
	[IP_DRIVER_CONFLICT] = "conflict",
	[IP_DRIVER_EXHAUSTED] = "exhausted",
	[IP_DRIVER_LOCKED] = "locked",
	[IP_DRIVER_NOT_IN_BLOCK] = "not_in_block",
	[IP_DRIVER_DENIED_BY_POLICY] = "denied_by_policy",
	[IP_DRIVER_NOT_ALLOWED] = "not_allowed",
	[IP_DRIVER_DENIED] = "denied",
	[IP_DRIVER_UNAVAILABLE] = "unavailable",
	[IP_DRIVER_PROTOCOL] = "protocol",
	[IP_DRIVER_NOT_SUPPORTED] = "not_supported",
	[IP_DRIVER_CONFIG] = "config",
	[IP_DRIVER_STORAGE] = "storage",
	[IP_DRIVER_INTERNAL] = "internal",
};

static gboolean
status_is_known (ip_driver_status status)
{
	return status >= 0 && status < (ip_driver_status)G_N_ELEMENTS (status_names);
}

const char *
ip_driver_status_name (ip_driver_status status)
{
	return status_is_known (status) ? status_names[status] : "unknown";
}

static gboolean
usually_retryable (ip_driver_status status)
{
	return status == IP_DRIVER_CONFLICT || status == IP_DRIVER_UNAVAILABLE;
}

void
error_init (ip_driver_error *error)
{
	error->size = sizeof *error;
	error->status = IP_DRIVER_OK;
	error->retryable = RETRYABLE_UNSET;
	error->message[0] = '\0';
}

ip_driver_status
error_set (ip_driver_error *error, ip_driver_status status, const char *format, ...)
{
	va_list values;

	va_start (values, format);
	g_vsnprintf (error->message, sizeof error->message, format, values);
	va_end (values);
	text_copy_line (error->message, sizeof error->message, error->message, sizeof error->message);
	error->status = status;
	error->retryable = usually_retryable (status);
	return status;
}

void
error_prefix (ip_driver_error *error, const char *format, ...)
{
	g_autofree char *prefix = NULL;
	g_autofree char *whole = NULL;
	va_list values;

	va_start (values, format);
	prefix = g_strdup_vprintf (format, values);
	va_end (values);
	whole = g_strconcat (prefix, error->message, NULL);
	text_copy_line (error->message, sizeof error->message, whole, strlen (whole));
}

ip_driver_status
error_settle (ip_driver_error *error, ip_driver_status status, const char *driver, const char *what)
{
	if (!status_is_known (status))
		return error_set (error, IP_DRIVER_INTERNAL, "driver \"%s\" ended %s with the unknown status %d",
		                  driver, what, (int)status);
	/* Also a message that the driver did not end. */
	text_copy_line (error->message, sizeof error->message, error->message, sizeof error->message);
	if (error->message[0] == '\0')
		g_snprintf (error->message, sizeof error->message, "driver \"%s\" failed %s without a message (%s)",
		            driver, what, ip_driver_status_name (status));
	error->status = status;
	error->retryable = error->retryable == RETRYABLE_UNSET ? usually_retryable (status) : error->retryable != 0;
	return status;
}

void
error_export (const ip_driver_error *error, ip_driver_error *ret)
{
	if (ret == NULL)
		return;
	if (ret->size >= offsetof (ip_driver_error, retryable))
		ret->status = error->status;
	if (ret->size >= MESSAGE_OFFSET)
		ret->retryable = error->retryable;
	if (ret->size > MESSAGE_OFFSET)
		text_copy_line (ret->message, MIN (ret->size - MESSAGE_OFFSET, sizeof ret->message), error->message,
		                sizeof error->message);
}

const char *
error_value (const char *value, char buffer[ERROR_VALUE_SIZE])
{
	size_t length = strnlen (value, 101);

	text_copy_line (buffer, ERROR_VALUE_SIZE - 3, value, MIN (length, 100));
	if (length > 100)
		strcat (buffer, "...");
	return buffer;
}

ip_driver_status
ip_driver_fail (ip_driver_error *error, ip_driver_status status, const char *message)
{
	ip_driver_error whole;

	if (error == NULL)
		return status;
	error_init (&whole);
	whole.status = status;
	whole.retryable = usually_retryable (status);
	if (message != NULL)
		text_copy_line (whole.message, sizeof whole.message, message, strlen (message));
	error_export (&whole, error);
	return status;
}
