/* The readers of codes and screening rules: any bytes are read or refused with a place and a
 * reason; what is accepted can decide about somebody. */
#include "base/err.h"
#include "core/screening_read.h"
#include "fuzz.h"

const char *const fuzz_name = "fuzz_rules";
const char *const fuzz_seeds[] = {
    "source S\nclass benzo a benzodiazepine\nclass nasal a nasal steroid\n"
    "medicine clonazepam : benzo | Klonopin | Rivotril\nmedicine valproic acid : benzo\n"
    "medicine fluticasone : nasal/nasal | Flonase\ntest Clonazepam [Klonopin] -> benzo\n"
    "test fluticasone nasal spray -> nasal\ntest aspirin -> -\n",
    "source S\nclass seizure seizures\nclass psychosis psychosis\nicd10 seizure G40 R56.9\n"
    "icd10 psychosis F2 F1?.15\nsnomed seizure 84757009\ntest G40.909 -> seizure\n"
    "test 84757009 -> seizure\ntest I10 -> -\n",
    "source S\nbase age 40 | sex male\nrule A under age\noverride none\nrecheck 30\n"
    "absolute age < 18 : too young\nrelative ymrs > 12 if given and mdq >= 7 or unknown : high\n"
    "relative condition seizure active and no medicine benzo : seizures\n"
    "caution history x : said\ninfo uds unprescribed : positive\n"
    "test age 17 -> A absolute, ineligible\ntest age 18 -> no A, eligible\n"
    "test age ? -> MISSING:birthDate relative\ntest bp 140/90 138/86 | uds THC -> A info\n",
    NULL,
};

static void read_all(struct arena *a, struct str medicines, struct str conditions,
                     struct str rules) {
    struct codes codes = {0};
    struct faults faults = {.arena = a};
    if (codes_read_medicines(a, STR("m"), medicines, &codes, &faults) ||
        codes_read_conditions(a, STR("c"), conditions, &codes, &faults)) {
        CHECK(faults.n > 0, "a refusal says why");
        return;
    }
    struct screening_rules s = screening_new(a, &codes);
    enum err e = screening_read(a, STR("r"), rules, &s, &faults);
    CHECK((e == E_OK) == (faults.n == 0), "a refusal says why");
    for (int i = 0; i < faults.n; i++)
        CHECK(faults.v[i].field.n && faults.v[i].message.n, "with its place");
    if (e) return;
    struct candidate nobody = candidate_unknown(20000);
    struct decision d = screening_decide(a, &s, &nobody);
    CHECK(d.n == 0 || d.v[0].id.n > 0, "a decision is made of findings");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static struct arena arena;
    if (!arena.beg) arena_open(&arena, 256 << 20);
    struct str text = {(const char *)bytes, (ptrdiff_t)n};
    bool rules = str_find(text, STR("rule ")) >= 0, conditions = str_find(text, STR("icd10")) >= 0;
    arena_reset(&arena);
    read_all(&arena, rules || conditions ? str_from(fuzz_seeds[0]) : text,
             conditions && !rules ? text : str_from(fuzz_seeds[1]),
             rules ? text : str_from(fuzz_seeds[2]));
    return 0;
}
