/*
 * What the driver does when it is not known what became of a change, and when a change has failed half-way: nothing is
 * given twice, and nothing is left behind.
 */
#include "fake.h"

#include <string.h>

#include "state.h"

#define BLOCK fake_id (77)
#define FAULT(name, detail) "{\"" name "\": {\"code\": 0, \"message\": \"m\", \"detail\": \"" detail "\"}}"
#define FULL FAULT ("UnprocessableEntity", "IpBlock is full")
#define TAKEN FAULT ("Conflict", "Address is already allocated")
#define NO_MAC FAULT ("BadRequest", "Required params are missing: mac_address")
#define DUPLICATE_MAC                                                                                                  \
	FAULT ("BadRequest", "Failed to save MacAddress because: UNIQUE constraint failed: mac_addresses.address")
#define NOT_FOUND FAULT ("NotFound", "Not Found")
#define RESTING FAULT ("InternalServerError", "'NoneType' object has no attribute 'tenant_id'")

/* The clock of the service when a question is answered: calls of this test take no time. */
#define NOW 0
#define BEFORE (-60)

static ip_driver_error error;

static const char *
address (guint id, const char *text, const char *interface, int age)
{
	return fake_text (
		"{\"id\": \"%s\", \"ip_block_id\": \"%s\", \"address\": \"%s\", \"version\": 4, \"interface_id\": "
		"\"%s\", \"used_by_tenant\": \"t\", \"used_by_device\": null, \"created_at\": \"%s\", "
		"\"updated_at\": \"%s\"}",
		fake_id (id), BLOCK, text, interface, fake_time (age), fake_time (age));
}

static const char *
one_address (guint id, const char *text, const char *interface, int age)
{
	return fake_text ("{\"ip_address\": %s}", address (id, text, interface, age));
}

static const char *
held (guint id, const char *text, const char *interface)
{
	return fake_text (
		"{\"id\": \"%s\", \"address\": \"%s\", \"version\": 4, \"interface_id\": \"%s\", \"ip_block\": "
		"{\"id\": \"%s\", \"cidr\": \"10.0.0.0/24\", \"broadcast\": \"10.0.0.255\", \"gateway\": null, "
		"\"network_id\": \"n\", \"netmask\": \"255.255.255.0\", \"dns1\": null, \"dns2\": null, "
		"\"ip_routes\": []}}",
		fake_id (id), text, interface, BLOCK);
}

/* Addresses: held(), or NULL. */
static const char *
interface_of (const char *id, int age, const char *mac, const char *first, const char *second)
{
	return fake_text (
		"{\"interface\": {\"id\": \"%s\", \"tenant_id\": \"t\", \"device_id\": null, \"mac_address\": "
		"%s, \"created_at\": \"%s\", \"updated_at\": \"%s\", \"ip_addresses\": [%s%s%s]}}",
		id, mac ? fake_text ("\"%s\"", mac) : "null", fake_time (age), fake_time (age), first ? first : "",
		second ? ", " : "", second ? second : "");
}

static const char *
policies_of (const char *first, const char *second)
{
	return fake_text ("{\"policies\": [%s%s%s]}", first ? first : "", second ? ", " : "", second ? second : "");
}

static const char *
policy (guint id, const char *name, int age)
{
	return fake_text ("{\"id\": \"%s\", \"tenant_id\": \"t\", \"name\": \"%s\", \"description\": null, "
	                  "\"created_at\": \"%s\", \"updated_at\": \"%s\"}",
	                  fake_id (id), name, fake_time (age), fake_time (age));
}

static ip_driver_status
create_policy (const char *name)
{
	ip_driver_policy_create_args args = IP_DRIVER_POLICY_CREATE_ARGS_INIT;

	args.tenant = "t";
	args.name = name;
	return melange_policy_ops.create (fake_instance (), &args, NULL, &error);
}

/* Nobody knows, and asking does not tell: never tried again, by nobody. */
static void
assert_ambiguous (ip_driver_status status)
{
	assert_int_equal (status, IP_DRIVER_UNAVAILABLE);
	assert_int_equal (error.status, IP_DRIVER_UNAVAILABLE);
	assert_int_equal (error.retryable, 0);
	assert_int_equal (fake_given_count (), 0);
}

static void
creation_lost (void **state)
{
	fake_silence ("POST /tenants/t/policies");
	/* Like it, but older; new, but not like it. */
	fake_answer ("GET /tenants/t/policies*", 200, policies_of (policy (1, "x", BEFORE), policy (2, "y", NOW)), NOW);
	fake_answer ("POST /tenants/t/policies", 201, fake_text ("{\"policy\": %s}", policy (3, "x", NOW)), NOW);
	assert_int_equal (create_policy ("x"), IP_DRIVER_OK);
	assert_int_equal (fake_given_count (), 1);
}

static void
creation_found (void **state)
{
	fake_silence ("POST /tenants/t/policies");
	fake_answer ("GET /tenants/t/policies*", 200, policies_of (policy (1, "x", BEFORE), policy (2, "x", NOW)), NOW);
	assert_int_equal (create_policy ("x"), IP_DRIVER_OK);
	assert_string_equal (fake_given (0), "policy x");
}

