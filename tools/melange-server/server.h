/*
 * What the parts of the service share: the generation (configuration and backend, replaced as one by a reload), and
 * the server, which outlives generations.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <glib.h>
#include <ip_driver/ip_driver.h>

#include "config.h"
#include "exchange.h"
#include "workers.h"

typedef struct attempts attempts;
typedef struct transactions transactions;
typedef struct metrics metrics;
typedef struct keystone keystone;

/* Counted; ends when the last request that uses it is done. */
typedef struct generation {
	gint references;
	server_config *config;
	ip_driver *driver;
	/* NULL unless auth = keystone. */
	keystone *keystone;
} generation;

/* Opens the backend. Takes the configuration, whatever the result. NULL: *ret_problem says why. */
generation *generation_open (server_config *config, char **ret_problem);
generation *generation_ref (generation *self);
void generation_unref (generation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (generation, generation_unref)

typedef struct {
	/* A UUID of this process. */
	char *served_by;
	attempts *attempts;
	transactions *transactions;
	metrics *metrics;
	/* Requests that read have their own threads, so that they go on while all writers wait for one another. */
	workers *readers;
	workers *writers;
	GMutex lock;
	generation *current;
} server;

/* Takes the generation. */
server *server_new (generation *first);
/* Everything must have been answered. */
void server_free (server *self);

/* A reference to the current generation. */
generation *server_generation (server *self);
/* Makes another generation the current one; takes it. */
void server_replace (server *self, generation *next);

/* Routes a request and hands it to a thread; `done` is called from there, or at once. Never blocks. */
void server_dispatch (server *self, exchange *item);

/* handler.c: answers a request that was routed. Blocks. */
void handler_run (server *self, exchange *item);

#endif
