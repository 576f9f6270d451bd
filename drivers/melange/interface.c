/*
 * Interfaces: one at a time; all of a device are in instance.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "interface.h"

#include <string.h>

#include "instance.h"
#include "network.h"
#include "state.h"

/* Gets an interface's record, a new reference, and the service's clock. */
static ip_driver_status
load (melange_instance *self, const char *tenant, const char *id, json_t **ret_interface, gint64 *ret_date,
      ip_driver_error *error)
{
	g_auto (service_answer) answer = {0};
	g_auto (json_reader) reader = {0};
	json_t *interface;
	ip_driver_status status =
		melange_get (self, melange_tenant_path (error, tenant, "interfaces", id), &answer, error);

	if (status != IP_DRIVER_OK)
		return status;
	json_reader_init (&reader, error);
	interface = json_member (&reader, answer.body, "interface");
	if (g_strcmp0 (json_needed (&reader, interface, "id"), id) != 0)
		json_fail (&reader, "id", "is not what was asked for");
	json_list (&reader, interface, "ip_addresses");
	if (!reader.failed)
		*ret_interface = json_incref (interface);
	*ret_date = answer.date;
	return json_reader_status (&reader);
}

ip_driver_status
melange_interface_wish (const ip_driver_interface_create_args *args, interface_wish *ret, ip_driver_error *error)
{
	*ret = (interface_wish){.addresses = g_ptr_array_new ()};
	for (gsize i = 0; i < args->network_count; i++) {
		const ip_driver_interface_network *network = &args->networks[i];

		if (i == 0) {
			ret->network = network->network;
			ret->tenant = network->tenant ? network->tenant : args->tenant;
		} else if (strcmp (network->network, ret->network) != 0) {
			return melange_fail (error, IP_DRIVER_NOT_ALLOWED,
			                     "an interface cannot be on the networks %s and %s", ret->network,
			                     network->network);
		} else if (strcmp (network->tenant ? network->tenant : args->tenant, ret->tenant) != 0) {
			return melange_fail (error, IP_DRIVER_NOT_SUPPORTED,
			                     "the historical Melange API takes one tenant of a network, not %s and %s",
			                     ret->tenant, network->tenant ? network->tenant : args->tenant);
		}
		if (network->address_count == 0)
			ret->rounds++;
		for (gsize at = 0; at < network->address_count; at++)
			g_ptr_array_add (ret->addresses, (gpointer)(guintptr)network->addresses[at]);
	}
	ret->wish.addresses = (const char *const *)ret->addresses->pdata;
	ret->wish.address_count = ret->addresses->len;
	return IP_DRIVER_OK;
}

void
interface_wish_clear (interface_wish *wish)
{
	g_clear_pointer (&wish->addresses, g_ptr_array_unref);
}

static json_t *
make_body (const ip_driver_interface_create_args *args, const char *id, const interface_wish *wish)
{
	json_t *fields = json_object ();

	melange_set (fields, "id", id);
	melange_set (fields, "device_id", args->device);
	melange_set (fields, "tenant_id", args->tenant);
	melange_set (fields, "mac_address", args->mac);
	if (wish->network)
		json_object_set_new (fields, "network",
		                     melange_network_body (wish->network, wish->tenant, &wish->wish));
	return melange_body ("interface", fields);
}

/* Deletes what a call has made that failed; `id` may be the caller's. */
static void
give_up (melange_instance *self, const ip_driver_interface_create_args *args, const char *id)
{
	if (args->id)
		melange_state_discard (self, id);
	else
		melange_state_abandon (self, id);
}

static ip_driver_status
remove_interface (melange_instance *self, const char *id, ip_driver_error *error)
{
	return melange_delete (self, melange_path (error, "interfaces", id, NULL), error);
}

/* A failed creation of the historical service leaves the interface, except where the id was taken. */
static void
undo (melange_instance *self, const ip_driver_interface_create_args *args, const char *id, melange_moment began,
      ip_driver_status status, const service_answer *answer)
{
	ip_driver_error unused = IP_DRIVER_ERROR_INIT;
	g_auto (json_reader) reader = {0};
	json_auto_t *interface = NULL;
	gint64 date = 0, created_at;

	if (melange_is_own (answer) || status == IP_DRIVER_DENIED || status == IP_DRIVER_PROTOCOL)
		return;
	if (!args->id) {
		melange_state_abandon (self, id);
		return;
	}
	if (answer->detail && strstr (answer->detail, "virtual_interface_id"))
		return;
	if (load (self, args->tenant, id, &interface, &date, &unused) != IP_DRIVER_OK)
		return;
	json_reader_init (&reader, &unused);
	created_at = json_time (&reader, interface, "created_at");
	if (date != 0 && created_at != 0 && melange_is_since (began, date, created_at))
		remove_interface (self, id, &unused);
}

