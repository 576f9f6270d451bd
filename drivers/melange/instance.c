/*
 * See instance.h. The service's routes know no tenant: what is another tenant's is not shown, and not touched.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "instance.h"

#include <string.h>

#include "state.h"

static char *
instance_path (const char *device, ip_driver_error *error)
{
	return melange_path (error, "instances", device, "interfaces", NULL);
}

/* Gets the interfaces of a device, of all tenants: a new array. */
static ip_driver_status
load_instance (melange_instance *self, const char *device, json_t **ret_interfaces, ip_driver_error *error)
{
	g_auto (service_answer) answer = {0};
	g_auto (json_reader) reader = {0};
	json_t *list;
	ip_driver_status status = melange_get (self, instance_path (device, error), &answer, error);

	if (status != IP_DRIVER_OK)
		return status;
	json_reader_init (&reader, error);
	list = json_list (&reader, json_member (&reader, answer.body, "instance"), "interfaces");
	if (!reader.failed)
		*ret_interfaces = json_incref (list);
	return json_reader_status (&reader);
}

static gboolean
is_of_tenant (json_t *item, gconstpointer tenant)
{
	return g_strcmp0 (json_string_value (json_object_get (item, "tenant_id")), tenant) == 0;
}

/* Ids of interfaces are the caller's. */
static char *
interface_key (json_reader *reader, json_t *item)
{
	const char *id = json_needed (reader, item, "id");
	gint64 created_at = json_time (reader, item, "created_at");

	return reader->failed ? NULL : g_strdup_printf ("%012" G_GINT64_FORMAT ",%s", created_at, id);
}

ip_driver_status
melange_interface_list (ip_driver_instance *instance, const ip_driver_interface_list_args *args,
                        ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	json_auto_t *all = NULL;
	paging_list list = {
		.key = interface_key,
		.in_order = TRUE,
		.wanted = args->tenant ? is_of_tenant : NULL,
		.filter = args->tenant,
		.give = record_give_interface,
	};
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call (self, WIRE_interface_list, args, results, error);
	if (!args->device)
		return melange_fail (error, IP_DRIVER_NOT_SUPPORTED,
		                     "the historical Melange service lists the interfaces of a device only");
	status = load_instance (self, args->device, &all, error);
	return status == IP_DRIVER_OK ? melange_list_array (&list, all, args->marker, args->limit, results, error)
	                              : status;
}

/* Whether all interfaces of a device are this tenant's. */
static gboolean
is_all_of_tenant (json_t *interfaces, const char *tenant)
{
	json_t *item;
	gsize i;

	json_array_foreach (interfaces, i, item)
	{
		if (!is_of_tenant (item, tenant))
			return FALSE;
	}
	return TRUE;
}

ip_driver_status
melange_interface_delete_all (ip_driver_instance *instance, const char *tenant, const char *device,
                              ip_driver_error *error)
{
	melange_instance *self = instance;
	json_auto_t *all = NULL;
	json_t *item;
	gsize i;
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_interface_delete_all, tenant, device, NULL, NULL, error);
	status = load_instance (self, device, &all, error);
	if (status != IP_DRIVER_OK || json_array_size (all) == 0)
		return status;
	if (is_all_of_tenant (all, tenant))
		return melange_delete (self, instance_path (device, error), error);
	json_array_foreach (all, i, item)
	{
		const char *id = json_string_value (json_object_get (item, "id"));

		if (!id || !is_of_tenant (item, tenant))
			continue;
		status = melange_interface_remove (self, tenant, id, error);
		if (status != IP_DRIVER_OK && status != IP_DRIVER_NOT_FOUND)
			return status;
	}
	return IP_DRIVER_OK;
}

/* The interfaces that are to be: their ids, each the caller's or a new one, and what they want. */
typedef struct {
	GPtrArray *ids;
	/* Of gboolean: whether the caller chose the id. */
	GArray *chosen;
	GArray *wishes;
	json_t *body;
} replacement;

static void
clear_wish (gpointer wish)
{
	interface_wish_clear (wish);
}

