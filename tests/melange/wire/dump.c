/*
 * Prints the tables of the wire format as JSON, for tables.py.
 */
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const kinds[] = {
	[WIRE_TEXT] = "text",   [WIRE_FREE_TEXT] = "text", [WIRE_INT32] = "int32",     [WIRE_UINT32] = "uint32",
	[WIRE_INT64] = "int64", [WIRE_UINT64] = "uint64",  [WIRE_CHOICE] = "choice",   [WIRE_FLAG] = "flag",
	[WIRE_TEXTS] = "texts", [WIRE_STRUCT] = "struct",  [WIRE_STRUCTS] = "structs", [WIRE_POINTERS] = "pointers",
};
static const char *const returns[] = {
	[WIRE_NOTHING] = "nothing", [WIRE_NUMBER] = "number", [WIRE_ONE] = "one", [WIRE_LIST] = "list"};
static const char *const undos[] = {
	[WIRE_UNDO_NOTHING] = "nothing", [WIRE_UNDO_ADDRESSES] = "addresses", [WIRE_UNDO_CREATION] = "creation"};

static json_t *
type_json (const wire_type *type)
{
	json_t *fields;

	if (type == NULL)
		return json_null ();
	fields = json_array ();
	for (gsize i = 0; i < type->field_count; i++) {
		const wire_field *field = &type->fields[i];
		json_t *choices = json_array ();

		for (gsize n = 0; field->choices != NULL && field->choices[n] != NULL; n++)
			json_array_append_new (choices, json_string (field->choices[n]));
		json_array_append_new (fields, json_pack ("{s:s, s:s, s:i, s:o, s:o}", "name", field->name, "kind",
		                                          kinds[field->kind], "bit", (int)field->bit, "choices",
		                                          choices, "type", type_json (field->type)));
	}
	return json_pack ("{s:b, s:o}", "sized", type->sized, "fields", fields);
}

int
main (void)
{
	json_t *all = json_array ();

	for (gsize i = 0; i < WIRE_OPERATION_COUNT; i++) {
		const wire_operation *operation = &wire_operations[i];

		json_array_append_new (all, json_pack ("{s:s, s:o, s:o, s:s?, s:s, s:s, s:b, s:b}", "name",
		                                       operation->name, "args", type_json (operation->args), "result",
		                                       type_json (operation->result), "result_name",
		                                       operation->result_name, "returns", returns[operation->returns],
		                                       "undo", undos[operation->undo], "changes", operation->changes,
		                                       "of_tenant", operation->of_tenant));
	}
	json_dumpf (all, stdout, JSON_INDENT (1));
	json_decref (all);
	return 0;
}
