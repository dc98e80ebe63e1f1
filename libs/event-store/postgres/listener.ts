import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Hint } from '../hint.js';
import { backOff, codeOf, Session } from './session.js';

/**
 * Holds a session that listens, and gives a hint for each notification. While the session is lost nothing is missed:
 * subscriptions look by themselves every now and then.
 */
export const listen = async (
  config: pg.ClientConfig,
  hint: Hint,
  signal: AbortSignal,
  onTrouble: (trouble: { readonly doing: 'listen'; readonly code: string }) => void,
): Promise<void> => {
  for (let failures = 0; !signal.aborted; failures += 1) {
    const session = new Session(config);
    const end = (): void => void session.end();
    try {
      await session.connect();
      signal.addEventListener('abort', end, { once: true });
      const lost = new Promise((resolve) => session.client.once('end', resolve));
      session.client.on('notification', () => hint.give());
      await session.client.query('LISTEN log_appended');
      // What was appended while nobody listened.
      hint.give();
      failures = 0;
      if (!signal.aborted) await lost;
      if (!signal.aborted) onTrouble({ doing: 'listen', code: 'CONNECTION' });
    } catch (error) {
      if (!signal.aborted) onTrouble({ doing: 'listen', code: codeOf(error) });
    } finally {
      signal.removeEventListener('abort', end);
      await session.end();
    }
    await sleep(Math.max(backOff(failures + 1), 50), undefined, { signal }).catch(() => undefined);
  }
};