static void
replacement_clear (replacement *self)
{
	g_clear_pointer (&self->ids, g_ptr_array_unref);
	g_clear_pointer (&self->chosen, g_array_unref);
	g_clear_pointer (&self->wishes, g_array_unref);
	g_clear_pointer (&self->body, json_decref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (replacement, replacement_clear)

static ip_driver_status
prepare (const ip_driver_interface_replace_all_args *args, replacement *ret, ip_driver_error *error)
{
	json_t *list = json_array (), *instance = json_object ();

	ret->ids = g_ptr_array_new_with_free_func (g_free);
	ret->chosen = g_array_new (FALSE, FALSE, sizeof (gboolean));
	ret->wishes = g_array_new (FALSE, FALSE, sizeof (interface_wish));
	g_array_set_clear_func (ret->wishes, clear_wish);
	json_object_set_new (instance, "tenant_id", json_string (args->tenant));
	json_object_set_new (instance, "interfaces", list);
	ret->body = melange_body ("instance", instance);
	for (gsize i = 0; i < args->interface_count; i++) {
		ip_driver_interface_create_args one = *args->interfaces[i];
		interface_wish wish;
		gboolean chosen = one.id != NULL;
		char *id = one.id ? g_strdup (one.id) : melange_new_interface ();
		json_t *fields = json_object ();
		ip_driver_status status;

		one.tenant = args->tenant;
		status = melange_interface_wish (&one, &wish, error);
		g_ptr_array_add (ret->ids, id);
		g_array_append_val (ret->chosen, chosen);
		g_array_append_val (ret->wishes, wish);
		json_array_append_new (list, fields);
		if (status != IP_DRIVER_OK)
			return status;
		if (wish.rounds > (wish.wish.address_count == 0 ? 1u : 0u))
			return melange_fail (error, IP_DRIVER_NOT_SUPPORTED,
			                     "the historical Melange API gives an interface of a device the wanted "
			                     "addresses or the next ones, not both");
		melange_set (fields, "virtual_interface_id", id);
		melange_set (fields, "mac_address", one.mac);
		if (wish.network)
			json_object_set_new (fields, "network",
			                     melange_network_body (wish.network, wish.tenant, &wish.wish));
	}
	return IP_DRIVER_OK;
}

/* The interface of an id; NULL: none. */
static json_t *
find_interface (json_t *interfaces, const char *id)
{
	json_t *item;
	gsize i;

	json_array_foreach (interfaces, i, item)
	{
		if (g_strcmp0 (json_string_value (json_object_get (item, "id")), id) == 0)
			return item;
	}
	return NULL;
}

/* The first id whose interface is not there with all that it is to have; NULL: none. */
static const char *
find_incomplete (const replacement *replacement, json_t *interfaces, const char **ret_missing)
{
	*ret_missing = NULL;
	for (guint i = 0; i < replacement->ids->len; i++) {
		const interface_wish *wish = &g_array_index (replacement->wishes, interface_wish, i);
		json_t *interface = find_interface (interfaces, replacement->ids->pdata[i]);
		json_t *given = json_object_get (interface, "ip_addresses");

		*ret_missing = melange_network_missing (given, &wish->wish);
		if (!interface || *ret_missing || (wish->network && json_array_size (given) == 0))
			return replacement->ids->pdata[i];
	}
	return NULL;
}

/* What was made of a replacement that failed goes; what was there before is gone already. */
static void
undo (melange_instance *self, const replacement *replacement, guint count)
{
	for (guint i = 0; i < count; i++) {
		if (g_array_index (replacement->chosen, gboolean, i))
			melange_state_discard (self, replacement->ids->pdata[i]);
		else
			melange_state_abandon (self, replacement->ids->pdata[i]);
	}
}

static ip_driver_status
give_all (const replacement *replacement, json_t *interfaces, ip_driver_results *results, ip_driver_error *error)
{
	g_auto (json_reader) reader = {0};

	json_reader_init (&reader, error);
	for (guint i = 0; i < replacement->ids->len && !reader.failed; i++)
		record_give_interface (&reader, find_interface (interfaces, replacement->ids->pdata[i]), NULL, results);
	return json_reader_status (&reader);
}

static ip_driver_status
refuse (melange_instance *self, const replacement *replacement, const char *id, const char *missing,
        ip_driver_error *error)
{
	undo (self, replacement, replacement->ids->len);
	if (missing)
		return melange_fail (error, IP_DRIVER_DUPLICATE,
		                     "address %s is allocated, rests, or is in no block of the network", missing);
	return melange_fail (error, IP_DRIVER_PROTOCOL, "the service's answer makes no sense: interface %s is missing",
	                     id);
}

static ip_driver_status
replace (melange_instance *self, const char *device, const replacement *replacement, ip_driver_results *results,
         ip_driver_error *error)
{
	g_auto (service_answer) answer = {0};
	json_auto_t *interfaces = NULL;
	const char *incomplete, *missing;
	gboolean unknown;
	ip_driver_status status = melange_once (self, "PUT", instance_path (device, error),
	                                        json_incref (replacement->body), &answer, &unknown, error);

	if (status == IP_DRIVER_OK) {
		interfaces = json_incref (json_object_get (json_object_get (answer.body, "instance"), "interfaces"));
	} else if (unknown) {
		ip_driver_error failure = *error;

		if (load_instance (self, device, &interfaces, error) != IP_DRIVER_OK) {
			undo (self, replacement, replacement->ids->len);
			return melange_fail_unknown (error, "the interfaces were replaced");
		}
		*error = failure;
		if (find_incomplete (replacement, interfaces, &missing)) {
			undo (self, replacement, replacement->ids->len);
			return status;
		}
	} else {
		if (!melange_is_own (&answer) && status != IP_DRIVER_DENIED)
			undo (self, replacement, replacement->ids->len);
		return status;
	}
	incomplete = find_incomplete (replacement, interfaces, &missing);
	if (incomplete)
		return refuse (self, replacement, incomplete, missing, error);
	return give_all (replacement, interfaces, results, error);
}

/* The device has interfaces of other tenants too, which the service's own replacement would delete. */
static ip_driver_status
replace_ours (ip_driver_instance *instance, const ip_driver_interface_replace_all_args *args,
              const replacement *replacement, ip_driver_results *results, ip_driver_error *error)
{
	ip_driver_status status = melange_interface_delete_all (instance, args->tenant, args->device, error);

	for (gsize i = 0; status == IP_DRIVER_OK && i < args->interface_count; i++) {
		ip_driver_interface_create_args one = *args->interfaces[i];

		one.tenant = args->tenant;
		one.device = args->device;
		one.id = replacement->ids->pdata[i];
		status = melange_interface_ops.create (instance, &one, results, error);
		if (status != IP_DRIVER_OK)
			undo (instance, replacement, (guint)i);
	}
	return status;
}

ip_driver_status
melange_interface_replace_all (ip_driver_instance *instance, const ip_driver_interface_replace_all_args *args,
                               ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (replacement) replacement = {0};
	json_auto_t *before = NULL;
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call (self, WIRE_interface_replace_all, args, results, error);
	status = prepare (args, &replacement, error);
	if (status == IP_DRIVER_OK)
		status = load_instance (self, args->device, &before, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (!is_all_of_tenant (before, args->tenant))
		return replace_ours (instance, args, &replacement, results, error);
	return replace (self, args->device, &replacement, results, error);
}
