// What every browser test stands on: a real Chromium with a fresh profile, axe, and counting.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

let browser = null;
export const open = async () => {
    browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        headless: true,
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
            '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    return browser;
};

let scenario = '', passed = 0, failed = 0;
export const begin = (name) => { scenario = name; };

// What stood on the screen when a step failed: a picture of each page, and its address.
const pictures = async () => {
    const folder = 'build-check/browser';
    mkdirSync(folder, { recursive: true });
    const pages = (browser?.contexts() ?? []).flatMap((c) => c.pages());
    return Promise.all(pages.map(async (page, i) => {
        const path = `${folder}/${scenario}-${failed}-${i + 1}.png`;
        await page.screenshot({ path, timeout: 5000 });
        return `${path} shows ${page.url()}`;
    }).map((told) => told.catch((e) => `no picture: ${String(e.message).split('\n')[0]}`)));
};

// One thing proved; a failure is told with its reason and the run goes on.
export const test = async (name, body) => {
    const began = Date.now();
    try {
        await body();
        passed++;
        console.log(`ok: ${scenario}: ${name}, ${((Date.now() - began) / 1000).toFixed(1)} s`);
    } catch (e) {
        failed++;
        const why = String(e?.message ?? e).split('\n').slice(0, 12);
        console.log(`FAILED: ${scenario}: ${name}\n    ${[...why, ...await pictures()].join('\n    ')}`);
    }
};

export const equal = (saw, expected, what = 'value') => {
    if (saw !== expected) throw new Error(`${what}: expected ${JSON.stringify(expected)}, saw ${JSON.stringify(saw)}`);
};
export const ok = (condition, why) => { if (!condition) throw new Error(why); };

export const finish = () => {
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed ? 1 : 0;
};

// axe finds nothing: WCAG 2.2 A and AA, and its best practices. It runs in the page itself, which
// has no frames: what @axe-core/playwright does for those takes twice as long as the search.
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
export const axe = async (page, where) => {
    if (await page.evaluate(() => typeof window.axe) === 'undefined') await page.evaluate(AXE);
    const found = await page.evaluate((tags) => {
        if (window.frames.length) throw new Error('axe: the page has frames, which are not looked into');
        return window.axe.run(document, { runOnly: tags, resultTypes: ['violations'] }).then((all) => all.violations);
    }, TAGS);
    const told = found.map((v) =>
        `${v.id}: ${v.help}\n      ${v.nodes.slice(0, 4).map((n) => `${n.target.join(' ')}: ${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? ''}`).join('\n      ')}`);
    if (told.length) throw new Error(`${where}: axe found\n    ${told.join('\n    ')}`);
};

// Nothing reaches past the edge but tables of their own.
export const fits = async (page, where) => {
    const over = await page.evaluate(() => {
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width) return [];
        return [...document.querySelectorAll('body *')]
            .filter((e) => e.getBoundingClientRect().right > width + 1 && !e.closest('.table-scroll'))
            .slice(0, 5).map((e) => `${e.tagName}.${e.className?.baseVal ?? e.className}`);
    });
    if (over.length) throw new Error(`${where}: reaches past the edge: ${over.join(', ')}`);
};

// What a finger has to hit is at least 44 px high (24 where it stands in a line of text).
export const targets = async (page, least, where) => {
    const small = await page.evaluate((limit) =>
        [...document.querySelectorAll('button, .button, summary, select, .box input, .choice, nav a')]
            .filter((e) => e.checkVisibility() && !e.matches('.small, .sort') &&
                !e.closest('.skip'))
            .map((e) => [e, e.closest('.box') ? e.closest('.box').getBoundingClientRect() : e.getBoundingClientRect()])
            .filter(([, r]) => r.height > 0 && r.height < limit - 0.5)
            .slice(0, 5).map(([e, r]) => `${e.tagName} ${e.textContent.trim().slice(0, 30)} ${Math.round(r.height)}px`), least);
    if (small.length) throw new Error(`${where}: too small to hit: ${small.join('; ')}`);
};
