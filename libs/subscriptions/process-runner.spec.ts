import { describe, expect, it } from '@jest/globals';
import { derivedId, type RecordedEvent } from '#kernel';
import { noCrashPoints } from '#platform';
import { reaching } from './crash-points.js';
import { dispatcherConsumer, skippedByOperator } from './dispatcher.js';
import { fireDeadline } from './deadlines.js';
import { processConsumer, registerProcess, withoutSealed } from './process-runner.js';
import { asProcessEvent, foldProcess, loadProcess, processStream } from './process-stream.js';
import { MemoryLog } from './testing/memory-log.js';
import { errandProcess, inThreeDays, SampleSender, write } from './testing/sample.js';

const reach = reaching(noCrashPoints);
const confirm = () => Promise.resolve();
const monday = '2026-03-02T08:00:00.000Z';
const tuesday = '2026-03-03T08:00:00.000Z';
const stream = processStream('errand', 'e1');

const setUp = (instead?: ConstructorParameters<typeof SampleSender>[1]) => {
  const log = new MemoryLog();
  const sender = new SampleSender(log, instead);
  let now = new Date(monday);
  const process = processConsumer(
    registerProcess(errandProcess, () => ({ reminderAllowed: true })),
    log,
    reach,
  );
  const dispatcher = dispatcherConsumer(sender, log, () => now, reach, 200);
  const deliver = async (event: RecordedEvent) => {
    for (const consumer of [process, dispatcher])
      if (consumer.handles(event))
        for (const sequence of consumer.sequencesOf(event)) await consumer.act(event, sequence, confirm);
  };
  return {
    log,
    sender,
    dispatcher,
    deliver,
    at: (instant: string) => (now = new Date(instant)),
    fire: (setAt: number) => fireDeadline(log, { stream, name: 'answer', setAt }, () => now, reach, confirm),
    /** Delivers the log from the start until nothing new comes. */
    drain: async () => {
      for (let index = 0; index < log.events.length; index += 1) await deliver(log.events[index]!);
    },
    types: () => log.events.filter((event) => event.stream === stream).map((event) => event.type),
    state: async () => foldProcess(errandProcess as never, (await loadProcess(log, stream)).events),
  };
};

const requested = (log: MemoryLog) =>
  write(log, 'relocation-e1', 'ErrandRequested', { errand: 'e1' }, monday);
const answered = (log: MemoryLog) => write(log, 'consent-other', 'ErrandAnswered', { errand: 'e1' }, tuesday);

describe('a process', () => {
  it('writes what it took in and what it wants done in one place, on behalf of the agency that owns the step', async () => {
    const { log, deliver, types } = setUp();
    await requested(log);
    await deliver(log.events[0]!);
    expect(types()).toEqual(['InputRecorded', 'CommandIssued', 'DeadlineSet']);
    const [input, issued] = (await loadProcess(log, stream)).events;
    expect(input!.metadata).toMatchObject({
      actor: 'process:errand',
      organisation: 't1-home-board',
      agencyKind: 'SOCIAL_BOARD',
      legalBasis: 'TEST',
      $causationId: log.events[0]!.id,
      $correlationId: log.events[0]!.metadata.$correlationId,
      occurredAt: monday,
    });
    expect(input!.data).toMatchObject({ facts: { reminderAllowed: true } });
    expect(issued!.metadata).toMatchObject({
      organisation: 't1-coordinator',
      agencyKind: 'NATIONAL_COORDINATOR',
    });
  });

  it('records of its facts what identifies them, and acts on all of them', async () => {
    const log = new MemoryLog();
    const process = processConsumer(
      registerProcess(
        errandProcess,
        () => ({ reminderAllowed: true, rules: 'all the rules' }),
        ({ reminderAllowed }) => ({ rulesVersion: reminderAllowed ? 7 : 0 }),
      ),
      log,
      reach,
    );
    await requested(log);
    await process.act(log.events[0]!, stream, confirm);
    const { events } = await loadProcess(log, stream);
    expect(events[0]?.data).toMatchObject({ facts: { rulesVersion: 7 } });
    expect(JSON.stringify(events)).not.toContain('all the rules');
    expect(events.map(({ type }) => type)).toContain('CommandIssued');
  });

  it('takes the same event in only once, however often it is delivered', async () => {
    const { log, deliver } = setUp();
    await requested(log);
    await deliver(log.events[0]!);
    const before = log.events.length;
    await deliver(log.events[0]!);
    await deliver(log.events[0]!);
    expect(log.events.length).toBe(before);
  });

  it('comes to the same end whether the answer is delivered before or after the request', async () => {
    const ends: unknown[] = [];
    for (const order of [
      [0, 1],
      [1, 0],
      [0, 0, 1, 1],
      [1, 0, 1, 0],
    ]) {
      const { log, deliver, drain, state } = setUp();
      await requested(log);
      await answered(log);
      const [first, second] = log.events;
      for (const index of order) await deliver([first!, second!][index]!);
      await drain();
      ends.push(await state());
    }
    expect(ends).toEqual(
      Array(4).fill(expect.objectContaining({ asked: true, answered: true, ended: true })),
    );
  });

  it('hears of a refusal and may ask again', async () => {
    const { log, sender, drain, state } = setUp((command) =>
      command.type === 'Ask' ? 'sample.busy' : undefined,
    );
    await requested(log);
    await drain();
    expect(sender.sent.map(({ type }) => type)).toEqual(['Ask', 'AskAgain']);
    expect(await state()).toMatchObject({ refusals: ['sample.busy'] });
    const refused = log.events.find((event) => event.type === 'CommandRefused')!;
    expect(refused.data).toEqual({ issuedAt: 1, code: 'sample.busy' });
  });

  it('learns that a command was skipped by an operator, so that it does not wait in silence', async () => {
    const { log, dispatcher, drain, deliver, state } = setUp(() => {
      throw new TypeError('broken');
    });
    await requested(log);
    await deliver(log.events[0]!);
    const issued = log.events.find((event) => event.type === 'CommandIssued')!;
    await expect(dispatcher.act(issued, stream, confirm)).rejects.toThrow(TypeError);
    await dispatcher.skip!(issued, stream, confirm);
    await drain();
    expect(await state()).toMatchObject({ refusals: [skippedByOperator] });
  });

  it('keeps no sealed value, only where it lies', () => {
    const envelope = {
      sealed: 1,
      class: 'needs',
      subject: 's',
      owner: 't1-board',
      stream: 'relocation-e1',
      event: 'ev',
      path: 'needs',
      kid: 'k',
      iv: 'iv',
      ct: 'CIPHERTEXT',
      tag: 'tag',
    };
    const event = {
      data: { errand: 'e1', needs: envelope, carried: [envelope, envelope], counts: [1, 2] },
    } as unknown as RecordedEvent;
    const cut = withoutSealed(event);
    expect(cut.event.data).toEqual({ errand: 'e1', carried: [], counts: [1, 2] });
    expect(cut.sealed).toEqual(
      Array(3).fill({
        stream: 'relocation-e1',
        event: 'ev',
        path: 'needs',
        class: 'needs',
        owner: 't1-board',
      }),
    );
    expect(JSON.stringify(cut)).not.toContain('CIPHERTEXT');
  });
});

