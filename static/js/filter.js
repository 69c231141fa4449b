// Which rows of a sheet are shown: one group or all, those still empty, those that a text finds.

/** fold makes texts alike that differ in accents and capitals only. */
const fold = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/gi, 'd').toLowerCase();

export class Filter {
  #tables; #tabs; #changed; #group = ''; #texts = new Map();

  /** changed is called after rows have been shown or hidden, with their number. */
  constructor(root, tabs, changed) {
    [this.#tables, this.#tabs, this.#changed] = [[...root.querySelectorAll('[data-group]')], tabs, changed];
    tabs.addEventListener('click', (event) => {
      const tab = event.target.closest('a');
      if (!tab) return;
      event.preventDefault();
      this.show(tab.id.slice(2));
    });
    tabs.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], list = [...tabs.querySelectorAll('a')];
      const to = list[list.indexOf(event.target) + step];
      if (!step || !to) return;
      event.preventDefault();
      to.focus();
    });
  }

  /** group is the group that is shown, '' for all. */
  get group() { return this.#group; }

  /** groups are all groups in order. */
  get groups() { return [...new Set(this.#tables.map((table) => table.dataset.group))]; }

  /** show shows one group, '' all of them. */
  show(group) {
    this.#group = group;
    for (const tab of this.#tabs.querySelectorAll('a')) {
      if (tab.id === `t-${group}`) tab.setAttribute('aria-current', 'true');
      else tab.removeAttribute('aria-current');
    }
    this.apply();
  }

  /** reveal makes sure that an element of the sheet can be seen. */
  reveal(element) {
    const table = element.closest('[data-group]');
    if (!table || !table.hidden && !element.closest('tr')?.hidden) return;
    for (const input of this.#inputs()) input.type === 'checkbox' ? input.checked = false : input.value = '';
    this.show(this.#group && table.dataset.group);
  }

  /** apply shows what the tools ask for. A row that is filled in meanwhile stays until the next time. */
  apply() {
    const [empty, find] = this.#inputs();
    const words = fold(find?.value ?? '').split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const table of this.#tables) {
      let any = false;
      const here = !this.#group || table.dataset.group === this.#group;
      for (const row of here ? table.querySelectorAll('tbody > tr:not(.row-more)') : []) {
        const fits = !(empty?.checked && row.hasAttribute('data-filled')) && words.every((word) => this.#text(row).includes(word));
        row.hidden = !fits;
        if (row.nextElementSibling?.matches('.row-more')) row.nextElementSibling.hidden = !fits;
        any ||= fits;
        shown += fits;
      }
      table.hidden = !any;
    }
    this.#changed(shown, Boolean(empty?.checked || words.length));
  }

  #inputs() { return [document.getElementById('only-empty'), document.getElementById('find')].filter(Boolean); }

  #text(row) {
    if (!this.#texts.has(row)) this.#texts.set(row, fold(`${row.cells[0].textContent} ${row.querySelector('th a').textContent}`));
    return this.#texts.get(row);
  }
}
