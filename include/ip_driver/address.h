/*
 * ip_driver/address.h: allocating addresses from a block, and everything that happens to an address
 * afterwards: confirm or cancel (holds), deallocate (into quarantine), restore (out of it), purge
 * (end it), find, list, reconcile.
 *
 * An allocation is named by its block, its address and, where it matters that it is still the same
 * one, by its id.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_ADDRESS_H
#define IP_DRIVER_ADDRESS_H

#include <ip_driver/block.h>

IP_DRIVER_BEGIN_DECLS

/* Since 1.0. */
typedef int32_t ip_driver_address_state;
enum {
	/* In a list: either state. Never the state of an address. */
	IP_DRIVER_ADDRESS_ANY = 0,
	/* In use; a hold too (its hold_until is not 0). */
	IP_DRIVER_ADDRESS_ALLOCATED = 1,
	/* Released; it rests in quarantine until it is purged or restored, or, its rest over, until the
	 * backend hands it out again or ends it by itself. */
	IP_DRIVER_ADDRESS_DEALLOCATED = 2
};

/* An allocation. NULL where it has no such value. Since 1.0. */
typedef struct ip_driver_address {
	size_t size;
	const char *id;
	/* Id of its block. */
	const char *block;
	const char *address;
	/* Id of the interface that uses it. NULL: none (also after deallocation). */
	const char *interface;
	/* Tenant and device of the interface; without interface the tenant that it was allocated for. */
	const char *used_by_tenant;
	const char *used_by_device;
	const char *request_key;
	int64_t created_at;
	int64_t updated_at;
	/* When the hold lapses; 0: not a hold. */
	int64_t hold_until;
	/* When the quarantine ends; 0: not deallocated. */
	int64_t quarantine_until;
	ip_driver_address_state state;
	/* 4 or 6. */
	int32_t version;
} ip_driver_address;

IP_DRIVER_API void ip_driver_address_free (ip_driver_address *address);

typedef struct ip_driver_addresses {
	size_t size;
	size_t count;
	ip_driver_address **items;
	const char *next_marker;
} ip_driver_addresses;

IP_DRIVER_API void ip_driver_addresses_free (ip_driver_addresses *addresses);

/* Names an allocation. Since 1.0; this struct does not grow. */
typedef struct ip_driver_address_ref {
	/* Required: id of the block. */
	const char *block;
	/* Required. */
	const char *address;
	/* The allocation's id. Given: the call fails with IP_DRIVER_NOT_FOUND if the address has been
	 * allocated anew since. */
	const char *id;
} ip_driver_address_ref;

/* Since 1.0. */
typedef struct ip_driver_address_allocate_args {
	size_t size;
	/* Optional: the block's tenant. Required with a request key. */
	const char *tenant;
	/* Required: id of the block. */
	const char *block;
	/* Optional: the address wanted. Not given: the next one. */
	const char *address;
	/* Optional: the interface that will use it, made if it does not exist. Not given, and neither
	 * device nor mac: the allocation has no interface. Not given, but one of these: an interface
	 * with a generated id is made. */
	const char *interface;
	/* Of an interface that is made now; ignored for one that exists (as the historical service
	 * does), except that its tenant must be the same. */
	const char *device;
	const char *mac;
	/* Optional: tenant that uses the address. Not given: the block's. */
	const char *used_by_tenant;
	/*
	 * Optional, 1 to IP_DRIVER_ID_MAX bytes: makes the call repeatable. While an address that was
	 * allocated with this key for this tenant lives, the same call gives it again, and allocates
	 * nothing; also after a restart, and when callers race. When all of them are released, the key
	 * is free. The same key with another block, network, interface, count or address is
	 * IP_DRIVER_DUPLICATE. Needs "request_key".
	 */
	const char *request_key;
	/* Optional: the id of the allocation (count 1). Needs "chosen_ids". */
	const char *id;
	/* How many, all or none; 0 means 1. More than one needs "many" and excludes `address`. */
	uint32_t count;
	/*
	 * Seconds, at most IP_DRIVER_HOLD_MAX; 0: for good. Otherwise the allocation, and an interface
	 * made for it, end by themselves after that time unless confirmed. Needs "hold". A repeated
	 * call with a request key neither extends nor ends a hold.
	 */
	uint32_t hold;
} ip_driver_address_allocate_args;
#define IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_address_allocate_args)

