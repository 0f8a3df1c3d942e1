/*
 * settings: settings.def, and what a clinic chose instead. A row of the chart table `setting`
 * exists only where somebody changed a value; every change is journalled.
 */
#ifndef CAIRN_SETTINGS_H
#define CAIRN_SETTINGS_H

#include "base/buf.h"
#include "store/store.h"

enum setting_id {
#define SETTING(name, kind, fallback, min, max, unit, text) SETTING_##name,
#include "app/settings.def"
#undef SETTING
    SETTING_COUNT
};

enum setting_kind { SETTING_KIND_int, SETTING_KIND_text, SETTING_KIND_hours };

struct setting_info {
    const char *name;
    enum setting_kind kind;
    const char *fallback;
    int64_t min, max;
    const char *unit, *text;
};

const struct setting_info *setting_info(enum setting_id id);
/* E_OK and the stored value where it is allowed, else the default. */
MUST enum err setting_text(struct tx *tx, enum setting_id id, struct str *value);
MUST enum err setting_int(struct tx *tx, enum setting_id id, int64_t *value);
/* E_INVALID with faults (field: the setting's name); E_CONFLICT: not the version seen.
 * `version` 0: it was at its default. */
MUST enum err setting_save(struct tx *tx, enum setting_id id, struct str value, int64_t version,
                           struct faults *faults);
/* The table, one line each, for the golden file. */
void settings_print(struct buf *out);

#endif
