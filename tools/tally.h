/*
 * tally.h: how many of each kind, for a person ("8,049 root blocks, 1 policy") and for a program.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "output.h"

/* Static text. */
typedef struct tally_kind {
	/* The key in JSON. */
	const char *key;
	const char *one;
	const char *many;
} tally_kind;

guint64 tally_total (const guint64 *counts, unsigned kinds);
/* Adds "3 routes", after a comma if something stands there already; nothing for 0. */
void tally_append (GString *text, guint64 count, const char *one, const char *many);
/* Owned by the caller. */
char *tally_text (const tally_kind *names, const guint64 *counts, unsigned kinds);
json_t *tally_json (const tally_kind *names, const guint64 *counts, unsigned kinds);
