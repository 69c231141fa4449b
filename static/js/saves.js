// Sending what was changed on a sheet: one request at a time, and the same request again until the server has answered
// it, so that a change whose answer was lost is not taken for somebody else's.

const pause = 20;                         // ms between the last change and the request
const patience = 10e3;                    // ms until a request counts as failed
const waits = [2e3, 4e3, 8e3, 16e3, 30e3]; // ms until the next try, the last one for all that follow

export class Saves {
  failed = false; // the last request did not reach the server
  held = false;   // nothing is sent until release: somebody must sign in, or the sheet is closed

  #url; #next; #ended; #renew;
  #batch = []; #busy = false; #timer = 0; #tries = 0;

  /**
   * next returns the changed cells to send now, at most a hundred; [] if there are none.
   * ended is told how each request ended, {answer} or {text, status}, and what it sent; at last {} when all rests.
   * renew gets a fresh token and resolves to true if that may help.
   */
  constructor(url, { next, ended, renew }) {
    [this.#url, this.#next, this.#ended, this.#renew] = [url, next, ended, renew];
  }

  get busy() { return this.#busy; }

  /** size is how many cells are on their way. */
  get size() { return this.#batch.length; }

  /** soon sends a moment later, so that a burst of changes is one request. While the server is away it waits its turn. */
  soon() {
    if (this.failed || this.#busy || this.held) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), pause);
  }

  /** release lets the queue go on. */
  release() {
    this.held = false;
    return this.now();
  }

  /** now sends until nothing is left or a request fails; what failed is sent again by the next try. */
  async now() {
    if (this.#busy || this.held) return;
    clearTimeout(this.#timer);
    this.#busy = true;
    for (let renewed = false; !this.held;) {
      if (!this.#batch.length) this.#batch = this.#next();
      if (!this.#batch.length) break;
      const end = await this.#post(), sent = this.#batch;
      if (end.status === 403 && !renewed && await this.#renew()) { // signed in again in another window
        renewed = true;
        continue;
      }
      this.failed = !end.answer && passes(end.status);
      this.held ||= end.status === 401;
      if (!this.failed && !this.held) this.#batch = [];
      this.#tries = this.failed ? this.#tries + 1 : 0;
      this.#ended(end, sent);
      if (this.failed) {
        const wait = waits[Math.min(this.#tries, waits.length) - 1];
        this.#timer = setTimeout(() => this.now(), wait * (1 + Math.random() / 4));
        break;
      }
      renewed = false;
    }
    this.#busy = false;
    this.#ended({}, []);
  }

  async #post() {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), patience);
    try {
      const response = await fetch(this.#url, {
        method: 'POST', credentials: 'same-origin', signal: abort.signal, body: JSON.stringify({ items: this.#batch }),
        headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRF': document.querySelector('meta[name="csrf"]').content },
      });
      const answer = await response.json();
      return response.ok ? { answer } : { text: answer.error, status: response.status };
    } catch {
      return { status: 0 }; // no answer, or one that is not this server's
    } finally {
      clearTimeout(timer);
    }
  }
}

/** passes reports whether a refusal may pass if the request is repeated later. */
function passes(status) { return status === 0 || status === 429 || status >= 500; }
