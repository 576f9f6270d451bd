"""nova-network on ip_driver: IPAM for the network managers of OpenStack Nova, 2012.1 (Essex) to 20.x (Train), without a patch.

- ipam_lib: for Essex's QuantumManager (quantum_ipam_lib = ip_driver.nova.ipam_lib)
- network.manager: FlatManager, FlatDHCPManager, VlanManager (network_manager = ip_driver.nova.network.manager.FlatDHCPManager)
- deployment: bringing a deployment along, and back (the program ip-driver-nova)

Nothing here is imported by ip_driver itself. Nova is imported only where it is needed: deployment works without it.
"""
