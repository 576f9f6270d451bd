/* Random calls: policies. */
#include "choices.h"
#include "operations.h"

static const char *
tenant_of_policy (world *self, const char *id)
{
	GArray *policies = self->model->data.policies;

	for (guint i = 0; i < policies->len; i++) {
		if (g_strcmp0 (g_array_index (policies, model_policy, i).id, id) == 0)
			return tenant_like (self, g_array_index (policies, model_policy, i).tenant);
	}
	return tenant_like (self, NULL);
}

void
step_policy_create (world *self)
{
	ip_driver_policy_create_args args = IP_DRIVER_POLICY_CREATE_ARGS_INIT;

	args.tenant = pick_tenant (self);
	args.name = chance (self, 50) ? "plain" : "na\303\257ve '\"; DROP TABLE block";
	args.description = maybe (self, 50, "");
	args.id = fresh_id (self, self->model->data.policies);
	world_note (self, "policy.create tenant=%s name=%s id=%s", args.tenant, args.name, args.id);
	CALL_ONE (policy, render_policy, ip_driver_policy_create (self->driver, &args, &result, &self->error))
	world_compare (self, status, model_policy_create (self->model, &args, self->want), FALSE);
}

void
step_policy_look (world *self)
{
	if (chance (self, 50)) {
		const char *id = known_id (self, self->model->data.policies);
		const char *tenant = tenant_of_policy (self, id);
		world_note (self, "policy.get tenant=%s id=%s", TEXT (tenant), id);
		CALL_ONE (policy, render_policy, ip_driver_policy_get (self->driver, tenant, id, &result, &self->error))
		world_compare (self, status, model_policy_get (self->model, tenant, id, self->want), FALSE);
	} else {
		ip_driver_policy_list_args args = IP_DRIVER_POLICY_LIST_ARGS_INIT;
		args.tenant = maybe (self, 50, pick_tenant (self));
		args.limit = some_limit (self);
		world_note (self, "policy.list tenant=%s limit=%u", TEXT (args.tenant), args.limit);
		CALL_LIST (policies, render_policy, args,
		           ip_driver_policy_list (self->driver, &args, &page, &self->error));
		world_compare (self, status, model_policy_list (self->model, &args, self->want), FALSE);
	}
}

void
step_policy_update (world *self)
{
	ip_driver_policy_update_args args = IP_DRIVER_POLICY_UPDATE_ARGS_INIT;

	args.id = known_id (self, self->model->data.policies);
	args.tenant = tenant_of_policy (self, args.id);
	args.set = 1 + below (self, 3);
	args.name = "renamed";
	args.description = maybe (self, 50, "described");
	world_note (self, "policy.update tenant=%s id=%s set=%u description=%s", TEXT (args.tenant), args.id, args.set,
	            TEXT (args.description));
	CALL_ONE (policy, render_policy, ip_driver_policy_update (self->driver, &args, &result, &self->error))
	world_compare (self, status, model_policy_update (self->model, &args, self->want), FALSE);
}

void
step_policy_delete (world *self)
{
	const char *id = known_id (self, self->model->data.policies);
	const char *tenant = tenant_of_policy (self, id);

	world_note (self, "policy.delete tenant=%s id=%s", TEXT (tenant), id);
	ip_driver_status status = ip_driver_policy_delete (self->driver, tenant, id, &self->error);
	world_compare (self, status, model_policy_delete (self->model, tenant, id), FALSE);
}

static gint64
some_offset (world *self)
{
	if (chance (self, 5))
		return chance (self, 50) ? INT64_MIN : INT64_MAX;
	return g_rand_int_range (self->random, -18, 18);
}

static guint64
some_length (world *self)
{
	return chance (self, 5) ? INT64_MAX : below (self, 6);
}

void
step_policy_range_create (world *self)
{
	ip_driver_policy_range_create_args args = IP_DRIVER_POLICY_RANGE_CREATE_ARGS_INIT;

	args.policy = known_id (self, self->model->data.policies);
	args.tenant = tenant_of_policy (self, args.policy);
	args.id = fresh_id (self, self->model->data.ranges);
	args.offset = some_offset (self);
	args.length = some_length (self);
	world_note (self,
	            "policy_range.create tenant=%s policy=%s offset=%" G_GINT64_FORMAT " length=%" G_GUINT64_FORMAT
	            " id=%s",
	            TEXT (args.tenant), args.policy, args.offset, args.length, args.id);
	CALL_ONE (policy_range, render_policy_range,
	          ip_driver_policy_range_create (self->driver, &args, &result, &self->error))
	world_compare (self, status, model_policy_range_create (self->model, &args, self->want), FALSE);
}

void
step_policy_octet_create (world *self)
{
	ip_driver_policy_octet_create_args args = IP_DRIVER_POLICY_OCTET_CREATE_ARGS_INIT;

	args.policy = known_id (self, self->model->data.policies);
	args.tenant = tenant_of_policy (self, args.policy);
	args.id = fresh_id (self, self->model->data.octets);
	args.octet = (int)below (self, chance (self, 80) ? 16 : 256);
	world_note (self, "policy_octet.create tenant=%s policy=%s octet=%d id=%s", TEXT (args.tenant), args.policy,
	            args.octet, args.id);
	CALL_ONE (policy_octet, render_policy_octet,
	          ip_driver_policy_octet_create (self->driver, &args, &result, &self->error))
	world_compare (self, status, model_policy_octet_create (self->model, &args, self->want), FALSE);
}

