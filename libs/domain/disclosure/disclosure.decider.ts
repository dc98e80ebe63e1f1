import {
  type AgencyKind,
  assertNever,
  type DataClass,
  type Decider,
  DomainError,
  endOfDay,
  ensure,
  type Envelope,
  type Instant,
  knowsReferenceOnly,
  mayHold,
  plainDateOf,
  type RecipientKind,
  sameFacts,
  streamName,
  type Token,
  type ToldKind,
  toldKinds,
} from '#kernel';
import { answerLine } from './answer-line.js';
import {
  changeContact,
  declareDisqualified,
  declareImpartial,
  isSameOffice,
  mostContacts,
  nobodyYet,
  type OfficeKey,
  officeTold,
  type People,
  peopleAfter,
  toldNow,
} from './contacts.js';
import type { DisclosureCommand, Office } from './disclosure.commands.js';
import {
  type DisclosureEvent,
  endsRescue,
  type ExposureSource,
  type Foot,
  type ItemRef,
} from './disclosure.events.js';
import { type LegalGrounds, permits } from './legal-bases.js';
import { authorityBehind, authorityOf, protectsAt } from './provisions.js';

type Data<Type extends DisclosureEvent['type']> = Extract<DisclosureEvent, { type: Type }>['data'];
type CommandData<Type extends DisclosureCommand['type']> = Extract<DisclosureCommand, { type: Type }>['data'];

/** A telling as the stream remembers it: enough to recognise a repeat and to know on which foot it stands. */
export interface Telling {
  readonly recipientKind: Data<'InformationDisclosed'>['recipientKind'];
  /** To whose office it went; undefined where persons do not hand it over. */
  readonly office: OfficeKey | undefined;
  readonly foot: Foot;
  readonly waiverVersion?: number;
  readonly recipient: Token;
  readonly persons: readonly Token[];
  readonly origins: readonly ItemRef[];
  readonly expiresAt?: Instant;
  /** Undefined while it is open. */
  readonly ended?: 'BY_WITHDRAWAL' | 'BY_ORDER';
}

interface Remembered {
  /** Random id of the person, from the first event on. */
  readonly subject?: string;
  /** By disclosure id; 'ENDED_BEFORE' when the order to end it came first. */
  readonly tellings: Readonly<Record<string, Telling | 'ENDED_BEFORE'>>;
  /** By proposal, or by the decision on the place: how it became known. */
  readonly exposed: Readonly<Record<string, readonly ExposureSource[]>>;
  /** Who has declared what, and who came for whom. */
  readonly people: People;
}

export type DisclosureState =
  | ({ readonly status: 'NO_WAIVER' } & Remembered)
  | ({ readonly status: 'WAIVER_SIGNED'; readonly waiver: Data<'WaiverSigned'> } & Remembered)
  | ({ readonly status: 'WAIVER_WITHDRAWN'; readonly lastVersion: number } & Remembered);

/** The active waiver at an instant: signed, not withdrawn, not run out (its last day counts in full). */
export const waiverAt = (state: DisclosureState, at: Instant): Data<'WaiverSigned'> | undefined =>
  state.status === 'WAIVER_SIGNED' && at < endOfDay(state.waiver.validUntil) ? state.waiver : undefined;

/** Ids of the tellings that are open at an instant: not ended and not expired. */
export const openDisclosuresAt = (state: DisclosureState, at: Instant): readonly string[] =>
  Object.entries(state.tellings)
    .filter(
      ([, telling]) =>
        telling !== 'ENDED_BEFORE' &&
        telling.ended === undefined &&
        (telling.expiresAt === undefined || at < telling.expiresAt),
    )
    .map(([id]) => id);

/** The parts that an organisation outside the road has now: by what it was told and that is open. */
export const toldOfficesAt = (
  state: DisclosureState,
  organisation: Token,
  at: Instant,
): readonly (Office & { readonly part: ToldKind })[] =>
  toldKinds.flatMap((part) => {
    const told = toldOfficeAt(state, { part, organisation }, at);
    return told.named.length === 0 ? [] : [{ ...told, part }];
  });

/** An office with the persons whom its open tellings name. */
const toldOfficeAt = (state: DisclosureState, office: OfficeKey, at: Instant): Office => {
  const named = openDisclosuresAt(state, at)
    .map((id) => state.tellings[id] as Telling)
    .filter((telling) => telling.office !== undefined && isSameOffice(telling.office, office))
    .flatMap(({ persons }) => persons);
  return { ...office, named: [...new Set(named)] };
};

