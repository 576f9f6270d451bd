/*
 * XML as the historical service reads and writes it: elements named after the keys of the JSON shape.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_XML_H
#define SERVER_XML_H

#include <glib.h>
#include <jansson.h>

/* Reads a document into the shape of JSON, all values texts. NULL: malformed. New reference. */
json_t *xml_parse (const char *text, gsize size);

/* Writes an answer: an object with one member, or with one and NAME_links (which become link elements), indented by
 * four spaces. Names of list elements are the list's without the last letter if that is an s ("ip_addresse"). NULL is
 * "None". */
void xml_render (const json_t *body, GString *out);
/* Writes a fault: the code is an attribute. */
void xml_render_fault (const json_t *body, GString *out);
/* Appends a text, escaped for elements and attributes. */
void xml_escape (GString *out, const char *text);

#endif
