/*
 * config.c: reads the configuration file by a table of its keys.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"

#include <string.h>

#include "http.h"

typedef enum { KEY_TEXT, KEY_PATH, KEY_NUMBER, KEY_BOOLEAN, KEY_CHOICE } key_kind;

typedef struct {
	const char *name;
	gsize offset;
	key_kind kind;
	/* As it would stand in the file; NULL: not given. */
	const char *preset;
	guint minimum;
	guint maximum;
	/* CHOICE: NULL-terminated; the value is the place. */
	const char *const *choices;
} config_key;

static const char *const auths[] = {"none", "headers", "keystone", NULL};
static const char *const levels[] = {"error", "warning", "info", "debug", NULL};

/* clang-format off */
#define AT(field) G_STRUCT_OFFSET (server_config, field)
#define TEXT(field, preset_) {#field, AT (field), KEY_TEXT, preset_}
#define PATH(field) {#field, AT (field), KEY_PATH}
#define NUMBER(field, preset_, minimum_, maximum_) {#field, AT (field), KEY_NUMBER, preset_, minimum_, maximum_}
#define BOOLEAN(field, preset_) {#field, AT (field), KEY_BOOLEAN, preset_}
#define CHOICE(field, preset_, choices_) {#field, AT (field), KEY_CHOICE, preset_, .choices = choices_}

static const config_key keys[] = {
	TEXT (bind_address, "127.0.0.1"),
	NUMBER (port, "9898", 0, 65535),
	PATH (backend_config),
	PATH (tls_cert),
	PATH (tls_key),
	CHOICE (auth, "none", auths),
	TEXT (keystone_url, NULL),
	PATH (keystone_ca_file),
	TEXT (keystone_username, NULL),
	TEXT (keystone_password, NULL),
	TEXT (keystone_project, NULL),
	TEXT (keystone_user_domain, NULL),
	TEXT (keystone_project_domain, NULL),
	NUMBER (threads, "16", 1, 512),
	NUMBER (max_connections, "1000", 1, 100000),
	NUMBER (request_limit, "16777216", 1024, 256u << 20),
	NUMBER (timeout, "30", 1, 3600),
	NUMBER (transaction_timeout, "30", 1, 3600),
	NUMBER (max_transactions, "64", 1, 1024),
	NUMBER (purge_interval, "60", 0, 86400),
	BOOLEAN (announce_extension, "true"),
	CHOICE (log_level, "info", levels),
	BOOLEAN (metrics, "true"),
	BOOLEAN (metrics_open, "false"),
	NUMBER (metrics_blocks, "100", 0, 10000),
};
/* clang-format on */

static gboolean fail (char **ret_problem, const server_config *config, const char *key, const char *format, ...)
	G_GNUC_PRINTF (4, 5);

static gboolean
fail (char **ret_problem, const server_config *config, const char *key, const char *format, ...)
{
	g_autofree char *what = NULL;
	va_list args;

	va_start (args, format);
	what = g_strdup_vprintf (format, args);
	va_end (args);
	*ret_problem = key != NULL ? g_strdup_printf ("%s: [%s] %s: %s", config->path, SERVER_CONFIG_GROUP, key, what)
	                           : g_strdup_printf ("%s: %s", config->path, what);
	return FALSE;
}

static gboolean
parse_number (const char *text, guint minimum, guint maximum, guint *ret_value)
{
	guint64 value;

	if (!g_ascii_string_to_unsigned (text, 10, minimum, maximum, &value, NULL))
		return FALSE;
	*ret_value = (guint)value;
	return TRUE;
}

static gboolean
set_value (server_config *config, const config_key *key, const char *value, char **ret_problem)
{
	gpointer field = (char *)config + key->offset;
	guint place;

	switch (key->kind) {
	case KEY_TEXT:
		*(char **)field = g_strdup (value);
		return TRUE;
	case KEY_PATH:
		if (value[0] == '\0')
			return fail (ret_problem, config, key->name, "is empty");
		if (g_path_is_absolute (value)) {
			*(char **)field = g_strdup (value);
		} else {
			g_autofree char *folder = g_path_get_dirname (config->path);

			*(char **)field = g_canonicalize_filename (value, folder);
		}
		return TRUE;
	case KEY_NUMBER:
		if (parse_number (value, key->minimum, key->maximum, field))
			return TRUE;
		return fail (ret_problem, config, key->name, "'%s' is not a number from %u to %u", value, key->minimum,
		             key->maximum);
	case KEY_BOOLEAN:
		*(gboolean *)field = strcmp (value, "true") == 0;
		if (strcmp (value, "true") == 0 || strcmp (value, "false") == 0)
			return TRUE;
		return fail (ret_problem, config, key->name, "'%s' is neither true nor false", value);
	case KEY_CHOICE:
		for (place = 0; key->choices[place] != NULL; place++) {
			if (strcmp (key->choices[place], value) == 0) {
				*(gint32 *)field = (gint32)place;
				return TRUE;
			}
		}
		{
			g_autofree char *all = g_strjoinv (", ", (char **)(guintptr)key->choices);

			return fail (ret_problem, config, key->name, "'%s' is none of %s", value, all);
		}
	default:
		g_assert_not_reached ();
	}
}

