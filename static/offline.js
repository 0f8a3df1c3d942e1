// A session goes on without a network. What is typed in its forms (vital signs, events, levels) is
// kept on this device with its own time and an id, then sent; it leaves the device when the server
// has it. Without a network it waits, the page says how many wait, and they are sent when it is
// back. The server keeps each once (app/entry.c) and shows late ones with both times. What it
// refuses stays here, with the reason, until somebody has seen to it.
//
// Kept: the values, the session's address and the account; no name. Sent only under the login of
// the person who typed it. A page that is reloaded without a network is there again (keep.js); one
// whose tab was closed cannot be opened before it is back; what waits is not lost.
(() => {
  const OURS = /^\/patient\/[^/]+\/dosing\/[^/]+\/(vitals|event|level)$/, KEY = 'cairn-waiting', EVERY = 5000;
  const account = document.body.dataset.account, main = document.getElementById('main');
  if (!account || !main) return;
  const made = Number(document.body.dataset.now), ahead = made ? made - Date.now() : 0;
  const clock = (ms) => new Date(ms).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const read = () => { try { return JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { return []; } };
  const write = (all) => { localStorage.setItem(KEY, JSON.stringify(all)); show(); };
  const change = (id, what) => write(read().map((e) => (e.id === id ? { ...e, ...what } : e)));
  const remove = (id) => write(read().filter((e) => e.id !== id));
  let sending = false, out = false;

  // ---- what is seen ----
  const box = document.createElement('section');
  box.className = 'panel waiting';
  box.setAttribute('aria-label', 'Waiting on this device');
  box.hidden = true;
  const element = (tag, text, into) => { const e = document.createElement(tag); e.textContent = text; into.append(e); return e; };
  function show() {
    const all = read(), mine = all.filter((e) => e.account === account), others = all.length - mine.length;
    const refused = mine.filter((e) => e.why), waiting = mine.length - refused.length;
    box.hidden = !all.length || (sending && !refused.length && mine.every((e) => e.fresh));
    box.replaceChildren();
    if (box.hidden) return;
    const said = element('p', '', box);
    said.setAttribute('role', 'status');
    said.className = 'rule advisory';
    said.textContent = [waiting && `${waiting} ${waiting === 1 ? 'entry waits' : 'entries wait'} on this device ${out ? 'until you log in again' : 'for the network'}; each keeps its own time.`,
      refused.length && `${refused.length} ${refused.length === 1 ? 'was' : 'were'} not taken.`,
      others && `${others} of another person ${others === 1 ? 'waits' : 'wait'} for their login.`].filter(Boolean).join(' ');
    const list = element('ul', '', box);
    for (const e of mine) {
      const li = element('li', `${clock(e.at)} ${e.label}`, list);
      if (!e.why) continue;
      element('p', `Not taken: ${e.why} Write it into a note, with its time, or drop it.`, li).className = 'rule urgent';
      const drop = element('button', 'Drop it', li);
      drop.type = 'button';
      drop.className = 'button';
      drop.onclick = () => { if (confirm(`Drop what was typed at ${clock(e.at)}? It is nowhere else.`)) remove(e.id); };
    }
  }

  // ---- sending ----
  const token = () => document.querySelector('input[name="csrf"]')?.value ?? '';
  const renew = async () => { // after a new login the page itself brings the new token
    const answer = await fetch(location.href, { credentials: 'same-origin' });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const csrf = page.querySelector('input[name="csrf"]')?.value;
    if (page.body.dataset.account !== account) return false; // somebody else has logged in meanwhile
    for (const field of document.querySelectorAll('input[name="csrf"]')) if (csrf) field.value = csrf;
    return Boolean(csrf) && !new URL(answer.url).pathname.startsWith('/login');
  };
  const post = (e) => {
    const body = new URLSearchParams(e.body);
    body.set('csrf', token());
    body.set('client_id', e.id);
    body.set('client_ms', e.at);
    return fetch(e.path, { method: 'POST', body, credentials: 'same-origin', signal: AbortSignal.timeout(15000) });
  };
  // 'sent', 'waits' or 'refused'; throws where there is no network.
  const send = async (e) => {
    let answer = await post(e), still = true;
    if (answer.status === 403 && (still = await renew())) answer = await post(e);
    out = !still || answer.status === 401 || new URL(answer.url).pathname.startsWith('/login');
    if (out || answer.status >= 500 || answer.status === 429) return { state: 'waits' };
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (answer.ok) return { state: 'sent', said: page.querySelector('.notice')?.textContent };
    const faults = [...page.querySelectorAll('.faults li')].map((li) => li.textContent.trim()).join(' ');
    return { state: 'refused', why: faults || page.querySelector('main h1')?.textContent || `answer ${answer.status}.` };
  };
  const sync = async () => {
    if (sending) return;
    const mine = read().filter((e) => e.account === account && !e.why);
    if (!mine.length) return;
    sending = true;
    let sent = 0, here = false;
    try {
      for (const e of mine) {
        const r = await send(e);
        if (r.state === 'waits') break;
        if (r.state === 'refused') { change(e.id, { why: r.why, fresh: false }); continue; }
        remove(e.id);
        sent++;
        here = here || e.path.startsWith(`${location.pathname}/`);
        try { sessionStorage.setItem('cairn-said', mine.length === 1 ? r.said ?? '' : `${sent} entries were sent`); } catch { /* not said */ }
      }
    } catch { /* no network: they wait */ }
    sending = false;
    for (const e of read()) if (e.fresh) change(e.id, { fresh: false });
    show();
    // Somebody may be typing the next one: then the page is not taken from under them.
    const typing = document.activeElement?.matches?.('input, textarea, select') && document.activeElement.form;
    if (here && !typing) location.reload();
    else if (here) document.dispatchEvent(new Event('session:moved'));
  };

  // ---- a form is sent ----
  const words = (form, button) => {
    if (button?.name) return button.textContent.trim(); // one touch
    const what = form.closest('details')?.querySelector('summary')?.textContent.trim() ?? 'Entry';
    const said = [...form.elements].filter((f) => f.name && f.type !== 'hidden' && f.value && (f.type !== 'radio' || f.checked) && f.tagName !== 'BUTTON')
      .map((f) => `${(f.labels?.[0]?.childNodes[0]?.textContent ?? f.name).trim()} ${f.tagName === 'SELECT' ? f.selectedOptions[0].text : f.type === 'radio' ? '' : f.value}`.trim());
    return `${what}: ${said.join(', ')}`;
  };
  document.addEventListener('submit', async (event) => {
    const form = event.target, path = new URL(form.getAttribute('action') ?? '', location.href).pathname;
    if (event.defaultPrevented || !OURS.test(path) || form.dataset.plain) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    for (const name of ['csrf', 'client_id', 'client_ms']) body.delete(name);
    const entry = { id: crypto.randomUUID(), account, path, body: new URLSearchParams(body).toString(), at: Math.round(Date.now() + ahead), label: words(form, event.submitter), fresh: true };
    try { write([...read(), entry]); } catch { form.dataset.plain = '1'; return form.requestSubmit(event.submitter); } // no room on the device
    form.dispatchEvent(new Event('form:taken', { bubbles: true }));
    if (sending) return form.reset();
    sending = true;
    form.setAttribute('aria-busy', 'true');
    let r;
    try { r = await send(entry); } catch { r = { state: 'waits' }; }
    sending = false;
    form.removeAttribute('aria-busy');
    if (r.state === 'refused') { // its own page shows what is wrong, with what was typed
      remove(entry.id);
      form.dataset.plain = '1';
      form.requestSubmit(event.submitter);
    } else if (r.state === 'waits') {
      change(entry.id, { fresh: false });
      form.reset();
      box.scrollIntoView({ block: 'nearest' });
    } else {
      remove(entry.id);
      try { sessionStorage.setItem('cairn-said', r.said ?? ''); } catch { /* not said */ }
      location.assign(path.replace(/\/\w+$/, ''));
    }
  }, true);

  main.prepend(box);
  try {
    const said = sessionStorage.getItem('cairn-said');
    sessionStorage.removeItem('cairn-said');
    if (said && !main.querySelector('.notice')) {
      const p = document.createElement('p');
      p.className = 'notice';
      p.setAttribute('role', 'status');
      p.textContent = said;
      main.prepend(p);
    }
  } catch { /* not said */ }
  show();
  sync();
  addEventListener('online', sync);
  addEventListener('storage', (e) => { if (e.key === KEY) show(); });
  setInterval(sync, EVERY);
})();
