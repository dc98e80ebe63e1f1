import type { Pool } from 'pg';
import type { Token } from '#kernel';
import type { TransactionClient } from '#platform';
import {
  asReader,
  findRow,
  type InboxEntry,
  type InboxRequest,
  listInbox,
  listRows,
  type Page,
  type PageRequest,
} from '../shared/read.js';
import { type ReadBy, rowsWhere, sealedOf, viewOf, type WithSealed } from '../shared/read.js';
import {
  defaultRankingRules,
  rankCandidates,
  type RankedCandidate,
  type RankingDestination,
  type RankingRules,
  type Spread,
} from './ranking.js';
import {
  type DeskCandidate,
  deskCandidateColumns,
  deskCandidateTable,
  type DeskProposal,
  deskProposalColumns,
  deskProposalTable,
  type DeskRequest,
  deskRequestColumns,
  deskRequestTable,
  isOver,
  toldOfDeskProposal,
  toldOfRequest,
  waiverAsOfNow,
} from './rows.js';

const schema = 'coordinator';
const requests = viewOf<DeskRequest, Parameters<typeof deskRequestTable.save>[1]>(
  deskRequestTable,
  deskRequestColumns,
  toldOfRequest,
  { waiver: waiverAsOfNow },
);
const candidates = viewOf<DeskCandidate, Parameters<typeof deskCandidateTable.save>[1]>(
  deskCandidateTable,
  deskCandidateColumns,
);
const proposals = viewOf<DeskProposal, Parameters<typeof deskProposalTable.save>[1]>(
  deskProposalTable,
  deskProposalColumns,
  toldOfDeskProposal,
);

export interface DeskCase extends WithSealed<DeskRequest> {
  readonly candidates: readonly DeskCandidate[];
  readonly proposals: readonly DeskProposal[];
}

/** A request with everything that was tried for it. */
export const findDeskCase = (pool: Pool, by: ReadBy, caseId: string): Promise<DeskCase | undefined> =>
  asReader(pool, schema, by, async (client) => {
    const row = await findRow(client, requests, caseId);
    return (
      row && {
        row,
        sealed: await sealedOf(client, schema, caseId),
        candidates: await rowsWhere(client, candidates, 'caseId', caseId),
        proposals: await rowsWhere(client, proposals, 'caseId', caseId),
      }
    );
  });

export const listDeskRequests = (pool: Pool, by: ReadBy, page: PageRequest): Promise<Page<DeskRequest>> =>
  asReader(pool, schema, by, (client) => listRows(client, requests, page));

export const findDeskProposal = (
  pool: Pool,
  by: ReadBy,
  proposalId: string,
): Promise<DeskProposal | undefined> =>
  asReader(pool, schema, by, (client) => findRow(client, proposals, proposalId));

export interface Ranking {
  readonly ranked: readonly RankedCandidate[];
  /** Nobody is left who was not asked before: the coordinator mediates. */
  readonly exhausted: boolean;
}

/** Places that may be checked for a request, best first; undefined when it is not there or not requested yet. */
export const rankForCase = (
  pool: Pool,
  by: ReadBy,
  caseId: string,
  rules: RankingRules = defaultRankingRules,
): Promise<Ranking | undefined> =>
  asReader(pool, schema, by, async (client) => {
    const request = await findRow(client, requests, caseId);
    if (!request || request.housingForm === null) return undefined;
    const tried = await rowsWhere(client, candidates, 'caseId', caseId);
    const asked = await rowsWhere(client, proposals, 'caseId', caseId);
    const ranked = rankCandidates(
      {
        persons: (request.adults ?? 0) + (request.children ?? 0),
        housingForm: request.housingForm,
        competences: request.competences ?? [],
        noGoPlaces: request.noGoPlaces ?? [],
        exposedPlaces: asked.filter(({ exposed }) => exposed).map(({ municipality }) => municipality),
        askedBefore: [
          ...tried.filter(({ verdict }) => verdict === 'NOT_AVAILABLE').map(({ board }) => board),
          ...asked.filter(isOver).map(({ board }) => board),
        ],
      },
      await destinationsOf(client),
      await spreadOf(client, tried),
      rules,
    );
    return { ranked, exhausted: ranked.every(({ reasons }) => reasons.includes('ASKED_BEFORE')) };
  });

/** The room is the same whoever asks, also with what is taken by a case that the reader is not shown. */
const destinationsOf = async (client: TransactionClient): Promise<readonly RankingDestination[]> =>
  (
    await client.query<RankingDestination>(
      `SELECT board, municipality, housing_forms AS "housingForms", competences,
         places - coordinator.taken_at(board) AS free
       FROM coordinator.destination_v1 d ORDER BY board`,
    )
  ).rows;

const spreadOf = async (client: TransactionClient, tried: readonly DeskCandidate[]): Promise<Spread> => {
  const { rows } = await client.query<{ municipality: Token; area: Token; active: number }>(
    `SELECT municipality, area, (count(*) FILTER (WHERE state <> 'RELEASED'))::integer AS active
     FROM coordinator.occupancy_v1 GROUP BY municipality, area`,
  );
  const byMunicipality: Record<Token, number> = {};
  const byArea: Record<Token, number> = {};
  const areaOf: Record<Token, Token> = {};
  for (const { municipality, area } of tried) areaOf[municipality] = area;
  for (const { municipality, area, active } of rows) {
    byMunicipality[municipality] = (byMunicipality[municipality] ?? 0) + active;
    byArea[area] = (byArea[area] ?? 0) + active;
    areaOf[municipality] = area;
  }
  return { byMunicipality, byArea, areaOf };
};

export const listDeskInbox = (pool: Pool, by: ReadBy, page: InboxRequest): Promise<Page<InboxEntry>> =>
  listInbox(pool, schema, by, page);
