import { connect, type Socket } from 'node:net';
import { invented, type LoadPlan, type LoadResult } from './load.js';

// Sends requests from a process of its own, over plain sockets that stay open: it must cost less than what it measures.

const plan = await new Promise<LoadPlan>((resolve) => {
  process.once('message', (message) => resolve(message as LoadPlan));
});

/** An HTTP/1.1 connection on which one request at a time is under way; answers come with a Content-Length. */
class Connection {
  private readonly socket: Socket;
  private received = Buffer.alloc(0);
  private answered: ((answer: Buffer) => void) | undefined;
  private failed: ((error: Error) => void) | undefined;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setNoDelay(true);
    this.socket.on('data', (chunk) => {
      this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
      this.look();
    });
    this.socket.on('error', (error) => this.failed?.(error));
    this.socket.on('close', () => this.failed?.(new Error('the server closed the connection')));
  }

  send(request: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.answered = resolve;
      this.failed = reject;
      this.socket.write(request);
    });
  }

  end(): void {
    this.failed = undefined;
    this.socket.destroy();
  }

  private look(): void {
    const head = this.received.indexOf('\r\n\r\n');
    if (head === -1) return;
    const length = /content-length: (\d+)/i.exec(this.received.toString('latin1', 0, head))?.[1];
    if (length === undefined) return this.failed?.(new Error('an answer without Content-Length'));
    const end = head + 4 + Number(length);
    if (this.received.length < end) return;
    const answer = this.received.subarray(0, end);
    this.received = this.received.subarray(end);
    this.answered?.(answer);
  }
}

const messageOf = (number: number): string => {
  const { method, path, token, body } = invented(plan, number);
  const content = body === undefined ? '' : JSON.stringify(body);
  return [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    ...(body === undefined
      ? []
      : [
          'content-type: application/json',
          `content-length: ${Buffer.byteLength(content)}`,
          `idempotency-key: bench-${plan.run}-${String(number).padStart(12, '0')}`,
        ]),
    '',
    content,
  ].join('\r\n');
};

const connections = Array.from(
  { length: plan.connections },
  (_, index) => new Connection(plan.ports[index % plan.ports.length]!),
);
const latencies: number[] = [];
const sentAt: number[] = [];
const positions: string[] = [];
const ids: string[] = [];
const refused = new Map<string, number>();
let next = 0;
let measured = 0;
let lastAt = 0;
const began = performance.now();
const measuresFrom = began + plan.warmUpSeconds * 1_000;
const ends = measuresFrom + plan.seconds * 1_000;

/** A few are measured however long they take: a figure out of none says nothing. */
const leastMeasured = 20;
const isOver = (): boolean => performance.now() >= ends && measured >= leastMeasured;

const one = async (connection: Connection, due: number): Promise<void> => {
  const number = next++;
  const message = messageOf(number);
  const sent = plan.perSecond === undefined ? performance.now() : due;
  const answer = await connection.send(message);
  const now = performance.now();
  const status = answer.toString('latin1', 9, 12);
  if (!status.startsWith('2')) {
    const text = answer.toString('utf8');
    const code = /"code":"([^"]+)"/.exec(text)?.[1] ?? '';
    refused.set(`${status} ${code}`, (refused.get(`${status} ${code}`) ?? 0) + 1);
    return;
  }
  // At a fixed rate all that was due in the time counts, however late it was answered; else the longest would be left out.
  if (plan.perSecond === undefined ? now < measuresFrom || isOver() : due < measuresFrom) {
    if (plan.keep !== undefined && plan.count !== undefined) keepAnswer(answer, number);
    return;
  }
  measured += 1;
  lastAt = now;
  latencies.push(now - sent);
  if (plan.keep !== undefined) {
    sentAt.push(performance.timeOrigin + sent);
    keepAnswer(answer, number);
  }
};

const keepAnswer = (answer: Buffer, number: number): void => {
  const text = answer.toString('latin1', 0, answer.length);
  positions.push(/x-position: (\S+)/i.exec(text)?.[1] ?? '');
  ids[number] = /"id":"([^"]+)"/.exec(text)?.[1] ?? '';
};

/** As fast as answers come, on every connection. */
const closedLoop = async (connection: Connection): Promise<void> => {
  while (next < (plan.count ?? Infinity) && !isOver()) await one(connection, 0);
};

/** At a fixed rate: what is late is measured from when it was due. */
const atRate = async (perSecond: number): Promise<void> => {
  const free = [...connections];
  const running: Promise<void>[] = [];
  for (let number = 0; ; number += 1) {
    const due = began + (number / perSecond) * 1_000;
    if (due > ends) break;
    while (performance.now() < due)
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    while (free.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const connection = free.pop()!;
    running.push(one(connection, due).finally(() => void free.push(connection)));
  }
  await Promise.all(running);
};

if (plan.perSecond === undefined) await Promise.all(connections.map(closedLoop));
else await atRate(plan.perSecond);
for (const connection of connections) connection.end();

const result: LoadResult = {
  perSecond: measured / (Math.max(plan.seconds * 1_000, lastAt - measuresFrom) / 1_000),
  measured,
  latencies:
    plan.keep === undefined && latencies.length > 5_000 ? latencies.filter((_, i) => i % 4 === 0) : latencies,
  sentAt,
  positions,
  ids,
  refused: Object.fromEntries(refused),
};
process.send?.(result, () => process.disconnect());
