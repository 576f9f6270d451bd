/*
 * Results: what a driver returns is copied whole and at once, whatever size its struct has; what it must
 * not return is reported as the driver's defect, and never crashes.
 */
#include "support.h"

#include <string.h>

/* Texts in memory that is spoiled as soon as they were returned: so a pointer that was not copied
 * shows. */
static GPtrArray *spoilable;

static const char *
text (const char *value)
{
	char *copy = g_strdup (value);

	g_ptr_array_add (spoilable, copy);
	return copy;
}

static void
spoil (void)
{
	for (guint i = 0; i < spoilable->len; i++) {
		char *value = spoilable->pdata[i];

		memset (value, '!', strlen (value));
	}
	/* Freed too: the sanitizer sees who still reads it. */
	g_ptr_array_set_size (spoilable, 0);
}

/* ---- each type, complete ---- */

static void
make_block (ip_driver_block *block)
{
	*block = (ip_driver_block){.size = sizeof *block,
	                           .id = text ("b-id"),
	                           .tenant = text ("b-tenant"),
	                           .network = text ("b-network"),
	                           .cidr = text ("b-cidr"),
	                           .gateway = text ("b-gateway"),
	                           .broadcast = text ("b-broadcast"),
	                           .netmask = text ("b-netmask"),
	                           .dns1 = text ("b-dns1"),
	                           .dns2 = text ("b-dns2"),
	                           .policy = text ("b-policy"),
	                           .parent = text ("b-parent"),
	                           .created_at = 11,
	                           .updated_at = 12,
	                           .type = IP_DRIVER_BLOCK_PRIVATE,
	                           .version = 6,
	                           .prefix_length = 96};
}

static void
check_block (const ip_driver_block *block)
{
	assert_int_equal (block->size, sizeof *block);
	assert_string_equal (block->id, "b-id");
	assert_string_equal (block->tenant, "b-tenant");
	assert_string_equal (block->network, "b-network");
	assert_string_equal (block->cidr, "b-cidr");
	assert_string_equal (block->gateway, "b-gateway");
	assert_string_equal (block->broadcast, "b-broadcast");
	assert_string_equal (block->netmask, "b-netmask");
	assert_string_equal (block->dns1, "b-dns1");
	assert_string_equal (block->dns2, "b-dns2");
	assert_string_equal (block->policy, "b-policy");
	assert_string_equal (block->parent, "b-parent");
	assert_int_equal (block->created_at, 11);
	assert_int_equal (block->updated_at, 12);
	assert_int_equal (block->type, IP_DRIVER_BLOCK_PRIVATE);
	assert_int_equal (block->version, 6);
	assert_int_equal (block->prefix_length, 96);
}

static void
make_address (ip_driver_address *address)
{
	*address = (ip_driver_address){.size = sizeof *address,
	                               .id = text ("a-id"),
	                               .block = text ("a-block"),
	                               .address = text ("a-address"),
	                               .interface = text ("a-interface"),
	                               .used_by_tenant = text ("a-tenant"),
	                               .used_by_device = text ("a-device"),
	                               .request_key = text ("a-key"),
	                               .created_at = 21,
	                               .updated_at = 22,
	                               .hold_until = 23,
	                               .quarantine_until = 24,
	                               .state = IP_DRIVER_ADDRESS_DEALLOCATED,
	                               .version = 4};
}

static void
check_address (const ip_driver_address *address)
{
	assert_int_equal (address->size, sizeof *address);
	assert_string_equal (address->id, "a-id");
	assert_string_equal (address->block, "a-block");
	assert_string_equal (address->address, "a-address");
	assert_string_equal (address->interface, "a-interface");
	assert_string_equal (address->used_by_tenant, "a-tenant");
	assert_string_equal (address->used_by_device, "a-device");
	assert_string_equal (address->request_key, "a-key");
	assert_int_equal (address->created_at, 21);
	assert_int_equal (address->updated_at, 22);
	assert_int_equal (address->hold_until, 23);
	assert_int_equal (address->quarantine_until, 24);
	assert_int_equal (address->state, IP_DRIVER_ADDRESS_DEALLOCATED);
	assert_int_equal (address->version, 4);
}

