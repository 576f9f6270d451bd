/*
 * NAT pairs: many to many, seen from both sides, ended by hand or by the release of either address.
 */
#include "check.h"

/* Addresses of a private (local) and a public (global) block of one tenant. */
struct scene {
	const char *tenant;
	const char *local_block, *global_block;
	const char *local_cidr, *global_cidr;
	ip_driver_address_ref locals[4], globals[4];
};

static struct scene
make_scene (void)
{
	struct scene scene = {
		.tenant = fresh ("tenant"), .local_cidr = "10.180.0.0/28", .global_cidr = fresh_public4 ()};
	g_autoptr (ip_driver_block) global_block = DO (block_create, block, .tenant = scene.tenant,
	                                               .cidr = scene.global_cidr, .type = IP_DRIVER_BLOCK_PUBLIC);
	scene.local_block = new_block (scene.tenant, NULL, scene.local_cidr);
	scene.global_block = text ("%s", global_block->id);
	for (int i = 0; i < 4; i++) {
		scene.locals[i].block = scene.local_block;
		scene.locals[i].address = at (scene.local_cidr, 9 - i);
		scene.globals[i].block = scene.global_block;
		scene.globals[i].address = at (scene.global_cidr, 77 + i);
		allocate_given (scene.tenant, scene.local_block, scene.locals[i].address);
		allocate_given (scene.tenant, scene.global_block, scene.globals[i].address);
	}
	return scene;
}

#define NAT(call, local_index, locals_, global_index, globals_)                                                        \
	RUN (nat_##call,                                                                                               \
	     ARGS (nat_##call, .tenant = scene.tenant, .locals = &scene.locals[local_index], .local_count = (locals_), \
	           .globals = &scene.globals[global_index], .global_count = (globals_)))

/* The partners of an address, separated by blanks. */
static const char *
globals_of (const struct scene *scene, int local)
{
	g_autoptr (ip_driver_addresses) got = DO (nat_list_globals, addresses, .tenant = scene->tenant,
	                                          .block = scene->local_block, .address = scene->locals[local].address);
	const char *joined = "";
	for (size_t i = 0; i < got->count; i++) {
		CHECK_TEXT (got->items[i]->block, scene->global_block);
		joined = text ("%s%s ", joined, strrchr (got->items[i]->address, '.') + 1);
	}
	return joined;
}

static const char *
locals_of (const struct scene *scene, int global)
{
	g_autoptr (ip_driver_addresses) got =
		DO (nat_list_locals, addresses, .tenant = scene->tenant, .block = scene->global_block,
	            .address = scene->globals[global].address);
	const char *joined = "";
	for (size_t i = 0; i < got->count; i++) {
		CHECK_TEXT (got->items[i]->block, scene->local_block);
		joined = text ("%s%s ", joined, strrchr (got->items[i]->address, '.') + 1);
	}
	return joined;
}

void
case_nat_many_to_many (void)
{
	struct scene scene = make_scene ();
	NAT (add, 0, 1, 0, 3);
	NAT (add, 0, 3, 1, 1);
	/* What is there already stays as it is. */
	NAT (add, 0, 1, 0, 3);
	for (int round = 0; round < 2; round++) {
		CHECK_TEXT (globals_of (&scene, 0), "77 78 79 ");
		CHECK_TEXT (globals_of (&scene, 1), "78 ");
		CHECK_TEXT (globals_of (&scene, 2), "78 ");
		CHECK_TEXT (globals_of (&scene, 3), "");
		CHECK_TEXT (locals_of (&scene, 0), "9 ");
		CHECK_TEXT (locals_of (&scene, 1), "7 8 9 ");
		CHECK_TEXT (locals_of (&scene, 2), "9 ");
		CHECK_TEXT (locals_of (&scene, 3), "");
		reopen ();
	}
	/* Pairs have a direction: a global has no globals. */
	g_autoptr (ip_driver_addresses) none = DO (nat_list_globals, addresses, .tenant = scene.tenant,
	                                           .block = scene.global_block, .address = scene.globals[1].address);
	assert_int_equal (none->count, 0);
	/* One pair, then one that is not there, then all of an address. */
	NAT (remove, 0, 1, 0, 1);
	NAT (remove, 0, 1, 0, 1);
	CHECK_TEXT (globals_of (&scene, 0), "78 79 ");
	NAT (remove, 0, 3, 1, 1);
	CHECK_TEXT (locals_of (&scene, 1), "");
	CHECK_TEXT (globals_of (&scene, 0), "79 ");
	NAT (add, 0, 1, 0, 4);
	NAT (add, 2, 1, 2, 2);
	NAT (remove, 0, 1, 0, 0);
	CHECK_TEXT (globals_of (&scene, 0), "");
	CHECK_TEXT (globals_of (&scene, 2), "79 80 ");
	NAT (remove, 0, 0, 2, 1);
	reopen ();
	CHECK_TEXT (globals_of (&scene, 2), "80 ");
}

