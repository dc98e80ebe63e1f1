import type { DataClass, RecipientKind } from '#kernel';

// Which classes of sealed content another's disclosure may put into an agency's rows: the need-to-know matrix
// (docs: domain.md 1.2), as far as the agencies of this system go. Cells marked J (just in time) are closed until there
// is a just-in-time opening; R and - are closed; S is a field of its own (needs, threat-advice), never the full one.

const mayBeTold: Readonly<Record<RecipientKind, readonly DataClass[]>> = {
  // What it wrote itself is not told to it; the exact address is J.
  HOME_BOARD: ['destination', 'threat-advice', 'cost'],
  // The exact address only if it runs the housing, and then it is its own.
  RECEIVING_BOARD: ['needs', 'identity', 'threat-advice', 'family', 'cost'],
  HOUSING_PROVIDER: ['needs', 'threat-advice'],
  HOME_POLICE: ['identity', 'destination', 'family', 'offence'],
  RECEIVING_POLICE: ['identity', 'destination', 'address', 'threat-advice'],
  NATIONAL_COORDINATOR: ['needs', 'destination'],
};

/** The alarm plan: who must be able to fetch the person may have the address, whatever the table above says. */
const alarmPlan: readonly RecipientKind[] = ['HOME_BOARD', 'RECEIVING_POLICE'];

export const mayHold = (
  recipient: RecipientKind,
  dataClass: DataClass,
  foot: 'WAIVER' | 'STATUTE' | 'RESCUE',
): boolean =>
  mayBeTold[recipient].includes(dataClass) ||
  (foot === 'RESCUE' && dataClass === 'address' && alarmPlan.includes(recipient));