static void
make_route (ip_driver_route *route)
{
	*route = (ip_driver_route){.size = sizeof *route,
	                           .id = text ("r-id"),
	                           .block = text ("r-block"),
	                           .destination = text ("r-destination"),
	                           .netmask = text ("r-netmask"),
	                           .gateway = text ("r-gateway"),
	                           .created_at = 31,
	                           .updated_at = 32};
}

static void
check_route (const ip_driver_route *route)
{
	assert_int_equal (route->size, sizeof *route);
	assert_string_equal (route->id, "r-id");
	assert_string_equal (route->block, "r-block");
	assert_string_equal (route->destination, "r-destination");
	assert_string_equal (route->netmask, "r-netmask");
	assert_string_equal (route->gateway, "r-gateway");
	assert_int_equal (route->created_at, 31);
	assert_int_equal (route->updated_at, 32);
}

/* An allocation and what it points to. */
typedef struct {
	ip_driver_allocation allocation;
	ip_driver_address address;
	ip_driver_route routes[2];
	ip_driver_route *pointers[2];
} whole_allocation;

static void
make_allocation (whole_allocation *whole)
{
	make_address (&whole->address);
	for (int i = 0; i < 2; i++) {
		make_route (&whole->routes[i]);
		whole->pointers[i] = &whole->routes[i];
	}
	whole->allocation = (ip_driver_allocation){.size = sizeof whole->allocation,
	                                           .address = &whole->address,
	                                           .network = text ("l-network"),
	                                           .cidr = text ("l-cidr"),
	                                           .gateway = text ("l-gateway"),
	                                           .broadcast = text ("l-broadcast"),
	                                           .netmask = text ("l-netmask"),
	                                           .dns1 = text ("l-dns1"),
	                                           .dns2 = text ("l-dns2"),
	                                           .route_count = 2,
	                                           .routes = whole->pointers};
}

static void
check_allocation (const ip_driver_allocation *allocation)
{
	assert_int_equal (allocation->size, sizeof *allocation);
	check_address (allocation->address);
	assert_string_equal (allocation->network, "l-network");
	assert_string_equal (allocation->cidr, "l-cidr");
	assert_string_equal (allocation->gateway, "l-gateway");
	assert_string_equal (allocation->broadcast, "l-broadcast");
	assert_string_equal (allocation->netmask, "l-netmask");
	assert_string_equal (allocation->dns1, "l-dns1");
	assert_string_equal (allocation->dns2, "l-dns2");
	assert_int_equal (allocation->route_count, 2);
	check_route (allocation->routes[0]);
	check_route (allocation->routes[1]);
}

