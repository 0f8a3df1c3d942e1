/* fhir/import: any bytes are refused with a fault, or become an intake that passes the same
 * check a typed referral passes. */
#include "base/clock.h"
#include "fhir/import.h"
#include "fuzz.h"

const char *const fuzz_name = "fuzz_import";
const char *const fuzz_seeds[] = {
    "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"fullUrl\":\"urn:uuid:1\",\"resource\":{"
    "\"resourceType\":\"Patient\",\"id\":\"1\",\"name\":[{\"use\":\"official\",\"family\":\"A\",\"given\":[\"B\"]}],"
    "\"gender\":\"male\",\"birthDate\":\"1980-01-01\",\"telecom\":[{\"system\":\"phone\",\"value\":\"5\"}]}},"
    "{\"resource\":{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"urn:uuid:1\"},\"clinicalStatus\":"
    "{\"coding\":[{\"code\":\"active\"}]},\"code\":{\"text\":\"x\"},\"onsetDateTime\":\"2001-02\"}},"
    "{\"resource\":{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"medicationCodeableConcept\":"
    "{\"coding\":[{\"system\":\"http://www.nlm.nih.gov/research/umls/rxnorm\",\"code\":\"1\",\"display\":\"y\"}]},"
    "\"dosageInstruction\":[{\"timing\":{\"repeat\":{\"frequency\":1,\"period\":6,\"periodUnit\":\"h\"}}}]}},"
    "{\"resource\":{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":"
    "\"http://loinc.org\",\"code\":\"8310-5\"}]},\"effectiveDateTime\":\"2020-05-05T05:05:05+02:00\","
    "\"valueQuantity\":{\"value\":98.60,\"unit\":\"[degF]\"}}},{\"resource\":{\"resourceType\":\"Claim\"}}]}",
    "{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"C D\"}],\"birthDate\":\"1990-02-28\",\"contained\":"
    "[{\"resourceType\":\"AllergyIntolerance\",\"patient\":{\"reference\":\"#\"},\"code\":{\"text\":\"z\"}}]}",
    NULL,
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static struct arena arena;
    if (!arena.beg) arena_open(&arena, 512 << 20);
    arena_reset(&arena);
    struct faults faults = {.arena = &arena}, again = {.arena = &arena};
    struct intake in;
    int64_t now_ms = clock_instant(20000, 12, 0);
    struct str text = {(const char *)bytes, (ptrdiff_t)n};
    enum err e = import_read(&arena, text, now_ms, &in, &faults);
    CHECK((e == E_OK) == (faults.n == 0), "a refusal says why");
    for (int i = 0; i < faults.n; i++)
        CHECK(str_utf8_ok(faults.v[i].message) && str_utf8_ok(faults.v[i].field), "in clean text");
    if (e) return 0;
    CHECK(in.taken >= 1, "the patient at least is taken");
    intake_check(&in, clock_today(now_ms), &again);
    CHECK(again.n == 0, "what is taken would pass as typed");
    return 0;
}
