/* Random calls: addresses. */
#include "choices.h"
#include "operations.h"

static void
take_addresses (world *self, ip_driver_status status, ip_driver_addresses *result)
{
	for (size_t i = 0; status == IP_DRIVER_OK && i < result->count; i++) {
		const ip_driver_address *address = result->items[i];
		render_address (self->got, address);
		model_hint_address (self->model, address);
		if (i == 0)
			model_hint_interface (self->model, address->interface);
	}
	if (status == IP_DRIVER_OK)
		ip_driver_addresses_free (result);
}

void
step_address_allocate (world *self)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver_addresses *result = NULL;
	gboolean six;

	if (self->keyed_address.size && chance (self, 15)) {
		args = self->keyed_address;
	} else {
		args.block = some_leaf (self);
		const model_block *block = model_find_block (self->model, args.block);
		args.tenant = tenant_of_block (self, args.block);
		args.address = maybe (self, 25, address_in (self, args.block));
		six = block && block->version == 6 && !args.address;
		if (chance (self, six ? 90 : 60))
			args.interface = some_interface (self);
		args.device = maybe (self, 30, pick_device (self));
		args.mac = maybe (self, six ? 80 : 15, pick_mac (self));
		args.used_by_tenant = maybe (self, 20, pick_tenant (self));
		if (args.interface && model_find_interface (self->model, args.interface) && chance (self, 80))
			args.used_by_tenant = model_find_interface (self->model, args.interface)->tenant;
		if (!args.address && chance (self, 20))
			args.count = 1 + below (self, 5);
		args.hold = some_hold (self);
		if (args.tenant && chance (self, 25)) {
			args.request_key = pick_key (self);
			self->keyed_address = args;
		} else if (args.count <= 1 && chance (self, 30)) {
			GArray *addresses = self->model->data.addresses;
			args.id = new_id (self);
			if (addresses->len > 0 && chance (self, 5)) {
				const model_address *other =
					&g_array_index (addresses, model_address, below (self, addresses->len));
				args.id = other->id ? other->id : args.id;
			}
		}
	}
	world_note (
		self,
		"address.allocate tenant=%s block=%s address=%s interface=%s device=%s mac=%s used_by=%s key=%s id=%s "
		"count=%u hold=%u",
		TEXT (args.tenant), args.block, TEXT (args.address), TEXT (args.interface), TEXT (args.device),
		TEXT (args.mac), TEXT (args.used_by_tenant), TEXT (args.request_key), TEXT (args.id), args.count,
		args.hold);
	ip_driver_status status = ip_driver_address_allocate (self->driver, &args, &result, &self->error);
	take_addresses (self, status, result);
	self->model->follow = status;
	world_compare (self, status, model_address_allocate (self->model, &args, self->want),
	               args.count > 1 || args.request_key);
}

static void
settle_holds (world *self, gboolean confirm)
{
	ip_driver_address_refs_args args = IP_DRIVER_ADDRESS_REFS_ARGS_INIT;
	ip_driver_address_ref refs[3];
	GArray *addresses = self->model->data.addresses;

	args.ref_count = some_refs (self, refs, TRUE);
	/* Mostly one that is a hold. */
	for (guint i = 0; i < addresses->len && chance (self, 85); i++) {
		const model_address *address = &g_array_index (addresses, model_address, i);
		if (address->hold && chance (self, 50)) {
			refs[0] = (ip_driver_address_ref){
				address->block, stay (self, model_address_text (self->model, address)), address->id};
			args.ref_count = chance (self, 80) ? 1 : args.ref_count;
		}
	}
	args.refs = refs;
	args.tenant = tenant_of_block (self, refs[0].block);
	world_note (self, "address.%s tenant=%s", confirm ? "confirm" : "cancel", TEXT (args.tenant));
	note_refs (self, "refs", refs, args.ref_count);
	ip_driver_status status = confirm ? ip_driver_address_confirm (self->driver, &args, &self->error)
	                                  : ip_driver_address_cancel (self->driver, &args, &self->error);
	self->model->follow = status;
	world_compare (self, status,
	               confirm ? model_address_confirm (self->model, &args) : model_address_cancel (self->model, &args),
	               FALSE);
}

