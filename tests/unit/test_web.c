/* web: every route by every role, tokens forged and expired, forms refused and kept, logins
 * that wait. Against the real server over a socket, on both
 * engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/lockout.h"
#include "app/password.h"
#include "base/id.h"
#include "web_fixture.h"

static int open_on_sqlite(void **state) {
    (void)state;
    return house_open("sqlite");
}
static int open_on_postgres(void **state) {
    (void)state;
    return house_open("postgres");
}
static int close_house(void **state) {
    (void)state;
    return house_close();
}

/* "/patient/{id}/step/{step}" with an id nobody has in every place. */
static const char *concrete(const char *pattern) {
    struct buf b = buf_new(&house.arena, 128);
    for (const char *p = pattern; *p; p++) {
        if (*p != '{') {
            buf_char(&b, *p);
            continue;
        }
        buf_z(&b, "00000000-0000-7000-8000-000000000000");
        while (*p != '}') p++;
    }
    buf_char(&b, 0);
    return b.p;
}

static struct reply ask_route(const struct route *r, const struct login *l) {
    if (r->method == METHOD_GET) return house_get(concrete(r->path), l);
    return house_post(concrete(r->path), l, "");
}

static void each_route_answers_each_role_by_the_table(void **state) {
    (void)state;
    for (int i = 0; i < route_count; i++) {
        const struct route *r = &routes[i];
        if (r->flags & ANON) continue;
        for (int role = 0; role < ROLE_COUNT; role++) {
            arena_reset(&house.arena);
            struct login l = house_login_as((enum role)role);
            int64_t before = house_newest("refused");
            int status = ask_route(r, &l).status;
            bool refused = house_newest("refused") != before;
            bool may = access_allows((enum role)role, r->capability);
            if ((status == 403) == may || refused == may || status == 0 || status == 500)
                fail_msg("%s as %s: %d, %s in the journal", r->path,
                         role_name((enum role)role), status, refused ? "refused" : "nothing");
        }
    }
}

static void nobody_gets_in_without_a_login(void **state) {
    (void)state;
    for (int i = 0; i < route_count; i++) {
        const struct route *r = &routes[i];
        if (r->flags & ANON) continue;
        struct reply reply = ask_route(r, NULL);
        int expected = r->method == METHOD_GET ? 303 : 401;
        if (reply.status != expected) fail_msg("%s: %d", r->path, reply.status);
        if (reply.status == 303)
            assert_true(str_starts(reply_header(reply, "location"), STR("/login?next=%2F")));
    }
}

static void a_write_needs_its_token(void **state) {
    (void)state;
    struct login l = house_login_as(ROLE_admin), other = house_login_as(ROLE_admin);
    struct login crossed = {l.id, l.token, other.csrf}, empty = {l.id, l.token, STR("")};
    const char *fields = "value=30";
    int changed = house_entries("setting_changed");
    assert_int_equal(house_post("/settings/session_idle_min", &crossed, fields).status, 403);
    assert_int_equal(house_post("/settings/session_idle_min", &empty, fields).status, 403);
    struct str body = str_format(&house.arena, "csrf=%.*s&value=30", STR_ARG(l.csrf));
    static const char *const elsewhere[] = {"Origin: http://evil.example\r\n", "Origin: null\r\n",
                                            "Sec-Fetch-Site: cross-site\r\n",
                                            "Sec-Fetch-Site: same-site\r\n"};
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        assert_int_equal(
            house_ask("POST", "/settings/session_idle_min", l.token, elsewhere[i], body).status,
            403);
    assert_int_equal(house_entries("setting_changed"), changed);
    const char *same = "Origin: http://clinic\r\nSec-Fetch-Site: same-origin\r\n";
    assert_int_equal(house_ask("POST", "/settings/session_idle_min", l.token, same, body).status,
                     303);
    assert_int_equal(house_entries("setting_changed"), changed + 1);
    /* Replayed: it was made from the version before. */
    assert_int_equal(house_ask("POST", "/settings/session_idle_min", l.token, same, body).status,
                     409);
    assert_int_equal(house_entries("setting_changed"), changed + 1);
}

static void forged_cookies_are_nobody(void **state) {
    (void)state;
    struct login l = house_login_as(ROLE_admin);
    char bent[65] = {0};
    memcpy(bent, l.token.s, 64);
    bent[63] = bent[63] == '0' ? '1' : '0';
    const char *const tokens[] = {bent, "", "x", "00000000000000000000000000000000000000000000"
                                                 "00000000000000000000"};
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
        assert_int_equal(
            house_ask("GET", "/people", str_from(tokens[i]), "", STR_ABSENT).status, 303);
    assert_int_equal(house_get("/people", &l).status, 200);
}

