/* The fake driver with every operation; see fake.h. */
#include "fake.h"

#include <stddef.h>

IP_DRIVER_API fake_control_block fake_control;
static char fake_instances[2];

static ip_driver_status
forward (fake_call call)
{
	if (fake_control.handler == NULL)
		return ip_driver_fail (call.error, IP_DRIVER_INTERNAL, "the test has set no handler");
	return fake_control.handler (&call);
}

#define CALL(name, result_, ...)                                                                                       \
	forward ((fake_call){.operation = name, .instance = instance, .result = result_, .error = error, __VA_ARGS__})

/* Operations with an args struct, with results and without. */
#define ARGS(group, member, type, result)                                                                              \
	static ip_driver_status group##_##member (ip_driver_instance *instance, const ip_driver_##type *args,          \
	                                          ip_driver_results *results, ip_driver_error *error)                  \
	{                                                                                                              \
		return CALL (#group "." #member, result, .args = args, .results = results);                            \
	}
#define ARGS_NONE(group, member, type)                                                                                 \
	static ip_driver_status group##_##member (ip_driver_instance *instance, const ip_driver_##type *args,          \
	                                          ip_driver_error *error)                                              \
	{                                                                                                              \
		return CALL (#group "." #member, FAKE_NOTHING, .args = args);                                          \
	}
/* Operations with two or three texts, the first of them the tenant. */
#define TWO(group, member, result)                                                                                     \
	static ip_driver_status group##_##member (ip_driver_instance *instance, const char *a, const char *b,          \
	                                          ip_driver_results *results, ip_driver_error *error)                  \
	{                                                                                                              \
		return CALL (#group "." #member, result, .keys = {a, b}, .results = results);                          \
	}
#define TWO_NONE(group, member, name)                                                                                  \
	static ip_driver_status group##_##member (ip_driver_instance *instance, const char *a, const char *b,          \
	                                          ip_driver_error *error)                                              \
	{                                                                                                              \
		return CALL (name, FAKE_NOTHING, .keys = {a, b});                                                      \
	}
#define THREE(group, member, result)                                                                                   \
	static ip_driver_status group##_##member (ip_driver_instance *instance, const char *a, const char *b,          \
	                                          const char *c, ip_driver_results *results, ip_driver_error *error)   \
	{                                                                                                              \
		return CALL (#group "." #member, result, .keys = {a, b, c}, .results = results);                       \
	}
#define THREE_NONE(group, member, name)                                                                                \
	static ip_driver_status group##_##member (ip_driver_instance *instance, const char *a, const char *b,          \
	                                          const char *c, ip_driver_error *error)                               \
	{                                                                                                              \
		return CALL (name, FAKE_NOTHING, .keys = {a, b, c});                                                   \
	}

ARGS (block, create, block_create_args, FAKE_BLOCK)
TWO (block, get, FAKE_BLOCK)
ARGS (block, list, block_list_args, FAKE_BLOCK)
ARGS (block, update, block_update_args, FAKE_BLOCK)
TWO_NONE (block, delete_, "block.delete")
TWO (block, usage, FAKE_USAGE)

static const ip_driver_block_ops block_ops = {
	.size = sizeof block_ops,
	.create = block_create,
	.get = block_get,
	.list = block_list,
	.update = block_update,
	.delete_ = block_delete_,
	.usage = block_usage,
};

ARGS (subnet, create, subnet_create_args, FAKE_BLOCK)
ARGS (subnet, list, subnet_list_args, FAKE_BLOCK)

static const ip_driver_subnet_ops subnet_ops = {
	.size = sizeof subnet_ops,
	.create = subnet_create,
	.list = subnet_list,
};

ARGS (address, allocate, address_allocate_args, FAKE_ADDRESS)
ARGS_NONE (address, confirm, address_refs_args)
ARGS_NONE (address, cancel, address_refs_args)
THREE (address, get, FAKE_ADDRESS)
ARGS (address, list, address_list_args, FAKE_ADDRESS)
ARGS (address, find, address_find_args, FAKE_MATCH)
ARGS_NONE (address, deallocate, address_deallocate_args)
THREE (address, restore, FAKE_ADDRESS)
ARGS (address, reconcile, address_reconcile_args, FAKE_ADDRESS)

