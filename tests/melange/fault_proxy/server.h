/*
 * A melange-server on a native database in a folder of its own, for tests of the melange driver: also of their
 * neighbours. What fails here fails the test.
 */
#ifndef TESTS_MELANGE_FAULT_PROXY_SERVER_H
#define TESTS_MELANGE_FAULT_PROXY_SERVER_H

#include <glib.h>
#include <ip_driver/ip_driver.h>

typedef struct server server;

/* settings: of the native driver but for `connection`; more: further lines of the service's configuration. The program
 * is that of IP_DRIVER_TEST_SERVER. */
server *server_start (const ip_driver_setting *settings, size_t count, const char *more);
/* The service ends without warning, and is started again on the same port. */
void server_restart (server *self);
/* Ends it with SIGTERM, which must end well, and removes the folder. */
void server_stop (server *self);

guint16 server_port (const server *self);
/* Settings that open a native handle on its database, beside it. Valid while the server is. */
const ip_driver_setting *server_native_settings (const server *self, size_t *ret_count);

/* Opens a handle; the modules are those of IP_DRIVER_MODULE_PATH. */
ip_driver *open_settings (const ip_driver_setting *settings, size_t count);
/* Opens a melange handle on a service on that port; `more` as pairs of key and value, ended by NULL. */
ip_driver *open_melange (guint port, ...) G_GNUC_NULL_TERMINATED;

/* Fails the test, with the message, unless the status is IP_DRIVER_OK. */
void must (ip_driver_status status, const ip_driver_error *error);

#endif
