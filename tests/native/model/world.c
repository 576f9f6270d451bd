/* One random sequence. See world.h. */
#include "world.h"

#include <string.h>

world *
world_new (guint seed, gint64 quarantine, const char *const *generators, guint generator_count)
{
	world *self = g_new0 (world, 1);
	model *reference = model_new ();
	GRand *random = g_rand_new_with_seed (seed);

	self->error = (ip_driver_error)IP_DRIVER_ERROR_INIT;
	self->model = reference;
	self->random = random;
	self->texts = g_string_chunk_new (4096);
	self->log = g_string_new (NULL);
	self->got = g_string_new (NULL);
	self->want = g_string_new (NULL);
	self->answers = g_string_new (NULL);
	self->generator = generators[g_rand_int_range (random, 0, (gint32)generator_count)];
	reference->quarantine = quarantine;
	reference->generator = strcmp (self->generator, "rfc2462") == 0  ? MODEL_RFC2462
	                       : strcmp (self->generator, "tenant") == 0 ? MODEL_TENANT
	                                                                 : MODEL_ANYWHERE;
	reference->network_address = g_rand_int_range (random, 0, 4) == 0;
	reference->dns1 = g_rand_boolean (random) ? "192.0.2.53" : NULL;
	reference->dns2 = g_rand_boolean (random) ? "2001:db8::53" : NULL;
	reference->default_cidr = g_rand_boolean (random) ? "10.0.0.0/30" : NULL;
	world_note (self, "open quarantine=%" G_GINT64_FORMAT " generator=%s network_address=%d default_cidr=%s",
	            quarantine, self->generator, reference->network_address,
	            reference->default_cidr ? reference->default_cidr : "-");
	return self;
}

void
world_free (world *self)
{
	model_free (self->model);
	g_rand_free (self->random);
	g_string_chunk_free (self->texts);
	g_string_free (self->log, TRUE);
	g_string_free (self->got, TRUE);
	g_string_free (self->want, TRUE);
	g_string_free (self->answers, TRUE);
	for (int i = 0; i < WORLD_SNAPSHOTS; i++)
		g_free (self->tokens[i]);
	g_free (self->trouble);
	g_free (self);
}

size_t
world_settings (world *self, const char *path, ip_driver_setting ret[WORLD_SETTINGS])
{
	const model *reference = self->model;
	g_autofree char *url = g_strdup_printf ("sqlite:///%s", path);
	g_autofree char *quarantine = g_strdup_printf ("%" G_GINT64_FORMAT, reference->quarantine);
	const ip_driver_setting settings[] = {
		{"native", "connection", g_string_chunk_insert (self->texts, url)},
		{"native", "durability", "normal"},
		{"native", "quarantine", g_string_chunk_insert (self->texts, quarantine)},
		{"native", "ipv6_generator", self->generator},
		{"native", "allocate_network_address", reference->network_address ? "true" : "false"},
		{"native", "dns1", reference->dns1 ? reference->dns1 : ""},
		{"native", "dns2", reference->dns2 ? reference->dns2 : ""},
		{"native", "default_cidr", reference->default_cidr ? reference->default_cidr : ""},
	};

	G_STATIC_ASSERT (sizeof settings <= WORLD_SETTINGS * sizeof *settings);
	memcpy (ret, settings, sizeof settings);
	return G_N_ELEMENTS (settings);
}

void
world_note (world *self, const char *format, ...)
{
	va_list arguments;

	va_start (arguments, format);
	g_string_append_vprintf (self->log, format, arguments);
	va_end (arguments);
	g_string_append_c (self->log, '\n');
}

static char *
names_of (model_outcome outcome)
{
	g_autoptr (GString) names = g_string_new (NULL);

	for (int status = 0; status < 32; status++) {
		if (outcome & 1u << status)
			g_string_append_printf (names, "%s%s", names->len ? " or " : "",
			                        ip_driver_status_name (status));
	}
	return g_string_free (g_steal_pointer (&names), FALSE);
}

