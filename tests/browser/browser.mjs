// What every browser test stands on: a real Chromium with a fresh profile, axe, and counting.
import { chromium } from 'playwright-core';
import AxeBuilder from '@axe-core/playwright';

export const open = () => chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

let passed = 0;
const failures = [];

// One thing proved; a failure is told with its reason and the run goes on.
export const test = async (name, body) => {
    try {
        await body();
        passed++;
        if (process.env.VERBOSE) console.log(`ok: ${name}`);
    } catch (e) {
        failures.push(name);
        console.log(`FAILED: ${name}\n    ${String(e?.message ?? e).split('\n').slice(0, 12).join('\n    ')}`);
    }
};

export const equal = (saw, expected, what = 'value') => {
    if (saw !== expected) throw new Error(`${what}: expected ${JSON.stringify(expected)}, saw ${JSON.stringify(saw)}`);
};
export const ok = (condition, why) => { if (!condition) throw new Error(why); };

export const finish = () => {
    console.log(`${passed} passed, ${failures.length} failed`);
    process.exitCode = failures.length ? 1 : 0;
};

// axe finds nothing: WCAG 2.2 A and AA, and its best practices.
export const axe = async (page, where) => {
    const found = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
    const told = found.violations.map((v) =>
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
