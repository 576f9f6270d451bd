/*
 * XML answers as trees: the order of elements of different names means nothing (it is that of a Python dict), nor does
 * white space around them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "parts.h"

#include <string.h>

typedef struct node node;
struct node {
	node *parent;
	char *name;
	GHashTable *attributes;
	GString *text;
	/* Of node *. */
	GPtrArray *children;
};

static void
node_free (gpointer data)
{
	node *self = data;

	g_free (self->name);
	g_hash_table_unref (self->attributes);
	g_string_free (self->text, TRUE);
	g_ptr_array_unref (self->children);
	g_free (self);
}

static node *
node_new (node *parent, const char *name)
{
	node *self = g_new0 (node, 1);

	self->parent = parent;
	self->name = g_strdup (name);
	self->attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
	self->text = g_string_new (NULL);
	self->children = g_ptr_array_new_with_free_func (node_free);
	return self;
}

static void
on_start (GMarkupParseContext *context, const char *name, const char **names, const char **values, gpointer data,
          GError **error)
{
	node **current = data;
	node *child = node_new (*current, name);

	for (guint i = 0; names[i] != NULL; i++)
		g_hash_table_insert (child->attributes, g_strdup (names[i]), g_strdup (values[i]));
	g_ptr_array_add ((*current)->children, child);
	*current = child;
}

static void
on_end (GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
	node **current = data;

	*current = (*current)->parent;
}

static void
on_text (GMarkupParseContext *context, const char *text, gsize size, gpointer data, GError **error)
{
	node **current = data;

	g_string_append_len ((*current)->text, text, (gssize)size);
}

/* A node without name around the document. NULL: it is not well-formed. */
static node *
parse (const char *text, char **ret_problem)
{
	static const GMarkupParser parser = {.start_element = on_start, .end_element = on_end, .text = on_text};
	node *document = node_new (NULL, "");
	node *current = document;
	GMarkupParseContext *context = g_markup_parse_context_new (&parser, 0, &current, NULL);
	g_autoptr (GError) error = NULL;

	if (!g_markup_parse_context_parse (context, text, -1, &error) ||
	    !g_markup_parse_context_end_parse (context, &error)) {
		*ret_problem = g_strdup (error->message);
		g_clear_pointer (&document, node_free);
	}
	g_markup_parse_context_free (context);
	return document;
}

typedef struct {
	transcript_names *names;
	json_t *unordered;
	GString *diff;
} comparison;

static gboolean
differs (comparison *self, const char *path, const char *expected, const char *actual)
{
	if (self->diff != NULL)
		g_string_append_printf (self->diff, "  %s: recorded %s, got %s\n", path, expected, actual);
	return FALSE;
}

static gboolean
attributes_match (comparison *self, const char *path, node *expected, node *actual)
{
	gboolean equal = TRUE;
	GHashTableIter iter;
	gpointer name, value;

	g_hash_table_iter_init (&iter, expected->attributes);
	while (g_hash_table_iter_next (&iter, &name, &value)) {
		const char *other = g_hash_table_lookup (actual->attributes, name);
		g_autofree char *place = g_strdup_printf ("%s@%s", path, (const char *)name);

		if (other == NULL || !transcript_value_match (self->names, name, value, other))
			equal = differs (self, place, value, other != NULL ? other : "none");
	}
	if (equal && g_hash_table_size (expected->attributes) != g_hash_table_size (actual->attributes))
		equal = differs (self, path, "fewer attributes", "more");
	return equal;
}

/* The text of a leaf counts as it is; between elements it is layout. */
static gboolean
text_match (comparison *self, const char *path, node *expected, node *actual)
{
	g_autofree char *pattern = NULL;

	if (expected->children->len > 0 || actual->children->len > 0) {
		g_strstrip (expected->text->str);
		g_strstrip (actual->text->str);
	}
	{
		g_auto (GStrv) parts = g_strsplit (expected->text->str, "${timestamp}", -1);

		pattern = g_strjoinv ("${" TRANSCRIPT_XML_TIME "}", parts);
	}
	return transcript_value_match (self->names, NULL, pattern, actual->text->str) ||
	       differs (self, path, expected->text->str, actual->text->str);
}

static gboolean node_match (comparison *self, const char *path, node *expected, node *actual);

/* Those of one name. */
static GPtrArray *
children_of_name (node *parent, const char *name)
{
	GPtrArray *children = g_ptr_array_new ();

	for (guint i = 0; i < parent->children->len; i++) {
		node *child = parent->children->pdata[i];

		if (g_str_equal (child->name, name))
			g_ptr_array_add (children, child);
	}
	return children;
}

typedef struct {
	comparison self;
	GPtrArray *expected;
	GPtrArray *actual;
} child_lists;

static gboolean
children_match (guint expected, guint actual, gpointer data)
{
	child_lists *lists = data;

	return node_match (&lists->self, "", lists->expected->pdata[expected], lists->actual->pdata[actual]);
}

static gboolean
children_of_name_match (comparison *self, const char *path, const char *name, node *expected, node *actual)
{
	g_autoptr (GPtrArray) expected_children = children_of_name (expected, name);
	g_autoptr (GPtrArray) actual_children = children_of_name (actual, name);
	g_autofree char *place = g_strdup_printf ("%s/%s", path, name);
	child_lists lists = {{self->names, self->unordered, NULL}, expected_children, actual_children};
	gboolean equal = TRUE;

	if (expected_children->len != actual_children->len) {
		g_autofree char *expected_count = g_strdup_printf ("%u of them", expected_children->len);
		g_autofree char *actual_count = g_strdup_printf ("%u", actual_children->len);

		return differs (self, place, expected_count, actual_count);
	}
	if (transcript_is_unordered (self->unordered, expected->name))
		return transcript_pair_up (self->names, expected_children->len, actual_children->len, children_match,
		                           &lists) ||
		       differs (self, place, "the same elements", "others");
	for (guint i = 0; i < expected_children->len; i++)
		equal = node_match (self, place, expected_children->pdata[i], actual_children->pdata[i]) && equal;
	return equal;
}

static gboolean
node_match (comparison *self, const char *path, node *expected, node *actual)
{
	g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
	gboolean equal = attributes_match (self, path, expected, actual);
	GHashTableIter iter;
	gpointer name;

	equal = text_match (self, path, expected, actual) && equal;
	for (guint i = 0; i < expected->children->len; i++)
		g_hash_table_add (names, ((node *)expected->children->pdata[i])->name);
	for (guint i = 0; i < actual->children->len; i++)
		g_hash_table_add (names, ((node *)actual->children->pdata[i])->name);
	g_hash_table_iter_init (&iter, names);
	while (g_hash_table_iter_next (&iter, &name, NULL))
		equal = children_of_name_match (self, path, name, expected, actual) && equal;
	return equal;
}

gboolean
transcript_xml_match (transcript_names *names, const char *expected, const char *actual, json_t *unordered,
                      GString *diff)
{
	comparison self = {names, unordered, diff};
	g_autofree char *problem = NULL;
	node *expected_tree = parse (expected, &problem);
	node *actual_tree = expected_tree != NULL ? parse (actual, &problem) : NULL;
	guint count = transcript_names_count (names);
	gboolean equal = FALSE;

	if (actual_tree == NULL)
		g_string_append_printf (diff, "  body: no XML (%s): %s\n", problem, actual);
	else
		equal = node_match (&self, "body", expected_tree, actual_tree);
	if (!equal)
		transcript_names_truncate (names, count);
	g_clear_pointer (&expected_tree, node_free);
	g_clear_pointer (&actual_tree, node_free);
	return equal;
}
