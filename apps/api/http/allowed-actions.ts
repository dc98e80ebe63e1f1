import type { Pool } from 'pg';
import type { Policy } from '#access';
import type { CaseTarget, IntentType } from '#application';
import {
  type ActionName,
  alarmsOfCase,
  allowedActions,
  caseOf,
  findAdmission,
  findDeskCase,
  findHomeCase,
  findPoliceHomeCase,
  findPolicePlacement,
  findReceivedProposal,
  findReferral,
  listInquiryNotices,
  type FollowUp,
  isOver,
  isYoung,
  type ReadBy,
  type Situation,
} from '#projections';
import type { Caller } from '../api-options.js';
import { commandControllers } from './command-controllers.js';
import { declaredRoutes } from './declared-routes.js';

/** The policies beside the route of each intent. */
export const routePolicies: ReadonlyMap<IntentType, readonly Policy[]> = new Map(
  declaredRoutes(commandControllers).flatMap(({ command, declared }): [IntentType, readonly Policy[]][] =>
    command ? [[command.intent, declared as readonly Policy[]]] : [],
  ),
);

/** Whether an action of the role is this caller's, too: by the function that carries the request. */
const isOpenTo = ({ relation, function: name }: Caller, action: ActionName): boolean =>
  relation !== undefined &&
  (routePolicies.get(action) ?? []).some(
    ({ relations, functions }) =>
      relations !== 'NO_CASE' && relations.includes(relation) && functions.includes(name),
  );

const isDue = ({ state }: FollowUp): boolean => state === 'DUE';

/** How the case stands in the caller's own read model; undefined when there is no row of it for this caller. */
const situationOf = async (
  pool: Pool,
  { by, relation, at }: Caller,
  target: CaseTarget,
): Promise<Situation | undefined> => {
  const reader: ReadBy = { organisation: by.organisation, person: by.person, now: at };
  const { proposalId = '', candidateId = '' } = target;
  const caseId = async (): Promise<string> => target.caseId ?? (await caseOf(pool, proposalId)) ?? '';
  switch (relation) {
    case 'HOME_BOARD': {
      const row = (await findHomeCase(pool, reader, await caseId()))?.row;
      return (
        row && {
          role: relation,
          status: row.status,
          waiver: row.waiver,
          supportDecided: row.supportDecision !== null,
          young: isYoung(row.ageBand),
          counterPending: row.counterTerms !== null,
          followUpDue: row.followUps.some(isDue),
          departurePending: row.departurePending,
        }
      );
    }
    case 'HOME_POLICE': {
      const row = (await findPoliceHomeCase(pool, reader, await caseId()))?.row;
      return (
        row && {
          role: relation,
          status: row.status,
          loweringPending: row.lowering !== null,
          followUpDue: row.followUps.some(isDue),
          inquiryUnseen: (await listInquiryNotices(pool, reader, row.caseId)).some(({ seen }) => !seen),
        }
      );
    }
    case 'RECEIVING_POLICE': {
      if (target.candidateId !== undefined) {
        const row = await findReferral(pool, reader, candidateId);
        return row && { role: relation, referral: row.status, departurePending: false };
      }
      const row = (await findPolicePlacement(pool, reader, proposalId))?.row;
      return row && { role: relation, referral: undefined, departurePending: row.departurePending };
    }
    case 'HOME_DUTY': {
      const plans = (await alarmsOfCase(pool, reader, await caseId())).filter(
        (plan) => target.proposalId === undefined || plan.proposalId === target.proposalId,
      );
      return plans.length === 0
        ? undefined
        : { role: relation, departurePending: plans.some(({ departurePending }) => departurePending) };
    }
    case 'NATIONAL_COORDINATOR': {
      const desk = await findDeskCase(pool, reader, await caseId());
      const live = desk?.proposals.find((proposal) => !isOver(proposal));
      return (
        desk && {
          role: relation,
          status: desk.row.status,
          proposal: live?.status,
          attention: desk.row.attention.length > 0,
        }
      );
    }
    case 'RECEIVING_BOARD': {
      const status = (await findReceivedProposal(pool, reader, proposalId))?.row.status;
      return status === undefined || status === 'ORDERED' ? undefined : { role: relation, status };
    }
    case 'HOUSING_PROVIDER': {
      const row = (await findAdmission(pool, reader, proposalId))?.row;
      return row && { role: relation, status: row.status };
    }
    // Its commands follow from its own list, not from the stage of the case.
    // Who is only told something has none.
    default:
      return undefined;
  }
};

/**
 * What the caller may do in the case instead, as the caller's own read model knows it: advice that may lag behind, never
 * a decision. Undefined when it cannot be told.
 */
export const allowedActionsFor = async (
  pool: Pool | undefined,
  caller: Caller,
  target: CaseTarget | undefined,
): Promise<readonly ActionName[] | undefined> => {
  if (!pool || !target) return undefined;
  const situation = await situationOf(pool, caller, target);
  return situation && allowedActions(situation).filter((action) => isOpenTo(caller, action));
};
