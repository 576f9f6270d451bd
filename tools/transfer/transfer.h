/*
 * transfer.h: two backends held against each other, object by object: what `migrate` and `compare` have in common.
 *
 * One walk serves three purposes (transfer_mode). It pairs what A has with what B has: by id where B could have been
 * given A's ids, else by what a thing is. To look and to compare it notes what has no counterpart and what differs;
 * to write it also creates in B what only A has. So a second run finds what the first has written, wherever that was
 * stopped, and no state is kept anywhere else.
 *
 * Policies and blocks are read whole, as records (records.h); all else is streamed: addresses block by block, in
 * order on both sides, interfaces page by page.
 *
 * The steps are in a file each: policies.c, blocks.c, interfaces.c, addresses.c, links.c; transfer.c holds what they
 * share. migrate.c and compare.c are the commands.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "cidr.h"
#include "cli.h"
#include "progress.h"
#include "tally.h"

typedef enum transfer_mode {
	/* Nothing is written. */
	TRANSFER_LOOK,
	TRANSFER_WRITE,
	/* Like looking, but what only B has counts too, and so does all that a migration would complete. */
	TRANSFER_COMPARE
} transfer_mode;

/* What is counted, in the order in which it is told. */
typedef enum transfer_kind {
	TRANSFER_POLICIES,
	TRANSFER_POLICY_RANGES,
	TRANSFER_POLICY_OCTETS,
	TRANSFER_ROOT_BLOCKS,
	TRANSFER_SUBNETS,
	TRANSFER_ROUTES,
	TRANSFER_INTERFACES,
	TRANSFER_ADDRESSES,
	TRANSFER_LEASES,
	TRANSFER_NAT_PAIRS,
	TRANSFER_ALLOWED_IPS,
	TRANSFER_MAC_RANGES,
	TRANSFER_KINDS
} transfer_kind;
extern const tally_kind transfer_kinds[TRANSFER_KINDS];

/* What a backend may be unable to take, and what --skip leaves out. */
typedef enum transfer_part {
	TRANSFER_PART_POLICIES,
	TRANSFER_PART_ROUTES,
	TRANSFER_PART_LEASES,
	TRANSFER_PART_NAT,
	TRANSFER_PART_ALLOWED_IPS,
	/* Of interfaces that have no address of their own on the network (any more): see stand_in.h. */
	TRANSFER_PART_STRANDED,
	TRANSFER_PART_MAC_RANGES,
	/* Addresses in quarantine. */
	TRANSFER_PART_RESTING,
	TRANSFER_PART_REQUEST_KEYS,
	/* Keys that several addresses have: one call allocated them, a call for each cannot have the key. */
	TRANSFER_PART_SHARED_KEYS,
	TRANSFER_PARTS
} transfer_part;
extern const tally_kind transfer_parts[TRANSFER_PARTS];
/* The word of --skip for it. Owned by the caller. */
char *transfer_part_word (transfer_part part);
/* For the table of commands. */
#define TRANSFER_PART_WORDS                                                                                            \
	"policies|routes|leases|nat|allowed-ips|stranded-allowed-ips|mac-ranges|resting|request-keys|shared-request-"  \
	"keys"
#define TRANSFER_OPTION_SKIP                                                                                           \
	{                                                                                                              \
		"skip", CLI_CHOICES, TRANSFER_PART_WORDS, "Leave out (may be repeated)"                                \
	}
#define TRANSFER_OPTION_IDS                                                                                            \
	{                                                                                                              \
		"ids", CLI_CHOICE, "auto|yes|no",                                                                      \
			"Whether ids must be the same (default: auto, if B lets them be chosen)"                       \
	}
#define TRANSFER_OPTION_ALSO_TENANT                                                                                    \
	{                                                                                                              \
		"also-tenant", CLI_MANY, "TENANT", "With --tenant: and what belongs to this one; may be repeated"      \
	}

/* One of the two backends. */
typedef struct transfer_side {
	/* The configuration file as the user wrote it. */
	const char *name;
	ip_driver *opened;
	/* What to call: the transaction, if one is open. */
	ip_driver *driver;
	gboolean all_tenants;
	/* It lists interfaces, and not only those of a device, as the historical service does. */
	gboolean lists_interfaces;
	/* Of record (records.h); blocks: parents before their subnets. */
	GPtrArray *policies;
	GPtrArray *blocks;
	/* While blocks are read: in the order in which they are listed. */
	GPtrArray *unordered;
	/* Id → record; borrowed. */
	GHashTable *policy_ids;
	GHashTable *block_ids;
} transfer_side;

/* One line of what is not the same. */
typedef struct transfer_difference {
	transfer_kind kind;
	/* "address 10.0.0.9 in block 10.0.0.0/24 of tenant t". Owned, as all text here. */
	char *what;
	/* Given: what is in the way, in words ("cannot ..."). */
	char *problem;
	/* Otherwise: which value differs; or NULL, and only one side has it, `only_b` says which. */
	char *field;
	/* NULL: none. */
	char *a;
	char *b;
	gboolean only_b;
} transfer_difference;

