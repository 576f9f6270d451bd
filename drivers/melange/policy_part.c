/*
 * Ranges and octets of policies.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "create.h"
#include "paging.h"

/* How the service calls a kind of part. */
typedef struct {
	const char *name;
	const char *list_name;
	/* In paths. */
	const char *segment;
	record_give give;
} part;

static const part range_part = {"ip_range", "ip_ranges", "unusable_ip_ranges", record_give_range};
static const part octet_part = {"ip_octet", "ip_octets", "unusable_ip_octets", record_give_octet};

static char *
parts_path (const part *part, const char *tenant, const char *policy, ip_driver_error *error)
{
	return melange_tenant_path (error, tenant, "policies", policy, part->segment);
}

static char *
part_path (const part *part, const char *tenant, const char *policy, const char *id, ip_driver_error *error)
{
	return melange_tenant_path (error, tenant, "policies", policy, part->segment, id);
}

/* Takes `fields`. */
static ip_driver_status
create_part (melange_instance *self, const part *part, const char *tenant, const char *policy, json_t *fields,
             ip_driver_results *results, ip_driver_error *error)
{
	record_context context = {.parent = policy};
	g_auto (creation) creation = {
		.name = part->name,
		.list_name = part->list_name,
		.kind = PAGED,
		.path = parts_path (part, tenant, policy, error),
		.fields = fields,
	};

	return melange_create_and_give (self, &creation, part->give, &context, results, error);
}

static ip_driver_status
get_part (melange_instance *self, const part *part, const char *tenant, const char *policy, const char *id,
          ip_driver_results *results, ip_driver_error *error)
{
	record_context context = {.parent = policy};
	g_auto (service_answer) answer = {0};
	ip_driver_status status = melange_get (self, part_path (part, tenant, policy, id, error), &answer, error);

	return status == IP_DRIVER_OK ? record_give_one (answer.body, part->name, part->give, &context, results, error)
	                              : status;
}

static ip_driver_status
list_parts (melange_instance *self, const part *part, const ip_driver_policy_part_list_args *args,
            ip_driver_results *results, ip_driver_error *error)
{
	paging_list list = {
		.name = part->list_name,
		.kind = PAGED,
		.key = paging_key_age,
		.give = part->give,
		.context = {.parent = args->policy},
	};

	return melange_list (self, &list, parts_path (part, args->tenant, args->policy, error), args->marker,
	                     args->limit, results, error);
}

/* Takes `fields`. */
static ip_driver_status
update_part (melange_instance *self, const part *part, const char *tenant, const char *policy, const char *id,
             json_t *fields, ip_driver_results *results, ip_driver_error *error)
{
	record_context context = {.parent = policy};
	g_auto (service_answer) answer = {0};
	ip_driver_status status = melange_put (self, part_path (part, tenant, policy, id, error),
	                                       melange_body (part->name, fields), &answer, error);

	return status == IP_DRIVER_OK ? record_give_one (answer.body, part->name, part->give, &context, results, error)
	                              : status;
}

static ip_driver_status
melange_policy_range_create (ip_driver_instance *instance, const ip_driver_policy_range_create_args *args,
                             ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	json_t *fields;

	if (self->extended)
		return melange_extension_call (self, WIRE_policy_range_create, args, results, error);
	fields = json_object ();
	json_object_set_new (fields, "offset", json_integer (args->offset));
	json_object_set_new (fields, "length", json_integer ((gint64)args->length));
	return create_part (self, &range_part, args->tenant, args->policy, fields, results, error);
}

static ip_driver_status
melange_policy_range_get (ip_driver_instance *instance, const char *tenant, const char *policy, const char *id,
                          ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_policy_range_get, tenant, policy, id, results, error);
	return get_part (self, &range_part, tenant, policy, id, results, error);
}

static ip_driver_status
melange_policy_range_list (ip_driver_instance *instance, const ip_driver_policy_part_list_args *args,
                           ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call (self, WIRE_policy_range_list, args, results, error);
	return list_parts (self, &range_part, args, results, error);
}

static ip_driver_status
melange_policy_range_update (ip_driver_instance *instance, const ip_driver_policy_range_update_args *args,
                             ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	json_t *fields;

	if (self->extended)
		return melange_extension_call (self, WIRE_policy_range_update, args, results, error);
	fields = json_object ();
	if (args->set & IP_DRIVER_POLICY_RANGE_SET_OFFSET)
		json_object_set_new (fields, "offset", json_integer (args->offset));
	if (args->set & IP_DRIVER_POLICY_RANGE_SET_LENGTH)
		json_object_set_new (fields, "length", json_integer ((gint64)args->length));
	return update_part (self, &range_part, args->tenant, args->policy, args->id, fields, results, error);
}

static ip_driver_status
melange_policy_range_delete (ip_driver_instance *instance, const char *tenant, const char *policy, const char *id,
                             ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_policy_range_delete_, tenant, policy, id, NULL, error);
	return melange_delete (self, part_path (&range_part, tenant, policy, id, error), error);
}

const ip_driver_policy_range_ops melange_policy_range_ops = {
	.size = sizeof (ip_driver_policy_range_ops),
	.create = melange_policy_range_create,
	.get = melange_policy_range_get,
	.list = melange_policy_range_list,
	.update = melange_policy_range_update,
	.delete_ = melange_policy_range_delete,
};

static ip_driver_status
melange_policy_octet_create (ip_driver_instance *instance, const ip_driver_policy_octet_create_args *args,
                             ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	json_t *fields;

	if (self->extended)
		return melange_extension_call (self, WIRE_policy_octet_create, args, results, error);
	fields = json_object ();
	json_object_set_new (fields, "octet", json_integer (args->octet));
	return create_part (self, &octet_part, args->tenant, args->policy, fields, results, error);
}

static ip_driver_status
melange_policy_octet_get (ip_driver_instance *instance, const char *tenant, const char *policy, const char *id,
                          ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_policy_octet_get, tenant, policy, id, results, error);
	return get_part (self, &octet_part, tenant, policy, id, results, error);
}

static ip_driver_status
melange_policy_octet_list (ip_driver_instance *instance, const ip_driver_policy_part_list_args *args,
                           ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call (self, WIRE_policy_octet_list, args, results, error);
	return list_parts (self, &octet_part, args, results, error);
}

static ip_driver_status
melange_policy_octet_update (ip_driver_instance *instance, const ip_driver_policy_octet_update_args *args,
                             ip_driver_results *results, ip_driver_error *error)
{
	melange_instance *self = instance;
	json_t *fields;

	if (self->extended)
		return melange_extension_call (self, WIRE_policy_octet_update, args, results, error);
	fields = json_object ();
	json_object_set_new (fields, "octet", json_integer (args->octet));
	return update_part (self, &octet_part, args->tenant, args->policy, args->id, fields, results, error);
}

static ip_driver_status
melange_policy_octet_delete (ip_driver_instance *instance, const char *tenant, const char *policy, const char *id,
                             ip_driver_error *error)
{
	melange_instance *self = instance;

	if (self->extended)
		return melange_extension_call_key (self, WIRE_policy_octet_delete_, tenant, policy, id, NULL, error);
	return melange_delete (self, part_path (&octet_part, tenant, policy, id, error), error);
}

const ip_driver_policy_octet_ops melange_policy_octet_ops = {
	.size = sizeof (ip_driver_policy_octet_ops),
	.create = melange_policy_octet_create,
	.get = melange_policy_octet_get,
	.list = melange_policy_octet_list,
	.update = melange_policy_octet_update,
	.delete_ = melange_policy_octet_delete,
};
