/*
 * A fresh melange-server, with the settings of a scenario, on a native database in a folder of its own.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_MELANGE_SCENARIOS_SERVER_H
#define TESTS_MELANGE_SCENARIOS_SERVER_H

#include "transcript.h"

typedef struct server server;

/* NULL: *ret_problem (to be freed) says why not. program: melange-server. */
server *server_start (const char *program, const transcript *scenario, char **ret_problem);
/* http://127.0.0.1:PORT. */
const char *server_base (const server *self);
guint16 server_port (const server *self);

/* What melange-delete-deallocated-ips does: frees every resting address, beside the running service. */
gboolean server_purge (server *self, char **ret_problem);

/* Ends it with SIGTERM and removes the folder. FALSE: it did not end well. Frees the server in any case. */
gboolean server_stop (server *self, char **ret_problem);

#endif
