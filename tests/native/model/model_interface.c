/* The model's networks, interfaces and MAC ranges. */
#include "parts.h"

void
put_allocation (model *self, const model_address *address, GString *out)
{
	g_autoptr (GPtrArray) routes = g_ptr_array_new_with_free_func (g_free);
	ip_driver_block block;
	ip_driver_address view;

	describe_block (self, model_find_block (self, address->block), &block);
	describe_address (self, address, &view);
	for (guint i = 0; i < self->data.routes->len; i++) {
		const model_route *route = AT (self->data.routes, model_route, i);
		if (!same (route->block, address->block))
			continue;
		ip_driver_route one = {
			.size = sizeof one,
			.id = route->id,
			.destination = route->destination,
			.netmask = route->netmask,
			.gateway = route->gateway,
		};
		g_ptr_array_add (routes, g_memdup2 (&one, sizeof one));
	}
	ip_driver_allocation allocation = {
		.size = sizeof allocation,
		.address = &view,
		.network = block.network,
		.cidr = block.cidr,
		.gateway = block.gateway,
		.broadcast = block.broadcast,
		.netmask = block.netmask,
		.dns1 = block.dns1,
		.dns2 = block.dns2,
		.route_count = routes->len,
		.routes = (ip_driver_route **)routes->pdata,
	};
	render_allocation (out, &allocation);
}

static void
put_interface (model *self, const model_interface *interface, GString *out)
{
	g_autoptr (GPtrArray) list = living (self);
	ip_driver_interface view = {
		.size = sizeof view,
		.id = interface->id,
		.tenant = interface->tenant,
		.device = interface->device,
		.mac = interface->mac,
	};

	render_interface (out, &view);
	g_string_truncate (out, out->len - 1);
	for (guint i = 0; i < list->len; i++) {
		const model_address *address = g_ptr_array_index (list, i);
		if (address->state != MODEL_ALLOCATED || !same (address->interface, interface->id))
			continue;
		g_string_append (out, " [");
		put_allocation (self, address, out);
		g_string_truncate (out, out->len - 1);
		g_string_append_c (out, ']');
	}
	g_string_append_c (out, '\n');
}