static ip_driver_status
return_whole (const fake_call *call)
{
	ip_driver_block block;
	ip_driver_address address;
	ip_driver_route route;
	whole_allocation whole, second;
	ip_driver_allocation *allocations[] = {&whole.allocation, &second.allocation};
	const char *lines[2], *problems[1];

	switch (call->result) {
	case FAKE_BLOCK:
		make_block (&block);
		ip_driver_return_block (call->results, &block);
		memset (&block, 0xff, sizeof block);
		break;
	case FAKE_USAGE:
		ip_driver_return_usage (call->results,
		                        &(ip_driver_usage){sizeof (ip_driver_usage), text ("1"), text ("2"), text ("3"),
		                                           text ("4"), text ("5"), text ("6"), text ("7")});
		break;
	case FAKE_ADDRESS:
		make_address (&address);
		ip_driver_return_address (call->results, &address);
		memset (&address, 0xff, sizeof address);
		break;
	case FAKE_MATCH:
		make_block (&block);
		make_address (&address);
		ip_driver_return_address_match (
			call->results, &(ip_driver_address_match){sizeof (ip_driver_address_match), &block, &address});
		break;
	case FAKE_SNAPSHOT:
		ip_driver_return_snapshot (
			call->results,
			&(ip_driver_address_snapshot_result){sizeof (ip_driver_address_snapshot_result), text ("tok")});
		break;
	case FAKE_ALLOCATION:
		make_allocation (&whole);
		ip_driver_return_allocation (call->results, &whole.allocation);
		memset (&whole, 0xff, sizeof whole);
		break;
	case FAKE_INTERFACE:
		make_allocation (&whole);
		make_allocation (&second);
		ip_driver_return_interface (call->results, &(ip_driver_interface){.size = sizeof (ip_driver_interface),
		                                                                  .id = text ("i-id"),
		                                                                  .tenant = text ("i-tenant"),
		                                                                  .device = text ("i-device"),
		                                                                  .mac = text ("i-mac"),
		                                                                  .created_at = 41,
		                                                                  .updated_at = 42,
		                                                                  .allocation_count = 2,
		                                                                  .allocations = allocations});
		memset (&whole, 0xff, sizeof whole);
		break;
	case FAKE_MAC_RANGE:
		ip_driver_return_mac_range (
			call->results,
			&(ip_driver_mac_range){sizeof (ip_driver_mac_range), text ("m-id"), text ("m-cidr"), 51, 52});
		break;
	case FAKE_ROUTE:
		make_route (&route);
		ip_driver_return_route (call->results, &route);
		break;
	case FAKE_POLICY:
		ip_driver_return_policy (call->results, &(ip_driver_policy){sizeof (ip_driver_policy), text ("p-id"),
		                                                            text ("p-tenant"), text ("p-name"),
		                                                            text ("p-description"), 61, 62});
		break;
	case FAKE_RANGE:
		ip_driver_return_policy_range (call->results,
		                               &(ip_driver_policy_range){sizeof (ip_driver_policy_range), text ("g-id"),
		                                                         text ("g-policy"), -71, 72, 73, 74});
		break;
	case FAKE_OCTET:
		ip_driver_return_policy_octet (call->results,
		                               &(ip_driver_policy_octet){sizeof (ip_driver_policy_octet), text ("o-id"),
		                                                         text ("o-policy"), 81, 82, 83, 0});
		break;
	case FAKE_LEASE:
		ip_driver_return_lease (call->results,
		                        &(ip_driver_lease){sizeof (ip_driver_lease), text ("e-block"),
		                                           text ("e-address"), text ("e-mac"), text ("e-client"),
		                                           text ("e-host"), 91, 92, 93});
		break;
	case FAKE_REPORT:
		lines[0] = text ("rule 1");
		lines[1] = text ("rule 2");
		problems[0] = text ("problem");
		ip_driver_return_check_report (
			call->results,
			&(ip_driver_check_report){sizeof (ip_driver_check_report), 1, 2, 3, 2, lines, 1, problems, 4});
		lines[0] = problems[0] = NULL;
		break;
	default:
		fail ();
	}
	spoil ();
	return IP_DRIVER_OK;
}

#define ONE(type, call_)                                                                                               \
	ip_driver_##type *result = NULL;                                                                               \
	ip_driver_error error = IP_DRIVER_ERROR_INIT;                                                                  \
                                                                                                                       \
	fake ()->handler = return_whole;                                                                               \
	assert_ok (call_, &error);                                                                                     \
	assert_int_equal (result->size, sizeof *result)

static void
test_whole_block (void **state)
{
	ONE (block, ip_driver_block_get (*state, "t", UUID_A, &result, &error));
	check_block (result);
	ip_driver_block_free (result);
}

static void
test_whole_usage (void **state)
{
	ONE (usage, ip_driver_block_usage (*state, "t", UUID_A, &result, &error));
	assert_string_equal (result->total, "1");
	assert_string_equal (result->allocated, "2");
	assert_string_equal (result->held, "3");
	assert_string_equal (result->quarantined, "4");
	assert_string_equal (result->excluded, "5");
	assert_string_equal (result->subnetted, "6");
	assert_string_equal (result->free, "7");
	ip_driver_usage_free (result);
}

static void
test_whole_address (void **state)
{
	ONE (address, ip_driver_address_get (*state, "t", UUID_A, "::1", &result, &error));
	check_address (result);
	ip_driver_address_free (result);
}

static void
test_whole_match (void **state)
{
	ip_driver_address_find_args args = IP_DRIVER_ADDRESS_FIND_ARGS_INIT;

	args.address = "::1";
	{
		ONE (address_matches, ip_driver_address_find (*state, &args, &result, &error));
		assert_int_equal (result->count, 1);
		assert_null (result->next_marker);
		assert_int_equal (result->items[0]->size, sizeof *result->items[0]);
		check_block (result->items[0]->block);
		check_address (result->items[0]->address);
		ip_driver_address_matches_free (result);
	}
}

