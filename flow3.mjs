import { b, url, login, shot } from './one.mjs';
const n = await login('monitor'), d = await login('prescriber', 360, 'session'), pt = await login('patient', 360);
const l = await n.evaluate(() => [...document.querySelectorAll('main a')].map((a) => a.getAttribute('href')).filter((h) => /dosing/.test(h))); const at = url + l[3];
await n.goto(at); await n.getByLabel('Systolic').fill('206'); await n.getByLabel('Diastolic').fill('118'); await n.getByRole('button', { name: 'Record' }).click(); await n.waitForTimeout(1500); await n.goto(at); await shot(n, 'alarm', false); await d.goto(at); await shot(d, 'alarm', false); await n.goto(url + '/floor'); await shot(n, 'floor-alarm', false);
await n.goto(url + l[3] + '/emergency?card=airway'); await shot(n, 'card'); await d.goto(url + l[3] + '/emergency?card=pressure'); await shot(d, 'card');
// patient measures
const pl = await pt.evaluate(() => [...document.querySelectorAll('main a')].map((a) => a.getAttribute('href'))); console.log(pl);
await pt.goto(url + '/portal/measure/checkin').catch(() => {}); console.log(pt.url()); await shot(pt, 'measure'); await pt.goto(url + '/portal/help'); await shot(pt, 'help'); await pt.goto(url + '/portal/measure/phq9'); await shot(pt, 'phq9');
// faults
await n.goto(at); await n.getByRole('button', { name: 'Record' }).click(); await n.waitForTimeout(1500); await shot(n, 'faults', false);
// discharge gate refused
const home = n.locator('details', { has: n.locator('h2', { hasText: 'Going home' }) }); 
const q = await login('prescriber'); await q.goto(url + l[0]); await q.getByRole('button', { name: 'Sign the discharge' }).click(); await q.waitForTimeout(2000); await shot(q, 'refused', false);
// receive, waste, register
await n.goto(url + '/register'); await n.locator('summary', { hasText: 'Receive a delivery' }).click(); await shot(n, 'receive');
const c = await n.evaluate(() => [...document.querySelectorAll('main a')].map((a) => a.getAttribute('href')).find((h) => /container/.test(h))); await n.goto(url + c); for (const s of await n.locator('details.part > summary').all()) await s.click(); await shot(n, 'container');
await q.goto(url + '/register'); const bk = await q.evaluate(() => [...document.querySelectorAll('main a')].map((a) => [a.getAttribute('href'), a.textContent])); const book = bk.find(([h, t]) => /book/i.test(t)); if (book) { await q.goto(url + book[0]); await shot(q, 'book', false); }
await b.close();
