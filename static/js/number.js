// Numbers as Vietnamese officials type them, 1.234.567,89: the twin of ParseNumber in app/kpi/number.go. Both pass the
// same vectors, and the server has the last word.

/** sentences say why an input is not read as a number; notices how one was read where that could surprise. */
export const sentences = {
  khong_phai_so: 'Không phải là số. Chỉ ghi chữ số, ví dụ 1.234,5.',
  dau_ngan_cach: 'Dấu chấm, dấu phẩy đặt sai chỗ. Hàng nghìn ghi 1.234, số thập phân ghi 1,5.',
  mo_ho: 'Chưa rõ là hàng nghìn hay số thập phân: hàng nghìn ghi 1.234, số thập phân ghi 1,23.',
  phai_so_nguyen: 'Chỉ số này là số nguyên, không ghi phần thập phân.',
  qua_so_le: 'Chỉ ghi đến {n} chữ số thập phân. Làm tròn rồi ghi lại.', // n as the format allows
  don_vi: 'Chỉ số này không tính bằng %. Ghi số theo đơn vị tính của chỉ số.',
  qua_lon: 'Số quá lớn (hơn 15 chữ số). Kiểm tra lại đơn vị tính.',
};
export const notices = {
  hieu_la_nghin: 'Đã hiểu là hàng nghìn.',
  cham_thap_phan: 'Đã hiểu dấu chấm là dấu thập phân.',
  kieu_anh: 'Đã đổi từ kiểu 1,234.5.',
};

const spaces = /[\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff]/g;
const dotGroups = /^[1-9]\d{0,2}(\.\d{3})+$/;
const commaGroups = /^[1-9]\d{0,2}(,\d{3})+$/;

/**
 * parseNumber reads a typed number.
 * @param {string} raw
 * @param {{decimals?: number, percent?: boolean, style?: 'vi'|'en'}} format digits after the mark, whether a % may
 *   follow, and which mark separates decimals in the block that the number comes from
 * @returns {{value: string|null, special?: string, notice?: string} | {error: string}} value is canonical,
 *   "-1234.5", null for blank input and for the marks «-» and «…», which special names
 */
export function parseNumber(raw, { decimals = 0, percent = false, style = 'vi' } = {}) {
  let s = raw.normalize('NFC').replace(spaces, ' ').trim().replace(/^'/, '');
  if (s === '') return { value: null };
  if (/^[-–—]$/.test(s)) return { value: null, special: 'khong_phat_sinh' };
  if (s === '...' || s === '…') return { value: null, special: 'khong_thu_thap' };
  const brackets = /^\(.*\)$/.test(s);
  if (brackets) s = s.slice(1, -1).trim();
  const sign = /^[-−–+]/.exec(s)?.[0];
  if (sign && brackets) return { error: 'khong_phai_so' }; // could mean either number
  if (sign) s = s.slice(1).trim();
  if (s.endsWith('%')) {
    if (!percent) return { error: 'don_vi' };
    s = s.slice(0, -1).trim();
  }
  if (/\d \d/.test(s)) {
    if (!/^\d{1,3}( \d{3})+([.,]\d+)?$/.test(s)) return { error: 'khong_phai_so' };
    s = s.replaceAll(' ', '');
  }
  if (!/^[\d.,]+$/.test(s) || !/\d/.test(s)) return { error: 'khong_phai_so' };
  const parts = split(s, decimals, style);
  if (parts.error) return { error: parts.error };
  const frac = parts.frac.replace(/0+$/, ''), whole = parts.whole.replace(/^0+(?=\d)/, '');
  if (frac.length > decimals) return { error: decimals === 0 ? 'phai_so_nguyen' : 'qua_so_le' };
  if (whole.length > 15 || whole.length + frac.length > 18) return { error: 'qua_lon' };
  const text = frac ? `${whole}.${frac}` : whole;
  const negative = brackets || Boolean(sign && sign !== '+');
  return { value: negative && text !== '0' ? `-${text}` : text, ...(parts.notice && { notice: parts.notice }) };
}

/** split divides digits and marks into the whole part and the fraction. */
function split(s, decimals, style) {
  const dots = s.split('.').length - 1, commas = s.split(',').length - 1;
  const at = (mark, group, groups) => {
    const i = s.lastIndexOf(mark), whole = s.slice(0, i), frac = s.slice(i + 1);
    const good = /^\d+$/.test(frac) && (whole.includes(group) ? groups.test(whole) : /^\d+$/.test(whole));
    return good ? { whole: whole.replaceAll(group, ''), frac } : { error: 'dau_ngan_cach' };
  };
  const dotted = () => (dots > 1 ? { error: 'dau_ngan_cach' } : at('.', ',', commaGroups));
  const comma = () => (commas > 1 ? { error: 'dau_ngan_cach' } : at(',', '.', dotGroups));
  if (dots && commas && s.lastIndexOf(',') > s.lastIndexOf('.')) return comma();
  if (dots && commas || dots && style === 'en') return { notice: 'kieu_anh', ...dotted() };
  if (dots && dotGroups.test(s)) return { whole: s.replaceAll('.', ''), frac: '', notice: decimals >= 3 && dots === 1 ? 'hieu_la_nghin' : undefined };
  if (dots) return { notice: 'cham_thap_phan', ...dotted() }; // 1.5, 0.123, 12.75
  if (commas > 1 || commas && style === 'en' && commaGroups.test(s)) {
    return commaGroups.test(s) ? { whole: s.replaceAll(',', ''), frac: '', notice: 'kieu_anh' } : { error: 'dau_ngan_cach' };
  }
  if (!commas) return { whole: s, frac: '' };
  const parts = comma();
  return !parts.error && commaGroups.test(s) && decimals < 3 ? { error: 'mo_ho' } : parts;
}

/** formatNumber shows a canonical number, «1.234.567,8», padded with zeros up to so many decimals. */
export function formatNumber(value, decimals = 0) {
  const [whole, frac = ''] = value.replace('-', '').split('.');
  const tail = frac.padEnd(decimals, '0');
  return (value.startsWith('-') ? '-' : '') + whole.replace(/\B(?=(\d{3})+(?!\d))/g, '.') + (tail && `,${tail}`);
}

/**
 * blockStyle tells from the cells that can be read in one way only how the numbers of a block are written: 'vi', 'en',
 * '' when it makes no difference, null when somebody has to say it.
 */
export function blockStyle(texts) {
  let vi = 0, en = 0, doubt = 0;
  for (const text of texts) {
    const s = text.replace(/[\s\u00a0%()+−–-]/g, '');
    if (/^[1-9]\d{0,2}[.,]\d{3}$/.test(s)) doubt++;
    else if (/^\d{1,3}(\.\d{3})+,\d+$|^\d{1,3}(\.\d{3}){2,}$|^\d+,\d+$/.test(s)) vi++;
    else if (/^\d{1,3}(,\d{3})+\.\d+$|^\d{1,3}(,\d{3}){2,}$|^\d+\.\d+$/.test(s)) en++;
  }
  if (vi && en) return null;
  return vi ? 'vi' : en ? 'en' : doubt ? null : '';
}
