/*
 * ip_driver/driver.h: the handle: configuration and opening, capabilities, information, logging,
 * versions.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_DRIVER_H
#define IP_DRIVER_DRIVER_H

#include <ip_driver/base.h>

IP_DRIVER_BEGIN_DECLS

/* The version of these headers, to compare with ip_driver_version(). Since 1.0. */
#define IP_DRIVER_VERSION_MAJOR 1
#define IP_DRIVER_VERSION_MINOR 0
#define IP_DRIVER_VERSION_PATCH 0

/* Returns the version of the library at run time, "1.0.0". Static text. Since 1.0. */
IP_DRIVER_API const char *ip_driver_version (void);

/* An open backend. Opaque. Since 1.0. */
typedef struct ip_driver ip_driver;

/* One setting, as a line `key = value` in a group of the configuration file. Since 1.0. */
typedef struct ip_driver_setting {
	const char *group;
	const char *key;
	const char *value;
} ip_driver_setting;

/*
 * Opens the backend that a configuration file names.
 *
 * config_path: the file, or NULL: then $IP_DRIVER_CONFIG, then /etc/ip_driver/ip_driver.conf are
 * tried; with none of them the native backend is opened on a database in the user's data
 * directory. A file that is named but cannot be read is an error.
 *
 * An unknown key, an unknown group, a value of the wrong form, an unknown backend, or a module that
 * is missing, broken or of another ABI is IP_DRIVER_CONFIG, with the file, the group and the key
 * named; nothing is ever ignored. A database that cannot be used is IP_DRIVER_STORAGE.
 *
 * ret_driver is closed with ip_driver_close(). May block on disk or network. Since 1.0.
 */
IP_DRIVER_API ip_driver_status ip_driver_open (const char *config_path, ip_driver **ret_driver, ip_driver_error *error);

/* The same from a list of settings, with no file and no environment read. A relative path in a
 * value is relative to the working directory. `settings` may be NULL if count is 0. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_open_settings (const ip_driver_setting *settings, size_t count,
                                                        ip_driver **ret_driver, ip_driver_error *error);

/* Closes a handle; NULL is ignored. No call may be running on it, and every transaction begun on it
 * must have ended. Since 1.0. */
IP_DRIVER_API void ip_driver_close (ip_driver *driver);

/*
 * Returns 1 if this handle can do something, else 0 (also for a name that nobody knows).
 *
 * capability: an operation as group.operation ("lease.expire", "address.allocate"), or one of
 *   "request_key"    allocations take a request key
 *   "hold"           allocations can be holds
 *   "many"           one call allocates several addresses, all or none
 *   "all_tenants"    a NULL tenant means any tenant
 *   "chosen_ids"     the caller may choose the ids of what he creates
 *
 * The answer depends on what the handle is connected to, and does not change while it is open.
 * Since 1.0.
 */
IP_DRIVER_API int32_t ip_driver_supports (ip_driver *driver, const char *capability);

/* What a handle, or an installed backend, is. Since 1.0. */
typedef struct ip_driver_info {
	size_t size;
	/* Name as in the configuration ("native"). */
	const char *backend;
	/* One line for a person. NULL if the module cannot be loaded. */
	const char *description;
	/* Path of the module file. */
	const char *module_path;
	/* Path of the configuration file; NULL if there is none. Only of a handle. */
	const char *config_path;
	/* Where the data is (a database path, a URL), without secrets. Only of a handle. */
	const char *location;
	/* Why the module cannot be used; NULL if it can. Only from ip_driver_backend_list(). */
	const char *problem;
	/* All capabilities, sorted by name. Of a handle: what it can do. From
	 * ip_driver_backend_list(): what the driver implements. */
	size_t capability_count;
	const char *const *capabilities;
} ip_driver_info;

IP_DRIVER_API void ip_driver_info_free (ip_driver_info *info);

typedef struct ip_driver_infos {
	size_t size;
	size_t count;
	ip_driver_info **items;
	const char *next_marker;
} ip_driver_infos;

IP_DRIVER_API void ip_driver_infos_free (ip_driver_infos *list);

/* Describes an open handle. Since 1.0. */
IP_DRIVER_API ip_driver_status ip_driver_info_get (ip_driver *driver, ip_driver_info **ret_info,
                                                   ip_driver_error *error);

/*
 * Lists the backends whose modules are found in the module directories, by name: those of
 * `module_path` in the configuration file (config_path as in ip_driver_open(); may name no file),
 * of $IP_DRIVER_MODULE_PATH, and the installed one. A module that cannot be loaded is listed with
 * its problem. Not paged. Since 1.0.
 */
IP_DRIVER_API ip_driver_status ip_driver_backend_list (const char *config_path, ip_driver_infos **ret_infos,
                                                       ip_driver_error *error);

/* Severity of a log message. Since 1.0. */
typedef int32_t ip_driver_log_level;
enum {
	IP_DRIVER_LOG_ERROR = 0,
	IP_DRIVER_LOG_WARNING = 1,
	IP_DRIVER_LOG_INFO = 2,
	IP_DRIVER_LOG_DEBUG = 3
};

/*
 * Receives log messages: one line of UTF-8 each, valid during the call, without secrets. It may be
 * called from any thread that is inside a call of the library and must not call the library.
 * Since 1.0.
 */
typedef void (*ip_driver_log_function) (ip_driver_log_level level, const char *message, void *user_data);

/* Sets where messages of `level` and more severe ones go, for the whole process; NULL (as at start)
 * drops them. The library itself never prints. The function that was set before may still be
 * running in another thread when this returns. Since 1.0. */
IP_DRIVER_API void ip_driver_log_set (ip_driver_log_level level, ip_driver_log_function function, void *user_data);

IP_DRIVER_END_DECLS

#endif
