/*
 * Memory that is taken in pieces and given back at once. The checked copy of a call's arguments
 * lives in one (on the stack as long as it is small), each result lives in one (see result.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LIB_ARENA_H
#define LIB_ARENA_H

#include <glib.h>

/* What every piece is aligned to. */
#define ARENA_ALIGNMENT 16

typedef struct arena_chunk arena_chunk;

typedef struct {
	char *next;
	char *end;
	arena_chunk *chunks;
} mem_arena;

/* Starts an arena on a buffer of the caller (NULL, 0: none), which must outlive it and be aligned. */
void arena_init (mem_arena *arena, void *buffer, size_t size);
/* Not zeroed. */
void *arena_take (mem_arena *arena, size_t size);
char *arena_take_text (mem_arena *arena, const char *text);
/* Hands over all chunks, to be freed with arena_chunks_free(), and leaves the arena empty. */
arena_chunk *arena_steal (mem_arena *arena);
void arena_clear (mem_arena *arena);
void arena_chunks_free (arena_chunk *chunks);

#endif
