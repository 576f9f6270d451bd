/*
 * JSON to structs; see wire.h. What comes in may have been written by anyone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire.h"

#include <string.h>

/* The longest key that a message repeats. */
#define KEY_SHOWN 64

struct wire_memory {
	GPtrArray *chunks;
};

wire_memory *
wire_memory_new (void)
{
	wire_memory *memory = g_new (wire_memory, 1);

	memory->chunks = g_ptr_array_new_with_free_func (g_free);
	return memory;
}

void
wire_memory_free (wire_memory *memory)
{
	g_ptr_array_free (memory->chunks, TRUE);
	g_free (memory);
}

/* Zeroed. */
static gpointer
take (wire_memory *memory, gsize count, gsize size)
{
	gpointer chunk = g_malloc0_n (count, size);

	g_ptr_array_add (memory->chunks, chunk);
	return chunk;
}

typedef struct {
	wire_memory *memory;
	gboolean strict;
	/* What is wrong, with the path of the value ("networks[0].addresses[1]"), which is put together on the way
	 * out. */
	char *problem;
} decoder;

static gboolean
fail (decoder *self, const char *problem)
{
	self->problem = g_strdup (problem);
	return FALSE;
}

/* Puts the way into a value before the problem; index -1: it is no element of an array. Returns FALSE. */
static gboolean
fail_in (decoder *self, const char *name, gssize index)
{
	g_autofree char *problem = g_steal_pointer (&self->problem);
	/* Between a value and what is wrong with it stands a blank, between an object and its key a point. */
	const char *separator = *problem == ' ' ? "" : ".";

	if (index < 0)
		self->problem = g_strconcat (name, separator, problem, NULL);
	else
		self->problem = g_strdup_printf ("%s[%" G_GSSIZE_FORMAT "]%s%s", name, index, separator, problem);
	return FALSE;
}

static gboolean
decode_text (decoder *self, json_t *json, gboolean free_text, const char **ret)
{
	const char *text = json_string_value (json);
	gsize length;

	if (text == NULL)
		return fail (self, " is not a text");
	length = json_string_length (json);
	for (gsize i = 0; i < length; i++) {
		if (text[i] == '\0')
			return fail (self, " contains a NUL");
		if (!free_text && g_ascii_iscntrl (text[i]))
			return fail (self, " contains a control character");
	}
	*ret = text;
	return TRUE;
}

static gboolean
decode_number (decoder *self, json_t *json, gint64 least, gint64 most, gint64 *ret)
{
	json_int_t number = json_integer_value (json);

	if (!json_is_integer (json))
		return fail (self, " is not an integer");
	if (number < least || number > most) {
		self->problem =
			g_strdup_printf (" %" JSON_INTEGER_FORMAT " is not %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
		                         number, least, most);
		return FALSE;
	}
	*ret = number;
	return TRUE;
}

static gboolean
decode_choice (decoder *self, json_t *json, const char *const *choices, gint32 *ret)
{
	const char *text = NULL;

	if (!decode_text (self, json, FALSE, &text))
		return FALSE;
	for (gint32 i = 0; choices[i] != NULL; i++) {
		if (strcmp (choices[i], text) == 0) {
			*ret = i;
			return TRUE;
		}
	}
	GString *problem = g_string_new (" is not ");
	for (gint32 i = 0; choices[i] != NULL; i++)
		g_string_append_printf (problem, "%s%s", i == 0 ? "" : " or ", choices[i]);
	self->problem = g_string_free (problem, FALSE);
	return FALSE;
}

static gboolean decode_struct (decoder *self, const wire_type *type, json_t *object, char *value);

static gboolean
decode_array (decoder *self, const wire_field *field, json_t *json, char *value)
{
	gsize count = json_array_size (json);
	gsize element = field->kind == WIRE_TEXTS ? 0 : field->type->size;
	const char **texts = NULL;
	gpointer *pointers = NULL;
	char *structs = NULL;

	if (!json_is_array (json)) {
		fail (self, " is not an array");
		return fail_in (self, field->name, -1);
	}
	if (count == 0)
		return TRUE;
	if (field->kind == WIRE_TEXTS)
		*(gpointer *)(value + field->offset) = texts = take (self->memory, count, sizeof *texts);
	else
		*(gpointer *)(value + field->offset) = structs = take (self->memory, count, element);
	if (field->kind == WIRE_POINTERS)
		*(gpointer *)(value + field->offset) = pointers = take (self->memory, count, sizeof *pointers);
	for (gsize i = 0; i < count; i++) {
		json_t *item = json_array_get (json, i);

		if (texts != NULL ? !decode_text (self, item, TRUE, &texts[i])
		                  : !decode_struct (self, field->type, item, structs + i * element))
			return fail_in (self, field->name, (gssize)i);
		if (pointers != NULL)
			pointers[i] = structs + i * element;
	}
	*(gsize *)(value + field->count_offset) = count;
	return TRUE;
}