/*
 * Allocates. Never gives the gateway, the network address (unless configured), the broadcast address,
 * an address that the policy excludes, or one in quarantine. IPv4: upwards through never-used
 * addresses, then through released ones, the longest-rested first. IPv6: as the configured generator
 * says, upwards from there on collision; the generators `rfc2462` and `tenant` need a MAC address.
 * An address that was returned has been stored as durably as the backend is configured to. Since 1.0.
 *
 * IP_DRIVER_NOT_FOUND: no such block. IP_DRIVER_EXHAUSTED: none left. IP_DRIVER_DUPLICATE: the
 * wanted address is allocated, or is one that is never given; the id, the MAC, or the interface id
 * (by another tenant) is taken. IP_DRIVER_LOCKED: the wanted address rests. IP_DRIVER_NOT_IN_BLOCK,
 * IP_DRIVER_DENIED_BY_POLICY: of the wanted address. IP_DRIVER_NOT_ALLOWED: the block has subnets; the
 * interface is on another network. IP_DRIVER_INVALID: IPv6 lacks a MAC address.
 */
IP_DRIVER_API ip_driver_status ip_driver_address_allocate (ip_driver *driver,
                                                           const ip_driver_address_allocate_args *args,
                                                           ip_driver_addresses **ret_addresses,
                                                           ip_driver_error *error);

/* Since 1.0. */
typedef struct ip_driver_address_refs_args {
	size_t size;
	/* Optional: the blocks' tenant. */
	const char *tenant;
	/* Required, each with its id. */
	const ip_driver_address_ref *refs;
	size_t ref_count;
} ip_driver_address_refs_args;
#define IP_DRIVER_ADDRESS_REFS_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_address_refs_args)

/* Makes holds permanent, all or none. One that is permanent already is left as it is, so the call can
 * be repeated. IP_DRIVER_NOT_FOUND: one of them has lapsed, or was cancelled. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_address_confirm (ip_driver *driver, const ip_driver_address_refs_args *args,
                                                          ip_driver_error *error);

/* Ends holds at once, all or none; their addresses are free without quarantine. One that has ended
 * already counts as cancelled. IP_DRIVER_NOT_ALLOWED: one of them was confirmed. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_address_cancel (ip_driver *driver, const ip_driver_address_refs_args *args,
                                                         ip_driver_error *error);

/* Gets an allocated or resting address. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_address_get (ip_driver *driver, const char *tenant, const char *block,
                                                      const char *address, ip_driver_address **ret_address,
                                                      ip_driver_error *error);

/* What to list; a filter that is not given lets everything through. Since 1.0. */
typedef struct ip_driver_address_list_args {
	size_t size;
	/* With `block`: the block's tenant. Without: the tenant that uses the address. */
	const char *tenant;
	const char *block;
	const char *network;
	const char *device;
	const char *interface;
	const char *marker;
	uint32_t limit;
	ip_driver_address_state state;
} ip_driver_address_list_args;
#define IP_DRIVER_ADDRESS_LIST_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_address_list_args)

/* Lists addresses by block (oldest block first), within a block in numeric order. A hold that has
 * lapsed is not listed. IP_DRIVER_NOT_FOUND: no such block. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_address_list (ip_driver *driver, const ip_driver_address_list_args *args,
                                                       ip_driver_addresses **ret_addresses, ip_driver_error *error);

/* A block that contains an IP, and what the IP is there. Since 1.0. */
typedef struct ip_driver_address_match {
	size_t size;
	ip_driver_block *block;
	/* NULL: neither allocated nor resting in this block. */
	ip_driver_address *address;
} ip_driver_address_match;

typedef struct ip_driver_address_matches {
	size_t size;
	size_t count;
	ip_driver_address_match **items;
	const char *next_marker;
} ip_driver_address_matches;

IP_DRIVER_API void ip_driver_address_match_free (ip_driver_address_match *match);
IP_DRIVER_API void ip_driver_address_matches_free (ip_driver_address_matches *matches);

/* Since 1.0. */
typedef struct ip_driver_address_find_args {
	size_t size;
	/* Optional: only blocks of this tenant. */
	const char *tenant;
	/* Required. */
	const char *address;
	const char *marker;
	uint32_t limit;
	uint32_t reserved;
} ip_driver_address_find_args;
#define IP_DRIVER_ADDRESS_FIND_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_address_find_args)

/* Finds the blocks and subnets that contain an IP: the longest prefix first, then the oldest.
 * None: an empty list. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_address_find (ip_driver *driver, const ip_driver_address_find_args *args,
                                                       ip_driver_address_matches **ret_matches,
                                                       ip_driver_error *error);

/* Since 1.0. */
typedef struct ip_driver_address_deallocate_args {
	size_t size;
	/* Optional: the block's tenant. */
	const char *tenant;
	/* Required. */
	const char *block;
	const char *address;
	/* Optional: only if it is still this allocation. */
	const char *id;
} ip_driver_address_deallocate_args;
#define IP_DRIVER_ADDRESS_DEALLOCATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_address_deallocate_args)

