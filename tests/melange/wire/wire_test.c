/*
 * The wire format: every type of every operation there and back, what is left out, what is refused, and what
 * strangers may send. That the tables agree with the headers is tables.py's business.
 */
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ELEMENTS 2

/* Every value that fill() makes is another one. */
static gint64 counter;

static gpointer
take (GPtrArray *garbage, gsize size)
{
	gpointer chunk = g_malloc0 (size);

	g_ptr_array_add (garbage, chunk);
	return chunk;
}

static char *
text (GPtrArray *garbage)
{
	char *value = g_strdup_printf ("%" G_GINT64_FORMAT " \"\\/ äß", ++counter);

	g_ptr_array_add (garbage, value);
	return value;
}

/* Fills every field of the table. */
static void
fill (const wire_type *type, char *value, GPtrArray *garbage)
{
	if (type->sized)
		*(gsize *)value = type->size;
	for (gsize i = 0; i < type->field_count; i++) {
		const wire_field *field = &type->fields[i];
		char *place = value + field->offset;
		char *structs;
		gpointer *pointers;

		if (field->bit != 0 && field->kind != WIRE_FLAG)
			*(guint32 *)(value + type->set_offset) |= field->bit;
		switch (field->kind) {
		case WIRE_TEXT:
		case WIRE_FREE_TEXT:
			*(char **)place = text (garbage);
			break;
		case WIRE_INT32:
			*(gint32 *)place = (gint32) - (++counter);
			break;
		case WIRE_UINT32:
			*(guint32 *)place = G_MAXUINT32 - (guint32)++counter;
			break;
		case WIRE_INT64:
			*(gint64 *)place = G_MININT64 + ++counter;
			break;
		case WIRE_UINT64:
			*(guint64 *)place = G_MAXINT64 - (guint64)++counter;
			break;
		case WIRE_CHOICE:
			*(gint32 *)place = 1 + (gint32)(++counter % 2);
			break;
		case WIRE_FLAG:
			*(guint32 *)place |= field->bit;
			break;
		case WIRE_STRUCT:
			*(gpointer *)place = take (garbage, field->type->size);
			fill (field->type, *(gpointer *)place, garbage);
			break;
		case WIRE_TEXTS:
			*(gpointer *)place = pointers = take (garbage, ELEMENTS * sizeof *pointers);
			for (gsize n = 0; n < ELEMENTS; n++)
				pointers[n] = text (garbage);
			*(gsize *)(value + field->count_offset) = ELEMENTS;
			break;
		case WIRE_STRUCTS:
		case WIRE_POINTERS:
			structs = take (garbage, ELEMENTS * field->type->size);
			pointers = take (garbage, ELEMENTS * sizeof *pointers);
			for (gsize n = 0; n < ELEMENTS; n++) {
				pointers[n] = structs + n * field->type->size;
				fill (field->type, pointers[n], garbage);
			}
			*(gpointer *)place = field->kind == WIRE_STRUCTS ? (gpointer)structs : (gpointer)pointers;
			*(gsize *)(value + field->count_offset) = ELEMENTS;
			break;
		}
	}
}

static void assert_same (const wire_type *type, const char *a, const char *b);

static void
assert_same_array (const wire_field *field, const char *a, const char *b)
{
	const char *a_place = *(const char *const *)(a + field->offset);
	const char *b_place = *(const char *const *)(b + field->offset);
	gsize count = *(const gsize *)(a + field->count_offset);

	assert_int_equal (count, *(const gsize *)(b + field->count_offset));
	if (count == 0)
		assert_null (b_place);
	for (gsize n = 0; n < count; n++) {
		if (field->kind == WIRE_STRUCTS) {
			assert_same (field->type, a_place + n * field->type->size, b_place + n * field->type->size);
			continue;
		}
		const char *a_element = ((const char *const *)a_place)[n];
		const char *b_element = ((const char *const *)b_place)[n];
		if (field->kind == WIRE_TEXTS)
			assert_string_equal (a_element, b_element);
		else
			assert_same (field->type, a_element, b_element);
	}
}

