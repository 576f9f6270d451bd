/*
 * The placeholders of the recorded scenarios: what they are bound to, and filling them in.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "parts.h"

#include <string.h>

typedef struct {
	char *name;
	char *value;
} binding;

struct transcript_names {
	/* Of binding *, in the order in which they were bound: few, and the last ones can be forgotten. */
	GPtrArray *bindings;
	/* Seconds since 1970 when all began. */
	gint64 began;
	/* How often ${*} was filled in. */
	guint anonymous;
	/* Ids of objects that were filled in, to their number. */
	GHashTable *objects;
};

static void
binding_free (gpointer data)
{
	binding *bound = data;

	g_free (bound->name);
	g_free (bound->value);
	g_free (bound);
}

transcript_names *
transcript_names_new (const char *base)
{
	transcript_names *names = g_new0 (transcript_names, 1);

	names->bindings = g_ptr_array_new_with_free_func (binding_free);
	names->objects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	names->began = g_get_real_time () / G_USEC_PER_SEC;
	transcript_names_set (names, "base", base);
	return names;
}

void
transcript_names_free (transcript_names *names)
{
	if (names == NULL)
		return;
	g_ptr_array_unref (names->bindings);
	g_hash_table_unref (names->objects);
	g_free (names);
}

const char *
transcript_names_get (const transcript_names *names, const char *name)
{
	for (guint i = 0; i < names->bindings->len; i++) {
		const binding *bound = names->bindings->pdata[i];

		if (g_str_equal (bound->name, name))
			return bound->value;
	}
	return NULL;
}

void
transcript_names_set (transcript_names *names, const char *name, const char *value)
{
	binding *bound = g_new0 (binding, 1);

	g_assert (transcript_names_get (names, name) == NULL);
	bound->name = g_strdup (name);
	bound->value = g_strdup (value);
	g_ptr_array_add (names->bindings, bound);
}

guint
transcript_names_count (const transcript_names *names)
{
	return names->bindings->len;
}

void
transcript_names_truncate (transcript_names *names, guint count)
{
	g_ptr_array_set_size (names->bindings, (gint)count);
}

/* The next placeholder of a text: NULL if there is none. *ret_end: behind it; *ret_name: to be freed. */
static const char *
next_placeholder (const char *text, const char **ret_end, char **ret_name)
{
	const char *start = strstr (text, "${");
	const char *end = start != NULL ? strchr (start, '}') : NULL;

	if (end == NULL)
		return NULL;
	*ret_name = g_strndup (start + 2, (gsize)(end - start) - 2);
	*ret_end = end + 1;
	return start;
}

/* A UUID that follows from a text (RFC 4122, version 5, without a name space). */
static char *
uuid_of (const char *text)
{
	g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA1, text, -1);

	return g_strdup_printf ("%.8s-%.4s-5%.3s-a%.3s-%.12s", sum, sum + 8, sum + 13, sum + 17, sum + 20);
}

static char *
value_of (transcript_names *names, const char *name)
{
	const char *bound = transcript_names_get (names, name);

	if (bound != NULL)
		return g_strdup (bound);
	if (g_str_equal (name, "*")) {
		g_autofree char *text = g_strdup_printf ("* %u", names->anonymous++);

		return uuid_of (text);
	}
	if (g_str_equal (name, "timestamp"))
		return g_strdup (TRANSCRIPT_TIME);
	if (g_str_equal (name, "traceback"))
		return g_strdup ("Traceback (most recent call last):\n");
	return uuid_of (name);
}

char *
transcript_fill (transcript_names *names, const char *text)
{
	GString *filled = g_string_new (NULL);
	const char *start, *end;
	char *name;

	while ((start = next_placeholder (text, &end, &name)) != NULL) {
		g_autofree char *value = value_of (names, name);

		g_free (name);
		g_string_append_len (filled, text, start - text);
		g_string_append (filled, value);
		text = end;
	}
	g_string_append (filled, text);
	return g_string_free (filled, FALSE);
}

/* Sets a time of an object, if it was filled in, to so many seconds after TRANSCRIPT_TIME. */
static void
set_time (json_t *object, const char *key, guint second)
{
	g_autofree char *text =
		g_strdup_printf ("2012-03-04T%02u:%02u:%02u", second / 3600 % 24, second / 60 % 60, second % 60);

	if (g_strcmp0 (json_string_value (json_object_get (object, key)), TRANSCRIPT_TIME) == 0)
		json_object_set_new (object, key, json_string (text));
}

