/*
 * Allowed IPs: addresses that a further interface may use, and that outlive their own.
 */
#include "check.h"

#define ALLOW(...) DO (allowed_ip_allow, address, __VA_ARGS__)
#define ALLOW_FAILS(status, ...) DO_FAILS (status, allowed_ip_allow, address, __VA_ARGS__)

/* What most cases begin with: three interfaces of a tenant on one network, with an address each. */
struct scene {
	const char *tenant, *network, *block;
	const char *interfaces[3];
	const char *addresses[3];
};

static struct scene
make_scene (const char *cidr)
{
	struct scene scene = {.tenant = fresh ("tenant"), .network = fresh ("network")};
	scene.block = new_block (scene.tenant, scene.network, cidr);
	for (int i = 0; i < 3; i++) {
		scene.interfaces[i] = fresh ("interface");
		scene.addresses[i] = at (cidr, 5 - i);
		g_autoptr (ip_driver_addresses) made =
			ALLOCATE (.tenant = scene.tenant, .block = scene.block, .interface = scene.interfaces[i],
		                  .address = scene.addresses[i]);
		assert_int_equal (made->count, 1);
	}
	return scene;
}

static void
check_state (const struct scene *scene, const char *address, const char *interface, ip_driver_address_state state,
             const char *file, int line)
{
	g_autoptr (ip_driver_address) got = GET (address_get, address, scene->tenant, scene->block, address);
	check_text (got->interface, interface, "interface", file, line);
	if (got->state != state)
		check_fail (file, line, "%s is in state %d, expected %d", address, got->state, state);
	if (state == IP_DRIVER_ADDRESS_ALLOCATED)
		check_text (got->used_by_tenant, scene->tenant, "used_by_tenant", file, line);
}
#define CHECK_STATE(address, interface, state)                                                                         \
	check_state (&scene, address, interface, IP_DRIVER_ADDRESS_##state, __FILE__, __LINE__)

void
case_allowed_ip_allow (void)
{
	struct scene scene = make_scene ("10.150.0.0/28");
	g_autoptr (ip_driver_address) allowed = ALLOW (.tenant = scene.tenant, .interface = scene.interfaces[1],
	                                               .network = scene.network, .address = scene.addresses[0]);
	CHECK_ADDRESS (allowed, .block = scene.block, .address = scene.addresses[0], .interface = scene.interfaces[0],
	               .used_by_tenant = scene.tenant);
	for (int round = 0; round < 2; round++) {
		ALLOW_FAILS (IP_DRIVER_DUPLICATE, .tenant = scene.tenant, .interface = scene.interfaces[1],
		             .network = scene.network, .address = scene.addresses[0]);
		CHECK_MESSAGE (scene.addresses[0]);
		g_autoptr (ip_driver_address) got =
			GET (allowed_ip_get, address, scene.tenant, scene.interfaces[1], scene.addresses[0]);
		check_address (got, allowed, __FILE__, __LINE__);
		g_autoptr (ip_driver_address) own =
			GET (allowed_ip_get, address, scene.tenant, scene.interfaces[1], scene.addresses[1]);
		CHECK_TEXT (own->interface, scene.interfaces[1]);
		GET_FAILS (IP_DRIVER_NOT_FOUND, allowed_ip_get, address, scene.tenant, scene.interfaces[0],
		           scene.addresses[1]);
		GET_FAILS (IP_DRIVER_NOT_FOUND, allowed_ip_get, address, fresh ("tenant"), scene.interfaces[1],
		           scene.addresses[0]);
		reopen ();
	}
}

void
case_allowed_ip_allow_refused (void)
{
	struct scene scene = make_scene ("10.150.1.0/28");
	const char *user = fresh ("user");
	ip_driver_addresses_free (ALLOCATE (.tenant = scene.tenant, .block = scene.block,
	                                    .interface = fresh ("interface"), .used_by_tenant = user,
	                                    .address = "10.150.1.9"));
	const char *elsewhere = fresh ("network");
	const char *other_block = new_block (scene.tenant, elsewhere, "10.150.1.0/28");
	const char *on_other = fresh ("interface");
	ip_driver_addresses_free (ALLOCATE (.tenant = scene.tenant, .block = other_block, .interface = on_other));
	ALLOW_FAILS (IP_DRIVER_NOT_FOUND, .tenant = scene.tenant, .interface = fresh ("interface"),
	             .network = scene.network, .address = scene.addresses[0]);
	ALLOW_FAILS (IP_DRIVER_NOT_FOUND, .tenant = scene.tenant, .interface = scene.interfaces[1],
	             .network = fresh ("network"), .address = scene.addresses[0]);
	ALLOW_FAILS (IP_DRIVER_NOT_FOUND, .tenant = scene.tenant, .interface = scene.interfaces[1],
	             .network = scene.network, .address = "10.150.1.8");
	ALLOW_FAILS (IP_DRIVER_NOT_FOUND, .tenant = scene.tenant, .interface = scene.interfaces[1],
	             .network = scene.network, .address = "10.150.1.9");
	ALLOW_FAILS (IP_DRIVER_NOT_FOUND, .tenant = fresh ("tenant"), .interface = scene.interfaces[1],
	             .network = scene.network, .address = scene.addresses[0]);
	ALLOW_FAILS (IP_DRIVER_NOT_ALLOWED, .tenant = scene.tenant, .interface = on_other, .network = scene.network,
	             .address = scene.addresses[0]);
	g_autoptr (ip_driver_addresses) listed =
		DO (allowed_ip_list, addresses, .tenant = scene.tenant, .interface = scene.interfaces[1]);
	CHECK_ADDRESSES (listed, scene.addresses[1]);
	DEALLOCATE (.tenant = scene.tenant, .block = scene.block, .address = scene.addresses[0]);
	ALLOW_FAILS (IP_DRIVER_NOT_FOUND, .tenant = scene.tenant, .interface = scene.interfaces[1],
	             .network = scene.network, .address = scene.addresses[0]);
}

void
case_allowed_ip_list (void)
{
	struct scene scene = make_scene ("10.150.2.0/26");
	const char *second = new_block (scene.tenant, scene.network, "10.150.1.0/26");
	g_autoptr (GPtrArray) want = texts_new ();
	texts_add (want, scene.addresses[0]);
	for (int i = 9; i > 0; i--) {
		gboolean in_second = i % 2;
		const char *address = at (in_second ? "10.150.1.0" : "10.150.2.0", 10 + 3 * i);
		ip_driver_addresses_free (ALLOCATE (.tenant = scene.tenant, .block = in_second ? second : scene.block,
		                                    .interface = fresh ("interface"), .address = address));
		g_autoptr (ip_driver_address) allowed = ALLOW (.tenant = scene.tenant, .interface = scene.interfaces[0],
		                                               .network = scene.network, .address = address);
		CHECK_TEXT (allowed->address, address);
	}
	/* Its own, explicitly allowed too, is there once. */
	g_autoptr (ip_driver_address) own = ALLOW (.tenant = scene.tenant, .interface = scene.interfaces[0],
	                                           .network = scene.network, .address = scene.addresses[0]);
	CHECK_TEXT (own->interface, scene.interfaces[0]);
	for (int i = 2; i <= 8; i += 2)
		texts_add (want, at ("10.150.2.0", 10 + 3 * i));
	for (int i = 1; i <= 9; i += 2)
		texts_add (want, at ("10.150.1.0", 10 + 3 * i));
	CHECK_PAGES (want, allowed_ip_list, addresses, address, .tenant = scene.tenant,
	             .interface = scene.interfaces[0]);
	reopen ();
	CHECK_PAGES (want, allowed_ip_list, addresses, address, .tenant = scene.tenant,
	             .interface = scene.interfaces[0]);
	DO_FAILS (IP_DRIVER_NOT_FOUND, allowed_ip_list, addresses, .tenant = fresh ("tenant"),
	          .interface = scene.interfaces[0]);
	DO_FAILS (IP_DRIVER_NOT_FOUND, allowed_ip_list, addresses, .tenant = scene.tenant,
	          .interface = fresh ("interface"));
}

/* The address leaves its interface and lives until the last allowance ends. */
void
case_allowed_ip_survives_release (void)
{
	struct scene scene = make_scene ("10.150.3.0/28");
	const char *shared = scene.addresses[0];
	for (int i = 1; i < 3; i++) {
		g_autoptr (ip_driver_address) allowed = ALLOW (.tenant = scene.tenant, .interface = scene.interfaces[i],
		                                               .network = scene.network, .address = shared);
		CHECK_TEXT (allowed->address, shared);
	}
	DEALLOCATE (.tenant = scene.tenant, .block = scene.block, .address = shared);
	CHECK_STATE (shared, NULL, ALLOCATED);
	ALLOCATE_FAILS (IP_DRIVER_DUPLICATE, .tenant = scene.tenant, .block = scene.block, .address = shared);
	GET_FAILS (IP_DRIVER_NOT_FOUND, allowed_ip_get, address, scene.tenant, scene.interfaces[0], shared);
	reopen ();
	RUN (allowed_ip_disallow, scene.tenant, scene.interfaces[1], shared);
	CHECK_STATE (shared, NULL, ALLOCATED);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, allowed_ip_disallow, scene.tenant, scene.interfaces[1], shared);
	RUN (allowed_ip_disallow, scene.tenant, scene.interfaces[2], shared);
	CHECK_STATE (shared, NULL, DEALLOCATED);
	CHECK_USAGE (scene.tenant, scene.block, .total = "16", .allocated = "2", .quarantined = "1", .excluded = "2",
	             .free = "11");
}

