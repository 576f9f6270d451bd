/*
 * See args.h. Text that is in canonical form already is not copied: the caller keeps it during the
 * call, and allocating an address should cost next to nothing here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "args.h"

#include "error.h"
#include "text.h"

#include <string.h>

/* No args struct of any version will be as large; whatever says so was never initialised. */
#define SIZE_PLAUSIBLE 4096

static void
put_path (const args_path *path, GString *text)
{
	if (path == NULL)
		return;
	put_path (path->up, text);
	if (path->up != NULL)
		g_string_append_c (text, '.');
	g_string_append_printf (text, "%s[%zu]", path->array, path->index);
}

gboolean
args_invalid (args_state *state, const args_path *path, const char *format, ...)
{
	g_autoptr (GString) text = g_string_new (NULL);
	va_list values;

	put_path (path, text);
	if (path != NULL)
		g_string_append_c (text, '.');
	va_start (values, format);
	g_string_append_vprintf (text, format, values);
	va_end (values);
	error_set (state->error, IP_DRIVER_INVALID, "%s", text->str);
	return FALSE;
}

/* The element itself is wrong, not a field of it. */
static gboolean
invalid_element (args_state *state, const args_path *path, const char *what)
{
	g_autoptr (GString) text = g_string_new (NULL);

	put_path (path, text);
	error_set (state->error, IP_DRIVER_INVALID, "%s %s", text->str, what);
	return FALSE;
}

/* Checks one text of at most `most` bytes; *text becomes its canonical form. `name` is NULL in an array of
 * texts, where the path names the element. */
static gboolean
check_text (args_state *state, const args_path *path, const args_field *field, args_kind kind, guint64 most,
            const char *name, const char **text)
{
	char canonical[TEXT_SIZE], value[ERROR_VALUE_SIZE];
	g_autofree char *message = NULL;
	gboolean good;
	const char *what;

	switch (kind) {
	case ARGS_UUID:
		good = text_uuid (*text, canonical);
		what = "a UUID";
		break;
	case ARGS_ADDRESS:
		good = text_address (*text, canonical) != 0;
		what = "an IP address";
		break;
	case ARGS_CIDR:
		good = text_cidr (*text, canonical) != 0;
		what = "a CIDR";
		break;
	case ARGS_MAC:
		good = text_mac (*text, canonical);
		what = "a MAC address";
		break;
	case ARGS_MAC_CIDR:
		good = text_mac_cidr (*text, canonical);
		what = "a MAC address with a prefix length of 8 to 48";
		break;
	case ARGS_NETMASK:
		good = text_netmask (0, *text, canonical) >= 0;
		what = "a netmask";
		break;
	default:
		if (text_is_utf8 (*text, most) && (**text != '\0' || (field->flags & ARGS_EMPTY) != 0))
			return TRUE;
		good = FALSE;
		what = NULL;
	}
	if (good) {
		if (strcmp (*text, canonical) != 0)
			*text = arena_take_text (state->arena, canonical);
		return TRUE;
	}
	error_value (*text, value);
	if (what != NULL)
		message = g_strdup_printf ("\"%s\" is not %s", value, what);
	else
		message = g_strdup_printf ("\"%s\" is not %d to %" G_GUINT64_FORMAT " bytes of UTF-8", value,
		                           (field->flags & ARGS_EMPTY) != 0 ? 0 : 1, most);
	return name == NULL ? invalid_element (state, path, message)
	                    : args_invalid (state, path, "%s %s", name, message);
}

static gboolean copy_fields (args_state *state, const args_path *path, const args_type *type, size_t size, char *copy);
static void *copy_sized (args_state *state, const args_path *path, const args_type *type, const void *source);

static gboolean
copy_array (args_state *state, const args_path *path, const args_field *field, char *copy)
{
	size_t count = *(size_t *)(copy + field->count);
	const char *source = *(const char **)(copy + field->offset);
	args_path element = {path, field->name, 0};
	size_t step = field->kind == ARGS_STRUCTS ? field->type->size : sizeof (void *);
	char *elements;

	if (count == 0) {
		*(void **)(copy + field->offset) = NULL;
		return (field->flags & ARGS_REQUIRED) == 0 || args_invalid (state, path, "%s is required", field->name);
	}
	if (source == NULL)
		return args_invalid (state, path, "%s is NULL, but its count is %zu", field->name, count);
	if (count > field->most)
		return args_invalid (state, path, "%s has %zu elements, more than %" G_GUINT64_FORMAT, field->name,
		                     count, field->most);
	elements = arena_take (state->arena, count * step);
	memcpy (elements, source, count * step);
	*(char **)(copy + field->offset) = elements;
	for (; element.index < count; element.index++, elements += step) {
		const void **pointer = (const void **)elements;

		if (field->kind == ARGS_STRUCTS) {
			if (!copy_fields (state, &element, field->type, field->type->size, elements))
				return FALSE;
			continue;
		}
		if (*pointer == NULL)
			return invalid_element (state, &element, "is NULL");
		if (field->kind == ARGS_TEXTS) {
			if (!check_text (state, &element, field, field->element, IP_DRIVER_ID_MAX, NULL,
			                 (const char **)pointer))
				return FALSE;
		} else {
			*pointer = copy_sized (state, &element, field->type, *pointer);
			if (*pointer == NULL)
				return FALSE;
		}
	}
	return TRUE;
}

