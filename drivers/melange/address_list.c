/*
 * Lists of addresses, and finding one by its text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "address.h"

#include <string.h>

#include "block.h"

/* What is asked for beyond what the path says. */
typedef struct {
	const ip_driver_address_list_args *args;
	/* Ids of the blocks of args->network; NULL: any block. */
	GHashTable *blocks;
	/* Of a block whose list the service cannot give; NULL: any. */
	const char *block;
} list_filter;

static gboolean
is_text (json_t *item, const char *key, const char *wanted)
{
	return !wanted || g_strcmp0 (json_string_value (json_object_get (item, key)), wanted) == 0;
}

static gboolean
is_wanted (json_t *item, gconstpointer data)
{
	const list_filter *filter = data;
	const ip_driver_address_list_args *args = filter->args;
	const char *block = json_string_value (json_object_get (item, "ip_block_id"));
	gboolean allocated = json_is_string (json_object_get (item, "interface_id"));

	if (!is_text (item, "interface_id", args->interface) || !is_text (item, "used_by_device", args->device) ||
	    !is_text (item, "ip_block_id", filter->block))
		return FALSE;
	if (filter->blocks && !(block && g_hash_table_contains (filter->blocks, block)))
		return FALSE;
	return args->state == IP_DRIVER_ADDRESS_ANY || (args->state == IP_DRIVER_ADDRESS_ALLOCATED) == allocated;
}

/* The ids of a tenant's blocks on a network. */
static ip_driver_status
load_network (melange_instance *self, const char *tenant, const char *network, GHashTable *ids, ip_driver_error *error)
{
	json_auto_t *blocks = NULL;
	json_t *block;
	gsize i;
	ip_driver_status status =
		melange_list_all (self, "ip_blocks", WHOLE, melange_tenant_path (error, tenant, "networks", network),
	                          &blocks, NULL, error);

	if (status == IP_DRIVER_NOT_FOUND)
		return IP_DRIVER_OK;
	json_array_foreach (blocks, i, block)
	{
		const char *id = json_string_value (json_object_get (block, "id"));

		if (id)
			g_hash_table_add (ids, g_strdup (id));
	}
	return status;
}

static char *
allocated_path (const char *tenant, const char *device, ip_driver_error *error)
{
	char *path = melange_tenant_path (error, tenant, "allocated_ip_addresses");

	return path && device ? melange_path_query (path, "used_by_device", device) : path;
}

/* The allocated addresses of a block that has resting ones, from the list over all blocks. */
static ip_driver_status
list_allocated (melange_instance *self, const char *tenant, const char *id, json_t **ret_addresses,
                ip_driver_error *error)
{
	ip_driver_error unused = IP_DRIVER_ERROR_INIT;
	json_auto_t *all = NULL;
	json_t *item;
	gsize i;
	/* This one needs the rights of an administrator, and fails as well once an address was restored. */
	ip_driver_status status =
		melange_list_all (self, "ip_addresses", PAGED, melange_path (&unused, "allocated_ip_addresses", NULL),
	                          &all, NULL, &unused);

	if (status != IP_DRIVER_OK) {
		ip_driver_log (
			IP_DRIVER_LOG_WARNING,
			"a block has addresses in quarantine, for which the service cannot list it: addresses that "
			"other tenants use in it are not seen");
		status = melange_list_all (self, "ip_addresses", PAGED, allocated_path (tenant, NULL, error), &all,
		                           NULL, error);
	}
	if (status != IP_DRIVER_OK)
		return status;
	*ret_addresses = json_array ();
	json_array_foreach (all, i, item)
	{
		if (is_text (item, "ip_block_id", id))
			json_array_append (*ret_addresses, item);
	}
	return IP_DRIVER_OK;
}

ip_driver_status
melange_block_addresses (melange_instance *self, const char *tenant, const char *id, json_t **ret_addresses,
                         gboolean *ret_partial, ip_driver_error *error)
{
	g_auto (service_answer) answer = {0};
	ip_driver_status status = melange_list_all (
		self, "ip_addresses", PAGED, melange_tenant_path (error, tenant, "ip_blocks", id, "ip_addresses"),
		ret_addresses, &answer, error);

	*ret_partial = melange_fault_is_resting (&answer);
	return *ret_partial ? list_allocated (self, tenant, id, ret_addresses, error) : status;
}

/* The list of a block that has resting addresses. */
static ip_driver_status
list_partly (melange_instance *self, const paging_list *list, const ip_driver_address_list_args *args,
             ip_driver_results *results, ip_driver_error *error)
{
	json_auto_t *all = NULL;
	ip_driver_status status;

	if (args->state == IP_DRIVER_ADDRESS_DEALLOCATED)
		return melange_fail (error, IP_DRIVER_NOT_SUPPORTED,
		                     "the historical Melange service does not list addresses that rest in quarantine");
	status = list_allocated (self, args->tenant, args->block, &all, error);
	return status == IP_DRIVER_OK ? melange_list_array (list, all, args->marker, args->limit, results, error)
	                              : status;
}