static void
assert_same (const wire_type *type, const char *a, const char *b)
{
	if (type->sized)
		assert_int_equal (*(const gsize *)b, type->size);
	if (type->set_offset != 0)
		assert_int_equal (*(const guint32 *)(a + type->set_offset), *(const guint32 *)(b + type->set_offset));
	for (gsize i = 0; i < type->field_count; i++) {
		const wire_field *field = &type->fields[i];
		const char *a_place = a + field->offset, *b_place = b + field->offset;

		switch (field->kind) {
		case WIRE_TEXT:
		case WIRE_FREE_TEXT:
			if (*(const char *const *)a_place == NULL)
				assert_null (*(const char *const *)b_place);
			else
				assert_string_equal (*(const char *const *)a_place, *(const char *const *)b_place);
			break;
		case WIRE_INT32:
		case WIRE_UINT32:
		case WIRE_CHOICE:
		case WIRE_FLAG:
			assert_int_equal (*(const guint32 *)a_place, *(const guint32 *)b_place);
			break;
		case WIRE_INT64:
		case WIRE_UINT64:
			assert_true (*(const guint64 *)a_place == *(const guint64 *)b_place);
			break;
		case WIRE_STRUCT:
			if (*(const char *const *)a_place == NULL)
				assert_null (*(const char *const *)b_place);
			else
				assert_same (field->type, *(const char *const *)a_place, *(const char *const *)b_place);
			break;
		default:
			assert_same_array (field, a, b);
		}
	}
}

/* As it comes out of a parser on the other side. */
static json_t *
travel (json_t *object)
{
	char *words = json_dumps (object, JSON_COMPACT);
	json_t *parsed = json_loads (words, JSON_REJECT_DUPLICATES, NULL);

	json_decref (object);
	free (words);
	assert_non_null (parsed);
	return parsed;
}

static void
round_trip (const wire_type *type, const char *value)
{
	g_autoptr (wire_memory) memory = wire_memory_new ();
	json_t *object = travel (wire_encode (type, value));
	g_autofree char *problem = NULL;
	const char *decoded = wire_decode (type, object, TRUE, memory, &problem);

	if (decoded == NULL)
		fail_msg ("%s", problem);
	assert_same (type, value, decoded);
	json_decref (object);
}

static void
every_type_full (void **state)
{
	for (gsize i = 0; i < WIRE_OPERATION_COUNT; i++) {
		const wire_type *types[] = {wire_operations[i].args, wire_operations[i].result};

		for (gsize n = 0; n < G_N_ELEMENTS (types); n++) {
			g_autoptr (GPtrArray) garbage = g_ptr_array_new_with_free_func (g_free);

			if (types[n] == NULL)
				continue;
			char *value = take (garbage, types[n]->size);
			fill (types[n], value, garbage);
			round_trip (types[n], value);
		}
	}
	assert_true (counter > 500);
}

/* Arguments of which nothing is given are an empty object. */
static void
every_args_empty (void **state)
{
	for (gsize i = 0; i < WIRE_OPERATION_COUNT; i++) {
		const wire_type *type = wire_operations[i].args;
		g_autofree char *value = NULL;
		json_t *object;

		if (type == NULL)
			continue;
		value = g_malloc0 (type->size);
		if (type->sized)
			*(gsize *)value = type->size;
		object = wire_encode (type, value);
		assert_int_equal (json_object_size (object), 0);
		json_decref (object);
		round_trip (type, value);
	}
}

static void
assert_json (json_t *object, const char *expected)
{
	char *words = json_dumps (object, JSON_COMPACT | JSON_SORT_KEYS);

	assert_string_equal (words, expected);
	free (words);
	json_decref (object);
}

