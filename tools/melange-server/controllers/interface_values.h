/*
 * The values of an interface that is to be created, alone (interfaces.c) or with others (instances.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONTROLLERS_INTERFACE_VALUES_H
#define CONTROLLERS_INTERFACE_VALUES_H

#include "allocation.h"
#include "params.h"

typedef struct {
	params body;
	params network_body;
	ip_driver_interface_network network;
	/* Points into the rest. */
	ip_driver_interface_create_args args;
} interface_values;

/* Reads one, whose body is open; it must stay where it is. FALSE: it is wrong, which is answered. */
gboolean interface_values_read (interface_values *self, server_answer *answer);
void interface_values_clear (interface_values *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (interface_values, interface_values_clear)

/* Answers with the historical fault for what the ABI answered. */
void interface_values_fault (const server_request *request, const interface_values *self, const ip_driver_error *error,
                             server_answer *answer);

#endif
