// Thirty people at one vial, over HTTP, on the real program: they draw, give and waste out of it at
// once, and together want more than is in it. The sum holds, nobody is answered 500, and whoever
// comes too late is told so in a sentence.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Browser, cairn, password } from './clinic.mjs';
import { line, walk } from './page.mjs';
import { Scenario } from './scenario.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const CLIENTS = 30, ROUNDS = 3, patients = ['Rivera', 'Okafor', 'Lindqvist'];
const wanted_mg = { draw: 14, waste: 8, dose: 1 }; // of 500 mg; 690 in all

/** A clinic with three people past the gate of an infusion, and one vial, open. */
class Floor extends Scenario {
    words(text) { return super.words(text).replaceAll('Rivera', this.family); }
    async open() {
        this.sessions = [];
        await this.do_clinic('at 2027-03-01 09:00');
        for (this.family of patients) {
            await this.read(join(here, 'part-infusion.txt'));
            this.sessions.push(this.words('/patient/$patient/dosing/$dosing'));
        }
        await this.read(join(here, 'part-vial.txt'));
        this.settle('see');
    }
}

/** An act on its page, filled and ready to be sent; undefined: the page no longer offers it. */
async function prepare(client, act, vial, session) {
    await client.open(act === 'dose' ? session : `/register/container/${vial}`);
    const form = client.page.forms.find(f => f.action.endsWith(`/${act}`));
    if (!form || (act === 'dose' && !client.page.html.includes(`value="${vial}"`))) return undefined;
    const filled = { amount: String(wanted_mg[act]) };
    if (act !== 'draw') Object.assign(filled, { checker_name: 'therapist', checker_password: password('therapist') });
    if (act === 'dose') Object.assign(filled, { container: vial, minutes: '40', reason: 'A test of many hands' });
    for (const [name, value] of Object.entries(filled)) form.set(name, value);
    return form;
}

/** Done, or the sentence that says why not; anything else is an error. */
function outcome(page, act) {
    if (page.status === 200) return 'done';
    const why = [...walk(page.root)].filter(n => n.attrs?.role === 'alert' || /faults|conflict/.test(n.attrs?.class ?? '')).map(line).join(' ');
    if (![409, 422].includes(page.status) || !why) throw new Error(`${act} was answered ${page.status}: ${page.text.slice(0, 2000)}`);
    return why;
}

export async function race(engine) {
    const floor = new Floor('race', engine), done = { draw: 0, waste: 0, dose: 0 };
    let late = 0;
    try {
        await floor.open();
        const vial = floor.kept.container;
        const clients = [];
        for (let i = 0; i < CLIENTS; i++) clients.push(await new Browser(floor.server).login(i % 2 ? 'monitor' : 'prescriber'));
        for (let round = 0; round < ROUNDS; round++) {
            const acts = clients.map((_, i) => Object.keys(wanted_mg)[(i + round) % 3]);
            const forms = await Promise.all(clients.map((c, i) => prepare(c, acts[i], vial, floor.sessions[Math.floor(i / 3) % patients.length])));
            await Promise.all(clients.map(async (c, i) => {
                if (!forms[i]) return void late++;
                await c.submit(forms[i], forms[i].buttons[0]);
                if (outcome(c.page, acts[i]) === 'done') done[acts[i]]++;
                else late++;
            }));
        }
        return await judge(floor, vial, done, late);
    } catch (e) {
        throw new Error(`${e.message}\n    the program said: ${floor.server?.said.trim().split('\n').slice(-6).join('\n      ')}`);
    } finally {
        await floor.server?.end();
    }
}

/** Nothing was lost and nothing was doubled. */
async function judge(floor, vial, done, late) {
    const page = await floor.me.open(`/register/container/${vial}`);
    const said = page.lines.find(l => l.startsWith('Received 500 mg')) ?? '';
    const mg = word => Number(said.match(new RegExp(`${word} ([\\d.]+) mg`))?.[1] ?? 0);
    const want = { wasted: done.waste * wanted_mg.waste, drawn: done.draw * wanted_mg.draw + done.dose * wanted_mg.dose };
    for (const [word, sum] of Object.entries(want)) if (mg(word) !== sum) throw new Error(`${word}: ${sum} mg were answered, the ledger says: ${said}`);
    if (mg('left') !== 500 - want.wasted - want.drawn) throw new Error(`the sum does not hold: ${said}`);
    if (!late || !done.draw || !done.waste || !done.dose) throw new Error(`nobody was late, or an act was never done: ${JSON.stringify(done)}, ${late} late`);
    const proof = (await floor.me.open('/register')).text;
    if (!proof.includes(`given ${done.dose * wanted_mg.dose} mg`) || proof.includes('not the sum')) throw new Error(`the register: ${proof}`);
    const whole = cairn(['verify', '--db', floor.server.url], { env: floor.server.env() });
    if (whole.status !== 0) throw new Error(`verify: ${whole.stdout}${whole.stderr}`);
    return `${done.draw} drawn, ${done.dose} given, ${done.waste} wasted, ${late} too late`;
}
