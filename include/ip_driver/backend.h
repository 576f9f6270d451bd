/*
 * ip_driver/backend.h: the driver side of the ABI. A driver author needs this file, the client
 * headers that it includes (whose contracts are also the contracts of the operations here), and
 * docs/driver-guide.md.
 *
 * A driver is a shared module NAME.so, NAME matching [a-z][a-z0-9_]*, that exports the one symbol
 * ip_driver_backend_entry. The library loads it when a configuration says `backend = NAME`, and
 * never unloads it.
 *
 * WHAT THE LIBRARY HAS DONE before an operation is called
 * - The argument struct is a copy that begins with the library's own `size`: every field of this
 *   header may be read without looking at it. Pointers in it live during the call.
 * - Everything marked "Required" in the client headers is there; all text is valid UTF-8 within its
 *   length; addresses, CIDRs, MACs, netmasks and UUIDs are well-formed and in canonical form (RFC
 *   5952, dotted, lower case, host bits cleared); numbers are in range; unknown flag bits are
 *   refused; `limit` is 1 to IP_DRIVER_PAGE_MAX; address `count` is at least 1; combinations that
 *   the headers exclude are refused.
 * - Left to the driver: what needs the stored values. In ip_driver_route_update_args a netmask given
 *   without its destination may be dotted or a length, and a destination given without its netmask
 *   may have host bits.
 * - What ip_driver_supports() denies is refused: an absent operation, a request key, a hold, a
 *   count above 1, a NULL tenant where it is optional, a chosen id.
 * - `error` is never NULL.
 *
 * WHAT AN OPERATION DOES
 * - It does what the client header says of the function of the same name, all or nothing.
 * - It hands results to the library with the ip_driver_return_... functions, which copy at once:
 *   the driver keeps its own memory and may build the struct on the stack. Each struct begins with
 *   the `size` that the driver was compiled with. An operation that returns one thing calls it once,
 *   an operation that lists calls it for every item and then, if there is more, calls
 *   ip_driver_return_next_marker(). If the operation fails, what was returned is dropped.
 * - It returns a status. Unless that is IP_DRIVER_OK it fills error->message (ip_driver_fail() does)
 *   and, if it differs from the usual for that status (1 for CONFLICT and UNAVAILABLE), sets
 *   error->retryable.
 * - It may be called from any number of threads at once on one instance, and may block.
 *
 * HOW THE VTABLE GROWS. Every table begins with its `size`, and members are only ever added at its
 * end. A member is used if it lies within `size` and is not NULL; a NULL group or member is
 * "not supported". So an old driver loads in a new library, and the other way round. Members
 * marked "Required." are checked when the module is loaded.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_BACKEND_H
#define IP_DRIVER_BACKEND_H

#include <ip_driver/ip_driver.h>

IP_DRIVER_BEGIN_DECLS

/* Version of the driver ABI: major << 16 | minor. A module is refused if its major differs from the
 * library's. Since 1.0. */
#define IP_DRIVER_BACKEND_ABI 0x00010000u

/* Collects the results of one operation. Opaque. Since 1.0. */
typedef struct ip_driver_results ip_driver_results;

/* Return one item; the struct and all that it points to are copied. Since 1.0. */
IP_DRIVER_API void ip_driver_return_block (ip_driver_results *results, const ip_driver_block *block);
IP_DRIVER_API void ip_driver_return_usage (ip_driver_results *results, const ip_driver_usage *usage);
IP_DRIVER_API void ip_driver_return_address (ip_driver_results *results, const ip_driver_address *address);
IP_DRIVER_API void ip_driver_return_address_match (ip_driver_results *results, const ip_driver_address_match *match);
IP_DRIVER_API void ip_driver_return_snapshot (ip_driver_results *results,
                                              const ip_driver_address_snapshot_result *snapshot);
