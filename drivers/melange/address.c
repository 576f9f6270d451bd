/*
 * Allocating and releasing addresses; lists of them are in address_list.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "address.h"

#include <string.h>

#include "state.h"
#include "vif.h"

char *
melange_address_path (const char *tenant, const char *block, const char *address, ip_driver_error *error)
{
	return melange_tenant_path (error, tenant, "ip_blocks", block, "ip_addresses", address);
}

ip_driver_status
melange_address_load (melange_instance *self, const char *tenant, const char *block, const char *address,
                      json_t **ret_record, ip_driver_error *error)
{
	g_auto (service_answer) answer = {0};
	g_auto (json_reader) reader = {0};
	record_context context = {.parent = block};
	json_t *object;
	ip_driver_status status =
		melange_get (self, melange_address_path (tenant, block, address, error), &answer, error);

	*ret_record = NULL;
	if (melange_fault_is_resting (&answer))
		return IP_DRIVER_OK;
	if (status != IP_DRIVER_OK)
		return status;
	json_reader_init (&reader, error);
	object = json_member (&reader, answer.body, "ip_address");
	record_read_address (&reader, object, &context);
	if (!reader.failed)
		*ret_record = json_incref (object);
	return json_reader_status (&reader);
}

ip_driver_status
melange_address_fail_unseen (const char *address, ip_driver_error *error)
{
	melange_fail (error, IP_DRIVER_UNAVAILABLE,
	              "address %s rests in quarantine, or was restored: the historical Melange service cannot show it",
	              address);
	error->retryable = 0;
	return IP_DRIVER_UNAVAILABLE;
}

ip_driver_status
melange_address_check (melange_instance *self, const char *tenant, const ip_driver_address_ref *ref,
                       ip_driver_error *error)
{
	json_auto_t *record = NULL;
	ip_driver_status status;

	if (!ref->id)
		return IP_DRIVER_OK;
	status = melange_address_load (self, tenant, ref->block, ref->address, &record, error);
	if (status != IP_DRIVER_OK || !record)
		return status;
	if (g_ascii_strcasecmp (json_string_value (json_object_get (record, "id")), ref->id) == 0)
		return IP_DRIVER_OK;
	return melange_fail (error, IP_DRIVER_NOT_FOUND, "address %s has been allocated anew", ref->address);
}

/* Whether the answer to an allocation is one: in the block, and the address that was wanted. */
static gboolean
is_allocation (json_t *object, const ip_driver_address_allocate_args *args, ip_driver_error *error)
{
	g_auto (json_reader) reader = {0};
	record_context context = {.parent = args->block};
	ip_driver_address record;

	json_reader_init (&reader, error);
	record = record_read_address (&reader, object, &context);
	if (!reader.failed && args->address && strcmp (record.address, args->address) != 0)
		json_fail (&reader, "address", "is not what was asked for");
	return !reader.failed;
}

/* The outcome is unknown: *ret_record is what was allocated, or NULL. */
static ip_driver_status
ask (const vif_call *call, const ip_driver_address_allocate_args *args, json_t **ret_record, ip_driver_error *error)
{
	ip_driver_error unused = IP_DRIVER_ERROR_INIT;
	json_auto_t *given = NULL;
	json_t *item, *found = NULL;
	gsize i;

	if (vif_call_given (call, &given, &unused) != IP_DRIVER_OK)
		return melange_fail_unknown (error, "an address was allocated");
	json_array_foreach (given, i, item)
	{
		json_t *record = json_object_get (item, "record");

		if (!is_allocation (record, args, &unused))
			continue;
		if (found)
			return melange_fail_unknown (error, "an address was allocated: the interface has more than one "
			                                    "that is new");
		found = record;
	}
	*ret_record = json_incref (found);
	return IP_DRIVER_OK;
}

