// The planner of a dose: the figure follows the form. The server computes; one question is
// under way at a time, and the last one asked is the one that is drawn. Without this file the
// form is sent by its button.
(() => {
  const form = document.querySelector('form[data-forecast]');
  const here = document.querySelector('[data-forecast-here]');
  if (!form || !here) return;
  const field = (name) => form.elements[name];
  let asking = false, again = false;

  const ask = async () => {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    const query = new URLSearchParams(new FormData(form)).toString();
    try {
      const answer = await fetch(`${form.dataset.forecast}?${query}`, { credentials: 'same-origin' });
      if (answer.ok && !answer.redirected) {
        const open = here.querySelector('.figure details')?.open;
        here.innerHTML = await answer.text();
        if (open) here.querySelector('.figure details').open = true;
        history.replaceState(null, '', `${form.getAttribute('action')}?${query}`);
      }
    } catch {
      // No connection: the last figure stays, and the button still asks.
    }
    asking = false;
    if (again) {
      again = false;
      ask();
    }
  };

  // A slider runs up to twice what stands in its field when it is set up; esketamine goes by
  // the device.
  const slides = [...form.querySelectorAll('[data-slide]')];
  const target = (slide) => document.getElementById(slide.dataset.slide);
  const lay = (slide) => {
    const own = Number(target(slide).value);
    const dose = ['plan-amount', 'plan-then'].includes(slide.dataset.slide);
    const value = own || (dose ? Number(field('amount').value) : 0);
    if (dose) {
      const device = field('route').value === 'esk' && field('unit').value === 'mg';
      const unit = Number(form.dataset.device);
      if (!device && !(value > 0)) return;
      const digits = device ? 0 : 10 ** Math.floor(Math.log10(value / 10));
      slide.step = device ? unit : Number(digits.toPrecision(1));
      slide.min = slide.step;
      slide.max = device ? 3 * unit : Number((2 * value).toPrecision(6));
    }
    slide.value = own || slide.min;
    slide.hidden = false;
  };
  const off = (slide) => Number(target(slide).value) > Number(slide.max)
    || Number(target(slide).value) < Number(slide.min);

  form.addEventListener('input', (e) => {
    if (e.target === field('route') && e.target.value === 'esk') { // it comes by the device
      field('unit').value = 'mg';
      field('amount').value = form.dataset.device;
    }
    if (e.target.matches('[data-slide]')) target(e.target).value = e.target.value;
    const second = e.target === field('then') || e.target.dataset.slide === 'plan-then';
    if (second && !field('after').value) // as soon as its slider says
      field('after').value = slides.find((each) => target(each) === field('after')).min;
    for (const slide of slides) {
      if (slide === e.target) continue;
      if (slide.hidden || off(slide) || e.target.matches('select')) lay(slide);
      else slide.value = target(slide).value || slide.min;
    }
    ask();
  });
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    ask();
  });
  for (const slide of slides) lay(slide);
})();
