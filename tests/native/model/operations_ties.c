/* Random calls: allowed IPs, NAT pairs and leases. */
#include "choices.h"
#include "operations.h"

void
step_allowed_ip_allow (world *self)
{
	ip_driver_allowed_ip_allow_args args = IP_DRIVER_ALLOWED_IP_ALLOW_ARGS_INIT;
	ip_driver_address_ref ref = some_ref (self, FALSE);
	const model_block *block = model_find_block (self->model, ref.block);

	args.interface = known_id (self, self->model->data.interfaces);
	args.tenant = tenant_of_interface (self, args.interface);
	args.network = block && block->network && chance (self, 90) ? block->network : pick_network (self);
	args.address = ref.address;
	world_note (self, "allowed_ip.allow tenant=%s interface=%s network=%s address=%s", TEXT (args.tenant),
	            args.interface, args.network, args.address);
	CALL_ONE (address, render_address, ip_driver_allowed_ip_allow (self->driver, &args, &result, &self->error))
	world_compare (self, status, model_allowed_ip_allow (self->model, &args, self->want), FALSE);
}

/* An interface and an address that are tied, if there are such. */
static void
some_allowance (world *self, const char **interface, const char **address)
{
	GArray *all = self->model->data.allowances;

	if (all->len == 0 || chance (self, 30)) {
		*interface = some_interface (self);
		*address = some_ref (self, FALSE).address;
		return;
	}
	const model_allowance *allowance = &g_array_index (all, model_allowance, below (self, all->len));
	const model_block *block = model_find_block (self->model, allowance->block);
	*interface = allowance->interface;
	*address = stay (self, model_value_text (self->model, block->version, allowance->value));
}

void
step_allowed_ip_get (world *self)
{
	const char *interface, *address, *tenant;

	some_allowance (self, &interface, &address);
	tenant = tenant_of_interface (self, interface);
	world_note (self, "allowed_ip.get tenant=%s interface=%s address=%s", TEXT (tenant), interface, address);
	CALL_ONE (address, render_address,
	          ip_driver_allowed_ip_get (self->driver, tenant, interface, address, &result, &self->error))
	world_compare (self, status, model_allowed_ip_get (self->model, tenant, interface, address, self->want), FALSE);
}

void
step_allowed_ip_list (world *self)
{
	ip_driver_allowed_ip_list_args args = IP_DRIVER_ALLOWED_IP_LIST_ARGS_INIT;
	const char *address;

	some_allowance (self, &args.interface, &address);
	args.tenant = tenant_of_interface (self, args.interface);
	args.limit = some_limit (self);
	world_note (self, "allowed_ip.list tenant=%s interface=%s limit=%u", TEXT (args.tenant), args.interface,
	            args.limit);
	CALL_LIST (addresses, render_address, args,
	           ip_driver_allowed_ip_list (self->driver, &args, &page, &self->error));
	world_compare (self, status, model_allowed_ip_list (self->model, &args, self->want), FALSE);
}

void
step_allowed_ip_disallow (world *self)
{
	const char *interface, *address, *tenant;

	some_allowance (self, &interface, &address);
	tenant = tenant_of_interface (self, interface);
	world_note (self, "allowed_ip.disallow tenant=%s interface=%s address=%s", TEXT (tenant), interface, address);
	ip_driver_status status =
		ip_driver_allowed_ip_disallow (self->driver, tenant, interface, address, &self->error);
	world_compare (self, status, model_allowed_ip_disallow (self->model, tenant, interface, address), FALSE);
}

