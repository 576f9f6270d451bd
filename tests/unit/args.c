/*
 * Arguments: for every operation, from a table written from the client headers (not from lib/), that
 * what is required is required, what is reserved is refused, that structs of other sizes are taken as
 * ip_driver/base.h says, and what needs a feature. Then the rules of single structs.
 */
#include "support.h"

#include <string.h>

/* ---- every operation with an args struct ---- */

#define WRAP(operation, result)                                                                                        \
	static ip_driver_status call_##operation (ip_driver *driver, const void *args, ip_driver_error *error)         \
	{                                                                                                              \
		ip_driver_##result *returned = NULL;                                                                   \
		ip_driver_status status = ip_driver_##operation (driver, args, &returned, error);                      \
                                                                                                                       \
		ip_driver_##result##_free (returned);                                                                  \
		return status;                                                                                         \
	}
#define WRAP_NONE(operation)                                                                                           \
	static ip_driver_status call_##operation (ip_driver *driver, const void *args, ip_driver_error *error)         \
	{                                                                                                              \
		return ip_driver_##operation (driver, args, error);                                                    \
	}

WRAP (block_create, block)
WRAP (block_list, blocks)
WRAP (block_update, block)
WRAP (subnet_create, block)
WRAP (subnet_list, blocks)
WRAP (address_allocate, addresses)
WRAP_NONE (address_confirm)
WRAP_NONE (address_cancel)
WRAP (address_list, addresses)
WRAP (address_find, address_matches)
WRAP_NONE (address_deallocate)
WRAP (address_reconcile, addresses)
WRAP (network_get, blocks)
WRAP (network_allocate, allocations)
WRAP (network_list, allocations)
WRAP (interface_create, interface)
WRAP (interface_list, interfaces)
WRAP (interface_replace_all, interfaces)
WRAP (mac_range_create, mac_range)
WRAP (mac_range_list, mac_ranges)
WRAP (allowed_ip_allow, address)
WRAP (allowed_ip_list, addresses)
WRAP (route_create, route)
WRAP (route_list, routes)
WRAP (route_update, route)
WRAP (policy_create, policy)
WRAP (policy_list, policies)
WRAP (policy_update, policy)
WRAP (policy_range_create, policy_range)
WRAP (policy_range_list, policy_ranges)
WRAP (policy_range_update, policy_range)
WRAP (policy_octet_create, policy_octet)
WRAP (policy_octet_list, policy_octets)
WRAP (policy_octet_update, policy_octet)
WRAP_NONE (nat_add)
WRAP_NONE (nat_remove)
WRAP (nat_list_globals, addresses)
WRAP (nat_list_locals, addresses)
WRAP (lease_grant, lease)
WRAP (lease_list, leases)
WRAP (lease_expire, leases)

static ip_driver_status
call_address_purge (ip_driver *driver, const void *args, ip_driver_error *error)
{
	uint64_t purged = 0;
	ip_driver_status status = ip_driver_address_purge (driver, args, &purged, error);

	assert_int_equal (purged, status == IP_DRIVER_OK ? 42 : 0);
	return status;
}

static const ip_driver_address_ref exact_refs[] = {{UUID_A, "10.0.0.1", UUID_B}, {UUID_B, "::1", UUID_C}};
static const ip_driver_interface_create_args new_interface = {.size = sizeof new_interface};
static const ip_driver_interface_create_args *const new_interfaces[] = {&new_interface, &new_interface};

static const ip_driver_block_create_args block_create = {
	.tenant = "t", .cidr = "10.0.0.0/8", .type = IP_DRIVER_BLOCK_PRIVATE};
static const ip_driver_block_list_args block_list = {.tenant = "t"};
static const ip_driver_block_update_args block_update = {.tenant = "t", .id = UUID_A};
static const ip_driver_subnet_create_args subnet_create = {.tenant = "t", .block = UUID_A, .cidr = "10.0.0.0/9"};
static const ip_driver_subnet_list_args subnet_list = {.tenant = "t", .block = UUID_A};
static const ip_driver_address_allocate_args address_allocate = {.tenant = "t", .block = UUID_A};
static const ip_driver_address_refs_args address_refs = {.tenant = "t", .refs = exact_refs, .ref_count = 2};
static const ip_driver_address_list_args address_list = {.tenant = "t"};
static const ip_driver_address_find_args address_find = {.tenant = "t", .address = "::1"};
static const ip_driver_address_deallocate_args address_deallocate = {
	.tenant = "t", .block = UUID_A, .address = "10.0.0.1"};
