/*
 * The table of requests, and what the functions in it share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "call.h"

#include <string.h>

#define T "/ipam/tenants/{tenant}"
#define BLOCK T "/ip_blocks/{block}"
#define ADDRESS BLOCK "/ip_addresses/{address}"
#define POLICY T "/policies/{policy}"
#define ALLOCATIONS T "/networks/{network}/interfaces/{interface}/ip_allocations"

static const struct {
	const char *method;
	const char *pattern;
	call_function function;
} routes[] = {
	{"GET", T "/ip_blocks", call_block_list},
	{"POST", T "/ip_blocks", call_block_create},
	{"GET", BLOCK, call_block_get},
	{"PUT", BLOCK, call_block_update},
	{"DELETE", BLOCK, call_block_delete},
	{"GET", BLOCK "/subnets", call_subnet_list},
	{"POST", BLOCK "/subnets", call_subnet_create},
	{"GET", BLOCK "/ip_routes", call_route_list},
	{"POST", BLOCK "/ip_routes", call_route_create},
	{"GET", BLOCK "/ip_routes/{route}", call_route_get},
	{"PUT", BLOCK "/ip_routes/{route}", call_route_update},
	{"DELETE", BLOCK "/ip_routes/{route}", call_route_delete},
	{"GET", BLOCK "/ip_addresses", call_address_list_of_block},
	{"POST", BLOCK "/ip_addresses", call_address_allocate},
	{"GET", ADDRESS, call_address_get},
	{"DELETE", ADDRESS, call_address_deallocate},
	{"PUT", ADDRESS "/restore", call_address_restore},
	{"GET", ADDRESS "/inside_globals", call_nat_list_globals},
	{"GET", ADDRESS "/inside_locals", call_nat_list_locals},
	{"POST", ADDRESS "/inside_globals", call_nat_add_globals},
	{"POST", ADDRESS "/inside_locals", call_nat_add_locals},
	{"DELETE", ADDRESS "/inside_globals", call_nat_remove_globals},
	{"DELETE", ADDRESS "/inside_locals", call_nat_remove_locals},
	{"DELETE", ADDRESS "/inside_globals/{partner}", call_nat_remove_globals},
	{"DELETE", ADDRESS "/inside_locals/{partner}", call_nat_remove_locals},
	{"GET", T "/allocated_ip_addresses", call_address_list_of_tenant},
	{"GET", T "/networks/{network}", call_network_get},
	{"GET", ALLOCATIONS, call_network_list},
	{"POST", ALLOCATIONS, call_network_allocate},
	{"DELETE", ALLOCATIONS, call_network_deallocate},
	{"POST", "/ipam/interfaces", call_interface_create},
	{"GET", T "/interfaces/{interface}", call_interface_get},
	{"DELETE", "/ipam/interfaces/{interface}", call_interface_delete},
	{"GET", T "/interfaces/{interface}/allowed_ips", call_allowed_ip_list},
	{"POST", T "/interfaces/{interface}/allowed_ips", call_allowed_ip_allow},
	{"GET", T "/interfaces/{interface}/allowed_ips/{address}", call_allowed_ip_get},
	{"DELETE", T "/interfaces/{interface}/allowed_ips/{address}", call_allowed_ip_disallow},
	{"PUT", "/ipam/instances/{device}/interfaces", call_interface_replace_all},
	{"GET", "/ipam/instances/{device}/interfaces", call_interface_list},
	{"DELETE", "/ipam/instances/{device}/interfaces", call_interface_delete_all},
	{"GET", "/ipam/mac_address_ranges", call_mac_range_list},
	{"POST", "/ipam/mac_address_ranges", call_mac_range_create},
	{"GET", "/ipam/mac_address_ranges/{range}", call_mac_range_get},
	{"DELETE", "/ipam/mac_address_ranges/{range}", call_mac_range_delete},
	{"GET", T "/policies", call_policy_list},
	{"POST", T "/policies", call_policy_create},
	{"GET", POLICY, call_policy_get},
	{"PUT", POLICY, call_policy_update},
	{"DELETE", POLICY, call_policy_delete},
	{"GET", POLICY "/unusable_ip_ranges", call_policy_range_list},
	{"POST", POLICY "/unusable_ip_ranges", call_policy_range_create},
	{"GET", POLICY "/unusable_ip_ranges/{range}", call_policy_range_get},
	{"PUT", POLICY "/unusable_ip_ranges/{range}", call_policy_range_update},
	{"DELETE", POLICY "/unusable_ip_ranges/{range}", call_policy_range_delete},
	{"GET", POLICY "/unusable_ip_octets", call_policy_octet_list},
	{"POST", POLICY "/unusable_ip_octets", call_policy_octet_create},
	{"GET", POLICY "/unusable_ip_octets/{octet}", call_policy_octet_get},
	{"PUT", POLICY "/unusable_ip_octets/{octet}", call_policy_octet_update},
	{"DELETE", POLICY "/unusable_ip_octets/{octet}", call_policy_octet_delete},
};

static gboolean
path_fits (const char *pattern, const char *path, GHashTable *variables)
{
	g_auto (GStrv) names = g_strsplit (pattern, "/", -1);
	g_auto (GStrv) segments = g_strsplit (path, "/", -1);
	guint count = g_strv_length (names);

	if (g_strv_length (segments) != count)
		return FALSE;
	g_hash_table_remove_all (variables);
	for (guint i = 0; i < count; i++) {
		char *value;

		if (names[i][0] != '{') {
			if (!g_str_equal (names[i], segments[i]))
				return FALSE;
			continue;
		}
		value = g_uri_unescape_string (segments[i], NULL);
		if (value == NULL || value[0] == '\0') {
			g_free (value);
			return FALSE;
		}
		g_hash_table_insert (variables, g_strndup (names[i] + 1, strlen (names[i]) - 2), value);
	}
	return TRUE;
}

call_function
call_find (const char *method, const char *path, GHashTable *variables)
{
	for (gsize i = 0; i < G_N_ELEMENTS (routes); i++) {
		if (g_str_equal (routes[i].method, method) && path_fits (routes[i].pattern, path, variables))
			return routes[i].function;
	}
	return NULL;
}

const char *
call_path (const call *self, const char *name)
{
	return g_hash_table_lookup (self->path, name);
}

gboolean
call_has (const call *self, const char *key)
{
	return json_object_get (self->model, key) != NULL;
}

json_t *
call_member (call *self, const char *key)
{
	json_t *value = json_object_get (self->model, key);

	g_hash_table_add (self->read, g_strdup (key));
	return json_is_null (value) ? NULL : value;
}

const char *
call_text (call *self, const char *key)
{
	json_t *value = call_member (self, key);

	if (value != NULL && !json_is_string (value))
		self->skipped = "a value of a type that the ABI's field does not have";
	return json_string_value (value);
}

gint64
call_number (call *self, const char *key)
{
	json_t *value = call_member (self, key);

	if (!json_is_integer (value))
		self->skipped = "no number where the ABI's field has one";
	return json_integer_value (value);
}

const char *
call_query (call *self, const char *name)
{
	g_hash_table_add (self->read, g_strdup (name));
	return g_hash_table_lookup (self->query, name);
}

uint32_t
call_limit (call *self)
{
	const char *text = call_query (self, "limit");
	guint64 limit = 0;

	if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32, &limit, NULL))
		self->skipped = "a limit that is no number above 0";
	return (uint32_t)limit;
}

const char *
call_marker (call *self)
{
	const char *text = call_query (self, "marker");
	const char *marker = text != NULL ? g_hash_table_lookup (self->markers, text) : NULL;

	if (text != NULL && marker == NULL)
		self->skipped = "a marker that no page gave";
	return marker;
}

/* Looks for an object with this text at `key`, and gives what is at `wanted`. */
static const char *
search (transcript_names *names, json_t *value, const char *key, const char *text, const char *wanted)
{
	const char *found = json_string_value (json_object_get (value, wanted));
	const char *candidate = json_string_value (json_object_get (value, key));
	const char *name;
	json_t *item;
	size_t i;

	if (found != NULL && candidate != NULL) {
		g_autofree char *filled = transcript_fill (names, candidate);

		if (g_str_equal (filled, text))
			return found;
	}
	json_object_foreach (value, name, item)
	{
		found = search (names, item, key, text, wanted);
		if (found != NULL)
			return found;
	}
	json_array_foreach (value, i, item)
	{
		found = search (names, item, key, text, wanted);
		if (found != NULL)
			return found;
	}
	return NULL;
}

