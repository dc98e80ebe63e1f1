import { erasureGrounds, erasureRejections, legalHolds, registeredBirthdays } from '#domain/erasure';
import { DomainError } from '#kernel';
import { isDestroyed } from '#personal-data';
import { OperatorError } from '#platform';
import { type ErasedFile, UnknownTarget } from '#application';
import { carryOut, oneAtATime, prepareCarryOut } from './erasures/carry-out.js';
import { ordersIn } from './erasures/orders.js';
import { type Erasing, withErasures } from './erasures/with-erasures.js';
import { say, type Verb } from './verb.js';
import { withDatabase } from './with-database.js';

interface By {
  readonly tokenFile: string;
  readonly case?: string;
  readonly inquiry?: string;
  readonly request?: string;
  readonly registeredBirthday?: string;
}

const tokenOption = [
  '--token-file <path>',
  'file with the access token of an officer of the home board, of who decided the inquiry, or of who answers requests for documents: an own login, shortly before',
] as const;
const caseOption = ['--case <id>', 'a case of the person'] as const;
const birthdayOption = [
  '--registered-birthday <code>',
  `${registeredBirthdays.join(' | ')}: whether the population register has the person born on the 5th, 15th or 25th, where the number is not sure`,
] as const;
const inquiryOption = ['--inquiry <id>', 'instead, what others asked about somebody'] as const;

const requestOption = [
  '--request <id>',
  'instead, a request for official documents that names somebody',
] as const;

/** @throws OperatorError unless one of the three is named */
const fileOf = ({ case: caseId, inquiry: inquiryId, request: requestId }: By): ErasedFile => {
  const named = [
    ...(caseId === undefined ? [] : [{ caseId }]),
    ...(inquiryId === undefined ? [] : [{ inquiryId }]),
    ...(requestId === undefined ? [] : [{ requestId }]),
  ];
  if (named.length !== 1) throw new OperatorError('Say one of --case, --inquiry and --request.');
  return named[0]!;
};

/** What an officer has looked up in the population register. @throws OperatorError for another code */
const lookedUp = ({ registeredBirthday: code }: By) =>
  code === undefined ? {} : { registeredBirthday: oneOf('--registered-birthday', registeredBirthdays, code) };

export const verb: Verb = {
  register: (program) => {
    const erasure = program
      .command('erasure')
      .description(
        'Destroy what is kept of a person: proposed and decided by two officers, then carried out for good.',
      );
    erasure
      .command('list')
      .description(
        'What waits for a second officer, what waits to be carried out, and cases with a new identity of which nobody has proposed it.',
      )
      .action(() =>
        erasing(async ({ store }) => {
          const { proposed, decided, unordered } = await ordersIn(store);
          if (proposed.length + decided.length + unordered.length === 0) return say('No erasure waits.');
          for (const id of proposed) say(`proposed  ${id}`);
          for (const { decisionId, ground } of decided) say(`decided   ${decisionId}  ${ground}`);
          for (const caseId of unordered)
            say(`case      ${caseId}  new identity, and nobody has proposed that the old one goes`);
        }),
      );
    erasure
      .command('due')
      .description(
        'Cases of which the years are full, of those of whose erasure you could be one of the two: since when, and what keeps them.',
      )
      .requiredOption(...tokenOption)
      .action(({ tokenFile }: By) =>
        erasing(async ({ due }) => {
          const files = await due(tokenFile);
          if (files.length === 0) return say('No file of yours is due.');
          for (const { caseId, earliest, keptBy } of files)
            say(`${caseId}  ${earliest}  ${keptBy ?? 'nothing keeps it'}`);
        }),
      );
    erasure
      .command('propose')
      .description('One officer proposes; prints the id of the decision.')
      .option(...caseOption)
      .option(...inquiryOption)
      .option(...requestOption)
      .requiredOption('--ground <code>', erasureGrounds.join(' | '))
      .option(...birthdayOption)
      .requiredOption(...tokenOption)
      .action(({ ground, ...by }: By & { ground: string }) =>
        erasing(async ({ asOfficer }) => {
          const intent = {
            ...fileOf(by),
            ...lookedUp(by),
            ground: oneOf('--ground', erasureGrounds, ground),
          };
          const { created } = await asOfficer(by.tokenFile, 'ProposeErasure', intent);
          say(created ?? '');
        }),
      );
    erasure
      .command('confirm')
      .description('Another officer confirms: then it is decided.')
      .argument('<decision>', 'as propose has printed it')
      .option(...caseOption)
      .option(...inquiryOption)
      .option(...requestOption)
      .option(...birthdayOption)
      .requiredOption(...tokenOption)
      .action((decisionId: string, by: By) =>
        erasing(async ({ asOfficer }) => {
          await asOfficer(by.tokenFile, 'ConfirmErasure', { ...fileOf(by), ...lookedUp(by), decisionId });
          say('Decided. "erasure carry-out" destroys it.');
        }),
      );
    erasure
      .command('reject')
      .description(
        'An officer says no to what was proposed, or calls off what was decided and is not carried out yet.',
      )
      .argument('<decision>', 'as propose has printed it')
      .option(...caseOption)
      .option(...inquiryOption)
      .option(...requestOption)
      .requiredOption('--reason <code>', erasureRejections.join(' | '))
      .requiredOption(...tokenOption)
      .action((decisionId: string, { reason, ...by }: By & { reason: string }) =>
        erasing(async ({ asOfficer, pool }) => {
          const intent = { ...fileOf(by), decisionId, reason: oneOf('--reason', erasureRejections, reason) };
          await oneAtATime(pool, async () => {
            if (await isDestroyed(pool, decisionId))
              throw new OperatorError(
                'It is being carried out, and what was destroyed does not come back: run "erasure carry-out" to its end.',
              );
            await asOfficer(by.tokenFile, 'RejectErasure', intent);
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
        .option(...caseOption)
        .option(...inquiryOption)
        .option(...requestOption)
        .requiredOption('--reason <code>', legalHolds.join(' | '))
        .requiredOption(...tokenOption)
        .action(({ reason, ...by }: By & { reason: string }) =>
          erasing(async ({ asOfficer }) => {
            const intent = { ...fileOf(by), hold: oneOf('--reason', legalHolds, reason) };
            await asOfficer(by.tokenFile, type, intent);
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
          const done = await carryOut({ ...means, say });
          if (done > 0)
            say(
              'What is left, above, is for whoever looks after the keys: what others keep of a person is told to no officer. What others’ files say of a person is under the keys of those whose files they are, and is not counted.',
            );
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
      if (error instanceof UnknownTarget)
        throw new OperatorError('There is no such case, inquiry or request.');
      throw error;
    }
  });

const oneOf = <Code extends string>(option: string, codes: readonly Code[], given: string): Code => {
  const code = codes.find((known) => known === given);
  if (!code) throw new OperatorError(`${option} must be one of ${codes.join(', ')}.`);
  return code;
};
