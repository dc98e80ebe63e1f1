import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import pg from 'pg';
import { findRunningDatabase, stopLeftoverDatabase } from '#platform';
import { freePort, runOps, type Child } from '../support/child.js';
import { said } from '../support/story.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const execute = promisify(execFile);
const basePath = '/relocation-coordination/v1';

/** The commands of README.md, run as a newcomer runs them: the compiled program, its own data folder, a real database. */
describe('The commands of the README', () => {
  let home: string;
  let environment: NodeJS.ProcessEnv;
  let start: Child | undefined;
  let caseOfKeys: string;
  let api: string;

  /** Runs a tool to its end and gives what it answered. */
  const ops = async (...args: readonly string[]): Promise<string> => {
    const tool = runOps(args, environment);
    const code = await tool.ended;
    if (code !== 0) throw new Error(`ops ${args.join(' ')} ended with ${code}:\n${tool.output()}`);
    return tool.answer();
  };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'commands-'));
    // The database may have to run as another user, who must be able to pass through.
    await chmod(home, 0o711);
    environment = {
      DATA_DIR: home,
      PORT: String(await freePort()),
      ISSUER_PORT: String(await freePort()),
      DATABASE_PORT: String(await freePort()),
      // The keys change under a caller who never rests.
      RATE_LIMIT_REQUESTS: '1000000',
    };
    api = `http://127.0.0.1:${environment['PORT']}`;
    start = runOps(['up'], environment);
    await start.printed('Ctrl-C stops everything.');
  });
  afterAll(async () => {
    start?.kill('SIGKILL');
    await start?.ended;
    await stopLeftoverDatabase(home);
    await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  });

  it('npm start says where everything is, and is ready', async () => {
    const port = environment['PORT'];
    for (const text of [
      `http://localhost:${port}   (health: /health/ready)`,
      `http://localhost:${port}/docs`,
      'npm run ops -- token --as <official>',
      home,
    ])
      expect(start!.output()).toContain(text);
    const live = await fetch(`${api}/health/live`);
    expect([live.status, await live.json()]).toEqual([200, { status: 'ok', checks: {} }]);
    const ready = await fetch(`${api}/health/ready`);
    const { status, checks } = (await ready.json()) as { status: string; checks: object };
    expect([ready.status, status]).toEqual([200, 'ok']);
    expect(Object.keys(checks).length).toBeGreaterThan(0);
    expect((await fetch(`${api}/docs`)).status).toBe(200);
  });

  it('ops -- token gives a token with which the API answers, and names the officials', async () => {
    const token = (await ops('token', '--as', 'board-1280-officer-1')).trim();
    expect(token.split('.')).toHaveLength(3);
    const cases = await fetch(`${api}${basePath}/cases`, { headers: { authorization: `Bearer ${token}` } });
    expect([cases.status, await cases.json()]).toEqual([
      200,
      { items: [], _meta: { limit: 20, count: 0, next: null } },
    ]);
    expect((await fetch(`${api}${basePath}/cases`)).status).toBe(401);
    const through = (
      await ops('token', '--as', 'board-1280-officer-1', '--through', 'case-system-1280')
    ).trim();
    expect(decodeJwt(through)).toMatchObject({
      sub: 'board-1280-officer-1',
      act: { sub: 'case-system-1280' },
    });
    const behalf = { headers: { authorization: `Bearer ${through}` } };
    expect((await fetch(`${api}${basePath}/cases`, behalf)).status).toBe(200);
    expect(await ops('token', '--list', 'board-1280')).toMatch(/^board-1280-officer-1 {3}\S/m);
  });

  const titleOfFirstCase =
    'the first case of README.md is opened and read as it stands there, and once more without a second one';
  const withoutCurl = spawnSync('curl', ['--version']).status === 0 ? undefined : 'skipped (no curl)';
  if (withoutCurl) it.skip(`${titleOfFirstCase}: ${withoutCurl}`, () => undefined);
  else
    it(titleOfFirstCase, async () => {
      const [, requests] = /```bash\n([^]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))!;
      const ask = async (): Promise<readonly unknown[]> => {
        const script = `set -euo pipefail\n${requests!}echo "$OPENED"`;
        const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment };
        const { stdout } = await execute('bash', ['-c', script], { cwd: root, env });
        return stdout
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as unknown);
      };
      const [view, declared, identity, opened] = await ask();
      const { id } = opened as { id: string };
      expect(view).toMatchObject({ caseId: id, status: 'DRAFT' });
      expect(Object.keys(declared as object)).toContain('position');
      expect(identity).toMatchObject({ items: [{ class: 'identity', value: { givenName: 'Testina' } }] });
      expect((await ask()).at(-1)).toMatchObject({ id });
    });

  it('ops -- stream shows a stream as it stands in the log', async () => {
    expect(await ops('stream', 'coordination-national')).toMatch(/^0 {2}RulesEnacted {2}\d{4}-/);
    const missing = runOps(['stream', 'coordination-nowhere'], environment);
    expect(await missing.ended).toBe(1);
    expect(missing.output()).toBe('There is no such stream.\n');
  });

  it('ops -- logins writes logins that own nothing, for their owner alone', async () => {
    expect(await ops('logins')).toContain(`The api logs in with DATABASE_URL_FILE=${home}`);
    for (const name of ['api', 'worker']) {
      const file = join(home, 'logins', `${name}.url`);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      const client = new pg.Client({ connectionString: (await readFile(file, 'utf8')).trim() });
      await client.connect();
      const { rows } = await client.query<{ login: string }>('SELECT session_user AS login');
      await client.end();
      expect(rows).toEqual([{ login: `relocation_${name}` }]);
    }
  });

  it('ops -- parked list says that nothing is parked', async () => {
    expect(await ops('parked', 'list')).toBe('Nothing is parked.\n');
  });

  it('replay and rebuild come to the same rows as the system that runs', async () => {
    const replayed = await ops('replay', '--to', 'head');
    expect(replayed).toMatch(/^\d+ events, the last at \S+, recorded at \S+$/m);
    expect(replayed).toMatch(/^directory: \d{3,} rows, hash [0-9a-f]{64}$/m);
    const readModels = replayed.match(/: \d+ rows, hash /g)!.length;
    const rebuilt = await ops('rebuild', 'all');
    expect(rebuilt.match(/ no row differed$/gm)).toHaveLength(readModels);
    const compared = await ops('replay', '--to', 'head', '--compare-live');
    expect(compared.match(/ {2}the same$/gm)).toHaveLength(readModels);
  });

  it('ops -- rotate-keys changes the class keys under an api that runs, and no read and no write fails', async () => {
    const token = (await ops('token', '--as', 'board-1280-officer-1')).trim();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const openCase = (order: number) =>
      fetch(`${api}${basePath}/cases`, {
        method: 'POST',
        headers: { ...headers, 'idempotency-key': `a-case-while-keys-change-${order}` },
        body: JSON.stringify(said.case(order)),
      });
    const { id } = (await (await openCase(1)).json()) as { id: string };
    const read = () => fetch(`${api}${basePath}/cases/${id}/contents/identity`, { headers });
    caseOfKeys = id;
    await fetch(`${api}${basePath}/cases/${id}/impartiality-declarations`, {
      method: 'POST',
      headers: { ...headers, 'idempotency-key': 'nothing-against-it-1' },
      body: '{}',
    });
    // The worker has yet to follow.
    while ((await read()).status !== 200) await sleep(100);
    const identity = ((await (await read()).json()) as { items: { value: unknown }[] }).items[0]!.value;

    const keyFile = join(home, 'keys', 'keys.json');
    const epochsIn = async () =>
      [
        ...new Set(
          Object.values(
            (
              JSON.parse(await readFile(keyFile, 'utf8')) as {
                classKeys: Record<string, { epoch: number }[]>;
              }
            ).classKeys,
          ).flatMap((list) => list.map(({ epoch }) => epoch)),
        ),
      ].sort();
    expect(await epochsIn()).toEqual([1]);
    const answers: number[] = [];
    let over = false;
    const asking = Promise.all([
      (async () => {
        while (!over) answers.push((await read()).status);
      })(),
      (async () => {
        for (let order = 2; !over; order += 1) answers.push((await openCase(order)).status);
      })(),
    ]);
    try {
      expect(await ops('rotate-keys', '--prepare')).toContain('Epoch 2 is in');
      expect(await epochsIn()).toEqual([1, 2]);
      expect(await ops('rotate-keys')).toMatch(
        /^\d+ data keys and \d+ rows of the index of persons and of Police's register are under epoch 2; /,
      );
      expect(await epochsIn()).toEqual([2]);
      // Long enough for the api to have forgotten the old ones.
      await sleep(2_500);
    } finally {
      over = true;
    }
    await asking;
    expect(answers.length).toBeGreaterThan(20);
    expect(answers.filter((status) => status !== 200 && status !== 201)).toEqual([]);
    const after = ((await (await read()).json()) as { items: { value: unknown }[] }).items[0]!.value;
    expect(after).toEqual(identity);
  });

  it('ops -- erasure destroys nothing that two officers have not decided', async () => {
    expect(await ops('erasure', 'list')).toBe('No erasure waits.\n');
    expect(await ops('erasure', 'carry-out')).toBe('No erasure waits to be carried out.\n');
    const tokenFile = join(home, 'token');
    const propose = async (as?: string) => {
      await writeFile(tokenFile, as === undefined ? 'made.up.token' : await ops('token', '--as', as));
      const tool = runOps(
        [
          ...['erasure', 'propose', '--case', caseOfKeys, '--ground', 'RETENTION'],
          ...['--registered-birthday', 'ANOTHER_DAY', '--token-file', tokenFile],
        ],
        environment,
      );
      return [await tool.ended, tool.output()];
    };
    expect(await propose('board-1280-officer-1')).toEqual([
      1,
      expect.stringContaining('Not allowed: erasure.case_open'),
    ]);
    // By the same token: nothing there is five years old.
    expect(await ops('erasure', 'due', '--token-file', tokenFile)).toBe('No file of yours is due.\n');
    // Somebody who has no part in the case, whoever runs the tool.
    expect(await propose('board-2480-officer-1')).toEqual([
      1,
      expect.stringContaining('This is no case of which'),
    ]);
    // Somebody whose token nobody vouches for: on record like a bad token at the api, as of nobody.
    expect(await propose()).toEqual([
      1,
      expect.stringContaining('The access token of --token-file is not good'),
    ]);
    // Who is no home officer is told of no file, on record.
    await writeFile(tokenFile, await ops('token', '--as', 'board-1280-registrar'));
    const refused = runOps(['erasure', 'due', '--token-file', tokenFile], environment);
    expect([await refused.ended, refused.output()]).toEqual([
      1,
      expect.stringContaining('This is no case of which'),
    ]);
    const client = new pg.Client({ connectionString: (await findRunningDatabase(home))!.url });
    await client.connect();
    const { rows } = await client.query(
      `SELECT actor, reason, case_id FROM vault.refusals WHERE route = 'ops erasure ProposeErasure' ORDER BY refusal_id`,
    );
    const { rows: ofDue } = await client.query(
      `SELECT actor, reason, case_id FROM vault.refusals WHERE route = 'ops erasure due'`,
    );
    await client.end();
    expect(ofDue).toEqual([
      { actor: expect.stringMatching(/^t11-/), reason: 'WRONG_FUNCTION', case_id: null },
    ]);
    expect(rows).toEqual([
      { actor: expect.stringMatching(/^t11-/), reason: 'erasure.case_open', case_id: caseOfKeys },
      { actor: expect.stringMatching(/^t11-/), reason: 'NO_PART', case_id: caseOfKeys },
      { actor: null, reason: 'TOKEN_MALFORMED', case_id: caseOfKeys },
    ]);
  });

  it('ops -- migrate has nothing to do', async () => {
    expect(await ops('migrate')).toBe('The schema is up to date.\n');
  });

  it('ops -- config prints the configuration in force', async () => {
    const printed = await ops('config');
    expect(printed).toContain(`PORT=${environment['PORT']}\n`);
    expect(printed).toContain(`DATA_DIR=${home}\n`);
  });

  it('ops -- map tells where an event leads', async () => {
    expect(await ops('map')).toMatch(/^ {2}CaseOpened: relocation \| .*home-board/m);
  });

  it('ops -- matrix tells who may know what', async () => {
    expect(await ops('matrix')).toMatch(/^\| `REGION_COORDINATOR` \| R( \| -){9} \|$/m);
  });

  it('ops -- openapi writes the document that the API serves', async () => {
    const file = join(home, 'openapi.json');
    expect(await ops('openapi', '--out', file)).toBe(`Wrote ${file}.\n`);
    const served = await fetch(`${api}/openapi.json`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(await served.json());
  });

  it('ops -- verify shows that the log is as it was signed, with a checkpoint that was kept, too', async () => {
    // The notary signs within seconds what the start has written.
    let checkpoint = runOps(['checkpoint'], environment);
    while ((await checkpoint.ended) !== 0) checkpoint = runOps(['checkpoint'], environment);
    const file = join(home, 'checkpoint.txt');
    await writeFile(file, checkpoint.answer());
    expect(checkpoint.answer()).toMatch(
      /^relocation-log\/\w+\n\d+\n\S+=\n\n\u2014 relocation-log\/\w+ \S+\n$/,
    );
    const publicKey = (await ops('checkpoint', '--public-key')).trim();
    const verified = await ops('verify');
    expect(verified).toMatch(/^\d+ events in the log, tree head \S+=\.\n/);
    expect(verified).toMatch(/^The (log is as it was|first \d+ events are as they were) signed/m);
    const given = await ops(
      'verify',
      '--checkpoint',
      file,
      '--public-key',
      publicKey,
      '--log-alone',
      '--json',
    );
    expect(JSON.parse(given)).toMatchObject({ holds: true, checkpoints: [{ source: 'given', log: true }] });
    await writeFile(file, checkpoint.answer().replace(/^\d+$/m, '7'));
    const forged = runOps(['verify', '--checkpoint', file], environment);
    expect(await forged.ended).toBe(1);
    expect(forged.output()).toContain('1 checkpoints are signed by nobody whose key was given');
  });

  it('ops -- proof prints what the public key alone can check', async () => {
    const publicKey = (await ops('checkpoint', '--public-key')).trim();
    const [first] = (await ops('stream', 'coordination-national', '--json')).split('\n');
    const { id } = JSON.parse(first!) as { id: string };
    const file = join(home, 'proof.json');
    const check = (document: string) =>
      writeFile(file, document).then(() =>
        // No database, no key file: a machine somewhere else.
        runOps(['proof', 'check', file, '--public-key', publicKey], { DATA_DIR: join(home, 'elsewhere') }),
      );
    const inclusion = await ops('proof', 'inclusion', id);
    const good = await check(inclusion);
    expect([await good.ended, good.output()]).toEqual([
      0,
      expect.stringMatching(/^Event \d+ of the \d+ .*\n$/),
    ]);
    const bad = await check(inclusion.replace('RulesEnacted', 'RulesInvented'));
    expect([await bad.ended, bad.output()]).toEqual([
      1,
      'No proof: the event is not the one whose hash is given.\n',
    ]);
    const [, size] = (await ops('checkpoint')).split('\n');
    const consistency = await check(await ops('proof', 'consistency', size!, size!));
    expect([await consistency.ended, consistency.output()]).toEqual([
      0,
      `The log of ${size} events begins with the one of ${size}: nothing in it was altered.\n`,
    ]);
  });

  it('ops -- --help lists every verb', async () => {
    const printed = await ops('--help');
    for (const verb of [
      ...['up', 'migrate', 'config', 'token', 'stream', 'parked', 'map', 'openapi', 'demo'],
      ...[
        'verify',
        'proof',
        'checkpoint',
        'copy-log',
        'notary',
        'logins',
        'rotate-keys',
        'erasure',
        'attack-drill',
      ],
    ])
      expect(printed).toMatch(new RegExp(`^  ${verb}\\b`, 'm'));
  });

  it('Ctrl-C stops everything, in order', async () => {
    start!.kill('SIGINT');
    expect(await start!.ended).toBe(0);
    expect(start!.output()).toMatch(/Stopping \.\.\.\nStopped\.\n$/);
    await expect(fetch(`${api}/health/live`)).rejects.toThrow('fetch failed');
  });
});
