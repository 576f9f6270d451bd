/*
 * help.c: help on every level, from the command table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "command.h"
#include "output.h"

#include <string.h>

#define HELP_WIDTH 80

/* Prints text broken into lines that start at column `indent`; the first is there already. */
static void
print_wrapped (const char *text, unsigned indent)
{
	g_auto (GStrv) words = g_strsplit (text, " ", -1);
	unsigned column = indent;

	for (unsigned i = 0; words[i] != NULL; i++) {
		unsigned width = out_width (words[i]);

		if (i > 0 && column + 1 + width > HELP_WIDTH) {
			out_printf ("\n%*s", (int)indent, "");
			column = indent;
		} else if (i > 0) {
			out_text (" ");
			column++;
		}
		out_text (words[i]);
		column += width;
	}
	out_text ("\n");
}

/* "  left   right", with right wrapped in its own column. */
static void
print_pair (const char *left, const char *right, unsigned width)
{
	out_printf ("  %s", left);
	if (out_width (left) > width)
		out_printf ("\n%*s", (int)width + 4, "");
	else
		out_printf ("%*s", (int)(width - out_width (left)) + 2, "");
	print_wrapped (right, width + 4);
}

static void
print_options (const char *title, const cli_option *options)
{
	out_text ("\n");
	out_heading (title);
	out_text ("\n");
	for (; options->name != NULL; options++) {
		gboolean many = options->kind == CLI_CHOICES;
		g_auto (GStrv) words = many ? g_strsplit (options->value, "|", -1) : NULL;
		g_autofree char *list = many ? g_strjoinv (", ", words) : NULL,
				*left = options->kind == CLI_FLAG ? g_strdup_printf ("--%s", options->name)
		                                                  : g_strdup_printf ("--%s %s", options->name,
		                                                                     many ? "WORD" : options->value),
				*right = many ? g_strdup_printf ("%s: %s", options->help, list)
		                              : g_strdup (options->help);

		print_pair (left, right, 24);
	}
}

static void
print_commands (const char *title, const char *words)
{
	unsigned width = 0;
	gsize length = strlen (words);

	for (unsigned pass = 0; pass < 2; pass++) {
		if (pass == 1) {
			out_text ("\n");
			out_heading (title);
			out_text ("\n");
		}
		for (const cli_group *group = cli_groups; group->name != NULL; group++) {
			for (const cli_command *command = group->commands; command->name != NULL; command++) {
				g_autofree char *usage = NULL;

				if (strncmp (command->name, words, length) != 0 || command->name[length] != ' ')
					continue;
				usage = g_strdup_printf ("%s%s%s", command->name, command->args[0] != '\0' ? " " : "",
				                         command->args);
				if (pass == 0)
					width = MAX (width, out_width (usage));
				else
					print_pair (usage, command->summary, width);
			}
		}
	}
}

static void
print_usage (const char *words, const char *rest)
{
	out_heading ("Usage:");
	out_printf (" ip-driver %s%s%s\n", words, words[0] != '\0' && rest[0] != '\0' ? " " : "", rest);
}

static void
help_command (const cli_command *command)
{
	g_autofree char *rest = g_strdup_printf ("[OPTION...]%s%s", command->args[0] != '\0' ? " " : "", command->args);

	print_usage (command->name, rest);
	out_text ("\n");
	print_wrapped (command->summary, 0);
	if (command->details != NULL) {
		g_auto (GStrv) paragraphs = g_strsplit (command->details, "\n", -1);

		for (unsigned i = 0; paragraphs[i] != NULL; i++) {
			out_text ("\n");
			print_wrapped (paragraphs[i], 0);
		}
	}
	if (command->options != NULL)
		print_options ("Options:", command->options);
	print_options ("Options of every command:", cli_global_options);
	if ((command->flags & CLI_NEEDS_TENANT) != 0)
		out_text ("\nThis command needs --tenant or $IP_DRIVER_TENANT.\n");
}

static void
help_group (const char *words)
{
	print_usage (words, "COMMAND [OPTION...] [ARGUMENT...]");
	for (const cli_group *group = cli_groups; group->name != NULL; group++) {
		if (strcmp (group->name, words) == 0) {
			out_text ("\n");
			print_wrapped (group->summary, 0);
		}
	}
	print_commands ("Commands:", words);
	out_printf ("\n'ip-driver %s COMMAND --help' tells more about each.\n", words);
}

static void
help_tool (void)
{
	print_usage ("", "COMMAND [OPTION...] [ARGUMENT...]");
	out_text ("\nManages IP addresses through the backend that the configuration names.\n\n");
	out_heading ("Groups of commands:");
	out_text ("\n");
	for (const cli_group *group = cli_groups; group->name != NULL; group++) {
		if (group->name[0] != '\0')
			print_pair (group->name, group->summary, 14);
	}
	out_text ("\n");
	out_heading ("Commands:");
	out_text ("\n");
	for (const cli_command *command = top_commands; command->name != NULL; command++)
		print_pair (command->name, command->summary, 14);
	print_options ("Options of every command:", cli_global_options);
	out_text ("\n");
	out_heading ("How things are named:");
	out_text ("\n");
	print_pair ("BLOCK", "A block's id, or its CIDR if only one block has it", 14);
	print_pair ("ADDRESS", "An address, or ADDRESS@BLOCK where several blocks hold it", 14);
	print_pair ("POLICY", "A policy's id, or its name if only one policy has it", 14);
	out_text ("\n");
	out_heading ("Exit codes:");
	out_text ("\n");
	for (const char *const *line = cli_exit_code_lines; *line != NULL; line++)
		out_printf ("  %s\n", *line);
	out_text ("\n'ip-driver GROUP --help' lists the commands of a group.\n");
}

void
cli_help (const cli_command *command, const char *words)
{
	if (command != NULL)
		help_command (command);
	else if (words[0] != '\0')
		help_group (words);
	else
		help_tool ();
}