static gboolean
check_number (args_state *state, const args_path *path, const args_field *field, char *place)
{
	gint64 number;
	guint64 natural;

	switch (field->kind) {
	case ARGS_INT32:
	case ARGS_INT64:
		number = field->kind == ARGS_INT32 ? *(gint32 *)place : *(gint64 *)place;
		if (number < field->least || (number > 0 && (guint64)number > field->most))
			return args_invalid (state, path,
			                     "%s %" G_GINT64_FORMAT " is not %" G_GINT64_FORMAT
			                     " to %" G_GUINT64_FORMAT,
			                     field->name, number, field->least, field->most);
		return TRUE;
	case ARGS_FLAGS:
		natural = *(guint32 *)place;
		if ((natural & ~field->most) != 0)
			return args_invalid (state, path, "%s 0x%x has unknown bits", field->name, (unsigned)natural);
		return TRUE;
	case ARGS_RESERVED:
		natural = *(guint32 *)place;
		if (natural != 0)
			return args_invalid (state, path, "%s is %u, not 0", field->name, (unsigned)natural);
		return TRUE;
	default:
		natural = field->kind == ARGS_UINT64 ? *(guint64 *)place : *(guint32 *)place;
		if (natural > field->most)
			return args_invalid (state, path, "%s %" G_GUINT64_FORMAT " is more than %" G_GUINT64_FORMAT,
			                     field->name, natural, field->most);
	}
	if (field->kind == ARGS_LIMIT) {
		if (natural == 0)
			*(guint32 *)place = IP_DRIVER_PAGE_DEFAULT;
		state->limit = *(guint32 *)place;
	}
	if ((field->flags & ARGS_HOLD) != 0 && natural != 0)
		state->needs |= IP_DRIVER_FEATURE_HOLD;
	if ((field->flags & ARGS_MANY) != 0) {
		if (natural == 0)
			*(guint32 *)place = 1;
		if (natural > 1)
			state->needs |= IP_DRIVER_FEATURE_MANY;
	}
	return TRUE;
}

static size_t
field_width (const args_field *field)
{
	switch (field->kind) {
	case ARGS_INT32:
	case ARGS_UINT32:
	case ARGS_LIMIT:
	case ARGS_FLAGS:
	case ARGS_RESERVED:
		return sizeof (guint32);
	case ARGS_INT64:
	case ARGS_UINT64:
		return sizeof (guint64);
	default:
		return sizeof (void *);
	}
}

static gboolean
is_array (const args_field *field)
{
	return field->kind == ARGS_TEXTS || field->kind == ARGS_STRUCTS || field->kind == ARGS_POINTERS;
}

static gboolean
is_text (const args_field *field)
{
	return field->kind <= ARGS_NETMASK;
}

static gboolean
copy_field (args_state *state, const args_path *path, const args_field *field, char *copy)
{
	const char **text = (const char **)(copy + field->offset);

	if (is_array (field))
		return copy_array (state, path, field, copy);
	if (!is_text (field))
		return check_number (state, path, field, copy + field->offset);
	if (*text == NULL) {
		if ((field->flags & ARGS_REQUIRED) != 0)
			return args_invalid (state, path, "%s is required", field->name);
		if ((field->flags & ARGS_ANY_TENANT) != 0)
			state->needs |= IP_DRIVER_FEATURE_ALL_TENANTS;
		return TRUE;
	}
	if ((field->flags & ARGS_CHOSEN_ID) != 0)
		state->needs |= IP_DRIVER_FEATURE_CHOSEN_IDS;
	if ((field->flags & ARGS_REQUEST_KEY) != 0)
		state->needs |= IP_DRIVER_FEATURE_REQUEST_KEY;
	return check_text (state, path, field, field->kind, field->most, field->name, text);
}

/* `size`: how much of the struct the caller knows. The copy is zero behind it, except for a field that
 * it cuts. */
static gboolean
copy_fields (args_state *state, const args_path *path, const args_type *type, size_t size, char *copy)
{
	guint32 set = ~0u;

	if (type->set != 0) {
		if (type->set + sizeof set > size)
			memset (copy + type->set, 0, sizeof set);
		set = *(guint32 *)(copy + type->set);
	}
	for (size_t i = 0; i < type->field_count; i++) {
		const args_field *field = &type->fields[i];

		if (field->offset + field_width (field) > size)
			memset (copy + field->offset, 0, field_width (field));
		if (field->set != 0 && (field->set & set) == 0) {
			memset (copy + field->offset, 0, field_width (field));
			continue;
		}
		if (is_array (field) && field->count + sizeof (size_t) > size)
			memset (copy + field->count, 0, sizeof (size_t));
		if (!copy_field (state, path, field, copy))
			return FALSE;
	}
	return type->check == NULL || type->check (state, path, copy);
}

/* NULL: state->error says why not. */
static void *
copy_sized (args_state *state, const args_path *path, const args_type *type, const void *source)
{
	size_t size = *(const size_t *)source;
	char *copy;

	if (size < type->least || size > SIZE_PLAUSIBLE) {
		args_invalid (state, path, "size %zu is not that of the arguments' struct (%zu)", size, type->size);
		return NULL;
	}
	for (size_t i = type->size; i < size; i++) {
		if (((const char *)source)[i] != 0) {
			args_invalid (state, path, "size %zu: a field that this library does not know is set", size);
			return NULL;
		}
	}
	copy = arena_take (state->arena, type->size);
	size = MIN (size, type->size);
	memcpy (copy, source, size);
	memset (copy + size, 0, type->size - size);
	*(size_t *)copy = type->size;
	return copy_fields (state, path, type, size, copy) ? copy : NULL;
}

void *
args_copy (args_state *state, const args_type *type, const void *source)
{
	return copy_sized (state, NULL, type, source);
}
