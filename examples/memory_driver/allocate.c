/*
 * allocate.c: where addresses change hands: which one is given next, and what giving and releasing one
 * does. The operations that do it are in address.c, network.c and interface.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "rules.h"

#include <string.h>

size_t
address_index (struct store *store, const struct block *block, ip_number value)
{
	size_t low = 0, high = store->addresses.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct address *address = STORE_ADDRESS (store, middle);

		if (address->block->sequence < block->sequence || (address->block == block && address->value < value))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The record of an address, in whatever state, or NULL. */
static struct address *
find_record (struct store *store, const struct block *block, ip_number value)
{
	size_t i = address_index (store, block, value);
	struct address *address = i < store->addresses.count ? STORE_ADDRESS (store, i) : NULL;

	return address != NULL && address->block == block && address->value == value ? address : NULL;
}

struct address *
address_find (struct store *store, const struct block *block, ip_number value)
{
	struct address *address = find_record (store, block, value);

	return address != NULL && address->state != ADDRESS_FREE ? address : NULL;
}

int
address_is_available (struct store *store, const struct address *address)
{
	return address->state == ADDRESS_FREE ||
	       (address->state == IP_DRIVER_ADDRESS_DEALLOCATED && address->quarantine_until <= store->now);
}

/* The lowest address of the block, from `from` on, that was never used and may be given. 0: none. */
static int
find_never_used (struct store *store, const struct block *block, ip_number from, ip_number *ret)
{
	size_t i = address_index (store, block, from);

	for (ip_number value = from;; value++) {
		if (i < store->addresses.count && STORE_ADDRESS (store, i)->block == block &&
		    STORE_ADDRESS (store, i)->value == value) {
			i++;
		} else if (!block_excludes (store, block, value)) {
			*ret = value;
			return 1;
		}
		if (value == block->cidr.last)
			return 0;
	}
}

/* The address that was released first, and has rested. 0: none. */
static int
find_rested (struct store *store, const struct block *block, ip_number *ret)
{
	const struct address *best = NULL;

	for (size_t i = address_index (store, block, block->cidr.first); i < store->addresses.count; i++) {
		const struct address *address = STORE_ADDRESS (store, i);

		if (address->block != block)
			break;
		if (address_is_available (store, address) && !block_excludes (store, block, address->value) &&
		    (best == NULL || address->released < best->released))
			best = address;
	}
	if (best != NULL)
		*ret = best->value;
	return best != NULL;
}

/* The next address of an IPv4 block: upwards through never-used ones, then the longest-rested. */
static int
find_next4 (struct store *store, struct block *block, ip_number *ret)
{
	if (!find_never_used (store, block, block->unused_from, ret))
		return find_rested (store, block, ret);
	block->unused_from = *ret;
	return 1;
}

/* The next address of an IPv6 block: the one that belongs to the MAC address, also if it was used before;
 * then upwards from there, and round; then the longest-rested. */
static int
find_next6 (struct store *store, struct block *block, const char *mac, ip_number *ret)
{
	ip_number start = ip_from_mac (&block->cidr, mac);
	const struct address *address = find_record (store, block, start);

	if (address != NULL && address_is_available (store, address) && !block_excludes (store, block, start)) {
		*ret = start;
		return 1;
	}
	return find_never_used (store, block, start, ret) || find_never_used (store, block, block->cidr.first, ret) ||
	       find_rested (store, block, ret);
}

/* Gives an address that may be given. */
static ip_driver_status
address_give (struct store *store, struct block *block, ip_number value, struct user *user,
              struct address **ret_address, ip_driver_error *error)
{
	struct address *address = find_record (store, block, value);
	char text[IP_TEXT_SIZE];

	for (size_t i = 0; user->interface != NULL && i < store->addresses.count; i++) {
		const struct address *other = STORE_ADDRESS (store, i);

		if (other->interface == user->interface && strcmp (other->block->network, block->network) != 0)
			return fail (error, IP_DRIVER_NOT_ALLOWED,
			             "interface \"%s\" is on another network: it has %s of block %s",
			             user->interface->id, ip_format (other->block->cidr.version, other->value, text),
			             other->block->id);
	}
	if (address != NULL) {
		store_change (store, address, sizeof *address);
	} else {
		address = memory_allocate (sizeof *address);
		address->block = block;
		address->value = value;
		store_insert (store, &store->addresses, address_index (store, block, value), address);
	}
	uuid_make (address->id);
	address->state = IP_DRIVER_ADDRESS_ALLOCATED;
	address->interface = user->interface;
	TEXT_SET (address->used_by_tenant, user->tenant);
	address->quarantine_until = 0;
	address->hold_until = user->hold != 0 ? store->now + user->hold : 0;
	if (user->hold != 0 && address->hold_until < store->next_lapse)
		store->next_lapse = address->hold_until;
	address->request = user->request;
	request_ref (store, user->request);
	address->position = user->given++;
	address->created_at = address->updated_at = store->now;
	*ret_address = address;
	return IP_DRIVER_OK;
}

ip_driver_status
allocate_next (struct store *store, struct block *block, struct user *user, struct address **ret_address,
               ip_driver_error *error)
{
	const char *mac = user->interface != NULL ? user->interface->mac : "";
	ip_number value;
	int found;

	if (block->cidr.version == 4) {
		found = find_next4 (store, block, &value);
	} else if (mac[0] != '\0') {
		found = find_next6 (store, block, mac, &value);
	} else {
		return fail (error, IP_DRIVER_INVALID,
		             "an IPv6 address of block %s needs an interface with a MAC address", block->id);
	}
	return found ? address_give (store, block, value, user, ret_address, error) : IP_DRIVER_EXHAUSTED;
}

