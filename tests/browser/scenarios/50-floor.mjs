// The floor: what is typed in one window stands in the other without a reload; when the network
// goes it says so, and when it comes back it is right.
export default async ({ clinic, test, ok, equal, axe, fits }) => {
    const line = await clinic.line();
    const wall = await clinic.login('therapist', 1280, line.url), tablet = await clinic.login('monitor');
    await wall.goto(`${line.url}/floor`);
    const live = wall.locator('#floor-live');
    const says = (text) => wall.waitForFunction((t) => document.getElementById('floor-live').textContent.startsWith(t), text, { timeout: 20000 });
    const card = wall.locator('article.room', { has: wall.locator('.room-clock') }).first();
    const pulse = (value) => wall.waitForFunction(([id, v]) => document.getElementById(id)?.textContent.includes(v), [cardId, value], { timeout: 20000 });
    const cardId = await card.getAttribute('id');
    const link = await card.locator('.room-who a').getAttribute('href');
    const type = async (rate) => {
        await tablet.goto(clinic.url + link);
        const part = tablet.locator('details', { has: tablet.locator('#signs') });
        if (!(await part.evaluate((d) => d.open))) await part.locator('summary').first().click();
        await part.getByLabel('Heart rate').fill(rate);
        await part.getByRole('button', { name: 'Record' }).click();
        await tablet.waitForLoadState();
    };

    await test('every session has its room, its clock and its vital signs', async () => {
        ok(await wall.locator('article.room').count() >= 8, 'fewer rooms than the demo names');
        ok(/\d/.test(await card.locator('.room-clock').textContent()), 'no clock');
        ok(await card.locator('.room-sign').count() >= 3, 'fewer than three signs');
        ok(await card.getByText('Effect').count(), 'no effect of the forecast');
        await says('Live');
    });
    await test('nobody is in two rooms', async () => {
        const here = await wall.locator('article.room').evaluateAll((rooms) => rooms.flatMap((r) => [...r.querySelectorAll('dt')].filter((d) => d.textContent === 'With the patient').map((d) => d.nextElementSibling.textContent.trim())).filter((name) => name !== 'nobody is marked'));
        ok(here.length >= 4, `somebody is with ${here.length} patients`);
        equal(new Set(here).size, here.length, `different people: ${here.join()}`);
    });
    await test("a room's list is gone through once, and stands on the floor without a reload", async () => {
        const free = wall.locator('article.room', { hasText: 'not gone through today' });
        const id = await free.first().getAttribute('id');
        await tablet.goto(`${clinic.url}/floor`);
        await tablet.locator(`#${id}`).getByRole('link', { name: "Today's list" }).click();
        await tablet.waitForLoadState();
        for (const yes of await tablet.getByLabel('yes', { exact: true }).all()) await yes.check();
        await clinic.look(tablet, '/rooms/id/ready');
        await tablet.getByRole('button', { name: 'Say it for today' }).click();
        await tablet.getByText('It is said for today').waitFor();
        await wall.waitForFunction((room) => document.getElementById(room).textContent.includes('ready today'), id, { timeout: 20000 });
    });
    await test('a vital sign typed on the session stands on the floor without a reload', async () => {
        await wall.evaluate(() => { window.untouched = true; });
        await type('111');
        await pulse('111');
        ok(await wall.evaluate(() => window.untouched), 'the page was loaded again');
    });
    await test('the clock runs', async () => {
        // One in its first hour, which shows seconds.
        const running = wall.locator('article.room', { has: wall.locator('.room-clock', { hasText: /\d:\d\d$/ }) }).first();
        const id = await running.getAttribute('id'), first = await running.locator('.room-clock').textContent();
        await wall.waitForFunction(([room, t]) => document.querySelector(`#${room} .room-clock`).textContent !== t, [id, first]);
    });
    await test('without a network it says that it is not live; with one it is right again', async () => {
        await line.cut();
        await says('Not live since');
        await type('113');
        await line.mend();
        await says('Live');
        await pulse('113');
    });
    await test('a second window of the same browser shares the stream', async () => {
        const second = await wall.context().newPage();
        await second.goto(`${line.url}/floor`);
        await second.waitForFunction(() => document.getElementById('floor-live').textContent === 'Live', null, { timeout: 20000 });
        await type('115');
        await second.waitForFunction(([id, v]) => document.getElementById(id)?.textContent.includes(v), [cardId, '115'], { timeout: 20000 });
        await pulse('115');
        await second.close();
    });
    await test('the key 1 goes to the first room', async () => {
        await wall.keyboard.press('1');
        equal(await wall.evaluate(() => document.activeElement.closest('article')?.id), await wall.locator('article.room').first().getAttribute('id'), 'where the key went');
    });
    await test('axe finds nothing and nothing reaches past the edge', async () => {
        await axe(wall, 'the floor');
        await wall.setViewportSize({ width: 360, height: 740 });
        await fits(wall, 'the floor at 360 px');
    });
    await test('who logs out sees nothing more', async () => {
        const other = await wall.context().newPage();
        await other.goto(`${line.url}/floor`);
        await other.locator('summary').first().click();
        await other.getByRole('button', { name: 'Log out' }).click();
        await wall.waitForFunction(() => document.getElementById('floor-live').dataset.state !== 'live', null, { timeout: 30000 });
        await other.close();
    });
    ok(await live.count() === 1, 'the sign of life is gone');
};
