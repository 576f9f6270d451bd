/* The model's addresses: which one is given, and what becomes of it. */
#include "parts.h"

void
describe_address (model *self, const model_address *address, ip_driver_address *ret)
{
	const model_block *block = model_find_block (self, address->block);
	const model_interface *interface = address->interface ? model_find_interface (self, address->interface) : NULL;

	*ret = (ip_driver_address){
		.size = sizeof *ret,
		.id = address->id,
		.block = address->block,
		.address = model_value_text (self, block->version, address->value),
		.interface = address->interface,
		.used_by_tenant = address->tenant,
		.used_by_device = interface ? interface->device : NULL,
		.request_key = address->key,
		.hold_until = address->hold,
		.quarantine_until = address->state == MODEL_RESTING,
		.state = address->state == MODEL_RESTING ? IP_DRIVER_ADDRESS_DEALLOCATED : IP_DRIVER_ADDRESS_ALLOCATED,
		.version = block->version,
	};
}

void
put_address (model *self, const model_address *address, GString *out)
{
	ip_driver_address view;

	describe_address (self, address, &view);
	render_address (out, &view);
}

/* The allocated or resting address of a block; NULL: there is none. */
static model_address *
find_living (model *self, const char *block, const char *text)
{
	const model_block *home = model_find_block (self, block);
	model_ip ip = parse_ip (text);
	model_address *address = home && in_block (home, ip) ? model_find_address (self, block, ip.value) : NULL;

	return address && address->state != MODEL_FREE ? address : NULL;
}

static gboolean
is_excluded (model *self, const model_block *block, model_value value)
{
	return is_reserved (self, block, value) || is_denied (self, block, value);
}

/* It was used once, and can be handed out again. */
static gboolean
is_free_again (model *self, const model_address *address)
{
	return address->state == MODEL_FREE || (address->state == MODEL_RESTING && address->free_at <= self->now);
}

static gboolean
find_never_used (model *self, const model_block *block, model_value from, model_value *ret)
{
	model_value value = from;

	/* Steps over excluded ranges at once; what is left to walk is never that long. */
	for (guint steps = 0; steps < 70000 && value >= from && value <= block->last; steps++) {
		if (!model_find_address (self, block->id, value) && !is_excluded (self, block, value)) {
			*ret = value;
			return TRUE;
		}
		value = last_denied (self, block, value) + 1;
	}
	return FALSE;
}

/* Whether the driver was seen to give this address to this user in this step. */
static gboolean
is_hinted (model *self, const model_address *address, const model_owner *owner)
{
	g_autofree char *name = g_strdup_printf ("%s %s", address->block, model_address_text (self, address));
	const char *user = g_hash_table_lookup (self->address_users, name);

	return user && same (user, owner->interface ? owner->interface : "");
}

/* Of those that were released by the same call any may be first. */
static gboolean
find_longest_rested (model *self, const model_block *block, const model_owner *owner, model_value *ret)
{
	const model_address *best = NULL;

	for (guint i = 0; i < self->data.addresses->len; i++) {
		const model_address *address = AT (self->data.addresses, model_address, i);
		if (!same (address->block, block->id) || !is_free_again (self, address) ||
		    is_excluded (self, block, address->value))
			continue;
		if (!best || address->released_at < best->released_at ||
		    (address->released_at == best->released_at && !is_hinted (self, best, owner)))
			best = address;
	}
	if (best)
		*ret = best->value;
	return best != NULL;
}

static model_value
generator_start (model *self, const model_block *block, const model_owner *owner)
{
	guint64 mac = parse_mac (owner->mac);
	guint64 identifier;

	if (self->generator == MODEL_RFC2462) {
		identifier = ((mac >> 40) ^ 2) << 56 | (mac >> 32 & 255) << 48 | (mac >> 24 & 255) << 40 |
		             0xffull << 32 | 0xfeull << 24 | (mac & 0xffffff);
	} else {
		g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA1, owner->tenant, -1);
		digest[8] = '\0';
		identifier = g_ascii_strtoull (digest, NULL, 16) << 32 | 0xffull << 24 | (mac & 0xffffff);
	}
	return block->first + (identifier & (block->last - block->first));
}

