// A demo clinic of its own for a scenario: the real program on a free port, in a folder that
// is gone afterwards. Its clock can be moved on.
//
//     const clinic = await start();
//     const page = await clinic.login('prescriber');      // a context of its own, logged in
//     await clinic.visit(page, '/patients');              // 200, axe, fits, no console error
//     const line = await clinic.line();                   // a wire that can be cut
//     await page.goto(`${line.url}/floor`);               // the same login, over that wire
//     clinic.forward(7 * DAY);
//     await clinic.stop();
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
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

// A wire to the server. Cut, it ends what goes over it and takes no more. The browser's own offline
// switch refuses only what begins after it: a stream that is open goes on.
const wire = async (server) => {
    const open = new Set();
    const relay = createServer((near) => {
        const far = connect(server.port, server.hostname);
        for (const [end, other] of [[near, far], [far, near]]) {
            open.add(end);
            end.on('error', () => {}).on('close', () => { open.delete(end); other.destroy(); }).pipe(other);
        }
    });
    const listen = (port) => once(relay.listen(port, server.hostname), 'listening');
    await listen(0);
    const { port } = relay.address();
    const cut = async () => {
        relay.close();
        for (const end of open) end.destroy();
        await once(relay, 'close');
    };
    return { url: `http://${server.hostname}:${port}`, cut, mend: () => listen(port) };
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
    const ended = once(server, 'exit');
    server.stderr.on('data', (d) => { complained += d; });
    await new Promise((ready, fail) => {
        const because = (why) => () => fail(new Error(`the clinic did not start: ${why}: ${said}${complained}`));
        const late = setTimeout(because('not ready in time'), READY_WITHIN);
        server.once('exit', because('it ended'));
        server.stdout.on('data', (d) => {
            said += d;
            if (!/^login admin .*\n/m.test(said)) return;
            clearTimeout(late);
            ready();
        });
    });
    const logins = {};
    let url = null;
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
    const login = async (role, width, from = url) => {
        const page = await newPage(width);
        ok(logins[role], `the demo prints no login for ${role}`);
        await page.goto(`${from}/login`);
        await page.fill('input[autocomplete="username"]', logins[role].name);
        await page.fill('input[type="password"]', logins[role].password);
        await Promise.all([page.waitForURL((u) => u.pathname !== '/login'), page.click('main button[type="submit"]')]);
        return page;
    };
    const wires = [];
    const line = async () => {
        wires.push(await wire(new URL(url)));
        return wires.at(-1);
    };
    let ahead = 0;
    const forward = (ms) => setClock(clock, ahead += ms);
    const stop = async () => {
        await browser.close();
        for (const each of wires) await each.cut().catch(() => {}); // cut already
        if (server.exitCode === null) {
            server.kill('SIGTERM');
            await ended;
        }
        rmSync(folder, { recursive: true, force: true });
        ok(server.exitCode === 0, `the clinic ended with ${server.exitCode}: ${complained.slice(-2000)}`);
    };
    return { url, logins, browser, newPage, login, visit, look, line, forward, stop };
};
