// The style pages in three lights and three widths: axe finds nothing, nothing reaches past
// the edge, targets are large enough. SHOTS=DIR keeps pictures of all of them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { open, test, axe, fits, targets } from './browser.mjs';

const build = process.env.CAIRN_BUILD ?? 'build-check';
const folder = mkdtempSync(`${tmpdir()}/cairn-style-`);
execFileSync(`${build}/tests/style`, [folder]);

const kinds = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', html: 'text/html' };
const vendor = { 'vendor/htmx.min.js': 'node_modules/htmx.org/dist/htmx.min.js' };
const serve = (route) => {
    const path = new URL(route.request().url()).pathname.slice(1);
    const name = path.replace(/^static\//, '');
    const file = path.startsWith('static/') ? (vendor[name] ?? path) : `${folder}/${path}`;
    return route.fulfill({
        body: readFileSync(file), contentType: `${kinds[file.split('.').pop()]}; charset=utf-8`,
        headers: { 'content-security-policy': "default-src 'self'" },
    });
};

const browser = await open();
for (const file of readdirSync(folder).sort()) {
    const theme = file.replace(/.*-|\.html/g, '');
    for (const width of [360, 1280, 3840]) {
        const context = await browser.newContext({ viewport: { width, height: width < 600 ? 740 : 900 }, reducedMotion: 'reduce', hasTouch: width < 600 });
        const page = await context.newPage();
        const problems = [];
        page.on('console', (m) => { if (m.type() === 'error') problems.push(m.text()); });
        page.on('pageerror', (e) => problems.push(String(e)));
        await page.route('**/*', serve);
        await page.goto(`http://style.test/${file}`);
        const where = `${file} at ${width}`;
        await test(`${where}: axe`, () => axe(page, where));
        await test(`${where}: fits`, () => fits(page, where));
        await test(`${where}: targets`, () => targets(page, theme === 'session' ? 56 : 44, where));
        await test(`${where}: console`, () => { if (problems.length) throw new Error(problems.join('; ')); });
        if (process.env.SHOTS)
            await page.screenshot({ path: `${process.env.SHOTS}/${file.replace('.html', '')}-${width}.png`, fullPage: true });
        await context.close();
    }
}
await browser.close();