gboolean
interface_network (model *self, const char *interface, const char **ret)
{
	for (guint i = 0; i < self->data.addresses->len; i++) {
		const model_address *address = AT (self->data.addresses, model_address, i);
		if (address->state == MODEL_ALLOCATED && same (address->interface, interface)) {
			*ret = model_find_block (self, address->block)->network;
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean
is_mac_used (model *self, guint64 mac)
{
	for (guint i = 0; i < self->data.interfaces->len; i++) {
		const model_interface *interface = AT (self->data.interfaces, model_interface, i);
		if (interface->mac && parse_mac (interface->mac) == mac)
			return TRUE;
	}
	return FALSE;
}

/* The entry of a MAC that was given back to a range; NULL: it is none. */
static model_mac_rest *
find_rest (model *self, const char *range, guint64 mac)
{
	for (guint i = 0; i < self->data.mac_rests->len; i++) {
		model_mac_rest *rest = AT (self->data.mac_rests, model_mac_rest, i);
		if (fits (range, rest->range) && rest->mac == mac)
			return rest;
	}
	return NULL;
}

static void
drop_rest (model *self, guint64 mac)
{
	model_mac_rest *rest = find_rest (self, NULL, mac);

	if (rest)
		g_array_remove_index (self->data.mac_rests,
		                      (guint)(rest - AT (self->data.mac_rests, model_mac_rest, 0)));
}

static void
give_back_mac (model *self, guint64 mac)
{
	for (guint i = 0; i < self->data.mac_ranges->len; i++) {
		const model_mac_range *range = AT (self->data.mac_ranges, model_mac_range, i);
		model_mac_rest rest = {range->id, mac, self->now};
		if (mac >= range->first && mac <= range->last)
			g_array_append_val (self->data.mac_rests, rest);
	}
}

/* The next MAC of the oldest range that has one. */
static model_outcome
next_mac (model *self, const char **ret)
{
	*ret = NULL;
	for (guint i = 0; i < self->data.mac_ranges->len; i++) {
		const model_mac_range *range = AT (self->data.mac_ranges, model_mac_range, i);
		const model_mac_rest *best = NULL;
		for (guint64 mac = range->first; mac <= range->last; mac++) {
			if (!is_mac_used (self, mac) && !find_rest (self, range->id, mac)) {
				*ret = format_mac (self, mac);
				return MODEL_OK;
			}
		}
		for (guint j = 0; j < self->data.mac_rests->len; j++) {
			const model_mac_rest *rest = AT (self->data.mac_rests, model_mac_rest, j);
			if (same (rest->range, range->id) && (!best || rest->since < best->since ||
			                                      (rest->since == best->since && rest->mac < best->mac)))
				best = rest;
		}
		if (best) {
			*ret = format_mac (self, best->mac);
			drop_rest (self, best->mac);
			return MODEL_OK;
		}
	}
	return self->data.mac_ranges->len > 0 ? CAN (EXHAUSTED) : MODEL_OK;
}

static model_outcome
make_interface (model *self, const char *id, const char *device, const char *mac, const char *tenant, gboolean hold,
                const char **ret)
{
	model_interface interface = {
		.id = keep (self, id),
		.tenant = keep (self, tenant),
		.device = keep (self, device),
		.hold = hold,
	};
	model_outcome failures = 0;

	*ret = NULL;
	if (id && model_find_interface (self, id))
		failures |= CAN (DUPLICATE);
	if (mac && is_mac_used (self, parse_mac (mac)))
		failures |= CAN (DUPLICATE);
	if (mac) {
		interface.mac = format_mac (self, parse_mac (mac));
		drop_rest (self, parse_mac (mac));
	} else {
		failures |= next_mac (self, &interface.mac) & ~MODEL_OK;
	}
	if (failures)
		return failures;
	if (!id) {
		interface.id = "(none)";
		if (self->interface_ids->len > 0) {
			interface.id = keep (self, g_ptr_array_index (self->interface_ids, 0));
			g_ptr_array_remove_index (self->interface_ids, 0);
		}
	}
	g_array_append_val (self->data.interfaces, interface);
	*ret = interface.id;
	return MODEL_OK;
}

model_outcome
ensure_interface (model *self, const char *id, const char *device, const char *mac, const char *tenant,
                  const char *network, gboolean hold, const char **ret)
{
	const model_interface *interface = id ? model_find_interface (self, id) : NULL;
	model_outcome failures = 0;
	const char *there;

	*ret = NULL;
	if (!id && !device && !mac)
		return MODEL_OK;
	if (!interface)
		return make_interface (self, id, device, mac, tenant, hold, ret);
	*ret = interface->id;
	if (!same (interface->tenant, tenant))
		failures |= CAN (DUPLICATE);
	if (interface_network (self, id, &there) && !same (there, network))
		failures |= CAN (NOT_ALLOWED);
	return failures ? failures : MODEL_OK;
}

void
confirm_interface (model *self, const char *id)
{
	model_find_interface (self, id)->hold = FALSE;
}

/* Takes an interface away: its MAC, its allowances, itself. Its addresses are the caller's. */
static void
drop_interface (model *self, const char *id)
{
	model_interface *interface = model_find_interface (self, id);

	if (interface->mac)
		give_back_mac (self, parse_mac (interface->mac));
	g_array_remove_index (self->data.interfaces,
	                      (guint)(interface - AT (self->data.interfaces, model_interface, 0)));
	for (guint i = self->data.allowances->len; i-- > 0;) {
		if (same (AT (self->data.allowances, model_allowance, i)->interface, id))
			end_allowance (self, i);
	}
}

void
end_idle_hold (model *self, const char *id)
{
	const model_interface *interface = model_find_interface (self, id);
	const char *network;

	if (interface && interface->hold && !interface_network (self, id, &network))
		drop_interface (self, id);
}

static void
remove_interface (model *self, const char *id)
{
	/* First the allowances: an own address that was allowed goes with its interface all the same. */
	drop_interface (self, id);
	for (guint i = 0; i < self->data.addresses->len; i++) {
		model_address *address = AT (self->data.addresses, model_address, i);
		if (address->state == MODEL_ALLOCATED && same (address->interface, id))
			release (self, address);
	}
}

static gboolean
has_blocks (model *self, const char *tenant, const char *network)
{
	for (guint i = 0; i < self->data.blocks->len; i++) {
		const model_block *block = AT (self->data.blocks, model_block, i);
		if (same (block->network, network) && fits (tenant, block->tenant))
			return TRUE;
	}
	return FALSE;
}

model_outcome
model_network_get (model *self, const ip_driver_network_get_args *args, GString *out)
{
	ip_driver_block_list_args list = IP_DRIVER_BLOCK_LIST_ARGS_INIT;

	if (!has_blocks (self, args->tenant, args->network))
		return CAN (NOT_FOUND);
	list.tenant = args->tenant;
	list.network = args->network;
	return model_block_list (self, &list, out);
}

/* The tenant's block of a network that has none. */
static model_outcome
make_default_block (model *self, const char *tenant, const char *network)
{
	ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;

	if (has_blocks (self, tenant, network))
		return MODEL_OK;
	if (!tenant)
		return CAN (NOT_FOUND) | CAN (INVALID);
	if (!self->default_cidr)
		return CAN (NOT_FOUND);
	args.tenant = tenant;
	args.network = network;
	args.cidr = self->default_cidr;
	args.type = IP_DRIVER_BLOCK_PRIVATE;
	return model_block_create (self, &args, NULL);
}

/* Blocks of the tenant in the network that contain the address, or (NULL) are of the version. leaves:
 * those without subnets. */
static GArray *
blocks_of (model *self, const char *tenant, const char *network, const char *address, int version, gboolean leaves)
{
	GArray *list = g_array_new (FALSE, FALSE, sizeof (const char *));

	for (guint i = 0; i < self->data.blocks->len; i++) {
		const model_block *block = AT (self->data.blocks, model_block, i);
		if (same (block->network, network) && fits (tenant, block->tenant) &&
		    (address ? in_block (block, parse_ip (address)) : block->version == version) &&
		    has_subnets (self, block->id) != leaves)
			g_array_append_val (list, block->id);
	}
	return list;
}

static model_outcome
take_wanted (model *self, const char *tenant, const char *network, const char *text, const model_owner *owner,
             model_taken *ret)
{
	g_autoptr (GArray) leaves = blocks_of (self, tenant, network, text, 0, TRUE);
	g_autoptr (GArray) others = blocks_of (self, tenant, network, text, 0, FALSE);

	if (leaves->len == 0)
		return CAN (NOT_IN_BLOCK) | (others->len > 0 ? CAN (NOT_ALLOWED) : 0);
	ret->block = *AT (leaves, const char *, 0);
	return take_given (self, ret->block, owner, text, &ret->value);
}

static model_outcome
take_of_family (model *self, const char *tenant, const char *network, int version, const model_owner *owner,
                model_taken *ret)
{
	g_autoptr (GArray) leaves = blocks_of (self, tenant, network, NULL, version, TRUE);
	model_outcome outcome = CAN (EXHAUSTED);

	for (guint i = 0; i < leaves->len && outcome == CAN (EXHAUSTED); i++) {
		ret->block = *AT (leaves, const char *, i);
		outcome = take_next (self, ret->block, owner, &ret->value);
	}
	return outcome;
}

model_outcome
allocate_on_network (model *self, const char *tenant, const char *network, const char *const *addresses, size_t count,
                     model_owner *owner, GArray *ret_addresses)
{
	g_autoptr (GArray) leaves4 = blocks_of (self, tenant, network, NULL, 4, TRUE);
	g_autoptr (GArray) leaves6 = blocks_of (self, tenant, network, NULL, 6, TRUE);
	model_outcome failures = 0;
	gboolean some = FALSE;
	const char *there;

	if (owner->interface && interface_network (self, owner->interface, &there) && !same (there, network))
		failures |= CAN (NOT_ALLOWED);
	if (leaves4->len + leaves6->len == 0)
		return failures | CAN (NOT_ALLOWED) | (count > 0 ? CAN (NOT_IN_BLOCK) : 0);
	for (size_t i = 0; i < count; i++) {
		model_taken taken;
		model_outcome one = take_wanted (self, tenant, network, addresses[i], owner, &taken);
		failures |= one & ~MODEL_OK;
		if (one == MODEL_OK)
			g_array_append_val (ret_addresses, taken);
	}
	for (int version = 4; count == 0 && version <= 6; version += 2) {
		model_taken taken;
		model_outcome one = take_of_family (self, tenant, network, version, owner, &taken);
		if (one == MODEL_OK) {
			some = TRUE;
			g_array_append_val (ret_addresses, taken);
		} else {
			/* Full and without MAC may count as either. */
			failures |= one == CAN (EXHAUSTED)                     ? 0
			            : one == (CAN (EXHAUSTED) | CAN (INVALID)) ? CAN (INVALID) | MODEL_OK
			                                                       : one;
		}
	}
	if (count == 0 && !some)
		return (failures & ~MODEL_OK) | CAN (EXHAUSTED);
	return failures ? failures : MODEL_OK;
}

model_outcome
model_network_allocate (model *self, const ip_driver_network_allocate_args *args, GString *out)
{
	g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (model_taken));
	g_autoptr (GString) asked = g_string_new (NULL);
	model_owner owner = {.hold = args->hold > 0};
	model_outcome outcome = MODEL_OK;
	model_data before;

	if (args->request_key) {
		g_string_printf (asked, "network %s %s", args->network, args->interface);
		for (size_t i = 0; i < args->address_count; i++)
			g_string_append_printf (asked, " %s", args->addresses[i]);
		const char *before_that = asked_with (self, args->tenant, args->request_key);
		if (same (before_that, asked->str)) {
			g_autoptr (GPtrArray) list = living (self);
			for (guint i = 0; i < list->len; i++) {
				const model_address *address = g_ptr_array_index (list, i);
				if (same (address->key, args->request_key) && same (address->key_tenant, args->tenant))
					put_allocation (self, address, out);
			}
			return MODEL_OK;
		}
		if (before_that)
			outcome = CAN (DUPLICATE);
		owner.key = keep (self, args->request_key);
		owner.key_tenant = keep (self, args->tenant);
		owner.asked = keep (self, asked->str);
	}
	before = begin (self);
	model_outcome made = make_default_block (self, args->tenant, args->network);
	if (made != MODEL_OK)
		return finish (self, &before, combine (outcome, made));
	owner.tenant = keep (self, args->used_by_tenant ? args->used_by_tenant : args->tenant);
	g_assert (owner.tenant);
	outcome = combine (outcome, ensure_interface (self, args->interface, args->device, args->mac, owner.tenant,
	                                              args->network, owner.hold, &owner.interface));
	if (owner.interface)
		owner.mac = model_find_interface (self, owner.interface)->mac;
	outcome = combine (outcome, allocate_on_network (self, args->tenant, args->network, args->addresses,
	                                                 args->address_count, &owner, taken));
	for (guint i = 0; goes_on (self, outcome) && i < taken->len; i++) {
		const model_taken *one = &g_array_index (taken, model_taken, i);
		put_allocation (self, model_find_address (self, one->block, one->value), out);
	}
	return finish (self, &before, outcome);
}

model_outcome
model_network_list (model *self, const ip_driver_network_list_args *args, GString *out)
{
	g_autoptr (GPtrArray) list = living (self);

	if (!has_blocks (self, args->tenant, args->network) || !model_find_interface (self, args->interface))
		return CAN (NOT_FOUND);
	for (guint i = 0; i < list->len; i++) {
		const model_address *address = g_ptr_array_index (list, i);
		const model_block *block = model_find_block (self, address->block);
		if (address->state == MODEL_ALLOCATED && same (address->interface, args->interface) &&
		    same (block->network, args->network) && fits (args->tenant, block->tenant))
			put_allocation (self, address, out);
	}
	return MODEL_OK;
}

model_outcome
model_network_deallocate (model *self, const char *tenant, const char *network, const char *interface)
{
	if (!has_blocks (self, tenant, network) || !model_find_interface (self, interface))
		return CAN (NOT_FOUND);
	for (guint i = 0; i < self->data.addresses->len; i++) {
		model_address *address = AT (self->data.addresses, model_address, i);
		const model_block *block = model_find_block (self, address->block);
		if (address->state == MODEL_ALLOCATED && same (address->interface, interface) &&
		    same (block->network, network) && fits (tenant, block->tenant))
			release (self, address);
	}
	return MODEL_OK;
}

/* Makes an interface with its addresses; the caller undoes it if it fails. */
static model_outcome
create_interface (model *self, const ip_driver_interface_create_args *args, const char *tenant, const char *device,
                  const char **ret)
{
	g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (model_taken));
	model_outcome outcome = make_interface (self, args->id, device, args->mac, tenant, args->hold > 0, ret);
	model_owner owner = {.tenant = keep (self, tenant), .interface = *ret, .hold = args->hold > 0};

	if (*ret)
		owner.mac = model_find_interface (self, *ret)->mac;
	for (size_t i = 0; i < args->network_count; i++) {
		const ip_driver_interface_network *network = &args->networks[i];
		const char *owned_by = network->tenant ? network->tenant : tenant;
		model_outcome one = make_default_block (self, owned_by, network->network);
		if (one == MODEL_OK)
			one = allocate_on_network (self, owned_by, network->network, network->addresses,
			                           network->address_count, &owner, taken);
		outcome = combine (outcome, one);
		for (size_t j = 0; j < i; j++) {
			if (!same (args->networks[j].network, network->network))
				outcome = combine (outcome, CAN (NOT_ALLOWED));
		}
	}
	return outcome;
}

model_outcome
model_interface_create (model *self, const ip_driver_interface_create_args *args, GString *out)
{
	g_autoptr (GString) asked = g_string_new (NULL);
	model_outcome outcome = MODEL_OK;
	const char *id;

	if (args->request_key) {
		g_string_printf (asked, "interface %s", args->id);
		for (size_t i = 0; i < args->network_count; i++) {
			g_string_append_printf (asked, " %s", args->networks[i].network);
			for (size_t j = 0; j < args->networks[i].address_count; j++)
				g_string_append_printf (asked, " %s", args->networks[i].addresses[j]);
		}
		const char *before_that = asked_with (self, args->tenant, args->request_key);
		for (guint i = 0; same (before_that, asked->str) && i < self->data.interfaces->len; i++) {
			const model_interface *interface = AT (self->data.interfaces, model_interface, i);
			if (same (interface->key, args->request_key) && same (interface->tenant, args->tenant)) {
				put_interface (self, interface, out);
				/* Whether a call for another device is the same call the contract leaves open. */
				return MODEL_OK | (same (interface->device, args->device) ? 0 : CAN (DUPLICATE));
			}
		}
		if (before_that)
			outcome = CAN (DUPLICATE);
	}
	model_data before = begin (self);
	outcome = combine (outcome, create_interface (self, args, args->tenant, args->device, &id));
	if (goes_on (self, outcome)) {
		model_interface *interface = model_find_interface (self, id);
		if (args->request_key) {
			interface->key = keep (self, args->request_key);
			interface->asked = keep (self, asked->str);
		}
		put_interface (self, interface, out);
	}
	return finish (self, &before, outcome);
}

model_outcome
model_interface_get (model *self, const char *tenant, const char *id, GString *out)
{
	const model_interface *interface = model_find_interface (self, id);

	if (!interface || !fits (tenant, interface->tenant))
		return CAN (NOT_FOUND);
	put_interface (self, interface, out);
	return MODEL_OK;
}

model_outcome
model_interface_delete (model *self, const char *tenant, const char *id)
{
	const model_interface *interface = model_find_interface (self, id);

	if (!interface || !fits (tenant, interface->tenant))
		return CAN (NOT_FOUND);
	remove_interface (self, id);
	return MODEL_OK;
}

model_outcome
model_interface_list (model *self, const ip_driver_interface_list_args *args, GString *out)
{
	for (guint i = 0; i < self->data.interfaces->len; i++) {
		const model_interface *interface = AT (self->data.interfaces, model_interface, i);
		if (fits (args->tenant, interface->tenant) && fits (args->device, interface->device))
			put_interface (self, interface, out);
	}
	return MODEL_OK;
}

model_outcome
model_interface_delete_all (model *self, const char *tenant, const char *device)
{
	for (guint i = 0; i < self->data.interfaces->len;) {
		const model_interface *interface = AT (self->data.interfaces, model_interface, i);
		if (fits (tenant, interface->tenant) && same (device, interface->device))
			remove_interface (self, interface->id);
		else
			i++;
	}
	return MODEL_OK;
}

model_outcome
model_interface_replace_all (model *self, const ip_driver_interface_replace_all_args *args, GString *out)
{
	g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (const char *));
	model_outcome outcome = MODEL_OK;
	model_data before = begin (self);

	model_interface_delete_all (self, args->tenant, args->device);
	for (size_t i = 0; i < args->interface_count; i++) {
		const char *id;
		outcome = combine (outcome,
		                   create_interface (self, args->interfaces[i], args->tenant, args->device, &id));
		if (id)
			g_array_append_val (ids, id);
	}
	for (guint i = 0; goes_on (self, outcome) && i < ids->len; i++)
		put_interface (self, model_find_interface (self, *AT (ids, const char *, i)), out);
	return finish (self, &before, outcome);
}

