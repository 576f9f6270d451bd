/*
 * The table of all cases: group, name, and what the handle must be able to do (operations and features of
 * ip_driver_supports(); address.get and address.deallocate come with address.allocate). Included more than
 * once, with CASE defined: check.h makes the prototypes of it, conformance.c the table. A case without a
 * line here does not compile.
 */

CASE (driver, info, "")
CASE (driver, capabilities, "")
CASE (driver, status_names, "")
CASE (driver, without_error, "block.create block.get")
CASE (driver, newer_struct, "block.create block.get")
CASE (driver, reserved, "block.create block.list")
CASE (driver, two_handles, "block.create address.allocate block.usage")

CASE (block, create, "block.create block.get block.list")
CASE (block, create_ipv6, "block.create block.get block.list")
CASE (block, create_minimal, "block.create block.get")
CASE (block, sizes, "block.create block.get block.list")
CASE (block, chosen_id, "block.create block.get block.list chosen_ids")
CASE (block, any_name, "block.create block.get block.list")
CASE (block, public_overlap, "block.create block.get block.delete")
CASE (block, private_overlap, "block.create")
CASE (block, network_of_one_type, "block.create block.delete")
CASE (block, policy_of_any_tenant, "block.create block.get block.list policy.create")
CASE (block, list, "block.create block.list")
CASE (block, list_roots, "block.create block.list subnet.create")
CASE (block, list_while_changing, "block.create block.list block.delete")
CASE (block, update, "block.create block.get block.update block.list")
CASE (block, update_policy, "block.create block.get block.update policy.create")
CASE (block, update_refused, "block.create block.get block.update block.list")
CASE (block, update_network_in_use, "block.create address.allocate block.update subnet.create")
CASE (block, update_gateway_takes_effect, "block.create address.allocate block.usage block.update")
CASE (block, delete, "block.create address.allocate block.get block.delete subnet.create")

CASE (subnet, create, "block.create block.get subnet.create address.allocate")
CASE (subnet, of_public_block, "block.create subnet.create address.allocate")
CASE (subnet, next_prefix, "block.create subnet.create block.usage")
CASE (subnet, next_prefix_between, "block.create subnet.create block.delete")
CASE (subnet, next_prefix_ipv6, "block.create subnet.create")
CASE (subnet, refused, "block.create subnet.create subnet.list")
CASE (subnet, length_refused, "block.create subnet.create subnet.list")
CASE (subnet, nested, "block.create block.get block.usage subnet.create block.delete address.allocate")
CASE (subnet, of_other_tenant, "block.create block.get subnet.create subnet.list block.delete address.allocate")
CASE (subnet, network, "block.create subnet.create")
CASE (subnet, network_overlap, "block.create block.update subnet.create")
CASE (subnet, parent_in_use, "block.create address.allocate subnet.create")
CASE (subnet, policy_and_id, "block.create subnet.create policy.create chosen_ids")
CASE (subnet, list, "block.create subnet.create subnet.list")

CASE (usage, life_of_addresses, "block.create address.allocate block.usage")
CASE (usage, sizes, "block.create block.usage")
CASE (usage, policy_ipv4,
      "block.create address.allocate block.usage policy.create policy_range.create policy_octet.create")
CASE (usage, policy_ipv6, "block.create address.allocate block.usage policy.create policy_range.create")
CASE (usage, octets, "block.create block.usage policy.create policy_octet.create")
CASE (usage, subnetted, "block.create address.allocate block.usage subnet.create")
CASE (usage, random_operations, "block.create address.allocate block.usage")

