/*
 * See create.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "create.h"

#include <string.h>

#include "state.h"

/* How often a creation is tried whose outcome was unknown and of which nothing was to be seen. */
#define ATTEMPTS 3

void
creation_clear (creation *creation)
{
	g_clear_pointer (&creation->path, g_free);
	g_clear_pointer (&creation->fields, json_decref);
}

/* Whether two texts mean the same: the service spells addresses in its own way. */
static gboolean
is_same_text (const char *a, const char *b)
{
	ip_number number_a, number_b;
	ip_block block_a, block_b;
	int version = ip_parse (a, &number_a);

	if (strcmp (a, b) == 0)
		return TRUE;
	if (version)
		return ip_parse (b, &number_b) == version && number_a == number_b;
	return ip_block_parse (a, &block_a) && ip_block_parse (b, &block_b) && block_a.version == block_b.version &&
	       block_a.prefix == block_b.prefix && block_a.first == block_b.first;
}

static gboolean
is_same (json_t *sent, json_t *got)
{
	const char *text = json_string_value (sent), *other = json_string_value (got);

	if (text && other)
		return is_same_text (text, other);
	if (json_is_null (sent))
		return !got || json_is_null (got);
	return json_equal (sent, got);
}

static gboolean
has_all (json_t *object, json_t *fields)
{
	const char *key;
	json_t *value;

	json_object_foreach (fields, key, value)
	{
		if (!is_same (value, json_object_get (object, key)))
			return FALSE;
	}
	return TRUE;
}

static gboolean
is_new (melange_instance *self, json_t *object, melange_moment began, gint64 date)
{
	ip_driver_error unused = IP_DRIVER_ERROR_INIT;
	g_auto (json_reader) reader = {0};
	const char *id;
	gint64 created_at;

	json_reader_init (&reader, &unused);
	id = json_id (&reader, object, "id");
	created_at = json_time (&reader, object, "created_at");
	return !reader.failed && melange_is_since (began, date, created_at) && !melange_state_has_given (self, id);
}

/* Looks for what may have been created. OK and *ret_object NULL: nothing was. */
static ip_driver_status
look (melange_instance *self, const creation *creation, melange_moment began, json_t **ret_object,
      ip_driver_error *error)
{
	g_auto (service_answer) answer = {0};
	json_auto_t *all = NULL;
	json_t *object, *found = NULL;
	gsize i;
	ip_driver_status status = melange_list_all (self, creation->list_name, creation->kind,
	                                            g_strdup (creation->path), &all, &answer, error);

	if (status != IP_DRIVER_OK)
		return melange_fail_unknown (error, "it was created");
	json_array_foreach (all, i, object)
	{
		if (!has_all (object, creation->fields) || !is_new (self, object, began, answer.date))
			continue;
		if (found)
			return melange_fail_unknown (error, "it was created: there is more than one like it");
		found = object;
	}
	*ret_object = json_incref (found);
	return IP_DRIVER_OK;
}

/* The object of an answer; NULL: the answer makes no sense. */
static json_t *
object_of (json_t *body, const char *name, ip_driver_error *error)
{
	g_auto (json_reader) reader = {0};
	json_t *object;

	json_reader_init (&reader, error);
	object = json_member (&reader, body, name);
	return object && json_id (&reader, object, "id") ? json_incref (object) : NULL;
}

ip_driver_status
melange_create (melange_instance *self, const creation *creation, json_t **ret_object, ip_driver_error *error)
{
	melange_moment began = melange_now ();
	ip_driver_status status = IP_DRIVER_INVALID;
	gboolean lost = FALSE;
	json_t *object = NULL;

	for (guint i = 0; creation->path && !object && i < ATTEMPTS; i++) {
		g_auto (service_answer) answer = {0};
		gboolean unknown;

		status = melange_once (self, "POST", g_strdup (creation->path),
		                       melange_body (creation->name, json_incref (creation->fields)), &answer, &unknown,
		                       error);
		/* What was lost may have arrived late, and be what is in the way now. */
		if (status != IP_DRIVER_OK && !unknown && !lost)
			return status;
		if (status == IP_DRIVER_OK)
			object = object_of (answer.body, creation->name, error);
		if (!object) {
			ip_driver_error failure = *error;
			ip_driver_status looked = look (self, creation, began, &object, error);

			if (looked != IP_DRIVER_OK)
				return looked;
			*error = failure;
			status = error->status;
			if (!object && !unknown && lost)
				return status;
			lost = TRUE;
		}
	}
	if (!object)
		return status;
	melange_state_gave (self, json_string_value (json_object_get (object, "id")));
	*ret_object = object;
	return IP_DRIVER_OK;
}

ip_driver_status
melange_create_and_give (melange_instance *self, const creation *creation, record_give give,
                         const record_context *context, ip_driver_results *results, ip_driver_error *error)
{
	g_auto (json_reader) reader = {0};
	json_auto_t *object = NULL;
	ip_driver_status status = melange_create (self, creation, &object, error);

	if (status != IP_DRIVER_OK)
		return status;
	json_reader_init (&reader, error);
	give (&reader, object, context, results);
	return json_reader_status (&reader);
}
