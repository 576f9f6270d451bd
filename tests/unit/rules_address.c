/*
 * Arguments: the rules of the structs of addresses, networks and interfaces: numbers, combinations,
 * features, arrays; and what of them reaches the driver. Those of the other objects are in rules.c, the
 * general ones in args.c, the forms of text in text.c.
 */
#include "support.h"

#include <string.h>

static int calls;

static ip_driver_status
count_calls (const fake_call *call)
{
	calls++;
	return support_answer (call);
}

/* ---- address.allocate ---- */

static ip_driver_address_allocate_args seen_allocate;

static ip_driver_status
keep_allocate (const fake_call *call)
{
	calls++;
	seen_allocate = *(const ip_driver_address_allocate_args *)call->args;
	assert_string_equal (seen_allocate.block, UUID_A);
	if (seen_allocate.mac != NULL)
		assert_string_equal (seen_allocate.mac, "aa:bb:cc:dd:ee:ff");
	return support_answer (call);
}

static ip_driver_status
allocate (ip_driver *driver, const ip_driver_address_allocate_args *args, ip_driver_error *error)
{
	ip_driver_addresses *addresses = NULL;
	ip_driver_status status = ip_driver_address_allocate (driver, args, &addresses, error);

	if (status == IP_DRIVER_OK)
		assert_int_equal (addresses->count, args->count == 0 ? 1 : args->count);
	else
		assert_null (addresses);
	ip_driver_addresses_free (addresses);
	return status;
}

static ip_driver_address_allocate_args
allocate_args (void)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;

	fake ()->handler = keep_allocate;
	args.tenant = "blue";
	args.block = UUID_A;
	return args;
}

static void
test_allocate (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_address_allocate_args args = allocate_args ();

	args.mac = "AABB.CCDD.EEFF";
	assert_ok (allocate (*state, &args, &error), &error);
	assert_int_equal (seen_allocate.count, 1);
	args.count = IP_DRIVER_ADDRESSES_MAX;
	args.hold = IP_DRIVER_HOLD_MAX;
	assert_ok (allocate (*state, &args, &error), &error);
	assert_int_equal (seen_allocate.count, IP_DRIVER_ADDRESSES_MAX);
	assert_int_equal (seen_allocate.hold, IP_DRIVER_HOLD_MAX);
	calls = 0;
	args.count = IP_DRIVER_ADDRESSES_MAX + 1;
	assert_error (allocate (*state, &args, &error), &error, IP_DRIVER_INVALID, "count 65537");
	args.count = 2;
	args.address = "10.0.0.1";
	assert_error (allocate (*state, &args, &error), &error, IP_DRIVER_INVALID, "10.0.0.1");
	args.address = NULL;
	args.id = UUID_B;
	assert_error (allocate (*state, &args, &error), &error, IP_DRIVER_INVALID, UUID_B);
	args = allocate_args ();
	args.hold = IP_DRIVER_HOLD_MAX + 1;
	assert_error (allocate (*state, &args, &error), &error, IP_DRIVER_INVALID, "hold 86401");
	args = allocate_args ();
	args.request_key = "k";
	args.tenant = NULL;
	assert_error (allocate (*state, &args, &error), &error, IP_DRIVER_INVALID, "tenant is required");
	args.tenant = "blue";
	args.request_key = "";
	assert_error (allocate (*state, &args, &error), &error, IP_DRIVER_INVALID, "request_key");
	args = allocate_args ();
	args.interface = "";
	assert_error (allocate (*state, &args, &error), &error, IP_DRIVER_INVALID, "interface");
	args = allocate_args ();
	args.device = "\xff";
	assert_error (allocate (*state, &args, &error), &error, IP_DRIVER_INVALID, "device");
	args = allocate_args ();
	args.mac = "1";
	assert_error (allocate (*state, &args, &error), &error, IP_DRIVER_INVALID, "mac \"1\" is not a MAC address");
	args = allocate_args ();
	args.address = "010.0.0.1";
	assert_error (allocate (*state, &args, &error), &error, IP_DRIVER_INVALID, "address \"010.0.0.1\"");
	args = allocate_args ();
	args.used_by_tenant = "";
	assert_error (allocate (*state, &args, &error), &error, IP_DRIVER_INVALID, "used_by_tenant");
	args = allocate_args ();
	args.id = "x";
	assert_error (allocate (*state, &args, &error), &error, IP_DRIVER_INVALID, "id \"x\" is not a UUID");
	assert_int_equal (calls, 0);
	args = allocate_args ();
	assert_error (ip_driver_address_allocate (*state, &args, NULL, &error), &error, IP_DRIVER_INVALID, "NULL");
	assert_int_equal (calls, 0);
}

