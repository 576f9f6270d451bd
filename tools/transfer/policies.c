/*
 * policies.c: policies with their ranges and octets, and MAC ranges.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "records.h"

#include "paging.h"
#include "same.h"

enum { POLICY_TENANT, POLICY_NAME, POLICY_DESCRIPTION };
enum { RANGE_OFFSET, RANGE_LENGTH };
enum { OCTET_OCTET };
enum { MAC_RANGE_CIDR };

static transfer_kind
is_policy (const record *self)
{
	return TRANSFER_POLICIES;
}

static transfer_kind
is_range (const record *self)
{
	return TRANSFER_POLICY_RANGES;
}

static transfer_kind
is_octet (const record *self)
{
	return TRANSFER_POLICY_OCTETS;
}

static transfer_kind
is_mac_range (const record *self)
{
	return TRANSFER_MAC_RANGES;
}

static char *
policy_label (const record *self)
{
	return g_strdup_printf ("policy “%s” of tenant %s", self->values[POLICY_NAME], self->values[POLICY_TENANT]);
}

static char *
range_label (const record *self)
{
	g_autofree char *policy = policy_label (self->parent);

	return g_strdup_printf ("range %s+%s of %s", self->values[RANGE_OFFSET], self->values[RANGE_LENGTH], policy);
}

static char *
octet_label (const record *self)
{
	g_autofree char *policy = policy_label (self->parent);

	return g_strdup_printf ("octet %s of %s", self->values[OCTET_OCTET], policy);
}

static char *
mac_range_label (const record *self)
{
	return g_strdup_printf ("MAC range %s", self->values[MAC_RANGE_CIDR]);
}

static ip_driver_status
create_policy (transfer *self, record *item, ip_driver_error *error)
{
	ip_driver_policy_create_args args = IP_DRIVER_POLICY_CREATE_ARGS_INIT;
	g_autoptr (ip_driver_policy) created = NULL;
	ip_driver_status status;

	args.tenant = item->values[POLICY_TENANT];
	args.name = item->values[POLICY_NAME];
	args.description = item->values[POLICY_DESCRIPTION];
	args.id = record_chosen_id (self, item);
	status = ip_driver_policy_create (self->b.driver, &args, &created, error);
	if (status == IP_DRIVER_OK)
		item->other = g_strdup (created->id);
	return status;
}

static ip_driver_status
create_range (transfer *self, record *item, ip_driver_error *error)
{
	ip_driver_policy_range_create_args args = IP_DRIVER_POLICY_RANGE_CREATE_ARGS_INIT;
	g_autoptr (ip_driver_policy_range) created = NULL;
	ip_driver_status status;

	args.tenant = transfer_tenant (&self->b, item->parent->values[POLICY_TENANT]);
	args.policy = item->parent->other;
	args.id = record_chosen_id (self, item);
	args.offset = g_ascii_strtoll (item->values[RANGE_OFFSET], NULL, 10);
	args.length = g_ascii_strtoull (item->values[RANGE_LENGTH], NULL, 10);
	status = ip_driver_policy_range_create (self->b.driver, &args, &created, error);
	if (status == IP_DRIVER_OK)
		item->other = g_strdup (created->id);
	return status;
}

static ip_driver_status
create_octet (transfer *self, record *item, ip_driver_error *error)
{
	ip_driver_policy_octet_create_args args = IP_DRIVER_POLICY_OCTET_CREATE_ARGS_INIT;
	g_autoptr (ip_driver_policy_octet) created = NULL;
	ip_driver_status status;

	args.tenant = transfer_tenant (&self->b, item->parent->values[POLICY_TENANT]);
	args.policy = item->parent->other;
	args.id = record_chosen_id (self, item);
	args.octet = (gint32)g_ascii_strtoll (item->values[OCTET_OCTET], NULL, 10);
	status = ip_driver_policy_octet_create (self->b.driver, &args, &created, error);
	if (status == IP_DRIVER_OK)
		item->other = g_strdup (created->id);
	return status;
}

static ip_driver_status
create_mac_range (transfer *self, record *item, ip_driver_error *error)
{
	ip_driver_mac_range_create_args args = IP_DRIVER_MAC_RANGE_CREATE_ARGS_INIT;
	g_autoptr (ip_driver_mac_range) created = NULL;
	ip_driver_status status;

	args.cidr = item->values[MAC_RANGE_CIDR];
	args.id = record_chosen_id (self, item);
	status = ip_driver_mac_range_create (self->b.driver, &args, &created, error);
	if (status == IP_DRIVER_OK)
		item->other = g_strdup (created->id);
	return status;
}

static const record_kind policy_kind = {
	.fields = {"tenant", "name", "description"},
	.counts_as = is_policy,
	.label = policy_label,
	.create = create_policy,
};
static const record_kind range_kind = {
	.fields = {"offset", "length"},
	.counts_as = is_range,
	.label = range_label,
	.create = create_range,
};
static const record_kind octet_kind = {
	.fields = {"octet"},
	.counts_as = is_octet,
	.label = octet_label,
	.create = create_octet,
};
static const record_kind mac_range_kind = {
	.fields = {"cidr"},
	.counts_as = is_mac_range,
	.label = mac_range_label,
	.create = create_mac_range,
};

/* The list that records are read into, and whose they are. */
typedef struct reading {
	transfer_side *side;
	GPtrArray *list;
	record *parent;
} reading;