static void
test_whole_snapshot (void **state)
{
	ONE (address_snapshot_result, ip_driver_address_snapshot (*state, &result, &error));
	assert_string_equal (result->token, "tok");
	ip_driver_address_snapshot_result_free (result);
}

static void
test_whole_allocation (void **state)
{
	ip_driver_network_list_args args = IP_DRIVER_NETWORK_LIST_ARGS_INIT;

	args.network = "n";
	args.interface = "i";
	{
		ONE (allocations, ip_driver_network_list (*state, &args, &result, &error));
		assert_int_equal (result->count, 1);
		check_allocation (result->items[0]);
		ip_driver_allocations_free (result);
	}
}

static void
test_whole_interface (void **state)
{
	ONE (interface, ip_driver_interface_get (*state, "t", "i", &result, &error));
	assert_string_equal (result->id, "i-id");
	assert_string_equal (result->tenant, "i-tenant");
	assert_string_equal (result->device, "i-device");
	assert_string_equal (result->mac, "i-mac");
	assert_int_equal (result->created_at, 41);
	assert_int_equal (result->updated_at, 42);
	assert_int_equal (result->allocation_count, 2);
	check_allocation (result->allocations[0]);
	check_allocation (result->allocations[1]);
	/* A part is not the caller's to free, but if he does, nothing happens. */
	ip_driver_allocation_free (result->allocations[0]);
	check_allocation (result->allocations[0]);
	ip_driver_interface_free (result);
}

static void
test_whole_mac_range (void **state)
{
	ONE (mac_range, ip_driver_mac_range_get (*state, UUID_A, &result, &error));
	assert_string_equal (result->id, "m-id");
	assert_string_equal (result->cidr, "m-cidr");
	assert_int_equal (result->created_at, 51);
	assert_int_equal (result->updated_at, 52);
	ip_driver_mac_range_free (result);
}

static void
test_whole_route (void **state)
{
	ONE (route, ip_driver_route_get (*state, "t", UUID_A, UUID_B, &result, &error));
	check_route (result);
	ip_driver_route_free (result);
}

static void
test_whole_policy (void **state)
{
	ONE (policy, ip_driver_policy_get (*state, "t", UUID_A, &result, &error));
	assert_string_equal (result->id, "p-id");
	assert_string_equal (result->tenant, "p-tenant");
	assert_string_equal (result->name, "p-name");
	assert_string_equal (result->description, "p-description");
	assert_int_equal (result->created_at, 61);
	assert_int_equal (result->updated_at, 62);
	ip_driver_policy_free (result);
}

static void
test_whole_range (void **state)
{
	ONE (policy_range, ip_driver_policy_range_get (*state, "t", UUID_A, UUID_B, &result, &error));
	assert_string_equal (result->id, "g-id");
	assert_string_equal (result->policy, "g-policy");
	assert_int_equal (result->offset, -71);
	assert_int_equal (result->length, 72);
	assert_int_equal (result->created_at, 73);
	assert_int_equal (result->updated_at, 74);
	ip_driver_policy_range_free (result);
}

static void
test_whole_octet (void **state)
{
	ONE (policy_octet, ip_driver_policy_octet_get (*state, "t", UUID_A, UUID_B, &result, &error));
	assert_string_equal (result->id, "o-id");
	assert_string_equal (result->policy, "o-policy");
	assert_int_equal (result->created_at, 81);
	assert_int_equal (result->updated_at, 82);
	assert_int_equal (result->octet, 83);
	ip_driver_policy_octet_free (result);
}

static void
test_whole_lease (void **state)
{
	ONE (lease, ip_driver_lease_get (*state, "t", UUID_A, "::1", &result, &error));
	assert_string_equal (result->block, "e-block");
	assert_string_equal (result->address, "e-address");
	assert_string_equal (result->mac, "e-mac");
	assert_string_equal (result->client_id, "e-client");
	assert_string_equal (result->hostname, "e-host");
	assert_int_equal (result->leased_until, 91);
	assert_int_equal (result->created_at, 92);
	assert_int_equal (result->updated_at, 93);
	ip_driver_lease_free (result);
}