static void
test_features (void **state)
{
	static const char *const features[] = {"request_key", "hold", "many", "chosen_ids"};

	for (size_t i = 0; i < G_N_ELEMENTS (features); i++) {
		ip_driver *driver = support_open_without (features[i]);

		for (size_t j = 0; j < G_N_ELEMENTS (features); j++) {
			ip_driver_error error = IP_DRIVER_ERROR_INIT;
			ip_driver_address_allocate_args args = allocate_args ();

			if (j == 0)
				args.request_key = "k";
			if (j == 1)
				args.hold = 1;
			if (j == 2)
				args.count = 2;
			if (j == 3)
				args.id = UUID_B;
			calls = 0;
			if (i == j) {
				assert_error (allocate (driver, &args, &error), &error, IP_DRIVER_NOT_SUPPORTED,
				              features[i]);
				assert_int_equal (error.retryable, 0);
			} else {
				assert_ok (allocate (driver, &args, &error), &error);
			}
			assert_int_equal (calls, i != j);
		}
		ip_driver_close (driver);
	}
}

/* ---- addresses ---- */

static ip_driver_address_ref seen_refs[3];

static ip_driver_status
keep_refs (const fake_call *call)
{
	const ip_driver_address_refs_args *args = call->args;

	calls++;
	assert_int_equal (args->ref_count, 2);
	memcpy (seen_refs, args->refs, 2 * sizeof seen_refs[0]);
	assert_string_equal (seen_refs[0].block, UUID_B);
	assert_string_equal (seen_refs[0].address, "2001:db8::1");
	assert_string_equal (seen_refs[0].id, UUID_C);
	assert_string_equal (seen_refs[1].block, UUID_A);
	assert_string_equal (seen_refs[1].address, "10.0.0.1");
	assert_string_equal (seen_refs[1].id, UUID_B);
	return IP_DRIVER_OK;
}

static void
test_refs (void **state)
{
	static const char upper_b[] = "BBBBBBBB-2222-3333-4444-555555555555";
	ip_driver_address_ref refs[] = {{upper_b, "2001:DB8:0::1", UUID_C}, {UUID_A, "10.0.0.1", UUID_B}};
	ip_driver_address_ref *one;
	ip_driver_address_refs_args args = IP_DRIVER_ADDRESS_REFS_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	fake ()->handler = keep_refs;
	calls = 0;
	args.tenant = "blue";
	args.refs = refs;
	args.ref_count = 2;
	assert_ok (ip_driver_address_confirm (*state, &args, &error), &error);
	assert_ok (ip_driver_address_cancel (*state, &args, &error), &error);
	assert_int_equal (calls, 2);
	/* The caller's own are as they were. */
	assert_ptr_equal (refs[0].block, upper_b);
	refs[1].id = NULL;
	assert_error (ip_driver_address_confirm (*state, &args, &error), &error, IP_DRIVER_INVALID,
	              "refs[1].id is required");
	refs[1].id = UUID_B;
	refs[0].address = "10.0.0";
	assert_error (ip_driver_address_cancel (*state, &args, &error), &error, IP_DRIVER_INVALID,
	              "refs[0].address \"10.0.0\" is not an IP address");
	refs[0].address = "::";
	refs[1].block = NULL;
	assert_error (ip_driver_address_cancel (*state, &args, &error), &error, IP_DRIVER_INVALID, "refs[1].block");
	args.ref_count = 0;
	assert_error (ip_driver_address_confirm (*state, &args, &error), &error, IP_DRIVER_INVALID, "refs is required");
	args.ref_count = 2;
	args.refs = NULL;
	assert_error (ip_driver_address_confirm (*state, &args, &error), &error, IP_DRIVER_INVALID, "refs is NULL");
	one = g_new0 (ip_driver_address_ref, IP_DRIVER_ADDRESSES_MAX + 1);
	args.refs = one;
	args.ref_count = IP_DRIVER_ADDRESSES_MAX + 1;
	assert_error (ip_driver_address_confirm (*state, &args, &error), &error, IP_DRIVER_INVALID, "65537");
	args.ref_count = SIZE_MAX;
	assert_error (ip_driver_address_confirm (*state, &args, &error), &error, IP_DRIVER_INVALID, "refs");
	g_free (one);
	assert_int_equal (calls, 2);
}

