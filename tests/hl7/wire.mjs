// A monitor's end of an MLLP connection, and messages of our own making.
import net from 'node:net';

export const frame = text => Buffer.concat([Buffer.from([0x0B]), Buffer.from(text), Buffer.from([0x1C, 0x0D])]);

/** 20270308170500.123+0000 */
export const stamp = ms => `${new Date(ms).toISOString().replace(/[-T:Z]/g, '')}+0000`;

const codes = {
    hr: [147842, 264864], pulse: [149530, 264864], spo2: [150456, 262688], rr: [151562, 264928],
    temp: [150344, 268192], sys: [150021, 266016], dia: [150022, 266016],
    artsys: [150033, 266016], artdia: [150034, 266016],
};

/** `spo2 98 pulse 71 cuff 128/81` as a message; `patient NUMBER`, `demo` and `ago MIN` too. */
export function message(device, words, ms, id = String(ms)) {
    const obx = [], said = [];
    let patient = '', processing = 'P', at = ms;
    const add = (name, value) => obx.push([...codes[name], value, stamp(at)]);
    for (let i = 0; i < words.length; i++) {
        if (words[i] === 'patient') patient = words[++i];
        else if (words[i] === 'demo') processing = 'T';
        else if (words[i] === 'alarm') said.push([words[++i].replaceAll('_', ' '), stamp(at)]); // its own, `_` for a space
        else if (words[i] === 'ago') at = ms - 60000 * Number(words[++i]);
        else if (words[i] === 'cuff' || words[i] === 'artery') {
            const [sys, dia] = words[i + 1].split('/'), art = words[i++] === 'artery' ? 'art' : '';
            add(`${art}sys`, sys);
            add(`${art}dia`, dia);
        } else if (codes[words[i]]) add(words[i], words[++i]);
        else throw new Error(`a monitor does not say \`${words[i]}\``);
    }
    return [`MSH|^~\\&|BEDSIDE^${device}^EUI-64|Cairn Test Works|||${stamp(ms)}||ORU^R01^ORU_R01|${id}|${processing}|2.6`,
        `PID|||${patient}`, `OBR|1||||||${stamp(ms)}`,
        ...obx.map(([code, unit, value, when], i) =>
            `OBX|${i + 1}|NM|${code}^^MDC|1.${i}|${value}|${unit}^^MDC|||||F|||${when}`),
        ...said.map(([text, when], i) => `OBX|${obx.length + i + 1}|TX|2^Yellow Alarm^MDIL-ALERT|1.9|${text}||||||F|||${when}`), ''].join('\r');
}

export class Wire {
    constructor(port, options = {}) {
        this.answers = [];
        this.waiting = [];
        this.rest = Buffer.alloc(0);
        this.socket = this.connect({ port, host: '127.0.0.1', ...options });
        this.socket.setNoDelay(true);
        this.opened = new Promise((done, fail) => this.socket.on('connect', done).on('error', fail));
        this.closed = new Promise(done => this.socket.on('close', () => { this.over = true; this.wake(); done(); }));
        this.socket.on('error', () => {});
        this.socket.on('data', data => this.took(data));
    }
    connect(options) { return net.connect(options); }
    took(data) {
        this.rest = Buffer.concat([this.rest, data]);
        for (let end; (end = this.rest.indexOf(0x1C)) >= 0;) {
            this.answers.push(this.rest.subarray(1, end).toString('utf8'));
            this.rest = this.rest.subarray(end + 2);
        }
        this.wake();
    }
    wake() {
        while (this.waiting.length && (this.answers.length || this.over)) this.waiting.shift()();
    }
    /** The next answer as its segments, by name; undefined: closed before one came. */
    async heard() {
        while (!this.answers.length && !this.over) await new Promise(done => this.waiting.push(done));
        const text = this.answers.shift();
        return text && Object.fromEntries(text.split('\r').filter(Boolean).map(l => [l.slice(0, 3), l.split('|')]));
    }
    send(bytes) { return new Promise(done => this.socket.write(bytes, done)); }
    end() { this.socket.destroy(); return this.closed; }
}
