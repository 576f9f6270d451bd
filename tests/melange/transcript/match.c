/*
 * Holding an answer against the recorded one: status, content type, and the body as JSON values, as an XML tree
 * (xml.c), or as text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "parts.h"

#include <string.h>

typedef struct {
	transcript_names *names;
	json_t *unordered;
	/* NULL: nobody wants to know. */
	GString *diff;
} comparison;

gboolean
transcript_is_unordered (json_t *unordered, const char *name)
{
	json_t *item;
	size_t i;

	json_array_foreach (unordered, i, item)
	{
		if (g_strcmp0 (json_string_value (item), name) == 0)
			return TRUE;
	}
	return FALSE;
}

typedef struct {
	transcript_names *names;
	guint expected;
	guint actual;
	/* Of those of `actual` that have a partner. */
	gboolean *taken;
	transcript_pair_match match;
	gpointer data;
} pairing;

static gboolean
pair_from (pairing *self, guint i)
{
	if (i == self->expected)
		return TRUE;
	for (guint j = 0; j < self->actual; j++) {
		guint count = transcript_names_count (self->names);

		if (self->taken[j])
			continue;
		self->taken[j] = TRUE;
		if (self->match (i, j, self->data) && pair_from (self, i + 1))
			return TRUE;
		self->taken[j] = FALSE;
		transcript_names_truncate (self->names, count);
	}
	return FALSE;
}

gboolean
transcript_pair_up (transcript_names *names, guint expected, guint actual, transcript_pair_match match, gpointer data)
{
	g_autofree gboolean *taken = g_new0 (gboolean, actual + 1);
	pairing self = {names, expected, actual, taken, match, data};

	return expected == actual && pair_from (&self, 0);
}

/* The parameters of a link, sorted; cuts them from the path. */
static GPtrArray *
cut_parameters (char *link)
{
	GPtrArray *parameters = g_ptr_array_new ();
	char *query = strchr (link, '?');

	if (query != NULL)
		*query++ = '\0';
	while (query != NULL && *query != '\0') {
		g_ptr_array_add (parameters, query);
		query = strchr (query, '&');
		if (query != NULL)
			*query++ = '\0';
	}
	return parameters;
}

typedef struct {
	transcript_names *names;
	GPtrArray *expected;
	GPtrArray *actual;
} parameter_lists;

static gboolean
parameters_match (guint expected, guint actual, gpointer data)
{
	parameter_lists *lists = data;

	return transcript_text_match (lists->names, lists->expected->pdata[expected], lists->actual->pdata[actual]);
}

/* A link: its query is a set. */
static gboolean
link_match (transcript_names *names, const char *expected, const char *actual)
{
	g_autofree char *expected_path = g_strdup (expected);
	g_autofree char *actual_path = g_strdup (actual);
	g_autoptr (GPtrArray) expected_parameters = cut_parameters (expected_path);
	g_autoptr (GPtrArray) actual_parameters = cut_parameters (actual_path);
	parameter_lists lists = {names, expected_parameters, actual_parameters};

	return transcript_text_match (names, expected_path, actual_path) &&
	       transcript_pair_up (names, expected_parameters->len, actual_parameters->len, parameters_match, &lists);
}

#define INVALID_VALUES "The following values are invalid: {"

static int
compare_texts (gconstpointer a, gconstpointer b)
{
	return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* The entries of a Python dict of lists of words, sorted. */
static char *
sorted_entries (const char *text)
{
	g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_free);
	g_auto (GStrv) parts = g_strsplit (text + strlen (INVALID_VALUES), "], '", -1);

	for (guint i = 0; parts[i] != NULL; i++) {
		const char *entry = parts[i][0] == '\'' ? parts[i] + 1 : parts[i];
		const char *end = g_str_has_suffix (entry, "]}") ? entry + strlen (entry) - 2 : entry + strlen (entry);

		g_ptr_array_add (entries, g_strndup (entry, (gsize)(end - entry)));
	}
	g_ptr_array_sort (entries, compare_texts);
	g_ptr_array_add (entries, NULL);
	return g_strjoinv ("\n", (char **)entries->pdata);
}

