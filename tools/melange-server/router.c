/*
 * router.c: paths, versions, routes.
 *
 * The historical service is followed where it makes sense: an unknown suffix is dropped from the last segment of
 * a collection, slashes after the version may be doubled, POST may name its method in the query.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "router.h"

#include <string.h>

#include "content.h"

#define VERSION "0.1"

typedef struct {
	const char *method;
	const char *pattern;
	router_target target;
} own_route;

static const own_route own_routes[] = {
	{"GET", "/extensions", TARGET_EXTENSIONS},
	{"GET", "/extensions/{alias}", TARGET_EXTENSION},
	{"GET", "/ip_driver", TARGET_IP_DRIVER},
	{"POST", "/ip_driver/transaction/begin", TARGET_BEGIN},
	{"POST", "/ip_driver/transaction/commit", TARGET_COMMIT},
	{"POST", "/ip_driver/transaction/rollback", TARGET_ROLLBACK},
	{"DELETE", "/ip_driver/attempts/{key}", TARGET_ABANDON},
	{"POST", "/ip_driver/{group}/{operation}", TARGET_OPERATION},
	{"GET", "/ipam/tenants/{tenant_id}/ip_driver", TARGET_IP_DRIVER},
	{"DELETE", "/ipam/tenants/{tenant_id}/ip_driver/attempts/{key}", TARGET_ABANDON},
	{"POST", "/ipam/tenants/{tenant_id}/ip_driver/{group}/{operation}", TARGET_OPERATION},
};

/* A path below the version, in segments: as written, and decoded. */
typedef struct {
	char **raw;
	char **decoded;
	guint count;
} path_parts;