/* The answer says that it was created, but not what. */
static void
creation_answered_with_nonsense (void **state)
{
	fake_answer ("POST /tenants/t/policies", 201, "{\"policy\": {\"id\": 5}}", NOW);
	fake_answer ("GET /tenants/t/policies*", 200, policies_of (policy (2, "x", NOW), NULL), NOW);
	assert_int_equal (create_policy ("x"), IP_DRIVER_OK);
	assert_string_equal (fake_given (0), "policy x");
}

static void
creation_ambiguous (void **state)
{
	fake_silence ("POST /tenants/t/policies");
	fake_answer ("GET /tenants/t/policies*", 200, policies_of (policy (1, "x", NOW), policy (2, "x", NOW)), NOW);
	assert_ambiguous (create_policy ("x"));
	fake_silence ("POST /tenants/t/policies");
	fake_silence ("GET /tenants/t/policies*");
	assert_ambiguous (create_policy ("x"));
}

/* What was handed out already is not taken for another, however new it is. */
static void
creation_twice (void **state)
{
	fake_answer ("POST /tenants/t/policies", 201, fake_text ("{\"policy\": %s}", policy (1, "x", NOW)), NOW);
	assert_int_equal (create_policy ("x"), IP_DRIVER_OK);
	fake_silence ("POST /tenants/t/policies");
	fake_answer ("GET /tenants/t/policies*", 200, policies_of (policy (1, "x", NOW), NULL), NOW);
	fake_answer ("POST /tenants/t/policies", 201, fake_text ("{\"policy\": %s}", policy (2, "x", NOW)), NOW);
	assert_int_equal (create_policy ("x"), IP_DRIVER_OK);
	assert_int_equal (fake_given_count (), 2);
}

static void
creation_given_up (void **state)
{
	for (guint i = 0; i < 3; i++) {
		fake_silence ("POST /tenants/t/policies");
		fake_answer ("GET /tenants/t/policies*", 200, policies_of (NULL, NULL), NOW);
	}
	assert_int_equal (create_policy ("x"), IP_DRIVER_UNAVAILABLE);
	assert_int_equal (error.retryable, 1);
}

/* The lost request arrives after the question: then it is in the way of the next one. */
static void
creation_late (void **state)
{
	fake_silence ("POST /tenants/t/policies");
	fake_answer ("GET /tenants/t/policies*", 200, policies_of (NULL, NULL), NOW);
	fake_answer ("POST /tenants/t/policies", 400, FAULT ("BadRequest", "cidr overlaps with"), NOW);
	fake_answer ("GET /tenants/t/policies*", 200, policies_of (policy (2, "x", NOW), NULL), NOW);
	assert_int_equal (create_policy ("x"), IP_DRIVER_OK);
	assert_int_equal (fake_given_count (), 1);
	fake_silence ("POST /tenants/t/policies");
	fake_answer ("GET /tenants/t/policies*", 200, policies_of (NULL, NULL), NOW);
	fake_answer ("POST /tenants/t/policies", 400, FAULT ("BadRequest", "cidr overlaps with"), NOW);
	fake_answer ("GET /tenants/t/policies*", 200, policies_of (NULL, NULL), NOW);
	assert_int_equal (create_policy ("y"), IP_DRIVER_NOT_ALLOWED);
	assert_non_null (strstr (error.message, "overlaps"));
}

static ip_driver_status
allocate (const char *interface, const char *wanted, guint count)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;

	args.tenant = "t";
	args.block = BLOCK;
	args.interface = interface;
	args.address = wanted;
	args.count = count;
	return melange_address_ops.allocate (fake_instance (), &args, NULL, &error);
}

#define POST_ADDRESS fake_text ("POST /tenants/t/ip_blocks/%s/ip_addresses", BLOCK)
#define THE_ADDRESS(text) fake_text ("* /tenants/t/ip_blocks/%s/ip_addresses/" text, BLOCK)

static ip_driver_status
get_interface (void)
{
	return melange_interface_ops.get (fake_instance (), "t", "w", NULL, &error);
}

/* The interface that the driver made is asked, and not shown. */
static void
anonymous_found (void **state)
{
	fake_silence (POST_ADDRESS);
	fake_answer ("GET /tenants/t/interfaces/ipd-*", 200,
	             interface_of ("x", NOW, NULL, held (1, "10.0.0.5", "x"), NULL), NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200,
	             one_address (1, "10.0.0.5", "ipd-0123456789abcdef0123456789abcdef", NOW), NOW);
	assert_int_equal (allocate (NULL, NULL, 1), IP_DRIVER_OK);
	assert_string_equal (fake_given (0), "address 10.0.0.5");
	assert_string_equal (fake_interface (0), fake_interface (1));
}

