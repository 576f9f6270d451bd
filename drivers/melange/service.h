/*
 * A Melange service as the driver sees it: requests with JSON bodies, authenticated, repeated where that
 * is safe, and answered with parsed, bounded JSON or with a status of the ABI. What the requests mean is
 * the business of the files of the objects.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MELANGE_SERVICE_H
#define MELANGE_SERVICE_H

#include <glib.h>
#include <ip_driver/backend.h>
#include <jansson.h>

typedef struct melange_service melange_service;

/* From the driver's options (url, timeout, connect_timeout, retries, tls_*, http_proxy, auth and what belongs
 * to it, tenant, role). Contacts nobody. NULL: `error` is filled. */
melange_service *melange_service_new (const ip_driver_options *options, ip_driver_error *error);
void melange_service_free (melange_service *service);
/* The URL, without secrets. */
const char *melange_service_url (const melange_service *service);

typedef enum {
	/* Reads, or changes nothing when it is carried out twice: repeated after an unknown outcome. */
	SERVICE_REPEATABLE,
	/* Repeated only if the service has not seen it. */
	SERVICE_ONCE,
	/* Not repeated, whatever comes of it. */
	SERVICE_SINGLE,
} service_kind;

typedef struct {
	const char *method;
	/* Escaped, with its query: "/v0.1/ipam/...". */
	const char *path;
	/* Borrowed. NULL: no body. */
	json_t *body;
	service_kind kind;
	/* NULL, or a UUID that lets the service recognise a repetition (docs/rest.md); and the service's
	 * `served_by`, which a repetition carries. With both, a request is repeated whatever its kind. */
	const char *idempotency_key;
	const char *served_by;
	/* NULL, or the transaction that the request belongs to (docs/rest.md). */
	const char *transaction;
} service_request;

typedef struct {
	guint status;
	/* Owned. NULL: the answer had no body. Otherwise an object. */
	json_t *body;
	/* The answer's X-Ip-Driver-... headers (docs/rest.md); NULL if not given. */
	char *ip_driver_status;
	char *ip_driver_retryable;
	/* The process that answered. */
	char *served_by;
	/* Of a fault: its one-line reason, made safe to print; NULL otherwise. */
	char *detail;
	/* The service's clock (the header Date), seconds since 1970; 0: not given. */
	gint64 date;
} service_answer;

void service_answer_clear (service_answer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (service_answer, service_answer_clear)

/*
 * Makes a request and hands back its 2xx answer. Otherwise returns the status of the ABI with `error` filled, and
 * in *answer the fault that the last attempt was answered with, if it was (else status 0): UNAVAILABLE (no answer
 * within the time-out, in all the attempts that are allowed), PROTOCOL (an answer that is too big, no JSON, a
 * redirect, ...), DENIED (401 with a renewed token, the certificate, the proxy), or what melange_fault() makes of
 * the fault.
 *
 * A request that the service has not carried out (no connection, 401, 429) is repeated, `retries` times. So is
 * one that it may have carried out (no answer, an answer that makes no sense, a 5xx that is not the ABI's) if
 * that is safe: see service_request.
 *
 * ret_unknown (may be NULL): set to whether the request, or an earlier attempt of it, may have been carried
 * out although there is no usable answer to it. So a 404 to a DELETE that was repeated may be its success. With
 * `idempotency_key` and `served_by` the answer to a repetition is the answer to all attempts.
 */
ip_driver_status melange_service_call (melange_service *service, const service_request *request, service_answer *answer,
                                       gboolean *ret_unknown, ip_driver_error *error);

/* fault.c: what an answer that is not 2xx means. Fills `error`, returns its status. */
ip_driver_status melange_fault (const service_answer *answer, ip_driver_error *error);
/* fault.c: whether a fault is the historical service's answer to showing an address that was released: a 500, which
 * it will give again. */
gboolean melange_fault_is_resting (const service_answer *answer);

#endif