static void
test_address_list (void **state)
{
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_addresses *addresses = NULL;

	fake ()->handler = count_calls;
	calls = 0;
	args.state = 3;
	assert_error (ip_driver_address_list (*state, &args, &addresses, &error), &error, IP_DRIVER_INVALID, "state 3");
	args.state = IP_DRIVER_ADDRESS_DEALLOCATED;
	args.block = "b";
	assert_error (ip_driver_address_list (*state, &args, &addresses, &error), &error, IP_DRIVER_INVALID, "block");
	args.block = NULL;
	args.network = "";
	assert_error (ip_driver_address_list (*state, &args, &addresses, &error), &error, IP_DRIVER_INVALID, "network");
	args.network = NULL;
	args.device = "";
	assert_error (ip_driver_address_list (*state, &args, &addresses, &error), &error, IP_DRIVER_INVALID, "device");
	args.device = NULL;
	args.interface = "";
	assert_error (ip_driver_address_list (*state, &args, &addresses, &error), &error, IP_DRIVER_INVALID,
	              "interface");
	assert_int_equal (calls, 0);
}

static void
test_deallocate_and_purge (void **state)
{
	ip_driver_address_deallocate_args deallocate = IP_DRIVER_ADDRESS_DEALLOCATE_ARGS_INIT;
	ip_driver_address_purge_args purge = IP_DRIVER_ADDRESS_PURGE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	uint64_t purged = 7;

	fake ()->handler = count_calls;
	calls = 0;
	deallocate.block = UUID_A;
	deallocate.address = "::1";
	deallocate.id = "";
	assert_error (ip_driver_address_deallocate (*state, &deallocate, &error), &error, IP_DRIVER_INVALID, "id \"\"");
	purge.address = "10.0.0.1";
	assert_error (ip_driver_address_purge (*state, &purge, &purged, &error), &error, IP_DRIVER_INVALID,
	              "block is required");
	purge.block = UUID_A;
	purge.flags = 2;
	assert_error (ip_driver_address_purge (*state, &purge, &purged, &error), &error, IP_DRIVER_INVALID,
	              "flags 0x2");
	purge.flags = IP_DRIVER_ADDRESS_PURGE_ALL;
	assert_error (ip_driver_address_purge (*state, &purge, NULL, &error), &error, IP_DRIVER_INVALID, "NULL");
	assert_int_equal (purged, 7);
	assert_int_equal (calls, 0);
	assert_ok (ip_driver_address_purge (*state, &purge, &purged, &error), &error);
	assert_int_equal (purged, 42);
}

static ip_driver_status
fail_purge (const fake_call *call)
{
	*call->number = 99;
	return ip_driver_fail (call->error, IP_DRIVER_LOCKED, "it rests");
}

static void
test_purge_fails (void **state)
{
	ip_driver_address_purge_args purge = IP_DRIVER_ADDRESS_PURGE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	uint64_t purged = 7;

	fake ()->handler = fail_purge;
	assert_error (ip_driver_address_purge (*state, &purge, &purged, &error), &error, IP_DRIVER_LOCKED, "it rests");
	assert_int_equal (purged, 7);
}

