import type { Pool } from 'pg';
import type { ThreatLevel } from '#kernel';
import {
  asReader,
  findWithSealed,
  type InboxRequest,
  listInbox,
  listRows,
  rowsWhere,
  type Page,
  type PageRequest,
  type ReadBy,
  viewOf,
} from '../shared/read.js';
import { type InboxEntry, type WithSealed } from '../shared/read.js';
import {
  type HomeCase,
  homeCaseColumns,
  homeCaseTable,
  type DecisionOnPlace,
  toldOfHomeCase,
  waiverAsOfNow,
} from './case-row.js';
import { alarmTable, decidedPlaceTable } from './home-board.projection.js';

const schema = 'home_board';
const cases = viewOf<HomeCase, Parameters<typeof homeCaseTable.save>[1]>(
  homeCaseTable,
  homeCaseColumns,
  toldOfHomeCase,
  { waiver: waiverAsOfNow },
);

export interface Alarm {
  readonly caseId: string;
  readonly proposalId: string;
  readonly level: ThreatLevel | null;
  readonly adults: number | null;
  readonly children: number | null;
  /** It has ended and nobody has said yet that the person has left. */
  readonly departurePending: boolean;
}
const alarms = viewOf<Alarm, Parameters<typeof alarmTable.save>[1]>(alarmTable, {
  caseId: 'value',
  proposalId: 'value',
  level: 'value',
  adults: 'value',
  children: 'value',
  departurePending: 'value',
});

export interface DecidedPlace extends DecisionOnPlace {
  readonly caseId: string;
}
const decidedPlaces = viewOf<DecidedPlace, Parameters<typeof decidedPlaceTable.save>[1]>(decidedPlaceTable, {
  caseId: 'value',
  decisionId: 'value',
  placeDecisionId: 'value',
  decidedOn: 'date',
  exposed: 'value',
  departedAt: 'instant',
});

/** A case of the board, for its named officers. */
export const findHomeCase = (
  pool: Pool,
  by: ReadBy,
  caseId: string,
): Promise<WithSealed<HomeCase> | undefined> => findWithSealed(pool, schema, cases, by, caseId);

export const listHomeCases = (pool: Pool, by: ReadBy, page: PageRequest): Promise<Page<HomeCase>> =>
  asReader(pool, schema, by, (client) => listRows(client, cases, page));

/** The alarm plan of a placement, for the board's duty officers, while a person may stand at the address. */
export const findAlarm = (
  pool: Pool,
  by: ReadBy,
  proposalId: string,
): Promise<WithSealed<Alarm> | undefined> => findWithSealed(pool, schema, alarms, by, proposalId);

/** Those of a case: somebody may still be leaving one place when the next is cleared. */
export const alarmsOfCase = (pool: Pool, by: ReadBy, caseId: string): Promise<readonly Alarm[]> =>
  asReader(pool, schema, by, (client) => rowsWhere(client, alarms, 'caseId', caseId));

export const listAlarms = (pool: Pool, by: ReadBy, page: PageRequest): Promise<Page<Alarm>> =>
  asReader(pool, schema, by, (client) => listRows(client, alarms, page));

/** Where decisions of the board's open cases say that a child stays, for whoever stands by there. */
export const listDecidedPlaces = (pool: Pool, by: ReadBy, page: PageRequest): Promise<Page<DecidedPlace>> =>
  asReader(pool, schema, by, (client) => listRows(client, decidedPlaces, page));

export const listHomeInbox = (pool: Pool, by: ReadBy, page: InboxRequest): Promise<Page<InboxEntry>> =>
  listInbox(pool, schema, by, page);
