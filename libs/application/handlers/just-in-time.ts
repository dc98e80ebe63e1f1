import {
  confidential,
  type DataClass,
  derivedId,
  DomainError,
  ensure,
  fold,
  type Instant,
  plainDateOf,
  streamName,
  type Token,
} from '#kernel';
import { holdersOf, type People } from '#domain/disclosure';
import {
  answerable,
  ensureGlassOpens,
  ensureMayBreakAnother,
  glassDecider,
  type GlassEvent,
  type GlassRelation,
  jointOpeningDecider,
  type JointOpeningEvent,
  justInTimeRulesOn,
  mayOpen,
  placeClasses,
  rescuers,
} from '#domain/just-in-time';
import { type CommandContext, type LoadedStream, UnknownTarget } from '../command-executor.js';
import { type Facts, isToldIn, type RelocationFacts, type Telling } from '../facts.js';
import type { Intents } from '../intents.js';
import type { IntentHandlings } from './define.js';
import { type Contacts, type HandlerDependencies, takersOf } from './dependencies.js';

const glassIdOf = ({ commandId }: { readonly commandId: string }): string => derivedId('glass', commandId);
const openingIdOf = ({ commandId }: { readonly commandId: string }): string =>
  derivedId('joint-opening', commandId);

/**
 * The part with which somebody breaks a glass; the policy beside the route has let in nobody without one. An officer is
 * who is named now, not who was when the case was opened; a duty officer is who holds the function now. Of several parts it
 * is the one that opens what is asked for, and that of a rescuer before another.
 */
const relationOf = async (
  { opened }: RelocationFacts,
  people: People,
  { by, at }: CommandContext,
  classes: readonly DataClass[],
  decided: boolean,
  contacts: Contacts,
  mayFetch: boolean,
): Promise<GlassRelation> => {
  const { board, officers: named, homePolice, coordinator } = opened;
  const officers = holdersOf(people, { part: 'HOME_BOARD', organisation: board, named });
  const onDuty =
    by.organisation === board && (await contacts.holds(by.person, board, ['HOME_DUTY_OFFICER'], at));
  const held: readonly GlassRelation[] = [
    // Who stands by fetches a person, and is nobody here where there is none to be fetched.
    ...(onDuty && mayFetch ? (['HOME_DUTY'] as const) : []),
    ...(by.organisation === board && officers.includes(by.person) ? (['HOME_BOARD'] as const) : []),
    ...(by.organisation === homePolice ? (['HOME_POLICE'] as const) : []),
    ...(by.organisation === coordinator ? (['NATIONAL_COORDINATOR'] as const) : []),
  ];
  const rules = justInTimeRulesOn(plainDateOf(at));
  const relation = held.find((one) => mayOpen({ relation: one, classes, decided }, rules)) ?? held[0];
  if (relation === undefined) throw onDuty ? new UnknownTarget() : new DomainError('break_glass.stays_shut');
  return relation;
};

/** Openings for minutes: alone at once, or together with a second person. */
export const justInTimeHandlings = ({
  facts,
  passes,
  contacts,
  decidedPlaces,
}: HandlerDependencies): Pick<
  IntentHandlings,
  | 'BreakGlass'
  | 'BreakGlassAtPlacement'
  | 'ConfirmGlass'
  | 'RequestJointOpening'
  | 'ApproveJointOpening'
  | 'RejectJointOpening'
