/*
 * The service's configuration file: GKeyFile text with one group, [melange-server]. What is not understood is an
 * error, never ignored.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include <glib.h>
#include <ip_driver/ip_driver.h>

#define SERVER_CONFIG_GROUP "melange-server"
#define SERVER_CONFIG_DEFAULT "/etc/ip_driver/melange-server.conf"

typedef enum { SERVER_AUTH_NONE, SERVER_AUTH_HEADERS, SERVER_AUTH_KEYSTONE } server_auth;

typedef struct {
	/* The file; NULL: none, all defaults. */
	char *path;
	/* A literal address. */
	char *bind_address;
	/* The backend's configuration file, absolute; NULL: the library's usual search. */
	char *backend_config;
	/* PEM files, absolute; NULL: plain HTTP. */
	char *tls_cert;
	char *tls_key;
	/* Of auth = keystone. */
	char *keystone_url;
	char *keystone_ca_file;
	char *keystone_username;
	char *keystone_password;
	char *keystone_project;
	char *keystone_user_domain;
	char *keystone_project_domain;
	guint port;
	guint threads;
	guint max_connections;
	/* Bytes. */
	guint request_limit;
	/* Seconds. */
	guint timeout;
	guint transaction_timeout;
	guint max_transactions;
	/* Seconds; 0: off. */
	guint purge_interval;
	/* How many blocks' usage the metrics show. */
	guint metrics_blocks;
	server_auth auth;
	ip_driver_log_level log_level;
	gboolean announce_extension;
	gboolean metrics;
	gboolean metrics_open;
} server_config;

/* path NULL: the default file if it exists, otherwise the defaults. NULL: *ret_problem (to be freed) names the file,
 * the group and the key. */
server_config *server_config_load (const char *path, char **ret_problem);
void server_config_free (server_config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (server_config, server_config_free)

#endif