/* The lost request may yet arrive: it must not give to what the next one gives to. */
static void
anonymous_lost (void **state)
{
	fake_silence (POST_ADDRESS);
	fake_answer ("GET /tenants/t/interfaces/ipd-*", 404, NOT_FOUND, NOW);
	fake_answer ("DELETE /interfaces/ipd-*", 200, NULL, NOW);
	fake_answer (POST_ADDRESS, 201, one_address (1, "10.0.0.5", "v", NOW), NOW);
	assert_int_equal (allocate (NULL, NULL, 1), IP_DRIVER_OK);
	assert_string_equal (fake_interface (0), fake_interface (2));
	assert_string_not_equal (fake_interface (0), fake_interface (3));
}

static void
anonymous_unreachable (void **state)
{
	fake_silence (POST_ADDRESS);
	fake_silence ("GET /tenants/t/interfaces/ipd-*");
	assert_ambiguous (allocate (NULL, NULL, 1));
	/* It is deleted as soon as the service is seen to answer. */
	fake_answer ("GET *", 404, NOT_FOUND, NOW);
	fake_answer ("DELETE /interfaces/ipd-*", 200, NULL, NOW);
	fake_answer ("GET *", 404, NOT_FOUND, NOW);
	for (guint i = 0; i < 2; i++)
		assert_int_equal (get_interface (), IP_DRIVER_NOT_FOUND);
	assert_string_equal (fake_interface (0), fake_interface (3));
}

/* Whoever calls a service that does not answer waits for his own requests, and hardly for what calls before have
 * left behind. */
static void
silence_is_bounded (void **state)
{
	guint before;

	for (guint i = 0; i < 3; i++) {
		before = fake_timeouts ();
		fake_silence (POST_ADDRESS);
		fake_silence ("GET /tenants/t/interfaces/ipd-*");
		assert_ambiguous (allocate (NULL, NULL, 1));
		assert_int_equal (fake_timeouts () - before, 1 + FAKE_RETRIES + 1);
	}
	fake_answer ("GET *", 404, NOT_FOUND, NOW);
	assert_int_equal (get_interface (), IP_DRIVER_NOT_FOUND);
	/* It answers: the first of three is tried once, and the others are not. */
	before = fake_timeouts ();
	fake_silence ("DELETE /interfaces/ipd-*");
	fake_silence ("GET *");
	assert_int_equal (get_interface (), IP_DRIVER_UNAVAILABLE);
	assert_int_equal (fake_timeouts () - before, 1 + FAKE_RETRIES + 1);
	/* So it is when the handle is closed. */
	before = fake_timeouts ();
	fake_silence ("DELETE /interfaces/ipd-*");
	melange_state_free (fake_instance ());
	assert_int_equal (fake_timeouts () - before, FAKE_RETRIES + 1);
}

/* Nor for giving back what a call has obtained. */
static void
silence_is_not_asked_for_more (void **state)
{
	for (guint i = 0; i < 2; i++)
		fake_answer (POST_ADDRESS, 201, one_address (1 + i, fake_text ("10.0.0.%u", 5 + i), "v", NOW), NOW);
	fake_silence (POST_ADDRESS);
	fake_silence ("GET /tenants/t/interfaces/v");
	assert_ambiguous (allocate ("v", NULL, 3));
	/* The refusal is told without its finer reason. */
	fake_answer (POST_ADDRESS, 422, FULL, NOW);
	fake_silence ("DELETE /interfaces/ipd-*");
	assert_int_equal (allocate (NULL, "10.0.0.5", 1), IP_DRIVER_EXHAUSTED);
	assert_int_equal (fake_timeouts (), 1 + 2 * (FAKE_RETRIES + 1));
}

/* An answer that makes no sense is none: the interface is not forgotten. */
static void
settling_answered_with_nonsense (void **state)
{
	fake_silence (POST_ADDRESS);
	fake_silence ("GET /tenants/t/interfaces/ipd-*");
	assert_ambiguous (allocate (NULL, NULL, 1));
	fake_answer ("GET *", 404, NOT_FOUND, NOW);
	assert_int_equal (get_interface (), IP_DRIVER_NOT_FOUND);
	fake_answer ("DELETE /interfaces/ipd-*", 404, NULL, NOW);
	fake_answer ("GET *", 404, NOT_FOUND, NOW);
	assert_int_equal (get_interface (), IP_DRIVER_NOT_FOUND);
	fake_answer ("DELETE /interfaces/ipd-*", 200, NULL, NOW);
	melange_state_free (fake_instance ());
	assert_string_equal (fake_interface (0), fake_interface (5));
}

/* A refusal leaves the interface. */
static void
anonymous_refused (void **state)
{
	fake_answer (POST_ADDRESS, 422, FULL, NOW);
	fake_answer ("DELETE /interfaces/ipd-*", 200, NULL, NOW);
	assert_int_equal (allocate (NULL, NULL, 1), IP_DRIVER_EXHAUSTED);
	assert_string_equal (fake_interface (0), fake_interface (1));
	/* But not in our own service, nor where there is no such block. */
	fake_answer (POST_ADDRESS, 422, FAULT ("Own", "exhausted"), NOW);
	assert_int_equal (allocate (NULL, NULL, 1), IP_DRIVER_EXHAUSTED);
	fake_answer (POST_ADDRESS, 404, NOT_FOUND, NOW);
	assert_int_equal (allocate (NULL, NULL, 1), IP_DRIVER_NOT_FOUND);
	assert_int_equal (fake_request_count (), 4);
}

