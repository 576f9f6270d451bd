/*
 * A driver that was compiled against a shorter, or a longer, vtable loads; its operations work, and what it lacks is
 * "not supported". The same for a caller that was compiled against shorter, or longer, structs.
 *
 *   old_driver_test FOLDER      of the modules `old` and `newer`
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ip_driver/ip_driver.h>

static const char *folder;

static ip_driver *
open_backend (const char *backend)
{
	const ip_driver_setting settings[] = {
		{"ip_driver", "backend", backend},
		{"ip_driver", "module_path", folder},
	};
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = NULL;

	if (ip_driver_open_settings (settings, 2, &driver, &error) != IP_DRIVER_OK)
		fail_msg ("%s", error.message);
	return driver;
}

static void
present_operations_work (ip_driver *driver)
{
	ip_driver_block_create_args create = IP_DRIVER_BLOCK_CREATE_ARGS_INIT;
	ip_driver_address_allocate_args allocate = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;
	ip_driver_address_deallocate_args deallocate = IP_DRIVER_ADDRESS_DEALLOCATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_block *block = NULL;
	ip_driver_addresses *addresses = NULL;
	ip_driver_address *address = NULL;

	assert_int_equal (ip_driver_supports (driver, "block.create"), 1);
	create.tenant = "tenant";
	create.cidr = "192.0.2.0/24";
	create.type = IP_DRIVER_BLOCK_PRIVATE;
	assert_int_equal (ip_driver_block_create (driver, &create, &block, &error), IP_DRIVER_OK);
	assert_string_equal (block->tenant, "tenant");
	assert_string_equal (block->cidr, "192.0.2.0/24");
	/* What the driver did not know of is as if not given. */
	assert_int_equal (block->created_at, 0);

	allocate.tenant = "tenant";
	allocate.block = block->id;
	assert_int_equal (ip_driver_address_allocate (driver, &allocate, &addresses, &error), IP_DRIVER_OK);
	assert_int_equal (addresses->count, 1);
	assert_string_equal (addresses->items[0]->address, "192.0.2.1");
	assert_int_equal (ip_driver_address_get (driver, "tenant", block->id, "192.0.2.1", &address, &error),
	                  IP_DRIVER_OK);
	assert_string_equal (address->block, block->id);

	deallocate.tenant = "tenant";
	deallocate.block = block->id;
	deallocate.address = "192.0.2.1";
	assert_int_equal (ip_driver_address_deallocate (driver, &deallocate, &error), IP_DRIVER_OK);
	assert_int_equal (ip_driver_block_get (driver, "tenant", block->id, &block, &error), IP_DRIVER_NOT_FOUND);

	ip_driver_address_free (address);
	ip_driver_addresses_free (addresses);
	ip_driver_block_free (block);
}

static void
absent_operations_are_not_supported (ip_driver *driver)
{
	static const char *const absent[] = {
		"block.list",      "block.update",      "block.delete",  "block.usage",   "subnet.create",
		"address.confirm", "address.restore",   "address.purge", "address.list",  "address.snapshot",
		"network.get",     "network.allocate",  "interface.get", "policy.create", "lease.grant",
		"store.check",     "transaction.begin", "request_key",   "hold",          "many",
	};
	static const char id[] = "00000000-0000-4000-8000-000000000001";
	ip_driver_block_list_args list = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	ip_driver_network_get_args get = IP_DRIVER_NETWORK_GET_ARGS_INIT;
	ip_driver_address_purge_args purge = IP_DRIVER_ADDRESS_PURGE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_blocks *blocks = NULL;
	ip_driver_usage *usage = NULL;
	ip_driver_address *address = NULL;
	ip_driver_interface *interface = NULL;
	ip_driver_check_report *report = NULL;
	ip_driver *transaction = NULL;
	uint64_t purged = 77;

	for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
		if (ip_driver_supports (driver, absent[i]))
			fail_msg ("%s is supported", absent[i]);

	/* Behind the end of a group, at its very border, in a group that is not there, and behind the end of the
	 * vtable. */
	list.tenant = "tenant";
	assert_int_equal (ip_driver_block_list (driver, &list, &blocks, &error), IP_DRIVER_NOT_SUPPORTED);
	assert_int_equal (error.status, IP_DRIVER_NOT_SUPPORTED);
	assert_int_equal (error.retryable, 0);
	assert_non_null (strstr (error.message, "block.list"));
	assert_int_equal (ip_driver_block_usage (driver, "tenant", id, &usage, &error), IP_DRIVER_NOT_SUPPORTED);
	assert_int_equal (ip_driver_address_restore (driver, "tenant", id, "192.0.2.1", &address, &error),
	                  IP_DRIVER_NOT_SUPPORTED);
	purge.tenant = "tenant";
	assert_int_equal (ip_driver_address_purge (driver, &purge, &purged, &error), IP_DRIVER_NOT_SUPPORTED);
	assert_int_equal (purged, 77);
	get.tenant = "tenant";
	get.network = "network";
	assert_int_equal (ip_driver_network_get (driver, &get, &blocks, &error), IP_DRIVER_NOT_SUPPORTED);
	assert_int_equal (ip_driver_interface_get (driver, "tenant", "interface", &interface, &error),
	                  IP_DRIVER_NOT_SUPPORTED);
	assert_int_equal (ip_driver_store_check (driver, &report, &error), IP_DRIVER_NOT_SUPPORTED);
	assert_int_equal (ip_driver_transaction_begin (driver, &transaction, &error), IP_DRIVER_NOT_SUPPORTED);
	assert_null (blocks);
	assert_null (transaction);
}

