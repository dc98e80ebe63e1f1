import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { actingAgencyKinds, agencyKinds } from '#kernel';
import { authorise, authoriseAny, type Decision } from './authorise.js';
import { officialFunctions, type Appointment, type Official } from './official.js';
import {
  caseStages,
  definePolicies,
  definePolicy,
  forRescuersOnly,
  type CaseFacts,
  type CaseRelation,
  type Policy,
  policyVersion,
} from './policy.js';

const now = '2026-11-22T12:00:00.000Z';
const board = 'board-a';
const officer: Official = {
  person: 'p1',
  appointments: [
    {
      organisation: board,
      agencyKind: 'SOCIAL_BOARD',
      function: 'HOME_OFFICER',
      delegated: false,
      from: '2026-01-01T00:00:00.000Z',
    },
  ],
  trainedAt: '2026-01-02T00:00:00.000Z',
  login: { assurance: 'LOA3', authenticatedAt: '2026-11-22T11:59:00.000Z' },
};
const policy = definePolicy({
  functions: ['HOME_OFFICER'],
  agencyKind: 'SOCIAL_BOARD',
  relations: ['HOME_BOARD'],
  login: 'LOA3',
  purpose: 'SUPPORT',
  legalBasis: 'SOL_15_1',
});
const facts: CaseFacts = {
  parts: [{ relation: 'HOME_BOARD', organisation: board, persons: ['p1', 'p2'] }],
  stage: 'BEFORE_CLEARANCE',
};

const said = (decision: Decision): string => (decision.ok ? 'OK' : `${decision.refused} ${decision.reason}`);
const officerWith = (over: Partial<Appointment>): Official => ({
  ...officer,
  appointments: officer.appointments.map((appointment) => ({ ...appointment, ...over })),
});