static void
test_reconcile (void **state)
{
	const char *living[] = {"i-1", "i-2", ""};
	g_autofree char *too_long = g_strnfill (256, 'x');
	ip_driver_address_reconcile_args args = IP_DRIVER_ADDRESS_RECONCILE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_addresses *addresses = NULL;

	fake ()->handler = count_calls;
	calls = 0;
	args.token = "now";
	assert_error (ip_driver_address_reconcile (*state, &args, &addresses, &error), &error, IP_DRIVER_INVALID,
	              "tenant, network or device_prefix is required");
	args.device_prefix = "";
	assert_error (ip_driver_address_reconcile (*state, &args, &addresses, &error), &error, IP_DRIVER_INVALID,
	              "device_prefix");
	args.device_prefix = "compute-7/";
	args.living = living;
	args.living_count = 3;
	assert_error (ip_driver_address_reconcile (*state, &args, &addresses, &error), &error, IP_DRIVER_INVALID,
	              "living[2]");
	living[2] = too_long;
	assert_error (ip_driver_address_reconcile (*state, &args, &addresses, &error), &error, IP_DRIVER_INVALID,
	              "is not 1 to 255 bytes");
	living[2] = NULL;
	assert_error (ip_driver_address_reconcile (*state, &args, &addresses, &error), &error, IP_DRIVER_INVALID,
	              "living[2] is NULL");
	args.living_count = 2;
	args.flags = 4;
	assert_error (ip_driver_address_reconcile (*state, &args, &addresses, &error), &error, IP_DRIVER_INVALID,
	              "flags 0x4");
	args.flags = 3;
	args.living = NULL;
	assert_error (ip_driver_address_reconcile (*state, &args, &addresses, &error), &error, IP_DRIVER_INVALID,
	              "living is NULL");
	args.living_count = SIZE_MAX;
	args.living = living;
	assert_error (ip_driver_address_reconcile (*state, &args, &addresses, &error), &error, IP_DRIVER_INVALID,
	              "living");
	assert_int_equal (calls, 0);
	args.living_count = 0;
	args.grace = UINT32_MAX;
	assert_ok (ip_driver_address_reconcile (*state, &args, &addresses, &error), &error);
	ip_driver_addresses_free (addresses);
}

/* ---- networks and interfaces ---- */

static ip_driver_status
keep_network_allocate (const fake_call *call)
{
	const ip_driver_network_allocate_args *args = call->args;

	calls++;
	assert_int_equal (args->address_count, 2);
	assert_string_equal (args->addresses[0], "10.0.0.1");
	assert_string_equal (args->addresses[1], "::1");
	return support_answer (call);
}

static void
test_network_allocate (void **state)
{
	const char *addresses[] = {"10.0.0.1", "0::1"};
	const char *bad[] = {"10.0.0.1", "010.0.0.1"};
	ip_driver_network_allocate_args args = IP_DRIVER_NETWORK_ALLOCATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_allocations *allocations = NULL;

	fake ()->handler = keep_network_allocate;
	calls = 0;
	args.network = "n";
	args.tenant = "blue";
	args.addresses = bad;
	args.address_count = 2;
	assert_error (ip_driver_network_allocate (*state, &args, &allocations, &error), &error, IP_DRIVER_INVALID,
	              "addresses[1] \"010.0.0.1\" is not an IP address");
	args.addresses = addresses;
	args.address_count = IP_DRIVER_ADDRESSES_MAX + 1;
	assert_error (ip_driver_network_allocate (*state, &args, &allocations, &error), &error, IP_DRIVER_INVALID,
	              "addresses");
	args.address_count = 2;
	args.hold = IP_DRIVER_HOLD_MAX + 1;
	assert_error (ip_driver_network_allocate (*state, &args, &allocations, &error), &error, IP_DRIVER_INVALID,
	              "hold");
	args.hold = 0;
	args.request_key = "k";
	args.tenant = NULL;
	assert_error (ip_driver_network_allocate (*state, &args, &allocations, &error), &error, IP_DRIVER_INVALID,
	              "tenant");
	args.tenant = "blue";
	assert_int_equal (calls, 0);
	assert_ok (ip_driver_network_allocate (*state, &args, &allocations, &error), &error);
	assert_int_equal (allocations->count, 2);
	ip_driver_allocations_free (allocations);
	{
		ip_driver *driver = support_open_without ("hold");

		args.hold = 1;
		assert_error (ip_driver_network_allocate (driver, &args, &allocations, &error), &error,
		              IP_DRIVER_NOT_SUPPORTED, "hold");
		ip_driver_close (driver);
		driver = support_open_without ("request_key");
		args.hold = 0;
		assert_error (ip_driver_network_allocate (driver, &args, &allocations, &error), &error,
		              IP_DRIVER_NOT_SUPPORTED, "request_key");
		ip_driver_close (driver);
	}
}

