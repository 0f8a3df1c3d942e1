/*
 * style: every part of a page and every chart, with sample data, as one page a theme.
 * tests/browser opens it at three widths and runs axe over it; people look at it.
 *
 *     style DIR      writes DIR/style-light.html, -dark, -session, and login, error, form
 */
#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "web/figure.h"
#include "web/path.h"

static struct arena arena;
static const int64_t NOW = INT64_C(1804183200000); /* Thu 4 Mar 2027, early afternoon */

static struct view_tag tag(const char *level, const char *word) {
    return (struct view_tag){str_from(level), str_from(word)};
}

static struct view_path sample_path(void) {
    static const struct {
        const char *type, *word, *state;
        int offset, window;
    } rows[] = {
        {"screen", "Screening", "done", -30, 0},
        {"prep", "Preparation 1", "done", -21, 0},
        {"prep", "Preparation 2", "done", -17, 0},
        {"measure", "PHQ-9", "done", -14, 0},
        {"dose", "Dose 1", "done", -14, 0},
        {"integration", "Integration 1", "done", -13, 1},
        {"dose", "Dose 2", "done", -7, 0},
        {"integration", "Integration 2", "missed", -6, 1},
        {"measure", "PHQ-9", "planned", -4, 1},
        {"dose", "Dose 3", "planned", 0, 0},
        {"integration", "Integration 3", "planned", 1, 1},
        {"measure", "PHQ-9", "planned", 4, 1},
        {"dose", "Dose 4", "planned", 7, 2},
        {"integration", "Integration 4", "planned", 8, 1},
        {"dose", "Dose 5", "planned", 14, 2},
        {"integration", "Integration 5", "planned", 15, 1},
        {"dose", "Dose 6", "cancelled", 21, 2},
        {"integration", "Integration 6", "planned", 22, 1},
        {"review", "Review", "planned", 28, 3},
        {"followup", "1 month", "planned", 51, 7},
        {"followup", "3 months", "planned", 112, 7},
        {"followup", "6 months", "planned", 204, 14},
    };
    enum { N = sizeof rows / sizeof *rows };
    struct path_step *steps = NEWS(&arena, struct path_step, N);
    int32_t today = clock_today(NOW);
    for (int i = 0; i < N; i++)
        steps[i] =
            (struct path_step){str_from(rows[i].type),   str_from(rows[i].word),
                               STR("/patient/x/step/y"), str_from(rows[i].state),
                               today + rows[i].offset,   today + rows[i].offset + rows[i].window};
    return path_of(&arena, STR("The course, step by step"), steps, N, today);
}

static struct view_figure sample_vitals(void) {
    enum { N = 16 };
    struct vitals_row *rows = NEWS(&arena, struct vitals_row, N);
    static const int sys[N] = {124, 126, 138, 152, 163, 158, 149, 144,
                               140, 0,   138, 135, 132, 130, 128, 127};
    for (int i = 0; i < N; i++)
        rows[i] = (struct vitals_row){NOW - (150 - i * 10) * MINUTE_MS,
                                      {sys[i] > 0, sys[i]},
                                      {sys[i] > 0, sys[i] * 0.62},
                                      {true, 68 + 22 * sin(i / 3.0)},
                                      {i != 6, 98 - (i % 4)}};
    struct chart_mark doses[] = {{NOW - 128 * MINUTE_MS, 0, STR("IM 60 mg")},
                                 {NOW - 108 * MINUTE_MS, 0, STR("IM 20 mg")}};
    struct chart_limit pressure[] = {{160, STR("Hold 160, clinic rule"), LIMIT_HOLD},
                                     {100, STR("Hold 100, clinic rule"), LIMIT_HOLD}};
    struct chart_limit spo2[] = {{92, STR("Call below 92, clinic rule"), LIMIT_HOLD}};
    return figure_vitals(&arena, &(struct vitals_figure){.id = STR("vitals"),
                                                         .title = STR("Vitals"),
                                                         .caption = STR("Dose 3, Thu 4 Mar 2027"),
                                                         .rows = rows,
                                                         .row_count = N,
                                                         .doses = doses,
                                                         .dose_count = 2,
                                                         .pressure_limits = pressure,
                                                         .pressure_limit_count = 2,
                                                         .spo2_limits = spo2,
                                                         .spo2_limit_count = 1,
                                                         .now_ms = NOW,
                                                         .from_ms = NOW - 160 * MINUTE_MS,
                                                         .to_ms = NOW + 30 * MINUTE_MS});
}

