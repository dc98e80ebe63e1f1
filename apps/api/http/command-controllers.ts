import { AppointmentController } from './appointment/appointment.controller.js';
import { ConsentController } from './consent/consent.controller.js';
import { CoordinationController } from './coordination/coordination.controller.js';
import { DestinationController } from './destination/destination.controller.js';
import { CaseContactsController, ProposalContactsController } from './disclosure/contacts.controller.js';
import { DisclosureController } from './disclosure/disclosure.controller.js';
import { InquiryController } from './disclosure/inquiry.controller.js';
import { ServedDecisionController } from './disclosure/served-decision.controller.js';
import { JustInTimeController, JustInTimeThereController } from './just-in-time/just-in-time.controller.js';
import { LogReviewController } from './log-review/log-review.controller.js';
import { PlacementController } from './placement/placement.controller.js';
import { ProtectedDataController } from './protected-data/protected-data.controller.js';
import { PublicAccessController } from './public-access/public-access.controller.js';
import { RelocationController } from './relocation/relocation.controller.js';
import { ThreatAssessmentController } from './threat-assessment/threat-assessment.controller.js';

/** One controller per context, or per decider; together they carry every intent (command-controllers.spec.ts counts them). */
export const commandControllers = [
  RelocationController,
  DisclosureController,
  InquiryController,
  ServedDecisionController,
  ThreatAssessmentController,
  ConsentController,
  PlacementController,
  DestinationController,
  CoordinationController,
  AppointmentController,
  PublicAccessController,
  ProtectedDataController,
  LogReviewController,
  JustInTimeController,
  JustInTimeThereController,
  CaseContactsController,
  ProposalContactsController,
];