static json_t *
make_body (const vif_call *call, const ip_driver_address_allocate_args *args)
{
	json_t *fields = json_object ();

	melange_set (fields, "address", args->address);
	melange_set (fields, "interface_id", call->interface);
	melange_set (fields, "used_by_device", args->device);
	melange_set (fields, "mac_address", args->mac);
	melange_set (fields, "tenant_id", args->used_by_tenant);
	return melange_body ("ip_address", fields);
}

ip_driver_status
melange_address_obtain (vif_call *call, const ip_driver_address_allocate_args *args, json_t **ret_record,
                        ip_driver_error *error)
{
	guint attempts = 0, races = 0;

	for (;;) {
		g_auto (service_answer) answer = {0};
		json_t *object = NULL;
		gboolean unknown;
		ip_driver_status status = melange_once (
			call->self, "POST",
			melange_tenant_path (error, args->tenant, "ip_blocks", args->block, "ip_addresses"),
			make_body (call, args), &answer, &unknown, error);

		if (status == IP_DRIVER_OK) {
			object = json_object_get (answer.body, "ip_address");
			if (is_allocation (object, args, error)) {
				*ret_record = json_incref (object);
				return IP_DRIVER_OK;
			}
			status = error->status;
		} else if (!unknown) {
			if (status == IP_DRIVER_CONFLICT && ++races < VIF_RACES)
				continue;
			/* What was lost may have arrived late, and be what is in the way now. */
			if (attempts > 0 && !call->made) {
				ip_driver_error refusal = *error;

				if (ask (call, args, ret_record, error) == IP_DRIVER_OK && *ret_record)
					return IP_DRIVER_OK;
				*error = refusal;
			}
			vif_call_undo (call, status, &answer);
			return args->address ? vif_explain (call, args->address, status, &answer, error) : status;
		}
		ip_driver_error failure = *error;
		ip_driver_status asked = ask (call, args, ret_record, error);
		if (asked == IP_DRIVER_OK && *ret_record)
			return IP_DRIVER_OK;
		if (asked == IP_DRIVER_OK && ++attempts < VIF_ATTEMPTS) {
			vif_call_again (call);
			continue;
		}
		vif_call_abandon (call);
		if (asked != IP_DRIVER_OK)
			return asked;
		*error = failure;
		return status;
	}
}

/* Takes back the first ones of several. */
static void
release_all (vif_call *call, json_t *records)
{
	json_t *record;
	gsize i;

	if (call->made) {
		vif_call_abandon_all (call);
		return;
	}
	json_array_foreach (records, i, record)
		vif_release (call->self, call->tenant, json_string_value (json_object_get (record, "ip_block_id")),
	                     json_string_value (json_object_get (record, "address")));
}

static ip_driver_status
melange_address_allocate (ip_driver_instance *instance, const ip_driver_address_allocate_args *args,
                          ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (vif_call) call = {0};
	g_auto (json_reader) reader = {0};
	json_auto_t *records = NULL;
	json_t *record;
	gsize i;

	if (self->extended)
		return melange_extension_call (self, WIRE_address_allocate, args, results, error);
	vif_call_init (&call, self, args->tenant, args->used_by_tenant, args->interface, args->device, args->mac);
	call.block = args->block;
	json_reader_init (&reader, error);
	records = json_array ();
	for (guint count = 0; count < args->count; count++) {
		json_auto_t *one = NULL;
		ip_driver_status status = melange_address_obtain (&call, args, &one, error);

		if (status != IP_DRIVER_OK) {
			release_all (&call, records);
			return status;
		}
		melange_state_gave (self, json_string_value (json_object_get (one, "id")));
		json_array_append (records, one);
		vif_call_next (&call);
	}
	json_array_foreach (records, i, record) record_give_address (&reader, record, NULL, results);
	return json_reader_status (&reader);
}

static ip_driver_status
melange_address_get (ip_driver_instance *instance, const char *tenant, const char *block, const char *address,
                     ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (json_reader) reader = {0};
	json_auto_t *record = NULL;
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_address_get, tenant, block, address, results, error);
	json_reader_init (&reader, error);
	status = melange_address_load (self, tenant, block, address, &record, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (!record)
		return melange_address_fail_unseen (address, error);
	record_give_address (&reader, record, NULL, results);
	return json_reader_status (&reader);
}

