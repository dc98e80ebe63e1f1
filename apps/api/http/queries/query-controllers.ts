import { CoordinationCasesController } from './coordination.controller.js';
import { AlarmsController, DecidedPlacesController, HomeCasesController } from './home-board.controller.js';
import { AdmissionsController } from './housing-provider.controller.js';
import { InquiriesController } from './inquiries.controller.js';
import { InboxWatch } from './inbox-watch.js';
import { DocumentRequestsController } from './document-requests.controller.js';
import { InboxController } from './inbox.controller.js';
import { AccessReportsController, LogReviewsController } from './log-review.controller.js';
import { PassReading } from './pass-reading.js';
import {
  BrokenGlassesController,
  GlassesThereController,
  JointOpeningsController,
} from './passes.controller.js';
import {
  PoliceCasesController,
  PolicePlacementsController,
  ReferralsController,
} from './police.controller.js';
import { NoticesController } from './notices.controller.js';
import { HomeProtectionController, TaxProtectionsController } from './protected-data.controller.js';
import { Reading } from './reading.js';
import { ReceivedProposalsController } from './receiving-board.controller.js';
import { ToldCasesController } from './told.controller.js';

/** What can be read, by agency. */
export const queryControllers = [
  HomeCasesController,
  AlarmsController,
  DecidedPlacesController,
  PoliceCasesController,
  ReferralsController,
  PolicePlacementsController,
  CoordinationCasesController,
  ReceivedProposalsController,
  AdmissionsController,
  InquiriesController,
  InboxController,
  NoticesController,
  DocumentRequestsController,
  HomeProtectionController,
  TaxProtectionsController,
  LogReviewsController,
  AccessReportsController,
  BrokenGlassesController,
  GlassesThereController,
  JointOpeningsController,
  ToldCasesController,
];

export const queryProviders = [Reading, InboxWatch, PassReading];
