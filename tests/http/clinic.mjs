// A clinic of the tests' own: a new database on either engine, the real program serving it,
// and browsers without a window: one a person, with its cookies. Used by the scenarios, the
// faults, the torture and the browser tests.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Page } from './page.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const program = resolve(process.env.CAIRN ?? join(root, 'build-check/cairn'));
export const shared = resolve(root, '../shared');
export const zone = process.env.TZ ?? 'America/Denver';
export const password = role => `stones are stacked by ${role}`;
export const roles = ['prescriber', 'therapist', 'monitor', 'coordinator', 'biller', 'director', 'auditor', 'admin'];

/** One PostgreSQL for a run of tests, started when it is first asked for. */
let cluster;
export function newDatabase(engine, folder, name = 'clinic') {
    if (engine === 'sqlite') return `sqlite:${folder}/${name}.db`;
    if (!cluster) {
        cluster = mkdtempSync(join(tmpdir(), 'cairn-pg-'));
        const r = spawnSync(join(root, 'tests/postgres.sh'), ['start', cluster], { encoding: 'utf8' });
        if (r.status !== 0) throw new Error(`PostgreSQL did not start: ${r.stderr}`);
        process.on('exit', stopPostgres);
    }
    const unique = `${name}_${process.pid}_${databases++}`;
    const r = spawnSync(join(root, 'tests/postgres.sh'), ['new', cluster, unique], { encoding: 'utf8' });
    if (r.status !== 0) throw new Error(`no database: ${r.stderr}`);
    return r.stdout.trim();
}
let databases = 0;
export function stopPostgres() {
    if (cluster) spawnSync(join(root, 'tests/postgres.sh'), ['stop', cluster]);
    cluster = undefined;
}

export function cairn(args, options = {}) {
    return spawnSync(program, args, { encoding: 'utf8', timeout: 120000, ...options,
        env: { ...process.env, TZ: zone, ...(options.env ?? {}) } });
}

/** What the wall clock of the zone shows at an instant, as if it were UTC. */
function zoned(ms) {
    const p = Object.fromEntries(new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23',
        year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' })
        .formatToParts(ms).map(x => [x.type, x.value]));
    return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second);
}
/** The instant of `2027-03-01 09:00` in the clinic's zone. */
export function instant(text) {
    const wall = Date.parse(`${text.replace(' ', 'T')}:00Z`);
    if (Number.isNaN(wall)) throw new Error(`${text}: no time`);
    let at = wall;
    for (let i = 0; i < 3; i++) at += wall - zoned(at);
    return at;
}

/** The program's clock, `ahead` ms of the real one: renamed into place, so that nobody reads half
 *  a number. */
export function setClock(file, ahead) {
    writeFileSync(`${file}.new`, String(ahead));
    renameSync(`${file}.new`, file);
}