> => {
  /** Whom the case names at Police by now, and who takes over where none of them is a coordinator any more. */
  const noticed = async (
    organisation: Token,
    named: readonly Token[],
    people: People,
    at: Instant,
  ): Promise<readonly Token[]> => {
    const held = holdersOf(people, { part: 'HOME_POLICE', organisation, named });
    const takers = (await takersOf(contacts, 'HOME_POLICE', organisation, held, at)) ?? [];
    return [...new Set([...held, ...takers.filter((one) => !people.disqualified.includes(one))])];
  };
  /** Lets in who breaks the glass, on record first, and says so. */
  const breaking = async (
    { caseId, reason, classes, note }: Intents['BreakGlass'],
    { opened: { subject, homePolice, homePoliceContacts: named }, closed }: RelocationFacts,
    { people, told }: Awaited<ReturnType<Facts['told']>>,
    relation: GlassRelation,
    { mayStandThere, decided }: { readonly mayStandThere: boolean; readonly decided: boolean },
    context: CommandContext,
    { events }: LoadedStream,
  ) => {
    // After its end a case is there for nobody but who must fetch somebody.
    if (closed && !(mayStandThere && rescuers.includes(relation))) throw new UnknownTarget();
    const rules = justInTimeRulesOn(plainDateOf(context.at));
    // Before the vault lets anybody in; the decider says the same again.
    ensureGlassOpens({ relation, classes, decided }, rules);
    const where = classes.filter((one) => placeClasses.includes(one));
    if (!mayStandThere && where.length > 0)
      // Without a placement a decision may say where a child stays, and that is an address.
      ensure(where.every((one) => one === 'address') && decided, 'break_glass.stays_shut');
    // Whom the case names at Police is nobody yet who knows of it.
    const homePoliceContacts = isToldIn(told, 'HOME_POLICE')
      ? await noticed(homePolice, named, people, context.at)
      : [];
    const glassId = glassIdOf(context);
    const broken = fold(glassDecider, events as unknown as readonly GlassEvent[]);
    ensureMayBreakAnother(broken, { glassId, relation, person: context.by.person });
    const record = await passes.enter({
      id: glassId,
      kind: 'GLASS',
      caseId,
      subject,
      classes,
      person: context.by.person,
      organisation: context.by.organisation,
      agencyKind: context.by.agencyKind,
      unit: context.by.unit,
      machine: context.by.machine,
      purpose: reason,
      legalBasis: context.legalBasis,
      at: context.at,
      minutes: rules.glassMinutes,
    });
    return {
      type: 'BreakGlass' as const,
      data: {
        caseId,
        subject,
        glassId,
        relation,
        reason,
        classes,
        note: confidential('social', note),
        record,
        homePolice,
        homePoliceContacts,
      },
      sealing: { caseId, subject, owner: context.by.organisation },
    };
  };
  /**
   * A broken glass is seen at the home board. A coordinator who has a contested claim at the desk, and was told
   * nothing of the case yet, would show there, by breaking or confirming one, that the person is known elsewhere.
   * @throws UnknownTarget
   */
  const ensureNothingShows = (
    { opened }: RelocationFacts,
    told: readonly Telling[],
    { by }: CommandContext,
  ): void => {
    if (by.organisation === opened.coordinator && !isToldIn(told, 'NATIONAL_COORDINATOR'))
      throw new UnknownTarget();
  };
  return {
    BreakGlass: {
      stream: ({ caseId }) => streamName('break-glass', caseId),
      creates: glassIdOf,
      async prepare(intent, context, loaded) {
        const [relocation, disclosed, places] = await Promise.all([
          facts.relocation(intent.caseId),
          facts.told(intent.caseId),
          facts.standingPlaces(intent.caseId),
        ]);
        ensureNothingShows(relocation, disclosed.told, context);
        const { classes, caseId } = intent;
        const { subject } = relocation.opened;
        const isDecided = (await decidedPlaces({ caseId, subject })).length > 0;
        const decided = classes.includes('address') && isDecided;
        const mayStandThere = places.length > 0;
        const { people } = disclosed;
        const mayFetch = mayStandThere || isDecided;
        const relation = await relationOf(relocation, people, context, classes, decided, contacts, mayFetch);
        const where = { mayStandThere, decided };
        return breaking(intent, relocation, disclosed, relation, where, context, loaded);
      },
    },
    BreakGlassAtPlacement: {
      stream: async ({ proposalId }) => streamName('break-glass', await facts.proposedCase(proposalId)),
      creates: glassIdOf,
      async prepare({ proposalId, ...asked }, context, loaded) {
        const caseId = await facts.proposedCase(proposalId);
        const [relocation, disclosed, places] = await Promise.all([
          facts.relocation(caseId),
          facts.told(caseId),
          facts.standingPlaces(caseId),
        ]);
        // The part stays for ever with who was told once; the danger is there while somebody may stand there.
        ensure(
          places.some((place) => place.proposalId === proposalId),
          'break_glass.stays_shut',
        );
        return breaking(
          { ...asked, caseId },
          relocation,
          disclosed,
          'RECEIVING_POLICE',
          { mayStandThere: true, decided: true },
          context,
          loaded,
        );
      },
    },
    ConfirmGlass: {
      stream: ({ caseId }) => streamName('break-glass', caseId),
      async prepare(data, context) {
        const [relocation, { told }] = await Promise.all([
          facts.relocation(data.caseId),
          facts.told(data.caseId),
        ]);
        ensureNothingShows(relocation, told, context);
        return { type: 'ConfirmGlass', data };
      },
    },
    RequestJointOpening: {
      stream: ({ caseId }) => streamName('joint-opening', caseId),
      creates: openingIdOf,
      async prepare({ caseId, purpose }, context) {
        const { opened, closed } = await facts.relocation(caseId);
        if (closed) throw new UnknownTarget();
        const openingId = openingIdOf(context);
        return { type: 'RequestJointOpening', data: { caseId, subject: opened.subject, openingId, purpose } };
      },
    },
    ApproveJointOpening: {
      stream: ({ caseId }) => streamName('joint-opening', caseId),
      async prepare({ caseId, openingId }, context, { events }) {
        const [{ opened, closed }, people] = await Promise.all([
          facts.relocation(caseId),
          facts.people(caseId),
        ]);
        if (closed) throw new UnknownTarget();
        const state = fold(jointOpeningDecider, events as unknown as readonly JointOpeningEvent[]);
        const { at, by } = context;
        const opening = answerable(state, {
          openingId,
          person: by.person,
          organisation: by.organisation,
          at,
        });
        // Who has handed the case over since is let in no more.
        const { board: organisation, officers: named } = opened;
        ensure(
          holdersOf(people, { part: 'HOME_BOARD', organisation, named }).includes(opening.requestedBy),
          'joint_opening.unknown',
        );
        const { jointMinutes: minutes } = justInTimeRulesOn(plainDateOf(at));
        // The pass is that of the one who asked. Where it was answered before there is nothing to enter.
        const record =
          opening.answer !== undefined
            ? 0
            : await passes.enter({
                id: openingId,
                kind: 'JOINT',
                caseId,
                subject: opening.subject,
                classes: ['identity', 'address'],
                person: opening.requestedBy,
                organisation: opening.organisation,
                agencyKind: by.agencyKind,
                unit: by.unit,
                machine: by.machine,
                purpose: opening.purpose,
                legalBasis: context.legalBasis,
                at,
                minutes,
              });
        return { type: 'ApproveJointOpening', data: { caseId, openingId, record } };
      },
    },
    RejectJointOpening: {
      stream: ({ caseId }) => streamName('joint-opening', caseId),
      async prepare(data) {
        return { type: 'RejectJointOpening', data };
      },
    },
  };
};
