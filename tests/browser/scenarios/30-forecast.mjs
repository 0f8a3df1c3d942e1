// The forecast where people see it: in running sessions on every route, in the planner before
// one (with the slider, and without any script), and as a shape on the patient's own pages.
const WIDTHS = [360, 1280];

export default async ({ clinic, test, ok, equal }) => {
    const sessions = [];
    await test('every running session has its forecast, on a phone and on a desk', async () => {
        const page = await clinic.login('prescriber');
        await page.goto(`${clinic.url}/`);
        const links = await page.$$eval('a[href*="/dosing/"]', (all) => [...new Set(all.map((a) => a.getAttribute('href')))]);
        for (const link of links) {
            await page.goto(clinic.url + link);
            if (await page.locator('.forecast .figure').count()) sessions.push(link);
        }
        ok(sessions.length >= 4, `sessions with a forecast: ${sessions.length}`);
        for (const width of WIDTHS) {
            const at = await clinic.login('prescriber', width);
            for (const link of sessions.slice(0, 3)) {
                await clinic.visit(at, link);
                const svg = at.locator('.forecast svg.chart:visible');
                equal(await svg.count(), 1, 'pictures that are seen');
                equal(await svg.locator('path.c-area').count(), 4, 'bands');
                ok(await svg.locator('.c-dose').count() >= 1, 'the dose is marked');
                ok((await svg.textContent()).includes('Systolic'), 'vital signs stand on the same axis');
                const said = await at.locator('.forecast').textContent();
                for (const word of ['KAP-1', 'venous', 'Status', 'virtual patients', 'opens no discharge gate'])
                    ok(said.includes(word), `it does not say ${word}`);
            }
        }
    });
    await test('a scale stands under the signs, a level moves the line of this patient', async () => {
        const page = await clinic.login('monitor');
        let link = null;
        for (const each of sessions) { // one that still runs, and in which the effect was seen
            await page.goto(clinic.url + each);
            const said = await page.locator('.forecast').textContent();
            if (said.includes('fitted to') && await page.locator('form[action$="/vitals"]').count()) link ??= each;
        }
        ok(link, 'a session with an onset');
        await page.goto(clinic.url + link);
        const open = (form) => page.locator(`form[action$="${form}"]`)
            .evaluate((f) => f.closest('details').setAttribute('open', ''));
        const press = (form) => Promise.all([page.waitForNavigation(),
            page.locator(`form[action$="${form}"] button[type="submit"]`).last().click()]);
        await open('/vitals');
        await page.fill('form[action$="/vitals"] [name="moaas"]', '4');
        await press('/vitals');
        const svg = page.locator('.forecast svg.chart:visible');
        ok((await svg.textContent()).includes('MOAA/S'), 'the scale is drawn');
        const lines = () => svg.locator('.c-name', { hasText: 'Fitted' }).count();
        equal(await lines(), 1, 'lines fitted to what was seen');
        const marks = await page.locator('.session-clock span').getAttribute('data-since');
        const drawn = new Date(Number(marks) + 60000);
        await open('/level');
        await page.locator('form[action$="/level"] input[value="ketamine_venous"]').check();
        await page.fill('form[action$="/level"] [name="level"]', '120');
        const seen = await page.locator('.stages li').allTextContents();
        const dose = seen.join(' ').match(/Dose\D*(\d\d):(\d\d)/);
        ok(dose, 'the dose has its time');
        const day = await page.evaluate((ms) => new Date(ms).toLocaleDateString('sv'), drawn.getTime());
        const minute = Math.min(Number(dose[2]) + 1, 59);
        await page.fill('form[action$="/level"] [name="drawn"]', `${day}T${dose[1]}:${String(minute).padStart(2, '0')}`);
        await press('/level');
        equal(await lines(), 2, 'lines fitted, of the level too');
        ok((await page.locator('.forecast').textContent()).includes('venous ketamine 120 ng/mL'), 'the words name the level');
        for (const width of WIDTHS) await clinic.visit(await clinic.login('monitor', width), link);
    });
    let chart = '';
    await test('the planner is linked from the chart and follows the form', async () => {
        const page = await clinic.login('prescriber');
        chart = sessions[0].split('/dosing/')[0];
        await page.goto(clinic.url + chart);
        await page.click(`a[href="${chart}/forecast"]`);
        await page.waitForURL((u) => u.pathname === `${chart}/forecast`);
        await clinic.look(page);
        const line = () => page.locator('.forecast-line').nth(1).textContent();
        const slide = page.locator('[data-slide="plan-amount"]');
        ok(await slide.isVisible(), 'the slider is there');
        const before = await line(), dose = await page.inputValue('#plan-amount');
        const answered = page.waitForResponse((r) => r.url().includes('/forecast/figure'));
        await slide.focus();
        await page.keyboard.press('ArrowRight');
        await answered;
        await page.waitForFunction((old) => document.querySelectorAll('.forecast-line')[1]?.textContent !== old, before);
        ok(await page.inputValue('#plan-amount') !== dose, 'the field follows the slider');
        ok(page.url().includes('amount='), 'the address can be kept');
        await clinic.look(page, `${chart}/forecast-moved`);
    });
    await test('under the pointer, on a desk and on a phone, the band follows and stays in sight', async () => {
        for (const width of [1280, 360]) {
            const page = await clinic.login('prescriber', width);
            await clinic.visit(page, `${chart}/forecast?route=im&amount=0.5&unit=mg/kg&weight=70`);
            const slide = page.locator('[data-slide="plan-amount"]');
            const band = () => page.locator('.forecast svg.chart:visible path.c-area').first().getAttribute('d');
            await slide.focus();
            const at = await slide.boundingBox(), high = page.viewportSize().height;
            const drawn = await page.locator('.forecast svg.chart:visible .c-pane').first().boundingBox();
            ok(at.y > 0 && at.y + at.height <= high, `the slider is in sight: ${at.y}`);
            ok(drawn.y > 0 && drawn.y + drawn.height <= (width < 600 ? at.y : high), `the band is in sight: ${drawn.y}`);
            const seen = new Set([await band()]);
            await page.mouse.move(at.x + at.width / 2, at.y + at.height / 2);
            await page.mouse.down();
            for (const part of [0.6, 0.7, 0.8]) {
                const answered = page.waitForResponse((r) => r.url().includes('/forecast/figure'));
                await page.mouse.move(at.x + at.width * part, at.y + at.height / 2);
                await answered;
                await page.waitForFunction((old) => !old.includes(document.querySelector('.forecast svg.chart path.c-area').getAttribute('d')), [...seen]);
                seen.add(await band());
            }
            await page.mouse.up();
            equal(seen.size, 4, 'bands under the pointer');
            await page.selectOption('#plan-route', 'esk');
            await page.waitForFunction(() => document.querySelector('.forecast').textContent.includes('esketamine 28 mg'));
        }
    });
    await test('a second dose by slider, the weight that scales, another model', async () => {
        for (const width of WIDTHS) {
            const page = await clinic.login('prescriber', width);
            const said = (n) => page.locator('.forecast-line').nth(n).textContent();
            const drawn = async (act) => {
                const answered = page.waitForResponse((r) => r.url().includes('/forecast/figure'));
                await act();
                await answered;
            };
            const shows = (text) => page.waitForFunction((t) => document.querySelector('.forecast').textContent.includes(t), text);
            await page.goto(`${clinic.url}${chart}/forecast?route=im&amount=50&unit=mg&weight=120&height=170&sex=female`);
            equal(await page.locator('#plan-then').isVisible(), false, 'the particulars are folded away');
            await page.click('.plan-more summary');
            const alone = await said(1);
            await page.locator('[data-slide="plan-then"]').focus();
            await drawn(() => page.keyboard.press('PageUp'));
            await page.waitForFunction(() => document.querySelector('.forecast svg.chart').querySelectorAll('.c-dose-head').length === 2);
            ok(Number(await page.inputValue('#plan-after')) > 0, 'the second dose has its minutes');
            const early = await said(1);
            ok(early !== alone, `the peak is of both doses: ${early}`);
            await page.locator('[data-slide="plan-after"]').focus();
            await drawn(() => page.keyboard.press('End'));
            await page.waitForFunction((old) => document.querySelectorAll('.forecast-line')[1].textContent !== old, early);
            await drawn(() => page.selectOption('#plan-weight-as', 'ideal'));
            await shows('scaled by the ideal weight, 61.4 kg'); // Devine 1974: 45.5 + 0.91 (170 - 152.4)
            await clinic.look(page, `${chart}/forecast-particulars`);
            await drawn(() => page.fill('#plan-height', ''));
            await shows('ideal and adjusted weight need the height');
            await drawn(() => page.selectOption('#plan-weight-as', 'actual'));
            await drawn(() => page.selectOption('#plan-model', 'perez-ruixo'));
            await shows('the model perez-ruixo has no intramuscular route');
            await drawn(() => page.selectOption('#plan-route', 'iv'));
            await drawn(() => page.fill('#plan-amount', '35'));
            await shows('This model is of esketamine, and so is the dose');
            await page.reload(); // the address keeps them, and shows what is used
            ok(await page.locator('#plan-then').isVisible(), 'what is used is not folded away');
        }
    });
    await test('without a script the button draws it; what cannot be is said', async () => {
        const context = await clinic.browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' });
        const page = await context.newPage();
        await page.goto(`${clinic.url}/login`);
        await page.fill('input[autocomplete="username"]', clinic.logins.prescriber.name);
        await page.fill('input[type="password"]', clinic.logins.prescriber.password);
        await page.click('main button[type="submit"]');
        await page.goto(`${clinic.url}${chart}/forecast`);
        ok(!(await page.locator('[data-slide="plan-amount"]').isVisible()), 'no slider');
        await page.selectOption('#plan-route', 'sl');
        await page.selectOption('#plan-unit', 'mg');
        await page.fill('#plan-amount', '200');
        await page.click('.plan-form button[type="submit"]');
        ok((await page.locator('.forecast-banner').textContent()).includes('above 100 mg'), 'the banner');
        equal(await page.locator('.forecast svg.chart:visible').count(), 1, 'pictures that are seen');
        await page.selectOption('#plan-route', 'esk');
        await page.fill('#plan-amount', '30');
        await page.click('.plan-form button[type="submit"]');
        ok((await page.locator('.forecast').textContent()).includes('number of devices'), 'why there is none');
        await context.close();
    });
    await test('the planner on a phone, and what is typed wrong', async () => {
        const page = await clinic.login('prescriber', 360);
        await clinic.visit(page, `${chart}/forecast?route=im&amount=70&unit=mg&weight=70`);
        await clinic.visit(page, `${chart}/forecast?route=im&amount=%3Cb%3E&unit=mg&weight=x&minutes=-1&rest=%22`);
        ok((await page.locator('.forecast').textContent()).includes('kg'), 'it says what would be right');
        await clinic.visit(page, `${chart}/forecast?route=im&amount=0.5&unit=mg/kg&weight=`);
        ok((await page.locator('.forecast').textContent()).includes('weight'), 'it asks for the weight');
    });
    await test('the patient sees a shape and words, and no number', async () => {
        for (const width of WIDTHS) {
            const page = await clinic.login('patient', width);
            await page.goto(`${clinic.url}/portal`);
            await page.click('a[href="/portal/about"]');
            await page.waitForURL((u) => u.pathname === '/portal/about');
            await clinic.look(page);
            const picture = page.locator('.figure svg.chart:visible');
            equal(await picture.count(), 1, 'pictures');
            ok(!/[0-9]/.test(await picture.textContent()), 'a number stands in it');
            const said = await page.locator('main').textContent();
            ok(/model called KAP.*studies.*a guess/s.test(said), 'whose picture it is');
            for (const link of await page.$$eval('a[href^="/portal/about/"]', (all) => all.map((a) => a.getAttribute('href'))))
                await clinic.visit(page, link);
        }
    });
};