gboolean
transcript_value_match (transcript_names *names, const char *key, const char *expected, const char *actual)
{
	const char *because = strstr (expected, " because: ");

	if (g_strcmp0 (key, "href") == 0)
		return link_match (names, expected, actual);
	/* The order of a dict means nothing. */
	if (g_str_has_prefix (expected, INVALID_VALUES) && g_str_has_prefix (actual, INVALID_VALUES)) {
		g_autofree char *expected_entries = sorted_entries (expected);
		g_autofree char *actual_entries = sorted_entries (actual);

		return transcript_text_match (names, expected_entries, actual_entries);
	}
	/* What follows are the words of the database. */
	if (g_str_has_prefix (expected, "Failed to save ") && because != NULL) {
		g_autofree char *ours = g_strndup (expected, (gsize)(because - expected) + strlen (" because: "));

		return g_str_has_prefix (actual, ours);
	}
	return transcript_text_match (names, expected, actual);
}

static char *
dump (json_t *value)
{
	return json_dumps (value, JSON_ENCODE_ANY | JSON_SORT_KEYS);
}

static gboolean
differs (comparison *self, const char *path, json_t *expected, json_t *actual)
{
	if (self->diff != NULL) {
		char *expected_text = expected != NULL ? dump (expected) : NULL;
		char *actual_text = actual != NULL ? dump (actual) : NULL;

		if (expected == NULL)
			g_string_append_printf (self->diff, "  %s: not recorded: %s\n", path, actual_text);
		else if (actual == NULL)
			g_string_append_printf (self->diff, "  %s: missing: %s\n", path, expected_text);
		else
			g_string_append_printf (self->diff, "  %s: recorded %s, got %s\n", path, expected_text,
			                        actual_text);
		free (expected_text);
		free (actual_text);
	}
	return FALSE;
}

static gboolean value_match (comparison *self, const char *path, const char *key, json_t *expected, json_t *actual);

static gboolean
object_match (comparison *self, const char *path, json_t *expected, json_t *actual)
{
	gboolean equal = TRUE;
	const char *key;
	json_t *value;

	json_object_foreach (expected, key, value)
	{
		g_autofree char *place = g_strdup_printf ("%s.%s", path, key);

		equal = value_match (self, place, key, value, json_object_get (actual, key)) && equal;
	}
	json_object_foreach (actual, key, value)
	{
		g_autofree char *place = g_strdup_printf ("%s.%s", path, key);

		if (json_object_get (expected, key) == NULL)
			equal = differs (self, place, NULL, value);
	}
	return equal;
}

typedef struct {
	comparison self;
	json_t *expected;
	json_t *actual;
} element_lists;

static gboolean
elements_match (guint expected, guint actual, gpointer data)
{
	element_lists *lists = data;

	return value_match (&lists->self, "", NULL, json_array_get (lists->expected, expected),
	                    json_array_get (lists->actual, actual));
}

static gboolean
array_match (comparison *self, const char *path, const char *key, json_t *expected, json_t *actual)
{
	element_lists lists = {{self->names, self->unordered, NULL}, expected, actual};
	gboolean equal = TRUE;

	if (key != NULL && transcript_is_unordered (self->unordered, key))
		return transcript_pair_up (self->names, (guint)json_array_size (expected),
		                           (guint)json_array_size (actual), elements_match, &lists) ||
		       differs (self, path, expected, actual);
	for (size_t i = 0; i < MAX (json_array_size (expected), json_array_size (actual)); i++) {
		g_autofree char *place = g_strdup_printf ("%s[%zu]", path, i);

		equal = value_match (self, place, NULL, json_array_get (expected, i), json_array_get (actual, i)) &&
		        equal;
	}
	return equal;
}

