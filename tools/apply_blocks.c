/*
 * apply_blocks.c: writing a plan's policies and blocks. Blocks are created in the order of the file, except
 * that a parent always comes before its subnets.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "apply.h"

#include "paging.h"

#include <string.h>

static const char *
type_name (ip_driver_block_type type)
{
	return type == IP_DRIVER_BLOCK_PUBLIC ? "public" : "private";
}

/* Counts an element of a multiset of texts up or down. */
static void
count (GHashTable *set, char *key, int by)
{
	int now = GPOINTER_TO_INT (g_hash_table_lookup (set, key)) + by;

	if (now == 0) {
		g_hash_table_remove (set, key);
		g_free (key);
	} else {
		g_hash_table_insert (set, key, GINT_TO_POINTER (now));
	}
}

static ip_driver_status
take_away_range (const ip_driver_policy_range *item, void *data, ip_driver_error *error)
{
	count (data, g_strdup_printf ("%" G_GINT64_FORMAT "+%" G_GUINT64_FORMAT, item->offset, item->length), -1);
	return IP_DRIVER_OK;
}

static ip_driver_status
take_away_octet (const ip_driver_policy_octet *item, void *data, ip_driver_error *error)
{
	count (data, g_strdup_printf (".%d", item->octet), -1);
	return IP_DRIVER_OK;
}

/* A policy that is there must exclude what the file's does, no more and no less. */
static ip_driver_status
compare_policy (apply *self, plan_policy *policy, const plan_policy *there, ip_driver_error *error)
{
	g_autoptr (GHashTable) parts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	ip_driver_policy_part_list_args args = IP_DRIVER_POLICY_PART_LIST_ARGS_INIT;
	ip_driver_status status;

	if (!apply_agrees (policy->tenant, there->tenant) || !apply_agrees (policy->name, there->name) ||
	    !apply_agrees (policy->description, there->description)) {
		return plan_error (self->plan, policy->source, error, IP_DRIVER_DUPLICATE,
		                   "policy %s is there already, with another tenant, name or description", there->id);
	}
	for (guint i = 0; i < policy->ranges->len; i++) {
		const plan_range *range = &g_array_index (policy->ranges, plan_range, i);

		count (parts, g_strdup_printf ("%" G_GINT64_FORMAT "+%" G_GUINT64_FORMAT, range->offset, range->length),
		       1);
	}
	for (guint i = 0; i < policy->octets->len; i++)
		count (parts, g_strdup_printf (".%d", g_array_index (policy->octets, plan_octet, i).octet), 1);
	args.policy = there->id;
	status = each_policy_range (self->driver, &args, G_MAXUINT64, NULL, take_away_range, parts, error);
	if (status == IP_DRIVER_OK)
		status = each_policy_octet (self->driver, &args, G_MAXUINT64, NULL, take_away_octet, parts, error);
	if (status != IP_DRIVER_OK)
		return plan_fail (self->plan, policy->source, error);
	if (g_hash_table_size (parts) > 0) {
		return plan_error (self->plan, policy->source, error, IP_DRIVER_DUPLICATE,
		                   "policy %s is there already and excludes other addresses", there->id);
	}
	policy->real_id = there->id;
	self->existing[APPLY_POLICIES]++;
	return IP_DRIVER_OK;
}

