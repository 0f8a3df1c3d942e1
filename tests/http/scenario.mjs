// Scenarios: what people do in the clinic, one act a line, read by this file and by people.
//
//     clinic at 2027-03-01 09:00        a new clinic, with one account a role; the clock says so
//     content monitoring/x.txt: old => new   the clinic's own folder has this file, with that changed
//     clock 2027-03-08 08:30            time passes; long sessions end, as they would
//     as coordinator                    who acts from here (logs in where needed)
//     open /patients                    an address
//     glance /journal                   the same, but its words are not compared between engines:
//                                       for what stands in the order of moments
//     follow New referral               a link, by its words
//     fill Family name: Ferry           a field, by its label
//     choose Route: Intramuscular       one of several
//     choose everywhere: No             in each question that has that answer and none yet
//     tick I have read it               a box; untick takes it back
//     attach File: $SHARED/referrals/x  a file
//     press Save                        the button, and with it its form
//     see Ferry                         the page says so; `not see` that it does not
//     soon Not answered in time         the page says so within ten seconds: the program's own clock
//                                       does it; until then it is opened again
//     hand patient                      the first password on the page is given to whom it is for,
//                                       who logs in and chooses their own; later `as patient`
//     holds Family name: Ferry          the field has this in it
//     answer 422                        the status, where it is not a plain 200
//     refused                           answer 403, and the page names what would be needed
//     keep patient                      the id after /patient/ in the address, later $patient
//     listen                            to what changes on the floor, as who acts
//     heard dosing $dosing              it was told there, since it was last heard
//     deaf                              the stream ended
//     device OX1 sends spo2 98 pulse 71 cuff 128/81     a monitor speaks; `patient NUMBER`, `demo`,
//                                       `alarm SPO2_LOW` for an alarm of its own,
//                                       `ago MIN` for what was measured before, `again` for the same bytes
//     hears AA                          and is answered so
//     watched                           what happens by itself has happened
//     verify                            cairn verify says that all is whole
//     use referral.txt                  the lines of another scenario
//
// {today}, {today+7}, {now}, {now-15} (minutes) stand for the clinic's date and time.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Browser, Server, cairn, instant, password, root, shared, zone } from './clinic.mjs';
import { words } from './page.mjs';
import { people } from './people.mjs';
import { Wire, frame, message } from '../hl7/wire.mjs';

const SESSION_MS = 20 * 60 * 1000;

function local(ms) {
    const p = Object.fromEntries(new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23',
        year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' })
        .formatToParts(ms).map(x => [x.type, x.value]));
    return { date: `${p.year}-${p.month}-${p.day}`, time: `${p.hour}:${p.minute}` };
}

export class Scenario {
    constructor(path, engine) {
        Object.assign(this, { path, engine, transcript: [], passed: 0, kept: {}, people: {} });
    }
    words(text) {
        const now = this.server?.time() ?? Date.now();
        return text.replace(/\$(\w+)/g, (all, name) => name === 'SHARED' ? shared : this.kept[name] ?? all)
            .replace(/\{today([+-]\d+)?\}/g, (_, d) => local(now + 864e5 * (d ?? 0)).date)
            .replace(/\{now([+-]\d+)?\}/g, (_, m) => {
                const t = local(now + 6e4 * (m ?? 0));
                return `${t.date}T${t.time}`;
            });
    }
    fail(why) {
        const page = this.me?.page;
        throw new Error(`${basename(this.file)}:${this.line}: ${this.act}\n    ${why}` +
            (page ? `\n    on ${page.url} (${page.status}), which says:\n      ${page.lines.slice(0, 60).join('\n      ')}` : ''));
    }
    note(...lines) { this.transcript.push(...lines); }

