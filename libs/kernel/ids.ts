import { parse, v5 as uuidV5 } from 'uuid';

/** Namespace of all derived ids of this system (a random UUID, fixed for ever). */
const namespace = parse('f1b4f4f0-6f0e-4f3c-9a53-6a0d1f1c7c55');
const utf8 = new TextEncoder();

/** A UUID that is the same whenever the same parts come in, so that a repeat is recognised. */
export const derivedId = (...parts: readonly (string | number)[]): string => {
  const text = parts.join('\n');
  // Half a surrogate pair has no bytes of its own: two texts would come to one id.
  if (/\p{Surrogate}/u.test(text))
    throw new RangeError('no id can be derived from a text that is not well formed');
  return uuidV5(utf8.encode(text), namespace);
};

/** Id of the `ordinal`-th event that a command writes to a stream. */
export const eventIdOf = (stream: string, commandId: string, ordinal: number): string =>
  derivedId('event', stream, commandId, ordinal);

/** Categories of streams; the README of libs/domain says what each serialises. */
export const categories = [
  'relocation',
  'claim',
  'disclosure',
  'inquiry',
  'decision',
  'threat-assessment',
  'consent',
  'placement',
  'area',
  'destination',
  'appointment',
  'coordination',
  'erasure',
  'public-access',
  'public-register',
  'protected-data',
  'review',
  'access-report',
  'break-glass',
  'joint-opening',
  'process',
  'operations',
] as const;
export type Category = (typeof categories)[number];

/** The only place where a stream name is put together. `id` must not be a name, a number or a place: ids and tokens only. */
export const streamName = (category: Category, id: string): string => `${category}-${id}`;

/** Takes a stream name apart again. Categories may contain hyphens, so the known ones are tried. */
export const parseStreamName = (stream: string): { category: Category; id: string } => {
  const category = categories.find((known) => stream.startsWith(`${known}-`));
  if (!category) throw new Error('unknown stream category');
  return { category, id: stream.slice(category.length + 1) };
};
