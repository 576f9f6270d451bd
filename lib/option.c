/*
 * See option.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "option.h"

#include "text.h"

#include <string.h>

typedef struct {
	/* NULL: not given, and no default. */
	char *text;
	gint64 integer;
	gboolean boolean;
} option_value;

struct ip_driver_options {
	const ip_driver_option *table;
	size_t count;
	option_value *values;
	char *folder;
};

/* What is wrong with the form of a value; NULL: nothing. */
static char *
parse (const ip_driver_option *option, const char *text, option_value *ret)
{
	gint64 number;

	switch (option->type) {
	case IP_DRIVER_OPTION_INTEGER:
		if (!text_integer (text, &number) || number < option->minimum || number > option->maximum)
			return g_strdup_printf ("is not a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
			                        option->minimum, option->maximum);
		ret->integer = number;
		return NULL;
	case IP_DRIVER_OPTION_BOOLEAN:
		if (strcmp (text, "true") != 0 && strcmp (text, "false") != 0)
			return g_strdup ("is not true or false");
		ret->boolean = text[0] == 't';
		return NULL;
	case IP_DRIVER_OPTION_CHOICE:
		if (!g_strv_contains (option->choices, text)) {
			g_autoptr (GString) problem = g_string_new ("is not one of");

			for (const char *const *choice = option->choices; *choice != NULL; choice++)
				g_string_append_printf (problem, "%s %s", choice == option->choices ? "" : ",",
				                        *choice);
			return g_string_free (g_steal_pointer (&problem), FALSE);
		}
		break;
	default:
		if (!g_utf8_validate (text, -1, NULL))
			return g_strdup ("is not UTF-8");
	}
	g_free (ret->text);
	ret->text = g_strdup (text);
	return NULL;
}

char *
option_check_table (const ip_driver_option *options, size_t count)
{
	if (count > 0 && options == NULL)
		return g_strdup ("the required member options is missing");
	for (size_t i = 0; i < count; i++) {
		const ip_driver_option *option = &options[i];
		g_autofree char *problem = NULL;
		option_value value = {NULL};

		if (option->key == NULL)
			return g_strdup_printf ("its option %zu has no key", i);
		if (option->type < IP_DRIVER_OPTION_TEXT || option->type > IP_DRIVER_OPTION_CHOICE)
			return g_strdup_printf ("its option \"%s\" has the unknown type %d", option->key,
			                        (int)option->type);
		if (option->type == IP_DRIVER_OPTION_CHOICE && option->choices == NULL)
			return g_strdup_printf ("its option \"%s\" has no choices", option->key);
		if (option->default_value == NULL && option->type != IP_DRIVER_OPTION_TEXT)
			return g_strdup_printf ("its option \"%s\" has no default", option->key);
		if (option->default_value != NULL)
			problem = parse (option, option->default_value, &value);
		g_free (value.text);
		if (problem != NULL)
			return g_strdup_printf ("the default of its option \"%s\" %s", option->key, problem);
	}
	return NULL;
}

ip_driver_options *
options_new (const ip_driver_option *options, size_t count, const char *folder)
{
	ip_driver_options *all = g_new0 (ip_driver_options, 1);

	all->table = options;
	all->count = count;
	all->values = g_new0 (option_value, count);
	all->folder = g_strdup (folder);
	for (size_t i = 0; i < count; i++) {
		/* option_check_table() has found the defaults good. */
		if (options[i].default_value != NULL)
			g_free (parse (&options[i], options[i].default_value, &all->values[i]));
	}
	return all;
}

void
options_free (ip_driver_options *options)
{
	for (size_t i = 0; i < options->count; i++)
		g_free (options->values[i].text);
	g_free (options->values);
	g_free (options->folder);
	g_free (options);
}

/* NULL: no such key. */
static const option_value *
find (const ip_driver_options *options, const char *key, const ip_driver_option **ret_option)
{
	if (options == NULL || key == NULL)
		return NULL;
	for (size_t i = 0; i < options->count; i++) {
		if (strcmp (options->table[i].key, key) == 0) {
			*ret_option = &options->table[i];
			return &options->values[i];
		}
	}
	return NULL;
}

char *
options_set (ip_driver_options *options, const char *key, const char *value, gboolean *ret_known)
{
	const ip_driver_option *option;
	const option_value *place = find (options, key, &option);

	*ret_known = place != NULL;
	return place == NULL ? NULL : parse (option, value, &options->values[place - options->values]);
}

/* A value of that type; NULL: there is none. */
static const option_value *
find_typed (const ip_driver_options *options, const char *key, ip_driver_option_type type)
{
	const ip_driver_option *option;
	const option_value *value = find (options, key, &option);

	return value != NULL && option->type == type ? value : NULL;
}

const char *
ip_driver_options_text (const ip_driver_options *options, const char *key)
{
	const option_value *value = find_typed (options, key, IP_DRIVER_OPTION_TEXT);

	if (value == NULL)
		value = find_typed (options, key, IP_DRIVER_OPTION_CHOICE);
	return value == NULL ? NULL : value->text;
}

int64_t
ip_driver_options_integer (const ip_driver_options *options, const char *key)
{
	const option_value *value = find_typed (options, key, IP_DRIVER_OPTION_INTEGER);

	return value == NULL ? 0 : value->integer;
}

int32_t
ip_driver_options_boolean (const ip_driver_options *options, const char *key)
{
	const option_value *value = find_typed (options, key, IP_DRIVER_OPTION_BOOLEAN);

	return value == NULL ? 0 : value->boolean;
}

const char *
ip_driver_options_folder (const ip_driver_options *options)
{
	return options == NULL ? NULL : options->folder;
}
