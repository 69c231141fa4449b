// Sending what was changed on a sheet: one request at a time, and the same request again until the server has answered
// it, so that a change whose answer was lost is not taken for somebody else's.

import { fetchToken } from "./app.js";

const patience = 10e3; // ms until a request counts as failed

export class Saves {
  #url; #next; #ended; #batch = []; #busy = false; #refused = false;

  /**
   * next returns the changed cells to send now, at most a hundred; [] if there are none.
   * ended is told how each request ended, {answer} or {text, status}, and what it sent; at last {} when all rests.
   */
  constructor(url, { next, ended }) {
    [this.#url, this.#next, this.#ended] = [url, next, ended];
  }

  get busy() { return this.#busy; }

  /** size is how many cells are on their way. */
  get size() { return this.#batch.length; }

  /** send sends until nothing is left or a request fails; what failed is sent again by the next call. */
  async send() {
    if (this.#busy) return;
    this.#busy = true;
    for (let failed = false; !failed;) {
      if (!this.#batch.length) this.#batch = this.#next();
      if (!this.#batch.length) break;
      const end = await this.#post(), sent = this.#batch;
      failed = !end.answer && !stands(end.status);
      if (!failed) this.#batch = [];
      this.#ended(end, sent);
    }
    this.#busy = false;
    this.#ended({}, []);
  }

  async #post() {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), patience);
    try {
      if (this.#refused) await fetchToken(); // somebody may have signed in again in another window
      const response = await fetch(this.#url, {
        method: 'POST', credentials: 'same-origin', signal: abort.signal, body: JSON.stringify({ items: this.#batch }),
        headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRF': document.querySelector('meta[name="csrf"]').content },
      });
      const answer = await response.json();
      this.#refused = response.status === 401 || response.status === 403;
      return response.ok ? { answer } : { text: answer.error, status: response.status };
    } catch {
      return { text: 'Mất kết nối với máy chủ.', status: 0 };
    } finally {
      clearTimeout(timer);
    }
  }
}

/** stands reports whether a refusal stays however often the request is repeated. */
function stands(status) { return [404, 409, 413, 422].includes(status); }