static ip_driver_status
create_policy (apply *self, plan_policy *policy, ip_driver_error *error)
{
	ip_driver_policy_create_args args = IP_DRIVER_POLICY_CREATE_ARGS_INIT;
	g_autoptr (ip_driver_policy) created = NULL;
	ip_driver_status status;

	args.tenant = policy->tenant;
	args.name = policy->name;
	args.description = policy->description;
	args.id = apply_id (self, policy->id);
	status = ip_driver_policy_create (self->driver, &args, &created, error);
	if (status != IP_DRIVER_OK)
		return status;
	policy->real_id = plan_text (self->plan, created->id);
	for (guint i = 0; i < policy->ranges->len && status == IP_DRIVER_OK; i++) {
		const plan_range *range = &g_array_index (policy->ranges, plan_range, i);
		ip_driver_policy_range_create_args part = IP_DRIVER_POLICY_RANGE_CREATE_ARGS_INIT;
		g_autoptr (ip_driver_policy_range) made = NULL;

		part.policy = created->id;
		part.id = apply_id (self, range->id);
		part.offset = range->offset;
		part.length = range->length;
		status = ip_driver_policy_range_create (self->driver, &part, &made, error);
	}
	for (guint i = 0; i < policy->octets->len && status == IP_DRIVER_OK; i++) {
		const plan_octet *octet = &g_array_index (policy->octets, plan_octet, i);
		ip_driver_policy_octet_create_args part = IP_DRIVER_POLICY_OCTET_CREATE_ARGS_INIT;
		g_autoptr (ip_driver_policy_octet) made = NULL;

		part.policy = created->id;
		part.id = apply_id (self, octet->id);
		part.octet = octet->octet;
		status = ip_driver_policy_octet_create (self->driver, &part, &made, error);
	}
	if (status == IP_DRIVER_OK)
		self->created[APPLY_POLICIES]++;
	return status;
}

ip_driver_status
apply_policies (apply *self, ip_driver_error *error)
{
	for (guint i = 0; i < self->plan->policies->len; i++) {
		plan_policy *policy = self->plan->policies->pdata[i];
		g_autofree char *name = key_of (policy->tenant, policy->name, key_end);
		const plan_policy *there = NULL;
		ip_driver_status status;

		if (policy->id != NULL)
			there = g_hash_table_lookup (self->known_policies, policy->id);
		/* A name says which policy is meant where no id can. */
		if (there == NULL && apply_id (self, policy->id) == NULL)
			there = g_hash_table_lookup (self->known_policy_names, name);
		if (there != NULL) {
			status = compare_policy (self, policy, there, error);
		} else {
			status = create_policy (self, policy, error);
			if (status != IP_DRIVER_OK)
				plan_fail (self->plan, policy->source, error);
		}
		if (status != IP_DRIVER_OK)
			return status;
		if (policy->id != NULL)
			g_hash_table_insert (self->file_policies, (void *)(gintptr)policy->id, policy);
		g_hash_table_insert (self->file_policy_names, g_steal_pointer (&name), policy);
		progress_step (self->progress);
	}
	return IP_DRIVER_OK;
}

/* The id of the policy that a block names by id or, of its own tenant, by name. */
static const char *
look_up_policy (apply *self, const char *text, const char *tenant)
{
	g_autofree char *name = key_of (tenant, text, key_end);
	GHashTable *const by_id[] = {self->file_policies, self->known_policies}, *const by_name[] = {
											 self->file_policy_names,
											 self->known_policy_names};

	for (unsigned i = 0; i < G_N_ELEMENTS (by_id); i++) {
		const plan_policy *policy = g_hash_table_lookup (by_id[i], text);

		if (policy != NULL)
			return policy->real_id;
	}
	for (unsigned i = 0; i < G_N_ELEMENTS (by_name); i++) {
		const plan_policy *policy = g_hash_table_lookup (by_name[i], name);

		if (policy != NULL)
			return policy->real_id;
	}
	return NULL;
}

static void
index_cidr (GHashTable *by_cidr, plan_block *block)
{
	g_autofree char *text = cidr_text (&block->range);
	GPtrArray *blocks = g_hash_table_lookup (by_cidr, text);

	if (blocks == NULL) {
		blocks = g_ptr_array_new ();
		g_hash_table_insert (by_cidr, g_steal_pointer (&text), blocks);
	}
	g_ptr_array_add (blocks, block);
}

