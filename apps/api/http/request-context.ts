import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** Ids that others send are taken over only as random UUIDs: nothing else gets into a header or a log line. */
const requestIdShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Ten digits with a month in them: somebody who fills a UUID with a personal identity number, of whatever group. */
const looksLikeNumber = /\d\d(0[1-9]|1[0-2])\d{6}/;

export const requestIdOf = (raw: { headers: IncomingMessage['headers'] }): string => {
  const sent = raw.headers['x-request-id'];
  return typeof sent === 'string' &&
    requestIdShape.test(sent) &&
    !looksLikeNumber.test(sent.replaceAll('-', ''))
    ? sent
    : randomUUID();
};

/** Of our own making; what the caller sent is not looked at, since its digits may be somebody's number. */
const newTrace = (): string => {
  // In one go: each goes to the kernel of the machine.
  const chance = randomBytes(24).toString('hex');
  return `00-${chance.slice(16)}-${chance.slice(0, 16)}-01`;
};

const traces = new WeakMap<object, string>();

/** From here on the request goes on under this span. */
export const goOnUnder = (request: FastifyRequest, traceparent: string): void => {
  traces.set(request.raw, traceparent);
};

/** The trace of this request, made once and given out again in the answer and in what is recorded. */
export const traceOf = (request: FastifyRequest): string => {
  const known = traces.get(request.raw);
  if (known) return known;
  const trace = newTrace();
  traces.set(request.raw, trace);
  return trace;
};
