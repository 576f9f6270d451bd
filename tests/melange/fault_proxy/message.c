/* See message.h. */
#include <string.h>

#include "message.h"

/* Behind the first occurrence of `what` at or after `from`; 0: there is none. */
static gsize
behind (const GByteArray *bytes, gsize from, const char *what)
{
	gsize size = strlen (what);
	const guint8 *found = from < bytes->len ? memmem (bytes->data + from, bytes->len - from, what, size) : NULL;

	return found ? (gsize)(found - bytes->data) + size : 0;
}

gsize
message_find_header (const GByteArray *bytes, const char *name, gsize *ret_end)
{
	gsize size = strlen (name);

	for (gsize at = behind (bytes, 0, "\r\n"); at != 0 && at + size < bytes->len; at = behind (bytes, at, "\r\n")) {
		const char *line = (const char *)bytes->data + at;
		gsize end = behind (bytes, at, "\r\n");
		if (end == 0 || end == at + 2)
			break;
		if (g_ascii_strncasecmp (line, name, size) != 0 || line[size] != ':')
			continue;
		gsize begin = at + size + 1;
		while (begin < end - 2 && bytes->data[begin] == ' ')
			begin++;
		*ret_end = end - 2;
		return begin;
	}
	return 0;
}

char *
message_header (const GByteArray *bytes, const char *name)
{
	gsize end = 0;
	gsize begin = message_find_header (bytes, name, &end);

	return begin ? g_strstrip (g_strndup ((const char *)bytes->data + begin, end - begin)) : NULL;
}

/* Behind the last chunk; 0: it is not there yet. */
static gsize
end_of_chunks (const GByteArray *bytes, gsize at)
{
	for (;;) {
		gsize data = behind (bytes, at, "\r\n");
		if (data == 0)
			return 0;
		gsize size = (gsize)g_ascii_strtoull ((const char *)bytes->data + at, NULL, 16);
		/* Nobody here sends trailers. */
		at = data + size + 2;
		if (at > bytes->len)
			return 0;
		if (size == 0)
			return at;
	}
}

gboolean
message_is_whole (const GByteArray *bytes, message_shape *ret_shape)
{
	message_shape shape = {.line = behind (bytes, 0, "\r\n"), .headers = behind (bytes, 0, "\r\n\r\n")};

	if (shape.headers == 0)
		return FALSE;
	g_autofree char *length = message_header (bytes, "Content-Length");
	g_autofree char *encoding = message_header (bytes, "Transfer-Encoding");
	if (encoding && g_ascii_strcasecmp (encoding, "chunked") == 0)
		shape.end = end_of_chunks (bytes, shape.headers);
	else
		shape.end = shape.headers + (length ? (gsize)g_ascii_strtoull (length, NULL, 10) : 0);
	*ret_shape = shape;
	return shape.end != 0 && shape.end <= bytes->len;
}

guint
message_status (const GByteArray *bytes)
{
	/* "HTTP/1.1 200 OK" */
	return bytes->len > 12 ? (guint)g_ascii_strtoull ((const char *)bytes->data + 9, NULL, 10) : 0;
}

gboolean
message_is_method (const GByteArray *bytes, const char *method)
{
	gsize size = strlen (method);

	return bytes->len > size && memcmp (bytes->data, method, size) == 0 && bytes->data[size] == ' ';
}

char *
message_first_key (const GByteArray *bytes)
{
	message_shape shape;

	if (!message_is_whole (bytes, &shape))
		return g_strdup ("");
	gsize begin = behind (bytes, shape.headers, "{\"");
	gsize end = begin ? behind (bytes, begin, "\"") : 0;
	return end ? g_strndup ((const char *)bytes->data + begin, end - 1 - begin) : g_strdup ("");
}