static struct view_figure sample_outcome(void) {
    static const int total[] = {19, 14, 12, 9, 8, 6, 7, 5, 4, 6};
    static const int day[] = {-30, -14, -7, 0, 7, 14, 21, 28, 58, 120};
    struct chart_point *v = NEWS(&arena, struct chart_point, 10);
    struct chart_mark *doses = NEWS(&arena, struct chart_mark, 6);
    int64_t start = NOW - 120 * DAY_MS;
    for (int i = 0; i < 10; i++) v[i] = (struct chart_point){start + day[i] * DAY_MS, total[i]};
    for (int i = 0; i < 6; i++)
        doses[i] = (struct chart_mark){start + i * 7 * DAY_MS - 14 * DAY_MS, 0, STR("IM 60 mg")};
    return figure_outcome(&arena,
                          &(struct outcome_figure){.id = STR("outcome"),
                                                   .title = STR("Depression"),
                                                   .caption = STR("PHQ-9, lower is better"),
                                                   .measure = STR("PHQ-9"),
                                                   .highest = 27,
                                                   .points = v,
                                                   .point_count = 10,
                                                   .doses = doses,
                                                   .dose_count = 6,
                                                   .response = {true, 9.5},
                                                   .remission = {true, 4},
                                                   .response_name = STR("Response: half of 19"),
                                                   .remission_name = STR("Remission: 4 or less"),
                                                   .from_ms = start - 40 * DAY_MS,
                                                   .to_ms = NOW + 60 * DAY_MS,
                                                   .now_ms = NOW});
}

