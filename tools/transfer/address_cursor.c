/*
 * address_cursor.c: see address_cursor.h. The ABI promises numeric order, so one page at a time is in memory. A service
 * that lists in another order (the historical one does, by random ids) shows that on the first page, and its list is
 * then read whole and sorted.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "address_cursor.h"

static void
free_page (void *data)
{
	ip_driver_addresses_free (data);
}

static ip_driver_status
read_page (address_cursor *self, ip_driver_error *error)
{
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;
	ip_driver_addresses *page;
	ip_driver_status status;

	args.tenant = transfer_tenant (self->side, self->tenant);
	args.block = self->block;
	args.marker = self->marker;
	args.limit = IP_DRIVER_PAGE_MAX;
	status = ip_driver_address_list (self->side->driver, &args, &page, error);
	if (status != IP_DRIVER_OK)
		return status;
	g_ptr_array_add (self->pages, page);
	for (size_t i = 0; i < page->count; i++)
		g_ptr_array_add (self->items, page->items[i]);
	g_free (self->marker);
	self->marker = g_strdup (page->next_marker);
	self->ended = self->marker == NULL;
	return IP_DRIVER_OK;
}

static int
compare_items (const void *a, const void *b)
{
	const ip_driver_address *left = *(const ip_driver_address *const *)a,
				*right = *(const ip_driver_address *const *)b;
	cidr left_at = {.length = 0}, right_at = {.length = 0};

	/* What is no address comes first, and is found out when it is its turn. */
	(void)cidr_parse_address (left->address, &left_at);
	(void)cidr_parse_address (right->address, &right_at);
	return cidr_compare (&left_at, &right_at);
}

static gboolean
in_order (const GPtrArray *items)
{
	for (guint i = 1; i < items->len; i++) {
		if (compare_items (&items->pdata[i - 1], &items->pdata[i]) > 0)
			return FALSE;
	}
	return TRUE;
}

ip_driver_status
address_cursor_open (address_cursor *self, const transfer_side *side, const char *tenant, const char *block,
                     ip_driver_error *error)
{
	ip_driver_status status = IP_DRIVER_OK;

	*self = (address_cursor){.side = side, .tenant = tenant, .block = block, .ended = block == NULL};
	self->pages = g_ptr_array_new_with_free_func (free_page);
	self->items = g_ptr_array_new ();
	if (!self->ended)
		status = read_page (self, error);
	if (status == IP_DRIVER_OK && !in_order (self->items)) {
		while (status == IP_DRIVER_OK && !self->ended)
			status = read_page (self, error);
		g_ptr_array_sort (self->items, compare_items);
	}
	return status == IP_DRIVER_OK ? address_cursor_next (self, error) : status;
}

ip_driver_status
address_cursor_next (address_cursor *self, ip_driver_error *error)
{
	cidr before = self->at;
	gboolean first = self->item == NULL;
	ip_driver_status status;

	if (self->next == self->items->len && !self->ended) {
		self->item = NULL;
		self->next = 0;
		g_ptr_array_set_size (self->items, 0);
		g_ptr_array_set_size (self->pages, 0);
		status = read_page (self, error);
		if (status != IP_DRIVER_OK)
			return status;
	}
	self->item = self->next < self->items->len ? self->items->pdata[self->next++] : NULL;
	if (self->item == NULL)
		return IP_DRIVER_OK;
	if (!cidr_parse_address (self->item->address, &self->at) ||
	    (!first && cidr_compare (&before, &self->at) >= 0)) {
		return cli_error (error, IP_DRIVER_PROTOCOL, "%s lists the address “%s” of block %s out of order",
		                  self->side->name, self->item->address, self->block);
	}
	return IP_DRIVER_OK;
}

void
address_cursor_clear (address_cursor *self)
{
	g_clear_pointer (&self->items, g_ptr_array_unref);
	g_clear_pointer (&self->pages, g_ptr_array_unref);
	g_free (self->marker);
}
