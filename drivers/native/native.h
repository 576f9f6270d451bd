/*
 * What the files of the native driver share: the open database, the context in which an operation
 * runs, and how operations are run. Operations are functions over a native_op: they read and write
 * through op->connection, hand results to op->results, and fail with native_fail().
 *
 * Below it: rules/ (plain values, no SQL) and storage/ (the SQL engine). Beside it: one file per
 * object, each with its group of the vtable; space.h (which addresses of a block are free),
 * allocation.h (the life of an allocated address), rows.h (rows to results).
 */
#ifndef NATIVE_H
#define NATIVE_H

#include <glib.h>
#include <ip_driver/backend.h>

#include "rules/exclusion.h"
#include "rules/generator.h"
#include "rules/ip.h"
#include "rules/mac.h"
#include "storage/storage.h"
#include "storage/writer.h"

#define NATIVE_ID_SIZE 16 /* a UUID, as bytes */
#define NATIVE_ID_TEXT 37
#define NATIVE_MARKER_SIZE 128

/* Times inside are microseconds since the epoch. */
#define NATIVE_SECOND G_GINT64_CONSTANT (1000000)
#define NATIVE_NEVER G_MAXINT64

/* An open database. Any thread. */
typedef struct {
	storage *storage;
	writer *writer;
	gint64 quarantine; /* microseconds */
	generator_kind generator;
	gboolean allocate_network_address;
	char *dns1; /* NULL: none */
	char *dns2;
	char *default_cidr;
	guint8 secret[GENERATOR_SECRET_SIZE];
	/* Exclusions of blocks that have a policy, by block number; see policy.c. */
	GMutex exclusion_lock;
	GHashTable *exclusions;
} native;

/* What the library holds: the database, or a transaction on it. */
typedef struct {
	native *native;
	storage_connection *held; /* of a transaction, else NULL */
} native_instance;

/* One operation while it runs. */
typedef struct {
	native *native;
	storage_connection *connection;
	ip_driver_results *results;
	ip_driver_error *error;
	gint64 now;
} native_op;

/* Names that an operation takes when it takes no struct; see each for their meaning. */
typedef struct {
	const char *tenant;
	const char *first;
	const char *second;
	const char *third;
} native_names;

typedef ip_driver_status (*native_operation) (native_op *op, gconstpointer args);

/* Runs an operation that changes something, in a transaction or a part of one; returns when it is
 * durable. */
ip_driver_status native_write (ip_driver_instance *instance, native_operation operation, gconstpointer args,
                               ip_driver_results *results, ip_driver_error *error);
/* Runs an operation that only reads, on a snapshot. */
ip_driver_status native_read (ip_driver_instance *instance, native_operation operation, gconstpointer args,
                              ip_driver_results *results, ip_driver_error *error);

/* Defines the member native_<object>_<verb> of a vtable group, which runs `operation`. HOW is `write` or
 * `read`. QUIET: a member that returns no results. */
#define NATIVE_MEMBER(HOW, object, verb, operation, type)                                                              \
	static ip_driver_status native_##object##_##verb (ip_driver_instance *instance, const type *args,              \
	                                                  ip_driver_results *results, ip_driver_error *error)          \
	{                                                                                                              \
		return native_##HOW (instance, operation, args, results, error);                                       \
	}
#define NATIVE_MEMBER_QUIET(HOW, object, verb, operation, type)                                                        \
	static ip_driver_status native_##object##_##verb (ip_driver_instance *instance, const type *args,              \
	                                                  ip_driver_error *error)                                      \
	{                                                                                                              \
		return native_##HOW (instance, operation, args, NULL, error);                                          \
	}

ip_driver_status native_fail (native_op *op, ip_driver_status status, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Ids. native_id_new() is a random UUID (RFC 9562, version 4). native_id_new_ordered() begins with the
 * time (version 7), so that an index of many of them grows at its end. */
void native_id_new (guint8 id[NATIVE_ID_SIZE]);
void native_id_new_ordered (gint64 now, guint8 id[NATIVE_ID_SIZE]);
gboolean native_id_parse (const char *text, guint8 id[NATIVE_ID_SIZE]);
/* Returns `text`; NULL if id is NULL. */
const char *native_id_format (const guint8 *id, char text[NATIVE_ID_TEXT]);
/* The chosen id, or a new one. */
void native_id_choose (const char *chosen, guint8 id[NATIVE_ID_SIZE]);

/* The number of a tenant. find: 0 if there is none. make: makes it. */
gint64 native_tenant_find (native_op *op, const char *name);
gint64 native_tenant_make (native_op *op, const char *name);
/* For a filter: *ret is 0 for "any tenant". FALSE: named, but there is no such tenant. */
gboolean native_tenant_filter (native_op *op, const char *name, gint64 *ret);

/* Markers of lists in creation order are row numbers. FALSE: not such a marker; the operation has
 * failed. */
gboolean native_marker_number (native_op *op, const char *marker, gint64 *ret);
void native_return_marker_number (native_op *op, gint64 number);
ip_driver_status native_bad_marker (native_op *op, const char *marker);

/* Seconds, as the ABI has them. */
gint64 native_seconds (gint64 microseconds);

/* Schema: the history of the database. */
extern const storage_migration native_migrations[];
extern const gsize native_migration_count;

/* Groups of the vtable, one per file. */
extern const ip_driver_block_ops native_block_ops;
extern const ip_driver_subnet_ops native_subnet_ops;
extern const ip_driver_address_ops native_address_ops;
extern const ip_driver_network_ops native_network_ops;
extern const ip_driver_interface_ops native_interface_ops;
extern const ip_driver_mac_range_ops native_mac_range_ops;
extern const ip_driver_allowed_ip_ops native_allowed_ip_ops;
extern const ip_driver_route_ops native_route_ops;
extern const ip_driver_policy_ops native_policy_ops;
extern const ip_driver_policy_range_ops native_policy_range_ops;
extern const ip_driver_policy_octet_ops native_policy_octet_ops;
extern const ip_driver_nat_ops native_nat_ops;
extern const ip_driver_lease_ops native_lease_ops;
extern const ip_driver_transaction_ops native_transaction_ops;
extern const ip_driver_store_ops native_store_ops;

#endif
