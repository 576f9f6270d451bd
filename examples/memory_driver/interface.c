/*
 * interface.c: the operations of ip_driver_interface_ops, and the interfaces that allocations make.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "rules.h"

#include <stdlib.h>
#include <string.h>

struct interface *
interface_find (struct store *store, const char *tenant, const char *id)
{
	for (size_t i = 0; i < store->interfaces.count; i++) {
		struct interface *interface = STORE_INTERFACE (store, i);

		if (strcmp (interface->id, id) == 0)
			return text_matches (tenant, interface->tenant) ? interface : NULL;
	}
	return NULL;
}

static ip_driver_status
interface_require (struct store *store, const char *tenant, const char *id, struct interface **ret_interface,
                   ip_driver_error *error)
{
	*ret_interface = interface_find (store, tenant, id);
	return *ret_interface != NULL ? IP_DRIVER_OK
	                              : fail (error, IP_DRIVER_NOT_FOUND, "there is no interface \"%s\"", id);
}

int
interface_has_addresses (struct store *store, const struct interface *interface)
{
	for (size_t i = 0; i < store->addresses.count; i++)
		if (STORE_ADDRESS (store, i)->interface == interface)
			return 1;
	return 0;
}

ip_driver_status
interface_make (struct store *store, const char *tenant, const char *id, const char *device, const char *mac,
                uint32_t hold, struct interface **ret_interface, ip_driver_error *error)
{
	struct interface *interface;

	if (id != NULL && interface_find (store, NULL, id) != NULL)
		return fail (error, IP_DRIVER_DUPLICATE, "interface id \"%s\" is taken", id);
	for (size_t i = 0; mac != NULL && i < store->interfaces.count; i++)
		if (strcmp (STORE_INTERFACE (store, i)->mac, mac) == 0)
			return fail (error, IP_DRIVER_DUPLICATE, "MAC address %s is taken by interface \"%s\"", mac,
			             STORE_INTERFACE (store, i)->id);
	interface = memory_allocate (sizeof *interface);
	if (id != NULL)
		TEXT_SET (interface->id, id);
	else
		uuid_make (interface->id);
	interface->sequence = ++store->last_sequence;
	TEXT_SET (interface->tenant, tenant);
	TEXT_SET (interface->device, device);
	TEXT_SET (interface->mac, mac);
	interface->is_held = hold != 0;
	interface->created_at = interface->updated_at = store->now;
	store_append (store, &store->interfaces, interface);
	*ret_interface = interface;
	return IP_DRIVER_OK;
}

ip_driver_status
interface_for_allocation (struct store *store, const char *tenant, const char *id, const char *device, const char *mac,
                          uint32_t hold, struct interface **ret_interface, ip_driver_error *error)
{
	struct interface *interface = id != NULL ? interface_find (store, NULL, id) : NULL;

	*ret_interface = interface;
	if (id == NULL && device == NULL && mac == NULL)
		return IP_DRIVER_OK;
	if (interface == NULL)
		return interface_make (store, tenant, id, device, mac, hold, ret_interface, error);
	if (strcmp (interface->tenant, tenant) != 0)
		return fail (error, IP_DRIVER_DUPLICATE, "interface id \"%s\" is taken by another tenant", id);
	if (interface->is_held && hold == 0) {
		store_change (store, interface, sizeof *interface);
		interface->is_held = 0;
	}
	return IP_DRIVER_OK;
}

void
interface_remove (struct store *store, struct interface *interface)
{
	request_unref (store, interface->request);
	store_remove (store, &store->interfaces, interface);
}

static void
interface_delete (struct store *store, struct interface *interface)
{
	/* It ends here, and not with the last address of a hold. */
	store_change (store, interface, sizeof *interface);
	interface->is_held = 0;
	for (size_t i = 0; i < store->addresses.count; i++)
		if (STORE_ADDRESS (store, i)->interface == interface)
			address_release (store, STORE_ADDRESS (store, i));
	interface_remove (store, interface);
}

static void
interface_return (struct store *store, const struct interface *interface, ip_driver_results *results)
{
	ip_driver_interface described = {
		.size = sizeof described,
		.id = interface->id,
		.tenant = interface->tenant,
		.device = text_or_null (interface->device),
		.mac = text_or_null (interface->mac),
		.created_at = interface->created_at,
		.updated_at = interface->updated_at,
	};
	ip_driver_allocation *allocations, **pointers;
	struct allocation_text *texts;
	size_t count = 0;

	for (size_t i = 0; i < store->addresses.count; i++)
		count += STORE_ADDRESS (store, i)->interface == interface;
	allocations = memory_allocate ((count + 1) * sizeof *allocations);
	pointers = memory_allocate ((count + 1) * sizeof *pointers);
	texts = memory_allocate ((count + 1) * sizeof *texts);
	for (size_t i = 0; i < store->addresses.count; i++) {
		size_t n = described.allocation_count;

		if (STORE_ADDRESS (store, i)->interface != interface)
			continue;
		allocation_describe (STORE_ADDRESS (store, i), &allocations[n], &texts[n]);
		pointers[n] = &allocations[n];
		described.allocation_count++;
	}
	described.allocations = pointers;
	ip_driver_return_interface (results, &described);
	free (texts);
	free (pointers);
	free (allocations);
}

/* Makes an interface with its addresses: what create and replace_all have in common. */
static ip_driver_status
interface_create_new (struct store *store, const ip_driver_interface_create_args *args,
                      struct interface **ret_interface, ip_driver_error *error)
{
	ip_driver_status status = interface_make (store, args->tenant, args->id, args->device, args->mac, args->hold,
	                                          ret_interface, error);

