import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { policyVersion } from '#access';
import {
  Application,
  codec,
  type CommandContext,
  erasedFileId,
  type ErasureIntents,
  relocationIn,
  requestSubject,
} from '#application';
import { type ErasureExtent, type ErasureGround, isLink, linkClasses } from '#domain/erasure';
import { createVerbatimCodec, openLog } from '#event-store';
import {
  addDays,
  type DataClass,
  dataClasses,
  derivedId,
  DomainError,
  type Envelope,
  plainDateOf,
  streamName,
} from '#kernel';
import { ensureNotaryKey, TreeTables, verifyLog } from '#notary';
import { ClassKeys, Fingerprints, type KeyMaterial, Tombstones } from '#personal-data';
import {
  createLogger,
  createPool,
  type KeyFileOptions,
  OperatorError,
  readKeyFile,
  SettableClock,
  startEmbeddedDatabase,
} from '#platform';
import { createWorker } from '../../worker/create-worker.js';
import { alfa, beta, delta, epsilon, eta, type Invented, secretsOf, zeta } from '../demo/people.js';
import { untilPlaced } from '../demo/scenario-1.js';
import { type Scenario, scenarios as demoScenarios } from '../demo/scenarios.js';
import { everyRow, plant } from '../demo/search.js';
import { Story } from '../demo/story.js';
import { type Spans, startTraced } from '../demo/spans.js';
import { startSystem, type System } from '../demo/system.js';
import { searchFolder } from '../demo/traces.js';
import { deskOf, live, request } from '../demo/work.js';
import { keepErased } from '../erasures/before-start.js';
import { carryOut } from '../erasures/carry-out.js';
import { hashesIn, numbersAmong, rowTextsBelow, rowTextsIn } from './index-rows.js';
import { envelopesOf, keysIn, tryToOpen } from './keys.js';
import { Report } from './report.js';
import {
  foundWithRoutingKey,
  guessesWithout,
  organisationsAndPlaces,
  testNumbers,
  tokensIn,
  tryAll,
} from './tokens.js';

/** Who is erased by the retention schedule, who by an assumed identity, and who stays because the case is open. */
const [gone, renamed, stays] = [beta, delta, alfa];
const home = '1280';
/** Where who is erased lives meanwhile: what the board there wrote goes with the file, so it must not be kept, either. */
const receivingHome = '2480';
/** A board whose files are kept for research (socialtjänstförordningen 13 kap.). */
const researchHome = '0580';
/** Who is closed like them and must survive, and the rule that keeps each. */
const kept: readonly {
  readonly person: Invented;
  readonly at: string;
  readonly code: string;
  readonly why: string;
}[] = [
  { person: epsilon, at: home, code: 'erasure.legal_hold', why: 'a legal hold' },
  { person: zeta, at: home, code: 'erasure.kept_for_research', why: 'a birthday on the 15th' },
  { person: eta, at: researchHome, code: 'erasure.kept_for_research', why: 'a board in a named county' },
];
/** What the one who gets a new identity was served: it names its party, and bears a number of its own. */
const served = { registryNumber: 'LVU-Delta/0612', text: 'Beslut Delta: påhittad vård, som delges.' };
/** Everything of that person from which the old name could be found. */
const leadsBack = [
  renamed.personalIdentityNumber,
  renamed.givenName,
  renamed.familyName,
  renamed.registryNumber,
  ...renamed.companionNumbers,
  ...Object.values(served),
];
const everybody = [gone, renamed, stays, ...kept.map(({ person }) => person)];
const registrarOf = (board: string) => `board-${board}-registrar`;
const documentDeciderOf = (board: string) => `board-${board}-decider`;
const officersOf = (board: string) => [`board-${board}-officer-1`, `board-${board}-officer-2`] as const;
/** Everybody who could be meant is among those born in these years. */
const years = [1985, 2004] as const;

/**
 * Plays cases, one of them from its opening to its end, searches everything that they left, erases one person by the
 * retention schedule and one by an assumed identity, sees that others are kept, and attacks what is left: with the disk,
 * the write-ahead log, a backup of the keys, today's class keys, a restored backup, and all numbers there are.
 * @param scenarios plays these scenarios of the demo first, each on a system of its own, and searches what it leaves
 * @param plantLeak writes something into the log of the first of them that must not be there, and goes no further: the
 *   drill has to fail then
 * @returns whether nothing opened
 */
