// A session again, minute by minute: by the slider, by itself, and by a form without any script.
export default async ({ clinic, test, ok, equal }) => {
    const page = await clinic.login('therapist');
    await page.goto(`${clinic.url}/floor`);
    const card = page.locator('article.room', { has: page.locator('.room-clock') }).first();
    const link = await card.locator('.room-who a').getAttribute('href');
    const rows = () => page.locator('#replay-rows > li:visible').count();
    const all = () => page.locator('#replay-rows > li').count();
    const mark = () => page.locator('svg.chart:visible .c-now').first().boundingBox();
    await test('it begins at check-in and is linked from the session', async () => {
        await page.goto(clinic.url + link);
        await page.getByRole('link', { name: 'Replay, minute by minute' }).click();
        await page.locator('#replay').waitFor();
        await clinic.look(page, 'the replay');
        ok(await rows() < await all(), 'everything is shown at once');
        ok((await page.locator('[data-now=state]').textContent()).includes('checked in'), 'the state at the beginning');
    });
    await test('the slider shows what was so then, and moves the mark', async () => {
        const slider = page.locator('#replay-at'), before = await rows(), at = (await mark()).x;
        await slider.focus();
        await page.keyboard.press('End');
        ok(await rows() > before, 'no more rows at the end');
        equal(await rows(), await all(), 'rows at the end');
        ok((await mark()).x > at, 'the mark stays');
        ok((await page.locator('[data-now=state]').textContent()).includes('dosing'), 'the state at the end');
        ok(/\d/.test(await page.locator('[data-now=signs]').textContent()), 'nothing was measured');
        await page.keyboard.press('Home');
        equal(await rows(), before, 'rows at the beginning');
    });
    await test('it plays, as fast as is asked for, and stops', async () => {
        await page.selectOption('#replay-speed', '15');
        const clock = await page.locator('[data-clock]').textContent();
        await page.getByRole('button', { name: 'Play' }).click();
        await page.waitForFunction((t) => document.querySelector('[data-clock]').textContent !== t, clock);
        await page.getByRole('button', { name: 'Stop' }).click();
        await page.getByRole('button', { name: 'Play' }).waitFor();
    });
    await test('without a script the form shows a minute', async () => {
        const context = await clinic.browser.newContext({ javaScriptEnabled: false });
        await context.addCookies(await page.context().cookies());
        const plain = await context.newPage();
        await plain.goto(`${clinic.url}${link}/replay`);
        const first = await plain.locator('#replay-rows > li:visible').count();
        await plain.getByLabel('Minute since check-in').fill(await plain.locator('#minute').getAttribute('max'));
        await plain.getByRole('button', { name: 'Show' }).click();
        equal(await plain.locator('#replay-rows > li:visible').count(), await all(), 'rows at the end');
        ok(first < await all(), 'rows at the beginning');
        await context.close();
    });
    await test('on a phone nothing reaches past the edge', async () => {
        const phone = await clinic.login('therapist', 360);
        await clinic.visit(phone, `${link}/replay?minute=40`);
        if (process.env.SHOTS) await phone.screenshot({ path: `${process.env.SHOTS}/replay-360.png`, fullPage: true });
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/replay-1280.png`, fullPage: true });
    });
};
