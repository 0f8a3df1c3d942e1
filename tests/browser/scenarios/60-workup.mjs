// Earlier treatment and the work-up by a coordinator on a phone: a trial is written down and judged,
// a result is typed, a condition is chosen by its code.
export default async ({ clinic, test, ok }) => {
    const page = await clinic.login('coordinator', 360);
    let patient = '';
    const says = async (words) =>
        ok((await page.locator('main').textContent()).includes(words), `it does not say ${words}`);
    await test('a patient in screening', async () => {
        await page.goto(`${clinic.url}/patients?phase=screening`);
        patient = await page.locator('tbody a').first().getAttribute('href');
    });
    await test('a trial is judged by its dose and weeks', async () => {
        await clinic.visit(page, `${patient}/trial`);
        await clinic.look(page, '/patient/{id}/trial');
        await page.fill('input[name=drug]', 'Effexor XR');
        await page.fill('input[name=dose_mg]', '75');
        await page.fill('input[name=weeks]', '9');
        for (const [name, value] of [['outcome', 'none'], ['in_episode', 'yes'], ['told_by', 'patient']])
            await page.locator(`input[name=${name}][value=${value}]`).check();
        await page.click('button.primary:has-text("Save the trial")');
        await says('75 mg a day; at least 150 mg a day counts');
    });
    await test('the work-up: what is due leads to where it is done', async () => {
        await clinic.visit(page, `${patient}/workup`);
        await clinic.look(page, '/patient/{id}/workup');
        await page.click('a.item-what:has-text("Urinalysis")');
        await clinic.look(page, '/patient/{id}/workup/{item}');
        await page.locator('input[name=result][value=normal]').check();
        await page.locator('input[name=told_by][value=here]').check();
        await page.click('button.primary:has-text("Record")');
        await says('Urinalysis, by here');
    });
    await test('a condition by its code', async () => {
        await clinic.visit(page, `${patient}/condition`);
        await clinic.look(page, '/patient/{id}/condition');
        ok(await page.locator('datalist#icd10cm option[value="F43.12"]').count() === 1, 'PTSD is offered');
        await page.fill('input[name=code]', 'F43.12');
        await page.locator('input[name=status][value=active]').check();
        await page.click('button.primary:has-text("Add")');
        await says('Post-traumatic stress disorder, chronic');
    });
};
