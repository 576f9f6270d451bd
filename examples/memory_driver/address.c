/*
 * address.c: the operations of ip_driver_address_ops, but for snapshot and reconcile, which this driver
 * does not have.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
address_describe (const struct address *address, ip_driver_address *ret, char text[IP_TEXT_SIZE])
{
	*ret = (ip_driver_address){
		.size = sizeof *ret,
		.id = address->id,
		.block = address->block->id,
		.address = ip_format (address->block->cidr.version, address->value, text),
		.interface = address->interface != NULL ? address->interface->id : NULL,
		.used_by_tenant = address->used_by_tenant,
		.used_by_device = address->interface != NULL ? text_or_null (address->interface->device) : NULL,
		.request_key = address->request != NULL ? address->request->key : NULL,
		.created_at = address->created_at,
		.updated_at = address->updated_at,
		.hold_until = address->hold_until,
		.quarantine_until = address->quarantine_until,
		.state = address->state,
		.version = address->block->cidr.version,
	};
}

void
address_return (const struct address *address, ip_driver_results *results)
{
	char text[IP_TEXT_SIZE];
	ip_driver_address described;

	address_describe (address, &described, text);
	ip_driver_return_address (results, &described);
}

/* "BLOCK/HIGH/LOW": its sequence, and the halves of the value, in hexadecimal. */
void
address_marker_return (const struct address *address, ip_driver_results *results)
{
	char marker[IP_TEXT_SIZE];

	snprintf (marker, sizeof marker, "%" PRIx64 "/%" PRIx64 "/%" PRIx64, address->block->sequence,
	          (uint64_t)(address->value >> 64), (uint64_t)address->value);
	ip_driver_return_next_marker (results, marker);
}

ip_driver_status
address_marker_parse (const char *marker, uint64_t *ret_sequence, ip_number *ret_value, ip_driver_error *error)
{
	const char *part = marker;
	uint64_t numbers[3] = {0, 0, 0};

	for (int i = 0; marker != NULL && i < 3; i++) {
		size_t length = strspn (part, "0123456789abcdef");

		if (length == 0 || length > 16 || part[length] != (i < 2 ? '/' : '\0'))
			return fail (error, IP_DRIVER_INVALID, "\"%s\" is no marker of this list", marker);
		numbers[i] = strtoull (part, NULL, 16);
		part += length + 1;
	}
	*ret_sequence = numbers[0];
	*ret_value = (ip_number)numbers[1] << 64 | numbers[2];
	return IP_DRIVER_OK;
}

/* The address of a block, allocated or resting. */
static ip_driver_status
address_require (struct store *store, const char *tenant, const char *block_id, const char *text,
                 struct address **ret_address, ip_driver_error *error)
{
	struct block *block;
	int version;
	ip_number value = ip_parse (text, &version);
	ip_driver_status status = block_require (store, tenant, block_id, &block, error);

	if (status != IP_DRIVER_OK)
		return status;
	*ret_address = cidr_contains (&block->cidr, version, value) ? address_find (store, block, value) : NULL;
	if (*ret_address == NULL)
		return fail (error, IP_DRIVER_NOT_FOUND, "%s of block %s is not allocated", text, block_id);
	return IP_DRIVER_OK;
}

/* Gives what the call asks for, one after the other: if one fails, store_end() takes all back. */
static ip_driver_status
address_allocate_new (struct store *store, const ip_driver_address_allocate_args *args, struct block *block,
                      struct request *request, ip_driver_results *results, ip_driver_error *error)
{
	struct user user = {.tenant = args->used_by_tenant != NULL ? args->used_by_tenant : block->tenant,
	                    .hold = args->hold,
	                    .request = request};
	ip_driver_status status = interface_for_allocation (store, user.tenant, args->interface, args->device,
	                                                    args->mac, args->hold, &user.interface, error);