/* What it looks like, once for each kind of field. */
static void
looks (void **state)
{
	ip_driver_block_list_args list = IP_DRIVER_BLOCK_LIST_ARGS_INIT;
	list.tenant = "";
	list.limit = 5;
	list.flags = IP_DRIVER_BLOCK_LIST_ROOTS;
	list.type = IP_DRIVER_BLOCK_PRIVATE;
	assert_json (wire_encode (wire_operations[WIRE_block_list].args, &list),
	             "{\"limit\":5,\"roots\":true,\"tenant\":\"\",\"type\":\"private\"}");

	ip_driver_address_refs_args refs = IP_DRIVER_ADDRESS_REFS_ARGS_INIT;
	ip_driver_address_ref ref = {.block = "b", .address = "10.0.0.1"};
	refs.refs = &ref;
	refs.ref_count = 1;
	assert_json (wire_encode (wire_operations[WIRE_address_confirm].args, &refs),
	             "{\"refs\":[{\"address\":\"10.0.0.1\",\"block\":\"b\"}]}");

	const char *addresses[] = {"10.0.0.1", "::1"};
	ip_driver_interface_network network = {.network = "n", .addresses = addresses, .address_count = 2};
	ip_driver_interface_create_args create = IP_DRIVER_INTERFACE_CREATE_ARGS_INIT;
	const ip_driver_interface_create_args *creates[] = {&create};
	ip_driver_interface_replace_all_args replace = IP_DRIVER_INTERFACE_REPLACE_ALL_ARGS_INIT;
	create.networks = &network;
	create.network_count = 1;
	replace.device = "d";
	replace.interfaces = creates;
	replace.interface_count = 1;
	assert_json (wire_encode (wire_operations[WIRE_interface_replace_all].args, &replace),
	             "{\"device\":\"d\",\"interfaces\":[{\"networks\":[{\"addresses\":[\"10.0.0.1\",\"::1\"],"
	             "\"network\":\"n\"}]}]}");

	ip_driver_address_purge_args purge = IP_DRIVER_ADDRESS_PURGE_ARGS_INIT;
	purge.flags = IP_DRIVER_ADDRESS_PURGE_ALL;
	assert_json (wire_encode (wire_operations[WIRE_address_purge].args, &purge), "{\"all\":true}");

	wire_key key = {.first = "i", .second = "10.0.0.1"};
	assert_json (wire_encode (wire_operations[WIRE_allowed_ip_get].args, &key),
	             "{\"address\":\"10.0.0.1\",\"interface\":\"i\"}");
}

/* What `set` does not name is not sent, whatever its value; what it names is, also as null or 0. */
static void
set_bits (void **state)
{
	const wire_type *type = wire_operations[WIRE_block_update].args;
	ip_driver_block_update_args args = IP_DRIVER_BLOCK_UPDATE_ARGS_INIT;
	args.id = "i";
	args.network = "not to be sent";
	args.dns1 = "8.8.8.8";
	args.set = IP_DRIVER_BLOCK_SET_GATEWAY | IP_DRIVER_BLOCK_SET_DNS1;
	assert_json (wire_encode (type, &args), "{\"dns1\":\"8.8.8.8\",\"gateway\":null,\"id\":\"i\"}");
	args.network = NULL;
	round_trip (type, (const char *)&args);

	type = wire_operations[WIRE_policy_range_update].args;
	ip_driver_policy_range_update_args range = IP_DRIVER_POLICY_RANGE_UPDATE_ARGS_INIT;
	range.set = IP_DRIVER_POLICY_RANGE_SET_OFFSET;
	range.length = 7;
	assert_json (wire_encode (type, &range), "{\"offset\":0}");
	range.length = 0;
	round_trip (type, (const char *)&range);
}