/* The policy of a range or octet, mostly. Both structs begin with id and policy. */
static void
some_part (world *self, GArray *array, const char **policy, const char **id)
{
	*id = known_id (self, array);
	*policy = known_id (self, self->model->data.policies);
	for (guint i = 0; i < array->len && chance (self, 95); i++) {
		const char *const *part =
			(const char *const *)(const void *)(array->data + (gsize)g_array_get_element_size (array) * i);
		if (strcmp (part[0], *id) == 0)
			*policy = part[1];
	}
}

void
step_policy_range_update (world *self)
{
	ip_driver_policy_range_update_args args = IP_DRIVER_POLICY_RANGE_UPDATE_ARGS_INIT;

	some_part (self, self->model->data.ranges, &args.policy, &args.id);
	args.tenant = tenant_of_policy (self, args.policy);
	args.set = 1 + below (self, 3);
	args.offset = some_offset (self);
	args.length = some_length (self);
	world_note (self,
	            "policy_range.update tenant=%s policy=%s id=%s set=%u offset=%" G_GINT64_FORMAT
	            " length=%" G_GUINT64_FORMAT,
	            TEXT (args.tenant), args.policy, args.id, args.set, args.offset, args.length);
	CALL_ONE (policy_range, render_policy_range,
	          ip_driver_policy_range_update (self->driver, &args, &result, &self->error))
	world_compare (self, status, model_policy_range_update (self->model, &args, self->want), FALSE);
}

void
step_policy_octet_update (world *self)
{
	ip_driver_policy_octet_update_args args = IP_DRIVER_POLICY_OCTET_UPDATE_ARGS_INIT;

	some_part (self, self->model->data.octets, &args.policy, &args.id);
	args.tenant = tenant_of_policy (self, args.policy);
	args.octet = (int)below (self, 16);
	world_note (self, "policy_octet.update tenant=%s policy=%s id=%s octet=%d", TEXT (args.tenant), args.policy,
	            args.id, args.octet);
	CALL_ONE (policy_octet, render_policy_octet,
	          ip_driver_policy_octet_update (self->driver, &args, &result, &self->error))
	world_compare (self, status, model_policy_octet_update (self->model, &args, self->want), FALSE);
}

void
step_policy_part_delete (world *self)
{
	gboolean range = chance (self, 50);
	const char *policy, *id, *tenant;

	some_part (self, range ? self->model->data.ranges : self->model->data.octets, &policy, &id);
	tenant = tenant_of_policy (self, policy);
	world_note (self, "policy_%s.delete tenant=%s policy=%s id=%s", range ? "range" : "octet", TEXT (tenant),
	            policy, id);
	ip_driver_status status =
		range ? ip_driver_policy_range_delete (self->driver, tenant, policy, id, &self->error)
		      : ip_driver_policy_octet_delete (self->driver, tenant, policy, id, &self->error);
	world_compare (self, status,
	               range ? model_policy_range_delete (self->model, tenant, policy, id)
	                     : model_policy_octet_delete (self->model, tenant, policy, id),
	               FALSE);
}

void
step_policy_part_get (world *self)
{
	const char *policy, *id, *tenant;

	if (chance (self, 50)) {
		some_part (self, self->model->data.ranges, &policy, &id);
		tenant = tenant_of_policy (self, policy);
		world_note (self, "policy_range.get tenant=%s policy=%s id=%s", TEXT (tenant), policy, id);
		CALL_ONE (policy_range, render_policy_range,
		          ip_driver_policy_range_get (self->driver, tenant, policy, id, &result, &self->error))
		world_compare (self, status, model_policy_range_get (self->model, tenant, policy, id, self->want),
		               FALSE);
	} else {
		some_part (self, self->model->data.octets, &policy, &id);
		tenant = tenant_of_policy (self, policy);
		world_note (self, "policy_octet.get tenant=%s policy=%s id=%s", TEXT (tenant), policy, id);
		CALL_ONE (policy_octet, render_policy_octet,
		          ip_driver_policy_octet_get (self->driver, tenant, policy, id, &result, &self->error))
		world_compare (self, status, model_policy_octet_get (self->model, tenant, policy, id, self->want),
		               FALSE);
	}
}

void
step_policy_part_list (world *self)
{
	ip_driver_policy_part_list_args args = IP_DRIVER_POLICY_PART_LIST_ARGS_INIT;

	args.policy = known_id (self, self->model->data.policies);
	args.tenant = tenant_of_policy (self, args.policy);
	args.limit = some_limit (self);
	if (chance (self, 50)) {
		world_note (self, "policy_range.list tenant=%s policy=%s", TEXT (args.tenant), args.policy);
		CALL_LIST (policy_ranges, render_policy_range, args,
		           ip_driver_policy_range_list (self->driver, &args, &page, &self->error));
		world_compare (self, status, model_policy_range_list (self->model, &args, self->want), FALSE);
	} else {
		world_note (self, "policy_octet.list tenant=%s policy=%s", TEXT (args.tenant), args.policy);
		CALL_LIST (policy_octets, render_policy_octet, args,
		           ip_driver_policy_octet_list (self->driver, &args, &page, &self->error));
		world_compare (self, status, model_policy_octet_list (self->model, &args, self->want), FALSE);
	}
}
