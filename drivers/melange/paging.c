/*
 * See paging.h.
 *
 * A marker is "s" and the key of the last element given, where the list was sorted, or "i" and the id of the last
 * element given, where it was not. With a marker of the first kind the list is sorted whatever its length.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "paging.h"

#include <string.h>

/* Up to so many elements a list is sorted. */
#define LARGE_PAGE IP_DRIVER_PAGE_MAX
/* More than any service holds: it goes on without end. */
#define PAGES_MAX 5000
#define ITEMS_MAX (1 << 20)

/* Reads one list, page by page. */
typedef struct {
	melange_instance *self;
	const char *name;
	paging_kind kind;
	char *path;
	/* Of the last element read; NULL: none was. */
	char *marker;
	/* Every id that has been read. */
	GHashTable *seen;
	guint pages;
	gboolean at_end;
} page_reader;

static void
page_reader_init (page_reader *reader, melange_instance *self, const char *name, paging_kind kind, char *path,
                  const char *marker)
{
	*reader = (page_reader){
		.self = self,
		.name = name,
		.kind = kind,
		.path = path,
		.marker = g_strdup (marker),
		.seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
	};
}

static void
page_reader_clear (page_reader *reader)
{
	g_free (reader->path);
	g_free (reader->marker);
	g_clear_pointer (&reader->seen, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (page_reader, page_reader_clear)

static ip_driver_status
fail_paging (const page_reader *reader, const char *problem, ip_driver_error *error)
{
	return melange_fail (error, IP_DRIVER_PROTOCOL, "the service's list \"%s\" %s", reader->name, problem);
}

static gboolean
has_next (const page_reader *reader, json_t *body)
{
	g_autofree char *key = g_strconcat (reader->name, "_links", NULL);
	json_t *link;
	gsize i;

	json_array_foreach (json_object_get (body, key), i, link)
	{
		if (g_strcmp0 (json_string_value (json_object_get (link, "rel")), "next") == 0)
			return TRUE;
	}
	return FALSE;
}

/* Notes the ids of a page; the last one becomes the marker. */
static ip_driver_status
advance (page_reader *reader, json_t *page, ip_driver_error *error)
{
	json_t *item;
	gsize i;

	json_array_foreach (page, i, item)
	{
		const char *id = json_string_value (json_object_get (item, "id"));

		if (!id || !g_uuid_string_is_valid (id))
			return fail_paging (reader, "has an element whose \"id\" is not a UUID", error);
		if (!g_hash_table_add (reader->seen, g_strdup (id)) || g_strcmp0 (id, reader->marker) == 0)
			return fail_paging (reader, "repeats itself", error);
		if (i + 1 == json_array_size (page)) {
			g_free (reader->marker);
			reader->marker = g_strdup (id);
		}
	}
	if (g_hash_table_size (reader->seen) > ITEMS_MAX || ++reader->pages > PAGES_MAX)
		return fail_paging (reader, "does not end", error);
	if (!reader->at_end && json_array_size (page) == 0)
		return fail_paging (reader, "has a next page after an empty one", error);
	return IP_DRIVER_OK;
}

/* Reads the next page, of about `limit` elements; *ret_page is borrowed from the answer. */
static ip_driver_status
read_page (page_reader *reader, guint limit, service_answer *answer, json_t **ret_page, ip_driver_error *error)
{
	g_auto (json_reader) json = {0};
	char *path = g_strdup (reader->path);
	ip_driver_status status;

	if (reader->kind != WHOLE) {
		g_autofree char *number = g_strdup_printf ("%u", limit);

		path = melange_path_query (path, "limit", number);
		if (reader->marker)
			path = melange_path_query (path, "marker", reader->marker);
	}
	status = melange_get (reader->self, path, answer, error);
	if (status != IP_DRIVER_OK)
		return status;
	json_reader_init (&json, error);
	*ret_page = json_list (&json, answer->body, reader->name);
	if (json.failed)
		return json_reader_status (&json);
	if (reader->kind == WHOLE) {
		reader->at_end = TRUE;
		return IP_DRIVER_OK;
	}
	reader->at_end = reader->kind == PAGED ? !has_next (reader, answer->body) : json_array_size (*ret_page) < limit;
	return advance (reader, *ret_page, error);
}

/* Adds all pages that are left to an array. */
static ip_driver_status
read_rest (page_reader *reader, json_t *array, service_answer *ret_answer, ip_driver_error *error)
{
	while (!reader->at_end) {
		g_auto (service_answer) answer = {0};
		json_t *page;
		ip_driver_status status = read_page (reader, LARGE_PAGE, &answer, &page, error);

		if (status == IP_DRIVER_OK)
			json_array_extend (array, page);
		if (ret_answer) {
			service_answer_clear (ret_answer);
			*ret_answer = answer;
			answer = (service_answer){0};
		}
		if (status != IP_DRIVER_OK)
			return status;
	}
	return IP_DRIVER_OK;
}

ip_driver_status
melange_list_all (melange_instance *self, const char *name, paging_kind kind, char *path, json_t **ret_array,
                  service_answer *ret_answer, ip_driver_error *error)
{
	g_auto (page_reader) reader = {0};
	json_auto_t *array = json_array ();
	ip_driver_status status;

	if (!path)
		return IP_DRIVER_INVALID;
	page_reader_init (&reader, self, name, kind, path, NULL);
	status = read_rest (&reader, array, ret_answer, error);
	if (status == IP_DRIVER_OK)
		*ret_array = g_steal_pointer (&array);
	return status;
}

char *
paging_key_age (json_reader *reader, json_t *item)
{
	const char *id = json_id (reader, item, "id");
	gint64 created_at = json_time (reader, item, "created_at");

	return reader->failed ? NULL : g_strdup_printf ("%012" G_GINT64_FORMAT ",%s", created_at, id);
}

char *
paging_key_address (json_reader *reader, json_t *item)
{
	const char *block = json_id (reader, item, "ip_block_id");
	int version;
	const char *address = json_address (reader, item, "address", &version);
	ip_number number = 0;

	if (reader->failed)
		return NULL;
	ip_parse (address, &number);
	return g_strdup_printf ("%s,%d,%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", block, version,
	                        (guint64)(number >> 64), (guint64)number);
}

/* An element and its key. */
typedef struct {
	char *key;
	json_t *item;
} keyed;

static void
free_keyed (gpointer data)
{
	keyed *entry = data;

	g_free (entry->key);
	g_free (entry);
}

static gint
compare_keys (gconstpointer a, gconstpointer b)
{
	return strcmp ((*(const keyed *const *)a)->key, (*(const keyed *const *)b)->key);
}

static gint
compare_ages (gconstpointer a, gconstpointer b)
{
	const char *key_a = (*(const keyed *const *)a)->key, *key_b = (*(const keyed *const *)b)->key;
	gsize length = strcspn (key_a, ",");

	return strncmp (key_a, key_b, length + 1);
}

static gboolean
is_wanted (const paging_list *list, json_t *item)
{
	return !list->wanted || list->wanted (item, list->filter);
}

/* The wanted elements after `after`, with their keys, unsorted. NULL: the reader has failed. */
static GPtrArray *
collect (const paging_list *list, json_t *array, const char *after, json_reader *reader)
{
	g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (free_keyed);
	json_t *item;
	gsize i;

	json_array_foreach (array, i, item)
	{
		g_autofree char *key = list->key (reader, item);

		if (!key)
			return NULL;
		if (!is_wanted (list, item) || (after && strcmp (key, after) <= 0))
			continue;
		keyed *entry = g_new0 (keyed, 1);
		*entry = (keyed){.key = g_steal_pointer (&key), .item = item};
		g_ptr_array_add (entries, entry);
	}
	return g_steal_pointer (&entries);
}

static ip_driver_status
check_marker (const char *marker, ip_driver_error *error)
{
	if (!marker || *marker == 's' || (*marker == 'i' && g_uuid_string_is_valid (marker + 1)))
		return IP_DRIVER_OK;
	return melange_fail (error, IP_DRIVER_INVALID, "marker \"%s\" is none of this list", marker);
}

ip_driver_status
melange_list_select (const paging_list *list, json_t *array, const char *marker, guint limit, GPtrArray **ret_page,
                     char **ret_next, ip_driver_error *error)
{
	g_auto (json_reader) reader = {0};
	g_autoptr (GPtrArray) entries = NULL;

	/* Every list that is whole is sorted. */
	if (marker && *marker != 's')
		return melange_fail (error, IP_DRIVER_INVALID, "marker \"%s\" is none of this list", marker);
	json_reader_init (&reader, error);
	entries = collect (list, array, marker ? marker + 1 : NULL, &reader);
	if (!entries)
		return json_reader_status (&reader);
	g_ptr_array_sort (entries, list->in_order && !marker && entries->len <= limit ? compare_ages : compare_keys);
	*ret_page = g_ptr_array_new ();
	for (guint i = 0; i < entries->len && i < limit; i++)
		g_ptr_array_add (*ret_page, ((keyed *)entries->pdata[i])->item);
	*ret_next = entries->len > limit ? g_strconcat ("s", ((keyed *)entries->pdata[limit - 1])->key, NULL) : NULL;
	return IP_DRIVER_OK;
}

ip_driver_status
melange_list_array (const paging_list *list, json_t *array, const char *marker, guint limit, ip_driver_results *results,
                    ip_driver_error *error)
{
	g_auto (json_reader) reader = {0};
	g_autoptr (GPtrArray) page = NULL;
	g_autofree char *next = NULL;
	ip_driver_status status = melange_list_select (list, array, marker, limit, &page, &next, error);

	if (status != IP_DRIVER_OK)
		return status;
	json_reader_init (&reader, error);
	for (guint i = 0; i < page->len && !reader.failed; i++)
		list->give (&reader, page->pdata[i], &list->context, results);
	if (next && !reader.failed)
		ip_driver_return_next_marker (results, next);
	return json_reader_status (&reader);
}

/* Gives wanted elements in the order of the service, beginning with `first`, a page that was read already (or
 * NULL), until there are `limit`. */
static ip_driver_status
give_unsorted (const paging_list *list, page_reader *pages, json_t *first, guint limit, ip_driver_results *results,
               ip_driver_error *error)
{
	g_auto (json_reader) reader = {0};
	g_auto (service_answer) answer = {0};
	g_autofree char *last = NULL;
	guint given = 0;
	ip_driver_status status = IP_DRIVER_OK;
	json_t *page = first, *item;
	gsize i;

	json_reader_init (&reader, error);
	for (;;) {
		json_array_foreach (page, i, item)
		{
			if (!is_wanted (list, item))
				continue;
			if (given == limit) {
				ip_driver_return_next_marker (results, last);
				return IP_DRIVER_OK;
			}
			list->give (&reader, item, &list->context, results);
			if (reader.failed)
				return json_reader_status (&reader);
			g_free (last);
			last = g_strconcat ("i", json_string_value (json_object_get (item, "id")), NULL);
			given++;
		}
		if (pages->at_end)
			return IP_DRIVER_OK;
		if (given == limit) {
			ip_driver_return_next_marker (results, last);
			return IP_DRIVER_OK;
		}
		service_answer_clear (&answer);
		status = read_page (pages, list->wanted ? LARGE_PAGE : limit - given, &answer, &page, error);
		if (status != IP_DRIVER_OK)
			return status;
	}
}

ip_driver_status
melange_list (melange_instance *self, const paging_list *list, char *path, const char *marker, guint limit,
              ip_driver_results *results, ip_driver_error *error)
{
	g_auto (page_reader) pages = {0};
	g_auto (service_answer) answer = {0};
	json_auto_t *all = NULL;
	json_t *page;
	ip_driver_status status;

	if (!path)
		return IP_DRIVER_INVALID;
	page_reader_init (&pages, self, list->name, list->kind, path, marker && *marker == 'i' ? marker + 1 : NULL);
	status = check_marker (marker, error);
	if (status != IP_DRIVER_OK)
		return status;
	if (marker && *marker == 'i')
		return give_unsorted (list, &pages, NULL, limit, results, error);
	status = read_page (&pages, LARGE_PAGE, &answer, &page, error);
	if (status != IP_DRIVER_OK && list->ret_fault) {
		*list->ret_fault = answer;
		answer = (service_answer){0};
	}
	if (status != IP_DRIVER_OK)
		return status;
	if (!pages.at_end && !marker)
		return give_unsorted (list, &pages, page, limit, results, error);
	all = json_copy (page);
	status = read_rest (&pages, all, NULL, error);
	return status == IP_DRIVER_OK ? melange_list_array (list, all, marker, limit, results, error) : status;
}
