/*
 * What addresses.c, networks.c, interfaces.c and instances.c have in common: telling why the ABI did not allocate.
 *
 * The ABI says what kind of failure it is; the historical texts say more. What they need to know is looked up after
 * the failure, which costs nothing where all is well.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONTROLLERS_ALLOCATION_H
#define CONTROLLERS_ALLOCATION_H

#include "../controller.h"

/* What was asked for; NULL: nothing of the kind. */
typedef struct {
	/* The blocks' tenant. */
	const char *tenant;
	/* Either of them, or for an interface alone neither. */
	const char *block;
	const char *network;
	/* One that exists and is used, or that is to be made. */
	const char *interface;
	const char *used_by_tenant;
	const char *mac;
	const char *const *addresses;
	gsize address_count;
	/* The interface must not exist. */
	gboolean new_interface;
} allocation_wish;

/* Answers with the historical fault for what the ABI answered to the wish. */
void allocation_fault (const server_request *request, const allocation_wish *wish, const ip_driver_error *error,
                       server_answer *answer);

/* Whether the tenant (NULL: any) has a block in the network. */
gboolean allocation_network_exists (ip_driver *driver, const char *tenant, const char *network);

#endif
