/*
 * See vif.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "vif.h"

#include <string.h>

#include "address.h"
#include "state.h"

static void
choose_interface (vif_call *call)
{
	call->interface = call->hidden ? melange_new_hidden_interface () : melange_new_interface ();
}

void
vif_call_init (vif_call *call, melange_instance *self, const char *tenant, const char *used_by, const char *interface,
               const char *device, const char *mac)
{
	*call = (vif_call){
		.self = self,
		.tenant = tenant,
		.used_by = used_by ? used_by : tenant,
		.interface = g_strdup (interface),
		.made = !interface,
		.hidden = !interface && !device && !mac,
		.began = melange_now (),
	};
	if (call->made)
		choose_interface (call);
}

void
vif_call_clear (vif_call *call)
{
	g_clear_pointer (&call->interface, g_free);
	g_clear_pointer (&call->earlier, g_ptr_array_unref);
}

void
vif_call_next (vif_call *call)
{
	if (!call->hidden) {
		call->in_use = TRUE;
		return;
	}
	if (!call->earlier)
		call->earlier = g_ptr_array_new_with_free_func (g_free);
	g_ptr_array_add (call->earlier, g_steal_pointer (&call->interface));
	choose_interface (call);
}

void
vif_call_abandon_all (vif_call *call)
{
	for (guint i = 0; call->earlier && i < call->earlier->len; i++)
		melange_state_abandon (call->self, call->earlier->pdata[i]);
	if (call->in_use)
		vif_call_abandon (call);
}

/* The interface's record; NULL: there is none. */
static ip_driver_status
load_interface (const vif_call *call, json_t **ret_interface, gint64 *ret_date, ip_driver_error *error)
{
	g_auto (service_answer) answer = {0};
	g_auto (json_reader) reader = {0};
	json_t *interface;
	ip_driver_status status = melange_get (
		call->self, melange_tenant_path (error, call->used_by, "interfaces", call->interface), &answer, error);

	*ret_interface = NULL;
	if (status == IP_DRIVER_NOT_FOUND)
		return IP_DRIVER_OK;
	if (status != IP_DRIVER_OK)
		return status;
	json_reader_init (&reader, error);
	interface = json_member (&reader, answer.body, "interface");
	json_list (&reader, interface, "ip_addresses");
	if (!reader.failed)
		*ret_interface = json_incref (interface);
	*ret_date = answer.date;
	return json_reader_status (&reader);
}

/* Whether an address of an interface is where the call allocates. */
static gboolean
is_in_place (const vif_call *call, json_t *block)
{
	if (call->block)
		return g_strcmp0 (json_string_value (json_object_get (block, "id")), call->block) == 0;
	return g_strcmp0 (json_string_value (json_object_get (block, "network_id")), call->network) == 0;
}

ip_driver_status
vif_call_given (const vif_call *call, json_t **ret_given, ip_driver_error *error)
{
	json_auto_t *interface = NULL, *given = json_array ();
	json_t *item;
	gint64 date = 0;
	gsize i;
	ip_driver_status status = load_interface (call, &interface, &date, error);

	if (status != IP_DRIVER_OK)
		return status;
	json_array_foreach (json_object_get (interface, "ip_addresses"), i, item)
	{
		json_t *block = json_object_get (item, "ip_block");
		const char *address = json_string_value (json_object_get (item, "address"));
		const char *block_id = json_string_value (json_object_get (block, "id"));
		g_auto (service_answer) answer = {0};
		g_auto (json_reader) reader = {0};
		ip_driver_address record;
		json_t *object;

		if (!is_in_place (call, block) || !address || !block_id)
			continue;
		status = melange_get (call->self, melange_address_path (call->tenant, block_id, address, error),
		                      &answer, error);
		if (status != IP_DRIVER_OK)
			return status;
		json_reader_init (&reader, error);
		object = json_member (&reader, answer.body, "ip_address");
		record = record_read_address (&reader, object, NULL);
		if (reader.failed)
			return json_reader_status (&reader);
		if (melange_state_has_given (call->self, record.id) ||
		    (!call->made && !melange_is_since (call->began, answer.date, record.created_at)))
			continue;
		json_object_set (item, "record", object);
		json_array_append (given, item);
	}
	*ret_given = g_steal_pointer (&given);
	return IP_DRIVER_OK;
}

void
vif_call_abandon (vif_call *call)
{
	if (!call->made || call->abandoned)
		return;
	call->abandoned = TRUE;
	melange_state_abandon (call->self, call->interface);
}

void
vif_call_again (vif_call *call)
{
	if (!call->made || call->in_use)
		return;
	vif_call_abandon (call);
	g_free (call->interface);
	choose_interface (call);
	call->abandoned = FALSE;
}

void
vif_release (melange_instance *self, const char *tenant, const char *block, const char *address)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_status status;

	if (melange_state_is_silent (self))
		status = ip_driver_fail (&error, IP_DRIVER_UNAVAILABLE, MELANGE_SILENT);
	else
		status = melange_delete (self, melange_address_path (tenant, block, address, &error), &error);
	if (status != IP_DRIVER_OK && status != IP_DRIVER_NOT_FOUND) {
		g_autofree char *message = g_strdup_printf (
			"address %s, allocated for a call that failed, cannot be released: %s", address, error.message);
		ip_driver_log (IP_DRIVER_LOG_WARNING, message);
	}
}

