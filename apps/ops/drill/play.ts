import { createHash } from 'node:crypto';
import { systemClock } from '#platform';
import { DoesNotHold, Story } from '../demo/story.js';
import type { Stage } from '../demo/system.js';
import { playCase } from './case.js';
import { Client } from './client.js';
import { type Ground, leaseSeconds } from './ground.js';
import { leasesInAll, Observer } from './observer.js';
import { type Running, start, until } from './programs.js';
import type { Left } from './what-was-left.js';

/** How long it may take until a lease has run out and another worker has noticed, on a machine that is busy. */
const takeoverMs = leaseSeconds * 1_000 + 60_000;

const hash = (lines: readonly string[]): string =>
  createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);

const seconds = (since: number): string => `${((performance.now() - since) / 1_000).toFixed(1)} s`;

const stageOf = (client: Client, observer: Observer): Stage => ({
  clock: systemClock,
  official: (sub) => client.official(sub),
  settled: () => observer.settled(),
});

const tell = (story: Story, { log, rows }: Left): void => {
  story.sees('log', `${log.length} lines, ${hash(log)}`);
  story.sees('rows', `${rows.length} rows, ${hash(rows)}`);
};

/** The case with one api and one worker, which nobody touches. */
export const undisturbed = async (ground: Ground, story: Story): Promise<Left> => {
  story.step('One api and one worker play a case which nobody disturbs.');
  const database = await ground.database();
  const observer = await Observer.open(database);
  const running: Running[] = [];
  try {
    running.push(await start('worker', 'worker', 'undisturbed', ground, database));
    const api = await start('api', 'api', 'undisturbed', ground, database);
    running.push(api);
    const client = new Client({
      apis: () => [api.address],
      tokenFor: ground.tokenFor,
      answered: () => observer.settled(),
    });
    await observer.settled();
    await playCase(
      stageOf(client, observer),
      new Story(
        () => undefined,
        () => new Date(),
      ),
    );
    const left = await observer.whatWasLeft();
    story.sees('commands', String(client.commands));
    tell(story, left);
    return left;
  } finally {
    for (const program of running.reverse()) await program.stop();
    await observer.close();
  }
};

