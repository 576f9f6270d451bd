/* What ties the model's addresses to one another and to the world: allowed IPs, NAT pairs, leases. */
#include "parts.h"

static model_address *
find_living (model *self, const char *tenant, const char *block, const char *text)
{
	const model_block *home = seen_block (self, tenant, block);
	model_ip ip = parse_ip (text);
	model_address *address = home && in_block (home, ip) ? model_find_address (self, block, ip.value) : NULL;

	return address && address->state != MODEL_FREE ? address : NULL;
}

static model_interface *
seen_interface (model *self, const char *tenant, const char *id)
{
	model_interface *interface = model_find_interface (self, id);

	return interface && fits (tenant, interface->tenant) ? interface : NULL;
}

static guint
find_allowance (model *self, const char *interface, const model_address *address)
{
	for (guint i = 0; i < self->data.allowances->len; i++) {
		const model_allowance *allowance = AT (self->data.allowances, model_allowance, i);
		if (same (allowance->interface, interface) && same (allowance->block, address->block) &&
		    allowance->value == address->value)
			return i;
	}
	return G_MAXUINT;
}

void
end_allowance (model *self, guint index)
{
	model_allowance ended = *AT (self->data.allowances, model_allowance, index);
	model_address *address = model_find_address (self, ended.block, ended.value);

	g_array_remove_index (self->data.allowances, index);
	if (address->outlived)
		release (self, address);
}

model_outcome
model_allowed_ip_allow (model *self, const ip_driver_allowed_ip_allow_args *args, GString *out)
{
	const model_interface *interface = seen_interface (self, args->tenant, args->interface);
	g_autoptr (GPtrArray) list = living (self);
	const model_address *wanted = NULL;
	model_outcome failures = 0;
	const char *network;
	gboolean known = FALSE;

	if (!interface)
		return CAN (NOT_FOUND);
	for (guint i = 0; i < self->data.blocks->len; i++)
		known = known || same (AT (self->data.blocks, model_block, i)->network, args->network);
	for (guint i = 0; i < list->len && !wanted; i++) {
		const model_address *address = g_ptr_array_index (list, i);
		const model_block *block = model_find_block (self, address->block);
		if (address->state == MODEL_ALLOCATED && same (block->network, args->network) &&
		    same (address->tenant, interface->tenant) && in_block (block, parse_ip (args->address)) &&
		    parse_ip (args->address).value == address->value)
			wanted = address;
	}
	if (!known || !wanted)
		failures |= CAN (NOT_FOUND);
	if (!interface_network (self, args->interface, &network) || !same (network, args->network))
		failures |= CAN (NOT_ALLOWED);
	if (wanted && find_allowance (self, args->interface, wanted) != G_MAXUINT)
		failures |= CAN (DUPLICATE);
	if (failures)
		return failures;
	model_allowance allowance = {.interface = interface->id, .block = wanted->block, .value = wanted->value};
	g_array_append_val (self->data.allowances, allowance);
	put_address (self, wanted, out);
	return MODEL_OK;
}

/* What may be used on an interface, in list order. */
static GPtrArray *
usable_on (model *self, const char *interface)
{
	GPtrArray *list = living (self);

	for (guint i = list->len; i-- > 0;) {
		const model_address *address = g_ptr_array_index (list, i);
		if (!(address->state == MODEL_ALLOCATED && same (address->interface, interface)) &&
		    find_allowance (self, interface, address) == G_MAXUINT)
			g_ptr_array_remove_index (list, i);
	}
	return list;
}

static model_address *
find_usable (model *self, const char *interface, const char *text)
{
	g_autoptr (GPtrArray) list = usable_on (self, interface);
	model_ip ip = parse_ip (text);

	for (guint i = 0; i < list->len; i++) {
		model_address *address = g_ptr_array_index (list, i);
		if (in_block (model_find_block (self, address->block), ip) && address->value == ip.value)
			return address;
	}
	return NULL;
}

model_outcome
model_allowed_ip_get (model *self, const char *tenant, const char *interface, const char *text, GString *out)
{
	const model_address *address =
		seen_interface (self, tenant, interface) ? find_usable (self, interface, text) : NULL;

	if (!address)
		return CAN (NOT_FOUND);
	put_address (self, address, out);
	return MODEL_OK;
}