static void
put_mac_range (model *self, const model_mac_range *range, GString *out)
{
	g_autofree char *cidr = g_strdup_printf ("%s/%d", format_mac (self, range->first), range->prefix);
	ip_driver_mac_range view = {.size = sizeof view, .id = range->id, .cidr = cidr};

	render_mac_range (out, &view);
}

model_outcome
model_mac_range_create (model *self, const ip_driver_mac_range_create_args *args, GString *out)
{
	model_mac_range range = {.id = keep (self, args->id), .prefix = atoi (strchr (args->cidr, '/') + 1)};
	guint64 mac = parse_mac (args->cidr);
	model_outcome failures = 0;

	range.first = mac >> (48 - range.prefix) << (48 - range.prefix);
	range.last = range.first + ((1ull << (48 - range.prefix)) - 1);
	for (guint i = 0; i < self->data.mac_ranges->len; i++) {
		const model_mac_range *other = AT (self->data.mac_ranges, model_mac_range, i);
		if (other->first <= range.last && range.first <= other->last)
			failures |= CAN (NOT_ALLOWED);
		if (same (other->id, range.id))
			failures |= CAN (DUPLICATE);
	}
	if (failures)
		return failures;
	g_array_append_val (self->data.mac_ranges, range);
	put_mac_range (self, &range, out);
	return MODEL_OK;
}

model_outcome
model_mac_range_get (model *self, const char *id, GString *out)
{
	for (guint i = 0; i < self->data.mac_ranges->len; i++) {
		const model_mac_range *range = AT (self->data.mac_ranges, model_mac_range, i);
		if (same (range->id, id)) {
			put_mac_range (self, range, out);
			return MODEL_OK;
		}
	}
	return CAN (NOT_FOUND);
}

model_outcome
model_mac_range_list (model *self, GString *out)
{
	for (guint i = 0; i < self->data.mac_ranges->len; i++)
		put_mac_range (self, AT (self->data.mac_ranges, model_mac_range, i), out);
	return MODEL_OK;
}

model_outcome
model_mac_range_delete (model *self, const char *id)
{
	for (guint i = 0; i < self->data.mac_ranges->len; i++) {
		if (!same (AT (self->data.mac_ranges, model_mac_range, i)->id, id))
			continue;
		g_array_remove_index (self->data.mac_ranges, i);
		for (guint j = self->data.mac_rests->len; j-- > 0;) {
			if (same (AT (self->data.mac_rests, model_mac_rest, j)->range, id))
				g_array_remove_index (self->data.mac_rests, j);
		}
		return MODEL_OK;
	}
	return CAN (NOT_FOUND);
}
