// Alarms in a room: what one person types calls on the other's tablet without a reload, by word and
// sign; it is acknowledged, the timers stand after a reload, and without a network the page says so.
export default async ({ clinic, test, ok, equal }) => {
    const nurse = await clinic.login('monitor'), doctor = await clinic.login('prescriber', 360);
    await nurse.goto(`${clinic.url}/floor`);
    const link = await nurse.locator('article.room', { has: nurse.locator('.room-clock') }).first().locator('.room-who a').getAttribute('href');
    const at = clinic.url + link;
    const type = async (systolic, diastolic) => {
        await nurse.goto(at);
        const part = nurse.locator('details', { has: nurse.locator('#signs') });
        if (!(await part.evaluate((d) => d.open))) await part.locator('summary').first().click();
        await part.getByLabel('Systolic').fill(systolic);
        await part.getByLabel('Diastolic').fill(diastolic);
        await part.getByRole('button', { name: 'Record' }).click();
        await nurse.waitForLoadState();
    };

    await test('the page is sound, wide and on a phone', async () => {
        await clinic.visit(nurse, link);
        await clinic.visit(doctor, `${link}/emergency?card=airway`);
        await clinic.visit(doctor, link);
    });
    await test('while the stream is heard it does not ask every three seconds, and says so', async () => {
        await doctor.goto(at);
        await doctor.locator('.pace', { hasText: 'Live' }).waitFor({ timeout: 20000 });
        let asked = 0;
        const count = (r) => { asked += r.url().endsWith('/stamp'); };
        doctor.on('request', count);
        // four beats of the stream, three seconds each
        await doctor.evaluate(() => new Promise((done) => { let n = 0; document.addEventListener('live:clock', () => { if (++n === 5) done(); }); }));
        ok(asked <= 1, `asked ${asked} times in four beats`);
        doctor.off('request', count);
        const without = await clinic.login('therapist');
        await without.route('**/floor/events', (r) => r.abort());
        await without.goto(at);
        await without.locator('.pace', { hasText: 'Asks every 3 s' }).waitFor({ timeout: 20000 });
        for (let n = 0; n < 3; n++) await without.waitForRequest((r) => r.url().endsWith('/stamp'), { timeout: 4500 });
        await without.close();
    });
    await test('a reading out of its limits calls on the other tablet without a reload', async () => {
        await doctor.evaluate(() => { window.untouched = true; });
        await doctor.getByRole('link', { name: 'Emergency cards' }).focus();
        await type('206', '118');
        const card = doctor.locator('.alarm.critical', { hasText: '206/118' });
        await card.waitFor({ timeout: 20000 });
        ok(await card.evaluate((c) => c.classList.contains('calling')), 'it does not call');
        ok(/critical/.test(await card.locator('.tag').first().textContent()), 'its level is no word');
        equal(await doctor.locator('#live').getAttribute('data-sound'), 'high', 'the sound');
        ok(await doctor.evaluate(() => window.untouched), 'the page was loaded again');
        equal(await doctor.evaluate(() => document.activeElement.textContent), 'Emergency cards', 'the focus stands where it stood');
        const voice = await doctor.locator('p.hidden-text[role="alert"]').textContent();
        ok(/critical: .*206\/118/.test(voice), `a screen reader is told ${voice}`);
        await clinic.look(doctor, `${link}-alarm`);
        await clinic.look(nurse, `${link}-alarm`);
    });
    await test('sound waits for a touch, and says so', async () => {
        const button = doctor.locator('button.sound');
        equal(await button.textContent(), 'Sound is off', 'before');
        await button.click();
        await doctor.waitForFunction(() => document.querySelector('button.sound').textContent === 'Sound is on');
    });
    await test('acknowledged, it calls no longer, and the other tablet says by whom', async () => {
        await doctor.locator('.alarm.critical', { hasText: '206/118' }).getByRole('button', { name: 'Acknowledge' }).click();
        await doctor.waitForLoadState();
        ok(await doctor.locator('.alarm.critical.calling', { hasText: '206/118' }).count() === 0, 'it still calls');
        await nurse.locator('.alarm.critical', { hasText: 'acknowledged' }).waitFor({ timeout: 20000 });
    });
    await test('who records by keys goes on from there', async () => {
        await nurse.goto(at);
        await nurse.getByLabel('Systolic').focus();
        for (const key of ['1', '2', '8', 'Tab', '8', '0', 'Enter']) await nurse.keyboard.press(key);
        await nurse.waitForFunction(() => document.activeElement.matches('summary') && /Vital signs/.test(document.activeElement.textContent));
    });
    await test('the timers stand after a reload', async () => {
        const clock = () => nurse.locator('.session-clock').textContent();
        const before = await clock();
        clinic.forward(120000);
        await nurse.reload();
        equal(parseInt((await clock()).slice(2), 10), parseInt(before.slice(2), 10) + 2, 'minutes after the dose');
    });
    await test('in session light it is sound too', async () => {
        await nurse.evaluate(() => { document.cookie = 'theme=session; path=/'; });
        await clinic.visit(nurse, link);
    });
    await test('without a network it says that it is not live, and is right again with it', async () => {
        const line = await clinic.line();
        await doctor.goto(line.url + link);
        await line.cut();
        await doctor.locator('.not-live', { hasText: 'Not live since' }).waitFor({ timeout: 20000 });
        await line.mend();
        await doctor.waitForFunction(() => document.querySelector('.not-live').hidden, null, { timeout: 20000 });
    });
};
