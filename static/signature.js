// A signature drawn with finger, pen or mouse: its strokes go into a hidden field as SVG path
// data. By keyboard the typed name stands alone; nothing here is needed for it.
(() => {
  const LONGEST = 20000; // characters; the server refuses more
  let pen = null;
  const field = (pad) => pad.closest('[data-signature]').querySelector('input[type="hidden"]');
  const place = (pad, e) => {
    const box = pad.getBoundingClientRect();
    const x = Math.round(((e.clientX - box.left) / box.width) * 600);
    const y = Math.round(((e.clientY - box.top) / box.height) * 180);
    return `${Math.min(600, Math.max(0, x))} ${Math.min(180, Math.max(0, y))}`;
  };
  const write = (pad, strokes) => {
    if (strokes.length > LONGEST) return;
    pad.querySelector('path').setAttribute('d', strokes);
    field(pad).value = strokes;
    field(pad).dispatchEvent(new Event('input', { bubbles: true }));
  };
  document.addEventListener('pointerdown', (e) => {
    const pad = e.target.closest?.('[data-pad]');
    if (!pad || e.button !== 0) return;
    e.preventDefault();
    pad.setPointerCapture(e.pointerId);
    pen = pad;
    write(pad, `${field(pad).value}M${place(pad, e)}`);
  });
  document.addEventListener('pointermove', (e) => {
    if (!pen) return;
    const points = e.getCoalescedEvents?.() ?? [e];
    write(pen, field(pen).value + points.map((p) => `L${place(pen, p)}`).join(''));
  });
  const lift = () => { pen = null; };
  document.addEventListener('pointerup', lift);
  document.addEventListener('pointercancel', lift);
  document.addEventListener('click', (e) => {
    const clear = e.target.closest?.('[data-clear]');
    if (clear) write(clear.closest('[data-signature]').querySelector('[data-pad]'), '');
  });
})();
