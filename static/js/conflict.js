// Two people wrote into one cell: nothing is overwritten, the second one chooses.

import { button } from "./words.js";

/**
 * showConflict puts the choice into the words of the cell and returns the sentence. chosen is called when it has been
 * made; the cell is then ready to be sent, or holds what the other one wrote.
 */
export function showConflict(cell, chosen) {
  const { theirs } = cell;
  const text = `${theirs.by} đã ghi ${theirs.theirs} lúc ${theirs.at}`;
  const end = () => {
    cell.look();
    cell.inputs[0].focus();
    chosen(cell);
  };
  cell.show('conflict', `${text}.`, button(`Giữ số của tôi: ${cell.typed()}`, () => {
    [cell.v, cell.theirs] = [theirs.v, null];
    end();
  }), button(`Dùng số ${theirs.theirs}`, () => {
    cell.drop();
    cell.fill(theirs);
    end();
  }));
  return text;
}