IP_DRIVER_API void ip_driver_return_allocation (ip_driver_results *results, const ip_driver_allocation *allocation);
IP_DRIVER_API void ip_driver_return_interface (ip_driver_results *results, const ip_driver_interface *interface);
IP_DRIVER_API void ip_driver_return_mac_range (ip_driver_results *results, const ip_driver_mac_range *range);
IP_DRIVER_API void ip_driver_return_route (ip_driver_results *results, const ip_driver_route *route);
IP_DRIVER_API void ip_driver_return_policy (ip_driver_results *results, const ip_driver_policy *policy);
IP_DRIVER_API void ip_driver_return_policy_range (ip_driver_results *results, const ip_driver_policy_range *range);
IP_DRIVER_API void ip_driver_return_policy_octet (ip_driver_results *results, const ip_driver_policy_octet *octet);
IP_DRIVER_API void ip_driver_return_lease (ip_driver_results *results, const ip_driver_lease *lease);
IP_DRIVER_API void ip_driver_return_check_report (ip_driver_results *results, const ip_driver_check_report *report);

/* Says that a list goes on after the marker (copied, at most 1024 bytes). The library hands the marker
 * back unchanged; it may have passed through a person's hands, so check it. Since 1.0. */
IP_DRIVER_API void ip_driver_return_next_marker (ip_driver_results *results, const char *marker);

/* Sets error->message (copied, cut to fit at a character's border) and the usual error->retryable
 * for the status, and returns the status: `return ip_driver_fail (error, IP_DRIVER_NOT_FOUND, text);`
 * Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_fail (ip_driver_error *error, ip_driver_status status, const char *message);

/* Sends one line to the log of the process. Never secrets. Since 1.0. */
IP_DRIVER_API void ip_driver_log (ip_driver_log_level level, const char *message);

/* A kind of configuration value. Since 1.0. */
typedef int32_t ip_driver_option_type;
enum {
	/* Any text, also empty. */
	IP_DRIVER_OPTION_TEXT = 0,
	/* Decimal, between `minimum` and `maximum`. */
	IP_DRIVER_OPTION_INTEGER = 1,
	/* true or false. */
	IP_DRIVER_OPTION_BOOLEAN = 2,
	/* One of `choices`. */
	IP_DRIVER_OPTION_CHOICE = 3
};

/* A key of the driver's group in the configuration file. Since 1.0; this struct does not grow. */
typedef struct ip_driver_option {
	const char *key;
	/* One line for a person. */
	const char *description;
	/* As it would stand in the file; NULL: the driver tells "not given" from every value (TEXT
	 * only). */
	const char *default_value;
	/* CHOICE: NULL-terminated. */
	const char *const *choices;
	/* INTEGER: both inclusive. */
	int64_t minimum;
	int64_t maximum;
	ip_driver_option_type type;
	int32_t reserved;
} ip_driver_option;

/* The values of the driver's group: all keys of `options`, checked against their types, defaults
 * filled in. Opaque; valid during `open`. Since 1.0. */
typedef struct ip_driver_options ip_driver_options;

/* Get a value. Text is NULL if not given and without default. A key that is not in the driver's
 * `options`, or is of another type, gives NULL, 0. Since 1.0. */
IP_DRIVER_API const char *ip_driver_options_text (const ip_driver_options *options, const char *key);
IP_DRIVER_API int64_t ip_driver_options_integer (const ip_driver_options *options, const char *key);
IP_DRIVER_API int32_t ip_driver_options_boolean (const ip_driver_options *options, const char *key);
/* The folder of the configuration file, absolute, to which relative paths in values refer; the working
 * directory if there is no file. Since 1.0. */
IP_DRIVER_API const char *ip_driver_options_folder (const ip_driver_options *options);

/* An open instance of a driver: whatever the driver likes. Since 1.0. */
typedef void ip_driver_instance;

