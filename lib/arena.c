/*
 * See arena.h. Chunks grow from one that holds a usual single result to one that makes the cost of
 * malloc() vanish in a page of a thousand.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "arena.h"

#include <string.h>

#define CHUNK_FIRST 1024
#define CHUNK_LARGEST (64 * 1024)

struct arena_chunk {
	arena_chunk *next;
	size_t size;
	_Alignas(ARENA_ALIGNMENT) char data[];
};

void
arena_init (mem_arena *arena, void *buffer, size_t size)
{
	arena->next = buffer;
	arena->end = buffer == NULL ? NULL : arena->next + size;
	arena->chunks = NULL;
}

static void
arena_grow (mem_arena *arena, size_t size)
{
	size_t room = arena->chunks == NULL ? CHUNK_FIRST : MIN (arena->chunks->size * 2, CHUNK_LARGEST);
	arena_chunk *chunk;

	room = MAX (room, size);
	chunk = g_malloc (sizeof *chunk + room);
	chunk->next = arena->chunks;
	chunk->size = room;
	arena->chunks = chunk;
	arena->next = chunk->data;
	arena->end = chunk->data + room;
}

void *
arena_take (mem_arena *arena, size_t size)
{
	void *taken;

	size = (size + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);
	if ((size_t)(arena->end - arena->next) < size)
		arena_grow (arena, size);
	taken = arena->next;
	arena->next += size;
	return taken;
}

char *
arena_take_text (mem_arena *arena, const char *text)
{
	size_t size = strlen (text) + 1;

	return memcpy (arena_take (arena, size), text, size);
}

arena_chunk *
arena_steal (mem_arena *arena)
{
	arena_chunk *chunks = arena->chunks;

	arena_init (arena, NULL, 0);
	return chunks;
}

void
arena_clear (mem_arena *arena)
{
	arena_chunks_free (arena_steal (arena));
}

void
arena_chunks_free (arena_chunk *chunks)
{
	while (chunks != NULL) {
		arena_chunk *next = chunks->next;

		g_free (chunks);
		chunks = next;
	}
}
