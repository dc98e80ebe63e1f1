import { beforeAll, describe, expect, it } from '@jest/globals';
import { boardId, municipalities, policeId } from '#application';
import { dataClasses, isEnvelope, policeRegions, type RecordedEvent, recipientKinds } from '#kernel';
import { randomKeyMaterial } from '../../libs/personal-data/testing/key-material.js';
import { playEverything } from '../../libs/application/testing/every-event.js';
import { inDays } from '../../libs/application/testing/steps.js';
import { inventedNumber, World } from '../../libs/application/testing/world.js';

// Which region a token stands for is told by nothing but the routing key: nothing in the log says a place in clear, and
// the same story told in two regions is, but for the values of tokens, the same log.

/** Everything that an event says, as somebody reads it who has no key. */
const everythingOf = ({ type, stream, data, metadata }: RecordedEvent): object => ({
  type,
  stream,
  data,
  metadata,
});

/** Values that differ from run to run become the order in which they first stood there: what is left is the shape. */
const shapeOf = (events: readonly RecordedEvent[]): string => {
  const seen = new Map<string, string>();
  const name = (kind: string, value: string): string => {
    const known = seen.get(value) ?? `${kind}${seen.size}`;
    seen.set(value, known);
    return known;
  };
  const plain = (value: unknown): unknown => {
    if (isEnvelope(value)) return { sealed: value.class, size: value.ct.length };
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
    if (typeof value !== 'string') return value;
    return value
      .replace(/t1\d+-[A-Za-z0-9_-]{43}/g, (token) => name('token', token))
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => name('id', id))
      .replace(/f1\d+-[A-Za-z0-9_-]{43}/g, (print) => name('fingerprint', print));
  };
  return JSON.stringify(events.map((event) => plain(everythingOf(event))));
};

describe('Which region a token stands for', () => {
  let world: World;
  let before: number;
  beforeAll(async () => {
    world = await World.inMemory(randomKeyMaterial()).found();
    // The unit of another region, staffed as that of the first; and its officers.
    await world.appoint('officer-ost', boardId('0580'), 'SOCIAL_BOARD', ['HOME_OFFICER']);
    await world.appoint('colleague-ost', boardId('0580'), 'SOCIAL_BOARD', ['HOME_OFFICER']);
    await world.appoint('duty-ost', boardId('0580'), 'SOCIAL_BOARD', ['HOME_DUTY_OFFICER']);
    await world.appoint('assessor-ost', policeId('ost'), 'POLICE', ['POLICE_COORDINATOR', 'POLICE_ASSESSOR']);
    await world.appoint('assessor-2-ost', policeId('ost'), 'POLICE', ['POLICE_ASSESSOR']);
    await world.appoint('police-bergslagen', policeId('bergslagen'), 'POLICE', ['POLICE_COORDINATOR']);
    for (const sub of ['assessor-1-bergslagen', 'assessor-2-bergslagen', 'assessor-3-bergslagen'])
      await world.appoint(sub, policeId('bergslagen'), 'POLICE', ['POLICE_ASSESSOR']);
    await world.appoint('preparer-1880', boardId('1880'), 'SOCIAL_BOARD', ['RECEIVING_OFFICER']);
    await world.appoint('decider-1880', boardId('1880'), 'SOCIAL_BOARD', ['RECEIVING_DECIDER']);
    before = (await world.store.readAll(undefined, 100_000)).length;
  });

  const told = async (officer: string, colleague: string, order: number, municipalityCode: string) => {
    const from = (await world.store.readAll(undefined, 100_000)).length;
    const { stream } = await world.act(officer, 'OpenCase', {
      personalIdentityNumber: inventedNumber(order),
      givenName: 'Testina',
      familyName: 'Påhittad',
      environment: 'GANG',
      entryRoute: 'SOCIAL_SERVICES',
      registryNumber: 'dnr-påhittad-1',
      officers: [colleague],
    });
    const caseId = stream.slice('relocation-'.length);
    await world.act(officer, 'SignWaiver', {
      caseId,
      signedOn: inDays(world, -1),
      validUntil: inDays(world, 365),
      recipientKinds,
      classes: dataClasses,
    });
    await world.act(officer, 'RegisterSupportDecision', {
      caseId,
      decisionType: 'ASSISTANCE',
      decidedOn: inDays(world, -1),
      registryNumber: 'dnr-påhittad-2',
    });
    await world.act(officer, 'RequestRelocation', {
      caseId,
      adults: 1,
      children: 0,
      housingForm: 'PROTECTED',
      competences: ['DEFECTOR_SUPPORT'],
      desiredStart: inDays(world, 18),
      needSummary: 'Behöver lugn och ro',
      companions: [],
      noGoMunicipalities: ['0180'],
    });
    await world.act('coordinator', 'CheckCandidate', { caseId, municipalityCode });
    return (await world.store.readAll(undefined, 100_000)).slice(from);
  };

  it('nothing tells but the routing key: a case in one region and one in another leave the same log', async () => {
    const south = await told('officer', 'colleague', 10, '2480');
    const east = await told('officer-ost', 'colleague-ost', 11, '1880');
    expect([before > 0, south.map(({ type }) => type)]).toEqual([
      true,
      ['CaseOpened', 'WaiverSigned', 'SupportDecisionRegistered', 'RelocationRequested', 'CandidateChecked'],
    ]);
    expect(shapeOf(east)).toBe(shapeOf(south));
    // The tokens differ, or this would compare a thing with itself.
    const saidOf = (events: readonly RecordedEvent[]) =>
      Object.assign({}, ...events.map(({ data }) => data)) as Record<string, string>;
    for (const field of ['homePolice', 'board', 'receivingPolice', 'area', 'municipality'])
      expect([field, saidOf(east)[field] === saidOf(south)[field]]).toEqual([field, false]);
  });

  it('would be told by a region in clear: the comparison is not blind', async () => {
    const [first, ...rest] = await told('officer', 'colleague', 12, '2480');
    const spoilt = { ...first!, data: { ...first!.data, policeRegion: 'ost' } };
    expect(shapeOf([spoilt, ...rest])).not.toBe(shapeOf([first!, ...rest]));
  });

  it('no event says a region, a municipality or a county in clear, whatever has happened', async () => {
    await playEverything(world);
    const events = await world.store.readAll(undefined, 100_000);
    expect(events.length).toBeGreaterThan(300);
    const places = new Set<string>([
      ...policeRegions,
      ...policeRegions.map(policeId),
      ...municipalities.flatMap(({ code, name }) => [code, name, boardId(code)]),
      ...municipalities.map(({ county }) => `county:${county}`),
    ]);
    const found: string[] = [];
    const look = (value: unknown, where: string): void => {
      if (isEnvelope(value)) return;
      if (typeof value === 'string') {
        if (places.has(value)) found.push(`${where}: ${value}`);
      } else if (typeof value === 'object' && value !== null)
        for (const [key, inner] of Object.entries(value)) look(inner, `${where}.${key}`);
    };
    for (const event of events) look(everythingOf(event), event.type);
    expect(found).toEqual([]);
    look({ policeRegion: 'syd' }, 'planted');
    expect(found).toEqual(['planted.policeRegion: syd']);
  });
});