export const disclosureDecider: Decider<DisclosureCommand, DisclosureEvent, DisclosureState> = {
  initialState: { status: 'NO_WAIVER', tellings: {}, exposed: {}, people: nobodyYet },

  decide(command, state) {
    switch (command.type) {
      case 'SignWaiver':
        return signWaiver(command.data, command.at, state);
      case 'WithdrawWaiver':
        return withdrawWaiver(command.data, state);
      case 'DiscloseInformation':
        return disclose(command.data, command.at, command.by.agencyKind, state);
      case 'RecordAnswer':
        return recordAnswer(command.data, state);
      case 'EndDisclosure':
        return endDisclosure(command.data, state);
      case 'ReportExposure':
        return reportExposure(command.data, command.by.person, state);
      case 'ReportDecidedPlaceExposure':
        return reportDecidedPlace(command.data, command.by.person, state);
      case 'DeclareImpartial':
        return declareImpartial(command.data, command.by, state.people);
      case 'DeclareDisqualified':
        return declareDisqualified(command.data, command.by, state.people);
      case 'ChangeContact':
        return changeContact(command.data, command.by, state.people);
      default:
        return assertNever(command);
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'WaiverSigned':
        return {
          status: 'WAIVER_SIGNED',
          waiver: event.data,
          subject: event.data.subject,
          tellings: state.tellings,
          exposed: state.exposed,
          people: state.people,
        };
      case 'WaiverWithdrawn':
        return {
          status: 'WAIVER_WITHDRAWN',
          lastVersion: event.data.version,
          subject: state.subject,
          tellings: endedByWithdrawal(state.tellings),
          exposed: state.exposed,
          people: state.people,
        };
      case 'InformationDisclosed': {
        const { disclosureId, recipientKind, foot, waiverVersion, recipient, persons, expiresAt } =
          event.data;
        const telling: Telling = {
          recipientKind,
          office: officeTold(event.data),
          foot,
          waiverVersion,
          recipient,
          persons,
          expiresAt,
          origins: event.data.items.map(originOf),
        };
        return {
          ...state,
          subject: event.data.subject,
          tellings: { ...state.tellings, [disclosureId]: telling },
        };
      }
      case 'DisclosureEnded': {
        const known = state.tellings[event.data.disclosureId];
        const ended =
          known === undefined || known === 'ENDED_BEFORE'
            ? 'ENDED_BEFORE'
            : { ...known, ended: known.ended ?? ('BY_ORDER' as const) };
        return { ...state, tellings: { ...state.tellings, [event.data.disclosureId]: ended } };
      }
      case 'LocationCompromised':
        return exposedAfter(state, event.data.proposalId, event.data.source);
      case 'DecidedPlaceCompromised':
        return exposedAfter(state, event.data.placeDecisionId, event.data.source);
      case 'ImpartialityDeclared':
      case 'DisqualificationDeclared':
      case 'ContactChanged':
        return { ...state, people: peopleAfter(state.people, event) };
      default:
        return assertNever(event);
    }
  },
};

const signWaiver = (
  { mandatoryRecipients, mandatoryClasses, ...waiver }: CommandData<'SignWaiver'>,
  at: Instant,
  state: DisclosureState,
): readonly DisclosureEvent[] => {
  ensureSubject(state, waiver.subject);
  const active = waiverAt(state, at);
  if (active && sameFacts({ ...waiver, version: active.version }, active)) return [];
  const today = plainDateOf(at);
  ensure(waiver.signedOn <= today, 'disclosure.signed_in_the_future');
  ensure(waiver.validUntil >= today, 'disclosure.waiver_already_over');
  // One agency left out, and the working method cannot be used (domain.md 2.2, partial withdrawal).
  const missing = mandatoryRecipients.filter((kind) => !waiver.recipientKinds.includes(kind));
  ensure(missing.length === 0, 'disclosure.recipient_not_covered', { missing });
  ensure(waiver.classes.length > 0, 'disclosure.no_class_covered');
  // One class left out, and the case stops with somebody who is never told.
  const untold = mandatoryClasses.filter((name) => !waiver.classes.includes(name));
  ensure(untold.length === 0, 'disclosure.class_not_covered', { missing: untold });
  if (active) {
    // What is open stands on the earlier version: a new one may widen or prolong. To narrow is to withdraw.
    const narrower =
      active.recipientKinds.some((kind) => !waiver.recipientKinds.includes(kind)) ||
      active.classes.some((dataClass) => !waiver.classes.includes(dataClass)) ||
      waiver.validUntil < active.validUntil;
    ensure(!narrower, 'disclosure.waiver_would_narrow', { version: active.version });
  }
  return [{ type: 'WaiverSigned', data: { ...waiver, version: lastVersion(state) + 1 } }];
};