describe('a named officer of the home board', () => {
  it('may, in the name of the board, for the purpose and on the basis that stand beside the route', () => {
    expect(authorise(officer, policy, facts, now)).toEqual({
      ok: true,
      person: 'p1',
      organisation: board,
      agencyKind: 'SOCIAL_BOARD',
      function: 'HOME_OFFICER',
      relation: 'HOME_BOARD',
      purpose: 'SUPPORT',
      legalBasis: 'SOL_15_1',
      policyVersion,
    });
  });

  const cases: readonly [string, Official, Policy, CaseFacts | undefined, string][] = [
    ['a case that does not exist', officer, policy, undefined, 'UNKNOWN NO_SUCH_CASE'],
    ['a colleague who is not named', { ...officer, person: 'p9' }, policy, facts, 'UNKNOWN NO_PART'],
    [
      'the same person, now at another board',
      officerWith({ organisation: 'board-b' }),
      policy,
      facts,
      'UNKNOWN NO_PART',
    ],
    ['an appointment that has ended', officerWith({ until: now }), policy, facts, 'UNKNOWN NO_PART'],
    [
      'an appointment that has not begun',
      officerWith({ from: '2026-11-22T12:00:00.001Z' }),
      policy,
      facts,
      'UNKNOWN NO_PART',
    ],
    [
      'one whose function there has nothing to do with the part',
      officerWith({ function: 'REGISTRAR' }),
      policy,
      facts,
      'UNKNOWN NO_PART',
    ],
    [
      'the board acting as another kind of agency',
      officerWith({ agencyKind: 'POLICE' }),
      policy,
      facts,
      'UNKNOWN NO_PART',
    ],
    [
      'a part that has ended',
      officer,
      policy,
      { parts: [{ ...facts.parts[0]!, until: now }] },
      'UNKNOWN NO_PART',
    ],
    [
      'a stage at which it is not there for the caller',
      officer,
      { ...policy, stages: ['CLEARED'] },
      facts,
      'UNKNOWN WRONG_STAGE',
    ],
    [
      'a thing of another part in a case that is known to the caller',
      officer,
      { ...policy, relations: ['HOME_DUTY'], functions: ['HOME_DUTY_OFFICER'] },
      facts,
      'FORBIDDEN WRONG_FUNCTION',
    ],
    [
      'a decision that was not delegated',
      officer,
      { ...policy, delegated: true },
      facts,
      'FORBIDDEN NO_DELEGATION',
    ],
    ['who is not on duty', officer, { ...policy, onDuty: true }, facts, 'FORBIDDEN NOT_ON_DUTY'],
    ['who was never trained', { ...officer, trainedAt: undefined }, policy, facts, 'FORBIDDEN NOT_TRAINED'],
    [
      'who will be trained tomorrow',
      { ...officer, trainedAt: '2026-11-23T00:00:00.000Z' },
      policy,
      facts,
      'FORBIDDEN NOT_TRAINED',
    ],
    [
      'who has not declared whether anything disqualifies',
      officer,
      { ...policy, declared: true },
      { ...facts, impartial: ['p2'] },
      'FORBIDDEN NOT_DECLARED',
    ],
    [
      'who is disqualified',
      officer,
      policy,
      { ...facts, impartial: ['p1'], disqualified: ['p1'] },
      'UNKNOWN NO_PART',
    ],
    [
      'who is disqualified and asks for something else than to say so',
      officer,
      { ...policy, evenDisqualified: false },
      { ...facts, disqualified: ['p1'] },
      'UNKNOWN NO_PART',
    ],
    [
      'a weak login',
      { ...officer, login: { ...officer.login, assurance: 'LOA2' } },
      policy,
      facts,
      'LOA LOGIN_TOO_WEAK',
    ],
    [
      'a login of this morning where a fresh one is wanted',
      { ...officer, login: { assurance: 'LOA3', authenticatedAt: '2026-11-22T11:44:59.000Z' } },
      { ...policy, login: 'FRESH_LOA3' },
      facts,
      'LOA LOGIN_TOO_OLD',
    ],
    [
      'a login from the future where a fresh one is wanted',
      { ...officer, login: { assurance: 'LOA3', authenticatedAt: '2026-11-22T12:05:00.000Z' } },
      { ...policy, login: 'FRESH_LOA3' },
      facts,
      'LOA LOGIN_TOO_OLD',
    ],
    ['a policy that names nobody', officer, { ...policy, functions: [] }, facts, 'FORBIDDEN WRONG_FUNCTION'],
    ['a policy that names no part', officer, { ...policy, relations: [] }, facts, 'FORBIDDEN WRONG_FUNCTION'],
  ];
  it.each(cases)('is refused: %s', (_, who, rule, known, expected) => {
    expect(said(authorise(who, rule, known, now))).toBe(expected);
  });

  it('learns nothing of a case without a part, whatever else is wrong', () => {
    const stranger: Official = {
      ...officer,
      person: 'p9',
      trainedAt: undefined,
      login: { assurance: 'LOA1', authenticatedAt: '2020-01-01T00:00:00.000Z' },
    };
    const strict: Policy = { ...policy, login: 'FRESH_LOA3', delegated: true, onDuty: true };
    for (const rule of [policy, strict]) {
      const unknown = authorise(stranger, rule, undefined, now);
      const foreign = authorise(stranger, rule, facts, now);
      expect([unknown, foreign].map((decision) => !decision.ok && decision.refused)).toEqual([
        'UNKNOWN',
        'UNKNOWN',
      ]);
    }
  });

  it('where everybody with the function has the part, a colleague without the function still has none', () => {
    const open: CaseFacts = { parts: [{ relation: 'RECEIVING_BOARD', organisation: board }] };
    const rule: Policy = { ...policy, relations: ['RECEIVING_BOARD'], functions: ['RECEIVING_OFFICER'] };
    expect(said(authorise(officer, rule, open, now))).toBe('UNKNOWN NO_PART');
    expect(said(authorise(officerWith({ function: 'RECEIVING_OFFICER' }), rule, open, now))).toBe('OK');
    expect(said(authorise(officerWith({ function: 'RECEIVING_DECIDER' }), rule, open, now))).toBe(
      'FORBIDDEN WRONG_FUNCTION',
    );
  });

  it('an instant that cannot be read is an error and not a yes', () => {
    expect(() => authorise(officerWith({ until: 'later' }), policy, facts, now)).toThrow(RangeError);
  });
});