static const ip_driver_address_purge_args address_purge = {.tenant = "t"};
static const ip_driver_address_reconcile_args address_reconcile = {.tenant = "t", .token = "now"};
/* For the rule that one of three is enough. */
static const ip_driver_address_reconcile_args address_reconcile_network = {
	.tenant = "t", .network = "n", .token = "now"};
static const ip_driver_network_get_args network_get = {.tenant = "t", .network = "n"};
static const ip_driver_network_allocate_args network_allocate = {.tenant = "t", .network = "n"};
static const ip_driver_network_list_args network_list = {.tenant = "t", .network = "n", .interface = "i"};
static const ip_driver_interface_create_args interface_create = {.tenant = "t"};
static const ip_driver_interface_list_args interface_list = {.tenant = "t"};
static const ip_driver_interface_replace_all_args interface_replace_all = {
	.tenant = "t", .device = "d", .interfaces = new_interfaces, .interface_count = 2};
static const ip_driver_mac_range_create_args mac_range_create = {.cidr = "02:00:00:00:00:00/8"};
static const ip_driver_mac_range_list_args mac_range_list = {0};
static const ip_driver_allowed_ip_allow_args allowed_ip_allow = {
	.tenant = "t", .interface = "i", .network = "n", .address = "::1"};
static const ip_driver_allowed_ip_list_args allowed_ip_list = {.tenant = "t", .interface = "i"};
static const ip_driver_route_create_args route_create = {
	.tenant = "t", .block = UUID_A, .destination = "10.0.0.0", .gateway = "10.0.0.1"};
static const ip_driver_route_list_args route_list = {.tenant = "t", .block = UUID_A};
static const ip_driver_route_update_args route_update = {.tenant = "t", .block = UUID_A, .id = UUID_B};
static const ip_driver_policy_create_args policy_create = {.tenant = "t", .name = "p"};
static const ip_driver_policy_list_args policy_list = {.tenant = "t"};
static const ip_driver_policy_update_args policy_update = {.tenant = "t", .id = UUID_A};
static const ip_driver_policy_range_create_args policy_range_create = {.tenant = "t", .policy = UUID_A};
static const ip_driver_policy_part_list_args policy_part_list = {.tenant = "t", .policy = UUID_A};
static const ip_driver_policy_range_update_args policy_range_update = {.tenant = "t", .policy = UUID_A, .id = UUID_B};
static const ip_driver_policy_octet_create_args policy_octet_create = {.tenant = "t", .policy = UUID_A};
static const ip_driver_policy_octet_update_args policy_octet_update = {.tenant = "t", .policy = UUID_A, .id = UUID_B};
static const ip_driver_nat_args nat = {
	.tenant = "t", .locals = exact_refs, .local_count = 1, .globals = exact_refs, .global_count = 2};
static const ip_driver_nat_list_args nat_list = {.tenant = "t", .block = UUID_A, .address = "::1"};
static const ip_driver_lease_grant_args lease_grant = {.tenant = "t", .block = UUID_A, .address = "::1"};
static const ip_driver_lease_list_args lease_list = {.tenant = "t"};
static const ip_driver_lease_expire_args lease_expire = {.tenant = "t"};

typedef struct {
	const char *name;
	size_t offset;
} place;

typedef struct {
	const char *operation;
	ip_driver_status (*call) (ip_driver *driver, const void *args, ip_driver_error *error);
	/* Good arguments, but for `size`. */
	const void *good;
	size_t size;
	/* The smallest size that has everything required. */
	size_t least;
	/* Offsets; 0: there is none. */
	size_t any_tenant, marker, limit, reserved;
	/* Texts that may be neither NULL nor empty nor longer than an id. */
	place required[5];
} operation_case;

#define AT(field) offsetof (T, field)
#define END(field) (offsetof (T, field) + sizeof ((T *)NULL)->field)
#define ROW(name_, operation_, good_) .operation = name_, .call = call_##operation_, .good = &good_, .size = sizeof (T)
#define PAGED .marker = AT (marker), .limit = AT (limit)
#define NEED(field)                                                                                                    \
	{                                                                                                              \
#field, AT(field)                                                                                      \
	}

