/*
 * command.c: reading the command line by the command table. GOption splits the options; which options exist
 * is known once the command's words are read, so it runs once per part of the line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"

#include <string.h>

const cli_option cli_global_options[] = {
	{"config", CLI_FILE, "FILE",
         "Configuration file (default: $IP_DRIVER_CONFIG, then "
         "/etc/ip_driver/ip_driver.conf)"},
	{"tenant", CLI_TEXT, "TENANT", "Work on what belongs to this tenant (default: $IP_DRIVER_TENANT, else any)"},
	{"json", CLI_FLAG, NULL, "Write JSON for programs"},
	{"verbose", CLI_FLAG, NULL, "Write the library's log to stderr"},
	{"version", CLI_FLAG, NULL, "Show the version"},
	{"help", CLI_FLAG, NULL, "Show help; also after a group or a command"},
	{NULL},
};

static const cli_option *
find_option (const cli_option *options, const char *name)
{
	for (; options != NULL && options->name != NULL; options++) {
		if (strcmp (options->name, name) == 0)
			return options;
	}
	return NULL;
}

/* What one run of GOption works on. */
typedef struct option_reader {
	const cli_command *command;
	GHashTable *values;
} option_reader;

static gboolean
is_choice (const char *choices, const char *value)
{
	g_auto (GStrv) words = g_strsplit (choices, "|", -1);

	return g_strv_contains ((const char *const *)words, value);
}

/* GOption's callback for every option: keeps the value. */
static gboolean
take_option (const char *name, const char *value, void *data, GError **error)
{
	option_reader *reader = data;
	const char *bare = strcmp (name, "-h") == 0 ? "help" : name + strspn (name, "-");
	const cli_option *option = find_option (cli_global_options, bare);
	GPtrArray *values;

	if (option == NULL)
		option = find_option (reader->command->options, bare);
	g_assert (option != NULL);
	values = g_hash_table_lookup (reader->values, option->name);
	if (values == NULL) {
		values = g_ptr_array_new_with_free_func (g_free);
		g_hash_table_insert (reader->values, (void *)(gintptr)option->name, values);
	} else if (option->kind != CLI_MANY && option->kind != CLI_CHOICES && option->kind != CLI_FLAG) {
		g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "--%s is given twice", option->name);
		return FALSE;
	}
	if ((option->kind == CLI_CHOICE || option->kind == CLI_CHOICES) && !is_choice (option->value, value)) {
		g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s is one of %s, not “%s”",
		             option->name, option->value, value);
		return FALSE;
	}
	if (!g_utf8_validate (value != NULL ? value : "", -1, NULL)) {
		g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "the value of --%s is not valid UTF-8",
		             option->name);
		return FALSE;
	}
	g_ptr_array_add (values, g_strdup (value != NULL ? value : ""));
	return TRUE;
}

static void
append_entries (GArray *entries, const cli_option *options)
{
	for (; options != NULL && options->name != NULL; options++) {
		GOptionEntry entry = {
			.long_name = options->name,
			.short_name = strcmp (options->name, "help") == 0 ? 'h' : 0,
			/* "File name": the bytes as they are, whatever the locale. */
			.flags = options->kind == CLI_FLAG ? G_OPTION_FLAG_NO_ARG : G_OPTION_FLAG_FILENAME,
			.arg = G_OPTION_ARG_CALLBACK,
			/* Long options reach the callback with their name. */
			.arg_data = (void *)take_option,
		};

		g_array_append_val (entries, entry);
	}
}

/* Takes options out of *args (a strv, replaced). Before the command is known (NULL) it stops at the first
 * word, and only the global options are there. */
