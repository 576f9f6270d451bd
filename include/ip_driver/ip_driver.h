/*
 * ip_driver/ip_driver.h: all of the client ABI. What holds for every call is in base.h.
 * Authors of drivers include <ip_driver/backend.h> too.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef IP_DRIVER_H
#define IP_DRIVER_H

#include <ip_driver/address.h>
#include <ip_driver/allowed_ip.h>
#include <ip_driver/base.h>
#include <ip_driver/block.h>
#include <ip_driver/driver.h>
#include <ip_driver/interface.h>
#include <ip_driver/lease.h>
#include <ip_driver/mac_range.h>
#include <ip_driver/nat.h>
#include <ip_driver/network.h>
#include <ip_driver/policy.h>
#include <ip_driver/route.h>
#include <ip_driver/store.h>
#include <ip_driver/subnet.h>
#include <ip_driver/transaction.h>

#endif
