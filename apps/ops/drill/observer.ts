import pg from 'pg';
import { codec } from '#application';
import { type EventStore, openLog } from '#event-store';
import { schemasOf } from '#kernel';
import { notaryPlace } from '#notary';
import { allProjections } from '#projections';
import { workerSubscriptions } from '../../worker/subscriptions.js';
import type { DrillDatabase } from './ground.js';
import { until } from './programs.js';
import { type Left, whatWasLeft } from './what-was-left.js';

export interface HeldLease {
  readonly subscription: string;
  readonly fence: string;
}

const settleMs = 180_000;

/** Looks into the database beside api and workers, and changes nothing. */
export class Observer {
  private constructor(
    private readonly database: DrillDatabase,
    private readonly store: EventStore,
    private readonly admin: pg.Client,
  ) {}

  static async open(database: DrillDatabase): Promise<Observer> {
    const store = await openLog({ databaseUrl: database.url, eventStore: undefined, codec, name: 'drill' });
    const admin = new pg.Client({ connectionString: database.adminUrl });
    // When the drill is stopped the server may go first; unheard, the event would end the process.
    admin.on('error', () => undefined);
    await admin.connect();
    return new Observer(database, store, admin);
  }

  /** Waits until every reader of the log has come to its end, and nothing waits for another attempt. */
  async settled(): Promise<void> {
    await until('everything is worked off', settleMs, async () => {
      const head = await this.store.head();
      return (await this.isAt(head)) && (await this.store.head()) === head;
    });
  }

  private async isAt(head: string | undefined): Promise<boolean> {
    if (head === undefined) return true;
    const reached = await this.checkpoints();
    const { rows } = await this.admin.query(`SELECT FROM subs.parked WHERE state = 'retrying'`);
    return rows.length === 0 && workerSubscriptions.every((name) => (reached.get(name) ?? '') >= head);
  }

  private async checkpoints(): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.admin.query<{ subscription: string; position: string }>(
      [...places, 'subs', notaryPlace.schema]
        .map((schema) => `SELECT subscription, position FROM ${schema}.checkpoints`)
        .join(' UNION ALL '),
    );
    return new Map(rows.map(({ subscription, position }) => [subscription, position]));
  }

  /** The leases that have not run out, of one process or of all. */
  async leases(pid?: number): Promise<readonly HeldLease[]> {
    const { rows } = await this.admin.query<HeldLease>(
      `SELECT subscription, fence::text AS fence FROM subs.leases
       WHERE expires_at > clock_timestamp() AND ($1::text IS NULL OR split_part(holder, '/', 2) = $1)
       ORDER BY subscription`,
      [pid === undefined ? null : String(pid)],
    );
    return rows;
  }

  /**
   * What would be another after any write to the log, a read model, a checkpoint or a timer, one that changes nothing
   * included: the transaction that wrote each row.
   */
  async traces(): Promise<string> {
    const { rows: tables } = await this.admin.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema = ANY ($1)
         AND format('%I.%I', table_schema, table_name) <> ALL ('{subs.leases,subs.workers}') ORDER BY 1`,
      [[...schemas, 'subs', 'log']],
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await this.admin.query<{ trace: string }>(
        `SELECT concat(count(*), ' ', md5(string_agg(concat(ctid, xmin), ' ' ORDER BY ctid))) AS trace FROM ${name}`,
      );
      found.push(`${name} ${rows[0]?.trace}`);
    }
    return found.join('\n');
  }

  /** Calls back as soon as the database tells that the first event of a type has been committed. */
  async atFirst(type: string, work: () => void): Promise<void> {
    const look = async (): Promise<void> => {
      if ((await this.count(type)) === 0) return;
      this.admin.off('notification', heard);
      work();
    };
    const heard = (): void => void look();
    this.admin.on('notification', heard);
    await this.admin.query('LISTEN log_appended');
  }

  async count(type: string): Promise<number> {
    const { rows } = await this.admin.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM log.events WHERE type = $1',
      [type],
    );
    return rows[0]?.n ?? 0;
  }

  whatWasLeft(): Promise<Left> {
    return whatWasLeft(this.store, this.database.adminUrl, { timeless: true });
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.admin.end();
  }
}

const schemas = [...new Set(allProjections.flatMap(schemasOf))];
/** Where how far somebody has come is kept: what waits for its telling goes with the rows beside it. */
const places = [...new Set(allProjections.map(({ schema }) => schema))];

/** The clock of the deadlines has a lease, too. */
export const leasesInAll = workerSubscriptions.length + 1;
