import { b, url, login } from './one.mjs';
const p = await login('monitor'); const l = await p.evaluate(() => [...document.querySelectorAll('main a')].map((a) => a.getAttribute('href')).filter((h) => /dosing/.test(h))); await p.goto(url + l[0]);
const out = []; for (let i = 0; i < 260; i++) { await p.keyboard.press('Tab'); const s = await p.evaluate(() => { const e = document.activeElement; return e === document.body ? null : `${e.tagName}:${(e.labels?.[0]?.textContent ?? e.textContent).trim().replace(/\s+/g, ' ').slice(0, 24)}`; }); if (!s) break; out.push(s); }
console.log(out.length, out.join(' > '));
// vitals by keyboard: what has the focus after
await p.goto(url + l[0]); await p.getByLabel('Systolic').focus(); await p.keyboard.type('128'); await p.keyboard.press('Tab'); await p.keyboard.type('80'); await p.keyboard.press('Enter'); await p.waitForTimeout(1200);
console.log('after vitals:', p.url().replace(url, ''), await p.evaluate(() => document.activeElement.outerHTML.slice(0, 120)));
// one tap by keys
await p.goto(url + l[0]); await p.locator('.taps button').first().focus(); await p.keyboard.press('Enter'); await p.waitForTimeout(1500);
console.log('after a tap:', await p.evaluate(() => document.activeElement.outerHTML.slice(0, 160)));
await b.close();
