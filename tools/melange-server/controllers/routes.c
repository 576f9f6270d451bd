/*
 * The routes of Melange's API v0.1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "controllers.h"
#include "faults.h"

#define TENANT "/ipam/tenants/{tenant_id}"
#define BLOCK TENANT "/ip_blocks/{block_id}"
#define ADDRESS BLOCK "/ip_addresses/{address}"
#define ALLOCATIONS TENANT "/networks/{network_id}/interfaces/{interface_id}/ip_allocations"
#define ALLOWED_IPS TENANT "/interfaces/{interface_id}/allowed_ips"
#define POLICY TENANT "/policies/{policy_id}"

/* What the historical service routes to an action that no controller has: a fault without a detail. */
static void
no_action (const server_request *request, server_answer *answer)
{
	fault_not_found (answer, "Action");
	json_object_set_new (json_object_get (answer->body, "NotFound"), "detail", json_null ());
}

/* The pages with forms, which never were. */
#define FORMS(collection)                                                                                              \
	{"GET", collection "/new", no_action},                                                                         \
	{                                                                                                              \
		"GET", collection "/{id}/edit", no_action                                                              \
	}

const server_route melange_routes[] = {
	FORMS (TENANT "/ip_blocks"),
	{"GET", TENANT "/ip_blocks", blocks_index},
	{"POST", TENANT "/ip_blocks", blocks_create},
	{"GET", BLOCK, blocks_show},
	{"PUT", BLOCK, blocks_update},
	{"DELETE", BLOCK, blocks_delete},

	{"GET", BLOCK "/subnets", subnets_index},
	{"POST", BLOCK "/subnets", subnets_create},

	{"GET", BLOCK "/ip_addresses", addresses_index},
	{"POST", BLOCK "/ip_addresses", addresses_create},
	{"GET", ADDRESS, addresses_show},
	{"DELETE", ADDRESS, addresses_delete},
	{"PUT", ADDRESS "/restore", addresses_restore},

	{"GET", ADDRESS "/inside_globals", nat_globals_index},
	{"POST", ADDRESS "/inside_globals", nat_globals_create},
	{"DELETE", ADDRESS "/inside_globals", nat_globals_delete},
	{"DELETE", ADDRESS "/inside_globals/{partner}", nat_globals_delete},
	{"GET", ADDRESS "/inside_locals", nat_locals_index},
	{"POST", ADDRESS "/inside_locals", nat_locals_create},
	{"DELETE", ADDRESS "/inside_locals", nat_locals_delete},
	{"DELETE", ADDRESS "/inside_locals/{partner}", nat_locals_delete},

	{"GET", "/ipam/allocated_ip_addresses", allocated_addresses_index},
	{"GET", TENANT "/allocated_ip_addresses", allocated_addresses_index},

	FORMS (BLOCK "/ip_routes"),
	{"GET", BLOCK "/ip_routes", ip_routes_index},
	{"POST", BLOCK "/ip_routes", ip_routes_create},
	{"GET", BLOCK "/ip_routes/{id}", ip_routes_show},
	{"PUT", BLOCK "/ip_routes/{id}", ip_routes_update},
	{"DELETE", BLOCK "/ip_routes/{id}", ip_routes_delete},

	FORMS (TENANT "/networks/{network_id}"),
	{"GET", TENANT "/networks/{network_id}", networks_index},
	{"POST", TENANT "/networks/{network_id}", no_action},
	{"GET", TENANT "/networks/{network_id}/{id}", no_action},
	{"PUT", TENANT "/networks/{network_id}/{id}", no_action},
	{"DELETE", TENANT "/networks/{network_id}/{id}", no_action},
	{"GET", ALLOCATIONS, networks_allocations_index},
	{"POST", ALLOCATIONS, networks_allocations_create},
	{"DELETE", ALLOCATIONS, networks_allocations_delete},

	FORMS ("/ipam/interfaces"),
	{"GET", "/ipam/interfaces", no_action},
	{"POST", "/ipam/interfaces", interfaces_create},
	{"GET", "/ipam/interfaces/{interface_id}", interfaces_show},
	{"PUT", "/ipam/interfaces/{interface_id}", no_action},
	{"DELETE", "/ipam/interfaces/{interface_id}", interfaces_delete},
	{"GET", TENANT "/interfaces/{interface_id}", interfaces_show},

	{"GET", "/ipam/instances/{device_id}/interfaces", instances_show},
	{"PUT", "/ipam/instances/{device_id}/interfaces", instances_update},
	{"DELETE", "/ipam/instances/{device_id}/interfaces", instances_delete},

	FORMS ("/ipam/mac_address_ranges"),
	{"GET", "/ipam/mac_address_ranges", mac_ranges_index},
	{"POST", "/ipam/mac_address_ranges", mac_ranges_create},
	{"GET", "/ipam/mac_address_ranges/{id}", mac_ranges_show},
	{"PUT", "/ipam/mac_address_ranges/{id}", no_action},
	{"DELETE", "/ipam/mac_address_ranges/{id}", mac_ranges_delete},

	{"GET", ALLOWED_IPS, allowed_ips_index},
	{"POST", ALLOWED_IPS, allowed_ips_create},
	{"GET", ALLOWED_IPS "/{address}", allowed_ips_show},
	{"PUT", ALLOWED_IPS "/{address}", no_action},
	{"DELETE", ALLOWED_IPS "/{address}", allowed_ips_delete},

	FORMS (TENANT "/policies"),
	{"GET", TENANT "/policies", policies_index},
	{"POST", TENANT "/policies", policies_create},
	{"GET", POLICY, policies_show},
	{"PUT", POLICY, policies_update},
	{"DELETE", POLICY, policies_delete},

	FORMS (POLICY "/unusable_ip_ranges"),
	{"GET", POLICY "/unusable_ip_ranges", policy_ranges_index},
	{"POST", POLICY "/unusable_ip_ranges", policy_ranges_create},
	{"GET", POLICY "/unusable_ip_ranges/{id}", policy_ranges_show},
	{"PUT", POLICY "/unusable_ip_ranges/{id}", policy_ranges_update},
	{"DELETE", POLICY "/unusable_ip_ranges/{id}", policy_ranges_delete},

	FORMS (POLICY "/unusable_ip_octets"),
	{"GET", POLICY "/unusable_ip_octets", policy_octets_index},
	{"POST", POLICY "/unusable_ip_octets", policy_octets_create},
	{"GET", POLICY "/unusable_ip_octets/{id}", policy_octets_show},
	{"PUT", POLICY "/unusable_ip_octets/{id}", policy_octets_update},
	{"DELETE", POLICY "/unusable_ip_octets/{id}", policy_octets_delete},
};

const gsize melange_route_count = G_N_ELEMENTS (melange_routes);