/* Operations on blocks: see block.h. All members Optional. Since 1.0. */
typedef struct ip_driver_block_ops {
	size_t size;
	/* Returns one block. Overlap is to be checked here, in the same step as the creation. */
	ip_driver_status (*create) (ip_driver_instance *instance, const ip_driver_block_create_args *args,
	                            ip_driver_results *results, ip_driver_error *error);
	/* Returns one block. */
	ip_driver_status (*get) (ip_driver_instance *instance, const char *tenant, const char *id,
	                         ip_driver_results *results, ip_driver_error *error);
	/* Returns blocks. */
	ip_driver_status (*list) (ip_driver_instance *instance, const ip_driver_block_list_args *args,
	                          ip_driver_results *results, ip_driver_error *error);
	/* Returns one block. */
	ip_driver_status (*update) (ip_driver_instance *instance, const ip_driver_block_update_args *args,
	                            ip_driver_results *results, ip_driver_error *error);
	/* Returns nothing. */
	ip_driver_status (*delete_) (ip_driver_instance *instance, const char *tenant, const char *id,
	                             ip_driver_error *error);
	/* Returns one usage. */
	ip_driver_status (*usage) (ip_driver_instance *instance, const char *tenant, const char *id,
	                           ip_driver_results *results, ip_driver_error *error);
} ip_driver_block_ops;

/* Operations on subnets: see subnet.h. All members Optional. Since 1.0. */
typedef struct ip_driver_subnet_ops {
	size_t size;
	/* Returns one block. Exactly one of args->cidr and args->prefix_length is given. */
	ip_driver_status (*create) (ip_driver_instance *instance, const ip_driver_subnet_create_args *args,
	                            ip_driver_results *results, ip_driver_error *error);
	/* Returns blocks. */
	ip_driver_status (*list) (ip_driver_instance *instance, const ip_driver_subnet_list_args *args,
	                          ip_driver_results *results, ip_driver_error *error);
} ip_driver_subnet_ops;

/* Operations on addresses: see address.h. All members Optional, except that a driver with `allocate`
 * needs `get` and `deallocate`. Since 1.0. */
typedef struct ip_driver_address_ops {
	size_t size;
	/* Returns args->count addresses. Finding and claiming is one step. */
	ip_driver_status (*allocate) (ip_driver_instance *instance, const ip_driver_address_allocate_args *args,
	                              ip_driver_results *results, ip_driver_error *error);
	/* Returns nothing. Every ref has its id. */
	ip_driver_status (*confirm) (ip_driver_instance *instance, const ip_driver_address_refs_args *args,
	                             ip_driver_error *error);
	/* Returns nothing. Every ref has its id. */
	ip_driver_status (*cancel) (ip_driver_instance *instance, const ip_driver_address_refs_args *args,
	                            ip_driver_error *error);
	/* Returns one address. */
	ip_driver_status (*get) (ip_driver_instance *instance, const char *tenant, const char *block,
	                         const char *address, ip_driver_results *results, ip_driver_error *error);
	/* Returns addresses. */
	ip_driver_status (*list) (ip_driver_instance *instance, const ip_driver_address_list_args *args,
	                          ip_driver_results *results, ip_driver_error *error);
	/* Returns address matches. */
	ip_driver_status (*find) (ip_driver_instance *instance, const ip_driver_address_find_args *args,
	                          ip_driver_results *results, ip_driver_error *error);
	/* Returns nothing. */
	ip_driver_status (*deallocate) (ip_driver_instance *instance, const ip_driver_address_deallocate_args *args,
	                                ip_driver_error *error);
	/* Returns one address. */
	ip_driver_status (*restore) (ip_driver_instance *instance, const char *tenant, const char *block,
	                             const char *address, ip_driver_results *results, ip_driver_error *error);
	/* Sets *ret_purged. */
	ip_driver_status (*purge) (ip_driver_instance *instance, const ip_driver_address_purge_args *args,
	                           uint64_t *ret_purged, ip_driver_error *error);
	/* Returns one snapshot. */
	ip_driver_status (*snapshot) (ip_driver_instance *instance, ip_driver_results *results,
	                              ip_driver_error *error);
	/* Returns addresses, as they were before they were released. The token may have passed through
	 * a person's hands, so check it. */
	ip_driver_status (*reconcile) (ip_driver_instance *instance, const ip_driver_address_reconcile_args *args,
	                               ip_driver_results *results, ip_driver_error *error);
} ip_driver_address_ops;

