#include "core/phase.h"

static const struct {
    const char *name, *holds;
} phases[] = {
#define PHASE(name, text, holds) {text, holds},
#include "core/phase.def"
#undef PHASE
};

static const char *const acts[] = {
#define PHASE_ACT(name, done) done,
#include "core/phase.def"
#undef PHASE_ACT
};

static const struct phase_move moves[] = {
#define PHASE_MOVE(from, act, to) {PHASE_##from, ACT_##act, PHASE_##to},
#include "core/phase.def"
#undef PHASE_MOVE
};

enum { MOVES = sizeof moves / sizeof *moves };

const char *phase_name(enum phase p) { return phases[p].name; }
const char *phase_act_done(enum phase_act a) { return acts[a]; }

bool phase_parse(struct str text, enum phase *p) {
    for (int i = 0; i < PHASE_COUNT; i++)
        if (str_is(text, phases[i].name)) {
            *p = (enum phase)i;
            return true;
        }
    return false;
}

enum err phase_after(enum phase from, enum phase_act act, enum phase *to) {
    for (int i = 0; i < MOVES; i++)
        if (moves[i].from == from && moves[i].act == act) {
            *to = moves[i].to;
            return E_OK;
        }
    return E_BLOCKED;
}

const struct phase_move *phase_move_at(int i) { return i >= 0 && i < MOVES ? &moves[i] : NULL; }