static struct view_form sample_form(void) {
    struct view_form_choice often[] = {{STR("0"), STR("Not at all"), false},
                                       {STR("1"), STR("Several days"), true},
                                       {STR("2"), STR("More than half the days"), false},
                                       {STR("3"), STR("Nearly every day"), false}};
    struct view_form_choice routes[] = {{STR("im"), STR("Into the muscle"), true},
                                        {STR("sl"), STR("Under the tongue"), false}};
    static struct view_form_field dose[5], words[5];
    dose[0] = (struct view_form_field){
        .id = STR("amount"),
        .name = STR("amount"),
        .label = STR("Amount"),
        .value = STR("600"),
        .unit = STR("mg"),
        .help = STR("Planned: 60 mg, 0.8 mg/kg of 75 kg."),
        .error = STR("600 mg is above 200 mg, the most that may be given into the muscle at once "
                     "(clinic rule). Enter 200 or less."),
        .described = STR("amount-help amount-error"),
        .type = STR("text"),
        .mode = STR("decimal"),
        .is_line = true};
    dose[1] = (struct view_form_field){.id = STR("route"),
                                       .name = STR("route"),
                                       .label = STR("Route"),
                                       .is_select = true,
                                       .choices = {NEWS(&arena, struct view_form_choice, 2), 2}};
    for (int i = 0; i < 2; i++) dose[1].choices.v[i] = routes[i];
    dose[2] = (struct view_form_field){.id = STR("at"),
                                       .name = STR("at"),
                                       .label = STR("Given at"),
                                       .value = STR("2027-03-04T14:05"),
                                       .type = STR("datetime-local"),
                                       .is_line = true};
    dose[3] = (struct view_form_field){.id = STR("lot"),
                                       .name = STR("lot"),
                                       .label = STR("Lot"),
                                       .type = STR("text"),
                                       .optional = true,
                                       .help = STR("As printed on the vial."),
                                       .described = STR("lot-help"),
                                       .is_line = true};
    words[0] = (struct view_form_field){.id = STR("q1"),
                                        .name = STR("q1"),
                                        .wide = true,
                                        .is_choice = true,
                                        .label = STR("Little interest or pleasure in doing things"),
                                        .choices = {NEWS(&arena, struct view_form_choice, 4), 4}};
    for (int i = 0; i < 4; i++) words[0].choices.v[i] = often[i];
    words[1] = (struct view_form_field){
        .id = STR("note"),
        .name = STR("note"),
        .label = STR("What was seen"),
        .value = STR("Calm; eyes closed; music 2.\nSaid the word \"home\" twice."),
        .rows = 4,
        .is_area = true,
        .optional = true};
    words[2] =
        (struct view_form_field){.id = STR("escort"),
                                 .name = STR("escort"),
                                 .value = STR("1"),
                                 .label = STR("An escort is here and takes the patient home"),
                                 .is_check = true};
    words[3] = (struct view_form_field){
        .id = STR("sign"),
        .name = STR("sign"),
        .label = STR("Sign here with finger or pen"),
        .value = STR("M60 120L90 60L130 140L160 80L210 128L260 96L300 130L380 100"),
        .is_signature = true,
        .optional = true,
        .help = STR("Your typed name alone is enough."),
    };
    static struct view_form_group groups[2];
    groups[0] = (struct view_form_group){.legend = STR("The dose"), .fields = {dose, 4}};
    groups[1] = (struct view_form_group){.legend = STR("How it went"), .fields = {words, 4}};
    static struct view_form_fault faults[1];
    faults[0] = (struct view_form_fault){STR("amount"), STR("Amount: 600 mg is above 200 mg")};
    static struct view_draft_offer draft;
    draft = (struct view_draft_offer){NOW - 20 * MINUTE_MS, STR("?draft=1"), STR("/x"), STR("t"),
                                      STR("/x")};
    static struct view_conflict_row differing[2];
    differing[0] = (struct view_conflict_row){STR("Phone"), STR("+1 303 555 0100"),
                                              STR("+1 303 555 0199"), true};
    differing[1] =
        (struct view_conflict_row){STR("Pronouns"), STR("she/her"), STR("she/her"), false};
    static struct view_conflict conflict;
    conflict = (struct view_conflict){STR("Ines Duarte"), NOW - 2 * MINUTE_MS, {differing, 2}};
    return (struct view_form){.action = STR("/patient/x/dosing/y/dose"),
                              .csrf = STR("t"),
                              .version = {true, 3},
                              .submit = STR("Record the dose"),
                              .key = STR("/patient/x/dosing/y/dose"),
                              .faults = {faults, 1},
                              .groups = {groups, 2},
                              .draft = &draft,
                              .conflict = &conflict};
}

static struct view_list_panel sample_list(void) {
    static struct view_tag late, soon, fine;
    late = tag("urgent", "Late"), soon = tag("advisory", "Closes soon"),
    fine = tag("fine", "Ready");
    static struct view_item items[4];
    items[0] = (struct view_item){STR("Integration 2"),
                                  STR("Ava Lindqvist"),
                                  STR("3 days late"),
                                  STR("Window closed Mon 1 Mar 14:05"),
                                  &late,
                                  STR("/patient/x")};
    items[1] = (struct view_item){
        STR("Integration 5"), STR("Jonas Okafor-Whittington"), STR("in 26 h"), STR(""), &soon,
        STR("/patient/x")};
    items[2] = (struct view_item){STR("Dose 3"), STR("Mara Feld"), STR("14:30"), STR("IM, room 2"),
                                  &fine,         STR("/patient/x")};
    items[3] = (struct view_item){
        STR("Preparation 1"), STR("Tom Bright"), STR("16:00"), STR(""), NULL, STR("/patient/x")};
    return (struct view_list_panel){.id = STR("today-list"),
                                    .title = STR("Needs you now"),
                                    .count = {true, 4},
                                    .rows = {items, 4},
                                    .more = STR("/patients"),
                                    .more_text = STR("All patients")};
}

