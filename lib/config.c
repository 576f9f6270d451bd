/*
 * See config.h. GKeyFile silently joins groups and keys that stand twice, and quotes a malformed line
 * (perhaps a password) in its message: so the lines are looked over before it gets them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"

#include "error.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYSTEM_PATH "/etc/ip_driver/ip_driver.conf"
#define GENERAL "ip_driver"
#define DEFAULT_BACKEND "native"
/* A file that is larger is none of ours. */
#define FILE_SIZE_MAX (1024 * 1024)

typedef struct {
	char *group;
	/* NULL: the group is there, perhaps empty. */
	char *key;
	char *value;
} config_entry;

static void
entry_free (config_entry *entry)
{
	g_free (entry->group);
	g_free (entry->key);
	g_free (entry->value);
	g_free (entry);
}

/* Takes `value`. */
static void
add_entry (driver_config *config, const char *group, const char *key, char *value)
{
	config_entry *entry = g_new (config_entry, 1);

	entry->group = g_strdup (group);
	entry->key = g_strdup (key);
	entry->value = value;
	g_ptr_array_add (config->entries, entry);
}

/* `path` may be NULL. */
static driver_config *
config_new (const char *path)
{
	driver_config *empty = g_new0 (driver_config, 1);

	empty->entries = g_ptr_array_new_with_free_func ((GDestroyNotify)entry_free);
	if (path == NULL) {
		empty->folder = g_get_current_dir ();
		empty->where = g_strdup ("");
	} else {
		empty->path = g_canonicalize_filename (path, NULL);
		empty->folder = g_path_get_dirname (empty->path);
		empty->where = g_strconcat (path, ": ", NULL);
	}
	return empty;
}

void
config_free (driver_config *config)
{
	g_free (config->path);
	g_free (config->folder);
	g_free (config->where);
	g_ptr_array_unref (config->entries);
	g_free (config);
}

/* NULL, and errno: it cannot be read, or is too large (EFBIG). */
static GString *
read_file (const char *path)
{
	g_autoptr (GString) text = g_string_new (NULL);
	char buffer[4096];
	ssize_t got;
	int file = open (path, O_RDONLY | O_CLOEXEC);
	int saved;

	if (file < 0)
		return NULL;
	while ((got = read (file, buffer, sizeof buffer)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got > 0 && text->len + (size_t)got > FILE_SIZE_MAX) {
			errno = EFBIG;
			got = -1;
		}
		if (got < 0)
			break;
		g_string_append_len (text, buffer, got);
	}
	saved = errno;
	close (file);
	errno = saved;
	return got < 0 ? NULL : g_steal_pointer (&text);
}

static gboolean
is_key (const char *text)
{
	if (*text == '\0')
		return FALSE;
	for (; *text != '\0'; text++) {
		if (!g_ascii_isalnum (*text) && *text != '_' && *text != '-' && *text != '.')
			return FALSE;
	}
	return TRUE;
}

