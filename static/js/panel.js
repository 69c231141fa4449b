// The panel beside the sheet: it follows the cell that has the focus. What it shows stays where nothing newer can be
// had, and it never takes the focus by itself. The sheet tells it by the document's event 'sheet:focus' {code}; the
// panel asks for the line where a note is written by 'sheet:note' {code}, which whoever opens it there cancels.

import { announce } from "./app.js";
import { busy, prepare } from "./evidence.js";

const panel = document.getElementById('panel');
const rest = 250; // ms that a cell must keep the focus
let timer = 0;

const shown = () => panel.querySelector('.panel-body')?.dataset.code ?? '';

/** within reports whether somebody is at work inside the panel; that the panel itself has the focus is no work. */
const within = () => document.activeElement !== panel && panel.contains(document.activeElement);

/** unfinished reports whether somebody has begun something in the panel that a new one would drop. */
function unfinished() {
  const typed = [...panel.querySelectorAll('input[type=text], textarea')].some((field) => field.value !== field.defaultValue);
  return typed || busy();
}

function show(code) {
  if (code === shown() || within()) return;
  if (unfinished()) {
    stay(code);
    return;
  }
  load(code);
}

function load(code) {
  window.htmx.trigger(panel, 'htmx:abort');
  panel.setAttribute('aria-busy', 'true');
  window.htmx.ajax('GET', `${panel.dataset.url}/${code}/ben-canh`, { source: panel, target: panel, swap: 'innerHTML settle:0s' }).catch(() => {}); // the events below tell
}

/** stay says why the panel has not followed, with a way on. */
function stay(code) {
  let line = panel.querySelector('.panel-stays');
  if (!line) {
    line = document.createElement('p');
    line.className = 'notice notice-info panel-stays';
    panel.prepend(line);
  }
  const go = document.createElement('button');
  go.type = 'button';
  go.className = 'btn btn-small';
  go.textContent = `Bỏ và xem ${code}`;
  go.addEventListener('click', () => load(code));
  line.replaceChildren(`Phần đang ghi của chỉ số ${shown()} chưa gửi. `, go);
}

document.addEventListener('sheet:focus', (event) => {
  const { code } = event.detail;
  clearTimeout(timer);
  timer = setTimeout(() => show(code), rest);
});

// Whoever signs out is not answered any more, and the page would tell of it as of a fault.
function stop() {
  clearTimeout(timer);
  window.htmx.trigger(panel, 'htmx:abort');
}
document.addEventListener('sheet:drop', stop);
document.addEventListener('submit', (event) => { if (event.target.matches('[action="/dang-xuat"]')) stop(); });

// Where the page is narrow the panel lies over it; its button closes it as Esc does.
panel.addEventListener('click', (event) => {
  if (event.target.closest('[data-panel-close]')) panel.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
  const link = event.target.closest('[data-note]');
  if (!link) return;
  const asked = new CustomEvent('sheet:note', { detail: { code: link.dataset.note }, cancelable: true });
  if (!document.dispatchEvent(asked)) event.preventDefault();
});

// htmx would tell of each element that it takes away, which costs more than all else.
panel.addEventListener('htmx:beforeSwap', (event) => { if (event.target === panel && event.detail.shouldSwap) panel.replaceChildren(); });

// What the panel loads is no concern of the page: no banner when it fails, no focus when it is there.
for (const name of ['htmx:afterSettle', 'htmx:responseError', 'htmx:sendError', 'htmx:timeout', 'htmx:sendAbort', 'htmx:afterRequest']) {
  panel.addEventListener(name, (event) => {
    const found = event.target.closest('#panel-guidance') && name !== 'htmx:afterSettle' || event.target.id === 'panel-found';
    if (event.target !== panel && !found) return;
    event.stopPropagation();
    panel.removeAttribute('aria-busy');
    if (name !== 'htmx:afterSettle') return;
    if (found) announce(event.target.querySelector('[data-announce]')?.dataset.announce ?? '');
    else prepare();
  });
}
