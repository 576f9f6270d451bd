/*
 * What a worker was told: which addresses, interfaces and blocks he has.
 */
#ifndef TESTS_MELANGE_FAULT_PROXY_BOOK_H
#define TESTS_MELANGE_FAULT_PROXY_BOOK_H

#include <glib.h>
#include <ip_driver/ip_driver.h>

typedef struct {
	char *block, *address, *id;
	/* NULL: not looked at, since the driver made it up. */
	char *interface;
	/* It was a hold, and may be one again. */
	gboolean hold;
} book_entry;

typedef struct {
	GPtrArray *entries;    /* book_entry */
	GPtrArray *interfaces; /* ids: chosen ones, and all that have a device */
	GPtrArray *blocks;     /* ids */
} book;

book *book_new (void);
void book_free (book *self);

book_entry *book_find (const book *self, const char *block, const char *address);
/* FALSE: it was acknowledged before, and not released since. */
gboolean book_add (book *self, const ip_driver_address *address, const char *interface, gboolean hold);
void book_remove (book *self, book_entry *entry);
void book_remove_interface (book *self, const char *interface);
gboolean book_has_interface (const book *self, const char *interface);

/* Holds it against all that the store has of a tenant. NULL: the same; otherwise what differs, to be freed. */
char *book_compare (const book *self, ip_driver *native, const char *tenant);

#endif
