/*
 * ip_driver/policy.h: policies: named sets of addresses that are never given, as ranges of offsets
 * and as last octets. A block names at most one policy; a policy serves any number of blocks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_POLICY_H
#define IP_DRIVER_POLICY_H

#include <ip_driver/driver.h>

IP_DRIVER_BEGIN_DECLS

/* A policy. Since 1.0. */
typedef struct ip_driver_policy {
	size_t size;
	const char *id;
	const char *tenant;
	const char *name;
	const char *description;
	int64_t created_at;
	int64_t updated_at;
} ip_driver_policy;

IP_DRIVER_API void ip_driver_policy_free (ip_driver_policy *policy);

typedef struct ip_driver_policies {
	size_t size;
	size_t count;
	ip_driver_policy **items;
	const char *next_marker;
} ip_driver_policies;

IP_DRIVER_API void ip_driver_policies_free (ip_driver_policies *policies);

/* Since 1.0. */
typedef struct ip_driver_policy_create_args {
	size_t size;
	/* Required. */
	const char *tenant;
	/* Required: 1 to IP_DRIVER_ID_MAX bytes; need not be unique. */
	const char *name;
	/* Optional. */
	const char *description;
	/* Optional: the id of the new policy. Needs "chosen_ids". */
	const char *id;
} ip_driver_policy_create_args;
#define IP_DRIVER_POLICY_CREATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_policy_create_args)

/* Creates a policy that excludes nothing yet. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_policy_create (ip_driver *driver, const ip_driver_policy_create_args *args,
                                                        ip_driver_policy **ret_policy, ip_driver_error *error);

/* Gets a policy. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_policy_get (ip_driver *driver, const char *tenant, const char *id,
                                                     ip_driver_policy **ret_policy, ip_driver_error *error);

/* Since 1.0. */
typedef struct ip_driver_policy_list_args {
	size_t size;
	/* Optional. */
	const char *tenant;
	const char *marker;
	uint32_t limit;
	uint32_t reserved;
} ip_driver_policy_list_args;
#define IP_DRIVER_POLICY_LIST_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_policy_list_args)

/* Lists policies, oldest first. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_policy_list (ip_driver *driver, const ip_driver_policy_list_args *args,
                                                      ip_driver_policies **ret_policies, ip_driver_error *error);

/* Which fields ip_driver_policy_update() sets. Since 1.0. */
#define IP_DRIVER_POLICY_SET_NAME 0x1u
#define IP_DRIVER_POLICY_SET_DESCRIPTION 0x2u

/* Since 1.0. */
typedef struct ip_driver_policy_update_args {
	size_t size;
	/* Optional. */
	const char *tenant;
	/* Required. */
	const char *id;
	/* Read if the bit in `set` is 1. Only the description may then be NULL. */
	const char *name;
	const char *description;
	uint32_t set;
	uint32_t reserved;
} ip_driver_policy_update_args;
#define IP_DRIVER_POLICY_UPDATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_policy_update_args)

/* Changes a policy's name and description. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_policy_update (ip_driver *driver, const ip_driver_policy_update_args *args,
                                                        ip_driver_policy **ret_policy, ip_driver_error *error);

/* Deletes a policy with its ranges and octets; blocks that name it lose it. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_policy_delete (ip_driver *driver, const char *tenant, const char *id,
                                                        ip_driver_error *error);

/* A run of excluded addresses: [offset, offset + length) counted from the first address of a block; a
 * negative offset counts from behind its last address (-1 is the last one). What lies outside a
 * block excludes nothing there. Since 1.0. */
typedef struct ip_driver_policy_range {
	size_t size;
	const char *id;
	/* Id of the policy. */
	const char *policy;
	int64_t offset;
	uint64_t length;
	int64_t created_at;
	int64_t updated_at;
} ip_driver_policy_range;

IP_DRIVER_API void ip_driver_policy_range_free (ip_driver_policy_range *range);

typedef struct ip_driver_policy_ranges {
	size_t size;
	size_t count;
	ip_driver_policy_range **items;
	const char *next_marker;
} ip_driver_policy_ranges;

IP_DRIVER_API void ip_driver_policy_ranges_free (ip_driver_policy_ranges *ranges);

/* Since 1.0. */
typedef struct ip_driver_policy_range_create_args {
	size_t size;
	/* Optional: the policy's tenant. */
	const char *tenant;
	/* Required: id of the policy. */
	const char *policy;
	/* Optional: the id of the new range. Needs "chosen_ids". */
	const char *id;
	int64_t offset;
	/* At most INT64_MAX; 0 excludes nothing. */
	uint64_t length;
} ip_driver_policy_range_create_args;
#define IP_DRIVER_POLICY_RANGE_CREATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_policy_range_create_args)

