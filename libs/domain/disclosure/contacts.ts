import {
  type Actor,
  ensure,
  isToldKind,
  recordOf,
  type RecipientKind,
  sameFacts,
  type Token,
  toldKinds,
} from '#kernel';
import { type Declared, withDisqualified, withImpartial } from './declared.js';
import type { DisclosureCommand, Office } from './disclosure.commands.js';
import type { ContactPart, DisclosureEvent, Foot } from './disclosure.events.js';

// Who may be told for an agency: named persons, few of them, who have looked at FL 16 § before they are shown who the
// person is. It is decided where tellings are, so that none names somebody who has gone.

type Data<Type extends DisclosureEvent['type']> = Extract<DisclosureEvent, { type: Type }>['data'];
type CommandData<Type extends DisclosureCommand['type']> = Extract<DisclosureCommand, { type: Type }>['data'];

/** How many persons of one agency may know of a case, or of a placement (domain.md 1.2). */
export const mostContacts: Readonly<Record<ContactPart, number>> = {
  HOME_BOARD: 3,
  HOME_POLICE: 3,
  RECEIVING_BOARD: 2,
  RECEIVING_POLICE: 3,
  ASKED_BOARD: 4,
  HOUSING_PROVIDER: 2,
  TAX_AGENCY: 2,
  ...recordOf(toldKinds, () => 3),
};

export interface People extends Declared {
  /** In order. */
  readonly changes: readonly Data<'ContactChanged'>[];
}

export const nobodyYet: People = { impartial: [], disqualified: [], changes: [] };

/** After one more event of the stream; others leave it as it is. */
export const peopleAfter = (people: People, event: DisclosureEvent): People => {
  switch (event.type) {
    case 'ImpartialityDeclared':
      return withImpartial(people, event.data.official);
    case 'DisqualificationDeclared':
      return withDisqualified(people, event.data.official);
    case 'ContactChanged':
      return { ...people, changes: [...people.changes, event.data] };
    default:
      return people;
  }
};

/** What tells one office from another: an agency may have several in a case, and somebody may be named in more than one. */
export type OfficeKey = Omit<Office, 'named'>;

export const isSameOffice = (office: OfficeKey, one: OfficeKey): boolean =>
  one.part === office.part &&
  one.organisation === office.organisation &&
  one.proposalId === office.proposalId;

/**
 * The office to which something is told; undefined where persons do not hand it over. The alarm plan at home is the duty
 * officers', who change by rota, and the coordinator's desk is of whoever is on duty. Who was asked at a board has been told
 * for the answer, and who receives for the rest: one who came for the one has not come for the other.
 */
export const officeTold = ({
  recipientKind,
  recipient: organisation,
  foot,
  purpose,
  proposalId,
}: {
  readonly recipientKind: RecipientKind | 'REQUESTER';
  readonly recipient: Token;
  readonly foot: Foot;
  readonly purpose: string;
  readonly proposalId?: string;
}): OfficeKey | undefined => {
  switch (recipientKind) {
    case 'HOME_BOARD':
      return foot === 'RESCUE' ? undefined : { part: recipientKind, organisation };
    case 'HOME_POLICE':
    case 'TAX_AGENCY':
      return { part: recipientKind, organisation };
    case 'RECEIVING_BOARD':
      return {
        part: purpose === 'PLACEMENT_ANSWER' ? 'ASKED_BOARD' : recipientKind,
        organisation,
        proposalId,
      };
    case 'RECEIVING_POLICE':
    case 'HOUSING_PROVIDER':
      return { part: recipientKind, organisation, proposalId };
    default:
      return isToldKind(recipientKind) ? { part: recipientKind, organisation } : undefined;
  }
};

/** Who holds a part now: as it was named first, after every change, without those who are disqualified. */
export const holdersOf = (people: People, { named, ...office }: Office): readonly Token[] => {
  if (isToldKind(office.part)) return toldNow(people, named, office);
  const held = people.changes
    .filter((one) => isSameOffice(office, one))
    .reduce<readonly Token[]>(
      (persons, { outgoing, incoming }) => [
        ...persons.filter((one) => one !== outgoing && one !== incoming),
        incoming,
      ],
      [...new Set(named)],
    );
  return held.filter((one) => !people.disqualified.includes(one));
};

/**
 * Whom a telling to these persons of an office names: whoever has come for one of them who has gone, or beside them, and
 * nobody who is disqualified. Who asks for a telling may not know of the change yet.
 * @param office undefined where persons do not hand it over
 */
export const toldNow = (
  people: People,
  persons: readonly Token[],
  office: OfficeKey | undefined,
): readonly Token[] => {
  const now = people.changes
    .filter((one) => office !== undefined && isSameOffice(office, one))
    .reduce<readonly Token[]>(
      (told, { office: held, outgoing, incoming }) =>
        (outgoing === undefined ? told.some((one) => held.includes(one)) : told.includes(outgoing))
          ? [...told.filter((one) => one !== outgoing), incoming]
          : told,
      persons,
    );
  return [...new Set(now)].filter((one) => !people.disqualified.includes(one));
};

