/* The model's blocks, subnets, usage and routes. */
#include <arpa/inet.h>

#include "parts.h"

void
describe_block (model *self, const model_block *block, ip_driver_block *ret)
{
	model_value mask = ~(block->first ^ block->last);
	g_autofree char *prefix = g_strdup_printf ("%d", block->prefix);

	*ret = (ip_driver_block){
		.size = sizeof *ret,
		.id = block->id,
		.tenant = block->tenant,
		.network = block->network,
		.cidr = format_cidr (self, block->version, block->first, block->prefix),
		.gateway = block->gateway,
		.broadcast = model_value_text (self, block->version, block->last),
		.netmask = block->version == 4 ? model_value_text (self, 4, mask) : keep (self, prefix),
		.dns1 = block->dns1,
		.dns2 = block->dns2,
		.policy = block->policy,
		.parent = block->parent,
		.type = block->type,
		.version = block->version,
		.prefix_length = block->prefix,
	};
}

static void
put_block (model *self, const model_block *block, GString *out)
{
	ip_driver_block view;

	describe_block (self, block, &view);
	render_block (out, &view);
}

static model_outcome
check_references (model *self, const char *id, const char *policy, const char *gateway, int version)
{
	model_outcome failures = 0;

	if (id && model_find_block (self, id))
		failures |= CAN (DUPLICATE);
	if (policy && model_policy_get (self, NULL, policy, NULL) != MODEL_OK)
		failures |= CAN (NOT_FOUND);
	if (gateway && parse_ip (gateway).version != version)
		failures |= CAN (INVALID);
	return failures;
}

static const char *
canonical (model *self, const char *address)
{
	if (!address)
		return NULL;
	model_ip ip = parse_ip (address);
	return model_value_text (self, ip.version, ip.value);
}

model_outcome
model_block_create (model *self, const ip_driver_block_create_args *args, GString *out)
{
	model_block block = {
		.tenant = keep (self, args->tenant),
		.network = keep (self, args->network),
		.gateway = canonical (self, args->gateway),
		.dns1 = args->dns1 ? canonical (self, args->dns1) : self->dns1,
		.dns2 = args->dns2 ? canonical (self, args->dns2) : self->dns2,
		.policy = keep (self, args->policy),
		.type = args->type,
	};
	model_outcome failures;

	parse_cidr (args->cidr, &block.version, &block.prefix, &block.first, &block.last);
	failures = check_references (self, args->id, args->policy, args->gateway, block.version);
	failures |= check_network (self, args->network, block.type, TRUE, block.version, block.first, block.last, NULL);
	for (guint i = 0; block.type == IP_DRIVER_BLOCK_PUBLIC && i < self->data.blocks->len; i++) {
		const model_block *other = AT (self->data.blocks, model_block, i);
		if (!other->parent && other->type == IP_DRIVER_BLOCK_PUBLIC && other->version == block.version &&
		    other->first <= block.last && block.first <= other->last)
			failures |= CAN (NOT_ALLOWED);
	}
	if (failures)
		return failures;
	if (args->id)
		block.id = keep (self, args->id);
	else if (g_hash_table_contains (self->block_ids, args->network))
		block.id = keep (self, g_hash_table_lookup (self->block_ids, args->network));
	else
		block.id = "(made for a call that the driver refused)";
	g_array_append_val (self->data.blocks, block);
	if (out)
		put_block (self, &block, out);
	return MODEL_OK;
}

model_outcome
model_block_get (model *self, const char *tenant, const char *id, GString *out)
{
	const model_block *block = seen_block (self, tenant, id);

	if (!block)
		return CAN (NOT_FOUND);
	put_block (self, block, out);
	return MODEL_OK;
}

model_outcome
model_block_list (model *self, const ip_driver_block_list_args *args, GString *out)
{
	for (guint i = 0; i < self->data.blocks->len; i++) {
		const model_block *block = AT (self->data.blocks, model_block, i);
		if (fits (args->tenant, block->tenant) && fits (args->network, block->network) &&
		    (args->type == IP_DRIVER_BLOCK_ANY || args->type == block->type) &&
		    (!(args->flags & IP_DRIVER_BLOCK_LIST_ROOTS) || !block->parent))
			put_block (self, block, out);
	}
	return MODEL_OK;
}

