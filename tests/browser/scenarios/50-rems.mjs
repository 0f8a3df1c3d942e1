// The forms of the REMS: the queue with the late one first, one form with what is missing, answered
// and sent, its paper; the enrolments. Every page on a phone and on a desk.
export default async ({ clinic, test, ok, equal }) => {
    const page = await clinic.login('monitor');
    const sends = (button) => Promise.all([page.waitForNavigation(), button.click()]);
    let form;
    await test('the queue has the late one first', async () => {
        await page.goto(`${clinic.url}/rems`);
        const first = page.locator('section[aria-labelledby="drafted"] li').first();
        ok((await first.textContent()).includes('late'), 'late stands on top');
        ok((await page.textContent('section[aria-labelledby="confirmed"]')).includes('RX-'), 'old ones are confirmed');
        form = await first.locator('a').getAttribute('href');
    });
    await test('a form says what is missing, and takes an answer', async () => {
        await page.goto(clinic.url + form);
        ok((await page.textContent('main')).includes('are missing'), 'something is missing');
        equal(await page.locator('form[action$="/answers"] input[name="family_name"]').count(), 0, 'the record is not asked');
        await page.check('input[name="serious"][value="no"]', { force: true });
        await page.check('input[name="dissociation"][value="yes"]', { force: true });
        await sends(page.locator('form[action$="/answers"] button[type="submit"]'));
        ok((await page.textContent('main')).includes('Answered by'), 'who answered stands beside it');
        ok(await page.locator('input[name="dissociation_onset"]').count() === 1, 'a yes asks for more');
    });
    await test('its pages, on a phone and on a desk', async () => {
        const patient = form.replace(/\/form\/.*/, '');
        for (const width of [360, 1280]) {
            await page.setViewportSize({ width, height: 900 });
            for (const path of ['/rems', form, patient, '/rems/enrolment', '/']) await clinic.visit(page, path);
        }
    });
    await test('it is sent with what cannot be recorded any more, and stays as it was', async () => {
        await page.goto(clinic.url + form);
        await page.check('input[name="way"][value="fax"]', { force: true });
        await page.fill('form[action$="/sent"] textarea[name="reason"]', 'Nobody looked; the patient has left.');
        await sends(page.locator('form[action$="/sent"] button[type="submit"]'));
        ok((await page.textContent('main')).includes('Hash of what was sent'), 'its hash stands there');
        const paper = await page.request.get(`${clinic.url}${form}/pdf`);
        equal(paper.headers()['content-type'], 'application/pdf', 'it is a PDF');
        await clinic.visit(page, form);
    });
    const director = await clinic.login('director');
    await test('the director enrols', async () => {
        for (const width of [360, 1280]) {
            await director.setViewportSize({ width, height: 900 });
            await clinic.visit(director, '/rems/enrolment');
        }
        ok(await director.locator('form[action="/rems/enrolment/add/site"]').count() === 1, 'there is a form for the site');
    });
};