static gboolean
value_match (comparison *self, const char *path, const char *key, json_t *expected, json_t *actual)
{
	if (expected == NULL || actual == NULL)
		return differs (self, path, expected, actual);
	if (json_is_object (expected) && json_is_object (actual))
		return object_match (self, path, expected, actual);
	if (json_is_array (expected) && json_is_array (actual))
		return array_match (self, path, key, expected, actual);
	if (json_is_string (expected) && json_is_string (actual)) {
		if (strlen (json_string_value (actual)) != json_string_length (actual) ||
		    !transcript_value_match (self->names, key, json_string_value (expected),
		                             json_string_value (actual)))
			return differs (self, path, expected, actual);
		return TRUE;
	}
	return json_equal (expected, actual) || differs (self, path, expected, actual);
}

gboolean
transcript_json_match (transcript_names *names, json_t *expected, json_t *actual, json_t *unordered, GString *diff)
{
	comparison self = {names, unordered, diff};
	guint count = transcript_names_count (names);

	if (value_match (&self, "body", NULL, expected, actual))
		return TRUE;
	transcript_names_truncate (names, count);
	return FALSE;
}

/* Whether two values have the same keys and kinds; null stands for any. */
static gboolean
shape_match (comparison *self, const char *path, json_t *expected, json_t *actual)
{
	gboolean equal = TRUE;
	const char *key;
	json_t *value;

	if (expected == NULL || actual == NULL)
		return differs (self, path, expected, actual);
	if (json_is_null (expected) || json_is_null (actual))
		return TRUE;
	if (json_typeof (expected) != json_typeof (actual) || json_array_size (expected) != json_array_size (actual))
		return differs (self, path, expected, actual);
	for (size_t i = 0; i < json_array_size (expected); i++) {
		g_autofree char *place = g_strdup_printf ("%s[%zu]", path, i);

		equal = shape_match (self, place, json_array_get (expected, i), json_array_get (actual, i)) && equal;
	}
	json_object_foreach (expected, key, value)
	{
		g_autofree char *place = g_strdup_printf ("%s.%s", path, key);

		equal = shape_match (self, place, value, json_object_get (actual, key)) && equal;
	}
	json_object_foreach (actual, key, value)
	{
		g_autofree char *place = g_strdup_printf ("%s.%s", path, key);

		if (json_object_get (expected, key) == NULL)
			equal = differs (self, place, NULL, value);
	}
	return equal;
}

static json_t *
parse (const char *body, char **ret_problem)
{
	json_error_t error;
	json_t *value = json_loads (body, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);

	if (value == NULL)
		*ret_problem = g_strdup_printf ("%s at byte %d", error.text, error.position);
	return value;
}

static gboolean
json_body_match (transcript_names *names, const transcript_exchange *exchange, const char *body, GString *diff)
{
	g_autofree char *problem = NULL;
	json_t *actual = parse (body, &problem);
	comparison self = {names, NULL, diff};
	gboolean equal;

	if (actual == NULL) {
		g_string_append_printf (diff, "  body: no JSON (%s): %s\n", problem, body);
		return FALSE;
	}
	/* Prose says that it is not recorded. */
	if (exchange->summary_only && json_is_string (exchange->answer))
		equal = json_is_object (actual) || differs (&self, "body", exchange->answer, actual);
	else if (exchange->summary_only)
		equal = shape_match (&self, "body", exchange->answer, actual);
	else
		equal = transcript_json_match (names, exchange->answer, actual, exchange->unordered, diff);
	json_decref (actual);
	return equal;
}

/* Without case and blanks, in which content types may differ. */
static char *
plain_type (const char *type)
{
	g_auto (GStrv) parts = g_strsplit (type != NULL ? type : "", " ", -1);
	g_autofree char *joined = g_strjoinv ("", parts);

	return g_ascii_strdown (joined, -1);
}

static gboolean
is_type (const char *content_type, const char *type)
{
	g_autofree char *plain = plain_type (content_type);

	return g_str_has_prefix (plain, type);
}

