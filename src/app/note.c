#include "app/note.h"

#include "app/words.h"

static const char *const kinds[] = {"preparation", "integration", "progress",
                                    "capacity",    "journal",     NULL};

static void check_text(const struct note *n, struct faults *faults) {
    if (str_trim(n->text).n == 0)
        fault_add(faults, STR("text"), "required", "Write the note before saving it.");
    if (n->text.n > NOTE_TEXT_MAX)
        fault_add(faults, STR("text"), "length", "A note holds %d bytes at most; this one has %td.",
                  NOTE_TEXT_MAX, n->text.n);
}

static enum err write(struct tx *tx, struct note *n) {
    struct patient p;
    TRY(patient_load(tx, n->patient_id, &p));
    n->account_id = tx->actor.account_id;
    if (n->at_ms == 0) n->at_ms = tx->now_ms;
    return note_put(tx, n);
}

enum err note_write(struct tx *tx, struct note *n, struct faults *faults) {
    check_text(n, faults);
    if (!word_in(n->kind, kinds))
        fault_add(faults, STR("kind"), "unknown",
                  "The kind of a note is preparation, integration, progress or journal.");
    TRY(faults_err(faults));
    tx_event(tx, "note_written", STR_ABSENT);
    return write(tx, n);
}
