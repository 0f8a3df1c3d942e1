import { b, url, login, out } from './one.mjs';
const p = await login('prescriber'), pt = await login('patient');
const pdf = async (pg, path, name) => { await pg.goto(url + path); await pg.pdf({ path: `${out}/${name}.pdf`, format: 'Letter', preferCSSPageSize: true }); };
await p.goto(url + '/register'); const links = await p.evaluate(() => [...document.querySelectorAll('main a')].map((a) => a.getAttribute('href')));
await pdf(p, links.find((h) => /counted/.test(h)), 'inventory'); await pdf(p, '/register/book', 'book'); await pdf(pt, '/portal/safety-plan', 'plan'); await pdf(p, '/outcomes', 'outcomes');
await p.goto(url + '/patients?phase=integrating'); const h = await p.evaluate(() => [...document.querySelectorAll('main a')].map((a) => a.getAttribute('href')).find((x) => /^\/patient\/[0-9a-f-]+$/.test(x))); await pdf(p, h, 'chart'); await pdf(p, h + '/screening', 'screening'); await pdf(p, h + '/consent/off-label', 'consent');
await b.close();