export class Server {
    constructor(engine) {
        this.folder = mkdtempSync(join(tmpdir(), 'cairn-test-'));
        this.url = newDatabase(engine, this.folder);
        this.clockFile = join(this.folder, 'clock');
        this.setClock(Date.now());
        this.said = '';
    }
    setClock(ms) {
        this.now = ms;
        this.setAt = Date.now();
        setClock(this.clockFile, ms - Date.now());
    }
    time() { return this.now + (Date.now() - this.setAt); }
    env() { return { CAIRN_TEST_CLOCK: this.clockFile, CAIRN_TEST: '1' }; }
    /** Makes the clinic and its administrator. */
    init() {
        const r = cairn(['init', '--db', this.url, '--name', 'Stone Path', '--zone', zone,
            '--login', 'admin', '--display', 'Ada Admin', '--password', '-'],
            { env: this.env(), input: `${password('admin')}\n` });
        if (r.status !== 0) throw new Error(`cairn init: ${r.stderr}${r.stdout}`);
    }
    /** Serves; resolves when it says that it is ready. */
    start(args = ['serve', '--db', this.url], extra = {}) {
        this.said = '';
        this.ended = undefined;
        return new Promise((ready, fail) => {
            const door = args[0] === 'serve' ? ['--mllp', '127.0.0.1:0'] : [];
            this.process = spawn(program, [...args, ...door, '--listen', '127.0.0.1:0'],
                { env: { ...process.env, TZ: zone, ...this.env(), ...extra }, stdio: ['ignore', 'pipe', 'pipe'] });
            const hear = data => {
                this.said += data;
                const m = this.said.match(/ready http:\/\/(\S+)/);
                if (m) {
                    [this.host, this.port] = m[1].replace(/\/$/, '').split(':');
                    this.mllp = Number(this.said.match(/listening mllp:\/\/\S+:(\d+)/)?.[1]);
                    ready(this);
                }
            };
            this.process.stdout.on('data', hear);
            this.process.stderr.on('data', hear);
            this.process.on('exit', (code, signal) => {
                this.ended = { code, signal };
                fail(new Error(`it ended (${code ?? signal}) and said: ${this.said}`));
            });
        });
    }
    stop(signal = 'SIGTERM') {
        return new Promise(done => {
            if (!this.process || this.ended) return done(this.ended);
            this.process.removeAllListeners('exit');
            this.process.on('exit', (code, sig) => done(this.ended = { code, signal: sig }));
            this.process.kill(signal);
        });
    }
    /** Until what time does by itself has been done at the time that the clock now shows. */
    async watched() {
        // /metrics may be asked 600 times a minute: not without a pause, and a refusal is no count.
        const pause = ms => new Promise(done => setTimeout(done, ms));
        const rounds = async () => {
            for (;; await pause(200)) {
                const answer = await new Browser(this).ask('GET', '/metrics');
                const found = answer.body.match(/^cairn_watch_rounds_total (\d+)/m);
                if (found) return Number(found[1]);
            }
        };
        for (const from = await rounds(); await rounds() < from + 2;) await pause(20);
    }
    async end() {
        await this.stop();
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** A PDF is read as its words, a line each, so that `see` holds for paper too. */
function text(type, bytes) {
    if (type !== 'application/pdf') return bytes.toString('utf8');
    const read = spawnSync('pdftotext', ['-layout', '-', '-'], { input: bytes, encoding: 'utf8' });
    if (read.status !== 0) throw new Error(`pdftotext: ${read.error ?? read.stderr}`);
    const lines = read.stdout.replace(/&/g, '&amp;').replace(/</g, '&lt;').split(/[\n\f]/);
    return `<title>PDF</title>${lines.map(l => `<p>${l}</p>`).join('')}`;
}

/** One person's browser. */
export class Browser {
    constructor(server) { Object.assign(this, { server, cookies: new Map(), page: undefined }); }

    ask(method, path, body, headers = {}) {
        return new Promise((done, fail) => {
            const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
            const data = body === undefined ? undefined : Buffer.from(body);
            const rq = http.request({ host: this.server.host, port: this.server.port, method, path,
                agent: this.agent, headers: { ...(cookie && { cookie }),
                    ...(method === 'POST' && { origin: `http://${this.server.host}:${this.server.port}` }),
                    ...(data && { 'content-length': data.length }), ...headers } }, answer => {
                const parts = [];
                answer.on('data', d => parts.push(d));
                answer.on('error', fail);
                answer.on('end', () => {
                    for (const line of answer.headers['set-cookie'] ?? []) {
                        const [pair, ...rest] = line.split(';');
                        const [k, v] = pair.split('=');
                        if (!v || rest.some(r => /max-age=0$/i.test(r.trim()))) this.cookies.delete(k);
                        else this.cookies.set(k, v);
                    }
                    done({ status: answer.statusCode, headers: answer.headers, body: text(answer.headers['content-type'], Buffer.concat(parts)) });
                });
            });
            rq.on('error', fail);
            rq.end(data);
        });
    }
    async go(method, path, body, headers) {
        let answer = await this.ask(method, path, body, headers);
        this.trail = [`${method} ${path} -> ${answer.status}`];
        for (let hops = 0; [301, 302, 303, 307].includes(answer.status) && hops < 5; hops++) {
            const next = new URL(answer.headers.location, `http://x${path}`);
            path = next.pathname + next.search;
            answer = await this.ask('GET', path);
            this.trail.push(`GET ${path} -> ${answer.status}`);
        }
        return this.page = new Page(path, answer.status, answer.headers, answer.body);
    }
    open(path) { return this.go('GET', path); }

    /** Sends a form as a browser does; files: [[name, file name, bytes]]. */
    submit(form, button, files = []) {
        const values = [...form.values];
        if (button?.node.attrs.name) values.push([button.node.attrs.name, button.node.attrs.value ?? '']);
        const action = new URL(button?.node.attrs.formaction || form.action, `http://x${this.page.url}`);
        const target = action.pathname + action.search;
        if (form.method === 'GET') return this.go('GET', `${action.pathname}?${new URLSearchParams(values)}`);
        if (!form.multipart)
            return this.go('POST', target, new URLSearchParams(values).toString(),
                { 'content-type': 'application/x-www-form-urlencoded' });
        const edge = '----stone8f2b61';
        const head = (name, more = '') => `--${edge}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n`;
        const parts = values.map(([n, v]) => Buffer.from(`${head(n)}\r\n${v}\r\n`));
        for (const [name, file, bytes] of files)
            parts.push(Buffer.from(`${head(name, `; filename="${file}"`)}Content-Type: application/octet-stream\r\n\r\n`), bytes, Buffer.from('\r\n'));
        parts.push(Buffer.from(`--${edge}--\r\n`));
        return this.go('POST', target, Buffer.concat(parts), { 'content-type': `multipart/form-data; boundary=${edge}` });
    }

    /** The stream of what changes; resolves with its status once it has said something. */
    listen(path) {
        this.hush();
        return new Promise((done, fail) => {
            const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
            this.heard = '';
            this.stream = http.get({ host: this.server.host, port: this.server.port, path, headers: { cookie }, agent: false }, answer => {
                answer.on('data', d => { this.heard += d; this.hears?.(); done(answer.statusCode); });
                answer.on('error', () => {});
                answer.on('end', () => { this.deaf = true; this.hears?.(); done(answer.statusCode); });
            });
            this.stream.on('error', fail);
        });
    }
    /** Until the words were said on it, or it ended, or nobody said them for so long. */
    async hear(words, ms = 15000) {
        const until = Date.now() + ms;
        while (!this.heard.includes(words) && !this.deaf && Date.now() < until)
            await new Promise(go => { this.hears = go; setTimeout(go, until - Date.now()).unref(); });
        const at = this.heard.indexOf(words);
        if (at >= 0) this.heard = this.heard.slice(at + words.length);
        return at >= 0;
    }
    hush() { this.stream?.destroy(); this.stream = undefined; this.deaf = false; }

    async login(name, secret = password(name)) {
        await this.open('/login');
        const found = this.page.forms.find(f => f.fields.some(x => x.type === 'password'));
        if (!found) throw new Error(`no login form at /login: ${this.page.text}`);
        const who = found.fields.find(x => x.type === 'text');
        found.set(who.name, name);
        found.set(found.fields.find(x => x.type === 'password').name, secret);
        await this.submit(found, found.buttons[0]);
        if (this.page.url.startsWith('/login')) throw new Error(`${name} was not let in: ${this.page.text}`);
        return this;
    }
}
