/*
 * addresses.c: addresses and their leases, block by block: both sides in numeric order, merged.
 *
 * A resting address arrives by being allocated, leased if it has a lease (which prolongs its rest), and released.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "address_cursor.h"
#include "records.h"

#include "paging.h"
#include "present.h"
#include "same.h"

/* One block of A, and what is known of its addresses. */
typedef struct block_walk {
	transfer *transfer;
	record *block;
	/* Address (address_key) → lease, of each side; NULL until they are asked for. */
	GHashTable *leases_a;
	GHashTable *leases_b;
} block_walk;

typedef struct lease {
	char *mac;
	char *client_id;
	char *hostname;
	gint64 leased_until;
} lease;

static void
free_lease (void *data)
{
	lease *self = data;

	g_free (self->mac);
	g_free (self->client_id);
	g_free (self->hostname);
	g_free (self);
}

static ip_driver_status
keep_lease (const ip_driver_lease *item, void *data, ip_driver_error *error)
{
	lease *kept = g_new0 (lease, 1);

	kept->mac = g_strdup (item->mac);
	kept->client_id = g_strdup (item->client_id);
	kept->hostname = g_strdup (item->hostname);
	kept->leased_until = item->leased_until;
	g_hash_table_insert (data, address_key (NULL, item->address), kept);
	return IP_DRIVER_OK;
}

/* Leases come in the order in which they run out; so those of the block are read whole. */
static ip_driver_status
read_leases (const transfer_side *side, const char *tenant, const char *block, GHashTable **ret_leases,
             ip_driver_error *error)
{
	ip_driver_lease_list_args args = IP_DRIVER_LEASE_LIST_ARGS_INIT;

	*ret_leases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_lease);
	if (block == NULL || !transfer_can (side, "lease.list"))
		return IP_DRIVER_OK;
	args.tenant = transfer_tenant (side, tenant);
	args.block = block;
	return each_lease (side->driver, &args, G_MAXUINT64, NULL, keep_lease, *ret_leases, error);
}

static ip_driver_status
find_leases (block_walk *self, const char *address, const lease **ret_a, const lease **ret_b, ip_driver_error *error)
{
	transfer *transfer = self->transfer;
	g_autofree char *key = NULL;
	ip_driver_status status = IP_DRIVER_OK;

	*ret_a = *ret_b = NULL;
	if (!transfer_wants (transfer, TRANSFER_PART_LEASES))
		return IP_DRIVER_OK;
	if (self->leases_a == NULL) {
		const record *there = self->block->twin;

		status = read_leases (&transfer->a, self->block->values[BLOCK_TENANT], self->block->id, &self->leases_a,
		                      error);
		if (status == IP_DRIVER_OK) {
			status = read_leases (&transfer->b, self->block->values[BLOCK_TENANT],
			                      there != NULL ? there->id : NULL, &self->leases_b, error);
		}
	}
	if (status != IP_DRIVER_OK)
		return status;
	key = address_key (NULL, address);
	*ret_a = g_hash_table_lookup (self->leases_a, key);
	*ret_b = g_hash_table_lookup (self->leases_b, key);
	return IP_DRIVER_OK;
}

/* "address 10.0.0.9 in block 10.0.0.0/24 of tenant t". */
static char *
label_of (const block_walk *self, const char *kind, const char *address)
{
	g_autofree char *block = self->block->kind->label (self->block);

	return g_strdup_printf ("%s %s in %s", kind, address, block);
}

static const char *
state_of (const ip_driver_address *item)
{
	if (item->hold_until != 0)
		return "held";
	return item->state == IP_DRIVER_ADDRESS_DEALLOCATED ? "resting" : "allocated";
}

static gboolean
is_resting (const ip_driver_address *item)
{
	return item->state == IP_DRIVER_ADDRESS_DEALLOCATED;
}

/* How many addresses of A have this one's key; 1 unless one call allocated several. */
static int
key_users (const transfer *self, const record *block, const char *request_key)
{
	g_autofree char *key = key_of (block->values[BLOCK_TENANT], request_key, key_end);

	return GPOINTER_TO_INT (g_hash_table_lookup (self->request_keys, key));
}

/* The key that an address of A brings along. */
static const char *
key_to_carry (const transfer *self, const record *block, const ip_driver_address *item)
{
	if (item->request_key == NULL || transfer_skips (self, TRANSFER_PART_REQUEST_KEYS))
		return NULL;
	/* Comparing does not count them beforehand. */
	return self->mode != TRANSFER_COMPARE && key_users (self, block, item->request_key) > 1 ? NULL
	                                                                                        : item->request_key;
}

