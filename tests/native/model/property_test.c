/*
 * Property test of the whole native driver: random sequences of calls through the public ABI, each
 * held against the model (model.h). After every call the statuses, the results and every block's
 * usage must agree, and after every sequence all that is stored must, and the store's own check.
 *
 *   IP_DRIVER_SEED       where to begin; printed
 *   IP_DRIVER_SEQUENCES  how many sequences of each kind
 *   IP_DRIVER_STEPS      how many calls in each
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "world.h"

#define QUARANTINE_FOREVER 300000000

static guint
number_from (const char *variable, guint otherwise)
{
	const char *text = g_getenv (variable);

	return text ? (guint)g_ascii_strtoull (text, NULL, 10) : otherwise;
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

static void
run_named (world *self, const char *name)
{
	for (gsize i = 0; i < world_operation_count && !self->trouble; i++) {
		if (g_str_equal (world_operations[i].name, name))
			run_operation (self, &world_operations[i]);
	}
}

static void
check_store (world *self)
{
	ip_driver_check_report *report = NULL;
	ip_driver_status status;

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

/* Some steps, now and then several of them in a transaction that is kept or not. */
static void
run_steps (world *self, guint steps)
{
	ip_driver *outside = self->driver;
	model_data saved;
	gboolean inside = FALSE;

	for (guint i = 0; i < steps && !self->trouble; i++) {
		if (!inside && g_rand_int_range (self->random, 0, 100) < 3) {
			world_note (self, "transaction.begin");
			if (ip_driver_transaction_begin (outside, &self->driver, &self->error) != IP_DRIVER_OK) {
				self->trouble = g_strdup_printf ("transaction.begin: %s", self->error.message);
				return;
			}
			inside = TRUE;
			saved = model_data_copy (&self->model->data);
		}
		run_operation (self, choose (self));
		model_learn_ended (self->model, lives_in_driver, self);
		if (inside && (i + 1 == steps || self->trouble || g_rand_int_range (self->random, 0, 100) < 20)) {
			gboolean keep = g_rand_boolean (self->random);
			world_note (self, "transaction.%s", keep ? "commit" : "rollback");
			if (!keep) {
				ip_driver_transaction_rollback (self->driver);
				model_data_free (&self->model->data);
				self->model->data = saved;
			} else {
				model_data_free (&saved);
				if (ip_driver_transaction_commit (self->driver, &self->error) != IP_DRIVER_OK &&
				    !self->trouble)
					self->trouble = g_strdup_printf ("transaction.commit: %s", self->error.message);
			}
			self->driver = outside;
			inside = FALSE;
		}
	}
}

static void
remove_folder (const char *path)
{
	g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
	const char *name;

	while (folder && (name = g_dir_read_name (folder))) {
		g_autofree char *file = g_build_filename (path, name, NULL);
		g_unlink (file);
	}
	g_rmdir (path);
}

static ip_driver *
open_driver (const char *folder, const model *reference, const char *generator)
{
	g_autofree char *url = g_strdup_printf ("sqlite:///%s/ipam.db", folder);
	g_autofree char *quarantine = g_strdup_printf ("%" G_GINT64_FORMAT, reference->quarantine);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = NULL;
	const char *modules = g_getenv ("IP_DRIVER_MODULE_PATH");
	const ip_driver_setting settings[] = {
		/* Settings leave the environment aside. */
		{"ip_driver", "module_path", modules ? modules : "."},
		{"ip_driver", "backend", "native"},
		{"native", "connection", url},
		{"native", "durability", "normal"},
		{"native", "quarantine", quarantine},
		{"native", "ipv6_generator", generator},
		{"native", "allocate_network_address", reference->network_address ? "true" : "false"},
		{"native", "dns1", reference->dns1 ? reference->dns1 : ""},
		{"native", "dns2", reference->dns2 ? reference->dns2 : ""},
		{"native", "default_cidr", reference->default_cidr ? reference->default_cidr : ""},
	};

	if (ip_driver_open_settings (settings, G_N_ELEMENTS (settings), &driver, &error) != IP_DRIVER_OK)
		fail_msg ("cannot open the driver: %s", error.message);
	return driver;
}