/* Only what is new, and was not handed out, can be what was allocated. */
static void
named_found (void **state)
{
	fake_answer (POST_ADDRESS, 201, one_address (1, "10.0.0.5", "v", NOW), NOW);
	assert_int_equal (allocate ("v", NULL, 1), IP_DRIVER_OK);
	fake_silence (POST_ADDRESS);
	fake_answer ("GET /tenants/t/interfaces/v", 200,
	             interface_of ("v", BEFORE, NULL, held (1, "10.0.0.5", "v"), held (2, "10.0.0.6", "v")), NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200, one_address (1, "10.0.0.5", "v", NOW), NOW);
	fake_answer (THE_ADDRESS ("10.0.0.6"), 200, one_address (2, "10.0.0.6", "v", NOW), NOW);
	assert_int_equal (allocate ("v", NULL, 1), IP_DRIVER_OK);
	assert_string_equal (fake_given (1), "address of v 10.0.0.6");
}

static void
named_lost (void **state)
{
	fake_silence (POST_ADDRESS);
	fake_answer ("GET /tenants/t/interfaces/v", 200,
	             interface_of ("v", BEFORE, NULL, held (1, "10.0.0.5", "v"), NULL), NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200, one_address (1, "10.0.0.5", "v", BEFORE), NOW);
	fake_answer (POST_ADDRESS, 201, one_address (2, "10.0.0.6", "v", NOW), NOW);
	assert_int_equal (allocate ("v", NULL, 1), IP_DRIVER_OK);
	assert_string_equal (fake_given (0), "address of v 10.0.0.6");
}

static void
named_ambiguous (void **state)
{
	fake_silence (POST_ADDRESS);
	fake_answer ("GET /tenants/t/interfaces/v", 200,
	             interface_of ("v", BEFORE, NULL, held (1, "10.0.0.5", "v"), held (2, "10.0.0.6", "v")), NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200, one_address (1, "10.0.0.5", "v", NOW), NOW);
	fake_answer (THE_ADDRESS ("10.0.0.6"), 200, one_address (2, "10.0.0.6", "v", NOW), NOW);
	assert_ambiguous (allocate ("v", NULL, 1));
}

/* Of two that are new, the wanted one. */
static void
wanted_found (void **state)
{
	fake_silence (POST_ADDRESS);
	fake_answer ("GET /tenants/t/interfaces/v", 200,
	             interface_of ("v", BEFORE, NULL, held (1, "10.0.0.5", "v"), held (2, "10.0.0.6", "v")), NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200, one_address (1, "10.0.0.5", "v", NOW), NOW);
	fake_answer (THE_ADDRESS ("10.0.0.6"), 200, one_address (2, "10.0.0.6", "v", NOW), NOW);
	assert_int_equal (allocate ("v", "10.0.0.5", 1), IP_DRIVER_OK);
	assert_string_equal (fake_given (0), "address of v 10.0.0.5");
}

static void
wanted_late (void **state)
{
	fake_silence (POST_ADDRESS);
	fake_answer ("GET /tenants/t/interfaces/v", 404, NOT_FOUND, NOW);
	fake_answer (POST_ADDRESS, 409, TAKEN, NOW);
	fake_answer ("GET /tenants/t/interfaces/v", 200, interface_of ("v", NOW, NULL, held (1, "10.0.0.5", "v"), NULL),
	             NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200, one_address (1, "10.0.0.5", "v", NOW), NOW);
	assert_int_equal (allocate ("v", "10.0.0.5", 1), IP_DRIVER_OK);
	assert_string_equal (fake_given (0), "address of v 10.0.0.5");
}

static void
wanted_refused (void **state)
{
	fake_answer (POST_ADDRESS, 409, TAKEN, NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200, one_address (1, "10.0.0.5", "w", NOW), NOW);
	assert_int_equal (allocate ("v", "10.0.0.5", 1), IP_DRIVER_DUPLICATE);
	assert_non_null (strstr (error.message, "10.0.0.5"));
	/* The service says the same of one that rests. */
	fake_answer (POST_ADDRESS, 409, TAKEN, NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 500, RESTING, NOW);
	assert_int_equal (allocate ("v", "10.0.0.5", 1), IP_DRIVER_LOCKED);
	/* "Full" comes before all other reasons. */
	const char *block =
		fake_text ("{\"ip_block\": {\"id\": \"%s\", \"tenant_id\": \"t\", \"cidr\": \"10.0.0.0/24\", "
	                   "\"type\": \"private\"}}",
	                   BLOCK);
	fake_answer (POST_ADDRESS, 422, FULL, NOW);
	fake_answer (fake_text ("GET /tenants/t/ip_blocks/%s", BLOCK), 200, block, NOW);
	assert_int_equal (allocate ("v", "10.0.1.5", 1), IP_DRIVER_NOT_IN_BLOCK);
	fake_answer (POST_ADDRESS, 422, FULL, NOW);
	fake_answer (fake_text ("GET /tenants/t/ip_blocks/%s", BLOCK), 200, block, NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 404, NOT_FOUND, NOW);
	assert_int_equal (allocate ("v", "10.0.0.5", 1), IP_DRIVER_EXHAUSTED);
	assert_int_equal (fake_given_count (), 0);
}

