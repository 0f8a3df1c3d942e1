// What is typed is never lost: a form with data-draft="KEY" is sent to /draft every four
// seconds while it changes, and offered again when the page is next opened. Passwords, files
// and tokens are not kept. Everything here is done by delegation, so that parts which htmx
// puts into the page later need no wiring.
(() => {
  const EVERY = 4000, WARN = 5 * 60000;
  const banner = document.querySelector('[data-banner]');
  const dirty = new Set();   // forms with text the server has not seen
  let loggedOut = false, leaving = false;

  const say = (text) => {
    banner.textContent = text;
    banner.hidden = !text;
  };
  const time = () => new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const status = (form, text) => {
    const at = form.querySelector('[data-saved]');
    if (at) at.textContent = text;
  };

  const typed = (form) => {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const control = form.elements[name];
      if (name === 'csrf' || typeof value !== 'string' || control?.type === 'password') continue;
      fields.append(name, value);
    }
    return fields.toString();
  };

  const keep = async (form) => {
    const body = new URLSearchParams({
      csrf: form.elements.csrf.value, key: form.dataset.draft, body: typed(form),
    });
    dirty.delete(form);
    try {
      const answer = await fetch('/draft', { method: 'POST', body, credentials: 'same-origin' });
      if (answer.ok && !answer.redirected) {
        status(form, `saved ${time()}`);
        if (loggedOut) say('');
        loggedOut = false;
        return;
      }
      dirty.add(form);
      if (answer.status === 401 || answer.status === 403 || answer.redirected) {
        loggedOut = true;
        status(form, 'kept on this page only');
        say('You are logged out. What you typed is still on this page. Log in again in another '
          + 'tab, come back here, and go on.');
      } else {
        status(form, 'not saved yet');
      }
    } catch {
      dirty.add(form);
      status(form, 'no connection; kept on this page only');
    }
  };

  // After a new login in another tab the old token is void: the page itself brings the new one.
  const renew = async () => {
    const answer = await fetch(location.href, { credentials: 'same-origin' });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const csrf = page.querySelector('input[name="csrf"]')?.value;
    if (!csrf) return;
    for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = csrf;
    loggedOut = false;
    say('');
    for (const form of dirty) await keep(form);
  };

  document.addEventListener('input', (e) => {
    const form = e.target.form;
    if (form?.dataset.draft) {
      dirty.add(form);
      status(form, '');
    }
  });
  setInterval(() => { if (!loggedOut) for (const form of dirty) keep(form); }, EVERY);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    if (loggedOut) renew().catch(() => {});
  });
  window.addEventListener('focus', () => { if (loggedOut) renew().catch(() => {}); });

  // A form is sent once; going back to the page makes it ready again.
  document.addEventListener('submit', (e) => {
    if (e.defaultPrevented) return;
    if (e.target.dataset.sent) {
      e.preventDefault();
      return;
    }
    e.target.dataset.sent = '1';
    setTimeout(() => delete e.target.dataset.sent, 8000);
    leaving = true;
    dirty.delete(e.target);
  });
  document.addEventListener('form:taken', (e) => { dirty.delete(e.target); }); // offline.js
  window.addEventListener('pageshow', () => {
    leaving = false;
    for (const form of document.forms) delete form.dataset.sent;
  });
  window.addEventListener('beforeunload', (e) => {
    if (!leaving && dirty.size) e.preventDefault();
  });

  document.addEventListener('click', (e) => { if (e.target.closest?.('[data-print]')) window.print(); });

  // What is asked only when earlier answers say so: data-ask="q2 >= 1 and q3 = 0". Out of sight it is
  // not sent either; without this script it stands there with its rule in words.
  const holds = (form, term) => {
    const [, name, op, value] = term.match(/^(\w+) *(>=|<=|=) *(-?[\d.]+)$/) ?? [];
    const said = form.elements[name]?.value;
    if (!name || said === undefined || said === '') return false;
    return op === '>=' ? +said >= +value : op === '<=' ? +said <= +value : +said === +value;
  };
  const ask = (form) => {
    for (const field of form.querySelectorAll('[data-ask]')) {
      field.hidden = !field.dataset.ask.split(/ and /).every((term) => holds(form, term));
      for (const input of field.querySelectorAll('input, select, textarea')) input.disabled = field.hidden;
    }
  };
  document.addEventListener('input', (e) => { if (e.target.form) ask(e.target.form); });
  for (const form of document.forms) ask(form);

  // The list of faults is read first, and its links lead into the fields. Who works by keys goes on
  // where the form was that they sent, not at the top of the page again.
  const faults = document.querySelector('[data-focus]'), went = sessionStorage.getItem('went')?.split('\n');
  sessionStorage.removeItem('went');
  if (faults) faults.focus();
  else if (went?.[0] === location.pathname) {
    const form = [...document.forms].find((f) => f.getAttribute('action') === went[1]);
    (form?.closest('details')?.querySelector('summary')
      ?? [...form?.querySelectorAll('button') ?? []].find((b) => b.textContent === went[2])
      ?? document.getElementById('main')).focus({ preventScroll: true });
  }
  let keys = false;
  document.addEventListener('keydown', () => { keys = true; }, true);
  document.addEventListener('pointerdown', () => { keys = false; }, true);
  document.addEventListener('submit', (e) => {
    if (keys) sessionStorage.setItem('went', [location.pathname, e.target.getAttribute('action'), e.submitter?.textContent].join('\n'));
  }, true);
  document.addEventListener('click', (e) => {
    const link = e.target.closest?.('.faults a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (field) {
      e.preventDefault();
      const into = field.matches('input, select, textarea') ? field : field.querySelector('input');
      into?.focus();
      field.closest('.field')?.scrollIntoView({ block: 'center' });
    }
    for (const menu of document.querySelectorAll('.menu[open]'))
      if (!menu.contains(e.target)) menu.open = false;
  });
  document.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape') return;
    for (const menu of document.querySelectorAll('.menu[open]')) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
  });

  // Five minutes before a login ends for want of anything done, it is said.
  const made = Number(document.body.dataset.now), ends = Number(document.body.dataset.sessionEnds);
  if (made && ends > made) {
    const left = ends - made;
    setTimeout(() => {
      const at = new Date(Date.now() + Math.min(WARN, left));
      const words = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
      if (banner.hidden) say(`You will be logged out at ${words} unless something is done here.`);
    }, Math.min(Math.max(0, left - WARN), 2 ** 31 - 1));
  }
})();