static void
test_whole_report (void **state)
{
	ONE (check_report, ip_driver_store_check (*state, &result, &error));
	assert_int_equal (result->blocks, 1);
	assert_int_equal (result->addresses, 2);
	assert_int_equal (result->interfaces, 3);
	assert_int_equal (result->rule_count, 2);
	assert_string_equal (result->rules[0], "rule 1");
	assert_string_equal (result->rules[1], "rule 2");
	assert_int_equal (result->problem_count, 1);
	assert_string_equal (result->problems[0], "problem");
	assert_int_equal (result->problems_total, 4);
	ip_driver_check_report_free (result);
}

static void
test_free_null (void **state)
{
	ip_driver_block_free (NULL);
	ip_driver_blocks_free (NULL);
	ip_driver_usage_free (NULL);
	ip_driver_address_free (NULL);
	ip_driver_addresses_free (NULL);
	ip_driver_address_match_free (NULL);
	ip_driver_address_matches_free (NULL);
	ip_driver_address_snapshot_result_free (NULL);
	ip_driver_allocation_free (NULL);
	ip_driver_allocations_free (NULL);
	ip_driver_interface_free (NULL);
	ip_driver_interfaces_free (NULL);
	ip_driver_mac_range_free (NULL);
	ip_driver_mac_ranges_free (NULL);
	ip_driver_route_free (NULL);
	ip_driver_routes_free (NULL);
	ip_driver_policy_free (NULL);
	ip_driver_policies_free (NULL);
	ip_driver_policy_range_free (NULL);
	ip_driver_policy_ranges_free (NULL);
	ip_driver_policy_octet_free (NULL);
	ip_driver_policy_octets_free (NULL);
	ip_driver_lease_free (NULL);
	ip_driver_leases_free (NULL);
	ip_driver_check_report_free (NULL);
	ip_driver_info_free (NULL);
	ip_driver_infos_free (NULL);
}

/* ---- a driver of another version ---- */

static size_t returned_size;

static ip_driver_status
return_sized_block (const fake_call *call)
{
	/* Larger than any struct, and what lies behind is not zero. */
	union {
		ip_driver_block block;
		char bytes[1024];
	} *large = g_malloc (sizeof *large);

	memset (large, 0xa5, sizeof *large);
	make_block (&large->block);
	large->block.size = returned_size;
	/* The sanitizer sees who reads behind a short struct. */
	if (returned_size > sizeof (size_t) && returned_size < sizeof *large)
		memset (large->bytes + returned_size, 0xa5, sizeof *large - returned_size);
	ip_driver_return_block (call->results, &large->block);
	g_free (large);
	spoil ();
	return IP_DRIVER_OK;
}

static void
test_driver_sizes (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_block *block = NULL;

	fake ()->handler = return_sized_block;
	returned_size = 1024;
	assert_ok (ip_driver_block_get (*state, "t", UUID_A, &block, &error), &error);
	check_block (block);
	ip_driver_block_free (block);
	/* Cut at every byte behind what is required. */
	for (returned_size = offsetof (ip_driver_block, gateway); returned_size < sizeof (ip_driver_block);
	     returned_size++) {
		assert_ok (ip_driver_block_get (*state, "t", UUID_A, &block, &error), &error);
		assert_int_equal (block->size, sizeof *block);
		assert_string_equal (block->cidr, "b-cidr");
		if (returned_size < offsetof (ip_driver_block, gateway) + sizeof (char *))
			assert_null (block->gateway);
		else
			assert_string_equal (block->gateway, "b-gateway");
		if (returned_size < offsetof (ip_driver_block, parent) + sizeof (char *))
			assert_null (block->parent);
		else
			assert_string_equal (block->parent, "b-parent");
		if (returned_size <= offsetof (ip_driver_block, created_at))
			assert_int_equal (block->created_at, 0);
		if (returned_size <= offsetof (ip_driver_block, prefix_length))
			assert_int_equal (block->prefix_length, 0);
		ip_driver_block_free (block);
	}
	block = NULL;
	for (returned_size = sizeof (size_t) + 1; returned_size < offsetof (ip_driver_block, gateway); returned_size++)
		assert_error (ip_driver_block_get (*state, "t", UUID_A, &block, &error), &error, IP_DRIVER_PROTOCOL,
		              "returned a block without");
	for (returned_size = 0; returned_size <= sizeof (size_t); returned_size++)
		assert_error (ip_driver_block_get (*state, "t", UUID_A, &block, &error), &error, IP_DRIVER_INTERNAL,
		              "size");
	returned_size = SIZE_MAX;
	assert_error (ip_driver_block_get (*state, "t", UUID_A, &block, &error), &error, IP_DRIVER_INTERNAL, "size");
	assert_null (block);
}