static const operation_case operations[] = {
#define T ip_driver_block_create_args
	{ROW ("block.create", block_create, block_create), .least = END (type), .reserved = AT (reserved),
         .required = {NEED (tenant), NEED (cidr)}},
#undef T
#define T ip_driver_block_list_args
	{ROW ("block.list", block_list, block_list), .least = sizeof (size_t), .any_tenant = AT (tenant), PAGED,
         .reserved = AT (reserved)},
#undef T
#define T ip_driver_block_update_args
	{ROW ("block.update", block_update, block_update), .least = END (id), .any_tenant = AT (tenant),
         .reserved = AT (reserved), .required = {NEED (id)}},
#undef T
#define T ip_driver_subnet_create_args
	{ROW ("subnet.create", subnet_create, subnet_create), .least = END (cidr), .any_tenant = AT (tenant),
         .reserved = AT (reserved), .required = {NEED (block)}},
#undef T
#define T ip_driver_subnet_list_args
	{ROW ("subnet.list", subnet_list, subnet_list), .least = END (block), .any_tenant = AT (tenant), PAGED,
         .reserved = AT (reserved), .required = {NEED (block)}},
#undef T
#define T ip_driver_address_allocate_args
	{ROW ("address.allocate", address_allocate, address_allocate), .least = END (block), .any_tenant = AT (tenant),
         .required = {NEED (block)}},
#undef T
#define T ip_driver_address_refs_args
	{ROW ("address.confirm", address_confirm, address_refs), .least = END (ref_count), .any_tenant = AT (tenant)},
	{ROW ("address.cancel", address_cancel, address_refs), .least = END (ref_count), .any_tenant = AT (tenant)},
#undef T
#define T ip_driver_address_list_args
	{ROW ("address.list", address_list, address_list), .least = sizeof (size_t), .any_tenant = AT (tenant), PAGED},
#undef T
#define T ip_driver_address_find_args
	{ROW ("address.find", address_find, address_find), .least = END (address), .any_tenant = AT (tenant), PAGED,
         .reserved = AT (reserved), .required = {NEED (address)}},
#undef T
#define T ip_driver_address_deallocate_args
	{ROW ("address.deallocate", address_deallocate, address_deallocate), .least = END (address),
         .any_tenant = AT (tenant), .required = {NEED (block), NEED (address)}},
#undef T
#define T ip_driver_address_purge_args
	{ROW ("address.purge", address_purge, address_purge), .least = sizeof (size_t), .any_tenant = AT (tenant),
         .reserved = AT (reserved)},
#undef T
#define T ip_driver_address_reconcile_args
	{ROW ("address.reconcile", address_reconcile, address_reconcile), .least = END (token), PAGED,
         .reserved = AT (reserved), .required = {NEED (token)}},
	{ROW ("address.reconcile", address_reconcile, address_reconcile_network), .least = END (token),
         .any_tenant = AT (tenant), PAGED, .reserved = AT (reserved), .required = {NEED (token)}},
#undef T
#define T ip_driver_network_get_args
	{ROW ("network.get", network_get, network_get), .least = END (network), .any_tenant = AT (tenant), PAGED,
         .reserved = AT (reserved), .required = {NEED (network)}},
#undef T
#define T ip_driver_network_allocate_args
	{ROW ("network.allocate", network_allocate, network_allocate), .least = END (network),
         .any_tenant = AT (tenant), .reserved = AT (reserved), .required = {NEED (network)}},
#undef T
#define T ip_driver_network_list_args
	{ROW ("network.list", network_list, network_list), .least = END (interface), .any_tenant = AT (tenant), PAGED,
         .reserved = AT (reserved), .required = {NEED (network), NEED (interface)}},
#undef T
#define T ip_driver_interface_create_args
	{ROW ("interface.create", interface_create, interface_create), .least = END (tenant), .reserved = AT (reserved),
         .required = {NEED (tenant)}},
#undef T
#define T ip_driver_interface_list_args
	{ROW ("interface.list", interface_list, interface_list), .least = sizeof (size_t), .any_tenant = AT (tenant),
         PAGED, .reserved = AT (reserved)},
#undef T
#define T ip_driver_interface_replace_all_args
	{ROW ("interface.replace_all", interface_replace_all, interface_replace_all), .least = END (device),
         .required = {NEED (tenant), NEED (device)}},
#undef T
#define T ip_driver_mac_range_create_args
	{ROW ("mac_range.create", mac_range_create, mac_range_create), .least = END (cidr), .required = {NEED (cidr)}},
#undef T
#define T ip_driver_mac_range_list_args
	{ROW ("mac_range.list", mac_range_list, mac_range_list), .least = sizeof (size_t), PAGED,
         .reserved = AT (reserved)},
#undef T
#define T ip_driver_allowed_ip_allow_args
	{ROW ("allowed_ip.allow", allowed_ip_allow, allowed_ip_allow), .least = END (address),
         .any_tenant = AT (tenant), .required = {NEED (interface), NEED (network), NEED (address)}},
#undef T
#define T ip_driver_allowed_ip_list_args
	{ROW ("allowed_ip.list", allowed_ip_list, allowed_ip_list), .least = END (interface), .any_tenant = AT (tenant),
         PAGED, .reserved = AT (reserved), .required = {NEED (interface)}},
#undef T
#define T ip_driver_route_create_args
	{ROW ("route.create", route_create, route_create), .least = END (gateway), .any_tenant = AT (tenant),
         .required = {NEED (block), NEED (destination), NEED (gateway)}},
#undef T
#define T ip_driver_route_list_args
	{ROW ("route.list", route_list, route_list), .least = END (block), .any_tenant = AT (tenant), PAGED,
         .reserved = AT (reserved), .required = {NEED (block)}},
#undef T
#define T ip_driver_route_update_args
	{ROW ("route.update", route_update, route_update), .least = END (id), .any_tenant = AT (tenant),
         .reserved = AT (reserved), .required = {NEED (block), NEED (id)}},
#undef T
#define T ip_driver_policy_create_args
	{ROW ("policy.create", policy_create, policy_create), .least = END (name),
         .required = {NEED (tenant), NEED (name)}},
#undef T
#define T ip_driver_policy_list_args
	{ROW ("policy.list", policy_list, policy_list), .least = sizeof (size_t), .any_tenant = AT (tenant), PAGED,
         .reserved = AT (reserved)},
#undef T
#define T ip_driver_policy_update_args
	{ROW ("policy.update", policy_update, policy_update), .least = END (id), .any_tenant = AT (tenant),
         .reserved = AT (reserved), .required = {NEED (id)}},
#undef T
#define T ip_driver_policy_range_create_args
	{ROW ("policy_range.create", policy_range_create, policy_range_create), .least = END (policy),
         .any_tenant = AT (tenant), .required = {NEED (policy)}},
#undef T
#define T ip_driver_policy_part_list_args
	{ROW ("policy_range.list", policy_range_list, policy_part_list), .least = END (policy),
         .any_tenant = AT (tenant), PAGED, .reserved = AT (reserved), .required = {NEED (policy)}},
	{ROW ("policy_octet.list", policy_octet_list, policy_part_list), .least = END (policy),
         .any_tenant = AT (tenant), PAGED, .reserved = AT (reserved), .required = {NEED (policy)}},
#undef T
#define T ip_driver_policy_range_update_args
	{ROW ("policy_range.update", policy_range_update, policy_range_update), .least = END (id),
         .any_tenant = AT (tenant), .reserved = AT (reserved), .required = {NEED (policy), NEED (id)}},
#undef T
#define T ip_driver_policy_octet_create_args
	{ROW ("policy_octet.create", policy_octet_create, policy_octet_create), .least = END (policy),
         .any_tenant = AT (tenant), .reserved = AT (reserved), .required = {NEED (policy)}},
#undef T
#define T ip_driver_policy_octet_update_args
	{ROW ("policy_octet.update", policy_octet_update, policy_octet_update), .least = END (id),
         .any_tenant = AT (tenant), .reserved = AT (reserved), .required = {NEED (policy), NEED (id)}},
#undef T
#define T ip_driver_nat_args
	{ROW ("nat.add", nat_add, nat), .least = END (global_count), .any_tenant = AT (tenant)},
	{ROW ("nat.remove", nat_remove, nat), .least = END (local_count), .any_tenant = AT (tenant)},
#undef T
#define T ip_driver_nat_list_args
	{ROW ("nat.list_globals", nat_list_globals, nat_list), .least = END (address), .any_tenant = AT (tenant), PAGED,
         .reserved = AT (reserved), .required = {NEED (block), NEED (address)}},
	{ROW ("nat.list_locals", nat_list_locals, nat_list), .least = END (address), .any_tenant = AT (tenant), PAGED,
         .reserved = AT (reserved), .required = {NEED (block), NEED (address)}},
#undef T
#define T ip_driver_lease_grant_args
	{ROW ("lease.grant", lease_grant, lease_grant), .least = END (address), .any_tenant = AT (tenant),
         .reserved = AT (reserved), .required = {NEED (block), NEED (address)}},
#undef T
#define T ip_driver_lease_list_args
	{ROW ("lease.list", lease_list, lease_list), .least = sizeof (size_t), .any_tenant = AT (tenant), PAGED,
         .reserved = AT (reserved)},
#undef T
#define T ip_driver_lease_expire_args
	{ROW ("lease.expire", lease_expire, lease_expire), .least = sizeof (size_t), .any_tenant = AT (tenant),
         .limit = AT (limit)},
#undef T
};

