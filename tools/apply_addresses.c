/*
 * apply_addresses.c: writing a plan's addresses and what hangs on them: NAT pairs, allowed IPs, leases.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "apply.h"

#include "output.h"
#include "paging.h"
#include "stand_in.h"

#include <string.h>

/* An address of the backend. */
typedef struct known_address {
	char *interface;
	char *used_by_tenant;
	ip_driver_address_state state;
	gboolean hold;
} known_address;

static void
known_address_free (void *data)
{
	known_address *self = data;

	g_free (self->interface);
	g_free (self->used_by_tenant);
	g_free (self);
}

static ip_driver_status
know_address (const ip_driver_address *item, void *data, ip_driver_error *error)
{
	known_address *known = g_new0 (known_address, 1);

	known->interface = g_strdup (item->interface);
	known->used_by_tenant = g_strdup (item->used_by_tenant);
	known->state = item->state;
	known->hold = item->hold_until != 0;
	g_hash_table_insert (data, address_key (item->block, item->address), known);
	return IP_DRIVER_OK;
}

/* For addresses: what apply_addresses() carries along. */
typedef struct address_walk {
	/* Blocks whose addresses are in `known`. */
	GHashTable *listed;
	GHashTable *known;
	/* Request key, with the block's tenant → how many addresses of the plan have it. */
	GHashTable *keys;
	guint64 dropped_keys;
} address_walk;

static ip_driver_status
take_smallest (const ip_driver_address_match *item, void *data, ip_driver_error *error)
{
	void **context = data;
	const plan_address *address = context[0];

	if (context[1] == NULL && apply_agrees (address->network, item->block->network))
		context[1] = g_strdup (item->block->id);
	return IP_DRIVER_OK;
}

/* The block of an address that names none: the smallest that contains it. */
static ip_driver_status
find_block (apply *self, plan_address *address, ip_driver_error *error)
{
	ip_driver_address_find_args args = IP_DRIVER_ADDRESS_FIND_ARGS_INIT;
	void *context[2] = {address, NULL};
	ip_driver_status status;

	args.tenant = address->tenant;
	args.address = address->address;
	status = each_match (self->driver, &args, G_MAXUINT64, NULL, take_smallest, context, error);
	if (status != IP_DRIVER_OK)
		return plan_fail (self->plan, address->source, error);
	if (context[1] == NULL) {
		return plan_error (self->plan, address->source, error, IP_DRIVER_NOT_FOUND, "no block contains %s",
		                   address->address);
	}
	address->real_block = plan_take (self->plan, context[1]);
	return IP_DRIVER_OK;
}

/* Sets real_block; *ret_known if the block has been there before, *ret_tenant: its tenant, if known. */
static ip_driver_status
locate (apply *self, plan_address *address, gboolean *ret_known, const char **ret_tenant, ip_driver_error *error)
{
	plan_block *block;
	ip_driver_status status;

	*ret_tenant = address->tenant;
	if (address->block == NULL) {
		status = find_block (self, address, error);
		*ret_known = status == IP_DRIVER_OK && g_hash_table_contains (self->known_ids, address->real_block);
		return status;
	}
	status = apply_look_up_block (self, address->block, address->tenant, address->network, address->source, &block,
	                              error);
	if (status != IP_DRIVER_OK)
		return status;
	address->real_block = block->real_id;
	*ret_known = block->known;
	*ret_tenant = block->tenant;
	return IP_DRIVER_OK;
}

static ip_driver_status
compare_address (apply *self, const plan_address *address, const known_address *there, ip_driver_error *error)
{
	const char *problem = NULL;

	if (address->state != there->state)
		problem = there->state == IP_DRIVER_ADDRESS_ALLOCATED ? "it is allocated" : "it is resting";
	else if (there->hold)
		problem = "it is only held";
	else if (!apply_agrees (address->interface, there->interface))
		problem = "it has another interface";
	else if (!apply_agrees (address->used_by_tenant, there->used_by_tenant))
		problem = "another tenant uses it";
	if (problem != NULL) {
		return plan_error (self->plan, address->source, error, IP_DRIVER_DUPLICATE,
		                   "%s is there already, but %s", address->address, problem);
	}
	self->existing[APPLY_ADDRESSES]++;
	return IP_DRIVER_OK;
}

