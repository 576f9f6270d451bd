/*
 * Rows as values, and values as results: blocks, addresses, interfaces and what is told with them.
 */
#ifndef NATIVE_ROWS_H
#define NATIVE_ROWS_H

#include "native.h"

/* An address as it is stored: part of a key. */
typedef struct {
	guint8 bytes[16];
	gsize size;
} native_key;

native_key native_key_of (int version, ip_value address);
/* Reads a stored address, or the CIDR of a stored first address and prefix length, of the current row.
 * FALSE: there is none, and `ret` is untouched. */
gboolean native_address_at (storage_cursor *cursor, int column, ip_address *ret);
gboolean native_cidr_at (storage_cursor *cursor, int first, int prefix, ip_cidr *ret);
/* The same where there always is one. */
ip_value native_value_at (storage_cursor *cursor, int column);

/* A block, with its pool. Owns its text. */
typedef struct {
	gint64 no;
	guint8 id[NATIVE_ID_SIZE];
	gint64 tenant_no;
	char *tenant;
	char *network; /* NULL: none */
	ip_driver_block_type type;
	ip_cidr cidr;
	gboolean has_gateway;
	ip_address gateway;
	char *dns1;
	char *dns2;
	gint64 policy_no; /* 0: none */
	gint64 policy_revision;
	guint8 policy_id[NATIVE_ID_SIZE];
	gint64 parent_no; /* 0: none */
	guint8 parent_id[NATIVE_ID_SIZE];
	gint64 created_at;
	gint64 updated_at;
	/* The pool, as it was when the block was loaded. */
	gint64 allocated;
	gint64 held;
	gint64 quarantined;
	gint64 excluded_taken;
	ip_value scan_from; /* the block's first address if nothing is known */
} native_block;

void native_block_clear (native_block *block);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (native_block, native_block_clear)

/* The columns of a block, for a SELECT over BLOCK_FROM. */
#define BLOCK_COLUMNS                                                                                                  \
	"b.no, b.id, b.tenant_no, t.name, b.network, b.type, b.version, b.prefix, b.first, b.gateway, b.dns1, b.dns2," \
	" b.policy_no, p.revision, p.id, b.parent_no, q.id, b.created_at, b.updated_at, o.allocated, o.held,"          \
	" o.quarantined, o.excluded_taken, o.scan_from"
#define BLOCK_FROM                                                                                                     \
	" FROM block b LEFT JOIN tenant t ON t.no = b.tenant_no LEFT JOIN policy p ON p.no = b.policy_no"              \
	" LEFT JOIN block q ON q.no = b.parent_no LEFT JOIN pool o ON o.block_no = b.no"

/* Takes the current row; `block` is overwritten, not cleared. */
void native_block_take (storage_cursor *cursor, native_block *block);

/* Loads a block of a tenant (NULL: any). Otherwise fails with IP_DRIVER_NOT_FOUND. `block` must be zero. */
ip_driver_status native_block_load (native_op *op, const char *tenant, const char *id, native_block *block);
/* The same by number. FALSE: there is none. */
gboolean native_block_load_number (native_op *op, gint64 no, native_block *block);

void native_return_block (native_op *op, const native_block *block);
/* Fills `ret`, whose texts live in the block and in the buffers. */
typedef struct {
	char id[NATIVE_ID_TEXT], policy[NATIVE_ID_TEXT], parent[NATIVE_ID_TEXT];
	char cidr[IP_TEXT_SIZE], gateway[IP_TEXT_SIZE], broadcast[IP_TEXT_SIZE], netmask[IP_TEXT_SIZE];
} native_block_texts;
void native_block_describe (const native_block *block, ip_driver_block *ret, native_block_texts *texts);

/* States of an address row. */
enum {
	STATE_ALLOCATED = 1,
	STATE_RESTING = 2,
	STATE_FREE = 3,  /* was in use once */
	STATE_PARKED = 4 /* the same, and excluded now */
};

/* The columns of an address, for a SELECT over ADDRESS_FROM. */
#define ADDRESS_COLUMNS                                                                                                \
	"a.block_no, a.address, a.id, a.state, a.hold_until, a.free_at, a.created_at, a.updated_at, b.id, b.version,"  \
	" t.name, i.id, i.device, r.key"
#define ADDRESS_JOINS                                                                                                  \
	" LEFT JOIN block b ON b.no = a.block_no LEFT JOIN tenant t ON t.no = a.tenant_no"                             \
	" LEFT JOIN interface i ON i.no = a.interface_no LEFT JOIN request r ON r.no = a.request_no"
#define ADDRESS_FROM " FROM address a" ADDRESS_JOINS
/* What counts as existing: allocated (a hold only while it lasts) or resting. $1 is op->now. */
#define ADDRESS_LIVES " a.state < 3 AND (a.hold_until IS NULL OR a.hold_until > $1)"

/* Returns the current row of a SELECT of ADDRESS_COLUMNS. */
void native_return_address_row (native_op *op, storage_cursor *cursor);
/* Texts of one address for a result. */
typedef struct {
	char id[NATIVE_ID_TEXT], block[NATIVE_ID_TEXT], address[IP_TEXT_SIZE];
} native_address_texts;
void native_address_describe (storage_cursor *cursor, ip_driver_address *ret, native_address_texts *texts);
/* Where the row is in the order of address lists. */
void native_address_marker (storage_cursor *cursor, char marker[NATIVE_MARKER_SIZE]);

/* A position in an address list; size 0 is before everything. */
typedef struct {
	gint64 block_no;
	guint8 bytes[16];
	gsize size;
} native_position;

/* FALSE: not such a marker; the operation has failed. NULL is before everything. */
gboolean native_marker_position (native_op *op, const char *marker, native_position *ret);

/* Returns the rows of a query, at most `limit`, and the marker if there is one more. The query must
 * have asked for limit + 1. */
void native_return_address_rows (native_op *op, storage_cursor *cursor, guint limit);

/* Returns allocations (address, block's configuration, routes) for the rows of a query of
 * ADDRESS_COLUMNS, at most `limit`, and the marker if there is one more. */
void native_return_allocation_rows (native_op *op, storage_cursor *cursor, guint limit);

/* An allocation with all that it points to. */
typedef struct native_allocation native_allocation;
void native_allocation_free (native_allocation *allocation);
/* Reads the current row of a query of ADDRESS_COLUMNS, its block and its routes. */
native_allocation *native_allocation_read (native_op *op, storage_cursor *cursor);
/* Valid while the allocation is. */
ip_driver_allocation *native_allocation_result (native_allocation *allocation);

#endif
