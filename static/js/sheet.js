// The entry sheet: each cell is saved by itself when it is left. The page also works as a plain form without this.
//
// number.js reads what is typed, cell.js knows one cell, grid.js and keys.js the way between them, paste.js blocks from
// Excel, saves.js the queue to the server, draft.js what outlives the page, bar.js the line at the bottom.

import { notable, showCounts, showQueue, tell } from "./bar.js";
import { cellsOf, codeOf, nameOf } from "./cell.js";
import { showConflict } from "./conflict.js";
import { dropDraft, keepDraft, readDraft, wordsOf } from "./draft.js";
import { Filter } from "./filter.js";
import { bindFocus } from "./focus.js";
import { Grid } from "./grid.js";
import { listen } from "./keys.js";
import { bindPaste } from "./paste.js";
import { Saves } from "./saves.js";
import { askSignIn, bindSignIn, renew } from "./sign-in.js";
import { inspect } from "./submit.js";
import { showUnsent } from "./unsent.js";

const form = document.getElementById('sheet');
const { user, sheet } = form.dataset;
const bar = form.querySelector('.save-bar');
const at = (id) => document.getElementById(id);
const cells = cellsOf(form);
const cellOf = (input) => cells.get(nameOf(input)?.k);
const grid = new Grid(form);
const saves = new Saves(form.dataset.save, { next, ended, renew: freshToken });

let current = null;   // the input that had the focus last
let locked = false;   // the server takes no more changes
let savedAt = '';
let filled = Number(at('filled').value);
let resting = [];     // called once when the queue is empty or cannot go on
let undo = null;      // what the last paste found: [{input, cell, value}]

const unsaved = () => [...cells.values()].filter((cell) => cell.unsaved);

// --- saving ---------------------------------------------------------------------------------------------------

function commit(input) {
  const cell = cellOf(input);
  if (!cell || locked || !cell.commit(input)) return;
  if (cell.theirs) choose(cell);
  changed();
}

let soon = false; // one report for a burst of changes, such as a paste

/** changed follows a change of cells once the next cell is painted: they are kept, sent, and told of. A page that is hidden before that keeps and sends them at once. */
function changed() {
  if (soon) return;
  soon = true;
  requestAnimationFrame(() => setTimeout(() => {
    soon = false;
    if (!locked) keep();
    saves.soon();
    report();
  }, 20));
}

function keep() {
  keepDraft(user, sheet, Object.fromEntries([...cells].map(([k, cell]) => [k, cell.unsent()]).filter(([, kept]) => kept)));
}

function next() {
  if (locked) return [];
  return [...cells.values()].filter((cell) => cell.ready).slice(0, 100).map((cell) => cell.change());
}

function ended({ answer, text, status }, sent) {
  if (answer) {
    const few = answer.items.length <= 3; // lines that open by themselves would push a whole block about
    for (const item of answer.items) take(item, few);
    for (const item of answer.others) if (cells.has(item.k) && !cells.get(item.k).unsaved) cells.get(item.k).follow(item, few);
    savedAt = answer.now.slice(11, 16).replace(':', 'h');
    filled = answer.filled;
    showHere(answer.here);
    if (answer.locked) lock(answer.locked);
  } else if (status === 401) {
    askSignIn();
  } else if ([403, 404, 409, 423].includes(status)) {
    for (const { k } of sent) cells.get(k).settle({ status: 'rejected', text: 'Chưa lưu' });
    lock(text ?? 'Biểu đã khóa.');
  } else if (status >= 400 && status < 500 && status !== 429) {
    for (const { k } of sent) cells.get(k).settle({ status: 'rejected', text });
  }
  if (answer && !locked) keep();
  report();
  if (!saves.busy) for (const act of resting.splice(0)) act();
}

function take(item, few) {
  const cell = cells.get(item.k);
  cell.settle(item, few);
  if (cell.theirs) tell(choose(cell));
  else if (item.status === 'rejected' && few) tell(`${item.k}: ${item.text}`);
}

const choose = (cell) => showConflict(cell, changed);

/** freshToken reads the page again for a token, and reports whether it is still this person's sheet. */
async function freshToken() {
  const whose = await renew(user);
  if (whose === 'other') {
    saves.held = true;
    askSignIn();
  }
  return whose === 'ours';
}

/** lock makes the sheet read-only after the server has closed it, and lists what was not saved. */
function lock(text) {
  locked = saves.held = true;
  const lost = unsaved();
  for (const input of form.elements) input.disabled = true;
  for (const tool of at('tools').querySelectorAll('button')) tool.hidden = true;
  showUnsent(text, lost.map((cell) => `${cell.k}: ${cell.typed()}`));
  for (const cell of lost) cell.show('rejected', 'Chưa lưu');
  for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
}

/** rest resolves when nothing is on its way any more. */
function rest() {
  if (saves.held) return Promise.resolve();
  return new Promise((resolve) => {
    resting.push(resolve);
    saves.now();
  });
}

// --- the page around the cells --------------------------------------------------------------------------------

