import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics, openServicePort, type ServicePort, startTracing, type Tracing } from '#platform';
import { knownCodes } from '../../apps/api/http/problem-catalogue.js';
import { allProjections } from '../../libs/projections/index.js';
import { colleague, coordinator, inventedNumber, officer, said, Story } from '../support/story.js';
import {
  home,
  otherReceiver,
  providerNumber,
  receiver,
  startTestSystem,
  type TestSystem,
} from '../support/system.js';

// A whole case is played, and then everything is read that those see who run the system: they must learn how it does,
// and nothing about anybody.

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const samplesOf = (text: string): readonly Sample[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line)!;
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
      return {
        name: name!,
        labels: Object.fromEntries(pairs.map(([, label, text]) => [label!, text!])),
        value: Number(value),
      };
    });

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}

/** A collector that keeps what it is sent, byte by byte. */
class Collector {
  readonly #server: Server;
  readonly bodies: string[] = [];
  readonly paths = new Set<string>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, reply) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.paths.add(`${request.method} ${request.url}`);
        this.bodies.push(Buffer.concat(chunks).toString('utf8'));
        reply.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  static async open(): Promise<Collector> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Collector(server);
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get spans(): readonly SentSpan[] {
    return this.bodies.flatMap((body) => {
      const sent = JSON.parse(body) as {
        resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[];
      };
      return sent.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const callersTrace = '5bd66ef5095369c7b0d1f8f4bd33716a';
const callersSpan = 'b7ad6b7169203331';

describe('Those who run the system', () => {
  let system: TestSystem;
  let metrics: Metrics;
  let tracing: Tracing;
  let collector: Collector;
  let servicePort: ServicePort;
  let story: Story;
  let healthy = true;
  let shownAt = Date.now();
  let forbidden: readonly string[];
  const service = (path: string) => fetch(`http://127.0.0.1:${servicePort.port}${path}`);
  const scrape = async () => samplesOf(await (await service('/metrics')).text());
  const sum = (samples: readonly Sample[], name: string, labels: Record<string, string> = {}) =>
    samples
      .filter((sample) => sample.name === `relocation_${name}`)
      .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
      .reduce((total, { value }) => total + value, 0);

  beforeAll(async () => {
    metrics = new Metrics(() => shownAt);
    collector = await Collector.open();
    tracing = (await startTracing({ endpoint: collector.address, component: 'test' }))!;
    system = await startTestSystem(undefined, [], { meter: metrics, tracer: tracing.tracer });
    servicePort = await openServicePort({
      host: '127.0.0.1',
      port: 0,
      metrics,
      healthChecks: [{ name: 'database', check: async () => healthy }],
    });
    story = await new Story(system, 1).cleared();
    // What somebody may not see, and what is no command.
    const outsider = system.official('provider-2580-director');
    for (let times = 0; times < 5; times += 1) {
      expect((await outsider.looks(`/cases/${story.caseId}`)).status).toBe(404);
      expect((await outsider.looks(`/cases/${story.caseId}`, { token: null })).status).toBe(401);
      expect((await system.official(officer).looks('/cases/no-such-thing/at/all')).status).toBe(404);
    }
    // Five cases in all, and one more.
    for (const order of [2, 3, 4, 5, 6]) await system.official(officer).does('/cases', said.case(order));
    // One request that says where it comes from.
    await system
      .official(officer)
      .does(
        `/cases/${story.caseId}/waiver-withdrawals`,
        { channel: 'PHONE' },
        { traceparent: `00-${callersTrace}-${callersSpan}-01` },
      );
    await system.settled();
    const { rows } = await system.pool.query<{ actor: string; organisation: string; stream: string }>(
      `SELECT DISTINCT metadata->>'actor' AS actor, metadata->>'organisation' AS organisation, stream FROM log.events
       WHERE recorded_at > (SELECT max(recorded_at) FROM log.events WHERE type = 'RulesEnacted')`,
    );
    forbidden = [
      ...new Set([
        inventedNumber(1),
        inventedNumber(1).slice(2),
        ...Object.values(said.case(1)).filter(
          (value) => typeof value === 'string' && !/^[A-Z_]+$/.test(value),
        ),
        said.request.needSummary,
        ...said.request.companions,
        said.assessment('HIGH').detail,
        said.assessment('HIGH').advice,
        providerNumber(receiver),
        story.caseId,
        story.proposalId,
        officer,
        colleague,
        coordinator,
        await system.tokenFor(officer),
        ...rows.flatMap(({ actor, organisation, stream }) => [
          ...(actor.startsWith('t1') ? [actor] : []),
          organisation,
          stream,
        ]),
      ] as string[]),
    ].filter((text) => text.length > 5 && !/^(coordination|operations)-/.test(text));
  });
  afterAll(async () => {
    await servicePort?.close();
    await system?.close();
    await tracing?.close();
    collector?.close();
  });

  it('see appends, batches, requests, commands and refusals, of the hour that is over', async () => {
    expect(sum(await scrape(), 'commands_total')).toBe(0);
    shownAt += 3_600_000;
    const samples = await scrape();
    expect(sum(samples, 'append_seconds_count', { outcome: 'appended' })).toBeGreaterThan(100);
    expect(sum(samples, 'append_events_total')).toBeGreaterThan(sum(samples, 'append_seconds_count') / 2);
    expect(sum(samples, 'append_batch_appends_sum')).toBeGreaterThan(100);
    expect(sum(samples, 'commands_total', { command: 'OpenCase', outcome: 'accepted' })).toBe(5);
    expect(sum(samples, 'system_commands_total', { command: 'ClaimSubject', outcome: 'accepted' })).toBe(5);
    expect(
      sum(samples, 'http_request_seconds_count', {
        method: 'POST',
        route: '/relocation-coordination/v1/cases',
        status: '201',
      }),
    ).toBe(5);
    expect(sum(samples, 'refusals_total', { access: 'read', code: 'auth.token_missing' })).toBe(5);
    expect(sum(samples, 'refusals_total', { access: 'read', code: 'thing.not_found' })).toBe(10);
    // One waiver was signed and one withdrawn: nobody learns here that it was.
    const kept = ['commands_total', 'system_commands_total', 'refusals_total', 'problems_total'];
    const ofLog = ['append_seconds_count', 'append_events_total', 'append_batch_appends_count'];
    const few = [...kept, ...ofLog, 'http_request_seconds_count'].flatMap((name) =>
      samples.filter((sample) => sample.name === `relocation_${name}` && sample.value % 5 !== 0),
    );
    expect(few).toEqual([]);
    expect(samples.filter(({ labels }) => labels['command'] === 'WithdrawWaiver')).toEqual([]);
    expect(samples.filter(({ labels }) => labels['route']?.endsWith('/waiver-withdrawals'))).toEqual([]);
    expect(sum(samples, 'http_requests_open')).toBe(0);
    expect(samples.some(({ name }) => name === 'nodejs_eventloop_lag_seconds')).toBe(true);
  });

  it('see how far each subscription is, what waits, and which deadline is overdue', async () => {
    const samples = await scrape();
    const subscriptions = samples.filter(({ name }) => name === 'relocation_subscription_active');
    expect(subscriptions.map(({ labels }) => labels['subscription'])).toEqual(
      expect.arrayContaining([...allProjections.map(({ name }) => name), 'dispatcher', 'timers']),
    );
    for (const { labels, value } of subscriptions) {
      const { subscription } = labels;
      expect([subscription, value]).toEqual([subscription, 1]);
      for (const name of [
        'subscription_lag_events',
        'subscription_lag_seconds',
        'subscription_failed',
        'sequences_parked',
        'sequences_retrying',
      ])
        expect([
          name,
          samples
            .filter(
              (sample) =>
                sample.name === `relocation_${name}` && sample.labels['subscription'] === subscription,
            )
            .map((sample) => sample.value),
        ]).toEqual([name, [0]]);
    }
    expect(sum(samples, 'deadlines_overdue')).toBe(0);
    // Nobody looks at the deadlines for a while: in this system they are looked at when it settles.
    const { rows } = await system.pool.query<{ due: Date }>('SELECT min(due_at) AS due FROM subs.timers');
    system.clock.set(new Date(rows[0]!.due.getTime() + 60_000));
    const late = await scrape();
    expect(sum(late, 'deadlines_overdue')).toBe(1);
    expect(sum(late, 'deadlines_overdue_seconds')).toBe(60);
    await system.settled();
    expect(sum(await scrape(), 'deadlines_overdue')).toBe(0);
  });

  it('find no id, token, name, number or municipality in a label, and no value that is on no list', async () => {
    const text = await (await service('/metrics')).text();
    const own = samplesOf(text).filter(({ name }) => name.startsWith('relocation_'));
    const values = new Map<string, Set<string>>();
    for (const { labels } of own)
      for (const [label, value] of Object.entries(labels))
        values.set(label, (values.get(label) ?? new Set()).add(value));
    const { le, status, code, outcome, route, ...rest } = Object.fromEntries(values);
    expect([...le!].filter((value) => !/^(\d+(\.\d+)?|\+Inf)$/.test(value))).toEqual([]);
    expect([...status!].filter((value) => !/^[1-5]\d\d$/.test(value))).toEqual([]);
    expect([...code!].filter((value) => !(value in knownCodes))).toEqual([]);
    expect(
      [...outcome!].filter(
        (value) => !['accepted', 'appended', 'conflict', 'failed'].includes(value) && !(value in knownCodes),
      ),
    ).toEqual([]);
    // Patterns of routes, with the names of ids: the one that does not exist counts as other.
    const served = (await (await fetch(`${system.address}/openapi.json`)).json()) as { paths: object };
    const patterns = Object.keys(served.paths).map((path) => path.replaceAll(/\{(\w+)\}/g, ':$1'));
    expect([...route!].filter((value) => !patterns.includes(value))).toEqual(['other']);
    expect(Object.keys(rest).sort()).toEqual(['access', 'command', 'method', 'subscription']);
    for (const known of Object.values(rest))
      expect([...known!].filter((value) => !/^[A-Za-z:_-]+$/.test(value) || value === 'other')).toEqual([]);
    expect(forbidden.length).toBeGreaterThan(20);
    expect(forbidden.filter((secret) => text.includes(secret))).toEqual([]);
    for (const value of [...values].flatMap(([label, known]) => (label === 'le' ? [] : [...known]))) {
      expect(value).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|t1\d+-|\d{6}/);
      expect([home, receiver, otherReceiver]).not.toContain(value);
    }
  });

  it('follow one request from HTTP over the append to the read models, in one trace', async () => {
    await tracing.close();
    expect([...collector.paths]).toEqual(['POST /v1/traces']);
    const route = 'POST /relocation-coordination/v1/cases/:caseId/waiver-withdrawals';
    const [request] = collector.spans.filter(({ name }) => name === route);
    // A trace of our own: what the caller sends as one may be digits of anybody.
    expect(request!.parentSpanId ?? '').toBe('');
    expect(collector.bodies.join()).not.toContain(callersTrace);
    expect(collector.bodies.join()).not.toContain(callersSpan);
    const { traceId } = request!;
    const spans = collector.spans.filter((span) => span.traceId === traceId);
    const named = (name: string) => spans.filter((span) => span.name === name);
    const [command] = named('command WithdrawWaiver');
    expect(command).toMatchObject({ parentSpanId: request!.spanId });
    // The event carries the span of its command; what follows from it is below that one.
    for (const name of ['apply grants', 'apply home-board', 'take in process:relocation'])
      expect([name, named(name).map(({ parentSpanId }) => parentSpanId)]).toEqual([
        name,
        expect.arrayContaining([command!.spanId]),
      ]);
    expect(named('send dispatcher').length).toBeGreaterThan(0);
    const [follow] = spans.filter(({ name }) => name.startsWith('command ') && name !== command!.name);
    expect(follow!.parentSpanId).toBe(command!.spanId);
    const { rows } = await system.pool.query<{ traceparent: string }>(
      `SELECT metadata->>'traceparent' AS traceparent FROM log.events WHERE type = 'WaiverWithdrawn'`,
    );
    expect(rows).toEqual([{ traceparent: `00-${traceId}-${command!.spanId}-01` }]);
  });

  it('find nothing of anybody in what was sent to the collector', () => {
    const sent = collector.bodies.join('\n');
    expect(collector.spans.length).toBeGreaterThan(200);
    expect(forbidden.filter((secret) => sent.includes(secret))).toEqual([]);
    const attributes = collector.spans.flatMap((span) => span.attributes);
    expect([...new Set(attributes.map(({ key }) => key))].sort()).toEqual([
      'http.request.method',
      'http.response.status_code',
      'http.route',
      'relocation.command',
      'relocation.event_type',
      'relocation.outcome',
      'relocation.subscription',
    ]);
    for (const { value } of attributes)
      expect(Object.values(value).join()).toMatch(/^(\d{3}|[\w./: -]{1,120})$/);
    for (const { value } of attributes)
      expect(Object.values(value).join()).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|t1\d+-|\d{6}/);
  });

  it('have a port of their own: the public one knows no metrics', async () => {
    expect((await fetch(`${system.address}/metrics`)).status).toBe(404);
    expect((await service('/relocation-coordination/v1/cases')).status).toBe(404);
    expect((await service('/health/live')).status).toBe(200);
    expect((await service('/health/ready')).status).toBe(200);
    healthy = false;
    const ready = await service('/health/ready');
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'failing', checks: { database: 'failing' } },
    ]);
  });
});
