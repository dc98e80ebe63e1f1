import type { Instant, Token } from '#kernel';
import { isUsable, type OfficialFunction } from '#domain/appointment';
import type { Facts } from './facts.js';
import type { Contacts } from './handlers/dependencies.js';

/**
 * Who holds a function: a look-up table proposes (it may be late), each official's own appointment stream decides.
 */
export class AppointedContacts implements Contacts {
  constructor(
    private readonly facts: Facts,
    private readonly propose: (
      organisation: Token,
      functions: readonly OfficialFunction[],
    ) => Promise<readonly Token[]>,
  ) {}

  async holding(
    organisation: Token,
    functions: readonly OfficialFunction[],
    at: Instant,
    limit = 10,
  ): Promise<readonly Token[]> {
    const proposed = await this.propose(organisation, functions);
    const held = await Promise.all(proposed.map((person) => this.holds(person, organisation, functions, at)));
    return proposed.filter((_person, index) => held[index]).slice(0, limit);
  }

  async holds(
    person: Token,
    organisation: Token,
    functions: readonly OfficialFunction[],
    at: Instant,
  ): Promise<boolean> {
    return (await this.facts.appointmentsAt(person, at)).some(
      (appointment) =>
        appointment.organisation === organisation &&
        functions.includes(appointment.function) &&
        isUsable(appointment),
    );
  }
}