static ip_driver_status
address_purge (ip_driver_instance *instance, const ip_driver_address_purge_args *args, uint64_t *ret_purged,
               ip_driver_error *error)
{
	return CALL ("address.purge", FAKE_NUMBER, .args = args, .number = ret_purged);
}

static ip_driver_status
address_snapshot (ip_driver_instance *instance, ip_driver_results *results, ip_driver_error *error)
{
	return CALL ("address.snapshot", FAKE_SNAPSHOT, .results = results);
}

static const ip_driver_address_ops address_ops = {
	.size = sizeof address_ops,
	.allocate = address_allocate,
	.confirm = address_confirm,
	.cancel = address_cancel,
	.get = address_get,
	.list = address_list,
	.find = address_find,
	.deallocate = address_deallocate,
	.restore = address_restore,
	.purge = address_purge,
	.snapshot = address_snapshot,
	.reconcile = address_reconcile,
};

ARGS (network, get, network_get_args, FAKE_BLOCK)
ARGS (network, allocate, network_allocate_args, FAKE_ALLOCATION)
ARGS (network, list, network_list_args, FAKE_ALLOCATION)
THREE_NONE (network, deallocate, "network.deallocate")

static const ip_driver_network_ops network_ops = {
	.size = sizeof network_ops,
	.get = network_get,
	.allocate = network_allocate,
	.list = network_list,
	.deallocate = network_deallocate,
};

ARGS (interface, create, interface_create_args, FAKE_INTERFACE)
TWO (interface, get, FAKE_INTERFACE)
TWO_NONE (interface, delete_, "interface.delete")
ARGS (interface, list, interface_list_args, FAKE_INTERFACE)
ARGS (interface, replace_all, interface_replace_all_args, FAKE_INTERFACE)
TWO_NONE (interface, delete_all, "interface.delete_all")

static const ip_driver_interface_ops interface_ops = {
	.size = sizeof interface_ops,
	.create = interface_create,
	.get = interface_get,
	.delete_ = interface_delete_,
	.list = interface_list,
	.replace_all = interface_replace_all,
	.delete_all = interface_delete_all,
};

ARGS (mac_range, create, mac_range_create_args, FAKE_MAC_RANGE)
ARGS (mac_range, list, mac_range_list_args, FAKE_MAC_RANGE)

static ip_driver_status
mac_range_get (ip_driver_instance *instance, const char *id, ip_driver_results *results, ip_driver_error *error)
{
	return CALL ("mac_range.get", FAKE_MAC_RANGE, .keys = {id}, .results = results);
}

static ip_driver_status
mac_range_delete_ (ip_driver_instance *instance, const char *id, ip_driver_error *error)
{
	return CALL ("mac_range.delete", FAKE_NOTHING, .keys = {id});
}

static const ip_driver_mac_range_ops mac_range_ops = {
	.size = sizeof mac_range_ops,
	.create = mac_range_create,
	.get = mac_range_get,
	.list = mac_range_list,
	.delete_ = mac_range_delete_,
};

ARGS (allowed_ip, allow, allowed_ip_allow_args, FAKE_ADDRESS)
THREE (allowed_ip, get, FAKE_ADDRESS)
ARGS (allowed_ip, list, allowed_ip_list_args, FAKE_ADDRESS)
THREE_NONE (allowed_ip, disallow, "allowed_ip.disallow")

static const ip_driver_allowed_ip_ops allowed_ip_ops = {
	.size = sizeof allowed_ip_ops,
	.allow = allowed_ip_allow,
	.get = allowed_ip_get,
	.list = allowed_ip_list,
	.disallow = allowed_ip_disallow,
};

ARGS (route, create, route_create_args, FAKE_ROUTE)
THREE (route, get, FAKE_ROUTE)
ARGS (route, list, route_list_args, FAKE_ROUTE)
ARGS (route, update, route_update_args, FAKE_ROUTE)
THREE_NONE (route, delete_, "route.delete")

