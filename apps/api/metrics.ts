import type { Meter } from '#platform';
import { otherValue, secondsBuckets } from '#platform';
import { knownCodes } from './http/problem-catalogue.js';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const statuses = Array.from({ length: 500 }, (_, index) => String(100 + index));
const codes = Object.keys(knownCodes);

/** What the machine could not do is shown at once, for an alarm; what somebody did or was refused, five at a time. */
const isFailure = (status: number): boolean => status >= 500;

/** With these the caller was kept from what it asked for; 404 is here what is unknown and what is out of jurisdiction. */
const refusing = [401, 403, 404];

/** What the api counts of requests. Labels are route patterns, intents and codes: never a path, an id or a person. */
export interface ApiMetrics {
  /** Patterns of all routes; the api fills it while it is put together. */
  readonly routes: Set<string>;
  requestBegan(): void;
  /** @param seconds undefined for a stream of events, which lasts as long as its reader likes */
  requestEnded(request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number | undefined;
  }): void;
  /** A problem document goes out. */
  problem(request: { readonly method: string; readonly code: string; readonly status: number }): void;
  /** @param outcome `accepted`, or the code of the problem */
  command(command: { readonly command: string; readonly outcome: string }): void;
}

/** @param intents the names of all intents */
export const apiMetrics = (meter: Meter, intents: readonly string[]): ApiMetrics => {
  const routes = new Set<string>();
  let open = 0;
  const seconds = meter.histogram({
    name: 'http_request_seconds',
    help: 'From the head of a request to the end of its answer, by pattern of the route.',
    labels: { method: methods, route: routes, status: statuses },
    buckets: secondsBuckets,
    heldBack: ({ status }) => !isFailure(Number(status)),
  });
  meter.gauge(
    { name: 'http_requests_open', help: 'Requests under way, streams of events among them.', labels: {} },
    async () => [{ labels: {}, value: open }],
  );
  const problems = meter.counter({
    name: 'problems_total',
    help: 'Problem documents that went out, by code.',
    labels: { code: codes },
    heldBack: ({ code }) => !isFailure(knownCodes[code]?.status ?? 500),
  });
  const refusals = meter.counter({
    name: 'refusals_total',
    help: 'Reads and commands that were refused with 401, 403 or 404.',
    labels: { access: ['read', 'command'], code: codes },
    heldBack: () => true,
  });
  const commands = meter.counter({
    name: 'commands_total',
    help: 'Commands of officials by how they ended.',
    labels: { command: intents, outcome: ['accepted', ...codes] },
    heldBack: () => true,
  });
  return {
    routes,
    requestBegan: () => void (open += 1),
    requestEnded: ({ method, route, status, seconds: lasted }) => {
      open -= 1;
      if (lasted === undefined) return;
      // Shown at once, and so without saying what was asked for.
      const asked = isFailure(status) ? { method: otherValue, route: otherValue } : { method, route };
      seconds({ ...asked, status }, lasted);
    },
    problem: ({ method, code, status }) => {
      problems({ code });
      if (refusing.includes(status)) refusals({ access: method === 'GET' ? 'read' : 'command', code });
    },
    command: (labels) => commands(labels),
  };
};