static ip_driver_status
read_options (const cli_command *command, GHashTable *values, char ***args, ip_driver_error *error)
{
	g_autoptr (GArray) entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
	g_autoptr (GOptionContext) context = g_option_context_new (NULL);
	g_autoptr (GError) failure = NULL;
	option_reader reader = {command, values};
	GOptionGroup *group = g_option_group_new ("ip-driver", "", "", &reader, NULL);

	append_entries (entries, cli_global_options);
	if (command != NULL)
		append_entries (entries, command->options);
	g_option_group_add_entries (group, (const GOptionEntry *)(void *)entries->data);
	g_option_context_set_main_group (context, group);
	g_option_context_set_help_enabled (context, FALSE);
	g_option_context_set_strict_posix (context, command == NULL);
	if (!g_option_context_parse_strv (context, args, &failure))
		return cli_error (error, CLI_USAGE, "%s", failure->message);
	return IP_DRIVER_OK;
}

static gboolean
starts_with_words (const char *name, const char *words)
{
	gsize length = strlen (words);

	return length == 0 || (strncmp (name, words, length) == 0 && (name[length] == ' ' || name[length] == '\0'));
}

static const cli_command *
find_command (const char *words)
{
	for (const cli_group *group = cli_groups; group->name != NULL; group++) {
		for (const cli_command *command = group->commands; command->name != NULL; command++) {
			if (strcmp (command->name, words) == 0)
				return command;
		}
	}
	return NULL;
}

gboolean
cli_is_group (const char *words)
{
	for (const cli_group *group = cli_groups; group->name != NULL; group++) {
		for (const cli_command *command = group->commands; command->name != NULL; command++) {
			if (starts_with_words (command->name, words))
				return TRUE;
		}
	}
	return FALSE;
}

static ip_driver_status
check_arg_count (const cli_command *command, char **args, ip_driver_error *error)
{
	g_auto (GStrv) names = g_strsplit (command->args, " ", -1);
	unsigned given = g_strv_length (args), most = 0;

	for (unsigned i = 0; names[i] != NULL && names[i][0] != '\0'; i++) {
		if (given <= i && names[i][0] != '[')
			return cli_error (error, CLI_USAGE, "%s is missing", names[i]);
		most = strstr (names[i], "...") != NULL ? G_MAXUINT : most + 1;
	}
	if (given > most)
		return cli_error (error, CLI_USAGE, "“%s” is one argument too many", args[most]);
	for (unsigned i = 0; i < given; i++) {
		if (!g_utf8_validate (args[i], -1, NULL))
			return cli_error (error, CLI_USAGE, "argument %u is not valid UTF-8", i + 1);
	}
	return IP_DRIVER_OK;
}

void
cli_parse_result_clear (cli_parse_result *result)
{
	g_clear_pointer (&result->words, g_free);
	g_clear_pointer (&result->values, g_hash_table_unref);
	g_clear_pointer (&result->args, g_strfreev);
}

static void
drop_first (char **args)
{
	g_free (args[0]);
	memmove (args, args + 1, g_strv_length (args + 1) * sizeof *args + sizeof *args);
}

ip_driver_status
cli_parse (const char *const *argv, cli_parse_result *result, ip_driver_error *error)
{
	ip_driver_status status;
	gsize count = g_strv_length ((char **)(gintptr)argv);
	g_auto (GStrv) args = g_new0 (char *, count + 2);

	/* GOption skips the first word, the program's name. */
	args[0] = g_strdup ("ip-driver");
	for (gsize i = 0; i < count; i++)
		args[i + 1] = g_strdup (argv[i]);
	result->words = g_strdup ("");
	result->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
	while (result->command == NULL) {
		g_autofree char *longer = NULL;

		status = read_options (NULL, result->values, &args, error);
		if (status != IP_DRIVER_OK)
			return status;
		if (args[1] == NULL)
			break;
		longer = result->words[0] == '\0' ? g_strdup (args[1])
		                                  : g_strdup_printf ("%s %s", result->words, args[1]);
		if (strpbrk (args[1], " ") != NULL || args[1][0] == '\0' || !cli_is_group (longer)) {
			return cli_error (error, CLI_USAGE, "there is no command “%s”",
			                  g_utf8_validate (longer, -1, NULL) ? longer : "(not UTF-8)");
		}
		drop_first (args + 1);
		g_free (result->words);
		result->words = g_steal_pointer (&longer);
		result->command = find_command (result->words);
	}
	if (result->command != NULL) {
		status = read_options (result->command, result->values, &args, error);
		if (status != IP_DRIVER_OK)
			return status;
	}
	result->help = g_hash_table_contains (result->values, "help");
	result->version = g_hash_table_contains (result->values, "version");
	if (result->help || result->version)
		return IP_DRIVER_OK;
	if (result->command == NULL) {
		if (result->words[0] == '\0')
			return cli_error (error, CLI_USAGE, "which command?");
		return cli_error (error, CLI_USAGE, "%s: which command?", result->words);
	}
	drop_first (args);
	/* GOption leaves "--" in its place if a word behind it begins with '-'; the first one is the end of options. */
	for (char **word = args; *word != NULL; word++) {
		if (strcmp (*word, "--") == 0) {
			drop_first (word);
			break;
		}
	}
	result->args = g_steal_pointer (&args);
	return check_arg_count (result->command, result->args, error);
}

