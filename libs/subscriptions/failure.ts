import { DomainError } from '#kernel';

/** Class and code of an error, never its message: a message may quote a value. */
export const errorCode = (error: unknown): string => {
  if (error instanceof DomainError) return error.code;
  const sqlState = (error as { code?: unknown } | null)?.code;
  if (typeof sqlState === 'string' && /^[0-9A-Z]{5}$/.test(sqlState)) return `sql.${sqlState}`;
  const name = error instanceof Error ? error.name : 'unknown';
  return /^\w{1,60}$/.test(name) ? name : 'unknown';
};

// Connection, resources, conflicts between transactions, locks, an operator stopping the server.
const passingSqlStates = /^(08|25P03|40|53|55P03|57P)/;
const passingSystemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
]);

/**
 * True for what is no event's fault: the database or the store cannot be reached, or asks to try again.
 * Nothing is parked for that; the whole subscription waits and goes on.
 */
export const isPassing = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if (error.name === 'StoreUnavailable' || error.name === 'StoreOverloaded') return true;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return passingSqlStates.test(code) || passingSystemCodes.has(code);
  // What pg throws when a connection ends has no code.
  return /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/.test(
    error.message,
  );
};

export interface RetryPolicy {
  /** Failed attempts after which a sequence is parked and waits for a person. */
  readonly attempts: number;
  /** Wait before the second attempt; doubles with each further one. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

/** Milliseconds until the next attempt, or undefined when there is none. */
export const delayAfter = (failures: number, policy: RetryPolicy): number | undefined =>
  failures >= policy.attempts
    ? undefined
    : Math.min(policy.firstDelayMs * 2 ** (failures - 1), policy.longestDelayMs);
