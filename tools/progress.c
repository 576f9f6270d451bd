/*
 * progress.c: see progress.h. The bar appears after a third of a second and is drawn ten times a second.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "progress.h"

#include "output.h"

#define FIRST_DRAW (G_USEC_PER_SEC / 3)
#define REDRAW (G_USEC_PER_SEC / 10)
#define BAR_WIDTH 30
/* Looking at the clock costs more than a step. */
#define CLOCK_EVERY 64

struct progress {
	const char *what;
	guint64 total;
	guint64 done;
	gint64 next_draw;
	gboolean drawn;
};

progress *
progress_begin (const char *what, guint64 total)
{
	progress *self;

	if (!out_stderr_is_terminal ())
		return NULL;
	self = g_new0 (progress, 1);
	self->what = what;
	self->total = total;
	self->next_draw = g_get_monotonic_time () + FIRST_DRAW;
	return self;
}

static void
draw (progress *self)
{
	g_autofree char *done = g_strdup_printf ("%" G_GUINT64_FORMAT, self->done), *grouped = out_grouped (done);

	if (self->total > 0) {
		long double part = MIN (1.0L, (long double)self->done / (long double)self->total);
		g_autofree char *bar = out_bar (part, BAR_WIDTH);

		g_printerr ("\r\033[K%s %s %3d %%  %s", self->what, bar, (int)(part * 100), grouped);
	} else {
		g_printerr ("\r\033[K%s %s", self->what, grouped);
	}
	self->drawn = TRUE;
}

void
progress_step (progress *self)
{
	gint64 now;

	if (self == NULL || ++self->done % CLOCK_EVERY != 0)
		return;
	now = g_get_monotonic_time ();
	if (now < self->next_draw)
		return;
	draw (self);
	self->next_draw = now + REDRAW;
}

void
progress_end (progress *self)
{
	if (self == NULL)
		return;
	if (self->drawn)
		g_printerr ("\r\033[K");
	g_free (self);
}
