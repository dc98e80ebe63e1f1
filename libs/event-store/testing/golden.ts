import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isEnvelope, type AnyEvent, type EventMetadata } from '#kernel';
import { canonicalJson } from '../canonical-json.js';
import { createCodec, type EventRegistration } from '../codec.js';

/** One stored event: what the log holds, less the place where it stands. */
export interface GoldenEvent {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Record<string, unknown>;
}

const fileName = ({ type, schemaVersion }: GoldenEvent): string => `${type}.v${schemaVersion}.json`;

/**
 * Reads every file `<Type>.v<version>.json` of a folder with the catalogue. History is not rewritten: a version that was
 * ever stored has its file, and the file loads for ever.
 * @returns one sentence for each thing that is wrong; none when all is well
 */
export const checkGoldenFiles = (
  folder: string,
  registrations: readonly EventRegistration[],
  /** What today's code asks of an event beyond its shape as JSON, for example the field catalogue; throws if not met. */
  accept: (event: AnyEvent) => void = () => undefined,
): readonly string[] => {
  const codec = createCodec(registrations);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const missing = registrations.flatMap(({ type, schemaVersion, formerTypes = [] }) =>
    Array.from({ length: schemaVersion }, (_, index) => index + 1)
      .filter((version) => ![type, ...formerTypes].some((name) => files.includes(`${name}.v${version}.json`)))
      .map((version) => `${type} version ${version} has no file`),
  );
  const unreadable = files.flatMap((name) => {
    try {
      const golden = JSON.parse(readFileSync(join(folder, name), 'utf8')) as GoldenEvent;
      if (fileName(golden) !== name) return [`${name} holds ${fileName(golden)}`];
      const read = codec.decode({ ...place, ...golden });
      accept({ type: read.type, data: read.data });
      const before = new Set(envelopesIn(golden.data));
      return envelopesIn(read.data).every((envelope) => before.has(envelope))
        ? []
        : [`${name}: an upcaster changed an envelope, so that it will not open`];
    } catch (error) {
      return [`${name}: ${error instanceof Error ? error.message : 'cannot be read'}`];
    }
  });
  return [...missing, ...unreadable];
};

/**
 * Writes the file of a new version. To be called by hand, once per version.
 * @throws when there is one already: what was stored does not change
 */
export const writeGoldenFile = (folder: string, event: GoldenEvent): void => {
  mkdirSync(folder, { recursive: true });
  const { type, schemaVersion, data } = event;
  writeFileSync(
    join(folder, fileName(event)),
    `${JSON.stringify(JSON.parse(canonicalJson({ type, schemaVersion, data })), undefined, 2)}\n`,
    { flag: 'wx' },
  );
};

const envelopesIn = (value: unknown): string[] => {
  if (isEnvelope(value)) return [canonicalJson(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(envelopesIn) : [];
};

/** A golden file says nothing of its place. */
const place = {
  id: '00000000-0000-5000-8000-000000000000',
  stream: 'relocation-golden',
  revision: 0,
  position: 'golden-0000000000000001',
  metadata: {} as EventMetadata,
  recordedAt: '2026-01-01T00:00:00.000Z',
};