static struct view_shell shell(const char *theme, struct view_patient_head *head) {
    static struct view_nav_item nav[5];
    const char *names[] = {"Today", "Patients", "Outcomes", "Journal", "People"};
    for (int i = 0; i < 5; i++)
        nav[i] = (struct view_nav_item){STR("/"), str_from(names[i]), i == 1, {i == 0, 7}};
    return (struct view_shell){
        .title = STR("Style"),
        .clinic = STR("Larkspur Clinic"),
        .here = STR("Patients"),
        .theme = str_from(theme),
        .name = STR("Ines Duarte"),
        .role = STR("prescriber"),
        .csrf = STR("t"),
        .nav = {nav, 5},
        .patient = head,
        .notice = STR("Saved 10:42."),
        .now_ms = NOW,
        .version = STR("1"),
        .crisis = STR(
            "If you are in danger or think of ending your life: call or text 988, at any hour."),
        .test_clock = STR("26 days ahead")};
}

static void save(const char *folder, const char *name, struct buf *out) {
    const char *path = str_format(&arena, "%s/%s.html", folder, name).s;
    if (file_replace(path, buf_str(out))) fprintf(stderr, "style: %s: cannot be written\n", path);
}

static void whole_page(const char *folder, const char *theme) {
    static struct view_tag alerts[2];
    alerts[0] = tag("critical", "Self-harm thoughts, PHQ-9 item 9"),
    alerts[1] = tag("advisory", "Sulfa");
    static struct str allergies[2];
    allergies[0] = STR("Penicillin"), allergies[1] = STR("Latex");
    struct view_patient_head head = {STR("Ava Lindqvist"),
                                     STR("/patient/x"),
                                     STR("K-000123"),
                                     38,
                                     STR("1988-07-02"),
                                     STR("she/her"),
                                     tag("information", "Dosing"),
                                     {allergies, 2},
                                     {alerts, 2},
                                     svg_cairn(&arena, 2, 6)};
    struct view_shell s = shell(theme, &head);
    struct view_tag now = tag("fine", "Ready");
    struct view_next_action next = {
        STR("Dose 3 at 14:30"),
        STR("Every answer of the gate is in. Two people check the dose."),
        STR("in 26 min"),
        &now,
        STR("/x"),
        STR("Open the session")};
    struct view_empty nothing = {
        STR("No notes yet."),
        STR("Notes of preparation, dosing and integration stand here, newest first."), STR("/x"),
        STR("Write a note")};
    struct view_path path = sample_path();
    struct view_figure vitals = sample_vitals(), outcome = sample_outcome();
    struct view_list_panel list = sample_list();
    struct view_form form = sample_form();
    struct buf out = buf_new(&arena, 64 << 10);
    html_shell_begin(&out, &s);
    buf_z(&out, "<div class=\"page-head\"><div><h1>The course of Ava Lindqvist</h1><p>Six doses "
                "into the muscle, "
                "standard protocol, begun Thu 18 Feb 2027</p></div><p class=\"acts\"><a "
                "class=\"button\" href=\"/x\">"
                "Write a note</a></p></div>");
    html_next_action(&out, &next);
    html_path(&out, &path);
    buf_z(&out,
          "<nav class=\"tabs\" aria-label=\"Chart\"><a href=\"/x\" aria-current=\"page\">Course</a>"
          "<a href=\"/x\">Notes</a><a href=\"/x\">Measures</a><a href=\"/x\">History</a></nav>"
          "<div class=\"columns\"><section class=\"panel span-2\">");
    html_figure(&out, &outcome);
    buf_z(&out, "</section>");
    html_list_panel(&out, &list);
    buf_z(&out, "<section class=\"panel span-2\">");
    html_figure(&out, &vitals);
    buf_z(&out,
          "</section><div class=\"stack\"><section class=\"panel\"><h2>Right now</h2><dl "
          "class=\"vitals-now\">"
          "<div><dt>Blood pressure</dt><dd class=\"vital\">127/79 <span class=\"unit\">mmHg</span>"
          "<span class=\"by\">14:25, R. Moss</span></dd></div><div><dt>Oxygen</dt><dd "
          "class=\"vital\">98 "
          "<span class=\"unit\">%</span></dd></div></dl><p>Window closes <time class=\"countdown\" "
          "data-until=\"");
    buf_int(&out, NOW + 26 * HOUR_MS);
    buf_z(&out, "\">in 26 h</time></p><p class=\"rule\">Blood pressure 172/98 at 10:40. Hold: "
                "systolic 160 or more (clinic rule, "
                "design default). Rest ten minutes and repeat.</p><p>");
    static const char *const levels[][2] = {
        {"fine", "Ready"},           {"advisory", "Closes in 5 h"},
        {"urgent", "3 days late"},   {"critical", "Blood pressure 182/110"},
        {"information", "Imported"}, {"", "Planned"}};
    for (int i = 0; i < 6; i++) {
        struct view_tag one = tag(levels[i][0], levels[i][1]);
        html_tag(&out, &one);
        buf_char(&out, ' ');
    }
    buf_z(&out, "</p><p><button type=\"button\" class=\"button danger\">Stop the "
                "session</button></p></section>"
                "<section class=\"panel\"><h2>Notes</h2>");
    html_empty(&out, &nothing);
    buf_z(&out, "</section></div><section class=\"panel span-all\"><h2>Form</h2>");
    html_form(&out, &form);
    buf_z(&out, "</section></div>");
    html_shell_end(&out, &s);
    save(folder, str_format(&arena, "style-%s", theme).s, &out);
}

