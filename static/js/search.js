// The search box of the frame: names are suggested while somebody types. Without this it is a plain form.
//
// It is a combobox: the box keeps the focus, ↓ and ↑ choose, Enter opens what is chosen or searches, Esc closes.

const form = document.querySelector('.top-search');
const box = form?.querySelector('input');
const pause = 150; // ms without a key before the server is asked
let list = null;
let timer = 0;
let asking = null;
let shown = ''; // text that the list belongs to

const options = () => [...list.querySelectorAll('[role=option]')];
const chosen = () => list?.querySelector('[aria-selected=true]');

/** prepare makes the list and its style on the first use. */
function prepare() {
  if (list) return;
  const style = document.createElement('link');
  style.rel = 'stylesheet';
  style.href = form.dataset.styles;
  if (!document.querySelector(`link[href="${style.href}"], link[href="${form.dataset.styles}"]`)) document.head.append(style);
  list = document.createElement('div');
  list.id = 'search-list';
  list.className = 'search-list';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Gợi ý');
  list.hidden = true;
  list.addEventListener('mousedown', (event) => event.preventDefault()); // the box keeps the focus
  form.append(list);
  box.setAttribute('role', 'combobox');
  box.setAttribute('aria-autocomplete', 'list');
  box.setAttribute('aria-controls', list.id);
  box.setAttribute('aria-expanded', 'false');
}

function close() {
  if (!list) return;
  list.hidden = true;
  box.setAttribute('aria-expanded', 'false');
  box.removeAttribute('aria-activedescendant');
  chosen()?.removeAttribute('aria-selected');
}

function open() {
  list.hidden = false;
  box.setAttribute('aria-expanded', 'true');
}

function choose(option) {
  chosen()?.removeAttribute('aria-selected');
  if (!option) {
    box.removeAttribute('aria-activedescendant');
    return;
  }
  option.setAttribute('aria-selected', 'true');
  option.scrollIntoView({ block: 'nearest' });
  box.setAttribute('aria-activedescendant', option.id);
}

/** suggest asks for the names that hold what is typed; an answer that comes too late is dropped. */
async function suggest() {
  const text = box.value;
  asking?.abort();
  if (!text.trim()) {
    shown = '';
    close();
    return;
  }
  if (text === shown) {
    open();
    return;
  }
  asking = new AbortController();
  try {
    const answer = await fetch(`${form.action}/goi-y?q=${encodeURIComponent(text)}`, { credentials: 'same-origin', signal: asking.signal, headers: { 'HX-Request': 'true' } });
    if (!answer.ok || document.activeElement !== box) return;
    list.innerHTML = await answer.text();
    shown = text;
    open();
  } catch { // aborted by the next key, or no connection: the form still works
    close();
  }
}

function step(by) {
  const all = options();
  const at = all.indexOf(chosen());
  choose(all[(at + by + all.length + (at < 0 && by < 0 ? 1 : 0)) % all.length]);
}

function keys(event) {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const isOpen = list && !list.hidden;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    if (isOpen) step(event.key === 'ArrowDown' ? 1 : -1);
    else suggest();
  } else if (event.key === 'Enter' && isOpen && chosen()) {
    event.preventDefault();
    location.assign(chosen().href);
  } else if (event.key === 'Escape' && isOpen) {
    event.preventDefault();
    close();
  }
}

if (box) {
  box.addEventListener('focus', prepare);
  box.addEventListener('input', () => {
    prepare();
    clearTimeout(timer);
    timer = setTimeout(suggest, pause);
  });
  box.addEventListener('keydown', keys);
  box.addEventListener('blur', () => {
    clearTimeout(timer);
    asking?.abort();
    close();
  });
}
