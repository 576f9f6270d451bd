/*
 * xml.c: request bodies from XML, answers to XML.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "xml.h"

#include <string.h>

/* Deeper than any body of the API. */
#define DEPTH_MAX 16

/* Elements of requests whose children are a list. */
static const char *const lists[] = {"addresses", "ip_addresses", "interfaces"};

typedef struct {
	char *name;
	/* NULL as long as there are no children. */
	json_t *value;
	GString *text;
} element;

typedef struct {
	GQueue stack;
	json_t *document;
} reader;

static void
element_free (element *self)
{
	g_free (self->name);
	json_decref (self->value);
	g_string_free (self->text, TRUE);
	g_free (self);
}

static gboolean
is_list (const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS (lists); i++) {
		if (strcmp (lists[i], name) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Takes the value. */
static void
add_child (element *parent, const char *name, json_t *value)
{
	if (is_list (parent->name)) {
		json_array_append_new (parent->value, value);
		return;
	}
	if (parent->value == NULL)
		parent->value = json_object ();
	json_object_set_new (parent->value, name, value);
}

static void
start_element (GMarkupParseContext *context, const char *name, const char **names, const char **values, gpointer data,
               GError **error)
{
	reader *self = data;
	element *item;

	if (self->document != NULL || g_queue_get_length (&self->stack) >= DEPTH_MAX) {
		g_set_error_literal (error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, "too deep, or too much");
		return;
	}
	item = g_new0 (element, 1);
	item->name = g_strdup (name);
	item->text = g_string_new (NULL);
	if (is_list (name))
		item->value = json_array ();
	g_queue_push_head (&self->stack, item);
	for (guint i = 0; names[i] != NULL && !is_list (name); i++)
		add_child (item, names[i], json_string (values[i]));
}

static void
text (GMarkupParseContext *context, const char *content, gsize size, gpointer data, GError **error)
{
	reader *self = data;
	element *item = g_queue_peek_head (&self->stack);

	if (item != NULL)
		g_string_append_len (item->text, content, (gssize)size);
}

static void
end_element (GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
	reader *self = data;
	element *item = g_queue_pop_head (&self->stack), *parent = g_queue_peek_head (&self->stack);
	json_t *value = g_steal_pointer (&item->value);

	if (value == NULL && item->text->len > 0)
		value = json_stringn (item->text->str, item->text->len);
	else if (value == NULL)
		value = parent != NULL ? json_null () : json_object ();
	if (parent != NULL) {
		add_child (parent, item->name, value);
	} else {
		self->document = json_object ();
		json_object_set_new (self->document, item->name, value);
	}
	element_free (item);
}

json_t *
xml_parse (const char *document, gsize size)
{
	static const GMarkupParser parser = {.start_element = start_element, .end_element = end_element, .text = text};
	reader self = {.stack = G_QUEUE_INIT};
	GMarkupParseContext *context = g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &self, NULL);
	gboolean good = g_markup_parse_context_parse (context, document, (gssize)size, NULL) &&
	                g_markup_parse_context_end_parse (context, NULL);

	g_markup_parse_context_free (context);
	g_queue_clear_full (&self.stack, (GDestroyNotify)element_free);
	if (!good)
		g_clear_pointer (&self.document, json_decref);
	return self.document;
}

void
xml_escape (GString *out, const char *value)
{
	for (const char *at = value; *at != '\0'; at++) {
		switch (*at) {
		case '&':
			g_string_append (out, "&amp;");
			break;
		case '<':
			g_string_append (out, "&lt;");
			break;
		case '>':
			g_string_append (out, "&gt;");
			break;
		case '"':
			g_string_append (out, "&quot;");
			break;
		default:
			/* XML has no way to write the other control characters. */
			if ((guchar)*at < ' ' && *at != '\t' && *at != '\n' && *at != '\r')
				g_string_append (out, "\xef\xbf\xbd");
			else
				g_string_append_c (out, *at);
		}
	}
}

static void
indent (GString *out, guint depth)
{
	for (guint i = 0; i < depth; i++)
		g_string_append (out, "    ");
}

/* A time is written the way Python writes it. */
static gboolean
is_time (const char *name, const char *value)
{
	return (strcmp (name, "created_at") == 0 || strcmp (name, "updated_at") == 0) &&
	       strlen (value) == strlen ("YYYY-MM-DDTHH:MM:SS") && value[10] == 'T';
}

static void
render_scalar (GString *out, const char *name, const json_t *value)
{
	switch (json_typeof (value)) {
	case JSON_STRING:
		if (is_time (name, json_string_value (value)))
			g_string_append_printf (out, "%.10s %s.000000", json_string_value (value),
			                        json_string_value (value) + 11);
		else
			xml_escape (out, json_string_value (value));
		break;
	case JSON_INTEGER:
		g_string_append_printf (out, "%" JSON_INTEGER_FORMAT, json_integer_value (value));
		break;
	case JSON_REAL:
		g_string_append_printf (out, "%.17g", json_real_value (value));
		break;
	case JSON_TRUE:
		g_string_append (out, "True");
		break;
	case JSON_FALSE:
		g_string_append (out, "False");
		break;
	default:
		g_string_append (out, "None");
	}
}

static void render (GString *out, guint depth, const char *name, const json_t *value, const json_t *links);

static void
render_link (GString *out, guint depth, const json_t *link)
{
	const char *key;
	json_t *value;

	indent (out, depth);
	g_string_append (out, "<link");
	/* The macro's iterator takes no const. */
	json_object_foreach ((json_t *)(guintptr)link, key, value)
	{
		g_string_append_printf (out, " %s=\"", key);
		render_scalar (out, key, value);
		g_string_append_c (out, '"');
	}
	g_string_append (out, "/>\n");
}

static void
render_children (GString *out, guint depth, const char *name, const json_t *value)
{
	const char *key;
	json_t *child;
	gsize i;

	if (json_is_array (value)) {
		gsize length = strlen (name);
		g_autofree char *singular =
			g_str_has_suffix (name, "s") ? g_strndup (name, length - 1) : g_strdup ("item");

		json_array_foreach (value, i, child) render (out, depth, singular, child, NULL);
	} else {
		json_object_foreach ((json_t *)(guintptr)value, key, child) render (out, depth, key, child, NULL);
	}
}

static void
render (GString *out, guint depth, const char *name, const json_t *value, const json_t *links)
{
	gsize children = json_is_array (value) ? json_array_size (value) : json_object_size (value);

	indent (out, depth);
	if (!json_is_array (value) && !json_is_object (value)) {
		g_string_append_printf (out, "<%s>", name);
		render_scalar (out, name, value);
		g_string_append_printf (out, "</%s>\n", name);
	} else if (children == 0 && json_array_size (links) == 0) {
		g_string_append_printf (out, "<%s/>\n", name);
	} else {
		json_t *link;
		gsize i;

		g_string_append_printf (out, "<%s>\n", name);
		render_children (out, depth + 1, name, value);
		json_array_foreach (links, i, link) render_link (out, depth + 1, link);
		indent (out, depth);
		g_string_append_printf (out, "</%s>\n", name);
	}
}

void
xml_render (const json_t *body, GString *out)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)(guintptr)body, name, value)
	{
		g_autofree char *links = g_strdup_printf ("%s_links", name);

		if (!g_str_has_suffix (name, "_links"))
			render (out, 0, name, value, json_object_get (body, links));
	}
}

void
xml_render_fault (const json_t *body, GString *out)
{
	const char *name, *key;
	json_t *fault, *value;

	json_object_foreach ((json_t *)(guintptr)body, name, fault)
	{
		g_string_append_printf (out, "<%s code=\"%" JSON_INTEGER_FORMAT "\">\n", name,
		                        json_integer_value (json_object_get (fault, "code")));
		json_object_foreach (fault, key, value)
		{
			if (strcmp (key, "code") != 0)
				render (out, 1, key, value, NULL);
		}
		g_string_append_printf (out, "</%s>\n", name);
	}
}
