/*
 * The controllers of routes.c, each a server_controller; a file per resource.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CONTROLLERS_CONTROLLERS_H
#define CONTROLLERS_CONTROLLERS_H

#include "../controller.h"

/* blocks.c */
void blocks_index (const server_request *request, server_answer *answer);
void blocks_create (const server_request *request, server_answer *answer);
void blocks_show (const server_request *request, server_answer *answer);
void blocks_update (const server_request *request, server_answer *answer);
void blocks_delete (const server_request *request, server_answer *answer);

/* subnets.c */
void subnets_index (const server_request *request, server_answer *answer);
void subnets_create (const server_request *request, server_answer *answer);

/* addresses.c */
void addresses_index (const server_request *request, server_answer *answer);
void addresses_create (const server_request *request, server_answer *answer);
void addresses_show (const server_request *request, server_answer *answer);
void addresses_delete (const server_request *request, server_answer *answer);
void addresses_restore (const server_request *request, server_answer *answer);

/* nat.c */
void nat_globals_index (const server_request *request, server_answer *answer);
void nat_globals_create (const server_request *request, server_answer *answer);
void nat_globals_delete (const server_request *request, server_answer *answer);
void nat_locals_index (const server_request *request, server_answer *answer);
void nat_locals_create (const server_request *request, server_answer *answer);
void nat_locals_delete (const server_request *request, server_answer *answer);

/* allocated_addresses.c */
void allocated_addresses_index (const server_request *request, server_answer *answer);

/* ip_routes.c */
void ip_routes_index (const server_request *request, server_answer *answer);
void ip_routes_create (const server_request *request, server_answer *answer);
void ip_routes_show (const server_request *request, server_answer *answer);
void ip_routes_update (const server_request *request, server_answer *answer);
void ip_routes_delete (const server_request *request, server_answer *answer);

/* networks.c */
void networks_index (const server_request *request, server_answer *answer);
void networks_allocations_index (const server_request *request, server_answer *answer);
void networks_allocations_create (const server_request *request, server_answer *answer);
void networks_allocations_delete (const server_request *request, server_answer *answer);

/* interfaces.c */
void interfaces_create (const server_request *request, server_answer *answer);
void interfaces_show (const server_request *request, server_answer *answer);
void interfaces_delete (const server_request *request, server_answer *answer);

/* instances.c */
void instances_show (const server_request *request, server_answer *answer);
void instances_update (const server_request *request, server_answer *answer);
void instances_delete (const server_request *request, server_answer *answer);

/* mac_ranges.c */
void mac_ranges_index (const server_request *request, server_answer *answer);
void mac_ranges_create (const server_request *request, server_answer *answer);
void mac_ranges_show (const server_request *request, server_answer *answer);
void mac_ranges_delete (const server_request *request, server_answer *answer);

/* allowed_ips.c */
void allowed_ips_index (const server_request *request, server_answer *answer);
void allowed_ips_create (const server_request *request, server_answer *answer);
void allowed_ips_show (const server_request *request, server_answer *answer);
void allowed_ips_delete (const server_request *request, server_answer *answer);

/* policies.c */
void policies_index (const server_request *request, server_answer *answer);
void policies_create (const server_request *request, server_answer *answer);
void policies_show (const server_request *request, server_answer *answer);
void policies_update (const server_request *request, server_answer *answer);
void policies_delete (const server_request *request, server_answer *answer);

/* policy_parts.c */
void policy_ranges_index (const server_request *request, server_answer *answer);
void policy_ranges_create (const server_request *request, server_answer *answer);
void policy_ranges_show (const server_request *request, server_answer *answer);
void policy_ranges_update (const server_request *request, server_answer *answer);
void policy_ranges_delete (const server_request *request, server_answer *answer);
void policy_octets_index (const server_request *request, server_answer *answer);
void policy_octets_create (const server_request *request, server_answer *answer);
void policy_octets_show (const server_request *request, server_answer *answer);
void policy_octets_update (const server_request *request, server_answer *answer);
void policy_octets_delete (const server_request *request, server_answer *answer);

#endif