static void login(const char *folder, const char *theme) {
    static struct view_form_field fields[2];
    fields[0] = (struct view_form_field){.id = STR("login_name"),
                                         .name = STR("login_name"),
                                         .label = STR("Login name"),
                                         .type = STR("text"),
                                         .auto_fill = STR("username"),
                                         .is_line = true};
    fields[1] = (struct view_form_field){.id = STR("password"),
                                         .name = STR("password"),
                                         .label = STR("Password"),
                                         .type = STR("password"),
                                         .auto_fill = STR("current-password"),
                                         .is_line = true};
    static struct view_form_group group;
    group = (struct view_form_group){.fields = {fields, 2}};
    struct view_shell s = shell(theme, NULL);
    s.name = s.role = s.here = s.notice = s.test_clock = s.crisis = STR("");
    s.nav.n = 0;
    struct view_login_page v = {STR("Larkspur Clinic"),
                                STR("Log in to go on."),
                                {.action = STR("/login"),
                                 .csrf = STR("t"),
                                 .submit = STR("Log in"),
                                 .groups = {&group, 1}}};
    struct buf out = buf_new(&arena, 16 << 10);
    html_shell_begin(&out, &s);
    html_login_page(&out, &v);
    html_shell_end(&out, &s);
    save(folder, str_format(&arena, "login-%s", theme).s, &out);
}

static void refusal(const char *folder, const char *theme) {
    struct view_shell s = shell(theme, NULL);
    struct view_error_page v = {
        403,
        STR("This is not open to your role"),
        STR("Starting a course belongs to the prescriber. You are logged in as coordinator."),
        STR("Rule: course.start, prescriber only. The attempt is written in the journal."),
        STR("Ask a prescriber of the clinic, or go back to the patient."),
        STR("/patient/x"),
        STR("Back to the patient")};
    struct buf out = buf_new(&arena, 16 << 10);
    html_shell_begin(&out, &s);
    html_error_page(&out, &v);
    html_shell_end(&out, &s);
    save(folder, str_format(&arena, "error-%s", theme).s, &out);
}

int main(int argc, char **argv) {
    static const char *const themes[] = {"light", "dark", "session"};
    if (argc != 2) {
        fprintf(stderr, "usage: style DIR\n");
        return 2;
    }
    arena_open(&arena, 256 << 20);
    for (int i = 0; i < 3; i++) {
        whole_page(argv[1], themes[i]);
        login(argv[1], themes[i]);
        refusal(argv[1], themes[i]);
    }
    return 0;
}