static ip_driver_status
read_policy (const ip_driver_policy *item, void *data, ip_driver_error *error)
{
	transfer_side *side = data;
	record *policy = record_new (&policy_kind, item->id, NULL);

	record_set (policy, POLICY_TENANT, item->tenant);
	record_set (policy, POLICY_NAME, item->name);
	record_set (policy, POLICY_DESCRIPTION, item->description);
	policy->key = key_of (item->tenant, item->name, key_end);
	g_ptr_array_add (side->policies, policy);
	g_hash_table_insert (side->policy_ids, policy->id, policy);
	return IP_DRIVER_OK;
}

static ip_driver_status
read_range (const ip_driver_policy_range *item, void *data, ip_driver_error *error)
{
	reading *into = data;
	record *range = record_new (&range_kind, item->id, into->parent);

	range->values[RANGE_OFFSET] = g_strdup_printf ("%" G_GINT64_FORMAT, (gint64)item->offset);
	range->values[RANGE_LENGTH] = g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64)item->length);
	range->key = key_of (range->values[RANGE_OFFSET], range->values[RANGE_LENGTH], key_end);
	g_ptr_array_add (into->list, range);
	return IP_DRIVER_OK;
}

static ip_driver_status
read_octet (const ip_driver_policy_octet *item, void *data, ip_driver_error *error)
{
	reading *into = data;
	record *octet = record_new (&octet_kind, item->id, into->parent);

	octet->values[OCTET_OCTET] = g_strdup_printf ("%d", item->octet);
	octet->key = g_strdup (octet->values[OCTET_OCTET]);
	g_ptr_array_add (into->list, octet);
	return IP_DRIVER_OK;
}

static ip_driver_status
read_mac_range (const ip_driver_mac_range *item, void *data, ip_driver_error *error)
{
	record *range = record_new (&mac_range_kind, item->id, NULL);

	range->values[MAC_RANGE_CIDR] = mac_prefix_text (item->cidr);
	if (range->values[MAC_RANGE_CIDR] == NULL)
		record_set (range, MAC_RANGE_CIDR, item->cidr);
	range->key = g_strdup (range->values[MAC_RANGE_CIDR]);
	g_ptr_array_add (data, range);
	return IP_DRIVER_OK;
}

static ip_driver_status
list_policies (transfer *self, transfer_side *side, const char *tenant, ip_driver_error *error)
{
	ip_driver_policy_list_args args = IP_DRIVER_POLICY_LIST_ARGS_INIT;

	args.tenant = tenant;
	return each_policy (side->driver, &args, G_MAXUINT64, NULL, read_policy, side, error);
}

/* A block may have the policy of a tenant that is not meant; then that belongs to it. */
static ip_driver_status
fetch_policies (transfer_side *side, ip_driver_error *error)
{
	for (guint i = 0; i < side->blocks->len && side->all_tenants; i++) {
		const char *id = ((record *)side->blocks->pdata[i])->values[BLOCK_POLICY];
		g_autoptr (ip_driver_policy) policy = NULL;
		ip_driver_status status;

		if (id == NULL || g_hash_table_contains (side->policy_ids, id))
			continue;
		status = ip_driver_policy_get (side->driver, NULL, id, &policy, error);
		/* It may have been deleted since the block was listed. */
		if (status == IP_DRIVER_OK)
			status = read_policy (policy, side, error);
		if (status != IP_DRIVER_OK && status != IP_DRIVER_NOT_FOUND)
			return status;
	}
	return IP_DRIVER_OK;
}