void
case_nat_refused (void)
{
	struct scene scene = make_scene ();
	ip_driver_address_ref unknown = {.block = scene.global_block, .address = at (scene.global_cidr, 99)};
	ip_driver_address_ref other_id = scene.globals[2];
	other_id.id = fresh_id ();
	ip_driver_address_ref mixed[] = {scene.globals[0], unknown};
	ip_driver_address_ref with_id[] = {scene.globals[0], other_id};
#define REFUSED(status, ...)                                                                                           \
	do {                                                                                                           \
		RUN_FAILS (status, nat_add, ARGS (nat_add, .tenant = scene.tenant, __VA_ARGS__));                      \
	} while (0)
	REFUSED (IP_DRIVER_NOT_FOUND, .locals = scene.locals, .local_count = 1, .globals = mixed, .global_count = 2);
	CHECK_MESSAGE (unknown.address);
	REFUSED (IP_DRIVER_NOT_FOUND, .locals = scene.locals, .local_count = 1, .globals = with_id, .global_count = 2);
	REFUSED (IP_DRIVER_INVALID, .locals = scene.locals, .local_count = 2, .globals = scene.globals,
	         .global_count = 2);
	REFUSED (IP_DRIVER_INVALID, .locals = scene.locals, .local_count = 1);
	REFUSED (IP_DRIVER_INVALID, .globals = scene.globals, .global_count = 1);
	REFUSED (IP_DRIVER_INVALID, .globals = scene.globals, .global_count = 1, .local_count = 1);
#undef REFUSED
	RUN_FAILS (IP_DRIVER_NOT_FOUND, nat_add,
	           ARGS (nat_add, .tenant = fresh ("tenant"), .locals = scene.locals, .local_count = 1,
	                 .globals = scene.globals, .global_count = 1));
	/* All or nothing. */
	CHECK_TEXT (globals_of (&scene, 0), "");
	NAT (add, 0, 1, 0, 1);
	RUN_FAILS (IP_DRIVER_NOT_FOUND, nat_remove,
	           ARGS (nat_remove, .tenant = scene.tenant, .globals = &unknown, .global_count = 1));
	RUN_FAILS (IP_DRIVER_INVALID, nat_remove, ARGS (nat_remove, .tenant = scene.tenant));
	RUN_FAILS (IP_DRIVER_INVALID, nat_remove,
	           ARGS (nat_remove, .tenant = scene.tenant, .locals = scene.locals, .local_count = 2,
	                 .globals = scene.globals, .global_count = 2));
	DO_FAILS (IP_DRIVER_NOT_FOUND, nat_list_globals, addresses, .tenant = fresh ("tenant"),
	          .block = scene.local_block, .address = scene.locals[0].address);
	DO_FAILS (IP_DRIVER_NOT_FOUND, nat_list_locals, addresses, .tenant = scene.tenant, .block = scene.global_block,
	          .address = unknown.address);
	CHECK_TEXT (globals_of (&scene, 0), "77 ");
}

/* A pair ends with either of its addresses, which then rests; a resting one is not paired. */
void
case_nat_release (void)
{
	struct scene scene = make_scene ();
	NAT (add, 0, 1, 0, 3);
	NAT (add, 1, 1, 0, 3);
	DEALLOCATE (.tenant = scene.tenant, .block = scene.local_block, .address = scene.locals[0].address);
	CHECK_TEXT (locals_of (&scene, 0), "8 ");
	DEALLOCATE (.tenant = scene.tenant, .block = scene.global_block, .address = scene.globals[1].address);
	CHECK_TEXT (globals_of (&scene, 1), "77 79 ");
	RUN_FAILS (IP_DRIVER_LOCKED, nat_add,
	           ARGS (nat_add, .tenant = scene.tenant, .locals = scene.locals, .local_count = 1,
	                 .globals = scene.globals, .global_count = 1));
	RUN_FAILS (IP_DRIVER_LOCKED, nat_add,
	           ARGS (nat_add, .tenant = scene.tenant, .locals = &scene.locals[2], .local_count = 1,
	                 .globals = scene.globals, .global_count = 2));
	CHECK_TEXT (globals_of (&scene, 2), "");
	reopen ();
	/* Restored, it has no partners. */
	if (supports ("address.restore")) {
		g_autoptr (ip_driver_address) restored =
			GET (address_restore, address, scene.tenant, scene.local_block, scene.locals[0].address);
		CHECK_TEXT (restored->address, scene.locals[0].address);
		CHECK_TEXT (globals_of (&scene, 0), "");
	}
}

void
case_nat_list (void)
{
	struct scene scene = make_scene ();
	const char *second = new_block (scene.tenant, NULL, "10.180.1.0/27");
	g_autoptr (GPtrArray) want = texts_new ();
	g_autoptr (GPtrArray) want_globals = texts_new ();
	for (int i = 3; i >= 0; i--)
		texts_add (want, scene.locals[i].address);
	for (int i = 7; i > 0; i--) {
		ip_driver_address_ref local = {.block = second, .address = at ("10.180.1.0", 3 * i)};
		allocate_given (scene.tenant, second, local.address);
		RUN (nat_add, ARGS (nat_add, .tenant = scene.tenant, .locals = &local, .local_count = 1,
		                    .globals = scene.globals, .global_count = 1));
	}
	for (int i = 1; i <= 7; i++)
		texts_add (want, at ("10.180.1.0", 3 * i));
	NAT (add, 0, 4, 0, 1);
	for (int i = 0; i < 4; i++)
		texts_add (want_globals, scene.globals[i].address);
	NAT (add, 3, 1, 0, 4);
	for (int round = 0; round < 2; round++) {
		CHECK_PAGES (want, nat_list_locals, addresses, address, .tenant = scene.tenant,
		             .block = scene.global_block, .address = scene.globals[0].address);
		CHECK_PAGES (want_globals, nat_list_globals, addresses, address, .tenant = scene.tenant,
		             .block = scene.local_block, .address = scene.locals[3].address);
		reopen ();
	}
}