describe('a policy beside a route', () => {
  const wrong: readonly [string, Partial<Policy>][] = [
    ['names no function', { functions: [] }],
    ['has no purpose', { purpose: '' }],
    ['has no legal basis', { legalBasis: '' }],
    ['names no part', { relations: [] }],
    ['gives a part of Police to a board', { relations: ['HOME_POLICE'] }],
    ['names a function that no part of it has', { functions: ['HOME_OFFICER', 'REGISTRAR'] }],
    ['names a part that no function of it has', { relations: ['HOME_BOARD', 'RECEIVING_BOARD'] }],
    ['names stages without a case', { relations: 'NO_CASE', stages: ['CLEARED'] }],
    ['wants a declaration without a case', { relations: 'NO_CASE', declared: true }],
  ];
  it.each(wrong)('stops the start when it %s', (_, over) => {
    expect(() => definePolicy({ ...policy, ...over })).toThrow();
    expect(() => definePolicies([policy, { ...policy, ...over }])).toThrow();
  });

  it('may be one of several, if there is one at all and all or none name a case', () => {
    expect(definePolicies([policy, police])).toEqual([policy, police]);
    expect(() => definePolicies([])).toThrow('without a policy');
    expect(() => definePolicies([policy, { ...police, relations: 'NO_CASE' }])).toThrow('either all');
  });
});

const police: Policy = {
  functions: ['POLICE_COORDINATOR'],
  agencyKind: 'POLICE',
  relations: ['HOME_POLICE'],
  login: 'LOA3',
  purpose: 'PROTECTION',
  legalBasis: 'BRL_2_1',
};

describe('a step that two agencies may take', () => {
  const unit = 'police-a';
  const both: CaseFacts = {
    parts: [...facts.parts, { relation: 'HOME_POLICE', organisation: unit, persons: ['p3'] }],
  };
  const coordinator: Official = {
    ...officer,
    person: 'p3',
    appointments: [
      {
        organisation: unit,
        agencyKind: 'POLICE',
        function: 'POLICE_COORDINATOR',
        delegated: false,
        from: '2026-01-01T00:00:00.000Z',
      },
    ],
  };

  it('is taken by each for its own purpose and on its own basis', () => {
    expect(authoriseAny(officer, [policy, police], both, now)).toEqual(authorise(officer, policy, both, now));
    const decision = authoriseAny(coordinator, [policy, police], both, now);
    expect(decision).toMatchObject({ ok: true, purpose: 'PROTECTION', relation: 'HOME_POLICE' });
  });

  it('is not there for a third, and forbidden to a colleague who has another part in the case', () => {
    const stranger = { ...coordinator, person: 'p9' };
    expect(said(authoriseAny(stranger, [policy, police], both, now))).toBe('UNKNOWN NO_PART');
    const assessor: Official = {
      ...coordinator,
      appointments: coordinator.appointments.map((job) => ({ ...job, function: 'POLICE_ASSESSOR' as const })),
    };
    expect(said(authoriseAny(assessor, [policy, police], both, now))).toBe('FORBIDDEN WRONG_FUNCTION');
  });

  it('tells a weak login to whom it would otherwise be open, whichever policy comes first', () => {
    const weak: Official = { ...coordinator, login: { ...coordinator.login, assurance: 'LOA2' } };
    for (const policies of [
      [policy, police],
      [police, policy],
    ])
      expect(said(authoriseAny(weak, policies, both, now))).toBe('LOA LOGIN_TOO_WEAK');
  });

  it('needs a policy', () => {
    expect(() => authoriseAny(officer, [], both, now)).toThrow(RangeError);
  });
});