/* The block, or a block that it was carved from. */
static gboolean
is_below (model *self, const char *id, const char *ancestor)
{
	for (; id; id = model_find_block (self, id)->parent) {
		if (same (id, ancestor))
			return TRUE;
	}
	return FALSE;
}

/* Whether a network suits the addresses, subnets, parent and other blocks. */
static model_outcome
check_new_network (model *self, const model_block *block, const char *network)
{
	model_outcome failures = 0;

	for (guint i = 0; i < self->data.addresses->len; i++) {
		const model_address *address = AT (self->data.addresses, model_address, i);
		if (address->state != MODEL_FREE && is_below (self, address->block, block->id))
			failures |= CAN (NOT_ALLOWED);
	}
	for (guint i = 0; network && i < self->data.blocks->len; i++) {
		const model_block *child = AT (self->data.blocks, model_block, i);
		if (same (child->parent, block->id) && !same (child->network, network))
			failures |= CAN (NOT_ALLOWED);
	}
	if (block->parent) {
		const char *above = model_find_block (self, block->parent)->network;
		if (above && !same (above, network))
			failures |= CAN (NOT_ALLOWED);
	}
	return failures | check_network (self, network, block->type, is_top_level (self, block), block->version,
	                                 block->first, block->last, block->id);
}

model_outcome
model_block_update (model *self, const ip_driver_block_update_args *args, GString *out)
{
	model_block *block = seen_block (self, args->tenant, args->id);
	model_outcome failures;

	if (!block)
		return CAN (NOT_FOUND);
	failures = check_references (self, NULL, args->set & IP_DRIVER_BLOCK_SET_POLICY ? args->policy : NULL,
	                             args->set & IP_DRIVER_BLOCK_SET_GATEWAY ? args->gateway : NULL, block->version);
	if ((args->set & IP_DRIVER_BLOCK_SET_NETWORK) && !same (args->network, block->network))
		failures |= check_new_network (self, block, args->network);
	if (failures)
		return failures;
	if (args->set & IP_DRIVER_BLOCK_SET_NETWORK)
		block->network = keep (self, args->network);
	if (args->set & IP_DRIVER_BLOCK_SET_GATEWAY)
		block->gateway = canonical (self, args->gateway);
	if (args->set & IP_DRIVER_BLOCK_SET_DNS1)
		block->dns1 = canonical (self, args->dns1);
	if (args->set & IP_DRIVER_BLOCK_SET_DNS2)
		block->dns2 = canonical (self, args->dns2);
	if (args->set & IP_DRIVER_BLOCK_SET_POLICY)
		block->policy = keep (self, args->policy);
	put_block (self, block, out);
	return MODEL_OK;
}

static void
drop_block (model *self, const char *id)
{
	g_autoptr (GArray) interfaces = g_array_new (FALSE, FALSE, sizeof (const char *));

	for (guint i = self->data.blocks->len; i-- > 0;) {
		const model_block *child = AT (self->data.blocks, model_block, i);
		if (same (child->parent, id)) {
			drop_block (self, child->id);
			/* Any number of elements may be gone. */
			i = self->data.blocks->len;
		}
	}
	for (guint i = self->data.pairs->len; i-- > 0;) {
		const model_pair *pair = AT (self->data.pairs, model_pair, i);
		if (same (pair->local_block, id) || same (pair->global_block, id))
			g_array_remove_index (self->data.pairs, i);
	}
	for (guint i = self->data.allowances->len; i-- > 0;) {
		if (same (AT (self->data.allowances, model_allowance, i)->block, id))
			g_array_remove_index (self->data.allowances, i);
	}
	for (guint i = self->data.routes->len; i-- > 0;) {
		if (same (AT (self->data.routes, model_route, i)->block, id))
			g_array_remove_index (self->data.routes, i);
	}
	for (guint i = self->data.addresses->len; i-- > 0;) {
		const model_address *address = AT (self->data.addresses, model_address, i);
		if (!same (address->block, id))
			continue;
		if (address->interface)
			g_array_append_val (interfaces, address->interface);
		g_array_remove_index (self->data.addresses, i);
	}
	for (guint i = self->data.blocks->len; i-- > 0;) {
		if (same (AT (self->data.blocks, model_block, i)->id, id))
			g_array_remove_index (self->data.blocks, i);
	}
	for (guint i = 0; i < interfaces->len; i++)
		end_idle_hold (self, *AT (interfaces, const char *, i));
}

