// The text that Excel puts on the clipboard: a tab between columns, CRLF between rows, quotes around a cell that holds
// a tab, a line break or a quote.

/** parseTable returns the rows of such a text, each a list of cells. */
export function parseTable(text) {
  const rows = [[]];
  let cell = '', quoted = false, begun = false;
  const end = () => {
    rows.at(-1).push(cell);
    [cell, begun] = ['', false];
  };
  const all = text.replace(/\r\n?/g, '\n');
  for (let i = 0; i < all.length; i++) {
    const c = all[i];
    if (quoted && c === '"' && all[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (quoted) {
      if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"' && !begun) {
      [quoted, begun] = [true, true];
    } else if (c === '\t') {
      end();
    } else if (c === '\n') {
      end();
      rows.push([]);
    } else {
      [cell, begun] = [cell + c, true];
    }
  }
  end();
  if (rows.length > 1 && rows.at(-1).join('') === '') rows.pop(); // the line break after the last row
  return rows;
}
