// What is counted down or up: <time data-until="MS">in 26 h</time>, <time data-since="MS">72 min
// </time>; <div data-aged-at="MS"> is marked from then on. What is past its time gets data-late, for its sign and colour; nothing else moves.
// The server writes the first words (web/words.c has the same rules); each 30 s they are
// written again. The clock is the server's: the page says what it was when it was made.
(() => {
  const MINUTE = 60000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  const made = Number(document.body.dataset.now);
  const ahead = made ? made - Date.now() : 0;
  const amount = (ms) => {
    if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
    if (ms < 48 * HOUR) return `${Math.floor(ms / HOUR)} h`;
    return `${Math.floor(ms / DAY)} days`;
  };
  // In a session the minutes count: hours only after the third.
  const since = (ms) => (ms < 3 * HOUR ? `${Math.floor(ms / MINUTE)} min` : amount(ms));
  const until = (at, now) => {
    const left = at - now;
    if (Math.abs(left) < MINUTE) return 'now';
    if (left < 0) return `${amount(-left)} late`;
    return `in ${amount(left < HOUR ? left : left + MINUTE - 1)}`;
  };
  const tick = () => {
    const now = Date.now() + ahead;
    for (const e of document.querySelectorAll('[data-until]')) {
      const words = until(Number(e.dataset.until), now);
      if (e.textContent !== words) e.textContent = words;
      e.toggleAttribute('data-late', now - Number(e.dataset.until) >= MINUTE);
    }
    for (const e of document.querySelectorAll('[data-since]')) {
      const words = since(Math.max(0, now - Number(e.dataset.since)));
      if (e.textContent !== words) e.textContent = words;
    }
    for (const e of document.querySelectorAll('[data-aged-at]')) {
      const aged = now > Number(e.dataset.agedAt);
      if (aged === e.classList.contains('aged')) continue;
      e.classList.toggle('aged', aged);
      e.querySelector('.aged-word').textContent = aged ? 'old,' : '';
    }
  };
  tick();
  setInterval(tick, 30000);
  document.addEventListener('visibilitychange', () => document.hidden || tick());
})();