/* What the driver was last given. */
static struct {
	const char *operation;
	size_t size;
	char bytes[512];
} seen;

static ip_driver_status
watch (const fake_call *call)
{
	seen.operation = call->operation;
	seen.size = call->args == NULL ? 0 : *(const size_t *)call->args;
	if (call->args != NULL)
		memcpy (seen.bytes, call->args, seen.size);
	return support_answer (call);
}

/* The good arguments of an operation in a buffer that is larger than any struct, and the rest zero. */
typedef union {
	size_t size;
	char bytes[8192];
} args_buffer;

static void
fill (const operation_case *operation, args_buffer *args)
{
	memset (args, 0, sizeof *args);
	memcpy (args, operation->good, operation->size);
	args->size = operation->size;
	memset (&seen, 0, sizeof seen);
}

static void
put_text (args_buffer *args, size_t offset, const char *text)
{
	memcpy (args->bytes + offset, &text, sizeof text);
}

static void
put_number (args_buffer *args, size_t offset, uint32_t number)
{
	memcpy (args->bytes + offset, &number, sizeof number);
}

static void
expect_ok (ip_driver *driver, const operation_case *operation, const args_buffer *args)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	assert_ok (operation->call (driver, args, &error), &error);
	assert_string_equal (seen.operation, operation->operation);
	assert_int_equal (seen.size, operation->size);
}

