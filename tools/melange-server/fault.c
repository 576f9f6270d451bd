/*
 * fault.c: names and words of HTTP statuses, and how answers are rendered.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fault.h"

#include "content.h"
#include "xml.h"

#define HEADER_STATUS "X-Ip-Driver-Status"
#define HEADER_RETRYABLE "X-Ip-Driver-Retryable"

typedef struct {
	guint status;
	/* Of the fault. */
	const char *name;
	/* Of the status line. */
	const char *reason;
	const char *message;
} http_fault;

#define CANNOT_COMPLY                                                                                                  \
	"The server could not comply with the request since it is either malformed or otherwise incorrect."

static const http_fault faults[] = {
	{400, "BadRequest", "Bad Request", CANNOT_COMPLY},
	{401, "Unauthorized", "Unauthorized",
         "This server could not verify that you are authorized to access the document you requested."},
	{403, "Forbidden", "Forbidden", "Access was denied to this resource."},
	{404, "NotFound", "Not Found", "The resource could not be found."},
	{406, "NotAcceptable", "Not Acceptable", CANNOT_COMPLY},
	{409, "Conflict", "Conflict", "There was a conflict when trying to complete your request."},
	{412, "PreconditionFailed", "Precondition Failed", "Request precondition failed."},
	{413, "RequestEntityTooLarge", "Request Entity Too Large",
         "The body of your request was too large for this server."},
	{415, "UnsupportedMediaType", "Unsupported Media Type",
         "The request media type is not supported by this server."},
	{422, "UnprocessableEntity", "Unprocessable Entity", "Unable to process the contained instructions"},
	{500, "InternalServerError", "Internal Server Error",
         "The server has either erred or is incapable of performing the requested operation."},
	{501, "NotImplemented", "Not Implemented", "The backend of this server cannot do that."},
	{502, "BadGateway", "Bad Gateway", "The backend of this server answered something that makes no sense."},
	{503, "ServiceUnavailable", "Service Unavailable",
         "The server is currently unavailable. Please try again at a later time."},
};

static const http_fault *
fault_of (guint status)
{
	const http_fault *internal = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS (faults); i++) {
		if (faults[i].status == status)
			return &faults[i];
		if (faults[i].status == 500)
			internal = &faults[i];
	}
	return internal;
}

guint
fault_http_status (ip_driver_status status)
{
	switch (status) {
	case IP_DRIVER_OK:
		return 200;
	case IP_DRIVER_INVALID:
		return 400;
	case IP_DRIVER_NOT_FOUND:
		return 404;
	case IP_DRIVER_DUPLICATE:
	case IP_DRIVER_CONFLICT:
		return 409;
	case IP_DRIVER_EXHAUSTED:
	case IP_DRIVER_LOCKED:
	case IP_DRIVER_NOT_IN_BLOCK:
	case IP_DRIVER_DENIED_BY_POLICY:
	case IP_DRIVER_NOT_ALLOWED:
		return 422;
	case IP_DRIVER_DENIED:
		return 403;
	case IP_DRIVER_UNAVAILABLE:
		return 503;
	case IP_DRIVER_PROTOCOL:
		return 502;
	case IP_DRIVER_NOT_SUPPORTED:
		return 501;
	default:
		return 500;
	}
}

void
server_answer_clear (server_answer *answer)
{
	g_clear_pointer (&answer->body, json_decref);
}

void
server_answer_set (server_answer *answer, guint status, json_t *body)
{
	server_answer_clear (answer);
	answer->status = status;
	answer->body = body;
	answer->driver_status = IP_DRIVER_OK;
	answer->retryable = FALSE;
}

/* Takes the detail. */
static void
set_fault (server_answer *answer, guint status, json_t *detail)
{
	const http_fault *fault = fault_of (status);

	server_answer_set (answer, status,
	                   json_pack ("{s:{s:i,s:s,s:o}}", fault->name, "code", (int)status, "message", fault->message,
	                              "detail", detail));
}

void
server_answer_fault (server_answer *answer, guint status, const char *format, ...)
{
	g_autofree char *detail = NULL;
	va_list args;

	if (format == NULL) {
		set_fault (answer, status, json_null ());
		return;
	}
	va_start (args, format);
	detail = g_strdup_vprintf (format, args);
	va_end (args);
	set_fault (answer, status, json_string (detail));
}

void
server_answer_error (server_answer *answer, const ip_driver_error *error)
{
	set_fault (answer, fault_http_status (error->status), json_string (error->message));
	answer->driver_status = error->status;
	answer->retryable = error->retryable != 0;
}

void
fault_answer_text (exchange *self, guint status, const char *explanation, const char *detail)
{
	const http_fault *fault = fault_of (status);
	g_autoptr (GString) text = g_string_new (NULL);

	if (explanation == NULL)
		explanation = fault->message;
	if (!content_wants_html (self->headers[HEADER_ACCEPT])) {
		g_string_printf (text, "%u %s\n\n%s\n\n %s  ", status, fault->reason, explanation,
		                 detail != NULL ? detail : "");
		exchange_answer (self, status, "text/plain; charset=UTF-8", text->str, (gssize)text->len);
		return;
	}
	g_string_printf (text,
	                 "<html>\n <head>\n  <title>%u %s</title>\n </head>\n <body>\n  <h1>%u %s</h1>\n  "
	                 "%s<br /><br />\n",
	                 status, fault->reason, status, fault->reason, explanation);
	xml_escape (text, detail != NULL ? detail : "");
	g_string_append (text, "\n\n\n </body>\n</html>");
	exchange_answer (self, status, "text/html; charset=UTF-8", text->str, (gssize)text->len);
}

void
fault_render_answer (exchange *self, const server_answer *answer)
{
	gboolean is_fault = answer->status >= 400, xml = self->match.xml;

	if (is_fault)
		exchange_answer (self, answer->status,
		                 xml ? "application/xml; charset=UTF-8" : "application/json; charset=UTF-8", NULL, 0);
	else
		exchange_answer (self, answer->status, xml ? "application/xml" : "application/json", NULL, 0);
	if (answer->driver_status != IP_DRIVER_OK) {
		exchange_set_header (self, HEADER_STATUS, ip_driver_status_name (answer->driver_status));
		exchange_set_header (self, HEADER_RETRYABLE, answer->retryable ? "1" : "0");
	}
	if (answer->body == NULL)
		return;
	if (xml && is_fault) {
		xml_render_fault (answer->body, self->text);
	} else if (xml) {
		xml_render (answer->body, self->text);
	} else {
		g_autofree char *text = json_dumps (answer->body, JSON_COMPACT);

		/* jansson refuses what is not UTF-8; everything here is. */
		g_string_append (self->text, text != NULL ? text : "{}");
	}
}
