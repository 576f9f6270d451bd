/*
 * The handle: what it says of itself, and the conventions of base.h that hold for every call.
 */
#include "check.h"

#include <stdlib.h>

void
case_driver_info (void)
{
	g_autoptr (ip_driver_info) info = NULL;
	CHECK_STATUS_ (IP_DRIVER_OK, ip_driver_info_get (driver, &info, &check_error), "info_get");
	assert_non_null (info);
	assert_true (info->size >= sizeof *info);
	assert_non_null (info->backend);
	assert_non_null (info->description);
	assert_non_null (info->module_path);
	assert_true (g_file_test (info->module_path, G_FILE_TEST_IS_REGULAR));
	g_autofree char *told = g_canonicalize_filename (info->config_path, NULL);
	g_autofree char *given = g_canonicalize_filename (configuration.path, NULL);
	CHECK_TEXT (told, given);
	assert_null (info->problem);
	assert_true (info->capability_count > 0);
	for (size_t i = 0; i < info->capability_count; i++) {
		assert_int_equal (ip_driver_supports (driver, info->capabilities[i]), 1);
		if (i > 0)
			assert_true (strcmp (info->capabilities[i - 1], info->capabilities[i]) < 0);
	}
}

/* The list of capabilities and the answers agree, also on what is not there. */
void
case_driver_capabilities (void)
{
	static const char *const names[] = {
		"block.create",
		"block.get",
		"block.list",
		"block.update",
		"block.delete",
		"block.usage",
		"subnet.create",
		"subnet.list",
		"address.allocate",
		"address.confirm",
		"address.cancel",
		"address.get",
		"address.list",
		"address.find",
		"address.deallocate",
		"address.restore",
		"address.purge",
		"address.snapshot",
		"address.reconcile",
		"network.get",
		"network.allocate",
		"network.list",
		"network.deallocate",
		"interface.create",
		"interface.get",
		"interface.delete",
		"interface.list",
		"interface.replace_all",
		"interface.delete_all",
		"mac_range.create",
		"mac_range.get",
		"mac_range.list",
		"mac_range.delete",
		"allowed_ip.allow",
		"allowed_ip.get",
		"allowed_ip.list",
		"allowed_ip.disallow",
		"route.create",
		"route.get",
		"route.list",
		"route.update",
		"route.delete",
		"policy.create",
		"policy.get",
		"policy.list",
		"policy.update",
		"policy.delete",
		"policy_range.create",
		"policy_range.get",
		"policy_range.list",
		"policy_range.update",
		"policy_range.delete",
		"policy_octet.create",
		"policy_octet.get",
		"policy_octet.list",
		"policy_octet.update",
		"policy_octet.delete",
		"nat.add",
		"nat.remove",
		"nat.list_globals",
		"nat.list_locals",
		"lease.grant",
		"lease.release",
		"lease.get",
		"lease.list",
		"lease.expire",
		"transaction.begin",
		"transaction.commit",
		"transaction.rollback",
		"store.check",
		"request_key",
		"hold",
		"many",
		"all_tenants",
		"chosen_ids",
	};
	g_autoptr (ip_driver_info) info = NULL;
	CHECK_STATUS_ (IP_DRIVER_OK, ip_driver_info_get (driver, &info, &check_error), "info_get");
	size_t known = 0;
	for (guint i = 0; i < G_N_ELEMENTS (names); i++)
		known += (size_t)ip_driver_supports (driver, names[i]);
	assert_int_equal (known, info->capability_count);
	assert_int_equal (ip_driver_supports (driver, "block.no_such_operation"), 0);
	assert_int_equal (ip_driver_supports (driver, "no_such_group.create"), 0);
	assert_int_equal (ip_driver_supports (driver, "block"), 0);
	assert_int_equal (ip_driver_supports (driver, ""), 0);
}

