/*
 * Driver modules: finding, loading and checking them. A module is loaded once per process and stays,
 * so a driver_module may be held without counting.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LIB_MODULE_H
#define LIB_MODULE_H

#include "operations.h"

typedef struct {
	char *name;
	char *path;
	char *description;
	/* Copies in the library's size: a member is there if its pointer is not NULL. The group pointers
	 * of `backend` are not to be used; the copies in `groups` are. */
	ip_driver_backend backend;
	operation_groups groups;
} driver_module;

/* TRUE if a driver can have that name. */
gboolean module_name_is_good (const char *name);

/* The folders to search, in order: those given, those of $IP_DRIVER_MODULE_PATH if `environment`, the
 * installed one. */
char **module_folders (const char *const *given, gboolean environment);

/* Whether the folders have a module of that name; NULL if not. Free with g_free(). */
char *module_find (const char *const *folders, const char *name);

/* Names of the modules in the folders, sorted, each once. */
char **module_names (const char *const *folders);

/* Loads a module, or finds it loaded. NULL: *ret_problem, to be freed, says why; one line that names
 * the path. */
const driver_module *module_load (const char *path, char **ret_problem);

/* What a driver, or a handle of it, can do: all names, sorted. `can` has OPERATION_COUNT elements. Free the
 * array, not the names. */
const char **module_capabilities (const gboolean *can, guint32 features, size_t *ret_count);
/* Sets `can` to what the groups offer. */
void module_offers (const driver_module *module, gboolean *can);

#endif
