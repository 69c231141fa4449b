// The entry sheet: each cell is saved by itself when it is left. The page also works as a plain form without this.

import { announce } from "./app.js";
import { Cell, codeOf, fields, say } from "./cell.js";
import { Saves } from "./saves.js";

const form = document.getElementById('sheet');
const cells = new Map();
const saves = new Saves(form.dataset.save, { next, ended });
let typing = null;   // the input that is being changed
let failure = null;  // how the last request failed: {text, status}
let locked = false;  // the server takes no more changes
let savedAt = '';
let submitting = false;

function cell(k) {
  if (!cells.has(k)) cells.set(k, new Cell(form, k));
  return cells.get(k);
}

const unsaved = () => [...cells.values()].filter((one) => one.unsaved);

// --- saving ---------------------------------------------------------------------------------------------------

function commit(input) {
  const field = input.name[1] === '.' && fields[input.name[0]];
  if (!field || locked) return;
  const one = cell(input.name.slice(2));
  if (field === 'raw' || field === 'den') { // the other part of a ratio may have been refused because of this one
    for (const other of one.refused) one.dirty.add(other);
    one.refused.clear();
  }
  one.refused.delete(field);
  one.dirty.add(field);
  one.arrange();
  if (one.theirs) showConflict(one);
  else send(one);
}

function send(one) {
  one.show('pending', 'Đang lưu');
  saves.send();
  report();
}

function next() {
  const ready = [...cells.values()].filter((one) => one.dirty.size && !one.theirs && !locked);
  return ready.slice(0, 100).map((one) => one.change());
}

function ended({ answer, text, status }, sent) {
  if (answer) {
    for (const item of answer.items) settle(cell(item.k), item);
    for (const item of answer.others) if (form.elements[`c.${item.k}`] && !cell(item.k).unsaved) cell(item.k).follow(item);
    savedAt = answer.now.slice(11, 16).replace(':', 'h');
    count(answer.filled);
  } else if (status === 404 || status === 409) {
    lock(text);
  } else if (status === 413 || status === 422) {
    for (const { k } of sent) settle(cell(k), { status: 'rejected', text });
  }
  if (sent.length) failure = answer ? null : { text, status };
  report();
}

function settle(one, item) {
  const sent = one.sent;
  one.sent = new Set();
  if (item.status === 'conflict') {
    for (const field of sent) one.dirty.add(field);
    one.theirs = item;
    showConflict(one);
  } else if (item.status === 'rejected') {
    const again = one.dirty.has('raw') || one.dirty.has('den'); // typed meanwhile: goes with what was refused without it
    for (const field of sent) if (!one.dirty.has(field)) (again ? one.dirty : one.refused).add(field);
    if (!again) {
      one.show('rejected', item.text);
      announce(item.text);
    }
  } else {
    one.fill(item, typing);
  }
  if (one.dirty.size && !one.theirs) one.show('pending', 'Đang lưu');
}

function showConflict(one) {
  const { theirs } = one;
  const text = `${theirs.by} đã ghi ${theirs.theirs} lúc ${theirs.at}`;
  one.show('conflict', text, button(`Giữ số của tôi: ${one.typed()}`, () => {
    [one.v, one.theirs] = [theirs.v, null];
    send(one);
  }), button(`Dùng số ${theirs.theirs}`, () => {
    [one.dirty, one.refused, one.theirs] = [new Set(), new Set(), null];
    one.fill(theirs);
    report();
  }));
  announce(text);
}

function button(text, onClick) {
  const made = document.createElement('button');
  [made.type, made.className, made.textContent] = ['button', 'btn btn-small', text];
  made.addEventListener('click', onClick);
  return made;
}

/** lock makes the sheet read-only after the server has closed it, and lists what was not saved. */
function lock(text) {
  locked = true;
  for (const input of form.elements) input.disabled = true;
  const box = document.getElementById('unsent'), lost = unsaved();
  box.querySelector('p').textContent = lost.length ? `${text} Các ô sau chưa lưu, chép lại trước khi tải lại trang:` : text;
  box.querySelector('ul').replaceChildren(...lost.map((one) => {
    const line = document.createElement('li');
    line.textContent = `${one.k}: ${one.typed()}`;
    one.show('rejected', 'Chưa lưu');
    return line;
  }));
  box.hidden = false;
  box.scrollIntoView();
}