/* `error` may be NULL, on success and on failure. */
void
case_driver_without_error (void)
{
	const char *tenant = fresh ("tenant");
	ip_driver_block *block = NULL;
	assert_int_equal (ip_driver_block_create (driver,
	                                          ARGS (block_create, .tenant = tenant, .cidr = "10.1.2.0/24",
	                                                .type = IP_DRIVER_BLOCK_PRIVATE),
	                                          &block, NULL),
	                  IP_DRIVER_OK);
	ip_driver_block_free (block);
	block = NULL;
	assert_int_equal (ip_driver_block_get (driver, tenant, fresh_id (), &block, NULL), IP_DRIVER_NOT_FOUND);
	assert_null (block);
}

/* A struct from a newer header is taken as long as its new fields are zero. */
void
case_driver_newer_struct (void)
{
	struct {
		ip_driver_block_create_args args;
		const char *colour;
		guint64 weight;
	} newer = {.args = {.size = sizeof newer,
	                    .tenant = fresh ("tenant"),
	                    .cidr = "10.1.3.0/24",
	                    .type = IP_DRIVER_BLOCK_PRIVATE}};
	g_autoptr (ip_driver_block) block = GET (block_create, block, &newer.args);
	CHECK_TEXT (block->cidr, "10.1.3.0/24");
	newer.weight = 1;
	GET_FAILS (IP_DRIVER_INVALID, block_create, block, &newer.args);
	newer.weight = 0;
	newer.colour = "blue";
	GET_FAILS (IP_DRIVER_INVALID, block_create, block, &newer.args);
	newer.colour = NULL;
	newer.args.size = 0;
	GET_FAILS (IP_DRIVER_INVALID, block_create, block, &newer.args);
}

/* Fields and bits that nobody knows yet are refused, so that they can mean something later. */
void
case_driver_reserved (void)
{
	const char *tenant = fresh ("tenant");
	DO_FAILS (IP_DRIVER_INVALID, block_list, blocks, .tenant = tenant, .flags = 0x40);
	DO_FAILS (IP_DRIVER_INVALID, block_list, blocks, .tenant = tenant, .reserved = 7);
	DO_FAILS (IP_DRIVER_INVALID, block_list, blocks, .tenant = tenant, .limit = IP_DRIVER_PAGE_MAX + 1);
	DO_FAILS (IP_DRIVER_INVALID, block_list, blocks, .tenant = tenant, .type = 3);
	DO_FAILS (IP_DRIVER_INVALID, block_create, block, .tenant = tenant, .cidr = "10.0.0.0/24",
	          .type = IP_DRIVER_BLOCK_PRIVATE, .reserved = 1);
	g_autoptr (ip_driver_blocks) none = DO (block_list, blocks, .tenant = tenant, .limit = IP_DRIVER_PAGE_MAX);
	assert_int_equal (none->count, 0);
	assert_null (none->next_marker);
}

/* Two handles on the same data, open at once, see what the other did. */
void
case_driver_two_handles (void)
{
	if (!configuration.persistent)
		check_skip ("the data of a handle are its own");
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver) other = NULL;
	CHECK_STATUS_ (IP_DRIVER_OK, ip_driver_open (configuration.path, &other, &check_error), "open");
	const char *block = new_block (tenant, NULL, "10.9.8.0/28");
	ip_driver *first = driver;
	for (int i = 1; i <= 10; i++) {
		driver = i % 2 ? other : first;
		CHECK_TEXT (allocate_next (tenant, block), at ("10.9.8.0/28", i));
	}
	driver = first;
	CHECK_USAGE (tenant, block, .total = "16", .allocated = "10", .excluded = "2", .free = "4");
}

void
case_driver_status_names (void)
{
	static const char *const names[] = {
		"ok",       "invalid",       "not_found",        "duplicate",   "conflict", "exhausted",
		"locked",   "not_in_block",  "denied_by_policy", "not_allowed", "denied",   "unavailable",
		"protocol", "not_supported", "config",           "storage",     "internal",
	};
	for (guint i = 0; i < G_N_ELEMENTS (names); i++)
		CHECK_TEXT (ip_driver_status_name ((ip_driver_status)i), names[i]);
	CHECK_TEXT (ip_driver_status_name (-1), "unknown");
	CHECK_TEXT (ip_driver_status_name (G_N_ELEMENTS (names)), "unknown");
}