static void
expect_invalid (ip_driver *driver, const operation_case *operation, const args_buffer *args, const char *part)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	seen.operation = NULL;
	assert_error (operation->call (driver, args, &error), &error, IP_DRIVER_INVALID, part);
	assert_null (seen.operation);
}

/* Cuts a struct after its `least` bytes: what is behind must then not be looked at. */
static void
cut (const operation_case *operation, args_buffer *args, size_t size)
{
	fill (operation, args);
	args->size = size;
	memset (args->bytes + size, 0xa5, sizeof args->bytes - size);
}

static void
test_sizes (void **state)
{
	fake ()->handler = watch;
	for (size_t i = 0; i < G_N_ELEMENTS (operations); i++) {
		const operation_case *operation = &operations[i];
		size_t size = operation->size;
		args_buffer args;

		fill (operation, &args);
		expect_ok (*state, operation, &args);
		/* A newer caller. */
		args.size = size + 64;
		expect_ok (*state, operation, &args);
		args.bytes[size + 63] = 1;
		expect_invalid (*state, operation, &args, "size");
		args.bytes[size + 63] = 0;
		args.bytes[size] = 1;
		expect_invalid (*state, operation, &args, "does not know");
		/* Nonsense. */
		fill (operation, &args);
		for (size_t bad = 0; bad < sizeof (size_t); bad++) {
			args.size = bad;
			expect_invalid (*state, operation, &args, "size");
		}
		args.size = SIZE_MAX;
		expect_invalid (*state, operation, &args, "size");
		args.size = 4097;
		expect_invalid (*state, operation, &args, "size");
		/* Older callers, down to the one that knows what is required only. */
		for (size_t least = operation->least; least < size; least++) {
			cut (operation, &args, least);
			expect_ok (*state, operation, &args);
		}
		cut (operation, &args, operation->least - 1);
		expect_invalid (*state, operation, &args, "size");
	}
}

