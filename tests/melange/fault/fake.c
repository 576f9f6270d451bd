/*
 * See fake.h.
 */
#include "fake.h"

#include <string.h>

#include "state.h"

#define BEGAN 1000000000

typedef struct {
	char *request;
	guint http;
	char *body;
	int seconds;
} scripted;

static GPtrArray *script, *requests, *given, *texts;
static char *next_marker;
static guint timeouts;
static melange_instance instance;

static void
free_scripted (gpointer data)
{
	scripted *answer = data;

	g_free (answer->request);
	g_free (answer->body);
	g_free (answer);
}

int
fake_reset (void **state)
{
	script = g_ptr_array_new_with_free_func (free_scripted);
	requests = g_ptr_array_new_with_free_func (g_free);
	given = g_ptr_array_new_with_free_func (g_free);
	texts = g_ptr_array_new_with_free_func (g_free);
	timeouts = 0;
	return 0;
}

int
fake_finish (void **state)
{
	guint left = script->len;

	for (guint i = 0; i < left; i++)
		print_error ("never asked for: %s\n", ((scripted *)script->pdata[i])->request);
	/* What is still to be deleted stays undone here. */
	fake_answer ("*", 200, NULL, 0);
	melange_state_free (&instance);
	g_ptr_array_unref (script);
	g_ptr_array_unref (requests);
	g_ptr_array_unref (given);
	g_ptr_array_unref (texts);
	g_clear_pointer (&next_marker, g_free);
	return left == 0 ? 0 : -1;
}

melange_instance *
fake_instance (void)
{
	return &instance;
}

static void
add (const char *request, guint http, const char *body, int seconds)
{
	scripted *answer = g_new0 (scripted, 1);

	*answer = (scripted){g_strdup (request), http, g_strdup (body), seconds};
	g_ptr_array_add (script, answer);
}

void
fake_answer (const char *request, guint http, const char *body, int seconds)
{
	add (request, http, body, seconds);
}

void
fake_silence (const char *request)
{
	add (request, 0, NULL, 0);
}

const char *
fake_request (guint i)
{
	return i < requests->len ? requests->pdata[i] : NULL;
}

guint
fake_request_count (void)
{
	return requests->len;
}

guint
fake_timeouts (void)
{
	return timeouts;
}

const char *
fake_interface (guint i)
{
	static const char *const before[] = {"\"interface_id\":\"", "\"interface\":{\"id\":\"", "/interfaces/"};
	const char *request = fake_request (i);

	assert_non_null (request);
	for (gsize at = 0; at < G_N_ELEMENTS (before); at++) {
		const char *found = strstr (request, before[at]);

		if (found) {
			found += strlen (before[at]);
			return fake_text ("%.*s", (int)strcspn (found, "\"/ ?"), found);
		}
	}
	fail_msg ("no interface in %s", request);
	return NULL;
}

const char *
fake_given (guint i)
{
	return i < given->len ? given->pdata[i] : NULL;
}

guint
fake_given_count (void)
{
	return given->len;
}

const char *
fake_next_marker (void)
{
	return next_marker;
}

const char *
fake_text (const char *format, ...)
{
	va_list values;
	char *text;

	va_start (values, format);
	text = g_strdup_vprintf (format, values);
	va_end (values);
	g_ptr_array_add (texts, text);
	return text;
}

const char *
fake_time (int seconds)
{
	g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (BEGAN + seconds);
	g_autofree char *text = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");

	return fake_text ("%s", text);
}

const char *
fake_id (guint number)
{
	return fake_text ("00000000-0000-4000-8000-%012u", number);
}

void
service_answer_clear (service_answer *answer)
{
	g_clear_pointer (&answer->body, json_decref);
	g_clear_pointer (&answer->ip_driver_status, g_free);
	g_clear_pointer (&answer->ip_driver_retryable, g_free);
	g_clear_pointer (&answer->detail, g_free);
	answer->status = 0;
}

