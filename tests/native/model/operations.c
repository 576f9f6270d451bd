/* The operations that a random sequence is made of, and how often each comes. */
#include "operations.h"
#include "choices.h"

void
world_populate (world *self)
{
	static const char *const first[] = {"10.0.0.0/28", "10.0.0.16/29", "10.0.0.8/30", "192.0.2.0/29"};
	static const char *const second[] = {"fd00::/120", "fd00::40/124", "fd00::80/126", "2001:db8:1::/64"};
	void (*const policies[]) (world *) = {step_policy_create, step_policy_range_create, step_policy_octet_create};

	/* Each of them adds to both results alike, so they need not be emptied between. */
	for (size_t i = 0; i < G_N_ELEMENTS (policies) && chance (self, 80); i++) {
		model_step (self->model);
		policies[i](self);
	}
	if (chance (self, 40)) {
		model_step (self->model);
		step_mac_range_create (self);
	}
	model_step (self->model);
	create_block (self, PICK (self, first), IP_DRIVER_BLOCK_PRIVATE, FIRST_NETWORK);
	model_step (self->model);
	const char *network = chance (self, 70) ? FIRST_NETWORK : pick_network (self);
	create_block (self, PICK (self, second), IP_DRIVER_BLOCK_PRIVATE, network);
}

#define ROW(name, weight) {#name, step_##name, weight},

const world_operation world_operations[] = {WORLD_OPERATIONS (ROW)};
const gsize world_operation_count = G_N_ELEMENTS (world_operations);