typedef struct transfer {
	transfer_mode mode;
	transfer_side a;
	transfer_side b;
	/* Ids must be the same; else the backend B makes its own. */
	gboolean ids;
	/* Bit (1 << transfer_part): the user wants it left out. */
	guint32 skipped;
	/* Whose things are meant; ends with NULL. NULL: everybody's. */
	const char *const *tenants;
	/* NAT pairs and allowed IPs are walked too. Looking costs a call for each address and interface, and nothing
	 * of it can be in the way of a migration. */
	gboolean with_links;
	progress *progress;

	/* In A and not in B; of those, what has been written is in B now. */
	guint64 missing[TRANSFER_KINDS];
	/* In both, and the same. */
	guint64 same[TRANSFER_KINDS];
	/* In both, and an earlier run has left something of it to be done. */
	guint64 incomplete[TRANSFER_KINDS];
	/* What B cannot take of A. */
	guint64 lost[TRANSFER_PARTS];
	/* Holds end by themselves and are nobody's business here. */
	guint64 holds_a;
	guint64 holds_b;
	/* The first `keep` differences; transfer_difference. Unless comparing, only what is in the way. */
	GPtrArray *differences;
	guint64 keep;
	guint64 difference_count;
	/* Steps of the walk, for the progress of the next. */
	guint64 steps;

	/* Found by looking, used in writing. Ids of the blocks of A that have addresses. */
	GHashTable *used_blocks;
	/* Request keys of A with their tenant (key_of) → how many addresses have it. */
	GHashTable *request_keys;
	/* Interfaces of A that have been paired: id → tenant. NULL: the list shows all that A has. */
	GHashTable *met_interfaces;

	/* B has MAC ranges already. */
	gboolean gives_macs;

	/* Writes since the transaction was begun, and when that was. */
	unsigned pending;
	gint64 begun_at;
} transfer;

/* Opens both backends. The texts are borrowed. */
ip_driver_status transfer_open (transfer *self, cli_context *cli, const char *a, const char *b, ip_driver_error *error);
void transfer_clear (transfer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (transfer, transfer_clear)

/* Walks once. In TRANSFER_LOOK and TRANSFER_WRITE, IP_DRIVER_OK says nothing about differences: look at
 * difference_count. Before writing the same transfer must have looked. */
ip_driver_status transfer_run (transfer *self, transfer_mode mode, ip_driver_error *error);

/* SIGINT and SIGTERM end the walk after the current step with CLI_STOPPED; a second one ends the process. */
void transfer_catch_signals (void);

/* One difference as a line. Owned by the caller. */
char *transfer_difference_text (const transfer *self, const transfer_difference *difference);
json_t *transfer_difference_json (const transfer_difference *difference);

/* From here on: what the steps use. */

/* Whether a part is to be walked: it is not skipped, and A has it. When only looking, a part that B cannot take is
 * walked too, to count it; then transfer_is_lost() is TRUE. */
gboolean transfer_wants (const transfer *self, transfer_part part);
gboolean transfer_is_lost (const transfer *self, transfer_part part);
gboolean transfer_skips (const transfer *self, transfer_part part);
/* What a side can do. */
gboolean transfer_can (const transfer_side *side, const char *capability);

/* The tenant to name in a call about something of `tenant`: none, if the side takes that. */
const char *transfer_tenant (const transfer_side *side, const char *tenant);
/* Calls `list` for each tenant that is meant, or once with NULL. */
typedef ip_driver_status (*transfer_list) (transfer *self, transfer_side *side, const char *tenant,
                                           ip_driver_error *error);
ip_driver_status transfer_each_tenant (transfer *self, transfer_side *side, transfer_list list, ip_driver_error *error);

/* A pair of values; what: NULL ends an array of them. */
typedef struct transfer_value {
	const char *field;
	const char *a;
	const char *b;
} transfer_value;
gboolean transfer_values_agree (const transfer_value *values);
/* Notes each pair that differs. */
void transfer_note_values (transfer *self, transfer_kind kind, const char *what, const transfer_value *values);
/* Something that only one side has: when comparing, a difference; else it is counted, if A has it. */
void transfer_note_only (transfer *self, transfer_kind kind, const char *what, gboolean only_b);
/* Something else that is in the way of a migration. */
void transfer_note_problem (transfer *self, transfer_kind kind, const char *what, const char *format, ...)
	G_GNUC_PRINTF (4, 5);

/* Before a write to B: begins a transaction if B has them and none is open. */
ip_driver_status transfer_begin_write (transfer *self, ip_driver_error *error);
/* After each object: shows progress, commits now and then, and ends the walk if a signal came. */
ip_driver_status transfer_step (transfer *self, ip_driver_error *error);
/* "WHAT: " in front of the message; returns its status. */
ip_driver_status transfer_fail (const transfer *self, const char *what, ip_driver_error *error);

/* blocks.c, policies.c: reads the records of both sides; blocks first, they say which policies are needed. */
ip_driver_status transfer_load_blocks (transfer *self, ip_driver_error *error);
ip_driver_status transfer_load_policies (transfer *self, ip_driver_error *error);
ip_driver_status transfer_policies (transfer *self, ip_driver_error *error);
ip_driver_status transfer_blocks (transfer *self, ip_driver_error *error);
ip_driver_status transfer_routes (transfer *self, ip_driver_error *error);
/* interfaces.c */
ip_driver_status transfer_interfaces (transfer *self, ip_driver_error *error);
/* Makes sure that an interface of A that an address names has been paired. */
ip_driver_status transfer_meet_interface (transfer *self, const char *tenant, const char *id, ip_driver_error *error);
/* addresses.c: with their leases. Also gives blocks what had to wait for their addresses. */
ip_driver_status transfer_addresses (transfer *self, ip_driver_error *error);
/* links.c */
ip_driver_status transfer_nat_pairs (transfer *self, ip_driver_error *error);
ip_driver_status transfer_allowed_ips (transfer *self, ip_driver_error *error);
/* policies.c. Last: while there is no range, an interface without a MAC stays without one. */
ip_driver_status transfer_mac_ranges (transfer *self, ip_driver_error *error);
