/*
 * Lists: see paging.h.
 *
 * A client's marker is the id of the last element that he saw. The ABI's marker that stands for it was known when that
 * element was sent; the latest ones are remembered. One that is not is found by going through the list.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "paging.h"

#include <string.h>

#include "faults.h"

/* How many markers are remembered. */
#define REMEMBERED 1024

static struct {
	GMutex lock;
	/* What list and id: marker. */
	GHashTable *markers;
	/* The keys of `markers`, the oldest first. */
	GQueue order;
} memory;

void
paging_page_clear (paging_page *self)
{
	json_decref (self->items);
	g_free (self->next);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
	return strcmp (a, b);
}

/* The parameters of the query but for the marker, and for the limit if not wanted; "marker" first if given. */
static char *
write_query (const server_request *request, const char *marker, gboolean with_limit)
{
	g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (request->query), compare_names);
	GString *out = g_string_new (NULL);

	if (marker != NULL)
		g_string_append_printf (out, "marker=%s", marker);
	for (GList *link = names; link != NULL; link = link->next) {
		g_autofree char *name = NULL, *value = NULL;

		if (strcmp (link->data, "marker") == 0 || (!with_limit && strcmp (link->data, "limit") == 0))
			continue;
		name = g_uri_escape_string (link->data, NULL, FALSE);
		value = g_uri_escape_string (g_hash_table_lookup (request->query, link->data), NULL, FALSE);
		g_string_append_printf (out, "%s%s=%s", out->len > 0 ? "&" : "", name, value);
	}
	return g_string_free (out, FALSE);
}

static char *
memory_key (const server_request *request, const char *id)
{
	g_autofree char *query = write_query (request, NULL, FALSE);

	return g_strdup_printf ("%s?%s#%s", request->uri, query, id);
}

static void
remember (const char *key, const char *marker)
{
	g_mutex_lock (&memory.lock);
	if (memory.markers == NULL)
		memory.markers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
	if (g_hash_table_contains (memory.markers, key)) {
		g_hash_table_replace (memory.markers, g_strdup (key), g_strdup (marker));
	} else {
		char *kept = g_strdup (key);

		if (memory.order.length == REMEMBERED) {
			g_autofree char *oldest = g_queue_pop_head (&memory.order);

			g_hash_table_remove (memory.markers, oldest);
		}
		g_queue_push_tail (&memory.order, kept);
		g_hash_table_insert (memory.markers, g_strdup (key), g_strdup (marker));
	}
	g_mutex_unlock (&memory.lock);
}

/* NULL: not known. */
static char *
recall (const char *key)
{
	char *marker = NULL;

	g_mutex_lock (&memory.lock);
	if (memory.markers != NULL)
		marker = g_strdup (g_hash_table_lookup (memory.markers, key));
	g_mutex_unlock (&memory.lock);
	return marker;
}

/* The place of an id in a page; the page's size: it is not there. */
static gsize
place_of (const paging_page *page, const char *id)
{
	json_t *item;
	gsize i;

	json_array_foreach (page->items, i, item)
	{
		if (g_strcmp0 (json_string_value (json_object_get (item, "id")), id) == 0)
			break;
	}
	return i;
}

/* What going through a list for an id came to. */
typedef struct {
	gboolean found;
	/* Of what follows; NULL: nothing does. */
	char *marker;
} search_result;

/* Goes through a list for an id. */
static ip_driver_status
search (const server_request *request, paging_fetch fetch, const void *filter, const char *id, search_result *result,
        ip_driver_error *error)
{
	g_autofree char *from = NULL;
	uint32_t size = IP_DRIVER_PAGE_MAX;

	for (;;) {
		g_auto (paging_page) page = {0};
		ip_driver_status status = fetch (request->driver, filter, from, size, &page, error);
		gsize count = json_array_size (page.items), place;

		if (status != IP_DRIVER_OK)
			return status;
		place = place_of (&page, id);
		result->found = place < count;
		if (place + 1 == count)
			result->marker = g_steal_pointer (&page.next);
		/* Not there; or there, and then it would be, but for others who delete, the last of a shorter page. */
		if (place + 1 == count || (place == count && (size < IP_DRIVER_PAGE_MAX || page.next == NULL)))
			return IP_DRIVER_OK;
		if (place < count) {
			size = (uint32_t)place + 1;
		} else {
			g_free (from);
			from = g_steal_pointer (&page.next);
		}
	}
}

