/* Reproducible randomness for the property tests of this folder. */
#include "random.h"

GRand *
test_random_new (const char *test)
{
	const char *given = g_getenv ("IP_DRIVER_SEED");
	guint32 seed = given ? (guint32)g_ascii_strtoull (given, NULL, 10) : g_random_int ();

	g_print ("# %s: IP_DRIVER_SEED=%u\n", test, seed);
	return g_rand_new_with_seed (seed);
}

unsigned __int128
test_random_value (GRand *random)
{
	unsigned __int128 value = 0;
	int length = g_rand_int_range (random, 0, 129);

	for (int i = 0; i < 4; i++)
		value = value << 32 | g_rand_int (random);
	return length == 0 ? 0 : value >> (128 - length);
}
