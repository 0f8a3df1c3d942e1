// The main job, whole, each step by the role that may: referral, screening, consent, course,
// dosing day, integration, measures, close. Every page on the way is held against axe, the
// edge of the screen and the console; who may not is refused, and that is in the journal.
import { readdirSync, existsSync } from 'node:fs';

const referrals = '../shared/referrals';
const iso = (ms) => new Date(ms).toLocaleDateString('en-CA');

export default async ({ clinic, test: one, ok, equal, MINUTE, HOUR, DAY }) => {
    const test = async (what, body) => {
        await one(what, body);
        for (const context of clinic.browser.contexts()) await context.close();
    };
    let now = Date.now();
    const forward = (ms) => { now += ms; clinic.forward(ms); };
    const at = (page) => new URL(page.url()).pathname;
    const says = async (page, words) => ok((await page.textContent('main')).includes(words), `${at(page)} does not say "${words}"`);

    // Fills the form that posts to `action` as a person does, and sends it.
    const send = async (page, action, values, { status = 'accepted' } = {}) => {
        const form = page.locator(`form[method="post"][action="${action}"]:not(.taps)`);
        const part = page.locator('details.part:not([open])', { has: form });
        if (await part.count()) await part.locator('summary').click();
        for (const [name, value] of Object.entries(values)) {
            const field = form.locator(`[name="${name}"]`);
            const kind = await field.first().evaluate((e) => e.type);
            if (kind === 'radio') await form.locator(`[name="${name}"][value="${value}"]`).check();
            else if (kind === 'checkbox') await field.check();
            else if (kind === 'select-one') await field.selectOption(value);
            else if (kind === 'file') await field.setInputFiles(value);
            else await field.fill(String(value));
        }
        await page.evaluate(() => { document.documentElement.dataset.before = '1'; });
        const [answer] = await Promise.all([
            page.waitForResponse((r) => r.request().method() === 'POST' && new URL(r.url()).pathname === action),
            form.locator('button[type="submit"]').click()]);
        // A form of the room is sent by a script, which opens the next page only then.
        await page.waitForFunction(() => !document.documentElement.dataset.before && document.readyState === 'complete');
        const faults = await page.locator('.faults').allTextContents();
        if (status === 'accepted') ok(answer.status() === 303, `${action}: ${answer.status()} ${faults.join(' ').replace(/\s+/g, ' ')}`);
        else equal(answer.status(), status, action);
        return page;
    };
    // Both widths of a page, as the role sees it.
    const both = async (page, path) => {
        await clinic.visit(page, path);
        await page.setViewportSize({ width: 360, height: 740 });
        await clinic.look(page, path);
        await page.setViewportSize({ width: 1280, height: 900 });
    };
    const stepsOf = async (page, word) => {
        await page.goto(`${clinic.url}${patient}`);
        const links = await page.locator('.path a').evaluateAll((all) => all.map((a) => [a.querySelector('.stone-word').textContent, a.getAttribute('href')]));
        return links.filter(([text]) => text.startsWith(word)).map(([, href]) => href);
    };
    const refused = async (role, path) => {
        const page = await clinic.login(role);
        await clinic.visit(page, path, 403);
        await says(page, 'in the journal');
    };

    let patient;
    await test('the coordinator imports a referral, or types it in', async () => {
        const page = await clinic.login('coordinator');
        const file = existsSync(referrals) && readdirSync(referrals).sort().find((f) => /^[A-Z][a-z]+_/.test(f));
        if (file) {
            await both(page, '/import');
            await send(page, '/import', { file: { name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from('{"resourceType": "Bundle", ') } }, { status: 422 });
            await clinic.visit(page, '/import');
            await send(page, '/import', { file: `${referrals}/${file}` });
            ok(at(page).startsWith('/patient/'), 'the import leads to the chart');
            await clinic.look(page, '/patient/imported');
        }
        await both(page, '/patients/new');
        await send(page, '/patients/new', { family_name: 'Rivera', given_name: 'Ana', birth_date: '1985-04-02', sex: 'female',
            indication: 'trd', phone: '303 555 0142', referrer: 'Dr. Osei, Front Range Family Practice', reason: 'Depression since 2021.' });
        patient = at(page);
        await says(page, 'The referral was received');
        await both(page, patient);
        for (const [room, values] of Object.entries({
            condition: { display: 'Major depressive disorder, recurrent, severe', code: 'F33.2', status: 'active' },
            medication: { display: 'Sertraline 100 MG Oral Tablet', dosage: 'one in the morning', status: 'active' },
            allergy: { display: 'Penicillin', criticality: 'low', status: 'active' },
        })) {
            await both(page, `${patient}/${room}`);
            await send(page, `${patient}/${room}`, values);
        }
        await both(page, `${patient}/edit`);
    });

    const phq9 = async (page, to, value) => {
        const values = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`q${i + 1}`, i === 8 ? 0 : value]));
        await both(page, to);
        await send(page, to, values);
    };
    const signs = { systolic: 122, diastolic: 78, heart_rate: 70, spo2: 98, respiration: 14, temperature: '36.8' };

    await test('baseline: vital signs and PHQ-9', async () => {
        const page = await clinic.login('monitor');
        await both(page, `${patient}/vitals`);
        await send(page, `${patient}/vitals`, { ...signs, weight: 70, height: 168 });
        await says(page, 'Vital signs were recorded');
        await phq9(page, `${patient}/measure/phq9`, 2);
        await both(page, `${patient}/measure`);
    });
    await test('the prescriber screens, decides and signs', async () => {
        const page = await clinic.login('prescriber');
        const room = `${patient}/screening`;
        await both(page, room);
        const asked = await page.locator(`form[action="${room}"] input[name^="guide_"], form[action="${room}"] input[name*="ready"]`)
            .evaluateAll((all) => [...new Set(all.map((e) => e.name))]);
        ok(asked.length >= 7, 'the seven contraindications are asked');
        await send(page, room, Object.fromEntries(asked.map((name) => [name, name.startsWith('guide_') ? 'no' : '2'])));
        await clinic.look(page, room);
        await send(page, `${room}/sign`, { declare: 'eligible', reason: 'Labs seen on paper; the rest was asked in the visit.', password: clinic.logins.prescriber.password });
        await says(page, 'Consent');
    });
    await test('nobody but the prescriber signs a screening or starts a course', async () => {
        await refused('biller', patient);
        await refused('therapist', `${patient}/course`);
        await refused('admin', `${patient}/screening`);
        await refused('auditor', `${patient}/vitals`);
    });

    await test('the patient signs consent on the screen', async () => {
        const page = await clinic.login('coordinator');
        for (let i = 0; i < 6; i++) {
            await page.goto(`${clinic.url}${patient}`);
            const next = page.locator('.next a[href*="/consent/"]');
            if (!(await next.count())) break;
            const to = await next.getAttribute('href');
            await both(page, to);
            await page.locator('[data-pad]').scrollIntoViewIfNeeded();
            const box = await page.locator('[data-pad]').boundingBox();
            await page.mouse.move(box.x + 60, box.y + 90);
            await page.mouse.down();
            await page.mouse.move(box.x + 140, box.y + 50, { steps: 5 });
            await page.mouse.move(box.x + 220, box.y + 110, { steps: 5 });
            await page.mouse.up();
            ok((await page.inputValue('[data-signature] input[type="hidden"]')).startsWith('M'), 'the strokes are in the form');
            await send(page, to, { signer_name: 'Ana Rivera', signer_relation: 'self', agree: true });
            await says(page, 'The consent was signed');
        }
        await says(page, 'Start the course');
    });

    let dosing, integration;
    await test('the prescriber starts a course: its steps lie on the path', async () => {
        const page = await clinic.login('prescriber');
        await both(page, `${patient}/course`);
        await send(page, `${patient}/course`, { protocol: 'kap-6in6', route: 'im', planned_dose: '0.5mg/kg', start_date: iso(now + DAY) });
        await says(page, 'Preparation 1');
        equal((await stepsOf(page, 'Dosing')).length, 6, 'doses on the path');
        [dosing] = await stepsOf(page, 'Dosing 1');
        [integration] = await stepsOf(page, 'Integration 1');
        await both(page, (await stepsOf(page, 'Preparation 1'))[0]);
        await send(page, at(page), { act: 'done' });
        await both(page, patient);
    });

    await test('dosing day: the gate holds for what is unknown, then passes', async () => {
        forward(DAY);
        const page = await clinic.login('monitor');
        await both(page, dosing);
        await send(page, `${dosing}/check-in`, { weight: 70, escort_name: 'Luis Rivera', escort_relation: 'brother', escort_phone: '303 555 0177' });
        await send(page, `${dosing}/gate`, { solids: 8, fluids: 3 });
        await says(page, 'The gate holds');
        await both(page, dosing);
        await send(page, `${dosing}/vitals`, signs);
        await send(page, `${dosing}/gate`, { solids: 8, fluids: 3, escort: 'yes', pregnancy: 'negative', risk: 'none', intoxicated: 'no', illness: 'none', medicine: 'none' });
        await says(page, 'The gate passed');
        await both(page, dosing);
    });
    const taken = async (page) => ({ container: await page.locator('select[name="container"] option', { hasText: ', vial,' }).first().getAttribute('value'), site: 'left deltoid' });
    await test('the dose needs a second person, with their own password', async () => {
        const page = await clinic.login('monitor');
        await page.goto(clinic.url + dosing);
        const from = await taken(page), typed = { lot: 'KT2431', expiry: iso(now + 300 * DAY) };
        const mine = clinic.logins.monitor, other = clinic.logins.prescriber;
        equal(await page.inputValue('[name="amount"]'), '35', 'the planned dose for 70 kg');
        await send(page, `${dosing}/dose`, { ...from, checker_name: mine.name, checker_password: mine.password }, { status: 409 });
        await send(page, `${dosing}/dose`, { ...from, checker_name: other.name, checker_password: 'not the password of anybody' }, { status: 422 });
        await send(page, `${dosing}/dose`, { ...typed, container: '', checker_name: other.name, checker_password: other.password }, { status: 422 });
        await says(page, 'Choose the container that the dose is taken from');
        await send(page, `${dosing}/dose`, { ...from, lot: '', expiry: '', checker_name: other.name, checker_password: other.password });
        await says(page, 'The dose was recorded');
        await says(page, 'ketamine 35 mg, intramuscular');
    });
    await test('vital signs over time, an event, in session light on a tablet', async () => {
        const page = await clinic.login('monitor');
        await page.context().addCookies([{ name: 'theme', value: 'session', url: clinic.url }]);
        await page.setViewportSize({ width: 820, height: 1180 });
        await page.goto(clinic.url + dosing);
        for (const [minutes, systolic] of [[15, 148], [15, 142], [15, 128]]) {
            forward(minutes * MINUTE);
            await send(page, `${dosing}/vitals`, { systolic, diastolic: 84, heart_rate: 84, spo2: 97, respiration: 14 });
        }
        await says(page, '128/84');
        const kind = await page.locator(`form[action="${dosing}/event"] select[name="kind"] option`).nth(1).getAttribute('value');
        await send(page, `${dosing}/event`, { kind, text: 'Warmth, and a sense of distance.' });
        await says(page, 'Warmth, and a sense of distance.');
        const small = await page.locator('main button:visible, main summary:visible').evaluateAll((all) =>
            all.filter((e) => !e.closest('.numbers, .fold') && e.getBoundingClientRect().height < 55.5).map((e) => e.textContent.trim()));
        equal(small.join(', '), '', 'too small for a dark room');
        await clinic.look(page, `${dosing}/session-light`);
    });
    const home = { moaas: 5, oriented: 'yes', gait: 'steady', nausea: 'none', pain: 'minimal', site: 'minimal', intake: 'both', suicidal: 'no', escort: 'yes', instructions: 'yes' };
    await test('the discharge gate holds before its time, then lets go', async () => {
        let page = await clinic.login('prescriber');
        await page.goto(clinic.url + dosing);
        const ask = async () => {
            const names = await page.locator(`form[action="${dosing}/discharge"] [name]`).evaluateAll((all) => all.map((e) => e.name));
            await send(page, `${dosing}/discharge`, Object.fromEntries(Object.entries(home).filter(([k]) => names.includes(k))));
        };
        await ask();
        await says(page, 'Not yet');
        await both(page, dosing);
        forward(HOUR);
        page = await clinic.login('prescriber');
        await page.goto(clinic.url + dosing);
        await send(page, `${dosing}/vitals`, signs);
        await ask();
        await says(page, 'No driving before');
        await both(page, dosing);
        await page.click('a:has-text("Handout")');
        await clinic.look(page, `${dosing}/handout`);
        await says(page, 'Luis Rivera');
        await page.emulateMedia({ media: 'print' });
        ok(!(await page.isVisible('[data-print]')) && !(await page.isVisible('.bar')), 'paper has no buttons');
        await page.emulateMedia({ media: 'screen' });
        await page.evaluate(() => { window.print = () => { document.title = 'printed'; }; });
        await page.click('[data-print]');
        equal(await page.title(), 'printed', 'the button prints');
    });

    await test('the therapist sees the window count down, and writes the note of the dose', async () => {
        forward(20 * HOUR);
        const page = await clinic.login('therapist');
        await both(page, '/');
        await says(page, 'Ana Rivera');
        await both(page, integration);
        ok(/in \d+ h/.test(await page.textContent('.countdown')), 'the hours left are told');
        ok(await page.inputValue('[name="dose_id"]'), 'the dose is chosen');
        await send(page, integration, { title: 'After the first dose', text: 'Saw her brother at the lake. Will call him on Sunday.' });
        await says(page, 'The note was saved');
        await clinic.visit(page, integration);
        await says(page, 'Saw her brother at the lake');
    });
    await test('what is typed outlives a closed tab', async () => {
        const page = await clinic.login('therapist');
        const path = `${patient}/note`;
        await both(page, path);
        await page.fill('[name="text"]', 'Half a sentence about the lake');
        await page.waitForFunction(() => document.querySelector('[data-saved]')?.textContent.startsWith('saved'), null, { timeout: 15000 });
        await page.close({ runBeforeUnload: false });
        const again = await clinic.login('therapist');
        await clinic.visit(again, path);
        await again.click('.offer a');
        await again.waitForLoadState();
        equal(await again.inputValue('[name="text"]'), 'Half a sentence about the lake', 'the draft');
        await clinic.look(again, `${path}-with-draft`);
        await send(again, path, { kind: 'progress', title: 'On the phone' });
        await clinic.visit(again, path);
        equal(await again.locator('.offer').count(), 0, 'offers once the note is saved');
    });
    await test('what is sent after the login ended is kept and offered again', async () => {
        const page = await clinic.login('therapist');
        await page.goto(`${clinic.url}${patient}/note`);
        await page.fill('[name="title"]', 'Written before the coffee');
        await page.fill('[name="text"]', 'A long thought');
        await page.locator('[name="kind"][value="progress"]').check();
        forward(13 * HOUR);
        await page.click('main form.form button[type="submit"]');
        await page.waitForLoadState();
        ok(/logged in|Log in/.test(await page.textContent('main')), 'the page says that the login ended');
        const again = await clinic.login('therapist');
        await again.goto(`${clinic.url}${patient}/note`);
        await again.click('.offer a');
        await again.waitForLoadState();
        equal(await again.inputValue('[name="text"]'), 'A long thought', 'what was sent too late');
    });
    await test('two people edit one record: the second sees both texts', async () => {
        const path = `${patient}/edit`;
        const first = await clinic.login('coordinator'), second = await clinic.login('prescriber');
        await first.goto(clinic.url + path);
        await second.goto(clinic.url + path);
        await send(first, path, { phone: '303 555 0100' });
        await send(second, path, { phone: '303 555 0199' }, { status: 409 });
        await clinic.look(second, `${path}-conflict`);
        const texts = await second.textContent('.conflict');
        ok(texts.includes('303 555 0100') && texts.includes('303 555 0199'), 'both texts are there');
        await send(second, path, { phone: '303 555 0199' });
        await says(second, 'Demographics were saved');
    });

    await test('measures repeat; the curve shows the dose; it responds', async () => {
        for (const [days, value] of [[7, 1], [30, 1], [60, 0]]) {
            forward(days * DAY);
            await phq9(await clinic.login('monitor'), `${patient}/measure/phq9`, value);
        }
        const page = await clinic.login('prescriber');
        await both(page, patient);
        ok((await page.locator('.figure svg').count()) > 0, 'the outcome curve is drawn');
        const figure = await page.textContent('.figure');
        ok(/[Rr]emission/.test(figure), 'its thresholds are named');
    });
    await test('six months later the course closes with its outcome', async () => {
        forward(120 * DAY);
        const page = await clinic.login('prescriber');
        await both(page, `${patient}/course/close`);
        await send(page, `${patient}/course/close`, { outcome: 'remission', outcome_note: 'PHQ-9 stayed below five.' });
        await says(page, 'The course was closed');
        await both(page, patient);
        await both(page, `${patient}/history`);
    });
    await test('the director sees the outcomes, with their intervals; a monitor does not', async () => {
        const page = await clinic.login('director');
        await both(page, '/outcomes');
        await says(page, '95% interval');
        await refused('monitor', '/outcomes');
    });
    await test('the refusals and the whole way are in the journal', async () => {
        const page = await clinic.login('auditor');
        for (const event of ['refused', 'dose_given', 'discharge_held', 'course_closed']) {
            await clinic.visit(page, `/journal?event=${event}`);
            ok((await page.locator('main tbody tr').count()) > 0, `no entry of ${event}`);
        }
    });
};