model_outcome
model_allowed_ip_list (model *self, const ip_driver_allowed_ip_list_args *args, GString *out)
{
	g_autoptr (GPtrArray) list = usable_on (self, args->interface);

	if (!seen_interface (self, args->tenant, args->interface))
		return CAN (NOT_FOUND);
	for (guint i = 0; i < list->len; i++)
		put_address (self, g_ptr_array_index (list, i), out);
	return MODEL_OK;
}

model_outcome
model_allowed_ip_disallow (model *self, const char *tenant, const char *interface, const char *text)
{
	const model_address *address =
		seen_interface (self, tenant, interface) ? find_usable (self, interface, text) : NULL;

	if (!address)
		return CAN (NOT_FOUND);
	guint index = find_allowance (self, interface, address);
	if (index != G_MAXUINT)
		end_allowance (self, index);
	return MODEL_OK;
}

/* Failures of refs that must be allocated (or known, if resting will do). */
static model_outcome
check_refs (model *self, const char *tenant, const ip_driver_address_ref *refs, size_t count, gboolean resting_will_do)
{
	model_outcome failures = 0;

	for (size_t i = 0; i < count; i++) {
		const model_address *address = find_living (self, tenant, refs[i].block, refs[i].address);
		if (!address || !fits (refs[i].id, address->id))
			failures |= CAN (NOT_FOUND);
		else if (address->state == MODEL_RESTING && !resting_will_do)
			failures |= CAN (LOCKED);
	}
	return failures;
}

static guint
find_pair (model *self, const model_address *local, const model_address *global)
{
	for (guint i = 0; i < self->data.pairs->len; i++) {
		const model_pair *pair = AT (self->data.pairs, model_pair, i);
		if (same (pair->local_block, local->block) && pair->local == local->value &&
		    same (pair->global_block, global->block) && pair->global == global->value)
			return i;
	}
	return G_MAXUINT;
}

model_outcome
model_nat_add (model *self, const ip_driver_nat_args *args)
{
	model_outcome failures = check_refs (self, args->tenant, args->locals, args->local_count, FALSE) |
	                         check_refs (self, args->tenant, args->globals, args->global_count, FALSE);

	if (failures)
		return failures;
	for (size_t i = 0; i < args->local_count; i++) {
		for (size_t j = 0; j < args->global_count; j++) {
			const model_address *local =
				find_living (self, NULL, args->locals[i].block, args->locals[i].address);
			const model_address *global =
				find_living (self, NULL, args->globals[j].block, args->globals[j].address);
			model_pair pair = {local->block, global->block, local->value, global->value};
			if (find_pair (self, local, global) == G_MAXUINT)
				g_array_append_val (self->data.pairs, pair);
		}
	}
	return MODEL_OK;
}

model_outcome
model_nat_remove (model *self, const ip_driver_nat_args *args)
{
	/* The single one that must be known; of two singles, the local. */
	gboolean of_local = args->local_count == 1;
	const ip_driver_address_ref *single = of_local ? args->locals : args->globals;
	const ip_driver_address_ref *others = of_local ? args->globals : args->locals;
	size_t count = of_local ? args->global_count : args->local_count;
	model_outcome failures = check_refs (self, args->tenant, single, 1, TRUE);
	model_outcome outcome = failures ? failures : MODEL_OK;

	/* A pair that does not exist is no failure; a block that does not exist may be one. */
	for (size_t j = 0; j < count; j++)
		outcome |= model_find_block (self, others[j].block) ? 0 : CAN (NOT_FOUND);
	if (!goes_on (self, outcome))
		return outcome;
	const model_address *known = find_living (self, NULL, single->block, single->address);
	for (guint i = self->data.pairs->len; i-- > 0;) {
		const model_pair *pair = AT (self->data.pairs, model_pair, i);
		const char *own_block = of_local ? pair->local_block : pair->global_block;
		const char *other_block = of_local ? pair->global_block : pair->local_block;
		model_value own = of_local ? pair->local : pair->global;
		model_value other = of_local ? pair->global : pair->local;
		gboolean ends = count == 0;

		if (!same (own_block, known->block) || own != known->value)
			continue;
		for (size_t j = 0; j < count; j++)
			ends = ends ||
			       (same (others[j].block, other_block) && parse_ip (others[j].address).value == other);
		if (ends)
			g_array_remove_index (self->data.pairs, i);
	}
	return outcome;
}

