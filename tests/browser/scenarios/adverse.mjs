// A patient vomits in a session that runs: it is written down, tapped, judged; hospital makes it
// serious, and who is to be told stands there. Every page on a phone and on a desk.
export default async ({ clinic, test, ok, equal }) => {
    const page = await clinic.login('prescriber');
    const sends = (button) => Promise.all([page.waitForNavigation(), button.click()]);
    await page.goto(`${clinic.url}/`);
    const session = await page.getAttribute('a[href*="/dosing/"]', 'href');
    let one;
    await test('one tap from the session', async () => {
        await page.goto(clinic.url + session);
        await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
        await page.selectOption('form[action$="/event"] select[name="kind"]', 'vomiting');
        await page.fill('form[action$="/event"] input[name="text"]', 'Once, into the bag.');
        await sends(page.locator('form[action$="/event"]:has(select) button[type="submit"]'));
        await page.goto(clinic.url + session);
        await sends(page.locator('form[action$="/adverse"] button').first());
        one = new URL(page.url()).pathname;
        equal(await page.inputValue('textarea[name="text"]'), 'Once, into the bag.', 'the words came with it');
        ok((await page.textContent('main')).includes('to be completed'), 'a draft says so');
    });
    await test('judged serious, it says who is to be told', async () => {
        for (const [name, value] of [['grade', '3'], ['causality', 'possible'], ['action', 'drug'], ['outcome', 'recovering']])
            await page.check(`input[name="${name}"][value="${value}"]`, { force: true });
        await page.check('input[name="hospital"]', { force: true });
        await sends(page.locator(`form[action="${one}"] button[type="submit"]`));
        ok(await page.locator('form[action*="/told/"]').count() >= 2, 'prescriber and MedWatch');
    });
    await test('its pages, on a phone and on a desk', async () => {
        for (const width of [360, 1280]) {
            await page.setViewportSize({ width, height: 900 });
            for (const path of [one, session, one.replace(/\/adverse\/.*/, '/exposure'), '/outcomes/adverse', '/'])
                await clinic.visit(page, path);
        }
    });
};
