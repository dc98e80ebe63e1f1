import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.js';

/**
 * What the HTTP server would answer by itself, with bare bytes, is refused here like everything else: a problem document,
 * with the headers of every answer. That is a request for a tunnel (CONNECT), one that names no host, one that expects something that we do not do, and
 * one that comes on an open connection when the api has begun to close.
 */
export const refuseEarly = (fastify: FastifyInstance): void => {
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  fastify.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    fastify.server.emit('request', request, response),
  );
  // Without this the connection would be closed without a word. There is no tunnel here, as there is no such address.
  fastify.server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    socket.on('error', () => socket.destroy());
    response.assignSocket(socket);
    response.on('finish', () => socket.end());
    fastify.server.emit('request', request, response);
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    done(refusalOf(request.raw, closing));
  });
};

const refusalOf = (
  { headers, httpVersion }: Pick<IncomingMessage, 'headers' | 'httpVersion'>,
  closing: boolean,
): Problem | undefined => {
  if (closing) return new Problem('service.closing', { headers: { connection: 'close' } });
  // HTTP/1.0 knows no Host (RFC 9112, 3.2).
  if (headers.host === undefined && httpVersion === '1.1') return new Problem('request.no_host');
  // The server itself says 100 to who waits for it, and answers then.
  if (headers.expect !== undefined && !/^100-continue$/i.test(headers.expect))
    return new Problem('request.expectation');
  return undefined;
};
