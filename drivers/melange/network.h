/*
 * Allocating on networks, as interfaces need it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_NETWORK_H
#define MELANGE_NETWORK_H

#include "vif.h"

/* What an allocation on a network is to have. */
typedef struct {
	const char *device;
	const char *mac;
	const char *const *addresses;
	gsize address_count;
} network_wish;

/* Allocates on call->network. *ret_given is a new array of addresses with their configuration. */
ip_driver_status melange_network_obtain (vif_call *call, const network_wish *wish, json_t **ret_given,
                                         ip_driver_error *error);

/*
 * Which of the wanted addresses is not among the given ones; NULL: none. The service leaves out, without a word,
 * what it cannot give.
 */
const char *melange_network_missing (json_t *given, const network_wish *wish);

/* {"id", "tenant_id", "addresses"} for a body; new. */
json_t *melange_network_body (const char *network, const char *tenant, const network_wish *wish);

#endif
