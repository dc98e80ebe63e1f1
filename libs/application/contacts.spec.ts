import { expect, it } from '@jest/globals';
import { AppointedContacts } from './contacts.js';
import type { Facts } from './facts.js';

it('a duty officer of before without the board’s delegation does not stand by: no route opens the alarm plan to her', async () => {
  const at = '2026-03-02T08:00:00.000Z';
  const official = (person: string, delegated: boolean) => ({
    appointmentId: `app-${person}`,
    official: person,
    organisation: 'o-board',
    agencyKind: 'SOCIAL_BOARD' as const,
    function: 'HOME_DUTY_OFFICER' as const,
    delegated,
    from: '2026-01-01T00:00:00.000Z',
  });
  const officials = [official('p-without', false), official('p-with', true)];
  const facts = {
    appointmentsAt: async (person: string) => officials.filter((one) => one.official === person),
  } as unknown as Facts;
  const contacts = new AppointedContacts(facts, async () => officials.map((one) => one.official));
  expect(await contacts.holding('o-board', ['HOME_DUTY_OFFICER'], at)).toEqual(['p-with']);
  expect(await contacts.holds('p-without', 'o-board', ['HOME_DUTY_OFFICER'], at)).toBe(false);
});