const withdrawWaiver = (
  { caseId, channel }: CommandData<'WithdrawWaiver'>,
  state: DisclosureState,
): readonly DisclosureEvent[] => {
  ensure(state.status !== 'NO_WAIVER', 'disclosure.no_waiver');
  if (state.status === 'WAIVER_WITHDRAWN') return [];
  return [{ type: 'WaiverWithdrawn', data: { caseId, version: state.waiver.version, channel } }];
};

const disclose = (
  { refs, ...asked }: CommandData<'DiscloseInformation'>,
  at: Instant,
  holder: AgencyKind,
  state: DisclosureState,
): readonly DisclosureEvent[] => {
  const telling = { ...asked, persons: personsOf(asked, state) };
  ensureSubject(state, telling.subject);
  const known = state.tellings[telling.disclosureId];
  if (known !== undefined) return repeatOf(known, telling, state);

  const { items } = telling;
  ensure(telling.legalBasis.trim() !== '', 'disclosure.legal_basis_missing');
  ensure(telling.secrecyAtHolder.trim() !== '', 'disclosure.secrecy_at_holder_missing');
  ensure(
    protectsAt(authorityOf[telling.recipientKind], telling.secrecyAtHolder),
    'disclosure.secrecy_at_holder_unknown',
  );
  // A waiver or an alarm plan that names a statute, or the other way round, would end when it should not.
  ensure(footOf(telling.legalBasis) === telling.foot, 'disclosure.basis_on_another_foot');
  ensure(telling.persons.length > 0, 'disclosure.no_person_named');
  ensureFew(telling, at, state);
  // Who knows the reference only is told that there is a case under it, and nothing of it.
  ensure(
    items.length > 0 || telling.protection !== undefined || knowsReferenceOnly(telling.recipientKind),
    'disclosure.nothing_to_tell',
  );
  ensure(sameOrigins(refs, items.map(originOf)), 'disclosure.items_do_not_match');
  ensure(
    items.every((item) => item.subject === telling.subject),
    'disclosure.another_persons_data',
  );
  ensure(telling.expiresAt === undefined || telling.expiresAt > at, 'disclosure.already_expired');

  const classes = [...new Set(items.map((item) => item.class))];
  // The dangerous datum is the pair of who and where: never in one event (domain.md 0, point 4).
  ensure(
    !(classes.includes('identity') && classes.some((one) => one === 'destination' || one === 'address')),
    'disclosure.identity_and_place_together',
  );
  // Of a place that is known to somebody who must not know it, rescuers alone are told.
  ensure(
    telling.foot === 'RESCUE' || !items.some((item) => item.class === 'address' && isExposed(item, state)),
    'disclosure.place_exposed',
  );
  // The need-to-know matrix: what a part may not know is not told to it, on whatever foot.
  const closed = classes.find((one) => !mayHold(telling.recipientKind, one, telling));
  if (closed !== undefined)
    throw new DomainError('disclosure.class_not_for_recipient', {
      class: closed,
      recipientKind: telling.recipientKind,
    });
  switch (telling.foot) {
    case 'WAIVER': {
      const waiver = carryingWaiver(state, at, telling.recipientKind, classes);
      // What stands on a waiver ends with it, at the latest.
      const waiverEnds = endOfDay(waiver.validUntil);
      const expiresAt =
        telling.expiresAt !== undefined && telling.expiresAt < waiverEnds ? telling.expiresAt : waiverEnds;
      return [
        {
          type: 'InformationDisclosed',
          data: {
            ...telling,
            ...permitted(telling, holder, classes, at, { waiverVersion: waiver.version }),
            classes,
            waiverVersion: waiver.version,
            expiresAt,
          },
        },
      ];
    }
    case 'RESCUE':
      ensure(
        telling.purpose === 'ALARM' && rescuers.includes(telling.recipientKind),
        'disclosure.not_a_rescuer',
      );
      // A person may stand there longer than anyone planned.
      ensure(telling.expiresAt === undefined, 'disclosure.rescue_does_not_expire');
      return [
        {
          type: 'InformationDisclosed',
          data: { ...telling, ...permitted(telling, holder, classes, at, {}), classes },
        },
      ];
    case 'STATUTE':
      return [
        {
          type: 'InformationDisclosed',
          data: {
            ...telling,
            ...permitted(telling, holder, classes, at, telling.grounds ?? {}),
            classes,
          },
        },
      ];
    default:
      return assertNever(telling.foot);
  }
};