export const playAttacks = async (
  say: (line: string) => void,
  {
    plantLeak = false,
    scenarios = [],
  }: { readonly plantLeak?: boolean; readonly scenarios?: readonly number[] } = {},
): Promise<boolean> => {
  if (process.env['EVENTSTORE_URL'])
    throw new OperatorError('The drill attacks a database with the log in it: leave EVENTSTORE_URL away.');
  const report = new Report(say);
  for (const scenario of demoScenarios.filter(({ number }) => scenarios.includes(number))) {
    await searchScenario(scenario, report, plantLeak);
    if (plantLeak || !report.holds) return report.holds;
  }
  const backup = await mkdtemp(join(tmpdir(), 'relocation-backup-'));
  try {
    await chmod(backup, 0o711);
    return await eraseAndAttack(backup, report);
  } finally {
    await rm(backup, { recursive: true, force: true });
  }
};

/** The cases, the search, the erasures and the attacks, on a system of its own. @returns whether nothing opened */
const eraseAndAttack = async (backup: string, report: Report): Promise<boolean> => {
  const { system, spans } = await startTraced('drill', (tracer) =>
    startSystem('2026-06-08T07:00:00.000Z', tracer),
  );
  try {
    const silent = new Story(
      () => undefined,
      () => system.clock.now(),
    );
    const caseOf = new Map<Invented, string>();
    await playCases(system, silent, report, caseOf);
    const requestId = await askForDocuments(system);
    await searchAll(system, report, spans, [...everybody.flatMap(secretsOf), ...Object.values(served)]);
    if (!report.holds) return false;
    const { ended, texts } = await copyAndErase(system, backup, report, caseOf, requestId);
    await attackErased(system, backup, report, ended);
    await attackIndex(system, backup, texts, ended, report);
    attackTokens(texts, ended, report);
    await attackFingerprints(system, texts, ended, report);
    return report.holds;
  } finally {
    report.end();
    await system.close();
    await spans.remove();
  }
};

/** Opens a case and asks for a relocation in twenty days. @returns its id */
const openCase = (system: System, silent: Story, person: Invented, at = home): Promise<string> => {
  const soon = addDays(plainDateOf(system.clock.now().toISOString()), 20);
  return request(system, silent, deskOf(system, at), person, ['1281'], soon);
};

/** Plays the cases and notes their ids in `caseOf`. */
const playCases = async (
  system: System,
  silent: Story,
  report: Report,
  caseOf: Map<Invented, string>,
): Promise<void> => {
  report.step('A case is played from its opening to its end, one is opened, and four are closed early.');
  const desk = deskOf(system, home);
  const placed = await untilPlaced(system, silent, gone, receivingHome);
  await live(system, desk, { ...placed, person: gone, level: 'HIGH' }, '2026-06-18T08:00:00.000Z');
  await desk.officer.does(`/cases/${placed.caseId}/closures`, { code: 'RETURNED' });
  await system.settled();
  caseOf.set(gone, placed.caseId);
  caseOf.set(stays, await openCase(system, silent, stays));
  // Closed long before they could be placed; what was said of them is sealed all the same.
  for (const { person, at } of [{ person: renamed, at: home }, ...kept]) {
    const caseId = await openCase(system, silent, person, at);
    if (person === renamed) await assumeIdentity(system, caseId, at);
    else await deskOf(system, at).officer.does(`/cases/${caseId}/closures`, { code: 'HANDED_OVER' });
    caseOf.set(person, caseId);
  }
  await system.settled();
};

