/*
 * Operations by the API extension: the arguments go out as JSON, the answer comes back as results. What each
 * operation looks like is in the tables of wire/.
 *
 * A call that changes something carries a key by which the service recognises its repetition, so that a request
 * may be repeated after a time-out without being carried out twice. If all attempts fail, the call is abandoned
 * by its key (attempt.c). If the service was restarted, it has forgotten its keys (outcome.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "extension.h"
#include "uuid.h"

#include <string.h>

#include "form.h"

/* As the library has it for drivers. */
#define MARKER_MAX 1024

ip_driver_status
melange_extension_nonsense (melange_instance *self, const char *what, const char *problem, ip_driver_error *error)
{
	g_autofree char *message =
		g_strdup_printf ("the service at %s answered %s with something that makes no sense: %s",
	                         melange_service_url (self->service), what, problem);

	return ip_driver_fail (error, IP_DRIVER_PROTOCOL, message);
}

ip_driver_status
melange_extension_post (melange_instance *self, const char *path, json_t *body, const char *key, service_answer *answer,
                        gboolean *ret_unknown, ip_driver_error *error)
{
	json_t *empty = body == NULL ? json_object () : NULL;
	service_request request = {
		.method = "POST",
		.path = path,
		.body = body == NULL ? empty : body,
		.kind = SERVICE_REPEATABLE,
		.idempotency_key = key,
		.transaction = self->transaction,
	};
	ip_driver_status status;
	char *served_by;

	g_mutex_lock (&self->extension->lock);
	served_by = g_strdup (self->extension->served_by);
	g_mutex_unlock (&self->extension->lock);
	request.served_by = served_by;
	*ret_unknown = FALSE;
	status = melange_service_call (self->service, &request, answer, ret_unknown, error);
	melange_extension_served_by (self->extension, answer->served_by);
	json_decref (empty);
	g_free (served_by);
	return status;
}

/* Returns the value of a result type of the wire. */
#define RETURN(name, type)                                                                                             \
	static void return_##name (ip_driver_results *results, gconstpointer value)                                    \
	{                                                                                                              \
		const ip_driver_##type *item = value;                                                                  \
                                                                                                                       \
		ip_driver_return_##name (results, item);                                                               \
	}
RETURN (block, block)
RETURN (usage, usage)
RETURN (address, address)
RETURN (address_match, address_match)
RETURN (snapshot, address_snapshot_result)
RETURN (allocation, allocation)
RETURN (interface, interface)
RETURN (mac_range, mac_range)
RETURN (route, route)
RETURN (policy, policy)
RETURN (policy_range, policy_range)
RETURN (policy_octet, policy_octet)
RETURN (lease, lease)
RETURN (check_report, check_report)

static const struct {
	const wire_type *type;
	void (*hand_over) (ip_driver_results *results, gconstpointer value);
} returns[] = {
	{&wire_block, return_block},
	{&wire_usage, return_usage},
	{&wire_address, return_address},
	{&wire_address_match, return_address_match},
	{&wire_snapshot, return_snapshot},
	{&wire_allocation, return_allocation},
	{&wire_interface, return_interface},
	{&wire_mac_range, return_mac_range},
	{&wire_route, return_route},
	{&wire_policy, return_policy},
	{&wire_policy_range, return_policy_range},
	{&wire_policy_octet, return_policy_octet},
	{&wire_lease, return_lease},
	{&wire_check_report, return_check_report},
};

void
melange_return (const wire_type *type, ip_driver_results *results, gconstpointer value)
{
	for (gsize i = 0; i < G_N_ELEMENTS (returns); i++) {
		if (returns[i].type == type) {
			returns[i].hand_over (results, value);
			return;
		}
	}
	g_assert_not_reached ();
}

/* The caller can make the call again by himself: with his key he gets what this one did. */
static gboolean
has_request_key (const melange_call *call)
{
	return json_object_get (call->body, "request_key") != NULL;
}

static ip_driver_status
nonsense (melange_call *call, const char *problem)
{
	return melange_extension_nonsense (call->self, call->operation->name, problem, call->error);
}

