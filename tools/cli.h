/*
 * cli.h: what every command of the tool is built on: the context of one run, access to options, errors
 * and exit codes, and naming blocks, addresses and policies as a person does. command.h holds the
 * command table, output.h what is printed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <glib.h>
#include <ip_driver/ip_driver.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_block, ip_driver_block_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_blocks, ip_driver_blocks_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_usage, ip_driver_usage_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_address, ip_driver_address_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_addresses, ip_driver_addresses_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_address_matches, ip_driver_address_matches_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_address_snapshot_result, ip_driver_address_snapshot_result_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_allocations, ip_driver_allocations_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_interface, ip_driver_interface_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_interfaces, ip_driver_interfaces_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_mac_range, ip_driver_mac_range_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_mac_ranges, ip_driver_mac_ranges_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_route, ip_driver_route_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_routes, ip_driver_routes_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policy, ip_driver_policy_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policies, ip_driver_policies_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policy_range, ip_driver_policy_range_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policy_ranges, ip_driver_policy_ranges_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policy_octet, ip_driver_policy_octet_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_policy_octets, ip_driver_policy_octets_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_lease, ip_driver_lease_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_leases, ip_driver_leases_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_info, ip_driver_info_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_infos, ip_driver_infos_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ip_driver_check_report, ip_driver_check_report_free)

/* Ends of a command that the ABI has no status for. They never reach the library. */
enum {
	CLI_USAGE = -1,
	CLI_IO = -2,
	/* `check` or `compare` found something; said on stdout, so there is no message. */
	CLI_PROBLEMS = -3,
	/* A signal ended the work, cleanly. */
	CLI_STOPPED = -4
};

/* One run of the tool. */
typedef struct cli_context {
	/* Name of the command ("block create"). */
	const char *command;
	/* Option name → GPtrArray of its values, in order; a flag has one empty value. */
	GHashTable *values;
	/* Positional arguments. */
	char **args;
	unsigned arg_count;
	/* From --tenant or the environment; NULL: any. */
	const char *tenant;
	const char *config;
	gboolean json;
	/* Open unless the command needs none. */
	ip_driver *driver;
} cli_context;

/* Sets error->message and returns the status; for all that the tool itself finds wrong. */
ip_driver_status cli_error (ip_driver_error *error, ip_driver_status status, const char *format, ...)
	G_GNUC_PRINTF (3, 4);
/* Puts text in front of the message, and returns error->status. */
ip_driver_status cli_prefix_error (ip_driver_error *error, const char *format, ...) G_GNUC_PRINTF (2, 3);
int cli_exit_code (ip_driver_status status);
/* The table of exit codes, a line each, for help; ends with NULL. */
extern const char *const cli_exit_code_lines[];

/* The positional argument, or NULL. */
const char *cli_arg (const cli_context *cli, unsigned index);
gboolean cli_flag (const cli_context *cli, const char *option);
/* The option's value, or NULL if it is not given. */
const char *cli_text (const cli_context *cli, const char *option);
/* The values of a repeatable option; *ret_count 0 if there is none. Borrowed. */
const char *const *cli_texts (const cli_context *cli, const char *option, size_t *ret_count);
/* For an update: whether the option is given, and its value, an empty one being NULL ("clear it"). */
gboolean cli_change (const cli_context *cli, const char *option, const char **ret_value);
/* A decimal number; `*ret` keeps its value if the option is not given. Where the library takes 0 for "not
 * given", min is 1: a script whose number came out 0 must not get a permanent address for a hold. */
ip_driver_status cli_unsigned (const cli_context *cli, const char *option, guint64 min, guint64 max, guint64 *ret,
                               ip_driver_error *error);
ip_driver_status cli_signed (const cli_context *cli, const char *option, gint64 *ret, ip_driver_error *error);
/* Parses text as a decimal number; what: how to call it in the message. */
ip_driver_status cli_parse_unsigned (const char *what, const char *text, guint64 min, guint64 max, guint64 *ret,
                                     ip_driver_error *error);
/* Seconds since 1970, or ISO 8601. */
ip_driver_status cli_time (const cli_context *cli, const char *option, gint64 *ret, ip_driver_error *error);
/* --limit: how many items at most; G_MAXUINT64 if not given. */
ip_driver_status cli_limit (const cli_context *cli, guint64 *ret, ip_driver_error *error);
/* --type, or any. */
ip_driver_block_type cli_block_type (const cli_context *cli);

/* Reads a whole file, "-" being stdin; CLI_IO on failure. The text is ended by NUL. */
ip_driver_status cli_read_file (const char *path, char **ret_text, gsize *ret_length, ip_driver_error *error);

/* The id of the block that a person names by its id or its CIDR. A CIDR must be one block's only. */
ip_driver_status cli_resolve_block (cli_context *cli, const char *text, char **ret_id, ip_driver_error *error);

/* The id of the policy that a person names by its id or its name. */
ip_driver_status cli_resolve_policy (cli_context *cli, const char *text, char **ret_id, ip_driver_error *error);

/* An allocation that a person has named; owns its texts. */
typedef struct cli_address {
	char *block;
	char *address;
	/* NULL unless looked up. */
	char *id;
} cli_address;

void cli_address_clear (cli_address *address);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (cli_address, cli_address_clear)

/* Resolves ADDRESS or ADDRESS@BLOCK. Without a block, the address must be allocated or resting in exactly
 * one. need_id: `id` is wanted too. ret_address starts zeroed. */
ip_driver_status cli_resolve_address (cli_context *cli, const char *text, gboolean need_id, cli_address *ret_address,
                                      ip_driver_error *error);