model_outcome
model_block_delete (model *self, const char *tenant, const char *id)
{
	if (!seen_block (self, tenant, id))
		return CAN (NOT_FOUND);
	drop_block (self, id);
	return MODEL_OK;
}

model_outcome
model_block_usage (model *self, const char *tenant, const char *id, GString *out)
{
	const model_block *block = seen_block (self, tenant, id);
	gint64 allocated = 0, held = 0, quarantined = 0, excluded = 0, subnetted = 0, unused = 0;
	g_auto (GStrv) texts = g_new0 (char *, 8);

	if (!block)
		return CAN (NOT_FOUND);
	g_assert (block->last - block->first < 65536);
	for (guint i = 0; i < self->data.blocks->len; i++) {
		const model_block *child = AT (self->data.blocks, model_block, i);
		if (same (child->parent, id))
			subnetted += (gint64)(child->last - child->first) + 1;
	}
	for (model_value value = block->first; value <= block->last; value++) {
		const model_address *address = model_find_address (self, id, value);
		if (address && address->state == MODEL_ALLOCATED && !address->hold)
			allocated++;
		else if (address && address->state == MODEL_ALLOCATED)
			held++;
		else if (address && address->state == MODEL_RESTING && address->free_at > self->now)
			quarantined++;
		else if (subnetted == 0 && (is_reserved (self, block, value) || is_denied (self, block, value)))
			excluded++;
		else
			unused++;
	}
	gint64 counts[] = {(gint64)(block->last - block->first) + 1,
	                   allocated,
	                   held,
	                   quarantined,
	                   excluded,
	                   subnetted,
	                   unused - subnetted};
	for (int i = 0; i < 7; i++)
		texts[i] = g_strdup_printf ("%" G_GINT64_FORMAT, counts[i]);
	ip_driver_usage usage = {
		.size = sizeof usage,
		.total = texts[0],
		.allocated = texts[1],
		.held = texts[2],
		.quarantined = texts[3],
		.excluded = texts[4],
		.subnetted = texts[5],
		.free = texts[6],
	};
	render_usage (out, &usage);
	return MODEL_OK;
}

static gboolean
overlaps_sibling (model *self, const char *parent, model_value first, model_value last)
{
	for (guint i = 0; i < self->data.blocks->len; i++) {
		const model_block *other = AT (self->data.blocks, model_block, i);
		if (same (other->parent, parent) && other->first <= last && first <= other->last)
			return TRUE;
	}
	return FALSE;
}

/* The lowest free prefix of a length. The parent is small. */
static gboolean
find_subnet (model *self, const model_block *parent, int prefix, model_value *ret_first, model_value *ret_last)
{
	model_value first = parent->first, last;

	for (;;) {
		make_cidr (parent->version, prefix, first, &first, &last);
		if (!overlaps_sibling (self, parent->id, first, last)) {
			*ret_first = first;
			*ret_last = last;
			return TRUE;
		}
		if (last >= parent->last)
			return FALSE;
		first = last + 1;
	}
}

