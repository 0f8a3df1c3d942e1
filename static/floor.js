// The floor: each card is asked for again when its room or session changed, and all of them from
// time to time; what counts up or down does so each second, by the server's clock.
(() => {
  const floor = document.getElementById('floor');
  if (!floor) return;
  const ALL = 30000, AT_ONCE = 40; // past so many cards the whole floor is asked for
  let ahead = Number(document.body.dataset.now) - Date.now() || 0;
  const wanted = new Set();
  let all = false, busy = false, rest = 250, timer;

  // ---- time ----
  const two = (n) => String(n).padStart(2, '0');
  const span = (ms) => {
    const s = Math.floor(ms / 1000), m = Math.floor(s / 60);
    return m < 60 ? `${m}:${two(s % 60)}` : `${Math.floor(m / 60)} h ${two(m % 60)}`;
  };
  const tick = () => {
    const now = Date.now() + ahead;
    for (const e of floor.querySelectorAll('[data-tick]')) {
      const to = Number(e.dataset.at), late = now > to;
      const words = e.dataset.tick === 'since' ? span(Math.max(0, now - to)) : late ? `${span(now - to)} late` : `in ${span(to - now)}`;
      if (e.textContent !== words) e.textContent = words;
      if (e.dataset.tick === 'until') e.toggleAttribute('data-late', late);
    }
  };
  document.addEventListener('live:clock', (e) => { ahead = e.detail.ahead; });

  // ---- what changed ----
  const place = (html) => {
    const page = new DOMParser().parseFromString(html, 'text/html');
    const put = (fresh) => {
      const old = document.getElementById(fresh.id);
      if (!old || old.outerHTML === fresh.outerHTML) return;
      const held = old.contains(document.activeElement);
      old.replaceWith(fresh);
      if (held) fresh.querySelector('a')?.focus({ preventScroll: true });
    };
    put(page.getElementById('floor-summary'));
    const cards = [...page.querySelectorAll('article.room')];
    const whole = all || cards.some((c) => !document.getElementById(c.id));
    if (!whole) return cards.forEach(put);
    const keep = document.activeElement?.closest?.('article.room')?.id;
    floor.replaceChildren(...cards);
    if (keep) document.getElementById(keep)?.querySelector('a')?.focus({ preventScroll: true });
  };
  const fetchCards = async () => {
    timer = undefined;
    if (busy || (!all && !wanted.size)) return;
    busy = true;
    all = all || wanted.size > AT_ONCE;
    const of = all ? '' : `?of=${[...wanted].join(',')}`, began = performance.now();
    wanted.clear();
    try {
      const answer = await fetch(floor.dataset.cards + of, { credentials: 'same-origin', redirect: 'manual', signal: AbortSignal.timeout(10000) });
      if (answer.ok) place(await answer.text());
      if (answer.ok) all = false;
    } catch { all = true; /* asked for again with the next beat */ }
    // A server that is slow is asked less often.
    rest = Math.max(250, 4 * (performance.now() - began));
    busy = false;
    tick();
    if (wanted.size) soon();
  };
  const soon = () => { timer = timer ?? setTimeout(fetchCards, busy ? rest : Math.min(rest, wanted.size > 1 || all ? rest : 0)); };
  const every = () => { all = true; soon(); };
  document.addEventListener('live:changed', (e) => {
    const { topic, id } = e.detail;
    const card = topic === 'room' ? document.getElementById(`room-${id}`) : floor.querySelector(`[data-dosing="${CSS.escape(id)}"]`);
    if (card) wanted.add(card.dataset.room);
    else if (topic === 'room' || topic === 'dosing') all = true;
    else return;
    soon();
  });
  document.addEventListener('live:resync', every);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) every(); });
  setInterval(() => { if (!document.hidden) every(); }, ALL);

  // ---- keys: 1 to 9 go to a room ----
  document.addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.altKey || e.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)) return;
    const card = /^[1-9]$/.test(e.key) && floor.querySelectorAll('article.room')[Number(e.key) - 1];
    if (!card) return;
    const link = card.querySelector('a');
    if (link) link.focus();
    else { card.tabIndex = -1; card.focus(); }
    card.scrollIntoView({ block: 'nearest' });
  });
  tick();
  setInterval(tick, 1000);
})();
