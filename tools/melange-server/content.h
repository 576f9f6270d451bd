/*
 * What is asked for and what was sent: the Accept header (format and version), and request bodies as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_CONTENT_H
#define SERVER_CONTENT_H

#include <glib.h>
#include <jansson.h>

/* Whether the answer is to be XML: the path's suffix decides, then Accept (which may be NULL). */
gboolean content_wants_xml (const char *path, const char *accept);
/* Whether faults that no controller made are to be HTML. */
gboolean content_wants_html (const char *accept);
/* The version that Accept names ("0.1"); NULL: none. Owned by the caller. */
char *content_version (const char *accept);

typedef enum {
	CONTENT_OK,
	/* The Content-Type is missing or none that is understood: 415. */
	CONTENT_UNSUPPORTED,
	/* 400. */
	CONTENT_MALFORMED,
	/* Well-formed, but no object: 400 in the shape of a controller's fault. */
	CONTENT_NO_OBJECT,
} content_result;

/* Reads a body, JSON or XML. No body: *ret_body is NULL. What counts as nothing in the historical service (null, [],
 * "", 0, false) is an empty object. */
content_result content_parse (const char *type, const char *text, gsize size, json_t **ret_body);

#endif