/** A decision is served; then Police register that the person has a new identity, and the case is closed by it. */
const assumeIdentity = async (system: System, caseId: string, at: string): Promise<void> => {
  const desk = deskOf(system, at);
  const day = plainDateOf(system.clock.now().toISOString());
  await desk.officer.does(`/cases/${caseId}/served-decisions`, {
    decisionType: 'LVU',
    decidedOn: day,
    ...served,
  });
  const { id } = await desk.officer.does(`/cases/${caseId}/protections`, {
    kind: 'ASSUMED_IDENTITY',
    appliedBy: 'SELF',
    familyIncluded: false,
    appliedOn: day,
  });
  await system.settled();
  await desk.police.does(`/cases/${caseId}/protections/${id}/outcomes`, {
    outcome: 'GRANTED',
    decidedOn: day,
  });
  await system.settled();
};

/** Somebody asks for all that there is on the one who gets a new identity, and is refused. @returns the request */
const askForDocuments = async (system: System): Promise<string> => {
  const registrar = system.official(registrarOf(home));
  const { id } = await registrar.does('/document-requests', {
    registryNumber: 'SN 2026/77',
    text: `Allt om ${renamed.givenName} ${renamed.familyName}`,
    kinds: ['CASE_FILE'],
    receivedAt: system.clock.now().toISOString(),
  });
  await registrar.does(`/document-requests/${id}/answers`, {
    outcome: 'REFUSE',
    kinds: [],
    findings: (['OSL_26_1', 'OSL_21_3'] as const).map((provision) => ({ provision, harm: 'HARM' })),
    note: `Ärende ${renamed.registryNumber} hittat`,
  });
  await system.settled();
  return id;
};

/** One scenario of the demo, from its start to its end, and a search of everything that it leaves. */
const searchScenario = async (
  { number, title, startsAt, persons, places, play }: Scenario,
  report: Report,
  plantLeak: boolean,
): Promise<void> => {
  report.step(`Scenario ${number} of the demo is played: ${title}.`);
  const { system, spans } = await startTraced('drill', (tracer) => startSystem(startsAt, tracer));
  try {
    const silent = new Story(
      () => undefined,
      () => system.clock.now(),
    );
    await play(system, silent);
    if (plantLeak) for (const { address } of persons) system.log.info(address);
    await searchAll(system, report, spans, [...persons.flatMap(secretsOf), ...places]);
  } finally {
    await system.close();
    await spans.remove();
  }
};

/** Zero hits in database files, write-ahead log, rows, export, logs and traces; what was planted is found in each. */
const searchAll = async (
  system: System,
  report: Report,
  spans: Spans,
  secrets: readonly string[],
): Promise<void> => {
  report.step('Everything that it left is searched: UTF-8, UTF-16, hex, base64 at each of three alignments.');
  const planted = await plant(system);
  const log = await system.logText();
  await system.stopPrograms();
  const rows = await everyRow(system.adminUrl);
  await system.stopDatabase();
  const exported = join(system.folder, 'export');
  await mkdir(exported);
  await writeFile(join(exported, 'events.jsonl'), log);
  await writeFile(join(exported, 'rows.txt'), rows);
  await spans.layInto(system.folder);

  const canaries = [planted.heap, planted.log, planted.compressed];
  const { found, bytes } = await searchFolder(
    system.folder,
    [...canaries, spans.program, ...secrets],
    [join(system.folder, 'keys')],
  );
  const inPlace = (text: number, place: (file: string) => boolean): number =>
    found.filter((one) => one.text === text && place(one.file)).length;
  report.control(
    'a planted text in the files of a table',
    inPlace(0, (file) => !/pg_wal|export/.test(file)),
  );
  report.control(
    'a planted text in the write-ahead log',
    inPlace(0, (file) => file.includes('pg_wal')),
  );
  report.control(
    'a planted text in the logs',
    inPlace(1, () => true),
  );
  report.control(
    'a planted text in the export',
    inPlace(2, (file) => file.startsWith('export')),
  );
  report.control(
    'the name of the program in the traces',
    inPlace(3, (file) => file.startsWith('traces')),
  );
  report.attack(
    `find one of ${secrets.length} names, numbers, places and texts in ${Math.round(bytes / 1_000_000)} MB`,
    secrets.length,
    found.filter(({ text }) => text > canaries.length).length,
  );
};

/** What the attacker got hold of before, and what there is to know afterwards. */
interface Ended {
  readonly erased: readonly Erased[];
  /** Subjects of those who stay, and why. */
  readonly staying: readonly { readonly subject: string; readonly why: string }[];
  readonly before: KeyMaterial;
  readonly tombstoneFile: string;
}

