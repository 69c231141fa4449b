// The behaviour of every page, bound by data attributes; each page also works without it. Loaded as a module.
//
//   data-dialog="id"         opens that <dialog>          data-close           closes the dialog around it
//   data-reveal="id"         shows or hides a password    data-print           prints the page
//   data-autosubmit          sends the form on change     data-confirm-type="x" enables the button of the form
//   data-deadline, data-now  remaining time, RFC 3339     data-focus           gets the focus after a swap
//   data-search              the box that / goes to; in a panel the panel's own

import { ask } from "./dialog.js";
import { draftSize, dropDrafts } from "./draft.js";

const csrfMeta = document.querySelector('meta[name="csrf"]');
const announceBox = document.getElementById('announce');
const alertBox = document.getElementById('alert');

/** announce lets a screen reader say a short text. */
export function announce(text) {
  announceBox.textContent = '';
  setTimeout(() => { announceBox.textContent = text; }, 50);
}

// --- requests -------------------------------------------------------------------------------------------------

document.addEventListener('htmx:configRequest', (event) => {
  if (csrfMeta) event.detail.headers['X-CSRF'] = csrfMeta.content;
});

/** fetchToken reads this page again for a fresh token, after a sign-in in another window. */
export async function fetchToken() {
  const answer = await fetch(location.href, { credentials: 'same-origin' });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = page.querySelector('meta[name="csrf"]');
  if (fresh && csrfMeta) csrfMeta.content = fresh.content;
}

/** reasonOf is the sentence shown when a request failed: the server's own for a refusal, ours otherwise. */
function reasonOf(xhr) {
  if (!xhr || xhr.status === 0) return 'Mất kết nối với máy chủ hoặc máy chủ trả lời quá chậm.';
  if (xhr.status === 401) return 'Phiên làm việc đã hết. Đăng nhập lại ở thẻ mới rồi bấm Thử lại; nội dung đã nhập ở đây vẫn còn.';
  if (xhr.status < 500) {
    const page = new DOMParser().parseFromString(xhr.responseText, 'text/html');
    const said = page.querySelector('[data-reason]');
    if (said) return said.textContent.trim();
  }
  return xhr.status < 500 ? `Máy chủ từ chối yêu cầu (mã ${xhr.status}).` : `Máy chủ gặp lỗi (mã ${xhr.status}).`;
}

function clearAlert() { alertBox.replaceChildren(); }

function button(text, kind, onClick) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = `btn btn-small ${kind}`;
  made.textContent = text;
  made.addEventListener('click', onClick);
  return made;
}

/** showFailure puts the red banner up; again repeats what failed. */
function showFailure(xhr, again) {
  const box = document.createElement('div');
  box.className = 'notice notice-error';
  const text = document.createElement('div');
  const head = document.createElement('strong');
  head.textContent = 'Chưa thực hiện được. ';
  text.append(head, reasonOf(xhr));
  const buttons = document.createElement('div');
  buttons.className = 'btn-row';
  if (xhr && xhr.status === 401) {
    const link = document.createElement('a');
    link.className = 'btn btn-small';
    link.href = '/dang-nhap';
    link.target = '_blank';
    link.textContent = 'Đăng nhập';
    buttons.append(link);
  }
  buttons.append(button('Thử lại', 'btn-main', async () => {
    clearAlert();
    if (xhr && (xhr.status === 401 || xhr.status === 403)) await fetchToken();
    again();
  }), button('Đóng', 'btn-link', clearAlert));
  box.append(text, buttons);
  alertBox.replaceChildren(box);
}

/** repeat sends the failed request of an htmx event again, as the form stands now. */
function repeat(detail) {
  const { elt, requestConfig } = detail;
  if (elt.matches('form') && requestConfig.verb !== 'get') elt.requestSubmit();
  else window.htmx.ajax(requestConfig.verb, requestConfig.path, { source: elt, target: detail.target, values: requestConfig.parameters });
}

for (const name of ['htmx:responseError', 'htmx:timeout', 'htmx:sendError']) {
  document.addEventListener(name, (event) => showFailure(event.detail.xhr, () => repeat(event.detail)));
}
document.addEventListener('htmx:afterRequest', (event) => { if (event.detail.successful) clearAlert(); });

document.addEventListener('htmx:afterSettle', (event) => {
  const place = event.detail.elt.closest('[data-focus]') ?? event.detail.elt.querySelector('[data-focus]') ?? document.querySelector('.error-summary[data-focus]');
  if (place) {
    if (place.tabIndex < 0 && !place.hasAttribute('tabindex')) place.tabIndex = -1;
    place.focus();
  }
  const said = event.detail.elt.querySelector('[data-announce]');
  if (said) announce(said.dataset.announce);
  showDeadlines();
});

// --- clicks, changes, keys ------------------------------------------------------------------------------------

function reveal(toggle) {
  const input = document.getElementById(toggle.dataset.reveal);
  const shown = input.type === 'text';
  input.type = shown ? 'password' : 'text';
  toggle.setAttribute('aria-pressed', String(!shown));
  toggle.textContent = shown ? 'Hiện mật khẩu' : 'Ẩn mật khẩu';
}