/* A struct of an older library ends before fields that the table knows. */
static void
short_struct (void **state)
{
	struct {
		ip_driver_block block;
		char beyond;
	} old = {.block = {.size = offsetof (ip_driver_block, created_at),
	                   .id = "i",
	                   .tenant = "t",
	                   .cidr = "10.0.0.0/8",
	                   .created_at = 5,
	                   .type = 77}};
	assert_json (wire_encode (&wire_block, &old), "{\"cidr\":\"10.0.0.0/8\",\"id\":\"i\",\"tenant\":\"t\"}");

	const char *lines[] = {"one"};
	ip_driver_check_report report = {.size = offsetof (ip_driver_check_report, problems),
	                                 .rules = lines,
	                                 .rule_count = 1,
	                                 .problem_count = 1000};
	assert_json (wire_encode (&wire_check_report, &report), "{\"rules\":[\"one\"]}");
}

/* What JSON has no number for. */
static void
large_number (void **state)
{
	ip_driver_policy_range range = {.size = sizeof range, .id = "i", .policy = "p", .length = G_MAXUINT64};

	assert_json (wire_encode (&wire_policy_range, &range),
	             "{\"id\":\"i\",\"length\":9223372036854775807,\"policy\":\"p\"}");
}

typedef struct {
	wire_operation_id operation;
	/* Of the arguments or the result. */
	gboolean result;
	const char *json;
	/* NULL: it is taken. */
	const char *problem;
} sample;

#define ADDRESS_JSON(more) "{\"id\":\"i\",\"block\":\"b\",\"address\":\"10.0.0.1\",\"version\":4" more "}"
#define MATCH_JSON(address) "{\"block\":{},\"address\":" address "}"