/* Another address than the wanted one, or one of another block, is no answer. */
static void
answered_with_another (void **state)
{
	fake_answer (POST_ADDRESS, 201, one_address (1, "10.0.0.6", "v", NOW), NOW);
	fake_silence ("GET /tenants/t/interfaces/v");
	assert_ambiguous (allocate ("v", "10.0.0.5", 1));
}

/* All or none: what was got is given back. */
static void
many (void **state)
{
	for (guint i = 0; i < 2; i++)
		fake_answer (POST_ADDRESS, 201, one_address (1 + i, fake_text ("10.0.0.%u", 5 + i), "v", NOW), NOW);
	fake_answer (POST_ADDRESS, 422, FULL, NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200, NULL, NOW);
	fake_answer (THE_ADDRESS ("10.0.0.6"), 200, NULL, NOW);
	assert_int_equal (allocate ("v", NULL, 3), IP_DRIVER_EXHAUSTED);
	assert_int_equal (fake_given_count (), 0);
	assert_true (g_str_has_prefix (fake_request (3), "DELETE "));
	assert_true (g_str_has_prefix (fake_request (4), "DELETE "));
	/* On interfaces of the driver: with them, each once. */
	fake_answer (POST_ADDRESS, 201, one_address (3, "10.0.0.7", "v", NOW), NOW);
	fake_answer (POST_ADDRESS, 422, FULL, NOW);
	fake_answer ("DELETE /interfaces/ipd-*", 200, NULL, NOW);
	fake_answer ("DELETE /interfaces/ipd-*", 200, NULL, NOW);
	assert_int_equal (allocate (NULL, NULL, 3), IP_DRIVER_EXHAUSTED);
	assert_int_equal (fake_given_count (), 0);
	assert_string_equal (fake_interface (6), fake_interface (7));
	assert_string_equal (fake_interface (5), fake_interface (8));
}

/* One of several is lost: what was obtained before is not given up with it. */
static void
many_and_one_lost (void **state)
{
	fake_answer (POST_ADDRESS, 201, one_address (1, "10.0.0.5", "v", NOW), NOW);
	fake_silence (POST_ADDRESS);
	fake_answer ("GET /tenants/t/interfaces/ipd-*", 404, NOT_FOUND, NOW);
	fake_answer ("DELETE /interfaces/ipd-*", 404, NOT_FOUND, NOW);
	fake_answer (POST_ADDRESS, 201, one_address (2, "10.0.0.6", "v", NOW), NOW);
	assert_int_equal (allocate (NULL, NULL, 2), IP_DRIVER_OK);
	assert_int_equal (fake_given_count (), 2);
	assert_string_equal (fake_interface (3), fake_interface (1));
	assert_string_not_equal (fake_interface (3), fake_interface (0));
	assert_string_not_equal (fake_interface (4), fake_interface (1));
}

/* The same where all are to be on one interface, whose id the driver chooses. */
static void
many_on_a_device (void **state)
{
	ip_driver_address_allocate_args args = IP_DRIVER_ADDRESS_ALLOCATE_ARGS_INIT;

	args.tenant = "t";
	args.block = BLOCK;
	args.device = "d";
	args.count = 2;
	fake_answer (POST_ADDRESS, 201, one_address (1, "10.0.0.5", "v", NOW), NOW);
	fake_silence (POST_ADDRESS);
	fake_answer ("GET /tenants/t/interfaces/*", 200, interface_of ("v", NOW, NULL, held (1, "10.0.0.5", "v"), NULL),
	             NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200, one_address (1, "10.0.0.5", "v", NOW), NOW);
	fake_answer (POST_ADDRESS, 201, one_address (2, "10.0.0.6", "v", NOW), NOW);
	assert_int_equal (melange_address_ops.allocate (fake_instance (), &args, NULL, &error), IP_DRIVER_OK);
	assert_int_equal (fake_given_count (), 2);
	assert_string_equal (fake_interface (0), fake_interface (4));
}

/* "Cannot allocate at this time" although others are free: the next call goes on. */
static void
races (void **state)
{
	fake_answer (POST_ADDRESS, 409, FAULT ("Conflict", "Cannot allocate address for block x at this time"), NOW);
	fake_answer (POST_ADDRESS, 201, one_address (1, "10.0.0.5", "v", NOW), NOW);
	assert_int_equal (allocate ("v", NULL, 1), IP_DRIVER_OK);
	assert_int_equal (fake_given_count (), 1);
}

