/*
 * See result.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "result.h"

#include "text.h"

#include <string.h>

/* No result struct of any version will be as large; whatever says so was never initialised. */
#define SIZE_PLAUSIBLE 4096

/* Before each result struct. Only what the caller frees has chunks: so freeing a part by mistake does
 * nothing. */
typedef struct {
	_Alignas(ARENA_ALIGNMENT) arena_chunk *chunks;
} header;

G_STATIC_ASSERT (sizeof (header) == ARENA_ALIGNMENT);

static void *
new_struct (mem_arena *arena, size_t size)
{
	header *head = arena_take (arena, sizeof *head + size);

	head->chunks = NULL;
	memset (head + 1, 0, size);
	return head + 1;
}

void
result_free (void *result)
{
	if (result != NULL)
		arena_chunks_free (((header *)result - 1)->chunks);
}

void
results_init (ip_driver_results *results, const result_type *type, size_t most)
{
	results->type = type;
	arena_init (&results->arena, NULL, 0);
	results->items = results->few;
	results->count = 0;
	results->room = G_N_ELEMENTS (results->few);
	results->most = most;
	results->next_marker = NULL;
	results->status = IP_DRIVER_OK;
}

void
results_clear (ip_driver_results *results)
{
	if (results->items != results->few)
		g_free (results->items);
	arena_clear (&results->arena);
	results_init (results, results->type, results->most);
}

static gboolean G_GNUC_PRINTF (3, 4)
	set_problem (ip_driver_results *results, ip_driver_status status, const char *format, ...)
{
	va_list values;

	va_start (values, format);
	g_vsnprintf (results->problem, sizeof results->problem, format, values);
	va_end (values);
	results->status = status;
	return FALSE;
}

/* Size that the driver gave the struct; 0, and a problem, if it cannot be one. */
static size_t
source_size (ip_driver_results *results, const result_type *type, const void *source)
{
	size_t size = *(const size_t *)source;

	if (size > sizeof size && size <= SIZE_PLAUSIBLE)
		return size;
	set_problem (results, IP_DRIVER_INTERNAL, "returned %s whose size is %zu", type->name, size);
	return 0;
}

static gboolean
copy_text (ip_driver_results *results, const result_type *type, const result_field *field, const char **text)
{
	if (!g_utf8_validate (*text, -1, NULL))
		return set_problem (results, IP_DRIVER_PROTOCOL, "returned %s whose %s is not UTF-8", type->name,
		                    field->name);
	*text = arena_take_text (&results->arena, *text);
	return TRUE;
}

static void *copy_struct (ip_driver_results *results, const result_type *type, const void *source);

static gboolean
copy_array (ip_driver_results *results, const result_type *type, const result_field *field, char *copy)
{
	size_t count = *(size_t *)(copy + field->count);
	const void *const *source = *(const void *const **)(copy + field->offset);
	const void **elements;

	if (count == 0) {
		*(const void **)(copy + field->offset) = NULL;
		return TRUE;
	}
	if (source == NULL || count > G_MAXSSIZE / sizeof *source)
		return set_problem (results, IP_DRIVER_PROTOCOL, "returned %s with %zu %s and none of them", type->name,
		                    count, field->name);
	elements = arena_take (&results->arena, count * sizeof *elements);
	*(const void **)(copy + field->offset) = elements;
	for (size_t i = 0; i < count; i++) {
		if (source[i] == NULL)
			return set_problem (results, IP_DRIVER_PROTOCOL, "returned %s whose %s have a gap", type->name,
			                    field->name);
		elements[i] = source[i];
		if (field->kind == RESULT_TEXTS) {
			if (!copy_text (results, type, field, (const char **)&elements[i]))
				return FALSE;
		} else {
			elements[i] = copy_struct (results, field->type, source[i]);
			if (elements[i] == NULL)
				return FALSE;
		}
	}
	return TRUE;
}

/* NULL: a problem was set. */
static void *
copy_struct (ip_driver_results *results, const result_type *type, const void *source)
{
	size_t size = source_size (results, type, source);
	char *copy;

	if (size == 0)
		return NULL;
	copy = new_struct (&results->arena, type->size);
	memcpy (copy, source, MIN (size, type->size));
	*(size_t *)copy = type->size;
	for (size_t i = 0; i < type->field_count; i++) {
		const result_field *field = &type->fields[i];
		const void **pointer = (const void **)(copy + field->offset);
		gboolean array = field->kind == RESULT_TEXTS || field->kind == RESULT_STRUCTS;

		/* A driver of an older header knows fewer fields. */
		if (field->offset + sizeof *pointer > size)
			*pointer = NULL;
		if (array && field->count + sizeof (size_t) > size)
			*(size_t *)(copy + field->count) = 0;
		if (array) {
			if (!copy_array (results, type, field, copy))
				return NULL;
		} else if (*pointer == NULL) {
			if (field->required) {
				set_problem (results, IP_DRIVER_PROTOCOL, "returned %s without %s", type->name,
				             field->name);
				return NULL;
			}
		} else if (field->kind == RESULT_TEXT) {
			if (!copy_text (results, type, field, (const char **)pointer))
				return NULL;
		} else {
			*pointer = copy_struct (results, field->type, *pointer);
			if (*pointer == NULL)
				return NULL;
		}
	}
	return copy;
}

void
results_add (ip_driver_results *results, const result_type *type, const void *item)
{
	void *copy;

	/* The first problem stands; what comes after it is dropped with the rest. */
	if (results == NULL || results->status != IP_DRIVER_OK)
		return;
	if (item == NULL) {
		set_problem (results, IP_DRIVER_INTERNAL, "returned %s that is NULL", type->name);
		return;
	}
	if (results->type != type) {
		set_problem (results, IP_DRIVER_INTERNAL, "returned %s instead of %s", type->name,
		             results->type == NULL ? "nothing" : results->type->name);
		return;
	}
	if (results->count == results->most) {
		set_problem (results, IP_DRIVER_INTERNAL, "returned more than %zu", results->most);
		return;
	}
	copy = copy_struct (results, type, item);
	if (copy == NULL)
		return;
	if (results->count == results->room) {
		void **more = g_new (void *, results->room * 4);

		memcpy (more, results->items, results->count * sizeof *more);
		if (results->items != results->few)
			g_free (results->items);
		results->items = more;
		results->room *= 4;
	}
	results->items[results->count++] = copy;
}

void
ip_driver_return_next_marker (ip_driver_results *results, const char *marker)
{
	if (results == NULL || results->status != IP_DRIVER_OK || marker == NULL)
		return;
	if (*marker == '\0' || !text_is_utf8 (marker, TEXT_MARKER_MAX))
		set_problem (results, IP_DRIVER_PROTOCOL, "returned a marker that is not 1 to %d bytes of UTF-8",
		             TEXT_MARKER_MAX);
	else
		results->next_marker = arena_take_text (&results->arena, marker);
}

/* Hangs all memory on the struct that the caller will free. */
static void *
steal (ip_driver_results *results, void *result)
{
	((header *)result - 1)->chunks = arena_steal (&results->arena);
	results_clear (results);
	return result;
}

void *
results_steal_one (ip_driver_results *results)
{
	g_assert (results->count == 1);
	return steal (results, results->items[0]);
}

void *
results_steal_list (ip_driver_results *results)
{
	result_list *list = new_struct (&results->arena, sizeof *list);

	list->size = sizeof *list;
	list->count = results->count;
	list->items = arena_take (&results->arena, results->count * sizeof *list->items);
	memcpy (list->items, results->items, results->count * sizeof *list->items);
	list->next_marker = results->next_marker;
	return steal (results, list);
}