/* Operations on networks: see network.h. All members Optional. Since 1.0. */
typedef struct ip_driver_network_ops {
	size_t size;
	/* Returns blocks. */
	ip_driver_status (*get) (ip_driver_instance *instance, const ip_driver_network_get_args *args,
	                         ip_driver_results *results, ip_driver_error *error);
	/* Returns allocations. */
	ip_driver_status (*allocate) (ip_driver_instance *instance, const ip_driver_network_allocate_args *args,
	                              ip_driver_results *results, ip_driver_error *error);
	/* Returns allocations. */
	ip_driver_status (*list) (ip_driver_instance *instance, const ip_driver_network_list_args *args,
	                          ip_driver_results *results, ip_driver_error *error);
	/* Returns nothing. */
	ip_driver_status (*deallocate) (ip_driver_instance *instance, const char *tenant, const char *network,
	                                const char *interface, ip_driver_error *error);
} ip_driver_network_ops;

/* Operations on interfaces: see interface.h. All members Optional. Since 1.0. */
typedef struct ip_driver_interface_ops {
	size_t size;
	/* Returns one interface. */
	ip_driver_status (*create) (ip_driver_instance *instance, const ip_driver_interface_create_args *args,
	                            ip_driver_results *results, ip_driver_error *error);
	/* Returns one interface. */
	ip_driver_status (*get) (ip_driver_instance *instance, const char *tenant, const char *id,
	                         ip_driver_results *results, ip_driver_error *error);
	/* Returns nothing. */
	ip_driver_status (*delete_) (ip_driver_instance *instance, const char *tenant, const char *id,
	                             ip_driver_error *error);
	/* Returns interfaces. */
	ip_driver_status (*list) (ip_driver_instance *instance, const ip_driver_interface_list_args *args,
	                          ip_driver_results *results, ip_driver_error *error);
	/* Returns interfaces, in the order of the arguments, whose tenant and device are filled in. */
	ip_driver_status (*replace_all) (ip_driver_instance *instance,
	                                 const ip_driver_interface_replace_all_args *args,
	                                 ip_driver_results *results, ip_driver_error *error);
	/* Returns nothing. */
	ip_driver_status (*delete_all) (ip_driver_instance *instance, const char *tenant, const char *device,
	                                ip_driver_error *error);
} ip_driver_interface_ops;

/* Operations on MAC ranges: see mac_range.h. All members Optional. Since 1.0. */
typedef struct ip_driver_mac_range_ops {
	size_t size;
	/* Returns one MAC range. */
	ip_driver_status (*create) (ip_driver_instance *instance, const ip_driver_mac_range_create_args *args,
	                            ip_driver_results *results, ip_driver_error *error);
	/* Returns one MAC range. */
	ip_driver_status (*get) (ip_driver_instance *instance, const char *id, ip_driver_results *results,
	                         ip_driver_error *error);
	/* Returns MAC ranges. */
	ip_driver_status (*list) (ip_driver_instance *instance, const ip_driver_mac_range_list_args *args,
	                          ip_driver_results *results, ip_driver_error *error);
	/* Returns nothing. */
	ip_driver_status (*delete_) (ip_driver_instance *instance, const char *id, ip_driver_error *error);
} ip_driver_mac_range_ops;

