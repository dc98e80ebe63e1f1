import type { OfficialFunction } from '#domain/appointment';
import type { RoutePolicy } from './auth/policy.js';

/** Why each kind of agency may handle personal data here at all; recorded with every event (domain.md section 3). */
const legalBasis = {
  board: 'SOLPUL_6',
  police: 'BRL_2_1',
  coordinator: 'OSL_10_1',
  provider: 'OSL_10_1',
  registrar: 'OSL_5_1',
} as const;

const policy =
  (basis: keyof typeof legalBasis, functions: readonly OfficialFunction[], delegated?: true) =>
  (purpose: string): RoutePolicy => ({
    functions,
    purpose,
    legalBasis: legalBasis[basis],
    ...(delegated && { delegated }),
  });

export const homeOfficer = policy('board', ['HOME_OFFICER']);
export const receivingOfficer = policy('board', ['RECEIVING_OFFICER', 'RECEIVING_DECIDER']);
/** The board's answer to another board is its own decision: only with its delegation. */
export const receivingDecider = policy('board', ['RECEIVING_DECIDER'], true);
export const policeCoordinator = policy('police', ['POLICE_COORDINATOR']);
export const policeAssessor = policy('police', ['POLICE_ASSESSOR']);
export const policeRegistrar = policy('police', ['POLICE_REGISTRAR']);
export const nationalCoordinator = policy('coordinator', ['NATIONAL_COORDINATOR', 'DEPUTY_COORDINATOR']);
export const facilityDirector = policy('provider', ['FACILITY_DIRECTOR']);
export const registrar = policy('registrar', ['REGISTRAR']);