static GHashTable *
cidr_index (apply *self)
{
	if (self->by_cidr != NULL)
		return self->by_cidr;
	self->by_cidr = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	for (guint i = 0; i < self->plan->blocks->len; i++)
		index_cidr (self->by_cidr, self->plan->blocks->pdata[i]);
	for (guint i = 0; i < self->known_blocks->len; i++)
		index_cidr (self->by_cidr, self->known_blocks->pdata[i]);
	return self->by_cidr;
}

/* How well a block with the right CIDR fits the rest of what is said; a block of the file counts before the
 * same block of the backend. */
static int
fitness (const plan_block *block, const char *tenant, const char *network)
{
	return (tenant != NULL && g_strcmp0 (block->tenant, tenant) == 0 ? 4 : 0) +
	       (network != NULL && g_strcmp0 (block->network, network) == 0 ? 2 : 0);
}

/* Whether one is the other as it stands in the backend. */
static gboolean
same_block (const plan_block *a, const plan_block *b)
{
	if (a->real_id != NULL && b->real_id != NULL)
		return strcmp (a->real_id, b->real_id) == 0;
	return a->known != b->known && g_strcmp0 (a->tenant, b->tenant) == 0 && g_strcmp0 (a->network, b->network) == 0;
}

ip_driver_status
apply_look_up_block (apply *self, const char *text, const char *tenant, const char *network, plan_source source,
                     plan_block **ret_block, ip_driver_error *error)
{
	plan_block *best = g_hash_table_lookup (self->file_blocks, text);
	const GPtrArray *candidates;
	g_autofree char *canonical = NULL;
	gboolean ambiguous = FALSE;
	int best_fit = -1;
	cidr range;

	if (best == NULL)
		best = g_hash_table_lookup (self->known_ids, text);
	if (best == NULL && cidr_parse (text, &range)) {
		canonical = cidr_text (&range);
		candidates = g_hash_table_lookup (cidr_index (self), canonical);
		for (guint i = 0; candidates != NULL && i < candidates->len; i++) {
			plan_block *block = candidates->pdata[i];
			int fit = fitness (block, tenant, network);

			if (fit > best_fit) {
				best = block;
				best_fit = fit;
				ambiguous = FALSE;
			} else if (fit == best_fit && !same_block (best, block)) {
				ambiguous = TRUE;
			}
		}
	}
	if (best == NULL) {
		return plan_error (self->plan, source, error, IP_DRIVER_NOT_FOUND,
		                   "there is no block “%s”, in the file or in the database", text);
	}
	if (ambiguous) {
		return plan_error (self->plan, source, error, IP_DRIVER_INVALID,
		                   "more than one block is %s; name one by its id", text);
	}
	*ret_block = best;
	return IP_DRIVER_OK;
}

/* Takes a block of the backend for one of the file, if nothing that the file says contradicts it. */
static ip_driver_status
take_known (apply *self, plan_block *block, const char *policy, ip_driver_error *error)
{
	plan_block *there = block->twin;
	const struct {
		const char *name;
		const char *wanted;
		const char *there;
	} values[] = {
		{"tenant", block->tenant, there->tenant},    {"network", block->network, there->network},
		{"gateway", block->gateway, there->gateway}, {"dns1", block->dns1, there->dns1},
		{"dns2", block->dns2, there->dns2},          {"policy", policy, there->policy},
	};
	g_autofree char *text = cidr_text (&there->range);

	for (unsigned i = 0; i < G_N_ELEMENTS (values); i++) {
		if (!apply_agrees (values[i].wanted, values[i].there)) {
			return plan_error (self->plan, block->source, error, IP_DRIVER_DUPLICATE,
			                   "%s is there already (block %s) with %s %s, not %s", text, there->id,
			                   values[i].name, values[i].there != NULL ? values[i].there : "(none)",
			                   values[i].wanted);
		}
	}
	block->real_id = there->real_id;
	block->known = TRUE;
	there->claimed_by = block;
	self->existing[there->parent != NULL ? APPLY_SUBNETS : APPLY_ROOT_BLOCKS]++;
	return IP_DRIVER_OK;
}