interface Erased {
  readonly subject: string;
  readonly extent: ErasureExtent;
  /** Under which id the board has its file of the person; of a request its own id. */
  readonly file: string;
  readonly ground: ErasureGround;
  /** Who or what, as the report says it. */
  readonly label: string;
  readonly classes: readonly DataClass[];
}

const keyFileOf = ({
  keyFile,
  databaseFolder,
}: Pick<System, 'keyFile' | 'databaseFolder'>): KeyFileOptions => ({
  path: keyFile,
  databaseFolder,
  dataClasses,
});

/** Runs work on a started database, whatever becomes of it. */
const onDatabase = async <Result>(
  homeFolder: string,
  work: (urls: { readonly url: string; readonly admin: string }, pool: pg.Pool) => Promise<Result>,
): Promise<Result> => {
  const database = await startEmbeddedDatabase({ home: homeFolder, port: 0 });
  const admin = Object.assign(new URL(database.adminUrl), { pathname: new URL(database.url).pathname }).href;
  const pool = createPool(admin, { name: 'attacker', max: 2 });
  try {
    return await work({ url: database.url, admin }, pool);
  } finally {
    await pool.end();
    await database.stop();
  }
};

/** A backup is made; years pass; two officers decide; it is carried out; the read models follow. */
const copyAndErase = async (
  system: System,
  backup: string,
  report: Report,
  caseOf: ReadonlyMap<Invented, string>,
  requestId: string,
): Promise<{ ended: Ended; texts: string }> => {
  report.step('A backup of the database and of the key file is made. Six years pass.');
  const copied = spawnSync('cp', ['-a', system.databaseFolder, join(backup, 'postgres')]);
  if (copied.status !== 0) throw new Error('the files of the database cannot be copied');
  await copyFile(join(system.folder, 'database.json'), join(backup, 'database.json'));
  const file = keyFileOf(system);
  const before = await readKeyFile(file);
  const tombstoneFile = join(system.folder, 'keys', 'tombstones.jsonl');
  const texts = await onDatabase(backup, ({ admin }) => everyRow(admin));

  const ended = await onDatabase(system.folder, async ({ url }, admin) => {
    const clock = new SettableClock('2033-12-19T08:00:00.000Z');
    const pool = createPool(url, { name: 'owner', max: 20, statementTimeoutMs: 120_000 });
    const store = await openLog({ databaseUrl: url, eventStore: undefined, codec, name: 'owner' });
    const verbatim = await openLog({
      databaseUrl: url,
      eventStore: undefined,
      codec: createVerbatimCodec(),
      name: 'notary',
    });
    const signer = await ensureNotaryKey(
      { path: join(system.folder, 'keys', 'notary.json'), databaseFolder: system.databaseFolder },
      pool,
    );
    const follow = async (): Promise<void> => {
      const worker = createWorker({
        store,
        pool,
        clock,
        log: createLogger({ component: 'drill', level: 'silent' }),
        roles: ['projections', 'notary'],
        notary: { store: verbatim, signer },
      });
      worker.start();
      try {
        await worker.settled(60_000);
      } finally {
        await worker.stop();
      }
    };
    try {
      await follow();
      const tables = new TreeTables(pool);
      const trusted = (await tables.checkpoints()).map(({ note }) => note);
      const proposals = { caseOf: async () => undefined, officialsHolding: async () => [] };
      const application = new Application({ store, pool, proposals }, before);
      const caseId = (person: Invented): string => caseOf.get(person)!;
      const subjectOf = async (person: Invented): Promise<string> =>
        relocationIn((await store.readStream(streamName('relocation', caseId(person))))?.events ?? []).opened
          .subject;
      const act = actingIn(application, clock);

      report.step(
        'Two officers decide to erase one person by the retention schedule, one by an assumed identity; others are kept.',
      );
      const erased: Erased[] = [];
      const [officer, colleague] = officersOf(home);
      for (const [person, ground, classes] of [
        [gone, 'RETENTION', dataClasses],
        [renamed, 'ASSUMED_IDENTITY', linkClasses({ extent: 'PERSON' })],
      ] as const) {
        const of = { caseId: caseId(person), ground };
        // Both have looked it up: the number of one of the two is of a day near the 5th.
        const registeredBirthday = 'ANOTHER_DAY';
        const { created } = await act(home, officer, 'ProposeErasure', { ...of, registeredBirthday });
        const confirm = { caseId: of.caseId, decisionId: created!, registeredBirthday } as const;
        await act(home, colleague, 'ConfirmErasure', confirm);
        const subject = await subjectOf(person);
        const board = application.directory.organisation(`board:${home}`);
        const file = erasedFileId(board, subject);
        erased.push({ ground, extent: 'PERSON', subject, file, label: ground, classes });
      }
      // What somebody asked for names the one with the new identity, and what was found says that there is a case.
      const { created } = await act(home, registrarOf(home), 'ProposeErasure', {
        requestId,
        ground: 'ASSUMED_IDENTITY',
      });
      const decision = { requestId, decisionId: created! };
      await act(home, documentDeciderOf(home), 'ConfirmErasure', decision);
      erased.push({
        ground: 'ASSUMED_IDENTITY',
        extent: 'REQUEST',
        subject: requestSubject(requestId),
        file: requestId,
        label: 'a request for documents',
        classes: linkClasses({ extent: 'REQUEST' }),
      });
      await act(home, officer, 'PlaceLegalHold', { caseId: caseId(epsilon), hold: 'SUPERVISION' });
      for (const { person, at, code, why } of kept) {
        const refused = await act(at, officersOf(at)[0], 'ProposeErasure', {
          caseId: caseId(person),
          ground: 'RETENTION',
        }).then(
          () => 'nothing',
          (error: unknown) => (error instanceof DomainError ? error.code : 'something else'),
        );
        report.control(`an erasure is refused because of ${why}`, refused === code ? 1 : 0);
      }
      await carryOut({
        store,
        pool,
        file,
        tombstones: new Tombstones(tombstoneFile),
        executor: application.executor,
        erasures: application.erasures,
        by: {
          person: application.tokens.token('person', 'operator'),
          organisation: application.directory.organisation('coordinator:national'),
          agencyKind: 'NATIONAL_COORDINATOR',
        },
        now: () => clock.now().toISOString(),
      });
      const leading = [
        ['a decision that was served', 'home_board', caseId(renamed), 'decision-'],
        ['what a request for documents says', 'public_access', requestId, 'public-access-'],
      ] as const;
      for (const [what, schema, id, category] of leading)
        report.control(`${what}, in a read model`, await sealedRows(admin, schema, id, category));
      await follow();
      report.attack('find a row of the erased case in a read model', 1, await rowsOf(admin, caseId(gone)));
      for (const [what, schema, id, category] of leading)
        report.attack(`find ${what} in a read model`, 1, await sealedRows(admin, schema, id, category));
      const verified = await verifyLog({ log: verbatim, tables, keys: [signer.key], trusted });
      report.control('the notary verifies the log with a checkpoint from before', verified.holds ? 1 : 0);
      const staying = [{ person: stays, why: 'an open case' }, ...kept];
      return {
        erased,
        staying: await Promise.all(
          staying.map(async ({ person, why }) => ({ subject: await subjectOf(person), why })),
        ),
        before,
        tombstoneFile,
      };
    } finally {
      await verbatim.close();
      await store.close();
      await pool.end();
    }
  });
  return { ended, texts };
};

