import fastify from 'fastify';
import pg from 'pg';
import { tellReady, untilToldToStop } from '#platform';

// What a command is compared with: a route of Fastify alone that writes what it is sent with one prepared INSERT, over
// sixteen sessions. No token, no check, no decision, no seal.

const told = untilToldToStop();
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 16 });
const app = fastify();
app.post('/bare', async (request) => {
  await pool.query({
    name: 'bare',
    text: 'INSERT INTO public.bare (body) VALUES ($1)',
    values: [JSON.stringify(request.body)],
  });
  return { id: null, revision: 0, position: null };
});
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
tellReady();
await told;
await app.close();
await pool.end();