static void
change_pairs (world *self, gboolean add)
{
	ip_driver_nat_args args = IP_DRIVER_NAT_ARGS_INIT;
	ip_driver_address_ref locals[3] = {{NULL}}, globals[3] = {{NULL}};
	GArray *pairs = self->model->data.pairs;

	args.locals = locals;
	args.globals = globals;
	args.local_count = some_refs (self, locals, chance (self, 20));
	args.global_count = some_refs (self, globals, chance (self, 20));
	if (!add && pairs->len > 0 && chance (self, 70)) {
		const model_pair *pair = &g_array_index (pairs, model_pair, below (self, pairs->len));
		locals[0] = (ip_driver_address_ref){
			pair->local_block,
			stay (self, model_address_text (self->model, model_find_address (self->model, pair->local_block,
		                                                                         pair->local))),
			NULL};
		globals[0] = (ip_driver_address_ref){
			pair->global_block,
			stay (self,
		              model_address_text (self->model,
		                                  model_find_address (self->model, pair->global_block, pair->global))),
			NULL};
	}
	if (chance (self, 50))
		args.local_count = 1;
	else
		args.global_count = 1;
	if (args.local_count > 1 && args.global_count > 1)
		args.global_count = 1;
	if (!add && chance (self, 25)) {
		if (args.local_count == 1)
			args.global_count = 0;
		else
			args.local_count = 0;
	}
	/* What an id of a partner that is another's by now means, the contract leaves open. */
	for (int i = 0; !add && i < 3; i++)
		locals[i].id = globals[i].id = NULL;
	args.tenant = maybe (self, 15, pick_tenant (self));
	if (!add)
		args.tenant = NULL;
	world_note (self, "nat.%s tenant=%s", add ? "add" : "remove", TEXT (args.tenant));
	note_refs (self, "locals", locals, args.local_count);
	note_refs (self, "globals", globals, args.global_count);
	ip_driver_status status = add ? ip_driver_nat_add (self->driver, &args, &self->error)
	                              : ip_driver_nat_remove (self->driver, &args, &self->error);
	self->model->follow = status;
	world_compare (self, status, add ? model_nat_add (self->model, &args) : model_nat_remove (self->model, &args),
	               FALSE);
}

void
step_nat_add (world *self)
{
	change_pairs (self, TRUE);
}

void
step_nat_remove (world *self)
{
	change_pairs (self, FALSE);
}

void
step_nat_list (world *self)
{
	ip_driver_nat_list_args args = IP_DRIVER_NAT_LIST_ARGS_INIT;
	ip_driver_address_ref ref = some_ref (self, FALSE);
	GArray *pairs = self->model->data.pairs;
	gboolean of_local = chance (self, 50);

	args.block = ref.block;
	args.address = ref.address;
	if (pairs->len > 0 && chance (self, 70)) {
		const model_pair *pair = &g_array_index (pairs, model_pair, below (self, pairs->len));
		args.block = of_local ? pair->local_block : pair->global_block;
		const model_address *address =
			model_find_address (self->model, args.block, of_local ? pair->local : pair->global);
		args.address = stay (self, model_address_text (self->model, address));
	}
	args.tenant = tenant_of_block (self, args.block);
	args.limit = some_limit (self);
	world_note (self, "nat.list_%s tenant=%s block=%s address=%s limit=%u", of_local ? "globals" : "locals",
	            TEXT (args.tenant), args.block, args.address, args.limit);
	CALL_LIST (addresses, render_address, args,
	           of_local ? ip_driver_nat_list_globals (self->driver, &args, &page, &self->error)
	                    : ip_driver_nat_list_locals (self->driver, &args, &page, &self->error));
	world_compare (self, status,
	               of_local ? model_nat_list_globals (self->model, &args, self->want)
	                        : model_nat_list_locals (self->model, &args, self->want),
	               FALSE);
}

void
step_lease_grant (world *self)
{
	static const uint32_t durations[] = {0, 100000, UINT32_MAX};
	ip_driver_lease_grant_args args = IP_DRIVER_LEASE_GRANT_ARGS_INIT;
	ip_driver_address_ref ref = some_ref (self, FALSE);

	args.block = ref.block;
	args.address = ref.address;
	args.tenant = tenant_of_block (self, ref.block);
	args.mac = maybe (self, 50, pick_mac (self));
	args.client_id = maybe (self, 50, "01:aa");
	args.hostname = maybe (self, 50, "host");
	args.duration = PICK (self, durations);
	world_note (self, "lease.grant tenant=%s block=%s address=%s mac=%s client=%s hostname=%s duration=%u",
	            TEXT (args.tenant), args.block, args.address, TEXT (args.mac), TEXT (args.client_id),
	            TEXT (args.hostname), args.duration);
	CALL_ONE (lease, render_lease, ip_driver_lease_grant (self->driver, &args, &result, &self->error))
	world_compare (self, status, model_lease_grant (self->model, &args, self->want), FALSE);
}