/* The outcome is unknown: *ret_interface is what was created, or NULL. */
static ip_driver_status
ask (melange_instance *self, const ip_driver_interface_create_args *args, const char *id, melange_moment began,
     json_t **ret_interface, ip_driver_error *error)
{
	ip_driver_error unused = IP_DRIVER_ERROR_INIT;
	g_auto (json_reader) reader = {0};
	json_auto_t *interface = NULL;
	gint64 date = 0, created_at;
	ip_driver_status status = load (self, args->tenant, id, &interface, &date, &unused);

	if (status == IP_DRIVER_NOT_FOUND)
		return IP_DRIVER_OK;
	if (status != IP_DRIVER_OK)
		return melange_fail_unknown (error, "the interface was created");
	json_reader_init (&reader, &unused);
	created_at = json_time (&reader, interface, "created_at");
	if (args->id && !melange_is_since (began, date, created_at))
		return melange_fail (error, IP_DRIVER_DUPLICATE, "interface %s exists", id);
	*ret_interface = g_steal_pointer (&interface);
	return IP_DRIVER_OK;
}

static ip_driver_status
explain (melange_instance *self, const interface_wish *wish, const char *address, ip_driver_status status,
         const service_answer *answer, ip_driver_error *error)
{
	vif_call call = {.self = self, .tenant = wish->tenant, .network = wish->network};

	return vif_explain (&call, address, status, answer, error);
}

/* What an interface has that was asked about is what was wanted; otherwise it is deleted. */
static ip_driver_status
check (melange_instance *self, const ip_driver_interface_create_args *args, const interface_wish *wish, const char *id,
       json_t *interface, ip_driver_error *error)
{
	service_answer nothing = {0};
	json_t *given = json_object_get (interface, "ip_addresses");
	const char *missing = melange_network_missing (given, &wish->wish);
	ip_driver_status status;

	if (!missing)
		return IP_DRIVER_OK;
	melange_fail (error, IP_DRIVER_DUPLICATE, "address %s is allocated, or is one that is never given", missing);
	status = explain (self, wish, missing, IP_DRIVER_DUPLICATE, &nothing, error);
	give_up (self, args, id);
	return status;
}

/* An unknown outcome may have been half-way: without the MAC or the addresses. */
static gboolean
is_complete (const ip_driver_interface_create_args *args, const interface_wish *wish, json_t *interface)
{
	json_t *given = json_object_get (interface, "ip_addresses");
	const char *mac = json_string_value (json_object_get (interface, "mac_address"));

	if (args->mac && !mac)
		return FALSE;
	return !wish->network || json_array_size (given) > 0;
}

/* Creates the interface with the first round of addresses. *ret_interface is a new reference; *id may change. */
static ip_driver_status
create (melange_instance *self, const ip_driver_interface_create_args *args, const interface_wish *wish, char **id,
        json_t **ret_interface, ip_driver_error *error)
{
	melange_moment began = melange_now ();
	guint races = 0;

	for (guint attempts = 0;;) {
		g_auto (service_answer) answer = {0};
		json_auto_t *found = NULL;
		gboolean unknown;
		ip_driver_status status = melange_once (self, "POST", melange_path (error, "interfaces", NULL),
		                                        make_body (args, *id, wish), &answer, &unknown, error);

		if (status == IP_DRIVER_OK) {
			json_t *interface = json_object_get (answer.body, "interface");

			if (json_is_object (interface) && json_is_array (json_object_get (interface, "ip_addresses"))) {
				*ret_interface = json_incref (interface);
				return IP_DRIVER_OK;
			}
			status = melange_fail (error, IP_DRIVER_PROTOCOL,
			                       "the service's answer makes no sense: no \"interface\"");
		} else if (!unknown && !(attempts > 0 && args->id && status == IP_DRIVER_DUPLICATE)) {
			undo (self, args, *id, began, status, &answer);
			if (status == IP_DRIVER_CONFLICT && ++races < VIF_RACES)
				continue;
			return wish->wish.address_count > 0
			               ? explain (self, wish, wish->wish.addresses[0], status, &answer, error)
			               : status;
		}
		/* Here a duplicate may be an attempt that was lost and has arrived late. */
		ip_driver_error failure = *error;
		ip_driver_status asked = ask (self, args, *id, began, &found, error);
		if (asked != IP_DRIVER_OK) {
			if (!args->id)
				melange_state_abandon (self, *id);
			return asked;
		}
		if (found && is_complete (args, wish, found)) {
			*ret_interface = g_steal_pointer (&found);
			return IP_DRIVER_OK;
		}
		if (found || !args->id)
			give_up (self, args, *id);
		if (++attempts == VIF_ATTEMPTS) {
			*error = failure;
			return status;
		}
		if (!args->id) {
			g_free (*id);
			*id = melange_new_interface ();
		}
	}
}

