// A session's page, while nobody presses anything. While the stream of changes is heard (live.js) it
// asks what moved (a stamp, no patient's data) when it is told that something did, and else twice a
// minute; without the stream every three seconds. When the stamp moved, the page is read again and
// its live parts are put in place, but never one that somebody is working in. The page says which of
// the two it does, and when it can do neither.
//
// Sound: the loudest alarm that nobody acknowledged or silenced, in pulses as the content says.
// A browser is silent until it was touched; the button says whether it is.
(() => {
  const EVERY = 3000, SELDOM = 30000, PARTS = ['live', 'now', 'here', 'picture'];
  const live = () => document.getElementById('live');
  if (!live()) return;

  // ---- fresh ----
  let failing = 0, lastGood = Date.now();
  const lost = document.createElement('p');
  lost.className = 'rule urgent not-live';
  lost.setAttribute('role', 'status');
  lost.hidden = true;
  live().before(lost);
  const pace = document.createElement('p');
  pace.className = 'quiet pace';
  pace.setAttribute('role', 'status');
  const streams = () => document.documentElement.dataset.stream === 'live';
  const time = (ms) => new Date(ms).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const isLive = (ok, why) => {
    const said = ok ? (streams() ? 'Live' : 'Asks every 3 s') : '';
    if (pace.textContent !== said) pace.textContent = said;
    if (ok) { failing = 0; lastGood = Date.now(); lost.hidden = true; return; }
    if (++failing < 2 && streams()) return;
    lost.hidden = false;
    lost.textContent = `Not live since ${time(lastGood)}: ${why}. What stands here may be old; look at the patient.`;
  };
  // A field that was touched and left alone holds nothing up: behind it may stand a new alarm.
  const LEFT = 20000;
  let touched = 0;
  for (const what of ['focusin', 'input']) document.addEventListener(what, () => { touched = Date.now(); }, true);
  const busy = (part) => part.contains(document.activeElement) && document.activeElement !== document.body
    && !document.activeElement.matches('button, a') && Date.now() - touched < LEFT;
  // A button or a link of a part that is read again keeps the focus: the same one of the fresh part,
  // or the part itself where it is gone.
  const name = (e) => `${e.closest('form')?.getAttribute('action') ?? ''} ${e.getAttribute('href') ?? ''} ${e.name ?? ''} ${e.type === 'radio' ? e.value : ''} ${e.textContent.trim()}`;
  const refocus = (fresh, key) => {
    const same = [...fresh.querySelectorAll('button, a, summary, input, select, textarea')].find((e) => name(e) === key) ?? fresh;
    if (same === fresh) fresh.tabIndex = -1;
    same.focus({ preventScroll: true });
  };
  // A new alarm is said once. The list of alarms is put in place anew each time, which no reader hears.
  const voice = document.createElement('p');
  voice.className = 'hidden-text';
  voice.setAttribute('role', 'alert');
  live().before(voice);
  const alarms = () => new Map([...document.querySelectorAll('.alarm')]
    .map((e) => [e.id, `${e.querySelector('.alarm-level').textContent.trim()}: ${e.querySelector('.alarm-what').textContent.trim()}`]));
  let known = alarms();
  const say = () => {
    const now = alarms(), fresh = [...now].filter(([id, said]) => known.get(id) !== said).map(([, said]) => said);
    known = now;
    if (fresh.length) voice.textContent = `Alarm, ${fresh.join('. ')}`;
  };
  // What is heard does not wait for a field at all.
  const carry = (old, fresh) => {
    for (const what of ['sound', 'pulses', 'every']) {
      if (fresh.dataset[what] === undefined) delete old.dataset[what];
      else old.dataset[what] = fresh.dataset[what];
    }
  };
  const again = async () => {
    const answer = await fetch(location.pathname, { credentials: 'same-origin' });
    if (!answer.ok || answer.redirected) return isLive(false, 'you are logged out');
    const text = await answer.text(), page = new DOMParser().parseFromString(text, 'text/html');
    document.dispatchEvent(new CustomEvent('session:page', { detail: text }));
    for (const id of PARTS) {
      const old = document.getElementById(id), fresh = page.getElementById(id);
      if (old && fresh) carry(old, fresh);
      if (!old || !fresh || busy(old)) continue;
      const open = [...old.querySelectorAll('details')].map(d => d.open), at = old.contains(document.activeElement) && name(document.activeElement);
      old.replaceWith(fresh);
      if (at) refocus(fresh, at);
      fresh.querySelectorAll('details').forEach((d, i) => { if (open[i]) d.open = true; });
    }
    document.dispatchEvent(new Event('visibilitychange')); // the countdowns are written again
    say();
    sound();
  };
  let asked = 0;
  const ask = async () => {
    const at = live();
    if (!at?.dataset.stampAt) return;
    asked = Date.now();
    try {
      const answer = await fetch(at.dataset.stampAt, { credentials: 'same-origin', signal: AbortSignal.timeout(8000) });
      if (!answer.ok || answer.redirected) return isLive(false, 'you are logged out');
      isLive(true);
      if ((await answer.text()) !== at.dataset.stamp) await again();
    } catch {
      isLive(false, 'no connection');
    }
  };
  setInterval(() => {
    if (!streams() || failing || Date.now() - asked >= SELDOM) ask();
    else isLive(true); // a stream that is heard is a connection
  }, EVERY);
  for (const told of ['session:moved', 'live:resync']) document.addEventListener(told, ask);

  // ---- sound ----
  const TONES = { low: 392, medium: 523, high: 659 };
  let context, timer, playing = '';
  const toggle = document.createElement('button');
  toggle.type = 'button';
  toggle.className = 'button sound';
  const wanted = () => { try { return sessionStorage.getItem('sound') === 'on'; } catch { return false; } };
  const want = (on) => { try { sessionStorage.setItem('sound', on ? 'on' : 'off'); } catch { /* of this page only */ } };
  const running = () => context?.state === 'running';
  const label = () => {
    toggle.textContent = running() ? 'Sound is on' : wanted() ? 'Sound waits for a touch' : 'Sound is off';
    toggle.setAttribute('aria-pressed', String(Boolean(running())));
  };
  const pulse = (tone, at) => {
    const o = context.createOscillator(), g = context.createGain();
    o.frequency.value = tone;
    g.gain.setValueAtTime(0, at);
    g.gain.linearRampToValueAtTime(0.25, at + 0.02);
    g.gain.linearRampToValueAtTime(0, at + 0.16);
    o.connect(g).connect(context.destination);
    o.start(at);
    o.stop(at + 0.2);
  };
  const burst = (priority, pulses) => {
    if (!running()) return;
    for (let i = 0; i < pulses; i++) // groups of three and two, as such bursts are known
      pulse(TONES[priority] ?? 440, context.currentTime + i * 0.2 + Math.floor(i / 3) * 0.15);
  };
  const sound = () => {
    const { sound: priority, pulses, every } = live()?.dataset ?? {};
    const key = priority && running() ? `${priority} ${pulses} ${every}` : '';
    label();
    if (key === playing) return;
    clearInterval(timer);
    playing = key;
    if (!key) return;
    burst(priority, Number(pulses));
    timer = setInterval(() => burst(priority, Number(pulses)), Number(every) * 1000);
  };
  const start = async () => {
    context ??= new AudioContext();
    await context.resume();
    sound();
  };
  toggle.addEventListener('click', async (e) => {
    e.stopPropagation();
    want(!running());
    if (running()) await context.suspend(); else await start();
    sound();
  });
  document.addEventListener('pointerdown', () => { if (wanted() && !running()) start(); });
  document.querySelector('.session-head')?.append(toggle, pace);
  label();
})();