static void
test_null (void **state)
{
	fake ()->handler = watch;
	for (size_t i = 0; i < G_N_ELEMENTS (operations); i++) {
		const operation_case *operation = &operations[i];
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		args_buffer args;

		fill (operation, &args);
		assert_error (operation->call (NULL, &args, &error), &error, IP_DRIVER_INVALID, "driver");
		assert_error (operation->call (*state, NULL, &error), &error, IP_DRIVER_INVALID, "args");
		/* Nobody has to look at the error. */
		assert_int_equal (operation->call (*state, NULL, NULL), IP_DRIVER_INVALID);
		assert_null (seen.operation);
	}
}

static void
test_required (void **state)
{
	g_autofree char *long_text = g_strnfill (256, 'x');

	fake ()->handler = watch;
	for (size_t i = 0; i < G_N_ELEMENTS (operations); i++) {
		for (const place *field = operations[i].required; field->name != NULL; field++) {
			static const char *const bad[] = {"", "\xff"};
			args_buffer args;

			fill (&operations[i], &args);
			put_text (&args, field->offset, NULL);
			expect_invalid (*state, &operations[i], &args, field->name);
			for (size_t j = 0; j < G_N_ELEMENTS (bad); j++) {
				put_text (&args, field->offset, bad[j]);
				expect_invalid (*state, &operations[i], &args, field->name);
			}
			put_text (&args, field->offset, long_text);
			expect_invalid (*state, &operations[i], &args, field->name);
		}
	}
}

static void
test_reserved (void **state)
{
	fake ()->handler = watch;
	for (size_t i = 0; i < G_N_ELEMENTS (operations); i++) {
		args_buffer args;

		if (operations[i].reserved == 0)
			continue;
		fill (&operations[i], &args);
		put_number (&args, operations[i].reserved, 1);
		expect_invalid (*state, &operations[i], &args, "reserved");
	}
}

static void
test_pages (void **state)
{
	g_autofree char *longest = g_strnfill (1024, 'x');
	g_autofree char *too_long = g_strnfill (1025, 'x');

	fake ()->handler = watch;
	for (size_t i = 0; i < G_N_ELEMENTS (operations); i++) {
		const operation_case *operation = &operations[i];
		args_buffer args;
		uint32_t limit;

		if (operation->limit == 0)
			continue;
		fill (operation, &args);
		expect_ok (*state, operation, &args);
		memcpy (&limit, seen.bytes + operation->limit, sizeof limit);
		assert_int_equal (limit, IP_DRIVER_PAGE_DEFAULT);
		put_number (&args, operation->limit, IP_DRIVER_PAGE_MAX);
		expect_ok (*state, operation, &args);
		memcpy (&limit, seen.bytes + operation->limit, sizeof limit);
		assert_int_equal (limit, IP_DRIVER_PAGE_MAX);
		put_number (&args, operation->limit, IP_DRIVER_PAGE_MAX + 1);
		expect_invalid (*state, operation, &args, "limit");
		put_number (&args, operation->limit, 0);
		if (operation->marker == 0)
			continue;
		put_text (&args, operation->marker, longest);
		expect_ok (*state, operation, &args);
		put_text (&args, operation->marker, too_long);
		expect_invalid (*state, operation, &args, "marker");
		put_text (&args, operation->marker, "");
		expect_invalid (*state, operation, &args, "marker");
		put_text (&args, operation->marker, "\xc3");
		expect_invalid (*state, operation, &args, "marker");
	}
}

static void
test_any_tenant (void **state)
{
	ip_driver *narrow;

	fake ()->handler = watch;
	narrow = support_open_without ("all_tenants");
	for (size_t i = 0; i < G_N_ELEMENTS (operations); i++) {
		const operation_case *operation = &operations[i];
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		args_buffer args;

		fill (operation, &args);
		expect_ok (narrow, operation, &args);
		if (operation->any_tenant == 0)
			continue;
		put_text (&args, operation->any_tenant, NULL);
		expect_ok (*state, operation, &args);
		seen.operation = NULL;
		assert_error (operation->call (narrow, &args, &error), &error, IP_DRIVER_NOT_SUPPORTED, "all_tenants");
		assert_non_null (strstr (error.message, operation->operation));
		assert_non_null (strstr (error.message, "\"good\""));
		assert_null (seen.operation);
		put_text (&args, operation->any_tenant, "");
		expect_invalid (*state, operation, &args, "tenant");
	}
	ip_driver_close (narrow);
}