static ip_driver_status
keep_interface (const fake_call *call)
{
	const ip_driver_interface_create_args *args = call->args;

	calls++;
	assert_int_equal (args->network_count, 2);
	assert_string_equal (args->networks[0].network, "n");
	assert_int_equal (args->networks[0].address_count, 1);
	assert_string_equal (args->networks[0].addresses[0], "fe80::1");
	assert_string_equal (args->networks[1].tenant, "red");
	assert_int_equal (args->networks[1].address_count, 0);
	assert_null (args->networks[1].addresses);
	return support_answer (call);
}

static void
test_interface_create (void **state)
{
	const char *addresses[] = {"FE80::1"};
	ip_driver_interface_network networks[] = {
		{NULL, "n", addresses, 1},
		{"red", "n", addresses, 0},
	};
	ip_driver_interface_create_args args = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_interface *interface = NULL;

	fake ()->handler = keep_interface;
	calls = 0;
	args.tenant = "blue";
	args.hold = 5;
	assert_error (ip_driver_interface_create (*state, &args, &interface, &error), &error, IP_DRIVER_INVALID,
	              "networks is required with a hold");
	args.networks = networks;
	args.network_count = 2;
	assert_ok (ip_driver_interface_create (*state, &args, &interface, &error), &error);
	ip_driver_interface_free (interface);
	interface = NULL;
	assert_int_equal (calls, 1);
	networks[1].network = "m";
	assert_error (ip_driver_interface_create (*state, &args, &interface, &error), &error, IP_DRIVER_NOT_ALLOWED,
	              "networks[1].network \"m\" is not \"n\"");
	networks[1].network = NULL;
	assert_error (ip_driver_interface_create (*state, &args, &interface, &error), &error, IP_DRIVER_INVALID,
	              "networks[1].network is required");
	networks[1].network = "n";
	addresses[0] = "x";
	assert_error (ip_driver_interface_create (*state, &args, &interface, &error), &error, IP_DRIVER_INVALID,
	              "networks[0].addresses[0] \"x\"");
	addresses[0] = NULL;
	assert_error (ip_driver_interface_create (*state, &args, &interface, &error), &error, IP_DRIVER_INVALID,
	              "networks[0].addresses[0] is NULL");
	args.networks = NULL;
	assert_error (ip_driver_interface_create (*state, &args, &interface, &error), &error, IP_DRIVER_INVALID,
	              "networks is NULL");
	args.network_count = 0;
	args.hold = 0;
	args.id = "";
	assert_error (ip_driver_interface_create (*state, &args, &interface, &error), &error, IP_DRIVER_INVALID, "id");
	assert_int_equal (calls, 1);
	assert_null (interface);
}

/* No more addresses than one call may give, in however many networks. */
static void
test_interface_addresses (void **state)
{
	const char **addresses = g_new (const char *, IP_DRIVER_ADDRESSES_MAX);
	ip_driver_interface_network networks[] = {{NULL, "n", addresses, IP_DRIVER_ADDRESSES_MAX},
	                                          {NULL, "n", addresses, 1}};
	ip_driver_interface_create_args args = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	ip_driver_interface_create_args other = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	const ip_driver_interface_create_args *const both[] = {&args, &other};
	ip_driver_interface_replace_all_args replace = IP_DRIVER_INTERFACE_REPLACE_ALL_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_interface *interface = NULL;
	ip_driver_interfaces *interfaces = NULL;

	fake ()->handler = count_calls;
	for (size_t i = 0; i < IP_DRIVER_ADDRESSES_MAX; i++)
		addresses[i] = "10.0.0.1";
	args.tenant = replace.tenant = "blue";
	args.networks = networks;
	args.network_count = 2;
	assert_error (ip_driver_interface_create (*state, &args, &interface, &error), &error, IP_DRIVER_INVALID,
	              "65537");
	args.network_count = 1;
	assert_ok (ip_driver_interface_create (*state, &args, &interface, &error), &error);
	ip_driver_interface_free (interface);
	other.networks = &networks[1];
	other.network_count = 1;
	replace.device = "d";
	replace.interfaces = both;
	replace.interface_count = 2;
	assert_error (ip_driver_interface_replace_all (*state, &replace, &interfaces, &error), &error,
	              IP_DRIVER_INVALID, "65537");
	g_free (addresses);
}

