// A demo clinic of its own for a scenario: the real program on a free port, in a folder that
// is gone afterwards. Its clock can be moved on.
//
//     const clinic = await start();
//     const page = await clinic.login('prescriber');      // a context of its own, logged in
//     await clinic.visit(page, '/patients');              // 200, axe, fits, no console error
//     clinic.forward(7 * DAY);
//     await clinic.stop();
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, ok, equal, axe, fits } from './browser.mjs';
import { setClock } from '../http/clinic.mjs';

export const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const READY_WITHIN = 60_000;

const freePort = async () => {
    const s = createServer().listen(0, '127.0.0.1');
    await once(s, 'listening');
    const { port } = s.address();
    s.close();
    await once(s, 'close');
    return port;
};

export const start = async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cairn-browser-'));
    const clock = join(folder, 'clock');
    setClock(clock, 0);
    const program = process.env.CAIRN ?? 'build-check/cairn';
    const server = spawn(program, ['demo', '--listen', `127.0.0.1:${await freePort()}`, '--dir', join(folder, 'demo')], {
        env: { ...process.env, CAIRN_TEST: '1', CAIRN_TEST_CLOCK: clock }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '', complained = '';
    server.stdout.on('data', (d) => { said += d; });
    server.stderr.on('data', (d) => { complained += d; });
    const logins = {};
    let url = null;
    const ended = once(server, 'exit');
    const until = Date.now() + READY_WITHIN;
    while (!/^login admin .*\n/m.test(said)) {
        if (server.exitCode !== null || Date.now() > until)
            throw new Error(`the clinic did not start: ${said}${complained}`);
        await Promise.race([once(server.stdout, 'data'), ended, new Promise((r) => { setTimeout(r, 1000); })]);
    }
    for (const line of said.split('\n')) {
        const [word, role, name, ...password] = line.split(' ');
        if (word === 'ready') url = role;
        if (word === 'login') logins[role] ??= { name, password: password.join(' ') };
    }

    const browser = await open();
    const problems = new WeakMap();
    const newPage = async (width = 1280) => {
        const context = await browser.newContext({
            viewport: { width, height: width < 600 ? 740 : 900 }, reducedMotion: 'reduce', hasTouch: width < 600,
        });
        const page = await context.newPage();
        problems.set(page, []);
        // A refused form is answered with its status, which the browser repeats in its console.
        page.on('console', (m) => { if (m.type() === 'error' && !/status of (403|409|422) /.test(m.text())) problems.get(page).push(m.text()); });
        page.on('pageerror', (e) => problems.get(page).push(String(e)));
        return page;
    };

    // What a reader must never meet: a fault of axe, an edge run over, an error in the console.
    const look = async (page, where = new URL(page.url()).pathname) => {
        await axe(page, where);
        await fits(page, where);
        const seen = problems.get(page).splice(0);
        ok(seen.length === 0, `${where}: the console says: ${seen.join('; ')}`);
        if (process.env.SHOTS) {
            const name = `${where.replace(/[0-9a-f-]{36}/g, 'id').replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'root'}-${page.viewportSize().width}`;
            await page.screenshot({ path: join(process.env.SHOTS, `${name}.png`), fullPage: true });
        }
    };
    const visit = async (page, path, status = 200) => {
        const answer = await page.goto(url + path);
        equal(answer.status(), status, path);
        if (status >= 400) problems.get(page).length = 0; // the browser says the status in its console
        await look(page, path);
        return page;
    };
    const login = async (role, width) => {
        const page = await newPage(width);
        ok(logins[role], `the demo prints no login for ${role}`);
        await page.goto(`${url}/login`);
        await page.fill('input[autocomplete="username"]', logins[role].name);
        await page.fill('input[type="password"]', logins[role].password);
        await Promise.all([page.waitForURL((u) => u.pathname !== '/login'), page.click('main button[type="submit"]')]);
        return page;
    };
    let ahead = 0;
    const forward = (ms) => setClock(clock, ahead += ms);
    const stop = async () => {
        await browser.close();
        if (server.exitCode === null) {
            server.kill('SIGTERM');
            await ended;
        }
        rmSync(folder, { recursive: true, force: true });
        ok(server.exitCode === 0, `the clinic ended with ${server.exitCode}: ${complained.slice(-2000)}`);
    };
    return { url, logins, browser, newPage, login, visit, look, forward, stop };
};
