/* The operations, one list for all: their functions are in operations_*.c. */
#ifndef TESTS_NATIVE_MODEL_OPERATIONS_H
#define TESTS_NATIVE_MODEL_OPERATIONS_H

#include "world.h"

/* Name, and how often it comes beside the others. */
#define WORLD_OPERATIONS(DO)                                                                                           \
	DO (address_allocate, 170)                                                                                     \
	DO (address_deallocate, 60)                                                                                    \
	DO (network_allocate, 60)                                                                                      \
	DO (interface_create, 40)                                                                                      \
	DO (address_confirm, 25)                                                                                       \
	DO (address_cancel, 25)                                                                                        \
	DO (address_restore, 20)                                                                                       \
	DO (address_purge, 25)                                                                                         \
	DO (address_get, 10)                                                                                           \
	DO (address_list, 15)                                                                                          \
	DO (address_list_all, 8)                                                                                       \
	DO (address_find, 10)                                                                                          \
	DO (address_snapshot, 10)                                                                                      \
	DO (address_reconcile, 30)                                                                                     \
	DO (block_create, 25)                                                                                          \
	DO (block_get, 4)                                                                                              \
	DO (block_list, 8)                                                                                             \
	DO (block_update, 20)                                                                                          \
	DO (block_delete, 16)                                                                                          \
	DO (subnet_create, 30)                                                                                         \
	DO (subnet_list, 4)                                                                                            \
	DO (network_get, 6)                                                                                            \
	DO (network_list, 10)                                                                                          \
	DO (network_deallocate, 12)                                                                                    \
	DO (interface_get, 10)                                                                                         \
	DO (interface_delete, 18)                                                                                      \
	DO (interface_list, 6)                                                                                         \
	DO (interface_list_all, 5)                                                                                     \
	DO (interface_replace_all, 15)                                                                                 \
	DO (interface_delete_all, 5)                                                                                   \
	DO (mac_range_create, 12)                                                                                      \
	DO (mac_range_look, 3)                                                                                         \
	DO (mac_range_delete, 3)                                                                                       \
	DO (allowed_ip_allow, 30)                                                                                      \
	DO (allowed_ip_get, 8)                                                                                         \
	DO (allowed_ip_list, 8)                                                                                        \
	DO (allowed_ip_disallow, 15)                                                                                   \
	DO (nat_add, 25)                                                                                               \
	DO (nat_remove, 12)                                                                                            \
	DO (nat_list, 10)                                                                                              \
	DO (lease_grant, 25)                                                                                           \
	DO (lease_release, 10)                                                                                         \
	DO (lease_get, 8)                                                                                              \
	DO (lease_list, 6)                                                                                             \
	DO (lease_expire, 6)                                                                                           \
	DO (policy_create, 12)                                                                                         \
	DO (policy_look, 4)                                                                                            \
	DO (policy_update, 3)                                                                                          \
	DO (policy_delete, 3)                                                                                          \
	DO (policy_range_create, 18)                                                                                   \
	DO (policy_octet_create, 12)                                                                                   \
	DO (policy_range_update, 5)                                                                                    \
	DO (policy_octet_update, 4)                                                                                    \
	DO (policy_part_delete, 6)                                                                                     \
	DO (policy_part_get, 4)                                                                                        \
	DO (policy_part_list, 5)                                                                                       \
	DO (route_create, 16)                                                                                          \
	DO (route_look, 6)                                                                                             \
	DO (route_update, 8)                                                                                           \
	DO (route_delete, 3)

#define DECLARE(name, weight) void step_##name (world *self);
WORLD_OPERATIONS (DECLARE)
#undef DECLARE

/* Creates a block of that CIDR; the rest is chance. */
void create_block (world *self, const char *cidr, ip_driver_block_type type, const char *network);

#endif
