/*
 * harness.h: running the built ip-driver command as a user would, on a native database of its own in a
 * temporary folder. Every test has a fresh one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

/* cmocka.h needs these in front. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gio/gio.h>
#include <jansson.h>

typedef struct cli_env {
	/* The temporary folder, and the configuration in it. */
	char *folder;
	char *config;
	/* Environment of the next runs: strv, changed with g_environ_setenv(). */
	char **environment;
	/* Of the last run. */
	char *out;
	char *err;
	/* The exit code; -1 if a signal ended it. */
	int code;
	int signal;
	/* What json_of() parsed; freed with the next run. */
	json_t *json;
} cli_env;

/* cmocka's setup and teardown. */
int cli_setup (void **state);
int cli_teardown (void **state);

/* Runs the command; args end with NULL. input: what it reads from stdin, or NULL. Returns the exit code. */
int cli_run (cli_env *env, const char *input, const char *const *args);
#define RUN(env, ...) cli_run (env, NULL, (const char *const[]){__VA_ARGS__, NULL})
/* Fails the test, showing stderr, unless the command ends with this code. */
void cli_expect (cli_env *env, int code, const char *const *args, const char *file, int line);
#define EXPECT(env, code, ...) cli_expect (env, code, (const char *const[]){__VA_ARGS__, NULL}, __FILE__, __LINE__)
#define OK(env, ...) EXPECT (env, 0, __VA_ARGS__)

/* Runs with --json, expects success, and returns what was printed, parsed; it belongs to the env. */
json_t *cli_json (cli_env *env, const char *const *args, const char *file, int line);
#define JSON(env, ...) cli_json (env, (const char *const[]){"--json", __VA_ARGS__, NULL}, __FILE__, __LINE__)

/* A text in a JSON value by a path such as "blocks.0.cidr"; fails the test if it is not there. The value of
 * null is "(null)". */
const char *at (const json_t *json, const char *path);
/* The length of an array by a path. */
size_t length_at (const json_t *json, const char *path);
json_int_t integer_at (const json_t *json, const char *path);

/* A block of tenant t; returns its id, to be freed. */
char *make_block (cli_env *env, const char *cidr, ...) G_GNUC_NULL_TERMINATED;

/* Fails the test unless the text contains the part. */
void assert_contains (const char *text, const char *part);
void assert_lacks (const char *text, const char *part);

/* Writes a file into the folder, where the command runs. */
void cli_write (cli_env *env, const char *name, const char *content);
/* The same, and returns its path, to be freed. */
char *cli_file (cli_env *env, const char *name, const char *content);
/* The path of a file in tests/data, to be freed. */
char *cli_data (const char *name);
/* A file of the source tree, read. */
char *cli_source (const char *path);
const char *cli_program (void);
/* A second database: writes its configuration, and returns the path of it, to be freed. */
char *cli_second_config (cli_env *env, const char *name, const char *extra);
