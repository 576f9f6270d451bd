/*
 * Certificates of the tests, made when they are needed.
 */
#ifndef MELANGE_HTTP_TEST_CERTIFICATE_H
#define MELANGE_HTTP_TEST_CERTIFICATE_H

#include <glib.h>

/* Writes NAME.pem and NAME.key in the folder: a certificate for a host, "DNS:localhost" say, signed by the authority
 * ISSUER of the folder; issuer NULL: an authority, signed by itself; host NULL: a client's. It ends in so many seconds,
 * or ended if below 0. */
void certificate_make (const char *folder, const char *name, const char *issuer, const char *host, long seconds);
/* Paths, to be freed. */
char *certificate_path (const char *folder, const char *name);
char *certificate_key_path (const char *folder, const char *name);

#endif
