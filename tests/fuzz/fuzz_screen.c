/* cairn screen: any bytes are refused with a field and a reason, or decided; and a decision
 * says what it is: ineligible by an absolute finding, conditional by a relative one, and every
 * finding has a rule, a reason and a source. */
#include "base/err.h"
#include "cli/screen_input.h"
#include "app/content.h"
#include "core/screening.h"
#include "fuzz.h"

const char *const fuzz_name = "fuzz_screen";
const char *const fuzz_seeds[] = {
    "{\"birthDate\":\"1985-04-02\",\"sex\":\"female\",\"weight_kg\":70,\"height_cm\":168,"
    "\"indication\":\"trd\",\"programme\":\"racemic\",\"setting\":\"clinic\","
    "\"conditions\":[{\"icd10\":\"F33.2\",\"status\":\"active\"},{\"snomed\":\"84757009\",\"text\":"
    "\"Epilepsy\"}],\"medications\":[\"Clonazepam [Klonopin]\"],\"mood_stabiliser\":false,"
    "\"allergies\":[\"ketamine\"],\"vitals\":{\"bp\":[[142,88],[138,86]],\"hr\":78,\"spo2\":98},"
    "\"labs\":{\"alt_uln\":1.2,\"ast_uln\":1.0,\"egfr\":88,\"tsh\":\"normal\",\"hcg\":\"negative\","
    "\"uds\":[\"opiates\"]},\"scores\":{\"audit\":5,\"dast10\":0,\"ymrs\":3,\"des2\":12}}",
    "{\"cssrs\":{\"ideation_past_month\":0,\"behaviour_3_months\":false,\"behaviour_lifetime\":false"
    "},\"pregnancy\":{\"possible\":true,\"pregnant\":false,\"breastfeeding\":false},"
    "\"family_history\":[\"primary_psychosis\"],\"history\":[\"ketamine_use_disorder\"],"
    "\"readiness\":{\"emotional\":2,\"intention\":2,\"support\":1,\"stability\":2,"
    "\"integration\":2,\"expectations\":2}}",
    NULL,
};

static const struct screening_rules *rules(void) {
    static struct content content;
    static struct arena arena;
    if (!arena.beg) {
        arena_open(&arena, 256 << 20);
        CHECK(content_boot(&arena, NULL, &content) == E_OK, "our own content is sound");
    }
    return content.screening;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static struct arena arena;
    if (!arena.beg) arena_open(&arena, 64 << 20);
    arena_reset(&arena);
    struct faults faults = {.arena = &arena};
    struct candidate c;
    struct str text = {(const char *)bytes, (ptrdiff_t)n};
    enum err e = screen_input_read(&arena, text, 20000, &c, &faults);
    CHECK((e == E_OK) == (faults.n == 0), "a refusal says why");
    for (int i = 0; i < faults.n; i++) CHECK(faults.v[i].message.n > 0, "in words");
    if (e) return 0;
    struct decision d = screening_decide(&arena, rules(), &c);
    enum severity worst = SEVERITY_INFO;
    for (int i = 0; i < d.n; i++) {
        const struct finding *f = &d.v[i];
        CHECK(f->id.n && f->why.n && f->source.n && f->saw.s, "a finding explains itself");
        if (f->severity < worst) worst = f->severity;
    }
    CHECK((d.outcome == OUTCOME_INELIGIBLE) == (worst == SEVERITY_ABSOLUTE), "absolute");
    CHECK((d.outcome == OUTCOME_CONDITIONAL) == (worst == SEVERITY_RELATIVE), "relative");
    return 0;
}
