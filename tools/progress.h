/*
 * progress.h: a bar on stderr for work that takes a while; nothing at all if stderr is not a terminal.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <glib.h>

typedef struct progress progress;

/* total 0: not known, then only the count is shown. `what` is static text ("importing"). */
progress *progress_begin (const char *what, guint64 total);
void progress_step (progress *self);
/* Wipes the bar and frees. NULL is ignored. */
void progress_end (progress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (progress, progress_end)
