/*
 * See module.h. What is checked here once (sizes, the ABI's version, required members, the option
 * table) is relied upon everywhere else.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "module.h"

#include "log.h"
#include "option.h"

#include <gmodule.h>
#include <stdlib.h>
#include <string.h>

#define SUFFIX ".so"
#define MEMBER_END(type, member) (offsetof (type, member) + sizeof ((type *)NULL)->member)
/* No table of any version will be as large. */
#define SIZE_PLAUSIBLE 65536

static GMutex lock;
/* Path to driver_module; guarded by `lock`. Modules are never unloaded, so neither are these. */
static GHashTable *modules;

gboolean
module_name_is_good (const char *name)
{
	if (!g_ascii_islower (name[0]))
		return FALSE;
	for (; *name != '\0'; name++) {
		if (!g_ascii_islower (*name) && !g_ascii_isdigit (*name) && *name != '_')
			return FALSE;
	}
	return TRUE;
}

char **
module_folders (const char *const *given, gboolean environment)
{
	g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();
	const char *path = environment ? secure_getenv ("IP_DRIVER_MODULE_PATH") : NULL;

	for (; *given != NULL; given++)
		g_strv_builder_add (folders, *given);
	if (path != NULL) {
		g_auto (GStrv) parts = g_strsplit (path, ":", -1);

		for (char **part = parts; *part != NULL; part++) {
			g_autofree char *folder = NULL;

			/* An empty part would be the working directory, by accident. */
			if (**part == '\0')
				continue;
			folder = g_canonicalize_filename (*part, NULL);
			g_strv_builder_add (folders, folder);
		}
	}
	g_strv_builder_add (folders, IP_DRIVER_MODULE_DIR);
	return g_strv_builder_end (folders);
}

char *
module_find (const char *const *folders, const char *name)
{
	g_autofree char *file = g_strconcat (name, SUFFIX, NULL);

	for (; *folders != NULL; folders++) {
		g_autofree char *path = g_build_filename (*folders, file, NULL);

		if (g_file_test (path, G_FILE_TEST_EXISTS))
			return g_steal_pointer (&path);
	}
	return NULL;
}

static int
compare_names (const void *a, const void *b)
{
	return strcmp (*(const char *const *)a, *(const char *const *)b);
}

char **
module_names (const char *const *folders)
{
	g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char **keys = NULL;
	guint count;

	for (; *folders != NULL; folders++) {
		g_autoptr (GDir) folder = g_dir_open (*folders, 0, NULL);
		const char *file;

		while (folder != NULL && (file = g_dir_read_name (folder)) != NULL) {
			g_autofree char *name = NULL;

			if (!g_str_has_suffix (file, SUFFIX))
				continue;
			name = g_strndup (file, strlen (file) - strlen (SUFFIX));
			if (module_name_is_good (name))
				g_hash_table_add (names, g_steal_pointer (&name));
		}
	}
	keys = (char **)g_hash_table_get_keys_as_array (names, &count);
	qsort (keys, count, sizeof *keys, compare_names);
	return g_strdupv (keys);
}

/* Copies a table of the driver into one of the library's size; whole members only. FALSE: the driver's
 * `size` makes no sense. */
static gboolean
copy_table (void *copy, size_t copy_size, const void *table)
{
	size_t size = *(const size_t *)table;

	if (size < sizeof size || size > SIZE_PLAUSIBLE)
		return FALSE;
	/* All members behind `size` are as wide as a pointer, and nothing reads what is cut. */
	size = MIN (size, copy_size) / sizeof (void *) * sizeof (void *);
	memset (copy, 0, copy_size);
	memcpy (copy, table, size);
	*(size_t *)copy = copy_size;
	return TRUE;
}

static char *
check_backend (const ip_driver_backend *backend)
{
	size_t size = backend->size;

	if (size < MEMBER_END (ip_driver_backend, abi) || size > SIZE_PLAUSIBLE)
		return g_strdup_printf ("its table has size %zu", size);
	if (backend->abi >> 16 != IP_DRIVER_BACKEND_ABI >> 16)
		return g_strdup_printf ("it has driver ABI %u.%u, this library has %u.%u", backend->abi >> 16,
		                        backend->abi & 0xffff, IP_DRIVER_BACKEND_ABI >> 16,
		                        IP_DRIVER_BACKEND_ABI & 0xffff);
	if (size < MEMBER_END (ip_driver_backend, close))
		return g_strdup_printf ("its table has size %zu, too short to have all required members", size);
	if (backend->name == NULL || !g_utf8_validate (backend->name, -1, NULL))
		return g_strdup ("the required member name is missing");
	if (backend->description == NULL || !g_utf8_validate (backend->description, -1, NULL))
		return g_strdup ("the required member description is missing");
	if (backend->open == NULL)
		return g_strdup ("the required member open is missing");
	if (backend->close == NULL)
		return g_strdup ("the required member close is missing");
	return option_check_table (backend->options, backend->option_count);
}

