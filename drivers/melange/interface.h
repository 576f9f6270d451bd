/*
 * Interfaces, as other objects need them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_INTERFACE_H
#define MELANGE_INTERFACE_H

#include "network.h"

/* Deletes an interface, if it is this tenant's. */
ip_driver_status melange_interface_remove (melange_instance *self, const char *tenant, const char *id,
                                           ip_driver_error *error);

/* The one network that an interface is to be on. */
typedef struct {
	/* NULL: none. */
	const char *network;
	const char *tenant;
	/* All addresses that are wanted there; points into `addresses`. */
	network_wish wish;
	GPtrArray *addresses;
	/* How often next addresses are wanted as well. */
	guint rounds;
} interface_wish;

/* NOT_ALLOWED: more than one network. */
ip_driver_status melange_interface_wish (const ip_driver_interface_create_args *args, interface_wish *ret,
                                         ip_driver_error *error);
void interface_wish_clear (interface_wish *wish);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (interface_wish, interface_wish_clear)

#endif
