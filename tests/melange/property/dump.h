/* All that a handle shows, with every field, as text. */
#ifndef TESTS_MELANGE_PROPERTY_DUMP_H
#define TESTS_MELANGE_PROPERTY_DUMP_H

#include <glib.h>
#include <ip_driver/ip_driver.h>

/* A line for each thing that a list gives, and the usage of each block; to be freed. A call that fails is a line, too.
 */
char *dump (ip_driver *driver);

#endif
