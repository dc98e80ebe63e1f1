import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, chmod, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { logInHeadlessly } from '../api/issuer/authorization-code.js';
import { invented } from './load.js';
import type { Part } from './part.js';
import { rounded, type Row } from './result.js';
import { freePort, stopProgram } from './system.js';

const ops = fileURLToPath(new URL('../ops/main.js', import.meta.url));
const compiler = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
const root = fileURLToPath(new URL('../../../', import.meta.url));
const limitMs = 180_000;

/** (g) From nothing that runs to the first command that is accepted. */
export const start: Part = {
  part: 'g',
  title: 'start to the first accepted command, on a built tree',
  async run({ quick, progress }) {
    const folder = await mkdtemp(join(tmpdir(), 'relocation-bench-start-'));
    await chmod(folder, 0o711);
    try {
      const rows: Row[] = [];
      if (!quick) {
        progress('a clean build');
        const seconds = await built(join(folder, 'built'));
        rows.push({ name: 'build, from nothing', values: [rounded(seconds, 1)] });
      }
      progress('the first start');
      const first = await started(folder);
      rows.push({
        name: 'first start: initdb, migrations, keys, invented country',
        values: [rounded(first, 1)],
      });
      const later: number[] = [];
      for (let time = 1; time <= (quick ? 1 : 3); time += 1) {
        progress(`start ${time + 1}`);
        later.push(await started(folder));
      }
      const longest = Math.max(...later);
      rows.push({
        name: `start on what is there, longest of ${later.length}`,
        values: [rounded(longest, 1)],
      });
      return {
        columns: ['seconds'],
        rows,
        aims: [
          {
            what: 'start to the first accepted command',
            measured: longest,
            target: 10,
            direction: 'at most',
            unit: 's',
          },
        ],
        notes: [
          '`npm start` without its build: database, migrations, worker, api, issuer. Then a case is opened with a token.',
        ],
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** @returns seconds */
const built = async (outDir: string): Promise<number> => {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [
      compiler,
      '-p',
      'tsconfig.build.json',
      '--incremental',
      'false',
      '--tsBuildInfoFile',
      'null',
      '--outDir',
      outDir,
    ],
    { cwd: root, stdio: 'ignore' },
  );
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error('the build failed');
  return (performance.now() - began) / 1_000;
};

/** Starts everything, waits for the first 201, stops everything. @returns seconds */
const started = async (folder: string): Promise<number> => {
  const [port, issuerPort, databasePort] = [await freePort(), await freePort(), await freePort()];
  const log = await open(join(folder, 'up.log'), 'a');
  const began = performance.now();
  const child: ChildProcess = spawn(process.execPath, [ops, 'up'], {
    env: {
      ...process.env,
      DATA_DIR: join(folder, 'data'),
      DATABASE_URL: '',
      OIDC_ISSUER: '',
      PORT: String(port),
      ISSUER_PORT: String(issuerPort),
      DATABASE_PORT: String(databasePort),
    },
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close();
  try {
    let token: string | undefined;
    for (;;) {
      if (child.exitCode !== null) throw new Error('the system ended by itself');
      if (performance.now() - began > limitMs) throw new Error('the system did not start in time');
      token ??= await logInHeadlessly(
        `http://127.0.0.1:${issuerPort}`,
        'relocation-coordination',
        'board-1280-officer-1',
      ).catch(() => undefined);
      if (token !== undefined && (await accepted(port, token))) return (performance.now() - began) / 1_000;
      await sleep(25);
    }
  } finally {
    await stopProgram(child);
  }
};

let commands = 0;
const accepted = async (port: number, token: string): Promise<boolean> => {
  const officer = { token, cases: [] };
  const number = (commands += 1);
  const { path, body } = invented(
    {
      run: 1,
      kind: 'open-case',
      ports: [],
      connections: 1,
      warmUpSeconds: 0,
      seconds: 0,
      officers: [officer],
    },
    number,
  );
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': `bench-start-${process.pid}-${String(number).padStart(8, '0')}`,
    },
    body: JSON.stringify(body),
  }).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.status === 201;
};
