/*
 * Just enough of HTTP/1.1 to know where a message begins, how it is divided, and where it ends.
 */
#ifndef TESTS_MELANGE_FAULT_PROXY_MESSAGE_H
#define TESTS_MELANGE_FAULT_PROXY_MESSAGE_H

#include <glib.h>

typedef struct {
	/* Behind the first line, behind the headers (the body begins there), behind the body. */
	gsize line, headers, end;
} message_shape;

/* Whether a request or an answer is there as a whole. One without Content-Length and chunks has no body. */
gboolean message_is_whole (const GByteArray *bytes, message_shape *ret_shape);

/* The value of a header, without blanks around it, to be freed; NULL: there is none. */
char *message_header (const GByteArray *bytes, const char *name);
/* Where a header's value begins; 0: there is none. *ret_end: behind its last byte. */
gsize message_find_header (const GByteArray *bytes, const char *name, gsize *ret_end);

/* Of an answer; 0: it makes no sense. */
guint message_status (const GByteArray *bytes);
/* The first word of a request: borrowed comparison. */
gboolean message_is_method (const GByteArray *bytes, const char *method);
/* The first key of the JSON object that the body is; to be freed; "" if there is none. */
char *message_first_key (const GByteArray *bytes);

#endif