document.addEventListener('click', (event) => {
  const at = (selector) => event.target.closest(selector);
  const opener = at('[data-dialog]');
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  } else if (at('[data-close]')) {
    event.preventDefault();
    at('dialog').close();
  } else if (at('[data-reveal]')) {
    reveal(at('[data-reveal]'));
  } else if (at('[data-print]')) {
    window.print();
  }
  for (const open of document.querySelectorAll('details.user[open], details.menu-phone[open]')) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener('change', (event) => {
  if (event.target.closest('[data-autosubmit]')) event.target.form.requestSubmit();
});

/** checkTyped frees the button of a dangerous form when the name of the object has been typed. */
function checkTyped(input) {
  const typed = input.value.normalize('NFC').trim() === input.dataset.confirmType.normalize('NFC');
  const sendButton = input.form.querySelector('[type=submit]');
  sendButton.setAttribute('aria-disabled', String(!typed));
  return typed;
}

document.addEventListener('input', (event) => {
  if (event.target.matches('[data-confirm-type]')) checkTyped(event.target);
});

document.addEventListener('submit', (event) => {
  const input = event.target.querySelector('[data-confirm-type]');
  if (!input || checkTyped(input)) return;
  event.preventDefault();
  event.stopPropagation(); // before htmx sees it
  input.setAttribute('aria-invalid', 'true');
  input.focus();
  announce(`Gõ đúng «${input.dataset.confirmType}» để tiếp tục.`);
}, true);

document.addEventListener('keydown', (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const writing = event.target.matches('input, textarea, select, [contenteditable]');
  if (event.key === '/' && !writing) {
    const box = event.target.closest('#panel')?.querySelector('[data-search]') ?? document.querySelector('[data-search]');
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  } else if (event.key === 'Escape') {
    for (const open of document.querySelectorAll('details.user[open], details.menu-phone[open]')) {
      open.open = false;
      open.querySelector('summary').focus();
    }
  }
});

// --- deadlines ------------------------------------------------------------------------------------------------

const minute = 60e3;
const hour = 60 * minute;
const day = 24 * hour;
const loadedAt = performance.now();

/** serverNow is the server's clock: its time when the page was made, plus what has passed since. */
function serverNow(element) {
  const start = Date.parse(element.dataset.now ?? document.body.dataset.now ?? '');
  return Number.isNaN(start) ? Date.now() : start + performance.now() - loadedAt;
}

/** remaining says a distance in time in the two largest units: "2 ngày 5 giờ". */
function remaining(ms) {
  const d = Math.floor(ms / day), h = Math.floor(ms % day / hour), m = Math.floor(ms % hour / minute);
  if (d > 0) return h > 0 ? `${d} ngày ${h} giờ` : `${d} ngày`;
  if (h > 0) return m > 0 ? `${h} giờ ${m} phút` : `${h} giờ`;
  return `${Math.max(1, m)} phút`;
}

function showDeadlines() {
  for (const element of document.querySelectorAll('[data-deadline]')) {
    const left = Date.parse(element.dataset.deadline) - serverNow(element);
    if (Number.isNaN(left)) continue;
    const text = left > 0 ? `Còn ${remaining(left)}` : `Quá hạn ${remaining(-left)}`;
    const words = element.querySelector('[data-left]') ?? element;
    if (words.textContent !== text) words.textContent = text;
    element.classList.toggle('deadline-past', left <= 0);
    element.classList.toggle('deadline-urgent', left > 0 && left <= 3 * hour);
    element.classList.toggle('deadline-soon', left > 3 * hour && left <= 2 * day);
    for (const mark of [day, hour]) {
      if (left <= mark && left > mark - minute && element.dataset.said !== String(mark)) {
        element.dataset.said = String(mark);
        announce(`${text} đến hạn nộp.`);
      }
    }
  }
}

showDeadlines();
setInterval(showDeadlines, 20e3);
for (const input of document.querySelectorAll('[data-confirm-type]')) checkTyped(input);
document.querySelector('.error-summary[data-focus]')?.focus();

// --- signing out ----------------------------------------------------------------------------------------------

// What a sheet could not send yet does not outlive its owner's session in this browser.
document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!form.matches('[action="/dang-xuat"]')) return;
  const { user } = form.dataset, left = draftSize(user);
  if (!left) return;
  event.preventDefault();
  const answer = await ask({
    title: `Còn ${left} ô chưa lưu`, body: ['Máy chủ chưa nhận các ô này. Đăng xuất thì số đã nhập ở đó mất.'],
    choices: [{ value: '', text: 'Ở lại', main: true }, { value: 'out', text: 'Bỏ số chưa lưu và đăng xuất' }],
  });
  if (answer !== 'out') return;
  dropDrafts(user);
  document.dispatchEvent(new Event('sheet:drop'));
  form.submit();
}, true);

// --- forms sent once ------------------------------------------------------------------------------------------

// A second press on the same button would send the form again while the first answer is still on its way.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = '1';
});
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
});