/* What the driver took in this block for the same user, if that is a free address. */
static gboolean
find_hinted (model *self, const model_block *block, const model_owner *owner, model_value *ret)
{
	GHashTableIter iter;
	gpointer key, user;

	g_hash_table_iter_init (&iter, self->address_users);
	while (g_hash_table_iter_next (&iter, &key, &user)) {
		g_auto (GStrv) parts = g_strsplit (key, " ", 2);
		model_ip ip = parse_ip (parts[1]);
		if (!same (parts[0], block->id) || !in_block (block, ip) || is_excluded (self, block, ip.value) ||
		    !same (user, owner->interface ? owner->interface : ""))
			continue;
		const model_address *address = model_find_address (self, block->id, ip.value);
		if (!address || is_free_again (self, address)) {
			*ret = ip.value;
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean
find_next (model *self, const model_block *block, const model_owner *owner, model_value *ret)
{
	if (block->version == 6) {
		model_value start;
		if (self->generator == MODEL_ANYWHERE) {
			if (find_hinted (self, block, owner, ret))
				return TRUE;
			start = block->first;
		} else {
			start = generator_start (self, block, owner);
			const model_address *address = model_find_address (self, block->id, start);
			if (address && is_free_again (self, address) && !is_excluded (self, block, start)) {
				*ret = start;
				return TRUE;
			}
		}
		if (find_never_used (self, block, start, ret))
			return TRUE;
	}
	return find_never_used (self, block, block->first, ret) || find_longest_rested (self, block, owner, ret);
}

static void
grant (model *self, const char *block, model_value value, const model_owner *owner)
{
	model_address *address = model_find_address (self, block, value);
	g_autofree char *name = NULL;

	if (!address) {
		model_address new_one = {.block = block, .value = value};
		g_array_append_val (self->data.addresses, new_one);
		address = AT (self->data.addresses, model_address, self->data.addresses->len - 1);
	}
	name = g_strdup_printf ("%s %s", block, model_address_text (self, address));
	*address = (model_address){
		.block = block,
		.value = value,
		.state = MODEL_ALLOCATED,
		.id = owner->id ? owner->id : keep (self, g_hash_table_lookup (self->address_ids, name)),
		.tenant = owner->tenant,
		.interface = owner->interface,
		.key_tenant = owner->key_tenant,
		.key = owner->key,
		.asked = owner->asked,
		.hold = owner->hold,
		.since = self->now,
	};
	if (owner->interface && !owner->hold)
		confirm_interface (self, owner->interface);
}

model_outcome
take_next (model *self, const char *id, const model_owner *owner, model_value *ret)
{
	const model_block *block = model_find_block (self, id);
	model_outcome failures = has_subnets (self, id) ? CAN (NOT_ALLOWED) : 0;

	if (block->version == 6 && self->generator != MODEL_ANYWHERE && !owner->mac) {
		model_owner somebody = {.tenant = owner->tenant, .mac = "00:00:00:00:00:00"};
		failures |= CAN (INVALID);
		/* It may be full, too. */
		if (!find_next (self, block, &somebody, ret))
			failures |= CAN (EXHAUSTED);
		return failures;
	}
	if (!find_next (self, block, owner, ret))
		failures |= CAN (EXHAUSTED);
	if (failures)
		return failures;
	grant (self, block->id, *ret, owner);
	return MODEL_OK;
}

model_outcome
take_given (model *self, const char *id, const model_owner *owner, const char *text, model_value *ret)
{
	const model_block *block = model_find_block (self, id);
	model_outcome failures = has_subnets (self, id) ? CAN (NOT_ALLOWED) : 0;
	model_ip ip = parse_ip (text);

	if (!in_block (block, ip))
		return failures | CAN (NOT_IN_BLOCK);
	const model_address *address = model_find_address (self, id, ip.value);
	if (address && address->state == MODEL_ALLOCATED)
		failures |= CAN (DUPLICATE);
	if (address && address->state == MODEL_RESTING && !is_free_again (self, address))
		failures |= CAN (LOCKED);
	if (is_reserved (self, block, ip.value))
		failures |= CAN (DUPLICATE);
	if (is_denied (self, block, ip.value))
		failures |= CAN (DENIED_BY_POLICY);
	if (failures)
		return failures;
	*ret = ip.value;
	grant (self, block->id, ip.value, owner);
	return MODEL_OK;
}

const char *
asked_with (model *self, const char *tenant, const char *key)
{
	for (guint i = 0; i < self->data.addresses->len; i++) {
		const model_address *address = AT (self->data.addresses, model_address, i);
		if (address->state == MODEL_ALLOCATED && address->key && same (address->key_tenant, tenant) &&
		    same (address->key, key))
			return address->asked;
	}
	for (guint i = 0; i < self->data.interfaces->len; i++) {
		const model_interface *interface = AT (self->data.interfaces, model_interface, i);
		if (interface->key && same (interface->tenant, tenant) && same (interface->key, key))
			return interface->asked;
	}
	return NULL;
}

model_outcome
model_address_allocate (model *self, const ip_driver_address_allocate_args *args, GString *out)
{
	const model_block *block = seen_block (self, args->tenant, args->block);
	guint count = MAX (args->count, 1);
	model_outcome outcome = MODEL_OK;
	model_data before;
	g_autofree char *asked = NULL;

	if (!block)
		return CAN (NOT_FOUND);
	model_owner owner = {
		.tenant = args->used_by_tenant ? keep (self, args->used_by_tenant) : block->tenant,
		.hold = args->hold > 0,
		.id = keep (self, args->id),
	};
	const char *id = block->id;
	if (args->request_key) {
		asked = g_strdup_printf ("address %s %s %s %u", args->block, args->interface, args->address, count);
		const char *before_that = asked_with (self, args->tenant, args->request_key);
		if (same (before_that, asked)) {
			g_autoptr (GPtrArray) list = living (self);
			for (guint i = 0; i < list->len; i++) {
				const model_address *address = g_ptr_array_index (list, i);
				if (same (address->key, args->request_key) && same (address->key_tenant, args->tenant))
					put_address (self, address, out);
			}
			return MODEL_OK;
		}
		if (before_that)
			outcome = CAN (DUPLICATE);
		owner.key = keep (self, args->request_key);
		owner.key_tenant = keep (self, args->tenant);
		owner.asked = keep (self, asked);
	}
	for (guint i = 0; args->id && i < self->data.addresses->len; i++) {
		const model_address *address = AT (self->data.addresses, model_address, i);
		if (address->state != MODEL_FREE && same (address->id, args->id))
			outcome = CAN (DUPLICATE);
	}
	before = begin (self);
	outcome = combine (outcome, ensure_interface (self, args->interface, args->device, args->mac, owner.tenant,
	                                              block->network, owner.hold, &owner.interface));
	if (owner.interface)
		owner.mac = model_find_interface (self, owner.interface)->mac;
	g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (model_value));
	for (guint i = 0; i < count; i++) {
		model_value value;
		model_outcome one = args->address ? take_given (self, id, &owner, args->address, &value)
		                                  : take_next (self, id, &owner, &value);
		outcome = combine (outcome, one);
		if (one != MODEL_OK)
			break;
		g_array_append_val (taken, value);
	}
	for (guint i = 0; outcome == MODEL_OK && i < taken->len; i++)
		put_address (self, model_find_address (self, id, g_array_index (taken, model_value, i)), out);
	return finish (self, &before, outcome);
}

/* The allocation that a ref names; NULL: it has ended, or has never been. */
static model_address *
find_ref (model *self, const ip_driver_address_ref *ref)
{
	model_address *address = find_living (self, ref->block, ref->address);

	return address && address->state == MODEL_ALLOCATED && fits (ref->id, address->id) ? address : NULL;
}

model_outcome
model_address_confirm (model *self, const ip_driver_address_refs_args *args)
{
	for (size_t i = 0; i < args->ref_count; i++) {
		if (!seen_block (self, args->tenant, args->refs[i].block) || !find_ref (self, &args->refs[i]))
			return CAN (NOT_FOUND);
	}
	for (size_t i = 0; i < args->ref_count; i++) {
		model_address *address = find_ref (self, &args->refs[i]);
		if (!address->hold)
			continue;
		if (address->interface)
			confirm_interface (self, address->interface);
		address->hold = FALSE;
		/* Until now it did not have to belong to anything that lives. */
		address->since = self->now;
	}
	return MODEL_OK;
}

model_outcome
model_address_cancel (model *self, const ip_driver_address_refs_args *args)
{
	model_outcome failures = 0;
	gboolean unknown = FALSE;

	for (size_t i = 0; i < args->ref_count; i++) {
		const model_address *address = find_ref (self, &args->refs[i]);
		if (!model_find_block (self, args->refs[i].block))
			unknown = TRUE;
		else if (!seen_block (self, args->tenant, args->refs[i].block))
			failures |= CAN (NOT_FOUND);
		else if (address && !address->hold)
			failures |= CAN (NOT_ALLOWED);
	}
	/* With its block an allocation has ended, too; but there is no such block. */
	model_outcome outcome = (failures ? failures : MODEL_OK) | (unknown ? CAN (NOT_FOUND) : 0);
	if (!goes_on (self, outcome))
		return outcome;
	for (size_t i = 0; i < args->ref_count; i++) {
		model_address *address = find_ref (self, &args->refs[i]);
		if (address && address->hold)
			set_free (self, address);
	}
	return outcome;
}

model_outcome
model_address_get (model *self, const char *tenant, const char *block, const char *text, GString *out)
{
	const model_block *home = seen_block (self, tenant, block);
	const model_address *address = find_living (self, block, text);

	if (!home || !address)
		return CAN (NOT_FOUND) | (home && !in_block (home, parse_ip (text)) ? CAN (NOT_IN_BLOCK) : 0);
	put_address (self, address, out);
	return MODEL_OK;
}

model_outcome
model_address_list (model *self, const ip_driver_address_list_args *args, GString *out)
{
	g_autoptr (GPtrArray) list = living (self);

	if (args->block && !seen_block (self, args->tenant, args->block))
		return CAN (NOT_FOUND);
	for (guint i = 0; i < list->len; i++) {
		const model_address *address = g_ptr_array_index (list, i);
		ip_driver_address view;

		describe_address (self, address, &view);
		if (fits (args->block, address->block) && (args->block || fits (args->tenant, address->tenant)) &&
		    fits (args->network, model_find_block (self, address->block)->network) &&
		    fits (args->device, view.used_by_device) && fits (args->interface, address->interface) &&
		    (args->state == IP_DRIVER_ADDRESS_ANY || args->state == view.state))
			render_address (out, &view);
	}
	return MODEL_OK;
}

model_outcome
model_address_find (model *self, const ip_driver_address_find_args *args, GString *out)
{
	model_ip ip = parse_ip (args->address);

	for (int prefix = 128; prefix >= 0; prefix--) {
		for (guint i = 0; i < self->data.blocks->len; i++) {
			const model_block *block = AT (self->data.blocks, model_block, i);
			ip_driver_block block_view;
			ip_driver_address address_view;
			ip_driver_address_match match = {.size = sizeof match, .block = &block_view};

			if (block->prefix != prefix || !in_block (block, ip) || !fits (args->tenant, block->tenant))
				continue;
			const model_address *address = find_living (self, block->id, args->address);
			describe_block (self, block, &block_view);
			if (address) {
				describe_address (self, address, &address_view);
				match.address = &address_view;
			}
			render_match (out, &match);
		}
	}
	return MODEL_OK;
}

/* NAT pairs end with every end of an allocation. */
static void
end_pairs (model *self, const model_address *address)
{
	for (guint i = self->data.pairs->len; i-- > 0;) {
		const model_pair *pair = AT (self->data.pairs, model_pair, i);
		if ((same (pair->local_block, address->block) && pair->local == address->value) ||
		    (same (pair->global_block, address->block) && pair->global == address->value))
			g_array_remove_index (self->data.pairs, i);
	}
}

static gboolean
is_allowed (model *self, const model_address *address)
{
	for (guint i = 0; i < self->data.allowances->len; i++) {
		const model_allowance *allowance = AT (self->data.allowances, model_allowance, i);
		if (same (allowance->block, address->block) && allowance->value == address->value)
			return TRUE;
	}
	return FALSE;
}

void
release (model *self, model_address *address)
{
	const char *interface = address->interface;

	if (address->state != MODEL_ALLOCATED)
		return;
	address->interface = NULL;
	address->outlived = is_allowed (self, address);
	if (!address->outlived) {
		end_pairs (self, address);
		address->state = MODEL_RESTING;
		address->key = address->key_tenant = address->asked = NULL;
		address->hold = FALSE;
		address->released_at = self->now;
		address->free_at = self->now + self->quarantine * MODEL_SECOND;
		if (address->leased)
			address->free_at = MAX (address->free_at, address->leased_until);
	}
	end_idle_hold (self, interface);
}

void
set_free (model *self, model_address *address)
{
	gint64 since = address->state == MODEL_RESTING ? address->released_at : self->now;
	const char *interface = address->interface;

	end_pairs (self, address);
	for (guint i = self->data.allowances->len; i-- > 0;) {
		const model_allowance *allowance = AT (self->data.allowances, model_allowance, i);
		if (same (allowance->block, address->block) && allowance->value == address->value)
			g_array_remove_index (self->data.allowances, i);
	}
	*address = (model_address){
		.block = address->block, .value = address->value, .state = MODEL_FREE, .released_at = since};
	end_idle_hold (self, interface);
}

model_outcome
model_address_deallocate (model *self, const ip_driver_address_deallocate_args *args)
{
	model_address *address = find_living (self, args->block, args->address);

	if (!seen_block (self, args->tenant, args->block) || !address || !fits (args->id, address->id))
		return CAN (NOT_FOUND);
	release (self, address);
	return MODEL_OK;
}

model_outcome
model_address_restore (model *self, const char *tenant, const char *block, const char *text, GString *out)
{
	model_address *address = find_living (self, block, text);

	if (!seen_block (self, tenant, block) || !address)
		return CAN (NOT_FOUND);
	address->state = MODEL_ALLOCATED;
	put_address (self, address, out);
	return MODEL_OK;
}

model_outcome
model_address_purge (model *self, const ip_driver_address_purge_args *args, GString *out)
{
	gboolean all = (args->flags & IP_DRIVER_ADDRESS_PURGE_ALL) != 0;
	guint count = 0;

	if (args->block && !seen_block (self, args->tenant, args->block))
		return CAN (NOT_FOUND);
	if (args->address) {
		const model_address *address = find_living (self, args->block, args->address);
		if (!address)
			return CAN (NOT_FOUND);
		if (address->state == MODEL_ALLOCATED)
			return CAN (NOT_ALLOWED);
		if (!all && !is_free_again (self, address))
			return CAN (LOCKED);
	}
	for (guint i = 0; i < self->data.addresses->len; i++) {
		model_address *address = AT (self->data.addresses, model_address, i);
		const model_block *block = model_find_block (self, address->block);
		if (address->state != MODEL_RESTING || !(all || is_free_again (self, address)) ||
		    !fits (args->block, address->block) || !fits (args->tenant, block->tenant) ||
		    (args->address && address->value != parse_ip (args->address).value))
			continue;
		set_free (self, address);
		count++;
	}
	g_string_append_printf (out, "purged %u\n", count);
	return MODEL_OK;
}

model_outcome
model_address_reconcile (model *self, const ip_driver_address_reconcile_args *args, gint64 snapshot, GString *out)
{
	g_autoptr (GPtrArray) list = living (self);
	gboolean by_device = (args->flags & IP_DRIVER_ADDRESS_RECONCILE_DEVICES) != 0;

	for (guint i = 0; i < list->len; i++) {
		model_address *address = g_ptr_array_index (list, i);
		const model_interface *interface =
			address->interface ? model_find_interface (self, address->interface) : NULL;
		const char *name = !interface ? NULL : by_device ? interface->device : interface->id;
		gboolean lives = FALSE;
		ip_driver_address view;

		if (address->state != MODEL_ALLOCATED || address->hold || !name ||
		    address->since > snapshot - args->grace * MODEL_SECOND || !fits (args->tenant, address->tenant) ||
		    !fits (args->network, model_find_block (self, address->block)->network) ||
		    (args->device_prefix &&
		     !(interface->device && g_str_has_prefix (interface->device, args->device_prefix))))
			continue;
		for (size_t j = 0; j < args->living_count; j++)
			lives = lives || same (args->living[j], name);
		if (lives)
			continue;
		describe_address (self, address, &view);
		render_address_name (out, &view);
		if (!(args->flags & IP_DRIVER_ADDRESS_RECONCILE_DRY_RUN))
			release (self, address);
	}
	return MODEL_OK;
}

/* What has rested and was excluded since, the driver may end by itself, and does when it looks for
 * addresses: the contract leaves open when, so the model asks. */
void
model_learn_ended (model *self, gboolean (*lives) (const char *block, const char *address, gpointer data),
                   gpointer data)
{
	for (guint i = 0; i < self->data.addresses->len; i++) {
		model_address *address = AT (self->data.addresses, model_address, i);
		if (address->state == MODEL_RESTING && is_free_again (self, address) &&
		    is_excluded (self, model_find_block (self, address->block), address->value) &&
		    !lives (address->block, model_address_text (self, address), data))
			set_free (self, address);
	}
}
