import pg from 'pg';
import { isEnvelope, type RecordedEvent, schemasOf } from '#kernel';
import { allProjections } from '#projections';
import type { EventStore } from '#event-store';

export interface Left {
  readonly log: readonly string[];
  readonly rows: readonly string[];
}

/**
 * Everything that a run has left behind, as lines of text that are the same in two runs when nothing was lost and nothing
 * happened twice. What cannot be the same is replaced, always the same value by the same word: random ids, what was
 * sealed, positions (by the event that stands there). Left out is when something was recorded, and how often the worker
 * was started.
 *
 * Two runs by the machine's clock are not played at the same times: `timeless` leaves out every instant and day, the
 * ids of traces, and the fingerprints of what was sent, since an instant may have been in it.
 *
 * Streams of officials' and processes' doings are compared event by event. In the stream of a process the outcome of a
 * command may stand before or after the input that the same command caused; so there it is compared what was taken in,
 * what was sent and what came of it, and which deadlines ran, each in its order.
 */
export const whatWasLeft = async (
  store: EventStore,
  adminUrl: string,
  { timeless = false }: { readonly timeless?: boolean } = {},
): Promise<Left> => {
  const events = await readLog(store);
  const maskValues = maskOver(events);
  const mask = (text: string): string => maskValues(timeless ? withoutTimes(text) : text);
  const log = [...byStream(events)].flatMap(([stream, own]) => [
    `== ${mask(stream)}`,
    ...(stream.startsWith('process-') ? processLines(own) : own.map(domainLine)).map(mask),
  ]);
  const rows = (await readRows(adminUrl)).map(mask).sort();
  return { log, rows };
};

const readLog = async (store: EventStore): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for (;;) {
    const page = await store.readAll(events.at(-1)?.position, 1_000);
    if (page.length === 0) return events;
    events.push(...page);
  }
};

/** Domain streams before those of processes, each kind by name: ids appear in the same order in every run. */
const byStream = (events: readonly RecordedEvent[]): ReadonlyMap<string, readonly RecordedEvent[]> => {
  const streams = new Map<string, RecordedEvent[]>();
  const rank = (stream: string) => (stream.startsWith('process-') ? 1 : 0);
  const inOrder = [...new Set(events.map(({ stream }) => stream))].sort(
    (one, other) => rank(one) - rank(other) || (nameOf(one) < nameOf(other) ? -1 : 1),
  );
  for (const stream of inOrder) streams.set(stream, []);
  for (const event of events) streams.get(event.stream)?.push(event);
  return streams;
};

/** The id of a person is random: one case, one person, so the claim has a place of its own. */
const nameOf = (stream: string): string => (stream.startsWith('claim-') ? 'claim' : stream);

const domainLine = ({ id, revision, type, schemaVersion, data, metadata, position }: RecordedEvent): string =>
  JSON.stringify({ revision, type, id, position, schemaVersion, data, metadata });

const processLines = (events: readonly RecordedEvent[]): readonly string[] => {
  const of = (...types: string[]) => events.filter(({ type }) => types.includes(type));
  const line = ({ type, data, metadata }: RecordedEvent, more: object = {}) =>
    JSON.stringify({ type, data: without(data, 'issuedAt', 'setAt', 'recordedAt'), metadata, ...more });
  const outcomes = of('CommandAccepted', 'CommandRefused');
  return [
    ...of('InputRecorded').map((event) => line(event)),
    ...of('CommandIssued').map((issued) =>
      line(issued, {
        // Exactly one, or the line differs.
        cameBack: outcomes
          .filter(({ data }) => (data as { issuedAt: number }).issuedAt === issued.revision)
          .map((outcome) => line(outcome)),
      }),
    ),
    ...of('DeadlineSet', 'DeadlineCleared').map((event) => line(event)),
    ...of('DeadlineFired').map((event) => line(event)),
    ...of('ProcessEnded').map((event) => line(event)),
    `${events.length} events, ${outcomes.length} outcomes`,
  ];
};

