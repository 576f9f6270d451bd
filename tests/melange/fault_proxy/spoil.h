/*
 * Answers as a network or a machine in it leaves them: never so that one becomes another valid one.
 */
#ifndef TESTS_MELANGE_FAULT_PROXY_SPOIL_H
#define TESTS_MELANGE_FAULT_PROXY_SPOIL_H

#include "message.h"

void spoil_status_line (GByteArray *answer, GRand *random);
void spoil_headers (GByteArray *answer, const message_shape *shape, GRand *random);
/* It has one. */
void spoil_body (GByteArray *answer, const message_shape *shape, GRand *random);
/* Cuts the body, which has at least two bytes and a Content-Length, so that the rest is a whole message. */
void spoil_length (GByteArray *answer, const message_shape *shape, GRand *random);
/* A page of some gateway that has had no answer. */
GByteArray *spoil_page (GRand *random);

#endif
