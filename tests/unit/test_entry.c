/* app/entry: an entry of a device is kept once, with its own time, on both engines. */
#include "store_fixture.h"

#include "app/entry.h"
#include "base/clock.h"

#define ID "0190a1b2-0000-7000-8000-000000000001"

static struct faults faults;

static enum err take(const char *id, const char *path, int64_t entered_ms, int64_t now_ms,
                     bool *again, int64_t *out_ms) {
    struct tx tx;
    struct entry e = {str_from(id), str_from(path), entered_ms};
    faults = (struct faults){.arena = &fixture.arena};
    assert_int_equal(tx_begin(&tx, fixture.store, &fixture.arena, TX_WRITE, actor, now_ms), E_OK);
    tx.actor.account_id = STR("nurse");
    enum err result = entry_take(&tx, &e, again, &faults);
    *out_ms = e.entered_ms;
    return tx_end(&tx, result);
}

static void an_entry_is_kept_once(void **state) {
    (void)state;
    bool again;
    int64_t ms, now = 100 * DAY_MS;
    assert_int_equal(take(ID, "/a", now - HOUR_MS, now, &again, &ms), E_OK);
    assert_false(again);
    assert_int_equal(ms, now - HOUR_MS);
    assert_int_equal(take(ID, "/a", now - HOUR_MS, now + 1, &again, &ms), E_OK);
    assert_true(again);
    assert_int_equal(take(ID, "/b", now, now + 2, &again, &ms), E_CONFLICT);
    assert_int_equal(take("1", "/a", now, now, &again, &ms), E_INVALID);
    /* After the days that it is known for, the id is a new one. */
    now += (ENTRY_KEEP_DAYS + 1) * DAY_MS;
    assert_int_equal(take("0190a1b2-0000-7000-8000-000000000002", "/a", 0, now, &again, &ms), E_OK);
    assert_int_equal(take(ID, "/b", 0, now, &again, &ms), E_OK);
    assert_false(again);
}

static void its_time_is_believed_within_limits(void **state) {
    (void)state;
    static const struct {
        int64_t entered_ms, expect_ms;
        enum err e;
    } cases[] = {
        {0, 0, E_OK},                              /* now */
        {HOUR_MS, 0, E_OK},                        /* a clock that is ahead: now */
        {-12 * HOUR_MS, -12 * HOUR_MS, E_OK},
        {-12 * HOUR_MS - 1, 0, E_INVALID},
    };
    char id[] = "0190a1b2-0000-7000-8000-00000000000a";
    int64_t now = 100 * DAY_MS;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool again;
        int64_t ms, typed = cases[i].entered_ms ? now + cases[i].entered_ms : 0;
        id[35] = (char)('0' + i);
        assert_int_equal(take(id, "/a", typed, now, &again, &ms), cases[i].e);
        if (!cases[i].e) assert_int_equal(ms, now + cases[i].expect_ms);
        else assert_true(str_find(faults.v[0].message, STR("12 hours")) > 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(an_entry_is_kept_once),
        FIXTURE_TEST(its_time_is_believed_within_limits),
    };
    return on_both_engines("entry", tests, sizeof tests / sizeof *tests);
}
