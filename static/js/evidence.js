// The evidence of a cell: files are sent one after the other with their progress, can be cancelled, and are looked at
// before they go. Without this the form in #panel-evidence is sent as any other. Who listens for 'sheet:evidence' is
// told how a cell stands after its evidence changed: {code, count, state, text}.

import { announce, fetchToken } from "./app.js";

const endings = ['pdf', 'docx', 'xlsx', 'jpg', 'jpeg', 'png'];
const waiting = []; // files still to be sent
let sending = null; // the request on its way
let failed = null;  // the file that could not be sent

const section = () => document.getElementById('panel-evidence');
const form = () => document.getElementById('panel-upload');

/** busy reports whether a file is on its way. */
export const busy = () => sending !== null;

/** faultOf says why a file is not worth sending, '' if it is. */
function faultOf(file) {
  const name = file.name.normalize('NFC');
  const limit = Number(form().dataset.limit);
  if (!endings.includes(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) || !name.includes('.')) {
    return `Không nhận tệp «${name}»: chỉ nhận pdf, docx, xlsx, jpg, png.`;
  }
  if (file.size === 0) return `Tệp «${name}» trống. Chọn tệp khác.`;
  if (file.size > limit) return `Tệp «${name}» nặng ${Math.ceil(file.size / 2 ** 20)} MB, quá ${Math.round(limit / 2 ** 20)} MB. Giảm dung lượng tệp rồi gửi lại.`;
  return '';
}

// --- sending --------------------------------------------------------------------------------------------------

function take(files) {
  hideFailure();
  const faults = [];
  for (const file of files) {
    const fault = faultOf(file);
    if (fault) faults.push(fault);
    else waiting.push(file);
  }
  if (faults.length) showFailure(faults.join(' '), null);
  next();
}

function next() {
  if (sending || !waiting.length || !form()) return;
  send(waiting.shift());
}

function send(file) {
  const at = form();
  const xhr = new XMLHttpRequest();
  sending = xhr;
  showProgress(file.name, 0);
  xhr.upload.addEventListener('progress', (event) => {
    if (event.lengthComputable) showProgress(file.name, Math.round(100 * event.loaded / event.total));
  });
  xhr.addEventListener('load', () => ended(xhr, file));
  xhr.addEventListener('error', () => stopped(file, `Mất kết nối, tệp «${file.name}» chưa gửi được.`));
  xhr.addEventListener('timeout', () => stopped(file, `Máy chủ trả lời quá chậm, tệp «${file.name}» chưa gửi được.`));
  xhr.addEventListener('abort', () => stopped(null, `Đã hủy gửi tệp «${file.name}».`));
  xhr.open('POST', at.action);
  xhr.timeout = 120e3;
  xhr.setRequestHeader('HX-Request', 'true');
  xhr.setRequestHeader('X-CSRF', document.querySelector('meta[name="csrf"]').content);
  const body = new FormData();
  body.append('file', file, file.name);
  xhr.send(body);
  announce(`Đang gửi tệp ${file.name}.`);
}

/** ended shows the answer: the list as it is now, or the sentence of a refusal. */
function ended(xhr, file) {
  sending = null;
  const page = new DOMParser().parseFromString(xhr.responseText, 'text/html');
  const list = page.getElementById('panel-evidence');
  if (list) {
    replace(list);
    const history = page.getElementById('panel-history');
    if (history) document.getElementById('panel-history').replaceWith(history);
    if (!list.querySelector('.notice-error')) next();
    else waiting.length = 0;
    return;
  }
  let text = `Tệp «${file.name}» chưa gửi được.`;
  if (xhr.status === 401) text = 'Phiên làm việc đã hết. Đăng nhập lại ở thẻ mới rồi bấm Gửi lại.';
  else if ((xhr.status < 500 || xhr.status === 503) && xhr.responseText.length < 500) text = page.body.textContent.trim() || text;
  else text += ` Máy chủ gặp lỗi (mã ${xhr.status}).`;
  stopped(file, text);
}

function stopped(file, text) {
  sending = null;
  waiting.length = 0;
  showProgress('', -1);
  showFailure(text, file);
  announce(text);
}

/** replace puts a new list in the place of the old one and tells the sheet. */
function replace(list) {
  const inside = section().contains(document.activeElement) || document.activeElement === document.body;
  section().replaceWith(list);
  window.htmx.process(list);
  prepare();
  const said = list.querySelector('[data-announce]');
  if (said) announce(said.dataset.announce);
  if (inside) list.querySelector('[data-focus]')?.focus();
  tell(list);
}

function tell(list) {
  const { code, evidence, state, text } = list.dataset;
  document.dispatchEvent(new CustomEvent('sheet:evidence', { detail: { code, count: Number(evidence), state, text } }));
}

// --- what is shown --------------------------------------------------------------------------------------------

function showProgress(name, percent) {
  const box = form()?.querySelector('[data-sending]');
  if (!box) return;
  box.hidden = percent < 0;
  box.querySelector('[data-name]').textContent = percent < 0 ? '' : `Đang gửi ${name}: ${percent}%`;
  box.querySelector('progress').value = Math.max(percent, 0);
}

function showFailure(text, file) {
  failed = file;
  const box = form()?.querySelector('[data-failed]');
  if (!box) return;
  box.hidden = false;
  box.querySelector('.field-error span').textContent = text;
  box.querySelector('[data-again]').hidden = !file;
}

function hideFailure() {
  failed = null;
  const box = form()?.querySelector('[data-failed]');
  if (box) box.hidden = true;
}

/** prepare fits a new form to a browser that sends by itself: no button, many files, a place to drop them. */
export function prepare() {
  const at = form();
  if (!at) return;
  at.querySelector('[type=submit]').hidden = true;
  const field = at.querySelector('[type=file]');
  field.multiple = true;
  at.querySelector('[data-drop]').hidden = false;
}

// --- events ---------------------------------------------------------------------------------------------------

document.addEventListener('change', (event) => {
  if (!event.target.matches('#panel-upload [type=file]')) return;
  take([...event.target.files]);
  event.target.value = '';
});

document.addEventListener('submit', (event) => {
  if (event.target.id !== 'panel-upload') return;
  event.preventDefault();
  take([...event.target.elements.file.files]);
}, true);

document.addEventListener('click', async (event) => {
  if (event.target.closest('[data-cancel]')) sending?.abort();
  if (event.target.closest('[data-again]') && failed) {
    const file = failed;
    hideFailure();
    await fetchToken().catch(() => {});
    take([file]);
  }
});

const zone = (event) => event.target.closest?.('#panel-upload');

for (const name of ['dragenter', 'dragover']) {
  document.addEventListener(name, (event) => {
    if (!zone(event)) return;
    event.preventDefault();
    zone(event).classList.add('over');
  });
}
document.addEventListener('dragleave', (event) => { zone(event)?.classList.remove('over'); });
document.addEventListener('drop', (event) => {
  if (!zone(event)) return;
  event.preventDefault();
  zone(event).classList.remove('over');
  take([...event.dataTransfer.files]);
});

document.addEventListener('htmx:afterSettle', (event) => {
  if (event.detail.elt.id !== 'panel-evidence') return;
  prepare();
  tell(event.detail.elt);
});

addEventListener('beforeunload', (event) => { if (busy()) event.preventDefault(); });
prepare();