/* ---- what a driver must not do ---- */

static ip_driver_status
return_nothing (const fake_call *call)
{
	return IP_DRIVER_OK;
}

static ip_driver_status
return_two (const fake_call *call)
{
	support_return (call->results, call->result);
	support_return (call->results, call->result);
	return IP_DRIVER_OK;
}

static ip_driver_status
return_wrong (const fake_call *call)
{
	support_return (call->results, call->result == FAKE_ROUTE ? FAKE_BLOCK : FAKE_ROUTE);
	return IP_DRIVER_OK;
}

static ip_driver_status
return_null (const fake_call *call)
{
	ip_driver_return_block (call->results, NULL);
	ip_driver_return_block (NULL, NULL);
	ip_driver_return_next_marker (NULL, NULL);
	return IP_DRIVER_OK;
}

static ip_driver_status
return_marker_too (const fake_call *call)
{
	support_return (call->results, call->result);
	ip_driver_return_next_marker (call->results, "next");
	return IP_DRIVER_OK;
}

/* All of them name the driver and the operation. */
static void
expect_defect (ip_driver *driver, ip_driver_status (*handler) (const fake_call *call), ip_driver_status expected,
               const char *part)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_block *block = NULL;

	fake ()->handler = handler;
	assert_error (ip_driver_block_get (driver, "t", UUID_A, &block, &error), &error, expected, part);
	assert_non_null (strstr (error.message, "\"good\""));
	assert_non_null (strstr (error.message, "block.get"));
	assert_null (block);
}

static void
test_single (void **state)
{
	expect_defect (*state, return_nothing, IP_DRIVER_INTERNAL, "returned 0 results");
	expect_defect (*state, return_two, IP_DRIVER_INTERNAL, "returned more than 1");
	expect_defect (*state, return_wrong, IP_DRIVER_INTERNAL, "returned a route instead of a block");
	expect_defect (*state, return_null, IP_DRIVER_INTERNAL, "NULL");
	expect_defect (*state, return_marker_too, IP_DRIVER_INTERNAL, "marker");
}

static const char *bad_value;
static int bad_field;

static ip_driver_status
return_bad_block (const fake_call *call)
{
	ip_driver_block block;
	const char **fields[] = {&block.id, &block.tenant, &block.cidr, &block.gateway, &block.parent};

	make_block (&block);
	*fields[bad_field] = bad_value;
	ip_driver_return_block (call->results, &block);
	spoil ();
	return IP_DRIVER_OK;
}

static void
test_bad_text (void **state)
{
	static const char *const names[] = {"id", "tenant", "cidr", "gateway", "parent"};

	for (bad_field = 0; bad_field < 5; bad_field++) {
		g_autofree char *not_utf8 = g_strdup_printf ("%s is not UTF-8", names[bad_field]);
		g_autofree char *without = g_strdup_printf ("a block without %s", names[bad_field]);

		bad_value = "\xff";
		expect_defect (*state, return_bad_block, IP_DRIVER_PROTOCOL, not_utf8);
		bad_value = NULL;
		if (bad_field < 3)
			expect_defect (*state, return_bad_block, IP_DRIVER_PROTOCOL, without);
	}
}

static ip_driver_status
return_bad_interface (const fake_call *call)
{
	whole_allocation whole;
	ip_driver_allocation *allocations[] = {&whole.allocation, NULL};
	ip_driver_interface interface = {
		.size = sizeof interface, .id = "i", .tenant = "t", .allocation_count = 1, .allocations = allocations};

	make_allocation (&whole);
	switch (bad_field) {
	case 0:
		interface.allocation_count = 2;
		break;
	case 1:
		interface.allocations = NULL;
		break;
	case 2:
		interface.allocation_count = SIZE_MAX;
		break;
	case 3:
		whole.allocation.address = NULL;
		break;
	case 4:
		whole.address.id = NULL;
		break;
	case 5:
		whole.pointers[1] = NULL;
		break;
	case 6:
		whole.routes[1].gateway = "\xff";
		break;
	default:
		whole.routes[0].size = 0;
	}
	ip_driver_return_interface (call->results, &interface);
	spoil ();
	return IP_DRIVER_OK;
}

