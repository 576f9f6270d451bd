/*
 * The HTTP side: a libmicrohttpd daemon with one event thread over a listening socket. A request that has come
 * in whole is suspended while other threads answer it, so a slow one holds up nobody. Clients get a limited time for
 * each of: beginning a request, sending it, taking the answer.
 *
 * A reload starts a second listener on the same socket; the first one then drains.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_LISTENER_H
#define SERVER_LISTENER_H

#include "server.h"

typedef struct listener listener;

/* Opens a listening socket for the configuration. -1: *ret_problem says why. */
int listener_open_socket (const server_config *config, char **ret_problem);
/* The address and port of a listening socket, as in a URL; "[::1]:9898". Owned by the caller. */
char *listener_socket_name (int fd, guint *ret_port);

/* Starts to serve, with the limits and certificate of the configuration. The socket stays the caller's. NULL:
 * *ret_problem says why. */
listener *listener_start (server *owner, generation *current, int fd, char **ret_problem);
/* Whether a listener could be started with the configuration's certificate. */
gboolean listener_check (const server_config *config, char **ret_problem);

/* Accepts no more connections; those that there are end with their next answer. */
void listener_quiesce (listener *self);
/* Ends the connections whose request, if any, has not come in whole; what comes from now on is refused. */
void listener_end_idle (listener *self);
/* Waits until nothing is in flight (idle: until no connection is left), at most until `end` (monotonic). FALSE:
 * something still is. TRUE: what comes from now on is refused. */
gboolean listener_wait (listener *self, gboolean idle, gint64 end);
/* Ends. Nothing may be in flight but what came after listener_wait(). */
void listener_free (listener *self);

#endif