// --- the bar at the bottom ------------------------------------------------------------------------------------

function report() {
  const left = unsaved().length;
  const [state, text] = locked ? ['error', 'Biểu đã khóa; số chưa lưu ghi ở đầu trang']
    : saves.busy ? ['pending', `Đang lưu ${saves.size || left} ô…`]
    : failure ? ['off', `${failure.text} ${left} ô chưa lưu`]
    : left ? ['error', `${left} ô chưa lưu vì có lỗi`]
    : savedAt ? ['saved', `Đã lưu tất cả lúc ${savedAt}`] : ['open', 'Chưa có thay đổi'];
  document.getElementById('save-state').replaceChildren(...say(state, text));
  form.querySelector('.save-bar').dataset.net = failure || locked ? 'off' : 'on';
  document.getElementById('retry').hidden = !failure || locked;
  document.getElementById('sign-in').hidden = failure?.status !== 401;
  if (submitting && !saves.busy) finishSubmit();
}

/** count brings the totals and the tabs of the groups up to date. */
function count(filled) {
  const total = { filled, failures: 0, warnings: 0 };
  const groups = {};
  for (const table of form.querySelectorAll('[data-group]')) {
    const group = groups[table.dataset.group] ??= { filled: 0, due: 0, failures: 0, warnings: 0 };
    group.filled += table.querySelectorAll('tr[data-filled]').length;
    for (const { dataset } of table.querySelectorAll('.cell-msg')) {
      group.due++;
      if (dataset.state === 'warning') group.warnings++;
      if (['error', 'rejected', 'conflict'].includes(dataset.state)) group.failures++;
    }
  }
  for (const [name, group] of Object.entries(groups)) {
    total.failures += group.failures;
    total.warnings += group.warnings;
    const [state, words] = group.failures ? ['error', 'có lỗi'] : group.warnings ? ['warning', 'có cảnh báo'] : group.filled === group.due ? ['saved', 'đã đủ'] : ['open', 'chưa đủ'];
    const tab = document.getElementById(`t-${name}`);
    tab.querySelector('svg').replaceWith(say(state, '')[0]);
    tab.querySelector('.sr-only').textContent = `${words}: `;
    tab.querySelector('.count').textContent = `${group.filled}/${group.due}`;
  }
  for (const place of document.querySelectorAll('[data-count]')) place.textContent = total[place.dataset.count];
  document.getElementById('filled').value = filled;
  const begun = document.getElementById('states').content.querySelector('.badge');
  if (filled) document.querySelector('.page-meta .badge-not-started')?.replaceWith(begun.cloneNode(true));
}

function finishSubmit() {
  submitting = false;
  const [first] = unsaved();
  if (!first) return document.getElementById('submit').showModal();
  announce('Chưa trình được: còn ô chưa lưu.');
  first.inputs()[0].focus();
}

// --- events ---------------------------------------------------------------------------------------------------

form.addEventListener('input', (event) => { typing = event.target; });
form.addEventListener('focusout', () => { typing = null; });
form.addEventListener('change', (event) => {
  typing = null;
  commit(event.target);
});
form.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.isComposing || !event.target.matches('input')) return;
  event.preventDefault();
  event.target.blur(); // commits
  event.target.focus();
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  submitting = Boolean(event.submitter?.matches('[data-submit]'));
  if (failure) saves.send();
  report();
});
form.addEventListener('click', (event) => {
  const row = event.target.closest('.more-link')?.closest('tr');
  if (!row) return;
  event.preventDefault();
  const one = cell(codeOf(row));
  one.open();
  one.input('n').focus();
});
document.getElementById('retry').addEventListener('click', () => saves.send());
addEventListener('beforeunload', (event) => { if (!locked && (typing || unsaved().length)) event.preventDefault(); });
for (const line of form.querySelectorAll('.row-more')) cell(codeOf(line)).arrange();
