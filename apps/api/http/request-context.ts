import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** Ids that others send are taken over only in this shape: nothing else gets into a header or a log line. */
const requestIdShape = /^[A-Za-z0-9._-]{8,64}$/;

/** A personal identity number standing by itself: somebody's mistake, which must not get into our log. */
const looksLikeNumber = /(?<![0-9a-f])(\d{8}|\d{6})[-.]?\d{4}(?![0-9a-f])/i;

export const requestIdOf = (raw: { headers: IncomingMessage['headers'] }): string => {
  const sent = raw.headers['x-request-id'];
  return typeof sent === 'string' && requestIdShape.test(sent) && !looksLikeNumber.test(sent)
    ? sent
    : randomUUID();
};

const traceparentShape = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * W3C Trace Context: goes on with the caller's trace under a span of our own, or starts one. A header that is not
 * well formed is as good as none.
 */
export const continueTrace = (traceparent: string | undefined): string => {
  const [, trace, span, flags] = traceparentShape.exec(traceparent ?? '') ?? [];
  const usable = trace && !/^0+$/.test(trace) && span && !/^0+$/.test(span);
  // In one go: each goes to the kernel of the machine.
  const chance = randomBytes(24).toString('hex');
  return `00-${usable ? trace : chance.slice(16)}-${chance.slice(0, 16)}-${usable ? flags : '01'}`;
};

const traces = new WeakMap<object, string>();

/** What the caller sent, of whatever shape. */
export const traceparentOf = (request: FastifyRequest): string | undefined => {
  const sent = request.headers.traceparent;
  return typeof sent === 'string' ? sent : undefined;
};

/** From here on the request goes on under this span. */
export const goOnUnder = (request: FastifyRequest, traceparent: string): void => {
  traces.set(request.raw, traceparent);
};

/** The trace of this request, made once and given out again in the answer and in what is recorded. */
export const traceOf = (request: FastifyRequest): string => {
  const known = traces.get(request.raw);
  if (known) return known;
  const trace = continueTrace(traceparentOf(request));
  traces.set(request.raw, trace);
  return trace;
};
