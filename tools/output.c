/*
 * output.c: tables, records, JSON, bars; the one place that writes to stdout.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "output.h"

#include "progress.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define FLUSH_AT (64 * 1024)
#define COLUMN_GAP "  "

static struct {
	GString *buffer;
	gboolean json;
	gboolean utf8;
	gboolean bold;
	gboolean stdout_terminal;
	gboolean stderr_terminal;
	/* errno of the first write that failed. */
	int failed;
} out;

void
out_init (gboolean json)
{
	const char *no_color = g_getenv ("NO_COLOR"), *term = g_getenv ("TERM");
	gboolean dumb = term == NULL || term[0] == '\0' || strcmp (term, "dumb") == 0;

	if (out.buffer == NULL)
		out.buffer = g_string_new (NULL);
	out.json = json;
	out.utf8 = g_get_charset (NULL);
	out.stdout_terminal = isatty (STDOUT_FILENO);
	out.stderr_terminal = isatty (STDERR_FILENO) && !dumb;
	out.bold = out.stdout_terminal && !dumb && (no_color == NULL || no_color[0] == '\0');
}

gboolean
out_is_json (void)
{
	return out.json;
}

gboolean
out_is_utf8 (void)
{
	return out.utf8;
}

gboolean
out_stderr_is_terminal (void)
{
	return out.stderr_terminal;
}

gboolean
out_stdout_is_terminal (void)
{
	return out.stdout_terminal;
}

static void
flush (void)
{
	const char *from = out.buffer->str;
	gsize left = out.buffer->len;

	while (left > 0 && out.failed == 0) {
		ssize_t written = write (STDOUT_FILENO, from, left);

		if (written >= 0) {
			from += written;
			left -= (gsize)written;
		} else if (errno != EINTR) {
			out.failed = errno;
		}
	}
	g_string_truncate (out.buffer, 0);
}

void
out_text (const char *text)
{
	g_string_append (out.buffer, text);
	if (out.buffer->len >= FLUSH_AT)
		flush ();
}

void
out_printf (const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start (args, format);
	text = g_strdup_vprintf (format, args);
	va_end (args);
	out_text (text);
}

void
out_heading (const char *text)
{
	if (out.bold)
		out_printf ("\033[1m%s\033[0m", text);
	else
		out_text (text);
}

ip_driver_status
out_finish (ip_driver_error *error)
{
	flush ();
	/* Some file systems report a failed write only here. */
	if (out.failed == 0 && close (STDOUT_FILENO) != 0)
		out.failed = errno;
	if (out.failed == EPIPE) {
		signal (SIGPIPE, SIG_DFL);
		raise (SIGPIPE);
	}
	if (out.failed != 0)
		return cli_error (error, CLI_IO, "cannot write to standard output: %s", g_strerror (out.failed));
	return IP_DRIVER_OK;
}

/* Characters that reorder the text around them, which a name could use to look like another. */
static gboolean
reorders (gunichar c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x61c;
}

char *
out_escape (const char *text)
{
	g_autofree char *valid = g_utf8_make_valid (text, -1);
	GString *escaped = g_string_new (NULL);

	for (char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
		gunichar c = g_utf8_get_char (p);

		if (c == '\n')
			g_string_append (escaped, "\\n");
		else if (c == '\t')
			g_string_append (escaped, "\\t");
		else if (c == '\r')
			g_string_append (escaped, "\\r");
		else if (!g_unichar_isprint (c) || reorders (c) || (c >= 0x80 && !out.utf8))
			g_string_append_printf (escaped, "\\u{%x}", c);
		else
			g_string_append_unichar (escaped, c);
	}
	return g_string_free (escaped, FALSE);
}

unsigned
out_width (const char *text)
{
	unsigned width = 0;

	for (glong left = g_utf8_strlen (text, -1); left > 0; left--, text += g_utf8_skip[(guchar)*text]) {
		gunichar c = g_utf8_get_char (text);

		if (!g_unichar_iszerowidth (c))
			width += g_unichar_iswide (c) ? 2 : 1;
	}
	return width;
}

char *
out_value (const json_t *value)
{
	if (json_is_string (value))
		return out_escape (json_string_value (value));
	if (json_is_integer (value))
		return g_strdup_printf ("%" JSON_INTEGER_FORMAT, json_integer_value (value));
	if (json_is_boolean (value))
		return g_strdup (json_is_true (value) ? "yes" : "no");
	return g_strdup ("-");
}

char *
out_grouped (const char *digits)
{
	GString *grouped = g_string_new (NULL);
	gsize length = strlen (digits);

	for (gsize i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			g_string_append_c (grouped, ',');
		g_string_append_c (grouped, digits[i]);
	}
	return g_string_free (grouped, FALSE);
}

static void
pad (unsigned count)
{
	for (; count > 0; count--)
		g_string_append_c (out.buffer, ' ');
}

static void
write_json (const json_t *value)
{
	char *text = json_dumps (value, JSON_COMPACT | JSON_ENCODE_ANY);

	g_assert (text != NULL);
	out_text (text);
	free (text);
}

void
out_json (json_t *value)
{
	write_json (value);
	out_text ("\n");
	json_decref (value);
}

struct out_list {
	char *name;
	const out_column *columns;
	unsigned column_count;
	/* Rows of column_count texts each; for a person only. */
	GPtrArray *cells;
	guint64 count;
	progress *progress;
};

