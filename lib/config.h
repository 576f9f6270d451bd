/*
 * The configuration: read from a file or a list of settings, and checked. Nothing of it is ever
 * ignored: the wrong database means duplicate addresses.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef LIB_CONFIG_H
#define LIB_CONFIG_H

#include "module.h"
#include "option.h"

typedef struct {
	/* The file, absolute; NULL: none. */
	char *path;
	/* What relative paths refer to: the file's folder, or the working directory. */
	char *folder;
	/* Before messages: "/etc/ip_driver/ip_driver.conf: ", "settings: ", or empty. */
	char *where;
	/* Of config_entry, in the order of the file. */
	GPtrArray *entries;
} driver_config;

void config_free (driver_config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (driver_config, config_free)

/* Reads the file that ip_driver_open() means by `path`. With `lenient` a file that does not exist is
 * an empty configuration. NULL: error. */
driver_config *config_read (const char *path, gboolean lenient, ip_driver_error *error);
driver_config *config_from_settings (const ip_driver_setting *settings, size_t count, ip_driver_error *error);

/* Value of a key; NULL: not given. */
const char *config_get (const driver_config *config, const char *group, const char *key);

/* The folders of `module_path`, absolute. */
char **config_module_path (const driver_config *config);

/* Name of the backend; NULL: error. */
const char *config_backend (const driver_config *config, ip_driver_error *error);

/* Checks that each group is ours, the backend's, or another driver's; `folders` is where there are
 * modules. Then checks the backend's group and gives its values. NULL: error. */
ip_driver_options *config_options (const driver_config *config, const driver_module *module, const char *const *folders,
                                   ip_driver_error *error);

#endif
