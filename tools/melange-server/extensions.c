/*
 * extensions.c: the list of extensions, which has one, or none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "extensions.h"

#include <string.h>

#include "fault.h"
#include "xml.h"

#define ALIAS "IPDRIVER"
#define NAMESPACES "xmlns:atom=\"http://www.w3.org/2005/Atom\" xmlns=\"http://docs.openstack.org/melange\""

static const char *const description[][2] = {
	{"name", "ip_driver"},
	{"namespace", "urn:ip_driver:rest:v1.0"},
	{"alias", ALIAS},
	{"updated", "2026-11-23T00:00:00-00:00"},
};
static const char text[] = "Everything that the ip_driver ABI can do and Melange's API cannot";

static json_t *
describe (void)
{
	json_t *object = json_object ();

	for (gsize i = 0; i < G_N_ELEMENTS (description); i++)
		json_object_set_new (object, description[i][0], json_string (description[i][1]));
	json_object_set_new (object, "description", json_string (text));
	json_object_set_new (object, "links", json_array ());
	return object;
}

static void
append_element (GString *out, const char *namespaces)
{
	g_string_append_printf (out, "<extension%s%s", namespaces[0] != '\0' ? " " : "", namespaces);
	for (gsize i = 0; i < G_N_ELEMENTS (description); i++)
		g_string_append_printf (out, " %s=\"%s\"", description[i][0], description[i][1]);
	g_string_append (out, "><description>");
	xml_escape (out, text);
	g_string_append (out, "</description></extension>");
}

/* Takes the body. */
static void
answer_json (exchange *item, const char *name, json_t *value)
{
	g_auto (server_answer) answer = {0};

	server_answer_set (&answer, 200, json_pack ("{s:o}", name, value));
	fault_render_answer (item, &answer);
}

void
extensions_list (exchange *item, gboolean announce)
{
	json_t *list;

	if (item->match.xml) {
		exchange_answer (item, 200, "application/xml", "<extensions " NAMESPACES, -1);
		g_string_append (item->text, announce ? ">" : "/>");
		if (announce) {
			append_element (item->text, "");
			g_string_append (item->text, "</extensions>");
		}
		return;
	}
	list = json_array ();
	if (announce)
		json_array_append_new (list, describe ());
	answer_json (item, "extensions", list);
}

void
extensions_show (exchange *item, gboolean announce)
{
	const char *alias = g_hash_table_lookup (item->match.variables, "alias");

	if (!announce || strcmp (alias, ALIAS) != 0) {
		g_autofree char *detail = g_strdup_printf ("Extension with alias %s does not exist", alias);

		fault_answer_text (item, 404, NULL, detail);
	} else if (item->match.xml) {
		exchange_answer (item, 200, "application/xml", NULL, 0);
		append_element (item->text, NAMESPACES);
	} else {
		answer_json (item, "extension", describe ());
	}
}
