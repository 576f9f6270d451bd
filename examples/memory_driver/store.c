/*
 * store.c: the store's memory, lock and journal; see store.h. Knows nothing of the rules of IP
 * address management.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store.h"

#include "rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum change_kind { CHANGED, INSERTED, REMOVED };

/* One step that can be undone. */
struct change {
	enum change_kind kind;
	void *object;
	/* CHANGED: its bytes before. */
	void *before;
	size_t size;
	/* INSERTED, REMOVED: where. */
	struct vector *vector;
	size_t index;
};

void *
memory_grow (void *memory, size_t size)
{
	memory = realloc (memory, size);
	if (memory == NULL)
		abort ();
	return memory;
}

void *
memory_allocate (size_t size)
{
	return memset (memory_grow (NULL, size), 0, size);
}

struct store *
store_new (void)
{
	struct store *store = memory_allocate (sizeof *store);

	pthread_mutex_init (&store->lock, NULL);
	store->next_lapse = INT64_MAX;
	return store;
}

static void
vector_free (struct vector *vector)
{
	for (size_t i = 0; i < vector->count; i++)
		free (vector->items[i]);
	free (vector->items);
}

void
store_free (struct store *store)
{
	vector_free (&store->addresses);
	vector_free (&store->interfaces);
	vector_free (&store->requests);
	vector_free (&store->blocks);
	free (store->journal);
	pthread_mutex_destroy (&store->lock);
	free (store);
}

static void
vector_insert (struct vector *vector, size_t index, void *object)
{
	if (vector->count == vector->room) {
		vector->room = vector->room * 2 + 16;
		vector->items = memory_grow (vector->items, vector->room * sizeof *vector->items);
	}
	memmove (vector->items + index + 1, vector->items + index, (vector->count - index) * sizeof *vector->items);
	vector->items[index] = object;
	vector->count++;
}

static void
vector_remove (struct vector *vector, size_t index)
{
	vector->count--;
	memmove (vector->items + index, vector->items + index + 1, (vector->count - index) * sizeof *vector->items);
}

static struct change *
journal_add (struct store *store, enum change_kind kind, void *object)
{
	struct change *change;

	if (store->change_count == store->change_room) {
		store->change_room = store->change_room * 2 + 16;
		store->journal = memory_grow (store->journal, store->change_room * sizeof *store->journal);
	}
	change = &store->journal[store->change_count++];
	memset (change, 0, sizeof *change);
	change->kind = kind;
	change->object = object;
	return change;
}

void
store_change (struct store *store, void *object, size_t size)
{
	struct change *change = journal_add (store, CHANGED, object);

	change->size = size;
	change->before = memcpy (memory_allocate (size), object, size);
}

void
store_insert (struct store *store, struct vector *vector, size_t index, void *object)
{
	struct change *change = journal_add (store, INSERTED, object);

	change->vector = vector;
	change->index = index;
	vector_insert (vector, index, object);
}

void
store_append (struct store *store, struct vector *vector, void *object)
{
	store_insert (store, vector, vector->count, object);
}

void
store_remove (struct store *store, struct vector *vector, void *object)
{
	struct change *change = journal_add (store, REMOVED, object);

	change->vector = vector;
	while (vector->items[change->index] != object)
		change->index++;
	vector_remove (vector, change->index);
}

static void
journal_commit (struct store *store)
{
	for (size_t i = 0; i < store->change_count; i++) {
		free (store->journal[i].before);
		if (store->journal[i].kind == REMOVED)
			free (store->journal[i].object);
	}
	store->change_count = 0;
}

static void
journal_undo (struct store *store)
{
	while (store->change_count > 0) {
		struct change *change = &store->journal[--store->change_count];

		switch (change->kind) {
		case CHANGED:
			memcpy (change->object, change->before, change->size);
			free (change->before);
			break;
		case INSERTED:
			vector_remove (change->vector, change->index);
			free (change->object);
			break;
		case REMOVED:
			vector_insert (change->vector, change->index, change->object);
			break;
		}
	}
	/* The short cuts are not in the journal: they may have gone too far. */
	for (size_t i = 0; i < store->blocks.count; i++)
		STORE_BLOCK (store, i)->unused_from = STORE_BLOCK (store, i)->cidr.first;
}

struct store *
store_begin (ip_driver_instance *instance)
{
	struct store *store = instance;

	pthread_mutex_lock (&store->lock);
	store->now = (int64_t)time (NULL);
	if (store->now >= store->next_lapse) {
		holds_lapse (store);
		journal_commit (store);
	}
	return store;
}

ip_driver_status
store_end (struct store *store, ip_driver_status status)
{
	if (status == IP_DRIVER_OK)
		journal_commit (store);
	else
		journal_undo (store);
	pthread_mutex_unlock (&store->lock);
	return status;
}

void
uuid_make (char uuid[UUID_SIZE])
{
	unsigned char b[16];

	if (getrandom (b, sizeof b, 0) != sizeof b)
		abort ();
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	snprintf (uuid, UUID_SIZE, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
	          b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

void
text_set (char *text, size_t size, const char *value)
{
	snprintf (text, size, "%s", value != NULL ? value : "");
}

const char *
text_or_null (const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

int
text_matches (const char *filter, const char *value)
{
	return filter == NULL || strcmp (filter, value) == 0;
}

ip_driver_status
fail (ip_driver_error *error, ip_driver_status status, const char *format, ...)
{
	char message[1024];
	va_list arguments;

	va_start (arguments, format);
	vsnprintf (message, sizeof message, format, arguments);
	va_end (arguments);
	return ip_driver_fail (error, status, message);
}
