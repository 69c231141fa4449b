// The board: its rows ask every minute for what has changed, and only rows that have are replaced, so that neither the
// place nor the focus nor what was chosen is lost; and which units are chosen, of those shown and not finished.

const rows = document.getElementById('rows');
const form = document.getElementById('remind');
const all = document.getElementById('pick-all');
const picked = document.getElementById('picked');
const extend = document.getElementById('extend');
const chosen = new Set();

const boxes = () => [...rows.querySelectorAll('input[type=checkbox]')];

function show() {
  if (!form) return;
  const here = boxes(), n = here.filter((box) => box.checked).length;
  all.checked = n > 0 && n === here.length;
  all.indeterminate = n > 0 && n < here.length;
  all.disabled = here.length === 0;
  extend.disabled = n !== 1;
  picked.textContent = n ? `Đã chọn ${n} đơn vị:` : 'Chưa chọn đơn vị nào: mọi đơn vị chưa xong.';
}

function mark(box) {
  if (box.checked) chosen.add(box.value);
  else chosen.delete(box.value);
}

document.addEventListener('change', (event) => {
  if (event.target === all) {
    for (const box of boxes()) {
      box.checked = all.checked;
      mark(box);
    }
  } else if (event.target.matches('#rows input[type=checkbox]')) {
    mark(event.target);
  } else {
    return;
  }
  show();
});

// --- refreshing -----------------------------------------------------------------------------------------------

const nameOf = (row) => row.querySelector('th a')?.id ?? '';

/** merge puts the new rows in the place of those that say something else, and keeps the others. */
function merge(fresh) {
  const old = new Map([...rows.rows].map((row) => [nameOf(row), row]));
  const focused = rows.contains(document.activeElement) ? document.activeElement.id : '';
  let after = null;
  for (const row of [...fresh.rows]) {
    const was = old.get(nameOf(row));
    const keep = was && was.innerHTML === row.innerHTML ? was : document.adoptNode(row);
    if (keep === was) old.delete(nameOf(row));
    const place = after ? after.nextSibling : rows.firstChild;
    if (place !== keep) rows.insertBefore(keep, place);
    after = keep;
  }
  for (const row of old.values()) row.remove();
  if (focused && document.activeElement.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

rows.addEventListener('htmx:configRequest', (event) => { event.detail.path = rows.getAttribute('hx-get'); }); // as it is by now
rows.addEventListener('htmx:afterRequest', (event) => {
  const { xhr } = event.detail;
  if (xhr.status !== 200) return;
  const fresh = new DOMParser().parseFromString(`<table>${xhr.responseText}</table>`, 'text/html').getElementById('rows');
  if (!fresh) return;
  rows.setAttribute('hx-get', fresh.getAttribute('hx-get'));
  merge(fresh);
  for (const box of boxes()) box.checked = chosen.has(box.value);
  show();
});

if (form) {
  all.hidden = false;
  for (const box of boxes()) mark(box); // as the browser has kept them
  show();
  addEventListener('pageshow', () => {
    for (const box of boxes()) mark(box);
    show();
  });
}