/* Adds a range to a policy. It takes effect for the next allocation. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_policy_range_create (ip_driver *driver,
                                                              const ip_driver_policy_range_create_args *args,
                                                              ip_driver_policy_range **ret_range,
                                                              ip_driver_error *error);

/* Gets a range of a policy. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_policy_range_get (ip_driver *driver, const char *tenant, const char *policy,
                                                           const char *id, ip_driver_policy_range **ret_range,
                                                           ip_driver_error *error);

/* What to list of a policy: its ranges, or its octets. Since 1.0. */
typedef struct ip_driver_policy_part_list_args {
	size_t size;
	/* Optional: the policy's tenant. */
	const char *tenant;
	/* Required: id of the policy. */
	const char *policy;
	const char *marker;
	uint32_t limit;
	uint32_t reserved;
} ip_driver_policy_part_list_args;
#define IP_DRIVER_POLICY_PART_LIST_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_policy_part_list_args)

/* Lists the ranges of a policy, oldest first. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_policy_range_list (ip_driver *driver,
                                                            const ip_driver_policy_part_list_args *args,
                                                            ip_driver_policy_ranges **ret_ranges,
                                                            ip_driver_error *error);

/* Which fields ip_driver_policy_range_update() sets. Since 1.0. */
#define IP_DRIVER_POLICY_RANGE_SET_OFFSET 0x1u
#define IP_DRIVER_POLICY_RANGE_SET_LENGTH 0x2u

/* Since 1.0. */
typedef struct ip_driver_policy_range_update_args {
	size_t size;
	/* Optional: the policy's tenant. */
	const char *tenant;
	/* Required. */
	const char *policy;
	const char *id;
	/* Read if the bit in `set` is 1. */
	int64_t offset;
	uint64_t length;
	uint32_t set;
	uint32_t reserved;
} ip_driver_policy_range_update_args;
#define IP_DRIVER_POLICY_RANGE_UPDATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_policy_range_update_args)

/* Changes a range. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_policy_range_update (ip_driver *driver,
                                                              const ip_driver_policy_range_update_args *args,
                                                              ip_driver_policy_range **ret_range,
                                                              ip_driver_error *error);

/* Deletes a range. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_policy_range_delete (ip_driver *driver, const char *tenant,
                                                              const char *policy, const char *id,
                                                              ip_driver_error *error);

/* An excluded last octet: every address whose last byte it is. Since 1.0. */
typedef struct ip_driver_policy_octet {
	size_t size;
	const char *id;
	/* Id of the policy. */
	const char *policy;
	int64_t created_at;
	int64_t updated_at;
	/* 0 to 255. */
	int32_t octet;
	int32_t reserved;
} ip_driver_policy_octet;

IP_DRIVER_API void ip_driver_policy_octet_free (ip_driver_policy_octet *octet);

typedef struct ip_driver_policy_octets {
	size_t size;
	size_t count;
	ip_driver_policy_octet **items;
	const char *next_marker;
} ip_driver_policy_octets;

IP_DRIVER_API void ip_driver_policy_octets_free (ip_driver_policy_octets *octets);

/* Since 1.0. */
typedef struct ip_driver_policy_octet_create_args {
	size_t size;
	/* Optional: the policy's tenant. */
	const char *tenant;
	/* Required: id of the policy. */
	const char *policy;
	/* Optional: the id of the new octet. Needs "chosen_ids". */
	const char *id;
	/* 0 to 255. */
	int32_t octet;
	int32_t reserved;
} ip_driver_policy_octet_create_args;
#define IP_DRIVER_POLICY_OCTET_CREATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_policy_octet_create_args)

/* Adds an octet to a policy. It takes effect for the next allocation. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_policy_octet_create (ip_driver *driver,
                                                              const ip_driver_policy_octet_create_args *args,
                                                              ip_driver_policy_octet **ret_octet,
                                                              ip_driver_error *error);

/* Gets an octet of a policy. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_policy_octet_get (ip_driver *driver, const char *tenant, const char *policy,
                                                           const char *id, ip_driver_policy_octet **ret_octet,
                                                           ip_driver_error *error);

/* Lists the octets of a policy, oldest first. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_policy_octet_list (ip_driver *driver,
                                                            const ip_driver_policy_part_list_args *args,
                                                            ip_driver_policy_octets **ret_octets,
                                                            ip_driver_error *error);

/* Since 1.0. */
typedef struct ip_driver_policy_octet_update_args {
	size_t size;
	/* Optional: the policy's tenant. */
	const char *tenant;
	/* Required. */
	const char *policy;
	const char *id;
	/* 0 to 255. */
	int32_t octet;
	int32_t reserved;
} ip_driver_policy_octet_update_args;
#define IP_DRIVER_POLICY_OCTET_UPDATE_ARGS_INIT IP_DRIVER_INIT_OF (ip_driver_policy_octet_update_args)

/* Changes an octet. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_policy_octet_update (ip_driver *driver,
                                                              const ip_driver_policy_octet_update_args *args,
                                                              ip_driver_policy_octet **ret_octet,
                                                              ip_driver_error *error);

/* Deletes an octet. tenant: optional. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_policy_octet_delete (ip_driver *driver, const char *tenant,
                                                              const char *policy, const char *id,
                                                              ip_driver_error *error);

IP_DRIVER_END_DECLS

#endif
