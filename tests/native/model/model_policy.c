/* The model's policies, and what they consist of. */
#include "parts.h"

static model_policy *
find_policy (model *self, const char *tenant, const char *id)
{
	for (guint i = 0; i < self->data.policies->len; i++) {
		model_policy *policy = AT (self->data.policies, model_policy, i);
		if (same (policy->id, id) && fits (tenant, policy->tenant))
			return policy;
	}
	return NULL;
}

static void
put_policy (const model_policy *policy, GString *out)
{
	ip_driver_policy view = {
		.size = sizeof view,
		.id = policy->id,
		.tenant = policy->tenant,
		.name = policy->name,
		.description = policy->description,
	};
	render_policy (out, &view);
}

model_outcome
model_policy_create (model *self, const ip_driver_policy_create_args *args, GString *out)
{
	model_policy policy = {
		.id = keep (self, args->id),
		.tenant = keep (self, args->tenant),
		.name = keep (self, args->name),
		.description = keep (self, args->description),
	};

	if (find_policy (self, NULL, args->id))
		return CAN (DUPLICATE);
	g_array_append_val (self->data.policies, policy);
	put_policy (&policy, out);
	return MODEL_OK;
}

model_outcome
model_policy_get (model *self, const char *tenant, const char *id, GString *out)
{
	const model_policy *policy = find_policy (self, tenant, id);

	if (!policy)
		return CAN (NOT_FOUND);
	if (out)
		put_policy (policy, out);
	return MODEL_OK;
}

model_outcome
model_policy_list (model *self, const ip_driver_policy_list_args *args, GString *out)
{
	for (guint i = 0; i < self->data.policies->len; i++) {
		const model_policy *policy = AT (self->data.policies, model_policy, i);
		if (fits (args->tenant, policy->tenant))
			put_policy (policy, out);
	}
	return MODEL_OK;
}

model_outcome
model_policy_update (model *self, const ip_driver_policy_update_args *args, GString *out)
{
	model_policy *policy = find_policy (self, args->tenant, args->id);

	if (!policy)
		return CAN (NOT_FOUND);
	if (args->set & IP_DRIVER_POLICY_SET_NAME)
		policy->name = keep (self, args->name);
	if (args->set & IP_DRIVER_POLICY_SET_DESCRIPTION)
		policy->description = keep (self, args->description);
	put_policy (policy, out);
	return MODEL_OK;
}

model_outcome
model_policy_delete (model *self, const char *tenant, const char *id)
{
	const model_policy *policy = find_policy (self, tenant, id);

	if (!policy)
		return CAN (NOT_FOUND);
	g_array_remove_index (self->data.policies, (guint)(policy - AT (self->data.policies, model_policy, 0)));
	for (guint i = self->data.ranges->len; i-- > 0;) {
		if (same (AT (self->data.ranges, model_policy_range, i)->policy, id))
			g_array_remove_index (self->data.ranges, i);
	}
	for (guint i = self->data.octets->len; i-- > 0;) {
		if (same (AT (self->data.octets, model_policy_octet, i)->policy, id))
			g_array_remove_index (self->data.octets, i);
	}
	for (guint i = 0; i < self->data.blocks->len; i++) {
		model_block *block = AT (self->data.blocks, model_block, i);
		if (same (block->policy, id))
			block->policy = NULL;
	}
	return MODEL_OK;
}