CASE (address, next, "block.create address.allocate block.usage")
CASE (address, next_gateway_outside, "block.create address.allocate")
CASE (address, small_blocks, "block.create address.allocate")
CASE (address, network_address, "block.create address.allocate block.usage")
CASE (address, given, "block.create address.allocate block.usage")
CASE (address, given_in_full_block, "block.create address.allocate")
CASE (address, given_policy, "block.create address.allocate policy.create policy_range.create")
CASE (address, chosen_id, "block.create address.allocate chosen_ids")
CASE (address, with_interface, "block.create address.allocate")
CASE (address, with_generated_interface, "block.create address.allocate")
CASE (address, for_other_tenant, "block.create address.allocate block.usage")
CASE (address, refused_leaves_nothing, "block.create address.allocate block.usage")
CASE (address, many, "block.create address.allocate block.usage many")
CASE (address, many_more, "block.create address.allocate block.usage many")
CASE (address, deallocate, "block.create address.allocate")
CASE (address, deallocate_refused, "block.create address.allocate block.usage")
CASE (address, deallocate_by_id, "block.create address.allocate address.purge")
CASE (address, quarantine, "block.create address.allocate block.usage")
CASE (address, reuse_order, "block.create address.allocate block.usage address.purge")
CASE (address, restore, "block.create address.allocate address.restore")
CASE (address, restore_refused, "block.create address.allocate address.restore")
CASE (address, purge, "block.create address.allocate block.usage address.purge")
CASE (address, list, "block.create address.allocate address.list")
CASE (address, list_ipv6, "block.create address.allocate address.list")
CASE (address, list_tenant, "block.create address.allocate address.list")
CASE (address, list_while_changing, "block.create address.allocate address.list")
CASE (address, find, "block.create address.allocate address.find subnet.create")
CASE (address, find_ipv6, "block.create address.find")
CASE (address, find_all_tenants, "block.create address.find all_tenants")

CASE (request_key, repeat, "block.create address.allocate block.usage request_key")
CASE (request_key, kinds, "block.create address.allocate request_key")
CASE (request_key, mismatch, "block.create address.allocate block.usage request_key")
CASE (request_key, freed, "block.create address.allocate request_key")
CASE (request_key, many, "block.create address.allocate request_key many")
CASE (request_key, of_other_tenant, "block.create address.allocate request_key")
CASE (request_key, of_hold,
      "block.create address.allocate block.usage request_key hold address.confirm address.cancel")
CASE (request_key, of_network,
      "block.create address.allocate block.usage request_key network.allocate network.deallocate")
CASE (request_key, race, "block.create address.allocate block.usage request_key")

CASE (hold, confirm, "block.create address.allocate block.usage hold address.confirm address.cancel")
CASE (hold, cancel, "block.create address.allocate block.usage hold address.confirm address.cancel")
CASE (hold, on_own_interface, "block.create address.allocate hold address.cancel interface.get")
CASE (hold, ids, "block.create address.allocate hold address.confirm address.cancel")
CASE (hold, all_or_none, "block.create address.allocate block.usage hold address.confirm address.cancel")
CASE (hold, longest, "block.create address.allocate hold")
CASE (hold, many, "block.create address.allocate block.usage hold many address.confirm address.cancel")
CASE (hold, lapse, "block.create address.allocate block.usage hold address.confirm address.cancel")

CASE (reconcile, interfaces, "block.create address.allocate block.usage address.snapshot address.reconcile")
CASE (reconcile, devices, "block.create address.allocate block.usage address.snapshot address.reconcile")
CASE (reconcile, scopes, "block.create address.allocate block.usage address.snapshot address.reconcile")
CASE (reconcile, refused, "address.snapshot address.reconcile")

CASE (network, dual_stack, "block.create network.allocate network.list route.create")
CASE (network, full_family, "block.create network.allocate block.usage")
CASE (network, given_addresses, "block.create network.allocate block.usage")
CASE (network, tenants, "block.create network.allocate network.get")
CASE (network, of_unknown_name, "block.create network.allocate network.get")
CASE (network, get, "block.create network.allocate network.get subnet.create")
CASE (network, with_subnets, "block.create network.allocate subnet.create")
CASE (network, policy, "block.create network.allocate policy.create policy_range.create")
CASE (network, list, "block.create network.allocate network.list")
CASE (network, deallocate, "block.create network.allocate network.list network.deallocate block.usage")
CASE (network, one_per_interface, "block.create network.allocate address.allocate block.usage")
CASE (network, hold, "block.create network.allocate block.usage network.list hold address.cancel")

CASE (interface, create, "interface.create interface.get interface.list block.create")
CASE (interface, create_minimal, "interface.create interface.get interface.list block.create address.allocate")
CASE (interface, create_given_addresses, "interface.create interface.get interface.list block.create")
CASE (interface, create_refused,
      "interface.create interface.get interface.list block.usage block.create address.allocate")
CASE (interface, request_key,
      "interface.create interface.get interface.list block.usage block.create address.allocate "
      "interface.delete request_key")
