/*
 * Structs to JSON; see wire.h. What comes in has been through the library: only a struct from an older library
 * needs care, which ends before fields that the tables know.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire.h"

static gconstpointer
pointer_at (const char *place)
{
	return *(const gconstpointer *)place;
}

/* The end of what a field takes of its struct. */
static gsize
field_end (const wire_field *field)
{
	switch (field->kind) {
	case WIRE_INT32:
	case WIRE_UINT32:
	case WIRE_CHOICE:
	case WIRE_FLAG:
		return field->offset + sizeof (guint32);
	case WIRE_INT64:
	case WIRE_UINT64:
		return field->offset + sizeof (guint64);
	case WIRE_TEXT:
	case WIRE_FREE_TEXT:
	case WIRE_STRUCT:
		break;
	case WIRE_TEXTS:
	case WIRE_STRUCTS:
	case WIRE_POINTERS:
		return MAX (field->offset, field->count_offset) + sizeof (gpointer);
	}
	return field->offset + sizeof (gpointer);
}

/* NULL: empty. */
static json_t *
encode_array (const wire_field *field, const char *value)
{
	gsize count = *(const gsize *)(value + field->count_offset);
	const char *elements = pointer_at (value + field->offset);
	json_t *array;

	if (count == 0)
		return NULL;
	array = json_array ();
	for (gsize i = 0; i < count; i++) {
		if (field->kind == WIRE_TEXTS)
			json_array_append_new (array, json_string (((const char *const *)elements)[i]));
		else if (field->kind == WIRE_STRUCTS)
			json_array_append_new (array, wire_encode (field->type, elements + i * field->type->size));
		else
			json_array_append_new (array, wire_encode (field->type, ((gconstpointer const *)elements)[i]));
	}
	return array;
}

static json_t *
encode_number (json_int_t number, gboolean given)
{
	return number != 0 || given ? json_integer (number) : NULL;
}

/* NULL: is left out. given: the `set` bit is 1. */
static json_t *
encode_field (const wire_field *field, const char *value, gboolean given)
{
	const char *place = value + field->offset;

	switch (field->kind) {
	case WIRE_TEXT:
	case WIRE_FREE_TEXT:
		if (pointer_at (place) == NULL)
			return given ? json_null () : NULL;
		return json_string (pointer_at (place));
	case WIRE_INT32:
		return encode_number (*(const gint32 *)place, given);
	case WIRE_UINT32:
		return encode_number (*(const guint32 *)place, given);
	case WIRE_INT64:
		return encode_number (*(const gint64 *)place, given);
	case WIRE_UINT64:
		return encode_number ((json_int_t)MIN (*(const guint64 *)place, (guint64)G_MAXINT64), given);
	case WIRE_CHOICE:
		return *(const gint32 *)place == 0 ? NULL : json_string (field->choices[*(const gint32 *)place]);
	case WIRE_FLAG:
		return (*(const guint32 *)place & field->bit) != 0 ? json_true () : NULL;
	case WIRE_STRUCT:
		return pointer_at (place) == NULL ? NULL : wire_encode (field->type, pointer_at (place));
	case WIRE_TEXTS:
	case WIRE_STRUCTS:
	case WIRE_POINTERS:
		break;
	}
	return encode_array (field, value);
}

json_t *
wire_encode (const wire_type *type, gconstpointer value)
{
	gsize size = type->sized ? *(const gsize *)value : type->size;
	guint32 set = type->set_offset == 0 ? 0 : *(const guint32 *)((const char *)value + type->set_offset);
	json_t *object = json_object ();

	for (gsize i = 0; i < type->field_count; i++) {
		const wire_field *field = &type->fields[i];
		gboolean optional = field->kind != WIRE_FLAG && field->bit != 0;
		json_t *member;

		if (field_end (field) > size || (optional && (set & field->bit) == 0))
			continue;
		member = encode_field (field, value, optional);
		if (member != NULL)
			json_object_set_new (object, field->name, member);
	}
	return object;
}
