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

/** signIn sends name and password. It returns '' when the person is in, or the sentence that says why not. */
async function signIn(user, password) {
  try {
    const first = await pageOf(await fetch('/dang-nhap', { credentials: 'same-origin' }));
    const body = new URLSearchParams({ csrf: csrfOf(first) ?? '', username: user, password, toi: location.pathname });
    const page = await pageOf(await fetch('/dang-nhap', { method: 'POST', credentials: 'same-origin', body }));
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
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const send = form.querySelector('[type=submit]');
    send.disabled = true;
    const text = await signIn(user, password.value);
    send.disabled = false;
    password.value = '';
    refusal.hidden = !text;
    refusal.querySelector('p').textContent = text;
    if (text) return password.focus();
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