describe('the dispatcher', () => {
  it('sends a command again under the same id when it does not know how the first try ended', async () => {
    const { log, sender, deliver } = setUp((_command, calls) => {
      if (calls === 1) throw new TypeError('connection lost');
      return undefined;
    });
    await requested(log);
    await deliver(log.events[0]!);
    const issued = log.events.find((event) => event.type === 'CommandIssued')!;
    await expect(deliver(issued)).rejects.toThrow('connection lost');
    await deliver(issued);
    await deliver(issued);
    expect(sender.sent.map(({ context }) => context.commandId)).toEqual(
      Array(2).fill(derivedId('process-command', stream, 1)),
    );
    expect(log.events.filter((event) => event.type === 'AskDone')).toHaveLength(1);
    expect(log.events.filter((event) => event.type === 'CommandAccepted')).toHaveLength(1);
  });

  it('gives up waiting for a command that does not come back, without an outcome', async () => {
    const log = new MemoryLog();
    const consumer = dispatcherConsumer(
      { send: () => new Promise(() => undefined) },
      log,
      () => new Date(monday),
      reach,
      20,
    );
    const command = { type: 'Ask', stream: 'consent-e1', data: {}, onBehalfOf: {} };
    await write(log, stream, 'CommandIssued', { command }, monday);
    await expect(consumer.act(log.events[0]!, stream, confirm)).rejects.toThrow('not carried out in time');
    expect(log.events).toHaveLength(1);
  });
});

describe('a deadline', () => {
  it('fires once, and the process acts on it', async () => {
    const { log, drain, fire, at, sender } = setUp();
    await requested(log);
    await drain();
    at(inThreeDays(monday));
    expect(await fire(2)).toBe(true);
    expect(await fire(2)).toBe(false);
    await drain();
    const fired = log.events.filter((event) => event.type === 'DeadlineFired');
    expect(fired.map(asProcessEvent)).toEqual([
      { type: 'DeadlineFired', data: { name: 'answer', dueAt: inThreeDays(monday), setAt: 2 } },
    ]);
    expect(sender.sent.map(({ type }) => type)).toEqual(['Ask', 'Remind']);
  });

  it('stays quiet when the answer came before it', async () => {
    const { log, drain, fire } = setUp();
    await requested(log);
    await drain();
    await answered(log);
    await drain();
    expect(await fire(2)).toBe(false);
    expect(log.events.filter((event) => event.type === 'DeadlineFired')).toHaveLength(0);
  });

  it('that fires after the answer was written, but before the process saw it, changes nothing', async () => {
    const { log, drain, fire, sender, types } = setUp();
    await requested(log);
    await drain();
    await answered(log);
    expect(await fire(2)).toBe(true);
    await drain();
    expect(sender.sent.map(({ type }) => type)).toEqual(['Ask', 'Thank']);
    expect(types().filter((type) => type === 'ProcessEnded')).toHaveLength(1);
  });

  it('that was acted upon ends the errand: the answer that comes too late changes nothing', async () => {
    const { log, drain, fire, sender, types } = setUp();
    await requested(log);
    await drain();
    expect(await fire(2)).toBe(true);
    await drain();
    await answered(log);
    await drain();
    expect(sender.sent.map(({ type }) => type)).toEqual(['Ask', 'Remind']);
    expect(types().filter((type) => type === 'ProcessEnded')).toHaveLength(1);
  });

  it('that was set anew fires for the new date only', async () => {
    const { log, fire } = setUp();
    await write(log, stream, 'DeadlineSet', { name: 'answer', dueAt: monday }, monday);
    await write(log, stream, 'DeadlineSet', { name: 'answer', dueAt: tuesday }, monday);
    expect(await fire(0)).toBe(false);
    expect(await fire(1)).toBe(true);
  });
});