function report() {
  for (const cell of cells.values()) if (cell.stale) cell.look();
  const left = unsaved();
  const wrong = left.filter((cell) => cell.theirs || cell.refused.size).length;
  showQueue(bar, { locked, held: saves.held, failed: saves.failed, busy: saves.busy, sending: saves.size, left: left.length, wrong, savedAt });
  showCounts(cells.values(), filled);
  at('undo').hidden = !undo || locked;
  at('check').disabled = saves.failed || saves.held;
}

function showHere(text) {
  const place = at('here');
  if (place.hidden === !text && place.textContent === text) return;
  place.querySelector('span').textContent = text;
  place.hidden = !text;
}

function offerUndo(before, words, text) {
  undo = before;
  at('undo').querySelector('span').textContent = words;
  tell(text);
  changed();
}

/** carryOver takes the values of the period before into empty cells. */
function carryOver(list) {
  const empty = list.filter((cell) => cell && !cell.filled && !cell.unsaved && cell.row.querySelector('.carry') && cell.inputs.every((input) => input.value === ''));
  for (const cell of empty) {
    cell.carry = true;
    cell.look();
  }
  if (!empty.length) return tell('Không có ô trống nào lấy được số kỳ trước.');
  const before = empty.flatMap((cell) => cell.inputs.map((input) => ({ input, cell, value: '' })));
  offerUndo(before, `Hoàn tác lấy ${empty.length} số kỳ trước`, `Đã lấy số kỳ trước cho ${empty.length} ô. Kiểm tra rồi bấm Xác nhận ở từng ô.`);
}

function issue(step) {
  const here = current && cellOf(current);
  const found = grid.search(current, step, (input) => {
    const cell = cellOf(input);
    return cell && cell !== here && cell.inputs[0] === input && notable(cell);
  }) ?? (here && notable(here) ? current : undefined);
  if (found) grid.go(found);
  else tell('Không có ô nào có lỗi, cảnh báo.');
}

function openLine(cell) {
  cell.open();
  cell.input('n').focus();
}

function toPanel() {
  const panel = at('panel');
  panel.dataset.open = ''; // on a narrow screen it lies over the sheet
  panel.focus();
}

function fromPanel() {
  delete at('panel').dataset.open;
  if (current) grid.go(current);
}

function toGroup(step) {
  const list = ['', ...filter.groups], to = list[list.indexOf(filter.group) + step];
  if (to === undefined) return;
  filter.show(to);
  if (grid.first) grid.go(grid.first);
}

/** visit leads to the element that a link of the page names, wherever it is hidden. */
function visit(id) {
  const [letter, code] = [id[0], id.slice(2).replaceAll('_', '.')];
  const cell = cells.get(code);
  if (cell && 'gk'.includes(letter)) cell.open();
  const element = at(id) ?? cell?.row;
  if (!element) return;
  filter.reveal(element);
  const goal = element.matches('input, select, textarea') ? element : element.querySelector('.cell') ?? element;
  goal.focus();
  goal.scrollIntoView({ block: 'center' });
}

/** examine saves what is left and shows what stands in the way of submission. */
async function examine() {
  if (document.activeElement.matches?.('.cell')) commit(document.activeElement);
  await rest();
  if (locked || saves.held || saves.failed) {
    tell('Chưa kiểm tra được: còn ô chưa lưu.');
    return null;
  }
  const left = unsaved().map((cell) => ({ id: cell.inputs[0].id, text: `${cell.k} ${cell.row.querySelector('th a').textContent}: ${(cell.words.firstElementChild ?? cell.words).textContent}` }));
  const found = await inspect(form.dataset.check, left);
  if (found.status === 401) askSignIn();
  else if ([403, 404, 409].includes(found.status)) lock(found.text);
  else if (found.text) tell(found.text);
  return found.errors ?? null;
}

// --- events ---------------------------------------------------------------------------------------------------

const filter = new Filter(form, at('tabs'), (shown, asked) => {
  grid.changed();
  at('found').textContent = asked ? (shown ? `${shown} chỉ số` : 'Không có chỉ số nào khớp.') : '';
});

listen(form, grid, {
  commit, issue, panel: toPanel, group: toGroup,
  save: () => {
    if (nameOf(document.activeElement)) commit(document.activeElement);
    saves.now();
  },
  restore: (input) => {
    const back = cellOf(input).restore(input);
    if (back) changed();
    return back;
  },
  carry: (input) => carryOver([cellOf(input)]),
  open: (input) => openLine(cellOf(input)),
});
bindPaste(form, grid, cellOf, (before, text) => offerUndo(before, `Hoàn tác dán ${before.length} ô`, text));
bindSignIn(user, () => saves.release());
bindFocus(form, () => !saves.failed && !saves.held);