static model_outcome
list_partners (model *self, const ip_driver_nat_list_args *args, gboolean of_local, GString *out)
{
	const model_address *known = find_living (self, args->tenant, args->block, args->address);
	g_autoptr (GPtrArray) list = living (self);

	if (!seen_block (self, args->tenant, args->block))
		return CAN (NOT_FOUND);
	/* The contract does not say whether an unknown address has no partners or is an error. */
	if (!known)
		return CAN (NOT_FOUND) | MODEL_OK;
	for (guint i = 0; i < list->len; i++) {
		const model_address *other = g_ptr_array_index (list, i);
		if ((of_local ? find_pair (self, known, other) : find_pair (self, other, known)) != G_MAXUINT)
			put_address (self, other, out);
	}
	return MODEL_OK;
}

model_outcome
model_nat_list_globals (model *self, const ip_driver_nat_list_args *args, GString *out)
{
	return list_partners (self, args, TRUE, out);
}

model_outcome
model_nat_list_locals (model *self, const ip_driver_nat_list_args *args, GString *out)
{
	return list_partners (self, args, FALSE, out);
}

static void
put_lease (model *self, const model_address *address, GString *out)
{
	ip_driver_lease view = {
		.size = sizeof view,
		.block = address->block,
		.address = model_address_text (self, address),
		.mac = address->lease_mac,
		.client_id = address->lease_client,
		.hostname = address->lease_hostname,
		.leased_until = 1,
	};
	render_lease (out, &view);
}

model_outcome
model_lease_grant (model *self, const ip_driver_lease_grant_args *args, GString *out)
{
	model_address *address = find_living (self, args->tenant, args->block, args->address);

	if (!address)
		return CAN (NOT_FOUND);
	if (address->state == MODEL_RESTING)
		return CAN (LOCKED) | (address->free_at <= self->now ? CAN (NOT_FOUND) : 0);
	address->leased = TRUE;
	address->leased_until =
		args->duration == UINT32_MAX ? G_MAXINT64 : self->now + (gint64)args->duration * MODEL_SECOND;
	address->lease_mac = args->mac ? format_mac (self, parse_mac (args->mac)) : NULL;
	address->lease_client = keep (self, args->client_id);
	address->lease_hostname = keep (self, args->hostname);
	put_lease (self, address, out);
	return MODEL_OK;
}

static void
end_lease (model_address *address)
{
	address->leased = FALSE;
	address->leased_until = 0;
	address->lease_mac = address->lease_client = address->lease_hostname = NULL;
}

model_outcome
model_lease_release (model *self, const char *tenant, const char *block, const char *text)
{
	model_address *address = find_living (self, tenant, block, text);

	if (!address || !address->leased)
		return CAN (NOT_FOUND);
	end_lease (address);
	if (address->state == MODEL_RESTING)
		address->free_at = address->released_at + self->quarantine * MODEL_SECOND;
	return MODEL_OK;
}

model_outcome
model_lease_get (model *self, const char *tenant, const char *block, const char *text, GString *out)
{
	const model_address *address = find_living (self, tenant, block, text);

	if (!address || !address->leased)
		return CAN (NOT_FOUND);
	put_lease (self, address, out);
	return MODEL_OK;
}

model_outcome
model_lease_list (model *self, const ip_driver_lease_list_args *args, GString *out)
{
	g_autoptr (GPtrArray) list = living (self);

	if (args->block && !seen_block (self, args->tenant, args->block))
		return CAN (NOT_FOUND);
	for (guint i = 0; i < list->len; i++) {
		const model_address *address = g_ptr_array_index (list, i);
		if (address->leased && fits (args->block, address->block) &&
		    fits (args->tenant, model_find_block (self, address->block)->tenant) &&
		    (args->expired_at == 0 || address->leased_until <= self->now))
			put_lease (self, address, out);
	}
	return MODEL_OK;
}

model_outcome
model_lease_expire (model *self, const ip_driver_lease_expire_args *args, GString *out)
{
	g_autoptr (GPtrArray) list = living (self);

	if (args->block && !seen_block (self, args->tenant, args->block))
		return CAN (NOT_FOUND);
	for (guint i = 0; i < list->len; i++) {
		model_address *address = g_ptr_array_index (list, i);
		if (!address->leased || !fits (args->block, address->block) ||
		    !fits (args->tenant, model_find_block (self, address->block)->tenant) ||
		    address->leased_until > self->now)
			continue;
		put_lease (self, address, out);
		end_lease (address);
		if (args->flags & IP_DRIVER_LEASE_EXPIRE_DEALLOCATE)
			release (self, address);
	}
	return MODEL_OK;
}