static ip_driver_status
list_addresses (melange_instance *self, const list_filter *filter, ip_driver_results *results, ip_driver_error *error)
{
	const ip_driver_address_list_args *args = filter->args;
	g_auto (service_answer) answer = {0};
	paging_list list = {
		.name = "ip_addresses",
		.kind = PAGED,
		.key = paging_key_address,
		.wanted = is_wanted,
		.filter = filter,
		.give = record_give_address,
		.context = {.parent = args->block},
		.ret_fault = &answer,
	};
	ip_driver_status status;

	if (!args->block) {
		if (args->state == IP_DRIVER_ADDRESS_DEALLOCATED)
			return melange_fail (
				error, IP_DRIVER_NOT_SUPPORTED,
				"the historical Melange service does not list addresses that rest in quarantine");
		if (!args->interface && !args->network)
			list.wanted = NULL;
		return melange_list (self, &list, allocated_path (args->tenant, args->device, error), args->marker,
		                     args->limit, results, error);
	}
	if (!args->interface && !args->device && !args->network && args->state == IP_DRIVER_ADDRESS_ANY)
		list.wanted = NULL;
	status = melange_list (self, &list,
	                       melange_tenant_path (error, args->tenant, "ip_blocks", args->block, "ip_addresses"),
	                       args->marker, args->limit, results, error);
	return melange_fault_is_resting (&answer) ? list_partly (self, &list, args, results, error) : status;
}

ip_driver_status
melange_address_list (ip_driver_instance *instance, const ip_driver_address_list_args *args, ip_driver_results *results,
                      ip_driver_error *error)
{
	melange_instance *self = instance;
	g_autoptr (GHashTable) ids = NULL;
	list_filter filter = {.args = args};
	ip_driver_status status = IP_DRIVER_OK;

	if (self->extended)
		return melange_extension_call (self, WIRE_address_list, args, results, error);
	if (args->network) {
		ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
		filter.blocks = ids;
		status = load_network (self, args->tenant, args->network, ids, error);
	}
	return status == IP_DRIVER_OK ? list_addresses (self, &filter, results, error) : status;
}

/* Longest prefix first, then the oldest. */
static char *
match_key (json_reader *reader, json_t *block)
{
	g_autofree char *age = paging_key_age (reader, block);
	ip_block cidr;

	json_cidr (reader, block, "cidr", &cidr);
	return reader->failed ? NULL : g_strdup_printf ("%03d,%s", 128 - cidr.prefix, age);
}

static gboolean
contains (json_t *block, gconstpointer filter)
{
	const char *cidr = json_string_value (json_object_get (block, "cidr"));
	ip_block parsed;
	ip_number number;
	int version = ip_parse (filter, &number);

	return cidr && ip_block_parse (cidr, &parsed) && ip_block_contains (&parsed, version, number);
}

/* Asks what the address is in a block that contains it. */
static ip_driver_status
give_match (melange_instance *self, json_t *object, const char *tenant, const char *text, ip_driver_results *results,
            ip_driver_error *error)
{
	g_auto (json_reader) reader = {0};
	json_auto_t *record = NULL;
	ip_block cidr;
	ip_driver_block block;
	ip_driver_address address;
	ip_driver_address_match match = {.size = sizeof match, .block = &block};
	ip_driver_status status;

	json_reader_init (&reader, error);
	block = record_read_block (&reader, object, NULL, &cidr);
	if (reader.failed)
		return json_reader_status (&reader);
	status = melange_address_load (self, tenant, block.id, text, &record, error);
	if (status == IP_DRIVER_OK && !record)
		return melange_address_fail_unseen (text, error);
	if (record) {
		match.address = &address;
		address = record_read_address (&reader, record, NULL);
	}
	if (status != IP_DRIVER_OK && status != IP_DRIVER_NOT_FOUND)
		return status;
	if (!reader.failed)
		ip_driver_return_address_match (results, &match);
	return json_reader_status (&reader);
}

ip_driver_status
melange_address_find (ip_driver_instance *instance, const ip_driver_address_find_args *args, ip_driver_results *results,
                      ip_driver_error *error)
{
	melange_instance *self = instance;
	g_autoptr (GPtrArray) page = NULL;
	g_autofree char *next = NULL;
	json_auto_t *blocks = NULL;
	paging_list list = {.key = match_key, .wanted = contains, .filter = args->address};
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call (self, WIRE_address_find, args, results, error);
	status = melange_list_all (self, "ip_blocks", PAGED, melange_tenant_path (error, args->tenant, "ip_blocks"),
	                           &blocks, NULL, error);
	if (status == IP_DRIVER_OK)
		status = melange_list_select (&list, blocks, args->marker, args->limit, &page, &next, error);
	for (guint i = 0; status == IP_DRIVER_OK && i < page->len; i++)
		status = give_match (self, page->pdata[i], args->tenant, args->address, results, error);
	if (status == IP_DRIVER_OK && next)
		ip_driver_return_next_marker (results, next);
	return status;
}
