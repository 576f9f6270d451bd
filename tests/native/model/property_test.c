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
open_driver (world *self, const char *folder)
{
	g_autofree char *path = g_build_filename (folder, "ipam.db", NULL);
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	ip_driver *driver = NULL;
	const char *modules = g_getenv ("IP_DRIVER_MODULE_PATH");
	ip_driver_setting settings[2 + WORLD_SETTINGS] = {
		/* Settings leave the environment aside. */
		{"ip_driver", "module_path", modules ? modules : "."},
		{"ip_driver", "backend", "native"},
	};
	size_t count = 2 + world_settings (self, path, settings + 2);

	if (ip_driver_open_settings (settings, count, &driver, &error) != IP_DRIVER_OK)
		fail_msg ("cannot open the driver: %s", error.message);
	return driver;
}

/* Returns NULL, or what went wrong, with all that led to it. */
static char *
run_sequence (guint seed, gint64 quarantine, guint steps)
{
	static const char *const generators[] = {"rfc2462", "tenant", "stable", "random"};
	g_autofree char *folder = g_dir_make_tmp ("ip_driver_model_XXXXXX", NULL);
	g_autoptr (world) self = world_new (seed, quarantine, generators, G_N_ELEMENTS (generators));

	self->driver = open_driver (self, folder);
	world_populate (self);
	for (guint i = 0; i < steps && !self->trouble; i++)
		world_step (self, i + 1 == steps);
	world_run (self, "address_list_all");
	world_run (self, "interface_list_all");
	world_check_store (self);
	if (!self->trouble) {
		/* All of it is in the file. */
		world_note (self, "close and open");
		ip_driver_close (self->driver);
		self->driver = open_driver (self, folder);
		world_run (self, "address_list_all");
		world_run (self, "interface_list_all");
	}

	ip_driver_close (self->driver);
	remove_folder (folder);
	return self->trouble ? g_strdup_printf ("%s%s", self->log->str, self->trouble) : NULL;
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
