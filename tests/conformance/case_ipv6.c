/*
 * IPv6 allocation, as far as it is the same for every generator; and what rfc2462 and tenant compute, if the
 * command line says that one of them is configured.
 */
#include "check.h"

#include <arpa/inet.h>

static const char *
allocate_with_mac (const char *tenant, const char *block, const char *mac)
{
	g_autoptr (ip_driver_addresses) made = ALLOCATE (.tenant = tenant, .block = block, .mac = mac);
	assert_int_equal (made->count, 1);
	assert_int_equal (made->items[0]->version, 6);
	return text ("%s", made->items[0]->address);
}

void
case_ipv6_inside_and_distinct (void)
{
	static const char *const cidrs[] = {"2001:db8:230::/32",    "2001:db8:230::/48",    "2001:db8:230:1::/64",
	                                    "2001:db8:230:2::/80",  "2001:db8:230:3::/96",  "2001:db8:230:4::/112",
	                                    "2001:db8:230:5::/120", "2001:db8:230:6::/121", "8000::/1"};
	const char *tenant = fresh ("tenant");
	for (guint i = 0; i < G_N_ELEMENTS (cidrs); i++) {
		g_autoptr (GHashTable) distinct = g_hash_table_new (g_str_hash, g_str_equal);
		const char *block = new_block (tenant, NULL, cidrs[i]);
		for (int j = 0; j < 12; j++) {
			const char *address = allocate_with_mac (tenant, block, fresh_mac ());
			assert_true (is_in (cidrs[i], address));
			assert_true (g_hash_table_add (distinct, (char *)(uintptr_t)address));
			CHECK_TEXT (address, at (address, 0));
			g_autoptr (ip_driver_address) got = GET (address_get, address, tenant, block, address);
			CHECK_TEXT (got->address, address);
		}
		g_autoptr (ip_driver_usage) usage = GET (block_usage, usage, tenant, block);
		CHECK_TEXT (usage->allocated, "12");
	}
}

/* Small blocks give each of their addresses, and then are exhausted. */
void
case_ipv6_exhaustion (void)
{
	static const struct {
		const char *cidr, *gateway;
		guint count;
	} blocks[] = {
		{"2001:db8:231::9/128", NULL, 1},
		{"2001:db8:231::8/127", NULL, 2},
		{"2001:db8:231::10/127", "2001:db8:231::11", 1},
		{"2001:db8:231::4/126", NULL, 2},
		{"2001:db8:231::30/124", "2001:db8:231::31", 13},
		{"2001:db8:231::30/124", "fe80::1", 14},
	};
	const char *tenant = fresh ("tenant");
	for (guint i = 0; i < G_N_ELEMENTS (blocks); i++) {
		g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .cidr = blocks[i].cidr,
		                                        .gateway = blocks[i].gateway, .type = IP_DRIVER_BLOCK_PRIVATE);
		g_autoptr (GHashTable) distinct = g_hash_table_new (g_str_hash, g_str_equal);
		for (guint j = 0; j < blocks[i].count; j++) {
			const char *address = allocate_with_mac (tenant, block->id, fresh_mac ());
			assert_true (is_in (blocks[i].cidr, address));
			assert_true (g_hash_table_add (distinct, (char *)(uintptr_t)address));
			assert_true (g_strcmp0 (address, blocks[i].gateway) != 0);
			if (blocks[i].count > 2) {
				assert_string_not_equal (address, at (blocks[i].cidr, 0));
				assert_string_not_equal (address, at (blocks[i].cidr, -1));
			}
		}
		ALLOCATE_FAILS (IP_DRIVER_EXHAUSTED, .tenant = tenant, .block = block->id, .mac = fresh_mac ());
		g_autoptr (ip_driver_usage) usage = GET (block_usage, usage, tenant, block->id);
		CHECK_TEXT (usage->free, "0");
	}
}

/* Given addresses follow the rules of IPv4; and one is what it is, however it is written. */
void
case_ipv6_given (void)
{
	const char *tenant = fresh ("tenant");
	g_autoptr (ip_driver_block) block = DO (block_create, block, .tenant = tenant, .cidr = "2001:db8:232::/64",
	                                        .gateway = "2001:db8:232::1", .type = IP_DRIVER_BLOCK_PRIVATE);
	g_autoptr (ip_driver_addresses) made = ALLOCATE (.tenant = tenant, .block = block->id, .mac = fresh_mac (),
	                                                 .address = "2001:0DB8:0232:0000:0:0:00AB:1");
	CHECK_ADDRESSES (made, "2001:db8:232::ab:1");
	static const char *const taken[] = {"2001:db8:232::ab:1", "2001:db8:232:0:0:0:ab:0001", "2001:db8:232::1",
	                                    "2001:db8:232::", "2001:db8:232::ffff:ffff:ffff:ffff"};
	for (guint i = 0; i < G_N_ELEMENTS (taken); i++)
		ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = block->id, .mac = fresh_mac (),
		                .address = taken[i]);
	ALLOCATE_FAILS (IP_DRIVER_NOT_IN_BLOCK, .tenant = tenant, .block = block->id, .mac = fresh_mac (),
	                .address = "2001:db8:233::1");
	ALLOCATE_FAILS (IP_DRIVER_NOT_IN_BLOCK, .tenant = tenant, .block = block->id, .mac = fresh_mac (),
	                .address = "32.1.13.184");
	g_autoptr (ip_driver_address) got = GET (address_get, address, tenant, block->id, "2001:DB8:232:0:0:0:AB:1");
	CHECK_TEXT (got->id, made->items[0]->id);
	DEALLOCATE (.tenant = tenant, .block = block->id, .address = "2001:DB8:232:0:0:0:AB:1");
	ALLOCATE_FAILS (IP_DRIVER_LOCKED, .tenant = tenant, .block = block->id, .mac = fresh_mac (),
	                .address = "2001:db8:232::ab:1");
}

