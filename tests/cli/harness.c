/*
 * harness.c: see harness.h. Meson says in the environment where the command, the modules and the data are.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "harness.h"

#include <glib/gstdio.h>
#include <string.h>

static const char *
needed_env (const char *name)
{
	const char *value = g_getenv (name);

	if (value == NULL)
		g_error ("%s is not set: run the tests with meson", name);
	return value;
}

const char *
cli_program (void)
{
	return needed_env ("IP_DRIVER_TEST_CLI");
}

char *
cli_data (const char *name)
{
	return g_build_filename (needed_env ("IP_DRIVER_TEST_SOURCE"), "tests", "data", name, NULL);
}

char *
cli_source (const char *path)
{
	g_autofree char *full = g_build_filename (needed_env ("IP_DRIVER_TEST_SOURCE"), path, NULL);
	char *text;

	if (!g_file_get_contents (full, &text, NULL, NULL))
		g_error ("cannot read %s", full);
	return text;
}

char *
cli_second_config (cli_env *env, const char *name, const char *extra)
{
	g_autofree char *text = g_strdup_printf ("[ip_driver]\nbackend = native\n\n[native]\n"
	                                         "connection = sqlite:///%s.db\ndurability = normal\n%s",
	                                         name, extra);
	g_autofree char *file = g_strconcat (name, ".conf", NULL);

	return cli_file (env, file, text);
}

int
cli_setup (void **state)
{
	cli_env *env = g_new0 (cli_env, 1);

	env->folder = g_dir_make_tmp ("ip-driver-cli-XXXXXX", NULL);
	assert_non_null (env->folder);
	env->config = cli_second_config (env, "main", "");
	env->environment = g_get_environ ();
	env->environment = g_environ_setenv (env->environment, "IP_DRIVER_CONFIG", env->config, TRUE);
	env->environment = g_environ_setenv (env->environment, "LC_ALL", "C.UTF-8", TRUE);
	env->environment = g_environ_setenv (env->environment, "TERM", "xterm", TRUE);
	env->environment = g_environ_unsetenv (env->environment, "NO_COLOR");
	env->environment = g_environ_unsetenv (env->environment, "IP_DRIVER_TENANT");
	*state = env;
	return 0;
}

int
cli_teardown (void **state)
{
	cli_env *env = *state;
	GDir *folder = g_dir_open (env->folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name (folder)) != NULL) {
		g_autofree char *path = g_build_filename (env->folder, name, NULL);

		g_remove (path);
	}
	g_dir_close (folder);
	g_rmdir (env->folder);
	g_free (env->folder);
	g_free (env->config);
	g_strfreev (env->environment);
	g_free (env->out);
	g_free (env->err);
	json_decref (env->json);
	g_free (env);
	return 0;
}

char *
cli_file (cli_env *env, const char *name, const char *content)
{
	char *path = g_build_filename (env->folder, name, NULL);

	assert_true (g_file_set_contents (path, content, -1, NULL));
	return path;
}

void
cli_write (cli_env *env, const char *name, const char *content)
{
	g_autofree char *path = cli_file (env, name, content);

	assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
}

/* Empty bytes have no data. */
static char *
text_of (GBytes *bytes)
{
	gsize size;
	const char *data = g_bytes_get_data (bytes, &size);

	return size > 0 ? g_strndup (data, size) : g_strdup ("");
}

