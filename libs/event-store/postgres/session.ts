import { Socket } from 'node:net';
import pg from 'pg';

export { backOff } from '../back-off.js';

/** Time limits of one session, in milliseconds. */
export interface SessionLimits {
  readonly statementMs: number;
  readonly lockMs: number;
  readonly connectMs: number;
}

/**
 * Connection settings of a session that enters `role` and has its own time limits from the first byte on: a session
 * that is lost must let go of what it holds.
 */
export const sessionOf = (
  connection: pg.ClientConfig,
  role: 'log_appender' | 'log_reader',
  name: string,
  limits: SessionLimits,
): pg.ClientConfig => ({
  ...connection,
  application_name: name,
  keepAlive: true,
  connectionTimeoutMillis: limits.connectMs,
  options: [
    connection.options ?? '',
    `-c role=${role}`,
    `-c statement_timeout=${limits.statementMs}`,
    `-c lock_timeout=${limits.lockMs}`,
    `-c idle_in_transaction_session_timeout=${limits.statementMs}`,
    '-c default_transaction_isolation=read\\ committed',
    '-c standard_conforming_strings=on',
  ].join(' '),
});

/** A session whose socket is ours, so that it can be cut when nothing comes back. */
export class Session {
  readonly client: pg.Client;
  readonly #socket = new Socket();
  #alive = true;

  constructor(config: pg.ClientConfig) {
    this.client = new pg.Client({ ...config, stream: () => this.#socket });
    // Unheard, the loss of an idle session would end the process. The next query is told.
    this.client.on('error', () => this.cut());
    this.client.on('end', () => this.cut());
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** @throws what the driver says; the session is gone then */
  async connect(): Promise<void> {
    try {
      await this.client.connect();
    } catch (error) {
      this.cut();
      throw error;
    }
  }

  /**
   * Runs one statement in one message (no values), and cuts the session when nothing has come back in time: whether the
   * statement took effect is then not known.
   */
  async run<Row extends object>(sql: string, limitMs: number): Promise<Row[]> {
    const timer = setTimeout(() => this.cut(), limitMs);
    try {
      const { rows } = await this.client.query<Row & pg.QueryResultRow>(sql);
      return rows;
    } finally {
      clearTimeout(timer);
    }
  }

  cut(): void {
    this.#alive = false;
    this.#socket.destroy();
  }

  /** Says good-bye; waits no longer than a second for the answer. */
  async end(): Promise<void> {
    if (!this.#alive) return;
    const timer = setTimeout(() => this.cut(), 1_000);
    await this.client.end().catch(() => undefined);
    clearTimeout(timer);
    this.cut();
  }
}

/** SQLSTATE, or the code of the socket, for example 57P01 or ECONNREFUSED. */
export const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'CONNECTION';
};

/**
 * True for what may be gone the next time: lost sessions, a server that starts or stops, locks, time limits, a standby
 * that is being promoted, exhausted resources. Everything else says that something is set up wrongly.
 */
export const isPassing = (error: unknown): boolean => {
  const code = codeOf(error);
  return (
    isLoss(error) || /^(40|53|57|58)/.test(code) || code === '55P03' || code === '55006' || code === '25006'
  );
};

/** True when the session ended (killed, cut, server gone), whatever it was doing. */
export const isLoss = (error: unknown): boolean => {
  const code = codeOf(error);
  return !/^[0-9A-Z]{5}$/.test(code) || /^(08|57P)/.test(code);
};
