/*
 * Melange's own extension mechanism: GET /extensions announces the API extension (docs/rest.md).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVER_EXTENSIONS_H
#define SERVER_EXTENSIONS_H

#include "exchange.h"

/* GET /extensions, and GET /extensions/{alias}; fill the exchange's answer. */
void extensions_list (exchange *item, gboolean announce);
void extensions_show (exchange *item, gboolean announce);

#endif