static void
set_times (transcript_names *names, json_t *object)
{
	const char *id = json_string_value (json_object_get (object, "id"));
	guint number;

	if (id == NULL)
		return;
	number = GPOINTER_TO_UINT (g_hash_table_lookup (names->objects, id));
	if (number == 0) {
		number = g_hash_table_size (names->objects) + 1;
		g_hash_table_insert (names->objects, g_strdup (id), GUINT_TO_POINTER (number));
	}
	set_time (object, "created_at", 2 * number);
	set_time (object, "updated_at", 2 * number + 1);
}

json_t *
transcript_fill_json (transcript_names *names, json_t *value)
{
	json_t *filled, *item;
	const char *key;
	size_t i;

	if (json_is_string (value)) {
		g_autofree char *text = transcript_fill (names, json_string_value (value));

		return json_string (text);
	}
	if (json_is_array (value)) {
		filled = json_array ();
		json_array_foreach (value, i, item)
		{
			json_array_append_new (filled, transcript_fill_json (names, item));
		}
		return filled;
	}
	if (json_is_object (value)) {
		filled = json_object ();
		json_object_foreach (value, key, item)
			json_object_set_new (filled, key, transcript_fill_json (names, item));
		set_times (names, filled);
		return filled;
	}
	return json_incref (value);
}

/* Whether a time of the service lies between the beginning and now. A clock may be read just before the other one. */
static gboolean
time_is_ours (const transcript_names *names, const char *text)
{
	g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
	g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, utc);
	gint64 seconds;

	if (time == NULL)
		return FALSE;
	seconds = g_date_time_to_unix (time);
	return seconds >= names->began - 1 && seconds <= g_get_real_time () / G_USEC_PER_SEC + 1;
}

static gboolean
is_time (const char *name)
{
	return g_str_equal (name, "timestamp") || g_str_equal (name, TRANSCRIPT_XML_TIME);
}

/* What a pattern stands for, as a regular expression; `captured` gets the name of each group. */
static char *
expression_of (const transcript_names *names, const char *pattern, GPtrArray *captured)
{
	GString *expression = g_string_new ("^");
	const char *start, *end;
	char *name;

	while ((start = next_placeholder (pattern, &end, &name)) != NULL) {
		g_autofree char *literal = g_regex_escape_string (pattern, (int)(start - pattern));
		const char *bound = transcript_names_get (names, name);
		guint known;

		g_string_append (expression, literal);
		if (bound != NULL) {
			g_autofree char *value = g_regex_escape_string (bound, -1);

			g_string_append (expression, value);
		} else if (g_str_equal (name, "*")) {
			g_string_append (expression, "[^\\s/?&<>\"]+");
		} else if (g_str_equal (name, "traceback")) {
			g_string_append (expression, "(?s:.*)");
		} else if (g_str_equal (name, "timestamp")) {
			g_string_append (expression, "(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)");
			g_ptr_array_add (captured, g_strdup (name));
		} else if (g_str_equal (name, TRANSCRIPT_XML_TIME)) {
			g_string_append (expression, "(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6})");
			g_ptr_array_add (captured, g_strdup (name));
		} else if (g_ptr_array_find_with_equal_func (captured, name, g_str_equal, &known)) {
			g_string_append_printf (expression, "\\g{%u}", known + 1);
		} else {
			g_string_append (expression, "([^\\s\"<>]+?)");
			g_ptr_array_add (captured, g_strdup (name));
		}
		g_free (name);
		pattern = end;
	}
	{
		g_autofree char *literal = g_regex_escape_string (pattern, -1);

		g_string_append (expression, literal);
	}
	return g_string_free (g_string_append (expression, "\\z"), FALSE);
}

gboolean
transcript_text_match (transcript_names *names, const char *pattern, const char *text)
{
	g_autoptr (GPtrArray) captured = g_ptr_array_new_with_free_func (g_free);
	g_autofree char *expression = NULL;
	g_autoptr (GRegex) regex = NULL;
	g_autoptr (GMatchInfo) match = NULL;

	if (strstr (pattern, "${") == NULL)
		return g_str_equal (pattern, text);
	expression = expression_of (names, pattern, captured);
	regex = g_regex_new (expression, 0, 0, NULL);
	g_assert (regex != NULL);
	if (!g_regex_match (regex, text, 0, &match))
		return FALSE;
	for (guint i = 0; i < captured->len; i++) {
		g_autofree char *value = g_match_info_fetch (match, (gint)i + 1);

		if (is_time (captured->pdata[i]) && !time_is_ours (names, value))
			return FALSE;
	}
	for (guint i = 0; i < captured->len; i++) {
		g_autofree char *value = g_match_info_fetch (match, (gint)i + 1);

		if (!is_time (captured->pdata[i]))
			transcript_names_set (names, captured->pdata[i], value);
	}
	return TRUE;
}
