// The network goes for an hour and comes back: what was typed waits on the device, is sent once,
// and stands in the record with both times.
export default async ({ clinic, test, ok, equal, axe, MINUTE }) => {
    const page = await clinic.login('monitor');
    await page.goto(`${clinic.url}/floor`);
    const card = page.locator('article.room', { has: page.locator('.room-clock') }).last();
    const link = clinic.url + await card.locator('.room-who a').getAttribute('href');
    const waiting = page.locator('.waiting');
    const part = (id) => page.locator('details', { has: page.locator(`#${id}`) });
    const unfold = async (id) => {
        const d = part(id);
        if (!(await d.evaluate((e) => e.open))) await d.locator('summary').first().click();
        return d;
    };
    const pulse = async (rate) => {
        const d = await unfold('signs');
        await d.getByLabel('Heart rate').fill(rate);
        await d.getByRole('button', { name: 'Record' }).click();
    };
    await page.goto(link);
    await test('with a network it is sent at once, and said', async () => {
        await pulse('91');
        await page.locator('.notice', { hasText: 'Vital signs were recorded' }).waitFor();
        await page.locator('#now', { hasText: '91' }).waitFor();
        equal(await waiting.isVisible(), false, 'something waits');
    });
    await test('what is wrong is said as ever, with what was typed', async () => {
        await pulse('9000');
        await page.locator('.faults').waitFor();
        equal(await part('signs').getByLabel('Heart rate').inputValue(), '9000', 'what was typed');
        await page.goto(link);
        equal(await waiting.isVisible(), false, 'a refused entry waits');
    });
    await test('without a network it waits here, and the page says how many', async () => {
        await page.context().setOffline(true);
        await pulse('92');
        await page.getByText('1 entry waits on this device').waitFor();
        await pulse('93');
        await page.getByText('2 entries wait on this device').waitFor();
        const event = await unfold('happened');
        await event.locator('select, input[type=radio]').first().waitFor();
        const choice = event.getByLabel('Nausea').or(event.getByText('Nausea', { exact: true })).first();
        if (await event.locator('select').count()) await event.locator('select').first().selectOption({ label: 'Nausea' });
        else await choice.click();
        await event.getByRole('button', { name: 'Write it down' }).click();
        await page.getByText('3 entries wait on this device').waitFor();
        ok((await waiting.textContent()).includes('92'), 'what waits is not told');
    });
    await test('one touch waits here too, by its name', async () => {
        await page.getByRole('button', { name: 'Music changed' }).click();
        await waiting.getByText('Music changed').waitFor();
        await waiting.getByRole('status').filter({ hasText: '4 entries wait' }).waitFor();
    });
    await test('an hour later it is sent, late, with the time at which it was typed', async () => {
        clinic.forward(60 * MINUTE);
        await page.context().setOffline(false);
        await page.getByText('4 entries wait on this device until you log in again').waitFor({ timeout: 20000 });
        const other = await page.context().newPage();
        const login = async (who) => {
            await other.goto(`${clinic.url}/login`);
            await other.fill('input[autocomplete="username"]', who.name);
            await other.fill('input[type="password"]', who.password);
            await other.click('main button[type="submit"]');
            await other.waitForLoadState();
        };
        // the next person on this device: nothing is sent under their login
        await login(clinic.logins.prescriber);
        for (let tries = 0; tries < 2; tries++) await page.waitForResponse((r) => r.url().endsWith('/vitals') && r.status() === 403, { timeout: 20000 });
        equal(await page.evaluate(() => JSON.parse(localStorage.getItem('cairn-waiting')).filter((e) => !e.why).length), 4, 'what waits for its own login');
        await other.evaluate(() => document.querySelector('form[action="/logout"]').requestSubmit());
        await other.waitForURL('**/login*');
        await login(clinic.logins.monitor);
        await other.close();
        await page.waitForFunction(() => !document.querySelector('.waiting li'), null, { timeout: 20000 });
        // nobody is typing: the page takes itself again
        await page.getByText('written late at').first().waitFor({ timeout: 20000 });
        equal(await page.evaluate(() => localStorage.getItem('cairn-waiting')), '[]', 'what is left on the device');
    });
    await test('sent twice it is kept once', async () => {
        const answers = await page.evaluate(async () => {
            const form = [...document.forms].find((f) => f.action.endsWith('/vitals')), id = crypto.randomUUID(), all = [];
            for (let i = 0; i < 2; i++) {
                const body = new URLSearchParams(new FormData(form));
                body.set('heart_rate', '77');
                body.set('client_id', id);
                const r = await fetch(form.action, { method: 'POST', body });
                all.push(`${r.status} ${new URL(r.url).pathname === location.pathname}`);
            }
            return all;
        });
        equal(answers.join(), '200 true,200 true', 'the answers');
        await page.reload();
        const said = await page.locator('main').textContent();
        ok(said.includes('77'), 'it was not kept');
    });
    await test('what is refused stays until somebody has seen to it', async () => {
        await page.context().setOffline(true);
        await pulse('78');
        await page.getByText('1 entry waits').waitFor();
        await page.evaluate(() => {
            const all = JSON.parse(localStorage.getItem('cairn-waiting'));
            all[0].body = all[0].body.replace('78', '7800');
            localStorage.setItem('cairn-waiting', JSON.stringify(all));
        });
        await page.context().setOffline(false);
        await page.getByText('1 was not taken').waitFor({ timeout: 20000 });
        await axe(page, 'an entry that was not taken');
        page.once('dialog', (d) => d.accept());
        await page.getByRole('button', { name: 'Drop it' }).click();
        await waiting.waitFor({ state: 'hidden' });
    });
    await test('reloaded without a network the page is there, takes an entry, and gives it up once', async () => {
        const wire = await clinic.line(), tab = await clinic.login('monitor', 1280, wire.url), here = link.replace(clinic.url, wire.url);
        const note = async (what) => {
            const d = tab.locator('details', { has: tab.locator('#happened') });
            if (!(await d.evaluate((e) => e.open))) await d.locator('summary').first().click();
            await d.locator('select').first().selectOption({ label: what });
            await d.getByRole('button', { name: 'Write it down' }).click();
        };
        const shown = async (what) => {
            await tab.goto(here);
            return tab.locator('#events + ul li, section[aria-labelledby="events"] li', { hasText: what }).count();
        };
        await tab.goto(here);
        await tab.waitForFunction(() => document.documentElement.dataset.kept === 'yes', null, { timeout: 20000 });
        const before = await shown('Blurred or double vision');
        await tab.waitForFunction(() => document.documentElement.dataset.kept === 'yes', null, { timeout: 20000 });
        const name = await tab.locator('h1').textContent();
        await wire.cut();
        await tab.reload();
        await tab.getByText('There is no network. This is the page as it was at').waitFor({ timeout: 20000 });
        equal(await tab.locator('h1').textContent(), name, 'the page that is shown');
        await note('Blurred or double vision');
        await tab.getByText('1 entry waits on this device').waitFor();
        await tab.reload(); // and again: what waits is not lost
        await tab.getByText('1 entry waits on this device').waitFor({ timeout: 20000 });
        await axe(tab, 'a page kept in the tab');
        clinic.forward(8 * MINUTE);
        await wire.mend();
        await tab.waitForFunction(() => !document.body.dataset.away && !document.querySelector('.waiting li'), null, { timeout: 40000 });
        equal(await shown('Blurred or double vision'), before + 1, 'how often it is in the record');
        ok((await tab.locator('section[aria-labelledby="events"] li', { hasText: 'Blurred or double vision' }).first().textContent()).includes('written late at'), 'both times');
        await tab.locator('.menu summary').click();
        await tab.getByRole('button', { name: 'Log out' }).click();
        await tab.waitForURL('**/login*');
        equal(await tab.evaluate(() => sessionStorage.getItem('cairn-kept')), null, 'what a tab keeps after logging out');
        await wire.cut();
        await tab.goto(here).catch(() => {});
        await tab.getByText('this tab has not kept this page').waitFor({ timeout: 20000 });
    });
};
