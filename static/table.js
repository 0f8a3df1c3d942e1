// Tables that can be sorted: <table data-sortable>. A cell may carry data-value for its order.
// A table of four columns and more is read row by row on a phone (app.css): each cell is given
// the name of its column, and one that holds nothing is left out.
(() => {
  const key = (row, i) => {
    const cell = row.cells[i];
    return cell ? (cell.dataset.value ?? cell.textContent.trim()) : '';
  };
  const order = (a, b) => {
    const x = Number(a), y = Number(b);
    const numbers = a !== '' && b !== '' && !Number.isNaN(x) && !Number.isNaN(y);
    return numbers ? x - y : a.localeCompare(b, undefined, { numeric: true });
  };
  const sort = (table, head) => {
    const down = head.getAttribute('aria-sort') === 'ascending';
    for (const h of head.parentNode.cells) h.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const rows = [...table.tBodies[0].rows];
    const i = head.cellIndex;
    rows.sort((a, b) => (down ? -1 : 1) * order(key(a, i), key(b, i)));
    table.tBodies[0].append(...rows);
  };
  const WIDE = 4;
  for (const table of document.querySelectorAll('.table:not(.answers, .numbers .table)')) {
    const names = [...(table.tHead?.rows[0]?.cells ?? [])].map((head) => head.textContent.trim());
    if (names.length < WIDE) continue;
    for (const row of table.tBodies[0].rows)
      for (const cell of row.cells) {
        cell.dataset.name = names[cell.cellIndex] ?? '';
        cell.classList.toggle('nothing', !cell.textContent.trim());
      }
    table.classList.add('by-row');
  }
  for (const table of document.querySelectorAll('table[data-sortable]'))
    for (const head of table.tHead.rows[0].cells) {
      if (!head.textContent.trim()) continue;
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'sort';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => sort(table, head));
    }
})();