/* ---- every operation with two or three texts ---- */

#define KEY_WRAP(operation, result, ...)                                                                               \
	static ip_driver_status key_##operation (ip_driver *driver, const char *tenant, const char *a, const char *b,  \
	                                         ip_driver_error *error)                                               \
	{                                                                                                              \
		ip_driver_##result *returned = NULL;                                                                   \
		ip_driver_status status = ip_driver_##operation (driver, __VA_ARGS__, &returned, error);               \
                                                                                                                       \
		ip_driver_##result##_free (returned);                                                                  \
		return status;                                                                                         \
	}
#define KEY_WRAP_NONE(operation, ...)                                                                                  \
	static ip_driver_status key_##operation (ip_driver *driver, const char *tenant, const char *a, const char *b,  \
	                                         ip_driver_error *error)                                               \
	{                                                                                                              \
		return ip_driver_##operation (driver, __VA_ARGS__, error);                                             \
	}

KEY_WRAP (block_get, block, tenant, a)
KEY_WRAP_NONE (block_delete, tenant, a)
KEY_WRAP (block_usage, usage, tenant, a)
KEY_WRAP (address_get, address, tenant, a, b)
KEY_WRAP (address_restore, address, tenant, a, b)
KEY_WRAP_NONE (network_deallocate, tenant, a, b)
KEY_WRAP (interface_get, interface, tenant, a)
KEY_WRAP_NONE (interface_delete, tenant, a)
KEY_WRAP_NONE (interface_delete_all, tenant, a)
KEY_WRAP (mac_range_get, mac_range, a)
KEY_WRAP_NONE (mac_range_delete, a)
KEY_WRAP (allowed_ip_get, address, tenant, a, b)
KEY_WRAP_NONE (allowed_ip_disallow, tenant, a, b)
KEY_WRAP (route_get, route, tenant, a, b)
KEY_WRAP_NONE (route_delete, tenant, a, b)
KEY_WRAP (policy_get, policy, tenant, a)
KEY_WRAP_NONE (policy_delete, tenant, a)
KEY_WRAP (policy_range_get, policy_range, tenant, a, b)
KEY_WRAP_NONE (policy_range_delete, tenant, a, b)
KEY_WRAP (policy_octet_get, policy_octet, tenant, a, b)
KEY_WRAP_NONE (policy_octet_delete, tenant, a, b)
KEY_WRAP_NONE (lease_release, tenant, a, b)
KEY_WRAP (lease_get, lease, tenant, a, b)

typedef struct {
	const char *operation;
	ip_driver_status (*call) (ip_driver *driver, const char *tenant, const char *a, const char *b,
	                          ip_driver_error *error);
	/* As given and as they must arrive; of MAC ranges, which have no tenant, the id is `a`. */
	const char *a, *a_canonical, *a_name;
	const char *b, *b_canonical, *b_name;
	gboolean no_tenant;
} key_case;

#define UPPER "ABCDEF01-0000-0000-0000-000000000000"
#define LOWER "abcdef01-0000-0000-0000-000000000000"

static const key_case keys[] = {
	{"block.get", key_block_get, UPPER, LOWER, "id"},
	{"block.delete", key_block_delete, UPPER, LOWER, "id"},
	{"block.usage", key_block_usage, UPPER, LOWER, "id"},
	{"address.get", key_address_get, UPPER, LOWER, "block", "2001:DB8::0", "2001:db8::", "address"},
	{"address.restore", key_address_restore, UPPER, LOWER, "block", "2001:DB8::0", "2001:db8::", "address"},
	{"network.deallocate", key_network_deallocate, "N", "N", "network", "I", "I", "interface"},
	{"interface.get", key_interface_get, "I", "I", "id"},
	{"interface.delete", key_interface_delete, "I", "I", "id"},
	{"interface.delete_all", key_interface_delete_all, "D", "D", "device"},
	{"mac_range.get", key_mac_range_get, UPPER, LOWER, "id", .no_tenant = TRUE},
	{"mac_range.delete", key_mac_range_delete, UPPER, LOWER, "id", .no_tenant = TRUE},
	{"allowed_ip.get", key_allowed_ip_get, "I", "I", "interface", "::0", "::", "address"},
	{"allowed_ip.disallow", key_allowed_ip_disallow, "I", "I", "interface", "::0", "::", "address"},
	{"route.get", key_route_get, UPPER, LOWER, "block", UPPER, LOWER, "id"},
	{"route.delete", key_route_delete, UPPER, LOWER, "block", UPPER, LOWER, "id"},
	{"policy.get", key_policy_get, UPPER, LOWER, "id"},
	{"policy.delete", key_policy_delete, UPPER, LOWER, "id"},
	{"policy_range.get", key_policy_range_get, UPPER, LOWER, "policy", UPPER, LOWER, "id"},
	{"policy_range.delete", key_policy_range_delete, UPPER, LOWER, "policy", UPPER, LOWER, "id"},
	{"policy_octet.get", key_policy_octet_get, UPPER, LOWER, "policy", UPPER, LOWER, "id"},
	{"policy_octet.delete", key_policy_octet_delete, UPPER, LOWER, "policy", UPPER, LOWER, "id"},
	{"lease.release", key_lease_release, UPPER, LOWER, "block", "::0", "::", "address"},
	{"lease.get", key_lease_get, UPPER, LOWER, "block", "::0", "::", "address"},
};

