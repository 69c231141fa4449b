// The list of values that were not saved and cannot be any more, for copying.

/** showUnsent shows the list under a sentence; lines are texts such as «1.01: 12». */
export function showUnsent(text, lines) {
  const box = document.getElementById('unsent'), list = box.querySelector('ul'), copy = document.getElementById('copy-unsent');
  box.querySelector('p').textContent = lines.length ? `${text} Các ô sau chưa lưu, chép lại trước khi rời trang:` : text;
  list.replaceChildren(...lines.map((words) => {
    const line = document.createElement('li');
    line.textContent = words;
    return line;
  }));
  copy.hidden = !lines.length;
  copy.onclick = () => {
    getSelection().selectAllChildren(list);
    document.execCommand('copy'); // the clipboard of navigator exists on https only
  };
  box.hidden = false;
  box.scrollIntoView({ block: 'nearest' });
}
