// Which units of the board are chosen. The rows are replaced every minute; what was chosen stays chosen, and a unit
// that is filtered out or has finished meanwhile is not sent.

const form = document.getElementById('remind');
const all = document.getElementById('pick-all');
const picked = document.getElementById('picked');
const chosen = new Set();

const boxes = () => [...document.querySelectorAll('#rows input[type=checkbox]')];

function show() {
  const here = boxes(), n = here.filter((box) => box.checked).length;
  all.checked = n > 0 && n === here.length;
  all.indeterminate = n > 0 && n < here.length;
  all.disabled = here.length === 0;
  picked.textContent = n ? `Đã chọn ${n} đơn vị:` : 'Chưa chọn đơn vị nào: mọi đơn vị chưa xong.';
}

function mark(box) {
  if (box.checked) chosen.add(box.value);
  else chosen.delete(box.value);
}

document.addEventListener('change', (event) => {
  if (event.target === all) {
    for (const box of boxes()) {
      box.checked = all.checked;
      mark(box);
    }
  } else if (event.target.matches('#rows input[type=checkbox]')) {
    mark(event.target);
  } else {
    return;
  }
  show();
});

document.addEventListener('htmx:afterSwap', () => {
  for (const box of boxes()) box.checked = chosen.has(box.value);
  show();
});

if (form && all && picked) {
  all.hidden = false;
  for (const box of boxes()) mark(box); // as the browser has kept them
  show();
}
addEventListener('pageshow', () => {
  if (!form) return;
  for (const box of boxes()) mark(box);
  show();
});
