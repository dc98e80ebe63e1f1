import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Span } from '#platform';
import type { ApiOptions, IntentExecutor } from './api-options.js';
import { codeOf } from './http/problem.filter.js';
import { problemText } from './http/problem.js';
import { goOnUnder } from './http/request-context.js';
import { routeOf } from './http/route.js';

const spans = new WeakMap<object, Span>();

/** Metrics and traces of requests; without either no hook is set. */
export const observeRequests = (
  fastify: FastifyInstance,
  { metrics, tracer }: Pick<ApiOptions, 'metrics' | 'tracer'>,
): void => {
  if (tracer) {
    // Before the other hooks: what they say of the trace is this span.
    fastify.addHook('onRequest', (request, _reply, done) => {
      const { method } = request;
      const route = routeOf(request) || 'unknown';
      // Always a new trace: the digits of the caller's would stand in our log and in events for good.
      const span = tracer.start(`${method} ${route}`, 'server', undefined, {
        'http.request.method': method,
        'http.route': route,
      });
      spans.set(request.raw, span);
      goOnUnder(request, span.traceparent);
      done();
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      const status = reply.statusCode;
      spans.get(request.raw)?.end({ 'http.response.status_code': status }, status >= 500);
      done();
    });
  }
  if (metrics) {
    fastify.addHook('onRoute', ({ url }) => void metrics.routes.add(url));
    fastify.addHook('onRequest', (_request, _reply, done) => {
      metrics.requestBegan();
      done();
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      metrics.requestEnded({
        method: request.method,
        route: routeOf(request),
        status: reply.statusCode,
        seconds: isStream(request) ? undefined : reply.elapsedTime / 1_000,
      });
      done();
    });
  }
};

/** Routes of server-sent events end in /stream. */
const isStream = (request: FastifyRequest): boolean => routeOf(request).endsWith('/stream');

/** The same executor, which counts and traces; what is appended carries the command's own span. */
export const observedIntents = (
  intents: IntentExecutor,
  { metrics, tracer }: Pick<ApiOptions, 'metrics' | 'tracer'>,
): IntentExecutor => {
  if (!metrics && !tracer) return intents;
  return {
    async execute(type, intent, context) {
      const span = tracer?.start(`command ${type}`, 'internal', context.traceparent, {
        'relocation.command': type,
      });
      let outcome = 'accepted';
      try {
        return await intents.execute(
          type,
          intent,
          span ? { ...context, traceparent: span.traceparent } : context,
        );
      } catch (error) {
        outcome = codeOf(error);
        throw error;
      } finally {
        metrics?.command({ command: type, outcome });
        span?.end(
          { 'relocation.outcome': outcome },
          outcome !== 'accepted' && problemText(outcome).status >= 500,
        );
      }
    },
  };
};
