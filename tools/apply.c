/*
 * apply.c: the order in which a plan is written, and what of the backend is looked up first: each list once,
 * hashed, so that recognising what is there costs no call per entry.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "apply.h"

#include "paging.h"

#include <string.h>

const char *
apply_id (const apply *self, const char *id)
{
	return self->chosen_ids ? id : NULL;
}

gboolean
apply_agrees (const char *wanted, const char *there)
{
	return wanted == NULL || same_value (wanted, there);
}

void
apply_init (apply *self, plan *file, ip_driver *transaction, gboolean chosen_ids)
{
	*self = (apply){.plan = file, .driver = transaction, .chosen_ids = chosen_ids};
	self->known = plan_new (file->file);
	self->known_blocks = self->known->blocks;
	self->file_blocks = g_hash_table_new (g_str_hash, g_str_equal);
	self->known_ids = g_hash_table_new (g_str_hash, g_str_equal);
	self->known_keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	self->file_keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	self->new_interfaces = g_hash_table_new (g_str_hash, g_str_equal);
	self->new_addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	self->known_policies = g_hash_table_new (g_str_hash, g_str_equal);
	self->known_policy_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	self->file_policies = g_hash_table_new (g_str_hash, g_str_equal);
	self->file_policy_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
apply_clear (apply *self)
{
	g_clear_pointer (&self->known, plan_free);
	g_clear_pointer (&self->file_blocks, g_hash_table_unref);
	g_clear_pointer (&self->known_ids, g_hash_table_unref);
	g_clear_pointer (&self->known_keys, g_hash_table_unref);
	g_clear_pointer (&self->file_keys, g_hash_table_unref);
	g_clear_pointer (&self->new_interfaces, g_hash_table_unref);
	g_clear_pointer (&self->new_addresses, g_hash_table_unref);
	g_clear_pointer (&self->by_cidr, g_hash_table_unref);
	g_clear_pointer (&self->known_policies, g_hash_table_unref);
	g_clear_pointer (&self->known_policy_names, g_hash_table_unref);
	g_clear_pointer (&self->file_policies, g_hash_table_unref);
	g_clear_pointer (&self->file_policy_names, g_hash_table_unref);
	g_clear_pointer (&self->progress, progress_end);
}

char *
apply_block_key (const plan_block *block, const char *parent)
{
	g_autofree char *text = cidr_text (&block->range);

	return key_of (text, block->type == IP_DRIVER_BLOCK_PUBLIC ? "public" : "private", block->tenant,
	               block->network, parent, key_end);
}

static ip_driver_status
know_block (const ip_driver_block *item, void *data, ip_driver_error *error)
{
	apply *self = data;
	plan *known = self->known;
	plan_block *block = plan_add_block (known, (plan_source){"known", known->blocks->len, NULL});
	g_autofree char *key = NULL;
	GPtrArray *same;

	if (!cidr_parse (item->cidr, &block->range))
		return cli_error (error, IP_DRIVER_PROTOCOL, "the backend returned block %s with the CIDR “%s”",
		                  item->id, item->cidr);
	block->id = block->real_id = plan_text (known, item->id);
	block->tenant = plan_text (known, item->tenant);
	block->network = plan_text (known, item->network);
	block->gateway = plan_text (known, item->gateway);
	block->dns1 = plan_text (known, item->dns1);
	block->dns2 = plan_text (known, item->dns2);
	block->policy = plan_text (known, item->policy);
	block->parent = plan_text (known, item->parent);
	block->type = item->type;
	block->known = block->done = TRUE;
	g_hash_table_insert (self->known_ids, (void *)(gintptr)block->id, block);
	key = apply_block_key (block, block->parent);
	same = g_hash_table_lookup (self->known_keys, key);
	if (same == NULL) {
		same = g_ptr_array_new ();
		g_hash_table_insert (self->known_keys, g_steal_pointer (&key), same);
	}
	g_ptr_array_add (same, block);
	return IP_DRIVER_OK;
}

static ip_driver_status
know_policy (const ip_driver_policy *item, void *data, ip_driver_error *error)
{
	apply *self = data;
	plan_policy *policy = plan_add_policy (self->known, (plan_source){"known", self->known->policies->len, NULL});

	policy->id = policy->real_id = plan_text (self->known, item->id);
	policy->tenant = plan_text (self->known, item->tenant);
	policy->name = plan_text (self->known, item->name);
	policy->description = plan_text (self->known, item->description);
	g_hash_table_insert (self->known_policies, (void *)(gintptr)policy->id, policy);
	g_hash_table_insert (self->known_policy_names, key_of (policy->tenant, policy->name, key_end), policy);
	return IP_DRIVER_OK;
}

static ip_driver_status
look_around (apply *self, ip_driver_error *error)
{
	ip_driver_policy_list_args policies = IP_DRIVER_POLICY_LIST_ARGS_INIT;
	ip_driver_block_list_args blocks = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	gboolean policies_named = self->plan->policies->len > 0;
	ip_driver_status status = IP_DRIVER_OK;

	for (guint i = 0; i < self->plan->blocks->len; i++) {
		plan_block *block = self->plan->blocks->pdata[i];

		policies_named |= block->policy != NULL;
		if (block->id != NULL && !g_hash_table_insert (self->file_blocks, (void *)(gintptr)block->id, block)) {
			return plan_error (self->plan, block->source, error, IP_DRIVER_DUPLICATE,
			                   "the id %s stands at another block already", block->id);
		}
	}
	for (guint i = 0; i < self->plan->addresses->len; i++) {
		const plan_address *address = self->plan->addresses->pdata[i];
		plan_block *block =
			address->block != NULL ? g_hash_table_lookup (self->file_blocks, address->block) : NULL;

		if (block != NULL)
			block->has_addresses = TRUE;
	}
	if (policies_named)
		status = each_policy (self->driver, &policies, G_MAXUINT64, NULL, know_policy, self, error);
	/* Addresses and routes name blocks too, so they are needed whatever the plan holds. */
	if (status == IP_DRIVER_OK)
		status = each_block (self->driver, &blocks, G_MAXUINT64, NULL, know_block, self, error);
	return status;
}

ip_driver_status
apply_run (apply *self, ip_driver_error *error)
{
	ip_driver_status (*const steps[]) (apply *, ip_driver_error *) = {
		look_around,
		apply_find_containers,
		apply_policies,
		apply_blocks,
		apply_routes,
		apply_interfaces,
		apply_addresses,
		apply_nat,
		apply_allowed_ips,
		apply_leases,
		apply_releases,
		apply_late_values,
		/* Last: while there is no range, an interface without a MAC stays without one. */
		apply_mac_ranges,
	};
	const plan *file = self->plan;
	ip_driver_status status = IP_DRIVER_OK;

	self->progress = progress_begin ("importing", file->policies->len + file->blocks->len + file->routes->len +
	                                                      file->interfaces->len + file->addresses->len +
	                                                      file->nat->len + file->allowed_ips->len +
	                                                      file->leases->len + file->mac_ranges->len);
	for (unsigned i = 0; i < G_N_ELEMENTS (steps) && status == IP_DRIVER_OK; i++)
		status = steps[i](self, error);
	g_clear_pointer (&self->progress, progress_end);
	return status;
}
