import type { PlainDate } from '#kernel';

/** Registers that may give somebody away who has moved. Stored values: add, never rename. */
export const exposedRegisters = [
  'POPULATION_REGISTER',
  'COMPANY_REGISTER',
  'ASSOCIATIONS',
  'VEHICLE_REGISTER',
  'PROPERTY_REGISTER',
  'TELEPHONE',
  'SCHOOL',
  'HEALTH_CARE',
  'CREDIT_INFORMATION',
] as const;
export type ExposedRegister = (typeof exposedRegisters)[number];

interface ListedRegister {
  readonly register: ExposedRegister;
  /** Whether a protection in the population register reaches it by itself. */
  readonly followsProtection: boolean;
  readonly source: string;
  readonly from: PlainDate;
  /** Last day. */
  readonly until?: PlainDate;
}

/** The checklist as dated data: what is on it changes by a new row. */
const listed: readonly ListedRegister[] = [
  {
    register: 'POPULATION_REGISTER',
    followsProtection: true,
    source: 'FOL 16 and 32 c §§',
    from: '2019-01-01',
  },
  // A protected registration does not reach it.
  {
    register: 'COMPANY_REGISTER',
    followsProtection: false,
    source: 'OSL 21:3 gives no secrecy there',
    from: '2019-01-01',
  },
  { register: 'ASSOCIATIONS', followsProtection: false, source: 'design', from: '2019-01-01' },
  { register: 'VEHICLE_REGISTER', followsProtection: false, source: 'design', from: '2019-01-01' },
  { register: 'PROPERTY_REGISTER', followsProtection: false, source: 'design', from: '2019-01-01' },
  { register: 'TELEPHONE', followsProtection: false, source: 'design', from: '2019-01-01' },
  { register: 'SCHOOL', followsProtection: false, source: 'design', from: '2019-01-01' },
  { register: 'HEALTH_CARE', followsProtection: false, source: 'design', from: '2019-01-01' },
  { register: 'CREDIT_INFORMATION', followsProtection: false, source: 'design', from: '2019-01-01' },
];

/** What must be looked at for everybody, on a day, in a fixed order. */
export const registersOn = (on: PlainDate): readonly ListedRegister[] =>
  listed.filter(({ from, until }) => from <= on && (until === undefined || on <= until));
