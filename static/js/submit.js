// Checking a sheet before it is submitted: the server's whole check, and beside it what the page could not save.

/** check asks the server what stands in the way. It resolves to its error summary, or {text} when it could not be asked. */
async function check(url) {
  try {
    const response = await fetch(url, { credentials: 'same-origin', headers: { 'HX-Request': 'true' } });
    const body = await response.text();
    if (response.status !== 200 && response.status !== 422) return { status: response.status, text: response.status < 500 ? body : 'Máy chủ gặp lỗi. Thử lại sau ít phút.' };
    return { summary: new DOMParser().parseFromString(body, 'text/html').getElementById('errors') };
  } catch {
    return { status: 0, text: 'Mất kết nối với máy chủ, chưa kiểm tra được.' };
  }
}

/**
 * inspect shows the error summary in the page, with the unsaved cells first. It resolves to {errors}, the number of its
 * lines, or to {text, status} when the server could not be asked.
 */
export async function inspect(url, unsaved) {
  const { summary, text, status } = await check(url);
  if (!summary) return { text, status };
  const here = document.getElementById('errors'), heading = document.title.replace(/^Lỗi: /, '');
  const lines = [...summary.querySelectorAll('li')].filter((line) => !unsaved.some(({ id }) => line.querySelector(`a[href="#${id}"]`)));
  lines.unshift(...unsaved.map(lineOf));
  document.title = lines.length ? `Lỗi: ${heading}` : heading;
  here.replaceChildren();
  if (!lines.length) return { errors: 0 };
  const box = document.createElement('section');
  [box.className, box.tabIndex] = ['error-summary', -1];
  box.setAttribute('aria-labelledby', 'errors-title');
  const title = document.createElement('h2');
  [title.id, title.textContent] = ['errors-title', `Có ${lines.length} lỗi cần sửa`];
  const list = document.createElement('ul');
  list.append(...lines);
  box.append(title, list);
  here.append(box);
  box.focus();
  box.scrollIntoView({ block: 'nearest' });
  return { errors: lines.length };
}

/** lineOf leads to an input that could not be saved. */
function lineOf({ id, text }) {
  const line = document.createElement('li'), link = document.createElement('a');
  [link.href, link.textContent] = [`#${id}`, text];
  line.append(link);
  return line;
}