static ip_driver_status
create_address (apply *self, address_walk *walk, plan_address *address, const char *tenant, ip_driver_error *error)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	g_autoptr (ip_driver_addresses) created = NULL;

	/* A key is the block's tenant's. */
	args.tenant = address->request_key != NULL ? tenant : NULL;
	args.block = address->real_block;
	args.address = address->address;
	args.interface = address->interface;
	args.device = address->device;
	args.mac = address->mac;
	args.used_by_tenant = address->used_by_tenant;
	args.id = apply_id (self, address->id);
	if (address->request_key != NULL) {
		g_autofree char *key = key_of (tenant, address->request_key, key_end);

		/* One call may have allocated several addresses with one key; a call for each cannot. */
		if (GPOINTER_TO_INT (g_hash_table_lookup (walk->keys, key)) == 1)
			args.request_key = address->request_key;
		else
			walk->dropped_keys++;
	}
	if (ip_driver_address_allocate (self->driver, &args, &created, error) != IP_DRIVER_OK)
		return plan_fail (self->plan, address->source, error);
	address->created = TRUE;
	g_hash_table_add (self->new_addresses, address_key (address->real_block, address->address));
	self->created[APPLY_ADDRESSES]++;
	return IP_DRIVER_OK;
}

static ip_driver_status
apply_address (apply *self, address_walk *walk, plan_address *address, ip_driver_error *error)
{
	g_autofree char *key = NULL;
	const known_address *there;
	gboolean known;
	const char *tenant;
	ip_driver_status status = locate (self, address, &known, &tenant, error);

	if (status != IP_DRIVER_OK)
		return status;
	if (known && g_hash_table_add (walk->listed, (void *)(gintptr)address->real_block)) {
		ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;

		args.block = address->real_block;
		status = each_address (self->driver, &args, G_MAXUINT64, NULL, know_address, walk->known, error);
		if (status != IP_DRIVER_OK)
			return plan_fail (self->plan, address->source, error);
	}
	key = address_key (address->real_block, address->address);
	there = g_hash_table_lookup (walk->known, key);
	return there != NULL ? compare_address (self, address, there, error)
	                     : create_address (self, walk, address, tenant, error);
}

static void
count_request_keys (apply *self, GHashTable *keys)
{
	for (guint i = 0; i < self->plan->addresses->len; i++) {
		const plan_address *address = self->plan->addresses->pdata[i];
		const plan_block *block =
			address->block != NULL ? g_hash_table_lookup (self->file_blocks, address->block) : NULL;
		char *key;

		if (address->request_key == NULL)
			continue;
		key = key_of (block != NULL ? block->tenant : address->tenant, address->request_key, key_end);
		g_hash_table_insert (keys, key,
		                     GINT_TO_POINTER (GPOINTER_TO_INT (g_hash_table_lookup (keys, key)) + 1));
	}
}

ip_driver_status
apply_addresses (apply *self, ip_driver_error *error)
{
	g_autoptr (GHashTable) listed = g_hash_table_new (g_str_hash, g_str_equal),
			       known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, known_address_free),
			       keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	address_walk walk = {.listed = listed, .known = known, .keys = keys};
	ip_driver_status status = IP_DRIVER_OK;

	count_request_keys (self, keys);
	for (guint i = 0; i < self->plan->addresses->len && status == IP_DRIVER_OK; i++) {
		status = apply_address (self, &walk, self->plan->addresses->pdata[i], error);
		progress_step (self->progress);
	}
	if (status == IP_DRIVER_OK && walk.dropped_keys > 0) {
		g_autofree char *message = g_strdup_printf ("%s: %" G_GUINT64_FORMAT
		                                            " addresses that shared a request key with others lose it",
		                                            self->plan->file, walk.dropped_keys);

		out_message (message);
	}
	return status;
}

/* A set of address keys into which a list is read. */
static ip_driver_status
add_key (const ip_driver_address *item, void *data, ip_driver_error *error)
{
	g_hash_table_add (data, address_key (item->block, item->address));
	return IP_DRIVER_OK;
}

/* The set for `key`, made by *ret_new if it is not there yet. Takes the key. */
static GHashTable *
set_for (GHashTable *sets, char *key, gboolean *ret_new)
{
	GHashTable *set = g_hash_table_lookup (sets, key);

	*ret_new = set == NULL;
	if (set == NULL) {
		set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
		g_hash_table_insert (sets, key, set);
	} else {
		g_free (key);
	}
	return set;
}

static GHashTable *
new_sets (void)
{
	return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
}

