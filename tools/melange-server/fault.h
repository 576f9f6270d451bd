/*
 * Faults: those of controllers, in the shape of the answers (see controller.h for how they are made), and those
 * that come before a controller, as plain text or HTML.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_FAULT_H
#define SERVER_FAULT_H

#include "controller.h"
#include "exchange.h"

/* The HTTP status for a status of the ABI, as base.h gives it. */
guint fault_http_status (ip_driver_status status);

/* Answers with a fault of the kind that comes before a controller. explanation NULL: the usual one of the status.
 * detail NULL: none. */
void fault_answer_text (exchange *self, guint status, const char *explanation, const char *detail);

/* Renders what a controller answered into the exchange, as JSON or XML, with the headers that tell the status of
 * the ABI. */
void fault_render_answer (exchange *self, const server_answer *answer);

void server_answer_clear (server_answer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (server_answer, server_answer_clear)

#endif
