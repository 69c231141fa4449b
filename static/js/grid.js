// The inputs of a sheet in the order of the page, and the ways between them. What a filter hides is not there.

export class Grid {
  #form; #inputs = null; #columns; #rows;

  constructor(form) { this.#form = form; }

  /** changed forgets the order, after a filter has shown or hidden rows. */
  changed() { this.#inputs = null; }

  /** inputs are the values that can be entered, in reading order. */
  get inputs() { return this.#read().#inputs; }

  /** rows are the rows with a cell, those too that cannot be changed. */
  get rows() { return this.#read().#rows; }

  #read() {
    if (this.#inputs) return this;
    [this.#inputs, this.#columns, this.#rows] = [[], new Map(), []];
    for (const table of this.#form.querySelectorAll('[data-group]')) {
      if (table.hidden) continue;
      for (const row of table.querySelectorAll('tbody > tr:not(.row-more)')) {
        if (row.hidden) continue;
        for (const input of row.querySelectorAll('.cell')) {
          const name = input.closest('td').dataset.t;
          if (!this.#columns.has(name)) this.#columns.set(name, []);
          this.#columns.get(name).push({ input, row: this.#rows.length });
          this.#inputs.push(input);
        }
        this.#rows.push(row);
      }
    }
    return this;
  }

  #column(input) {
    const name = input.closest('td').dataset.t, list = this.#read().#columns.get(name) ?? [];
    return { name, list, at: list.findIndex((place) => place.input === input) };
  }

  /** first and last are the corners. */
  get first() { return this.inputs[0]; }
  get last() { return this.inputs.at(-1); }

  /** beside is the input so many places on in reading order. */
  beside(input, step) {
    const at = this.inputs.indexOf(input);
    return at < 0 ? undefined : this.inputs[at + step];
  }

  /** below is the next input of the column; above the one before. */
  below(input) {
    const { list, at } = this.#column(input);
    return list[at + 1]?.input;
  }

  above(input) {
    const { list, at } = this.#column(input);
    return list[at - 1]?.input;
  }

  /** next is below, and at the end of the column the top of the column after it. */
  next(input) {
    const names = [...this.#read().#columns.keys()], { name } = this.#column(input);
    return this.below(input) ?? this.#columns.get(names[names.indexOf(name) + 1])?.[0].input;
  }

  /** far is the input of the column so many rows on, or the last one on the way. */
  far(input, rows) {
    const { list, at } = this.#column(input);
    if (at < 0) return undefined;
    const goal = list[at].row + rows;
    return (rows > 0 ? list.find(({ row }) => row >= goal) ?? list.at(-1) : list.findLast(({ row }) => row <= goal) ?? list[0]).input;
  }

  /** search is the next input after this one in reading order, round and round, that the test takes; step -1 goes back. */
  search(input, step, test) {
    const list = step > 0 ? this.inputs : [...this.inputs].reverse();
    const at = list.indexOf(input);
    return [...list.slice(at + 1), ...list.slice(0, at + 1)].find(test);
  }

  /** go puts the focus on an input and marks all that stands in it. */
  go(input) {
    if (input === document.activeElement) input.select?.();
    else input.focus(); // which marks it
  }
}