static const sample samples[] = {
	{WIRE_block_get, FALSE, "{\"id\":\"i\",\"tenant\":null}", NULL},
	{WIRE_block_get, FALSE, "{\"id\":7}", "id is not a text"},
	{WIRE_block_get, FALSE, "{\"id\":[]}", "id is not a text"},
	{WIRE_block_get, FALSE, "{\"id\":\"a\\u0000b\"}", "id contains a NUL"},
	{WIRE_block_get, FALSE, "{\"id\":\"a\\u0007b\"}", NULL},
	{WIRE_block_get, FALSE, "{\"first\":\"i\"}", "first is not known"},
	{WIRE_block_get, FALSE, "{\"size\":1}", "size is not known"},
	{WIRE_block_get, FALSE,
         "{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":1}",
         "a long key is not known"},
	{WIRE_block_get, FALSE, "{\"\":1}", "a key without a name is not known"},
	{WIRE_block_list, FALSE, "{\"limit\":4294967295}", NULL},
	{WIRE_block_list, FALSE, "{\"limit\":4294967296}", "limit 4294967296 is not 0 to 4294967295"},
	{WIRE_block_list, FALSE, "{\"limit\":-1}", "limit -1 is not 0 to 4294967295"},
	{WIRE_block_list, FALSE, "{\"limit\":1.5}", "limit is not an integer"},
	{WIRE_block_list, FALSE, "{\"limit\":1.0}", "limit is not an integer"},
	{WIRE_block_list, FALSE, "{\"limit\":true}", "limit is not an integer"},
	{WIRE_block_list, FALSE, "{\"limit\":null}", "limit is not an integer"},
	{WIRE_block_list, FALSE, "{\"limit\":\"1\"}", "limit is not an integer"},
	{WIRE_block_list, FALSE, "{\"roots\":false}", NULL},
	{WIRE_block_list, FALSE, "{\"roots\":1}", "roots is not true or false"},
	{WIRE_block_list, FALSE, "{\"roots\":null}", "roots is not true or false"},
	{WIRE_block_list, FALSE, "{\"flags\":1}", "flags is not known"},
	{WIRE_block_list, FALSE, "{\"type\":\"any\"}", NULL},
	{WIRE_block_list, FALSE, "{\"type\":\"secret\"}", "type is not any or public or private"},
	{WIRE_block_list, FALSE, "{\"type\":1}", "type is not a text"},
	{WIRE_block_update, FALSE, "{\"set\":31}", "set is not known"},
	{WIRE_block_update, FALSE, "{\"network\":false}", "network is not a text"},
	{WIRE_subnet_create, FALSE, "{\"prefix_length\":2147483648}",
         "prefix_length 2147483648 is not -2147483648 to 2147483647"},
	{WIRE_subnet_create, FALSE, "{\"prefix_length\":-2147483649}",
         "prefix_length -2147483649 is not -2147483648 to 2147483647"},
	{WIRE_policy_range_create, FALSE, "{\"length\":-1}", "length -1 is not 0 to 9223372036854775807"},
	{WIRE_policy_range_create, FALSE, "{\"offset\":-9223372036854775808}", NULL},
	{WIRE_policy_range_update, FALSE, "{\"offset\":null}", "offset is not an integer"},
	{WIRE_network_allocate, FALSE, "{\"addresses\":[]}", NULL},
	{WIRE_network_allocate, FALSE, "{\"addresses\":null}", "addresses is not an array"},
	{WIRE_network_allocate, FALSE, "{\"addresses\":\"10.0.0.1\"}", "addresses is not an array"},
	{WIRE_network_allocate, FALSE, "{\"addresses\":{\"0\":\"10.0.0.1\"}}", "addresses is not an array"},
	{WIRE_network_allocate, FALSE, "{\"addresses\":[\"10.0.0.1\",null]}", "addresses[1] is not a text"},
	{WIRE_network_allocate, FALSE, "{\"addresses\":[[[[\"10.0.0.1\"]]]]}", "addresses[0] is not a text"},
	{WIRE_nat_add, FALSE, "{\"locals\":[{\"block\":\"b\"},7]}", "locals[1] is not an object"},
	{WIRE_nat_add, FALSE, "{\"locals\":[null]}", "locals[0] is not an object"},
	{WIRE_nat_add, FALSE, "{\"globals\":[{},{\"adress\":\"a\"}]}", "globals[1].adress is not known"},
	{WIRE_interface_replace_all, FALSE, "{\"interfaces\":[{},{\"networks\":[{\"addresses\":[\"a\",\"b\",3]}]}]}",
         "interfaces[1].networks[0].addresses[2] is not a text"},
	{WIRE_interface_replace_all, FALSE, "{\"interfaces\":[{\"interfaces\":[]}]}",
         "interfaces[0].interfaces is not known"},

	{WIRE_address_get, TRUE, ADDRESS_JSON (",\"state\":\"allocated\",\"newer\":[{}]"), NULL},
	{WIRE_address_get, TRUE, ADDRESS_JSON (""), "state is missing"},
	{WIRE_address_get, TRUE, ADDRESS_JSON (",\"state\":\"any\""), "state is missing"},
	{WIRE_address_get, TRUE, ADDRESS_JSON (",\"state\":\"allocated\",\"version\":0"), "version is missing"},
	{WIRE_address_get, TRUE, "{\"id\":null}", "id is missing"},
	{WIRE_address_get, TRUE, "{\"id\":\"a\\nb\"}", "id contains a control character"},
	{WIRE_address_get, TRUE, "{\"id\":\"a\\u007fb\"}", "id contains a control character"},
	{WIRE_address_get, TRUE, ADDRESS_JSON (",\"state\":\"deallocated\",\"interface\":\"a\\nb\""), NULL},
	{WIRE_address_get, TRUE, ADDRESS_JSON (",\"state\":\"deallocated\",\"interface\":\"a\\u0000b\""),
         "interface contains a NUL"},
	{WIRE_address_find, TRUE, "{\"block\":null}", "block is missing"},
	{WIRE_address_find, TRUE, MATCH_JSON ("null"), "block.id is missing"},
	{WIRE_address_find, TRUE, "{\"block\":[]}", "block is not an object"},
	{WIRE_network_list, TRUE, "{\"address\":{\"state\":\"gone\"}}",
         "address.state is not any or allocated or deallocated"},
	{WIRE_network_list, TRUE, "{\"routes\":[{\"created_at\":1e3}]}", "routes[0].created_at is not an integer"},
	{WIRE_interface_get, TRUE, "{\"id\":\"i\",\"tenant\":\"t\",\"allocations\":[{\"routes\":[{}]}]}",
         "allocations[0].routes[0].id is missing"},
	{WIRE_store_check, TRUE, "{\"rules\":[\"a\\nb\"],\"blocks\":9223372036854775807}", NULL},
	{WIRE_store_check, TRUE, "{\"rules\":\"a\"}", "rules is not an array"},
};

