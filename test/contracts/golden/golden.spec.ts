import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventRegistrations } from '#application';
import { rules2026 } from '#domain/coordination';
import { type AnyEvent, isEnvelope, type RecordedEvent } from '#kernel';
import { assertCatalogued } from '#personal-data';
import { processManagers } from '#processes';
import { type ParkedDecision, parkedDecisionTypes, registerProcess } from '#subscriptions';
import { playEverything } from '../../../libs/application/testing/every-event.js';
import { World } from '../../../libs/application/testing/world.js';
import {
  checkGoldenFiles,
  type GoldenEvent,
  writeGoldenFile,
} from '../../../libs/event-store/testing/golden.js';
import { randomKeyMaterial } from '../../../libs/personal-data/testing/key-material.js';
import { fireDeadline } from '../../../libs/subscriptions/deadlines.js';
import { dispatcherConsumer } from '../../../libs/subscriptions/dispatcher.js';
import { processConsumer } from '../../../libs/subscriptions/process-runner.js';

// One file for each type and version that was ever stored: history must load for ever. For a new type or version run
//   WRITE_GOLDEN=1 npm test -- test/contracts/golden
// once and commit the file: it is taken from invented cases that the real handlers and processes have played. A file
// that is there already is never written again. `npm test` alone only reads.

const folder = fileURLToPath(new URL('.', import.meta.url));

/** What today's code demands of an event, beside being readable: the marks of the field catalogue. */
const accept = ({ type, data }: AnyEvent): void => {
  if ((parkedDecisionTypes as readonly string[]).includes(type)) return;
  // A golden file does not say where it stood; its own envelopes do.
  const own = Object.values(data).find(isEnvelope);
  assertCatalogued({ type, data, id: own?.event, stream: own?.stream });
};

describe('what has ever been stored', () => {
  beforeAll(async () => {
    if (process.env.WRITE_GOLDEN !== '1') return;
    for (const [type, event] of await examples())
      if (!existsSync(join(folder, `${type}.v${event.schemaVersion}.json`))) writeGoldenFile(folder, event);
  });

  it('has a file for each type and version, and each of them can still be read', () => {
    expect(checkGoldenFiles(folder, eventRegistrations, accept)).toEqual([]);
  });

  it('a type or a version without a file would be noticed, and so would one that nobody can read any more', () => {
    const first = eventRegistrations.find(({ schemaVersion }) => schemaVersion === 1);
    const others = eventRegistrations.filter((one) => one !== first);
    const later = { ...first!, schemaVersion: 2, upcasters: { 1: (data: object) => ({ ...data }) } };
    const unheard = { type: 'Unheard', schemaVersion: 1 };
    expect(checkGoldenFiles(folder, [...eventRegistrations, unheard])).toEqual([
      'Unheard version 1 has no file',
    ]);
    expect(checkGoldenFiles(folder, [later, ...others])).toEqual([`${later.type} version 2 has no file`]);
    expect(checkGoldenFiles(folder, others)).toHaveLength(1);
  });
});

/** Of each type the event that says most. */
const examples = async (): Promise<ReadonlyMap<string, GoldenEvent>> => {
  const world = await World.inMemory(randomKeyMaterial()).found();
  await playEverything(world);
  await runProcesses(world);
  const found = new Map<string, GoldenEvent>();
  const size = (event?: { data: object }) => (event ? JSON.stringify(event.data).length : -1);
  for (const { type, schemaVersion, data } of [
    ...(await world.store.readAll(undefined, 100_000)),
    ...parked,
  ]) {
    const before = found.get(type);
    const says = Object.keys(data).length - Object.keys(before?.data ?? {}).length;
    if (!before || says > 0 || (says === 0 && size({ data }) > size(before)))
      found.set(type, { type, schemaVersion, data: { ...data } });
  }
  return found;
};

const parkedAt = {
  subscription: 'process:relocation',
  sequence: 'process-relocation-0a1b2c3d-0000-5000-8000-000000000001',
  event: '0a1b2c3d-0000-5000-8000-000000000002',
};
/** Operators' decisions need a parked row; these are as ParkedSequences writes them. */
const parked = (
  [
    { type: 'ParkedSequenceRetried', data: parkedAt },
    {
      type: 'ParkedSequenceSkipped',
      data: { ...parkedAt, reason: 'EVENT_OF_NO_CONSEQUENCE', ticket: 'OPS-1234' },
    },
  ] satisfies readonly ParkedDecision[]
).map((decision) => ({ ...decision, schemaVersion: 1 }));

/** The real consumers over the log in memory, until nothing comes any more; one deadline fires at the end. */
const runProcesses = async ({ store, sender, clock }: World): Promise<void> => {
  const nothing = (): void => undefined;
  const now = () => clock.now();
  const consumers = [
    ...processManagers.map((manager) =>
      processConsumer(
        registerProcess(
          manager,
          () => ({ rules: rules2026.rules }),
          ({ rules }) => ({ rulesVersion: rules.version }),
        ),
        store,
        nothing,
      ),
    ),
    dispatcherConsumer(sender, store, now, nothing, 5_000),
  ];
  let reached: string | undefined;
  let set: RecordedEvent | undefined;
  const catchUp = async (): Promise<void> => {
    for (
      let page = await store.readAll(reached, 500);
      page.length > 0;
      page = await store.readAll(reached, 500)
    )
      for (const event of page) {
        reached = event.position;
        if (event.type === 'DeadlineSet') set = event;
        for (const consumer of consumers)
          if (consumer.handles(event))
            for (const sequence of consumer.sequencesOf(event))
              await consumer.act(event, sequence, async () => undefined);
      }
  };
  await catchUp();
  if (!set) throw new Error('no process has set a deadline');
  const { name } = set.data as { name: string };
  await fireDeadline(
    store,
    { stream: set.stream, name, setAt: set.revision },
    now,
    nothing,
    async () => undefined,
  );
  await catchUp();
};
