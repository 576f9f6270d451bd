/*
 * The schema of the native driver's database and its history. A released step is never changed; a
 * change of the schema is a new step. docs/native.md explains the tables.
 */
#include <sys/random.h>

#include "native.h"

static const char *const version_1[] = {
	"CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL)",

	"CREATE TABLE tenant (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",

	"CREATE TABLE policy ("
	"  no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, tenant_no INTEGER NOT NULL REFERENCES tenant,"
	"  name TEXT NOT NULL, description TEXT, revision INTEGER NOT NULL,"
	"  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)",
	"CREATE INDEX policy_tenant ON policy (tenant_no, no)",

	"CREATE TABLE policy_range ("
	"  no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, policy_no INTEGER NOT NULL REFERENCES policy,"
	"  first_offset INTEGER NOT NULL, length INTEGER NOT NULL,"
	"  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)",
	"CREATE INDEX policy_range_policy ON policy_range (policy_no, no)",

	"CREATE TABLE policy_octet ("
	"  no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, policy_no INTEGER NOT NULL REFERENCES policy,"
	"  octet INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)",
	"CREATE INDEX policy_octet_policy ON policy_octet (policy_no, no)",

	/* type: 1 public, 2 private. Addresses are BLOBs in network byte order. network_root: 1 for a
         * top-level block of its network, whose parent, if it has one, is on no network. */
	"CREATE TABLE block ("
	"  no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, tenant_no INTEGER NOT NULL REFERENCES tenant,"
	"  network TEXT, network_root INTEGER NOT NULL, type INTEGER NOT NULL, version INTEGER NOT NULL, prefix "
	"INTEGER NOT NULL,"
	"  first BLOB NOT NULL, last BLOB NOT NULL, gateway BLOB, dns1 TEXT, dns2 TEXT,"
	"  policy_no INTEGER REFERENCES policy, parent_no INTEGER REFERENCES block,"
	"  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)",
	"CREATE INDEX block_tenant ON block (tenant_no, no)",
	"CREATE INDEX block_network ON block (network, no) WHERE network IS NOT NULL",
	"CREATE INDEX block_network_root ON block (network, version, first) WHERE network_root = 1",
	"CREATE INDEX block_public_root ON block (version, first) WHERE parent_no IS NULL AND type = 1",
	"CREATE INDEX block_prefix ON block (version, prefix, first, no)",
	"CREATE INDEX block_policy ON block (policy_no) WHERE policy_no IS NOT NULL",
	"CREATE INDEX block_parent ON block (parent_no, no) WHERE parent_no IS NOT NULL",
	"CREATE INDEX block_sibling ON block (parent_no, first) WHERE parent_no IS NOT NULL",
	"CREATE INDEX block_child_prefix ON block (parent_no, prefix) WHERE parent_no IS NOT NULL",

	/* One row per block. allocated, held, quarantined: addresses in that state; excluded_taken: how
         * many of all three are excluded by now. Below scan_from every never-used address is excluded. */
	"CREATE TABLE pool ("
	"  block_no INTEGER PRIMARY KEY, allocated INTEGER NOT NULL, held INTEGER NOT NULL,"
	"  quarantined INTEGER NOT NULL, excluded_taken INTEGER NOT NULL, scan_from BLOB)",
	"CREATE INDEX pool_quarantined ON pool (block_no) WHERE quarantined > 0",

	/* Runs of addresses of a block that were never used and are in no subnet. fit: the largest prefix
         * (as a number of host bits) that lies in the run; NULL in a block that has had addresses. */
	"CREATE TABLE extent ("
	"  block_no INTEGER NOT NULL, last BLOB NOT NULL, first BLOB NOT NULL, fit INTEGER,"
	"  PRIMARY KEY (block_no, last)) WITHOUT ROWID",
	"CREATE INDEX extent_fit ON extent (block_no, fit, last) WHERE fit IS NOT NULL",

	/* Repeatable requests that live. */
	"CREATE TABLE request ("
	"  no INTEGER PRIMARY KEY, tenant_no INTEGER NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL,"
	"  UNIQUE (tenant_no, key))",

	"CREATE TABLE interface ("
	"  no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tenant_no INTEGER NOT NULL, device TEXT, mac INTEGER,"
	"  hold_until INTEGER, request_no INTEGER, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)",
	"CREATE INDEX interface_tenant ON interface (tenant_no, no)",
	"CREATE INDEX interface_device ON interface (device, no) WHERE device IS NOT NULL",
	"CREATE UNIQUE INDEX interface_mac ON interface (mac) WHERE mac IS NOT NULL",
	"CREATE INDEX interface_request ON interface (request_no) WHERE request_no IS NOT NULL",

	/* state: 1 allocated, 2 in quarantine, 3 free again, 4 free again but excluded. free_at: when the
         * rest ends (2), since when it has rested (3, 4). interface_no: 0 for one that was released and is
         * still an allowed IP elsewhere. */
	"CREATE TABLE address ("
	"  block_no INTEGER NOT NULL, address BLOB NOT NULL, id BLOB NOT NULL, state INTEGER NOT NULL,"
	"  tenant_no INTEGER NOT NULL, interface_no INTEGER, request_no INTEGER, hold_until INTEGER, free_at INTEGER,"
	"  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,"
	"  PRIMARY KEY (block_no, address)) WITHOUT ROWID",
	"CREATE UNIQUE INDEX address_id ON address (id) WHERE state < 3",
	"CREATE INDEX address_interface ON address (interface_no, block_no, address) WHERE interface_no IS NOT NULL",
	"CREATE INDEX address_tenant ON address (tenant_no, block_no, address) WHERE state < 3",
	"CREATE INDEX address_rest ON address (block_no, state, free_at, address) WHERE free_at IS NOT NULL",
	"CREATE INDEX address_hold ON address (hold_until) WHERE hold_until IS NOT NULL",
	"CREATE INDEX address_request ON address (request_no) WHERE request_no IS NOT NULL",

	/* MACs as numbers. next: the lowest that was never given. */
	"CREATE TABLE mac_range ("
	"  no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, first INTEGER NOT NULL, last INTEGER NOT NULL,"
	"  prefix INTEGER NOT NULL, next INTEGER NOT NULL,"
	"  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)",
	"CREATE INDEX mac_range_first ON mac_range (first)",
	/* MACs of a range that were given back. */
	"CREATE TABLE mac_rest (mac INTEGER PRIMARY KEY, range_no INTEGER NOT NULL, freed_at INTEGER NOT NULL)",
	"CREATE INDEX mac_rest_range ON mac_rest (range_no, freed_at, mac)",

	"CREATE TABLE allowed_ip ("
	"  interface_no INTEGER NOT NULL, block_no INTEGER NOT NULL, address BLOB NOT NULL,"
	"  PRIMARY KEY (interface_no, block_no, address)) WITHOUT ROWID",
	"CREATE INDEX allowed_ip_address ON allowed_ip (block_no, address)",

	"CREATE TABLE route ("
	"  no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, block_no INTEGER NOT NULL,"
	"  destination TEXT NOT NULL, netmask TEXT, gateway TEXT NOT NULL,"
	"  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)",
	"CREATE INDEX route_block ON route (block_no, no)",

	"CREATE TABLE nat ("
	"  local_block_no INTEGER NOT NULL, local_address BLOB NOT NULL,"
	"  global_block_no INTEGER NOT NULL, global_address BLOB NOT NULL,"
	"  PRIMARY KEY (local_block_no, local_address, global_block_no, global_address)) WITHOUT ROWID",
	"CREATE INDEX nat_global ON nat (global_block_no, global_address, local_block_no, local_address)",

	"CREATE TABLE lease ("
	"  block_no INTEGER NOT NULL, address BLOB NOT NULL, leased_until INTEGER NOT NULL, mac INTEGER,"
	"  client_id TEXT, hostname TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,"
	"  PRIMARY KEY (block_no, address)) WITHOUT ROWID",
	"CREATE INDEX lease_until ON lease (leased_until, block_no, address)",
	NULL,
};

/* The database's secret (RFC 7217, section 5), and the setting that its counters were made with. */
static void
fill_version_1 (storage_connection *connection)
{
	guint8 secret[GENERATOR_SECRET_SIZE];
	gsize done = 0;

	while (done < sizeof secret) {
		gssize got = getrandom (secret + done, sizeof secret - done, 0);
		if (got > 0)
			done += (gsize)got;
	}
	storage_execute (connection, "INSERT INTO meta (key, value) VALUES ('secret', $1)", "b", secret, sizeof secret);
	storage_execute (connection, "INSERT INTO meta (key, value) VALUES ('allocate_network_address', $1)", "b", "0",
	                 (gsize)1);
}

const storage_migration native_migrations[] = {
	{version_1, fill_version_1},
};
const gsize native_migration_count = G_N_ELEMENTS (native_migrations);
