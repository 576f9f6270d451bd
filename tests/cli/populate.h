/*
 * populate.h: a database with something of everything, and exports held against each other.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "harness.h"

/* One of everything, and some oddities; in the env's own database. Two blocks of it differ in nothing but their ids,
 * and it has a hold, 10.0.0.60. */
void populate (cli_env *env);
/* What populate() has made, as migrate and compare tell it. */
#define POPULATED                                                                                                      \
	"1 policy, 1 policy range, 2 policy octets, 5 root blocks, 2 subnets, 2 routes, 6 interfaces, 14 addresses, "  \
	"3 leases, 2 NAT pairs, 4 allowed IPs, 1 MAC range"

/* Fails the test unless two exports hold the same, in whatever order. */
void assert_same_export (const char *a, const char *b);