gboolean
transcript_match (transcript_names *names, const transcript_exchange *exchange, const transcript_answer *answer,
                  GString *diff)
{
	g_autofree char *recorded_type = plain_type (exchange->content_type);
	g_autofree char *type = plain_type (answer->content_type);
	guint count = transcript_names_count (names);
	gboolean equal = TRUE, same;

	if (exchange->status != answer->status) {
		g_string_append_printf (diff, "  status: recorded %u, got %u\n", exchange->status, answer->status);
		equal = FALSE;
	}
	if (!g_str_equal (recorded_type, type)) {
		g_string_append_printf (diff, "  content type: recorded %s, got %s\n", recorded_type, type);
		equal = FALSE;
	}
	if (exchange->answer != NULL) {
		same = json_body_match (names, exchange, answer->body, diff);
	} else if (is_type (exchange->content_type, "application/xml") && exchange->answer_text[0] != '\0') {
		same = transcript_xml_match (names, exchange->answer_text, answer->body, exchange->unordered, diff);
	} else {
		same = transcript_value_match (names, NULL, exchange->answer_text, answer->body);
		if (!same)
			g_string_append_printf (diff, "  body: recorded %s\n  body: got      %s\n",
			                        exchange->answer_text, answer->body);
	}
	if (equal && same)
		return TRUE;
	transcript_names_truncate (names, count);
	return FALSE;
}

static void
bind_value (transcript_names *names, json_t *expected, json_t *actual)
{
	const char *key;
	json_t *value;

	if (json_is_string (expected) && json_is_string (actual)) {
		/* What does not match binds nothing. */
		transcript_text_match (names, json_string_value (expected), json_string_value (actual));
		return;
	}
	json_object_foreach (expected, key, value)
	{
		bind_value (names, value, json_object_get (actual, key));
	}
	for (size_t i = 0; i < MIN (json_array_size (expected), json_array_size (actual)); i++)
		bind_value (names, json_array_get (expected, i), json_array_get (actual, i));
}

void
transcript_bind (transcript_names *names, const transcript_exchange *exchange, const transcript_answer *answer)
{
	json_t *actual = json_loads (answer->body, 0, NULL);

	if (exchange->answer != NULL && answer->status < 300)
		bind_value (names, exchange->answer, actual);
	json_decref (actual);
}

/* {"NotFound": {"code": 404, "message": TEXT, "detail": TEXT}} */
static gboolean
is_fault (json_t *value, guint status)
{
	void *iterator = json_object_iter (value);
	json_t *fault = iterator != NULL ? json_object_iter_value (iterator) : NULL;

	return json_object_size (value) == 1 && json_integer_value (json_object_get (fault, "code")) == status &&
	       json_is_string (json_object_get (fault, "message")) && json_object_get (fault, "detail") != NULL;
}

gboolean
transcript_answer_is_sane (const transcript_answer *answer, GString *diff)
{
	g_autofree char *problem = NULL;
	json_t *value = NULL;
	gboolean sane = TRUE;

	if (answer->status < 200 || answer->status >= 500) {
		g_string_append_printf (diff, "  status: got %u\n", answer->status);
		return FALSE;
	}
	if (is_type (answer->content_type, "application/json") && (answer->status >= 300 || answer->body[0] != '\0')) {
		value = parse (answer->body, &problem);
		if (value == NULL)
			g_string_append_printf (diff, "  body: no JSON (%s): %s\n", problem, answer->body);
		else if (answer->status >= 300 && !is_fault (value, answer->status))
			g_string_append_printf (diff, "  body: no fault: %s\n", answer->body);
		sane = value != NULL && (answer->status < 300 || is_fault (value, answer->status));
		json_decref (value);
	} else if (is_type (answer->content_type, "application/xml")) {
		transcript_names *names = transcript_names_new ("");

		sane = transcript_xml_match (names, answer->body, answer->body, NULL, diff);
		transcript_names_free (names);
	}
	return sane;
}