void
world_compare (world *self, ip_driver_status status, model_outcome outcome, gboolean unordered)
{
	g_autofree char *names = names_of (outcome);
	const char *message = status == IP_DRIVER_OK ? "" : self->error.message;

	if (self->trouble)
		return;
	world_note (self, "    -> %s%s%s", ip_driver_status_name (status), *message ? ": " : "", message);
	if (unordered) {
		render_sort (self->got);
		render_sort (self->want);
	}
	g_string_append_printf (self->answers, "%s%s%s%s\n%s", ip_driver_status_name (status), *message ? ": " : "",
	                        message, status != IP_DRIVER_OK && self->error.retryable ? " (retryable)" : "",
	                        status == IP_DRIVER_OK ? self->got->str : "");
	if (!model_can (outcome, status))
		self->trouble = g_strdup_printf ("driver: %s (%s)\n%smodel: %s\n%s", ip_driver_status_name (status),
		                                 message, self->got->str, names, self->want->str);
	else if (status == IP_DRIVER_OK && strcmp (self->got->str, self->want->str) != 0)
		self->trouble = g_strdup_printf ("driver: ok\n%smodel: ok\n%s", self->got->str, self->want->str);
	else if (status != IP_DRIVER_OK && !*self->error.message)
		self->trouble = g_strdup ("the driver did not say why");
	self->error.message[0] = '\0';
}

static void
run_operation (world *self, const world_operation *operation)
{
	g_string_truncate (self->got, 0);
	g_string_truncate (self->want, 0);
	model_step (self->model);
	operation->run (self);
	if (!self->trouble)
		world_compare_usage (self);
}

static const world_operation *
choose (world *self)
{
	guint sum = 0;
	guint at;

	for (gsize i = 0; i < world_operation_count; i++)
		sum += world_operations[i].weight;
	at = (guint)g_rand_int_range (self->random, 0, (gint32)sum);
	for (gsize i = 0;; i++) {
		if (at < world_operations[i].weight)
			return &world_operations[i];
		at -= world_operations[i].weight;
	}
}

void
world_run (world *self, const char *name)
{
	for (gsize i = 0; i < world_operation_count && !self->trouble; i++) {
		if (g_str_equal (world_operations[i].name, name))
			run_operation (self, &world_operations[i]);
	}
}

void
world_check_store (world *self)
{
	ip_driver_check_report *report = NULL;
	ip_driver_status status;

	if (self->trouble)
		return;
	world_note (self, "store.check");
	status = ip_driver_store_check (self->driver, &report, &self->error);
	if (status != IP_DRIVER_OK) {
		self->trouble = g_strdup_printf ("store.check: %s", self->error.message);
		return;
	}
	if (report->problems_total > 0) {
		g_autoptr (GString) text = g_string_new ("store.check found:");
		for (size_t i = 0; i < report->problem_count; i++)
			g_string_append_printf (text, "\n%s", report->problems[i]);
		self->trouble = g_string_free (g_steal_pointer (&text), FALSE);
	}
	ip_driver_check_report_free (report);
}

/* Whether the driver still has an address; not one of the steps. */
static gboolean
lives_in_driver (const char *block, const char *address, gpointer data)
{
	world *self = data;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver_address *found;

	if (ip_driver_address_get (self->driver, NULL, block, address, &found, &error) != IP_DRIVER_OK)
		return FALSE;
	ip_driver_address_free (found);
	return TRUE;
}

/* Now and then several steps are in a transaction that is kept or not. */
static void
begin_transaction (world *self)
{
	world_note (self, "transaction.begin");
	self->outside = self->driver;
	if (ip_driver_transaction_begin (self->outside, &self->driver, &self->error) != IP_DRIVER_OK) {
		self->trouble = g_strdup_printf ("transaction.begin: %s", self->error.message);
		return;
	}
	self->inside = TRUE;
	self->saved = model_data_copy (&self->model->data);
}

static void
end_transaction (world *self)
{
	gboolean keep = g_rand_boolean (self->random);

	world_note (self, "transaction.%s", keep ? "commit" : "rollback");
	if (!keep) {
		ip_driver_transaction_rollback (self->driver);
		model_data_free (&self->model->data);
		self->model->data = self->saved;
	} else {
		model_data_free (&self->saved);
		if (ip_driver_transaction_commit (self->driver, &self->error) != IP_DRIVER_OK && !self->trouble)
			self->trouble = g_strdup_printf ("transaction.commit: %s", self->error.message);
	}
	self->driver = self->outside;
	self->inside = FALSE;
}

void
world_step (world *self, gboolean last)
{
	g_string_truncate (self->answers, 0);
	if (!self->inside && g_rand_int_range (self->random, 0, 100) < 3)
		begin_transaction (self);
	if (!self->trouble) {
		run_operation (self, choose (self));
		model_learn_ended (self->model, lives_in_driver, self);
	}
	if (self->inside && (last || self->trouble || g_rand_int_range (self->random, 0, 100) < 20))
		end_transaction (self);
}
