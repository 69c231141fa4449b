// One cell of the entry sheet in the page. Its inputs are named by a letter and its code, "c.1.01"; the elements
// around them have ids made the same way: r- the row, m- the words, s- the computed number beside it, q- the rate,
// x- the opened line below.

import { parseNumber, formatNumber, sentences, notices } from "./number.js";

/** fields are the letters of the inputs and what the server calls them. */
const fields = { c: 'raw', d: 'den', n: 'none', r: 'reason', e: 'expected', g: 'note', k: 'confirmed' };

/** idOf is the part of an id that names a code. */
const idOf = (k) => k.replaceAll('.', '_');
const byId = (letter, k) => document.getElementById(`${letter}-${idOf(k)}`);

/** codeOf is the code that the id of an element around a cell names. */
export const codeOf = (element) => element.id.slice(2).replaceAll('_', '.');

/** cellsOf returns the cells of a sheet by code, in the order of the page. */
export function cellsOf(form) {
  const inputs = new Map();
  for (const input of form.elements) {
    if (input.name?.[1] !== '.') continue;
    const k = input.name.slice(2);
    if (!inputs.has(k)) inputs.set(k, []);
    inputs.get(k).push(input);
  }
  return new Map([...inputs].map(([k, own]) => [k, new Cell(k, own)]));
}

/** nameOf takes the name of an input apart: its field and the code of its cell; undefined for any other input. */
export function nameOf(input) {
  const field = input.name?.[1] === '.' ? fields[input.name[0]] : undefined;
  return field && { field, k: input.name.slice(2) };
}

/** shipped is what an input held when the server sent it. */
function shipped(input) {
  if (input.type === 'checkbox') return input.defaultChecked;
  if (!input.options) return input.defaultValue;
  return ([...input.options].find((option) => option.defaultSelected) ?? input.options[0]).value;
}

const valueOf = (input) => (input.type === 'checkbox' ? input.checked : input.value);

function setValue(input, value) {
  if (valueOf(input) === value) return;
  if (input.type === 'checkbox') input.checked = value;
  else input.value = value;
}

export class Cell {
  state = '';          // as the words beside the inputs tell it
  dirty = new Set();   // fields to be sent
  sent = new Set();    // on their way
  refused = new Map(); // fields that stay unsent → 'typed' when the browser cannot read them, 'answered' by the server
  theirs = null;       // the answer that somebody else was first
  carry = false;       // the value of the period before is to be taken over
  stale = false;       // the looks do not tell yet what was committed
  #text = '';          // why it was refused
  #read = {};          // field → how it was read, where that could surprise
  #style = 'vi';       // how the refused text was to be read
  #stored;             // look of what is stored: {state, text}
  #saved = {};         // field → what is stored of it, as the input shows it
  #noted = {};         // field → what the input held when it was last left
  #inputs = {};        // letter → input; the collection of the form would be searched anew after each change of the page

  /** inputs are those of the cell with the code k: of its value, its version, and its line if that is open. */
  constructor(k, inputs) {
    this.k = k;
    for (const input of inputs) this.#inputs[input.name[0]] = input;
    this.inputs = [this.input('c'), this.input('d')].filter(Boolean);
    this.row = this.inputs[0].closest('tr');
    this.words = this.row.querySelector('.cell-msg');
    this.group = this.row.closest('[data-group]').dataset.group;
    this.v = parseInt(this.input('v').value, 10);
    this.state = this.words.dataset.state;
    this.#stored = { state: this.state, text: this.words.textContent };
  }

  get unsaved() { return this.carry || this.dirty.size + this.sent.size + this.refused.size > 0; }

  get filled() { return this.row.hasAttribute('data-filled'); }

  get ready() { return (this.carry || this.dirty.size > 0) && !this.theirs; }

