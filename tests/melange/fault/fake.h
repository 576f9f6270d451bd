/*
 * A service that answers by script, in the place of drivers/melange/service.c; and what was given to the results, in
 * the place of the library. So one file of the driver after the other is called as the driver calls it.
 */
#ifndef TESTS_MELANGE_FAULT_FAKE_H
#define TESTS_MELANGE_FAULT_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "melange.h"

/* Forgets the script, the requests and the results. A setup function of cmocka. */
int fake_reset (void **state);
/* The same as a teardown: and fails if something of the script was never asked for. */
int fake_finish (void **state);

/* Adds an answer to the script: to a request "METHOD PATH" (without /v0.1/ipam; a star stands for anything),
 * with a body or NULL, and the Date 1000000000 + `seconds`. A fault "Own" comes from our own service, with its
 * detail as the status of the ABI. */
void fake_answer (const char *request, guint http, const char *body, int seconds);
/* The same without any answer: it is not known whether the request was carried out. */
void fake_silence (const char *request);

/* "METHOD PATH BODY" of a request that was made, without /v0.1/ipam; NULL: none. */
const char *fake_request (guint i);
guint fake_request_count (void);
/* How many time-outs the silences have taken, with FAKE_RETRIES further attempts of what is repeated. */
#define FAKE_RETRIES 3
guint fake_timeouts (void);
/* The interface that a request names in its path or body. */
const char *fake_interface (guint i);

/* What was given: "block ID", "address ADDRESS", ...; NULL: none. */
const char *fake_given (guint i);
guint fake_given_count (void);
const char *fake_next_marker (void);

melange_instance *fake_instance (void);

/* 2001-09-09T01:46:40 and so many seconds later, as the service writes it. */
const char *fake_time (int seconds);
/* A UUID that ends in this number. */
const char *fake_id (guint number);
/* A formatted text that lives until the end of the test. */
const char *fake_text (const char *format, ...) G_GNUC_PRINTF (1, 2);

#endif
