/*
 * The recorded scenarios (tests/data/transcripts): loading them, filling in their placeholders, holding an answer
 * against the recorded one, and lists of exchanges that are known to deviate.
 *
 * Shared by the tests of the service (scenarios/) and of the driver (replay/).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_MELANGE_TRANSCRIPT_H
#define TESTS_MELANGE_TRANSCRIPT_H

#include <glib.h>
#include <jansson.h>

typedef struct {
	const char *name;
	/* What messages and lists of deviations call it: the name, from its second use in the scenario on with #2, #3.
	 */
	char *label;
	/* NULL for an exchange; otherwise the step that it is instead ("purge_deallocated"). */
	const char *admin;
	const char *method;
	const char *path;
	/* An object of texts; never NULL. */
	json_t *headers;
	/* Neither: no body. `body` may be null, which is one. */
	json_t *body;
	const char *body_text;
	/* The answer. Exactly one of `answer` and `answer_text` is not NULL. */
	guint status;
	const char *content_type;
	json_t *answer;
	const char *answer_text;
	/* Names of lists in the answer whose order means nothing; NULL: none. */
	json_t *unordered;
	gboolean bug;
	gboolean summary_only;
	/* At least 1. */
	guint repeat;
} transcript_exchange;

typedef struct {
	const char *name;
	/* The settings that matter. */
	json_t *server;
	/* Of transcript_exchange *. */
	GPtrArray *exchanges;
	/* What all the rest points into. */
	json_t *root;
} transcript;

/* NULL: *ret_problem (to be freed) says what is wrong with the file. */
transcript *transcript_load (const char *path, char **ret_problem);
void transcript_free (transcript *scenario);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (transcript, transcript_free)

/*
 * names.c: the values of the placeholders.
 */
typedef struct transcript_names transcript_names;

/* base: what ${base} stands for. No time in an answer may be earlier than this call. */
transcript_names *transcript_names_new (const char *base);
void transcript_names_free (transcript_names *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (transcript_names, transcript_names_free)

/* NULL: not bound. */
const char *transcript_names_get (const transcript_names *names, const char *name);
void transcript_names_set (transcript_names *names, const char *name, const char *value);
/* Forgets what was bound after there were `count` names. */
guint transcript_names_count (const transcript_names *names);
void transcript_names_truncate (transcript_names *names, guint count);

/* Fills in all placeholders. A name that is not bound gets a UUID that follows from the name, without being bound;
 * ${*} another one each time; ${timestamp} TRANSCRIPT_TIME. */
#define TRANSCRIPT_TIME "2012-03-04T00:00:00"
char *transcript_fill (transcript_names *names, const char *text);
/* The same in every text of a value. In an object with an id, however, created_at and updated_at get times that are its
 * own: the same whenever it is met again, later than those of what was met before it, and different from each other.
 * New reference. */
json_t *transcript_fill_json (transcript_names *names, json_t *value);

/* Whether the text is what the template stands for. Binds the names that it meets for the first time. */
gboolean transcript_text_match (transcript_names *names, const char *pattern, const char *text);

/*
 * match.c, xml.c: answers.
 */
typedef struct {
	guint status;
	/* NULL: not given. */
	const char *content_type;
	/* Ends with a NUL; holds none. */
	const char *body;
} transcript_answer;

/* Whether an answer is the recorded one, which may bind names. FALSE: nothing is bound, and the differences are
 * appended to `diff`, a line each. */
gboolean transcript_match (transcript_names *names, const transcript_exchange *exchange,
                           const transcript_answer *answer, GString *diff);

/* Of an answer that does not match: binds the names that stand where the answer has a text. */
void transcript_bind (transcript_names *names, const transcript_exchange *exchange, const transcript_answer *answer);

/* Whether an answer is one that a sane service may give at all: no 5xx, and a body that is what its content type
 * says, of the shape of a fault if it is one. FALSE: `diff` says why not. */
gboolean transcript_answer_is_sane (const transcript_answer *answer, GString *diff);

/* Whether two values are equal by the rules of transcript_match() without `unordered`; differences as there. */
gboolean transcript_json_match (transcript_names *names, json_t *expected, json_t *actual, json_t *unordered,
                                GString *diff);
gboolean transcript_xml_match (transcript_names *names, const char *expected, const char *actual, json_t *unordered,
                               GString *diff);

/*
 * deviations.c: a file of lines `SCENARIO | LABEL | [STATUS: ]REASON`; those that are empty or begin with # are
 * comments.
 */
typedef struct {
	char *label;
	/* The status that is answered instead; 0: not said. */
	guint status;
	char *reason;
	/* transcript_deviations_find() gave it. */
	gboolean used;
} transcript_deviation;

/* Those of one scenario. NULL: *ret_problem says which line is malformed, or listed twice. */
GPtrArray *transcript_deviations_load (const char *path, const char *scenario, char **ret_problem);
/* NULL: not listed. */
transcript_deviation *transcript_deviations_find (GPtrArray *deviations, const char *label);

#endif
