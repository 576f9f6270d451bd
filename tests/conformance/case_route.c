/*
 * Routes of a block.
 */
#include "check.h"

#define ROUTE(...) DO (route_create, route, __VA_ARGS__)
#define ROUTE_FAILS(status, ...) DO_FAILS (status, route_create, route, __VA_ARGS__)

static void
check_route (const ip_driver_route *got, const char *block, const char *destination, const char *netmask,
             const char *gateway, const char *file, int line)
{
	check_text (got->block, block, "block", file, line);
	check_text (got->destination, destination, "destination", file, line);
	check_text (got->netmask, netmask, "netmask", file, line);
	check_text (got->gateway, gateway, "gateway", file, line);
	if (!g_uuid_string_is_valid (got->id))
		check_fail (file, line, "the route's id is \"%s\"", got->id);
}
#define CHECK_ROUTE(...) check_route (__VA_ARGS__, __FILE__, __LINE__)

void
case_route_create (void)
{
	const char *tenant = fresh ("tenant");
	const char *block4 = new_block (tenant, NULL, "10.160.0.0/24");
	const char *block6 = new_block (tenant, NULL, "2001:db8:160::/64");
	static const struct {
		const char *destination, *netmask, *gateway, *want_destination, *want_netmask;
	} routes[] = {
		{"192.168.9.77", "255.255.255.0", "10.160.0.1", "192.168.9.0", "255.255.255.0"},
		{"192.168.9.77", "20", "10.160.0.2", "192.168.0.0", "255.255.240.0"},
		{"192.168.9.77", NULL, "10.160.0.3", "192.168.9.77", NULL},
		{"0.0.0.0", "0.0.0.0", "10.160.0.4", "0.0.0.0", "0.0.0.0"},
		{"2001:DB8:9:0::77", "48", "2001:db8:160::1", "2001:db8:9::", "48"},
		{"::", "0", "FE80:0::1", "::", "0"},
	};
	for (guint i = 0; i < G_N_ELEMENTS (routes); i++) {
		const char *block = strchr (routes[i].gateway, ':') ? block6 : block4;
		g_autoptr (ip_driver_route) made =
			ROUTE (.tenant = tenant, .block = block, .destination = routes[i].destination,
		               .netmask = routes[i].netmask, .gateway = routes[i].gateway);
		const char *gateway = i == 5 ? "fe80::1" : routes[i].gateway;
		CHECK_ROUTE (made, block, routes[i].want_destination, routes[i].want_netmask, gateway);
		reopen ();
		g_autoptr (ip_driver_route) got = GET (route_get, route, tenant, block, made->id);
		CHECK_TEXT (got->id, made->id);
		CHECK_ROUTE (got, block, routes[i].want_destination, routes[i].want_netmask, gateway);
	}
}

void
case_route_refused (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.160.1.0/24");
	const char *beside = new_block (tenant, NULL, "10.160.2.0/24");
	ROUTE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .destination = "192.168.1.0",
	             .gateway = "2001:db8::8");
	ROUTE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .destination = "192.168.1.0",
	             .netmask = "255.0.255.0", .gateway = "10.160.1.1");
	CHECK_MESSAGE ("255.0.255.0");
	ROUTE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .destination = "192.168.1.0", .netmask = "33",
	             .gateway = "10.160.1.1");
	ROUTE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .destination = "192.168.1.0");
	ROUTE_FAILS (IP_DRIVER_INVALID, .tenant = tenant, .block = block, .gateway = "10.160.1.1");
	ROUTE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = tenant, .block = fresh_id (), .destination = "192.168.1.0",
	             .gateway = "10.160.1.1");
	ROUTE_FAILS (IP_DRIVER_NOT_FOUND, .tenant = fresh ("tenant"), .block = block, .destination = "192.168.1.0",
	             .gateway = "10.160.1.1");
	g_autoptr (ip_driver_route) made =
		ROUTE (.tenant = tenant, .block = block, .destination = "192.168.1.0", .gateway = "10.160.1.1");
	/* A route is found only through its own block. */
	GET_FAILS (IP_DRIVER_NOT_FOUND, route_get, route, tenant, beside, made->id);
	GET_FAILS (IP_DRIVER_NOT_FOUND, route_get, route, tenant, block, fresh_id ());
	RUN_FAILS (IP_DRIVER_NOT_FOUND, route_delete, tenant, beside, made->id);
	if (supports ("chosen_ids")) {
		const char *id = fresh_id ();
		g_autoptr (ip_driver_route) chosen = ROUTE (.tenant = tenant, .block = block, .id = id,
		                                            .destination = "192.168.2.0", .gateway = "10.160.1.2");
		CHECK_TEXT (chosen->id, id);
		ROUTE_FAILS (IP_DRIVER_DUPLICATE, .tenant = tenant, .block = beside, .id = id,
		             .destination = "192.168.3.0", .gateway = "10.160.2.2");
	}
}

