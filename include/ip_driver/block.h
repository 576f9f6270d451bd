/*
 * ip_driver/block.h: blocks, the CIDRs from which addresses are allocated. A subnet is a block
 * that was carved from another (see subnet.h) and is served by the same calls.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_BLOCK_H
#define IP_DRIVER_BLOCK_H

#include <ip_driver/driver.h>

IP_DRIVER_BEGIN_DECLS

/* Since 1.0. */
typedef int32_t ip_driver_block_type;
enum {
	/* In a list: either type. Never the type of a block. */
	IP_DRIVER_BLOCK_ANY = 0,
	/* Root public blocks may not overlap one another, whoever owns them. */
	IP_DRIVER_BLOCK_PUBLIC = 1,
	/* Private blocks overlap freely, except within one network. */
	IP_DRIVER_BLOCK_PRIVATE = 2
};

/* A block. NULL where it has no such value. Since 1.0. */
typedef struct ip_driver_block {
	size_t size;
	const char *id;
	const char *tenant;
	const char *network;
	const char *cidr;
	const char *gateway;
	/* The last address, for IPv6 too (as the historical service has it). */
	const char *broadcast;
	/* Dotted for IPv4; the prefix length for IPv6. */
	const char *netmask;
	const char *dns1;
	const char *dns2;
	/* Id of the policy, and of the parent block. */
	const char *policy;
	const char *parent;
	int64_t created_at;
	int64_t updated_at;
	ip_driver_block_type type;
	/* 4 or 6. */
	int32_t version;
	int32_t prefix_length;
	int32_t reserved;
} ip_driver_block;

IP_DRIVER_API void ip_driver_block_free (ip_driver_block *block);

typedef struct ip_driver_blocks {
	size_t size;
	size_t count;
	ip_driver_block **items;
	const char *next_marker;
} ip_driver_blocks;

IP_DRIVER_API void ip_driver_blocks_free (ip_driver_blocks *list);

/* Since 1.0. */
typedef struct ip_driver_block_create_args {
	size_t size;
	/* Required. */
	const char *tenant;
	/* Required. Host bits are cleared. */
	const char *cidr;
	/* Optional: the network that the block belongs to. */
	const char *network;
	/* Optional: an address of the block's family; it may lie outside the block. */
	const char *gateway;
	/* Optional: addresses of any family. Not given: the configured defaults. */
	const char *dns1;
	const char *dns2;
	/* Optional: id of a policy of any tenant. */
	const char *policy;
	/* Optional: the id of the new block. Needs "chosen_ids". */
	const char *id;
	/* Required: public or private. */
	ip_driver_block_type type;
	int32_t reserved;
} ip_driver_block_create_args;
#define IP_DRIVER_BLOCK_CREATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_block_create_args)

/*
 * Creates a root block. Since 1.0.
 *
 * IP_DRIVER_NOT_ALLOWED: the CIDR overlaps a root public block (type public) or a top-level block of
 * the same network (any tenant's), or the network's blocks are of the other type; the message names
 * the block that is in the way. (A top-level block of a network is one whose parent, if it has one, is
 * on no network; so no address is twice on a network.) IP_DRIVER_NOT_FOUND: no such policy. IP_DRIVER_DUPLICATE: the id is
 * taken.
 */
IP_DRIVER_API ip_driver_status ip_driver_block_create (ip_driver *driver, const ip_driver_block_create_args *args,
                                                       ip_driver_block **ret_block, ip_driver_error *error);

/* Gets a block or subnet. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_block_get (ip_driver *driver, const char *tenant, const char *id,
                                                    ip_driver_block **ret_block, ip_driver_error *error);

/* Bits of ip_driver_block_list_args.flags. Since 1.0. */
/* Only blocks without a parent. */
#define IP_DRIVER_BLOCK_LIST_ROOTS 0x1u

/* What to list; a filter that is not given lets everything through. Since 1.0. */
typedef struct ip_driver_block_list_args {
	size_t size;
	const char *tenant;
	const char *network;
	const char *marker;
	uint32_t limit;
	uint32_t flags;
	ip_driver_block_type type;
	int32_t reserved;
} ip_driver_block_list_args;
#define IP_DRIVER_BLOCK_LIST_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_block_list_args)

/* Lists blocks and subnets, oldest first. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_block_list (ip_driver *driver, const ip_driver_block_list_args *args,
                                                         ip_driver_blocks **ret_blocks, ip_driver_error *error);

/* Which fields ip_driver_block_update() sets. Since 1.0. */
#define IP_DRIVER_BLOCK_SET_NETWORK 0x1u
#define IP_DRIVER_BLOCK_SET_GATEWAY 0x2u
#define IP_DRIVER_BLOCK_SET_DNS1 0x4u
#define IP_DRIVER_BLOCK_SET_DNS2 0x8u
#define IP_DRIVER_BLOCK_SET_POLICY 0x10u

/* Since 1.0. */
typedef struct ip_driver_block_update_args {
	size_t size;
	/* Optional. */
	const char *tenant;
	/* Required. */
	const char *id;
	/* Read if the bit in `set` is 1; NULL then clears the field. */
	const char *network;
	const char *gateway;
	const char *dns1;
	const char *dns2;
	const char *policy;
	uint32_t set;
	uint32_t reserved;
} ip_driver_block_update_args;
#define IP_DRIVER_BLOCK_UPDATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_block_update_args)

/*
 * Changes a block. Addresses that are allocated stay so, even if the new gateway or policy would
 * now exclude them. The rules of ip_driver_block_create() and ip_driver_subnet_create() hold for a
 * new network; the network cannot change while the block or a subnet of it has allocated or resting
 * addresses (IP_DRIVER_NOT_ALLOWED). Since 1.0.
 */
IP_DRIVER_API ip_driver_status ip_driver_block_update (ip_driver *driver, const ip_driver_block_update_args *args,
                                                       ip_driver_block **ret_block, ip_driver_error *error);

/* Deletes a block with its subnets (any tenant's), their addresses, routes, NAT pairs, allowances and
 * leases. The space of a subnet goes back to its parent. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_block_delete (ip_driver *driver, const char *tenant, const char *id,
                                                       ip_driver_error *error);

/*
 * How much of a block is in use. Counts of addresses, as decimal text, since they may need 129 bits.
 * total = allocated + held + quarantined + excluded + subnetted + free, at one moment.
 * Since 1.0.
 */
typedef struct ip_driver_usage {
	size_t size;
	const char *total;
	/* Allocated for good; holds not among them. */
	const char *allocated;
	/* Allocated as holds that have not lapsed. */
	const char *held;
	/* Released and still resting. */
	const char *quarantined;
	/* Never given (gateway, network and broadcast address, policy) and in none of the states
	 * above. */
	const char *excluded;
	/* In direct subnets. */
	const char *subnetted;
	/* What can be allocated, or carved into subnets, now. */
	const char *free;
} ip_driver_usage;

IP_DRIVER_API void ip_driver_usage_free (ip_driver_usage *usage);

/* Computes the usage without visiting addresses one by one. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_block_usage (ip_driver *driver, const char *tenant, const char *id,
                                                          ip_driver_usage **ret_usage, ip_driver_error *error);

IP_DRIVER_END_DECLS

#endif
