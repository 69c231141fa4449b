// Signing in again without leaving the sheet, as the same person: what is unsent stays in the page and goes on.

/** pageOf reads a page of this site. */
async function pageOf(response) {
  return new DOMParser().parseFromString(await response.text(), 'text/html');
}

const csrfOf = (page) => page.querySelector('meta[name="csrf"]')?.content;

/** adopt takes over the token of a fresh page of the sheet. It returns 'ours', 'other' for somebody else's, 'none'. */
function adopt(page, user) {
  const sheet = page.querySelector('[data-sheet]');
  if (!sheet) return 'none';
  if (sheet.dataset.user !== user) return 'other';
  document.querySelector('meta[name="csrf"]').content = csrfOf(page);
  for (const input of document.querySelectorAll('input[name="csrf"]')) input.value = csrfOf(page);
  return 'ours';
}

/** renew gets a fresh token and returns how that went, as adopt; 'lost' without an answer. */
export async function renew(user) {
  try {
    return adopt(await pageOf(await fetch(location.pathname, { credentials: 'same-origin' })), user);
  } catch {
    return 'lost';
  }
}

/** post sends a form of the sign-in with the token of the page that it stands on, and returns the page that answers. */
async function post(url, page, fields) {
  const body = new URLSearchParams({ csrf: csrfOf(page) ?? '', toi: location.pathname, ...fields });
  return pageOf(await fetch(url, { method: 'POST', credentials: 'same-origin', body }));
}

/** signIn sends name and password, then the code where one is asked for: needCode is called when there is none yet. It
 * returns '' when the person is in, or the sentence that says why not. */
async function signIn(user, password, code, needCode) {
  try {
    const first = await pageOf(await fetch('/dang-nhap', { credentials: 'same-origin' }));
    let page = await post('/dang-nhap', first, { username: user, password });
    if (page.getElementById('code')) {
      if (!code) {
        needCode();
        return 'Gõ thêm mã 6 chữ số trong ứng dụng xác thực.';
      }
      page = await post('/dang-nhap/ma', page, { code });
    }
    const refused = page.querySelector('.signin .notice-error p') ?? page.querySelector('[data-reason]');
    if (refused) return refused.textContent.trim();
    return adopt(page, user) === 'ours' ? '' : 'Đã đăng nhập nhưng không mở được biểu. Chép các số chưa lưu rồi tải lại trang.';
  } catch {
    return 'Mất kết nối với máy chủ. Thử lại sau.';
  }
}

/** bindSignIn makes the dialog work; done is called when the person is in again. */
export function bindSignIn(user, done) {
  const dialog = document.getElementById('sign-in'), form = dialog.querySelector('form');
  const refusal = dialog.querySelector('.notice'), password = document.getElementById('sign-in-password');
  const code = document.getElementById('sign-in-code');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const send = form.querySelector('[type=submit]');
    send.disabled = true;
    let wanted = password;
    const text = await signIn(user, password.value, code.value, () => { wanted = code; });
    send.disabled = false;
    code.value = '';
    if (wanted === code) code.closest('.field').hidden = false;
    else password.value = '';
    refusal.hidden = !text;
    refusal.querySelector('p').textContent = text;
    if (text) return wanted.focus();
    dialog.close();
    done();
  });
}

/** askSignIn opens the dialog. */
export function askSignIn() {
  const dialog = document.getElementById('sign-in');
  if (dialog.open) return;
  dialog.showModal();
  document.getElementById('sign-in-password').focus();
}