/* Returns NULL, or what went wrong, with all that led to it. */
static char *
run_sequence (guint seed, gint64 quarantine, guint steps)
{
	static const char *const generators[] = {"rfc2462", "tenant", "stable", "random"};
	g_autofree char *folder = g_dir_make_tmp ("ip_driver_model_XXXXXX", NULL);
	g_autoptr (model) reference = model_new ();
	g_autoptr (GRand) random = g_rand_new_with_seed (seed);
	g_autoptr (GString) log = g_string_new (NULL);
	g_autoptr (GString) got = g_string_new (NULL);
	g_autoptr (GString) want = g_string_new (NULL);
	world self = {
		.error = IP_DRIVER_ERROR_INIT,
		.model = reference,
		.random = random,
		.texts = g_string_chunk_new (4096),
		.log = log,
		.got = got,
		.want = want,
	};
	int generator = g_rand_int_range (random, 0, 4);

	reference->quarantine = quarantine;
	reference->generator = generator == 0 ? MODEL_RFC2462 : generator == 1 ? MODEL_TENANT : MODEL_ANYWHERE;
	reference->network_address = g_rand_int_range (random, 0, 4) == 0;
	reference->dns1 = g_rand_boolean (random) ? "192.0.2.53" : NULL;
	reference->dns2 = g_rand_boolean (random) ? "2001:db8::53" : NULL;
	reference->default_cidr = g_rand_boolean (random) ? "10.0.0.0/30" : NULL;
	world_note (&self, "open quarantine=%" G_GINT64_FORMAT " generator=%s network_address=%d default_cidr=%s",
	            quarantine, generators[generator], reference->network_address,
	            reference->default_cidr ? reference->default_cidr : "-");
	self.driver = open_driver (folder, reference, generators[generator]);

	world_populate (&self);
	run_steps (&self, steps);
	run_named (&self, "address_list_all");
	run_named (&self, "interface_list_all");
	if (!self.trouble)
		check_store (&self);
	if (!self.trouble) {
		/* All of it is in the file. */
		world_note (&self, "close and open");
		ip_driver_close (self.driver);
		self.driver = open_driver (folder, reference, generators[generator]);
		run_named (&self, "address_list_all");
		run_named (&self, "interface_list_all");
	}

	ip_driver_close (self.driver);
	remove_folder (folder);
	g_string_chunk_free (self.texts);
	for (int i = 0; i < WORLD_SNAPSHOTS; i++)
		g_free (self.tokens[i]);
	if (!self.trouble)
		return NULL;
	g_autofree char *trouble = self.trouble;
	return g_strdup_printf ("%s%s", log->str, trouble);
}

static void
run_sequences (const char *name, gint64 quarantine)
{
	guint seed = number_from ("IP_DRIVER_SEED", g_random_int ());
	guint sequences = number_from ("IP_DRIVER_SEQUENCES", 120);
	guint steps = number_from ("IP_DRIVER_STEPS", 60);

	g_print ("# %s: IP_DRIVER_SEED=%u, %u sequences of %u calls\n", name, seed, sequences, steps);
	for (guint i = 0; i < sequences; i++) {
		g_autofree char *trouble = run_sequence (seed + i, quarantine, steps);
		if (trouble) {
			g_printerr ("# again with: IP_DRIVER_SEED=%u IP_DRIVER_SEQUENCES=1 IP_DRIVER_STEPS=%u\n%s\n",
			            seed + i, steps, trouble);
			fail ();
		}
	}
}

static void
test_without_quarantine (void **state)
{
	run_sequences ("without quarantine", 0);
}

static void
test_with_quarantine (void **state)
{
	run_sequences ("with quarantine", QUARANTINE_FOREVER);
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (test_without_quarantine),
		cmocka_unit_test (test_with_quarantine),
	};
	return cmocka_run_group_tests_name ("native/model", tests, NULL, NULL);
}