/* Operations on allowed IPs: see allowed_ip.h. All members Optional. Since 1.0. */
typedef struct ip_driver_allowed_ip_ops {
	size_t size;
	/* Returns one address. */
	ip_driver_status (*allow) (ip_driver_instance *instance, const ip_driver_allowed_ip_allow_args *args,
	                           ip_driver_results *results, ip_driver_error *error);
	/* Returns one address. */
	ip_driver_status (*get) (ip_driver_instance *instance, const char *tenant, const char *interface,
	                         const char *address, ip_driver_results *results, ip_driver_error *error);
	/* Returns addresses. */
	ip_driver_status (*list) (ip_driver_instance *instance, const ip_driver_allowed_ip_list_args *args,
	                          ip_driver_results *results, ip_driver_error *error);
	/* Returns nothing. */
	ip_driver_status (*disallow) (ip_driver_instance *instance, const char *tenant, const char *interface,
	                              const char *address, ip_driver_error *error);
} ip_driver_allowed_ip_ops;

/* Operations on routes: see route.h. All members Optional. Since 1.0. */
typedef struct ip_driver_route_ops {
	size_t size;
	/* Returns one route. */
	ip_driver_status (*create) (ip_driver_instance *instance, const ip_driver_route_create_args *args,
	                            ip_driver_results *results, ip_driver_error *error);
	/* Returns one route. */
	ip_driver_status (*get) (ip_driver_instance *instance, const char *tenant, const char *block, const char *id,
	                         ip_driver_results *results, ip_driver_error *error);
	/* Returns routes. */
	ip_driver_status (*list) (ip_driver_instance *instance, const ip_driver_route_list_args *args,
	                          ip_driver_results *results, ip_driver_error *error);
	/* Returns one route. */
	ip_driver_status (*update) (ip_driver_instance *instance, const ip_driver_route_update_args *args,
	                            ip_driver_results *results, ip_driver_error *error);
	/* Returns nothing. */
	ip_driver_status (*delete_) (ip_driver_instance *instance, const char *tenant, const char *block,
	                             const char *id, ip_driver_error *error);
} ip_driver_route_ops;

/* Operations on policies: see policy.h. All members Optional. Since 1.0. */
typedef struct ip_driver_policy_ops {
	size_t size;
	/* Returns one policy. */
	ip_driver_status (*create) (ip_driver_instance *instance, const ip_driver_policy_create_args *args,
	                            ip_driver_results *results, ip_driver_error *error);
	/* Returns one policy. */
	ip_driver_status (*get) (ip_driver_instance *instance, const char *tenant, const char *id,
	                         ip_driver_results *results, ip_driver_error *error);
	/* Returns policies. */
	ip_driver_status (*list) (ip_driver_instance *instance, const ip_driver_policy_list_args *args,
	                          ip_driver_results *results, ip_driver_error *error);
	/* Returns one policy. */
	ip_driver_status (*update) (ip_driver_instance *instance, const ip_driver_policy_update_args *args,
	                            ip_driver_results *results, ip_driver_error *error);
	/* Returns nothing. */
	ip_driver_status (*delete_) (ip_driver_instance *instance, const char *tenant, const char *id,
	                             ip_driver_error *error);
} ip_driver_policy_ops;

/* Operations on the ranges of a policy: see policy.h. All members Optional. Since 1.0. */
typedef struct ip_driver_policy_range_ops {
	size_t size;
	/* Returns one range. */
	ip_driver_status (*create) (ip_driver_instance *instance, const ip_driver_policy_range_create_args *args,
	                            ip_driver_results *results, ip_driver_error *error);
	/* Returns one range. */
	ip_driver_status (*get) (ip_driver_instance *instance, const char *tenant, const char *policy, const char *id,
	                         ip_driver_results *results, ip_driver_error *error);
	/* Returns ranges. */
	ip_driver_status (*list) (ip_driver_instance *instance, const ip_driver_policy_part_list_args *args,
	                          ip_driver_results *results, ip_driver_error *error);
	/* Returns one range. */
	ip_driver_status (*update) (ip_driver_instance *instance, const ip_driver_policy_range_update_args *args,
	                            ip_driver_results *results, ip_driver_error *error);
	/* Returns nothing. */
	ip_driver_status (*delete_) (ip_driver_instance *instance, const char *tenant, const char *policy,
	                             const char *id, ip_driver_error *error);
} ip_driver_policy_range_ops;

