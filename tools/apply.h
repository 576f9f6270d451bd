/*
 * apply.h: writing a plan to the backend, in one transaction that the caller begins and ends. What is there
 * already is recognised and counted, what contradicts it is an error.
 *
 * apply.c holds the order of things and what is looked up, contain.c finds containers, apply_blocks.c and
 * apply_parts.c create.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "plan.h"
#include "progress.h"
#include "same.h"

typedef enum apply_kind {
	APPLY_ROOT_BLOCKS,
	APPLY_SUBNETS,
	APPLY_POLICIES,
	APPLY_ROUTES,
	APPLY_MAC_RANGES,
	APPLY_INTERFACES,
	APPLY_ADDRESSES,
	APPLY_ALLOWED_IPS,
	APPLY_NAT_PAIRS,
	APPLY_LEASES,
	APPLY_KINDS
} apply_kind;

typedef struct apply {
	plan *plan;
	/* The transaction. */
	ip_driver *driver;
	gboolean chosen_ids;
	progress *progress;

	guint64 created[APPLY_KINDS];
	/* Were there already. */
	guint64 existing[APPLY_KINDS];
	/* Entries equal to an earlier one. */
	guint64 merged;

	/* Blocks of the backend; plan_block. */
	GPtrArray *known_blocks;
	/* Id → plan_block: of the file, and of the backend. */
	GHashTable *file_blocks;
	GHashTable *known_ids;
	/* What makes two blocks the same → GPtrArray of plan_block of the backend; → plan_block of the file. */
	GHashTable *known_keys;
	GHashTable *file_keys;
	/* CIDR → GPtrArray of plan_block, of both; made when first asked. */
	GHashTable *by_cidr;
	/* Policies of the backend: id → plan_policy, and tenant and name → plan_policy. */
	plan *known;
	GHashTable *known_policies;
	GHashTable *known_policy_names;
	/* Policies of the file by id, and by tenant and name. */
	GHashTable *file_policies;
	GHashTable *file_policy_names;
	/* What this run has created, so that nothing of it needs to be asked for: ids of interfaces, and
	 * address_key() of block and address. */
	GHashTable *new_interfaces;
	GHashTable *new_addresses;
} apply;

void apply_init (apply *self, plan *file, ip_driver *transaction, gboolean chosen_ids);
void apply_clear (apply *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (apply, apply_clear)

/* Everything, in order. */
ip_driver_status apply_run (apply *self, ip_driver_error *error);

/* contain.c: sets `container` or `twin` of every block with parent_auto, and merges equal ones. */
ip_driver_status apply_find_containers (apply *self, ip_driver_error *error);

/* apply_blocks.c */
ip_driver_status apply_policies (apply *self, ip_driver_error *error);
ip_driver_status apply_blocks (apply *self, ip_driver_error *error);
/* Sets what had to wait until the addresses were there. */
ip_driver_status apply_late_values (apply *self, ip_driver_error *error);
/* The block that a text names: an id, or a CIDR, then preferably of this tenant and network (both may be
 * NULL). It need not be applied yet. */
ip_driver_status apply_look_up_block (apply *self, const char *text, const char *tenant, const char *network,
                                      plan_source source, plan_block **ret_block, ip_driver_error *error);

/* apply_parts.c */
ip_driver_status apply_routes (apply *self, ip_driver_error *error);
ip_driver_status apply_mac_ranges (apply *self, ip_driver_error *error);
ip_driver_status apply_interfaces (apply *self, ip_driver_error *error);
/* apply_addresses.c */
ip_driver_status apply_addresses (apply *self, ip_driver_error *error);
ip_driver_status apply_nat (apply *self, ip_driver_error *error);
ip_driver_status apply_allowed_ips (apply *self, ip_driver_error *error);
ip_driver_status apply_leases (apply *self, ip_driver_error *error);
/* Addresses that rest in the plan are allocated first, so that leases fit; here they are released. */
ip_driver_status apply_releases (apply *self, ip_driver_error *error);

/* The chosen id to ask for: none if the backend takes none. */
const char *apply_id (const apply *self, const char *id);
/* What makes a block of the backend the same as one of a file: all but its id and what can be changed. */
char *apply_block_key (const plan_block *block, const char *parent);
/* Whether a value of the file agrees with what is there; a value that is not given agrees with all. */
gboolean apply_agrees (const char *wanted, const char *there);