	for (uint32_t i = 0; status == IP_DRIVER_OK && i < args->count; i++) {
		struct address *address;

		if (args->address != NULL) {
			int version;
			ip_number value = ip_parse (args->address, &version);

			if (!cidr_contains (&block->cidr, version, value))
				return fail (error, IP_DRIVER_NOT_IN_BLOCK, "%s is not in block %s", args->address,
				             block->id);
			status = allocate_wanted (store, block, value, &user, &address, error);
		} else {
			status = allocate_next (store, block, &user, &address, error);
			if (status == IP_DRIVER_EXHAUSTED)
				return fail (error, status, "block %s has no address left", block->id);
		}
		if (status != IP_DRIVER_OK)
			return status;
		if (args->id != NULL)
			TEXT_SET (address->id, args->id);
		address_return (address, results);
	}
	return status;
}

static ip_driver_status
address_allocate (struct store *store, const ip_driver_address_allocate_args *args, ip_driver_results *results,
                  ip_driver_error *error)
{
	struct signature signature = {NULL, 0};
	struct request *request;
	struct block *block;
	int repeated;
	ip_driver_status status = block_require (store, args->tenant, args->block, &block, error);

	if (status != IP_DRIVER_OK)
		return status;
	signature_add (&signature, "address");
	signature_add (&signature, args->block);
	signature_add (&signature, args->interface);
	signature_add (&signature, args->address);
	signature_add_number (&signature, args->count);
	status = request_enter (store, args->tenant, args->request_key, &signature, &request, &repeated, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (repeated) {
		size_t count;
		struct address **addresses = request_addresses (store, request, &count);

		for (size_t i = 0; i < count; i++)
			address_return (addresses[i], results);
		free (addresses);
		return IP_DRIVER_OK;
	}
	if (block_has_subnets (store, block))
		return fail (error, IP_DRIVER_NOT_ALLOWED, "block %s has subnets", block->id);
	for (size_t i = 0; args->id != NULL && i < store->addresses.count; i++)
		if (STORE_ADDRESS (store, i)->state != ADDRESS_FREE &&
		    strcmp (STORE_ADDRESS (store, i)->id, args->id) == 0)
			return fail (error, IP_DRIVER_DUPLICATE, "address id %s is taken", args->id);
	return address_allocate_new (store, args, block, request, results, error);
}

static ip_driver_status
memory_address_allocate (ip_driver_instance *instance, const ip_driver_address_allocate_args *args,
                         ip_driver_results *results, ip_driver_error *error)
{
	struct store *store = store_begin (instance);

	return store_end (store, address_allocate (store, args, results, error));
}

/* What a ref names; NULL if that allocation has ended. */
static ip_driver_status
find_ref (struct store *store, const char *tenant, const ip_driver_address_ref *ref, struct address **ret_address,
          ip_driver_error *error)
{
	struct block *block;
	int version;
	ip_number value = ip_parse (ref->address, &version);
	ip_driver_status status = block_require (store, tenant, ref->block, &block, error);

	if (status != IP_DRIVER_OK)
		return status;
	*ret_address = cidr_contains (&block->cidr, version, value) ? address_find (store, block, value) : NULL;
	if (*ret_address != NULL &&
	    ((*ret_address)->state != IP_DRIVER_ADDRESS_ALLOCATED || strcmp ((*ret_address)->id, ref->id) != 0))
		*ret_address = NULL;
	return IP_DRIVER_OK;
}

static ip_driver_status
memory_address_confirm (ip_driver_instance *instance, const ip_driver_address_refs_args *args, ip_driver_error *error)
{
	struct store *store = store_begin (instance);

	for (size_t i = 0; i < args->ref_count; i++) {
		struct address *address;
		ip_driver_status status = find_ref (store, args->tenant, &args->refs[i], &address, error);

		if (status != IP_DRIVER_OK)
			return store_end (store, status);
		if (address == NULL)
			return store_end (store,
			                  fail (error, IP_DRIVER_NOT_FOUND, "allocation %s (%s of block %s) has ended",
			                        args->refs[i].id, args->refs[i].address, args->refs[i].block));
		if (address->hold_until == 0)
			continue;
		store_change (store, address, sizeof *address);
		address->hold_until = 0;
		address->updated_at = store->now;
		if (address->interface != NULL && address->interface->is_held) {
			store_change (store, address->interface, sizeof *address->interface);
			address->interface->is_held = 0;
		}
	}
	return store_end (store, IP_DRIVER_OK);
}

static ip_driver_status
memory_address_cancel (ip_driver_instance *instance, const ip_driver_address_refs_args *args, ip_driver_error *error)
{
	struct store *store = store_begin (instance);

	for (size_t i = 0; i < args->ref_count; i++) {
		struct address *address;
		ip_driver_status status = find_ref (store, args->tenant, &args->refs[i], &address, error);

		if (status != IP_DRIVER_OK)
			return store_end (store, status);
		if (address == NULL)
			continue; /* it has ended already */
		if (address->hold_until == 0)
			return store_end (store, fail (error, IP_DRIVER_NOT_ALLOWED,
			                               "allocation %s (%s of block %s) is confirmed", args->refs[i].id,
			                               args->refs[i].address, args->refs[i].block));
		address_free (store, address);
	}
	return store_end (store, IP_DRIVER_OK);
}

static ip_driver_status
memory_address_get (ip_driver_instance *instance, const char *tenant, const char *block, const char *address_text,
                    ip_driver_results *results, ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	struct address *address;
	ip_driver_status status = address_require (store, tenant, block, address_text, &address, error);

	if (status == IP_DRIVER_OK)
		address_return (address, results);
	return store_end (store, status);
}

static int
list_wants (const ip_driver_address_list_args *args, const struct address *address)
{
	const struct interface *interface = address->interface;

	return address->state != ADDRESS_FREE &&
	       (args->state == IP_DRIVER_ADDRESS_ANY || args->state == address->state) &&
	       text_matches (args->block, address->block->id) &&
	       text_matches (args->tenant, args->block != NULL ? address->block->tenant : address->used_by_tenant) &&
	       text_matches (args->network, address->block->network) &&
	       text_matches (args->interface, interface != NULL ? interface->id : "") &&
	       text_matches (args->device, interface != NULL ? interface->device : "");
}

static ip_driver_status
memory_address_list (ip_driver_instance *instance, const ip_driver_address_list_args *args, ip_driver_results *results,
                     ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	const struct address *last = NULL;
	uint64_t after_block;
	ip_number after_value;
	uint32_t count = 0;
	ip_driver_status status = address_marker_parse (args->marker, &after_block, &after_value, error);
	struct block *block;

	if (status == IP_DRIVER_OK && args->block != NULL)
		status = block_require (store, args->tenant, args->block, &block, error);
	for (size_t i = 0; status == IP_DRIVER_OK && i < store->addresses.count; i++) {
		const struct address *address = STORE_ADDRESS (store, i);

		if (address->block->sequence < after_block ||
		    (address->block->sequence == after_block && address->value <= after_value) ||
		    !list_wants (args, address))
			continue;
		if (count++ == args->limit) {
			address_marker_return (last, results);
			break;
		}
		address_return (address, results);
		last = address;
	}
	return store_end (store, status);
}

/* The order of ip_driver_address_find(): the longest prefix first, then the oldest. A block's place in it is
 * one number, so that it can be the marker. */
static uint64_t
find_rank (const struct block *block)
{
	return (uint64_t)(128 - block->cidr.prefix) << 48 | block->sequence;
}

static ip_driver_status
memory_address_find (ip_driver_instance *instance, const ip_driver_address_find_args *args, ip_driver_results *results,
                     ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	int version;
	ip_number value = ip_parse (args->address, &version);
	uint64_t after;
	ip_driver_status status = marker_parse (args->marker, &after, error);

	for (uint32_t count = 0; status == IP_DRIVER_OK; count++) {
		const struct block *best = NULL;
		const struct address *address;
		char block_text[3][IP_TEXT_SIZE], address_text[IP_TEXT_SIZE];
		ip_driver_block described_block;
		ip_driver_address described_address;

		for (size_t i = 0; i < store->blocks.count; i++) {
			const struct block *block = STORE_BLOCK (store, i);

			if (cidr_contains (&block->cidr, version, value) &&
			    text_matches (args->tenant, block->tenant) && find_rank (block) > after &&
			    (best == NULL || find_rank (block) < find_rank (best)))
				best = block;
		}
		if (best == NULL)
			break;
		if (count == args->limit) {
			marker_return (after, results);
			break;
		}
		address = address_find (store, best, value);
		block_describe (best, &described_block, block_text);
		if (address != NULL)
			address_describe (address, &described_address, address_text);
		ip_driver_return_address_match (
			results, &(ip_driver_address_match){.size = sizeof (ip_driver_address_match),
		                                            .block = &described_block,
		                                            .address = address != NULL ? &described_address : NULL});
		after = find_rank (best);
	}
	return store_end (store, status);
}

static ip_driver_status
memory_address_deallocate (ip_driver_instance *instance, const ip_driver_address_deallocate_args *args,
                           ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	struct address *address;
	ip_driver_status status = address_require (store, args->tenant, args->block, args->address, &address, error);

	if (status == IP_DRIVER_OK && args->id != NULL && strcmp (args->id, address->id) != 0)
		status = fail (error, IP_DRIVER_NOT_FOUND, "allocation %s (%s of block %s) has ended", args->id,
		               args->address, args->block);
	if (status == IP_DRIVER_OK && address->state == IP_DRIVER_ADDRESS_ALLOCATED)
		address_release (store, address);
	return store_end (store, status);
}

static ip_driver_status
memory_address_restore (ip_driver_instance *instance, const char *tenant, const char *block, const char *address_text,
                        ip_driver_results *results, ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	struct address *address;
	ip_driver_status status = address_require (store, tenant, block, address_text, &address, error);

	if (status != IP_DRIVER_OK)
		return store_end (store, status);
	if (address->state == IP_DRIVER_ADDRESS_DEALLOCATED) {
		store_change (store, address, sizeof *address);
		address->state = IP_DRIVER_ADDRESS_ALLOCATED;
		address->quarantine_until = 0;
		address->updated_at = store->now;
	}
	address_return (address, results);
	return store_end (store, IP_DRIVER_OK);
}

static ip_driver_status
address_purge (struct store *store, const ip_driver_address_purge_args *args, uint64_t *ret_purged,
               ip_driver_error *error)
{
	int all = (args->flags & IP_DRIVER_ADDRESS_PURGE_ALL) != 0;
	struct address *only = NULL;
	struct block *block;
	ip_driver_status status = IP_DRIVER_OK;

	if (args->address != NULL)
		status = address_require (store, args->tenant, args->block, args->address, &only, error);
	else if (args->block != NULL)
		status = block_require (store, args->tenant, args->block, &block, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (only != NULL && only->state == IP_DRIVER_ADDRESS_ALLOCATED)
		return fail (error, IP_DRIVER_NOT_ALLOWED, "%s of block %s is allocated", args->address, args->block);
	if (only != NULL && !all && !address_is_available (store, only))
		return fail (error, IP_DRIVER_LOCKED, "%s of block %s rests in quarantine", args->address, args->block);

	*ret_purged = 0;
	for (size_t i = 0; i < store->addresses.count; i++) {
		struct address *address = STORE_ADDRESS (store, i);

		if (address->state != IP_DRIVER_ADDRESS_DEALLOCATED || (only != NULL && address != only) ||
		    !text_matches (args->tenant, address->block->tenant) ||
		    !text_matches (args->block, address->block->id) || (!all && !address_is_available (store, address)))
			continue;
		address_free (store, address);
		++*ret_purged;
	}
	return IP_DRIVER_OK;
}

static ip_driver_status
memory_address_purge (ip_driver_instance *instance, const ip_driver_address_purge_args *args, uint64_t *ret_purged,
                      ip_driver_error *error)
{
	struct store *store = store_begin (instance);

	return store_end (store, address_purge (store, args, ret_purged, error));
}

const ip_driver_address_ops memory_address_ops = {
	.size = sizeof (ip_driver_address_ops),
	.allocate = memory_address_allocate,
	.confirm = memory_address_confirm,
	.cancel = memory_address_cancel,
	.get = memory_address_get,
	.list = memory_address_list,
	.find = memory_address_find,
	.deallocate = memory_address_deallocate,
	.restore = memory_address_restore,
	.purge = memory_address_purge,
};
