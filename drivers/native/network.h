/*
 * Allocating on a network, for interface.c.
 */
#ifndef NATIVE_NETWORK_H
#define NATIVE_NETWORK_H

#include "allocation.h"
#include "interface.h"

/* What is wanted on a network. */
typedef struct {
	/* Of the blocks; NULL: any. */
	const char *tenant;
	const char *network;
	const char *const *addresses;
	gsize address_count;
	/* Who uses them, if there is no interface; NULL: the blocks' tenant. */
	const char *used_by_tenant;
	gint64 request_no;
	gint64 hold_until;
} network_wish;

/* Allocates to an interface (its number 0: to none); appends allocation_keys to `keys`. See
 * ip_driver_network_allocate(). */
ip_driver_status network_claim (native_op *op, const network_wish *wish, const native_interface *interface,
                                GArray *keys);

/* The tenant of the oldest block of a network that the tenant (NULL: any) has; makes the default block if
 * there is none and one is configured. */
ip_driver_status network_tenant (native_op *op, const char *tenant, const char *network, char **ret_tenant);

#endif
