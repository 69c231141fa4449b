// Keys of the page on which sheets are reviewed one after another: 1, 2 and 3 are the buttons that show them. 2 asks
// for a reason first, where none is written. What is typed and not sent holds up whoever leaves the page.

const form = document.getElementById('review');
const comments = () => [...form.querySelectorAll('.say :is(input, textarea)')];
let sent = false;

document.addEventListener('keydown', (event) => {
  if (event.repeat || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || !/^[123]$/.test(event.key)) return;
  if (event.target.closest('input, textarea, select, dialog')) return;
  const button = form.querySelector(`[data-key="${event.key}"]`);
  if (!button) return;
  event.preventDefault();
  const fields = comments();
  if (event.key === '2' && fields.length && !fields.some((field) => field.value.trim())) {
    fields[0].closest('details').open = true;
    fields[0].focus();
    return;
  }
  button.click();
});

addEventListener('submit', (event) => { // the last to hear of it: a dialog may have come between
  if (event.target === form) sent = !event.defaultPrevented;
});
addEventListener('beforeunload', (event) => {
  if (!sent && comments().some((field) => field.value !== field.defaultValue)) event.preventDefault();
});