void
case_allowed_ip_survives_interface (void)
{
	struct scene scene = make_scene ("10.150.4.0/28");
	const char *shared = scene.addresses[0];
	g_autoptr (ip_driver_address) allowed = ALLOW (.tenant = scene.tenant, .interface = scene.interfaces[2],
	                                               .network = scene.network, .address = shared);
	RUN (interface_delete, scene.tenant, scene.interfaces[0]);
	CHECK_STATE (shared, NULL, ALLOCATED);
	g_autoptr (ip_driver_address) got = GET (allowed_ip_get, address, scene.tenant, scene.interfaces[2], shared);
	CHECK_TEXT (got->id, allowed->id);
	reopen ();
	/* With the interface end its allowances. */
	RUN (interface_delete, scene.tenant, scene.interfaces[2]);
	CHECK_STATE (shared, NULL, DEALLOCATED);
	CHECK_STATE (scene.addresses[2], NULL, DEALLOCATED);
	CHECK_STATE (scene.addresses[1], scene.interfaces[1], ALLOCATED);
}

/* While it has its own interface, the end of an allowance does not release it. */
void
case_allowed_ip_disallow (void)
{
	struct scene scene = make_scene ("10.150.5.0/28");
	g_autoptr (ip_driver_address) allowed = ALLOW (.tenant = scene.tenant, .interface = scene.interfaces[1],
	                                               .network = scene.network, .address = scene.addresses[0]);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, allowed_ip_disallow, fresh ("tenant"), scene.interfaces[1], scene.addresses[0]);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, allowed_ip_disallow, scene.tenant, scene.interfaces[2], scene.addresses[0]);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, allowed_ip_disallow, scene.tenant, fresh ("i"), scene.addresses[0]);
	RUN (allowed_ip_disallow, scene.tenant, scene.interfaces[1], scene.addresses[0]);
	CHECK_STATE (scene.addresses[0], scene.interfaces[0], ALLOCATED);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, allowed_ip_disallow, scene.tenant, scene.interfaces[1], scene.addresses[0]);
	/* Its own was never explicitly allowed: nothing changes. */
	RUN (allowed_ip_disallow, scene.tenant, scene.interfaces[0], scene.addresses[0]);
	CHECK_STATE (scene.addresses[0], scene.interfaces[0], ALLOCATED);
	g_autoptr (ip_driver_address) own =
		GET (allowed_ip_get, address, scene.tenant, scene.interfaces[0], scene.addresses[0]);
	CHECK_TEXT (own->id, allowed->id);
}