	for (size_t i = 0; status == IP_DRIVER_OK && i < args->network_count; i++) {
		const ip_driver_interface_network *network = &args->networks[i];
		struct user user = {.tenant = args->tenant, .interface = *ret_interface, .hold = args->hold};
		struct address **given;

		if (strcmp (network->network, args->networks[0].network) != 0)
			return fail (error, IP_DRIVER_NOT_ALLOWED,
			             "an interface cannot be on two networks: \"%s\", \"%s\"",
			             args->networks[0].network, network->network);
		given = memory_allocate ((network->address_count + 2) * sizeof (struct address *));
		status = allocate_on_network (store, network->tenant != NULL ? network->tenant : args->tenant,
		                              network->network, network->addresses, network->address_count, &user,
		                              given, error);
		free (given);
	}
	return status;
}

static ip_driver_status
interface_create (struct store *store, const ip_driver_interface_create_args *args, ip_driver_results *results,
                  ip_driver_error *error)
{
	struct signature signature = {NULL, 0};
	struct interface *interface;
	struct request *request;
	int repeated;
	ip_driver_status status;

	signature_add (&signature, "interface");
	signature_add (&signature, args->id);
	for (size_t i = 0; i < args->network_count; i++) {
		signature_add (&signature, args->networks[i].tenant);
		signature_add (&signature, args->networks[i].network);
		signature_add_number (&signature, args->networks[i].address_count);
		for (size_t j = 0; j < args->networks[i].address_count; j++)
			signature_add (&signature, args->networks[i].addresses[j]);
	}
	status = request_enter (store, args->tenant, args->request_key, &signature, &request, &repeated, error);
	if (status != IP_DRIVER_OK)
		return status;
	for (size_t i = 0; repeated && i < store->interfaces.count; i++)
		if (STORE_INTERFACE (store, i)->request == request)
			interface_return (store, STORE_INTERFACE (store, i), results);
	if (repeated)
		return IP_DRIVER_OK;
	status = interface_create_new (store, args, &interface, error);
	if (status != IP_DRIVER_OK)
		return status;
	interface->request = request;
	request_ref (store, request);
	interface_return (store, interface, results);
	return IP_DRIVER_OK;
}

static ip_driver_status
memory_interface_create (ip_driver_instance *instance, const ip_driver_interface_create_args *args,
                         ip_driver_results *results, ip_driver_error *error)
{
	struct store *store = store_begin (instance);

	return store_end (store, interface_create (store, args, results, error));
}

static ip_driver_status
memory_interface_get (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_results *results,
                      ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	struct interface *interface;
	ip_driver_status status = interface_require (store, tenant, id, &interface, error);

	if (status == IP_DRIVER_OK)
		interface_return (store, interface, results);
	return store_end (store, status);
}

static ip_driver_status
memory_interface_delete (ip_driver_instance *instance, const char *tenant, const char *id, ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	struct interface *interface;
	ip_driver_status status = interface_require (store, tenant, id, &interface, error);

	if (status == IP_DRIVER_OK)
		interface_delete (store, interface);
	return store_end (store, status);
}

static ip_driver_status
memory_interface_list (ip_driver_instance *instance, const ip_driver_interface_list_args *args,
                       ip_driver_results *results, ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	uint64_t after, last = 0;
	uint32_t count = 0;
	ip_driver_status status = marker_parse (args->marker, &after, error);

	for (size_t i = 0; status == IP_DRIVER_OK && i < store->interfaces.count; i++) {
		const struct interface *interface = STORE_INTERFACE (store, i);

		if (interface->sequence <= after || !text_matches (args->tenant, interface->tenant) ||
		    !text_matches (args->device, interface->device))
			continue;
		if (count++ == args->limit) {
			marker_return (last, results);
			break;
		}
		interface_return (store, interface, results);
		last = interface->sequence;
	}
	return store_end (store, status);
}

/* Deletes the interfaces of a device; tenant: NULL for anyone's. */
static void
interface_delete_all (struct store *store, const char *tenant, const char *device)
{
	for (size_t i = store->interfaces.count; i-- > 0;) {
		struct interface *interface = STORE_INTERFACE (store, i);

		if (strcmp (interface->device, device) == 0 && text_matches (tenant, interface->tenant))
			interface_delete (store, interface);
	}
}

static ip_driver_status
memory_interface_replace_all (ip_driver_instance *instance, const ip_driver_interface_replace_all_args *args,
                              ip_driver_results *results, ip_driver_error *error)
{
	struct store *store = store_begin (instance);
	ip_driver_status status = IP_DRIVER_OK;

	interface_delete_all (store, args->tenant, args->device);
	for (size_t i = 0; status == IP_DRIVER_OK && i < args->interface_count; i++) {
		struct interface *interface;

		status = interface_create_new (store, args->interfaces[i], &interface, error);
		if (status == IP_DRIVER_OK)
			interface_return (store, interface, results);
	}
	return store_end (store, status);
}

static ip_driver_status
memory_interface_delete_all (ip_driver_instance *instance, const char *tenant, const char *device,
                             ip_driver_error *error)
{
	struct store *store = store_begin (instance);

	(void)error;
	interface_delete_all (store, tenant, device);
	return store_end (store, IP_DRIVER_OK);
}

const ip_driver_interface_ops memory_interface_ops = {
	.size = sizeof (ip_driver_interface_ops),
	.create = memory_interface_create,
	.get = memory_interface_get,
	.delete_ = memory_interface_delete,
	.list = memory_interface_list,
	.replace_all = memory_interface_replace_all,
	.delete_all = memory_interface_delete_all,
};
