/* The generator refuses what cannot be escaped, and what it lets through is escaped for where
 * it stands. The fixtures of tests/unit/html are generated like the pages are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HTMLGEN_TEST
#include "../../tools/htmlgen.c"

#include "fixtures.h"

static char memory[8 << 20];

/* The message of the first fault of one template, or "". */
static struct str fault_in(const char *text) {
    struct arena a = arena_over(memory, sizeof memory);
    struct faults *faults = NEW(&a, struct faults);
    faults->arena = &a;
    struct source source = {STR("t.html"), str_from(text)};
    struct str h, c;
    bool good = htmlgen(&a, faults, &source, 1, STR("t.h"), &h, &c);
    assert_int_equal(good, faults->n == 0);
    return good ? STR("") : faults->v[0].message;
}

static void refuses(void **state) {
    (void)state;
    static const struct {
        const char *body, *why;
    } rows[] = {
        {"<p>{{title}}</p>", ""},
        {"<p>{{titel}}</p>", "has no field titel"},
        {"<p class={{title}}>x</p>", "has no double quotes"},
        {"<p class='{{title}}'>x</p>", "has no double quotes"},
        {"<p {{title}}>x</p>", "outside quotes"},
        {"<p {{?title}}hidden{{/title}}>x</p>", ""},
        {"<script>{{title}}</script>", "script belongs into static/"},
        {"<script src=\"/static/app.js\"></script>", ""},
        {"<style>p{}</style>", "style belongs into static/"},
        {"<p style=\"color:{{title}}\">x</p>", "style: the browser refuses it"},
        {"<p onclick=\"x\">x</p>", "onclick"},
        {"<p hx-on:click=\"x\">x</p>", "hx-on"},
        {"<p hx-vals=\"{{title}}\">x</p>", "no value stands in hx-vals"},
        {"<!-- {{title}} -->", "no value stands in a comment"},
        {"<p>x", "<p> is not closed"},
        {"<p><b>x</p></b>", "</p> closes b"},
        {"</p>", "closes nothing"},
        {"<br><hr><input><p>x</p>", ""},
        {"<svg><path d=\"M0 0\"/></svg>", ""},
        {"{{?title}}<p>{{/title}}</p>", "ends in another place than it began"},
        {"{{?title}}<p>x</p>", "is not closed"},
        {"{{?title}}<p>x</p>{{/list}}", "closes {{?title}}"},
        {"{{/title}}", "closes nothing"},
        {"<p title=\"{{?title}}x\">x</p>", "is not closed"},
        {"<p>{{title|shout}}</p>", "there is no format `shout`"},
        {"<a href=\"/x/{{at|time}}\">x</a>", "no format stands in a URL"},
        {"{{#title}}x{{/title}}", "title is not a list"},
        {"<p>{{words}}</p>", "words is a list"},
        {"<p>{{title</p>", "is not closed"},
        {"<p>{{../title}}</p>", "nothing is that far out"},
        {"<p title=\"{{picture}}\">x</p>", "an svg can only stand in text"},
        {"<p>1 < 2</p>", "a bare `<`"},
        {"<p title=\"x>y\">x</p>", ""},
        {"<p><!-- not closed</p>", "the comment is not closed"},
        {"<form method=\"post\"><p>x</p></form>", "has no field csrf"},
        {"<form method=\"post\"><input name=\"csrf\"></form>", ""},
        {"<form method=\"get\"><p>x</p></form>", ""},
        {"{{?title}}{{slot}}{{/title}}", "{{slot}} stands inside"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[400];
        snprintf(text, sizeof text,
                 "<!-- view t (title text, words text[], picture svg, at int) -->\n%s",
                 rows[i].body);
        struct str why = fault_in(text); /* each row shows some of the fields */
        if (str_starts(why, STR("no template shows"))) why = STR("");
        bool as_said = *rows[i].why ? str_find(why, str_from(rows[i].why)) >= 0 : why.n == 0;
        if (!as_said)
            fail_msg("%s: expected `%s`, saw `%.*s`", rows[i].body, rows[i].why, STR_ARG(why));
    }
}

static void refuses_headers(void **state) {
    (void)state;
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"<p>x</p>", "expected the first line"},
        {"<!-- view T () --><p>x</p>", "no proper name"},
        {"<!-- view t (a blob!) -->", "no such type"},
        {"<!-- view t (a text, a int) -->", "named twice"},
        {"<!-- view t (a view:gone) -->", "there is no view gone"},
        {"<!-- view t (a view:t) -->", "holds itself"},
        {"<!-- view t (a view:t[]) -->", "no template shows the field a"},
        {"<!-- view t (a view:t[]) -->{{#a}}x{{/a}}", ""},
        {"<!-- view t () --><p>x</p>", ""},
        {"<!-- view t_list () --><p>x</p>", "is that of the list"},
        {"<!-- view t (a) -->", "expected `name type`"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str why = fault_in(rows[i].text);
        bool as_said = *rows[i].why ? str_find(why, str_from(rows[i].why)) >= 0 : why.n == 0;
        if (!as_said) fail_msg("%s: saw `%.*s`", rows[i].text, STR_ARG(why));
    }
}