static void
test_bad_nested (void **state)
{
	static const struct {
		ip_driver_status status;
		const char *part;
	} expected[] = {
		{IP_DRIVER_PROTOCOL, "allocations have a gap"},
		{IP_DRIVER_PROTOCOL, "1 allocations and none"},
		{IP_DRIVER_PROTOCOL, "allocations"},
		{IP_DRIVER_PROTOCOL, "an allocation without address"},
		{IP_DRIVER_PROTOCOL, "an address without id"},
		{IP_DRIVER_PROTOCOL, "routes have a gap"},
		{IP_DRIVER_PROTOCOL, "a route whose gateway is not UTF-8"},
		{IP_DRIVER_INTERNAL, "a route whose size is 0"},
	};

	fake ()->handler = return_bad_interface;
	for (bad_field = 0; bad_field < (int)G_N_ELEMENTS (expected); bad_field++) {
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		ip_driver_interface *interface = NULL;

		assert_error (ip_driver_interface_get (*state, "t", "i", &interface, &error), &error,
		              expected[bad_field].status, expected[bad_field].part);
		assert_null (interface);
	}
}

/* ---- lists ---- */

static size_t item_count;
static const char *marker;

static ip_driver_status
return_list (const fake_call *call)
{
	for (size_t i = 0; i < item_count; i++) {
		ip_driver_block block;
		g_autofree char *id = g_strdup_printf ("%zu", i);

		make_block (&block);
		block.id = id;
		ip_driver_return_block (call->results, &block);
		spoil ();
	}
	if (marker != NULL)
		ip_driver_return_next_marker (call->results, marker);
	return IP_DRIVER_OK;
}

static void
test_lists (void **state)
{
	static const size_t counts[] = {0, 1, 4, 5, 16, 17, 64, 65, 200, 1000};
	ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_blocks *blocks = NULL;

	fake ()->handler = return_list;
	args.limit = 1000;
	for (size_t i = 0; i < G_N_ELEMENTS (counts); i++) {
		item_count = counts[i];
		marker = i % 2 == 0 ? NULL : "next";
		assert_ok (ip_driver_block_list (*state, &args, &blocks, &error), &error);
		assert_int_equal (blocks->size, sizeof *blocks);
		assert_int_equal (blocks->count, item_count);
		for (size_t j = 0; j < item_count; j++) {
			assert_int_equal (g_ascii_strtoull (blocks->items[j]->id, NULL, 10), j);
			assert_string_equal (blocks->items[j]->parent, "b-parent");
		}
		if (marker == NULL)
			assert_null (blocks->next_marker);
		else
			assert_string_equal (blocks->next_marker, "next");
		ip_driver_blocks_free (blocks);
	}
	/* More than the page has room for. */
	blocks = NULL;
	args.limit = 3;
	item_count = 4;
	assert_error (ip_driver_block_list (*state, &args, &blocks, &error), &error, IP_DRIVER_INTERNAL,
	              "returned more than 3");
	args.limit = 0;
	item_count = 201;
	assert_error (ip_driver_block_list (*state, &args, &blocks, &error), &error, IP_DRIVER_INTERNAL,
	              "returned more than 200");
	item_count = 200;
	marker = "";
	assert_error (ip_driver_block_list (*state, &args, &blocks, &error), &error, IP_DRIVER_PROTOCOL, "marker");
	marker = "\xff";
	assert_error (ip_driver_block_list (*state, &args, &blocks, &error), &error, IP_DRIVER_PROTOCOL, "marker");
	{
		g_autofree char *too_long = g_strnfill (1025, 'x');
		g_autofree char *longest = g_strnfill (1024, 'x');

		marker = too_long;
		assert_error (ip_driver_block_list (*state, &args, &blocks, &error), &error, IP_DRIVER_PROTOCOL,
		              "marker");
		assert_null (blocks);
		marker = longest;
		assert_ok (ip_driver_block_list (*state, &args, &blocks, &error), &error);
		assert_string_equal (blocks->next_marker, longest);
		ip_driver_blocks_free (blocks);
	}
}

