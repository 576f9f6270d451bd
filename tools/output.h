/*
 * output.h: what the tool writes: tables and records for a person, JSON for a program. Every command hands
 * over JSON values (present.h makes them from the library's structs); for a person they are laid out here.
 * Standard output is buffered and checked: out_finish() tells whether all of it was written.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <jansson.h>

#include "cli.h"

/* Looks at the terminal, the locale and the environment. Before any other call. */
void out_init (gboolean json);
gboolean out_is_utf8 (void);
/* Whether stderr may be redrawn (progress.c). */
gboolean out_stderr_is_terminal (void);
gboolean out_stdout_is_terminal (void);

/* A copy in which nothing can move the cursor or fool the eye: control characters, and what the locale
 * cannot show, as \n or \u{202e}. */
char *out_escape (const char *text);
/* Columns that a text takes. */
unsigned out_width (const char *text);

/* Plain text to stdout, unescaped: literals and what out_escape() returned. */
void out_text (const char *text);
void out_printf (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* Bold, if the terminal can. */
void out_heading (const char *text);

/* A value as a person reads it: "-" for null. */
char *out_value (const json_t *value);
/* 1,234,567 from decimal digits. */
char *out_grouped (const char *digits);

/* One column of a table: its title, and the key in each item; "a.b" is a key of a nested object. */
typedef struct out_column {
	const char *title;
	const char *key;
	gboolean right;
} out_column;

/* A list: {"name": [ … ], "truncated": false}, or a table. */
typedef struct out_list out_list;
/* columns end with a zero title. */
out_list *out_list_begin (const char *name, const out_column *columns);
/* Takes the item. */
void out_list_add (out_list *self, json_t *item);
/* Ends and frees the list. truncated: a limit cut it off. */
void out_list_end (out_list *self, gboolean truncated);
/* Frees a list that an error cut short; what was streamed stays. NULL is ignored. */
void out_list_free (out_list *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (out_list, out_list_free)

/* One object: {"name": { … }}, or a line per key. Takes the object. */
void out_record (const char *name, json_t *object);
/* A deed without a result: {"verb": what, …}, or "verb what". */
void out_done (const char *verb, const char *what);
/* Any JSON value on a line of its own; only in JSON mode. Takes the value. */
void out_json (json_t *value);
gboolean out_is_json (void);

/* Part of a whole between 0 and 1, as a bar, and as "37.5 %": never 0 % or 100 % unless exact. */
char *out_bar (long double part, unsigned width);
char *out_percent (long double part);

/* Writes what is left, and says whether everything arrived. A closed pipe ends the process the way SIGPIPE
 * does. */
ip_driver_status out_finish (ip_driver_error *error);

/* Prints "ip-driver: message" on stderr, escaped. */
void out_message (const char *message);