const actingIn =
  (application: Application, clock: SettableClock) =>
  async <Type extends keyof ErasureIntents>(
    board: string,
    sub: string,
    type: Type,
    intent: ErasureIntents[Type],
  ) => {
    const person = await application.directory.official(sub);
    const at = clock.now().toISOString();
    const commandId = derivedId('command', person, type, JSON.stringify(intent));
    const context: CommandContext = {
      at,
      by: {
        person,
        organisation: application.directory.organisation(`board:${board}`),
        agencyKind: 'SOCIAL_BOARD',
      },
      organisationId: `board:${board}`,
      commandId,
      ...application.fingerprints.of(intent),
      legalBasis: 'ARKIVL_10',
      purpose: 'RETENTION',
      policyVersion,
      correlationId: commandId,
      causationId: commandId,
    };
    return application.executor.execute(application.erasures[type], intent, context);
  };

/** Rows of read models that belong to a case, in all schemas but the log, the records and the notary's. */
const rowsOf = async (admin: pg.Pool, caseId: string): Promise<number> => {
  const { rows: tables } = await admin.query<{ name: string }>(
    `SELECT format('%I.%I', c.table_schema, c.table_name) AS name FROM information_schema.columns c
       JOIN information_schema.tables t USING (table_schema, table_name)
      WHERE c.column_name = 'case_id' AND t.table_type = 'BASE TABLE'
        AND format('%s.%s', c.table_schema, c.table_name) NOT IN ('vault.reads', 'vault.refusals')`,
  );
  let count = 0;
  for (const { name } of tables)
    count += (await admin.query(`SELECT FROM ${name} WHERE case_id::text = $1`, [caseId])).rowCount ?? 0;
  return count;
};