static ip_driver_status
keep_replace_all (const fake_call *call)
{
	const ip_driver_interface_replace_all_args *args = call->args;

	calls++;
	for (size_t i = 0; i < args->interface_count; i++) {
		assert_int_equal (args->interfaces[i]->size, sizeof *args->interfaces[i]);
		assert_string_equal (args->interfaces[i]->tenant, "blue");
		assert_string_equal (args->interfaces[i]->device, "vm");
	}
	if (args->interface_count == 2)
		assert_string_equal (args->interfaces[1]->mac, "02:00:00:00:00:01");
	return support_answer (call);
}

static void
test_replace_all (void **state)
{
	ip_driver_interface_create_args first = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	ip_driver_interface_create_args second = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	const ip_driver_interface_create_args *elements[] = {&first, &second};
	ip_driver_interface_replace_all_args args = IP_DRIVER_INTERFACE_REPLACE_ALL_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_interfaces *interfaces = NULL;

	fake ()->handler = keep_replace_all;
	calls = 0;
	args.tenant = "blue";
	args.device = "vm";
	/* None: all of the device's interfaces go. */
	assert_ok (ip_driver_interface_replace_all (*state, &args, &interfaces, &error), &error);
	assert_int_equal (interfaces->count, 0);
	ip_driver_interfaces_free (interfaces);
	args.interfaces = elements;
	args.interface_count = 2;
	first.tenant = "blue";
	first.device = "vm";
	second.mac = "02-00-00-00-00-01";
	assert_ok (ip_driver_interface_replace_all (*state, &args, &interfaces, &error), &error);
	assert_int_equal (interfaces->count, 2);
	ip_driver_interfaces_free (interfaces);
	assert_int_equal (calls, 2);
	assert_null (second.tenant);
	second.tenant = "red";
	assert_error (ip_driver_interface_replace_all (*state, &args, &interfaces, &error), &error, IP_DRIVER_INVALID,
	              "interfaces[1].tenant \"red\" is not \"blue\"");
	second.tenant = NULL;
	second.device = "other";
	assert_error (ip_driver_interface_replace_all (*state, &args, &interfaces, &error), &error, IP_DRIVER_INVALID,
	              "interfaces[1].device \"other\" is not \"vm\"");
	second.device = NULL;
	second.request_key = "k";
	assert_error (ip_driver_interface_replace_all (*state, &args, &interfaces, &error), &error, IP_DRIVER_INVALID,
	              "interfaces[1].request_key");
	second.request_key = NULL;
	second.hold = 1;
	assert_error (ip_driver_interface_replace_all (*state, &args, &interfaces, &error), &error, IP_DRIVER_INVALID,
	              "interfaces[1].hold");
	second.hold = 0;
	second.reserved = 1;
	assert_error (ip_driver_interface_replace_all (*state, &args, &interfaces, &error), &error, IP_DRIVER_INVALID,
	              "interfaces[1].reserved");
	second.reserved = 0;
	second.size = 3;
	assert_error (ip_driver_interface_replace_all (*state, &args, &interfaces, &error), &error, IP_DRIVER_INVALID,
	              "interfaces[1].size");
	second.size = sizeof second;
	elements[0] = NULL;
	assert_error (ip_driver_interface_replace_all (*state, &args, &interfaces, &error), &error, IP_DRIVER_INVALID,
	              "interfaces[0] is NULL");
	args.interfaces = NULL;
	assert_error (ip_driver_interface_replace_all (*state, &args, &interfaces, &error), &error, IP_DRIVER_INVALID,
	              "interfaces is NULL");
	assert_int_equal (calls, 2);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_allocate),
		cmocka_unit_test (test_features),
		cmocka_unit_test (test_refs),
		cmocka_unit_test (test_address_list),
		cmocka_unit_test (test_deallocate_and_purge),
		cmocka_unit_test (test_purge_fails),
		cmocka_unit_test (test_reconcile),
		cmocka_unit_test (test_network_allocate),
		cmocka_unit_test (test_interface_create),
		cmocka_unit_test (test_interface_addresses),
		cmocka_unit_test (test_replace_all),
	};

	return cmocka_run_group_tests_name ("rules_address", tests, support_setup, support_teardown);
}
