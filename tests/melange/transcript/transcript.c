/*
 * Loading a recorded scenario. The file is checked here, so that whoever goes through the exchanges need not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "transcript.h"

#include <string.h>

static void
exchange_free (gpointer data)
{
	transcript_exchange *exchange = data;

	g_free (exchange->label);
	g_free (exchange);
}

void
transcript_free (transcript *scenario)
{
	if (scenario == NULL)
		return;
	g_ptr_array_unref (scenario->exchanges);
	json_decref (scenario->root);
	g_free (scenario);
}

/* A misspelt flag must not silently make a test weaker. */
static const char *
unknown_key (json_t *object, const char *const *known)
{
	const char *key;
	json_t *value;

	json_object_foreach (object, key, value)
	{
		if (!g_strv_contains (known, key))
			return key;
	}
	return NULL;
}

static char *
load_request (transcript_exchange *exchange, json_t *request)
{
	static const char *const known[] = {"method", "path", "headers", "body", "body_text", NULL};
	const char *name;
	json_t *value;

	if (!json_is_object (request))
		return g_strdup ("has no request");
	if (unknown_key (request, known) != NULL)
		return g_strdup_printf ("has an unknown key in its request: %s", unknown_key (request, known));
	exchange->method = json_string_value (json_object_get (request, "method"));
	exchange->path = json_string_value (json_object_get (request, "path"));
	exchange->headers = json_object_get (request, "headers");
	exchange->body = json_object_get (request, "body");
	exchange->body_text = json_string_value (json_object_get (request, "body_text"));
	if (exchange->method == NULL || exchange->path == NULL || exchange->path[0] != '/')
		return g_strdup ("has no method or no path");
	if (!json_is_object (exchange->headers))
		return g_strdup ("has no headers");
	json_object_foreach (exchange->headers, name, value)
	{
		if (!json_is_string (value))
			return g_strdup_printf ("has a header that is no text: %s", name);
	}
	if (exchange->body != NULL && json_object_get (request, "body_text") != NULL)
		return g_strdup ("has two bodies");
	return NULL;
}

static char *
load_response (transcript_exchange *exchange, json_t *response)
{
	static const char *const known[] = {"status", "headers", "body", "body_text", NULL};
	json_t *status = json_object_get (response, "status");

	if (!json_is_object (response) || !json_is_integer (status))
		return g_strdup ("has no status");
	if (unknown_key (response, known) != NULL)
		return g_strdup_printf ("has an unknown key in its response: %s", unknown_key (response, known));
	exchange->status = (guint)json_integer_value (status);
	exchange->content_type =
		json_string_value (json_object_get (json_object_get (response, "headers"), "content-type"));
	exchange->answer = json_object_get (response, "body");
	exchange->answer_text = json_string_value (json_object_get (response, "body_text"));
	if ((exchange->answer == NULL) == (exchange->answer_text == NULL))
		return g_strdup ("has no answer, or two");
	return NULL;
}

static char *
load_exchange (transcript_exchange *exchange, json_t *item)
{
	static const char *const known[] = {"name",  "request", "response",     "unordered", "note", "bug",
	                                    "admin", "exit",    "summary_only", "repeat",    NULL};
	json_t *repeat = json_object_get (item, "repeat");
	char *problem;

	exchange->name = json_string_value (json_object_get (item, "name"));
	exchange->repeat = 1;
	if (exchange->name == NULL)
		return g_strdup ("has no name");
	if (strpbrk (exchange->name, "|#\n") != NULL)
		return g_strdup ("has a name that a list of deviations cannot hold");
	if (unknown_key (item, known) != NULL)
		return g_strdup_printf ("has an unknown key: %s", unknown_key (item, known));
	if (json_object_get (item, "admin") != NULL) {
		exchange->admin = json_string_value (json_object_get (item, "admin"));
		if (exchange->admin == NULL || json_integer_value (json_object_get (item, "exit")) != 0)
			return g_strdup ("is a step of a kind that is not known");
		return NULL;
	}
	problem = load_request (exchange, json_object_get (item, "request"));
	if (problem == NULL)
		problem = load_response (exchange, json_object_get (item, "response"));
	if (problem != NULL)
		return problem;
	exchange->unordered = json_object_get (item, "unordered");
	if (exchange->unordered != NULL && !json_is_array (exchange->unordered))
		return g_strdup ("has an unordered that is no list");
	exchange->bug = json_is_true (json_object_get (item, "bug"));
	exchange->summary_only = json_is_true (json_object_get (item, "summary_only"));
	if (exchange->bug != (exchange->status >= 500))
		return g_strdup ("is a bug without a 5xx, or the other way round");
	if (repeat != NULL) {
		if (!json_is_integer (repeat) || json_integer_value (repeat) < 1)
			return g_strdup ("has a repeat that is no number");
		exchange->repeat = (guint)json_integer_value (repeat);
	}
	return NULL;
}

transcript *
transcript_load (const char *path, char **ret_problem)
{
	g_autoptr (transcript) scenario = g_new0 (transcript, 1);
	g_autoptr (GHashTable) uses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	json_error_t error;
	json_t *exchanges, *item;
	size_t i;

	scenario->exchanges = g_ptr_array_new_with_free_func (exchange_free);
	scenario->root = json_load_file (path, JSON_REJECT_DUPLICATES, &error);
	if (scenario->root == NULL) {
		*ret_problem = g_strdup_printf ("%s:%d: %s", path, error.line, error.text);
		return NULL;
	}
	scenario->name = json_string_value (json_object_get (scenario->root, "scenario"));
	scenario->server = json_object_get (scenario->root, "server");
	exchanges = json_object_get (scenario->root, "exchanges");
	if (scenario->name == NULL || !json_is_object (scenario->server) || json_array_size (exchanges) == 0) {
		*ret_problem = g_strdup_printf ("%s: has no name, no server or no exchanges", path);
		return NULL;
	}
	json_array_foreach (exchanges, i, item)
	{
		transcript_exchange *exchange = g_new0 (transcript_exchange, 1);
		g_autofree char *problem = NULL;
		guint use;

		g_ptr_array_add (scenario->exchanges, exchange);
		problem = load_exchange (exchange, item);
		if (problem != NULL) {
			*ret_problem =
				g_strdup_printf ("%s: exchange %zu (%s) %s", path, i,
			                         exchange->name != NULL ? exchange->name : "without name", problem);
			return NULL;
		}
		use = GPOINTER_TO_UINT (g_hash_table_lookup (uses, exchange->name)) + 1;
		g_hash_table_insert (uses, g_strdup (exchange->name), GUINT_TO_POINTER (use));
		exchange->label = use == 1 ? g_strdup (exchange->name) : g_strdup_printf ("%s#%u", exchange->name, use);
	}
	return g_steal_pointer (&scenario);
}
