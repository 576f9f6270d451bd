/*
 * Results: what drivers return is copied, checked and handed to the caller. Each result struct is
 * described by a result_type (result_types.c); one copy serves them all.
 *
 * A result and everything in it lives in one arena whose chunks hang on a header that lies before
 * the struct; the struct's free function frees the chunks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LIB_RESULT_H
#define LIB_RESULT_H

#include "arena.h"

#include <ip_driver/backend.h>

typedef enum {
	RESULT_TEXT,
	RESULT_STRUCT,  /* pointer to a result struct */
	RESULT_TEXTS,   /* array of texts, its length at `count` */
	RESULT_STRUCTS, /* array of pointers to result structs, its length at `count` */
} result_kind;

typedef struct result_type result_type;

/* A field that is a pointer; every other field is copied as it is. */
typedef struct {
	const char *name;
	const result_type *type;
	guint16 offset;
	guint16 count;
	guint8 kind;
	/* It may not be NULL. */
	guint8 required;
} result_field;

struct result_type {
	/* With its article, for messages: "an address". */
	const char *name;
	size_t size;
	const result_field *fields;
	size_t field_count;
};

extern const result_type block_result, usage_result, address_result, address_match_result, snapshot_result,
	allocation_result, interface_result, mac_range_result, route_result, policy_result, policy_range_result,
	policy_octet_result, lease_result, check_report_result, info_result;

/* How every ..._s struct of the ABI begins and ends. */
typedef struct {
	size_t size;
	size_t count;
	void **items;
	const char *next_marker;
} result_list;

#define RESULT_PROBLEM_SIZE 256

struct ip_driver_results {
	/* NULL: the operation returns nothing. */
	const result_type *type;
	mem_arena arena;
	void **items;
	size_t count;
	size_t room;
	/* More items than this are a defect of the driver. */
	size_t most;
	const char *next_marker;
	/* The first thing that is wrong with what the driver returned. */
	ip_driver_status status;
	char problem[RESULT_PROBLEM_SIZE];
	void *few[4];
};

void results_init (ip_driver_results *results, const result_type *type, size_t most);
void results_clear (ip_driver_results *results);
void results_add (ip_driver_results *results, const result_type *type, const void *item);
/* Hand over what was collected: the one item, or a list. The collector is empty afterwards. */
void *results_steal_one (ip_driver_results *results);
void *results_steal_list (ip_driver_results *results);

/* Frees what these two gave; NULL is ignored. */
void result_free (void *result);

#endif
