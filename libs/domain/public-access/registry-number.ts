/**
 * Registry numbers (dnr) have no common form: each authority has its own, said as a mask in which {YYYY} and {YY} stand
 * for a year and {N} for a running number. `S{YYYY}/{N}` fits S2025/01090, `SN {YY}/{N}` fits SN 18/0098, `{N}-{YYYY}`
 * fits 6394-2012. The number itself stays opaque text.
 */
const places: Readonly<Record<string, string>> = {
  '{YYYY}': '(?:19|20|21)\\d\\d',
  '{YY}': '\\d\\d',
  '{N}': '\\d{1,8}',
};

const parts = (mask: string): readonly string[] => mask.match(/\{[^{}]*\}|[^{}]+|[{}]/g) ?? [];

/** Printable ASCII of at most 40 characters, with one running number and no braces that mean nothing. */
export const isPattern = (mask: string): boolean => {
  if (!/^[\x21-\x7e](?:[\x20-\x7e]{0,38}[\x21-\x7e])?$/.test(mask)) return false;
  const braced = parts(mask).filter((part) => /[{}]/.test(part));
  return braced.every((part) => part in places) && braced.filter((part) => part === '{N}').length === 1;
};

/** Whether a number has the form that its authority gives its numbers. @param mask as `isPattern` admits it */
export const fitsPattern = (mask: string, number: string): boolean =>
  new RegExp(
    `^${parts(mask)
      .map((part) => places[part] ?? part.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&'))
      .join('')}$`,
  ).test(number);