int
cli_run (cli_env *env, const char *input, const char *const *args)
{
	g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
		G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
	g_autoptr (GPtrArray) argv = g_ptr_array_new ();
	g_autoptr (GSubprocess) process = NULL;
	g_autoptr (GError) failure = NULL;
	g_autoptr (GBytes) bytes = g_bytes_new (input, input != NULL ? strlen (input) : 0), out = NULL, err = NULL;

	g_ptr_array_add (argv, (void *)(gintptr)cli_program ());
	for (; *args != NULL; args++)
		g_ptr_array_add (argv, (void *)(gintptr)*args);
	g_ptr_array_add (argv, NULL);
	g_subprocess_launcher_set_environ (launcher, env->environment);
	g_subprocess_launcher_set_cwd (launcher, env->folder);
	process = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv->pdata, &failure);
	if (process == NULL)
		g_error ("%s", failure->message);
	if (!g_subprocess_communicate (process, bytes, NULL, &out, &err, &failure))
		g_error ("%s", failure->message);
	g_free (env->out);
	g_free (env->err);
	g_clear_pointer (&env->json, json_decref);
	env->out = text_of (out);
	env->err = text_of (err);
	env->signal = g_subprocess_get_if_signaled (process) ? g_subprocess_get_term_sig (process) : 0;
	env->code = env->signal == 0 ? g_subprocess_get_exit_status (process) : -1;
	return env->code;
}

void
cli_expect (cli_env *env, int code, const char *const *args, const char *file, int line)
{
	if (cli_run (env, NULL, args) == code)
		return;
	g_autofree char *command = g_strjoinv (" ", (char **)(gintptr)args);

	print_error ("%s:%d: “%s” ended with %d (signal %d), not %d\n%s%s", file, line, command, env->code, env->signal,
	             code, env->out, env->err);
	_fail (file, line);
}

json_t *
cli_json (cli_env *env, const char *const *args, const char *file, int line)
{
	json_error_t failure;

	cli_expect (env, 0, args, file, line);
	env->json = json_loads (env->out, JSON_REJECT_DUPLICATES, &failure);
	if (env->json == NULL) {
		print_error ("%s:%d: this is not JSON: %s\n%s", file, line, failure.text, env->out);
		_fail (file, line);
	}
	return env->json;
}

static const json_t *
look_up (const json_t *json, const char *path)
{
	g_auto (GStrv) keys = g_strsplit (path, ".", -1);

	for (unsigned i = 0; keys[i] != NULL && json != NULL; i++) {
		if (json_is_array (json))
			json = json_array_get (json, (size_t)g_ascii_strtoull (keys[i], NULL, 10));
		else
			json = json_object_get (json, keys[i]);
	}
	if (json == NULL)
		fail_msg ("there is no “%s”", path);
	return json;
}

const char *
at (const json_t *json, const char *path)
{
	const json_t *value = look_up (json, path);

	if (json_is_null (value))
		return "(null)";
	if (!json_is_string (value))
		fail_msg ("“%s” is not a text", path);
	return json_string_value (value);
}

size_t
length_at (const json_t *json, const char *path)
{
	const json_t *value = look_up (json, path);

	if (!json_is_array (value))
		fail_msg ("“%s” is not an array", path);
	return json_array_size (value);
}

json_int_t
integer_at (const json_t *json, const char *path)
{
	const json_t *value = look_up (json, path);

	if (!json_is_integer (value))
		fail_msg ("“%s” is not an integer", path);
	return json_integer_value (value);
}

char *
make_block (cli_env *env, const char *cidr, ...)
{
	g_autoptr (GPtrArray) args = g_ptr_array_new ();
	const char *const first[] = {"--json", "--tenant", "t", "block", "create", cidr};
	va_list more;
	const char *arg;

	for (unsigned i = 0; i < G_N_ELEMENTS (first); i++)
		g_ptr_array_add (args, (void *)(gintptr)first[i]);
	va_start (more, cidr);
	while ((arg = va_arg (more, const char *)) != NULL)
		g_ptr_array_add (args, (void *)(gintptr)arg);
	va_end (more);
	g_ptr_array_add (args, NULL);
	return g_strdup (at (cli_json (env, (const char *const *)args->pdata, __FILE__, __LINE__), "block.id"));
}

void
assert_contains (const char *text, const char *part)
{
	if (strstr (text, part) == NULL)
		fail_msg ("“%s” is not in:\n%s", part, text);
}

void
assert_lacks (const char *text, const char *part)
{
	if (strstr (text, part) != NULL)
		fail_msg ("“%s” is in:\n%s", part, text);
}
