/*
 * See records.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "records.h"

#include <string.h>

#include "state.h"

/* A record that belongs to another parent than it was asked of. */
static void
check_parent (json_reader *reader, const char *key, const char *value, const record_context *context)
{
	if (value && context && context->parent && g_ascii_strcasecmp (value, context->parent) != 0)
		json_fail (reader, key, "is not what was asked for");
}

static const char *
keep (json_reader *reader, const char *text)
{
	return g_string_chunk_insert_const (reader->texts, text);
}

/* The service derives them too, but from the CIDR they are certain. */
static const char *
broadcast_of (json_reader *reader, const ip_block *cidr)
{
	char text[IP_TEXT];

	return cidr->version ? keep (reader, ip_format (cidr->version, cidr->last, text)) : NULL;
}

static const char *
netmask_of (json_reader *reader, const ip_block *cidr)
{
	char length[IP_TEXT], text[IP_TEXT];

	g_snprintf (length, sizeof length, "%d", cidr->prefix);
	return cidr->version && ip_netmask (cidr->version, length, text) ? keep (reader, text) : NULL;
}

static ip_driver_block_type
read_type (json_reader *reader, json_t *object)
{
	const char *type = json_needed (reader, object, "type");

	if (g_strcmp0 (type, "public") == 0)
		return IP_DRIVER_BLOCK_PUBLIC;
	if (type && strcmp (type, "private") != 0)
		json_fail (reader, "type", "is neither public nor private");
	return IP_DRIVER_BLOCK_PRIVATE;
}

ip_driver_block
record_read_block (json_reader *reader, json_t *object, const record_context *context, ip_block *ret_cidr)
{
	int unused;
	ip_driver_block block = {
		.size = sizeof block,
		.id = json_id (reader, object, "id"),
		.tenant = json_needed (reader, object, "tenant_id"),
		.network = json_text (reader, object, "network_id"),
		.cidr = json_cidr (reader, object, "cidr", ret_cidr),
		.gateway = json_address_or_null (reader, object, "gateway", &unused),
		.dns1 = json_address_or_null (reader, object, "dns1", &unused),
		.dns2 = json_address_or_null (reader, object, "dns2", &unused),
		.policy = json_id_or_null (reader, object, "policy_id"),
		.parent = json_id_or_null (reader, object, "parent_id"),
		.created_at = json_time (reader, object, "created_at"),
		.updated_at = json_time (reader, object, "updated_at"),
		.type = read_type (reader, object),
	};

	block.broadcast = broadcast_of (reader, ret_cidr);
	block.netmask = netmask_of (reader, ret_cidr);
	block.version = ret_cidr->version;
	block.prefix_length = ret_cidr->prefix;
	check_parent (reader, "id", block.id, context);
	return block;
}

void
record_give_block (json_reader *reader, json_t *object, const record_context *context, ip_driver_results *results)
{
	ip_block cidr;
	ip_driver_block block = record_read_block (reader, object, context, &cidr);

	if (!reader->failed)
		ip_driver_return_block (results, &block);
}

static void
check_version (json_reader *reader, json_t *object, int version)
{
	json_t *given = json_object_get (object, "version");

	if (given && (!json_is_integer (given) || json_integer_value (given) != version))
		json_fail (reader, "version", "is not that of the address");
}

/* An address whose interface is gone rests, as far as one can see (see historical.md). */
static void
set_interface (ip_driver_address *address, const char *interface)
{
	address->state = interface ? IP_DRIVER_ADDRESS_ALLOCATED : IP_DRIVER_ADDRESS_DEALLOCATED;
	address->interface = interface && !melange_is_hidden_interface (interface) ? interface : NULL;
}

ip_driver_address
record_read_address (json_reader *reader, json_t *object, const record_context *context)
{
	ip_driver_address address = {
		.size = sizeof address,
		.id = json_id (reader, object, "id"),
		.block = json_id (reader, object, "ip_block_id"),
		.used_by_tenant = json_text (reader, object, "used_by_tenant"),
		.used_by_device = json_text (reader, object, "used_by_device"),
		.created_at = json_time (reader, object, "created_at"),
		.updated_at = json_time (reader, object, "updated_at"),
	};

	address.address = json_address (reader, object, "address", &address.version);
	set_interface (&address, json_text (reader, object, "interface_id"));
	check_version (reader, object, address.version);
	check_parent (reader, "ip_block_id", address.block, context);
	return address;
}

