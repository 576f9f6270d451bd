/*
 * The life of an address: allocated (perhaps as a hold), released into quarantine, free again. Keeps
 * the pool's counters, the request keys and all that hangs on an address in step.
 */
#ifndef NATIVE_ALLOCATION_H
#define NATIVE_ALLOCATION_H

#include "policy.h"

/* For whom an address is allocated. */
typedef struct {
	gint64 tenant_no;
	gint64 interface_no; /* 0: none */
	gint64 request_no;   /* 0: none */
	gint64 hold_until;   /* 0: for good */
	const char *id;      /* NULL: a new one */
	/* For IPv6. */
	generator_input generator;
} allocation_owner;

/* An address row. */
typedef struct {
	guint8 id[NATIVE_ID_SIZE];
	int state;
	gint64 interface_no;
	gint64 request_no;
	gint64 hold_until;
	gint64 free_at;
	gint64 updated_at;
} allocation_row;

/* FALSE: the address has no row. A hold that has lapsed is ended first, so only where one may write. */
gboolean allocation_load (native_op *op, native_block *block, ip_value address, allocation_row *ret);

/* Loads the allocated or resting address of a block for an operation, also one that only reads; else
 * NOT_FOUND, or INVALID for junk. The block must be zero. */
ip_driver_status allocation_find (native_op *op, const char *tenant, const char *block_id, const char *address,
                                  native_block *block, ip_value *ret_address, allocation_row *ret_row);

/* The next address of the block, or EXHAUSTED. */
ip_driver_status allocation_next (native_op *op, native_block *block, const allocation_owner *owner, ip_value *ret);
/* A given one. */
ip_driver_status allocation_given (native_op *op, native_block *block, const allocation_owner *owner, const char *text,
                                   ip_value *ret);

/* Releases: see ip_driver_address_deallocate(). A hold that has lapsed is free at once. */
void allocation_release (native_op *op, native_block *block, ip_value address, const allocation_row *row);
/* Ends a hold or a quarantine: the address is free. */
void allocation_free (native_op *op, native_block *block, ip_value address, const allocation_row *row);

/* Ends holds that have lapsed, at most `limit`; returns how many. */
guint allocation_sweep (native_op *op, guint limit);
/* Ends the holds that have lapsed in a block, which is loaded anew; of an interface; with an id. */
void allocation_end_lapsed (native_op *op, native_block *block);
void allocation_end_lapsed_of (native_op *op, gint64 interface_no);
void allocation_end_lapsed_id (native_op *op, const guint8 id[NATIVE_ID_SIZE]);

/* A list of keys of addresses, collected before rows are changed. */
typedef struct {
	gint64 block_no;
	ip_value address;
} allocation_key;
/* Of a query whose first columns are block_no and address. */
GArray *allocation_keys (storage_cursor *cursor);
/* Calls `step` for each key whose row is there, with its block loaded (once per run of keys). */
typedef void (*allocation_step) (native_op *op, native_block *block, ip_value address, const allocation_row *row);
void allocation_each (native_op *op, GArray *keys, allocation_step step);

/* What makes two requests the same is a digest of their parts, each added in turn; NULL is a part, too. */
void request_digest (GChecksum *digest, const char *part);

/* Request keys. make: the number of a new one. find: 0 if the key is free; fails with DUPLICATE if it
 * was used for another request. end: forgets it when nothing of it lives. */
ip_driver_status request_find (native_op *op, gint64 tenant_no, const char *key, const char *fingerprint,
                               gint64 *ret_no);
gint64 request_make (native_op *op, gint64 tenant_no, const char *key, const char *fingerprint);
void request_end (native_op *op, gint64 no);

#endif