static void
count_key (transfer *self, const record *block, const ip_driver_address *item)
{
	char *key;
	int users;

	if (item->request_key == NULL || transfer_skips (self, TRANSFER_PART_REQUEST_KEYS))
		return;
	key = key_of (block->values[BLOCK_TENANT], item->request_key, key_end);
	users = GPOINTER_TO_INT (g_hash_table_lookup (self->request_keys, key)) + 1;
	g_hash_table_insert (self->request_keys, key, GINT_TO_POINTER (users));
	if (transfer_is_lost (self, TRANSFER_PART_REQUEST_KEYS))
		self->lost[TRANSFER_PART_REQUEST_KEYS]++;
	else if (users > 1 && !transfer_skips (self, TRANSFER_PART_SHARED_KEYS))
		self->lost[TRANSFER_PART_SHARED_KEYS] += users == 2 ? 2 : 1;
}

static ip_driver_status
grant_lease (block_walk *self, const char *address, const lease *wanted, ip_driver_error *error)
{
	ip_driver_lease_grant_args args = IP_DRIVER_LEASE_GRANT_ARGS_INIT;
	g_autoptr (ip_driver_lease) granted = NULL;
	ip_driver_status status = transfer_begin_write (self->transfer, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = transfer_tenant (&self->transfer->b, self->block->values[BLOCK_TENANT]);
	args.block = self->block->other;
	args.address = address;
	args.mac = wanted->mac;
	args.client_id = wanted->client_id;
	args.hostname = wanted->hostname;
	args.duration = lease_duration (wanted->leased_until);
	return ip_driver_lease_grant (self->transfer->b.driver, &args, &granted, error);
}

static ip_driver_status
release_address (block_walk *self, const char *address, ip_driver_error *error)
{
	ip_driver_address_deallocate_args args = IP_DRIVER_ADDRESS_DEALLOCATE_ARGS_INIT;
	ip_driver_status status = transfer_begin_write (self->transfer, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.tenant = transfer_tenant (&self->transfer->b, self->block->values[BLOCK_TENANT]);
	args.block = self->block->other;
	args.address = address;
	return ip_driver_address_deallocate (self->transfer->b.driver, &args, error);
}

static ip_driver_status
allocate_address (block_walk *self, const ip_driver_address *item, ip_driver_error *error)
{
	transfer *transfer = self->transfer;
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	g_autoptr (ip_driver_addresses) created = NULL;
	ip_driver_status status = transfer_begin_write (transfer, error);

	if (status != IP_DRIVER_OK)
		return status;
	args.block = self->block->other;
	args.address = item->address;
	args.interface = item->interface;
	args.used_by_tenant = item->used_by_tenant;
	args.request_key = key_to_carry (transfer, self->block, item);
	/* A key is the block's tenant's. */
	args.tenant = args.request_key != NULL ? self->block->values[BLOCK_TENANT]
	                                       : transfer_tenant (&transfer->b, self->block->values[BLOCK_TENANT]);
	args.id = transfer->ids ? item->id : NULL;
	return ip_driver_address_allocate (transfer->b.driver, &args, &created, error);
}

static ip_driver_status
walk_missing (block_walk *self, const ip_driver_address *item, ip_driver_error *error)
{
	transfer *transfer = self->transfer;
	gboolean write = transfer->mode == TRANSFER_WRITE;
	g_autofree char *what = transfer->mode != TRANSFER_LOOK ? label_of (self, "address", item->address) : NULL;
	const lease *leased, *there;
	ip_driver_status status = find_leases (self, item->address, &leased, &there, error);

	if (status == IP_DRIVER_OK && write) {
		status = allocate_address (self, item, error);
		if (status == IP_DRIVER_OK && leased != NULL)
			status = grant_lease (self, item->address, leased, error);
		if (status == IP_DRIVER_OK && is_resting (item))
			status = release_address (self, item->address, error);
		if (status != IP_DRIVER_OK)
			return transfer_fail (transfer, what, error);
	}
	if (status != IP_DRIVER_OK)
		return status;
	transfer_note_only (transfer, TRANSFER_ADDRESSES, what, FALSE);
	if (leased != NULL && transfer_is_lost (transfer, TRANSFER_PART_LEASES))
		transfer->lost[TRANSFER_PART_LEASES]++;
	else if (leased != NULL && transfer->mode != TRANSFER_COMPARE)
		transfer_note_only (transfer, TRANSFER_LEASES, what, FALSE);
	return IP_DRIVER_OK;
}

/* When a lease ends, for a person. Owned by the caller. */
static char *
time_text (gint64 seconds)
{
	json_t *time = present_time (seconds);
	char *text = g_strdup (json_string_value (time));

	json_decref (time);
	return text;
}

static ip_driver_status
walk_leases (block_walk *self, const ip_driver_address *item, ip_driver_error *error)
{
	transfer *transfer = self->transfer;
	const lease *here, *there;
	g_autofree char *what = NULL;
	ip_driver_status status = find_leases (self, item->address, &here, &there, error);

	if (status != IP_DRIVER_OK || (here == NULL && (there == NULL || transfer->mode != TRANSFER_COMPARE)))
		return status;
	what = label_of (self, "lease of", item->address);
	if (here == NULL || there == NULL) {
		if (transfer_is_lost (transfer, TRANSFER_PART_LEASES)) {
			transfer->lost[TRANSFER_PART_LEASES]++;
			return IP_DRIVER_OK;
		}
		if (transfer->mode == TRANSFER_WRITE && !is_resting (item)) {
			status = grant_lease (self, item->address, here, error);
			if (status != IP_DRIVER_OK)
				return transfer_fail (transfer, what, error);
		}
		/* A resting address is leased before it is released, or never. */
		if (transfer->mode == TRANSFER_COMPARE || !is_resting (item))
			transfer_note_only (transfer, TRANSFER_LEASES, what, here == NULL);
		return IP_DRIVER_OK;
	}
	{
		gboolean same_end = same_lease_end (here->leased_until, there->leased_until);
		g_autofree char *end_here = time_text (here->leased_until),
				*end_there = time_text (there->leased_until);
		const transfer_value values[] = {
			{"mac", here->mac, there->mac},
			{"client_id", here->client_id, there->client_id},
			{"hostname", here->hostname, there->hostname},
			{"leased_until", end_here, same_end ? end_here : end_there},
			{NULL, NULL, NULL},
		};

		if (transfer_values_agree (values))
			transfer->same[TRANSFER_LEASES]++;
		else
			transfer_note_values (transfer, TRANSFER_LEASES, what, values);
	}
	return IP_DRIVER_OK;
}

/* An earlier run was stopped between allocating an address and releasing it: the id says that it is the same. */
static gboolean
is_unreleased (const transfer *self, const ip_driver_address *item, const ip_driver_address *there)
{
	return self->mode != TRANSFER_COMPARE && self->ids && is_resting (item) && !is_resting (there) &&
	       there->interface == NULL && there->hold_until == 0 && g_strcmp0 (item->id, there->id) == 0;
}

static ip_driver_status
complete_release (block_walk *self, const ip_driver_address *item, ip_driver_error *error)
{
	transfer *transfer = self->transfer;
	const lease *here, *there;
	ip_driver_status status = find_leases (self, item->address, &here, &there, error);

	if (status == IP_DRIVER_OK && transfer->mode == TRANSFER_WRITE) {
		if (here != NULL && there == NULL)
			status = grant_lease (self, item->address, here, error);
		if (status == IP_DRIVER_OK)
			status = release_address (self, item->address, error);
		if (status != IP_DRIVER_OK) {
			g_autofree char *what = label_of (self, "address", item->address);

			return transfer_fail (transfer, what, error);
		}
	}
	if (status == IP_DRIVER_OK)
		transfer->incomplete[TRANSFER_ADDRESSES]++;
	return status;
}

static ip_driver_status
walk_pair (block_walk *self, const ip_driver_address *item, const ip_driver_address *there, ip_driver_error *error)
{
	transfer *transfer = self->transfer;
	const char *key = key_to_carry (transfer, self->block, item);
	gboolean ignore_key = transfer_skips (transfer, TRANSFER_PART_REQUEST_KEYS) ||
	                      (transfer_skips (transfer, TRANSFER_PART_SHARED_KEYS) && there->request_key == NULL);
	const transfer_value values[] = {
		{"state", state_of (item), state_of (there)},
		{"interface", item->interface, there->interface},
		{"used_by_tenant", item->used_by_tenant, there->used_by_tenant},
		{"request_key", key, ignore_key ? key : there->request_key},
		/* Last, so that it can be left out. */
		{transfer->ids ? "id" : NULL, item->id, there->id},
		{NULL, NULL, NULL},
	};

	if (is_unreleased (transfer, item, there))
		return complete_release (self, item, error);
	if (transfer_values_agree (values)) {
		transfer->same[TRANSFER_ADDRESSES]++;
		return walk_leases (self, item, error);
	}
	{
		g_autofree char *what = label_of (self, "address", item->address);

		transfer_note_values (transfer, TRANSFER_ADDRESSES, what, values);
	}
	return IP_DRIVER_OK;
}

/* An address of A, and B's if it has it. */
static ip_driver_status
walk_address (block_walk *self, const ip_driver_address *item, const ip_driver_address *there, ip_driver_error *error)
{
	transfer *transfer = self->transfer;
	ip_driver_status status = transfer_meet_interface (transfer, item->used_by_tenant, item->interface, error);

	if (status != IP_DRIVER_OK)
		return status;
	if (transfer->mode == TRANSFER_LOOK) {
		g_hash_table_add (transfer->used_blocks, g_strdup (self->block->id));
		count_key (transfer, self->block, item);
	}
	return there != NULL ? walk_pair (self, item, there, error) : walk_missing (self, item, error);
}

static gboolean
is_left_out (const transfer *self, const ip_driver_address *item)
{
	return is_resting (item) && transfer_skips (self, TRANSFER_PART_RESTING);
}

/* What both have at the place of the one that comes first; either may be NULL. */
static ip_driver_status
walk_place (block_walk *self, const ip_driver_address *item, const ip_driver_address *there, ip_driver_error *error)
{
	transfer *transfer = self->transfer;

	if (item != NULL && item->hold_until != 0) {
		transfer->holds_a++;
		item = NULL;
	}
	/* One that A has for good is in the way of nothing that may hold it meanwhile. */
	if (there != NULL && there->hold_until != 0 && item == NULL) {
		transfer->holds_b++;
		there = NULL;
	}
	if (item != NULL && is_left_out (transfer, item))
		return IP_DRIVER_OK;
	if (there != NULL && is_left_out (transfer, there) && item == NULL)
		return IP_DRIVER_OK;
	if (item != NULL)
		return walk_address (self, item, there, error);
	if (there != NULL && transfer->mode == TRANSFER_COMPARE) {
		g_autofree char *what = label_of (self, "address", there->address);

		transfer_note_only (transfer, TRANSFER_ADDRESSES, what, TRUE);
	}
	return IP_DRIVER_OK;
}

static ip_driver_status
merge (block_walk *self, address_cursor *a, address_cursor *b, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	while ((a->item != NULL || b->item != NULL) && status == IP_DRIVER_OK) {
		int order = a->item == NULL ? 1 : b->item == NULL ? -1 : cidr_compare (&a->at, &b->at);

		status = walk_place (self, order <= 0 ? a->item : NULL, order >= 0 ? b->item : NULL, error);
		if (status == IP_DRIVER_OK)
			status = transfer_step (self->transfer, error);
		if (status == IP_DRIVER_OK && order <= 0)
			status = address_cursor_next (a, error);
		if (status == IP_DRIVER_OK && order >= 0)
			status = address_cursor_next (b, error);
	}
	return status;
}

static ip_driver_status
walk_block (transfer *self, record *block, ip_driver_error *error)
{
	g_auto (address_cursor) a = {NULL}, b = {NULL};
	const record *there = block->twin;
	block_walk walk = {.transfer = self, .block = block};
	ip_driver_status status = IP_DRIVER_OK;

	/* A block with subnets has no addresses. */
	if (block->has_subnets && (there == NULL || there->has_subnets))
		return block_finish (self, block, error);
	status = address_cursor_open (&a, &self->a, block->values[BLOCK_TENANT], block->id, error);
	if (status == IP_DRIVER_OK) {
		status = address_cursor_open (&b, &self->b, block->values[BLOCK_TENANT],
		                              there != NULL ? there->id : NULL, error);
	}
	if (status == IP_DRIVER_OK)
		status = merge (&walk, &a, &b, error);
	g_clear_pointer (&walk.leases_a, g_hash_table_unref);
	g_clear_pointer (&walk.leases_b, g_hash_table_unref);
	return status == IP_DRIVER_OK ? block_finish (self, block, error) : status;
}

ip_driver_status
transfer_addresses (transfer *self, ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	if (self->mode == TRANSFER_LOOK)
		g_hash_table_remove_all (self->request_keys);
	for (guint i = 0; i < self->a.blocks->len && status == IP_DRIVER_OK; i++) {
		record *block = self->a.blocks->pdata[i];

		/* Of a block that only A has, comparing tells nothing more. */
		if (block->twin != NULL || self->mode != TRANSFER_COMPARE)
			status = walk_block (self, block, error);
	}
	return status;
}
