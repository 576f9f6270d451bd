/*
 * command.h: the one table of commands. Dispatch, help on every level, shell completion and the test of the
 * man page all read it. Each file of an object group exports its part; commands.c puts them together.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "cli.h"

typedef enum cli_option_kind {
	/* Has no value. */
	CLI_FLAG,
	CLI_TEXT,
	/* May be given several times. */
	CLI_MANY,
	/* A file name; completion offers files. */
	CLI_FILE,
	/* One of the words in `value`, separated by "|". */
	CLI_CHOICE,
	/* The same, and may be given several times. */
	CLI_CHOICES
} cli_option_kind;

typedef struct cli_option {
	const char *name;
	cli_option_kind kind;
	/* What stands for the value in help, or the choices. NULL for a flag. */
	const char *value;
	const char *help;
} cli_option;

/* A command needs no open backend. */
#define CLI_NO_DRIVER 0x1u
/* A command needs --tenant. */
#define CLI_NEEDS_TENANT 0x2u

typedef ip_driver_status (*cli_run) (cli_context *cli, ip_driver_error *error);

typedef struct cli_command {
	/* The words that call it: "policy range create". */
	const char *name;
	/* Positional arguments: "BLOCK [ADDRESS] NAME...": a word each, in brackets if optional, the last one
	 * ending in "..." if it may be repeated; "" if there are none. This is also what is enforced. */
	const char *args;
	/* One line, without a stop. */
	const char *summary;
	/* More for --help, or NULL. */
	const char *details;
	/* Ends with a zero name; NULL if there are none. */
	const cli_option *options;
	cli_run run;
	unsigned flags;
} cli_command;

typedef struct cli_group {
	/* "block", "policy range", or "" for the commands that stand alone. */
	const char *name;
	const char *summary;
	/* Ends with a zero name. */
	const cli_command *commands;
} cli_group;

/* All groups; ends with a zero name. */
extern const cli_group cli_groups[];
/* Options of every command; ends with a zero name. */
extern const cli_option cli_global_options[];

extern const cli_command block_commands[], subnet_commands[], address_commands[], network_commands[],
	interface_commands[], mac_range_commands[], allowed_ip_commands[], route_commands[], policy_commands[],
	policy_range_commands[], policy_octet_commands[], nat_commands[], lease_commands[], top_commands[];

/* --limit, an element of each list command's options. */
#define CLI_OPTION_LIMIT                                                                                               \
	{                                                                                                              \
		"limit", CLI_TEXT, "N", "Show at most N items (default: all)"                                          \
	}

ip_driver_status cmd_import (cli_context *cli, ip_driver_error *error);
ip_driver_status cmd_export (cli_context *cli, ip_driver_error *error);
ip_driver_status cmd_migrate (cli_context *cli, ip_driver_error *error);
ip_driver_status cmd_compare (cli_context *cli, ip_driver_error *error);

/* What the words on the command line came to. */
typedef struct cli_parse_result {
	/* NULL: help was asked for, or the words name a group, or nothing. */
	const cli_command *command;
	/* The words that were understood as (part of) a command name; owned. */
	char *words;
	gboolean help;
	gboolean version;
	GHashTable *values;
	/* NULL-terminated, owned. */
	char **args;
} cli_parse_result;

void cli_parse_result_clear (cli_parse_result *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (cli_parse_result, cli_parse_result_clear)

/* Reads the command line (argv without the program's name). CLI_USAGE if it is wrong; result->words is then
 * set as far as it was understood. `result` starts zeroed. */
ip_driver_status cli_parse (const char *const *argv, cli_parse_result *result, ip_driver_error *error);

/* Prints the help of a command, a group, or (words "") the whole tool, to stdout. */
void cli_help (const cli_command *command, const char *words);

/* Whether words are the beginning of a command's name, or "". */
gboolean cli_is_group (const char *words);

/* Prints the candidates for the last of the words, one per line; ":files" asks the shell for files. */
void cli_complete (const char *const *words);
