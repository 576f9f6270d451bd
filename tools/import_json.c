/*
 * import_json.c: reads an address plan from JSON: what export.c writes, and Amazon's ip-ranges.json. In the
 * export an unknown key is an error; Amazon may add keys.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "plan.h"

#include <jansson.h>
#include <string.h>

/* One object of an array that is being read. The first error stays. */
typedef struct entry {
	plan *plan;
	plan_source source;
	const json_t *object;
	ip_driver_error *error;
	ip_driver_status status;
} entry;

G_GNUC_PRINTF (2, 3)
static void
refuse (entry *self, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list args;

	if (self->status != IP_DRIVER_OK)
		return;
	va_start (args, format);
	message = g_strdup_vprintf (format, args);
	va_end (args);
	self->status = plan_error (self->plan, self->source, self->error, IP_DRIVER_INVALID, "%s", message);
}

/* keys: space-separated. */
static void
check_keys (entry *self, const char *keys)
{
	g_auto (GStrv) known = g_strsplit (keys, " ", -1);
	const char *key;
	json_t *value;

	if (!json_is_object (self->object)) {
		refuse (self, "this is not an object");
		return;
	}
	json_object_foreach ((json_t *)(gintptr)self->object, key, value)
	{
		if (!g_strv_contains ((const char *const *)known, key))
			refuse (self, "there is no key “%s”", key);
	}
}

static const char *
text_of (entry *self, const char *key)
{
	const json_t *value = json_object_get (self->object, key);

	if (value == NULL || json_is_null (value))
		return NULL;
	if (!json_is_string (value)) {
		refuse (self, "%s is not a text", key);
		return NULL;
	}
	return plan_text (self->plan, json_string_value (value));
}

/* Never NULL, for what is used without another look; the error is set then. */
static const char *
needed_text (entry *self, const char *key)
{
	const char *text = text_of (self, key);

	if (text == NULL)
		refuse (self, "%s is missing", key);
	return text != NULL ? text : "";
}

