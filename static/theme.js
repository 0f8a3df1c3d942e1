// The light of the room: kept in a cookie that the server reads, so that no page flashes.
(() => {
  const root = document.documentElement;
  const keep = (name, value) => {
    const secure = location.protocol === 'https:' ? '; secure' : '';
    const age = value ? 31536000 : 0;
    document.cookie = `${name}=${value}; path=/; max-age=${age}; samesite=lax${secure}`;
  };
  const show = () => {
    for (const b of document.querySelectorAll('[data-set-theme]'))
      b.setAttribute('aria-pressed', String(b.dataset.setTheme === (root.dataset.theme ?? '')));
    for (const b of document.querySelectorAll('[data-set-dim]'))
      b.textContent = root.dataset.dim === '3' ? 'As bright as before' : 'Dimmer';
  };
  const set = (name, value) => {
    if (value) root.dataset[name] = value;
    else delete root.dataset[name];
    keep(name, value);
    show();
  };
  document.addEventListener('click', (e) => {
    const theme = e.target.closest?.('[data-set-theme]');
    if (theme) {
      set('theme', theme.dataset.setTheme);
      if (theme.dataset.setTheme !== 'session') set('dim', '');
    }
    if (e.target.closest?.('[data-set-dim]'))
      set('dim', { undefined: '1', 1: '2', 2: '3' }[root.dataset.dim] ?? '');
  });
  for (const s of document.querySelectorAll('[data-theme-switch]')) s.hidden = false;
  show();
})();