/**
 * What has left by letter: decided by two on the stream of the inquiry, so that nothing is asked here but whether it is
 * there already. It ends by nothing, no instant and no order, also none that came before it: a letter is not taken back, and
 * who knew stands here for ever.
 */
const recordAnswer = (
  answer: CommandData<'RecordAnswer'>,
  state: DisclosureState,
): readonly DisclosureEvent[] => {
  ensureSubject(state, answer.subject);
  const known = state.tellings[answer.disclosureId];
  return known === undefined || known === 'ENDED_BEFORE' ? [answerLine(answer)] : [];
};

/** Each way by which it became known, once: what follows is counted by it. */
const reportExposure = (
  { mayStandThere, ...report }: CommandData<'ReportExposure'>,
  reportedBy: Token,
  state: DisclosureState,
): readonly DisclosureEvent[] => {
  if (state.exposed[report.proposalId]?.includes(report.source)) return [];
  ensure(mayStandThere, 'disclosure.nobody_stands_there');
  return [{ type: 'LocationCompromised', data: { ...report, reportedBy } }];
};

const reportDecidedPlace = (
  { mayStandThere, ...report }: CommandData<'ReportDecidedPlaceExposure'>,
  reportedBy: Token,
  state: DisclosureState,
): readonly DisclosureEvent[] => {
  if (state.exposed[report.placeDecisionId]?.includes(report.source)) return [];
  ensure(mayStandThere, 'disclosure.nobody_stands_there');
  return [{ type: 'DecidedPlaceCompromised', data: { ...report, reportedBy } }];
};

const exposedAfter = (state: DisclosureState, place: string, source: ExposureSource): DisclosureState => ({
  ...state,
  exposed: { ...state.exposed, [place]: [...(state.exposed[place] ?? []), source] },
});

const isExposed = ({ stream }: Envelope, { exposed }: DisclosureState): boolean =>
  Object.keys(exposed).some((proposalId) => stream === streamName('placement', proposalId));

type Addressed = Pick<
  CommandData<'DiscloseInformation'>,
  'recipient' | 'recipientKind' | 'foot' | 'purpose' | 'proposalId' | 'persons' | 'protection'
>;

/**
 * Whom it names. What became of an application is a paper of the board, whoever of those it named first is there. An alarm plan is of the function and told whoever is there to be named: where all have declared themselves
 * disqualified since, it names them as it was asked, the vault keeps them out, and who holds the function next has it.
 */
const personsOf = (telling: Addressed, { people }: DisclosureState): readonly Token[] => {
  const named = toldNow(people, telling.persons, officeTold(telling));
  const whoeverIsThere =
    telling.foot === 'RESCUE' || (telling.protection !== undefined && telling.recipientKind === 'HOME_BOARD');
  return whoeverIsThere && named.length === 0 ? telling.persons : named;
};

/**
 * Several tellings to one office may name different persons: all of them together are no more than may know. Nothing holds
 * up an alarm plan.
 */
const ensureFew = (telling: Addressed, at: Instant, state: DisclosureState): void => {
  const office = officeTold(telling);
  // Nor does anything hold up an application: it names its officers itself, and opens nothing to them.
  if (office === undefined || telling.foot === 'RESCUE' || telling.protection !== undefined) return;
  const held = toldNow(state.people, toldOfficeAt(state, office, at).named, office);
  const most = mostContacts[office.part];
  ensure(new Set([...held, ...telling.persons]).size <= most, 'disclosure.too_many_contacts', { most });
};

const footOf = (legalBasis: string): Foot =>
  legalBasis === 'OSL_10_1' ? 'WAIVER' : legalBasis === 'OSL_10_2' ? 'RESCUE' : 'STATUTE';

/** Asks the catalogue of legal bases; gives the wording under which it said yes. */
const permitted = (
  telling: Pick<
    CommandData<'DiscloseInformation'>,
    'legalBasis' | 'protectedBy' | 'recipientKind' | 'purpose'
  >,
  holder: AgencyKind,
  classes: readonly DataClass[],
  at: Instant,
  grounds: LegalGrounds,
): Pick<Data<'InformationDisclosed'>, 'wording'> => {
  const answer = permits(
    {
      basis: telling.legalBasis,
      holder: authorityBehind(holder),
      protectedBy: telling.protectedBy,
      recipient: authorityOf[telling.recipientKind],
      purpose: telling.purpose,
      matter: classes.length > 0 && classes.every((one) => one === 'address') ? 'CONTACT_DATA' : 'DATA',
      ofCaseStore: true,
      grounds,
    },
    plainDateOf(at),
  );
  if (!answer.permitted) {
    const { refusal, rule } = answer;
    throw new DomainError('disclosure.not_permitted', { refusal, rule });
  }
  return { wording: answer.wording.from };
};

