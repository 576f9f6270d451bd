/*
 * stand_in.h: allowing an address on an interface that has left its network.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "cidr.h"
#include "cli.h"

/* An interface may keep an allowed IP when it has lost its last address on the network, but is allowed none
 * then. So it gets an address of the block there that is given back at once; in a transaction nobody else sees it.
 * tenant: the block's, or NULL.
 * Fails without a message: the refusal that the caller has met says more. */
gboolean stand_in_allow (ip_driver *driver, const char *tenant, const char *block, const cidr *range,
                         const ip_driver_allowed_ip_allow_args *args);