static void a_login_ends(void **state) {
    (void)state;
    struct login l = house_login_as(ROLE_admin);
    house_clock(29 * MINUTE_MS);
    assert_int_equal(house_get("/people", &l).status, 200);
    house_clock(58 * MINUTE_MS);
    assert_int_equal(house_get("/people", &l).status, 200); /* it was used in between */
    house_clock(89 * MINUTE_MS);
    assert_int_equal(house_get("/people", &l).status, 303);
    house_clock(0);
    struct login busy = house_login_as(ROLE_admin);
    for (int64_t minutes = 20; minutes < 12 * 60; minutes += 20) {
        house_clock(minutes * MINUTE_MS);
        assert_int_equal(house_get("/password", &busy).status, 200);
    }
    house_clock(12 * HOUR_MS);
    assert_int_equal(house_get("/password", &busy).status, 303);
    house_clock(0);
}

static void logging_out_is_at_the_server(void **state) {
    (void)state;
    struct login l = house_login_as(ROLE_auditor);
    struct reply r = house_post("/logout", &l, "");
    assert_true(r.status == 303 && str_find(reply_header(r, "set-cookie"), STR("Max-Age=0")) > 0);
    assert_int_equal(house_get("/journal", &l).status, 303);
    struct login first = house_login_as(ROLE_auditor), second = first;
    struct tx tx = house_tx(TX_WRITE, first.id);
    assert_int_equal(tx_end(&tx, session_start(&tx, first.id, &second.token)), E_OK);
    assert_int_equal(house_get("/journal", &second).status, 200);
    assert_int_equal(house_post("/logout/everywhere", &first, "").status, 303);
    assert_int_equal(house_get("/journal", &first).status, 303);
    assert_int_equal(house_get("/journal", &second).status, 303);
}

static bool says(struct reply r, const char *words) {
    return str_find(r.body, str_from(words)) >= 0;
}

static void faults_come_back_with_what_was_typed(void **state) {
    (void)state;
    struct login l = house_login_as(ROLE_admin);
    struct reply r = house_post("/people", &l, "login_name=z&display_name=Zo%C3%AB+%3Cb%3E&role=king");
    assert_int_equal(r.status, 422);
    assert_true(says(r, "value=\"Zoë &lt;b&gt;\""));
    assert_true(says(r, "Login name: At least 2 characters.") && says(r, "Role: Choose one of"));
    r = house_post("/people", &l, "login_name=zoe&display_name=Zoe&role=monitor&password=short");
    assert_true(r.status == 422 && says(r, "at least 15 characters") && !says(r, "\"short\""));
    static const struct {
        const char *body;
        int status;
    } broken[] = {{"login_name=%zz", 400}, {"login_name=%FF", 400}, {"version=x", 400},
                  {"login_name=a%00b", 400}, {"version=-1", 400}};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_int_equal(house_post("/people", &l, broken[i].body).status, broken[i].status);
    struct str json = house_request("POST", "/people", l.token,
                                    "Content-Type: application/json\r\nContent-Length: 2\r\n",
                                    STR_ABSENT);
    struct reply refused = client_exchange(&house.arena, house.address,
                                           str_format(&house.arena, "%.*s{}", STR_ARG(json)));
    assert_int_equal(refused.status, 400);
}

static void two_people_on_one_record(void **state) {
    (void)state;
    struct login l = house_login_as(ROLE_admin), whom = house_login_as(ROLE_monitor);
    const char *path = str_format(&house.arena, "/people/%.*s", STR_ARG(whom.id)).s;
    const char *first = "version=1&display_name=First+Text&role=monitor";
    const char *second = "version=1&display_name=Second+Text&role=monitor";
    assert_int_equal(house_post(path, &l, first).status, 303);
    struct reply r = house_post(path, &l, second);
    assert_int_equal(r.status, 409);
    assert_true(says(r, "Somebody saved this on") && says(r, "First Text") &&
                says(r, "value=\"Second Text\"") && says(r, "name=\"version\" value=\"2\""));
    assert_int_equal(house_post(path, &l, "version=2&display_name=Second+Text&role=monitor").status,
                     303);
}