#define POST_NETWORK "POST /tenants/t/networks/n/interfaces/*/ip_allocations"

static ip_driver_status
allocate_on (const char *interface, const char *const *addresses, gsize count)
{
	ip_driver_network_allocate_args args = IP_DRIVER_NETWORK_ALLOCATE_ARGS_INIT;

	args.tenant = "t";
	args.network = "n";
	args.interface = interface;
	args.addresses = addresses;
	args.address_count = count;
	return melange_network_ops.allocate (fake_instance (), &args, NULL, &error);
}

/* What the service leaves out without a word. */
static void
network_partly (void **state)
{
	static const char *const wanted[] = {"10.0.0.5", "10.0.0.6"};
	const char *blocks = fake_text ("{\"ip_blocks\": [{\"id\": \"%s\", \"cidr\": \"10.0.0.0/24\"}]}", BLOCK);

	fake_answer (POST_NETWORK, 201, fake_text ("{\"ip_addresses\": [%s]}", held (1, "10.0.0.5", "v")), NOW);
	fake_answer ("GET /tenants/t/networks/n", 200, blocks, NOW);
	fake_answer (THE_ADDRESS ("10.0.0.6"), 500, RESTING, NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200, NULL, NOW);
	assert_int_equal (allocate_on ("v", wanted, 2), IP_DRIVER_LOCKED);
	assert_non_null (strstr (error.message, "10.0.0.6"));
	assert_true (g_str_has_prefix (fake_request (3), "DELETE "));
	fake_answer (POST_NETWORK, 201, "{\"ip_addresses\": []}", NOW);
	fake_answer ("GET /tenants/t/networks/n", 200, "{\"ip_blocks\": []}", NOW);
	assert_int_equal (allocate_on ("v", wanted, 1), IP_DRIVER_NOT_IN_BLOCK);
	assert_int_equal (fake_given_count (), 0);
}

/* Both families, but no MAC: the service keeps the IPv4 address. */
static void
network_without_mac (void **state)
{
	/* On an interface that was there. */
	fake_answer (POST_NETWORK, 400, NO_MAC, NOW);
	fake_answer ("GET /tenants/t/interfaces/v", 200,
	             interface_of ("v", BEFORE, NULL, held (1, "10.0.0.5", "v"), held (2, "10.0.0.6", "v")), NOW);
	fake_answer ("GET /tenants/t/interfaces/v", 200,
	             interface_of ("v", BEFORE, NULL, held (1, "10.0.0.5", "v"), held (2, "10.0.0.6", "v")), NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200, one_address (1, "10.0.0.5", "v", BEFORE), NOW);
	fake_answer (THE_ADDRESS ("10.0.0.6"), 200, one_address (2, "10.0.0.6", "v", NOW), NOW);
	fake_answer (THE_ADDRESS ("10.0.0.6"), 200, NULL, NOW);
	assert_int_equal (allocate_on ("v", NULL, 0), IP_DRIVER_INVALID);
	assert_true (g_str_has_prefix (fake_request (5), "DELETE "));
	/* On one that this call made: it would be there without its MAC. */
	fake_answer (POST_NETWORK, 400, NO_MAC, NOW);
	fake_answer ("GET /tenants/t/interfaces/v", 200, interface_of ("v", NOW, NULL, NULL, NULL), NOW);
	fake_answer ("DELETE /interfaces/v", 200, NULL, NOW);
	assert_int_equal (allocate_on ("v", NULL, 0), IP_DRIVER_INVALID);
}

static void
network_found (void **state)
{
	fake_silence (POST_NETWORK);
	fake_answer ("GET /tenants/t/interfaces/v", 200, interface_of ("v", NOW, NULL, held (1, "10.0.0.5", "v"), NULL),
	             NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200, one_address (1, "10.0.0.5", "v", NOW), NOW);
	assert_int_equal (allocate_on ("v", NULL, 0), IP_DRIVER_OK);
	assert_string_equal (fake_given (0), "allocation 10.0.0.5");
}