/* Ranges and octets differ in nothing but their values. */
#define PART(part, array)                                                                                              \
	static model_policy_##part *find_##part (model *self, const char *tenant, const char *policy, const char *id)  \
	{                                                                                                              \
		for (guint i = 0; find_policy (self, tenant, policy) && i < self->data.array->len; i++) {              \
			model_policy_##part *part = AT (self->data.array, model_policy_##part, i);                     \
			if (same (part->policy, policy) && same (part->id, id))                                        \
				return part;                                                                           \
		}                                                                                                      \
		return NULL;                                                                                           \
	}                                                                                                              \
                                                                                                                       \
	static model_outcome add_##part (model *self, const char *tenant, const model_policy_##part *value,            \
	                                 GString *out)                                                                 \
	{                                                                                                              \
		model_outcome failures = find_policy (self, tenant, value->policy) ? 0 : CAN (NOT_FOUND);              \
                                                                                                                       \
		for (guint i = 0; i < self->data.array->len; i++) {                                                    \
			if (same (AT (self->data.array, model_policy_##part, i)->id, value->id))                       \
				failures |= CAN (DUPLICATE);                                                           \
		}                                                                                                      \
		if (failures)                                                                                          \
			return failures;                                                                               \
		g_array_append_vals (self->data.array, value, 1);                                                      \
		put_##part (value, out);                                                                               \
		return MODEL_OK;                                                                                       \
	}                                                                                                              \
                                                                                                                       \
	model_outcome model_policy_##part##_get (model *self, const char *tenant, const char *policy, const char *id,  \
	                                         GString *out)                                                         \
	{                                                                                                              \
		const model_policy_##part *part = find_##part (self, tenant, policy, id);                              \
                                                                                                                       \
		if (!part)                                                                                             \
			return CAN (NOT_FOUND);                                                                        \
		put_##part (part, out);                                                                                \
		return MODEL_OK;                                                                                       \
	}                                                                                                              \
                                                                                                                       \
	model_outcome model_policy_##part##_list (model *self, const ip_driver_policy_part_list_args *args,            \
	                                          GString *out)                                                        \
	{                                                                                                              \
		if (!find_policy (self, args->tenant, args->policy))                                                   \
			return CAN (NOT_FOUND);                                                                        \
		for (guint i = 0; i < self->data.array->len; i++) {                                                    \
			const model_policy_##part *part = AT (self->data.array, model_policy_##part, i);               \
			if (same (part->policy, args->policy))                                                         \
				put_##part (part, out);                                                                \
		}                                                                                                      \
		return MODEL_OK;                                                                                       \
	}                                                                                                              \
                                                                                                                       \
	model_outcome model_policy_##part##_delete (model *self, const char *tenant, const char *policy,               \
	                                            const char *id)                                                    \
	{                                                                                                              \
		const model_policy_##part *part = find_##part (self, tenant, policy, id);                              \
                                                                                                                       \
		if (!part)                                                                                             \
			return CAN (NOT_FOUND);                                                                        \
		g_array_remove_index (self->data.array,                                                                \
		                      (guint)(part - AT (self->data.array, model_policy_##part, 0)));                  \
		return MODEL_OK;                                                                                       \
	}

static void
put_range (const model_policy_range *range, GString *out)
{
	ip_driver_policy_range view = {
		.size = sizeof view,
		.id = range->id,
		.policy = range->policy,
		.offset = range->offset,
		.length = range->length,
	};
	render_policy_range (out, &view);
}

static void
put_octet (const model_policy_octet *octet, GString *out)
{
	ip_driver_policy_octet view = {
		.size = sizeof view,
		.id = octet->id,
		.policy = octet->policy,
		.octet = octet->octet,
	};
	render_policy_octet (out, &view);
}

PART (range, ranges)
PART (octet, octets)

model_outcome
model_policy_range_create (model *self, const ip_driver_policy_range_create_args *args, GString *out)
{
	model_policy_range range = {
		.id = keep (self, args->id),
		.policy = keep (self, args->policy),
		.offset = args->offset,
		.length = args->length,
	};
	return add_range (self, args->tenant, &range, out);
}

model_outcome
model_policy_octet_create (model *self, const ip_driver_policy_octet_create_args *args, GString *out)
{
	model_policy_octet octet = {
		.id = keep (self, args->id),
		.policy = keep (self, args->policy),
		.octet = args->octet,
	};
	return add_octet (self, args->tenant, &octet, out);
}

model_outcome
model_policy_range_update (model *self, const ip_driver_policy_range_update_args *args, GString *out)
{
	model_policy_range *range = find_range (self, args->tenant, args->policy, args->id);

	if (!range)
		return CAN (NOT_FOUND);
	if (args->set & IP_DRIVER_POLICY_RANGE_SET_OFFSET)
		range->offset = args->offset;
	if (args->set & IP_DRIVER_POLICY_RANGE_SET_LENGTH)
		range->length = args->length;
	put_range (range, out);
	return MODEL_OK;
}

model_outcome
model_policy_octet_update (model *self, const ip_driver_policy_octet_update_args *args, GString *out)
{
	model_policy_octet *octet = find_octet (self, args->tenant, args->policy, args->id);

	if (!octet)
		return CAN (NOT_FOUND);
	octet->octet = args->octet;
	put_octet (octet, out);
	return MODEL_OK;
}
