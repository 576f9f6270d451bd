/*
 * What became of a call during which the service was restarted: it does not know the call's key any more. What
 * was to be created is asked for by its id; where there is none of that id, nothing was created, and the call is
 * carried out again. So it is with a request key, by which the service knows what it gave. Of all else nobody can
 * tell.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "extension.h"
#include "form.h"

static ip_driver_status
unknown (melange_call *call, const char *detail)
{
	g_autofree char *message =
		g_strdup_printf ("the service at %s was restarted during %s, and it is not known whether it was "
	                         "carried out%s",
	                         melange_service_url (call->self->service), call->operation->name, detail);
	ip_driver_status status = ip_driver_fail (call->error, IP_DRIVER_UNAVAILABLE, message);

	call->error->retryable = 0;
	/* The process that serves now may have got the first attempt. */
	if (call->self->transaction == NULL)
		melange_attempt_abandon (call->self->extension, call->key);
	else
		call->self->broken = TRUE;
	return status;
}

/* By which operation, and with which of the call's arguments, one asks for what a call creates. */
static const struct {
	wire_operation_id create;
	wire_operation_id ask;
	/* The owner of what is created is another than that of what it is made from. */
	const char *tenant;
	const char *keys[2];
} questions[] = {
	{WIRE_block_create, WIRE_block_get, "tenant", {"id"}},
	{WIRE_subnet_create, WIRE_block_get, "subnet_tenant", {"id"}},
	{WIRE_interface_create, WIRE_interface_get, "tenant", {"id"}},
	{WIRE_mac_range_create, WIRE_mac_range_get, NULL, {"id"}},
	{WIRE_route_create, WIRE_route_get, "tenant", {"block", "id"}},
	{WIRE_policy_create, WIRE_policy_get, "tenant", {"id"}},
	{WIRE_policy_range_create, WIRE_policy_range_get, "tenant", {"policy", "id"}},
	{WIRE_policy_octet_create, WIRE_policy_octet_get, "tenant", {"policy", "id"}},
};

static const char *
argument (const melange_call *call, const char *name)
{
	return name == NULL ? NULL : json_string_value (json_object_get (call->body, name));
}

/* Asks for an allocation among those of its block, and of its interface if it has one. */
static ip_driver_status
ask_address (melange_call *call)
{
	const wire_operation *list = &wire_operations[WIRE_address_list];
	g_autofree char *marker = NULL;

	do {
		g_autoptr (wire_memory) memory = wire_memory_new ();
		g_auto (service_answer) answer = {0};
		g_autofree char *problem = NULL;
		gboolean lost = FALSE;
		json_t *addresses, *address, *next;
		gsize i;
		json_t *body = json_pack ("{s:s, s:s*, s:s*, s:i, s:s*}", "block", argument (call, "block"), "tenant",
		                          argument (call, "tenant"), "interface", argument (call, "interface"), "limit",
		                          IP_DRIVER_PAGE_MAX, "marker", marker);
		ip_driver_status status = melange_extension_post (call->self, EXTENSION_PATH "/address/list", body,
		                                                  NULL, &answer, &lost, call->error);

		json_decref (body);
		if (status != IP_DRIVER_OK)
			return status;
		addresses = json_object_get (answer.body, list->result_name);
		json_array_foreach (addresses, i, address)
		{
			const char *id = json_string_value (json_object_get (address, "id"));
			gpointer value;

			if (g_strcmp0 (id, argument (call, "id")) != 0)
				continue;
			value = melange_decode (list->result, address, memory, &problem);
			if (value == NULL)
				return melange_extension_nonsense (call->self, list->name, problem, call->error);
			melange_return (list->result, call->results, value);
			return IP_DRIVER_OK;
		}
		next = json_object_get (answer.body, "next_marker");
		if (next != NULL && g_strcmp0 (json_string_value (next), marker) == 0)
			return melange_extension_nonsense (call->self, list->name, "next_marker repeats", call->error);
		g_free (marker);
		marker = g_strdup (json_string_value (next));
	} while (marker != NULL);
	return ip_driver_fail (call->error, IP_DRIVER_NOT_FOUND, "no such address");
}

/* IP_DRIVER_NOT_FOUND: it was not created. IP_DRIVER_NOT_SUPPORTED: there is no asking. */
static ip_driver_status
ask (melange_call *call)
{
	if (argument (call, "id") == NULL)
		return IP_DRIVER_NOT_SUPPORTED;
	if (call->id == WIRE_address_allocate)
		return ask_address (call);
	for (gsize i = 0; i < G_N_ELEMENTS (questions); i++) {
		const char *tenant = argument (call, questions[i].tenant);

		if (questions[i].create != call->id)
			continue;
		if (tenant == NULL)
			tenant = argument (call, "tenant");
		return melange_extension_call_key (call->self, questions[i].ask, tenant,
		                                   argument (call, questions[i].keys[0]),
		                                   argument (call, questions[i].keys[1]), call->results, call->error);
	}
	return IP_DRIVER_NOT_SUPPORTED;
}

ip_driver_status
melange_outcome_settle (melange_call *call)
{
	melange_instance *self = call->self;
	gboolean restarted = FALSE;
	ip_driver_status status;

	/* With the old process the transaction has ended. */
	if (self->transaction != NULL)
		return unknown (call, "; the transaction has ended");
	if (melange_extension_refresh (self, call->error) != IP_DRIVER_OK)
		return unknown (call, "");
	if (argument (call, "request_key") == NULL) {
		status = ask (call);
		if (status == IP_DRIVER_OK && call->own_id)
			return status;
		if (status == IP_DRIVER_OK)
			return unknown (call, ": what exists by that id may be older");
		if (status != IP_DRIVER_NOT_FOUND)
			return unknown (call, "");
	}
	/* By the same key: if it was this process that got the first attempt, it knows. */
	status = melange_call_run (call, &restarted);
	return restarted ? unknown (call, "") : status;
}