CASE (interface, hold,
      "interface.create interface.get interface.list block.usage block.create hold address.confirm "
      "address.cancel")
CASE (interface, delete, "interface.create interface.get interface.list block.usage block.create interface.delete")
CASE (interface, list, "interface.create interface.get interface.list block.create address.allocate")
CASE (interface, replace_all,
      "interface.create interface.get interface.list block.usage block.create interface.replace_all")
CASE (interface, replace_all_refused,
      "interface.create interface.get interface.list block.usage block.create interface.replace_all")
CASE (interface, delete_all,
      "interface.create interface.get interface.list block.usage block.create interface.delete_all")
CASE (interface, mac_forms, "interface.create interface.delete")

CASE (mac_range, create, "mac_range.create mac_range.get mac_range.list mac_range.delete")
CASE (mac_range, list, "mac_range.create mac_range.get mac_range.list mac_range.delete")
CASE (mac_range, order,
      "mac_range.create mac_range.get mac_range.list mac_range.delete interface.create interface.get "
      "interface.list interface.delete")
CASE (mac_range, exhaustion,
      "mac_range.create mac_range.get mac_range.list mac_range.delete interface.create interface.get "
      "interface.list interface.delete")
CASE (mac_range, returned,
      "mac_range.create mac_range.get mac_range.list mac_range.delete interface.create interface.get "
      "interface.list interface.delete")
CASE (mac_range, delete,
      "mac_range.create mac_range.get mac_range.list mac_range.delete interface.create interface.get "
      "interface.list interface.delete")
CASE (mac_range, on_allocation,
      "mac_range.create mac_range.get mac_range.list mac_range.delete interface.create interface.get "
      "interface.list interface.delete block.create")

CASE (allowed_ip, allow,
      "block.create address.allocate allowed_ip.allow allowed_ip.get allowed_ip.list "
      "allowed_ip.disallow")
CASE (allowed_ip, allow_refused,
      "block.create address.allocate allowed_ip.allow allowed_ip.get allowed_ip.list "
      "allowed_ip.disallow")
CASE (allowed_ip, list,
      "block.create address.allocate allowed_ip.allow allowed_ip.get allowed_ip.list "
      "allowed_ip.disallow")
CASE (allowed_ip, survives_release,
      "block.create address.allocate allowed_ip.allow allowed_ip.get allowed_ip.list "
      "allowed_ip.disallow block.usage")
CASE (allowed_ip, survives_interface,
      "block.create address.allocate allowed_ip.allow allowed_ip.get allowed_ip.list "
      "allowed_ip.disallow interface.delete")
CASE (allowed_ip, disallow,
      "block.create address.allocate allowed_ip.allow allowed_ip.get allowed_ip.list "
      "allowed_ip.disallow")
CASE (allowed_ip, own,
      "block.create address.allocate allowed_ip.allow allowed_ip.get allowed_ip.list "
      "allowed_ip.disallow")
CASE (allowed_ip, network_deallocate,
      "block.create address.allocate allowed_ip.allow allowed_ip.get allowed_ip.list "
      "allowed_ip.disallow network.deallocate")

CASE (route, create, "block.create route.create route.get")
CASE (route, refused, "block.create route.create route.get route.delete")
CASE (route, list, "block.create route.create route.list route.delete")
CASE (route, update, "block.create route.create route.get route.update")
CASE (route, of_deleted_block, "block.create block.delete route.create route.get route.list")

CASE (policy, create, "policy.create policy.get")
CASE (policy, list, "policy.create policy.list")
CASE (policy, update, "policy.create policy.get policy.update")
CASE (policy, delete,
      "policy.create policy.get policy_range.create policy_octet.create policy.delete policy_range.get "
      "policy_octet.get block.create block.get block.usage address.allocate")
CASE (policy, range_keep, "policy.create policy_range.create policy_range.get policy_range.list policy_range.delete")
CASE (policy, range_update,
      "block.create address.allocate block.usage policy.create policy_range.create policy_range.update")
CASE (policy, octet_keep, "policy.create policy_octet.create policy_octet.get policy_octet.list policy_octet.delete")
CASE (policy, octet_update, "block.create address.allocate policy.create policy_octet.create policy_octet.update")
CASE (policy, allocation,
      "block.create address.allocate block.usage policy.create policy_range.create policy_octet.create")
