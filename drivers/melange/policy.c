/*
 * Policies; what belongs to them is in policy_part.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "create.h"
#include "paging.h"

static ip_driver_status
melange_policy_create (ip_driver_instance *instance, const ip_driver_policy_create_args *args,
                       ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (creation) creation = {.name = "policy", .list_name = "policies", .kind = PAGED};

	if (self->extended)
		return melange_extension_call (self, WIRE_policy_create, args, results, error);
	creation.path = melange_tenant_path (error, args->tenant, "policies");
	creation.fields = json_object ();
	melange_set (creation.fields, "name", args->name);
	melange_set (creation.fields, "description", args->description);
	return melange_create_and_give (self, &creation, record_give_policy, NULL, results, error);
}

static ip_driver_status
melange_policy_get (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_results *results,
                    ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (service_answer) answer = {0};
	record_context context = {.parent = id};
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_policy_get, tenant, id, NULL, results, error);
	status = melange_get (self, melange_tenant_path (error, tenant, "policies", id), &answer, error);
	return status == IP_DRIVER_OK
	               ? record_give_one (answer.body, "policy", record_give_policy, &context, results, error)
	               : status;
}

static ip_driver_status
melange_policy_list (ip_driver_instance *instance, const ip_driver_policy_list_args *args, ip_driver_results *results,
                     ip_driver_error *error)
{
	melange_instance *self = instance;
	paging_list list = {.name = "policies", .kind = PAGED, .key = paging_key_age, .give = record_give_policy};

	if (self->extended)
		return melange_extension_call (self, WIRE_policy_list, args, results, error);
	return melange_list (self, &list, melange_tenant_path (error, args->tenant, "policies"), args->marker,
	                     args->limit, results, error);
}

static ip_driver_status
melange_policy_update (ip_driver_instance *instance, const ip_driver_policy_update_args *args,
                       ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	g_auto (service_answer) answer = {0};
	record_context context = {.parent = args->id};
	json_t *fields;
	ip_driver_status status;

	if (self->extended)
		return melange_extension_call (self, WIRE_policy_update, args, results, error);
	fields = json_object ();
	if (args->set & IP_DRIVER_POLICY_SET_NAME)
		melange_set (fields, "name", args->name);
	if (args->set & IP_DRIVER_POLICY_SET_DESCRIPTION)
		melange_set_or_null (fields, "description", args->description);
	status = melange_put (self, melange_tenant_path (error, args->tenant, "policies", args->id),
	                      melange_body ("policy", fields), &answer, error);
	return status == IP_DRIVER_OK
	               ? record_give_one (answer.body, "policy", record_give_policy, &context, results, error)
	               : status;
}

static ip_driver_status
melange_policy_delete (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_policy_delete_, tenant, id, NULL, NULL, error);
	return melange_delete (self, melange_tenant_path (error, tenant, "policies", id), error);
}

const ip_driver_policy_ops melange_policy_ops = {
	.size = sizeof (ip_driver_policy_ops),
	.create = melange_policy_create,
	.get = melange_policy_get,
	.list = melange_policy_list,
	.update = melange_policy_update,
	.delete_ = melange_policy_delete,
};