static char *
check_groups (const operation_groups *groups)
{
	const ip_driver_transaction_ops *transaction = &groups->transaction;

	if (groups->address.allocate != NULL && groups->address.get == NULL)
		return g_strdup ("address.allocate needs address.get, which is missing");
	if (groups->address.allocate != NULL && groups->address.deallocate == NULL)
		return g_strdup ("address.allocate needs address.deallocate, which is missing");
	if (transaction->begin == NULL && transaction->commit == NULL && transaction->rollback == NULL)
		return NULL;
	if (transaction->begin == NULL)
		return g_strdup ("transaction.begin is missing beside commit or rollback");
	if (transaction->commit == NULL)
		return g_strdup ("transaction.commit is missing beside begin");
	if (transaction->rollback == NULL)
		return g_strdup ("transaction.rollback is missing beside begin");
	return NULL;
}

/* NULL: good. */
static char *
copy_backend (driver_module *module, const ip_driver_backend *backend)
{
	char *problem = check_backend (backend);

	if (problem != NULL)
		return problem;
	if (strcmp (backend->name, module->name) != 0)
		return g_strdup_printf ("it calls itself \"%s\"", backend->name);
	copy_table (&module->backend, sizeof module->backend, backend);
#define COPY_GROUP(group)                                                                                              \
	if (module->backend.group != NULL &&                                                                           \
	    !copy_table (&module->groups.group, sizeof module->groups.group, module->backend.group))                   \
		return g_strdup_printf ("its table %s has size %zu", #group, module->backend.group->size);
	GROUPS (COPY_GROUP)
#undef COPY_GROUP
	module->description = g_strdup (backend->description);
	return check_groups (&module->groups);
}

static void
module_free (driver_module *module)
{
	g_free (module->name);
	g_free (module->path);
	g_free (module->description);
	g_free (module);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (driver_module, module_free)

static driver_module *
load (const char *path, char **ret_problem)
{
	g_autoptr (driver_module) module = g_new0 (driver_module, 1);
	g_autofree char *problem = NULL;
	ip_driver_backend_entry_function entry;
	const ip_driver_backend *backend;
	gpointer symbol;
	GModule *file;

	module->path = g_strdup (path);
	module->name = g_path_get_basename (path);
	module->name[strlen (module->name) - strlen (SUFFIX)] = '\0';
	/* Not lazily: a symbol that is missing shall be known now. */
	file = g_module_open (path, G_MODULE_BIND_LOCAL);
	if (file == NULL) {
		*ret_problem = g_strdup_printf ("module \"%s\" cannot be loaded: %s", path, g_module_error ());
		return NULL;
	}
	/* Once its code may have run it cannot go: it may have threads, or exit handlers. */
	g_module_make_resident (file);
	if (!g_module_symbol (file, "ip_driver_backend_entry", &symbol) || symbol == NULL) {
		*ret_problem = g_strdup_printf ("module \"%s\" is no driver: it lacks ip_driver_backend_entry", path);
		return NULL;
	}
	entry = (ip_driver_backend_entry_function)symbol;
	backend = entry (IP_DRIVER_BACKEND_ABI);
	if (backend == NULL) {
		*ret_problem = g_strdup_printf ("module \"%s\" refuses this library's driver ABI %u.%u", path,
		                                IP_DRIVER_BACKEND_ABI >> 16, IP_DRIVER_BACKEND_ABI & 0xffff);
		return NULL;
	}
	problem = copy_backend (module, backend);
	if (problem != NULL) {
		*ret_problem = g_strdup_printf ("module \"%s\" cannot be used: %s", path, problem);
		return NULL;
	}
	log_message (IP_DRIVER_LOG_DEBUG, "loaded driver module \"%s\"", path);
	return g_steal_pointer (&module);
}

const driver_module *
module_load (const char *path, char **ret_problem)
{
	driver_module *module;

	*ret_problem = NULL;
	g_mutex_lock (&lock);
	if (modules == NULL)
		modules = g_hash_table_new (g_str_hash, g_str_equal);
	module = g_hash_table_lookup (modules, path);
	if (module == NULL) {
		module = load (path, ret_problem);
		if (module != NULL)
			g_hash_table_insert (modules, module->path, module);
	}
	g_mutex_unlock (&lock);
	return module;
}

void
module_offers (const driver_module *module, gboolean *can)
{
	for (int i = 0; i < OPERATION_COUNT; i++)
		can[i] = *(void *const *)((const char *)&module->groups + operations[i].offset) != NULL;
}

const char **
module_capabilities (const gboolean *can, guint32 features, size_t *ret_count)
{
	const char **names = g_new (const char *, OPERATION_COUNT + OPERATION_FEATURE_COUNT);
	size_t count = 0;

	for (int i = 0; i < OPERATION_COUNT; i++) {
		if (can[i])
			names[count++] = operations[i].name;
	}
	for (int i = 0; i < OPERATION_FEATURE_COUNT; i++) {
		if ((features & operation_features[i].bit) != 0)
			names[count++] = operation_features[i].name;
	}
	qsort (names, count, sizeof *names, compare_names);
	*ret_count = count;
	return names;
}