/* How many items a list must have at least and at most. */
static void
expected_count (const melange_call *call, gsize *ret_least, gsize *ret_most)
{
	json_t *limit = json_object_get (call->body, "limit");

	*ret_least = 0;
	*ret_most = G_MAXSIZE;
	if (call->id == WIRE_address_allocate) {
		/* Of what a request key gave, some may have been released since. */
		*ret_least = 1;
		*ret_most = MAX (((const ip_driver_address_allocate_args *)call->args)->count, 1);
	} else if (call->id == WIRE_network_allocate) {
		*ret_least = 1;
	} else if (call->id == WIRE_interface_replace_all) {
		*ret_least = *ret_most = ((const ip_driver_interface_replace_all_args *)call->args)->interface_count;
	} else if (json_is_integer (limit) && call->id != WIRE_address_reconcile) {
		/* Reconcile counts interfaces, not addresses. */
		*ret_most = (gsize)json_integer_value (limit);
	}
}

/* A marker that leads back to this page would let the caller turn in a circle. */
static ip_driver_status
return_marker (melange_call *call, json_t *marker)
{
	json_t *asked = json_object_get (call->body, "marker");
	const char *text = json_string_value (marker);

	if (marker == NULL || json_is_null (marker))
		return IP_DRIVER_OK;
	if (json_object_get (call->body, "limit") == NULL)
		return nonsense (call, "next_marker in a list that has no pages");
	if (text == NULL || *text == '\0' || strlen (text) != json_string_length (marker) || strlen (text) > MARKER_MAX)
		return nonsense (call, "next_marker is not a marker");
	if (asked != NULL && json_equal (asked, marker))
		return nonsense (call, "next_marker repeats");
	ip_driver_return_next_marker (call->results, text);
	return IP_DRIVER_OK;
}

/* Whether a result is the one that was asked for by its id, and not one that got lost on another way. With a request
 * key it may be that of an earlier call. */
static gboolean
is_meant (const melange_call *call, json_t *result)
{
	const char *asked = json_string_value (json_object_get (call->body, "id"));
	const char *given = json_string_value (json_object_get (result, "id"));

	return asked == NULL || given == NULL || has_request_key (call) || strcmp (asked, given) == 0;
}

static ip_driver_status
return_list (melange_call *call, json_t *list, json_t *marker, wire_memory *memory)
{
	const wire_operation *operation = call->operation;
	gsize least, most;
	g_autoptr (GPtrArray) values = g_ptr_array_new ();
	json_t *item;
	gsize i;

	if (!json_is_array (list))
		return nonsense (call, "the list is missing");
	expected_count (call, &least, &most);
	if (json_array_size (list) < least || json_array_size (list) > most)
		return nonsense (call,
		                 json_array_size (list) < least ? "the list is too short" : "the list is too long");
	json_array_foreach (list, i, item)
	{
		g_autofree char *problem = NULL;
		gpointer value = melange_decode (operation->result, item, memory, &problem);

		if (value == NULL)
			return nonsense (call, problem);
		if (!is_meant (call, item))
			return nonsense (call, "it has another id");
		g_ptr_array_add (values, value);
	}
	for (i = 0; i < values->len; i++)
		melange_return (operation->result, call->results, g_ptr_array_index (values, i));
	return return_marker (call, marker);
}

static ip_driver_status
return_answer (melange_call *call, json_t *body)
{
	const wire_operation *operation = call->operation;
	g_autoptr (wire_memory) memory = wire_memory_new ();
	g_autofree char *problem = NULL;
	json_t *result = operation->result_name == NULL ? NULL : json_object_get (body, operation->result_name);
	gpointer value;

	switch (operation->returns) {
	case WIRE_NOTHING:
		return IP_DRIVER_OK;
	case WIRE_NUMBER:
		if (!json_is_integer (result) || json_integer_value (result) < 0)
			return nonsense (call, "the number is missing");
		*call->ret_number = (guint64)json_integer_value (result);
		return IP_DRIVER_OK;
	case WIRE_ONE:
		value = melange_decode (operation->result, result, memory, &problem);
		if (value == NULL)
			return nonsense (call, problem);
		if (!is_meant (call, result))
			return nonsense (call, "it has another id");
		melange_return (operation->result, call->results, value);
		return IP_DRIVER_OK;
	case WIRE_LIST:
		break;
	}
	return return_list (call, result, json_object_get (body, "next_marker"), memory);
}