model_outcome
model_subnet_create (model *self, const ip_driver_subnet_create_args *args, GString *out)
{
	const model_block *parent = seen_block (self, args->tenant, args->block);
	model_outcome failures = 0;
	model_block block;

	if (args->cidr && args->gateway && parse_ip (args->gateway).version != (strchr (args->cidr, ':') ? 6 : 4))
		failures |= CAN (INVALID);
	if (!parent)
		return failures | CAN (NOT_FOUND);
	block = (model_block){
		.tenant = args->subnet_tenant ? keep (self, args->subnet_tenant) : parent->tenant,
		.network = args->network ? keep (self, args->network) : parent->network,
		.gateway = canonical (self, args->gateway),
		.dns1 = args->dns1 ? canonical (self, args->dns1) : parent->dns1,
		.dns2 = args->dns2 ? canonical (self, args->dns2) : parent->dns2,
		.policy = keep (self, args->policy),
		.parent = parent->id,
		.type = parent->type,
		.version = parent->version,
	};
	failures |= check_references (self, args->id, args->policy, args->gateway, parent->version);
	if (parent->network && !same (block.network, parent->network))
		failures |= CAN (NOT_ALLOWED);
	for (guint i = 0; i < self->data.addresses->len; i++) {
		const model_address *address = AT (self->data.addresses, model_address, i);
		if (same (address->block, parent->id) && address->state != MODEL_FREE)
			failures |= CAN (NOT_ALLOWED);
	}
	if (args->cidr) {
		int version;
		parse_cidr (args->cidr, &version, &block.prefix, &block.first, &block.last);
		if (version != parent->version || block.prefix <= parent->prefix || block.first < parent->first ||
		    block.last > parent->last)
			failures |= CAN (NOT_IN_BLOCK);
		else if (overlaps_sibling (self, parent->id, block.first, block.last))
			failures |= CAN (NOT_ALLOWED);
	} else {
		block.prefix = args->prefix_length;
		/* Which of them the contract does not say. */
		if (block.prefix <= parent->prefix || block.prefix > (parent->version == 4 ? 32 : 128))
			failures |= CAN (INVALID) | CAN (NOT_IN_BLOCK) | CAN (EXHAUSTED);
		else if (!find_subnet (self, parent, block.prefix, &block.first, &block.last))
			failures |= CAN (EXHAUSTED);
	}
	failures |= check_network (self, block.network, block.type, !parent->network, block.version, block.first,
	                           block.last, NULL);
	if (failures)
		return failures;
	/* What the parent knew about addresses that were used and are free ends. */
	for (guint i = self->data.addresses->len; i-- > 0;) {
		if (same (AT (self->data.addresses, model_address, i)->block, parent->id))
			g_array_remove_index (self->data.addresses, i);
	}
	block.id = keep (self, args->id);
	g_array_append_val (self->data.blocks, block);
	put_block (self, &block, out);
	return MODEL_OK;
}

model_outcome
model_subnet_list (model *self, const ip_driver_subnet_list_args *args, GString *out)
{
	if (!seen_block (self, args->tenant, args->block))
		return CAN (NOT_FOUND);
	for (guint i = 0; i < self->data.blocks->len; i++) {
		const model_block *block = AT (self->data.blocks, model_block, i);
		if (same (block->parent, args->block))
			put_block (self, block, out);
	}
	return MODEL_OK;
}

/* The prefix length of a netmask; -1 if it is none of that family. */
static int
netmask_prefix (const char *netmask, int version)
{
	if (!strchr (netmask, '.')) {
		int prefix = atoi (netmask);
		return prefix <= (version == 4 ? 32 : 128) ? prefix : -1;
	}
	if (version != 4)
		return -1;
	model_value mask = parse_ip (netmask).value;
	int prefix = 0;
	while (prefix < 32 && mask >> (31 - prefix) & 1)
		prefix++;
	return prefix;
}

/* Puts a route in form, or says that it is none. */
static model_outcome
settle_route (model *self, model_route *route)
{
	model_ip destination = parse_ip (route->destination);
	model_ip gateway = parse_ip (route->gateway);
	int prefix = route->netmask ? netmask_prefix (route->netmask, destination.version) : 0;

	if (gateway.version != destination.version || prefix < 0)
		return CAN (INVALID);
	if (route->netmask) {
		model_value last;
		g_autofree char *length = g_strdup_printf ("%d", prefix);
		if (prefix == 0)
			destination.value = 0;
		else
			make_cidr (destination.version, prefix, destination.value, &destination.value, &last);
		route->netmask = destination.version == 6
		                         ? keep (self, length)
		                         : model_value_text (self, 4, prefix == 0 ? 0 : G_MAXUINT32 << (32 - prefix));
	}
	route->destination = model_value_text (self, destination.version, destination.value);
	route->gateway = model_value_text (self, gateway.version, gateway.value);
	return MODEL_OK;
}

