// The bar at the bottom of a sheet: what is saved, what is not, and the counts of the groups.

import { say } from "./words.js";

/** failing are the states that count as an error, notable those that F8 leads to. */
const failing = new Set(['error', 'rejected', 'conflict']);
export const notable = (cell) => failing.has(cell.state) || cell.state === 'warning';

/** stateOf is how the queue stands, in one of the bar's sentences. */
function stateOf({ locked, held, failed, busy, sending, left, wrong, savedAt }) {
  if (locked) return ['locked', 'Biểu đã khóa'];
  if (held) return ['off', `Hết phiên làm việc: ${left} ô chưa lưu`];
  if (failed) return ['off', `Mất kết nối: ${left} ô chưa lưu, máy sẽ tự gửi lại`];
  if (busy || left > wrong) return ['pending', `Đang lưu ${sending || left} ô…`];
  if (wrong) return ['error', `${wrong} ô chưa lưu vì có lỗi`];
  return savedAt ? ['saved', `Đã lưu tất cả lúc ${savedAt}`] : ['open', 'Chưa có thay đổi'];
}

/** showQueue brings the bar up to date with the queue. */
export function showQueue(bar, queue) {
  const [state, text] = stateOf(queue);
  const place = document.getElementById('save-state');
  if (place.dataset.state !== state) {
    place.dataset.state = state;
    showIcon(place, state);
  }
  write(place.querySelector('span'), text);
  bar.dataset.net = state === 'off' || state === 'locked' ? 'off' : 'on';
  document.getElementById('retry').hidden = state !== 'off' || queue.held;
  document.getElementById('sign-in-again').hidden = !queue.held || queue.locked;
}

const icons = new Map(); // of the bar by state; they stay, as an icon put in anew makes the browser lay out all others

function showIcon(place, state) {
  if (!icons.size) place.querySelector('svg').remove(); // the server's
  if (!icons.has(state)) {
    icons.set(state, say(state, '')[0]);
    place.prepend(icons.get(state));
  }
  for (const [name, icon] of icons) icon.toggleAttribute('hidden', name !== state);
}

let places; // where the totals stand

/** showCounts brings the totals and the tabs of the groups up to date. */
export function showCounts(cells, filled) {
  const total = { filled, failures: 0, warnings: 0 }, groups = {};
  for (const cell of cells) {
    const group = groups[cell.group] ??= { filled: 0, due: 0, failures: 0, warnings: 0 };
    group.due++;
    group.filled += cell.filled;
    group.warnings += cell.state === 'warning';
    group.failures += failing.has(cell.state);
  }
  for (const [name, group] of Object.entries(groups)) {
    total.failures += group.failures;
    total.warnings += group.warnings;
    showTab(document.getElementById(`t-${name}`), group);
  }
  places ??= [...document.querySelectorAll('[data-count]')];
  for (const place of places) write(place, String(total[place.dataset.count]));
  const bar = document.getElementById('filled');
  if (bar.value !== filled) bar.value = filled;
  const begun = document.getElementById('states').content.querySelector('.badge');
  if (filled) document.querySelector('.page-meta .badge-not-started')?.replaceWith(begun.cloneNode(true));
}

function showTab(tab, group) {
  const [state, words] = group.failures ? ['error', 'có lỗi'] : group.warnings ? ['warning', 'có cảnh báo'] : group.filled === group.due ? ['saved', 'đã đủ'] : ['open', 'chưa đủ'];
  if (tab.dataset.state !== state) {
    tab.dataset.state = state;
    tab.querySelector('svg').replaceWith(say(state, '')[0]);
    tab.querySelector('.sr-only').textContent = `${words}: `;
  }
  write(tab.querySelector('.count'), `${group.filled}/${group.due}`);
}

/** write puts a text into a place that holds another one. */
function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** tell says something in the bar, once. */
export function tell(text) {
  const place = document.getElementById('said');
  place.textContent = text;
  place.hidden = !text;
}