static ip_driver_status
melange_address_deallocate (ip_driver_instance *instance, const ip_driver_address_deallocate_args *args,
                            ip_driver_error *error)
{
	melange_instance *self = instance;
	ip_driver_address_ref ref = {.block = args->block, .address = args->address, .id = args->id};
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call (self, WIRE_address_deallocate, args, NULL, error);
	status = melange_address_check (self, args->tenant, &ref, error);
	if (status != IP_DRIVER_OK)
		return status;
	return melange_delete (self, melange_address_path (args->tenant, args->block, args->address, error), error);
}

/* Asked before as well as after: what the historical service restores it can never show, and then fails to list it
 * together with others. */
static ip_driver_status
melange_address_restore (ip_driver_instance *instance, const char *tenant, const char *block, const char *address,
                         ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (json_reader) reader = {0};
	json_auto_t *before = NULL, *after = NULL;
	ip_driver_address restored;
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_address_restore, tenant, block, address, results, error);
	status = melange_address_load (self, tenant, block, address, &before, error);
	if (status == IP_DRIVER_OK && !before)
		status = melange_address_fail_unseen (address, error);
	if (status == IP_DRIVER_OK)
		status = melange_put (
			self,
			melange_tenant_path (error, tenant, "ip_blocks", block, "ip_addresses", address, "restore"),
			NULL, NULL, error);
	if (status == IP_DRIVER_OK)
		status = melange_address_load (self, tenant, block, address, &after, error);
	if (status != IP_DRIVER_OK)
		return status;
	json_reader_init (&reader, error);
	restored = record_read_address (&reader, after ? after : before, NULL);
	/* It has no interface, but does not rest. */
	restored.state = IP_DRIVER_ADDRESS_ALLOCATED;
	if (!reader.failed)
		ip_driver_return_address (results, &restored);
	return json_reader_status (&reader);
}

static ip_driver_status
melange_address_confirm (ip_driver_instance *instance, const ip_driver_address_refs_args *args, ip_driver_error *error)
{
	return melange_extension_call (instance, WIRE_address_confirm, args, NULL, error);
}

static ip_driver_status
melange_address_cancel (ip_driver_instance *instance, const ip_driver_address_refs_args *args, ip_driver_error *error)
{
	return melange_extension_call (instance, WIRE_address_cancel, args, NULL, error);
}

static ip_driver_status
melange_address_purge (ip_driver_instance *instance, const ip_driver_address_purge_args *args, uint64_t *ret_purged,
                       ip_driver_error *error)
{
	return melange_extension_call_number (instance, WIRE_address_purge, args, ret_purged, error);
}

static ip_driver_status
melange_address_snapshot (ip_driver_instance *instance, ip_driver_results *results, ip_driver_error *error)
{
	return melange_extension_call (instance, WIRE_address_snapshot, NULL, results, error);
}

static ip_driver_status
melange_address_reconcile (ip_driver_instance *instance, const ip_driver_address_reconcile_args *args,
                           ip_driver_results *results, ip_driver_error *error)
{
	return melange_extension_call (instance, WIRE_address_reconcile, args, results, error);
}

/* Where melange.c does not list an operation as one of the historical service, it is called with the extension
 * only. */
const ip_driver_address_ops melange_address_ops = {
	.size = sizeof (ip_driver_address_ops),
	.allocate = melange_address_allocate,
	.confirm = melange_address_confirm,
	.cancel = melange_address_cancel,
	.get = melange_address_get,
	.list = melange_address_list,
	.find = melange_address_find,
	.deallocate = melange_address_deallocate,
	.restore = melange_address_restore,
	.purge = melange_address_purge,
	.snapshot = melange_address_snapshot,
	.reconcile = melange_address_reconcile,
};
