/*
 * How to undo what a request did whose caller never learned of it: steps, taken from its answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_UNDO_H
#define SERVER_UNDO_H

#include "exchange.h"

/* An array of steps; NULL: there is nothing to undo. args: the body of the request; answer: that of the answer. Either
 * may be NULL. */
GPtrArray *undo_steps (const router_match *match, const json_t *args, const json_t *answer);

/* Takes the steps, those that are done already included. */
ip_driver_status undo_run (ip_driver *driver, const GPtrArray *steps, ip_driver_error *error);

#endif