void
case_route_list (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.160.3.0/24");
	const char *beside = new_block (tenant, NULL, "10.160.4.0/24");
	g_autoptr (GPtrArray) want = texts_new ();
	g_autoptr (GPtrArray) none = texts_new ();
	CHECK_PAGES (none, route_list, routes, id, .tenant = tenant, .block = block);
	for (int i = 0; i < 9; i++) {
		g_autoptr (ip_driver_route) made =
			ROUTE (.tenant = tenant, .block = block, .destination = text ("192.168.%d.0", 99 - i),
		               .netmask = "24", .gateway = "10.160.3.1");
		texts_add (want, made->id);
	}
	CHECK_PAGES (want, route_list, routes, id, .tenant = tenant, .block = block);
	reopen ();
	CHECK_PAGES (want, route_list, routes, id, .tenant = tenant, .block = block);
	CHECK_PAGES (none, route_list, routes, id, .tenant = tenant, .block = beside);
	DO_FAILS (IP_DRIVER_NOT_FOUND, route_list, routes, .tenant = fresh ("tenant"), .block = block);
	RUN (route_delete, tenant, block, want->pdata[4]);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, route_delete, tenant, block, want->pdata[4]);
	g_ptr_array_remove_index (want, 4);
	reopen ();
	CHECK_PAGES (want, route_list, routes, id, .tenant = tenant, .block = block);
}

void
case_route_update (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.160.5.0/24");
	g_autoptr (ip_driver_route) made = ROUTE (.tenant = tenant, .block = block, .destination = "192.168.128.0",
	                                          .netmask = "255.255.128.0", .gateway = "10.160.5.1");
#define UPDATE(...) DO (route_update, route, .tenant = tenant, .block = block, .id = made->id, __VA_ARGS__)
#define UPDATE_FAILS(status, ...)                                                                                      \
	DO_FAILS (status, route_update, route, .tenant = tenant, .block = block, .id = made->id, __VA_ARGS__)
	g_autoptr (ip_driver_route) gateway = UPDATE (.set = IP_DRIVER_ROUTE_SET_GATEWAY, .destination = "192.168.9.9",
	                                              .netmask = "8", .gateway = "10.160.5.2");
	CHECK_ROUTE (gateway, block, "192.168.128.0", "255.255.128.0", "10.160.5.2");
	/* The result follows the rules of creation: a shorter netmask clears more of the destination. */
	g_autoptr (ip_driver_route) netmask =
		UPDATE (.set = IP_DRIVER_ROUTE_SET_NETMASK, .destination = "192.168.9.9", .netmask = "16");
	CHECK_ROUTE (netmask, block, "192.168.0.0", "255.255.0.0", "10.160.5.2");
	g_autoptr (ip_driver_route) destination =
		UPDATE (.set = IP_DRIVER_ROUTE_SET_DESTINATION, .destination = "172.16.9.9", .gateway = "10.160.5.9");
	CHECK_ROUTE (destination, block, "172.16.0.0", "255.255.0.0", "10.160.5.2");
	g_autoptr (ip_driver_route) cleared = UPDATE (.set = IP_DRIVER_ROUTE_SET_NETMASK);
	CHECK_ROUTE (cleared, block, "172.16.0.0", NULL, "10.160.5.2");
	UPDATE_FAILS (IP_DRIVER_INVALID, .set = IP_DRIVER_ROUTE_SET_GATEWAY, .gateway = "2001:db8::7");
	UPDATE_FAILS (IP_DRIVER_INVALID, .set = IP_DRIVER_ROUTE_SET_GATEWAY);
	UPDATE_FAILS (IP_DRIVER_INVALID, .set = IP_DRIVER_ROUTE_SET_DESTINATION);
	UPDATE_FAILS (IP_DRIVER_INVALID, .set = 0x8);
	UPDATE_FAILS (IP_DRIVER_INVALID, .set = IP_DRIVER_ROUTE_SET_NETMASK, .netmask = "64");
	DO_FAILS (IP_DRIVER_NOT_FOUND, route_update, route, .tenant = tenant, .block = block, .id = fresh_id (),
	          .set = IP_DRIVER_ROUTE_SET_NETMASK);
	DO_FAILS (IP_DRIVER_NOT_FOUND, route_update, route, .tenant = fresh ("tenant"), .block = block, .id = made->id,
	          .set = IP_DRIVER_ROUTE_SET_NETMASK, .netmask = "9");
	reopen ();
	g_autoptr (ip_driver_route) got = GET (route_get, route, tenant, block, made->id);
	CHECK_ROUTE (got, block, "172.16.0.0", NULL, "10.160.5.2");
	/* All three at once may change even the family. */
	g_autoptr (ip_driver_route) all =
		UPDATE (.set = IP_DRIVER_ROUTE_SET_DESTINATION | IP_DRIVER_ROUTE_SET_NETMASK |
	                       IP_DRIVER_ROUTE_SET_GATEWAY,
	                .destination = "2001:db8:7::9", .netmask = "64", .gateway = "fe80::9");
	CHECK_ROUTE (all, block, "2001:db8:7::", "64", "fe80::9");
#undef UPDATE
#undef UPDATE_FAILS
}

/* Routes go with their block. */
void
case_route_of_deleted_block (void)
{
	const char *tenant = fresh ("tenant");
	const char *block = new_block (tenant, NULL, "10.160.6.0/24");
	g_autoptr (ip_driver_route) made =
		ROUTE (.tenant = tenant, .block = block, .destination = "192.168.1.0", .gateway = "10.160.6.1");
	RUN (block_delete, tenant, block);
	GET_FAILS (IP_DRIVER_NOT_FOUND, route_get, route, tenant, block, made->id);
	DO_FAILS (IP_DRIVER_NOT_FOUND, route_list, routes, .tenant = tenant, .block = block);
}
