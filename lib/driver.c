/*
 * Opening, closing and describing handles; see ip_driver/driver.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "driver.h"

#include "config.h"
#include "error.h"
#include "log.h"

#include <stdlib.h>
#include <string.h>

const char *
ip_driver_version (void)
{
	return IP_DRIVER_VERSION_TEXT;
}

void
driver_free (ip_driver *driver)
{
	g_free (driver->config_path);
	g_free (driver->location);
	g_free (driver);
}

/* Asks the instance what it cannot do of what the driver offers. */
static void
ask_support (ip_driver *driver)
{
	int32_t (*supports) (ip_driver_instance *, const char *) = driver->module->backend.supports;
	gboolean *can = driver->can;

	module_offers (driver->module, can);
	driver->features = driver->module->backend.features;
	if (supports == NULL)
		return;
	for (int i = 0; i < OPERATION_COUNT; i++)
		can[i] = can[i] && supports (driver->instance, operations[i].name) != 0;
	for (int i = 0; i < OPERATION_FEATURE_COUNT; i++) {
		const operation_feature *feature = &operation_features[i];

		if ((driver->features & feature->bit) != 0 && supports (driver->instance, feature->name) == 0)
			driver->features &= ~feature->bit;
	}
	/* One without the others is of no use. */
	if (!can[OPERATION_transaction_begin] || !can[OPERATION_transaction_commit] ||
	    !can[OPERATION_transaction_rollback])
		can[OPERATION_transaction_begin] = can[OPERATION_transaction_commit] =
			can[OPERATION_transaction_rollback] = FALSE;
}

static ip_driver_status
open_instance (const driver_config *config, const driver_module *module, const ip_driver_options *options,
               ip_driver **ret_driver, ip_driver_error *error)
{
	ip_driver_instance *instance = NULL;
	ip_driver_status status = module->backend.open (options, &instance, error);
	const char *location;
	ip_driver *driver;

	if (status != IP_DRIVER_OK) {
		status = error_settle (error, status, module->name, "open");
		if (status == IP_DRIVER_CONFIG)
			error_prefix (error, "%s[%s] ", config->where, module->name);
		return status;
	}
	if (instance == NULL)
		return error_set (error, IP_DRIVER_INTERNAL, "driver \"%s\": open returned no instance", module->name);
	driver = g_new0 (ip_driver, 1);
	driver->module = module;
	driver->groups = &module->groups;
	driver->instance = instance;
	driver->config_path = g_strdup (config->path);
	location = module->backend.location == NULL ? NULL : module->backend.location (instance);
	driver->location = location == NULL ? NULL : g_utf8_make_valid (location, -1);
	ask_support (driver);
	log_message (IP_DRIVER_LOG_INFO, "opened backend \"%s\"%s%s", module->name, location == NULL ? "" : " on ",
	             location == NULL ? "" : driver->location);
	*ret_driver = driver;
	return IP_DRIVER_OK;
}

static ip_driver_status
open_config (const driver_config *config, gboolean environment, ip_driver **ret_driver, ip_driver_error *error)
{
	g_autoptr (ip_driver_options) options = NULL;
	g_auto (GStrv) given = NULL;
	g_auto (GStrv) folders = NULL;
	g_autofree char *path = NULL;
	g_autofree char *problem = NULL;
	const driver_module *module;
	const char *name = config_backend (config, error);

	if (name == NULL)
		return error->status;
	given = config_module_path (config);
	folders = module_folders ((const char *const *)given, environment);
	path = module_find ((const char *const *)folders, name);
	if (path == NULL) {
		g_autofree char *searched = g_strjoinv (", ", folders);

		return error_set (error, IP_DRIVER_CONFIG,
		                  "%s[ip_driver] backend \"%s\": there is no module %s.so in %s", config->where, name,
		                  name, searched);
	}
	module = module_load (path, &problem);
	if (module == NULL)
		return error_set (error, IP_DRIVER_CONFIG, "%s[ip_driver] backend \"%s\": %s", config->where, name,
		                  problem);
	options = config_options (config, module, (const char *const *)folders, error);
	if (options == NULL)
		return error->status;
	return open_instance (config, module, options, ret_driver, error);
}

ip_driver_status
ip_driver_open (const char *config_path, ip_driver **ret_driver, ip_driver_error *error)
{
	g_autoptr (driver_config) config = NULL;
	ip_driver_error own;
	ip_driver_status status;

	error_init (&own);
	if (ret_driver == NULL)
		status = error_set (&own, IP_DRIVER_INVALID, "ret_driver is NULL");
	else if ((config = config_read (config_path, FALSE, &own)) == NULL)
		status = own.status;
	else
		status = open_config (config, TRUE, ret_driver, &own);
	if (status != IP_DRIVER_OK)
		error_export (&own, error);
	return status;
}

