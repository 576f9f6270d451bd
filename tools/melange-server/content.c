/*
 * content.c: Accept, Content-Type, JSON bodies. XML is in xml.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "content.h"

#include <string.h>

#include "xml.h"

#define VENDOR "application/vnd.openstack.melange"

/* One of the types in an Accept header: its name in lower case, and its weight. */
static char *
media_type (const char *entry, double *ret_weight)
{
	g_auto (GStrv) parts = g_strsplit (entry, ";", -1);

	*ret_weight = 1;
	for (guint i = 1; parts[0] != NULL && parts[i] != NULL; i++) {
		const char *parameter = g_strstrip (parts[i]);

		if (g_ascii_strncasecmp (parameter, "q=", 2) == 0)
			*ret_weight = CLAMP (g_ascii_strtod (parameter + 2, NULL), 0, 1);
	}
	return g_ascii_strdown (parts[0] != NULL ? g_strstrip (parts[0]) : "", -1);
}

gboolean
content_wants_xml (const char *path, const char *accept)
{
	g_auto (GStrv) entries = NULL;
	double json = 0, xml = 0;

	if (g_str_has_suffix (path, ".xml"))
		return TRUE;
	if (g_str_has_suffix (path, ".json") || accept == NULL)
		return FALSE;
	entries = g_strsplit (accept, ",", -1);
	for (char **entry = entries; *entry != NULL; entry++) {
		double weight;
		g_autofree char *type = media_type (*entry, &weight);

		if (strcmp (type, "application/xml") == 0 || strcmp (type, VENDOR "+xml") == 0)
			xml = MAX (xml, weight);
		else if (strcmp (type, "application/json") == 0 || strcmp (type, VENDOR "+json") == 0 ||
		         strcmp (type, "*/*") == 0 || strcmp (type, "application/*") == 0)
			json = MAX (json, weight);
	}
	return xml > json;
}

gboolean
content_wants_html (const char *accept)
{
	return accept != NULL && strstr (accept, "text/html") != NULL;
}

char *
content_version (const char *accept)
{
	for (const char *at = accept; at != NULL && (at = strstr (at, VENDOR)) != NULL; at += strlen (VENDOR)) {
		const char *rest = at + strlen (VENDOR), *end;

		if (*rest == '+')
			rest += strcspn (rest, ";,");
		if (!g_str_has_prefix (rest, ";version="))
			continue;
		rest += strlen (";version=");
		end = rest + strspn (rest, "0123456789.");
		if (g_ascii_isdigit (*rest))
			return g_strndup (rest, (gsize)(end - rest));
	}
	return NULL;
}

static gboolean
is_nothing (const json_t *value)
{
	switch (json_typeof (value)) {
	case JSON_NULL:
	case JSON_FALSE:
		return TRUE;
	case JSON_ARRAY:
		return json_array_size (value) == 0;
	case JSON_STRING:
		return json_string_length (value) == 0;
	case JSON_INTEGER:
		return json_integer_value (value) == 0;
	case JSON_REAL:
		return !(json_real_value (value) < 0 || json_real_value (value) > 0);
	default:
		return FALSE;
	}
}

content_result
content_parse (const char *type, const char *text, gsize size, json_t **ret_body)
{
	g_autofree char *name = NULL;
	json_t *body;
	double weight;

	*ret_body = NULL;
	if (size == 0)
		return CONTENT_OK;
	name = media_type (type != NULL ? type : "", &weight);
	if (strcmp (name, "application/json") == 0)
		body = json_loadb (text, size, JSON_DECODE_ANY, NULL);
	else if (strcmp (name, "application/xml") == 0)
		body = xml_parse (text, size);
	else
		return CONTENT_UNSUPPORTED;
	if (body == NULL)
		return CONTENT_MALFORMED;
	if (!json_is_object (body)) {
		gboolean nothing = is_nothing (body);

		json_decref (body);
		if (!nothing)
			return CONTENT_NO_OBJECT;
		body = json_object ();
	}
	*ret_body = body;
	return CONTENT_OK;
}