/* The page that follows an id. *ret_found: there is such an id. */
static ip_driver_status
fetch_after (const server_request *request, paging_fetch fetch, const void *filter, const char *id, uint32_t limit,
             paging_page *page, gboolean *ret_found, ip_driver_error *error)
{
	g_autofree char *key = memory_key (request, id);
	g_autofree char *marker = recall (key);
	search_result result = {0};
	ip_driver_status status;

	*ret_found = TRUE;
	if (marker != NULL) {
		status = fetch (request->driver, filter, marker, limit, page, error);
		/* The backend may have been replaced since. */
		if (status != IP_DRIVER_INVALID)
			return status;
		g_clear_pointer (&marker, g_free);
	}
	status = search (request, fetch, filter, id, &result, error);
	marker = result.marker;
	*ret_found = result.found;
	if (status != IP_DRIVER_OK || !result.found)
		return status;
	if (marker == NULL) {
		page->items = json_array ();
		return IP_DRIVER_OK;
	}
	return fetch (request->driver, filter, marker, limit, page, error);
}

static json_t *
links_to_next (const server_request *request, const char *id)
{
	g_autofree char *query = write_query (request, id, TRUE);
	g_autofree char *href = g_strdup_printf ("%s%s?%s", request->base, request->uri, query);

	return json_pack ("[{s:s, s:s}]", "rel", "next", "href", href);
}

static gboolean
read_limit (const server_request *request, uint32_t *ret_limit, server_answer *answer)
{
	const char *text = server_request_query (request, "limit");
	guint64 limit = IP_DRIVER_PAGE_DEFAULT;

	if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT64, &limit, NULL)) {
		fault_set (answer, 400, IP_DRIVER_INVALID, "limit \"%s\" is not a positive integer", text);
		return FALSE;
	}
	*ret_limit = (uint32_t)MIN (limit, IP_DRIVER_PAGE_MAX);
	return TRUE;
}

gboolean
paging_answer (const server_request *request, const char *name, gboolean links, paging_fetch fetch, const void *filter,
               server_answer *answer, ip_driver_error *error)
{
	const char *id = server_request_query (request, "marker"), *last;
	g_auto (paging_page) page = {0};
	gboolean found = TRUE;
	ip_driver_status status;
	json_t *body;
	uint32_t limit;

	if (!read_limit (request, &limit, answer))
		return TRUE;
	if (id == NULL || *id == '\0')
		status = fetch (request->driver, filter, NULL, limit, &page, error);
	else
		status = fetch_after (request, fetch, filter, id, limit, &page, &found, error);
	if (status != IP_DRIVER_OK)
		return FALSE;
	if (!found) {
		fault_set (answer, 400, IP_DRIVER_INVALID, "marker \"%s\" is not the id of an element of the list", id);
		return TRUE;
	}
	body = json_pack ("{s:O}", name, page.items);
	last = json_string_value (
		json_object_get (json_array_get (page.items, json_array_size (page.items) - 1), "id"));
	if (page.next != NULL && last != NULL) {
		g_autofree char *key = memory_key (request, last);

		remember (key, page.next);
		if (links) {
			g_autofree char *member = g_strdup_printf ("%s_links", name);

			json_object_set_new (body, member, links_to_next (request, last));
		}
	}
	server_answer_set (answer, 200, body);
	return TRUE;
}

json_t *
paging_all (ip_driver *driver, paging_fetch fetch, const void *filter, ip_driver_error *error)
{
	json_t *all = json_array ();
	g_autofree char *marker = NULL;

	do {
		g_auto (paging_page) page = {0};

		if (fetch (driver, filter, marker, IP_DRIVER_PAGE_MAX, &page, error) != IP_DRIVER_OK) {
			json_decref (all);
			return NULL;
		}
		json_array_extend (all, page.items);
		g_free (marker);
		marker = g_steal_pointer (&page.next);
	} while (marker != NULL);
	return all;
}
