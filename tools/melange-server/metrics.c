/*
 * metrics.c: counters, and what is computed when they are asked for.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "metrics.h"

#include <string.h>

#include "attempts.h"
#include "transactions.h"

/* Seconds; a histogram has one more, for everything. */
static const double limits[] = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
#define LIMIT_COUNT G_N_ELEMENTS (limits)

typedef struct {
	const char *label;
	const char *method;
	/* Status to count. */
	GHashTable *statuses;
	guint64 latencies[LIMIT_COUNT + 1];
	double sum;
	guint64 count;
} route_count;

struct metrics {
	GMutex lock;
	/* "METHOD label" to route_count. */
	GHashTable *routes;
	gint64 in_flight;
	guint64 allocated;
	guint64 released;
	guint64 purged;
	guint64 errors[IP_DRIVER_INTERNAL + 1];
};

static void
route_count_free (route_count *self)
{
	g_hash_table_unref (self->statuses);
	g_free (self);
}

metrics *
metrics_new (void)
{
	metrics *self = g_new0 (metrics, 1);

	g_mutex_init (&self->lock);
	self->routes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)route_count_free);
	return self;
}

void
metrics_free (metrics *self)
{
	g_hash_table_unref (self->routes);
	g_mutex_clear (&self->lock);
	g_free (self);
}

void
metrics_begin (metrics *self)
{
	g_mutex_lock (&self->lock);
	self->in_flight++;
	g_mutex_unlock (&self->lock);
}

void
metrics_end (metrics *self, const exchange *item)
{
	g_autofree char *key = g_strdup_printf ("%s %s", item->match.method, item->match.label);
	double seconds = (double)(g_get_monotonic_time () - item->began) / G_USEC_PER_SEC;
	g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
	route_count *route = g_hash_table_lookup (self->routes, key);
	gpointer status = GUINT_TO_POINTER (item->status);
	gsize place = 0;

	(void)locker;
	if (route == NULL) {
		route = g_new0 (route_count, 1);
		route->label = item->match.label;
		route->method = item->match.method;
		route->statuses = g_hash_table_new (NULL, NULL);
		g_hash_table_insert (self->routes, g_steal_pointer (&key), route);
	}
	self->in_flight--;
	g_hash_table_insert (route->statuses, status,
	                     GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (route->statuses, status)) + 1));
	while (place < LIMIT_COUNT && seconds > limits[place])
		place++;
	route->latencies[place]++;
	route->sum += seconds;
	route->count++;
}

static guint64
count_in_interfaces (const json_t *interfaces, const char *name)
{
	const json_t *interface;
	guint64 count = 0;
	gsize i;

	json_array_foreach (interfaces, i, interface) count += json_array_size (json_object_get (interface, name));
	return count;
}

static guint64
count_allocated (const router_match *match, const json_t *answer)
{
	if (match->target == TARGET_OPERATION) {
		switch (match->operation) {
		case WIRE_address_allocate:
			return json_array_size (json_object_get (answer, "addresses"));
		case WIRE_network_allocate:
			return json_array_size (json_object_get (answer, "allocations"));
		case WIRE_interface_create:
			return json_array_size (json_object_get (json_object_get (answer, "interface"), "allocations"));
		case WIRE_interface_replace_all:
			return count_in_interfaces (json_object_get (answer, "interfaces"), "allocations");
		default:
			return 0;
		}
	}
	if (strcmp (match->method, "PUT") == 0)
		return count_in_interfaces (json_object_get (json_object_get (answer, "instance"), "interfaces"),
		                            "ip_addresses");
	if (strcmp (match->method, "POST") != 0)
		return 0;
	return (json_object_get (answer, "ip_address") != NULL) +
	       json_array_size (json_object_get (answer, "ip_addresses")) +
	       json_array_size (json_object_get (json_object_get (answer, "interface"), "ip_addresses"));
}

