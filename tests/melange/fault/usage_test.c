/*
 * Counting a block that the service does not count: against counting one by one. And the next free subnet.
 */
#include "fake.h"

#include <string.h>

#include "block.h"
#include "ip.h"

#define BLOCK fake_id (1)
#define POLICY fake_id (2)
#define ROUNDS 300

static GRand *randomness;

/* A policy, as the service lists it, and the same as a table: of which the offsets count from the block's first. */
typedef struct {
	GString *ranges;
	GString *octets;
	gboolean excluded[256];
} model;

static void
exclude (model *self, int first, int length, int size)
{
	for (int i = MAX (first, 0); i < first + length && i < size; i++)
		self->excluded[i] = TRUE;
}

static void
add_range (model *self, int size)
{
	int offset = g_rand_int_range (randomness, -size - 20, size + 20);
	int length = g_rand_int_range (randomness, 0, size);

	g_string_append_printf (
		self->ranges, "%s{\"id\": \"%s\", \"policy_id\": \"%s\", \"offset\": %d, \"length\": %d}",
		self->ranges->len ? "," : "", fake_id (100 + (guint)self->ranges->len), POLICY, offset, length);
	exclude (self, offset < 0 ? size + offset : offset, length, size);
}

static void
add_octet (model *self, int first, int size)
{
	int octet = g_rand_int_range (randomness, 0, 260);

	g_string_append_printf (self->octets, "%s{\"id\": \"%s\", \"policy_id\": \"%s\", \"octet\": %d}",
	                        self->octets->len ? "," : "", fake_id (90000 + (guint)self->octets->len), POLICY,
	                        octet);
	for (int i = 0; i < size; i++)
		if (first + i == octet)
			self->excluded[i] = TRUE;
}

static void
usage_by_random_policies (void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		int prefix = g_rand_int_range (randomness, 24, 33), size = 1 << (32 - prefix);
		int first = g_rand_int_range (randomness, 0, 256 / size) * size,
		    gateway = g_rand_int_range (randomness, 0, 256);
		int allocated = 0, excluded = 0, inside;
		g_autoptr (GString) addresses = g_string_new (NULL);
		model model = {.ranges = g_string_new (NULL), .octets = g_string_new (NULL)};

		for (int i = g_rand_int_range (randomness, 0, 4); i > 0; i--)
			add_range (&model, size);
		for (int i = g_rand_int_range (randomness, 0, 3); i > 0; i--)
			add_octet (&model, first, size);
		if (size > 2)
			model.excluded[0] = model.excluded[size - 1] = TRUE;
		inside = gateway - first;
		if (inside >= 0 && inside < size)
			model.excluded[inside] = TRUE;
		for (int i = 0; i < size; i++) {
			if (g_rand_int_range (randomness, 0, 8) > 0) {
				excluded += model.excluded[i];
				continue;
			}
			allocated++;
			g_string_append_printf (
				addresses,
				"%s{\"id\": \"%s\", \"ip_block_id\": \"%s\", \"address\": \"10.0.0.%d\", "
				"\"interface_id\": \"v\"}",
				addresses->len ? "," : "", fake_id (1000 + (guint)i), BLOCK, first + i);
		}
		fake_answer (
			fake_text ("GET /tenants/t/ip_blocks/%s", BLOCK), 200,
			fake_text ("{\"ip_block\": {\"id\": \"%s\", \"tenant_id\": \"t\", \"cidr\": \"10.0.0.%d/%d\", "
		                   "\"type\": \"private\", \"gateway\": \"10.0.0.%d\", \"policy_id\": \"%s\"}}",
		                   BLOCK, first, prefix, gateway, POLICY),
			0);
		fake_answer ("GET */unusable_ip_ranges*", 200, fake_text ("{\"ip_ranges\": [%s]}", model.ranges->str),
		             0);
		fake_answer ("GET */unusable_ip_octets*", 200, fake_text ("{\"ip_octets\": [%s]}", model.octets->str),
		             0);
		fake_answer ("GET */subnets", 200, "{\"subnets\": []}", 0);
		fake_answer ("GET */ip_addresses*", 200, fake_text ("{\"ip_addresses\": [%s]}", addresses->str), 0);
		assert_int_equal (melange_block_ops.usage (fake_instance (), "t", BLOCK, NULL, &error), IP_DRIVER_OK);
		assert_string_equal (fake_given ((guint)round),
		                     fake_text ("usage %d allocated %d quarantined 0 excluded %d subnetted 0 free %d",
		                                size, allocated, excluded, size - allocated - excluded));
		g_string_free (model.ranges, TRUE);
		g_string_free (model.octets, TRUE);
	}
}