static void what_is_typed_is_kept(void **state) {
    (void)state;
    struct login l = house_login_as(ROLE_admin);
    const char *draft = "key=%2Fpeople&body=login_name%3Ddora%26csrf%3Dsecret%26password%3Dsecret";
    assert_int_equal(house_post("/draft", &l, draft).status, 204);
    assert_int_equal(house_post("/draft", &l, "key=%2Fnowhere&body=a%3D1").status, 404);
    assert_int_equal(house_post("/draft", &l, "key=%2Flogin&body=a%3D1").status, 404);
    assert_true(says(house_get("/people", &l), "What you were typing here was kept"));
    struct reply r = house_get("/people?draft=%2Fpeople", &l);
    assert_true(says(r, "value=\"dora\"") && !says(r, "value=\"secret\""));
    assert_int_equal(house_post("/draft", &l, "key=%2Fpeople&discard=1&back=%2Fpeople").status, 303);
    assert_false(says(house_get("/people", &l), "What you were typing here was kept"));
    /* An ended login: the form's text becomes a draft of its account. */
    const char *fields = "login_name=eva&display_name=Eva&role=monitor";
    house_clock(HOUR_MS);
    r = house_post("/people", &l, fields);
    assert_true(r.status == 401 && says(r, "What you typed was kept"));
    struct login forger = {l.id, l.token, STR("0000")};
    assert_false(says(house_post("/people", &forger, fields), "What you typed was kept"));
    struct login again = l;
    struct tx tx = house_tx(TX_WRITE, l.id);
    assert_int_equal(tx_end(&tx, session_start(&tx, l.id, &again.token)), E_OK);
    assert_true(says(house_get("/people?draft=%2Fpeople", &again), "value=\"eva\""));
    house_clock(0);
}

static void a_redirect_stays_in_the_house(void **state) {
    (void)state;
    struct login l = house_login_as(ROLE_admin);
    static const char *const backs[] = {"%2F%2Fevil.example", "%2F%5Cevil.example", "http%3A%2F%2Fe",
                                        "%2Fa%0D%0AX%3A1", "%2Fa%09b", ""};
    for (size_t i = 0; i < sizeof backs / sizeof *backs; i++) {
        const char *fields =
            str_format(&house.arena, "key=%%2Fpeople&discard=1&back=%s", backs[i]).s;
        struct reply r = house_post("/draft", &l, fields);
        assert_true(r.status == 303 && str_is(reply_header(r, "location"), "/"));
    }
}

static void answers_carry_their_headers(void **state) {
    (void)state;
    struct login l = house_login_as(ROLE_auditor);
    struct reply r = house_get("/journal", &l);
    assert_true(str_is(reply_header(r, "cache-control"), "no-store"));
    assert_true(str_is(reply_header(r, "x-content-type-options"), "nosniff"));
    assert_true(str_find(reply_header(r, "content-security-policy"), STR("script-src 'self'")) > 0);
    assert_false(says(r, "<script>") || says(r, " onclick=") || says(r, " style="));
    r = house_get("/static/app.css", NULL);
    assert_true(r.status == 200 && str_find(reply_header(r, "content-type"), STR("text/css")) == 0);
    assert_int_equal(house_get("/static/../content/codes/passwords.txt", NULL).status, 404);
    assert_int_equal(house_get("/static/%2e%2e/content/codes/passwords.txt", NULL).status, 404);
    r = house_ask("GET", "/nowhere", STR_ABSENT, "", STR_ABSENT);
    assert_true(r.status == 404 && says(r, "<h1>There is no such page</h1>"));
    assert_int_equal(house_ask("PUT", "/people", l.token, "", STR_ABSENT).status, 405);
    assert_int_equal(house_ask("POST", "/journal", l.token, "", STR("")).status, 405);
}

static void machines_get_problems_as_json(void **state) {
    (void)state;
    struct str bytes = STR("GET /people HTTP/1.1\r\nHost: c\r\nAccept: application/json\r\n"
                           "Connection: close\r\n\r\n");
    struct reply r = client_exchange(&house.arena, house.address, bytes);
    assert_true(r.status == 401 &&
                str_is(reply_header(r, "content-type"), "application/problem+json"));
    assert_true(str_starts(r.body, STR("{\"type\":\"about:blank\",\"title\":")));
}

/* Logging in with a password ----------------------------------------------------------------*/

static struct reply log_in(const char *name, const char *password, const char *peer) {
    struct str body = str_format(&house.arena, "login_name=%s&password=%s", name, password);
    struct str headers = str_format(&house.arena, "X-Forwarded-For: 1.2.3.4, %s\r\n", peer);
    return house_ask("POST", "/login", STR_ABSENT, headers.s, body);
}

