/*
 * Lists of the historical service as lists of the ABI. The service pages some lists, by the random ids of
 * their elements, and gives others whole. A list of up to one large page of the service is read whole, put into the
 * order that the ABI promises, and paged here; a longer one is handed on page by page in the order of the ids.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_PAGING_H
#define MELANGE_PAGING_H

#include "records.h"
#include "request.h"

typedef enum {
	/* Pages, with a link to the next. */
	PAGED,
	/* Pages without a link: it ends with one that is not full. */
	PAGED_SILENTLY,
	/* Given whole. */
	WHOLE,
} paging_kind;

typedef struct {
	/* The list's key in the answer: "ip_blocks". */
	const char *name;
	paging_kind kind;
	/* Text that sorts an element as the ABI does; unique. Freed by the caller. NULL: it makes no sense, and
	 * the reader has failed. */
	char *(*key) (json_reader *reader, json_t *item);
	/* The service lists in the order of creation: elements whose keys are the same up to the comma keep
	 * their order, as far as the list fits on one page. */
	gboolean in_order;
	/* Whether an element is asked for; NULL: each. */
	gboolean (*wanted) (json_t *item, gconstpointer filter);
	gconstpointer filter;
	record_give give;
	record_context context;
	/* NULL, or where the answer goes if it is a fault; the caller clears it. */
	service_answer *ret_fault;
} paging_list;

/* Gives a page of `limit` elements after `marker`. Takes `path`, which has no limit and no marker. */
ip_driver_status melange_list (melange_instance *self, const paging_list *list, char *path, const char *marker,
                               guint limit, ip_driver_results *results, ip_driver_error *error);

/* The same of a whole list that is there already: an array. */
ip_driver_status melange_list_array (const paging_list *list, json_t *array, const char *marker, guint limit,
                                     ip_driver_results *results, ip_driver_error *error);

/* The elements of that page, borrowed from the array, and the marker of the next page or NULL. */
ip_driver_status melange_list_select (const paging_list *list, json_t *array, const char *marker, guint limit,
                                      GPtrArray **ret_page, char **ret_next, ip_driver_error *error);

/* Reads a whole list: a new array, in the service's order. Takes `path`. ret_answer (may be NULL): the last page's
 * answer, a fault perhaps. */
ip_driver_status melange_list_all (melange_instance *self, const char *name, paging_kind kind, char *path,
                                   json_t **ret_array, service_answer *ret_answer, ip_driver_error *error);

/* Keys: by age, then id; by block, then address. */
char *paging_key_age (json_reader *reader, json_t *item);
char *paging_key_address (json_reader *reader, json_t *item);

#endif