void
record_give_address (json_reader *reader, json_t *object, const record_context *context, ip_driver_results *results)
{
	ip_driver_address address = record_read_address (reader, object, context);

	if (!reader->failed)
		ip_driver_return_address (results, &address);
}

static ip_driver_route
read_route (json_reader *reader, json_t *object, const char *block)
{
	int version = 0, gateway_version = 0;
	ip_driver_route route = {
		.size = sizeof route,
		.id = json_id (reader, object, "id"),
		.block = block,
		.destination = json_address (reader, object, "destination", &version),
		.gateway = json_address (reader, object, "gateway", &gateway_version),
		.created_at = json_time (reader, object, "created_at"),
		.updated_at = json_time (reader, object, "updated_at"),
	};

	route.netmask = json_netmask (reader, object, "netmask", version);
	return route;
}

void
record_give_route (json_reader *reader, json_t *object, const record_context *context, ip_driver_results *results)
{
	ip_driver_route route = read_route (reader, object, context->parent);

	if (!reader->failed)
		ip_driver_return_route (results, &route);
}

/* An allocation with its routes; `routes` and `pointers` hold them. */
typedef struct {
	ip_driver_allocation allocation;
	ip_driver_address address;
	GArray *routes;
	GPtrArray *pointers;
} allocation_record;

static void
clear_allocation (gpointer data)
{
	allocation_record *record = data;

	g_clear_pointer (&record->routes, g_array_unref);
	g_clear_pointer (&record->pointers, g_ptr_array_unref);
}

static void
read_routes (json_reader *reader, json_t *block, allocation_record *record)
{
	json_t *list = json_list (reader, block, "ip_routes"), *item;
	gsize i;

	record->routes = g_array_new (FALSE, FALSE, sizeof (ip_driver_route));
	record->pointers = g_ptr_array_new ();
	json_array_foreach (list, i, item)
	{
		ip_driver_route route = read_route (reader, item, NULL);
		g_array_append_val (record->routes, route);
	}
	for (guint at = 0; at < record->routes->len; at++)
		g_ptr_array_add (record->pointers, &g_array_index (record->routes, ip_driver_route, at));
	record->allocation.routes = (ip_driver_route **)record->pointers->pdata;
	record->allocation.route_count = record->pointers->len;
}

/* record->allocation.address is set by whoever gives it: the record may be moved before. */
static void
read_allocation (json_reader *reader, json_t *object, const record_context *context, allocation_record *record)
{
	json_t *block = json_member (reader, object, "ip_block");
	ip_block cidr;
	int unused;

	*record = (allocation_record){
		.allocation =
			{
				.size = sizeof record->allocation,
				.network = json_text (reader, block, "network_id"),
				.cidr = json_cidr (reader, block, "cidr", &cidr),
				.gateway = json_address_or_null (reader, block, "gateway", &unused),
				.dns1 = json_address_or_null (reader, block, "dns1", &unused),
				.dns2 = json_address_or_null (reader, block, "dns2", &unused),
			},
		.address =
			{
				.size = sizeof record->address,
				.id = json_id (reader, object, "id"),
				.block = json_id (reader, block, "id"),
				.used_by_tenant = context->tenant,
				.used_by_device = context->device,
			},
	};
	record->allocation.broadcast = broadcast_of (reader, &cidr);
	record->allocation.netmask = netmask_of (reader, &cidr);
	record->address.address = json_address (reader, object, "address", &record->address.version);
	set_interface (&record->address, json_text (reader, object, "interface_id"));
	check_version (reader, object, record->address.version);
	read_routes (reader, block, record);
}

void
record_give_allocation (json_reader *reader, json_t *object, const record_context *context, ip_driver_results *results)
{
	allocation_record record;

	read_allocation (reader, object, context, &record);
	record.allocation.address = &record.address;
	if (!reader->failed)
		ip_driver_return_allocation (results, &record.allocation);
	clear_allocation (&record);
}

/* In numeric order: all are on one network, whose blocks do not overlap. */
static gint
compare_allocations (gconstpointer a, gconstpointer b)
{
	const allocation_record *record_a = a, *record_b = b;
	ip_number number_a = 0, number_b = 0;
	int version_a = record_a->address.address ? ip_parse (record_a->address.address, &number_a) : 0;
	int version_b = record_b->address.address ? ip_parse (record_b->address.address, &number_b) : 0;

	if (version_a != version_b)
		return version_a - version_b;
	return number_a < number_b ? -1 : number_a > number_b;
}

