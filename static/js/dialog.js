// A question that must be answered before the work goes on.

/**
 * ask shows a dialog with a heading, a body and one button for each choice and resolves to the value of the button
 * pressed, '' when it is closed otherwise.
 * @param {{title: string, body: (Node|string)[], choices: {value: string, text: string, main?: boolean}[]}} question
 */
export function ask({ title, body, choices }) {
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog';
  dialog.setAttribute('aria-labelledby', 'question');
  const heading = document.createElement('h2');
  [heading.id, heading.textContent] = ['question', title];
  const middle = document.createElement('div');
  middle.className = 'dialog-body';
  middle.append(...body.map((part) => (typeof part === 'string' ? paragraph(part) : part)));
  const foot = document.createElement('form');
  [foot.method, foot.className] = ['dialog', 'dialog-foot'];
  for (const { value, text, main } of choices) {
    const made = document.createElement('button');
    [made.type, made.value, made.textContent] = ['submit', value, text];
    made.className = main ? 'btn btn-main' : 'btn';
    made.autofocus = Boolean(main);
    foot.append(made);
  }
  dialog.append(heading, middle, foot);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    dialog.showModal();
  });
}

function paragraph(text) {
  const made = document.createElement('p');
  made.textContent = text;
  return made;
}
