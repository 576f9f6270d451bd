/*
 * The name service of the tests: stands in front of getaddrinfo(), so that no test asks the network for a name.
 * Numbers pass; "slow.invalid" is answered when the test says so; of no other host is anything known.
 */
#ifndef MELANGE_HTTP_TEST_RESOLVER_H
#define MELANGE_HTTP_TEST_RESOLVER_H

#include <glib.h>

/* How often a name was asked for. */
guint resolver_count (void);
/* Answers what is asked of slow.invalid now or later: not known. Returns when nobody waits any more. */
void resolver_release (void);

#endif