static const char *
search_scenario (call *self, const char *key, const char *text, const char *wanted)
{
	for (guint i = 0; i < self->scenario->exchanges->len; i++) {
		const transcript_exchange *exchange = self->scenario->exchanges->pdata[i];
		const char *found =
			exchange->admin != NULL ? NULL : search (self->names, exchange->answer, key, text, wanted);

		if (found != NULL)
			return found;
	}
	return NULL;
}

const char *
call_tenant_of (call *self, const char *key, const char *text)
{
	const char *tenant = search_scenario (self, key, text, "tenant_id");

	if (tenant == NULL)
		self->skipped = "nothing says whose it is, and the ABI has to name a tenant";
	return tenant;
}

const char *
call_block_of (call *self, const char *address)
{
	const char *block = search_scenario (self, "address", address, "ip_block_id");
	g_autofree char *filled = block != NULL ? transcript_fill (self->names, block) : NULL;

	if (block == NULL)
		self->skipped = "nothing says in which block the address is, which the ABI has to name";
	return filled != NULL ? g_intern_string (filled) : NULL;
}

gboolean
call_ready (call *self)
{
	GHashTableIter iter;
	gpointer name;
	const char *key;
	json_t *value;

	json_object_foreach (self->model, key, value)
	{
		if (self->skipped == NULL && !g_hash_table_contains (self->read, key))
			self->skipped = "a field that the ABI does not have";
	}
	g_hash_table_iter_init (&iter, self->query);
	while (g_hash_table_iter_next (&iter, &name, NULL)) {
		if (self->skipped == NULL && !g_hash_table_contains (self->read, name))
			self->skipped = "a parameter that the ABI does not have";
	}
	return self->skipped == NULL;
}

void
call_gave (call *self, json_t *result, const char *key, view_recorded view)
{
	json_t *recorded = json_object_get (self->answer, key);

	self->result = result;
	self->expected = recorded != NULL ? view (recorded) : json_null ();
}

void
call_gave_list (call *self, json_t *list, const char *next_marker, const char *key, view_recorded view)
{
	self->result = list;
	self->expected = recorded_list (json_object_get (self->answer, key), view);
	self->next_marker = g_strdup (next_marker);
}
