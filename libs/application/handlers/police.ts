import { confidential, DomainError, plainDateOf, streamName } from '#kernel';
import { judgements } from '#domain/threat-assessment';
import { type ConflictEntry, parseIdentityNumber } from '#personal-data';
import { findOrganisation } from '../reference/organisations.js';
import { candidateIn } from '../facts.js';
import type { HandlerDependencies } from './dependencies.js';
import { municipalityOf } from './dependencies.js';
import type { IntentHandlings } from './define.js';

/** What Police ask for, as home region and as receiving region. */
export const policeHandlings = (
  dependencies: HandlerDependencies,
): Pick<
  IntentHandlings,
  | 'AssessThreat'
  | 'ConfirmLowering'
  | 'RejectLowering'
  | 'RecordConflictEntries'
  | 'RecordAdversaryPresence'
  | 'AnswerReferral'
> => {
  const { facts, directory, register } = dependencies;
  /** @throws DomainError identity.invalid_number */
  const person = (number: string, at: string) =>
    directory.conflictPerson(parseIdentityNumber(number, plainDateOf(at)).number);

  /** Facts that every judgement of the level needs: the rules, who made the request, who cleared, since when the person is placed. */
  const judgement = async (caseId: string, at: string) => {
    const [relocation, rules, placement] = await Promise.all([
      facts.relocation(caseId),
      facts.rulesAt(at),
      facts.placements(caseId),
    ]);
    return {
      opened: relocation.opened,
      validityHours: rules.validityHours,
      requestedBy: relocation.requested?.requestedBy,
      clearedBy: placement.clearedBy,
      placedSince: placement.arrivedAt,
    };
  };

  return {
    AssessThreat: {
      stream: ({ caseId }) => streamName('threat-assessment', caseId),
      // Two assessors must not overwrite each other's judgement: whoever judges says which one was read last (If-Match).
      guards: judgements,
      async prepare({ caseId, level, restrictions, detail, advice }, context) {
        const { opened, ...given } = await judgement(caseId, context.at);
        return {
          type: 'AssessThreat',
          data: {
            caseId,
            level,
            restrictions,
            detail: confidential('threat-detail', detail),
            advice: confidential('threat-advice', advice),
            ...given,
          },
          sealing: { caseId, subject: opened.subject, owner: context.by.organisation },
        };
      },
    },

    ConfirmLowering: {
      stream: ({ caseId }) => streamName('threat-assessment', caseId),
      async prepare({ caseId, version }, context) {
        const { validityHours, requestedBy, clearedBy, placedSince } = await judgement(caseId, context.at);
        return {
          type: 'ConfirmLowering',
          data: { caseId, version, validityHours, requestedBy, clearedBy, placedSince },
        };
      },
    },

    RejectLowering: {
      stream: ({ caseId }) => streamName('threat-assessment', caseId),
      async prepare(intent) {
        return { type: 'RejectLowering', data: intent };
      },
    },

    RecordConflictEntries: {
      stream: ({ caseId }) => streamName('threat-assessment', caseId),
      async prepare(intent, context) {
        const { opened } = await facts.relocation(intent.caseId);
        const entries: readonly ConflictEntry[] = [
          ...intent.networks.map(
            (name) => ({ kind: 'NETWORK', token: directory.conflictNetwork(name) }) as const,
          ),
          ...intent.adversaryNetworks.map(
            (name) => ({ kind: 'ADVERSARY_NETWORK', token: directory.conflictNetwork(name) }) as const,
          ),
          ...intent.adversaries.map(
            (number) => ({ kind: 'ADVERSARY_PERSON', token: person(number, context.at) }) as const,
          ),
          ...intent.kin.map((number) => ({ kind: 'KIN', token: person(number, context.at) }) as const),
        ];
        return {
          type: 'RecordConflictEntries',
          data: {
            caseId: intent.caseId,
            subject: opened.subject,
            entryCount: entries.length,
            entries: confidential('threat-detail', entries),
          },
          sealing: { caseId: intent.caseId, subject: opened.subject, owner: context.by.organisation },
          // Rows before the event: a crash in between leaves a conflict that is known too early, never one unknown.
          beforeAppend: () => register.addEntries(opened.subject, entries),
        };
      },
    },

    RecordAdversaryPresence: {
      stream: ({ municipalityCode }) => streamName('area', directory.area(municipalityOf(municipalityCode))),
      async prepare({ municipalityCode, networks, persons }, context) {
        const municipality = municipalityOf(municipalityCode);
        // Police of one region keep the register of their own region only.
        const unit = context.organisationId ? findOrganisation(context.organisationId) : undefined;
        if (unit?.agencyKind !== 'POLICE' || unit.policeRegion !== municipality.policeRegion)
          throw new DomainError('area.outside_region');
        const area = directory.area(municipality);
        const present = [
          ...networks.map((name) => directory.conflictNetwork(name)),
          ...persons.map((number) => person(number, context.at)),
        ];
        const place = { area, municipality: directory.municipality(municipality.code) };
        return {
          type: 'NoteAdversaryPresence',
          data: { area },
          // Rows before the event: whoever ran the rings without them is at an earlier revision of the area.
          beforeAppend: async () => {
            for (const conflict of present) await register.addPresence({ conflict, ...place });
          },
        };
      },
    },

    AnswerReferral: {
      // Police there are asked about a candidate, and never learn of which case.
      stream: async ({ candidateId }) => streamName('consent', await facts.proposedCase(candidateId)),
      async prepare(intent, _context, loaded) {
        const { caseId } = candidateIn(loaded.events, intent.candidateId);
        return { type: 'AnswerReferral', data: { ...intent, caseId } };
      },
    },
  };
};
