/*
 * Operations on addresses that several files share.
 */
#ifndef NATIVE_ADDRESS_H
#define NATIVE_ADDRESS_H

#include "allocation.h"
#include "interface.h"

/* For whom: the interface if it has a number, else the tenant alone. */
void address_owner (native_op *op, const native_interface *interface, gint64 tenant_no, const char *tenant,
                    const char *network, gint64 request_no, gint64 hold_until, allocation_owner *ret);

/* Returns one address as it is now. */
void address_return (native_op *op, const native_block *block, ip_value address);

/* Operations of the group that live in files of their own. */
ip_driver_status address_get (native_op *op, gconstpointer names);
ip_driver_status address_list (native_op *op, gconstpointer args);
ip_driver_status address_find (native_op *op, gconstpointer args);
ip_driver_status address_snapshot (native_op *op, gconstpointer unused);
ip_driver_status address_reconcile (native_op *op, gconstpointer args);

#endif
