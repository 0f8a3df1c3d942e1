/* fhir/questionnaire and core/wording: any bytes are refused with a fault, or become words that,
 * where they bind, are written as a file that reads back as the same words. */
#include "core/instrument_read.h"
#include "fhir/questionnaire.h"
#include "fuzz.h"

const char *const fuzz_name = "fuzz_questionnaire";
const char *const fuzz_seeds[] = {
    "{\"resourceType\":\"Questionnaire\",\"code\":[{\"system\":\"http://loinc.org\",\"code\":\"1-8\"}],"
    "\"title\":\"T\",\"copyright\":\"(c) somebody\",\"item\":[{\"linkId\":\"d\",\"type\":\"display\",\"text\":\"Stem\"},"
    "{\"linkId\":\"/11-1\",\"type\":\"choice\",\"text\":\"One?\",\"answerOption\":["
    "{\"valueCoding\":{\"code\":\"LA1-0\",\"display\":\"no\"},\"extension\":[{\"url\":\"x/ordinalValue\",\"valueDecimal\":0}]},"
    "{\"valueCoding\":{\"display\":\"some\"},\"extension\":[{\"url\":\"x/itemWeight\",\"valueInteger\":1}]},"
    "{\"valueInteger\":2}]},{\"linkId\":\"g\",\"type\":\"group\",\"text\":\"Part\",\"item\":["
    "{\"linkId\":\"ABC-2\",\"type\":\"integer\",\"text\":\"Two?\"}]}]}",
    "{\"resourceType\":\"Questionnaire\",\"name\":\"ABC\",\"item\":[{\"linkId\":\"1\",\"type\":\"choice\",\"text\":\"a\","
    "\"answerValueSet\":\"#v\"},{\"linkId\":\"q2\",\"type\":\"decimal\",\"text\":\"b\"},{\"linkId\":\"t\",\"type\":\"decimal\","
    "\"readOnly\":true}],\"contained\":[{\"id\":\"v\",\"compose\":{\"include\":[{\"concept\":[{\"display\":\"x\"},"
    "{\"display\":\"y\"},{\"display\":\"z\"}]}]}}]}",
    "wording abc 2 of 3\nlanguage en\ntitle T\nsource s\nlicence l\nstem S\nheading q2 | P\nitem q1 | A?\n"
    "item q2 | B?\nchoices q1 | 0 a | 1 b | 2 c\nends q2 | low | high\n",
    NULL,
};

static const char sample[] =
    "instrument abc 3\ntitle Abc\nsource s\nlicence l\nship score\nloinc 1-8 total 2-6\n"
    "scale f 0 no | 1 some | 2 much\ncodes f LA1-0 | LA2-0 | LA3-0\nrange n 0 4\n"
    "item q1 f 11-1 | One\nitem q2 n - | Two\nscore total = sum q1 q2\ntest 1 1 -> 2\n";

static void holds(struct arena *a, const struct instrument *own, const struct wording *w) {
    struct faults faults = {.arena = a};
    const struct instrument *in = wording_bind(a, own, w, STR("f"), &faults);
    CHECK((in == NULL) == (faults.n > 0), "a refusal says why");
    if (!in) return;
    struct buf first = buf_new(a, 1024), again = buf_new(a, 1024);
    wording_put(&first, in);
    const struct wording *read = wording_read(a, STR("f"), buf_str(&first), &faults);
    CHECK(read, "what was written is read");
    const struct instrument *bound = wording_bind(a, own, read, STR("f"), &faults);
    CHECK(bound, "and fits as before");
    wording_put(&again, bound);
    CHECK(str_eq(buf_str(&first), buf_str(&again)), "and says the same");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static struct arena arena;
    static struct questionnaire q;
    if (!arena.beg) arena_open(&arena, 512 << 20);
    arena_reset(&arena);
    struct faults faults = {.arena = &arena}, other = {.arena = &arena};
    const struct instrument *own = instrument_read(&arena, STR("s"), str_from(sample), &faults);
    struct str text = str_copy(&arena, (struct str){(const char *)bytes, (ptrdiff_t)n});
    enum err e =
        questionnaire_read(&arena, text, (struct instruments){&own, 1}, STR_ABSENT, &faults, &q);
    CHECK((e == E_OK) == (faults.n == 0), "a refusal says why");
    for (int i = 0; i < faults.n; i++)
        CHECK(str_utf8_ok(faults.v[i].message) && str_utf8_ok(faults.v[i].field), "in clean text");
    if (e == E_OK) holds(&arena, own, &q.words);
    const struct wording *w = wording_read(&arena, STR("w"), text, &other);
    CHECK((w == NULL) == (other.n + other.dropped > 0), "words or their faults");
    if (w) holds(&arena, own, w);
    return 0;
}
