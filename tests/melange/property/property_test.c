/*
 * A program cannot tell which backend it talks to: the same random calls (tests/native/model) are made to the native
 * driver, and to the melange driver before a melange-server on the native driver. Every status, result and message must
 * be the same, but for ids that somebody made up: those go in pairs. What the service's handle shows of its database is
 * what a native handle shows of it, to the last field.
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

#include "dump.h"
#include "pairs.h"
#include "server.h"
#include "world.h"

#define QUARANTINE_FOREVER 300000000

/* The same sequence in two worlds: with the native driver, and with the other. */
typedef struct {
	world *native, *melange;
	pairs *pairs;
	char *folder;
	server *service;
	/* Beside the service. */
	ip_driver *beside;
	GRand *random;
	/* How much of the worlds' logs was compared. */
	gsize seen_native, seen_melange;
	char *trouble;
} twins;

static guint
number_from (const char *variable, guint otherwise)
{
	const char *text = g_getenv (variable);

	return text ? (guint)g_ascii_strtoull (text, NULL, 10) : otherwise;
}

static void
open_native (twins *self)
{
	g_autofree char *path = g_build_filename (self->folder, "ipam.db", NULL);
	ip_driver_setting settings[WORLD_SETTINGS];
	size_t count = world_settings (self->native, path, settings);

	self->native->driver = open_settings (settings, count);
}

static void
open_service (twins *self)
{
	ip_driver_setting settings[WORLD_SETTINGS];
	/* Without the first, the connection. */
	size_t count = world_settings (self->melange, "", settings);
	const ip_driver_setting *beside;

	self->service = server_start (settings + 1, count - 1, "purge_interval = 0\n");
	self->melange->driver = open_melange (server_port (self->service), NULL);
	beside = server_native_settings (self->service, &count);
	self->beside = open_settings (beside, count);
}

static void
twins_open (twins *self, guint seed, gint64 quarantine)
{
	/* The others give addresses that nobody can foretell. */
	static const char *const generators[] = {"rfc2462", "tenant"};

	self->folder = g_dir_make_tmp ("ip_driver_twins_XXXXXX", NULL);
	self->native = world_new (seed, quarantine, generators, G_N_ELEMENTS (generators));
	self->melange = world_new (seed, quarantine, generators, G_N_ELEMENTS (generators));
	self->pairs = pairs_new ();
	self->random = g_rand_new_with_seed (seed);
	open_native (self);
	open_service (self);
}

static void
twins_close (twins *self)
{
	g_autoptr (GDir) files = g_dir_open (self->folder, 0, NULL);

	ip_driver_close (self->native->driver);
	ip_driver_close (self->melange->driver);
	ip_driver_close (self->beside);
	server_stop (self->service);
	for (const char *name; (name = g_dir_read_name (files));) {
		g_autofree char *file = g_build_filename (self->folder, name, NULL);
		g_unlink (file);
	}
	g_rmdir (self->folder);
	g_free (self->folder);
	world_free (self->native);
	world_free (self->melange);
	pairs_free (self->pairs);
	g_rand_free (self->random);
	g_free (self->trouble);
}

static void
differ (twins *self, const char *what, const char *native, const char *melange)
{
	if (!self->trouble)
		self->trouble = g_strdup_printf ("%s differ\nnative:\n%s\nmelange:\n%s", what, native, melange);
}

/* What either world has said since the last time. */
static void
compare_worlds (twins *self)
{
	const char *native = self->native->log->str + self->seen_native;
	const char *melange = self->melange->log->str + self->seen_melange;

	if (self->native->trouble || self->melange->trouble)
		self->trouble =
			g_strdup_printf ("%s: %s", self->native->trouble ? "native" : "melange",
		                         self->native->trouble ? self->native->trouble : self->melange->trouble);
	else if (!pairs_match (self->pairs, self->native->answers->str, self->melange->answers->str))
		differ (self, "answers", self->native->answers->str, self->melange->answers->str);
	else if (!pairs_match (self->pairs, native, melange))
		differ (self, "calls", native, melange);
	self->seen_native = self->native->log->len;
	self->seen_melange = self->melange->log->len;
}

/* The same database, by way of the service and directly. */
static void
compare_store (twins *self)
{
	g_autofree char *native = dump (self->beside);
	g_autofree char *melange = dump (self->melange->driver);

	if (strcmp (native, melange) != 0)
		differ (self, "views of the service's database", native, melange);
}

/* What a handle says it can do, a line each. */
static char *
capabilities_of (ip_driver *driver)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	GString *names = g_string_new (NULL);
	ip_driver_info *info;

	must (ip_driver_info_get (driver, &info, &error), &error);
	for (size_t i = 0; i < info->capability_count; i++)
		g_string_append_printf (names, "%s\n", info->capabilities[i]);
	ip_driver_info_free (info);
	return g_string_free (names, FALSE);
}

static void
compare_capabilities (twins *self)
{
	g_autofree char *native = capabilities_of (self->native->driver);
	g_autofree char *melange = capabilities_of (self->melange->driver);

	if (strcmp (native, melange) != 0)
		differ (self, "capabilities", native, melange);
}

static void
run_both (twins *self, const char *name)
{
	if (self->trouble)
		return;
	g_string_truncate (self->native->answers, 0);
	g_string_truncate (self->melange->answers, 0);
	world_run (self->native, name);
	world_run (self->melange, name);
	compare_worlds (self);
}

static void
run_steps (twins *self, guint steps)
{
	for (guint i = 0; i < steps && !self->trouble; i++) {
		world_step (self->native, i + 1 == steps);
		world_step (self->melange, i + 1 == steps);
		compare_worlds (self);
		if (self->trouble || self->melange->inside)
			continue;
		if (g_rand_int_range (self->random, 0, 100) < 10)
			compare_store (self);
		if (g_rand_int_range (self->random, 0, 100) < 2) {
			world_note (self->native, "the service is started again");
			world_note (self->melange, "the service is started again");
			server_restart (self->service);
		}
	}
}

/* Returns NULL, or what went wrong, with all that led to it. */
static char *
run_sequence (guint seed, gint64 quarantine, guint steps)
{
	twins self = {NULL};
	char *story = NULL;

	twins_open (&self, seed, quarantine);
	compare_capabilities (&self);
	world_populate (self.native);
	world_populate (self.melange);
	compare_worlds (&self);
	run_steps (&self, steps);
	run_both (&self, "address_list_all");
	run_both (&self, "interface_list_all");
	if (!self.trouble)
		compare_store (&self);
	world_check_store (self.native);
	world_check_store (self.melange);
	if (!self.trouble)
		compare_worlds (&self);
	if (self.trouble)
		story = g_strdup_printf ("%s%s", self.melange->log->str, self.trouble);
	twins_close (&self);
	return story;
}

static void
run_sequences (const char *name, gint64 quarantine)
{
	guint seed = number_from ("IP_DRIVER_SEED", g_random_int ());
	guint sequences = number_from ("IP_DRIVER_SEQUENCES", 10);
	guint steps = number_from ("IP_DRIVER_STEPS", 60);

	g_print ("# %s: IP_DRIVER_SEED=%u, %u sequences of %u calls\n", name, seed, sequences, steps);
	for (guint i = 0; i < sequences; i++) {
		g_autofree char *story = run_sequence (seed + i, quarantine, steps);
		if (story) {
			g_printerr ("# again with: IP_DRIVER_SEED=%u IP_DRIVER_SEQUENCES=1 IP_DRIVER_STEPS=%u\n%s\n",
			            seed + i, steps, story);
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
	return cmocka_run_group_tests_name ("melange/property", tests, NULL, NULL);
}