static const config_key *
find_key (const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
		if (strcmp (keys[i].name, name) == 0)
			return &keys[i];
	}
	return NULL;
}

static gboolean
read_file (server_config *config, char **ret_problem)
{
	g_autoptr (GKeyFile) file = g_key_file_new ();
	g_autoptr (GError) problem = NULL;
	g_auto (GStrv) groups = NULL, names = NULL;

	if (!g_key_file_load_from_file (file, config->path, G_KEY_FILE_NONE, &problem))
		return fail (ret_problem, config, NULL, "%s", problem->message);
	groups = g_key_file_get_groups (file, NULL);
	for (char **group = groups; *group != NULL; group++) {
		if (strcmp (*group, SERVER_CONFIG_GROUP) != 0)
			return fail (ret_problem, config, NULL, "unknown group [%s]", *group);
	}
	names = g_key_file_get_keys (file, SERVER_CONFIG_GROUP, NULL, NULL);
	for (char **name = names; name != NULL && *name != NULL; name++) {
		const config_key *key = find_key (*name);
		g_autofree char *value = NULL;

		if (key == NULL)
			return fail (ret_problem, config, *name, "unknown key");
		value = g_key_file_get_string (file, SERVER_CONFIG_GROUP, *name, &problem);
		if (value == NULL)
			return fail (ret_problem, config, *name, "%s", problem->message);
		if (key->kind == KEY_TEXT || key->kind == KEY_PATH)
			g_clear_pointer ((char **)((char *)config + key->offset), g_free);
		if (!set_value (config, key, value, ret_problem))
			return FALSE;
	}
	return TRUE;
}

/* What is wrong with Keystone's URL, to follow it in a sentence; to be freed. NULL: nothing. Without its version, each
 * token would be asked about where there is no asking, and so be refused. */
static char *
keystone_url_problem (const char *url)
{
	gsize length = strlen (url);
	g_autofree char *problem = http_check_url (url), *path = NULL;

	if (problem != NULL)
		return g_steal_pointer (&problem);
	while (length > 0 && url[length - 1] == '/')
		length--;
	path = g_strndup (url, length);
	if (g_str_has_suffix (path, "/v3") || g_str_has_suffix (path, "/v2.0"))
		return NULL;
	return g_strdup ("ends neither in /v3 nor in /v2.0");
}

static gboolean
check (const server_config *config, char **ret_problem)
{
	const char *const files[] = {"backend_config", "tls_cert", "tls_key", "keystone_ca_file"};
	const char *const paths[] = {config->backend_config, config->tls_cert, config->tls_key,
	                             config->keystone_ca_file};
	g_autofree char *url_problem = NULL;

	if (!g_hostname_is_ip_address (config->bind_address))
		return fail (ret_problem, config, "bind_address", "'%s' is not an IP address", config->bind_address);
	if ((config->tls_cert == NULL) != (config->tls_key == NULL))
		return fail (ret_problem, config, config->tls_cert == NULL ? "tls_cert" : "tls_key",
		             "tls_cert and tls_key go together");
	if ((config->auth == SERVER_AUTH_KEYSTONE) != (config->keystone_url != NULL))
		return fail (ret_problem, config, "keystone_url", "auth = keystone and keystone_url go together");
	url_problem = config->keystone_url != NULL ? keystone_url_problem (config->keystone_url) : NULL;
	if (url_problem != NULL)
		return fail (ret_problem, config, "keystone_url", "'%s' %s", config->keystone_url, url_problem);
	if ((config->keystone_username == NULL) != (config->keystone_password == NULL))
		return fail (ret_problem, config, "keystone_username",
		             "keystone_username and keystone_password go together");
	for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
		g_autofree char *content = NULL;
		g_autoptr (GError) problem = NULL;

		if (paths[i] != NULL && !g_file_get_contents (paths[i], &content, NULL, &problem))
			return fail (ret_problem, config, files[i], "%s", problem->message);
	}
	return TRUE;
}

server_config *
server_config_load (const char *path, char **ret_problem)
{
	g_autoptr (server_config) config = g_new0 (server_config, 1);

	if (path == NULL && g_file_test (SERVER_CONFIG_DEFAULT, G_FILE_TEST_EXISTS))
		path = SERVER_CONFIG_DEFAULT;
	config->path = path != NULL ? g_canonicalize_filename (path, NULL) : NULL;
	for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
		if (keys[i].preset != NULL && !set_value (config, &keys[i], keys[i].preset, ret_problem))
			return NULL;
	}
	if (config->path != NULL && !read_file (config, ret_problem))
		return NULL;
	if (!check (config, ret_problem))
		return NULL;
	return g_steal_pointer (&config);
}

void
server_config_free (server_config *config)
{
	if (config == NULL)
		return;
	for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
		if (keys[i].kind == KEY_TEXT || keys[i].kind == KEY_PATH)
			g_free (*(char **)((char *)config + keys[i].offset));
	}
	g_free (config->path);
	g_free (config);
}