/* The oldest block has subnets: the first one that has none gives the address. */
static void
network_with_subnets (void **state)
{
	const char *const subnetted = FAULT ("UnprocessableEntity", "Subnetted block cannot allocate IPAddress");
	const char *blocks =
		fake_text ("{\"ip_blocks\": [{\"id\": \"%s\", \"cidr\": \"10.0.0.0/16\"}, {\"id\": \"%s\", "
	                   "\"cidr\": \"10.0.0.0/24\"}]}",
	                   fake_id (76), BLOCK);

	fake_answer (POST_NETWORK, 422, subnetted, NOW);
	fake_answer ("GET /tenants/t/interfaces/v", 404, NOT_FOUND, NOW);
	fake_answer ("GET /tenants/t/networks/n", 200, blocks, NOW);
	fake_answer (fake_text ("POST /tenants/t/ip_blocks/%s/ip_addresses", fake_id (76)), 422, subnetted, NOW);
	fake_answer (POST_ADDRESS, 201, one_address (1, "10.0.0.5", "v", NOW), NOW);
	fake_answer ("GET /tenants/t/networks/n/interfaces/v/ip_allocations", 200,
	             fake_text ("{\"ip_addresses\": [%s, %s]}", held (2, "10.0.0.4", "v"), held (1, "10.0.0.5", "v")),
	             NOW);
	assert_int_equal (allocate_on ("v", NULL, 0), IP_DRIVER_OK);
	assert_int_equal (fake_given_count (), 1);
	assert_string_equal (fake_given (0), "allocation 10.0.0.5");
	/* None has an address to give. */
	fake_answer (POST_NETWORK, 422, subnetted, NOW);
	fake_answer ("GET /tenants/t/interfaces/v", 404, NOT_FOUND, NOW);
	fake_answer ("GET /tenants/t/networks/n", 200, blocks, NOW);
	fake_answer (fake_text ("POST /tenants/t/ip_blocks/%s/ip_addresses", fake_id (76)), 422, subnetted, NOW);
	fake_answer (POST_ADDRESS, 422, FULL, NOW);
	assert_int_equal (allocate_on ("v", NULL, 0), IP_DRIVER_EXHAUSTED);
}

static void
network_late (void **state)
{
	static const char *const wanted[] = {"10.0.0.5"};

	fake_silence (POST_NETWORK);
	fake_answer ("GET /tenants/t/interfaces/v", 404, NOT_FOUND, NOW);
	fake_answer (POST_NETWORK, 201, "{\"ip_addresses\": []}", NOW);
	fake_answer ("GET /tenants/t/interfaces/v", 200, interface_of ("v", NOW, NULL, held (1, "10.0.0.5", "v"), NULL),
	             NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200, one_address (1, "10.0.0.5", "v", NOW), NOW);
	assert_int_equal (allocate_on ("v", wanted, 1), IP_DRIVER_OK);
	assert_string_equal (fake_given (0), "allocation 10.0.0.5");
}

static ip_driver_status
create_interface (const char *id, const char *mac, const char *network)
{
	ip_driver_interface_create_args args = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	ip_driver_interface_network on = {.network = network};

	args.tenant = "t";
	args.id = id;
	args.mac = mac;
	args.networks = &on;
	args.network_count = network ? 1 : 0;
	return melange_interface_ops.create (fake_instance (), &args, NULL, &error);
}

static void
interface_found (void **state)
{
	fake_silence ("POST /interfaces");
	fake_answer ("GET /tenants/t/interfaces/v", 200,
	             interface_of ("v", NOW, "aa:bb:cc:dd:ee:ff", held (1, "10.0.0.5", "v"), NULL), NOW);
	assert_int_equal (create_interface ("v", "aa:bb:cc:dd:ee:ff", "n"), IP_DRIVER_OK);
	assert_string_equal (fake_given (0), "interface v");
	assert_string_equal (fake_given (1), "with 10.0.0.5");
}

/* It got as far as the interface. */
static void
interface_half_made (void **state)
{
	fake_silence ("POST /interfaces");
	fake_answer ("GET /tenants/t/interfaces/v", 200, interface_of ("v", NOW, NULL, NULL, NULL), NOW);
	fake_answer ("DELETE /interfaces/v", 200, NULL, NOW);
	fake_answer ("POST /interfaces", 201, interface_of ("v", NOW, NULL, held (1, "10.0.0.5", "v"), NULL), NOW);
	assert_int_equal (create_interface ("v", NULL, "n"), IP_DRIVER_OK);
	assert_int_equal (fake_given_count (), 2);
}

static void
interface_late (void **state)
{
	fake_silence ("POST /interfaces");
	fake_answer ("GET /tenants/t/interfaces/v", 404, NOT_FOUND, NOW);
	fake_answer ("POST /interfaces", 400,
	             FAULT ("BadRequest",
	                    "The following values are invalid: {'virtual_interface_id': [u'Virtual Interface v "
	                    "already exists']}"),
	             NOW);
	fake_answer ("GET /tenants/t/interfaces/v", 200, interface_of ("v", NOW, NULL, NULL, NULL), NOW);
	assert_int_equal (create_interface ("v", NULL, NULL), IP_DRIVER_OK);
	assert_string_equal (fake_given (0), "interface v");
}

/* An interface of the caller's name is deleted now or never: later it may be one that he has. */
static void
interface_not_deleted_later (void **state)
{
	fake_silence ("POST /interfaces");
	fake_answer ("GET /tenants/t/interfaces/v", 200, interface_of ("v", NOW, NULL, NULL, NULL), NOW);
	fake_silence ("DELETE /interfaces/v");
	fake_answer ("POST /interfaces", 201, interface_of ("v", NOW, NULL, held (1, "10.0.0.5", "v"), NULL), NOW);
	assert_int_equal (create_interface ("v", NULL, "n"), IP_DRIVER_OK);
	fake_answer ("GET *", 404, NOT_FOUND, NOW);
	assert_int_equal (melange_interface_ops.get (fake_instance (), "t", "w", NULL, &error), IP_DRIVER_NOT_FOUND);
	guint count = fake_request_count ();
	melange_state_free (fake_instance ());
	assert_int_equal (fake_request_count (), count);
}

