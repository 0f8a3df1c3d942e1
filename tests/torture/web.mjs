// kill -9 while eight people write: nothing that was answered is lost, nothing is half there,
// the chain is whole. Half of TORTURE_ROUNDS (20) on SQLite, a fifth of that on PostgreSQL.
//
// Eight people type referrals as fast as the answers come, each under a family name of its own.
// What was answered with a redirect was acknowledged. After some random number of
// those the program is killed; then every acknowledged name must be there, every patient must have its referral and
// its first phase (they are one transaction), and `cairn verify` must find the record whole.
import { spawnSync } from 'node:child_process';
import http from 'node:http';
import { Browser, Server, cairn, stopPostgres } from '../http/clinic.mjs';
import { people } from '../http/people.mjs';

const rounds = Math.max(4, Math.floor(Number(process.env.TORTURE_ROUNDS ?? 20) / 2));
const clients = 8;

function query(url, sql) {
    const r = url.startsWith('sqlite:')
        ? spawnSync('sqlite3', ['-batch', '-noheader', url.slice(7), sql], { encoding: 'utf8' })
        : spawnSync('psql', ['-qAt', url, '-c', sql], { encoding: 'utf8' });
    if (r.status !== 0) throw new Error(`${sql}: ${r.stderr}`);
    return r.stdout.split('\n').filter(Boolean);
}

async function referralForm(browser) {
    await browser.open('/patients/new');
    const form = browser.page.forms.find(f => f.fields.some(x => x.name === 'family_name'));
    if (!form) throw new Error(`no form for a referral: ${browser.page.text}`);
    for (const [name, value] of Object.entries({ given_name: 'Kim', birth_date: '1980-01-02', sex: 'female',
        reason: 'torture', referrer: 'A test', indication: 'trd' }))
        form.set(name, value);
    return form;
}

async function writer(browser, form, name, acknowledged) {
    for (let n = 0; ; n++) {
        const family = `${name}x${n}`;
        form.set('family_name', family);
        try {
            const answer = await browser.ask('POST', '/patients/new', new URLSearchParams(form.values).toString(),
                { 'content-type': 'application/x-www-form-urlencoded' });
            if (answer.status === 429) return; // enough for a minute; the kill comes
            if (answer.status !== 303) throw Object.assign(new Error(`the answer was ${answer.status}: ${answer.body.slice(0, 2000)}`), { told: true });
            acknowledged.add(family);
        } catch (e) {
            if (e.told) throw e;
            return; // the program is gone
        }
    }
}

async function torture(engine, count) {
    const server = new Server(engine);
    let lost = 0, total = 0;
    try {
        server.init();
        await server.start();
        const names = Array.from({ length: clients }, (_, i) => `coordinator-${i + 1}`);
        await people(server, names);
        const writers = await Promise.all(names.map(async name => {
            const browser = await new Browser(server).login(name);
            return { browser, form: await referralForm(browser) };
        }));
        for (let round = 0; round < count; round++) {
            const acknowledged = new Set();
            const busy = writers.map(({ browser, form }, i) => {
                browser.agent = new http.Agent({ keepAlive: true });
                return writer(browser, form, `R${round}w${i}`, acknowledged);
            });
            const enough = 1 + Math.random() * 60, until = Date.now() + 10000;
            while (acknowledged.size < enough && Date.now() < until)
                await new Promise(done => setTimeout(done, 1 + Math.random() * 10));
            await server.stop('SIGKILL');
            await Promise.all(busy);
            server.ended = undefined;
            const there = new Set(query(server.url, `SELECT family_name FROM patient WHERE family_name LIKE 'R${round}w%'`));
            const missing = [...acknowledged].filter(name => !there.has(name));
            const half = query(server.url, `SELECT p.family_name FROM patient p
                WHERE NOT EXISTS (SELECT 1 FROM referral r WHERE r.clinic_id = p.clinic_id AND r.patient_id = p.id)
                   OR NOT EXISTS (SELECT 1 FROM phase_change c WHERE c.clinic_id = p.clinic_id AND c.patient_id = p.id)`);
            const whole = cairn(['verify', '--db', server.url], { env: server.env() });
            total += acknowledged.size;
            if (missing.length || half.length || whole.status !== 0 || acknowledged.size === 0) {
                lost++;
                console.log(`FAILED ${engine}, round ${round + 1}: ${acknowledged.size} acknowledged; lost: ${missing.slice(0, 5)}; half there: ${half.slice(0, 5)}; verify: ${whole.status} ${whole.stdout}${whole.stderr}`);
            }
            await server.start();
        }
        console.log(`${engine}: ${count} rounds, ${total} acknowledged writes`);
    } catch (e) {
        console.log(`FAILED ${engine}: ${e.message}\n${server.said.slice(-2000)}`);
        return [0, Math.max(1, lost)];
    } finally {
        await server.end();
    }
    return [count - lost, lost];
}

const results = [await torture('sqlite', rounds), await torture('postgres', Math.max(1, Math.floor(rounds / 5)))];
stopPostgres();
const passed = results.reduce((n, r) => n + r[0], 0), failed = results.reduce((n, r) => n + r[1], 0);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