    async run() {
        try {
            await this.read(this.path);
            this.settle('see');
        } finally {
            for (const person of Object.values(this.people)) person.hush();
            await this.wire?.end();
            await this.server?.end();
        }
    }
    async read(path) {
        const lines = readFileSync(path, 'utf8').split('\n');
        for (let i = 0; i < lines.length; i++) {
            const act = lines[i].trim();
            if (!act || act.startsWith('#')) continue;
            Object.assign(this, { file: path, line: i + 1, act });
            const [verb, rest = ''] = act.match(/^not see|^\S+/) ? [act.match(/^not see|^\S+/)[0], act.replace(/^(not see|\S+)\s*/, '')] : [act];
            this.settle(verb);
            const does = this[`do_${verb.replace(' ', '_')}`];
            if (!does) this.fail(`there is no act \`${verb}\``);
            await does.call(this, this.words(rest));
        }
    }
    /** A page that nobody expected to fail must not have. */
    settle(verb) {
        if (!this.arrived || ['answer', 'refused'].includes(verb)) return;
        this.arrived = false;
        if (this.me.page.status >= 400) this.fail(`the answer was ${this.me.page.status}`);
    }
    arrive() {
        this.arrived = true;
        const { page } = this.me;
        this.note(`-- ${this.role}: ${this.act}`, ...this.me.trail, ...page.lines.map(l => `   ${l}`));
    }
    expect(ok, why) {
        if (!ok) this.fail(why);
        this.passed++;
    }