static void make_person(const char *name, const char *password) {
    struct person_new person = {.login_name = str_from(name), .display_name = STR("Pia Person"),
                                .role = ROLE_therapist, .password = str_from(password)};
    struct faults faults = {.arena = &house.arena};
    struct actor actor = {.clinic_id = house.app.clinic_id, .door = STR("cli")};
    struct str id, shown;
    assert_int_equal(
        people_create(&house.app, &house.arena, actor, &person, &faults, &id, &shown), E_OK);
}

static void each_failure_makes_the_next_wait_longer(void **state) {
    (void)state;
    make_person("pia", "seven quiet stones");
    const char *wrong = "seven+loud+stones", *right = "seven+quiet+stones";
    for (int i = 0; i < 4; i++) assert_int_equal(log_in("pia", wrong, "10.0.0.1").status, 422);
    assert_int_equal(log_in("pia", right, "10.0.0.1").status, 303); /* four do not lock */
    for (int i = 0; i < 5; i++) assert_int_equal(log_in("pia", wrong, "10.0.0.1").status, 422);
    assert_int_equal(log_in("pia", right, "10.0.0.2").status, 429);
    assert_true(house_entries("login_locked") > 0);
    house_clock(61000);
    assert_int_equal(log_in("pia", wrong, "10.0.0.1").status, 422);
    house_clock(61000 + 100000);
    assert_int_equal(log_in("pia", right, "10.0.0.1").status, 429); /* twice as long now */
    house_clock(61000 + 121000);
    assert_int_equal(log_in("pia", right, "10.0.0.1").status, 303);
    house_clock(0);
}

static void behind_tls_the_cookie_is_bound_to_its_host(void **state) {
    (void)state;
    make_person("tia", "nine slow herons");
    struct str body = STR("login_name=tia&password=nine+slow+herons");
    struct reply r = house_ask("POST", "/login", STR_ABSENT, "X-Forwarded-Proto: https\r\n", body);
    struct str cookie = reply_header(r, "set-cookie");
    assert_true(r.status == 303 && str_starts(cookie, STR("__Host-cairn=")));
    assert_true(str_find(cookie, STR("; Path=/; HttpOnly; SameSite=Lax; Secure")) > 0);
    assert_false(str_find(cookie, STR("Domain")) >= 0);
    assert_true(reply_header(r, "strict-transport-security").s != NULL);
    /* The plain cookie is nobody there, and the bound one is nobody in the clear. */
    struct str token = str_slice(cookie, 13, 13 + 64);
    const char *https = "X-Forwarded-Proto: https\r\n";
    assert_int_equal(house_ask("GET", "/password", token, https, STR_ABSENT).status, 303);
    const char *bound = str_format(&house.arena, "%sCookie: __Host-cairn=%.*s\r\n", https,
                                   STR_ARG(token)).s;
    assert_int_equal(house_ask("GET", "/password", STR_ABSENT, bound, STR_ABSENT).status, 200);
}

static void a_name_nobody_has_waits_alike(void **state) {
    (void)state;
    for (int i = 0; i < 5; i++) {
        struct reply r = log_in("nobody", "twelve+grey+stones", "10.0.0.3");
        assert_true(r.status == 422 && says(r, "do not belong together"));
    }
    struct reply r = log_in("nobody", "twelve+grey+stones", "10.0.0.4");
    assert_true(r.status == 429 && says(r, "Wait 1 minute, then try again."));
}

static void one_address_waits_too(void **state) {
    (void)state;
    for (int i = 0; i < PEER_TRIES; i++) {
        const char *name = str_format(&house.arena, "guess%d", i).s;
        assert_int_equal(log_in(name, "twelve+grey+stones", "10.0.0.5").status, 422);
    }
    assert_int_equal(log_in("another", "twelve+grey+stones", "10.0.0.5").status, 429);
    assert_int_equal(log_in("another", "twelve+grey+stones", "10.0.0.6").status, 422);
}