/* The further rounds of next addresses, each as if asked for alone. */
static ip_driver_status
allocate_more (melange_instance *self, const ip_driver_interface_create_args *args, const interface_wish *wish,
               const char *id, ip_driver_error *error)
{
	guint rounds = wish->rounds - (wish->wish.address_count == 0 && wish->rounds > 0);
	network_wish next = {0};
	ip_driver_status status = IP_DRIVER_OK;

	for (guint i = 0; status == IP_DRIVER_OK && i < rounds; i++) {
		g_auto (vif_call) call = {0};
		json_auto_t *given = NULL;

		vif_call_init (&call, self, wish->tenant, args->tenant, id, NULL, NULL);
		call.network = wish->network;
		status = melange_network_obtain (&call, &next, &given, error);
	}
	if (status != IP_DRIVER_OK)
		give_up (self, args, id);
	return status;
}

static ip_driver_status
melange_interface_create (ip_driver_instance *instance, const ip_driver_interface_create_args *args,
                          ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (interface_wish) wish = {0};
	g_auto (json_reader) reader = {0};
	g_autofree char *id = NULL;
	json_auto_t *interface = NULL;
	record_context context = {0};
	gboolean more;
	gint64 date;
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call (self, WIRE_interface_create, args, results, error);
	id = args->id ? g_strdup (args->id) : melange_new_interface ();
	status = melange_interface_wish (args, &wish, error);
	if (status == IP_DRIVER_OK)
		status = create (self, args, &wish, &id, &interface, error);
	if (status == IP_DRIVER_OK)
		status = check (self, args, &wish, id, interface, error);
	if (status != IP_DRIVER_OK)
		return status;
	more = wish.rounds > (wish.wish.address_count == 0 ? 1u : 0u);
	if (more)
		status = allocate_more (self, args, &wish, id, error);
	if (more && status == IP_DRIVER_OK) {
		g_clear_pointer (&interface, json_decref);
		status = load (self, args->tenant, id, &interface, &date, error);
	}
	if (status != IP_DRIVER_OK)
		return status;
	json_reader_init (&reader, error);
	context.parent = id;
	record_give_interface (&reader, interface, &context, results);
	return json_reader_status (&reader);
}

static ip_driver_status
melange_interface_get (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_results *results,
                       ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (service_answer) answer = {0};
	record_context context = {.parent = id};
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_interface_get, tenant, id, NULL, results, error);
	status = melange_get (self, melange_tenant_path (error, tenant, "interfaces", id), &answer, error);
	return status == IP_DRIVER_OK
	               ? record_give_one (answer.body, "interface", record_give_interface, &context, results, error)
	               : status;
}

ip_driver_status
melange_interface_remove (melange_instance *self, const char *tenant, const char *id, ip_driver_error *error)
{
	json_auto_t *interface = NULL;
	gint64 date;
	/* The path of the deletion has no tenant. */
	ip_driver_status status = load (self, tenant, id, &interface, &date, error);

	if (status != IP_DRIVER_OK)
		return status;
	status = remove_interface (self, id, error);
	if (status == IP_DRIVER_NOT_FOUND && strstr (error->message, "MacAddressRange"))
		return melange_fail (error, IP_DRIVER_NOT_ALLOWED,
		                     "interface %s has a MAC of a range that was deleted, and the historical Melange "
		                     "service cannot delete such an interface",
		                     id);
	return status;
}

static ip_driver_status
melange_interface_delete (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_interface_delete_, tenant, id, NULL, NULL, error);
	return melange_interface_remove (self, tenant, id, error);
}

const ip_driver_interface_ops melange_interface_ops = {
	.size = sizeof (ip_driver_interface_ops),
	.create = melange_interface_create,
	.get = melange_interface_get,
	.delete_ = melange_interface_delete,
	.list = melange_interface_list,
	.replace_all = melange_interface_replace_all,
	.delete_all = melange_interface_delete_all,
};