/** The value without these fields, at any depth: places in the process stream, and when something was recorded. */
const without = (value: unknown, ...fields: readonly string[]): unknown => {
  if (Array.isArray(value)) return value.map((item) => without(item, ...fields));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([field]) => !fields.includes(field))
      .map(([field, inner]) => [field, without(inner, ...fields)]),
  );
};

const withoutTimes = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'instant')
    .replace(/\d{4}-\d\d-\d\d(?!\d)/g, 'day')
    .replace(/"f\d+-[A-Za-z0-9_-]{43}"/g, '"fingerprint"')
    .replace(/00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]/g, 'trace');

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

const maskOver = (events: readonly RecordedEvent[]): ((text: string) => string) => {
  const words = new Map<string, string>();
  const secrets = new Set<string>();
  const findSecrets = (value: unknown): void => {
    if (isEnvelope(value)) for (const secret of [value.iv, value.ct, value.tag]) secrets.add(secret);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(findSecrets);
  };
  const places = new Map<string, string>();
  for (const { data, position, stream, revision } of events) {
    findSecrets(data);
    places.set(position, stream.startsWith('process-') ? 'in a process' : `${stream} ${revision}`);
  }
  const word = (kind: string) => (value: string) => {
    const known = words.get(value) ?? `${kind}-${words.size + 1}`;
    words.set(value, known);
    return known;
  };
  const epoch = events[0]?.position.replace(/-\d{16}$/, '') ?? '';
  const position = new RegExp(`${epoch}-\\d{16}`, 'g');
  return (text) =>
    text
      .replace(position, (value) => places.get(value) ?? 'nowhere')
      // Sealed values are base64url in quotes.
      .replace(/"([A-Za-z0-9_-]{16,})\\?"/g, (quoted, value: string) =>
        secrets.has(value) ? `"${word('sealed')(value)}"` : quoted,
      )
      .replace(uuid, word('id'));
};

/** How often the worker began, and how far each of its readers is: not what a run has brought about. */
const notCompared = ['checkpoints'];
/** Of the vault only what is projected: keys and reads are the api's. */
const projectedInVault = ['grants', 'grants_progress', 'named_v1', 'frozen', 'disqualified'];

const readRows = async (adminUrl: string): Promise<readonly string[]> => {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const schemas = [...new Set(allProjections.flatMap(schemasOf))];
    const { rows: tables } = await client.query<{ schema: string; name: string; columns: string }>(
      // Numbers that the database gives leave gaps where a transaction was rolled back.
      `SELECT t.table_schema AS schema, t.table_name AS name,
         (SELECT string_agg(format('%I', c.column_name), ', ' ORDER BY c.ordinal_position)
          FROM information_schema.columns c
          WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.is_identity = 'NO') AS columns
       FROM information_schema.tables t
       WHERE t.table_type = 'BASE TABLE' AND t.table_schema = ANY ($1)`,
      [schemas],
    );
    const lines: string[] = [];
    for (const { schema, name, columns } of tables) {
      if (notCompared.includes(name) || (schema === 'vault' && !projectedInVault.includes(name))) continue;
      const { rows } = await client.query<object>(`SELECT ${columns} FROM ${schema}.${name}`);
      lines.push(...rows.map((row) => `${schema}.${name} ${JSON.stringify(row)}`));
    }
    // Deadlines that run; where they were set is a place in the stream of the process.
    const timers = await client.query<object>('SELECT stream, name, due_at FROM subs.timers');
    const parked = await client.query<object>('SELECT subscription, sequence, state FROM subs.parked');
    lines.push(...timers.rows.map((row) => `subs.timers ${JSON.stringify(row)}`));
    lines.push(...parked.rows.map((row) => `subs.parked ${JSON.stringify(row)}`));
    return lines;
  } finally {
    await client.end();
  }
};
