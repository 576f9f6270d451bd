/*
 * plan.h: an address plan that was read from a file, whatever its format: what import_csv.c, import_json.c
 * and import_aws.c make, and apply.c writes to the backend.
 *
 * All text belongs to the plan and lives with it. Whatever is in the plan knows where it stands in the file,
 * so that an error can name it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "cidr.h"
#include "cli.h"

/* Where something stands: `line 7`, or `prefixes[17] (3.4.12.4/32)`. */
typedef struct plan_source {
	/* Static: "line", or the name of a JSON array. */
	const char *what;
	guint number;
	/* NULL, or what to add in brackets. */
	const char *detail;
} plan_source;

typedef struct plan_range {
	const char *id;
	gint64 offset;
	guint64 length;
} plan_range;

typedef struct plan_octet {
	const char *id;
	gint32 octet;
} plan_octet;

typedef struct plan_policy {
	plan_source source;
	const char *id;
	const char *tenant;
	const char *name;
	const char *description;
	/* Of plan_range and plan_octet. */
	GArray *ranges;
	GArray *octets;
	/* Known once it has been applied. */
	const char *real_id;
} plan_policy;

typedef struct plan_block {
	plan_source source;
	const char *id;
	/* NULL: the parent's. */
	const char *tenant;
	const char *network;
	const char *gateway;
	const char *dns1;
	const char *dns2;
	/* Id or name of a policy. */
	const char *policy;
	/* Id or CIDR of the parent; NULL: none, or parent_auto. */
	const char *parent;
	/* The smallest block that contains it is the parent; none if there is no such block. */
	gboolean parent_auto;
	/* What is not given is to be empty, not a default. */
	gboolean exact;
	ip_driver_block_type type;
	cidr range;

	/* From here on: found out by apply. */
	struct plan_block *container;
	/* The block of the backend that is this one. */
	struct plan_block *twin;
	/* Equal to an earlier entry, which counts. */
	gboolean merged;
	gboolean visiting;
	gboolean done;
	/* Came from the backend, or was found there. */
	gboolean known;
	/* Of a block of the backend: the one of the file that it is. */
	struct plan_block *claimed_by;
	/* Addresses of the plan go into it. */
	gboolean has_addresses;
	const char *real_id;
	/* IP_DRIVER_BLOCK_SET_... that are still to be set. */
	guint32 late;
	const char *late_policy;
} plan_block;

typedef struct plan_route {
	plan_source source;
	const char *id;
	const char *block;
	/* To find a block that is named by its CIDR. */
	const char *tenant;
	const char *network;
	const char *destination;
	const char *netmask;
	const char *gateway;
} plan_route;

typedef struct plan_mac_range {
	plan_source source;
	const char *id;
	/* Canonical. */
	const char *cidr;
} plan_mac_range;

typedef struct plan_interface {
	plan_source source;
	const char *id;
	const char *tenant;
	const char *device;
	const char *mac;
} plan_interface;

typedef struct plan_address {
	plan_source source;
	const char *id;
	/* Id or CIDR; NULL: the smallest block that contains it. */
	const char *block;
	const char *tenant;
	const char *network;
	/* Canonical. */
	const char *address;
	const char *interface;
	const char *device;
	const char *mac;
	const char *used_by_tenant;
	const char *request_key;
	ip_driver_address_state state;
	/* Found out by apply. */
	const char *real_block;
	gboolean created;
} plan_address;

typedef struct plan_allowed_ip {
	plan_source source;
	const char *interface;
	/* Id of the block, and the address in it. */
	const char *block;
	const char *address;
} plan_allowed_ip;

typedef struct plan_nat {
	plan_source source;
	const char *local_block;
	const char *local_address;
	const char *global_block;
	const char *global_address;
} plan_nat;

typedef struct plan_lease {
	plan_source source;
	const char *block;
	const char *address;
	const char *mac;
	const char *client_id;
	const char *hostname;
	/* G_MAXINT64: infinite. */
	gint64 leased_until;
} plan_lease;

typedef struct plan {
	/* For messages. */
	const char *file;
	/* "csv", "json" or "aws". */
	const char *format;
	/* Of equal auto-parented blocks the first counts; otherwise they are an error. */
	gboolean merge_equal;
	/* Entries of the file. */
	guint64 entries;
	GStringChunk *texts;
	/* Of pointers to the structs above. */
	GPtrArray *policies;
	GPtrArray *blocks;
	GPtrArray *routes;
	GPtrArray *mac_ranges;
	GPtrArray *interfaces;
	GPtrArray *addresses;
	GPtrArray *allowed_ips;
	GPtrArray *nat;
	GPtrArray *leases;
} plan;

plan *plan_new (const char *file);
void plan_free (plan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (plan, plan_free)

/* A copy that lives with the plan; NULL stays NULL. */
const char *plan_text (plan *self, const char *text);
/* Takes the text. */
const char *plan_take (plan *self, char *text);

/* Both are empty but for the source, and belong to the plan. */
plan_policy *plan_add_policy (plan *self, plan_source source);
plan_block *plan_add_block (plan *self, plan_source source);

/* "FILE: line 7: message", and returns the status. */
ip_driver_status plan_error (const plan *self, plan_source source, ip_driver_error *error, ip_driver_status status,
                             const char *format, ...) G_GNUC_PRINTF (5, 6);
/* Puts the place in front of a message that is there. */
ip_driver_status plan_fail (const plan *self, plan_source source, ip_driver_error *error);
/* "line 7". Owned by the caller. */
char *plan_source_text (plan_source source);

/* The readers. text is the whole file, ended by NUL. tenant: for lines that name none; may be NULL. */
ip_driver_status plan_read_csv (plan *self, const char *text, gsize length, const char *tenant, ip_driver_error *error);
/* JSON: the export's or Amazon's, as `format` says, or as it looks ("auto"). */
ip_driver_status plan_read_json (plan *self, const char *text, gsize length, const char *format,
                                 ip_driver_error *error);