  input(letter) { return this.#inputs[letter]; }

  /** saved is what is stored of an input's field. */
  saved(input) { return this.#saved[nameOf(input).field] ?? shipped(input); }

  /** changed reports whether an input holds something that it did not hold when it was last left. */
  changed(input) { return valueOf(input) !== (this.#noted[nameOf(input).field] ?? this.saved(input)); }

  /** read says how a text would stand in an input: {text} or {error}, and a notice. */
  read(input, text, style) {
    if (input.dataset.d === undefined) return { text };
    const decimals = Number(input.dataset.d);
    const number = parseNumber(text, { decimals, percent: 'percent' in input.dataset, style });
    if (number.error) return { text, error: sentences[number.error].replace('{n}', decimals) };
    if (number.value === null) return { text: text.trim() };
    return { text: formatNumber(number.value, this.inputs.length > 1 ? 0 : decimals), notice: notices[number.notice] };
  }

  /** commit takes note of what stands in an input and returns whether it is anything new; the looks wait for look. */
  commit(input, style = 'vi') {
    if (!this.changed(input)) return false;
    const { field } = nameOf(input);
    const number = input.type === 'checkbox' ? {} : this.read(input, input.value, style);
    if (number.text !== undefined && !number.error) setValue(input, number.text);
    this.#noted[field] = valueOf(input);
    this.#read[field] = number.notice;
    this.dirty.delete(field);
    this.refused.delete(field);
    if (number.error) {
      this.refused.set(field, 'typed');
      [this.#text, this.#style] = [number.error, style];
    } else if (valueOf(input) !== this.saved(input) || this.sent.has(field)) {
      this.dirty.add(field);
    }
    if (field === 'none' && input.value) { // stands in place of the number
      for (const part of ['raw', 'den']) this.dirty.delete(part) || this.refused.delete(part);
    }
    if (field === 'raw' || field === 'den') {
      for (const [other, why] of this.refused) { // it may have been refused because of this one
        if (why !== 'answered') continue;
        this.refused.delete(other);
        this.dirty.add(other);
      }
    }
    this.carry = false;
    this.arrange();
    this.stale = !this.theirs;
    return true;
  }

  /** restore puts the last saved value back into an input and returns whether it held another one. */
  restore(input) {
    const before = valueOf(input);
    setValue(input, this.saved(input));
    return this.commit(input) || before !== valueOf(input);
  }

  /** change is what the fields that are dirty hold now, as a save wants it. */
  change() {
    const item = { k: this.k, v: this.v, op: randomId() };
    if (this.carry) item.carry = true;
    else for (const field of this.dirty) item[field] = valueOf(this.#inputOf(field));
    [this.sent, this.dirty] = [this.carry ? new Set(['raw']) : this.dirty, new Set()];
    this.carry = false;
    return item;
  }

  /** unsent is what is not stored yet by field, with the version that it is based on; null if there is nothing. */
  unsent() {
    const list = new Set([...this.dirty, ...this.sent, ...this.refused.keys()]);
    if (!list.size) return null;
    const kept = { v: this.v };
    if (this.refused.size && this.#style !== 'vi') kept.style = this.#style;
    for (const field of list) kept[field] = valueOf(this.#inputOf(field));
    return kept;
  }

  /** take puts what an earlier visit could not send back into the inputs and returns whether any of it is new. */
  take(kept) {
    let news = false;
    for (const [letter, field] of Object.entries(fields)) {
      if (kept[field] === undefined) continue;
      if (!this.input(letter)) this.open();
      const input = this.input(letter);
      if (!input || valueOf(input) === kept[field]) continue;
      setValue(input, kept[field]);
      news = this.commit(input, kept.style) || news;
    }
    if (news) this.v = kept.v;
    return news;
  }

  /** typed is what stands in the cell, in a few words. */
  typed() {
    const value = this.inputs.map((input) => input.selectedOptions?.[0].textContent ?? input.value).join('/');
    const note = ['dirty', 'sent', 'refused'].some((list) => this[list].has('note'));
    return note ? `${value} – ${this.input('g').value}` : value;
  }

  // --- answers --------------------------------------------------------------------------------------------------

  /** settle takes in the answer to what was sent. */
  settle(item, unfold) {
    const sent = this.sent;
    this.sent = new Set();
    if (item.status === 'conflict') {
      for (const field of sent) this.dirty.add(field);
      this.theirs = item;
    } else if (item.status === 'rejected') {
      const again = this.dirty.has('raw') || this.dirty.has('den'); // typed meanwhile: goes with what was refused without it
      for (const field of sent) {
        if (this.dirty.has(field)) continue;
        if (again) this.dirty.add(field);
        else this.refused.set(field, 'answered');
      }
      if (!again) this.#text = item.text;
      this.look();
    } else {
      this.fill(item, unfold);
    }
  }

  /** fill takes over what is stored, but for inputs that are being changed. */
  fill(item, unfold) {
    this.v = item.v;
    for (const [letter, field] of Object.entries(fields)) {
      const input = this.input(letter);
      const typing = input && input === document.activeElement && this.changed(input);
      this.#saved[field] = item[field];
      if (!input || this.dirty.has(field) || this.refused.has(field)) continue;
      this.#noted[field] = item[field];
      if (!typing) setValue(input, item[field]);
    }
    this.follow(item, unfold);
  }

  /** follow takes over what follows from the stored value; unfold opens the line below when it asks for something. */
  follow(item, unfold) {
    const rate = byId('q', this.k), beside = byId('s', this.k);
    if (rate) rate.textContent = item.shown;
    if (beside) beside.textContent = item.todate;
    this.row.toggleAttribute('data-filled', item.filled);
    this.row.toggleAttribute('data-carried', item.carried);
    if (item.none === 'khong-ap-dung' || item.none === 'chua-co' || unfold && item.state === 'warning' && !item.carried) this.open();
    if (item.level === 'warning' && byId('k', this.k)) byId('k', this.k).parentElement.hidden = false;
    this.arrange();
    this.#stored = { state: item.state, text: item.text };
    if (!this.theirs) this.look();
  }

  /** drop forgets what is not stored. */
  drop() {
    [this.dirty, this.refused, this.theirs, this.carry] = [new Set(), new Map(), null, false];
    this.#read = {};
    for (const field of Object.values(fields)) delete this.#noted[field];
  }

  /** stand takes over how the stored value stands, after something around it has changed. */
  stand({ state, text, count }) {
    this.#stored = { state, text };
    this.row.toggleAttribute('data-evidence', count > 0);
    if (!this.theirs) this.look();
  }

  // --- looks ----------------------------------------------------------------------------------------------------

  /** look shows how the cell stands. */
  look() {
    if (this.refused.size) this.show('rejected', this.#text);
    else if (this.unsaved) this.show('pending', 'Đang lưu');
    else this.show(this.#stored.state, this.#told(), ...this.#confirmation());
  }

  /** show sets the look of the inputs and the words beside them. */
  show(state, text, ...more) {
    [this.state, this.stale] = [state, false];
    const bad = state === 'error' || state === 'rejected' || state === 'conflict';
    for (const input of this.inputs) {
      input.dataset.state = state;
      if (bad) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
    }
    this.words.dataset.state = state;
    if (!more.length) {
      this.words.textContent = text;
      return;
    }
    const words = document.createElement('span');
    words.textContent = text;
    this.words.replaceChildren(words, ...more);
  }

  /** #told is what is said of the stored value, and how what was typed has been read into it. */
  #told() {
    const notice = this.#read.raw ?? this.#read.den;
    return notice ? `${this.#stored.text.trim().replace(/\.$/, '')}. ${notice}` : this.#stored.text;
  }

  /** #confirmation is the button that confirms a value of the period before. */
  #confirmation() {
    if (!this.row.hasAttribute('data-carried')) return [];
    const made = document.createElement('button');
    [made.type, made.className, made.textContent, made.dataset.confirm] = ['button', 'btn btn-small', 'Xác nhận', ''];
    return [made];
  }

  /** confirm ticks «Đã kiểm tra, số liệu đúng». */
  confirm() {
    this.open();
    this.input('k').checked = true;
    return this.commit(this.input('k'));
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
    if (this.inputs[0].dataset.d === undefined) line.querySelector('[value="khong-phat-sinh"]').remove();
    for (const input of line.querySelectorAll('[name]')) this.#inputs[input.name[0]] = input;
    this.row.after(line);
    for (const [letter, field] of Object.entries(fields)) {
      const input = this.input(letter);
      if (input && this.#saved[field] !== undefined && !this.inputs.includes(input)) setValue(input, this.#saved[field]);
    }
    this.arrange();
  }

  /** arrange leaves those fields of the opened line that its kind of "no number" asks for. */
  arrange() {
    const kind = this.input('n')?.value;
    if (kind === undefined) return;
    for (const field of byId('x', this.k).querySelectorAll('[data-for]')) field.hidden = !field.dataset.for.split(' ').includes(kind);
  }

  #inputOf(field) { return this.input(Object.keys(fields).find((letter) => fields[letter] === field)); }
}

function randomId() { return Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, '0')).join(''); }