static gboolean
is_release (const router_match *match)
{
	if (match->target == TARGET_OPERATION)
		return match->operation == WIRE_address_deallocate || match->operation == WIRE_address_cancel ||
		       match->operation == WIRE_network_deallocate || match->operation == WIRE_interface_delete_ ||
		       match->operation == WIRE_interface_delete_all;
	return strcmp (match->method, "DELETE") == 0 && strstr (match->label, "/inside_") == NULL &&
	       strstr (match->label, "/allowed_ips") == NULL &&
	       (strstr (match->label, "/ip_addresses/{") != NULL || strstr (match->label, "/ip_allocations") != NULL ||
	        strstr (match->label, "/interfaces") != NULL);
}

void
metrics_count_change (metrics *self, const router_match *match, const json_t *answer)
{
	g_mutex_lock (&self->lock);
	self->allocated += count_allocated (match, answer);
	self->released += is_release (match);
	if (match->target == TARGET_OPERATION && match->operation == WIRE_address_purge)
		self->purged += (guint64)json_integer_value (json_object_get (answer, "purged"));
	g_mutex_unlock (&self->lock);
}

void
metrics_count_error (metrics *self, ip_driver_status status)
{
	g_mutex_lock (&self->lock);
	self->errors[status > 0 && status < IP_DRIVER_INTERNAL ? status : IP_DRIVER_INTERNAL]++;
	g_mutex_unlock (&self->lock);
}

void
metrics_count_purged (metrics *self, guint64 count)
{
	g_mutex_lock (&self->lock);
	self->purged += count;
	g_mutex_unlock (&self->lock);
}

static void
head (GString *out, const char *name, const char *type, const char *help)
{
	g_string_append_printf (out, "# HELP melange_server_%s %s\n# TYPE melange_server_%s %s\n", name, help, name,
	                        type);
}

static void
single (GString *out, const char *name, const char *type, const char *help, guint64 value)
{
	head (out, name, type, help);
	g_string_append_printf (out, "melange_server_%s %" G_GUINT64_FORMAT "\n", name, value);
}

static void
render_latencies (GString *out, const route_count *route)
{
	guint64 sum = 0;
	char number[G_ASCII_DTOSTR_BUF_SIZE];

	for (gsize i = 0; i <= LIMIT_COUNT; i++) {
		sum += route->latencies[i];
		g_string_append_printf (
			out,
			"melange_server_request_seconds_bucket{method=\"%s\",route=\"%s\",le=\"%s\"} "
			"%" G_GUINT64_FORMAT "\n",
			route->method, route->label,
			i < LIMIT_COUNT ? g_ascii_formatd (number, sizeof (number), "%g", limits[i]) : "+Inf", sum);
	}
	g_string_append_printf (
		out,
		"melange_server_request_seconds_sum{method=\"%s\",route=\"%s\"} %s\n"
		"melange_server_request_seconds_count{method=\"%s\",route=\"%s\"} %" G_GUINT64_FORMAT "\n",
		route->method, route->label, g_ascii_formatd (number, sizeof (number), "%.6f", route->sum),
		route->method, route->label, route->count);
}

static void
render_requests (metrics *self, GString *out)
{
	GHashTableIter iterator, inner;
	gpointer item, status, count;

	head (out, "requests_total", "counter", "Requests that were answered");
	g_hash_table_iter_init (&iterator, self->routes);
	while (g_hash_table_iter_next (&iterator, NULL, &item)) {
		const route_count *route = item;

		g_hash_table_iter_init (&inner, route->statuses);
		while (g_hash_table_iter_next (&inner, &status, &count))
			g_string_append_printf (
				out, "melange_server_requests_total{method=\"%s\",route=\"%s\",status=\"%u\"} %u\n",
				route->method, route->label, GPOINTER_TO_UINT (status), GPOINTER_TO_UINT (count));
	}
	head (out, "request_seconds", "histogram", "Time from a request's arrival to its answer");
	g_hash_table_iter_init (&iterator, self->routes);
	while (g_hash_table_iter_next (&iterator, NULL, &item))
		render_latencies (out, item);
}