static void
old_driver (void **state)
{
	ip_driver *driver = open_backend ("old");

	present_operations_work (driver);
	absent_operations_are_not_supported (driver);
	ip_driver_close (driver);
}

static void
newer_driver (void **state)
{
	ip_driver *driver = open_backend ("newer");

	present_operations_work (driver);
	absent_operations_are_not_supported (driver);
	ip_driver_close (driver);
}

/* A caller that was compiled when the arguments ended with `network`; what follows is not his struct. */
static void
old_caller (void **state)
{
	struct {
		size_t size;
		const char *tenant, *cidr;
		char behind[256];
	} args = {.size = offsetof (ip_driver_block_create_args, network), .tenant = "tenant", .cidr = "192.0.2.0/24"};
	struct {
		size_t size;
		ip_driver_status status;
		int32_t retryable;
		char message[16];
		char behind[64];
	} error = {.size = offsetof (ip_driver_error, message) + 16};
	ip_driver *driver = open_backend ("old");
	ip_driver_block *block = NULL;

	memset (args.behind, 0x5a, sizeof args.behind);
	memset (error.behind, 0x5a, sizeof error.behind);
	/* It had no type to give, and says so instead of taking one from behind the struct. */
	assert_int_equal (ip_driver_block_create (driver, (const ip_driver_block_create_args *)(const void *)&args,
	                                          &block, (ip_driver_error *)(void *)&error),
	                  IP_DRIVER_INVALID);
	assert_null (block);
	assert_int_equal (error.status, IP_DRIVER_INVALID);
	assert_true (memchr (error.message, '\0', sizeof error.message) != NULL);
	for (size_t i = 0; i < sizeof error.behind; i++)
		assert_int_equal (error.behind[i], 0x5a);
	ip_driver_close (driver);
}

/* A caller that was compiled against a later header: what this library does not know must be zero. */
static void
newer_caller (void **state)
{
	struct {
		ip_driver_block_create_args known;
		const char *unknown;
	} args = {.known = {.size = sizeof args,
	                    .tenant = "tenant",
	                    .cidr = "192.0.2.0/24",
	                    .type = IP_DRIVER_BLOCK_PRIVATE}};
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = open_backend ("old");
	ip_driver_block *block = NULL;

	assert_int_equal (ip_driver_block_create (driver, &args.known, &block, &error), IP_DRIVER_OK);
	ip_driver_block_free (block);
	block = NULL;
	args.unknown = "asked for something new";
	assert_int_equal (ip_driver_block_create (driver, &args.known, &block, &error), IP_DRIVER_INVALID);
	assert_null (block);
	ip_driver_close (driver);
}

int
main (int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (old_driver),
		cmocka_unit_test (newer_driver),
		cmocka_unit_test (old_caller),
		cmocka_unit_test (newer_caller),
	};

	if (argc != 2)
		return 2;
	folder = argv[1];
	return cmocka_run_group_tests (tests, NULL, NULL);
}
