#include "app/settings.h"

#include "core/hours.h"
#include "store/sql.h"

static const struct setting_info infos[] = {
#define SETTING(name, kind, fallback, min, max, unit, text) \
    {#name, SETTING_KIND_##kind, fallback, min, max, unit, text},
#include "app/settings.def"
#undef SETTING
};

const struct setting_info *setting_info(enum setting_id id) { return &infos[id]; }

static bool allowed(const struct setting_info *info, struct str value, struct faults *faults) {
    int64_t v = str_utf8_length(value);
    bool is_int = info->kind == SETTING_KIND_int;
    if (is_int && !str_to_int(value, &v)) {
        if (faults)
            fault_add(faults, str_from(info->name), "type", "Write a whole number of %s.",
                      info->unit);
        return false;
    }
    if (info->kind == SETTING_KIND_hours && !hours_read(value, &(struct hours){0})) {
        if (faults)
            fault_add(faults, str_from(info->name), "syntax",
                      "Write days and times: Mon-Fri 08:00-18:00, Sat 09:00-13:00.");
        return false;
    }
    if (v >= info->min && v <= info->max) return true;
    if (faults)
        fault_add(faults, str_from(info->name), "range", "Between %lld and %lld %s.",
                  (long long)info->min, (long long)info->max, is_int ? info->unit : "characters");
    return false;
}

enum err setting_text(struct tx *tx, enum setting_id id, struct str *value) {
    struct setting row;
    *value = str_from(infos[id].fallback);
    enum err e = setting_load(tx, str_from(infos[id].name), &row);
    if (e == E_OK && allowed(&infos[id], row.value, NULL)) *value = row.value;
    return e == E_UNKNOWN ? E_OK : e;
}

enum err setting_int(struct tx *tx, enum setting_id id, int64_t *value) {
    struct str text;
    TRY(setting_text(tx, id, &text));
    CHECK(str_to_int(text, value), "a setting of kind int has a whole number");
    return E_OK;
}

enum err setting_save(struct tx *tx, enum setting_id id, struct str value, int64_t version,
                      struct faults *faults) {
    if (!value.s) value = STR("");
    if (!allowed(&infos[id], value, faults)) return E_INVALID;
    struct setting row = {
        .id = str_from(infos[id].name), .version = version, .value = value};
    tx_event(tx, "setting_changed", STR_ABSENT);
    return setting_put(tx, &row);
}

void settings_print(struct buf *out) {
    static const char *const kinds[] = {"int", "text", "hours"};
    for (int i = 0; i < SETTING_COUNT; i++)
        buf_format(out, "%-18s %-4s default=%s %lld..%lld %s: %s\n", infos[i].name,
                   kinds[infos[i].kind], infos[i].fallback, (long long)infos[i].min,
                   (long long)infos[i].max, infos[i].unit, infos[i].text);
}
