import type { PlainDate, Projection, Token } from '#kernel';
import type { ExposedRegister, RegisterStatus, WithholdingReason } from '#domain/protected-data';
import { flushBatch } from '../shared/batch.js';
import { applyContacts, ofContacts, personsAfter } from '../shared/contacts.js';
import { keepDisqualified, openDisqualifiedTable } from '../shared/disqualified.js';
import { lettingGo } from '../shared/erased.js';
import { caseOf, type DomainEvent, domainEvent, type EventType } from '../shared/events.js';
import { type ProtectionItem, protectionsOfBoard } from '../shared/protections.js';
import { keepOwn } from '../shared/sealed.js';
import { subscriptions } from '../shared/serving.js';
import { changeRow, type Positioned, Table } from '../shared/table.js';

const schema = 'home_protection';
const disqualified = openDisqualifiedTable('home_protection.disqualified_v1');

export const noticeStatuses = ['NONE', 'SENT', 'WITHHELD'] as const;

/** A register that somebody looked at. */
export interface CheckedRegister {
  readonly register: ExposedRegister;
  readonly status: RegisterStatus;
  readonly checkedOn: PlainDate;
  readonly checkedBy: Token;
}

/** What the named officers of the home board look after in one case. */
export interface HomeProtection {
  readonly caseId: string;
  readonly protections: readonly ProtectionItem[];
  readonly notice: (typeof noticeStatuses)[number];
  readonly noticeReason: WithholdingReason | null;
  readonly noticeOn: PlainDate | null;
  readonly noticeReminders: number;
  readonly registers: readonly CheckedRegister[];
}

interface HomeProtectionRow extends HomeProtection, Positioned {
  readonly organisation: Token;
  readonly persons: readonly Token[];
}

export const homeProtectionColumns = {
  caseId: 'value',
  protections: 'json',
  notice: 'value',
  noticeReason: 'value',
  noticeOn: 'date',
  noticeReminders: 'value',
  registers: 'json',
} as const satisfies Record<keyof HomeProtection, string>;

export const homeProtectionTable = new Table<HomeProtectionRow>('home_protection.case_v1', 'caseId', {
  ...homeProtectionColumns,
  organisation: 'value',
  persons: 'value',
  lastPosition: 'value',
});

const made: Projection = {
  name: subscriptions.home_protection,
  role: 'project_home_protection',
  schema,
  tables: ['case_v1', 'disqualified_v1', 'sealed_v1'],
  handles: [
    'CaseOpened',
    'ProtectedDataRequested',
    'InformationDisclosed',
    'RegistrationNoticeReminded',
    'RegistrationNoticeSent',
    'RegistrationNoticeWithheld',
    'RegistrationNoticeReopened',
    'RegistrationNoticeSuperseded',
    'ExposedRegisterChecked',
    'ExposedRegistersReopened',
    ...ofContacts,
  ] as const satisfies readonly EventType[],
  sequenceOf: caseOf,
  flush: flushBatch,
  async apply(event, transaction) {
    const caseId = caseOf(event);
    const row = await changeRow(transaction, homeProtectionTable, caseId, event, (before) =>
      rowAfter(before, domainEvent(event)),
    );
    if (!row) return;
    await applyContacts(transaction, schema, event, ['HOME_BOARD']);
    keepDisqualified(transaction, disqualified, event, (at) => at === row.organisation);
    const { organisation, persons } = row;
    keepOwn(
      transaction,
      schema,
      event,
      { rowKey: caseId, caseId, organisation, persons },
      (field) =>
        // The grounds of the board's own decision, and nothing that another agency wrote.
        event.type === 'RegistrationNoticeWithheld' && field.envelope.owner === organisation,
    );
  },
};

/** Protected personal data, for the named officers of the home board. */
export const homeProtectionProjection: Projection = lettingGo(made, [
  { table: 'disqualified_v1' },
  { table: 'sealed_v1' },
  { table: 'case_v1' },
]);

const rowAfter = (row: HomeProtectionRow | undefined, event: DomainEvent): HomeProtectionRow | undefined => {
  const { type, data } = event;
  if (type === 'CaseOpened')
    return {
      caseId: data.caseId,
      protections: [],
      notice: 'NONE',
      noticeReason: null,
      noticeOn: null,
      noticeReminders: 0,
      registers: [],
      organisation: data.board,
      persons: data.officers,
      lastPosition: '',
    };
  if (!row) return undefined;
  switch (type) {
    case 'ContactChanged':
    case 'DisqualificationDeclared':
      return { ...row, persons: personsAfter(row, event, 'HOME_BOARD') };
    case 'RegistrationNoticeReminded':
      return { ...row, noticeReminders: data.number };
    case 'RegistrationNoticeSent':
      return { ...row, notice: 'SENT', noticeReason: null, noticeOn: data.sentOn };
    case 'RegistrationNoticeWithheld':
      return { ...row, notice: 'WITHHELD', noticeReason: data.reason, noticeOn: data.decidedOn };
    case 'RegistrationNoticeReopened':
    case 'RegistrationNoticeSuperseded':
      return { ...row, notice: 'NONE', noticeReason: null, noticeOn: null };
    case 'ExposedRegisterChecked': {
      const { register, status, checkedOn, checkedBy } = data;
      return {
        ...row,
        registers: [
          ...row.registers.filter((one) => one.register !== register),
          { register, status, checkedOn, checkedBy },
        ],
      };
    }
    case 'ExposedRegistersReopened':
      // When it was last looked at stays: for an earlier place.
      return { ...row, registers: row.registers.map((one) => ({ ...one, status: 'OPEN' })) };
    default:
      // That a person has become somebody else is told to nobody: the application stays as the board made it.
      return { ...row, protections: protectionsOfBoard(row.protections, event) };
  }
};