describe('an old login where a fresh one is wanted, while no other is to be had', () => {
  const facts: CaseFacts = {
    parts: (['RECEIVING_POLICE', 'HOME_POLICE', 'HOME_BOARD', 'HOME_DUTY'] as const).map((relation) => ({
      relation,
      organisation: relation.endsWith('POLICE') ? 'police-a' : board,
    })),
  };
  const login = {
    assurance: 'LOA3',
    authenticatedAt: '2026-11-22T02:00:00.000Z',
    noneToBeHad: true,
  } as const;
  const who = (kind: Policy['agencyKind'], name: Appointment['function'], more = {}): Official => ({
    ...officerWith({
      agencyKind: kind,
      function: name,
      organisation: kind === 'POLICE' ? 'police-a' : board,
    }),
    login: { ...login, ...more },
  });
  const there: Policy = { ...police, relations: ['RECEIVING_POLICE'], login: 'FRESH_LOA3' };
  const duty: Policy = {
    ...policy,
    functions: ['HOME_DUTY_OFFICER'],
    relations: ['HOME_DUTY'],
    login: 'FRESH_LOA3',
  };
  const officerThere = who('POLICE', 'POLICE_COORDINATOR');

  it('holds no rescuer up, and is said', () => {
    for (const [official, rule] of [
      [officerThere, there],
      [who('SOCIAL_BOARD', 'HOME_DUTY_OFFICER'), duty],
      [who('SOCIAL_BOARD', 'HOME_OFFICER'), { ...policy, login: 'FRESH_LOA3', purpose: 'ALARM' }],
    ] as const)
      expect(authorise(official, rule, facts, now)).toMatchObject({ ok: true, rescue: true, oldLogin: true });
    const fresh = who('POLICE', 'POLICE_COORDINATOR', { authenticatedAt: officer.login.authenticatedAt });
    expect(authorise(fresh, there, facts, now)).not.toHaveProperty('oldLogin');
  });

  it('is asked apart from every other part that the same official has', () => {
    const both: Policy = { ...police, relations: ['HOME_POLICE', 'RECEIVING_POLICE'], login: 'FRESH_LOA3' };
    const list: Policy = { ...policy, relations: 'NO_CASE' };
    const alarm: Policy = { ...policy, purpose: 'ALARM' };
    expect(forRescuersOnly([policy, duty, both, list, alarm, { ...list, forRescue: true }])).toEqual([
      duty,
      there,
      alarm,
      { ...list, forRescue: true },
    ]);
    const dual = who('SOCIAL_BOARD', 'HOME_DUTY_OFFICER');
    const official: Official = {
      ...dual,
      appointments: [...dual.appointments, ...who('SOCIAL_BOARD', 'HOME_OFFICER').appointments],
    };
    expect(authoriseAny(official, [policy, duty], facts, now)).not.toHaveProperty('rescue');
    for (const [one, policies] of [
      [official, [policy, duty]],
      [officerThere, [both]],
    ] as const)
      expect(authoriseAny(one, forRescuersOnly(policies), facts, now)).toMatchObject({
        ok: true,
        rescue: true,
      });
    // And who has no such part is none.
    const plain = who('SOCIAL_BOARD', 'HOME_OFFICER');
    expect(said(authoriseAny(plain, forRescuersOnly([policy, duty]), facts, now))).toBe(
      'FORBIDDEN WRONG_FUNCTION',
    );
  });

  it('is refused to everybody else, to a weak login, and to a rescuer who could log in', () => {
    const old = 'LOA LOGIN_TOO_OLD';
    const home: Policy = { ...there, relations: ['HOME_POLICE'] };
    expect(said(authorise(officerThere, home, facts, now))).toBe(old);
    const fresh: Policy = { ...policy, login: 'FRESH_LOA3' };
    expect(said(authorise(who('SOCIAL_BOARD', 'HOME_OFFICER'), fresh, facts, now))).toBe(old);
    const couldLogIn = who('POLICE', 'POLICE_COORDINATOR', { noneToBeHad: false });
    expect(said(authorise(couldLogIn, there, facts, now))).toBe(old);
    const weak = who('POLICE', 'POLICE_COORDINATOR', { assurance: 'LOA2' });
    expect(said(authorise(weak, there, facts, now))).toBe('LOA LOGIN_TOO_WEAK');
    expect(() => definePolicy({ ...there, forRescue: true })).toThrow('the part says who');
  });
});

