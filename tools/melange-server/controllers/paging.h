/*
 * Lists: the historical pages (`limit`, and as `marker` the id of the last element seen) over those of the ABI, whose
 * markers are opaque.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONTROLLERS_PAGING_H
#define CONTROLLERS_PAGING_H

#include "../controller.h"

/* One page: an array of representations, each with an "id", and the ABI's marker of the next one. */
typedef struct {
	json_t *items;
	char *next;
} paging_page;

void paging_page_clear (paging_page *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (paging_page, paging_page_clear)

/* Gets a page of a list of the ABI. `filter`: the arguments of its list function, without marker and limit. */
typedef ip_driver_status (*paging_fetch) (ip_driver *driver, const void *filter, const char *marker, uint32_t limit,
                                          paging_page *page, ip_driver_error *error);

/* Defines a paging_fetch over a list function. */
#define PAGING_DEFINE_FETCH(name, Args, List, call, represent)                                                         \
	static ip_driver_status name (ip_driver *driver, const void *filter, const char *marker, uint32_t limit,       \
	                              paging_page *page, ip_driver_error *error)                                       \
	{                                                                                                              \
		Args args = *(const Args *)filter;                                                                     \
		g_autoptr (List) list = NULL;                                                                          \
		ip_driver_status status;                                                                               \
                                                                                                                       \
		args.marker = marker;                                                                                  \
		args.limit = limit;                                                                                    \
		status = call (driver, &args, &list, error);                                                           \
		if (status != IP_DRIVER_OK)                                                                            \
			return status;                                                                                 \
		page->items = json_array ();                                                                           \
		for (gsize i = 0; i < list->count; i++)                                                                \
			json_array_append_new (page->items, represent (list->items[i]));                               \
		page->next = g_strdup (list->next_marker);                                                             \
		return IP_DRIVER_OK;                                                                                   \
	}

/*
 * Answers with the page that the query asks for, as {NAME: [...]}, and with NAME_links if there is another one (if
 * `links`). FALSE: nothing was answered, `error` says why; what is wrong with the query is answered.
 */
gboolean paging_answer (const server_request *request, const char *name, gboolean links, paging_fetch fetch,
                        const void *filter, server_answer *answer, ip_driver_error *error);

/* A whole list, of those that have no pages; NULL: `error` says why. New reference. */
json_t *paging_all (ip_driver *driver, paging_fetch fetch, const void *filter, ip_driver_error *error);

#endif
