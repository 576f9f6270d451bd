/*
 * What is to be done now and then: ending quarantines and holds that are over.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_MAINTENANCE_H
#define SERVER_MAINTENANCE_H

#include "server.h"

typedef struct maintenance maintenance;

/* Starts the thread that purges every purge_interval of the current generation. */
maintenance *maintenance_start (server *owner);
/* Waits for what it is doing. */
void maintenance_stop (maintenance *self);

#endif