// The oracle: what the matrix and api.md say in plain words, written apart from authorise.ts and sharing nothing with
// it, not even the table of parts. It asks for one witness; the policy code filters and sorts.
const whoHas: Record<CaseRelation, string> = {
  HOME_BOARD: 'SOCIAL_BOARD: HOME_OFFICER',
  HOME_DUTY: 'SOCIAL_BOARD: HOME_DUTY_OFFICER',
  RECEIVING_BOARD: 'SOCIAL_BOARD: RECEIVING_OFFICER RECEIVING_DECIDER',
  HOUSING_PROVIDER: 'HOUSING_PROVIDER: FACILITY_DIRECTOR',
  HOME_POLICE: 'POLICE: POLICE_COORDINATOR POLICE_ASSESSOR POLICE_REGISTRAR',
  RECEIVING_POLICE: 'POLICE: POLICE_COORDINATOR POLICE_ASSESSOR POLICE_REGISTRAR',
  NATIONAL_COORDINATOR: 'NATIONAL_COORDINATOR: NATIONAL_COORDINATOR DEPUTY_COORDINATOR',
  TAX_AGENCY: 'TAX_AGENCY: PROTECTION_OFFICER',
  PERSON_SECURITY: 'POLICE: AGENCY_CONTACT',
  PROBATION_SERVICE: 'PROBATION_SERVICE: AGENCY_CONTACT',
  SIS: 'SIS: AGENCY_CONTACT',
  POPULATION_REGISTER: 'TAX_AGENCY: PROTECTION_OFFICER',
  SOCIAL_INSURANCE_AGENCY: 'SOCIAL_INSURANCE_AGENCY: AGENCY_CONTACT',
  EMPLOYMENT_SERVICE: 'EMPLOYMENT_SERVICE: AGENCY_CONTACT',
  ENFORCEMENT_AUTHORITY: 'ENFORCEMENT_AUTHORITY: AGENCY_CONTACT',
  MIGRATION_AGENCY: 'MIGRATION_AGENCY: AGENCY_CONTACT',
  HEALTH_CARE: 'HEALTH_CARE: AGENCY_CONTACT',
  SCHOOL: 'SCHOOL: AGENCY_CONTACT',
  LOCAL_COUNCIL: 'LOCAL_COUNCIL: AGENCY_CONTACT',
  REGION_COORDINATOR: 'REGION_COORDINATOR: AGENCY_CONTACT',
  IVO: 'IVO: AGENCY_CONTACT',
};
/** Who is only told something reads it by the routes for that, and at every other the case is not there. */
const onlyTold = Object.keys(whoHas).slice(8);
const allowedBy = (official: Official, rule: Policy, known: CaseFacts | undefined): string => {
  const at = Date.parse(now);
  let knows = false;
  let works = false;
  let decides = false;
  for (const job of official.appointments) {
    if (Date.parse(job.from) > at) continue;
    if (job.until && Date.parse(job.until) <= at) continue;
    const fits = job.agencyKind === rule.agencyKind && rule.functions.some((name) => name === job.function);
    if (rule.relations === 'NO_CASE') {
      knows = true;
      works ||= fits;
      decides ||= fits && job.delegated;
      continue;
    }
    for (const part of known?.parts ?? []) {
      const [kind, names] = whoHas[part.relation].split(': ') as [string, string];
      const mine =
        part.organisation === job.organisation &&
        kind === job.agencyKind &&
        names.split(' ').includes(job.function) &&
        (part.persons === undefined ||
          part.persons.indexOf(official.person) >= 0 ||
          (rule.forTakers === true &&
            rule.relations.includes(part.relation) &&
            (part.takers ?? []).some((one) => one === official.person))) &&
        (part.from === undefined || Date.parse(part.from) <= at) &&
        (part.until === undefined || Date.parse(part.until) > at);
      if (!mine) continue;
      const carries = rule.relations.includes(part.relation);
      if (!onlyTold.includes(part.relation) || carries) knows = true;
      if (!carries) continue;
      works ||= fits;
      decides ||= fits && job.delegated;
    }
  }
  if (rule.relations === 'NO_CASE') knows = true;
  else if (!rule.evenDisqualified && (known?.disqualified ?? []).some((one) => one === official.person))
    knows = false;
  else if (rule.stages && !rule.stages.some((stage) => stage === known?.stage)) knows = false;
  if (!knows) return 'UNKNOWN';
  const trained = official.trainedAt !== undefined && Date.parse(official.trainedAt) <= at;
  const duty = !rule.onDuty || official.onDuty === true;
  const declared = !rule.declared || (known?.impartial ?? []).some((one) => one === official.person);
  if (!works || (rule.delegated && !decides) || !trained || !duty || !declared) return 'FORBIDDEN';
  const strong = ['LOA3', 'LOA4'].includes(official.login.assurance);
  const age = (at - Date.parse(official.login.authenticatedAt)) / 1000;
  if (rule.login === 'LOA2') return strong || official.login.assurance === 'LOA2' ? 'OK' : 'LOA';
  if (!strong) return 'LOA';
  return rule.login === 'LOA3' || (age <= 900 && age >= -60) ? 'OK' : 'LOA';
};

