/* See book.h. */
#include <string.h>

#include "book.h"

static void
free_entry (gpointer data)
{
	book_entry *entry = data;

	g_free (entry->block);
	g_free (entry->address);
	g_free (entry->id);
	g_free (entry->interface);
	g_free (entry);
}

book *
book_new (void)
{
	book *self = g_new0 (book, 1);

	self->entries = g_ptr_array_new_with_free_func (free_entry);
	self->interfaces = g_ptr_array_new_with_free_func (g_free);
	self->blocks = g_ptr_array_new_with_free_func (g_free);
	return self;
}

void
book_free (book *self)
{
	g_ptr_array_unref (self->entries);
	g_ptr_array_unref (self->interfaces);
	g_ptr_array_unref (self->blocks);
	g_free (self);
}

book_entry *
book_find (const book *self, const char *block, const char *address)
{
	for (guint i = 0; i < self->entries->len; i++) {
		book_entry *entry = self->entries->pdata[i];
		if (strcmp (entry->block, block) == 0 && strcmp (entry->address, address) == 0)
			return entry;
	}
	return NULL;
}

gboolean
book_has_interface (const book *self, const char *interface)
{
	return g_ptr_array_find_with_equal_func (self->interfaces, interface, g_str_equal, NULL);
}

gboolean
book_add (book *self, const ip_driver_address *address, const char *interface, gboolean hold)
{
	book_entry *entry;

	if (book_find (self, address->block, address->address))
		return FALSE;
	entry = g_new0 (book_entry, 1);
	*entry = (book_entry){g_strdup (address->block), g_strdup (address->address), g_strdup (address->id),
	                      g_strdup (interface), hold};
	g_ptr_array_add (self->entries, entry);
	if (interface && !book_has_interface (self, interface))
		g_ptr_array_add (self->interfaces, g_strdup (interface));
	return TRUE;
}

void
book_remove (book *self, book_entry *entry)
{
	g_ptr_array_remove (self->entries, entry);
}

void
book_remove_interface (book *self, const char *interface)
{
	guint place;

	for (guint i = self->entries->len; i > 0; i--) {
		const book_entry *entry = self->entries->pdata[i - 1];
		if (g_strcmp0 (entry->interface, interface) == 0)
			g_ptr_array_remove_index (self->entries, i - 1);
	}
	if (g_ptr_array_find_with_equal_func (self->interfaces, interface, g_str_equal, &place))
		g_ptr_array_remove_index (self->interfaces, place);
}

/* Against the allocated addresses of a block. */
static void
compare_block (const book *self, ip_driver *native, const char *block, GString *differences, guint *found)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_address_list_args args = IP_DRIVER_ADDRESS_LIST_ARGS_INIT;
	ip_driver_addresses *page;
	g_autofree char *marker = NULL;

	args.block = block;
	args.state = IP_DRIVER_ADDRESS_ALLOCATED;
	do {
		args.marker = marker;
		if (ip_driver_address_list (native, &args, &page, &error) != IP_DRIVER_OK) {
			g_string_append_printf (differences, "address.list: %s\n", error.message);
			return;
		}
		for (size_t i = 0; i < page->count; i++) {
			const ip_driver_address *address = page->items[i];
			const book_entry *entry = book_find (self, block, address->address);
			if (!entry)
				g_string_append_printf (differences, "leaked: %s id %s interface %s key %s\n",
				                        address->address, address->id, address->interface,
				                        address->request_key);
			else if (strcmp (entry->id, address->id) != 0 ||
			         (entry->interface && g_strcmp0 (entry->interface, address->interface) != 0))
				g_string_append_printf (differences, "changed: %s id %s interface %s, was %s %s\n",
				                        address->address, address->id, address->interface, entry->id,
				                        entry->interface);
			else if (entry->hold != (address->hold_until != 0))
				g_string_append_printf (differences, "%s a hold: %s\n",
				                        entry->hold ? "no longer" : "still", address->address);
			if (entry)
				(*found)++;
		}
		g_free (marker);
		marker = g_strdup (page->next_marker);
		ip_driver_addresses_free (page);
	} while (marker);
}

static void
compare_blocks (const book *self, ip_driver *native, const char *tenant, GString *differences)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	ip_driver_blocks *page;
	guint known = 0, found = 0;

	args.tenant = tenant;
	args.limit = IP_DRIVER_PAGE_MAX;
	if (ip_driver_block_list (native, &args, &page, &error) != IP_DRIVER_OK) {
		g_string_append_printf (differences, "block.list: %s\n", error.message);
		return;
	}
	for (size_t i = 0; i < page->count; i++) {
		const ip_driver_block *block = page->items[i];
		if (g_ptr_array_find_with_equal_func (self->blocks, block->id, g_str_equal, NULL))
			known++;
		else
			g_string_append_printf (differences, "leaked: block %s id %s\n", block->cidr, block->id);
		compare_block (self, native, block->id, differences, &found);
	}
	if (known < self->blocks->len)
		g_string_append_printf (differences, "lost: %u blocks\n", self->blocks->len - known);
	for (guint i = 0; i < self->entries->len && found < self->entries->len; i++) {
		const book_entry *entry = self->entries->pdata[i];
		ip_driver_address *address = NULL;
		if (ip_driver_address_get (native, NULL, entry->block, entry->address, &address, NULL) !=
		            IP_DRIVER_OK ||
		    address->state != IP_DRIVER_ADDRESS_ALLOCATED)
			g_string_append_printf (differences, "lost: %s id %s interface %s\n", entry->address, entry->id,
			                        entry->interface);
		ip_driver_address_free (address);
	}
	ip_driver_blocks_free (page);
}

static void
compare_interfaces (const book *self, ip_driver *native, const char *tenant, GString *differences)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_interface_list_args args = IP_DRIVER_INTERFACE_LIST_ARGS_INIT;
	ip_driver_interfaces *page;
	g_autofree char *marker = NULL;

	args.tenant = tenant;
	do {
		args.marker = marker;
		if (ip_driver_interface_list (native, &args, &page, &error) != IP_DRIVER_OK) {
			g_string_append_printf (differences, "interface.list: %s\n", error.message);
			return;
		}
		for (size_t i = 0; i < page->count; i++) {
			const ip_driver_interface *interface = page->items[i];
			/* Not one that came into being for addresses, which may have been released since. */
			if (interface->device && !book_has_interface (self, interface->id))
				g_string_append_printf (differences, "leaked: interface %s\n", interface->id);
		}
		g_free (marker);
		marker = g_strdup (page->next_marker);
		ip_driver_interfaces_free (page);
	} while (marker);
	for (guint i = 0; i < self->interfaces->len; i++) {
		ip_driver_interface *interface = NULL;
		if (ip_driver_interface_get (native, NULL, self->interfaces->pdata[i], &interface, NULL) !=
		    IP_DRIVER_OK)
			g_string_append_printf (differences, "lost: interface %s\n",
			                        (char *)self->interfaces->pdata[i]);
		ip_driver_interface_free (interface);
	}
}

char *
book_compare (const book *self, ip_driver *native, const char *tenant)
{
	g_autoptr (GString) differences = g_string_new (NULL);

	compare_blocks (self, native, tenant, differences);
	compare_interfaces (self, native, tenant, differences);
	return differences->len > 0 ? g_string_free (g_steal_pointer (&differences), FALSE) : NULL;
}