static void has(struct str page, const char *part) {
    if (str_find(page, str_from(part)) < 0) fail_msg("no `%s` in\n%.*s", part, STR_ARG(page));
}

static void escapes_for_where_it_stands(void **state) {
    (void)state;
    struct arena a = arena_over(memory, sizeof memory);
    struct buf out = buf_new(&a, 4096);
    struct view_fixture_row rows[] = {
        {STR("a/b?c"), STR("<Ann & \"Bo\">"), true, {true, 3}, {true, 70.25}},
        {STR(".."), STR("Zoë"), false, {0}, {0}},
    };
    struct str words[] = {STR("x<"), STR("y")};
    struct view_fixture_page v = {
        .title = STR("a \"b\" <c> & 'd'"),
        .back = STR("/patients?x=1&y=2"),
        .next = STR("javascript:alert(1)"),
        .at_ms = 0,
        .born = STR("1970-01-01"),
        .rows = {rows, 2},
        .first = &rows[1],
        .picture = {STR("<svg></svg>")},
        .words = {words, 2},
        .share = 0.5,
    };
    html_fixture_page(&out, &v);
    struct str page = buf_str(&out);
    has(page, "<h1 title=\"a &quot;b&quot; &lt;c&gt; &amp; &#39;d&#39;\">a &quot;b&quot;");
    has(page, "<a href=\"/patients?x=1&amp;y=2\">back</a>");
    has(page, "href=\"/find?next=javascript%3Aalert%281%29&amp;at=0\"");
    has(page, "<a href=\"javascript%3Aalert%281%29\">x</a>");
    has(page,
        "<li class=\"late\"><a href=\"/patient/a%2Fb%3Fc\">&lt;Ann &amp; &quot;Bo&quot;&gt;</a> "
        "3 70.3</li>");
    has(page, "<li><a href=\"/patient/..\">Zoë</a> – –</li>");
    has(page, "<b>a &quot;b&quot;");
    has(page, "<pre>  a &quot;b&quot; &lt;c&gt; &amp; &#39;d&#39;\n  kept</pre>");
    has(page, "Thu 1 Jan 1970 50%");
    has(page, "<i>Zoë</i><svg></svg>[x&lt;][y]");
    has(page, "<input value=\"0.5\">");
    assert_true(str_find(page, STR("comment")) < 0);
    assert_true(str_find(page, STR("none")) < 0);
}

static void empty_lists_and_splits(void **state) {
    (void)state;
    struct arena a = arena_over(memory, sizeof memory);
    struct buf out = buf_new(&a, 4096);
    html_fixture_page(&out, &(struct view_fixture_page){.back = STR("//evil.example")});
    has(buf_str(&out), "<li>none</li>");
    has(buf_str(&out), "<a href=\"#\">back</a>");
    out.n = 0;
    struct view_fixture_shell shell = {STR("<t>")};
    html_fixture_shell_begin(&out, &shell);
    has(buf_str(&out), "<main title=\"&lt;t&gt;\">");
    assert_true(str_find(buf_str(&out), STR("</main>")) < 0);
    html_fixture_shell_end(&out, &shell);
    has(buf_str(&out), "</main><p>&lt;t&gt;</p></body></html>");
}

static void urls_are_ours_or_known(void **state) {
    (void)state;
    static const struct {
        const char *url, *as;
    } rows[] = {
        {"/a?b=c&d", "/a?b=c&amp;d"},
        {"#x", "#x"},
        {"?q=1", "?q=1"},
        {"/", "/"},
        {"//evil", "#"},
        {"/\\evil", "#"},
        {"javascript:x", "#"},
        {"JAVASCRIPT:x", "#"},
        {"data:text/html,x", "#"},
        {" /x", "#"},
        {"/\t/evil", "#"},
        {"", "#"},
        {"https://x.example/", "https://x.example/"},
        {"tel:988", "tel:988"},
        {"sms:988", "sms:988"},
        {"/\"><script>", "/&quot;&gt;&lt;script&gt;"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a = arena_over(memory, sizeof memory);
        struct buf out = buf_new(&a, 64);
        view_url(&out, str_from(rows[i].url));
        if (!str_is(buf_str(&out), rows[i].as))
            fail_msg("%s: saw `%.*s`", rows[i].url, STR_ARG(buf_str(&out)));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses),
        cmocka_unit_test(refuses_headers),
        cmocka_unit_test(escapes_for_where_it_stands),
        cmocka_unit_test(empty_lists_and_splits),
        cmocka_unit_test(urls_are_ours_or_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