/* As service.c does it, but that nothing is repeated. */
ip_driver_status
melange_service_call (melange_service *service, const service_request *request, service_answer *answer,
                      gboolean *ret_unknown, ip_driver_error *error)
{
	char *body = request->body ? json_dumps (request->body, JSON_COMPACT) : NULL;
	const char *path = request->path;
	scripted *next = script->len > 0 ? script->pdata[0] : NULL;

	assert_true (g_str_has_prefix (path, "/v0.1/ipam"));
	path += strlen ("/v0.1/ipam");
	g_autofree char *line = g_strdup_printf ("%s %s", request->method, path);
	g_ptr_array_add (requests, g_strdup_printf ("%s %s", line, body ? body : ""));
	free (body);
	*answer = (service_answer){0};
	if (!next || !g_pattern_match_simple (next->request, line))
		fail_msg ("unexpected: %s; expected: %s", line, next ? next->request : "nothing");
	answer->status = next->http;
	answer->date = next->http ? BEGAN + next->seconds : 0;
	if (next->body && *next->body == '{')
		answer->body = json_loads (next->body, 0, NULL);
	if (next->http >= 400 && answer->body) {
		json_t *fault = json_object_iter_value (json_object_iter (answer->body));
		answer->detail = g_strdup (json_string_value (json_object_get (fault, "detail")));
		if (json_object_get (answer->body, "Own"))
			answer->ip_driver_status = g_strdup (answer->detail);
	}
	if (ret_unknown)
		*ret_unknown = next->http == 0 || next->http >= 500;
	ip_driver_status status = IP_DRIVER_OK;
	if (next->http == 0)
		timeouts += request->kind == SERVICE_REPEATABLE ? FAKE_RETRIES + 1 : 1;
	if (next->http == 0)
		status = ip_driver_fail (error, IP_DRIVER_UNAVAILABLE, "no answer");
	else if (next->http >= 300)
		status = melange_fault (answer, error);
	if (strcmp (next->request, "*") != 0)
		g_ptr_array_remove_index (script, 0);
	return status;
}

ip_driver_status
melange_extension_call (melange_instance *self, wire_operation_id operation, gconstpointer args,
                        ip_driver_results *results, ip_driver_error *error)
{
	fail ();
	return IP_DRIVER_INTERNAL;
}

ip_driver_status
melange_extension_call_key (melange_instance *self, wire_operation_id operation, const char *tenant, const char *first,
                            const char *second, ip_driver_results *results, ip_driver_error *error)
{
	fail ();
	return IP_DRIVER_INTERNAL;
}

ip_driver_status
melange_extension_call_number (melange_instance *self, wire_operation_id operation, gconstpointer args,
                               uint64_t *ret_number, ip_driver_error *error)
{
	fail ();
	return IP_DRIVER_INTERNAL;
}

static void
give (const char *what, const char *name)
{
	g_ptr_array_add (given, g_strdup_printf ("%s %s", what, name));
}

void
ip_driver_return_block (ip_driver_results *results, const ip_driver_block *block)
{
	give ("block", block->cidr);
}

void
ip_driver_return_usage (ip_driver_results *results, const ip_driver_usage *usage)
{
	g_ptr_array_add (given,
	                 g_strdup_printf ("usage %s allocated %s quarantined %s excluded %s subnetted %s free %s",
	                                  usage->total, usage->allocated, usage->quarantined, usage->excluded,
	                                  usage->subnetted, usage->free));
}

void
ip_driver_return_address (ip_driver_results *results, const ip_driver_address *address)
{
	give (address->interface ? fake_text ("address of %s", address->interface) : "address", address->address);
}

void
ip_driver_return_address_match (ip_driver_results *results, const ip_driver_address_match *match)
{
	give (match->address ? "used in" : "free in", match->block->cidr);
}

void
ip_driver_return_allocation (ip_driver_results *results, const ip_driver_allocation *allocation)
{
	give ("allocation", allocation->address->address);
}

void
ip_driver_return_interface (ip_driver_results *results, const ip_driver_interface *interface)
{
	give ("interface", interface->id);
	for (size_t i = 0; i < interface->allocation_count; i++)
		give ("with", interface->allocations[i]->address->address);
}

void
ip_driver_return_mac_range (ip_driver_results *results, const ip_driver_mac_range *range)
{
	give ("range", range->cidr);
}

void
ip_driver_return_route (ip_driver_results *results, const ip_driver_route *route)
{
	give ("route", fake_text ("%s/%s", route->destination, route->netmask ? route->netmask : ""));
}

void
ip_driver_return_policy (ip_driver_results *results, const ip_driver_policy *policy)
{
	give ("policy", policy->name);
}

void
ip_driver_return_policy_range (ip_driver_results *results, const ip_driver_policy_range *range)
{
	give ("range", range->id);
}

void
ip_driver_return_policy_octet (ip_driver_results *results, const ip_driver_policy_octet *octet)
{
	give ("octet", octet->id);
}

void
ip_driver_return_next_marker (ip_driver_results *results, const char *marker)
{
	g_free (next_marker);
	next_marker = g_strdup (marker);
}