/* Looks for what GKeyFile would not report, or not with the line's number. */
static gboolean
check_lines (const driver_config *config, const char *text, ip_driver_error *error)
{
	g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
	const char *group = NULL;

	for (size_t i = 0; lines[i] != NULL; i++) {
		char *line = g_strstrip (lines[i]);
		size_t length = strlen (line);
		char *equals, value[ERROR_VALUE_SIZE];

		if (length == 0 || line[0] == '#')
			continue;
		if (line[0] == '[') {
			gboolean closed = line[length - 1] == ']';

			line[length - 1] = '\0';
			group = line + 1;
			if (!closed || !is_key (group)) {
				error_set (error, IP_DRIVER_CONFIG, "%sline %zu is not a [group]", config->where,
				           i + 1);
				return FALSE;
			}
			if (!g_hash_table_add (seen, g_strdup (group))) {
				error_set (error, IP_DRIVER_CONFIG, "%sline %zu: group [%s] stands twice",
				           config->where, i + 1, group);
				return FALSE;
			}
			continue;
		}
		equals = strchr (line, '=');
		if (equals == NULL) {
			error_set (error, IP_DRIVER_CONFIG, "%sline %zu is not [group], key = value or # comment",
			           config->where, i + 1);
			return FALSE;
		}
		*equals = '\0';
		g_strchomp (line);
		error_value (line, value);
		if (group == NULL) {
			error_set (error, IP_DRIVER_CONFIG, "%sline %zu: key \"%s\" is in no group", config->where,
			           i + 1, value);
			return FALSE;
		}
		if (!is_key (line)) {
			error_set (error, IP_DRIVER_CONFIG, "%sline %zu: \"%s\" in [%s] is not a key", config->where,
			           i + 1, value, group);
			return FALSE;
		}
		/* ']' is in no group's name, so this is no group. */
		if (!g_hash_table_add (seen, g_strconcat (group, "]", line, NULL))) {
			error_set (error, IP_DRIVER_CONFIG, "%sline %zu: key \"%s\" of [%s] stands twice",
			           config->where, i + 1, value, group);
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
parse_file (driver_config *config, const GString *text, ip_driver_error *error)
{
	g_autoptr (GKeyFile) file = g_key_file_new ();
	g_auto (GStrv) groups = NULL;

	if (memchr (text->str, '\0', text->len) != NULL) {
		error_set (error, IP_DRIVER_CONFIG, "%snot a text file", config->where);
		return FALSE;
	}
	if (!check_lines (config, text->str, error))
		return FALSE;
	if (!g_key_file_load_from_data (file, text->str, text->len, G_KEY_FILE_KEEP_TRANSLATIONS, NULL)) {
		error_set (error, IP_DRIVER_CONFIG, "%snot a configuration file", config->where);
		return FALSE;
	}
	groups = g_key_file_get_groups (file, NULL);
	for (char **group = groups; *group != NULL; group++) {
		g_auto (GStrv) keys = g_key_file_get_keys (file, *group, NULL, NULL);

		add_entry (config, *group, NULL, NULL);
		for (char **key = keys; *key != NULL; key++) {
			g_autofree char *raw = g_key_file_get_value (file, *group, *key, NULL);
			g_autoptr (GError) problem = NULL;
			g_autofree char *value = NULL;

			/* Space at a line's end is nobody's intention; \s is. */
			g_key_file_set_value (file, *group, *key, g_strchomp (raw));
			value = g_key_file_get_string (file, *group, *key, &problem);
			if (problem != NULL) {
				error_set (error, IP_DRIVER_CONFIG,
				           "%s[%s] %s: the value is not UTF-8, or has an unknown \\ sequence",
				           config->where, *group, *key);
				return FALSE;
			}
			add_entry (config, *group, *key, g_steal_pointer (&value));
		}
	}
	return TRUE;
}

driver_config *
config_read (const char *path, gboolean lenient, ip_driver_error *error)
{
	g_autoptr (driver_config) read = NULL;
	g_autoptr (GString) text = NULL;

	if (path == NULL) {
		path = secure_getenv ("IP_DRIVER_CONFIG");
		if (path == NULL || *path == '\0') {
			path = SYSTEM_PATH;
			lenient = TRUE;
		}
	}
	text = read_file (path);
	if (text == NULL && errno == ENOENT && lenient)
		return config_new (NULL);
	if (text == NULL) {
		error_set (error, IP_DRIVER_CONFIG, "configuration file \"%s\" cannot be read: %s", path,
		           g_strerror (errno));
		return NULL;
	}
	read = config_new (path);
	return parse_file (read, text, error) ? g_steal_pointer (&read) : NULL;
}

driver_config *
config_from_settings (const ip_driver_setting *settings, size_t count, ip_driver_error *error)
{
	g_autoptr (driver_config) list = config_new (NULL);

	if (settings == NULL && count > 0) {
		error_set (error, IP_DRIVER_INVALID, "settings is NULL, but its count is %zu", count);
		return NULL;
	}
	if (count > 0) {
		g_free (list->where);
		list->where = g_strdup ("settings: ");
	}
	for (size_t i = 0; i < count; i++) {
		const ip_driver_setting *setting = &settings[i];

		if (setting->group == NULL || setting->key == NULL || setting->value == NULL) {
			error_set (error, IP_DRIVER_INVALID, "settings[%zu] lacks its group, key or value", i);
			return NULL;
		}
		if (!g_utf8_validate (setting->value, -1, NULL)) {
			error_set (error, IP_DRIVER_CONFIG, "settings: [%s] %s: the value is not UTF-8", setting->group,
			           setting->key);
			return NULL;
		}
		if (config_get (list, setting->group, setting->key) != NULL) {
			error_set (error, IP_DRIVER_CONFIG, "settings: key \"%s\" of [%s] stands twice", setting->key,
			           setting->group);
			return NULL;
		}
		add_entry (list, setting->group, setting->key, g_strdup (setting->value));
	}
	return g_steal_pointer (&list);
}

const char *
config_get (const driver_config *config, const char *group, const char *key)
{
	for (guint i = 0; i < config->entries->len; i++) {
		const config_entry *entry = config->entries->pdata[i];

		if (entry->key != NULL && strcmp (entry->group, group) == 0 && strcmp (entry->key, key) == 0)
			return entry->value;
	}
	return NULL;
}

char **
config_module_path (const driver_config *config)
{
	g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();
	const char *path = config_get (config, GENERAL, "module_path");
	g_auto (GStrv) parts = g_strsplit (path == NULL ? "" : path, ":", -1);

	for (char **part = parts; *part != NULL; part++) {
		g_autofree char *folder = g_canonicalize_filename (*part, config->folder);

		/* An empty part would be the file's folder, by accident. */
		if (**part != '\0')
			g_strv_builder_add (folders, folder);
	}
	return g_strv_builder_end (folders);
}

const char *
config_backend (const driver_config *config, ip_driver_error *error)
{
	const char *name = config_get (config, GENERAL, "backend");
	char value[ERROR_VALUE_SIZE];

	for (guint i = 0; i < config->entries->len; i++) {
		const config_entry *entry = config->entries->pdata[i];

		if (entry->key != NULL && strcmp (entry->group, GENERAL) == 0 && strcmp (entry->key, "backend") != 0 &&
		    strcmp (entry->key, "module_path") != 0) {
			error_set (error, IP_DRIVER_CONFIG, "%s[" GENERAL "] has the unknown key \"%s\"", config->where,
			           error_value (entry->key, value));
			return NULL;
		}
	}
	/* Nothing at all is configured. An existing file or a setting must name the backend: whoever
	 * configured something must not get a database that he did not name. */
	if (name == NULL && config->path == NULL && config->entries->len == 0)
		return DEFAULT_BACKEND;
	for (guint i = 0; name == NULL && i < config->entries->len; i++) {
		const config_entry *entry = config->entries->pdata[i];

		/* The group's name is mistyped, more likely than that the key was forgotten. */
		if (entry->key != NULL && strcmp (entry->key, "backend") == 0) {
			error_set (error, IP_DRIVER_CONFIG,
			           "%s[%s] has the key \"backend\", which belongs in [" GENERAL "]", config->where,
			           error_value (entry->group, value));
			return NULL;
		}
	}
	if (name == NULL) {
		error_set (error, IP_DRIVER_CONFIG, "%s[" GENERAL "] lacks the key \"backend\"", config->where);
		return NULL;
	}
	if (!module_name_is_good (name)) {
		error_set (error, IP_DRIVER_CONFIG, "%s[" GENERAL "] backend \"%s\" is not a backend's name",
		           config->where, error_value (name, value));
		return NULL;
	}
	return name;
}

static gboolean
is_known_group (const char *group, const char *backend, const char *const *folders)
{
	static const char *const ours[] = {GENERAL, "native", "melange", NULL};
	g_autofree char *module = NULL;

	if (strcmp (group, backend) == 0 || g_strv_contains (ours, group))
		return TRUE;
	module = module_name_is_good (group) ? module_find (folders, group) : NULL;
	return module != NULL;
}

static gboolean
is_secret (const char *key)
{
	g_autofree char *lower = g_ascii_strdown (key, -1);

	return strstr (lower, "password") != NULL || strstr (lower, "token") != NULL ||
	       strstr (lower, "secret") != NULL;
}

ip_driver_options *
config_options (const driver_config *config, const driver_module *module, const char *const *folders,
                ip_driver_error *error)
{
	g_autoptr (ip_driver_options) options =
		options_new (module->backend.options, module->backend.option_count, config->folder);

	for (guint i = 0; i < config->entries->len; i++) {
		const config_entry *entry = config->entries->pdata[i];
		char group[ERROR_VALUE_SIZE], key[ERROR_VALUE_SIZE], value[ERROR_VALUE_SIZE];
		g_autofree char *problem = NULL;
		gboolean known;

		error_value (entry->group, group);
		if (!is_known_group (entry->group, module->name, folders)) {
			error_set (error, IP_DRIVER_CONFIG, "%sunknown group [%s]", config->where, group);
			return NULL;
		}
		if (strcmp (entry->group, module->name) != 0 || entry->key == NULL)
			continue;
		error_value (entry->key, key);
		problem = options_set (options, entry->key, entry->value, &known);
		if (!known) {
			error_set (error, IP_DRIVER_CONFIG, "%s[%s] has the unknown key \"%s\"", config->where, group,
			           key);
			return NULL;
		}
		if (problem != NULL && is_secret (entry->key)) {
			error_set (error, IP_DRIVER_CONFIG, "%s[%s] %s %s", config->where, group, key, problem);
			return NULL;
		}
		if (problem != NULL) {
			error_set (error, IP_DRIVER_CONFIG, "%s[%s] %s \"%s\" %s", config->where, group, key,
			           error_value (entry->value, value), problem);
			return NULL;
		}
	}
	return g_steal_pointer (&options);
}
