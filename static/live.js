// What changed, as it happens: one stream a browser, shared between its tabs, since a browser opens
// only about six connections to one place. The tab that holds the lock has the stream and passes on
// what it hears; when it is closed, the next one takes over. Where there are no locks, each tab has
// its own.
//
//   <p role="status" data-live="/floor/events">     says whether what stands here is live
//   live:changed {topic, id}     live:resync        on document; live:clock {ahead} in ms
//   session:moved                to a session's page, which then asks for its stamp (session.js)
//   <html data-stream="live">    or lost, or out
(() => {
  const session = document.querySelector('[data-stamp-at]'); // its page says itself whether it is fresh
  const sign = document.querySelector('[data-live]') ?? (session && document.createElement('p'));
  if (!sign) return;
  const QUIET = 10000; // three beats and a bit: longer silence is no connection
  const at = sign.dataset.live ?? '/floor/events', channel = 'BroadcastChannel' in window ? new BroadcastChannel('cairn-live') : null;
  let heard = 0, lost = 0, moving = 0, good = Date.now(), ahead = Number(document.body.dataset.now) - Date.now() || 0;
  const clock = (ms) => new Date(ms).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));

  const say = (text, state) => {
    if (sign.textContent !== text) sign.textContent = text;
    sign.dataset.state = document.documentElement.dataset.stream = state;
  };
  const judge = () => {
    const now = Date.now();
    if (sign.dataset.state === 'out') return;
    if (heard && now - heard < QUIET && !lost) return say('Live', 'live');
    if (now - good < 3000) return;
    say(`Not live since ${clock(good + ahead)}, trying again`, 'lost');
  };
  const take = (message) => {
    const back = sign.dataset.state === 'lost';
    if (message.kind === 'lost') { lost = lost || Date.now(); return judge(); }
    if (message.kind === 'out') return say('You are logged out. Log in again to see what is so.', 'out');
    heard = good = Date.now();
    lost = 0;
    if (message.now) { // the shortest way is the truest
      ahead = message.now - Date.now();
      tell('clock', { ahead });
    }
    say('Live', 'live');
    if (message.kind === 'changed') tell('changed', { topic: message.topic, id: message.id });
    if (message.kind === 'changed' && session && !moving)
      moving = setTimeout(() => { moving = 0; document.dispatchEvent(new Event('session:moved')); }, 300);
    if (message.kind === 'resync' || back) tell('resync');
  };
  const pass = (message) => { take(message); channel?.postMessage(message); };
  if (channel) channel.onmessage = (e) => take(e.data);

  const listen = () => new Promise(() => { // for as long as the tab is open
    let source, timer;
    const open = () => {
      source = new EventSource(at);
      source.onmessage = (e) => pass({ kind: 'changed', ...JSON.parse(e.data) });
      for (const kind of ['hello', 'beat', 'resync'])
        source.addEventListener(kind, (e) => pass({ kind, now: Number(e.data) }));
      source.onerror = () => {
        pass({ kind: 'lost' });
        if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
        clearTimeout(timer);
        timer = setTimeout(async () => { // refused: logged out, or too many, or no server
          try {
            const r = await fetch(location.href, { credentials: 'same-origin', redirect: 'manual' });
            if (r.type === 'opaqueredirect' || r.status === 401 || r.status === 403) return pass({ kind: 'out' });
          } catch { /* no connection: again */ }
          pass({ kind: 'resync' });
          lost = Date.now();
          open();
        }, 2000);
      };
    };
    open();
    addEventListener('online', () => { if (source.readyState !== EventSource.OPEN) { source.close(); open(); } });
  });
  if (navigator.locks) navigator.locks.request('cairn-live', listen);
  else listen();
  addEventListener('offline', () => { lost = Date.now(); judge(); });
  setInterval(judge, 1000);
})();
