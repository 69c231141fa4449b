// The keyboard of a sheet, as in a table of Excel. Keys belong to the input method while it composes a letter.

/** composing reports whether a key belongs to the input method. */
export const composing = (event) => event.isComposing || event.keyCode === 229;

/** atEdge reports whether an arrow key would leave the input: all is marked, it is empty, or the caret stands there. */
function atEdge(input, left) {
  const { value, selectionStart: start, selectionEnd: end } = input;
  return value === '' || start === 0 && end === value.length || start === end && start === (left ? 0 : value.length);
}

/**
 * way returns where a key leads from an input of the grid: an input, undefined for nowhere, null when the key has no
 * way in it.
 */
function way(grid, input, event) {
  const { key, shiftKey: shift } = event;
  if (event.ctrlKey || event.metaKey) return { Home: grid.first, End: grid.last }[key] ?? null;
  const typed = input.matches('input');
  if (key === 'Enter' && !input.matches('textarea')) return shift ? grid.above(input) : grid.next(input);
  if (!typed) return null; // a list and a text keep their arrows
  switch (key) {
    case 'ArrowDown': return grid.below(input);
    case 'ArrowUp': return grid.above(input);
    case 'PageDown': return grid.far(input, 10);
    case 'PageUp': return grid.far(input, -10);
    case 'ArrowRight': return shift || !atEdge(input, false) ? null : grid.beside(input, 1);
    case 'ArrowLeft': return shift || !atEdge(input, true) ? null : grid.beside(input, -1);
    default: return null;
  }
}

/**
 * listen binds the keys of the cells. acts holds what the sheet does: commit(input), restore(input) → whether anything
 * changed, panel(), open(input), carry(input), group(step), issue(input, step), save().
 */
export function listen(form, grid, acts) {
  form.addEventListener('keydown', (event) => {
    const input = event.target;
    if (!input.matches('.cell') || composing(event)) return;
    const act = actOf(event, input, grid, acts);
    if (act) {
      event.preventDefault();
      act();
      return;
    }
    if (event.altKey) return;
    const to = way(grid, input, event);
    if (to === null) return;
    event.preventDefault();
    if (to) grid.go(to);
    else acts.commit(input);
  });
  document.addEventListener('keydown', (event) => {
    if (composing(event) || event.altKey || document.querySelector('dialog[open]')) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
      event.preventDefault();
      acts.save();
    } else if (event.key === 'F8' && !event.defaultPrevented) {
      event.preventDefault();
      acts.issue(event.shiftKey ? -1 : 1);
    }
  });
}

/** actOf returns what a key does at an input beside moving on, undefined if nothing. */
function actOf(event, input, grid, acts) {
  const { key, shiftKey: shift, ctrlKey, metaKey, altKey } = event;
  if (altKey && key === 'PageDown') return () => acts.group(1);
  if (altKey && key === 'PageUp') return () => acts.group(-1);
  if (altKey) return undefined;
  if ((ctrlKey || metaKey) && key === 'Enter') return () => acts.panel();
  if (key === 'F8') return () => acts.issue(shift ? -1 : 1);
  if (key === 'F4') return () => acts.carry(input);
  if (key === 'F2' && shift) return () => acts.open(input);
  if (key === 'F2' && input.setSelectionRange) return () => input.setSelectionRange(input.value.length, input.value.length);
  if (key === 'Escape') return () => { if (acts.restore(input)) input.select?.(); };
  return undefined;
}