static ip_driver_status
apply_pair (apply *self, GHashTable *sets, const plan_nat *nat, ip_driver_error *error)
{
	ip_driver_nat_args args = IP_DRIVER_NAT_ARGS_INIT;
	ip_driver_address_ref local = {0}, global = {0};
	g_autofree char *local_key = NULL, *global_key = NULL;
	plan_block *local_block, *global_block;
	gboolean is_new;
	GHashTable *globals;
	ip_driver_status status =
		apply_look_up_block (self, nat->local_block, NULL, NULL, nat->source, &local_block, error);

	if (status == IP_DRIVER_OK)
		status = apply_look_up_block (self, nat->global_block, NULL, NULL, nat->source, &global_block, error);
	if (status != IP_DRIVER_OK)
		return status;
	local_key = address_key (local_block->real_id, nat->local_address);
	global_key = address_key (global_block->real_id, nat->global_address);
	globals = set_for (sets, g_strdup (local_key), &is_new);
	if (is_new && !g_hash_table_contains (self->new_addresses, local_key)) {
		ip_driver_nat_list_args list = IP_DRIVER_NAT_LIST_ARGS_INIT;

		list.block = local_block->real_id;
		list.address = nat->local_address;
		status = each_nat_global (self->driver, &list, G_MAXUINT64, NULL, add_key, globals, error);
		if (status != IP_DRIVER_OK)
			return plan_fail (self->plan, nat->source, error);
	}
	if (g_hash_table_contains (globals, global_key)) {
		self->existing[APPLY_NAT_PAIRS]++;
		return IP_DRIVER_OK;
	}
	local.block = local_block->real_id;
	local.address = nat->local_address;
	global.block = global_block->real_id;
	global.address = nat->global_address;
	args.locals = &local;
	args.local_count = 1;
	args.globals = &global;
	args.global_count = 1;
	if (ip_driver_nat_add (self->driver, &args, error) != IP_DRIVER_OK)
		return plan_fail (self->plan, nat->source, error);
	g_hash_table_add (globals, g_steal_pointer (&global_key));
	self->created[APPLY_NAT_PAIRS]++;
	return IP_DRIVER_OK;
}

ip_driver_status
apply_nat (apply *self, ip_driver_error *error)
{
	g_autoptr (GHashTable) sets = new_sets ();
	ip_driver_status status = IP_DRIVER_OK;

	for (guint i = 0; i < self->plan->nat->len && status == IP_DRIVER_OK; i++) {
		status = apply_pair (self, sets, self->plan->nat->pdata[i], error);
		progress_step (self->progress);
	}
	return status;
}

static ip_driver_status
apply_allowed_ip (apply *self, GHashTable *sets, const plan_allowed_ip *allowed, ip_driver_error *error)
{
	ip_driver_allowed_ip_allow_args args = IP_DRIVER_ALLOWED_IP_ALLOW_ARGS_INIT;
	g_autoptr (ip_driver_address) created = NULL;
	g_autofree char *key = NULL;
	plan_block *block;
	gboolean is_new;
	GHashTable *usable;
	ip_driver_status status =
		apply_look_up_block (self, allowed->block, NULL, NULL, allowed->source, &block, error);

	if (status != IP_DRIVER_OK)
		return status;
	key = address_key (block->real_id, allowed->address);
	usable = set_for (sets, g_strdup (allowed->interface), &is_new);
	if (is_new && !g_hash_table_contains (self->new_interfaces, allowed->interface)) {
		ip_driver_allowed_ip_list_args list = IP_DRIVER_ALLOWED_IP_LIST_ARGS_INIT;

		list.interface = allowed->interface;
		status = each_allowed_ip (self->driver, &list, G_MAXUINT64, NULL, add_key, usable, error);
		if (status != IP_DRIVER_OK)
			return plan_fail (self->plan, allowed->source, error);
	}
	if (g_hash_table_contains (usable, key)) {
		self->existing[APPLY_ALLOWED_IPS]++;
		return IP_DRIVER_OK;
	}
	args.interface = allowed->interface;
	args.network = block->network;
	args.address = allowed->address;
	status = ip_driver_allowed_ip_allow (self->driver, &args, &created, error);
	if (status == IP_DRIVER_NOT_ALLOWED &&
	    stand_in_allow (self->driver, NULL, block->real_id, &block->range, &args))
		status = IP_DRIVER_OK;
	if (status != IP_DRIVER_OK)
		return plan_fail (self->plan, allowed->source, error);
	self->created[APPLY_ALLOWED_IPS]++;
	return IP_DRIVER_OK;
}

