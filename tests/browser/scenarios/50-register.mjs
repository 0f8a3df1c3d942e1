// The register: a syringe drawn and wasted before a witness, a count that does not agree, an incident
// closed by two people, what is left of a dose wasted in its session, each page with axe, on a desk and on a phone.
export default async ({ clinic, test, ok, equal }) => {
    const page = await clinic.login('monitor'), phone = await clinic.login('monitor', 360);
    const witness = clinic.logins.therapist, doctor = clinic.logins.prescriber;
    const both = async (path) => {
        await clinic.visit(phone, path);
        await clinic.visit(page, path);
    };
    const says = async (words) => ok((await page.locator('main, [role="status"], .notice').allInnerTexts()).join(' ').includes(words), `the page says ${words}`);
    const fill = async (part, values) => {
        const box = page.locator('details', { has: page.getByRole('heading', { name: part }) });
        if (!(await box.evaluate((d) => d.open))) await box.locator('summary').click();
        for (const [name, value] of Object.entries(values)) await box.locator(`[name="${name}"]`).fill(value);
        await Promise.all([page.waitForLoadState('load'), box.locator('button[type="submit"]').click()]);
        await page.waitForLoadState('networkidle');
    };
    const here = () => new URL(page.url()).pathname;
    let vial;
    await test('the register, a lot, a container', async () => {
        await both('/register/book');
        await says('entries from');
        await both('/register');
        await says('Needs attention');
        await both(await page.locator('a[href^="/register/lot/"]').first().getAttribute('href'));
        vial = await page.locator('a', { hasText: /, vial$/ }).last().getAttribute('href').catch(() => null);
        if (!vial) {
            await page.goto(`${clinic.url}/register`);
            vial = await page.locator('tr', { hasText: ' mL)' }).locator('a[href^="/register/container/"]').first().getAttribute('href');
        }
        await both(vial);
    });
    await test('a syringe is drawn, and wasted before a witness', async () => {
        await page.goto(clinic.url + vial);
        if (await page.getByRole('heading', { name: 'Open it' }).count()) await fill('Open it', {});
        await fill('Draw a syringe', { amount: '10' });
        await says('The syringe has its own number now');
        const syringe = here();
        await both(syringe);
        await fill('Waste what is left over', { amount: '10', checker_name: clinic.logins.monitor.name, checker_password: clinic.logins.monitor.password });
        await says('One person twice is no two people');
        await clinic.look(page);
        await page.goto(clinic.url + syringe);
        await fill('Waste what is left over', { amount: '10', checker_name: witness.name, checker_password: witness.password });
        await says('with its witness');
        await says('wasted 10 mg + left 0 mg');
    });
    await test('what is left after a dose is wasted from the page of its session', async () => {
        await both('/register');
        const row = page.locator('a', { hasText: 'holds the rest of a dose' });
        const number = (await row.first().innerText()).split(' ')[0];
        const ledger = await row.first().getAttribute('href');
        await page.goto(clinic.url + ledger);
        const patient = await page.locator('a[href^="/patient/"]').first().getAttribute('href');
        await page.goto(clinic.url + patient);
        await both(await page.getByRole('link', { name: 'Open the session' }).getAttribute('href'));
        const box = page.locator('details', { has: page.getByRole('heading', { name: `Waste the rest: ${number}` }) });
        ok(Number(await box.locator('[name="amount"]').inputValue()) > 0, 'the amount stands there');
        await fill(`Waste the rest: ${number}`, { reason: 'Into the drug disposal container', checker_name: witness.name, checker_password: witness.password });
        await says('with its witness');
        await says('left 0 mg');
        equal(here(), ledger, 'its ledger');
        await page.goto(`${clinic.url}/register`);
        ok(!(await page.locator('main').innerText()).includes(`${number} holds`), 'nothing waits any more');
    });
    await test('a blind count that does not agree opens an incident', async () => {
        await both('/register/count/Main%20safe');
        ok(!(await page.locator('main').innerText()).includes('In the register'), 'the page does not say what it expects');
        for (const box of await page.locator('.group').first().locator('input').all()) await box.fill('0');
        for (const box of await page.locator('input[inputmode]').all()) await box.fill('0');
        await page.getByText('Change of shift', { exact: true }).click();
        await page.fill('[name="checker_name"]', doctor.name);
        await page.fill('[name="checker_password"]', doctor.password);
        await Promise.all([page.waitForURL(/counted/), page.click('main form button[type="submit"]')]);
        await says('It does not agree');
        await both(here());
        await both(await page.locator('a[href^="/register/incident/"]').first().getAttribute('href'));
    });
    await test('two people close it', async () => {
        const incident = here();
        await fill('What was found', { finding: 'A test: nothing was looked at.' });
        await says('investigated');
        const director = await clinic.login('director');
        await director.goto(clinic.url + incident);
        await director.locator('summary', { hasText: 'Close it' }).click();
        await director.fill('[name="outcome"]', 'Counted again: all there.');
        await director.fill('[name="checker_name"]', doctor.name);
        await director.fill('[name="checker_password"]', doctor.password);
        await Promise.all([director.waitForLoadState('networkidle'), director.getByRole('button', { name: 'Close the incident' }).click()]);
        await director.getByText('The incident was closed').waitFor();
        await clinic.look(director);
    });
    await test('the dose offers what is in the register', async () => {
        await page.goto(`${clinic.url}/`);
        for (const path of await page.locator('a[href*="/dosing/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) {
            await page.goto(clinic.url + path);
            if (!(await page.locator('select[name="container"]').count())) continue;
            ok((await page.locator('select[name="container"] option').count()) > 1, 'there is something to choose');
            return;
        }
        throw new Error('no session of the demo offers a container');
    });
};