/* One with a lease, mostly. */
static ip_driver_address_ref
some_leased (world *self)
{
	GArray *addresses = self->model->data.addresses;
	guint first = below (self, addresses->len);

	for (guint i = 0; i < addresses->len && !chance (self, 5); i++) {
		const model_address *address = &g_array_index (addresses, model_address, (first + i) % addresses->len);
		if (address->leased)
			return (ip_driver_address_ref){address->block,
			                               stay (self, model_address_text (self->model, address)), NULL};
	}
	return some_ref (self, FALSE);
}

void
step_lease_release (world *self)
{
	ip_driver_address_ref ref = some_leased (self);
	const char *tenant = tenant_of_block (self, ref.block);

	world_note (self, "lease.release tenant=%s block=%s address=%s", TEXT (tenant), ref.block, ref.address);
	ip_driver_status status = ip_driver_lease_release (self->driver, tenant, ref.block, ref.address, &self->error);
	world_compare (self, status, model_lease_release (self->model, tenant, ref.block, ref.address), FALSE);
}

void
step_lease_get (world *self)
{
	ip_driver_address_ref ref = some_leased (self);
	const char *tenant = tenant_of_block (self, ref.block);

	world_note (self, "lease.get tenant=%s block=%s address=%s", TEXT (tenant), ref.block, ref.address);
	CALL_ONE (lease, render_lease,
	          ip_driver_lease_get (self->driver, tenant, ref.block, ref.address, &result, &self->error))
	world_compare (self, status, model_lease_get (self->model, tenant, ref.block, ref.address, self->want), FALSE);
}

void
step_lease_list (world *self)
{
	ip_driver_lease_list_args args = IP_DRIVER_LEASE_LIST_ARGS_INIT;

	args.block = maybe (self, 40, some_block (self));
	args.tenant = args.block ? tenant_of_block (self, args.block) : maybe (self, 40, pick_tenant (self));
	/* Rounded up: a lease of no length that began in this second has run out. */
	args.expired_at = chance (self, 50) ? g_get_real_time () / G_USEC_PER_SEC + 1 : 0;
	args.limit = some_limit (self);
	world_note (self, "lease.list tenant=%s block=%s expired=%d limit=%u", TEXT (args.tenant), TEXT (args.block),
	            args.expired_at != 0, args.limit);
	CALL_LIST (leases, render_lease, args, ip_driver_lease_list (self->driver, &args, &page, &self->error));
	/* Their order is by time, which the model has not. */
	world_compare (self, status, model_lease_list (self->model, &args, self->want), TRUE);
}

void
step_lease_expire (world *self)
{
	ip_driver_lease_expire_args args = IP_DRIVER_LEASE_EXPIRE_ARGS_INIT;
	gboolean more;

	args.block = maybe (self, 40, some_block (self));
	args.tenant = args.block ? tenant_of_block (self, args.block) : maybe (self, 40, pick_tenant (self));
	args.limit = some_limit (self);
	args.flags = chance (self, 50) ? IP_DRIVER_LEASE_EXPIRE_DEALLOCATE : 0;
	world_note (self, "lease.expire tenant=%s block=%s flags=%u limit=%u", TEXT (args.tenant), TEXT (args.block),
	            args.flags, args.limit);
	ip_driver_status status;
	do {
		ip_driver_leases *page = NULL;
		more = FALSE;
		status = ip_driver_lease_expire (self->driver, &args, &page, &self->error);
		if (status != IP_DRIVER_OK)
			break;
		for (size_t i = 0; i < page->count; i++)
			render_lease (self->got, page->items[i]);
		more = page->next_marker != NULL;
		ip_driver_leases_free (page);
	} while (more);
	world_compare (self, status, model_lease_expire (self->model, &args, self->want), TRUE);
}
