/*
 * Whether the service is of use: GET /healthz.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_HEALTH_H
#define SERVER_HEALTH_H

#include "exchange.h"

/* 200 if the backend answers, 503 otherwise. Tells nothing that is not for everyone. Blocks. */
void health_answer (exchange *item);

#endif