static ip_driver_status
load_policies (transfer *self, transfer_side *side, ip_driver_error *error)
{
	ip_driver_status status;

	if (!transfer_can (side, "policy.list"))
		return IP_DRIVER_OK;
	status = transfer_each_tenant (self, side, list_policies, error);
	return status == IP_DRIVER_OK ? fetch_policies (side, error) : status;
}

ip_driver_status
transfer_load_policies (transfer *self, ip_driver_error *error)
{
	ip_driver_status status;

	if (!transfer_wants (self, TRANSFER_PART_POLICIES))
		return IP_DRIVER_OK;
	status = load_policies (self, &self->a, error);
	return status == IP_DRIVER_OK ? load_policies (self, &self->b, error) : status;
}

/* The ranges and octets of a policy of one side. */
static ip_driver_status
read_parts (const transfer_side *side, record *policy, GPtrArray *ranges, GPtrArray *octets, ip_driver_error *error)
{
	ip_driver_policy_part_list_args args = IP_DRIVER_POLICY_PART_LIST_ARGS_INIT;
	reading into = {.list = ranges, .parent = policy};
	ip_driver_status status;

	args.tenant = transfer_tenant (side, policy->values[POLICY_TENANT]);
	args.policy = policy->id;
	status = each_policy_range (side->driver, &args, G_MAXUINT64, NULL, read_range, &into, error);
	if (status != IP_DRIVER_OK)
		return status;
	into.list = octets;
	return each_policy_octet (side->driver, &args, G_MAXUINT64, NULL, read_octet, &into, error);
}

static ip_driver_status
walk_parts (transfer *self, record *policy, ip_driver_error *error)
{
	g_autoptr (GPtrArray) a_ranges = record_list_new (), a_octets = record_list_new (),
			      b_ranges = record_list_new (), b_octets = record_list_new ();
	ip_driver_status status = read_parts (&self->a, policy, a_ranges, a_octets, error);

	if (status == IP_DRIVER_OK && policy->twin != NULL)
		status = read_parts (&self->b, policy->twin, b_ranges, b_octets, error);
	if (status == IP_DRIVER_OK)
		status = record_walk (self, a_ranges, b_ranges, error);
	if (status == IP_DRIVER_OK)
		status = record_walk (self, a_octets, b_octets, error);
	return status;
}

ip_driver_status
transfer_policies (transfer *self, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	if (!transfer_wants (self, TRANSFER_PART_POLICIES))
		return IP_DRIVER_OK;
	if (transfer_is_lost (self, TRANSFER_PART_POLICIES)) {
		self->lost[TRANSFER_PART_POLICIES] = self->a.policies->len;
		return IP_DRIVER_OK;
	}
	status = record_walk (self, self->a.policies, self->b.policies, error);
	for (guint i = 0; i < self->a.policies->len && status == IP_DRIVER_OK; i++) {
		record *policy = self->a.policies->pdata[i];

		/* Of a policy that only A has, comparing tells nothing more. */
		if (policy->twin != NULL || self->mode != TRANSFER_COMPARE)
			status = walk_parts (self, policy, error);
	}
	return status;
}

ip_driver_status
transfer_mac_ranges (transfer *self, ip_driver_error *error)
{
	ip_driver_mac_range_list_args args = IP_DRIVER_MAC_RANGE_LIST_ARGS_INIT;
	g_autoptr (GPtrArray) a = record_list_new (), b = record_list_new ();
	ip_driver_status status = IP_DRIVER_OK;

	if (!transfer_wants (self, TRANSFER_PART_MAC_RANGES))
		return IP_DRIVER_OK;
	if (transfer_can (&self->a, "mac_range.list"))
		status = each_mac_range (self->a.driver, &args, G_MAXUINT64, NULL, read_mac_range, a, error);
	if (transfer_is_lost (self, TRANSFER_PART_MAC_RANGES)) {
		self->lost[TRANSFER_PART_MAC_RANGES] = a->len;
		return status;
	}
	if (status == IP_DRIVER_OK && transfer_can (&self->b, "mac_range.list"))
		status = each_mac_range (self->b.driver, &args, G_MAXUINT64, NULL, read_mac_range, b, error);
	return status == IP_DRIVER_OK ? record_walk (self, a, b, error) : status;
}
