/*
 * ip_driver/subnet.h: carving subnets from a block. A subnet is an ip_driver_block with a parent;
 * it is got, updated, deleted and measured with the calls of block.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_SUBNET_H
#define IP_DRIVER_SUBNET_H

#include <ip_driver/block.h>

IP_DRIVER_BEGIN_DECLS

/* Since 1.0. */
typedef struct ip_driver_subnet_create_args {
	size_t size;
	/* Optional: the parent's tenant. */
	const char *tenant;
	/* Required: id of the parent, a block or a subnet. */
	const char *block;
	/* The subnet's CIDR; or NULL, and prefix_length given: then the lowest free prefix of that
	 * length in the parent is taken, found and claimed in one step. */
	const char *cidr;
	/* Optional: the subnet's tenant. Not given: the parent's. */
	const char *subnet_tenant;
	/* Optional: its network. Not given: the parent's. If the parent has one it must be the same. */
	const char *network;
	/* Optional, as for a block. dns not given: the parent's. */
	const char *gateway;
	const char *dns1;
	const char *dns2;
	const char *policy;
	/* Optional: the id of the new subnet. Needs "chosen_ids". */
	const char *id;
	/* 1 to 128; 0 if `cidr` is given. */
	int32_t prefix_length;
	int32_t reserved;
} ip_driver_subnet_create_args;
#define IP_DRIVER_SUBNET_CREATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_subnet_create_args)

/*
 * Carves a subnet. It has its parent's type. Since 1.0.
 *
 * IP_DRIVER_NOT_FOUND: no such parent or policy. IP_DRIVER_NOT_IN_BLOCK: the CIDR is not a part of
 * the parent (a subnet is longer than its parent). IP_DRIVER_NOT_ALLOWED: it overlaps a sibling, or, if its
 * parent is on no network, a top-level block of its own network, whose blocks must be of its type; the
 * parent has allocated or resting addresses; the parent has another network.
 * IP_DRIVER_EXHAUSTED: no free prefix of that length.
 */
IP_DRIVER_API ip_driver_status ip_driver_subnet_create (ip_driver *driver, const ip_driver_subnet_create_args *args,
                                                        ip_driver_block **ret_block, ip_driver_error *error);

/* Since 1.0. */
typedef struct ip_driver_subnet_list_args {
	size_t size;
	/* Optional: the parent's tenant. */
	const char *tenant;
	/* Required: id of the parent. */
	const char *block;
	const char *marker;
	uint32_t limit;
	uint32_t reserved;
} ip_driver_subnet_list_args;
#define IP_DRIVER_SUBNET_LIST_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_subnet_list_args)

/* Lists the direct subnets of a block, any tenant's, oldest first. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_subnet_list (ip_driver *driver, const ip_driver_subnet_list_args *args,
                                                      ip_driver_blocks **ret_blocks, ip_driver_error *error);

IP_DRIVER_END_DECLS

#endif