ip_driver_status
allocate_wanted (struct store *store, struct block *block, ip_number value, struct user *user,
                 struct address **ret_address, ip_driver_error *error)
{
	const struct address *address = find_record (store, block, value);
	char text[IP_TEXT_SIZE];

	ip_format (block->cidr.version, value, text);
	if (address != NULL && address->state == IP_DRIVER_ADDRESS_ALLOCATED)
		return fail (error, IP_DRIVER_DUPLICATE, "%s of block %s is allocated", text, block->id);
	if (address != NULL && !address_is_available (store, address))
		return fail (error, IP_DRIVER_LOCKED, "%s of block %s rests in quarantine", text, block->id);
	if (block_excludes (store, block, value))
		return fail (error, IP_DRIVER_DUPLICATE, "%s of block %s is its gateway, network or broadcast address",
		             text, block->id);
	return address_give (store, block, value, user, ret_address, error);
}

/* The address leaves its interface and its request key. */
static void
address_detach (struct store *store, struct address *address)
{
	struct interface *interface = address->interface;

	request_unref (store, address->request);
	store_change (store, address, sizeof *address);
	address->interface = NULL;
	address->request = NULL;
	address->hold_until = 0;
	address->updated_at = store->now;
	/* An interface that was made for a hold ends with the last of its addresses. */
	if (interface != NULL && interface->is_held && !interface_has_addresses (store, interface))
		interface_remove (store, interface);
}

void
address_release (struct store *store, struct address *address)
{
	address_detach (store, address);
	address->state = IP_DRIVER_ADDRESS_DEALLOCATED;
	address->quarantine_until = store->now + store->quarantine;
	address->released = ++store->last_sequence;
}

void
address_free (struct store *store, struct address *address)
{
	int was_allocated = address->state == IP_DRIVER_ADDRESS_ALLOCATED;

	address_detach (store, address);
	address->state = ADDRESS_FREE;
	if (was_allocated)
		address->released = ++store->last_sequence;
}

void
holds_lapse (struct store *store)
{
	store->next_lapse = INT64_MAX;
	for (size_t i = 0; i < store->addresses.count; i++) {
		struct address *address = STORE_ADDRESS (store, i);

		if (address->hold_until == 0)
			continue;
		if (address->hold_until <= store->now)
			address_free (store, address);
		else if (address->hold_until < store->next_lapse)
			store->next_lapse = address->hold_until;
	}
}

/* Gives a wanted address of a network: from the block without subnets that contains it. */
static ip_driver_status
allocate_wanted_on_network (struct store *store, const char *tenant, const char *network, const char *wanted,
                            struct user *user, struct address **ret_address, ip_driver_error *error)
{
	int version, is_subnetted = 0;
	ip_number value = ip_parse (wanted, &version);

	for (size_t i = 0; i < store->blocks.count; i++) {
		struct block *block = STORE_BLOCK (store, i);

		if (strcmp (block->network, network) != 0 || !text_matches (tenant, block->tenant) ||
		    !cidr_contains (&block->cidr, version, value))
			continue;
		if (!block_has_subnets (store, block))
			return allocate_wanted (store, block, value, user, ret_address, error);
		is_subnetted = 1;
	}
	if (is_subnetted)
		return fail (error, IP_DRIVER_NOT_ALLOWED, "%s lies in a block of network \"%s\" that has subnets",
		             wanted, network);
	return fail (error, IP_DRIVER_NOT_IN_BLOCK, "%s lies in no block of network \"%s\"", wanted, network);
}

ip_driver_status
allocate_on_network (struct store *store, const char *tenant, const char *network, const char *const *wanted,
                     size_t wanted_count, struct user *user, struct address **given, ip_driver_error *error)
{
	int blocks = 0, without_subnets = 0;

	for (size_t i = 0; i < wanted_count; i++) {
		ip_driver_status status =
			allocate_wanted_on_network (store, tenant, network, wanted[i], user, &given[i], error);

		if (status != IP_DRIVER_OK)
			return status;
	}
	if (wanted_count > 0)
		return IP_DRIVER_OK;

	for (int version = 4; version <= 6; version += 2) {
		ip_driver_status status = IP_DRIVER_EXHAUSTED;

		for (size_t i = 0; status == IP_DRIVER_EXHAUSTED && i < store->blocks.count; i++) {
			struct block *block = STORE_BLOCK (store, i);

			if (strcmp (block->network, network) != 0 || !text_matches (tenant, block->tenant))
				continue;
			blocks++;
			if (block->cidr.version != version || block_has_subnets (store, block))
				continue;
			without_subnets++;
			status = allocate_next (store, block, user, &given[user->given], error);
		}
		if (status != IP_DRIVER_OK && status != IP_DRIVER_EXHAUSTED)
			return status;
	}
	if (blocks == 0)
		return fail (error, IP_DRIVER_NOT_FOUND, "there is no network \"%s\"", network);
	if (without_subnets == 0)
		return fail (error, IP_DRIVER_NOT_ALLOWED, "every block of network \"%s\" has subnets", network);
	if (user->given == 0)
		return fail (error, IP_DRIVER_EXHAUSTED, "network \"%s\" has no address left", network);
	return IP_DRIVER_OK;
}
