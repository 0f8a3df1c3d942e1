/*
 * phase: where a patient is on the way, and which act leads where. The whole of it is the
 * table phase.def; what is not in the table is refused.
 *
 *     referred -> screening -> eligible | declined -> preparing -> dosing -> integrating
 *              -> follow-up -> maintenance -> closed
 *
 * Pure.
 */
#ifndef CAIRN_PHASE_H
#define CAIRN_PHASE_H

#include "base/err.h"

enum phase {
#define PHASE(name, text, holds) PHASE_##name,
#include "core/phase.def"
#undef PHASE
    PHASE_COUNT
};

enum phase_act {
#define PHASE_ACT(name, done) ACT_##name,
#include "core/phase.def"
#undef PHASE_ACT
    PHASE_ACT_COUNT
};

struct phase_move {
    enum phase from;
    enum phase_act act;
    enum phase to;
};

const char *phase_name(enum phase p);  /* as stored: "follow-up" */
const char *phase_act_done(enum phase_act a);
bool phase_parse(struct str text, enum phase *p);
/* E_BLOCKED: the act does not belong to the phase. */
MUST enum err phase_after(enum phase from, enum phase_act act, enum phase *to);
/* The table, row by row; NULL past its end. */
const struct phase_move *phase_move_at(int i);

#endif