/* What the new block has got otherwise than the file says: a default, or what had to wait. */
static void
note_late_values (plan_block *block, const ip_driver_block *created, const char *policy)
{
	if (!block->exact)
		return;
	block->late |= g_strcmp0 (block->gateway, created->gateway) != 0 ? IP_DRIVER_BLOCK_SET_GATEWAY : 0;
	block->late |= g_strcmp0 (block->dns1, created->dns1) != 0 ? IP_DRIVER_BLOCK_SET_DNS1 : 0;
	block->late |= g_strcmp0 (block->dns2, created->dns2) != 0 ? IP_DRIVER_BLOCK_SET_DNS2 : 0;
	block->late |= g_strcmp0 (policy, created->policy) != 0 ? IP_DRIVER_BLOCK_SET_POLICY : 0;
	block->late_policy = policy;
}

static ip_driver_status
create_block (apply *self, plan_block *block, const char *policy, ip_driver_error *error)
{
	g_autofree char *text = cidr_text (&block->range);
	/* Addresses that a gateway or a policy excludes may have been allocated before it was set. */
	gboolean wait = block->exact && block->has_addresses;
	g_autoptr (ip_driver_block) created = NULL;
	ip_driver_status status;

	if (block->container == NULL) {
		ip_driver_block_create_args args = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;

		args.tenant = block->tenant;
		args.cidr = text;
		args.type = block->type;
		args.network = block->network;
		args.gateway = wait ? NULL : block->gateway;
		args.dns1 = block->dns1;
		args.dns2 = block->dns2;
		args.policy = wait ? NULL : policy;
		args.id = apply_id (self, block->id);
		status = ip_driver_block_create (self->driver, &args, &created, error);
	} else {
		ip_driver_subnet_create_args args = IP_DRIVER_SUBNET_CREATE_ARGS_INIT;

		args.block = block->container->real_id;
		args.cidr = text;
		args.subnet_tenant = block->tenant;
		args.network = block->network;
		args.gateway = wait ? NULL : block->gateway;
		args.dns1 = block->dns1;
		args.dns2 = block->dns2;
		args.policy = wait ? NULL : policy;
		args.id = apply_id (self, block->id);
		status = ip_driver_subnet_create (self->driver, &args, &created, error);
	}
	if (status != IP_DRIVER_OK)
		return plan_fail (self->plan, block->source, error);
	block->real_id = plan_text (self->plan, created->id);
	note_late_values (block, created, policy);
	self->created[block->container != NULL ? APPLY_SUBNETS : APPLY_ROOT_BLOCKS]++;
	return IP_DRIVER_OK;
}

static ip_driver_status ensure_block (apply *self, plan_block *block, ip_driver_error *error);

/* Finds a block's parent, and makes sure that it is there; what is not given is taken from it. */
static ip_driver_status
ensure_container (apply *self, plan_block *block, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	if (block->parent != NULL) {
		status = apply_look_up_block (self, block->parent, block->tenant, block->network, block->source,
		                              &block->container, error);
	}
	if (status == IP_DRIVER_OK && block->container != NULL)
		status = ensure_block (self, block->container, error);
	if (status != IP_DRIVER_OK || block->container == NULL)
		return status;
	if (block->type != IP_DRIVER_BLOCK_ANY && block->type != block->container->type) {
		return plan_error (self->plan, block->source, error, IP_DRIVER_NOT_ALLOWED,
		                   "it is %s, but its parent is %s", type_name (block->type),
		                   type_name (block->container->type));
	}
	block->type = block->container->type;
	if (block->tenant == NULL)
		block->tenant = block->container->tenant;
	if (block->network == NULL)
		block->network = block->container->network;
	return IP_DRIVER_OK;
}

/* Finds the block of the backend that a block of the file is, if there is one: the one with its id, or one
 * that is the same in all that cannot be changed. */
