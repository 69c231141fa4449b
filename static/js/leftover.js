// A sheet that can no longer be changed: what an earlier visit could not send is listed for copying.

import { dropDraft, readDraft, wordsOf } from "./draft.js";
import { showUnsent } from "./unsent.js";
import { Filter } from "./filter.js";
import { bindFocus } from "./focus.js";

const root = document.querySelector('[data-sheet]');
const { user, sheet } = root.dataset;
const left = Object.entries(readDraft(user, sheet));

new Filter(root, document.getElementById('tabs'), () => {});
bindFocus(root);
if (left.length) {
  showUnsent('Biểu đã khóa khi máy này còn số chưa gửi.', left.map(([k, kept]) => `${k}: ${wordsOf(kept)}`));
  document.getElementById('drop-unsent').addEventListener('click', () => {
    dropDraft(user, sheet);
    document.getElementById('unsent').hidden = true;
  });
}
