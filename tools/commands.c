/*
 * commands.c: all groups of commands, in the order of help.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"

const cli_group cli_groups[] = {
	{"block", "Blocks: the CIDRs from which addresses are allocated", block_commands},
	{"subnet", "Subnets: blocks carved from a block", subnet_commands},
	{"address", "Addresses: allocate, release, find", address_commands},
	{"network", "Networks: one address of each family for an interface", network_commands},
	{"interface", "Interfaces: virtual interfaces that use addresses", interface_commands},
	{"mac-range", "MAC ranges: prefixes from which interfaces get MAC addresses", mac_range_commands},
	{"allowed-ip", "Allowed IPs: addresses that a further interface may use", allowed_ip_commands},
	{"route", "Routes: static routes of a block", route_commands},
	{"policy", "Policies: named sets of addresses that are never given", policy_commands},
	{"policy range", "Ranges of a policy: runs of excluded addresses", policy_range_commands},
	{"policy octet", "Octets of a policy: excluded last octets", policy_octet_commands},
	{"nat", "NAT: pairs of inside local and inside global addresses", nat_commands},
	{"lease", "Leases: the DHCP state of addresses", lease_commands},
	{"", "", top_commands},
	{NULL},
};
