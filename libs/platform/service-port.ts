import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HealthCheck, lookAtHealth } from './health.js';
import type { Metrics } from './metrics.js';
import { OperatorError } from './operator-error.js';

export interface ServicePortOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly metrics: Metrics;
  readonly healthChecks: readonly HealthCheck[];
}

export interface ServicePort {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The port for those who run the system, apart from the public one: `/metrics`, `/health/live`, `/health/ready`, and
 * nothing else. It asks nobody who they are, so it belongs on loopback or in a network of the operators.
 * @throws OperatorError when the port cannot be had
 */
export const openServicePort = async (options: ServicePortOptions): Promise<ServicePort> => {
  const server = createServer((request, reply) => {
    // A failed scrape is an answer of 500, never the end of the process.
    answer(options, request, reply).catch(() => {
      if (!reply.headersSent) reply.writeHead(500);
      reply.end();
    });
  });
  server.requestTimeout = 10_000;
  server.listen(options.port, options.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new OperatorError(
      `The service port ${options.port} cannot be had: set SERVICE_PORT or WORKER_SERVICE_PORT to another one.`,
      { cause: error },
    );
  }
  return { port: (server.address() as AddressInfo).port, close: () => closed(server) };
};

const answer = async (
  { metrics, healthChecks }: ServicePortOptions,
  request: IncomingMessage,
  reply: ServerResponse,
): Promise<void> => {
  request.resume();
  const path = (request.url ?? '').split('?')[0];
  const say = (status: number, type: string, text: string): void => {
    reply.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
  };
  if (request.method !== 'GET') return say(405, 'text/plain', '');
  if (path === '/metrics') return say(200, metrics.contentType, await metrics.text());
  if (path === '/health/live') return say(200, 'application/json', '{"status":"ok","checks":{}}');
  if (path === '/health/ready') {
    const health = await lookAtHealth(healthChecks);
    return say(health.status === 'failing' ? 503 : 200, 'application/json', JSON.stringify(health));
  }
  say(404, 'text/plain', '');
};

const closed = async (server: Server): Promise<void> => {
  const end = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await end;
};
