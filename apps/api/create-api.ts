import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { DiscoveryService, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiModule } from './api.module.js';
import type { ApiOptions } from './api-options.js';
import { AuthGuard } from './http/auth/auth.guard.js';
import { guardFirst } from './http/auth/guard-first.js';
import { Limits } from './http/auth/limits.js';
import { limitWithoutPolicy } from './http/auth/open-limit.js';
import { bodyLimit, endLongBodies, readBodiesStrictly } from './http/body.js';
import { answerClientError } from './http/client-error.js';
import { languageOf } from './http/language.js';
import { problemDocument } from './http/problem.js';
import { refuseEarly } from './http/early.js';
import { requestIdOf, traceOf } from './http/request-context.js';
import { routeOf } from './http/route.js';
import { secureHeaders } from './http/secure-headers.js';
import { answerEvenly, evenStepMs } from './even-answers.js';
import { observeRequests } from './observe.js';
import { pagesOfTheDescription, serveOpenApi } from './openapi.js';

/** A request that has not arrived in full by then is ended with 408, in milliseconds. */
const requestTimeoutMs = 30_000;

/**
 * Makes the api, ready to `listen()` or to be injected into; it takes no port by itself. Closing it (`close()`) lets
 * running requests end. Nothing in it reads the machine's clock but waiting times.
 * @throws when a route has no policy beside it.
 */
export const createApi = async (options: ApiOptions): Promise<NestFastifyApplication> => {
  const adapter = new FastifyAdapter({
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    genReqId: requestIdOf,
    requestIdHeader: false,
    // Addresses come from the connection: what a header says of them is believed of the proxies that we know.
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    logger: false,
    // HEAD would be a second way to every GET, past the list of routes that the leak tests read.
    exposeHeadRoutes: false,
    // Of these two the server would say no with bare bytes; `refuseEarly` says it.
    return503OnClosing: false,
    http: { requireHostHeader: false },
    clientErrorHandler: answerClientError,
    routerOptions: { maxParamLength: 200 },
    // What the router refuses before any hook (a broken %-escape, an endless id) becomes a problem document too.
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const language = languageOf(request.headers['accept-language']);
      void reply
        .code(400)
        .headers(secureHeaders)
        .header('x-request-id', request.id)
        .header('content-type', 'application/problem+json; charset=utf-8')
        .header('content-language', language)
        .send(JSON.stringify(problemDocument('request.bad_url', 400, language, request.id)));
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.with(options), adapter, {
    logger: false,
    bodyParser: false,
    abortOnError: false,
  });
  const fastify = adapter.getInstance();
  readBodiesStrictly(fastify as never);
  endLongBodies(fastify as never);
  observeRequests(fastify, options);

  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers({
      ...secureHeaders,
      'x-request-id': request.id,
      traceparent: traceOf(request as never),
    });
    done();
  });
  refuseEarly(fastify as never);
  limitWithoutPolicy(fastify as never, () => app.get(Limits), pagesOfTheDescription, options);
  guardFirst(fastify as never, () => ({
    guard: app.get(AuthGuard),
    controllers: app
      .get(DiscoveryService, { strict: false })
      .getControllers()
      .flatMap(({ metatype }) => (typeof metatype === 'function' ? [metatype as Type] : [])),
  }));
  answerEvenly(fastify as never, options.evenStepMs ?? evenStepMs, options.evenWait);
  const { draining } = options;
  if (draining)
    fastify.addHook('onSend', (_request, reply, payload, done) => {
      // The next request on this connection could meet a closed door: let it take another one.
      if (draining()) void reply.header('connection', 'close');
      done(null, payload);
    });
  fastify.addHook('onResponse', (request, reply, done) => {
    options.log.info(
      {
        requestId: request.id,
        traceparent: traceOf(request as never),
        method: request.method,
        route: routeOf(request as never) || 'unknown',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request answered',
    );
    done();
  });
  serveOpenApi(app);
  await app.init();
  await fastify.ready();
  return app;
};