static ip_driver_status
return_some_addresses (const fake_call *call)
{
	for (size_t i = 0; i < item_count; i++)
		support_return (call->results, call->result);
	if (marker != NULL)
		ip_driver_return_next_marker (call->results, marker);
	return IP_DRIVER_OK;
}

static void
test_exact (void **state)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver_network_allocate_args network = IP_DRIVER_NETWORK_ALLOCATE_ARGS_INIT;
	ip_driver_address_reconcile_args reconcile = IP_DRIVER_ADDRESS_RECONCILE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_addresses *addresses = NULL;
	ip_driver_allocations *allocations = NULL;

	fake ()->handler = return_some_addresses;
	marker = NULL;
	args.block = UUID_A;
	args.count = 3;
	item_count = 2;
	assert_error (ip_driver_address_allocate (*state, &args, &addresses, &error), &error, IP_DRIVER_INTERNAL,
	              "address.allocate returned 2 results instead of 3");
	item_count = 4;
	assert_error (ip_driver_address_allocate (*state, &args, &addresses, &error), &error, IP_DRIVER_INTERNAL,
	              "returned more than 3");
	item_count = 3;
	marker = "next";
	assert_error (ip_driver_address_allocate (*state, &args, &addresses, &error), &error, IP_DRIVER_INTERNAL,
	              "not paged");
	marker = NULL;
	network.network = "n";
	item_count = 0;
	assert_error (ip_driver_network_allocate (*state, &network, &allocations, &error), &error, IP_DRIVER_INTERNAL,
	              "network.allocate");
	/* `limit` counts interfaces here. */
	reconcile.tenant = "t";
	reconcile.token = "now";
	reconcile.limit = 1;
	item_count = 7;
	marker = "next";
	assert_null (addresses);
	assert_ok (ip_driver_address_reconcile (*state, &reconcile, &addresses, &error), &error);
	assert_int_equal (addresses->count, 7);
	assert_string_equal (addresses->next_marker, "next");
	ip_driver_addresses_free (addresses);
}

static ip_driver_status
return_and_fail (const fake_call *call)
{
	support_return (call->results, call->result);
	return ip_driver_fail (call->error, IP_DRIVER_EXHAUSTED, "no more");
}

/* Every struct is checked by the same code, so one operation stands for all. */
static void
test_failure_drops (void **state)
{
	expect_defect (*state, return_wrong, IP_DRIVER_INTERNAL, "instead of a block");
	{
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		ip_driver_block *block = NULL;

		fake ()->handler = return_and_fail;
		assert_error (ip_driver_block_get (*state, "t", UUID_A, &block, &error), &error, IP_DRIVER_EXHAUSTED,
		              "no more");
		assert_null (block);
	}
}

static int
setup (void **state)
{
	spoilable = g_ptr_array_new_with_free_func (g_free);
	return support_setup (state);
}

static int
teardown (void **state)
{
	g_ptr_array_unref (spoilable);
	return support_teardown (state);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_whole_block),     cmocka_unit_test (test_whole_usage),
		cmocka_unit_test (test_whole_address),   cmocka_unit_test (test_whole_match),
		cmocka_unit_test (test_whole_snapshot),  cmocka_unit_test (test_whole_allocation),
		cmocka_unit_test (test_whole_interface), cmocka_unit_test (test_whole_mac_range),
		cmocka_unit_test (test_whole_route),     cmocka_unit_test (test_whole_policy),
		cmocka_unit_test (test_whole_range),     cmocka_unit_test (test_whole_octet),
		cmocka_unit_test (test_whole_lease),     cmocka_unit_test (test_whole_report),
		cmocka_unit_test (test_free_null),       cmocka_unit_test (test_driver_sizes),
		cmocka_unit_test (test_single),          cmocka_unit_test (test_bad_text),
		cmocka_unit_test (test_bad_nested),      cmocka_unit_test (test_lists),
		cmocka_unit_test (test_exact),           cmocka_unit_test (test_failure_drops),
	};

	return cmocka_run_group_tests_name ("result", tests, setup, teardown);
}
