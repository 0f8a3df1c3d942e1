// The running sessions of this tab, kept in this tab alone (sessionStorage: gone when it is closed), so
// that a reload without a network finds them (worker.js). A session that is over is dropped; logging
// out, in whichever tab, drops all; after twelve hours, when entries are no longer taken, none is shown.
// This script stands first: what it keeps is the page as the server wrote it.
(() => {
  const KEY = 'cairn-kept', OUT = 'cairn-out', MOST = 8, LIMIT = 12 * 3600000, AGAIN = 5000;
  const body = document.body, path = location.pathname, now = Date.now();
  const shell = body.hasAttribute('data-shell'), away = Number(body.dataset.away) || 0;
  const clock = (ms) => new Date(ms).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const store = (what) => { try { what(); } catch { /* no room, or not allowed: as without this script */ } };
  const read = () => { try { return JSON.parse(sessionStorage.getItem(KEY)) ?? {}; } catch { return {}; } };
  const write = (all) => store(() => sessionStorage.setItem(KEY, JSON.stringify(all)));
  const forget = () => store(() => sessionStorage.removeItem(KEY));
  const out = () => { forget(); store(() => localStorage.setItem(OUT, String(Date.now()))); };
  const keep = (html) => {
    const all = Object.entries({ ...read(), [path]: { at: Date.now(), html } });
    write(Object.fromEntries(all.sort((a, b) => b[1].at - a[1].at).slice(0, MOST)));
  };
  const say = (text) => {
    const p = document.createElement('p');
    p.className = 'rule advisory';
    p.setAttribute('role', 'status');
    p.textContent = text;
    document.querySelector('main').prepend(p);
  };
  // The network is back: the page itself, unless somebody is typing in it.
  const renew = async () => {
    if (document.activeElement?.matches?.('input, textarea, select')) return;
    try { if ((await fetch('/healthz', { cache: 'no-store' })).ok) location.reload(); } catch { /* not yet */ }
  };

  addEventListener('storage', (e) => { if (e.key === OUT) forget(); });
  document.addEventListener('submit', (e) => { if (e.target.getAttribute('action')?.endsWith('/logout')) out(); });
  if (shell || away) setInterval(renew, AGAIN);
  if (away) return say(`There is no network. This is the page as it was at ${clock(away)}, kept in this tab; look at the patient. Vital signs, events and levels that you write wait on this device. The page renews itself when the network is back.`);
  if (shell) {
    let gone = Infinity;
    store(() => { gone = Number(localStorage.getItem(OUT)); });
    const { at = 0, html } = read()[path] ?? {};
    if (!html || at <= gone || now - at > LIMIT)
      return say('There is no network, and this tab has not kept this page. It opens by itself when the network is back. What was written and not sent is still on this device.');
    return addEventListener('load', () => {
      document.open();
      document.write(`<!doctype html>${html.replace(/ data-now="(\d+)"/, (_, ms) => ` data-now="${Number(ms) + now - at}" data-away="${at}"`)}`);
      document.close();
    });
  }
  if (!body.dataset.account) return out();
  const live = document.getElementById('live'), worker = navigator.serviceWorker;
  if (!live || !worker) return;
  const drop = () => { const { [path]: over, ...rest } = read(); write(rest); };
  if (!live.dataset.stampAt) return drop(); // it is over
  keep(document.documentElement.outerHTML);
  document.addEventListener('session:page', (e) => (/ data-stamp-at="/.test(e.detail) ? keep(e.detail) : drop())); // session.js
  worker.register('/static/worker.js', { scope: '/patient/' }).then(async () => {
    const files = [...document.querySelectorAll('script[src], link[rel="stylesheet"]')].map((f) => f.src || f.href);
    const cache = await caches.open('cairn-static'), held = (await cache.keys()).map((r) => r.url);
    await cache.addAll(files.filter((f) => !held.includes(f)));
    for (const old of held) if (!files.includes(old)) await cache.delete(old);
    document.documentElement.dataset.kept = 'yes';
  }).catch(() => { /* as without */ });
})();