static void
expect_usage (const char *cidr, const char *subnets, const char *usage)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;

	fake_answer ("GET *", 200,
	             fake_text ("{\"ip_block\": {\"id\": \"%s\", \"tenant_id\": \"t\", \"cidr\": \"%s\", \"type\": "
	                        "\"private\"}}",
	                        BLOCK, cidr),
	             0);
	fake_answer ("GET */subnets", 200, fake_text ("{\"subnets\": [%s]}", subnets), 0);
	fake_answer ("GET */ip_addresses*", 200, "{\"ip_addresses\": []}", 0);
	assert_int_equal (melange_block_ops.usage (fake_instance (), "t", BLOCK, NULL, &error), IP_DRIVER_OK);
	assert_string_equal (fake_given (fake_given_count () - 1), usage);
}

static const char *
subnet (guint id, const char *cidr)
{
	return fake_text (
		"{\"id\": \"%s\", \"tenant_id\": \"t\", \"cidr\": \"%s\", \"type\": \"private\", \"parent_id\": "
		"\"%s\"}",
		fake_id (id), cidr, BLOCK);
}

static void
usage_of_large_blocks (void **state)
{
	expect_usage ("::/0", "",
	              "usage 340282366920938463463374607431768211456 allocated 0 quarantined 0 excluded 2 subnetted 0 "
	              "free 340282366920938463463374607431768211454");
	expect_usage ("::/0", fake_text ("%s, %s", subnet (3, "::/1"), subnet (4, "8000::/1")),
	              "usage 340282366920938463463374607431768211456 allocated 0 quarantined 0 excluded 0 subnetted "
	              "340282366920938463463374607431768211456 free 0");
	expect_usage ("10.0.0.0/31", "", "usage 2 allocated 0 quarantined 0 excluded 0 subnetted 0 free 2");
	expect_usage ("10.0.0.0/16", subnet (3, "10.0.255.0/24"),
	              "usage 65536 allocated 0 quarantined 0 excluded 0 subnetted 256 free 65280");
}

/* A block that has resting addresses cannot be listed. */
static void
usage_of_block_with_resting (void **state)
{
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	const char *const resting = "{\"InternalServerError\": {\"detail\": \"'NoneType' object has no attribute "
				    "'tenant_id'\"}}";

	fake_answer (
		"GET *", 200,
		fake_text ("{\"ip_block\": {\"id\": \"%s\", \"tenant_id\": \"t\", \"cidr\": \"10.0.0.0/29\", \"type\": "
	                   "\"private\"}}",
	                   BLOCK),
		0);
	fake_answer ("GET */subnets", 200, "{\"subnets\": []}", 0);
	fake_answer ("GET */ip_addresses*", 500, resting, 0);
	fake_answer ("GET /allocated_ip_addresses*", 403, "", 0);
	fake_answer (
		"GET /tenants/t/allocated_ip_addresses*", 200,
		fake_text ("{\"ip_addresses\": [{\"id\": \"%s\", \"ip_block_id\": \"%s\", \"address\": \"10.0.0.3\", "
	                   "\"interface_id\": \"v\"}, {\"id\": \"%s\", \"ip_block_id\": \"%s\", \"address\": "
	                   "\"10.9.0.3\", \"interface_id\": \"v\"}]}",
	                   fake_id (8), BLOCK, fake_id (9), fake_id (10)),
		0);
	assert_int_equal (melange_block_ops.usage (fake_instance (), "t", BLOCK, NULL, &error), IP_DRIVER_OK);
	assert_string_equal (fake_given (0), "usage 8 allocated 1 quarantined 0 excluded 2 subnetted 0 free 5");
}

static ip_driver_status
carve (const char *parent, const char *subnets, int length, const char *expected, ip_driver_error *error)
{
	ip_driver_subnet_create_args args = IP_DRIVER_SUBNET_CREATE_ARGS_INIT;

	args.tenant = "t";
	args.block = BLOCK;
	args.prefix_length = length;
	fake_answer ("GET *", 200,
	             fake_text ("{\"ip_block\": {\"id\": \"%s\", \"tenant_id\": \"t\", \"cidr\": \"%s\", \"type\": "
	                        "\"private\"}}",
	                        BLOCK, parent),
	             0);
	fake_answer ("GET */subnets", 200, fake_text ("{\"subnets\": [%s]}", subnets), 0);
	if (expected)
		fake_answer ("POST */subnets", 201, fake_text ("{\"subnet\": %s}", subnet (50, expected)), 0);
	return melange_subnet_ops.create (fake_instance (), &args, NULL, error);
}

