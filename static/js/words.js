// Words with the icon of a state before them.

const icons = new Map();

/** say returns the icon of a state, if it has one, and a text beside it. */
export function say(state, text) {
  if (!icons.has(state)) icons.set(state, document.getElementById('states').content.querySelector(`[data-state="${state}"] > svg`));
  const words = document.createElement('span');
  words.textContent = text;
  const icon = icons.get(state);
  return icon ? [icon.cloneNode(true), words] : [words];
}

/** button makes a small button. */
export function button(text, onClick) {
  const made = document.createElement('button');
  [made.type, made.className, made.textContent] = ['button', 'btn btn-small', text];
  made.addEventListener('click', onClick);
  return made;
}
