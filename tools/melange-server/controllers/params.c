/*
 * What a request brings: see params.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "params.h"

#include <math.h>
#include <string.h>

#include "faults.h"
#include "forms.h"

const char *
params_tenant (const server_request *request)
{
	return g_hash_table_lookup (request->path, "tenant_id");
}

const char *
params_uuid (const server_request *request, const char *name, const char *model, server_answer *answer)
{
	const char *id = server_request_path (request, name);

	if (g_uuid_string_is_valid (id))
		return id;
	fault_not_found (answer, model);
	return NULL;
}

void
params_open (params *self, const server_request *request, const char *model, server_answer *answer)
{
	json_t *value = json_object_get (request->body, model);

	/* A model that is there must be an object. */
	if (json_is_null (value)) {
		*self = (params){.answer = answer, .failed = TRUE};
		fault_set (answer, 400, IP_DRIVER_INVALID, "%s is not an object", model);
		return;
	}
	params_open_value (self, value, model, answer);
}

void
params_open_value (params *self, json_t *value, const char *name, server_answer *answer)
{
	*self = (params){.answer = answer};
	if (json_is_object (value)) {
		self->values = value;
	} else if (value != NULL && !json_is_null (value) &&
	           !(json_is_string (value) && json_string_length (value) == 0)) {
		self->failed = TRUE;
		fault_set (answer, 400, IP_DRIVER_INVALID, "%s is not an object", name);
	}
}

void
params_clear (params *self)
{
	g_clear_pointer (&self->texts, g_ptr_array_unref);
}

gboolean
params_has (const params *self, const char *name)
{
	return json_object_get (self->values, name) != NULL;
}

const char *
params_keep (params *self, char *text)
{
	if (self->texts == NULL)
		self->texts = g_ptr_array_new_with_free_func (g_free);
	g_ptr_array_add (self->texts, text);
	return text;
}

static void
fail (params *self, const char *name, const char *what)
{
	if (!self->failed)
		fault_set (self->answer, 400, IP_DRIVER_INVALID, "%s is not %s", name, what);
	self->failed = TRUE;
}

static const char *
text_of (params *self, json_t *value, const char *name)
{
	if (value == NULL || json_is_null (value))
		return NULL;
	if (json_is_integer (value))
		return params_keep (self, g_strdup_printf ("%" JSON_INTEGER_FORMAT, json_integer_value (value)));
	if (!json_is_string (value)) {
		fail (self, name, "a text");
		return NULL;
	}
	return json_string_length (value) > 0 ? json_string_value (value) : NULL;
}

const char *
params_text (params *self, const char *name)
{
	return text_of (self, json_object_get (self->values, name), name);
}

const char *
params_id (params *self, const char *name)
{
	const char *text = params_text (self, name);

	if (text != NULL && strlen (text) > IP_DRIVER_ID_MAX) {
		g_autofree char *what = g_strdup_printf ("1 to %d bytes of UTF-8", IP_DRIVER_ID_MAX);

		fail (self, name, what);
		return NULL;
	}
	return text;
}

const char *
params_mac (params *self, const char *name)
{
	json_t *value = json_object_get (self->values, name);
	const char *text;

	if (json_is_integer (value) && json_integer_value (value) >= 0 && json_integer_value (value) >> 48 == 0)
		return params_keep (self, forms_mac_of_number ((guint64)json_integer_value (value)));
	text = text_of (self, value, name);
	return text != NULL ? params_keep (self, forms_mac (text)) : NULL;
}

const char *
params_address (params *self, const char *name)
{
	const char *text = params_text (self, name);

	return text != NULL ? params_keep (self, forms_address (text)) : NULL;
}

const char *
params_only_text (const params *self, const char *name)
{
	return json_string_value (json_object_get (self->values, name));
}

gboolean
params_integer (const params *self, const char *name, gint64 *ret_value)
{
	json_t *value = json_object_get (self->values, name);
	double real = json_real_value (value);

	if (json_is_string (value))
		return g_ascii_string_to_signed (json_string_value (value), 10, G_MININT64, G_MAXINT64, ret_value,
		                                 NULL);
	if (json_is_real (value) && fabs (real) < 0x1p63) {
		*ret_value = (gint64)real;
		return TRUE;
	}
	*ret_value = json_integer_value (value);
	return json_is_integer (value);
}

const char *const *
params_addresses (params *self, const char *name, gsize *ret_count)
{
	json_t *list = json_object_get (self->values, name), *value;
	const char **addresses;
	gsize i;

	*ret_count = 0;
	if (list == NULL || json_is_null (list) || (json_is_string (list) && json_string_length (list) == 0))
		return NULL;
	if (!json_is_array (list)) {
		fail (self, name, "a list");
		return NULL;
	}
	if (json_array_size (list) == 0)
		return NULL;
	addresses = g_new0 (const char *, json_array_size (list) + 1);
	params_keep (self, (char *)addresses);
	json_array_foreach (list, i, value)
	{
		if (json_is_string (value))
			addresses[i] = params_keep (self, forms_address (json_string_value (value)));
		else
			fail (self, name, "a list of texts");
	}
	*ret_count = json_array_size (list);
	return addresses;
}