/*
 * Releases an address: it leaves its interface, its NAT pairs end, and it rests in quarantine (at
 * least until its DHCP lease, if it has one, has run out). An address that is an allowed IP of
 * another interface only leaves its interface and stays allocated until it is disallowed there
 * too. Releasing a resting address again is IP_DRIVER_OK and changes nothing. Since 1.0.
 */
IP_DRIVER_API ip_driver_status ip_driver_address_deallocate (ip_driver *driver,
                                                             const ip_driver_address_deallocate_args *args,
                                                             ip_driver_error *error);

/* Takes an address out of quarantine: it is allocated again, to the same tenant and without interface
 * or request key. An allocated address is left as it is. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_address_restore (ip_driver *driver, const char *tenant, const char *block,
                                                          const char *address, ip_driver_address **ret_address,
                                                          ip_driver_error *error);

/* Bits of ip_driver_address_purge_args.flags. Since 1.0. */
/* Also addresses whose rest is not over. */
#define IP_DRIVER_ADDRESS_PURGE_ALL 0x1u

/* Since 1.0. */
typedef struct ip_driver_address_purge_args {
	size_t size;
	/* Optional filters: the block's tenant, the block, one address of that block. */
	const char *tenant;
	const char *block;
	const char *address;
	uint32_t flags;
	uint32_t reserved;
} ip_driver_address_purge_args;
#define IP_DRIVER_ADDRESS_PURGE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_address_purge_args)

/* Ends quarantines that are over (or all), and holds that have lapsed: the addresses are free.
 * ret_purged: how many. With `address`: IP_DRIVER_NOT_FOUND if it is not known, IP_DRIVER_NOT_ALLOWED
 * if it is allocated, IP_DRIVER_LOCKED if it still rests. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_address_purge (ip_driver *driver, const ip_driver_address_purge_args *args,
                                                        uint64_t *ret_purged, ip_driver_error *error);

/* A moment of the backend, to reconcile against. Since 1.0. */
typedef struct ip_driver_address_snapshot_result {
	size_t size;
	/* Opaque, at most IP_DRIVER_ID_MAX bytes. */
	const char *token;
} ip_driver_address_snapshot_result;

IP_DRIVER_API void ip_driver_address_snapshot_result_free (ip_driver_address_snapshot_result *result);

/*
 * Marks the moment for ip_driver_address_reconcile(). To be called BEFORE the caller lists what lives:
 * what is allocated after it is never released by that reconcile, so an allocation that falls
 * between the two lists cannot be lost. Since 1.0.
 */
IP_DRIVER_API ip_driver_status ip_driver_address_snapshot (ip_driver *driver,
                                                           ip_driver_address_snapshot_result **ret_result,
                                                           ip_driver_error *error);

/* Bits of ip_driver_address_reconcile_args.flags. Since 1.0. */
/* `living` names devices, not interfaces. */
#define IP_DRIVER_ADDRESS_RECONCILE_DEVICES 0x1u
/* Only say what would be released. */
#define IP_DRIVER_ADDRESS_RECONCILE_DRY_RUN 0x2u

/* Since 1.0. At least one of tenant, network and device_prefix is required; all that are given must
 * fit. */
typedef struct ip_driver_address_reconcile_args {
	size_t size;
	/* The tenant that uses the address. */
	const char *tenant;
	const char *network;
	const char *device_prefix;
	/* Required: from ip_driver_address_snapshot(). */
	const char *token;
	/* Ids of the interfaces, or devices, that exist. May be empty. */
	const char *const *living;
	size_t living_count;
	const char *marker;
	/* Seconds: nothing younger at the moment of the snapshot is released. What was a hold counts from
	 * its confirmation. */
	uint32_t grace;
	uint32_t limit;
	uint32_t flags;
	uint32_t reserved;
} ip_driver_address_reconcile_args;
#define IP_DRIVER_ADDRESS_RECONCILE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_address_reconcile_args)

/*
 * Releases, as ip_driver_address_deallocate() does, every address in scope whose interface is not
 * among the living. Addresses without an interface (or, with DEVICES, without a device), and holds,
 * which end by themselves, are left alone. Returns what was released, `limit` interfaces' worth a
 * call; the caller goes on with the marker until it is NULL. Since 1.0.
 */
IP_DRIVER_API ip_driver_status ip_driver_address_reconcile (ip_driver *driver,
                                                            const ip_driver_address_reconcile_args *args,
                                                            ip_driver_addresses **ret_addresses,
                                                            ip_driver_error *error);

IP_DRIVER_END_DECLS

#endif