ip_driver_status
ip_driver_open_settings (const ip_driver_setting *settings, size_t count, ip_driver **ret_driver,
                         ip_driver_error *error)
{
	g_autoptr (driver_config) config = NULL;
	ip_driver_error own;
	ip_driver_status status;

	error_init (&own);
	if (ret_driver == NULL)
		status = error_set (&own, IP_DRIVER_INVALID, "ret_driver is NULL");
	else if ((config = config_from_settings (settings, count, &own)) == NULL)
		status = own.status;
	else
		status = open_config (config, FALSE, ret_driver, &own);
	if (status != IP_DRIVER_OK)
		error_export (&own, error);
	return status;
}

void
ip_driver_close (ip_driver *driver)
{
	if (driver == NULL)
		return;
	if (driver->is_transaction) {
		log_message (IP_DRIVER_LOG_WARNING, "a transaction was closed with ip_driver_close(); it is undone");
		ip_driver_transaction_rollback (driver);
		return;
	}
	driver->module->backend.close (driver->instance);
	driver_free (driver);
}

int32_t
ip_driver_supports (ip_driver *driver, const char *capability)
{
	if (driver == NULL || capability == NULL)
		return 0;
	for (int i = 0; i < OPERATION_COUNT; i++) {
		if (strcmp (operations[i].name, capability) == 0)
			return driver->can[i];
	}
	for (int i = 0; i < OPERATION_FEATURE_COUNT; i++) {
		if (strcmp (operation_features[i].name, capability) == 0)
			return (driver->features & operation_features[i].bit) != 0;
	}
	return 0;
}

static void
add_info (ip_driver_results *results, ip_driver_info *info, const gboolean *can, guint32 features)
{
	g_autofree const char **capabilities = module_capabilities (can, features, &info->capability_count);

	info->size = sizeof *info;
	info->capabilities = capabilities;
	results_add (results, &info_result, info);
}

ip_driver_status
ip_driver_info_get (ip_driver *driver, ip_driver_info **ret_info, ip_driver_error *error)
{
	ip_driver_results results;
	ip_driver_info info = {0};

	if (driver == NULL || ret_info == NULL)
		return ip_driver_fail (error, IP_DRIVER_INVALID,
		                       driver == NULL ? "driver is NULL" : "ret_info is NULL");
	results_init (&results, &info_result, 1);
	info.backend = driver->module->name;
	info.description = driver->module->description;
	info.module_path = driver->module->path;
	info.config_path = driver->config_path;
	info.location = driver->location;
	add_info (&results, &info, driver->can, driver->features);
	*ret_info = results_steal_one (&results);
	return IP_DRIVER_OK;
}

static void
add_module (ip_driver_results *results, const char *name, const char *path)
{
	g_autofree char *problem = NULL;
	const driver_module *module = module_load (path, &problem);
	gboolean can[OPERATION_COUNT] = {FALSE};
	ip_driver_info info = {0};

	info.backend = name;
	info.module_path = path;
	info.problem = problem;
	if (module != NULL) {
		info.description = module->description;
		module_offers (module, can);
	}
	add_info (results, &info, can, module == NULL ? 0 : module->backend.features);
}

ip_driver_status
ip_driver_backend_list (const char *config_path, ip_driver_infos **ret_infos, ip_driver_error *error)
{
	g_autoptr (driver_config) config = NULL;
	g_auto (GStrv) given = NULL;
	g_auto (GStrv) folders = NULL;
	g_auto (GStrv) names = NULL;
	ip_driver_results results;
	ip_driver_error own;

	error_init (&own);
	if (ret_infos == NULL)
		return ip_driver_fail (error, IP_DRIVER_INVALID, "ret_infos is NULL");
	config = config_read (config_path, TRUE, &own);
	if (config == NULL) {
		error_export (&own, error);
		return own.status;
	}
	given = config_module_path (config);
	folders = module_folders ((const char *const *)given, TRUE);
	names = module_names ((const char *const *)folders);
	results_init (&results, &info_result, G_MAXSIZE);
	for (char **name = names; *name != NULL; name++) {
		g_autofree char *path = module_find ((const char *const *)folders, *name);

		/* It may have gone since. */
		if (path != NULL)
			add_module (&results, *name, path);
	}
	*ret_infos = results_steal_list (&results);
	return IP_DRIVER_OK;
}
