// The doors: log in, what each role first sees, a refusal said plainly, the light of the room
// kept without a flash, log out.
export default async ({ clinic, test, ok, equal }) => {
    await test('the login page', async () => {
        for (const width of [360, 1280, 3840]) await clinic.visit(await clinic.newPage(width), '/login');
    });
    await test('a wrong password is told, and the name is still there', async () => {
        const page = await clinic.newPage();
        await page.goto(`${clinic.url}/login`);
        await page.fill('input[autocomplete="username"]', clinic.logins.prescriber.name);
        await page.fill('input[type="password"]', 'not the password at all');
        await page.click('main button[type="submit"]');
        await page.waitForSelector('.faults');
        ok(new URL(page.url()).pathname === '/login', 'still at the door');
        equal(await page.inputValue('input[type="password"]'), '', 'the password field');
    });
    for (const role of Object.keys(clinic.logins)) {
        await test(`${role} has a first page, on a phone and on a desk`, async () => {
            for (const width of [360, 1280]) {
                const page = await clinic.login(role, width);
                await clinic.look(page, `/first-${role}`);
                equal(await page.locator('h1').count(), 1, 'headings of the first order');
            }
        });
    }
    await test('the light is kept, and is there before the first paint', async () => {
        const page = await clinic.login('monitor');
        await page.click('.menu summary');
        await page.click('[data-set-theme="session"]');
        const answer = await page.goto(`${clinic.url}/`);
        ok((await answer.text()).includes('data-theme="session"'), 'the server did not write the theme');
        await clinic.look(page, '/in-session-light');
    });
    await test('by keyboard alone: skip to the content, open the menu, leave it', async () => {
        const page = await clinic.login('prescriber');
        await page.goto(`${clinic.url}/`);
        await page.keyboard.press('Tab');
        ok(await page.evaluate(() => document.activeElement.classList.contains('skip')), 'the first stop is the skip link');
        await page.keyboard.press('Enter');
        ok(await page.evaluate(() => document.activeElement.id === 'main'), 'it leads to the content');
        await page.focus('.menu summary');
        await page.keyboard.press('Enter');
        ok(await page.isVisible('.menu-body'), 'the menu opens');
        await page.keyboard.press('Escape');
        ok(!(await page.isVisible('.menu-body')), 'Escape closes it');
    });
    await test('log out, and the pages are closed', async () => {
        const page = await clinic.login('prescriber');
        await page.click('.menu summary');
        await page.click('form[action="/logout"] button');
        await page.waitForURL((u) => u.pathname === '/login');
        await page.goto(`${clinic.url}/patients`);
        equal(new URL(page.url()).pathname, '/login', 'where a closed page leads');
    });
};
