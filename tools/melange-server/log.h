/*
 * The service's log: lines to stderr, with journal priorities where stderr is the journal. No secrets: tokens,
 * passwords and bodies are never handed over.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include <glib.h>
#include <ip_driver/ip_driver.h>

/* Lines less severe than `level` are dropped; the library's lines follow the same way. */
void log_set_level (ip_driver_log_level level);
gboolean log_wants (ip_driver_log_level level);
/* One line; control characters are escaped. */
void log_line (ip_driver_log_level level, const char *format, ...) G_GNUC_PRINTF (2, 3);

#endif