/* One's own address, explicitly allowed, survives its release. */
void
case_allowed_ip_own (void)
{
	struct scene scene = make_scene ("10.150.6.0/28");
	const char *own = scene.addresses[1];
	g_autoptr (ip_driver_address) allowed = ALLOW (.tenant = scene.tenant, .interface = scene.interfaces[1],
	                                               .network = scene.network, .address = own);
	ALLOW_FAILS (IP_DRIVER_DUPLICATE, .tenant = scene.tenant, .interface = scene.interfaces[1],
	             .network = scene.network, .address = own);
	DEALLOCATE (.tenant = scene.tenant, .block = scene.block, .address = own);
	CHECK_STATE (own, NULL, ALLOCATED);
	g_autoptr (ip_driver_address) got = GET (allowed_ip_get, address, scene.tenant, scene.interfaces[1], own);
	CHECK_TEXT (got->id, allowed->id);
	RUN (allowed_ip_disallow, scene.tenant, scene.interfaces[1], own);
	CHECK_STATE (own, NULL, DEALLOCATED);
}

/* Releasing all of an interface on a network spares what is allowed elsewhere. */
void
case_allowed_ip_network_deallocate (void)
{
	struct scene scene = make_scene ("10.150.7.0/28");
	g_autoptr (ip_driver_address) allowed = ALLOW (.tenant = scene.tenant, .interface = scene.interfaces[1],
	                                               .network = scene.network, .address = scene.addresses[0]);
	RUN (network_deallocate, scene.tenant, scene.network, scene.interfaces[0]);
	CHECK_STATE (scene.addresses[0], NULL, ALLOCATED);
	CHECK_TEXT (allowed->address, scene.addresses[0]);
}
