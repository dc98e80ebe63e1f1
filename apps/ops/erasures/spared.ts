import { Facts, type SparedBecause, whySpared } from '#application';
import { parseStreamName } from '#kernel';
import { type RowsLeft, rowsLeft, sealedStreams } from '#personal-data';
import type { Means } from './carry-out.js';
import type { Order } from './orders.js';

/** What each reason means, for who looks after the keys. */
const meaning: Readonly<Record<SparedBecause, string>> = {
  OTHER_CLASS: 'of the same file, and not what the decision is on',
  LEGAL_HOLD: 'held by the authority that was asked',
  CAME_SINCE: 'of the same authority, and there since the decision',
  OTHER_FILE: 'the file of another authority, or another file',
};

/**
 * What a decision that was carried out has left of the person, and why, in lines of counts and codes: no name, no id of a
 * stream, no token.
 */
export const sparedBy = async (
  { store, pool, tombstones }: Pick<Means, 'store' | 'pool' | 'tombstones'>,
  order: Order,
): Promise<readonly string[]> => {
  const { decisionId, subject } = order;
  const line = (await tombstones.read()).findLast((one) => one.decisionId === decisionId && one.done);
  const facts = new Facts(store, async () => undefined);
  const why = await whySpared(
    { facts, sealedStreams: (of) => sealedStreams(pool, of) },
    order,
    line?.streams ?? [],
  );
  return linesOf(decisionId, await rowsLeft(pool, subject), why);
};

export const linesOf = (
  decisionId: string,
  { keys, index, companions, register }: RowsLeft,
  why: (stream: string) => SparedBecause,
): readonly string[] => {
  if (keys.length + index + companions + register === 0)
    return [`${decisionId}  nothing of the person is left.`];
  const reasons = [...new Set(keys.map(({ stream }) => why(stream)))].sort();
  return [
    `${decisionId}  left of the person, and why:`,
    ...reasons.map((reason) => {
      const mine = keys.filter(({ stream }) => why(stream) === reason);
      const streams = [...new Set(mine.map(({ stream }) => stream))];
      return `  ${reason}  ${mine.length} keys (${counted(mine.map((key) => key.class))}) in ${streams.length} streams (${counted(
        streams.map((stream) => parseStreamName(stream).category),
      )}): ${meaning[reason]}`;
    }),
    ...(index > 0
      ? [`  INDEX  ${index} rows of the index of persons: a file that stays has the identity`]
      : []),
    ...(companions > 0
      ? [`  COMPANIONS  ${companions} rows of who goes along with the person: of a file that stays`]
      : []),
    ...(register > 0
      ? [
          `  REGISTER  ${register} rows of Police’s register: a file stays, or those are known from whom the person is kept`,
        ]
      : []),
  ];
};

/** `address 1, needs 2` */
const counted = (codes: readonly string[]): string =>
  [...new Set(codes)]
    .sort()
    .map((code) => `${code} ${codes.filter((one) => one === code).length}`)
    .join(', ');