let fresh = null; // the input that a press of the mouse is giving the focus to
form.addEventListener('focusin', ({ target }) => {
  if (!target.matches('.cell')) return;
  [current, fresh] = [target, target];
  target.select?.();
});
form.addEventListener('focusout', ({ target }) => { if (nameOf(target)) commit(target); });
form.addEventListener('change', ({ target }) => { if (nameOf(target) && target.matches('select, [type=checkbox]')) commit(target); });
form.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.isComposing || !event.target.matches('.row-more input')) return;
  event.preventDefault();
  commit(event.target);
});
form.addEventListener('click', ({ target }) => {
  if (target === fresh && target.selectionStart === target.selectionEnd) target.select?.();
  fresh = null;
});
form.addEventListener('click', (event) => {
  const row = event.target.closest('tr'), cell = row && cells.get(codeOf(row));
  if (event.target.closest('.more-link')) {
    event.preventDefault();
    openLine(cell);
  } else if (event.target.closest('.carry')) {
    carryOver([cell]);
  } else if (event.target.closest('[data-confirm]')) {
    if (cell.confirm()) changed();
  }
});
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (!event.submitter?.matches('[data-submit]')) return;
  if (await examine() === 0) at('submit').showModal();
});
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (!link || link.closest('#tabs') || link.matches('.skip')) return;
  event.preventDefault();
  visit(link.hash.slice(1));
});
document.addEventListener('sheet:evidence', ({ detail }) => { // the panel has added or removed some
  const cell = cells.get(detail.code);
  if (!cell || locked) return;
  cell.stand(detail);
  report();
});
document.addEventListener('sheet:note', (event) => { // a link of the panel
  const cell = cells.get(event.detail.code);
  if (!cell || locked) return;
  event.preventDefault();
  cell.open();
  filter.reveal(cell.row);
  cell.input('g').focus();
});
at('panel').addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.isComposing) fromPanel();
});
at('to-panel').addEventListener('click', () => ('open' in at('panel').dataset ? fromPanel() : toPanel()));
at('retry').addEventListener('click', () => saves.now());
at('sign-in-again').addEventListener('click', askSignIn);
at('undo').addEventListener('click', () => {
  for (const { input, cell, value } of undo) {
    input.value = value;
    cell.carry = false;
    cell.commit(input);
    cell.stale = true;
  }
  undo = null;
  tell('Đã hoàn tác.');
  changed();
});
at('next-issue').addEventListener('click', () => issue(1));
at('check').addEventListener('click', async () => { if (await examine() === 0) tell('Không còn lỗi hay cảnh báo chưa giải trình: trình duyệt được.'); });
at('next-cell').addEventListener('pointerdown', (event) => event.preventDefault()); // the keypad stays
at('next-cell').addEventListener('click', () => { if (grid.first) grid.go(current ? grid.next(current) ?? grid.first : grid.first); });
at('carry-all')?.addEventListener('click', () => carryOver(grid.inputs.map(cellOf).filter((cell, i, all) => all.indexOf(cell) === i)));
at('only-empty').addEventListener('change', () => filter.apply());
at('find').addEventListener('input', () => filter.apply());
addEventListener('online', () => { if (saves.failed) saves.now(); });
addEventListener('beforeunload', (event) => {
  if (locked) return;
  const input = document.activeElement;
  if (nameOf(input)) commit(input);
  keep();
  if (unsaved().length) event.preventDefault();
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' || locked) return;
  if (nameOf(document.activeElement)) commit(document.activeElement);
  keep();
  saves.now();
});

document.addEventListener('sheet:drop', () => { locked = true; }); // signing out: what is unsent was given up

// --- the last hour --------------------------------------------------------------------------------------------

const deadline = Date.parse(document.querySelector('.page-meta [data-deadline]')?.dataset.deadline ?? '');
const ahead = Date.parse(document.body.dataset.now) - performance.now(); // of the server's clock

/** showLastHour tells near the deadline whose clock counts. */
function showLastHour() {
  const left = deadline - ahead - performance.now();
  at('last-hour').hidden = !(left > 0 && left <= 3600e3);
}
if (!Number.isNaN(deadline)) setInterval(showLastHour, 20e3);

// --- at the start ---------------------------------------------------------------------------------------------

for (const link of form.querySelectorAll('tbody th a, .more-link, .carry')) link.tabIndex = -1; // Tab leads from cell to cell
for (const cell of cells.values()) if (cell.row.hasAttribute('data-carried')) cell.look();
for (const line of form.querySelectorAll('.row-more')) cells.get(codeOf(line)).arrange();
at('tools').hidden = at('check').hidden = false;
form.dataset.live = '';

const kept = Object.entries(readDraft(user, sheet));
const back = kept.filter(([k, values]) => cells.get(k)?.take(values));
const astray = kept.filter(([k]) => !cells.has(k));
if (astray.length) showUnsent('Các ô này của lần trước không còn sửa được.', astray.map(([k, values]) => `${k}: ${wordsOf(values)}`));
if (back.length) {
  tell(`Đã khôi phục ${back.length} ô chưa lưu.`);
  changed();
} else {
  if (!astray.length) dropDraft(user, sheet);
  report();
}
document.documentElement.dataset.ready = '';
