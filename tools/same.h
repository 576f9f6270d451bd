/*
 * same.h: when two values mean the same, and keys that say so: for recognising what is there already (apply*.c) and
 * for holding two backends against each other (transfer/).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <glib.h>

/* One text that is unlike any other with other parts; NULL parts are told from empty ones. Ends with
 * key_end. Owned by the caller. */
char *key_of (const char *first, ...);
extern const char *const key_end;

/* Whether two values are equal, or two spellings of one address. NULL is equal to NULL only. */
gboolean same_value (const char *a, const char *b);

/* The same address in one text, however a backend spells it. Owned by the caller. */
char *address_key (const char *block, const char *address);
/* What makes two routes of a block the same, likewise. */
char *route_key (const char *destination, const char *netmask, const char *gateway);

/* Whether a lease that ends at `a` is the one that ends at `b`. A lease is granted for a duration, so the clock may
 * have moved on a little between reading and granting; when one ran out that is over makes no difference. */
gboolean same_lease_end (gint64 a, gint64 b);
/* The duration for which to grant a lease that shall end then. */
guint32 lease_duration (gint64 leased_until);
