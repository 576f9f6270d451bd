/*
 * What the tables of the wire format share: macros for their rows, and the types that other tables name.
 * Private to this folder.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_WIRE_TYPES_H
#define MELANGE_WIRE_TYPES_H

#include "wire.h"

/* In the tables S is the struct that the table describes; it is #undef'd and set before each. */
#define AT(field_) offsetof (S, field_)
/* clang-format off */
#define FIELD(field_, kind_) {.name = #field_, .offset = AT (field_), .kind = kind_}
#define TEXT(field_) FIELD (field_, WIRE_TEXT)
#define FREE_TEXT(field_) FIELD (field_, WIRE_FREE_TEXT)
#define REQUIRED(field_, kind_) {.name = #field_, .offset = AT (field_), .kind = kind_, .required = TRUE}
#define INT32(field_) FIELD (field_, WIRE_INT32)
#define UINT32(field_) FIELD (field_, WIRE_UINT32)
#define INT64(field_) FIELD (field_, WIRE_INT64)
#define UINT64(field_) FIELD (field_, WIRE_UINT64)
#define CHOICE(field_, choices_) {.name = #field_, .offset = AT (field_), .kind = WIRE_CHOICE, .choices = choices_}
#define REQUIRED_CHOICE(field_, choices_) \
	{.name = #field_, .offset = AT (field_), .kind = WIRE_CHOICE, .choices = choices_, .required = TRUE}
/* A bit of the field `flags`. */
#define FLAG(name_, bit_) {.name = #name_, .offset = AT (flags), .kind = WIRE_FLAG, .bit = bit_}
/* Given if a bit of `set` is 1. */
#define SET(field_, kind_, bit_) {.name = #field_, .offset = AT (field_), .kind = kind_, .bit = bit_}
#define TEXTS(field_, count_) \
	{.name = #field_, .offset = AT (field_), .count_offset = AT (count_), .kind = WIRE_TEXTS}
#define STRUCT(field_, type_) {.name = #field_, .offset = AT (field_), .kind = WIRE_STRUCT, .type = &type_}
#define REQUIRED_STRUCT(field_, type_) \
	{.name = #field_, .offset = AT (field_), .kind = WIRE_STRUCT, .type = &type_, .required = TRUE}
#define STRUCTS(field_, count_, type_) \
	{.name = #field_, .offset = AT (field_), .count_offset = AT (count_), .kind = WIRE_STRUCTS, .type = &type_}
#define POINTERS(field_, count_, type_) \
	{.name = #field_, .offset = AT (field_), .count_offset = AT (count_), .kind = WIRE_POINTERS, .type = &type_}

#define TYPE(variable, fields_) \
	const wire_type variable = { \
		.size = sizeof (S), .sized = TRUE, .fields = fields_, .field_count = G_N_ELEMENTS (fields_)}
#define TYPE_SET(variable, fields_) \
	const wire_type variable = {.size = sizeof (S), .sized = TRUE, .set_offset = AT (set), .fields = fields_, \
	                            .field_count = G_N_ELEMENTS (fields_)}
#define TYPE_UNSIZED(variable, fields_) \
	const wire_type variable = {.size = sizeof (S), .fields = fields_, .field_count = G_N_ELEMENTS (fields_)}
/* clang-format on */

/* NULL-terminated, in the order of the ABI's numbers. */
extern const char *const wire_block_types[];
extern const char *const wire_address_states[];

/* Arguments: args.c; the first ones are wire_keys. */
extern const wire_type wire_id_args, wire_tenant_id_args, wire_tenant_device_args, wire_block_address_args,
	wire_interface_address_args, wire_network_interface_args, wire_block_route_args, wire_policy_part_args,
	wire_block_create_args, wire_block_list_args, wire_block_update_args, wire_subnet_create_args,
	wire_subnet_list_args, wire_address_allocate_args, wire_address_refs_args, wire_address_list_args,
	wire_address_find_args, wire_address_deallocate_args, wire_address_purge_args, wire_address_reconcile_args,
	wire_network_get_args, wire_network_allocate_args, wire_network_list_args, wire_interface_create_args,
	wire_interface_list_args, wire_interface_replace_all_args, wire_mac_range_create_args, wire_mac_range_list_args,
	wire_allowed_ip_allow_args, wire_allowed_ip_list_args, wire_route_create_args, wire_route_list_args,
	wire_route_update_args, wire_policy_create_args, wire_policy_list_args, wire_policy_update_args,
	wire_policy_range_create_args, wire_policy_range_update_args, wire_policy_octet_create_args,
	wire_policy_octet_update_args, wire_policy_part_list_args, wire_nat_args, wire_nat_list_args,
	wire_lease_grant_args, wire_lease_list_args, wire_lease_expire_args;

#endif