/* Operations on the octets of a policy: see policy.h. All members Optional. Since 1.0. */
typedef struct ip_driver_policy_octet_ops {
	size_t size;
	/* Returns one octet. */
	ip_driver_status (*create) (ip_driver_instance *instance, const ip_driver_policy_octet_create_args *args,
	                            ip_driver_results *results, ip_driver_error *error);
	/* Returns one octet. */
	ip_driver_status (*get) (ip_driver_instance *instance, const char *tenant, const char *policy, const char *id,
	                         ip_driver_results *results, ip_driver_error *error);
	/* Returns octets. */
	ip_driver_status (*list) (ip_driver_instance *instance, const ip_driver_policy_part_list_args *args,
	                          ip_driver_results *results, ip_driver_error *error);
	/* Returns one octet. */
	ip_driver_status (*update) (ip_driver_instance *instance, const ip_driver_policy_octet_update_args *args,
	                            ip_driver_results *results, ip_driver_error *error);
	/* Returns nothing. */
	ip_driver_status (*delete_) (ip_driver_instance *instance, const char *tenant, const char *policy,
	                             const char *id, ip_driver_error *error);
} ip_driver_policy_octet_ops;

/* Operations on NAT pairs: see nat.h. All members Optional. Since 1.0. */
typedef struct ip_driver_nat_ops {
	size_t size;
	/* Returns nothing. */
	ip_driver_status (*add) (ip_driver_instance *instance, const ip_driver_nat_args *args, ip_driver_error *error);
	/* Returns nothing. */
	ip_driver_status (*remove) (ip_driver_instance *instance, const ip_driver_nat_args *args,
	                            ip_driver_error *error);
	/* Returns addresses. */
	ip_driver_status (*list_globals) (ip_driver_instance *instance, const ip_driver_nat_list_args *args,
	                                  ip_driver_results *results, ip_driver_error *error);
	/* Returns addresses. */
	ip_driver_status (*list_locals) (ip_driver_instance *instance, const ip_driver_nat_list_args *args,
	                                 ip_driver_results *results, ip_driver_error *error);
} ip_driver_nat_ops;

/* Operations on leases: see lease.h. All members Optional. Since 1.0. */
typedef struct ip_driver_lease_ops {
	size_t size;
	/* Returns one lease. */
	ip_driver_status (*grant) (ip_driver_instance *instance, const ip_driver_lease_grant_args *args,
	                           ip_driver_results *results, ip_driver_error *error);
	/* Returns nothing. */
	ip_driver_status (*release) (ip_driver_instance *instance, const char *tenant, const char *block,
	                             const char *address, ip_driver_error *error);
	/* Returns one lease. */
	ip_driver_status (*get) (ip_driver_instance *instance, const char *tenant, const char *block,
	                         const char *address, ip_driver_results *results, ip_driver_error *error);
	/* Returns leases. */
	ip_driver_status (*list) (ip_driver_instance *instance, const ip_driver_lease_list_args *args,
	                          ip_driver_results *results, ip_driver_error *error);
	/* Returns leases. */
	ip_driver_status (*expire) (ip_driver_instance *instance, const ip_driver_lease_expire_args *args,
	                            ip_driver_results *results, ip_driver_error *error);
} ip_driver_lease_ops;

/* Transactions: see transaction.h. The three members are Optional together. Since 1.0. */
typedef struct ip_driver_transaction_ops {
	size_t size;
	/* Sets *ret_transaction, an instance to which the operations of all other groups apply. */
	ip_driver_status (*begin) (ip_driver_instance *instance, ip_driver_instance **ret_transaction,
	                           ip_driver_error *error);
	/* Ends and frees the instance, whatever it returns. */
	ip_driver_status (*commit) (ip_driver_instance *transaction, ip_driver_error *error);
	/* Ends and frees the instance. */
	void (*rollback) (ip_driver_instance *transaction);
} ip_driver_transaction_ops;

