import type { Pool } from 'pg';
import type { Competence, HousingForm } from '#kernel';
import {
  asReader,
  findWithSealed,
  type InboxRequest,
  listInbox,
  listRows,
  type Page,
  type PageRequest,
  type ReadBy,
  viewOf,
} from '../shared/read.js';
import { type InboxEntry, type WithSealed } from '../shared/read.js';
import {
  type ReceivedProposal,
  receivedProposalColumns,
  receivedProposalTable,
  toldOfProposal,
} from './proposal-row.js';

const schema = 'receiving_board';
const proposals = viewOf<ReceivedProposal, Parameters<typeof receivedProposalTable.save>[1]>(
  receivedProposalTable,
  receivedProposalColumns,
  toldOfProposal,
);

/** A proposal that was put to the board: for its contacts, from clearance for the two receivers. */
export const findReceivedProposal = (
  pool: Pool,
  by: ReadBy,
  proposalId: string,
): Promise<WithSealed<ReceivedProposal> | undefined> =>
  findWithSealed(pool, schema, proposals, by, proposalId);

export const listReceivedProposals = (
  pool: Pool,
  by: ReadBy,
  page: PageRequest,
): Promise<Page<ReceivedProposal>> =>
  asReader(pool, schema, by, (client) => listRows(client, proposals, page));

export interface DeclaredCapacity {
  readonly places: number;
  readonly housingForms: readonly HousingForm[];
  readonly competences: readonly Competence[];
}

/** What the board has declared of itself; undefined when nothing. */
export const findOwnCapacity = (pool: Pool, by: ReadBy): Promise<DeclaredCapacity | undefined> =>
  asReader(pool, schema, by, async (client) => {
    const { rows } = await client.query<DeclaredCapacity>(
      `SELECT places, housing_forms AS "housingForms", competences FROM receiving_board.capacity_v1`,
    );
    return rows[0];
  });

export const listReceivingInbox = (pool: Pool, by: ReadBy, page: InboxRequest): Promise<Page<InboxEntry>> =>
  listInbox(pool, schema, by, page);