/* Arguments are decoded strictly, as the service does it; results are not, as the driver does it. */
static void
strictness (void **state)
{
	for (gsize i = 0; i < G_N_ELEMENTS (samples); i++) {
		const sample *one = &samples[i];
		const wire_operation *operation = &wire_operations[one->operation];
		g_autoptr (wire_memory) memory = wire_memory_new ();
		g_autofree char *problem = NULL;
		json_t *object = json_loads (one->json, JSON_ALLOW_NUL, NULL);
		gpointer value;

		assert_non_null (object);
		value = wire_decode (one->result ? operation->result : operation->args, object, !one->result, memory,
		                     &problem);
		if (g_strcmp0 (problem, one->problem) != 0 || (value == NULL) != (problem != NULL))
			fail_msg ("%s: \"%s\" instead of \"%s\"", one->json, problem, one->problem);
		json_decref (object);
	}
}

static void
no_object (void **state)
{
	json_t *none[] = {NULL, json_null (), json_array (), json_string ("{}"), json_integer (1), json_true ()};

	for (gsize i = 0; i < G_N_ELEMENTS (none); i++) {
		g_autoptr (wire_memory) memory = wire_memory_new ();
		g_autofree char *problem = NULL;

		assert_null (wire_decode (&wire_block, none[i], FALSE, memory, &problem));
		assert_string_equal (problem, "it is not an object");
		json_decref (none[i]);
	}
}

/* An object that goes deeper than any type. */
static void
deep (void **state)
{
	g_autoptr (wire_memory) memory = wire_memory_new ();
	g_autofree char *problem = NULL;
	json_t *object = json_object ();

	for (int i = 0; i < 2000; i++)
		object = json_pack ("{s:o, s:[]}", "address", object, "more");
	assert_null (wire_decode (&wire_address_match, object, FALSE, memory, &problem));
	assert_string_equal (problem, "address.address is not a text");
	json_decref (object);
}

static json_t *
hostile_value (GRand *random)
{
	switch (g_rand_int_range (random, 0, 10)) {
	case 0:
		return json_null ();
	case 1:
		return json_true ();
	case 2:
		return json_integer (G_MININT64);
	case 3:
		return json_integer (g_rand_boolean (random) ? G_MAXINT64 : 1);
	case 4:
		return json_real (1e300);
	case 5:
		return json_stringn ("a\0b", 3);
	case 6:
		return json_string ("\x01");
	case 7:
		return json_array ();
	case 8:
		return json_pack ("[n, {}, [], i, s]", 7, "allocated");
	default:
		return json_object ();
	}
}

/* Puts something else somewhere in a value. */
static void
damage (GRand *random, json_t *value)
{
	gsize size = json_is_object (value) ? json_object_size (value) : json_array_size (value);
	gsize index = size == 0 ? 0 : (gsize)g_rand_int_range (random, 0, (gint32)size);
	json_t *member = NULL;
	void *place = NULL;

	if (size == 0)
		return;
	if (json_is_object (value)) {
		place = json_object_iter (value);
		while (index-- > 0)
			place = json_object_iter_next (value, place);
		member = json_object_iter_value (place);
	} else {
		member = json_array_get (value, index);
	}
	if ((json_is_object (member) || json_is_array (member)) && g_rand_int_range (random, 0, 4) > 0)
		damage (random, member);
	else if (place != NULL && g_rand_int_range (random, 0, 4) == 0)
		json_object_del (value, json_object_iter_key (place));
	else if (place != NULL)
		json_object_iter_set_new (value, place, hostile_value (random));
	else
		json_array_set_new (value, index, hostile_value (random));
}

