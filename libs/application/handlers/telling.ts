import { contactFunctionOf } from '#access';
import {
  type DataClass,
  derivedId,
  DomainError,
  ensure,
  type Envelope,
  isEnvelope,
  isToldKind,
  mayBeTold,
  type RecordedEvent,
  streamName,
  type Token,
} from '#kernel';
import {
  authorityOf,
  type DisclosureEvent,
  protectedAt,
  protectionOf,
  type Provision,
  statutesOfTelling,
} from '#domain/disclosure';
import { type CommandContext, UnknownTarget } from '../command-executor.js';
import { relocationIn } from '../facts.js';
import { findOrganisation } from '../reference/organisations.js';
import type { IntentHandlings } from './define.js';
import { type HandlerDependencies, namedOfficials } from './dependencies.js';

type Disclosed = Extract<DisclosureEvent, { type: 'InformationDisclosed' }>['data'];

const tellingIdOf = ({ by, commandId }: Pick<CommandContext, 'by' | 'commandId'>): string =>
  derivedId('telling', by.person, commandId);

/** What an authority wrote of some classes, the newest of each field of each type of event; its own and nobody else's. */
export const writingsOf = (
  events: readonly RecordedEvent[],
  owner: Token,
  classes: readonly DataClass[],
): readonly Envelope[] => {
  const newest = new Map<string, Envelope>();
  for (const event of events)
    for (const [path, envelope] of Object.entries(event.data))
      if (isEnvelope(envelope) && envelope.owner === owner && classes.includes(envelope.class))
        newest.set(`${event.type} ${path}`, envelope);
  return [...newest.values()];
};

/** Telling an agency outside the road of the case, and ending it: each time the decision of an officer who is named. */
export const tellingHandlings = (
  dependencies: HandlerDependencies,
): Pick<IntentHandlings, 'TellAgency' | 'EndTelling'> => {
  const { facts, directory } = dependencies;
  return {
    TellAgency: {
      stream: ({ caseId }) => streamName('disclosure', caseId),
      creates: tellingIdOf,
      async prepare(intent, context) {
        const { caseId, classes, purpose, foot, legalBasis, requested, decisionId, expiresAt } = intent;
        const { by, at } = context;
        const recipientKind = findOrganisation(intent.organisation)?.toldAs;
        ensure(recipientKind !== undefined, 'disclosure.not_told_here');
        // Before anything is read: the answer is the same whatever is known of the person.
        const closed = classes.find((one) => !mayBeTold(recipientKind, one));
        if (closed !== undefined)
          throw new DomainError('disclosure.class_not_for_recipient', { class: closed, recipientKind });
        const secrecyAtHolder = protectionOf(authorityOf[recipientKind]);
        ensure(secrecyAtHolder !== undefined, 'disclosure.secrecy_at_holder_missing');
        if (foot === 'STATUTE')
          ensure(
            legalBasis !== undefined && statutesOfTelling.includes(legalBasis),
            'disclosure.goes_by_inquiry',
          );
        const recipient = directory.organisation(intent.organisation);
        const [relocation, assessments, decision, persons] = await Promise.all([
          facts.events(streamName('relocation', caseId)),
          facts.events(streamName('threat-assessment', caseId)),
          decisionId === undefined ? [] : facts.events(streamName('decision', decisionId)),
          namedOfficials(dependencies, intent.contacts, recipient, [contactFunctionOf(recipientKind)], at),
        ]);
        const { opened, closed: over } = relocationIn(relocation);
        ensure(!over, 'disclosure.case_closed');
        // A decision of another case is not there for this one.
        if (
          decisionId !== undefined &&
          (decision[0]?.data as { caseId?: string } | undefined)?.caseId !== caseId
        )
          throw new UnknownTarget();
        const items = writingsOf([...relocation, ...assessments, ...decision], by.organisation, classes);
        const unwritten = classes.find((one) => !items.some((item) => item.class === one));
        if (unwritten !== undefined)
          throw new DomainError('disclosure.nothing_to_tell', { class: unwritten });
        const protectedBy = new Set<Provision>(
          items.length === 0
            ? protectedAt(by.agencyKind, 'social')
            : items.flatMap((item) => protectedAt(by.agencyKind, item.class)),
        );
        return {
          type: 'DiscloseInformation',
          data: {
            caseId,
            subject: opened.subject,
            disclosureId: tellingIdOf(context),
            recipientKind,
            recipient,
            persons,
            purpose,
            foot,
            legalBasis: foot === 'WAIVER' ? 'OSL_10_1' : legalBasis!,
            protectedBy: [...protectedBy],
            ...(foot === 'STATUTE' && { grounds: { onRequest: requested === true } }),
            secrecyAtHolder,
            ...(expiresAt !== undefined && { expiresAt }),
            refs: items.map(({ stream, event, path }) => ({ stream, event, path })),
            items,
          },
        };
      },
    },

    EndTelling: {
      stream: ({ caseId }) => streamName('disclosure', caseId),
      async prepare({ caseId, disclosureId }, { by }, { events }) {
        const told = events.find(
          ({ type, data }) =>
            type === 'InformationDisclosed' && (data as Disclosed).disclosureId === disclosureId,
        );
        // What a process told is ended by the process; what another authority told, by that one.
        if (
          !told ||
          !isToldKind((told.data as Disclosed).recipientKind) ||
          told.metadata.organisation !== by.organisation
        )
          throw new UnknownTarget();
        return { type: 'EndDisclosure', data: { caseId, disclosureId, reason: 'NO_LONGER_NEEDED' } };
      },
    },
  };
};
