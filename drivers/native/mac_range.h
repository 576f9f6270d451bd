/*
 * Giving MAC addresses out of ranges, for interface.c.
 */
#ifndef NATIVE_MAC_RANGE_H
#define NATIVE_MAC_RANGE_H

#include "native.h"

/* Takes the next MAC of the oldest range that has one. *ret_given: FALSE if there is no range at all.
 * EXHAUSTED: all are used up. */
ip_driver_status mac_range_take (native_op *op, guint64 *ret, gboolean *ret_given);
/* A MAC that an interface has given up. */
void mac_range_give_back (native_op *op, guint64 mac);
/* A MAC that an interface has been given by name. */
void mac_range_claim (native_op *op, guint64 mac);

#endif