static const ip_driver_route_ops route_ops = {
	.size = sizeof route_ops,
	.create = route_create,
	.get = route_get,
	.list = route_list,
	.update = route_update,
	.delete_ = route_delete_,
};

ARGS (policy, create, policy_create_args, FAKE_POLICY)
TWO (policy, get, FAKE_POLICY)
ARGS (policy, list, policy_list_args, FAKE_POLICY)
ARGS (policy, update, policy_update_args, FAKE_POLICY)
TWO_NONE (policy, delete_, "policy.delete")

static const ip_driver_policy_ops policy_ops = {
	.size = sizeof policy_ops,
	.create = policy_create,
	.get = policy_get,
	.list = policy_list,
	.update = policy_update,
	.delete_ = policy_delete_,
};

ARGS (policy_range, create, policy_range_create_args, FAKE_RANGE)
THREE (policy_range, get, FAKE_RANGE)
ARGS (policy_range, list, policy_part_list_args, FAKE_RANGE)
ARGS (policy_range, update, policy_range_update_args, FAKE_RANGE)
THREE_NONE (policy_range, delete_, "policy_range.delete")

static const ip_driver_policy_range_ops policy_range_ops = {
	.size = sizeof policy_range_ops,
	.create = policy_range_create,
	.get = policy_range_get,
	.list = policy_range_list,
	.update = policy_range_update,
	.delete_ = policy_range_delete_,
};

ARGS (policy_octet, create, policy_octet_create_args, FAKE_OCTET)
THREE (policy_octet, get, FAKE_OCTET)
ARGS (policy_octet, list, policy_part_list_args, FAKE_OCTET)
ARGS (policy_octet, update, policy_octet_update_args, FAKE_OCTET)
THREE_NONE (policy_octet, delete_, "policy_octet.delete")

static const ip_driver_policy_octet_ops policy_octet_ops = {
	.size = sizeof policy_octet_ops,
	.create = policy_octet_create,
	.get = policy_octet_get,
	.list = policy_octet_list,
	.update = policy_octet_update,
	.delete_ = policy_octet_delete_,
};

ARGS_NONE (nat, add, nat_args)
ARGS_NONE (nat, remove, nat_args)
ARGS (nat, list_globals, nat_list_args, FAKE_ADDRESS)
ARGS (nat, list_locals, nat_list_args, FAKE_ADDRESS)

static const ip_driver_nat_ops nat_ops = {
	.size = sizeof nat_ops,
	.add = nat_add,
	.remove = nat_remove,
	.list_globals = nat_list_globals,
	.list_locals = nat_list_locals,
};

ARGS (lease, grant, lease_grant_args, FAKE_LEASE)
THREE_NONE (lease, release, "lease.release")
THREE (lease, get, FAKE_LEASE)
ARGS (lease, list, lease_list_args, FAKE_LEASE)
ARGS (lease, expire, lease_expire_args, FAKE_LEASE)

static const ip_driver_lease_ops lease_ops = {
	.size = sizeof lease_ops,
	.grant = lease_grant,
	.release = lease_release,
	.get = lease_get,
	.list = lease_list,
	.expire = lease_expire,
};

static ip_driver_status
transaction_begin (ip_driver_instance *instance, ip_driver_instance **ret_transaction, ip_driver_error *error)
{
	fake_control.begun++;
	if (!fake_control.no_transaction)
		*ret_transaction = FAKE_TRANSACTION;
	return IP_DRIVER_OK;
}

static ip_driver_status
transaction_commit (ip_driver_instance *transaction, ip_driver_error *error)
{
	if (transaction == FAKE_TRANSACTION)
		fake_control.committed++;
	return fake_control.commit_status == IP_DRIVER_OK
	               ? IP_DRIVER_OK
	               : ip_driver_fail (error, fake_control.commit_status, "not committed");
}

