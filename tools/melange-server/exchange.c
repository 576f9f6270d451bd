/*
 * exchange.c: one request and its answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "exchange.h"

#include "server.h"

const char *const exchange_header_names[HEADER_COUNT] = {
	[HEADER_HOST] = "Host",
	[HEADER_ACCEPT] = "Accept",
	[HEADER_CONTENT_TYPE] = "Content-Type",
	[HEADER_TENANT] = "X-Tenant",
	[HEADER_ROLE] = "X-Role",
	[HEADER_TOKEN] = "X-Auth-Token",
	[HEADER_IDEMPOTENCY_KEY] = "Idempotency-Key",
	[HEADER_SERVED_BY] = "X-Ip-Driver-Served-By",
	[HEADER_TRANSACTION] = "X-Ip-Driver-Transaction",
	[HEADER_REQUEST] = "X-Ip-Driver-Request",
};

exchange *
exchange_new (const char *method, const char *target)
{
	exchange *self = g_new0 (exchange, 1);

	self->method = g_strdup (method);
	self->target = g_strdup (target);
	self->body = g_string_new (NULL);
	self->text = g_string_new (NULL);
	self->answer_headers = g_ptr_array_new_with_free_func (g_free);
	self->began = g_get_monotonic_time ();
	return self;
}

void
exchange_free (exchange *self)
{
	if (self == NULL)
		return;
	router_match_clear (&self->match);
	generation_unref (self->generation);
	g_free (self->method);
	g_free (self->target);
	g_free (self->peer);
	for (guint i = 0; i < HEADER_COUNT; i++)
		g_free (self->headers[i]);
	g_string_free (self->body, TRUE);
	g_string_free (self->text, TRUE);
	g_ptr_array_unref (self->answer_headers);
	g_free (self);
}

void
exchange_set_header (exchange *self, const char *name, const char *value)
{
	g_ptr_array_add (self->answer_headers, g_strdup (name));
	g_ptr_array_add (self->answer_headers, g_strdup (value));
}

void
exchange_answer (exchange *self, guint status, const char *content_type, const char *text, gssize size)
{
	g_ptr_array_set_size (self->answer_headers, 0);
	self->status = status;
	self->content_type = content_type;
	g_string_truncate (self->text, 0);
	if (text != NULL)
		g_string_append_len (self->text, text, size);
}
