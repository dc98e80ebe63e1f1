import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { boardId } from '#application';
import { dataClasses, plainDateOf, streamName } from '#kernel';
import { KeyUnavailable, Opener, Vault } from '#personal-data';
import { createKeyFile, OperatorError, readKeyFile, runtimeUrl } from '#platform';
import { findReceivedProposal, listReceivedProposals, listReceivingInbox } from '#projections';
import { randomKeyMaterial } from '../../libs/personal-data/testing/key-material.js';
import { type CopiedDatabase, Country, foundedDatabase, type FoundedDatabase } from './country.js';
import { askForRelocation, type Does, needSummary, willingBoard } from './main-path.js';
import { startFromSource } from './worker-process.js';

const dayMs = 24 * 3_600_000;

describe('A worker that is started again after the key file was moved away', () => {
  let folder: string;
  let keyFile: string;
  let founded: FoundedDatabase;
  let database: CopiedDatabase;
  let country: Country;
  let worker: ChildProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'faults-keys-'));
    keyFile = join(folder, 'keys', 'keys.json');
    await createKeyFile(keyOptions());
    const keys = await readKeyFile(keyOptions());
    founded = await foundedDatabase(undefined, keys);
    database = await founded.copy();
    // The worker is the one of production, and lives by the machine's clock.
    country = await Country.open(database.url, new Date().toISOString(), keys);
  });
  afterAll(async () => {
    await killed();
    await country.close();
    await database.drop();
    await founded.close();
    await rm(folder, { recursive: true });
  });

  const keyOptions = () => ({ path: keyFile, databaseFolder: join(folder, 'postgres'), dataClasses });

  const started = (): ChildProcess =>
    startFromSource(new URL('../../apps/worker/main.ts', import.meta.url), {
      environment: { DATABASE_URL: runtimeUrl(database.url, 'worker'), DATA_DIR: folder, LOG_LEVEL: 'warn' },
    });
  const killed = async (): Promise<void> => {
    if (!worker || worker.exitCode !== null || worker.signalCode !== null) return;
    const end = once(worker, 'exit');
    worker.kill('SIGKILL');
    await end;
  };

  /** Waits for what the worker brings about. */
  const eventually = async <Result>(look: () => Promise<Result | undefined>): Promise<Result> => {
    for (const until = performance.now() + 120_000; performance.now() < until; await sleep(100)) {
      const seen = await look();
      if (seen !== undefined) return seen;
      if (worker.exitCode !== null) throw new Error(`the worker ended with ${worker.exitCode}`);
    }
    throw new Error('the worker did not bring it about in time');
  };
  const written = (category: Parameters<typeof streamName>[0], id: string, type: string) =>
    eventually(async () =>
      (await country.application.facts.events(streamName(category, id))).findLast(
        (event) => event.type === type,
      ),
    );

  it('still brings the proposal to the board that is asked, and nobody can open anything', async () => {
    let commands = 0;
    const does: Does = (sub, type, intent) => {
      country.clock.set(new Date());
      return country.act(sub, type, intent, `command ${(commands += 1)}`);
    };
    const inDays = (days: number) => plainDateOf(new Date(Date.now() + days * dayMs).toISOString());
    worker = started();
    const caseId = await askForRelocation(does, {
      signedOn: inDays(0),
      validUntil: inDays(300),
      desiredStart: inDays(20),
    });
    const { subject } = (await country.application.facts.relocation(caseId)).opened;
    await written('claim', subject, 'SubjectClaimed');
    await killed();
    const checked = await does('coordinator', 'CheckCandidate', { caseId, municipalityCode: willingBoard });
    const ordered = await does('coordinator', 'OrderProposal', {
      caseId,
      candidateId: checked.created!,
      startOn: inDays(20),
    });
    const proposalId = ordered.created!;

    await rename(keyFile, join(folder, 'moved-away.json'));
    worker = started();

    const { directory, vault } = country.application;
    const preparer = {
      organisation: directory.organisation(boardId(willingBoard)),
      person: directory.person('preparer'),
    };
    // What is told until an instant is shown to who reads before it.
    const asPreparer = () => ({ ...preparer, now: new Date().toISOString() });
    const page = { limit: 10 };
    // The row comes with the proposal, what it says with the disclosure that follows: two events.
    const row = await eventually(async () => {
      const { items } = await listReceivedProposals(country.pool, asPreparer(), page);
      return items.find(({ level }) => level !== null);
    });
    expect(row).toMatchObject({ proposalId, level: 'MEDIUM', adults: 1, children: 1 });
    expect(JSON.stringify(row)).not.toContain(needSummary);
    const inbox = await listReceivingInbox(country.pool, asPreparer(), page);
    expect(inbox.items).toHaveLength(1);
    // The row is the asked board's alone.
    const silent = {
      organisation: directory.organisation(boardId('2580')),
      person: directory.person('silent-preparer'),
    };
    expect((await listReceivedProposals(country.pool, silent, page)).items).toEqual([]);
    expect((await listReceivingInbox(country.pool, silent, page)).items).toEqual([]);
    await written('consent', caseId, 'PlacementProposed');
    const { sealed } = await eventually(async () => {
      const found = await findReceivedProposal(country.pool, asPreparer(), proposalId);
      return found && found.sealed.length > 0 ? found : undefined;
    });
    expect(sealed.map((part) => part.class)).toEqual(['needs']);
    expect(await written('disclosure', caseId, 'InformationDisclosed')).toMatchObject({
      data: { recipient: preparer.organisation, classes: ['needs'] },
    });

    // It did so without a key and without knowing where one could be.
    expect(existsSync(keyFile)).toBe(false);
    if (process.platform === 'linux') expect(await environmentOf(worker)).not.toContain('KEY_FILE');

    // An api that starts now says so in a sentence, and has nothing to open with.
    await expect(readKeyFile(keyOptions())).rejects.toThrow(OperatorError);
    expect(() => new Opener({ classKeys: new Map() }, vault)).toThrow(KeyUnavailable);
    const reading = async () => {
      const disclosed = await written('disclosure', caseId, 'InformationDisclosed');
      return {
        caseId,
        actor: { ...preparer, agencyKind: 'SOCIAL_BOARD' as const },
        purpose: sealed[0]!.purpose,
        legalBasis: 'SOLPUL_6',
        at: new Date().toISOString(),
        disclosureRevision: disclosed.revision,
      };
    };
    const envelopes = sealed.map(({ envelope }) => envelope);
    // The vault goes on recording who asked, and what it hands out is wrapped.
    const before = await readsOf(preparer.person);
    const [handedOut] = await new Vault(country.pool).open(envelopes, await reading());
    expect(handedOut).toMatchObject({ foot: 'WAIVER' });
    expect(await readsOf(preparer.person)).toBe(before + 1);
    await expect(new Opener(randomKeyMaterial(), vault).open(envelopes, await reading())).rejects.toThrow();
    expect(await readsOf(preparer.person)).toBe(before + 2);

    // With the file back in its place the same envelope opens.
    await rename(join(folder, 'moved-away.json'), keyFile);
    const opener = new Opener(await readKeyFile(keyOptions()), vault);
    expect(await opener.open(envelopes, await reading())).toMatchObject([
      { opened: true, value: { summary: needSummary } },
    ]);
  });

  const readsOf = async (person: string): Promise<number> => {
    // Reads may be counted by a reviewer only.
    const client = await country.pool.connect();
    try {
      await client.query('BEGIN; SET LOCAL ROLE vault_reviewer');
      const { rows } = await client.query<{ n: string }>(
        `SELECT count(*) AS n FROM vault.reads WHERE action = 'READ' AND person = $1`,
        [person],
      );
      return Number(rows[0]?.n);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  };
});

/** The environment with which a process runs, as the kernel has it. */
const environmentOf = async ({ pid }: ChildProcess): Promise<readonly string[]> =>
  (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').map((line) => line.replace(/=.*/s, ''));
