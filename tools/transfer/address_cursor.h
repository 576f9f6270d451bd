/*
 * address_cursor.h: one block's addresses in numeric order, a page at a time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "transfer.h"

typedef struct address_cursor {
	/* NULL at the end. Belongs to the cursor until it moves on. */
	const ip_driver_address *item;
	/* Of the item. */
	cidr at;

	const transfer_side *side;
	const char *tenant;
	const char *block;
	char *marker;
	gboolean ended;
	/* Pages that are kept, and the items of them that are still to come. */
	GPtrArray *pages;
	GPtrArray *items;
	guint next;
} address_cursor;

/* Stands on the first address. block: its id; NULL: there are none. The texts are borrowed. */
ip_driver_status address_cursor_open (address_cursor *self, const transfer_side *side, const char *tenant,
                                      const char *block, ip_driver_error *error);
ip_driver_status address_cursor_next (address_cursor *self, ip_driver_error *error);
void address_cursor_clear (address_cursor *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (address_cursor, address_cursor_clear)
