import { b, url, login, shot } from './one.mjs';
for (const w of [1280, 360]) { const p = await (await b.newContext({ viewport: { width: w, height: 740 } })).newPage(); await p.goto(url + '/login'); await shot(p, 'login', false); }
const d = await login('director'); await d.goto(url + '/settings'); await shot(d, 'settings');
await b.close();