CASE (policy, changes_take_effect,
      "block.create address.allocate block.usage policy.create policy_range.create policy_range.delete "
      "policy_octet.create policy_octet.delete")
CASE (policy, wide_exclusion, "block.create address.allocate policy.create policy_range.create")
CASE (policy, shared, "block.create address.allocate policy.create policy_range.create")

CASE (nat, many_to_many, "block.create address.allocate nat.add nat.remove nat.list_globals nat.list_locals")
CASE (nat, refused, "block.create address.allocate nat.add nat.remove nat.list_globals nat.list_locals")
CASE (nat, release, "block.create address.allocate nat.add nat.remove nat.list_globals nat.list_locals")
CASE (nat, list, "block.create address.allocate nat.add nat.remove nat.list_globals nat.list_locals")

CASE (lease, grant, "block.create address.allocate lease.grant lease.get lease.list lease.release")
CASE (lease, refused, "block.create address.allocate lease.grant lease.get")
CASE (lease, prolongs_rest, "block.create address.allocate lease.grant lease.get lease.release")
CASE (lease, list, "block.create address.allocate lease.grant lease.list")
CASE (lease, expire, "block.create address.allocate lease.grant lease.get lease.list lease.expire")
CASE (lease, of_purged_address, "block.create address.allocate address.purge lease.grant lease.get lease.list")

CASE (ipv6, inside_and_distinct, "block.create address.allocate block.usage")
CASE (ipv6, exhaustion, "block.create address.allocate block.usage")
CASE (ipv6, given, "block.create address.allocate")
CASE (ipv6, many, "block.create address.allocate many")
CASE (ipv6, without_mac, "block.create address.allocate block.usage network.allocate interface.create interface.get")
CASE (ipv6, generator, "block.create address.allocate")

CASE (transaction, commit, "block.create address.allocate block.usage block.get transaction.begin")
CASE (transaction, rollback, "block.create address.allocate block.usage block.get block.delete transaction.begin")
CASE (transaction, failed_call, "block.create address.allocate block.usage block.get transaction.begin")
CASE (transaction, nested, "transaction.begin")
CASE (transaction, beside_writer, "block.create address.allocate block.usage transaction.begin")

CASE (tenancy, block, "block.create block.get")
CASE (tenancy, address, "block.create address.allocate")
CASE (tenancy, network_and_interface,
      "block.create address.allocate network.get network.list network.deallocate interface.get "
      "interface.delete interface.list")
CASE (tenancy, policy,
      "policy.create policy.get policy.update policy.delete policy_range.create policy_range.get "
      "policy_range.list policy_range.update policy_range.delete policy_octet.create policy_octet.get "
      "policy_octet.list policy_octet.update policy_octet.delete")

CASE (input, block, "block.create block.get block.list")
CASE (input, subnet, "block.create subnet.create subnet.list")
CASE (input, address, "block.create address.allocate block.usage")
CASE (input, network_and_interface,
      "block.create network.allocate network.get network.list network.deallocate interface.create "
      "interface.get interface.list interface.delete interface.delete_all interface.replace_all "
      "block.usage")
CASE (input, mac_range, "mac_range.create mac_range.get mac_range.delete")
CASE (input, route, "block.create route.create route.get route.list route.update route.delete")
CASE (input, policy,
      "policy.create policy.get policy.update policy.delete policy_range.create policy_range.get "
      "policy_range.list policy_range.delete policy_octet.create policy_octet.get policy_octet.list "
      "policy_octet.delete")
CASE (input, nat_and_allowed_ip,
      "block.create nat.add nat.remove nat.list_globals nat.list_locals allowed_ip.allow allowed_ip.get "
      "allowed_ip.list allowed_ip.disallow")
CASE (input, lease, "block.create lease.grant lease.get lease.list lease.release lease.expire")
CASE (input, marker, "block.create address.allocate block.list")

CASE (race, next, "block.create address.allocate block.usage")
CASE (race, two_handles, "block.create address.allocate block.usage")
CASE (race, exhaustion, "block.create address.allocate block.usage")
CASE (race, given, "block.create address.allocate block.usage")
CASE (race, release, "block.create address.allocate block.usage")
CASE (race, subnet, "block.create subnet.create block.usage")
CASE (race, block, "block.create block.list")
CASE (race, network, "block.create network.allocate block.usage")

CASE (store, check, "block.create address.allocate store.check")