/** Receiving Police, and the home board's duty officer. */
const rescuers: readonly RecipientKind[] = ['RECEIVING_POLICE', 'HOME_BOARD'];

const carryingWaiver = (
  state: DisclosureState,
  at: Instant,
  recipientKind: RecipientKind,
  classes: readonly DataClass[],
): Data<'WaiverSigned'> => {
  const waiver = waiverAt(state, at);
  ensure(waiver !== undefined, 'disclosure.waiver_lapsed', {
    reason: state.status === 'WAIVER_SIGNED' ? 'RUN_OUT' : state.status,
  });
  ensure(waiver.recipientKinds.includes(recipientKind), 'disclosure.waiver_lapsed', {
    reason: 'RECIPIENT_NOT_COVERED',
  });
  ensure(
    classes.every((one) => waiver.classes.includes(one)),
    'disclosure.waiver_lapsed',
    { reason: 'CLASS_NOT_COVERED' },
  );
  return waiver;
};

const repeatOf = (
  known: Telling | 'ENDED_BEFORE',
  telling: Omit<CommandData<'DiscloseInformation'>, 'refs'>,
  state: DisclosureState,
): readonly DisclosureEvent[] => {
  ensure(known !== 'ENDED_BEFORE' && known.ended !== 'BY_ORDER', 'disclosure.already_ended');
  ensure(known.ended !== 'BY_WITHDRAWAL', 'disclosure.waiver_lapsed', { reason: state.status });
  ensure(
    known.foot === telling.foot &&
      known.recipient === telling.recipient &&
      // As both would be named today: somebody may have changed since. An alarm plan is of the function, whoever held it.
      (known.foot === 'RESCUE' ||
        sameFacts(personsOf({ ...telling, persons: known.persons }, state), telling.persons)) &&
      sameOrigins(known.origins, telling.items.map(originOf)),
    'disclosure.id_used_for_something_else',
  );
  return [];
};

const endDisclosure = (
  { caseId, disclosureId, reason }: CommandData<'EndDisclosure'>,
  state: DisclosureState,
): readonly DisclosureEvent[] => {
  const known = state.tellings[disclosureId];
  // An end that overtakes the telling is written all the same: the telling that comes late is then refused.
  if (known === 'ENDED_BEFORE' || (known !== undefined && known.ended !== undefined)) return [];
  if (known?.foot === 'RESCUE') ensure(endsRescue(reason), 'disclosure.rescuer_still_needed', { reason });
  ensure(known?.recipientKind !== 'REQUESTER', 'disclosure.letter_not_taken_back');
  return [{ type: 'DisclosureEnded', data: { caseId, disclosureId, reason } }];
};

const endedByWithdrawal = (tellings: Remembered['tellings']): Remembered['tellings'] =>
  Object.fromEntries(
    Object.entries(tellings).map(([id, telling]) => [
      id,
      telling !== 'ENDED_BEFORE' && telling.foot === 'WAIVER' && telling.ended === undefined
        ? { ...telling, ended: 'BY_WITHDRAWAL' as const }
        : telling,
    ]),
  );

const ensureSubject = (state: DisclosureState, subject: string): void =>
  ensure(state.subject === undefined || state.subject === subject, 'disclosure.another_persons_data');

const lastVersion = (state: DisclosureState): number => {
  switch (state.status) {
    case 'NO_WAIVER':
      return 0;
    case 'WAIVER_SIGNED':
      return state.waiver.version;
    case 'WAIVER_WITHDRAWN':
      return state.lastVersion;
    default:
      return assertNever(state);
  }
};

const originOf = ({ stream, event, path }: Envelope): ItemRef => ({ stream, event, path });

const sameOrigins = (one: readonly ItemRef[], other: readonly ItemRef[]): boolean =>
  sameFacts(sortedOrigins(one), sortedOrigins(other));

const sortedOrigins = (refs: readonly ItemRef[]): readonly string[] =>
  refs.map(({ stream, event, path }) => [stream, event, path].join('\n')).sort();
