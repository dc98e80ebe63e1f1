import { codec } from '#application';
import { ForeignPosition, openLog } from '#event-store';
import { isEnvelope, type Projection } from '#kernel';
import { createPool, OperatorError } from '#platform';
import { allProjections } from '#projections';
import { digestLive, replay, type Replay, type ReplayEnd } from '#subscriptions';
import { Progress, shareOf } from './progress.js';
import { projectionsNamed } from './read-models.js';
import { say, type Verb } from './verb.js';
import { withDatabase } from './with-database.js';

interface Asked {
  readonly to: string;
  readonly agency?: string;
  readonly compareLive?: boolean;
  readonly summary?: boolean;
  readonly json?: boolean;
}

export const verb: Verb = {
  register: (program) => {
    program
      .command('replay')
      .description(
        'Fold the log up to a point into scratch tables, and print what the read models held then: coded values, ' +
          'tokens, ciphertext only as its class. Needs no key, changes nothing.',
      )
      .requiredOption(
        '--to <point>',
        'a position; an RFC 3339 time (what had been recorded by then, by the clock of the log); or head',
      )
      .option('--agency <kind>', `only one of ${allProjections.map(({ name }) => name).join(', ')}`)
      .option('--compare-live', 'beside each hash, that of the live rows, replayed to where they are')
      .option('--summary', 'numbers of rows and hashes, no rows')
      .option('--json', 'one JSON object per line')
      .action((asked: Asked) =>
        withDatabase(async (databaseUrl, { eventStore }) => {
          const projections = projectionsNamed(asked.agency);
          const end = endOf(asked.to);
          if (asked.compareLive && end !== 'head')
            throw new OperatorError('--compare-live goes with --to head: the live rows are those of now.');
          const store = await openLog({ databaseUrl, eventStore, codec, name: 'replay' });
          try {
            const head = await store.head();
            const progress = new Progress('replay', undefined);
            const options = {
              store,
              databaseUrl,
              onProgress: ({ events, position }: { events: number; position: string }) =>
                progress.at(events, shareOf(position, head)),
            };
            if (asked.compareLive) {
              await compareLive(databaseUrl, projections, options, asked);
              progress.end();
              return;
            }
            await replay({ ...options, projections, to: end }, async (replayed) => {
              progress.end();
              await print(replayed, projections, asked);
            });
          } catch (error) {
            if (error instanceof ForeignPosition)
              throw new OperatorError('The log has no such position: positions stand in "stream --json".', {
                cause: error,
              });
            throw error;
          } finally {
            await store.close();
          }
        }),
      );
  },
};

const endOf = (text: string): ReplayEnd => {
  if (text === 'head') return 'head';
  if (!/^\d{4}-\d\d-\d\dT/.test(text)) return { position: text };
  if (
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ||
    Number.isNaN(Date.parse(text))
  )
    throw new OperatorError(
      '--to must be a position, head, or a time with its offset, for example 2026-03-02T08:00:00Z.',
    );
  return { recordedBy: new Date(text).toISOString() };
};

const print = async (replayed: Replay, projections: readonly Projection[], asked: Asked): Promise<void> => {
  const { position, recordedAt, events } = replayed;
  if (asked.json) say(JSON.stringify({ position: position ?? null, recordedAt: recordedAt ?? null, events }));
  else if (position === undefined) say('Nothing had been recorded then.');
  else say(`${events} events, the last at ${position}, recorded at ${recordedAt}`);
  for (const readModel of replayed.readModels) {
    const { name, rows, hash } = readModel;
    if (asked.json) say(JSON.stringify({ readModel: name, rows, hash }));
    else say(`\n${name}: ${rows} rows, hash ${hash}`);
    if (asked.summary) continue;
    for (const table of projections.find((one) => one.name === name)?.tables ?? [])
      for await (const row of readModel.rowsOf(table))
        say(
          asked.json
            ? JSON.stringify({ readModel: name, table, row: withoutCiphertext(row) })
            : `  ${table}  ${JSON.stringify(withoutCiphertext(row))}`,
        );
  }
};

/** An envelope tells nothing but its class. */
const withoutCiphertext = (value: unknown): unknown => {
  if (isEnvelope(value)) return `[sealed ${value.class}]`;
  if (Array.isArray(value)) return value.map(withoutCiphertext);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutCiphertext(inner)]));
};

/** Each read model is replayed to where its live rows are, which go on changing while this runs. */
const compareLive = async (
  databaseUrl: string,
  projections: readonly Projection[],
  options: Omit<Parameters<typeof replay>[0], 'projections' | 'to'>,
  { json }: Asked,
): Promise<void> => {
  const pool = createPool(databaseUrl, { name: 'replay', max: 1, statementTimeoutMs: 30 * 60_000 });
  const differing: string[] = [];
  try {
    for (const projection of projections) {
      const live = await digestLive(pool, projection);
      if (live.position === undefined) {
        if (json) say(JSON.stringify({ readModel: projection.name, position: null }));
        else say(`${projection.name}: the live read model has handled nothing yet`);
        continue;
      }
      const { position } = live;
      await replay({ ...options, projections: [projection], to: { position } }, async ({ readModels }) => {
        const { rows, hash } = readModels[0]!;
        const same = hash === live.hash;
        if (!same) differing.push(projection.name);
        if (json)
          say(
            JSON.stringify({
              readModel: projection.name,
              position,
              rows,
              hash,
              liveRows: live.rows,
              liveHash: live.hash,
              same,
            }),
          );
        else
          say(
            `${projection.name}: at ${position}\n  replayed ${rows} rows, hash ${hash}\n` +
              `  live     ${live.rows} rows, hash ${live.hash}  ${same ? 'the same' : 'NOT THE SAME'}`,
          );
      });
    }
  } finally {
    await pool.end();
  }
  if (differing.length > 0)
    throw new OperatorError(
      `Not what the log says: ${differing.join(', ')}. See "parked list", find out why, and rebuild.`,
    );
};
