// The replay: the rows up to a moment, how things stood then, and the mark on the figures, at any
// speed. Everything comes from the page; nothing is asked of the server.
(() => {
  const box = document.getElementById('replay');
  if (!box) return;
  const MINUTE = 60000, from = Number(box.dataset.from), dose = Number(box.dataset.dose) || 0;
  const play = box.querySelector('[data-play]'), run = box.querySelector('[data-run]');
  const slider = box.querySelector('#replay-at'), speed = box.querySelector('#replay-speed');
  const rows = [...document.querySelectorAll('#replay-rows > li')];
  // The clock of the clinic, not of the device: the server wrote the first one.
  const shown = box.querySelector('[data-clock]'), [h, m] = shown.textContent.split(':').map(Number);
  const local = new Date(Number(box.dataset.at)), zone = (h * 60 + m - local.getUTCHours() * 60 - local.getUTCMinutes()) * MINUTE;
  const clock = (ms) => { const d = new Date(ms + zone); return [d.getUTCHours(), d.getUTCMinutes()].map((n) => String(n).padStart(2, '0')).join(':'); };
  const charts = [...document.querySelectorAll('svg.chart')].map((svg) => {
    const axis = svg.querySelector('.c-axis');
    if (axis && !svg.querySelector('.c-now')) { // the moment was before the figure begins
      const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
      for (const [k, v] of Object.entries({ class: 'c-now', x1: 0, x2: 0, y1: 24, y2: axis.getAttribute('y1') })) line.setAttribute(k, v);
      svg.append(line);
    }
    const parts = svg.querySelectorAll('.c-now, .c-now-head, .c-now-name');
    const left = Number(axis?.getAttribute('x1')), right = Number(axis?.getAttribute('x2'));
    const begin = Number(svg.dataset.from), end = Number(svg.dataset.to), x = (ms) => left + (right - left) * (ms - begin) / (end - begin);
    const was = Number(svg.querySelector('.c-now')?.getAttribute('x1') ?? 0);
    // What had not happened yet is veiled: whoever learns from a replay decides without it.
    const veil = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    for (const [k, v] of Object.entries({ class: 'c-veil', y: 24, height: Number(axis?.getAttribute('y1') ?? 0) - 23 })) veil.setAttribute(k, v);
    svg.append(veil, ...svg.querySelectorAll('.c-pane'), ...parts);
    return (ms) => {
      const at = Math.min(Math.max(x(ms), left), right);
      for (const p of parts) p.setAttribute('transform', `translate(${(at - was).toFixed(2)} 0)`);
      veil.setAttribute('x', at.toFixed(2));
      veil.setAttribute('width', (svg.viewBox.baseVal.width - at).toFixed(2));
    };
  });
  const put = (e, text) => { if (e.textContent !== text) e.textContent = text; };
  const show = () => {
    const at = from + Number(slider.value) * MINUTE;
    let last;
    for (const row of rows) {
      const ahead = Number(row.dataset.at) > at;
      if (row.hidden !== ahead) row.hidden = ahead;
      if (!ahead) last = row;
    }
    for (const e of box.querySelectorAll('[data-now]')) put(e, last?.dataset[e.dataset.now] ?? '');
    put(shown, clock(at));
    const t = Math.floor((at - dose) / MINUTE);
    put(box.querySelector('[data-t]'), dose ? `T${t < 0 ? '−' : '+'}${Math.abs(t)} min` : '');
    slider.setAttribute('aria-valuetext', clock(at));
    for (const mark of charts) mark(at);
  };
  let running = 0, before = 0;
  const stop = () => { cancelAnimationFrame(running); running = 0; put(run, 'Play'); };
  const step = (now) => {
    slider.value = Number(slider.value) + (now - before) / 1000 * Number(speed.value);
    before = now;
    show();
    if (Number(slider.value) >= Number(slider.max)) return stop();
    running = requestAnimationFrame(step);
  };
  run.onclick = () => {
    if (running) return stop();
    if (Number(slider.value) >= Number(slider.max)) slider.value = 0;
    put(run, 'Stop');
    before = performance.now();
    running = requestAnimationFrame(step);
  };
  slider.oninput = show;
  play.hidden = false;
  box.querySelector('.replay-form').hidden = true;
  show();
})();
