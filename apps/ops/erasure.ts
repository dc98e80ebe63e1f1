import { erasureGrounds, erasureRejections, legalHolds } from '#domain/erasure';
import { DomainError } from '#kernel';
import { isDestroyed } from '#personal-data';
import { OperatorError } from '#platform';
import { UnknownTarget } from '#application';
import { carryOut, oneAtATime, prepareCarryOut } from './erasures/carry-out.js';
import { ordersIn } from './erasures/orders.js';
import { type Erasing, withErasures } from './erasures/with-erasures.js';
import { say, type Verb } from './verb.js';
import { withDatabase } from './with-database.js';

interface By {
  readonly tokenFile: string;
  readonly case: string;
}

const tokenOption = [
  '--token-file <path>',
  'file with the access token of an officer of the home board: an own login, shortly before',
] as const;
const caseOption = ['--case <id>', 'a case of the person'] as const;

export const verb: Verb = {
  register: (program) => {
    const erasure = program
      .command('erasure')
      .description(
        'Destroy what is kept of a person: proposed and decided by two officers, then carried out for good.',
      );
    erasure
      .command('list')
      .description('What waits for a second officer, and what waits to be carried out.')
      .action(() =>
        erasing(async ({ store }) => {
          const { proposed, decided } = await ordersIn(store);
          if (proposed.length + decided.length === 0) return say('No erasure waits.');
          for (const id of proposed) say(`proposed  ${id}`);
          for (const { decisionId, ground } of decided) say(`decided   ${decisionId}  ${ground}`);
        }),
      );
    erasure
      .command('propose')
      .description('One officer proposes; prints the id of the decision.')
      .requiredOption(...caseOption)
      .requiredOption('--ground <code>', erasureGrounds.join(' | '))
      .requiredOption(...tokenOption)
      .action(({ case: caseId, ground, tokenFile }: By & { ground: string }) =>
        erasing(async ({ asOfficer }) => {
          const intent = { caseId, ground: oneOf('--ground', erasureGrounds, ground) };
          const { created } = await asOfficer(tokenFile, caseId, 'ProposeErasure', intent);
          say(created ?? '');
        }),
      );
    erasure
      .command('confirm')
      .description('Another officer confirms: then it is decided.')
      .argument('<decision>', 'as propose has printed it')
      .requiredOption(...caseOption)
      .requiredOption(...tokenOption)
      .action((decisionId: string, { case: caseId, tokenFile }: By) =>
        erasing(async ({ asOfficer }) => {
          await asOfficer(tokenFile, caseId, 'ConfirmErasure', { caseId, decisionId });
          say('Decided. "erasure carry-out" destroys it.');
        }),
      );
    erasure
      .command('reject')
      .description(
        'An officer says no to what was proposed, or calls off what was decided and is not carried out yet.',
      )
      .argument('<decision>', 'as propose has printed it')
      .requiredOption(...caseOption)
      .requiredOption('--reason <code>', erasureRejections.join(' | '))
      .requiredOption(...tokenOption)
      .action((decisionId: string, { case: caseId, reason, tokenFile }: By & { reason: string }) =>
        erasing(async ({ asOfficer, pool }) => {
          const intent = { caseId, decisionId, reason: oneOf('--reason', erasureRejections, reason) };
          await oneAtATime(pool, async () => {
            if (await isDestroyed(pool, decisionId))
              throw new OperatorError(
                'It is being carried out, and what was destroyed does not come back: run "erasure carry-out" to its end.',
              );
            await asOfficer(tokenFile, caseId, 'RejectErasure', intent);
          });
          say('Rejected.');
        }),
      );
    for (const [name, type, done] of [
      ['hold', 'PlaceLegalHold', 'Nothing of the person is destroyed until it is lifted.'],
      ['lift', 'LiftLegalHold', 'Lifted.'],
    ] as const)
      erasure
        .command(name)
        .description(name === 'hold' ? 'Keep what is kept of a person.' : 'End a hold.')
        .requiredOption(...caseOption)
        .requiredOption('--reason <code>', legalHolds.join(' | '))
        .requiredOption(...tokenOption)
        .action(({ case: caseId, reason, tokenFile }: By & { reason: string }) =>
          erasing(async ({ asOfficer }) => {
            const intent = { caseId, hold: oneOf('--reason', legalHolds, reason) };
            await asOfficer(tokenFile, caseId, type, intent);
            say(done);
          }),
        );
    erasure
      .command('carry-out')
      .description(
        'Destroy everything that was decided, wrap what stays under a new epoch, destroy the old one.',
      )
      .option(
        '--prepare',
        'only destroy the rows and add the new epoch to the key file, so that every api can be given it first',
      )
      .action(({ prepare }: { prepare?: boolean }) =>
        erasing(async (means) => {
          if (prepare) {
            const epoch = await prepareCarryOut(means);
            return say(
              epoch === undefined
                ? 'No erasure waits to be carried out.'
                : `The rows are destroyed, and epoch ${epoch} is in the key file and not in use: give it to every api, then run erasure carry-out again. Nothing is complete before that.`,
            );
          }
          const done = await carryOut(means);
          say(
            done === 0
              ? 'No erasure waits to be carried out.'
              : `${done} erasures are complete. Keep the tombstones with the newest copy of the key file, and make a new backup of the database: what earlier ones hold opens no more.`,
          );
        }),
      );
  },
};

/** @throws OperatorError with the sentence that says what to do */
const erasing = (work: (erasing: Erasing) => Promise<void>): Promise<void> =>
  withDatabase(async (databaseUrl, config) => {
    try {
      await withErasures(databaseUrl, config, work);
    } catch (error) {
      if (error instanceof DomainError)
        throw new OperatorError(
          `Not allowed: ${error.code}${Object.entries(error.details)
            .map(([name, value]) => `, ${name} ${String(value)}`)
            .join('')} (libs/domain/erasure/README.md).`,
        );
      if (error instanceof UnknownTarget) throw new OperatorError('There is no such case.');
      throw error;
    }
  });

const oneOf = <Code extends string>(option: string, codes: readonly Code[], given: string): Code => {
  const code = codes.find((known) => known === given);
  if (!code) throw new OperatorError(`${option} must be one of ${codes.join(', ')}.`);
  return code;
};
