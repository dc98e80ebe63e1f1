import { invalid } from './validation.js';
import type { ListMeta } from './list.dto.js';

/** One page of a list as it goes out. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly _meta: ListMeta;
}

/** The sort key of the last item of a page, as opaque text. Only codes, dates and ids may be in it. */
export const cursorOf = (key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * Takes a cursor apart again.
 * @throws Problem request.invalid when it is none of ours: not `parts` texts or numbers.
 */
export const keyOf = (cursor: string, parts: number): (string | number)[] => {
  try {
    const key = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
    const ours =
      Array.isArray(key) &&
      key.length === parts &&
      key.every((part) => typeof part === 'string' || typeof part === 'number');
    if (ours) return key as (string | number)[];
  } catch {
    // Falls through: the same answer as for any other text that is no cursor.
  }
  throw invalid({ field: 'cursor', rule: 'isCursor' });
};

/**
 * Makes a page of rows that were read with one more than `limit`: the extra one only tells that there is a next page.
 */
export const pageOf = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOfRow: (row: Row) => readonly (string | number)[],
  show: (row: Row) => Item,
): Page<Item> => {
  const here = rows.slice(0, limit);
  const last = here.at(-1);
  return {
    items: here.map(show),
    _meta: {
      limit,
      count: here.length,
      next: rows.length > limit && last !== undefined ? cursorOf(keyOfRow(last)) : null,
    },
  };
};
