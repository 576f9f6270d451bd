/*
 * The wire format of the service's API extension (docs/rest.md): the args and results of the ABI as JSON
 * objects that have the ABI's own field names, by tables; and the list of operations.
 *
 * Used by the melange driver and by the Melange service.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_WIRE_H
#define MELANGE_WIRE_H

#include <glib.h>
#include <ip_driver/ip_driver.h>
#include <jansson.h>

typedef enum {
	WIRE_TEXT,      /* const char * without control characters; null: NULL */
	WIRE_FREE_TEXT, /* the same with them: what the user may choose freely */
	WIRE_INT32,     /* a number, as the following */
	WIRE_UINT32,
	WIRE_INT64,
	WIRE_UINT64,   /* at most INT64_MAX on the wire; more is written as that */
	WIRE_CHOICE,   /* int32_t, as one of `choices`, by its place in them */
	WIRE_FLAG,     /* the bit `bit` of a uint32_t; true or false */
	WIRE_TEXTS,    /* array of const char * with its count, as FREE_TEXT */
	WIRE_STRUCT,   /* pointer to a struct; null: NULL */
	WIRE_STRUCTS,  /* array of structs with its count */
	WIRE_POINTERS, /* array of pointers to structs with its count */
} wire_kind;

typedef struct wire_type wire_type;

typedef struct {
	/* In the JSON object. */
	const char *name;
	gsize offset;
	/* Of the element count of an array. */
	gsize count_offset;
	wire_kind kind;
	/* FLAG: the bit. Otherwise, if not 0: the bit of the type's `set` that says that the field is given. Then
	 * the field is in the JSON object if and only if the bit is 1, also as null. */
	guint32 bit;
	/* NULL-terminated. */
	const char *const *choices;
	const wire_type *type;
	/* Of a result: NULL, 0 and the choice 0 make no sense. */
	gboolean required;
} wire_field;

struct wire_type {
	gsize size;
	/* The struct begins with a size_t `size`. */
	gboolean sized;
	/* Offset of the `set` bits; 0: none. */
	gsize set_offset;
	const wire_field *fields;
	gsize field_count;
};

/* Encodes a struct. Leaves out what is NULL, 0, false or empty, unless the `set` bit says that it is given; and what
 * lies beyond the struct's own `size`. Texts must be UTF-8. New reference. */
json_t *wire_encode (const wire_type *type, gconstpointer value);

/* What decoded structs live in. */
typedef struct wire_memory wire_memory;
wire_memory *wire_memory_new (void);
void wire_memory_free (wire_memory *memory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (wire_memory, wire_memory_free)

/* Decodes an object; every pointer in the struct points into `memory` or into `object`, which must both
 * outlive it. NULL: *ret_problem (to be freed) names the key and what is wrong: unknown key (with `strict`;
 * otherwise unknown keys are skipped), wrong JSON type, number out of range, unknown choice, a NUL or control
 * characters in a text, a required key that is missing. Any other key that is not there is NULL, 0, false or empty.
 * It does not check what the library checks. */
gpointer wire_decode (const wire_type *type, json_t *object, gboolean strict, wire_memory *memory, char **ret_problem);

/* Of the results of the ABI. */
extern const wire_type wire_block, wire_usage, wire_address, wire_address_match, wire_snapshot, wire_allocation,
	wire_interface, wire_mac_range, wire_route, wire_policy, wire_policy_range, wire_policy_octet, wire_lease,
	wire_check_report;

/* Whether a body names another tenant than this one, at any depth, be it an operation's arguments or a body of
 * Melange's own API. */
gboolean wire_names_another (const json_t *body, const char *tenant);

/* The arguments of operations without a struct in the ABI; each wire_type gives the places their names. */
typedef struct {
	const char *tenant;
	const char *first;
	const char *second;
} wire_key;

typedef enum {
	WIRE_NOTHING, /* {} */
	WIRE_NUMBER,  /* {"purged": 3} */
	WIRE_ONE,     /* {"block": {...}} */
	WIRE_LIST,    /* {"blocks": [...], "next_marker": "..."}; no next_marker: the last page */
} wire_returns;

/* How an operation is undone whose caller never learned that it was carried out. */
typedef enum {
	WIRE_UNDO_NOTHING,
	/* The addresses in the result are released (holds cancelled). */
	WIRE_UNDO_ADDRESSES,
	/* What was created is deleted. */
	WIRE_UNDO_CREATION,
} wire_undo;

typedef struct {
	/* As a capability: "block.create". */
	const char *name;
	/* NULL: none. */
	const wire_type *args;
	/* NULL: WIRE_NOTHING, WIRE_NUMBER. */
	const wire_type *result;
	/* Key of the answer ("block", "blocks", "purged"). */
	const char *result_name;
	wire_returns returns;
	wire_undo undo;
	/* It may change something. */
	gboolean changes;
	/* A tenant may call it for himself, below /ipam/tenants/TENANT: `args` has the key "tenant". */
	gboolean of_tenant;
} wire_operation;

/* WIRE_block_create, WIRE_block_delete_, ...: all operations of backend.h but for the group `transaction`, in its
 * order. X (group, member) */
/* clang-format off */
#define WIRE_OPERATIONS(X) \
	X (block, create) \
	X (block, get) \
	X (block, list) \
	X (block, update) \
	X (block, delete_) \
	X (block, usage) \
	X (subnet, create) \
	X (subnet, list) \
	X (address, allocate) \
	X (address, confirm) \
	X (address, cancel) \
	X (address, get) \
	X (address, list) \
	X (address, find) \
	X (address, deallocate) \
	X (address, restore) \
	X (address, purge) \
	X (address, snapshot) \
	X (address, reconcile) \
	X (network, get) \
	X (network, allocate) \
	X (network, list) \
	X (network, deallocate) \
	X (interface, create) \
	X (interface, get) \
	X (interface, delete_) \
	X (interface, list) \
	X (interface, replace_all) \
	X (interface, delete_all) \
	X (mac_range, create) \
	X (mac_range, get) \
	X (mac_range, list) \
	X (mac_range, delete_) \
	X (allowed_ip, allow) \
	X (allowed_ip, get) \
	X (allowed_ip, list) \
	X (allowed_ip, disallow) \
	X (route, create) \
	X (route, get) \
	X (route, list) \
	X (route, update) \
	X (route, delete_) \
	X (policy, create) \
	X (policy, get) \
	X (policy, list) \
	X (policy, update) \
	X (policy, delete_) \
	X (policy_range, create) \
	X (policy_range, get) \
	X (policy_range, list) \
	X (policy_range, update) \
	X (policy_range, delete_) \
	X (policy_octet, create) \
	X (policy_octet, get) \
	X (policy_octet, list) \
	X (policy_octet, update) \
	X (policy_octet, delete_) \
	X (nat, add) \
	X (nat, remove) \
	X (nat, list_globals) \
	X (nat, list_locals) \
	X (lease, grant) \
	X (lease, release) \
	X (lease, get) \
	X (lease, list) \
	X (lease, expire) \
	X (store, check)
/* clang-format on */

#define WIRE_ENUM(group, member) WIRE_##group##_##member,
typedef enum { WIRE_OPERATIONS (WIRE_ENUM) WIRE_OPERATION_COUNT } wire_operation_id;
#undef WIRE_ENUM

extern const wire_operation wire_operations[WIRE_OPERATION_COUNT];

/* By the name of the capability; NULL: none. */
const wire_operation *wire_operation_find (const char *name);

#endif