/** Envelopes of a read model that were sealed in a category of streams. */
const sealedRows = async (
  admin: pg.Pool,
  schema: 'home_board' | 'public_access',
  caseId: string,
  category: string,
): Promise<number> =>
  (
    await admin.query(
      `SELECT FROM ${schema}.sealed_v1 WHERE case_id = $1 AND envelope ->> 'stream' LIKE $2 || '%'`,
      [caseId, category],
    )
  ).rowCount ?? 0;

const attackErased = async (system: System, backup: string, report: Report, ended: Ended): Promise<void> => {
  report.step(
    'An attacker has the disk, the write-ahead log, an old backup of the keys and today’s class keys.',
  );
  const today = await readKeyFile(keyFileOf(system));
  const { erased, staying, before, tombstoneFile } = ended;
  const stolen = await onDatabase(backup, async (_urls, admin) => ({
    keys: await keysIn(admin),
    /** By subject: what was sealed of each. */
    envelopes: new Map(
      await Promise.all(
        [...erased, ...staying].map(
          async ({ subject }) => [subject, await envelopesOf(admin, subject)] as const,
        ),
      ),
    ),
  }));
  const sealedOf = (subject: string): readonly Envelope[] => stolen.envelopes.get(subject) ?? [];
  /** What of a person was destroyed. */
  const targets = erased.map(({ classes, ...one }) => {
    const { subject, ground } = one;
    const isGone = (one: { readonly class: DataClass; readonly stream: string }): boolean =>
      classes.includes(one.class) && (ground === 'RETENTION' || isLink(one.class, one.stream));
    return {
      ...one,
      mine: stolen.keys.filter((key) => key.subject === subject && isGone(key)),
      envelopes: sealedOf(subject).filter(isGone),
    };
  });
  for (const { label, mine, envelopes } of targets) {
    report.control(
      `the class keys of before, which are destroyed (${label})`,
      tryToOpen(before, mine, envelopes).opened.length,
    );
    const old = tryToOpen(today, stolen.keys, envelopes);
    report.attack(`keys of the old backup, with today’s class keys (${label})`, old.tried, old.opened.length);
  }

  await onDatabase(system.folder, async ({ url }, admin) => {
    const now = await keysIn(admin);
    for (const { subject, extent, ground, label, mine, envelopes } of targets) {
      const kids = new Set(mine.map(({ kid }) => kid));
      report.attack(
        `a destroyed data key of the person in the key table (${label})`,
        kids.size,
        now.filter(({ kid }) => kids.has(kid)).length,
      );
      const fresh = tryToOpen(today, now, envelopes);
      report.attack(
        `keys of today, with today’s class keys, on every envelope of the person (${label})`,
        fresh.tried,
        fresh.opened.length,
      );
      if (extent === 'PERSON' && ground === 'ASSUMED_IDENTITY') {
        const stillOpen = tryToOpen(today, now, sealedOf(subject)).opened;
        report.control('what happened to the person stays, and opens', stillOpen.length);
        const named = stillOpen.filter((value) =>
          leadsBack.some((text) => JSON.stringify(value).includes(text)),
        );
        report.attack('what stays, for a name or number that leads back', stillOpen.length, named.length);
      }
      const { rowCount } = await admin.query('SELECT FROM vault.person_index WHERE subject = $1', [subject]);
      report.attack(`the person in the index of persons (${label})`, 1, rowCount ?? 0);
    }
    for (const { subject, why } of staying)
      report.control(
        `the same on somebody who is kept: ${why}`,
        tryToOpen(today, now, sealedOf(subject)).opened.length,
      );
    const refused = await keepErased(
      url,
      { tombstoneFile: join(backup, 'no-tombstones.jsonl'), eventStore: undefined },
      () => undefined,
    ).then(
      () => 0,
      (error: unknown) => (error instanceof OperatorError ? 1 : 0),
    );
    report.control('a start without the tombstones is refused', refused);
  });
  const forms = targets.flatMap(({ mine }) => mine.map(({ wrapped }) => wrapped));
  const copies = await copiesOf(system.folder, forms);
  for (const { label, mine, envelopes } of targets)
    report.attack(
      `${copies} copies of old wrapped keys in the files and the write-ahead log, with today’s class keys (${label})`,
      Math.max(copies, 1),
      tryToOpen(today, mine, envelopes).opened.length,
    );

  report.step('The old backup is restored, with the old key file beside it; the tombstones come first.');
  await onDatabase(backup, async ({ url }, admin) => {
    const destroyed = new Set(targets.flatMap(({ mine }) => mine.map(({ kid }) => kid)));
    const left = async (): Promise<number> =>
      (await keysIn(admin)).filter(({ kid }) => destroyed.has(kid)).length;
    report.control('the restored backup before its start', await left());
    await keepErased(url, { tombstoneFile, eventStore: undefined }, () => undefined);
    report.attack('keys of the persons in the restored database', destroyed.size, await left());
    const restored = await keysIn(admin);
    for (const { subject, file, ground, label, envelopes } of targets) {
      const opened = tryToOpen(before, restored, envelopes);
      report.attack(
        `all its keys with the old class keys, on every envelope of the person (${label})`,
        opened.tried,
        opened.opened.length,
      );
      const { rowCount } = await admin.query(
        `SELECT FROM vault.person_index WHERE subject = $1
         UNION ALL SELECT FROM vault.companions WHERE subject = $1
         UNION ALL SELECT FROM police_register.entries WHERE subject = $1 AND ($2 = 'RETENTION' OR kind = 'SELF_PERSON')`,
        [subject, ground],
      );
      report.attack(
        `rows of the index, of who goes along and of Police’s register (${label})`,
        1,
        rowCount ?? 0,
      );
      const told = await admin.query('SELECT FROM log.events WHERE stream = $1 AND type = $2', [
        streamName('erasure', file),
        'ErasureCompleted',
      ]);
      report.control(`its read models are told to let go (${label})`, told.rowCount ?? 0);
    }
    for (const { subject, why } of staying)
      report.control(
        `who is kept is there again: ${why}`,
        tryToOpen(before, restored, sealedOf(subject)).opened.length,
      );
  });
};

