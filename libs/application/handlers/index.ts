import { appointmentHandlings } from './appointments.js';
import { contactHandlings } from './contacts.js';
import { coordinatorHandlings } from './coordinator.js';
import type { IntentHandlings } from './define.js';
import type { HandlerDependencies } from './dependencies.js';
import { homeBoardHandlings } from './home-board.js';
import { inquiryHandlings } from './inquiries.js';
import { justInTimeHandlings } from './just-in-time.js';
import { logReviewHandlings } from './log-review.js';
import { placementHandlings } from './placement.js';
import { policeHandlings } from './police.js';
import { protectedDataHandlings } from './protected-data.js';
import { publicAccessHandlings } from './public-access.js';
import { receivingSideHandlings } from './receiving-side.js';
import { tellingHandlings } from './telling.js';

/** Every intent with its handling: a missing one does not compile. */
export const intentHandlings = (dependencies: HandlerDependencies): IntentHandlings => ({
  ...homeBoardHandlings(dependencies),
  ...policeHandlings(dependencies),
  ...coordinatorHandlings(dependencies),
  ...receivingSideHandlings(dependencies),
  ...placementHandlings(dependencies),
  ...appointmentHandlings(dependencies),
  ...inquiryHandlings(dependencies),
  ...publicAccessHandlings(dependencies),
  ...protectedDataHandlings(dependencies),
  ...logReviewHandlings(dependencies),
  ...justInTimeHandlings(dependencies),
  ...contactHandlings(dependencies),
  ...tellingHandlings(dependencies),
});

export * from './define.js';
export * from './dependencies.js';
export * from './erasure.js';
export { requestSubject } from './public-access.js';
