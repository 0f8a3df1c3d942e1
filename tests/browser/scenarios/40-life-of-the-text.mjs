// What is typed is never lost: a closed tab, a login that ended, somebody who saved first.
const typing = async (page, text) => {
    await page.locator('main form[data-draft] textarea').first().fill(text);
    await page.waitForFunction(() => /^saved \d\d:\d\d$/.test(document.querySelector('[data-saved]')?.textContent ?? ''),
        null, { timeout: 15000 });
};
const anyPatient = (page) => page.evaluate(() =>
    [...document.querySelectorAll('a[href^="/patient/"]')].map((a) => a.getAttribute('href').match(/^\/patient\/[0-9a-f-]{36}/)?.[0]).find(Boolean));

export default async ({ clinic, test, ok, equal }) => {
    const page = await clinic.login('therapist');
    page.on('dialog', (d) => d.accept());
    await page.goto(`${clinic.url}/patients`);
    const patient = await anyPatient(page), note = `${clinic.url}${patient}/note`;

    await test('a closed tab: the text is offered again, and taken up', async () => {
        const tab = await page.context().newPage();
        await tab.goto(note);
        await typing(tab, 'She spoke of the sea, and of <b>going home</b>.');
        await tab.close();
        await page.goto(note);
        ok(/was kept, last on/.test(await page.textContent('.offer')), 'the draft is offered');
        await clinic.look(page, '/note-with-an-offer');
        await page.click('.offer a.button');
        await page.waitForLoadState();
        equal(await page.locator('main form[data-draft] textarea').first().inputValue(),
            'She spoke of the sea, and of <b>going home</b>.', 'the text');
    });

    await test('thrown away, it is gone', async () => {
        await page.goto(note);
        await page.click('.offer button');
        await page.waitForLoadState();
        await page.goto(note);
        equal(await page.locator('.offer').count(), 0, 'offers');
    });

    await test('a login that ended: the text stays on the page, and goes on after a new login', async () => {
        await page.goto(note);
        await typing(page, 'First words.');
        const other = await page.context().newPage(); // the same browser, so the same login
        await other.goto(`${clinic.url}/`);
        await other.click('.menu summary');
        await other.click('form[action="/logout"] button');
        await other.waitForURL((u) => u.pathname === '/login');
        await page.bringToFront();
        await page.locator('main form[data-draft] textarea').first().fill('First words. And more.');
        await page.waitForSelector('[data-banner]:not([hidden])', { timeout: 15000 });
        ok(/still on this page/.test(await page.textContent('[data-banner]')), 'it is said calmly');
        await other.fill('input[autocomplete="username"]', clinic.logins.therapist.name);
        await other.fill('input[type="password"]', clinic.logins.therapist.password);
        await Promise.all([other.waitForURL((u) => u.pathname !== '/login'), other.click('main button[type="submit"]')]);
        await other.close();
        await page.bringToFront();
        await page.evaluate(() => window.dispatchEvent(new Event('focus')));
        await page.waitForSelector('[data-banner]', { state: 'hidden', timeout: 15000 });
        await page.waitForFunction(() => /^saved/.test(document.querySelector('[data-saved]').textContent), null, { timeout: 15000 });
        equal(await page.locator('main form[data-draft] textarea').first().inputValue(), 'First words. And more.', 'the text');
    });

    await test('what is wrong is said beside the field, and nothing typed is lost', async () => {
        const desk = await clinic.login('coordinator');
        await desk.goto(`${clinic.url}/patients/new`);
        const first = desk.locator('main form input[type="text"]').first();
        await first.fill('Only this');
        await desk.click('main form.form button[type="submit"]');
        await desk.waitForSelector('.faults');
        ok(await desk.evaluate(() => document.activeElement.classList.contains('faults')), 'the list of faults is read first');
        ok(await desk.locator('.field .error').count() > 0, 'each field says its own');
        equal(await first.inputValue(), 'Only this', 'what was typed');
        await desk.locator('.faults a').first().click();
        ok(await desk.evaluate(() => document.activeElement.matches('input, select, textarea')), 'a fault leads into its field');
        await desk.evaluate(() => 0);
        await clinic.look(desk, '/patients-new-with-faults').catch((e) => { if (!/422/.test(e.message)) throw e; });
    });

    await test('two people, one record: the second sees both texts', async () => {
        const edit = `${clinic.url}${patient}/edit`;
        const one = await clinic.login('coordinator'), two = await clinic.login('prescriber');
        await one.goto(edit);
        await two.goto(edit);
        const phone = 'main form input[name="phone"]';
        await one.fill(phone, '+1 303 555 0100');
        await one.click('main form.form button[type="submit"]');
        await one.waitForLoadState();
        await two.fill(phone, '+1 303 555 0199');
        await two.click('main form.form button[type="submit"]');
        await two.waitForSelector('.conflict');
        const told = await two.textContent('.conflict');
        ok(told.includes('+1 303 555 0100') && told.includes('+1 303 555 0199'), 'both texts are there');
        equal(await two.inputValue(phone), '+1 303 555 0199', 'the form holds one\'s own');
        await clinic.look(two, '/edit-with-a-conflict').catch((e) => { if (!/409/.test(e.message)) throw e; });
        await two.click('main form.form button[type="submit"]');
        await two.waitForLoadState();
        await one.goto(edit);
        equal(await one.inputValue(phone), '+1 303 555 0199', 'what stands in the end');
    });
};