/** How often bytes of wrapped keys still lie in the files: deleted is not gone. */
const copiesOf = async (folder: string, wrapped: readonly Buffer[]): Promise<number> => {
  const texts = wrapped.map((bytes) => bytes.toString('latin1'));
  const { found } = await searchFolder(
    folder,
    texts,
    [join(folder, 'keys'), join(folder, 'export')],
    (text) => [Buffer.from(text, 'latin1')],
  );
  return found.length;
};

/**
 * Who was erased is not found as a number either: the rows that led from a number to a person are deleted, but lie in the
 * write-ahead log and in the backup, and routing keys are never destroyed.
 */
const attackIndex = async (
  system: System,
  backup: string,
  texts: string,
  { before }: Ended,
  report: Report,
): Promise<void> => {
  report.step(
    'Every row of the index of persons, of who goes along and of Police’s register in the write-ahead log, the files and the backup, with the routing key of the old key file, and every number.',
  );
  const { log, files } = await rowTextsBelow(
    [system.folder, backup],
    [join(system.folder, 'keys'), join(system.folder, 'export')],
  );
  const everything = new Set([...log, ...files, ...rowTextsIn(texts)]);
  const today = await readKeyFile(keyFileOf(system));
  const numbersOf = (persons: readonly Invented[]): readonly string[] =>
    persons.flatMap(({ personalIdentityNumber, companionNumbers }) => [
      personalIdentityNumber,
      ...companionNumbers,
    ]);
  const keysOf = ({ classKeys }: KeyMaterial) => [...classKeys.values()].flat().map(({ key }) => key);
  const alone = hashesIn(everything, []);
  report.attack(
    `the number of anybody in ${everything.size} such texts, without a class key`,
    everything.size * numbersOf(everybody).length,
    numbersAmong(numbersOf(everybody), alone.hashes, before),
  );
  const now = hashesIn(everything, keysOf(today));
  report.attack(
    'the number of an erased person in them, with today’s class keys',
    now.tried * numbersOf([gone, renamed]).length,
    numbersAmong(numbersOf([gone, renamed]), now.hashes, before),
  );
  report.control(
    'the same on those who are kept',
    numbersAmong(numbersOf([stays, ...kept.map(({ person }) => person)]), now.hashes, before),
  );
  for (const [where, found] of [
    ['the write-ahead log', log],
    ['the backup', rowTextsIn(texts)],
  ] as const)
    report.control(
      `numbers of the erased in ${where}, with the class keys of before, which are destroyed`,
      numbersAmong(numbersOf([gone, renamed]), hashesIn(found, keysOf(before)).hashes, before),
    );
};

