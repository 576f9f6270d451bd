/* Reproducible randomness for the property tests of this folder. */
#ifndef TESTS_NATIVE_RULES_RANDOM_H
#define TESTS_NATIVE_RULES_RANDOM_H

#include <glib.h>

/* A generator seeded from IP_DRIVER_SEED, or else anew; prints the seed. */
GRand *test_random_new (const char *test);
/* 128 random bits, short and long values alike: all lengths are equally likely. */
unsigned __int128 test_random_value (GRand *random);

#endif