ip_driver_status
apply_allowed_ips (apply *self, ip_driver_error *error)
{
	g_autoptr (GHashTable) sets = new_sets ();
	ip_driver_status status = IP_DRIVER_OK;

	for (guint i = 0; i < self->plan->allowed_ips->len && status == IP_DRIVER_OK; i++) {
		status = apply_allowed_ip (self, sets, self->plan->allowed_ips->pdata[i], error);
		progress_step (self->progress);
	}
	return status;
}

static void
lease_free (void *data)
{
	plan_lease *lease = data;

	g_free ((void *)(gintptr)lease->mac);
	g_free ((void *)(gintptr)lease->client_id);
	g_free ((void *)(gintptr)lease->hostname);
	g_free (lease);
}

static ip_driver_status
know_lease (const ip_driver_lease *item, void *data, ip_driver_error *error)
{
	plan_lease *lease = g_new0 (plan_lease, 1);

	lease->mac = g_strdup (item->mac);
	lease->client_id = g_strdup (item->client_id);
	lease->hostname = g_strdup (item->hostname);
	lease->leased_until = item->leased_until;
	g_hash_table_insert (data, address_key (item->block, item->address), lease);
	return IP_DRIVER_OK;
}

static gboolean
same_lease (const plan_lease *a, const plan_lease *b)
{
	return same_lease_end (a->leased_until, b->leased_until) && apply_agrees (a->mac, b->mac) &&
	       g_strcmp0 (a->client_id, b->client_id) == 0 && g_strcmp0 (a->hostname, b->hostname) == 0;
}

static ip_driver_status
apply_lease (apply *self, GHashTable *known, const plan_lease *lease, ip_driver_error *error)
{
	ip_driver_lease_grant_args args = IP_DRIVER_LEASE_GRANT_ARGS_INIT;
	g_autoptr (ip_driver_lease) granted = NULL;
	g_autofree char *key = NULL;
	const plan_lease *there;
	plan_block *block;
	ip_driver_status status = apply_look_up_block (self, lease->block, NULL, NULL, lease->source, &block, error);

	if (status != IP_DRIVER_OK)
		return status;
	key = address_key (block->real_id, lease->address);
	there = g_hash_table_lookup (known, key);
	if (there != NULL && !same_lease (lease, there)) {
		return plan_error (self->plan, lease->source, error, IP_DRIVER_DUPLICATE,
		                   "%s has another lease already", lease->address);
	}
	if (there != NULL) {
		self->existing[APPLY_LEASES]++;
		return IP_DRIVER_OK;
	}
	args.block = block->real_id;
	args.address = lease->address;
	args.mac = lease->mac;
	args.client_id = lease->client_id;
	args.hostname = lease->hostname;
	args.duration = lease_duration (lease->leased_until);
	if (ip_driver_lease_grant (self->driver, &args, &granted, error) != IP_DRIVER_OK)
		return plan_fail (self->plan, lease->source, error);
	self->created[APPLY_LEASES]++;
	return IP_DRIVER_OK;
}

ip_driver_status
apply_leases (apply *self, ip_driver_error *error)
{
	ip_driver_lease_list_args args = IP_DRIVER_LEASE_LIST_ARGS_INIT;
	g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, lease_free);
	ip_driver_status status = IP_DRIVER_OK;

	if (self->plan->leases->len > 0)
		status = each_lease (self->driver, &args, G_MAXUINT64, NULL, know_lease, known, error);
	for (guint i = 0; i < self->plan->leases->len && status == IP_DRIVER_OK; i++) {
		status = apply_lease (self, known, self->plan->leases->pdata[i], error);
		progress_step (self->progress);
	}
	return status;
}

ip_driver_status
apply_releases (apply *self, ip_driver_error *error)
{
	for (guint i = 0; i < self->plan->addresses->len; i++) {
		const plan_address *address = self->plan->addresses->pdata[i];
		ip_driver_address_deallocate_args args = IP_DRIVER_ADDRESS_DEALLOCATE_ARGS_INIT;

		if (!address->created || address->state != IP_DRIVER_ADDRESS_DEALLOCATED)
			continue;
		args.block = address->real_block;
		args.address = address->address;
		if (ip_driver_address_deallocate (self->driver, &args, error) != IP_DRIVER_OK)
			return plan_fail (self->plan, address->source, error);
	}
	return IP_DRIVER_OK;
}
