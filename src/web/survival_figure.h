/* survival_figure: how long a response holds, as Kaplan and Meier's steps with their band, who
 * left as ticks, how many are followed under the axis, published points named beside it. */
#ifndef CAIRN_SURVIVAL_FIGURE_H
#define CAIRN_SURVIVAL_FIGURE_H

#include "core/survival.h"
#include "web/figure.h"

/* `s` has subjects. The table is the page's. */
struct view_figure survival_figure(struct arena *a, const struct survival *s);
/* One sentence a published series, with its source. */
struct text_list survival_published(struct arena *a);

#endif