static ip_driver_status
find_twin (apply *self, plan_block *block, ip_driver_error *error)
{
	const char *parent = block->container != NULL ? block->container->real_id : NULL;
	g_autofree char *key = apply_block_key (block, parent);
	plan_block *there = block->id != NULL ? g_hash_table_lookup (self->known_ids, block->id) : NULL;
	const GPtrArray *same = g_hash_table_lookup (self->known_keys, key);
	plan_block *first;

	if (there != NULL) {
		g_autofree char *there_key = apply_block_key (there, there->parent), *shown = cidr_text (&there->range);

		block->twin = there;
		if (strcmp (key, there_key) == 0)
			return IP_DRIVER_OK;
		return plan_error (self->plan, block->source, error, IP_DRIVER_DUPLICATE,
		                   "block %s is there already, as %s %s of tenant %s and of network %s", block->id,
		                   type_name (there->type), shown, there->tenant,
		                   there->network != NULL ? there->network : "(none)");
	}
	for (guint i = 0; same != NULL && i < same->len && block->twin == NULL; i++) {
		there = same->pdata[i];
		/* One that the file names by its id is that one. */
		if (there->claimed_by == NULL && !g_hash_table_contains (self->file_blocks, there->id))
			block->twin = there;
	}
	first = g_hash_table_lookup (self->file_keys, key);
	if (block->id == NULL && first != NULL) {
		g_autofree char *place = plan_source_text (first->source), *shown = cidr_text (&block->range);

		return plan_error (self->plan, block->source, error, IP_DRIVER_DUPLICATE, "%s stands already at %s",
		                   shown, place);
	}
	g_hash_table_insert (self->file_keys, g_steal_pointer (&key), block);
	return IP_DRIVER_OK;
}

/* The depth of recursion is that of the tree: at most 128. */
static ip_driver_status
ensure_block (apply *self, plan_block *block, ip_driver_error *error)
{
	const char *policy = NULL;
	ip_driver_status status;

	if (block->done)
		return IP_DRIVER_OK;
	if (block->visiting)
		return plan_error (self->plan, block->source, error, IP_DRIVER_INVALID, "it is its own ancestor");
	block->visiting = TRUE;
	status = ensure_container (self, block, error);
	if (status == IP_DRIVER_OK && block->twin == NULL)
		status = find_twin (self, block, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (block->policy != NULL) {
		policy = look_up_policy (self, block->policy, block->tenant);
		if (policy == NULL) {
			return plan_error (self->plan, block->source, error, IP_DRIVER_NOT_FOUND,
			                   "there is no policy “%s”", block->policy);
		}
	}
	status = block->twin != NULL ? take_known (self, block, policy, error)
	                             : create_block (self, block, policy, error);
	block->done = status == IP_DRIVER_OK;
	progress_step (self->progress);
	return status;
}

ip_driver_status
apply_blocks (apply *self, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	for (guint i = 0; i < self->plan->blocks->len && status == IP_DRIVER_OK; i++) {
		plan_block *block = self->plan->blocks->pdata[i];

		if (!block->merged)
			status = ensure_block (self, block, error);
	}
	return status;
}

ip_driver_status
apply_late_values (apply *self, ip_driver_error *error)
{
	for (guint i = 0; i < self->plan->blocks->len; i++) {
		const plan_block *block = self->plan->blocks->pdata[i];
		ip_driver_block_update_args args = IP_DRIVER_BLOCK_UPDATE_ARGS_INIT;
		g_autoptr (ip_driver_block) updated = NULL;

		if (block->late == 0)
			continue;
		args.id = block->real_id;
		args.gateway = block->gateway;
		args.dns1 = block->dns1;
		args.dns2 = block->dns2;
		args.policy = block->late_policy;
		args.set = block->late;
		if (ip_driver_block_update (self->driver, &args, &updated, error) != IP_DRIVER_OK)
			return plan_fail (self->plan, block->source, error);
	}
	return IP_DRIVER_OK;
}