static void
put_route (const model_route *route, GString *out)
{
	ip_driver_route view = {
		.size = sizeof view,
		.id = route->id,
		.block = route->block,
		.destination = route->destination,
		.netmask = route->netmask,
		.gateway = route->gateway,
	};
	render_route (out, &view);
}

static model_route *
find_route (model *self, const char *tenant, const char *block, const char *id)
{
	for (guint i = 0; seen_block (self, tenant, block) && i < self->data.routes->len; i++) {
		model_route *route = AT (self->data.routes, model_route, i);
		if (same (route->block, block) && same (route->id, id))
			return route;
	}
	return NULL;
}

model_outcome
model_route_create (model *self, const ip_driver_route_create_args *args, GString *out)
{
	model_outcome failures = 0;
	model_route route = {
		.id = keep (self, args->id),
		.block = keep (self, args->block),
		.destination = args->destination,
		.netmask = args->netmask,
		.gateway = args->gateway,
	};

	if (!seen_block (self, args->tenant, args->block))
		failures |= CAN (NOT_FOUND);
	for (guint i = 0; i < self->data.routes->len; i++) {
		if (same (AT (self->data.routes, model_route, i)->id, args->id))
			failures |= CAN (DUPLICATE);
	}
	failures |= settle_route (self, &route) & ~MODEL_OK;
	if (failures)
		return failures;
	g_array_append_val (self->data.routes, route);
	put_route (&route, out);
	return MODEL_OK;
}

model_outcome
model_route_get (model *self, const char *tenant, const char *block, const char *id, GString *out)
{
	const model_route *route = find_route (self, tenant, block, id);

	if (!route)
		return CAN (NOT_FOUND);
	put_route (route, out);
	return MODEL_OK;
}

model_outcome
model_route_list (model *self, const ip_driver_route_list_args *args, GString *out)
{
	if (!seen_block (self, args->tenant, args->block))
		return CAN (NOT_FOUND);
	for (guint i = 0; i < self->data.routes->len; i++) {
		const model_route *route = AT (self->data.routes, model_route, i);
		if (same (route->block, args->block))
			put_route (route, out);
	}
	return MODEL_OK;
}

model_outcome
model_route_update (model *self, const ip_driver_route_update_args *args, GString *out)
{
	model_route *route = find_route (self, args->tenant, args->block, args->id);
	model_outcome outcome;

	if (!route) {
		/* What is given may contradict itself, too. */
		model_route given = {.destination = args->destination, .gateway = args->gateway};
		given.netmask = args->set & IP_DRIVER_ROUTE_SET_NETMASK ? args->netmask : NULL;
		if (!(args->set & IP_DRIVER_ROUTE_SET_GATEWAY))
			given.gateway = given.destination;
		if (!(args->set & IP_DRIVER_ROUTE_SET_DESTINATION))
			return CAN (NOT_FOUND);
		return CAN (NOT_FOUND) | (settle_route (self, &given) & ~MODEL_OK);
	}
	model_route changed = *route;
	if (args->set & IP_DRIVER_ROUTE_SET_DESTINATION)
		changed.destination = args->destination;
	if (args->set & IP_DRIVER_ROUTE_SET_NETMASK)
		changed.netmask = args->netmask;
	if (args->set & IP_DRIVER_ROUTE_SET_GATEWAY)
		changed.gateway = args->gateway;
	outcome = settle_route (self, &changed);
	if (outcome == MODEL_OK) {
		*route = changed;
		put_route (route, out);
	}
	return outcome;
}

model_outcome
model_route_delete (model *self, const char *tenant, const char *block, const char *id)
{
	const model_route *route = find_route (self, tenant, block, id);

	if (!route)
		return CAN (NOT_FOUND);
	g_array_remove_index (self->data.routes, (guint)(route - AT (self->data.routes, model_route, 0)));
	return MODEL_OK;
}
