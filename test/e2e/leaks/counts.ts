// Every number that an answer, a metric or a command of the operator shows, and for whom it is. Dated 2026-11-26.
//
// NO_COUNT    says nothing of how many: a version, a rank, a place in a stream that the caller knows anyway.
// INSIDE      of one case, for those who have a part in it and were told.
// OWN         how much of the caller's own work there is: things that are put to this person or this board.
// OUTSIDE     for somebody who is in none of the cases: from one to four is not shown, and of more only a band
//             (libs/access/disclosure-control.ts).
// OPERATION   how much the machine does, over all agencies, for those who run it and hold the log in which every event
//             stands with its type: no label says which agency, region, place or kind of person.
export type Whose = 'NO_COUNT' | 'INSIDE' | 'OWN' | 'OUTSIDE' | 'OPERATION';

const ofACase = ['INSIDE', 'of a case that the caller was told of'] as const;
const status = ['NO_COUNT', 'the status of a problem document'] as const;
const whichWaiver = ['NO_COUNT', 'which waiver'] as const;
const whichJudgement = ['NO_COUNT', 'which judgement'] as const;
const seenByPolice = ['NO_COUNT', 'for If-Match: Police judge alone'] as const;
const notAvailable = ['INSIDE', 'places that could not be, one number for every reason'] as const;
const howManyPlaces = ['INSIDE', 'how many places, and not which'] as const;
const ownRounds = ['INSIDE', 'counter-proposals of the board that reads it, and none of others'] as const;

/** By the schema of the answer, and the name of the field in it: the same name elsewhere is decided for itself. */
export const fields: Readonly<Record<string, Readonly<Record<string, readonly [Whose, string]>>>> = {
  AlarmDto: {
    adults: ofACase,
    children: ofACase,
  },
  AlarmViewDto: {
    adults: ofACase,
    children: ofACase,
  },
  BrokenGlassDto: {
    unconfirmedBefore: ['INSIDE', 'how many glasses of the one who broke this one nobody has confirmed'],
  },
  CommandAnswerDto: {
    revision: ['NO_COUNT', 'of a stream whose events the caller knows; null where others write to it, too'],
  },
  CoordinationCaseDto: {
    adults: ofACase,
    assessmentVersion: whichJudgement,
    children: ofACase,
    noGoPlaceCount: howManyPlaces,
  },
  CoordinationCaseViewDto: {
    adults: ofACase,
    assessmentVersion: whichJudgement,
    children: ofACase,
    noGoPlaceCount: howManyPlaces,
  },
  DeskProposalDto: {
    round: ownRounds,
  },
  DestinationDto: {
    rank: ['NO_COUNT', 'where a place stands in the list that was asked for'],
  },
  FollowUpDto: {
    number: ['NO_COUNT', 'which follow-up'],
  },
  HomeCaseDto: {
    adults: ofACase,
    assessmentVersion: whichJudgement,
    children: ofACase,
    notAvailable: notAvailable,
    waiverVersion: whichWaiver,
  },
  HomeCaseViewDto: {
    adults: ofACase,
    assessmentVersion: whichJudgement,
    children: ofACase,
    notAvailable: notAvailable,
    waiverVersion: whichWaiver,
  },
  HomeProtectionDto: {
    noticeReminders: ['INSIDE', 'of the own board, about its own case'],
  },
  ListMeta: {
    count: ['OWN', 'things on this page of a list that holds the caller’s alone'],
    limit: ['NO_COUNT', 'what was asked for'],
  },
  LoweringDto: {
    version: ['NO_COUNT', 'which proposal of a lower level'],
  },
  NoticesDto: {
    waiting: ['OUTSIDE', 'for a case system with no official behind it'],
  },
  OwnCapacityDto: {
    places: ['OWN', 'what the board itself has declared'],
  },
  PoliceCaseDto: {
    adults: ofACase,
    assessmentRevision: seenByPolice,
    assessmentVersion: whichJudgement,
    children: ofACase,
  },
  PoliceCaseViewDto: {
    adults: ofACase,
    assessmentRevision: seenByPolice,
    assessmentVersion: whichJudgement,
    children: ofACase,
  },
  PolicePlacementDto: {
    adults: ofACase,
    children: ofACase,
  },
  PolicePlacementViewDto: {
    adults: ofACase,
    children: ofACase,
  },
  ProblemDto: {
    status: status,
  },
  ProblemTextDto: {
    status: status,
  },
  ProtectionDto: {
    endsWithinDays: ['NO_COUNT', '90 or 30'],
  },
  ReceivedProposalDto: {
    adults: ofACase,
    children: ofACase,
    round: ownRounds,
  },
  ReceivedProposalViewDto: {
    adults: ofACase,
    children: ofACase,
    round: ownRounds,
  },
  ReferralDto: {
    adults: ofACase,
    children: ofACase,
  },
  ReferralViewDto: {
    adults: ofACase,
    children: ofACase,
  },
  ReviewedRecordDto: {
    record: [
      'NO_COUNT',
      'which record of one review, from 1: not its number in the vault, which counts everybody’s reads',
    ],
  },
  ToldCaseDto: {
    tellings: ['INSIDE', 'how often the caller was told something of this case'],
  },
  WrittenLetterDto: {
    appealWeeks: ['NO_COUNT', 'the time for an appeal, by law'],
  },
};

/**
 * By the name of the metric. Who reads a dashboard or an alert need not be one of those who hold the log, and a single
 * withdrawal or broken glass in a small country is one person: OUTSIDE here is what is counted by what was done or refused.
 */
export const metrics: Readonly<Record<string, Whose>> = {
  http_request_seconds: 'OUTSIDE',
  http_requests_open: 'OPERATION',
  problems_total: 'OUTSIDE',
  refusals_total: 'OUTSIDE',
  commands_total: 'OUTSIDE',
  system_commands_total: 'OUTSIDE',
  append_batch_appends: 'OUTSIDE',
  append_batch_seconds: 'OUTSIDE',
  append_conflicts_total: 'OUTSIDE',
  append_events_total: 'OUTSIDE',
  append_seconds: 'OUTSIDE',
  subscription_active: 'OPERATION',
  subscription_failed: 'OPERATION',
  subscription_lag_events: 'OPERATION',
  subscription_lag_seconds: 'OPERATION',
  sequences_parked: 'OPERATION',
  sequences_retrying: 'OPERATION',
  deadlines_overdue: 'OPERATION',
  deadlines_overdue_seconds: 'OPERATION',
};

/**
 * By the command of apps/ops; undefined where it prints no number of anything. Whoever runs these holds the log or the
 * rows themselves, under tokens: a number of them says nothing that the rows do not. An analyst, who replays, reads row
 * by row and gets no other table; nobody else gets a report.
 */
export const commands: Readonly<Record<string, Whose | undefined>> = {
  'attack-drill': 'OPERATION',
  begin: undefined,
  canary: undefined,
  checkpoint: 'OPERATION',
  config: undefined,
  'copy-log': 'OPERATION',
  demo: 'OPERATION',
  drill: 'OPERATION',
  erasure: 'OPERATION',
  logins: undefined,
  map: undefined,
  matrix: undefined,
  migrate: undefined,
  'new-keys': undefined,
  notary: 'OPERATION',
  openapi: undefined,
  parked: 'OPERATION',
  proof: 'OPERATION',
  rebuild: 'OPERATION',
  replay: 'OPERATION',
  'rotate-keys': 'OPERATION',
  stream: undefined,
  token: undefined,
  up: undefined,
  verify: 'OPERATION',
};
