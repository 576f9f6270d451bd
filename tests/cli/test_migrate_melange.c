/*
 * test_migrate_melange.c: moving to a Melange service and back: to ours with all it has, and to it as if it were the
 * historical one. The service runs on a native database of its own, which is looked at from both sides.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "populate.h"

#include <signal.h>
#include <string.h>

/* The service, and the configurations of two clients and of the database behind it. */
typedef struct service {
	GSubprocess *process;
	/* Its log is read by a thread, so that it never waits for us. */
	GThread *reader;
	GMutex lock;
	GCond news;
	/* Lines of the log, of which each request is one. */
	guint lines;
	gboolean ended;
	char *url;
	char *melange;
	char *historical;
	char *behind;
} service;

static void *
read_log (void *data)
{
	service *self = data;
	g_autoptr (GDataInputStream) log = g_data_input_stream_new (g_subprocess_get_stderr_pipe (self->process));
	char *line;

	while ((line = g_data_input_stream_read_line (log, NULL, NULL, NULL)) != NULL) {
		const char *url = strstr (line, "listening on http://");

		g_mutex_lock (&self->lock);
		self->lines++;
		if (url != NULL)
			self->url = g_strdup (url + strlen ("listening on "));
		g_cond_broadcast (&self->news);
		g_mutex_unlock (&self->lock);
		g_free (line);
	}
	g_mutex_lock (&self->lock);
	self->ended = TRUE;
	g_cond_broadcast (&self->news);
	g_mutex_unlock (&self->lock);
	return NULL;
}

/* Waits for so many more lines of the log, or until `enough` says that no more will come. */
static void
wait_for_lines (service *self, guint count, gboolean (*enough) (const service *, const void *), const void *data)
{
	guint start;

	g_mutex_lock (&self->lock);
	start = self->lines;
	while (!self->ended && self->lines - start < count && !enough (self, data))
		g_cond_wait_until (&self->news, &self->lock, g_get_monotonic_time () + G_TIME_SPAN_SECOND / 10);
	g_mutex_unlock (&self->lock);
}

static gboolean
has_url (const service *self, const void *data)
{
	return self->url != NULL;
}

static void
service_start (service *self, cli_env *env)
{
	g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
	g_autoptr (GError) failure = NULL;
	g_autofree char *config = cli_file (env, "server.conf",
	                                    "[melange-server]\nport = 0\nbackend_config = behind.conf\n"
	                                    /* A client that was killed leaves one open. */
	                                    "transaction_timeout = 1\n"),
			*text = NULL, *historical_text = NULL;

	*self = (service){.behind = cli_second_config (env, "behind", "allocate_network_address = true\n")};
	g_mutex_init (&self->lock);
	g_cond_init (&self->news);
	g_subprocess_launcher_set_environ (launcher, env->environment);
	self->process = g_subprocess_launcher_spawn (launcher, &failure, g_getenv ("IP_DRIVER_TEST_SERVER"), "--config",
	                                             config, NULL);
	if (self->process == NULL)
		g_error ("%s", failure->message);
	self->reader = g_thread_new ("log", read_log, self);
	wait_for_lines (self, G_MAXUINT, has_url, NULL);
	assert_non_null (self->url);
	text = g_strdup_printf ("[ip_driver]\nbackend = melange\n\n[melange]\nurl = %s\ntimeout = 60\n", self->url);
	historical_text = g_strconcat (text, "extension = off\n", NULL);
	self->melange = cli_file (env, "melange.conf", text);
	self->historical = cli_file (env, "historical.conf", historical_text);
}

static void
service_stop (service *self)
{
	g_subprocess_send_signal (self->process, SIGTERM);
	g_thread_join (self->reader);
	assert_true (g_subprocess_wait_check (self->process, NULL, NULL));
	g_object_unref (self->process);
	g_mutex_clear (&self->lock);
	g_cond_clear (&self->news);
	g_free (self->url);
	g_free (self->melange);
	g_free (self->historical);
	g_free (self->behind);
}

#define EVERYTHING "equal: " POPULATED "\n"

static void
there_and_back (void **state)
{
	cli_env *env = *state;
	g_autofree char *third = cli_second_config (env, "third", ""), *first = NULL;
	service service;
	service_start (&service, env);
	populate (env);
	OK (env, "export");
	first = g_strdup (env->out);

	OK (env, "migrate", "--from", env->config, "--to", service.melange, "--dry-run");
	assert_string_equal (env->out, "would migrate " POPULATED "\n");
	OK (env, "compare", service.behind, third);
	assert_string_equal (env->out, "equal: both are empty\n");
	OK (env, "migrate", "--from", env->config, "--to", service.melange);
	assert_string_equal (env->out, "migrated " POPULATED "\n");
	OK (env, "migrate", "--from", env->config, "--to", service.melange);
	assert_string_equal (env->out, "nothing to do: " POPULATED " already there\n");
	OK (env, "compare", env->config, service.melange);
	assert_string_equal (env->out, EVERYTHING);
	OK (env, "compare", env->config, service.behind);
	assert_string_equal (env->out, EVERYTHING);
	OK (env, "--config", service.behind, "check");

	OK (env, "migrate", "--from", service.melange, "--to", third);
	assert_string_equal (env->out, "migrated " POPULATED "\n");
	OK (env, "compare", "--ids", "yes", env->config, third);
	assert_string_equal (env->out, EVERYTHING);
	OK (env, "--config", third, "check");
	OK (env, "--config", third, "export");
	assert_same_export (env->out, first);

	service_stop (&service);
}

