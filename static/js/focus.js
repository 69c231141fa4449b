// Tells the side panel which row the person is at.

/**
 * bindFocus announces each row that gets the focus, as sheet:focus on the document with the code of its cell, while the
 * server can be reached.
 */
export function bindFocus(root, reachable = () => true) {
  let current = null;
  root.addEventListener('focusin', (event) => {
    const row = event.target.closest('tbody > tr');
    if (!row || row.matches('.row-more')) return;
    if (row === current) return;
    const before = current;
    current = row;
    requestAnimationFrame(() => { // here it would be styled twice
      before?.classList.remove('row-on');
      current.classList.add('row-on');
    });
    if (reachable()) document.dispatchEvent(new CustomEvent('sheet:focus', { detail: { code: row.id.slice(2).replaceAll('_', '.') } }));
  });
}
