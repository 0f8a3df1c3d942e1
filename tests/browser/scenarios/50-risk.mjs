// A patient answers on a phone at night and sees help at once; the therapist works the alert the
// next morning, to the signature.
export default async ({ clinic, test, ok, equal, MINUTE, HOUR }) => {
    const says = async (page, words) => ok((await page.textContent('main')).replace(/\s+/g, ' ').includes(words), `${new URL(page.url()).pathname} does not say "${words}"`);
    // Tonight at 23:30, and tomorrow at 08:20, by the clinic's zone, which is the machine's.
    const began = Date.now();
    const at = (days, hour, minute) => { const d = new Date(began); d.setDate(d.getDate() + days); d.setHours(hour, minute, 0, 0); return d.getTime(); };
    let moved = 0;
    const clockTo = (ms) => { clinic.forward(ms - began - moved); moved = ms - began; };
    // A weekday night before a weekday, so that the clinic opens in the morning.
    let day = 0;
    while (![1, 2, 3, 4].includes(new Date(at(day, 23, 30)).getDay()) || at(day, 23, 30) < began) day++;
    let phone, link;

    await test('a patient answers item 9 at night and sees who answers now', async () => {
        clockTo(at(day, 23, 30));
        phone = await clinic.login('patient', 360);
        await clinic.visit(phone, '/portal/measure/phq9');
        for (let i = 1; i <= 9; i++) await phone.locator(`[name="q${i}"][value="${i === 9 ? 1 : 2}"]`).check();
        await phone.locator('[name="q10"][value="1"]').check();
        await phone.click('main button[type="submit"]');
        await phone.waitForURL('**/portal/help');
        await clinic.look(phone, '/portal/help');
        await says(phone, 'The clinic is closed now. It opens');
        equal(await phone.locator('.resources a').first().getAttribute('href'), 'tel:988', 'the first number');
        equal(await phone.locator('.resources a').nth(1).getAttribute('href'), 'sms:988', 'the second');
        await clinic.visit(phone, '/portal');
        await says(phone, 'You told us about thoughts of death');
        await clinic.visit(phone, '/portal/safety-plan');
        ok(await phone.locator('.safety-step a[href="tel:3035550147"]').count(), 'a number in the plan can be tapped');
        ok(!(await phone.textContent('main')).includes('Counselling'), 'the note on lethal means is for the staff');
    });

    await test('the therapist finds it in the morning, and works it to the end', async () => {
        clockTo(at(day + 1, 8, 20));
        const page = await clinic.login('therapist');
        await clinic.visit(page, '/');
        const rows = page.locator('section[aria-labelledby="risk"] .item');
        ok(await rows.count() >= 3, 'the demo has alerts open');
        ok(/late/.test(await rows.first().textContent()), 'the longest late stands first');
        const own = rows.filter({ hasText: 'with the therapist' }).filter({ hasText: /due in|min late/ });
        link = await own.first().locator('a').getAttribute('href');
        await clinic.visit(page, link);
        const send = async (room, values) => {
            const form = page.locator(`form[action="${link}/${room}"]`);
            for (const [name, value] of Object.entries(values)) {
                const field = form.locator(`[name="${name}"]`);
                if (await field.first().evaluate((e) => e.type) === 'radio') await form.locator(`[name="${name}"][value="${value}"]`).check();
                else await field.fill(value);
            }
            await Promise.all([page.waitForResponse((r) => r.request().method() === 'POST'), form.locator('button[type="submit"]').click()]);
            await page.waitForLoadState();
            await clinic.look(page, `${link}-${room}`);
        };
        await send('contact', { how: 'phone', reached: 'yes', text: 'Awake since five, talks; a friend is there.' });
        await says(page, 'Reached, by phone');
        await send('assess', { category: 'low', text: 'Thoughts without a method, no intent.' });
        await says(page, 'Assessed: low');
        await send('plan', { how: 'safety_plan', text: 'As written.' });
        await says(page, 'Write the safety plan with the patient, or go through it again');
        const patient = link.split('/risk/')[0];
        await clinic.visit(page, `${patient}/safety-plan`);
        await page.click(`form[action="${patient}/safety-plan/review"] button`);
        await page.waitForLoadState();
        await clinic.visit(page, link);
        await send('plan', { how: 'safety_plan', text: 'Plan gone through; call on the day after tomorrow.' });
        clockTo(at(day + 2, 15, 0));
        const later = await clinic.login('therapist');
        await later.goto(clinic.url + link);
        await later.fill(`form[action="${link}/follow-up"] textarea`, 'Slept; no thoughts since.');
        await later.click(`form[action="${link}/follow-up"] button[type="submit"]`);
        await later.waitForLoadState();
        await later.fill(`form[action="${link}/close"] textarea`, 'No thoughts for two days; plan in hand.');
        await later.fill(`form[action="${link}/close"] input[type="password"]`, clinic.logins.therapist.password);
        await later.click(`form[action="${link}/close"] button[type="submit"]`);
        await later.waitForLoadState();
        await says(later, 'signed by');
        await clinic.look(later, `${link}-closed`);
        await clinic.visit(later, `${patient}/risk`);
        await later.setViewportSize({ width: 360, height: 740 });
        for (const path of [link, `${patient}/risk`, `${patient}/safety-plan`]) await clinic.visit(later, path);
    });
};