/* An existing interface brings its MAC along; several at once are distinct. */
void
case_ipv6_many (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, fresh ("network"), "2001:db8:234::/64");
	const char *interface = fresh ("interface");
	g_autoptr (ip_driver_addresses) first =
		ALLOCATE (.tenant = tenant, .block = block, .interface = interface, .mac = fresh_mac ());
	g_autoptr (ip_driver_addresses) more =
		ALLOCATE (.tenant = tenant, .block = block, .interface = interface, .count = 7);
	assert_int_equal (more->count, 7);
	g_autoptr (GHashTable) distinct = g_hash_table_new (g_str_hash, g_str_equal);
	g_hash_table_add (distinct, (char *)(uintptr_t)first->items[0]->address);
	for (size_t i = 0; i < 7; i++) {
		assert_true (is_in ("2001:db8:234::/64", more->items[i]->address));
		assert_true (g_hash_table_add (distinct, (char *)(uintptr_t)more->items[i]->address));
	}
}

/* Some generators need a MAC: then an allocation without one is invalid, and leaves nothing behind. */
void
case_ipv6_without_mac (void)
{
	const char *tenant = fresh ("tenant");
	const char *network = fresh ("network");
	const char *interface = fresh ("interface");
	const char *block6 = new_block (tenant, network, "2001:db8:235::/64");
	const char *block4 = new_block (tenant, network, "10.235.0.0/28");
	ip_driver_addresses *got = NULL;
	ip_driver_status status = ip_driver_address_allocate (
		driver, ARGS (address_allocate, .tenant = tenant, .block = block6), &got, NULL);
	gboolean needs = status == IP_DRIVER_INVALID;
	if (!needs)
		assert_int_equal (status, IP_DRIVER_OK);
	ip_driver_addresses_free (got);
	const char *generator = configuration.ipv6_generator;
	if (generator)
		assert_int_equal (needs, g_str_equal (generator, "rfc2462") || g_str_equal (generator, "tenant"));
	if (!needs) {
		g_autoptr (ip_driver_allocations) both = DO (network_allocate, allocations, .tenant = tenant,
		                                             .network = network, .interface = interface);
		assert_int_equal (both->count, 2);
		return;
	}
	DO_FAILS (IP_DRIVER_INVALID, network_allocate, allocations, .tenant = tenant, .network = network,
	          .interface = interface);
	DO_FAILS (IP_DRIVER_INVALID, interface_create, interface, .tenant = tenant, .id = interface,
	          .networks = &(ip_driver_interface_network){.network = network}, .network_count = 1);
	GET_FAILS (IP_DRIVER_NOT_FOUND, interface_get, interface, tenant, interface);
	CHECK_USAGE (tenant, block4, .total = "16", .excluded = "2", .free = "14");
	/* A given address needs none. */
	g_autoptr (ip_driver_addresses) given =
		ALLOCATE (.tenant = tenant, .block = block6, .address = "2001:db8:235::5");
	CHECK_ADDRESSES (given, "2001:db8:235::5");
}

/* The block's first 64 bits and an interface identifier. */
static const char *
identified (const char *prefix, const guint8 identifier[8])
{
	guint8 bytes[16];
	char formatted[INET6_ADDRSTRLEN];
	inet_pton (AF_INET6, prefix, bytes);
	memcpy (bytes + 8, identifier, 8);
	inet_ntop (AF_INET6, bytes, formatted, sizeof formatted);
	return text ("%s", formatted);
}

void
case_ipv6_generator (void)
{
	const char *generator = configuration.ipv6_generator;
	const char *tenant = fresh ("tenant");
	const char *user = fresh ("user");
	const char *block = new_block (tenant, NULL, "2001:db8:236:77::/64");
	const char *mac = fresh_mac ();
	guint8 m[6], identifier[8], digest[20];
	gsize digest_size = sizeof digest;
	if (!generator || (!g_str_equal (generator, "rfc2462") && !g_str_equal (generator, "tenant")))
		check_skip ("the generator's addresses cannot be foretold");
	for (int i = 0; i < 6; i++)
		m[i] = (guint8)(g_ascii_xdigit_value (mac[3 * i]) << 4 | g_ascii_xdigit_value (mac[3 * i + 1]));
	if (g_str_equal (generator, "rfc2462")) {
		const guint8 eui64[8] = {m[0] ^ 2, m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5]};
		memcpy (identifier, eui64, 8);
	} else {
		g_autoptr (GChecksum) sha1 = g_checksum_new (G_CHECKSUM_SHA1);
		g_checksum_update (sha1, (const guchar *)user, -1);
		g_checksum_get_digest (sha1, digest, &digest_size);
		const guint8 of_tenant[8] = {digest[0], digest[1], digest[2], digest[3], 0xff, m[3], m[4], m[5]};
		memcpy (identifier, of_tenant, 8);
	}
	g_autoptr (ip_driver_addresses) first =
		ALLOCATE (.tenant = tenant, .block = block, .mac = mac, .used_by_tenant = user);
	CHECK_TEXT (first->items[0]->address, identified ("2001:db8:236:77::", identifier));
	/* Taken, it is the next one upwards. */
	g_autoptr (ip_driver_addresses) second =
		ALLOCATE (.tenant = tenant, .block = block, .interface = first->items[0]->interface,
	                  .used_by_tenant = user);
	CHECK_TEXT (second->items[0]->address, at (first->items[0]->address, 1));
}
