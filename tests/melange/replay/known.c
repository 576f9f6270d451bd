/*
 * See known.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "known.h"

#include "canon.h"

#include <string.h>

struct known {
	/* Arrays of objects as the service shows them, in the order of their creation. */
	json_t *blocks;
	json_t *interfaces;
	json_t *addresses;
	json_t *ranges;
};

/* A path in parts, decoded and canonical: "/v0.1/ipam/tenants/T/ip_blocks/B" is T, "ip_blocks", B, "", "", "". */
typedef struct {
	/* NULL: it names none. */
	char *tenant;
	char *parts[6];
} place;

static void
place_clear (place *self)
{
	g_free (self->tenant);
	for (guint i = 0; i < G_N_ELEMENTS (self->parts); i++)
		g_free (self->parts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (place, place_clear)

static place
parse_place (const char *target)
{
	g_auto (GStrv) halves = g_strsplit (target, "?", 2);
	g_auto (GStrv) segments = NULL;
	place self = {0};
	guint at = 3, count = 0;

	if (g_str_has_suffix (halves[0], ".json"))
		halves[0][strlen (halves[0]) - strlen (".json")] = '\0';
	segments = g_strsplit (halves[0], "/", -1);
	if (g_strv_length (segments) > 5 && g_str_equal (segments[3], "tenants")) {
		self.tenant = g_uri_unescape_string (segments[4], NULL);
		at = 5;
	}
	for (; segments[MIN (at, g_strv_length (segments))] != NULL && count < G_N_ELEMENTS (self.parts); at++) {
		g_autofree char *decoded = g_uri_unescape_string (segments[at], NULL);

		self.parts[count++] = canon_text (decoded != NULL ? decoded : segments[at]);
	}
	while (count < G_N_ELEMENTS (self.parts))
		self.parts[count++] = g_strdup ("");
	return self;
}

static const char *
text_of (json_t *object, const char *key)
{
	return json_string_value (json_object_get (object, key));
}

static gboolean
has_text (json_t *object, const char *key, const char *text)
{
	return g_strcmp0 (text_of (object, key), text) == 0;
}

known *
known_new (void)
{
	known *self = g_new0 (known, 1);

	self->blocks = json_array ();
	self->interfaces = json_array ();
	self->addresses = json_array ();
	self->ranges = json_array ();
	return self;
}

void
known_free (known *self)
{
	json_decref (self->blocks);
	json_decref (self->interfaces);
	json_decref (self->addresses);
	json_decref (self->ranges);
	g_free (self);
}

/*
 * Learning.
 */

static json_t *
find (json_t *list, const char *id)
{
	json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
	{
		if (has_text (item, "id", id))
			return item;
	}
	return NULL;
}

/* Adds a copy of an object, or puts it in the place of the one with its id. */
static void
upsert (json_t *list, json_t *object)
{
	json_t *copy = json_deep_copy (object);
	json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
	{
		if (has_text (item, "id", text_of (object, "id"))) {
			json_array_set_new (list, i, copy);
			return;
		}
	}
	json_array_append_new (list, copy);
}

/* Removes the objects with this text at `key`. */
static void
remove_all (json_t *list, const char *key, const char *text)
{
	for (size_t i = json_array_size (list); i-- > 0;) {
		if (has_text (json_array_get (list, i), key, text))
			json_array_remove (list, i);
	}
}

/* Takes in every object of an answer by its shape. */
static void
take_in (known *self, json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_object_get (value, "netmask") != NULL && json_object_get (value, "parent_id") != NULL)
		upsert (self->blocks, value);
	else if (json_object_get (value, "mac_address") != NULL && json_object_get (value, "ip_addresses") != NULL)
		upsert (self->interfaces, value);
	else if (json_object_get (value, "ip_block_id") != NULL)
		upsert (self->addresses, value);
	json_object_foreach (value, key, item)
	{
		take_in (self, item);
	}
	json_array_foreach (value, i, item)
	{
		take_in (self, item);
	}
}

/* A block with its subnets. */
static void
remove_block (known *self, const char *id)
{
	for (size_t i = json_array_size (self->blocks); i-- > 0;) {
		json_t *block = json_array_get (self->blocks, i);

		if (has_text (block, "parent_id", id)) {
			g_autofree char *subnet = g_strdup (text_of (block, "id"));

			remove_block (self, subnet);
			i = json_array_size (self->blocks);
		}
	}
	remove_all (self->addresses, "ip_block_id", id);
	remove_all (self->blocks, "id", id);
}

/* What an interface has of an address: the configuration. */
static json_t *
configuration_of (known *self, json_t *address)
{
	json_t *block = find (self->blocks, text_of (address, "ip_block_id"));

	return json_pack ("{s:O, s:O, s:O, s:O, s:{s:O, s:O, s:O, s:O, s:O, s:O, s:O, s:O, s:[]}}", "id",
	                  json_object_get (address, "id"), "address", json_object_get (address, "address"), "version",
	                  json_object_get (address, "version"), "interface_id",
	                  json_object_get (address, "interface_id"), "ip_block", "id", json_object_get (block, "id"),
	                  "cidr", json_object_get (block, "cidr"), "broadcast", json_object_get (block, "broadcast"),
	                  "gateway", json_object_get (block, "gateway"), "network_id",
	                  json_object_get (block, "network_id"), "netmask", json_object_get (block, "netmask"), "dns1",
	                  json_object_get (block, "dns1"), "dns2", json_object_get (block, "dns2"), "ip_routes");
}

/* An allocation makes its interface, if there is none yet. */
static void
learn_interface (known *self, const place *where, const char *id, json_t *model, json_t *configurations)
{
	json_t *interface = find (self->interfaces, id);
	g_autofree char *mac = NULL;

	if (interface != NULL) {
		json_array_extend (json_object_get (interface, "ip_addresses"), configurations);
		return;
	}
	mac = text_of (model, "mac_address") != NULL ? g_ascii_strup (text_of (model, "mac_address"), -1) : NULL;
	json_array_append_new (
		self->interfaces,
		json_pack ("{s:s, s:s?, s:s, s:s?, s:O, s:s, s:s}", "id", id, "device_id",
	                   text_of (model, "used_by_device"), "tenant_id",
	                   text_of (model, "tenant_id") != NULL ? text_of (model, "tenant_id") : where->tenant,
	                   "mac_address", mac, "ip_addresses", configurations, "created_at", "2012-03-04T00:00:00",
	                   "updated_at", "2012-03-04T00:00:00"));
}

static void
learn_allocation (known *self, const place *where, json_t *body, json_t *answer)
{
	json_t *address = json_object_get (answer, "ip_address");

	if (g_str_equal (where->parts[0], "ip_blocks") && address != NULL) {
		json_t *configurations = json_pack ("[o]", configuration_of (self, address));

		learn_interface (self, where, text_of (address, "interface_id"), json_object_get (body, "ip_address"),
		                 configurations);
		json_decref (configurations);
	} else if (g_str_equal (where->parts[4], "ip_allocations")) {
		json_t *configurations = json_deep_copy (json_object_get (answer, "ip_addresses"));

		learn_interface (self, where, where->parts[3], json_object_get (body, "network"), configurations);
		json_decref (configurations);
	}
}

/* The service cannot show an address that rests. */
static void
rest (known *self, const char *block, const char *address)
{
	json_t *item;
	size_t i;

	json_array_foreach (self->addresses, i, item)
	{
		g_autofree char *canonical = canon_text (text_of (item, "address"));

		if (has_text (item, "ip_block_id", block) && g_str_equal (canonical, address))
			json_object_set_new (item, "rests", json_true ());
	}
}

static void
learn_delete (known *self, const place *where)
{
	const char *kind = where->parts[0];

	if (g_str_equal (kind, "ip_blocks") && where->parts[2][0] == '\0')
		remove_block (self, where->parts[1]);
	else if (g_str_equal (kind, "ip_blocks") && where->parts[4][0] == '\0')
		rest (self, where->parts[1], where->parts[3]);
	else if (g_str_equal (kind, "interfaces") && where->parts[2][0] == '\0')
		remove_all (self->interfaces, "id", where->parts[1]);
	else if (g_str_equal (kind, "instances"))
		remove_all (self->interfaces, "device_id", where->parts[1]);
	else if (g_str_equal (kind, "mac_address_ranges"))
		remove_all (self->ranges, "id", where->parts[1]);
}

void
known_learn (known *self, const char *method, const char *target, json_t *body, json_t *answer)
{
	g_auto (place) where = parse_place (target);

	if (g_str_equal (method, "DELETE")) {
		learn_delete (self, &where);
		return;
	}
	if (g_str_equal (method, "PUT") && g_str_equal (where.parts[0], "instances"))
		remove_all (self->interfaces, "device_id", where.parts[1]);
	take_in (self, answer);
	if (json_object_get (answer, "mac_address_range") != NULL)
		upsert (self->ranges, json_object_get (answer, "mac_address_range"));
	if (g_str_equal (method, "POST"))
		learn_allocation (self, &where, body, answer);
}

/*
 * Answering.
 */

static json_t *
not_found (const char *detail, guint *ret_status)
{
	*ret_status = 404;
	return json_pack ("{s:{s:i, s:s, s:s}}", "NotFound", "code", 404, "message", "The resource could not be found.",
	                  "detail", detail);
}

/* Those of a list with these texts at these keys; key2 may be NULL. */
static json_t *
those_with (json_t *list, const char *key1, const char *text1, const char *key2, const char *text2)
{
	json_t *those = json_array ();
	json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
	{
		if (has_text (item, key1, text1) && (key2 == NULL || has_text (item, key2, text2)))
			json_array_append (those, item);
	}
	return those;
}

/* One of an array, below its key; taken. */
static json_t *
one_of (const char *key, json_t *those, const char *missing, guint *ret_status)
{
	json_t *answer = json_array_size (those) > 0 ? json_pack ("{s:O}", key, json_array_get (those, 0))
	                                             : not_found (missing, ret_status);

	json_decref (those);
	return answer;
}

static json_t *
answer_addresses (known *self, const place *where, guint *ret_status)
{
	json_t *those = those_with (self->addresses, "ip_block_id", where->parts[1], NULL, NULL);
	json_t *found = json_array ();
	json_t *item;
	size_t i;

	json_array_foreach (those, i, item)
	{
		g_autofree char *canonical = canon_text (text_of (item, "address"));

		if (where->parts[3][0] != '\0' && !g_str_equal (canonical, where->parts[3]))
			continue;
		json_array_append (found, item);
		if (json_object_get (item, "rests") != NULL)
			*ret_status = 500;
	}
	json_decref (those);
	if (*ret_status == 500) {
		json_decref (found);
		return json_pack ("{s:{s:i, s:s, s:s}}", "InternalServerError", "code", 500, "message",
		                  "The server has either erred or is incapable of performing the requested operation.",
		                  "detail", "'NoneType' object has no attribute 'tenant_id'");
	}
	if (where->parts[3][0] != '\0')
		return one_of ("ip_address", found, "IpAddress Not Found", ret_status);
	return json_pack ("{s:o}", "ip_addresses", found);
}

static json_t *
answer_block (known *self, const place *where, guint *ret_status)
{
	const char *id = where->parts[1];
	json_t *those = those_with (self->blocks, "id", id, "tenant_id", where->tenant);

	if (json_array_size (those) == 0 || where->parts[2][0] == '\0')
		return one_of ("ip_block", those, "IpBlock Not Found", ret_status);
	json_decref (those);
	if (g_str_equal (where->parts[2], "subnets"))
		return json_pack ("{s:o}", "subnets", those_with (self->blocks, "parent_id", id, NULL, NULL));
	if (g_str_equal (where->parts[2], "ip_addresses") && where->parts[4][0] == '\0')
		return answer_addresses (self, where, ret_status);
	return NULL;
}

static json_t *
answer_network (known *self, const place *where, guint *ret_status)
{
	json_t *blocks = those_with (self->blocks, "network_id", where->parts[1], "tenant_id", where->tenant);

	if (json_array_size (blocks) == 0) {
		g_autofree char *detail = g_strdup_printf ("Network %s not found", where->parts[1]);

		json_decref (blocks);
		return not_found (detail, ret_status);
	}
	return json_pack ("{s:o}", "ip_blocks", blocks);
}

json_t *
known_answer (known *self, const char *target, guint *ret_status)
{
	g_auto (place) where = parse_place (target);
	const char *kind = where.parts[0];

	*ret_status = 200;
	if (g_str_equal (kind, "ip_blocks") && where.parts[1][0] != '\0')
		return answer_block (self, &where, ret_status);
	if (g_str_equal (kind, "networks") && where.parts[2][0] == '\0')
		return answer_network (self, &where, ret_status);
	if (g_str_equal (kind, "interfaces") && where.tenant != NULL && where.parts[2][0] == '\0')
		return one_of ("interface",
		               those_with (self->interfaces, "id", where.parts[1], "tenant_id", where.tenant),
		               "Interface Not Found", ret_status);
	if (g_str_equal (kind, "instances"))
		return json_pack ("{s:{s:o}}", "instance", "interfaces",
		                  those_with (self->interfaces, "device_id", where.parts[1], NULL, NULL));
	if (g_str_equal (kind, "mac_address_ranges") && where.parts[1][0] == '\0')
		return json_pack ("{s:O}", "mac_address_ranges", self->ranges);
	return NULL;
}
