/*
 * Policies as rows, for policy.c and policy_part.c.
 */
#ifndef NATIVE_POLICY_ROW_H
#define NATIVE_POLICY_ROW_H

#include "policy.h"

/* The number of a tenant's (NULL: any) policy; NOT_FOUND otherwise. */
ip_driver_status policy_find (native_op *op, const char *tenant, const char *id, gint64 *ret_no);
/* After a part of it changed: a new revision, and the pools of its blocks are counted anew. */
void policy_touch (native_op *op, gint64 no);

#endif