static void
transaction_rollback (ip_driver_instance *transaction)
{
	if (transaction == FAKE_TRANSACTION)
		fake_control.rolled_back++;
}

static const ip_driver_transaction_ops transaction_ops = {
	.size = sizeof transaction_ops,
	.begin = transaction_begin,
	.commit = transaction_commit,
	.rollback = transaction_rollback,
};

static ip_driver_status
store_check (ip_driver_instance *instance, ip_driver_results *results, ip_driver_error *error)
{
	return CALL ("store.check", FAKE_REPORT, .results = results);
}

static const ip_driver_store_ops store_ops = {.size = sizeof store_ops, .check = store_check};

static const char *const colours[] = {"red", "green", NULL};

static const ip_driver_option options[] = {
	{.key = "path", .description = "Text without a default", .type = IP_DRIVER_OPTION_TEXT},
	{.key = "note", .description = "Text", .default_value = "none", .type = IP_DRIVER_OPTION_TEXT},
	{.key = "number",
         .description = "A number",
         .default_value = "7",
         .minimum = -5,
         .maximum = 600,
         .type = IP_DRIVER_OPTION_INTEGER},
	{.key = "api_token",
         .description = "A number that nobody may see",
         .default_value = "1",
         .maximum = 9,
         .type = IP_DRIVER_OPTION_INTEGER},
	{.key = "flag", .description = "Yes or no", .default_value = "true", .type = IP_DRIVER_OPTION_BOOLEAN},
	{.key = "colour",
         .description = "One of some",
         .default_value = "red",
         .choices = colours,
         .type = IP_DRIVER_OPTION_CHOICE},
};

static ip_driver_status
open_fake (const ip_driver_options *values, ip_driver_instance **ret_instance, ip_driver_error *error)
{
	if (fake_control.on_open != NULL)
		fake_control.on_open (values);
	if (fake_control.open_status != IP_DRIVER_OK)
		return ip_driver_fail (error, fake_control.open_status, fake_control.open_message);
	__atomic_add_fetch (&fake_control.opened, 1, __ATOMIC_RELAXED);
	if (!fake_control.no_instance)
		*ret_instance = FAKE_INSTANCE;
	return IP_DRIVER_OK;
}

static void
close_fake (ip_driver_instance *instance)
{
	if (instance == FAKE_INSTANCE)
		__atomic_add_fetch (&fake_control.closed, 1, __ATOMIC_RELAXED);
}

static const char *
location (ip_driver_instance *instance)
{
	return fake_control.location;
}

static int32_t
supports (ip_driver_instance *instance, const char *capability)
{
	return fake_control.supports == NULL || fake_control.supports (capability);
}

static const ip_driver_backend backend = {
	.size = sizeof backend,
	.abi = IP_DRIVER_BACKEND_ABI,
	.features = IP_DRIVER_FEATURE_REQUEST_KEY | IP_DRIVER_FEATURE_HOLD | IP_DRIVER_FEATURE_MANY |
                    IP_DRIVER_FEATURE_ALL_TENANTS | IP_DRIVER_FEATURE_CHOSEN_IDS | 0x80000000u,
	.name = "good",
	.description = "A driver that does what the test says",
	.options = options,
	.option_count = sizeof options / sizeof options[0],
	.open = open_fake,
	.close = close_fake,
	.location = location,
	.supports = supports,
	.block = &block_ops,
	.subnet = &subnet_ops,
	.address = &address_ops,
	.network = &network_ops,
	.interface = &interface_ops,
	.mac_range = &mac_range_ops,
	.allowed_ip = &allowed_ip_ops,
	.route = &route_ops,
	.policy = &policy_ops,
	.policy_range = &policy_range_ops,
	.policy_octet = &policy_octet_ops,
	.nat = &nat_ops,
	.lease = &lease_ops,
	.transaction = &transaction_ops,
	.store = &store_ops,
};

const ip_driver_backend *
ip_driver_backend_entry (uint32_t host_abi)
{
	return host_abi >> 16 == IP_DRIVER_BACKEND_ABI >> 16 ? &backend : NULL;
}