    async do_clinic(rest) {
        this.server = new Server(this.engine);
        this.server.setClock(instant(rest.replace(/^at /, '')));
        this.began = Date.now();
        this.server.init();
        await this.server.start();
        this.role = 'admin';
        this.me = this.people.admin = await people(this.server);
    }
    async do_content(rest) {
        const [, file, old, now] = rest.match(/^(\S+): (.*) => (.*)$/) ?? this.fail('it takes `file: old => new`');
        const own = join(this.server.folder, 'content');
        const text = readFileSync([own, join(root, 'content')].map(d => join(d, file)).find(existsSync), 'utf8');
        this.expect(text.includes(old), `${file} does not say \`${old}\``);
        mkdirSync(dirname(join(own, file)), { recursive: true });
        writeFileSync(join(own, file), text.replace(old, now));
        await this.server.stop();
        await this.server.start(['serve', '--db', this.server.url, '--content', own]);
    }
    async do_clock(rest) {
        const to = instant(rest);
        if (Math.abs(to - this.server.time()) > SESSION_MS) this.people = {};
        // The seconds go on from one time to the next: were they to begin again at each, a span
        // of 105 minutes would be told as 104 where the second act was the quicker one.
        this.server.setClock(to + (Date.now() - this.began));
        this.note(`-- clock ${rest}`);
        await this.server.watched();
        if (this.role) return this.do_as(this.role);
    }
    async do_as(role) {
        this.role = role;
        if (!this.people[role]) {
            this.people[role] = new Browser(this.server);
            try { await this.people[role].login(this.kept[`login_${role}`] ?? role, password(role)); }
            catch (e) { this.me = this.people[role]; this.fail(e.message); }
        }
        this.me = this.people[role];
        this.files = [];
    }
    async do_glance(path) {
        const told = this.transcript.length;
        await this.do_open(path);
        this.transcript.length = told;
    }
    async do_open(path) { this.files = []; await this.me.open(path); this.arrive(); }
    async do_follow(label) {
        const link = this.me.page.link(label);
        if (!link) this.fail(`no link \`${label}\`; there are: ${this.me.page.links.map(l => l.label).join(' | ')}`);
        const to = new URL(link.href, `http://x${this.me.page.url}`);
        await this.do_open(to.pathname + to.search);
    }
    pair(rest) {
        const parts = rest.split(': '); // a label may hold a colon itself: the longest that is one
        for (let n = parts.length - 1; n > 0; n--) {
            const label = parts.slice(0, n).join(': ');
            if (n === 1 || this.me.page.field(label)) return [label, parts.slice(n).join(': ')];
        }
        return this.fail('it takes `label: value`');
    }
    find(label) {
        const found = this.me.page.field(label, this.form);
        if (!found) this.fail(`no field \`${label}\`; there are: ${this.me.page.forms.flatMap(f => f.fields).filter(f => f.type !== 'hidden').map(f => f.legend && f.type === 'radio' ? f.legend : f.label).join(' | ')}`);
        return found;
    }
    set(label, value) {
        const { form, field } = this.find(label);
        this.touched = form;
        if (field.type === 'radio' || field.type === 'select') {
            const options = field.type === 'radio'
                ? form.fields.filter(f => f.name === field.name).map(f => ({ value: f.node.attrs.value, label: f.label }))
                : [...field.node.kids].filter(k => k.tag === 'option').map(o => ({ value: o.attrs.value, label: o.kids.map(k => k.text ?? '').join('').trim() }));
            const option = options.find(o => o.value === value || o.label === value) ?? options.find(o => o.label.toLowerCase().startsWith(value.toLowerCase()));
            if (!option) this.fail(`\`${label}\` has no \`${value}\`; it has: ${options.map(o => o.label).join(' | ')}`);
            form.set(field.name, option.value);
        } else form.set(field.name, value);
    }
    do_fill(rest) { this.set(...this.pair(rest)); }
    do_choose(rest) {
        const [label, value] = this.pair(rest);
        if (label !== 'everywhere') return this.set(label, value);
        for (const form of this.me.page.forms)
            for (const f of form.fields) {
                const open = !form.values.some(([n, v]) => n === f.name && v);
                const option = f.type === 'select' && f.node.kids.find(k => k.tag === 'option' && words(k).trim() === value);
                if (open && f.type === 'radio' && f.label === value) form.set(f.name, f.node.attrs.value);
                if (open && option) form.set(f.name, option.attrs.value);
            }
    }
    /** For who writes a scenario: every field with what it takes. */
    do_show() {
        for (const form of this.me.page.forms) {
            console.log(`form ${form.method} ${form.action}: ${form.buttons.map(b => b.label).join(' | ')}`);
            const seen = new Set();
            for (const f of form.fields) {
                if (f.type === 'hidden' || seen.has(f.name)) continue;
                seen.add(f.name);
                const options = f.type === 'radio' ? form.fields.filter(x => x.name === f.name).map(x => x.label)
                    : f.type === 'select' ? f.node.kids.filter(k => k.tag === 'option').map(k => words(k).trim()) : [];
                console.log(`    ${f.type === 'radio' ? f.legend : f.label}: ${f.type} ${options.join(' | ')}`);
            }
        }
    }
    do_tick(label) { const { form, field } = this.find(label); form.set(field.name, field.node.attrs.value ?? 'on'); }
    do_untick(label) { const { form, field } = this.find(label); form.clear(field.name); }
    do_attach(rest) {
        const [label, path] = this.pair(rest);
        const { field } = this.find(label);
        this.files.push([field.name, basename(path), readFileSync(path)]);
    }
    async send(form, button) {
        await this.me.submit(form, button, this.files);
        this.files = [];
        this.arrive();
    }
    async do_press(label) {
        // The button of the form that was filled in, where several are called the same.
        const { page } = this.me;
        const found = (page.forms.includes(this.touched) && page.button(label, this.touched)) || page.button(label);
        if (!found) this.fail(`no button \`${label}\`; there are: ${this.me.page.forms.flatMap(f => f.buttons).map(b => b.label).join(' | ')}`);
        await this.send(found.form, found.button);
    }
    do_see(text) { this.expect(this.me.page.lines.join(' ').includes(text) || this.me.page.text.includes(text), `the page does not say \`${text}\``); }
    do_not_see(text) { this.expect(!this.me.page.lines.join(' ').includes(text), `the page says \`${text}\``); }
    async do_soon(text) {
        const path = this.me.page.url, until = Date.now() + 10000;
        const says = () => this.me.page.lines.join(' ').includes(text);
        while (!says() && Date.now() < until) {
            await new Promise(done => { setTimeout(done, 250); });
            await this.me.open(path);
        }
        this.arrive();
        this.do_see(text);
    }
    async do_hand(role) {
        const told = this.me.page.html.match(/Login name <b>([^<]+)<[^]*class="secret"[^>]*>([^<]+)</);
        if (!told) this.fail('the page shows no first password');
        const one = await new Browser(this.server).login(told[1], told[2]);
        const { form } = one.page.field('Present password') ?? this.fail(`no first login: ${one.page.text}`);
        for (const [name, value] of Object.entries({ present: told[2], wanted: password(role), again: password(role) })) form.set(name, value);
        await one.submit(form, form.buttons[0]);
        this.kept[`login_${role}`] = told[1];
        this.people[role] = one;
    }
    do_holds(rest) {
        const [label, value] = this.pair(rest), { form, field } = this.find(label);
        const held = form.values.filter(([n]) => n === field.name).map(([, v]) => v);
        this.expect(held.includes(value), `\`${label}\` holds \`${held}\``);
    }
    do_answer(status) { this.arrived = false; this.expect(this.me.page.status === Number(status), `the answer was ${this.me.page.status}`); }
    do_refused() { this.do_answer('403'); }
    do_keep(name) {
        const found = this.me.page.url.match(new RegExp(`/${name}/([0-9a-f-]{36})`)) ?? this.me.page.html.match(new RegExp(`/${name}/([0-9a-f-]{36})`));
        if (!found) this.fail(`no id after /${name}/`);
        this.kept[name] = found[1];
    }
    async do_listen() {
        const status = await this.me.listen('/floor/events');
        this.expect(status === 200, `the stream answered ${status}`);
    }
    async do_heard(rest) {
        const [topic, id] = rest.split(' ');
        this.expect(await this.me.hear(`{"topic":"${topic}","id":"${id}"}`), `it was not told; it was: ${this.me.heard}`);
    }
    async do_deaf() { this.expect(!await this.me.hear('nobody says this') && this.me.deaf, 'the stream goes on'); }
    async do_device(rest) {
        const [name, verb, ...words] = rest.split(/\s+/);
        this.wire ??= new Wire(this.server.mllp);
        if (verb !== 'again') this.sent = message(name, words, this.server.time());
        await this.wire.send(frame(this.sent));
        this.answered = await this.wire.heard();
        this.note(`-- ${this.act}`, `   ${this.answered?.MSA[1]}`);
    }
    do_watched() { return this.server.watched(); }
    do_hears(code) { this.expect(this.answered?.MSA[1] === code, `the monitor heard \`${this.answered?.MSA?.join('|')}\``); }
    do_verify() {
        const r = cairn(['verify', '--db', this.server.url], { env: this.server.env() });
        // Where a monitor speaks, what it began and what passed by itself may change places.
        const told = this.wire ? r.stdout.replace(/^(entries|rows) \d+/gm, '$1 ~') : r.stdout;
        this.note('-- verify', told.trim(), r.stderr.trim());
        this.expect(r.status === 0, `cairn verify: exit ${r.status}: ${r.stdout}${r.stderr}`);
    }
    async do_use(name) {
        const { file, line, act } = this;
        await this.read(join(dirname(file), name));
        Object.assign(this, { file, line, act });
    }
}