out_list *
out_list_begin (const char *name, const out_column *columns)
{
	out_list *self = g_new0 (out_list, 1);

	self->name = g_strdup (name);
	self->columns = columns;
	while (columns[self->column_count].title != NULL)
		self->column_count++;
	self->cells = g_ptr_array_new_with_free_func (g_free);
	/* JSON that is streamed to the terminal shows how far it is. */
	if (!out.json || !out.stdout_terminal)
		self->progress = progress_begin ("reading", 0);
	return self;
}

static const json_t *
look_up (const json_t *item, const char *key)
{
	const char *dot;

	for (; (dot = strchr (key, '.')) != NULL; key = dot + 1) {
		g_autofree char *outer = g_strndup (key, (gsize)(dot - key));

		item = json_object_get (item, outer);
	}
	return json_object_get (item, key);
}

/* JSON is streamed, so that a long list does not fill the memory; a table needs all of its widths first. */
void
out_list_add (out_list *self, json_t *item)
{
	if (out.json) {
		if (self->count == 0)
			out_printf ("{\"%s\":[\n", self->name);
		else
			out_text (",\n");
		write_json (item);
	} else {
		for (unsigned i = 0; i < self->column_count; i++)
			g_ptr_array_add (self->cells, out_value (look_up (item, self->columns[i].key)));
	}
	self->count++;
	json_decref (item);
	progress_step (self->progress);
}

static void
write_row (const out_list *self, const char *const *cells, const unsigned *widths, gboolean heading)
{
	for (unsigned i = 0; i < self->column_count; i++) {
		unsigned space = widths[i] - out_width (cells[i]);

		if (i > 0)
			out_text (COLUMN_GAP);
		if (self->columns[i].right)
			pad (space);
		if (heading)
			out_heading (cells[i]);
		else
			out_text (cells[i]);
		if (!self->columns[i].right && i + 1 < self->column_count)
			pad (space);
	}
	out_text ("\n");
}

static void
write_table (const out_list *self)
{
	g_autofree unsigned *widths = g_new0 (unsigned, self->column_count);
	g_autofree const char **row = g_new0 (const char *, self->column_count);

	for (unsigned i = 0; i < self->column_count; i++) {
		row[i] = self->columns[i].title;
		widths[i] = out_width (row[i]);
	}
	for (guint i = 0; i < self->cells->len; i++) {
		unsigned width = out_width (self->cells->pdata[i]);

		widths[i % self->column_count] = MAX (widths[i % self->column_count], width);
	}
	write_row (self, row, widths, TRUE);
	for (guint i = 0; i < self->cells->len; i += self->column_count) {
		for (unsigned j = 0; j < self->column_count; j++)
			row[j] = self->cells->pdata[i + j];
		write_row (self, row, widths, FALSE);
	}
}

void
out_list_end (out_list *self, gboolean truncated)
{
	g_clear_pointer (&self->progress, progress_end);
	if (out.json) {
		if (self->count == 0)
			out_printf ("{\"%s\":[", self->name);
		out_printf ("],\"truncated\":%s}\n", truncated ? "true" : "false");
	} else if (self->count == 0) {
		out_message ("nothing found");
	} else {
		write_table (self);
		if (truncated)
			out_message ("there is more: the list ends at --limit");
	}
	out_list_free (self);
}

void
out_list_free (out_list *self)
{
	if (self == NULL)
		return;
	g_free (self->name);
	progress_end (self->progress);
	g_ptr_array_unref (self->cells);
	g_free (self);
}

void
out_record (const char *name, json_t *object)
{
	if (out.json) {
		json_t *outer = json_object ();

		json_object_set_new (outer, name, object);
		out_json (outer);
		return;
	}

	unsigned widest = 0;
	const char *key;
	json_t *value;

	json_object_foreach (object, key, value) widest = MAX (widest, out_width (key));
	json_object_foreach (object, key, value)
	{
		g_autofree char *label = g_strdelimit (g_strdup (key), "_", ' '), *text = out_value (value);

		if (json_is_array (value) || json_is_object (value))
			continue;
		out_heading (label);
		pad (widest - out_width (label));
		out_printf (COLUMN_GAP "%s\n", text);
	}
	json_decref (object);
}

void
out_done (const char *verb, const char *what)
{
	if (out.json) {
		json_t *object = json_object ();

		json_object_set_new (object, verb, json_string (what));
		out_json (object);
	} else {
		g_autofree char *text = out_escape (what);

		out_printf ("%s %s\n", verb, text);
	}
}

char *
out_bar (long double part, unsigned width)
{
	GString *bar = g_string_new (NULL);
	unsigned full = (unsigned)(part * width + 0.5L);

	/* Anything at all is seen, and so is anything left. */
	if (full == 0 && part > 0)
		full = 1;
	if (full >= width && part < 1)
		full = width - 1;
	full = MIN (full, width);
	for (unsigned i = 0; i < width; i++)
		g_string_append (bar, i < full ? (out.utf8 ? "█" : "#") : (out.utf8 ? "░" : "-"));
	return g_string_free (bar, FALSE);
}

char *
out_percent (long double part)
{
	if (part <= 0)
		return g_strdup ("0.0 %");
	if (part >= 1)
		return g_strdup ("100.0 %");
	if (part < 0.001L)
		return g_strdup ("<0.1 %");
	if (part > 0.999L)
		return g_strdup (">99.9 %");
	return g_strdup_printf ("%.1Lf %%", part * 100);
}

void
out_message (const char *message)
{
	g_autofree char *text = out_escape (message);

	/* So that the two streams are in order on a terminal. */
	flush ();
	g_printerr ("ip-driver: %s\n", text);
}