static void
next_subnet (void **state)
{
	static const struct {
		const char *parent, *taken[3];
		int length;
		const char *next;
	} cases[] = {
		{"10.0.0.0/16", {NULL}, 24, "10.0.0.0/24"},
		{"10.0.0.0/16", {"10.0.0.0/24"}, 24, "10.0.1.0/24"},
		{"10.0.0.0/16", {"10.0.1.0/24"}, 24, "10.0.0.0/24"},
		{"10.0.0.0/16", {"10.0.0.0/30", "10.0.1.0/24"}, 24, "10.0.2.0/24"},
		{"10.0.0.0/16", {"10.0.1.0/24", "10.0.0.0/24"}, 23, "10.0.2.0/23"},
		{"10.0.0.0/24", {"10.0.0.0/25", "10.0.0.192/26"}, 26, "10.0.0.128/26"},
		{"10.0.0.0/24", {"10.0.0.0/25", "10.0.0.192/26"}, 25, NULL},
		{"255.255.255.0/24", {"255.255.255.0/25", "255.255.255.128/25"}, 30, NULL},
		{"::/0", {"::/1"}, 1, "8000::/1"},
		{"::/0", {"8000::/1", "::/1"}, 128, NULL},
		{"fd00::/64", {"fd00::/127"}, 128, "fd00::2/128"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
		ip_driver_error error = IP_DRIVER_ERROR_INIT;
		g_autoptr (GString) taken = g_string_new (NULL);

		for (guint j = 0; j < 3 && cases[i].taken[j]; j++)
			g_string_append_printf (taken, "%s%s", j ? "," : "", subnet (20 + j, cases[i].taken[j]));
		guint given = fake_given_count ();
		ip_driver_status status = carve (cases[i].parent, taken->str, cases[i].length, cases[i].next, &error);
		if (!cases[i].next) {
			assert_int_equal (status, IP_DRIVER_EXHAUSTED);
			continue;
		}
		assert_int_equal (status, IP_DRIVER_OK);
		assert_string_equal (fake_given (given), fake_text ("block %s", cases[i].next));
		assert_non_null (strstr (fake_request (fake_request_count () - 1),
		                         fake_text ("\"cidr\":\"%s\"", cases[i].next)));
	}
}

/* Another takes it in between: the next one. What stays in the way is an error. */
static void
next_subnet_race (void **state)
{
	const char *const overlap =
		"{\"BadRequest\": {\"detail\": \"The following values are invalid: {'cidr': [u'cidr "
		"overlaps with sibling 10.0.0.0/24']}\"}}";
	ip_driver_subnet_create_args args = IP_DRIVER_SUBNET_CREATE_ARGS_INIT;
	ip_driver_error error = IP_DRIVER_ERROR_INIT;
	const char *block =
		fake_text ("{\"ip_block\": {\"id\": \"%s\", \"tenant_id\": \"t\", \"cidr\": \"10.0.0.0/16\", "
	                   "\"type\": \"private\"}}",
	                   BLOCK);

	args.tenant = "t";
	args.block = BLOCK;
	args.prefix_length = 24;
	fake_answer ("GET *", 200, block, 0);
	fake_answer ("GET */subnets", 200, "{\"subnets\": []}", 0);
	fake_answer ("POST */subnets", 400, overlap, 0);
	fake_answer ("GET */subnets", 200, fake_text ("{\"subnets\": [%s]}", subnet (3, "10.0.0.0/24")), 0);
	fake_answer ("POST */subnets", 201, fake_text ("{\"subnet\": %s}", subnet (4, "10.0.1.0/24")), 0);
	assert_int_equal (melange_subnet_ops.create (fake_instance (), &args, NULL, &error), IP_DRIVER_OK);
	fake_answer ("GET *", 200, block, 0);
	fake_answer ("GET */subnets", 200, "{\"subnets\": []}", 0);
	fake_answer ("POST */subnets", 400, overlap, 0);
	fake_answer ("GET */subnets", 200, "{\"subnets\": []}", 0);
	assert_int_equal (melange_subnet_ops.create (fake_instance (), &args, NULL, &error), IP_DRIVER_NOT_ALLOWED);
	assert_non_null (strstr (error.message, "overlaps"));
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, fake_reset, fake_finish)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		TEST (usage_by_random_policies),
		TEST (usage_of_large_blocks),
		TEST (usage_of_block_with_resting),
		TEST (next_subnet),
		TEST (next_subnet_race),
	};
	const char *given = g_getenv ("IP_DRIVER_SEED");
	guint32 seed = given ? (guint32)g_ascii_strtoull (given, NULL, 10) : g_random_int ();
	int failed;

	print_message ("# seed %u\n", seed);
	randomness = g_rand_new_with_seed (seed);
	failed = cmocka_run_group_tests (tests, NULL, NULL);
	g_rand_free (randomness);
	return failed;
}
