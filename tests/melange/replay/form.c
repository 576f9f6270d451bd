/*
 * See form.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "form.h"

#include "canon.h"

#include <string.h>

static int
compare_texts (gconstpointer a, gconstpointer b)
{
	return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Decoded, canonical, and encoded again in one way. */
static char *
form_part (const char *part)
{
	g_autofree char *decoded = g_uri_unescape_string (part, NULL);
	g_autofree char *canonical = canon_text (decoded != NULL ? decoded : part);

	return g_uri_escape_string (canonical, NULL, TRUE);
}

static void
form_query (const char *query, GString *target)
{
	g_autoptr (GPtrArray) parameters = g_ptr_array_new_with_free_func (g_free);
	g_auto (GStrv) parts = g_strsplit (query, "&", -1);

	for (guint i = 0; parts[i] != NULL; i++) {
		g_auto (GStrv) sides = g_strsplit (parts[i], "=", 2);
		g_autofree char *name = NULL;
		g_autofree char *value = NULL;

		/* How much a page holds is for both sides to say. */
		if (parts[i][0] == '\0' || g_str_equal (sides[0], "limit"))
			continue;
		name = form_part (sides[0]);
		value = form_part (sides[1] != NULL ? sides[1] : "");
		g_ptr_array_add (parameters, g_strdup_printf ("%s=%s", name, value));
	}
	g_ptr_array_sort (parameters, compare_texts);
	for (guint i = 0; i < parameters->len; i++)
		g_string_append_printf (target, "%c%s", i == 0 ? '?' : '&', (const char *)parameters->pdata[i]);
}

char *
form_target (const char *text)
{
	g_auto (GStrv) halves = g_strsplit (text, "?", 2);
	g_auto (GStrv) segments = NULL;
	GString *target = g_string_new (NULL);

	if (g_str_has_suffix (halves[0], ".json"))
		halves[0][strlen (halves[0]) - strlen (".json")] = '\0';
	segments = g_strsplit (halves[0], "/", -1);
	for (guint i = 0; segments[i] != NULL; i++) {
		g_autofree char *segment = form_part (segments[i]);

		g_string_append_printf (target, "%s%s", i > 0 ? "/" : "", segment);
	}
	if (halves[1] != NULL)
		form_query (halves[1], target);
	return g_string_free (target, FALSE);
}

/* Drops the members of an object that are null or an empty list, also further down. */
static void
drop_nothing (json_t *value)
{
	const char *key;
	json_t *item;
	void *next;
	size_t i;

	json_object_foreach_safe (value, next, key, item)
	{
		if (json_is_null (item) || (json_is_array (item) && json_array_size (item) == 0))
			json_object_del (value, key);
		else
			drop_nothing (item);
	}
	json_array_foreach (value, i, item)
	{
		drop_nothing (item);
	}
}

/* Drops a tenant that is the default. */
static void
drop_tenant (json_t *object, const char *tenant)
{
	if (tenant != NULL && g_strcmp0 (json_string_value (json_object_get (object, "tenant_id")), tenant) == 0)
		json_object_del (object, "tenant_id");
}

/* Of "/v0.1/ipam/tenants/T/...". NULL: it names none. */
static char *
tenant_of (const char *target)
{
	g_auto (GStrv) segments = g_strsplit_set (target, "/?", -1);

	if (g_strv_length (segments) < 5 || !g_str_equal (segments[3], "tenants"))
		return NULL;
	return g_uri_unescape_string (segments[4], NULL);
}

/* An empty network is none. */
static void
form_interface (json_t *interface)
{
	if (json_object_size (json_object_get (interface, "network")) == 0)
		json_object_del (interface, "network");
}

json_t *
form_body (const char *method, const char *target, json_t *body)
{
	g_autofree char *tenant = tenant_of (target);
	json_t *form = canon_json (body);
	void *iterator = json_object_iter (form);
	json_t *model = iterator != NULL ? json_object_iter_value (iterator) : NULL;
	json_t *item;
	size_t i;

	if (g_str_equal (method, "POST"))
		drop_nothing (form);
	drop_tenant (model, tenant);
	form_interface (model);
	json_array_foreach (json_object_get (model, "interfaces"), i, item)
	{
		form_interface (item);
	}
	if (json_object_size (form) == 0 || (json_is_object (model) && json_object_size (model) == 0)) {
		json_decref (form);
		return NULL;
	}
	return form;
}

char *
form_pair (const char *method, const char *target, json_t *body)
{
	g_autofree char *form = form_target (target);
	g_auto (GStrv) parts = g_strsplit (form, "/", -1);
	json_t *partners = json_object_get (body, "ip_addresses");
	const char *partner = json_string_value (json_object_get (json_array_get (partners, 0), "ip_address"));
	g_autofree char *canonical = NULL;
	g_autofree char *escaped = NULL;
	guint count = g_strv_length (parts);
	gboolean globals;

	/* "", v0.1, ipam, tenants, T, ip_blocks, B, ip_addresses, A, inside_globals [, P] */
	if (count < 10 || !g_str_has_prefix (parts[9], "inside_") || g_str_equal (method, "GET"))
		return NULL;
	if (json_array_size (partners) == 1 && partner != NULL) {
		canonical = canon_text (partner);
		escaped = g_uri_escape_string (canonical, NULL, TRUE);
		partner = escaped;
	} else if (count == 11) {
		partner = parts[10];
	} else {
		return NULL;
	}
	globals = g_str_equal (parts[9], "inside_globals");
	return g_strdup_printf ("%s local %s global %s of %s", method, globals ? parts[8] : partner,
	                        globals ? partner : parts[8], parts[4]);
}

static void
take_id (json_t *recorded, json_t *object, const char *key, GPtrArray *ids)
{
	json_t *id = json_object_get (object, key);

	if (json_is_string (id) && json_object_get (recorded, key) == NULL) {
		g_ptr_array_add (ids, g_strdup (json_string_value (id)));
		json_object_del (object, key);
	} else {
		g_ptr_array_add (ids, NULL);
	}
}

void
form_take_chosen_ids (json_t *recorded, json_t *body, GPtrArray *ids)
{
	json_t *instance = json_object_get (body, "instance");
	json_t *list = json_object_get (json_object_get (recorded, "instance"), "interfaces");
	json_t *item;
	size_t i;

	if (json_object_get (body, "ip_address") != NULL)
		take_id (json_object_get (recorded, "ip_address"), json_object_get (body, "ip_address"), "interface_id",
		         ids);
	if (json_object_get (body, "interface") != NULL)
		take_id (json_object_get (recorded, "interface"), json_object_get (body, "interface"), "id", ids);
	json_array_foreach (json_object_get (instance, "interfaces"), i, item)
		take_id (json_array_get (list, i), item, "virtual_interface_id", ids);
}
