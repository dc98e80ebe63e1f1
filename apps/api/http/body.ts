import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

/** Largest body in bytes; more is refused with 413 before it is read to its end. */
export const bodyLimit = 256 * 1024;

/** JSON may be nested this deep; no request of this API needs more than five. */
const deepest = 12;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Text that cannot be stored or shown: half a surrogate pair, or NUL. */
const broken = (text: string): boolean => /\p{Surrogate}/u.test(text) || text.includes('\0');

const check = (value: unknown, depth: number): void => {
  if (typeof value === 'string' && broken(value)) throw new Problem('request.not_utf8');
  if (typeof value !== 'object' || value === null) return;
  if (depth > deepest) throw new Problem('request.not_json');
  for (const [name, inner] of Object.entries(value)) {
    if (broken(name)) throw new Problem('request.not_utf8');
    check(inner, depth + 1);
  }
};

/** How many members all objects of a value have. */
const membersOf = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value);
  return inner.reduce<number>((sum, one) => sum + membersOf(one), Array.isArray(value) ? 0 : inner.length);
};

/** A text of JSON; where it is the name of a member, with the colon behind it. */
const textsOfJson = /"(?:[^"\\]|\\.)*"(\s*:)?/g;

/** In valid JSON: a member that is there twice is lost when it is read, and two readers may keep another one each. */
const hasTwins = (text: string, parsed: unknown): boolean => {
  let names = 0;
  for (const [, colon] of text.matchAll(textsOfJson)) if (colon !== undefined) names += 1;
  return names !== membersOf(parsed);
};

/**
 * Of a body of which nobody reads the rest when its request has been answered (the guard said no, or it was too large already),
 * no more is taken than of one that is read: the server would take, and throw away, whatever is sent within the time for
 * a request. A body within the limit comes in to its end, so that its sender reads the answer and can go on.
 */
export const endLongBodies = (fastify: FastifyInstance): void => {
  fastify.addHook('onSend', ({ raw }, reply, payload, done) => {
    // Before the server itself lets go of the body, which is when the answer is out.
    if (!raw.complete)
      reply.raw.prependOnceListener('finish', () => {
        let taken = 0;
        const take = (bytes: Buffer | null): void => {
          taken += bytes?.length ?? 0;
          if (taken > bodyLimit) raw.socket.destroy();
        };
        take(raw.read() as Buffer | null);
        raw.on('data', take);
      });
    done(null, payload);
  });
};

/** Other character sets and packed bodies are refused by their headers: what they hold could not be checked here. */
const isPlain = ({ headers }: FastifyRequest): boolean =>
  (headers['content-encoding'] ?? 'identity') === 'identity' &&
  /^application\/json(;\s*charset="?utf-8"?)?$/i.test(headers['content-type']?.trim() ?? '');

/**
 * Reads bodies strictly: only application/json, only well-formed UTF-8 (the parser that Fastify brings would silently
 * put replacement characters into somebody's name), no member twice, no prototype tricks.
 */
export const readBodiesStrictly = (fastify: FastifyInstance): void => {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit },
    (request, body, done) => {
      if (!isPlain(request)) return done(new Problem('request.wrong_media_type'), undefined);
      let text: string;
      try {
        text = utf8.decode(body);
      } catch {
        return done(new Problem('request.not_utf8'), undefined);
      }
      if (text.length === 0) return done(new Problem('request.not_json'), undefined);
      void parseJson(request, text, (error, parsed: unknown) => {
        // The parser's own message quotes the text that it could not read.
        if (error) return done(new Problem('request.not_json'), undefined);
        try {
          check(parsed, 0);
          if (hasTwins(text, parsed)) throw new Problem('request.not_json');
        } catch (problem) {
          return done(problem as Problem, undefined);
        }
        done(null, parsed);
      });
    },
  );
};
