/*
 * What the unit tests of the library share: the fake driver opened and answering, errors looked at,
 * files written in a folder of the test's own. Everything goes through the public ABI.
 */
#ifndef TESTS_UNIT_SUPPORT_H
#define TESTS_UNIT_SUPPORT_H

#include "modules/fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glib.h>

/* Well-formed values where it does not matter which. */
#define UUID_A "11111111-2222-3333-4444-55555555aaaa"
#define UUID_B "bbbbbbbb-2222-3333-4444-555555555555"
#define UUID_C "cccccccc-2222-3333-4444-555555555555"

/* The control block of the fake driver. */
fake_control_block *fake (void);
/* Opens the fake driver, which answers with support_answer(). */
ip_driver *support_open (void);
/* The same, with a capability taken away from the handle by the driver's `supports`. */
ip_driver *support_open_without (const char *capability);
/* cmocka's setup and teardown: *state is the open driver. */
int support_setup (void **state);
int support_teardown (void **state);

/* A handler that succeeds: it returns items of the right kind, as many as were asked for. */
ip_driver_status support_answer (const fake_call *call);
/* One good item of a kind. */
void support_return (ip_driver_results *results, fake_result kind);

/* Fail unless the status is this one, and the error carries it with a message that is one line, has no
 * trailing stop and contains `part`. */
#define assert_error(status, error, expected, part) check_error (status, error, expected, part, __FILE__, __LINE__)
void check_error (ip_driver_status status, const ip_driver_error *error, ip_driver_status expected, const char *part,
                  const char *file, int line);

/* Fail, with the error's message, unless it is IP_DRIVER_OK. */
#define assert_ok(status, error) check_ok (status, error, __FILE__, __LINE__)
void check_ok (ip_driver_status status, const ip_driver_error *error, const char *file, int line);

/* A folder in the temporary directory; and a file in it. The paths are to be freed. */
char *support_folder (void);
char *support_file (const char *folder, const char *name, const char *text);
void support_folder_remove (char *folder);

#endif
