import type { CaseFacts } from '#access';
import type { Token } from '#kernel';

/**
 * Five years on, those who are named may have left, and two are needed. In a case that is closed, where fewer than two of them
 * still work as home officers of the board, whoever does so there has their part, for this alone. A case that is taken over in
 * the other way, by a change of contact, has a new last entry, and the years would begin again.
 * @param person who orders it: the policy asks whether he or she works there
 */
export const withTwoAtLeast = async (
  found: CaseFacts | undefined,
  person: Token,
  isHomeOfficer: (one: Token, board: Token) => Promise<boolean>,
): Promise<CaseFacts | undefined> => {
  const home = found?.parts.find(({ relation }) => relation === 'HOME_BOARD');
  if (found?.stage !== 'CLOSED' || !home?.persons) return found;
  const able = home.persons.filter((one) => !found.disqualified?.includes(one));
  const there = await Promise.all(able.map((one) => isHomeOfficer(one, home.organisation)));
  if (there.filter(Boolean).length >= 2) return found;
  const taken = { ...home, persons: [...home.persons, person] };
  return { ...found, parts: found.parts.map((part) => (part === home ? taken : part)) };
};
