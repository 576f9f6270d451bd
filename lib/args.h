/*
 * Arguments: each args struct of the ABI is described by an args_type (args_types.c); one function
 * makes the copy of it that a driver gets: of the library's own size, checked, in canonical form.
 * What that promises is said in ip_driver/base.h (Inputs) and ip_driver/backend.h (WHAT THE LIBRARY
 * HAS DONE).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LIB_ARGS_H
#define LIB_ARGS_H

#include "arena.h"

#include <ip_driver/backend.h>

typedef enum {
	ARGS_TEXT, /* 1 to `most` bytes of UTF-8; with ARGS_EMPTY, 0 to `most` */
	ARGS_UUID,
	ARGS_ADDRESS,
	ARGS_CIDR,
	ARGS_MAC,
	ARGS_MAC_CIDR,
	ARGS_NETMASK,  /* put into form by the type's `check`, which knows the family */
	ARGS_INT32,    /* `least` to `most` */
	ARGS_UINT32,   /* at most `most` */
	ARGS_INT64,    /* `least` to `most` */
	ARGS_UINT64,   /* at most `most` */
	ARGS_LIMIT,    /* 0 becomes the default */
	ARGS_FLAGS,    /* uint32_t: no bit but those of `most` */
	ARGS_RESERVED, /* 32 bits, all 0 */
	ARGS_TEXTS,    /* array of at most `most` texts of the kind `element`, each as long as an id */
	ARGS_STRUCTS,  /* array of at most `most` structs, which do not grow */
	ARGS_POINTERS, /* array of at most `most` pointers to structs that grow */
} args_kind;

typedef enum {
	ARGS_REQUIRED = 0x1,   /* not NULL; of an array: not empty */
	ARGS_EMPTY = 0x2,      /* the text may be empty */
	ARGS_ANY_TENANT = 0x4, /* NULL means any tenant: needs all_tenants */
	ARGS_CHOSEN_ID = 0x8,  /* not NULL: needs chosen_ids */
	ARGS_REQUEST_KEY = 0x10,
	ARGS_HOLD = 0x20,
	ARGS_MANY = 0x40, /* above 1 */
} args_flags;

typedef struct args_type args_type;

typedef struct {
	const char *name;
	guint16 offset;
	/* Of the element count of an array. */
	guint16 count;
	guint8 kind;
	guint8 flags;
	/* Kind of the texts of an array. */
	guint8 element;
	/* Read only if this bit of the type's `set` is 1. 0: always. */
	guint8 set;
	gint64 least;
	guint64 most;
	/* Type of the structs of an array. */
	const args_type *type;
} args_field;

/* Where a value is, for messages: "interfaces[1].networks[0].". */
typedef struct args_path args_path;
struct args_path {
	const args_path *up;
	const char *array;
	size_t index;
};

typedef struct {
	mem_arena *arena;
	ip_driver_error *error;
	/* IP_DRIVER_FEATURE_... bits that the arguments ask of the driver. */
	guint32 needs;
	/* Page size; 0: the struct has none. */
	guint32 limit;
} args_state;

struct args_type {
	size_t size;
	/* The first version's struct up to the end of its last required field. 0: the struct does not
	 * grow, and has no `size`. */
	size_t least;
	const args_field *fields;
	size_t field_count;
	/* Offset of the `set` bits; 0: there are none. */
	size_t set;
	/* What concerns several fields; may put the copy into form. */
	gboolean (*check) (args_state *state, const args_path *path, void *copy);
};

/* NULL: state->error says why not. */
void *args_copy (args_state *state, const args_type *type, const void *source);

/* Fails with IP_DRIVER_INVALID: "PATHfield ...". Returns FALSE. */
gboolean args_invalid (args_state *state, const args_path *path, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* The arguments of operations that have no struct: the tenant, and what names the resource. */
typedef struct {
	size_t size;
	const char *tenant;
	const char *first;
	const char *second;
} args_key;

extern const args_type tenant_uuid_args, tenant_interface_args, tenant_device_args, uuid_args, block_address_args,
	interface_address_args, network_interface_args, block_route_args, policy_part_args, block_create_args,
	block_list_args, block_update_args, subnet_create_args, subnet_list_args, address_allocate_args,
	address_refs_args, address_list_args, address_find_args, address_deallocate_args, address_purge_args,
	address_reconcile_args, network_get_args, network_allocate_args, network_list_args, interface_create_args,
	interface_list_args, interface_replace_all_args, mac_range_create_args, mac_range_list_args,
	allowed_ip_allow_args, allowed_ip_list_args, route_create_args, route_list_args, route_update_args,
	policy_create_args, policy_list_args, policy_update_args, policy_range_create_args, policy_range_update_args,
	policy_octet_create_args, policy_octet_update_args, policy_part_list_args, nat_add_args, nat_remove_args,
	nat_list_args, lease_grant_args, lease_list_args, lease_expire_args;

#endif
