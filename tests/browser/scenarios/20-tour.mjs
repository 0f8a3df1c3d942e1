// Every page that a link leads to, by every role: axe finds nothing, and nothing reaches past
// the edge on a desk or on a phone; each kind of page once, in the light of the role's turn.
const LIGHTS = ['light', 'dark', 'session'];
const kind = (path) => path.replace(/\?.*/, '')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}')
    .replace(/\/measure\/[a-z0-9]+/, '/measure/{instrument}')
    .replace(/\/consent\/[a-z0-9-]+/, '/consent/{document}')
    .replace(/\/lot\/[^/]+/, '/lot/{lot}')
    .replace(/\/reading\/[a-z0-9-]+/, '/reading/{page}');

export default async ({ clinic, test, ok, fits }) => {
    const seen = new Set(['/login', '/logout']);
    for (const [turn, role] of Object.keys(clinic.logins).entries()) {
        const light = LIGHTS[turn % 3];
        const desk = await clinic.login(role), phone = await clinic.login(role, 360);
        for (const page of [desk, phone])
            await page.context().addCookies([{ name: 'theme', value: light, url: clinic.url }]);
        const todo = [new URL(desk.url()).pathname];
        const start = todo[0]; // each role has its own
        while (todo.length) {
            const path = todo.shift();
            const what = path === start ? `${path} of ${role}` : kind(path);
            if (seen.has(what)) continue;
            seen.add(what);
            await test(`${role}, ${light}: ${what}`, async () => {
                await clinic.visit(desk, path);
                ok(await desk.locator('h1').count() === 1, `${path}: one heading of the first order`);
                const links = await desk.evaluate(() =>
                    [...document.querySelectorAll('a[href^="/"]')].map((a) => a.getAttribute('href')));
                todo.push(...links.filter((l) => !l.startsWith('/static/') && !l.endsWith('/pdf'))); // paper is no page
                await phone.goto(clinic.url + path);
                await fits(phone, `${path} on a phone`);
            });
        }
    }
    console.log(`    ${seen.size - 2} kinds of page: ${[...seen].slice(2).sort().join(' ')}`);
};
