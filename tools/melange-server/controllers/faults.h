/*
 * Faults with the historical service's texts. Each carries what the ABI said, too.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONTROLLERS_FAULTS_H
#define CONTROLLERS_FAULTS_H

#include "../controller.h"

/* A fault that the controller finds by itself. */
void fault_set (server_answer *answer, guint status, ip_driver_status driver_status, const char *format, ...)
	G_GNUC_PRINTF (4, 5);
/* The ABI's fault in other words. */
void fault_reword (server_answer *answer, guint status, const ip_driver_error *error, const char *format, ...)
	G_GNUC_PRINTF (4, 5);

/* "MODEL Not Found", MODEL being the historical name of a class ("IpBlock"). */
void fault_not_found (server_answer *answer, const char *model);
void fault_network_not_found (server_answer *answer, const char *network);
/* The ABI's fault about a MODEL inside the path's block: what is not there may be the block. */
void fault_in_block (const server_request *request, const ip_driver_error *error, const char *model,
                     server_answer *answer);
/* The same of the path's policy. */
void fault_in_policy (const server_request *request, const ip_driver_error *error, const char *model,
                      server_answer *answer);

/* What is wrong with which fields of a model, to be answered as "The following values are invalid: {...}". Begins
 * zeroed. */
typedef struct {
	GString *text;
	const char *field;
} fault_values;

void fault_values_clear (fault_values *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (fault_values, fault_values_clear)

/* All that is wrong with a field is added in one go. `field`: static. */
void fault_values_add (fault_values *self, const char *field, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* FALSE: nothing was added, and nothing is answered. */
gboolean fault_values_answer (const fault_values *self, ip_driver_status driver_status, server_answer *answer);

#endif