/** The same case with two of each, one of each killed, one worker put to sleep for longer than its lease. */
export const disturbed = async (ground: Ground, story: Story): Promise<Left> => {
  story.step('Two apis and two workers on one PostgreSQL play the same case.');
  const database = await ground.database();
  const observer = await Observer.open(database);
  const all: Running[] = [];
  const started = async (kind: 'api' | 'worker', name: string): Promise<Running> => {
    const program = await start(kind, name, 'disturbed', ground, database);
    all.push(program);
    return program;
  };
  try {
    let worker1 = await started('worker', 'worker-1');
    const worker2 = await started('worker', 'worker-2');
    const apis = [await started('api', 'api-1'), await started('api', 'api-2')] as const;
    const nameOf = (address: string) => apis.find((api) => api.address === address)?.name ?? address;

    /** Done once, right after the answer to the first command that goes there, or while it is sent. */
    const soon: { path: RegExp; act: () => void }[] = [];
    let dying: RegExp | undefined;
    const client = new Client({
      apis: () => apis.map(({ address }) => address),
      tokenFor: ground.tokenFor,
      prefers: (path) => (dying?.test(path) ? apis[0].address : undefined),
      // Each command is worked off before the next one, or the order of the log would be another each time.
      async answered(path) {
        const due = soon.findIndex((waiting) => waiting.path.test(path));
        if (due >= 0) soon.splice(due, 1)[0]?.act();
        await observer.settled();
      },
    });
    const shared = async (): Promise<void> => {
      const half = Math.floor(leasesInAll / 2);
      let held: number[] = [];
      // One that is handed on is nobody's for a moment.
      await until('the workers share the leases', takeoverMs, async () => {
        const leases = await Promise.all([worker1, worker2].map(({ pid }) => observer.leases(pid)));
        held = leases.map(({ length }) => length);
        return held.every((count) => count >= half) && held[0]! + held[1]! === leasesInAll;
      });
      story.holds(`the workers share the leases: ${held[0]} and ${held[1]}`, true);
    };
    const allWith = async ({ name, pid }: Running, since: number): Promise<void> => {
      await until(
        `all leases are with ${name}`,
        takeoverMs,
        async () => (await observer.leases(pid)).length === leasesInAll,
      );
      story.holds(`${name} has taken over all of its leases`, true);
      story.sees('after', seconds(since));
    };
    await shared();
    await observer.settled();

    let killedAt = 0;
    soon.push({
      path: /\/proposals$/,
      act: () => {
        killedAt = performance.now();
        void worker1.kill();
      },
    });
    let sleepsSince = 0;
    let heldBySleeper: Awaited<ReturnType<Observer['leases']>> = [];

    await playCase(stageOf(client, observer), story, {
      async ordered() {
        story.step('kill -9 of worker-1, right after the answer, with the order still to be worked off.');
        await allWith(worker2, killedAt);
        story.step('worker-1 is started again.');
        worker1 = await started('worker', 'worker-1');
        await shared();
        heldBySleeper = await observer.leases(worker2.pid);
        soon.push({
          path: /\/answers$/,
          act: () => {
            sleepsSince = performance.now();
            worker2.pause();
          },
        });
      },
      async answered() {
        story.step('worker-2 was stopped (SIGSTOP) right after the answer, with its leases in its hands.');
        await allWith(worker1, sleepsSince);
      },
      async cleared() {
        story.step(`worker-2 is woken (SIGCONT), ${seconds(sleepsSince)} after it fell asleep.`);
        const before = await observer.traces();
        worker2.wake();
        const lost = async () =>
          (await worker2.log()).filter(({ what }) => what === 'lease lost, nothing was written');
        await until('worker-2 has noticed that its leases are lost', takeoverMs, async () => {
          const told = await lost();
          return heldBySleeper.every(({ subscription, fence }) =>
            told.some((line) => line.subscription === subscription && line.fence === fence),
          );
        });
        for (const { subscription, fence } of await lost())
          story.sees('log of worker-2', `lease lost, nothing was written: ${subscription}, fence ${fence}`);
        await shared();
        story.holds(
          'it has written nothing: no row, checkpoint, timer or event is another',
          (await observer.traces()) === before,
        );
        client.takeBroken();
        dying = /\/waiver-withdrawals$/;
        await observer.atFirst('WaiverWithdrawn', () => void apis[0].kill());
      },
      async withdrawn() {
        dying = undefined;
        const broken = client.takeBroken().map(nameOf);
        story.step('kill -9 of api-1, when the withdrawal was written and not yet answered.');
        story.sees(
          'client',
          broken.length === 0
            ? 'the answer came through before the end'
            : `no answer from ${broken[0]}; sent the same again, under the same key, to api-2`,
        );
        story.holds('it was withdrawn once', (await observer.count('WaiverWithdrawn')) === 1);
      },
    });
    const left = await observer.whatWasLeft();
    story.step('The end.');
    tell(story, left);
    return left;
  } finally {
    for (const program of all.reverse()) await program.stop();
    await observer.close();
  }
};

/** @throws DoesNotHold with the first line that is another */
export const compare = (story: Story, one: Left, other: Left): void => {
  for (const part of ['log', 'rows'] as const) {
    const at = one[part].findIndex((line, index) => line !== other[part][index]);
    if (at >= 0 || one[part].length !== other[part].length)
      throw new DoesNotHold(
        `other ${part}, from line ${at} on:\n${one[part][at] ?? 'nothing'}\n${other[part][at] ?? 'nothing'}`,
      );
    story.holds(`the same ${part} as without any disturbance`, hash(one[part]) === hash(other[part]));
  }
};
