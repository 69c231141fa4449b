// One cell of the entry sheet in the page. Its inputs are named by a letter and its code, "c.1.01"; the elements
// around them have ids made the same way: r- the row, m- the words, s- the sum since January, q- the rate, x- the
// opened line below.

/** fields are the letters of the inputs and what the server calls them. */
export const fields = { c: 'raw', d: 'den', n: 'none', r: 'reason', e: 'expected', g: 'note', k: 'confirmed' };

/** idOf is the part of an id that names a code. */
const idOf = (k) => k.replaceAll('.', '_');
const byId = (letter, k) => document.getElementById(`${letter}-${idOf(k)}`);

/** codeOf is the code that the id of an element around a cell names. */
export const codeOf = (element) => element.id.slice(2).replaceAll('_', '.');

export class Cell {
  dirty = new Set();   // fields to be sent
  sent = new Set();    // on their way
  refused = new Set(); // that the server did not take
  theirs = null;       // the answer that somebody else was first

  constructor(form, k) {
    [this.form, this.k] = [form, k];
    this.v = parseInt(this.input('v').value, 10);
  }

  get unsaved() { return this.dirty.size + this.sent.size + this.refused.size > 0; }

  input(letter) { return this.form.elements[`${letter}.${this.k}`]; }

  /** inputs are those of the value. */
  inputs() { return [this.input('c'), this.input('d')].filter(Boolean); }

  /** change is what the fields that are dirty hold now, as a save wants it. */
  change() {
    const item = { k: this.k, v: this.v, op: randomId() };
    for (const [letter, field] of Object.entries(fields)) {
      const input = this.input(letter);
      if (this.dirty.has(field)) item[field] = input.type === 'checkbox' ? input.checked : input.value;
    }
    [this.sent, this.dirty] = [this.dirty, new Set()];
    return item;
  }

  /** typed is what stands in the cell, in a few words. */
  typed() {
    const value = this.inputs().map((input) => input.selectedOptions?.[0].textContent ?? input.value).join('/');
    const note = this.dirty.has('note') || this.sent.has('note') || this.refused.has('note');
    return note ? `${value} – ${this.input('g').value}` : value;
  }

  /** show sets the look of the inputs and the words beside them. */
  show(state, text, ...more) {
    for (const input of this.inputs()) {
      input.dataset.state = state;
      input.setAttribute('aria-invalid', String(['error', 'rejected', 'conflict'].includes(state)));
    }
    const words = byId('m', this.k);
    words.dataset.state = state;
    words.replaceChildren(...say(state, text), ...more);
  }

  /** fill takes over what is stored, but for inputs that are being changed. */
  fill(item, typing) {
    this.v = item.v;
    for (const [letter, field] of Object.entries(fields)) {
      const input = this.input(letter);
      if (!input || input === typing || this.dirty.has(field) || this.refused.has(field)) continue;
      if (input.type === 'checkbox') input.checked = item[field];
      else input.value = item[field];
    }
    this.follow(item);
  }

  /** follow takes over what follows from the stored value. */
  follow(item) {
    const rate = byId('q', this.k), sum = byId('s', this.k);
    if (rate) rate.textContent = item.shown;
    if (sum) sum.textContent = item.todate;
    byId('r', this.k).toggleAttribute('data-filled', item.filled);
    if (item.state === 'warning' || item.none === 'khong-ap-dung' || item.none === 'chua-co') this.open();
    if (item.level === 'warning' && byId('k', this.k)) byId('k', this.k).parentElement.hidden = false;
    this.arrange();
    this.show(item.state, item.text);
  }

  /** open shows the line below the row. */
  open() {
    if (byId('x', this.k)) return;
    const line = document.getElementById('more').content.cloneNode(true);
    for (const element of line.querySelectorAll('[id], [for], [href]:not(use)')) {
      for (const name of ['id', 'for', 'name', 'href']) {
        const end = name === 'id' || name === 'for' ? idOf(this.k) : this.k;
        if (element.hasAttribute(name)) element.setAttribute(name, element.getAttribute(name) + end);
      }
    }
    if (this.input('c').inputMode !== 'decimal') line.querySelector('[value="khong-phat-sinh"]').remove();
    byId('r', this.k).after(line);
    this.arrange();
  }

  /** arrange leaves those fields of the opened line that its kind of "no number" asks for. */
  arrange() {
    const kind = this.input('n')?.value;
    for (const field of byId('x', this.k)?.querySelectorAll('[data-for]') ?? []) field.hidden = !field.dataset.for.split(' ').includes(kind);
  }
}

/** say returns the icon of a state and a text beside it. */
export function say(state, text) {
  const icon = document.getElementById('states').content.querySelector(`[data-state="${state}"] > svg`);
  const words = document.createElement('span');
  words.textContent = text;
  return icon ? [icon.cloneNode(true), words] : [words];
}

function randomId() { return Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, '0')).join(''); }