static void a_first_password_must_be_changed(void **state) {
    (void)state;
    struct login l = house_login_as(ROLE_therapist);
    struct tx tx = house_tx(TX_WRITE, l.id);
    struct str first = STR("first-of-six-stones-1234");
    struct credential_set_in in = {
        l.id, password_hash(house.app.passwords, &house.arena, first), clock_now_ms(), 1};
    assert_int_equal(tx_end(&tx, credential_set(&tx, &in)), E_OK);
    struct reply r;
    static const char *const closed[] = {"/", "/patients", "/patient/x"};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        r = house_get(closed[i], &l);
        assert_true(r.status == 303 && str_is(reply_header(r, "location"), "/password"));
    }
    assert_int_equal(house_post("/draft", &l, "key=%2Fpeople&body=a%3D1").status, 303);
    assert_int_equal(house_get("/password", &l).status, 200);
    const char *weak = "present=first-of-six-stones-1234&wanted=passwordpassword123&again="
                       "passwordpassword123";
    assert_int_equal(house_post("/password", &l, weak).status, 422);
    const char *wrong = "present=wrong-of-six-stones-1234&wanted=a+walk+beside+the+lake&again="
                        "a+walk+beside+the+lake";
    assert_true(says(house_post("/password", &l, wrong), "not the present password"));
    const char *good = "present=first-of-six-stones-1234&wanted=a+walk+beside+the+lake&again="
                       "a+walk+beside+the+lake";
    r = house_post("/password", &l, good);
    assert_int_equal(r.status, 303);
    assert_true(str_starts(reply_header(r, "set-cookie"), STR("cairn=")));
    assert_int_equal(house_get("/password", &l).status, 303); /* the old session is over */
}

/* The other administrators of the list, closed; the list has a limit, so there may be more. */
static int close_others(const struct login *l) {
    struct tx tx = house_tx(TX_READ, STR_ABSENT);
    struct account_list_rows rows;
    assert_int_equal(tx_end(&tx, account_list(&tx, &rows)), E_OK);
    int closed = 0;
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        if (!str_is(rows.v[i].role, "admin") || !rows.v[i].active) continue;
        if (str_eq(rows.v[i].id, l->id)) continue;
        const char *path = str_format(&house.arena, "/people/%.*s/state", STR_ARG(rows.v[i].id)).s;
        const char *fields = str_format(&house.arena, "version=%lld&state=closed",
                                        (long long)rows.v[i].version).s;
        assert_int_equal(house_post(path, l, fields).status, 303);
        closed++;
    }
    return closed;
}

static void the_last_administrator_stays(void **state) {
    (void)state;
    struct login l = house_login_as(ROLE_admin);
    int closed = 0;
    for (int now = 1; now; closed += now) now = close_others(&l);
    assert_true(closed > 0);
    const char *own = str_format(&house.arena, "/people/%.*s/state", STR_ARG(l.id)).s;
    struct reply r = house_post(own, &l, "version=1&state=closed");
    assert_true(r.status == 409 && says(r, "This is the last administrator"));
    assert_int_equal(house_get("/people", &l).status, 200);
}

static void the_chain_is_whole_after_all_that(void **state) {
    (void)state;
    struct verify_result result;
    assert_int_equal(store_verify(house.store, &house.arena, &result), E_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_route_answers_each_role_by_the_table),
        cmocka_unit_test(nobody_gets_in_without_a_login),
        cmocka_unit_test(a_write_needs_its_token),
        cmocka_unit_test(forged_cookies_are_nobody),
        cmocka_unit_test(a_login_ends),
        cmocka_unit_test(logging_out_is_at_the_server),
        cmocka_unit_test(faults_come_back_with_what_was_typed),
        cmocka_unit_test(two_people_on_one_record),
        cmocka_unit_test(what_is_typed_is_kept),
        cmocka_unit_test(a_redirect_stays_in_the_house),
        cmocka_unit_test(answers_carry_their_headers),
        cmocka_unit_test(machines_get_problems_as_json),
        cmocka_unit_test(each_failure_makes_the_next_wait_longer),
        cmocka_unit_test(behind_tls_the_cookie_is_bound_to_its_host),
        cmocka_unit_test(a_name_nobody_has_waits_alike),
        cmocka_unit_test(one_address_waits_too),
        cmocka_unit_test(a_first_password_must_be_changed),
        cmocka_unit_test(the_last_administrator_stays),
        cmocka_unit_test(the_chain_is_whole_after_all_that),
    };
    int failed = cmocka_run_group_tests_name("web on sqlite", tests, open_on_sqlite, close_house);
    if (!getenv("CAIRN_TEST_PG")) return fprintf(stderr, "CAIRN_TEST_PG is not set\n"), 1;
    return failed +
           cmocka_run_group_tests_name("web on postgres", tests, open_on_postgres, close_house);
}
