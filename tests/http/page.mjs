// A page as a person meets it: its words, its links, its forms with their labels. The pages
// are made by htmlgen, which refuses unbalanced tags, so a small reader is enough.

const voids = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link',
    'meta', 'source', 'track', 'wbr']);
const blocks = new Set(['p', 'div', 'section', 'header', 'footer', 'main', 'nav', 'h1', 'h2', 'h3',
    'h4', 'li', 'tr', 'form', 'fieldset', 'legend', 'label', 'dt', 'dd', 'table', 'ul', 'ol', 'dl',
    'article', 'aside', 'button', 'option', 'br', 'summary', 'details', 'caption', 'figure']);
const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

export const unescape = text => text.replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (all, name) =>
    name[0] === '#' ? String.fromCodePoint(parseInt(name.slice(name[1] === 'x' ? 2 : 1),
        name[1] === 'x' ? 16 : 10)) : entities[name] ?? all);

const squeeze = text => text.replace(/\s+/g, ' ').trim();

/** The tree: {tag, attrs, kids, up}; a text is {text}. */
export function parse(html) {
    const root = { tag: '', attrs: {}, kids: [] };
    let at = root;
    const token = /<!--[\s\S]*?-->|<!doctype[^>]*>|<(\/?)([a-z][\w-]*)((?:\s+[^\s=>"'/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?)*)\s*(\/?)>|[^<]+|</gi;
    for (const m of html.matchAll(token)) {
        const [all, close, name, rest, self] = m;
        if (!name) {
            if (!/^<!/.test(all)) at.kids.push({ text: unescape(all), up: at });
            continue;
        }
        const tag = name.toLowerCase();
        if (close) {
            for (let n = at; n !== root; n = n.up) if (n.tag === tag) { at = n.up; break; }
            continue;
        }
        const attrs = {};
        for (const a of (rest ?? '').matchAll(/([^\s=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+)))?/g))
            attrs[a[1].toLowerCase()] = unescape(a[2] ?? a[3] ?? a[4] ?? '');
        const node = { tag, attrs, kids: [], up: at };
        at.kids.push(node);
        if (!voids.has(tag) && !self) at = node;
    }
    return root;
}

export function* walk(node) {
    for (const kid of node.kids ?? []) {
        yield kid;
        yield* walk(kid);
    }
}
export const all = (node, tag) => [...walk(node)].filter(n => n.tag === tag);

/** What is read aloud: hidden parts, scripts and styles are left out; a block is a line. */
export function words(node) {
    if (node.text !== undefined) return node.text;
    if (['script', 'style', 'template', 'head'].includes(node.tag) || node.attrs.hidden !== undefined)
        return '';
    // A forecast follows the second at which it is asked for, which two runs do not share; its
    // numbers are held to by tests/unit/test_pk and tests/pk.
    if (node.tag === 'figure' && /forecast$/.test(node.attrs.id ?? '')) return '\na forecast\n';
    const inside = node.kids.map(words).join('');
    const named = node.tag === 'svg' && node.attrs['aria-label'] ? node.attrs['aria-label'] : inside;
    return blocks.has(node.tag) ? `\n${named}\n` : ['td', 'th'].includes(node.tag) ? ` ${named} ` : named;
}
export const lines = node => words(node).split('\n').map(squeeze).filter(Boolean);
export const line = node => lines(node).join(' ');

/** The words of a field: its label, or the legend and label of a choice. */
function labelled(form, field) {
    const id = field.attrs.id;
    for (const label of all(form, 'label'))
        if ((id && label.attrs.for === id) || [...walk(label)].includes(field)) return line(label);
    return field.attrs['aria-label'] ?? field.attrs.name ?? '';
}

function legend(field) {
    for (let n = field.up; n; n = n.up)
        if (n.tag === 'fieldset') return line(all(n, 'legend')[0] ?? { attrs: {}, kids: [] });
    return '';
}

export class Form {
    constructor(node, url, root) {
        this.node = node;
        this.method = (node.attrs.method ?? 'get').toUpperCase();
        this.action = node.attrs.action || url;
        this.multipart = node.attrs.enctype === 'multipart/form-data';
        this.values = []; // [name, value] in order
        this.fields = [...walk(node)].filter(n => ['input', 'select', 'textarea'].includes(n.tag) && n.attrs.name)
            .map(n => ({ node: n, name: n.attrs.name, label: labelled(root, n), legend: legend(n),
                type: n.tag === 'input' ? n.attrs.type ?? 'text' : n.tag }));
        for (const f of this.fields) {
            const { attrs } = f.node;
            if (['submit', 'button', 'file'].includes(f.type)) continue;
            if (['radio', 'checkbox'].includes(f.type)) {
                if (attrs.checked !== undefined) this.values.push([f.name, attrs.value ?? 'on']);
            } else if (f.type === 'select') {
                const options = all(f.node, 'option');
                const chosen = options.find(o => o.attrs.selected !== undefined) ?? options[0];
                if (chosen) this.values.push([f.name, chosen.attrs.value ?? line(chosen)]);
            } else if (f.type === 'textarea') {
                this.values.push([f.name, f.node.kids.map(words).join('').replace(/^\n/, '')]);
            } else this.values.push([f.name, attrs.value ?? '']);
        }
        this.buttons = [...walk(node)].filter(n => n.tag === 'button' || (n.tag === 'input' && n.attrs.type === 'submit'))
            .map(n => ({ node: n, label: n.tag === 'button' ? line(n) : n.attrs.value }));
    }
    set(name, value) {
        const at = this.values.findIndex(([n]) => n === name);
        if (at >= 0) this.values[at][1] = value;
        else this.values.push([name, value]);
    }
    clear(name) { this.values = this.values.filter(([n]) => n !== name); }
}

const fits = (said, wanted) => said === wanted || said.toLowerCase().startsWith(wanted.toLowerCase());

export class Page {
    constructor(url, status, headers, html) {
        Object.assign(this, { url, status, headers, html });
        this.root = parse(html);
        this.lines = lines(this.root);
        this.text = this.lines.join('\n');
        this.title = line(all(this.root, 'title')[0] ?? { attrs: {}, kids: [] });
        this.links = all(this.root, 'a').filter(a => a.attrs.href).map(a => ({ label: line(a) || a.attrs['aria-label'] || '', href: a.attrs.href }));
        this.forms = all(this.root, 'form').map(f => new Form(f, url, this.root));
    }
    link(label) {
        return this.links.find(l => l.label === label) ?? this.links.find(l => fits(l.label, label))
            ?? this.links.find(l => l.label.includes(label));
    }
    /** The forms that have a field (or a choice's legend) so labelled. */
    field(label, within) {
        for (const test of [f => f.label === label || f.legend === label || f.name === label,
            f => fits(f.label, label) || fits(f.legend, label)])
            for (const form of within ? [within] : this.forms)
                for (const field of form.fields)
                    if (field.type !== 'hidden' && test(field)) return { form, field };
        return undefined;
    }
    button(label, within) {
        for (const form of within ? [within] : this.forms)
            for (const button of form.buttons)
                if (fits(button.label, label)) return { form, button };
        return undefined;
    }
}
