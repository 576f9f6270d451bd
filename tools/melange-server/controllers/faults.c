/*
 * Faults with the historical service's texts: see faults.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "faults.h"

#include "forms.h"
#include "params.h"
#include "represent.h"

static void set_fault (server_answer *answer, guint status, ip_driver_status driver_status, gboolean retryable,
                       const char *format, va_list arguments) G_GNUC_PRINTF (5, 0);

static void
set_fault (server_answer *answer, guint status, ip_driver_status driver_status, gboolean retryable, const char *format,
           va_list arguments)
{
	g_autofree char *detail = g_strdup_vprintf (format, arguments);

	server_answer_fault (answer, status, "%s", detail);
	answer->driver_status = driver_status;
	answer->retryable = retryable;
}

void
fault_set (server_answer *answer, guint status, ip_driver_status driver_status, const char *format, ...)
{
	va_list arguments;

	va_start (arguments, format);
	set_fault (answer, status, driver_status, FALSE, format, arguments);
	va_end (arguments);
}

void
fault_reword (server_answer *answer, guint status, const ip_driver_error *error, const char *format, ...)
{
	va_list arguments;

	va_start (arguments, format);
	set_fault (answer, status, error->status, error->retryable != 0, format, arguments);
	va_end (arguments);
}

void
fault_not_found (server_answer *answer, const char *model)
{
	fault_set (answer, 404, IP_DRIVER_NOT_FOUND, "%s Not Found", model);
}

void
fault_network_not_found (server_answer *answer, const char *network)
{
	fault_set (answer, 404, IP_DRIVER_NOT_FOUND, "Network %s not found", network);
}

void
fault_in_block (const server_request *request, const ip_driver_error *error, const char *model, server_answer *answer)
{
	const char *id = server_request_path (request, "block_id");
	g_autoptr (ip_driver_block) block = NULL;

	if (error->status != IP_DRIVER_NOT_FOUND)
		server_answer_error (answer, error);
	else if (ip_driver_block_get (request->driver, params_tenant (request), id, &block, NULL) ==
	         IP_DRIVER_NOT_FOUND)
		fault_not_found (answer, "IpBlock");
	else
		fault_not_found (answer, model);
}

void
fault_in_policy (const server_request *request, const ip_driver_error *error, const char *model, server_answer *answer)
{
	const char *id = server_request_path (request, "policy_id");
	g_autoptr (ip_driver_policy) policy = NULL;

	if (error->status != IP_DRIVER_NOT_FOUND)
		server_answer_error (answer, error);
	else if (ip_driver_policy_get (request->driver, params_tenant (request), id, &policy, NULL) ==
	         IP_DRIVER_NOT_FOUND)
		fault_not_found (answer, "Policy");
	else
		fault_not_found (answer, model);
}

void
fault_values_clear (fault_values *self)
{
	if (self->text != NULL)
		g_string_free (self->text, TRUE);
}

void
fault_values_add (fault_values *self, const char *field, const char *format, ...)
{
	g_autofree char *message = NULL, *repr = NULL;
	va_list arguments;

	va_start (arguments, format);
	message = g_strdup_vprintf (format, arguments);
	va_end (arguments);
	repr = forms_repr (message);
	if (self->text == NULL)
		self->text = g_string_new (NULL);
	if (g_strcmp0 (self->field, field) == 0)
		g_string_append_printf (self->text, ", %s", repr);
	else
		g_string_append_printf (self->text, "%s'%s': [%s", self->text->len > 0 ? "], " : "", field, repr);
	self->field = field;
}

gboolean
fault_values_answer (const fault_values *self, ip_driver_status driver_status, server_answer *answer)
{
	if (self->text == NULL)
		return FALSE;
	fault_set (answer, 400, driver_status, "The following values are invalid: {%s]}", self->text->str);
	return TRUE;
}
