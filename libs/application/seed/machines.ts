import { boards } from '../reference/organisations.js';

/** An invented case system of a board. `clientId` is what the issuer calls it. */
export interface InventedMachine {
  readonly clientId: string;
  /** Ten digits, of the authority whose system it is. */
  readonly orgNumber: string;
  readonly orgName: string;
}

/** One case system for each board of the invented country: `case-system-<municipality code>`. */
export const inventedMachines: readonly InventedMachine[] = boards.map((board) => ({
  clientId: `case-system-${board.municipalityCode}`,
  orgNumber: board.orgNumber,
  orgName: board.name,
}));
