import {
  type AgeBand,
  confidential,
  derivedId,
  type PlainDate,
  plainDateOf,
  type RecordedEvent,
  streamName,
} from '#kernel';
import { ageBandOf, ageOn } from '#personal-data';
import { holdersOf } from '#domain/disclosure';
import { minors, type ProtectedDataEvent } from '#domain/protected-data';
import type { RelocationEvent } from '#domain/relocation';
import { type CommandContext, UnknownTarget } from '../command-executor.js';
import { lastOf } from '../facts.js';
import { taxAgencyId } from '../reference/organisations.js';
import type { IntentHandlings } from './define.js';
import { type HandlerDependencies, municipalityOf } from './dependencies.js';

type Requested = Extract<ProtectedDataEvent, { type: 'ProtectedDataRequested' }>['data'];
type Opened = Extract<RelocationEvent, { type: 'CaseOpened' }>['data'];
type Decided = Extract<RelocationEvent, { type: 'SupportDecisionRegistered' }>['data'];

const protectionIdOf = ({ commandId }: Pick<CommandContext, 'commandId'>): string =>
  derivedId('protection', commandId);

/** How many officers of Skatteverket are named for one person's protection. */
const mostOfficers = 2;

/** @throws UnknownTarget when nothing was applied for under this id in this case */
const requestedIn = (events: readonly RecordedEvent[], protectionId: string): Requested => {
  const found = events.find(
    ({ type, data }) =>
      type === 'ProtectedDataRequested' && (data as Requested).protectionId === protectionId,
  );
  if (!found) throw new UnknownTarget();
  return found.data as Requested;
};

/** Protected personal data: what the board applies for with the person, what comes of it, and what the board looks after. */
export const protectedDataHandlings = ({
  facts,
  directory,
  contacts,
  birthdayOf,
}: HandlerDependencies): Pick<
  IntentHandlings,
  | 'RequestProtection'
  | 'RegisterProtectionOutcome'
  | 'EndProtection'
  | 'SendRegistrationNotice'
  | 'WithholdRegistrationNotice'
  | 'CheckExposedRegister'
> => {
  /**
   * How old the person is on the day of the application. Who was a child when the case was opened may have grown up, and
   * who was an adult may have been a child on an earlier day: that asks for the identity, and is the only thing that does.
   * Where nothing opens it any more, it is the age at the opening.
   */
  const ageBandOn = async (
    day: PlainDate,
    { data: opened, metadata }: { readonly data: Opened; readonly metadata: RecordedEvent['metadata'] },
    context: CommandContext,
  ): Promise<AgeBand> => {
    if (!minors.includes(opened.ageBand) && day >= plainDateOf(metadata.occurredAt)) return opened.ageBand;
    const birthday = await birthdayOf(opened.caseId, context);
    return birthday === undefined || birthday > day ? opened.ageBand : ageBandOf(ageOn(birthday, day));
  };
  const stream = ({ caseId }: { readonly caseId: string }) => streamName('protected-data', caseId);
  return {
    RequestProtection: {
      stream,
      creates: protectionIdOf,
      async prepare(intent, context) {
        const { caseId } = intent;
        const taxAgency = directory.organisation(taxAgencyId);
        const [events, holding, people, [before]] = await Promise.all([
          facts.events(streamName('relocation', caseId)),
          contacts.holding(taxAgency, ['PROTECTION_OFFICER'], context.at, mostOfficers),
          facts.people(caseId),
          facts.applications(caseId),
        ]);
        // Who has the part already keeps it: another application names nobody beside them, while one of them is there.
        const held = before ? holdersOf(people, before) : [];
        const there = await Promise.all(
          held.map((one) => contacts.holds(one, taxAgency, ['PROTECTION_OFFICER'], context.at)),
        );
        const known = held.filter((_one, index) => there[index]);
        const left = people.changes.map(({ outgoing }) => outgoing);
        const protectionOfficers =
          known.length > 0
            ? known
            : holding.filter((one) => !people.disqualified.includes(one) && !left.includes(one));
        const opened = lastOf<RelocationEvent, 'CaseOpened'>(events, 'CaseOpened');
        if (!opened) throw new UnknownTarget();
        return {
          type: 'RequestProtection',
          data: {
            ...intent,
            subject: opened.data.subject,
            protectionId: protectionIdOf(context),
            requestedBy: context.by.person,
            taxAgency,
            protectionOfficers,
            ageBand: await ageBandOn(intent.appliedOn, opened, context),
            inCare: events.some(
              ({ type, data }) =>
                type === 'SupportDecisionRegistered' && (data as Decided).decisionType === 'LVU',
            ),
          },
        };
      },
    },

    RegisterProtectionOutcome: {
      stream,
      async prepare({ registeredMunicipalityCode, ...intent }, context, loaded) {
        const { caseId, protectionId } = intent;
        requestedIn(loaded.events, protectionId);
        const { opened } = await facts.relocation(caseId);
        return {
          type: 'RegisterProtectionOutcome',
          data: {
            ...intent,
            subject: opened.subject,
            board: opened.board,
            ...(registeredMunicipalityCode === undefined
              ? {}
              : {
                  registeredMunicipality: confidential('identity', {
                    registeredMunicipalityCode: municipalityOf(registeredMunicipalityCode).code,
                  }),
                }),
          },
          // Skatteverket's own: the board learns neither that there is another place nor which.
          sealing: { caseId, subject: opened.subject, owner: context.by.organisation },
        };
      },
    },

    EndProtection: {
      stream,
      async prepare(intent, _context, loaded) {
        requestedIn(loaded.events, intent.protectionId);
        return { type: 'EndProtection', data: intent };
      },
    },

    SendRegistrationNotice: {
      stream,
      async prepare(intent) {
        return { type: 'SendRegistrationNotice', data: intent };
      },
    },

    WithholdRegistrationNotice: {
      stream,
      async prepare({ caseId, reason, grounds }, context) {
        const { opened } = await facts.relocation(caseId);
        return {
          type: 'WithholdRegistrationNotice',
          data: {
            caseId,
            reason,
            decidedOn: plainDateOf(context.at),
            grounds: confidential('social', grounds),
          },
          sealing: { caseId, subject: opened.subject, owner: opened.board },
        };
      },
    },

    CheckExposedRegister: {
      stream,
      async prepare(intent) {
        return { type: 'CheckExposedRegister', data: intent };
      },
    },
  };
};
