/*
 * A number of threads that take items from a queue. (GThreadPool does as much, but hides from ThreadSanitizer how
 * items pass from thread to thread.)
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_WORKERS_H
#define SERVER_WORKERS_H

#include <glib.h>

typedef struct workers workers;

/* Threads are started as they are needed; function (item, data) runs in one of them. */
workers *workers_new (guint threads, GFunc function, gpointer data);
void workers_set_threads (workers *self, guint threads);
void workers_push (workers *self, gpointer item);
/* Waits until all items are done. */
void workers_free (workers *self);

#endif
