/*
 * What the service counts, as Prometheus text. Labels are bounded: routes by their pattern, known methods, statuses.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_METRICS_H
#define SERVER_METRICS_H

#include <jansson.h>

#include "server.h"

metrics *metrics_new (void);
void metrics_free (metrics *self);

/* A request began; ended, its answer in the exchange. */
void metrics_begin (metrics *self);
void metrics_end (metrics *self, const exchange *item);
/* What a successful request changed, by its answer (NULL: empty). */
void metrics_count_change (metrics *self, const router_match *match, const json_t *answer);
/* The backend failed: what its status says. */
void metrics_count_error (metrics *self, ip_driver_status status);
void metrics_count_purged (metrics *self, guint64 count);

/* Writes all that the server counts, and how full the backend's blocks are. Blocks. */
void metrics_render (server *owner, generation *current, GString *out);

#endif