/* Whatever was damaged: a problem that is told, or a value that goes there and back. */
static void
damaged (void **state)
{
	const char *given = g_getenv ("IP_DRIVER_SEED");
	guint32 seed = given == NULL ? g_random_int () : (guint32)g_ascii_strtoull (given, NULL, 10);
	GRand *random = g_rand_new_with_seed (seed);
	guint taken = 0, refused = 0;

	print_message ("IP_DRIVER_SEED=%u\n", seed);
	for (int i = 0; i < 20000; i++) {
		const wire_operation *operation = &wire_operations[g_rand_int_range (random, 0, WIRE_OPERATION_COUNT)];
		const wire_type *type =
			operation->result != NULL && g_rand_boolean (random) ? operation->result : operation->args;
		g_autoptr (GPtrArray) garbage = g_ptr_array_new_with_free_func (g_free);
		g_autoptr (wire_memory) memory = wire_memory_new ();
		g_autofree char *problem = NULL;

		if (type == NULL)
			continue;
		char *value = take (garbage, type->size);
		fill (type, value, garbage);
		json_t *object = wire_encode (type, value);
		for (gint32 n = g_rand_int_range (random, 1, 4); n > 0; n--)
			damage (random, object);
		value = wire_decode (type, object, g_rand_boolean (random), memory, &problem);
		assert_int_equal (value == NULL, problem != NULL);
		if (value != NULL) {
			round_trip (type, value);
			taken++;
		} else {
			assert_true (*problem != '\0' && g_utf8_validate (problem, -1, NULL));
			refused++;
		}
		json_decref (object);
	}
	g_rand_free (random);
	/* The test must reach both ends. */
	assert_true (taken > 1000 && refused > 1000);
}

static void
find (void **state)
{
	for (gsize i = 0; i < WIRE_OPERATION_COUNT; i++)
		assert_ptr_equal (wire_operation_find (wire_operations[i].name), &wire_operations[i]);
	assert_ptr_equal (wire_operation_find ("block.delete"), &wire_operations[WIRE_block_delete_]);
	assert_null (wire_operation_find ("transaction.begin"));
	assert_null (wire_operation_find ("block"));
	assert_null (wire_operation_find (""));
}

static void
names_another (void **state)
{
	static const struct {
		const char *body;
		gboolean another;
	} bodies[] = {
		{"{}", FALSE},
		{"{'tenant': 'blue', 'used_by_tenant': 'blue', 'network': 'red'}", FALSE},
		{"{'tenant': null, 'used_by_tenant': ''}", FALSE},
		{"{'tenant': 'red'}", TRUE},
		{"{'used_by_tenant': 'red'}", TRUE},
		{"{'subnet_tenant': 'red'}", TRUE},
		{"{'networks': [{'tenant': 'blue'}, {'tenant': 'red'}]}", TRUE},
		{"{'interface': {'network': {'tenant_id': 'red'}}}", TRUE},
		{"{'tenant': ['blue']}", TRUE},
		{"{'tenant': 7}", TRUE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++) {
		g_autofree char *text = g_strdelimit (g_strdup (bodies[i].body), "'", '"');
		json_t *body = json_loads (text, 0, NULL);

		assert_non_null (body);
		assert_int_equal (wire_names_another (body, "blue"), bodies[i].another);
		json_decref (body);
	}
	assert_false (wire_names_another (NULL, "blue"));
}

int
main (void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test (every_type_full),
		cmocka_unit_test (every_args_empty),
		cmocka_unit_test (looks),
		cmocka_unit_test (set_bits),
		cmocka_unit_test (short_struct),
		cmocka_unit_test (large_number),
		cmocka_unit_test (strictness),
		cmocka_unit_test (no_object),
		cmocka_unit_test (deep),
		cmocka_unit_test (damaged),
		cmocka_unit_test (find),
		cmocka_unit_test (names_another),
	};

	return cmocka_run_group_tests (tests, NULL, NULL);
}
