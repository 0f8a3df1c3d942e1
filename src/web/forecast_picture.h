/* forecast_picture: what the files of the forecast's figure share. Inside the forecast only;
 * pages use web/forecast_view.h. */
#ifndef CAIRN_FORECAST_PICTURE_H
#define CAIRN_FORECAST_PICTURE_H

#include "app/pk_fit.h"
#include "web/forecast_view.h"

struct picture {
    struct arena *a;
    const struct pk_forecast *f;
    int64_t zero_ms; /* the instant of minute 0 */
    enum chart_axis axis;
    const struct forecast_fit *fit; /* NULL: nothing was observed that tells of this patient */
};

static inline int64_t picture_instant(const struct picture *p, double minute) {
    return p->zero_ms + llround(minute * (double)MINUTE_MS);
}

/* forecast_fit.c: this patient, by what was seen. */
struct forecast_fit {
    struct pk_fit fit;
    const double *curve; /* [PK_OUTPUT_COUNT][grid.count] */
    struct pk_summary summary;
    bool levels; /* a level was among them: the line of the level moves too */
};
/* NULL: nothing was observed, or nothing of it can be used. */
const struct forecast_fit *forecast_fit_make(const struct picture *p,
                                             const struct forecast_session *in);
void forecast_fit_tell(const struct picture *p, const struct forecast_session *in,
                       struct text_list *lines); /* room for 2 */
struct str forecast_fit_moved(const struct picture *p); /* what was free, and how far it moved */

/* forecast_table.c: the same in numbers. */
struct str forecast_when(const struct picture *p, int64_t at_ms);
void forecast_table(const struct picture *p, const struct chart *c,
                    const struct forecast_session *in, struct view_figure *out);

#endif