ip_driver_status
melange_call_run (melange_call *call, gboolean *ret_restarted)
{
	melange_instance *self = call->self;
	g_auto (service_answer) answer = {0};
	gboolean unknown = FALSE;
	ip_driver_status status =
		melange_extension_post (self, call->path, call->body, call->key, &answer, &unknown, call->error);

	*ret_restarted = status != IP_DRIVER_OK && answer.status == 412;
	if (*ret_restarted)
		return status;
	if (status == IP_DRIVER_OK) {
		status = return_answer (call, answer.body);
		/* It was carried out, but the caller will not learn what came of it. */
		unknown = status != IP_DRIVER_OK;
	}
	if (!unknown || call->key == NULL)
		return status;
	if (self->transaction != NULL)
		self->broken = TRUE;
	else if (!has_request_key (call))
		melange_attempt_abandon (self->extension, call->key);
	return status;
}

/* Whether the arguments leave it to the service to choose an id by which one could ask for what it made. A call with
 * a request key needs none. */
static gboolean
lacks_id (const melange_call *call)
{
	if (!g_hash_table_contains (call->self->extension->capabilities, "chosen_ids") || has_request_key (call) ||
	    json_object_get (call->body, "id") != NULL)
		return FALSE;
	if (call->id == WIRE_address_allocate)
		return ((const ip_driver_address_allocate_args *)call->args)->count <= 1;
	return call->operation->undo == WIRE_UNDO_CREATION;
}

/* A tenant may do for himself what concerns nobody else; the rest is for who may do all. */
static char *
path_of (const wire_operation *operation, json_t *body)
{
	const char *tenant = json_string_value (json_object_get (body, "tenant"));
	g_autofree char *name = g_strdelimit (g_strdup (operation->name), ".", '/');

	if (tenant == NULL || !operation->of_tenant || wire_names_another (body, tenant))
		return g_strconcat (EXTENSION_PATH "/", name, NULL);
	g_autofree char *escaped = g_uri_escape_string (tenant, NULL, FALSE);
	return g_strconcat ("/v0.1/ipam/tenants/", escaped, "/ip_driver/", name, NULL);
}

static ip_driver_status
carry_out (melange_call *call)
{
	melange_instance *self = call->self;
	gboolean restarted = FALSE;
	ip_driver_status status;

	if (self->broken)
		return ip_driver_fail (call->error, IP_DRIVER_UNAVAILABLE,
		                       "the transaction can only be undone: an earlier call of it got no answer");
	/* In a transaction it would wait for that very transaction. */
	status = self->transaction == NULL ? melange_attempt_settle (self, call->error) : IP_DRIVER_OK;
	if (status != IP_DRIVER_OK)
		return status;
	status = melange_call_run (call, &restarted);
	return restarted ? melange_outcome_settle (call) : status;
}

static ip_driver_status
call_any (melange_call *call)
{
	ip_driver_status status;

	call->operation = &wire_operations[call->id];
	call->body = call->args == NULL ? json_object () : wire_encode (call->operation->args, call->args);
	call->path = path_of (call->operation, call->body);
	if (call->operation->changes) {
		call->key = melange_new_uuid ();
		call->own_id = lacks_id (call);
	}
	if (call->own_id) {
		g_autofree char *id = melange_new_uuid ();
		json_object_set_new (call->body, "id", json_string (id));
	}
	status = carry_out (call);
	json_decref (call->body);
	g_free (call->path);
	g_free (call->key);
	return status;
}

ip_driver_status
melange_extension_call (melange_instance *self, wire_operation_id operation, gconstpointer args,
                        ip_driver_results *results, ip_driver_error *error)
{
	return call_any (
		&(melange_call){.self = self, .id = operation, .args = args, .results = results, .error = error});
}

ip_driver_status
melange_extension_call_key (melange_instance *self, wire_operation_id operation, const char *tenant, const char *first,
                            const char *second, ip_driver_results *results, ip_driver_error *error)
{
	wire_key key = {.tenant = tenant, .first = first, .second = second};

	return melange_extension_call (self, operation, &key, results, error);
}

ip_driver_status
melange_extension_call_number (melange_instance *self, wire_operation_id operation, gconstpointer args,
                               uint64_t *ret_number, ip_driver_error *error)
{
	return call_any (
		&(melange_call){.self = self, .id = operation, .args = args, .ret_number = ret_number, .error = error});
}
