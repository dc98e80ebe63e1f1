import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#kernel';
import type { DisclosureEvent } from '#domain/disclosure';
import {
  coordinatorProjection,
  grantsProjection,
  homeBoardProjection,
  housingProviderProjection,
  policeProjection,
  receivingBoardProjection,
} from '#projections';
import { replay } from '#subscriptions';
import { type CopiedDatabase, Country, foundedDatabase, type FoundedDatabase } from '../faults/country.js';
import { playMainPath } from '../faults/main-path.js';

// A read model is filled only from its disclosures. A played case stands in the log; each InformationDisclosed in turn is
// left out of a copy, the read models are made from the first event again, and what that telling carried is gone, from
// that recipient and from nobody else, and the vault has no grant for it.

const agencies = [
  homeBoardProjection,
  receivingBoardProjection,
  policeProjection,
  coordinatorProjection,
  housingProviderProjection,
];

type Disclosed = Extract<DisclosureEvent, { type: 'InformationDisclosed' }>['data'];
type Row = Readonly<Record<string, unknown>>;

/** Envelopes by agency kind, and the grants of the vault, as rows of text that can be compared. */
interface Held {
  readonly sealed: readonly Row[];
  readonly grants: readonly Row[];
}

/** The number of a grant is given by the database, in the order of writing. */
const unnumbered = ({ grant_id: _number, ...row }: Row): Row => row;

const disclosedIn = (events: readonly RecordedEvent[]): readonly Disclosed[] =>
  events.filter(({ type }) => type === 'InformationDisclosed').map(({ data }) => data as Disclosed);

describe('A read model', () => {
  let founded: FoundedDatabase;
  let database: CopiedDatabase;
  let country: Country;
  let log: readonly RecordedEvent[];
  let whole: Held;

  beforeAll(async () => {
    founded = await foundedDatabase((template, settled) =>
      playMainPath(template, { settled }, 'CLEARED').then(() => undefined),
    );
    database = await founded.copy();
    country = await Country.open(database.url);
    log = await country.store.readAll(undefined, 100_000);
    whole = await rebuilt(log);
  }, 120_000);
  afterAll(async () => {
    await country.close();
    await database.drop();
    await founded.close();
  });

  /** What everybody holds when these events are all that has ever happened. */
  const rebuilt = (events: readonly RecordedEvent[]): Promise<Held> =>
    replay(
      {
        store: {
          epoch: country.store.epoch,
          head: async () => events.at(-1)?.position,
          readAll: async (after, limit) =>
            events.filter(({ position }) => after === undefined || position > after).slice(0, limit),
        },
        databaseUrl: database.url,
        projections: [...agencies, grantsProjection],
        to: 'head',
      },
      async ({ readModels }) => {
        const sealed: Row[] = [];
        const grants: Row[] = [];
        for (const readModel of readModels) {
          if (readModel.name === grantsProjection.name)
            for await (const row of readModel.rowsOf('grants')) grants.push(unnumbered(row));
          else
            for await (const row of readModel.rowsOf('sealed_v1'))
              sealed.push({ ...row, readModel: readModel.name });
        }
        return { sealed, grants };
      },
    );
  const without = (disclosureId: string) =>
    rebuilt(
      log.filter(
        ({ type, data }) =>
          type !== 'InformationDisclosed' || (data as Disclosed).disclosureId !== disclosureId,
      ),
    );

  it('holds something that came from each of the parts that are told anything here', () => {
    const told = disclosedIn(log);
    expect(new Set(told.map(({ recipientKind }) => recipientKind))).toEqual(
      new Set([
        'HOME_BOARD',
        'HOME_POLICE',
        'RECEIVING_BOARD',
        'RECEIVING_POLICE',
        'HOUSING_PROVIDER',
        'NATIONAL_COORDINATOR',
      ]),
    );
    const sources = new Set(whole.sealed.map(({ source }) => source));
    // What has ended since is no longer there: a board that stayed silent.
    expect(told.filter(({ disclosureId }) => sources.has(disclosureId)).length).toBeGreaterThan(8);
    // The whole comes out the same again, so that what is missing below is missing for its telling.
    return expect(rebuilt(log)).resolves.toEqual(whole);
  });

  it('loses exactly what a telling carried when that telling is not in the log, and the vault its grants', async () => {
    let lost = 0;
    for (const { disclosureId, recipient, persons } of disclosedIn(log)) {
      const copy = await without(disclosureId);
      const carried = whole.sealed.filter(({ source }) => source === disclosureId);
      const granted = whole.grants.filter(({ source_ref: source }) => source === disclosureId);
      lost += carried.length;
      for (const row of [...carried, ...granted]) expect(row).toMatchObject({ organisation: recipient });
      for (const { person } of granted) expect(persons).toContain(person);
      expect(granted.length > 0 || carried.length === 0).toBe(true);
      expect(copy.sealed).toEqual(whole.sealed.filter((row) => !carried.includes(row)));
      expect(copy.grants).toEqual(whole.grants.filter((row) => !granted.includes(row)));
    }
    expect(lost).toBeGreaterThan(10);
  });

  it('holds nothing that another agency wrote when nobody was told anything', async () => {
    const copy = await rebuilt(log.filter(({ type }) => type !== 'InformationDisclosed'));
    expect(copy.sealed.length).toBeGreaterThan(0);
    expect(copy.sealed.filter(({ foot }) => foot !== 'OWN')).toEqual([]);
    expect(copy.grants.filter(({ foot }) => foot !== 'OWN')).toEqual([]);
  });
});