static gint64
needed_integer (entry *self, const char *key, gint64 min, gint64 max)
{
	const json_t *value = json_object_get (self->object, key);

	if (!json_is_integer (value) || json_integer_value (value) < min || json_integer_value (value) > max) {
		refuse (self, "%s is not a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, key, min, max);
		return 0;
	}
	return json_integer_value (value);
}

static const char *
needed_address (entry *self, const char *key)
{
	const char *text = needed_text (self, key);
	cidr parsed;

	if (self->status == IP_DRIVER_OK && !cidr_parse_address (text, &parsed))
		refuse (self, "%s “%s” is not an address", key, text);
	return self->status == IP_DRIVER_OK ? plan_take (self->plan, cidr_address_text (&parsed)) : "";
}

static void
read_range (entry *self, void *data)
{
	plan_policy *policy = data;
	plan_range range = {0};

	check_keys (self, "id offset length");
	range.id = text_of (self, "id");
	range.offset = needed_integer (self, "offset", G_MININT64, G_MAXINT64);
	range.length = (guint64)needed_integer (self, "length", 0, G_MAXINT64);
	g_array_append_val (policy->ranges, range);
}

static void
read_octet (entry *self, void *data)
{
	plan_policy *policy = data;
	plan_octet octet = {0};

	check_keys (self, "id octet");
	octet.id = text_of (self, "id");
	octet.octet = (gint32)needed_integer (self, "octet", 0, 255);
	g_array_append_val (policy->octets, octet);
}

/* Calls `read` for each element of an array in `object`; a missing array is an empty one. `where`: the
 * element's source, the number to be filled in. */
static ip_driver_status
each_element (plan *self, const json_t *object, const char *key, void (*read) (entry *, void *), void *data,
              const plan_source *outer, ip_driver_error *error)
{
	const json_t *array = json_object_get (object, key);

	if (array == NULL || json_is_null (array))
		return IP_DRIVER_OK;
	if (!json_is_array (array))
		return cli_error (error, IP_DRIVER_INVALID, "%s: %s is not an array", self->file, key);
	for (size_t i = 0; i < json_array_size (array); i++) {
		entry element = {.plan = self, .object = json_array_get (array, i), .error = error};

		element.source = (plan_source){key, (guint)i, NULL};
		if (outer != NULL) {
			/* A part of a policy is named through the policy. */
			element.source = *outer;
			element.source.detail = plan_take (self, g_strdup_printf ("%s[%u]", key, (guint)i));
		}
		read (&element, data);
		if (element.status != IP_DRIVER_OK)
			return element.status;
		self->entries += outer == NULL;
	}
	return IP_DRIVER_OK;
}

static void
read_policy (entry *self, void *data)
{
	plan_policy *policy = plan_add_policy (self->plan, self->source);

	check_keys (self, "id tenant name description ranges octets");
	policy->id = needed_text (self, "id");
	policy->tenant = needed_text (self, "tenant");
	policy->name = needed_text (self, "name");
	policy->description = text_of (self, "description");
	if (self->status == IP_DRIVER_OK) {
		self->status = each_element (self->plan, self->object, "ranges", read_range, policy, &self->source,
		                             self->error);
	}
	if (self->status == IP_DRIVER_OK) {
		self->status = each_element (self->plan, self->object, "octets", read_octet, policy, &self->source,
		                             self->error);
	}
}

static void
read_block (entry *self, void *data)
{
	plan_block *block = plan_add_block (self->plan, self->source);
	const char *type, *text;

	check_keys (self, "id tenant network cidr type gateway dns1 dns2 policy parent");
	text = needed_text (self, "cidr");
	if (!cidr_parse (text, &block->range))
		refuse (self, "cidr “%s” is not an address and a prefix length", text);
	type = needed_text (self, "type");
	if (strcmp (type, "public") == 0)
		block->type = IP_DRIVER_BLOCK_PUBLIC;
	else if (strcmp (type, "private") == 0)
		block->type = IP_DRIVER_BLOCK_PRIVATE;
	else
		refuse (self, "type “%s” is not public or private", type);
	block->exact = TRUE;
	block->id = needed_text (self, "id");
	block->tenant = needed_text (self, "tenant");
	block->network = text_of (self, "network");
	block->gateway = text_of (self, "gateway");
	block->dns1 = text_of (self, "dns1");
	block->dns2 = text_of (self, "dns2");
	block->policy = text_of (self, "policy");
	block->parent = text_of (self, "parent");
}

static void
read_route (entry *self, void *data)
{
	plan_route *route = g_new0 (plan_route, 1);

	g_ptr_array_add (self->plan->routes, route);
	check_keys (self, "id block destination netmask gateway");
	route->source = self->source;
	route->id = needed_text (self, "id");
	route->block = needed_text (self, "block");
	route->destination = needed_address (self, "destination");
	route->netmask = text_of (self, "netmask");
	route->gateway = needed_text (self, "gateway");
}

static void
read_mac_range (entry *self, void *data)
{
	plan_mac_range *range = g_new0 (plan_mac_range, 1);
	const char *text;

	g_ptr_array_add (self->plan->mac_ranges, range);
	check_keys (self, "id cidr");
	range->source = self->source;
	range->id = needed_text (self, "id");
	text = needed_text (self, "cidr");
	range->cidr = plan_take (self->plan, mac_prefix_text (text));
	if (range->cidr == NULL)
		refuse (self, "cidr “%s” is not a MAC address and a prefix length", text);
}

static void
read_interface (entry *self, void *data)
{
	plan_interface *interface = g_new0 (plan_interface, 1);

	g_ptr_array_add (self->plan->interfaces, interface);
	check_keys (self, "id tenant device mac");
	interface->source = self->source;
	interface->id = needed_text (self, "id");
	interface->tenant = needed_text (self, "tenant");
	interface->device = text_of (self, "device");
	interface->mac = text_of (self, "mac");
}

static void
read_address (entry *self, void *data)
{
	plan_address *address = g_new0 (plan_address, 1);
	const char *state;

	g_ptr_array_add (self->plan->addresses, address);
	check_keys (self, "id block address interface used_by_tenant request_key state");
	address->source = self->source;
	address->id = needed_text (self, "id");
	address->block = needed_text (self, "block");
	address->address = needed_address (self, "address");
	address->interface = text_of (self, "interface");
	address->used_by_tenant = text_of (self, "used_by_tenant");
	address->request_key = text_of (self, "request_key");
	state = needed_text (self, "state");
	if (strcmp (state, "allocated") == 0)
		address->state = IP_DRIVER_ADDRESS_ALLOCATED;
	else if (strcmp (state, "deallocated") == 0)
		address->state = IP_DRIVER_ADDRESS_DEALLOCATED;
	else
		refuse (self, "state “%s” is not allocated or deallocated", state);
}

static void
read_allowed_ip (entry *self, void *data)
{
	plan_allowed_ip *allowed = g_new0 (plan_allowed_ip, 1);

	g_ptr_array_add (self->plan->allowed_ips, allowed);
	check_keys (self, "interface block address");
	allowed->source = self->source;
	allowed->interface = needed_text (self, "interface");
	allowed->block = needed_text (self, "block");
	allowed->address = needed_address (self, "address");
}

static void
read_nat (entry *self, void *data)
{
	plan_nat *nat = g_new0 (plan_nat, 1);

	g_ptr_array_add (self->plan->nat, nat);
	check_keys (self, "local_block local_address global_block global_address");
	nat->source = self->source;
	nat->local_block = needed_text (self, "local_block");
	nat->local_address = needed_address (self, "local_address");
	nat->global_block = needed_text (self, "global_block");
	nat->global_address = needed_address (self, "global_address");
}

static void
read_lease (entry *self, void *data)
{
	plan_lease *lease = g_new0 (plan_lease, 1);
	g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
	g_autoptr (GDateTime) time = NULL;
	const char *until;

	g_ptr_array_add (self->plan->leases, lease);
	check_keys (self, "block address mac client_id hostname leased_until");
	lease->source = self->source;
	lease->block = needed_text (self, "block");
	lease->address = needed_address (self, "address");
	lease->mac = text_of (self, "mac");
	lease->client_id = text_of (self, "client_id");
	lease->hostname = text_of (self, "hostname");
	until = needed_text (self, "leased_until");
	if (strcmp (until, "infinite") == 0) {
		lease->leased_until = G_MAXINT64;
		return;
	}
	time = g_date_time_new_from_iso8601 (until, utc);
	if (time == NULL)
		refuse (self, "leased_until “%s” is not a time", until);
	else
		lease->leased_until = g_date_time_to_unix (time);
}

static ip_driver_status
read_export (plan *self, const json_t *root, ip_driver_error *error)
{
	static const struct {
		const char *key;
		void (*read) (entry *, void *);
	} sections[] = {
		{"policies", read_policy},        {"blocks", read_block},
		{"routes", read_route},           {"mac_ranges", read_mac_range},
		{"interfaces", read_interface},   {"addresses", read_address},
		{"allowed_ips", read_allowed_ip}, {"nat", read_nat},
		{"leases", read_lease},
	};
	const json_t *version = json_object_get (root, "ip_driver_export");
	ip_driver_status status = IP_DRIVER_OK;
	const char *key;
	json_t *value;

	self->format = "json";
	if (!json_is_integer (version) || json_integer_value (version) != 1) {
		return cli_error (error, IP_DRIVER_INVALID,
		                  "%s: this tool reads exports of version 1; “ip_driver_export” is not 1", self->file);
	}
	json_object_foreach ((json_t *)(gintptr)root, key, value)
	{
		unsigned i = 0;

		while (i < G_N_ELEMENTS (sections) && strcmp (sections[i].key, key) != 0)
			i++;
		if (i == G_N_ELEMENTS (sections) && strcmp (key, "ip_driver_export") != 0)
			return cli_error (error, IP_DRIVER_INVALID, "%s: there is no key “%s”", self->file, key);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS (sections) && status == IP_DRIVER_OK; i++)
		status = each_element (self, root, sections[i].key, sections[i].read, NULL, NULL, error);
	return status;
}

/* data: the key of the prefix. */
static void
read_aws_prefix (entry *self, void *data)
{
	plan_block *block;
	const char *text;

	if (!json_is_object (self->object)) {
		refuse (self, "this is not an object");
		return;
	}
	text = needed_text (self, data);
	if (self->status != IP_DRIVER_OK)
		return;
	self->source.detail = text;
	block = plan_add_block (self->plan, self->source);
	if (!cidr_parse (text, &block->range))
		refuse (self, "this is not an address and a prefix length");
	else if ((block->range.version == 6) != (strcmp (data, "ipv6_prefix") == 0))
		refuse (self, "this is of the other address family");
	block->tenant = needed_text (self, "region");
	block->type = IP_DRIVER_BLOCK_PUBLIC;
	block->parent_auto = TRUE;
}

static ip_driver_status
read_aws (plan *self, const json_t *root, ip_driver_error *error)
{
	char ipv4[] = "ip_prefix", ipv6[] = "ipv6_prefix";
	ip_driver_status status;

	self->format = "aws";
	self->merge_equal = TRUE;
	status = each_element (self, root, "prefixes", read_aws_prefix, ipv4, NULL, error);
	if (status == IP_DRIVER_OK)
		status = each_element (self, root, "ipv6_prefixes", read_aws_prefix, ipv6, NULL, error);
	return status;
}

ip_driver_status
plan_read_json (plan *self, const char *text, gsize length, const char *format, ip_driver_error *error)
{
	json_error_t failure;
	json_t *root = json_loadb (text, length, JSON_REJECT_DUPLICATES, &failure);
	gboolean aws;
	ip_driver_status status;

	if (root == NULL) {
		return cli_error (error, IP_DRIVER_INVALID, "%s: line %d, column %d: %s", self->file, failure.line,
		                  failure.column, failure.text);
	}
	aws = json_object_get (root, "prefixes") != NULL || json_object_get (root, "ipv6_prefixes") != NULL;
	if (strcmp (format, "aws") == 0 && !aws) {
		status = cli_error (error, IP_DRIVER_INVALID, "%s: there are no “prefixes”", self->file);
	} else if (strcmp (format, "json") != 0 && aws) {
		status = read_aws (self, root, error);
	} else if (json_object_get (root, "ip_driver_export") != NULL) {
		status = read_export (self, root, error);
	} else {
		status = cli_error (error, IP_DRIVER_INVALID,
		                    "%s: this is neither an export (“ip_driver_export”) nor an ip-ranges.json "
		                    "(“prefixes”)",
		                    self->file);
	}
	json_decref (root);
	return status;
}