static void
path_parts_clear (path_parts *parts)
{
	g_strfreev (parts->raw);
	g_strfreev (parts->decoded);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (path_parts, path_parts_clear)

void
router_match_clear (router_match *match)
{
	g_free (match->tenant);
	g_free (match->path);
	g_clear_pointer (&match->variables, g_hash_table_unref);
	g_clear_pointer (&match->query, g_hash_table_unref);
}

/* NULL: a bad escape, a NUL, or no UTF-8. */
static char *
decode (const char *text, gssize length, gboolean plus)
{
	GString *out = g_string_new (NULL);
	gboolean good = TRUE;

	if (length < 0)
		length = (gssize)strlen (text);
	for (gssize i = 0; i < length && good; i++) {
		if (text[i] == '%') {
			good = length - i > 2 && g_ascii_isxdigit (text[i + 1]) && g_ascii_isxdigit (text[i + 2]);
			if (!good)
				break;
			g_string_append_c (out, (char)(g_ascii_xdigit_value (text[i + 1]) * 16 +
			                               g_ascii_xdigit_value (text[i + 2])));
			i += 2;
		} else {
			g_string_append_c (out, plus && text[i] == '+' ? ' ' : text[i]);
		}
	}
	good = good && memchr (out->str, '\0', out->len) == NULL && g_utf8_validate (out->str, (gssize)out->len, NULL);
	return g_string_free (out, !good);
}

static gboolean
parse_query (const char *text, GHashTable *query)
{
	g_auto (GStrv) pairs = g_strsplit (text, "&", -1);

	for (char **pair = pairs; *pair != NULL; pair++) {
		const char *equals = strchr (*pair, '=');
		g_autofree char *name = NULL, *value = NULL;

		if (**pair == '\0')
			continue;
		name = decode (*pair, equals != NULL ? equals - *pair : -1, TRUE);
		value = decode (equals != NULL ? equals + 1 : "", -1, TRUE);
		if (name == NULL || value == NULL)
			return FALSE;
		g_hash_table_replace (query, g_steal_pointer (&name), g_steal_pointer (&value));
	}
	return TRUE;
}

/* `path` begins after a slash. */
static gboolean
split_path (const char *path, path_parts *parts)
{
	parts->raw = g_strsplit (path, "/", -1);
	parts->count = g_strv_length (parts->raw);
	parts->decoded = g_new0 (char *, parts->count + 1);
	for (guint i = 0; i < parts->count; i++) {
		parts->decoded[i] = decode (parts->raw[i], -1, FALSE);
		if (parts->decoded[i] == NULL)
			return FALSE;
	}
	return TRUE;
}

static const char *
suffix_of (const char *segment)
{
	return g_str_has_suffix (segment, ".json") ? ".json" : g_str_has_suffix (segment, ".xml") ? ".xml" : "";
}

/* Whether the path is the pattern's; fills `variables` if so. */
static gboolean
matches (const char *pattern, const path_parts *parts, GHashTable *variables)
{
	g_hash_table_remove_all (variables);
	for (guint i = 0; i < parts->count; i++) {
		const char *end, *value = parts->decoded[i];
		gboolean last = i + 1 == parts->count;
		gsize length;

		if (*pattern != '/')
			return FALSE;
		pattern++;
		end = strchrnul (pattern, '/');
		length = (gsize)(end - pattern);
		if (last != (*end == '\0'))
			return FALSE;
		if (pattern[0] == '{') {
			/* The suffix as written: an id that ends like one can be sent with its dot escaped. */
			gsize cut = last ? strlen (suffix_of (parts->raw[i])) : 0;

			if (strlen (value) <= cut)
				return FALSE;
			g_hash_table_replace (variables, g_strndup (pattern + 1, length - 2),
			                      g_strndup (value, strlen (value) - cut));
		} else if (strncmp (pattern, value, length) != 0 ||
		           (value[length] != '\0' && !(last && value[length] == '.' && value[length + 1] != '\0'))) {
			return FALSE;
		}
		pattern = end;
	}
	return TRUE;
}

static gboolean
find_operation (router_match *match)
{
	g_autofree char *name = g_strdup_printf ("%s.%s", (char *)g_hash_table_lookup (match->variables, "group"),
	                                         (char *)g_hash_table_lookup (match->variables, "operation"));
	const wire_operation *operation = wire_operation_find (name);

	if (operation == NULL || (match->tenant != NULL && !operation->of_tenant))
		return FALSE;
	match->operation = (wire_operation_id)(operation - wire_operations);
	match->label = operation->name;
	match->changes = operation->changes;
	return TRUE;
}

static void
find_route (const path_parts *parts, router_match *match)
{
	match->changes = strcmp (match->method, "GET") != 0;
	for (gsize i = 0; i < G_N_ELEMENTS (own_routes); i++) {
		const own_route *route = &own_routes[i];

		if (strcmp (route->method, match->method) == 0 && matches (route->pattern, parts, match->variables)) {
			match->label = route->pattern;
			if (route->target != TARGET_OPERATION || find_operation (match))
				match->target = route->target;
			return;
		}
	}
	for (gsize i = 0; i < melange_route_count; i++) {
		const server_route *route = &melange_routes[i];

		if (strcmp (route->method, match->method) == 0 && matches (route->pattern, parts, match->variables)) {
			match->label = route->pattern;
			match->target = TARGET_CONTROLLER;
			match->route = route;
			return;
		}
	}
}

/* "/v0.1" and "/v9": the length of the version's segment with its slash; 0: none. */
static gsize
version_length (const char *path)
{
	gsize length = 2;

	if (!g_str_has_prefix (path, "/v") || !g_ascii_isdigit (path[2]))
		return 0;
	while (g_ascii_isdigit (path[length]) || path[length] == '.')
		length++;
	return path[length] == '/' || path[length] == '\0' ? length : 0;
}

static const char *
known_method (const char *method)
{
	static const char *const known[] = {"GET", "POST", "PUT", "DELETE", "HEAD"};

	for (gsize i = 0; i < G_N_ELEMENTS (known); i++) {
		if (strcmp (known[i], method) == 0)
			return known[i];
	}
	return "OTHER";
}

static void
find_outside (const char *path, router_match *match)
{
	static const struct {
		const char *path;
		router_target target;
	} outside[] = {{"/", TARGET_VERSIONS}, {"/healthz", TARGET_HEALTH}, {"/metrics", TARGET_METRICS}};

	for (gsize i = 0; i < G_N_ELEMENTS (outside); i++) {
		if (strcmp (path, outside[i].path) == 0 && strcmp (match->method, "GET") == 0) {
			match->target = outside[i].target;
			match->label = outside[i].path;
		}
	}
}

void
router_find (const char *method, const char *target, const char *accept, router_match *match)
{
	const char *question = strchr (target, '?'), *below, *override;
	g_auto (path_parts) parts = {0};
	g_autofree char *version = NULL;
	gsize length;

	match->target = TARGET_NONE;
	match->label = "none";
	match->method = known_method (method);
	match->path = question != NULL ? g_strndup (target, (gsize)(question - target)) : g_strdup (target);
	match->variables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
	match->query = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
	match->xml = content_wants_xml (match->path, accept);
	if (match->path[0] != '/' || (question != NULL && !parse_query (question + 1, match->query))) {
		match->target = TARGET_MALFORMED;
		return;
	}
	override = g_hash_table_lookup (match->query, "_method");
	if (override != NULL && strcmp (match->method, "POST") == 0) {
		g_autofree char *upper = g_ascii_strup (override, -1);

		match->method = known_method (upper);
	}
	length = version_length (match->path);
	if (length == 0) {
		version = content_version (accept);
		if (version == NULL) {
			find_outside (match->path, match);
			return;
		}
		if (strcmp (version, VERSION) != 0) {
			match->target = TARGET_UNKNOWN_VERSION;
			return;
		}
	} else if (length != strlen ("/v" VERSION) || strncmp (match->path, "/v" VERSION, length) != 0) {
		return;
	}
	match->inside = TRUE;
	below = match->path + length;
	while (below[0] == '/' && below[1] == '/')
		below++;
	if (below[0] != '/' || below[1] == '\0')
		return;
	if (!split_path (below + 1, &parts)) {
		match->target = TARGET_MALFORMED;
		return;
	}
	if (parts.count >= 4 && strcmp (parts.decoded[0], "ipam") == 0 && strcmp (parts.decoded[1], "tenants") == 0 &&
	    parts.decoded[2][0] != '\0')
		match->tenant = g_strdup (parts.decoded[2]);
	find_route (&parts, match);
}