static const key_case *wanted_key;
static const char *wanted_tenant;
static int key_calls;

/* The order matters most: all of them are texts. */
static ip_driver_status
watch_key (const fake_call *call)
{
	key_calls++;
	assert_string_equal (call->operation, wanted_key->operation);
	assert_ptr_equal (call->instance == NULL, FALSE);
	if (wanted_key->no_tenant) {
		assert_string_equal (call->keys[0], wanted_key->a_canonical);
		return support_answer (call);
	}
	if (wanted_tenant == NULL)
		assert_null (call->keys[0]);
	else
		assert_string_equal (call->keys[0], wanted_tenant);
	assert_string_equal (call->keys[1], wanted_key->a_canonical);
	if (wanted_key->b != NULL)
		assert_string_equal (call->keys[2], wanted_key->b_canonical);
	return support_answer (call);
}

static void
test_keys (void **state)
{
	ip_driver *narrow;

	fake ()->handler = watch_key;
	narrow = support_open_without ("all_tenants");
	for (size_t i = 0; i < G_N_ELEMENTS (keys); i++) {
		const key_case *key = wanted_key = &keys[i];
		ip_driver_error error = IP_DRIVER_ERROR_INIT;

		key_calls = 0;
		wanted_tenant = "blue";
		assert_ok (key->call (narrow, "blue", key->a, key->b, &error), &error);
		wanted_tenant = NULL;
		assert_ok (key->call (*state, NULL, key->a, key->b, &error), &error);
		assert_int_equal (key_calls, 2);
		assert_error (key->call (NULL, "t", key->a, key->b, &error), &error, IP_DRIVER_INVALID, "driver");
		assert_error (key->call (*state, "t", NULL, key->b, &error), &error, IP_DRIVER_INVALID, key->a_name);
		assert_error (key->call (*state, "t", "", key->b, &error), &error, IP_DRIVER_INVALID, key->a_name);
		assert_error (key->call (*state, "t", "\xff", key->b, &error), &error, IP_DRIVER_INVALID, key->a_name);
		if (key->b != NULL) {
			assert_error (key->call (*state, "t", key->a, NULL, &error), &error, IP_DRIVER_INVALID,
			              key->b_name);
			assert_error (key->call (*state, "t", key->a, "", &error), &error, IP_DRIVER_INVALID,
			              key->b_name);
			assert_error (key->call (*state, "t", key->a, "\xff", &error), &error, IP_DRIVER_INVALID,
			              key->b_name);
		}
		if (!key->no_tenant) {
			assert_error (key->call (*state, "", key->a, key->b, &error), &error, IP_DRIVER_INVALID,
			              "tenant");
			assert_error (key->call (narrow, NULL, key->a, key->b, &error), &error, IP_DRIVER_NOT_SUPPORTED,
			              "all_tenants");
		}
		assert_int_equal (key_calls, 2);
	}
	ip_driver_close (narrow);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_sizes),    cmocka_unit_test (test_null),  cmocka_unit_test (test_required),
		cmocka_unit_test (test_reserved), cmocka_unit_test (test_pages), cmocka_unit_test (test_any_tenant),
		cmocka_unit_test (test_keys),
	};

	return cmocka_run_group_tests_name ("args", tests, support_setup, support_teardown);
}