const attackTokens = (texts: string, { before }: Ended, report: Report): void => {
  report.step('All numbers, organisations and places that there are, without the routing key.');
  const classKeys = [...before.classKeys.values()].flat().map(({ key }) => key);
  // With the class keys of then, which are destroyed: what was in the index can at least be tried.
  const found = tokensIn([texts, ...hashesIn(rowTextsIn(texts), classKeys).hashes].join(' '));
  const numbers = (): Generator<string> => testNumbers(...years);
  const persons = tryAll(found, pairs(numbers()), guessesWithout(classKeys.slice(0, 1)));
  report.attack(`numbers for tests of everybody born ${years[0]} to ${years[1]}`, persons.tried, persons.hit);
  const those = tryAll(found, kinds(), guessesWithout(classKeys));
  report.attack('organisation ids and numbers, codes of municipalities, areas', those.tried, those.hit);
  const known = foundWithRoutingKey(found, before, numbers());
  report.control('persons found with the routing key and the class keys of before', known.persons);
  report.control('organisations and places found with the routing key', known.organisations);
};

/**
 * What was said before the erasures, every word of it and the Idempotency-Key, guessed at once: with everything that is in
 * the key file today, nothing in the log confirms that it was said.
 */
const attackFingerprints = async (
  { said, ...system }: Pick<System, 'said' | 'keyFile' | 'databaseFolder'>,
  texts: string,
  { before }: Ended,
  report: Report,
): Promise<void> => {
  report.step('Everything that was said, as guesses at what was erased, with the key file of today.');
  const found = new Set(texts.match(/\bf1\d+-[A-Za-z0-9_-]{43}/g));
  const confirmed = (keys: KeyMaterial): number => {
    const fingerprints = new Fingerprints(new ClassKeys(keys));
    return said.filter((one) => {
      const { fingerprint, earlierFingerprints } = fingerprints.of(one);
      return [fingerprint, ...earlierFingerprints].some((hash) => found.has(hash));
    }).length;
  };
  const today = await readKeyFile(keyFileOf(system));
  report.attack(
    'guesses at what was said, against the fingerprints in the log',
    said.length,
    confirmed(today),
  );
  report.control('the same with the class keys of before, which are destroyed', confirmed(before));
};

function* pairs(numbers: Iterable<string>): Generator<readonly string[]> {
  for (const number of numbers) yield ['person-index', number];
}
function* kinds(): Generator<readonly string[]> {
  for (const [kind, value] of organisationsAndPlaces()) yield ['token', kind, value];
}
