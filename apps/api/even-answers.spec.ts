import { describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { answerEvenly, untilStep } from './even-answers.js';
import { startTransport } from './testing/transport.js';

describe('An answer that there is nothing', () => {
  it('goes out at the next whole step after the request came', () => {
    expect([0, 3, 24.5, 25, 26, 60].map((elapsed) => elapsed + untilStep(elapsed, 25))).toEqual([
      25, 25, 25, 50, 50, 75,
    ]);
    expect(untilStep(7, 0)).toBe(0);
  });

  it('is held until then, however soon it is ready; another one is not', async () => {
    const app = fastify();
    answerEvenly(app, 120);
    app.get('/:status', async (request, reply) =>
      reply.code(Number((request.params as { status: string }).status)).send(''),
    );
    const held = new Map<string, number>();
    app.addHook('onResponse', async (request, reply) => void held.set(request.url, reply.elapsedTime));
    // An address that nobody has, as well.
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    for (const url of ['/404', '/nothing/here', '/200']) await (await fetch(`${address}${url}`)).text();
    expect(held.get('/404')).toBeGreaterThanOrEqual(119);
    expect(held.get('/nothing/here')).toBeGreaterThanOrEqual(119);
    expect(held.has('/200')).toBe(true);
    await app.close();
  });

  it.each([
    ['the step that it is given', 150],
    ['25 ms, when it is given none', undefined],
  ])('is held by the api itself, as it is put together, for %s', async (_what, evenStepMs) => {
    const api = await startTransport({ evenStepMs });
    try {
      const address = await api.app.listen(0, '127.0.0.1').then(() => api.app.getUrl());
      const asked = async (): Promise<number> => {
        const before = performance.now();
        const answer = await fetch(`${address}/nothing/here`);
        await answer.text();
        expect(answer.status).toBe(404);
        return performance.now() - before;
      };
      // The first answers of a process are slow by themselves.
      const taken: number[] = [];
      for (let n = 0; n < 12; n += 1) taken.push(await asked());
      expect(Math.min(...taken)).toBeGreaterThanOrEqual((evenStepMs ?? 25) - 1);
    } finally {
      await api.close();
    }
  });
});
