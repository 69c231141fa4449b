// What a sheet could not send yet, kept in this browser: it comes back after a reload or a crash. Only unsent values are
// kept, for a week at most, and they go when the server has them or when their owner signs out.

const life = 7 * 24 * 3600e3; // ms
const prefix = 'chiso:chua-luu:';
const keyOf = (user, sheet) => `${prefix}${user}:${sheet}`;

/** stored lists the keys that begin with a text. The storage may be switched off: then there are none. */
function stored(start) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(start));
  } catch {
    return [];
  }
}

function read(key) {
  try {
    const { at, cells } = JSON.parse(localStorage.getItem(key));
    return Date.now() - at < life ? cells : null;
  } catch {
    return null;
  }
}

/** keepDraft keeps the unsent cells of a sheet, {code: {v, field: value, …}}; none at all drops what was kept. */
export function keepDraft(user, sheet, cells) {
  try {
    if (Object.keys(cells).length) localStorage.setItem(keyOf(user, sheet), JSON.stringify({ at: Date.now(), cells }));
    else localStorage.removeItem(keyOf(user, sheet));
  } catch {
    // full or switched off: what is in the page is still sent
  }
}

/** readDraft returns what was kept of a sheet, {} if there is nothing, and drops what is too old of all sheets. */
export function readDraft(user, sheet) {
  for (const key of stored(prefix)) if (!read(key)) localStorage.removeItem(key);
  return read(keyOf(user, sheet)) ?? {};
}

/** draftSize is how many cells of all sheets of a user are kept. */
export function draftSize(user) {
  return stored(keyOf(user, '')).reduce((sum, key) => sum + Object.keys(read(key) ?? {}).length, 0);
}

/** dropDraft forgets what is kept of a sheet. */
export function dropDraft(user, sheet) { keepDraft(user, sheet, {}); }

/** dropDrafts forgets what is kept for a user. */
export function dropDrafts(user) {
  for (const key of stored(keyOf(user, ''))) localStorage.removeItem(key);
}

/** wordsOf says in a few words what was kept of a cell. */
export function wordsOf({ raw, den, none, reason, expected, note }) {
  const value = [raw, den].filter((part) => part !== undefined).join('/');
  return [value, none, reason, expected, note].filter(Boolean).join('; ');
}