/* An interface that was there before is somebody's. */
static void
interface_of_another (void **state)
{
	fake_silence ("POST /interfaces");
	fake_answer ("GET /tenants/t/interfaces/v", 200, interface_of ("v", BEFORE, NULL, NULL, NULL), NOW);
	assert_int_equal (create_interface ("v", NULL, NULL), IP_DRIVER_DUPLICATE);
	fake_answer ("POST /interfaces", 400, DUPLICATE_MAC, NOW);
	fake_answer ("GET /tenants/t/interfaces/v", 200, interface_of ("v", BEFORE, NULL, NULL, NULL), NOW);
	assert_int_equal (create_interface ("v", "aa:bb:cc:dd:ee:ff", NULL), IP_DRIVER_DUPLICATE);
	fake_answer ("POST /interfaces", 400,
	             FAULT ("BadRequest",
	                    "The following values are invalid: {'virtual_interface_id': [u'Virtual Interface v "
	                    "already exists']}"),
	             NOW);
	assert_int_equal (create_interface ("v", NULL, NULL), IP_DRIVER_DUPLICATE);
}

static void
interface_refused (void **state)
{
	fake_answer ("POST /interfaces", 400, DUPLICATE_MAC, NOW);
	fake_answer ("GET /tenants/t/interfaces/v", 200, interface_of ("v", NOW, NULL, NULL, NULL), NOW);
	fake_answer ("DELETE /interfaces/v", 200, NULL, NOW);
	assert_int_equal (create_interface ("v", "aa:bb:cc:dd:ee:ff", NULL), IP_DRIVER_DUPLICATE);
	/* One without a name gets a new one. */
	fake_answer ("POST /interfaces", 422, FAULT ("UnprocessableEntity", "No more mac Addresses"), NOW);
	fake_answer ("DELETE /interfaces/*", 200, NULL, NOW);
	assert_int_equal (create_interface (NULL, NULL, NULL), IP_DRIVER_EXHAUSTED);
	assert_string_equal (fake_interface (3), fake_interface (4));
}

/* What is deleted twice is deleted. */
static void
resting_address (void **state)
{
	ip_driver_address_deallocate_args args = IP_DRIVER_ADDRESS_DEALLOCATE_ARGS_INIT;

	fake_answer (THE_ADDRESS ("10.0.0.5"), 500, RESTING, NOW);
	assert_int_equal (melange_address_ops.get (fake_instance (), "t", BLOCK, "10.0.0.5", NULL, &error),
	                  IP_DRIVER_UNAVAILABLE);
	assert_int_equal (error.retryable, 0);
	args.tenant = "t";
	args.block = BLOCK;
	args.address = "10.0.0.5";
	args.id = fake_id (1);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200, one_address (2, "10.0.0.5", "w", NOW), NOW);
	assert_int_equal (melange_address_ops.deallocate (fake_instance (), &args, &error), IP_DRIVER_NOT_FOUND);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200, one_address (1, "10.0.0.5", "w", NOW), NOW);
	fake_answer (THE_ADDRESS ("10.0.0.5"), 200, NULL, NOW);
	assert_int_equal (melange_address_ops.deallocate (fake_instance (), &args, &error), IP_DRIVER_OK);
	assert_true (g_str_has_prefix (fake_request (3), "DELETE "));
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, fake_reset, fake_finish)

int
main (void)
{
	const struct CMUnitTest tests[] = {
		TEST (creation_lost),
		TEST (creation_found),
		TEST (creation_answered_with_nonsense),
		TEST (creation_ambiguous),
		TEST (creation_twice),
		TEST (creation_given_up),
		TEST (creation_late),
		TEST (anonymous_found),
		TEST (anonymous_lost),
		TEST (anonymous_unreachable),
		TEST (anonymous_refused),
		TEST (silence_is_bounded),
		TEST (silence_is_not_asked_for_more),
		TEST (settling_answered_with_nonsense),
		TEST (named_found),
		TEST (named_lost),
		TEST (named_ambiguous),
		TEST (wanted_found),
		TEST (wanted_late),
		TEST (wanted_refused),
		TEST (answered_with_another),
		TEST (many),
		TEST (many_and_one_lost),
		TEST (many_on_a_device),
		TEST (races),
		TEST (network_partly),
		TEST (network_without_mac),
		TEST (network_found),
		TEST (network_late),
		TEST (network_with_subnets),
		TEST (interface_found),
		TEST (interface_half_made),
		TEST (interface_late),
		TEST (interface_not_deleted_later),
		TEST (interface_of_another),
		TEST (interface_refused),
		TEST (resting_address),
	};

	error = (ip_driver_error)IP_DRIVER_ERROR_INIT;
	return cmocka_run_group_tests (tests, NULL, NULL);
}