export const declareImpartial = (
  { caseId }: CommandData<'DeclareImpartial'>,
  { person, organisation }: Actor,
  people: People,
): readonly DisclosureEvent[] => {
  ensure(!people.disqualified.includes(person), 'disclosure.disqualified');
  if (people.impartial.includes(person)) return [];
  return [{ type: 'ImpartialityDeclared', data: { caseId, official: person, organisation } }];
};

export const declareDisqualified = (
  { caseId, ground, offices, ...named }: CommandData<'DeclareDisqualified'>,
  { person, organisation }: Actor,
  people: People,
): readonly DisclosureEvent[] => {
  if (people.disqualified.includes(person)) return [];
  const successor = named.successor === person ? undefined : named.successor;
  const declared: DisclosureEvent = {
    type: 'DisqualificationDeclared',
    data: { caseId, official: person, organisation, ground },
  };
  const handedOver = offices.flatMap((office): readonly DisclosureEvent[] => {
    const held = holdersOf(people, office);
    if (!held.includes(person)) return [];
    // A case in which an agency has nobody left stands still, and nobody in it would see that.
    ensure(successor !== undefined || held.length > 1, 'disclosure.last_contact');
    if (successor === undefined || held.includes(successor)) return [];
    return [
      changeOf(
        office,
        { caseId, outgoing: person, incoming: successor, reason: 'DISQUALIFIED' },
        person,
        people,
      ),
    ];
  });
  // First who comes, then that the other goes: what the office holds is handed on while somebody holds it.
  return [...handedOver, declared];
};

/**
 * Whoever goes leaves every office that the agency has there: handed over in one alone, he or she would still read what
 * belongs to the other. Whoever comes beside the others comes where the one who asks is, and where there is room.
 */
export const changeContact = (
  { caseId, offices, outgoing, incoming, reason, takenOver = false }: CommandData<'ChangeContact'>,
  { person }: Actor,
  people: People,
): readonly DisclosureEvent[] => {
  const concerned = offices.filter((office) => {
    const held = holdersOf(people, office);
    if (outgoing !== undefined) return held.includes(outgoing);
    const isThere = held.includes(person) || !offices.some((one) => holdersOf(people, one).includes(person));
    return isThere && !held.includes(incoming) && held.length < mostContacts[office.part];
  });
  const last = people.changes.at(-1);
  const repeated =
    concerned.length === 0 &&
    last !== undefined &&
    offices.some(
      (office) =>
        holdersOf(people, office).includes(incoming) &&
        isSame(last, { ...office, outgoing, incoming, reason }),
    );
  if (repeated) return [];
  // Whom it lets in somebody else decides; of a part that nobody has any more it was who appointed to the function. The
  // event says who came by whose hand.
  ensure(incoming !== person || (takenOver && outgoing !== undefined), 'disclosure.names_himself');
  ensure(outgoing !== undefined || reason === 'MORE_HANDS', 'disclosure.nobody_goes');
  ensure(outgoing === undefined || concerned.length > 0, 'disclosure.not_a_contact');
  // Where nobody can be let in, the first says why.
  return (concerned.length > 0 ? concerned : offices.slice(0, 1)).map((office) =>
    changeOf(office, { caseId, outgoing, incoming, reason }, person, people),
  );
};

const isSame = (
  { part, organisation, proposalId, outgoing, incoming, reason }: Data<'ContactChanged'>,
  asked: Pick<
    Data<'ContactChanged'>,
    'part' | 'organisation' | 'proposalId' | 'outgoing' | 'incoming' | 'reason'
  >,
): boolean =>
  sameFacts(
    { part, organisation, proposalId, outgoing, incoming, reason },
    {
      part: asked.part,
      organisation: asked.organisation,
      proposalId: asked.proposalId,
      outgoing: asked.outgoing,
      incoming: asked.incoming,
      reason: asked.reason,
    },
  );

const changeOf = (
  office: Office,
  change: Pick<Data<'ContactChanged'>, 'caseId' | 'outgoing' | 'incoming' | 'reason'>,
  by: Token,
  people: People,
): DisclosureEvent => {
  const held = holdersOf(people, office);
  const { part, organisation, proposalId, takenOver } = office;
  ensure(!people.disqualified.includes(change.incoming), 'disclosure.disqualified');
  ensure(!held.includes(change.incoming), 'disclosure.already_a_contact');
  // A grant that has ended keeps its row and is not opened again: the record says when somebody could read.
  ensure(
    !people.changes.some((one) => isSameOffice(office, one) && one.outgoing === change.incoming),
    'disclosure.contact_has_left',
  );
  const most = mostContacts[part];
  ensure(held.length + (change.outgoing === undefined ? 1 : 0) <= most, 'disclosure.too_many_contacts', {
    most,
  });
  // Outside the road each telling names its own persons: who comes gets what the one whom he or she comes for was told.
  const handsOver = isToldKind(part) ? [change.outgoing ?? by] : held;
  return {
    type: 'ContactChanged',
    data: { ...change, part, organisation, proposalId, office: handsOver, ...(takenOver && { takenOver }) },
  };
};