static void
append_label (GString *out, const char *name, const char *value)
{
	g_string_append_printf (out, "%s=\"", name);
	for (const char *at = value != NULL ? value : ""; *at != '\0'; at++) {
		if (*at == '\n')
			g_string_append (out, "\\n");
		else if (*at == '"' || *at == '\\')
			g_string_append_printf (out, "\\%c", *at);
		else
			g_string_append_c (out, *at);
	}
	g_string_append_c (out, '"');
}

static void
append_usage (GString *out, const ip_driver_block *block, const ip_driver_usage *usage)
{
	const struct {
		const char *state;
		const char *count;
	} counts[] = {
		{"allocated", usage->allocated}, {"held", usage->held},           {"quarantined", usage->quarantined},
		{"excluded", usage->excluded},   {"subnetted", usage->subnetted}, {"free", usage->free},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (counts); i++) {
		g_string_append (out, "melange_server_block_addresses{");
		append_label (out, "block", block->id);
		g_string_append_c (out, ',');
		append_label (out, "cidr", block->cidr);
		g_string_append_c (out, ',');
		append_label (out, "tenant", block->tenant);
		g_string_append_c (out, ',');
		append_label (out, "network", block->network);
		g_string_append_printf (out, ",state=\"%s\"} %s\n", counts[i].state, counts[i].count);
	}
}

/* The first blocks, as many as the configuration wants. */
static void
render_blocks (generation *current, GString *out)
{
	ip_driver_block_list_args args = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	guint wanted = current->config->metrics_blocks;
	g_autofree char *marker = NULL;

	if (wanted == 0 || !ip_driver_supports (current->driver, "block.usage") ||
	    !ip_driver_supports (current->driver, "all_tenants"))
		return;
	head (out, "block_addresses", "gauge", "Addresses of a block by state");
	do {
		ip_driver_blocks *blocks = NULL;

		args.marker = marker;
		args.limit = MIN (wanted, IP_DRIVER_PAGE_MAX);
		if (ip_driver_block_list (current->driver, &args, &blocks, NULL) != IP_DRIVER_OK)
			return;
		for (gsize i = 0; i < blocks->count; i++) {
			ip_driver_usage *usage = NULL;

			if (ip_driver_block_usage (current->driver, NULL, blocks->items[i]->id, &usage, NULL) ==
			    IP_DRIVER_OK)
				append_usage (out, blocks->items[i], usage);
			ip_driver_usage_free (usage);
		}
		wanted -= (guint)blocks->count;
		g_free (marker);
		marker = g_strdup (blocks->next_marker);
		ip_driver_blocks_free (blocks);
	} while (marker != NULL && wanted > 0);
}

void
metrics_render (server *owner, generation *current, GString *out)
{
	metrics *self = owner->metrics;

	g_mutex_lock (&self->lock);
	render_requests (self, out);
	single (out, "requests_in_flight", "gauge", "Requests that are being answered", (guint64)self->in_flight);
	single (out, "allocated_addresses_total", "counter", "Addresses that were allocated", self->allocated);
	single (out, "releases_total", "counter", "Requests that released addresses", self->released);
	single (out, "purged_addresses_total", "counter", "Addresses whose rest or hold was ended", self->purged);
	head (out, "backend_errors_total", "counter", "Calls of the backend that failed");
	for (ip_driver_status status = 1; status <= IP_DRIVER_INTERNAL; status++)
		g_string_append_printf (out,
		                        "melange_server_backend_errors_total{status=\"%s\"} %" G_GUINT64_FORMAT "\n",
		                        ip_driver_status_name (status), self->errors[status]);
	g_mutex_unlock (&self->lock);
	single (out, "transactions_open", "gauge", "Transactions that are open",
	        transactions_count (owner->transactions));
	single (out, "attempts_remembered", "gauge", "Requests with a key that are remembered",
	        attempts_count (owner->attempts));
	render_blocks (current, out);
}
