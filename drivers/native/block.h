/*
 * Making blocks, for subnet.c and network.c.
 */
#ifndef NATIVE_BLOCK_H
#define NATIVE_BLOCK_H

#include "interface.h"
#include "rows.h"

/* What a block is to be. NULL: none; dns of a root block: the configured default. */
typedef struct {
	const char *tenant;
	const char *network;
	const char *gateway;
	const char *dns1;
	const char *dns2;
	const char *policy;
	const char *id;
	ip_cidr cidr;
	ip_driver_block_type type;
	gint64 parent_no;    /* 0: a root */
	gint64 network_root; /* 1: a top-level block of its network: its parent is on none */
} block_wish;

/* Checks the rules of root blocks and inserts. `ret` must be zero. */
ip_driver_status block_create_root (native_op *op, const block_wish *wish, native_block *ret);
/* Inserts; overlap is the caller's matter. */
ip_driver_status block_insert (native_op *op, const block_wish *wish, native_block *ret);

/* The rules of a network: one type; its top-level blocks do not overlap. root: whether the block is to be
 * one. `but` is the number of the block that the check is for, 0 if it is new. */
ip_driver_status block_check_network (native_op *op, const char *network, const ip_cidr *cidr,
                                      ip_driver_block_type type, gboolean root, gint64 but);

/* 0 if id is NULL. */
ip_driver_status block_find_policy (native_op *op, const char *id, gint64 *ret_no);

/* Returns the rows of a query of BLOCK_COLUMNS in order of b.no, which asked for limit + 1. */
void block_return_rows (native_op *op, storage_cursor *cursor, guint limit);

#endif
