/* hl7, mllp: any bytes are refused with a reason or read; whatever is read can be looked at
 * everywhere; an answer to it is a message again; a stream says the same however it is cut. */
#include "base/err.h"
#include "codec/hl7.h"
#include "codec/mllp.h"
#include "fuzz.h"

const char *const fuzz_name = "fuzz_hl7";
const char *const fuzz_seeds[] = {
    "MSH|^~\\&|VSP^02A4C1FFFE770011^EUI-64|Works|||20270308100500-0700||ORU^R01^ORU_R01|1|P|2.6"
    "||||||UNICODE UTF-8\rPID|||7^^^X^MR~8||A\\T\\B^C&D\rOBX|1|NM|150456^S^MDC|1.3|97|262688^%^MDC"
    "||DEMO~INV|||R|||20270308100500.25+0530\r",
    "\x0BMSH|^~\\&|A||||||ORU^R01|1|P|2.3\r\x1C\r\x0B" "two\x0B" "three\x1C\x0B" "four\x1C\r??",
    "MSH#*@!$#A######ORU*R01#1#P#2.6######8859/1\rOBX##TX#2*Yellow*MDIL-ALERT##M\xFCll\xE9r !X41!\r",
    NULL,
};

static void parts(const struct hl7_message *m) {
    for (int i = 0; i < m->n; i++)
        for (int f = 1; f < 20; f++) {
            struct hl7_time t;
            struct str all = hl7_field(m, &m->v[i], f);
            int n = hl7_repetitions(m, &m->v[i], f);
            CHECK((n > 0) == (all.n > 0), "what is there has a repetition");
            struct str x = hl7_get(m, &m->v[i], (struct hl7_at){f, 1, n ? n - 1 : 0, 1});
            CHECK(!x.s || x.n > 0 || all.n, "empty is absent");
            if (hl7_time_parse(x, &t))
                CHECK(t.hour < 24 && t.minute < 60 && t.second < 60, "a time of the day");
        }
}

static void answer(struct arena *a, const struct hl7_header *h) {
    struct hl7_message back;
    struct hl7_refusal why = {207, STR("a | reason")}, none;
    struct buf b = buf_new(a, 512);
    hl7_ack(&b, h, "AE", &why, STR("1"), STR("20270308100500+0000"));
    CHECK(hl7_parse(a, buf_str(&b), &back, &none) == E_OK && back.n == 3,
          "an answer is a message of three segments");
}

static void message(struct arena *a, struct str text) {
    struct hl7_message m;
    struct hl7_refusal why = {0};
    struct hl7_header h;
    if (hl7_parse(a, text, &m, &why)) {
        CHECK(why.code && why.why.n, "a refusal says why");
    } else {
        parts(&m);
        h = hl7_header_of(&m);
        answer(a, &h);
    }
    if (hl7_header_guess(a, text, &h)) answer(a, &h);
}

struct told {
    int64_t garbage, bytes;
    int blocks, unended, large;
};

static struct told tell(struct str text, ptrdiff_t step, char *room, ptrdiff_t cap) {
    struct mllp m = mllp_over(room, cap);
    struct told t = {0};
    for (ptrdiff_t at = 0; at < text.n && !t.large;) {
        ptrdiff_t fits, take = text.n - at < step ? text.n - at : step;
        struct str block;
        char *to = mllp_room(&m, &fits);
        CHECK(fits > 0, "there is always room, or the block was too large");
        if (take > fits) take = fits;
        __builtin_memcpy(to, text.s + at, (size_t)take);
        mllp_came(&m, take);
        at += take;
        for (enum mllp_event e; (e = mllp_next(&m, &block)) != MLLP_MORE && !t.large;) {
            t.blocks += e == MLLP_BLOCK;
            t.unended += e == MLLP_UNENDED;
            t.large += e == MLLP_TOO_LARGE;
            if (e != MLLP_TOO_LARGE) t.bytes += block.n;
        }
    }
    t.garbage = m.garbage;
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    static struct arena arena;
    static char room[256];
    if (!arena.beg) arena_open(&arena, 64 << 20);
    arena_reset(&arena);
    struct str text = str_copy(&arena, (struct str){(const char *)bytes, (ptrdiff_t)n});
    message(&arena, text);
    struct told whole = tell(text, 4096, room, sizeof room), cut = tell(text, 3, room, sizeof room);
    CHECK(whole.blocks == cut.blocks && whole.unended == cut.unended && whole.large == cut.large &&
              whole.bytes == cut.bytes && whole.garbage == cut.garbage,
          "a stream says the same however it is cut");
    return 0;
}
