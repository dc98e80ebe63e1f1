import { AlarmsController, HomeCasesController } from './home-board.controller.js';
import { ReceivedProposalsController } from './receiving-board.controller.js';

/** What can be read, by agency. */
export const queryControllers = [HomeCasesController, AlarmsController, ReceivedProposalsController];