void
step_address_confirm (world *self)
{
	settle_holds (self, TRUE);
}

void
step_address_cancel (world *self)
{
	settle_holds (self, FALSE);
}

void
step_address_get (world *self)
{
	ip_driver_address_ref ref = some_ref (self, FALSE);
	const char *tenant = tenant_of_block (self, ref.block);

	world_note (self, "address.get tenant=%s block=%s address=%s", TEXT (tenant), ref.block, ref.address);
	CALL_ONE (address, render_address,
	          ip_driver_address_get (self->driver, tenant, ref.block, ref.address, &result, &self->error))
	world_compare (self, status, model_address_get (self->model, tenant, ref.block, ref.address, self->want),
	               FALSE);
}

static void
list_addresses (world *self, ip_driver_address_list_args args)
{
	world_note (self, "address.list tenant=%s block=%s network=%s device=%s interface=%s state=%d limit=%u",
	            TEXT (args.tenant), TEXT (args.block), TEXT (args.network), TEXT (args.device),
	            TEXT (args.interface), args.state, args.limit);
	CALL_LIST (addresses, render_address, args, ip_driver_address_list (self->driver, &args, &page, &self->error));
	world_compare (self, status, model_address_list (self->model, &args, self->want), FALSE);
}

void
step_address_list (world *self)
{
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;

	args.block = maybe (self, 40, some_block (self));
	args.tenant = args.block ? tenant_of_block (self, args.block) : maybe (self, 40, pick_tenant (self));
	args.network = maybe (self, 25, pick_network (self));
	args.device = maybe (self, 20, pick_device (self));
	args.interface = maybe (self, 20, some_interface (self));
	args.state = (ip_driver_address_state)below (self, 3);
	args.limit = some_limit (self);
	list_addresses (self, args);
}

void
step_address_list_all (world *self)
{
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;

	list_addresses (self, args);
}

void
step_address_find (world *self)
{
	ip_driver_address_find_args args = IP_DRIVER_ADDRESS_FIND_ARGS_INIT;

	args.address = some_ref (self, FALSE).address;
	args.tenant = maybe (self, 30, pick_tenant (self));
	args.limit = some_limit (self);
	world_note (self, "address.find tenant=%s address=%s limit=%u", TEXT (args.tenant), args.address, args.limit);
	CALL_LIST (address_matches, render_match, args,
	           ip_driver_address_find (self->driver, &args, &page, &self->error));
	world_compare (self, status, model_address_find (self->model, &args, self->want), FALSE);
}

void
step_address_deallocate (world *self)
{
	ip_driver_address_deallocate_args args = IP_DRIVER_ADDRESS_DEALLOCATE_ARGS_INIT;
	ip_driver_address_ref ref = some_ref (self, chance (self, 30));

	args.block = ref.block;
	args.address = ref.address;
	args.id = ref.id;
	args.tenant = tenant_of_block (self, ref.block);
	world_note (self, "address.deallocate tenant=%s block=%s address=%s id=%s", TEXT (args.tenant), args.block,
	            args.address, TEXT (args.id));
	ip_driver_status status = ip_driver_address_deallocate (self->driver, &args, &self->error);
	world_compare (self, status, model_address_deallocate (self->model, &args), FALSE);
}

void
step_address_restore (world *self)
{
	ip_driver_address_ref ref = some_ref (self, FALSE);
	const char *tenant = tenant_of_block (self, ref.block);

	world_note (self, "address.restore tenant=%s block=%s address=%s", TEXT (tenant), ref.block, ref.address);
	CALL_ONE (address, render_address,
	          ip_driver_address_restore (self->driver, tenant, ref.block, ref.address, &result, &self->error))
	world_compare (self, status, model_address_restore (self->model, tenant, ref.block, ref.address, self->want),
	               FALSE);
}

