/* See spoil.h. */
#include <string.h>

#include "spoil.h"

static gsize
between (GRand *random, gsize begin, gsize end)
{
	return end > begin + 1 ? (gsize)g_rand_int_range (random, (gint32)begin, (gint32)end) : begin;
}

void
spoil_status_line (GByteArray *answer, GRand *random)
{
	/* "HTTP/1.1 200 OK" */
	static const struct {
		guint at;
		const char *with;
	} changes[] = {
		{3, "Q"}, {4, " "}, {5, "9"}, {8, "\t\t"}, {9, "9x"}, {9, "000"}, {9, "\x81"}, {10, "-"}, {0, "\1"},
	};
	gsize i = between (random, 0, G_N_ELEMENTS (changes));

	memcpy (answer->data + changes[i].at, changes[i].with, strlen (changes[i].with));
}

static void
replace (GByteArray *answer, gsize begin, gsize end, const char *with)
{
	g_autoptr (GByteArray) tail = g_byte_array_new ();

	g_byte_array_append (tail, answer->data + end, (guint)(answer->len - end));
	g_byte_array_set_size (answer, (guint)begin);
	g_byte_array_append (answer, (const guint8 *)with, (guint)strlen (with));
	g_byte_array_append (answer, tail->data, tail->len);
}

void
spoil_headers (GByteArray *answer, const message_shape *shape, GRand *random)
{
	static const char *const lengths[] = {"x", "-1", "1e3", "99999999999999999999", "9999999"};
	gsize end = 0, begin = 0;

	switch (between (random, 0, 3)) {
	case 0:
		begin = message_find_header (answer, "Content-Length", &end);
		if (begin)
			replace (answer, begin, end, lengths[between (random, 0, G_N_ELEMENTS (lengths))]);
		break;
	case 1:
		begin = message_find_header (answer, "Content-Type", &end);
		if (begin)
			replace (answer, begin, end, "application/x-garbage");
		break;
	default:
		break;
	}
	if (begin)
		return;
	/* Not a line's end: two headers in one line are one valid header. */
	begin = between (random, shape->line, shape->headers - 4);
	if (answer->data[begin] != '\r' && answer->data[begin] != '\n')
		answer->data[begin] |= 0x80;
}

/* Of the brackets, colons and commas that hold the JSON together, the first at or behind a place, or the last. */
static void
replace_structure (GByteArray *answer, const message_shape *shape, gsize place)
{
	gboolean in_text = FALSE;
	gsize found = shape->headers;

	for (gsize i = shape->headers; i < shape->end && (i <= place || found < place); i++) {
		if (answer->data[i] == '"')
			in_text = !in_text;
		else if (in_text && answer->data[i] == '\\')
			i++;
		else if (!in_text && strchr ("{}[]:,", answer->data[i]))
			found = i;
	}
	answer->data[found] = ' ';
}

void
spoil_body (GByteArray *answer, const message_shape *shape, GRand *random)
{
	gsize at = between (random, shape->headers, shape->end);

	switch (between (random, 0, 3)) {
	case 0:
		/* No UTF-8. */
		answer->data[at] |= 0x80;
		break;
	case 1:
		answer->data[at] = '\1';
		break;
	default:
		replace_structure (answer, shape, at);
	}
}

void
spoil_length (GByteArray *answer, const message_shape *shape, GRand *random)
{
	gsize size = between (random, 1, shape->end - shape->headers);
	g_autofree char *length = g_strdup_printf ("%" G_GSIZE_FORMAT, size);
	gsize end = 0;
	gsize begin = message_find_header (answer, "Content-Length", &end);

	g_byte_array_set_size (answer, (guint)(shape->headers + size));
	replace (answer, begin, end, length);
}

GByteArray *
spoil_page (GRand *random)
{
	static const char *const lines[] = {"500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable",
	                                    "504 Gateway Time-out"};
	const char *line = lines[between (random, 0, G_N_ELEMENTS (lines))];
	g_autofree char *body = g_strdup_printf ("<html><head><title>%s</title></head>\n"
	                                         "<body><h1>%s</h1></body></html>\n",
	                                         line, line);
	g_autofree char *page = g_strdup_printf ("HTTP/1.1 %s\r\nServer: gateway\r\nContent-Type: text/html\r\n"
	                                         "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
	                                         line, strlen (body), body);
	GByteArray *bytes = g_byte_array_new ();

	g_byte_array_append (bytes, (const guint8 *)page, (guint)strlen (page));
	return bytes;
}