describe('any official, any route, any case', () => {
  const organisation = fc.constantFrom('o1', 'o2');
  const person = fc.constantFrom('p1', 'p2');
  const named = Object.keys(whoHas) as CaseRelation[];
  const relation = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...named.slice(0, 8)) },
    { weight: 1, arbitrary: fc.constantFrom(...(onlyTold.slice(0, 4) as CaseRelation[])) },
  );
  const instant = fc.constantFrom(
    '2026-11-21T12:00:00.000Z',
    '2026-11-22T11:50:00Z',
    now,
    '2026-11-22T12:00:30.000Z',
    '2027-01-01T00:00:00.000Z',
  );
  const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 2 });
  // Mostly officials who could have a part, so that yes is as frequent as no.
  const post = relation.chain((name) => {
    const [kind, names] = whoHas[name].split(': ') as [string, string];
    return fc.record({
      agencyKind: fc.constantFrom(kind as (typeof agencyKinds)[number]),
      function: fc.constantFrom(...(names.split(' ') as (typeof officialFunctions)[number][])),
    });
  });
  const anyPost = fc.oneof(
    { weight: 4, arbitrary: post },
    {
      weight: 1,
      arbitrary: fc.record({
        agencyKind: fc.constantFrom(...agencyKinds),
        function: fc.constantFrom(...officialFunctions),
      }),
    },
  );
  const past = fc.constantFrom('2026-11-21T12:00:00.000Z', now);
  const appointment: fc.Arbitrary<Appointment> = fc
    .record({
      post: anyPost,
      organisation,
      delegated: fc.boolean(),
      from: fc.oneof({ weight: 4, arbitrary: past }, { weight: 1, arbitrary: instant }),
      until: optional(instant),
    })
    .map(({ post: held, ...rest }) => ({ ...held, ...rest }));
  const official: fc.Arbitrary<Official> = fc.record({
    person,
    appointments: fc.array(appointment, { maxLength: 4 }),
    trainedAt: fc.oneof(
      { weight: 4, arbitrary: fc.constant(now) },
      { weight: 1, arbitrary: optional(instant) },
    ),
    onDuty: optional(fc.boolean()),
    login: fc.record({
      assurance: fc.constantFrom(
        'LOA1' as const,
        'LOA2' as const,
        'LOA3' as const,
        'LOA3' as const,
        'LOA4' as const,
      ),
      authenticatedAt: instant,
    }),
  });
  const rule: fc.Arbitrary<Policy> = fc.record({
    functions: fc.uniqueArray(fc.constantFrom(...officialFunctions), { maxLength: 14, size: 'max' }),
    // Mostly of those who act, so that yes does not become rare with each agency that only reads.
    agencyKind: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...actingAgencyKinds) },
      { weight: 1, arbitrary: fc.constantFrom(...agencyKinds) },
    ),
    relations: fc.oneof(
      { weight: 4, arbitrary: fc.uniqueArray(relation, { maxLength: 8, size: 'max' }) },
      { weight: 1, arbitrary: fc.constant('NO_CASE' as const) },
    ),
    login: fc.constantFrom('LOA2' as const, 'LOA3' as const, 'FRESH_LOA3' as const),
    delegated: optional(fc.boolean()),
    onDuty: optional(fc.boolean()),
    declared: optional(fc.boolean()),
    evenDisqualified: optional(fc.boolean()),
    forTakers: optional(fc.boolean()),
    stages: optional(fc.uniqueArray(fc.constantFrom(...caseStages))),
    purpose: fc.constant('SUPPORT'),
    legalBasis: fc.constant('X'),
  });
  const known: fc.Arbitrary<CaseFacts | undefined> = fc.option(
    fc.record({
      parts: fc.array(
        fc.record({
          relation,
          organisation,
          persons: optional(fc.uniqueArray(person)),
          takers: optional(fc.uniqueArray(person)),
          from: optional(past),
          until: optional(instant),
        }),
        { maxLength: 6 },
      ),
      stage: optional(fc.constantFrom(...caseStages)),
      impartial: optional(fc.uniqueArray(person)),
      disqualified: fc.option(fc.uniqueArray(person), { nil: undefined, freq: 5 }),
    }),
    { nil: undefined, freq: 9 },
  );

  it('is decided as the plain words say, and every kind of answer really came up', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(official, rule, known, (who, what, about) => {
        const decision = authorise(who, what, about, now);
        const answer = decision.ok ? 'OK' : decision.refused;
        seen.set(answer, (seen.get(answer) ?? 0) + 1);
        expect(answer).toBe(allowedBy(who, what, about));
        if (decision.ok) {
          const carriers = who.appointments.filter(
            (job) =>
              job.organisation === decision.organisation &&
              job.function === decision.function &&
              job.agencyKind === what.agencyKind,
          );
          expect(carriers).not.toEqual([]);
          expect(decision.agencyKind).toBe(what.agencyKind);
          expect(what.functions).toContain(decision.function);
        }
      }),
      { numRuns: 20_000, seed: 20261122 },
    );
    for (const answer of ['OK', 'UNKNOWN', 'FORBIDDEN', 'LOA'])
      expect([answer, (seen.get(answer) ?? 0) >= 50]).toEqual([answer, true]);
  });

  it('under several policies: yes if one says yes, unknown only if all say so, else what one of them may tell', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(official, fc.array(rule, { minLength: 1, maxLength: 4 }), known, (who, rules, about) => {
        const decision = authoriseAny(who, rules, about, now);
        const answer = decision.ok ? 'OK' : decision.refused;
        const answers = rules.map((what) => allowedBy(who, what, about));
        const wanted = ['OK', 'LOA', 'FORBIDDEN', 'UNKNOWN'].find((one) => answers.includes(one));
        if (answers.some((one) => one !== wanted)) seen.set(answer, (seen.get(answer) ?? 0) + 1);
        expect(answer).toBe(wanted);
        if (decision.ok) {
          const first = rules[answers.indexOf('OK')]!;
          expect(decision).toEqual(authorise(who, first, about, now));
        }
      }),
      { numRuns: 20_000, seed: 20261122 },
    );
    // Each of them really came up where the policies did not agree.
    for (const answer of ['OK', 'FORBIDDEN', 'LOA'])
      expect([answer, (seen.get(answer) ?? 0) >= 50]).toEqual([answer, true]);
  });

  it('the order of appointments and parts changes nothing', () => {
    fc.assert(
      fc.property(official, rule, known, (who, what, about) => {
        const reversed = authorise(
          { ...who, appointments: [...who.appointments].reverse() },
          what,
          about && { ...about, parts: [...about.parts].reverse() },
          now,
        );
        const straight = authorise(who, what, about, now);
        const essence = (decision: Decision): unknown =>
          decision.ok ? [decision.organisation, decision.function, decision.relation] : decision;
        expect(essence(reversed)).toEqual(essence(straight));
      }),
      { numRuns: 3_000 },
    );
  });

  it('taking an appointment or a part away never opens a door', () => {
    fc.assert(
      fc.property(official, rule, known, (who, what, about) => {
        if (authorise(who, what, about, now).ok) return;
        const fewerJobs = { ...who, appointments: who.appointments.slice(1) };
        const fewerParts = about && { ...about, parts: about.parts.slice(1) };
        expect(authorise(fewerJobs, what, about, now).ok).toBe(false);
        expect(authorise(who, what, fewerParts, now).ok).toBe(false);
      }),
      { numRuns: 3_000 },
    );
  });
});