void
record_give_interface (json_reader *reader, json_t *object, const record_context *context, ip_driver_results *results)
{
	json_t *list = json_list (reader, object, "ip_addresses"), *item;
	g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (allocation_record));
	g_autoptr (GPtrArray) pointers = g_ptr_array_new ();
	gsize i;
	ip_driver_interface interface = {
		.size = sizeof interface,
		.id = json_needed (reader, object, "id"),
		.tenant = json_needed (reader, object, "tenant_id"),
		.device = json_text (reader, object, "device_id"),
		.mac = json_mac (reader, object, "mac_address"),
		.created_at = json_time (reader, object, "created_at"),
		.updated_at = json_time (reader, object, "updated_at"),
	};
	record_context inside = {.tenant = interface.tenant, .device = interface.device};

	if (interface.id && context && context->parent && strcmp (interface.id, context->parent) != 0)
		json_fail (reader, "id", "is not what was asked for");
	g_array_set_clear_func (records, clear_allocation);
	json_array_foreach (list, i, item)
	{
		allocation_record record;

		read_allocation (reader, item, &inside, &record);
		g_array_append_val (records, record);
	}
	g_array_sort (records, compare_allocations);
	for (guint at = 0; at < records->len; at++) {
		allocation_record *record = &g_array_index (records, allocation_record, at);

		record->allocation.address = &record->address;
		g_ptr_array_add (pointers, &record->allocation);
	}
	interface.allocations = (ip_driver_allocation **)pointers->pdata;
	interface.allocation_count = pointers->len;
	if (!reader->failed)
		ip_driver_return_interface (results, &interface);
}

void
record_give_mac_range (json_reader *reader, json_t *object, const record_context *context G_GNUC_UNUSED,
                       ip_driver_results *results)
{
	ip_driver_mac_range range = {
		.size = sizeof range,
		.id = json_id (reader, object, "id"),
		.cidr = json_mac_range (reader, object, "cidr"),
		.created_at = json_time (reader, object, "created_at"),
		.updated_at = json_time (reader, object, "updated_at"),
	};

	if (!reader->failed)
		ip_driver_return_mac_range (results, &range);
}

void
record_give_policy (json_reader *reader, json_t *object, const record_context *context, ip_driver_results *results)
{
	ip_driver_policy policy = {
		.size = sizeof policy,
		.id = json_id (reader, object, "id"),
		.tenant = json_needed (reader, object, "tenant_id"),
		.name = json_needed (reader, object, "name"),
		.description = json_prose (reader, object, "description"),
		.created_at = json_time (reader, object, "created_at"),
		.updated_at = json_time (reader, object, "updated_at"),
	};

	check_parent (reader, "id", policy.id, context);
	if (!reader->failed)
		ip_driver_return_policy (results, &policy);
}

void
record_give_range (json_reader *reader, json_t *object, const record_context *context, ip_driver_results *results)
{
	ip_driver_policy_range range = {
		.size = sizeof range,
		.id = json_id (reader, object, "id"),
		.policy = json_id (reader, object, "policy_id"),
		.offset = json_number (reader, object, "offset", G_MININT64, G_MAXINT64),
		.length = (guint64)json_number (reader, object, "length", 0, G_MAXINT64),
		.created_at = json_time (reader, object, "created_at"),
		.updated_at = json_time (reader, object, "updated_at"),
	};

	check_parent (reader, "policy_id", range.policy, context);
	if (!reader->failed)
		ip_driver_return_policy_range (results, &range);
}

void
record_give_octet (json_reader *reader, json_t *object, const record_context *context, ip_driver_results *results)
{
	ip_driver_policy_octet octet = {
		.size = sizeof octet,
		.id = json_id (reader, object, "id"),
		.policy = json_id (reader, object, "policy_id"),
		.octet = (gint32)json_number (reader, object, "octet", 0, 255),
		.created_at = json_time (reader, object, "created_at"),
		.updated_at = json_time (reader, object, "updated_at"),
	};

	check_parent (reader, "policy_id", octet.policy, context);
	if (!reader->failed)
		ip_driver_return_policy_octet (results, &octet);
}

ip_driver_status
record_give_one (json_t *body, const char *name, record_give give, const record_context *context,
                 ip_driver_results *results, ip_driver_error *error)
{
	g_auto (json_reader) reader = {0};
	json_t *object;

	json_reader_init (&reader, error);
	object = json_member (&reader, body, name);
	if (object)
		give (&reader, object, context, results);
	return json_reader_status (&reader);
}
