// A clinician's scale by touch and by keyboard: what is asked only after a yes comes and goes, an
// answer that went out of sight is not sent, the answer is read again in its own words; and the
// papers are PDFs.
export default async ({ clinic, test, ok, equal }) => {
    const page = await clinic.login('therapist', 360);
    let patient = '';
    await test('a patient in the follow-up', async () => {
        await page.goto(`${clinic.url}/patients`);
        const charts = await page.$$eval('a[href^="/patient/"]', (all) => all.map((a) => a.getAttribute('href')));
        for (const chart of new Set(charts.filter((c) => /^\/patient\/[0-9a-f-]{36}$/.test(c)))) {
            await page.goto(clinic.url + chart);
            const session = await page.$$eval('a[href*="/dosing/"]', (all) => all[0]?.getAttribute('href'));
            if (!session) continue;
            await page.goto(clinic.url + session);
            if (!await page.locator('a[href$="/handout"]').count()) continue;
            patient = chart;
            break;
        }
        ok(patient, 'nobody in the demo has gone home from a session');
    });
    await test('3, 4 and 5 are asked after a yes to 2, and not sent after it is taken back', async () => {
        await clinic.visit(page, `${patient}/measure/cssrsscreener`);
        const method = page.locator('.field', { has: page.locator('input[name=q3]') });
        const recent = page.locator('.field', { has: page.locator('input[name=q7]') });
        ok(!await method.isVisible() && !await recent.isVisible(), 'nothing is asked too early');
        await page.check('input[name=q1][value="1"]');
        await page.check('input[name=q2][value="1"]');
        ok(await method.isVisible(), 'after a yes to 2 the method is asked');
        await page.check('input[name=q3][value="1"]');
        await page.check('input[name=q2][value="0"]');
        ok(!await method.isVisible(), 'and no longer after a no');
        await page.check('input[name=q6][value="0"]');
        await page.check('input[name=mode][value=phone]');
        equal(await page.inputValue('input[name=rater]') !== '', true, 'who rates stands there');
        await page.click('button.primary:has-text("Record")');
        await page.waitForURL((u) => !u.pathname.endsWith('cssrsscreener'));
        await page.goto(`${clinic.url}${patient}/measure/cssrsscreener`);
        await page.locator('#earlier ~ ul a, section[aria-labelledby=earlier] a').first().click();
        await page.waitForURL(/\/response\//);
        await clinic.look(page, '/patient/{id}/response/{response}');
        const said = await page.locator('main').textContent();
        for (const word of ['by telephone', 'wish to be dead', 'not answered', 'Fingerprint of the words'])
            ok(said.includes(word), `it does not say ${word}`);
    });
    await test('what was signed, the session and the handout are PDFs', async () => {
        await page.goto(clinic.url + patient);
        const session = await page.$$eval('a[href*="/dosing/"]', (all) => all[0].getAttribute('href'));
        for (const path of [`${patient}/consent/treatment/pdf`, `${session}/pdf`, `${session}/handout/pdf`]) {
            const answer = await page.request.get(clinic.url + path);
            equal(answer.status(), 200, path);
            equal(answer.headers()['content-type'], 'application/pdf', path);
            const bytes = await answer.body();
            ok(bytes.subarray(0, 5).toString() === '%PDF-' && bytes.length > 8000, `${path}: ${bytes.length} bytes`);
        }
    });
};