static gboolean
decode_value (decoder *self, const wire_field *field, json_t *json, char *place)
{
	gint64 number = 0;

	switch (field->kind) {
	case WIRE_TEXT:
	case WIRE_FREE_TEXT:
		return json_is_null (json) ||
		       decode_text (self, json, field->kind == WIRE_FREE_TEXT, (const char **)place);
	case WIRE_INT32:
		if (!decode_number (self, json, G_MININT32, G_MAXINT32, &number))
			return FALSE;
		*(gint32 *)place = (gint32)number;
		return TRUE;
	case WIRE_UINT32:
		if (!decode_number (self, json, 0, G_MAXUINT32, &number))
			return FALSE;
		*(guint32 *)place = (guint32)number;
		return TRUE;
	case WIRE_INT64:
		return decode_number (self, json, G_MININT64, G_MAXINT64, (gint64 *)place);
	case WIRE_UINT64:
		return decode_number (self, json, 0, G_MAXINT64, (gint64 *)place);
	case WIRE_CHOICE:
		return decode_choice (self, json, field->choices, (gint32 *)place);
	case WIRE_FLAG:
		if (!json_is_boolean (json))
			return fail (self, " is not true or false");
		if (json_is_true (json))
			*(guint32 *)place |= field->bit;
		return TRUE;
	case WIRE_STRUCT:
		if (json_is_null (json))
			return TRUE;
		*(gpointer *)place = take (self->memory, 1, field->type->size);
		return decode_struct (self, field->type, json, *(gpointer *)place);
	case WIRE_TEXTS:
	case WIRE_STRUCTS:
	case WIRE_POINTERS:
		break;
	}
	g_assert_not_reached ();
}

static gboolean
decode_field (decoder *self, const wire_type *type, const wire_field *field, json_t *json, char *value)
{
	if (field->kind == WIRE_TEXTS || field->kind == WIRE_STRUCTS || field->kind == WIRE_POINTERS)
		return decode_array (self, field, json, value);
	if (!decode_value (self, field, json, value + field->offset))
		return fail_in (self, field->name, -1);
	if (field->kind != WIRE_FLAG && field->bit != 0)
		*(guint32 *)(value + type->set_offset) |= field->bit;
	return TRUE;
}

static const wire_field *
find_field (const wire_type *type, const char *name)
{
	for (gsize i = 0; i < type->field_count; i++) {
		if (strcmp (type->fields[i].name, name) == 0)
			return &type->fields[i];
	}
	return NULL;
}

static gboolean
is_there (const wire_field *field, const char *place)
{
	if (field->kind == WIRE_CHOICE || field->kind == WIRE_INT32)
		return *(const gint32 *)place != 0;
	return *(const gconstpointer *)place != NULL;
}

/* A key that nobody knows, for a message. */
static const char *
describe_key (const char *key)
{
	if (*key == '\0')
		return "a key without a name";
	return strlen (key) > KEY_SHOWN ? "a long key" : key;
}

/* The nesting of the types bounds that of the calls, whatever the object holds. */
static gboolean
decode_struct (decoder *self, const wire_type *type, json_t *object, char *value)
{
	const char *key;
	json_t *member;

	if (!json_is_object (object))
		return fail (self, " is not an object");
	if (type->sized)
		*(gsize *)value = type->size;
	json_object_foreach (object, key, member)
	{
		const wire_field *field = find_field (type, key);

		if (field != NULL) {
			if (!decode_field (self, type, field, member, value))
				return FALSE;
		} else if (self->strict) {
			fail (self, " is not known");
			return fail_in (self, describe_key (key), -1);
		}
	}
	for (gsize i = 0; i < type->field_count; i++) {
		const wire_field *field = &type->fields[i];

		if (field->required && !is_there (field, value + field->offset)) {
			fail (self, " is missing");
			return fail_in (self, field->name, -1);
		}
	}
	return TRUE;
}

gpointer
wire_decode (const wire_type *type, json_t *object, gboolean strict, wire_memory *memory, char **ret_problem)
{
	decoder self = {.memory = memory, .strict = strict};
	char *value = take (memory, 1, type->size);

	if (decode_struct (&self, type, object, value))
		return value;
	if (*self.problem == ' ') {
		/* The outermost value, which has no name. */
		fail_in (&self, "it", -1);
	}
	*ret_problem = self.problem;
	return NULL;
}