static gboolean
has_exited (const service *self, const void *data)
{
	return g_subprocess_get_identifier ((GSubprocess *)(gintptr)data) == NULL;
}

/* Kills a migration when the service has seen so many requests of it, and makes it whole. Returns whether it was not
 * done by then. */
static gboolean
kill_after (cli_env *source, guint requests)
{
	g_autoptr (GSubprocessLauncher) launcher =
		g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
	g_autoptr (GSubprocess) client = NULL;
	service service;
	gboolean was_running;
	void *state;
	cli_env *env;

	assert_int_equal (cli_setup (&state), 0);
	env = state;
	service_start (&service, env);
	g_subprocess_launcher_set_environ (launcher, env->environment);
	client = g_subprocess_launcher_spawn (launcher, NULL, cli_program (), "migrate", "--from", source->config,
	                                      "--to", service.melange, NULL);
	assert_non_null (client);
	wait_for_lines (&service, requests, has_exited, client);
	g_subprocess_force_exit (client);
	g_subprocess_wait (client, NULL, NULL);
	was_running = g_subprocess_get_if_signaled (client);
	OK (env, "migrate", "--from", source->config, "--to", service.melange);
	OK (env, "compare", source->config, service.melange);
	assert_true (g_str_has_prefix (env->out, "equal: 1 policy, "));
	OK (env, "--config", service.behind, "check");
	service_stop (&service);
	cli_teardown (&state);
	return was_running;
}

static void
killed (void **state)
{
	cli_env *env = *state;
	const char *given = g_getenv ("IP_DRIVER_SEED");
	guint32 seed = given != NULL ? (guint32)g_ascii_strtoull (given, NULL, 10) : g_random_int ();
	g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
	guint cut = 0;

	print_message ("IP_DRIVER_SEED=%u\n", seed);
	populate (env);
	/* Enough for several transactions. */
	OK (env, "--tenant", "t", "block", "create", "10.8.0.0/16");
	OK (env, "address", "allocate", "10.8.0.0/16", "--count", "1300");
	for (unsigned round = 0; round < 6; round++)
		cut += kill_after (env, (guint)g_rand_int_range (rand, 5, 1200)) ? 1 : 0;
	assert_true (cut > 0);
}

/* What the historical API has: one tenant at a time, ids of its own, no leases, no request keys, no holds. */
static void
historical (void **state)
{
	cli_env *env = *state;
	g_autofree char *third = cli_second_config (env, "third", ""), *id = NULL;
	service service;
	json_t *list;

#define LESS "--skip", "leases", "--skip", "request-keys", "--skip", "stranded-allowed-ips"
#define ALL "--tenant", "t", "--also-tenant", "u"
	service_start (&service, env);
	populate (env);
	/* Of two equal blocks, the one without subnets is the second. */
	list = JSON (env, "block", "list");
	for (size_t i = 0; i < length_at (list, "blocks"); i++) {
		g_autofree char *cidr = g_strdup_printf ("blocks.%zu.cidr", i),
				*path = g_strdup_printf ("blocks.%zu.id", i);

		if (strcmp (at (list, cidr), "172.16.0.0/12") == 0) {
			g_free (id);
			id = g_strdup (at (list, path));
		}
	}
	OK (env, "block", "delete", id);

	EXPECT (env, 10, "migrate", "--from", env->config, "--to", service.historical);
	EXPECT (env, 10, "migrate", ALL, "--from", env->config, "--to", service.historical);
	assert_contains (
		env->err,
		"historical.conf cannot take 3 leases, 3 stranded allowed IPs, 1 request key; nothing was changed.");
	OK (env, "compare", service.behind, third);
	OK (env, "migrate", ALL, "--from", env->config, "--to", service.historical, LESS);
	assert_string_equal (env->out,
	                     "migrated 1 policy, 1 policy range, 2 policy octets, 4 root blocks, 2 subnets, 2 routes, "
	                     "6 interfaces, 14 addresses, 2 NAT pairs, 1 allowed IP, 1 MAC range\n");
	OK (env, "migrate", ALL, "--from", env->config, "--to", service.historical, LESS);
	assert_true (g_str_has_prefix (env->out, "nothing to do: 1 policy, "));
	OK (env, "compare", ALL, env->config, service.historical, LESS);
	assert_true (g_str_has_prefix (env->out, "equal: 1 policy, "));
	OK (env, "--config", service.behind, "check");
	/* And back: interfaces that have no address are not listed by it. */
	OK (env, "migrate", ALL, "--from", service.historical, "--to", third, LESS);
	assert_contains (env->err, "historical.conf lists no interfaces: those that have no address cannot be seen");
	EXPECT (env, 1, "compare", "--ids", "no", env->config, third, LESS);
	assert_contains (env->out, "interface bare: only in ");
	assert_contains (env->out, "interface c: only in ");
	assert_contains (env->out, "\n3 differences; ");
	OK (env, "--config", third, "check");

	service_stop (&service);
}

int
main (void)
{
#define CASE(name) cmocka_unit_test_setup_teardown (name, cli_setup, cli_teardown)
	const struct CMUnitTest tests[] = {
		CASE (there_and_back),
		CASE (killed),
		CASE (historical),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
