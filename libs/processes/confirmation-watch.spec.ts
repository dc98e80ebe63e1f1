import { describe, expect, it } from '@jest/globals';
import { addHours, type Instant, type ProcessInput, type RecordedEvent } from '#kernel';
import { reviewRules } from '#domain/log-review';
import { type ConfirmationWatchState, confirmationWatch } from './index.js';

const at = '2026-03-02T02:10:00.000Z';
const { days, JOINT: openings } = reviewRules[0]!.traded;
const later = (hours: number): Instant => addHours(at, hours);

const event = (type: string, data: object, when: Instant): ProcessInput => ({
  kind: 'event',
  sealed: [],
  event: {
    type,
    data,
    metadata: { organisation: 'o-confirms', agencyKind: 'SOCIAL_BOARD', occurredAt: when },
  } as unknown as RecordedEvent,
});
let count = 0;
const glass = (of: string, by: string, when = at, type = 'GlassConfirmed'): ProcessInput =>
  event(
    type,
    {
      caseId: `c-${++count}`,
      glassId: `g-${count}`,
      brokenBy: of,
      brokenAt: 'o-police',
      relation: 'HOME_POLICE',
      record: 17,
      confirmedBy: by,
    },
    when,
  );
const opening = (of: string, by: string, when = at): ProcessInput =>
  event(
    'JointOpeningApproved',
    { caseId: 'c-1', openingId: `j-${++count}`, requestedBy: of, approvedBy: by, record: 18 },
    when,
  );
const after = (...inputs: readonly ProcessInput[]): ConfirmationWatchState =>
  inputs.reduce((state, input) => confirmationWatch.evolve(state, { input }), confirmationWatch.initialState);
/** The alert that the last of these leads to; undefined for none. */
const alertOf = (...inputs: readonly ProcessInput[]): Record<string, unknown> | undefined => {
  const [output] = confirmationWatch.react(inputs.at(-1)!, after(...inputs.slice(0, -1)), {});
  return output?.kind === 'send' ? (output.command.data as Record<string, unknown>) : undefined;
};
const routed = (input: ProcessInput): readonly string[] =>
  input.kind === 'event' ? confirmationWatch.route(input.event) : [];

describe('the watch over persons who confirm each other', () => {
  it('sees every confirmation of a quarter and of the one before, and none in events that do not say whose it was', () => {
    expect(routed(glass('a', 'b'))).toEqual(routed(opening('c', 'd', '2026-01-01T00:00:00.000Z')));
    expect(routed(glass('a', 'b'))).toHaveLength(2);
    // Any two that the rules put together meet in one instance, over New Year too.
    for (let day = 0; day < 400; day += 1) {
      const first = later(24 * day);
      const meet = routed(glass('a', 'b', first)).filter((one) =>
        routed(glass('b', 'a', addHours(first, 24 * days))).includes(one),
      );
      expect([first, meet.length > 0]).toEqual([first, true]);
    }
    for (const old of [
      event('GlassConfirmed', { glassId: 'g', confirmedBy: 'b' }, at),
      event('JointOpeningApproved', { openingId: 'j', approvedBy: 'b', record: 1 }, at),
    ])
      expect([routed(old), alertOf(glass('a', 'b'), old)]).toEqual([[], undefined]);
  });

  it('finds a ring of three, whoever closes it, and no chain', () => {
    const ring = [glass('a', 'b'), glass('b', 'c'), glass('c', 'a')];
    const turned = [ring, [ring[1]!, ring[2]!, ring[0]!], [ring[2]!, ring[0]!, ring[1]!]];
    const ids = turned.map((inputs) => alertOf(...inputs)?.reviewId);
    expect(new Set(ids).size).toBe(1);
    expect(alertOf(...ring)).toMatchObject({ pattern: 'CONFIRMATIONS_TRADED', record: 17 });
    expect(alertOf(glass('a', 'b'), glass('b', 'c'), glass('a', 'c'))).toBeUndefined();
    expect(alertOf(glass('a', 'b'), glass('b', 'c'), glass('d', 'a'))).toBeUndefined();
    expect(alertOf(glass('a', 'b'), glass('b', 'c'), opening('c', 'a'))).toBeUndefined();
    expect(
      alertOf(glass('a', 'b'), glass('b', 'c'), glass('c', 'a', later(24 * (days + 2)))),
    ).toBeUndefined();
    // As often as two would have to.
    const thrice = Array.from({ length: openings }, () => [opening('a', 'b'), opening('b', 'c')]).flat();
    const last = Array.from({ length: openings }, () => opening('c', 'a'));
    expect(alertOf(...thrice, ...last.slice(1))).toBeUndefined();
    expect(alertOf(...thrice, ...last)).toMatchObject({ record: 18 });
  });

  it('tells the reviewers of whose glass it was, when each has confirmed one of the other’s, in time or late', () => {
    expect(alertOf(glass('a', 'b'))).toBeUndefined();
    expect(alertOf(glass('a', 'b'), glass('a', 'b'))).toBeUndefined();
    for (const type of ['GlassConfirmed', 'GlassConfirmedLate'])
      expect(alertOf(glass('a', 'b'), glass('b', 'a', later(1), type))).toMatchObject({
        pattern: 'CONFIRMATIONS_TRADED',
        of: 'READS',
        record: 17,
        organisation: 'o-police',
        agencyKind: 'POLICE',
      });
  });

  it('lets officers approve each other’s openings now and then, but not again and again', () => {
    const one = (which: number) => (which % 2 === 0 ? opening('a', 'b') : opening('b', 'a'));
    const both = Array.from({ length: openings * 2 }, (_none, which) => one(which));
    expect(alertOf(...both.slice(0, -1))).toBeUndefined();
    expect(alertOf(...both)).toMatchObject({ record: 18, organisation: 'o-confirms' });
    // Who only ever approves is a colleague; one kind is not counted for the other.
    expect(alertOf(...Array.from({ length: openings * 3 }, () => opening('a', 'b')))).toBeUndefined();
    expect(alertOf(glass('a', 'b'), opening('b', 'a'))).toBeUndefined();
  });

  it('forgets after so many days, and counts nothing twice', () => {
    const long = 24 * (days + 2);
    expect(alertOf(glass('a', 'b'), glass('b', 'a', later(long)))).toBeUndefined();
    expect(after(glass('a', 'b'), glass('a', 'b', later(long))).confirmations).toHaveLength(1);
    const first = opening('a', 'b');
    const again = Array.from({ length: openings }, () => first);
    const others = Array.from({ length: openings }, () => opening('b', 'a'));
    expect(alertOf(...again, ...others)).toBeUndefined();
  });

  it('is one alert for a month, and another one for the next', () => {
    const first = alertOf(glass('a', 'b'), glass('b', 'a'))!.reviewId;
    expect(alertOf(glass('a', 'b'), glass('b', 'a'), glass('a', 'b', later(48)))!.reviewId).toBe(first);
    const next = later(24 * 30);
    expect(alertOf(glass('a', 'b', later(24 * 20)), glass('b', 'a', next))!.reviewId).not.toBe(first);
  });
});