/** What may differ between two runs is named by its order of appearance. */
export function normal(transcript) {
    const ids = new Map(), hashes = new Map();
    const name = (map, word) => text => map.get(text) ?? (map.set(text, `${word}-${map.size + 1}`), map.get(text));
    return transcript.join('\n')
        .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, name(ids, 'id'))
        .replace(/\b(?:[0-9a-f]{64}|[0-9a-f]{12})\b/g, name(hashes, 'hash'))
        .replace(/(First password) .*/g, '$1 ~').replace(/\b1[89]\d{11}\b/g, 'ms')
        // An axis of time begins with the second of its first reading, so that one engine may have
        // a tick more than the other; what is running in, runs.
        .replace(/(?:\d\d:\d\d)+now\b/g, 'axis now').replace(/(?:\d\d:\d\d){2,}/g, 'hh:mm')
        .replace(/\b\d\d:\d\d\b/g, 'hh:mm').replace(/%3A\d\d/g, '%3Amm')
        .replace(/\d+ mg, [\d.]+ mg\/kg, so far/g, '~ mg so far').replace(/\d+ mg of it in, (running|paused)/g, '~ mg of it in, $1')
        .replace(/Length of the infusion \d+ min/g, 'Length of the infusion ~ min')
        // The forecast's levels at a reading: they move with the second of the dose.
        .replace(/^( +hh:mm) (?:[\d.]+ ){4}/gm, '$1 ~ ~ ~ ~ ')
        // So do what was fitted, and where its line ends on paper.
        .replace(/What was free to move:[^]*?typical\s+line\./g, (told) => told.replace(/\s+/g, ' '))
        .replace(/^ *(?:This patient, fitted to|What was free to move:|Venous ketamine, computed:|Effect, typical:).*$/gm,
            (line) => line.replace(/\b\d[\d.]*\b/g, '~'));
}