void
step_address_purge (world *self)
{
	ip_driver_address_purge_args args = IP_DRIVER_ADDRESS_PURGE_ARGS_INIT;
	ip_driver_address_ref ref = some_ref (self, FALSE);
	uint64_t purged = 0;

	if (chance (self, 60))
		args.block = ref.block;
	if (args.block && chance (self, 60))
		args.address = ref.address;
	args.tenant = args.block ? tenant_of_block (self, args.block) : maybe (self, 50, pick_tenant (self));
	args.flags = chance (self, 60) ? IP_DRIVER_ADDRESS_PURGE_ALL : 0;
	world_note (self, "address.purge tenant=%s block=%s address=%s flags=%u", TEXT (args.tenant), TEXT (args.block),
	            TEXT (args.address), args.flags);
	ip_driver_status status = ip_driver_address_purge (self->driver, &args, &purged, &self->error);
	if (status == IP_DRIVER_OK)
		g_string_append_printf (self->got, "purged %u\n", (guint)purged);
	world_compare (self, status, model_address_purge (self->model, &args, self->want), FALSE);
}

void
step_address_snapshot (world *self)
{
	ip_driver_address_snapshot_result *result = NULL;
	guint i = below (self, WORLD_SNAPSHOTS);

	world_note (self, "address.snapshot (%u)", i);
	ip_driver_status status = ip_driver_address_snapshot (self->driver, &result, &self->error);
	world_compare (self, status, MODEL_OK, FALSE);
	if (status == IP_DRIVER_OK) {
		g_free (self->tokens[i]);
		self->tokens[i] = g_strdup (result->token);
		self->token_steps[i] = self->model->now;
		ip_driver_address_snapshot_result_free (result);
	}
}

void
step_address_reconcile (world *self)
{
	ip_driver_address_reconcile_args args = IP_DRIVER_ADDRESS_RECONCILE_ARGS_INIT;
	g_autoptr (GPtrArray) living = g_ptr_array_new_with_free_func (g_free);
	g_autoptr (GString) names = g_string_new (NULL);
	guint token = below (self, WORLD_SNAPSHOTS);
	GArray *all = self->model->data.interfaces;

	for (guint i = 0; i < WORLD_SNAPSHOTS && !self->tokens[token]; i++)
		token = (token + 1) % WORLD_SNAPSHOTS;
	if (!self->tokens[token]) {
		step_address_snapshot (self);
		return;
	}
	args.token = self->tokens[token];
	args.tenant = maybe (self, 50, pick_tenant (self));
	args.network = maybe (self, 40, pick_network (self));
	args.device_prefix = maybe (self, 30, chance (self, 50) ? "web" : "db-1");
	if (!args.tenant && !args.network && !args.device_prefix)
		args.network = FIRST_NETWORK;
	args.flags = below (self, 4);
	args.grace = chance (self, 10) ? 1000 : 0;
	args.limit = some_limit (self);
	for (guint i = 0; i < all->len; i++) {
		const model_interface *interface = &g_array_index (all, model_interface, i);
		const char *name = args.flags & IP_DRIVER_ADDRESS_RECONCILE_DEVICES ? interface->device : interface->id;
		if (name && chance (self, 60)) {
			g_ptr_array_add (living, g_strdup (name));
			g_string_append_printf (names, " %s", name);
		}
	}
	args.living = (const char *const *)living->pdata;
	args.living_count = living->len;
	world_note (self,
	            "address.reconcile (%u) tenant=%s network=%s device_prefix=%s flags=%u grace=%u limit=%u living:%s",
	            token, TEXT (args.tenant), TEXT (args.network), TEXT (args.device_prefix), args.flags, args.grace,
	            args.limit, names->str);
	guint limit = args.limit;
	/* The limit is one of interfaces. */
	args.limit = 0;
	ip_driver_status status;
	g_autofree char *marker = NULL;
	do {
		ip_driver_addresses *page = NULL;
		args.marker = marker;
		args.limit = limit;
		status = ip_driver_address_reconcile (self->driver, &args, &page, &self->error);
		if (status != IP_DRIVER_OK)
			break;
		for (size_t i = 0; i < page->count; i++)
			render_address_name (self->got, page->items[i]);
		g_free (marker);
		marker = g_strdup (page->next_marker);
		ip_driver_addresses_free (page);
	} while (marker);
	world_compare (self, status, model_address_reconcile (self->model, &args, self->token_steps[token], self->want),
	               TRUE);
}