/* Whether the failure left an interface without the MAC that was meant for it. */
static gboolean
is_about_mac (const service_answer *answer)
{
	const char *detail = answer->detail ? answer->detail : "";

	return strstr (detail, "mac_address") || strstr (detail, "MacAddress") || strstr (detail, "No more mac") ||
	       strstr (detail, "mac_addresses");
}

static void
undo_named (const vif_call *call, const service_answer *failed)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	g_auto (json_reader) reader = {0};
	json_auto_t *interface = NULL, *given = NULL;
	json_t *item;
	gint64 date = 0, created_at;
	gsize i;

	json_reader_init (&reader, &error);
	if (load_interface (call, &interface, &date, &error) != IP_DRIVER_OK || !interface)
		return;
	created_at = json_time (&reader, interface, "created_at");
	if (is_about_mac (failed) && date != 0 && created_at != 0 && melange_is_since (call->began, date, created_at)) {
		melange_delete (call->self, melange_path (&error, "interfaces", call->interface, NULL), &error);
		return;
	}
	if (vif_call_given (call, &given, &error) != IP_DRIVER_OK)
		return;
	json_array_foreach (given, i, item)
		vif_release (call->self, call->tenant,
	                     json_string_value (json_object_get (json_object_get (item, "ip_block"), "id")),
	                     json_string_value (json_object_get (item, "address")));
}

/* Whether the historical service may have given something before it refused: one family, or one of several
 * addresses, before the other. */
static gboolean
may_have_given (const vif_call *call, ip_driver_status status, const service_answer *answer)
{
	if (call->block)
		return FALSE;
	return call->several || status == IP_DRIVER_INVALID || status == IP_DRIVER_CONFLICT ||
	       (answer->detail && strstr (answer->detail, "Subnetted block"));
}

void
vif_call_undo (vif_call *call, ip_driver_status status, const service_answer *answer)
{
	/* Our own service leaves nothing; the historical one refuses some things before it does anything. */
	if (melange_is_own (answer) || status == IP_DRIVER_NOT_FOUND || status == IP_DRIVER_DENIED)
		return;
	if (call->in_use)
		return;
	if (call->made)
		vif_call_abandon (call);
	else if (melange_state_is_silent (call->self))
		return;
	else if (is_about_mac (answer) || may_have_given (call, status, answer))
		undo_named (call, answer);
}

/* The block of the call's place that a wanted address lies in; NULL: none does. */
static ip_driver_status
find_block (const vif_call *call, const char *address, json_t **ret_block, ip_driver_error *error)
{
	json_auto_t *blocks = NULL;
	json_t *item;
	ip_number number = 0;
	int version = ip_parse (address, &number);
	gsize i;
	ip_driver_status status;

	*ret_block = NULL;
	if (call->block) {
		json_auto_t *block = NULL;

		status = melange_block_load (call->self, call->tenant, call->block, &block, error);
		blocks = json_array ();
		if (status == IP_DRIVER_OK)
			json_array_append (blocks, block);
	} else {
		status = melange_list_all (call->self, "ip_blocks", WHOLE,
		                           melange_tenant_path (error, call->tenant, "networks", call->network),
		                           &blocks, NULL, error);
	}
	if (status != IP_DRIVER_OK)
		return status;
	json_array_foreach (blocks, i, item)
	{
		const char *text = json_string_value (json_object_get (item, "cidr"));
		ip_block cidr, best = {.prefix = -1};

		if (!text || !ip_block_parse (text, &cidr) || !ip_block_contains (&cidr, version, number))
			continue;
		if (*ret_block)
			ip_block_parse (json_string_value (json_object_get (*ret_block, "cidr")), &best);
		if (cidr.prefix > best.prefix) {
			json_decref (*ret_block);
			*ret_block = json_incref (item);
		}
	}
	return IP_DRIVER_OK;
}

ip_driver_status
vif_explain (const vif_call *call, const char *address, ip_driver_status status, const service_answer *answer,
             ip_driver_error *error)
{
	ip_driver_error given, unused = IP_DRIVER_ERROR_INIT;
	g_auto (service_answer) shown = {0};
	json_auto_t *block = NULL;
	const char *id = call->block;
	gboolean taken = status == IP_DRIVER_DUPLICATE && (answer->status == 409 || answer->status == 0);

	melange_name (error, address);
	given = *error;
	if (melange_is_own (answer) || is_about_mac (answer) || !(taken || status == IP_DRIVER_EXHAUSTED) ||
	    melange_state_is_silent (call->self))
		return status;
	/* "Full" is said before the address is looked at. */
	if (!call->block || !taken) {
		if (find_block (call, address, &block, &unused) != IP_DRIVER_OK)
			return status;
		if (!block)
			return melange_fail (error, IP_DRIVER_NOT_IN_BLOCK, "address %s is in no block of %s", address,
			                     call->block ? call->block : call->network);
		id = json_string_value (json_object_get (block, "id"));
	}
	status = melange_get (call->self, melange_address_path (call->tenant, id, address, &unused), &shown, &unused);
	if (melange_fault_is_resting (&shown))
		return melange_fail (error, IP_DRIVER_LOCKED, "address %s rests in quarantine", address);
	if (status == IP_DRIVER_OK)
		return melange_fail (error, IP_DRIVER_DUPLICATE, "address %s is allocated", address);
	*error = given;
	return given.status;
}