/* The next word of `name` after the words that are typed already, if name begins with them; owned. */
static char *
next_word (const char *name, const char *words)
{
	const char *rest, *end;

	if (!starts_with_words (name, words))
		return NULL;
	rest = name + strlen (words);
	rest += *rest == ' ';
	if (*rest == '\0')
		return NULL;
	end = strchr (rest, ' ');
	return end == NULL ? g_strdup (rest) : g_strndup (rest, (gsize)(end - rest));
}

static void
complete_options (const cli_option *options, const char *start)
{
	for (; options != NULL && options->name != NULL; options++) {
		g_autofree char *text = g_strdup_printf ("--%s", options->name);

		if (g_str_has_prefix (text, start))
			g_print ("%s\n", text);
	}
}

static void
complete_value (const cli_option *option, const char *start)
{
	g_auto (GStrv) words = NULL;

	if (option->kind == CLI_FILE)
		g_print (":files\n");
	if (option->kind != CLI_CHOICE && option->kind != CLI_CHOICES)
		return;
	words = g_strsplit (option->value, "|", -1);
	for (unsigned i = 0; words[i] != NULL; i++) {
		if (g_str_has_prefix (words[i], start))
			g_print ("%s\n", words[i]);
	}
}

static void
complete_command (const char *words, const char *start)
{
	g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

	for (const cli_group *group = cli_groups; group->name != NULL; group++) {
		for (const cli_command *command = group->commands; command->name != NULL; command++) {
			g_autofree char *word = next_word (command->name, words);

			if (word == NULL || !g_str_has_prefix (word, start) || g_hash_table_contains (seen, word))
				continue;
			g_print ("%s\n", word);
			g_hash_table_add (seen, g_steal_pointer (&word));
		}
	}
}

void
cli_complete (const char *const *words)
{
	g_autoptr (GString) typed = g_string_new (NULL);
	const cli_command *command = NULL;
	const cli_option *pending = NULL;
	const char *last = "";

	for (; *words != NULL; words++) {
		last = *words;
		/* bash splits "--type=public" into three words. */
		if (words[1] == NULL || strcmp (last, "=") == 0)
			continue;
		if (pending != NULL) {
			pending = NULL;
		} else if (g_str_has_prefix (last, "--") && strchr (last, '=') == NULL) {
			pending = find_option (cli_global_options, last + 2);
			if (pending == NULL && command != NULL)
				pending = find_option (command->options, last + 2);
			if (pending != NULL && pending->kind == CLI_FLAG)
				pending = NULL;
		} else if (last[0] != '-' && command == NULL) {
			g_string_append_printf (typed, "%s%s", typed->len > 0 ? " " : "", last);
			command = find_command (typed->str);
		}
	}
	if (strcmp (last, "=") == 0)
		last = "";
	if (pending != NULL) {
		complete_value (pending, last);
	} else if (last[0] == '-') {
		if (command != NULL)
			complete_options (command->options, last);
		complete_options (cli_global_options, last);
	} else if (command == NULL) {
		complete_command (typed->str, last);
	} else if (strstr (command->args, "FILE") != NULL) {
		g_print (":files\n");
	}
}
