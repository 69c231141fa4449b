// Pasting a block of cells from Excel: to the right and down from the input that has the focus.

import { ask } from "./dialog.js";
import { blockStyle } from "./number.js";
import { parseTable } from "./table-text.js";

const plenty = 200; // cells above which the paste is shown before it is done
const shown = 50;   // lines of that list

/**
 * place returns the input of a row that a column of the block goes to, undefined if there is none. A row of the sheet
 * holds one value: a ratio takes two columns, numerator and denominator; a running total stands in the second column
 * unless the block has one only.
 */
function place(inputs, column, start, width) {
  const [first, denominator] = inputs;
  if (start.matches('[name^="d."]')) return column === 0 ? denominator : undefined;
  if (denominator) return inputs[column];
  const total = first?.closest('td').dataset.t === 'Lũy kế' && start.closest('td').dataset.t !== 'Lũy kế' && width > 1;
  return column === (total ? 1 : 0) ? first : undefined;
}

/** choiceOf is the value of a list's option that a text names. */
function choiceOf(list, text) {
  const same = (a) => a.normalize('NFC').trim().toLowerCase() === text.normalize('NFC').trim().toLowerCase();
  return [...list.options].find((option) => option.value && (same(option.textContent) || same(option.value)))?.value;
}

/** plan pairs the block's values with the inputs they go to. Empty values never erase. */
function plan(grid, cellOf, start, table) {
  const rows = grid.rows, at = rows.indexOf(start.closest('tr')), width = Math.max(...table.map((line) => line.length));
  const entries = [];
  let outside = 0;
  table.forEach((line, y) => line.forEach((text, x) => {
    if (text.trim() === '') return;
    const inputs = [...rows[at + y]?.querySelectorAll('.cell') ?? []];
    const input = place(inputs, x, start, width);
    if (input && !input.disabled) entries.push({ input, text: text.trim(), cell: cellOf(input) });
    else outside++;
  }));
  return { entries, outside };
}

/** weigh says what each value would do: how it would stand, whether it can be read, whether it replaces another one. */
function weigh(entries, style) {
  for (const entry of entries) {
    const { input, cell } = entry;
    if (input.options) {
      entry.value = choiceOf(input, entry.text);
      entry.error = entry.value === undefined ? 'Không có trong danh sách lựa chọn.' : undefined;
    } else {
      const read = cell.read(input, entry.text, style);
      [entry.value, entry.error] = [read.text, read.error];
    }
    entry.before = cell.saved(input);
    entry.replaces = !entry.error && entry.before !== '' && entry.before !== entry.value;
  }
}

async function styleOf(entries) {
  const style = blockStyle(entries.filter(({ input }) => input.dataset.d !== undefined).map(({ text }) => text));
  if (style !== null) return style || 'vi';
  return ask({
    title: 'Dấu thập phân trong số liệu vừa dán', body: ['Khối số vừa dán đọc được theo hai cách. Chọn cách ghi số của tệp nguồn.'],
    choices: [{ value: 'vi', text: '1.234,5 (dấu phẩy)', main: true }, { value: 'en', text: '1,234.5 (dấu chấm)' }, { value: '', text: 'Hủy' }],
  });
}

/** preview shows what a large paste, or one over saved values, would do, and resolves to whether to do it. */
async function preview({ entries, outside }) {
  const refused = entries.filter((entry) => entry.error), replaced = entries.filter((entry) => entry.replaces);
  const facts = [`${entries.length - refused.length} ô sẽ ghi`, replaced.length && `${replaced.length} ô ghi đè số đang có`,
    refused.length && `${refused.length} giá trị không đọc được, để lại cho sửa`, outside && `${outside} giá trị nằm ngoài vùng nhập`];
  const watched = replaced.length + refused.length ? entries.filter((entry) => entry.error || entry.replaces) : entries;
  const answer = await ask({
    title: 'Xem trước khi dán', body: [`${facts.filter(Boolean).join(' · ')}.`, listOf(watched.slice(0, shown), watched.length)],
    choices: [{ value: 'write', text: `Ghi ${entries.length} ô vào biểu`, main: true }, { value: '', text: 'Hủy' }],
  });
  return answer === 'write';
}

function listOf(entries, all) {
  const table = document.createElement('table');
  table.className = 'data-table compact';
  const cells = (kind, ...texts) => {
    const line = document.createElement('tr');
    line.append(...texts.map((text) => Object.assign(document.createElement(kind), { textContent: text })));
    return line;
  };
  table.createTHead().append(cells('th', 'Mã', 'Đang có', 'Sẽ ghi'));
  const body = table.createTBody();
  for (const { cell, input, before, value, text, error } of entries) {
    body.append(cells('td', cell.k + (input.name[0] === 'd' ? ' (mẫu số)' : ''), wordOf(input, before), error ? `«${text}»: ${error}` : wordOf(input, value)));
  }
  if (all > entries.length) body.append(cells('td', `và ${all - entries.length} ô nữa`, '', ''));
  return table;
}

const wordOf = (input, value) => (input.options ? [...input.options].find((option) => option.value === value)?.textContent ?? '' : value);

/**
 * bindPaste takes over the pasting of blocks; one value stays the browser's own. done is told what was pasted, an undo
 * for it and a sentence about it.
 */
export function bindPaste(form, grid, cellOf, done) {
  form.addEventListener('paste', async (event) => {
    const start = event.target;
    if (!start.matches('input.cell, select.cell')) return;
    const table = parseTable(event.clipboardData.getData('text/plain'));
    if (table.length === 1 && table[0].length === 1) return;
    event.preventDefault();
    const pasted = plan(grid, cellOf, start, table), { entries, outside } = pasted;
    const style = await styleOf(entries);
    if (!style) return;
    weigh(entries, style);
    if ((entries.length > plenty || entries.some((entry) => entry.replaces)) && !await preview(pasted)) return;
    const before = entries.map(({ input, cell }) => ({ input, cell, value: input.value }));
    for (const { input, cell, value, text, error } of entries) {
      input.value = value ?? text;
      cell.commit(input, error ? style : 'vi');
      if (cell.stale) cell.look(); // all in one frame
    }
    grid.go(start);
    done(before, `Đã dán ${entries.length} ô.${outside ? ` ${outside} giá trị nằm ngoài vùng nhập.` : ''}`);
  });
}
