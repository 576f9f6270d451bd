/*
 * A worker: a tenant with blocks and a handle of his own, who calls through a proxy with faults, keeps a book of what
 * was acknowledged, and holds it against the store.
 */
#ifndef TESTS_MELANGE_FAULT_PROXY_WORK_H
#define TESTS_MELANGE_FAULT_PROXY_WORK_H

#include "proxy.h"
#include "server.h"

/* Seconds, and further attempts, of the workers' handles. */
#define WORK_TIMEOUT 1
#define WORK_RETRIES 2

typedef struct worker worker;

/* number: of the worker, among those who share the service. native: a handle beside the service, for all of them. */
worker *worker_new (server *service, ip_driver *native, gboolean historical, guint number, guint32 seed);
/* Opens a handle, makes calls, of which most are struck by one fault or several, closes the handle, and checks what is
 * in the store. FALSE: something is wrong; worker_trouble() says what. */
gboolean worker_round (worker *self, guint calls);
/* What is wrong, with all that led to it; NULL: nothing. */
const char *worker_trouble (const worker *self);
void worker_free (worker *self);

proxy *worker_proxy (worker *self);
/* How many calls were made and how many failed, and how many microseconds the longest took. */
void worker_figures (const worker *self, guint *calls, guint *failed, gint64 *longest);

#endif