/* Operations on the store: see store.h. All members Optional. Since 1.0. */
typedef struct ip_driver_store_ops {
	size_t size;
	/* Returns one check report. */
	ip_driver_status (*check) (ip_driver_instance *instance, ip_driver_results *results, ip_driver_error *error);
} ip_driver_store_ops;

/* What a driver can do beyond having an operation; see ip_driver_supports(). Since 1.0. */
#define IP_DRIVER_FEATURE_REQUEST_KEY 0x1u
#define IP_DRIVER_FEATURE_HOLD 0x2u
#define IP_DRIVER_FEATURE_MANY 0x4u
#define IP_DRIVER_FEATURE_ALL_TENANTS 0x8u
#define IP_DRIVER_FEATURE_CHOSEN_IDS 0x10u

/* A driver. `const`, for the life of the process. Since 1.0. */
typedef struct ip_driver_backend {
	size_t size;
	/* IP_DRIVER_BACKEND_ABI as the driver was compiled with. Required. */
	uint32_t abi;
	/* IP_DRIVER_FEATURE_... bits that the driver has; bits that the library does not know are
	 * ignored. */
	uint32_t features;
	/* The module's name, and one line for a person. Required. */
	const char *name;
	const char *description;
	/* Keys of its configuration group. Required if option_count is not 0. */
	const ip_driver_option *options;
	size_t option_count;
	/*
	 * Opens an instance. IP_DRIVER_CONFIG: a value makes no sense; the message names the key.
	 * IP_DRIVER_STORAGE, IP_DRIVER_UNAVAILABLE, IP_DRIVER_DENIED: what they say; nothing may have
	 * been changed. Required.
	 */
	ip_driver_status (*open) (const ip_driver_options *options, ip_driver_instance **ret_instance,
	                          ip_driver_error *error);
	/* Closes an instance. No operation runs on it. Required. */
	void (*close) (ip_driver_instance *instance);
	/*
	 * Where the data of the instance is (a path, a URL), without secrets; valid until `close`.
	 * Optional.
	 */
	const char *(*location) (ip_driver_instance *instance);
	/*
	 * Whether this instance can do what the vtable offers: `capability` as for
	 * ip_driver_supports(); called once per offered capability, right after `open`. Returns 0 to
	 * take it away. Optional: all of it.
	 */
	int32_t (*supports) (ip_driver_instance *instance, const char *capability);
	/* Groups. Optional. */
	const ip_driver_block_ops *block;
	const ip_driver_subnet_ops *subnet;
	const ip_driver_address_ops *address;
	const ip_driver_network_ops *network;
	const ip_driver_interface_ops *interface;
	const ip_driver_mac_range_ops *mac_range;
	const ip_driver_allowed_ip_ops *allowed_ip;
	const ip_driver_route_ops *route;
	const ip_driver_policy_ops *policy;
	const ip_driver_policy_range_ops *policy_range;
	const ip_driver_policy_octet_ops *policy_octet;
	const ip_driver_nat_ops *nat;
	const ip_driver_lease_ops *lease;
	const ip_driver_transaction_ops *transaction;
	const ip_driver_store_ops *store;
} ip_driver_backend;

/*
 * The one symbol that a module exports:
 *
 *   IP_DRIVER_API const ip_driver_backend *ip_driver_backend_entry (uint32_t host_abi);
 *
 * host_abi: IP_DRIVER_BACKEND_ABI of the library. Returns the driver, or NULL if it cannot work with
 * that library; the library then says which version it offered. Since 1.0.
 */
typedef const ip_driver_backend *(*ip_driver_backend_entry_function) (uint32_t host_abi);
IP_DRIVER_API const ip_driver_backend *ip_driver_backend_entry (uint32_t host_abi);

IP_DRIVER_END_DECLS

#endif
